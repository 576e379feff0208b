"""Pieces on changes: what would go with better ratings, and with other hopes, if the association were causal."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.what_if import promise_dots, what_if_dots
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.findings import notes, reasons, suppressed, weighting
from drivers.present.sentences.what_if import (
    cap_sentences,
    change_sentences,
    points,
    promise_caps,
    promise_sentences,
    table_sentences,
    together_sentences,
)
from drivers.present.words import Words


def effects(result: Any, words: Words, identity: str) -> Markup:
    """What goes with one step of each driver, alone and with the others; all outcomes as a table that opens."""
    said = [" ".join(table_sentences(result, words)), " ".join(together_sentences(result, words))]
    picture = figure(
        what_if_dots(result, words),
        words.text("caption", "what_if_step" if result.step > 0 else "what_if_step_down", d=points(result.step, words)),
        tables.what_if_table(result, words),
        words.ui("footnote_what_if", **_behind(result, words)),
        words,
        identity,
    )
    everything = Markup("")
    if len(result.measures) > 1:
        everything = opened(tables.what_if_all_table(result, words), words.ui("show_all_outcomes"))
    return (
        _paragraphs([sentence for sentence in said if sentence])
        + picture
        + _paragraphs(cap_sentences(result, words))
        + everything
    )


def unanswered_effects(result: Any, words: Words, identity: str) -> Markup:
    """Why it is not told what would go with better ratings; nothing where nothing at all is shown."""
    said = words.sentence("unanswered_what_if", reasons=reasons(result.reasons, words))
    return Markup("") if suppressed(result) else paragraph(said)


def change(result: Any, words: Words, identity: str) -> Markup:
    """What goes with some changes in every outcome, and how far each driver moves."""
    moved = opened(tables.company_table(result, words), words.ui("show_what_moves"))
    shown = tables.changes_table(result, words).html()
    footnote = paragraph(words.ui("footnote_what_if_change", **_behind(result, words)), "footnote")
    after = [note for note in result.notes if note.code == "expectations_after"]
    return _paragraphs([*change_sentences(result, words), *notes(tuple(after), words)]) + shown + footnote + moved


def promises(result: Any, words: Words, identity: str) -> Markup:
    """Whether delivering more or promising less would go with more."""
    after = [note for note in result.notes if note.code == "expectations_after"]
    said = [
        " ".join(promise_sentences(result, words)),
        " ".join([words.sentence("promises_plain"), *notes(tuple(after), words)]),
    ]
    picture = figure(
        promise_dots(result, words),
        words.text("caption", "promises"),
        tables.promises_table(result, words),
        words.ui("footnote_promises", **_behind(result, words)),
        words,
        identity,
    )
    return _paragraphs(said) + picture + _paragraphs(promise_caps(result, words))


def unanswered_promises(result: Any, words: Words, identity: str) -> Markup:
    """Why nothing is told of promises; nothing where no hopes were asked, or nothing at all is shown."""
    if suppressed(result) or any(reason.code == "no_expectations" for reason in result.reasons):
        return Markup("")
    return paragraph(words.sentence("unanswered_promises", reasons=reasons(result.reasons, words)))


def method(result: Any, words: Words, identity: str) -> Markup:
    """How it was estimated what goes with a change, and what cuts it."""
    kinds = dict.fromkeys(result.slopes.errors)
    said = [
        words.text("method", "what_if"),
        words.text("method", "what_if_moving"),
        words.text("method", "what_if_caps"),
        " ".join(words.text("method", f"uneven_{kind.lower()}") for kind in kinds),
    ]
    return _paragraphs(said)


def promises_method(result: Any, words: Words, identity: str) -> Markup:
    """How ratings and hopes were told apart."""
    return paragraph(words.text("method", "promises"))


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on changes, explained."""
    return explained_terms(["if_causal", "moving_alone", "moving_together"], words)


def _behind(result: Any, words: Words) -> dict[str, str]:
    """Whom a result rests on, and its level, for the line under it."""
    return {
        "respondents": words.respondents(result.sample.n),
        "weighting": weighting(result.sample, words),
        "level": words.percent(result.conf_level),
    }


def _paragraphs(sentences: list[str]) -> Markup:
    return Markup("").join(paragraph(sentence) for sentence in sentences)

"""Pieces on priorities: what to improve first, why, who can move it, and how sure that is."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.claims import shares_hidden
from drivers.present.figures.priority_bars import priority_bars
from drivers.present.isolation import html
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.findings import reasons, suppressed, unanswered, weighting
from drivers.present.sentences.priorities import (
    goal_sentences,
    left_sentences,
    place_text,
    priority_sentences,
    reason_sentences,
    yardstick_sentence,
)
from drivers.present.words import Words


def finding(result: Any, words: Words, identity: str) -> Markup:
    """What to improve first, or why nothing is put first."""
    first, *others = priority_sentences(result, words)
    return paragraph(first, "lead") + Markup("").join(paragraph(sentence) for sentence in others)


def unanswered_finding(result: Any, words: Words, identity: str) -> Markup:
    """Why the page has no priorities."""
    if suppressed(result):
        return paragraph(unanswered(result, words), "lead")
    return paragraph(words.sentence("unanswered_priorities", reasons=reasons(result.reasons, words)), "lead")


def listed(result: Any, words: Words, identity: str) -> Markup:
    """The priorities as bars with their reasons, then what is none; numbers alone where nothing may be ranked."""
    if shares_hidden(result):
        return Markup("")
    # Of drivers that cannot be told apart it cannot be said which has no effect of its own.
    ranked = result.verdict.status != "not_rankable"
    left = Markup("").join(paragraph(sentence) for sentence in left_sentences(result, words) if ranked)
    if not result.order:
        # Up to where room is counted says nothing where no room is told.
        return left + opened(tables.priorities_table(result, words), words.ui("show_table"))
    goals = [*goal_sentences(result, words), words.sentence("priorities_and_map")]
    said = Markup("").join(paragraph(sentence) for sentence in goals)
    footnote = words.ui(
        "footnote_priorities",
        respondents=words.respondents(result.sample.n),
        weighting=weighting(result.sample, words),
        level=words.percent(result.conf_level),
    )
    picture = figure(
        priority_bars(result, words),
        words.text("caption", "priorities"),
        tables.priorities_table(result, words),
        footnote,
        words,
        identity,
    )
    return said + picture + _reasons(result, words) + left


def _reasons(result: Any, words: Words) -> Markup:
    """Each driver that is offered, in order, with why it stands there."""
    items = Markup("").join(
        Markup('<li data-quadrant="{}"><span class="quadrant">{}: {}</span> {}</li>').format(
            "improve_first" if result.place_low[i] == 1 else "keep_up",
            html(words.label("driver", result.drivers[i])),
            html(place_text(result, i, words)),
            html(" ".join(reason_sentences(result, i, words))),
        )
        for i in result.order
    )
    return Markup('<ol class="actions">{}</ol>').format(items)


def table(result: Any, words: Words, identity: str) -> Markup:
    """What the list rests on, driver by driver, on demand."""
    if shares_hidden(result):
        return Markup("")
    return opened(tables.priority_reasons_table(result, words), words.ui("show_priority_reasons"))


def line(result: Any, words: Words, identity: str) -> Markup:
    """What another yardstick puts first, in one sentence; nothing where nothing may be ranked."""
    said = yardstick_sentence(result, words)
    return paragraph(said) if said else Markup("")


def method(result: Any, words: Words, identity: str) -> Markup:
    """How the list was made, and when one driver is put before another."""
    if shares_hidden(result):
        return Markup("")
    level = {"level": words.percent(result.claim_level)}
    sentences = [
        words.text("method", f"priorities_{result.order_by}"),
        words.text("method", "priorities_offered", wrong=words.percent(1 - result.conf_level)),
        words.text("method", "priorities_order", **level),
    ]
    return Markup("").join(paragraph(sentence) for sentence in sentences)


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words of the list, explained."""
    terms = ["room", "goal"] + (["must_have", "bonus"] if any(result.shapes) else [])
    return explained_terms(terms, words, outcome=words.outcome(result.outcome))

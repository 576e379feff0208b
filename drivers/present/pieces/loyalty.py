"""Pieces on loyalty: the curve over satisfaction, the four groups, and what people did against what they said."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure
from drivers.present.figures.loyalty import loyalty_curve, loyalty_squares, observed_bands, recommending_bars
from drivers.present.isolation import LEFT, isolate
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.findings import notes, reasons, suppressed, unanswered, weighting
from drivers.present.sentences.loyalty import (
    cuts_sentence,
    fall_sentences,
    group_event_sentences,
    hidden_sentence,
    joined,
    kinds_sentence,
    left_out_sentences,
    line_sentences,
    observed_sentences,
    shape_sentences,
    sizes_sentence,
    slope_sentence,
    step_sentences,
    unit_sentences,
)
from drivers.present.words import Words


def curve_finding(result: Any, words: Words, identity: str) -> Markup:
    """How far loyalty rises with satisfaction, and where."""
    # The rest of the shape stands beside the figure.
    return paragraph(joined([slope_sentence(result, words), *shape_sentences(result, words)[:1]]), "lead")


def groups_finding(result: Any, words: Words, identity: str) -> Markup:
    """How many are satisfied, loyal, both or neither."""
    return _paragraph(sizes_sentence(result, words))


def observed_finding(result: Any, words: Words, identity: str) -> Markup:
    """Whether people did as they had said."""
    return Markup("").join(paragraph(joined(observed_sentences(result, one, words))) for one in result.people)


def unanswered_finding(result: Any, words: Words, identity: str) -> Markup:
    """Why the page says nothing of loyalty, or nothing at all."""
    if suppressed(result):
        return paragraph(unanswered(result, words), "lead")
    return paragraph(words.sentence("unanswered_loyalty", reasons=reasons(result.reasons, words)), "lead")


def unanswered_curve(result: Any, words: Words, identity: str) -> Markup:
    """Why there is no curve; nothing where the page says it of all loyalty."""
    if suppressed(result) or _asks_nothing(result):
        return Markup("")
    return paragraph(words.sentence("unanswered_curve", reasons=reasons(result.reasons, words)))


def unanswered_observed(result: Any, words: Words, identity: str) -> Markup:
    """Why nothing is set against stated loyalty; nothing where the page says it of all loyalty."""
    if suppressed(result) or _asks_nothing(result):
        return Markup("")
    return paragraph(words.sentence("unanswered_observed", reasons=reasons(result.reasons, words)))


def curve(result: Any, words: Words, identity: str) -> Markup:
    """The curve with the means it goes through, and where it does not describe them."""
    footnote = words.ui(
        "footnote_curve",
        respondents=words.respondents(result.sample.n),
        weighting=weighting(result.sample, words),
        level=words.percent(result.conf_level),
    )
    picture = figure(
        loyalty_curve(result, words),
        words.text("caption", "loyalty_curve"),
        tables.steps_table(result, words),
        footnote,
        words,
        identity,
    )
    more = [*step_sentences(result, words), *notes(result.notes, words)]
    return (
        _paragraph(joined([*shape_sentences(result, words), *fall_sentences(result, words)]))
        + picture
        + Markup("").join(paragraph(sentence, "footnote") for sentence in more)
    )


def recommending(result: Any, words: Words, identity: str) -> Markup:
    """Who would recommend at each step of satisfaction; nothing where nobody was asked."""
    if not any(step.kinds for step in result.steps):
        return Markup("")
    footnote = words.ui(
        "footnote_recommending",
        respondents=words.respondents(sum(step.kinds["promoters"].n for step in result.steps if step.kinds)),
        weighting=weighting(result.sample, words),
    )
    return _paragraph(kinds_sentence(result, words)) + figure(
        recommending_bars(result, words),
        words.text("caption", "recommending"),
        tables.recommending_table(result, words),
        footnote,
        words,
        identity,
    )


def groups(result: Any, words: Words, identity: str) -> Markup:
    """The four groups, and what was observed of each."""
    if len(result.hidden) == len(result.sizes):
        return _paragraph(hidden_sentence(result, words))
    footnote = words.ui(
        "footnote_groups",
        respondents=words.respondents(result.sample.n),
        weighting=weighting(result.sample, words),
        level=words.percent(result.conf_level),
    )
    picture = figure(
        loyalty_squares(result, words),
        words.text("caption", "loyalty_groups"),
        tables.groups_table(result, words),
        footnote,
        words,
        identity,
    )
    said = [sentence for event in result.events for sentence in group_event_sentences(event, words)]
    return (
        paragraph(cuts_sentence(result, words))
        + picture
        + _paragraph(joined(said))
        + _paragraph(hidden_sentence(result, words), "footnote")
    )


def observed(result: Any, words: Words, identity: str) -> Markup:
    """What people did by what they had said, and units beside it."""
    parts = []
    for one in result.people:
        footnote = words.ui(
            "footnote_observed",
            respondents=words.respondents(one.sample.n),
            weighting=weighting(one.sample, words),
            level=words.percent(result.conf_level),
        )
        parts.append(
            paragraph(joined(observed_sentences(result, one, words)))
            + paragraph(joined(line_sentences(result, one, words)))
        )
        if len(one.bands) == 1:
            continue
        parts.append(
            figure(
                observed_bands(result, words, event=one.event),
                words.text("caption", "observed", event=words.label("outcome", one.event)),
                tables.observed_table(result, words, event=one.event),
                footnote,
                words,
                f"{identity}-{one.event.replace('_', '-')}",
            )
        )
    return (
        Markup("").join(parts)
        + _paragraph(joined(unit_sentences(result, words)))
        + _paragraph(joined(left_out_sentences(result, words)), "footnote")
    )


def curve_method(result: Any, words: Words, identity: str) -> Markup:
    """How the curve and its bends were computed."""
    spline = result.curve.method == "monotone_spline"
    sentences = [
        words.text("method", "loyalty_bends", half=words.percent(result.details["even_within"])),
        words.text("method", "loyalty_spline" if spline else "loyalty_isotonic"),
    ]
    if result.curve.intervals != "none":
        drawn = {"n_boot": words.number(result.n_boot), "seed": isolate(str(result.seed), LEFT)}
        percentile = result.curve.intervals == "percentile"
        how = "percentile_design" if percentile and result.design else result.curve.intervals
        sentences.append(words.text("intervals", how, **drawn))
    return Markup("").join(paragraph(sentence) for sentence in sentences)


def groups_method(result: Any, words: Words, identity: str) -> Markup:
    """How groups were compared; nothing where nothing was observed of them."""
    return _paragraph(words.text("method", "loyalty_groups") if result.events else "")


def observed_method(result: Any, words: Words, identity: str) -> Markup:
    """How stated loyalty was set against what was observed."""
    keys = (["observed_people"] if result.people else []) + (["observed_units"] if result.units_linked else [])
    return Markup("").join(paragraph(words.text("method", key)) for key in keys)


def curve_glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on the curve, explained."""
    asked = ["promoters"] if any(step.kinds for step in result.steps) else []
    return explained_terms(["loyalty", *asked], words)


def observed_glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on what was observed, explained."""
    return explained_terms(["stated_loyalty"], words)


def _paragraph(text: str, css: str = "") -> Markup:
    return paragraph(text, css) if text else Markup("")


def _asks_nothing(result: Any) -> bool:
    return any(reason.code == "no_loyalty" for reason in result.reasons)

"""Pieces on competitors: ratings of those who rated both, and gaps told in drivers."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.beside import rival_dots
from drivers.present.figures.gap import gap_bars
from drivers.present.markup import paragraph
from drivers.present.sentences.findings import reasons, suppressed, weighting
from drivers.present.sentences.rivals import (
    gap_caption,
    gap_sentences,
    no_rival_sentence,
    rival_driver_sentences,
    rival_label,
    rival_sentences,
)
from drivers.present.words import Words

_QUIET = ("no_rivals", "no_outside_figure", "no_unit_selected", "few_units_to_compare")
"""Reasons that the comparison above has told already."""


def rivals(result: Any, words: Words, identity: str) -> Markup:
    """Our ratings beside each competitor's, by those who rated both."""
    if not result.rivals:
        return paragraph(no_rival_sentence(words))
    return Markup("").join(_rival(result, rival, words, identity) for rival in result.rivals)


def _rival(result: Any, rival: str, words: Words, identity: str) -> Markup:
    name = rival_label(rival, words)
    n = max(one.rivals[rival].n for one in result.measures if rival in one.rivals)
    said = paragraph(
        " ".join([words.sentence("rival_known", rival=name, n=words.number(n)), *rival_sentences(result, rival, words)])
    )
    drivers = rival_driver_sentences(result, rival, words)
    said += paragraph(" ".join(drivers)) if drivers else Markup("")
    more = opened(tables.rival_parts_table(result, words, rival=rival), words.ui("show_rival_parts"))
    if not any(rival in one.rivals and one.statistic == "mean" for one in result.measures):
        return said + tables.rivals_table(result, words, rival=rival).html() + more
    footnote = words.ui(
        "footnote_rivals",
        level=words.percent(result.conf_level),
        waves=words.ui("waves_together") if result.wave and result.waves_together > 1 else "",
    ).strip()
    return (
        said
        + figure(
            rival_dots(result, words, rival=rival),
            words.text("caption", "rivals", rival=name),
            tables.rivals_table(result, words, rival=rival),
            footnote,
            words,
            f"{identity}-{result.rivals.index(rival) + 1}",
        )
        + more
    )


def gap(result: Any, words: Words, identity: str) -> Markup:
    """What drivers make of a gap, and what they leave of it."""
    first, *others = gap_sentences(result, words)
    footnote = words.ui(
        "footnote_gap",
        respondents=words.respondents(result.sample.n),
        weighting=weighting(result.sample, words),
        level=words.percent(result.conf_level),
    )
    picture = figure(
        gap_bars(result, words),
        gap_caption(result, words),
        tables.gap_table(result, words),
        footnote,
        words,
        identity,
    )
    return paragraph(" ".join([first, *others])) + picture + paragraph(words.sentence("gap_not_causal"), "footnote")


def unanswered_gap(result: Any, words: Words, identity: str) -> Markup:
    """Why a gap is not told in drivers; nothing where the comparison has said so, or nothing at all is shown."""
    if suppressed(result) or all(reason.code in _QUIET for reason in result.reasons):
        return Markup("")
    return paragraph(words.sentence("unanswered_gap", reasons=reasons(result.reasons, words)))


def unanswered_rivals(result: Any, words: Words, identity: str) -> Markup:
    """That nothing can be said of a competitor; nothing where nothing at all is shown."""
    return Markup("") if suppressed(result) else paragraph(no_rival_sentence(words))


def gap_method(result: Any, words: Words, identity: str) -> Markup:
    """How a gap was told in drivers."""
    return paragraph(words.text("method", "gap_rival" if result.against == "rival" else "gap_levels"))

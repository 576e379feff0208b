"""Pieces on what we stand beside: our own past, other units, and published figures."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.beside import outside_dots
from drivers.present.figures.unit_range import unit_range_bars
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.benchmark import (
    outside_sentences,
    past_driver_sentences,
    past_sentences,
    source_of,
    unit_sentences,
)
from drivers.present.sentences.findings import reasons, suppressed, weighting
from drivers.present.words import Words


def past(result: Any, words: Words, identity: str) -> Markup:
    """The wave reported on beside the one before, the mean of all earlier ones, and the best of them."""
    said = paragraph(" ".join(past_sentences(result, words)))
    drivers = past_driver_sentences(result, words)
    said += paragraph(" ".join(drivers)) if drivers else Markup("")
    if not any(one.previous for one in result.measures):
        return said
    said += tables.past_table(result, words).html()
    if any(one.earlier for one in result.measures):
        said += opened(tables.earlier_table(result, words), words.ui("show_earlier"))
    return said


def units(result: Any, words: Words, identity: str) -> Markup:
    """How far units differ by more than chance, and where the selected one stands; no other is named."""
    said = Markup("").join(paragraph(sentence) for sentence in unit_sentences(result, words))
    if not any(one.units for one in result.measures):
        return said
    footnote = words.ui(
        "footnote_units_range",
        respondents=words.respondents(max(one.units.ours.n for one in result.measures if one.units)),
        waves=_waves(result, words),
    ).strip()
    return said + figure(
        unit_range_bars(result, words),
        words.text("caption", "units_range"),
        tables.unit_range_table(result, words),
        footnote,
        words,
        identity,
    )


def outside(result: Any, words: Words, identity: str) -> Markup:
    """Outcomes and drivers beside published figures, with the source of each."""
    said = Markup("").join(paragraph(sentence) for sentence in outside_sentences(result, words))
    found = [one for one in result.measures if one.outside is not None]
    if not found:
        return said
    sources = list(dict.fromkeys(source for one in found if (source := source_of(one, words))))
    lines = [
        words.ui(
            "footnote_outside",
            respondents=words.respondents(result.sample.n),
            weighting=weighting(result.sample, words),
            level=words.percent(result.conf_level),
        )
    ]
    lines += [words.ui("published_sources", sources=" · ".join(sources))] if sources else []
    if not any(one.statistic == "mean" for one in found):
        return said + tables.outside_table(result, words).html() + paragraph(" ".join(lines), "footnote")
    return said + figure(
        outside_dots(result, words),
        words.text("caption", "outside"),
        tables.outside_table(result, words),
        " ".join(lines),
        words,
        identity,
    )


def _waves(result: Any, words: Words) -> str:
    """Of which waves units and rivals are compared; nothing where there are none."""
    if not result.wave:
        return ""
    return words.ui("waves_together" if result.waves_together > 1 else "wave_alone")


def unanswered(result: Any, words: Words, identity: str) -> Markup:
    """Why nothing can be set beside our own answers; nothing where nothing at all is shown."""
    if suppressed(result):
        return Markup("")
    return paragraph(words.sentence("unanswered_benchmark", reasons=reasons(result.reasons, words)))


def method(result: Any, words: Words, identity: str) -> Markup:
    """How we were set beside our past, other units, published figures and competitors."""
    told = []
    if any(one.previous or one.earlier for one in result.measures):
        told.append(words.text("method", "own_past"))
    if any(one.units for one in result.measures):
        told.append(words.text("method", "units_range"))
    if any(one.outside for one in result.measures):
        told.append(words.text("method", "outside"))
    if result.rivals:
        told.append(words.text("method", "rivals"))
    told.append(words.text("method", "benchmark_families"))
    return Markup("").join(paragraph(sentence) for sentence in told)


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words of comparisons, explained."""
    keys = ["benchmarking"]
    keys += ["units_range"] if any(one.units for one in result.measures) else []
    keys += ["relative_rating"] if result.rivals else []
    return explained_terms(keys, words)

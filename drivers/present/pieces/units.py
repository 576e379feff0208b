"""Pieces on units and small segments: the funnel, adjusted ratings, and how much drivers' effects differ."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.adjusted import adjusted_units, effect_spread, pooled_dots
from drivers.present.figures.funnel import units_funnel
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.findings import reasons, suppressed, weighting
from drivers.present.sentences.units import apart_sentences, effects_sentences, pooled_sentences, units_sentences
from drivers.present.words import Words


def funnel(result: Any, words: Words, identity: str) -> Markup:
    """Which units truly differ, and the funnel."""
    said = [*units_sentences(result, words), *apart_sentences(result, words)]
    picture = figure(
        units_funnel(result, words),
        words.text("caption", "units"),
        tables.units_table(result, words),
        words.ui("footnote_units", inner=words.percent(0.95), outer=words.percent(0.998, 1), **_under(result, words)),
        words,
        identity,
    )
    return paragraph(" ".join(said)) + paragraph(words.sentence("units_places")) + picture


def adjusted(result: Any, words: Words, identity: str) -> Markup:
    """Each unit's rating, adjusted for small numbers."""
    picture = figure(
        adjusted_units(result, words),
        words.text("caption", "units_adjusted"),
        tables.units_table(result, words, adjusted=True),
        words.ui("footnote_adjusted", **_under(result, words)),
        words,
        identity,
    )
    return paragraph(words.sentence("units_adjusted")) + picture


def pooled(result: Any, words: Words, identity: str) -> Markup:
    """Each group of a segment, adjusted for small numbers."""
    picture = figure(
        pooled_dots(result, words),
        words.text("caption", "pooled"),
        tables.pooled_table(result, words),
        words.ui("footnote_adjusted", **_under(result, words)),
        words,
        identity,
    )
    said = paragraph(" ".join(pooled_sentences(result, words)))
    if len(result.terms) == 1:
        return said + picture
    return said + picture + opened(tables.pooled_effects_table(result, words), words.ui("show_group_effects"))


def spread(result: Any, words: Words, identity: str) -> Markup:
    """How much units differ in what drives their customers."""
    picture = figure(
        effect_spread(result, words),
        words.text("caption", "unit_effects"),
        tables.unit_effects_table(result, words),
        words.ui("footnote_unit_effects", **_under(result, words)),
        words,
        identity,
    )
    return paragraph(" ".join(effects_sentences(result, words))) + picture


def _under(result: Any, words: Words) -> dict[str, str]:
    return {
        "level": words.percent(result.conf_level),
        "sample": words.respondents(result.sample.n),
        "weighting": weighting(result.sample, words),
    }


def unanswered_units(result: Any, words: Words, identity: str) -> Markup:
    """Why units are not compared; nothing where nothing at all is shown."""
    if suppressed(result):
        return Markup("")
    return paragraph(words.sentence("unanswered_units", reasons=reasons(result.reasons, words)))


def unanswered_pooled(result: Any, words: Words, identity: str) -> Markup:
    """Why no groups are adjusted."""
    if suppressed(result):
        return Markup("")
    return paragraph(words.sentence("unanswered_pooled", reasons=reasons(result.reasons, words)))


def unanswered_effects(result: Any, words: Words, identity: str) -> Markup:
    """Why it is not told whether units differ in what drives their customers."""
    if suppressed(result):
        return Markup("")
    return paragraph(words.sentence("unanswered_unit_effects", reasons=reasons(result.reasons, words)))


def method(result: Any, words: Words, identity: str) -> Markup:
    """How units were compared."""
    return paragraph(
        words.text(
            "method",
            "units",
            usual=words.number(result.usual_sd, 3 if result.measure in ("top2box", "share") else 1),
            level=words.percent(result.conf_level),
        )
    )


def pooled_method(result: Any, words: Words, identity: str) -> Markup:
    """How groups were adjusted."""
    return paragraph(words.text("method", "pooled"))


def effects_method(result: Any, words: Words, identity: str) -> Markup:
    """How it was told whether effects differ."""
    return paragraph(words.text("method", "unit_effects", needed=words.number(result.needed)))


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on units, explained."""
    return explained_terms(["funnel", "shrunken"], words)


def effects_glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on effects that differ, explained."""
    return explained_terms(["between_sd"], words)

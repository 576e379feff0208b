"""Pieces on a questionnaire's health: whether the answers can be trusted."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, lights, opened
from drivers.present.figures.quality import ends_bars, missing_bars
from drivers.present.markup import paragraph
from drivers.present.sentences.findings import notes, weighting
from drivers.present.sentences.health import (
    contrary_sentence,
    ends_sentence,
    gathering_sentences,
    has_ends,
    misread_sentences,
    missing_kinds,
    missing_sentence,
    scored_items,
    trust_sentence,
)
from drivers.present.words import Words


def finding(result: Any, words: Words, identity: str) -> Markup:
    """Whether the answers can be trusted, and what that rests on."""
    said = paragraph(trust_sentence(result, words), "lead")
    # What the others say is about intervals, of which there are none here.
    weighted = tuple(note for note in result.notes if note.code == "weighted")
    more = Markup("").join(paragraph(sentence) for sentence in notes(weighted, words))
    return said + lights(result.checks, words) + more


def missing(result: Any, words: Words, identity: str) -> Markup:
    """Missing answers by question and kind."""
    said = paragraph(missing_sentence(result, words))
    if not missing_kinds(result):
        return said
    table = tables.missing_table(result, words)
    kinds = paragraph(words.sentence("missing_kinds"))
    caption = words.text("caption", "missing_answers")
    return said + kinds + figure(missing_bars(result, words), caption, table, _footnote(result, words), words, identity)


def ends(result: Any, words: Words, identity: str) -> Markup:
    """Where answers pile up, and which questions run against the others."""
    table = tables.answers_table(result, words)
    contrary = contrary_sentence(result, words)
    more = paragraph(contrary) if contrary else Markup("")
    if not any(has_ends(one) for one in scored_items(result)):
        return paragraph(words.sentence("ends_unjudged")) + more + opened(table, words.ui("show_table"))
    said = paragraph(f"{ends_sentence(result, words)} {words.sentence('ends_meaning')}")
    caption = words.text("caption", "ends")
    picture = figure(ends_bars(result, words), caption, table, _footnote(result, words), words, identity)
    return said + more + picture


def careless(result: Any, words: Words, identity: str) -> Markup:
    """What speaks against single participants, as counts."""
    unjudged = paragraph(words.sentence("straight_unjudged")) if result.flag("straight_lining") is None else Markup("")
    footnote = paragraph(words.sentence("careless_meaning"), "footnote")
    return unjudged + tables.flags_table(result, words).html() + footnote


def misread(result: Any, words: Words, identity: str) -> Markup:
    """Whether a scale was read backwards; nothing where nobody is at an end of the main outcome."""
    if not result.contradictions:
        return Markup("")
    said = Markup("").join(paragraph(sentence) for sentence in misread_sentences(result, words))
    table = tables.contradictions_table(result, words)
    return said + table.html() if table.rows else said


def gathering(result: Any, words: Words, identity: str) -> Markup:
    """How the answers were gathered; nothing where the survey does not say."""
    if result.gathering is None:
        return Markup("")
    items = Markup("").join(paragraph(sentence) for sentence in gathering_sentences(result.gathering, words))
    if not result.gathering.modes:
        return items
    footnote = paragraph(words.sentence("modes_meaning"), "footnote")
    return items + tables.modes_table(result, words).html() + footnote


def method(result: Any, words: Words, identity: str) -> Markup:
    """How the answers were looked at."""
    keys = ["quality_answers", "quality_careless", "quality_copies", "quality_misread"]
    if result.gathering is not None and result.gathering.rates is not None:
        keys.append("quality_rates")
    values = {"limit": words.percent(result.details["near_match"]), "level": words.percent(result.details["sure"])}
    return Markup("").join(paragraph(words.text("method", key, **values)) for key in keys)


def _footnote(result: Any, words: Words) -> str:
    return f"{words.respondents(result.sample.n)}. {weighting(result.sample, words)}."

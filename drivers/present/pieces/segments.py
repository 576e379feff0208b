"""Pieces on segments: who differs, in what, and what turns round within them."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.segments import segment_effect_dots, segment_level_dots, segment_share_dots
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.findings import notes, reasons, suppressed, unanswered, weighting
from drivers.present.sentences.segments import (
    effects_sentences,
    firsts_sentences,
    left_out_sentences,
    level_sentences,
    marked_sentences,
    reversal_sentences,
    segment_name,
    shares_sentences,
)
from drivers.present.words import Words


def effects_finding(result: Any, words: Words, identity: str) -> Markup:
    """By which segments effects differ."""
    return paragraph(" ".join(effects_sentences(result, words)), "lead")


def unanswered_effects(result: Any, words: Words, identity: str) -> Markup:
    """Why no segments are compared."""
    if suppressed(result):
        return paragraph(unanswered(result, words), "lead")
    return paragraph(words.sentence("unanswered_segments", reasons=reasons(result.reasons, words)), "lead")


def effects(result: Any, words: Words, identity: str) -> Markup:
    """The effects in each group of the segments between which they differ, and what was left out."""
    parts = [paragraph(words.sentence("what_effects_are", outcome_with=words.outcome(result.outcome, "with")))]
    for place, test in enumerate(result.tests):
        if not test.differs:
            continue
        parts += [paragraph(sentence) for sentence in marked_sentences(test, result.outcome, words)]
        table = tables.segment_effects_table(result, words, segment=test.segment)
        if not test.differing:
            parts.append(opened(table, words.ui("show_table")))
            continue
        parts.append(
            figure(
                segment_effect_dots(result, words, segment=test.segment),
                words.text("caption", "segment_effects", segment=segment_name(test.segment, words)),
                table,
                words.ui("footnote_segment_effects", **_footnote(result, int(test.n.sum()), words)),
                words,
                f"{identity}-{place}",
            )
        )
    parts.append(opened(tables.segments_table(result, words), words.ui("show_tests")))
    return Markup("").join([*parts, *_left_out(result, words, shares=False)])


def levels(result: Any, words: Words, identity: str) -> Markup:
    """The outcome's level in each group, beside all others."""
    if all(len(test.levels.groups) < 2 for test in result.tests):
        return Markup("")
    said = Markup("").join(paragraph(sentence) for sentence in level_sentences(result, words))
    return said + figure(
        segment_level_dots(result, words),
        words.text("caption", "segment_levels", outcome=words.outcome(result.outcome)),
        tables.segment_levels_table(result, words),
        words.ui("footnote_segment_levels", **_footnote(result, result.sample.n, words)),
        words,
        identity,
    )


def shares_finding(result: Any, words: Words, identity: str) -> Markup:
    """By which segments shares differ, and what comes first in their groups."""
    return paragraph(" ".join([*shares_sentences(result, words), *firsts_sentences(result, words)]))


def shares(result: Any, words: Words, identity: str) -> Markup:
    """The shares in each group of the segments between which they differ, and what was left out."""
    parts = [paragraph(words.sentence("what_shares_are"))]
    for place, test in enumerate(result.tests):
        if test.differing:
            parts.append(
                figure(
                    segment_share_dots(result, words, segment=test.segment),
                    words.text("caption", "segment_shares", segment=segment_name(test.segment, words)),
                    tables.segment_shares_table(result, words, segment=test.segment),
                    words.ui("footnote_segment_shares", **_footnote(result, int(test.n.sum()), words)),
                    words,
                    f"{identity}-{place}",
                )
            )
    parts.append(opened(tables.segments_table(result, words), words.ui("show_tests")))
    return Markup("").join([*parts, *_left_out(result, words, shares=True)])


def reversals(result: Any, words: Words, identity: str) -> Markup:
    """What turns round within a segment."""
    return Markup("").join(paragraph(sentence) for sentence in reversal_sentences(result, words))


def effects_method(result: Any, words: Words, identity: str) -> Markup:
    """How effects and levels were compared."""
    values = {"draws": words.number(result.n_boot), "level": words.percent(result.conf_level)}
    return Markup("").join(
        paragraph(words.text("method", key, **values))
        for key in (f"segment_effects_{result.method}", "segments_many", "segments_rest")
    )


def shares_method(result: Any, words: Words, identity: str) -> Markup:
    """How shares were compared."""
    return paragraph(words.text("method", "segment_shares", draws=words.number(result.n_boot)))


def reversals_method(result: Any, words: Words, identity: str) -> Markup:
    """When something counts as turned round."""
    return paragraph(words.text("method", "reversals", level=words.percent(result.conf_level)))


def effects_glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on segments, explained."""
    return explained_terms(["effects_differ", "told_apart"], words)


def shares_glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on shares by segment, explained."""
    return explained_terms(["shares_differ"], words)


def _footnote(result: Any, n: int, words: Words) -> dict[str, str]:
    """What every line under a figure says: level, respondents, weighting."""
    return {
        "level": words.percent(result.conf_level),
        "sample": words.respondents(n),
        "weighting": weighting(result.sample, words),
    }


def _left_out(result: Any, words: Words, *, shares: bool) -> list[Markup]:
    said = [*left_out_sentences(result.tests, words, shares=shares), *notes(result.notes, words)]
    return [paragraph(sentence, "footnote") for sentence in said]

"""Pieces on problems: how many met one, what became of it, and what people say who went through it."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.recovery import recovery_dots
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.findings import reasons, suppressed, weighting
from drivers.present.sentences.recovery import paradox_sentences, recovery_sentences, unsolved_sentences
from drivers.present.words import Words


def groups(result: Any, words: Words, identity: str) -> Markup:
    """How many met a problem, and the answers of each group beside those who met none."""
    said = [
        " ".join(recovery_sentences(result, words)),
        " ".join(paradox_sentences(result, words)),
        " ".join([*unsolved_sentences(result, words), words.sentence("recovery_plain")]),
    ]
    footnote = words.ui(
        "footnote_recovery",
        level=words.percent(result.conf_level),
        sample=words.respondents(result.sample.n),
        weighting=weighting(result.sample, words),
    )
    picture = figure(
        recovery_dots(result, words),
        words.text("caption", "recovery"),
        tables.recovery_table(result, words),
        footnote,
        words,
        identity,
    )
    sizes = opened(tables.recovery_sizes_table(result, words), words.ui("show_group_sizes"))
    return Markup("").join(paragraph(sentence) for sentence in said if sentence) + picture + sizes


def unanswered_groups(result: Any, words: Words, identity: str) -> Markup:
    """Why nothing is told of problems; nothing where nothing at all is shown."""
    if suppressed(result):
        return Markup("")
    return paragraph(words.sentence("unanswered_recovery", reasons=reasons(result.reasons, words)))


def method(result: Any, words: Words, identity: str) -> Markup:
    """How groups were compared."""
    return paragraph(words.text("method", "recovery"))


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on problems, explained."""
    return explained_terms(["recovery_paradox"], words)

"""Pieces on what people say matters, beside what goes with their answers."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure
from drivers.present.claims import shares_hidden
from drivers.present.figures.stated_map import stated_map
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.findings import reasons, suppressed, weighting
from drivers.present.sentences.stated import agreement_of_orders, stated_remarks, stated_sentences
from drivers.present.words import Words


def compared(result: Any, words: Words, identity: str) -> Markup:
    """Where word and what goes with the outcome part, the figure, and what was done about scales."""
    if shares_hidden(result):
        return Markup("")
    said = [*stated_sentences(result, words), agreement_of_orders(result, words)]
    footnote = words.ui(
        "footnote_stated",
        respondents=words.respondents(result.stated_sample.n),
        weighting=weighting(result.stated_sample, words),
        level=words.percent(result.conf_level),
    )
    picture = figure(
        stated_map(result, words),
        words.text("caption", "stated"),
        tables.stated_table(result, words),
        footnote,
        words,
        identity,
    )
    remarks = Markup("").join(paragraph(sentence, "footnote") for sentence in stated_remarks(result, words))
    return Markup("").join(paragraph(sentence) for sentence in said if sentence) + picture + remarks


def unanswered_compared(result: Any, words: Words, identity: str) -> Markup:
    """Why stated importance cannot be compared; nothing where nothing at all is shown."""
    said = words.sentence("unanswered_stated", reasons=reasons(result.reasons, words))
    return Markup("") if suppressed(result) else paragraph(said)


def method(result: Any, words: Words, identity: str) -> Markup:
    """How stated and derived importance were compared."""
    if shares_hidden(result):
        return Markup("")
    wrong = words.percent(1 - result.conf_level)
    return paragraph(words.text("method", "stated")) + paragraph(words.text("method", "stated_claims", wrong=wrong))


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The two kinds of importance, explained."""
    return explained_terms(["stated_importance", "derived_importance"], words, outcome=words.outcome(result.outcome))

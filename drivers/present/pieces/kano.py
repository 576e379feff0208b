"""Pieces on features: what people say they would feel with each and without it."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.feature_map import feature_map
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.findings import notes, reasons, suppressed, weighting
from drivers.present.sentences.uneven import feature_sentences
from drivers.present.words import Words


def features(result: Any, words: Words, identity: str) -> Markup:
    """What each feature is to people, and the map of them."""
    footnote = words.ui(
        "footnote_features",
        level=words.percent(result.conf_level),
        respondents=words.respondents(result.sample.n),
        weighting=weighting(result.sample, words),
    )
    picture = figure(
        feature_map(result, words),
        words.text("caption", "features"),
        tables.coefficients_table(result, words),
        footnote,
        words,
        identity,
    )
    said = [words.sentence("what_is_kano"), *feature_sentences(result, words)]
    rated = notes(tuple(note for note in result.notes if note.code == "kano_rated"), words)
    return Markup("").join(
        [*(paragraph(sentence) for sentence in said), picture, *(paragraph(sentence) for sentence in rated)]
    )


def table(result: Any, words: Words, identity: str) -> Markup:
    """How many are of each mind about each feature, and how far the largest group is ahead."""
    more = opened(tables.strength_table(result, words), words.ui("show_strength"))
    return tables.categories_table(result, words).html() + more


def unanswered(result: Any, words: Words, identity: str) -> Markup:
    """Why features cannot be told apart; nothing where nothing at all is shown."""
    said = words.sentence("unanswered_kano", reasons=reasons(result.reasons, words))
    return Markup("") if suppressed(result) else paragraph(said)


def method(result: Any, words: Words, identity: str) -> Markup:
    """How the two answers were read, and when a feature has a class."""
    sentences = [
        words.text("method", "kano"),
        words.text("method", "kano_class", level=words.percent(result.conf_level)),
        words.text("method", "kano_coefficients"),
        words.text("method", "kano_complete"),
    ]
    return Markup("").join(paragraph(sentence) for sentence in sentences)


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on features, explained."""
    return explained_terms(["better", "worse", "indifferent", "reverse", "questionable"], words)

"""Pieces on employees as internal customers: what staff say beside what customers say."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.adjusted import staff_dots
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.findings import reasons, suppressed
from drivers.present.sentences.staff import staff_sentences
from drivers.present.words import Words


def links(result: Any, words: Words, identity: str) -> Markup:
    """What goes together over units, the figure of all pairs, and what may not be read into it."""
    said = paragraph(" ".join(staff_sentences(result, words)))
    caution = paragraph(words.sentence("staff_ecological"))
    sizes = opened(tables.staff_reliability_table(result, words), words.ui("show_staff_reliability"))
    if not result.links:
        return said + caution + sizes
    picture = figure(
        staff_dots(result, words),
        words.text("caption", "staff"),
        tables.staff_table(result, words),
        words.ui(
            "footnote_staff",
            level=words.percent(result.conf_level),
            n=words.number(result.sample.n),
            staff=words.number(result.staff_sample.n),
        ),
        words,
        identity,
    )
    return said + caution + picture + sizes


def unanswered(result: Any, words: Words, identity: str) -> Markup:
    """Why staff are not set beside customers; nothing where nothing at all is shown."""
    if suppressed(result):
        return Markup("")
    return paragraph(words.sentence("unanswered_staff", reasons=reasons(result.reasons, words)))


def method(result: Any, words: Words, identity: str) -> Markup:
    """How staff and customers were set beside each other."""
    return paragraph(words.text("method", "staff", draws=words.number(result.draws)))


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on staff, explained."""
    return explained_terms(["internal_customer"], words)

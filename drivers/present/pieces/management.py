"""Pieces on what managers think of the service beside what the people it serves say."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure
from drivers.present.figures.guesses import guess_dots
from drivers.present.markup import paragraph
from drivers.present.sentences.findings import reasons, suppressed
from drivers.present.sentences.management import opinion_sentences
from drivers.present.words import Words


def gaps(result: Any, words: Words, identity: str) -> Markup:
    """Guesses of performance, and of importance where it was compared, beside what was measured."""
    shown = Markup("")
    for subject in ("performance", "importance"):
        compared = getattr(result, subject)
        if compared is None:
            continue
        shown += Markup("").join(paragraph(sentence) for sentence in opinion_sentences(compared, words, subject))
        shown += figure(
            guess_dots(result, words, subject=subject),
            words.text("caption", f"guesses_{subject}"),
            tables.guesses_table(result, words, subject=subject),
            words.ui(
                "footnote_guesses",
                managers=words.number(result.managers),
                respondents=words.respondents(result.sample.n),
                level=words.percent(result.conf_level),
            ),
            words,
            f"{identity}-{subject}",
        )
    return shown


def unanswered_gaps(result: Any, words: Words, identity: str) -> Markup:
    """Why management's guesses cannot be compared; nothing where nothing at all is shown."""
    if suppressed(result):
        return Markup("")
    return paragraph(words.sentence("unanswered_management", reasons=reasons(result.reasons, words)))


def method(result: Any, words: Words, identity: str) -> Markup:
    """How guesses were compared with what was measured."""
    return paragraph(words.text("method", "guesses"))

"""Pieces on must-haves and bonuses: what drivers cost where they are weak and bring where they are strong."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.penalty_reward import penalty_reward_bars
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.findings import notes, reasons, suppressed, weighting
from drivers.present.sentences.uneven import uneven_sentences
from drivers.present.words import Words


def bars(result: Any, words: Words, identity: str) -> Markup:
    """Which drivers are must-haves or bonuses, with penalty and reward of each."""
    footnote = words.ui(
        f"footnote_penalty_reward_{result.method}",
        level=words.percent(result.conf_level),
        respondents=words.respondents(result.sample.n),
        weighting=weighting(result.sample, words),
    )
    picture = figure(
        penalty_reward_bars(result, words),
        words.text("caption", "penalty_reward"),
        tables.penalty_reward_table(result, words),
        footnote,
        words,
        identity,
    )
    said = [words.sentence("what_is_uneven", outcome=words.outcome(result.outcome)), *uneven_sentences(result, words)]
    more = notes(tuple(result.not_applicable), words)
    return Markup("").join(
        [*(paragraph(sentence) for sentence in said), picture, *(paragraph(sentence) for sentence in more)]
    )


def table(result: Any, words: Words, identity: str) -> Markup:
    """Index, range and answers on each side of each driver; how sure its shape is."""
    tests = opened(tables.shape_tests_table(result, words), words.ui("show_shape_tests"))
    footnote = words.ui(
        "footnote_shapes",
        low=words.number(-1),
        high=words.number(1),
        fewest=words.number(result.details["fewest_on_a_side"]),
    )
    return tables.shapes_table(result, words).html() + paragraph(footnote, "footnote") + tests


def unanswered(result: Any, words: Words, identity: str) -> Markup:
    """Why it cannot be told what is a must-have; nothing where nothing at all is shown."""
    said = words.sentence("unanswered_uneven", reasons=reasons(result.reasons, words))
    return Markup("") if suppressed(result) else paragraph(said)


def method(result: Any, words: Words, identity: str) -> Markup:
    """How penalty and reward were estimated, and what shapes go by."""
    outcome = {"outcome": words.outcome(result.outcome)}
    sentences = [
        words.text("method", f"uneven_{result.method}", **outcome),
        words.text("method", f"uneven_{result.errors.lower()}"),
        words.text("method", "uneven_index"),
        words.text("method", "uneven_shapes", wrong=words.percent(1 - result.conf_level)),
        words.text("method", "uneven_few", fewest=words.number(result.details["fewest_on_a_side"])),
    ]
    return Markup("").join(paragraph(sentence) for sentence in sentences)


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on penalties and rewards, explained."""
    terms = ["penalty", "reward", "must_have", "bonus", "proportional", "uneven_index"]
    return explained_terms(terms, words, outcome=words.outcome(result.outcome))

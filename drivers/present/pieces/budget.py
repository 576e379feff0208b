"""Pieces on a budget: where to spend it, how sure that is, and what other budgets would bring."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.budget import gain_frontier, plan_bars
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.budget import (
    frontier_sentences,
    left_sentences,
    plan_sentences,
    returns_sentence,
    stability_sentences,
)
from drivers.present.sentences.findings import reasons, suppressed, weighting
from drivers.present.words import Words


def spending(result: Any, words: Words, identity: str) -> Markup:
    """What the best plan buys and would bring, how sure that is, and what gets nothing."""
    groups = [
        " ".join(plan_sentences(result, words)),
        " ".join(stability_sentences(result, words)),
        " ".join(left_sentences(result, words)),
    ]
    said = Markup("").join(paragraph(group) for group in groups if group)
    returns = paragraph(returns_sentence(result, words), "footnote")
    if not result.order:
        return said + tables.plan_table(result, words).html()
    picture = figure(
        plan_bars(result, words),
        words.text("caption", "plan"),
        tables.plan_table(result, words),
        words.ui("footnote_plan", **_about(result, words)),
        words,
        identity,
    )
    more = opened(tables.plan_stability_table(result, words), words.ui("show_stability"))
    return said + picture + more + returns


def frontier(result: Any, words: Words, identity: str) -> Markup:
    """What the best plan would bring at other budgets; nothing where nothing is offered."""
    if not result.order:
        return Markup("")
    picture = figure(
        gain_frontier(result, words),
        words.text("caption", "frontier"),
        tables.frontier_table(result, words),
        words.ui("footnote_frontier", **_about(result, words)),
        words,
        identity,
    )
    return paragraph(" ".join(frontier_sentences(result, words))) + picture


def _about(result: Any, words: Words) -> dict[str, str]:
    return {
        "respondents": words.respondents(result.sample.n),
        "weighting": weighting(result.sample, words),
        "level": words.percent(result.conf_level),
    }


def unanswered_spending(result: Any, words: Words, identity: str) -> Markup:
    """Why no plan is made; nothing where nothing at all is shown."""
    said = words.sentence("unanswered_plan", reasons=reasons(result.reasons, words))
    return Markup("") if suppressed(result) else paragraph(said)


def method(result: Any, words: Words, identity: str) -> Markup:
    """How the plan was made."""
    return paragraph(words.text("method", "plan"))


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on plans, explained."""
    return explained_terms(["expected_gain"] if result.order else [], words)

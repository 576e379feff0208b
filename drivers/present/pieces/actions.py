"""Pieces on actions: what was done, and what has moved since."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.actions import action_dots
from drivers.present.isolation import html
from drivers.present.markup import paragraph
from drivers.present.sentences.actions import action_sentence, actions_sentences
from drivers.present.sentences.findings import reasons, suppressed, weighting
from drivers.present.words import Words


def moved(result: Any, words: Words, identity: str) -> Markup:
    """Each action and how its driver has moved since, beside the drivers left alone."""
    items = Markup("").join(
        Markup("<li>{}</li>").format(html(action_sentence(action, result, words))) for action in result.actions
    )
    said = paragraph(" ".join(actions_sentences(result, words))) + Markup("<ul>{}</ul>").format(items)
    caution = paragraph(words.sentence("actions_caution"))
    register = opened(tables.register_table(result, words), words.ui("show_register"))
    if not any(math.isfinite(action.change[0]) for action in result.actions):
        return said + register
    footnote = words.ui(
        "footnote_actions",
        respondents=words.respondents(result.sample.n),
        weighting=weighting(result.sample, words),
        level=words.percent(result.conf_level),
    )
    picture = figure(
        action_dots(result, words),
        words.text("caption", "actions"),
        tables.actions_table(result, words),
        footnote,
        words,
        identity,
    )
    return said + caution + picture + register


def unanswered_moved(result: Any, words: Words, identity: str) -> Markup:
    """Why nothing is told of actions; nothing where nothing at all is shown."""
    said = words.sentence("unanswered_actions", reasons=reasons(result.reasons, words))
    return Markup("") if suppressed(result) else paragraph(said)


def method(result: Any, words: Words, identity: str) -> Markup:
    """How movements were told."""
    return paragraph(words.text("method", "actions"))

"""How the answers to each question are made up: missing by kind, and the ends of the scale."""

from __future__ import annotations

import numpy as np

from drivers.present.figures.canvas import BAND, INK, RULE, SOFT, STRONG, Drawing
from drivers.present.figures.importance import expect_kind
from drivers.present.figures.stacked import StackedBar, stacked_bars
from drivers.present.isolation import plain
from drivers.present.sentences.health import (
    ends_sentence,
    missing_kinds,
    missing_sentence,
    question_label,
    scored_items,
)
from drivers.present.words import Words
from drivers.results import Result

KIND_COLORS = {"blank": INK, "refused": STRONG, "dont_know": SOFT, "not_applicable": RULE, "not_asked": BAND}
"""From dark to light, so that they are told apart in grey: what was withheld is darker than what nobody had to give."""

END_COLORS = {"floor": INK, "between": BAND, "ceiling": STRONG}


def missing_bars(result: Result, words: Words) -> Drawing:
    """Bars of each scored question's missing answers by kind, in parts of all participants.

    Parameters
    ----------
    result
        Of `survey_quality`.
    words
        Of `wording`.
    """
    expect_kind(result, "quality")
    bars, longest = [], 0.0
    kinds = missing_kinds(result)
    for one in scored_items(result):
        parts = tuple((one.shares[kind], KIND_COLORS[kind]) for kind in kinds)
        total = sum(part for part, _ in parts)
        longest = max(longest, total)
        bars.append(StackedBar(question_label(one, words), parts, words.percent(total, 1)))
    legend = [(words.text("missing_kind", kind), KIND_COLORS[kind]) for kind in kinds]
    alt = words.text("alt", "missing_answers", finding=missing_sentence(result, words))
    # A bar of a thousandth must not look like the whole.
    limit = max(0.05, longest)
    return Drawing(draw=lambda width: stacked_bars(bars, legend, limit, words, width), alt=plain(alt))


def ends_bars(result: Result, words: Words) -> Drawing:
    """Bars of the worst, the best and all other answers to each scored question; arguments as in `missing_bars`."""
    expect_kind(result, "quality")
    bars = [
        StackedBar(
            question_label(one, words),
            (
                (one.floor, END_COLORS["floor"]),
                (1 - one.floor - one.ceiling, END_COLORS["between"]),
                (one.ceiling, END_COLORS["ceiling"]),
            ),
            words.percent(one.ceiling),
        )
        for one in scored_items(result)
        if one.has_steps and np.isfinite(one.ceiling)
    ]
    legend = [(words.term(key), END_COLORS[key]) for key in ("floor", "between", "ceiling")]
    alt = words.text("alt", "ends", finding=ends_sentence(result, words))
    return Drawing(draw=lambda width: stacked_bars(bars, legend, 1.0, words, width), alt=plain(alt))

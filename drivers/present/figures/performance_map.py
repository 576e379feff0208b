"""The importance-performance map: each driver as a dot between two axes, named beside it."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.claims import share_form
from drivers.present.figures.canvas import MUTED, PLAIN, SOFT, STRONG, Drawing
from drivers.present.figures.crossed import Corner, Crossed, draw_crossed
from drivers.present.figures.importance import expect_kind
from drivers.present.isolation import plain
from drivers.present.sentences.findings import map_sentence
from drivers.present.sentences.map_lines import axis_of_ratings, lines_legend, lines_sentence
from drivers.present.words import Words
from drivers.results import Result

_CORNERS = (
    ("improve_first", False, True),
    ("keep_up", True, True),
    ("can_wait", False, False),
    ("enough", True, False),
)
"""Quadrant, whether after the vertical line in reading direction, whether above the horizontal one."""


def importance_performance_map(result: Result, words: Words) -> Drawing:
    """Drivers between rating (across) and importance (up), with intervals, lines and quadrants.

    Parameters
    ----------
    result
        Of `importance_performance_map`.
    words
        Of `wording`.

    Notes
    -----
    A name stands beside its dot and on no other text or dot; where there is no room for all of them,
    the dots are numbered and the names stand below. Dots of drivers without a decided quadrant are hollow. Where each
    driver is compared with a line of its own, the distance to it is placed.
    """
    expect_kind(result, "map")
    table: Any = result
    alt = words.text("alt", "map", finding=f"{map_sentence(table, words)} {lines_sentence(table, words)}")
    crossed = _crossed(table, words)
    return Drawing(draw=lambda width: draw_crossed(crossed, words, width), alt=plain(alt))


def _crossed(result: Any, words: Words) -> Crossed:
    ranked = result.verdict.status != "not_rankable"
    own = result.own_lines
    ratings = [result.performance, result.performance_low, result.performance_high]
    return Crossed(
        names=tuple(words.label("driver", name) for name in result.drivers),
        across=result.distance if own else np.array(ratings),
        up=np.array([result.share, result.share_low, result.share_high]),
        lines=(0.0 if own else result.crosshair_performance, result.crosshair_share),
        corners=tuple(Corner(words.text("quadrant", name), after, above) for name, after, above in _CORNERS)
        if ranked
        else (),
        colors=tuple(_color(result, i) for i in range(len(result.drivers))),
        hollow=tuple(ranked and quadrant == "undecided" for quadrant in result.quadrant),
        across_title=axis_of_ratings(result, words),
        up_title=words.ui(f"axis_importance{share_form(result)}"),
        legend=lines_legend(result, words),
        bounds=(-100.0, 100.0) if own else (0.0, 100.0),
        signed=own,
    )


def _color(result: Any, i: int) -> str:
    if result.verdict.status == "not_rankable":
        return PLAIN
    return {"improve_first": STRONG, "undecided": MUTED}.get(result.quadrant[i], SOFT)

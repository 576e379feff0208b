"""The funnel: each unit by its size and its rating, between the limits within which usual units lie."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from drivers.present.figures.axis import Scale, limits_with_air, round_ticks
from drivers.present.figures.canvas import INK, MUTED, PAPER, RULE, STRONG, Box, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.figures.naming import name_places
from drivers.present.isolation import plain
from drivers.present.sentences.units import measure_label, unit_name, units_sentences
from drivers.present.words import Words
from drivers.results import Result

_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 14.0, 34.0, 46.0
_LINE = 18.0
MOST_NAMED = 12
"""Names beside dots; of more units that differ those stand there which differ the most surely."""

_STEPS = (1, 2, 3, 4, 5, 6, 8)
"""Round sizes within a power of ten."""

_CURVE = 60
"""Points of a limit's curve."""

_RANGES = {"mean": (0.0, 100.0), "nps": (-100.0, 100.0), "top2box": (0.0, 1.0), "share": (0.0, 1.0)}


@dataclass(frozen=True, slots=True)
class _Plot:
    width: float
    height: float
    across: Scale
    up: Scale

    def at(self, size: float, value: float) -> tuple[float, float]:
        """Where a unit stands, in pixels from the reading start and the top."""
        return self.across(math.sqrt(size)), self.up(value)


def units_funnel(result: Result, words: Words) -> Drawing:
    """Units between the limits of the funnel, those that truly differ named beside their dots.

    Parameters
    ----------
    result
        Of `compare_units`.
    words
        Of `wording`.

    Notes
    -----
    Sizes run with the reading, by their square roots, so that small units have room. Dashed limits hold 95 % of usual
    units, full ones 99.8 %. Units that truly differ are strong; a selected unit is a ring. Hundreds of units fit.
    """
    expect_kind(result, "units")
    alt = words.text("alt", "units", finding=" ".join(units_sentences(result, words)))
    return Drawing(draw=lambda width: _draw(result, words, width), alt=plain(alt))


def _draw(result: Any, words: Words, width: float) -> Canvas:
    narrow = width < 500
    title = wrapped(measure_label(result, words), width - 8, SMALL)
    top = _TOP + _LINE * (len(title) - 1)
    plot = _plot(result, width, width * (1.15 if narrow else 0.6) + top - _TOP, top)
    canvas = Canvas(plot.width, plot.height, words.direction)
    for position, line in enumerate(title):
        canvas.write(3, 12 + position * _LINE, line, size=SMALL, color=MUTED)
    _axes(canvas, plot, result, words, top, narrow=narrow)
    curves = _curves(result, plot)
    for level, curve in curves:
        canvas.line(curve, color=MUTED, width=1.3, dashed=level == min(one for one, _ in curves))
    dots = [plot.at(size, value) for size, value in zip(result.n_equivalent, result.estimate, strict=True)]
    small = 6.5 if len(dots) > 60 else 9.0
    clear = [i for i, says in enumerate(result.standing) if says != "open"]
    for i, (x, y) in enumerate(dots):
        if i not in clear and i != result.selected:
            canvas.dot(x, y, color=MUTED, size=small, hollow=True)
    for i in clear:
        if i != result.selected:
            canvas.dot(*dots[i], color=STRONG, size=small)
    if result.selected is not None:
        canvas.dot(*dots[result.selected], color=INK, size=11, hollow=True)
    for i, box in _names(result, plot, words, dots, [curve for _, curve in curves], top):
        text = unit_name(result, i, words)
        x = canvas.x((box.left + box.right) / 2)
        canvas.write(x, (box.top + box.bottom) / 2, text, size=LABEL - 1, color=INK, anchor="middle", halo=PAPER)
    return canvas


def _plot(result: Any, width: float, height: float, top: float) -> _Plot:
    sizes, values = result.n_equivalent, result.estimate
    # The smallest units have the widest limits: these are drawn from there on.
    ends = result.limits(np.array([float(sizes.min())]), 0.998)[0]
    bounds = _RANGES[result.measure]
    finest = 1.0 if bounds[1] > 1 else 0.01
    low, high = limits_with_air(
        max(bounds[0], min(float(values.min()), ends[0])),
        min(bounds[1], max(float(values.max()), ends[1])),
        bounds=bounds,
        air=0.06,
        finest=finest,
    )
    least, most = math.sqrt(float(sizes.min())), math.sqrt(float(sizes.max()))
    air = max(0.06 * (most - least), 0.3)
    return _Plot(
        width=width,
        height=height,
        across=Scale((max(0.0, least - air), most + air), _LEFT, width - _RIGHT),
        up=Scale((low, high), height - _BOTTOM, top),
    )


def _axes(canvas: Canvas, plot: _Plot, result: Any, words: Words, top: float, *, narrow: bool) -> None:
    bottom, right = plot.height - _BOTTOM, plot.width - _RIGHT
    canvas.write(
        (_LEFT + right) / 2, plot.height - 10, words.ui("axis_units"), size=SMALL, color=MUTED, anchor="middle"
    )
    finest = 1.0 if _RANGES[result.measure][1] > 1 else 0.01
    for value in plot.up.ticks(5, finest=finest):
        y = plot.up(value)
        canvas.line([(_LEFT - 4, y), (_LEFT, y)], color=RULE)
        whole = words.percent(value) if finest < 1 else words.number(value)
        canvas.write(_LEFT - 6, y, whole, size=SMALL, color=MUTED, anchor="end")
    taken = 0.0
    for value in _round_sizes(result):
        x, half = plot.across(math.sqrt(value)), text_width(words.number(value), SMALL) / 2
        if x - half < max(taken + (14 if narrow else 26), _LEFT) or x + half > plot.width - 2:
            continue
        taken = x + half
        canvas.line([(x, bottom), (x, bottom + 4)], color=RULE)
        canvas.write(x, bottom + 15, words.number(value), size=SMALL, color=MUTED, anchor="middle")
    canvas.line([(_LEFT, top), (_LEFT, bottom), (right, bottom)], color=RULE, width=1.2)
    y = plot.up(result.center)
    canvas.line([(_LEFT, y), (right, y)], color=INK, width=1.0)


def _round_sizes(result: Any) -> list[float]:
    """Round numbers that may stand along the axis of sizes."""
    least, most = float(result.n_equivalent.min()), float(result.n_equivalent.max())
    powers = range(math.floor(math.log10(max(least, 1.0))), math.ceil(math.log10(most)) + 1)
    sizes = [10.0**power * step for power in powers for step in _STEPS]
    within = [size for size in sizes if 0.8 * least <= size <= 1.15 * most and size >= 1]
    # Units of nearly one size have hardly any of these among them.
    return within if len(within) > 2 or most - least < 2 else round_ticks(least, most, 4, finest=1.0)


def _curves(result: Any, plot: _Plot) -> list[tuple[float, list[tuple[float, float]]]]:
    """Level, and the points of one of its two limits."""
    low, high = math.sqrt(float(result.n_equivalent.min())), math.sqrt(float(result.n_equivalent.max()))
    sizes = np.linspace(low, high + 0.3, _CURVE) ** 2
    bounds = _RANGES[result.measure]
    found = []
    for level in (0.95, 0.998):
        for limit in np.clip(result.limits(sizes, level), *bounds).T:
            found.append((level, [plot.at(size, value) for size, value in zip(sizes, limit, strict=True)]))
    return found


def _names(
    result: Any,
    plot: _Plot,
    words: Words,
    dots: list[tuple[float, float]],
    curves: list[list[tuple[float, float]]],
    top: float,
) -> list[tuple[int, Box]]:
    """The dots that are named, and where; the surest first, as many as have room."""
    sure = sorted(
        (i for i, says in enumerate(result.standing) if says != "open" and result.names[i]),
        key=lambda i: float(result.p_adjusted[i]),
    )
    if result.selected is not None:
        sure = [result.selected, *(i for i in sure if i != result.selected)]
    seen = [(plot.width - x if words.direction == "rtl" else x, y) for x, y in dots]
    taken = [Box(x - 6, y - 6, x + 6, y + 6) for x, y in seen]
    lines = []
    for curve in curves:
        points = [(plot.width - x if words.direction == "rtl" else x, y) for x, y in curve[::3]]
        for (x, y), (x_next, y_next) in pairwise(points):
            lines.append(Box(min(x, x_next), min(y, y_next), max(x, x_next), max(y, y_next)))
    sides = sorted(plot.width - x if words.direction == "rtl" else x for x in (_LEFT + 3, plot.width - _RIGHT - 2))
    frame = Box(sides[0], top + 2, sides[1], plot.height - _BOTTOM - 3)
    for named in (sure[:most] for most in range(min(len(sure), MOST_NAMED), 0, -1)):
        sizes = [(text_width(unit_name(result, i, words), LABEL - 1) + 2, 1.1 * LABEL) for i in named]
        places = name_places(
            [seen[i] for i in named], sizes, taken=taken, lines=lines, frame=frame, direction=words.direction
        )
        if places is not None:
            return list(zip(named, places, strict=True))
    return []

"""A statistic over the waves, with its interval as a band."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from drivers.present.figures.axis import Scale, limits_with_air
from drivers.present.figures.canvas import BAND, MUTED, PAPER, RULE, STRONG, Box, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.findings import statistic_value, trend_points, trend_sentence
from drivers.present.isolation import plain
from drivers.present.words import Words
from drivers.results import Result

_LINE = 17.0
_RANGES = {"mean": ((0.0, 100.0), 1.0), "top2box": ((0.0, 1.0), 0.01), "nps": ((-100.0, 100.0), 1.0)}
"""What each statistic can be, and the finest step that its axis writes."""


def wave_trend(result: Result, words: Words, *, outcome: str, statistic: str) -> Drawing:
    """A line over the waves for one statistic of one outcome.

    Parameters
    ----------
    result
        Of `by_wave` with `scorecard`.
    words
        Of `wording`.
    outcome
        Name of an outcome.
    statistic
        ``mean``, ``top2box`` or ``nps``.

    Notes
    -----
    Time runs in reading direction. The first and the last value stand beside the line.
    """
    expect_kind(result, "waves")
    alt = words.text(
        "alt",
        "trend",
        waves=words.counted("wave", len(trend_points(result, outcome, statistic)), case="gen"),
        finding=trend_sentence(result, words, outcome, statistic),
    )
    return Drawing(draw=lambda width: _draw(result, words, outcome, statistic, width), alt=plain(alt))


def _draw(result: Any, words: Words, outcome: str, statistic: str, width: float) -> Canvas:
    points = trend_points(result, outcome, statistic)
    narrow = width < 500
    height = 250.0 if narrow else 300.0
    canvas = Canvas(width, height, words.direction)
    names = _names(words, [wave for wave, _ in points], narrow=narrow)
    left, right, top = 44.0, 30.0, 26.0
    base = height - 22.0 - _LINE * max(len(lines) for lines in names)
    bounds, finest = _RANGES[statistic]
    limits = limits_with_air(
        min(level.conf_low for _, level in points),
        max(level.conf_high for _, level in points),
        bounds=bounds,
        air=0.15,
        finest=finest,
    )
    up = Scale(limits, base, top)
    across = Scale((0, max(len(points) - 1, 1)), left + 10, width - right - 10)
    for value in up.ticks(4, finest=finest):
        canvas.line([(left, up(value)), (width - 6, up(value))], color=RULE, width=0.7)
        tick = words.percent(value) if statistic == "top2box" else words.number(value)
        canvas.write(left - 6, up(value), tick, size=SMALL, color=MUTED, anchor="end")
    upper = [(across(k), up(level.conf_high)) for k, (_, level) in enumerate(points)]
    lower = [(across(k), up(level.conf_low)) for k, (_, level) in enumerate(points)]
    canvas.area([*upper, *reversed(lower)], color=BAND)
    middle = [(across(k), up(level.estimate)) for k, (_, level) in enumerate(points)]
    canvas.line(middle, color=STRONG, width=2.0)
    for x, y in middle:
        canvas.dot(x, y, size=7 if not narrow else 6)
    for k in sorted({0, len(points) - 1}):
        shown = statistic_value(statistic, points[k][1].estimate, words)
        long = text_width(shown, LABEL)
        x = across(k) + (8 - long if k else -8)
        # On no part of the band, on the side that is nearer to the dot.
        above, below = _edge(upper, x, x + long, min) - 10, _edge(lower, x, x + long, max) + 11
        y = above if middle[k][1] - above <= below - middle[k][1] or below > base - 8 else below
        canvas.write(x, y, shown, size=LABEL, halo=PAPER)
    _wave_names(canvas, names, across, base)
    return canvas


def _edge(
    points: list[tuple[float, float]], start: float, end: float, farthest: Callable[[list[float]], float]
) -> float:
    """The farthest height of a line through the points between two places."""
    xs, ys = zip(*points, strict=True)
    inside = [float(y) for x, y in points if start <= x <= end]
    return farthest([*inside, *(float(np.interp(place, xs, ys)) for place in (start - 3, end + 3))])


def _names(words: Words, waves: list[str], *, narrow: bool) -> list[list[str]]:
    return [wrapped(words.label("wave", wave), 68.0 if narrow else 84.0, SMALL) for wave in waves]


def _wave_names(canvas: Canvas, names: list[list[str]], across: Callable[[int], float], y: float) -> None:
    """As many waves' names as fit, always the last and the first, evenly spread between."""
    widths = [max(text_width(line, SMALL) for line in lines) for lines in names]
    last = len(names) - 1
    step = 1
    chosen: list[int] = []
    while step <= max(last, 1):
        chosen = [k for k in range(0, last + 1, step) if k == 0 or last - k >= step or k == last]
        if last not in chosen:
            chosen.append(last)
        boxes = [_name_box(canvas, across(k), widths[k]) for k in chosen]
        if not any(a.overlaps(b, 8) for a, b in pairwise(boxes)):
            break
        step += 1
    else:
        chosen = [last]
    for k in chosen:
        x = _within(canvas, across(k), widths[k])
        canvas.line([(across(k), y), (across(k), y + 4)], color=RULE)
        for position, line in enumerate(names[k]):
            canvas.write(x, y + 14 + position * _LINE, line, size=SMALL, color=MUTED, anchor="middle")


def _within(canvas: Canvas, x: float, width: float) -> float:
    return min(max(x, width / 2 + 1), canvas.width - width / 2 - 1)


def _name_box(canvas: Canvas, x: float, width: float) -> Box:
    centre = _within(canvas, x, width)
    return Box(centre - width / 2, 0, centre + width / 2, 1)

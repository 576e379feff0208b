"""A statistic over the waves, with its interval as a band."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from drivers.present.figures.axis import Scale, limits_with_air
from drivers.present.figures.canvas import BAND, MUTED, PAPER, RULE, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width
from drivers.present.figures.wave_names import LINE, chosen_names, write_wave_names
from drivers.present.isolation import plain
from drivers.present.sentences.findings import statistic_value, trend_points, trend_sentence
from drivers.present.words import Words
from drivers.results import Result

_RANGES = {
    "mean": ((0.0, 100.0), 1.0),
    "top2box": ((0.0, 1.0), 0.01),
    "nps": ((-100.0, 100.0), 1.0),
    "share": ((0.0, 1.0), 0.01),
}
"""What each statistic can be, and the finest step that its axis writes."""


def wave_trend(result: Result, words: Words, *, outcome: str, statistic: str) -> Drawing:
    """A line over the waves for one statistic of one outcome.

    Parameters
    ----------
    result
        Of `by_wave` with `outcome_scores`.
    words
        Of `wording`.
    outcome
        Name of an outcome.
    statistic
        ``mean``, ``top2box``, ``share`` or ``nps``.

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
    left, right, top = 44.0, 30.0, 18.0
    apart = (width - left - right - 20) / max(len(points) - 1, 1)
    chosen, names = chosen_names(words, [wave for wave, _ in points], apart)
    base = height - 22.0 - LINE * max(len(lines) for lines in names)
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
    ticks = up.ticks(4, finest=finest)
    for value in ticks:
        canvas.line([(left, up(value)), (width - 6, up(value))], color=RULE, width=0.7)
        tick = words.percent(value) if statistic in ("top2box", "share") else words.number(value)
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
        up_there = middle[k][1] - above <= below - middle[k][1] or below > base - 8
        y = above if up_there else below
        # Nor on a line of the grid.
        crossed = next((up(value) for value in ticks if abs(up(value) - y) < 8), None)
        if crossed is not None:
            y = crossed - 9 if up_there else crossed + 9
        canvas.write(x, y, shown, size=LABEL, halo=PAPER)
    write_wave_names(canvas, chosen, names, across, base)
    return canvas


def _edge(
    points: list[tuple[float, float]], start: float, end: float, farthest: Callable[[list[float]], float]
) -> float:
    """The farthest height of a line through the points between two places."""
    xs, ys = zip(*points, strict=True)
    inside = [float(y) for x, y in points if start <= x <= end]
    return farthest([*inside, *(float(np.interp(place, xs, ys)) for place in (start - 3, end + 3))])

"""A statistic over the waves, with its interval as a band."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from drivers.present.figures.axis import Scale, limits_with_air
from drivers.present.figures.canvas import BAND, MUTED, PAPER, RULE, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.findings import statistic_value, trend_points, trend_sentence
from drivers.present.words import Words
from drivers.results import Result

_LINE = 17.0
_LONGEST, _SHORTEST, _MOST_LINES = 96.0, 60.0, 3
"""Pixels that a wave's name takes at most, what it gets at least, and lines that it may have."""

_RANGES = {"mean": ((0.0, 100.0), 1.0), "top2box": ((0.0, 1.0), 0.01), "nps": ((-100.0, 100.0), 1.0)}
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
    left, right, top = 44.0, 30.0, 18.0
    apart = (width - left - right - 20) / max(len(points) - 1, 1)
    chosen, names = _names(words, [wave for wave, _ in points], apart)
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
    ticks = up.ticks(4, finest=finest)
    for value in ticks:
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
        up_there = middle[k][1] - above <= below - middle[k][1] or below > base - 8
        y = above if up_there else below
        # Nor on a line of the grid.
        crossed = next((up(value) for value in ticks if abs(up(value) - y) < 8), None)
        if crossed is not None:
            y = crossed - 9 if up_there else crossed + 9
        canvas.write(x, y, shown, size=LABEL, halo=PAPER)
    _wave_names(canvas, chosen, names, across, base)
    return canvas


def _edge(
    points: list[tuple[float, float]], start: float, end: float, farthest: Callable[[list[float]], float]
) -> float:
    """The farthest height of a line through the points between two places."""
    xs, ys = zip(*points, strict=True)
    inside = [float(y) for x, y in points if start <= x <= end]
    return farthest([*inside, *(float(np.interp(place, xs, ys)) for place in (start - 3, end + 3))])


def _names(words: Words, waves: list[str], apart: float) -> tuple[list[int], list[list[str]]]:
    """Which waves are named, as many as fit and always the first and the last, and the lines of each name."""
    last = len(waves) - 1
    labels = [words.label("wave", wave) for wave in waves]
    for step in range(1, last + 1):
        # From the last backwards; the one that would stand too near the first gives way to it.
        chosen = [0, *(k for k in range(last, 0, -step) if k >= step)][: last + 1]
        chosen.sort()
        room = min(b - a for a, b in pairwise(chosen)) * apart - 8
        names = _broken([labels[k] for k in chosen], min(room, _LONGEST))
        if names is not None:
            return chosen, names
    chosen = [0, last] if last and (last * apart > 2 * _SHORTEST) else [last]
    return chosen, [wrapped(labels[k], max(min(last * apart - 8, _LONGEST), _SHORTEST), SMALL) for k in chosen]


def _broken(labels: list[str], room: float) -> list[list[str]] | None:
    """The labels in lines that fit the room, broken at the same word where they can be; None where words are too long.

    Labels of waves are alike ("First quarter 2023"), and a reader compares them best where they break alike.
    """
    parts = [plain(label).split(" ") for label in labels]
    if max(text_width(word, SMALL) for words in parts for word in words) > room:
        return None
    if all(text_width(label, SMALL) <= room for label in labels):
        return [wrapped(label, room, SMALL) for label in labels]
    if len({len(words) for words in parts}) == 1:
        for at in range(len(parts[0]) - 1, 0, -1):
            halves = [(" ".join(words[:at]), " ".join(words[at:])) for words in parts]
            if all(text_width(half, SMALL) <= room for pair in halves for half in pair):
                return [[line for half in pair for line in wrapped(half, room, SMALL)] for pair in halves]
    names = [wrapped(label, room, SMALL) for label in labels]
    return names if max(map(len, names)) <= _MOST_LINES else None


def _wave_names(
    canvas: Canvas, chosen: list[int], names: list[list[str]], across: Callable[[int], float], y: float
) -> None:
    """The names of the chosen waves below the axis."""
    for k, lines in zip(chosen, names, strict=True):
        x = _within(canvas, across(k), max(text_width(line, SMALL) for line in lines))
        canvas.line([(across(k), y), (across(k), y + 4)], color=RULE)
        for position, line in enumerate(lines):
            canvas.write(x, y + 14 + position * _LINE, line, size=SMALL, color=MUTED, anchor="middle")


def _within(canvas: Canvas, x: float, width: float) -> float:
    return min(max(x, width / 2 + 1), canvas.width - width / 2 - 1)

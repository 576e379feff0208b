"""A statistic over the waves, with its interval as a band."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from drivers.present.figures.canvas import (
    BAND,
    MUTED,
    RULE,
    STRONG,
    Box,
    Canvas,
    Drawing,
    text_width,
    wrapped,
)
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.performance_map import round_ticks
from drivers.present.findings import statistic_value, trend_sentence
from drivers.present.isolation import plain
from drivers.present.words import Words
from drivers.results import Result

_LINE = 15.0


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


def trend_points(result: Any, outcome: str, statistic: str) -> list[tuple[str, Any]]:
    """The waves that have the statistic, each with its level."""
    scored = [(wave, part.score(outcome, statistic)) for wave, part in zip(result.waves, result.results, strict=True)]
    return [(wave, score.level) for wave, score in scored if score is not None]


def _draw(result: Any, words: Words, outcome: str, statistic: str, width: float) -> Canvas:
    points = trend_points(result, outcome, statistic)
    narrow = width < 500
    height = 250.0 if narrow else 300.0
    canvas = Canvas(width, height, words.direction)
    names = _names(words, [wave for wave, _ in points], narrow=narrow)
    left, right, top = 44.0, 30.0, 26.0
    bottom = 22.0 + _LINE * max(len(lines) for lines in names)
    low = min(level.conf_low for _, level in points)
    high = max(level.conf_high for _, level in points)
    air = 0.15 * (high - low) or 1.0
    floor, ceiling = low - air, high + air
    span = max(len(points) - 1, 1)

    def across(position: int) -> float:
        return left + 10 + position / span * (width - left - right - 20)

    def up(value: float) -> float:
        return top + (ceiling - value) / (ceiling - floor) * (height - top - bottom)

    for value in round_ticks(floor, ceiling, 4):
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
    for k in {0, len(points) - 1}:
        # The value stands on the side of the band where the line leaves room.
        neighbour = middle[1 if k == 0 else -2] if len(points) > 1 else middle[0]
        above = middle[k][1] <= neighbour[1]
        y = upper[k][1] - 9 if above else lower[k][1] + 10
        shift = -8 if k == 0 else 8
        shown = statistic_value(statistic, points[k][1].estimate, words)
        canvas.write(across(k) + shift, y, shown, size=LABEL, anchor="start" if k == 0 else "end", halo=True)
    _wave_names(canvas, names, across, height - bottom)
    return canvas


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

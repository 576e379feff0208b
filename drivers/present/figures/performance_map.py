"""The importance-performance map: each driver as a dot between two axes, named beside it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from drivers.present.figures.canvas import (
    BAND,
    INK,
    MUTED,
    PLAIN,
    RULE,
    SOFT,
    STRONG,
    Box,
    Canvas,
    Drawing,
    text_width,
    wrapped,
)
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.findings import map_sentence
from drivers.present.isolation import plain
from drivers.present.words import Words
from drivers.results import Result

_LINE = 17.0
_CORNERS = (("improve_first", 0, 1), ("keep_up", 1, 1), ("can_wait", 0, 0), ("enough", 1, 0))
"""Quadrant, whether right of the vertical line, whether above the horizontal one (in reading direction)."""


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
    Names never overlap each other, a dot or a quadrant's name. Dots of drivers without a decided
    quadrant are hollow.
    """
    expect_kind(result, "map")
    alt = words.text("alt", "map", finding=map_sentence(result, words))
    return Drawing(draw=lambda width: _draw(result, words, width), alt=plain(alt))


def _draw(result: Any, words: Words, width: float) -> Canvas:
    narrow = width < 500
    height = width * 1.45 if narrow else width * 0.68
    canvas = Canvas(width, height, words.direction)
    left, right, top, bottom = 46.0, 14.0, 34.0, 46.0
    across = _Scale(_range(result.performance_low, result.performance_high, 100.0), left, width - right)
    up = _Scale(_range(result.share_low, result.share_high, 1.0), height - bottom, top)
    canvas.write(3, 12, words.ui("axis_importance"), size=SMALL, color=MUTED)
    canvas.write(
        (left + width - right) / 2,
        height - 10,
        words.ui("axis_performance"),
        size=SMALL,
        color=MUTED,
        anchor="middle",
    )
    middle_x, middle_y = across(result.crosshair_performance), up(result.crosshair_share)
    ranked = result.verdict.status != "not_rankable"
    if ranked:
        canvas.rectangle(left, top, middle_x - left, middle_y - top, color=BAND)
    for value in across.ticks(4 if narrow else 6):
        canvas.line([(across(value), height - bottom), (across(value), height - bottom + 4)], color=RULE)
        canvas.write(across(value), height - bottom + 14, words.number(value), size=SMALL, color=MUTED, anchor="middle")
    for value in up.ticks(5):
        canvas.write(left - 6, up(value), words.percent(value), size=SMALL, color=MUTED, anchor="end")
        canvas.line([(left - 4, up(value)), (left, up(value))], color=RULE)
    canvas.line([(left, top), (left, height - bottom), (width - right, height - bottom)], color=RULE, width=1.2)
    canvas.line([(middle_x, top), (middle_x, height - bottom)], color=MUTED, dashed=True)
    canvas.line([(left, middle_y), (width - right, middle_y)], color=MUTED, dashed=True)
    frame = Box(
        min(canvas.x(left), canvas.x(width - right)) + 3,
        top + 2,
        max(canvas.x(left), canvas.x(width - right)) - 3,
        height - bottom - 3,
    )
    taken: list[Box] = []
    if ranked:
        for name, after, above in _CORNERS:
            x = width - right - 6 if after else left + 6
            y = top + 10 if above else height - bottom - 11
            artist = canvas.write(
                x,
                y,
                words.text("quadrant", name),
                size=SMALL,
                color=MUTED,
                anchor="end" if after else "start",
            )
            taken.append(canvas.box(artist))
    dots = [(across(p), up(s)) for p, s in zip(result.performance, result.share, strict=True)]
    for i, (x, y) in enumerate(dots):
        canvas.line(
            [(across(result.performance_low[i]), y), (across(result.performance_high[i]), y)],
            color=SOFT,
            width=1.0,
        )
        canvas.line([(x, up(result.share_low[i])), (x, up(result.share_high[i]))], color=SOFT, width=1.0)
        taken.append(Box(canvas.x(x) - 6, y - 6, canvas.x(x) + 6, y + 6))
    for i, (x, y) in enumerate(dots):
        canvas.dot(x, y, color=_color(result, i), size=9)
    for i in np.argsort([y for _, y in dots], kind="stable"):
        _name(canvas, words.label("driver", result.drivers[i]), dots[i], taken, frame, narrow=narrow)
    return canvas


def _color(result: Any, i: int) -> str:
    if result.verdict.status == "not_rankable":
        return PLAIN
    return {"improve_first": STRONG, "undecided": PLAIN}.get(result.quadrant[i], SOFT)


def _name(canvas: Canvas, label: str, dot: tuple[float, float], taken: list[Box], frame: Box, *, narrow: bool) -> None:
    """Write a dot's name at the nearest free place; a thin line leads to it where it is far."""
    lines = wrapped(label, 104 if narrow else 190, SMALL if narrow else LABEL - 1)
    size = SMALL if narrow else LABEL - 1
    width = max(text_width(line, size) for line in lines) + 2
    height = _LINE * len(lines)
    x, y = canvas.x(dot[0]), dot[1]
    for distance in (9, 16, 24, 34, 46, 60, 78, 98, 120, 150, 190, 240):
        for angle in (0, 180, 90, 270, 45, 135, 315, 225, 22, 158, 338, 202, 67, 113, 293, 247):
            cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            if canvas.direction == "rtl":
                cosine = -cosine
            centre_x = x + cosine * (distance + width / 2 * abs(cosine)) if abs(cosine) > 0.01 else x
            if abs(cosine) > 0.99:
                centre_x = x + math.copysign(distance + width / 2, cosine)
            centre_y = y - sine * (distance + height / 2)
            box = Box(centre_x - width / 2, centre_y - height / 2, centre_x + width / 2, centre_y + height / 2)
            if box.inside(frame) and not any(box.overlaps(other, 1.5) for other in taken):
                break
        else:
            continue
        break
    taken.append(box)
    if distance > 16:
        near_x = min(max(x, box.left), box.right)
        near_y = min(max(y, box.top), box.bottom)
        canvas.line([(canvas.x(x), y), (canvas.x(near_x), near_y)], color=MUTED, width=0.7)
    for position, line in enumerate(lines):
        canvas.write(
            canvas.x(centre_x),
            box.top + _LINE * (position + 0.5),
            line,
            size=size,
            color=INK,
            anchor="middle",
            halo=True,
        )


def _range(low: np.ndarray, high: np.ndarray, most: float) -> tuple[float, float]:
    """The interval's ends with some air, within 0 and the most that is possible."""
    air = 0.12 * (float(high.max()) - float(low.min())) or 0.05 * most
    return max(0.0, float(low.min()) - air), min(most, float(high.max()) + air)


class _Scale:
    """Numbers → pixels."""

    def __init__(self, limits: tuple[float, float], start: float, end: float) -> None:
        self._low, self._high = limits
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        return self._start + (value - self._low) / (self._high - self._low) * (self._end - self._start)

    def ticks(self, most: int) -> list[float]:
        """Round numbers within the limits."""
        return round_ticks(self._low, self._high, most)


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """At most so many round numbers from low to high."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    # Shares are shown in whole percent, so no step is finer than that.
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    step = max(step, 0.01)
    first = math.ceil(low / step - 1e-9)
    return [round(k * step, 10) for k in range(first, math.floor(high / step + 1e-9) + 1)]

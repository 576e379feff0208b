"""Penalties and rewards: what each driver costs to one side of a common zero line, and what it brings to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from drivers.present.figures.axis import Scale
from drivers.present.figures.canvas import INK, MUTED, RULE, SOFT, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.uneven import SHAPES, uneven_sentences
from drivers.present.words import Words
from drivers.results import Result

_SIDE = 12.0
_LINE = 19.0
_BAR = 13.0
_ROW = 16.0
_TOP = 34.0
_APART = 20.0
_FINEST = 0.5
_SIDES = ("penalty", "reward")


def penalty_reward_bars(result: Result, words: Words) -> Drawing:
    """Two bars of each driver from one zero line: its penalty to the reading start, its reward to the other side.

    Parameters
    ----------
    result
        Of `asymmetry`.
    words
        Of `wording`.

    Notes
    -----
    Drivers stand by shape, in the codebook's order within each. The two bars are at different heights, as an interval
    may reach across the zero line. A side of which nothing is known has a word in place of its bar.
    """
    expect_kind(result, "asymmetry")
    alt = words.text("alt", "penalty_reward", finding=" ".join(uneven_sentences(result, words)))
    return Drawing(draw=lambda width: _draw(result, words, width), alt=plain(alt))


@dataclass(frozen=True, slots=True)
class _Bars:
    """Where a bar begins and how long it is: pixels for points of the outcome, losses towards the reading start."""

    scale: Scale
    zero: float

    def place(self, side: str, points: float) -> float:
        return self.scale(-points if side == "penalty" else points)


def _draw(result: Any, words: Words, width: float) -> Canvas:
    groups = [(shape, [i for i, found in enumerate(result.shapes) if found == shape]) for shape in SHAPES]
    groups = [(shape, members) for shape, members in groups if members]
    labels = {
        i: wrapped(words.label("driver", result.drivers[i]), width - 2 * _SIDE, LABEL)
        for _, members in groups
        for i in members
    }
    heights = {i: _LINE * len(lines) + 2 * _ROW + 15 for i, lines in labels.items()}
    heads = {shape: wrapped(words.text("shape_group", shape), width - 2 * _SIDE, SMALL) for shape, _ in groups}
    height = _TOP + sum(heights.values()) + sum(17.0 * len(lines) + 13 for lines in heads.values()) + 40
    canvas = Canvas(width, height, words.direction)
    bars = _bars(result, words, width)
    _sides(canvas, bars, words)
    y = _TOP
    ticks = bars.scale.ticks(6 if width < 500 else 8, finest=_FINEST)
    for shape, members in groups:
        canvas.line([(_SIDE, y), (width - _SIDE, y)], color=RULE, width=0.7)
        for line in heads[shape]:
            canvas.write(_SIDE, y + 12, line, size=SMALL, color=STRONG if shape != "undecided" else MUTED)
            y += 17
        y += 13
        for i in members:
            for position, line in enumerate(labels[i]):
                canvas.write(_SIDE, y + 4 + position * _LINE, line, size=LABEL)
            start = y + _LINE * len(labels[i]) + 1
            for tick in ticks:
                x = bars.scale(tick)
                canvas.line([(x, start - 2), (x, start + 2 * _ROW)], color=RULE, width=0.6)
            for row, side in enumerate(_SIDES):
                _one(canvas, bars, side, getattr(result, side)[:, i], start + row * _ROW, words)
            canvas.line([(bars.zero, start - 4), (bars.zero, start + 2 * _ROW + 2)], color=INK, width=1.4)
            y += heights[i]
    for tick in ticks:
        text = words.number(abs(tick), 0 if float(tick).is_integer() else 1)
        canvas.write(bars.scale(tick), y + 6, text, size=SMALL, color=MUTED, anchor="middle")
    canvas.write(
        width / 2,
        y + 25,
        words.ui("axis_points", outcome=words.outcome(result.outcome, "start")),
        size=SMALL,
        color=MUTED,
        anchor="middle",
    )
    return canvas


def _bars(result: Any, words: Words, width: float) -> _Bars:
    """The axis, with room at both ends for the numbers of the bars."""
    shown = [value for side in _SIDES for value in getattr(result, side)[0] if np.isfinite(value)]
    room = max(text_width(words.number(value, 1), LABEL) for value in (*shown, 1.0)) + 10
    reach = {side: _reach(getattr(result, side)) for side in _SIDES}
    back = {side: _back(getattr(result, side)) for side in _SIDES}
    low, high = -max(reach["penalty"], back["reward"]), max(reach["reward"], back["penalty"])
    # A side without anything to show keeps room for the word that says so.
    span = high - low
    low, high = min(low, -0.25 * span), max(high, 0.25 * span)
    scale = Scale((low, high), _SIDE + room, width - _SIDE - room)
    return _Bars(scale, scale(0.0))


def _reach(values: np.ndarray) -> float:
    """The most points that are drawn to a side's own end."""
    known = values[[0, 3]][np.isfinite(values[[0, 3]])]
    return max(float(known.max(initial=0.0)), 1.0)


def _back(values: np.ndarray) -> float:
    """The most points that are drawn to the other end, where an interval crosses zero."""
    known = values[[0, 2]][np.isfinite(values[[0, 2]])]
    return float(-known.min(initial=0.0))


def _sides(canvas: Canvas, bars: _Bars, words: Words) -> None:
    """What stands to each side of the zero line; a long heading keeps to the figure, and the other gives way."""
    long = {side: text_width(words.term(side), SMALL) for side in _SIDES}
    end = max(bars.zero - _APART / 2, long["penalty"] + 2)
    start = min(bars.zero + _APART / 2, canvas.width - long["reward"] - 2)
    if start - end < _APART:
        start, end = (end + _APART, end) if end > bars.zero - _APART / 2 else (start, start - _APART)
    canvas.write(end, 14, words.term("penalty"), size=SMALL, color=MUTED, anchor="end")
    canvas.write(start, 14, words.term("reward"), size=SMALL, color=MUTED)


def _one(canvas: Canvas, bars: _Bars, side: str, values: np.ndarray, y: float, words: Words) -> None:
    """A bar with its interval and number, or the word that nothing is known."""
    towards = -1.0 if side == "penalty" else 1.0
    anchor: Any = "end" if side == "penalty" else "start"
    estimate, _, low, high = values
    middle = y + _BAR / 2
    if not np.isfinite(estimate):
        canvas.write(bars.zero + towards * 8, middle, words.ui("too_few"), size=SMALL, color=MUTED, anchor=anchor)
        return
    end = bars.place(side, estimate)
    canvas.rectangle(min(bars.zero, end), y, abs(end - bars.zero), _BAR, color=_color(side))
    reached = [bars.zero, end]
    if np.isfinite([low, high]).all():
        limits = [bars.place(side, value) for value in (low, high)]
        for color, width in (("#ffffff", 3.4), (INK, 1.4)):
            canvas.line([(limits[0], middle), (limits[1], middle)], color=color, width=width)
        for x in limits:
            canvas.line([(x, middle - 4), (x, middle + 4)], color=INK, width=1.4)
        reached += limits
    x = min(reached) - 8 if side == "penalty" else max(reached) + 8
    canvas.write(x, middle, words.number(estimate, 1), size=LABEL, anchor=anchor)


def _color(side: str) -> str:
    return SOFT if side == "penalty" else STRONG

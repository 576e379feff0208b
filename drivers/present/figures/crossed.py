"""Dots between two axes that a line on each parts into quadrants, named beside their dots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from drivers.present.figures.axis import Scale, limits_with_air
from drivers.present.figures.canvas import (
    BAND,
    INK,
    MUTED,
    PAPER,
    RULE,
    SOFT,
    Anchor,
    Box,
    Canvas,
)
from drivers.present.figures.dot_key import key_height, key_room, write_key
from drivers.present.figures.importance import LABEL, SMALL
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.figures.naming import name_places
from drivers.present.words import Words

_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 14.0, 34.0, 46.0
"""Room around the axes, from the reading start."""

_LINE = 18.0
_DASH = 24.0
"""Room for the dashed line before what it stands for."""


@dataclass(frozen=True, slots=True)
class Corner:
    """The name of a quadrant: whether it lies after the upright line in reading direction, and above the level one."""

    name: str
    after: bool
    above: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crossed:
    """What is drawn between two axes.

    Parameters
    ----------
    names
        Of the dots, (k,).
    across, up
        Where each stands: estimate and limits; ``up`` in parts of 1; float (3, k).
    lines
        Where the upright and the level line stand.
    corners
        Names of quadrants; the first quadrant before the upright line and above the level one is shaded where there
        are any.
    colors, hollow
        Of each dot, (k,).
    across_title, up_title, legend
        What the axes are, and what the dashed lines stand for.
    bounds, finest
        What is possible across, and the smallest step that is written.
    signed
        Whether numbers across are differences.
    """

    names: tuple[str, ...]
    across: np.ndarray
    up: np.ndarray
    lines: tuple[float, float]
    corners: tuple[Corner, ...]
    colors: tuple[str, ...]
    hollow: tuple[bool, ...]
    across_title: str
    up_title: str
    legend: str
    bounds: tuple[float, float] = (0.0, 100.0)
    finest: float = 1.0
    signed: bool = False


@dataclass(frozen=True, slots=True)
class _CornerName:
    """A quadrant's name in its corner: its lines, and the middle of the first."""

    shaded: bool
    above: bool
    lines: tuple[str, ...]
    anchor: Anchor
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where the axes and what is between them stand, from the reading start."""

    width: float
    height: float
    across: Scale
    up: Scale
    middle: tuple[float, float]
    corners: tuple[_CornerName, ...]

    @property
    def right(self) -> float:
        return self.width - _RIGHT

    @property
    def bottom(self) -> float:
        return self.height - _BOTTOM


def draw_crossed(crossed: Crossed, words: Words, width: float) -> Canvas:
    """The dots with their intervals, the lines, and the names of dots and quadrants.

    Notes
    -----
    A name stands beside its dot and on no other text or dot; where there is no room for all of them, the dots are
    numbered and the names stand below.
    """
    narrow = width < 500
    plot = _plot(crossed, width, width * 1.45 if narrow else width * 0.68)
    size = SMALL if narrow else LABEL - 1
    names = [wrapped(name, 104 if narrow else 190, size) for name in crossed.names]
    key: list[list[str]] = []
    places = _places(crossed, plot, words, names, size)
    if places is None:
        key = [wrapped(name, key_room(width) - 22, SMALL) for name in crossed.names]
        names = [[words.number(i + 1)] for i in range(len(names))]
        places = _places(crossed, plot, words, names, size) or _places(crossed, plot, words, names, size, crowded=True)
    assert places is not None  # a crowded map always has places
    legend = wrapped(crossed.legend, width - _LEFT - _RIGHT - _DASH, SMALL)
    below = plot.height + _LINE * len(legend) + 8
    canvas = Canvas(width, below + key_height(key, width), words.direction)
    if crossed.corners:
        canvas.rectangle(_LEFT, _TOP, plot.middle[0] - _LEFT, plot.middle[1] - _TOP, color=BAND)
    _axes(canvas, crossed, plot, words, narrow=narrow)
    _write_legend(canvas, legend, plot.height)
    for name in plot.corners:
        for position, line in enumerate(name.lines):
            y = name.y + position * _LINE
            halo = BAND if name.shaded else PAPER
            canvas.write(name.x, y, line, size=SMALL, color=MUTED, anchor=name.anchor, halo=halo)
    for interval in _intervals(crossed, plot):
        canvas.line(interval, color=SOFT)
    for (x, y), color, hollow in zip(_dots(crossed, plot), crossed.colors, crossed.hollow, strict=True):
        canvas.dot(x, y, color=color, size=9, hollow=hollow)
    band = _seen(plot, words, _LEFT, _TOP, *plot.middle)
    for lines, box in zip(names, places, strict=True):
        x = canvas.x((box.left + box.right) / 2)
        halo = BAND if crossed.corners and box.inside(band) else PAPER
        for position, line in enumerate(lines):
            y = (box.top + box.bottom) / 2 + _LINE * (position - (len(lines) - 1) / 2)
            canvas.write(x, y, line, size=size, color=INK, anchor="middle", halo=halo)
    write_key(canvas, key, below, words)
    return canvas


def _write_legend(canvas: Canvas, legend: Sequence[str], top: float) -> None:
    for position, line in enumerate(legend):
        canvas.write(_LEFT + _DASH, top + 10 + position * _LINE, line, size=SMALL, color=MUTED)
    canvas.line([(_LEFT, top + 10), (_LEFT + _DASH - 6, top + 10)], color=MUTED, dashed=True)


def _plot(crossed: Crossed, width: float, height: float) -> _Plot:
    # The lines are to be seen, however far from all dots a target is.
    ends = [float(crossed.across.min()), float(crossed.across.max()), crossed.lines[0]]
    heights = [float(crossed.up.min()), float(crossed.up.max()), crossed.lines[1]]
    ratings = limits_with_air(min(ends), max(ends), bounds=crossed.bounds, air=0.12, finest=crossed.finest)
    shares = limits_with_air(min(heights), max(heights), bounds=(0.0, 1.0), air=0.12, finest=0.01)
    across = Scale(ratings, _LEFT, width - _RIGHT)
    middle = across(crossed.lines[0])
    corners = tuple(_corner_name(corner, middle, width, height) for corner in crossed.corners)
    # What is measured keeps clear of the names above and below it.
    above, below = (
        max((_LINE * len(name.lines) + 4 for name in corners if name.above == row), default=0.0)
        for row in (True, False)
    )
    up = Scale(shares, height - _BOTTOM - below, _TOP + above)
    return _Plot(width, height, across, up, (middle, up(crossed.lines[1])), corners)


def _corner_name(corner: Corner, middle: float, width: float, height: float) -> _CornerName:
    # No narrower than a long word, though a quadrant may be.
    room = max((width - _RIGHT - middle if corner.after else middle - _LEFT) - 12, 64)
    lines = wrapped(corner.name, room, SMALL)
    x = width - _RIGHT - 6 if corner.after else _LEFT + 6
    y = _TOP + 11 if corner.above else height - _BOTTOM - 11 - _LINE * (len(lines) - 1)
    shaded = corner.above and not corner.after
    return _CornerName(shaded, corner.above, tuple(lines), "end" if corner.after else "start", x, y)


def _axes(canvas: Canvas, crossed: Crossed, plot: _Plot, words: Words, *, narrow: bool) -> None:
    canvas.write(3, 12, crossed.up_title, size=SMALL, color=MUTED)
    middle = (_LEFT + plot.right) / 2
    canvas.write(middle, plot.height - 10, crossed.across_title, size=SMALL, color=MUTED, anchor="middle")
    for value in plot.across.ticks(4 if narrow else 6, finest=crossed.finest):
        x = plot.across(value)
        text = words.number(value, 0 if crossed.finest >= 1 else 1, sign=crossed.signed)
        canvas.line([(x, plot.bottom), (x, plot.bottom + 4)], color=RULE)
        canvas.write(x, plot.bottom + 15, text, size=SMALL, color=MUTED, anchor="middle")
    for value in plot.up.ticks(5, finest=0.01):
        y = plot.up(value)
        canvas.line([(_LEFT - 4, y), (_LEFT, y)], color=RULE)
        canvas.write(_LEFT - 6, y, words.percent(value), size=SMALL, color=MUTED, anchor="end")
    canvas.line([(_LEFT, _TOP), (_LEFT, plot.bottom), (plot.right, plot.bottom)], color=RULE, width=1.2)
    for line in _crosshair(plot):
        canvas.line(line, color=MUTED, dashed=True)


def _crosshair(plot: _Plot) -> list[list[tuple[float, float]]]:
    x, y = plot.middle
    return [[(x, _TOP), (x, plot.bottom)], [(_LEFT, y), (plot.right, y)]]


def _dots(crossed: Crossed, plot: _Plot) -> list[tuple[float, float]]:
    return [(plot.across(x), plot.up(y)) for x, y in zip(crossed.across[0], crossed.up[0], strict=True)]


def _intervals(crossed: Crossed, plot: _Plot) -> list[list[tuple[float, float]]]:
    """A level line for the interval across and an upright one for that upwards, through each dot."""
    lines = []
    for i, (x, y) in enumerate(_dots(crossed, plot)):
        lines.append([(plot.across(crossed.across[1, i]), y), (plot.across(crossed.across[2, i]), y)])
        lines.append([(x, plot.up(crossed.up[1, i])), (x, plot.up(crossed.up[2, i]))])
    return lines


def _places(
    crossed: Crossed,
    plot: _Plot,
    words: Words,
    names: Sequence[Sequence[str]],
    size: float,
    *,
    crowded: bool = False,
) -> list[Box] | None:
    """Where the names of the dots go, in pixels from the left; None where they do not fit."""
    seen = partial(_seen, plot, words)
    dots = [seen(x, y, x, y) for x, y in _dots(crossed, plot)]
    taken = [Box(dot.left - 6, dot.top - 6, dot.left + 6, dot.top + 6) for dot in dots]
    for name in plot.corners:
        long = max(text_width(line, SMALL) for line in name.lines) * (-1 if name.anchor == "end" else 1)
        taken.append(seen(name.x, name.y - _LINE / 2, name.x + long, name.y + _LINE * (len(name.lines) - 0.5)))
    drawn = [seen(*start, *end) for start, end in (*_intervals(crossed, plot), *_crosshair(plot))]
    return name_places(
        [(dot.left, dot.top) for dot in dots],
        [(max(text_width(line, size) for line in part) + 2, 1.1 * size + _LINE * (len(part) - 1)) for part in names],
        taken=taken,
        lines=drawn,
        frame=seen(_LEFT + 3, _TOP + 2, plot.right - 3, plot.bottom - 3),
        direction=words.direction,
        crowded=crowded,
    )


def _seen(plot: _Plot, words: Words, x: float, y: float, x_end: float, y_end: float) -> Box:
    """Two corners, from the reading start, as a box in pixels from the left."""
    sides = sorted((plot.width - x, plot.width - x_end) if words.direction == "rtl" else (x, x_end))
    return Box(sides[0], min(y, y_end), sides[1], max(y, y_end))

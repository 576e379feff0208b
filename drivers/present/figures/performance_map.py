"""The importance-performance map: each driver as a dot between two axes, named beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from drivers.present.claims import share_form
from drivers.present.figures.axis import Scale, limits_with_air
from drivers.present.figures.canvas import (
    BAND,
    INK,
    MUTED,
    PAPER,
    PLAIN,
    RULE,
    SOFT,
    STRONG,
    Anchor,
    Box,
    Canvas,
    Drawing,
)
from drivers.present.figures.dot_key import key_height, key_room, write_key
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.figures.naming import name_places
from drivers.present.isolation import plain
from drivers.present.sentences.findings import map_sentence
from drivers.present.words import Words
from drivers.results import Result

_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 14.0, 34.0, 46.0
"""Room around the axes, from the reading start."""

_LINE = 18.0
_CORNERS = (("improve_first", 0, 1), ("keep_up", 1, 1), ("can_wait", 0, 0), ("enough", 1, 0))
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
    the dots are numbered and the names stand below. Dots of drivers without a decided quadrant are hollow.
    """
    expect_kind(result, "map")
    alt = words.text("alt", "map", finding=map_sentence(result, words))
    return Drawing(draw=lambda width: _draw(result, words, width), alt=plain(alt))


@dataclass(frozen=True, slots=True)
class _QuadrantName:
    """A quadrant's name in its corner: its lines, and the middle of the first."""

    quadrant: str
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
    quadrants: tuple[_QuadrantName, ...]

    @property
    def right(self) -> float:
        return self.width - _RIGHT

    @property
    def bottom(self) -> float:
        return self.height - _BOTTOM


def _draw(result: Any, words: Words, width: float) -> Canvas:
    narrow = width < 500
    ranked = result.verdict.status != "not_rankable"
    plot = _plot(result, words, width, width * 1.45 if narrow else width * 0.68, named=ranked)
    size = SMALL if narrow else LABEL - 1
    names = [wrapped(words.label("driver", name), 104 if narrow else 190, size) for name in result.drivers]
    key: list[list[str]] = []
    places = _places(result, plot, words, names, size)
    if places is None:
        key = [wrapped(words.label("driver", name), key_room(width) - 22, SMALL) for name in result.drivers]
        names = [[words.number(i + 1)] for i in range(len(names))]
        places = _places(result, plot, words, names, size) or _places(result, plot, words, names, size, crowded=True)
    assert places is not None  # a crowded map always has places
    canvas = Canvas(width, plot.height + key_height(key, width), words.direction)
    if ranked:
        canvas.rectangle(_LEFT, _TOP, plot.middle[0] - _LEFT, plot.middle[1] - _TOP, color=BAND)
    _axes(canvas, plot, words, share_form(result), narrow=narrow)
    for name in plot.quadrants:
        for position, line in enumerate(name.lines):
            halo = BAND if name.quadrant == "improve_first" else PAPER
            y = name.y + position * _LINE
            canvas.write(name.x, y, line, size=SMALL, color=MUTED, anchor=name.anchor, halo=halo)
    for interval in _intervals(result, plot):
        canvas.line(interval, color=SOFT)
    for i, (x, y) in enumerate(_dots(result, plot)):
        canvas.dot(x, y, color=_color(result, i), size=9, hollow=ranked and result.quadrant[i] == "undecided")
    band = _seen(plot, words, _LEFT, _TOP, *plot.middle)
    for lines, box in zip(names, places, strict=True):
        x = canvas.x((box.left + box.right) / 2)
        halo = BAND if ranked and box.inside(band) else PAPER
        for position, line in enumerate(lines):
            y = (box.top + box.bottom) / 2 + _LINE * (position - (len(lines) - 1) / 2)
            canvas.write(x, y, line, size=size, color=INK, anchor="middle", halo=halo)
    write_key(canvas, key, plot.height, words)
    return canvas


def _plot(result: Any, words: Words, width: float, height: float, *, named: bool) -> _Plot:
    ratings = limits_with_air(
        float(result.performance_low.min()),
        float(result.performance_high.max()),
        bounds=(0.0, 100.0),
        air=0.12,
        finest=1.0,
    )
    shares = limits_with_air(
        float(result.share_low.min()), float(result.share_high.max()), bounds=(0.0, 1.0), air=0.12, finest=0.01
    )
    across = Scale(ratings, _LEFT, width - _RIGHT)
    middle = across(result.crosshair_performance)
    quadrants = _quadrant_names(words, middle, width, height) if named else ()
    # What is measured keeps clear of the names above and below it.
    above, below = (
        max((_LINE * len(name.lines) + 4 for name in quadrants if name.quadrant in row), default=0.0)
        for row in (("improve_first", "keep_up"), ("can_wait", "enough"))
    )
    up = Scale(shares, height - _BOTTOM - below, _TOP + above)
    return _Plot(width, height, across, up, (middle, up(result.crosshair_share)), quadrants)


def _quadrant_names(words: Words, middle: float, width: float, height: float) -> tuple[_QuadrantName, ...]:
    found = []
    for name, after, above in _CORNERS:
        # No narrower than a long word, though a quadrant may be.
        room = max((width - _RIGHT - middle if after else middle - _LEFT) - 12, 64)
        lines = wrapped(words.text("quadrant", name), room, SMALL)
        x = width - _RIGHT - 6 if after else _LEFT + 6
        y = _TOP + 11 if above else height - _BOTTOM - 11 - _LINE * (len(lines) - 1)
        found.append(_QuadrantName(name, tuple(lines), "end" if after else "start", x, y))
    return tuple(found)


def _axes(canvas: Canvas, plot: _Plot, words: Words, form: str, *, narrow: bool) -> None:
    canvas.write(3, 12, words.ui(f"axis_importance{form}"), size=SMALL, color=MUTED)
    middle = (_LEFT + plot.right) / 2
    canvas.write(middle, plot.height - 10, words.ui("axis_performance"), size=SMALL, color=MUTED, anchor="middle")
    for value in plot.across.ticks(4 if narrow else 6, finest=1.0):
        x = plot.across(value)
        canvas.line([(x, plot.bottom), (x, plot.bottom + 4)], color=RULE)
        canvas.write(x, plot.bottom + 15, words.number(value), size=SMALL, color=MUTED, anchor="middle")
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


def _dots(result: Any, plot: _Plot) -> list[tuple[float, float]]:
    return [(plot.across(p), plot.up(s)) for p, s in zip(result.performance, result.share, strict=True)]


def _intervals(result: Any, plot: _Plot) -> list[list[tuple[float, float]]]:
    """A line for the rating's interval and one for the share's, through each dot."""
    lines = []
    for i, (x, y) in enumerate(_dots(result, plot)):
        lines.append([(plot.across(result.performance_low[i]), y), (plot.across(result.performance_high[i]), y)])
        lines.append([(x, plot.up(result.share_low[i])), (x, plot.up(result.share_high[i]))])
    return lines


def _places(
    result: Any,
    plot: _Plot,
    words: Words,
    names: Sequence[Sequence[str]],
    size: float,
    *,
    crowded: bool = False,
) -> list[Box] | None:
    """Where the names of the dots go, in pixels from the left; None where they do not fit."""
    seen = partial(_seen, plot, words)
    dots = [seen(x, y, x, y) for x, y in _dots(result, plot)]
    taken = [Box(dot.left - 6, dot.top - 6, dot.left + 6, dot.top + 6) for dot in dots]
    for name in plot.quadrants:
        long = max(text_width(line, SMALL) for line in name.lines) * (-1 if name.anchor == "end" else 1)
        taken.append(seen(name.x, name.y - _LINE / 2, name.x + long, name.y + _LINE * (len(name.lines) - 0.5)))
    drawn = [seen(*start, *end) for start, end in (*_intervals(result, plot), *_crosshair(plot))]
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


def _color(result: Any, i: int) -> str:
    if result.verdict.status == "not_rankable":
        return PLAIN
    return {"improve_first": STRONG, "undecided": MUTED}.get(result.quadrant[i], SOFT)

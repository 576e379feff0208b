"""The map of features: how many each would please, against how many its lack would displease."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from drivers.present.figures.axis import Scale
from drivers.present.figures.canvas import INK, MUTED, PAPER, RULE, SOFT, STRONG, Anchor, Box, Canvas, Drawing
from drivers.present.figures.dot_key import key_height, key_room, write_key
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.figures.naming import name_places
from drivers.present.isolation import plain
from drivers.present.sentences.uneven import feature_sentences
from drivers.present.words import Words
from drivers.results import Result

_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 14.0, 34.0, 46.0
"""Room around the axes, from the reading start."""

_LINE = 18.0
_HALF = 0.5
_AIR = 0.04
"""Room beyond the ends of both axes, for dots that lie there."""

_CORNERS = (("bonus", 0, 1), ("proportional", 1, 1), ("indifferent", 0, 0), ("must_have", 1, 0))
"""What most people make of a feature there, whether after the vertical line in reading direction, whether above."""


def feature_map(result: Result, words: Words) -> Drawing:
    """Features between how many their lack would displease (across) and how many they would please (up).

    Parameters
    ----------
    result
        Of `kano`.
    words
        Of `wording`.

    Notes
    -----
    A name stands beside its dot and on no other text or dot; where there is no room for all of them, the dots are
    numbered and the names stand below. Dots of features without a clear class are hollow. The words in the corners
    say what a feature tends to there; its own class is that of its largest group of people.
    """
    expect_kind(result, "kano")
    alt = words.text("alt", "features", finding=" ".join(feature_sentences(result, words)))
    return Drawing(draw=lambda width: _draw(result, words, width), alt=plain(alt))


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where the axes stand, from the reading start, and which features have a place between them."""

    width: float
    height: float
    across: Scale
    up: Scale
    shown: tuple[int, ...]
    corners: tuple[tuple[tuple[str, ...], Anchor, float, float], ...]

    def seen(self, words: Words, x: float, y: float, x_end: float, y_end: float) -> Box:
        """Two corners, from the reading start, as a box in pixels from the left."""
        sides = sorted((self.width - x, self.width - x_end) if words.direction == "rtl" else (x, x_end))
        return Box(sides[0], min(y, y_end), sides[1], max(y, y_end))


def _draw(result: Any, words: Words, width: float) -> Canvas:
    narrow = width < 500
    plot = _plot(result, words, width, width * 1.5 if narrow else width * 0.7)
    size = SMALL if narrow else LABEL - 1
    names = [wrapped(words.label("feature", result.features[i]), 104 if narrow else 170, size) for i in plot.shown]
    key: list[list[str]] = []
    places = _places(result, plot, words, names, size)
    if places is None:
        key = [wrapped(words.label("feature", result.features[i]), key_room(width) - 22, SMALL) for i in plot.shown]
        names, size = [[words.number(i + 1)] for i in range(len(names))], SMALL
        places = _places(result, plot, words, names, size) or _places(result, plot, words, names, size, crowded=True)
    assert places is not None  # a crowded map always has places
    canvas = Canvas(width, plot.height + key_height(key, width), words.direction)
    _axes(canvas, plot, words, narrow=narrow)
    for lines, anchor, x, y in plot.corners:
        for position, line in enumerate(lines):
            canvas.write(x, y + position * _LINE, line, size=SMALL, color=MUTED, anchor=anchor, halo=PAPER)
    for interval in _intervals(result, plot):
        canvas.line(interval, color=SOFT if len(plot.shown) < 12 else RULE, width=1.0 if len(plot.shown) < 12 else 0.7)
    for i, (x, y) in zip(plot.shown, _dots(result, plot), strict=True):
        decided = result.classes[i] != "undecided"
        canvas.dot(x, y, color=STRONG if decided else MUTED, size=9 if len(plot.shown) < 12 else 7, hollow=not decided)
    for name, box in zip(names, places, strict=True):
        x = canvas.x((box.left + box.right) / 2)
        for position, line in enumerate(name):
            y = (box.top + box.bottom) / 2 + _LINE * (position - (len(name) - 1) / 2)
            canvas.write(x, y, line, size=size, color=INK, anchor="middle", halo=PAPER)
    write_key(canvas, key, plot.height, words)
    return canvas


def _plot(result: Any, words: Words, width: float, height: float) -> _Plot:
    across = Scale((-_AIR, 1 + _AIR), _LEFT, width - _RIGHT)
    corners = []
    for name, after, above in _CORNERS:
        room = (width - _LEFT - _RIGHT) / 2 - 12
        lines = tuple(wrapped(words.text("shape", name), room, SMALL))
        x = width - _RIGHT - 6 if after else _LEFT + 6
        y = _TOP + 11 if above else height - _BOTTOM - 11 - _LINE * (len(lines) - 1)
        anchor: Anchor = "end" if after else "start"
        corners.append((lines, anchor, x, y))
    deep = max(len(lines) for lines, *_ in corners) * _LINE + 4
    up = Scale((-_AIR, 1 + _AIR), height - _BOTTOM - deep, _TOP + deep)
    shown = tuple(int(i) for i in np.flatnonzero(np.isfinite(result.better[0])))
    return _Plot(width, height, across, up, shown, tuple(corners))


def _axes(canvas: Canvas, plot: _Plot, words: Words, *, narrow: bool) -> None:
    right, bottom = plot.width - _RIGHT, plot.height - _BOTTOM
    canvas.write(3, 12, words.term("better"), size=SMALL, color=MUTED)
    canvas.write((_LEFT + right) / 2, plot.height - 10, words.term("worse"), size=SMALL, color=MUTED, anchor="middle")
    for value in plot.across.ticks(3 if narrow else 5, finest=0.1):
        x = plot.across(value)
        canvas.line([(x, bottom), (x, bottom + 4)], color=RULE)
        canvas.write(x, bottom + 15, words.percent(value), size=SMALL, color=MUTED, anchor="middle")
    for value in plot.up.ticks(5, finest=0.1):
        y = plot.up(value)
        canvas.line([(_LEFT - 4, y), (_LEFT, y)], color=RULE)
        canvas.write(_LEFT - 6, y, words.percent(value), size=SMALL, color=MUTED, anchor="end")
    canvas.line([(_LEFT, _TOP), (_LEFT, bottom), (right, bottom)], color=RULE, width=1.2)
    for line in _middle(plot):
        canvas.line(line, color=MUTED, dashed=True)


def _middle(plot: _Plot) -> list[list[tuple[float, float]]]:
    x, y = plot.across(_HALF), plot.up(_HALF)
    return [[(x, _TOP), (x, plot.height - _BOTTOM)], [(_LEFT, y), (plot.width - _RIGHT, y)]]


def _dots(result: Any, plot: _Plot) -> list[tuple[float, float]]:
    return [(plot.across(result.worse[0, i]), plot.up(result.better[0, i])) for i in plot.shown]


def _intervals(result: Any, plot: _Plot) -> list[list[tuple[float, float]]]:
    """A line for each coefficient's interval, through each dot."""
    lines = []
    for i, (x, y) in zip(plot.shown, _dots(result, plot), strict=True):
        lines.append([(plot.across(limit), y) for limit in result.worse[1:, i]])
        lines.append([(x, plot.up(limit)) for limit in result.better[1:, i]])
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
    dots = [plot.seen(words, x, y, x, y) for x, y in _dots(result, plot)]
    taken = [Box(dot.left - 5, dot.top - 5, dot.left + 5, dot.top + 5) for dot in dots]
    for lines, anchor, x, y in plot.corners:
        long = max(text_width(line, SMALL) for line in lines) * (-1 if anchor == "end" else 1)
        taken.append(plot.seen(words, x, y - _LINE / 2, x + long, y + _LINE * (len(lines) - 0.5)))
    drawn = [plot.seen(words, *start, *end) for start, end in (*_intervals(result, plot), *_middle(plot))]
    return name_places(
        [(dot.left, dot.top) for dot in dots],
        [(max(text_width(line, size) for line in part) + 2, 1.1 * size + _LINE * (len(part) - 1)) for part in names],
        taken=taken,
        lines=drawn,
        frame=plot.seen(words, _LEFT + 3, _TOP + 2, plot.width - _RIGHT - 3, plot.height - _BOTTOM - 3),
        direction=words.direction,
        crowded=crowded,
    )

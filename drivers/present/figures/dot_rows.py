"""Rows of dots with their intervals, in groups under a title: names beside the dots, or above them on a phone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drivers.present.figures.axis import Scale, limits_with_air
from drivers.present.figures.canvas import INK, MUTED, RULE, SOFT, STRONG, Canvas
from drivers.present.figures.importance import LABEL, SMALL
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.words import Words

_LINE = 18.0
_ROW = 22.0
_SIDE = 12.0
_BETWEEN = 14.0
_NAMES = 0.42
"""Most of the width that names beside the dots may take."""


@dataclass(frozen=True, slots=True)
class DotRow:
    """A dot with its interval.

    Parameters
    ----------
    name
        Beside the dot.
    estimate, low, high
        Of the dot.
    value
        At the end of the row.
    strong
        Whether something is claimed of it.
    other
        A ring on the same row, such as the number before it was adjusted; NaN for none.
    outer
        A wider interval, drawn thin; None for none.
    """

    name: str
    estimate: float
    low: float
    high: float
    value: str
    strong: bool = False
    other: float = float("nan")
    outer: tuple[float, float] | None = None


def draw_rows(
    groups: Sequence[tuple[str, Sequence[DotRow]]],
    words: Words,
    width: float,
    *,
    reference: float,
    bounds: tuple[float, float],
    finest: float,
    tick: Callable[[float], str],
) -> Canvas:
    """Groups of rows, each under its title.

    Parameters
    ----------
    groups
        Title, empty for none, and rows.
    reference
        Where the dashed line stands.
    bounds
        What is possible.
    finest
        The smallest step of the axis.
    tick
        A number on the axis as text.
    """
    everything = [row for _, rows in groups for row in rows]
    room = max(text_width(row.value, LABEL) for row in everything) + 10
    column = max(text_width(row.name, SMALL) for row in everything)
    beside = column <= _NAMES * width and width - column - room - 2 * _SIDE > 0.4 * width
    # Also where a name is one line: its parts may run in both directions.
    names = [wrapped(row.name, width if beside else width - 2 * _SIDE, SMALL) for row in everything]
    begin = _SIDE + (column + 14 if beside else 0.0)
    titles = [wrapped(title, width - 2 * _SIDE, LABEL) if title else [] for title, _ in groups]
    tall = [_ROW if beside else _ROW + _LINE * len(lines) for lines in names]
    whole = 10 + sum(tall) + sum(_LINE * len(title) + _BETWEEN for title in titles) + 24
    canvas = Canvas(width, whole, words.direction)
    seen = [reference]
    for row in everything:
        seen += [row.low, row.high, *(row.outer or ()), *([row.other] if row.other == row.other else [])]
    low, high = limits_with_air(min(seen), max(seen), bounds=bounds, air=0.05, finest=finest)
    scale = Scale((low, high), begin + text_width(tick(low), SMALL) / 2, width - _SIDE - room)
    ticks = scale.ticks(4 if width < 500 else 6, finest=finest)
    # Names above the dots stay clear of the lines.
    reach = _ROW / 2 if beside else _ROW / 2 - 2
    y, at = 10.0, 0
    for title, (_, rows) in zip(titles, groups, strict=True):
        for position, line in enumerate(title):
            canvas.write(_SIDE, y + 8 + position * _LINE, line, size=LABEL)
        y += _LINE * len(title) + 2
        for row in rows:
            middle = y + tall[at] - _ROW / 2
            for value in ticks:
                canvas.line([(scale(value), middle - reach), (scale(value), middle + reach)], color=RULE, width=0.7)
            if low <= reference <= high:
                x = scale(reference)
                canvas.line([(x, middle - reach), (x, middle + reach)], color=INK, width=1.1, dashed=True)
            for position, line in enumerate(names[at]):
                above = middle if beside else y + _LINE * (position + 0.5)
                canvas.write(_SIDE, above, line, size=SMALL, color=INK if row.strong else MUTED)
            _one(canvas, scale, middle, row)
            canvas.write(width - _SIDE, middle, row.value, size=LABEL, anchor="end")
            y += tall[at]
            at += 1
        y += _BETWEEN - 2
    for value in ticks:
        canvas.write(scale(value), y + 2, tick(value), size=SMALL, color=MUTED, anchor="middle")
    return canvas


def _one(canvas: Canvas, scale: Scale, y: float, row: DotRow) -> None:
    color = STRONG if row.strong else SOFT
    if row.outer is not None:
        canvas.line([(scale(end), y) for end in row.outer], color=color, width=5)
    canvas.line([(scale(row.low), y), (scale(row.high), y)], color=INK, width=1.4)
    for x in (row.low, row.high):
        canvas.line([(scale(x), y - 4), (scale(x), y + 4)], color=INK, width=1.4)
    if row.other == row.other:
        canvas.dot(scale(row.other), y, color=MUTED, size=6, hollow=True)
    # Filled or not, which reads in grey as well.
    canvas.dot(scale(row.estimate), y, color=STRONG if row.strong else MUTED, size=9, hollow=not row.strong)

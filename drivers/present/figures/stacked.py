"""Stacked bars: the parts of each of some wholes, from dark to light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drivers.present.figures.axis import round_ticks
from drivers.present.figures.canvas import BAND, INK, MUTED, PAPER, PLAIN, RULE, WIDE, Anchor, Canvas
from drivers.present.figures.importance import LABEL, SMALL
from drivers.present.figures.lettering import in_rows, text_width, wrapped
from drivers.present.words import Words

_LINE = 19.0
_BAR, _WRITTEN = 14.0, 20.0
"""Height of a bar, and of one with numbers in it."""

_SIDE = 14.0
_BETWEEN = 12.0


@dataclass(frozen=True, slots=True)
class StackedBar:
    """A labelled bar: the parts of it, each with its colour, what is written at its end, and in each part with room."""

    label: str
    parts: tuple[tuple[float, str], ...]
    value: str = ""
    inside: tuple[str, ...] = ()


def stacked_bars(
    bars: Sequence[StackedBar], legend: Sequence[tuple[str, str]], limit: float, words: Words, width: float
) -> Canvas:
    """Bars one under the other, with a legend above and an axis below.

    Parameters
    ----------
    legend
        Name and colour of each part.
    limit
        What the whole width stands for; parts are fractions of 1.
    """
    room = max((text_width(bar.value, LABEL) for bar in bars), default=0.0)
    room += 10 if room else 0
    thick = _WRITTEN if any(bar.inside for bar in bars) else _BAR
    labels = [wrapped(bar.label, width - 2 * _SIDE, LABEL) for bar in bars]
    heights = [_LINE * len(lines) + thick + _BETWEEN for lines in labels]
    needs = [34 + text_width(name, SMALL) for name, _ in legend]
    rows = in_rows(legend, needs, width - 2 * _SIDE)
    top = 22.0 * len(rows) + 10
    canvas = Canvas(width, top + sum(heights) + 24, words.direction)
    for position, row in enumerate(rows):
        x = _SIDE
        for name, color in row:
            _swatch(canvas, x, 5 + 22.0 * position, 12, 12, color)
            canvas.write(x + 18, 11 + 22.0 * position, name, size=SMALL, color=MUTED)
            x += 18 + text_width(name, SMALL) + 16
    start, end = _SIDE, width - _SIDE - room
    y = top
    for bar, lines, height in zip(bars, labels, heights, strict=True):
        for position, line in enumerate(lines):
            canvas.write(_SIDE, y + 10 + position * _LINE, line, size=LABEL)
        under = y + _LINE * len(lines) + 2
        canvas.rectangle(start, under + thick / 2 - 0.5, end - start, 1, color=RULE)
        x = start
        for position, (part, color) in enumerate(bar.parts):
            long = part / limit * (end - start)
            if long > 0:
                _swatch(canvas, x, under, long, thick, color)
            if bar.inside and text_width(bar.inside[position], SMALL) + 4 <= long:
                ink = INK if color == BAND else PAPER
                middle = x + long / 2
                canvas.write(middle, under + thick / 2, bar.inside[position], size=SMALL, color=ink, anchor="middle")
            x += long
        if bar.value:
            canvas.write(width - _SIDE, under + thick / 2, bar.value, size=LABEL, anchor="end")
        y += height
    for tick in round_ticks(0.0, limit, 2 if width < WIDE else 5, finest=0.01):
        place = start + tick / limit * (end - start)
        # The first and the last number must not reach beyond the picture.
        anchor: Anchor = "start" if not tick else "end" if not room and tick > 0.95 * limit else "middle"
        canvas.write(place, y + 8, words.percent(tick), size=SMALL, color=MUTED, anchor=anchor)
    return canvas


def _swatch(canvas: Canvas, x: float, y: float, width: float, height: float, color: str) -> None:
    """A filled rectangle with an edge where its colour is hardly there."""
    if color == BAND:
        canvas.rectangle(x, y, width, height, color=PLAIN)
        if width > 2:
            canvas.rectangle(x + 1, y + 1, width - 2, height - 2, color=color)
        return
    canvas.rectangle(x, y, width, height, color=color)
    # Neighbours of one shade would run together.
    if width > 3:
        canvas.rectangle(x + width - 1, y, 1, height, color=PAPER)

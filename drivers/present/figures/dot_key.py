"""The key of numbered dots: their names below a map that has no room for them."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.present.figures.canvas import MUTED, Canvas
from drivers.present.figures.importance import SMALL
from drivers.present.words import Words

_LINE = 18.0


def key_room(width: float) -> float:
    """The width of a column of the key: one column on a phone, two beside each other elsewhere."""
    return width - 8 if width < 500 else width / 2 - 8


def key_height(key: Sequence[Sequence[str]], width: float) -> float:
    """The height of a key whose entries have so many lines."""
    columns = 1 if width < 500 else 2
    rows = [max(len(lines) for lines in key[i : i + columns]) for i in range(0, len(key), columns)]
    return sum(_LINE * lines + 4 for lines in rows) + 8 if rows else 0.0


def write_key(canvas: Canvas, key: Sequence[Sequence[str]], top: float, words: Words) -> None:
    """The names of numbered dots, from the first on, below a map."""
    columns = 1 if canvas.width < 500 else 2
    y = top + 8
    for first in range(0, len(key), columns):
        row = key[first : first + columns]
        for column, lines in enumerate(row):
            x = 4 + column * canvas.width / 2
            canvas.write(x, y + _LINE / 2, words.number(first + column + 1), size=SMALL, color=MUTED)
            for position, line in enumerate(lines):
                canvas.write(x + 22, y + _LINE * (position + 0.5), line, size=SMALL)
        y += _LINE * max(len(lines) for lines in row) + 4

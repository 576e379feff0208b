"""How the drivers go together: a grid of their correlations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from drivers.present.figures.canvas import STRONG, Canvas, Drawing
from drivers.present.figures.importance import SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.numerals import MINUS
from drivers.present.words import Words
from drivers.results import Result

_LINE = 17.0


def correlation_grid(result: Result, words: Words) -> Drawing:
    """The correlations between drivers as a shaded grid with its numbers.

    Parameters
    ----------
    result
        Of `relative_importance`.
    words
        Of `wording`.

    Notes
    -----
    One hue, from clear (none) to full (one and the same), so that it reads in grey and on dark paper; a correlation
    below 0 has its minus in every width. Columns are numbered as the rows.
    """
    expect_kind(result, "importance")
    i, j, value = closest_pair(result)
    names = [words.name("driver", name) for name in result.tidy()["driver"]]
    alt = words.text(
        "alt",
        "correlations",
        list=words.listed([names[i], names[j]]),
        value=words.number(value, 2),
    )
    return Drawing(draw=lambda width: _draw(result, words, width), alt=plain(alt))


def closest_pair(result: Any) -> tuple[int, int, float]:
    """The two drivers that correlate most, and how much."""
    matrix = np.where(np.triu(np.ones_like(result.correlation, dtype=bool), 1), result.correlation, -np.inf)
    i, j = np.unravel_index(int(np.argmax(matrix)), matrix.shape)
    return int(i), int(j), float(matrix[i, j])


def _draw(result: Any, words: Words, width: float) -> Canvas:
    k = len(result.drivers)
    narrow = width < 500
    label_room = 120.0 if narrow else 230.0
    names = [wrapped(words.label("driver", name), label_room - 30, SMALL) for name in result.drivers]
    cell_width = (width - label_room) / k
    cell_height = max(28.0, _LINE * max(len(lines) for lines in names) + 6)
    canvas = Canvas(width, 24 + k * cell_height + 4, words.direction)
    show_numbers = cell_width >= text_width(words.number(-0.88, 2), SMALL - 1) + 2
    # Numbers on a cell need a light one under them; without numbers the shades may tell more.
    strength = 0.6 if show_numbers else 1.0
    step = math.ceil((text_width(words.number(k), SMALL) + 4) / cell_width)
    for column in range(0, k, step):
        canvas.write(
            label_room + (column + 0.5) * cell_width,
            11,
            words.number(column + 1),
            size=SMALL,
            anchor="middle",
        )
    for row in range(k):
        top = 24 + row * cell_height
        canvas.write(4, top + cell_height / 2, words.number(row + 1), size=SMALL)
        for position, line in enumerate(names[row]):
            offset = (position - (len(names[row]) - 1) / 2) * _LINE
            canvas.write(26, top + cell_height / 2 + offset, line, size=SMALL)
        for column in range(k):
            value = float(result.correlation[row, column])
            canvas.rectangle(
                label_room + column * cell_width,
                top,
                cell_width - 1,
                cell_height - 1,
                color=STRONG,
                opacity=strength * min(abs(value), 1.0),
            )
            shown = words.number(value, 2)
            if not show_numbers:
                shown = MINUS if MINUS in shown else ""
            if shown and row != column:
                canvas.write(
                    label_room + (column + 0.5) * cell_width,
                    top + cell_height / 2,
                    shown,
                    size=SMALL - 1,
                    anchor="middle",
                )
    return canvas

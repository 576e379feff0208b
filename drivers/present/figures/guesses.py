"""What managers think of each driver beside what was measured."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.figures.axis import Scale, limits_with_air
from drivers.present.figures.canvas import INK, MUTED, RULE, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.management import opinion_sentences
from drivers.present.words import Words
from drivers.results import Result

_LINE = 19.0
_ROW = 20.0
_SIDE = 14.0


def guess_dots(result: Result, words: Words, *, subject: str = "performance") -> Drawing:
    """The measurement as a dot and the managers' mean guess as a ring, each with its interval, driver by driver.

    Parameters
    ----------
    result
        Of `management_gaps`.
    words
        Of `wording`.
    subject
        ``performance`` or, where it was compared, ``importance``.
    """
    expect_kind(result, "management")
    compared = getattr(result, subject)
    alt = words.text("alt", "guesses", finding=" ".join(opinion_sentences(compared, words, subject)))
    return Drawing(draw=lambda width: _draw(compared, words, subject, width), alt=plain(alt))


def _draw(compared: Any, words: Words, subject: str, width: float) -> Canvas:
    labels = [wrapped(words.label("driver", name), width - 2 * _SIDE, LABEL) for name in compared.drivers]
    heights = [_LINE * len(lines) + 2 * _ROW + 12 for lines in labels]
    names = [words.term("measured"), words.term("guess")]
    beside = sum(text_width(name, SMALL) + 34 for name in names) < width - 2 * _SIDE
    top = 34.0 if beside else 54.0
    canvas = Canvas(width, top + sum(heights) + 26, words.direction)
    x, y = _SIDE, 12.0
    for hollow, name in enumerate(names):
        canvas.dot(x + 5, y, color=STRONG, size=9, hollow=bool(hollow))
        canvas.write(x + 16, y, name, size=SMALL, color=MUTED)
        x, y = (x + text_width(name, SMALL) + 34, y) if beside else (x, y + 20)
    share = subject == "importance"
    room = text_width(shown(0.888 if share else 88.8, subject, words), LABEL) + 10
    drawn = np.concatenate([compared.guess[2:].ravel(), compared.measured[2:].ravel()])
    finest = 0.01 if share else 5.0
    ends = (0.0, 1.0) if share else (0.0, 100.0)
    limits = limits_with_air(float(np.nanmin(drawn)), float(np.nanmax(drawn)), bounds=ends, air=0.04, finest=finest)
    scale = Scale(limits, _SIDE + 10, width - _SIDE - room)
    ticks = scale.ticks(4 if width < 500 else 7, finest=finest)
    y = top
    for i, (lines, height) in enumerate(zip(labels, heights, strict=True)):
        for position, line in enumerate(lines):
            canvas.write(_SIDE, y + 10 + position * _LINE, line, size=LABEL)
        start = y + _LINE * len(lines) + 4
        for tick in ticks:
            canvas.line([(scale(tick), start), (scale(tick), start + 2 * _ROW)], color=RULE, width=0.7)
        for row, values in enumerate((compared.measured[:, i], compared.guess[:, i])):
            _one(canvas, scale, start + (row + 0.5) * _ROW, values, hollow=bool(row))
            canvas.write(
                width - _SIDE, start + (row + 0.5) * _ROW, shown(values[0], subject, words), size=LABEL, anchor="end"
            )
        y += height
    for tick in ticks:
        canvas.write(
            scale(tick),
            y + 10,
            words.percent(tick) if share else words.number(tick),
            size=SMALL,
            color=MUTED,
            anchor="middle",
        )
    return canvas


def shown(value: float, subject: str, words: Words) -> str:
    """A rating or a part as it is written."""
    return words.percent(value) if subject == "importance" else words.number(value, 1)


def _one(canvas: Canvas, scale: Scale, y: float, values: np.ndarray, *, hollow: bool) -> None:
    estimate, _, low, high = values
    if np.isfinite([low, high]).all():
        canvas.line([(scale(low), y), (scale(high), y)], color=INK, width=1.4)
        for x in (low, high):
            canvas.line([(scale(x), y - 4), (scale(x), y + 4)], color=INK, width=1.4)
    canvas.dot(scale(estimate), y, color=STRONG, size=9, hollow=hollow)

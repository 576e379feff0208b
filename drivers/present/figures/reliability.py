"""How reliable scores are: omega and alpha of each, with their intervals, on one axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.figures.axis import Scale
from drivers.present.figures.canvas import INK, MUTED, RULE, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.constructs import consistency_sentences, construct_label
from drivers.present.words import Words
from drivers.results import Result

_LINE = 19.0
_ROW = 20.0
_SIDE = 14.0
_FINEST = 0.05
_LEAST = -1.0
"""Alpha has no lower end: what lies below is drawn there, and its number tells how far it is."""


def reliability_dots(result: Result, words: Words) -> Drawing:
    """Omega and alpha of each score as dots with their intervals.

    Parameters
    ----------
    result
        Of `reliability`.
    words
        Of `wording`.

    Notes
    -----
    A full dot is omega, a ring alpha, so that they are told apart in grey. The dashed line stands at the reliability
    from which groups may be compared. Values run with the reading and end at 1.
    """
    expect_kind(result, "reliability")
    alt = words.text("alt", "reliability", finding=" ".join(consistency_sentences(result, words)))
    return Drawing(draw=lambda width: _draw(result, words, width), alt=plain(alt))


def _draw(result: Any, words: Words, width: float) -> Canvas:
    labels = [wrapped(construct_label(one.construct, words), width - 2 * _SIDE, LABEL) for one in result.constructs]
    heights = [_LINE * len(lines) + 2 * _ROW + 14 for lines in labels]
    # With few pixels the legend has a line for each of its dots.
    names = [words.term("omega"), words.term("alpha")]
    beside = sum(text_width(name, SMALL) + 34 for name in names) < width - 2 * _SIDE
    top = 34.0 if beside else 54.0
    canvas = Canvas(width, top + sum(heights) + 26, words.direction)
    x, y = _SIDE, 12.0
    for hollow, name in enumerate(names):
        _mark(canvas, x + 5, y, hollow=bool(hollow))
        canvas.write(x + 16, y, name, size=SMALL, color=MUTED)
        x, y = (x + text_width(name, SMALL) + 34, y) if beside else (x, y + 20)
    room = text_width(words.number(-0.88, 2), LABEL) + 10
    # Half of the first number on the axis stands before its tick.
    begin = max(_SIDE, text_width(words.number(-0.88, 2), SMALL) / 2 + 2)
    scale = Scale((_lowest(result), 1.0), begin, width - _SIDE - room)
    limit = float(result.checks[0].values["limit"])
    end = top + sum(heights)
    ticks = scale.ticks(3 if width < 500 else 6, finest=_FINEST)
    for tick in ticks:
        canvas.write(scale(tick), end + 12, words.number(tick, 2), size=SMALL, color=MUTED, anchor="middle")
    y = top
    for one, lines, height in zip(result.constructs, labels, heights, strict=True):
        for position, line in enumerate(lines):
            canvas.write(_SIDE, y + 10 + position * _LINE, line, size=LABEL)
        start = y + _LINE * len(lines) + 4
        # Labels cross the axis, so that it is drawn beside the dots only.
        for tick in ticks:
            canvas.line([(scale(tick), start), (scale(tick), start + 2 * _ROW)], color=RULE, width=0.7)
        canvas.line([(scale(limit), start), (scale(limit), start + 2 * _ROW)], color=INK, width=1.2, dashed=True)
        for row, values in enumerate((one.omega, one.alpha)):
            _one(canvas, scale, start + (row + 0.5) * _ROW, values, hollow=bool(row))
            shown = words.number(values[0], 2) if np.isfinite(values[0]) else words.ui("none")
            canvas.write(width - _SIDE, start + (row + 0.5) * _ROW, shown, size=LABEL, anchor="end")
        y += height
    return canvas


def _one(canvas: Canvas, scale: Scale, y: float, values: np.ndarray, *, hollow: bool) -> None:
    """A dot with its interval; nothing where there is no estimate."""
    estimate, _, low, high = np.maximum(values, _LEAST)
    if not np.isfinite(estimate):
        return
    if np.isfinite([low, high]).all():
        canvas.line([(scale(low), y), (scale(high), y)], color=INK, width=1.4)
        for x in (low, high):
            canvas.line([(scale(x), y - 4), (scale(x), y + 4)], color=INK, width=1.4)
    _mark(canvas, scale(estimate), y, hollow=hollow)


def _mark(canvas: Canvas, x: float, y: float, *, hollow: bool) -> None:
    canvas.dot(x, y, color=STRONG, size=9, hollow=hollow)


def _lowest(result: Any) -> float:
    """Where the axis begins: a round number below everything shown, and never above one half."""
    values = np.concatenate([values[[0, 2]] for one in result.constructs for values in (one.omega, one.alpha)])
    lowest = float(np.nanmin(values))
    return max(min(0.5, np.floor(10 * lowest) / 10), _LEAST)

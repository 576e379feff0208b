"""Our ratings beside another's: a dot with its interval for us, and a ring for a rival or a published figure."""

from __future__ import annotations

from typing import Any

from drivers.present.figures.axis import Scale, limits_with_air
from drivers.present.figures.canvas import INK, MUTED, RULE, SOFT, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import in_rows, text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.benchmark import measure_name, outside_sentences
from drivers.present.sentences.rivals import rival_driver_sentences, rival_label, rival_sentences
from drivers.present.words import Words
from drivers.results import Result

_LINE = 19.0
_ROW = 20.0
_SIDE = 14.0
_LEGEND = 20.0
_FINEST = 5.0

Row = tuple[str, tuple[float, float, float], tuple[float, float, float], bool]
"""Label, our mean with limits, the other's, and whether they differ by more than chance."""


def rival_dots(result: Result, words: Words, *, rival: str) -> Drawing:
    """Our mean and a competitor's, each with its interval, among those who rated both.

    Parameters
    ----------
    result
        Of `benchmark`.
    words
        Of `wording`.
    rival
        Key of the competitor.

    Notes
    -----
    Where the two differ by more than chance our dot is strong. Values run with the reading.
    """
    expect_kind(result, "benchmark")
    found: Any = result
    rows = [
        (
            measure_name(one, words),
            _limits(one.rivals[rival].ours),
            _limits(one.rivals[rival].theirs),
            one.rivals[rival].difference.conclusion != "open",
        )
        for one in found.measures
        if rival in one.rivals and one.statistic == "mean"
    ]
    said = [*rival_sentences(found, rival, words)[:1], *rival_driver_sentences(found, rival, words)]
    alt = words.text("alt", "rivals", finding=" ".join(said))
    names = (words.term("our_value"), rival_label(rival, words))
    return Drawing(draw=lambda width: _draw(rows, names, words, width), alt=plain(alt))


def outside_dots(result: Result, words: Words) -> Drawing:
    """Our mean with its interval beside a published figure, which has none; arguments as in `rival_dots`."""
    expect_kind(result, "benchmark")
    found: Any = result
    rows = [
        (
            measure_name(one, words),
            _limits(one.level),
            (one.outside.value,) * 3,
            one.outside.difference.conclusion != "open",
        )
        for one in found.measures
        if one.outside is not None and one.statistic == "mean"
    ]
    alt = words.text("alt", "outside", finding=" ".join(outside_sentences(found, words)))
    names = (words.term("our_value"), words.term("benchmark"))
    return Drawing(draw=lambda width: _draw(rows, names, words, width), alt=plain(alt))


def _limits(told: Any) -> tuple[float, float, float]:
    return told.estimate, told.conf_low, told.conf_high


def _draw(rows: list[Row], names: tuple[str, str], words: Words, width: float) -> Canvas:
    labels = [wrapped(label, width - 2 * _SIDE, LABEL) for label, *_ in rows]
    heights = [_LINE * len(lines) + 2 * _ROW + 10 for lines in labels]
    legend = [(mark, line) for mark, name in zip(("dot", "ring"), names, strict=True) for line in _first(name, width)]
    placed = in_rows(legend, [34 + text_width(name, SMALL) for _, name in legend], width - 2 * _SIDE)
    top = 8 + _LEGEND * len(placed) + 6
    canvas = Canvas(width, top + sum(heights) + 26, words.direction)
    for position, row in enumerate(placed):
        x = _SIDE
        for mark, name in row:
            if mark:
                canvas.dot(x + 5, 14 + _LEGEND * position, color=STRONG, size=9, hollow=mark == "ring")
            canvas.write(x + 16, 14 + _LEGEND * position, name, size=SMALL, color=MUTED)
            x += 34 + text_width(name, SMALL)
    drawn = [value for _, ours, theirs, _ in rows for value in (*ours, *theirs)]
    limits = limits_with_air(min(drawn), max(drawn), bounds=(0.0, 100.0), air=0.04, finest=_FINEST)
    room = text_width(words.number(100.0, 1), LABEL) + 10
    # Half of the first number on the axis stands before its tick.
    scale = Scale(limits, _SIDE + text_width(words.number(100), SMALL) / 2, width - _SIDE - room)
    ticks = scale.ticks(4 if width < 500 else 7, finest=_FINEST)
    y = top
    for (_, ours, theirs, clear), lines, height in zip(rows, labels, heights, strict=True):
        for position, line in enumerate(lines):
            canvas.write(_SIDE, y + 10 + position * _LINE, line, size=LABEL)
        start = y + _LINE * len(lines) + 2
        for tick in ticks:
            canvas.line([(scale(tick), start), (scale(tick), start + 2 * _ROW)], color=RULE, width=0.7)
        color = STRONG if clear else SOFT
        for place, values in enumerate((ours, theirs)):
            middle = start + (place + 0.5) * _ROW
            _one(canvas, scale, middle, values, color=color, hollow=bool(place))
            canvas.write(width - _SIDE, middle, words.number(values[0], 1), size=LABEL, anchor="end")
        y += height
    for tick in ticks:
        canvas.write(scale(tick), y + 8, words.number(tick), size=SMALL, color=MUTED, anchor="middle")
    return canvas


def _first(name: str, width: float) -> list[str]:
    """A name of the legend, cut to one line: the caption holds it whole."""
    lines = wrapped(name, width - 2 * _SIDE - 34, SMALL)
    return lines[:1]


def _one(
    canvas: Canvas, scale: Scale, y: float, values: tuple[float, float, float], *, color: str, hollow: bool
) -> None:
    estimate, low, high = values
    if high > low:
        canvas.line([(scale(low), y), (scale(high), y)], color=INK, width=1.4)
        for x in (low, high):
            canvas.line([(scale(x), y - 4), (scale(x), y + 4)], color=INK, width=1.4)
    canvas.dot(scale(estimate), y, color=color, size=9, hollow=hollow)

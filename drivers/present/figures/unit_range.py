"""How far units' means reach, and where a selected unit stands among them; no unit is named."""

from __future__ import annotations

from typing import Any

from drivers.present.figures.axis import Scale, limits_with_air
from drivers.present.figures.canvas import BAND, INK, MUTED, RULE, SOFT, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import in_rows, text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.benchmark import measure_name, unit_sentences
from drivers.present.words import Words
from drivers.results import Result

_LINE = 19.0
_BAR = 16.0
_SIDE = 14.0
_BETWEEN = 12.0
_LEGEND = 20.0
_FINEST = 5.0


def unit_range_bars(result: Result, words: Words) -> Drawing:
    """A line from the lowest to the highest unit, a bar over their middle half, and the selected unit as a dot.

    Parameters
    ----------
    result
        Of `benchmark`.
    words
        Of `wording`.

    Notes
    -----
    A selected unit that differs from the others by more than chance is strong. Values run with the reading; at the end
    of a row stands the selected unit's value, or the median.
    """
    expect_kind(result, "benchmark")
    found: Any = result
    measures = [one for one in found.measures if one.units is not None and one.statistic == "mean"]
    alt = words.text("alt", "units_range", finding=" ".join(unit_sentences(found, words)))
    return Drawing(draw=lambda width: _draw(measures, words, width), alt=plain(alt))


def _draw(measures: list[Any], words: Words, width: float) -> Canvas:
    labels = [wrapped(measure_name(one, words), width - 2 * _SIDE, LABEL) for one in measures]
    heights = [_LINE * len(lines) + _BAR + _BETWEEN for lines in labels]
    own = any(one.units.own is not None for one in measures)
    legend = [
        ("range", words.ui("legend_range")),
        ("middle_half", words.ui("legend_middle_half")),
        ("median", words.ui("legend_median")),
    ]
    legend += [("own_unit", words.ui("legend_own_unit"))] if own else []
    placed = in_rows(legend, [50 + text_width(name, SMALL) for _, name in legend], width - 2 * _SIDE)
    top = 8 + _LEGEND * len(placed) + 6
    canvas = Canvas(width, top + sum(heights) + 24, words.direction)
    for position, row in enumerate(placed):
        x, y = _SIDE, 14 + _LEGEND * position
        for mark, name in row:
            _sample(canvas, mark, x, y)
            canvas.write(x + 32, y, name, size=SMALL, color=MUTED)
            x += 50 + text_width(name, SMALL)
    ends = [
        value
        for one in measures
        for value in (
            one.units.low,
            one.units.high,
            *((one.units.ours.conf_low, one.units.ours.conf_high) if one.units.own is not None else ()),
        )
    ]
    limits = limits_with_air(min(ends), max(ends), bounds=(0.0, 100.0), air=0.04, finest=_FINEST)
    room = text_width(words.number(100.0, 1), LABEL) + 10
    scale = Scale(limits, _SIDE + text_width(words.number(100), SMALL) / 2, width - _SIDE - room)
    ticks = scale.ticks(4 if width < 500 else 7, finest=_FINEST)
    y = top
    for one, lines, height in zip(measures, labels, heights, strict=True):
        for position, line in enumerate(lines):
            canvas.write(_SIDE, y + 10 + position * _LINE, line, size=LABEL)
        under = y + _LINE * len(lines) + 2
        for tick in ticks:
            canvas.line([(scale(tick), under - 2), (scale(tick), under + _BAR + 2)], color=RULE, width=0.7)
        _one(canvas, scale, one.units, under)
        value = one.units.median if one.units.own is None else one.units.ours.estimate
        canvas.write(width - _SIDE, under + _BAR / 2, words.number(value, 1), size=LABEL, anchor="end")
        y += height
    for tick in ticks:
        canvas.write(scale(tick), y + 8, words.number(tick), size=SMALL, color=MUTED, anchor="middle")
    return canvas


def _one(canvas: Canvas, scale: Scale, units: Any, top: float) -> None:
    middle = top + _BAR / 2
    start, end = scale(units.quarter), scale(units.three_quarters)
    canvas.rectangle(start, top, end - start, _BAR, color=BAND)
    for x in (start, end):
        canvas.line([(x, top), (x, top + _BAR)], color=SOFT, width=1.0)
    canvas.line([(scale(units.low), middle), (scale(units.high), middle)], color=SOFT, width=3.0)
    canvas.line([(scale(units.median), top - 1), (scale(units.median), top + _BAR + 1)], color=INK, width=2.4)
    if units.own is None:
        return
    low, high = scale(units.ours.conf_low), scale(units.ours.conf_high)
    canvas.line([(low, middle), (high, middle)], color=INK, width=1.4)
    for x in (low, high):
        canvas.line([(x, middle - 4), (x, middle + 4)], color=INK, width=1.4)
    clear = units.own.conclusion != "open"
    canvas.dot(scale(units.ours.estimate), middle, color=STRONG if clear else SOFT, size=9)


def _sample(canvas: Canvas, mark: str, x: float, y: float) -> None:
    if mark == "range":
        canvas.line([(x, y), (x + 24, y)], color=SOFT, width=3.0)
    elif mark == "middle_half":
        canvas.rectangle(x, y - 6, 24, 12, color=BAND)
        for end in (x, x + 24):
            canvas.line([(end, y - 6), (end, y + 6)], color=SOFT, width=1.0)
    elif mark == "median":
        canvas.line([(x + 12, y - 7), (x + 12, y + 7)], color=INK, width=2.4)
    else:
        canvas.line([(x, y), (x + 24, y)], color=INK, width=1.4)
        canvas.dot(x + 12, y, color=STRONG, size=9)

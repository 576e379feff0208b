"""A change between two waves: its parts one after the other, and what each driver has in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drivers.present.figures.axis import Scale
from drivers.present.figures.canvas import INK, MUTED, RULE, SOFT, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.waves import change_sentences
from drivers.present.words import Words
from drivers.results import Result

_LINE = 19.0
_SIDE = 14.0
_BAR = 14.0
_FINEST = 0.1
_LEAST = 1.0
"""Points that the axis covers at least, so that hardly any change is not drawn as a large one."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A bar from ``start``, its size and limits, and whether it is more than chance."""

    label: str
    start: float
    size: float
    low: float
    high: float
    clear: bool


def change_waterfall(result: Result, words: Words) -> Drawing:
    """The three parts of a change, each beginning where the one before ends, and the whole.

    Parameters
    ----------
    result
        Of `wave_change`.
    words
        Of `wording`.

    Notes
    -----
    Parts that are more than chance are strong. Each interval stands about the end of its own bar. Rises run with the
    reading.
    """
    expect_kind(result, "wave_change")
    table: Any = result
    alt = words.text("alt", "change_parts", finding=" ".join(change_sentences(table, words)))
    return Drawing(draw=lambda width: _draw(_parts(table, words), words, width), alt=plain(alt))


def change_driver_bars(result: Result, words: Words) -> Drawing:
    """What each driver adds to the part of performance, the largest first.

    Parameters
    ----------
    result
        Of `wave_change`.
    words
        Of `wording`.
    """
    expect_kind(result, "wave_change")
    table: Any = result
    alt = words.text("alt", "change_drivers", finding=" ".join(change_sentences(table, words)))
    return Drawing(draw=lambda width: _draw(_drivers(table, words), words, width), alt=plain(alt))


def _parts(result: Any, words: Words) -> list[_Row]:
    change, rows, start = result.reported, [], 0.0
    for i, part in enumerate(("who_answered", "performance", "unexplained"), 1):
        if part == "who_answered" and change.method == "none":
            continue
        size = float(change.estimate[i])
        limits = start + float(change.conf_low[i]), start + float(change.conf_high[i])
        rows.append(_Row(words.term(f"part_{part}"), start, size, *limits, clear=change.clear(part)))
        start += size
    size, low, high = (float(values[0]) for values in (change.estimate, change.conf_low, change.conf_high))
    return [*rows, _Row(words.term("part_change"), 0.0, size, low, high, clear=change.clear("change"))]


def _drivers(result: Any, words: Words) -> list[_Row]:
    change = result.reported
    estimate, _, low, high = change.by_driver
    return [
        _Row(
            words.label("driver", change.drivers[j]),
            0.0,
            float(estimate[j]),
            float(low[j]),
            float(high[j]),
            clear=bool(change.p_by_driver[j] < 1 - result.conf_level),
        )
        for j in change.order
    ]


def _draw(rows: list[_Row], words: Words, width: float) -> Canvas:
    room = text_width(words.number(-88.8, 1, sign=True), LABEL) + 12
    labels = [wrapped(row.label, width - 2 * _SIDE, LABEL) for row in rows]
    heights = [_LINE * len(lines) + _BAR + 16 for lines in labels]
    low = min(0.0, *(value for row in rows for value in (row.low, row.start, row.start + row.size)))
    high = max(0.0, *(value for row in rows for value in (row.high, row.start, row.start + row.size)))
    short = max(_LEAST - (high - low), 0.0) / 2
    low, high = low - short, high + short
    canvas = Canvas(width, 12.0 + sum(heights) + 26, words.direction)
    edge = text_width(words.number(-10, 0, sign=True), SMALL) / 2
    scale = Scale((low, high), _SIDE + edge, width - _SIDE - room - edge)
    end = 12.0 + sum(heights)
    ticks = scale.ticks(4 if width < 500 else 8, finest=_FINEST)
    decimals = 0 if all(tick == round(tick) for tick in ticks) else 1
    for tick in ticks:
        text = words.number(tick, decimals, sign=True) if tick else words.number(0)
        canvas.write(scale(tick), end + 12, text, size=SMALL, color=MUTED, anchor="middle")
    y, before = 12.0, None
    for row, lines, height in zip(rows, labels, heights, strict=True):
        for position, line in enumerate(lines):
            canvas.write(_SIDE, y + 10 + position * _LINE, line, size=LABEL)
        start = y + _LINE * len(lines) + 2
        middle = start + _BAR / 2 + 2
        for tick in ticks:
            heavy = tick == 0
            color, line_width = (MUTED, 1.2) if heavy else (RULE, 0.7)
            canvas.line([(scale(tick), start), (scale(tick), start + _BAR + 4)], color=color, width=line_width)
        first, last = sorted((scale(row.start), scale(row.start + row.size)))
        canvas.rectangle(first, start + 2, last - first, _BAR, color=STRONG if row.clear else SOFT)
        if before is not None and row.start:
            canvas.line([(scale(row.start), start - 2), (scale(row.start), start + _BAR + 4)], color=INK, dashed=True)
        canvas.line([(scale(row.low), middle), (scale(row.high), middle)], color=INK, width=1.4)
        for limit in (row.low, row.high):
            canvas.line([(scale(limit), middle - 4), (scale(limit), middle + 4)], color=INK, width=1.4)
        value = words.number(row.size, 1, sign=True)
        canvas.write(width - _SIDE, middle, value, size=LABEL, anchor="end")
        y += height
        before = row
    return canvas

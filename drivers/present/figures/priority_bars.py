"""What the priority list goes by, driver by driver, with what may be said of the places."""

from __future__ import annotations

from typing import Any

from drivers.present.figures.axis import Scale
from drivers.present.figures.canvas import BAND, INK, MUTED, PAPER, RULE, SOFT, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.priorities import place_text, priority_sentences, worth_decimals
from drivers.present.words import Words
from drivers.results import Result

_LINE = 19.0
_SIDE = 14.0
_BAR = 14.0


def priority_bars(result: Result, words: Words) -> Drawing:
    """A bar with its interval for each driver that is offered, the largest first, with its possible places.

    Parameters
    ----------
    result
        Of `priorities`, with at least one driver in its order.
    words
        Of `wording`.

    Notes
    -----
    Drivers that no other is put before stand on a shaded ground: together, where they are several.
    """
    expect_kind(result, "priorities")
    table: Any = result
    alt = words.text("alt", "priorities", finding=" ".join(priority_sentences(table, words)))
    return Drawing(draw=lambda width: _draw(table, words, width), alt=plain(alt))


def _draw(result: Any, words: Words, width: float) -> Canvas:
    order, decimals = result.order, worth_decimals(result)
    places = {i: place_text(result, i, words) for i in order}
    labels = {
        i: wrapped(words.label("driver", result.drivers[i]), width - 3 * _SIDE - text_width(places[i], SMALL), LABEL)
        for i in order
    }
    heights = {i: _LINE * len(labels[i]) + _BAR + 18 for i in order}
    title = wrapped(words.ui(f"axis_priorities_{result.order_by}"), width - 2 * _SIDE, SMALL)
    top = 14.0 + 18 * len(title)
    end = top + sum(heights.values())
    canvas = Canvas(width, end + 28, words.direction)
    for position, line in enumerate(title):
        canvas.write(_SIDE, 12 + 18 * position, line, size=SMALL, color=MUTED)
    first = [i for i in order if result.place_low[i] == 1]
    # A first driver of one is first of nothing.
    if len(order) > 1:
        canvas.rectangle(0, top - 4, width, sum(heights[i] for i in first), color=BAND)
    room = max(text_width(words.number(result.worth[0, i], decimals), LABEL) for i in order) + 10
    low, high = min(0.0, *(result.worth[2, i] for i in order)), max(result.worth[3, i] for i in order)
    scale = Scale((low, high), _SIDE + (18 if low < 0 else 4), width - _SIDE - room)
    ticks = scale.ticks(4 if width < 500 else 7, finest=0.01)
    shown = next(d for d in (0, 1, 2) if d == 2 or all(abs(tick - round(tick, d)) < 1e-9 for tick in ticks))
    for tick in ticks:
        canvas.write(scale(tick), end + 12, words.number(tick, shown), size=SMALL, color=MUTED, anchor="middle")
    y = top
    for i in order:
        for position, line in enumerate(labels[i]):
            canvas.write(_SIDE, y + 10 + position * _LINE, line, size=LABEL)
        canvas.write(width - _SIDE, y + 10, places[i], size=SMALL, color=MUTED, anchor="end")
        start = y + _LINE * len(labels[i]) + 2
        for tick in ticks:
            canvas.line([(scale(tick), start), (scale(tick), start + _BAR + 4)], color=RULE, width=0.7)
        value = result.worth[0, i]
        begin, stop = sorted((scale(0.0), scale(value)))
        canvas.rectangle(begin, start + 2, stop - begin, _BAR, color=STRONG if i in first else SOFT)
        _interval(canvas, scale(result.worth[2, i]), scale(result.worth[3, i]), start + _BAR / 2 + 2)
        canvas.write(width - _SIDE, start + _BAR / 2 + 2, words.number(value, decimals), size=LABEL, anchor="end")
        y += heights[i]
    return canvas


def _interval(canvas: Canvas, low: float, high: float, y: float) -> None:
    # White under dark keeps the interval visible on its bar, in grey and on paper too.
    for color, thick in ((PAPER, 4.0), (INK, 1.4)):
        canvas.line([(low, y), (high, y)], color=color, width=thick)
    for x in (low, high):
        canvas.line([(x, y - 4), (x, y + 4)], color=INK, width=1.4)

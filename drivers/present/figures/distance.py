"""What closing each driver's gap would be worth, beside the distance to the target."""

from __future__ import annotations

from typing import Any

from drivers.present.figures.axis import Scale
from drivers.present.figures.canvas import INK, MUTED, PLAIN, RULE, SOFT, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.indicators import distance_sentence, together_sentence, worth_sentence
from drivers.present.words import Words
from drivers.results import Result

_LINE = 19.0
_SIDE = 14.0
_BAR = 14.0
_FINEST = 0.1


def distance_bars(result: Result, words: Words) -> Drawing:
    """A bar with its interval for each driver that has a part, and one for all together.

    Parameters
    ----------
    result
        Of `distance_in_drivers`.
    words
        Of `wording`.

    Notes
    -----
    The dashed line stands at the points that are needed. Bars run with the reading.
    """
    expect_kind(result, "distance")
    table: Any = result
    parts = [distance_sentence(table, words), worth_sentence(table, words)]
    if table.order:
        parts.append(together_sentence(table, words))
    alt = words.text("alt", "distance", finding=" ".join(parts))
    return Drawing(draw=lambda width: _draw(table, words, width), alt=plain(alt))


def _draw(result: Any, words: Words, width: float) -> Canvas:
    together = (result.together.estimate, result.together.conf_low, result.together.conf_high)
    rows = [(words.label("driver", result.drivers[i]), tuple(result.worth[[0, 2, 3], i]), PLAIN) for i in result.order]
    rows.append((words.term("all_together"), together, SOFT))
    labels = [wrapped(label, width - 2 * _SIDE, LABEL) for label, _, _ in rows]
    heights = [_LINE * len(lines) + _BAR + 16 for lines in labels]
    needed = result.needed.estimate
    legend = wrapped(words.ui("needed_line", needed=words.number(needed, 1)), width - 2 * _SIDE - 24, SMALL)
    top = 12.0 + 18 * len(legend)
    canvas = Canvas(width, top + sum(heights) + 24, words.direction)
    for position, line in enumerate(legend):
        canvas.write(_SIDE + 24, 12 + position * 18, line, size=SMALL, color=MUTED)
    canvas.line([(_SIDE, 12), (_SIDE + 18, 12)], color=INK, width=1.2, dashed=True)
    low = min(0.0, *(values[1] for _, values, _ in rows))
    high = max(needed, *(values[2] for _, values, _ in rows))
    room = text_width(words.number(-10.5, 1), LABEL) + 10
    scale = Scale((low, high), _SIDE + (18 if low < 0 else 4), width - _SIDE - room)
    end = top + sum(heights)
    ticks = scale.ticks(4 if width < 500 else 7, finest=_FINEST)
    decimals = 0 if all(tick == round(tick) for tick in ticks) else 1
    for tick in ticks:
        canvas.write(scale(tick), end + 10, words.number(tick, decimals), size=SMALL, color=MUTED, anchor="middle")
    y = top
    for (_, values, color), lines, height in zip(rows, labels, heights, strict=True):
        for position, line in enumerate(lines):
            canvas.write(_SIDE, y + 10 + position * _LINE, line, size=LABEL)
        start = y + _LINE * len(lines) + 2
        middle = start + _BAR / 2 + 2
        for tick in ticks:
            canvas.line([(scale(tick), start), (scale(tick), start + _BAR + 4)], color=RULE, width=0.7)
        begin, stop = sorted((scale(0.0), scale(values[0])))
        canvas.rectangle(begin, start + 2, stop - begin, _BAR, color=color)
        canvas.line([(scale(values[1]), middle), (scale(values[2]), middle)], color=INK, width=1.4)
        for limit in values[1:]:
            canvas.line([(scale(limit), middle - 4), (scale(limit), middle + 4)], color=INK, width=1.4)
        canvas.line([(scale(needed), start), (scale(needed), start + _BAR + 4)], color=INK, width=1.2, dashed=True)
        canvas.write(width - _SIDE, middle, words.number(values[0], 1), size=LABEL, anchor="end")
        y += height
    return canvas

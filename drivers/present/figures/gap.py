"""A gap told in drivers: a bar with its interval for each part, to the side on which it counts."""

from __future__ import annotations

from typing import Any

from drivers.present.figures.axis import Scale
from drivers.present.figures.canvas import INK, MUTED, PLAIN, RULE, SOFT, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.rivals import gap_sentences
from drivers.present.words import Words
from drivers.results import Result

_LINE = 19.0
_SIDE = 14.0
_BAR = 14.0
_FINEST = 0.1


def gap_bars(result: Result, words: Words) -> Drawing:
    """Parts of a gap, the largest first, then what drivers leave, and the whole.

    Parameters
    ----------
    result
        Of `rival_drivers` or `gap_in_drivers`.
    words
        Of `wording`.

    Notes
    -----
    Parts that are more than chance are strong. Values run with the reading, from behind to ahead.
    """
    expect_kind(result, "gap")
    gap: Any = result
    alt = words.text("alt", "gap", finding=" ".join(gap_sentences(gap, words)))
    return Drawing(draw=lambda width: _draw(gap, words, width), alt=plain(alt))


def _draw(gap: Any, words: Words, width: float) -> Canvas:
    rows = [
        (
            words.label("driver", gap.drivers[i]),
            tuple(gap.parts[[0, 2, 3], i]),
            STRONG if gap.conclusions[i] != "open" else SOFT,
        )
        for i in gap.order
    ]
    for key, told in (("not_explained", gap.left), ("whole_gap", gap.total)):
        rows.append((words.term(key), (told.estimate, told.conf_low, told.conf_high), PLAIN))
    labels = [wrapped(label, width - 2 * _SIDE, LABEL) for label, _, _ in rows]
    heights = [_LINE * len(lines) + _BAR + 14 for lines in labels]
    canvas = Canvas(width, 8 + sum(heights) + 26, words.direction)
    low = min(0.0, *(values[1] for _, values, _ in rows))
    high = max(0.0, *(values[2] for _, values, _ in rows))
    room = text_width(words.number(-10.55, 2, sign=True), LABEL) + 10
    scale = Scale((low, high), _SIDE + 18, width - _SIDE - room)
    ticks = scale.ticks(4 if width < 500 else 7, finest=_FINEST)
    decimals = 0 if all(tick == round(tick) for tick in ticks) else 1
    y = 8.0
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
        canvas.line([(scale(0.0), start), (scale(0.0), start + _BAR + 4)], color=INK, width=1.2)
        canvas.write(width - _SIDE, middle, words.number(values[0], 2, sign=True), size=LABEL, anchor="end")
        y += height
    for tick in ticks:
        canvas.write(scale(tick), y + 8, words.number(tick, decimals), size=SMALL, color=MUTED, anchor="middle")
    return canvas

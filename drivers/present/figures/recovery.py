"""Answers after a problem: a dot with its interval for each group, beside those who met none."""

from __future__ import annotations

from typing import Any

from drivers.present.figures.axis import Scale, limits_with_air
from drivers.present.figures.canvas import INK, MUTED, RULE, SOFT, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.recovery import answer_label, group_name, paradox_sentences
from drivers.present.words import Words
from drivers.results import Result

_LINE = 18.0
_ROW = 22.0
_SIDE = 12.0
_BETWEEN = 16.0
_DOTS = 0.5
"""Part of the width that is left to the dots where names stand beside them."""
_FINEST = 5.0


def recovery_dots(result: Result, words: Words) -> Drawing:
    """Mean answers by what became of a problem, with their intervals.

    Parameters
    ----------
    result
        Of `recovery`.
    words
        Of `wording`.

    Notes
    -----
    A ring is people without a problem, and the dashed line runs down from it; groups whose difference from
    them is more than chance are strong. Values run with the reading.
    """
    expect_kind(result, "recovery")
    alt = words.text("alt", "recovery", finding=" ".join(paradox_sentences(result, words)))
    return Drawing(draw=lambda width: _draw(result, words, width), alt=plain(alt))


def _draw(result: Any, words: Words, width: float) -> Canvas:
    shown = [
        (name, [(group, level) for group, level in result.means[name].items() if level is not None])
        for name in result.outcomes
    ]
    room = text_width(words.number(88.8, 1), LABEL) + 10
    column = max(
        (text_width(group_name(group, result, words), SMALL) for _, rows in shown for group, _ in rows), default=0.0
    )
    # With few pixels a group's name stands above its dot.
    beside = width - column - room - 2 * _SIDE > _DOTS * width
    height, reach = (_ROW, _ROW / 2) if beside else (_ROW + _LINE, _ROW / 2 - 2)
    begin = _SIDE + (column + 14 if beside else 0.0)
    titles = [wrapped(answer_label(name, words), width - 2 * _SIDE, LABEL) for name, _ in shown]
    heights = [
        _LINE * len(title) + height * len(rows) + _BETWEEN for title, (_, rows) in zip(titles, shown, strict=True)
    ]
    canvas = Canvas(width, 10 + sum(heights) + 24, words.direction)
    limits = [level for _, rows in shown for _, level in rows]
    low, high = limits_with_air(
        min((level.conf_low for level in limits), default=0.0),
        max((level.conf_high for level in limits), default=100.0),
        bounds=(0.0, 100.0),
        air=0.05,
        finest=_FINEST,
    )
    # Half of the first number on the axis stands before its tick.
    scale = Scale((low, high), begin + text_width(words.number(100), SMALL) / 2, width - _SIDE - room)
    ticks = scale.ticks(4 if width < 500 else 7, finest=_FINEST)
    clear = {(one.outcome, one.group) for one in result.contrasts if one.conclusion != "open"}
    y = 10.0
    for title, (name, rows), tall in zip(titles, shown, heights, strict=True):
        for position, line in enumerate(title):
            canvas.write(_SIDE, y + 8 + position * _LINE, line, size=LABEL)
        start = y + _LINE * len(title) + 2
        offset = height - _ROW / 2
        for row in range(len(rows)):
            # Names stand between the rows, so that the axis is drawn beside the dots only.
            middle = start + row * height + offset
            for tick in ticks:
                canvas.line([(scale(tick), middle - reach), (scale(tick), middle + reach)], color=RULE, width=0.7)
            usual = result.means[name]["none"]
            if usual is not None and row:
                x = scale(usual.estimate)
                canvas.line([(x, middle - reach), (x, middle + reach)], color=INK, width=1.2, dashed=True)
        for row, (group, level) in enumerate(rows):
            middle = start + row * height + offset
            label = group_name(group, result, words)
            canvas.write(_SIDE, middle if beside else middle - _ROW / 2 - _LINE / 2, label, size=SMALL, color=MUTED)
            color = STRONG if group == "none" or (name, group) in clear else SOFT
            _one(canvas, scale, middle, level, color=color, hollow=group == "none")
            canvas.write(width - _SIDE, middle, words.number(level.estimate, 1), size=LABEL, anchor="end")
        y += tall
    for tick in ticks:
        canvas.write(scale(tick), y + 2, words.number(tick), size=SMALL, color=MUTED, anchor="middle")
    return canvas


def _one(canvas: Canvas, scale: Scale, y: float, level: Any, *, color: str, hollow: bool) -> None:
    canvas.line([(scale(level.conf_low), y), (scale(level.conf_high), y)], color=INK, width=1.4)
    for x in (level.conf_low, level.conf_high):
        canvas.line([(scale(x), y - 4), (scale(x), y + 4)], color=INK, width=1.4)
    canvas.dot(scale(level.estimate), y, color=color, size=9, hollow=hollow)

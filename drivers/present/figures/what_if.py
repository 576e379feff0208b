"""What would go with a change of each driver: two dots with their intervals, one under the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from drivers.present.figures.axis import Scale, limits_with_air
from drivers.present.figures.canvas import INK, MUTED, RULE, SOFT, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import in_rows, text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.what_if import PERCENT, points, promise_sentences, table_sentences
from drivers.present.words import Words
from drivers.results import Result

_LINE = 19.0
_ROW = 19.0
_SIDE = 14.0
_FINEST = 0.1

FINE = 2.0
"""Points below which the largest effect of a figure, and so all of them, are written with two digits."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """One driver: its name, and for the dot and the ring estimate and limits, and whether that is sure."""

    label: str
    values: tuple[np.ndarray, np.ndarray]
    sure: tuple[bool, bool]


def what_if_dots(result: Result, words: Words) -> Drawing:
    """What goes with a step of each driver in the first outcome: alone a dot, with the others going along a ring.

    Parameters
    ----------
    result
        Of `what_if_table`.
    words
        Of `wording`.

    Notes
    -----
    The best effect stands first. What is not sure is pale. A step that was cut is written behind the driver's name.
    """
    expect_kind(result, "what_if_table")
    table: Any = result
    alone, together = table.says("alone", 0), table.says("together", 0)
    pairs = [
        _Pair(
            label=_with_step(table.drivers[j], table.moves["alone"][j], table.caps["alone"][j], words),
            values=(table.effects["alone"][[0, 2, 3], 0, j], table.effects["together"][[0, 2, 3], 0, j]),
            sure=(alone[j] in ("higher", "lower"), together[j] in ("higher", "lower")),
        )
        for j in table.order()
    ]
    names = (words.ui("legend_alone"), words.ui("legend_together"))
    alt = words.text("alt", "what_if", finding=" ".join(table_sentences(table, words)))
    return Drawing(draw=lambda width: _draw(pairs, names, _axis(table, words), words, width), alt=plain(alt))


def promise_dots(result: Result, words: Words) -> Drawing:
    """What goes with a better rating of each driver, a dot, and with a lower hope, a ring, in the first outcome.

    Parameters
    ----------
    result
        Of `what_if_promises`.
    words
        Of `wording`.
    """
    expect_kind(result, "promises")
    table: Any = result
    deliver, promise = table.says("deliver", 0), table.says("promise", 0)
    order = np.argsort(-table.measures[0].sign * table.effects["deliver"][0, 0], kind="stable")
    pairs = [
        _Pair(
            label=_with_step(table.drivers[j], table.moves[j], table.caps[j], words),
            values=(table.effects["deliver"][[0, 2, 3], 0, j], table.effects["promise"][[0, 2, 3], 0, j]),
            sure=(deliver[j] in ("higher", "lower"), promise[j] in ("higher", "lower")),
        )
        for j in order
    ]
    names = tuple(words.ui(key, d=points(table.step, words)) for key in ("legend_deliver", "legend_promise"))
    alt = words.text("alt", "promises", finding=" ".join(promise_sentences(table, words)))
    return Drawing(draw=lambda width: _draw(pairs, names, _axis(table, words), words, width), alt=plain(alt))


def _with_step(name: str, move: float, cap: str, words: Words) -> str:
    """A driver's name, and behind it the step where that was cut."""
    label = words.label("driver", name)
    if not cap:
        return label
    return words.text("what_if_cut", "label", driver=label, d=points(move, words, "nom"))


def _axis(table: Any, words: Words) -> str:
    outcome = words.outcome(table.outcome, "start")
    if table.measures[0].statistic in PERCENT:
        return words.ui("axis_percentage_points", outcome=outcome)
    return words.ui("axis_points", outcome=outcome)


def _draw(pairs: Sequence[_Pair], names: Sequence[str], axis: str, words: Words, width: float) -> Canvas:
    labels = [wrapped(pair.label, width - 2 * _SIDE, LABEL) for pair in pairs]
    heights = [_LINE * len(lines) + 2 * _ROW + 12 for lines in labels]
    marks = [("dot", names[0]), ("ring", names[1])]
    rows = in_rows(marks, [text_width(name, SMALL) + 34 for name in names], width - 2 * _SIDE)
    top = 14.0 + 20.0 * len(rows)
    below = wrapped(axis, width - 2 * _SIDE, SMALL)
    canvas = Canvas(width, top + sum(heights) + 26 + 18 * len(below), words.direction)
    for place, entries in enumerate(rows):
        x, y = _SIDE, 12.0 + 20 * place
        for mark, name in entries:
            canvas.dot(x + 5, y, color=STRONG, size=9, hollow=mark == "ring")
            canvas.write(x + 16, y, name, size=SMALL, color=MUTED)
            x += text_width(name, SMALL) + 34
    drawn = np.array([values for pair in pairs for values in pair.values])
    # Of small effects one digit would make many the same, and some 0.
    digits = 1 if np.nanmax(np.abs(drawn[:, 0])) >= FINE else 2
    room = max(text_width(words.number(value, digits, sign=True), LABEL) for value in drawn[:, 0]) + 12
    low, high = limits_with_air(
        min(0.0, float(np.nanmin(drawn))),
        max(0.0, float(np.nanmax(drawn))),
        bounds=(-200, 200),
        air=0.03,
        finest=_FINEST,
    )
    scale = Scale((low, high), _SIDE + 12, width - _SIDE - room)
    ticks = scale.ticks(4 if width < 500 else 7, finest=_FINEST)
    decimals = 0 if all(float(tick).is_integer() for tick in ticks) else 1
    y = top
    for pair, lines, height in zip(pairs, labels, heights, strict=True):
        for position, line in enumerate(lines):
            canvas.write(_SIDE, y + 10 + position * _LINE, line, size=LABEL)
        start = y + _LINE * len(lines) + 4
        for tick in ticks:
            canvas.line([(scale(tick), start), (scale(tick), start + 2 * _ROW)], color=RULE, width=0.7)
        canvas.line([(scale(0.0), start), (scale(0.0), start + 2 * _ROW)], color=INK, width=1.2)
        for row, (values, sure) in enumerate(zip(pair.values, pair.sure, strict=True)):
            middle = start + (row + 0.5) * _ROW
            _one(canvas, scale, middle, values, color=STRONG if sure else SOFT, hollow=bool(row))
            text = words.number(values[0], digits, sign=True)
            canvas.write(width - _SIDE, middle, text, size=LABEL, anchor="end", color=INK if sure else MUTED)
        y += height
    for tick in ticks:
        text = words.number(tick, decimals)
        canvas.write(scale(tick), y + 10, text, size=SMALL, color=MUTED, anchor="middle")
    for position, line in enumerate(below):
        canvas.write(width / 2, y + 30 + 18 * position, line, size=SMALL, color=MUTED, anchor="middle")
    return canvas


def _one(canvas: Canvas, scale: Scale, y: float, values: np.ndarray, *, color: str, hollow: bool) -> None:
    estimate, low, high = (float(value) for value in values)
    if np.isfinite([low, high]).all():
        canvas.line([(scale(low), y), (scale(high), y)], color=INK, width=1.4)
        for x in (low, high):
            canvas.line([(scale(x), y - 4), (scale(x), y + 4)], color=INK, width=1.4)
    canvas.dot(scale(estimate), y, color=color, size=7.5, hollow=hollow)

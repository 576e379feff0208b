"""Groups of a segment beside each other: a dot with its interval for each, one block for each aspect or segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from drivers.present.figures.axis import Scale, limits_with_air
from drivers.present.figures.canvas import INK, MUTED, RULE, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.segments import (
    firsts_sentences,
    level_sentences,
    marked_sentences,
    member_name,
    segment_name,
)
from drivers.present.words import Words
from drivers.results import Result

_LINE = 18.0
_ROW = 22.0
_SIDE = 12.0
_BETWEEN = 14.0
_DOTS = 0.5
"""Part of the width that is left to the dots where names stand beside them."""

_NAMES = 0.42
"""Part of the width that a group's name may take beside its dot before it is wrapped above it."""


@dataclass(frozen=True, slots=True)
class _Row:
    label: str
    estimate: float
    low: float
    high: float
    strong: bool


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows under a title; ``reference`` is what they are compared with, NaN for nothing."""

    title: str
    rows: tuple[_Row, ...]
    reference: float


@dataclass(frozen=True, slots=True)
class _Kind:
    """How numbers are written, what is possible, and the finest step of the axis."""

    decimals: int
    percent: bool
    bounds: tuple[float, float]
    finest: float

    def text(self, value: float, words: Words) -> str:
        return words.percent(value) if self.percent else words.number(value, self.decimals)

    def tick(self, value: float, words: Words) -> str:
        if self.percent:
            return words.percent(value)
        return words.number(value, 0 if float(value).is_integer() else self.decimals)


_EFFECTS = _Kind(2, False, (-float("inf"), float("inf")), 0.05)
_SHARES = _Kind(0, True, (0.0, 1.0), 0.05)
_LEVELS = _Kind(1, False, (0.0, 100.0), 1.0)


def segment_effect_dots(result: Result, words: Words, *, segment: str) -> Drawing:
    """The effects of the aspects that differ between the groups of a segment, with their intervals.

    Parameters
    ----------
    result
        Of `segment_effects`.
    words
        Of `wording`.
    segment
        Name of one of the result's segments.

    Notes
    -----
    The dashed line is the effect in all groups together; effects that are told apart from the rest are strong. Values
    run with the reading.
    """
    expect_kind(result, "segment_effects")
    shown: Any = result
    test = next(one for one in shown.tests if one.segment == segment)
    blocks = [
        _Block(
            title=words.label("driver", driver),
            rows=tuple(
                _Row(
                    label=member_name(test.label_kind, group, words),
                    estimate=float(test.effect[i, j]),
                    low=float(test.low[i, j]),
                    high=float(test.high[i, j]),
                    strong=bool(test.marked[i, j]),
                )
                for i, group in enumerate(test.groups)
            ),
            reference=float(test.common[j]),
        )
        for j, driver in enumerate(test.drivers)
        if driver in test.differing
    ]
    finding = " ".join(marked_sentences(test, shown.outcome, words))
    alt = words.text("alt", "segment_effects", segment=segment_name(segment, words), finding=finding)
    return Drawing(draw=lambda width: _draw(blocks, _EFFECTS, words, width), alt=plain(alt))


def segment_share_dots(result: Result, words: Words, *, segment: str) -> Drawing:
    """The shares of the aspects that differ between the groups of a segment, with their intervals.

    Parameters
    ----------
    result
        Of `segment_shares`.
    words
        Of `wording`.
    segment
        Name of one of the result's segments.

    Notes
    -----
    A share is strong where its aspect comes first in the group.
    """
    expect_kind(result, "segment_shares")
    shown: Any = result
    test = next(one for one in shown.tests if one.segment == segment)
    first = test.first
    blocks = [
        _Block(
            title=words.label("driver", driver),
            rows=tuple(
                _Row(
                    label=member_name(test.label_kind, group, words),
                    estimate=float(test.share[i, j]),
                    low=float(test.low[i, j]),
                    high=float(test.high[i, j]),
                    strong=first.get(group) == driver,
                )
                for i, group in enumerate(test.groups)
            ),
            reference=float("nan"),
        )
        for j, driver in enumerate(test.drivers)
        if driver in test.differing
    ]
    alt = words.text(
        "alt",
        "segment_shares",
        segment=segment_name(segment, words),
        finding=" ".join(firsts_sentences(shown, words)),
    )
    return Drawing(draw=lambda width: _draw(blocks, _SHARES, words, width), alt=plain(alt))


def segment_level_dots(result: Result, words: Words) -> Drawing:
    """The outcome's mean in each group of each segment, with intervals.

    Parameters
    ----------
    result
        Of `segment_effects`.
    words
        Of `wording`.

    Notes
    -----
    Means that are told apart from those of all other groups are strong.
    """
    expect_kind(result, "segment_effects")
    shown: Any = result
    blocks = [
        _Block(
            title=segment_name(test.segment, words),
            rows=tuple(
                _Row(
                    label=member_name(test.label_kind, group, words),
                    estimate=float(test.levels.mean[i]),
                    low=float(test.levels.low[i]),
                    high=float(test.levels.high[i]),
                    strong=bool(test.levels.p_adjusted[i] <= test.alpha),
                )
                for i, group in enumerate(test.levels.groups)
            ),
            reference=float("nan"),
        )
        for test in shown.tests
        if len(test.levels.groups) > 1
    ]
    alt = words.text("alt", "segment_levels", finding=" ".join(level_sentences(shown, words)))
    return Drawing(draw=lambda width: _draw(blocks, _LEVELS, words, width), alt=plain(alt))


def _draw(blocks: Sequence[_Block], kind: _Kind, words: Words, width: float) -> Canvas:
    rows = [row for block in blocks for row in block.rows]
    room = max((text_width(kind.text(row.estimate, words), LABEL) for row in rows), default=0.0) + 10
    widest = max((text_width(row.label, SMALL) for row in rows), default=0.0)
    column = min(widest, _NAMES * width)
    # With few pixels, or long names, a group's name stands above its dot.
    beside = widest <= column and width - column - room - 2 * _SIDE > _DOTS * width
    names = {row: [row.label] if beside else wrapped(row.label, width - 2 * _SIDE, SMALL) for row in rows}
    titles = [wrapped(block.title, width - 2 * _SIDE, LABEL) for block in blocks]
    begin = _SIDE + (column + 14 if beside else 0.0)
    low, high = limits_with_air(
        min((row.low for row in rows), default=0.0),
        max((row.high for row in rows), default=1.0),
        bounds=kind.bounds,
        air=0.05,
        finest=kind.finest,
    )
    height = {row: _ROW if beside else _ROW + _LINE * len(names[row]) - 4 for row in rows}
    tall = [
        _LINE * len(title) + sum(height[row] for row in block.rows) + _BETWEEN
        for title, block in zip(titles, blocks, strict=True)
    ]
    canvas = Canvas(width, 10 + sum(tall) + 24, words.direction)
    scale = Scale((low, high), begin + text_width(kind.tick(low, words), SMALL) / 2 + 4, width - _SIDE - room)
    ticks = scale.ticks(4 if width < 500 else 7, finest=kind.finest)
    reach = _ROW / 2 - (0 if beside else 2)
    y = 10.0
    for title, block, size in zip(titles, blocks, tall, strict=True):
        for position, line in enumerate(title):
            canvas.write(_SIDE, y + 8 + position * _LINE, line, size=LABEL)
        top = y + _LINE * len(title) + 2
        for row in block.rows:
            middle = top + height[row] - _ROW / 2
            for tick in ticks:
                canvas.line([(scale(tick), middle - reach), (scale(tick), middle + reach)], color=RULE, width=0.7)
            if block.reference == block.reference:
                x = scale(block.reference)
                canvas.line([(x, middle - reach), (x, middle + reach)], color=INK, width=1.2, dashed=True)
            for position, line in enumerate(names[row]):
                place = middle if beside else top + 8 + position * _LINE
                canvas.write(_SIDE, place, line, size=SMALL, color=MUTED)
            _one(canvas, scale, middle, row)
            canvas.write(width - _SIDE, middle, kind.text(row.estimate, words), size=LABEL, anchor="end")
            top += height[row]
        y += size
    for tick in ticks:
        canvas.write(scale(tick), y + 2, kind.tick(tick, words), size=SMALL, color=MUTED, anchor="middle")
    return canvas


def _one(canvas: Canvas, scale: Scale, y: float, row: _Row) -> None:
    canvas.line([(scale(row.low), y), (scale(row.high), y)], color=INK, width=1.4)
    for x in (row.low, row.high):
        canvas.line([(scale(x), y - 4), (scale(x), y + 4)], color=INK, width=1.4)
    # Filled or not, which reads in grey as well.
    canvas.dot(scale(row.estimate), y, color=STRONG if row.strong else MUTED, size=9, hollow=not row.strong)

"""Series over the waves, one small picture below the other: effects that changed, levels and their steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from drivers.present.figures.axis import Scale
from drivers.present.figures.canvas import INK, MUTED, RULE, SOFT, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import wrapped
from drivers.present.figures.wave_names import LINE, chosen_names, write_wave_names
from drivers.present.isolation import plain
from drivers.present.sentences.waves import importance_sentences, level_sentences
from drivers.present.words import Words
from drivers.results import Result

_SIDE, _LEFT, _TOP = 14.0, 48.0, 10.0
_PANEL, _BETWEEN = 96.0, 18.0
_END = 46.0
"""Pixels behind the last wave, half of what its name may take."""

_MOST = 6
"""Pictures that one figure holds; the table has them all."""


@dataclass(frozen=True, slots=True)
class _Series:
    """A title; place, value and limits of each wave; which waves stand out; and levels as (first, last, value)."""

    title: str
    points: Sequence[tuple[int, float, float, float]]
    strong: frozenset[int]
    levels: Sequence[tuple[int, int, float]] = ()


def turned_drivers(result: Any) -> list[int]:
    """Positions of the drivers of which it is told that their importance changed."""
    turned = [j for j in range(len(result.drivers)) if any(result.turn(pair, j) != "open" for pair in result.pairs)]
    return turned[:_MOST]


def stepped_series(result: Any) -> list[Any]:
    """The outcome's series, and those with a lasting change."""
    return [one for one in result.series if one.of == "outcome" or one.steps][:_MOST]


def effects_by_wave(result: Result, words: Words) -> Drawing:
    """The effect, wave by wave, of each driver whose importance changed.

    Parameters
    ----------
    result
        Of `wave_effects`.
    words
        Of `wording`.

    Notes
    -----
    Strong are the waves with which a change begins, by the test. Time runs in reading direction.
    """
    expect_kind(result, "wave_effects")
    table: Any = result
    series = []
    for j in turned_drivers(table):
        points = [
            (k, float(table.effect[k, j]), float(table.conf_low[k, j]), float(table.conf_high[k, j]))
            for k in range(len(table.waves))
        ]
        strong = {k + 1 for k, pair in enumerate(table.pairs) if table.turn(pair, j) != "open"}
        series.append(_Series(words.label("driver", table.drivers[j]), points, frozenset(strong)))
    alt = words.text("alt", "effects_by_wave", finding=" ".join(importance_sentences(table, words)))
    waves = list(table.waves)
    return Drawing(draw=lambda width: _draw(series, waves, words, width, step=0.1, decimals=1), alt=plain(alt))


def levels_by_wave(result: Result, words: Words) -> Drawing:
    """The outcome's level, wave by wave, and that of each driver with a lasting change.

    Parameters
    ----------
    result
        Of `change_points`.
    words
        Of `wording`.

    Notes
    -----
    Strong are the waves with which a new level begins; lines run along the levels. Time runs in reading direction.
    """
    expect_kind(result, "change_points")
    table: Any = result
    waves = list(dict.fromkeys(wave for one in table.series for wave in one.waves))
    series = []
    for one in stepped_series(table):
        place = [waves.index(wave) for wave in one.waves]
        rows = zip(place, one.estimate, one.conf_low, one.conf_high, strict=True)
        points = [(k, float(value), float(low), float(high)) for k, value, low, high in rows]
        starts = [0, *(one.waves.index(step.wave) for step in one.steps)]
        ends = [*(start - 1 for start in starts[1:]), len(one.waves) - 1]
        levels = [
            (place[start], place[end], float(one.fitted[start]))
            for start, end in zip(starts, ends, strict=True)
            if one.steps
        ]
        title = words.outcome(one.name, "start") if one.of == "outcome" else words.label("driver", one.name)
        series.append(_Series(title, points, frozenset(place[start] for start in starts[1:]), levels))
    alt = words.text("alt", "levels_by_wave", finding=" ".join(level_sentences(table, words)))
    return Drawing(draw=lambda width: _draw(series, waves, words, width, step=5.0, decimals=0), alt=plain(alt))


def _draw(
    series: Sequence[_Series], waves: list[str], words: Words, width: float, *, step: float, decimals: int
) -> Canvas:
    titles = [wrapped(one.title, width - 2 * _SIDE, LABEL) for one in series]
    heights = [LINE * len(title) + 8 + _PANEL + _BETWEEN for title in titles]
    last = max(len(waves) - 1, 1)
    apart = (width - _LEFT - 12 - _END) / last
    chosen, names = chosen_names(words, waves, apart)
    below = 22.0 + LINE * max(len(lines) for lines in names)
    canvas = Canvas(width, _TOP + sum(heights) - _BETWEEN + below, words.direction)
    across = Scale((0, last), _LEFT + 12, width - _END)
    y = _TOP
    for one, title, height in zip(series, titles, heights, strict=True):
        for position, line in enumerate(title):
            canvas.write(_SIDE, y + 8 + position * LINE, line, size=LABEL)
        top = y + LINE * len(title) + 8
        _panel(canvas, one, across, top, words, step=step, decimals=decimals)
        y += height
    write_wave_names(canvas, chosen, names, across, y - _BETWEEN + 4)
    return canvas


def _panel(
    canvas: Canvas, one: _Series, across: Scale, top: float, words: Words, *, step: float, decimals: int
) -> None:
    # From one written number to another, so that every picture has two of them.
    low, high = min(point[2] for point in one.points), max(point[3] for point in one.points)
    limits = math.floor(low / step) * step, math.ceil(high / step) * step
    limits = limits if limits[1] > limits[0] else (limits[0], limits[0] + step)
    up = Scale(limits, top + _PANEL, top)
    for tick in up.ticks(3, finest=step):
        canvas.line([(_LEFT, up(tick)), (canvas.width - _SIDE, up(tick))], color=RULE, width=0.7)
        text = words.number(tick, decimals)
        canvas.write(_LEFT - 6, up(tick), text, size=SMALL, color=MUTED, anchor="end")
    for first, last, level in one.levels:
        # A level of a single wave still is a line.
        start, end = across(first) - 6, across(last) + 6
        canvas.line([(start, up(level)), (end, up(level))], color=SOFT, width=5)
    for k, value, low, high in one.points:
        canvas.line([(across(k), up(low)), (across(k), up(high))], color=INK, width=1.4)
        canvas.dot(across(k), up(value), color=STRONG if k in one.strong else INK, size=9 if k in one.strong else 6)

"""An indicator over the waves with its usual range, and what lies outside it."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from drivers.present.figures.axis import Scale
from drivers.present.figures.canvas import BAND, INK, MUTED, PAPER, RULE, STRONG, Box, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width
from drivers.present.figures.wave_names import LINE, chosen_names, write_wave_names
from drivers.present.isolation import plain
from drivers.present.sentences.control import chart_sentences, chart_value
from drivers.present.sentences.indicators import as_given
from drivers.present.words import Words
from drivers.results import Result

_RIGHT, _SIDE, _ROW = 30.0, 12.0, 20.0
_AIR = 0.16
"""Room above and below what is shown, as a part of it."""

_TARGET_ROOM = 2.5
"""A target is drawn unless the axis would have to be so many times as long to hold it."""

_APART = 3.0
"""Pixels that labels keep from each other and from dots."""


def control_chart(result: Result, words: Words, *, indicator: str) -> Drawing:
    """One indicator over the waves as a line, its usual range as a band that steps from wave to wave.

    Parameters
    ----------
    result
        Of `control_charts`.
    words
        Of `wording`.
    indicator
        Key of an indicator.

    Notes
    -----
    Time runs in reading direction. Waves outside the usual range are diamonds with their values, those of a long run
    rings, so that they are told apart in grey. A target that lies near enough is a line with its value.
    """
    expect_kind(result, "control_charts")
    charts: Any = result
    chart = charts.chart(indicator)
    alt = words.text(
        "alt",
        "control",
        waves=words.counted("wave", len(chart.history.waves), case="gen"),
        finding=" ".join(chart_sentences(charts, chart, words)),
    )
    return Drawing(draw=lambda width: _Drawn(chart, words, width).canvas, alt=plain(alt))


class _Drawn:
    """A chart drawn at a width."""

    def __init__(self, chart: Any, words: Words, width: float) -> None:
        self._chart, self._words = chart, words
        self._values = [float(value) for value in chart.history.estimate]
        self._signals = chart.signals
        narrow = width < 500
        last = len(self._values) - 1
        legend = _legend_rows(self._legend(), width)
        top = 14.0 + _ROW * len(legend)
        ticks, limits = _ticks(self._shown(), 4)
        tick_texts = [_tick(value, ticks, chart, words) for value in ticks]
        left = max(text_width(text, SMALL) for text in tick_texts) + 14
        apart = (width - left - _RIGHT - 20) / last
        chosen, names = chosen_names(words, list(chart.history.waves), apart)
        below = 22.0 + LINE * max(len(lines) for lines in names)
        self.canvas = Canvas(width, top + (180.0 if narrow else 230.0) + below, words.direction)
        self._base, self._top = self.canvas.height - below, top
        self._up = Scale(limits, self._base, top + 4)
        self._across = Scale((0, last), left + 10, width - _RIGHT - 10)
        self._frame = Box(1, top - 6, width - 1, self._base)
        self._start, self._end = left, width - 6
        for value, text in zip(ticks, tick_texts, strict=True):
            self.canvas.write(left - 6, self._up(value), text, size=SMALL, color=MUTED, anchor="end")
        self._edges = self._band(apart)
        for value in ticks:
            self.canvas.line([(left, self._up(value)), (self._end, self._up(value))], color=RULE, width=0.6)
        center = self._up(chart.limits.center)
        self.canvas.line([(left, center), (self._end, center)], color=MUTED, width=1.2, dashed=True)
        targets = self._targets_drawn()
        for target in targets:
            self.canvas.line([(left, self._up(target)), (self._end, self._up(target))], color=INK, width=1.6)
        points = [(self._across(k), self._up(value)) for k, value in enumerate(self._values)]
        self.canvas.line(points, color=STRONG, width=2.0)
        self._taken = [self._mark(x, y, self._signals[k]) for k, (x, y) in enumerate(points)]
        self._lines = _pieces(self.canvas, points)
        self._edges += _pieces(self.canvas, [(left, center), (self._end, center)])
        for target in targets:
            self._edges += _pieces(self.canvas, [(left, self._up(target)), (self._end, self._up(target))])
        for target in targets:
            self._label_target(target)
        self._label_points(points)
        write_wave_names(self.canvas, chosen, names, self._across, self._base)
        _write_legend(self.canvas, legend)

    def _shown(self) -> list[float]:
        """Everything that the axis holds."""
        limits = self._chart.limits
        return [*self._values, *map(float, limits.low), *map(float, limits.high), *self._targets_drawn()]

    def _targets_drawn(self) -> list[float]:
        """Targets that the axis can hold without pressing everything else together."""
        limits = self._chart.limits
        inside = [*self._values, float(limits.low.min()), float(limits.high.max())]
        low, high = min(inside), max(inside)
        near = [
            target
            for target in self._chart.target
            if max(high, target) - min(low, target) <= _TARGET_ROOM * max(high - low, 1e-12)
        ]
        return near if len(near) == len(self._chart.target) else []

    def _band(self, apart: float) -> list[Box]:
        """The usual range: each wave's own from halfway to the wave before to halfway to the next; its edges."""
        limits, last = self._chart.limits, len(self._values) - 1
        sides = []
        for side in (limits.high, limits.low):
            steps = []
            for k, limit in enumerate(side):
                begin = self._start if k == 0 else self._across(k) - apart / 2
                end = self._end if k == last else self._across(k) + apart / 2
                steps += [(begin, self._up(float(limit))), (end, self._up(float(limit)))]
            sides.append(steps)
        self.canvas.area([*sides[0], *reversed(sides[1])], color=BAND)
        for steps in sides:
            self.canvas.line(steps, color=STRONG, width=0.8)
        return [box for steps in sides for box in _pieces(self.canvas, steps)]

    def _mark(self, x: float, y: float, signal: str | None) -> Box:
        """A wave's mark, by its shape: a dot, a diamond outside the range, a ring in a run."""
        if signal in ("outside_high", "outside_low"):
            diamond(self.canvas, x, y)
        else:
            self.canvas.dot(x, y, size=7, hollow=signal is not None)
        at = self.canvas.x(x)
        return Box(at - 5, y - 5, at + 5, y + 5)

    def _legend(self) -> list[tuple[str, Callable[[Canvas, float, float], object]]]:
        """Names of what is drawn, and how each looks."""
        words = self._words
        entries: list[tuple[str, Callable[[Canvas, float, float], object]]] = [
            (words.term("usual_range"), _band_sample),
            (words.term("average_of_waves"), _center_sample),
        ]
        found = {signal for signal in self._signals if signal is not None}
        if found & {"outside_high", "outside_low"}:
            entries.append((words.term("outside_usual"), lambda canvas, x, y: diamond(canvas, x + 8, y)))
        if found & {"run_above", "run_below"}:
            entries.append((words.term("long_run"), lambda canvas, x, y: canvas.dot(x + 8, y, size=7, hollow=True)))
        return entries

    def _label_target(self, target: float) -> None:
        """The name of a target line, where it covers least."""
        text = f"{self._words.term('target')}: {as_given(self._chart, target, self._words)}"
        long, y = text_width(text, SMALL), self._up(target)
        places = [(x, y + side * 11) for x in (self._end - long - 2, self._start + 4) for side in (-1, 1)]
        x, y = min(places, key=lambda place: self._cost(self._box(place[0], place[1], long, SMALL)))
        self._taken.append(self._box(x, y, long, SMALL))
        self.canvas.write(x, y, text, size=SMALL, color=INK, halo=PAPER)

    def _label_points(self, points: list[tuple[float, float]]) -> None:
        """Values of the waves outside the range, the last first, and of the last wave; none on another."""
        outside = [k for k, signal in enumerate(self._signals) if signal in ("outside_high", "outside_low")]
        last = len(points) - 1
        for k in dict.fromkeys([*([last] if last in outside else []), *reversed(outside), last]):
            text = chart_value(self._chart, self._values[k], self._words)
            long, (x, y) = text_width(text, LABEL), points[k]
            up_there = self._values[k] >= self._chart.limits.center
            start = min(max(x - long / 2, self._start), self.canvas.width - long - 2)
            sides = (-17, 17) if up_there else (17, -17)
            places = [(start, y + side) for side in sides] + [(x - long - 9, y), (x - long - 9, y + sides[0])]
            free = [place for place in places if not self._covers(self._box(place[0], place[1], long, LABEL))]
            if not free and k not in (last, outside[-1] if outside else last):
                continue
            x, y = min(free or places, key=lambda place: self._cost(self._box(place[0], place[1], long, LABEL)))
            self._taken.append(self._box(x, y, long, LABEL))
            self.canvas.write(x, y, text, size=LABEL, halo=PAPER)

    def _box(self, x: float, y: float, long: float, size: float) -> Box:
        """Where a text would stand that begins at x."""
        left = min(self.canvas.x(x), self.canvas.x(x + long))
        return Box(left, y - size / 2, left + long, y + size / 2)

    def _covers(self, box: Box) -> bool:
        lies_on = any(box.overlaps(other, _APART) for other in self._taken)
        return lies_on or any(box.overlaps(line) for line in self._lines) or not box.inside(self._frame)

    def _cost(self, box: Box) -> float:
        lies_on = sum(box.overlaps(other, _APART) for other in self._taken)
        crossed = sum(box.overlaps(line) for line in self._lines) + 0.5 * any(
            box.overlaps(edge) for edge in self._edges
        )
        return 10.0 * lies_on + crossed + 100.0 * (not box.inside(self._frame))


def diamond(canvas: Canvas, x: float, y: float) -> None:
    """A mark that stands out in grey too."""
    for size, color in ((7.5, PAPER), (6.0, INK)):
        canvas.area([(x - size, y), (x, y - size), (x + size, y), (x, y + size)], color=color)


def _pieces(canvas: Canvas, points: list[tuple[float, float]]) -> list[Box]:
    """Small boxes along a line, which labels had better not cover."""
    boxes = []
    for (x1, y1), (x2, y2) in pairwise(points):
        steps = max(2, math.ceil(math.hypot(x2 - x1, y2 - y1) / 4))
        for k in range(steps + 1):
            x, y = canvas.x(x1 + (x2 - x1) * k / steps), y1 + (y2 - y1) * k / steps
            boxes.append(Box(x - 1, y - 1, x + 1, y + 1))
    return boxes


def _ticks(shown: list[float], most: int) -> tuple[list[float], tuple[float, float]]:
    """Round numbers on the axis, and its ends."""
    low, high = min(shown), max(shown)
    room = max(_AIR * (high - low), 1e-9, 1e-6 * abs(high))
    limits = (0.0 if low == 0 else low - room, high + room)
    return Scale(limits, 0, 1).ticks(most, finest=1e-12), limits


def _tick(value: float, ticks: list[float], chart: Any, words: Words) -> str:
    """A number on the axis, with as many digits as its steps need."""
    factor = 100.0 if chart.unit == "percent" else 1.0
    step = factor * (ticks[1] - ticks[0]) if len(ticks) > 1 else factor
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return words.percent(value, decimals) if chart.unit == "percent" else words.number(value, decimals)


_Legend = list[list[tuple[float, str, Callable[[Canvas, float, float], object]]]]


def _legend_rows(entries: list[tuple[str, Callable[[Canvas, float, float], object]]], width: float) -> _Legend:
    """The entries in rows, each with the place where it begins."""
    rows: _Legend = [[]]
    x = _SIDE
    for text, sample in entries:
        long = 24 + text_width(text, SMALL)
        if rows[-1] and x + long > width - 4:
            rows.append([])
            x = _SIDE
        rows[-1].append((x, text, sample))
        x += long + 18
    return rows


def _write_legend(canvas: Canvas, rows: _Legend) -> None:
    for position, row in enumerate(rows):
        y = 12.0 + position * _ROW
        for x, text, sample in row:
            sample(canvas, x, y)
            canvas.write(x + 24, y, text, size=SMALL, color=MUTED)


def _band_sample(canvas: Canvas, x: float, y: float) -> None:
    canvas.rectangle(x, y - 6, 17, 12, color=BAND)
    for edge in (y - 6, y + 6):
        canvas.line([(x, edge), (x + 17, edge)], color=STRONG, width=0.8)


def _center_sample(canvas: Canvas, x: float, y: float) -> None:
    canvas.line([(x, y), (x + 17, y)], color=MUTED, width=1.2, dashed=True)

"""How the answers to each question are made up: missing by kind, and the ends of the scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from drivers.present.figures.axis import round_ticks
from drivers.present.figures.canvas import BAND, INK, MUTED, PAPER, PLAIN, RULE, SOFT, STRONG, WIDE, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.health import (
    ends_sentence,
    missing_kinds,
    missing_sentence,
    question_label,
    scored_items,
)
from drivers.present.words import Words
from drivers.results import Result

_LINE = 19.0
_BAR = 14.0
_SIDE = 14.0
_BETWEEN = 12.0

KIND_COLORS = {"blank": INK, "refused": STRONG, "dont_know": SOFT, "not_applicable": RULE, "not_asked": BAND}
"""From dark to light, so that they are told apart in grey: what was withheld is darker than what nobody had to give."""

END_COLORS = {"floor": INK, "between": BAND, "ceiling": STRONG}


@dataclass(frozen=True, slots=True)
class _Bar:
    """A labelled bar: the parts of it, each with its colour, and what is written at its end."""

    label: str
    parts: tuple[tuple[float, str], ...]
    value: str


def missing_bars(result: Result, words: Words) -> Drawing:
    """Bars of each scored question's missing answers by kind, in parts of all participants.

    Parameters
    ----------
    result
        Of `survey_quality`.
    words
        Of `wording`.
    """
    expect_kind(result, "quality")
    bars, longest = [], 0.0
    kinds = missing_kinds(result)
    for one in scored_items(result):
        parts = tuple((one.shares[kind], KIND_COLORS[kind]) for kind in kinds)
        total = sum(part for part, _ in parts)
        longest = max(longest, total)
        bars.append(_Bar(question_label(one, words), parts, words.percent(total, 1)))
    legend = [(words.text("missing_kind", kind), KIND_COLORS[kind]) for kind in kinds]
    alt = words.text("alt", "missing_answers", finding=missing_sentence(result, words))
    # A bar of a thousandth must not look like the whole.
    limit = max(0.05, longest)
    return Drawing(draw=lambda width: _draw(bars, legend, limit, words, width), alt=plain(alt))


def ends_bars(result: Result, words: Words) -> Drawing:
    """Bars of the worst, the best and all other answers to each scored question; arguments as in `missing_bars`."""
    expect_kind(result, "quality")
    bars = [
        _Bar(
            question_label(one, words),
            (
                (one.floor, END_COLORS["floor"]),
                (1 - one.floor - one.ceiling, END_COLORS["between"]),
                (one.ceiling, END_COLORS["ceiling"]),
            ),
            words.percent(one.ceiling),
        )
        for one in scored_items(result)
        if one.has_steps and np.isfinite(one.ceiling)
    ]
    legend = [(words.term(key), END_COLORS[key]) for key in ("floor", "between", "ceiling")]
    alt = words.text("alt", "ends", finding=ends_sentence(result, words))
    return Drawing(draw=lambda width: _draw(bars, legend, 1.0, words, width), alt=plain(alt))


def _draw(bars: Sequence[_Bar], legend: Sequence[tuple[str, str]], limit: float, words: Words, width: float) -> Canvas:
    room = max((text_width(bar.value, LABEL) for bar in bars), default=0.0) + 10
    labels = [wrapped(bar.label, width - 2 * _SIDE, LABEL) for bar in bars]
    heights = [_LINE * len(lines) + _BAR + _BETWEEN for lines in labels]
    rows = _legend_rows(legend, width)
    top = 22.0 * len(rows) + 10
    canvas = Canvas(width, top + sum(heights) + 24, words.direction)
    for position, row in enumerate(rows):
        x = _SIDE
        for name, color in row:
            _swatch(canvas, x, 5 + 22.0 * position, 12, 12, color)
            canvas.write(x + 18, 11 + 22.0 * position, name, size=SMALL, color=MUTED)
            x += 18 + text_width(name, SMALL) + 16
    start, end = _SIDE, width - _SIDE - room
    y = top
    for bar, lines, height in zip(bars, labels, heights, strict=True):
        for position, line in enumerate(lines):
            canvas.write(_SIDE, y + 10 + position * _LINE, line, size=LABEL)
        under = y + _LINE * len(lines) + 2
        canvas.rectangle(start, under + _BAR / 2 - 0.5, end - start, 1, color=RULE)
        x = start
        for part, color in bar.parts:
            long = part / limit * (end - start)
            if long > 0:
                _swatch(canvas, x, under, long, _BAR, color)
            x += long
        canvas.write(width - _SIDE, under + _BAR / 2, bar.value, size=LABEL, anchor="end")
        y += height
    for tick in round_ticks(0.0, limit, 2 if width < WIDE else 5, finest=0.01):
        place = start + tick / limit * (end - start)
        canvas.write(place, y + 8, words.percent(tick), size=SMALL, color=MUTED, anchor="middle" if tick else "start")
    return canvas


def _legend_rows(legend: Sequence[tuple[str, str]], width: float) -> list[list[tuple[str, str]]]:
    rows: list[list[tuple[str, str]]] = [[]]
    used = 0.0
    for name, color in legend:
        need = 34 + text_width(name, SMALL)
        if rows[-1] and used + need > width - 2 * _SIDE:
            rows.append([])
            used = 0.0
        rows[-1].append((name, color))
        used += need
    return rows


def _swatch(canvas: Canvas, x: float, y: float, width: float, height: float, color: str) -> None:
    """A filled rectangle with an edge where its colour is hardly there."""
    if color == BAND:
        canvas.rectangle(x, y, width, height, color=PLAIN)
        if width > 2:
            canvas.rectangle(x + 1, y + 1, width - 2, height - 2, color=color)
        return
    canvas.rectangle(x, y, width, height, color=color)
    # Neighbours of one shade would run together.
    if width > 3:
        canvas.rectangle(x + width - 1, y, 1, height, color=PAPER)

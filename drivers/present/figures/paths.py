"""Paths to an outcome: what goes through satisfaction and what is direct, side by side, with their total."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.figures.axis import Scale, limits_with_air
from drivers.present.figures.canvas import INK, MUTED, PAPER, RULE, SOFT, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.chain import (
    STEP,
    counted_step,
    outcome_name,
    pattern_sentences,
    step_decimals,
    through_heading,
)
from drivers.present.words import Words
from drivers.results import Result

_LINE = 19.0
_BAR = 14.0
_SIDE = 12.0
_FINEST = 0.1
_SWATCH = 12.0
_END = 36.0
"""Room below the bars for the numbers along the axis."""


def path_bars(result: Result, words: Words, outcome: str) -> Drawing:
    """Bars of each driver's association with an outcome: through what lies between, direct, and the total.

    Parameters
    ----------
    result
        Of `paths`.
    words
        Of `wording`.
    outcome
        One of the result's outcomes.

    Notes
    -----
    Both parts stand end to end where they go in one direction, and on both sides of 0 where they do not; the dot is
    their total, the line its interval. Drivers keep the codebook's order, since no other is claimed.
    """
    expect_kind(result, "paths")
    paths: Any = result
    part = paths.paths_to(outcome)
    finding = " ".join(pattern_sentences(paths, part, words))
    alt = words.text("alt", "paths", outcome_with=outcome_name(part, words, "with"), finding=finding)
    return Drawing(draw=lambda width: _draw(paths, part, words, width), alt=plain(alt))


def _draw(result: Any, part: Any, words: Words, width: float) -> Canvas:
    indirect, direct, total, low, high = _values(part)
    decimals = step_decimals([*total, *low, *high])
    shown = [words.number(value, decimals, sign=True) for value in total]
    room = max(text_width(text, LABEL) for text in shown) + 12
    labels = [wrapped(words.label("driver", name), width - 2 * _SIDE, LABEL) for name in result.drivers]
    heights = [_LINE * len(lines) + _BAR + 20 for lines in labels]
    key = _key(result, words)
    rows = _key_rows(key, width)
    event = "_event" if part.kind == "event" else ""
    heading = wrapped(words.ui(f"axis_paths{event}", ten=counted_step(words)), width - 2 * _SIDE, SMALL)
    below = 18.0 + 16 * len(heading)
    top = below + 20.0 * len(rows)
    canvas = Canvas(width, top + sum(heights) + _END, words.direction)
    for place, text in enumerate(heading):
        canvas.write(_SIDE, 12 + 16 * place, text, size=SMALL, color=MUTED)
    _draw_key(canvas, key, rows, below)
    ends = np.concatenate([low, high, indirect, direct, total, [0.0]])
    ends = ends[np.isfinite(ends)]
    limits = limits_with_air(float(ends.min()), float(ends.max()), bounds=(-1e9, 1e9), air=0.03, finest=_FINEST)
    scale = Scale(limits, _SIDE + 12, width - _SIDE - room - 8)
    end = top + sum(heights)
    ticks = scale.ticks(4 if width < 500 else 6, finest=_FINEST)
    finest = 2 if any(round(tick, 1) != round(tick, 6) for tick in ticks) else 1
    whole = all(round(tick) == round(tick, 6) for tick in ticks)
    for tick in ticks:
        text = words.number(tick, 0 if whole else finest)
        canvas.write(scale(tick), end + 12, text, size=SMALL, color=MUTED, anchor="middle")
    y = top
    for i, (lines, height) in enumerate(zip(labels, heights, strict=True)):
        for position, line in enumerate(lines):
            canvas.write(_SIDE, y + 10 + position * _LINE, line, size=LABEL)
        bar = y + _LINE * len(lines) + 4
        # Labels cross the axis, so that it is drawn at the bars only.
        together = indirect[i] * direct[i] >= 0
        reached = (0.0, indirect[i], direct[i], total[i])
        for tick in ticks:
            if not min(reached) <= tick <= max(reached):
                canvas.line([(scale(tick), bar - 2), (scale(tick), bar + _BAR + 2)], color=RULE, width=0.7)
        _bar(canvas, scale, bar, 0.0, indirect[i], STRONG)
        _bar(canvas, scale, bar, indirect[i] if together else 0.0, direct[i], SOFT)
        canvas.line([(scale(0.0), bar - 4), (scale(0.0), bar + _BAR + 4)], color=INK, width=1.0)
        _total(canvas, scale, bar + _BAR / 2, total[i], low[i], high[i])
        canvas.write(width - _SIDE, bar + _BAR / 2, shown[i], size=LABEL, anchor="end")
        y += height
    return canvas


def _values(part: Any) -> tuple[np.ndarray, ...]:
    """Indirect, direct and total for ten points, and the limits of the total; float (k,) each."""
    total = STEP * part.total.points
    return STEP * part.indirect.points[0], STEP * part.direct.points[0], total[0], total[2], total[3]


def _bar(canvas: Canvas, scale: Scale, y: float, start: float, length: float, color: str) -> None:
    left, right = sorted((scale(start), scale(start + length)))
    canvas.rectangle(left, y, right - left, _BAR, color=color)


def _total(canvas: Canvas, scale: Scale, y: float, total: float, low: float, high: float) -> None:
    if np.isfinite([low, high]).all():
        # White under dark keeps the interval visible on its bar, in grey and on paper too.
        for color, width in ((PAPER, 4.0), (INK, 1.4)):
            canvas.line([(scale(low), y), (scale(high), y)], color=color, width=width)
        for x in (low, high):
            canvas.line([(scale(x), y - 4), (scale(x), y + 4)], color=INK, width=1.4)
    canvas.dot(scale(total), y, color=INK, size=8)


def _key(result: Any, words: Words) -> list[tuple[str, str]]:
    """Colour and name of what the figure shows."""
    heading = through_heading(result.through, words)
    return [(STRONG, heading), (SOFT, words.term("direct")), (INK, words.term("total"))]


def _key_rows(key: list[tuple[str, str]], width: float) -> list[list[tuple[str, str, float]]]:
    """The entries of the key with their widths, in as many lines as the room asks for; long names break."""
    rows: list[list[tuple[str, str, float]]] = []
    left = 0.0
    for color, name in key:
        lines = wrapped(name, width - 2 * _SIDE - _SWATCH - 8, SMALL)
        for place, line in enumerate(lines):
            needed = text_width(line, SMALL) + _SWATCH + 24
            if not rows or place or left < needed:
                rows.append([])
                left = width - 2 * _SIDE
            rows[-1].append((color if place == 0 else "", line, needed))
            left -= needed
    return rows


def _draw_key(canvas: Canvas, key: list[tuple[str, str]], rows: list[list[tuple[str, str, float]]], top: float) -> None:
    total = key[-1][0]
    for place, row in enumerate(rows):
        x, y = _SIDE, top + 2 + 20.0 * place
        for color, name, needed in row:
            if color == total:
                canvas.line([(x - 1, y), (x + _SWATCH + 1, y)], color=INK, width=1.4)
                canvas.dot(x + _SWATCH / 2, y, color=INK, size=8)
            elif color:
                canvas.rectangle(x, y - 6, _SWATCH, 12, color=color)
            canvas.write(x + _SWATCH + 6, y, name, size=SMALL, color=MUTED)
            x += needed

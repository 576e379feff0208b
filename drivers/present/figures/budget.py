"""A plan for a budget: what each driver that gets money would bring, and the gain at other budgets."""

from __future__ import annotations

import math
from typing import Any

from drivers.present.figures.axis import Scale
from drivers.present.figures.canvas import BAND, INK, MUTED, PAPER, PLAIN, RULE, SOFT, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import in_rows, text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.budget import (
    bare_money,
    frontier_sentences,
    money,
    plan_sentences,
    points_text,
)
from drivers.present.words import Words
from drivers.results import Result

_LINE = 19.0
_SIDE = 14.0
_BAR = 14.0
_TENTH = 0.1
_SAMPLE = 24.0
"""Room for the sample of a line in a legend."""


def plan_bars(result: Result, words: Words) -> Drawing:
    """A bar with its interval for the gain of each driver that gets money, and for all together.

    Parameters
    ----------
    result
        Of `plan_budget`.
    words
        Of `wording`.

    Notes
    -----
    Bars of single drivers are as estimated; the last two are all together before and after the reduction for having
    picked the best. Bars run with the reading.
    """
    expect_kind(result, "plan")
    alt = words.text("alt", "plan", finding=" ".join(plan_sentences(result, words)))
    return Drawing(draw=lambda width: _draw_bars(result, words, width), alt=plain(alt))


def _draw_bars(result: Any, words: Words, width: float) -> Canvas:
    rows = [
        (
            words.label("driver", result.drivers[i]),
            words.ui(
                "plan_bought", points=points_text(result.points[i], words), cost=bare_money(result.cost[i], words)
            ),
            tuple(result.gain[:, i]),
            PLAIN,
        )
        for i in result.order
    ]
    rows.append((words.term("all_together"), "", tuple(result.raw), PLAIN))
    rows.append((words.term("all_corrected"), "", tuple(result.corrected), SOFT))
    room = width - 2 * _SIDE
    labels = [
        ([(line, LABEL, INK) for line in wrapped(name, room, LABEL)])
        + [(line, SMALL, MUTED) for line in (wrapped(bought, room, SMALL) if bought else [])]
        for name, bought, _, _ in rows
    ]
    heights = [_LINE * len(lines) + _BAR + 16 for lines in labels]
    canvas = Canvas(width, 8 + sum(heights) + 24, words.direction)
    # The smallest part decides: none is drawn as a bar of 0.0.
    decimals = 1 if min(result.gain[0, i] for i in result.order) >= _TENTH else 2
    values = [value for _, _, told, _ in rows for value in told if math.isfinite(value)]
    low, high = min(0.0, *values), max(values)
    value_room = text_width(words.number(-10.55, decimals), LABEL) + 10
    scale = Scale((low, high), _SIDE + (18 if low < 0 else 4), width - _SIDE - value_room)
    end = 8 + sum(heights)
    ticks = scale.ticks(4 if width < 500 else 7, finest=0.1 if decimals == 1 else 0.01)
    digits = _digits(ticks)
    for tick in ticks:
        canvas.write(scale(tick), end + 10, words.number(tick, digits), size=SMALL, color=MUTED, anchor="middle")
    y = 8.0
    for (_, _, told, color), lines, height in zip(rows, labels, heights, strict=True):
        for position, (line, size, ink) in enumerate(lines):
            canvas.write(_SIDE, y + 10 + position * _LINE, line, size=size, color=ink)
        start = y + _LINE * len(lines) + 2
        middle = start + _BAR / 2 + 2
        for tick in ticks:
            canvas.line([(scale(tick), start), (scale(tick), start + _BAR + 4)], color=RULE, width=0.7)
        begin, stop = sorted((scale(0.0), scale(told[0])))
        canvas.rectangle(begin, start + 2, stop - begin, _BAR, color=color)
        if all(map(math.isfinite, told[1:])):
            canvas.line([(scale(told[1]), middle), (scale(told[2]), middle)], color=INK, width=1.4)
            for limit in told[1:]:
                canvas.line([(scale(limit), middle - 4), (scale(limit), middle + 4)], color=INK, width=1.4)
        canvas.write(width - _SIDE, middle, words.number(told[0], decimals), size=LABEL, anchor="end")
        y += height
    return canvas


def gain_frontier(result: Result, words: Words) -> Drawing:
    """The expected gain of the best plan over the budget, with its interval as a band.

    Parameters
    ----------
    result
        Of `plan_budget`.
    words
        Of `wording`.

    Notes
    -----
    The dashed line is the gain before it is reduced for having picked the best; the upright one stands at the budget.
    Budgets run with the reading.
    """
    expect_kind(result, "plan")
    alt = words.text("alt", "frontier", finding=" ".join(frontier_sentences(result, words)))
    return Drawing(draw=lambda width: _draw_frontier(result, words, width), alt=plain(alt))


def _draw_frontier(result: Any, words: Words, width: float) -> Canvas:
    line = result.frontier
    entries = [("corrected", words.ui("line_corrected")), ("raw", words.ui("line_raw"))]
    entries.append(("budget", words.ui("line_budget", budget=money(result.budget, words))))
    needs = [_SAMPLE + text_width(plain(text), SMALL) + 18 for _, text in entries]
    legend = in_rows(entries, needs, width - 2 * _SIDE)
    titles = wrapped(words.ui("axis_gain"), width - 2 * _SIDE, SMALL)
    top = 14.0 + 18 * (len(legend) + len(titles))
    base = top + (170.0 if width < 500 else 220.0)
    canvas = Canvas(width, base + 48, words.direction)
    lows = [value for value in line.conf_low if math.isfinite(value)]
    highs = [value for value in line.conf_high if math.isfinite(value)]
    low, high = min(0.0, *lows, 0.0), max([*line.raw, *highs])
    up = Scale((low, high), base, top + 6)
    levels = up.ticks(4, finest=0.1 if high >= 1 else 0.01)
    digits = _digits(levels)
    left = _SIDE + max(text_width(words.number(value, digits), SMALL) for value in levels) + 6
    across = Scale((0.0, float(line.budget[-1])), left, width - _SIDE - 16)
    _write_legend(canvas, legend, needs)
    for position, text in enumerate(titles):
        canvas.write(_SIDE, 14 + 18 * (len(legend) + position), text, size=SMALL, color=MUTED)
    for value in levels:
        canvas.line([(left, up(value)), (width - _SIDE, up(value))], color=RULE, width=0.7)
        canvas.write(left - 6, up(value), words.number(value, digits), size=SMALL, color=MUTED, anchor="end")
    if lows:
        upper = [(across(b), up(value)) for b, value in zip(line.budget, line.conf_high, strict=True)]
        lower = [(across(b), up(value)) for b, value in zip(line.budget, line.conf_low, strict=True)]
        canvas.area([*upper, *reversed(lower)], color=BAND)
    canvas.line([(across(result.budget), base), (across(result.budget), top)], color=INK, width=1.2, dashed=True)
    canvas.line([(across(b), up(v)) for b, v in zip(line.budget, line.raw, strict=True)], color=PLAIN, dashed=True)
    canvas.line([(across(b), up(v)) for b, v in zip(line.budget, line.corrected, strict=True)], color=STRONG, width=2)
    for budget, value in zip(line.budget, line.corrected, strict=True):
        if budget > 0:
            canvas.dot(across(budget), up(value), size=7)
    for tick in across.ticks(4 if width < 500 else 7, finest=1.0):
        canvas.write(across(tick), base + 14, bare_money(tick, words), size=SMALL, color=MUTED, anchor="middle")
    has_unit = words.has_label("budget_currency", "currency")
    unit = {"currency": words.label("budget_currency", "currency")} if has_unit else {}
    title = words.ui("axis_budget", **unit) if has_unit else words.ui("axis_budget_plain")
    for text in wrapped(title, width - 2 * _SIDE, SMALL)[:1]:
        canvas.write(width - _SIDE, base + 34, text, size=SMALL, color=MUTED, anchor="end")
    return canvas


def _write_legend(canvas: Canvas, legend: list[list[tuple[str, str]]], needs: list[float]) -> None:
    need = iter(needs)
    for row, entries in enumerate(legend):
        x, y = _SIDE, 12.0 + 18 * row
        for kind, text in entries:
            if kind == "budget":
                canvas.line([(x + 9, y - 7), (x + 9, y + 7)], color=INK, width=1.2, dashed=True)
            elif kind == "raw":
                canvas.line([(x, y), (x + 18, y)], color=PLAIN, dashed=True)
            else:
                canvas.line([(x, y), (x + 18, y)], color=STRONG, width=2)
            (shown,) = wrapped(text, canvas.width, SMALL)[:1]
            canvas.write(x + _SAMPLE, y, shown, size=SMALL, color=MUTED, halo=PAPER)
            x += next(need)


def _digits(ticks: list[float]) -> int:
    """Digits behind the mark that tell ticks apart."""
    return next(d for d in (0, 1, 2, 3) if d == 3 or all(abs(tick - round(tick, d)) < 1e-9 for tick in ticks))

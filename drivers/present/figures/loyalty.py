"""The way from satisfaction to loyalty, and from stated loyalty to what was observed: a curve with means beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from drivers.present.figures.axis import Scale, limits_with_air
from drivers.present.figures.canvas import BAND, INK, MUTED, PAPER, RULE, SOFT, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import wrapped
from drivers.present.figures.stacked import StackedBar, stacked_bars
from drivers.present.isolation import plain
from drivers.present.sentences.loyalty import (
    SMALL_PART,
    cuts_sentence,
    fall_sentences,
    group_name,
    joined,
    kinds_sentence,
    observed_sentences,
    part,
    shape_sentences,
    sizes_sentence,
    slope_sentence,
    span,
)
from drivers.present.words import Words
from drivers.results import Result

KIND_COLORS = {"detractors": INK, "passives": BAND, "promoters": STRONG}
"""Dark, light and in between, so that neighbours are told apart in grey."""

_ROOMS = 2
_SIDE = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plot:
    """Means over a scale, with a line and what surrounds it.

    Parameters
    ----------
    points
        Place, estimate and limits of each mean.
    line
        Places and heights.
    band
        Places, lower and upper limits; empty without an interval.
    mark
        Place, and the first and last that it may be; None without one.
    """

    points: tuple[tuple[float, float, float, float], ...]
    line: tuple[tuple[float, float], ...]
    band: tuple[tuple[float, float, float], ...]
    mark: tuple[float, float, float] | None
    across: str
    up: str
    bounds: tuple[float, float]
    finest: float
    written: Callable[[float], str]


def loyalty_curve(result: Result, words: Words) -> Drawing:
    """Loyalty over satisfaction: means of the steps with their intervals, and the curve that never falls with its band.

    Parameters
    ----------
    result
        Of `loyalty_curve`.
    words
        Of `wording`.

    Notes
    -----
    Satisfaction runs with the reading. The dashed line stands where the rise sets in, the strip at the foot shows
    where it may set in instead; without a claim there is neither.
    """
    expect_kind(result, "loyalty_curve")
    found: Any = result
    said = joined([slope_sentence(found, words), *shape_sentences(found, words), *fall_sentences(found, words)])
    curve, steeper = found.curve, found.shape.steeper
    plot = _Plot(
        points=tuple(
            (step.position, step.loyalty.estimate, max(step.loyalty.conf_low, 0.0), min(step.loyalty.conf_high, 100.0))
            for step in found.steps
        ),
        line=tuple(zip(curve.at, curve.estimate, strict=True)),
        band=tuple(zip(curve.at, curve.conf_low, curve.conf_high, strict=True))
        if np.isfinite(curve.conf_low).all()
        else (),
        mark=None if steeper is None or found.conclusion == "no_rise" else (steeper.at, steeper.low, steeper.high),
        across=words.label("outcome", found.satisfaction),
        up=words.label("outcome", found.outcome),
        bounds=(0.0, 100.0),
        finest=1.0,
        written=words.number,
    )
    return Drawing(
        draw=lambda width: _draw(plot, words, width), alt=plain(words.text("alt", "loyalty_curve", finding=said))
    )


def observed_bands(result: Result, words: Words, *, event: str) -> Drawing:
    """The part of each band of stated loyalty to whom an event happened, and the line through people.

    Parameters
    ----------
    result
        Of `stated_and_observed`.
    words
        Of `wording`.
    event
        Name of one of its events.
    """
    expect_kind(result, "stated_and_observed")
    found: Any = result
    one = next(link for link in found.people if link.event == event)
    ends = (one.bands[0].position, one.bands[-1].position)
    plot = _Plot(
        points=tuple(
            (band.position, band.share.estimate, band.share.conf_low, band.share.conf_high) for band in one.bands
        ),
        line=tuple((x, one.link.constant + one.link.slope.estimate * x) for x in ends),
        band=(),
        mark=None,
        across=words.label("outcome", found.outcome),
        up=words.label("outcome", event),
        bounds=(0.0, 1.0),
        finest=0.01,
        written=words.percent,
    )
    said = joined(observed_sentences(found, one, words))
    return Drawing(
        draw=lambda width: _draw(plot, words, width), alt=plain(words.text("alt", "observed_bands", finding=said))
    )


def recommending_bars(result: Result, words: Words) -> Drawing:
    """Detractors, passives and promoters at each step of satisfaction.

    Parameters
    ----------
    result
        Of `loyalty_curve`, with an outcome of kind ``nps``.
    words
        Of `wording`.
    """
    expect_kind(result, "loyalty_curve")
    found: Any = result
    bars = [
        StackedBar(
            words.ui("step_label", step=span(step.low, step.high, words)),
            tuple((step.kinds[kind].estimate, color) for kind, color in KIND_COLORS.items()),
            words.percent(step.kinds["promoters"].estimate),
        )
        for step in reversed(found.steps)
        if step.kinds
    ]
    legend = [(words.term(kind), color) for kind, color in KIND_COLORS.items()]
    alt = words.text("alt", "recommending", finding=joined([kinds_sentence(found, words)]))
    return Drawing(draw=lambda width: stacked_bars(bars, legend, 1.0, words, width), alt=plain(alt))


def loyalty_squares(result: Result, words: Words) -> Drawing:
    """The four groups as a square of four: satisfaction runs with the reading, loyalty upwards.

    Parameters
    ----------
    result
        Of `loyalty_groups`.
    words
        Of `wording`.
    """
    expect_kind(result, "loyalty_groups")
    found: Any = result
    alt = words.text(
        "alt", "loyalty_groups", finding=joined([sizes_sentence(found, words), cuts_sentence(found, words)])
    )
    return Drawing(draw=lambda width: _squares(found, words, width), alt=plain(alt))


def _draw(plot: _Plot, words: Words, width: float) -> Canvas:
    narrow = width < 500
    up_name = wrapped(plot.up, width - 2 * _SIDE, SMALL)
    across_name = wrapped(plot.across, width - 2 * _SIDE, SMALL)
    top, foot = 18.0 * len(up_name) + 14, 26.0 + 18.0 * len(across_name)
    height = top + (210.0 if narrow else 270.0) + foot
    canvas = Canvas(width, height, words.direction)
    for position, line in enumerate(up_name):
        canvas.write(6, 10 + 18.0 * position, line, size=SMALL, color=MUTED)
    begin, end, base = 46.0, width - 22.0, height - foot
    places = [x for x, *_ in plot.points] + [x for x, _ in plot.line]
    across = Scale(limits_with_air(min(places), max(places), bounds=(0.0, 100.0), air=0.03, finest=2.0), begin, end)
    lows = [low for *_, low, _ in plot.points] + [low for _, low, _ in plot.band] + [y for _, y in plot.line]
    highs = [high for *_, high in plot.points] + [high for *_, high in plot.band] + [y for _, y in plot.line]
    limits = limits_with_air(min(lows), max(highs), bounds=plot.bounds, air=0.08, finest=plot.finest)
    up = Scale(limits, base, top)
    for value in up.ticks(4, finest=plot.finest):
        canvas.line([(begin - 4, up(value)), (end, up(value))], color=RULE, width=0.7)
        canvas.write(begin - 10, up(value), plot.written(value), size=SMALL, color=MUTED, anchor="end")
    for value in across.ticks(4 if narrow else 6, finest=5.0):
        canvas.line([(across(value), base), (across(value), base + 4)], color=RULE)
        canvas.write(across(value), base + 14, words.number(value), size=SMALL, color=MUTED, anchor="middle")
    for position, line in enumerate(across_name):
        canvas.write((begin + end) / 2, base + 34 + 18.0 * position, line, size=SMALL, color=MUTED, anchor="middle")
    if plot.band:
        upper = [(across(x), up(high)) for x, _, high in plot.band]
        lower = [(across(x), up(low)) for x, low, _ in plot.band]
        canvas.area([*upper, *reversed(lower)], color=BAND)
    if plot.mark is not None:
        at, first, last = (across(value) for value in plot.mark)
        canvas.line([(at, base), (at, top)], color=INK, width=1.2, dashed=True)
        if last > first:
            canvas.rectangle(first, base - 3, last - first, 3, color=INK)
    canvas.line([(across(x), up(y)) for x, y in plot.line], color=STRONG, width=2.0)
    for x, estimate, low, high in plot.points:
        canvas.line([(across(x), up(low)), (across(x), up(high))], color=INK, width=1.4)
        canvas.dot(across(x), up(estimate), color=INK, size=7 if narrow else 8)
    return canvas


def _squares(result: Any, words: Words, width: float) -> Canvas:
    """Satisfied on the far side of the reading, loyal above."""
    rows = (("loyal_though_dissatisfied", "loyal"), ("leaving", "free_to_leave"))
    room = (width - 2 * _SIDE - 8) / _ROOMS
    inner = room - 20
    names = {group: wrapped(group_name(group, words), inner, LABEL) for row in rows for group in row}
    texts = {group: _lines(result, group, inner, words) for group in names}
    heights = [max(22 + 19.0 * len(names[g]) + 34 + 18.0 * len(texts[g]) + 20 for g in row) for row in rows]
    canvas = Canvas(width, sum(heights) + 8 + 4, words.direction)
    y = 2.0
    for row, height in zip(rows, heights, strict=True):
        for column, group in enumerate(row):
            x = _SIDE + column * (room + 8)
            canvas.rectangle(x, y, room, height, color=RULE)
            canvas.rectangle(x + 1, y + 1, room - 2, height - 2, color=PAPER)
            place = y + 18
            for line in names[group]:
                canvas.write(x + 10, place, line, size=LABEL)
                place += 19
            level = result.sizes[group]
            shown = part(level.estimate, words) if level is not None else words.ui("not_shown")
            big = 22.0 if level is not None else SMALL
            canvas.write(x + 10, place + 10, shown, size=big, color=STRONG if level is not None else MUTED)
            place += 34
            for line in texts[group]:
                canvas.write(x + 10, place, line, size=SMALL, color=MUTED)
                place += 18
            if level is not None:
                canvas.rectangle(x + 10, y + height - 14, inner, 6, color=BAND)
                canvas.rectangle(x + 10, y + height - 14, inner * level.estimate, 6, color=SOFT)
        y += height + 8
    return canvas


def _lines(result: Any, group: str, room: float, words: Words) -> list[str]:
    """What stands under a group's share: its interval, and what was observed of it."""
    level = result.sizes[group]
    if level is None:
        return []
    decimals = 1 if level.estimate < SMALL_PART else 0
    limits = (words.percent(limit, decimals) for limit in (level.conf_low, level.conf_high))
    texts = [words.ui("span", **dict(zip(("low", "high"), limits, strict=True)))]
    for event in result.events:
        share = event.shares[group]
        if share is not None:
            texts.append(
                words.ui("label_value", label=words.label("outcome", event.event), value=words.percent(share.estimate))
            )
    return [line for text in texts for line in wrapped(text, room, SMALL)]

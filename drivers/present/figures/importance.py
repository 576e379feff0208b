"""Bars of importance: shares with intervals, possible ranks, and what stands together in first place."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.errors import PublishError
from drivers.present.claims import share_form
from drivers.present.figures.canvas import BAND, INK, MUTED, PLAIN, RULE, SOFT, STRONG, Canvas, Drawing
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.findings import rank_text, verdict_sentence
from drivers.present.words import Words
from drivers.results import Result

LABEL, SMALL = 14.0, 12.0
_LINE = 19.0
_BAR = 14.0
_VALUE_ROOM = 48.0


def importance_bars(result: Result, words: Words) -> Drawing:
    """Horizontal bars of each driver's share, with intervals, values and possible ranks.

    Parameters
    ----------
    result
        Of `relative_importance`.
    words
        Of `wording`.

    Notes
    -----
    The verdict governs: sorted and coloured by what may be claimed; where drivers cannot be ranked they
    keep the codebook's order and one colour.
    """
    expect_kind(result, "importance")
    alt = words.text("alt", f"bars{share_form(result)}", finding=verdict_sentence(result, words))
    return Drawing(draw=lambda width: _draw(result, words, width), alt=plain(alt))


def expect_kind(result: Result, kind: str) -> None:
    """Refuse a result of another kind."""
    if result.kind != kind:
        raise PublishError(
            f"Expected a result of kind {kind!r}, found {result.kind!r}; pass the result this figure is made for."
        )


def display_order(result: Any) -> list[int]:
    """Positions of the drivers as they are shown: by share where an order may be spoken of at all."""
    if result.verdict.status == "not_rankable":
        return list(range(len(result.drivers)))
    return [int(i) for i in np.argsort(-result.share, kind="stable")]


def _draw(result: Any, words: Words, width: float) -> Canvas:
    verdict = result.verdict
    order = display_order(result)
    # The band around the leader says its rank already.
    ranks = {i: "" if result.drivers[i] == verdict.leader else rank_text(result, words, i) for i in order}
    labels = {}
    for i in order:
        room = width - 24 - (text_width(ranks[i], SMALL) + 14 if ranks[i] else 0)
        labels[i] = wrapped(words.label("driver", result.drivers[i]), room, LABEL)
    # A single driver has nothing to be ahead of.
    first = [i for i in order if result.drivers[i] in verdict.top_group] if len(order) > 1 else []
    top = 30.0
    caption_height = 24.0 if first else 0.0
    heights = {i: _LINE * len(labels[i]) + _BAR + 20 for i in order}
    canvas = Canvas(width, top + caption_height + sum(heights.values()) + 10, words.direction)
    canvas.write(12, 12, words.ui(f"axis_share{share_form(result)}"), size=SMALL, color=MUTED)
    y = top
    if first:
        canvas.rectangle(0, y - 4, width, caption_height + sum(heights[i] for i in first) + 2, color=BAND)
        key = "together_first" if len(first) > 1 else "first_place"
        canvas.write(12, y + 9, words.ui(key), size=SMALL, color=STRONG)
        y += caption_height
    begin, end = y, y
    known = np.isfinite(result.share_high)
    highest = float(np.where(known, result.share_high, result.share).max())
    # Some measures may be below zero.
    lowest = min(float(np.where(known, result.share_low, result.share).min()), 0.0)
    scale = (width - 24 - _VALUE_ROOM) / (highest - lowest)
    zero = 12 - lowest * scale
    for i in order:
        for position, line in enumerate(labels[i]):
            canvas.write(12, y + 10 + position * _LINE, line, size=LABEL)
        if ranks[i]:
            canvas.write(width - 12, y + 10, ranks[i], size=SMALL, color=MUTED, anchor="end")
        bar = y + _LINE * len(labels[i]) + 4
        length = result.share[i] * scale
        canvas.rectangle(zero + min(length, 0.0), bar, abs(length), _BAR, color=_color(result, i))
        reach = max(result.share[i], 0.0)
        if known[i]:
            _interval(canvas, zero, bar + _BAR / 2, result.share_low[i] * scale, result.share_high[i] * scale)
            reach = max(reach, result.share_high[i])
        canvas.write(zero + reach * scale + 8, bar + _BAR / 2, words.percent(result.share[i]), size=LABEL)
        if lowest < 0:
            # Zero has labels on its way, so it is drawn at the bars only.
            canvas.line([(zero, bar - 3), (zero, bar + _BAR + 3)], color=RULE, width=1.5)
        end = bar + _BAR
        y += heights[i]
    if lowest == 0:
        canvas.line([(zero, begin), (zero, end + 6)], color=RULE, width=1.5)
    return canvas


def _interval(canvas: Canvas, start: float, y: float, low: float, high: float) -> None:
    # White under dark keeps the interval visible on its bar, in grey and on paper too.
    for color, width in (("#ffffff", 4.0), (INK, 1.4)):
        canvas.line([(start + low, y), (start + high, y)], color=color, width=width)
    for x in (low, high):
        canvas.line([(start + x, y - 4), (start + x, y + 4)], color=INK, width=1.4)


def _color(result: Any, i: int) -> str:
    verdict = result.verdict
    if verdict.status == "not_rankable":
        return PLAIN
    if verdict.status == "tied":
        return STRONG if verdict.rank_low[i] == 1 else SOFT
    return STRONG if result.drivers[i] in verdict.top_group else SOFT

"""What has moved since something was done: a dot with its interval for each action."""

from __future__ import annotations

import math
from typing import Any

from drivers.present.figures.axis import Scale, limits_with_air
from drivers.present.figures.canvas import INK, MUTED, PLAIN, RULE, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.sentences.actions import actions_sentences
from drivers.present.words import Words
from drivers.results import Result

_LINE = 18.0
_ROW = 26.0
_SIDE = 14.0
_BETWEEN = 10.0
_FINEST = 1.0


def action_dots(result: Result, words: Words) -> Drawing:
    """The change of each driver about which something was done, with its interval.

    Parameters
    ----------
    result
        Of `check_actions`.
    words
        Of `wording`.

    Notes
    -----
    A ring is the average of the drivers left alone between the same waves; the upright line stands at no change. Dots
    are strong where a movement is more than chance. Changes run with the reading.
    """
    expect_kind(result, "actions")
    alt = words.text("alt", "actions", finding=" ".join(actions_sentences(result, words)))
    return Drawing(draw=lambda width: _draw(result, words, width), alt=plain(alt))


def _draw(result: Any, words: Words, width: float) -> Canvas:
    known = [action for action in result.actions if math.isfinite(action.change[0])]
    labels = [
        wrapped(
            words.ui("action_row", driver=words.label("driver", one.driver), since=words.label("wave", one.since)),
            width - 2 * _SIDE,
            LABEL,
        )
        for one in known
    ]
    with_tide = [one for one in known if math.isfinite(one.tide[0])]
    legend = wrapped(words.ui("action_tide"), width - 2 * _SIDE - 20, SMALL) if with_tide else []
    top = 12.0 + _LINE * len(legend)
    heights = [_LINE * len(lines) + _ROW + _BETWEEN for lines in labels]
    canvas = Canvas(width, top + sum(heights) + 22, words.direction)
    if legend:
        canvas.dot(_SIDE + 6, 12, color=PLAIN, size=8, hollow=True)
        for position, line in enumerate(legend):
            canvas.write(_SIDE + 20, 12 + position * _LINE, line, size=SMALL, color=MUTED)
    values = [float(value) for one in known for value in (one.change[2], one.change[3])]
    low, high = limits_with_air(
        min(0.0, *values, *(float(one.tide[0]) for one in with_tide)),
        max(0.0, *values, *(float(one.tide[0]) for one in with_tide)),
        bounds=(-100.0, 100.0),
        air=0.05,
        finest=_FINEST,
    )
    room = text_width(words.number(-88.8, 1, sign=True), LABEL) + 12
    scale = Scale((low, high), _SIDE + text_width(words.number(-10, sign=True), SMALL) / 2, width - _SIDE - room)
    ticks = scale.ticks(4 if width < 500 else 7, finest=_FINEST)
    y = top
    for one, lines, height in zip(known, labels, heights, strict=True):
        for position, line in enumerate(lines):
            canvas.write(_SIDE, y + 10 + position * _LINE, line, size=LABEL)
        start = y + _LINE * len(lines) + 4
        middle = start + _ROW / 2 - 2
        for tick in ticks:
            heavy = tick == 0
            canvas.line(
                [(scale(tick), start), (scale(tick), start + _ROW - 4)],
                color=INK if heavy else RULE,
                width=1.2 if heavy else 0.7,
            )
        estimate, _, lower, upper = (float(value) for value in one.change)
        canvas.line([(scale(lower), middle), (scale(upper), middle)], color=INK, width=1.6)
        if math.isfinite(one.tide[0]):
            canvas.dot(scale(float(one.tide[0])), middle, color=PLAIN, size=9, hollow=True)
        canvas.dot(scale(estimate), middle, color=PLAIN if one.movement == "not_shown" else STRONG, size=9)
        canvas.write(width - _SIDE, middle, words.number(estimate, 1, sign=True), size=LABEL, anchor="end")
        y += height
    for tick in ticks:
        canvas.write(scale(tick), y + 8, words.number(tick, sign=bool(tick)), size=SMALL, color=MUTED, anchor="middle")
    return canvas

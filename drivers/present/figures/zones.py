"""The zone of tolerance of each driver, and where experience lies in it; and what part of the people lies where."""

from __future__ import annotations

from typing import Any

from drivers.present.figures.axis import Scale, limits_with_air
from drivers.present.figures.canvas import BAND, INK, MUTED, RULE, SOFT, STRONG, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import in_rows, text_width, wrapped
from drivers.present.figures.stacked import StackedBar, stacked_bars
from drivers.present.isolation import plain
from drivers.present.sentences.expectations import gap_sentences, place_sentences, places_key
from drivers.present.words import Words
from drivers.results import Result

_LINE = 19.0
_BAR = 16.0
_SIDE = 14.0
_BETWEEN = 14.0
_LEGEND = 22.0
_FINEST = 5.0

PLACE_COLORS = {"below": INK, "inside": BAND, "above": STRONG}


def zone_bars(result: Result, words: Words) -> Drawing:
    """A bar from the least acceptable to the level hoped for, and a dot for the experience, driver by driver.

    Parameters
    ----------
    result
        Of `expectation_gaps`.
    words
        Of `wording`.

    Notes
    -----
    Where one level alone was asked it is a thick line across the axis. Values run with the reading.
    """
    expect_kind(result, "expectations")
    alt = words.text("alt", "zones", finding=" ".join(gap_sentences(result, words)))
    return Drawing(draw=lambda width: _draw(result, words, width), alt=plain(alt))


def place_bars(result: Result, words: Words) -> Drawing:
    """Bars of the people below, inside and above; arguments as in `zone_bars`."""
    expect_kind(result, "expectations")
    drivers: Any = result
    bars = [
        StackedBar(
            words.label("driver", one.driver),
            tuple((one.parts[place].estimate, color) for place, color in PLACE_COLORS.items()),
            inside=tuple(words.percent(one.parts[place].estimate) for place in PLACE_COLORS),
        )
        for one in drivers.drivers
    ]
    kind = places_key(result)
    legend = [(words.term(f"{place}_{kind}"), color) for place, color in PLACE_COLORS.items()]
    alt = words.text("alt", "places", finding=" ".join(place_sentences(result, words)))
    return Drawing(draw=lambda width: stacked_bars(bars, legend, 1.0, words, width), alt=plain(alt))


def _draw(result: Any, words: Words, width: float) -> Canvas:
    labels = [wrapped(words.label("driver", one.driver), width - 2 * _SIDE, LABEL) for one in result.drivers]
    heights = [_LINE * len(lines) + _BAR + _BETWEEN for lines in labels]
    legend = _legend(result, words)
    needs = [50 + text_width(name, SMALL) for _, name in legend]
    rows = in_rows(legend, needs, width - 2 * _SIDE)
    top = _LEGEND * len(rows) + 8
    canvas = Canvas(width, top + sum(heights) + 24, words.direction)
    for position, row in enumerate(rows):
        x = _SIDE
        for mark, name in row:
            _sample(canvas, mark, x, 11 + _LEGEND * position)
            canvas.write(x + 32, 11 + _LEGEND * position, name, size=SMALL, color=MUTED)
            x += 32 + text_width(name, SMALL) + 18
    room = text_width(words.number(88.8, 1), LABEL) + 10
    scale = Scale(_limits(result), _SIDE + 6, width - _SIDE - room)
    ticks = scale.ticks(4 if width < 500 else 8, finest=_FINEST)
    y = top
    for one, lines, height in zip(result.drivers, labels, heights, strict=True):
        for position, line in enumerate(lines):
            canvas.write(_SIDE, y + 10 + position * _LINE, line, size=LABEL)
        under = y + _LINE * len(lines) + 2
        _one(canvas, scale, one, under, ticks)
        canvas.write(width - _SIDE, under + _BAR / 2, words.number(one.perceived.estimate, 1), size=LABEL, anchor="end")
        y += height
    for tick in ticks:
        canvas.write(scale(tick), y + 8, words.number(tick), size=SMALL, color=MUTED, anchor="middle")
    return canvas


def _one(canvas: Canvas, scale: Scale, one: Any, top: float, ticks: list[float]) -> None:
    middle, levels = top + _BAR / 2, one.levels
    for tick in ticks:
        canvas.line([(scale(tick), top - 2), (scale(tick), top + _BAR + 2)], color=RULE, width=0.7)
    if one.has_zone:
        start, end = (scale(levels[level].estimate) for level in ("adequate", "desired"))
        canvas.rectangle(start, top, end - start, _BAR, color=BAND)
        for x in (start, end):
            canvas.line([(x, top), (x, top + _BAR)], color=SOFT, width=2.0)
    else:
        x = scale(next(iter(levels.values())).estimate)
        canvas.line([(x, top - 1), (x, top + _BAR + 1)], color=SOFT, width=4.0)
    low, high = scale(one.perceived.conf_low), scale(one.perceived.conf_high)
    canvas.line([(low, middle), (high, middle)], color=INK, width=1.4)
    for x in (low, high):
        canvas.line([(x, middle - 4), (x, middle + 4)], color=INK, width=1.4)
    canvas.dot(scale(one.perceived.estimate), middle, color=STRONG, size=9)


def _legend(result: Any, words: Words) -> list[tuple[str, str]]:
    """Marks and what they mean; of levels only those that were asked."""
    marks = [("dot", words.term("perceived"))]
    if any(one.has_zone for one in result.drivers):
        marks.append(("zone", words.term("zone")))
    single = {level for one in result.drivers if not one.has_zone for level in one.levels}
    return marks + [("level", words.term(level)) for level in ("adequate", "desired") if level in single]


def _sample(canvas: Canvas, mark: str, x: float, y: float) -> None:
    if mark == "dot":
        canvas.line([(x, y), (x + 24, y)], color=INK, width=1.4)
        canvas.dot(x + 12, y, color=STRONG, size=9)
    elif mark == "zone":
        canvas.rectangle(x, y - 6, 24, 12, color=BAND)
        for end in (x, x + 24):
            canvas.line([(end, y - 6), (end, y + 6)], color=SOFT, width=2.0)
    else:
        canvas.line([(x + 12, y - 7), (x + 12, y + 7)], color=SOFT, width=4.0)


def _limits(result: Any) -> tuple[float, float]:
    """Ends of the axis: round numbers around all that is drawn."""
    drawn = [
        value
        for one in result.drivers
        for value in (
            one.perceived.conf_low,
            one.perceived.conf_high,
            *(level.estimate for level in one.levels.values()),
        )
    ]
    return limits_with_air(min(drawn), max(drawn), bounds=(0.0, 100.0), air=0.04, finest=_FINEST)

"""The surface over experience and expectation, as a map of the outcome's height with the line where both agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np

from drivers.present.figures.axis import Scale, round_ticks
from drivers.present.figures.canvas import BAND, INK, MUTED, PAPER, RULE, STRONG, Anchor, Box, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.figures.surface_bands import Point, Rectangle, bands, contouring, cut_at, isolines, joined
from drivers.present.isolation import plain
from drivers.present.sentences.surface import about, best_sentence, difference_sentence
from drivers.present.words import Words
from drivers.results import Result

_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 14.0, 34.0, 50.0
"""Room around the map, from the reading start."""

_LARGEST = 400.0
"""Side of the map where there is room for more."""

_LINE = 17.0
_BANDS, _FEW_BANDS = 10, 7
"""Lines with numbers at most, in a wide figure and in a narrow one."""

_FINEST = 1.0
_SEAM = 0.6
_PLATE = 2.5
"""Above bands and lines, below letters."""

_THIN, _THICK = 0.8, 1.4
_SAMPLE = 30.0
"""Room before a name of the key, for what it is the name of."""

_TICKS = (0.0, 25.0, 50.0, 75.0, 100.0)

_DARKEST = 0.72
"""How far the highest band is from paper to the full colour, so that letters and lines are seen on it."""


def response_surface_map(result: Result, words: Words, *, driver: str | None = None) -> Drawing:
    """The outcome over experience (across) and expectation (up), with isolines and the line of agreement.

    Parameters
    ----------
    result
        Of `response_surface`.
    words
        Of `wording`.
    driver
        Whose surface; the main one unless given.

    Notes
    -----
    Bands run from light (low) to dark (high), so that they read in grey, and each line between them has its number.
    Only cells with at least 10 answers are drawn. Experience grows with the reading.
    """
    expect_kind(result, "response_surface")
    table: Any = result
    surface = table.main if driver is None else table.surface(driver)
    alt = words.text(
        "alt",
        "surface",
        about=about(surface, words),
        best=best_sentence(table, surface, words),
        finding=difference_sentence(table, surface, words),
    )
    return Drawing(draw=lambda width: _draw(table, surface, words, width), alt=plain(alt))


@dataclass(frozen=True, slots=True)
class _Map:
    """Where the map stands."""

    across: Scale
    up: Scale
    right: float
    bottom: float

    def place(self, point: Point) -> Point:
        """Pixels from the reading start and the top of a point in points 0–100."""
        return self.across(point[0]), self.up(point[1])


def _draw(result: Any, surface: Any, words: Words, width: float) -> Canvas:
    narrow = width < 500
    side = min(width - _LEFT - _RIGHT, _LARGEST)
    room = width - 8 if narrow else width - _LEFT - side - 44
    key = [wrapped(text, room - _SAMPLE, SMALL) for text, _ in _key(result, words)]
    below = sum(_LINE * len(names) + 8 for names in key)
    height = _TOP + _BOTTOM + (side + below if narrow else max(side, below))
    canvas = Canvas(width, height, words.direction)
    at = _Map(
        Scale((0.0, 100.0), _LEFT, _LEFT + side), Scale((0.0, 100.0), _TOP + side, _TOP), _LEFT + side, _TOP + side
    )
    region = surface.region
    cells = zip(region.left, region.right, region.low, region.high, strict=True)
    parts = joined([Rectangle(*ends) for ends in cells])
    _axes(canvas, at, result, words)
    taken = _corners(canvas, at, words)
    on = contouring()
    lines: dict[float, list[list[Point]]] = {}
    for part in parts:
        for level, line in isolines(on, part, surface.height, _levels(surface, parts, narrow=narrow)):
            lines.setdefault(level, []).append(line)
    # A line too short for its number tells nothing, and is left out.
    found = dict(sorted(_numbered(canvas, at, surface, lines, words, taken).items()))
    for part in (half for whole in parts for half in cut_at(whole, float(surface.turning[0, 2]))):
        for number, polygon in bands(on, part, surface.height, list(found)):
            canvas.area([at.place(point) for point in polygon], color=_shade(number, len(found)), seam=_SEAM)
    for level, place in found.items():
        for line in lines[level]:
            canvas.line([at.place(point) for point in line], color=INK, width=_THIN)
        canvas.write(*place, words.number(level), size=LABEL, color=INK, anchor="middle", halo=PAPER)
    if not found:
        _number_flat(canvas, at, surface, words)
    canvas.line([at.place((0.0, 0.0)), at.place((100.0, 100.0))], color=INK, width=_THICK, dashed=True)
    x, y = (4.0, _TOP + side + _BOTTOM + 6) if narrow else (_LEFT + side + 34, _TOP + 12)
    for (_, sample), names in zip(_key(result, words), key, strict=True):
        _sample(canvas, sample, x, y)
        for position, name in enumerate(names):
            canvas.write(x + _SAMPLE, y + position * _LINE, name, size=SMALL, color=MUTED)
        y += _LINE * len(names) + 8
    return canvas


def _key(result: Any, words: Words) -> list[tuple[str, str]]:
    """What stands beside the map, each with what is drawn before it."""
    outcome = words.outcome(result.outcome)
    return [
        (words.ui("surface_key_heights", outcome=outcome), "line"),
        (words.ui("surface_key_agreement", expected=words.text("expected_level", result.level)), "dashed"),
        (words.ui("surface_key_blank"), "blank"),
    ]


def _sample(canvas: Canvas, sample: str, x: float, y: float) -> None:
    if sample == "blank":
        canvas.line([(x + 1, y - 6), (x + 21, y - 6), (x + 21, y + 6), (x + 1, y + 6), (x + 1, y - 6)], color=RULE)
        return
    dashed = sample == "dashed"
    canvas.line([(x + 1, y), (x + 22, y)], color=INK, width=_THICK if dashed else _THIN, dashed=dashed)


def _levels(surface: Any, parts: Sequence[Rectangle], *, narrow: bool) -> list[float]:
    """Round heights within what is shown."""
    found = [_ends(surface, part) for part in parts]
    low, high = min(end[0] for end in found), max(end[1] for end in found)
    if high - low < _FINEST:
        return []
    ticks = round_ticks(low, high, _FEW_BANDS if narrow else _BANDS, finest=_FINEST)
    return [level for level in ticks if low < level < high]


def _ends(surface: Any, part: Rectangle) -> tuple[float, float]:
    """Lowest and highest height in a rectangle."""
    across, up = np.meshgrid(np.linspace(part.left, part.right, 26), np.linspace(part.low, part.high, 26))
    heights = surface.height(across, up)
    return float(heights.min()), float(heights.max())


def _shade(number: int, last: int) -> str:
    """The colour of a band: the lowest is light, the highest dark."""
    part = _DARKEST * number / last if last else _DARKEST / 2
    light, dark = (np.array(mpl.colors.to_rgb(color)) for color in (BAND, STRONG))
    return mpl.colors.to_hex(light + part * (dark - light))


def _axes(canvas: Canvas, at: _Map, result: Any, words: Words) -> None:
    canvas.write(3, 12, words.ui(f"axis_{result.level}"), size=SMALL, color=MUTED)
    middle = (_LEFT + at.right) / 2
    canvas.write(middle, at.bottom + 36, words.ui("axis_experience"), size=SMALL, color=MUTED, anchor="middle")
    for value in _TICKS:
        x, y = at.place((value, value))
        canvas.line([(x, at.bottom), (x, at.bottom + 4)], color=RULE)
        canvas.write(x, at.bottom + 15, words.number(value), size=SMALL, color=MUTED, anchor="middle")
        canvas.line([(_LEFT - 4, y), (_LEFT, y)], color=RULE)
        canvas.write(_LEFT - 6, y, words.number(value), size=SMALL, color=MUTED, anchor="end")
    frame = [(_LEFT, _TOP), (_LEFT, at.bottom), (at.right, at.bottom), (at.right, _TOP), (_LEFT, _TOP)]
    canvas.line(frame, color=RULE, width=1.2)


def _corners(canvas: Canvas, at: _Map, words: Words) -> list[Box]:
    """What the halves of the map mean, in their far corners, on plates that keep them clear of the map."""
    room = (at.right - _LEFT) * 0.5
    taken = []
    corners: tuple[tuple[str, float, bool, Anchor], ...] = (
        ("eq_below", _LEFT + 6, True, "start"),
        ("eq_above", at.right - 6, False, "end"),
    )
    for key, x, top, anchor in corners:
        lines = wrapped(words.term(key), room, SMALL)
        for position, line in enumerate(lines):
            y = _TOP + 12 + position * _LINE if top else at.bottom - 12 - (len(lines) - 1 - position) * _LINE
            box = canvas.box(canvas.write(x, y, line, size=SMALL, color=INK, anchor=anchor))
            start = min(canvas.x(box.left), canvas.x(box.right)) - 3
            wide, high = box.right - box.left + 6, box.bottom - box.top + 6
            canvas.rectangle(start, box.top - 3, wide, high, color=PAPER).set_zorder(_PLATE)
            taken.append(box)
    return taken


def _numbered(
    canvas: Canvas,
    at: _Map,
    surface: Any,
    lines: Mapping[float, Sequence[Sequence[Point]]],
    words: Words,
    taken: list[Box],
) -> dict[float, Point]:
    """Where the number of each isoline stands: on it, in cells with answers, and on nothing else that is written.

    In the middle of the map a number is found soonest; on the dashed line it is read worst.
    """
    middle = (at.right + _LEFT) / 2, (at.bottom + _TOP) / 2
    found = {}
    for level, parts in lines.items():
        wide, high = text_width(words.number(level), LABEL) / 2 + 3, LABEL / 2 + 3
        best: tuple[float, Box, Point] | None = None
        for x, y in (at.place(point) for line in parts for point in line):
            left = canvas.x(x) - wide
            box = Box(left, y - high, left + 2 * wide, y + high)
            if any(box.overlaps(other, 2) for other in taken) or not _inside(at, surface, x, y, wide, high):
                continue
            cost = abs(x - middle[0]) + abs(y - middle[1]) + 400 * _on_agreement(at, x, y, wide, high)
            if best is None or cost < best[0]:
                best = cost, box, (x, y)
        if best is not None:
            taken.append(best[1])
            found[level] = best[2]
    return found


def _number_flat(canvas: Canvas, at: _Map, surface: Any, words: Words) -> None:
    """The one height of a surface that is level, in the cell with most answers."""
    x, y, n, height = surface.cells
    if len(n):
        k = int(np.argmax(n))
        # Clear of the axes, which cells at an end of the scale have their answers on.
        place = at.place((float(np.clip(x[k], 8, 92)), float(np.clip(y[k], 8, 92))))
        canvas.write(*place, words.number(height[k]), size=LABEL, color=INK, anchor="middle", halo=PAPER)


def _inside(at: _Map, surface: Any, x: float, y: float, wide: float, high: float) -> bool:
    """Whether a box around a place lies in cells with answers enough."""
    side = at.right - _LEFT
    return all(
        surface.region.holds((x + dx - _LEFT) / side * 100, (at.bottom - y - dy) / side * 100)
        for dx in (-wide, 0.0, wide)
        for dy in (-high, 0.0, high)
    )


def _on_agreement(at: _Map, x: float, y: float, wide: float, high: float) -> bool:
    """Whether the line of agreement crosses a box around a place."""
    corners = [(x + dx - _LEFT) - (at.bottom - y - dy) for dx in (-wide, wide) for dy in (-high, high)]
    return min(corners) < 0 < max(corners)

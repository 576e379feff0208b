"""Where a surface has which height: bands between isolines, and the isolines, within some rectangles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Point = tuple[float, float]
Height = Callable[[np.ndarray, np.ndarray], np.ndarray]

_FINE = 2.5
"""Points of the grid on which heights are taken, at most."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of the map, in points 0–100."""

    left: float
    right: float
    low: float
    high: float


def joined(parts: Sequence[Rectangle]) -> list[Rectangle]:
    """The same part of the map in fewer rectangles: rows of neighbours as one, then columns of those."""
    rows: list[Rectangle] = []
    for part in sorted(parts, key=lambda one: (one.low, one.high, one.left)):
        last = rows[-1] if rows else None
        if last and (last.low, last.high, last.right) == (part.low, part.high, part.left):
            rows[-1] = Rectangle(last.left, part.right, part.low, part.high)
        else:
            rows.append(part)
    found: list[Rectangle] = []
    for part in sorted(rows, key=lambda one: (one.left, one.right, one.low)):
        last = found[-1] if found else None
        if last and (last.left, last.right, last.high) == (part.left, part.right, part.low):
            found[-1] = Rectangle(part.left, part.right, last.low, part.high)
        else:
            found.append(part)
    return found


def cut_at(part: Rectangle, x: float) -> list[Rectangle]:
    """A rectangle cut in two at a place, whole where it does not hold it.

    Notes
    -----
    Around its highest place the bands of a surface are rings, which no polygon can be; cut through, they are none.
    """
    if not part.left < x < part.right:
        return [part]
    return [Rectangle(part.left, x, part.low, part.high), Rectangle(x, part.right, part.low, part.high)]


def contouring() -> Axes:
    """Axes to contour on, never shown; making them takes longer than using them."""
    return Figure().add_subplot()


def bands(on: Axes, part: Rectangle, height: Height, levels: Sequence[float]) -> Iterator[tuple[int, list[Point]]]:
    """The polygons of a rectangle between levels, each with the number of levels at or below it.

    Parameters
    ----------
    levels
        From low to high.
    """
    x, y, z = _grid(part, height)
    below = int(np.searchsorted(levels, z.min(), side="right"))
    inside = [level for level in levels if z.min() < level < z.max()]
    if not inside:
        corners = [(part.left, part.low), (part.right, part.low), (part.right, part.high), (part.left, part.high)]
        yield below, corners
        return
    drawn = on.contourf(x, y, z, levels=[float(z.min()) - 1.0, *inside, float(z.max()) + 1.0])
    for number, path in enumerate(drawn.get_paths()):
        yield from ((below + number, polygon) for polygon in _parts(path))


def isolines(on: Axes, part: Rectangle, height: Height, levels: Sequence[float]) -> Iterator[tuple[float, list[Point]]]:
    """The lines of a rectangle along which the surface has one of the levels, each with its level."""
    x, y, z = _grid(part, height)
    inside = [level for level in levels if z.min() < level < z.max()]
    if inside:
        for level, path in zip(inside, on.contour(x, y, z, levels=inside).get_paths(), strict=True):
            yield from ((level, line) for line in _parts(path))


def _grid(part: Rectangle, height: Height) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x, y = (
        np.linspace(start, end, 2 + int((end - start) / _FINE))
        for start, end in ((part.left, part.right), (part.low, part.high))
    )
    across, up = np.meshgrid(x, y)
    return x, y, height(across, up)


def _parts(path: object) -> Iterator[list[Point]]:
    """The polygons or lines of a path."""
    for points in path.to_polygons(closed_only=False):  # type: ignore[attr-defined]
        if len(points) > 1:
            yield [(float(x), float(y)) for x, y in points]

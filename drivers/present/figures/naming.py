"""Where the names of dots go: beside their own dot, on nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from drivers.present.figures.canvas import Box

_GAPS = (8.0, 11.0, 15.0, 20.0)
"""Pixels between a dot's middle and its name; farther off a reader would not find it."""

_CROSSING, _COVERING = 5.0, 200.0
"""What a name on a line, and one on another name or dot, costs in pixels of distance."""

_DEAREST = 20.0
"""What a place may cost: a name that is farther off, or on more lines, is no longer easy to read."""

_CLEARLY = 3.0
"""Pixels by which a name is nearer to its own dot than to any other."""

_APART = 1.5
"""Pixels that names keep from each other and from dots."""

_DIRECTIONS = (
    # Beside a dot, above and below it, at its corners; x runs in reading direction.
    *((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1)),
    # In between.
    *((x, y) for x, y in product((-1, -0.5, 0.5, 1), repeat=2) if abs(x) != abs(y)),
)

Point = tuple[float, float]


def name_places(
    dots: Sequence[Point],
    sizes: Sequence[Point],
    *,
    taken: Sequence[Box],
    lines: Sequence[Box],
    frame: Box,
    direction: str,
    crowded: bool = False,
) -> list[Box] | None:
    """A place for each name such that none covers another, a dot or anything taken; None where there is no room.

    Parameters
    ----------
    dots
        Middles of the dots, in pixels from the left and the top.
    sizes
        Width and height of each name.
    taken
        What no name may cover, the dots among it.
    lines
        What names had better not cover.
    frame
        Where names must stay.
    direction
        ``rtl`` tries the left side of a dot first.
    crowded
        Whether names may cover something, as little as can be, so that there is always a place.

    Notes
    -----
    A name stands nearer to its own dot than to any other, so that nobody takes it for another's.
    """
    room = _Room(dots, sizes, taken, lines, frame, direction, crowded)
    # One name after the other from one side: where one goes decides what is free for the next.
    upright = sorted(range(len(dots)), key=lambda i: dots[i][1])
    across = sorted(range(len(dots)), key=lambda i: dots[i][0])
    tries = [room.fill(order) for way in (upright, across) for order in (way, way[::-1])]
    found = [attempt for attempt in tries if attempt is not None]
    return min(found, key=lambda attempt: attempt[0])[1] if found else None


@dataclass(frozen=True, slots=True)
class _Room:
    dots: Sequence[Point]
    sizes: Sequence[Point]
    taken: Sequence[Box]
    lines: Sequence[Box]
    frame: Box
    direction: str
    crowded: bool

    def fill(self, order: Sequence[int]) -> tuple[float, list[Box]] | None:
        """Cost and places of all names, placed in this order."""
        places: dict[int, Box] = {}
        total = 0.0
        for i in order:
            best: tuple[float, Box] | None = None
            for gap, (rank, (dx, dy)) in product(_GAPS, enumerate(_DIRECTIONS)):
                cost = gap + 0.3 * rank
                if best is None or cost < best[0]:
                    box = self._beside(i, dx, dy, gap)
                    cost += self._cost(i, box, list(places.values()))
                    if cost < (best[0] if best else float("inf") if self.crowded else _DEAREST):
                        best = cost, box
            if best is None:
                return None
            total += best[0]
            places[i] = best[1]
        return total, [places[i] for i in range(len(self.dots))]

    def _cost(self, i: int, box: Box, named: Sequence[Box]) -> float:
        """What speaks against a place, in pixels of distance; infinite where it may not be taken."""
        covered = sum(box.overlaps(other, _APART) for other in (*self.taken, *named))
        own = _distance(box, self.dots[i])
        anothers = any(_distance(box, dot) <= own + _CLEARLY for dot in self.dots if dot != self.dots[i])
        if not self.crowded and (not box.inside(self.frame) or covered or anothers):
            return float("inf")
        # Out of the frame a name could leave the figure: worse than anything else.
        outside = 0 if box.inside(self.frame) else 1000
        return _COVERING * (covered + anothers + outside) + _CROSSING * sum(box.overlaps(line) for line in self.lines)

    def _beside(self, i: int, dx: float, dy: float, gap: float) -> Box:
        """A box that keeps the gap from the dot in a direction whose longer part is 1."""
        width, height = self.sizes[i]
        x = self.dots[i][0] + (-dx if self.direction == "rtl" else dx) * (width / 2 + gap)
        y = self.dots[i][1] + dy * (height / 2 + gap)
        return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _distance(box: Box, dot: Point) -> float:
    x = max(box.left - dot[0], 0.0, dot[0] - box.right)
    y = max(box.top - dot[1], 0.0, dot[1] - box.bottom)
    return float(x * x + y * y) ** 0.5

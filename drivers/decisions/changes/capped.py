"""How much of a change is possible: to the end of the scale, and to what has been seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import numpy as np

from drivers.errors import ModelError
from drivers.models.given import is_number
from drivers.models.moves.room import DriverRoom
from drivers.models.units import known_name

Cap = Literal["", "scale", "seen", "along"]
CAPS: tuple[Cap, ...] = get_args(Cap)
"""What kept a change from being as large as was asked: nothing, the end of the scale, the highest or lowest mean seen,
or another driver that goes along and is at the end of its scale."""

LEAST = 1e-9
"""Points; a change that rounding alone makes smaller was not cut."""


def asked_points(changes: Mapping[str, float], drivers: Sequence[str], where: str) -> np.ndarray:
    """The changes that were asked for, driver by driver; float (p,).

    Raises
    ------
    ModelError
        Where a driver is not in the model, or a change is no number from −100 to 100.
    """
    points = np.zeros(len(drivers))
    known = dict.fromkeys(drivers)
    if not hasattr(changes, "items"):
        raise ModelError(
            f"Expected points by driver in {where}=, found {changes!r}; write them as {{{drivers[0]!r}: 5}}."
        )
    for name, value in changes.items():
        place = list(drivers).index(known_name("driver", name, known))
        if not is_number(value) or not -100 <= value <= 100:
            raise ModelError(
                f"Expected a change in points from -100 to 100, found {value!r} of {name!r}; correct it in {where}=."
            )
        points[place] = float(value)
    return points


def capped_moves(asked: np.ndarray, room: DriverRoom) -> tuple[np.ndarray, tuple[Cap, ...]]:
    """What is possible of some changes of means, and what capped each.

    Parameters
    ----------
    asked
        Points by driver; float (p,).
    room
        Of the same drivers.

    Returns
    -------
    moves, caps
        float (p,), (p,).

    Notes
    -----
    A change is one of the mean. A mean of 72 can rise by 28 points, when everybody gives the best answer; whoever is
    there already need not rise for it. So a change is cut at the room of the mean, not person by person, and what is
    left of it can be reached without anybody passing the end of the scale: each may close the same part of his own way.
    """
    moves, caps = np.array(asked, dtype=float), []
    for place, points in enumerate(asked):
        upward = points > 0
        level = room.level[place]
        scale = 100.0 - level if upward else level
        seen = room.highest[place] - level if upward else level - room.lowest[place]
        most = min(scale, seen)
        cap: Cap = ""
        if abs(points) > most + LEAST:
            cap = "seen" if seen < scale - LEAST else "scale"
            moves[place] = np.sign(points) * max(0.0, most)
        caps.append(cap)
    return moves, tuple(caps)


def part_possible(along: np.ndarray, levels: np.ndarray) -> float:
    """The part of a change after which no driver that goes along has passed the end of its scale, 0 to 1.

    Parameters
    ----------
    along
        Points by which other drivers go along; float (p,).
    levels
        Where their means are; float (p,).
    """
    room = np.where(along > 0, 100.0 - levels, levels)
    moved = np.abs(along)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(moved > room, room / moved, 1.0)
    return float(parts.min(initial=1.0))

"""What would go with a change of drivers, outcome by outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.decisions.changes.capped import Cap
from drivers.models.moves.move_columns import RANGES, Measure
from drivers.models.moves.outcome_slopes import OutcomeSlopes
from drivers.models.moves.room import DriverRoom
from drivers.results import Code, Result, Sample, frame

Moving = Literal["alone", "together"]
MOVING: tuple[Moving, ...] = get_args(Moving)
"""Whether all other drivers stay, or go along as they are associated with those moved."""

Says = Literal["higher", "lower", "unclear", "beyond", "no_room"]
SAYS: tuple[Says, ...] = get_args(Says)
"""What may be said of an effect: its whole interval is above 0, below it, neither; it leads out of what its measure can
be at all; or nothing could be moved."""

UNITS = MappingProxyType(
    {
        "estimate": "points of the outcome; of top2box and share percentage points; of asked, moved, level and along "
        "points of the driver"
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WhatIfResult(Result):
    """What would go with a change of some drivers, if the association were causal; `what_if` makes one.

    Parameters
    ----------
    measures
        Outcomes and their statistics, (k,).
    effect
        What goes with the change: estimate, standard error and limits, points (percentage points of shares); float
        (4, k).
    base
        Where each measure is now, NaN where it is not known; float (k,).
    says
        What may be said of each effect.
    moving
        Whether the other drivers stay (``alone``) or go along (``together``).
    drivers
        All in the model; what was hoped for of a driver is ``driver@desired``; (p,).
    asked, moves, caps
        Points that were asked for, points that are possible, and what capped them; float (p,), (p,).
    along
        How the drivers not moved go along: estimate, standard error and limits, NaN for those moved and where others
        stay; float (4, p).
    room
        Where the drivers are, and the highest and lowest means seen.
    slopes
        Points of each measure per point of each driver: of all, or, where others go along, of those moved.
    expectations_asked
        Whether hopes were asked ``before`` or ``after`` the service; "" where none is changed.
    """

    kind: ClassVar[str] = "what_if"

    measures: tuple[Measure, ...]
    effect: np.ndarray
    base: np.ndarray
    says: tuple[Says, ...]
    moving: Moving
    drivers: tuple[str, ...]
    asked: np.ndarray
    moves: np.ndarray
    caps: tuple[Cap, ...]
    along: np.ndarray
    room: DriverRoom
    slopes: OutcomeSlopes
    expectations_asked: Literal["", "before", "after"]
    unit: str
    sample: Sample
    conf_level: float

    def __post_init__(self) -> None:
        k, p = len(self.measures), len(self.drivers)
        if self.effect.shape != (4, k) or self.along.shape != (4, p) or self.moves.shape != (p,):
            raise ValueError("A what-if needs one effect for each measure and one move for each driver.")
        moved = [self.drivers.index(name) for name in self.slopes.drivers]
        if not np.allclose(self.slopes.slopes @ self.moves[moved], self.effect[0]):
            raise ValueError("An effect is slopes times moves.")

    @property
    def changed(self) -> tuple[str, ...]:
        """The drivers of which a change was asked."""
        return tuple(name for name, points in zip(self.drivers, self.asked, strict=True) if points)

    @property
    def outcome(self) -> str:
        """The first outcome."""
        return self.measures[0].outcome

    @property
    def units(self) -> Mapping[str, str]:
        """Points."""
        return UNITS

    @property
    def n_used(self) -> int:
        """Respondents that the first outcome's effects rest on."""
        return self.sample.n

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample and of expectations."""
        after = (Code("expectations_after"),) if self.expectations_asked == "after" else ()
        return (*self.sample.notes, *after)

    @property
    def details(self) -> Mapping[str, object]:
        """What was asked, what it was cut to and why, and where things stand."""
        cut = {name: cap for name, cap in zip(self.drivers, self.caps, strict=True) if cap}
        return MappingProxyType(
            {
                "moving": self.moving,
                "wave": self.room.wave,
                "unit": self.unit,
                "capped": cut,
                "base": named(self.measures, self.base),
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per measure (``term`` is its statistic), then asked, moved, level and along of the drivers."""
        rows: list[tuple[object, ...]] = []
        for i, measure in enumerate(self.measures):
            rows.append((measure.outcome, None, measure.statistic, *self.effect[:, i], self.says[i]))
        for j, driver in enumerate(self.drivers):
            if self.asked[j]:
                rows.append((None, driver, "asked", self.asked[j], *[np.nan] * 3, None))
                rows.append((None, driver, "moved", self.moves[j], *[np.nan] * 3, self.caps[j] or None))
                rows.append((None, driver, "level", self.room.level[j], *[np.nan] * 3, None))
            elif np.isfinite(self.along[0, j]):
                rows.append((None, driver, "along", *self.along[:, j], None))
        names = ("outcome", "driver", "term", "estimate", "std_error", "conf_low", "conf_high", "conclusion")
        columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
        return frame({**columns, "method": self.moving})

    def glance(self) -> pd.DataFrame:
        """One row per measure: the sample behind its slopes and what they explain."""
        return frame(
            {
                "outcome": [measure.outcome for measure in self.measures],
                "term": [measure.statistic for measure in self.measures],
                "n_asked": [sample.n_asked for sample in self.slopes.samples],
                "n": [sample.n for sample in self.slopes.samples],
                "n_effective": [sample.n_effective for sample in self.slopes.samples],
                "r2": self.slopes.r2,
                "df_resid": list(self.slopes.df),
                "conf_level": self.conf_level,
            }
        )


def named(measures: tuple[Measure, ...], values: np.ndarray) -> dict[str, float]:
    """Values by ``outcome:statistic``."""
    return {f"{one.outcome}:{one.statistic}": float(value) for one, value in zip(measures, values, strict=True)}


def sayings(measures: tuple[Measure, ...], effect: np.ndarray, base: np.ndarray, moved: bool) -> tuple[Says, ...]:
    """What may be said of effects by their intervals.

    Parameters
    ----------
    effect
        Estimate, standard error and limits; float (4, k).
    base
        Where the measures are, NaN where it is not known; float (k,).
    moved
        Whether anything could be moved at all.
    """
    found: list[Says] = []
    for i, measure in enumerate(measures):
        low, high = RANGES[measure.statistic]
        reached = base[i] + effect[0, i]
        if not moved:
            found.append("no_room")
        elif not (effect[2, i] > 0 or effect[3, i] < 0):
            found.append("unclear")
        elif reached < low or reached > high:
            found.append("beyond")
        else:
            found.append("higher" if effect[0, i] > 0 else "lower")
    return tuple(found)

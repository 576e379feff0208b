"""What would go with one step of each driver, alone and with the others going along, in every outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import special

from drivers.decisions.changes.capped import Cap
from drivers.decisions.changes.changed_result import MOVING, UNITS, Moving, Says, named, sayings
from drivers.models.moves.move_columns import Measure
from drivers.models.moves.outcome_slopes import OutcomeSlopes
from drivers.models.moves.room import DriverRoom
from drivers.results import Code, Result, Sample, frame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WhatIfTable(Result):
    """One step of each driver, if the association were causal; `what_if_table` makes one.

    Parameters
    ----------
    measures, drivers
        (k,), (p,).
    step
        Points that were asked of each driver.
    effects
        By way of moving, what goes with the step: estimate, standard error and limits; float (4, k, p) each.
    p_adjusted
        By way of moving, Holm over the drivers, measure by measure; float (k, p) each.
    moves, caps
        By way of moving, points that are possible of the step, and what capped them; float (p,), (p,).
    base
        Where each measure is now, NaN where it is not known; float (k,).
    room
        Where the drivers are, and the highest and lowest means seen.
    slopes
        Points of each measure per point of each driver, all others held, with their joint covariance: all that any
        combination needs (`sliders`).
    """

    kind: ClassVar[str] = "what_if_table"

    measures: tuple[Measure, ...]
    drivers: tuple[str, ...]
    step: float
    effects: Mapping[Moving, np.ndarray]
    p_adjusted: Mapping[Moving, np.ndarray]
    moves: Mapping[Moving, np.ndarray]
    caps: Mapping[Moving, tuple[Cap, ...]]
    base: np.ndarray
    room: DriverRoom
    slopes: OutcomeSlopes
    unit: str
    sample: Sample
    conf_level: float

    def __post_init__(self) -> None:
        k, p = len(self.measures), len(self.drivers)
        if any(self.effects[moving].shape != (4, k, p) for moving in MOVING):
            raise ValueError("A what-if table needs one effect for each measure and driver, both ways of moving.")
        if not np.allclose(self.slopes.slopes * self.moves["alone"], self.effects["alone"][0]):
            raise ValueError("An effect is slope times move.")

    def says(self, moving: Moving, place: int) -> tuple[Says, ...]:
        """What may be said of one measure's effects, driver by driver, all drivers looked at together.

        Parameters
        ----------
        place
            Position of the measure.
        """
        found: list[Says] = []
        for j in range(len(self.drivers)):
            own = self.effects[moving][:, [place], j]
            (plain,) = sayings((self.measures[place],), own, self.base[[place]], bool(self.moves[moving][j]))
            settled = self.p_adjusted[moving][place, j] <= 1 - self.conf_level
            found.append(plain if settled or plain == "no_room" else "unclear")
        return tuple(found)

    def order(self, place: int = 0) -> tuple[int, ...]:
        """Positions of the drivers, the best effect alone on one measure first; of a step down the largest loss."""
        good = self.measures[place].sign * np.sign(self.step) * self.effects["alone"][0, place]
        return tuple(int(j) for j in np.argsort(-good, kind="stable"))

    @property
    def lead(self) -> int:
        """Position of the driver with the best effect alone on the first measure, of those that are sure if any is."""
        says = self.says("alone", 0)
        sure = [j for j in self.order() if says[j] in ("higher", "lower")]
        good = [j for j in sure if self.measures[0].sign * self.step * self.effects["alone"][0, 0, j] > 0]
        return (good or sure or list(self.order()))[0]

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
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def details(self) -> Mapping[str, object]:
        """What any combination of changes needs (`sliders`), and what capped the steps."""
        capped = {name: cap for name, cap in zip(self.drivers, self.caps["alone"], strict=True) if cap}
        return MappingProxyType(
            {
                "step": self.step,
                "wave": self.room.wave,
                "unit": self.unit,
                "capped": capped,
                "sliders": self.sliders(),
            }
        )

    def sliders(self) -> dict[str, object]:
        """Numbers from which any combination of changes, others staying, has its effect and interval.

        Returns
        -------
        dict
            ``drivers``; ``level``, ``lowest``, ``highest`` of each (a change is cut so that the level stays between
            these); ``measures``, each with ``outcome``, ``statistic``, ``better``, ``base``, ``slopes``, ``covariance``
            of the slopes, ``df`` and ``reach``, the t by which a standard error is multiplied. The effect of moves d is
            slopes · d, its limits are the effect ± reach √(dᵀ covariance d), and one whose limits hold 0 is not sure.
        """
        reach = special.stdtrit(np.array(self.slopes.df, dtype=float), (1 + self.conf_level) / 2)
        return {
            "drivers": list(self.drivers),
            "level": self.room.level.tolist(),
            "lowest": np.maximum(self.room.lowest, 0.0).tolist(),
            "highest": np.minimum(self.room.highest, 100.0).tolist(),
            "conf_level": self.conf_level,
            "measures": [
                {
                    "outcome": one.outcome,
                    "statistic": one.statistic,
                    "better": one.better,
                    "base": float(self.base[i]),
                    "slopes": self.slopes.slopes[i].tolist(),
                    "covariance": self.slopes.block(i).tolist(),
                    "df": self.slopes.df[i],
                    "reach": float(reach[i]),
                }
                for i, one in enumerate(self.measures)
            ],
        }

    def tidy(self) -> pd.DataFrame:
        """One row per way of moving, measure (``term`` is its statistic) and driver."""
        parts = []
        for moving in MOVING:
            for i, measure in enumerate(self.measures):
                found = self.effects[moving][:, i]
                parts.append(
                    frame(
                        {
                            "outcome": measure.outcome,
                            "driver": list(self.drivers),
                            "term": measure.statistic,
                            "method": moving,
                            "estimate": found[0],
                            "std_error": found[1],
                            "conf_low": found[2],
                            "conf_high": found[3],
                            "p_adjusted": self.p_adjusted[moving][i],
                            "conclusion": list(self.says(moving, i)),
                            "performance": self.room.level,
                        }
                    )
                )
        return pd.concat(parts, ignore_index=True)

    def glance(self) -> pd.DataFrame:
        """One row per measure: the sample behind its slopes and what they explain."""
        base = named(self.measures, self.base)
        return frame(
            {
                "outcome": [measure.outcome for measure in self.measures],
                "term": [measure.statistic for measure in self.measures],
                "estimate": list(base.values()),
                "n_asked": [sample.n_asked for sample in self.slopes.samples],
                "n": [sample.n for sample in self.slopes.samples],
                "n_effective": [sample.n_effective for sample in self.slopes.samples],
                "r2": self.slopes.r2,
                "df_resid": list(self.slopes.df),
                "conf_level": self.conf_level,
            }
        )

"""The distance of an outcome from its target, told in what its drivers might make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.indicators.card.standing import Distance
from drivers.indicators.estimates import Level
from drivers.models.goals import GoalOf
from drivers.results import Code, Result, Sample, frame

Offer = Literal["offered", "unclear", "no_room"]
OFFERS: tuple[Offer, ...] = get_args(Offer)
"""Whether a driver's part is told: not where its effect's interval holds 0, nor where it is at its goal."""

Sufficiency = Literal["enough", "not_enough", "open"]
"""Whether all parts together reach the target: by the whole interval of what would be left."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DistanceResult(Result):
    """What closing each driver's gap would be worth of the distance to a target; `distance_in_drivers` makes one.

    Parameters
    ----------
    outcome, target, better
        The target in points of 0–100.
    value
        The outcome's mean in the wave reported on.
    needed
        Points between value and target in the good direction.
    drivers
        In the codebook's order.
    effect
        Points of the outcome in the good direction with one point of the driver, all others held: estimate and
        limits; float (3, k).
    performance, goal, goal_of
        Mean of each driver in the wave reported on, where it might get, and who says so; float (k,).
    worth
        Effect times the gap: estimate, standard error and limits; NaN where it is not offered; float (4, k).
    offers
        Whether each part is offered, and why not.
    together, left
        All parts that are offered, and what would still be needed.
    units
        Units whose levels say what can be reached; 0 where these do not.
    sample
        Of the effects.
    """

    kind: ClassVar[str] = "distance"

    outcome: str
    target: float
    better: Literal["higher", "lower"]
    value: Level
    needed: Distance
    drivers: tuple[str, ...]
    effect: np.ndarray
    performance: np.ndarray
    goal: np.ndarray
    goal_of: tuple[GoalOf, ...]
    worth: np.ndarray
    offers: tuple[Offer, ...]
    together: Distance
    left: Distance
    n_units: int
    wave: str
    unit: str
    sample: Sample
    conf_level: float

    def __post_init__(self) -> None:
        offered = np.array([offer == "offered" for offer in self.offers])
        if not np.array_equal(np.isfinite(self.worth[0]), offered):
            raise ValueError("A driver has a worth exactly where it is offered.")
        if not np.isclose(np.nansum(self.worth[0]), self.together.estimate):
            raise ValueError("The parts of a distance add up to what they are together.")

    @property
    def conclusion(self) -> Sufficiency:
        """Whether closing all gaps would reach the target."""
        if self.left.conf_high <= 0:
            return "enough"
        return "not_enough" if self.left.conf_low > 0 else "open"

    @property
    def order(self) -> tuple[int, ...]:
        """Positions of the drivers that are offered, the largest part first."""
        largest = np.argsort(-np.nan_to_num(self.worth[0], nan=-np.inf), kind="stable")
        return tuple(int(i) for i in largest if self.offers[i] == "offered")

    @property
    def units(self) -> Mapping[str, str]:
        """All but effects are points of 0–100."""
        return MappingProxyType(
            {"estimate": "outcome points; of the term effect outcome points per driver point, of level and goal points"}
        )

    @property
    def n_used(self) -> int:
        """Respondents that the effects rest on."""
        return self.sample.n

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def details(self) -> Mapping[str, object]:
        """The target, where it is asked of, and what the goals rest on."""
        return MappingProxyType(
            {
                "target": self.target,
                "wave": self.wave,
                "unit": self.unit,
                "goal_of": dict(zip(self.drivers, self.goal_of, strict=True)),
                "units": self.n_units,
                "conclusion": self.conclusion,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per driver and ``term`` (effect, level, goal, worth), then value, needed, together and left."""
        rows: list[tuple[object, ...]] = []
        for j, driver in enumerate(self.drivers):
            rows += [
                (driver, "effect", *self.effect[:, j], None),
                (driver, "level", self.performance[j], np.nan, np.nan, None),
                (driver, "goal", self.goal[j], np.nan, np.nan, self.goal_of[j]),
                (driver, "worth", *self.worth[[0, 2, 3], j], self.offers[j]),
            ]
        for term, told in (
            ("value", self.value),
            ("needed", self.needed),
            ("together", self.together),
            ("left", self.left),
        ):
            conclusion = self.conclusion if term == "left" else None
            rows.append((None, term, told.estimate, told.conf_low, told.conf_high, conclusion))
        names = ("driver", "term", "estimate", "conf_low", "conf_high", "conclusion")
        columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
        return frame({"outcome": self.outcome, **columns})

    def glance(self) -> pd.DataFrame:
        """One row: the sample of the effects."""
        return frame(
            {
                "outcome": [self.outcome],
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "conf_level": self.conf_level,
            }
        )

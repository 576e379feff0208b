"""A priority list: what is known of each driver, and which of them may be put before which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.models.goals import GoalOf
from drivers.results import Code, Result, Sample, Verdict, frame

OrderBy = Literal["gap", "point"]
ORDERS_BY: tuple[OrderBy, ...] = get_args(OrderBy)
"""What a list is ordered by: what goes with closing each driver's gap, or with one point of each."""

Candidacy = Literal["offered", "no_effect", "no_room", "room_open", "few_ratings"]
CANDIDACIES: tuple[Candidacy, ...] = get_args(Candidacy)
"""Whether a driver may be a priority: not without an effect beyond chance, nor at its goal, nor where its interval
leaves open whether it is, nor where hardly anybody rated it in the wave reported on."""

TERMS = ("share", "performance", "goal", "room", "effect", "worth")
"""What `tidy()` tells of each driver."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PriorityResult(Result):
    """Drivers as candidates for improvement; `priorities` makes one.

    Parameters
    ----------
    outcome, drivers
        Names; drivers in the codebook's order, (k,).
    order_by
        ``gap`` or ``point``: what the order goes by.
    share
        Part of what is explained: estimate and limits; float (3, k).
    rank_low, rank_high
        Possible ranks by importance; int (k,).
    performance
        Mean in the wave reported on: estimate and limits, NaN where fewer than 10 rated; float (3, k).
    goal, goal_of
        Where each driver might get, and who says so; float (k,), (k,).
    room
        Points from performance to goal, none below 0: estimate and limits; float (3, k).
    effect
        Points of the outcome in the good direction with one point of the driver, all others held: estimate, standard
        error and limits; float (4, k).
    p_adjusted
        That there is no effect, after Holm over the drivers; float (k,).
    worth
        What the list goes by: effect times room, or effect; estimate, standard error and limits, NaN unless offered;
        float (4, k).
    candidacies
        Whether each driver is offered, and why not; (k,).
    above
        Whether the driver of the row is put before that of the column, all claims together at ``claim_level``;
        False unless both are offered; bool (k, k).
    place_low, place_high
        Possible places among those offered, 0 for others; int (k,).
    shapes
        ``must_have``, ``proportional``, ``bonus``, ``undecided``, or "" where it was not asked; (k,).
    levers
        Who can move each driver, or ""; (k,).
    quadrant, stability
        On the importance-performance map.
    verdict
        Of the importance; where it ranks nothing there are no priorities.
    n_units
        Units whose levels say what can be reached; 0 where these do not.
    wave
        Whose ratings are told; "" without waves.
    sample
        Of the effects.
    """

    kind: ClassVar[str] = "priorities"

    outcome: str
    drivers: tuple[str, ...]
    order_by: OrderBy
    share: np.ndarray
    rank_low: np.ndarray
    rank_high: np.ndarray
    performance: np.ndarray
    goal: np.ndarray
    goal_of: tuple[GoalOf, ...]
    room: np.ndarray
    effect: np.ndarray
    p_adjusted: np.ndarray
    worth: np.ndarray
    candidacies: tuple[Candidacy, ...]
    above: np.ndarray
    place_low: np.ndarray
    place_high: np.ndarray
    shapes: tuple[str, ...]
    levers: tuple[str, ...]
    quadrant: tuple[str, ...]
    stability: np.ndarray
    method: str
    family: str
    sums_to_r2: bool
    verdict: Verdict
    n_units: int
    wave: str
    unit: str
    sample: Sample
    conf_level: float
    claim_level: float

    def __post_init__(self) -> None:
        offered = np.array([found == "offered" for found in self.candidacies], dtype=bool)
        if not np.array_equal(np.isfinite(self.worth[0]), offered):
            raise ValueError("A worth is told exactly of the drivers that are offered.")
        if (self.above & ~np.outer(offered, offered)).any() or (self.above & self.above.T).any():
            raise ValueError("Only drivers that are offered are put before others, and none before itself.")
        if self.verdict.status == "not_rankable" and self.above.any():
            raise ValueError("Where drivers cannot be ranked none is put before another.")

    @property
    def order(self) -> tuple[int, ...]:
        """Positions of the drivers that are offered, the largest worth first; empty where nothing may be ranked."""
        if self.verdict.status == "not_rankable":
            return ()
        found = [i for i, candidacy in enumerate(self.candidacies) if candidacy == "offered"]
        return tuple(sorted(found, key=lambda i: -self.worth[0, i]))

    @property
    def first(self) -> tuple[str, ...]:
        """The drivers that no other is put before, by worth: the priorities, one where it is clear."""
        return tuple(self.drivers[i] for i in self.order if self.place_low[i] == 1)

    def of(self, candidacy: Candidacy) -> tuple[str, ...]:
        """The drivers of one candidacy."""
        return tuple(name for name, found in zip(self.drivers, self.candidacies, strict=True) if found == candidacy)

    @property
    def n_used(self) -> int:
        """Respondents behind the effects."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Parts of 1, points of 0–100, outcome points."""
        worth = "outcome points" if self.order_by == "gap" else "outcome points per driver point"
        return MappingProxyType(
            {
                "estimate": "share: part of what is explained, 0–1; performance, goal, room: points of 0–100; "
                f"effect: outcome points per driver point; worth: {worth}",
                "std_error": "as estimate",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def details(self) -> Mapping[str, object]:
        """What the order goes by, and which pairs may be put in one."""
        pairs = [[self.drivers[i], self.drivers[j]] for i, j in zip(*np.nonzero(self.above), strict=True)]
        return MappingProxyType(
            {
                "order_by": self.order_by,
                "order": [self.drivers[i] for i in self.order],
                "before": pairs,
                "claim_level": self.claim_level,
                "goal_of": dict(zip(self.drivers, self.goal_of, strict=True)),
                "wave": self.wave,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """Six rows per driver (``term``), with its candidacy, place, shape, lever and quadrant on each."""
        k, nothing = len(self.drivers), np.full(len(self.drivers), np.nan)
        values = {
            "share": (self.share[0], nothing, *self.share[1:]),
            "performance": (self.performance[0], nothing, *self.performance[1:]),
            "goal": (self.goal, nothing, nothing, nothing),
            "room": (self.room[0], nothing, *self.room[1:]),
            "effect": tuple(self.effect),
            "worth": tuple(self.worth),
        }
        columns = np.stack([np.stack(values[term]) for term in TERMS], axis=2).reshape(4, -1)
        times = len(TERMS)

        def each(of_driver: object) -> np.ndarray:
            return np.repeat(np.array(of_driver, dtype=object), times)

        return frame(
            {
                "outcome": self.outcome,
                "driver": each(self.drivers),
                "term": list(TERMS) * k,
                "estimate": columns[0],
                "std_error": columns[1],
                "conf_low": columns[2],
                "conf_high": columns[3],
                "conf_level": self.conf_level,
                "p_adjusted": np.repeat(self.p_adjusted, times),
                "conclusion": each(self.candidacies),
                "rank_low": np.repeat(self.place_low, times),
                "rank_high": np.repeat(self.place_high, times),
                "shape": each(self.shapes),
                "lever": each(self.levers),
                "quadrant": each(self.quadrant),
                "stability": np.repeat(self.stability, times),
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the sample behind the effects."""
        return frame(
            {
                "outcome": [self.outcome],
                "method": self.order_by,
                "wave": self.wave,
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "conf_level": self.conf_level,
            }
        )

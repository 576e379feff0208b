"""Where a budget is best spent: points of each driver, what they cost, and what they would bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.results import Code, Result, Sample, frame

Offer = Literal["funded", "outbid", "unclear", "no_room"]
OFFERS: tuple[Offer, ...] = get_args(Offer)
"""Whether a driver gets money: others bring more for it, its effect's interval holds 0, or its mean is at the end of
the scale."""

Stop = Literal["ceiling", "scale_end", "money"]
STOPS: tuple[Stop, ...] = get_args(Stop)
"""What ends a driver's points: its own ceiling, the end of the scale, or that no more money goes to it."""

PENNY = 1e-9
"""Points below are none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frontier:
    """The gain of the best plan at some budgets.

    Parameters
    ----------
    budget
        Rising; float (m,).
    raw, corrected, conf_low, conf_high
        Outcome points; float (m,).
    full
        With linear costs the driver that is bought up to its limit with this budget, else None.
    """

    budget: np.ndarray
    raw: np.ndarray
    corrected: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    full: tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanResult(Result):
    """The best plan for a budget; `plan_budget` makes one.

    Parameters
    ----------
    outcome, better
        What is to be gained, and whether it is better higher or lower; all gains are in the good direction.
    budget
        In the unit of all costs.
    drivers
        With a cost, in the codebook's order, (k,).
    levers
        Who can move each; "" where the codebook does not say.
    diminishing
        Whether each further point costs more; bool (k,).
    effect
        Outcome points with one point of the driver, all others held: estimate and limits; float (3, k).
    performance
        Mean of each driver in the wave reported on; float (k,).
    per_point, ceiling, most
        Cost of the first point, points for sale, and the same within the scale; float (k,).
    points, cost
        Of the plan; float (k,).
    gain
        Effect times points, before any correction: estimate and limits; float (3, k).
    offers, stops
        Whether each driver gets money, and what ends its points ("" where it gets none).
    funded
        Part of the resamples in which the driver gets money; NaN without resamples; float (k,).
    spread
        Limits of the points over resamples; float (2, k).
    raw, corrected
        Gain of the whole plan with limits: as estimated, and less what comes of having picked the best; float (3,).
    regret
        Outcome points by which the plan falls short of the best plan of each resample, on average.
    next_gain
        Outcome points with one more unit of money; 0 where all is bought.
    frontier
        The same at other budgets.
    left_out
        Drivers with a cost that are not in the model, or were hardly rated in the wave reported on.
    without_cost
        Drivers of the model of which no cost is known.
    """

    kind: ClassVar[str] = "plan"

    outcome: str
    better: Literal["higher", "lower"]
    budget: float
    drivers: tuple[str, ...]
    levers: tuple[str, ...]
    diminishing: np.ndarray
    effect: np.ndarray
    performance: np.ndarray
    per_point: np.ndarray
    ceiling: np.ndarray
    most: np.ndarray
    points: np.ndarray
    cost: np.ndarray
    gain: np.ndarray
    offers: tuple[Offer, ...]
    stops: tuple[Stop | Literal[""], ...]
    funded: np.ndarray
    spread: np.ndarray
    raw: np.ndarray
    corrected: np.ndarray
    regret: float
    next_gain: float
    frontier: Frontier
    left_out: tuple[str, ...]
    without_cost: tuple[str, ...]
    wave: str
    unit: str
    sample: Sample
    n_boot: int
    conf_level: float

    def __post_init__(self) -> None:
        if self.cost.sum() > self.budget * (1 + PENNY):
            raise ValueError("A plan costs no more than its budget.")
        if (self.points < 0).any() or (self.points > self.most + PENNY).any():
            raise ValueError("A plan raises no driver below where it is, or beyond what can be bought.")
        if not np.isclose(self.gain[0].sum(), self.raw[0]):
            raise ValueError("The gains of a plan's parts add up to what they bring together.")

    @property
    def order(self) -> tuple[int, ...]:
        """Positions of the drivers that get money, the largest gain first."""
        largest = np.argsort(-self.gain[0], kind="stable")
        return tuple(int(i) for i in largest if self.offers[i] == "funded")

    @property
    def spent(self) -> float:
        """What the plan costs."""
        return float(self.cost.sum())

    @property
    def units(self) -> Mapping[str, str]:
        """Gains are points of the outcome, costs in the budget's own unit."""
        return MappingProxyType(
            {"estimate": "outcome points per driver point", "gain": "outcome points", "cost": "unit of the budget"}
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
        """What the plan was made of, and what it leaves out."""
        return MappingProxyType(
            {
                "better": self.better,
                "stops": {name: stop for name, stop in zip(self.drivers, self.stops, strict=True) if stop},
                "diminishing": [name for name, yes in zip(self.drivers, self.diminishing, strict=True) if yes],
                "left_out": list(self.left_out),
                "without_cost": list(self.without_cost),
                "next_gain": self.next_gain,
                "regret": self.regret,
                "wave": self.wave,
                "unit": self.unit,
                "n_boot": self.n_boot,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per driver (``term`` is ``driver``), then ``raw`` and ``corrected``, then one per budget."""
        rows: list[dict[str, object]] = []
        for j, name in enumerate(self.drivers):
            effect = dict(zip(("estimate", "conf_low", "conf_high"), self.effect[:, j], strict=True))
            gain = dict(zip(("gain", "gain_low", "gain_high"), self.gain[:, j], strict=True))
            spread = dict(zip(("points_low", "points_high"), self.spread[:, j], strict=True))
            plan = {"points": self.points[j], "cost": self.cost[j], "stability": self.funded[j]}
            lever = self.levers[j] or None
            rows.append(
                {"driver": name, "lever": lever, "term": "driver", "conclusion": self.offers[j]}
                | (effect | plan | spread | gain)
            )
        for term, values in (("raw", self.raw), ("corrected", self.corrected)):
            told = dict(zip(("gain", "gain_low", "gain_high"), values, strict=True))
            rows.append({"term": term, "budget": self.budget, "cost": self.spent} | told)
        line = self.frontier
        for place, budget in enumerate(line.budget):
            limits = {"gain_low": line.conf_low[place], "gain_high": line.conf_high[place]}
            ends = {"driver": line.full[place], "term": "frontier", "budget": budget}
            rows.append(ends | {"estimate": line.raw[place], "gain": line.corrected[place]} | limits)
        names = (
            *("driver", "lever", "term", "conclusion", "estimate", "conf_low", "conf_high", "points", "points_low"),
            *("points_high", "budget", "cost", "gain", "gain_low", "gain_high", "stability"),
        )
        texts = {"driver", "lever", "term", "conclusion"}
        columns = {name: [row.get(name, None if name in texts else np.nan) for row in rows] for name in names}
        return frame({"outcome": self.outcome, **columns})

    def glance(self) -> pd.DataFrame:
        """One row: the budget, what the plan brings, and the sample of the effects."""
        return frame(
            {
                "outcome": [self.outcome],
                "budget": self.budget,
                "cost": self.spent,
                "gain": self.corrected[0],
                "gain_low": self.corrected[1],
                "gain_high": self.corrected[2],
                "regret": self.regret,
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "conf_level": self.conf_level,
            }
        )

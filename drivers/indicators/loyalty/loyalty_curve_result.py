"""What is told of loyalty over satisfaction, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers.indicators.estimates import Level
from drivers.models.loyalty.bends import EVEN_WITHIN, Shape
from drivers.models.loyalty.fitted import RisingCurve
from drivers.models.loyalty.simultaneous import Simultaneous
from drivers.results import Code, Result, Sample, frame

KINDS = ("promoters", "passives", "detractors")
"""Who would recommend: 9 and 10, 7 and 8, 0 to 6."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of satisfaction: its loyalty, and who would recommend.

    Parameters
    ----------
    low, high, position
        Least, largest and mean satisfaction of the step, 0–100.
    loyalty
        Mean of stated loyalty, 0–100.
    kinds
        Share of promoters, passives and detractors; empty where nobody was asked, or fewer than 10 answered.
    """

    low: float
    high: float
    position: float
    loyalty: Level
    kinds: Mapping[str, Level]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoyaltyCurve(Result):
    """Loyalty over satisfaction; `loyalty_curve` makes one.

    Parameters
    ----------
    outcome, satisfaction
        Names of stated loyalty and of satisfaction.
    recommend
        The outcome that tells promoters from detractors; "" where there is none.
    steps
        From the lowest to the highest, each with at least 10 answers.
    own
        Whether steps are answers of their own, and not bands of many values.
    merged
        Positions of steps that were joined because fewer than 10 gave one of their answers.
    curve
        What never falls, with its interval.
    shape
        What may be claimed of it.
    promoters
        Change of the share of promoters from each step to the next, with limits that all hold at once; None where
        shares are not known for every step.
    design
        Whether intervals rest on strata, sampling units or a finite population.
    """

    kind: ClassVar[str] = "loyalty_curve"

    outcome: str
    satisfaction: str
    recommend: str
    steps: tuple[Step, ...]
    own: bool
    merged: tuple[int, ...]
    curve: RisingCurve
    shape: Shape
    promoters: Simultaneous | None
    design: bool
    sample: Sample
    conf_level: float
    n_boot: int
    seed: int

    def __post_init__(self) -> None:
        if len(self.shape.changes.estimate) != len(self.steps) - 1:
            raise ValueError("A curve needs one change between each two steps.")
        if np.any(np.diff(self.curve.estimate) < -1e-6):
            raise ValueError("A curve that never falls was found to fall.")

    @property
    def conclusion(self) -> str:
        """``rises_from``, ``levels_off``, ``even``, ``not_decided`` or ``no_rise``."""
        return self.shape.conclusion

    @property
    def falls(self) -> tuple[int, ...]:
        """Steps after which loyalty falls for certain, so that a rising curve does not describe them."""
        return self.shape.falls

    @property
    def promoters_fall(self) -> tuple[int, ...]:
        """Steps after which the share of promoters falls for certain."""
        return () if self.promoters is None else tuple(int(k) for k in np.flatnonzero(self.promoters.conf_high < 0))

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Means are points, slopes points per point, shares parts of 1."""
        return MappingProxyType(
            {
                "mean": "points of 0–100",
                "curve": "points of 0–100",
                "change": "points of loyalty to the next step",
                "bend": "slope above the step less that below, points per point of satisfaction",
                "slope": "points of loyalty per point of satisfaction",
                **dict.fromkeys(KINDS, "share 0–1"),
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def details(self) -> Mapping[str, object]:
        """What is claimed, where, and what the run was made with."""
        shape = self.shape
        return MappingProxyType(
            {
                "conclusion": self.conclusion,
                "rises_from": None if shape.steeper is None else shape.steeper.at,
                "levels_off_at": None if shape.flatter is None else shape.flatter.at,
                "falls_after": [self.steps[k].position for k in self.falls],
                "promoters_fall_after": [self.steps[k].position for k in self.promoters_fall],
                "joined": [[self.steps[k].low, self.steps[k].high] for k in self.merged],
                "even_within": EVEN_WITHIN,
                "n_boot": self.n_boot,
                "seed": self.seed,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """By number: ``mean`` and shares of each step, ``change`` to the next, ``bend``, ``slope``, ``curve``."""
        rows: list[dict[str, object]] = []
        for step in self.steps:
            for term, level in {"mean": step.loyalty, **step.kinds}.items():
                rows.append(
                    {
                        "outcome": self.outcome if term == "mean" else self.recommend,
                        "term": term,
                        "satisfaction": step.position,
                        "satisfaction_low": step.low,
                        "satisfaction_high": step.high,
                        "estimate": level.estimate,
                        "std_error": level.std_error,
                        "conf_low": level.conf_low,
                        "conf_high": level.conf_high,
                        "n": level.n,
                        "n_effective": level.n_effective,
                    }
                )
        at = [step.position for step in self.steps]
        for term, places, found in (("change", at[:-1], self.shape.changes), ("bend", at[1:-1], self.shape.bends)):
            for k, place in enumerate(places):
                rows.append(
                    {
                        "outcome": self.outcome,
                        "term": term,
                        "satisfaction": place,
                        "estimate": found.estimate[k],
                        "std_error": found.std_error[k],
                        "conf_low": found.conf_low[k],
                        "conf_high": found.conf_high[k],
                    }
                )
        rows.append(
            {
                "outcome": self.outcome,
                "term": "slope",
                "estimate": self.shape.slope,
                "conf_low": self.shape.slope_low,
                "conf_high": self.shape.slope_high,
            }
        )
        curve = (self.curve.at, self.curve.estimate, self.curve.conf_low, self.curve.conf_high)
        rows += [
            dict(outcome=self.outcome, term="curve", satisfaction=x, estimate=y, conf_low=low, conf_high=high)
            for x, y, low, high in zip(*curve, strict=True)
        ]
        names = ("outcome", "term", "satisfaction", "satisfaction_low", "satisfaction_high", "estimate", "std_error",
                 "conf_low", "conf_high", "n", "n_effective")  # fmt: skip
        columns = {name: [row.get(name, np.nan) for row in rows] for name in names}
        return frame({**columns, "conf_level": self.conf_level})

    def glance(self) -> pd.DataFrame:
        """One row: the curve and its sample."""
        return frame(
            {
                "outcome": [self.outcome],
                "method": self.curve.method,
                "intervals": self.curve.intervals,
                "conclusion": self.conclusion,
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "conf_level": self.conf_level,
            }
        )

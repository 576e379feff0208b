"""A gap in an outcome, told in the gaps of its drivers and what they leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.indicators.comparison.benchmark_result import Conclusion, Difference
from drivers.results import Code, Result, Sample, frame

Against = Literal["rival", "outside", "best_units", "other_units"]
AGAINST: tuple[Against, ...] = get_args(Against)
"""What a gap is to: a rival, a published figure, what one unit in ten reaches, the mean of the other units."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GapResult(Result):
    """A gap in an outcome, told in drivers; `rival_drivers` and `gap_in_drivers` make one.

    Parameters
    ----------
    against, rival
        What the gap is to; the rival's key, "" where it is to something else.
    drivers
        Those whose gap is known, in the codebook's order.
    ours, theirs
        Levels of the drivers and, last, of the outcome, on both sides; float (k + 1,).
    effect
        Points of the outcome with one point of each driver, all others held: estimate, standard error and limits;
        float (4, k).
    effect_p
        Of the effects, corrected by Holm; float (k,).
    gap
        Ours less theirs of each driver: estimate and limits; float (3, k).
    parts
        Effect times gap: estimate, standard error and limits; float (4, k).
    total, together, left
        The outcome's gap, what all drivers make of it, and what they do not explain; the last two add up to the first.
    n_units
        Units behind the other side; 0 where it is none of units.
    sample
        Of the effects.
    """

    kind: ClassVar[str] = "gap"

    outcome: str
    against: Against
    rival: str
    drivers: tuple[str, ...]
    ours: np.ndarray
    theirs: np.ndarray
    effect: np.ndarray
    effect_p: np.ndarray
    gap: np.ndarray
    parts: np.ndarray
    total: Difference
    together: Difference
    left: Difference
    n_units: int
    wave: str
    unit: str
    sample: Sample
    conf_level: float

    def __post_init__(self) -> None:
        if not np.isclose(self.parts[0].sum(), self.together.estimate):
            raise ValueError("The parts of a gap add up to what they are together.")
        if not np.isclose(self.together.estimate + self.left.estimate, self.total.estimate):
            raise ValueError("What drivers make of a gap and what they leave add up to it.")

    @property
    def order(self) -> tuple[int, ...]:
        """Positions of the drivers, the largest part of either sign first."""
        return tuple(int(i) for i in np.argsort(-abs(self.parts[0]), kind="stable"))

    @property
    def conclusions(self) -> tuple[Conclusion, ...]:
        """Whether each part's interval lies above 0, below it, or holds it."""
        return tuple(
            "above" if low > 0 else "below" if high < 0 else "open"
            for low, high in zip(self.parts[2], self.parts[3], strict=True)
        )

    @property
    def units(self) -> Mapping[str, str]:
        """All but effects are points of 0–100."""
        return MappingProxyType(
            {"estimate": "outcome points; of the term effect outcome points per driver point, of gap driver points"}
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
        """What the gap is to, and of which wave and unit."""
        return MappingProxyType(
            {
                "against": self.against,
                "rival": self.rival,
                "wave": self.wave,
                "unit": self.unit,
                "units": self.n_units,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per driver and ``term`` (ours, theirs, gap, effect, part), then the outcome's and what is left."""
        rows: list[tuple[object, ...]] = []
        for j, driver in enumerate(self.drivers):
            rows += [
                (driver, "ours", self.ours[j], np.nan, np.nan, np.nan, np.nan, None),
                (driver, "theirs", self.theirs[j], np.nan, np.nan, np.nan, np.nan, None),
                (driver, "gap", self.gap[0, j], np.nan, *self.gap[1:, j], np.nan, None),
                (driver, "effect", *self.effect[:, j], self.effect_p[j], None),
                (driver, "part", *self.parts[:, j], np.nan, self.conclusions[j]),
            ]
        rows += [
            (None, "ours", self.ours[-1], np.nan, np.nan, np.nan, np.nan, None),
            (None, "theirs", self.theirs[-1], np.nan, np.nan, np.nan, np.nan, None),
        ]
        for term, told in (("total", self.total), ("together", self.together), ("left", self.left)):
            limits = (told.conf_low, told.conf_high)
            rows.append((None, term, told.estimate, told.std_error, *limits, np.nan, told.conclusion))
        names = ("driver", "term", "estimate", "std_error", "conf_low", "conf_high", "p_adjusted", "conclusion")
        columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
        return frame({"outcome": self.outcome, "versus": self.rival or self.against, **columns})

    def glance(self) -> pd.DataFrame:
        """One row: the sample of the effects."""
        return frame(
            {
                "outcome": [self.outcome],
                "versus": self.rival or self.against,
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "conf_level": self.conf_level,
            }
        )

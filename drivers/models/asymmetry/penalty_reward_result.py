"""The result of a penalty-reward analysis: what each driver costs and brings, and which of the two counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers.models.asymmetry.bends import FEWEST_ON_A_SIDE, Basis, Method
from drivers.models.asymmetry.shapes import OUTWEIGHS, Shape
from drivers.results import Code, Result, Sample, frame

MEASURES = ("penalty", "reward", "range", "asymmetry")
"""What is estimated of each driver, in the order of `tidy()`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AsymmetryResult(Result):
    """Penalty and reward of each driver, and which of the two counts; `asymmetry` makes one.

    Parameters
    ----------
    drivers
        Those whose ratings have answers on both sides of a middle, (k,).
    penalty, reward
        Outcome points lost where a driver is rated worst and not in the middle, and gained where it is rated best and
        not in the middle: estimate, standard error and limits, NaN where a side has too few answers; float (4, k).
    impact_range
        Their sum, from the worst rating to the best; float (4, k).
    index
        Impact-asymmetry index (reward − penalty) / (reward + penalty) and its limits, −1 to 1, NaN where the range is
        not beyond chance; float (3, k).
    p_adjusted
        Of the likeliest shape, corrected over the drivers by Holm, NaN where a side is not known; float (k,).
    shapes
        ``must_have``, ``proportional``, ``bonus`` or ``undecided``, (k,).
    bases
        ``estimated``, or which side has too few answers: ``few_low``, ``few_high``, ``few_both``; (k,).
    n_low, n_high
        Respondents below the middle and above it; NaN where fewer than 10; float (k,).
    straight
        Drivers of only two answers or without a middle, which enter as they are.
    method
        ``spline`` or ``contrast``.
    errors
        Which standard errors: ``HC3``, ``linearised`` or ``replicates``.
    """

    kind: ClassVar[str] = "asymmetry"

    outcome: str
    drivers: tuple[str, ...]
    penalty: np.ndarray
    reward: np.ndarray
    impact_range: np.ndarray
    index: np.ndarray
    p_adjusted: np.ndarray
    shapes: tuple[Shape, ...]
    bases: tuple[Basis, ...]
    n_low: np.ndarray
    n_high: np.ndarray
    straight: tuple[str, ...]
    method: Method
    errors: str
    r2: float
    df_resid: int
    terms: int
    not_applicable: tuple[Code, ...]
    sample: Sample
    conf_level: float

    def __post_init__(self) -> None:
        k = len(self.drivers)
        if not (self.penalty.shape == self.reward.shape == self.impact_range.shape == (4, k)):
            raise ValueError("A penalty, a reward and a range need an estimate, an error and two limits each.")
        known = np.isfinite(self.impact_range[0])
        if not np.allclose(self.impact_range[0][known], (self.penalty[0] + self.reward[0])[known]):
            raise ValueError("A range is the sum of penalty and reward.")
        if any(
            shape != "undecided" and basis != "estimated" for shape, basis in zip(self.shapes, self.bases, strict=True)
        ):
            raise ValueError("A driver of which one side is not known has no shape.")

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Points of the outcome between the middle of a driver's scale and its end; the index has none."""
        return MappingProxyType(
            {
                "estimate": "penalty, reward, range: outcome points from the middle of the driver's scale to its end; "
                "asymmetry: −1 (only penalty) to 1 (only reward)",
                "std_error": "as estimate",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return (*self.sample.notes, *self.not_applicable)

    @property
    def details(self) -> Mapping[str, object]:
        """How ratings were split, what shapes go by, and what they could not be told of."""
        return MappingProxyType(
            {
                "method": self.method,
                "errors": self.errors,
                "outweighs": OUTWEIGHS,
                "fewest_on_a_side": FEWEST_ON_A_SIDE,
                "bases": dict(zip(self.drivers, self.bases, strict=True)),
                "straight": list(self.straight),
            }
        )

    def of_shape(self, shape: Shape) -> tuple[str, ...]:
        """The drivers of one shape."""
        return tuple(name for name, found in zip(self.drivers, self.shapes, strict=True) if found == shape)

    def tidy(self) -> pd.DataFrame:
        """Four rows per driver: penalty, reward, range, asymmetry; shape and p-value stand on each."""
        k, unknown = len(self.drivers), np.full(len(self.drivers), np.nan)
        values = {
            "penalty": self.penalty,
            "reward": self.reward,
            "range": self.impact_range,
            "asymmetry": np.stack([self.index[0], unknown, *self.index[1:]]),
        }
        # Row by row, the four of a driver together.
        columns = np.stack([values[measure] for measure in MEASURES], axis=2).reshape(4, -1)
        n = np.stack([self.n_low, self.n_high, *[np.full(k, float(self.sample.n))] * 2], axis=1).ravel()
        times = len(MEASURES)
        return frame(
            {
                "outcome": self.outcome,
                "driver": np.repeat(np.array(self.drivers, dtype=object), times),
                "term": list(MEASURES) * k,
                "method": self.method,
                "estimate": columns[0],
                "std_error": columns[1],
                "conf_low": columns[2],
                "conf_high": columns[3],
                "conf_level": self.conf_level,
                "p_adjusted": np.repeat(self.p_adjusted, times),
                "conclusion": np.repeat(np.array(self.shapes, dtype=object), times),
                "n": n,
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the model and its sample."""
        return frame(
            {
                "outcome": [self.outcome],
                "method": self.method,
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "r2": self.r2,
                "df_model": self.terms,
                "df_resid": self.df_resid,
                "conf_level": self.conf_level,
            }
        )

"""Units compared, as a result: what each was rated, what may be said of it, and what is usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from drivers.models.groups.outlying import funnel_limits
from drivers.results import Code, Result, Sample, frame
from drivers.survey.outcome_statistics import Statistic

Standing = Literal["below", "above", "open"]

LIMITS = (0.95, 0.998)
"""Levels between whose limits a usual unit lies."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitsResult(Result):
    """Units beside each other; `compare_units` makes one.

    Parameters
    ----------
    names
        Of the units; "" for all but the selected one where there is one, whose order then tells nothing, (k,).
    estimate, std_error, conf_low, conf_high
        What each was rated, and its interval by itself; float (k,).
    n, n_effective
        Answers and effective answers; (k,).
    n_equivalent
        Answers of the usual spread that tell as much: where a unit stands along a funnel; float (k,).
    difference, difference_low, difference_high, p_value, p_adjusted
        Each less the mean of all others, its interval, and p that there is no difference, the latter corrected over
        all units by Holm; float (k,).
    statistic, p_apart
        Distance from the usual unit over what is usual between units and by chance, and its corrected p; float (k,).
    adjusted, adjusted_low, adjusted_high, own
        Drawn towards the mean by as much as each is uncertain, interval, and the part that is the unit's own;
        float (k,).
    rank_low, rank_high
        Places that each may have, 1 the highest, for all units at once; int (k,).
    center, usual_sd
        Of the usual unit, and between usual units beside chance.
    between_sd, between_low, between_high
        Standard deviation between all units beside chance, with its interval.
    spread
        Variance of single answers within units.
    hidden
        Units that are not shown, because fewer than ten answered or because they would tell one of these.
    selected
        Position of the selected unit, or None.
    """

    kind: ClassVar[str] = "units"

    outcome: str
    measure: Statistic
    better: Literal["higher", "lower"]
    names: tuple[str, ...]
    estimate: np.ndarray
    std_error: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    n: np.ndarray
    n_effective: np.ndarray
    n_equivalent: np.ndarray
    difference: np.ndarray
    difference_low: np.ndarray
    difference_high: np.ndarray
    p_value: np.ndarray
    p_adjusted: np.ndarray
    statistic: np.ndarray
    p_apart: np.ndarray
    adjusted: np.ndarray
    adjusted_low: np.ndarray
    adjusted_high: np.ndarray
    own: np.ndarray
    rank_low: np.ndarray
    rank_high: np.ndarray
    center: float
    usual_sd: float
    between_sd: float
    between_low: float
    between_high: float
    spread: float
    hidden: int
    selected: int | None
    wave: str
    sample: Sample
    conf_level: float

    def __post_init__(self) -> None:
        if any(len(column) != len(self.names) for column in (self.estimate, self.adjusted, self.p_adjusted)):
            raise ValueError("A comparison needs one number for each unit.")

    @property
    def standing(self) -> tuple[Standing, ...]:
        """Whether each unit is truly below or above the mean of the others, or that cannot be told."""
        clear = self.p_adjusted < 1 - self.conf_level
        return tuple(
            "open" if not sure else "below" if value < 0 else "above"
            for value, sure in zip(self.difference, clear, strict=True)
        )

    @property
    def apart(self) -> np.ndarray:
        """Whether each unit lies farther out than units usually do; bool (k,)."""
        return np.asarray(self.p_apart < 1 - self.conf_level)

    @property
    def n_used(self) -> int:
        """Answers that the result rests on."""
        return self.sample.n

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def units(self) -> Mapping[str, str]:
        """Points of 100, or parts of 1."""
        unit = {"mean": "points of 0–100", "nps": "points of −100–100"}.get(self.measure, "fraction 0–1")
        return MappingProxyType({"estimate": unit, "n_equivalent": "answers"})

    @property
    def details(self) -> Mapping[str, object]:
        """The usual unit, what is usual between units, and how many are hidden."""
        return MappingProxyType(
            {
                "center": self.center,
                "usual_sd": self.usual_sd,
                "between_sd": self.between_sd,
                "between_low": self.between_low,
                "between_high": self.between_high,
                "spread": self.spread,
                "hidden": self.hidden,
                "wave": self.wave,
            }
        )

    def limits(self, size: np.ndarray, level: float) -> np.ndarray:
        """Between which values a usual unit lies, by the answers of the usual spread; float (sizes, 2)."""
        return funnel_limits(self.center, self.usual_sd, self.spread, size, level)

    def tidy(self) -> pd.DataFrame:
        """One row per unit."""
        return frame(
            {
                "outcome": self.outcome,
                "unit": list(self.names),
                "method": self.measure,
                "estimate": self.estimate,
                "std_error": self.std_error,
                "conf_low": self.conf_low,
                "conf_high": self.conf_high,
                "n": self.n,
                "n_effective": self.n_effective,
                "n_equivalent": self.n_equivalent,
                "difference": self.difference,
                "difference_low": self.difference_low,
                "difference_high": self.difference_high,
                "p_value": self.p_value,
                "p_adjusted": self.p_adjusted,
                "statistic": self.statistic,
                "p_apart": self.p_apart,
                "adjusted": self.adjusted,
                "adjusted_low": self.adjusted_low,
                "adjusted_high": self.adjusted_high,
                "rank_low": self.rank_low,
                "rank_high": self.rank_high,
                "conclusion": list(self.standing),
                "conf_level": self.conf_level,
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: what is usual, and the sample."""
        return frame(
            {
                "outcome": [self.outcome],
                "method": self.measure,
                "center": self.center,
                "usual_sd": self.usual_sd,
                "between_sd": self.between_sd,
                "between_low": self.between_low,
                "between_high": self.between_high,
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "conf_level": self.conf_level,
            }
        )

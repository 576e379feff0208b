"""The result of a relative importance analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.importance.ranks import letters, resampled_first, simultaneous_differences
from drivers.importance.uncertainty import Uncertainty
from drivers.importance.verdict import CLAIM_LEVEL, KIND_LEVEL
from drivers.results import Check, Code, Result, Sample, Verdict, frame

IDENTITY_TOLERANCE = 1e-8
"""LMG values must sum to the R² that least squares finds, up to rounding over 2**k subsets and what a nearly
dependent column may add."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImportanceResult(Result):
    """The relative importance of drivers for an outcome; `relative_importance` makes one.

    Parameters
    ----------
    outcome, drivers
        Names; drivers in the codebook's order, then interactions, (k,).
    method, family, fit
        The measure, the family of models, and what of them is divided: ``r2`` or a pseudo-R².
    importance
        In parts of the outcome's variance (or of the pseudo-R²'s whole); float (k,).
    share
        ``importance`` as a part of its sum; float (k,).
    performance
        Mean score 0–100 among the respondents used, NaN for a segment or an interaction; float (k,).
    r2, r2_controls
        Of the whole model, and of the controls alone.
    sums_to_r2
        Whether importance sums to what the drivers add to R².
    columns
        Columns of predictors, controls included.
    uncertainty
        Standard errors, intervals and draws of importance, share and performance.
    p_rank
        Shrunk probability of each rank (column) for each driver (row); float (k, k), NaN without uncertainty.
    ordering_error
        Standard error of each importance that comes from sampling orders of entry; 0 where all were taken; float (k,).
    correlation
        Weighted correlations between the drivers' columns; float (k, k) without groups.
    applicability
        What was done about drivers that do not concern everybody.
    checks
        What the ranking rests on, each with its light.
    design
        Whether sampling units within strata vary, rather than respondents.
    finite_population
        Whether intervals count a good part of the population as asked.
    n_imputations
        Completed copies of the answers; 0 where nothing was imputed.
    asked
        What the analysis was asked for, by the names of the arguments: columns, respondents, measure and family.
    """

    kind: ClassVar[str] = "importance"

    outcome: str
    drivers: tuple[str, ...]
    controls: tuple[str, ...]
    method: str
    family: str
    fit: str
    importance: np.ndarray
    share: np.ndarray
    performance: np.ndarray
    r2: float
    r2_controls: float
    sums_to_r2: bool
    columns: int
    uncertainty: Uncertainty
    p_rank: np.ndarray
    ordering_error: np.ndarray
    correlation: np.ndarray
    sample: Sample
    applicability: tuple[Code, ...]
    verdict: Verdict
    checks: tuple[Check, ...]
    design: bool
    finite_population: bool
    n_imputations: int
    conf_level: float
    seed: int
    asked: Mapping[str, Any]

    def __post_init__(self) -> None:
        gap = abs(float(self.importance.sum()) - (self.r2 - self.r2_controls)) if self.sums_to_r2 else 0.0
        if gap > IDENTITY_TOLERANCE:
            raise ValueError(f"Values of {self.method} must sum to the R² that drivers add; they miss it by {gap:.3g}.")
        if abs(float(self.share.sum()) - 1) > IDENTITY_TOLERANCE:
            raise ValueError(f"Shares must sum to 1; they sum to {float(self.share.sum()):.9g}.")

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def n_boot(self) -> int:
        """Resamples, or draws that stand for them."""
        return len(self.replicate_share)

    @property
    def replicate_share(self) -> np.ndarray:
        """Resampled (or drawn) shares; float (n_boot, k)."""
        return self.uncertainty.share.draws

    @property
    def replicate_performance(self) -> np.ndarray:
        """Resampled (or drawn) performance; float (n_boot, k)."""
        return self.uncertainty.performance.draws

    @property
    def share_low(self) -> np.ndarray:
        """Lower limits of the shares; float (k,)."""
        return self.uncertainty.share.low

    @property
    def share_high(self) -> np.ndarray:
        """Upper limits of the shares; float (k,)."""
        return self.uncertainty.share.high

    @property
    def performance_low(self) -> np.ndarray:
        """Lower limits of the performance; float (k,)."""
        return self.uncertainty.performance.low

    @property
    def performance_high(self) -> np.ndarray:
        """Upper limits of the performance; float (k,)."""
        return self.uncertainty.performance.high

    @property
    def p_first(self) -> np.ndarray:
        """Shrunk probability of being first, the only one that may be called so, and a rough one; float (k,)."""
        return self.p_top(1)

    def p_top(self, m: int) -> np.ndarray:
        """Shrunk probability of being among the first m; float (k,).

        Parameters
        ----------
        m
            From 1 to the number of drivers.
        """
        if not 1 <= m <= len(self.drivers):
            raise ModelError(f"Expected m from 1 to {len(self.drivers)}, the drivers there are, found {m}.")
        return self.p_rank[:, :m].sum(axis=1)

    @property
    def first_in(self) -> np.ndarray:
        """Part of the resamples in which each driver is first, which overstates how sure that is; float (k,)."""
        return resampled_first(self.replicate_share)

    @property
    def letters(self) -> tuple[str, ...]:
        """Two drivers share a letter exactly where neither is above the other; empty where nothing may be ranked."""
        if self.verdict.status == "not_rankable":
            return ("",) * len(self.drivers)
        return letters(self.verdict.above, np.argsort(-self.share, kind="stable"))

    def differences(self, *, conf_level: float | None = None) -> pd.DataFrame:
        """Differences of shares, one row per pair, with intervals that hold for all pairs at once.

        Parameters
        ----------
        conf_level
            Of all intervals together; the result's own unless given.
        """
        level = self.conf_level if conf_level is None else conf_level
        difference, error, critical = simultaneous_differences(
            self.share, self.replicate_share, self.uncertainty.share_covariance, level
        )
        order = np.argsort(-self.share, kind="stable")
        pairs = [(i, j) for place, i in enumerate(order) for j in order[place + 1 :]]
        first, second = (np.array([pair[side] for pair in pairs], dtype=int) for side in (0, 1))
        found, spread = difference[first, second], error[first, second]
        return frame(
            {
                "outcome": self.outcome,
                "driver": [self.drivers[i] for i in first],
                "versus": [self.drivers[j] for j in second],
                "method": self.method,
                "estimate": found,
                "std_error": spread,
                "conf_low": found - critical * spread,
                "conf_high": found + critical * spread,
                "conf_level": level,
            }
        )

    @property
    def claim_level(self) -> float:
        """Level of all claims of the verdict together, whatever the level of the intervals."""
        return CLAIM_LEVEL

    @property
    def kind_level(self) -> float:
        """Level of each of the two kinds of claim."""
        return KIND_LEVEL

    @property
    def rank(self) -> np.ndarray:
        """Rank by estimate, 1 = largest; read it only together with the verdict; int (k,)."""
        return np.argsort(np.argsort(-self.share, kind="stable"), kind="stable") + 1

    @property
    def r2_adjusted(self) -> float:
        """R² less what chance alone would explain with as many predictors (Ezekiel 1930); NaN of a pseudo-R²."""
        k, n = self.columns, self.sample.n_effective
        if self.family != "linear":
            return float("nan")
        return 1 - (1 - self.r2) * (n - 1) / (n - k - 1) if n > k + 1 else float("nan")

    @property
    def units(self) -> Mapping[str, str]:
        """Shares are parts of what is explained, importance of the whole, performance 0–100."""
        whole = "part of the outcome's variance, 0–1" if self.fit == "r2" else f"part of the {self.fit} pseudo-R²"
        return MappingProxyType(
            {
                "share": "part of what is explained, 0–1",
                "std_error": "as share",
                "conf_low": "as share",
                "conf_high": "as share",
                "importance": whole,
                "importance_low": "as importance",
                "importance_high": "as importance",
                "performance": "points of 0–100",
                "performance_low": "as performance",
                "performance_high": "as performance",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes + self.applicability

    @property
    def details(self) -> Mapping[str, object]:
        """Checks, correlations and what the run was made with."""
        return MappingProxyType(
            {
                "checks": {check.code: {"light": check.light, **check.values} for check in self.checks},
                "correlation": self.correlation.tolist(),
                "controls": list(self.controls),
                "r2_controls": self.r2_controls,
                "n_boot": self.n_boot,
                "seed": self.seed,
                "method": self.method,
                "family": self.family,
                "fit": self.fit,
                "intervals": self.uncertainty.how,
                "monte_carlo_error": shown(self.uncertainty.monte_carlo_error),
                "ordering_error": float(self.ordering_error.max()),
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per driver, in the codebook's order."""
        possible = self.verdict.possible_ranks()
        return frame(
            {
                "outcome": self.outcome,
                "driver": list(self.drivers),
                "method": self.method,
                "importance": self.importance,
                "importance_low": self.uncertainty.importance.low,
                "importance_high": self.uncertainty.importance.high,
                "share": self.share,
                "std_error": self.uncertainty.share.std_error,
                "conf_low": self.share_low,
                "conf_high": self.share_high,
                "rank": self.rank,
                "rank_low": possible[0],
                "rank_high": possible[1],
                "letters": list(self.letters),
                "first_in": self.first_in,
                "p_first": self.p_first,
                "performance": self.performance,
                "performance_low": self.performance_low,
                "performance_high": self.performance_high,
                "conf_level": self.conf_level,
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the model and its sample."""
        return frame(
            {
                "outcome": [self.outcome],
                "method": self.method,
                "family": self.family,
                "fit": self.fit,
                "intervals": self.uncertainty.how,
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "r2": self.r2,
                "r2_adjusted": self.r2_adjusted,
                "df": self.uncertainty.df,
                "monte_carlo_error": self.uncertainty.monte_carlo_error,
                "ordering_error": float(self.ordering_error.max()),
                "conf_level": self.conf_level,
            }
        )


def shown(value: float) -> float | None:
    """A number as JSON can hold it."""
    return value if np.isfinite(value) else None

"""The result of a relative importance analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

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
        Names; drivers in the codebook's order, (k,).
    importance
        LMG, in parts of the outcome's variance; sums to ``r2 − r2_controls``; float (k,).
    share
        ``importance`` as a part of its sum, 0 to 1; float (k,).
    share_low, share_high
        Percentile intervals at ``conf_level``; NaN without a bootstrap; float (k,).
    performance, performance_low, performance_high
        Mean score 0–100 among the respondents used, with its interval; float (k,).
    r2, r2_controls
        Of the whole model, and of the controls alone.
    columns
        Columns of predictors, controls included.
    replicate_share, replicate_performance
        Bootstrap replicates; float (n_boot, k).
    correlation
        Weighted correlations between the drivers' columns; float (k, k) without groups.
    checks
        What the ranking rests on, each with its light.
    design
        Whether sampling units within strata were resampled, rather than respondents.
    """

    kind: ClassVar[str] = "importance"

    outcome: str
    drivers: tuple[str, ...]
    controls: tuple[str, ...]
    importance: np.ndarray
    share: np.ndarray
    share_low: np.ndarray
    share_high: np.ndarray
    performance: np.ndarray
    performance_low: np.ndarray
    performance_high: np.ndarray
    r2: float
    r2_controls: float
    columns: int
    replicate_share: np.ndarray
    replicate_performance: np.ndarray
    correlation: np.ndarray
    sample: Sample
    verdict: Verdict
    checks: tuple[Check, ...]
    design: bool
    conf_level: float
    seed: int

    def __post_init__(self) -> None:
        gap = abs(float(self.importance.sum()) - (self.r2 - self.r2_controls))
        if gap > IDENTITY_TOLERANCE or abs(float(self.share.sum()) - 1) > IDENTITY_TOLERANCE:
            raise ValueError(f"LMG values must sum to the R² that drivers add; they miss it by {gap:.3g}.")

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def n_boot(self) -> int:
        """Bootstrap replicates."""
        return len(self.replicate_share)

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
        """R² less what chance alone would explain with as many predictors (Ezekiel 1930)."""
        k, n = self.columns, self.sample.n_effective
        return 1 - (1 - self.r2) * (n - 1) / (n - k - 1) if n > k + 1 else float("nan")

    @property
    def units(self) -> Mapping[str, str]:
        """Shares are parts of explained variance, importance of all variance, performance 0–100."""
        return MappingProxyType(
            {
                "share": "part of the explained variance, 0–1",
                "conf_low": "as share",
                "conf_high": "as share",
                "importance": "part of the outcome's variance, 0–1",
                "performance": "points of 0–100",
                "performance_low": "as performance",
                "performance_high": "as performance",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return sample_notes(self.sample)

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
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per driver, in the codebook's order."""
        possible = self.verdict.possible_ranks()
        return frame(
            {
                "outcome": self.outcome,
                "driver": list(self.drivers),
                "method": "lmg",
                "importance": self.importance,
                "share": self.share,
                "conf_low": self.share_low,
                "conf_high": self.share_high,
                "rank": self.rank,
                "rank_low": possible[0],
                "rank_high": possible[1],
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
                "method": "lmg",
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "r2": self.r2,
                "r2_adjusted": self.r2_adjusted,
                "conf_level": self.conf_level,
            }
        )


def sample_notes(sample: Sample) -> tuple[Code, ...]:
    """What a reader must know of a sample, as codes."""
    notes = []
    if sample.n < sample.n_asked:
        notes.append(Code("missing_dropped", {"n_asked": sample.n_asked, "n": sample.n}))
    if sample.sampling == "opt_in":
        notes.append(Code("opt_in_sample"))
    if sample.sampling == "census":
        notes.append(Code("census"))
    if sample.weighted:
        notes.append(Code("weighted", {"n_effective": sample.n_effective}))
    return tuple(notes)

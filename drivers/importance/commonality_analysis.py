"""Commonality analysis: what each driver explains alone, and what it shares with which others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers.importance.orders.lattice import commonality_values, sizes_of_subsets
from drivers.importance.subset_fits import SubsetModels, subset_fits
from drivers.models.applicability import ApplicabilityRule
from drivers.models.predictors import MissingRule, check_conf_level
from drivers.resampling import percentile_interval
from drivers.results import Code, Result, Sample, frame, read_only
from drivers.survey.data import Survey

MOST_COMMON = 12
"""Drivers up to which 2**k coefficients are still a table: 4,095."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CommonalityResult(Result):
    """Commonality coefficients of all sets of drivers; `commonality` makes one.

    Parameters
    ----------
    members
        Which drivers (column) each set (row) holds; bool (2**k − 1, k).
    coefficient
        What the set explains together and no smaller set does; float (2**k − 1,). Sums to what drivers add.
    low, high
        Percentile limits; NaN without resamples; float (2**k − 1,).
    """

    kind: ClassVar[str] = "commonality"

    outcome: str
    drivers: tuple[str, ...]
    controls: tuple[str, ...]
    family: str
    fit: str
    members: np.ndarray
    coefficient: np.ndarray
    low: np.ndarray
    high: np.ndarray
    r2: float
    r2_controls: float
    sample: Sample
    n_boot: int
    conf_level: float
    seed: int

    def __post_init__(self) -> None:
        gap = abs(float(self.coefficient.sum()) - (self.r2 - self.r2_controls))
        if gap > 1e-8:
            raise ValueError(
                f"Commonality coefficients must sum to what drivers add to the fit; they miss it by {gap:.3g}."
            )

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Coefficients are parts of the outcome's variance, or of the pseudo-R²'s whole."""
        return MappingProxyType({"estimate": "part of the outcome's variance", "share": "part of what drivers add"})

    @property
    def details(self) -> Mapping[str, object]:
        """What the run was made with."""
        return MappingProxyType({"controls": list(self.controls), "n_boot": self.n_boot, "seed": self.seed})

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    def by_driver(self) -> pd.DataFrame:
        """What each driver explains alone and together with others; both sum to what it explains by itself."""
        alone = self.members.sum(axis=1) == 1
        unique = np.array([self.coefficient[alone & self.members[:, i]][0] for i in range(len(self.drivers))])
        total = self.coefficient @ self.members
        return frame({"driver": list(self.drivers), "unique": unique, "common": total - unique, "estimate": total})

    def tidy(self) -> pd.DataFrame:
        """One row per set of drivers, smaller sets first."""
        names = [" + ".join(np.array(self.drivers)[row]) for row in self.members]
        total = self.r2 - self.r2_controls
        return frame(
            {
                "outcome": self.outcome,
                "term": names,
                "subset_size": self.members.sum(axis=1),
                "estimate": self.coefficient,
                "conf_low": self.low,
                "conf_high": self.high,
                "share": self.coefficient / total if total else np.nan,
                "conf_level": self.conf_level,
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the model and its sample."""
        return frame(
            {
                "outcome": [self.outcome],
                "family": self.family,
                "fit": self.fit,
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "r2": self.r2,
                "conf_level": self.conf_level,
            }
        )


def commonality(
    survey: Survey,
    *,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    family: str = "linear",
    fit: str | None = None,
    top_box: bool = False,
    missing: MissingRule = "complete_cases",
    not_applicable: ApplicabilityRule = "leave_out",
    n_imputations: int = 20,
    n_boot: int = 1000,
    conf_level: float = 0.95,
    seed: int = 1,
) -> CommonalityResult:
    """What each set of drivers explains together and no part of it alone.

    Parameters
    ----------
    survey, outcome, drivers, always, groups, family, fit, top_box, missing, not_applicable, n_imputations, n_boot,
    conf_level, seed
        As in `relative_importance`.

    Returns
    -------
    CommonalityResult
        `tidy()` has one row per set; `by_driver()` what each driver explains alone and in common.

    Raises
    ------
    ModelError
        As `dominance`; where there are more than 12 drivers.

    Notes
    -----
    C(T) = Σ_{U ⊆ T} (−1)^(|U| + 1) R²(rest ∪ U), rest being the drivers outside T. A coefficient below 0 means
    that drivers suppress noise in one another.

    Weights: weighted fits; resampled rows carry their weight.
    Missing answers: by ``missing``. Multiple imputation has no resamples.

    References
    ----------
    Nimon and Oswald (2013), Understanding the results of multiple linear regression, doi:10.1177/1094428113493929.

    Examples
    --------
    >>> import drivers as kda
    >>> found = kda.commonality(kda.example_survey("judges"), drivers=["diligence", "speed"], n_boot=0)
    >>> found.tidy()["term"].tolist()
    ['diligence', 'speed', 'diligence + speed']
    """
    check_conf_level(conf_level)
    found = subset_fits(
        survey,
        SubsetModels(
            outcome=outcome,
            drivers=drivers,
            always=always,
            groups=groups,
            family=family,
            fit=fit,
            top_box=top_box,
            missing=missing,
            not_applicable=not_applicable,
            n_imputations=n_imputations,
            n_boot=n_boot,
            seed=seed,
        ),
        most=MOST_COMMON,
    )
    k = len(found.data.drivers)
    sizes = sizes_of_subsets(k)
    order = np.lexsort((np.arange(2**k), sizes))[1:]
    low = high = np.full(len(order), np.nan)
    drawn = [commonality_values(fits)[:, order] for fits in found.resampled] if n_boot else []
    if drawn:
        low, high = percentile_interval(np.concatenate(drawn), conf_level)
    return CommonalityResult(
        outcome=found.data.outcome,
        drivers=found.data.drivers,
        controls=found.data.controls,
        family=family,
        fit=found.fit,
        members=read_only((order[:, None] >> np.arange(k)) & 1, bool),
        coefficient=read_only(commonality_values(found.values)[order]),
        low=read_only(low),
        high=read_only(high),
        r2=float(found.values[-1]),
        r2_controls=float(found.values[0]),
        sample=found.data.sample,
        n_boot=sum(len(part) for part in drawn),
        conf_level=conf_level,
        seed=seed,
    )

"""Whether the drivers can be told apart: variance inflation and conditioning of a model's predictors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers.models.collinearity import condition_indices, effective_number, generalised_inflation
from drivers.models.predictors import predictors
from drivers.moments import weighted_moments
from drivers.results import Check, Code, Light, Result, Sample, frame, read_only
from drivers.survey.data import Survey

WEAK_INDEX = 5.0
HARMFUL_INDEX = 10.0
"""Condition indices from which dependences begin to matter, and do harm: two drivers alone that correlate at .92
have an index of 5, at .98 of 10. (Limits of 10 and 30 are for columns that are not centred.)"""

LARGE_PART = 0.5
"""A dependence is between the columns that have more than this part of their effect's variance in one dimension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependence:
    """Columns that nearly make a constant sum, and the condition index of that sum."""

    condition_index: float
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CollinearityResult(Result):
    """How far the drivers of a model tell each other; `collinearity` makes one.

    Parameters
    ----------
    drivers
        Drivers and groups, (k,).
    vif, df
        Generalised variance inflation of each and the columns it stands for; float, int (k,).
    terms
        Columns of predictors: controls first, then drivers, (m,).
    eigenvalues, condition_index
        Of the correlations of all predictors, from the strongest dimension to the weakest; float (m,).
    parts
        What each dimension has in the variance of each column's effect; float (m dimensions, m).
    first_eigenvalue_share, effective_drivers
        Of the correlations of the drivers' columns alone.
    correlation
        Weighted correlations of all predictors; float (m, m).
    applicability
        What was done about drivers that do not concern everybody.
    """

    kind: ClassVar[str] = "collinearity"

    outcome: str
    drivers: tuple[str, ...]
    vif: np.ndarray
    df: np.ndarray
    terms: tuple[str, ...]
    eigenvalues: np.ndarray
    condition_index: np.ndarray
    parts: np.ndarray
    first_eigenvalue_share: float
    effective_drivers: float
    correlation: np.ndarray
    sample: Sample
    applicability: tuple[Code, ...]

    def __post_init__(self) -> None:
        if abs(float(self.eigenvalues.sum()) - len(self.terms)) > 1e-6 * len(self.terms):
            raise ValueError("Eigenvalues of correlations must sum to the number of columns.")

    @property
    def vif_per_column(self) -> np.ndarray:
        """The inflation of a unit brought to one column, GVIF^(1/df), so that limits for a VIF apply; float (k,)."""
        return np.asarray(self.vif ** (1 / self.df))

    @property
    def condition_number(self) -> float:
        """The largest condition index."""
        return float(self.condition_index[-1])

    @property
    def dependences(self) -> tuple[Dependence, ...]:
        """Dimensions with an index of at least `WEAK_INDEX` that two columns or more rest on, the strongest first."""
        found = []
        for index, parts in zip(self.condition_index[::-1], self.parts[::-1], strict=True):
            terms = tuple(term for term, part in zip(self.terms, parts, strict=True) if part > LARGE_PART)
            if index >= WEAK_INDEX and len(terms) > 1:
                found.append(Dependence(condition_index=float(index), terms=terms))
        return tuple(found)

    @property
    def checks(self) -> tuple[Check, ...]:
        """The light of the predictors' conditioning."""
        number = self.condition_number
        light: Light = "red" if number >= HARMFUL_INDEX else "amber" if number >= WEAK_INDEX else "green"
        return (Check("conditioning", light, {"value": number, "limit": HARMFUL_INDEX}),)

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Inflations are factors of a variance, shares are parts of one."""
        return MappingProxyType(
            {
                "vif": "times the variance that the effect would have with uncorrelated predictors",
                "vif_per_column": "as vif",
                "tolerance": "part of the driver that the other predictors do not tell, 0–1",
                "first_eigenvalue_share": "part of the drivers' variance in one direction, 0–1",
                "effective_drivers": "uncorrelated drivers",
                "share": "part of the variance of a term's effect, 0–1",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes + self.applicability

    @property
    def details(self) -> Mapping[str, object]:
        """The light, near dependences and correlations."""
        return MappingProxyType(
            {
                "checks": {check.code: {"light": check.light, **check.values} for check in self.checks},
                "dependences": [
                    {"condition_index": found.condition_index, "terms": list(found.terms)} for found in self.dependences
                ],
                "terms": list(self.terms),
                "correlation": self.correlation.tolist(),
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per driver or group."""
        return frame(
            {
                "outcome": self.outcome,
                "driver": list(self.drivers),
                "df": self.df,
                "vif": self.vif,
                "vif_per_column": self.vif_per_column,
                "tolerance": 1 / self.vif,
            }
        )

    def dimensions(self) -> pd.DataFrame:
        """One row per dimension and term: the condition index, and the share of the term's variance it has."""
        m = len(self.terms)
        return frame(
            {
                "dimension": np.repeat(np.arange(1, m + 1), m),
                "eigenvalue": np.repeat(self.eigenvalues, m),
                "condition_index": np.repeat(self.condition_index, m),
                "term": list(self.terms) * m,
                "share": self.parts.ravel(),
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the model and its sample."""
        return frame(
            {
                "outcome": [self.outcome],
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "df_model": len(self.terms),
                "vif_median": float(np.median(self.vif_per_column)),
                "vif_max": float(self.vif_per_column.max()),
                "condition_number": self.condition_number,
                "first_eigenvalue_share": self.first_eigenvalue_share,
                "effective_drivers": self.effective_drivers,
            }
        )


def collinearity(
    survey: Survey,
    *,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> CollinearityResult:
    """How far the drivers tell each other: variance inflation, condition indices and the effective number of drivers.

    Parameters
    ----------
    survey, outcome, drivers, always, groups
        As in `relative_importance`. The outcome only chooses respondents.

    Returns
    -------
    CollinearityResult
        `tidy()` has one row per driver: vif, df, vif_per_column, tolerance; `dimensions()` one per
        dimension and term.

    Raises
    ------
    ModelError
        As `relative_importance`.

    Notes
    -----
    A driver's inflation is 1 / (1 − R²) of its column on all other predictors, controls among them; a
    group's is det R₁₁ · det R₂₂ / det R, and its root of order df is comparable with a single driver's.
    A condition index is √(λ₁ / λ_d) of the correlation matrix of all predictors, and the condition number
    the largest of them. Belsley, Kuh and Welsch leave columns uncentred and count the constant among
    them; the origin of 0–100 being arbitrary, here columns are centred, and indices are lower. The share
    of the first eigenvalue and the effective number of drivers, (Σλ)² / Σλ², are of the drivers alone.

    Weights: weighted correlations. Strata and clusters do not enter: this is about the predictors of
    this sample, not about a population.
    Missing answers: complete cases.

    References
    ----------
    Fox and Monette (1992), Generalized collinearity diagnostics, doi:10.1080/01621459.1992.10475190.
    Belsley, Kuh and Welsch (1980), Regression Diagnostics, doi:10.1002/0471725153.

    Examples
    --------
    >>> import drivers as kda
    >>> result = kda.collinearity(kda.example_survey("judges"))
    >>> result.tidy().sort_values("vif")["driver"].iloc[-1], result.dependences[0].terms
    ('oral', ('information', 'oral'))
    """
    data = predictors(survey, outcome=outcome, drivers=drivers, always=always, groups=groups)
    moments = weighted_moments(data.values[data.rows, :-1], data.weights[data.rows])
    correlation = moments.correlation
    first = int(data.starts[0])
    vif, df = generalised_inflation(correlation, data.starts)
    eigenvalues, index, parts = condition_indices(correlation)
    of_drivers = np.linalg.eigvalsh(correlation[first:, first:])
    return CollinearityResult(
        outcome=data.outcome,
        drivers=data.drivers,
        vif=read_only(vif),
        df=read_only(df, np.int64),
        terms=data.terms,
        eigenvalues=read_only(eigenvalues),
        condition_index=read_only(index),
        parts=read_only(parts),
        first_eigenvalue_share=float(of_drivers[-1] / len(of_drivers)),
        effective_drivers=effective_number(of_drivers),
        correlation=read_only(correlation),
        sample=data.sample,
        applicability=data.notes,
    )

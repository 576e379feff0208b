"""All measures of importance of one linear model, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.importance.combinations import MOST_UNITS
from drivers.importance.engines import shares_of
from drivers.importance.orders.measures import MEASURES, measured
from drivers.models.applicability import ApplicabilityRule
from drivers.models.predictors import predictors
from drivers.moments import weighted_moments
from drivers.results import Code, Result, Sample, frame, read_only
from drivers.survey.data import Survey


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuresResult(Result):
    """Every measure that is defined for a model; `compare_measures` makes one.

    Parameters
    ----------
    methods
        Names of measures, (q,).
    importance
        In parts of the outcome's variance; float (q, k).
    sums_to_r2
        Whether the values of a measure sum to what the drivers add to R²; bool (q,).
    r2, r2_controls
        Of the whole model, and of the controls alone.
    left_out
        Measures that are not defined here.
    applicability
        What was done about drivers that do not concern everybody.
    """

    kind: ClassVar[str] = "measures"

    outcome: str
    drivers: tuple[str, ...]
    controls: tuple[str, ...]
    methods: tuple[str, ...]
    importance: np.ndarray
    sums_to_r2: np.ndarray
    r2: float
    r2_controls: float
    left_out: tuple[str, ...]
    sample: Sample
    applicability: tuple[Code, ...]

    def __post_init__(self) -> None:
        sums = self.importance[self.sums_to_r2].sum(axis=1)
        if np.abs(sums - (self.r2 - self.r2_controls)).max(initial=0.0) > 1e-8:
            raise ValueError("Measures that share out R² must sum to what the drivers add to it.")

    @property
    def share(self) -> np.ndarray:
        """Each value as a part of its measure's sum; float (q, k)."""
        return shares_of(self.importance)

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Importance is a part of the outcome's variance, a share a part of the measure's own sum."""
        return MappingProxyType(
            {"importance": "part of the outcome's variance, 0–1", "share": "part of the measure's sum, 0–1"}
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes + self.applicability

    def tidy(self) -> pd.DataFrame:
        """One row per measure and driver."""
        q, k = self.importance.shape
        order = np.argsort(np.argsort(-self.importance, axis=1, kind="stable"), axis=1, kind="stable")
        return frame(
            {
                "outcome": self.outcome,
                "method": np.repeat(self.methods, k),
                "driver": list(self.drivers) * q,
                "importance": self.importance.ravel(),
                "share": self.share.ravel(),
                "rank": order.ravel() + 1,
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
                "r2": self.r2,
            }
        )


def compare_measures(
    survey: Survey,
    *,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    not_applicable: ApplicabilityRule = "leave_out",
) -> MeasuresResult:
    """Every measure of importance that is defined for a model, at the sample.

    Parameters
    ----------
    survey, outcome, drivers, always, groups, not_applicable
        As in `relative_importance`.

    Returns
    -------
    MeasuresResult
        `tidy()` has one row per measure and driver: importance, share, rank.

    Raises
    ------
    ModelError
        As `relative_importance`; where there are more than 30 drivers.

    Notes
    -----
    Where measures that share out R² put drivers in another order, that order is a matter of definition and not of
    the answers. ``first`` counts what a driver tells alone, ``last`` what it adds to all others; neither sums to R².

    Weights: weighted moments.
    Missing answers: complete cases.

    References
    ----------
    Grömping (2015), Variable importance in regression models, doi:10.1002/wics.1346.

    Examples
    --------
    >>> import drivers as kda
    >>> found = kda.compare_measures(kda.example_survey("customersat"))
    >>> found.methods
    ('lmg', 'first', 'last', 'betasq', 'pratt', 'genizi', 'car', 'relative_weights')
    """
    data = predictors(
        survey, outcome=outcome, drivers=drivers, always=always, groups=groups, not_applicable=not_applicable
    )
    if len(data.drivers) > MOST_UNITS:
        raise ModelError(
            f"Expected at most {MOST_UNITS} drivers, found {len(data.drivers)}; choose fewer with drivers= or join "
            "some with groups=.",
            code="many_drivers",
            values={"n": len(data.drivers), "most": MOST_UNITS},
        )
    wide = bool((np.diff(data.starts) > 1).any())
    methods = [
        name
        for name, measure in MEASURES.items()
        if (measure.controls or not data.controls) and (measure.groups or not wide)
    ]
    scatter = weighted_moments(data.values[data.rows], data.weights[data.rows]).scatter[None]
    found = [measured(name, scatter, data.starts) for name in methods]
    r2_controls, r2 = (float(value) for value in found[0][1][0])
    return MeasuresResult(
        outcome=data.outcome,
        drivers=data.drivers,
        controls=data.controls,
        methods=tuple(methods),
        importance=read_only([values[0] for values, _ in found]),
        sums_to_r2=read_only([MEASURES[name].sums_to_r2 for name in methods], bool),
        r2=r2,
        r2_controls=r2_controls,
        left_out=tuple(name for name in MEASURES if name not in methods),
        sample=data.sample,
        applicability=data.notes,
    )

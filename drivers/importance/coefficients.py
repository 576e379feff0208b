"""Average coefficients by model size: how the effect of a driver changes as others join it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.importance.orders.lattice import average_coefficients as average
from drivers.models.predictors import predictors
from drivers.moments import weighted_moments
from drivers.results import Code, Result, Sample, frame, read_only
from drivers.survey.data import Survey

MOST_AVERAGED = 20
"""Drivers up to which all 2**k models are solved for their coefficients: a few seconds."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AverageCoefficients(Result):
    """Mean coefficients by number of drivers in the model; `average_coefficients` makes one.

    Parameters
    ----------
    terms
        Columns of the drivers, (p,).
    coefficient
        Mean over the models with so many drivers that hold the term; float (k, p), row 0 one driver.
    """

    kind: ClassVar[str] = "average_coefficients"

    outcome: str
    drivers: tuple[str, ...]
    controls: tuple[str, ...]
    terms: tuple[str, ...]
    coefficient: np.ndarray
    sample: Sample

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Coefficients are points of the outcome per point of the term."""
        return MappingProxyType({"estimate": "outcome points per driver point"})

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    def tidy(self) -> pd.DataFrame:
        """One row per term and model size."""
        sizes, p = self.coefficient.shape
        return frame(
            {
                "outcome": self.outcome,
                "term": list(self.terms) * sizes,
                "subset_size": np.repeat(np.arange(1, sizes + 1), p),
                "estimate": self.coefficient.ravel(),
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the sample."""
        return frame(
            {
                "outcome": [self.outcome],
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
            }
        )


def average_coefficients(
    survey: Survey,
    *,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> AverageCoefficients:
    """The mean coefficient of each driver over the linear models of each size.

    Parameters
    ----------
    survey, outcome, drivers, always, groups
        As in `relative_importance`.

    Returns
    -------
    AverageCoefficients
        `tidy()` has one row per term and size: estimate in outcome points per point of the driver.

    Raises
    ------
    ModelError
        As `relative_importance`; where there are more than 20 drivers.

    Notes
    -----
    The first size has each driver alone (with the controls), the last the full model. A coefficient that falls
    fast says that others tell the same; one that rises, or turns its sign, that they suppress. A group enters
    and counts as one.

    Weights: weighted least squares.
    Missing answers: complete cases on outcome, drivers and controls.

    References
    ----------
    Grömping (2006), Relative importance for linear regression in R, doi:10.18637/jss.v017.i01.

    Examples
    --------
    >>> import drivers as kda
    >>> found = kda.average_coefficients(kda.example_survey("customersat"))
    >>> bool((found.coefficient[0] > found.coefficient[-1]).all())
    True
    """
    data = predictors(survey, outcome=outcome, drivers=drivers, always=always, groups=groups)
    if len(data.drivers) > MOST_AVERAGED:
        raise ModelError(
            f"Expected at most {MOST_AVERAGED} drivers, found {len(data.drivers)}; choose fewer with drivers= or join "
            "some with groups=."
        )
    moments = weighted_moments(data.values[data.rows], data.weights[data.rows])
    controls = int(data.starts[0])
    return AverageCoefficients(
        outcome=data.outcome,
        drivers=data.drivers,
        controls=data.controls,
        terms=data.terms[controls:],
        coefficient=read_only(average(moments.scatter, data.starts)[1:, controls:]),
        sample=data.sample,
    )

"""What partial effects would be if ratings were less than perfectly reliable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers.errors import ModelError, remedy
from drivers.models.corrected_regression import CONCLUSIONS, CorrectedModel, first_changes
from drivers.models.predictors import Predictors, predictors
from drivers.models.regression import fit_regression
from drivers.results import Code, Result, Sample, frame, read_only
from drivers.survey.data import Survey


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasurementSensitivity(Result):
    """Partial effects under assumed reliabilities; `measurement_sensitivity` makes one.

    Parameters
    ----------
    drivers
        Columns of drivers, (k,).
    reliability
        Assumed for each driver in each of s scenarios, from the most reliable on; float (s, k).
    estimate, std_error, conf_low, conf_high, p_value, p_adjusted
        NaN where effects are not identified; p_adjusted by Holm over the drivers; float (s, k).
    conclusion
        Position in `CONCLUSIONS`; int8 (s, k).
    changes_at
        Highest reliability of the driver at which another conclusion holds than without error; NaN where
        there is none in the range looked at; float (k,).
    changes_to
        That conclusion, as a position in `CONCLUSIONS`, or −1; int8 (k,).
    identified_to
        Lowest reliability, on average over the ratings, down to which effects are identified.
    df_resid
        Degrees of freedom of the intervals.
    errors
        Which standard errors: ``jackknife`` (HC3 where nothing is corrected), ``linearised`` or ``replicates``.
    applicability
        What was done about drivers that do not concern everybody.
    """

    kind: ClassVar[str] = "measurement_sensitivity"

    outcome: str
    drivers: tuple[str, ...]
    reliability: np.ndarray
    estimate: np.ndarray
    std_error: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    p_value: np.ndarray
    p_adjusted: np.ndarray
    conclusion: np.ndarray
    changes_at: np.ndarray
    changes_to: np.ndarray
    identified_to: float
    df_resid: int
    errors: str
    sample: Sample
    conf_level: float
    applicability: tuple[Code, ...]

    def __post_init__(self) -> None:
        if self.reliability.shape != self.estimate.shape or self.estimate.shape[1] != len(self.drivers):
            raise ValueError("Effects need one row for each scenario and one column for each driver.")
        if not np.array_equal(np.isnan(self.changes_at), self.changes_to < 0):
            raise ValueError("A change has a reliability and a conclusion, or neither.")

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Effects are points of the outcome per point of the driver, both on 0–100."""
        return MappingProxyType(
            {
                "estimate": "outcome points per driver point",
                "std_error": "as estimate",
                "reliability": "part of a rating's variance that is no error, 0–1",
                "changes_at": "as reliability",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes + self.applicability

    @property
    def details(self) -> Mapping[str, object]:
        """Where each conclusion changes, and how far down the question has an answer."""
        return MappingProxyType(
            {
                "changes": {
                    driver: {"from": CONCLUSIONS[first], "to": CONCLUSIONS[to], "reliability": float(at)}
                    for driver, first, to, at in zip(
                        self.drivers, self.conclusion[0], self.changes_to, self.changes_at, strict=True
                    )
                    if to >= 0
                },
                "identified_to": self.identified_to,
                "errors": self.errors,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per scenario and driver."""
        s, k = self.estimate.shape
        error_free = (self.reliability == 1).all(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = self.estimate / self.std_error
        return frame(
            {
                "outcome": self.outcome,
                "method": np.repeat(np.where(error_free, "least_squares", "errors_in_variables"), k),
                "driver": list(self.drivers) * s,
                "reliability": self.reliability.ravel(),
                "estimate": self.estimate.ravel(),
                "std_error": self.std_error.ravel(),
                "statistic": statistic.ravel(),
                "p_value": self.p_value.ravel(),
                "p_adjusted": self.p_adjusted.ravel(),
                "conf_low": self.conf_low.ravel(),
                "conf_high": self.conf_high.ravel(),
                "conclusion": [CONCLUSIONS[code] for code in self.conclusion.ravel()],
                "conf_level": self.conf_level,
            }
        )

    def changes(self) -> pd.DataFrame:
        """One row per driver: what is concluded without error, and the reliability at which that changes."""
        return frame(
            {
                "outcome": self.outcome,
                "driver": list(self.drivers),
                "conclusion": [CONCLUSIONS[code] for code in self.conclusion[0]],
                "changes_at": self.changes_at,
                "changes_to": [CONCLUSIONS[code] if code >= 0 else "" for code in self.changes_to],
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
                "df_resid": self.df_resid,
                "conf_level": self.conf_level,
            }
        )


def measurement_sensitivity(
    survey: Survey,
    *,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    reliability: Sequence[float] | Mapping[str, float] = (1.0, 0.9, 0.8, 0.7),
    conf_level: float = 0.95,
) -> MeasurementSensitivity:
    """The partial effects of the drivers, corrected for assumed reliabilities of their ratings.

    Parameters
    ----------
    survey, outcome, drivers, always
        As in `fit_regression`.
    reliability
        Parts of a rating's variance that are no error of measurement, above 0 and at most 1: several, each
        assumed for all drivers at once, or driver → its own for all of them. Effects without error
        (reliability 1) always come first.
    conf_level
        Level of the intervals, between 0 and 1.

    Returns
    -------
    MeasurementSensitivity
        `tidy()` has one row per scenario and driver: reliability, estimate, std_error, p_value, p_adjusted,
        conf_low, conf_high, conclusion; `changes()` one per driver: the reliability at which its conclusion
        changes.

    Raises
    ------
    ModelError
        As `fit_regression`, and where a reliability is none.

    Notes
    -----
    With errors that are independent of the truth, of each other and of the outcome's, the covariance of the
    ratings is S = Σ + diag((1 − ρ) · var), and b = (S − diag((1 − ρ) · var))⁻¹ s_xy is consistent for the effects
    of what was to be rated. Errors in drivers that correlate give part of one driver's effect to another: a
    driver without any effect of its own may then seem to have one. Errors of the outcome alone bias nothing.
    Controls and indicators are taken without error, and ρ as known. Errors that ratings share, such as a
    mood, are not corrected: they make matters worse than shown.

    Conclusions are those of each interval by itself. A change is looked for in steps of .01 from no error
    to the least reliability given, and, where each driver has its own, along the line between. Where the
    corrected covariance is not positive definite by a clear margin (two standard errors of its least
    eigenvalue), ratings of so little reliability could not have correlated as they do, or nearly so: the
    code ``not_identified`` stands in place of numbers.

    Weights: weighted moments. Standard errors go the way of `fit_regression`, whose results are those of
    reliability 1: linearised with weights that differ or a design, anew in each replicate with replicate weights,
    otherwise by leaving out each respondent in turn, which without correction is HC3.
    Missing answers: complete cases.

    References
    ----------
    Fuller (1987), Measurement Error Models, doi:10.1002/9780470316665.
    Binder (1983), On the variances of asymptotically normal estimators from complex surveys, doi:10.2307/1402588.

    Examples
    --------
    >>> import drivers as kda
    >>> result = kda.measurement_sensitivity(kda.example_survey("customersat"), reliability=(0.9,))
    >>> result.changes().dropna()[["driver", "conclusion", "changes_at", "changes_to"]]
          driver conclusion  changes_at changes_to
    0     prices   positive        0.91  undecided
    1  increases   positive        0.99  undecided
    """
    data = predictors(survey, outcome=outcome, drivers=drivers, always=always)
    scenarios = _scenarios(data, reliability)
    base = fit_regression(survey, outcome=outcome, drivers=drivers, always=always, conf_level=conf_level)
    model = CorrectedModel.of(survey, data, base)
    found = [model.effects(assumed) for assumed in scenarios]
    change = first_changes(model, scenarios[-1])
    return MeasurementSensitivity(
        outcome=data.outcome,
        drivers=data.terms[model.controls :],
        reliability=read_only(scenarios),
        estimate=read_only([one.estimate for one in found]),
        std_error=read_only([one.std_error for one in found]),
        conf_low=read_only([one.conf_low for one in found]),
        conf_high=read_only([one.conf_high for one in found]),
        p_value=read_only([one.p_value for one in found]),
        p_adjusted=read_only([one.p_adjusted for one in found]),
        conclusion=read_only([one.conclusion for one in found], np.int8),
        changes_at=read_only(change.at),
        changes_to=read_only(change.to, np.int8),
        identified_to=change.identified_to,
        df_resid=base.df_resid,
        errors="jackknife" if base.errors == "HC3" else base.errors,
        sample=data.sample,
        applicability=data.notes,
        conf_level=conf_level,
    )


def _scenarios(data: Predictors, reliability: Sequence[float] | Mapping[str, float]) -> np.ndarray:
    """The reliability of each driver's column in each scenario, the first without error; float (s, k)."""
    first = int(data.starts[0])
    terms = data.terms[first:]
    rated = data.rated
    if isinstance(reliability, Mapping):
        names = [term for term, yes in zip(terms, rated, strict=True) if yes]
        for name in reliability:
            if name not in names:
                shown = ", ".join(map(repr, names))
                raise ModelError(
                    f"Expected reliabilities of the drivers {shown}, found one of {name!r}; {remedy(name, names)}"
                )
        for name in names:
            if name not in reliability:
                raise ModelError(
                    f"Expected a reliability for each driver, found none of {name!r}; add it, 1 for no error."
                )
        levels = [np.array([reliability.get(term, 1.0) for term in terms], dtype=float)]
    else:
        levels = [np.where(rated, level, 1.0) for level in sorted(set(reliability), reverse=True)]
    if not levels or not all(((level > 0) & (level <= 1)).all() for level in levels) or (levels[-1] == 1).all():
        given = dict(reliability) if isinstance(reliability, Mapping) else tuple(reliability)
        raise ModelError(
            f"Expected reliabilities above 0 and up to 1, one of them below 1, found {given}; "
            "0.7 to 0.9 are usual for ratings."
        )
    error_free = np.ones(len(terms))
    return np.array([error_free, *(level for level in levels if (level < 1).any())])

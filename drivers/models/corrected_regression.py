"""A regression whose drivers hold errors of measurement: effects and conclusions under an assumed reliability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from drivers.linearization import domain_replicates, survey_covariance
from drivers.models.errors_in_variables import (
    corrected_effects,
    effects_left_out,
    effects_of_moments,
    least_eigenvalue,
)
from drivers.models.multiplicity import holm
from drivers.models.predictors import Predictors
from drivers.models.regression import RegressionResult
from drivers.replication import ReplicateMoments, replicate_covariance, replicate_moments
from drivers.survey.data import Survey
from drivers.survey.design.replicate_weights import ReplicateWeights

CONCLUSIONS = ("undecided", "positive", "negative", "not_identified")
"""What is concluded of an effect: its interval holds 0, lies above or below it, or there is none to be had."""

UNDECIDED, POSITIVE, NEGATIVE, NOT_IDENTIFIED = range(4)

STEP = 0.01
"""Reliabilities at which a change of conclusion is looked for lie this far apart."""

CLEAR_OF_ZERO = 2.0
"""The smallest eigenvalue of the corrected correlations must be this many standard errors above 0: nearer to it the
correction divides by what may be nothing, and effects and their errors may come out at ten times what they are."""

ALONE = 1e-9
"""A leverage this near to 1 is that of a respondent whom the others tell nothing of."""


@dataclass(frozen=True, slots=True)
class Effects:
    """Effects of the drivers under one assumption; arrays (k,)."""

    estimate: np.ndarray
    std_error: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    p_value: np.ndarray
    p_adjusted: np.ndarray
    conclusion: np.ndarray


@dataclass(frozen=True, slots=True)
class Changes:
    """Where conclusions change: float (k,), int8 (k,), and how far down effects are identified."""

    at: np.ndarray
    to: np.ndarray
    identified_to: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CorrectedModel:
    """What does not depend on the reliability.

    Parameters
    ----------
    rows
        Respondents used; bool (n of the survey,).
    controls
        Columns before the first driver.
    x, y
        Less their weighted means; float (n, m), (n,).
    weights
        Summing to 1; float (n,).
    stay
        Rows without which there are still effects; int.
    drawn
        Moments of x and y in each replicate, or None.
    without_error
        The regression as it is.
    """

    survey: Survey
    rows: np.ndarray
    controls: int
    x: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    stay: np.ndarray
    replicates: ReplicateWeights | None
    drawn: ReplicateMoments | None
    without_error: RegressionResult

    @classmethod
    def of(cls, survey: Survey, data: Predictors, without_error: RegressionResult) -> CorrectedModel:
        """The model of a survey's columns, whose regression without errors of measurement is known."""
        weights = data.weights[data.rows] / data.weights[data.rows].sum()
        values = data.values[data.rows]
        values = values - weights @ values
        design = np.column_stack([np.ones(len(values)), values[:, :-1]])
        replicates = domain_replicates(survey, data.rows)
        return cls(
            survey=survey,
            rows=data.rows,
            controls=int(data.starts[0]),
            x=values[:, :-1],
            y=values[:, -1],
            weights=weights,
            # A respondent who alone decides an effect cannot be left out.
            stay=np.flatnonzero((np.linalg.qr(design)[0] ** 2).sum(axis=1) <= 1 - ALONE),
            replicates=replicates,
            drawn=None if replicates is None else replicate_moments(replicates, values),
            without_error=without_error,
        )

    def effects(self, reliability: np.ndarray) -> Effects:
        """The drivers' effects under assumed reliabilities, float (k,)."""
        if (reliability == 1).all():
            base, drivers = self.without_error, slice(1 + self.controls, None)
            return _concluded(base.estimate[drivers], base.std_error[drivers], base.df_resid, base.conf_level)
        error = np.concatenate([np.zeros(self.controls), 1 - reliability])
        found = self.estimates(error) if self._identified(error) else None
        if found is None:
            nothing = np.full(len(reliability), np.nan)
            unknown = np.full(len(reliability), NOT_IDENTIFIED)
            return Effects(nothing, nothing, nothing, nothing, nothing, nothing, unknown)
        estimate, variance = (part[self.controls :] for part in found)
        return _concluded(estimate, np.sqrt(variance), self.without_error.df_resid, self.without_error.conf_level)

    def estimates(self, error: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
        """Effects of all columns and their variances, float (m,), (m,); None where a replicate has none.

        Parameters
        ----------
        error
            Part of each column's variance that is error; float (m,).
        """
        effects, influence = corrected_effects(self.x, self.y, self.weights, error)
        if self.replicates is not None and self.drawn is not None:
            drawn = effects_of_moments(self.drawn.scatter, error)
            if np.isnan(drawn).any():
                return None
            return effects, np.diag(replicate_covariance(drawn, effects, self.replicates).covariance)
        if self.without_error.errors == "HC3":
            moved = effects_left_out(self.x, self.y, effects, error, self.stay)
            decided = np.ptp(self.x[self.stay], axis=0) == 0
            return effects, np.where(decided, np.nan, (moved**2).sum(axis=0))
        return effects, np.diag(self._linearised(influence))

    def _identified(self, error: np.ndarray) -> bool:
        """Whether the corrected correlations are positive definite by a clear margin."""
        value, influence = least_eigenvalue(self.x, self.weights, error)
        return value > CLEAR_OF_ZERO * float(np.sqrt(self._linearised(influence[:, None])[0, 0]))

    def _linearised(self, influence: np.ndarray) -> np.ndarray:
        """The covariance under the design of what has this influence, float (n, p)."""
        everybody = np.zeros((len(self.rows), influence.shape[1]))
        everybody[self.rows] = influence
        return survey_covariance(self.survey, everybody, self.rows).covariance


def _concluded(estimate: np.ndarray, std_error: np.ndarray, df: int, conf_level: float) -> Effects:
    """Tests, intervals and conclusions of effects with their standard errors."""
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = 2 * special.stdtr(df, -np.abs(estimate / std_error))
    reach = special.stdtrit(df, (1 + conf_level) / 2) * std_error
    low, high = estimate - reach, estimate + reach
    conclusion = np.select([low > 0, high < 0], [POSITIVE, NEGATIVE], UNDECIDED)
    return Effects(estimate, std_error, low, high, p_value, holm(p_value), conclusion)


def first_changes(model: CorrectedModel, lowest: np.ndarray) -> Changes:
    """The first changes of conclusions on the way from no error to the lowest reliabilities, float (k,)."""
    at, to = np.full(len(lowest), np.nan), np.full(len(lowest), -1)
    without_error = model.effects(np.ones(len(lowest))).conclusion
    identified_to = 1.0
    steps = int(np.ceil((1 - lowest.min()) / STEP - 1e-9))
    for step in range(1, steps + 1):
        # Rounded, so that .83 is not .8300000001.
        reliability = np.round(1 - step / steps * (1 - lowest), 10)
        conclusion = model.effects(reliability).conclusion
        if (conclusion == NOT_IDENTIFIED).any():
            break
        identified_to = float(reliability[lowest < 1].mean())
        new = np.isnan(at) & (conclusion != without_error)
        at[new], to[new] = reliability[new], conclusion[new]
    return Changes(at, to, identified_to)

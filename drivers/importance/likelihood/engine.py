"""Importance in the fit of outcomes that are no measurements: the engine of yes or no, ordered answers and counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from drivers.importance.engines import Values
from drivers.importance.likelihood.families import (
    outcome_codes,
    pseudo_r2,
    pseudo_r2_slopes,
    refuse_unfitted,
    saturated_rows,
)
from drivers.importance.likelihood.reweighted import null_rows, replicate_fits, row_sums
from drivers.importance.likelihood.subsets import SubsetFits, fit_subsets
from drivers.importance.orders.lattice import Prerequisites, order_weights
from drivers.importance.orders.parts import Progress
from drivers.models.predictors import Predictors
from drivers.moments import weighted_moments


@dataclass(frozen=True, slots=True, eq=False)
class LikelihoodEngine:
    """Models of one family on complete rows, each subset of drivers at its maximum likelihood; `fitted` makes one.

    Parameters
    ----------
    data
        The model's columns.
    values
        Complete rows, imputed or not; float (n, m).
    weights
        float (n,).
    method
        ``lmg``, ``first`` or ``last``: what needs nothing but the fits.
    family, fit
        Which likelihood, and by which pseudo-R² its fits are stated.
    codes
        The outcome as the likelihood takes it; float (n,).
    subsets
        The fits at the sample.
    combination
        Weights by which fits add up to importance, the controls' fit and the whole model's; float (2**k, k + 2).
    """

    data: Predictors
    values: np.ndarray
    weights: np.ndarray
    method: str
    family: str
    fit: str
    codes: np.ndarray
    subsets: SubsetFits
    combination: np.ndarray

    @classmethod
    def fitted(
        cls,
        data: Predictors,
        values: np.ndarray,
        weights: np.ndarray,
        *,
        method: str,
        family: str,
        fit: str,
        resample: bool = False,
        progress: Progress | None = None,
    ) -> LikelihoodEngine:
        """An engine with all its models fitted.

        Parameters
        ----------
        resample
            Whether the rows are one of many resamples: answers that were not drawn are then no answers, and where
            a model has no maximum, the likelihood is its limit.

        Raises
        ------
        ModelError
            Where the outcome is none of the family, or a model has no maximum.
        """
        codes = outcome_codes(values[:, -1], family=family, name=data.outcome, resample=resample)
        subsets = fit_subsets(
            values[:, :-1], codes, weights, data.starts, family=family, limits=resample, progress=progress
        )
        if not resample:
            refuse_unfitted(subsets.status, units=data.drivers, outcome=data.outcome, family=family)
        combination = _combination(method, len(data.drivers), data.prerequisites)
        return cls(data, values, weights, method, family, fit, codes, subsets, combination)

    @property
    def rows(self) -> int:
        """Respondents it holds."""
        return len(self.values)

    def estimate(self, progress: Progress | None = None) -> Values:
        """The values at the sample, whose models are fitted already; none for a resample with nothing to explain."""
        fits = self._at_sample()
        return self._known(fits[None], np.ones((1, len(self.values))))

    def replicates(self, factors: np.ndarray, progress: Progress | None = None) -> Values:
        """The values under resampled weights; resamples with nothing to explain are left out.

        Parameters
        ----------
        factors
            float (b, n).
        """
        return self._known(self._resampled(factors, progress), factors)

    def influence(self) -> Values:
        """Contributions through each respondent's log-likelihoods, which maxima do not move to first order."""
        found, k = self.subsets, len(self.data.drivers)
        saturated = self._saturated()
        slopes = pseudo_r2_slopes(
            found.log_likelihood,
            found.null,
            found.weight_total,
            fit=self.fit,
            saturated=float(self.weights @ saturated),
        )
        combination = self.combination
        moved = row_sums(found, self.values[:, :-1], self.codes, slopes.log_likelihood[:, None] * combination)
        moved += null_rows(found, self.codes)[:, None] * (slopes.null @ combination)
        moved += slopes.weight_total @ combination
        moved += saturated[:, None] * (slopes.saturated @ combination)
        moved *= self.weights[:, None]
        first, behind = self.data.starts[0], self.data.starts[-1]
        moments = weighted_moments(self.values, self.weights)
        centred = (self.values - moments.mean) * (self.weights / moments.sum_weights)[:, None]
        return Values(
            importance=moved[:, :k], r2=moved[:, k:], performance=self.data.driver_means(centred[:, first:behind])
        )

    def fits(self, factors: np.ndarray) -> np.ndarray:
        """The pseudo-R² of every subset under resampled weights; resamples with nothing to explain are left out.

        Parameters
        ----------
        factors
            float (b, n).
        """
        # The sample itself is fitted already, and a resample's own fits may be limits.
        found = (
            self._at_sample()[None] if (factors == 1).all() and len(factors) == 1 else self._resampled(factors, None)
        )
        return found[np.isfinite(found).all(axis=1)]

    def correlation(self) -> np.ndarray:
        """Weighted correlations of all columns."""
        return weighted_moments(self.values, self.weights).correlation

    def chance(self, n_effective: float) -> float:
        """By the likelihood ratio of the drivers' gain, on the scale of the effective respondents."""
        found = self.subsets
        gain = found.log_likelihood[-1] - found.log_likelihood[0]
        columns = int(self.data.starts[-1] - self.data.starts[0])
        return float(special.chdtrc(columns, max(2 * gain * n_effective / found.weight_total, 0.0)))

    def ordering_error(self) -> np.ndarray:
        """None: all orders of entry are taken."""
        return np.zeros(len(self.data.drivers))

    def _at_sample(self) -> np.ndarray:
        """The pseudo-R² of every subset at the sample; float (2**k,)."""
        return pseudo_r2(
            self.subsets.log_likelihood,
            self.subsets.null,
            self.subsets.weight_total,
            fit=self.fit,
            saturated=float(self.weights @ self._saturated()),
        )

    def _resampled(self, factors: np.ndarray, progress: Progress | None) -> np.ndarray:
        found, null = replicate_fits(
            self.subsets, self.values[:, :-1], self.codes, self.weights, factors, progress=progress
        )
        weights = factors * self.weights
        return pseudo_r2(found, null, weights.sum(axis=1), fit=self.fit, saturated=weights @ self._saturated())

    def _known(self, fits: np.ndarray, factors: np.ndarray) -> Values:
        """The values of resamples with something to explain."""
        known = np.isfinite(fits).all(axis=1)
        return self._values(fits[known], factors[known])

    def _values(self, fits: np.ndarray, factors: np.ndarray) -> Values:
        """What follows from the fits (b, 2**k) under weights that are multiplied by factors (b, n)."""
        combined = fits @ self.combination
        k = len(self.data.drivers)
        first, behind = self.data.starts[0], self.data.starts[-1]
        weights = factors * self.weights
        means = (weights @ self.values[:, first:behind]) / weights.sum(axis=1, keepdims=True)
        return Values(importance=combined[:, :k], r2=combined[:, k:], performance=self.data.driver_means(means))

    def _saturated(self) -> np.ndarray:
        return saturated_rows(self.codes, family=self.family)


def _combination(method: str, k: int, prerequisites: Prerequisites) -> np.ndarray:
    """Weights by which fits add up to importance, the controls' fit and the whole model's; float (2**k, k + 2)."""
    weights = np.zeros((2**k, k + 2))
    units = np.arange(k)
    if method == "lmg":
        weights[:, :k] = order_weights(k, prerequisites)
    elif method == "first":
        weights[1 << units, units] = 1.0
        weights[0, :k] = -1.0
    else:
        weights[-1, :k] = 1.0
        weights[2**k - 1 - (1 << units), units] = -1.0
    weights[0, k] = weights[-1, k + 1] = 1.0
    return weights

"""What turns answers into importance: at the sample, under resampled weights, and one respondent's part in it.

An engine is made once for an analysis and asked three things, whatever the measure or family: the values
at the sample, the values where each respondent's weight is multiplied by a factor, and the influence of
each respondent on them. Every way of stating uncertainty rests on these three.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from drivers.importance.orders.decomposition import Decomposition
from drivers.importance.orders.gradient import lmg_influence
from drivers.importance.orders.lattice import fits_of_all_subsets
from drivers.importance.orders.measures import fits_of_chosen
from drivers.importance.orders.parts import Progress, one_blas_thread
from drivers.importance.verdict import chance_of_gain
from drivers.models.predictors import ModelColumns, Predictors
from drivers.moments import Moments, weighted_moments
from drivers.pairwise import PairwiseMoments, pairwise_correlations, pairwise_influence, pairwise_moments

NOTHING = 1e-13
"""Explained variance below this is rounding noise."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Values:
    """Importance of each unit, R² of the controls alone and of the whole model, and performance.

    Parameters
    ----------
    importance
        float (b, k).
    r2
        float (b, 2).
    performance
        Means of ratings, NaN for a unit without any; float (b, k).
    """

    importance: np.ndarray
    r2: np.ndarray
    performance: np.ndarray

    @property
    def share(self) -> np.ndarray:
        """Importance as a part of its sum; equal parts where drivers explain nothing at all; float (b, k)."""
        return shares_of(self.importance)


class Engine(Protocol):
    """What every engine answers."""

    @property
    def rows(self) -> int:
        """Respondents it holds."""

    def estimate(self, progress: Progress | None = None) -> Values:
        """The values at the sample; b = 1."""

    def replicates(self, factors: np.ndarray, progress: Progress | None = None) -> Values:
        """The values where weights are multiplied by factors (b, n); rows without any weight are left out."""

    def influence(self) -> Values:
        """Each respondent's contribution to each value, weight included; b = n."""

    def fits(self, factors: np.ndarray) -> np.ndarray:
        """The fit of every subset where weights are multiplied by factors; float (b, 2**k)."""

    def correlation(self) -> np.ndarray:
        """Weighted correlations of all columns, the outcome last; float (m, m)."""

    def chance(self, n_effective: float) -> float:
        """Probability of a fit at least as good if no driver had any effect."""

    def ordering_error(self) -> np.ndarray:
        """Standard error of the values at the sample that comes from sampling orders of entry; float (k,)."""


def shares_of(importance: np.ndarray) -> np.ndarray:
    """Parts of each row's sum; equal parts where drivers explain nothing at all; float (b, k)."""
    total = importance.sum(axis=1, keepdims=True)
    explained = np.abs(total) > NOTHING
    return np.where(explained, importance / np.where(explained, total, 1.0), 1 / importance.shape[1])


def share_influence(estimate: Values, influence: Values) -> np.ndarray:
    """Each respondent's contribution to each share; float (n, k).

    Parameters
    ----------
    estimate, influence
        What an engine answers.
    """
    total = float(estimate.importance.sum())
    if abs(total) <= NOTHING:
        return np.zeros_like(influence.importance)
    moved = influence.importance.sum(axis=1, keepdims=True)
    return (influence.importance - estimate.share * moved) / total


@dataclass(frozen=True, eq=False)
class MomentEngine:
    """Linear models on complete rows, through their weighted moments.

    Parameters
    ----------
    data
        The model's columns.
    values
        Complete rows: those of ``data.rows``, imputed or not; float (n, m).
    weights
        float (n,).
    orders
        From moments to importance.
    """

    data: Predictors
    values: np.ndarray
    weights: np.ndarray
    orders: Decomposition

    @property
    def rows(self) -> int:
        """Respondents it holds."""
        return len(self.values)

    def estimate(self, progress: Progress | None = None) -> Values:
        """The values at the sample."""
        return values_at(self._moments, self.data, self.orders, progress)

    def replicates(self, factors: np.ndarray, progress: Progress | None = None) -> Values:
        """The values from the moments of reweighted rows.

        Parameters
        ----------
        factors
            float (b, n).
        """
        scatter, mean = self._reweighted(factors)
        importance, r2 = self.orders.resampled(scatter, progress)
        return Values(importance=importance, r2=r2, performance=performance_of(self.data, mean))

    def influence(self) -> Values:
        """Contributions through the gradient of the measure with respect to the scatter matrix."""
        gradient = self.orders.gradient(self._moments.scatter)
        return rows_influence(self.values, self.weights, self._moments, self.data, gradient)

    def fits(self, factors: np.ndarray) -> np.ndarray:
        """R² of every subset, from the moments of reweighted rows.

        Parameters
        ----------
        factors
            float (b, n).
        """
        return fits_of_all_subsets(self._reweighted(factors)[0], self.data.starts)

    def ordering_error(self) -> np.ndarray:
        """As the orders have it."""
        return self.orders.error()

    def _reweighted(self, factors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Scatter and means of reweighted rows; float (b, m, m), (b, m)."""
        centre, products = self._products
        p = self.values.shape[1]
        i, j = np.triu_indices(p)
        with one_blas_thread():
            totals = (factors * self.weights) @ products
        # A small domain may miss all its sampling units in a resample, which then says nothing of it.
        totals = totals[totals[:, 0] > 0]
        mean = totals[:, 1 : p + 1] / totals[:, :1]
        scatter = np.empty((len(totals), p, p))
        scatter[:, i, j] = totals[:, p + 1 :] - totals[:, :1] * mean[:, i] * mean[:, j]
        scatter[:, j, i] = scatter[:, i, j]
        return scatter, mean + centre

    def correlation(self) -> np.ndarray:
        """Weighted correlations of all columns."""
        return self._moments.correlation

    def chance(self, n_effective: float) -> float:
        """By the F test of the drivers' gain."""
        return chance_of(self.data, self.correlation(), n_effective)

    @cached_property
    def _moments(self) -> Moments:
        return weighted_moments(self.values, self.weights)

    @cached_property
    def _products(self) -> tuple[np.ndarray, np.ndarray]:
        """The centre, and columns 1, x, and x_i x_j for i ≤ j, whose weighted sums give all moments."""
        centre = self.weights @ self.values / self.weights.sum()
        centred = self.values - centre
        n, p = centred.shape
        i, j = np.triu_indices(p)
        products = np.empty((n, 1 + p + len(i)))
        products[:, 0] = 1.0
        products[:, 1 : p + 1] = centred
        products[:, p + 1 :] = centred[:, i] * centred[:, j]
        return centre, products


@dataclass(frozen=True, eq=False)
class PairwiseEngine:
    """Linear models on correlations that are each taken from those who answered both.

    Parameters
    ----------
    data
        The model's columns.
    values
        Rows with holes; float (n, m).
    weights
        float (n,).
    orders
        From moments to importance.
    """

    data: Predictors
    values: np.ndarray
    weights: np.ndarray
    orders: Decomposition

    @property
    def rows(self) -> int:
        """Respondents it holds."""
        return len(self.values)

    def estimate(self, progress: Progress | None = None) -> Values:
        """The values at the sample."""
        found = self.orders.at_sample(self.correlation(), progress)
        return self._values(*found, np.ones((1, len(self.values))))

    def replicates(self, factors: np.ndarray, progress: Progress | None = None) -> Values:
        """The values from the correlations of reweighted rows.

        Parameters
        ----------
        factors
            float (b, n).
        """
        with one_blas_thread():
            found = pairwise_correlations(self.values, self.weights, factors)
        known = np.isfinite(found).all(axis=(1, 2))
        return self._values(*self.orders.resampled(found[known], progress), factors[known])

    def influence(self) -> Values:
        """Contributions through the gradient of the measure and the influence of each pair's moments."""
        starts, k = self.data.starts, len(self.data.drivers)
        gradient = self.orders.gradient(self.correlation())
        moved = pairwise_influence(self.values, self.weights, gradient)
        answered = ~np.isnan(self.values)
        weights = answered * self.weights[:, None]
        total = weights.sum(axis=0)
        mean = (weights * np.where(answered, self.values, 0.0)).sum(axis=0) / total
        centred = np.where(answered, self.values - mean, 0.0) * self.weights[:, None] / total
        return Values(
            importance=moved[:, :k],
            r2=moved[:, k:],
            performance=self.data.driver_means(centred[:, starts[0] : starts[-1]]),
        )

    def fits(self, factors: np.ndarray) -> np.ndarray:
        """R² of every subset, from the correlations of reweighted rows.

        Parameters
        ----------
        factors
            float (b, n).
        """
        with one_blas_thread():
            found = pairwise_correlations(self.values, self.weights, factors)
        return fits_of_all_subsets(found[np.isfinite(found).all(axis=(1, 2))], self.data.starts)

    def correlation(self) -> np.ndarray:
        """Pairwise correlations of all columns, positive definite."""
        return self._moments.correlation

    def chance(self, n_effective: float) -> float:
        """By the F test of the drivers' gain, with the respondents of the pair that the fewest answered."""
        return chance_of(self.data, self.correlation(), n_effective)

    @cached_property
    def _moments(self) -> PairwiseMoments:
        names = [*self.data.terms, self.data.outcome]
        return pairwise_moments(self.values, self.weights, names=names)

    def ordering_error(self) -> np.ndarray:
        """As the orders have it."""
        return self.orders.error()

    def _values(self, importance: np.ndarray, r2: np.ndarray, factors: np.ndarray) -> Values:
        starts = self.data.starts
        answered = ~np.isnan(self.values)
        weights = factors * self.weights
        means = (weights @ np.where(answered, self.values, 0.0)) / (weights @ answered)
        return Values(
            importance=importance, r2=r2, performance=self.data.driver_means(means[:, starts[0] : starts[-1]])
        )


def values_at(moments: Moments, data: ModelColumns, orders: Decomposition, progress: Progress | None = None) -> Values:
    """The values of a linear model whose columns have these moments; b = 1."""
    importance, r2 = orders.at_sample(moments.scatter, progress)
    return Values(importance=importance, r2=r2, performance=performance_of(data, moments.mean[None]))


def rows_influence(
    values: np.ndarray, weights: np.ndarray, moments: Moments, data: ModelColumns, gradient: np.ndarray
) -> Values:
    """What some of the respondents contribute to each value, weight included; b = n.

    Parameters
    ----------
    values, weights
        Of these respondents; float (n, m), (n,).
    moments
        Of all respondents.
    gradient
        Of the measure with respect to their scatter matrix; float (k + 2, m, m).
    """
    k = len(data.drivers)
    centred = values - moments.mean
    moved = lmg_influence(centred, weights, gradient)
    part = weights / moments.sum_weights
    return Values(importance=moved[:, :k], r2=moved[:, k:], performance=performance_of(data, centred) * part[:, None])


def performance_of(data: ModelColumns, means: np.ndarray) -> np.ndarray:
    """Performance by driver, float (b, k), from means of all columns; float (b, m)."""
    return data.driver_means(means[:, data.starts[0] : data.starts[-1]])


def chance_of(data: ModelColumns, correlation: np.ndarray, n_effective: float) -> float:
    """Probability of a gain as large if no driver had any effect, from correlations of all columns; float (m, m)."""
    starts = data.starts
    r2 = fits_of_chosen(
        correlation[None], starts, np.vstack([np.zeros(len(starts) - 1), np.ones(len(starts) - 1)]).astype(bool)
    )[0]
    return chance_of_gain(
        r2=float(r2[1]),
        r2_controls=float(r2[0]),
        columns=int(starts[-1] - starts[0]),
        controls=int(starts[0]),
        n_effective=n_effective,
    )

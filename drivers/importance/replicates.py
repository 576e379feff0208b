"""Bootstrap replicates of shares and performance, from the moments of resampled rows."""

from __future__ import annotations

import numpy as np

from drivers.importance.subsets import lmg_values
from drivers.linearization import domain_design
from drivers.models.predictors import Predictors
from drivers.resampling import percentile_interval, replicate_factors
from drivers.results import read_only
from drivers.survey.data import Survey

NOTHING = 1e-13
"""Explained variance below this is rounding noise."""


def bootstrap_replicates(survey: Survey, data: Predictors, *, n_boot: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Bootstrap shares and performance of each driver; float (replicates, k) each.

    Notes
    -----
    Resamples that miss every respondent of a small domain are left out, so there may be fewer than n_boot.
    """
    shares, means = [], []
    strata, clusters = domain_design(survey, data.rows)
    if resamples_units(survey, data):
        # Every sampling unit takes part, also those without a respondent in the domain.
        rows = np.arange(len(data.weights))
    else:
        rows = np.flatnonzero(data.rows)
    weights = np.where(data.rows, data.weights, 0.0)[rows]
    values = np.where(data.rows[rows, None], data.values[rows], 0.0)
    centre = weights @ values / weights.sum()
    products, (i, j) = _products(values - centre)
    p = values.shape[1]
    chunks = replicate_factors(
        len(rows),
        n_boot=n_boot,
        seed=seed,
        strata=None if strata is None else strata[rows],
        clusters=None if clusters is None else clusters[rows],
    )
    for factors in chunks:
        totals = (factors * weights) @ products
        # A small domain may miss all its sampling units in a resample, which then says nothing of it.
        totals = totals[totals[:, 0] > 0]
        mean = totals[:, 1 : p + 1] / totals[:, :1]
        scatter = np.empty((len(totals), p, p))
        scatter[:, i, j] = totals[:, p + 1 :] - totals[:, :1] * mean[:, i] * mean[:, j]
        scatter[:, j, i] = scatter[:, i, j]
        shares.append(shares_of(lmg_values(scatter, data.starts)[0]))
        means.append(data.driver_means((mean + centre)[:, data.starts[0] : data.starts[-1]]))
    if not shares:
        return np.empty((0, len(data.drivers))), np.empty((0, len(data.drivers)))
    return np.concatenate(shares), np.concatenate(means)


def resamples_units(survey: Survey, data: Predictors) -> bool:
    """Whether units within strata are drawn again, rather than the respondents used."""
    strata, clusters = domain_design(survey, data.rows)
    return strata is not None or clusters is not None


def shares_of(importance: np.ndarray) -> np.ndarray:
    """Parts of each row's sum; equal parts where drivers explain nothing at all; float (b, k)."""
    total = importance.sum(axis=1, keepdims=True)
    explained = total > NOTHING
    return np.where(explained, importance / np.where(explained, total, 1.0), 1 / importance.shape[1])


def percentile_limits(replicates: np.ndarray, conf_level: float, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Percentile intervals, NaN without replicates; float (k,), (k,)."""
    if not len(replicates):
        return read_only(np.full(k, np.nan)), read_only(np.full(k, np.nan))
    low, high = percentile_interval(replicates, conf_level)
    return read_only(low), read_only(high)


def _products(centred: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Columns 1, x, and x_i x_j for i ≤ j: weighted sums of these give all moments; (n, 1 + p + p(p+1)/2)."""
    n, p = centred.shape
    i, j = np.triu_indices(p)
    products = np.empty((n, 1 + p + len(i)))
    products[:, 0] = 1.0
    products[:, 1 : p + 1] = centred
    products[:, p + 1 :] = centred[:, i] * centred[:, j]
    return products, (i, j)

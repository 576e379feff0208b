"""Variances by replicate weights: what is cheap to compute is computed anew in each replicate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drivers.errors import ModelError
from drivers.results import read_only
from drivers.survey.design.replicate_weights import ReplicateWeights

CHUNK_ROWS = 8_192
"""Rows whose products are held at once."""

MOST_NAMED = 3
"""Replicates that an error names."""

ROUNDING = 1e-10
"""Relative: a covariance may be so far from symmetric, and its least eigenvalue so far below 0, by rounding."""

NO_VARIANCE = 1e-13
"""Relative: an eigenvalue below is one of 0."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replicated:
    """A covariance matrix (q, q) and the degrees of freedom of the replicates."""

    covariance: np.ndarray
    df: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReplicateMoments:
    """The moments of p variables in each of R replicates.

    Parameters
    ----------
    sum_weights
        float (R,).
    mean
        Weighted means; float (R, p), NaN where a replicate has no weight.
    scatter
        Σ w (x − mean)(x − mean)ᵀ; float (R, p, p), NaN where a replicate has no weight.
    """

    sum_weights: np.ndarray
    mean: np.ndarray
    scatter: np.ndarray


def replicate_moments(replicates: ReplicateWeights, values: np.ndarray) -> ReplicateMoments:
    """The weighted moments of complete rows in each replicate.

    Parameters
    ----------
    replicates
        Of the same n rows.
    values
        float (n, p), no NaN.

    Notes
    -----
    One pass over the rows: sums of weights, of columns and of products of columns that were centred before.
    Weights: the replicates' own.
    Missing answers: choose the rows before.
    """
    n, p = values.shape
    i, j = np.triu_indices(p)
    centre = replicates.base @ values / replicates.base.sum()
    sums = np.zeros((replicates.weights.shape[1], 1 + p + len(i)))
    for start in range(0, n, CHUNK_ROWS):
        rows = slice(start, start + CHUNK_ROWS)
        centred = values[rows] - centre
        parts = np.column_stack([np.ones(len(centred)), centred, centred[:, i] * centred[:, j]])
        sums += replicates.weights[rows].T @ parts
    total = sums[:, 0]
    known = np.where(total > 0, total, np.nan)[:, None]
    mean = sums[:, 1 : p + 1] / known
    scatter = np.empty((len(total), p, p))
    scatter[:, i, j] = scatter[:, j, i] = sums[:, p + 1 :] - known * mean[:, i] * mean[:, j]
    return ReplicateMoments(sum_weights=read_only(total), mean=read_only(mean + centre), scatter=read_only(scatter))


def replicate_covariance(estimates: np.ndarray, estimate: np.ndarray, replicates: ReplicateWeights) -> Replicated:
    """The covariance of estimates that were computed anew in each replicate.

    Parameters
    ----------
    estimates
        The estimates in each replicate; float (R, q).
    estimate
        The estimates themselves; float (q,).
    replicates
        Whose scales and centre are taken.

    Raises
    ------
    ModelError
        Where a replicate has no estimate: what is left out would be taken for no variation.

    Notes
    -----
    Σ_r scale_r (θ_r − c)(θ_r − c)ᵀ, c the estimate, or the mean of the replicates where the codebook says so. Only
    variances come of it: intervals are the estimate ± t with ``df`` degrees of freedom, never percentiles of
    replicates, which lie much closer together than estimates from one sample to the next.

    References
    ----------
    Wolter (2007), Introduction to Variance Estimation, doi:10.1007/978-0-387-35099-8.
    """
    if (without := np.flatnonzero(~np.isfinite(estimates).all(axis=1))).size:
        named = ", ".join(repr(replicates.columns[r]) for r in without[:MOST_NAMED])
        more = f" and {len(without) - MOST_NAMED} more" if len(without) > MOST_NAMED else ""
        raise ModelError(
            f"Expected an estimate from each of the {len(estimates)} replicates, found none from {named}{more}; widen "
            "the selection, or use fewer drivers and controls.",
            code="empty_replicates",
            values={"replicates": len(without)},
        )
    return Replicated(covariance=replicates.covariance(estimates, estimate), df=replicates.df)


def draws(estimate: np.ndarray, covariance: np.ndarray, *, count: int, seed: int) -> np.ndarray:
    """Draws from the normal distribution around an estimate; float (count, q).

    Parameters
    ----------
    estimate
        float (q,).
    covariance
        Symmetric, possibly singular; float (q, q).
    count
        How many.
    seed
        The same seed gives the same draws.

    Raises
    ------
    ModelError
        Where the matrix is no covariance.

    Notes
    -----
    Standard normal draws times the symmetric square root of the covariance. That root is unique, whatever signs or
    turns of eigenvectors a library prefers.
    """
    largest = float(np.abs(covariance).max(initial=0.0))
    if not np.isfinite(largest) or np.abs(covariance - covariance.T).max(initial=0.0) > ROUNDING * largest:
        raise ModelError("Expected a covariance matrix, found one that is not symmetric and finite; compute it anew.")
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    if len(values) and values[0] < -ROUNDING * largest * len(values):
        raise ModelError(f"Expected a covariance matrix, found a variance of {values[0]:.3g} in it; compute it anew.")
    # The root of what rounding leaves of a 0 would be a deviation of 1e-8.
    values = np.where(values > NO_VARIANCE * largest, values, 0.0)
    root = (vectors * np.sqrt(values)) @ vectors.T
    return estimate + np.random.default_rng(seed).standard_normal((count, len(estimate))) @ root

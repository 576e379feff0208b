"""Variances of many groups, steadied by each other: of a small group alone little is known of its variance."""

from __future__ import annotations

import numpy as np
from scipy import special

from drivers.models.groups.group_means import GroupMeans

FEWEST_VARIANCES = 3
"""Variances from which it can be told how much they differ."""


def steadied_means(found: GroupMeans) -> tuple[np.ndarray, np.ndarray]:
    """The variances of groups' means, steadied for an answer of each, and their degrees of freedom; float (k,) each.

    Parameters
    ----------
    found
        Groups with two answers or more, not all of which answered alike.
    """
    of_one, df = steadied(found.variance * found.n, found.df)
    return of_one / found.n, df


def steadied(variance: np.ndarray, df: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variances drawn towards what is usual by as much as they are uncertain, and their degrees of freedom.

    Parameters
    ----------
    variance
        Estimates of 0 and more, some above 0; float (k,).
    df
        Degrees of freedom of each; (k,).

    Returns
    -------
    tuple
        float (k,), float (k,). A variance of 0, such as of ten equal answers, becomes one above 0.

    Notes
    -----
    True variances are taken to be scaled inverse χ² with d₀ degrees of freedom around s₀², both fitted to the
    logarithms of the variances above 0; then s̃² = (d₀ s₀² + d s²) / (d₀ + d) with d₀ + d degrees of freedom. Where they
    differ no more than chance explains, d₀ is endless and all become one; where they differ much, d₀ is small and each
    stays nearly what it was.

    References
    ----------
    Smyth (2004), Linear models and empirical Bayes methods for assessing differential expression in microarray
    experiments, doi:10.2202/1544-6115.1027.
    """
    known = variance > 0
    pooled = float(variance @ df / df.sum())
    if np.count_nonzero(known) < FEWEST_VARIANCES:
        return np.where(known, variance, pooled), df.astype(float)
    half = df[known] / 2
    logs = np.log(variance[known]) - special.digamma(half) + np.log(half)
    left = float(np.var(logs, ddof=1) - special.polygamma(1, half).mean())
    if left <= 0:
        return np.full(len(variance), pooled), np.full(len(variance), float(df.sum()))
    prior = 2 * _trigamma_inverse(left)
    usual = float(np.exp(logs.mean() + special.digamma(prior / 2) - np.log(prior / 2)))
    return (prior * usual + df * variance) / (prior + df), np.minimum(prior + df, float(df.sum()))


def _trigamma_inverse(value: float) -> float:
    """Where the trigamma function has a value above 0, by bisection on the logarithm."""
    low, high = -20.0, 20.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if special.polygamma(1, np.exp(middle)) > value else (low, middle)
    return float(np.exp((low + high) / 2))

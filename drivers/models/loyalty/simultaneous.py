"""Intervals that hold for several estimates at once, and which of them may be the largest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drivers.replication import draws

DRAWS = 20_000
"""Of the largest deviation: its 95 % point is known to about a hundredth."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simultaneous:
    """Estimates with limits that all hold at once; float (m,) each."""

    estimate: np.ndarray
    std_error: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray


def simultaneous(
    estimate: np.ndarray, covariance: np.ndarray, df: int, *, conf_level: float, seed: int
) -> Simultaneous:
    """Limits by the largest of all deviations (max-t).

    Parameters
    ----------
    estimate, covariance
        float (m,), (m, m).
    df
        Degrees of freedom of the variances.

    References
    ----------
    Hothorn, Bretz and Westfall (2008), Simultaneous inference in general parametric models,
    doi:10.1002/bimj.200810425.
    """
    error = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    drawn = np.abs(_deviations(covariance, df, seed) / np.where(error > 0, error, np.inf))
    reach = float(np.quantile(drawn.max(axis=1), conf_level)) * error
    return Simultaneous(estimate=estimate, std_error=error, conf_low=estimate - reach, conf_high=estimate + reach)


def perhaps_largest(
    estimate: np.ndarray, covariance: np.ndarray, df: int, *, conf_level: float, seed: int
) -> np.ndarray:
    """Which of some estimates may be the largest truly, given their errors; bool (m,).

    References
    ----------
    Hsu (1984), Constrained simultaneous confidence intervals for multiple comparisons with the best,
    doi:10.1214/aos/1176346732.
    """
    drawn = _deviations(covariance, df, seed)
    kept = np.ones(len(estimate), dtype=bool)
    for c in range(len(estimate)):
        others = np.arange(len(estimate)) != c
        if not others.any():
            continue
        variance = np.diag(covariance)[others] + covariance[c, c] - 2 * covariance[c, others]
        error = np.sqrt(np.maximum(variance, np.finfo(float).tiny))
        largest = ((drawn[:, others] - drawn[:, [c]]) / error).max(axis=1)
        kept[c] = ((estimate[others] - estimate[c]) / error).max() <= np.quantile(largest, conf_level)
    return kept


def _deviations(covariance: np.ndarray, df: int, seed: int) -> np.ndarray:
    """Draws of the estimates' deviations with the t distribution's tails; float (DRAWS, m)."""
    normal = draws(np.zeros(len(covariance)), covariance, count=DRAWS, seed=seed)
    freedom = max(df, 1)
    return normal * np.sqrt(freedom / np.random.default_rng(seed + 1).chisquare(freedom, DRAWS))[:, None]

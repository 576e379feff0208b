"""How well the items of one score go together, from their covariances: alpha, item-rest correlations, and the rest."""

from __future__ import annotations

import numpy as np
from scipy import special


def cronbach(covariance: np.ndarray) -> np.ndarray:
    """Cronbach's alpha of the sum of p items; float (b,).

    Parameters
    ----------
    covariance
        Of the items, in b samples; float (b, p, p).
    """
    p = covariance.shape[1]
    own = np.trace(covariance, axis1=1, axis2=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        return p / (p - 1) * (1 - own / covariance.sum(axis=(1, 2)))


def feldt_interval(alpha: float, n: int, p: int, conf_level: float) -> tuple[float, float]:
    """Limits of alpha from n equally weighted, independent respondents.

    Notes
    -----
    1 − (1 − α) F, F the quantiles of the F distribution with n − 1 and (n − 1)(p − 1) degrees of freedom.

    References
    ----------
    Feldt, Woodruff and Salih (1987), Statistical inference for coefficient alpha, doi:10.1177/014662168701100107.
    """
    freedom = n - 1, (n - 1) * (p - 1)
    low, high = (float(1 - (1 - alpha) * special.fdtri(*freedom, level)) for level in _levels(conf_level))
    return low, high


def _levels(conf_level: float) -> tuple[float, float]:
    return (1 + conf_level) / 2, (1 - conf_level) / 2


def correlations(covariance: np.ndarray) -> np.ndarray:
    """Correlations, NaN where an item is constant; float (b, p, p)."""
    deviation = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    with np.errstate(invalid="ignore", divide="ignore"):
        return covariance / (deviation[:, :, None] * deviation[:, None, :])


def mean_correlation(covariance: np.ndarray) -> np.ndarray:
    """Mean correlation of two different items; float (b,)."""
    p = covariance.shape[1]
    return (correlations(covariance).sum(axis=(1, 2)) - p) / (p * (p - 1))


def item_rest(covariance: np.ndarray) -> np.ndarray:
    """Correlation of each item with the sum of the others; float (b, p), NaN where one of the two is constant."""
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    shared = covariance.sum(axis=2) - variance
    rest = covariance.sum(axis=(1, 2))[:, None] - variance - 2 * shared
    with np.errstate(invalid="ignore", divide="ignore"):
        return shared / np.sqrt(variance * rest)


def alpha_dropped(covariance: np.ndarray) -> np.ndarray:
    """Alpha without each item in turn; float (b, p), NaN where a single one would be left."""
    p = covariance.shape[1]
    if p < 3:
        return np.full(covariance.shape[:2], np.nan)
    kept = [np.delete(np.arange(p), j) for j in range(p)]
    return np.stack([cronbach(covariance[:, rest[:, None], rest]) for rest in kept], axis=1)

"""Which of some estimates lie above which, with all claims at one level together."""

from __future__ import annotations

import numpy as np

from drivers.replication import draws

DRAWS = 20_000
"""Of the largest deviation: its 95 % point is known to about a hundredth."""

NOTHING = 1e-12
"""A difference that varies less than this part of what its two sides vary is known."""


def estimates_above(estimate: np.ndarray, covariance: np.ndarray, df: float, *, level: float, seed: int) -> np.ndarray:
    """Whether the estimate of the row is above that of the column beyond chance; bool (k, k).

    Parameters
    ----------
    estimate, covariance
        float (k,), (k, k).
    df
        Degrees of freedom of the variances; infinite where these count as known.
    level
        Of all claims together, whatever the true order is.
    seed
        The same seed gives the same claims.

    Notes
    -----
    All pairs are compared by the largest of their deviations (max-|t|), stepped down: what is told apart no longer
    widens the limits of the pairs that are left.

    References
    ----------
    Romano and Wolf (2005), Exact and approximate stepdown methods, doi:10.1198/016214504000000539.
    """
    k = len(estimate)
    first, second = np.triu_indices(k, 1)
    above = np.zeros((k, k), dtype=bool)
    if not len(first):
        return above
    difference = estimate[first] - estimate[second]
    both = np.diag(covariance)[first] + np.diag(covariance)[second]
    variance = both - 2 * covariance[first, second]
    varies = variance > NOTHING * both
    error = np.sqrt(np.where(varies, variance, np.inf))
    drawn = draws(np.zeros(k), covariance, count=DRAWS, seed=seed)
    if np.isfinite(df):
        drawn = drawn * np.sqrt(df / np.random.default_rng(seed + 1).chisquare(df, DRAWS))[:, None]
    deviation = np.abs(drawn[:, first] - drawn[:, second]) / error
    observed = np.abs(difference) / error
    open_pairs = varies.copy()
    while open_pairs.any():
        critical = np.quantile(deviation[:, open_pairs].max(axis=1), level)
        told = open_pairs & (observed > critical)
        if not told.any():
            break
        open_pairs &= ~told
    settled = (varies & ~open_pairs) | (~varies & (difference != 0))
    up, down = settled & (difference > 0), settled & (difference < 0)
    above[first[up], second[up]] = True
    above[second[down], first[down]] = True
    return above


def possible_places(above: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best and the worst place of each, 1 = first, that `estimates_above` leaves open; int (k,), (k,)."""
    return 1 + above.sum(axis=0), len(above) - above.sum(axis=1)

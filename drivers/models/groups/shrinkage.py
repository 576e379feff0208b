"""Estimates of groups drawn towards their mean, each by as much as it is uncertain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

_GRID = 160
"""Standard deviations between groups over which is averaged."""

_HALVINGS = 60
"""Of the interval that holds a limit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shrunken:
    """Adjusted estimates of k groups with their intervals; `shrunken` makes them.

    Parameters
    ----------
    estimate, std_error, conf_low, conf_high
        float (k,).
    own
        Part of each adjusted estimate that is the group's own, 0 to 1; the rest is the mean's; float (k,).
    """

    estimate: np.ndarray
    std_error: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    own: np.ndarray

    def ordered(self, order: np.ndarray) -> Shrunken:
        """Some of the groups, in this order; int (m,)."""
        return Shrunken(
            estimate=self.estimate[order],
            std_error=self.std_error[order],
            conf_low=self.conf_low[order],
            conf_high=self.conf_high[order],
            own=self.own[order],
        )


def shrunken(estimate: np.ndarray, variance: np.ndarray, df: np.ndarray, *, conf_level: float) -> Shrunken:
    """The estimates of k groups, adjusted for small numbers.

    Parameters
    ----------
    estimate, variance
        Of each group, and its squared standard error above 0; float (k,), k at least 4.
    df
        Degrees of freedom of each variance; float (k,).
    conf_level
        Between 0 and 1.

    Notes
    -----
    y_i ~ N(θ_i, v_i), θ_i ~ N(μ, τ²). Given τ², θ_i is normal around B_i μ̂ + (1 − B_i) y_i, B_i = v_i / (v_i + τ²),
    with variance (1 − B_i) v_i + B_i² / Σ 1/(v_j + τ²). This is averaged over τ² by its restricted likelihood with a
    flat prior on τ², up to ten times what is seen: so the intervals count that τ² and μ are estimates, and have no gap
    where the likeliest τ² is 0. Variances are made larger by df / (df − 2), as they are estimates too.

    References
    ----------
    Morris (1983), Parametric empirical Bayes inference, doi:10.1080/01621459.1983.10477920.
    Morris and Lysy (2012), Shrinkage estimation in multilevel normal models, doi:10.1214/11-STS363.
    """
    variance = variance * np.where(df > 3, df / np.maximum(df - 2, 1.0), 3.0)
    typical = float(np.exp(np.log(variance).mean() / 2))
    widest = 10 * max(float(np.std(estimate)), typical)
    spreads = np.exp(np.linspace(np.log(typical / 100), np.log(widest), _GRID))[:, None]
    whole = variance + spreads**2
    weights = 1 / whole
    total = weights.sum(axis=1)
    mean = weights @ estimate / total
    distance = (weights * (estimate - mean[:, None]) ** 2).sum(axis=1)
    # Steps of the logarithm of τ: a flat prior on τ² is then τ².
    likely = -0.5 * (np.log(whole).sum(axis=1) + np.log(total) + distance) + 2 * np.log(spreads[:, 0])
    chance = np.exp(likely - likely.max())
    chance /= chance.sum()
    mean_part = variance / whole
    centre = mean_part * mean[:, None] + (1 - mean_part) * estimate
    width = np.sqrt((1 - mean_part) * variance + mean_part**2 / total[:, None])
    adjusted = chance @ centre
    error = np.sqrt(chance @ (width**2 + (centre - adjusted) ** 2))
    tail = (1 - conf_level) / 2
    return Shrunken(
        estimate=adjusted,
        std_error=error,
        conf_low=_limit(chance, centre, width, tail),
        conf_high=_limit(chance, centre, width, 1 - tail),
        own=chance @ (1 - mean_part),
    )


def _limit(chance: np.ndarray, centre: np.ndarray, width: np.ndarray, level: float) -> np.ndarray:
    """Where mixtures of normal distributions reach a level; float (k,)."""
    reach = 12 * width.max(axis=0)
    low, high = centre.min(axis=0) - reach, centre.max(axis=0) + reach
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = chance @ special.ndtr((middle - centre) / width) < level
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2

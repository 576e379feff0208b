"""Populations whose shares are known: what is true, computed and not drawn.

Five truths are those that promises are about: four are multivariate normal, with shares from their covariance;
the fifth is `service_center`, with shares from its planted service model. Beside them, ``small`` has shares near 0,
in ``one_counts`` five of six drivers do nothing, and ``varying`` is another population for each survey.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from drivers.survey.synthetic.population import population, shapley_shares

CORRELATION = 0.4
EXPLAINED = 0.4
"""Correlation of any two drivers, and R², in the normal truths."""

SLOPES = {
    "all_equal": (1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
    "two_tied": (2.0, 2.0, 1.0, 1.0, 0.7, 0.0),
    "close": (1.3, 1.2, 1.1, 1.0, 0.9, 0.8),
    "spread": (3.0, 2.2, 1.5, 1.0, 0.5, 0.0),
    "small": (3.0, 2.2, 1.5, 1.0, 0.5, 0.0),
    "one_counts": (3.0, 0.0, 0.0, 0.0, 0.0, 0.0),
}
CORRELATIONS = {"small": 0.1}
"""Where another correlation than the usual one holds: the less drivers correlate, the less a weak one shares in."""

VARYING = "varying"
"""Six slopes that are drawn from the exponential distribution: some drivers do much, many do little."""

NORMAL = (*SLOPES, VARYING)
SERVICE_CENTER = "service_center"
TRUTHS = ("all_equal", "two_tied", "close", "spread", SERVICE_CENTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true of a population: its drivers, their shares and partial effects on the outcome."""

    name: str
    drivers: tuple[str, ...]
    share: np.ndarray
    effect: np.ndarray

    @property
    def without_effect(self) -> tuple[str, ...]:
        """Drivers that do nothing, given the others."""
        return tuple(name for name, effect in zip(self.drivers, self.effect, strict=True) if effect == 0)


def truth(name: str, seed: int = 0) -> Truth:
    """One of the truths; where they vary, that of the survey with this seed."""
    return _truth(name, seed if name == VARYING else 0)


@cache
def _truth(name: str, seed: int) -> Truth:
    if name == SERVICE_CENTER:
        everybody = population()
        effects = np.array(list(everybody.partial_effects.values()))
        # What is planted as nothing is nothing, up to the rounding of a solved system.
        effects[np.abs(effects) < 1e-9] = 0.0
        shares = everybody.shares
        return Truth(name=name, drivers=tuple(shares), share=np.array(list(shares.values())), effect=effects)
    slopes, covariance = _slopes(name, seed), normal_covariance(name, seed)
    k = len(slopes)
    share = shapley_shares(covariance[:k, :k], covariance[:k, k])
    # Equal slopes among equally correlated drivers are equal shares; rounding must not make an order of them.
    share = np.array([share[slopes == slope].mean() for slope in slopes])
    return Truth(name=name, drivers=tuple(f"driver{j + 1}" for j in range(k)), share=share, effect=slopes)


def normal_covariance(name: str, seed: int = 0) -> np.ndarray:
    """Covariance of the drivers and, last, the outcome of a normal truth; all variances are 1; float (k + 1, k + 1)."""
    slopes = _slopes(name, seed)
    k = len(slopes)
    covariance = np.full((k + 1, k + 1), CORRELATIONS.get(name, CORRELATION))
    np.fill_diagonal(covariance, 1.0)
    drivers = covariance[:k, :k]
    slopes = slopes * np.sqrt(EXPLAINED / (slopes @ drivers @ slopes))
    covariance[:k, k] = covariance[k, :k] = drivers @ slopes
    return covariance


def _slopes(name: str, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).exponential(size=6) if name == VARYING else np.array(SLOPES[name])

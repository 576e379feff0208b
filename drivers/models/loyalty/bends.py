"""Where a curve starts to rise, levels off or falls: what the means of neighbouring steps allow to claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy import special

from drivers.models.loyalty.simultaneous import Simultaneous, perhaps_largest, simultaneous

Rise = Literal["rises_from", "levels_off", "even", "not_decided", "no_rise"]
RISES: tuple[Rise, ...] = get_args(Rise)
"""Whether the rise is steeper above some step than below it, less steep, nearly the same everywhere, none of these for
certain; or whether there is none from the lowest step to the highest."""

EVEN_WITHIN = 0.5
"""Part of the mean slope by which the slopes below and above a step may differ where a rise is called even."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bend:
    """A step at which the slope changes most, and between which steps that may truly be.

    Parameters
    ----------
    at, low, high
        Positions on the scale.
    estimate, conf_low, conf_high
        Mean slope above the step less that below it, in points per point; simultaneous limits.
    """

    at: float
    low: float
    high: float
    estimate: float
    conf_low: float
    conf_high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shape:
    """What may be claimed of the way from the lowest step to the highest.

    Parameters
    ----------
    slope, slope_low, slope_high
        From the lowest to the highest step, in points per point.
    changes
        Differences of neighbouring steps' means; (K − 1,).
    bends
        At each inner step the mean slope above it less that below; (K − 2,).
    steeper, flatter
        Where the slope grows most and shrinks most, if that is certain anywhere.
    """

    slope: float
    slope_low: float
    slope_high: float
    changes: Simultaneous
    bends: Simultaneous
    conclusion: Rise
    steeper: Bend | None
    flatter: Bend | None

    @property
    def falls(self) -> tuple[int, ...]:
        """Steps after which the mean falls for certain."""
        return tuple(int(k) for k in np.flatnonzero(self.changes.conf_high < 0))


def shape_of(
    position: np.ndarray, mean: np.ndarray, covariance: np.ndarray, df: int, *, conf_level: float, seed: int
) -> Shape:
    """The shape of a curve through the means of K steps.

    Parameters
    ----------
    position, mean
        Of each step; float (K,), K at least 3.
    covariance, df
        Of the means, under the design.

    Notes
    -----
    The bend at a step c is (m_K − m_c) / (s_K − s_c) − (m_c − m_1) / (s_c − s_1). The curve *rises from* the step with
    the largest bend if the simultaneous interval (max-t over all bends) of one lies above 0; the steps that may be the
    true place of the largest bend are those that comparisons with the best leave over. It *levels off* where one lies
    below 0 and none above. It is *even* where all lie within half the mean slope of 0. All of these rest on the
    steps' own means, not on the fitted curve.
    """
    rise = (np.eye(len(mean))[-1] - np.eye(len(mean))[0]) / (position[-1] - position[0])
    slope, error = float(rise @ mean), float(np.sqrt(max(rise @ covariance @ rise, 0.0)))
    reach = float(special.stdtrit(max(df, 1), (1 + conf_level) / 2)) * error
    changes = _contrasts(neighbours(len(mean)), mean, covariance, df, conf_level, seed)
    weights = bend_weights(position)
    bends = _contrasts(weights, mean, covariance, df, conf_level, seed)
    spread = weights @ covariance @ weights.T
    steeper, flatter = (
        _bend(sign, position[1:-1], bends, spread, df, conf_level=conf_level, seed=seed) for sign in (1.0, -1.0)
    )
    return Shape(
        slope=slope,
        slope_low=slope - reach,
        slope_high=slope + reach,
        changes=changes,
        bends=bends,
        conclusion=_conclusion(slope - reach, slope, bends),
        steeper=steeper,
        flatter=flatter,
    )


def neighbours(steps: int) -> np.ndarray:
    """Weights of the differences of neighbouring steps; float (K − 1, K)."""
    return np.diff(np.eye(steps), axis=0)


def bend_weights(position: np.ndarray) -> np.ndarray:
    """Weights of the bends at the inner steps; float (K − 2, K)."""
    steps = len(position)
    weights = np.zeros((steps - 2, steps))
    for row, c in enumerate(range(1, steps - 1)):
        above, below = 1 / (position[-1] - position[c]), 1 / (position[c] - position[0])
        weights[row, [0, c, -1]] = below, -above - below, above
    return weights


def _contrasts(
    weights: np.ndarray, mean: np.ndarray, covariance: np.ndarray, df: int, conf_level: float, seed: int
) -> Simultaneous:
    return simultaneous(weights @ mean, weights @ covariance @ weights.T, df, conf_level=conf_level, seed=seed)


def _bend(
    sign: float, inner: np.ndarray, bends: Simultaneous, spread: np.ndarray, df: int, *, conf_level: float, seed: int
) -> Bend | None:
    """The largest bend of a sign with the steps where it may be, or None where none is certain."""
    certain = bends.conf_low > 0 if sign > 0 else bends.conf_high < 0
    if not certain.any():
        return None
    largest = int(np.argmax(np.where(certain, sign * bends.estimate, -np.inf)))
    possible = perhaps_largest(sign * bends.estimate, spread, df, conf_level=conf_level, seed=seed)
    possible[largest] = True
    return Bend(
        at=float(inner[largest]),
        low=float(inner[possible].min()),
        high=float(inner[possible].max()),
        estimate=float(bends.estimate[largest]),
        conf_low=float(bends.conf_low[largest]),
        conf_high=float(bends.conf_high[largest]),
    )


def _conclusion(slope_low: float, slope: float, bends: Simultaneous) -> Rise:
    if slope_low <= 0:
        return "no_rise"
    if (bends.conf_low > 0).any():
        return "rises_from"
    if (bends.conf_high < 0).any():
        return "levels_off"
    margin = EVEN_WITHIN * slope
    if (bends.conf_low > -margin).all() and (bends.conf_high < margin).all():
        return "even"
    return "not_decided"

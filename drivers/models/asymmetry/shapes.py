"""What may be said of a penalty and a reward: how lopsided they are, and which of the two counts."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from scipy import special

from drivers.models.multiplicity import holm

OUTWEIGHS = 2.0
"""A side that counts more than so many times the other makes a driver lopsided: an index beyond ±1/3."""

Shape = Literal["must_have", "proportional", "bonus", "undecided"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
"""Its lack costs and its presence brings little; both count; its presence brings and its lack costs little."""


def asymmetry_interval(
    penalty: float, reward: float, covariance: np.ndarray, reach: float
) -> tuple[float, float, float]:
    """The impact-asymmetry index with Fieller's limits, −1 (only penalty) to 1 (only reward); NaN where there is none.

    Parameters
    ----------
    penalty, reward
        Outcome points.
    covariance
        Of the two; float (2, 2).
    reach
        Quantile of the t distribution.

    Notes
    -----
    (reward − penalty) / (reward + penalty), a negative one of the two counting as 0. There is no index where the
    interval of the denominator holds 0: all values would be plausible then.

    References
    ----------
    Fieller (1954), Some problems in interval estimation, doi:10.1111/j.2517-6161.1954.tb00159.x.
    """
    none = (float("nan"),) * 3
    difference, total = reward - penalty, reward + penalty
    turn = np.array([[-1.0, 1.0], [1.0, 1.0]])
    spread = reach**2 * turn @ covariance @ turn.T
    # The limits θ solve (difference − θ total)² = reach² var(difference − θ total).
    a, b, c = total**2 - spread[1, 1], difference * total - spread[0, 1], difference**2 - spread[0, 0]
    if not np.isfinite([a, b, c]).all() or a <= 0 or total <= 0:
        return none
    root = float(np.sqrt(max(b * b - a * c, 0.0)))
    low, estimate, high = np.clip([(b - root) / a, difference / total, (b + root) / a], -1.0, 1.0)
    return float(estimate), float(low), float(high)


def shapes(
    penalty: np.ndarray, reward: np.ndarray, covariance: np.ndarray, df: int, conf_level: float
) -> tuple[tuple[Shape, ...], np.ndarray]:
    """What each driver is, where that is beyond chance, and Holm's p-values of it; (k,), float (k,).

    Parameters
    ----------
    penalty, reward
        Outcome points, NaN where not known; float (k,).
    covariance
        Of both by driver; float (k, 2, 2).
    df
        Of the t distribution.
    conf_level
        Between 0 and 1.

    Notes
    -----
    ``must_have``: penalty > 2 reward and penalty > 0. ``bonus``: reward > 2 penalty and reward > 0. ``proportional``:
    penalty < 2 reward and reward < 2 penalty. Each claims two inequalities, and its p-value is the larger of their
    two-sided ones, so that it is an intersection-union test. Of the three, which exclude each other, a driver is given
    the one with the smallest p-value; these are corrected over the drivers by Holm, and a shape is claimed where the
    corrected one is at most 1 − ``conf_level``. So in at most that part of all samples any driver is given a shape
    that it does not have.

    References
    ----------
    Berger (1982), Multiparameter hypothesis testing and acceptance sampling, doi:10.1080/00401706.1982.10487790.
    Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    most = OUTWEIGHS
    claims = {
        "must_have": ((1.0, -most), (1.0, 0.0)),
        "proportional": ((-1.0, most), (most, -1.0)),
        "bonus": ((-most, 1.0), (0.0, 1.0)),
    }
    both = np.column_stack([penalty, reward])
    statistic = np.full((len(both), len(claims)), np.nan)
    for j, contrasts in enumerate(claims.values()):
        weights = np.array(contrasts)
        estimate = both @ weights.T
        variance = np.einsum("ca,kab,cb->kc", weights, covariance, weights)
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic[:, j] = (estimate / np.sqrt(variance)).min(axis=1)
    known = np.isfinite(statistic).all(axis=1)
    best = np.where(known[:, None], statistic, -np.inf).argmax(axis=1)
    largest = statistic[np.arange(len(both)), best]
    adjusted = holm(np.where(known, np.minimum(2 * special.stdtr(df, -largest), 1.0), np.nan))
    names = list(claims)
    # Half a rounding error must not decide.
    claimed = known & (np.nan_to_num(adjusted, nan=1.0) <= (1 - conf_level) + 1e-12)
    found = tuple(names[j] if yes else "undecided" for j, yes in zip(best, claimed, strict=True))
    return found, adjusted  # type: ignore[return-value]

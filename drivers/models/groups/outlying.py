"""Which groups stand apart from what is usual between groups: the funnel, allowing for over-dispersion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from drivers.models.multiplicity import holm

CLIP = 1.2815515655446004
"""Where standardised distances are cut off: a tenth of a normal distribution lies beyond each end."""

_EXPECTED = 0.6786597
"""Mean square of a standard normal deviation that is cut off there."""

_PRECISION = 0.94
"""Part of the precision of a mean that the centre keeps, where nothing needs cutting off."""

_HALVINGS = 40
"""Of what holds a centre."""

_ROUNDS, _TRIED = 5, 33
"""How often what holds a variance is narrowed, and the values that are tried each time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Funnel:
    """What is usual between k groups, and how far each lies from it; `funnel` makes one.

    Parameters
    ----------
    center
        The usual group.
    usual_sd
        Standard deviation between usual groups beside what chance explains; 0 where chance explains all.
    difference, std_error, df
        Each group less the mean of all others, its error by sampling alone, and degrees of freedom; float (k,).
    p_value, p_adjusted
        That there is no such difference, the latter corrected over all groups by Holm; float (k,).
    statistic, p_apart
        Distance from the usual group over what is usual, and its p corrected over all groups by Holm; float (k,).
    """

    center: float
    usual_sd: float
    difference: np.ndarray
    std_error: np.ndarray
    df: np.ndarray
    p_value: np.ndarray
    p_adjusted: np.ndarray
    statistic: np.ndarray
    p_apart: np.ndarray


def funnel(estimate: np.ndarray, variance: np.ndarray, df: np.ndarray) -> Funnel:
    """Groups against each other, and against what is usual between them.

    Parameters
    ----------
    estimate, variance
        Of each group, and its squared standard error above 0; float (k,), k at least 4.
    df
        Degrees of freedom of each variance; float (k,).

    Notes
    -----
    Two questions. *Does a group truly differ?* Its mean less that of all others, weighted by 1 / (v_j + τ²), errors by
    sampling alone, t with Satterthwaite's degrees of freedom: right whatever the groups, and of large ones nearly all
    differ a little. *Does it stand apart?* It lies farther out than groups usually do: they differ by τ² beside chance,
    the additive model of Spiegelhalter (2005), which serves better than a multiplied variance where sizes differ much.
    The usual group and τ² must not be drawn along by the very groups that are looked for, so z_i = (y_i − θ) /
    √(v_i + τ²) is cut off at ±1.28: θ makes the cut z_i, weighted by 1/√(v_i + τ²), sum to 0, and τ² makes their mean
    square what it is for normal groups (0.679, times (k − 1) / k), which leaves no bias of the cutting (Huber 1964, his
    second proposal). Each group is set against the usual one of all others; τ² has 0.6 (k − 1) degrees of freedom,
    which is what the cutting leaves.

    References
    ----------
    Spiegelhalter (2005), Funnel plots for comparing institutional performance, doi:10.1002/sim.1970.
    Huber (1964), Robust estimation of a location parameter, doi:10.1214/aoms/1177703732.
    """
    k = len(estimate)
    between = usual_variance(estimate, variance)
    whole = variance + between
    others = ~np.eye(k, dtype=bool)
    weights = others / whole
    weights /= weights.sum(axis=1, keepdims=True)
    difference = estimate - weights @ estimate
    parts = np.where(others, weights**2 * variance, np.diag(variance))
    error = np.sqrt(parts.sum(axis=1))
    freedom = error**4 / (parts**2 / df).sum(axis=1)
    p_value = 2 * special.stdtr(freedom, -np.abs(difference) / error)
    spread = whole + 1 / (_PRECISION * (others / whole).sum(axis=1))
    statistic = (estimate - _centers(estimate, whole[None], others / np.sqrt(whole))) / np.sqrt(spread)
    freedom_apart = spread**2 / (variance**2 / df + between**2 / (0.6 * (k - 1)))
    return Funnel(
        center=cut_center(estimate, whole),
        usual_sd=float(np.sqrt(between)),
        difference=difference,
        std_error=error,
        df=freedom,
        p_value=p_value,
        p_adjusted=holm(p_value),
        statistic=statistic,
        p_apart=holm(2 * special.stdtr(freedom_apart, -np.abs(statistic))),
    )


def funnel_limits(center: float, usual_sd: float, spread: float, size: np.ndarray, level: float) -> np.ndarray:
    """Between which values a usual group of each size lies with some probability; float (sizes, 2).

    Parameters
    ----------
    center, usual_sd
        Of the usual group, and between usual groups.
    spread
        Variance of single answers.
    size
        Answers of that spread that tell as much as a group's; float (sizes,).
    level
        Between 0 and 1.
    """
    reach = float(special.ndtri((1 + level) / 2)) * np.sqrt(spread / size + usual_sd**2)
    return np.column_stack([center - reach, center + reach])


def joint_ranks(
    estimate: np.ndarray, variance: np.ndarray, df: np.ndarray, *, conf_level: float, seed: int, draws: int = 4000
) -> tuple[np.ndarray, np.ndarray]:
    """The places that each group may have, 1 the highest, for all groups at once; int (k,), int (k,).

    Parameters
    ----------
    estimate, variance, df
        As in `funnel`.
    conf_level
        Of all places together.
    seed
        The same seed gives the same places.
    draws
        Of the largest difference that chance makes.

    Notes
    -----
    A group's best place is 1 + the groups that are surely above it; which these are is told by all pairwise differences
    at once (the largest of |d_i − d_j| / √(v_i + v_j), d_i drawn from √v_i t(df_i)).

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm (2024), Inference for ranks with applications to mobility across neighbourhoods
    and academic achievement across countries, doi:10.1093/restud/rdad006.
    """
    k = len(estimate)
    rng = np.random.default_rng(seed)
    error = np.sqrt(variance[:, None] + variance)
    largest = np.empty(draws)
    block = max(1, 2_000_000 // k**2)
    for start in range(0, draws, block):
        drawn = rng.standard_t(df, (min(block, draws - start), k)) * np.sqrt(variance)
        largest[start : start + block] = (np.abs(drawn[:, :, None] - drawn[:, None, :]) / error).max(axis=(1, 2))
    critical = float(np.quantile(largest, conf_level))
    above = (estimate[:, None] - estimate) > critical * error
    return 1 + above.sum(axis=0), k - above.sum(axis=1)


def usual_variance(estimate: np.ndarray, variance: np.ndarray, *, terms: int = 1, center: float | None = None) -> float:
    """The variance between usual groups; 0 where chance explains all their distances.

    Parameters
    ----------
    estimate, variance
        As in `funnel`.
    terms
        Numbers that were fitted to the estimates: their centre, unless they are residuals.
    center
        Where distances start; the robust centre unless given.
    """
    k = len(estimate)
    expected = _EXPECTED * (k - terms) / k

    def excess(between: np.ndarray) -> np.ndarray:
        whole = variance + between[:, None]
        middle = _centers(estimate, whole, 1 / np.sqrt(whole)) if center is None else np.full(len(between), center)
        cut = np.clip((estimate - middle[:, None]) / np.sqrt(whole), -CLIP, CLIP)
        return np.asarray((cut**2).mean(axis=1) - expected)

    low, high = 0.0, float(np.ptp(estimate)) ** 2
    if high == 0 or excess(np.zeros(1))[0] <= 0:
        return 0.0
    while excess(np.array([high]))[0] > 0:
        low, high = high, 4 * high
    for _ in range(_ROUNDS):
        tried = np.linspace(low, high, _TRIED)
        # Nearly always one place; of several the first.
        place = max(int(np.argmax(excess(tried) <= 0)), 1)
        low, high = float(tried[place - 1]), float(tried[place])
    return (low + high) / 2


def cut_center(estimate: np.ndarray, whole: np.ndarray) -> float:
    """The centre of groups that none of them draws along far; ``whole`` are their variances about it; float (k,)."""
    return float(_centers(estimate, whole[None], 1 / np.sqrt(whole[None]))[0])


def _centers(estimate: np.ndarray, whole: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The centre that makes cut distances, weighted, sum to 0, in each row; variances and weights are float (m, k)."""
    error = np.sqrt(whole)
    low, high = np.full(len(weights), estimate.min()), np.full(len(weights), estimate.max())
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        cut = np.clip((estimate - middle[:, None]) / error, -CLIP, CLIP)
        rising = (weights * cut).sum(axis=1) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    return np.asarray((low + high) / 2)

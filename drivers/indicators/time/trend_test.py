"""Is an indicator on its way up or down? Its slope over the waves, with what sampling and other causes move it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy import special

from drivers.indicators.card.indicator_history import History
from drivers.indicators.time.control_limits import standardising
from drivers.models.multiplicity import holm

FEWEST_WAVES = 4
"""With fewer a slope has a single degree of freedom or none, and no interval that tells anything."""

Conclusion = Literal["rising", "falling", "not_shown"]
CONCLUSIONS: tuple[Conclusion, ...] = get_args(Conclusion)
"""Whether the slope's interval lies above 0, below 0, or holds it; the last does not say that nothing changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendTest:
    """The slope of an indicator over the waves; `trend_of` makes one.

    Parameters
    ----------
    slope
        In the indicator's unit, from one wave of the survey to the next.
    df
        Waves less 2.
    between
        Standard deviation of what moves a whole wave beside sampling, in the indicator's unit; 0 where sampling alone
        would let waves lie so far from the line.
    kendall, p_kendall
        Rank correlation of value and wave, and its two-sided p-value: for comparison, decides nothing.
    """

    slope: float
    std_error: float
    conf_low: float
    conf_high: float
    p_value: float
    df: int
    between: float
    kendall: float
    p_kendall: float
    conf_level: float

    @property
    def conclusion(self) -> Conclusion:
        """What may be said of this indicator, looked at alone; `together` for several."""
        return _conclusion(self.slope, self.p_value, self.conf_level)


def trend_of(history: History, *, conf_level: float = 0.95) -> TrendTest | None:
    """Whether an indicator rises or falls over the waves; None for fewer than four of them.

    Parameters
    ----------
    history
        The indicator wave by wave.
    conf_level
        Level of the interval, between 0 and 1.

    Notes
    -----
    A straight line over the waves' places in the survey's order, gaps kept, with two sources of error: sampling, with
    all covariances between waves that the design has (the same sampling units in several waves), and whatever else
    moves a whole wave. The variance of the latter is the one by which the weighted squares about the line are what
    they should be (Paule and Mandel); where they are less already without it, it is 0, and the slope's variance is not
    made smaller for it. t has as many degrees of freedom as waves less 2 (Knapp and Hartung). Waves that remember each
    other make a slope look surer than it is. Where sampling errors are not known it is ordinary least squares.

    A steady indicator is said to rise or fall at the 95 % level, of 3,000 drawn (benchmarks/false_alarms.py), where
    waves vary as sampling lets them, and where they vary twice as much: of 6 waves in 0.4 and 4.6 %, 8 waves in 1.2 and
    4.6 %, 21 waves in 2.7 and 4.7 %; in 5 to 6 % where something of its own moves each wave while sizes differ 25-fold.

    Weights: in the history's estimates and covariance.

    References
    ----------
    Knapp and Hartung (2003), Improved tests for a random effects meta-regression with a single covariate,
    doi:10.1002/sim.1482.
    Paule and Mandel (1982), Consensus values and weighting factors, doi:10.6028/jres.087.022.
    Kendall (1938), A new measure of rank correlation, doi:10.1093/biomet/30.1-2.81.
    """
    from scipy.stats import kendalltau

    if len(history.waves) < FEWEST_WAVES:
        return None
    values, covariance, known = _spread(history)
    place = history.position.astype(float)
    fit = slope_of(place, values, covariance) if known else _plain_slope(place, values)
    df = len(values) - 2
    reach = float(special.stdtrit(df, (1 + conf_level) / 2)) * fit.std_error
    if fit.std_error > 0:
        p_value = float(2 * special.stdtr(df, -abs(fit.slope) / fit.std_error))
    else:
        p_value = 0.0 if fit.slope else 1.0
    ranks = kendalltau(place, values) if np.ptp(values) > 0 else None
    return TrendTest(
        slope=fit.slope,
        std_error=fit.std_error,
        conf_low=fit.slope - reach,
        conf_high=fit.slope + reach,
        p_value=p_value,
        df=df,
        between=fit.between,
        kendall=float(ranks.statistic) if ranks is not None else 0.0,
        p_kendall=float(ranks.pvalue) if ranks is not None else 1.0,
        conf_level=conf_level,
    )


def together(trends: Sequence[TrendTest | None]) -> tuple[Conclusion | None, ...]:
    """What may be said of several indicators at once: in at most 1 − conf_level of cases is any said wrongly (Holm)."""
    adjusted = holm(np.array([np.nan if trend is None else trend.p_value for trend in trends], dtype=float))
    return tuple(
        None if trend is None else _conclusion(trend.slope, float(p_value), trend.conf_level)
        for trend, p_value in zip(trends, adjusted, strict=True)
    )


def _conclusion(slope: float, p_value: float, conf_level: float) -> Conclusion:
    if not p_value < 1 - conf_level:
        return "not_shown"
    return "rising" if slope > 0 else "falling"


@dataclass(frozen=True, slots=True)
class Slope:
    """A slope, its standard error, and the standard deviation between waves beside sampling."""

    slope: float
    std_error: float
    between: float


def slope_of(place: np.ndarray, values: np.ndarray, covariance: np.ndarray) -> Slope:
    """The slope of values that are moved by sampling and by something of each wave's own.

    Parameters
    ----------
    place, values
        float (w,), three waves at least.
    covariance
        Of the values by sampling, variances above 0; float (w, w).
    """
    from scipy.optimize import brentq

    fit, between = _fit(place, values, covariance, 0.0), 0.0
    if fit.scatter > 1:
        most = float(np.var(values))
        while _fit(place, values, covariance, most).scatter > 1:
            most *= 2
        # Variances of rates may be as small as 1e-9.
        between = float(brentq(lambda v: _fit(place, values, covariance, v).scatter - 1, 0.0, most, xtol=most * 1e-13))
        fit = _fit(place, values, covariance, between)
    return Slope(fit.slope, fit.std_error, between**0.5)


def _plain_slope(place: np.ndarray, values: np.ndarray) -> Slope:
    """The slope by ordinary least squares; what is left about the line is between waves."""
    fit = _fit(place, values, np.eye(len(values)), 0.0)
    return Slope(fit.slope, fit.std_error * fit.scatter**0.5, fit.scatter**0.5)


@dataclass(frozen=True, slots=True)
class _Fit:
    """A weighted fit, and its weighted squares about the line over what they are expected to be."""

    slope: float
    std_error: float
    scatter: float


def _fit(place: np.ndarray, values: np.ndarray, sampling: np.ndarray, between: float) -> _Fit:
    design = np.column_stack([np.ones(len(place)), place - place.mean()])
    covariance = sampling + between * np.eye(len(place))
    weights = 1 / np.diag(covariance)
    solve = np.linalg.solve(design.T @ (weights[:, None] * design), design.T * weights)
    left = np.eye(len(place)) - design @ solve
    values = values - values[0]  # where nothing changes, rounding is no trend
    expected = weights @ np.diag(left @ covariance @ left.T)
    error = np.sqrt(max((solve @ covariance @ solve.T)[1, 1], 0.0))
    return _Fit(float(solve[1] @ values), float(error), float(weights @ (left @ values) ** 2 / expected))


def _spread(history: History) -> tuple[np.ndarray, np.ndarray, bool]:
    """Values in the indicator's unit, their covariance, and whether it is known and not only up to a factor."""
    values, weights, errors_at, method = standardising(history)
    errors = np.ones_like(values) if errors_at is None else errors_at(float(np.average(values, weights=weights)))
    if errors_at is None or not (errors > 0).all():
        return history.estimate, np.eye(len(values)), False
    scale = history.times if method in ("laney_u", "laney_p") else 1.0
    own = np.sqrt(np.diag(history.covariance))
    correlation = np.eye(len(values))
    if np.isfinite(history.covariance).all() and (own > 0).all():
        correlation = history.covariance / np.outer(own, own)
    return scale * values, scale**2 * correlation * np.outer(errors, errors), True

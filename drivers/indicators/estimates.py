"""Estimates of level: weighted means, top-2-box shares and Net Promoter Scores with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from drivers.linearization import effective_size, interval_size, mean_covariance
from drivers.models.expectations.ratios import ratios
from drivers.models.score_interval import wilson
from drivers.survey.data import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A mean of row values, its standard error, interval, and respondents behind it."""

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    n: int
    n_effective: float


def mean_level(survey: Survey, values: np.ndarray, rows: np.ndarray, conf_level: float) -> Level:
    """The weighted mean of row values with its t interval under the design.

    Parameters
    ----------
    values
        float (n,), NaN where missing.
    rows
        The domain; bool (n,).
    conf_level
        Between 0 and 1.

    Notes
    -----
    Weights: linearised, or from replicate weights; without a design every respondent is a unit. The t distribution
    has the design's degrees of freedom.
    Missing answers: rows without a value are left out.
    """
    used = answered(survey, values, rows)
    estimate = _mean(survey, values, used)
    error, reach = _error(survey, values, conf_level, used)
    return Level(
        estimate=estimate,
        std_error=error,
        conf_low=estimate - reach,
        conf_high=estimate + reach,
        n=int(used.sum()),
        n_effective=effective_size(survey, used, values),
    )


def share_level(survey: Survey, values: np.ndarray, rows: np.ndarray, conf_level: float) -> Level:
    """The weighted mean of 0/1 row values with Wilson's interval at the effective sample size.

    Notes
    -----
    Weights: the interval uses n / design effect, more than n only for what a finite population tells;
    (Σw)² / Σw² for weights alone.
    Missing answers: rows without a value are left out.

    References
    ----------
    Wilson (1927), doi:10.1080/01621459.1927.10502953; Korn and Graubard (1998) for designs.
    """
    used = answered(survey, values, rows)
    estimate = _mean(survey, values, used)
    error, _ = _error(survey, values, conf_level, used)
    low, high = wilson(estimate, interval_size(survey, used, values), conf_level)
    return Level(
        estimate=estimate,
        std_error=error,
        conf_low=low,
        conf_high=high,
        n=int(used.sum()),
        n_effective=effective_size(survey, used, values),
    )


def difference_level(
    survey: Survey, values: np.ndarray, rows: np.ndarray, rows_before: np.ndarray, conf_level: float
) -> Level:
    """The difference of two domains' weighted means with its t interval.

    Notes
    -----
    Both domains are seen in one sample, so sampling units that occur in both are allowed for; `n` and
    `n_effective` are those of the first domain.
    """
    now, before = answered(survey, values, rows), answered(survey, values, rows_before)
    estimate = _mean(survey, values, now) - _mean(survey, values, before)
    error, reach = _error(survey, values, conf_level, now, before)
    return Level(
        estimate=estimate,
        std_error=error,
        conf_low=estimate - reach,
        conf_high=estimate + reach,
        n=int(now.sum()),
        n_effective=effective_size(survey, now, values),
    )


def share_difference(
    survey: Survey, values: np.ndarray, rows: np.ndarray, rows_before: np.ndarray, conf_level: float
) -> Level:
    """The difference of two domains' weighted shares, by Wilson's intervals of both.

    Notes
    -----
    As in `drivers.models.expectations.ratios`: the intervals are joined by their squares, with the correlation that
    the design gives them (Newcombe; Zou and Donner). An interval by t has hardly any width where few were asked and a
    share is near 0 or 1: of 15 people none of whom left it would say that fewer leave there than elsewhere.
    """
    now, before = answered(survey, values, rows), answered(survey, values, rows_before)
    bottoms = np.column_stack([now, before]).astype(float)
    found = ratios(survey, np.where(bottoms > 0, values[:, None], 0.0), bottoms)
    low, high = found.difference(0, 1, conf_level)
    signs = np.array([1.0, -1.0])
    return Level(
        estimate=float(signs @ found.estimate),
        std_error=float(np.sqrt(max(0.0, signs @ found.covariance @ signs))),
        conf_low=low,
        conf_high=high,
        n=int(now.sum()),
        n_effective=effective_size(survey, now, values),
    )


def answered(survey: Survey, values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Respondents of the rows with an answer and a weight; bool (n,)."""
    return rows & ~np.isnan(values) & (survey.weights > 0)


def _mean(survey: Survey, values: np.ndarray, used: np.ndarray) -> float:
    weights = survey.weights[used]
    return float(weights @ values[used] / weights.sum()) if len(weights) else float("nan")


def _error(survey: Survey, values: np.ndarray, conf_level: float, *domains: np.ndarray) -> tuple[float, float]:
    """Standard error and reach of the t interval of a mean, or of the first mean less the second."""
    if not all(domain.any() for domain in domains) or np.logical_or.reduce(domains).sum() < 2:
        return float("nan"), float("nan")
    spread = mean_covariance(survey, values, *domains)
    signs = np.array([1.0, -1.0])[: len(domains)]
    # Of two means that are one and the same, rounding may leave less than nothing.
    error = float(np.sqrt(max(0.0, signs @ spread.covariance @ signs)))
    return error, float(special.stdtrit(max(spread.df, 1), (1 + conf_level) / 2)) * error

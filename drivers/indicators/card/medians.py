"""Medians under a design, with Woodruff's interval."""

from __future__ import annotations

import numpy as np
from scipy import special

from drivers.indicators.estimates import Level, answered
from drivers.linearization import Linearised, effective_size, mean_covariance
from drivers.survey.data import Survey


def median_level(survey: Survey, values: np.ndarray, rows: np.ndarray, conf_level: float) -> Level:
    """The weighted median of row values with Woodruff's interval.

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
    The share of answers up to the median has a t interval around one half under the design; the values at its two
    ends are the median's limits. All three are values that occur. The standard error is half the distance of the ends
    over t, where values between those that occur are interpolated, so that rounded numbers do not seem to be certain.
    Weights: in the shares and their variance, linearised or from replicate weights.
    Missing answers: rows without a value are left out.

    References
    ----------
    Woodruff (1952), Confidence intervals for medians and other position measures,
    doi:10.1080/01621459.1952.10483443; Francisco and Fuller (1991), doi:10.1214/aos/1176347993.
    """
    used = answered(survey, values, rows)
    n = int(used.sum())
    estimate = _quantile(survey, values, used, 0.5) if n else float("nan")
    if n < 2:
        nothing = float("nan")
        return Level(
            estimate=estimate, std_error=nothing, conf_low=nothing, conf_high=nothing, n=n, n_effective=float(n)
        )
    below = np.where(used, values <= estimate, np.nan)
    spread = mean_covariance(survey, below, used)
    reach = float(special.stdtrit(max(spread.df, 1), (1 + conf_level) / 2) * np.sqrt(spread.covariance[0, 0]))
    low, high = max(0.0, 0.5 - reach), min(1.0, 0.5 + reach)
    return Level(
        estimate=estimate,
        std_error=_deviation(survey, values, used, float(np.sqrt(spread.covariance[0, 0]))),
        conf_low=_quantile(survey, values, used, low),
        conf_high=_quantile(survey, values, used, high),
        n=n,
        n_effective=effective_size(survey, used, below),
    )


def median_change(
    survey: Survey, values: np.ndarray, rows: np.ndarray, rows_before: np.ndarray, conf_level: float
) -> Level:
    """The difference of two domains' weighted medians with its t interval.

    Notes
    -----
    A median moves by the share of answers up to it over the density there (Francisco and Fuller); the density is what
    Woodruff's interval says of it. Sampling units that occur in both domains are allowed for.
    """
    now, before = answered(survey, values, rows), answered(survey, values, rows_before)
    spread = median_covariance(survey, values, now, before)
    signs = np.array([1.0, -1.0])
    error = float(np.sqrt(max(0.0, signs @ spread.covariance @ signs)))
    reach = float(special.stdtrit(max(spread.df, 1), (1 + conf_level) / 2)) * error
    median = _quantile(survey, values, now, 0.5)
    estimate = median - _quantile(survey, values, before, 0.5)
    return Level(
        estimate=estimate,
        std_error=error,
        conf_low=estimate - reach,
        conf_high=estimate + reach,
        n=int(now.sum()),
        n_effective=effective_size(survey, now, np.where(now, values <= median, np.nan)),
    )


def median_covariance(survey: Survey, values: np.ndarray, *domains: np.ndarray) -> Linearised:
    """The covariance of a column's weighted medians in domains without common rows, as `mean_covariance` of means."""
    used = [answered(survey, values, domain) for domain in domains]
    below = np.full(len(values), np.nan)
    for domain in used:
        below[domain] = values[domain] <= _quantile(survey, values, domain, 0.5)
    spread = mean_covariance(survey, below, *used)
    errors = np.sqrt(np.diag(spread.covariance))
    slopes = np.array(
        [
            _deviation(survey, values, domain, float(error)) / error if error > 0 else 0.0
            for domain, error in zip(used, errors, strict=True)
        ]
    )
    return Linearised(covariance=spread.covariance * np.outer(slopes, slopes), df=spread.df)


def _ladder(survey: Survey, values: np.ndarray, used: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The values that occur, in order, and the weighted part of answers with each; float (m,), (m,)."""
    steps, place = np.unique(values[used], return_inverse=True)
    parts = np.bincount(place, weights=survey.weights[used])
    return steps, parts / parts.sum()


def _quantile(survey: Survey, values: np.ndarray, used: np.ndarray, level: float) -> float:
    """The least value that at least this part of the answers do not exceed."""
    steps, parts = _ladder(survey, values, used)
    # Sums of weights that should meet the level may miss it by rounding.
    return float(steps[min(int(np.searchsorted(np.cumsum(parts), level - 1e-12)), len(steps) - 1)])


def _deviation(survey: Survey, values: np.ndarray, used: np.ndarray, error: float) -> float:
    """The standard error of a median from that of the share up to it, over values that are interpolated."""
    steps, parts = _ladder(survey, values, used)
    middle = np.cumsum(parts) - parts / 2
    low, high = np.interp([0.5 - error, 0.5 + error], middle, steps)
    return float(high - low) / 2

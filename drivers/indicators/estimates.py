"""Estimates of level: weighted means, top-2-box shares and Net Promoter Scores with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from drivers.linearization import effective_size, survey_covariance
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Mean:
    estimate: float
    influence: np.ndarray
    rows: np.ndarray

    @property
    def n(self) -> int:
        return int(self.rows.sum())


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
    Weights: linearised; without strata and clusters every respondent is a unit.
    Missing answers: rows without a value are left out.
    """
    mean = _mean(survey, values, rows)
    variance, df = _variance(survey, mean.influence, mean.rows)
    error = float(np.sqrt(variance))
    reach = _reach(df, conf_level) * error
    return Level(
        estimate=mean.estimate,
        std_error=error,
        conf_low=mean.estimate - reach,
        conf_high=mean.estimate + reach,
        n=mean.n,
        n_effective=effective_size(survey, mean.rows, values),
    )


def share_level(survey: Survey, values: np.ndarray, rows: np.ndarray, conf_level: float) -> Level:
    """The weighted mean of 0/1 row values with Wilson's interval at the effective sample size.

    Notes
    -----
    Weights: the interval uses n / design effect; (Σw)² / Σw² for weights alone.
    Missing answers: rows without a value are left out.

    References
    ----------
    Wilson (1927), doi:10.1080/01621459.1927.10502953; Korn and Graubard (1998) for designs.
    """
    mean = _mean(survey, values, rows)
    variance, _ = _variance(survey, mean.influence, mean.rows)
    n_effective = effective_size(survey, mean.rows, values)
    low, high = wilson(mean.estimate, n_effective, conf_level)
    return Level(
        estimate=mean.estimate,
        std_error=float(np.sqrt(variance)),
        conf_low=low,
        conf_high=high,
        n=mean.n,
        n_effective=n_effective,
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
    now, before = _mean(survey, values, rows), _mean(survey, values, rows_before)
    variance, df = _variance(survey, now.influence - before.influence, now.rows | before.rows)
    error = float(np.sqrt(variance))
    estimate = now.estimate - before.estimate
    reach = _reach(df, conf_level) * error
    return Level(
        estimate=estimate,
        std_error=error,
        conf_low=estimate - reach,
        conf_high=estimate + reach,
        n=now.n,
        n_effective=effective_size(survey, now.rows, values),
    )


def wilson(share: float, n: float, conf_level: float) -> tuple[float, float]:
    """Wilson's score interval for a share of n answers; n need not be whole."""
    z = float(special.ndtri((1 + conf_level) / 2))
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return max(0.0, float(centre - reach)), min(1.0, float(centre + reach))


def _mean(survey: Survey, values: np.ndarray, rows: np.ndarray) -> _Mean:
    used = rows & ~np.isnan(values) & (survey.weights > 0)
    weights = np.where(used, survey.weights, 0.0)
    total = weights.sum()
    if total == 0:
        nothing = np.zeros(len(values))
        return _Mean(estimate=float("nan"), influence=nothing, rows=used)
    filled = np.where(used, values, 0.0)
    estimate = float(weights @ filled / total)
    deviation = np.where(used, filled - estimate, 0.0)
    return _Mean(
        estimate=estimate,
        influence=weights * deviation / total,
        rows=used,
    )


def _variance(survey: Survey, influence: np.ndarray, rows: np.ndarray) -> tuple[float, int]:
    if rows.sum() < 2:
        return float("nan"), 1
    spread = survey_covariance(survey, influence[:, None], rows)
    return float(spread.covariance[0, 0]), spread.df


def _reach(df: int, conf_level: float) -> float:
    return float(special.stdtrit(max(df, 1), (1 + conf_level) / 2))

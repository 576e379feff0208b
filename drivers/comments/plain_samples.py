"""Means and shares of reviews, of which each counts once, as if they were drawn at random from all there might be."""

from __future__ import annotations

import numpy as np
from scipy import special

from drivers.models.expectations.ratios import Estimate
from drivers.models.score_interval import wilson


def plain_share(counts: np.ndarray, level: float) -> Estimate:
    """A part with Wilson's interval (1927, doi:10.1080/01621459.1927.10502953); bool (n,)."""
    n, share = len(counts), float(counts.mean())
    low, high = wilson(share, n, level)
    return Estimate(
        estimate=share, std_error=float(np.sqrt(share * (1 - share) / n)), conf_low=low, conf_high=high, n=n
    )


def plain_mean(values: np.ndarray, level: float) -> Estimate:
    """A mean with its t interval; float (n,)."""
    n, mean = len(values), float(values.mean())
    error = float(values.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan")
    reach = float(special.stdtrit(max(n - 1, 1), (1 + level) / 2)) * error
    return Estimate(estimate=mean, std_error=error, conf_low=mean - reach, conf_high=mean + reach, n=n)


def mean_difference(one: np.ndarray, other: np.ndarray, level: float) -> Estimate:
    """The mean of some less that of others, by Welch (1947), doi:10.1093/biomet/34.1-2.28."""
    parts = [values.var(ddof=1) / len(values) for values in (one, other)]
    error = float(np.sqrt(sum(parts)))
    estimate = float(one.mean() - other.mean())
    n = len(one) + len(other)
    if not error > 0:
        # All on a side alike: the difference is what it is, and no test can be made of it.
        return Estimate(
            estimate=estimate, std_error=0.0, conf_low=estimate, conf_high=estimate, n=n, p_value=float(estimate == 0)
        )
    df = error**4 / sum(part**2 / (len(values) - 1) for part, values in zip(parts, (one, other), strict=True))
    reach = float(special.stdtrit(df, (1 + level) / 2)) * error
    return Estimate(
        estimate=estimate,
        std_error=error,
        conf_low=estimate - reach,
        conf_high=estimate + reach,
        n=n,
        p_value=float(2 * special.stdtr(df, -abs(estimate) / error)),
    )


def share_difference(one: np.ndarray, other: np.ndarray, level: float) -> Estimate:
    """The part of some less that of others: Newcombe's interval of two Wilson's, and Fisher's exact test."""
    first, second = float(one.mean()), float(other.mean())
    (low, high), (other_low, other_high) = (
        wilson(share, len(values), level) for share, values in ((first, one), (second, other))
    )
    estimate = first - second
    return Estimate(
        estimate=estimate,
        std_error=float(np.sqrt(first * (1 - first) / len(one) + second * (1 - second) / len(other))),
        conf_low=estimate - float(np.hypot(first - low, other_high - second)),
        conf_high=estimate + float(np.hypot(high - first, second - other_low)),
        n=len(one) + len(other),
        p_value=_fisher(int(one.sum()), len(one), int(other.sum()), len(other)),
    )


def _fisher(a: int, n: int, b: int, m: int) -> float:
    from scipy import stats

    return float(stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue)

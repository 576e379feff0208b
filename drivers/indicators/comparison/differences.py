"""Differences of means with their t intervals, what each says alone, and what all of a family say together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from scipy import special

from drivers.indicators.comparison.benchmark_result import Conclusion, Difference
from drivers.models.expectations.ratios import Estimate
from drivers.models.multiplicity import holm


def interval(estimate: float, error: float, df: int, n: int, conf_level: float) -> Estimate:
    """An estimate with its t interval."""
    reach = float(special.stdtrit(max(df, 1), (1 + conf_level) / 2)) * error
    return Estimate(
        estimate=estimate,
        std_error=error,
        conf_low=estimate - reach,
        conf_high=estimate + reach,
        n=n,
        p_value=two_sided(estimate, error, df),
    )


def two_sided(estimate: float, error: float, df: int) -> float:
    """How often chance alone would part two equal values so far; NaN where the error is not known."""
    if error > 0:
        return float(2 * special.stdtr(max(df, 1), -abs(estimate) / error))
    return float("nan") if np.isnan(error) else float(estimate == 0)


def difference(estimate: float, error: float, df: int, conf_level: float) -> Difference:
    """A difference that stands alone, with its t interval."""
    told = interval(estimate, error, df, 0, conf_level)
    return Difference(
        estimate=estimate,
        std_error=error,
        conf_low=told.conf_low,
        conf_high=told.conf_high,
        p_value=told.p_value,
        p_adjusted=told.p_value,
        conclusion=_says(estimate, told.p_value, conf_level),
    )


def corrected(family: Mapping[str, Difference], conf_level: float) -> dict[str, Difference]:
    """Differences that are told side by side, with Holm's correction over all of them."""
    adjusted = holm(np.array([one.p_value for one in family.values()]))
    return {
        name: replace(one, p_adjusted=float(p), conclusion=_says(one.estimate, float(p), conf_level))
        for (name, one), p in zip(family.items(), adjusted, strict=True)
    }


def from_best(estimates: np.ndarray, errors: np.ndarray, df: int, conf_level: float) -> Difference:
    """Our value less the best of several.

    Parameters
    ----------
    estimates, errors
        Our value less each of them, and standard errors; float (J,).

    Notes
    -----
    The best of several is partly the luckiest. We are above it where we are above each, so that the lower limit is the
    smallest of all lower limits (an intersection–union test, Berger 1982), and below it where we are below any, so
    that the upper limit is the smallest of all upper limits at a level that allows for their number (Bonferroni).
    """
    tail = (1 - conf_level) / 2
    low = float((estimates + special.stdtrit(max(df, 1), tail) * errors).min())
    high = float((estimates - special.stdtrit(max(df, 1), tail / len(estimates)) * errors).min())
    place = int(estimates.argmin())
    says: Conclusion = "above" if low > 0 else "below" if high < 0 else "open"
    return Difference(
        estimate=float(estimates[place]),
        std_error=float(errors[place]),
        conf_low=low,
        conf_high=high,
        p_value=float("nan"),
        p_adjusted=float("nan"),
        conclusion=says,
    )


def _says(estimate: float, p_value: float, conf_level: float) -> Conclusion:
    # Rounding must not part a p-value from the interval that ends at the same place.
    if not p_value < 1 - conf_level:
        return "open"
    return "above" if estimate > 0 else "below"

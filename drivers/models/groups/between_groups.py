"""How much groups truly differ: the variance between their estimates that sampling does not explain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

FEWEST_GROUPS = 4
"""Below this nothing is known of a variance between groups, nor is there anything to draw an estimate towards."""

_STEPS = 200
"""Values of the standard deviation between groups that are looked at first, and halvings of what holds a limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """The mean of groups and how much they differ around it; `between_groups` makes one.

    Parameters
    ----------
    mean, std_error, df
        Of the mean of groups, and the degrees of freedom of its t.
    sd, sd_low, sd_high
        Standard deviation between groups, with its interval.
    predicted_low, predicted_high
        Where the truth of a new group lies, at the level asked for.
    statistic, df_between, df_resid, p_value
        Of the test that groups do not differ: F, its degrees of freedom, and p.
    """

    mean: float
    std_error: float
    df: int
    sd: float
    sd_low: float
    sd_high: float
    predicted_low: float
    predicted_high: float
    statistic: float
    df_between: int
    df_resid: float
    p_value: float

    def interval(self, conf_level: float) -> tuple[float, float]:
        """The interval of the mean of groups."""
        reach = float(special.stdtrit(self.df, (1 + conf_level) / 2)) * self.std_error
        return self.mean - reach, self.mean + reach


def between_groups(estimate: np.ndarray, variance: np.ndarray, df: np.ndarray, *, conf_level: float) -> Between:
    """The variance between k groups, by restricted maximum likelihood, with its interval and test.

    Parameters
    ----------
    estimate, variance
        Of each group, and its squared standard error above 0; float (k,), at least `FEWEST_GROUPS`.
    df
        Degrees of freedom of each variance; float (k,).
    conf_level
        Between 0 and 1.

    Notes
    -----
    y_i ~ N(μ, v_i + τ²). The interval holds every τ² that the generalised Q statistic does not refuse (Viechtbauer
    2007). Variances that are themselves estimated make Q too large; it is divided by Welch's factor and judged by his
    F, a variance v_i + τ² having the degrees of freedom of v_i times (1 + τ²/v_i)². At τ² = 0 this is Welch's test of
    equal means. The mean has the t of Hartung and Knapp, its error never below that of known variances. A new group's
    truth lies within μ ± t(k − 2) √(τ² + se²) (Higgins 2009).

    References
    ----------
    Viechtbauer (2007), Confidence intervals for the amount of heterogeneity in meta-analysis, doi:10.1002/sim.2514.
    Welch (1951), On the comparison of several mean values, doi:10.1093/biomet/38.3-4.330.
    Hartung and Knapp (2001), A refined method for the meta-analysis of controlled clinical trials,
    doi:10.1002/sim.791.
    Higgins, Thompson and Spiegelhalter (2009), A re-evaluation of random-effects meta-analysis,
    doi:10.1111/j.1467-985X.2008.00552.x.
    """
    k = len(estimate)
    found = restricted_likelihood_variance(estimate, variance)
    weights = 1 / (variance + found)
    mean = float(weights @ estimate / weights.sum())
    scatter = float(weights @ (estimate - mean) ** 2) / (k - 1)
    error = float(np.sqrt(max(scatter, 1.0) / weights.sum()))
    statistic, df_resid, p_value = welch(estimate, variance, df)
    tail = (1 - conf_level) / 2

    def refused(between: float) -> float:
        return welch(estimate, variance, df, between=between)[2]

    low = _where(refused, tail, estimate, variance)
    high = _where(refused, 1 - tail, estimate, variance)
    reach = float(special.stdtrit(k - 2, 1 - tail)) * float(np.sqrt(found + error**2))
    return Between(
        mean=mean,
        std_error=error,
        df=k - 1,
        sd=float(np.sqrt(found)),
        sd_low=float(np.sqrt(low)),
        # Where even equal groups would differ more than these do, the estimate is the most that is known.
        sd_high=float(np.sqrt(max(high, found))),
        predicted_low=mean - reach,
        predicted_high=mean + reach,
        statistic=statistic,
        df_between=k - 1,
        df_resid=df_resid,
        p_value=p_value,
    )


def welch(
    estimate: np.ndarray, variance: np.ndarray, df: np.ndarray, *, between: float = 0.0
) -> tuple[float, float, float]:
    """Welch's F that groups differ by no more than a variance between them; statistic, degrees of freedom, p."""
    k = len(estimate)
    whole = variance + between
    weights = 1 / whole
    total = weights.sum()
    scatter = float(weights @ (estimate - weights @ estimate / total) ** 2) / (k - 1)
    unsure = float(((1 - weights / total) ** 2 / (df * (whole / variance) ** 2)).sum())
    statistic = scatter / (1 + 2 * (k - 2) / (k**2 - 1) * unsure)
    df_resid = (k**2 - 1) / (3 * unsure)
    return statistic, df_resid, float(special.fdtrc(k - 1, df_resid, statistic))


def restricted_likelihood_variance(estimate: np.ndarray, variance: np.ndarray) -> float:
    """The variance between groups that is likeliest, one degree of freedom being the mean's."""
    from scipy.optimize import minimize_scalar

    widest = float(np.ptp(estimate))
    if widest == 0:
        return 0.0
    tried = np.linspace(0.0, 2 * widest, _STEPS)
    unlikely = np.array([_unlikely(sd, estimate, variance) for sd in tried])
    best = int(unlikely.argmin())
    around = (float(tried[max(best - 1, 0)]), float(tried[min(best + 1, _STEPS - 1)]))
    fitted = minimize_scalar(
        _unlikely, bounds=around, args=(estimate, variance), method="bounded", options={"xatol": 1e-9 * widest}
    )
    # A bounded search never tries the end itself.
    return float(fitted.x) ** 2 if fitted.fun < unlikely[0] else 0.0


def _unlikely(sd: float, estimate: np.ndarray, variance: np.ndarray) -> float:
    """Minus twice the restricted log-likelihood, but for a constant."""
    whole = variance + sd**2
    weights = 1 / whole
    total = weights.sum()
    return float(np.log(whole).sum() + np.log(total) + weights @ (estimate - weights @ estimate / total) ** 2)


def _where(p_value: Callable[[float], float], level: float, estimate: np.ndarray, variance: np.ndarray) -> float:
    """The variance between groups at which a p-value that rises with it reaches a level; 0 where it always does."""
    if p_value(0.0) >= level:
        return 0.0
    low, high = 0.0, float(np.var(estimate) + variance.max())
    while p_value(high) < level:
        low, high = high, 4 * high
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if p_value(middle) < level else (low, middle)
        if high - low < 1e-12 * high:
            break
    return high

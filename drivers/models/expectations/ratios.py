"""Means and shares of one sample under its design, jointly, with intervals of each and of differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from drivers.linearization import Linearised, domain_fpc, domain_replicates, survey_covariance
from drivers.models.score_interval import score_interval
from drivers.survey.data import Survey

LARGEST = 8.0
"""Normal deviations of the smallest p-value that is told, 1e-15."""

HALVINGS = 40
"""Of the interval that holds a critical deviation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """An estimate with its standard error and interval, and respondents behind it; ``p_value`` of a mean that is 0."""

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    n: int
    p_value: float = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ratios:
    """Weighted ratios of sums, their covariance, and respondents behind each; `ratios` makes them.

    Parameters
    ----------
    estimate
        float (q,).
    covariance
        float (q, q).
    df
        Degrees of freedom of the design.
    n
        Respondents with anything in a ratio's denominator; int (q,).
    kish
        The same, where nothing but weights counts: (Σv)² / Σv², v the weighted parts of the denominator; float (q,).
    left
        1 less the part of the population that was sampled.
    """

    estimate: np.ndarray
    covariance: np.ndarray
    df: int
    n: np.ndarray
    kish: np.ndarray
    left: float = 1.0

    def mean(self, q: int, level: float) -> Estimate:
        """A ratio with its t interval."""
        error = float(np.sqrt(max(0.0, self.covariance[q, q]))) if self.n[q] > 1 else float("nan")
        df, middle = max(self.df, 1), float(self.estimate[q])
        reach = float(special.stdtrit(df, (1 + level) / 2)) * error
        if error > 0:
            p_value = float(2 * special.stdtr(df, -abs(middle) / error))
        else:
            p_value = 0.0 if error == 0 and middle else float("nan") if np.isnan(error) else 1.0
        return Estimate(
            estimate=middle,
            std_error=error,
            conf_low=middle - reach,
            conf_high=middle + reach,
            n=int(self.n[q]),
            p_value=p_value,
        )

    def share(self, q: int, level: float) -> Estimate:
        """A ratio from 0 to 1 with Wilson's interval at the effective size."""
        low, high = self._wilson(q, (1 - level) / 2)
        return Estimate(
            estimate=float(self.estimate[q]),
            std_error=float(np.sqrt(max(0.0, self.covariance[q, q]))),
            conf_low=low,
            conf_high=high,
            n=int(self.n[q]),
        )

    def effective(self, q: int) -> float:
        """Respondents over the design effect of a share, no more than unequal weights alone would leave.

        Of a finite population that was sampled in good part these tell as much as more of an endless one.
        """
        share, variance = float(self.estimate[q]), float(self.covariance[q, q])
        most = float(self.kish[q]) / self.left if self.left > 0 else float("inf")
        # Where all or none count, and where sampling units are all alike by luck, the design effect has no meaning.
        if not 0 < share < 1 or not variance > 0:
            return most
        # A variance from a few who count little is too small by chance: then what weights leave is the better guess.
        return min(most, share * (1 - share) / variance)

    def difference(self, first: int, second: int, level: float) -> tuple[float, float]:
        """The interval of one share less another."""
        return self._difference(first, second, (1 - level) / 2)

    def p_value(self, first: int, second: int, null: float) -> float:
        """Two-sided: one less the level at which the interval of the difference ends at the null value."""
        found = float(self.estimate[first] - self.estimate[second])
        if found == null:
            return 1.0
        end = 0 if found > null else 1

        def beyond(deviation: float) -> bool:
            limit = self._difference(first, second, float(special.ndtr(-deviation)))[end]
            return limit > null if found > null else limit < null

        low, high = 0.0, LARGEST
        if beyond(high):
            low = high
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if beyond(middle) else (low, middle)
        return float(2 * special.ndtr(-low))

    def _wilson(self, q: int, tail: float) -> tuple[float, float]:
        share, n = min(max(float(self.estimate[q]), 0.0), 1.0), self.effective(q)
        # The variance of a share under unequal weights is itself estimated, from no more than these.
        critical = -float(special.stdtrit(max(1.0, min(self.df, self.kish[q] - 1)), tail))
        return score_interval(share, n, critical)

    def _difference(self, first: int, second: int, tail: float) -> tuple[float, float]:
        (low, high), (other_low, other_high) = (self._wilson(q, tail) for q in (first, second))
        one, other = float(self.estimate[first]), float(self.estimate[second])
        spread = float(np.sqrt(max(0.0, self.covariance[first, first] * self.covariance[second, second])))
        related = float(self.covariance[first, second]) / spread if spread > 0 else 0.0
        related = min(max(related, -1.0), 1.0)

        def reach(near: float, far: float) -> float:
            return float(np.sqrt(max(0.0, near**2 + far**2 - 2 * related * near * far)))

        middle = one - other
        return middle - reach(one - low, other_high - other), middle + reach(high - one, other - other_low)


def ratios(survey: Survey, tops: np.ndarray, bottoms: np.ndarray) -> Ratios:
    """The ratios Σ w top / Σ w bottom, with their joint covariance under the design.

    Parameters
    ----------
    tops, bottoms
        What each respondent adds to each ratio, 0 outside its domain; float (n, q). Bottoms are not below 0.

    Notes
    -----
    A mean in a domain has the domain's 0 or 1 for its bottom. An interval of a difference of shares joins Wilson's
    intervals of both by their squares, with the correlation of the two (Newcombe 1998; Zou and Donner 2008): unlike
    estimate ± t standard errors it keeps its level where shares are near 0 and domains are small. Wilson's interval
    takes the size at which a simple random sample would have the same variance, and t in place of the normal quantile.
    Weights: linearised under strata, sampling units and finite populations; with replicate weights the ratios are
    computed anew in each, and move to first order where a replicate has nobody of a domain.

    References
    ----------
    Newcombe (1998), Interval estimation for the difference between independent proportions,
    doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
    Zou and Donner (2008), Construction of confidence limits about effect measures, doi:10.1002/sim.3095.
    Korn and Graubard (1998), Confidence intervals for proportions with small expected number of positive counts
    estimated from survey data.
    """
    rows = (bottoms > 0).any(axis=1) & (survey.weights > 0)
    weights = np.where(rows, survey.weights, 0.0)[:, None]
    totals = (weights * bottoms).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = (weights * tops).sum(axis=0) / totals
    known = totals > 0
    influence = np.zeros(tops.shape)
    influence[:, known] = weights * (tops[:, known] - estimate[known] * bottoms[:, known]) / totals[known]
    spread = _covariance(survey, influence, tops, bottoms, estimate, rows)
    parts, fpc = weights * bottoms, domain_fpc(survey, rows)
    with np.errstate(invalid="ignore", divide="ignore"):
        kish = parts.sum(axis=0) ** 2 / (parts**2).sum(axis=0)
    return Ratios(
        estimate=estimate,
        covariance=spread.covariance,
        df=spread.df,
        n=(rows[:, None] & (bottoms > 0)).sum(axis=0),
        kish=kish,
        left=1.0 if fpc is None or not rows.any() else 1.0 - float(np.average(fpc[rows], weights=survey.weights[rows])),
    )


def _covariance(
    survey: Survey,
    influence: np.ndarray,
    tops: np.ndarray,
    bottoms: np.ndarray,
    estimate: np.ndarray,
    rows: np.ndarray,
) -> Linearised:
    replicates = domain_replicates(survey, rows)
    if replicates is not None:
        with np.errstate(invalid="ignore", divide="ignore"):
            drawn = (replicates.weights.T @ tops[rows]) / (replicates.weights.T @ bottoms[rows])
        if np.isfinite(drawn).all() and np.isfinite(estimate).all():
            return Linearised(covariance=replicates.covariance(drawn, estimate), df=replicates.df)
    return survey_covariance(survey, influence, rows)

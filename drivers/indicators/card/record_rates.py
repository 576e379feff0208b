"""Rates of what units count, such as complaints for each contact: their intervals and their changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from drivers.indicators.estimates import Level


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """What units counted in one wave.

    Parameters
    ----------
    unit
        Names of the units; one unnamed unit where they are not told apart; str (k,).
    count, exposure
        What was counted, and what could have been; float (k,), no NaN.
    part
        Whether each exposed can be counted once at most, so that the rate is a part of them.
    """

    unit: np.ndarray
    count: np.ndarray
    exposure: np.ndarray
    part: bool

    @property
    def rate(self) -> float:
        """All that was counted over all that could have been; NaN where nothing could."""
        total = float(self.exposure.sum())
        return float(self.count.sum()) / total if total > 0 else float("nan")

    @property
    def chance_variance(self) -> float:
        """The variance of the rate where every event is a matter of its own: Poisson's, or the binomial."""
        rate = self.rate
        return rate * (1 - rate if self.part else 1.0) / float(self.exposure.sum())

    @property
    def influence(self) -> np.ndarray:
        """What each unit adds to the rate's distance from its expectation; float (k,)."""
        added: np.ndarray = (self.count - self.rate * self.exposure) / self.exposure.sum()
        return added


def rate_level(counted: Counted, conf_level: float) -> Level:
    """The rate of all units together, with its exact interval at the effective exposure.

    Notes
    -----
    One unit: the interval of Garwood for counts, of Clopper and Pearson for parts. Several: events come in clusters
    and units differ, so that the ratio's variance is taken over units, Σ (y − R x)² k / (k − 1) X², never less than
    that of the exact interval's own model. The exposure is divided by how many times as large it is, and by (t / z)²
    for what few units leave unknown of it (Korn and Graubard); then the exact interval is taken. `n` is the exposure,
    `n_effective` what is left of it after the first division.

    References
    ----------
    Garwood (1936), doi:10.1093/biomet/28.3-4.437; Clopper and Pearson (1934), doi:10.1093/biomet/26.4.404; Korn and
    Graubard (1998), Confidence intervals for proportions with small expected number of positive counts estimated from
    survey data, Survey Methodology 24, 193–201; Cochran (1977), Sampling Techniques, 6.4.
    """
    rate, total, units = counted.rate, float(counted.exposure.sum()), len(counted.count)
    if not total > 0:
        nothing = float("nan")
        return Level(estimate=nothing, std_error=nothing, conf_low=nothing, conf_high=nothing, n=0, n_effective=0.0)
    excess = dispersion(counted)
    effective = total / excess
    known = effective * _certainty(units, conf_level)
    low, high = exact_interval(rate * known, known, part=counted.part, conf_level=conf_level)
    return Level(
        estimate=rate,
        std_error=float(np.sqrt(counted.chance_variance * excess)),
        conf_low=low,
        conf_high=high,
        n=int(total),
        n_effective=effective,
    )


def rate_change(now: Counted, before: Counted, conf_level: float) -> Level:
    """The difference of two waves' rates with its interval.

    Notes
    -----
    Several units: what each adds to the difference is its own, so that lasting differences between units cancel; t
    interval with units − 1 degrees of freedom, its variance never less than that of counts. One unit: from the exact
    limits of both rates (Zou and Donner).

    References
    ----------
    Zou and Donner (2008), Construction of confidence limits about effect measures, doi:10.1002/sim.3095.
    """
    difference = now.rate - before.rate
    least = now.chance_variance + before.chance_variance
    names = np.union1d(now.unit, before.unit)
    if len(names) > 1:
        added = np.zeros(len(names))
        added[np.searchsorted(names, now.unit)] += now.influence
        added[np.searchsorted(names, before.unit)] -= before.influence
        added -= added.mean()
        variance = max(float(added @ added) * len(names) / (len(names) - 1), least)
        reach = float(special.stdtrit(len(names) - 1, (1 + conf_level) / 2) * np.sqrt(variance))
        low, high = difference - reach, difference + reach
    else:
        variance = least
        one, other = rate_level(now, conf_level), rate_level(before, conf_level)
        low = difference - float(np.hypot(one.estimate - one.conf_low, other.conf_high - other.estimate))
        high = difference + float(np.hypot(one.conf_high - one.estimate, other.estimate - other.conf_low))
    exposure = float(now.exposure.sum())
    return Level(
        estimate=difference,
        std_error=float(np.sqrt(variance)),
        conf_low=low,
        conf_high=high,
        n=int(exposure),
        n_effective=exposure / dispersion(now),
    )


def dispersion(counted: Counted) -> float:
    """How many times as large the rate's variance over units is as that of counts; 1 at least, and for one unit."""
    units = len(counted.count)
    if units < 2 or not counted.chance_variance > 0:
        return 1.0
    influence = counted.influence
    return max(1.0, float(influence @ influence) * units / (units - 1) / counted.chance_variance)


def exact_interval(count: float, exposure: float, *, part: bool, conf_level: float) -> tuple[float, float]:
    """Garwood's interval of a count for each exposed, or Clopper and Pearson's of a part; counts need not be whole."""
    tail = (1 - conf_level) / 2
    if part:
        rest = exposure - count
        low = float(special.betaincinv(count, rest + 1, tail)) if count > 0 else 0.0
        high = float(special.betaincinv(count + 1, rest, 1 - tail)) if rest > 0 else 1.0
        return low, high
    low = float(special.gammaincinv(count, tail)) / exposure if count > 0 else 0.0
    return low, float(special.gammaincinv(count + 1, 1 - tail)) / exposure


def _certainty(units: int, conf_level: float) -> float:
    """(z / t)²: what is left of an exposure whose variance is known from a few units only."""
    if units < 2:
        return 1.0
    upper = (1 + conf_level) / 2
    return float((special.ndtri(upper) / special.stdtrit(units - 1, upper)) ** 2)

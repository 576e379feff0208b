"""The bootstrap: over respondents, or over sampling units within strata, as weight factors."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import NormalDist

import numpy as np
from scipy import special

from drivers.survey.design.sampling import lone_unit
from drivers.survey.respondents import unit_codes

CHUNK_REPLICATES = 64

ALIKE = 1e-12
"""Replicates that are so near to the estimate differ from it by rounding, as where a population was taken whole."""


def replicate_factors(
    n: int,
    *,
    n_boot: int,
    seed: int,
    strata: np.ndarray | None = None,
    clusters: np.ndarray | None = None,
    fpc: np.ndarray | None = None,
) -> Iterator[np.ndarray]:
    """Factors by which each row's weight is multiplied, in chunks of replicates; float (b, n).

    Parameters
    ----------
    n
        Rows.
    n_boot
        Replicates in all.
    seed
        The same seed gives the same factors, whatever the number of cores.
    strata, clusters
        Codes of the stratum and the sampling unit of each row; int (n,).
    fpc
        Part of the sampling units of the row's stratum that were sampled, 0 to 1; float (n,). Without strata and
        clusters the rows are a simple random sample without replacement.

    Raises
    ------
    ModelError
        Where a stratum has a single sampling unit and was not taken whole: its variance cannot be known.

    Notes
    -----
    Without a design, n rows are drawn with equal probability and each carries its weight. With one,
    n_h − 1 of the n_h sampling units of each stratum are drawn with replacement, and a unit that was drawn m times
    has the factor 1 − λ_h + λ_h m n_h / (n_h − 1), λ_h = √(1 − f_h), f_h the part that was sampled. The variance of a
    resampled total is then the linearised one, (1 − f_h) included; factors are never negative, and all 1 in a
    stratum that was taken whole.
    Weights: carried by the rows, not by the draws.

    References
    ----------
    Rao and Wu (1988), Resampling inference with complex survey data, doi:10.1080/01621459.1988.10478591; Rao, Wu and
    Yue (1992), Some recent work on resampling methods for complex surveys, Survey Methodology 18, 209–217.
    """
    children = np.random.SeedSequence(seed).spawn(-(-n_boot // CHUNK_REPLICATES))
    units = None
    if strata is not None or clusters is not None or fpc is not None:
        units = _sampling_units(n, strata, clusters, fpc)
    for position, child in enumerate(children):
        rng = np.random.default_rng(child)
        size = min(CHUNK_REPLICATES, n_boot - position * CHUNK_REPLICATES)
        if units is None:
            yield np.stack([np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(size)]).astype(float)
        else:
            unit_of_row, units_by_stratum = units
            factors = np.ones((size, int(unit_of_row.max()) + 1))
            for members, kept in units_by_stratum:
                drawn = len(members) - 1
                counts = rng.multinomial(drawn, np.full(len(members), 1 / len(members)), size=size)
                factors[:, members] = (1 - kept) + kept * (counts * (len(members) / drawn))
            yield factors[:, unit_of_row]


def _sampling_units(
    n: int, strata: np.ndarray | None, clusters: np.ndarray | None, fpc: np.ndarray | None
) -> tuple[np.ndarray, list[tuple[np.ndarray, float]]]:
    """The sampling unit of each row, and of each stratum with chance variation its units and √(1 − f)."""
    stratum = np.zeros(n, dtype=np.int64) if strata is None else strata
    _, first, unit_of_row = np.unique(unit_codes(strata, clusters, n), return_index=True, return_inverse=True)
    stratum_of_unit = stratum[first]
    by_stratum = []
    for name in np.unique(stratum_of_unit):
        members = np.flatnonzero(stratum_of_unit == name)
        fraction = 0.0 if fpc is None else float(fpc[first[members[0]]])
        if fraction >= 1:
            continue
        if len(members) < 2:
            raise lone_unit(int(np.flatnonzero(stratum == name)[0]))
        by_stratum.append((members, float(np.sqrt(1 - fraction))))
    return unit_of_row, by_stratum


def percentile_interval(replicates: np.ndarray, conf_level: float) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper percentile limits of each column; float (k,), (k,).

    Parameters
    ----------
    replicates
        float (n_boot, k).
    conf_level
        Between 0 and 1.

    Notes
    -----
    Order statistics at (n_boot + 1) α, interpolated on the normal-quantile scale, as R's boot does.

    References
    ----------
    Davison and Hinkley (1997), Bootstrap Methods and their Application, doi:10.1017/CBO9780511802843, eq. 5.8.
    """
    ordered = np.sort(replicates, axis=0)
    low, high = (1 - conf_level) / 2, (1 + conf_level) / 2
    return _order_statistic(ordered, low), _order_statistic(ordered, high)


def bca_interval(
    replicates: np.ndarray, estimate: np.ndarray, acceleration: np.ndarray, conf_level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bias-corrected and accelerated limits of each column; float (k,), (k,).

    Parameters
    ----------
    replicates
        float (n_boot, k).
    estimate
        At the sample; float (k,).
    acceleration
        Skewness of the influence, Σ l³ / 6 (Σ l²)^1.5; float (k,).
    conf_level
        Between 0 and 1.

    Notes
    -----
    The bias correction counts replicates strictly below the estimate, as R's boot does. NaN where all
    replicates lie on one side of the estimate, or the correction runs away; the estimate itself where all equal it.

    References
    ----------
    Efron (1987), Better bootstrap confidence intervals, doi:10.1080/01621459.1987.10478410.
    """
    ordered = np.sort(replicates, axis=0)
    bias = special.ndtri((replicates < estimate).mean(axis=0))
    alike = np.abs(replicates - estimate).max(axis=0) <= ALIKE * (1 + np.abs(estimate))
    limits = []
    for level in ((1 - conf_level) / 2, (1 + conf_level) / 2):
        shift = bias + special.ndtri(level)
        sure = ~alike & np.isfinite(bias) & (acceleration * np.where(np.isfinite(bias), shift, 0.0) < 1)
        limit = np.where(alike, estimate, np.nan)
        for j in np.flatnonzero(sure):
            adjusted = float(special.ndtr(bias[j] + shift[j] / (1 - acceleration[j] * shift[j])))
            limit[j] = _order_statistic(ordered[:, [j]], adjusted)[0]
        limits.append(limit)
    return limits[0], limits[1]


def _order_statistic(ordered: np.ndarray, level: float) -> np.ndarray:
    n_boot = len(ordered)
    place = (n_boot + 1) * level
    below = int(place)
    if below < 1:
        return ordered[0]
    if below >= n_boot:
        return ordered[-1]
    if place == below:
        return ordered[below - 1]
    quantile = NormalDist().inv_cdf
    start = quantile(below / (n_boot + 1))
    weight = (quantile(level) - start) / (quantile((below + 1) / (n_boot + 1)) - start)
    return ordered[below - 1] + weight * (ordered[below] - ordered[below - 1])

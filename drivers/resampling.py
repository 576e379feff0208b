"""The bootstrap: over respondents, or over sampling units within strata, as weight factors."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import NormalDist

import numpy as np

from drivers.errors import ModelError
from drivers.survey.respondents import unit_codes

CHUNK_REPLICATES = 64


def replicate_factors(
    n: int,
    *,
    n_boot: int,
    seed: int,
    strata: np.ndarray | None = None,
    clusters: np.ndarray | None = None,
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

    Raises
    ------
    ModelError
        Where a stratum has a single sampling unit, whose variance cannot be known.

    Notes
    -----
    Without a design, n rows are drawn with equal probability and each carries its weight. With one,
    n_h − 1 of the n_h sampling units of each stratum are drawn and rescaled by n_h / (n_h − 1).
    Weights: carried by the rows, not by the draws.

    References
    ----------
    Rao and Wu (1988), Resampling inference with complex survey data, doi:10.1080/01621459.1988.10478591.
    """
    children = np.random.SeedSequence(seed).spawn(-(-n_boot // CHUNK_REPLICATES))
    units = None if strata is None and clusters is None else _sampling_units(n, strata, clusters)
    for position, child in enumerate(children):
        rng = np.random.default_rng(child)
        size = min(CHUNK_REPLICATES, n_boot - position * CHUNK_REPLICATES)
        if units is None:
            yield np.stack([np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(size)]).astype(float)
        else:
            unit_of_row, units_by_stratum = units
            factors = np.zeros((size, int(unit_of_row.max()) + 1))
            for members in units_by_stratum:
                drawn = len(members) - 1
                counts = rng.multinomial(drawn, np.full(len(members), 1 / len(members)), size=size)
                factors[:, members] = counts * (len(members) / drawn)
            yield factors[:, unit_of_row]


def _sampling_units(
    n: int, strata: np.ndarray | None, clusters: np.ndarray | None
) -> tuple[np.ndarray, list[np.ndarray]]:
    """The sampling unit of each row, and the units of each stratum."""
    stratum = np.zeros(n, dtype=np.int64) if strata is None else strata
    _, first, unit_of_row = np.unique(unit_codes(strata, clusters, n), return_index=True, return_inverse=True)
    stratum_of_unit = stratum[first]
    names = np.unique(stratum_of_unit)
    by_stratum = [np.flatnonzero(stratum_of_unit == h) for h in names]
    for h, members in zip(names, by_stratum, strict=True):
        if len(members) < 2:
            row = int(np.flatnonzero(stratum == h)[0])
            raise ModelError(
                f"Expected at least two sampling units in every stratum, found one in the stratum of row {row + 1}; "
                "merge that stratum with a neighbour in the data."
            )
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

"""How sure the means of units are: variances steadied by each other, allowing for heavy tails and sampling units."""

from __future__ import annotations

import numpy as np
from scipy import special

from drivers.models.groups.group_means import GroupMeans
from drivers.models.groups.steadied import steadied
from drivers.survey.data import Survey
from drivers.survey.respondents import unit_codes

FEWEST_TOTALS = 4
"""Answers, or sampling units, of a unit from which something is learnt of the tails."""

LEAST_LEFT = 0.1
"""Least part of a unit that lies outside one of its sampling units, as far as its errors allow for it."""

FEWEST_FOR_TREND = 8
"""Units from which it can be told how variances grow with size."""


def sure_means(
    survey: Survey, values: np.ndarray, codes: np.ndarray, found: GroupMeans
) -> tuple[np.ndarray, np.ndarray]:
    """The variances of units' means, steadied by all, and their degrees of freedom; float (k,), float (k,).

    Parameters
    ----------
    values, codes
        As `group_means` had them.
    found
        What it made of them: units with two answers or more, not all of which answered alike.

    Notes
    -----
    `steadied` takes what differs between variances beyond a χ² for true differences. Answers with heavy tails, such as
    a share near 1, make variances differ more than that by chance, and lowest where the mean is most extreme. So
    degrees of freedom are divided by 1 + γ / 2 first, γ the excess kurtosis within units, when it is above 0 (Box
    1953). With sampling units γ is that of their totals, which holds also how unequal their sizes are. There an answer
    of a large unit tells less, as more people share a sampling unit: what is steadied follows a power of the size. Each
    unit is a sample of its own, so that its m sampling units count m / (m − 1): as a part of the whole survey, whose
    many sampling units give hardly any such factor, it would look surer than it is.

    References
    ----------
    Box (1953), Non-normality and tests on variances, doi:10.1093/biomet/40.3-4.318.
    Bell and McCaffrey (2002), Bias reduction in standard errors for linear regression with multi-stage samples, Survey
    Methodology 28(2), 169–181.
    """
    added, group, units, lifted = _totals(survey, values, codes, len(found.n))
    freedom = found.df / (1 + max(_excess(added, group, len(found.n)), 0.0) / 2)
    own = _of_own_sample(survey, found, units, lifted)
    scale = found.n.astype(float)
    if survey.clusters is not None or survey.replicates is not None:
        scale = scale / found.n ** _growth(own * scale, freedom, found.n)
    steady, df = steadied(own * scale, freedom)
    return steady / scale, df


def _of_own_sample(survey: Survey, found: GroupMeans, units: np.ndarray, lifted: np.ndarray) -> np.ndarray:
    """The variances where each unit has a sample of its own: of m sampling units m − 1 tell how they differ."""
    if survey.replicates is not None:
        return found.variance * (found.df + 1) / found.df
    return np.asarray(found.variance * np.where(units > 0, np.maximum(units / found.df, lifted), 1.0))


def _totals(
    survey: Survey, values: np.ndarray, codes: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What single answers, or sampling units, add to the mean of their group.

    Returns
    -------
    tuple
        Contributions, float (m,); their groups, int (m,); the sampling units of each group, 0 where answers are the
        sample, int (k,); and by how much squares are larger over 1 less each one's part of its group, float (k,).
    """
    rows = np.flatnonzero((codes >= 0) & ~np.isnan(values) & (survey.weights > 0))
    group, weights = codes[rows], survey.weights[rows]
    mean = np.bincount(group, weights * values[rows], minlength=k) / np.bincount(group, weights, minlength=k)
    added = weights * (values[rows] - mean[group])
    if survey.clusters is None:
        return added, group, np.zeros(k, dtype=np.int64), np.ones(k)
    unit = unit_codes(survey.strata, survey.clusters, len(codes))[rows]
    first, last = np.full(k, unit.max() + 1), np.full(k, -1)
    np.minimum.at(first, group, unit)
    np.maximum.at(last, group, unit)
    # A group within one sampling unit is a population of its own.
    single = first >= last
    unit = np.where(single[group], unit.max() + 1 + np.arange(len(rows)), unit)
    pairs, place = np.unique(np.column_stack([group, unit]), axis=0, return_inverse=True)
    place, owner = place.ravel(), pairs[:, 0]
    total = np.bincount(place, added)
    part = np.bincount(place, weights) / np.bincount(group, weights, minlength=k)[owner]
    squares = np.bincount(owner, total**2, minlength=k)
    # The part that a sampling unit has of the mean draws it to itself (Bell and McCaffrey 2002).
    over = np.bincount(owner, total**2 / np.maximum(1 - part, LEAST_LEFT), minlength=k)
    lifted = np.divide(over, squares, out=np.ones(k), where=squares > 0)
    return total, owner, np.where(single, 0, np.bincount(owner, minlength=k)), lifted


def _excess(added: np.ndarray, group: np.ndarray, k: int) -> float:
    """Excess kurtosis of contributions within groups; 0 where nothing is known of it."""
    m = np.bincount(group, minlength=k)
    squares, fourth = np.bincount(group, added**2, minlength=k), np.bincount(group, added**4, minlength=k)
    told = (m >= FEWEST_TOTALS) & (squares > 0)
    if not told.any():
        return 0.0
    m, squares, fourth = m[told], squares[told], fourth[told]
    # Of a normal sample of m the kurtosis is 3 (m − 1) / (m + 1) on average.
    excess = m * fourth / squares**2 * (m + 1) / (m - 1) - 3
    return float(np.average(excess, weights=m))


def _growth(variance: np.ndarray, df: np.ndarray, n: np.ndarray) -> float:
    """The power of the size by which the variance of an answer grows, 0 to 1."""
    known = variance > 0
    if np.count_nonzero(known) < FEWEST_FOR_TREND:
        return 0.0
    half = df[known] / 2
    logs = np.log(variance[known]) - special.digamma(half) + np.log(half)
    weights = 1 / special.polygamma(1, half)
    size = np.log(n[known])
    size = size - np.average(size, weights=weights)
    spread = float(weights @ size**2)
    return float(np.clip(weights @ (size * logs) / spread, 0.0, 1.0)) if spread > 0 else 0.0

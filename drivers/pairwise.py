"""Means and correlations from whoever answered both of two questions, made to fit together."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from drivers.errors import ModelError
from drivers.results import read_only

SMALLEST_EIGENVALUE = 1e-6
"""Correlations with a smaller eigenvalue are no table that any answers could have, or next to none: one column
would be told by the others but for a millionth of its variance."""

PROJECTIONS = 100
"""Rounds towards the nearest correlations; from some 50 on, up to 25 variables, only the last digits move."""

SPREAD_FLOOR = 1e-12
"""A variance below this part of the column's own is rounding noise: those who answered both gave one answer."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairwiseMoments:
    """Means and correlations of p variables, each pair from those who answered both.

    Parameters
    ----------
    mean, deviation
        Weighted means and standard deviations (divided as R's ``cov.wt`` does) of all answers to each
        variable; float (p,).
    correlation
        Weighted correlations, positive definite; float (p, p).
    n_smallest
        Respondents of the pair that the fewest answered both.
    n_effective_smallest
        The smallest (Σw)² / Σw² (Kish 1965) of a pair.
    smallest_eigenvalue
        Of the correlations as they were found, before any repair.
    largest_change
        Of a correlation by the repair; 0 where none was needed.
    """

    mean: np.ndarray
    deviation: np.ndarray
    correlation: np.ndarray
    n_smallest: int
    n_effective_smallest: float
    smallest_eigenvalue: float
    largest_change: float

    @property
    def repaired(self) -> bool:
        """Whether the correlations had to be changed to be positive definite."""
        return self.smallest_eigenvalue < SMALLEST_EIGENVALUE


def pairwise_moments(
    values: np.ndarray, weights: np.ndarray | None = None, *, names: Sequence[str] | None = None
) -> PairwiseMoments:
    """Means and correlations from incomplete rows.

    Parameters
    ----------
    values
        float (n, p), NaN where not answered.
    weights
        float (n,), 0 or more; 1 for every row unless given.
    names
        Of the columns, for messages.

    Raises
    ------
    ModelError
        Where fewer than two respondents answered both of a pair, or all of them gave one answer.

    Notes
    -----
    Each correlation has the means and deviations of its own pair, as R's ``cor(use = "pairwise.complete.obs")``.
    Correlations from different respondents need not fit together; where they do not, they are replaced by the
    nearest ones that do (`nearest_correlation`).

    Weights: weighted moments; only their proportions matter.
    Missing answers: available pairs. Unbiased only where holes depend on nothing (missing completely at random).
    """
    n, p = values.shape
    names = names if names is not None else [f"column {position + 1}" for position in range(p)]
    weights = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    answered = (~np.isnan(values) & (weights > 0)[:, None]).astype(float)
    counts = answered.T @ answered
    _check_counts(counts, names)
    sums, squares = (answered * weights[:, None]).T @ answered, (answered * weights[:, None] ** 2).T @ answered
    mean, deviation = _own_moments(values, answered, weights)
    found = _correlations(values, weights, np.ones((1, n)))[0]
    _check_spread(found, counts, names)
    correlation, smallest = nearest_correlation(found)
    freedom = 1 - np.diag(squares) / np.diag(sums) ** 2
    return PairwiseMoments(
        mean=read_only(mean),
        deviation=read_only(deviation / np.sqrt(freedom)),
        correlation=read_only(correlation),
        n_smallest=int(counts.min()),
        n_effective_smallest=float((sums**2 / squares).min()),
        smallest_eigenvalue=smallest,
        largest_change=float(np.abs(correlation - found).max()),
    )


def pairwise_correlations(values: np.ndarray, weights: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Correlations of each resample, positive definite; float (b, p, p).

    Parameters
    ----------
    values
        float (n, p), NaN where not answered.
    weights
        float (n,), 0 or more.
    factors
        By which each row's weight is multiplied; float (b, n).

    Notes
    -----
    A resample in which a pair has no joint answers, or one answer only, says nothing: all its correlations
    are NaN.
    """
    found = _correlations(values, weights, factors)
    known = np.isfinite(found).all(axis=(1, 2))
    found[~known] = np.nan
    smallest = np.full(len(found), np.inf)
    smallest[known] = np.linalg.eigvalsh(found[known])[:, 0]
    for replicate in np.flatnonzero(smallest < SMALLEST_EIGENVALUE):
        found[replicate] = nearest_correlation(found[replicate])[0]
    return found


def pairwise_influence(values: np.ndarray, weights: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Each row's contribution, weight included, to estimates that are functions of pairwise correlations; float (n, k).

    Parameters
    ----------
    values
        float (n, p), NaN where not answered.
    weights
        float (n,), 0 or more.
    gradient
        Of each estimate with respect to the correlations R, such that it changes by Σ G[a, b] dR[a, b] over all
        a and b; float (k, p, p).

    Notes
    -----
    A row that answered both a and b, standardised to z within the pair, contributes
    w / Σw · (z_a z_b − r (z_a² + z_b²) / 2) to their correlation r, any other row nothing.
    Where the correlations were repaired, that they were is not part of it.
    """
    n, p = values.shape
    both = gradient + np.swapaxes(gradient, 1, 2)
    answered = (~np.isnan(values)).astype(float)
    centred = _centred(values, weights)
    influence = np.zeros((n, len(gradient)))
    for a in range(p - 1):
        rest = slice(a + 1, p)
        part = weights[:, None] * answered[:, [a]] * answered[:, rest]
        part = part / part.sum(axis=0)
        first, second = centred[:, [a]], centred[:, rest]
        first = first - (part * first).sum(axis=0)
        second = second - (part * second).sum(axis=0)
        first = first / np.sqrt((part * first**2).sum(axis=0))
        second = second / np.sqrt((part * second**2).sum(axis=0))
        correlation = (part * first * second).sum(axis=0)
        moved = part * (first * second - correlation * (first**2 + second**2) / 2)
        influence += moved @ both[:, a, rest].T
    return influence


def nearest_correlation(found: np.ndarray) -> tuple[np.ndarray, float]:
    """The nearest positive definite correlations, and the smallest eigenvalue of those that were found.

    Parameters
    ----------
    found
        Symmetric, 1 on the diagonal; float (p, p). Returned as they are where no eigenvalue is below
        `SMALLEST_EIGENVALUE`.

    Notes
    -----
    Alternating projections (Higham 2002), by statsmodels, aimed at twice the bound so that rounding cannot end below
    it. Where they have not arrived in time, a mixture with the identity lifts the smallest eigenvalue to the bound.

    References
    ----------
    Higham (2002), Computing the nearest correlation matrix, doi:10.1093/imanum/22.3.329.
    """
    smallest = float(np.linalg.eigvalsh(found)[0])
    if smallest >= SMALLEST_EIGENVALUE:
        return found, smallest
    from statsmodels.stats.correlation_tools import corr_nearest
    from statsmodels.tools.sm_exceptions import IterationLimitWarning

    with warnings.catch_warnings():
        # That the projections stopped early shows in the eigenvalues, which are looked at below.
        warnings.simplefilter("ignore", IterationLimitWarning)
        near = corr_nearest(found, threshold=2 * SMALLEST_EIGENVALUE, n_fact=PROJECTIONS / len(found))
    near = (near + near.T) / 2
    left = float(np.linalg.eigvalsh(near)[0])
    if left < SMALLEST_EIGENVALUE:
        mixed = (2 * SMALLEST_EIGENVALUE - left) / (1 - left)
        near = (1 - mixed) * near + mixed * np.eye(len(near))
    return near, smallest


def _centred(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Values on one scale, holes at 0; float (n, p)."""
    answered = ~np.isnan(values)
    mean, deviation = _own_moments(values, answered.astype(float), weights)
    return np.where(answered, values - mean, 0.0) / np.where(deviation > 0, deviation, 1.0)


def _own_moments(values: np.ndarray, answered: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted means and standard deviations (divided by Σw) of each column's answers; float (p,), (p,)."""
    part = answered * weights[:, None]
    part = part / part.sum(axis=0)
    filled = np.where(answered > 0, values, 0.0)
    mean = (part * filled).sum(axis=0)
    return mean, np.sqrt((part * (filled - mean) ** 2).sum(axis=0))


def _correlations(values: np.ndarray, weights: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Correlations by pairs as they are, NaN where there are none; float (b, p, p)."""
    p = values.shape[1]
    answered = (~np.isnan(values)).astype(float)
    x = _centred(values, weights)
    weighted = factors * weights
    found = np.broadcast_to(np.eye(p), (len(factors), p, p)).copy()
    for i in range(p - 1):
        own, one = answered[:, [i]], x[:, [i]]
        others, other = answered[:, i + 1 :], x[:, i + 1 :]
        columns = [own * others, one * others, own * other, one**2 * others, own * other**2, one * other]
        sums = np.split(weighted @ np.concatenate(columns, axis=1), 6, axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            first, second, first_square, second_square, product = (part / sums[0] for part in sums[1:])
            spread, other_spread = first_square - first**2, second_square - second**2
            told = (product - first * second) / np.sqrt(spread * other_spread)
        known = (spread > SPREAD_FLOOR) & (other_spread > SPREAD_FLOOR)
        found[:, i, i + 1 :] = found[:, i + 1 :, i] = np.where(known, np.clip(told, -1.0, 1.0), np.nan)
    return found


def _check_counts(counts: np.ndarray, names: Sequence[str]) -> None:
    i, j = (int(place) for place in np.unravel_index(counts.argmin(), counts.shape))
    if (n := int(counts[i, j])) < 2:
        raise ModelError(
            f"Expected at least 2 respondents who answered both {names[i]!r} and {names[j]!r}, found {n}; "
            "leave one of the two out, or impute.",
            code="few_answers",
            values={"n": n, "needed": 2},
        )


def _check_spread(found: np.ndarray, counts: np.ndarray, names: Sequence[str]) -> None:
    if np.isfinite(found).all():
        return
    i, j = (int(place) for place in np.argwhere(~np.isfinite(found))[0])
    raise ModelError(
        f"Expected answers to {names[i]!r} and {names[j]!r} that differ, found only one answer to one of them among "
        f"the {int(counts[i, j])} respondents who answered both; leave one of the two out, or impute."
    )

"""What follows from the fits of all subsets: their likelihoods row by row, and under resampled weights.

Arrays in, arrays out; columns and subsets as in `subsets`.

The maximum does not move ℓ to first order, so that dℓ(S)/dw_i = ℓ_i(S). `row_sums` therefore gives the
influence of a row on any weighted sum of the fits, such as a Shapley value.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from drivers.importance.likelihood.kernels import CUMULATIVE, NEGATIVE_BINOMIAL
from drivers.importance.likelihood.replicates import add_rows, replicate_part
from drivers.importance.likelihood.series import series_part
from drivers.importance.likelihood.subsets import (
    KINDS,
    WORSE,
    SubsetFits,
    fit_subsets,
    layout,
    rows_of,
    worse_than_inner,
)
from drivers.importance.orders.parts import Progress, in_parts

CHUNK_ROWS = 512
"""Rows that are summed together."""

CHUNK_REPLICATES, CHUNK_WORK = 32, 2**27
"""Replicates of a chunk at most; and their rows × subsets: well under a second, so that stopping is quick."""

MUCH_WORSE = 0.25
"""Log-likelihood by which a quick replicate may seem to fit worse than one that it holds."""

EVENTS = 5
"""Rarer answers for each column, below which a resample may be separated or nearly so, and shortcuts mislead."""


def row_sums(fits: SubsetFits, x: np.ndarray, y: np.ndarray, combination: np.ndarray) -> np.ndarray:
    """Σ_S combination[S, j] ℓ_i(S) for each row i; float (n, q).

    Parameters
    ----------
    fits, x, y
        Of `fit_subsets`; every fit has converged.
    combination
        float (2**k, q).

    Notes
    -----
    The derivative of Σ_S combination[S, j] ℓ(S) by the weight of row i.
    """
    kind = KINDS[fits.family]
    starts, offsets, coefficients = fits.starts.copy(), fits.offsets.copy(), fits.coefficients.copy()
    combination = np.array(combination, dtype=float, order="C")
    sums = np.zeros((len(x), combination.shape[1]))
    answers = np.array(y, dtype=float)

    def one(begin: int) -> None:
        part = slice(begin, begin + CHUNK_ROWS)
        columns = np.ascontiguousarray(((x[part] - fits.centre) / fits.scale).T)
        add_rows(kind, columns, answers[part], starts, offsets, coefficients, combination, sums[part])

    in_parts(one, range(0, len(x), CHUNK_ROWS))
    if kind != CUMULATIVE:
        sums -= gammaln(answers + 1)[:, None] * combination.sum(axis=0)
    return sums


def null_rows(fits: SubsetFits, y: np.ndarray) -> np.ndarray:
    """Each row's log-likelihood in the model without columns; float (n,).

    Parameters
    ----------
    fits, y
        Of `fit_subsets`.
    """
    kind, at = KINDS[fits.family], fits.null_parameters.copy()
    answers, sums = np.array(y, dtype=float), np.zeros((len(y), 1))
    none, ends = np.zeros(1, dtype=np.int64), np.array([0, len(at)])
    add_rows(kind, np.zeros((0, len(y))), answers, none, ends, at, np.ones((1, 1)), sums)
    return sums[:, 0] - (0.0 if kind == CUMULATIVE else gammaln(answers + 1))


def replicate_fits(
    fits: SubsetFits,
    x: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    factors: np.ndarray,
    *,
    full: bool = False,
    progress: Progress | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood of every subset under resampled weights, and of the model without columns.

    Parameters
    ----------
    fits, x, y, weights
        Of `fit_subsets`; every fit has converged.
    factors
        By which each row's weight is multiplied; float (b, n), 0 or more.
    full
        Whether to iterate every fit until it settles, instead of stopping where a step would add less
        than 0.25 and adding what it would.
    progress
        As `in_parts` calls it.

    Returns
    -------
    values, null
        float (b, 2**k) and (b,). Both are 0 where the resampled answers are all alike: nothing is left to
        explain, and no pseudo-R² is defined.

    Notes
    -----
    A category of ordered answers that was not drawn is left out of that replicate. Where a resample is
    separated, the likelihood is its limit. Where the rarer answers are few, every fit settles.
    """
    kind = KINDS[fits.family]
    used = weights > 0
    full = full or _rarer(kind, y[used]) < EVENTS * x.shape[1]
    rows, order = rows_of(kind, (x[used] - fits.centre) / fits.scale, y[used], weights[used])
    positions = np.flatnonzero(used)[order]
    starts, offsets = fits.starts.copy(), fits.offsets.copy()
    _, squares, blocks = layout(kind, len(rows.bounds) - 1, starts)
    coefficients, shapes, moves = fits.coefficients.copy(), fits.factors.copy(), fits.moves.copy()
    values, null = np.zeros((len(factors), len(offsets) - 1)), np.zeros(len(factors))
    chunk = max(1, min(CHUNK_REPLICATES, CHUNK_WORK // (len(positions) * values.shape[1])))

    def one(begin: int) -> None:
        part = slice(begin, begin + chunk)
        multiples = np.zeros((len(values[part]), len(rows.y)))
        multiples[:, : len(positions)] = factors[part][:, positions]
        again = np.full(len(multiples), full or kind == NEGATIVE_BINOMIAL, dtype=np.int8)
        if not again.all():
            series_part(
                *(kind, rows, starts, offsets, squares, blocks, coefficients, shapes, moves),
                *(multiples, values[part], null[part], again),
            )
        chosen = np.flatnonzero(again)
        if len(chosen):
            found, nothing = np.zeros((len(chosen), values.shape[1])), np.zeros(len(chosen))
            replicate_part(
                *(kind, rows, starts, offsets, squares, blocks, coefficients, shapes, moves),
                *(multiples[chosen], full, found, nothing),
            )
            values[begin + chosen], null[begin + chosen] = found, nothing

    in_parts(one, range(0, len(factors), chunk), progress)
    if not starts[0]:
        values[:, 0] = null
    missed = worse_than_inner(values, null, WORSE if full else MUCH_WORSE).any(axis=1)
    if kind != CUMULATIVE:
        constants = -(factors @ np.where(used, weights * gammaln(y + 1), 0.0))
        values += constants[:, None]
        null += constants
    for replicate in np.flatnonzero(missed):
        # Where a resample is separated, or nearly so, the sample's solutions may lead far off.
        drawn = used & (factors[replicate] > 0)
        codes = np.unique(y[drawn], return_inverse=True)[1].astype(float) if kind == CUMULATIVE else y[drawn]
        own = weights[drawn] * factors[replicate, drawn]
        values[replicate] = fit_subsets(x[drawn], codes, own, starts, family=fits.family, limits=True).log_likelihood
    return values, null


def _rarer(kind: int, y: np.ndarray) -> int:
    """Rows with the rarer answer, of ordered ones where a threshold divides them most unevenly; counts above 0."""
    if kind != CUMULATIVE:
        return int((y > 0).sum())
    below = np.bincount(y.astype(np.int64)).cumsum()
    return int(np.minimum(below[:-1], len(y) - below[:-1]).min())

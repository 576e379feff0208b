"""What follows from the fit of every subset: gains by size, dominance, commonality, averages over allowed orders.

Arrays in, arrays out. A subset of k units is a bit mask, unit i being bit i; a table of fits is float
(…, 2**k), its first entry the fit of the controls alone. Any fit will do: R² of linear models, a
pseudo-R² of others.

References
----------
Azen and Budescu (2003), The dominance analysis approach for comparing predictors in multiple regression,
doi:10.1037/1082-989X.8.2.129.
Nimon and Oswald (2013), Understanding the results of multiple linear regression, doi:10.1177/1094428113493929.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np
from numba import njit

from drivers.importance.orders.subsets import PIVOT_FLOOR, standardised

Prerequisites = Sequence[Sequence[int]]
"""For each unit the units that must be in the model before it, as the main effects of an interaction must."""

MOST_TABLED = 22
"""Units up to which the fits of all subsets are kept in a table: 2**22 numbers take 32 MB."""


@njit("void(f8[:, ::1], i8, i8[::1], f8[::1])", nogil=True, cache=True)
def _reduce(matrix, begin, starts, scale):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Sweep the columns of one unit into the model, in place; the whole matrix stays valid (Gauss–Jordan)."""
    m = matrix.shape[0]
    for column in range(starts[begin], starts[begin + 1]):
        pivot = matrix[column, column]
        if pivot <= PIVOT_FLOOR * scale[column]:
            # The column adds nothing: its coefficient is 0 and nothing changes.
            for a in range(m):
                matrix[column, a] = 0.0
                matrix[a, column] = 0.0
            continue
        inverse = 1.0 / pivot
        for a in range(m):
            if a != column:
                factor = matrix[a, column] * inverse
                for b in range(m):
                    if b != column:
                        matrix[a, b] -= factor * matrix[column, b]
                matrix[a, column] = -factor
        for b in range(m):
            if b != column:
                matrix[column, b] *= inverse
        matrix[column, column] = inverse


@njit("void(f8[:, ::1], f8[:, ::1], i8, i8, f8[::1])", nogil=True, cache=True)
def _enter(source, target, begin, end, scale):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Schur complement of `source` by its columns begin…end, columns behind them, into `target` (upper half)."""
    m = source.shape[0]
    here = source
    for column in range(begin, end):
        pivot = here[column, column]
        inverse = 1.0 / pivot if pivot > PIVOT_FLOOR * scale[column] else 0.0
        for a in range(column + 1, m):
            factor = here[column, a] * inverse
            for b in range(a, m):
                target[a, b] = here[a, b] - factor * here[column, b]
        here = target


@njit("void(f8[:, :, ::1], i8[::1], f8[:, ::1])", nogil=True, cache=True)
def _tables(matrices, starts, fits):  # type: ignore[no-untyped-def]  # pragma: no cover
    """R² of every subset of each matrix (b, m, m) with unit variances into fits (b, 2**k)."""
    k = starts.shape[0] - 1
    m = matrices.shape[1]
    stack = np.empty((k + 1, m, m))
    scale = np.empty(m)
    following = np.empty(k + 1, np.int64)
    mask = np.empty(k + 1, np.int64)
    for replicate in range(matrices.shape[0]):
        stack[0] = matrices[replicate]
        for a in range(m):
            scale[a] = stack[0, a, a]
        _enter(stack[0], stack[0], 0, starts[0], scale)
        depth = 0
        mask[0] = 0
        following[0] = 0
        fits[replicate, 0] = 1.0 - stack[0, m - 1, m - 1]
        while depth >= 0:
            j = following[depth]
            if j == k:
                depth -= 1
                continue
            following[depth] = j + 1
            _enter(stack[depth], stack[depth + 1], starts[j], starts[j + 1], scale)
            mask[depth + 1] = mask[depth] | (1 << j)
            depth += 1
            following[depth] = j + 1
            fits[replicate, mask[depth]] = 1.0 - stack[depth, m - 1, m - 1]


@njit("void(f8[:, ::1], i8[::1], f8[:, ::1])", nogil=True, cache=True)
def _coefficients(matrix, starts, sums):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Coefficients of each column, summed over the models of each size that hold its unit, into sums (k + 1, m − 1)."""
    k = starts.shape[0] - 1
    m = matrix.shape[0]
    stack = np.empty((k + 1, m, m))
    scale = np.empty(m)
    following = np.zeros(k + 1, np.int64)
    inside = np.zeros((k + 1, k), np.bool_)
    for a in range(m):
        scale[a] = matrix[a, a]
    stack[0] = matrix
    controls = np.array([0, starts[0]])
    _reduce(stack[0], 0, controls, scale)
    for a in range(starts[0]):
        sums[0, a] += stack[0, a, m - 1]
    depth = 0
    while depth >= 0:
        j = following[depth]
        if j == k:
            depth -= 1
            continue
        following[depth] = j + 1
        stack[depth + 1] = stack[depth]
        _reduce(stack[depth + 1], j, starts, scale)
        inside[depth + 1] = inside[depth]
        inside[depth + 1, j] = True
        depth += 1
        following[depth] = j + 1
        for a in range(starts[0]):
            sums[depth, a] += stack[depth, a, m - 1]
        for i in range(k):
            if inside[depth, i]:
                for a in range(starts[i], starts[i + 1]):
                    sums[depth, a] += stack[depth, a, m - 1]


def fits_of_all_subsets(matrices: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """R² of the linear model on every subset of the units, the controls always in it; float (b, 2**k).

    Parameters
    ----------
    matrices
        Scatter, covariance or correlation matrices, controls first, the outcome last; float (b, m, m).
    starts
        First column of each unit and, last, the outcome's column; int (k + 1,).
    """
    starts = np.ascontiguousarray(starts, dtype=np.int64)
    fits = np.empty((len(matrices), 2 ** (len(starts) - 1)))
    _tables(standardised(matrices), starts, fits)
    return fits


def average_coefficients(matrix: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """The mean coefficient of each column over the models of each size that hold it; float (k + 1, m − 1).

    Parameters
    ----------
    matrix
        Scatter or covariance matrix, so that coefficients are in the columns' own units; float (m, m).
    starts
        First column of each unit and, last, the outcome's column; int (k + 1,).

    Notes
    -----
    The size of a model is its number of units: row 0 has the controls' coefficients in the model without
    drivers, the last row those of the full model. NaN where no model of that size holds the column.
    """
    starts = np.ascontiguousarray(starts, dtype=np.int64)
    k, m = len(starts) - 1, len(matrix)
    deviation = np.sqrt(np.diag(matrix))
    sums = np.zeros((k + 1, m - 1))
    _coefficients(standardised(matrix[None])[0], starts, sums)
    models = np.array([comb(k, size) for size in range(k + 1)], dtype=float)
    holding = np.array([0, *(comb(k - 1, size) for size in range(k))], dtype=float)
    counts = np.where(np.arange(m - 1)[None, :] < starts[0], models[:, None], holding[:, None])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(counts > 0, sums / counts, np.nan) * (deviation[-1] / deviation[:-1])


def gains(fits: np.ndarray, unit: int) -> np.ndarray:
    """What a unit adds to each subset of the others; float (…, 2**(k − 1)), subsets in the order of their masks.

    Parameters
    ----------
    fits
        float (…, 2**k).
    """
    split = fits.reshape(*fits.shape[:-1], -1, 2, 2**unit)
    return (split[..., 1, :] - split[..., 0, :]).reshape(*fits.shape[:-1], -1)


def sizes_of_subsets(k: int) -> np.ndarray:
    """Number of units in each subset; int (2**k,)."""
    sizes = np.zeros(1, dtype=np.int64)
    for _ in range(k):
        sizes = np.concatenate([sizes, sizes + 1])
    return sizes


def conditional_values(fits: np.ndarray) -> np.ndarray:
    """Mean gain of each unit over the subsets of each size that lack it; float (…, k, k), last axis the size.

    Parameters
    ----------
    fits
        float (…, 2**k).
    """
    k = _units(fits)
    sizes = sizes_of_subsets(k - 1)
    averaging = np.zeros((len(sizes), k))
    averaging[np.arange(len(sizes)), sizes] = 1 / np.array([comb(k - 1, size) for size in range(k)])[sizes]
    return np.stack([gains(fits, unit) @ averaging for unit in range(k)], axis=-2)


def general_values(fits: np.ndarray, prerequisites: Prerequisites = ()) -> np.ndarray:
    """Mean gain of each unit over all orders in which units may enter (the Shapley value); float (…, k).

    Parameters
    ----------
    fits
        float (…, 2**k).
    prerequisites
        For each unit those that must enter before it; empty where any order is allowed.
    """
    weights = order_weights(_units(fits), prerequisites)
    return fits @ weights


def order_weights(k: int, prerequisites: Prerequisites = ()) -> np.ndarray:
    """The weights by which fits add up to each unit's mean gain over allowed orders; float (2**k, k).

    Notes
    -----
    A gain of unit i over subset S has weight e(S) f(S + i) / e(all), where e counts the allowed orders in
    which the units of S enter, f those in which the rest follows. Where any order is allowed this is
    |S|! (k − 1 − |S|)! / k!.
    """
    needed = np.zeros(k, dtype=np.int64)
    for unit, before in enumerate(prerequisites):
        for other in before:
            needed[unit] |= 1 << other
    masks = np.arange(2**k)
    before_it, after_it = np.zeros(2**k), np.zeros(2**k)
    before_it[0] = after_it[-1] = 1.0
    order = np.argsort(sizes_of_subsets(k), kind="stable")
    may_enter = [(masks & (1 << unit) == 0) & (masks & needed[unit] == needed[unit]) for unit in range(k)]
    sizes = sizes_of_subsets(k)
    by_size = [order[sizes[order] == size] for size in range(k + 1)]
    for size in range(k):
        # Divided by the size at each step, so that the counts of orders stay small numbers.
        for unit in range(k):
            here = by_size[size][may_enter[unit][by_size[size]]]
            before_it[here | (1 << unit)] += before_it[here] / (size + 1)
    for size in range(k - 1, -1, -1):
        for unit in range(k):
            here = by_size[size][may_enter[unit][by_size[size]]]
            after_it[here] += after_it[here | (1 << unit)] / (k - size)
    weights = np.zeros((2**k, k))
    all_orders = before_it[-1]
    for unit in range(k):
        here = masks[may_enter[unit]]
        size = sizes[here]
        # The factors taken out along the way are those of an unrestricted order: s! (k − 1 − s)! / k!.
        share = np.array([1 / (comb(k - 1, s) * k) for s in range(k)])[size]
        weight = before_it[here] * after_it[here | (1 << unit)] / all_orders * share
        weights[here | (1 << unit), unit] += weight
        weights[here, unit] -= weight
    return weights


def complete_values(fits: np.ndarray) -> np.ndarray:
    """Part of the subsets without i and j to which i adds more than j; float (…, k, k), NaN on the diagonal.

    Parameters
    ----------
    fits
        float (…, 2**k).
    """
    k = _units(fits)
    values = np.full((*fits.shape[:-1], k, k), np.nan)
    for j in range(k):
        for i in range(j):
            # Axes, from the left: units above j, unit j, units between, unit i, units below i.
            split = fits.reshape(*fits.shape[:-1], -1, 2, 2 ** (j - i - 1), 2, 2**i)
            with_i, with_j = split[..., :, 0, :, 1, :], split[..., :, 1, :, 0, :]
            axes = (-3, -2, -1)
            values[..., i, j] = (with_i > with_j).mean(axis=axes)
            values[..., j, i] = (with_j > with_i).mean(axis=axes)
    return values


def commonality_values(fits: np.ndarray) -> np.ndarray:
    """What each subset of units explains together and nothing else does; float (…, 2**k), 0 for the empty one.

    Parameters
    ----------
    fits
        float (…, 2**k).

    Notes
    -----
    C(T) = Σ_{U ⊆ T} (−1)^(|U| + 1) v(rest ∪ U), where rest are the units outside T. All coefficients sum
    to the gain over the controls; single ones may be negative (suppression).
    """
    k = _units(fits)
    shape = fits.shape
    values = np.array(fits, dtype=float)
    for unit in range(k):
        split = values.reshape(*shape[:-1], -1, 2, 2**unit)
        without, within = split[..., 0, :].copy(), split[..., 1, :].copy()
        split[..., 0, :] = within
        split[..., 1, :] = within - without
        values = split.reshape(shape)
    sign = np.where(sizes_of_subsets(k) % 2 == 1, 1.0, -1.0)
    values = values * sign
    values[..., 0] = 0.0
    return values


def _units(fits: np.ndarray) -> int:
    return int(fits.shape[-1]).bit_length() - 1

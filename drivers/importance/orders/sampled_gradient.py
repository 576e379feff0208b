"""The gradient of LMG from sampled orderings, for more drivers than the gradient over all subsets can be had of.

Arrays in, arrays out; columns as in `subsets`. It is the exact gradient of what `sampled` estimates from the
same orderings, place weights and scaling included.

Entering column t takes the outcome's residual from a to a − g d, where d is the column without what those
before it explain and g its coefficient: R² gains what changes with M by half of
(a + (a − g d))′ dM (g d) + (g d)′ dM (a + (a − g d)), a product of two vectors for each unit of an ordering.
"""

from __future__ import annotations

import time

import numpy as np
from numba import njit

from drivers.importance.orders.gradient import of_parts_of_variance
from drivers.importance.orders.lanes import COMPILED, PIVOT_FLOOR
from drivers.importance.orders.parts import Progress, in_parts, step_progress
from drivers.importance.orders.quasi_random import place_counts
from drivers.importance.orders.sampled import NOTHING, STEP_PRODUCTS, place_weights
from drivers.importance.orders.subsets import standardised

PARTS = 8
"""Sums of gradients that are kept apart, always as many, whatever the number of cores."""


@njit("void(f8[:, ::1], i8[::1], i8[:, ::1], f8[:, ::1], f8[:, :, ::1], f8[::1])", **COMPILED)
def _add_gradients(matrix, starts, orders, weights, out, raw):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Add gradients of units over orderings (n, k) to out (k + 1, m, m), not yet symmetric, and gains to raw (k,).

    weights : of a gain by unit and place, (k, k). The last of out is the controls', once for every ordering.
    """
    k = starts.shape[0] - 1
    m = matrix.shape[0]
    y = m - 1
    left = np.empty((m, m))
    without = np.zeros((m, m))
    columns = np.empty(m, np.int64)
    owner = np.empty(m, np.int64)
    weight = np.empty(m)
    inverse = np.empty(m)
    residual = np.empty(m)
    both = np.empty(m)
    columns[y] = y
    for number in range(orders.shape[0]):
        filled = 0
        for column in range(starts[0]):
            columns[filled], owner[filled], weight[filled] = column, k, 1.0
            filled += 1
        for place in range(k):
            unit = orders[number, place]
            for column in range(starts[unit], starts[unit + 1]):
                columns[filled], owner[filled], weight[filled] = column, unit, weights[unit, place]
                filled += 1
        for a in range(m):
            row, source = left[a], matrix[columns[a]]
            for b in range(a, m):
                row[b] = source[columns[b]]
        residual[:] = 0.0
        residual[y] = 1.0
        for column in range(y):
            top, own = left[column], without[column]
            pivot = top[column]
            inverse[column] = 1.0 / pivot if pivot > PIVOT_FLOOR else 0.0
            for a in range(column + 1, y):
                row, factor = left[a], top[a] * inverse[column]
                for b in range(a, m):
                    row[b] -= factor * top[b]
            for b in range(column):
                own[b] = 0.0
            own[column] = 1.0
            for before in range(column):
                other, factor = without[before], left[before, column] * inverse[before]
                for b in range(before + 1):
                    own[b] -= factor * other[b]
            slope = top[y] * inverse[column]
            for b in range(m):
                both[b] = residual[b]
            for b in range(column + 1):
                residual[columns[b]] -= slope * own[b]
            for b in range(m):
                both[b] += residual[b]
            unit = owner[column]
            target = out[unit]
            for a in range(column + 1):
                row, factor = target[columns[a]], weight[column] * slope * own[a]
                for b in range(m):
                    row[b] += factor * both[b]
            if unit < k:
                raw[unit] += weight[column] * top[y] * slope


def sampled_gradient(
    matrix: np.ndarray, starts: np.ndarray, *, orderings: np.ndarray, progress: Progress | None = None
) -> np.ndarray:
    """The gradient of each unit's sampled LMG, of the controls' R² and of the model's R²; float (k + 2, m, m).

    Parameters
    ----------
    matrix
        Scatter, covariance or correlation matrix; float (m, m), columns as in `subsets`.
    starts
        First column of each unit and, last, the outcome's column; int (k + 1,).
    orderings
        From `quasi_random.orderings`; int (count, k).
    progress
        Called between parts with the part done, 0 to 1, and the seconds left.

    Returns
    -------
    np.ndarray
        As from `gradient.lmg_gradient`.
    """
    starts = np.ascontiguousarray(starts, dtype=np.int64)
    k, m = len(starts) - 1, len(matrix)
    standard = standardised(matrix[None])[0]
    orders = np.ascontiguousarray(orderings, dtype=np.int64)
    weights = place_weights(place_counts(orders))
    sums, raws = np.zeros((PARTS, k + 1, m, m)), np.zeros((PARTS, k))
    begun = time.perf_counter()
    step = PARTS * max(1, int(STEP_PRODUCTS / m**3))
    for begin in range(0, len(orders), step):
        chunk = orders[begin : begin + step]

        def one(part: int, chunk: np.ndarray = chunk) -> None:
            own = np.ascontiguousarray(chunk[part::PARTS])
            _add_gradients(standard, starts, own, weights, sums[part], raws[part])

        end = begin + len(chunk)
        in_parts(one, range(PARTS), step_progress(progress, begun, begin / len(orders), end / len(orders)))
    single = np.zeros((k + 1, m, m))
    _add_gradients(standard, starts, orders[:1], np.ones((k, k)), single, np.zeros(k))
    own, raw = sums.sum(axis=0)[:k], raws.sum(axis=0)
    models = np.stack([single[k], single.sum(axis=0)])
    gain, total = float(np.einsum("ab,ab", models[1] - models[0], standard)), float(raw.sum())
    if abs(total) > NOTHING:
        # Values are scaled to sum to the gain of R², which moves too, as does their sum.
        moved = (models[1] - models[0]) / total - own.sum(axis=0) * (gain / total**2)
        own = own * (gain / total) + raw[:, None, None] * moved
    gradient = np.concatenate([own, models])
    return of_parts_of_variance((gradient + gradient.transpose(0, 2, 1)) / 2, matrix)

"""The all-subsets kernel: LMG from one walk over every subset of the drivers.

Arrays in, arrays out. The columns of a matrix are, in this order: controls that are always in the
model, the drivers unit by unit (a unit is one driver, or several that count as one), the outcome.

The walk goes through the subsets depth first. A child of subset S adds one unit behind the last of
S, so its matrix is the Schur complement of the parent's with respect to that unit, and only the
columns behind it are kept. The gain in R² of unit i, averaged over orderings, is

    LMG_i = Σ_{S∋i} w(|S|−1) R²(S) − Σ_{S∌i} w(|S|) R²(S),   w(s) = s! (k−1−s)! / k!
          = Σ_{S∋i} c(|S|) R²(S) − Σ_S w(|S|) R²(S),          c(s) = w(s−1) + w(s),

so one weighted value per subset, summed over subtrees, serves all units: the sets that contain i are
those in the subtrees below the sets whose last unit is i. The last three units are written out.

References
----------
Lindeman, Merenda and Gold (1980); Grömping (2007), doi:10.1198/000313007X188252.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import lgamma
from typing import TypeVar

import numpy as np
from numba import njit

T = TypeVar("T")

PIVOT_FLOOR = 1e-12
"""A pivot below this part of its column's variance is rounding noise: the column adds nothing."""

PREFIX_UNITS = 4
"""The lattice is cut into 2**4 equal parts, always the same, whatever the number of cores."""

WORTH_A_THREAD = 2**18
"""Subsets, over all matrices together, from which a batch is shared among threads."""

THREADED_FROM = 17
"""Units from which the parts are worth a thread each."""


@njit("void(f8[:, ::1], f8[:, ::1], i8, i8, f8[::1])", nogil=True, cache=True)
def _sweep(source, target, column, keep, scale):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Schur complement of `source` by `column`, columns from `keep` on, into `target` (upper half)."""
    m = source.shape[0]
    pivot = source[column, column]
    inverse = 1.0 / pivot if pivot > PIVOT_FLOOR * scale[column] else 0.0
    for a in range(keep, m):
        factor = source[column, a] * inverse
        for b in range(a, m):
            target[a, b] = source[a, b] - factor * source[column, b]


@njit("f8(f8[:, :, ::1], i8[::1], i8, i8, f8[::1], f8[::1], f8[::1], f8[::1])", nogil=True, cache=True)
def _walk(stack, starts, first, size, inside, outside, scale, sums):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Add Σ c(|S|) R²(S) over the sets with unit i to ``sums[i]``; sums[k] collects Σ w(|S|) R²(S).

    stack : (depths, m, m); stack[0] is swept by the sets already in (`size` units).
    starts : (k + 1,) first column of each unit; first : first unit to walk over.
    inside, outside : c and w by subset size, (k + 1,).
    Returns Σ c(|S|) R²(S) over all sets walked.
    """
    k = starts.shape[0] - 1
    m = stack.shape[1]
    y = m - 1
    tail = 3
    if k - first < 3 or starts[k] - starts[k - 3] != 3:
        tail = 0
    last = k - tail
    unit = np.empty(k + 1, np.int64)
    following = np.empty(k + 1, np.int64)
    subtree = np.empty(k + 1)
    noise = np.empty(k + 1)
    depth = 0
    unit[0] = -1
    following[0] = first
    value = 1.0 - stack[0, y, y]
    subtree[0] = inside[size] * value
    noise[0] = outside[size] * value
    while True:
        j = following[depth]
        here = stack[depth]
        if j < last:
            following[depth] = j + 1
            below = stack[depth + 1]
            begin, end = starts[j], starts[j + 1]
            if end == begin + 1:
                _sweep(here, below, begin, end, scale)
            else:
                _sweep(here, below, begin, begin + 1, scale)
                for column in range(begin + 1, end):
                    _sweep(below, below, column, column + 1, scale)
            depth += 1
            unit[depth] = j
            following[depth] = j + 1
            value = 1.0 - below[y, y]
            subtree[depth] = inside[size + depth] * value
            noise[depth] = outside[size + depth] * value
            continue
        if tail == 3:
            # Units p, q, r are the last three columns before the outcome: 7 more sets, written out.
            p, q, r = y - 3, y - 2, y - 1
            pp, pq, pr, py = here[p, p], here[p, q], here[p, r], here[p, y]
            qq, qr, qy = here[q, q], here[q, r], here[q, y]
            rr, ry, yy = here[r, r], here[r, y], here[y, y]
            tp, tq, tr = PIVOT_FLOOR * scale[p], PIVOT_FLOOR * scale[q], PIVOT_FLOOR * scale[r]
            inv_p = 1.0 / pp if pp > tp else 0.0
            inv_q = 1.0 / qq if qq > tq else 0.0
            inv_r = 1.0 / rr if rr > tr else 0.0
            u, v = pq * inv_p, pr * inv_p
            qq_p, qr_p, qy_p = qq - u * pq, qr - u * pr, qy - u * py
            rr_p, ry_p = rr - v * pr, ry - v * py
            w = qr * inv_q
            rr_q, ry_q = rr - w * qr, ry - w * qy
            inv_q_p = 1.0 / qq_p if qq_p > tq else 0.0
            inv_r_p = 1.0 / rr_p if rr_p > tr else 0.0
            inv_r_q = 1.0 / rr_q if rr_q > tr else 0.0
            x = qr_p * inv_q_p
            rr_pq, ry_pq = rr_p - x * qr_p, ry_p - x * qy_p
            inv_r_pq = 1.0 / rr_pq if rr_pq > tr else 0.0
            base = 1.0 - yy
            in_p = base + py * py * inv_p
            in_q = base + qy * qy * inv_q
            in_r = base + ry * ry * inv_r
            in_pq = in_p + qy_p * qy_p * inv_q_p
            in_pr = in_p + ry_p * ry_p * inv_r_p
            in_qr = in_q + ry_q * ry_q * inv_r_q
            in_pqr = in_pq + ry_pq * ry_pq * inv_r_pq
            s = size + depth
            one, two, three = inside[s + 1], inside[s + 2], inside[s + 3]
            all_three = three * in_pqr
            sums[k - 3] += one * in_p + two * (in_pq + in_pr) + all_three
            sums[k - 2] += one * in_q + two * (in_pq + in_qr) + all_three
            sums[k - 1] += one * in_r + two * (in_pr + in_qr) + all_three
            subtree[depth] += one * (in_p + in_q + in_r) + two * (in_pq + in_pr + in_qr) + all_three
            noise[depth] += (
                outside[s + 1] * (in_p + in_q + in_r)
                + outside[s + 2] * (in_pq + in_pr + in_qr)
                + outside[s + 3] * in_pqr
            )
        if depth == 0:
            break
        sums[unit[depth]] += subtree[depth]
        subtree[depth - 1] += subtree[depth]
        noise[depth - 1] += noise[depth]
        depth -= 1
    sums[k] += noise[0]
    return subtree[0]


@njit("void(f8[:, :, ::1], i8[::1], f8[::1], f8[::1], f8[:, ::1], f8[:, ::1])", nogil=True, cache=True)
def _many(matrices, starts, inside, outside, values, r2):  # type: ignore[no-untyped-def]  # pragma: no cover
    """LMG of many matrices (b, m, m), each with unit outcome variance: values (b, k), r2 (b, 2)."""
    k = starts.shape[0] - 1
    m = matrices.shape[1]
    stack = np.empty((k + 1, m, m))
    scale = np.empty(m)
    sums = np.empty(k + 1)
    for replicate in range(matrices.shape[0]):
        stack[0, :, :] = matrices[replicate]
        for a in range(m):
            scale[a] = stack[0, a, a]
        for column in range(starts[0]):
            _sweep(stack[0], stack[0], column, column + 1, scale)
        r2[replicate, 0] = 1.0 - stack[0, m - 1, m - 1]
        sums[:] = 0.0
        _walk(stack, starts, 0, 0, inside, outside, scale, sums)
        total = r2[replicate, 0]
        for i in range(k):
            values[replicate, i] = sums[i] - sums[k]
            total += values[replicate, i]
        r2[replicate, 1] = total


@njit("f8(f8[:, ::1], i8[::1], i8, i8, f8[::1], f8[::1], f8[::1])", nogil=True, cache=True)
def _part(matrix, starts, prefix, pattern, inside, outside, sums):  # type: ignore[no-untyped-def]  # pragma: no cover
    """One part of the lattice: of the first `prefix` units exactly those in the bits of `pattern`."""
    k = starts.shape[0] - 1
    m = matrix.shape[0]
    stack = np.empty((k + 1, m, m))
    stack[0, :, :] = matrix
    scale = np.empty(m)
    for a in range(m):
        scale[a] = matrix[a, a]
    for column in range(starts[0]):
        _sweep(stack[0], stack[0], column, column + 1, scale)
    size = 0
    for i in range(prefix):
        if (pattern >> i) & 1:
            size += 1
            for column in range(starts[i], starts[i + 1]):
                _sweep(stack[0], stack[0], column, column + 1, scale)
    return _walk(stack, starts, prefix, size, inside, outside, scale, sums)


def lmg_values(matrices: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """LMG of each matrix, as parts of the outcome's variance.

    Parameters
    ----------
    matrices
        Scatter, covariance or correlation matrices; float (b, m, m), columns as the module says.
    starts
        First column of each unit and, last, the outcome's column; int (k + 1,). ``starts[0]`` is the
        number of controls.

    Returns
    -------
    values, r2
        float (b, k), whose rows sum to the gain of R² over the controls; float (b, 2) with R² of the
        controls alone and of the whole model.
    """
    starts = np.ascontiguousarray(starts, dtype=np.int64)
    k = len(starts) - 1
    # A column that is constant in a resample may have a variance of −1e-14 by rounding.
    deviation = np.sqrt(np.maximum(np.diagonal(matrices, axis1=1, axis2=2), 0.0))
    deviation = np.where(deviation > 0, deviation, 1.0)
    # A driver's unit must not matter: correlations have pivots on one scale.
    standard = np.array(matrices / (deviation[:, :, None] * deviation[:, None, :]), dtype=float, order="C")
    inside, outside = _size_weights(k)
    values, r2 = np.empty((len(standard), k)), np.empty((len(standard), 2))
    if len(standard) == 1 and k >= THREADED_FROM:
        values[0], r2[0] = _threaded(standard[0], starts, inside, outside)
    else:
        # A few small matrices are done before a thread has started.
        workers = _workers() if len(standard) << k >= WORTH_A_THREAD else 1
        size = max(1, -(-len(standard) // workers))
        parts = [slice(begin, begin + size) for begin in range(0, len(standard), size)]

        def one(part: slice) -> float:
            _many(standard[part], starts, inside, outside, values[part], r2[part])
            return 0.0

        _in_threads(one, parts)
    return values, r2


def _threaded(
    matrix: np.ndarray, starts: np.ndarray, inside: np.ndarray, outside: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    k = len(starts) - 1
    sums = np.zeros((2**PREFIX_UNITS, k + 1))

    def one(pattern: int) -> float:
        return float(_part(matrix, starts, PREFIX_UNITS, pattern, inside, outside, sums[pattern]))

    totals = np.array(_in_threads(one, range(2**PREFIX_UNITS)))
    for i in range(PREFIX_UNITS):
        for pattern in range(2**PREFIX_UNITS):
            if (pattern >> i) & 1:
                sums[pattern, i] += totals[pattern]
    together = sums.sum(axis=0)
    values = together[:k] - together[k]
    controls = 0.0
    if starts[0]:
        y = matrix[: starts[0], -1]
        controls = float(y @ np.linalg.lstsq(matrix[: starts[0], : starts[0]], y, rcond=PIVOT_FLOOR)[0])
    return values, np.array([controls, controls + values.sum()])


def _size_weights(k: int) -> tuple[np.ndarray, np.ndarray]:
    """c(s) for sets with a unit and w(s) for all sets, by size s; float (k + 1,) each."""
    sizes = np.arange(k)
    weight = np.exp([lgamma(s + 1) + lgamma(k - s) - lgamma(k + 1) for s in sizes])
    outside = np.append(weight, 0.0)
    inside = outside + np.append(0.0, weight)
    return inside, outside


def _workers() -> int:
    return max(1, min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1))


def _in_threads(job: Callable[[T], float], parts: Sequence[T]) -> list[float]:
    """The answers of one job to each part, in order; the job writes to places of its own."""
    if len(parts) == 1 or _workers() == 1:
        return [job(part) for part in parts]
    with ThreadPoolExecutor(_workers()) as pool:
        return list(pool.map(job, parts))

"""LMG from sampled orderings, for more drivers than all subsets can be walked.

Arrays in, arrays out; columns as in `subsets`. LMG is the mean over orderings of what a unit adds to R² at
its place. A sample of orderings replaces all of them:

- quasi-random and with their reverses, in sixteen independent randomisations (`quasi_random`);
- stratified by place: the gains of a unit are averaged at each place it stood at, and then over places. The
  first and the last place have one gain only, so these are exact.

The same orderings serve all matrices, so that most of the error cancels in differences between replicates.

References
----------
Castro, Gómez and Tejada (2009), Polynomial calculation of the Shapley value based on sampling,
doi:10.1016/j.cor.2008.04.004. Bell, Devanathan and Boyd (2024), Efficient Shapley performance attribution for
least-squares regression, doi:10.1007/s11222-024-10459-9.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.special import gammaincinv

from drivers.errors import ModelError
from drivers.importance.orders.lanes import COMPILED, PIVOT_FLOOR
from drivers.importance.orders.parts import Progress, in_parts, step_progress
from drivers.importance.orders.quasi_random import LEAST, RANDOMISATIONS, ordered, place_counts, scrambles
from drivers.importance.orders.subsets import standardised
from drivers.results import read_only

A_UNIT = 8
"""Orderings for every unit at the least, so that a unit stands eight times at a place on average."""

USUAL = 2**13
"""Orderings, where neither their number nor an error is asked for."""

MOST = 2**20
"""Orderings after which an error that is asked for is given up."""

STEP_PRODUCTS = 1.5e8
MOST_POINTS = 2**9
"""Products in a part of the work, which is some tenths of a second, and points that are held at a time."""

NORM_LEVEL = 0.95
"""The error of all values together is the length that the error keeps below with this probability (Bell et al.)."""

NOTHING = 1e-13
"""Explained variance below this is rounding noise."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampledLmg:
    """LMG from sampled orderings.

    Parameters
    ----------
    values
        LMG of each matrix, as parts of the outcome's variance; float (b, k).
    r2
        R² of the controls alone and of the whole model, exact; float (b, 2).
    mc_error
        Monte-Carlo standard error of each value of the first matrix; float (k,).
    mc_norm
        Length that the vector of errors of the first matrix keeps below in 95 of 100 samples.
    count
        Orderings.
    """

    values: np.ndarray
    r2: np.ndarray
    mc_error: np.ndarray
    mc_norm: float
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """Gains by unit and place, summed over orderings; the arrays are added to.

    sums : (b, k, k), of each matrix; first : (RANDOMISATIONS, k, k), of the first matrix; counts : how often a unit
    stood at a place, int (RANDOMISATIONS, k, k).
    """

    sums: np.ndarray
    first: np.ndarray
    counts: np.ndarray


def sampled_lmg(
    matrices: np.ndarray,
    starts: np.ndarray,
    *,
    seed: int,
    count: int | None = None,
    error: float | None = None,
    progress: Progress | None = None,
) -> SampledLmg:
    """LMG of each matrix from sampled orderings, the same for all, with its Monte-Carlo error.

    Parameters
    ----------
    matrices
        Scatter, covariance or correlation matrices; float (b, m, m), b at least 1, columns as in `subsets`.
    starts
        First column of each unit and, last, the outcome's column; int (k + 1,).
    seed
        The same seed gives the same orderings.
    count
        Orderings, raised to the next power of two and to eight a unit at the least; with ``error`` the most
        that are drawn.
    error
        Draw until ``mc_norm`` is no larger. Look at it afterwards: ``count`` may have been reached before.
    progress
        Called between parts with the part done, 0 to 1, and the seconds left.

    Raises
    ------
    ModelError
        Where the error asked for is not above 0.

    Notes
    -----
    Values sum to the gain of R² over the controls: they are scaled to it, by a factor that differs from 1 by
    the Monte-Carlo error of their sum. Each `mc_error` is the spread of 16 independent randomisations.
    """
    if error is not None and not error > 0:
        raise ModelError(f"Expected an error above 0, found {error}; ask for .001, say, of the outcome's variance.")
    starts = np.ascontiguousarray(starts, dtype=np.int64)
    k = len(starts) - 1
    reduced, r2 = without_controls(matrices, starts)
    sample = _Sample(
        sums=np.zeros((len(reduced), k, k)),
        first=np.zeros((RANDOMISATIONS, k, k)),
        counts=np.zeros((RANDOMISATIONS, k, k), dtype=np.int64),
    )
    scrambled = scrambles(k, seed)
    most = rounded_count(count or (USUAL if error is None else MOST), k)
    goal = most if error is None else rounded_count(1, k)
    # Powers of two, so that each step of a Sobol sequence begins and ends where it is balanced.
    fitting = max(1, int(STEP_PRODUCTS / (LEAST * reduced.shape[1] ** 3 / 6)))
    points = min(MOST_POINTS, 1 << (fitting.bit_length() - 1))
    begun = time.perf_counter()
    drawn, norm, expected = 0, np.inf, goal

    while True:
        while drawn < goal:
            step = min(points, (goal - drawn) // LEAST)
            orders = ordered(scrambled, drawn // LEAST, step)
            whole = max(expected, goal)
            told = step_progress(progress, begun, drawn / whole, (drawn + step * LEAST) / whole)
            _add(reduced, starts - starts[0], orders, sample, told)
            drawn += step * LEAST
        values, errors = _estimates(sample, r2[:, 1] - r2[:, 0])
        norm = error_norm(errors)
        if error is None or norm <= error or drawn >= most:
            break
        goal = 2 * drawn
        expected = min(most, rounded_count(int(drawn * (norm / error) ** 2), k))
    if progress is not None:
        progress(1.0, 0.0)
    return SampledLmg(
        values=read_only(values),
        r2=read_only(r2),
        mc_error=read_only(np.sqrt((errors**2).sum(axis=0))),
        mc_norm=norm,
        count=drawn,
    )


def rounded_count(count: int, k: int) -> int:
    """The next power of two that is enough for k units.

    Parameters
    ----------
    count
        Orderings.
    k
        Units.
    """
    return 1 << (max(count, LEAST, A_UNIT * k) - 1).bit_length()


def place_weights(counts: np.ndarray) -> np.ndarray:
    """The weight of a gain by unit and place, such that every place of a unit counts alike; float (k, k).

    Parameters
    ----------
    counts
        How often each unit stood at each place; int (k, k).
    """
    seen = (counts > 0).sum(axis=1, keepdims=True)
    return np.where(counts > 0, 1.0 / (np.maximum(counts, 1) * seen), 0.0)


def error_norm(parts: np.ndarray) -> float:
    """The 95 % point of the length of an error whose covariance is ``parts.T @ parts``.

    Parameters
    ----------
    parts
        Deviations of independent randomisations from their mean, divided by what makes their squares sum to the
        variance of the mean; float (r, k).

    Notes
    -----
    The square of the length is taken as a multiple of χ² with its mean and variance (Satterthwaite). That variance
    is estimated without the bias that few randomisations bring: the eigenvalues of an estimated covariance
    spread more than the true ones (Srivastava 2005).
    """
    free = len(parts) - 1
    among = parts @ parts.T
    variance = float(np.trace(among))
    if variance <= 0:
        return 0.0
    square = free**2 / ((free - 1) * (free + 2)) * (float((among**2).sum()) - variance**2 / free)
    directions = variance**2 / max(square, variance**2 / parts.shape[1])
    return float(np.sqrt(variance * 2 * gammaincinv(directions / 2, NORM_LEVEL) / directions))


def without_controls(matrices: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Correlations less what the controls explain, without their columns, and R² without and with all units.

    Parameters
    ----------
    matrices
        float (b, m, m).
    starts
        First column of each unit and, last, the outcome's column; int (k + 1,).

    Returns
    -------
    reduced, r2
        C-contiguous float (b, m − controls, m − controls); float (b, 2).
    """
    left = standardised(matrices)
    reduced = left
    for column in range(starts[-1]):
        if column == starts[0]:
            reduced = left.copy()
        row, pivot = left[:, column, :].copy(), left[:, column, column].copy()
        inverse = np.where(pivot > PIVOT_FLOOR, 1.0 / np.where(pivot > PIVOT_FLOOR, pivot, 1.0), 0.0)
        left -= row[:, :, None] * (row * inverse[:, None])[:, None, :]
    reduced = np.ascontiguousarray(reduced[:, starts[0] :, starts[0] :])
    return reduced, np.column_stack([1.0 - reduced[:, -1, -1], 1.0 - left[:, -1, -1]])


def _add(matrices: np.ndarray, starts: np.ndarray, orders: np.ndarray, sample: _Sample, told: Progress | None) -> None:
    """Add the gains in orderings (RANDOMISATIONS, n, k), and in their reverses, to a sample."""
    k = len(starts) - 1
    first = np.zeros_like(sample.first)

    def one(part: int) -> None:
        if part < RANDOMISATIONS:
            _add_gains(matrices[0], starts, orders[part], first[part])
            return
        matrix = part - RANDOMISATIONS + 1
        for order in orders:
            gains = np.zeros((k, k))
            _add_gains(matrices[matrix], starts, order, gains)
            sample.sums[matrix] += gains

    in_parts(one, range(RANDOMISATIONS + len(matrices) - 1), told)
    for randomisation, order in enumerate(orders):
        # Added as for the other matrices, lest a matrix differ in the last bit by its place among them.
        sample.sums[0] += first[randomisation]
        sample.first[randomisation] += first[randomisation]
        sample.counts[randomisation] += place_counts(order) + place_counts(order[:, ::-1])


def _estimates(sample: _Sample, gain: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """LMG of each matrix (b, k), and the parts that the randomisations have in the first one's error (R, k)."""
    counts = sample.counts.sum(axis=0)
    weights = place_weights(counts)
    raw = (sample.sums * weights).sum(axis=2)
    total = raw.sum(axis=1)
    explained = np.abs(total) > NOTHING
    scale = np.where(explained, gain / np.where(explained, total, 1.0), 1.0)
    mean = sample.sums[0] / np.maximum(counts, 1)
    parts = ((sample.first - sample.counts * mean) * weights).sum(axis=2)
    if explained[0]:
        parts -= parts.sum(axis=1, keepdims=True) * raw[0] / total[0]
    return raw * scale[:, None], parts * scale[0] * np.sqrt(RANDOMISATIONS / (RANDOMISATIONS - 1))


@njit("void(f8[:, ::1], i8[::1], i8[:, ::1], f8[:, ::1])", **COMPILED)
def _add_gains(matrix, starts, orders, sums):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Add each unit's gains in R², at each place, in orderings (n, k) and in their reverses, to sums (k, k).

    The columns of a permuted matrix enter one after the other, four at a time in what is left of it.
    """
    k = starts.shape[0] - 1
    m = matrix.shape[0]
    y = m - 1
    left = np.empty((m, m))
    columns = np.empty(m, np.int64)
    gains = np.empty(m)
    inverse = np.empty(4)
    columns[y] = y
    for number in range(2 * orders.shape[0]):
        order = orders[number // 2]
        if number % 2:
            order = order[::-1]
        filled = 0
        for place in range(k):
            for column in range(starts[order[place]], starts[order[place] + 1]):
                columns[filled] = column
                filled += 1
        for a in range(m):
            row, source = left[a], matrix[columns[a]]
            for b in range(a, m):
                row[b] = source[columns[b]]
        for begin in range(0, y, 4):
            end = min(begin + 4, y)
            for column in range(begin, end):
                top = left[column]
                pivot = top[column]
                inverse[column - begin] = 1.0 / pivot if pivot > PIVOT_FLOOR else 0.0
                gains[column] = top[y] * top[y] * inverse[column - begin]
                for a in range(column + 1, end):
                    row, factor = left[a], top[a] * inverse[column - begin]
                    for b in range(a, m):
                        row[b] -= factor * top[b]
            if end < y:
                one, two, three, four = left[begin], left[begin + 1], left[begin + 2], left[begin + 3]
                for a in range(end, y):
                    row = left[a]
                    f_1, f_2 = one[a] * inverse[0], two[a] * inverse[1]
                    f_3, f_4 = three[a] * inverse[2], four[a] * inverse[3]
                    for b in range(a, m):
                        row[b] -= f_1 * one[b] + f_2 * two[b] + f_3 * three[b] + f_4 * four[b]
        column = 0
        for place in range(k):
            for _ in range(starts[order[place]], starts[order[place] + 1]):
                sums[order[place], place] += gains[column]
                column += 1

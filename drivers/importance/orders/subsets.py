"""LMG from one walk over every subset of the drivers.

Arrays in, arrays out. The columns of a matrix are, in this order: controls that are always in the
model, the drivers unit by unit (a unit is one driver, or several that count as one), the outcome.

The walk goes through the subsets depth first. A child of subset S adds one unit behind the last of
S, so its matrix is the Schur complement of the parent's with respect to that unit, and only the
columns behind it are kept. The gain in R² of unit i, averaged over orderings, is

    LMG_i = Σ_{S∋i} w(|S|−1) R²(S) − Σ_{S∌i} w(|S|) R²(S),   w(s) = s! (k−1−s)! / k!
          = Σ_{S∋i} c(|S|) R²(S) − Σ_S w(|S|) R²(S),          c(s) = w(s−1) + w(s),

so one weighted value per subset, summed over subtrees, serves all units: the sets that contain i are
those in the subtrees below the sets whose last unit is i.

References
----------
Lindeman, Merenda and Gold (1980); Grömping (2007), doi:10.1198/000313007X188252.
"""

from __future__ import annotations

import time
from functools import cache
from math import lgamma

import numpy as np

from drivers.importance.orders.lanes import LANE_UNITS, LANES, TAIL, walk_parts
from drivers.importance.orders.lanes import PIVOT_FLOOR as PIVOT_FLOOR
from drivers.importance.orders.parts import Progress, in_parts

THREADED_FROM = 17
"""Units from which the lattice of one matrix is cut into parts."""

PART_UNITS = 22
"""A part has at most 2**22 subsets, some milliseconds."""

WORTH_A_THREAD = 2**18
"""Subsets that are worth a thread: parts that are smaller are done together."""

TIMED_UNITS = 20
TIMED_RUNS = 3
"""Walks that are timed, of which the shortest counts: a millisecond or two each."""


def lmg_values(
    matrices: np.ndarray, starts: np.ndarray, *, progress: Progress | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """LMG of each matrix, as parts of the outcome's variance.

    Parameters
    ----------
    matrices
        Scatter, covariance or correlation matrices; float (b, m, m), columns as the module says.
    starts
        First column of each unit and, last, the outcome's column; int (k + 1,). ``starts[0]`` is the
        number of controls.
    progress
        Called between parts with the part done, 0 to 1, and the seconds left.

    Returns
    -------
    values, r2
        float (b, k), whose rows sum to the gain of R² over the controls; float (b, 2) with R² of the
        controls alone and of the whole model.

    Notes
    -----
    A matrix has the same values, to the last bit, alone and among others, and on any number of cores.
    Time doubles with every unit (`expected_seconds`); memory does not grow with the number of subsets.
    """
    starts = np.ascontiguousarray(starts, dtype=np.int64)
    k = len(starts) - 1
    order, units, starts = _single_columns_last(starts)
    # A driver's unit must not matter: correlations have pivots on one scale.
    standard = np.ascontiguousarray(standardised(matrices)[:, order[:, None], order])
    inside, outside = size_weights(k)
    cut = part_units(k)
    patterns = max(0, min(LANE_UNITS, k - cut - TAIL))
    sums = np.empty((len(standard) << cut, k + 2))

    def one(part: range) -> None:
        walk_parts(standard, starts, cut, patterns, part.start, part.stop, inside, outside, sums, LANES)

    # Steps are whole lanes, lest a matrix have other neighbours on other machines.
    step = max(LANES >> patterns, WORTH_A_THREAD >> (k - cut))
    in_parts(one, [range(b, min(b + step, len(sums))) for b in range(0, len(sums), step)], progress)
    parts_of = sums.reshape(len(standard), 1 << cut, k + 2)
    total = parts_of.sum(axis=1)
    values = np.empty((len(standard), k))
    values[:, units] = total[:, :k] - total[:, k + 1 :]
    controls = parts_of[:, 0, k]
    return values, np.column_stack([controls, controls + values.sum(axis=1)])


def standardised(matrices: np.ndarray) -> np.ndarray:
    """The correlation matrices of scatter or covariance matrices; C-contiguous float (b, m, m).

    Parameters
    ----------
    matrices
        float (b, m, m).
    """
    # A column that is constant in a resample may have a variance of −1e-14 by rounding.
    deviation = np.sqrt(np.maximum(np.diagonal(matrices, axis1=1, axis2=2), 0.0))
    deviation[deviation == 0] = 1.0
    return np.array(matrices / (deviation[:, :, None] * deviation[:, None, :]), dtype=float, order="C")


def part_units(k: int) -> int:
    """Units whose patterns are the parts of one matrix."""
    return 0 if k < THREADED_FROM else max(4, k - PART_UNITS)


def size_weights(k: int) -> tuple[np.ndarray, np.ndarray]:
    """c(s) for sets with a unit and w(s) for all sets, by size s; float (k + 1,) each."""
    sizes = np.arange(k)
    weight = np.exp([lgamma(s + 1) + lgamma(k - s) - lgamma(k + 1) for s in sizes])
    outside = np.append(weight, 0.0)
    inside = outside + np.append(0.0, weight)
    return inside, outside


def _single_columns_last(starts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """An order of the columns with the units of one column last; the units in that order; their starts."""
    width = np.diff(starts)
    units = np.argsort(width == 1, kind="stable")
    columns = [np.arange(starts[unit], starts[unit + 1]) for unit in units if width[unit] > 1]
    columns.append(starts[units[len(columns) :]])
    order = np.concatenate([np.arange(starts[0]), *columns, starts[-1:]])
    return order, units, starts[0] + np.append(0, np.cumsum(width[units]))


def expected_seconds(k: int, matrices: int = 1) -> float:
    """The time that `lmg_values` will take for so many matrices of k units, on this machine, in seconds.

    Parameters
    ----------
    k
        Units.
    matrices
        Number of matrices.

    Notes
    -----
    From one walk over 2**20 subsets, timed at the first call; a machine that is busy then gives a longer time.
    """
    return matrices * 2.0**k * _seconds_a_subset()


@cache
def _seconds_a_subset() -> float:
    matrix = np.full((1, TIMED_UNITS + 1, TIMED_UNITS + 1), 0.5) + 0.5 * np.eye(TIMED_UNITS + 1)
    times = []
    for _ in range(TIMED_RUNS):
        started = time.perf_counter()
        lmg_values(matrix, np.arange(TIMED_UNITS + 1))
        times.append(time.perf_counter() - started)
    return min(times) / 2**TIMED_UNITS

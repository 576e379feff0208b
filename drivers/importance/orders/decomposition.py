"""Ways from a matrix of moments to importance: any measure over all orders of entry, or LMG over sampled ones.

A way is made for one matrix, the sample's, and asked three things: the values there, the values at matrices of
resamples, and how the former move with the matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from drivers.importance.orders.gradient import lmg_gradient
from drivers.importance.orders.lattice import Prerequisites
from drivers.importance.orders.measures import Values, measured
from drivers.importance.orders.parts import Progress
from drivers.importance.orders.quasi_random import orderings
from drivers.importance.orders.sampled import rounded_count, sampled_lmg
from drivers.importance.orders.sampled_gradient import sampled_gradient
from drivers.importance.orders.subsets import PIVOT_FLOOR, lmg_values, standardised

DIFFERENCE = 1e-5
"""Relative step of a numerical derivative with respect to a matrix: what it leaves out, 1e-10 of the third derivative,
and what rounding adds, 1e-11, are far below any sampling error."""

RESAMPLED = 2**9
"""Orders in which each resample is walked, more where drivers are many. What they err is nearly the same at the
sample, and is taken off."""

DIFFERENTIATED = 2**10
"""Orders whose gradient gives linearised errors: a standard error needs no third digit."""


class Decomposition(Protocol):
    """What every way answers."""

    def at_sample(self, matrix: np.ndarray, progress: Progress | None = None) -> Values:
        """Importance (1, k) and R² without and with the drivers (1, 2) at the sample's matrix (m, m)."""

    def resampled(self, matrices: np.ndarray, progress: Progress | None = None) -> Values:
        """The same at matrices of resamples (b, m, m)."""

    def gradient(self, matrix: np.ndarray) -> np.ndarray:
        """How importance, and R² without and with the drivers, move with the matrix; float (k + 2, m, m)."""

    def error(self) -> np.ndarray:
        """Monte-Carlo standard error of the importance at the sample, from the orders that were not taken; (k,)."""


@dataclass(frozen=True, slots=True, eq=False)
class AllOrders:
    """A measure in closed form, or LMG over all orders of entry.

    Parameters
    ----------
    method
        A name in `MEASURES`.
    starts
        First column of each unit and, last, the outcome's column; int (k + 1,).
    prerequisites
        For each unit those that must enter before it.
    """

    method: str
    starts: np.ndarray
    prerequisites: Prerequisites = ()

    def at_sample(self, matrix: np.ndarray, progress: Progress | None = None) -> Values:
        """The measure of one matrix."""
        return self.resampled(matrix[None], progress)

    def resampled(self, matrices: np.ndarray, progress: Progress | None = None) -> Values:
        """The measure of each matrix."""
        return measured(self.method, matrices, self.starts, prerequisites=self.prerequisites, progress=progress)

    def gradient(self, matrix: np.ndarray) -> np.ndarray:
        """Analytical for LMG, by differences for the others."""
        if self.method == "lmg" and not any(self.prerequisites):
            return lmg_gradient(matrix, self.starts)
        deviation = np.sqrt(np.diag(matrix))
        return self._differences(standardised(matrix[None])[0]) / np.outer(deviation, deviation)

    def error(self) -> np.ndarray:
        """None."""
        return np.zeros(len(self.starts) - 1)

    def _differences(self, matrix: np.ndarray) -> np.ndarray:
        """Central differences at a correlation matrix, symmetric: a value changes by Σ G[a, b] dM[a, b].

        Steps go along M^½ E M^½: what is told by the others stays told, and what is nearly told moves as little as
        it varies. A step in single correlations would be many times as large as what is left of such a column.
        """
        values, vectors = np.linalg.eigh(matrix)
        present = values > PIVOT_FLOOR * values[-1]
        root = vectors[:, present] * np.sqrt(values[present])
        first, second = np.triu_indices(root.shape[1])
        along = root.T[first][:, :, None] * root.T[second][:, None, :]
        step = DIFFERENCE / 2 * (along + np.swapaxes(along, 1, 2))
        ahead = np.column_stack(self.resampled(matrix + step))
        behind = np.column_stack(self.resampled(matrix - step))
        slope = np.zeros((ahead.shape[1], root.shape[1], root.shape[1]))
        slope[:, first, second] = slope[:, second, first] = (ahead - behind).T / (2 * DIFFERENCE)
        inverse = vectors[:, present] / np.sqrt(values[present])
        return inverse @ slope @ inverse.T


@dataclass(frozen=True, slots=True, eq=False)
class SampledOrders:
    """LMG of many drivers over sampled orders of entry; `sampled_orders` makes one.

    Parameters
    ----------
    starts
        First column of each unit and, last, the outcome's column; int (k + 1,).
    seed
        The same seed gives the same orders.
    found
        Importance (1, k) and R² (1, 2) at the sample.
    spread
        Monte-Carlo standard error of the importance; float (k,).
    missed
        Importance less what the orders of the resamples find at the sample; float (1, k).
    """

    starts: np.ndarray
    seed: int
    found: Values
    spread: np.ndarray
    missed: np.ndarray

    def at_sample(self, matrix: np.ndarray, progress: Progress | None = None) -> Values:
        """What was found when the orders were drawn."""
        return self.found

    def resampled(self, matrices: np.ndarray, progress: Progress | None = None) -> Values:
        """LMG over the same few orders each, less what they err at the sample."""
        if not len(matrices):
            # A small domain may miss all its sampling units in every resample of a part.
            return np.empty((0, len(self.starts) - 1)), np.empty((0, 2))
        found = sampled_lmg(matrices, self.starts, seed=self.seed, count=RESAMPLED, progress=progress)
        return found.values + self.missed, found.r2

    def gradient(self, matrix: np.ndarray) -> np.ndarray:
        """Analytical, over sampled orders."""
        k = len(self.starts) - 1
        drawn = orderings(k, rounded_count(DIFFERENTIATED, k), seed=self.seed)
        return sampled_gradient(matrix, self.starts, orderings=drawn)

    def error(self) -> np.ndarray:
        """By the spread of independent randomisations."""
        return self.spread


def sampled_orders(
    matrix: np.ndarray,
    starts: np.ndarray,
    *,
    all_at_sample: bool,
    count: int | None,
    precision: float | None,
    seed: int,
    progress: Progress | None = None,
) -> SampledOrders:
    """LMG over sampled orders of entry, drawn for the sample's matrix.

    Parameters
    ----------
    matrix
        Scatter, covariance or correlation matrix of the sample; float (m, m).
    starts
        First column of each unit and, last, the outcome's column; int (k + 1,).
    all_at_sample
        Whether the sample itself is walked in all orders, and its resamples alone in sampled ones.
    count, precision, seed, progress
        As ``count``, ``error``, ``seed`` and ``progress`` of `sampled_lmg`.
    """
    if all_at_sample:
        values = lmg_values(matrix[None], starts, progress=progress)
        spread = np.zeros(len(starts) - 1)
    else:
        found = sampled_lmg(matrix[None], starts, seed=seed, count=count, error=precision, progress=progress)
        values, spread = (found.values, found.r2), found.mc_error
    few = sampled_lmg(matrix[None], starts, seed=seed, count=RESAMPLED)
    return SampledOrders(starts=starts, seed=seed, found=values, spread=spread, missed=values[0] - few.values)

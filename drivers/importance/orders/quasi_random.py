"""Quasi-random orderings: the order of the coordinates of scrambled Sobol points, each with its reverse.

Sobol points fill the space more evenly than chance, and so do the orderings of their coordinates. Each
randomisation scrambles the same points anew, by random lower triangular matrices of binary digits and
random shifts: its orderings are all equally likely, and the spread between independent randomisations
gives an honest error.

References
----------
Matoušek (1998), On the L2-discrepancy for anchored boxes, Journal of Complexity 14, 527–556.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from drivers.errors import ModelError

RANDOMISATIONS = 16
"""Independent scrambles: the error has 15 degrees of freedom for every direction in which values may err."""

LEAST = 2 * RANDOMISATIONS
"""Orderings: one point with its reverse in every randomisation."""

BITS = 30
UNIT_BITS = 20
"""Binary digits of a coordinate, and of a unit's number."""


@dataclass(frozen=True, slots=True, eq=False)
class Scrambles:
    """Random lower triangular matrices of binary digits, by column, and shifts, for each coordinate.

    columns : int (RANDOMISATIONS, BITS, k); shifts : int (RANDOMISATIONS, k).
    """

    columns: np.ndarray
    shifts: np.ndarray


def orderings(k: int, count: int, *, seed: int) -> np.ndarray:
    """Orderings of k units; int (count, k), each row the units by their place.

    Parameters
    ----------
    k
        Units.
    count
        A power of two, 32 or more.
    seed
        The same seed gives the same orderings; more of them go on where fewer stop.

    Returns
    -------
    np.ndarray
        One randomisation after the other; within one, orderings and then their reverses.

    Raises
    ------
    ModelError
        Where the count is another number.
    """
    if count < LEAST or count & (count - 1):
        raise ModelError(
            f"Expected a power of two of at least {LEAST} orderings, found {count}; "
            f"take {1 << (max(count, LEAST) - 1).bit_length()} of them."
        )
    forward = ordered(scrambles(k, seed), 0, count // LEAST)
    return np.concatenate([forward, forward[:, :, ::-1]], axis=1).reshape(count, k)


def scrambles(k: int, seed: int) -> Scrambles:
    """Independent scrambles for the coordinates of k units.

    Parameters
    ----------
    k
        Units.
    seed
        The same seed gives the same scrambles.
    """
    rng = np.random.default_rng(seed)
    digit = np.arange(BITS)[::-1, None]
    below = rng.integers(0, 1 << BITS, (RANDOMISATIONS, BITS, k)) & ((1 << digit) - 1)
    return Scrambles(below | (1 << digit), rng.integers(0, 1 << BITS, (RANDOMISATIONS, k)))


def ordered(scrambled: Scrambles, begin: int, points: int) -> np.ndarray:
    """Orderings, without their reverses, of the points of each randomisation; int (RANDOMISATIONS, points, k).

    Parameters
    ----------
    scrambled
        The randomisations.
    begin, points
        Number of the first point, and how many there are: a power of two.
    """
    k = scrambled.shifts.shape[1]
    sequence = qmc.Sobol(k, scramble=False, bits=BITS)
    if begin:
        sequence.fast_forward(begin)
    plain = np.round(sequence.random(points) * 2.0**BITS).astype(np.int64)
    coordinates = np.repeat(scrambled.shifts[:, None], points, axis=1)
    # Points before number 2**d have d digits.
    for digit in range((begin + points - 1).bit_length()):
        coordinates ^= ((plain >> (BITS - 1 - digit)) & 1) * scrambled.columns[:, digit, None]
    # Sorting units with their coordinates is faster than asking for the order, and knows no ties.
    return np.sort((coordinates << UNIT_BITS) | np.arange(k), axis=2) & ((1 << UNIT_BITS) - 1)


def place_counts(orders: np.ndarray) -> np.ndarray:
    """How often each unit stood at each place of orderings; int (k, k).

    Parameters
    ----------
    orders
        int (n, k).
    """
    k = orders.shape[1]
    return np.bincount((orders * k + np.arange(k)).ravel(), minlength=k * k).reshape(k, k)

"""The steps of a scale: its own answers where they are few, bands of equal size where they are many."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from drivers.errors import ModelError
from drivers.results import FEWEST_SHOWN

MOST_ANSWERS = 13
"""Different values up to which each is a step of its own: 0 to 10, or the mean of two questions with seven answers."""

MOST_BANDS, BAND_SIZE = 10, 30
"""Bands of a scale with more values, and answers that each should have."""

FEWEST_STEPS = 3
"""Below this there is nothing to tell where a curve bends."""

_DIGITS = 6
"""Decimals to which means of items are the same value."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steps:
    """Where each respondent stands on a scale.

    Parameters
    ----------
    low, high
        Least and largest value of each step, or the ends that it was given; of bands of many values their mean, as
        the ends would be single people's; float (K,).
    position
        Weighted mean of the values in the step; float (K,).
    of
        Position of each row's step, -1 for rows that are not used; int (n,).
    own
        Whether steps are answers, and not bands of many values.
    merged
        Steps of several answers, one of which fewer than 10 gave.
    """

    low: np.ndarray
    high: np.ndarray
    position: np.ndarray
    of: np.ndarray
    own: bool
    merged: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.position)

    def rows(self, step: int) -> np.ndarray:
        """The rows of a step; bool (n,)."""
        return self.of == step


def steps_of(x: np.ndarray, rows: np.ndarray, weights: np.ndarray) -> Steps:
    """The steps of a scale, each with at least 10 answers.

    Parameters
    ----------
    x
        Values; float (n,).
    rows
        Respondents used; bool (n,).
    weights
        float (n,).

    Raises
    ------
    ModelError
        Where fewer than three steps are left.

    Notes
    -----
    A step with fewer than 10 answers is joined with the neighbour that has fewer, again and again: leaving it out
    would take people away at an end of the scale, where the curve is read.
    Weights: bands hold equally many respondents; only their positions are weighted.
    """
    values, code, count = np.unique(np.round(x[rows], _DIGITS), return_inverse=True, return_counts=True)
    own = len(values) <= MOST_ANSWERS
    if own:
        parts = [[k] for k in range(len(values))]
    else:
        bands = int(np.clip(count.sum() // BAND_SIZE, FEWEST_STEPS, MOST_BANDS))
        middle = (np.cumsum(count) - count / 2) / count.sum()
        place = np.minimum((middle * bands).astype(int), bands - 1)
        parts = [list(np.flatnonzero(place == band)) for band in np.unique(place)]
    parts, joined = _joined(parts, count)
    if len(parts) < FEWEST_STEPS:
        raise ModelError(
            f"Expected at least {FEWEST_STEPS} steps of the scale with {FEWEST_SHOWN} answers each, found "
            f"{len(parts)}; widen the selection.",
            code="few_steps",
            values={"steps": len(parts), "needed": FEWEST_STEPS},
        )
    steps = _steps(x, rows, weights, values, code, parts, own=own, merged=joined if own else ())
    return steps if own else replace(steps, low=steps.position, high=steps.position)


def bands_of(x: np.ndarray, rows: np.ndarray, weights: np.ndarray, ends: tuple[tuple[float, float], ...]) -> Steps:
    """The bands of a scale between some edges, each with at least 10 answers.

    Parameters
    ----------
    x, rows, weights
        As in `steps_of`.
    ends
        Lower and upper end of each band; a value at a lower end belongs to that band.
    """
    values, code, count = np.unique(np.round(x[rows], _DIGITS), return_inverse=True, return_counts=True)
    place = np.searchsorted(np.array([low for low, _ in ends[1:]]) - 10.0**-_DIGITS, values, side="right")
    parts, joined = _joined([list(np.flatnonzero(place == band)) for band in np.unique(place)], count)
    steps = _steps(x, rows, weights, values, code, parts, own=False, merged=joined)
    return replace(
        steps,
        low=np.array([ends[place[part[0]]][0] for part in parts]),
        high=np.array([ends[place[part[-1]]][1] for part in parts]),
    )


def _joined(parts: list[list[int]], count: np.ndarray) -> tuple[list[list[int]], tuple[int, ...]]:
    """Parts of a scale with at least 10 answers each, and which of them were joined from several."""
    parts = list(parts)
    joined: set[int] = set()
    sizes = [int(count[part].sum()) for part in parts]
    while len(parts) > 1 and min(sizes) < FEWEST_SHOWN:
        k = int(np.argmin(sizes))
        beside = [j for j in (k - 1, k + 1) if 0 <= j < len(parts)]
        first = min(k, min(beside, key=lambda j: sizes[j]))
        parts[first : first + 2] = [parts[first] + parts[first + 1]]
        sizes[first : first + 2] = [sizes[first] + sizes[first + 1]]
        joined = {j - (j > first) for j in joined} | {first}
    return parts, tuple(sorted(joined))


def _steps(
    x: np.ndarray,
    rows: np.ndarray,
    weights: np.ndarray,
    values: np.ndarray,
    code: np.ndarray,
    parts: list[list[int]],
    *,
    own: bool,
    merged: tuple[int, ...],
) -> Steps:
    step_of_value = np.empty(len(values), dtype=np.int64)
    for k, part in enumerate(parts):
        step_of_value[part] = k
    of = np.full(len(x), -1, dtype=np.int64)
    of[rows] = step_of_value[code]
    used = weights[rows]
    position = np.bincount(of[rows], used * values[code]) / np.bincount(of[rows], used)
    return Steps(
        low=np.array([values[part[0]] for part in parts]),
        high=np.array([values[part[-1]] for part in parts]),
        # Rounding is not to move an answer from its place.
        position=np.where([len(part) == 1 for part in parts], [values[part[0]] for part in parts], position),
        of=of,
        own=own,
        merged=merged,
    )

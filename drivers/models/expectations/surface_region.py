"""Where on the map of experience and expectation there are answers: nothing is said of the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from drivers.results import FEWEST_SHOWN, read_only

MOST_STEPS = 5
"""Up to so many different answers each has a band of its own; of more, bands of one width are made."""

BANDS = np.array([0.0, 12.5, 37.5, 62.5, 87.5, 100.0])
"""Ends of the bands around 0, 25, 50, 75 and 100."""

_SAME = 6
"""Decimals to which means of several answers are alike."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Region:
    """Cells of experience by expectation with at least 10 respondents each, of which none covers another.

    Parameters
    ----------
    left, right, low, high
        Ends of experience and of expectation, in points 0–100; float (c,).
    x, y
        Mean experience and expectation of the cell's respondents; float (c,).
    count
        How many these are; int (c,).
    """

    left: np.ndarray
    right: np.ndarray
    low: np.ndarray
    high: np.ndarray
    x: np.ndarray
    y: np.ndarray
    count: np.ndarray

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in a cell."""
        return bool(((self.left <= x) & (x <= self.right) & (self.low <= y) & (y <= self.high)).any())


def observed_region(x: np.ndarray, y: np.ndarray) -> Region:
    """The cells in which respondents stand.

    Parameters
    ----------
    x, y
        Experience and expectation of the respondents used, 0–100; float (n,).

    Notes
    -----
    A cell of two bands that several different answers share is cut into halves or quarters, of which those are kept
    that hold enough themselves; where none does, the cell stays whole. So the map does not reach far from answers.
    """
    (x_edges, x_cut), (y_edges, y_cut) = _edges(x), _edges(y)
    i, j = _band(x, x_edges), _band(y, y_edges)
    found: list[tuple[float, ...]] = []
    for across in range(len(x_edges) - 1):
        for up in range(len(y_edges) - 1):
            inside = (i == across) & (j == up)
            if inside.sum() < FEWEST_SHOWN:
                continue
            whole = (x_edges[across], x_edges[across + 1], y_edges[up], y_edges[up + 1])
            parts = [(cell, inside & _within(x, y, cell)) for cell in _cut(whole, x_cut, y_cut)]
            parts = [(cell, those) for cell, those in parts if those.sum() >= FEWEST_SHOWN] or [(whole, inside)]
            found += [(*cell, x[those].mean(), y[those].mean(), those.sum()) for cell, those in parts]
    left, right, low, high, middle, height, count = np.array(found).reshape(-1, 7).T
    return Region(
        left=read_only(left),
        right=read_only(right),
        low=read_only(low),
        high=read_only(high),
        x=read_only(middle),
        y=read_only(height),
        count=read_only(count, np.int64),
    )


def _edges(values: np.ndarray) -> tuple[np.ndarray, bool]:
    """Ends of the bands, and whether bands hold several different answers."""
    steps = np.unique(np.round(values, _SAME))
    if len(steps) > MOST_STEPS:
        return BANDS, True
    middles = (steps[1:] + steps[:-1]) / 2
    first, last = steps[0] - (middles[0] - steps[0]), steps[-1] + (steps[-1] - middles[-1])
    return np.array([max(0.0, first), *middles, min(100.0, last)]), False


def _band(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """The band of each value; the last one holds its upper end."""
    return np.minimum(np.searchsorted(edges, values, side="right") - 1, len(edges) - 2)


def _cut(cell: tuple[float, ...], across: bool, up: bool) -> Iterator[tuple[float, ...]]:
    left, right, low, high = cell
    # The bands at both ends of the scale are half as wide as the others.
    across, up = across and right - left > BANDS[1], up and high - low > BANDS[1]
    for start, end in [(left, (left + right) / 2), ((left + right) / 2, right)] if across else [(left, right)]:
        for bottom, top in [(low, (low + high) / 2), ((low + high) / 2, high)] if up else [(low, high)]:
            yield start, end, bottom, top


def _within(x: np.ndarray, y: np.ndarray, cell: tuple[float, ...]) -> np.ndarray:
    left, right, low, high = cell
    return ((left <= x) & ((x < right) | (right == 100)) & (low <= y)) & ((y < high) | (high == 100))

"""Direct, indirect and total effects in a chain, and how they move with the moments.

Arrays in, arrays out. Columns of a covariance matrix stand in the order of the chain: q predictors, m mediators, the
outcome. Each variable from the first mediator on is regressed on all columns before it, so that no path is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

UNTOLD = 1e-10
"""Least variance of any sum of the columns, scaled to 1 each, for paths to be known."""

STEP = 1e-30
"""Relative imaginary step: nothing is subtracted, so that derivatives are exact to rounding however small it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The columns of a chain.

    Parameters
    ----------
    controls
        Columns held constant, which come first.
    drivers
        Columns whose effects are asked for.
    mediators
        Columns between the drivers and the outcome.
    """

    controls: int
    drivers: int
    mediators: int

    @property
    def columns(self) -> int:
        """All columns, the outcome among them."""
        return self.controls + self.drivers + self.mediators + 1

    @property
    def routes(self) -> tuple[tuple[int, ...], ...]:
        """The ways from a driver to the outcome through one or more mediators, the short ones first."""
        steps = range(self.mediators)
        return tuple(route for size in steps for route in combinations(steps, size + 1))

    @property
    def effects(self) -> int:
        """Direct, one for each route, all routes together, total."""
        return len(self.routes) + 3

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """Numbers in each of the parts that `statistics` gives one after another."""
        first = self.controls + self.drivers
        slopes = sum(first + position for position in range(self.mediators + 1))
        return self.effects * self.drivers, self.effects * self.drivers, self.drivers, slopes

    def split(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Effects in points and in standard deviations, float (…, E, k); parts mediated (…, k); slopes (…, s)."""
        points, standardised, mediated, slopes = np.split(values, np.cumsum(self.sizes)[:-1], axis=-1)
        shape = (*values.shape[:-1], self.effects, self.drivers)
        return points.reshape(shape), standardised.reshape(shape), mediated, slopes


def slopes(covariance: np.ndarray, chain: Chain) -> list[np.ndarray]:
    """Slopes of each variable from the first mediator on; float (b, columns before it) each.

    Parameters
    ----------
    covariance
        float (b, p, p), of which each is regular in the columns before the outcome.
    """
    first = chain.controls + chain.drivers
    return [
        np.linalg.solve(covariance[:, :column, :column], covariance[:, :column, column, None])[..., 0]
        for column in range(first, chain.columns)
    ]


def statistics(covariance: np.ndarray, chain: Chain) -> np.ndarray:
    """Effects in points, then standardised, parts mediated, slopes; float (b, Q), see `Chain.split`.

    Parameters
    ----------
    covariance
        float (b, p, p), or complex where derivatives are taken.

    Notes
    -----
    The specific effect along a route is the product of its slopes, the total effect is the direct one and all of
    these (Alwin and Hauser 1975, doi:10.2307/2094445); equal to the slope without the mediators in the model.
    """
    found = slopes(covariance, chain)
    drivers = slice(chain.controls, chain.controls + chain.drivers)
    first = chain.controls + chain.drivers
    direct = found[-1][:, drivers]
    specific = []
    for route in chain.routes:
        along = found[route[0]][:, drivers]
        for start, end in pairwise((*route, chain.mediators)):
            along = along * found[end][:, first + start, None]
        specific.append(along)
    indirect = np.sum(specific, axis=0)
    total = direct + indirect
    points = np.stack([direct, *specific, indirect, total], axis=1)
    deviation = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    standardised = points * (deviation[:, drivers] / deviation[:, -1:])[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        mediated = indirect / total
    b = len(covariance)
    return np.concatenate([points.reshape(b, -1), standardised.reshape(b, -1), mediated, *found], axis=1)


def decided(covariance: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Whether paths are known in each matrix: no column before the outcome is constant or a sum of others; bool (b,).

    Parameters
    ----------
    covariance
        float (b, p, p), NaN where there is none.
    deviation
        What the columns' spread is measured by, such as that of the sample; float (p,). By its own a constant column
        would be the rounding of its mean.
    """
    known = np.isfinite(covariance).all(axis=(1, 2))
    scaled = covariance[known] / np.outer(deviation, deviation)
    known[known] = np.linalg.eigvalsh(scaled[:, :-1, :-1])[:, 0] > UNTOLD
    return known


def explained(covariance: np.ndarray, chain: Chain) -> np.ndarray:
    """R² of the regression of each mediator and of the outcome; float (m + 1,).

    Parameters
    ----------
    covariance
        float (p, p).
    """
    first = chain.controls + chain.drivers
    found = slopes(covariance[None], chain)
    return np.array(
        [
            float(slope[0] @ covariance[:column, column] / covariance[column, column])
            for column, slope in enumerate(found, start=first)
        ]
    )


def gradient(statistic: Callable[[np.ndarray], np.ndarray], covariance: np.ndarray) -> np.ndarray:
    """How statistics move with each variance and covariance; float (p (p + 1) / 2, Q), pairs by rows.

    Parameters
    ----------
    statistic
        Complex matrices (b, p, p) → statistics (b, Q).
    covariance
        float (p, p).

    Notes
    -----
    The imaginary part after an imaginary step (Squire and Trapp 1998, doi:10.1137/S003614459631241X).
    """
    i, j = np.triu_indices(len(covariance))
    step = STEP * float(np.diag(covariance).max())
    moved = np.repeat(covariance[None].astype(complex), len(i), axis=0)
    pair = np.arange(len(i))
    moved[pair, i, j] += 1j * step
    moved[pair, j, i] = moved[pair, i, j]
    return np.asarray(statistic(moved).imag / step)


def influence(values: np.ndarray, weights: np.ndarray, covariance: np.ndarray, derivative: np.ndarray) -> np.ndarray:
    """What each respondent adds to statistics of the covariance, weight included; float (n, Q).

    Parameters
    ----------
    values
        Complete rows; float (n, p).
    weights
        float (n,).
    covariance
        Σ w (x − mean)(x − mean)ᵀ / Σw of these rows; float (p, p).
    derivative
        Of `gradient`.
    """
    i, j = np.triu_indices(values.shape[1])
    part = weights / weights.sum()
    centred = values - part @ values
    products = centred[:, i] * centred[:, j] - covariance[i, j]
    return (part[:, None] * products) @ derivative

"""Where a series over the waves changed its level: the largest step, what it is judged by, and where it may lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FEWEST_WAVES = 4
"""With fewer a step leaves a single degree of freedom or none to judge it by."""

MOST_ROUNDS = 60
"""Halvings by which the variance between waves is found."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Break:
    """The largest step of a series.

    Parameters
    ----------
    place
        Position of the first value on the new level, 1 or more.
    before, after
        The levels.
    std_error
        Of their difference, given the place.
    p_value
        How often a series without a step has one as large anywhere.
    possible
        Places that the data do not rule out, ``place`` among them; bool (w,), the first False.
    between
        Standard deviation of what moves a whole wave beside sampling, where there is no step.
    """

    place: int
    before: float
    after: float
    std_error: float
    p_value: float
    possible: np.ndarray
    between: float


def largest_break(
    values: np.ndarray, covariance: np.ndarray, *, conf_level: float, n_boot: int, rng: np.random.Generator
) -> Break | None:
    """The largest step of a series, its p-value and the places where it may lie; None for fewer than four values.

    Parameters
    ----------
    values
        Estimates in their order in time; float (w,).
    covariance
        Of the estimates by sampling; float (w, w).
    conf_level
        Level of the set of possible places.
    n_boot
        Series drawn.

    Notes
    -----
    For every place, F = (squares about one level − squares about two) / max(squares about two / (w − 2), φ), all
    squares under V = Σ + s² I: Σ is what sampling moves, s² what moves a whole wave beside it, by Paule and Mandel
    about one level. As a step would make s² large, what stands below is measured about two levels; it is not taken for
    less than sampling makes it, φ being the mean of Σ's variances over V's. The largest F over all places is compared
    with that of series drawn from N(0, V): the larger s² is, the more the test rests on the values about the two levels
    alone, and the less on Σ. A place is possible where series with the fitted step there have a largest F that stands
    out as far above theirs at that place in more than 1 − conf_level of draws.

    References
    ----------
    Andrews (1993), Tests for parameter instability and structural change with unknown change point,
    doi:10.2307/2951764. Siegmund (1988), Confidence sets in change-point problems, doi:10.2307/1403360.
    Paule and Mandel (1982), doi:10.6028/jres.087.022.
    """
    w = len(values)
    if w < FEWEST_WAVES:
        return None
    middle = float(values.mean())
    values = values - middle
    between = _between(values, covariance)
    spread = covariance + between * np.eye(w)
    floor = float(np.mean(np.diag(covariance) / np.diag(spread)))
    root = np.linalg.cholesky(spread + 1e-12 * np.trace(spread) / w * np.eye(w))
    steps = np.tri(w, w, 0)[:, 1:]  # column j: 1 from wave j + 1 on
    level = np.linalg.solve(root, np.ones(w))
    level /= np.linalg.norm(level)
    whitened = np.linalg.solve(root, steps)
    whitened = whitened - np.outer(level, level @ whitened)
    norms = np.linalg.norm(whitened, axis=0)
    directions = whitened / norms

    def measured(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Squares that each place explains, and what it leaves over its degrees of freedom; float (b, w − 1) each."""
        drawn = drawn - np.outer(drawn @ level, level)
        explained = (drawn @ directions) ** 2
        left = np.maximum((drawn**2).sum(axis=1)[:, None] - explained, 0.0) / (w - 2)
        return explained, np.maximum(left, floor)

    own = np.linalg.solve(root, values)[None, :]
    explained, left = measured(own)
    ratio = (explained / left)[0]
    best = int(np.argmax(ratio))
    noise = rng.standard_normal((n_boot, w))
    drawn_explained, drawn_left = measured(noise)
    largest = (drawn_explained / drawn_left).max(axis=1)
    p_value = float((1 + np.count_nonzero(largest >= ratio[best])) / (n_boot + 1))
    scale = float(np.sqrt(left[0, best]))
    possible = np.zeros(w, dtype=bool)
    centred = own[0] - level * (own[0] @ level)
    for place in range(w - 1):
        stands = (explained[0, best] - explained[0, place]) / left[0, best]
        fitted = directions[:, place] * (directions[:, place] @ centred)
        again, rest = measured(fitted + scale * noise)
        winner = again.argmax(axis=1)
        rows = np.arange(n_boot)
        apart = (again[rows, winner] - again[:, place]) / np.maximum(rest[rows, winner], floor)
        possible[place + 1] = (1 + np.count_nonzero(apart >= stands - 1e-12)) / (n_boot + 1) > 1 - conf_level
    possible[best + 1] = True
    inverse = np.linalg.inv(spread)
    columns = np.column_stack([np.ones(w), steps[:, best]])
    bread = np.linalg.inv(columns.T @ inverse @ columns)
    start, step = bread @ columns.T @ inverse @ values
    return Break(
        place=best + 1,
        before=middle + float(start),
        after=middle + float(start + step),
        std_error=scale * float(np.sqrt(bread[1, 1])),
        p_value=p_value,
        possible=possible,
        between=float(np.sqrt(between)),
    )


def _between(values: np.ndarray, covariance: np.ndarray) -> float:
    """The variance of what moves a whole wave beside sampling, about one level (Paule and Mandel)."""

    def scatter(between: float) -> float:
        inverse = np.linalg.pinv(covariance + between * np.eye(len(values)), hermitian=True)
        level = inverse.sum(axis=0) @ values / inverse.sum()
        return float((values - level) @ inverse @ (values - level)) / (len(values) - 1)

    if scatter(0.0) <= 1:
        return 0.0
    low, high = 0.0, float(np.var(values)) or 1.0
    while scatter(high) > 1:
        high *= 2
    for _ in range(MOST_ROUNDS):
        middle = (low + high) / 2
        low, high = (middle, high) if scatter(middle) > 1 else (low, middle)
    return high

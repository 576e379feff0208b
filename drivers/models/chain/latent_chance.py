"""How far effects between factors move by chance: what is estimated, and what is a product of such."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from drivers.linearization import Linearised
from drivers.models.chain.latent_effects import effects_of
from drivers.replication import draws

DRAWS = 20_000
"""Of the effects that are multiplied: the limits of a product then vary by about a fiftieth of its standard error."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Known:
    """Effects with their covariance and degrees of freedom: first, direct, total of each driver, the mediator's."""

    numbers: np.ndarray
    covariance: np.ndarray
    df: int


def with_limits(
    numbers: np.ndarray, spread: Linearised, k: int, conf_level: float, seed: int
) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray]:
    """First, direct, indirect, total and second effects, standardised and in points, and the parts mediated.

    Returns
    -------
    standardised, points
        Estimate, standard error and limits of each; float (4, k), the last float (4, 1).
    mediated
        float (4, k).
    """
    size = 3 * k + 1
    parts = []
    for own in (slice(0, size), slice(size + 2, 2 * size + 2)):
        known = _Known(numbers=numbers[own], covariance=spread.covariance[own, own], df=spread.df)
        parts.append(_limits(known, k, conf_level, seed))
    (standardised, mediated), (points, _) = parts
    return standardised, points, mediated


def _limits(known: _Known, k: int, conf_level: float, seed: int) -> tuple[list[np.ndarray], np.ndarray]:
    error = np.sqrt(np.diag(known.covariance))
    reach = special.stdtrit(max(known.df, 1), (1 + conf_level) / 2) * error
    plain = np.stack([known.numbers, error, known.numbers - reach, known.numbers + reach])
    first, direct, total, second = plain[:, :k], plain[:, k : 2 * k], plain[:, 2 * k : 3 * k], plain[:, -1:]
    drawn = draws(known.numbers, known.covariance, count=DRAWS, seed=seed)
    # A normal draw over an independent root of chi-squared is one of t, as wide as few sampling units ask for.
    scale = np.sqrt(max(known.df, 1) / np.random.default_rng([seed, 1]).chisquare(max(known.df, 1), DRAWS))
    drawn = known.numbers + (drawn - known.numbers) * scale[:, None]
    through = drawn[:, :k] * drawn[:, -1:]
    levels = [(1 - conf_level) / 2, (1 + conf_level) / 2]
    estimate = effects_of(known.numbers).indirect
    indirect = np.stack([estimate, _product_error(known, k), *np.quantile(through, levels, axis=0)])
    mediated = np.full((4, k), np.nan)
    for j in range(k):
        opposed = _clear(indirect[:, j]) and _clear(direct[:, j]) and indirect[0, j] * direct[0, j] < 0
        if _clear(total[:, j]) and not opposed:
            ratio = through[:, j] / drawn[:, 2 * k + j]
            mediated[[0, 2, 3], j] = estimate[j] / known.numbers[2 * k + j], *np.quantile(ratio, levels)
            mediated[1, j] = _ratio_error(known, k, j)
    return [first, direct, indirect, total, second], mediated


def _clear(column: np.ndarray) -> bool:
    """Whether an interval leaves out 0."""
    return bool(column[2] > 0 or column[3] < 0)


def _product_error(known: _Known, k: int) -> np.ndarray:
    """Standard errors of the products to first order; float (k,)."""
    slopes = np.zeros((k, len(known.numbers)))
    each = np.arange(k)
    slopes[each, each], slopes[:, -1] = known.numbers[-1], known.numbers[:k]
    return np.sqrt(np.einsum("ka,ab,kb->k", slopes, known.covariance, slopes))


def _ratio_error(known: _Known, k: int, j: int) -> float:
    """Standard error of a part mediated to first order."""
    first, total, second = known.numbers[j], known.numbers[2 * k + j], known.numbers[-1]
    slope = np.zeros(len(known.numbers))
    slope[[j, 2 * k + j, -1]] = second / total, -first * second / total**2, first / total
    return float(np.sqrt(slope @ known.covariance @ slope))

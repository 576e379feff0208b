"""Importance shares of groups, as they vary from sample to sample, and as they would if all groups had the same.

Both come from one resampling of each group's respondents. A group's drivers and what they leave of its outcome are kept
together; for the shares without a difference they are given the correlations and the proportions of slopes that all
groups have on average, at the group's own explained part. What is then drawn has the group's size, weights and
sampling units, its own noise, and so the bias of its own that shares of few respondents have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from drivers.importance.engines import shares_of
from drivers.importance.orders.subsets import lmg_values
from drivers.models.interactions.group_fits import GroupFit, Units, sums_within
from drivers.resampling import replicate_factors
from drivers.survey.design.replicate_weights import ReplicateWeights

LEAST_EXPLAINED, MOST_EXPLAINED = 0.02, 0.98
"""The explained part that a group without a difference is given lies between these."""

LEAST_CORRELATION = 1e-10
"""The least eigenvalue that a matrix of correlations is given before it is turned round."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShareDraws:
    """Shares of g groups and k drivers.

    Parameters
    ----------
    share
        LMG shares of each group; float (g, k).
    explained
        R² of the drivers, controls held constant, corrected for their number; float (g,).
    own
        Shares in resamples; float (b, g, k).
    alike
        Shares in resamples of groups without a difference; float (b, g, k).
    """

    share: np.ndarray
    explained: np.ndarray
    own: np.ndarray
    alike: np.ndarray


def share_draws(
    rows: np.ndarray,
    fits: Sequence[GroupFit],
    units: Units | None,
    replicates: ReplicateWeights | None,
    *,
    n_boot: int,
    seed: int,
) -> ShareDraws:
    """Resampled shares of each group.

    Parameters
    ----------
    rows
        Respondents used; bool (n,).
    fits
        The groups.
    units, replicates
        The sampling units, where they are not the respondents; replicate weights of the respondents used. With these
        the draws are the replicates.
    n_boot, seed
        Resamples, and where they start.

    Notes
    -----
    Respondents are drawn within their group, whatever their stratum, which errs to the safe side; sampling units within
    their stratum, as Rao and Wu rescale, so that groups go together as they do in the sample.
    """
    maps = _without_difference(fits)
    own = [_own(fit) for fit in fits]
    whole = [_shares((part.T @ _scatter(fit) @ part)[None]) for fit, part in zip(fits, own, strict=True)]
    drawn: tuple[list[list[np.ndarray]], list[list[np.ndarray]]] = ([[] for _ in fits], [[] for _ in fits])
    for position, scatter in _scatters(rows, fits, units, replicates, n_boot=n_boot, seed=seed):
        drawn[0][position].append(_shares(own[position].T @ scatter @ own[position]))
        drawn[1][position].append(_shares(maps[position].T @ scatter @ maps[position]))
    return ShareDraws(
        share=np.concatenate(whole),
        explained=np.array([_explained(fit) for fit in fits]),
        own=np.stack([np.concatenate(parts) for parts in drawn[0]], axis=1),
        alike=np.stack([np.concatenate(parts) for parts in drawn[1]], axis=1),
    )


def _shares(matrices: np.ndarray) -> np.ndarray:
    """LMG shares from scatter matrices, the outcome last; float (b, k)."""
    k = matrices.shape[-1] - 1
    return shares_of(lmg_values(np.ascontiguousarray(matrices), np.arange(k + 1))[0])


def _scatter(fit: GroupFit) -> np.ndarray:
    """Of the drivers and of what they leave of the outcome; float (k + 1, k + 1)."""
    columns = np.column_stack([fit.x, fit.residual])
    return np.asarray(columns.T @ columns)


def _own(fit: GroupFit) -> np.ndarray:
    """From drivers and residual to drivers and outcome."""
    k = fit.x.shape[1]
    made = np.eye(k + 1)
    made[:k, k] = fit.slopes
    return made


def _noise(fit: GroupFit) -> float:
    """Variance of what the drivers leave of the outcome."""
    n = len(fit.rows)
    return float(fit.residual @ fit.residual) / fit.mass * n / (n - fit.terms)


def _explained(fit: GroupFit) -> float:
    n, c = len(fit.rows), fit.held.shape[1]
    return 1 - _noise(fit) / (float(fit.y @ fit.y) / fit.mass * n / (n - c))


def _without_difference(fits: Sequence[GroupFit]) -> list[np.ndarray]:
    """From each group's drivers and residual to drivers and outcome that have the same shares in all groups.

    Slopes are those of all groups together, by their precision, per standard deviation of the driver. The explained
    part is the smaller of the group's own and of what those slopes would explain beside its noise: where by chance much
    is explained, shares would seem to vary too little.
    """
    k = fits[0].x.shape[1]
    deviations = [np.sqrt((fit.x**2).sum(axis=0) / fit.mass) for fit in fits]
    correlations = [
        fit.x.T @ fit.x / fit.mass / np.outer(deviation, deviation)
        for fit, deviation in zip(fits, deviations, strict=True)
    ]
    sizes = np.array([len(fit.rows) for fit in fits], dtype=float)
    noise = np.array([_noise(fit) for fit in fits])
    common = np.einsum("g,gij->ij", sizes / sizes.sum(), np.array(correlations))
    precision = sizes / noise
    slopes = precision @ np.array([fit.slopes * deviation for fit, deviation in zip(fits, deviations, strict=True)])
    slopes /= precision.sum()
    size = float(slopes @ common @ slopes)
    signal = max(size - k / precision.sum(), 0.0)
    root = _powers(common)[0]
    made = []
    for position, fit in enumerate(fits):
        explained = min(_explained(fit), signal / (signal + noise[position]))
        explained = min(max(explained, LEAST_EXPLAINED), MOST_EXPLAINED)
        part = np.zeros((k + 1, k + 1))
        part[:k, :k] = (_powers(correlations[position])[1] @ root) / deviations[position][:, None]
        part[:k, k] = part[:k, :k] @ slopes * np.sqrt(explained / size)
        part[k, k] = np.sqrt((1 - explained) * fit.mass / float(fit.residual @ fit.residual))
        made.append(part)
    return made


def _powers(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The symmetric root of a matrix of correlations, and its inverse."""
    values, vectors = np.linalg.eigh(matrix)
    roots = np.sqrt(np.maximum(values, LEAST_CORRELATION))
    return (vectors * roots) @ vectors.T, (vectors / roots) @ vectors.T


def _scatters(
    rows: np.ndarray,
    fits: Sequence[GroupFit],
    units: Units | None,
    replicates: ReplicateWeights | None,
    *,
    n_boot: int,
    seed: int,
) -> Iterator[tuple[int, np.ndarray]]:
    """Place of a group, and scatter matrices of its drivers and residual in some resamples; float (b, k + 1, k + 1)."""
    columns = [np.column_stack([fit.held, fit.x, fit.residual]) for fit in fits]
    sides = [np.triu_indices(part.shape[1]) for part in columns]
    products = [part[:, i] * part[:, j] for part, (i, j) in zip(columns, sides, strict=True)]
    held = [fit.held.shape[1] for fit in fits]
    place = np.cumsum(rows) - 1
    if replicates is not None:
        factors = (replicates.weights / replicates.base[:, None]).T
        for position, fit in enumerate(fits):
            yield position, _left(factors[:, place[fit.rows]] @ products[position], sides[position], held[position])
    elif units is not None:
        totals = [
            sums_within(part, fit.place, len(fit.units))
            for fit, part in zip(fits, products, strict=True)
            if fit.place is not None and fit.units is not None
        ]
        fractions = None if (units.left == 1).all() else 1.0 - units.left[units.stratum]
        of_units = replicate_factors(len(units.stratum), n_boot=n_boot, seed=seed, strata=units.stratum, fpc=fractions)
        for factors in of_units:
            for position, fit in enumerate(fits):
                yield position, _left(factors[:, fit.units] @ totals[position], sides[position], held[position])
    else:
        for position, fit in enumerate(fits):
            for factors in replicate_factors(len(fit.rows), n_boot=n_boot, seed=seed + position):
                # What a finite population saves, as Rao and Wu rescale.
                kept = 1 + np.sqrt(fit.left) * (factors - 1)
                yield position, _left(kept @ products[position], sides[position], held[position])


def _left(sums: np.ndarray, sides: tuple[np.ndarray, np.ndarray], held: int) -> np.ndarray:
    """Matrices from their upper triangles, less what constant and controls explain in each resample."""
    m = int(sides[0].max()) + 1
    whole = np.empty((len(sums), m, m))
    whole[:, sides[0], sides[1]] = whole[:, sides[1], sides[0]] = sums
    known = np.linalg.pinv(whole[:, :held, :held], hermitian=True)
    return np.asarray(whole[:, held:, held:] - whole[:, held:, :held] @ known @ whole[:, :held, held:])

"""Slopes of groups fitted anew in each replicate, where a survey gives replicate weights in place of its design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from drivers.models.interactions.group_fits import GroupFit
from drivers.models.multiplicity import holm
from drivers.models.predictors import Predictors
from drivers.models.robust_errors import wald_test
from drivers.replication import replicate_covariance, replicate_moments
from drivers.results import read_only
from drivers.survey.design.replicate_weights import ReplicateWeights

FREEDOM_EACH = 3
"""Degrees of freedom that a joint test needs for each of its contrasts."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReplicatedSlopes:
    """Slopes of g groups, their tests, and each group less the rest.

    Parameters
    ----------
    std_error, difference, difference_p_value
        float (g, k).
    statistic, p_value
        The adjusted Wald test of equal slopes; with fewer than three degrees of freedom for each contrast, the best
        of the drivers' own tests, corrected by Holm.
    driver_p_value
        float (k,).
    df
        Degrees of freedom of t intervals.
    """

    std_error: np.ndarray
    difference: np.ndarray
    difference_p_value: np.ndarray
    statistic: float
    p_value: float
    driver_p_value: np.ndarray
    df: int


def replicated_slopes(data: Predictors, fits: Sequence[GroupFit], replicates: ReplicateWeights) -> ReplicatedSlopes:
    """The tests of equal slopes by replicate weights.

    Parameters
    ----------
    data
        The model's columns.
    fits
        The groups.
    replicates
        Of the rows that the model uses.

    Raises
    ------
    ModelError
        Where a replicate leaves a slope undecided.
    """
    place = np.cumsum(data.rows) - 1
    held, g, k = int(data.starts[0]), len(fits), fits[0].x.shape[1]
    scatters = []
    for fit in fits:
        inside = np.zeros(int(data.rows.sum()), dtype=bool)
        inside[place[fit.rows]] = True
        part = replace(
            replicates, weights=read_only(replicates.weights[inside]), base=read_only(replicates.base[inside])
        )
        moments = replicate_moments(part, data.values[fit.rows])
        scatters.append(_without_controls(moments.scatter, held))
    whole = np.stack(scatters, axis=1)
    own = np.stack([_without_controls(_scatter(fit), 0)[0] for fit in fits])
    rest, rest_own = whole.sum(axis=1, keepdims=True) - whole, own.sum(axis=0) - own
    drawn = np.concatenate([_slopes(whole), _slopes(whole) - _slopes(rest)], axis=1).reshape(len(whole), -1)
    estimate = np.concatenate([_slopes(own), _slopes(own) - _slopes(rest_own)]).ravel()
    spread = replicate_covariance(drawn, estimate, replicates)
    df = max(spread.df + 1 - max(fit.terms for fit in fits), 1)
    error = np.sqrt(np.maximum(np.diag(spread.covariance), 0.0))
    slopes, covariance = estimate[: g * k], spread.covariance[: g * k, : g * k]
    contrasts = np.kron(np.column_stack([-np.ones(g - 1), np.eye(g - 1)]), np.eye(k))
    alone = np.array([wald_test(slopes, covariance, contrasts[j::k], df).p_value for j in range(k)])
    # With nearly as many contrasts as degrees of freedom the covariance is too uncertain to be turned round.
    many = len(contrasts) * FREEDOM_EACH > df
    together = wald_test(slopes, covariance, contrasts, -1 if many else df)
    by_driver = holm(alone)
    least = float(np.nanmin(by_driver)) if np.isfinite(by_driver).any() else float("nan")
    return ReplicatedSlopes(
        std_error=error[: g * k].reshape(g, k),
        difference=estimate[g * k :].reshape(g, k),
        difference_p_value=2 * special.stdtr(df, -np.abs(estimate[g * k :]) / error[g * k :]).reshape(g, k),
        statistic=together.statistic,
        p_value=together.p_value if np.isfinite(together.p_value) else least,
        driver_p_value=alone,
        df=df,
    )


def _scatter(fit: GroupFit) -> np.ndarray:
    columns = np.column_stack([fit.x, fit.y])
    return (columns.T @ columns)[None]


def _without_controls(scatter: np.ndarray, held: int) -> np.ndarray:
    """What controls leave of drivers and outcome; float (r, k + 1, k + 1)."""
    if not held:
        return scatter
    known = np.linalg.pinv(scatter[:, :held, :held], hermitian=True)
    return np.asarray(scatter[:, held:, held:] - scatter[:, held:, :held] @ known @ scatter[:, :held, held:])


def _slopes(scatter: np.ndarray) -> np.ndarray:
    """Slopes of the last column on the others, NaN where undecided; float (…, k)."""
    flat = scatter.reshape(-1, *scatter.shape[-2:])
    found = np.full((len(flat), flat.shape[-1] - 1), np.nan)
    own = np.sqrt(np.maximum(np.diagonal(flat, axis1=1, axis2=2), 0.0))
    sure = np.isfinite(own).all(axis=1) & (own[:, :-1] > 0).all(axis=1)
    units = np.where(own > 0, own, 1.0)
    scaled = flat / (units[:, :, None] * units[:, None, :])
    sure[sure] = np.linalg.eigvalsh(scaled[sure][:, :-1, :-1])[:, 0] > 1e-10
    solved = np.linalg.solve(scaled[sure][:, :-1, :-1], scaled[sure][:, :-1, -1:])[..., 0]
    found[sure] = solved * units[sure, -1:] / units[sure, :-1]
    return found.reshape(*scatter.shape[:-2], -1)

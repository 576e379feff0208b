"""Many lines on the same predictors of the same people, fitted at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drivers.linearization import domain_replicates, survey_covariance
from drivers.models.robust_errors import (
    refuse_whole_population,
    replicate_effects,
    replicated_freedom,
    sampled_freedom,
)
from drivers.replication import replicate_covariance
from drivers.survey.data import Survey

ALONE = 1 - 1e-9
"""Leverage at which a respondent alone decides an effect."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ParallelSlopes:
    """The last slopes of each line, float (m, q); their covariance, float (m, q, q); degrees of freedom, float (m,)."""

    slopes: np.ndarray
    covariance: np.ndarray
    df: np.ndarray


def parallel_slopes(
    survey: Survey, predictors: np.ndarray, targets: np.ndarray, rows: np.ndarray, kept: int
) -> ParallelSlopes:
    """The slopes of several outcomes on the same predictors, with the errors of `robust_fit`.

    Parameters
    ----------
    predictors
        None a sum of others; float (n, p).
    targets
        float (n, m).
    rows
        Respondents used, with weights above 0; bool (n,).
    kept
        How many of the last predictors are wanted.

    Raises
    ------
    ModelError
        As `robust_fit`.

    Notes
    -----
    Weights: as `robust_fit`.
    Missing answers: choose the rows before.
    """
    design = np.column_stack([np.ones(int(rows.sum())), predictors[rows]])
    used, weights = targets[rows], survey.weights[rows]
    root = np.sqrt(weights)[:, None]
    q, r = np.linalg.qr(root * design)
    params = np.linalg.solve(r, q.T @ (root * used))
    slopes = params[-kept:].T
    terms, lines = design.shape[1], used.shape[1]
    replicates = domain_replicates(survey, rows)
    if replicates is not None:
        covariances, df = [], 0
        for i in range(lines):
            drawn = replicate_effects(replicates, np.column_stack([predictors[rows], used[:, i]]))
            spread = replicate_covariance(drawn[:, -kept:], slopes[i], replicates)
            covariances.append(spread.covariance)
            df = replicated_freedom(spread.df, terms)
        return ParallelSlopes(slopes=slopes, covariance=np.array(covariances), df=np.full(lines, float(df)))
    # What each respondent moves the wanted slopes by, for one point of residual.
    pull = root * (q @ np.linalg.inv(r).T)[:, -kept:]
    residual = used - design @ params
    designed = survey.weighted_in(rows) or survey.has_design
    if not designed:
        leverage = (q**2).sum(axis=1)[:, None]
        alone = leverage > ALONE
        residual = np.where(alone, 0.0, residual / np.where(alone, 1.0, 1 - leverage))
    moved = (residual[:, :, None] * pull[:, None, :]).reshape(len(used), lines * kept)
    if designed:
        refuse_whole_population(survey, rows)
        influence = np.zeros((len(rows), lines * kept))
        influence[rows] = moved
        found = survey_covariance(survey, influence, rows)
        joint, df = found.covariance, sampled_freedom(found.df, terms)
    else:
        joint, df = moved.T @ moved, len(used) - terms
        undecided = ~(design[~alone[:, 0]] != 0).any(axis=0)[-kept:]
        joint[np.tile(undecided, lines), :] = np.nan
        joint[:, np.tile(undecided, lines)] = np.nan
    blocks = joint.reshape(lines, kept, lines, kept)
    return ParallelSlopes(
        slopes=slopes, covariance=np.array([blocks[i, :, i] for i in range(lines)]), df=np.full(lines, float(df))
    )

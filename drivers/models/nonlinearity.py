"""Straight lines against flexible models, on respondents whom neither has seen: kernels.

References
----------
Nadeau and Bengio (2003), Inference for the generalization error, doi:10.1023/A:1024068626366.
Bouckaert and Frank (2004), Evaluating the replicability of significance tests for comparing learning algorithms,
doi:10.1007/978-3-540-24775-3_3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import special

FLEXIBLE = ("boosting", "forest")
"""Models that may bend: boosted trees and a random forest, each fitted to what the straight line leaves."""

LEAF_ROWS, LEAF_PART = 20, 0.02
"""Respondents that a leaf of a tree must hold, and in the forest at least this part of all: what is left of a rating
once the line is taken off is mostly noise, and smaller leaves would learn that."""

ROUNDS, RATE, LEAVES, SHRINKAGE = 40, 0.1, 4, 10.0
"""Boosted trees: rounds and learning rate, leaves of a tree, L2 penalty."""

TREES, TRIED_PART = 40, 0.4
"""The forest: trees, and the part of the columns that each split may choose from."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossValidated:
    """Mean squared errors on held-out folds, and what they become where a unit of columns is mixed up.

    Parameters
    ----------
    linear
        float (folds,).
    flexible
        float (folds, models).
    permuted
        float (folds, models, units).
    """

    linear: np.ndarray
    flexible: np.ndarray
    permuted: np.ndarray


def deal(strata: np.ndarray | None, units: np.ndarray, folds: int, rng: np.random.Generator) -> np.ndarray:
    """The fold of each row, whole sampling units together and those of a stratum spread evenly; int (n,).

    Parameters
    ----------
    strata
        int (n,), or None for one stratum.
    units
        Code of each row's sampling unit; int (n,).
    """
    _, first, unit = np.unique(units, return_index=True, return_inverse=True)
    order = rng.permutation(len(first))
    if strata is not None:
        order = order[np.argsort(strata[first][order], kind="stable")]
    fold = np.empty(len(first), dtype=np.int64)
    # Dealt on from stratum to stratum, so that folds are of one size as nearly as can be.
    fold[order] = np.arange(len(first)) % folds
    return fold[unit]


def cross_validate(
    x: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    fold: np.ndarray,
    starts: np.ndarray,
    rng: np.random.Generator,
) -> CrossValidated:
    """Errors of the straight line and of the flexible models on each fold, from models of all other folds.

    Parameters
    ----------
    x, y
        float (n, m), (n,).
    weights
        Of mean 1, in fitting and in scoring; float (n,).
    fold
        int (n,).
    starts
        First column of each unit that is mixed up as a whole and, last, one beyond them; int (units + 1,).
    """
    from threadpoolctl import threadpool_limits

    linear, flexible, permuted = [], [], []
    for held in range(int(fold.max()) + 1):
        train, test = fold != held, fold == held
        line = _straight_line(x[train], y[train], weights[train])
        left = y[train] - _on_line(x[train], line)
        mixed = [x[test], *mixed_up(x[test], weights[test], starts, rng)]
        straight = np.stack([_on_line(part, line) for part in mixed])
        linear.append(_error(y[test], straight[:1], weights[test])[0])
        errors = []
        # One thread: small trees only wait for each other's, and a pool of threads would not outlive a fork.
        with threadpool_limits(limits=1):
            for model in flexible_models(len(left), rng):
                model.fit(x[train], left, sample_weight=weights[train])
                bent = model.predict(np.concatenate(mixed)).reshape(straight.shape)
                errors.append(_error(y[test], straight + bent, weights[test]))
        flexible.append([error[0] for error in errors])
        permuted.append([error[1:] for error in errors])
    return CrossValidated(linear=np.array(linear), flexible=np.array(flexible), permuted=np.array(permuted))


def flexible_models(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """The models of `FLEXIBLE` for so many respondents, not fitted; the same generator gives the same models."""
    from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor

    seeds = rng.integers(0, 2**31, len(FLEXIBLE))
    return (
        HistGradientBoostingRegressor(
            max_iter=ROUNDS,
            learning_rate=RATE,
            max_leaf_nodes=LEAVES,
            min_samples_leaf=LEAF_ROWS,
            l2_regularization=SHRINKAGE,
            early_stopping=False,
            random_state=int(seeds[0]),
        ),
        RandomForestRegressor(
            n_estimators=TREES,
            min_samples_leaf=max(LEAF_ROWS, round(LEAF_PART * n)),
            max_features=TRIED_PART,
            n_jobs=1,
            random_state=int(seeds[1]),
        ),
    )


def mixed_up(x: np.ndarray, weights: np.ndarray, starts: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """The rows once for each unit, its columns taken from other rows at random; float (units)(n, m).

    Notes
    -----
    Rows are taken in proportion to their weight (systematically from a random order), so that the columns keep
    their weighted distribution; with equal weights it is a permutation.
    """
    n = len(x)
    versions = []
    for start, stop in pairwise(starts):
        order = rng.permutation(n)
        reach = np.cumsum(weights[order]) / weights.sum()
        taken = np.searchsorted(reach, (np.arange(n) + rng.random()) / n, side="right")
        version = x.copy()
        version[:, start:stop] = x[order[np.minimum(taken, n - 1)], start:stop]
        versions.append(version)
    return versions


def corrected_interval(
    values: np.ndarray, *, folds: int, conf_level: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Mean over folds, standard error and interval, corrected for what folds share; float (p,) each.

    Parameters
    ----------
    values
        One row for each fold of each repetition; float (folds × repeats, p).
    folds
        Of one repetition.

    Notes
    -----
    The variance is (1 / J + 1 / (folds − 1)) s² for J values of variance s²: the second part is respondents
    tested over respondents fitted (Nadeau and Bengio 2003), with J − 1 degrees of freedom (Bouckaert and Frank 2004).
    """
    count = len(values)
    mean = values.mean(axis=0)
    error = np.sqrt((1 / count + 1 / (folds - 1)) * values.var(axis=0, ddof=1))
    reach = special.stdtrit(count - 1, (1 + conf_level) / 2) * error
    return mean, error, mean - reach, mean + reach


def joined(parts: Sequence[CrossValidated]) -> CrossValidated:
    """The folds of several repetitions as one."""
    return CrossValidated(
        linear=np.concatenate([part.linear for part in parts]),
        flexible=np.concatenate([part.flexible for part in parts]),
        permuted=np.concatenate([part.permuted for part in parts]),
    )


def _straight_line(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Constant and slopes by weighted least squares; float (m + 1,)."""
    root = np.sqrt(weights)
    design = np.column_stack([np.ones(len(x)), x])
    return np.linalg.lstsq(root[:, None] * design, root * y, rcond=None)[0]


def _on_line(x: np.ndarray, line: np.ndarray) -> np.ndarray:
    return line[0] + x @ line[1:]


def _error(y: np.ndarray, predicted: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted mean squared error of each row of predictions; float (versions,)."""
    return (y - predicted) ** 2 @ weights / weights.sum()

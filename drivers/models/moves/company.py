"""Which other drivers go along when some are moved, as they are associated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from drivers.models.moves.joint_lines import Line, joint_lines
from drivers.models.moves.move_columns import MoveColumns
from drivers.survey.data import Survey


def company_of(survey: Survey, columns: MoveColumns, moved: Sequence[str]) -> np.ndarray:
    """Points by which each other driver is higher with one point of each driver moved; float (moved, others).

    Notes
    -----
    Least squares of each other driver on controls and all drivers moved together, of the respondents of the first
    outcome.
    Weights: weighted.
    Missing answers: complete cases.
    """
    own, rest, design, rows = _parts(columns, moved)
    weights = np.sqrt(survey.weights[rows])[:, None]
    found = np.linalg.lstsq(weights * design, weights * columns.ratings[rows][:, rest], rcond=None)[0]
    return np.asarray(found[len(found) - len(own) :])


def company_limits(
    survey: Survey, columns: MoveColumns, moved: Sequence[str], moves: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How far each other driver goes along with some moves: estimate, standard error, degrees of freedom.

    Parameters
    ----------
    moves
        Points of the drivers moved; float (moved,).

    Returns
    -------
    estimate, std_error, df
        By driver that is not moved, (others,) each.
    """
    own, rest, _, rows = _parts(columns, moved)
    held = columns.held[columns.measures[0].outcome]
    predictors = np.column_stack([held, columns.ratings[:, own]])
    estimates, errors, df = [], [], []
    for place in rest:
        line = Line(values=np.column_stack([predictors, columns.ratings[:, place]]), rows=rows)
        fit = joint_lines(survey, [line]).fits[0]
        slopes, spread = fit.params[-len(own) :], fit.covariance[-len(own) :, -len(own) :]
        estimates.append(float(moves @ slopes))
        errors.append(float(np.sqrt(np.maximum(moves @ spread @ moves, 0.0))))
        df.append(fit.df)
    return np.array(estimates), np.array(errors), np.array(df)


def _parts(columns: MoveColumns, moved: Sequence[str]) -> tuple[list[int], list[int], np.ndarray, np.ndarray]:
    """Positions of the drivers moved and of the others; constant, controls and drivers moved; the rows."""
    outcome = columns.measures[0].outcome
    rows = columns.rows[outcome]
    own = [columns.drivers.index(name) for name in moved]
    rest = [place for place in range(len(columns.drivers)) if place not in own]
    parts = [np.ones(int(rows.sum())), columns.held[outcome][rows], columns.ratings[rows][:, own]]
    return own, rest, np.column_stack(parts), rows

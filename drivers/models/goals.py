"""Where each driver stands now, and where it might get: its own target, what the best units reach, the best answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from drivers.models.unit_means import Levels, every_unit, levels, unit_means
from drivers.survey.data import Survey

__all__ = ["FEWEST_UNITS", "GOALS_OF", "REACHED_BY", "GoalOf", "Goals", "Levels", "goals", "levels", "reached_by_units"]

GoalOf = Literal["target", "best_units", "scale_end", "given"]
GOALS_OF: tuple[GoalOf, ...] = get_args(GoalOf)
"""Where a driver's goal comes from: its own target, what one unit in ten reaches, the best answer of all, or whoever
asked."""

FEWEST_UNITS = 10
"""Of fewer units none in ten is the best."""

REACHED_BY = 0.9
"""The part of units that a goal leaves behind: what one in ten reaches can be reached."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Goals:
    """Where each driver might get, float (k,); who says so; and how many units say it, 0 where these do not."""

    goal: np.ndarray
    goal_of: tuple[GoalOf, ...]
    n_units: int


def goals(survey: Survey, drivers: Sequence[str], columns: np.ndarray, now: int | None) -> Goals:
    """The target of each driver, else what one unit in ten reaches, else the best answer.

    Parameters
    ----------
    drivers
        Names, (k,).
    columns
        Their scores; float (n, k).
    now
        Position of the wave reported on; None for all answers.

    Notes
    -----
    Units' means differ by chance as well, so their spread is cut to what is more than that (Louis). With fewer than
    ten units that have ten answers to every driver there is nothing that one in ten reaches.

    References
    ----------
    Louis (1984), Estimating a population of parameter values using Bayes and empirical Bayes methods, Journal of the
    American Statistical Association 79, 393–398.
    """
    own = [survey.codebook.drivers[name].target for name in drivers]
    reached, n_units = np.full(len(drivers), 100.0), 0
    if any(target is None for target in own) and survey.codebook.unit is not None:
        reached, n_units = reached_by_units(survey, columns, now)
    fallback: GoalOf = "best_units" if n_units else "scale_end"
    return Goals(
        goal=np.array([best if target is None else float(target) for target, best in zip(own, reached, strict=True)]),
        goal_of=tuple(fallback if target is None else "target" for target in own),
        n_units=n_units,
    )


def reached_by_units(survey: Survey, columns: np.ndarray, now: int | None) -> tuple[np.ndarray, int]:
    """What one unit in ten reaches, of all units; 100 where there are too few of them; float (k,), and how many."""
    units = unit_means(survey, columns, every_unit(survey, now)).whole
    if len(units.names) < FEWEST_UNITS:
        return np.full(columns.shape[1], 100.0), 0
    return np.quantile(units.adjusted, REACHED_BY, axis=0), len(units.names)

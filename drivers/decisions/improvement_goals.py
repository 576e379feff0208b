"""Up to where drivers might be improved: goals of one kind, so that what closing the gaps is worth can be compared."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from drivers.decisions.dividing_lines import check_targets
from drivers.errors import ModelError, remedy
from drivers.models.given import is_number
from drivers.models.goals import FEWEST_UNITS, GoalOf, Goals, reached_by_units
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey


def goals_for(
    survey: Survey,
    names: tuple[str, ...],
    columns: np.ndarray,
    now: int | None,
    asked: GoalOf | Mapping[str, float] | None,
) -> Goals:
    """Where drivers might get, all of one kind.

    Parameters
    ----------
    names
        Drivers, (k,).
    columns
        Their scores; float (n, k).
    now
        Position of the wave reported on; None without waves.
    asked
        The kind of goal, or driver → points; targets where every driver has one, else the best answer, unless given.

    Raises
    ------
    ModelError
        Where a goal is none, or a driver has none.
    """
    targets = [survey.codebook.drivers[name].target for name in names]
    if asked is None:
        asked = "scale_end" if None in targets else "target"
    if isinstance(asked, Mapping):
        kind: GoalOf = "given"
        return Goals(goal=_given(names, asked), goal_of=(kind,) * len(names), n_units=0)
    n_units = 0
    if asked == "target":
        goal = np.array(check_targets(names, targets), dtype=float)
    elif asked == "best_units":
        goal, n_units = reached_by_units(survey, columns, now)
        if not n_units:
            raise ModelError(
                f"Expected at least {FEWEST_UNITS} units with {FEWEST_SHOWN} answers to every driver, found fewer; "
                "choose another goal.",
                code="few_units_reach",
                values={"needed": FEWEST_UNITS},
            )
    elif asked == "scale_end":
        goal = np.full(len(names), 100.0)
    else:
        raise ModelError(
            f"Expected goal to be 'target', 'best_units', 'scale_end' or points by driver, found {asked!r}; choose one "
            "of these."
        )
    return Goals(goal=goal, goal_of=(asked,) * len(names), n_units=n_units)


def _given(names: tuple[str, ...], goal: Mapping[str, float]) -> np.ndarray:
    for name, value in goal.items():
        if name not in names:
            raise ModelError(
                f"Expected goals of drivers among {', '.join(map(repr, names))}, found {name!r}; {remedy(name, names)}"
            )
        if not is_number(value) or not 0 <= value <= 100:
            raise ModelError(f"Expected a goal from 0 to 100 points for {name!r}, found {value!r}; correct it.")
    without = [name for name in names if name not in goal]
    if without:
        raise ModelError(f"Expected a goal of every driver, found none of {without[0]!r}; add it to goal=.")
    return np.array([goal[name] for name in names], dtype=float)

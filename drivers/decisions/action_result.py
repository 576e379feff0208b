"""What became of the drivers about which something was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.results import Code, Result, Sample, frame

Movement = Literal["moved_up", "not_shown", "moved_down", "too_early", "few_now", "nothing_before"]
MOVEMENTS: tuple[Movement, ...] = get_args(Movement)
"""Whether the driver's mean rose or fell since; or the wave reported on comes before it could show, or has not ten
answers; or no wave before has."""

Tide = Literal["more", "alike", "less", "unknown"]
TIDES: tuple[Tide, ...] = get_args(Tide)
"""Whether it moved up more than drivers without an action, less, it cannot be told; or there are none of those."""

GoalState = Literal["reached", "open", "missed", "none"]
GOAL_STATES: tuple[GoalState, ...] = get_args(GoalState)
"""Whether the whole interval of the change is at the goal or above it, or below it; or there is no goal."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CheckedAction:
    """One action, and how its driver moved.

    Parameters
    ----------
    number
        Its place in the codebook's register, from 1, as labels know it.
    lever
        Who is to move the driver; "" where nobody says.
    since, wave_before, wave
        The wave since which it could show; the last one before it, and the one reported on, "" where there is none.
    before, now
        Means of the driver in these two, 0–100; NaN where there is none.
    change, average, tide, apart
        Estimate, standard error and limits, NaN where unknown; float (4,) each: from the wave before to the one
        reported on; from the wave before to all waves since together; the same as ``change`` of the drivers
        without an action, on average; and ``change`` less ``tide``.
    p_change, p_apart
        Of no change, and of none apart from the tide, after Holm over the actions.
    n_before, n_now
        Answers.
    goal
        Points by which it is to rise; None without a goal.
    """

    number: str
    driver: str
    lever: str
    since: str
    wave_before: str
    wave: str
    before: float
    now: float
    change: np.ndarray
    average: np.ndarray
    tide: np.ndarray
    apart: np.ndarray
    p_change: float
    p_apart: float
    n_before: int
    n_now: int
    goal: float | None
    movement: Movement
    against_tide: Tide
    goal_state: GoalState


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ActionResult(Result):
    """The register of actions, checked; `check_actions` makes one.

    Parameters
    ----------
    actions
        In the order of the register.
    untouched
        Drivers without any action, whose movement is the general tide.
    wave, unit
        What is reported on.
    sample
        Of the ratings of all drivers that were looked at.
    """

    kind: ClassVar[str] = "actions"

    actions: tuple[CheckedAction, ...]
    untouched: tuple[str, ...]
    wave: str
    unit: str
    sample: Sample
    conf_level: float

    @property
    def units(self) -> Mapping[str, str]:
        """Points of 0–100."""
        return MappingProxyType({"estimate": "points of 0–100", "performance": "points of 0–100"})

    @property
    def n_used(self) -> int:
        """Respondents who rated any of the drivers."""
        return self.sample.n

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return tuple(note for note in self.sample.notes if note.code != "missing_dropped")

    @property
    def details(self) -> Mapping[str, object]:
        """What is reported on, and what each action was found to be."""
        return MappingProxyType(
            {
                "wave": self.wave,
                "unit": self.unit,
                "untouched": list(self.untouched),
                "actions": [
                    {
                        "action": action.number,
                        "driver": action.driver,
                        "lever": action.lever,
                        "since": action.since,
                        "goal": action.goal,
                        "against_tide": action.against_tide,
                        "goal_state": action.goal_state,
                    }
                    for action in self.actions
                ],
            }
        )

    def tidy(self) -> pd.DataFrame:
        """Four rows per action that can be checked: ``change``, ``average``, ``tide`` and ``apart``; else one."""
        rows: list[tuple[object, ...]] = []
        for action in self.actions:
            begun = (action.number, action.driver, action.lever or None)
            waves = (action.wave_before or None, action.wave or None)
            if not np.isfinite(action.change[0]):
                rows.append((*begun, None, *[np.nan] * 5, *waves, action.movement))
                continue
            for term, values, p_value, says in (
                ("change", action.change, action.p_change, action.movement),
                ("average", action.average, np.nan, None),
                ("tide", action.tide, np.nan, None),
                ("apart", action.apart, action.p_apart, action.against_tide),
            ):
                rows.append((*begun, term, *values, p_value, *waves, says))
        names = (
            *("action", "driver", "lever", "term", "estimate", "std_error", "conf_low", "conf_high", "p_adjusted"),
            *("wave_from", "wave", "conclusion"),
        )
        columns: dict[str, object] = {name: [row[place] for row in rows] for place, name in enumerate(names)}
        return frame({**columns, "conf_level": self.conf_level})

    def glance(self) -> pd.DataFrame:
        """One row: the sample."""
        return frame(
            {
                "n_asked": [self.sample.n_asked],
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "conf_level": self.conf_level,
            }
        )

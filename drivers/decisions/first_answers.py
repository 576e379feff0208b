"""The first five questions of a manager, answered from the results that a page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import pandas as pd

from drivers.errors import ModelError
from drivers.results import Light, Result, Unanswered, Verdict

_LIGHTS: tuple[Light, ...] = ("green", "amber", "red")
_TAKEN = {
    "priorities": "priorities",
    "what_if": "what_if_table",
    "compared": "units",
    "cards": "scorecard",
    "trend": "waves",
    "plan": "plan",
}
"""Argument → kind of the result that it takes, beside a reason why there is none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OneMinute(Result):
    """The results that answer a manager's first five questions; a reason or None where one is not answered.

    Parameters
    ----------
    scores, importance
        Of `outcome_scores` and `relative_importance`.
    priorities, what_if, compared
        Of `priorities`, `what_if_table` and `compare_units`.
    cards, trend, plan
        Of `scorecard`, of `by_wave` of `outcome_scores`, and of `plan_budget`.
    """

    kind: ClassVar[str] = "one_minute"

    scores: Any
    importance: Result
    priorities: Result | None
    what_if: Result | None
    compared: Result | None
    cards: Result | None
    trend: Result | None
    plan: Result | None

    @property
    def verdict(self) -> Verdict | None:
        """What may be claimed about the order of drivers; None where there is no importance."""
        return getattr(self.importance, "verdict", None)

    @property
    def light(self) -> Light:
        """The light of the weakest thing that the order of drivers rests on; red where there is no order at all."""
        checks = getattr(self.importance, "checks", ())
        if self.verdict is None or not checks:
            return "red"
        return max((check.light for check in checks), key=_LIGHTS.index)

    @property
    def weak(self) -> Mapping[str, Light]:
        """The checks that are not green, the worst first."""
        found = {c.code: c.light for c in getattr(self.importance, "checks", ()) if c.light != "green"}
        return dict(sorted(found.items(), key=lambda item: -_LIGHTS.index(item[1])))

    @property
    def first(self) -> tuple[str, ...]:
        """The drivers of which one, and nobody knows which, is to be improved first; empty where none is offered.

        Without priorities, those that the verdict puts first.
        """
        if self.verdict is None or self.verdict.status == "not_rankable":
            return ()
        if self.priorities is None or isinstance(self.priorities, Unanswered):
            return self.verdict.top_group
        return tuple(getattr(self.priorities, "first", ()))

    @property
    def details(self) -> Mapping[str, object]:
        """Its light, what is weak, and what is to be improved first."""
        return MappingProxyType({"light": self.light, "weak": dict(self.weak), "first": list(self.first)})

    def tidy(self) -> pd.DataFrame:
        """One row: the first score, as `outcome_scores` has it."""
        frame: pd.DataFrame = self.scores.tidy().head(1)
        return frame

    def glance(self) -> pd.DataFrame:
        """As the scores' own."""
        frame: pd.DataFrame = self.scores.glance().head(1)
        return frame


def one_minute(
    scores: Result,
    *,
    importance: Result,
    priorities: Result | None = None,
    what_if: Result | None = None,
    compared: Result | None = None,
    cards: Result | None = None,
    trend: Result | None = None,
    plan: Result | None = None,
) -> OneMinute:
    """What a reader with one minute must know: how it stands, what to improve, how sure that is, what it would bring.

    Parameters
    ----------
    scores
        Of `outcome_scores`.
    importance
        Of `relative_importance`, or the reason why there is none.
    priorities, what_if, compared
        Of `priorities`, `what_if_table` and `compare_units`, or the reason why there is none; None leaves the
        question out.
    cards, trend, plan
        Of `scorecard` (which indicators changed), of `by_wave` of `outcome_scores` (where the latest wave stands) and
        of `plan_budget` (what a budget would bring), or the reason why there is none; None leaves out what they add.

    Returns
    -------
    OneMinute
        The results, and the light of the weakest thing they rest on. It computes no number of its own.

    Raises
    ------
    ModelError
        Where a result is of another kind.

    Notes
    -----
    Weights: as in the results. Missing answers: as in the results.

    Examples
    --------
    >>> import drivers as kda
    >>> survey = kda.example_survey("judges")
    >>> importance = kda.relative_importance(survey, n_boot=100)
    >>> kda.one_minute(kda.outcome_scores(survey), importance=importance).light
    'red'
    """
    given = {
        "priorities": priorities,
        "what_if": what_if,
        "compared": compared,
        "cards": cards,
        "trend": trend,
        "plan": plan,
    }
    kinds = [("scores", scores, "outcome_scores"), ("importance", importance, "importance")]
    kinds += [(name, found, _TAKEN[name]) for name, found in given.items() if found is not None]
    for name, found, kind in kinds:
        found_kind = getattr(found, "kind", type(found).__name__)
        if found_kind != kind and not (isinstance(found, Unanswered) and name != "scores"):
            raise ModelError(
                f"Expected {name} to be a result of kind {kind!r}, found {found_kind!r}; "
                "pass what the function of that name returned."
            )
    return OneMinute(scores=scores, importance=importance, **given)

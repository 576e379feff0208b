"""What is found of problems and of putting them right: how many, and what people say after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.indicators.estimates import Level
from drivers.results import FEWEST_SHOWN, Code, Result, Sample, frame

Went = Literal["none", "fast", "slow", "solved", "unsolved"]
WENT: tuple[Went, ...] = get_args(Went)
"""No problem; solved within the days that count as fast; solved later; solved, where the days were not asked;
not solved."""

Contrasted = Literal["above", "below", "open"]
CONTRASTED: tuple[Contrasted, ...] = get_args(Contrasted)
"""Whether a group's mean lies above that of people without a problem, below, or cannot be told from it."""

Paradox = Literal["supported", "contradicted", "not_decided"]
PARADOXES: tuple[Paradox, ...] = get_args(Paradox)
"""Whether people whose problem was solved (fast) say better things than those who had none; say worse; or neither."""

_PARADOX: Mapping[Contrasted, Paradox] = MappingProxyType(
    {"above": "supported", "below": "contradicted", "open": "not_decided"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """One group's mean less that of people without a problem.

    Parameters
    ----------
    outcome, group
        Of which answers, and of which group.
    estimate, std_error, conf_low, conf_high
        In points of 100; the interval is of this difference by itself.
    p_value, p_adjusted
        That there is none, and after Holm for all contrasts of the result.
    conclusion
        By ``p_adjusted``.
    """

    outcome: str
    group: Went
    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    p_value: float
    p_adjusted: float
    conclusion: Contrasted


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RecoveryResult(Result):
    """What became of problems, and what people say after it; `recovery` makes one.

    Parameters
    ----------
    outcomes
        Outcomes and items whose means are given.
    sizes
        Part of all in each group; None where fewer than 10 are in it, or another group's size would tell that.
    of_problems
        Part of those with a problem in each group that had one; None likewise.
    means
        Of each outcome in each group, 0–100; None where fewer than 10 answered.
    contrasts
        Differences of the shown groups from people without a problem.
    fast_within
        Days within which solving a problem counts as fast; None where days were not asked.
    n_unclear
        Respondents of whom it is not known what became of their problem.
    sample
        Those of whom it is known.
    """

    kind: ClassVar[str] = "recovery"

    outcomes: tuple[str, ...]
    sizes: Mapping[Went, Level | None]
    of_problems: Mapping[Went, Level | None]
    means: Mapping[str, Mapping[Went, Level | None]]
    contrasts: tuple[Contrast, ...]
    fast_within: float | None
    n_unclear: int
    sample: Sample
    conf_level: float

    def __post_init__(self) -> None:
        known = [level.estimate for level in self.sizes.values() if level is not None]
        if len(known) == len(self.sizes) and not np.isclose(sum(known), 1.0):
            raise ValueError("The sizes of the groups need to add up to everybody.")

    @property
    def groups(self) -> tuple[Went, ...]:
        """All groups that this survey tells apart."""
        return tuple(self.sizes)

    @property
    def hidden(self) -> tuple[Went, ...]:
        """Groups of which nothing is shown."""
        return tuple(group for group, level in self.sizes.items() if level is None)

    @property
    def best(self) -> Went:
        """The group of which the paradox speaks: solved fast, or solved where days were not asked."""
        return "solved" if self.fast_within is None else "fast"

    @property
    def paradox(self) -> Mapping[str, Paradox]:
        """Whether people of the best group say better things than those without a problem, outcome by outcome."""
        return MappingProxyType(
            {one.outcome: _PARADOX[one.conclusion] for one in self.contrasts if one.group == self.best}
        )

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Sizes are parts of 1, means and differences points of 100."""
        return MappingProxyType(
            {
                "size": "share of all, 0–1",
                "of_problems": "share of those with a problem, 0–1",
                "mean": "points, 0–100",
                "difference": "points of the group less those of people without a problem",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def details(self) -> Mapping[str, object]:
        """What counts as fast, which groups are not shown, and the verdict on the paradox."""
        # A handful of unclear cases is as telling as a small group.
        unclear = self.n_unclear if self.n_unclear == 0 or self.n_unclear >= FEWEST_SHOWN else None
        return MappingProxyType(
            {
                "fast_within": self.fast_within,
                "hidden": list(self.hidden),
                "paradox": dict(self.paradox),
                "n_unclear": unclear,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per number: ``size``, ``of_problems``, and of each outcome ``mean`` and ``difference``, by group."""
        rows: list[tuple[str, str, Went, Level | Contrast | None]] = [
            ("", "size", group, level) for group, level in self.sizes.items()
        ]
        rows += [("", "of_problems", group, level) for group, level in self.of_problems.items()]
        for name in self.outcomes:
            rows += [(name, "mean", group, level) for group, level in self.means[name].items()]
            rows += [(name, "difference", one.group, one) for one in self.contrasts if one.outcome == name]
        fields = ("estimate", "std_error", "conf_low", "conf_high", "p_value", "p_adjusted", "n", "n_effective")
        return frame(
            {
                "outcome": [row[0] for row in rows],
                "term": [row[1] for row in rows],
                "group": [row[2] for row in rows],
                **{name: [getattr(row[3], name, np.nan) for row in rows] for name in fields},
                "conclusion": [getattr(row[3], "conclusion", "") for row in rows],
                "conf_level": self.conf_level,
            }
        )

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

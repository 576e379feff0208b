"""How much groups differ in what drives their outcome, as a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from drivers.models.groups.between_groups import Between
from drivers.models.groups.shrinkage import Shrunken
from drivers.results import Code, Result, Sample, frame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitEffectsResult(Result):
    """Effects that may differ between units; `unit_effects` makes one.

    Parameters
    ----------
    over
        ``units``, or ``persons`` who answered repeatedly.
    terms
        The drivers' columns, (p,).
    between
        The mean effect and how much effects differ, of each term.
    p_adjusted
        That effects do not differ, corrected over the terms by Holm; float (p,).
    names
        Of the units with a regression of their own, (k,); "" where they may not be told; persons never are.
    slopes
        Each unit's own effects, points of the outcome per point; float (k, p); empty for persons.
    adjusted
        The same drawn towards the mean effect, of each term; empty for persons.
    groups, left_out
        How many units, or persons, have a regression, and how many have too few answers for one.
    needed
        Answers that a regression needs.
    """

    kind: ClassVar[str] = "unit_effects"

    over: Literal["units", "persons"]
    outcome: str
    terms: tuple[str, ...]
    between: tuple[Between, ...]
    p_adjusted: np.ndarray
    names: tuple[str, ...]
    slopes: np.ndarray
    adjusted: tuple[Shrunken, ...]
    groups: int
    left_out: int
    needed: int
    persons_once: bool
    sample: Sample
    conf_level: float

    def __post_init__(self) -> None:
        if len(self.terms) != len(self.between) or len(self.p_adjusted) != len(self.terms):
            raise ValueError("Effects of units need one variance between them for each term.")

    @property
    def differs(self) -> np.ndarray:
        """Whether effects are shown to differ: by the corrected test, and by an interval without 0; bool (p,)."""
        apart = np.array([one.sd_low > 0 for one in self.between])
        return apart & (self.p_adjusted < 1 - self.conf_level)

    @property
    def n_used(self) -> int:
        """Respondents that the result rests on."""
        return self.sample.n

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample; and that nothing is told of persons who answer once."""
        once = (Code("persons_not_told"),) if self.persons_once else ()
        return (*self.sample.notes, *once)

    @property
    def units(self) -> Mapping[str, str]:
        """Effects are points of the outcome per point of the driver, both on 0–100."""
        return MappingProxyType({"estimate": "outcome points per driver point", "between_sd": "as estimate"})

    def tidy(self) -> pd.DataFrame:
        """One row per term: the mean effect, how much effects differ, and where that of a new unit would lie."""
        limits = [one.interval(self.conf_level) for one in self.between]
        return frame(
            {
                "outcome": self.outcome,
                "term": list(self.terms),
                "estimate": [one.mean for one in self.between],
                "std_error": [one.std_error for one in self.between],
                "conf_low": [low for low, _ in limits],
                "conf_high": [high for _, high in limits],
                "between_sd": [one.sd for one in self.between],
                "between_low": [one.sd_low for one in self.between],
                "between_high": [one.sd_high for one in self.between],
                "predicted_low": [one.predicted_low for one in self.between],
                "predicted_high": [one.predicted_high for one in self.between],
                "statistic": [one.statistic for one in self.between],
                "p_value": [one.p_value for one in self.between],
                "p_adjusted": self.p_adjusted,
                "conclusion": ["differs" if yes else "not_shown" for yes in self.differs],
                "conf_level": self.conf_level,
            }
        )

    def by_unit(self) -> pd.DataFrame:
        """One row per unit and term: its own effect and the adjusted one; no row for persons."""
        return frame(
            {
                "unit": np.repeat(np.array(self.names, dtype=object), len(self.terms)),
                "term": list(self.terms) * len(self.names),
                "estimate": self.slopes.ravel(),
                **{
                    column: np.column_stack([getattr(one, name) for one in self.adjusted]).ravel()
                    if self.adjusted
                    else np.empty(0)
                    for column, name in (
                        ("adjusted", "estimate"),
                        ("adjusted_low", "conf_low"),
                        ("adjusted_high", "conf_high"),
                    )
                },
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: how many units, and the sample."""
        return frame(
            {
                "outcome": [self.outcome],
                "groups": self.groups,
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "conf_level": self.conf_level,
            }
        )

"""What staff say beside what customers say, over units, as a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from drivers.models.groups.across_groups import AcrossGroups
from drivers.results import Code, Result, Sample, frame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StaffLink:
    """One measure of the staff beside one of the customers.

    Parameters
    ----------
    staff, customers
        Name of the driver or outcome of each.
    across
        How they go together over units.
    p_adjusted
        That they do not, corrected over all pairs that were tested by Holm.
    """

    staff: str
    customers: str
    across: AcrossGroups
    p_adjusted: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StaffResult(Result):
    """Staff and customers, unit by unit; `staff_and_customers` makes one.

    Parameters
    ----------
    outcome
        Of the customers.
    measures
        Of the customers, the outcome first.
    staff_measures
        Drivers of the staff, then their outcome.
    reliability
        Measure of the staff → part of its differences between units that is not chance.
    alike
        Measures of the staff in which units hardly differ beyond chance, so that nothing can go with them.
    links
        Of all other measures of the staff with all of the customers.
    joined, left_out
        Units with at least ten answers of each side, and those without.
    sample, staff_sample
        Of the customers, and of the staff.
    draws
        Exchanges of units by which chance was judged.
    """

    kind: ClassVar[str] = "staff"

    outcome: str
    staff_outcome: str
    measures: tuple[str, ...]
    staff_measures: tuple[str, ...]
    reliability: Mapping[str, float]
    alike: tuple[str, ...]
    links: tuple[StaffLink, ...]
    joined: int
    left_out: int
    sample: Sample
    staff_sample: Sample
    conf_level: float
    draws: int

    def __post_init__(self) -> None:
        if len(self.links) != len(self.measures) * (len(self.staff_measures) - len(self.alike)):
            raise ValueError("Staff and customers need one link for each pair of measures that is tested.")

    def says(self, link: StaffLink) -> Literal["more", "less", "open"]:
        """Whether units with more of the one have more or less of the other, or that cannot be told."""
        one = link.across
        if link.p_adjusted >= 1 - self.conf_level or one.conf_low <= 0 <= one.conf_high:
            return "open"
        return "more" if one.slope > 0 else "less"

    @property
    def clear(self) -> tuple[StaffLink, ...]:
        """The pairs that go together, the surest first."""
        found = [link for link in self.links if self.says(link) != "open"]
        return tuple(sorted(found, key=lambda link: (link.p_adjusted, -abs(link.across.slope))))

    @property
    def n_used(self) -> int:
        """Customers that the result rests on."""
        return self.sample.n

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the customers' sample."""
        return self.sample.notes

    @property
    def units(self) -> Mapping[str, str]:
        """Points of the customers' measure per point of the staff's."""
        return MappingProxyType({"estimate": "customers' points per staff point", "corrected": "as estimate"})

    @property
    def details(self) -> Mapping[str, object]:
        """How many units are joined, and in what they hardly differ."""
        return MappingProxyType({"joined": self.joined, "alike": list(self.alike)})

    def tidy(self) -> pd.DataFrame:
        """One row per pair that was tested."""
        return frame(
            {
                "term": [link.staff for link in self.links],
                "to": [link.customers for link in self.links],
                **{
                    column: np.array([getattr(link.across, name) for link in self.links], dtype=float)
                    for column, name in (
                        ("estimate", "slope"),
                        ("conf_low", "conf_low"),
                        ("conf_high", "conf_high"),
                        ("corrected", "corrected"),
                        ("corrected_low", "corrected_low"),
                        ("corrected_high", "corrected_high"),
                        ("reliability", "reliability"),
                        ("p_value", "p_value"),
                    )
                },
                "p_adjusted": [link.p_adjusted for link in self.links],
                "conclusion": [self.says(link) for link in self.links],
                "conf_level": self.conf_level,
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: units joined, customers and staff."""
        return frame(
            {
                "outcome": [self.outcome],
                "groups": self.joined,
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_versus": self.staff_sample.n,
                "conf_level": self.conf_level,
            }
        )

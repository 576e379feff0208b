"""Satisfaction and loyalty together: four groups, how large they are, and how many of each left or came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers.indicators.estimates import Level, share_difference, share_level
from drivers.models.loyalty.satisfied_and_loyal import GROUPS, Group, cuts, loyalty_members
from drivers.models.loyalty.stated import events_of, happened, stated
from drivers.models.predictors import check_conf_level
from drivers.results import FEWEST_SHOWN, Code, Result, Sample, frame
from drivers.survey.data import Survey

_PARTNERS = {
    "loyal": "free_to_leave",
    "free_to_leave": "loyal",
    "loyal_though_dissatisfied": "leaving",
    "leaving": "loyal_though_dissatisfied",
}
"""Which group is as satisfied: together the two are all who are satisfied, or are not."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Event:
    """What was observed of each group.

    Parameters
    ----------
    event
        Name of the outcome.
    better
        Whether it is wanted: ``higher`` or ``lower``.
    shares
        Part of each group to whom it happened; None where fewer than 10 are known.
    differences
        Each group's share less that of the loyal, the intervals of which all hold at once.
    """

    event: str
    better: str
    shares: Mapping[Group, Level | None]
    differences: Mapping[Group, Level | None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoyaltyGroups(Result):
    """Four groups by satisfaction and loyalty; `loyalty_groups` makes one.

    Parameters
    ----------
    satisfied_from, loyal_from
        Scores from which people count as satisfied and as loyal, 0–100.
    sizes
        Part of all in each group; None where fewer than 10 are in it, or another group's size would tell that.
    events
        What was observed of each group; empty where the survey has no event.
    """

    kind: ClassVar[str] = "loyalty_groups"

    outcome: str
    satisfaction: str
    satisfied_from: float
    loyal_from: float
    sizes: Mapping[Group, Level | None]
    events: tuple[Event, ...]
    sample: Sample
    conf_level: float

    def __post_init__(self) -> None:
        known = [level.estimate for level in self.sizes.values() if level is not None]
        if len(known) == len(GROUPS) and not np.isclose(sum(known), 1.0):
            raise ValueError("The sizes of the groups need to add up to everybody.")

    @property
    def chain(self) -> tuple[str, str]:
        """Satisfaction and stated loyalty, as `paths` takes them for what lies between the aspects and an event."""
        return self.satisfaction, self.outcome

    @property
    def hidden(self) -> tuple[Group, ...]:
        """Groups of which nothing is shown."""
        return tuple(group for group, level in self.sizes.items() if level is None)

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Everything is a part of 1."""
        return MappingProxyType(
            {
                "size": "share of all, 0–1",
                "share": "share of the group to whom it happened, 0–1",
                "difference": "share of the group less share of the loyal",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def details(self) -> Mapping[str, object]:
        """Where the groups are cut, and which are not shown."""
        return MappingProxyType(
            {
                "satisfied_from": self.satisfied_from,
                "loyal_from": self.loyal_from,
                "hidden": list(self.hidden),
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per number: ``size`` of each group, ``share`` and ``difference`` of each event and group."""
        rows: list[tuple[str, str, Group, Level | None]] = [
            (self.outcome, "size", group, level) for group, level in self.sizes.items()
        ]
        for one in self.events:
            rows += [(one.event, "share", group, level) for group, level in one.shares.items()]
            rows += [(one.event, "difference", group, level) for group, level in one.differences.items()]
        fields = ("estimate", "std_error", "conf_low", "conf_high", "n", "n_effective")
        return frame(
            {
                "outcome": [row[0] for row in rows],
                "term": [row[1] for row in rows],
                "group": [row[2] for row in rows],
                **{name: [np.nan if row[3] is None else getattr(row[3], name) for row in rows] for name in fields},
                "conf_level": self.conf_level,
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the sample."""
        return frame(
            {
                "outcome": [self.outcome],
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "conf_level": self.conf_level,
            }
        )


def loyalty_groups(
    survey: Survey,
    *,
    outcome: str | None = None,
    satisfaction: str | None = None,
    events: Sequence[str] | None = None,
    satisfied_from: float | None = None,
    loyal_from: float | None = None,
    conf_level: float = 0.95,
) -> LoyaltyGroups:
    """Loyal, satisfied but free to leave, loyal though dissatisfied, leaving: how many, and what they did.

    Parameters
    ----------
    survey, outcome, satisfaction, conf_level
        As in `loyalty_curve`.
    events
        Outcomes of kind ``event``; all of the codebook unless given.
    satisfied_from
        Satisfaction score from which people count as satisfied, 0–100; that of the second-best answer unless given
        (top-2-box), 75 where the scale has no steps or more than seven.
    loyal_from
        Loyalty score from which people count as loyal, 0–100; 75 unless given, for an outcome of kind ``nps`` that of
        promoters (90).

    Returns
    -------
    LoyaltyGroups
        `tidy()` has one row per number, named in ``term``: ``size`` of each ``group``; of each event the ``share`` of
        the group to whom it happened, and its ``difference`` from the loyal.

    Raises
    ------
    ModelError
        Where a name is unknown or a cut lies outside 0 to 100; where the survey asks nothing of loyalty; where fewer
        than 10 answered both.

    Notes
    -----
    The groups are: ``loyal`` (satisfied and loyal), ``free_to_leave`` (satisfied, not loyal),
    ``loyal_though_dissatisfied``, ``leaving`` (neither). "Dissatisfied" means: not among the satisfied.
    A group of fewer than 10 is not shown; where it is the only one, the group that is as satisfied is not either, as
    it would tell the first one's size.

    Weights: Wilson's interval at the effective size; differences by Wilson's intervals of both shares under the design,
    the three of an event at a level that holds for all together (Bonferroni).
    Missing answers: complete cases on both scores; of events, those of whom it is known.

    References
    ----------
    Jones and Sasser (1995), Why satisfied customers defect, Harvard Business Review 73(6), 88–99.

    Examples
    --------
    >>> import drivers as kda
    >>> groups = kda.loyalty_groups(kda.example_survey("service_center"))
    >>> groups.satisfied_from, groups.loyal_from
    (75.0, 75.0)
    """
    check_conf_level(conf_level)
    data = stated(survey, outcome=outcome, satisfaction=satisfaction)
    satisfied_from, loyal_from = cuts(survey, data, satisfied_from=satisfied_from, loyal_from=loyal_from)
    member = loyalty_members(data, satisfied_from, loyal_from)
    shown = _shown({group: int(rows.sum()) for group, rows in member.items()})
    sizes = {
        group: share_level(survey, member[group].astype(float), data.rows, conf_level) if group in shown else None
        for group in GROUPS
    }
    return LoyaltyGroups(
        outcome=data.outcome,
        satisfaction=data.satisfaction,
        satisfied_from=satisfied_from,
        loyal_from=loyal_from,
        sizes=MappingProxyType(sizes),
        events=tuple(
            _event(survey, event, {group: member[group] for group in GROUPS if group in shown}, conf_level)
            for event in events_of(survey, events)
        ),
        sample=data.sample,
        conf_level=conf_level,
    )


def _shown(counts: Mapping[str, int]) -> set[str]:
    """Groups that may be shown: of 10 or more, and so that those left over tell nothing of fewer than 10."""
    hidden = {group for group, count in counts.items() if count < FEWEST_SHOWN}
    if len(hidden) == 1:
        hidden |= {_PARTNERS[group] for group in hidden}
    while hidden and len(hidden) < len(counts) and sum(counts[group] for group in hidden) < FEWEST_SHOWN:
        hidden.add(min((group for group in counts if group not in hidden), key=lambda group: counts[group]))
    return set(counts) - hidden


def _event(survey: Survey, event: str, member: Mapping[Group, np.ndarray], conf_level: float) -> Event:
    values = happened(survey, event)
    known = ~np.isnan(values)
    enough = {group: rows & known for group, rows in member.items() if int((rows & known).sum()) >= FEWEST_SHOWN}
    each = 1 - (1 - conf_level) / (len(GROUPS) - 1)
    first, *others = GROUPS
    return Event(
        event=event,
        better=survey.codebook.outcomes[event].better,
        shares=MappingProxyType(
            {
                group: share_level(survey, values, enough[group], conf_level) if group in enough else None
                for group in GROUPS
            }
        ),
        differences=MappingProxyType(
            {
                group: share_difference(survey, values, enough[group], enough[first], each)
                if group in enough and first in enough
                else None
                for group in others
            }
        ),
    )

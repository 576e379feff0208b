"""What depends on what: outcomes, drivers, what was expected of them, and the questions that are neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from drivers.survey.drafting.batteries import MOST_ITEMS, Battery, series_in
from drivers.survey.drafting.constructs import DraftConstruct
from drivers.survey.drafting.driver_columns import drivers_of
from drivers.survey.drafting.findings import Finding, Sureness
from drivers.survey.drafting.outcomes import outcomes_of, without_column
from drivers.survey.drafting.rating_scales import Rated


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftModel:
    """What depends on what, as it would stand in the codebook.

    Parameters
    ----------
    expectations
        Driver → level → column.
    aside
        Groups of items that are in no driver: what they are, why they are left out, and their columns.
    """

    outcomes: tuple[DraftConstruct, ...]
    drivers: tuple[DraftConstruct, ...]
    expectations: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    aside: tuple[Finding, ...] = ()


def model_of(rated: Mapping[str, Rated], batteries: Sequence[Battery], plain: Battery | None) -> DraftModel:
    """The outcomes, the drivers and what was expected of them, from at least two rated columns."""
    aside, paired = _aside(rated, batteries, plain)
    left_out = {column for finding in aside for column in finding.columns}
    candidates = {name: one for name, one in rated.items() if name not in left_out and name not in paired}
    if len(candidates) < 2:  # nothing is left to explain, or to explain it with
        aside, batteries, plain, candidates = [], (), None, dict(rated)
    series = series_in(list(candidates))
    constructs = {stem: names for stem, names in series.items() if 2 <= len(names) <= MOST_ITEMS}
    perceived = {name for battery in batteries if battery.level == "perceived" for name in battery.columns.values()}
    constructs = {stem: names for stem, names in constructs.items() if not perceived & set(names)}
    outcomes = outcomes_of(candidates, constructs)
    used = {name for outcome in outcomes for name in outcome.columns}
    if used >= set(candidates):  # nothing but outcomes: the last column stands in as what may drive them
        last = max(used, key=lambda name: candidates[name].profile.position)
        outcomes, used = without_column(outcomes, last), used - {last}
    taken = {outcome.key for outcome in outcomes}
    drivers = drivers_of({name: one for name, one in candidates.items() if name not in used}, constructs, taken)
    return DraftModel(
        outcomes=tuple(outcomes),
        drivers=tuple(drivers),
        expectations=_expectations(drivers, batteries, plain, rated),
        aside=tuple(aside),
    )


def _aside(
    rated: Mapping[str, Rated], batteries: Sequence[Battery], plain: Battery | None
) -> tuple[list[Finding], set[str]]:
    """Batteries that are no drivers, and among them the columns that are expectations of one."""
    perceived = [battery for battery in (*batteries, *([plain] if plain else [])) if battery.level == "perceived"]
    found: list[Finding] = []
    paired: set[str] = set()
    for battery in batteries:
        names = tuple(name for name in battery.columns.values() if name in rated)
        if not names or battery.level == "perceived":
            continue
        pairs = sum(ending in mate.columns for mate in perceived for ending in battery.columns)
        if battery.level in ("desired", "adequate") and pairs:
            paired |= set(names)
            continue
        if battery.level == "satisfaction" and not pairs:
            continue
        what, why = _ASIDE[battery.level]
        found.append(
            Finding(
                part="items",
                columns=names,
                found=what,
                sureness=Sureness.LIKELY if battery.level else Sureness.GUESS,
                reason=why.format(prefix=battery.prefix),
                confirm="" if battery.level else "what are they about?",
            )
        )
    return found, paired


_ASIDE = {
    "desired": ("expectations", "what was hoped for; without ratings of the same aspects it is in no driver"),
    "adequate": ("expectations", "the least acceptable; without ratings of the same aspects it is in no driver"),
    "importance": ("stated importance", "what customers say matters is in no driver"),
    "satisfaction": ("a second rating", "the aspects are rated twice, and the other ratings are the drivers"),
    "kano": ("questions of the Kano model", "how people would feel with and without something is in no driver"),
    "": ("the same questions of another kind", "names that begin with {prefix!r} repeat the other questions"),
}  # fmt: skip


def _expectations(
    drivers: Sequence[DraftConstruct], batteries: Sequence[Battery], plain: Battery | None, rated: Mapping[str, Rated]
) -> dict[str, dict[str, tuple[str, ...]]]:
    perceived = [battery for battery in (*batteries, *([plain] if plain else [])) if battery.level == "perceived"]
    ending_of = {name: ending for battery in perceived for ending, name in battery.columns.items()}
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    used: set[str] = set()
    for driver in drivers:
        levels: dict[str, tuple[str, ...]] = {}
        for battery in batteries:
            if battery.level not in ("desired", "adequate") or battery.level in levels:
                continue
            asked = tuple(battery.columns.get(ending_of.get(name, ""), "") for name in driver.columns)
            if all(name in rated and name not in used for name in asked):
                levels[battery.level] = asked
                used |= set(asked)
        if levels:
            found[driver.key] = levels
    return found

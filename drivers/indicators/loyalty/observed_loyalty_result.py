"""What is told of stated loyalty against what was observed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.indicators.estimates import Level
from drivers.indicators.loyalty.unit_records import UnitLink
from drivers.models.loyalty.person_by_person import Link
from drivers.results import Code, Result, Sample, frame

Association = Literal["kept", "contradicted", "open"]
ASSOCIATIONS: tuple[Association, ...] = get_args(Association)
"""Whether more stated loyalty goes with more of what is wanted for certain, with less of it, or neither is certain."""

Telling = Literal["well", "somewhat", "little", "unknown"]
TELLINGS: tuple[Telling, ...] = get_args(Telling)
"""Whether stated loyalty tells single people apart: by where the whole interval of its discrimination lies."""

TELLS_FROM = 0.7
"""A discrimination that is called acceptable from there on (Hosmer, Lemeshow and Sturdivant 2013)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """People of like stated loyalty, and the part of them to whom the event happened."""

    low: float
    high: float
    position: float
    share: Level


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PersonLink:
    """How an event goes with stated loyalty among people.

    Parameters
    ----------
    event
        Name of the outcome.
    better
        Whether it is wanted: ``higher`` or ``lower``.
    share
        Part of all to whom it happened.
    bands
        From the least loyal to the most, each of at least 10 people.
    link
        The line through people, how far the bands lie off it, and how well the score tells people apart.
    sample
        Respondents of whom loyalty and event are known.
    """

    event: str
    better: str
    share: Level
    bands: tuple[Band, ...]
    link: Link
    sample: Sample

    @property
    def conclusion(self) -> Association:
        """Whether people did as they said, by the line's interval."""
        sign = 1.0 if self.better == "higher" else -1.0
        low, high = sorted((sign * self.link.slope.conf_low, sign * self.link.slope.conf_high))
        return "kept" if low > 0 else "contradicted" if high < 0 else "open"

    @property
    def discrimination(self) -> tuple[float, float, float]:
        """Chance that of two people the one who did what is wanted had stated more loyalty, with its limits."""
        auc = self.link.auc
        if self.better == "higher":
            return auc.estimate, auc.conf_low, auc.conf_high
        return 1 - auc.estimate, 1 - auc.conf_high, 1 - auc.conf_low

    @property
    def telling(self) -> Telling:
        """How far stated loyalty tells single people apart."""
        _, low, high = self.discrimination
        if np.isnan(low):
            return "unknown"
        return "little" if high < TELLS_FROM else "well" if low >= TELLS_FROM else "somewhat"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StatedObserved(Result):
    """Stated loyalty against what was observed; `stated_and_observed` makes one.

    Parameters
    ----------
    people
        One entry for each event.
    units
        One entry for each rate that units recorded.
    left_out
        Events and rates of which nothing can be told, with the reason; under ``units`` why there is none at all.
    """

    kind: ClassVar[str] = "stated_and_observed"

    outcome: str
    people: tuple[PersonLink, ...]
    units_linked: tuple[UnitLink, ...]
    left_out: Mapping[str, Code]
    n_asked: int
    conf_level: float
    seed: int

    def __post_init__(self) -> None:
        if not self.people and not self.units_linked and not self.left_out:
            raise ValueError("What was observed needs an entry, or a reason why there is none.")

    @property
    def n_used(self) -> int | None:
        """Respondents used, where all of it rests on the same."""
        counts = {one.sample.n for one in self.people}
        return counts.pop() if len(counts) == 1 else None

    @property
    def units(self) -> Mapping[str, str]:
        """Shares are parts of 1, slopes parts per point of loyalty."""
        return MappingProxyType(
            {
                "band": "share to whom it happened, 0–1",
                "gap": "share of the band less what the line has there",
                "slope": "share per point of stated loyalty",
                "discrimination": "chance that the one who did what is wanted had stated more loyalty, 0–1",
                "correlation": "across units, −1 to 1",
                "corrected": "the same without chance variation",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.people[0].sample.notes if self.people else ()

    @property
    def details(self) -> Mapping[str, object]:
        """What is claimed of each event and rate."""
        return MappingProxyType(
            {
                "people": [
                    {
                        "event": one.event,
                        "conclusion": one.conclusion,
                        "straight": one.link.straight,
                        "telling": one.telling,
                    }
                    for one in self.people
                ],
                "units": [
                    {
                        "indicator": one.indicator,
                        "conclusion": one.conclusion,
                        "units": len(one.names),
                        "reliability_stated": one.correlation.reliability_stated,
                        "reliability_observed": one.correlation.reliability_observed,
                    }
                    for one in self.units_linked
                ],
                "left_out": {name: {"code": code.code, **code.values} for name, code in self.left_out.items()},
                "seed": self.seed,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """By number: ``share``, ``band``, ``gap``, ``slope``, ``discrimination``; ``correlation``, ``corrected``."""
        rows: list[dict[str, object]] = []
        for one in self.people:
            rows.append({"outcome": one.event, "term": "share", **_numbers(one.share)})
            for k, band in enumerate(one.bands):
                place = {"loyalty": band.position, "loyalty_low": band.low, "loyalty_high": band.high}
                rows.append({"outcome": one.event, "term": "band", **place, **_numbers(band.share)})
                rows.append(
                    {
                        "outcome": one.event,
                        "term": "gap",
                        **place,
                        "estimate": one.link.gaps[k],
                        "conf_low": one.link.gaps_low[k],
                        "conf_high": one.link.gaps_high[k],
                    }
                )
            slope = one.link.slope
            rows.append(
                {
                    "outcome": one.event,
                    "term": "slope",
                    "estimate": slope.estimate,
                    "std_error": slope.std_error,
                    "conf_low": slope.conf_low,
                    "conf_high": slope.conf_high,
                    "n": one.sample.n,
                }
            )
            estimate, low, high = one.discrimination
            rows.append(
                {
                    "outcome": one.event,
                    "term": "discrimination",
                    "estimate": estimate,
                    "std_error": one.link.auc.std_error,
                    "conf_low": low,
                    "conf_high": high,
                    "n": one.sample.n,
                }
            )
        for unit in self.units_linked:
            found = unit.correlation
            values = {
                "correlation": (found.estimate, found.conf_low, found.conf_high),
                "corrected": (found.corrected, found.corrected_low, found.corrected_high),
            }
            for term, (estimate, low, high) in values.items():
                rows.append(
                    {
                        "outcome": unit.indicator,
                        "term": term,
                        "estimate": estimate,
                        "conf_low": low,
                        "conf_high": high,
                        "n": len(unit.names),
                    }
                )
        names = ("outcome", "term", "loyalty", "loyalty_low", "loyalty_high", "estimate", "std_error", "conf_low",
                 "conf_high", "n", "n_effective")  # fmt: skip
        return frame(
            {**{name: [row.get(name, np.nan) for row in rows] for name in names}, "conf_level": self.conf_level}
        )

    def glance(self) -> pd.DataFrame:
        """One row per event: the sample."""
        return frame(
            {
                "outcome": [one.event for one in self.people],
                "conclusion": [one.conclusion for one in self.people],
                "n_asked": self.n_asked,
                "n": [one.sample.n for one in self.people],
                "n_effective": [one.sample.n_effective for one in self.people],
                "conf_level": self.conf_level,
            }
        )


def _numbers(level: Level) -> dict[str, object]:
    return {
        "estimate": level.estimate,
        "std_error": level.std_error,
        "conf_low": level.conf_low,
        "conf_high": level.conf_high,
        "n": level.n,
        "n_effective": level.n_effective,
    }

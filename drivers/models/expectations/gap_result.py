"""What is known of experience beside expectations: gaps, zones, and who lies where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.models.expectations.ratios import Estimate
from drivers.models.expectations.weighted_gap import WeightedGap
from drivers.models.multiplicity import holm
from drivers.results import Code, Result, Sample, frame

LEVELS = ("desired", "adequate")

Side = Literal["below", "above", "open"]
SIDES: tuple[Side, ...] = get_args(Side)
"""Whether the mean experience lies below or above a level, or it cannot be told."""

GAPS = {"desired": "superiority", "adequate": "adequacy"}
"""Experience minus the level hoped for is the measure of service superiority, minus the least acceptable that of
service adequacy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverGap:
    """One driver's experience beside what was expected of it.

    Parameters
    ----------
    perceived
        Mean of the experience, in points of 0–100.
    levels
        Mean of each level that was asked: ``desired``, ``adequate``.
    gaps
        Experience minus each level, in points.
    width
        Mean width of the zone of tolerance, in points; None where one level alone was asked.
    parts
        Share of the respondents ``below``, ``inside`` and ``above``, as in `PLACES`.
    contradictory
        Respondents with all answers who would accept no less than what is above their hope; they are left out.
    rescaled
        Whether experience and expectation were asked on different scales, and are compared on 0–100.
    """

    driver: str
    perceived: Estimate
    levels: Mapping[str, Estimate]
    gaps: Mapping[str, Estimate]
    width: Estimate | None
    parts: Mapping[str, Estimate]
    contradictory: int
    rescaled: bool

    @property
    def has_zone(self) -> bool:
        """Whether there is a zone between two levels, or one level that is met or not."""
        return self.width is not None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExpectationResult(Result):
    """Experience beside expectations; `expectation_gaps` makes one.

    Parameters
    ----------
    drivers
        In the codebook's order.
    weighted
        The gap of all drivers together, for each level.
    asked
        Whether expectations were asked ``before`` or ``after`` the service.
    left_out
        Drivers that fewer than 10 respondents compared, and why.
    """

    kind: ClassVar[str] = "expectations"

    drivers: tuple[DriverGap, ...]
    weighted: tuple[WeightedGap, ...]
    asked: Literal["before", "after"]
    left_out: Mapping[str, Code]
    sample: Sample
    conf_level: float

    def __post_init__(self) -> None:
        for one in self.drivers:
            if abs(sum(part.estimate for part in one.parts.values()) - 1) > 1e-9:
                raise ValueError("Everybody lies below, inside or above.")
            for level, gap in one.gaps.items():
                if abs(one.perceived.estimate - one.levels[level].estimate - gap.estimate) > 1e-6:
                    raise ValueError("A gap is the mean of the experience less that of the level.")

    def driver(self, name: str) -> DriverGap:
        """What was found of one driver."""
        return next(one for one in self.drivers if one.driver == name)

    def sides(self, level: str) -> Mapping[str, Side]:
        """Whether each driver's mean experience is below or above a level by more than chance, after Holm."""
        asked = [one for one in self.drivers if level in one.gaps]
        p_values = holm(np.array([one.gaps[level].p_value for one in asked]))
        return MappingProxyType(
            {
                one.driver: "open"
                if not p <= 1 - self.conf_level
                else "above"
                if one.gaps[level].estimate > 0
                else "below"
                for one, p in zip(asked, p_values, strict=True)
            }
        )

    @property
    def contradictory(self) -> float:
        """Part of all comparisons that contradict themselves and are left out, 0 to 1."""
        left = sum(one.contradictory for one in self.drivers)
        return left / (left + sum(one.perceived.n for one in self.drivers))

    @property
    def n_used(self) -> int:
        """Respondents who compared any driver."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Points, and parts of respondents."""
        return MappingProxyType(
            {"estimate": "points of 0–100; below, inside and above: share of respondents 0–1; weight: share of weights"}
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know: the sample, and how expectations were asked."""
        codes = [note for note in self.sample.notes if note.code != "missing_dropped"]
        if self.asked == "after":
            codes.append(Code("expectations_after"))
        if any(one.rescaled for one in self.drivers):
            codes.append(Code("expectations_rescaled"))
        if self.contradictory > 0:
            codes.append(Code("expectations_contradictory", {"part": self.contradictory}))
        return tuple(codes)

    @property
    def details(self) -> Mapping[str, object]:
        """When expectations were asked, and by what gaps are weighted."""
        return MappingProxyType(
            {
                "asked": self.asked,
                "contradictory": self.contradictory,
                "rescaled": [one.driver for one in self.drivers if one.rescaled],
                "weights": self.weighted[0].weights if self.weighted else None,
                "left_out": list(self.left_out),
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per driver and term, then the weighted gaps and each driver's weight and part in them.

        Terms: ``perceived``, ``desired``, ``adequate``, ``superiority``, ``adequacy``, ``width``, ``below``,
        ``inside``, ``above``; ``superiority_weighted`` and ``adequacy_weighted``, without a driver for the whole;
        ``weight``.
        """
        rows: list[tuple[str | None, str, Estimate]] = []
        for one in self.drivers:
            rows.append((one.driver, "perceived", one.perceived))
            rows += [(one.driver, level, estimate) for level, estimate in one.levels.items()]
            rows += [(one.driver, GAPS[level], estimate) for level, estimate in one.gaps.items()]
            if one.width is not None:
                rows.append((one.driver, "width", one.width))
            rows += [(one.driver, place, estimate) for place, estimate in one.parts.items()]
        for whole in self.weighted:
            term = f"{GAPS[whole.level]}_weighted"
            rows.append((None, term, whole.score))
            rows += [(name, term, part) for name, part in whole.contributions.items()]
        if self.weighted:
            rows += [(name, "weight", weight) for name, weight in self.weighted[0].importance.items()]
        return frame(
            {
                "driver": [row[0] for row in rows],
                "term": [row[1] for row in rows],
                "estimate": [row[2].estimate for row in rows],
                "std_error": [row[2].std_error for row in rows],
                "conf_low": [row[2].conf_low for row in rows],
                "conf_high": [row[2].conf_high for row in rows],
                "n": [row[2].n for row in rows],
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

"""How effects and levels differ between segments: one test for each segment, and each group against the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.models.interactions.group_fits import WithoutSlopes
from drivers.results import Code, Result, Sample, frame

Calibration = Literal["wild_bootstrap", "adjusted_wald"]
CALIBRATIONS: tuple[Calibration, ...] = get_args(Calibration)
"""What a test is held to: outcomes drawn without a difference; with replicate weights an F distribution."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levels:
    """The outcome's mean in each of g groups, beside the mean of all others together.

    Parameters
    ----------
    groups
        Values of the segment.
    mean, low, high
        Points of 0–100; float (g,).
    difference, difference_low, difference_high
        The group's mean less that of the others; float (g,).
    p_value, p_adjusted
        Of no difference; corrected over the levels of all segments by Benjamini and Yekutieli; float (g,).
    n
        Respondents of each group; int (g,).
    """

    groups: tuple[str, ...]
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    difference: np.ndarray
    difference_low: np.ndarray
    difference_high: np.ndarray
    p_value: np.ndarray
    p_adjusted: np.ndarray
    n: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EffectsTest:
    """Whether the effects of k drivers differ between g groups of one segment.

    Parameters
    ----------
    segment, label_kind
        The segment, and the kind of labels in which its values' labels stand.
    groups
        Values that were compared, in the codebook's order; empty where there are not two.
    hidden
        Values of which nothing is shown: fewer than 10 respondents, or what would tell how many those are.
    without
        Values with too little for slopes of their own, and why.
    n
        Respondents of each group; int (g,).
    effect, std_error, low, high
        The drivers' effects in each group: outcome points per driver point; float (g, k).
    common
        The same of all groups together, each by its precision and with a level of its own; float (k,).
    statistic, df
        The distance of the groups' effects, and how many contrasts it holds.
    p_value, p_adjusted
        Of no difference; corrected over segments by Holm.
    driver_p_value, driver_p_adjusted
        The same driver by driver; corrected over drivers by Holm; float (k,).
    difference, difference_p_value, difference_p_adjusted
        Each group's effects less those of the others; corrected over groups, drivers and segments by Benjamini and
        Yekutieli; float (g, k).
    levels
        The outcome's level in each group.
    alpha
        Part of the surveys without any difference in which one may be claimed.
    """

    segment: str
    label_kind: str
    groups: tuple[str, ...]
    drivers: tuple[str, ...]
    hidden: tuple[str, ...]
    without: Mapping[str, WithoutSlopes]
    n: np.ndarray
    effect: np.ndarray
    std_error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    common: np.ndarray
    statistic: float
    df: int
    p_value: float
    p_adjusted: float
    driver_p_value: np.ndarray
    driver_p_adjusted: np.ndarray
    difference: np.ndarray
    difference_p_value: np.ndarray
    difference_p_adjusted: np.ndarray
    levels: Levels
    alpha: float

    def __post_init__(self) -> None:
        if self.effect.shape != (len(self.groups), len(self.drivers)):
            raise ValueError("A test of effects needs one row for each group and one column for each driver.")

    @property
    def tested(self) -> bool:
        """Whether there were two groups to compare."""
        return bool(np.isfinite(self.p_value))

    @property
    def differs(self) -> bool:
        """Whether the effects differ, beyond chance, corrected over segments."""
        return self.tested and self.p_adjusted <= self.alpha

    @property
    def differing(self) -> tuple[str, ...]:
        """The drivers whose effects differ; none unless the effects do."""
        if not self.differs:
            return ()
        return tuple(driver for driver, p in zip(self.drivers, self.driver_p_adjusted, strict=True) if p <= self.alpha)

    @property
    def marked(self) -> np.ndarray:
        """Which effects are told apart from the rest; bool (g, k), none unless the effects differ."""
        return np.asarray((self.difference_p_adjusted <= self.alpha) & self.differs)

    @property
    def strongest(self) -> tuple[str, ...]:
        """The driver with the largest effect in each group; nothing is claimed about the next."""
        return tuple(self.drivers[int(i)] for i in np.argmax(self.effect, axis=1)) if self.groups else ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SegmentEffects(Result):
    """Whether effects differ between the groups of each segment; `segment_effects` makes one.

    Parameters
    ----------
    outcome, drivers
        Names.
    controls
        What is held constant in each group.
    tests
        One per segment.
    method
        What the joint tests are held to.
    n_boot, seed
        Draws without a difference.
    """

    kind: ClassVar[str] = "segment_effects"

    outcome: str
    drivers: tuple[str, ...]
    controls: tuple[str, ...]
    tests: tuple[EffectsTest, ...]
    method: Calibration
    n_boot: int
    seed: int
    sample: Sample
    conf_level: float

    @property
    def differing(self) -> tuple[EffectsTest, ...]:
        """The segments between whose groups effects differ."""
        return tuple(test for test in self.tests if test.differs)

    @property
    def n_used(self) -> int:
        """Respondents with complete answers."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Effects are points of the outcome per point of the driver, levels points of 0–100."""
        return MappingProxyType({"estimate": "outcome points per driver point; of the terms level points of 0–100"})

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def details(self) -> Mapping[str, object]:
        """What was found, and what was left out, by segment."""
        return MappingProxyType(
            {
                test.segment: {
                    "tested": test.tested,
                    "differs": test.differs,
                    "drivers": list(test.differing),
                    "hidden": list(test.hidden),
                    "without": dict(test.without),
                }
                for test in self.tests
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per number, named in ``term``.

        ``effect`` and ``effect_against_rest`` of each group and driver, ``level`` and ``level_against_rest`` of each
        group, ``common`` and ``differs`` of each driver.
        """
        parts = [part for test in self.tests for part in (_effects(test), _drivers(test), _levels(test))]
        rows = pd.concat(parts, ignore_index=True)
        return frame({"outcome": self.outcome, **rows, "conf_level": self.conf_level})

    def glance(self) -> pd.DataFrame:
        """One row per segment: its joint test."""
        return frame(
            {
                "outcome": self.outcome,
                "segment": [test.segment for test in self.tests],
                "method": self.method,
                "statistic": [test.statistic for test in self.tests],
                "df": [test.df for test in self.tests],
                "p_value": [test.p_value for test in self.tests],
                "p_adjusted": [test.p_adjusted for test in self.tests],
                "n_asked": self.sample.n_asked,
                "n": [int(test.n.sum()) for test in self.tests],
                "conf_level": self.conf_level,
            }
        )


def _rows(segment: str, **columns: object) -> pd.DataFrame:
    wanted = ("term", "group", "driver", "estimate", "std_error", "conf_low", "conf_high", "p_value", "p_adjusted", "n")
    empty = {"term": "", "group": "", "driver": ""}
    return pd.DataFrame({"segment": segment, **{name: columns.get(name, empty.get(name, np.nan)) for name in wanted}})


def _effects(test: EffectsTest) -> pd.DataFrame:
    g, k = test.effect.shape
    names = {
        "group": np.repeat(np.array(test.groups, dtype=object), k),
        "driver": np.tile(np.array(test.drivers, dtype=object), g),
        "n": np.repeat(test.n, k).astype(float),
    }
    own = _rows(
        test.segment,
        term="effect",
        **names,
        estimate=test.effect.ravel(),
        std_error=test.std_error.ravel(),
        conf_low=test.low.ravel(),
        conf_high=test.high.ravel(),
    )
    rest = _rows(
        test.segment,
        term="effect_against_rest",
        **names,
        estimate=test.difference.ravel(),
        p_value=test.difference_p_value.ravel(),
        p_adjusted=test.difference_p_adjusted.ravel(),
    )
    return pd.concat([own, rest], ignore_index=True)


def _drivers(test: EffectsTest) -> pd.DataFrame:
    if not test.tested:
        return _rows(test.segment, group=[])
    drivers = list(test.drivers)
    common = _rows(test.segment, term="common", driver=drivers, estimate=test.common)
    tests = _rows(
        test.segment, term="differs", driver=drivers, p_value=test.driver_p_value, p_adjusted=test.driver_p_adjusted
    )
    return pd.concat([common, tests], ignore_index=True)


def _levels(test: EffectsTest) -> pd.DataFrame:
    levels = test.levels
    names = {"group": list(levels.groups), "n": levels.n.astype(float)}
    own = _rows(test.segment, term="level", **names, estimate=levels.mean, conf_low=levels.low, conf_high=levels.high)
    rest = _rows(
        test.segment,
        term="level_against_rest",
        **names,
        estimate=levels.difference,
        conf_low=levels.difference_low,
        conf_high=levels.difference_high,
        p_value=levels.p_value,
        p_adjusted=levels.p_adjusted,
    )
    return pd.concat([own, rest], ignore_index=True)

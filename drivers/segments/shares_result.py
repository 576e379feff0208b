"""How importance shares differ between segments: one test for each segment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.results import Code, Result, Sample, Verdict, frame

WithoutShares = Literal["few", "constant", "not_separable", "few_units", "weak"]
WITHOUT_SHARES: tuple[WithoutShares, ...] = get_args(WithoutShares)
"""Why a group has no shares: as it has no slopes, or its drivers explain no more than chance might."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SharesTest:
    """Whether the shares of k drivers differ between g groups of one segment.

    Parameters
    ----------
    segment, label_kind
        The segment, and the kind of labels in which its values' labels stand.
    groups
        Values that were compared, in the codebook's order; empty where there are not two.
    hidden
        Values of which nothing is shown: fewer than 10 respondents, or what would tell how many those are.
    without
        Values without shares of their own, and why.
    n
        Respondents of each group; int (g,).
    share, low, high
        LMG shares and the limits of their intervals; float (g, k).
    explained
        R² of the drivers in each group, corrected for their number; float (g,).
    statistic
        The largest distance of the groups' shares, of all drivers.
    p_value, p_adjusted
        Of no difference; corrected over segments by Holm.
    driver_p_adjusted
        The same driver by driver, corrected over drivers by the largest distance of any; float (k,).
    verdicts
        What may be claimed about the order of drivers in each group.
    alpha
        Part of the surveys without any difference in which one may be claimed.
    """

    segment: str
    label_kind: str
    groups: tuple[str, ...]
    drivers: tuple[str, ...]
    hidden: tuple[str, ...]
    without: Mapping[str, WithoutShares]
    n: np.ndarray
    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    explained: np.ndarray
    statistic: float
    p_value: float
    p_adjusted: float
    driver_p_adjusted: np.ndarray
    verdicts: tuple[Verdict, ...]
    alpha: float

    def __post_init__(self) -> None:
        if self.share.shape != (len(self.groups), len(self.drivers)):
            raise ValueError("A test of shares needs one row for each group and one column for each driver.")
        if len(self.groups) and not np.allclose(self.share.sum(axis=1), 1.0):
            raise ValueError("The shares of a group need to add up to 1.")

    @property
    def tested(self) -> bool:
        """Whether there were two groups to compare."""
        return bool(np.isfinite(self.p_value))

    @property
    def differs(self) -> bool:
        """Whether the shares differ, beyond chance, corrected over segments."""
        return self.tested and self.p_adjusted <= self.alpha

    @property
    def differing(self) -> tuple[str, ...]:
        """The drivers whose shares differ; none unless the shares do."""
        if not self.differs:
            return ()
        return tuple(driver for driver, p in zip(self.drivers, self.driver_p_adjusted, strict=True) if p <= self.alpha)

    @property
    def first(self) -> Mapping[str, str]:
        """The driver that comes first, of each group in which one does."""
        return {
            group: verdict.leader for group, verdict in zip(self.groups, self.verdicts, strict=True) if verdict.leader
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SegmentShares(Result):
    """Whether importance shares differ between the groups of each segment; `segment_shares` makes one.

    Parameters
    ----------
    outcome, drivers
        Names.
    controls
        What is held constant in each group.
    tests
        One per segment.
    n_boot, seed
        Resamples.
    """

    kind: ClassVar[str] = "segment_shares"

    outcome: str
    drivers: tuple[str, ...]
    controls: tuple[str, ...]
    tests: tuple[SharesTest, ...]
    n_boot: int
    seed: int
    sample: Sample
    conf_level: float

    @property
    def differing(self) -> tuple[SharesTest, ...]:
        """The segments between whose groups shares differ."""
        return tuple(test for test in self.tests if test.differs)

    @property
    def n_used(self) -> int:
        """Respondents with complete answers."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Shares are parts of what the drivers explain."""
        return MappingProxyType({"share": "share of explained variance, 0–1"})

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
                    "first": dict(test.first),
                    "hidden": list(test.hidden),
                    "without": dict(test.without),
                }
                for test in self.tests
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per number: ``share`` of each group and driver, ``differs`` of each driver."""
        parts = [part for test in self.tests for part in (_shares(test), _tests(test)) if len(part)]
        names = ("segment", "term", "group", "driver", "share", "conf_low", "conf_high", "p_adjusted", "n")
        rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(names))
        return frame({"outcome": self.outcome, **rows.reindex(columns=list(names)), "conf_level": self.conf_level})

    def glance(self) -> pd.DataFrame:
        """One row per segment: its joint test."""
        return frame(
            {
                "outcome": self.outcome,
                "segment": [test.segment for test in self.tests],
                "method": "lmg",
                "statistic": [test.statistic for test in self.tests],
                "p_value": [test.p_value for test in self.tests],
                "p_adjusted": [test.p_adjusted for test in self.tests],
                "n_asked": self.sample.n_asked,
                "n": [int(test.n.sum()) for test in self.tests],
                "conf_level": self.conf_level,
            }
        )


def _shares(test: SharesTest) -> pd.DataFrame:
    g, k = test.share.shape
    return pd.DataFrame(
        {
            "segment": test.segment,
            "term": "share",
            "group": np.repeat(np.array(test.groups, dtype=object), k),
            "driver": np.tile(np.array(test.drivers, dtype=object), g),
            "share": test.share.ravel(),
            "conf_low": test.low.ravel(),
            "conf_high": test.high.ravel(),
            "p_adjusted": np.nan,
            "n": np.repeat(test.n, k).astype(float),
        }
    )


def _tests(test: SharesTest) -> pd.DataFrame:
    drivers = list(test.drivers) if test.tested else []
    return pd.DataFrame(
        {
            "segment": test.segment,
            "term": "differs",
            "group": "",
            "driver": drivers,
            "share": np.nan,
            "conf_low": np.nan,
            "conf_high": np.nan,
            "p_adjusted": test.driver_p_adjusted if test.tested else [],
            "n": np.nan,
        }
    )

"""Small segments with estimates adjusted for their size, as a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers.models.groups.between_groups import Between
from drivers.models.groups.shrinkage import Shrunken
from drivers.results import Code, Result, Sample, frame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledTerm:
    """One number of every segment: the mean of the outcome, or the effect of a driver.

    Parameters
    ----------
    term
        "" for the mean, else the driver's column.
    estimate, conf_low, conf_high
        Each segment by itself; float (k,), NaN where it has too few answers for it.
    adjusted
        Of the segments that have an estimate.
    between
        The mean over segments and how much they differ.
    """

    term: str
    estimate: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    adjusted: Shrunken
    between: Between

    def of_all(self, column: str) -> np.ndarray:
        """A column of the adjusted estimates, NaN where a segment has none; float (k,)."""
        full = np.full(len(self.estimate), np.nan)
        full[~np.isnan(self.estimate)] = getattr(self.adjusted, column)
        return full


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledResult(Result):
    """Segments' means and effects, raw beside adjusted; `pooled_segments` makes one.

    Parameters
    ----------
    segments
        The segment, or the two that are crossed.
    groups
        The values of each group of them, (k,).
    n
        Answers on the outcome; int (k,).
    terms
        The mean first, then the effects that at least four groups have answers for.
    hidden
        Groups that are not shown.
    """

    kind: ClassVar[str] = "pooled"

    outcome: str
    segments: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    n: np.ndarray
    terms: tuple[PooledTerm, ...]
    hidden: int
    needed: int
    unit: str
    sample: Sample
    conf_level: float

    def __post_init__(self) -> None:
        if self.terms[0].term or any(len(one.estimate) != len(self.groups) for one in self.terms):
            raise ValueError("Pooled segments need the mean first, and one number for each group.")

    @property
    def n_used(self) -> int:
        """Answers that the result rests on."""
        return self.sample.n

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def units(self) -> Mapping[str, str]:
        """Means in points, effects in points per point."""
        return MappingProxyType({"estimate": "points of 0–100; effects: outcome points per driver point"})

    @property
    def details(self) -> Mapping[str, object]:
        """How many groups are hidden."""
        return MappingProxyType({"hidden": self.hidden})

    def tidy(self) -> pd.DataFrame:
        """One row per number and group: raw and adjusted, with their intervals."""
        k, many = len(self.groups), len(self.terms)
        return frame(
            {
                "outcome": self.outcome,
                "segment": " × ".join(self.segments),
                "group": [" × ".join(group) for group in self.groups] * many,
                "term": [one.term or "mean" for one in self.terms for _ in range(k)],
                "estimate": np.concatenate([one.estimate for one in self.terms]),
                "conf_low": np.concatenate([one.conf_low for one in self.terms]),
                "conf_high": np.concatenate([one.conf_high for one in self.terms]),
                "adjusted": np.concatenate([one.of_all("estimate") for one in self.terms]),
                "adjusted_low": np.concatenate([one.of_all("conf_low") for one in self.terms]),
                "adjusted_high": np.concatenate([one.of_all("conf_high") for one in self.terms]),
                "n": np.tile(self.n, many),
                "conf_level": self.conf_level,
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row per number: its mean over groups and how much they differ."""
        return frame(
            {
                "outcome": self.outcome,
                "term": [one.term or "mean" for one in self.terms],
                "center": [one.between.mean for one in self.terms],
                "between_sd": [one.between.sd for one in self.terms],
                "between_low": [one.between.sd_low for one in self.terms],
                "between_high": [one.between.sd_high for one in self.terms],
                "p_value": [one.between.p_value for one in self.terms],
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "conf_level": self.conf_level,
            }
        )

"""What people say matters beside what goes with their answers: the numbers, and what may be said of each driver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.results import Code, Result, Sample, Verdict, frame

Within = Literal["centred", "ranks", "shares"]
WITHINS: tuple[Within, ...] = get_args(Within)
"""How a person's ratings of importance are made comparable with another's: less their own mean; as places among
themselves; as parts of their sum."""

Agreement = Literal["both", "said_only", "hidden", "neither", "undecided"]
AGREEMENTS: tuple[Agreement, ...] = get_args(Agreement)
"""Above the average driver by word and by what goes with the outcome; by word alone; not by word but by what goes with
it; by neither; or it cannot be told."""

TERMS = ("stated", "stated_share", "stated_within", "share")
"""What `tidy()` tells of each driver."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StatedResult(Result):
    """Stated beside derived importance; `stated_and_derived` makes one.

    Parameters
    ----------
    outcome, drivers
        Names; drivers of which both are known, (k,).
    within
        How persons' ratings were made comparable.
    stated
        Mean rating of importance on 0–100 of its scale: estimate, standard error and limits; float (4, k).
    stated_share
        Mean part of each person's sum; float (4, k).
    against_average
        What is tested: rating above the person's own mean (points), place above the middle one, or part above 1/k;
        float (4, k).
    share
        Derived importance as a part of that of the drivers compared; float (4, k).
    stated_low, stated_high, rank_low, rank_high
        Possible ranks by word, and by what goes with the outcome; int (k,).
    p_adjusted
        Of the likeliest agreement, after Holm over the drivers; float (k,).
    agreements
        What may be said of each driver, (k,).
    correlation
        Rank correlation of stated with derived importance over the drivers and its limits; float (3,), NaN of fewer
        than three drivers.
    left_out
        Drivers of which nobody was asked how much they matter.
    stated_sample
        Who said how much everything matters.
    sample, verdict
        Of the importance.
    """

    kind: ClassVar[str] = "stated_derived"

    outcome: str
    drivers: tuple[str, ...]
    within: Within
    stated: np.ndarray
    stated_share: np.ndarray
    against_average: np.ndarray
    share: np.ndarray
    stated_low: np.ndarray
    stated_high: np.ndarray
    rank_low: np.ndarray
    rank_high: np.ndarray
    p_adjusted: np.ndarray
    agreements: tuple[Agreement, ...]
    correlation: np.ndarray
    left_out: tuple[str, ...]
    method: str
    family: str
    fit: str
    sums_to_r2: bool
    stated_sample: Sample
    sample: Sample
    verdict: Verdict
    conf_level: float

    def __post_init__(self) -> None:
        for name in ("stated_share", "share"):
            if abs(float(getattr(self, name)[0].sum()) - 1) > 1e-8:
                raise ValueError(f"Parts of {name} must sum to 1.")
        if self.verdict.status == "not_rankable" and set(self.agreements) != {"undecided"}:
            raise ValueError("Where drivers cannot be ranked nothing may be said of their importance.")

    def of(self, agreement: Agreement) -> tuple[str, ...]:
        """The drivers of one agreement, the one with the largest gap between both first."""
        gap = np.abs(self.stated_share[0] - self.share[0])
        found = [i for i, one in enumerate(self.agreements) if one == agreement]
        return tuple(self.drivers[i] for i in sorted(found, key=lambda i: -gap[i]))

    @property
    def underrated(self) -> tuple[str, ...]:
        """Drivers of which every possible rank by word is worse than every one by what goes with the outcome."""
        return self._where(self.stated_low > self.rank_high)

    @property
    def overrated(self) -> tuple[str, ...]:
        """Drivers of which every possible rank by word is better than every one by what goes with the outcome."""
        return self._where(self.stated_high < self.rank_low)

    @property
    def firsts(self) -> tuple[str, str]:
        """The driver that comes first by word, and by what goes with the outcome; "" where that is open."""
        word, goes = (self._where(high == 1) for high in (self.stated_high, self.rank_high))
        return word[0] if word else "", goes[0] if goes else ""

    def _where(self, mask: np.ndarray) -> tuple[str, ...]:
        return tuple(name for name, yes in zip(self.drivers, mask, strict=True) if yes)

    @property
    def n_used(self) -> int:
        """Respondents who said what matters."""
        return self.stated_sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Points and parts."""
        within = {"centred": "points of 0–100", "ranks": "places", "shares": "parts of 1"}[self.within]
        return MappingProxyType(
            {
                "estimate": f"stated: points of 0–100; stated_share, share: parts of 1; stated_within: {within} above "
                "a person's own average",
                "std_error": "as estimate",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.stated_sample.notes

    @property
    def details(self) -> Mapping[str, object]:
        """How ratings were made comparable, and how far both orders agree."""
        return MappingProxyType(
            {"within": self.within, "rank_correlation": self.correlation.tolist(), "left_out": list(self.left_out)}
        )

    def tidy(self) -> pd.DataFrame:
        """Four rows per driver (``term``); ranks are those of the row's own kind of importance."""
        k, times = len(self.drivers), len(TERMS)
        parts = np.stack([self.stated, self.stated_share, self.against_average, self.share], axis=2).reshape(4, -1)
        low = np.stack([self.stated_low] * 3 + [self.rank_low], axis=1).ravel()
        high = np.stack([self.stated_high] * 3 + [self.rank_high], axis=1).ravel()
        return frame(
            {
                "outcome": self.outcome,
                "driver": np.repeat(np.array(self.drivers, dtype=object), times),
                "term": list(TERMS) * k,
                "estimate": parts[0],
                "std_error": parts[1],
                "conf_low": parts[2],
                "conf_high": parts[3],
                "conf_level": self.conf_level,
                "rank_low": low,
                "rank_high": high,
                "p_adjusted": np.repeat(self.p_adjusted, times),
                "conclusion": np.repeat(np.array(self.agreements, dtype=object), times),
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the rank correlation, and who said what matters."""
        return frame(
            {
                "outcome": [self.outcome],
                "method": self.within,
                "estimate": self.correlation[0],
                "conf_low": self.correlation[1],
                "conf_high": self.correlation[2],
                "n_asked": self.stated_sample.n_asked,
                "n": self.stated_sample.n,
                "n_effective": self.stated_sample.n_effective,
                "conf_level": self.conf_level,
            }
        )

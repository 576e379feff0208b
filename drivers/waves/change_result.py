"""A change of satisfaction in three parts, as a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.results import Code, Result, Sample, frame
from drivers.waves.mix import Method, Untold

Part = Literal["change", "who_answered", "performance", "unexplained"]
PARTS: tuple[Part, ...] = get_args(Part)
"""The whole change, and what it is made of, in the order in which it is taken apart."""

UNTOLD = ("few_in_wave", "few_answers", "not_separable", "constant_driver", "constant_outcome")
"""Why nothing is told of a pair of waves."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaveChange:
    """The change from one wave to another, in its parts.

    Parameters
    ----------
    wave_from, wave
        The earlier wave and the later.
    estimate
        The change, who answered, performance, and what the drivers do not explain; outcome points; float (4,). Without
        columns that tell who answered the second is 0 and has no interval.
    std_error, conf_low, conf_high, p_value
        float (4,).
    everyone
        The change among all who answered the outcome, whether they rated every driver or not: estimate and limits;
        float (3,).
    drivers
        In the codebook's order.
    by_driver
        Each driver's part in the performance: estimate, standard error and limits; float (4, k).
    p_by_driver
        Two-sided, corrected over the drivers by Holm; float (k,).
    effect
        Points of the outcome with one point of the driver, within waves, all others held; float (k,).
    moved
        By how much the mean rating of each driver moved, who answered held constant; float (k,).
    mix, mix_untold
        The columns by which who answered was held constant; those that could not be, and why.
    method
        ``cells``, ``raking`` or ``none``.
    n_from, n, n_reweighted
        Respondents used of both waves, and the effective number of the later ones under the new weights.
    paired
        Whether somebody answered in both waves.
    """

    wave_from: str
    wave: str
    estimate: np.ndarray
    std_error: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    p_value: np.ndarray
    everyone: np.ndarray
    drivers: tuple[str, ...]
    by_driver: np.ndarray
    p_by_driver: np.ndarray
    effect: np.ndarray
    moved: np.ndarray
    mix: tuple[str, ...]
    mix_untold: Mapping[str, Untold]
    method: Method
    n_from: int
    n: int
    n_reweighted: float
    paired: bool
    sample: Sample

    def __post_init__(self) -> None:
        if not np.isclose(self.estimate[1:].sum(), self.estimate[0]):
            raise ValueError("The three parts of a change add up to it.")
        if not np.isclose(self.by_driver[0].sum(), self.estimate[2]):
            raise ValueError("The drivers' parts add up to what performance adds.")
        if (self.method == "none") == bool(self.mix):
            raise ValueError("Who answered is held constant by columns, or there are none.")

    def clear(self, part: Part) -> bool:
        """Whether a part's interval leaves out 0."""
        i = PARTS.index(part)
        return bool(self.conf_low[i] > 0 or self.conf_high[i] < 0)

    @property
    def order(self) -> tuple[int, ...]:
        """Positions of the drivers, the largest part in the performance first."""
        return tuple(int(i) for i in np.argsort(-np.abs(self.by_driver[0]), kind="stable"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaveChangeResult(Result):
    """Changes between waves in their parts; `wave_change` makes one.

    Parameters
    ----------
    outcome
        Name.
    reported
        The change that was asked about.
    pairs
        Each wave that can be told of against the one before it.
    p_adjusted
        Of each part over the pairs, by Holm; float (pairs, 4).
    left_out
        Pairs of waves of which nothing is told, and why.
    """

    kind: ClassVar[str] = "wave_change"

    outcome: str
    reported: WaveChange
    pairs: tuple[WaveChange, ...]
    p_adjusted: np.ndarray
    left_out: Mapping[tuple[str, str], str]
    conf_level: float

    def __post_init__(self) -> None:
        if self.p_adjusted.shape != (len(self.pairs), len(PARTS)):
            raise ValueError("Every pair of waves needs a corrected p-value for each part.")

    def shown(self, pair: int, part: Part) -> bool:
        """Whether a part of one of all the pairs is more than chance, with all pairs looked at together."""
        return bool(self.p_adjusted[pair, PARTS.index(part)] < 1 - self.conf_level)

    @property
    def units(self) -> Mapping[str, str]:
        """Points of the outcome, of 0–100."""
        return MappingProxyType(
            {
                "estimate": "outcome points; of effect outcome points per driver point, of moved driver points",
                "std_error": "as estimate",
            }
        )

    @property
    def n_used(self) -> int:
        """Respondents that the change asked about rests on."""
        return self.reported.sample.n

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.reported.sample.notes

    @property
    def details(self) -> Mapping[str, object]:
        """How who answered was held constant, and what could not be told."""
        return MappingProxyType(
            {
                "mix": list(self.reported.mix),
                "mix_untold": dict(self.reported.mix_untold),
                "method": self.reported.method,
                "paired": self.reported.paired,
                "everyone": [float(value) for value in self.reported.everyone],
                "left_out": [{"wave_from": a, "wave": b, "reason": why} for (a, b), why in self.left_out.items()],
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per part of the change asked about, then per driver; then one per part of each pair."""
        rows = [self._of_parts(self.reported, np.full(len(PARTS), np.nan)), self._of_drivers(self.reported)]
        rows += [self._of_parts(pair, p) for pair, p in zip(self.pairs, self.p_adjusted, strict=True)]
        return pd.concat(rows, ignore_index=True)

    def _of_parts(self, pair: WaveChange, p_adjusted: np.ndarray) -> pd.DataFrame:
        return self._frame(
            pair, None, PARTS, pair.estimate, pair.std_error, pair.conf_low, pair.conf_high, pair.p_value, p_adjusted
        )

    def _of_drivers(self, pair: WaveChange) -> pd.DataFrame:
        k, nothing = len(pair.drivers), np.full(len(pair.drivers), np.nan)
        estimate, error, low, high = pair.by_driver
        parts = [
            self._frame(
                pair, pair.drivers, ("performance",) * k, estimate, error, low, high, nothing, pair.p_by_driver
            ),
            *(
                self._frame(pair, pair.drivers, (term,) * k, values, *(nothing,) * 5)
                for term, values in (("effect", pair.effect), ("moved", pair.moved))
            ),
        ]
        return pd.concat(parts, ignore_index=True)

    def _frame(
        self, pair: WaveChange, drivers: tuple[str, ...] | None, terms: tuple[str, ...], *columns: np.ndarray
    ) -> pd.DataFrame:
        names = ("estimate", "std_error", "conf_low", "conf_high", "p_value", "p_adjusted")
        return frame(
            {
                "outcome": self.outcome,
                "wave": pair.wave,
                "wave_from": pair.wave_from,
                "driver": list(drivers) if drivers is not None else [""] * len(terms),
                "term": list(terms),
                **dict(zip(names, columns, strict=True)),
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the sample and how who answered was held constant."""
        return frame(
            {
                "outcome": [self.outcome],
                "wave": self.reported.wave,
                "wave_from": self.reported.wave_from,
                "method": self.reported.method,
                "n_asked": self.reported.sample.n_asked,
                "n": self.reported.sample.n,
                "n_effective": self.reported.sample.n_effective,
                "conf_level": self.conf_level,
            }
        )

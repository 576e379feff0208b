"""Whether importance changed from wave to wave, as a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from drivers.results import Code, Result, Sample, frame

Turn = Literal["more", "less", "open"]
"""Whether satisfaction goes with a driver more than before, less, or this is not told."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SlopeChange:
    """Whether the effects of the drivers differ between two waves.

    Parameters
    ----------
    wave_from, wave
        The earlier wave and the later.
    statistic
        Of the joint test.
    p_value, p_adjusted
        Of the joint test, and with all other tests of the result looked at together (Holm).
    change, std_error
        Of each driver's effect, later less earlier; float (k,).
    p_driver
        Of each driver's change, with all drivers of the pair looked at together (max-T); float (k,).
    """

    wave_from: str
    wave: str
    statistic: float
    p_value: float
    p_adjusted: float
    change: np.ndarray
    std_error: np.ndarray
    p_driver: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaveEffectsResult(Result):
    """Effects of the drivers wave by wave, and whether they differ; `wave_effects` makes one.

    Parameters
    ----------
    outcome, drivers
        Names.
    waves
        Those with enough answers for a regression of their own.
    effect, std_error, conf_low, conf_high
        Outcome points per driver point in each wave, all other drivers held; float (w, k).
    n
        Respondents of each wave; int (w,).
    pairs
        Each wave against the one before it that has effects.
    p_all, p_all_adjusted
        Of the test that no wave differs from any other, alone and with the pairs; NaN for two waves, where the pair is
        that test.
    left_out
        Waves without effects, and why.
    """

    kind: ClassVar[str] = "wave_effects"

    outcome: str
    drivers: tuple[str, ...]
    waves: tuple[str, ...]
    effect: np.ndarray
    std_error: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    n: np.ndarray
    pairs: tuple[SlopeChange, ...]
    p_all: float
    p_all_adjusted: float
    left_out: Mapping[str, str]
    sample: Sample
    conf_level: float

    def __post_init__(self) -> None:
        shape = (len(self.waves), len(self.drivers))
        if self.effect.shape != shape or len(self.pairs) != len(self.waves) - 1:
            raise ValueError("Every wave needs an effect of each driver, and all but the first a pair.")

    def changed(self, pair: SlopeChange) -> bool:
        """Whether importance changed between two waves, by the joint test."""
        return pair.p_adjusted < 1 - self.conf_level

    @property
    def drifted(self) -> bool:
        """Whether effects differ over the whole time though no step of it is told."""
        return self.p_all_adjusted < 1 - self.conf_level and not any(map(self.changed, self.pairs))

    def turn(self, pair: SlopeChange, driver: int) -> Turn:
        """What became of one driver where importance changed."""
        if not self.changed(pair) or not pair.p_driver[driver] < 1 - self.conf_level:
            return "open"
        return "more" if pair.change[driver] > 0 else "less"

    @property
    def units(self) -> Mapping[str, str]:
        """Effects are outcome points per driver point, both of 0–100."""
        return MappingProxyType({"estimate": "outcome points per driver point", "std_error": "as estimate"})

    @property
    def n_used(self) -> int:
        """Respondents of all waves together."""
        return int(self.n.sum())

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def details(self) -> Mapping[str, object]:
        """The test over all waves, and waves without effects."""
        return MappingProxyType(
            {"p_all": self.p_all, "p_all_adjusted": self.p_all_adjusted, "left_out": dict(self.left_out)}
        )

    def tidy(self) -> pd.DataFrame:
        """One row per wave and driver (``term`` effect), per pair and driver (change), and per pair (joint)."""
        parts = [
            frame(
                {
                    "outcome": self.outcome,
                    "wave": wave,
                    "wave_from": "",
                    "driver": list(self.drivers),
                    "term": "effect",
                    "estimate": self.effect[i],
                    "std_error": self.std_error[i],
                    "conf_low": self.conf_low[i],
                    "conf_high": self.conf_high[i],
                    "n": int(self.n[i]),
                }
            )
            for i, wave in enumerate(self.waves)
        ]
        for pair in self.pairs:
            where = {"outcome": self.outcome, "wave": pair.wave, "wave_from": pair.wave_from}
            parts.append(
                frame(
                    {
                        **where,
                        "driver": list(self.drivers),
                        "term": "change",
                        "estimate": pair.change,
                        "std_error": pair.std_error,
                        "p_adjusted": pair.p_driver,
                    }
                )
            )
            joint = {"driver": [""], "term": "joint", "statistic": pair.statistic, "p_value": pair.p_value}
            parts.append(frame({**where, **joint, "p_adjusted": pair.p_adjusted}))
        return pd.concat(parts, ignore_index=True)

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

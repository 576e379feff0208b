"""Where levels changed over the waves, as a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.results import Code, Result, frame, read_only
from drivers.waves.mix import Method, Untold

Direction = Literal["rising", "falling", "not_shown"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
"""Whether a level rose or fell for good, or no lasting change is shown; the last does not say that there was none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LevelStep:
    """A lasting change of a level.

    Parameters
    ----------
    wave
        First wave on the new level.
    before, after
        The levels, points of 0–100.
    std_error
        Of their difference, given where it lies.
    p_adjusted
        With all series, and all other changes of this one, looked at together.
    possible
        Waves with which the new level may have begun.
    """

    wave: str
    before: float
    after: float
    std_error: float
    p_adjusted: float
    possible: tuple[str, ...]

    @property
    def step(self) -> float:
        """Points from the old level to the new."""
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LevelSeries:
    """The level of the outcome, or of a driver's ratings, wave by wave.

    Parameters
    ----------
    name
        Of the outcome or the driver.
    of
        ``outcome`` or ``driver``.
    waves
        Those with at least 10 answers.
    estimate, std_error, conf_low, conf_high
        Means, who answered held constant; float (w,).
    n
        Answers; int (w,).
    steps
        Lasting changes that are more than chance, in their order in time.
    p_value, p_adjusted
        Of the largest step, alone and with all series looked at together (Holm).
    between
        Standard deviation of what moves a whole wave beside sampling.
    mix, mix_untold, method
        By what who answered was held constant, and what could not be.
    """

    name: str
    of: Literal["outcome", "driver"]
    waves: tuple[str, ...]
    estimate: np.ndarray
    std_error: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    n: np.ndarray
    steps: tuple[LevelStep, ...]
    p_value: float
    p_adjusted: float
    between: float
    mix: tuple[str, ...]
    mix_untold: Mapping[str, Untold]
    method: Method

    @property
    def conclusion(self) -> Direction:
        """What the last lasting change was."""
        if not self.steps:
            return "not_shown"
        return "rising" if self.steps[-1].step > 0 else "falling"

    @property
    def fitted(self) -> np.ndarray:
        """The level in each wave, as the lasting changes have it; float (w,)."""
        if not self.steps:
            return read_only(np.full(len(self.waves), np.nan))
        level = np.full(len(self.waves), self.steps[0].before)
        for step in self.steps:
            level[self.waves.index(step.wave) :] = step.after
        return read_only(level)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChangePointResult(Result):
    """Where levels changed; `change_points` makes one.

    Parameters
    ----------
    outcome
        Name.
    series
        The outcome's first, then the drivers' in the codebook's order.
    """

    kind: ClassVar[str] = "change_points"

    outcome: str
    series: tuple[LevelSeries, ...]
    sampling: str
    conf_level: float

    @property
    def units(self) -> Mapping[str, str]:
        """Points of 0–100."""
        return MappingProxyType({"estimate": "points of 0–100", "std_error": "as estimate"})

    @property
    def notes(self) -> tuple[Code, ...]:
        """How respondents came into the survey."""
        codes = {"opt_in": (Code("opt_in_sample"),), "census": (Code("census"),)}
        return codes.get(self.sampling, ())

    @property
    def details(self) -> Mapping[str, object]:
        """Where each new level may have begun, and how who answered was held constant."""
        first = self.series[0]
        return MappingProxyType(
            {
                "possible": [
                    {"name": one.name, "wave": step.wave, "possible": list(step.possible)}
                    for one in self.series
                    for step in one.steps
                ],
                "mix": list(first.mix),
                "mix_untold": dict(first.mix_untold),
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per series and wave (``term`` level), then one per lasting change (``term`` step)."""
        rows: list[dict[str, object]] = []
        for one in self.series:
            name = {"outcome": self.outcome, "driver": one.name if one.of == "driver" else ""}
            for k, wave in enumerate(one.waves):
                rows.append(
                    {
                        **name,
                        "term": "level",
                        "wave": wave,
                        "estimate": one.estimate[k],
                        "std_error": one.std_error[k],
                        "conf_low": one.conf_low[k],
                        "conf_high": one.conf_high[k],
                        "n": int(one.n[k]),
                        "p_adjusted": np.nan,
                        "conclusion": "",
                    }
                )
        for one in self.series:
            for step in one.steps:
                rows.append(
                    {
                        "outcome": self.outcome,
                        "driver": one.name if one.of == "driver" else "",
                        "term": "step",
                        "wave": step.wave,
                        "estimate": step.step,
                        "std_error": step.std_error,
                        "conf_low": np.nan,
                        "conf_high": np.nan,
                        "n": int(one.n.sum()),
                        "p_adjusted": step.p_adjusted,
                        "conclusion": "rising" if step.step > 0 else "falling",
                    }
                )
        return frame({name: [row[name] for row in rows] for name in rows[0]})

    def glance(self) -> pd.DataFrame:
        """One row: how many waves and answers."""
        first = self.series[0]
        return frame({"outcome": [self.outcome], "n": int(first.n.sum()), "conf_level": self.conf_level})

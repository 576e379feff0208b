"""What the next wave can show, as a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from drivers.results import Code, Result, frame


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededSize:
    """How many respondents a change needs to be seen.

    Parameters
    ----------
    change
        Points, above 0 for a rise.
    n
        Respondents of the next wave beside those of this one; infinite where this wave alone is too small to tell.
    n_each
        Respondents that both waves need, were they of one size.
    """

    change: float
    n: float
    n_each: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LevelPlan:
    """What the next wave can show of one level.

    Parameters
    ----------
    name, of
        Name of the ``outcome`` or ``driver``.
    level, std_error
        Of this wave, points of 0–100.
    n, n_effective
        Answers, and their number over the design effect.
    detectable
        The smallest change that as many respondents, asked in the same way, show with the power asked for.
    seen_from, seen_to
        The next wave's level would be called higher from the first on, and lower up to the second, with as many
        respondents.
    needed
        Sizes for some changes, in the order asked.
    target
        Or NaN.
    to_target
        Size for the way to the target; None without one, or at it.
    """

    name: str
    of: Literal["outcome", "driver"]
    level: float
    std_error: float
    n: int
    n_effective: float
    detectable: float
    seen_from: float
    seen_to: float
    needed: tuple[NeededSize, ...]
    target: float
    to_target: NeededSize | None

    def __post_init__(self) -> None:
        if not np.isclose(self.seen_from - self.level, self.level - self.seen_to):
            raise ValueError("A rise and a fall are seen from the same distance.")

    @property
    def design_effect(self) -> float:
        """How many times the variance is what as many people drawn one by one would give."""
        return self.n / self.n_effective


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NextWaveResult(Result):
    """What the next wave can show; `next_wave` makes one.

    Parameters
    ----------
    outcome
        Name.
    plans
        The outcome's first, then those of the drivers asked for.
    left_out
        Drivers of which nothing is told, and why.
    wave
        The wave reported on; "" without waves.
    power
        Chance that a change of the size asked for is seen.
    """

    kind: ClassVar[str] = "next_wave"

    outcome: str
    plans: tuple[LevelPlan, ...]
    left_out: Mapping[str, str]
    wave: str
    power: float
    sampling: str
    conf_level: float

    @property
    def units(self) -> Mapping[str, str]:
        """Levels and changes are points of 0–100; sizes are respondents."""
        return MappingProxyType({"estimate": "points of 0–100", "change": "points", "n": "respondents"})

    @property
    def n_used(self) -> int:
        """Answers on the outcome."""
        return self.plans[0].n

    @property
    def notes(self) -> tuple[Code, ...]:
        """How respondents came into the survey."""
        codes = {"opt_in": (Code("opt_in_sample"),), "census": (Code("census"),)}
        return codes.get(self.sampling, ())

    @property
    def details(self) -> Mapping[str, object]:
        """The power, and the wave that is compared with."""
        return MappingProxyType({"power": self.power, "wave": self.wave, "left_out": dict(self.left_out)})

    def tidy(self) -> pd.DataFrame:
        """One row per level and ``term``: level, detectable, seen_from, seen_to, target, and the sizes needed."""
        rows: list[tuple[object, ...]] = []
        for plan in self.plans:
            name = plan.name if plan.of == "driver" else ""
            rows += [
                (name, "level", plan.level, plan.std_error, plan.n, plan.n_effective),
                *(
                    (name, term, value, np.nan, np.nan, np.nan)
                    for term, value in (
                        ("detectable", plan.detectable),
                        ("seen_from", plan.seen_from),
                        ("seen_to", plan.seen_to),
                        ("target", plan.target),
                    )
                ),
            ]
            sizes = [("needed", size) for size in plan.needed]
            sizes += [("needed_for_target", plan.to_target)] if plan.to_target is not None else []
            rows += [(name, term, size.change, np.nan, size.n, np.nan) for term, size in sizes]
        names = ("driver", "term", "estimate", "std_error", "n", "n_effective")
        columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
        return frame({"outcome": self.outcome, "wave": self.wave, **columns})

    def glance(self) -> pd.DataFrame:
        """One row: the wave's answers on the outcome."""
        first = self.plans[0]
        return frame(
            {
                "outcome": [self.outcome],
                "n": first.n,
                "n_effective": first.n_effective,
                "conf_level": self.conf_level,
            }
        )

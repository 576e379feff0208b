"""Promise less, or deliver more: what would go with either, driver by driver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.decisions.changes.capped import Cap
from drivers.decisions.changes.changed_result import UNITS, Says, sayings
from drivers.models.moves.move_columns import Measure
from drivers.results import Code, Result, Sample, frame

Doing = Literal["deliver", "promise", "difference"]
DOING: tuple[Doing, ...] = get_args(Doing)
"""A better rating with the same hope; a lower hope with the same rating; the first less the second."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PromisesResult(Result):
    """A better rating beside a lower hope, if the association were causal; `what_if_promises` makes one.

    Parameters
    ----------
    measures, drivers
        (k,), (p,).
    step
        Points by which ratings are better, or hopes lower.
    effects
        By what is done: estimate, standard error and limits in the measure's points; float (4, k, p) each.
    p_adjusted
        By what is done, Holm over the drivers, measure by measure; float (k, p) each.
    moves, caps
        Points that are possible of the step in both ratings and hopes, and what capped them; float (p,), (p,).
    levels, hoped
        Where ratings and hopes are, 0–100; float (p,).
    base
        Where each measure is now, NaN where it is not known; float (k,).
    samples
        Whom the first measure of each driver rests on.
    asked
        Whether hopes were asked ``before`` or ``after`` the service.
    left_out
        Drivers of which it cannot be told, and why.
    """

    kind: ClassVar[str] = "promises"

    measures: tuple[Measure, ...]
    drivers: tuple[str, ...]
    step: float
    effects: Mapping[Doing, np.ndarray]
    p_adjusted: Mapping[Doing, np.ndarray]
    moves: np.ndarray
    caps: tuple[Cap, ...]
    levels: np.ndarray
    hoped: np.ndarray
    base: np.ndarray
    samples: tuple[Sample, ...]
    asked: Literal["before", "after"]
    left_out: Mapping[str, Code]
    wave: str
    unit: str
    conf_level: float

    def __post_init__(self) -> None:
        shape = (4, len(self.measures), len(self.drivers))
        if any(self.effects[doing].shape != shape for doing in DOING):
            raise ValueError("Promises need one effect for each measure and driver, whatever is done.")
        apart = self.effects["deliver"][0] - self.effects["promise"][0]
        if not np.allclose(apart, self.effects["difference"][0]):
            raise ValueError("The difference is what goes with delivering less what goes with promising.")

    def says(self, doing: Doing, place: int) -> tuple[Says, ...]:
        """What may be said of one measure's effects, driver by driver, all drivers looked at together.

        Parameters
        ----------
        place
            Position of the measure.
        """
        found: list[Says] = []
        for j in range(len(self.drivers)):
            own = self.effects[doing][:, [place], j]
            base = np.full(1, np.nan) if doing == "difference" else self.base[[place]]
            (plain,) = sayings((self.measures[place],), own, base, bool(self.moves[j]))
            settled = self.p_adjusted[doing][place, j] <= 1 - self.conf_level
            found.append(plain if settled or plain == "no_room" else "unclear")
        return tuple(found)

    @property
    def outcome(self) -> str:
        """The first outcome."""
        return self.measures[0].outcome

    @property
    def sample(self) -> Sample:
        """Whom the driver that most people answered on rests on."""
        return max(self.samples, key=lambda sample: sample.n)

    @property
    def n_used(self) -> int:
        """Respondents of the driver that most people answered on."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Points."""
        return UNITS

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample and of when hopes were asked."""
        return (*self.sample.notes, *((Code("expectations_after"),) if self.asked == "after" else ()))

    @property
    def details(self) -> Mapping[str, object]:
        """What was moved how far, and what capped it."""
        return MappingProxyType(
            {
                "step": self.step,
                "wave": self.wave,
                "unit": self.unit,
                "asked": self.asked,
                "capped": {name: cap for name, cap in zip(self.drivers, self.caps, strict=True) if cap},
                "left_out": {name: code.code for name, code in self.left_out.items()},
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per what is done (``method``), measure (``term`` is its statistic) and driver."""
        parts = []
        for doing in DOING:
            for i, measure in enumerate(self.measures):
                found = self.effects[doing][:, i]
                parts.append(
                    frame(
                        {
                            "outcome": measure.outcome,
                            "driver": list(self.drivers),
                            "term": measure.statistic,
                            "method": doing,
                            "estimate": found[0],
                            "std_error": found[1],
                            "conf_low": found[2],
                            "conf_high": found[3],
                            "p_adjusted": self.p_adjusted[doing][i],
                            "conclusion": list(self.says(doing, i)),
                        }
                    )
                )
        return pd.concat(parts, ignore_index=True)

    def glance(self) -> pd.DataFrame:
        """One row per driver: whom its effects rest on, and where ratings and hopes are."""
        return frame(
            {
                "driver": list(self.drivers),
                "performance": self.levels,
                "expected": self.hoped,
                "n_asked": [sample.n_asked for sample in self.samples],
                "n": [sample.n for sample in self.samples],
                "n_effective": [sample.n_effective for sample in self.samples],
                "conf_level": self.conf_level,
            }
        )

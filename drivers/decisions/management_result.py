"""What is known of management's guesses beside what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.results import Code, Result, Sample, frame

Opinion = Literal["higher", "lower", "open"]
OPINIONS: tuple[Opinion, ...] = get_args(Opinion)
"""Whether managers think more of a driver than was measured, less, or it cannot be told."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """Managers' mean guess beside what was measured, driver by driver.

    Parameters
    ----------
    drivers
        Their names, (k,).
    guess, measured, gap
        Estimate, standard error and both limits; the gap is guess less measurement; float (4, k).
    p_adjusted
        Of a gap of 0, after Holm over the drivers; float (k,), NaN where there is no test.
    managers
        Whose guesses count; int (k,).
    """

    drivers: tuple[str, ...]
    guess: np.ndarray
    measured: np.ndarray
    gap: np.ndarray
    p_adjusted: np.ndarray
    managers: np.ndarray
    alpha: float

    @property
    def opinions(self) -> tuple[Opinion, ...]:
        """What may be said of each driver."""
        clear = self.p_adjusted <= self.alpha
        return tuple(
            "open" if not sure else "higher" if gap > 0 else "lower"
            for sure, gap in zip(clear, self.gap[0], strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ManagementResult(Result):
    """Management's guesses beside measurements; `management_gaps` makes one.

    Parameters
    ----------
    performance
        In points of 0–100.
    importance
        In parts of 1; None where importance was not given, or not guessed.
    managers
        How many guessed anything.
    left_out
        Drivers of which fewer than three managers guessed, or that fewer than 10 respondents rated.
    """

    kind: ClassVar[str] = "management"

    performance: Compared
    importance: Compared | None
    managers: int
    left_out: tuple[str, ...]
    sample: Sample
    conf_level: float

    @property
    def n_used(self) -> int:
        """Respondents who rated any driver."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Points, or parts."""
        return MappingProxyType({"estimate": "performance: points of 0–100; importance: parts of 1"})

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return tuple(note for note in self.sample.notes if note.code != "missing_dropped")

    @property
    def details(self) -> Mapping[str, object]:
        """How many managers guessed."""
        return MappingProxyType({"managers": self.managers, "left_out": list(self.left_out)})

    def tidy(self) -> pd.DataFrame:
        """Three rows per driver and subject: the guess, the measurement, and the gap between them.

        ``term`` is ``performance`` or ``importance``, ``method`` is ``guess``, ``measured`` or ``gap``.
        """
        rows = [
            (name, term, method, *values[:, i], part.p_adjusted[i] if method == "gap" else np.nan)
            for term, part in (("performance", self.performance), ("importance", self.importance))
            if part is not None
            for i, name in enumerate(part.drivers)
            for method, values in (("guess", part.guess), ("measured", part.measured), ("gap", part.gap))
        ]
        names = ("driver", "term", "method", "estimate", "std_error", "conf_low", "conf_high", "p_adjusted")
        columns: dict[str, object] = {name: [row[i] for row in rows] for i, name in enumerate(names)}
        return frame({**columns, "conf_level": self.conf_level})

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

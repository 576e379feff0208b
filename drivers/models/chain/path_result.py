"""What a path analysis found: effects of every driver on every outcome, direct and through what lies between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.results import Code, Result, Sample, frame

OutcomeKind = Literal["score", "nps", "event", "item"]

Pattern = Literal["through", "both", "opposed", "direct", "none", "unknown"]
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)
"""Which of the indirect and the direct effect leave out 0: the first alone; both, in one direction or in two; the
second alone; neither; and what has no interval (Zhao, Lynch and Chen 2010)."""

Mediation = Literal["known", "total_open", "opposed", "no_interval"]
MEDIATIONS: tuple[Mediation, ...] = get_args(Mediation)
"""Whether the part that is mediated may be told: the total effect's interval leaves out 0; it holds 0; the direct and
the indirect effect go in two directions, of whose sum neither is a part; and what has no interval."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Effects:
    """One kind of effect of all drivers on an outcome.

    Parameters
    ----------
    effect
        ``direct``, ``indirect`` or ``total``.
    through
        What it goes through, in order; for ``indirect``, empty means all ways together where there are several.
    points
        Estimate, standard error and limits, in outcome points (0–100) per point of the driver, for events
        percentage points; float (4, k), NaN where not known.
    standardised
        The same in standard deviations; float (4, k).
    """

    effect: str
    through: tuple[str, ...]
    points: np.ndarray
    standardised: np.ndarray

    @property
    def clear(self) -> np.ndarray:
        """Whether the interval leaves out 0; bool (k,)."""
        return (self.points[2] > 0) | (self.points[3] < 0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """The regression behind one arrow head: of a mediator, or of the outcome.

    Parameters
    ----------
    target
        What is explained.
    terms
        Controls, drivers, mediators before it.
    slope
        Estimate, standard error and limits; float (4, terms).
    r2
        Part of the target's variance that is explained.
    """

    target: str
    terms: tuple[str, ...]
    slope: np.ndarray
    r2: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutcomePaths:
    """The paths to one outcome, from those who answered everything on the way to it.

    Parameters
    ----------
    outcome
        Name of the outcome, or of an item.
    kind
        ``score``, ``nps``, ``event`` (observed), or ``item``.
    better
        ``higher`` or ``lower``; the latter for events that are a loss.
    effects
        Direct, each way through mediators, all ways together where there are several, total.
    mediated
        Indirect over total effect, with standard error and limits; float (4, k), NaN unless it may be told.
    mediations
        Whether it may be told, driver by driver.
    steps
        The regressions of the mediators and of the outcome.
    intervals
        ``percentile``, ``bca``, ``replicate_weights`` or ``none``.
    """

    outcome: str
    kind: OutcomeKind
    better: Literal["higher", "lower"]
    effects: tuple[Effects, ...]
    mediated: np.ndarray
    mediations: tuple[Mediation, ...]
    steps: tuple[Step, ...]
    intervals: str
    sample: Sample

    def __post_init__(self) -> None:
        ways = [part.points[0] for part in self.effects if part.effect == "indirect" and part.through]
        if not np.allclose(self.direct.points[0] + np.sum(ways, axis=0), self.total.points[0], rtol=1e-9, atol=1e-12):
            raise ValueError("The total effect is the direct one and those through all mediators.")

    @property
    def direct(self) -> Effects:
        """The effect beside all mediators."""
        return self.effects[0]

    @property
    def indirect(self) -> Effects:
        """The effect through mediators, all ways together."""
        return self.effects[-2]

    @property
    def total(self) -> Effects:
        """Both together."""
        return self.effects[-1]

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """Which of the two effects is clear, driver by driver."""
        return tuple(
            _pattern(indirect, direct, self.indirect.points[:, i], self.direct.points[:, i])
            for i, (indirect, direct) in enumerate(zip(self.indirect.clear, self.direct.clear, strict=True))
        )


def _pattern(indirect: bool, direct: bool, through: np.ndarray, beside: np.ndarray) -> Pattern:
    if not np.isfinite([*through[2:], *beside[2:]]).all():
        return "unknown"
    if indirect and direct:
        return "both" if through[0] * beside[0] > 0 else "opposed"
    return "through" if indirect else "direct" if direct else "none"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PathsResult(Result):
    """Direct, indirect and total effects along the service chain; `paths` makes one.

    Parameters
    ----------
    drivers
        Whose effects are asked for, (k,); a segment by its values.
    through
        The mediators, in the order of the chain.
    controls
        What was held constant.
    outcomes
        The paths to each outcome.
    left_out
        Outcomes whose answers do not allow any, and why.
    design
        Whether intervals rest on strata, sampling units or a finite population.
    """

    kind: ClassVar[str] = "paths"

    drivers: tuple[str, ...]
    through: tuple[str, ...]
    controls: tuple[str, ...]
    outcomes: tuple[OutcomePaths, ...]
    left_out: Mapping[str, Code]
    design: bool
    conf_level: float
    n_boot: int
    seed: int

    @property
    def units(self) -> Mapping[str, str]:
        """Effects are points of the outcome per point of the driver, both 0–100."""
        return MappingProxyType(
            {
                "estimate": "outcome points (events: percentage points) per driver point",
                "standardised": "outcome standard deviations per driver standard deviation",
                "mediated": "indirect over total effect",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know: that answers of one day have no order in time, and of whom they are."""
        kinds = {part.kind for part in self.outcomes}
        codes = [Code("one_time")] if kinds != {"event"} else [Code("one_time_before_event")]
        if "event" in kinds and len(kinds) > 1:
            codes.append(Code("event_later"))
        sample = self.outcomes[0].sample
        return (*codes, *(note for note in sample.notes if note.code != "missing_dropped"))

    @property
    def details(self) -> Mapping[str, object]:
        """What lies between, who is left out, and what the run was made with."""
        return MappingProxyType(
            {
                "through": list(self.through),
                "controls": list(self.controls),
                "patterns": {part.outcome: list(part.patterns) for part in self.outcomes},
                "mediations": {part.outcome: list(part.mediations) for part in self.outcomes},
                "left_out": {name: code.code for name, code in self.left_out.items()},
                "n_boot": self.n_boot,
                "seed": self.seed,
            }
        )

    def paths_to(self, outcome: str) -> OutcomePaths:
        """The paths to one outcome."""
        return next(part for part in self.outcomes if part.outcome == outcome)

    def tidy(self) -> pd.DataFrame:
        """One row per outcome, effect and driver; the part mediated stands with the total effect."""
        frames = [
            frame(
                {
                    "outcome": part.outcome,
                    "driver": list(self.drivers),
                    "effect": one.effect,
                    "through": " > ".join(one.through),
                    "estimate": one.points[0],
                    "std_error": one.points[1],
                    "conf_low": one.points[2],
                    "conf_high": one.points[3],
                    "standardised": one.standardised[0],
                    "standardised_low": one.standardised[2],
                    "standardised_high": one.standardised[3],
                    "mediated": part.mediated[0] if one is part.total else np.nan,
                    "mediated_low": part.mediated[2] if one is part.total else np.nan,
                    "mediated_high": part.mediated[3] if one is part.total else np.nan,
                    "conclusion": list(part.patterns),
                    "intervals": part.intervals,
                    "n": part.sample.n,
                    "conf_level": self.conf_level,
                }
            )
            for part in self.outcomes
            for one in part.effects
        ]
        return pd.concat(frames, ignore_index=True)

    def steps(self) -> pd.DataFrame:
        """One row per arrow: the slopes of each regression behind the paths to each outcome."""
        frames = [
            frame(
                {
                    "outcome": part.outcome,
                    "term": list(step.terms),
                    "to": step.target,
                    "estimate": step.slope[0],
                    "std_error": step.slope[1],
                    "conf_low": step.slope[2],
                    "conf_high": step.slope[3],
                    "r2": step.r2,
                    "conf_level": self.conf_level,
                }
            )
            for part in self.outcomes
            for step in part.steps
        ]
        return pd.concat(frames, ignore_index=True)

    def glance(self) -> pd.DataFrame:
        """One row per outcome: its sample and what is explained of it."""
        return frame(
            {
                "outcome": [part.outcome for part in self.outcomes],
                "method": ["linear_probability" if part.kind == "event" else "linear" for part in self.outcomes],
                "n_asked": [part.sample.n_asked for part in self.outcomes],
                "n": [part.sample.n for part in self.outcomes],
                "n_effective": [part.sample.n_effective for part in self.outcomes],
                "r2": [part.steps[-1].r2 for part in self.outcomes],
                "conf_level": self.conf_level,
            }
        )

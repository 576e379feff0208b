"""A scorecard: how each indicator stands against target and benchmark, and how it went."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal

import pandas as pd

from drivers.indicators.card.measures_taken import Better, Unit
from drivers.indicators.card.standing import Comparison, Distance, Standing, against_target, side, to_target
from drivers.indicators.estimates import Level
from drivers.indicators.time.control_limits import ControlLimits
from drivers.indicators.time.trend_test import Conclusion, TrendTest
from drivers.results import Code, Result, frame

IntervalMethod = Literal["t", "wilson", "woodruff", "exact_counts", "exact_parts", "over_units"]
"""How a value's interval was made: exact ones are of what a single unit counted."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Card:
    """One indicator.

    Parameters
    ----------
    key, about, name
        Its own name on the card, and whose label it has: an ``indicator``, an ``outcome`` or a ``driver``.
    statistic, unit, times, better
        As the codebook says; see `Measure`.
    level
        The value of the wave reported on, as shown.
    intervals
        How its interval was made.
    change, wave, wave_before
        Difference from the wave before that has a value; None and "" where there is none.
    target
        No number, one, or the ends of a range.
    limits, outside
        Usual range over the waves, and whether the wave reported on lies outside it; None, False with too few waves.
    trend, direction
        The trend over the waves; what may be said of it beside those of all other cards.
    """

    key: str
    about: Literal["indicator", "outcome", "driver"]
    name: str
    statistic: str
    unit: Unit
    times: float
    better: Better
    level: Level
    intervals: IntervalMethod
    change: Level | None
    wave: str
    wave_before: str
    target: tuple[float, ...]
    benchmark: float | None
    limits: ControlLimits | None
    outside: bool
    trend: TrendTest | None
    direction: Conclusion | None

    @property
    def standing(self) -> Standing:
        """Whether the target is met, missed, or not decided by the interval."""
        return against_target(self.level, self.target, self.better)

    @property
    def to_target(self) -> Distance | None:
        """The value less its target, 0 within a range."""
        return to_target(self.level, self.target)

    @property
    def to_benchmark(self) -> Distance | None:
        """The value less its benchmark."""
        return None if self.benchmark is None else to_target(self.level, (self.benchmark,))

    @property
    def against_benchmark(self) -> Comparison:
        """Whether the value is better or worse than its benchmark."""
        return side(self.to_benchmark, self.better)

    @property
    def moved(self) -> Comparison:
        """Whether the value is better or worse than in the wave before."""
        return side(self.change, self.better)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScorecardResult(Result):
    """The indicators with target, benchmark and trend; `scorecard` makes one.

    Parameters
    ----------
    cards
        In the codebook's order.
    left_out
        Indicators without a card, and why.
    of
        ``indicators`` of the codebook, or ``outcomes`` where it names none.
    wave
        The wave reported on; "" where the survey has none.
    n_asked
        Respondents in the selection, of the wave reported on.
    """

    kind: ClassVar[str] = "scorecard"

    cards: tuple[Card, ...]
    left_out: Mapping[str, Code]
    of: Literal["indicators", "outcomes"]
    wave: str
    unit: str
    n_asked: int
    period: tuple[datetime.date | int, datetime.date | int] | None
    sampling: str
    weighted: bool
    conf_level: float

    def __post_init__(self) -> None:
        if len({card.key for card in self.cards}) < len(self.cards):
            raise ValueError("A scorecard has one card for each indicator.")

    @property
    def units(self) -> Mapping[str, str]:
        """What each indicator is measured in."""
        words = {
            "points": "points of 0–100",
            "nps": "points of −100 to 100",
            "percent": "share 0–1",
            "number": "as measured",
        }
        return MappingProxyType({card.key: words.get(card.unit, f"for {card.times:g}") for card in self.cards})

    @property
    def notes(self) -> tuple[Code, ...]:
        """How respondents came into the survey."""
        codes = {"opt_in": (Code("opt_in_sample"),), "census": (Code("census"),)}
        return codes.get(self.sampling, ())

    @property
    def details(self) -> Mapping[str, object]:
        """Targets, benchmarks, and what is not on the card."""
        return MappingProxyType(
            {
                "wave": self.wave,
                "unit": self.unit,
                "targets": {card.key: list(card.target) for card in self.cards if card.target},
                "benchmarks": {card.key: card.benchmark for card in self.cards if card.benchmark is not None},
                "left_out": {key: reason.code for key, reason in self.left_out.items()},
            }
        )

    def card(self, key: str) -> Card | None:
        """The card of an indicator, or None where there is none."""
        return next((card for card in self.cards if card.key == key), None)

    def standing(self, standing: Standing) -> tuple[Card, ...]:
        """The cards that stand so against their target."""
        return tuple(card for card in self.cards if card.standing == standing)

    def tidy(self) -> pd.DataFrame:
        """One row per indicator and ``term``: value, target, benchmark, change, trend."""
        rows: list[dict[str, object]] = []
        for card in self.cards:
            told = {"indicator": card.key, "wave": card.wave or None}
            rows.append(told | {"term": "value", "method": card.intervals} | _numbers(card.level))
            if card.to_target is not None:
                rows.append(told | {"term": "target", "conclusion": card.standing} | _numbers(card.to_target))
            if card.to_benchmark is not None:
                compared = {"term": "benchmark", "conclusion": card.against_benchmark}
                rows.append(told | compared | _numbers(card.to_benchmark))
            if card.change is not None:
                moved = {"term": "change", "conclusion": card.moved, "wave_from": card.wave_before}
                rows.append(told | moved | _numbers(card.change))
            if card.trend is not None:
                trend = {"term": "trend", "conclusion": card.direction, "estimate": card.trend.slope}
                rows.append(told | trend | _numbers(card.trend))
        columns = (
            "indicator", "term", "method", "estimate", "std_error", "conf_low", "conf_high", "p_value", "n",
            "n_effective", "wave", "wave_from", "conclusion",
        )  # fmt: skip
        return frame({name: [row.get(name) for row in rows] for name in columns})

    def glance(self) -> pd.DataFrame:
        """One row: the sample."""
        return frame({"n_asked": [self.n_asked], "conf_level": self.conf_level})


def _numbers(value: Level | Distance | TrendTest) -> dict[str, object]:
    names = ("estimate", "std_error", "conf_low", "conf_high", "p_value", "n", "n_effective")
    return {name: getattr(value, name) for name in names if hasattr(value, name)}

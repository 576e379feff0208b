"""How outcomes and drivers stand beside their own past, other units, figures from outside, and rivals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import pandas as pd

from drivers.models.expectations.ratios import Estimate
from drivers.results import Code, Result, Sample, frame

Conclusion = Literal["above", "below", "open"]
CONCLUSIONS: tuple[Conclusion, ...] = get_args(Conclusion)
"""Whether we are clearly above what we are set beside, clearly below, or neither can be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Our value less another, its interval, and what it says.

    Parameters
    ----------
    estimate, std_error, conf_low, conf_high, p_value
        The interval is that of this difference alone.
    p_adjusted
        Of a driver: corrected by Holm over all drivers in the same comparison; of an outcome the same as ``p_value``;
        NaN where the conclusion rests on the interval.
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    p_value: float
    p_adjusted: float
    conclusion: Conclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A value of earlier waves, and ours less it; ``wave`` is "" where it is of several."""

    wave: str
    value: float
    n_waves: int
    difference: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRange:
    """The means of the other units, or of all where none is selected, drawn together as far as chance spreads them.

    All are of the selection: of all waves together unless one is selected.

    Parameters
    ----------
    n_units
        Units with at least ten answers.
    low, quarter, median, three_quarters, high
        Of their adjusted means.
    spread
        Standard deviation of the true means; 0 where they differ no more than by chance.
    mean
        The plain mean of the units' means.
    ours
        Of the selected unit, or of all respondents.
    own
        The selected unit's mean less that; None where no unit is selected.
    """

    n_units: int
    low: float
    quarter: float
    median: float
    three_quarters: float
    high: float
    spread: float
    mean: float
    ours: Estimate
    own: Difference | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A published figure, which has no error that we know of, and ours less it."""

    value: float
    year: int | None
    difference: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class RivalRating:
    """What those who rated both say of us and of a rival.

    Parameters
    ----------
    n
        Pairs.
    ours, theirs
        Means of the same people.
    difference
        Ours less theirs.
    ratio
        Ours over theirs with its limits; None of an NPS.
    higher, same, lower
        Parts of people who rate us higher, alike, or lower.
    """

    n: int
    ours: Estimate
    theirs: Estimate
    difference: Difference
    ratio: tuple[float, float, float] | None
    higher: Estimate
    same: Estimate
    lower: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A driver or an outcome beside everything that it can be set beside."""

    name: str
    about: Literal["outcome", "driver"]
    statistic: Literal["mean", "nps"]
    level: Estimate
    previous: Past | None
    earlier: Past | None
    best: Past | None
    units: UnitRange | None
    outside: Outside | None
    rivals: Mapping[str, RivalRating]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BenchmarkResult(Result):
    """Outcomes and drivers beside their past, other units, outside figures and rivals; `benchmark` makes one.

    Parameters
    ----------
    measures
        Outcomes, then drivers, in the codebook's order.
    rivals
        Keys of the rivals with at least one measure.
    wave, unit
        Reported on.
    sample
        Of the main outcome in the wave reported on.
    waves_together
        Waves over which units and rivals are compared; 1 where one is selected or there are none.
    """

    kind: ClassVar[str] = "benchmark"

    measures: tuple[Measure, ...]
    rivals: tuple[str, ...]
    wave: str
    unit: str
    sample: Sample
    waves_together: int
    conf_level: float

    def measure(self, name: str) -> Measure | None:
        """The measure of a driver or outcome, or None where it was left out."""
        return next((one for one in self.measures if one.name == name), None)

    @property
    def units(self) -> Mapping[str, str]:
        """Means in points of 0–100, NPS in points of −100 to 100, parts of people 0–1, ratios as they are."""
        return MappingProxyType(
            {"estimate": "points; of the terms higher, same, lower a share 0–1; of the term ratio a ratio"}
        )

    @property
    def n_used(self) -> int:
        """Respondents with the main outcome."""
        return self.sample.n

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def details(self) -> Mapping[str, object]:
        """The wave and the unit reported on, and the rivals."""
        return MappingProxyType({"wave": self.wave, "unit": self.unit, "rivals": list(self.rivals)})

    def tidy(self) -> pd.DataFrame:
        """One row per measure and ``term``: level, then what it is set beside with its value and our difference."""
        rows = [row for one in self.measures for row in _rows(one)]
        what = ("outcome", "driver", "term", "versus", "wave", "estimate", "std_error", "p_value", "p_adjusted")
        names = (*what, "conf_low", "conf_high", "conclusion", "n")
        columns = {name: [row.get(name) for row in rows] for name in names}
        return frame({**columns, "conf_level": self.conf_level})

    def glance(self) -> pd.DataFrame:
        """One row: the sample of the main outcome."""
        return frame(
            {
                "outcome": [self.measures[0].name],
                "wave": self.wave,
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "conf_level": self.conf_level,
            }
        )


def _rows(one: Measure) -> Iterator[dict[str, object]]:
    who: dict[str, object] = {one.about: one.name}
    yield {**who, "term": "level", **_estimate(one.level)}
    for term, past in (("previous", one.previous), ("earlier_mean", one.earlier), ("earlier_best", one.best)):
        if past is not None:
            wave: dict[str, object] = {"wave": past.wave} if past.wave else {}
            yield {**who, "term": term, **wave, "estimate": past.value}
            yield {**who, "term": f"against_{term}", **wave, **_difference(past.difference)}
    if one.units is not None:
        for name in ("low", "quarter", "median", "three_quarters", "high", "spread", "mean"):
            yield {**who, "term": f"units_{name}", "estimate": getattr(one.units, name), "n": one.units.n_units}
        yield {**who, "term": "units_ours", **_estimate(one.units.ours)}
        if one.units.own is not None:
            yield {**who, "term": "against_units", **_difference(one.units.own)}
    if one.outside is not None:
        yield {**who, "term": "outside", "estimate": one.outside.value}
        yield {**who, "term": "against_outside", **_difference(one.outside.difference)}
    for rival, rating in one.rivals.items():
        versus = {**who, "versus": rival}
        for name in ("ours", "theirs", "higher", "same", "lower"):
            yield {**versus, "term": name, **_estimate(getattr(rating, name))}
        yield {**versus, "term": "against_rival", **_difference(rating.difference), "n": rating.n}
        if rating.ratio is not None:
            estimate, low, high = rating.ratio
            yield {**versus, "term": "ratio", "estimate": estimate, "conf_low": low, "conf_high": high, "n": rating.n}


def _estimate(told: Estimate) -> dict[str, object]:
    return {name: getattr(told, name) for name in ("estimate", "std_error", "conf_low", "conf_high", "n")}


def _difference(told: Difference) -> dict[str, object]:
    names = ("estimate", "std_error", "p_value", "p_adjusted", "conf_low", "conf_high", "conclusion")
    return {name: getattr(told, name) for name in names}

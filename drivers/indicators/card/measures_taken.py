"""What a scorecard measures: the indicators of a codebook, or its outcomes and the targets of its drivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from drivers.indicators.card.record_rates import Counted
from drivers.results import Code, read_only
from drivers.survey.codebook.indicators import Indicator
from drivers.survey.data import Survey
from drivers.survey.outcome_statistics import Statistic, row_values, statistics_of
from drivers.survey.records import Records

Better = Literal["higher", "lower", "range"]
Family = Literal["mean", "share", "nps", "median", "binomial", "poisson"]
"""What the number is by its chance: the last two are parts and counts of records."""

Unit = Literal["points", "nps", "percent", "per", "number"]
"""Points of 100, points of −100 to 100, a share of 0 to 1, a count for each so many, a number as it was measured."""

_OF_STATISTIC: dict[str, tuple[Family, Unit]] = {
    "mean": ("mean", "points"),
    "top2box": ("share", "percent"),
    "share": ("share", "percent"),
    "nps": ("nps", "nps"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measure:
    """One indicator and where its numbers come from.

    Parameters
    ----------
    key
        Its own name on the card.
    about, name
        Whose label it has: an ``indicator``, an ``outcome`` or a ``driver``.
    times
        A rate is told for so many.
    target
        No number, one, or the ends of a range.
    values
        What each respondent adds; float (n,), NaN where missing; None for records.
    records, count, per
        The records, None where they are not at hand, and their columns.
    """

    key: str
    about: Literal["indicator", "outcome", "driver"]
    name: str
    statistic: str
    family: Family
    unit: Unit
    times: float
    better: Better
    target: tuple[float, ...]
    benchmark: float | None
    values: np.ndarray | None
    records: Records | None = None
    count: str = ""
    per: str = ""

    def counted(self, survey: Survey, wave: int | None) -> Counted:
        """What the units of the selection counted in a wave, without empty cells and closed units."""
        assert self.records is not None
        rows = self.records.of_unit(survey.unit)
        if wave is not None and self.records.wave_index is not None:
            rows = rows & (self.records.wave_index == wave)
        count = self.records.numbers[self.count].to_numpy()
        exposure = self.records.numbers[self.per].to_numpy()
        # A unit that was closed is no further unit by which rates differ.
        rows = rows & ~np.isnan(count) & ~np.isnan(exposure) & ((exposure > 0) | (count > 0))
        unit = np.full(len(count), "") if self.records.unit is None else self.records.unit
        return Counted(unit=unit[rows], count=count[rows], exposure=exposure[rows], part=self.family == "binomial")

    def unknown(self, survey: Survey) -> Code | None:
        """Why the indicator cannot be told of the selection at all; None where it can."""
        if self.values is not None:
            return None
        if self.records is None:
            return Code("no_records")
        # Records know units and waves, and nothing of who answered.
        if survey.only or (survey.unit and self.records.unit is None):
            return Code("records_of_all")
        return None


def measures_of(survey: Survey) -> tuple[Measure, ...]:
    """The indicators of the codebook; where it names none, its outcomes and its drivers that have a target."""
    book = survey.codebook
    if book.indicators:
        return tuple(_of_indicator(survey, key, indicator) for key, indicator in book.indicators.items())
    measures = []
    for outcome, spec in book.outcomes.items():
        for position, statistic in enumerate(statistics_of(survey, outcome)):
            target = spec.target if statistic in ("mean", "share") else None
            if target is not None and statistic == "share":
                target = target / 100
            key = f"{outcome}.{statistic}" if position else outcome
            measures.append(_of_outcome(survey, key, outcome, statistic, spec.better, target))
    for driver, aspect in book.drivers.items():
        if aspect.target is not None:
            measures.append(
                Measure(
                    key=driver,
                    about="driver",
                    name=driver,
                    statistic="mean",
                    family="mean",
                    unit="points",
                    times=1.0,
                    better="higher",
                    target=(float(aspect.target),),
                    benchmark=None,
                    values=read_only(survey.scores[driver].to_numpy()),
                )
            )
    return tuple(measures)


def _of_outcome(
    survey: Survey, key: str, outcome: str, statistic: Statistic, better: Better, target: float | None
) -> Measure:
    family, unit = _OF_STATISTIC[statistic]
    return Measure(
        key=key,
        about="outcome",
        name=outcome,
        statistic=statistic,
        family=family,
        unit=unit,
        times=1.0,
        better=better,
        target=() if target is None else (float(target),),
        benchmark=None,
        values=read_only(row_values(survey, outcome, statistic)),
    )


def _of_indicator(survey: Survey, key: str, indicator: Indicator) -> Measure:
    values, records, name, about = None, None, key, "indicator"
    family: Family
    unit: Unit
    if indicator.records is not None:
        records = survey.records.get(indicator.records)
        family, unit = ("binomial", "percent") if indicator.statistic == "share" else ("poisson", "per")
    elif indicator.outcome is not None:
        statistic: Statistic = indicator.statistic  # type: ignore[assignment]  # the codebook allows no other
        family, unit = _OF_STATISTIC[statistic]
        values = read_only(row_values(survey, indicator.outcome, statistic))
    else:
        family = {"mean": "mean", "median": "median", "share": "share"}[indicator.statistic]  # type: ignore[assignment]
        unit = "percent" if family == "share" else "number"
        values = read_only(survey.measures[key].to_numpy())
    target = indicator.target if isinstance(indicator.target, list) else [indicator.target]
    return Measure(
        key=key,
        about=about,  # type: ignore[arg-type]
        name=name,
        statistic=indicator.statistic,
        family=family,
        unit=unit,
        times=float(indicator.times),
        better=indicator.better,
        target=tuple(float(end) for end in target if end is not None),
        benchmark=None if indicator.benchmark is None else float(indicator.benchmark),
        values=values,
        records=records,
        count=indicator.count or "",
        per=indicator.per or "",
    )

"""Units' mean stated loyalty beside the rates that they recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from drivers.errors import ModelError
from drivers.indicators.estimates import mean_level
from drivers.models.loyalty.across_units import FEWEST_UNITS, Correlation, correlation_of_units
from drivers.models.units import known_name
from drivers.results import Code, read_only
from drivers.survey.codebook.indicators import Indicator
from drivers.survey.data import Survey
from drivers.survey.disclosure import may_be_shown

OF_LOYALTY = ("churn", "retention", "referrals")
"""Indicators that are what loyalty should show in; others are compared where they are named."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitLink:
    """A recorded rate beside mean stated loyalty, over units.

    Parameters
    ----------
    names
        Units that are compared, (U,).
    stated, observed
        Mean stated loyalty (0–100) and the rate in the indicator's own unit; float (U,).
    left_out
        How many units have too few answers to be shown, or no records.
    """

    indicator: str
    better: str
    names: tuple[str, ...]
    stated: np.ndarray
    observed: np.ndarray
    left_out: int
    correlation: Correlation

    @property
    def conclusion(self) -> Literal["kept", "contradicted", "open"]:
        """Whether units with more loyal answers have more of what is wanted; open where most of it is chance."""
        if self.mostly_chance:
            return "open"
        sign = 1.0 if self.better == "higher" else -1.0
        low, high = sorted((sign * self.correlation.conf_low, sign * self.correlation.conf_high))
        return "kept" if low > 0 else "contradicted" if high < 0 else "open"

    @property
    def mostly_chance(self) -> bool:
        """Whether units differ in one of both by little more than chance."""
        return not np.isfinite(self.correlation.corrected)


def unit_links(
    survey: Survey, outcome: str, indicators: Sequence[str] | None, conf_level: float
) -> tuple[tuple[UnitLink, ...], Mapping[str, Code]]:
    """Recorded rates that can be set beside stated loyalty, and why others, or all, cannot.

    Notes
    -----
    Waves: those of the selection. A unit's rate is all that was counted over all that could be; its chance variance
    that of a share or, for rates of events that may repeat, of a count (Poisson).
    """
    book = survey.codebook
    if indicators is None:
        names = tuple(key for key, one in book.indicators.items() if one.records is not None and key in OF_LOYALTY)
    else:
        names = tuple(indicators)
        for name in names:
            if book.indicators[known_name("indicator", name, book.indicators)].records is None:
                raise ModelError(f"Expected an indicator from records, found {name!r}; name another in indicators=.")
    usable = [name for name in names if _of_units(survey, name)]
    if book.unit is None or not usable:
        return (), {"units": Code("no_unit_records")}
    if survey.unit:
        return (), {"units": Code("one_unit_alone")}
    if survey.only:
        # Records know units and waves, and nothing of who answered.
        return (), {"units": Code("records_of_all")}
    means = _means(survey, outcome, conf_level)
    found, without = [], {}
    for name in usable:
        one = _link(survey, name, book.indicators[name], means, conf_level)
        if one is None:
            without[name] = Code("few_places", {"needed": FEWEST_UNITS})
        else:
            found.append(one)
    return tuple(found), without


def _of_units(survey: Survey, indicator: str) -> bool:
    """Whether the records of an indicator are at hand and tell units apart."""
    records = survey.records.get(survey.codebook.indicators[indicator].records or "")
    return records is not None and records.unit is not None


def _means(survey: Survey, outcome: str, conf_level: float) -> dict[str, tuple[float, float, int]]:
    """Mean stated loyalty, its variance and the answers of each unit that may be shown."""
    assert survey.codebook.unit is not None  # asked before
    cells = survey.raw[survey.codebook.unit.column].to_numpy()
    score = survey.scores[outcome].to_numpy()
    rows = survey.domain & (survey.weights > 0) & ~np.isnan(score)
    names, places, n = np.unique(cells[rows].astype(str), return_inverse=True, return_counts=True)
    means = {}
    told = np.array([(str(name), survey.wave) not in survey.untold for name in names], dtype=bool)
    for place in np.flatnonzero(may_be_shown(n, fewest=survey.fewest, told=told)):
        inside = rows.copy()
        inside[rows] = places == place
        level = mean_level(survey, score, inside, conf_level)
        means[str(names[place])] = level.estimate, level.std_error**2, level.n
    return means


def _link(
    survey: Survey, name: str, indicator: Indicator, means: Mapping[str, tuple[float, float, int]], conf_level: float
) -> UnitLink | None:
    """One rate beside stated loyalty; None with fewer than eight units."""
    assert indicator.records is not None and indicator.count is not None and indicator.per is not None
    records = survey.records[indicator.records]
    assert records.unit is not None  # asked before
    count, per = (records.numbers[column].to_numpy() for column in (indicator.count, indicator.per))
    kept = ~np.isnan(count) & ~np.isnan(per)
    if survey.wave and records.wave_index is not None:
        kept &= records.wave_index == survey.waves.index(survey.wave)
    rates = {}
    for unit in sorted(set(records.unit[kept])):
        inside = kept & (records.unit == unit)
        total, could = float(count[inside].sum()), float(per[inside].sum())
        if could > 0:
            rate = total / could
            rates[str(unit)] = rate, rate * ((1 - rate) if indicator.statistic == "share" else 1.0) / could
    units = [unit for unit in means if unit in rates]
    if len(units) < FEWEST_UNITS:
        return None
    stated, stated_variance, answers = np.array([means[unit] for unit in units]).T
    observed, observed_variance = np.array([rates[unit] for unit in units]).T
    return UnitLink(
        indicator=name,
        better=indicator.better,
        names=tuple(units),
        stated=read_only(stated),
        observed=read_only(observed * float(indicator.times)),
        left_out=len(set(means) | set(rates)) - len(units),
        correlation=correlation_of_units(
            stated, stated_variance, observed, observed_variance, answers, conf_level=conf_level
        ),
    )

"""An indicator's value and how it went, wave by wave."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from drivers.indicators.card.measures_taken import Better, Family, Measure
from drivers.indicators.card.medians import median_change, median_covariance, median_level
from drivers.indicators.card.record_rates import rate_change, rate_level
from drivers.indicators.estimates import Level, difference_level, mean_level, share_difference, share_level
from drivers.indicators.scores import RANGES, within
from drivers.linearization import mean_covariance
from drivers.results import FEWEST_SHOWN, read_only
from drivers.survey.data import Survey
from drivers.survey.outcome_statistics import in_wave, waves_compared


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """An indicator in each wave up to the one reported on; `indicator_history` makes one.

    Parameters
    ----------
    waves, position
        Keys of the waves with a value, in their order in time, and their places among all waves; int (w,).
    estimate, std_error, conf_low, conf_high
        As shown: shares 0–1, rates for as many as the indicator tells them; float (w,).
    covariance
        Of the estimates, which share sampling units; float (w, w).
    count, exposure
        Of records, what was counted and what could have been; NaN for answers; float (w,).
    n, n_effective
        Answers, or exposed; their number over the design effect; (w,).
    bounds
        What the estimate can be at all, as shown.
    """

    waves: tuple[str, ...]
    position: np.ndarray
    estimate: np.ndarray
    std_error: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    covariance: np.ndarray
    count: np.ndarray
    exposure: np.ndarray
    n: np.ndarray
    n_effective: np.ndarray
    times: float
    family: Family
    better: Better
    bounds: tuple[float, float]


def level_of(survey: Survey, measure: Measure, wave: int | None, conf_level: float) -> Level:
    """The indicator in a wave of the selection, or in all of it; as shown.

    Notes
    -----
    Means and Net Promoter Scores with t intervals, shares with Wilson's at the effective size, medians with
    Woodruff's, rates of records as in `rate_level`.
    """
    if measure.values is None:
        return _times(measure.times, rate_level(measure.counted(survey, wave), conf_level))
    rows = survey.domain if wave is None else in_wave(survey, wave)
    estimates = {"share": share_level, "median": median_level}
    level = estimates.get(measure.family, mean_level)(survey, measure.values, rows, conf_level)
    ends = RANGES["mean" if measure.unit == "points" else "nps"] if measure.unit in ("points", "nps") else None
    return within(ends, level) if ends is not None and level.n >= FEWEST_SHOWN else level


def change_of(survey: Survey, measure: Measure, now: int, before: int, conf_level: float) -> Level:
    """The difference of an indicator between two waves of the selection; as shown."""
    if measure.values is None:
        counts = measure.counted(survey, now), measure.counted(survey, before)
        return _times(measure.times, rate_change(*counts, conf_level))
    differences = {"median": median_change, "share": share_difference}
    difference = differences.get(measure.family, difference_level)
    return difference(survey, measure.values, in_wave(survey, now), in_wave(survey, before), conf_level)


def indicator_history(survey: Survey, measure: Measure, conf_level: float = 0.95) -> History:
    """The indicator in each wave up to the one reported on that has enough behind it.

    Notes
    -----
    Waves with fewer than 10 answers, or exposed, are none of it, nor those that may not be told of.
    """
    now, _ = waves_compared(survey)
    if now is None or measure.unknown(survey) is not None:
        told: list[int] = []
    elif measure.records is not None:
        found = measure.records.wave_index
        told = [] if found is None else [int(wave) for wave in np.unique(found) if 0 <= wave <= now]
    else:
        assert survey.wave_index is not None  # waves_compared said so
        told = [wave for wave in range(now + 1) if in_wave(survey, wave).any()]
    levels = {wave: level_of(survey, measure, wave, conf_level) for wave in told}
    levels = {wave: level for wave, level in levels.items() if level.n >= FEWEST_SHOWN}
    counted = [measure.counted(survey, wave) for wave in levels] if measure.records is not None else []
    nothing = np.full(len(levels), np.nan)
    return History(
        waves=tuple(survey.waves[wave] for wave in levels),
        position=read_only(list(levels), np.int64),
        estimate=read_only([level.estimate for level in levels.values()]),
        std_error=read_only([level.std_error for level in levels.values()]),
        conf_low=read_only([level.conf_low for level in levels.values()]),
        conf_high=read_only([level.conf_high for level in levels.values()]),
        covariance=read_only(_covariance(survey, measure, list(levels), [part.std_error for part in levels.values()])),
        count=read_only([float(part.count.sum()) for part in counted] if counted else nothing),
        exposure=read_only([float(part.exposure.sum()) for part in counted] if counted else nothing),
        n=read_only([level.n for level in levels.values()], np.int64),
        n_effective=read_only([level.n_effective for level in levels.values()]),
        times=measure.times,
        family=measure.family,
        better=measure.better,
        bounds=_bounds(measure),
    )


def _covariance(survey: Survey, measure: Measure, waves: list[int], errors: list[float]) -> np.ndarray:
    """The covariance of the waves' estimates; records of different waves are of different events."""
    if measure.values is None or not waves:
        return np.diag(np.array(errors, dtype=float) ** 2)
    known = ~np.isnan(measure.values) & (survey.weights > 0)
    domains = [in_wave(survey, wave) & known for wave in waves]
    spread = median_covariance if measure.family == "median" else mean_covariance
    return spread(survey, measure.values, *domains).covariance


def _bounds(measure: Measure) -> tuple[float, float]:
    """What the indicator can be at all; of a column, whose ends nobody knows, only whether it can be below 0."""
    if measure.unit in ("points", "nps"):
        return RANGES["mean" if measure.unit == "points" else "nps"]
    if measure.unit == "percent":
        return 0.0, 1.0
    negative = measure.values is not None and bool((measure.values < 0).any())
    return -np.inf if negative else 0.0, np.inf


def _times(times: float, level: Level) -> Level:
    """A rate told for so many."""
    return replace(
        level,
        estimate=times * level.estimate,
        std_error=times * level.std_error,
        conf_low=times * level.conf_low,
        conf_high=times * level.conf_high,
    )

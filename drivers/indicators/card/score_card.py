"""The scorecard: indicators with their objective, source, target, benchmark and trend."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from drivers.errors import ModelError
from drivers.indicators.card.indicator_history import History, change_of, indicator_history, level_of
from drivers.indicators.card.measures_taken import Measure, measures_of
from drivers.indicators.card.scorecard_result import Card, IntervalMethod, ScorecardResult
from drivers.indicators.estimates import Level
from drivers.indicators.time.control_limits import control_limits
from drivers.indicators.time.trend_test import Conclusion, TrendTest, together, trend_of
from drivers.models.predictors import check_conf_level
from drivers.results import FEWEST_SHOWN, Code
from drivers.survey.data import Survey, check_survey
from drivers.survey.outcome_statistics import in_wave, waves_compared


def scorecard(survey: Survey, *, conf_level: float = 0.95) -> ScorecardResult:
    """How each indicator stands against target and benchmark, and how it went.

    Parameters
    ----------
    survey
        Answers with weights and design, and records where the codebook names some.
    conf_level
        Level of the intervals, between 0 and 1.

    Returns
    -------
    ScorecardResult
        `tidy()` has one row per indicator and term: ``value``, ``target`` (value less target), ``benchmark``,
        ``change``, ``trend``; with estimate, conf_low, conf_high and, where something is concluded, conclusion.

    Raises
    ------
    ModelError
        Where no indicator has 10 answers.

    Notes
    -----
    The value is that of the wave reported on: the selected one, else the last; of a survey without waves, that of all
    answers. Where the codebook names no indicators, outcomes and drivers' targets are the card.

    A target is met, or missed, where the whole interval says so. It is a decision, and has no error of its own; nor
    has a benchmark, of which nothing more is known. Trends are corrected for their number by Holm.

    Intervals: means and Net Promoter Scores t; shares Wilson's at the effective size; medians Woodruff's; of records
    as in `drivers.indicators.card.record_rates`, where what varies is what the units counted.
    Weights: in all that comes from answers; records are counts of everybody.
    Missing answers: each indicator uses all it has. With fewer than 10 of them, in the wave reported on, an indicator
    has no card, and is named.

    Examples
    --------
    >>> import drivers as kda
    >>> card = kda.scorecard(kda.example_survey("service_center")).card("waiting")
    >>> card.level.estimate, card.standing
    (24.0, 'missed')
    """
    check_survey(survey)
    check_conf_level(conf_level)
    now, _ = waves_compared(survey)
    left_out: dict[str, Code] = {}
    told: list[tuple[Measure, Level, History]] = []
    measures = measures_of(survey)
    for measure in measures:
        reason = measure.unknown(survey)
        if reason is None:
            level = level_of(survey, measure, now, conf_level)
            if level.n >= FEWEST_SHOWN:
                told.append((measure, level, indicator_history(survey, measure, conf_level)))
                continue
            # What nobody counted is another thing than what too few answered.
            reason = Code("suppressed" if measure.values is not None or level.n else "no_records", _needed(measure))
        left_out[measure.key] = reason
    if not told:
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} answers to an indicator, found fewer for each of {len(measures)}; widen "
            "the selection.",
            code="suppressed",
            values={"needed": FEWEST_SHOWN},
        )
    trends = [trend_of(history, conf_level=conf_level) for _, _, history in told]
    cards = tuple(
        _card(survey, measure, level, history, trend, direction, conf_level)
        for (measure, level, history), trend, direction in zip(told, trends, together(trends), strict=True)
    )
    rows = survey.domain if now is None else in_wave(survey, now)
    return ScorecardResult(
        cards=cards,
        left_out=MappingProxyType(left_out),
        of="indicators" if survey.codebook.indicators else "outcomes",
        wave="" if now is None else survey.waves[now],
        unit=survey.unit,
        n_asked=int(rows.sum()),
        period=survey.period,
        sampling=survey.codebook.design.sample,
        weighted=survey.weighted_in(rows),
        conf_level=conf_level,
    )


def _needed(measure: Measure) -> dict[str, float | int | str]:
    return {"needed": FEWEST_SHOWN} if measure.values is not None else {}


def _card(
    survey: Survey,
    measure: Measure,
    level: Level,
    history: History,
    trend: TrendTest | None,
    direction: Conclusion | None,
    conf_level: float,
) -> Card:
    limits = control_limits(history)
    change = None
    if len(history.waves) > 1:
        now, before = (int(history.position[place]) for place in (-1, -2))
        change = change_of(survey, measure, now, before, conf_level)
    return Card(
        key=measure.key,
        about=measure.about,
        name=measure.name,
        statistic=measure.statistic,
        unit=measure.unit,
        times=measure.times,
        better=measure.better,
        level=level,
        intervals=_intervals(survey, measure, history),
        change=change,
        wave=history.waves[-1] if history.waves else "",
        wave_before=history.waves[-2] if change is not None else "",
        target=measure.target,
        benchmark=measure.benchmark,
        limits=limits,
        outside=limits is not None and bool(limits.outside[-1]),
        trend=trend,
        direction=direction,
    )


def _intervals(survey: Survey, measure: Measure, history: History) -> IntervalMethod:
    """How the value's interval was made."""
    if measure.values is None:
        wave = int(history.position[-1]) if history.waves else None
        if len(np.unique(measure.counted(survey, wave).unit)) > 1:
            return "over_units"
        return "exact_parts" if measure.family == "binomial" else "exact_counts"
    other: dict[str, IntervalMethod] = {"share": "wilson", "median": "woodruff"}
    return other.get(measure.family, "t")

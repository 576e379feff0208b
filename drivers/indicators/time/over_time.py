"""Indicators over the waves: which of their ups and downs are usual, which are not, and where they are heading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from drivers.errors import ModelError, remedy
from drivers.indicators.card.indicator_history import History, indicator_history
from drivers.indicators.card.measures_taken import Measure, measures_of
from drivers.indicators.time.chart_result import ControlChart, ControlCharts
from drivers.indicators.time.control_limits import (
    FEWEST_EVENTS,
    FEWEST_WAVES,
    ControlLimits,
    control_limits,
    few_events,
)
from drivers.indicators.time.trend_test import Conclusion, TrendTest, together, trend_of
from drivers.models.predictors import check_conf_level
from drivers.models.units import known_name
from drivers.results import Code
from drivers.survey.data import Survey, check_survey


def control_charts(
    survey: Survey,
    *,
    indicators: Sequence[str] | None = None,
    baseline: tuple[str, str] | None = None,
    conf_level: float = 0.95,
) -> ControlCharts:
    """Which ups and downs of each indicator are usual, which are not, and whether it rises or falls.

    Parameters
    ----------
    survey
        Answers with weights and design, and records where the codebook names some.
    indicators
        Keys of indicators; where the codebook names none, outcomes (``satisfaction``, ``satisfaction.top2box``) and
        drivers with a target. All unless given.
    baseline
        First and last wave of a time when all was well, by which the limits go. Unless given, by all waves but those
        that stand far out.
    conf_level
        Level of the trends' intervals, between 0 and 1.

    Returns
    -------
    ControlCharts
        `tidy()` has one row per indicator and wave: estimate, std_error, center, usual_low, usual_high, signal,
        in_baseline, n; `glance()` one per indicator: method, dispersion, slope with its interval, conclusion.

    Raises
    ------
    ModelError
        Where an indicator or a wave does not exist; where the survey has no waves, or no indicator six of them.

    Notes
    -----
    The limits are Laney's, which allow for more than sampling to move a wave; `drivers.indicators.time.control_limits`
    says how, and how often they give a false alarm. A signal is a wave outside them, or nine in a row on one side of
    the center line. The trend is the subject of `drivers.indicators.time.trend_test`; conclusions are corrected for the
    number of indicators by Holm. A chart does not make a cause known: it says which waves are worth a look.

    Waves are those up to the one that is selected. An indicator with fewer than six is left out by name, and so is
    one of which fewer than two events a wave are counted.

    Weights: in all that comes from answers, with the design; records are counts of everybody.
    Missing answers: each indicator uses all it has; waves with fewer than 10 are left out.

    References
    ----------
    Laney (2002), Improved control charts for attributes, doi:10.1081/QEN-120006555.

    Examples
    --------
    >>> import drivers as kda
    >>> charts = kda.control_charts(kda.example_survey("service_center"), indicators=["repeat_contact", "churn"])
    >>> charts.details["signals"]["repeat_contact"][0]
    {'signal': 'outside_high', 'first': '2024Q3', 'last': '2024Q3'}
    """
    check_survey(survey)
    check_conf_level(conf_level)
    if not survey.waves:
        raise ModelError(
            "Expected a survey with waves to follow an indicator over them, found none; name their column under wave: "
            "in the codebook.",
            code="no_waves",
        )
    between = _positions(survey, baseline)
    known = {measure.key: measure for measure in measures_of(survey)}
    chosen = list(known) if indicators is None else [known_name("indicator", key, known) for key in indicators]
    left_out: dict[str, Code] = {}
    told: list[tuple[Measure, History, ControlLimits, TrendTest]] = []
    for key in dict.fromkeys(chosen):
        history = indicator_history(survey, known[key], conf_level)
        reason = known[key].unknown(survey) or _not_enough(history)
        if reason is not None:
            left_out[key] = reason
            continue
        inside = None if between is None else (history.position >= between[0]) & (history.position <= between[1])
        limits = control_limits(history, baseline=None if inside is None else inside.tolist())
        trend = trend_of(history, conf_level=conf_level)
        assert limits is not None and trend is not None  # both need less than _not_enough asks for
        told.append((known[key], history, limits, trend))
    if not told:
        raise _nothing_to_follow(left_out)
    directions = together([trend for *_, trend in told])
    return ControlCharts(
        charts=tuple(
            _chart(measure, history, limits, trend, direction)
            for (measure, history, limits, trend), direction in zip(told, directions, strict=True)
            if direction is not None
        ),
        left_out=MappingProxyType(left_out),
        baseline=() if baseline is None else tuple(baseline),
        unit=survey.unit,
        wave=survey.wave,
        sampling=survey.codebook.design.sample,
        weighted=survey.weighted_in(survey.in_unit),
        conf_level=conf_level,
    )


def _chart(
    measure: Measure, history: History, limits: ControlLimits, trend: TrendTest, direction: Conclusion
) -> ControlChart:
    return ControlChart(
        key=measure.key,
        about=measure.about,
        name=measure.name,
        statistic=measure.statistic,
        unit=measure.unit,
        times=measure.times,
        better=measure.better,
        target=measure.target,
        history=history,
        limits=limits,
        trend=trend,
        direction=direction,
    )


def _not_enough(history: History) -> Code | None:
    """Why a history has no usual range; None where it has one."""
    if len(history.waves) < FEWEST_WAVES:
        return Code("few_waves", {"n": len(history.waves), "needed": FEWEST_WAVES})
    return Code("few_counted", {"needed": FEWEST_EVENTS}) if few_events(history) else None


def _nothing_to_follow(left_out: Mapping[str, Code]) -> ModelError:
    """That no indicator has a chart, for the reason of the first, or for too few waves where one has too few."""
    reasons = list(left_out.values())
    reason = next((code for code in reasons if code.code == "few_waves"), reasons[0])
    return ModelError(
        f"Expected an indicator with values in at least {FEWEST_WAVES} waves, found none among "
        f"{', '.join(left_out)}; ask again after more waves, or widen the selection.",
        code=reason.code,
        values=reason.values,
    )


def _positions(survey: Survey, baseline: tuple[str, str] | None) -> tuple[int, int] | None:
    """The places of the first and the last wave of a baseline."""
    if baseline is None:
        return None
    for wave in baseline:
        if wave not in survey.waves:
            raise ModelError(
                f"Expected baseline= to name two of the waves {', '.join(survey.waves)}, found {wave!r}; "
                f"{remedy(wave, survey.waves)}"
            )
    first, last = (survey.waves.index(wave) for wave in baseline)
    if first > last:
        raise ModelError(f"Expected baseline= to begin before it ends, found {baseline!r}; turn it around.")
    return first, last

"""Indicators over the waves: the planted drift, records and answers, what changes nothing, what is left out."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.errors import ModelError
from drivers.indicators.time.chart_result import ControlChart, ControlCharts
from drivers.results import read_only
from drivers.survey.data import Survey
from drivers.survey.records import Records
from tests.simulated import make_survey

ROUNDING = 1e-9
"""Relative: the same numbers added in another order."""

RECORDED = ["complaints", "repeat_contact", "churn", "referrals"]


@pytest.fixture(scope="module")
def survey() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def charts(survey: Survey) -> ControlCharts:
    return kda.control_charts(survey)


def waves_of(answers: list[np.ndarray], folder: Path, **how: object) -> Survey:
    """A survey with these answers in its waves w1, w2, …"""
    y = np.concatenate(answers)
    waves = np.repeat([f"w{k + 1}" for k in range(len(answers))], [len(part) for part in answers])
    return make_survey(
        folder,
        drivers={"a": np.arange(len(y)) % 7},
        outcomes={"satisfaction": y},
        waves=waves,
        **how,  # type: ignore[arg-type]
    )


def steady(rng: np.random.Generator, waves: int, n: int = 60) -> list[np.ndarray]:
    return [np.clip(rng.normal(60, 15, n), 0, 100).round() for _ in range(waves)]


def test_the_planted_drift_is_found_and_nothing_else_of_what_was_counted(charts: ControlCharts) -> None:
    truth = kda.example_truth("service_center")["indicators"]
    drifted = [wave for wave, rate in truth["rate"].items() if rate > 0.11]
    assert charts.details["signals"]["repeat_contact"] == [
        {"signal": "outside_high", "first": wave, "last": wave} for wave in drifted
    ]
    assert drifted[0] == truth["from"]
    assert len(truth["in_control"]) == 3
    for key in ("complaints", "churn", "referrals"):
        chart = charts.chart(key)
        assert chart.limits.signals == ()
        assert chart.direction == "not_shown"
    assert charts.chart("repeat_contact").limits.center == pytest.approx(0.11, abs=0.002)
    # Complaints were planted with more than counting alone varies; what was planted without, is not.
    assert charts.chart("complaints").limits.dispersion > 1.3


def test_columns_are_closed_and_every_wave_has_a_row(survey: Survey, charts: ControlCharts) -> None:
    tidy, glance = charts.tidy(), charts.glance()
    assert set(tidy) | set(glance) <= set(COLUMNS)
    assert len(tidy) == 8 * len(survey.waves)
    assert glance["indicator"].tolist() == [chart.key for chart in charts.charts]
    outside = tidy[(tidy["estimate"] > tidy["usual_high"]) | (tidy["estimate"] < tidy["usual_low"])]
    assert tidy["signal"].notna().sum() == len(outside) > 0
    assert not tidy.loc[outside.index, "in_baseline"].any()
    assert (glance["p_adjusted"] >= glance["p_value"]).all()
    assert set(charts.units) == {"slope", *glance["indicator"]}
    tidy.iloc[0, 0] = "changed"
    assert charts.tidy().iloc[0, 0] == "satisfaction"


def test_values_are_those_of_the_scorecard(survey: Survey, charts: ControlCharts) -> None:
    card = kda.scorecard(survey)
    for chart in charts.charts:
        found = card.card(chart.key)
        assert found is not None
        assert chart.history.estimate[-1] == found.level.estimate


def test_a_baseline_is_gone_by(survey: Survey, charts: ControlCharts) -> None:
    given = kda.control_charts(survey, indicators=["repeat_contact", "waiting"], baseline=("2023Q1", "2024Q2"))
    assert given.chart("repeat_contact").limits.high == pytest.approx(charts.chart("repeat_contact").limits.high)
    assert given.chart("waiting").limits.in_baseline.tolist() == [True] * 6 + [False] * 2
    assert given.baseline == ("2023Q1", "2024Q2")
    wide, screened = given.chart("waiting").limits, charts.chart("waiting").limits
    assert wide.high[0] - wide.low[0] > screened.high[0] - screened.low[0]


def test_an_earlier_wave_sees_nothing_of_what_comes_after(survey: Survey) -> None:
    before = kda.control_charts(survey.select(wave="2024Q2"), indicators=RECORDED)
    assert before.chart("repeat_contact").history.waves[-1] == "2024Q2"
    assert before.chart("repeat_contact").limits.signals == ()


def recorded(survey: Survey, units: bool, order: np.ndarray | None = None) -> Survey:
    """The survey with the records of all units added up, or with their rows in another order."""
    ((key, part),) = survey.records.items()
    numbers, wave = part.numbers, part.wave_index
    assert wave is not None
    if units:
        numbers = pd.DataFrame(numbers).groupby(wave).sum()
        found = Records(unit=None, wave_index=read_only(numbers.index.to_numpy(), np.int64), numbers=numbers)
    else:
        assert order is not None
        assert part.unit is not None
        found = Records(
            unit=part.unit[order], wave_index=wave[order], numbers=numbers.iloc[order].reset_index(drop=True)
        )
    return replace(survey, records={key: found})


def test_units_added_up_and_rows_in_another_order_are_the_same_records(survey: Survey, charts: ControlCharts) -> None:
    (part,) = survey.records.values()
    order = np.random.default_rng(1).permutation(len(part.numbers))
    for other in (recorded(survey, units=True), recorded(survey, units=False, order=order)):
        found = kda.control_charts(other, indicators=RECORDED)
        for key in RECORDED:
            ours, theirs = charts.chart(key), found.chart(key)
            assert theirs.limits.high == pytest.approx(ours.limits.high, rel=ROUNDING)
            assert theirs.trend.slope == pytest.approx(ours.trend.slope, rel=1e-6)


def test_neither_the_scale_of_weights_nor_the_order_of_rows_matters(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    answers = steady(rng, 7)
    n = sum(map(len, answers))
    weights, clusters = rng.uniform(0.5, 2, n), rng.integers(0, 12, n)
    one = waves_of(answers, tmp_path / "one", weights=weights, clusters=clusters)
    five = waves_of(answers, tmp_path / "five", weights=5 * weights, clusters=clusters)
    back = [part[::-1] for part in answers]
    starts = np.concatenate([np.arange(60)[::-1] + 60 * k for k in range(7)])
    turned = waves_of(back, tmp_path / "turned", weights=weights[starts], clusters=clusters[starts])
    expected = kda.control_charts(one)
    for other in (kda.control_charts(five), kda.control_charts(turned)):
        for column in ("estimate", "usual_low", "usual_high", "center"):
            assert other.tidy()[column].to_numpy() == pytest.approx(expected.tidy()[column].to_numpy(), rel=ROUNDING)
        assert other.glance()["slope"].to_numpy() == pytest.approx(expected.glance()["slope"].to_numpy(), rel=1e-6)


def test_the_design_widens_limits_and_slopes(tmp_path: Path) -> None:
    """People of one cluster answer alike: a wave moves by its clusters, and that is no news of the wave."""
    rng = np.random.default_rng(3)
    clusters = np.repeat(np.arange(70), 6)
    effect = rng.normal(0, 15, 70)[clusters]
    answers = np.clip(60 + effect + rng.normal(0, 5, 420), 0, 100).round()
    parts = list(answers.reshape(7, 60))
    plain = kda.control_charts(waves_of(parts, tmp_path / "plain"))
    design = kda.control_charts(waves_of(parts, tmp_path / "design", clusters=clusters))
    assert design.charts[0].history.std_error.mean() > 1.8 * plain.charts[0].history.std_error.mean()
    assert design.charts[0].limits.dispersion < plain.charts[0].limits.dispersion
    assert design.charts[0].trend.between <= plain.charts[0].trend.between


def test_where_everybody_was_asked_limits_are_those_of_individuals(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    answers = steady(rng, 7)
    whole = waves_of(answers, tmp_path, fpc=np.ones(420), clusters=np.arange(420))
    chart = kda.control_charts(whole).charts[0]
    assert chart.limits.method == "individuals"
    values = np.array([part.mean() for part in answers])
    sigma = np.abs(np.diff(values)).mean() / 1.128
    assert chart.limits.high - chart.limits.center == pytest.approx(np.full(7, 3 * sigma), rel=1e-3)


def test_outcomes_are_followed_where_no_indicator_is_named(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    found = kda.control_charts(waves_of(steady(rng, 6), tmp_path))
    assert [(chart.key, chart.about, chart.limits.method) for chart in found.charts] == [
        ("satisfaction", "outcome", "laney_z")
    ]
    assert found.charts[0].limits.high.max() <= 100


def test_waves_of_a_few_people_are_none(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    answers = steady(rng, 8)
    answers[2], answers[6] = answers[2][:9], answers[6][:9]
    chart = kda.control_charts(waves_of(answers, tmp_path)).charts[0]
    assert chart.history.waves == ("w1", "w2", "w4", "w5", "w6", "w8")
    assert chart.history.position.tolist() == [0, 1, 3, 4, 5, 7]
    # One alone takes the next smallest with it: the others and all together would tell of it.
    answers[6] = answers[0][:50]
    assert kda.control_charts(waves_of(answers, tmp_path)).charts[0].history.waves == (
        "w1",
        "w2",
        "w4",
        "w5",
        "w6",
        "w8",
    )


def test_why_there_is_nothing_to_follow(tmp_path: Path, survey: Survey) -> None:
    rng = np.random.default_rng(7)
    assert kda.attempt(kda.control_charts, kda.example_survey("judges")).details["reasons"] == [{"code": "no_waves"}]
    few = kda.attempt(kda.control_charts, waves_of(steady(rng, 5), tmp_path))
    assert few.details["reasons"] == [{"code": "few_waves", "n": 5, "needed": 6}]
    with pytest.raises(ModelError) as found:
        kda.control_charts(waves_of(steady(rng, 5), tmp_path))
    assert str(found.value) == (
        "Expected an indicator with values in at least 6 waves, found none among satisfaction; ask again after more "
        "waves, or widen the selection."
    )
    women = survey.select(only={next(iter(survey.codebook.segments)): _first_value(survey)})
    left = kda.control_charts(women)
    assert {key: reason.code for key, reason in left.left_out.items()} == dict.fromkeys(RECORDED, "records_of_all")
    assert not set(RECORDED) & {chart.key for chart in left.charts}


def _first_value(survey: Survey) -> str:
    column = next(iter(survey.codebook.segments.values())).column
    return str(survey.raw[column].iloc[0])


def test_wrong_names_are_told(survey: Survey, charts: ControlCharts) -> None:
    with pytest.raises(
        ModelError, match=r"^Expected indicator to be one of 'satisfaction', 'nps', 'waiting', .*, found"
    ):
        kda.control_charts(survey, indicators=["wait"])
    with pytest.raises(ModelError) as found:
        kda.control_charts(survey, baseline=("2023Q1", "2024Q9"))
    assert str(found.value) == (
        "Expected baseline= to name two of the waves 2023Q1, 2023Q2, 2023Q3, 2023Q4, 2024Q1, 2024Q2, 2024Q3, 2024Q4, "
        "found '2024Q9'; did you mean '2024Q4'?"
    )
    with pytest.raises(ModelError, match=r"^Expected baseline= to begin before it ends, found .*; turn it around.$"):
        kda.control_charts(survey, baseline=("2024Q1", "2023Q1"))
    with pytest.raises(ModelError, match="found 'nothing'"):
        charts.chart("nothing")
    with pytest.raises(ModelError, match=r"^Expected a survey from"):
        kda.control_charts("service_center")  # type: ignore[arg-type]


def test_parts_that_do_not_belong_together_are_refused(charts: ControlCharts) -> None:
    chart = charts.charts[0]
    with pytest.raises(ValueError, match="Each indicator has one chart"):
        replace(charts, charts=(chart, chart))
    short = replace(
        chart.limits, low=chart.limits.low[:3], high=chart.limits.high[:3], in_baseline=chart.limits.in_baseline[:3]
    )
    with pytest.raises(ValueError, match="Every wave of a chart needs its limits"):
        ControlChart(**{name: getattr(chart, name) for name in ControlChart.__dataclass_fields__} | {"limits": short})

"""What the next wave can show: by hand, and by drawing next waves."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import drivers as kda
from drivers.errors import ModelError
from drivers.survey.data import Survey
from drivers.waves.plan_result import LevelPlan
from tests.simulated import make_survey


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    rng = np.random.default_rng(1)
    return make_survey(
        tmp_path_factory.mktemp("plan"),
        drivers={"a": rng.uniform(0, 100, 200)},
        outcomes={"y": np.clip(60 + 15 * rng.normal(size=200), 0, 100)},
    )


def test_sizes_by_hand(survey: Survey) -> None:
    plan = kda.next_wave(survey, target=66).plans[0]
    y = survey.scores["y"].to_numpy()
    variance = y.var(ddof=1) / 200
    reach = stats.t.ppf(0.975, 398) + stats.t.ppf(0.8, 398)
    assert plan.detectable == pytest.approx(reach * np.sqrt(2 * variance))
    assert plan.seen_from - plan.level == pytest.approx(stats.t.ppf(0.975, 398) * np.sqrt(2 * variance))
    for size in (*plan.needed, plan.to_target):
        assert size is not None
        if math.isfinite(size.n):
            # With this many the two standard errors are just what the change is to be divided by.
            assert reach * np.sqrt(variance * (1 + 200 / size.n)) == pytest.approx(abs(size.change))
        else:
            assert reach * np.sqrt(variance) >= size.change
        assert reach * np.sqrt(2 * variance * 200 / size.n_each) == pytest.approx(abs(size.change))
    assert plan.to_target is not None and plan.to_target.change == pytest.approx(66 - plan.level)
    # As many as now show what is just detectable.
    again = kda.next_wave(survey, changes=[plan.detectable]).plans[0].needed[0]
    assert again.n == pytest.approx(200) and again.n_each == pytest.approx(200)


def test_power_is_what_drawn_waves_have(survey: Survey) -> None:
    rng = np.random.default_rng(2)
    n, deviation = 60, 15.0
    now = rng.normal(60, deviation, size=(4000, n))
    variance = now.var(axis=1, ddof=1).mean() / n
    reach = stats.t.ppf(0.975, 2 * (n - 1)) + stats.t.ppf(0.8, 2 * (n - 1))
    size = n / ((9.0 / reach) ** 2 / variance - 1)
    later = rng.normal(69, deviation, size=(4000, round(size)))
    p = stats.ttest_ind(later, now, axis=1, equal_var=False).pvalue
    assert (p < 0.05).mean() == pytest.approx(0.8, abs=0.03)
    scores = survey.scores.iloc[:n].assign(y=now[0] * deviation / now[0].std(ddof=1))
    part = replace(survey, scores=scores, weights=np.ones(n), in_unit=np.ones(n, dtype=bool), raw=survey.raw.iloc[:n])
    found = kda.next_wave(part, changes=[9.0]).plans[0].needed[0]
    assert found.n == pytest.approx(size, rel=0.02)


def test_a_design_costs_what_its_effect_is() -> None:
    survey = kda.example_survey("service_center")
    plan = kda.next_wave(survey).plans[0]
    assert plan.target == 70 and plan.to_target is not None
    level = kda.outcome_scores(survey.select(wave="2024Q4")).score("satisfaction", "mean")
    assert level is not None
    assert (plan.level, plan.std_error) == pytest.approx((level.level.estimate, level.level.std_error))
    assert plan.design_effect == pytest.approx(plan.n / level.level.n_effective)
    assert kda.next_wave(survey).wave == "2024Q4" and kda.next_wave(survey.select(wave="2023Q3")).wave == "2023Q3"


def test_drivers_are_told_on_request_and_left_out_by_name(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    few = np.where(np.arange(80) < 5, 40.0, np.nan)
    survey = make_survey(
        tmp_path,
        drivers={"a": rng.uniform(0, 100, 80), "few": few, "same": np.full(80, 50.0)},
        outcomes={"y": rng.uniform(0, 100, 80)},
    )
    result = kda.next_wave(survey, drivers=["a", "few", "same"])
    assert [plan.name for plan in result.plans] == ["y", "a"]
    assert dict(result.left_out) == {"few": "suppressed", "same": "constant_driver"}
    assert math.isnan(result.plans[0].target) and result.plans[0].to_target is None
    table = result.tidy()
    assert table[table["term"] == "needed"]["estimate"].tolist() == [1.0, 2.0, 3.0, 5.0] * 2


def test_a_whole_population_has_no_chance(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    y = {"y": rng.uniform(0, 100, 60)}
    survey = make_survey(tmp_path, drivers={"a": rng.uniform(0, 100, 60)}, outcomes=y, fpc=np.full(60, 60.0))
    with pytest.raises(ModelError, match="the whole population was asked") as refused:
        kda.next_wave(survey)
    assert refused.value.code == "whole_population"


def test_a_plan_is_symmetric() -> None:
    plan = kda.next_wave(kda.example_survey("judges")).plans[0]
    assert isinstance(plan, LevelPlan)
    with pytest.raises(ValueError, match="same distance"):
        replace(plan, seen_from=plan.seen_from + 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"power": 1.0}, "Expected power from 0.5 to below 1, found 1.0; use 0.8 for 80 %."),
        ({"changes": [0.0]}, "Expected changes from 0.01 to 100 points, found [0.0]; use (1, 2, 3, 5)."),
        ({"target": 120.0}, "Expected a target from 0 to 100, found 120; give it in points of 100."),
    ],
)
def test_questions_at_fault_are_refused_in_words(survey: Survey, arguments: dict, said: str) -> None:
    with pytest.raises(ModelError) as refused:
        kda.next_wave(survey, **arguments)
    assert str(refused.value) == said

"""Lasting changes of levels: by brute force, where they were planted, and not where there are none."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.errors import ModelError
from drivers.waves.break_result import ChangePointResult
from drivers.waves.level_breaks import Break, largest_break
from tests.simulated import make_survey


def found(values: np.ndarray, covariance: np.ndarray, *, n_boot: int = 400, seed: int = 1) -> Break:
    step = largest_break(values, covariance, conf_level=0.95, n_boot=n_boot, rng=np.random.default_rng(seed))
    assert step is not None
    return step


@pytest.fixture(scope="module")
def result() -> ChangePointResult:
    return kda.change_points(kda.example_survey("service_center"), n_boot=600)


def test_the_place_and_the_levels_are_those_of_trying_every_place() -> None:
    rng = np.random.default_rng(2)
    covariance = np.diag(rng.uniform(0.5, 2.0, 9)) + 0.1
    values = 40 + np.where(np.arange(9) >= 5, 6.0, 0.0) + rng.multivariate_normal(np.zeros(9), covariance)
    step = found(values, covariance)
    spread = np.linalg.inv(covariance + step.between**2 * np.eye(9))
    left = []
    for place in range(1, 9):
        columns = np.column_stack([np.ones(9), np.arange(9) >= place])
        fit = np.linalg.solve(columns.T @ spread @ columns, columns.T @ spread @ values)
        rest = values - columns @ fit
        left.append((float(rest @ spread @ rest), place, fit))
    _, place, (start, rise) = min(left, key=lambda one: one[0])
    assert step.place == place == 5
    assert (step.before, step.after) == pytest.approx((start, start + rise))
    assert step.p_value < 0.05 and step.possible[5] and not step.possible[[0, 2, 8]].any()


def test_waves_that_vary_beside_sampling_are_judged_by_how_they_vary() -> None:
    rng = np.random.default_rng(4)
    small = 1e-4 * np.eye(12)
    # Ups and downs far larger than sampling: no step, however sure each wave is.
    flagged = sum(found(rng.normal(size=12), small, n_boot=99, seed=k).p_value < 0.05 for k in range(60))
    assert flagged <= 8
    # The extra variance is the usual one of all values about their mean.
    values = rng.normal(size=12)
    assert found(values, small, n_boot=99).between == pytest.approx(np.std(values, ddof=1), rel=1e-2)


def test_levels_and_units_of_measurement_change_nothing() -> None:
    rng = np.random.default_rng(5)
    values, covariance = rng.normal(size=8) + np.where(np.arange(8) >= 3, 3.0, 0.0), np.eye(8)
    one, other = found(values, covariance), found(100 - 5 * values, 25 * covariance)
    assert other.p_value == one.p_value and other.place == one.place
    assert (other.before, other.after) == pytest.approx((100 - 5 * one.before, 100 - 5 * one.after))
    assert (other.possible == one.possible).all()


def test_fewer_than_four_waves_tell_nothing() -> None:
    assert largest_break(np.zeros(3), np.eye(3), conf_level=0.95, n_boot=99, rng=np.random.default_rng(1)) is None


def test_what_was_planted_is_found(result: ChangePointResult) -> None:
    truth = kda.example_truth("service_center")["waves"]
    steps = {one.name: [(step.wave, step.step > 0) for step in one.steps] for one in result.series}
    rises, falls = (truth["only_performance"], True), (truth["theme_rating_falls"], False)
    assert steps["speed"] == steps["information"] == [rises]
    assert steps[truth["theme"]] == [falls]
    others = set(steps) - {"speed", "information", truth["theme"], "satisfaction"}
    assert not any(steps[name] for name in others)
    by_wave = truth["by_wave"]
    speed = next(one for one in result.series if one.name == "speed")
    planted = by_wave["2024Q2"]["performance"]["speed"] - by_wave["2024Q1"]["performance"]["speed"]
    assert abs(speed.steps[0].step - planted) < 3 * speed.steps[0].std_error
    assert speed.fitted[-1] == pytest.approx(speed.steps[0].after)
    assert speed.mix == ("customer", "age", "sex", "language", "region")


def test_who_answered_moves_no_level(result: ChangePointResult) -> None:
    raw = kda.change_points(kda.example_survey("service_center"), drivers=["speed"], mix=(), n_boot=100)
    truth = kda.example_truth("service_center")["waves"]
    wave = raw.series[0].waves.index(truth["only_who_answered"])
    plain, held = raw.series[0].estimate, result.series[0].estimate
    # The dip of the wave in which other people answered is gone once they are held constant.
    assert np.delete(plain, wave)[:4].min() - plain[wave] > 1.5
    assert abs(np.delete(held, wave)[:4].mean() - held[wave]) < 1.0


def test_several_steps_are_found_one_inside_the_other(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    waves = np.repeat(np.arange(12), 60)
    level = np.select([waves < 4, waves < 8], [40.0, 60.0], 50.0)
    a = np.clip(level + 8 * rng.normal(size=len(waves)), 0, 100)
    y = np.clip(50 + 8 * rng.normal(size=len(waves)), 0, 100)
    survey = make_survey(tmp_path, drivers={"a": a}, outcomes={"y": y}, waves=waves)
    result = kda.change_points(survey, n_boot=400)
    steps = result.series[1].steps
    assert [step.wave for step in steps] == ["4", "8"] and not result.series[0].steps
    for step, (before, after) in zip(steps, ((40, 60), (60, 50)), strict=True):
        assert (step.before, step.after) == pytest.approx((before, after), abs=2)
    table = result.tidy()
    assert table[table["term"] == "step"]["conclusion"].tolist() == ["rising", "falling"]
    assert result.series[1].conclusion == "falling" and result.series[0].conclusion == "not_shown"


def test_questions_at_fault_are_refused_in_words() -> None:
    with pytest.raises(ModelError) as refused:
        kda.change_points(kda.example_survey("service_center").select(wave="2023Q3"), n_boot=100)
    assert refused.value.code == "few_waves"
    assert str(refused.value) == (
        "Expected at least 4 waves with 10 answers each on 'satisfaction', found 3; a change of level cannot be told."
    )
    with pytest.raises(ModelError, match="Expected n_boot of at least 100 drawn series, found 0"):
        kda.change_points(kda.example_survey("service_center"), n_boot=0)
    with pytest.raises(ModelError) as refused:
        kda.change_points(kda.example_survey("judges"), n_boot=100)
    assert refused.value.code == "no_waves"


def test_a_result_says_what_it_rests_on(result: ChangePointResult) -> None:
    assert result.details["mix"] == ["customer", "age", "sex", "language", "region"]
    quiet = replace(result.series[0], steps=())
    assert np.isnan(quiet.fitted).all()


@pytest.mark.parametrize("units", [6, 8, 12])
def test_waves_of_few_sampling_units_have_no_steps_by_chance(units: int, tmp_path: Path) -> None:
    """With no more units than waves their covariance has no inverse, and every series seemed to step."""
    rng = np.random.default_rng(3)
    n = 8 * 60
    clusters = np.arange(n) % units
    waves = np.repeat([f"w{k}" for k in range(8)], 60)
    flagged = 0
    for place in range(12):
        y = np.clip(50 + 12 * rng.standard_normal(n) + 4 * rng.standard_normal(units)[clusters], 0, 100)
        survey = make_survey(tmp_path / str(place), drivers={"a": y}, outcomes={"y": y}, clusters=clusters, waves=waves)
        (series,) = kda.change_points(survey, drivers=(), n_boot=199).series
        flagged += bool(series.steps)
        assert np.isfinite(series.p_value)
    # Of 12 at 5 %, fewer than 4 in 998 of 1,000 studies.
    assert flagged <= 3

"""Lines of the map: means, targets, benchmarks and numbers; which move in resamples, and which stand still."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import drivers as kda
from drivers.decisions.importance_performance import importance_performance_map
from drivers.importance.result import ImportanceResult
from drivers.models.rivals import rival_levels
from drivers.results import Unanswered
from drivers.survey.data import Survey
from tests.simulated import make_survey

NAMES = ("first", "second", "third")


def made(folder: Path, *, targets: dict[str, float] | None = None, **how: Any) -> Survey:
    rng = np.random.default_rng(5)
    x = np.clip([40, 60, 75] + 8 * (rng.normal(size=(400, 1)) + rng.normal(size=(400, 3))), 0, 100)
    y = np.clip(x @ [0.5, 0.3, 0.05] + rng.normal(0, 4, 400), 0, 100)
    make_survey(folder, drivers=dict(zip(NAMES, x.T, strict=True)), outcomes={"y": y}, **how)
    path = folder / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    for name, target in (targets or {}).items():
        book["drivers"][name]["target"] = target
    path.write_text(json.dumps(book), encoding="utf-8")
    return kda.read_survey(path)


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return made(tmp_path_factory.mktemp("lines"), targets={"first": 50, "second": 55, "third": 90})


@pytest.fixture(scope="module")
def importance(survey: Survey) -> ImportanceResult:
    return kda.relative_importance(survey, n_boot=300)


def test_targets_of_their_own_place_the_distance(survey: Survey, importance: ImportanceResult) -> None:
    found = importance_performance_map(importance, survey, performance_line="target")
    assert found.own_lines and found.line.tolist() == [50, 55, 90]
    assert found.distance[0] == pytest.approx(importance.performance - [50, 55, 90])
    assert found.distance[1] == pytest.approx(importance.performance_low - [50, 55, 90])
    assert found.quadrant[0] == "improve_first" and found.quadrant[2] in ("can_wait", "undecided")
    # The third is rated best of all and yet below its target.
    assert importance_performance_map(importance).distance[0, 2] > 0 > found.distance[0, 2]
    assert found.details["performance_line"] == "target"


def test_stability_counts_resamples_on_the_same_side_of_fixed_lines(
    survey: Survey, importance: ImportanceResult
) -> None:
    found = importance_performance_map(importance, survey, performance_line="target", importance_line=0.3)
    target, level = np.array([50.0, 55, 90]), importance.replicate_performance
    same_side = (level >= target) == (importance.performance >= target)
    same_row = (importance.replicate_share >= 0.3) == (importance.share >= 0.3)
    assert found.stability == pytest.approx((same_side & same_row).mean(axis=0))
    assert (found.crosshair_share, found.importance_line) == (0.3, "given")


def test_one_target_for_all_is_one_line(tmp_path: Path) -> None:
    survey = made(tmp_path, targets=dict.fromkeys(NAMES, 60))
    found = importance_performance_map(kda.relative_importance(survey, n_boot=100), survey, performance_line="target")
    assert not found.own_lines and found.crosshair_performance == 60


def test_a_number_and_a_median_are_lines(importance: ImportanceResult) -> None:
    found = importance_performance_map(importance, performance_line=58, importance_line="median")
    assert (found.performance_line, found.crosshair_performance) == ("given", 58)
    assert found.crosshair_share == pytest.approx(np.median(importance.share))
    middle = np.median(importance.replicate_share, axis=1, keepdims=True)
    here = (importance.replicate_share >= middle) == (importance.share >= np.median(importance.share))
    side = (importance.replicate_performance >= 58) == (importance.performance >= 58)
    assert found.stability == pytest.approx((here & side).mean(axis=0))


def test_a_benchmark_that_is_uncertain_widens_the_distance(importance: ImportanceResult) -> None:
    sure = {"first": 45.0, "second": 45.0, "third": 70.0}
    unsure = {name: (value, 3.0) for name, value in sure.items()}
    one = importance_performance_map(importance, performance_line="benchmark", benchmark=sure)
    other = importance_performance_map(importance, performance_line="benchmark", benchmark=unsure, benchmark_of="there")
    assert (one.benchmark_of, other.benchmark_of) == ("outside", "there")
    assert one.distance[0] == pytest.approx(other.distance[0])
    width, wide = (np.ptp(found.distance[1:], axis=0) for found in (one, other))
    assert wide == pytest.approx(np.hypot(width, 2 * 1.96 * 3.0), rel=0.2)
    assert other.stability[1] < 1


def test_other_units_are_the_benchmark_of_one(tmp_path: Path) -> None:
    unit = np.repeat(["a", "b", "c", "d"], 100)
    whole = made(tmp_path, unit=unit)
    survey = whole.select(unit="b")
    importance = kda.relative_importance(survey, n_boot=200)
    found = importance_performance_map(importance, survey, performance_line="benchmark")
    others = whole.scores[list(NAMES)].to_numpy()[unit != "b"]
    assert found.line == pytest.approx(others.mean(axis=0))
    assert found.benchmark_of == "other_units" and found.own_lines
    own = whole.scores[list(NAMES)].to_numpy()[unit == "b"]
    error = np.sqrt(own.var(axis=0, ddof=1) / 100 + others.var(axis=0, ddof=1) / 300)
    assert np.ptp(found.distance[1:], axis=0) / (2 * 1.96) == pytest.approx(error, rel=0.25)


def test_ratings_of_now_are_those_of_the_last_wave(tmp_path: Path) -> None:
    waves = np.repeat(["before", "after"], 200)
    survey = made(tmp_path, waves=waves)
    importance = kda.relative_importance(survey, n_boot=200)
    found = importance_performance_map(importance, survey, ratings="now")
    last = survey.scores[list(NAMES)].to_numpy()[200:]
    assert found.wave == "after" and found.performance == pytest.approx(last.mean(axis=0))
    error = last.std(axis=0, ddof=1) / np.sqrt(200)
    assert found.performance_high - found.performance == pytest.approx(1.972 * error, rel=0.01)
    assert found.crosshair_performance == pytest.approx(last.mean())
    assert importance_performance_map(importance, survey).wave == ""


def test_a_rival_is_ahead_by_what_those_who_rated_both_say() -> None:
    survey = kda.example_survey("service_center")
    importance = kda.relative_importance(survey, n_boot=100)
    found = importance_performance_map(importance, survey, performance_line="benchmark")
    assert found.benchmark_of == next(iter(survey.codebook.rivals)) and found.own_lines
    levels = rival_levels(survey, drivers=importance.drivers)
    assert found.distance[0] == pytest.approx(levels.ours - levels.theirs)
    # Limits from 100 draws are rough one by one.
    assert np.median(np.ptp(found.distance[1:], axis=0) / levels.std_error) == pytest.approx(2 * 1.96, rel=0.15)
    truth = kda.example_truth("service_center")["counted"]["rival_minus_us_in_points"]
    ahead = {name for name, low in zip(found.drivers, found.distance[1], strict=True) if low > 0}
    assert ahead == {"respect", "fairness"} | (ahead & {"information", "welcome"})
    assert all(truth[name] < 0 for name in ahead)


def refused(importance: ImportanceResult, survey: Survey | None = None, **how: Any) -> str:
    with pytest.raises(kda.ModelError) as caught:
        importance_performance_map(importance, survey, **how)
    return str(caught.value)


def test_lines_that_are_none_are_refused(importance: ImportanceResult) -> None:
    assert refused(importance, performance_line="middle") == (
        "Expected performance_line to be 'mean', 'target', 'benchmark' or points from 0 to 100, found 'middle'; choose "
        "one of these."
    )
    assert refused(importance, performance_line=101) == (
        "Expected performance_line to be 'mean', 'target', 'benchmark' or points from 0 to 100, found 101; choose one "
        "of these."
    )
    assert refused(importance, importance_line=1.0) == (
        "Expected importance_line to be 'mean', 'median' or a part between 0 and 1, found 1.0; choose one of these."
    )
    assert refused(importance, ratings="then") == (
        "Expected ratings to be 'all' or 'now', found 'then'; choose one of these."
    )
    assert refused(importance, ratings="now") == (
        "Expected the survey beside ratings='now', found none; pass it as survey=."
    )
    assert refused(importance, performance_line="target") == (
        "Expected the survey beside performance_line='target', found none; pass it as survey=."
    )
    assert refused(importance, performance_line="benchmark", benchmark={"first": 50, "second": 60}) == (
        "Expected a benchmark of every driver, found none of 'third'; add it to benchmark=."
    )
    assert refused(importance, performance_line="benchmark", benchmark=dict.fromkeys(NAMES, (50.0, -1.0))) == (
        "Expected benchmarks from 0 to 100, with standard errors of 0 or more, found (50.0, -1.0) for 'first'; correct "
        "it."
    )


def test_what_the_survey_lacks_is_a_reason(tmp_path: Path) -> None:
    survey = made(tmp_path, targets={"first": 50})
    importance = kda.relative_importance(survey, n_boot=100)
    found = kda.attempt(importance_performance_map, importance, survey=survey, performance_line="target")
    assert isinstance(found, Unanswered) and [reason.code for reason in found.reasons] == ["no_driver_targets"]
    assert refused(importance, survey, performance_line="target") == (
        "Expected a target of every driver, found none of 'second'; write one under drivers.second.target in the "
        "codebook, or choose another line or goal."
    )
    without = kda.attempt(importance_performance_map, importance, survey=survey, performance_line="benchmark")
    assert isinstance(without, Unanswered) and [reason.code for reason in without.reasons] == ["no_benchmark"]


def test_another_selection_than_that_of_the_importance_is_refused(survey: Survey, importance: ImportanceResult) -> None:
    fewer = survey.select(only={"first_1": survey.raw["first_1"].iloc[0]})
    assert refused(importance, fewer) == (
        f"Expected the survey that the importance is of, found importance of 400 respondents and a selection of "
        f"{int(fewer.domain.sum())}; pass the same selection to both."
    )

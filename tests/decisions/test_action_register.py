"""The register of actions: what truly moved, the comparison by hand, and what cannot be told yet."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.decisions.action_result import ActionResult, CheckedAction
from drivers.models.multiplicity import holm
from drivers.results import Unanswered
from drivers.survey.data import Survey
from tests.simulated import make_survey

STANDARD_ERRORS = 4.5
"""That the estimate of one sample may lie from the truth."""


@pytest.fixture(scope="module")
def service() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def planted(service: Survey) -> ActionResult:
    return kda.check_actions(service)


def of(result: ActionResult, driver: str) -> CheckedAction:
    return next(action for action in result.actions if action.driver == driver)


def test_what_truly_moved_is_found(planted: ActionResult) -> None:
    assert {action.driver: (action.movement, action.against_tide) for action in planted.actions} == {
        "respect": ("not_shown", "alike"),
        "speed": ("moved_up", "more"),
        "information": ("moved_up", "more"),
        "honesty": ("moved_down", "less"),
    }
    assert planted.untouched == ("presence", "welcome", "empathy", "fairness", "alternatives")


def test_changes_are_the_planted_ones(planted: ActionResult) -> None:
    truth = kda.example_truth("service_center")["waves"]["by_wave"]
    for action in planted.actions:
        now, before = truth[action.wave]["performance"], truth[action.wave_before]["performance"]
        true = now[action.driver] - before[action.driver]
        assert abs(action.change[0] - true) < STANDARD_ERRORS * action.change[1]
        tide = np.mean([now[name] - before[name] for name in planted.untouched])
        assert abs(action.tide[0] - tide) < STANDARD_ERRORS * action.tide[1]
        assert action.apart[0] == pytest.approx(action.change[0] - action.tide[0])
    assert of(planted, "respect").wave_before == "2023Q4" and of(planted, "speed").wave_before == "2024Q1"


def test_goals_are_met_by_the_whole_interval(planted: ActionResult) -> None:
    assert {action.driver: action.goal_state for action in planted.actions} == {
        "respect": "missed",
        "speed": "reached",
        "information": "reached",
        "honesty": "none",
    }


def test_before_the_first_wave_since_it_is_too_early(service: Survey) -> None:
    then = kda.check_actions(service.select(wave="2024Q2"))
    assert of(then, "honesty").movement == "too_early" and of(then, "honesty").wave == ""
    assert np.isnan(of(then, "honesty").change).all()
    # In the first wave since, all waves since are that one.
    assert of(then, "speed").average == pytest.approx(of(then, "speed").change)
    assert of(then, "speed").movement == "moved_up"


def waves(folder: Path, moves: dict[str, list[float]], actions: list[dict[str, Any]], n: int = 150) -> Survey:
    """Answers around 50 plus a driver's move in each wave."""
    rng = np.random.default_rng(5)
    count = len(next(iter(moves.values())))
    wave = np.repeat([f"w{k + 1}" for k in range(count)], n)
    drivers = {
        name: np.clip(50 + np.repeat(move, n) + rng.normal(0, 6, count * n), 0, 100) for name, move in moves.items()
    }
    make_survey(folder, drivers=drivers, outcomes={"y": np.mean(list(drivers.values()), axis=0)}, waves=wave)
    path = folder / "codebook.yml"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | {"actions": actions}), encoding="utf-8")
    return kda.read_survey(path)


ACTIONS = [
    {"driver": "a", "what": {"en": "A"}, "since": "w2"},
    {"driver": "b", "what": {"en": "B"}, "since": "w2", "goal": 8},
]


def test_a_tide_that_lifts_all_is_no_movement_apart(tmp_path: Path) -> None:
    survey = waves(tmp_path, {"a": [0, 5, 5], "b": [0, 10, 10], "c": [0, 5, 5], "d": [0, 5, 5]}, ACTIONS)
    found = kda.check_actions(survey)
    assert [(one.movement, one.against_tide) for one in found.actions] == [("moved_up", "alike"), ("moved_up", "more")]


def test_comparisons_are_welchs_by_hand(tmp_path: Path) -> None:
    survey = waves(tmp_path, {"a": [0, 3, 1], "b": [0, 0, 0], "c": [0, 1, 1], "d": [0, 0, 0]}, ACTIONS)
    found = kda.check_actions(survey)
    scores, wave = survey.scores, np.asarray(survey.wave_index)
    for one in found.actions:
        answers = scores[one.driver].to_numpy()
        rest = scores[["c", "d"]].to_numpy().mean(axis=1)
        for told, values in ((one.change, answers), (one.tide, rest), (one.apart, answers - rest)):
            now, before = values[wave == 2], values[wave == 0]
            assert told[0] == pytest.approx(now.mean() - before.mean())
            # Three waves are one sample here, whose variances are divided by n and not by n − 1.
            error = np.sqrt(now.var() / len(now) + before.var() / len(before))
            assert told[1] == pytest.approx(error, rel=2e-3)
        pooled, before = answers[wave >= 1], answers[wave == 0]
        assert one.average[0] == pytest.approx(pooled.mean() - before.mean())
    p_values = np.array([2 * stats.norm.sf(abs(one.change[0] / one.change[1])) for one in found.actions])
    assert [one.p_change for one in found.actions] == pytest.approx(holm(p_values), rel=0.05)


def test_what_has_nothing_before_is_told_so(tmp_path: Path) -> None:
    survey = waves(tmp_path, {"a": [0, 0], "b": [0, 0]}, [{"driver": "a", "what": {"en": "A"}, "since": "w1"}])
    (only,) = kda.check_actions(survey).actions
    assert only.movement == "nothing_before" and np.isnan(only.p_change)


def test_without_drivers_left_alone_there_is_no_tide(tmp_path: Path) -> None:
    survey = waves(tmp_path, {"a": [0, 6], "b": [0, 0]}, ACTIONS)
    found = kda.check_actions(survey)
    assert found.untouched == ()
    assert [(one.movement, one.against_tide) for one in found.actions] == [
        ("moved_up", "unknown"),
        ("not_shown", "unknown"),
    ]
    assert np.isnan(found.actions[0].apart).all()


def test_fewer_than_ten_answers_are_no_wave(tmp_path: Path) -> None:
    survey = waves(tmp_path, {"a": [0, 0, 6], "b": [0, 0, 0], "c": [0, 0, 0]}, ACTIONS[:1])
    scores = survey.scores.copy()
    wave = np.asarray(survey.wave_index)
    few = np.flatnonzero(wave == 0)[9:]
    scores.loc[few, "a"] = np.nan
    (only,) = kda.check_actions(replace(survey, scores=scores)).actions
    assert only.movement == "nothing_before" and only.n_before == 0
    scores.loc[np.flatnonzero(wave == 2)[9:], "a"] = np.nan
    (only,) = kda.check_actions(replace(survey, scores=scores)).actions
    assert only.movement == "few_now"


def test_days_that_are_in_both_waves_are_allowed_for(tmp_path: Path) -> None:
    """The same persons in both waves, named as sampling units: the change varies as their differences do."""
    rng = np.random.default_rng(8)
    person = rng.normal(50, 15, 200)
    wave = np.repeat(["w1", "w2"], 200)
    a = np.clip(np.concatenate([person, person + 2]) + rng.normal(0, 2, 400), 0, 100)
    make_survey(
        tmp_path,
        drivers={"a": a, "b": np.tile(person, 2)},
        outcomes={"y": a},
        waves=wave,
        clusters=np.tile(np.arange(200), 2),
    )
    path = tmp_path / "codebook.yml"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | {"actions": ACTIONS[:1]}), encoding="utf-8")
    (only,) = kda.check_actions(kda.read_survey(path)).actions
    assert only.change[1] == pytest.approx(stats.sem(a[200:] - a[:200]), rel=1e-6)
    assert only.movement == "moved_up"


def test_without_a_register_there_is_nothing_to_check(tmp_path: Path) -> None:
    survey = kda.example_survey("judges")
    with pytest.raises(kda.ModelError) as caught:
        kda.check_actions(survey)
    assert str(caught.value) == (
        "Expected a register of what was done, found none; write it under 'actions:' in the codebook."
    )
    found = kda.attempt(kda.check_actions, survey)
    assert isinstance(found, Unanswered) and [reason.code for reason in found.reasons] == ["no_actions"]


def test_tables_hold_known_columns(planted: ActionResult, service: Survey) -> None:
    tidy = planted.tidy()
    assert set(tidy) | set(planted.glance()) <= set(COLUMNS)
    assert list(tidy.term) == ["change", "average", "tide", "apart"] * 4
    early = kda.check_actions(service.select(wave="2024Q2")).tidy()
    assert early[early.driver == "honesty"].conclusion.tolist() == ["too_early"]

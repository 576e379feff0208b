"""The priority list: its worths by hand, its claims, who is offered, and what the verdict forbids."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.decisions.priority_list import CLAIM_LEVEL
from drivers.decisions.priority_result import PriorityResult
from drivers.importance.result import ImportanceResult
from drivers.results import Unanswered
from drivers.survey.data import Survey
from tests.simulated import make_survey

NAMES = ("first", "second", "third", "fourth")


def made(folder: Path, *, n: int = 500, slopes: Any = (0.5, 0.25, 0.1, 0.0), seed: int = 7, **how: Any) -> Survey:
    rng = np.random.default_rng(seed)
    levels = np.array([40, 60, 60, 50])
    x = np.clip(levels + 8 * (rng.normal(size=(n, 1)) + rng.normal(size=(n, 4))), 0, 100)
    y = np.clip(50 + (x - levels) @ slopes + rng.normal(0, 5, n), 0, 100)
    return make_survey(folder, drivers=dict(zip(NAMES, x.T, strict=True)), outcomes={"y": y}, **how)


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return made(tmp_path_factory.mktemp("list"))


@pytest.fixture(scope="module")
def importance(survey: Survey) -> ImportanceResult:
    return kda.relative_importance(survey, n_boot=200)


@pytest.fixture(scope="module")
def found(survey: Survey, importance: ImportanceResult) -> PriorityResult:
    return kda.priorities(importance, survey)


@pytest.fixture(scope="module")
def service() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def service_importance(service: Survey) -> ImportanceResult:
    return kda.relative_importance(service, n_boot=100)


def test_worth_is_effect_times_room_with_both_errors(survey: Survey, found: PriorityResult) -> None:
    regression = kda.fit_regression(survey)
    answers = survey.scores[list(NAMES)]
    for i, name in enumerate(NAMES[:3]):
        at = regression.terms.index(name)
        room = 100 - answers[name].mean()
        error = np.hypot(room * regression.std_error[at], regression.estimate[at] * answers[name].sem())
        assert found.worth[:2, i] == pytest.approx([regression.estimate[at] * room, error])
        assert found.room[0, i] == pytest.approx(room)
    assert (found.worth[3] - found.worth[2])[:3] == pytest.approx(2 * 1.9648 * found.worth[1][:3], rel=1e-3)


def test_errors_of_worths_are_those_of_a_bootstrap(survey: Survey, found: PriorityResult) -> None:
    rng = np.random.default_rng(11)
    x, y = survey.scores[list(NAMES)].to_numpy(), survey.scores["y"].to_numpy()
    drawn = []
    for _ in range(400):
        rows = rng.integers(0, len(y), len(y))
        design = np.column_stack([np.ones(len(rows)), x[rows]])
        drawn.append(np.linalg.lstsq(design, y[rows], rcond=None)[0][1:] * (100 - x[rows].mean(axis=0)))
    spread = np.std(drawn, axis=0, ddof=1)
    assert found.worth[1][:3] == pytest.approx(spread[:3], rel=0.15)


def test_a_driver_without_effect_is_never_offered(found: PriorityResult) -> None:
    assert found.candidacies == ("offered", "offered", "offered", "no_effect")
    assert np.isnan(found.worth[:, 3]).all() and found.place_low[3] == 0
    assert [found.drivers[i] for i in found.order] == ["first", "second", "third"]
    assert not found.above[3].any() and not found.above[:, 3].any()


def test_clear_differences_are_claimed_and_places_follow(found: PriorityResult) -> None:
    assert found.first == ("first",)
    assert found.place_low.tolist() == [1, 2, 3, 0] and found.place_high.tolist() == [1, 2, 3, 0]
    assert found.details["before"] == [["first", "second"], ["first", "third"], ["second", "third"]]


def test_drivers_that_are_alike_share_their_places(tmp_path: Path) -> None:
    survey = made(tmp_path, slopes=(0.3, 0.3, 0.3, 0.3), n=300)
    alike = kda.priorities(kda.relative_importance(survey, n_boot=100), survey, order_by="point")
    assert set(alike.candidacies) == {"offered"}
    assert alike.first != (alike.first[0],) and len(alike.first) == 4


def test_equal_drivers_are_seldom_put_in_an_order(tmp_path: Path) -> None:
    wrong = 0
    for seed in range(12):
        survey = made(tmp_path / str(seed), slopes=(0.3, 0.3, 0.3, 0.3), n=200, seed=seed)
        importance = kda.relative_importance(survey, n_boot=100)
        wrong += bool(kda.priorities(importance, survey, order_by="point").above.any())
    # Three of twelve at a true rate of 5 % would be one case in fifty.
    assert wrong <= 2
    assert CLAIM_LEVEL == 0.95


def test_goals_of_each_kind(survey: Survey, importance: ImportanceResult) -> None:
    near = float(survey.scores["second"].mean()) + 0.1
    given = kda.priorities(importance, survey, goal={"first": 50, "second": near, "third": 40, "fourth": 90})
    assert given.goal.tolist() == [50, near, 40, 90] and set(given.goal_of) == {"given"}
    assert given.candidacies[2] == "no_room" and given.candidacies[1] == "room_open"
    assert given.room[:, 2].tolist() == [0, 0, 0]
    assert given.first == ("first",)
    for goal, code in (("target", "no_driver_targets"), ("best_units", "few_units_reach")):
        nothing = kda.attempt(kda.priorities, importance, survey=survey, goal=goal)
        assert isinstance(nothing, Unanswered) and [reason.code for reason in nothing.reasons] == [code]


def test_room_is_that_of_the_last_wave(tmp_path: Path) -> None:
    survey = made(tmp_path, waves=np.repeat(["before", "after"], 250))
    found = kda.priorities(kda.relative_importance(survey, n_boot=100), survey)
    last = survey.scores[list(NAMES)].to_numpy()[250:]
    assert found.wave == "after" and found.performance[0] == pytest.approx(last.mean(axis=0))


def test_weights_of_one_change_nothing_and_scaling_them_neither(tmp_path: Path, found: PriorityResult) -> None:
    weighted = made(tmp_path, weights=np.full(500, 2.5))
    same = kda.priorities(kda.relative_importance(weighted, n_boot=100), weighted)
    assert same.worth[:2, :3] == pytest.approx(found.worth[:2, :3])


def test_where_nothing_may_be_ranked_there_are_no_priorities(tmp_path: Path) -> None:
    survey = made(tmp_path, n=45)
    importance = kda.relative_importance(survey, n_boot=100)
    assert importance.verdict.status == "not_rankable"
    found = kda.priorities(importance, survey)
    assert found.order == () and found.first == () and not found.above.any()
    assert "offered" in found.candidacies and len(found.tidy()) == 24


def test_planted_priorities_come_out(service: Survey, service_importance: ImportanceResult) -> None:
    true = kda.example_truth("service_center")["importance"]["effects"]
    found = kda.priorities(service_importance, service, order_by="point", asymmetry=kda.asymmetry(service))
    assert found.first == ("respect",) and found.of("no_effect") == ("welcome",)
    for one, other in found.details["before"]:  # type: ignore[attr-defined]
        assert true[one] > true[other]
    assert not found.above[found.drivers.index("information"), found.drivers.index("speed")]
    shapes = dict(zip(found.drivers, found.shapes, strict=True))
    assert (shapes["presence"], shapes["alternatives"]) == ("must_have", "bonus")
    assert dict(zip(found.drivers, found.levers, strict=True))["respect"] == "front_line"
    gap = kda.priorities(service_importance, service)
    assert gap.wave == "2024Q4" and gap.first == ("respect",) and set(gap.shapes) == {""}
    reached = kda.priorities(service_importance, service, goal="best_units")
    assert reached.n_units > 20 and (reached.goal < 80).all()


def test_frames_keep_to_the_closed_list_and_are_fresh(found: PriorityResult) -> None:
    frame = found.tidy()
    assert set(frame.columns) | set(found.glance().columns) <= set(COLUMNS)
    assert len(frame) == 24 and frame["term"].tolist()[:6] == [
        "share",
        "performance",
        "goal",
        "room",
        "effect",
        "worth",
    ]
    frame["estimate"] = 0.0
    assert found.tidy()["estimate"].iloc[0] == found.share[0, 0]
    assert not found.worth.flags.writeable


def refused(*arguments: Any, **how: Any) -> str:
    with pytest.raises(kda.ModelError) as caught:
        kda.priorities(*arguments, **how)
    return str(caught.value)


def test_earlier_results_are_of_the_right_kind(survey: Survey, importance: ImportanceResult) -> None:
    assert refused(importance, survey, place="map") == (
        "Expected a result of importance_performance_map() as place=, found str; pass that result or none."
    )
    assert refused(importance, survey, asymmetry=importance) == (
        "Expected a result of asymmetry() as asymmetry=, found ImportanceResult; pass that result or none."
    )
    assert refused(importance, survey, goal=dict.fromkeys(NAMES, "80")) == (
        "Expected a goal from 0 to 100 points for 'first', found '80'; correct it."
    )


def test_what_is_asked_wrongly_is_refused(survey: Survey, importance: ImportanceResult) -> None:
    assert refused(kda.fit_regression(survey), survey) == (
        "Expected a result of relative_importance(), found RegressionResult; pass that result."
    )
    assert refused(importance, survey, order_by="cost") == (
        "Expected order_by to be 'gap' or 'point', found 'cost'; choose one of these."
    )
    assert refused(importance, survey, goal="best") == (
        "Expected goal to be 'target', 'best_units', 'scale_end' or points by driver, found 'best'; choose one of "
        "these."
    )
    assert refused(importance, survey, goal={"frist": 50}) == (
        "Expected goals of drivers among 'first', 'second', 'third', 'fourth', found 'frist'; did you mean 'first'?"
    )
    assert refused(importance, survey, goal={"first": 50}) == (
        "Expected a goal of every driver, found none of 'second'; add it to goal=."
    )
    assert refused(importance, survey, goal=dict.fromkeys(NAMES, 120)) == (
        "Expected a goal from 0 to 100 points for 'first', found 120; correct it."
    )
    grouped = kda.relative_importance(survey, groups={"both": ["first", "second"]}, n_boot=100)
    assert refused(grouped, survey) == (
        "Expected importance of single rated drivers in linear models of complete answers, which is what "
        "relative_importance() has unless told otherwise, found another; compute it so, that effects are of the same "
        "model."
    )


def test_a_list_that_contradicts_itself_cannot_be(found: PriorityResult) -> None:
    with pytest.raises(ValueError, match="A worth is told exactly of the drivers that are offered"):
        replace(found, worth=np.zeros((4, 4)))
    with pytest.raises(ValueError, match="Only drivers that are offered are put before others"):
        replace(found, above=np.ones((4, 4), dtype=bool))

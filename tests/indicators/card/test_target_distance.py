"""The distance to a target in drivers: what has a part, what parts are worth, and how sure that is."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.indicators.card.distance_result import DistanceResult
from drivers.indicators.estimates import mean_level
from drivers.results import Unanswered
from drivers.survey.data import Survey
from tests.simulated import make_survey


@pytest.fixture(scope="module")
def centre() -> DistanceResult:
    return kda.distance_in_drivers(kda.example_survey("service_center"))


def simulated(seed: int, n: int) -> dict[str, np.ndarray]:
    """Two drivers that matter, one that does not, and an outcome near 60."""
    rng = np.random.default_rng(seed)
    a, b, c = (np.clip(60 + 12 * rng.standard_normal(n) + shift, 0, 100) for shift in (0, -5, 5))
    y = np.clip(60 + 0.4 * (a - 60) + 0.2 * (b - 55) + 8 * rng.standard_normal(n), 0, 100)
    return {"a": a, "b": b, "c": c, "y": y}


def survey_of(folder: Path, columns: dict[str, np.ndarray], targets: dict[str, float], **options: Any) -> Survey:
    drivers = {name: columns[name] for name in "abc"}
    make_survey(folder, drivers=drivers, outcomes={"y": columns["y"]}, **options)
    path = folder / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    for name, target in targets.items():
        book["outcomes" if name == "y" else "drivers"][name]["target"] = target
    path.write_text(json.dumps(book), encoding="utf-8")
    return kda.read_survey(path)


# The planted truth


def test_the_aspect_without_effect_has_no_part_and_the_leader_has_the_largest_effect(centre: DistanceResult) -> None:
    truth = kda.example_truth("service_center")["importance"]
    offers = dict(zip(centre.drivers, centre.offers, strict=True))
    assert offers.pop(truth["no_effect"]) == "unclear"
    assert set(offers.values()) == {"offered"}
    assert centre.drivers[int(centre.effect[0].argmax())] == truth["leader"]
    low, high = centre.effect[1:]
    planted = np.array([truth["effects"][name] for name in centre.drivers])
    # Nine intervals of 95 %, of a model that leaves out how everybody answers in a manner of his own.
    assert ((low <= planted) & (planted <= high)).sum() >= 7


def test_goals_are_what_one_branch_in_ten_reaches(centre: DistanceResult) -> None:
    assert set(centre.goal_of) == {"best_units"}
    assert centre.n_units == 23  # the airport's few answers tell nothing of what can be reached
    # Branches differ by little more than chance: nothing near the best answer is in sight.
    assert (centre.goal - centre.performance < 6).all()
    assert centre.conclusion == "not_enough"


# Its parts


def test_worth_is_effect_times_gap_and_parts_add_up(centre: DistanceResult) -> None:
    offered = np.isfinite(centre.worth[0])
    worth = (centre.effect[0] * (centre.goal - centre.performance))[offered]
    assert centre.worth[0][offered] == pytest.approx(worth)
    assert centre.together.estimate == pytest.approx(worth.sum())
    assert centre.left.estimate == pytest.approx(centre.needed.estimate - worth.sum())
    assert centre.needed.estimate == pytest.approx(70 - centre.value.estimate)
    assert [centre.worth[0][i] for i in centre.order] == sorted(worth, reverse=True)


def test_effects_are_those_of_the_regression() -> None:
    survey = kda.example_survey("service_center").select(wave="2024Q3")
    regression = kda.fit_regression(survey)
    distance = kda.distance_in_drivers(survey)
    places = [regression.terms.index(name) for name in distance.drivers]
    assert distance.effect == pytest.approx(
        np.array([regression.estimate, regression.conf_low, regression.conf_high])[:, places]
    )
    assert distance.wave == "2024Q3"


def test_a_driver_s_own_target_is_its_goal_and_the_best_answer_where_nothing_else_is_known(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, simulated(1, 400), {"y": 66, "a": 70})
    distance = kda.distance_in_drivers(survey)
    assert distance.goal_of == ("target", "scale_end", "scale_end")
    assert distance.goal.tolist() == [70, 100, 100]
    assert distance.offers == ("offered", "offered", "unclear")
    assert distance.conclusion == "enough"


def test_a_driver_at_its_goal_has_no_part(tmp_path: Path) -> None:
    distance = kda.distance_in_drivers(survey_of(tmp_path, simulated(1, 400), {"y": 66, "a": 50}))
    assert distance.offers[0] == "no_room"
    assert np.isnan(distance.worth[:, 0]).all()


def test_units_that_differ_by_chance_alone_set_no_goal_above_the_mean(tmp_path: Path) -> None:
    """Of 15 units of 30 the best look good; once chance is cut away, hardly anything is left of it."""
    columns = simulated(2, 450)
    units = np.repeat([f"u{k:02d}" for k in range(15)], 30)
    distance = kda.distance_in_drivers(survey_of(tmp_path, columns, {"y": 70}, unit=units))
    means = np.array([[columns[name][units == unit].mean() for name in "abc"] for unit in np.unique(units)])
    assert distance.n_units == 15
    raw = np.quantile(means, 0.9, axis=0) - means.mean(axis=0)
    assert ((distance.goal - means.mean(axis=0)) < 0.75 * raw).all()


def test_units_that_really_differ_keep_their_spread(tmp_path: Path) -> None:
    columns = simulated(3, 1500)
    units = np.repeat([f"u{k:02d}" for k in range(15)], 100)
    lift = np.linspace(-12, 12, 15)
    columns["a"] = np.clip(columns["a"] + np.repeat(lift, 100), 0, 100)
    distance = kda.distance_in_drivers(survey_of(tmp_path, columns, {"y": 70}, unit=units))
    means = np.array([columns["a"][units == unit].mean() for unit in np.unique(units)])
    assert distance.goal[0] == pytest.approx(np.quantile(means, 0.9), abs=0.5)


def test_errors_are_those_of_resamples(tmp_path: Path) -> None:
    columns = simulated(4, 500)
    distance = kda.distance_in_drivers(survey_of(tmp_path, columns, {"y": 68, "a": 72, "b": 70, "c": 80}))
    rng, n = np.random.default_rng(5), 500
    x, y = np.column_stack([columns[name] for name in "abc"]), columns["y"]
    drawn = []
    for _ in range(1500):
        rows = rng.integers(0, n, n)
        design = np.column_stack([np.ones(n), x[rows]])
        effect = np.linalg.lstsq(design, y[rows], rcond=None)[0][1:]
        parts = effect * (np.array([72, 70, 80]) - x[rows].mean(axis=0))
        drawn.append([*parts[:2], parts[:2].sum(), 68 - y[rows].mean() - parts[:2].sum()])
    assert distance.offers == ("offered", "offered", "unclear")
    errors = np.std(drawn, axis=0)
    assert distance.worth[1, :2] == pytest.approx(errors[:2], rel=0.1)
    reach = (distance.worth[3, 0] - distance.worth[0, 0]) / distance.worth[1, 0]
    for told, error in zip((distance.together, distance.left), errors[2:], strict=True):
        assert (told.conf_high - told.estimate) / reach == pytest.approx(error, rel=0.1)


def test_an_event_that_should_happen_less_is_told_in_the_good_direction(tmp_path: Path) -> None:
    """Churn of 30 %, which falls where the first driver rises: turned, its worth is positive."""
    rng, columns = np.random.default_rng(8), simulated(6, 900)
    survey_of(tmp_path, columns, {})
    path = tmp_path / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    left = rng.random(900) < np.clip(0.3 - 0.012 * (columns["a"] - 60), 0, 1)
    answers = (tmp_path / "answers.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{line},{value}" for line, value in zip(answers, ["left", *left.astype(int)], strict=True)]
    (tmp_path / "answers.csv").write_text("\n".join(rows), encoding="utf-8")
    book["scales"]["yes"] = {"type": "binary"}
    book["items"]["left"] = {"column": "left", "scale": "yes"}
    churn = {"items": ["left"], "kind": "event", "better": "lower", "label": {"en": "Left"}, "target": 20}
    book["outcomes"]["churn"] = churn
    path.write_text(json.dumps(book), encoding="utf-8")
    distance = kda.distance_in_drivers(kda.read_survey(path), outcome="churn")
    assert distance.better == "lower"
    assert distance.needed.estimate == pytest.approx(100 * left.mean() - 20)
    assert distance.offers[0] == "offered"
    assert distance.effect[0, 0] == pytest.approx(1.2, abs=0.4)
    assert distance.worth[0, 0] > 0


# Weights and design


def test_levels_and_errors_follow_weights_and_sampling_units(tmp_path: Path) -> None:
    columns = simulated(7, 600)
    clusters = np.repeat(np.arange(60), 10)
    rng = np.random.default_rng(9)
    columns["y"] = np.clip(columns["y"] + rng.normal(0, 6, 60)[clusters], 0, 100)
    weights = rng.uniform(0.5, 2, 600)
    survey = survey_of(tmp_path / "a", columns, {"y": 75}, clusters=clusters, weights=weights)
    distance = kda.distance_in_drivers(survey)
    level = mean_level(survey, survey.scores["y"].to_numpy(), survey.domain, 0.95)
    assert distance.value == level
    assert distance.performance[0] == pytest.approx(np.average(columns["a"], weights=weights))
    plain = kda.distance_in_drivers(survey_of(tmp_path / "b", columns, {"y": 75}, weights=weights))
    wide, narrow = (one.needed.conf_high - one.needed.conf_low for one in (distance, plain))
    assert wide > 1.5 * narrow


# Refusals and the result


@pytest.mark.parametrize(
    ("targets", "code", "message"),
    [
        (
            {},
            "no_target",
            "Expected a target of 'y', found none; write one under outcomes.y.target, or under an indicator of its "
            "mean.",
        ),
        (
            {"y": 40},
            "target_reached",
            "Expected 'y' short of its target 40, found it at 59.7; there is no distance to tell.",
        ),
    ],
)
def test_without_a_distance_there_is_nothing_to_tell(
    tmp_path: Path, targets: dict[str, float], code: str, message: str
) -> None:
    survey = survey_of(tmp_path, simulated(1, 400), targets)
    with pytest.raises(kda.ModelError) as caught:
        kda.distance_in_drivers(survey)
    assert str(caught.value) == message
    told = kda.attempt(kda.distance_in_drivers, survey)
    assert isinstance(told, Unanswered)
    assert [reason.code for reason in told.reasons] == [code]


def test_rows_are_in_the_closed_list(centre: DistanceResult) -> None:
    rows = centre.tidy()
    assert set(rows.columns) <= set(COLUMNS)
    assert len(rows) == 4 * len(centre.drivers) + 4
    worth = rows[rows["term"] == "worth"].set_index("driver")
    assert worth.loc["welcome", "conclusion"] == "unclear"
    assert worth["estimate"].sum() == pytest.approx(centre.together.estimate)


def test_parts_that_do_not_add_up_are_refused(centre: DistanceResult) -> None:
    with pytest.raises(ValueError, match="add up"):
        replace(centre, together=centre.left)
    with pytest.raises(ValueError, match="exactly where it is offered"):
        replace(centre, offers=("offered",) * len(centre.offers))


@pytest.mark.parametrize("without", ["b", "abc"])
def test_drivers_that_nobody_who_counts_rated_in_the_wave_are_left_out(tmp_path: Path, without: str) -> None:
    columns = simulated(21, 300)
    last = np.arange(300) >= 150
    weights = np.where(np.arange(300) < 170, 1.0, 2.0)
    weights[150:165] = 0
    for name in without:
        columns[name][165:] = np.nan  # fifteen rated it, none of whom counts
    waves = np.where(last, "2023", "2022")
    survey = survey_of(tmp_path, columns, {"y": 90.0}, weights=weights, waves=waves)
    if without == "abc":
        with pytest.raises(kda.ModelError, match="Expected a driver with at least 10 answers in the wave") as caught:
            kda.distance_in_drivers(survey)
        assert (caught.value.code, dict(caught.value.values)) == ("few_in_wave", {"needed": 10})
    else:
        assert kda.distance_in_drivers(survey).drivers == ("a", "c")

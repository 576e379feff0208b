"""The plan for a budget: the planted one, its parts by hand, and what is refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.decisions.spending.best_points import best_points
from drivers.decisions.spending.budget_plan import _prices
from drivers.decisions.spending.plan_result import PlanResult
from drivers.results import Unanswered
from drivers.survey.codebook.decisions import Cost
from drivers.survey.data import Survey
from drivers.survey.outcome_statistics import in_wave
from tests.simulated import make_survey

N_BOOT = 300


@pytest.fixture(scope="module")
def service() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def plan(service: Survey) -> PlanResult:
    return kda.plan_budget(service, n_boot=N_BOOT)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """Three drivers: a with an effect near the end of its scale, b with one, c without; and people who leave."""
    rng = np.random.default_rng(2)
    folder = tmp_path_factory.mktemp("small")
    drivers = {
        "a": np.clip(rng.normal(97, 3, 400), 0, 100),
        "b": np.clip(rng.normal(60, 10, 400), 0, 100),
        "c": np.clip(rng.normal(50, 10, 400), 0, 100),
    }
    y = 0.4 * drivers["a"] + 0.3 * drivers["b"] + rng.normal(0, 3, 400)
    return make_survey(folder, drivers=drivers, outcomes={"y": np.clip(y, 0, 100)})


def costs(**given: tuple[float, float]) -> dict[str, dict[str, Any]]:
    return {name: {"per_point": price, "ceiling": ceiling} for name, (price, ceiling) in given.items()}


def test_the_planted_plan_is_found(plan: PlanResult) -> None:
    planted = kda.example_truth("service_center")["budget"]
    assert plan.budget == planted["budget"] == pytest.approx(plan.spent)
    assert dict(zip(plan.drivers, plan.points, strict=True)) == pytest.approx(planted["plan"], abs=1e-4)
    assert plan.corrected[1] < planted["gain"] < plan.corrected[2]
    assert plan.corrected[0] <= plan.raw[0]
    truth = kda.example_truth("service_center")["importance"]["effects"]
    assert planted["gain"] == pytest.approx(
        sum(truth[name] * points for name, points in zip(plan.drivers, plan.points, strict=True)), abs=1e-3
    )


def test_what_gets_no_money_has_its_reason(plan: PlanResult) -> None:
    offers = dict(zip(plan.drivers, plan.offers, strict=True))
    assert offers["welcome"] == "unclear" and plan.effect[1, plan.drivers.index("welcome")] <= 0
    assert {name for name, offer in offers.items() if offer == "outbid"} == {
        "presence",
        "fairness",
        "alternatives",
        "speed",
    }
    stops = dict(zip(plan.drivers, plan.stops, strict=True))
    assert {name: stop for name, stop in stops.items() if stop} == {
        "respect": "money",
        "empathy": "ceiling",
        "information": "ceiling",
        "honesty": "ceiling",
    }


def test_parts_are_effect_times_points(plan: PlanResult, service: Survey) -> None:
    regression = kda.fit_regression(service)
    place = [regression.terms.index(name) for name in plan.drivers]
    assert plan.effect[0] == pytest.approx(regression.estimate[place])
    assert plan.gain == pytest.approx(plan.effect * plan.points)
    assert plan.raw[0] == pytest.approx(plan.gain[0].sum())
    error = np.sqrt(plan.points @ regression.covariance[np.ix_(place, place)] @ plan.points)
    assert (plan.raw[2] - plan.raw[1]) / 2 == pytest.approx(1.963 * error, rel=1e-2)
    assert plan.next_gain == pytest.approx(max(plan.effect[0, plan.drivers.index("respect")] / 14, 0))


def test_the_frontier_rises_with_ever_smaller_steps_through_the_plan(plan: PlanResult) -> None:
    line = plan.frontier
    slopes = np.diff(line.raw) / np.diff(line.budget)
    assert (slopes > 0).all() and (np.diff(slopes) <= 1e-12).all()
    here = list(line.budget).index(100.0)
    assert (line.raw[here], line.corrected[here]) == pytest.approx((plan.raw[0], plan.corrected[0]))
    full = [name for name in line.full if name]
    assert full[:4] == ["information", "honesty", "empathy", "respect"]
    assert list(line.budget[1:4]) == pytest.approx([32, 41, 61])
    # Between the kinks the best gain lies on the straight line.
    prices = _prices(list(_costs(plan)), 100 - plan.performance, None)
    effect = np.where(plan.effect[1] > 0, plan.effect[0], 0.0)
    for budget in (17.0, 80.0, 300.0, 480.0):
        assert effect @ best_points(effect, prices, budget) == pytest.approx(np.interp(budget, line.budget, line.raw))


def _costs(plan: PlanResult) -> list[Cost]:
    return [Cost(per_point=float(c), ceiling=float(u)) for c, u in zip(plan.per_point, plan.ceiling, strict=True)]


def test_diminishing_returns_spread_the_money(plan: PlanResult, service: Survey) -> None:
    spread = kda.plan_budget(service, returns="diminishing", n_boot=0)
    assert spread.spent == pytest.approx(100)
    assert len(spread.order) > len(plan.order)
    assert spread.raw[0] < plan.raw[0]
    assert spread.diminishing.all() and set(spread.stops) == {"", "money"}
    assert np.isnan(spread.funded).all() and np.isnan(spread.regret) and np.isnan(spread.corrected[1])


def test_stability_counts_the_resamples(plan: PlanResult) -> None:
    funded = dict(zip(plan.drivers, plan.funded, strict=True))
    assert funded["information"] == 1 and funded["welcome"] < 0.05 and 0.5 < funded["empathy"] < 1
    assert (plan.spread[0] <= plan.points + 1e-9).all() and (plan.points <= plan.spread[1] + 1e-9).all()
    assert 0 <= plan.regret < 0.1


def test_the_scale_ends_where_a_ceiling_would_go_on(small: Survey) -> None:
    found = kda.plan_budget(small, budget=1000, costs=costs(a=(1, 20), b=(1, 20), c=(0.01, 20)), n_boot=0)
    place = dict(zip(found.drivers, range(3), strict=True))
    assert found.points[place["a"]] == pytest.approx(100 - small.scores["a"].mean())
    assert [found.stops[place[name]] for name in ("a", "b", "c")] == ["scale_end", "ceiling", ""]
    assert found.offers[place["c"]] == "unclear"
    assert found.next_gain == 0 and found.spent < 1000


def test_money_given_goes_before_the_codebooks(service: Survey) -> None:
    found = kda.plan_budget(service, budget=32, n_boot=0)
    assert [found.drivers[i] for i in found.order] == ["information"] and found.spent == pytest.approx(32)
    other = kda.plan_budget(service, costs=costs(speed=(1, 5)), n_boot=0)
    assert other.drivers == ("speed",) and other.spent == pytest.approx(5) and "respect" in other.without_cost


def test_an_event_to_be_avoided_is_gained_by_having_less_of_it(service: Survey) -> None:
    regression = kda.fit_regression(service, outcome="churn")
    found = kda.plan_budget(service, outcome="churn", n_boot=0)
    place = [regression.terms.index(name) for name in found.drivers]
    assert found.better == "lower"
    assert found.effect[0] == pytest.approx(-regression.estimate[place])
    assert (found.points[found.effect[1] <= 0] == 0).all()


def test_optional_drivers_with_a_cost_are_told_to_be_left_out(service: Survey) -> None:
    found = kda.plan_budget(service, costs=costs(access=(1, 5), speed=(1, 5)), n_boot=0)
    assert found.left_out == ("access",) and found.drivers == ("speed",)


def test_the_same_seed_gives_the_same_plan(service: Survey, plan: PlanResult) -> None:
    again = kda.plan_budget(service, n_boot=N_BOOT)
    assert again.tidy().equals(plan.tidy())
    assert not kda.plan_budget(service, n_boot=N_BOOT, seed=2).tidy().equals(plan.tidy())


def test_tables_hold_known_columns(plan: PlanResult) -> None:
    tidy, glance = plan.tidy(), plan.glance()
    assert set(tidy) | set(glance) <= set(COLUMNS)
    assert list(tidy.term[: len(plan.drivers)]) == ["driver"] * len(plan.drivers)
    assert glance.gain[0] == plan.corrected[0]
    tidy.loc[0, "points"] = -1
    assert plan.tidy().points[0] != -1


@pytest.mark.parametrize(
    "broken",
    [
        {"budget": 50.0},
        {"points": np.full(9, 100.0)},
        {"raw": np.array([9.0, 8.0, 10.0])},
    ],
)
def test_a_plan_whose_parts_do_not_fit_is_none(plan: PlanResult, broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="plan"):
        replace(plan, **broken)


def test_without_costs_there_is_no_plan(small: Survey) -> None:
    with pytest.raises(kda.ModelError) as caught:
        kda.plan_budget(small)
    assert str(caught.value) == (
        "Expected what points of the drivers cost, found nothing; write it under 'budget:' in the codebook, or give "
        "costs=."
    )
    found = kda.attempt(kda.plan_budget, small)
    assert isinstance(found, Unanswered) and [reason.code for reason in found.reasons] == ["no_costs"]


def test_a_wave_with_hardly_an_answer_has_no_room_to_tell(service: Survey) -> None:
    survey = service.select(unit="b01")
    scores = survey.scores.copy()
    scores.iloc[np.flatnonzero(in_wave(survey, len(survey.waves) - 1))[5:]] = np.nan
    found = kda.attempt(kda.plan_budget, replace(survey, scores=scores), n_boot=0)
    assert isinstance(found, Unanswered)
    assert [(reason.code, dict(reason.values)) for reason in found.reasons] == [("few_in_wave", {"needed": 10})]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"costs": {"d": {"per_point": 1, "ceiling": 2}}},
            "Expected costs of drivers (a, b, c), found 'd'; correct the name or leave it out.",
        ),
        (
            {"costs": {"a": {"per_point": 0, "ceiling": 2}}, "budget": 5},
            "Expected per_point and ceiling above 0 and returns linear or diminishing as the costs of 'a', found "
            "{'per_point': 0, 'ceiling': 2} (per_point); correct it.",
        ),
        (
            {"costs": {"a": {"per_point": 1, "ceiling": 2}}},
            "Expected a budget, found none; write one under 'budget:' in the codebook, or give budget=.",
        ),
        (
            {"costs": {"a": {"per_point": 1, "ceiling": 2}}, "budget": -3},
            "Expected a budget above 0, found -3; give what there is to spend.",
        ),
        (
            {"costs": {"a": {"per_point": 1, "ceiling": 2}}, "budget": 3, "drivers": ["b", "c"]},
            "Expected costs of a driver in the model (b, c), found costs of a; name one of these in drivers=.",
        ),
    ],
)
def test_wrong_questions_are_refused_in_whole_sentences(small: Survey, given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(kda.ModelError) as caught:
        kda.plan_budget(small, **given)
    assert str(caught.value) == sentence


def test_weights_and_design_count(tmp_path: Path) -> None:
    """Repeated rows are no more information where they are one sampling unit."""
    rng = np.random.default_rng(3)
    x = np.clip(rng.normal(60, 12, (60, 2)), 0, 100)
    y = np.clip(20 + x @ [0.3, 0.3] + rng.normal(0, 4, 60), 0, 100)
    (tmp_path / "one").mkdir()
    (tmp_path / "many").mkdir()
    price = costs(a=(1, 10), b=(1, 10))
    few = make_survey(tmp_path / "one", drivers={"a": x[:, 0], "b": x[:, 1]}, outcomes={"y": y}, clusters=np.arange(60))
    again = np.repeat(np.arange(60), 4)
    many = make_survey(
        tmp_path / "many", drivers={"a": x[again, 0], "b": x[again, 1]}, outcomes={"y": y[again]}, clusters=again
    )
    one, other = (kda.plan_budget(survey, budget=10, costs=price, n_boot=200) for survey in (few, many))
    assert one.points == pytest.approx(other.points)
    assert one.corrected == pytest.approx(other.corrected)

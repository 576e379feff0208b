"""The one minute: whose results it takes, its light, and what it offers first."""

from typing import Any

import pytest

import drivers as kda
from drivers.results import Unanswered
from tests.shown import N_BOOT


@pytest.fixture(scope="module")
def given() -> dict[str, Any]:
    survey = kda.example_survey("service_center")
    importance = kda.relative_importance(survey, n_boot=N_BOOT)
    return {
        "scores": kda.outcome_scores(survey),
        "importance": importance,
        "priorities": kda.priorities(importance, survey=survey),
        "what_if": kda.what_if_table(survey),
        "compared": kda.compare_units(survey),
    }


def minute(given: dict[str, Any], **other: Any) -> Any:
    taken = {**given, **other}
    return kda.one_minute(taken.pop("scores"), **taken)


def test_its_light_is_that_of_the_weakest_check(given: dict[str, Any]) -> None:
    found = minute(given)
    lights = [check.light for check in given["importance"].checks]
    assert "red" not in lights
    assert found.light == "amber"
    assert found.weak == {check.code: "amber" for check in given["importance"].checks if check.light == "amber"}
    survey = kda.example_survey("judges")
    weak = kda.one_minute(kda.outcome_scores(survey), importance=kda.relative_importance(survey, n_boot=N_BOOT))
    assert weak.light == "red"
    assert next(iter(weak.weak.values())) == "red"


def test_what_comes_first_is_that_of_the_priorities(given: dict[str, Any]) -> None:
    assert minute(given).first == given["priorities"].first == ("respect",)
    # Without a list, what the order of drivers puts first.
    assert minute(given, priorities=None).first == given["importance"].verdict.top_group == ("respect",)


def test_nothing_is_offered_where_drivers_cannot_be_ranked() -> None:
    survey = kda.example_survey("judges")
    importance = kda.relative_importance(survey, n_boot=N_BOOT)
    found = kda.one_minute(
        kda.outcome_scores(survey), importance=importance, priorities=kda.priorities(importance, survey=survey)
    )
    assert importance.verdict.status == "not_rankable"
    assert found.first == ()


def test_it_has_no_number_of_its_own(given: dict[str, Any]) -> None:
    found = minute(given)
    assert found.tidy().equals(given["scores"].tidy().head(1))
    assert found.details["first"] == ["respect"]


def test_a_reason_may_stand_for_a_result(given: dict[str, Any]) -> None:
    few = kda.example_survey("service_center").select(unit="b09", wave="2024Q4")
    nothing = kda.attempt(kda.relative_importance, few)
    assert isinstance(nothing, Unanswered)
    found = minute(given, importance=nothing)
    assert (found.light, found.verdict, found.first) == ("red", None, ())


def test_another_result_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(kda.ModelError) as caught:
        minute(given, what_if=given["priorities"])
    assert str(caught.value) == (
        "Expected what_if to be a result of kind 'what_if_table', found 'priorities'; "
        "pass what the function of that name returned."
    )
    with pytest.raises(kda.ModelError, match="found 'DataFrame'"):
        minute(given, importance=given["scores"].tidy())

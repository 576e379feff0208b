"""What is asked in a wrong way ends in a sentence, whatever is given."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import drivers as kda
from drivers.errors import ModelError, SurveyError
from drivers.models.given import is_number, is_whole
from drivers.survey.data import Survey
from tests.simulated import make_survey


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    rng = np.random.default_rng(2)
    rated = rng.integers(0, 101, (120, 2)).astype(float)
    return make_survey(
        tmp_path_factory.mktemp("given"),
        drivers={"a": rated[:, 0], "b": rated[:, 1]},
        outcomes={"y": np.clip(rated.mean(axis=1) + rng.normal(0, 9, 120), 0, 100)},
        unit=np.repeat(["u", "v"], 60),
    )


COST = {"a": {"per_point": 1, "ceiling": 5}}


@pytest.mark.parametrize(
    ("analysis", "given", "sentence"),
    [
        (kda.what_if, {"changes": "a"}, "Expected points by driver in changes=, found 'a'; write them as {'a': 5}."),
        (kda.what_if, {"changes": 5}, "Expected points by driver in changes=, found 5; write them as {'a': 5}."),
        (kda.what_if, {"changes": {5: 5}}, "Expected driver to be one of 'a', 'b', found 5; choose one of these."),
        (kda.what_if, {"changes": {"a": 1}, "moving": 5}, "Expected moving to be 'alone' or 'together', found 5; "
         "choose one of these."),
        (kda.what_if, {"changes": {"a": 1}, "outcomes": "y"}, "Expected a list of names in outcomes=, found 'y'; "
         "write ['y']."),
        (kda.what_if, {"changes": {"a": 1}, "drivers": "ab"}, "Expected a list of names in drivers=, found 'ab'; "
         "write ['ab']."),
        (kda.what_if, {"changes": {"a": 1}, "always": 5}, "Expected a list of names in always=, found 5; write them "
         "in [ ]."),
        (kda.what_if, {"changes": {"a": 1}, "conf_level": "x"}, "Expected conf_level from 0.5 to below 1, found x; "
         "use 0.95 for 95 %."),
        (kda.what_if_table, {"step": "5"}, "Expected step in points from -100 to 100 and not 0, found '5'; use 5 for "
         "five points."),
        (kda.what_if_promises, {"step": None}, "Expected step in points above 0 and up to 100, found None; use 5 for "
         "five points."),
        (kda.plan_budget, {"costs": 5, "budget": 5}, "Expected costs by driver, found 5; write them as {driver: "
         "{'per_point': 1, 'ceiling': 5}}."),
        (kda.plan_budget, {"costs": {"a": 5}, "budget": 5}, "Expected per_point and ceiling above 0 and returns "
         "linear or diminishing as the costs of 'a', found 5 (no mapping); correct it."),
        (kda.plan_budget, {"costs": COST, "budget": "5"}, "Expected a budget above 0, found '5'; give what there is "
         "to spend."),
        (kda.plan_budget, {"costs": COST, "budget": True}, "Expected a budget above 0, found True; give what there "
         "is to spend."),
        (kda.plan_budget, {"costs": COST, "budget": 5, "returns": "linaer"}, "Expected returns to be 'linear' or "
         "'diminishing', found 'linaer'; did you mean 'linear'?"),
        (kda.plan_budget, {"costs": COST, "budget": 5, "n_boot": "x"}, "Expected n_boot of 0 or at least 100 "
         "replicates, found x; use 1000 or more."),
        (kda.plan_budget, {"costs": COST, "budget": 5, "seed": 1.5}, "Expected a whole number as the seed, found "
         "1.5; any of 0 or more will do."),
        (kda.compare_units, {"seed": -1}, "Expected a seed of 0 or more, found -1; any such number will do."),
        (kda.comment_themes, {"seed": -1}, "Expected a seed of 0 or more, found -1; any such number will do."),
        (kda.review_themes, {"seed": "x"}, "Expected a whole number as the seed, found 'x'; any of 0 or more will do."),
        (kda.staff_and_customers, {"seed": -1}, "Expected a seed of 0 or more, found -1; any such number will do."),
        (kda.segment_effects, {"segment": 5}, "Expected a list of names in segment=, found 5; write them in [ ]."),
        (kda.reversals, {"segment": 5}, "Expected a list of names in segment=, found 5; write them in [ ]."),
        (kda.pooled_segments, {"segment": 5}, "Expected a list of names in segment=, found 5; write them in [ ]."),
        (kda.next_wave, {"changes": [float("nan")]}, "Expected changes from 0.01 to 100 points, found [nan]; use "
         "(1, 2, 3, 5)."),
        (kda.next_wave, {"changes": [1e-300]}, "Expected changes from 0.01 to 100 points, found [1e-300]; use "
         "(1, 2, 3, 5)."),
        (kda.next_wave, {"changes": 5}, "Expected changes from 0.01 to 100 points, found 5; use (1, 2, 3, 5)."),
        (kda.next_wave, {"target": "x"}, "Expected a target from 0 to 100, found 'x'; give it in points of 100."),
        (kda.next_wave, {"power": None}, "Expected power from 0.5 to below 1, found None; use 0.8 for 80 %."),
        (kda.next_wave, {"drivers": "a"}, "Expected a list of names in drivers=, found 'a'; write ['a']."),
        (kda.gap_in_drivers, {"against": "other_unit"}, "Expected against to be one of 'outside', 'best_units', "
         "'other_units', found 'other_unit'; did you mean 'other_units'?"),
    ],
)  # fmt: skip
def test_each_wrong_question_has_its_sentence(
    survey: Survey, analysis: Callable[..., object], given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ModelError) as caught:
        analysis(survey, **given)
    assert str(caught.value) == sentence


def test_an_analysis_comes_first(survey: Survey) -> None:
    for swapped in (
        lambda: kda.by_wave(survey, kda.outcome_scores),  # type: ignore[arg-type]
        lambda: kda.by_segment(survey, kda.outcome_scores, segment="unit"),  # type: ignore[arg-type]
    ):
        with pytest.raises(ModelError) as caught:
            swapped()
        assert str(caught.value) == (
            "Expected an analysis such as relative_importance first and then the survey, found Survey; pass the "
            "function itself."
        )
    with pytest.raises(ModelError, match="Expected the name of one segment, found \\['unit'\\]; name one\\."):
        kda.by_segment(kda.outcome_scores, survey, segment=["unit"])  # type: ignore[arg-type]


def test_a_selection_is_by_column_and_value(survey: Survey) -> None:
    with pytest.raises(SurveyError) as caught:
        survey.select(only="x")  # type: ignore[arg-type]
    assert str(caught.value) == "Expected only= as column and value, found 'x'; write it as {'column': 'value'}."


def test_numbers_of_numpy_are_numbers(survey: Survey, tmp_path: Path) -> None:
    assert is_number(np.float64(5)) and is_whole(np.int64(5)) and not is_whole(5.0) and not is_number(np.bool_(True))
    found = kda.what_if(survey, {"a": np.int64(5)}, conf_level=np.float64(0.9))
    assert found.asked[0] == 5

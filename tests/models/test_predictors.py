"""The columns of a model: who is used, in which order columns stand, and what is refused before anything is fitted."""

from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.models.predictors import Predictors, effective_size, predictors
from drivers.survey.data import Survey
from tests.reference_numbers import AGREEMENT, service_survey, table
from tests.simulated import make_survey

ROUNDING = 1e-12
"""Relative: sums of some hundred numbers in another order."""


@pytest.fixture
def columns() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(101)
    x = rng.uniform(10, 90, (60, 4))
    return {**dict(zip("abcd", x.T, strict=True)), "y": 0.5 * x[:, 0] + rng.uniform(0, 50, 60)}


def survey_of(folder: Path, columns: dict[str, np.ndarray], **options: object) -> Survey:
    drivers = {name: column for name, column in columns.items() if name != "y"}
    return make_survey(folder, drivers=drivers, outcomes={"y": columns["y"]}, **options)  # type: ignore[arg-type]


def predictors_of(survey: Survey, **arguments: object) -> Predictors:
    return predictors(survey, **{"outcome": None, "drivers": None, "always": None, **arguments})  # type: ignore[arg-type]


def refusal(survey: Survey, **arguments: object) -> str:
    with pytest.raises(kda.ModelError) as caught:
        predictors_of(survey, **arguments)
    return str(caught.value)


# Which columns


def test_controls_come_first_then_drivers_unit_by_unit_then_the_outcome(
    tmp_path: Path, columns: dict[str, np.ndarray]
) -> None:
    kind = np.array(["shop", "phone", "web"])[np.arange(60) % 3]
    survey = survey_of(tmp_path, columns, segments={"kind": kind})
    found = predictors_of(survey, always=["kind"], groups={"g": ("d", "b")})
    # Indicators of all values but the first in the alphabet; a group's drivers stand in the codebook's order.
    assert found.terms == ("kind=shop", "kind=web", "a", "b", "d", "c")
    assert (found.drivers, found.controls, found.outcome) == (("a", "g", "c"), ("kind",), "y")
    assert found.starts.tolist() == [2, 3, 5, 6]
    expected = [kind == "shop", kind == "web", *(columns[name] for name in "abdcy")]
    np.testing.assert_allclose(found.values, np.column_stack(expected), rtol=ROUNDING)


def test_drivers_keep_the_order_in_which_they_are_named(tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    found = predictors_of(survey_of(tmp_path, columns), drivers=["c", "a"])
    assert found.terms == found.drivers == ("c", "a")
    np.testing.assert_allclose(found.values[:, 0], columns["c"], rtol=ROUNDING)


def test_means_by_driver_average_a_group(tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    found = predictors_of(survey_of(tmp_path, columns), always=["c"], groups={"g": ("b", "d")})
    assert found.drivers == ("a", "g")
    np.testing.assert_allclose(found.driver_means(np.array([4.0, 10.0, 20.0])), [4.0, 15.0], rtol=ROUNDING)
    np.testing.assert_allclose(
        found.driver_means(np.array([[4.0, 10.0, 20.0], [0.0, 1.0, 2.0]])), [[4.0, 15.0], [0.0, 1.5]], rtol=ROUNDING
    )


# Who is used


def test_rows_are_complete_inside_the_domain_and_have_weight(tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    columns["a"][3], columns["y"][4], columns["d"][5] = np.nan, np.nan, np.nan
    weights = np.full(60, 2.0)
    weights[10] = 0.0
    survey = survey_of(tmp_path, columns, weights=weights, unit=np.repeat(["n", "s"], 30)).select(unit="n")
    expected = np.arange(60) < 30
    expected[[3, 4, 10]] = False
    found = predictors_of(survey, drivers=["a", "b"])
    assert np.array_equal(found.rows, expected), "an answer missing in a driver that is not used costs nobody"
    assert (found.sample.n_asked, found.sample.n) == (30, 27)


def test_the_commonest_answer_is_counted_by_weight(tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    columns["a"][:20] = 50.0
    weights = np.where(np.arange(60) < 20, 4.0, 1.0)
    found = predictors_of(survey_of(tmp_path, columns, weights=weights))
    assert found.modal_part(0) == pytest.approx(80 / 120, rel=ROUNDING)
    assert found.modal_part(1) == pytest.approx(4 / 120, rel=ROUNDING)


# Effective size


def test_without_weights_and_design_it_is_n(tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    assert predictors_of(survey_of(tmp_path, columns)).n_effective == pytest.approx(60, rel=ROUNDING)


def test_with_weights_alone_it_is_that_of_kish(tmp_path: Path) -> None:
    found = predictors_of(service_survey(tmp_path, weighted=True)).n_effective
    expected = table("kish.csv").set_index("quantity")["value"]["kish_n_eff"]
    np.testing.assert_allclose(found, expected, rtol=AGREEMENT)


@pytest.mark.parametrize("name", ["sat", "loy", "nps", "respect", "fairness"])
def test_with_a_design_it_is_n_over_the_design_effect_of_svymean(name: str, tmp_path: Path) -> None:
    survey = service_survey(tmp_path, design=True)
    values = survey.scores[name].to_numpy()
    found = effective_size(survey, np.ones(600, dtype=bool), values)
    # deff="replace": against a simple random sample with replacement.
    expected = 600 / table("survey_means.csv").query("design == 'design'").set_index("name").loc[name, "deff"]
    np.testing.assert_allclose(found, expected, rtol=AGREEMENT)


def test_clusters_of_equal_answers_count_as_one_answer_each(tmp_path: Path) -> None:
    rng = np.random.default_rng(102)
    between = np.repeat(rng.uniform(0, 100, 40), 5)
    columns = {"a": rng.uniform(0, 100, 200), "b": rng.uniform(0, 100, 200), "y": between}
    found = predictors_of(survey_of(tmp_path, columns, clusters=np.repeat(np.arange(40), 5))).n_effective
    # 40 answers; the factor compares n − 1 of the respondents with n − 1 of the clusters.
    assert found == pytest.approx(200 / (5 * (40 / 39) * (199 / 200)), rel=ROUNDING)


# Errors


def test_an_unknown_outcome_is_refused_with_the_one_that_was_meant(
    tmp_path: Path, columns: dict[str, np.ndarray]
) -> None:
    survey = make_survey(
        tmp_path, drivers={"speed": columns["a"]}, outcomes={"satisfaction": columns["y"], "loyalty": columns["b"]}
    )
    assert refusal(survey, outcome="satisfacton") == (
        "Expected outcome to be one of 'satisfaction', 'loyalty', found 'satisfacton'; did you mean 'satisfaction'?"
    )
    assert refusal(survey, outcome="speed") == (
        "Expected outcome to be one of 'satisfaction', 'loyalty', found 'speed'; choose one of these."
    )
    assert refusal(survey, drivers=["sped"]) == (
        "Expected driver to be one of 'speed', found 'sped'; did you mean 'speed'?"
    )


def test_no_driver_and_one_twice_are_refused(tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    survey = survey_of(tmp_path, columns)
    assert refusal(survey, drivers=[]) == "Expected at least one driver, found none; name some in drivers=."
    assert refusal(survey, drivers=["a", "b", "a"]) == "Expected each driver once, found 'a' twice; remove one."


def test_a_control_that_is_nothing_is_refused(tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    survey = survey_of(tmp_path, {"a": columns["a"], "y": columns["y"]}, segments={"kind": np.arange(60) % 2})
    assert refusal(survey, always=["knid"]) == (
        "Expected a control to be an item, a segment or a driver, found 'knid'; there are a_1, y_1, kind, a."
    )


def test_groups_that_do_not_fit_are_refused(tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    survey = survey_of(tmp_path, columns)
    assert refusal(survey, drivers=["a", "b"], groups={"g": ("a", "c")}) == (
        "Expected group 'g' to hold drivers of this model, found 'c'; correct groups=."
    )
    assert refusal(survey, groups={"g": ("a", "b"), "h": ("b", "c")}) == (
        "Expected each driver in one group, found 'b' in 'g' and 'h'; correct groups=."
    )
    assert refusal(survey, groups={"a": ("b", "c")}) == (
        "Expected a group's name to be no driver's, found 'a'; rename the group."
    )


def test_a_constant_driver_is_refused(tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    survey = survey_of(tmp_path, {**columns, "b": np.full(60, 75.0)})
    assert refusal(survey) == (
        "Driver 'b' is constant: all 60 scores are 75 of 100. Remove it from drivers= or check its missing codes."
    )


def test_a_constant_outcome_is_refused(tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    survey = survey_of(tmp_path, {**columns, "y": np.full(60, 100.0)})
    assert refusal(survey) == (
        "Outcome 'y' is constant: all 60 scores are 100 of 100. Choose another outcome or check its missing codes."
    )


def test_drivers_with_the_same_answers_are_refused(tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    survey = survey_of(tmp_path, {**columns, "d": columns["b"]})
    assert refusal(survey) == (
        "Expected predictors that differ, found 'b' and 'd' with the same answers from all 60 respondents; "
        "remove one from drivers=."
    )


def test_a_driver_turned_round_is_not_called_the_same(tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    survey = survey_of(tmp_path, {**columns, "d": 100 - columns["b"]})
    assert "the same answers" not in refusal(survey)


def test_a_constant_control_is_not_called_a_driver(tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    survey = survey_of(tmp_path, {**columns, "d": np.full(60, 75.0)})
    assert refusal(survey, drivers=["a", "b"], always=["d"]).startswith("Control 'd' is constant")


def test_a_segment_value_of_incomplete_respondents_only_is_no_level(
    tmp_path: Path, columns: dict[str, np.ndarray]
) -> None:
    kind = np.array(["shop", "phone", "web"])[np.arange(60) % 3]
    columns["a"][kind == "phone"] = np.nan
    found = predictors_of(survey_of(tmp_path, columns, segments={"kind": kind}), always=["kind"])
    assert found.terms[0] == "kind=web"


@pytest.mark.parametrize("n", [2, 5])
def test_no_more_answers_than_columns_are_refused(n: int, tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    columns["b"][n:] = np.nan
    assert refusal(survey_of(tmp_path, columns)) == (
        f"Expected more than 5 complete answers for 4 predictors, found {n} of 60 respondents; "
        "use fewer drivers or widen the selection."
    )


def test_one_more_answer_than_columns_is_enough(tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    columns["b"][6:] = np.nan
    assert predictors_of(survey_of(tmp_path, columns)).sample.n == 6


def test_a_stratum_of_one_unit_is_refused(tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    strata = np.where(np.arange(60) < 59, "north", "south")
    assert refusal(survey_of(tmp_path, columns, strata=strata)) == (
        "Expected at least two sampling units in every stratum, found one in the stratum of row 60; "
        "merge that stratum with another under design.merge_strata in the codebook, or name it under "
        "design.certainty_strata if all of it was taken."
    )

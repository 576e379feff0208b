"""Who is in which group of a segment: values, what is hidden, thirds by value, groups by loyalty."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import drivers as kda
from drivers.errors import ModelError
from drivers.models.loyalty.satisfied_and_loyal import GROUPS
from drivers.segments.partition import HIDDEN, NOBODY, partition
from drivers.survey.data import Survey
from tests.simulated import make_survey


def parted(folder: Path, values: np.ndarray) -> Survey:
    """A survey with one segment, ``place``."""
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 100, len(values))
    return make_survey(
        folder, drivers={"a": x}, outcomes={"y": rng.uniform(0, 100, len(values))}, segments={"place": values}
    )


@pytest.fixture(scope="module")
def center() -> Survey:
    return kda.example_survey("service_center")


def test_values_are_in_the_order_of_the_codebook(center: Survey) -> None:
    found = partition(center, "customer")
    assert found.keys == ("returning", "new") and found.label_kind == "segment:customer" and not found.hidden
    column = center.raw["customer"].to_numpy()
    assert (column[found.members("new")] == "new").all() and found.members("new").sum() == (column == "new").sum()


def test_a_small_value_and_the_one_that_would_tell_it_are_hidden(tmp_path: Path) -> None:
    survey = parted(tmp_path, np.repeat(["a", "b", "c", "d"], [40, 30, 20, 4]))
    found = partition(survey, "place")
    assert found.keys == ("a", "b") and found.hidden == ("c", "d")
    assert set(found.codes[70:]) == {HIDDEN}


def test_two_small_values_that_are_ten_together_hide_no_other(tmp_path: Path) -> None:
    found = partition(parted(tmp_path, np.repeat(["a", "b", "c"], [40, 6, 5])), "place")
    assert found.keys == ("a",) and found.hidden == ("b", "c")


def test_who_gave_no_answer_is_in_no_group_and_hides_none(tmp_path: Path) -> None:
    found = partition(parted(tmp_path, np.repeat(["a", "b", ""], [40, 30, 3])), "place")
    assert found.keys == ("a", "b") and not found.hidden
    assert (found.codes[70:] == NOBODY).all()


def test_what_was_hidden_in_all_stays_hidden_in_a_part(tmp_path: Path) -> None:
    survey = parted(tmp_path, np.repeat(["a", "b", "c", "d"], [40, 30, 8, 7]))
    whole = partition(survey, "place")
    assert whole.keys == ("a", "b")
    part = whole.among(np.arange(85) < 73)  # three of c, none of d: fewer than ten are left over
    assert part.keys == ("a",) and set(part.hidden) == {"b", "c", "d"}


def test_any_column_and_the_unit_are_segments(center: Survey) -> None:
    assert partition(center, "unit").keys == tuple(f"b{number:02}" for number in range(1, 25))
    assert partition(center, "branch").label_kind == "segment:branch"


def test_thirds_of_value_have_equal_weight(center: Survey) -> None:
    found = partition(center, "value")
    weight = np.array([center.weights[found.members(key)].sum() for key in found.keys])
    assert found.keys == ("low", "middle", "high") and found.label_kind == "value_third"
    assert weight / weight.sum() == pytest.approx([1 / 3] * 3, abs=0.02)
    worth = center.measures["value"].to_numpy()
    assert worth[found.members("low")].max() < worth[found.members("high")].min()


def test_equal_values_are_in_one_third(center: Survey) -> None:
    same = replace(center, measures=center.measures.assign(value=np.where(center.weights > 1, 5.0, 5.0)))
    assert partition(same, "value").keys == ("middle",)


def test_loyalty_is_parted_as_loyalty_groups_has_it(center: Survey) -> None:
    found, groups = partition(center, "loyalty"), kda.loyalty_groups(center)
    assert found.keys == GROUPS and found.made_of == ("satisfaction", "loyalty")
    member = found.codes >= 0
    for key in GROUPS:
        level = groups.sizes[key]
        assert level is not None
        part = center.weights[found.members(key)].sum() / center.weights[member].sum()
        assert part == pytest.approx(level.estimate)


def test_what_is_no_segment_is_named(tmp_path: Path) -> None:
    survey = parted(tmp_path, np.repeat(["a", "b"], 20))
    with pytest.raises(ModelError) as error:
        partition(survey, "plce")
    assert str(error.value) == (
        "Expected segment to be one of 'place', 'loyalty' or a column of the answers, found 'plce'; "
        "did you mean 'place'?"
    )


def test_a_column_of_names_is_no_segment(tmp_path: Path) -> None:
    survey = parted(tmp_path, np.array([f"p{number}" for number in range(120)]))
    survey = replace(survey, raw=survey.raw.assign(person=pd.Series([f"q{number}" for number in range(120)])))
    with pytest.raises(ModelError) as error:
        partition(survey, "person")
    assert str(error.value) == (
        "Expected a column with at most 100 values, found 120 in 'person'; name one that parts respondents into groups."
    )


def test_any_analysis_is_made_for_each_value(center: Survey) -> None:
    found = kda.by_segment(kda.fit_regression, center, segment="customer")
    assert found.groups == ("returning", "new") and found.analysis == "regression"
    for group, result in zip(found.groups, found.results, strict=True):
        alone = kda.fit_regression(center.select(only={"customer": group}))
        pd.testing.assert_frame_equal(result.tidy(), alone.tidy(), check_exact=True)
    assert found.tidy()["group"].unique().tolist() == ["returning", "new"]
    assert found.glance()["segment"].tolist() == ["customer"] * 2


def test_groups_that_an_analysis_refuses_are_named_and_small_ones_hidden(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    place = np.repeat(["a", "b", "c", "d"], [40, 30, 12, 11])
    x = rng.uniform(0, 100, 93)
    x[70:82] = 50.0
    survey = make_survey(
        tmp_path, drivers={"a": x}, outcomes={"y": x / 2 + rng.uniform(0, 50, 93)}, segments={"place": place}
    )
    found = kda.by_segment(kda.fit_regression, survey, segment="place")
    assert found.groups == ("a", "b", "d") and list(found.left_out) == ["c"] and "constant" in found.left_out["c"]


def test_a_question_asked_wrongly_is_raised(center: Survey) -> None:
    with pytest.raises(ModelError, match="driver to be one of"):
        kda.by_segment(kda.fit_regression, center, segment="sex", drivers=["nonsense"])

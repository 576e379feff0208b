"""The same answer again and again: against slow counting, and against the truth of the simulated survey."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.survey.data import Survey
from drivers.survey.quality.flags import row_flags
from drivers.survey.quality.same_answers import asked_in_order, longest_runs, own_deviation, straight_answers
from tests.survey.quality.made import made, rated
from tests.survey.synthetic.samples import example, shipped

ROUNDING = 1e-9
"""Sums in another order."""

cells = st.sampled_from([1, 2, 3, 4, 5, "", "97"])
tables = st.lists(st.tuples(*[cells] * 6), min_size=1, max_size=8)


def survey_of_rows(rows: list[tuple[object, ...]], **more: object) -> Survey:
    return made(rated(rows), overall=[3] * len(rows), **more)  # type: ignore[arg-type]


@settings(max_examples=30)
@given(tables)
def test_runs_and_deviations_are_those_counted_one_by_one(rows: list[tuple[object, ...]]) -> None:
    survey = survey_of_rows(rows)
    items = tuple("abcdef")
    answers = [[cell for cell in row if isinstance(cell, int)] for row in rows]
    runs = [max((len(list(same)) for _, same in itertools.groupby(row)), default=0) for row in answers]
    assert longest_runs(survey, items).tolist() == runs
    deviations = [np.std([25.0 * (cell - 1) for cell in row], ddof=1) if len(row) > 1 else np.nan for row in answers]
    assert own_deviation(survey, items) == pytest.approx(np.array(deviations), abs=ROUNDING, nan_ok=True)
    straight, judged = straight_answers(survey, items, 5)
    assert judged.tolist() == [len(row) >= 5 for row in answers]
    assert (straight > 0).tolist() == [len(row) >= 5 and len(set(row)) == 1 for row in answers]


def test_a_reversed_item_counts_as_it_was_ticked() -> None:
    survey = survey_of_rows([(4, 4, 4, 4, 4, 4)], reversed_items=["c"])
    assert longest_runs(survey, tuple("abcdef")).tolist() == [6]
    assert own_deviation(survey, tuple("abcdef")).tolist() == [0.0]
    assert straight_answers(survey, tuple("abcdef"), 5)[0].tolist() == [2]


def test_a_run_ends_with_the_scale() -> None:
    # 5 of five and 10 of ten are both the best, and two answers all the same.
    survey = made(rated([(5, 5, 5)]), overall=[5], recommend=[10])
    assert longest_runs(survey, ("a", "b", "c", "overall", "nps")).tolist() == [4]


def test_questions_are_in_the_order_of_the_file() -> None:
    survey = made({"b": [1], "a": [2]}, overall=[3])
    assert asked_in_order(survey, ("overall", "a", "b")) == ("b", "a", "overall")


def test_straight_liners_of_the_simulated_survey_are_found() -> None:
    care = shipped().people.care
    flags = row_flags(example())
    found = (flags["straight_lining"] | flags["straight_best"]).to_numpy()
    # 2.5 % of all were made to tick the same throughout: each of them is found.
    assert found[care == 1].all()
    # Honest people tick the same, too: hardly ever, and rather the best.
    assert found[care == 0].mean() < 0.01
    careless = flags["straight_lining"].to_numpy()
    assert (care[careless] == 1).mean() > 0.9


def test_a_long_row_of_the_same_answer_finds_them_as_well() -> None:
    care = shipped().people.care
    found = row_flags(example())["long_run"].to_numpy()
    assert found[care == 1].all()
    assert found[care == 0].mean() < 0.01

"""Scores: 0 at the scale's worst answer and 100 at its best, and constructs as means of their items."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.survey.codebook.model import Codebook, read_codebook
from drivers.survey.codebook.scales import Scale
from drivers.survey.data import read_survey
from drivers.survey.scoring import construct_scores, performance, turn
from tests.survey.small_survey import ANSWERS, CODEBOOK, changed, write_survey

EXACT = 1e-12
"""Relative: a score is one difference, one product and one quotient of small numbers."""

GAP = np.nan


def scale(low: float, high: float) -> Scale:
    return Scale.model_validate({"type": "numeric", "min": low, "max": high, "step": "any"})


@pytest.fixture
def book(tmp_path: Path) -> Codebook:
    return read_codebook(write_survey(tmp_path))


@pytest.mark.parametrize(
    ("made", "codes", "scores"),
    [
        (scale(1, 10), [1, 5.5, 10], [0, 50, 100]),
        (scale(-2, 2), [-2, -1, 2], [0, 25, 100]),
        (Scale.model_validate({"type": "nps"}), [0, 7, 10], [0, 70, 100]),
        (Scale.model_validate({"type": "binary"}), [0, 1, GAP], [0, 100, GAP]),
        (
            Scale.model_validate({"type": "likert", "codes": {i: {"en": f"answer {i}"} for i in (1, 2, 4)}}),
            [1, 2, 4],
            [0, 100 / 3, 100],
        ),
    ],
)
def test_performance_runs_from_the_scales_own_ends(made: Scale, codes: list, scores: list) -> None:
    np.testing.assert_allclose(performance(np.array(codes, dtype=float), made), scores, rtol=EXACT)


def test_turning_changes_the_ends_and_keeps_gaps() -> None:
    np.testing.assert_array_equal(turn(np.array([1, 2, 5, GAP]), scale(1, 5)), [5, 4, 1, GAP])


NUMBERS = st.floats(-1000, 1000)


@given(st.lists(NUMBERS, min_size=3, max_size=3, unique=True).filter(lambda n: max(n) - min(n) > 0.01))
def test_a_turned_answer_scores_what_is_left_of_100(numbers: list[float]) -> None:
    low, code, high = sorted(numbers)
    made = scale(low, high)
    codes = np.array([low, code, high])
    together = performance(codes, made) + performance(turn(codes, made), made)
    # Ends of 1000 and a range of 0.01 leave eleven digits.
    np.testing.assert_allclose(together, 100, rtol=1e-9)


def test_a_score_is_the_mean_of_its_items_on_their_own_scales(book: Codebook) -> None:
    codes = {
        "waiting": np.array([1, 3, GAP, GAP]),
        "calls": np.array([10, GAP, 5, GAP]),
        "courtesy": np.array([0, 10, 5, GAP]),
        "overall": np.array([GAP, 1, 2, 3]),
        "nps": np.array([0, 5, 10, 7]),
        "hoped": np.full(4, GAP),
    }
    scores = construct_scores(codes, book)
    assert list(scores.columns) == ["speed", "respect", "satisfaction", "recommend"]
    # One of two items is enough for speed.
    np.testing.assert_allclose(scores["speed"], [50, 100, 50, GAP], rtol=EXACT)
    np.testing.assert_allclose(scores["respect"], [0, 100, 50, GAP], rtol=EXACT)
    np.testing.assert_allclose(scores["satisfaction"], [GAP, 10, 20, 30], rtol=EXACT)
    np.testing.assert_allclose(scores["recommend"], [0, 50, 100, 70], rtol=EXACT)


@pytest.mark.parametrize(
    ("rule", "speed"),
    [
        ("", [95, 10, GAP, GAP, GAP]),
        ("min_items: 2, ", [95, 10, GAP, GAP, GAP]),
        ("min_items: 1, ", [95, 10, 40, 50, GAP]),
    ],
)
def test_a_score_needs_all_items_unless_fewer_are_enough(tmp_path: Path, rule: str, speed: list) -> None:
    text = changed(CODEBOOK, "min_items: 1, ", rule)
    scores = read_survey(write_survey(tmp_path, codebook=text)).scores
    np.testing.assert_allclose(scores["speed"], speed, rtol=EXACT)


def test_a_reversed_item_scores_high_where_it_was_answered_low(tmp_path: Path) -> None:
    turned = read_survey(write_survey(tmp_path)).scores["respect"]
    text = changed(CODEBOOK, ", reversed: true", "")
    plain = read_survey(write_survey(tmp_path, codebook=text)).scores["respect"]
    np.testing.assert_allclose(plain, [10, 80, 50, GAP, 30], rtol=EXACT)
    np.testing.assert_allclose(turned, [90, 20, 50, GAP, 70], rtol=EXACT)


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    scores = read_survey(write_survey(tmp_path)).scores.to_numpy()
    header, *rows = ANSWERS.replace("two\nlines", "two lines").splitlines()
    backwards = "\n".join([header, *reversed(rows)])
    np.testing.assert_array_equal(
        read_survey(write_survey(tmp_path, answers=backwards)).scores.to_numpy(), scores[::-1]
    )

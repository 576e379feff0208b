"""Steps of a scale: its own answers or bands, none with fewer than ten."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import drivers as kda
from drivers.models.loyalty.steps import bands_of, steps_of
from drivers.results import FEWEST_SHOWN


def all_rows(x: np.ndarray) -> np.ndarray:
    return np.ones(len(x), dtype=bool)


def test_few_answers_are_steps_of_their_own() -> None:
    x = np.repeat([0.0, 25.0, 50.0, 75.0, 100.0], [12, 30, 20, 40, 50])
    steps = steps_of(x, all_rows(x), np.ones(len(x)))
    assert steps.own and steps.merged == ()
    np.testing.assert_array_equal(steps.position, [0, 25, 50, 75, 100])
    assert [int(steps.rows(k).sum()) for k in range(5)] == [12, 30, 20, 40, 50]


def test_a_step_with_few_answers_joins_the_neighbour_that_has_fewer() -> None:
    x = np.repeat([0.0, 25.0, 50.0, 75.0, 100.0], [3, 4, 20, 5, 50])
    with pytest.raises(kda.ModelError, match="found 2"):
        # 0 and 25 are seven together and join 50; then 75 joins those, which are fewer than those at 100.
        steps_of(x, all_rows(x), np.ones(len(x)))
    more = np.repeat([0.0, 25.0, 50.0, 75.0, 100.0], [3, 8, 20, 5, 50])
    steps = steps_of(more, all_rows(more), np.ones(len(more)))
    np.testing.assert_array_equal(steps.low, [0, 50, 100])
    np.testing.assert_array_equal(steps.high, [25, 75, 100])
    assert steps.merged == (0, 1)


def test_a_joined_step_stands_at_its_weighted_mean() -> None:
    x = np.repeat([0.0, 25.0, 50.0, 100.0], [4, 8, 20, 20])
    weights = np.repeat([2.0, 1.0, 1.0, 1.0], [4, 8, 20, 20])
    steps = steps_of(x, all_rows(x), weights)
    assert steps.merged == (0,)
    np.testing.assert_allclose(steps.position, [12.5, 50, 100])
    np.testing.assert_array_equal([steps.low[0], steps.high[0]], [0, 25])


def test_too_few_steps_are_refused_with_their_number() -> None:
    x = np.repeat([0.0, 100.0], [40, 40])
    with pytest.raises(kda.ModelError) as caught:
        steps_of(x, all_rows(x), np.ones(80))
    assert str(caught.value) == (
        "Expected at least 3 steps of the scale with 10 answers each, found 2; widen the selection."
    )
    assert (caught.value.code, dict(caught.value.values)) == ("few_steps", {"steps": 2, "needed": 3})


@settings(max_examples=40, deadline=None)
@given(st.integers(90, 900), st.integers(0, 1000))
def test_bands_hold_everybody_in_order_and_enough_of_them(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 40, n) * 2.5
    rows = rng.random(n) < 0.9
    steps = steps_of(x, rows, np.ones(n))
    assert not steps.own and steps.merged == ()
    assert len(steps) <= 10
    assert (np.bincount(steps.of[rows]) >= FEWEST_SHOWN).all()
    assert (steps.of[~rows] == -1).all()
    inside = [x[steps.rows(k)] for k in range(len(steps))]
    assert all(one.max() < other.min() for one, other in pairwise(inside)), "one value is never in two bands"
    np.testing.assert_allclose(steps.position, [values.mean() for values in inside])
    # The ends of a band are what single people answered.
    np.testing.assert_array_equal(steps.low, steps.position)


def test_bands_begin_at_their_edges() -> None:
    x = np.repeat([0.0, 24.0, 25.0, 74.9, 75.0, 100.0], 20)
    ends = ((0.0, 25.0), (25.0, 50.0), (50.0, 75.0), (75.0, 100.0))
    bands = bands_of(x, all_rows(x), np.ones(len(x)), ends)
    np.testing.assert_array_equal(bands.of, np.repeat([0, 0, 1, 2, 3, 3], 20))
    np.testing.assert_array_equal(np.column_stack([bands.low, bands.high]), ends)
    few = np.repeat([0.0, 25.0, 60.0, 90.0], [30, 5, 8, 30])
    joined = bands_of(few, all_rows(few), np.ones(len(few)), ends)
    np.testing.assert_array_equal(np.column_stack([joined.low, joined.high]), [(0, 25), (25, 75), (75, 100)])
    assert joined.merged == (1,)

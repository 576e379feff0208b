"""Which estimates lie above which: by brute force, by level, and in what is known exactly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from drivers.models.order_of_estimates import estimates_above, possible_places

MONTE_CARLO = 0.02
"""Of a critical value from 20,000 draws."""


def test_two_estimates_are_told_apart_as_a_t_test_does() -> None:
    limit = stats.t.ppf(0.975, 12) * np.sqrt(2)
    for factor, told in ((1 + MONTE_CARLO, True), (1 - MONTE_CARLO, False)):
        above = estimates_above(np.array([0.0, factor * limit]), np.eye(2), 12, level=0.95, seed=1)
        assert above[1, 0] == told and not above[0, 1]


def test_three_equal_errors_ask_for_tukeys_range() -> None:
    limit = stats.studentized_range.ppf(0.95, 3, np.inf)
    for factor, told in ((1 + MONTE_CARLO, True), (1 - MONTE_CARLO, False)):
        ends = np.array([-0.5, 0.0, 0.5]) * factor * limit
        assert estimates_above(ends, np.eye(3), np.inf, level=0.95, seed=2)[2, 0] == told


def test_stepping_down_tells_more_apart() -> None:
    # Beyond the limit of three pairs lies one; without it the others have lower limits.
    estimate = np.array([0.0, 3.2, 50.0])
    above = estimates_above(estimate, np.eye(3), np.inf, level=0.95, seed=3)
    alone = stats.studentized_range.ppf(0.95, 3, np.inf)
    assert estimate[1] < alone and above[1, 0]


def test_equal_estimates_are_hardly_ever_told_apart() -> None:
    rng = np.random.default_rng(4)
    covariance = np.array([[1.0, 0.6, 0.2], [0.6, 1.0, 0.1], [0.2, 0.1, 2.0]])
    drawn = rng.multivariate_normal(np.zeros(3), covariance, size=200)
    wrong = np.mean([estimates_above(row, covariance, np.inf, level=0.95, seed=5).any() for row in drawn])
    assert wrong <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)


def test_what_does_not_vary_is_known() -> None:
    above = estimates_above(np.array([1.0, 1.0, 2.0]), np.zeros((3, 3)), np.inf, level=0.95, seed=6)
    assert above.tolist() == [[False] * 3, [False] * 3, [True, True, False]]
    moved_together = np.ones((2, 2))
    assert estimates_above(np.array([0.0, 0.1]), moved_together, 9, level=0.95, seed=6)[1, 0]


def test_one_estimate_has_no_other() -> None:
    assert estimates_above(np.array([3.0]), np.eye(1), 5, level=0.95, seed=7).tolist() == [[False]]


@settings(max_examples=20)
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=5), st.integers(0, 50))
def test_claims_follow_the_estimates_and_leave_a_place_for_each(values: list[float], seed: int) -> None:
    estimate = np.array(values)
    above = estimates_above(estimate, np.eye(len(values)), 30, level=0.95, seed=seed)
    assert not (above & (estimate[:, None] <= estimate)).any()
    low, high = possible_places(above)
    assert (low <= high).all() and low.min() == 1 and high.max() == len(values)


@pytest.mark.parametrize("level", [0.8, 0.99])
def test_a_stricter_level_claims_no_more(level: float) -> None:
    estimate = np.linspace(0, 6, 5)
    loose = estimates_above(estimate, np.eye(5), 20, level=0.8, seed=8)
    assert (estimates_above(estimate, np.eye(5), 20, level=level, seed=8) <= loose).all()

"""Where a curve starts to rise: contrasts by hand, conclusions, and how often they are wrong."""

import numpy as np
import pytest

from drivers.models.loyalty.bends import RISES, bend_weights, neighbours, shape_of
from drivers.models.loyalty.simultaneous import perhaps_largest, simultaneous

STEPS = np.array([0.0, 25.0, 50.0, 75.0, 100.0])


def shape(mean: list[float], error: float, df: int = 500):
    return shape_of(STEPS, np.array(mean), np.eye(5) * error**2, df, conf_level=0.95, seed=1)


def test_bends_are_differences_of_slopes() -> None:
    mean = np.array([10.0, 12.0, 20.0, 50.0, 90.0])
    expected = [
        (mean[4] - mean[c]) / (STEPS[4] - STEPS[c]) - (mean[c] - mean[0]) / (STEPS[c] - STEPS[0]) for c in (1, 2, 3)
    ]
    np.testing.assert_allclose(bend_weights(STEPS) @ mean, expected)
    np.testing.assert_allclose(bend_weights(STEPS) @ (3 + 0.7 * STEPS), 0, atol=1e-12)
    np.testing.assert_allclose(neighbours(5) @ mean, np.diff(mean))


@pytest.mark.parametrize(
    ("mean", "error", "conclusion"),
    [
        ([40, 40, 41, 70, 99], 0.5, "rises_from"),
        ([10, 40, 60, 70, 75], 0.5, "levels_off"),
        ([20, 35, 50, 65, 80], 0.3, "even"),
        ([20, 35, 50, 65, 80], 8.0, "not_decided"),
        ([50, 49, 51, 50, 50], 1.0, "no_rise"),
        ([80, 65, 50, 35, 20], 1.0, "no_rise"),
    ],
)
def test_conclusions(mean: list[float], error: float, conclusion: str) -> None:
    assert conclusion in RISES
    assert shape(mean, error).conclusion == conclusion


def test_a_clear_bend_is_named_with_its_place() -> None:
    found = shape([40, 40, 40, 70, 100], 0.3)
    assert found.steeper is not None and found.flatter is None
    assert (found.steeper.at, found.steeper.low, found.steeper.high) == (50, 50, 50)
    assert found.steeper.estimate == pytest.approx(60 / 50)
    assert found.steeper.conf_low < found.steeper.estimate < found.steeper.conf_high


def test_a_bend_whose_place_is_unsure_has_several() -> None:
    found = shape([40, 41, 55, 78, 100], 3.0)
    assert found.steeper is not None
    assert found.steeper.low < found.steeper.high


def test_a_curve_that_starts_late_and_ends_early_has_both() -> None:
    found = shape([30, 30, 55, 80, 80], 0.3)
    assert (found.conclusion, found.steeper.at, found.flatter.at) == ("rises_from", 25, 75)


def test_falls_are_those_beyond_chance() -> None:
    assert shape([40, 30, 50, 70, 90], 0.5).falls == (0,)
    assert shape([40, 39, 50, 70, 90], 2.0).falls == ()


def test_one_contrast_has_the_t_interval() -> None:
    found = simultaneous(np.array([1.0]), np.array([[0.25]]), 12, conf_level=0.95, seed=1)
    # Student's 97.5 % point with 12 degrees of freedom is 2.1788.
    assert found.conf_high[0] - 1.0 == pytest.approx(2.1788 * 0.5, rel=0.02)


def test_what_does_not_vary_is_certain() -> None:
    found = simultaneous(np.array([1.0, 2.0]), np.zeros((2, 2)), 5, conf_level=0.95, seed=1)
    np.testing.assert_array_equal(found.conf_low, [1, 2])
    np.testing.assert_array_equal(
        perhaps_largest(np.array([1.0, 2.0]), np.zeros((2, 2)), 5, conf_level=0.95, seed=1), [False, True]
    )


@pytest.mark.parametrize(("truth", "wrong"), [("straight", 0.05), ("bent", 0.05)])
def test_claims_are_wrong_no_more_often_than_said(truth: str, wrong: float) -> None:
    rng = np.random.default_rng(8)
    mean = 20 + 0.6 * STEPS if truth == "straight" else np.array([30.0, 30.0, 34.0, 60.0, 86.0])
    best = STEPS[1:-1][np.argmax(bend_weights(STEPS) @ mean)]
    tries, errors = 150, 0
    for seed in range(tries):
        found = shape_of(STEPS, mean + rng.normal(0, 2.5, 5), np.eye(5) * 2.5**2, 400, conf_level=0.95, seed=seed)
        if truth == "straight":
            errors += found.steeper is not None or found.flatter is not None
        elif found.steeper is not None:
            errors += not found.steeper.low <= best <= found.steeper.high
    # Three standard errors of a share of 5 % in 150 tries.
    assert errors / tries <= wrong + 3 * np.sqrt(wrong * (1 - wrong) / tries)

"""Curves that never fall: against scikit-learn, brute force, and what they may not do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression

from drivers.models.loyalty.monotone import inner_knots, isotonic_means, rising_fit, rising_splines

EXACT = 1e-9


def sums(mean: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return weight[None], (weight * mean)[None]


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 9), st.integers(0, 10_000))
def test_isotonic_means_are_those_of_scikit_learn(steps: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    mean, weight = rng.integers(0, 6, steps) * 10.0, rng.uniform(0.1, 5, steps)
    expected = IsotonicRegression().fit_transform(np.arange(steps), mean, sample_weight=weight)
    np.testing.assert_allclose(isotonic_means(*sums(mean, weight))[0], expected, atol=EXACT)


def test_means_that_rise_stay_as_they_are() -> None:
    mean = np.array([10.0, 10.0, 30.0, 70.0])
    np.testing.assert_allclose(isotonic_means(*sums(mean, np.ones(4)))[0], mean, atol=EXACT)


def test_a_step_that_a_resample_lost_takes_a_neighbours_value() -> None:
    fit = isotonic_means(*sums(np.array([0.0, 20.0, 50.0, 60.0]), np.array([0.0, 2.0, 0.0, 1.0])))[0]
    np.testing.assert_allclose(fit, [20, 20, 60, 60], atol=EXACT)
    last = isotonic_means(*sums(np.array([30.0, 20.0, 0.0]), np.array([1.0, 1.0, 0.0])))[0]
    np.testing.assert_allclose(last, [25, 25, 25], atol=EXACT)


def moments(splines: np.ndarray, y: np.ndarray, weight: np.ndarray) -> np.ndarray:
    z = np.column_stack([np.ones(len(y)), splines, y])
    return (z.T @ (weight[:, None] * z))[None]


def test_splines_rise_from_nothing_to_one() -> None:
    x = np.linspace(0, 100, 201)
    splines = rising_splines(x, np.array([20.0, 55.0]), (0.0, 100.0))
    assert splines.shape == (201, 4)
    assert (np.diff(splines, axis=0) >= -EXACT).all()
    np.testing.assert_allclose(splines[[0, -1]], [[0] * 4, [1] * 4], atol=EXACT)


def test_knots_stand_inside_at_equal_parts_of_the_weights() -> None:
    x = np.arange(100.0)
    np.testing.assert_array_equal(inner_knots(x, np.ones(100)), [19, 39, 59, 79])
    assert len(inner_knots(np.repeat([0.0, 1.0], 50), np.ones(100))) == 0


def test_the_spline_has_the_least_squared_error_of_all_that_never_fall() -> None:
    rng = np.random.default_rng(5)
    x, weight = rng.uniform(0, 100, 300), rng.uniform(0.5, 2, 300)
    y = 40 + 30 * (x > 50) - 8 * (x > 80) + rng.normal(0, 6, 300)
    ends = (float(x.min()), float(x.max()))
    splines = rising_splines(x, inner_knots(x, weight), ends)
    fit = rising_fit(moments(splines, y, weight), splines)[0]

    def loss(parts: np.ndarray) -> float:
        return float(weight @ (y - parts[0] - splines @ parts[1:]) ** 2)

    start = np.full(splines.shape[1] + 1, 5.0)
    best = minimize(loss, start, bounds=[(None, None), *[(0, None)] * splines.shape[1]])
    assert loss_of(fit, y, weight) == pytest.approx(best.fun, rel=1e-5)
    assert (np.diff(fit[np.argsort(x)]) >= -1e-7).all(), "the truth falls at the end, the fit must not"


def loss_of(fit: np.ndarray, y: np.ndarray, weight: np.ndarray) -> float:
    return float(weight @ (y - fit) ** 2)


def test_a_resample_without_anybody_has_no_curve() -> None:
    x = np.linspace(0, 100, 50)
    splines = rising_splines(x, np.array([40.0]), (0.0, 100.0))
    one, nobody = moments(splines, x, np.ones(50))[0], np.zeros((splines.shape[1] + 2,) * 2)
    fit = rising_fit(np.stack([one, nobody]), splines)
    assert np.isfinite(fit[0]).all() and np.isnan(fit[1]).all()
    steps = isotonic_means(np.array([[1.0, 1.0], [0.0, 0.0]]), np.array([[1.0, 3.0], [0.0, 0.0]]))
    np.testing.assert_allclose(steps[0], [1, 3])
    assert not np.isfinite(steps[1]).any()


def test_a_line_that_falls_is_fitted_by_its_mean() -> None:
    x = np.linspace(0, 100, 50)
    splines = rising_splines(x, np.array([50.0]), (0.0, 100.0))
    fit = rising_fit(moments(splines, 100 - x, np.ones(50)), splines)[0]
    np.testing.assert_allclose(fit, 50.0, atol=1e-6)

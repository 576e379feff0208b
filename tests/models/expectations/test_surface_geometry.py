"""The shape of a quadratic surface: brute force on its gradient, its eigenvectors and its constrained fits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.models.expectations.surface_geometry import (
    CENTRE,
    CONTRASTS,
    DIFFERENCE,
    STRAIGHT_DIFFERENCE,
    UNIT,
    axis_angle,
    axis_intercept,
    explained_by,
    quadratic_columns,
    slopes_at,
    slopes_of_covariance,
    stationary_point,
    turned,
)

ROUNDING = 1e-8

coefficient = st.floats(-3, 3).map(lambda value: round(value, 3))
surfaces = st.tuples(*[coefficient] * 5).map(np.array)
place = st.floats(0, 100)


def height(b: np.ndarray, x: float, y: float) -> float:
    return float(quadratic_columns(np.array([x]), np.array([y]))[0] @ b)


def gradient(b: np.ndarray, x: float, y: float, step: float = 1e-3) -> np.ndarray:
    """Per 10 points, by central differences, which are exact of a quadratic."""
    across = (height(b, x + step, y) - height(b, x - step, y)) / (2 * step)
    up = (height(b, x, y + step) - height(b, x, y - step)) / (2 * step)
    return UNIT * np.array([across, up])


@given(surfaces, place, place)
def test_slopes_are_the_gradient(b: np.ndarray, x: float, y: float) -> None:
    across, up = gradient(b, x, y)
    assert slopes_at(x, y) @ b == pytest.approx([across, up, across + up], abs=1e-5)


@given(surfaces, st.floats(-5, 5))
def test_lines_are_the_surface_along_agreement_and_disagreement(b: np.ndarray, t: float) -> None:
    a1, a2, a3, a4, _ = CONTRASTS @ b
    agreement = height(b, CENTRE + UNIT * t, CENTRE + UNIT * t)
    disagreement = height(b, CENTRE + UNIT * t, CENTRE - UNIT * t)
    assert agreement == pytest.approx(a1 * t + a2 * t**2, abs=ROUNDING)
    assert disagreement == pytest.approx(a3 * t + a4 * t**2, abs=ROUNDING)


@given(surfaces, st.floats(-4, 4), st.floats(-4, 4))
def test_five_lines_are_the_surface_in_sums_and_differences(b: np.ndarray, s: float, d: float) -> None:
    a1, a2, a3, a4, a5 = CONTRASTS @ b
    # x = s + d, y = s − d, so that the sum is 2s and the difference 2d.
    found = height(b, CENTRE + UNIT * (s + d), CENTRE + UNIT * (s - d))
    assert found == pytest.approx(a1 * s + a2 * s**2 + a3 * d + a4 * d**2 + 2 * a5 * s * d, abs=ROUNDING)


@given(st.tuples(coefficient, coefficient), place, place, st.floats(-40, 40))
def test_the_conditions_of_a_difference_are_met_by_differences_alone(
    of_gap: tuple[float, float], x: float, y: float, shift: float
) -> None:
    linear, squared = of_gap
    b = np.array([linear, -linear, squared, -2 * squared, squared])
    assert np.abs(DIFFERENCE @ b).max() < ROUNDING
    # One difference, one height, wherever it stands.
    assert height(b, x, y) == pytest.approx(height(b, x + shift, y + shift), abs=1e-6)
    assert (np.abs(STRAIGHT_DIFFERENCE @ b).max() < ROUNDING) == (squared == 0)


@given(surfaces)
def test_at_the_stationary_point_there_is_no_slope(b: np.ndarray) -> None:
    determinant = 4 * b[2] * b[4] - b[3] ** 2
    point = stationary_point(b)
    if determinant == 0:
        assert np.isnan(point).all()
    elif abs(determinant) > 0.01:
        assert gradient(b, *point) == pytest.approx([0, 0], abs=1e-3)


@given(surfaces)
def test_the_axis_is_the_direction_that_bends_upwards_most(b: np.ndarray) -> None:
    form = np.array([[b[2], b[3] / 2], [b[3] / 2, b[4]]])
    values, vectors = np.linalg.eigh(form)
    if values[1] - values[0] < 1e-3:
        return
    angle = float(axis_angle(b))
    along = np.array([np.cos(angle), np.sin(angle)])
    assert abs(along @ vectors[:, 1]) == pytest.approx(1, abs=1e-9)
    if abs(b[3]) > 0.01:
        # As Edwards and Parry write it.
        slope = (b[4] - b[2] + np.sqrt((b[2] - b[4]) ** 2 + b[3] ** 2)) / b[3]
        assert np.tan(angle) == pytest.approx(slope, rel=1e-6)
        determinant = 4 * b[2] * b[4] - b[3] ** 2
        if abs(determinant) > 0.01:
            x0, y0 = (stationary_point(b) - CENTRE) / UNIT
            assert axis_intercept(b) / UNIT == pytest.approx(y0 - slope * x0, rel=1e-6, abs=1e-6)


def test_an_even_bend_has_no_axis() -> None:
    assert np.isnan(axis_angle(np.array([1.0, 1, -0.5, 0, -0.5])))


@given(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
def test_turned_is_the_same_line_at_most_a_quarter_turn_away(angle: float, about: float) -> None:
    found = float(turned(np.array(angle), about))
    assert abs(found - about) <= np.pi / 2 + 1e-12
    assert abs(np.sin(found - angle)) < 1e-9


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_what_constraints_lose_is_what_the_smaller_model_leaves(seed: int, controlled: bool) -> None:
    rng = np.random.default_rng(seed)
    n = 60
    x, y = rng.uniform(0, 100, (2, n))
    held = rng.normal(size=(n, 1 if controlled else 0))
    terms = quadratic_columns(x, y)
    z = terms @ rng.normal(size=5) + held.sum(axis=1) + rng.normal(0, 10, n)
    covariance = np.cov(np.column_stack([terms, held, z]), rowvar=False, bias=True)

    def r2(columns: np.ndarray) -> float:
        design = np.column_stack([np.ones(n), columns, held])
        residual = z - design @ np.linalg.lstsq(design, z, rcond=None)[0]
        return 1 - residual @ residual / ((z - z.mean()) ** 2).sum()

    full, gap = r2(terms), (x - y) / UNIT
    small = {"none": np.eye(5), "gap": STRAIGHT_DIFFERENCE, "square": DIFFERENCE}
    columns = {"none": np.empty((n, 0)), "gap": gap[:, None], "square": np.column_stack([gap, gap**2])}
    for name, contrasts in small.items():
        lost = float(explained_by(covariance[None], contrasts)[0])
        assert lost == pytest.approx(full - r2(columns[name]), abs=1e-9), name


def test_slopes_of_dependent_predictors_are_not_known() -> None:
    covariance = np.array([[[1.0, 1, 0.5], [1, 1, 0.5], [0.5, 0.5, 1]], [[1.0, 0, 0.5], [0, 1, 0.25], [0.5, 0.25, 1]]])
    found = slopes_of_covariance(covariance)
    assert np.isnan(found[0]).all()
    assert found[1] == pytest.approx([0.5, 0.25])
    assert np.isnan(explained_by(covariance, np.eye(2))[0])

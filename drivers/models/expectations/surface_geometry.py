"""The shape of a quadratic surface: its lines, its axis, its turning point, and the part that a difference leaves out.

z = b0 + b1 x + b2 y + b3 x² + b4 xy + b5 y², x the experience and y the expectation, both in tens of points from the
middle of their scale. Everything here is about b = (b1, …, b5).
"""

from __future__ import annotations

import numpy as np

CENTRE, UNIT = 50.0, 10.0
"""Where x and y are 0, and the points of 0–100 that are one step of them."""

TERMS = ("x", "y", "x2", "xy", "y2")
"""b1 to b5 by name: experience, expectation, their squares and their product."""

LINES = ("a1", "a2", "a3", "a4", "a5")
"""Slope (a1) and curvature (a2) along the line of agreement, y = x; slope (a3) and curvature (a4) along the line of
disagreement, y = −x, from below to above the expectation; and how the slope of the difference changes with the level
(a5), twice the coefficient of (x + y)(x − y)."""

CONTRASTS = np.array(
    [
        [1.0, 1.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 1.0, 1.0, 1.0],
        [1.0, -1.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 1.0, -1.0, 1.0],
        [0.0, 0.0, 1.0, 0.0, -1.0],
    ]
)
"""b → a1 to a5; float (5, 5)."""

SECOND_ORDER = np.eye(5)[2:]
"""What is 0 on a plane: b3, b4, b5."""

EXPECTATION = np.eye(5)[[1, 3, 4]]
"""What is 0 where the expectation adds nothing to the experience: b2, b4, b5."""

DIFFERENCE = CONTRASTS[[0, 1, 4]]
"""What is 0 where the outcome goes by y − x and its square alone. b1 = −b2, b3 = b5 and b4 = −2 b3 are together
a1 = 0, a2 = 0 and a5 = 0: nothing changes along any line of equal differences."""

STRAIGHT_DIFFERENCE = np.vstack([CONTRASTS[[0]], SECOND_ORDER])
"""What is 0 where the outcome goes straight by y − x."""


def quadratic_columns(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The columns of the five terms; float (n, 5).

    Parameters
    ----------
    x, y
        Experience and expectation in points, 0–100; float (n,).
    """
    x, y = (x - CENTRE) / UNIT, (y - CENTRE) / UNIT
    return np.column_stack([x, y, x**2, x * y, y**2])


def slopes_at(x: float, y: float) -> np.ndarray:
    """Contrasts of b: how z changes there with the experience, with the expectation, and with both; float (3, 5).

    Parameters
    ----------
    x, y
        Experience and expectation in points, 0–100.

    Notes
    -----
    Of a quadratic surface the slope at the means of x and y is the mean of all respondents' slopes.
    """
    x, y = (x - CENTRE) / UNIT, (y - CENTRE) / UNIT
    along = np.array([[1.0, 0.0, 2 * x, y, 0.0], [0.0, 1.0, 0.0, x, 2 * y]])
    return np.vstack([along, along.sum(axis=0)])


def stationary_point(b: np.ndarray) -> np.ndarray:
    """Where the surface is level in all directions, in points; float (…, 2), NaN on a plane.

    Notes
    -----
    x0 = (b2 b4 − 2 b1 b5) / (4 b3 b5 − b4²), y0 = (b1 b4 − 2 b2 b3) / (4 b3 b5 − b4²).
    """
    b1, b2, b3, b4, b5 = np.moveaxis(b, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        determinant = 4 * b3 * b5 - b4**2
        determinant = np.where(determinant == 0, np.nan, determinant)
        point = np.stack([b2 * b4 - 2 * b1 * b5, b1 * b4 - 2 * b2 * b3], axis=-1) / determinant[..., None]
    return CENTRE + UNIT * point


def axis_angle(b: np.ndarray) -> np.ndarray:
    """The direction of the first principal axis, from −π/2 to π/2; float (…,), NaN where all directions are alike.

    Notes
    -----
    Along the first principal axis the surface bends upwards most, or downwards least. Its slope is
    (b5 − b3 + √((b3 − b5)² + b4²)) / b4; as an angle it also has a value where b4 = 0.
    """
    _, _, b3, b4, b5 = np.moveaxis(b, -1, 0)
    angle = 0.5 * np.arctan2(b4, b3 - b5)
    return np.where((b4 == 0) & (b3 == b5), np.nan, angle)


def turned(angle: np.ndarray, about: float) -> np.ndarray:
    """Directions of a line, which is its own reverse, as the angle within π/2 of another; float (…,)."""
    return about + (angle - about + np.pi / 2) % np.pi - np.pi / 2


def axis_intercept(b: np.ndarray) -> np.ndarray:
    """How far above the expectation 50 the first principal axis passes at the experience 50, in points; float (…,)."""
    x0, y0 = np.moveaxis(stationary_point(b), -1, 0)
    with np.errstate(invalid="ignore"):
        return y0 - CENTRE - np.tan(axis_angle(b)) * (x0 - CENTRE)


def slopes_of_covariance(covariance: np.ndarray) -> np.ndarray:
    """Least-squares slopes of the last variable on the others; float (…, p − 1), NaN where these are dependent.

    Parameters
    ----------
    covariance
        float (…, p, p).
    """
    deviation = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = covariance / (deviation[..., :, None] * deviation[..., None, :])
    known = np.isfinite(scaled).all(axis=(-2, -1))
    slopes = np.full((*known.shape, covariance.shape[-1] - 1), np.nan)
    among = scaled[known]
    least = np.linalg.eigvalsh(among[:, :-1, :-1])[:, 0] if len(among) else np.empty(0)
    known[known] = told = least > DEPENDENT
    among = among[told]
    solved = np.linalg.solve(among[:, :-1, :-1], among[:, :-1, -1:])[..., 0]
    slopes[known] = solved * deviation[known, -1:] / deviation[known, :-1]
    return slopes


DEPENDENT = 1e-10
"""An eigenvalue of the predictors' correlations below is one of 0."""


def explained_by(covariance: np.ndarray, contrasts: np.ndarray) -> np.ndarray:
    """R² that is lost where combinations of the first slopes are held at 0; float (…,), NaN where none are known.

    Parameters
    ----------
    covariance
        Of the predictors and the outcome, last; float (…, p, p).
    contrasts
        Of the slopes that come first; float (q, k), k ≤ p − 1.

    Notes
    -----
    Least squares under Cb = 0 leaves (Cb)ᵀ(C S⁻¹ Cᵀ)⁻¹(Cb) more of the variance, S the covariance of the predictors.
    """
    slopes = slopes_of_covariance(covariance)
    full = np.zeros((len(contrasts), slopes.shape[-1]))
    full[:, : contrasts.shape[1]] = contrasts
    known = np.isfinite(slopes).all(axis=-1)
    lost = np.full(known.shape, np.nan)
    held = slopes[known] @ full.T
    within = full @ np.linalg.solve(covariance[known][:, :-1, :-1], np.broadcast_to(full.T, (len(held), *full.T.shape)))
    more = (held[:, None, :] @ np.linalg.solve(within, held[..., None]))[:, 0, 0]
    lost[known] = more / covariance[known][:, -1, -1]
    return lost

"""Least squares on columns that hold errors of measurement of a known size: kernels.

References
----------
Fuller (1987), Measurement Error Models, doi:10.1002/9780470316665.
"""

from __future__ import annotations

import numpy as np

NOTHING = 1e-10
"""An eigenvalue of a correlation matrix below this is 0, up to rounding."""

ROWS_AT_ONCE = 4096
"""Respondents that are left out in turn and solved for together."""


def corrected_effects(x: np.ndarray, y: np.ndarray, weights: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, ...]:
    """Effects corrected for errors of measurement, and each row's influence on them; float (m,), (n, m).

    Parameters
    ----------
    x, y
        Less their weighted means; float (n, m), (n,).
    weights
        Summing to 1; float (n,).
    error
        Part of each column's variance that is error; float (m,).

    Notes
    -----
    b = A⁻¹ Σ w x y with A = Σ w x xᵀ − diag(error · Σ w x²), which solves Σ w [x (y − xᵀb) + error · x² · b] = 0;
    a row's influence is A⁻¹ times its part of that sum.
    """
    scatter = (weights[:, None] * x).T @ x
    corrected = scatter - np.diag(error * np.diag(scatter))
    effects = np.linalg.solve(corrected, (weights * y) @ x)
    return effects, np.linalg.solve(corrected, (weights[:, None] * _score(x, y, effects, error)).T).T


def effects_left_out(
    x: np.ndarray, y: np.ndarray, effects: np.ndarray, error: np.ndarray, rows: np.ndarray
) -> np.ndarray:
    """How far the effects move when each of some rows is left out, all being of one weight; float (rows, m).

    Parameters
    ----------
    x, y, error
        As in `corrected_effects`.
    effects
        From all rows; float (m,).
    rows
        Positions of rows without which there are still effects; int (rows,).

    Notes
    -----
    Leaving out a row takes n / (n − 1) x xᵀ from the centred scatter, so that b − b₍ᵢ₎ = n / (n − 1) A₍ᵢ₎⁻¹ gᵢ
    with gᵢ the row's part of the equation that b solves.
    """
    n, m = x.shape
    scatter = x.T @ x
    corrected = scatter - np.diag(error * np.diag(scatter))
    factor = n / (n - 1)
    moved = np.empty((len(rows), m))
    diagonal = np.arange(m)
    for start in range(0, len(rows), ROWS_AT_ONCE):
        chosen = rows[start : start + ROWS_AT_ONCE]
        part = x[chosen]
        taken = factor * part[:, :, None] * part[:, None, :]
        taken[:, diagonal, diagonal] *= 1 - error
        score = factor * _score(part, y[chosen], effects, error)
        moved[start : start + ROWS_AT_ONCE] = np.linalg.solve(corrected - taken, score[:, :, None])[:, :, 0]
    return moved


def effects_of_moments(scatter: np.ndarray, error: np.ndarray) -> np.ndarray:
    """The corrected effects in each replicate, NaN where its corrected scatter is not positive definite; float (R, m).

    Parameters
    ----------
    scatter
        Of the m columns and, last, the outcome; float (R, m + 1, m + 1).
    error
        As in `corrected_effects`.
    """
    m = len(error)
    # As correlations, so that units of measurement do not matter to rounding.
    deviation = np.sqrt(np.diagonal(scatter, axis1=1, axis2=2))
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = scatter / (deviation[:, :, None] * deviation[:, None, :])
    known = np.isfinite(correlation).all(axis=(1, 2))
    corrected = correlation[known, :m, :m] - np.diag(error)
    known[known] = np.linalg.eigvalsh(corrected)[:, 0] > NOTHING
    corrected = correlation[known, :m, :m] - np.diag(error)
    effects = np.full((len(scatter), m), np.nan)
    solved = np.linalg.solve(corrected, correlation[known, :m, m:])[:, :, 0]
    effects[known] = solved * deviation[known, m:] / deviation[known, :m]
    return effects


def least_eigenvalue(x: np.ndarray, weights: np.ndarray, error: np.ndarray) -> tuple[float, np.ndarray]:
    """The least eigenvalue of the corrected correlations, and each row's influence on it; float, float (n,).

    Parameters
    ----------
    x, weights, error
        As in `corrected_effects`.

    Notes
    -----
    With z the columns over their standard deviations and v the eigenvector, the influence is
    (vᵀz)² − Σ v² z² (λ + error): what a row does to R − diag(error), its own standardisation included.
    """
    z = x / np.sqrt(weights @ x**2)
    correlation = (weights[:, None] * z).T @ z
    values, vectors = np.linalg.eigh(correlation - np.diag(error))
    value, vector = values[0], vectors[:, 0]
    return float(value), weights * ((z @ vector) ** 2 - z**2 @ (vector**2 * (value + error)))


def _score(x: np.ndarray, y: np.ndarray, effects: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Each row's part of the equation that the effects solve, its weight apart; float (n, m)."""
    return x * (y - x @ effects)[:, None] + x**2 * (error * effects)

"""How far predictors tell each other: kernels on their correlation matrix.

References
----------
Fox and Monette (1992), Generalized collinearity diagnostics, doi:10.1080/01621459.1992.10475190.
Belsley, Kuh and Welsch (1980), Regression Diagnostics, doi:10.1002/0471725153.
"""

from __future__ import annotations

import numpy as np

DEPENDENT_VIF = 1e6
"""From here on a column is a sum of others, up to rounding, and shares among them are arbitrary."""


def variance_inflation(correlation: np.ndarray) -> np.ndarray:
    """1 / (1 − R²) of each column on the others, at most `DEPENDENT_VIF`; float (columns,).

    Parameters
    ----------
    correlation
        float (columns, columns).
    """
    columns = len(correlation)
    left = np.ones(columns)
    for j in range(columns):
        others = np.arange(columns) != j
        left[j] = _left(correlation, np.array([j]), np.flatnonzero(others))[0, 0]
    return 1 / np.maximum(left, 1 / DEPENDENT_VIF)


def generalised_inflation(correlation: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The generalised variance inflation of each unit of columns, and its degrees of freedom; float, int (units,).

    Parameters
    ----------
    correlation
        Of all columns; float (columns, columns). Those before the first unit are in the model too.
    starts
        First column of each unit and, last, one beyond them; int (units + 1,).

    Notes
    -----
    Det R₁₁ · det R₂₂ / det R, for the unit's columns 1 and all others 2, as the product of 1 / (1 − ρ²)
    over their canonical correlations ρ, each factor at most `DEPENDENT_VIF`. With one column it is the
    variance inflation factor.
    """
    units = len(starts) - 1
    inflation, df = np.empty(units), np.empty(units, dtype=np.int64)
    for unit in range(units):
        own = np.arange(starts[unit], starts[unit + 1])
        others = np.setdiff1d(np.arange(len(correlation)), own)
        # Directions that the unit only seems to have, as one of its columns is a sum of the others, do not count.
        values, vectors = np.linalg.eigh(correlation[np.ix_(own, own)])
        there = values > values[-1] / DEPENDENT_VIF
        whitened = vectors[:, there] / np.sqrt(values[there])
        left = np.linalg.eigvalsh(whitened.T @ _left(correlation, own, others) @ whitened)
        inflation[unit] = np.prod(1 / np.clip(left, 1 / DEPENDENT_VIF, 1.0))
        df[unit] = np.count_nonzero(there)
    return inflation, df


def condition_indices(correlation: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Eigenvalues, condition indices and parts of variance, from the strongest dimension to the weakest.

    Parameters
    ----------
    correlation
        float (columns, columns).

    Returns
    -------
    eigenvalues, indices, parts
        float (columns,), (columns,) and (dimensions, columns). An index is √(λ₁ / λ_d), infinite at
        an exact dependence; a part is what the dimension has in the variance of a column's effect, v² / λ
        over its sum, so that every column of parts sums to 1.
    """
    values, vectors = np.linalg.eigh(correlation)
    values, vectors = values[::-1], vectors[:, ::-1]
    # Below the rounding of the largest an eigenvalue is 0, whatever sign it has.
    nothing = values[0] * len(values) * np.finfo(float).eps
    held = np.maximum(values, nothing)
    pieces = vectors.T**2 / held[:, None]
    indices = np.where(values > nothing, np.sqrt(values[0] / held), np.inf)
    return np.maximum(values, 0.0), indices, pieces / pieces.sum(axis=0)


def effective_number(eigenvalues: np.ndarray) -> float:
    """(Σλ)² / Σλ²: as many uncorrelated columns would have eigenvalues as even as these.

    References
    ----------
    Bretherton, Widmann, Dymnikov, Wallace and Bladé (1999), The effective number of spatial degrees of
    freedom of a time-varying field, doi:10.1175/1520-0442(1999)012<1990:TENOSD>2.0.CO;2.
    """
    return float(eigenvalues.sum() ** 2 / (eigenvalues**2).sum())


def _left(correlation: np.ndarray, own: np.ndarray, others: np.ndarray) -> np.ndarray:
    """What the other columns do not tell of some columns; float (own, own)."""
    known = correlation[np.ix_(others, own)]
    # Least squares, not an inverse: among dependent columns an inverse has no meaning.
    told = np.linalg.lstsq(correlation[np.ix_(others, others)], known, rcond=1e-12)[0]
    return correlation[np.ix_(own, own)] - known.T @ told

"""The measures of relative importance in linear models, each from correlation matrices.

Arrays in, arrays out: float (b, m, m), controls first, the outcome last. Every measure is given in parts
of the outcome's variance.

References
----------
Grömping (2006), Relative importance for linear regression in R, doi:10.18637/jss.v017.i01.
Genizi (1993), Decomposition of R² in multiple regression with correlated regressors, Statistica Sinica 3, 407–420.
Johnson (2000), A heuristic method for estimating the relative weight, doi:10.1207/S15327906MBR3501_1.
Zuber and Strimmer (2011), High-dimensional regression and variable selection using CAR scores,
doi:10.2202/1544-6115.1730.
Pratt (1987), Dividing the indivisible, in Proceedings of the Second International Tampere Conference in Statistics.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit

from drivers.importance.orders.lattice import Prerequisites, fits_of_all_subsets, general_values
from drivers.importance.orders.parts import Progress
from drivers.importance.orders.subsets import PIVOT_FLOOR, lmg_values, standardised

Values = tuple[np.ndarray, np.ndarray]
"""Importance of each unit, float (b, k), and R² of the controls alone and of the whole model, float (b, 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a measure is and where it applies.

    Parameters
    ----------
    values
        (matrices, starts) → values; None for LMG, which has a kernel of its own.
    sums_to_r2
        Whether the values of all drivers sum to what they add to R².
    controls, groups, interactions
        Whether it is defined with controls, with units of several columns, with interactions.
    signed
        Whether values may be below 0.
    """

    values: Callable[[np.ndarray, np.ndarray], np.ndarray] | None
    sums_to_r2: bool = True
    controls: bool = True
    groups: bool = False
    interactions: bool = False
    signed: bool = False


@njit("void(f8[:, :, ::1], i8[::1], b1[:, ::1], f8[:, ::1])", nogil=True, cache=True)
def _chosen(matrices, starts, chosen, fits):  # type: ignore[no-untyped-def]  # pragma: no cover
    """R² of chosen sets of units (sets, k), controls always in, into fits (b, sets)."""
    m = matrices.shape[1]
    y = m - 1
    here = np.empty((m, m))
    for replicate in range(matrices.shape[0]):
        for position in range(chosen.shape[0]):
            here[:, :] = matrices[replicate]
            for unit in range(-1, chosen.shape[1]):
                if unit >= 0 and not chosen[position, unit]:
                    continue
                begin = 0 if unit < 0 else starts[unit]
                end = starts[0] if unit < 0 else starts[unit + 1]
                for column in range(begin, end):
                    pivot = here[column, column]
                    if pivot <= PIVOT_FLOOR * matrices[replicate, column, column]:
                        continue
                    for a in range(m):
                        factor = here[a, column] / pivot
                        if a != column:
                            for b in range(m):
                                here[a, b] -= factor * here[column, b]
                    for a in range(m):
                        here[a, column] = 0.0
                        here[column, a] = 0.0
            fits[replicate, position] = 1.0 - here[y, y]


def fits_of_chosen(matrices: np.ndarray, starts: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """R² of the models on chosen sets of units, the controls always in them; float (b, sets).

    Parameters
    ----------
    matrices
        Scatter, covariance or correlation matrices; float (b, m, m).
    starts
        First column of each unit and, last, the outcome's column; int (k + 1,).
    chosen
        Which units each set holds; bool (sets, k).
    """
    fits = np.empty((len(matrices), len(chosen)))
    _chosen(
        standardised(matrices),
        np.ascontiguousarray(starts, dtype=np.int64),
        np.ascontiguousarray(chosen, dtype=np.bool_),
        fits,
    )
    return fits


def _first(matrices: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """What each unit adds to the controls alone."""
    k = len(starts) - 1
    fits = fits_of_chosen(matrices, starts, np.vstack([np.zeros((1, k)), np.eye(k)]).astype(bool))
    return fits[:, 1:] - fits[:, :1]


def _last(matrices: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """What each unit adds to all others."""
    k = len(starts) - 1
    fits = fits_of_chosen(matrices, starts, np.vstack([np.ones((1, k)), 1 - np.eye(k)]).astype(bool))
    return fits[:, :1] - fits[:, 1:]


def _standard_coefficients(matrices: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Standardised coefficients of the full model, controls left out; float (b, columns)."""
    known = standardised(matrices)
    return (_pseudo_inverse(known[:, :-1, :-1]) @ known[:, :-1, -1:])[:, starts[0] :, 0]


def _betasq(matrices: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Squared coefficients of drivers that have a variance of 1 before the controls have explained their part."""
    own = np.diagonal(_without_controls(matrices, starts), axis1=1, axis2=2)[:, starts[0] : -1]
    return _standard_coefficients(matrices, starts) ** 2 * own


def _pratt(matrices: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Standardised coefficient times correlation; a unit of several columns has their sum."""
    known = _without_controls(matrices, starts)[:, starts[0] : -1, -1]
    products = _standard_coefficients(matrices, starts) * known
    return np.add.reduceat(products, starts[:-1] - starts[0], axis=1)


def _without_controls(matrices: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """What the controls leave of the correlations, not scaled anew; float (b, m, m)."""
    known = standardised(matrices)
    c = starts[0]
    return known - known[:, :, :c] @ _pseudo_inverse(known[:, :c, :c]) @ known[:, :c] if c else known


def _genizi(matrices: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Squared roots of the correlation matrix times squared CAR scores: Genizi's and Johnson's one decomposition."""
    known = standardised(matrices)
    root, inverse_root = _roots(known[:, :-1, :-1])
    return (root**2 @ (inverse_root @ known[:, :-1, -1:]) ** 2)[:, :, 0]


def _car(matrices: np.ndarray, starts: np.ndarray) -> np.ndarray:
    known = standardised(matrices)
    return ((_roots(known[:, :-1, :-1])[1] @ known[:, :-1, -1:]) ** 2)[:, :, 0]


def _pseudo_inverse(matrices: np.ndarray) -> np.ndarray:
    return np.linalg.pinv(matrices, rcond=PIVOT_FLOOR, hermitian=True)


def _roots(matrices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Square roots of symmetric matrices, and their (pseudo-)inverses; float (b, p, p) each."""
    values, vectors = np.linalg.eigh(matrices)
    present = values > PIVOT_FLOOR * values[:, -1:]
    root = np.sqrt(np.where(present, values, 0.0))
    inverse = np.where(present, 1 / np.where(present, root, 1.0), 0.0)
    turned = np.swapaxes(vectors, 1, 2)
    return (vectors * root[:, None, :]) @ turned, (vectors * inverse[:, None, :]) @ turned


MEASURES: dict[str, Measure] = {
    "lmg": Measure(values=None, groups=True, interactions=True),
    "first": Measure(values=_first, sums_to_r2=False, groups=True),
    "last": Measure(values=_last, sums_to_r2=False, groups=True),
    "betasq": Measure(values=_betasq, sums_to_r2=False),
    "pratt": Measure(values=_pratt, groups=True, signed=True),
    "genizi": Measure(values=_genizi, controls=False),
    "car": Measure(values=_car, controls=False),
    "relative_weights": Measure(values=_genizi, controls=False),
}
"""Name → measure, in the order in which they are offered. Johnson's relative weights are Genizi's decomposition."""


def measured(
    method: str,
    matrices: np.ndarray,
    starts: np.ndarray,
    *,
    prerequisites: Prerequisites = (),
    progress: Progress | None = None,
) -> Values:
    """The values of one measure for each matrix, with R² of the controls alone and of the whole model.

    Parameters
    ----------
    method
        A name in `MEASURES`.
    matrices
        Scatter, covariance or correlation matrices; float (b, m, m).
    starts
        First column of each unit and, last, the outcome's column; int (k + 1,).
    prerequisites
        For each unit those that must enter before it, as the main effects of an interaction must.
    progress
        Of LMG, the only measure that may take long: as `lmg_values` calls it.
    """
    measure = MEASURES[method]
    starts = np.ascontiguousarray(starts, dtype=np.int64)
    if measure.values is None:
        if not any(prerequisites):
            return lmg_values(matrices, starts, progress=progress)
        fits = fits_of_all_subsets(matrices, starts)
        return general_values(fits, prerequisites), fits[:, [0, -1]]
    k = len(starts) - 1
    r2 = fits_of_chosen(matrices, starts, np.vstack([np.zeros(k), np.ones(k)]).astype(bool))
    return measure.values(matrices, starts), r2

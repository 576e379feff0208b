"""The equations of a chain: which columns predict which, on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ROWS_PER_STRATUM = 20
"""A stratum with fewer rows gets no indicator: it would say more of who answered than of the stratum."""

MOST_STRATA = 30
"""No more strata get an indicator, the largest first: every further column costs precision in all equations."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Equations:
    """One regression for each column.

    Parameters
    ----------
    z
        Predictors, NaN in holes: the columns, the constant, log weights, indicators of strata, and what the parts of
        products are predicted by besides; float (r, q).
    uses
        Which predictors the equation of each column has; bool (p, q).
    products
        Parts and column of each product in z; int (d, 3).
    """

    z: np.ndarray
    uses: np.ndarray
    products: np.ndarray


def equations(
    values: np.ndarray,
    answered: np.ndarray,
    *,
    weights: np.ndarray | None,
    strata: np.ndarray | None,
    products: Sequence[tuple[int, int, int]],
    outcome: int | None,
) -> Equations:
    """The equations of each column on all others.

    Parameters
    ----------
    values, answered
        float (r, p), NaN in holes; bool (r, p), False also where a question does not concern a respondent.
    weights, strata, products, outcome
        As `impute` has them.
    """
    r, p = values.shape
    counts = np.maximum(answered.sum(axis=0), 1)
    centred = values - np.where(answered, values, 0.0).sum(axis=0) / counts
    deviation = np.sqrt((np.where(answered, centred, 0.0) ** 2).sum(axis=0) / counts)
    columns = [centred / np.where(deviation > 0, deviation, 1.0), np.ones((r, 1))]
    if weights is not None and np.ptp(weights) > 0:
        logarithm = np.log(weights)
        columns.append(((logarithm - logarithm.mean()) / logarithm.std())[:, None])
    if strata is not None:
        columns.append((strata[:, None] == _shown(strata)).astype(float))
    z = np.column_stack(columns)
    uses = np.ones((p, z.shape[1]), dtype=bool)
    uses[:, :p] = ~np.eye(p, dtype=bool)
    table = [(first, second, column) for column, first, second in products]
    for column, first, second in products:
        # A part is not predicted by what is made of it, and the product has no equation of its own.
        uses[[first, second], column] = False
        uses[column] = False
    if outcome is not None:
        extra = _interaction_terms(values, products, outcome, first_column=z.shape[1])
        table += [(first, second, z.shape[1] + position) for position, (first, second) in enumerate(extra)]
        uses = np.column_stack([uses, *(np.isin(np.arange(p), readers) for readers in extra.values())])
        z = np.column_stack([z, np.zeros((r, len(extra)))])
    return Equations(z=np.ascontiguousarray(z), uses=uses, products=np.array(table, dtype=np.int64).reshape(-1, 3))


def _interaction_terms(
    values: np.ndarray, products: Sequence[tuple[int, int, int]], outcome: int, *, first_column: int
) -> dict[tuple[int, int], list[int]]:
    """What the parts of products are predicted by beside the columns: the two factors of each term → the parts.

    With slopes β + γb of the outcome y in a, what y tells of a given b is (β + γb)(y − …) / (σ² + τ²(β + γb)²), where …
    holds b and b² already: so b², yb and, first of the terms that the denominator brings, yb².
    """
    terms: dict[tuple[int, int], list[int]] = {}
    pairs = {pair for _, first, second in products for pair in ((first, second), (second, first))}
    for part, other in sorted(pair for pair in pairs if outcome not in pair):
        terms.setdefault((outcome, other), []).append(part)
        if len(np.unique(values[~np.isnan(values[:, other]), other])) > 2:
            terms.setdefault((other, other), []).append(part)
            square = first_column + list(terms).index((other, other))
            terms.setdefault((outcome, square), []).append(part)
    return terms


def _shown(strata: np.ndarray) -> np.ndarray:
    """The strata that get an indicator: the largest is the reference, small ones stay with it."""
    codes, sizes = np.unique(strata, return_counts=True)
    largest = np.argsort(-sizes, kind="stable")[1 : MOST_STRATA + 1]
    return codes[largest[sizes[largest] >= ROWS_PER_STRATUM]]

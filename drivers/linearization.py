"""Variances by linearisation: how much an estimate moves from one sampling unit to the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drivers.errors import ModelError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Linearised:
    """A covariance matrix (p, p) and its degrees of freedom: sampling units minus strata."""

    covariance: np.ndarray
    df: int


def linearised_covariance(
    influence: np.ndarray, *, strata: np.ndarray | None = None, clusters: np.ndarray | None = None
) -> Linearised:
    """The covariance of estimates whose influence functions are summed over sampling units.

    Parameters
    ----------
    influence
        Each row's contribution to each estimate, weight included, 0 outside the domain; float (n, p).
    strata, clusters
        Codes of the stratum and the sampling unit of each row; int (n,). Without them every row is a
        unit of its own.

    Raises
    ------
    ModelError
        Where a stratum has a single sampling unit.

    Notes
    -----
    Σ_h n_h / (n_h − 1) Σ_c (s_hc − s̄_h)(s_hc − s̄_h)ᵀ, with replacement between units.
    Weights: part of the influence.

    References
    ----------
    Binder (1983), On the variances of asymptotically normal estimators from complex surveys, doi:10.2307/1402588.
    """
    n, p = influence.shape
    stratum = np.zeros(n, dtype=np.int64) if strata is None else strata
    if clusters is None:
        totals, stratum_of_unit = influence, stratum
    else:
        pairs, unit = np.unique(np.column_stack([stratum, clusters]), axis=0, return_inverse=True)
        totals = np.zeros((len(pairs), p))
        np.add.at(totals, unit.reshape(-1), influence)
        stratum_of_unit = pairs[:, 0]
    covariance = np.zeros((p, p))
    names = np.unique(stratum_of_unit)
    for name in names:
        members = totals[stratum_of_unit == name]
        if len(members) < 2:
            raise ModelError(
                "Expected at least two sampling units in every stratum, found a stratum with one; "
                "merge it with a neighbour in the data."
            )
        centred = members - members.mean(axis=0)
        covariance += len(members) / (len(members) - 1) * centred.T @ centred
    return Linearised(covariance=covariance, df=len(totals) - len(names))

"""Replicate weights, as a survey's publisher gives them in place of the design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.linalg import lapack

from drivers.results import read_only

ReplicateMethod = Literal["jk1", "jkn", "brr", "fay", "bootstrap"]
ReplicateCenter = Literal["estimate", "mean"]

DEPENDENT = 1e-5
"""A column of weights that others make up but for this part of its length adds no degree of freedom (R's ``degf``)."""

SAME_UNIT = 1e-9
"""Relative: respondents whose weights go up and down together to this are in one sampling unit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReplicateWeights:
    """Weights that say, replicate by replicate, how an estimate might have been.

    Parameters
    ----------
    columns
        Name of each replicate's column, (R,).
    weights
        Full weights, design weight included; float (n, R).
    base
        Design weights; float (n,).
    scales
        What each replicate's squared deviation counts; float (R,).
    center
        What deviations are taken from: the estimate, or the mean of the replicates.
    method
        How the replicates were made.
    """

    columns: tuple[str, ...]
    weights: np.ndarray
    base: np.ndarray
    scales: np.ndarray
    center: ReplicateCenter
    method: ReplicateMethod

    @property
    def df(self) -> int:
        """Degrees of freedom, counted anew at every call: dimensions in which the weights vary."""
        return degrees_of_freedom(self.weights)

    def among(self, rows: np.ndarray) -> ReplicateWeights | None:
        """Those of a domain's respondents; None where they are all of one sampling unit.

        Parameters
        ----------
        rows
            bool (n,).

        Notes
        -----
        Respondents of one unit have their weights raised and lowered together, so that replicates tell how units
        differ and nothing of this one.
        """
        weights, base = self.weights[rows], self.base[rows]
        if not len(weights):
            return None
        factors = weights * (base[0] / np.where(base > 0, base, 1.0))[:, None]
        if np.allclose(factors, weights[0], rtol=SAME_UNIT, atol=SAME_UNIT * base[0]):
            return None
        return ReplicateWeights(
            columns=self.columns,
            weights=read_only(weights),
            base=read_only(base),
            scales=self.scales,
            center=self.center,
            method=self.method,
        )

    def means(self, values: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Weighted mean of a column over some rows in each replicate, NaN where it has none of them; float (R,).

        Parameters
        ----------
        values
            float (n,), no NaN in the rows.
        rows
            bool (n,).
        """
        weights = self.weights[rows]
        totals = weights.sum(axis=0)
        return np.where(totals > 0, values[rows] @ weights / np.where(totals > 0, totals, 1.0), np.nan)

    def covariance(self, estimates: np.ndarray, estimate: np.ndarray) -> np.ndarray:
        """Σ_r scale_r (θ_r − c)(θ_r − c)ᵀ; float (q, q).

        Parameters
        ----------
        estimates
            The estimate in each replicate; float (R, q).
        estimate
            The estimate itself; float (q,).
        """
        center = estimate if self.center == "estimate" else estimates[self.scales > 0].mean(axis=0)
        scaled = (estimates - center) * np.sqrt(self.scales)[:, None]
        return scaled.T @ scaled


def degrees_of_freedom(weights: np.ndarray) -> int:
    """Dimensions of a matrix of replicate weights, less one; weights float (n, R).

    Notes
    -----
    As R's survey counts them for replicate designs: the rank of the weights less 1. The rank is found by a Cholesky
    decomposition that takes the column which is told least by those before it, and ends when none is left.
    """
    length = np.sqrt((weights**2).sum(axis=0))
    columns = weights[:, length > 0] / length[length > 0]
    # Either product has the rank of the weights; the smaller is cheaper.
    product = columns.T @ columns if columns.shape[1] <= columns.shape[0] else columns @ columns.T
    *_, rank, _ = lapack.dpstrf(product, tol=DEPENDENT**2)
    return int(rank) - 1

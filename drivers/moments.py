"""Weighted means and covariances: mergeable, chunk by chunk, never all rows at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from drivers.errors import ModelError
from drivers.results import read_only

CHUNK_ROWS = 65_536


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """Count, weights, means and scatter of p variables.

    Parameters
    ----------
    n
        Rows with a weight above 0.
    sum_weights, sum_squared_weights
        Σw and Σw².
    mean
        Weighted means; float (p,).
    scatter
        Σ w (x − mean)(x − mean)ᵀ; float (p, p).
    """

    n: int
    sum_weights: float
    sum_squared_weights: float
    mean: np.ndarray
    scatter: np.ndarray

    @property
    def covariance(self) -> np.ndarray:
        """Weighted covariance, divided as R's ``cov.wt`` does, by Σw (1 − Σ(w/Σw)²); float (p, p)."""
        freedom = 1.0 - self.sum_squared_weights / self.sum_weights**2
        return self.scatter / (self.sum_weights * freedom)

    @property
    def correlation(self) -> np.ndarray:
        """Weighted correlations; float (p, p), NaN where a variable is constant."""
        deviation = np.sqrt(np.diag(self.scatter))
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.scatter / np.outer(deviation, deviation)

    @property
    def n_effective(self) -> float:
        """(Σw)² / Σw² (Kish 1965), the effective sample size for weights alone."""
        return self.sum_weights**2 / self.sum_squared_weights

    def merge(self, other: Moments) -> Moments:
        """The moments of both parts together (Chan, Golub and LeVeque 1979)."""
        if self.mean.shape != other.mean.shape:
            raise ModelError(
                f"Expected moments of {len(self.mean)} variables, found {len(other.mean)}; merge parts of one survey."
            )
        total = self.sum_weights + other.sum_weights
        shift = other.mean - self.mean
        return Moments(
            n=self.n + other.n,
            sum_weights=total,
            sum_squared_weights=self.sum_squared_weights + other.sum_squared_weights,
            mean=read_only(self.mean + shift * (other.sum_weights / total)),
            scatter=read_only(
                self.scatter + other.scatter + np.outer(shift, shift) * (self.sum_weights * other.sum_weights / total)
            ),
        )


def weighted_moments(values: np.ndarray, weights: np.ndarray | None = None) -> Moments:
    """The moments of complete rows.

    Parameters
    ----------
    values
        float (n, p), no NaN.
    weights
        float (n,), 0 or more; 1 for every row unless given.

    Notes
    -----
    Weights: only their proportions matter for means and covariances.
    Missing answers: refused; choose the rows before.
    """
    if values.ndim != 2 or not len(values):
        raise ModelError(f"Expected rows of answers, found an array of shape {values.shape}; widen the selection.")
    if np.isnan(values).any():
        raise ModelError("Expected complete rows, found missing answers; choose the rows first.")
    weights = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    parts = [_one_chunk(values[rows], weights[rows]) for rows in _chunks(len(values)) if weights[rows].sum() > 0]
    if not parts:
        raise ModelError("Expected rows with a design weight above 0, found none; check the weights.")
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.merge(part)
    return whole


def _chunks(n: int) -> Iterator[slice]:
    return (slice(start, min(start + CHUNK_ROWS, n)) for start in range(0, n, CHUNK_ROWS))


def _one_chunk(values: np.ndarray, weights: np.ndarray) -> Moments:
    total = float(weights.sum())
    mean = weights @ values / total
    centred = values - mean
    # A second pass over the centred rows removes what rounding left in the mean (Chan et al. 1983).
    left = weights @ centred / total
    return Moments(
        n=int(np.count_nonzero(weights)),
        sum_weights=total,
        sum_squared_weights=float(weights @ weights),
        mean=read_only(mean + left),
        scatter=read_only((centred * weights[:, None]).T @ centred - total * np.outer(left, left)),
    )

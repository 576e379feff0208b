"""A regression in each of many groups, with errors that hold whatever the noise and the design."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drivers.models.groups.group_means import group_covariances
from drivers.survey.data import Survey

_UNTOLD = 1e-9
"""Least part of a column's spread in a group that the other columns may leave, for its effect to be known there."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupSlopes:
    """Effects in k groups; `group_slopes` makes them.

    Parameters
    ----------
    estimate, variance
        Of each column's effect, NaN in groups where one cannot be told; float (k, p).
    df
        Degrees of freedom; int (k,).
    n
        Respondents; int (k,).
    """

    estimate: np.ndarray
    variance: np.ndarray
    df: np.ndarray
    n: np.ndarray

    @property
    def fitted(self) -> np.ndarray:
        """Groups with a regression; bool (k,)."""
        return ~np.isnan(self.estimate).any(axis=1)


def group_slopes(survey: Survey, values: np.ndarray, codes: np.ndarray, k: int, *, fewest: int) -> GroupSlopes:
    """Weighted least squares of the last column on the others in each of k groups.

    Parameters
    ----------
    values
        Predictors and the outcome last; float (n, p + 1), no NaN in rows of a group.
    codes
        Group of each row, −1 for none; int (n,).
    k
        Groups.
    fewest
        Respondents below which a group has no regression.

    Notes
    -----
    Weights: weighted least squares; errors by the design as in `group_covariances`, each residual made larger by
    1 / √(1 − leverage), so that variances are right on average also in small groups (HC2, MacKinnon and White 1985).
    Degrees of freedom: sampling units less strata less p.
    A group in which a column is constant, or a sum of others, has no regression.

    References
    ----------
    MacKinnon and White (1985), doi:10.1016/0304-4076(85)90158-7; Binder (1983), doi:10.2307/1402588.
    """
    p = values.shape[1] - 1
    estimate, variance = np.full((k, p), np.nan), np.full((k, p), np.nan)
    n = np.bincount(codes[codes >= 0], minlength=k)
    influence, fitted = np.zeros((len(codes), p)), np.full(len(codes), -1)
    for group in np.flatnonzero(n >= fewest):
        rows = np.flatnonzero(codes == group)
        weights = survey.weights[rows]
        centred = values[rows] - np.average(values[rows], axis=0, weights=weights)
        design, outcome = centred[:, :-1], centred[:, -1]
        spread = np.sqrt(np.average(design**2, axis=0, weights=weights))
        if not (spread > 0).all():
            continue
        scaled = design / spread
        bread = scaled.T @ (weights[:, None] * scaled)
        if np.linalg.eigvalsh(bread)[0] < _UNTOLD * weights.sum():
            continue
        inverse = np.linalg.inv(bread)
        slopes = inverse @ scaled.T @ (weights * outcome)
        leverage = weights * ((scaled @ inverse) * scaled).sum(axis=1) + weights / weights.sum()
        residual = (outcome - scaled @ slopes) / np.sqrt(np.maximum(1 - leverage, 1e-6))
        estimate[group] = slopes / spread
        # The constant is held by centring: its part of the influence is taken out with the weighted mean.
        influence[rows] = (weights * residual)[:, None] * (scaled @ inverse) / spread
        fitted[rows] = group
    df = np.ones(k, dtype=np.int64)
    if (fitted >= 0).any():
        covariance, freedom, _ = group_covariances(survey, influence, fitted, k)
        known = ~np.isnan(estimate).any(axis=1)
        variance[known] = np.diagonal(covariance, axis1=1, axis2=2)[known]
        df = np.maximum(freedom - p, 1)
    return GroupSlopes(estimate=estimate, variance=variance, df=df, n=n)

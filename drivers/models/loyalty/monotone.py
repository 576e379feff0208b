"""Curves that never fall: weighted isotonic means at a few steps, and splines with rising coefficients."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import BSpline
from scipy.optimize import nnls

DEGREE = 2
"""Of the splines. A quadratic spline never falls exactly where its coefficients never do; of a cubic that asks too
much."""

INNER_KNOTS = 4
"""Inside the range, at equal parts of the answers: enough for a start, a slope and an end."""

NOT_SEEN = 1e-12
"""Relative: what varies less among a resample's respondents has no part in the fit."""


def isotonic_means(totals: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """The means nearest to those of the steps that never fall; float (b, K).

    Parameters
    ----------
    totals, sums
        Weights and weighted values added up over each step in each resample; float (b, K). A step without a weight
        takes the value of its neighbours' fit; a resample without any has −∞.

    Notes
    -----
    max over i ≤ k of min over j ≥ k of the mean of steps i to j, which pooling adjacent violators computes too; all
    resamples at once.

    References
    ----------
    Robertson, Wright and Dykstra (1988), Order Restricted Statistical Inference, theorem 1.4.4.
    """
    b, steps = totals.shape
    weight = np.concatenate([np.zeros((b, 1)), np.cumsum(totals, axis=1)], axis=1)
    value = np.concatenate([np.zeros((b, 1)), np.cumsum(sums, axis=1)], axis=1)
    fit = np.full((b, steps), -np.inf)
    for i in range(steps):
        over = weight[:, i + 1 :] - weight[:, [i]]
        # A rounding error of the running sums is no weight.
        seen = over > NOT_SEEN * weight[:, -1:]
        mean = np.where(seen, (value[:, i + 1 :] - value[:, [i]]) / np.where(seen, over, 1.0), np.inf)
        least = np.minimum.accumulate(mean[:, ::-1], axis=1)[:, ::-1]
        fit[:, i:] = np.maximum(fit[:, i:], np.where(np.isfinite(least), least, -np.inf))
    return fit


def inner_knots(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Knots inside the range at equal parts of the answers; float (at most 4,)."""
    order = np.argsort(x, kind="stable")
    part = np.cumsum(weights[order]) / weights.sum()
    at = x[order][np.searchsorted(part, np.arange(1, INNER_KNOTS + 1) / (INNER_KNOTS + 1))]
    at = np.unique(at)
    return at[(at > x.min()) & (at < x.max())]


def rising_splines(x: np.ndarray, knots: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
    """Splines that rise from 0 to 1 between the ends; float (n, p).

    Notes
    -----
    Sums of all B-splines from one on: any curve of them with parts of 0 or more never falls.

    References
    ----------
    Ramsay (1988), Monotone regression splines in action, doi:10.1214/ss/1177012761.
    """
    full = np.concatenate([[ends[0]] * (DEGREE + 1), knots, [ends[1]] * (DEGREE + 1)])
    basis = BSpline.design_matrix(np.clip(x, *ends), full, DEGREE).toarray()
    return np.cumsum(basis[:, :0:-1], axis=1)[:, ::-1]


def rising_fit(moments: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The rising curve with the least squared errors in each resample, NaN of one without a weight; float (b, q).

    Parameters
    ----------
    moments
        Σ w z zᵀ of z = (1, splines, y) in each resample; float (b, p + 2, p + 2).
    at
        The splines at the places of the curve; float (q, p).
    """
    fit = np.empty((len(moments), len(at)))
    for r, table in enumerate(moments):
        if not table[0, 0] > 0:
            fit[r] = np.nan
            continue
        mean = table[0, 1:] / table[0, 0]
        centred = table[1:, 1:] / table[0, 0] - np.outer(mean, mean)
        values, vectors = np.linalg.eigh(centred[:-1, :-1])
        kept = values > NOT_SEEN * max(float(values[-1]), NOT_SEEN)
        root = np.sqrt(values[kept])
        parts, _ = nnls(root[:, None] * vectors[:, kept].T, vectors[:, kept].T @ centred[:-1, -1] / root)
        fit[r] = mean[-1] + (at - mean[:-1]) @ parts
    return fit

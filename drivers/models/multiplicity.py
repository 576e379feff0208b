"""Tests that are many at once."""

from __future__ import annotations

import numpy as np


def holm(p_values: np.ndarray) -> np.ndarray:
    """P-values such that a family of tests is wrong at all as seldom as one test would be; float (k,).

    Parameters
    ----------
    p_values
        float (k,); NaN is no test, and stays.

    Notes
    -----
    The j-th smallest of m is multiplied by m − j + 1, and none is smaller than one before it, nor above 1.

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    adjusted = np.full(len(p_values), np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    factors = len(order) - np.arange(len(order))
    adjusted[order] = np.minimum(np.maximum.accumulate(factors * p_values[order]), 1.0)
    return adjusted


def benjamini_yekutieli(p_values: np.ndarray) -> np.ndarray:
    """P-values such that of all that is marked a small part is wrong on average; the same shape.

    Parameters
    ----------
    p_values
        Of any shape; NaN is no test, and stays.

    Notes
    -----
    The j-th smallest of m is multiplied by (m / j) Σ_i 1/i, and none is larger than one after it, nor above 1. That sum
    is what it takes where tests depend on each other in any way, as differences from one and the same rest do; the
    plain rule of Benjamini and Hochberg holds for tests that are independent or all lean to the same side.

    References
    ----------
    Benjamini and Yekutieli (2001), The control of the false discovery rate in multiple testing under dependency,
    doi:10.1214/aos/1013699998.
    """
    flat = np.asarray(p_values, dtype=float).ravel()
    adjusted = np.full(len(flat), np.nan)
    known = np.flatnonzero(~np.isnan(flat))
    order = known[np.argsort(-flat[known], kind="stable")]
    ranks = np.arange(len(order), 0, -1)
    factors = len(order) / ranks * (1 / ranks).sum()
    adjusted[order] = np.minimum(np.minimum.accumulate(factors * flat[order]), 1.0)
    return adjusted.reshape(np.shape(p_values))

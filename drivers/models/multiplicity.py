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

"""Which effects are clearly above 0, in the answers and in each resample alike."""

from __future__ import annotations

import numpy as np
from scipy import special


def limits_by_step(tests: int, k: int, df: int, alpha: float) -> np.ndarray:
    """What the largest of k absolute t values must exceed, the next one, and so on; float (k,).

    Parameters
    ----------
    tests
        How many of the k effects have an error; beyond them the limit is endless.
    df
        Of the t distribution.
    """
    left = tests - np.arange(k)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(left > 0, special.stdtrit(df, 1 - alpha / (2 * np.maximum(left, 1))), np.inf)


def clear_effects(effects: np.ndarray, error: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Whether each effect is above 0 by Holm's test over all k; bool (…, k).

    Parameters
    ----------
    effects
        Sets of effects; float (…, k).
    error
        Their standard errors, NaN where there is no test; float (k,).
    limits
        Of `limits_by_step`.

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    size = np.nan_to_num(np.abs(effects) / error, nan=0.0, posinf=0.0)
    order = np.argsort(-size, axis=-1, kind="stable")
    going_on = np.logical_and.accumulate(np.take_along_axis(size, order, axis=-1) > limits, axis=-1)
    found = np.zeros(effects.shape, dtype=bool)
    np.put_along_axis(found, order, going_on, axis=-1)
    return found & (effects > 0)

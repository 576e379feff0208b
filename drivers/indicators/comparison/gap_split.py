"""A gap split by drivers: effect times gap of each, and what they do not explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from drivers.indicators.comparison.benchmark_result import Difference
from drivers.indicators.comparison.differences import difference
from drivers.models.gap_parts import gap_errors
from drivers.models.multiplicity import holm
from drivers.results import read_only


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Effects:
    """Points of the outcome with one point of each driver, float (k,), their covariance, and degrees of freedom."""

    estimate: np.ndarray
    covariance: np.ndarray
    df: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sides:
    """Levels of drivers and, last, the outcome on both sides, and how sure ours less theirs is.

    Parameters
    ----------
    ours, theirs
        float (k + 1,).
    covariance
        Of ours less theirs; float (k + 1, k + 1).
    df
        Its degrees of freedom.
    """

    ours: np.ndarray
    theirs: np.ndarray
    covariance: np.ndarray
    df: int


def split(effects: Effects, sides: Sides, conf_level: float) -> dict[str, Any]:
    """The numbers of a `GapResult`: effects, gaps, parts, and the outcome's gap with what drivers leave of it."""
    gap = sides.ours - sides.theirs
    errors = gap_errors(effects.estimate, effects.covariance, gap[:-1], sides.covariance)
    # A part is no surer than the less sure of its two factors.
    df = max(1, min(effects.df, sides.df))
    reach = float(special.stdtrit(df, (1 + conf_level) / 2))
    of_effect = float(special.stdtrit(max(effects.df, 1), (1 + conf_level) / 2))
    of_gap = np.sqrt(np.maximum(0.0, np.diag(sides.covariance)))
    error = np.sqrt(np.diag(effects.covariance))
    part = effects.estimate * gap[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = 2 * special.stdtr(effects.df, -np.abs(effects.estimate / error))

    def alone(estimate: float, std_error: float) -> Difference:
        return difference(float(estimate), float(std_error), df, conf_level)

    return {
        "ours": read_only(sides.ours),
        "theirs": read_only(sides.theirs),
        "effect": read_only(_limited(effects.estimate, error, of_effect)),
        "effect_p": read_only(holm(p_value)),
        "gap": read_only(_limited(gap[:-1], of_gap[:-1], reach)[[0, 2, 3]]),
        "parts": read_only(_limited(part, errors.each, reach)),
        "total": alone(gap[-1], of_gap[-1]),
        "together": alone(part.sum(), errors.together),
        "left": alone(gap[-1] - part.sum(), errors.left),
    }


def _limited(estimate: np.ndarray, error: np.ndarray, reach: float) -> np.ndarray:
    return np.array([estimate, error, estimate - reach * error, estimate + reach * error])

"""Whether two measures of the same groups go together: a slope over groups that no single one decides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from drivers.models.groups.outlying import CLIP, cut_center, usual_variance

LEAST_RELIABLE = 0.5
"""Below this more than half of the differences between groups are chance, and no correction is worth making."""

_ROUNDS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class AcrossGroups:
    """The slope of one measure on another over groups; `across_groups` makes one.

    Parameters
    ----------
    slope, conf_low, conf_high
        Points of the one per point of the other, as measured.
    corrected, corrected_low, corrected_high
        The same over the reliability of the other; NaN where more than half of its differences are chance.
    reliability
        Part of the other's differences between groups that is not chance.
    p_value
        That they do not go together, by permutation.
    """

    slope: float
    conf_low: float
    conf_high: float
    corrected: float
    corrected_low: float
    corrected_high: float
    reliability: float
    p_value: float


def permutations(k: int, *, draws: int, seed: int) -> np.ndarray:
    """Orders of k groups by chance; int (draws, k)."""
    rng = np.random.default_rng(seed)
    return rng.permuted(np.tile(np.arange(k), (draws, 1)), axis=1)


def cut_scores(y: np.ndarray, y_variance: np.ndarray) -> np.ndarray:
    """How much each group counts in a test of y: ψ(z_i) / √(v_i + τ²), as in `across_groups`; float (k,)."""
    whole = y_variance + usual_variance(y, y_variance)
    error = np.sqrt(whole)
    return np.asarray(np.clip((y - cut_center(y, whole)) / error, -CLIP, CLIP) / error)


def across_groups(
    x: np.ndarray,
    x_variance: np.ndarray,
    y: np.ndarray,
    y_variance: np.ndarray,
    cut: np.ndarray,
    orders: np.ndarray,
    *,
    conf_level: float,
) -> AcrossGroups:
    """Whether groups with more of x have more of y.

    Parameters
    ----------
    x, y
        Of each group; float (k,).
    x_variance, y_variance
        Squared standard errors; those of y above 0; float (k,).
    cut
        Of `cut_scores` of y.
    orders
        Of `permutations`.
    conf_level
        Between 0 and 1.

    Notes
    -----
    Groups differ in y by their own error v_i and by τ² beside it, and one of them may stand apart for a reason of its
    own. The test: Σ ψ(z_i) x_i / √(v_i + τ²), z_i = (y_i − θ) / √(v_i + τ²) cut off at ±1.28 (ψ), among the same
    sums with the x of groups exchanged. It keeps its level whatever the sizes and whichever way y is spread. The slope:
    regression with the same cut of its residuals (Huber's M-estimate), weights 1 / (v_i + τ²), τ² of the residuals;
    sandwich errors, t with k − 2. Error in x flattens a slope by its reliability λ = 1 − mean(x_variance) / var(x), by
    which it is divided; the interval then counts the errors of the slope and, to first order, of λ.

    References
    ----------
    Fuller (1987), Measurement Error Models, doi:10.1002/9780470316665.
    Huber (1964), Robust estimation of a location parameter, doi:10.1214/aoms/1177703732.
    """
    k = len(x)
    from_mean = x - x.mean()
    found = abs(float(cut @ from_mean))
    drawn = np.abs(from_mean[orders] @ cut)
    p_value = float((1 + np.count_nonzero(drawn >= found * (1 - 1e-12))) / (1 + len(orders)))
    slope, slope_error = _slope(x, y, y_variance)
    quantile = float(special.stdtrit(k - 2, (1 + conf_level) / 2))
    part = reliability(x, x_variance)
    corrected = corrected_error = float("nan")
    if part >= LEAST_RELIABLE:
        corrected = slope / part
        unsure = (1 - part) * np.sqrt(2 / (k - 1)) / part
        corrected_error = float(np.hypot(slope_error / part, corrected * unsure))
    return AcrossGroups(
        slope=slope,
        conf_low=slope - quantile * slope_error,
        conf_high=slope + quantile * slope_error,
        corrected=corrected,
        corrected_low=corrected - quantile * corrected_error,
        corrected_high=corrected + quantile * corrected_error,
        reliability=part,
        p_value=p_value,
    )


def reliability(estimate: np.ndarray, variance: np.ndarray) -> float:
    """The part of the differences between groups that is not chance, 0 to 1.

    Parameters
    ----------
    estimate, variance
        Of each group, and its squared standard error; float (k,).
    """
    spread = float(np.var(estimate, ddof=1))
    return max(0.0, 1 - float(variance.mean()) / spread) if spread > 0 else 0.0


def _slope(x: np.ndarray, y: np.ndarray, variance: np.ndarray) -> tuple[float, float]:
    """The robust slope of y on x, and its standard error."""
    k = len(x)
    design = np.column_stack([np.ones(k), x - x.mean()])
    params = np.linalg.lstsq(design / np.sqrt(variance)[:, None], y / np.sqrt(variance), rcond=None)[0]
    whole = variance
    for _ in range(_ROUNDS):
        residual = y - design @ params
        whole = variance + usual_variance(residual, variance, terms=2, center=0.0)
        z = residual / np.sqrt(whole)
        kept = np.minimum(1.0, CLIP / np.maximum(np.abs(z), 1e-12)) / whole
        new = np.linalg.solve(design.T @ (kept[:, None] * design), design.T @ (kept * y))
        moved = np.abs(new - params).max()
        params = new
        if moved < 1e-9 * max(1.0, np.abs(params).max()):
            break
    z = (y - design @ params) / np.sqrt(whole)
    scaled = design / np.sqrt(whole)[:, None]
    bread = np.linalg.inv(scaled.T @ ((np.abs(z) <= CLIP)[:, None] * scaled))
    half = scaled * np.clip(z, -CLIP, CLIP)[:, None]
    covariance = bread @ (half.T @ half) @ bread * k / (k - 2)
    return float(params[1]), float(np.sqrt(covariance[1, 1]))

"""How closely one factor reproduces the correlations of items: the test under any design, and indices of fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from drivers.linearization import survey_covariance
from drivers.models.one_factor import LEAST_UNIQUE
from drivers.survey.data import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorFit:
    """How closely one factor fits; everything but ``srmr`` is NaN where no degree of freedom is left.

    Parameters
    ----------
    statistic
        n times the discrepancy, over its scaling: chi-squared with ``df`` degrees of freedom where one factor holds.
    df
        Correlations beyond the loadings.
    p_value
        Of the test that one factor holds.
    rmsea, cfi, tli
        Root mean square error of approximation; comparative and Tucker–Lewis index against unrelated items.
    srmr
        Root mean square of what is left of the correlations, the diagonal counted.
    """

    statistic: float
    df: int
    p_value: float
    rmsea: float
    cfi: float
    tli: float
    srmr: float


def factor_fit(
    correlation: np.ndarray,
    loading: np.ndarray,
    discrepancy: float,
    n: int,
    *,
    scaling: float = 1.0,
    scaling_unrelated: float = 1.0,
) -> FactorFit:
    """Test and indices of a one-factor fit.

    Parameters
    ----------
    correlation
        float (p, p).
    loading
        Standardised; float (p,).
    discrepancy
        Of the fit.
    n
        Respondents.
    scaling, scaling_unrelated
        What chance alone adds to n times the discrepancy for each degree of freedom, of one factor and of unrelated
        items; 1 in the usual indices, which suppose normal answers from equally weighted, independent respondents.

    Notes
    -----
    CFI, TLI and RMSEA are the robust ones, which estimate what the indices of the population are; with scalings of 1
    they are the usual ones.

    References
    ----------
    Satorra and Bentler (1994), Corrections to test statistics and standard errors in covariance structure analysis.
    Brosseau-Liard, Savalei and Li (2012), An investigation of the sample performance of two nonnormality corrections
    for RMSEA, doi:10.1080/00273171.2012.715252.
    """
    p = len(loading)
    left = correlation - np.outer(loading, loading)
    left[np.arange(p), np.arange(p)] = 0.0
    return fit_indices(
        (discrepancy, -float(np.linalg.slogdet(correlation)[1])),
        (max(p * (p - 3) // 2, 0), p * (p - 1) // 2),
        n,
        srmr=float(np.sqrt((left[np.triu_indices(p)] ** 2).mean())),
        scalings=(scaling, scaling_unrelated),
    )


def fit_indices(
    discrepancies: tuple[float, float],
    df: tuple[int, int],
    n: int,
    *,
    srmr: float,
    scalings: tuple[float, float] = (1.0, 1.0),
) -> FactorFit:
    """Test and indices from the discrepancies of a model and of unrelated items.

    Parameters
    ----------
    discrepancies, df, scalings
        Of the model, and of unrelated items.
    n
        Respondents.
    srmr
        What is left of the correlations.
    """
    if df[0] < 1:
        nothing = float("nan")
        return FactorFit(statistic=nothing, df=0, p_value=nothing, rmsea=nothing, cfi=nothing, tli=nothing, srmr=srmr)
    misfit, unrelated = (
        n * found - scaling * free for found, free, scaling in zip(discrepancies, df, scalings, strict=True)
    )
    # Where everybody of a finite population was asked nothing is left to chance, and there is no test.
    statistic = float(n * discrepancies[0] / scalings[0]) if scalings[0] > 0 else float("nan")
    worst = max(misfit, unrelated, 0.0)
    return FactorFit(
        statistic=statistic,
        df=df[0],
        p_value=float(special.chdtrc(df[0], statistic)),
        rmsea=float(np.sqrt(max(misfit, 0.0) / (n * df[0]))),
        cfi=float(1 - max(misfit, 0.0) / worst) if worst > 0 else 1.0,
        tli=float(1 - (misfit / df[0]) / (unrelated / df[1])) if unrelated > 0 else float("nan"),
        srmr=srmr,
    )


def fit_scalings(
    survey: Survey, values: np.ndarray, rows: np.ndarray, correlation: np.ndarray, loading: np.ndarray
) -> tuple[float, float]:
    """What chance alone adds to n times the discrepancy for each degree of freedom: of one factor, of unrelated items.

    Parameters
    ----------
    values
        float (n, p); no NaN in the rows.
    rows
        Respondents used; bool (n,).
    correlation, loading
        Weighted correlations and standardised loadings; float (p, p), (p,).

    Notes
    -----
    tr(UΓ) / df, Γ/n the covariance of the items' covariances under the survey's weights and design, whatever their
    distribution, and U = W − WΔ(ΔᵀWΔ)⁻¹ΔᵀW with W and Δ of the fitted model (Satorra and Bentler 1994).
    """
    p = len(loading)
    i, j = np.triu_indices(p)
    weights = np.where(rows, survey.weights, 0.0)
    weights = weights / weights.sum()
    known = np.where(rows[:, None], values, 0.0)
    centred = known - weights @ known
    centred /= np.sqrt(weights @ centred**2)
    influence = weights[:, None] * (centred[:, i] * centred[:, j] - correlation[i, j])
    gamma = int(rows.sum()) * survey_covariance(survey, influence, rows).covariance
    df, df_unrelated = p * (p - 3) // 2, p * (p - 1) // 2
    across = i != j
    unrelated = float(np.diag(gamma)[across].sum()) / df_unrelated
    if df < 1:
        return float("nan"), unrelated
    unique = np.maximum(1 - loading**2, LEAST_UNIQUE)
    weight = normal_weight(np.linalg.inv(np.outer(loading, loading) + np.diag(unique)), i, j)
    slope = _slopes(loading, i, j)
    pressed = weight @ slope
    inner = np.linalg.solve(slope.T @ pressed, pressed.T @ gamma @ pressed)
    return float(((weight * gamma).sum() - np.trace(inner)) / df), unrelated


def normal_weight(inverse: np.ndarray, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Half the trace of Σ⁻¹ E Σ⁻¹ E for each two elements (i, j) of a covariance matrix; float (q, q).

    Parameters
    ----------
    inverse
        Σ⁻¹; float (p, p).
    i, j
        Positions of the elements, each once; int (q,).
    """
    half = np.where(i == j, 0.5, 1.0)
    crossed = inverse[np.ix_(i, i)] * inverse[np.ix_(j, j)] + inverse[np.ix_(i, j)] * inverse[np.ix_(j, i)]
    return crossed * np.outer(half, half)


def _slopes(loading: np.ndarray, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """How each element of Σ moves with each loading and each uniqueness that is not at its bound; float (q, ≤ 2p)."""
    p, q = len(loading), np.arange(len(i))
    by_loading, by_unique = np.zeros((len(i), p)), np.zeros((len(i), p))
    by_loading[q, i] += loading[j]
    by_loading[q, j] += loading[i]
    by_unique[q[i == j], i[i == j]] = 1.0
    return np.hstack([by_loading, by_unique[:, 1 - loading**2 > 2 * LEAST_UNIQUE]])

"""Least squares with errors that hold whatever the noise: robust, under the design, or by replicate weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from drivers.errors import ModelError
from drivers.linearization import domain_fpc, domain_replicates, survey_covariance
from drivers.replication import replicate_covariance, replicate_moments
from drivers.survey.data import Survey
from drivers.survey.design.replicate_weights import ReplicateWeights

UNTOLD = 1e-10
"""Least part of the spread of a replicate's columns that the others may leave of one, for its effect to be known."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RobustFit:
    """A line through answers.

    Parameters
    ----------
    params
        Constant and slopes; float (p,).
    covariance
        Of the parameters; float (p, p), NaN where a single respondent decides one of them.
    df
        Degrees of freedom of their t distribution.
    errors
        ``HC3``, ``linearised`` or ``replicates``.
    r2, r2_adjusted
        Weighted.
    """

    params: np.ndarray
    covariance: np.ndarray
    df: int
    errors: Literal["HC3", "linearised", "replicates"]
    r2: float
    r2_adjusted: float


@dataclass(frozen=True, slots=True)
class WaldTest:
    """Whether some linear combinations of parameters are all 0: an F statistic with its degrees of freedom."""

    statistic: float
    df: int
    df_resid: int
    p_value: float


def robust_fit(survey: Survey, values: np.ndarray, rows: np.ndarray) -> RobustFit:
    """Weighted least squares of the last column on the others, with the errors that the survey asks for.

    Parameters
    ----------
    values
        Predictors, none a sum of others, and the outcome last; float (n, m) for all rows of the survey, no NaN in
        those used.
    rows
        Respondents used, with weights above 0; bool (n,).

    Raises
    ------
    ModelError
        Where fewer sampling units than parameters are left, a replicate leaves a parameter undecided, or the whole
        population was asked.

    Notes
    -----
    Weights: weighted least squares; with weights that differ, strata, clusters or a finite population the errors are
    linearised (Binder 1983) and the t distribution has sampling units − strata − parameters + 1 degrees of freedom;
    with replicate weights the parameters are fitted anew in each replicate and the t distribution has the replicates'
    degrees of freedom − parameters + 1; otherwise HC3 with n − p.
    Missing answers: choose the rows before.

    References
    ----------
    MacKinnon and White (1985), doi:10.1016/0304-4076(85)90158-7; Binder (1983), doi:10.2307/1402588.
    """
    import statsmodels.regression.linear_model as linear

    replicates = domain_replicates(survey, rows)
    used, weights = values[rows], survey.weights[rows]
    design = np.column_stack([np.ones(len(used)), used[:, :-1]])
    fit = linear.WLS(used[:, -1], design, weights=weights).fit()
    errors: Literal["HC3", "linearised", "replicates"]
    if replicates is not None:
        errors = "replicates"
        covariance, df = _replicated(replicates, used, fit.params)
    elif survey.weighted_in(rows) or survey.has_design:
        errors = "linearised"
        covariance, df = _linearised(survey, values, rows, fit.params)
    else:
        errors = "HC3"
        influence = left_out_influence(fit.model.exog, fit.resid)
        covariance, df = influence.T @ influence, int(fit.df_resid)
    return RobustFit(
        params=fit.params,
        covariance=covariance,
        df=df,
        errors=errors,
        r2=float(fit.rsquared),
        r2_adjusted=float(fit.rsquared_adj),
    )


def wald_test(estimate: np.ndarray, covariance: np.ndarray, contrasts: np.ndarray, df: int) -> WaldTest:
    """Whether all contrasts of some estimates are 0.

    Parameters
    ----------
    estimate, covariance
        float (p,), (p, p).
    contrasts
        One row per combination that is 0 under the hypothesis, none a sum of others; float (q, p).
    df
        Degrees of freedom of the covariance.

    Notes
    -----
    F = (Cb)ᵀ(CVCᵀ)⁻¹(Cb) (d − q + 1) / (d q) on q and d − q + 1 degrees of freedom, d = ``df``: the adjusted Wald
    test, which allows for a covariance that is itself an estimate. NaN where that is not known, or d < q.

    References
    ----------
    Korn and Graubard (1990), Simultaneous testing of regression coefficients with complex survey data,
    doi:10.1080/00031305.1990.10475738.
    """
    q = len(contrasts)
    left = df - q + 1
    value, spread = contrasts @ estimate, contrasts @ covariance @ contrasts.T
    if left < 1 or not np.isfinite(spread).all():
        return WaldTest(statistic=float("nan"), df=q, df_resid=left, p_value=float("nan"))
    statistic = float(value @ np.linalg.solve(spread, value)) * left / (df * q)
    return WaldTest(statistic=statistic, df=q, df_resid=left, p_value=float(special.fdtrc(q, left, statistic)))


def left_out_influence(design: np.ndarray, residual: np.ndarray) -> np.ndarray:
    """What each respondent moves the parameters by, whose products are HC3; float (n, p).

    Parameters
    ----------
    design
        Constant and predictors; float (n, p).
    residual
        float (n,).

    Notes
    -----
    MacKinnon and White divide each residual by 1 − leverage; at a leverage of 1 both are 0. Respondents who alone
    decide a parameter are left out, and that parameter has no error (NaN).
    """
    leverage = (np.linalg.qr(design)[0] ** 2).sum(axis=1)
    alone = leverage > 1 - 1e-9
    scaled = np.where(alone, 0.0, residual / np.where(alone, 1.0, 1 - leverage))
    influence: np.ndarray = np.linalg.pinv(design).T * scaled[:, None]
    influence[:, ~(design[~alone] != 0).any(axis=0)] = np.nan
    return influence


def _linearised(survey: Survey, values: np.ndarray, rows: np.ndarray, params: np.ndarray) -> tuple[np.ndarray, int]:
    """The sandwich over sampling units, rows outside the domain counting as zeros."""
    refuse_whole_population(survey, rows)
    spread = survey_covariance(survey, weighted_influence(survey, values, rows, params), rows)
    return spread.covariance, sampled_freedom(spread.df, len(params))


def refuse_whole_population(survey: Survey, rows: np.ndarray) -> None:
    """Refuse errors where nothing varies by chance.

    Raises
    ------
    ModelError
        Where all sampling units of the population were taken.
    """
    fpc = domain_fpc(survey, rows)
    if fpc is not None and (fpc[rows] >= 1).all():
        raise ModelError(
            "Expected a sample, found that all sampling units of the population were taken (design.fpc), so that no "
            "effect varies by chance; remove fpc to ask what people like these would have answered.",
            code="whole_population",
        )


def weighted_influence(survey: Survey, values: np.ndarray, rows: np.ndarray, params: np.ndarray) -> np.ndarray:
    """What each row of the survey adds to the parameters of a weighted line, 0 outside the rows; float (n, p).

    Parameters
    ----------
    values, rows
        As in `robust_fit`.
    params
        Those of the line; float (p,).
    """
    design = np.column_stack([np.ones(len(values)), values[:, :-1]])
    design = np.where(rows[:, None], design, 0.0)
    weights = np.where(rows, survey.weights, 0.0)
    residual = np.where(rows, np.where(rows, values[:, -1], 0.0) - design @ params, 0.0)
    bread = np.linalg.inv(design.T @ (weights[:, None] * design))
    return np.asarray((weights * residual)[:, None] * design @ bread)


def _replicated(replicates: ReplicateWeights, values: np.ndarray, params: np.ndarray) -> tuple[np.ndarray, int]:
    """The covariance of effects that are fitted anew in each replicate."""
    spread = replicate_covariance(replicate_effects(replicates, values), params, replicates)
    return spread.covariance, replicated_freedom(spread.df, len(params))


def replicate_effects(replicates: ReplicateWeights, values: np.ndarray) -> np.ndarray:
    """Constant and slopes of the last column on the others in each replicate, NaN where undecided; float (R, p)."""
    moments = replicate_moments(replicates, values)
    deviation = np.sqrt(replicates.base @ (values - values.mean(axis=0)) ** 2 / replicates.base.sum())
    known = moments.sum_weights > 0
    scaled = moments.scatter[known] / moments.sum_weights[known, None, None] / np.outer(deviation, deviation)
    least = np.linalg.eigvalsh(scaled[:, :-1, :-1])[:, 0]
    decided = least > UNTOLD
    known[known] = decided
    slopes = np.full((len(known), values.shape[1] - 1), np.nan)
    solved = np.linalg.solve(scaled[decided][:, :-1, :-1], scaled[decided][:, :-1, -1:])[..., 0]
    slopes[known] = solved * deviation[-1] / deviation[:-1]
    constant = moments.mean[:, -1] - (moments.mean[:, :-1] * slopes).sum(axis=1)
    return np.column_stack([constant, slopes])


def sampled_freedom(df: int, terms: int) -> int:
    """Degrees of freedom of an effect's t: sampling units less strata, less one for each predictor.

    Raises
    ------
    ModelError
        Where none is left.
    """
    return _freedom(df, terms, "sampling units less strata", "use fewer drivers or merge strata")


def replicated_freedom(df: int, terms: int) -> int:
    """Degrees of freedom of an effect's t: those of the replicates, less one for each predictor.

    Raises
    ------
    ModelError
        Where none is left.
    """
    return _freedom(df, terms, "degrees of freedom of the replicate weights", "use fewer drivers")


def _freedom(df: int, terms: int, what: str, advice: str) -> int:
    """Degrees of freedom of an effect's t: the design's, less one for each predictor."""
    if df + 1 - terms < 1:
        raise ModelError(
            f"Expected more {what} ({df}) than predictors ({terms - 1}); {advice}.",
            code="few_units_left",
            values={"units": df, "needed": terms},
        )
    return df + 1 - terms

"""Linear regression, which answers whether a driver matters at all, given the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import special

from drivers.errors import ModelError
from drivers.linearization import domain_fpc, domain_replicates, survey_covariance
from drivers.models.multiplicity import holm
from drivers.models.predictors import Predictors, check_conf_level, predictors
from drivers.replication import replicate_covariance, replicate_moments
from drivers.results import Code, Result, Sample, frame, read_only
from drivers.survey.data import Survey
from drivers.survey.design.replicate_weights import ReplicateWeights

UNTOLD = 1e-10
"""Least part of the spread of a replicate's columns that the others may leave of one, for its effect to be known."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RegressionResult(Result):
    """Partial effects of drivers on an outcome; `fit_regression` makes one.

    Parameters
    ----------
    terms
        The constant (``const``), controls and drivers, (p,).
    drivers
        Those of the terms that are drivers.
    estimate, std_error
        In outcome points (0–100) per point of the term; float (p,).
    covariance
        Robust covariance of the estimates; float (p, p).
    p_value, p_adjusted
        Two-sided; the latter corrected over the drivers by Holm, NaN for other terms; float (p,).
    errors
        Which standard errors: ``HC3``, ``linearised`` or ``replicates``.
    """

    kind: ClassVar[str] = "regression"

    outcome: str
    terms: tuple[str, ...]
    drivers: tuple[str, ...]
    estimate: np.ndarray
    std_error: np.ndarray
    covariance: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    p_value: np.ndarray
    p_adjusted: np.ndarray
    r2: float
    r2_adjusted: float
    df_resid: int
    errors: str
    sample: Sample
    conf_level: float

    def __post_init__(self) -> None:
        if len(self.terms) != len(self.estimate) or self.covariance.shape != (len(self.terms),) * 2:
            raise ValueError("A regression needs one estimate, one row and one column for each term.")

    @property
    def units(self) -> Mapping[str, str]:
        """Effects are points of the outcome per point of the driver, both on 0–100."""
        return MappingProxyType({"estimate": "outcome points per driver point", "std_error": "as estimate"})

    @property
    def notes(self) -> tuple[Code, ...]:
        """Answers that were left out."""
        if self.sample.n < self.sample.n_asked:
            return (Code("missing_dropped", {"n_asked": self.sample.n_asked, "n": self.sample.n}),)
        return ()

    def tidy(self) -> pd.DataFrame:
        """One row per term."""
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = self.estimate / self.std_error
        return frame(
            {
                "outcome": self.outcome,
                "term": list(self.terms),
                "estimate": self.estimate,
                "std_error": self.std_error,
                "statistic": statistic,
                "p_value": self.p_value,
                "p_adjusted": self.p_adjusted,
                "conf_low": self.conf_low,
                "conf_high": self.conf_high,
                "conf_level": self.conf_level,
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the model and its sample."""
        return frame(
            {
                "outcome": [self.outcome],
                "method": "ols" if not self.sample.weighted else "wls",
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "r2": self.r2,
                "r2_adjusted": self.r2_adjusted,
                "df_model": len(self.terms) - 1,
                "df_resid": self.df_resid,
                "conf_level": self.conf_level,
            }
        )


def fit_regression(
    survey: Survey,
    *,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    conf_level: float = 0.95,
) -> RegressionResult:
    """Partial effects of the drivers on an outcome, with robust errors and Holm's correction.

    Parameters
    ----------
    survey, outcome, drivers, always
        As in `relative_importance`.
    conf_level
        Level of the intervals, between 0 and 1.

    Returns
    -------
    RegressionResult
        `tidy()` has one row per term: estimate, std_error, statistic, p_value, p_adjusted, conf_low,
        conf_high; estimates in outcome points per point of the term, both 0–100.

    Raises
    ------
    ModelError
        As `relative_importance`, and where fewer sampling units than terms are left, a replicate leaves an effect
        undecided, or the whole population was asked.

    Notes
    -----
    Weights: weighted least squares; with weights that differ, strata, clusters or a finite population the errors are
    linearised (Binder 1983) and the t distribution has sampling units − strata − terms + 1 degrees of
    freedom; with replicate weights the effects are fitted anew in each replicate and the t distribution has the
    replicates' degrees of freedom − terms + 1; otherwise HC3 with n − p.
    Missing answers: complete cases.

    References
    ----------
    MacKinnon and White (1985), doi:10.1016/0304-4076(85)90158-7; Binder (1983), doi:10.2307/1402588;
    Holm (1979), A simple sequentially rejective multiple test procedure.

    Examples
    --------
    >>> import drivers as kda
    >>> result = kda.fit_regression(kda.example_survey("customersat"))
    >>> round(result.r2, 4)
    0.7167
    """
    import statsmodels.regression.linear_model as linear

    check_conf_level(conf_level)
    data = predictors(survey, outcome=outcome, drivers=drivers, always=always)
    terms = ("const", *data.terms)
    replicates = domain_replicates(survey, data.rows)
    values, weights = data.values[data.rows], data.weights[data.rows]
    design = np.column_stack([np.ones(len(values)), values[:, :-1]])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ModelError(
            f"Expected predictors of which none is a sum of others, found some among {', '.join(data.terms)}; "
            "remove one."
        )
    fit = linear.WLS(values[:, -1], design, weights=weights).fit()
    if replicates is not None:
        errors = "replicates"
        covariance, df = _replicated(replicates, values, fit.params)
    elif data.sample.weighted or survey.has_design:
        errors = "linearised"
        covariance, df = _linearised(survey, data, fit.params)
    else:
        errors = "HC3"
        covariance, df = _hc3(fit), int(fit.df_resid)
    error = np.sqrt(np.diag(covariance))
    statistic = fit.params / error
    p_value = 2 * special.stdtr(df, -np.abs(statistic))
    reach = special.stdtrit(df, (1 + conf_level) / 2) * error
    is_driver = np.isin(terms, [term for term in data.terms[data.starts[0] :]])
    adjusted = np.full(len(terms), np.nan)
    adjusted[is_driver] = holm(p_value[is_driver])
    return RegressionResult(
        outcome=data.outcome,
        terms=terms,
        drivers=tuple(term for term, yes in zip(terms, is_driver, strict=True) if yes),
        estimate=read_only(fit.params),
        std_error=read_only(error),
        covariance=read_only(covariance),
        conf_low=read_only(fit.params - reach),
        conf_high=read_only(fit.params + reach),
        p_value=read_only(p_value),
        p_adjusted=read_only(adjusted),
        r2=float(fit.rsquared),
        r2_adjusted=float(fit.rsquared_adj),
        df_resid=df,
        errors=errors,
        sample=data.sample,
        conf_level=conf_level,
    )


def _hc3(fit: Any) -> np.ndarray:
    """HC3, with respondents left out who alone decide an effect; that effect has no error (NaN).

    MacKinnon and White divide each residual by 1 − leverage; at a leverage of 1 both are 0.
    """
    design = fit.model.exog
    leverage = (np.linalg.qr(design)[0] ** 2).sum(axis=1)
    alone = leverage > 1 - 1e-9
    if not alone.any():
        return np.asarray(fit.get_robustcov_results("HC3").cov_params())
    scaled = np.where(alone, 0.0, fit.resid / np.where(alone, 1.0, 1 - leverage))
    half = np.linalg.pinv(design) * scaled
    covariance = half @ half.T
    decided = ~(design[~alone] != 0).any(axis=0)
    covariance[decided, :] = covariance[:, decided] = np.nan
    return covariance


def _linearised(survey: Survey, data: Predictors, params: np.ndarray) -> tuple[np.ndarray, int]:
    """The sandwich over sampling units, rows outside the domain counting as zeros."""
    fpc = domain_fpc(survey, data.rows)
    if fpc is not None and (fpc[data.rows] >= 1).all():
        raise ModelError(
            "Expected a sample, found that all sampling units of the population were taken (design.fpc), so that no "
            "effect varies by chance; remove fpc to ask what people like these would have answered."
        )
    design = np.column_stack([np.ones(len(data.values)), data.values[:, :-1]])
    design = np.where(data.rows[:, None], design, 0.0)
    weights = np.where(data.rows, data.weights, 0.0)
    residual = np.where(data.rows, np.where(data.rows, data.values[:, -1], 0.0) - design @ params, 0.0)
    bread = np.linalg.inv(design.T @ (weights[:, None] * design))
    meat = survey_covariance(survey, (weights * residual)[:, None] * design, data.rows)
    df = _freedom(meat.df, len(params), "sampling units less strata", "use fewer drivers or merge strata")
    return bread @ meat.covariance @ bread, df


def _replicated(replicates: ReplicateWeights, values: np.ndarray, params: np.ndarray) -> tuple[np.ndarray, int]:
    """The covariance of effects that are fitted anew in each replicate."""
    spread = replicate_covariance(_effects(replicates, values), params, replicates)
    return spread.covariance, _freedom(
        spread.df, len(params), "degrees of freedom of the replicate weights", "use fewer drivers"
    )


def _effects(replicates: ReplicateWeights, values: np.ndarray) -> np.ndarray:
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


def _freedom(df: int, terms: int, what: str, advice: str) -> int:
    """Degrees of freedom of an effect's t: the design's, less one for each predictor."""
    if df + 1 - terms < 1:
        raise ModelError(
            f"Expected more {what} ({df}) than predictors ({terms - 1}); {advice}.",
            code="few_units_left",
            values={"units": df, "needed": terms},
        )
    return df + 1 - terms

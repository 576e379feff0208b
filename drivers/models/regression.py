"""Linear regression, which answers whether a driver matters at all, given the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import special

from drivers.errors import ModelError
from drivers.models.multiplicity import holm
from drivers.models.predictors import check_conf_level, predictors
from drivers.models.robust_errors import robust_fit
from drivers.results import Code, Result, Sample, frame, read_only
from drivers.survey.data import Survey


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
    check_conf_level(conf_level)
    data = predictors(survey, outcome=outcome, drivers=drivers, always=always)
    terms = ("const", *data.terms)
    values = data.values[data.rows]
    design = np.column_stack([np.ones(len(values)), values[:, :-1]])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ModelError(
            f"Expected predictors of which none is a sum of others, found some among {', '.join(data.terms)}; "
            "remove one.",
            code="not_separable",
        )
    fit = robust_fit(survey, data.values, data.rows)
    error = np.sqrt(np.diag(fit.covariance))
    statistic = fit.params / error
    p_value = 2 * special.stdtr(fit.df, -np.abs(statistic))
    reach = special.stdtrit(fit.df, (1 + conf_level) / 2) * error
    is_driver = np.isin(terms, [term for term in data.terms[data.starts[0] :]])
    adjusted = np.full(len(terms), np.nan)
    adjusted[is_driver] = holm(p_value[is_driver])
    return RegressionResult(
        outcome=data.outcome,
        terms=terms,
        drivers=tuple(term for term, yes in zip(terms, is_driver, strict=True) if yes),
        estimate=read_only(fit.params),
        std_error=read_only(error),
        covariance=read_only(fit.covariance),
        conf_low=read_only(fit.params - reach),
        conf_high=read_only(fit.params + reach),
        p_value=read_only(p_value),
        p_adjusted=read_only(adjusted),
        r2=fit.r2,
        r2_adjusted=fit.r2_adjusted,
        df_resid=fit.df,
        errors=fit.errors,
        sample=data.sample,
        conf_level=conf_level,
    )

"""Estimates from several completed copies of the answers as one: Rubin's rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from drivers.errors import ModelError
from drivers.results import read_only


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pooled:
    """Pooled estimates; `pool` makes one.

    Parameters
    ----------
    estimate
        Means over the copies; float (q,).
    covariance
        Total: ``within`` + (1 + 1/m) ``between``, which serves all estimates at once; float (q, q).
    within, between
        Mean covariance of the copies, and covariance between their estimates; float (q, q).
    df
        Degrees of freedom of each estimate; float (q,), inf where the copies agree and the complete
        answers have no limit of their own.
    riv
        Relative increase in variance due to missing answers, (1 + 1/m) B / W; float (q,).
    lambda_
        Part of the variance that is due to missing answers, (1 + 1/m) B / T; float (q,).
    fmi
        Fraction of missing information, (riv + 2 / (df + 3)) / (riv + 1); float (q,).
    """

    estimate: np.ndarray
    covariance: np.ndarray
    within: np.ndarray
    between: np.ndarray
    df: np.ndarray
    riv: np.ndarray
    lambda_: np.ndarray
    fmi: np.ndarray

    @property
    def std_error(self) -> np.ndarray:
        """Standard errors; float (q,)."""
        return read_only(np.sqrt(np.diag(self.covariance)))

    def interval(self, conf_level: float) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper limits of each estimate by Student's t; float (q,), (q,)."""
        reach = special.stdtrit(self.df, (1 + conf_level) / 2) * self.std_error
        return read_only(self.estimate - reach), read_only(self.estimate + reach)


def pool(estimates: np.ndarray, covariances: np.ndarray, *, df_complete: float | None = None) -> Pooled:
    """Estimates, their total covariance, degrees of freedom and how much of it all is due to missing answers.

    Parameters
    ----------
    estimates
        Of each copy; float (m, q).
    covariances
        Of each copy's estimates; float (m, q, q).
    df_complete
        Degrees of freedom that complete answers would have, such as sampling units minus strata.
        Without it they count as unlimited, and ``df`` may exceed the number of respondents.

    Raises
    ------
    ModelError
        Where there are fewer than two copies.

    Notes
    -----
    T = W + (1 + 1/m) B. df = (m − 1)(1 + 1/riv)² (Rubin 1987); with ``df_complete`` ν, df′ = (1/df + 1/ν′)⁻¹,
    ν′ = ν (ν + 1)/(ν + 3) · (1 − lambda) (Barnard and Rubin 1999). R's mice does the same; mitools leaves out the
    factor 1 + 1/m in lambda there, and has slightly more degrees of freedom.

    Weights, design: part of the covariances.
    Missing answers: imputed before, in m copies.

    References
    ----------
    Rubin (1987), Multiple Imputation for Nonresponse in Surveys, doi:10.1002/9780470316696.
    Barnard and Rubin (1999), Small-sample degrees of freedom with multiple imputation, doi:10.1093/biomet/86.4.948.
    """
    m, _ = estimates.shape
    if m < 2:
        raise ModelError(f"Expected at least two completed copies to pool, found {m}; impute more.")
    estimate = estimates.mean(axis=0)
    centred = estimates - estimate
    within, between = covariances.mean(axis=0), centred.T @ centred / (m - 1)
    added = (1 + 1 / m) * between
    inside, due = np.diag(within), np.diag(added)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Copies that agree: nothing is due to missing answers, whatever the variance within them.
        riv = np.where(due > 0, due / inside, 0.0)
        lambda_ = np.where(due > 0, due / (inside + due), 0.0)
        df = np.where(due > 0, (m - 1) / lambda_**2, np.inf)
        if df_complete is not None:
            seen = df_complete * (df_complete + 1) / (df_complete + 3) * (1 - lambda_)
            df = 1 / (1 / df + 1 / seen)
        fmi = np.where(np.isfinite(riv), (riv + 2 / (df + 3)) / (riv + 1), 1.0)
    return Pooled(
        estimate=read_only(estimate),
        covariance=read_only(within + added),
        within=read_only(within),
        between=read_only(between),
        df=read_only(df),
        riv=read_only(riv),
        lambda_=read_only(lambda_),
        fmi=read_only(fmi),
    )

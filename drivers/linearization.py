"""Variances by linearisation: how much an estimate moves from one sampling unit to the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drivers.errors import ModelError
from drivers.survey.data import Survey
from drivers.survey.respondents import unit_codes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Linearised:
    """A covariance matrix (p, p) and its degrees of freedom: sampling units minus strata."""

    covariance: np.ndarray
    df: int


def linearised_covariance(
    influence: np.ndarray,
    *,
    strata: np.ndarray | None = None,
    clusters: np.ndarray | None = None,
    rows: np.ndarray | None = None,
) -> Linearised:
    """The covariance of estimates whose influence functions are summed over sampling units.

    Parameters
    ----------
    influence
        Each row's contribution to each estimate, weight included, 0 outside the domain; float (n, p).
    strata, clusters
        Codes of the stratum and the sampling unit of each row; int (n,). Without them every row is a
        unit of its own.
    rows
        The domain, whose sampling units the degrees of freedom count; all rows unless given; bool (n,).

    Raises
    ------
    ModelError
        Where a stratum has a single sampling unit.

    Notes
    -----
    Σ_h n_h / (n_h − 1) Σ_c (s_hc − s̄_h)(s_hc − s̄_h)ᵀ, with replacement between units.
    Weights: part of the influence.

    References
    ----------
    Binder (1983), On the variances of asymptotically normal estimators from complex surveys, doi:10.2307/1402588.
    """
    n, p = influence.shape
    stratum = np.zeros(n, dtype=np.int64) if strata is None else strata
    if clusters is None:
        unit, totals, stratum_of_unit = np.arange(n), influence, stratum
    else:
        _, first, unit = np.unique(unit_codes(strata, clusters, n), return_index=True, return_inverse=True)
        totals = np.zeros((len(first), p))
        np.add.at(totals, unit, influence)
        stratum_of_unit = stratum[first]
    covariance = np.zeros((p, p))
    names = np.unique(stratum_of_unit)
    for name in names:
        members = totals[stratum_of_unit == name]
        if len(members) < 2:
            row = int(np.flatnonzero(stratum == name)[0])
            raise ModelError(
                f"Expected at least two sampling units in every stratum, found one in the stratum of row {row + 1}; "
                "merge that stratum with a neighbour in the data."
            )
        centred = members - members.mean(axis=0)
        covariance += len(members) / (len(members) - 1) * centred.T @ centred
    counted = np.unique(unit if rows is None else unit[rows])
    return Linearised(covariance=covariance, df=len(counted) - len(np.unique(stratum_of_unit[counted])))


def domain_design(survey: Survey, rows: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None]:
    """The strata and clusters by which a domain's variances go; (None, None) where its respondents are the units.

    Notes
    -----
    A domain that lies within one cluster, such as a branch in a sample of branches, is a population of
    its own: nothing can be said of how branches differ, and its respondents are the sample.
    """
    if survey.clusters is None:
        return survey.strata, None
    units = unit_codes(survey.strata, survey.clusters, len(rows))[rows]
    if not len(units) or (units == units[0]).all():
        return None, None
    return survey.strata, survey.clusters


def survey_covariance(survey: Survey, influence: np.ndarray, rows: np.ndarray) -> Linearised:
    """The covariance under a survey's design of estimates about a domain.

    Parameters
    ----------
    influence
        Each row's contribution, weight included, 0 outside the domain; float (n, p).
    rows
        The domain; bool (n,).
    """
    strata, clusters = domain_design(survey, rows)
    if strata is None and clusters is None:
        return linearised_covariance(influence[rows])
    return linearised_covariance(influence, strata=strata, clusters=clusters, rows=rows)


def effective_size(survey: Survey, rows: np.ndarray, values: np.ndarray) -> float:
    """Respondents divided by the design effect of a column's mean; never more than there are.

    Notes
    -----
    Weights alone: (Σw)² / Σw² (Kish 1965). With strata or clusters: the linearised variance of the
    weighted mean against that of a simple random sample of the same size.
    """
    weights = np.where(rows, survey.weights, 0.0)
    total = weights.sum()
    if total == 0:
        return 0.0
    kish = float(total**2 / (weights @ weights))
    strata, clusters = domain_design(survey, rows)
    if strata is None and clusters is None:
        return kish
    filled = np.where(rows, values, 0.0)
    deviation = np.where(rows, filled - weights @ filled / total, 0.0)
    variance = survey_covariance(survey, (weights * deviation / total)[:, None], rows).covariance[0, 0]
    n = int(np.count_nonzero(weights))
    simple = float(weights @ deviation**2) / total / max(n - 1, 1)
    # With everybody alike the design effect has no meaning, and Kish's count stands.
    return min(float(n), float(simple / variance * n)) if variance > 0 else kish

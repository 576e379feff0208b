"""Variances under a design: how much an estimate moves from one sampling unit, or one replicate, to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from drivers.survey.data import Survey
from drivers.survey.design.replicate_weights import ReplicateWeights
from drivers.survey.design.sampling import lone_unit
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
    fpc: np.ndarray | None = None,
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
    fpc
        Part of the sampling units of the row's stratum that were sampled, 0 to 1; float (n,).

    Raises
    ------
    ModelError
        Where a stratum has a single sampling unit and was not taken whole.

    Notes
    -----
    Σ_h (1 − f_h) n_h / (n_h − 1) Σ_c (s_hc − s̄_h)(s_hc − s̄_h)ᵀ, f_h the part that was sampled; without ``fpc``
    f_h = 0, as with replacement between units. A stratum that was taken whole adds neither variance nor degrees of
    freedom.
    Weights: part of the influence.

    References
    ----------
    Binder (1983), On the variances of asymptotically normal estimators from complex surveys, doi:10.2307/1402588.
    """
    n, p = influence.shape
    stratum = np.zeros(n, dtype=np.int64) if strata is None else strata
    if clusters is None:
        unit, first, totals = np.arange(n), np.arange(n), influence
    else:
        _, first, unit = np.unique(unit_codes(strata, clusters, n), return_index=True, return_inverse=True)
        totals = np.zeros((len(first), p))
        np.add.at(totals, unit, influence)
    stratum_of_unit = stratum[first]
    left = np.ones(len(first)) if fpc is None else 1.0 - fpc[first]
    names, place, size = np.unique(stratum_of_unit, return_inverse=True, return_counts=True)
    if (alone := (size[place] < 2) & (left > 0)).any():
        raise lone_unit(int(np.flatnonzero(stratum == names[place[alone].min()])[0]))
    means = np.zeros((len(names), p))
    np.add.at(means, place, totals)
    centred = totals - (means / size[:, None])[place]
    # One product for all strata: surveys may have thousands of them.
    centred *= np.sqrt(left * size[place] / np.maximum(size[place] - 1, 1))[:, None]
    covariance = centred.T @ centred
    counted = np.unique(unit if rows is None else unit[rows])
    counted = counted[left[counted] > 0]
    return Linearised(covariance=covariance, df=len(counted) - len(np.unique(stratum_of_unit[counted])))


def stratified_covariance(
    scatters: np.ndarray, units: np.ndarray, counted: np.ndarray, left: np.ndarray | None = None
) -> Linearised:
    """`linearised_covariance` from what is known of each stratum.

    Parameters
    ----------
    scatters
        Σ (s − s̄)(s − s̄)ᵀ over the sampling units of each stratum; float (strata, p, p).
    units
        Sampling units of each, two or more where any part was not sampled; int (strata,).
    counted
        Those among them that hold respondents of the domain; int (strata,).
    left
        Part of each stratum's population that was not sampled; 1 unless given; float (strata,).
    """
    left = np.ones(len(units)) if left is None else left
    factors = left * units / np.maximum(units - 1, 1)
    held = (counted > 0) & (left > 0)
    return Linearised(
        covariance=np.einsum("h,hij->ij", factors, scatters), df=int(counted[held].sum()) - int(np.count_nonzero(held))
    )


def domain_design(survey: Survey, rows: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None]:
    """The strata and clusters by which a domain's variances go; (None, None) where its respondents are the units.

    Notes
    -----
    A domain that lies within one cluster, such as a branch in a sample of branches, is a population of
    its own: nothing can be said of how branches differ, and its respondents are the sample.
    """
    if survey.clusters is None:
        return survey.strata, None
    return (None, None) if _within_one_cluster(survey, rows) else (survey.strata, survey.clusters)


def domain_fpc(survey: Survey, rows: np.ndarray) -> np.ndarray | None:
    """The sampling fractions by which a domain's variances go; float (n,), or None where populations count as endless.

    Notes
    -----
    Of a domain within one cluster nothing is known but that the cluster was drawn: how many of its own people
    were asked, the survey does not say.
    """
    return None if survey.clusters is not None and _within_one_cluster(survey, rows) else survey.fpc


def domain_replicates(survey: Survey, rows: np.ndarray) -> ReplicateWeights | None:
    """The replicate weights of a domain's respondents; None without any, or where the domain is one sampling unit."""
    if survey.replicates is None or (survey.clusters is not None and _within_one_cluster(survey, rows)):
        return None
    return survey.replicates.among(rows)


def survey_covariance(survey: Survey, influence: np.ndarray, rows: np.ndarray) -> Linearised:
    """The covariance under a survey's design of estimates about a domain.

    Parameters
    ----------
    influence
        Each row's contribution, weight included, 0 outside the domain; float (n, p).
    rows
        The domain, respondents with weights above 0; bool (n,).

    Notes
    -----
    With replicate weights an estimate moves in each replicate by Σ (w_r / w) influence, to first order. What is
    cheap to compute anew in each replicate is better done so; see `drivers.replication`.
    """
    replicates = domain_replicates(survey, rows)
    if replicates is not None:
        return Linearised(covariance=_moved(replicates, influence[rows]), df=replicates.df)
    if _respondents_are_units(survey, rows):
        return linearised_covariance(influence[rows])
    strata, clusters = domain_design(survey, rows)
    fpc = domain_fpc(survey, rows)
    return linearised_covariance(influence, strata=strata, clusters=clusters, rows=rows, fpc=fpc)


def mean_covariance(survey: Survey, values: np.ndarray, *domains: np.ndarray) -> Linearised:
    """The covariance of a column's weighted means in one or several domains.

    Parameters
    ----------
    values
        float (n,); no NaN in a domain.
    *domains
        Respondents with weights above 0; bool (n,) each.

    Notes
    -----
    With replicate weights the means are computed anew in each replicate. Where a replicate has nobody of a domain,
    as bootstraps of small domains may, all means move to first order instead.
    """
    rows = np.logical_or.reduce(domains)
    replicates = domain_replicates(survey, rows)
    if replicates is not None:
        return Linearised(covariance=_replicated(survey, replicates, values, rows, domains), df=replicates.df)
    return survey_covariance(survey, _influence(survey, values, domains), rows)


def effective_size(survey: Survey, rows: np.ndarray, values: np.ndarray) -> float:
    """Respondents divided by the design effect of a column's mean; never more than there are.

    Parameters
    ----------
    rows
        The domain; bool (n,).
    values
        float (n,); no NaN in the domain.

    Notes
    -----
    Weights alone: (Σw)² / Σw² (Kish 1965). With strata, clusters, a finite population or replicate weights: the
    variance of the weighted mean under the design against that of a simple random sample of the same size, with
    replacement.
    """
    n = float(np.count_nonzero(rows & (survey.weights > 0)))
    return min(n, _size(survey, rows, values, 1.0))


def interval_size(survey: Survey, rows: np.ndarray, values: np.ndarray) -> float:
    """How many respondents of an endless population would tell as much of a mean; `effective_size` without ``fpc``.

    Notes
    -----
    What a simple random sample gains by being a good part of a finite population is not cut off at n: the most is
    n / (1 − f), f the part of the domain's population that was sampled, which is the weighted mean of the fractions.
    """
    used = rows & (survey.weights > 0)
    n, fpc = float(np.count_nonzero(used)), domain_fpc(survey, used)
    if fpc is None or not n:
        return effective_size(survey, rows, values)
    left = 1.0 - float(np.average(fpc[used], weights=survey.weights[used]))
    return min(n / left, _size(survey, rows, values, left)) if left > 0 else float("inf")


def _size(survey: Survey, rows: np.ndarray, values: np.ndarray, left: float) -> float:
    """Respondents over the design effect, which may be more than n; ``left`` is 1 less the part that was sampled."""
    used = rows & (survey.weights > 0)
    weights = survey.weights[used]
    n, total = len(weights), weights.sum()
    if not n:
        return 0.0
    kish = float(total**2 / (weights @ weights))
    replicates = domain_replicates(survey, used)
    if replicates is not None:
        variance = _replicated(survey, replicates, values, used, (used,))[0, 0]
    elif _respondents_are_units(survey, used):
        return kish
    else:
        variance = survey_covariance(survey, _influence(survey, values, (used,)), used).covariance[0, 0]
    deviation = values[used] - weights @ values[used] / total
    simple = float(weights @ deviation**2) / total / max(n - 1, 1)
    # With everybody alike the design effect has no meaning, and Kish's count stands.
    return float(simple / variance * n) if variance > 0 else kish / left


def _influence(survey: Survey, values: np.ndarray, domains: Sequence[np.ndarray]) -> np.ndarray:
    """What each row adds to a column's mean in each domain; float (n, domains)."""
    columns = []
    for domain in domains:
        weights = np.where(domain, survey.weights, 0.0) / survey.weights[domain].sum()
        filled = np.where(domain, values, 0.0)
        columns.append(weights * (filled - weights @ filled))
    return np.column_stack(columns)


def _replicated(
    survey: Survey, replicates: ReplicateWeights, values: np.ndarray, rows: np.ndarray, domains: Sequence[np.ndarray]
) -> np.ndarray:
    """The covariance of a column's means in some domains, which are ``rows`` together, by the replicates of those."""
    drawn = np.column_stack([replicates.means(values[rows], domain[rows]) for domain in domains])
    if np.isnan(drawn).any():
        return _moved(replicates, _influence(survey, values, domains)[rows])
    means = [np.average(values[domain], weights=survey.weights[domain]) for domain in domains]
    return replicates.covariance(drawn, np.array(means))


def _moved(replicates: ReplicateWeights, influence: np.ndarray) -> np.ndarray:
    """The covariance of estimates that move by Σ (w_r / w − 1) influence in each replicate; float (p, p)."""
    moved = (replicates.weights - replicates.base[:, None]).T @ (influence / replicates.base[:, None])
    return replicates.covariance(moved, np.zeros(influence.shape[1]))


def _respondents_are_units(survey: Survey, rows: np.ndarray) -> bool:
    """Whether variances go by weights alone."""
    if survey.replicates is not None:
        return domain_replicates(survey, rows) is None
    strata, clusters = domain_design(survey, rows)
    return strata is None and clusters is None and domain_fpc(survey, rows) is None


def _within_one_cluster(survey: Survey, rows: np.ndarray) -> bool:
    """Whether a domain's respondents are all of one sampling unit, or there are none."""
    units = unit_codes(survey.strata, survey.clusters, len(rows))[rows]
    return not len(units) or bool((units == units[0]).all())

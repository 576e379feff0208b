"""Means of many groups of one sample under its design, at the price of one pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drivers.linearization import survey_covariance
from drivers.survey.data import Survey
from drivers.survey.design.sampling import lone_unit
from drivers.survey.respondents import unit_codes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupMeans:
    """Weighted means of k groups; `group_means` makes them.

    Parameters
    ----------
    estimate
        float (k,).
    variance
        Squared standard errors under the design; float (k,).
    df
        Degrees of freedom of each variance; int (k,).
    n
        Respondents with an answer; int (k,).
    n_effective
        ``n`` over the design effect, no more than ``n``; float (k,).
    spread
        Variance of single answers in each group; float (k,).
    """

    estimate: np.ndarray
    variance: np.ndarray
    df: np.ndarray
    n: np.ndarray
    n_effective: np.ndarray
    spread: np.ndarray


def group_means(survey: Survey, values: np.ndarray, codes: np.ndarray, k: int) -> GroupMeans:
    """The weighted mean of a column in each of k groups.

    Parameters
    ----------
    values
        float (n,), NaN where missing.
    codes
        Group of each row, −1 for none; int (n,).
    k
        Groups.

    Notes
    -----
    Groups count as independent. Where sampling units hold people of several groups, their means move together, and
    differences between groups are then surer than what is told here.
    Weights: as `group_covariances`.
    Missing answers: rows without a value are left out. A group with fewer than two answers has no variance (NaN).
    """
    used = (codes >= 0) & ~np.isnan(values) & (survey.weights > 0)
    inside = np.where(used, codes, -1)
    group, weights, answers = codes[used], survey.weights[used], values[used]
    n = np.bincount(group, minlength=k)
    total = np.bincount(group, weights, minlength=k)
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = np.bincount(group, weights * answers, minlength=k) / total
        deviation = answers - estimate[group]
        spread = np.bincount(group, weights * deviation**2, minlength=k) / total * n / (n - 1)
        kish = total**2 / np.bincount(group, weights**2, minlength=k)
    influence = np.zeros((len(codes), 1))
    influence[used, 0] = weights * deviation / total[group]
    covariance, df, plain = group_covariances(survey, influence, inside, k)
    variance = np.where(n > 1, covariance[:, 0, 0], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        # With everybody alike the design effect has no meaning, and Kish's count stands.
        size = np.where(plain | ~(variance > 0), kish, spread / variance)
    return GroupMeans(
        estimate=estimate,
        variance=variance,
        df=df,
        n=n,
        n_effective=np.where(n > 0, np.minimum(size, n), 0.0),
        spread=spread,
    )


def group_covariances(
    survey: Survey, influence: np.ndarray, codes: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The covariance under the design of q estimates in each of k groups.

    Parameters
    ----------
    influence
        Each row's contribution to its own group's estimates, weight included; float (n, q).
    codes
        Group of each row, −1 for none; int (n,).
    k
        Groups.

    Returns
    -------
    tuple
        Covariances, float (k, q, q); degrees of freedom, int (k,), at least 1; and where nothing but weights counts,
        bool (k,).

    Raises
    ------
    ModelError
        Where a stratum has a single sampling unit and was not taken whole.

    Notes
    -----
    The same numbers as `drivers.linearization.survey_covariance` for each group by itself, in one pass where no
    sampling unit holds people of two groups. A group that lies within one sampling unit is a population of its own.
    Weights: part of the influence; strata, sampling units, finite populations and replicate weights are honoured.
    """
    units = None if survey.clusters is None else unit_codes(survey.strata, survey.clusters, len(codes))
    used = codes >= 0
    if k == 0:  # such as a selection of nobody with a weight
        return (
            np.zeros((0, influence.shape[1], influence.shape[1])),
            np.zeros(0, dtype=np.int64),
            np.zeros(0, dtype=bool),
        )
    if survey.replicates is not None or (units is not None and _cut_across(units[used], codes[used])):
        return _one_by_one(survey, influence, codes, k)
    q = influence.shape[1]
    covariance, df = np.zeros((k, q, q)), np.zeros(k, dtype=np.int64)
    plain = np.full(k, not survey.has_design)
    if units is not None:
        first, last = np.full(k, units.max() + 1), np.full(k, -1)
        np.minimum.at(first, codes[used], units[used])
        np.maximum.at(last, codes[used], units[used])
        plain = first >= last
    own = used & plain[np.where(used, codes, 0)]
    for group, rows in _by_group(codes, own):
        n = len(rows)
        centred = influence[rows] - influence[rows].mean(axis=0)
        covariance[group] = n / max(n - 1, 1) * centred.T @ centred
        df[group] = n - 1
    if (designed := used & ~own).any():
        _add_designed(survey, influence, codes, designed, units, covariance, df)
    return covariance, np.maximum(df, 1), plain


def _one_by_one(
    survey: Survey, influence: np.ndarray, codes: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    q = influence.shape[1]
    covariance, df = np.full((k, q, q), np.nan), np.ones(k, dtype=np.int64)
    for group, rows in _by_group(codes, codes >= 0):
        inside = np.zeros(len(codes), dtype=bool)
        inside[rows] = True
        if len(rows) > 1:
            found = survey_covariance(survey, np.where(inside[:, None], influence, 0.0), inside)
            covariance[group], df[group] = found.covariance, max(found.df, 1)
    return covariance, df, np.zeros(k, dtype=bool)


def _add_designed(
    survey: Survey,
    influence: np.ndarray,
    codes: np.ndarray,
    rows: np.ndarray,
    units: np.ndarray | None,
    covariance: np.ndarray,
    df: np.ndarray,
) -> None:
    """Fill in the covariances of groups whose variances go by strata and sampling units."""
    n = len(codes)
    unit = np.arange(n) if units is None else units
    stratum = np.zeros(n, dtype=np.int64) if survey.strata is None else survey.strata
    _, first = np.unique(unit, return_index=True)
    in_stratum = np.bincount(stratum[first])
    left = np.ones(n) if survey.fpc is None else 1.0 - survey.fpc
    lone = (in_stratum[stratum] == 1) & (left > 0)
    if lone.any():
        raise lone_unit(int(np.flatnonzero(lone)[0]))
    _, place, inverse = np.unique(unit[rows], return_index=True, return_inverse=True)
    place = np.flatnonzero(rows)[place]
    totals = np.column_stack([np.bincount(inverse, column) for column in influence[rows].T])
    group, layer, share = codes[place], stratum[place], left[place]
    size = in_stratum[layer]
    factor = np.where(share > 0, share * size / np.maximum(size - 1, 1), 0.0)
    pair = group * len(in_stratum) + layer
    _, begin, cell = np.unique(pair, return_index=True, return_inverse=True)
    sums = np.column_stack([np.bincount(cell, column) for column in totals.T])
    for one, where in _by_group(group, np.ones(len(group), dtype=bool)):
        covariance[one] = totals[where].T @ (factor[where, None] * totals[where])
        df[one] = np.count_nonzero(share[where] > 0)
    scaled = factor[begin] / size[begin]
    for at, one in enumerate(group[begin]):
        covariance[one] -= scaled[at] * np.outer(sums[at], sums[at])
        df[one] -= share[begin[at]] > 0


def _cut_across(units: np.ndarray, codes: np.ndarray) -> bool:
    """Whether a sampling unit holds people of two groups."""
    order = np.lexsort((codes, units))
    same = units[order][1:] == units[order][:-1]
    return bool((same & (codes[order][1:] != codes[order][:-1])).any())


def _by_group(codes: np.ndarray, rows: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """The rows of each group that has some; (group, int (n_group,))."""
    places = np.flatnonzero(rows)
    if not len(places):
        return []
    order = places[np.argsort(codes[places], kind="stable")]
    ends = np.flatnonzero(np.diff(codes[order])) + 1
    return [(int(codes[part[0]]), part) for part in np.split(order, ends)]

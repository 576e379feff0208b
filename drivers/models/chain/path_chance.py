"""How far effects along a chain move by chance: resamples of respondents or sampling units, and replicate weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy import special

from drivers.linearization import domain_replicates
from drivers.models.chain.chain_columns import ChainAnswers
from drivers.models.chain.path_effects import decided, gradient, influence, statistics
from drivers.models.construct_items import FEWEST_FOUND, FEWEST_UNITS
from drivers.models.predictors import sampling_units
from drivers.models.resamples import resampling_factors, unit_totals
from drivers.replication import replicate_covariance, replicate_moments
from drivers.resampling import bca_interval, percentile_interval
from drivers.survey.data import Survey
from drivers.survey.design.replicate_weights import ReplicateWeights

PathIntervals = Literal["percentile", "bca"]
PATH_INTERVALS: tuple[PathIntervals, ...] = get_args(PathIntervals)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """How far the statistics of a chain move by chance.

    Parameters
    ----------
    values
        Estimates, standard errors, limits, NaN where not known; float (4, Q), see `Chain.split`.
    how
        ``percentile``, ``bca``, ``replicate_weights`` or ``none``.
    """

    values: np.ndarray
    how: str


def spreads(
    survey: Survey,
    chains: Sequence[ChainAnswers],
    *,
    intervals: PathIntervals,
    n_boot: int,
    conf_level: float,
    seed: int,
) -> list[Spread]:
    """Estimates with their limits, chain by chain; the same respondents are drawn for all."""
    estimates = [statistics(answers.covariance(survey)[None], answers.chain)[0] for answers in chains]
    rows = np.logical_or.reduce([answers.rows for answers in chains])
    if domain_replicates(survey, rows) is not None:
        return [_by_replicates(survey, *pair, conf_level) for pair in zip(chains, estimates, strict=True)]
    units = sampling_units(survey, rows)
    if not n_boot or (units is not None and units[0] - units[1] < FEWEST_UNITS):
        return [_unknown(estimate) for estimate in estimates]
    drawn = resampled(survey, chains, rows, n_boot=n_boot, seed=seed)
    return [
        from_resamples(survey, answers, estimate, draws, intervals, conf_level)
        for answers, estimate, draws in zip(chains, estimates, drawn, strict=True)
    ]


def _unknown(estimate: np.ndarray) -> Spread:
    return Spread(values=np.stack([estimate, *np.full((3, len(estimate)), np.nan)]), how="none")


def _by_replicates(survey: Survey, answers: ChainAnswers, estimate: np.ndarray, conf_level: float) -> Spread:
    """T intervals from effects computed anew in each replicate."""
    replicates = domain_replicates(survey, answers.rows)
    if replicates is None:
        return _unknown(estimate)
    moments = replicate_moments(replicates, answers.used(survey)[0])
    covariance = moments.scatter / moments.sum_weights[:, None, None]
    drawn = _known_statistics(answers, covariance, _deviation(survey, answers))
    if not np.isfinite(drawn).all():
        return _unknown(estimate)
    error = np.sqrt(np.diag(replicate_covariance(drawn, estimate, replicates).covariance))
    reach = special.stdtrit(replicates.df, (1 + conf_level) / 2) * error
    return Spread(values=np.stack([estimate, error, estimate - reach, estimate + reach]), how="replicate_weights")


def resampled(
    survey: Survey, chains: Sequence[ChainAnswers], rows: np.ndarray, *, n_boot: int, seed: int
) -> list[np.ndarray]:
    """Statistics in each resample of the respondents of all chains together, chain by chain; float (n_boot, Q)."""
    parts: list[list[np.ndarray]] = [[] for _ in chains]
    spread = [_deviation(survey, answers) for answers in chains]
    for factors in resampling_factors(survey, rows, n_boot=n_boot, seed=seed):
        for answers, part, deviation in zip(chains, parts, spread, strict=True):
            covariance = _reweighted(survey, answers, factors[:, answers.rows[rows]])
            part.append(_known_statistics(answers, covariance, deviation))
    return [np.concatenate(part) for part in parts]


def _reweighted(survey: Survey, answers: ChainAnswers, factors: np.ndarray) -> np.ndarray:
    """Covariances under factors of the weights; float (b, p, p), NaN where a resample has none of the respondents."""
    values, base = answers.used(survey)
    drawn = ReplicateWeights(
        columns=(),
        weights=(factors * base).T,
        base=base,
        scales=np.ones(len(factors)),
        center="mean",
        method="bootstrap",
    )
    moments = replicate_moments(drawn, values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return moments.scatter / moments.sum_weights[:, None, None]


def _deviation(survey: Survey, answers: ChainAnswers) -> np.ndarray:
    """Standard deviations of the columns in the sample; float (p,)."""
    return np.sqrt(np.diag(answers.covariance(survey)))


def _known_statistics(answers: ChainAnswers, covariance: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Statistics of each matrix, NaN where its paths are not decided; float (b, Q)."""
    found = np.full((len(covariance), sum(answers.chain.sizes)), np.nan)
    known = decided(covariance, deviation)
    found[known] = statistics(covariance[known], answers.chain)
    return found


def from_resamples(
    survey: Survey,
    answers: ChainAnswers,
    estimate: np.ndarray,
    drawn: np.ndarray,
    intervals: PathIntervals,
    conf_level: float,
) -> Spread:
    """Percentile or BCa limits of the statistics of one chain; none where too few resamples have them."""
    known = np.isfinite(drawn).all(axis=1)
    # A resample may leave out whoever alone decides a path.
    if known.mean() < FEWEST_FOUND:
        return _unknown(estimate)
    drawn = drawn[known]
    if intervals == "percentile":
        low, high = percentile_interval(drawn, conf_level)
    else:
        low, high = bca_interval(drawn, estimate, acceleration(survey, answers), conf_level)
    return Spread(values=np.stack([estimate, drawn.std(axis=0, ddof=1), low, high]), how=intervals)


def acceleration(survey: Survey, answers: ChainAnswers) -> np.ndarray:
    """Skewness of the sampling units' influence on each statistic, Σ l³ / 6 (Σ l²)^1.5; float (Q,)."""
    totals = unit_totals(survey, answers.rows, influences(survey, answers))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nan_to_num((totals**3).sum(axis=0) / (6 * (totals**2).sum(axis=0) ** 1.5))


def influences(survey: Survey, answers: ChainAnswers) -> np.ndarray:
    """What each respondent used adds to each statistic, weight included; float (m, Q)."""
    covariance = answers.covariance(survey)
    derivative = gradient(lambda moved: statistics(moved, answers.chain), covariance)
    return influence(*answers.used(survey), covariance, derivative)

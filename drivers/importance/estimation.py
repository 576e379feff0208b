"""From checked columns to estimates and their uncertainty, by the rule for missing answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from drivers.importance.combinations import MOST_RESAMPLED_UNITS, MOST_UNITS
from drivers.importance.engines import Engine, MomentEngine, PairwiseEngine, Values
from drivers.importance.likelihood.engine import LikelihoodEngine
from drivers.importance.orders.decomposition import RESAMPLED, AllOrders, Decomposition, sampled_orders
from drivers.importance.orders.measures import MEASURES
from drivers.importance.orders.parts import Progress, told
from drivers.importance.uncertainty import (
    WAYS,
    IntervalKind,
    Uncertainty,
    by_bootstrap,
    covariance_of,
    from_covariance,
    from_resamples,
    mean_of,
    no_uncertainty,
    pooled,
)
from drivers.imputation.chained import impute
from drivers.models.predictors import MissingRule, ModelColumns, Predictors
from drivers.models.resamples import resampling_factors
from drivers.moments import weighted_moments
from drivers.pairwise import pairwise_moments
from drivers.survey.data import Survey

COPIES_INSIDE = 2
"""Completed copies of each resample, whose mean is taken: with one, all the noise of an imputation would be in the
spread of the resamples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """What is to be estimated.

    Parameters
    ----------
    method, family, fit
        Measure, family of models, and what is divided.
    missing
        Rule for missing answers.
    intervals
        How they are made.
    n_imputations
        Completed copies.
    n_boot, conf_level, seed
        Resamples, level and seed.
    orderings, precision
        Orders of entry to sample, or the error to sample them down to; None for what the number of drivers asks for.
    """

    method: str
    family: str
    fit: str
    missing: MissingRule
    intervals: IntervalKind
    n_imputations: int
    n_boot: int
    conf_level: float
    seed: int
    orderings: int | None = None
    precision: float | None = None

    def sampled(self, units: int) -> bool:
        """Whether LMG of so many units is over sampled orders of entry, at the sample itself."""
        asked = self.orderings is not None or self.precision is not None
        return self.method == "lmg" and self.family == "linear" and (asked or units > MOST_UNITS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimated:
    """An estimate, its uncertainty, and the correlations behind it.

    Parameters
    ----------
    values
        b = 1.
    uncertainty
        Of importance, share and performance.
    correlation
        Of all columns, the outcome last; float (m, m).
    chance
        Probability of a fit at least as good if no driver had any effect.
    ordering_error
        Standard error of each importance that comes from sampling orders of entry; float (k,).
    """

    values: Values
    uncertainty: Uncertainty
    correlation: np.ndarray
    chance: float
    ordering_error: np.ndarray


def estimated(survey: Survey, data: Predictors, chosen: Specification, progress: Progress | None = None) -> Estimated:
    """Estimate and uncertainty of an analysis.

    Parameters
    ----------
    data
        Its checked columns.
    chosen
        What is to be estimated.
    progress
        Called with the part done and the seconds left, first of the estimate and then of its resamples.
    """
    if chosen.missing in ("multiple_imputation", "bootstrap_imputation"):
        return _imputed(survey, data, chosen, progress)
    engine = engine_of(data, chosen, data.values[data.rows], data.weights[data.rows], progress=progress)
    values = engine.estimate(progress)
    k = len(data.drivers)
    if chosen.n_boot == 0:
        uncertainty = no_uncertainty(k)
    elif chosen.intervals in ("percentile", "bca"):
        uncertainty = by_bootstrap(
            survey,
            data.rows,
            engine,
            values,
            corrected=chosen.intervals == "bca",
            n_boot=chosen.n_boot,
            conf_level=chosen.conf_level,
            seed=chosen.seed,
            progress=progress,
        )
    else:
        covariance, df = covariance_of(survey, data.rows, engine, values)
        uncertainty = by_design(chosen, values, covariance, df, how=chosen.intervals)
    return Estimated(
        values=values,
        uncertainty=uncertainty,
        correlation=engine.correlation(),
        chance=engine.chance(data.n_effective),
        ordering_error=engine.ordering_error(),
    )


def by_design(
    chosen: Specification, values: Values, covariance: np.ndarray, df: float, *, how: IntervalKind
) -> Uncertainty:
    """Uncertainty from a covariance under the design.

    Parameters
    ----------
    covariance
        Of importance, share and performance; float (3k, 3k).
    df
        Its degrees of freedom.
    how
        Where it comes from.
    """
    return from_covariance(
        values,
        covariance,
        np.full(len(covariance), df),
        how=how,
        signed=MEASURES[chosen.method].signed,
        n_boot=chosen.n_boot,
        conf_level=chosen.conf_level,
        seed=chosen.seed,
    )


def engine_of(
    data: Predictors,
    chosen: Specification,
    values: np.ndarray,
    weights: np.ndarray,
    *,
    resample: bool = False,
    progress: Progress | None = None,
) -> Engine:
    """What answers for one set of rows.

    Parameters
    ----------
    values, weights
        Of the rows used; float (n, m), (n,).
    resample
        Whether the rows are one of many resamples, for which fewer orders of entry will do.
    """
    if chosen.family != "linear":
        return LikelihoodEngine.fitted(
            data,
            values,
            weights,
            method=chosen.method,
            family=chosen.family,
            fit=chosen.fit,
            resample=resample,
            progress=progress,
        )
    orders = orders_of(
        data, chosen, lambda: _matrix(data, chosen, values, weights), resample=resample, progress=progress
    )
    if chosen.missing == "pairwise":
        return PairwiseEngine(data, values, weights, orders)
    return MomentEngine(data, values, weights, orders)


def orders_of(
    data: ModelColumns,
    chosen: Specification,
    matrix: Callable[[], np.ndarray],
    *,
    resample: bool = False,
    progress: Progress | None = None,
) -> Decomposition:
    """The way from a matrix of moments to the importance of each driver in linear models.

    Parameters
    ----------
    matrix
        What gives the sample's matrix, where orders of entry are to be drawn for it.
    resample, progress
        As in `engine_of`.
    """
    k = len(data.drivers)
    sampled = chosen.sampled(k)
    if not sampled and (chosen.method != "lmg" or any(data.prerequisites) or k <= MOST_RESAMPLED_UNITS):
        return AllOrders(chosen.method, data.starts, data.prerequisites)
    return sampled_orders(
        matrix(),
        data.starts,
        all_at_sample=not sampled and not resample,
        count=RESAMPLED if resample else chosen.orderings,
        precision=None if resample else chosen.precision,
        seed=chosen.seed,
        progress=progress,
    )


def _matrix(data: Predictors, chosen: Specification, values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The matrix that orders are walked on: scatter of complete rows, or pairwise correlations."""
    if chosen.missing == "pairwise":
        return pairwise_moments(values, weights, names=[*data.terms, data.outcome]).correlation
    return weighted_moments(values, weights).scatter


def completed_engines(survey: Survey, data: Predictors, chosen: Specification) -> tuple[list[Engine], np.ndarray]:
    """An engine for each completed copy of the answers, and the rows that are in them; bool (n,)."""
    kept = np.flatnonzero(data.rows)
    completed = impute(data.values[kept], m=chosen.n_imputations, seed=chosen.seed, **_held(survey, data, kept))
    rows = np.zeros(len(data.rows), dtype=bool)
    rows[kept[completed.rows]] = True
    weights = data.weights[kept][completed.rows]
    return [engine_of(data, chosen, copy, weights) for copy in completed.values], rows


def completed_again(survey: Survey, data: Predictors, chosen: Specification) -> Iterator[list[Engine]]:
    """Engines of each resample, whose holes are filled from the answers that were drawn, some times each."""
    kept = np.flatnonzero(data.rows)
    held = _held(survey, data, kept)
    rng = np.random.default_rng(chosen.seed)
    for chunk in resampling_factors(survey, data.rows, n_boot=chosen.n_boot, seed=chosen.seed):
        # A small domain may miss all its sampling units in a resample, which then says nothing of it.
        for factors in chunk[chunk.any(axis=1)]:
            again = impute(data.values[kept], m=COPIES_INSIDE, seed=rng, factors=factors, **held)
            weights = data.weights[kept][again.rows] * again.factors
            yield [engine_of(data, chosen, copy, weights, resample=True) for copy in again.values]


def _held(survey: Survey, data: Predictors, kept: np.ndarray) -> dict[str, Any]:
    """What every imputation of these columns needs."""
    return {
        "outcome": data.values.shape[1] - 1,
        "weights": data.weights[kept],
        "strata": None if survey.strata is None else survey.strata[kept],
        "products": data.products,
        "applicable": data.applicable[kept],
        "names": [*data.terms, data.outcome],
    }


def _imputed(survey: Survey, data: Predictors, chosen: Specification, progress: Progress | None) -> Estimated:
    """Over completed copies of the answers, pooled; or from resamples that are each completed anew."""
    engines, rows = completed_engines(survey, data, chosen)
    if chosen.missing == "multiple_imputation" and chosen.n_boot:
        values, uncertainty = pooled(
            survey,
            rows,
            engines,
            signed=MEASURES[chosen.method].signed,
            n_boot=chosen.n_boot,
            conf_level=chosen.conf_level,
            seed=chosen.seed,
            progress=progress,
        )
    else:
        values, uncertainty = mean_of([engine.estimate() for engine in engines]), no_uncertainty(len(data.drivers))
    if chosen.missing == "bootstrap_imputation" and chosen.n_boot:
        again = []
        for copies in told(completed_again(survey, data, chosen), chosen.n_boot, progress):
            estimates = [engine.estimate() for engine in copies]
            # A resample with nothing to explain has no values.
            again += [mean_of(estimates)] if all(len(found.importance) for found in estimates) else []
        draws = {way: np.concatenate([getattr(found, way) for found in again]) for way in WAYS}
        uncertainty = from_resamples(draws, how="bootstrap_imputation", conf_level=chosen.conf_level)
    return Estimated(
        values=values,
        uncertainty=uncertainty,
        correlation=np.mean([engine.correlation() for engine in engines], axis=0),
        chance=float(np.median([engine.chance(data.n_effective) for engine in engines])),
        # The same orders serve all copies, so that their errors do not cancel.
        ordering_error=np.mean([engine.ordering_error() for engine in engines], axis=0),
    )

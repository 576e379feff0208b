"""A rising curve of loyalty over satisfaction, with its interval from the survey's resamples or replicates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from drivers.linearization import domain_replicates
from drivers.models.construct_items import FEWEST_FOUND, FEWEST_UNITS
from drivers.models.loyalty.monotone import inner_knots, isotonic_means, rising_fit, rising_splines
from drivers.models.loyalty.steps import Steps
from drivers.models.predictors import sampling_units
from drivers.models.resamples import resampling_factors
from drivers.replication import replicate_covariance
from drivers.resampling import percentile_interval
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey

Method = Literal["isotonic", "monotone_spline"]
Intervals = Literal["percentile", "replicate_weights", "none"]

GRID = 41
"""Places at which a spline is given."""

_ENDS = (0.0, 100.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RisingCurve:
    """A curve that never falls, at some places; float (q,) each, limits NaN without an interval."""

    at: np.ndarray
    estimate: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    method: Method
    intervals: Intervals


def rising_curve(
    survey: Survey,
    x: np.ndarray,
    y: np.ndarray,
    rows: np.ndarray,
    steps: Steps,
    *,
    n_boot: int,
    conf_level: float,
    seed: int,
) -> RisingCurve:
    """The curve of y over x that never falls.

    Notes
    -----
    Steps that are answers have isotonic means, between which nothing is claimed; many values a quadratic spline with
    rising coefficients, from the tenth lowest answer to the tenth highest. Where neighbouring steps are truly equal,
    resamples of isotonic means spread a little too widely or too narrowly: what is claimed rests on the steps' own
    means.
    Weights: weighted least squares. Intervals: percentiles of resamples by the design, or fits anew in each replicate;
    none with fewer than 10 sampling units beyond strata.
    """
    values, used = y[rows], survey.weights[rows]
    if steps.own:
        at = steps.position
        member = np.zeros((len(values), len(steps)))
        member[np.arange(len(values)), steps.of[rows]] = 1.0
        columns = np.column_stack([member, member * values[:, None]])

        def fit(totals: np.ndarray) -> np.ndarray:
            return isotonic_means(totals[:, : len(steps)], totals[:, len(steps) :])
    else:
        given = x[rows]
        ordered = np.sort(given)
        at = np.linspace(ordered[FEWEST_SHOWN - 1], ordered[-FEWEST_SHOWN], GRID)
        ends = (float(ordered[0]), float(ordered[-1]))
        knots = inner_knots(given, used)
        z = np.column_stack([np.ones(len(given)), rising_splines(given, knots, ends), values])
        i, j = np.triu_indices(z.shape[1])
        columns = z[:, i] * z[:, j]
        places = rising_splines(at, knots, ends)

        def fit(totals: np.ndarray) -> np.ndarray:
            moments = np.empty((len(totals), z.shape[1], z.shape[1]))
            moments[:, i, j] = moments[:, j, i] = totals
            return rising_fit(moments, places)

    estimate = fit((used @ columns)[None])[0]
    low, high, how = _limits(survey, rows, columns, fit, estimate, n_boot=n_boot, conf_level=conf_level, seed=seed)
    return RisingCurve(
        at=at,
        estimate=estimate,
        conf_low=np.clip(low, *_ENDS),
        conf_high=np.clip(high, *_ENDS),
        method="isotonic" if steps.own else "monotone_spline",
        intervals=how,
    )


def _limits(
    survey: Survey,
    rows: np.ndarray,
    columns: np.ndarray,
    fit: Callable[[np.ndarray], np.ndarray],
    estimate: np.ndarray,
    *,
    n_boot: int,
    conf_level: float,
    seed: int,
) -> tuple[np.ndarray, np.ndarray, Intervals]:
    unknown = np.full(len(estimate), np.nan)
    replicates = domain_replicates(survey, rows)
    if replicates is not None:
        drawn = fit(replicates.weights.T @ columns)
        if not np.isfinite(drawn).all():
            return unknown, unknown, "none"
        spread = replicate_covariance(drawn, estimate, replicates)
        reach = special.stdtrit(max(spread.df, 1), (1 + conf_level) / 2) * np.sqrt(np.diag(spread.covariance))
        return estimate - reach, estimate + reach, "replicate_weights"
    units = sampling_units(survey, rows)
    if not n_boot or (units is not None and units[0] - units[1] < FEWEST_UNITS):
        return unknown, unknown, "none"
    weighted = survey.weights[rows][:, None] * columns
    factors = resampling_factors(survey, rows, n_boot=n_boot, seed=seed)
    drawn = np.concatenate([fit(part @ weighted) for part in factors])
    # A resample of sampling units may hold nobody of a small domain.
    known = np.isfinite(drawn).all(axis=1)
    if known.mean() < FEWEST_FOUND:
        return unknown, unknown, "none"
    return *percentile_interval(drawn[known], conf_level), "percentile"

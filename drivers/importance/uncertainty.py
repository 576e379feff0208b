"""How sure importance is: standard errors, intervals, and draws by which drivers are compared.

There are four ways to it. The *percentile* bootstrap and its corrected form *BCa* draw respondents, or
sampling units within strata, again. *Linearised* errors come from each respondent's influence, summed as
the design says. *Replicate weights* give variances only. The last two, and multiple imputation, give t
intervals, on the arcsine scale of a part of a whole, and draws from the t distribution they imply.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy import special

from drivers.errors import ModelError
from drivers.importance.engines import Engine, Values, share_influence
from drivers.importance.orders.parts import Progress, step_progress, told
from drivers.linearization import domain_fpc, domain_replicates, survey_covariance
from drivers.models.resamples import resampling_factors, unit_totals
from drivers.pooling import pool
from drivers.replication import draws as normal_draws
from drivers.resampling import bca_interval, percentile_interval
from drivers.results import read_only
from drivers.survey.data import Survey

IntervalKind = Literal["percentile", "bca", "linearised", "replicate_weights"]
INTERVALS: tuple[IntervalKind, ...] = get_args(IntervalKind)
"""How intervals are made, as closed names."""

WAYS = ("importance", "share", "performance")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """The uncertainty of one value per driver.

    Parameters
    ----------
    std_error, low, high
        float (k,), NaN where not known.
    draws
        Resamples, or draws from the distribution that stands for them; float (draws, k).
    """

    std_error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    draws: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Uncertainty:
    """How sure importance, share and performance are.

    Parameters
    ----------
    how
        The way; ``none`` without any.
    importance, share, performance
        Their spreads; the draws of all three go together.
    share_covariance
        Of the sampling errors of shares, NaN where not known; float (k, k). Draws from a t distribution vary more.
    df
        Degrees of freedom of t intervals; infinite for a bootstrap.
    monte_carlo_error
        Standard error of the least certain limit of a share that comes from drawing so many resamples and no
        more; 0 where limits are not drawn, NaN without uncertainty.
    """

    how: str
    importance: Spread
    share: Spread
    performance: Spread
    share_covariance: np.ndarray
    df: float
    monte_carlo_error: float


def no_uncertainty(k: int) -> Uncertainty:
    """What is said where nothing was resampled.

    Parameters
    ----------
    k
        Drivers.
    """
    nothing = Spread(
        std_error=read_only(np.full(k, np.nan)),
        low=read_only(np.full(k, np.nan)),
        high=read_only(np.full(k, np.nan)),
        draws=read_only(np.empty((0, k))),
    )
    return Uncertainty(
        how="none",
        importance=nothing,
        share=nothing,
        performance=nothing,
        share_covariance=read_only(np.full((k, k), np.nan)),
        df=np.nan,
        monte_carlo_error=np.nan,
    )


def by_bootstrap(
    survey: Survey,
    rows: np.ndarray,
    engine: Engine,
    estimate: Values,
    *,
    corrected: bool,
    n_boot: int,
    conf_level: float,
    seed: int,
    progress: Progress | None = None,
) -> Uncertainty:
    """Percentile or BCa intervals from resampled respondents or sampling units.

    Parameters
    ----------
    rows
        The engine's rows; bool (n,).
    corrected
        Whether BCa rather than percentile.
    progress
        Called between parts of the resamples with the part done, 0 to 1, and the seconds left.
    """
    parts, begun, done = [], time.perf_counter(), 0
    for factors in resampling_factors(survey, rows, n_boot=n_boot, seed=seed):
        told = step_progress(progress, begun, done / n_boot, (done + len(factors)) / n_boot)
        parts.append(engine.replicates(factors, told))
        done += len(factors)
    draws = {way: np.concatenate([getattr(part, way) for part in parts]) for way in WAYS}
    if not corrected:
        return from_resamples(draws, how="percentile", conf_level=conf_level)
    influence = engine.influence()
    influences = {
        "importance": influence.importance,
        "share": share_influence(estimate, influence),
        "performance": influence.performance,
    }
    spreads = {}
    for way in WAYS:
        totals = unit_totals(survey, rows, influences[way])
        with np.errstate(invalid="ignore", divide="ignore"):
            acceleration = (totals**3).sum(axis=0) / (6 * (totals**2).sum(axis=0) ** 1.5)
        limits = bca_interval(draws[way], getattr(estimate, way)[0], np.nan_to_num(acceleration), conf_level)
        spreads[way] = _spread(draws[way], *limits)
    return _resampled("bca", spreads, conf_level)


def from_resamples(draws: dict[str, np.ndarray], *, how: str, conf_level: float) -> Uncertainty:
    """Percentile intervals of resampled values; float (draws, k) by name in `WAYS`."""
    spreads = {way: _spread(draws[way], *percentile_interval(draws[way], conf_level)) for way in WAYS}
    return _resampled(how, spreads, conf_level)


def from_covariance(
    estimate: Values,
    covariance: np.ndarray,
    df: np.ndarray,
    *,
    how: str,
    signed: bool,
    n_boot: int,
    conf_level: float,
    seed: int,
) -> Uncertainty:
    """T intervals and draws from a covariance matrix of importance, share and performance.

    Parameters
    ----------
    estimate
        b = 1.
    covariance
        Of importance, share and performance, one after another; float (3k, 3k).
    df
        Degrees of freedom of each; float (3k,).
    signed
        Whether values may be below 0, so that intervals are symmetric.
    n_boot
        Draws.
    """
    centre = np.concatenate([getattr(estimate, way)[0] for way in WAYS])
    k = len(centre) // 3
    known = np.isfinite(centre)
    rng_seed, scale_seed = np.random.SeedSequence(seed).generate_state(2)
    drawn = np.full((n_boot, 3 * k), np.nan)
    deviation = _deviations(covariance[np.ix_(known, known)], n_boot, int(rng_seed))
    least = float(np.min(df))
    if np.isfinite(least):
        # Normal draws widened to the t distribution: a variance from few units is itself uncertain.
        chance = np.random.default_rng(int(scale_seed)).chisquare(least, size=(n_boot, 1))
        deviation = deviation * np.sqrt(least / chance)
    drawn[:, known] = centre[known] + deviation
    spreads = {}
    for position, way in enumerate(WAYS):
        part = slice(position * k, (position + 1) * k)
        error = np.sqrt(np.maximum(np.diag(covariance)[part], 0.0))
        error = np.where(known[part], error, np.nan)
        reach = special.stdtrit(df[part], (1 + conf_level) / 2)
        if way == "performance" or signed:
            low, high = centre[part] - reach * error, centre[part] + reach * error
        else:
            low, high = _interval_of_part(centre[part], reach * error)
        spreads[way] = Spread(
            std_error=read_only(error), low=read_only(low), high=read_only(high), draws=read_only(drawn[:, part])
        )
    return Uncertainty(
        how=how,
        **spreads,
        share_covariance=read_only(covariance[k : 2 * k, k : 2 * k]),
        df=least,
        monte_carlo_error=0.0,
    )


def covariance_of(survey: Survey, rows: np.ndarray, engine: Engine, estimate: Values) -> tuple[np.ndarray, float]:
    """The covariance of importance, share and performance under the design, and its degrees of freedom.

    Returns
    -------
    covariance, df
        float (3k, 3k), 0 for what is not known; float.
    """
    replicates = domain_replicates(survey, rows)
    if replicates is not None:
        factors = (replicates.weights / replicates.base[:, None]).T
        found = engine.replicates(factors)
        if len(found.importance) < len(factors):
            raise ModelError(
                "Expected respondents of the selection in every replicate, found replicate weights that leave all of "
                "them out; widen the selection."
            )
        estimates = np.concatenate([getattr(found, way) for way in WAYS], axis=1)
        centre = np.concatenate([getattr(estimate, way)[0] for way in WAYS])
        covariance = replicates.covariance(np.nan_to_num(estimates), np.nan_to_num(centre))
        df = float(replicates.df)
    else:
        influence = engine.influence()
        stacked = np.concatenate(
            [influence.importance, share_influence(estimate, influence), influence.performance], axis=1
        )
        spread_out = np.zeros((len(rows), stacked.shape[1]))
        spread_out[rows] = np.nan_to_num(stacked)
        result = survey_covariance(survey, spread_out, rows)
        fpc = domain_fpc(survey, rows)
        whole = fpc is not None and bool((fpc[rows] >= 1).all())
        # Where everybody was asked, nothing is left to chance.
        covariance, df = result.covariance, np.inf if whole else float(result.df)
    return covariance, checked_df(df)


def checked_df(df: float) -> float:
    """The degrees of freedom, of which a t interval needs one at least."""
    if df < 1:
        raise ModelError(
            "Expected at least one sampling unit more than strata, found none to spare; merge strata or widen the "
            "selection."
        )
    return df


def pooled(
    survey: Survey,
    rows: np.ndarray,
    engines: list[Engine],
    *,
    signed: bool,
    n_boot: int,
    conf_level: float,
    seed: int,
    progress: Progress | None = None,
) -> tuple[Values, Uncertainty]:
    """Estimate and uncertainty over completed data sets, by Rubin's rules.

    Parameters
    ----------
    engines
        One for each imputation.
    progress
        Called after each of them with the part done, 0 to 1, and the seconds left.
    """
    estimates, within = [], []
    for engine in told(engines, len(engines), progress):
        estimates.append(engine.estimate())
        within.append(covariance_of(survey, rows, engine, estimates[-1]))
    stacked = np.array([np.concatenate([getattr(found, way)[0] for way in WAYS]) for found in estimates])
    df = within[0][1]
    result = pool(
        np.nan_to_num(stacked),
        np.array([part for part, _ in within]),
        df_complete=df if np.isfinite(df) else None,
    )
    estimate = mean_of(estimates)
    uncertainty = from_covariance(
        estimate,
        result.covariance,
        result.df,
        how="multiple_imputation",
        signed=signed,
        n_boot=n_boot,
        conf_level=conf_level,
        seed=seed,
    )
    return estimate, uncertainty


def mean_of(estimates: list[Values]) -> Values:
    """The mean of several estimates; b = 1."""
    return Values(
        importance=np.mean([found.importance for found in estimates], axis=0),
        r2=np.mean([found.r2 for found in estimates], axis=0),
        performance=np.mean([found.performance for found in estimates], axis=0),
    )


def _resampled(how: str, spreads: dict[str, Spread], conf_level: float) -> Uncertainty:
    draws = spreads["share"].draws
    return Uncertainty(
        how=how,
        **spreads,
        share_covariance=read_only(np.cov(draws, rowvar=False).reshape(draws.shape[1], -1)),
        df=np.inf,
        monte_carlo_error=_monte_carlo_error(draws, conf_level),
    )


def _spread(draws: np.ndarray, low: np.ndarray, high: np.ndarray) -> Spread:
    return Spread(
        std_error=read_only(draws.std(axis=0, ddof=1)), low=read_only(low), high=read_only(high), draws=read_only(draws)
    )


def _deviations(covariance: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Normal draws around 0; float (count, q). The matrix may be singular, as that of shares is."""
    error = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    # Correlations are on one scale: beside points of 100, parts of a whole would be lost in rounding.
    unit = np.where(error > 0, error, 1.0)
    return normal_draws(np.zeros(len(error)), covariance / np.outer(unit, unit), count=count, seed=seed) * error


def _interval_of_part(estimate: np.ndarray, reach: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A symmetric interval of the arcsine root of a part of a whole, turned back; a plain one outside 0 to 1.

    On that scale the error of a small part hardly depends on its size, and limits stay within 0 and 1.
    """
    inside = (estimate > 0) & (estimate < 1)
    p = np.where(inside, estimate, 0.5)
    angle = np.arcsin(np.sqrt(p))
    turned = reach / (2 * np.sqrt(p * (1 - p)))
    low = np.sin(np.maximum(angle - turned, 0.0)) ** 2
    high = np.sin(np.minimum(angle + turned, np.pi / 2)) ** 2
    return np.where(inside, low, estimate - reach), np.where(inside, high, estimate + reach)


def _monte_carlo_error(draws: np.ndarray, conf_level: float) -> float:
    """Standard error of a percentile limit: half the distance of the order statistics one binomial error away."""
    count = len(draws)
    ordered = np.sort(draws, axis=0)
    errors = []
    for level in ((1 - conf_level) / 2, (1 + conf_level) / 2):
        off = np.sqrt(level * (1 - level) * count)
        low = int(np.clip(np.floor(level * count - off), 0, count - 1))
        high = int(np.clip(np.ceil(level * count + off), 0, count - 1))
        errors.append(float((ordered[high] - ordered[low]).max()) / 2)
    return max(errors)

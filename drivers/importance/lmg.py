"""Relative importance: how much of what drivers explain of an outcome belongs to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.importance.checks import importance_checks
from drivers.importance.subsets import lmg_values
from drivers.importance.verdict import CLAIM_LEVEL, judge, preconditions
from drivers.linearization import domain_design
from drivers.models.predictors import Predictors, check_conf_level, predictors, sampling_units
from drivers.moments import weighted_moments
from drivers.resampling import percentile_interval, replicate_factors
from drivers.results import Check, Code, Result, Sample, Verdict, frame, read_only
from drivers.survey.data import Survey

IDENTITY_TOLERANCE = 1e-8
"""LMG values must sum to the R² that least squares finds, up to rounding over 2**k subsets and what a nearly
dependent column may add."""

NOTHING = 1e-13
"""Explained variance below this is rounding noise."""

MOST_UNITS = 30
"""Drivers beyond which 2**k subsets are more than a desk machine should be asked for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImportanceResult(Result):
    """The relative importance of drivers for an outcome; `relative_importance` makes one.

    Parameters
    ----------
    outcome, drivers
        Names; drivers in the codebook's order, (k,).
    importance
        LMG, in parts of the outcome's variance; sums to ``r2 − r2_controls``; float (k,).
    share
        ``importance`` as a part of its sum, 0 to 1; float (k,).
    share_low, share_high
        Percentile intervals at ``conf_level``; NaN without a bootstrap; float (k,).
    performance, performance_low, performance_high
        Mean score 0–100 among the respondents used, with its interval; float (k,).
    r2, r2_controls
        Of the whole model, and of the controls alone.
    columns
        Columns of predictors, controls included.
    replicate_share, replicate_performance
        Bootstrap replicates; float (n_boot, k).
    correlation
        Weighted correlations between the drivers' columns; float (k, k) without groups.
    checks
        What the ranking rests on, each with its light.
    design
        Whether sampling units within strata were resampled, rather than respondents.
    """

    kind: ClassVar[str] = "importance"

    outcome: str
    drivers: tuple[str, ...]
    controls: tuple[str, ...]
    importance: np.ndarray
    share: np.ndarray
    share_low: np.ndarray
    share_high: np.ndarray
    performance: np.ndarray
    performance_low: np.ndarray
    performance_high: np.ndarray
    r2: float
    r2_controls: float
    columns: int
    replicate_share: np.ndarray
    replicate_performance: np.ndarray
    correlation: np.ndarray
    sample: Sample
    verdict: Verdict
    checks: tuple[Check, ...]
    design: bool
    conf_level: float
    seed: int

    def __post_init__(self) -> None:
        gap = abs(float(self.importance.sum()) - (self.r2 - self.r2_controls))
        if gap > IDENTITY_TOLERANCE or abs(float(self.share.sum()) - 1) > IDENTITY_TOLERANCE:
            raise ValueError(f"LMG values must sum to the R² that drivers add; they miss it by {gap:.3g}.")

    @property
    def n_boot(self) -> int:
        """Bootstrap replicates."""
        return len(self.replicate_share)

    @property
    def claim_level(self) -> float:
        """Level at which the verdict's claims are made, whatever the level of the intervals."""
        return CLAIM_LEVEL

    @property
    def rank(self) -> np.ndarray:
        """Rank by estimate, 1 = largest; read it only together with the verdict; int (k,)."""
        return np.argsort(np.argsort(-self.share, kind="stable"), kind="stable") + 1

    @property
    def r2_adjusted(self) -> float:
        """R² less what chance alone would explain with as many predictors (Ezekiel 1930)."""
        k, n = self.columns, self.sample.n_effective
        return 1 - (1 - self.r2) * (n - 1) / (n - k - 1) if n > k + 1 else float("nan")

    @property
    def units(self) -> Mapping[str, str]:
        """Shares are parts of explained variance, importance of all variance, performance 0–100."""
        return MappingProxyType(
            {
                "share": "part of the explained variance, 0–1",
                "conf_low": "as share",
                "conf_high": "as share",
                "importance": "part of the outcome's variance, 0–1",
                "performance": "points of 0–100",
                "performance_low": "as performance",
                "performance_high": "as performance",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return sample_notes(self.sample)

    @property
    def details(self) -> Mapping[str, object]:
        """Checks, correlations and what the run was made with."""
        return MappingProxyType(
            {
                "checks": {check.code: {"light": check.light, **check.values} for check in self.checks},
                "correlation": self.correlation.tolist(),
                "controls": list(self.controls),
                "r2_controls": self.r2_controls,
                "n_boot": self.n_boot,
                "seed": self.seed,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per driver, in the codebook's order."""
        possible = self.verdict.possible_ranks()
        return frame(
            {
                "outcome": self.outcome,
                "driver": list(self.drivers),
                "method": "lmg",
                "importance": self.importance,
                "share": self.share,
                "conf_low": self.share_low,
                "conf_high": self.share_high,
                "rank": self.rank,
                "rank_low": possible[0],
                "rank_high": possible[1],
                "performance": self.performance,
                "performance_low": self.performance_low,
                "performance_high": self.performance_high,
                "conf_level": self.conf_level,
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the model and its sample."""
        return frame(
            {
                "outcome": [self.outcome],
                "method": "lmg",
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "r2": self.r2,
                "r2_adjusted": self.r2_adjusted,
                "conf_level": self.conf_level,
            }
        )


def relative_importance(
    survey: Survey,
    *,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    n_boot: int = 1000,
    conf_level: float = 0.95,
    seed: int = 1,
) -> ImportanceResult:
    """The LMG importance of each driver, with bootstrap intervals and the verdict on their order.

    Parameters
    ----------
    survey
        Answers with weights and design.
    outcome
        Name of an outcome; the codebook's first unless given.
    drivers
        Names of drivers; all of the codebook unless given.
    always
        Controls that are in every model and never ranked: names of items, segments or drivers; the
        codebook's ``controls`` unless given. A segment enters as indicator columns.
    groups
        Name → drivers that count as one.
    n_boot
        Bootstrap replicates; 0 means no bootstrap, and then no order is claimed.
    conf_level
        Level of the intervals, between 0 and 1.
    seed
        The same seed gives the same result.

    Returns
    -------
    ImportanceResult
        `tidy()` has one row per driver: importance, share, conf_low, conf_high, rank, rank_low,
        rank_high, performance.

    Raises
    ------
    ModelError
        Where a driver or the outcome is constant, drivers are duplicates, there are too few complete
        answers, or the design has parts that this analysis cannot honour.

    Notes
    -----
    LMG is the gain in R² when a driver enters, averaged over all orders of entry: the Shapley value of
    R², equal to general dominance. With drivers that correlate, a driver without any effect of its own
    has an LMG above 0: whether it matters at all is `fit_regression`'s question.

    Weights: weighted moments; resampled rows carry their weight.
    Missing answers: complete cases on outcome, drivers and controls.

    References
    ----------
    Grömping (2007), Estimators of relative importance in linear regression based on variance
    decomposition, doi:10.1198/000313007X188252.

    Examples
    --------
    >>> import drivers as kda
    >>> result = kda.relative_importance(kda.example_survey("customersat"), n_boot=0)
    >>> result.tidy().sort_values("share", ascending=False)["driver"].iloc[0]
    'volume'
    """
    _check_numbers(n_boot, conf_level, seed)
    data = predictors(survey, outcome=outcome, drivers=drivers, always=always, groups=groups)
    k = len(data.drivers)
    if k > MOST_UNITS:
        raise ModelError(
            f"Expected at most {MOST_UNITS} drivers, found {k}; choose fewer with drivers= or join some with groups=."
        )
    values = data.values[data.rows]
    moments = weighted_moments(values, data.weights[data.rows])
    (importance,), _ = lmg_values(moments.scatter[None], data.starts)
    r2_controls, r2 = (
        _explained(moments.correlation, int(data.starts[0])),
        _explained(moments.correlation, len(values[0]) - 1),
    )
    share = _shares(importance[None])[0]
    columns = _performance_columns(data)
    replicate_share, replicate_performance = _replicates(survey, data, columns, n_boot=n_boot, seed=seed)
    performance = data.driver_means(moments.mean[columns])
    limits = _limits(replicate_share, conf_level, k), _limits(replicate_performance, conf_level, k)
    n_effective = data.n_effective
    correlation = moments.correlation[data.starts[0] : -1, data.starts[0] : -1]
    reasons = preconditions(
        n_effective=n_effective,
        k=k,
        r2=r2,
        r2_controls=r2_controls,
        controls=int(data.starts[0]),
        sampling_units=sampling_units(survey, data.rows),
        correlation=correlation,
        modal_outcome=data.modal_part(values.shape[1] - 1),
        modal_drivers=np.array([data.modal_part(column) for column in range(data.starts[0], values.shape[1] - 1)]),
        n_boot=n_boot,
    )
    return ImportanceResult(
        outcome=data.outcome,
        drivers=data.drivers,
        controls=data.controls,
        importance=read_only(importance),
        share=read_only(share),
        share_low=limits[0][0],
        share_high=limits[0][1],
        performance=read_only(performance),
        performance_low=limits[1][0],
        performance_high=limits[1][1],
        r2=r2,
        r2_controls=r2_controls,
        columns=data.columns,
        replicate_share=read_only(replicate_share),
        replicate_performance=read_only(replicate_performance),
        correlation=read_only(correlation),
        sample=data.sample,
        verdict=judge(data.drivers, share, replicate_share if n_boot else None, reasons),
        checks=importance_checks(
            sample=data.sample, k=k, r2=r2 - r2_controls, correlation=correlation, reasons=reasons
        ),
        design=_resamples_units(survey, data),
        conf_level=conf_level,
        seed=seed,
    )


def sample_notes(sample: Sample) -> tuple[Code, ...]:
    """What a reader must know of a sample, as codes."""
    notes = []
    if sample.n < sample.n_asked:
        notes.append(Code("missing_dropped", {"n_asked": sample.n_asked, "n": sample.n}))
    if sample.sampling == "opt_in":
        notes.append(Code("opt_in_sample"))
    if sample.sampling == "census":
        notes.append(Code("census"))
    if sample.weighted:
        notes.append(Code("weighted", {"n_effective": sample.n_effective}))
    return tuple(notes)


def _check_numbers(n_boot: int, conf_level: float, seed: int) -> None:
    if n_boot != 0 and n_boot < 100:
        raise ModelError(f"Expected n_boot of 0 or at least 100 replicates, found {n_boot}; use 1000 or more.")
    check_conf_level(conf_level)
    if seed < 0:
        raise ModelError(f"Expected a seed of 0 or more, found {seed}; any such number will do.")


def _performance_columns(data: Predictors) -> np.ndarray:
    return np.arange(data.starts[0], data.starts[-1])


def _replicates(
    survey: Survey, data: Predictors, columns: np.ndarray, *, n_boot: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Bootstrap shares and performance; float (n_boot, k) each."""
    shares, means = [], []
    strata, clusters = domain_design(survey, data.rows)
    if _resamples_units(survey, data):
        # Every sampling unit takes part, also those without a respondent in the domain.
        rows = np.arange(len(data.weights))
    else:
        rows = np.flatnonzero(data.rows)
    weights = np.where(data.rows, data.weights, 0.0)[rows]
    values = np.where(data.rows[rows, None], data.values[rows], 0.0)
    centre = weights @ values / weights.sum()
    products, (i, j) = _products(values - centre)
    p = values.shape[1]
    chunks = replicate_factors(
        len(rows),
        n_boot=n_boot,
        seed=seed,
        strata=None if strata is None else strata[rows],
        clusters=None if clusters is None else clusters[rows],
    )
    for factors in chunks:
        totals = (factors * weights) @ products
        # A small domain may miss all its sampling units in a resample, which then says nothing of it.
        totals = totals[totals[:, 0] > 0]
        mean = totals[:, 1 : p + 1] / totals[:, :1]
        scatter = np.empty((len(totals), p, p))
        scatter[:, i, j] = totals[:, p + 1 :] - totals[:, :1] * mean[:, i] * mean[:, j]
        scatter[:, j, i] = scatter[:, i, j]
        shares.append(_shares(lmg_values(scatter, data.starts)[0]))
        means.append(data.driver_means((mean + centre)[:, columns]))
    if not shares:
        return np.empty((0, len(data.drivers))), np.empty((0, len(data.drivers)))
    return np.concatenate(shares), np.concatenate(means)


def _resamples_units(survey: Survey, data: Predictors) -> bool:
    """Whether units within strata are drawn again, rather than the respondents used."""
    strata, clusters = domain_design(survey, data.rows)
    return strata is not None or clusters is not None


def _shares(importance: np.ndarray) -> np.ndarray:
    """Parts of each row's sum; equal parts where drivers explain nothing at all; float (b, k)."""
    total = importance.sum(axis=1, keepdims=True)
    explained = total > NOTHING
    return np.where(explained, importance / np.where(explained, total, 1.0), 1 / importance.shape[1])


def _explained(correlation: np.ndarray, columns: int) -> float:
    """R² of the outcome (last) on the first so many columns, by least squares."""
    known = correlation[:columns, -1]
    if not columns:
        return 0.0
    return float(known @ np.linalg.lstsq(correlation[:columns, :columns], known, rcond=1e-12)[0])


def _products(centred: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Columns 1, x, and x_i x_j for i ≤ j: weighted sums of these give all moments; (n, 1 + p + p(p+1)/2)."""
    n, p = centred.shape
    i, j = np.triu_indices(p)
    products = np.empty((n, 1 + p + len(i)))
    products[:, 0] = 1.0
    products[:, 1 : p + 1] = centred
    products[:, p + 1 :] = centred[:, i] * centred[:, j]
    return products, (i, j)


def _limits(replicates: np.ndarray, conf_level: float, k: int) -> tuple[np.ndarray, np.ndarray]:
    if not len(replicates):
        return read_only(np.full(k, np.nan)), read_only(np.full(k, np.nan))
    low, high = percentile_interval(replicates, conf_level)
    return read_only(low), read_only(high)

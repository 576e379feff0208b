"""Relative importance: how much of what drivers explain of an outcome belongs to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from drivers.errors import ModelError
from drivers.importance.checks import importance_checks
from drivers.importance.replicates import bootstrap_replicates, percentile_limits, resamples_units, shares_of
from drivers.importance.result import ImportanceResult
from drivers.importance.subsets import lmg_values
from drivers.importance.verdict import judge, preconditions, same_answers
from drivers.models.predictors import check_conf_level, predictors, sampling_units
from drivers.moments import weighted_moments
from drivers.results import read_only
from drivers.survey.data import Survey

MOST_UNITS = 30
"""Drivers beyond which 2**k subsets are more than a desk machine should be asked for."""


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
    r2_controls = _explained(moments.correlation, int(data.starts[0]))
    r2 = _explained(moments.correlation, data.columns)
    share = shares_of(importance[None])[0]
    replicate_share, replicate_performance = bootstrap_replicates(survey, data, n_boot=n_boot, seed=seed)
    performance = data.driver_means(moments.mean[data.starts[0] : data.starts[-1]])
    share_low, share_high = percentile_limits(replicate_share, conf_level, k)
    performance_low, performance_high = percentile_limits(replicate_performance, conf_level, k)
    correlation = moments.correlation[data.starts[0] : -1, data.starts[0] : -1]
    modal_outcome = data.modal_part(data.columns)
    modal_drivers = np.array([data.modal_part(column) for column in range(data.starts[0], data.columns)])
    reasons = preconditions(
        n_effective=data.n_effective,
        k=k,
        r2=r2,
        r2_controls=r2_controls,
        controls=int(data.starts[0]),
        sampling_units=sampling_units(survey, data.rows),
        correlation=correlation,
        modal_outcome=modal_outcome,
        modal_drivers=modal_drivers,
        n_boot=n_boot,
    )
    return ImportanceResult(
        outcome=data.outcome,
        drivers=data.drivers,
        controls=data.controls,
        importance=read_only(importance),
        share=read_only(share),
        share_low=share_low,
        share_high=share_high,
        performance=read_only(performance),
        performance_low=performance_low,
        performance_high=performance_high,
        r2=r2,
        r2_controls=r2_controls,
        columns=data.columns,
        replicate_share=read_only(replicate_share),
        replicate_performance=read_only(replicate_performance),
        correlation=read_only(correlation),
        sample=data.sample,
        verdict=judge(data.drivers, share, replicate_share if n_boot else None, reasons),
        checks=importance_checks(
            sample=data.sample,
            k=k,
            r2=r2 - r2_controls,
            correlation=correlation,
            same=same_answers(modal_outcome, modal_drivers),
            reasons=reasons,
        ),
        design=resamples_units(survey, data),
        conf_level=conf_level,
        seed=seed,
    )


def _check_numbers(n_boot: int, conf_level: float, seed: int) -> None:
    if n_boot != 0 and n_boot < 100:
        raise ModelError(f"Expected n_boot of 0 or at least 100 replicates, found {n_boot}; use 1000 or more.")
    check_conf_level(conf_level)
    if seed < 0:
        raise ModelError(f"Expected a seed of 0 or more, found {seed}; any such number will do.")


def _explained(correlation: np.ndarray, columns: int) -> float:
    """R² of the outcome (last) on the first so many columns, by least squares."""
    known = correlation[:columns, -1]
    if not columns:
        return 0.0
    return float(known @ np.linalg.lstsq(correlation[:columns, :columns], known, rcond=1e-12)[0])

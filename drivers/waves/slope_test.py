"""Whether importance changed: a test of the effects of the drivers from one wave to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from scipy import special

from drivers.errors import ModelError
from drivers.importance.orders.parts import one_blas_thread
from drivers.linearization import domain_design
from drivers.models.interactions.group_fits import GroupFit, Units, comparable_fits, sampling_units_of
from drivers.models.interactions.wild_bootstrap import departures, observed, wild_draws
from drivers.models.multiplicity import holm
from drivers.models.predictors import check_conf_level, predictors
from drivers.models.resamples import check_resamples
from drivers.results import read_only
from drivers.survey.data import Survey, check_survey
from drivers.survey.outcome_statistics import in_wave, no_wave_told, waves_compared
from drivers.waves.effects_result import SlopeChange, WaveEffectsResult
from drivers.waves.persons import persons_of, repeat_across_waves


def wave_effects(
    survey: Survey,
    *,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    conf_level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 1,
) -> WaveEffectsResult:
    """The effects of the drivers wave by wave, and whether they differ from one wave to the next.

    Parameters
    ----------
    survey
        Answers; waves up to the one selected count.
    outcome, drivers, always
        As in `relative_importance`.
    conf_level
        Of the intervals, and of all claims together.
    n_boot, seed
        Draws with equal effects, with which the test statistics are compared.

    Returns
    -------
    WaveEffectsResult
        `tidy()` has one row per wave and driver, per pair and driver, and per pair.

    Raises
    ------
    ModelError
        Without waves, or with fewer than two that have answers enough (codes ``no_waves``, ``few_waves``); where
        variances are told by replicate weights alone (``only_replicates``); and as `relative_importance`.

    Notes
    -----
    Every wave has its own constant, controls and effects. Whether the effects of two waves differ is one joint test: a
    Wald statistic with a robust covariance for each wave, compared with that of outcomes drawn under equal effects by
    the wild bootstrap, signs by sampling unit. Holm's correction over all pairs, and over the test that no wave differs
    from any other. Which driver it was is told only where the pair's joint test says that importance changed, by the
    largest of the drivers' statistics in each draw (max-T).

    Where no effect changed, any pair is flagged in at most 5 % of surveys (benchmarks/waves.py).

    Weights: honoured; sampling units, strata and finite populations too. People who answered in several waves are one
    sampling unit where respondents are the units.
    Missing answers: complete cases.

    References
    ----------
    Davidson and Flachaire (2008), doi:10.1016/j.jeconom.2008.08.003; Cameron, Gelbach and Miller (2008),
    doi:10.1162/rest.90.3.414; Westfall and Young (1993), Resampling-based multiple testing.

    Examples
    --------
    >>> import drivers as kda
    >>> result = kda.wave_effects(kda.example_survey("service_center"), n_boot=200)
    >>> len(result.waves), len(result.pairs)
    (8, 7)
    """
    check_survey(survey)
    check_conf_level(conf_level)
    check_resamples(n_boot=n_boot, seed=seed)
    if n_boot == 0:
        raise ModelError("Expected n_boot of at least 100 draws, found 0; use 1000 or more.")
    now, _ = waves_compared(survey)
    if now is None:
        raise no_wave_told(survey)
    if survey.replicates is not None:
        raise ModelError(
            "Expected sampling units or respondents whose residuals can be given signs, found replicate weights alone; "
            "compare the intervals of fit_regression() in each wave.",
            code="only_replicates",
        )
    assert survey.wave_index is not None
    past = survey.in_unit & (survey.wave_index <= now)
    data = predictors(
        replace(survey, in_unit=read_only(past, bool), wave=""), outcome=outcome, drivers=drivers, always=always
    )
    codes = np.where(data.rows, survey.wave_index, -1)
    units = _units(survey, data.rows)
    fits, without = comparable_fits(survey, data, codes, survey.waves[: now + 1], units)
    present = [wave for wave in range(now + 1) if in_wave(survey, wave).any()]
    left_out = {survey.waves[w]: without[survey.waves[w]] for w in present if survey.waves[w] not in fits}
    waves = tuple(survey.waves[w] for w in present if survey.waves[w] in fits)
    if len(waves) < 2:
        raise ModelError(
            f"Expected at least two waves with answers enough for effects of their own, found {len(waves)}; use fewer "
            "drivers or widen the selection.",
            code="few_waves",
            values={"n": len(waves), "needed": 2},
        )
    chosen = [fits[wave] for wave in waves]
    seeds = np.random.SeedSequence(seed).generate_state(len(waves))
    with one_blas_thread():
        tests = [
            _compared([one, other], units, n_boot, int(own))
            for (one, other), own in zip(pairwise(chosen), seeds, strict=False)
        ]
        whole = _compared(chosen, units, n_boot, int(seeds[-1]))[1] if len(waves) > 2 else float("nan")
    adjusted = holm(np.array([*(test[1] for test in tests), whole]))
    slopes = np.array([fit.slopes for fit in chosen])
    error = np.sqrt(np.diagonal(observed(chosen, units)[1][0], axis1=1, axis2=2))
    reach = special.stdtrit([_freedom(fit, units) for fit in chosen], (1 + conf_level) / 2)[:, None] * error
    pairs = tuple(
        SlopeChange(
            wave_from=waves[i],
            wave=waves[i + 1],
            statistic=statistic,
            p_value=p_value,
            p_adjusted=float(adjusted[i]),
            change=read_only(slopes[i + 1] - slopes[i]),
            std_error=read_only(np.hypot(error[i], error[i + 1])),
            p_driver=read_only(p_driver),
        )
        for i, (statistic, p_value, p_driver) in enumerate(tests)
    )
    return WaveEffectsResult(
        outcome=data.outcome,
        drivers=tuple(data.terms[data.starts[0] :]),
        waves=waves,
        effect=read_only(slopes),
        std_error=read_only(error),
        conf_low=read_only(slopes - reach),
        conf_high=read_only(slopes + reach),
        n=read_only([len(fit.rows) for fit in chosen], np.int64),
        pairs=pairs,
        p_all=whole,
        p_all_adjusted=float(adjusted[-1]),
        left_out=MappingProxyType(left_out),
        sample=data.sample,
        conf_level=conf_level,
    )


def _units(survey: Survey, rows: np.ndarray) -> Units | None:
    """The sampling units, people who answered in several waves being one where respondents are the units."""
    units = sampling_units_of(survey, rows)
    persons = persons_of(survey)
    if units is not None or persons is None or not repeat_across_waves(survey, rows):
        return units
    strata = domain_design(survey, rows)[0]
    first = np.unique(persons, return_index=True)[1]
    stratum = (
        np.zeros(len(first), dtype=np.int64) if strata is None else np.unique(strata[first], return_inverse=True)[1]
    )
    count = np.bincount(stratum)
    return Units(of_row=persons, stratum=stratum, count=count, left=np.ones(len(count)))


def _compared(fits: Sequence[GroupFit], units: Units | None, n_boot: int, seed: int) -> tuple[float, float, np.ndarray]:
    """The joint statistic of some waves, its p-value, and each driver's with all drivers looked at together."""
    together, alone = departures(*observed(fits, units))
    beyond, beyond_alone = 1, np.ones(alone.shape[1])
    for draws in wild_draws(fits, units, n_boot=n_boot, seed=seed):
        drawn, drawn_alone = departures(*draws)
        beyond += int(np.count_nonzero(drawn >= together[0]))
        beyond_alone += (drawn_alone.max(axis=1)[:, None] >= alone[0]).sum(axis=0)
    return float(together[0]), beyond / (n_boot + 1), beyond_alone / (n_boot + 1)


def _freedom(fit: GroupFit, units: Units | None) -> int:
    """Degrees of freedom of a wave's effects: its sampling units less strata, or respondents, less its terms."""
    if units is None or fit.units is None:
        return max(len(fit.rows) - fit.terms, 1)
    return max(len(fit.units) - len(np.unique(units.stratum[fit.units])) - fit.terms + 1, 1)

"""Where the level of satisfaction, and of each driver's ratings, changed for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from scipy import special

from drivers.errors import ModelError
from drivers.importance.orders.parts import one_blas_thread
from drivers.models.multiplicity import holm
from drivers.models.predictors import check_conf_level
from drivers.models.resamples import check_resamples
from drivers.models.units import known_name
from drivers.results import FEWEST_SHOWN, read_only
from drivers.survey.data import Survey, check_survey
from drivers.survey.outcome_statistics import in_wave, no_wave_told, waves_compared
from drivers.waves.break_result import ChangePointResult, LevelSeries, LevelStep
from drivers.waves.level_breaks import FEWEST_WAVES, Break, largest_break
from drivers.waves.mix import held_constant, mix_names
from drivers.waves.persons import wave_covariance

FEWEST_UNITS_PER_WAVE = 2
"""Sampling units for each wave, less strata, below which the waves' covariance is mostly chance, or has no inverse."""


def change_points(
    survey: Survey,
    *,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    mix: Sequence[str] | None = None,
    conf_level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 1,
) -> ChangePointResult:
    """Where the level of satisfaction, and of each driver's ratings, changed for good.

    Parameters
    ----------
    survey
        Answers; waves up to the one selected count.
    outcome, drivers
        Names; the main outcome and all drivers that are not optional unless given.
    mix
        What is held constant of who answered, as in `wave_change`; ``()`` for the answers as they came.
    conf_level
        Of intervals, of the set of waves with which a new level may have begun, and of all claims together.
    n_boot, seed
        Series drawn without a change, with which the largest step is compared.

    Returns
    -------
    ChangePointResult
        `tidy()` has one row per series and wave, and one per lasting change.

    Raises
    ------
    ModelError
        Without waves, or with fewer than four that have 10 answers (codes ``no_waves``, ``few_waves``).

    Notes
    -----
    All waves are weighted to the composition of all of them together. The largest step of a series is judged against
    series without one, which sampling moves and, beside it, something of each wave's own (`largest_break`); Holm's
    correction over the series. Where one is more than chance, the waves before it and those after it are looked at in
    the same way. A wave that stands out and is followed by the old level again is no lasting change; whether it is
    usual is what `control_charts` tells.

    A step is told of where there is none, with all series looked at, in at most 5 % of surveys (benchmarks/waves.py).

    Weights: honoured; covariances of the waves under the design, or by replicate weights, with the errors of the new
    weights. People who answered in several waves are kept together. With fewer than two sampling units for each
    wave, waves count as independent of each other.
    Missing answers: each series uses all answers it has.

    References
    ----------
    Andrews (1993), doi:10.2307/2951764; Siegmund (1988), doi:10.2307/1403360.

    Examples
    --------
    >>> import drivers as kda
    >>> result = kda.change_points(kda.example_survey("service_center"), drivers=["speed"], n_boot=200)
    >>> [step.wave for step in result.series[1].steps]
    ['2024Q2']
    """
    check_survey(survey)
    check_conf_level(conf_level)
    check_resamples(n_boot=n_boot, seed=seed)
    if n_boot == 0:
        raise ModelError("Expected n_boot of at least 100 drawn series, found 0; use 1000 or more.")
    book = survey.codebook
    outcome = known_name("outcome", outcome or book.main_outcome, book.outcomes)
    names = [known_name("driver", d, book.drivers) for d in (drivers if drivers is not None else book.default_drivers)]
    columns = mix_names(survey, mix)
    now, _ = waves_compared(survey)
    if now is None:
        raise no_wave_told(survey)
    with one_blas_thread():
        told = [
            _series(survey, name, "outcome" if name == outcome else "driver", now, columns, conf_level)
            for name in (outcome, *names)
        ]
        if told[0] is None:
            n = len(_waves_with_answers(survey, outcome, now))
            raise ModelError(
                f"Expected at least {FEWEST_WAVES} waves with {FEWEST_SHOWN} answers each on {outcome!r}, found {n}; a "
                "change of level cannot be told.",
                code="few_waves",
                values={"n": n, "needed": FEWEST_WAVES},
            )
        series = _stepped([one for one in told if one is not None], conf_level, n_boot, seed)
    return ChangePointResult(outcome=outcome, series=series, sampling=book.design.sample, conf_level=conf_level)


def _stepped(
    found: Sequence[tuple[LevelSeries, np.ndarray]], conf_level: float, n_boot: int, seed: int
) -> tuple[LevelSeries, ...]:
    """The series with their lasting changes, all looked at together."""
    children = np.random.SeedSequence(seed).spawn(len(found))
    largest = []
    for (one, covariance), child in zip(found, children, strict=True):
        step = largest_break(
            one.estimate, covariance, conf_level=conf_level, n_boot=n_boot, rng=np.random.default_rng(child)
        )
        assert step is not None  # a series has four waves
        largest.append(step)
    adjusted = holm(np.array([step.p_value for step in largest]))
    series = []
    for (one, covariance), step, p_adjusted, child in zip(found, largest, adjusted, children, strict=True):
        steps: list[tuple[int, LevelStep]] = []
        if p_adjusted < 1 - conf_level:
            rng = np.random.default_rng(child.spawn(1)[0])
            search = _Search(one, covariance, len(found), conf_level, n_boot, rng)
            steps = search.around(step, 0, len(one.waves), float(p_adjusted))
        series.append(
            replace(
                one,
                steps=tuple(_releveled(one, covariance, sorted(steps, key=lambda found: found[0]))),
                p_value=step.p_value,
                p_adjusted=float(p_adjusted),
                between=step.between,
            )
        )
    return tuple(series)


def _waves_with_answers(survey: Survey, name: str, now: int) -> dict[int, np.ndarray]:
    """The respondents who answered in each wave that has enough of them."""
    answered = ~np.isnan(survey.scores[name].to_numpy()) & (survey.weights > 0)
    groups = {wave: answered & in_wave(survey, wave) for wave in range(now + 1)}
    return {wave: rows for wave, rows in groups.items() if int(rows.sum()) >= FEWEST_SHOWN}


def _series(
    survey: Survey, name: str, of: str, now: int, columns: Sequence[str], conf_level: float
) -> tuple[LevelSeries, np.ndarray] | None:
    """The level in each wave with its covariance, nothing told of steps yet; None for fewer than four waves."""
    values = survey.scores[name].to_numpy()
    groups = _waves_with_answers(survey, name, now)
    if len(groups) < FEWEST_WAVES:
        return None
    everybody = np.logical_or.reduce(list(groups.values()))
    mix, weights = held_constant(
        survey, columns, list(groups.values()), [(rows, everybody) for rows in groups.values()]
    )
    filled = np.where(everybody, values, 0.0)[everybody, None]
    parts = [one.among(everybody) for one in weights]
    influence = np.zeros((len(values), len(groups)))
    influence[everybody] = np.column_stack([one.influence(filled) for one in parts])
    spread = wave_covariance(survey, influence, everybody)
    estimate = np.array([one.mean(filled)[0] for one in parts])
    error = np.sqrt(np.maximum(np.diag(spread.covariance), 0.0))
    reach = special.stdtrit(max(spread.df, 1), (1 + conf_level) / 2) * error
    told = LevelSeries(
        name=name,
        of="outcome" if of == "outcome" else "driver",
        waves=tuple(survey.waves[wave] for wave in groups),
        estimate=read_only(estimate),
        std_error=read_only(error),
        conf_low=read_only(np.maximum(estimate - reach, 0.0)),
        conf_high=read_only(np.minimum(estimate + reach, 100.0)),
        n=read_only([int(rows.sum()) for rows in groups.values()], np.int64),
        steps=(),
        p_value=np.nan,
        p_adjusted=np.nan,
        between=0.0,
        mix=mix.columns,
        mix_untold=MappingProxyType(dict(mix.untold)),
        method=mix.method,
    )
    covariance = spread.covariance
    if spread.df < FEWEST_UNITS_PER_WAVE * len(groups):
        # So few sampling units hardly tell how waves move together; what they share only makes steps surer.
        covariance = np.diag(np.diag(covariance))
    return told, covariance


class _Search:
    """Lasting changes of one series, each part between two of them looked at in turn."""

    def __init__(
        self,
        one: LevelSeries,
        covariance: np.ndarray,
        series: int,
        conf_level: float,
        n_boot: int,
        rng: np.random.Generator,
    ) -> None:
        self._one, self._covariance, self._series = one, covariance, series
        self._conf_level, self._n_boot, self._rng = conf_level, n_boot, rng

    def around(self, step: Break, start: int, end: int, p_adjusted: float) -> list[tuple[int, LevelStep]]:
        """A step in the waves from start to end, and those on both sides of it."""
        waves = self._one.waves
        place = start + step.place
        told = LevelStep(
            wave=waves[place],
            before=step.before,
            after=step.after,
            std_error=step.std_error,
            p_adjusted=p_adjusted,
            possible=tuple(waves[start + k] for k in np.flatnonzero(step.possible)),
        )
        found = [(place, told)]
        for first, last in ((start, place), (place, end)):
            inside = slice(first, last)
            further = largest_break(
                self._one.estimate[inside],
                self._covariance[inside, inside],
                conf_level=self._conf_level,
                n_boot=self._n_boot,
                rng=self._rng,
            )
            if further is None:
                continue
            # Two sides of every series might have had one: Bonferroni's correction for all of them.
            own = max(p_adjusted, min(1.0, 2 * self._series * further.p_value))
            if own < 1 - self._conf_level:
                found += self.around(further, first, last, own)
        return found


def _releveled(one: LevelSeries, covariance: np.ndarray, steps: Sequence[tuple[int, LevelStep]]) -> list[LevelStep]:
    """The steps with the levels of the stretches between them, once all are known."""
    places = [0, *(place for place, _ in steps), len(one.waves)]
    levels = []
    for start, end in pairwise(places):
        precision = 1 / np.maximum(np.diag(covariance)[start:end], 1e-12)
        levels.append(float(precision @ one.estimate[start:end] / precision.sum()))
    return [
        replace(step, before=before, after=after)
        for (_, step), before, after in zip(steps, levels[:-1], levels[1:], strict=True)
    ]

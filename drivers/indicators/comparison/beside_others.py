"""Each outcome and driver beside its own past, other units, a figure from outside, and rivals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from drivers.errors import ModelError
from drivers.indicators.comparison.benchmark_result import BenchmarkResult, Difference, Measure, Outside
from drivers.indicators.comparison.differences import corrected, difference, interval
from drivers.indicators.comparison.earlier_waves import earlier_waves
from drivers.indicators.comparison.other_units import unit_ranges
from drivers.indicators.comparison.rival_ratings import rival_ratings
from drivers.linearization import effective_size
from drivers.models.predictors import check_conf_level
from drivers.models.rivals import about_us, outside_levels, told_values
from drivers.models.unit_means import Levels, levels
from drivers.results import FEWEST_SHOWN, Sample
from drivers.survey.data import Survey, check_survey
from drivers.survey.outcome_statistics import in_wave, waves_compared


def benchmark(survey: Survey, *, conf_level: float = 0.95) -> BenchmarkResult:
    """Each outcome and driver beside its own past, the other units, a published figure, and rivals.

    Parameters
    ----------
    survey
        Answers with weights and design.
    conf_level
        Level of the intervals, between 0 and 1.

    Returns
    -------
    BenchmarkResult
        `tidy()` has one row per measure and term: ``level``; ``previous``, ``earlier_mean``, ``earlier_best`` and
        ``against_…``; ``units_low`` to ``units_high``; ``outside``; and, by rival, ``ours``, ``theirs``,
        ``against_rival``, ``ratio``, ``higher``, ``same``, ``lower``.

    Raises
    ------
    ModelError
        Where fewer than 10 answered the main outcome in the wave reported on, or the survey has nothing to be set
        beside: one wave, no units, no figure from outside and no rival.

    Notes
    -----
    Levels, past and outside figures are of the wave reported on (the last one, unless one is selected); units and
    rivals are compared over all waves of the selection, since a unit has few answers in each and few people know both.

    *Past*: differences of means under the design, which knows the sampling units that waves share; respondents who
    answered in several waves but are no cluster of the design count as different people. The best earlier wave is
    partly the luckiest, which its interval allows for.
    *Units*: means drawn together until they vary as true ones do (Louis 1984), of units with ten answers, where there
    are five or more; a selected unit is set beside the mean of the others.
    *Outside*: a published figure has no error that we know of.
    *Rivals*: differences within persons who rated both (complete pairs), with t intervals; the ratio of both means on
    the log scale; parts of people by Wilson's interval at the effective size.
    ``above`` and ``below`` of drivers are corrected by Holm over all drivers in the same comparison, rival by rival;
    each outcome stands alone.

    Events, such as that a customer left, stand in `scorecard`.

    Weights: in all estimates and variances, under the design.
    Missing answers: each measure has all answers there are; what fewer than 10 answered is left out.

    References
    ----------
    Louis (1984), Estimating a population of parameter values using Bayes and empirical Bayes methods, Journal of the
    American Statistical Association 79, 393–398.
    Berger (1982), Multiparameter hypothesis testing and acceptance sampling, doi:10.2307/1267823.
    Holm (1979), A simple sequentially rejective multiple test procedure.

    Examples
    --------
    >>> import drivers as kda
    >>> compared = kda.benchmark(kda.example_survey("service_center"))
    >>> speed = compared.measure("speed").rivals["private_office"].difference
    >>> round(speed.estimate, 1), speed.conclusion
    (-8.0, 'below')
    """
    check_survey(survey)
    check_conf_level(conf_level)
    own = about_us(survey)
    now, _ = waves_compared(own)
    rows = own.domain if now is None else in_wave(own, now)
    book = own.codebook
    names = [*book.said_outcomes, *book.drivers]
    columns = {name: told_values(own, name) for name in names}
    used = rows & (own.weights > 0)
    shown = [name for name in names if int((used & ~np.isnan(columns[name])).sum()) >= FEWEST_SHOWN]
    main = next(iter(book.said_outcomes), None)
    if main is None or main not in shown:
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} answers on {main or 'an outcome'!r} in the wave reported on, found "
            "fewer; widen the selection.",
            code="suppressed",
            values={"needed": FEWEST_SHOWN},
        )
    at = {name: levels(own, columns[name][:, None], used & ~np.isnan(columns[name])) for name in shown}
    past = {name: earlier_waves(own, columns[name], now, conf_level) for name in shown}
    units = unit_ranges(own, columns, shown, conf_level)
    rivals = {key: rival_ratings(survey, key, conf_level) for key in book.rivals}
    measures = tuple(
        Measure(
            name=name,
            about="outcome" if name in book.outcomes else "driver",
            statistic="nps" if name in book.outcomes and book.outcomes[name].kind == "nps" else "mean",
            level=interval(*_own(at[name]), int(at[name].n[0]), conf_level),
            previous=past[name].previous,
            earlier=past[name].earlier,
            best=past[name].best,
            units=units.get(name),
            outside=outside,
            rivals={key: found[name] for key, found in rivals.items() if name in found},
        )
        for name, outside in zip(shown, _outside(own, shown, at, conf_level), strict=True)
    )
    if not any(one.previous or one.earlier or one.units or one.outside or one.rivals for one in measures):
        raise ModelError(
            "Expected something to set the service beside, found one wave, no five units, no figure from outside and "
            "no rival; add 'rivals:' or 'benchmarks:' to the codebook.",
            code="no_comparison",
        )
    main_rows = used & ~np.isnan(columns[main])
    return BenchmarkResult(
        measures=_by_family(measures, tuple(rivals), conf_level),
        rivals=tuple(key for key, found in rivals.items() if found),
        wave="" if now is None else own.waves[now],
        unit=own.unit,
        sample=Sample(
            n_asked=int(rows.sum()),
            n=int(main_rows.sum()),
            n_effective=effective_size(own, main_rows, columns[main]),
            weighted=own.weighted_in(main_rows),
            missing="available_answers",
            sampling=book.design.sample,
        ),
        waves_together=1 if own.wave_index is None else len(np.unique(own.wave_index[own.domain])),
        conf_level=conf_level,
    )


def _own(found: Levels) -> tuple[float, float, int]:
    return float(found.mean[0]), float(np.sqrt(max(0.0, float(found.covariance[0, 0])))), found.df


def _outside(survey: Survey, names: Sequence[str], at: dict[str, Levels], conf_level: float) -> list[Outside | None]:
    figures = outside_levels(survey, names)
    told: list[Outside | None] = []
    for name, value in zip(names, figures, strict=True):
        if np.isnan(value):
            told.append(None)
            continue
        mean, error, df = _own(at[name])
        figure = survey.codebook.benchmarks.get(name)
        told.append(
            Outside(
                value=float(value),
                year=None if figure is None else figure.year,
                difference=difference(mean - float(value), error, df, conf_level),
            )
        )
    return told


def _by_family(measures: tuple[Measure, ...], rivals: Sequence[str], conf_level: float) -> tuple[Measure, ...]:
    """The measures with Holm's correction over all drivers in each comparison."""
    for part, owner in (("previous", None), ("earlier", None), ("outside", None), ("units", "own")):
        measures = _corrected(measures, _field(part, owner), conf_level)
    for rival in rivals:
        measures = _corrected(measures, _rival(rival), conf_level)
    return measures


Place = tuple[Callable[[Measure], Difference | None], Callable[[Measure, Difference], Measure]]
"""Where a measure keeps a difference: how it is read, and how it is replaced."""


def _field(part: str, owner: str | None) -> Place:
    name = owner or "difference"

    def read(one: Measure) -> Difference | None:
        held: Any = getattr(one, part)
        return None if held is None else getattr(held, name)

    def write(one: Measure, told: Difference) -> Measure:
        changed: Any = replace(getattr(one, part), **{name: told})
        return replace(one, **{part: changed})

    return read, write


def _rival(key: str) -> Place:
    def read(one: Measure) -> Difference | None:
        return one.rivals[key].difference if key in one.rivals else None

    def write(one: Measure, told: Difference) -> Measure:
        return replace(one, rivals={**one.rivals, key: replace(one.rivals[key], difference=told)})

    return read, write


def _corrected(measures: tuple[Measure, ...], place: Place, conf_level: float) -> tuple[Measure, ...]:
    read, write = place
    found = {one.name: read(one) for one in measures if one.about == "driver"}
    family = corrected({name: told for name, told in found.items() if told is not None}, conf_level)
    return tuple(write(one, family[one.name]) if one.name in family else one for one in measures)

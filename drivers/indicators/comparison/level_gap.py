"""The gap of an outcome to a published figure, to the best units, or to the other units, told in drivers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from drivers.errors import ModelError, remedy
from drivers.indicators.comparison.gap_result import AGAINST, Against, GapResult
from drivers.indicators.comparison.gap_split import Effects, Sides, split
from drivers.indicators.comparison.other_units import FEWEST_COMPARED
from drivers.models.goals import FEWEST_UNITS, REACHED_BY
from drivers.models.predictors import check_conf_level
from drivers.models.regression import RegressionResult, fit_regression
from drivers.models.rivals import about_us, outside_levels, own_rows
from drivers.models.unit_means import every_unit, levels, unit_means
from drivers.models.units import known_name
from drivers.results import FEWEST_SHOWN, read_only
from drivers.survey.data import Survey, check_survey
from drivers.survey.outcome_statistics import in_wave, waves_compared


def gap_in_drivers(
    survey: Survey, *, against: Against = "outside", outcome: str | None = None, conf_level: float = 0.95
) -> GapResult:
    """The gap of an outcome to a published figure or to other units, split by drivers.

    Parameters
    ----------
    survey
        Answers with weights and design.
    against
        ``outside``: the figures of the codebook; ``best_units``: what one unit in ten reaches in each; ``other_units``:
        the mean of the other units, where one is selected. Of a rival see `rival_drivers`.
    outcome
        An outcome with a mean score; the codebook's first unless given.
    conf_level
        Level of the intervals, between 0 and 1.

    Returns
    -------
    GapResult
        `tidy()` has one row per driver and term: ``ours``, ``theirs``, ``gap``, ``effect``, ``part``; then ``total``,
        ``together`` and ``left`` of the outcome.

    Raises
    ------
    ModelError
        As `fit_regression`; where the outcome, or every driver, has no figure; where there are too few units, or none
        is selected; where fewer than 10 rated the outcome or any driver.

    Notes
    -----
    Oaxaca and Blinder with pooled effects: partial effect of each driver, all others held, times its gap; what is left
    is not explained by the drivers, and holds those without a figure. Effects are associations, of all answers in the
    selection, and of all units together where units are compared. Levels are of the wave reported on beside a
    published figure, and of all waves in the selection beside units.

    A published figure, and what one unit in ten reaches, count as given and have no error; the other units' mean has
    that of their answers. The variance of a part is gap² var(effect) + effect² var(gap).

    Weights: in effects, means and all variances, under the design.
    Missing answers: effects by complete cases, levels by all answers there are.

    References
    ----------
    Oaxaca (1973), Male-female wage differentials in urban labor markets, doi:10.2307/2525981.
    Blinder (1973), Wage discrimination: reduced form and structural estimates, doi:10.2307/144855.

    Examples
    --------
    >>> import drivers as kda
    >>> gap = kda.gap_in_drivers(kda.example_survey("service_center"), against="outside")
    >>> round(gap.total.estimate, 1), round(float(gap.parts[0].sum()) + gap.left.estimate, 1)
    (5.3, 5.3)
    """
    check_survey(survey)
    check_conf_level(conf_level)
    if against not in AGAINST or against == "rival":
        known = ("outside", "best_units", "other_units")
        raise ModelError(
            f"Expected against to be one of {', '.join(map(repr, known))}, found {against!r}; "
            f"{'use rival_drivers().' if against == 'rival' else remedy(against, known)}"
        )
    own = about_us(survey)
    scores = {name: True for name, spec in own.codebook.outcomes.items() if spec.kind == "score"}
    outcome = known_name("outcome", outcome or next(iter(scores), own.codebook.main_outcome), scores)
    if against == "outside":
        return _outside(own, outcome, conf_level)
    return _units(own, outcome, against, conf_level)


def _outside(survey: Survey, outcome: str, conf_level: float) -> GapResult:
    regression = fit_regression(survey, outcome=outcome, conf_level=conf_level)
    figures = dict(zip(regression.drivers, outside_levels(survey, regression.drivers), strict=True))
    names = [name for name in regression.drivers if not np.isnan(figures[name])]
    (of_outcome,) = outside_levels(survey, [outcome])
    if np.isnan(of_outcome) or not names:
        raise ModelError(
            f"Expected a figure from outside for {outcome!r} and for a driver, found none for "
            f"{'the outcome' if np.isnan(of_outcome) else 'any driver'}; add it under benchmarks in the codebook.",
            code="no_outside_figure",
            values={"outcome": outcome},
        )
    now, _ = waves_compared(survey)
    rows = survey.domain if now is None else in_wave(survey, now)
    table = _answered(survey, [*names, outcome], rows)
    ours = levels(survey, table, rows)
    sides = Sides(
        ours=ours.mean,
        theirs=np.array([*(figures[name] for name in names), of_outcome]),
        covariance=ours.covariance,
        df=ours.df,
    )
    wave = "" if now is None else survey.waves[now]
    return _result(survey, regression, outcome, names, sides, "outside", conf_level, wave=wave)


def _units(survey: Survey, outcome: str, against: Against, conf_level: float) -> GapResult:
    if survey.codebook.unit is None:
        raise ModelError(
            "Expected a codebook with 'unit:' to compare units, found none; add it.",
            code="few_units_to_compare",
            values={"needed": FEWEST_UNITS if against == "best_units" else FEWEST_COMPARED},
        )
    if against == "other_units" and not survey.unit:
        raise ModelError(
            "Expected a selected unit to set beside the others, found none; use survey.select(unit=…).",
            code="no_unit_selected",
        )
    everywhere = every_unit(survey, survey.waves.index(survey.wave) if survey.wave else None) & own_rows(survey)
    pooled = replace(survey, in_unit=read_only(everywhere, bool), unit="")
    regression = fit_regression(pooled, outcome=outcome, conf_level=conf_level)
    names = list(regression.drivers)
    table = _answered(survey, [*names, outcome], survey.domain)
    units = unit_means(survey, survey.scores[[*names, outcome]].to_numpy(), everywhere).whole
    if against == "other_units":
        units = units.among(np.array([name != survey.unit for name in units.names], dtype=bool))
    needed = FEWEST_UNITS if against == "best_units" else FEWEST_COMPARED
    n = len(units.names)
    if n < needed:
        raise ModelError(
            f"Expected at least {needed} units with {FEWEST_SHOWN} answers to the outcome and every driver, found {n}; "
            "widen the selection.",
            code="few_units_to_compare",
            values={"needed": needed},
        )
    ours = levels(survey, table, survey.domain)
    if against == "best_units":
        sides = Sides(
            ours=ours.mean,
            theirs=np.quantile(units.adjusted, REACHED_BY, axis=0),
            covariance=ours.covariance,
            df=ours.df,
        )
    else:
        sides = Sides(
            ours=ours.mean,
            theirs=units.mean.mean(axis=0),
            # Units are drawn apart from each other.
            covariance=ours.covariance + units.covariance.sum(axis=0) / n**2,
            df=ours.df,
        )
    return _result(survey, regression, outcome, names, sides, against, conf_level, wave=survey.wave, n_units=n)


def _answered(survey: Survey, names: Sequence[str], rows: np.ndarray) -> np.ndarray:
    """The scores of drivers and, last, the outcome; refused where fewer than ten gave one; float (n, k + 1)."""
    table = survey.scores[list(names)].to_numpy()
    used = rows & (survey.weights > 0)
    counts = (~np.isnan(table[used])).sum(axis=0)
    if counts.min() < FEWEST_SHOWN:
        few = names[int(counts.argmin())]
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} answers on {few!r}, found fewer; widen the selection.",
            code="few_in_wave",
            values={"needed": FEWEST_SHOWN},
        )
    return table


def _result(
    survey: Survey,
    regression: RegressionResult,
    outcome: str,
    names: Sequence[str],
    sides: Sides,
    against: Against,
    conf_level: float,
    *,
    wave: str,
    n_units: int = 0,
) -> GapResult:
    place = [regression.terms.index(name) for name in names]
    effects = Effects(
        estimate=regression.estimate[place],
        covariance=regression.covariance[np.ix_(place, place)],
        df=regression.df_resid,
    )
    return GapResult(
        outcome=outcome,
        against=against,
        rival="",
        drivers=tuple(names),
        n_units=n_units,
        wave=wave,
        unit=survey.unit,
        sample=regression.sample,
        conf_level=conf_level,
        **split(effects, sides, conf_level),
    )

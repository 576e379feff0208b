"""How much units, or persons, differ in what drives their outcome: random slopes, in two stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.linearization import effective_size
from drivers.models.groups.between_groups import FEWEST_GROUPS, between_groups
from drivers.models.groups.group_slopes import group_slopes
from drivers.models.groups.shrinkage import shrunken
from drivers.models.multiplicity import holm
from drivers.models.predictors import check_conf_level, predictors
from drivers.results import FEWEST_SHOWN, Sample, read_only
from drivers.segments.units.effects_result import UnitEffectsResult
from drivers.segments.units.shown_groups import Groups, of_all_units, unit_groups
from drivers.segments.units.sure_slopes import slope_freedom
from drivers.survey.data import Survey, check_survey

ANSWERS_PER_TERM = 3
"""Answers for each number of a regression below which a unit's own effects are noise, and their errors too."""


def unit_effects(
    survey: Survey,
    *,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    over: Literal["units", "persons"] = "units",
    conf_level: float = 0.95,
) -> UnitEffectsResult:
    """How much each driver's effect differs from unit to unit, and what it would be in a new one.

    Parameters
    ----------
    survey, outcome, drivers, always
        As in `relative_importance`. Where a unit is selected all units of the same wave and filters are used, and all
        but that one stay without a name.
    over
        ``units``, or ``persons``: then those who answered repeatedly, by ``design.respondent``; none of them is told.
    conf_level
        Between 0 and 1.

    Returns
    -------
    UnitEffectsResult
        `tidy()` has one row per driver: mean effect with interval, between_sd with interval, predicted_low and
        predicted_high of a new unit, p_adjusted and conclusion; `by_unit()` has each unit's effects, adjusted.

    Raises
    ------
    ModelError
        As `relative_importance`, where there are fewer than four units with enough answers, and of persons where they
        answer once only.

    Notes
    -----
    First a regression in every unit that has three answers for each of its numbers, errors robust and under the design
    (`group_slopes`, `slope_freedom`); then the variance between units of each effect (`between_groups`). A mixed model
    in one step would honour neither weights nor sampling units. Effects are shown to differ where Welch's test,
    corrected over the drivers by Holm, says so and the interval of their standard deviation leaves out 0. Whether
    persons differ cannot be told from one answer each: a person's own effect would be one number's guess at two
    unknowns.

    Weights: weighted least squares within units; each unit counts by how sure its effect is.
    Missing answers: complete cases.

    References
    ----------
    Viechtbauer (2007), Confidence intervals for the amount of heterogeneity in meta-analysis, doi:10.1002/sim.2514.
    Higgins, Thompson and Spiegelhalter (2009), A re-evaluation of random-effects meta-analysis,
    doi:10.1111/j.1467-985X.2008.00552.x.

    Examples
    --------
    >>> import drivers as kda
    >>> effects = kda.unit_effects(kda.example_survey("service_center"))
    >>> effects.groups, bool(effects.differs.any())
    (23, False)
    """
    check_survey(survey)
    check_conf_level(conf_level)
    if over not in ("units", "persons"):
        raise ModelError(f"Expected over= to be 'units' or 'persons', found {over!r}; choose one of these.")
    whole = of_all_units(survey) if over == "units" else _of_persons(survey)
    data = predictors(whole, outcome=outcome, drivers=drivers, always=always)
    groups = unit_groups(whole) if over == "units" else _persons(whole)
    codes = np.where(data.rows, groups.codes, -1)
    needed = max(survey.fewest, ANSWERS_PER_TERM * (data.columns + 1))
    found = group_slopes(whole, data.values, codes, len(groups.names), fewest=needed)
    fitted = found.fitted
    enough = FEWEST_GROUPS if over == "units" else FEWEST_SHOWN
    if fitted.sum() < enough:
        raise ModelError(
            f"Expected at least {enough} {over} with {needed} complete answers, found fewer; name fewer drivers or "
            "widen the selection.",
            code="few_units_fitted" if over == "units" else "few_persons_fitted",
            values={"needed": enough, "answers": needed},
        )
    first = int(data.starts[0])
    # A variance of 0 is a line through all answers, which tells no chance.
    variance = np.maximum(found.variance[fitted][:, first:], 1e-12)
    slopes = found.estimate[fitted][:, first:]
    df = slope_freedom(whole, data.values, codes, found)[fitted][:, first:]
    terms = data.terms[first:]
    between = tuple(
        between_groups(slopes[:, j], variance[:, j], df[:, j], conf_level=conf_level) for j in range(len(terms))
    )
    names: tuple[str, ...] = ()
    order = np.empty(0, dtype=np.int64)
    if over == "units":
        names = tuple(name for name, yes in zip(groups.names, fitted, strict=True) if yes)
        order = np.arange(len(names))
        if survey.unit:
            order = np.argsort(slopes[:, 0], kind="stable")
            names = tuple(names[i] if names[i] == survey.unit else "" for i in order)
    used = fitted[np.where(codes >= 0, codes, 0)] & (codes >= 0)
    adjusted = tuple(
        shrunken(slopes[:, j], variance[:, j], df[:, j], conf_level=conf_level).ordered(order)
        for j in range(len(terms))
    )
    return UnitEffectsResult(
        over=over,
        outcome=data.outcome,
        terms=terms,
        between=between,
        p_adjusted=read_only(holm(np.array([one.p_value for one in between]))),
        names=names,
        slopes=read_only(slopes[order]),
        adjusted=adjusted if over == "units" else (),
        groups=int(fitted.sum()),
        left_out=int(np.count_nonzero(~fitted)),
        needed=needed,
        persons_once=over == "units" and not _answer_repeatedly(survey),
        sample=Sample(
            n_asked=int(whole.domain.sum()),
            n=int(used.sum()),
            n_effective=effective_size(whole, used, np.where(used, data.values[:, -1], 0.0)),
            weighted=whole.weighted_in(used),
            missing="complete_cases",
            sampling=survey.codebook.design.sample,
        ),
        conf_level=conf_level,
    )


def _of_persons(survey: Survey) -> Survey:
    """The survey in which each answer of a person is a draw by itself, from all that this person might have given."""
    if not _answer_repeatedly(survey):
        raise ModelError(
            "Expected people who answered repeatedly (design.respondent) to tell how they differ, found one answer "
            "each; use over='units'.",
            code="persons_answer_once",
            values={},
        )
    return replace(survey, strata=None, clusters=None, fpc=None, replicates=None)


def _persons(survey: Survey) -> Groups:
    column = survey.codebook.design.respondent
    assert column is not None  # nobody answers repeatedly otherwise
    codes, names = pd.factorize(survey.raw[column].where(survey.domain & (survey.raw[column] != "")))
    return Groups(names=tuple(map(str, names)), codes=codes.astype(np.int64))


def _answer_repeatedly(survey: Survey) -> bool:
    """Whether somebody of the selection answered more than once."""
    column = survey.codebook.design.respondent
    if column is None:
        return False
    names = survey.raw[column][survey.domain]
    return bool(names[names != ""].duplicated().any())

"""The columns of a model: which respondents, which drivers and controls, checked before anything is fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.linearization import domain_design, effective_size
from drivers.models.applicability import ApplicabilityRule, Concerned, applicable, follow_rule
from drivers.models.column_checks import alike, constant_column, one_of_two, refuse_few
from drivers.models.given import is_number, listed_names
from drivers.models.units import (
    control_columns,
    interaction_units,
    known_name,
    product_columns,
    unit_columns,
    units_of,
)
from drivers.results import Code, Sample
from drivers.survey.codebook.model import Codebook
from drivers.survey.data import Survey, check_survey
from drivers.survey.respondents import unit_codes
from drivers.survey.scoring import top_two, turn

MissingRule = Literal["complete_cases", "pairwise", "multiple_imputation", "bootstrap_imputation"]
MISSING_RULES: tuple[MissingRule, ...] = get_args(MissingRule)
"""What is done about missing answers, as closed names."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelColumns:
    """Which columns a model has: controls, drivers unit by unit, the outcome last.

    Parameters
    ----------
    outcome, drivers, controls
        Names; a group of drivers appears under the group's name, an interaction as ``a:b`` after all drivers.
    terms
        Name of each column before the outcome.
    starts
        First column of each unit and, last, the outcome's; int (k + 1,).
    prerequisites
        For each unit the units that must be in a model before it: the main effects of an interaction.
    rated
        Whether a driver's column is a rating, which its performance is the mean of; bool (columns of drivers,).
    """

    outcome: str
    drivers: tuple[str, ...]
    controls: tuple[str, ...]
    terms: tuple[str, ...]
    starts: np.ndarray
    prerequisites: tuple[tuple[int, ...], ...]
    rated: np.ndarray

    @property
    def columns(self) -> int:
        """Columns of predictors: drivers one by one, and controls with their indicators."""
        return len(self.terms)

    def driver_means(self, means: np.ndarray) -> np.ndarray:
        """Means by driver from means by column (last axis): of its ratings, NaN where it has none."""
        if len(self.rated) == len(self.drivers):
            return np.where(self.rated, means, np.nan)
        first = self.starts[:-1] - self.starts[0]
        ratings = np.add.reduceat(self.rated.astype(int), first)
        total = np.add.reduceat(np.where(self.rated, means, 0.0), first, axis=-1)
        return np.where(ratings > 0, total / np.maximum(ratings, 1), np.nan)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Predictors(ModelColumns):
    """A model's columns with the answers in them.

    Parameters
    ----------
    values
        Scores 0–100 and indicators, all rows of the survey, NaN where missing; float (n, m).
    rows
        Respondents of the domain with a weight above 0 that are used; bool (n,). Complete ones, unless
        ``missing`` says that holes are kept.
    weights
        float (n,).
    applicable
        False where a column's value stands for an answer that does not apply, which is no hole; bool (n, m).
    products
        Columns that are products: column of the product, columns of its two parts.
    notes
        What was done about drivers that do not concern everybody.
    n_not_concerned
        Respondents left out because a driver does not concern them.
    """

    values: np.ndarray
    rows: np.ndarray
    weights: np.ndarray
    sample: Sample
    applicable: np.ndarray
    products: tuple[tuple[int, int, int], ...] = ()
    notes: tuple[Code, ...] = ()
    n_not_concerned: int = 0

    @property
    def n_effective(self) -> float:
        """Effective number of respondents used."""
        return self.sample.n_effective

    def modal_part(self, column: int) -> float:
        """Weighted part of the respondents used that share the commonest value of a column, of those who gave one."""
        codes, _ = pd.factorize(self.values[self.rows, column])
        weights = self.weights[self.rows]
        answered = codes >= 0
        return float(np.bincount(codes[answered], weights=weights[answered]).max() / weights[answered].sum())


def predictors(
    survey: Survey,
    *,
    outcome: str | None,
    drivers: Sequence[str] | None,
    always: Sequence[str] | None,
    groups: Mapping[str, Sequence[str]] | None = None,
    interactions: Sequence[Sequence[str]] = (),
    missing: MissingRule = "complete_cases",
    not_applicable: ApplicabilityRule = "leave_out",
    top_box: bool = False,
    as_given: bool = False,
) -> Predictors:
    """The checked columns of a model.

    Parameters
    ----------
    survey, outcome, drivers, always, groups, interactions, missing, not_applicable, top_box
        As in `relative_importance`.
    as_given
        Whether the outcome is the number that was answered, as counts are, and not points of 100.

    Raises
    ------
    ModelError
        Where a name is unknown, a column constant, two drivers the same, respondents too few, or the
        design has parts that are not honoured.

    Notes
    -----
    A segment among the drivers enters as indicators of all its values but one, which count as one unit.
    An interaction of two drivers is the product of their centred columns.
    Weights: respondents with weight 0 are not used.
    Missing answers: complete cases; otherwise respondents with at least one of the ratings, holes kept.
    """
    check_survey(survey)
    book = survey.codebook
    outcome, names, controls = named(book, outcome=outcome, drivers=drivers, always=always)
    members = units_of(names, groups or {})
    target = _target(survey, outcome, top_box, as_given)
    usable = survey.domain & (survey.weights > 0)
    asked = [name for name in (*controls, outcome) if name in survey.scores.columns or name in book.items]
    # What does not concern a respondent is nothing to be guessed, in controls and outcome either.
    usable &= applicable(survey, asked).all(axis=1)
    concerned = _concerned(survey, members, usable, not_applicable)
    left = {name: parts for name, parts in members.items() if set(parts) - set(concerned.dropped)}
    ratings = [concerned.columns[:, position] for position in np.flatnonzero(concerned.rated)]
    answered = ~np.isnan(np.column_stack([*ratings, target]))
    # A hole is kept only where something else of that respondent is known.
    rows = concerned.rows & (answered.all(axis=1) if missing == "complete_cases" else answered.any(axis=1))
    held = [part for control in controls for part in control_columns(survey, control, rows)]
    units = [unit_columns(survey, name, parts, concerned, rows) for name, parts in left.items()]
    units += interaction_units(interactions, left, units, rows, survey.weights)
    terms = [term for term, _ in held] + [term for unit in units for term in unit.terms]
    values = np.column_stack(
        [*(column for _, column in held), *(column for unit in units for column in unit.columns), target]
    )
    everywhere = np.ones(len(target), dtype=bool)
    masks = [mask for unit in units for mask in unit.applicable]
    starts = len(held) + np.cumsum([0, *(len(unit.columns) for unit in units)])
    if missing == "complete_cases":
        rows = rows & ~np.isnan(values).any(axis=1)
    _check_rows(values[rows], terms, outcome, int(starts[0]), int(survey.domain.sum()))
    position = {unit.name: place for place, unit in enumerate(units)}
    return Predictors(
        outcome=outcome,
        drivers=tuple(unit.name for unit in units),
        controls=controls,
        terms=tuple(terms),
        values=values,
        starts=starts.astype(np.int64),
        prerequisites=tuple(tuple(position[name] for name in unit.needs) for unit in units),
        rated=np.array([yes for unit in units for yes in unit.rated]),
        rows=rows,
        weights=survey.weights,
        sample=_sample(survey, rows, values, missing),
        applicable=np.column_stack([*[everywhere] * len(held), *masks, everywhere]),
        products=product_columns(units, int(starts[0])),
        notes=_applicability_notes(concerned),
        n_not_concerned=concerned.n_left_out,
    )


def named(
    book: Codebook, *, outcome: str | None, drivers: Sequence[str] | None, always: Sequence[str] | None
) -> tuple[str, list[str], tuple[str, ...]]:
    """The names of the outcome, of the drivers and of the controls that an analysis asks for.

    Raises
    ------
    ModelError
        Where one is unknown or named twice, or no driver is left.
    """
    outcome = known_name("outcome", outcome or book.main_outcome, book.outcomes)
    known = {**book.drivers, **book.segments}
    asked_for = book.default_drivers if drivers is None else listed_names(drivers, "drivers")
    names = [known_name("driver", name, known) for name in asked_for]
    if not names:
        raise ModelError("Expected at least one driver, found none; name some in drivers=.")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ModelError(f"Expected each driver once, found {twice!r} twice; remove one.")
    controls = tuple(book.controls if always is None else listed_names(always, "always"))
    if drivers is not None and always is None:
        # Who names a control among the drivers wants it ranked.
        controls = tuple(name for name in controls if name not in names)
    names = [name for name in names if name not in controls]
    if not names:
        raise ModelError("Expected at least one driver that is no control, found none; name fewer in always=.")
    return outcome, names, controls


def check_conf_level(conf_level: float) -> None:
    """Refuse a level that is no level."""
    if not is_number(conf_level) or not 0.5 <= conf_level < 1:
        raise ModelError(f"Expected conf_level from 0.5 to below 1, found {conf_level}; use 0.95 for 95 %.")


def sampling_units(survey: Survey, rows: np.ndarray) -> tuple[int, int] | None:
    """Sampling units and strata that hold a domain's respondents; None where the respondents are the units."""
    strata, clusters = domain_design(survey, rows)
    if clusters is None:
        return None
    units = len(np.unique(unit_codes(strata, clusters, len(rows))[rows]))
    return units, 1 if strata is None else len(np.unique(strata[rows]))


def _target(survey: Survey, outcome: str, top_box: bool, as_given: bool) -> np.ndarray:
    """The outcome's scores, its numbers as given, or 100 and 0 for one of the two best answers or none; float (n,)."""
    if not top_box and not as_given:
        return survey.scores[outcome].to_numpy()
    items = survey.codebook.outcomes[outcome].items
    if as_given:
        if len(items) > 1:
            raise ModelError(
                f"Expected an outcome of one item to be counted, found {outcome!r} with {len(items)} items; name "
                "another outcome, or use family='linear'."
            )
        codes = survey.codes[items[0]].to_numpy()
        item = survey.codebook.items[items[0]]
        return turn(codes, survey.codebook.scales[item.scale]) if item.reversed else codes
    best = None
    if len(items) == 1:
        scale = survey.codebook.scales[survey.codebook.items[items[0]].scale]
        best = top_two(survey.codes[items[0]].to_numpy(), scale)
    if best is None:
        raise ModelError(
            f"Expected an outcome of one item with steps for top_box=True, found {outcome!r} with {len(items)} "
            f"item{'s' * (len(items) > 1)}; name another outcome or leave top_box= out.",
            code="no_steps",
            values={"outcome": outcome},
        )
    return 100.0 * best


def _concerned(
    survey: Survey, members: Mapping[str, tuple[str, ...]], rows: np.ndarray, rule: ApplicabilityRule
) -> Concerned:
    """The ratings among the drivers, by the rule for those that do not concern everybody."""
    known = survey.codebook.drivers
    units = {name: tuple(part for part in parts if part in known) for name, parts in members.items()}
    units = {name: parts for name, parts in units.items() if parts}
    ratings = [part for parts in units.values() for part in parts]
    if not ratings:
        return Concerned(
            columns=np.empty((len(rows), 0)),
            terms=(),
            starts=np.zeros(1, dtype=np.int64),
            units={},
            rows=rows,
            applicable=np.empty((len(rows), 0), dtype=bool),
            rated=np.empty(0, dtype=bool),
            rule=rule,
        )
    return follow_rule(
        rule,
        survey.scores[ratings].to_numpy(),
        applicable(survey, ratings),
        units=units,
        rows=rows,
        weights=survey.weights,
    )


def left_out_notes(n: int) -> tuple[Code, ...]:
    """What is said of n respondents whom the analysis is not about, as a driver does not concern them."""
    return (Code("not_applicable_left_out", {"n": n}),) if n else ()


def _applicability_notes(concerned: Concerned) -> tuple[Code, ...]:
    notes = [
        Code("not_applicable_dropped", {"driver": driver, "part": part}) for driver, part in concerned.dropped.items()
    ]
    notes += left_out_notes(concerned.n_left_out)
    if concerned.rule == "with_indicator" and concerned.n_not_concerned:
        notes.append(Code("not_applicable_indicator", {"n": max(concerned.n_not_concerned.values())}))
    return tuple(notes)


def _check_rows(values: np.ndarray, terms: Sequence[str], outcome: str, controls: int, n_asked: int) -> None:
    m = values.shape[1]
    answered = ~np.isnan(values)
    # Where holes are kept, the two columns that the fewest answered both decide.
    refuse_few(int((answered.T.astype(float) @ answered).min()) if len(values) else 0, m, n_asked)
    names = (*terms, outcome)
    for position in range(m):
        column = values[answered[:, position], position]
        if column.max() == column.min():
            raise constant_column(names, position, controls, n=len(column), value=float(column[0]))
    correlation = np.corrcoef(values, rowvar=False) if answered.all() else pd.DataFrame(values).corr().to_numpy()
    for i, j in alike(correlation):
        both = answered[:, i] & answered[:, j]
        same = np.array_equal(values[both, i], values[both, j])
        raise one_of_two(names, j, i, controls, same=same, n=int(both.sum()))


def _sample(survey: Survey, rows: np.ndarray, values: np.ndarray, missing: MissingRule) -> Sample:
    used = rows & ~np.isnan(values[:, -1])
    n_effective = effective_size(survey, used, values[:, -1])
    if missing == "pairwise":
        # A correlation rests on those who answered both; the fewest of them decide how sure it is.
        answered = ~np.isnan(values[rows])
        weights, known = survey.weights[rows], survey.weights[used]
        sums = (answered * weights[:, None]).T @ answered
        squares = (answered * weights[:, None] ** 2).T @ answered
        n_effective *= float((sums**2 / squares).min() / (known.sum() ** 2 / (known @ known)))
        used = rows
    return Sample(
        n_asked=int(survey.domain.sum()),
        n=int(used.sum()),
        n_effective=n_effective,
        weighted=survey.weighted_in(used),
        missing=missing,
        sampling=survey.codebook.design.sample,
    )

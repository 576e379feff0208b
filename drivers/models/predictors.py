"""The columns of a model: which respondents, which drivers and controls, checked before anything is fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from drivers.errors import ModelError, remedy
from drivers.linearization import domain_design, effective_size
from drivers.results import Sample
from drivers.survey.data import Survey
from drivers.survey.respondents import unit_codes

DUPLICATE = 1 - 1e-10
"""A correlation of this size or more makes two drivers one and the same."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Predictors:
    """A model's columns: controls, drivers unit by unit, the outcome last.

    Parameters
    ----------
    outcome, drivers, controls
        Names; a group of drivers appears under the group's name.
    terms
        Name of each column before the outcome.
    values
        Scores 0–100 and indicators, all rows of the survey, NaN where missing; float (n, m).
    starts
        First column of each unit and, last, the outcome's; int (k + 1,).
    rows
        Complete respondents of the domain with a weight above 0; bool (n,).
    weights
        float (n,).
    """

    outcome: str
    drivers: tuple[str, ...]
    controls: tuple[str, ...]
    terms: tuple[str, ...]
    values: np.ndarray
    starts: np.ndarray
    rows: np.ndarray
    weights: np.ndarray
    sample: Sample

    @property
    def n_effective(self) -> float:
        """Effective number of respondents used."""
        return self.sample.n_effective

    def modal_part(self, column: int) -> float:
        """Weighted part of the respondents used that share the commonest value of a column."""
        codes, _ = pd.factorize(self.values[self.rows, column])
        weights = self.weights[self.rows]
        return float(np.bincount(codes, weights=weights).max() / weights.sum())

    @property
    def columns(self) -> int:
        """Columns of predictors: drivers one by one, and controls with their indicators."""
        return len(self.terms)

    def driver_means(self, means: np.ndarray) -> np.ndarray:
        """Means by driver from means by column (last axis); a group is the mean of its drivers."""
        widths = np.diff(self.starts)
        return np.add.reduceat(means, self.starts[:-1] - self.starts[0], axis=-1) / widths


def predictors(
    survey: Survey,
    *,
    outcome: str | None,
    drivers: Sequence[str] | None,
    always: Sequence[str] | None,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> Predictors:
    """The checked columns of a model.

    Raises
    ------
    ModelError
        Where a name is unknown, a column constant, two drivers the same, respondents too few, or the
        design has parts that are not honoured.

    Notes
    -----
    Weights: respondents with weight 0 are not used.
    Missing answers: complete cases.
    """
    refuse_unhonoured(survey)
    book = survey.codebook
    outcome = _known("outcome", outcome or book.main_outcome, book.outcomes)
    names = [
        _known("driver", name, book.drivers) for name in (drivers if drivers is not None else book.default_drivers)
    ]
    if not names:
        raise ModelError("Expected at least one driver, found none; name some in drivers=.")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ModelError(f"Expected each driver once, found {twice!r} twice; remove one.")
    controls = tuple(always if always is not None else book.controls)
    names = [name for name in names if name not in controls]
    if not names:
        raise ModelError("Expected at least one driver that is no control, found none; name fewer in always=.")
    units = _units(names, groups or {})
    scored = [survey.scores[name].to_numpy() for name in (*(name for unit in units.values() for name in unit), outcome)]
    complete = survey.domain & (survey.weights > 0) & ~np.isnan(np.column_stack(scored)).any(axis=1)
    columns: list[np.ndarray] = []
    terms: list[str] = []
    for control in controls:
        for term, column in _control(survey, control, complete):
            columns.append(column)
            terms.append(term)
    starts = [len(columns)]
    for members in units.values():
        columns.extend(survey.scores[member].to_numpy() for member in members)
        terms.extend(members)
        starts.append(len(columns))
    columns.append(survey.scores[outcome].to_numpy())
    values = np.column_stack(columns)
    rows = complete & ~np.isnan(values).any(axis=1)
    _check_rows(values[rows], terms, outcome, starts[0], int(survey.domain.sum()))
    return Predictors(
        outcome=outcome,
        drivers=tuple(units),
        controls=controls,
        terms=tuple(terms),
        values=values,
        starts=np.array(starts, dtype=np.int64),
        rows=rows,
        weights=survey.weights,
        sample=_sample(survey, rows, values[:, -1]),
    )


def refuse_unhonoured(survey: Survey) -> None:
    """Refuse, by name, parts of a design that estimates would otherwise forget."""
    if not isinstance(survey, Survey):
        raise ModelError(
            f"Expected a survey from read_survey() or example_survey(), found {type(survey).__name__}; read it first."
        )
    design = survey.codebook.design
    for part in ("fpc", "replicate_weights"):
        if getattr(design, part) is not None:
            raise ModelError(
                f"Expected a design of weights, strata and clusters, found design.{part}, which this analysis cannot "
                "honour; remove it from the codebook to analyse without it."
            )


def check_conf_level(conf_level: float) -> None:
    """Refuse a level that is no level."""
    if not 0.5 <= conf_level < 1:
        raise ModelError(f"Expected conf_level from 0.5 to below 1, found {conf_level}; use 0.95 for 95 %.")


def sampling_units(survey: Survey, rows: np.ndarray) -> tuple[int, int] | None:
    """Sampling units and strata that hold a domain's respondents; None where the respondents are the units."""
    strata, clusters = domain_design(survey, rows)
    if clusters is None:
        return None
    units = len(np.unique(unit_codes(strata, clusters, len(rows))[rows]))
    return units, 1 if strata is None else len(np.unique(strata[rows]))


def _known(what: str, name: str, known: Mapping[str, object]) -> str:
    if name not in known:
        shown = ", ".join(map(repr, known))
        raise ModelError(f"Expected {what} to be one of {shown}, found {name!r}; {remedy(name, known)}")
    return name


def _units(names: Sequence[str], groups: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Driver or group → its drivers, in the codebook's order."""
    group_of: dict[str, str] = {}
    for group, members in groups.items():
        for member in members:
            if member not in names:
                raise ModelError(
                    f"Expected group {group!r} to hold drivers of this model, found {member!r}; correct groups=."
                )
            if member in group_of:
                raise ModelError(
                    f"Expected each driver in one group, found {member!r} in {group_of[member]!r} and {group!r}; "
                    "correct groups=."
                )
            group_of[member] = group
        if group in names and group not in members:
            raise ModelError(f"Expected a group's name to be no driver's, found {group!r}; rename the group.")
    units: dict[str, tuple[str, ...]] = {}
    for name in names:
        unit = group_of.get(name, name)
        units[unit] = (*units.get(unit, ()), name)
    return units


def _control(survey: Survey, name: str, rows: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """A control's columns: a score or item as it is, a segment as indicators of all its values in the rows but one."""
    book = survey.codebook
    if name in survey.scores.columns:
        return [(name, survey.scores[name].to_numpy())]
    if name in book.items:
        return [(name, survey.codes[name].to_numpy())]
    if name not in book.segments:
        known = [*book.items, *book.segments, *book.drivers]
        raise ModelError(
            f"Expected a control to be an item, a segment or a driver, found {name!r}; there are {', '.join(known)}."
        )
    cells = survey.raw[book.segments[name].column]
    levels = sorted(set(cells[rows]))
    return [(f"{name}={level}", (cells == level).to_numpy(dtype=float)) for level in levels[1:]]


def _check_rows(values: np.ndarray, terms: Sequence[str], outcome: str, controls: int, n_asked: int) -> None:
    n, m = values.shape
    if n <= m:
        raise ModelError(
            f"Expected more than {m} complete answers for {m - 1} predictors, found {n} of {n_asked} respondents; "
            "use fewer drivers or widen the selection.",
            code="few_answers",
            values={"n": n, "needed": m + 1},
        )
    for position, name in enumerate((*terms, outcome)):
        column = values[:, position]
        if column.max() == column.min():
            if position == m - 1:
                what, advice, code = "Outcome", "Choose another outcome", "constant_outcome"
            elif position < controls:
                what, advice, code = "Control", "Remove it from always=", ""
            else:
                what, advice, code = "Driver", "Remove it from drivers=", "constant_driver"
            raise ModelError(
                f"{what} {name!r} is constant: all {n} scores are {column[0]:g} of 100. "
                f"{advice} or check its missing codes.",
                code=code,
                values={what.lower(): name},
            )
    correlation = np.corrcoef(values, rowvar=False)
    for i in range(m):
        for j in range(i):
            if abs(correlation[i, j]) >= DUPLICATE:
                first, second = (*terms, outcome)[j], (*terms, outcome)[i]
                same = np.array_equal(values[:, i], values[:, j])
                how = "with the same answers" if same else "of which one tells the other exactly, with answers"
                raise ModelError(
                    f"Expected predictors that differ, found {first!r} and {second!r} {how} from all "
                    f"{n} respondents; remove one from drivers=.",
                    # A control or the outcome that repeats a driver is no matter of these answers.
                    code="same_ratings" if j >= controls and i < m - 1 else "",
                    values={"first": first, "second": second},
                )


def _sample(survey: Survey, rows: np.ndarray, outcome: np.ndarray) -> Sample:
    return Sample(
        n_asked=int(survey.domain.sum()),
        n=int(rows.sum()),
        n_effective=effective_size(survey, rows, outcome),
        weighted=survey.weighted_in(rows),
        missing="complete_cases",
        sampling=survey.codebook.design.sample,
    )

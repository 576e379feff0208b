"""The columns of a move: every statistic of every outcome, what is held, and the drivers that may be moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import numpy as np

from drivers.errors import ModelError, remedy
from drivers.linearization import effective_size
from drivers.models.expectations.answers import item_scores
from drivers.models.given import listed_names
from drivers.models.moves.joint_lines import Line
from drivers.models.moves.parallel_lines import ParallelSlopes, parallel_slopes
from drivers.models.predictors import Predictors, predictors
from drivers.models.units import known_name
from drivers.results import FEWEST_SHOWN, Code, Sample, read_only
from drivers.survey.data import Survey, check_survey
from drivers.survey.outcome_statistics import Statistic, in_wave, row_values, statistics_of, waves_compared

PERCENT: tuple[Statistic, ...] = ("top2box", "share")
"""Statistics that are parts of respondents: they are counted in percent, their slopes in percentage points."""

RANGES: Mapping[Statistic, tuple[float, float]] = MappingProxyType(
    {"mean": (0.0, 100.0), "top2box": (0.0, 100.0), "nps": (-100.0, 100.0), "share": (0.0, 100.0)}
)
"""What each statistic can be at all, in the units of `Measure`."""


HOPED = "@desired"
"""What stands behind a driver's name where what was hoped for of it is meant."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One statistic of one outcome.

    Parameters
    ----------
    statistic
        ``mean`` (points of 0–100), ``top2box`` or, of events, ``share`` (both in percent), or ``nps`` (points of −100
        to 100).
    better
        The good direction; only of an event it may be ``lower``.
    """

    outcome: str
    statistic: Statistic
    better: Literal["higher", "lower"]

    @property
    def sign(self) -> float:
        """1 where higher is better, −1 where lower is."""
        return -1.0 if self.better == "lower" else 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MoveColumns:
    """Checked columns, complete cases outcome by outcome; `move_columns` makes them.

    Parameters
    ----------
    measures
        What is fitted, outcome by outcome, (k,).
    targets
        The values of each measure; float (n,) each.
    drivers
        Names of what may be moved: drivers, then ``driver@desired`` where what was hoped for is among them, (p,).
    ratings
        Their scores, 0–100; float (n, p).
    held, terms
        By outcome: columns of the controls, float (n, c), and their names.
    rows
        By outcome: complete cases; bool (n,).
    left_out
        Outcomes or ``outcome:statistic`` that cannot be fitted, and why.
    """

    measures: tuple[Measure, ...]
    targets: tuple[np.ndarray, ...]
    drivers: tuple[str, ...]
    ratings: np.ndarray
    held: Mapping[str, np.ndarray]
    terms: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, np.ndarray]
    left_out: Mapping[str, Code]

    def lines(self, moved: Sequence[str] | None = None) -> tuple[Line, ...]:
        """The line of each measure on its controls and all drivers, or on its controls and the drivers moved."""
        place = [self.drivers.index(name) for name in (self.drivers if moved is None else moved)]
        return tuple(
            Line(
                values=np.column_stack([self.held[measure.outcome], self.ratings[:, place], target]),
                rows=self.rows[measure.outcome],
            )
            for measure, target in zip(self.measures, self.targets, strict=True)
        )

    def sample(self, survey: Survey, outcome: str) -> Sample:
        """Whom the lines of an outcome are about; the effective number is that of its first statistic's mean."""
        rows = self.rows[outcome]
        place = next(i for i, measure in enumerate(self.measures) if measure.outcome == outcome)
        return Sample(
            n_asked=int(survey.domain.sum()),
            n=int(rows.sum()),
            n_effective=effective_size(survey, rows, self.targets[place]),
            weighted=survey.weighted_in(rows),
            missing="complete_cases",
            sampling=survey.codebook.design.sample,
        )

    def parallel(self, survey: Survey, moved: Sequence[str] | None, kept: Sequence[str]) -> ParallelSlopes:
        """The slopes of every measure on some of the drivers, those kept standing last; arrays by measure.

        Parameters
        ----------
        moved
            Drivers in the lines; all unless given.
        kept
            Drivers whose slopes are wanted.
        """
        names = [name for name in (self.drivers if moved is None else moved) if name not in kept]
        place = [self.drivers.index(name) for name in (*names, *kept)]
        slopes = np.empty((len(self.measures), len(kept)))
        covariance = np.empty((len(self.measures), len(kept), len(kept)))
        df = np.empty(len(self.measures))
        for outcome, rows in self.rows.items():
            own = [i for i, measure in enumerate(self.measures) if measure.outcome == outcome]
            predictors_of = np.column_stack([self.held[outcome], self.ratings[:, place]])
            targets = np.column_stack([self.targets[i] for i in own])
            found = parallel_slopes(survey, predictors_of, targets, rows, len(kept))
            slopes[own], covariance[own], df[own] = found.slopes, found.covariance, found.df
        return ParallelSlopes(slopes=slopes, covariance=covariance, df=df)

    def levels(self, survey: Survey) -> np.ndarray:
        """The weighted mean of each measure in the wave reported on, NaN of fewer than 10 answers; float (k,).

        Notes
        -----
        What happens later, such as leaving, is not known of the last waves: then it is the last wave with ten answers.
        """
        now, _ = waves_compared(survey)
        asked = [survey.domain] if now is None else [in_wave(survey, wave) for wave in range(now, -1, -1)]
        means = np.full(len(self.targets), np.nan)
        for place, target in enumerate(self.targets):
            known = ~np.isnan(target) & (survey.weights > 0)
            rows = next((rows & known for rows in asked if int((rows & known).sum()) >= FEWEST_SHOWN), None)
            if rows is not None:
                means[place] = np.average(target[rows], weights=survey.weights[rows])
        return means


def move_columns(
    survey: Survey,
    *,
    outcomes: Sequence[str] | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
) -> MoveColumns:
    """The checked columns of `outcome_slopes`.

    Parameters
    ----------
    outcomes, drivers, always
        As in `outcome_slopes`.

    Raises
    ------
    ModelError
        As `outcome_slopes`.
    """
    check_survey(survey)
    book = survey.codebook
    names = [
        known_name("outcome", name, book.outcomes)
        for name in (book.outcomes if outcomes is None else listed_names(outcomes, "outcomes"))
    ]
    if not names:
        raise ModelError("Expected at least one outcome, found none; name some in outcomes=.")
    for name in listed_names(drivers or (), "drivers"):
        if name in book.segments and name not in book.drivers:
            raise ModelError(
                f"Expected drivers that are rated, found {name!r}, a segment, which nobody can raise; leave it out."
            )
    answers: dict[str, Predictors] = {}
    left_out: dict[str, Code] = {}
    measures, targets = [], []
    for position, name in enumerate(names):
        try:
            answers[name] = data = _answers(survey, name, drivers, always)
        except ModelError as error:
            if not error.code or position == 0:
                raise
            left_out[name] = Code(error.code, error.values)
            continue
        for statistic in statistics_of(survey, name):
            target = row_values(survey, name, statistic) * (100.0 if statistic in PERCENT else 1.0)
            if np.ptp(target[data.rows]) == 0:
                left_out[f"{name}:{statistic}"] = Code("constant_outcome", {"outcome": name})
                continue
            measures.append(Measure(name, statistic, book.outcomes[name].better))
            targets.append(read_only(target))
    first = next(iter(answers.values()))
    begin = int(first.starts[0])
    return MoveColumns(
        measures=tuple(measures),
        targets=tuple(targets),
        drivers=first.drivers,
        ratings=read_only(first.values[:, begin:-1]),
        held=MappingProxyType({name: data.values[:, : int(data.starts[0])] for name, data in answers.items()}),
        terms=MappingProxyType({name: data.terms[: int(data.starts[0])] for name, data in answers.items()}),
        rows=MappingProxyType({name: data.rows for name, data in answers.items()}),
        left_out=MappingProxyType(left_out),
    )


def with_hopes(survey: Survey, columns: MoveColumns, expected: Sequence[str]) -> MoveColumns:
    """The same columns, and what was hoped for of some drivers beside their ratings, as ``driver@desired``.

    Raises
    ------
    ModelError
        Where it was not asked of a driver, or too few said it.
    """
    hoped = np.column_stack([hopes(survey, name) for name in expected])
    told = ~np.isnan(hoped).any(axis=1)
    rows = {name: own & told for name, own in columns.rows.items()}
    for name, used in rows.items():
        needed = max(FEWEST_SHOWN, columns.held[name].shape[1] + len(columns.drivers) + len(expected) + 2)
        if int(used.sum()) < needed:
            raise ModelError(
                f"Expected at least {needed} complete answers on {name!r}, all drivers and what was hoped for, found "
                "fewer; widen the selection.",
                code="suppressed" if needed == FEWEST_SHOWN else "few_answers",
                values={"needed": FEWEST_SHOWN} if needed == FEWEST_SHOWN else {"n": int(used.sum()), "needed": needed},
            )
    first = columns.measures[0].outcome
    constant = np.ptp(hoped[rows[first]], axis=0) == 0
    if constant.any():
        name = expected[int(np.flatnonzero(constant)[0])]
        raise ModelError(
            f"Expected hopes that differ, found that all hoped for the same of {name!r}; leave it out.",
            code="constant_expectation",
            values={"driver": name},
        )
    made = replace(
        columns,
        drivers=(*columns.drivers, *(f"{name}{HOPED}" for name in expected)),
        ratings=read_only(np.column_stack([columns.ratings, hoped])),
        rows=MappingProxyType(rows),
    )
    for name, used in rows.items():
        _check_separable(np.column_stack([made.held[name], made.ratings])[used], (*made.terms[name], *made.drivers))
    return made


def hopes(survey: Survey, name: str) -> np.ndarray:
    """What was hoped for of a driver, scored as its rating is; float (n,)."""
    book = survey.codebook
    asked = {key: levels.levels["desired"] for key, levels in book.expectations.items() if "desired" in levels.levels}
    if not asked:
        raise ModelError(
            "Expected questions on what was hoped for, found none; name them as 'desired:' under 'expectations:' in "
            "the codebook.",
            code="no_expectations",
        )
    if name not in asked:
        raise ModelError(
            f"Expected a driver of which it was asked what was hoped for ({', '.join(map(repr, asked))}), found "
            f"{name!r}; {remedy(name, asked)}"
        )
    return item_scores(survey, asked[name], book.drivers[name].min_items)


def _answers(survey: Survey, outcome: str, drivers: Sequence[str] | None, always: Sequence[str] | None) -> Predictors:
    """The complete answers on an outcome and all drivers."""
    data = predictors(survey, outcome=outcome, drivers=drivers, always=always)
    if data.sample.n < FEWEST_SHOWN:
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} complete answers on {outcome!r} and all drivers, found fewer; widen the "
            "selection.",
            code="suppressed",
            values={"needed": FEWEST_SHOWN},
        )
    _check_separable(data.values[data.rows][:, :-1], data.terms)
    return data


def _check_separable(used: np.ndarray, terms: Sequence[str]) -> None:
    """Refuse predictors of which one is a sum of others."""
    design = np.column_stack([np.ones(len(used)), used])
    # The triangle has the singular values of the design, and is small.
    if np.linalg.matrix_rank(np.linalg.qr(design, mode="r")) < design.shape[1]:
        raise ModelError(
            f"Expected predictors of which none is a sum of others, found some among {', '.join(terms)}; remove one.",
            code="not_separable",
        )

"""What the same people say of us and of a rival: pairs of answers, from columns or from rows beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.models.unit_means import levels
from drivers.models.units import known_name
from drivers.results import FEWEST_SHOWN, read_only
from drivers.survey.answers.texts import to_number
from drivers.survey.data import Survey, check_survey
from drivers.survey.outcome_statistics import row_values, statistics_of
from drivers.survey.scoring import construct_score


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """Answers about us and about a rival, person by person; `rival_pairs` makes them.

    Parameters
    ----------
    rival
        Key of the codebook's ``rivals``.
    ours, theirs
        One column per driver and outcome that was asked of both, as it is told (points of 0–100; of an NPS −100, 0 or
        100); NaN in both where not both were rated, and outside the selection; float (n, measures).
    """

    rival: str
    ours: pd.DataFrame
    theirs: pd.DataFrame

    @property
    def measures(self) -> tuple[str, ...]:
        """Outcomes, then drivers, in the codebook's order."""
        return tuple(self.ours.columns)

    def both(self, names: Sequence[str]) -> np.ndarray:
        """The rows that have a pair of answers to all of these; bool (n,)."""
        return ~np.isnan(self.ours[list(names)].to_numpy()).any(axis=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RivalLevels:
    """Mean ratings of a rival and of us among those who rated both; `rival_levels` makes them.

    Parameters
    ----------
    drivers
        (k,).
    ours, theirs
        Points of 0–100; NaN of a driver that fewer than ten rated of both; float (k,).
    std_error
        Of ``theirs - ours``, under the design; float (k,).
    n
        Pairs; 0 where there are fewer than ten; int (k,).
    """

    rival: str
    drivers: tuple[str, ...]
    ours: np.ndarray
    theirs: np.ndarray
    std_error: np.ndarray
    n: np.ndarray


def rival_named(survey: Survey, rival: str | None) -> str:
    """The key of a rival, the codebook's first unless one is given."""
    check_survey(survey)
    known = survey.codebook.rivals
    if not known:
        raise ModelError(
            "Expected a codebook with 'rivals:' that says which questions ask about a competitor, found none; add it.",
            code="no_rivals",
        )
    return known_name("rival", next(iter(known)) if rival is None else rival, known)


def own_rows(survey: Survey) -> np.ndarray:
    """The rows that are about us and not about a rival; bool (n,)."""
    rows = np.ones(len(survey.weights), dtype=bool)
    for key in survey.codebook.rivals:
        rows &= ~_rows_about(survey, key)
    return rows


def about_us(survey: Survey) -> Survey:
    """The same survey without the rows about rivals in its selection.

    Raises
    ------
    ModelError
        Where the selection holds nothing else.
    """
    own = own_rows(survey)
    if own.all():
        return survey
    part = replace(survey, in_unit=read_only(survey.in_unit & own, bool))
    if not part.domain.any():
        raise ModelError(
            "Expected rows about the service itself in the selection, found only those about rivals; widen the "
            "selection."
        )
    return part


def told_values(survey: Survey, name: str) -> np.ndarray:
    """What each row adds to what is told of a driver or outcome: points, −100 to 100 of an NPS, 0 or 1; float (n,)."""
    if name in survey.codebook.drivers:
        return survey.scores[name].to_numpy()
    return row_values(survey, name, statistics_of(survey, name)[0])


def rival_pairs(survey: Survey, rival: str | None = None) -> Pairs:
    """The pairs of answers of those who rated both us and a rival.

    Parameters
    ----------
    rival
        Key of the codebook's ``rivals``; its first unless given.

    Raises
    ------
    ModelError
        Where the codebook has no such rival, or a person has several rows about one of the two in a wave.

    Notes
    -----
    Pairs stand in the rows about us, so that weights, design and selection are those of our own ratings.
    Missing answers: whoever did not rate both has no pair.
    """
    key = rival_named(survey, rival)
    book = survey.codebook
    spec = book.rivals[key]
    own = about_us(survey)
    order = [*book.said_outcomes, *book.drivers]
    if spec.rows is None:
        asked = spec.asked
        names = [name for name in order if name in asked]
        beside = _instead(survey, {name: asked[name] for name in names})
        theirs = {name: told_values(beside, name) for name in names}
    else:
        match = _matched(own, key)
        names = [name for name in order if bool(survey.scores[name].notna().to_numpy()[match[match >= 0]].any())]
        theirs = {name: np.where(match >= 0, told_values(survey, name)[match], np.nan) for name in names}
    ours = {name: told_values(survey, name) for name in names}
    used = own.domain & (survey.weights > 0)
    for name in names:
        pair = used & ~np.isnan(ours[name]) & ~np.isnan(theirs[name])
        ours[name], theirs[name] = np.where(pair, ours[name], np.nan), np.where(pair, theirs[name], np.nan)
    index = pd.RangeIndex(len(survey.weights))
    return Pairs(rival=key, ours=pd.DataFrame(ours, index=index), theirs=pd.DataFrame(theirs, index=index))


def rival_levels(survey: Survey, rival: str | None = None, *, drivers: Sequence[str]) -> RivalLevels:
    """The mean ratings of a rival's drivers, and of ours among the same people.

    Parameters
    ----------
    rival
        Key of the codebook's ``rivals``; its first unless given.
    drivers
        Names, (k,).

    Notes
    -----
    Who knows a rival is not everybody: to set one beside the mean of all our customers, add ``theirs - ours`` to that.
    Weights: in means and errors, under the design.
    Missing answers: each driver has all who rated both.
    """
    pairs = rival_pairs(survey, rival)
    k = len(drivers)
    ours, theirs, error = np.full((3, k), np.nan)
    n = np.zeros(k, dtype=np.int64)
    for place, name in enumerate(drivers):
        if name not in pairs.measures:
            continue
        columns = np.column_stack([pairs.ours[name], pairs.theirs[name], pairs.theirs[name] - pairs.ours[name]])
        rows = pairs.both([name])
        if rows.sum() < FEWEST_SHOWN:
            continue
        found = levels(survey, columns, rows)
        ours[place], theirs[place], _ = found.mean
        error[place], n[place] = np.sqrt(max(0.0, float(found.covariance[2, 2]))), int(found.n[2])
    return RivalLevels(
        rival=pairs.rival,
        drivers=tuple(drivers),
        ours=read_only(ours),
        theirs=read_only(theirs),
        std_error=read_only(error),
        n=read_only(n, np.int64),
    )


def outside_levels(survey: Survey, names: Sequence[str]) -> np.ndarray:
    """The figure from outside of each driver or outcome, as it is told; NaN where there is none; float (k,)."""
    book = survey.codebook
    figures = {name: book.indicators[key].benchmark for name, key in book.indicator_benchmarks.items()}
    figures |= {name: figure.value for name, figure in book.benchmarks.items()}
    return np.array([np.nan if figures.get(name) is None else figures[name] for name in names], dtype=float)


def _instead(survey: Survey, asked: dict[str, tuple[str, ...]]) -> Survey:
    """The survey with the answers about a rival where those about us stand."""
    book = survey.codebook
    codes = {
        own: survey.codes[item].to_numpy()
        for name, items in asked.items()
        for own, item in zip(book.construct(name).items, items, strict=True)
    }
    scores = {name: construct_score(codes, book, name) for name in asked}
    return replace(survey, codes=pd.DataFrame(codes), scores=pd.DataFrame(scores))


def _rows_about(survey: Survey, rival: str) -> np.ndarray:
    """The rows about a rival; bool (n,)."""
    where = survey.codebook.rivals[rival].rows
    rows = np.full(len(survey.weights), where is not None)
    for column, values in (where or {}).items():
        cells, texts = pd.factorize(survey.raw[column].str.strip())
        fits = [any(_alike(str(text), str(value)) for value in values) for text in texts]
        rows &= np.array([*fits, False])[cells]
    return rows


def _alike(text: str, value: str) -> bool:
    number = to_number(text)
    return text == value or (number is not None and number == to_number(value))


def _matched(own: Survey, rival: str) -> np.ndarray:
    """For each row about us the row in which the same person, in the same wave, rates a rival; −1 without; int (n,)."""
    respondent = own.codebook.design.respondent
    assert respondent is not None  # the codebook is refused without
    person, _ = pd.factorize(own.raw[respondent].str.strip())
    wave = np.zeros(len(person), dtype=np.int64) if own.wave_index is None else own.wave_index
    person = person * (int(wave.max()) + 1) + wave
    unnamed = (own.raw[respondent].str.strip() == "").to_numpy(dtype=bool)
    about, ours = _rows_about(own, rival) & ~unnamed, own.domain & ~unnamed
    for rows, whom in ((ours, "the service itself"), (about, f"rival {rival!r}")):
        if len(np.unique(person[rows])) < int(rows.sum()):
            raise ModelError(
                f"Expected at most one row about {whom} for each person and wave, found several; name the column of "
                "the person under design.respondent, or correct the file."
            )
    place = np.full(int(person.max()) + 1, -1, dtype=np.int64)
    place[person[about]] = np.flatnonzero(about)
    return np.where(ours, place[person], -1)

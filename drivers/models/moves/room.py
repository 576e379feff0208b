"""How far the mean of each driver could move: to the end of its scale, and to what has been seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from drivers.errors import ModelError
from drivers.models.goals import FEWEST_UNITS
from drivers.models.unit_means import UnitMeans, every_unit, levels
from drivers.results import FEWEST_SHOWN, read_only
from drivers.survey.data import Survey
from drivers.survey.outcome_statistics import in_wave, waves_compared

SeenIn = Literal["unit", "wave", "segment", "answers"]
SEEN_IN: tuple[SeenIn, ...] = get_args(SeenIn)
"""Where the highest or lowest mean was seen: in a unit, a wave, a segment; or, where there is none, by persons."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DriverRoom:
    """Where the drivers' means are and how high and low such means have been; `driver_room` makes one.

    Parameters
    ----------
    drivers
        Names, (p,).
    level
        Mean of all answers in the wave reported on, 0–100; float (p,).
    highest, lowest
        What has been seen, noise allowed for, never on the wrong side of ``level``; float (p,).
    highest_in, lowest_in
        Where it was seen.
    wave
        The wave reported on; "" where the survey has none.
    """

    drivers: tuple[str, ...]
    level: np.ndarray
    highest: np.ndarray
    lowest: np.ndarray
    highest_in: tuple[SeenIn, ...]
    lowest_in: tuple[SeenIn, ...]
    wave: str

    @property
    def up(self) -> np.ndarray:
        """Points that each mean can rise; float (p,)."""
        return np.minimum(self.highest, 100.0) - self.level

    @property
    def down(self) -> np.ndarray:
        """Points that each mean can fall; float (p,)."""
        return self.level - np.maximum(self.lowest, 0.0)


def driver_room(survey: Survey, drivers: Sequence[str]) -> DriverRoom:
    """Where the drivers' means are, and the highest and lowest means seen in any unit, wave or segment.

    Parameters
    ----------
    drivers
        Names of rated drivers.

    Raises
    ------
    ModelError
        Where fewer than 10 rated one of them in the wave reported on.

    Notes
    -----
    Units and segments count in the wave reported on, all units of the survey, whichever is selected; waves count in the
    selection. Of each kind the means of all groups with ten answers are drawn together until they spread as true ones
    do (Louis), so that the highest is not the luckiest. Fewer than ten such groups in all, as of two segments, say
    nothing of how far a mean could go: then the highest and lowest answer that ten persons gave stand in their place.
    Weights: in means and their errors, under the design.
    Missing answers: each mean has all answers that there are.
    """
    return room_of(survey, drivers, np.column_stack([survey.scores[name].to_numpy() for name in drivers]))


def room_of(survey: Survey, names: Sequence[str], columns: np.ndarray, personal: Sequence[str] = ()) -> DriverRoom:
    """`driver_room` of any columns of 0–100, float (n, p), such as what was hoped for.

    Parameters
    ----------
    personal
        Columns of which groups say nothing, as of hopes, which differ from person to person and hardly between groups:
        for these only the answers of persons count.
    """
    now, _ = waves_compared(survey)
    usable = survey.weights > 0
    rows = rows_now(survey)
    if few := too_few_now(survey, names, columns):
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} answers on {few[0]!r} in the wave reported on, found fewer; widen the "
            "selection.",
            code="few_in_wave",
            values={"needed": FEWEST_SHOWN},
        )
    level = levels(survey, columns, rows).mean
    seen, groups = _seen(survey, columns, now, usable)
    unseen = np.isin(names, list(personal)) | (groups < FEWEST_UNITS)
    for both in seen.values():
        for limits in both:
            limits[unseen] = np.nan
    ends = np.array([_answered_by_ten(column[rows]) for column in columns.T]).T
    seen["answers"] = (np.where(unseen, ends[0], np.nan), np.where(unseen, ends[1], np.nan))
    kinds = list(seen)
    low = np.array([np.where(np.isnan(least), np.inf, least) for least, _ in seen.values()])
    high = np.array([np.where(np.isnan(most), -np.inf, most) for _, most in seen.values()])
    return DriverRoom(
        drivers=tuple(names),
        level=read_only(level),
        highest=read_only(np.maximum(level, high.max(axis=0))),
        lowest=read_only(np.minimum(level, low.min(axis=0))),
        highest_in=tuple(kinds[place] for place in high.argmax(axis=0)),
        lowest_in=tuple(kinds[place] for place in low.argmin(axis=0)),
        wave="" if now is None else survey.waves[now],
    )


def rows_now(survey: Survey) -> np.ndarray:
    """Respondents of the wave reported on with a weight, of all where there are no waves; bool (n,)."""
    now, _ = waves_compared(survey)
    return np.asarray((survey.domain if now is None else in_wave(survey, now)) & (survey.weights > 0))


def too_few_now(survey: Survey, names: Sequence[str], columns: np.ndarray) -> list[str]:
    """Names of the columns, float (n, p), to which fewer than 10 answered in the wave reported on."""
    answered = (~np.isnan(columns[rows_now(survey)])).sum(axis=0)
    return [name for name, count in zip(names, answered, strict=True) if count < FEWEST_SHOWN]


def _seen(
    survey: Survey, columns: np.ndarray, now: int | None, usable: np.ndarray
) -> tuple[dict[SeenIn, tuple[np.ndarray, np.ndarray]], np.ndarray]:
    """Lowest and highest mean by kind of group, float (p,), NaN where there are no two; how many groups, int (p,)."""
    book = survey.codebook
    everywhere = every_unit(survey, now) & usable
    kinds: list[tuple[SeenIn, list[np.ndarray]]] = []
    if book.unit is not None:
        kinds.append(("unit", _groups(survey.raw[book.unit.column].to_numpy(), everywhere)))
    if survey.wave_index is not None:
        present = np.unique(survey.wave_index[survey.in_unit])
        kinds.append(("wave", [in_wave(survey, int(wave)) & usable for wave in present]))
    for name, segment in book.segments.items():
        if name not in survey.only:
            kinds.append(("segment", _groups(survey.raw[segment.column].to_numpy(), everywhere)))
    seen: dict[SeenIn, tuple[np.ndarray, np.ndarray]] = {}
    counted = np.zeros(columns.shape[1], dtype=np.int64)
    for kind, groups in kinds:
        adjusted = _adjusted(survey, columns, groups)
        counted += np.isfinite(adjusted).sum(axis=0)
        if not np.isfinite(adjusted).any():
            continue
        low, high = np.fmin.reduce(adjusted), np.fmax.reduce(adjusted)
        if kind in seen:
            low, high = np.fmin(low, seen[kind][0]), np.fmax(high, seen[kind][1])
        seen[kind] = (low, high)
    return seen, counted


def _groups(cells: np.ndarray, rows: np.ndarray) -> list[np.ndarray]:
    return [rows & (cells == value) for value in np.unique(cells[rows].astype(str)) if value]


def _adjusted(survey: Survey, columns: np.ndarray, groups: list[np.ndarray]) -> np.ndarray:
    """Means of groups with ten answers that spread as true ones do, NaN where fewer than two have them."""
    p = columns.shape[1]
    mean, covariance = np.full((len(groups), p), np.nan), np.full((len(groups), p, p), np.nan)
    for place, rows in enumerate(groups):
        enough = (~np.isnan(columns[rows])).sum(axis=0) >= FEWEST_SHOWN
        if enough.any():
            level = levels(survey, columns[:, enough], rows)
            mean[place, enough] = level.mean
            covariance[place][np.ix_(enough, enough)] = level.covariance
    found = UnitMeans(names=tuple(map(str, range(len(groups)))), mean=mean, covariance=covariance).adjusted
    return np.where(np.isfinite(mean).sum(axis=0) > 1, found, np.nan)


def _answered_by_ten(column: np.ndarray) -> tuple[float, float]:
    """The lowest and the highest score that ten persons are at or beyond."""
    known = np.sort(column[~np.isnan(column)])
    return float(known[FEWEST_SHOWN - 1]), float(known[-FEWEST_SHOWN])

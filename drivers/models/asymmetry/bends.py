"""A rating as two columns, one for each side of the middle of its scale, so that each side has an effect of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from drivers.linearization import effective_size
from drivers.models.predictors import Predictors
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey

MIDDLE = 50.0
"""The middle of every scale, in points."""

MIDDLE_REACH = 10.0
"""Answers so near to the middle count as middle ones where sides are told apart as groups: 3 of 1–5, 4 of 1–7, 4 to 6
of 0–10, 5 and 6 of 1–10."""

FEWEST_ON_A_SIDE = 20.0
"""Effective number of answers below the middle, or above it, that the effect of that side needs."""

FEWEST_ANSWERS = 3
"""Different scores that a rating needs to bend at all."""

Method = Literal["spline", "contrast"]
METHODS: tuple[Method, ...] = get_args(Method)
"""Two straight lines that meet in the middle, or two groups against the middle one."""

Basis = Literal["estimated", "few_low", "few_high", "few_both"]
BASES: tuple[Basis, ...] = get_args(Basis)
"""Whether both sides of a rating have answers enough, or which has not."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bends:
    """The columns of a model in which ratings bend in the middle of their scale.

    Parameters
    ----------
    columns
        The model's columns with the outcome last; controls and what cannot bend are as they were.
    drivers
        Those that bend, (k,).
    low, high
        Position of the column below the middle and above it, −1 where the side has no column; int (k,).
    bases
        Which sides have answers enough, (k,).
    n_low, n_high
        Respondents on each side; int (k,).
    straight
        Drivers that cannot bend: of two answers, or without a middle.
    """

    columns: Predictors
    drivers: tuple[str, ...]
    low: np.ndarray
    high: np.ndarray
    bases: tuple[Basis, ...]
    n_low: np.ndarray
    n_high: np.ndarray
    straight: tuple[str, ...]


def bends(survey: Survey, data: Predictors, method: Method) -> Bends:
    """The model's columns with each rating split at the middle of its scale.

    Parameters
    ----------
    data
        Checked columns, complete cases.
    method
        ``spline``: (score − 50) / 50 below the middle and above it, 0 on the other side. ``contrast``: −1 for low
        answers and 1 for high ones, against those within 10 points of the middle.

    Notes
    -----
    Either way the effect of the first column is what is lost below the middle, and that of the second what is gained
    above it. A side with fewer than 10 answers has no column: its answers count as middle ones.
    Weights: in the effective number of answers on a side.
    """
    columns = [data.values[:, : data.starts[0]]]
    terms = list(data.terms[: data.starts[0]])
    names: list[str] = []
    straight: list[str] = []
    places: list[tuple[int, int]] = []
    bases: list[Basis] = []
    counts: list[tuple[int, int]] = []
    at = int(data.starts[0])
    for driver, start, end in zip(data.drivers, data.starts[:-1], data.starts[1:], strict=True):
        score = data.values[:, start]
        rated = bool(data.rated[start - data.starts[0]])
        if end - start > 1 or not rated or not _bends(score[data.rows], method):
            straight.append(driver)
            columns.append(data.values[:, start:end])
            terms += data.terms[start:end]
            at += int(end - start)
            continue
        sides = _sides(score, method)
        known = [data.rows & (side != 0) for side in sides]
        used = [int(side.sum()) for side in known]
        kept = [n >= FEWEST_SHOWN for n in used]
        enough = [
            yes and effective_size(survey, rows, data.values[:, -1]) >= FEWEST_ON_A_SIDE
            for yes, rows in zip(kept, known, strict=True)
        ]
        positions = []
        for side, yes, name in zip(sides, kept, ("low", "high"), strict=True):
            positions.append(at if yes else -1)
            if yes:
                columns.append(side[:, None])
                terms.append(f"{driver}={name}")
                at += 1
        names.append(driver)
        places.append((positions[0], positions[1]))
        counts.append((used[0], used[1]))
        bases.append(BASES[(not enough[0]) + 2 * (not enough[1])])
    values = np.column_stack([*columns, data.values[:, -1]])
    low, high = np.array(places, dtype=np.int64).reshape(-1, 2).T
    n_low, n_high = np.array(counts, dtype=np.int64).reshape(-1, 2).T
    return Bends(
        columns=replace(data, values=values, terms=tuple(terms)),
        drivers=tuple(names),
        low=low,
        high=high,
        bases=tuple(bases),
        n_low=n_low,
        n_high=n_high,
        straight=tuple(straight),
    )


def _bends(score: np.ndarray, method: Method) -> bool:
    """Whether a rating has answers enough to bend, and a middle group where one is needed."""
    if len(np.unique(score)) < FEWEST_ANSWERS:
        return False
    return method == "spline" or int((np.abs(score - MIDDLE) <= MIDDLE_REACH).sum()) >= FEWEST_SHOWN


def _sides(score: np.ndarray, method: Method) -> tuple[np.ndarray, np.ndarray]:
    """The column below the middle and that above it; NaN where the score is missing; float (n,) each."""
    if method == "spline":
        distance = (score - MIDDLE) / MIDDLE
        return np.minimum(distance, 0.0), np.maximum(distance, 0.0)
    missing = np.isnan(score)
    low = np.where(missing, np.nan, -(score < MIDDLE - MIDDLE_REACH).astype(float))
    return low, np.where(missing, np.nan, (score > MIDDLE + MIDDLE_REACH).astype(float))

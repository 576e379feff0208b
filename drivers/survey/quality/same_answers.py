"""The same answer again and again: throughout, in a row, and how much a respondent's answers vary at all.

Everything goes column by column, so that a million respondents need no table of floats of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from drivers.survey.data import Survey
from drivers.survey.scoring import performance, turn

FEWEST_ITEMS = 5
"""Fewer answers than this may well be the same, and meant so."""

STRAIGHT = ("no", "worst", "between", "best")
"""What the codes 0 to 3 of `straight_answers` say: the same answer throughout or not, and which."""

SAME = 1e-9
"""Answers this near, as a part of the scale, are one answer: an item that was turned round twice is off by rounding."""

_SAME_POINTS = 100 * SAME


def most_on_one_scale(survey: Survey, items: Sequence[str]) -> int:
    """Items of the scale that most of them are on."""
    scales = [survey.codebook.items[item].scale for item in items]
    return max(map(scales.count, scales), default=0)


def given_answer(survey: Survey, item: str) -> np.ndarray:
    """An item's answers as they were ticked, whatever the wording means: 0–100 along the scale; float (n,)."""
    entry = survey.codebook.items[item]
    scale = survey.codebook.scales[entry.scale]
    codes = survey.codes[item].to_numpy()
    return performance(turn(codes, scale) if entry.reversed else codes, scale)


def meant_answer(survey: Survey, item: str) -> np.ndarray:
    """An item's answers as they were meant, 100 the best; float (n,)."""
    scale = survey.codebook.scales[survey.codebook.items[item].scale]
    return performance(survey.codes[item].to_numpy(), scale)


def straight_answers(survey: Survey, items: Sequence[str], fewest: int) -> tuple[np.ndarray, np.ndarray]:
    """Whether each respondent ticked the same throughout, and whether that can be judged; int8 (n,), bool (n,).

    Parameters
    ----------
    items
        Names of items.
    fewest
        Answered items of one scale without which nothing is said of a respondent.

    Returns
    -------
    straight, judged
        ``straight`` is a position in `STRAIGHT`: best and worst are what the answers mean, so that they
        are neither where an item is worded the other way round.
    """
    book = survey.codebook
    by_scale: dict[str, list[str]] = {}
    for item in items:
        by_scale.setdefault(book.items[item].scale, []).append(item)
    n = len(survey.codes)
    same, most = np.ones(n, dtype=bool), np.zeros(n, dtype=np.int64)
    worst, best = np.full(n, np.inf), np.full(n, -np.inf)
    for members in by_scale.values():
        low, high, count = np.full(n, np.inf), np.full(n, -np.inf), np.zeros(n, dtype=np.int64)
        for item in members:
            given, meant = given_answer(survey, item), meant_answer(survey, item)
            np.fmin(low, given, out=low)
            np.fmax(high, given, out=high)
            np.fmin(worst, meant, out=worst)
            np.fmax(best, meant, out=best)
            count += ~np.isnan(given)
        same &= ~(high - low > _SAME_POINTS)
        most = np.maximum(most, count)
    judged = most >= fewest
    straight = np.select([best < _SAME_POINTS, worst > 100 - _SAME_POINTS], [1, 3], 2)
    return np.where(same & judged, straight, 0).astype(np.int8), judged


def longest_runs(survey: Survey, items: Sequence[str]) -> np.ndarray:
    """Longest run of one and the same answer to questions that follow each other; int (n,).

    Parameters
    ----------
    items
        In the order in which they were asked.

    Notes
    -----
    A run ends where the answer or the scale changes. Missing answers neither end nor lengthen it.
    """
    n = len(survey.codes)
    longest, run, last = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64), np.full(n, np.nan)
    scale = ""
    for item in items:
        if survey.codebook.items[item].scale != scale:
            scale = survey.codebook.items[item].scale
            run[:], last[:] = 0, np.nan
        given = given_answer(survey, item)
        answered = ~np.isnan(given)
        again = answered & (np.abs(given - last) <= _SAME_POINTS)
        run = np.where(again, run + 1, np.where(answered, 1, run))
        last = np.where(answered, given, last)
        np.maximum(longest, run, out=longest)
    return longest


def own_deviation(survey: Survey, items: Sequence[str]) -> np.ndarray:
    """Standard deviation of each respondent's answers as they were ticked, NaN with fewer than two; float (n,).

    Parameters
    ----------
    items
        Names of items, whose scales are compared in points from 0 to 100.
    """
    n = len(survey.codes)
    count, mean, squares = np.zeros(n), np.zeros(n), np.zeros(n)
    # Welford's sums: a difference of large sums would leave noise where all answers are the same.
    for item in items:
        given = given_answer(survey, item)
        answered = ~np.isnan(given)
        count += answered
        step = np.where(answered, given - mean, 0.0)
        mean += step / np.maximum(count, 1)
        squares += step * np.where(answered, given - mean, 0.0)
    return np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)


def asked_in_order(survey: Survey, items: Sequence[str]) -> tuple[str, ...]:
    """Items in the order of the file's columns, which is the order of the questionnaire in what programs export."""
    place = {column: position for position, column in enumerate(survey.raw.columns)}
    return tuple(sorted(items, key=lambda item: place[survey.codebook.items[item].column]))

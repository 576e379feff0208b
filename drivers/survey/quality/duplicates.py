"""Who is in the file twice: the same identity, the same answers, or nearly the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from drivers.survey.data import Survey
from drivers.survey.quality.same_answers import meant_answer

CHANCE = 0.01
"""Rows that may be taken for copies by chance in a whole file, at most, on average."""

LEVELS = 10
"""Groups of respondents by how well they rate in general, within which answers are taken to be unrelated."""

PERCENT_MATCH = 0.85
"""Respondents who share more of their answers than this with another one are suspicious (Kuriakose and Robbins)."""

FEWEST_MATCHED = 40
"""Questions that both must have answered for a percentage to say anything: with fewer, honest respondents often agree
on 85 % (Simmons et al.)."""

MOST_PAIRED = 5_000
"""Respondents who are compared with each other, each with each; twice as many take four times as long."""

_CHUNK = 500


def same_identity(survey: Survey) -> np.ndarray:
    """Rows whose respondent is in an earlier row of the same wave, and of the same brand where brands are stacked.

    Returns
    -------
    numpy.ndarray
        bool (n,); all False where the codebook names no respondent.
    """
    book = survey.codebook
    if book.design.respondent is None:
        return np.zeros(len(survey.codes), dtype=bool)
    parts = {"respondent": survey.raw[book.design.respondent].str.strip()}
    if survey.wave_index is not None:
        parts["wave"] = pd.Series(survey.wave_index)
    if book.data.stack is not None:
        parts["of"] = survey.raw[book.data.stack.into]
    frame = pd.DataFrame(parts)
    return np.asarray(frame.duplicated() & (frame["respondent"] != ""), dtype=bool)


def same_answers(survey: Survey, items: Sequence[str], left_aside: np.ndarray) -> np.ndarray:
    """Rows with the answers of an earlier row to all questions, where that is no work of chance.

    Parameters
    ----------
    items
        In the order in which they were asked.
    left_aside
        Rows that are no copies whatever they are like, such as those with one answer throughout; bool (n,).

    Returns
    -------
    numpy.ndarray
        bool (n,).

    Notes
    -----
    The chance of a pattern is the larger one of two: with unrelated answers among respondents who rate as high on the
    whole, in ten groups; and with answers that depend on the one before, as where a whole block is ticked alike.
    Where a pattern has probability π, nπ others are expected to have it; patterns count whose nπ is at most 0.02 / n,
    so that in a file without copies 0.01 rows are taken for some, on average, however many patterns there are. Kinds
    of missing answers are part of a pattern.
    """
    n = len(survey.codes)
    codes = _fingerprints(survey, items)
    again = pd.Series(codes).duplicated(keep=False).to_numpy() & ~left_aside
    if not again.any():
        return again
    chance = _log_chances(survey, items, again)
    rare = again.copy()
    rare[again] = chance <= np.log(2 * CHANCE) - 2 * np.log(n)
    later = pd.Series(codes).duplicated(keep="first").to_numpy()
    return np.asarray(rare & later)


def percent_match(survey: Survey, items: Sequence[str]) -> np.ndarray | None:
    """The largest part of the answers that each respondent shares with any other; float (n,).

    Returns
    -------
    numpy.ndarray or None
        NaN where no other has answered `FEWEST_MATCHED` of the same questions; None where there are fewer questions,
        or more than `MOST_PAIRED` respondents.

    References
    ----------
    Kuriakose and Robbins (2016), Don't get duped: fraud through duplication in public opinion surveys,
    doi:10.3233/SJI-160978.
    Simmons, Mercer, Schwarzer and Kennedy (2016), Evaluating a new proposal for detecting data falsification in
    surveys, doi:10.3233/SJI-160986.
    """
    n = len(survey.codes)
    if len(items) < FEWEST_MATCHED or not 2 <= n <= MOST_PAIRED:
        return None
    # Sums of ones and zeros are exact in float32, whatever their order.
    shared = np.hstack([_indicators(pd.factorize(survey.codes[item])[0]) for item in items])
    answered = survey.codes[list(items)].notna().to_numpy(dtype=np.float32)
    best = np.full(n, np.nan)
    for start in range(0, n, _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, n))
        both, same = answered[rows] @ answered.T, shared[rows] @ shared.T
        both[rows - start, rows] = 0
        part = np.where(both >= FEWEST_MATCHED, same / np.maximum(both, 1), -1.0).max(axis=1)
        best[rows] = np.where(part >= 0, part, np.nan)
    return best


def _indicators(codes: np.ndarray) -> np.ndarray:
    """A column for each answer, 1 where it was given; missing answers are −1; float32 (n, answers)."""
    return (codes[:, None] == np.arange(codes.max(initial=-1) + 1)).astype(np.float32)


def _fingerprints(survey: Survey, items: Sequence[str]) -> np.ndarray:
    """One number for the answers of each row; uint64 (n,). Two patterns share one in 1 of 10¹⁹ cases."""
    total = np.zeros(len(survey.codes), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for position, item in enumerate(items, start=1):
            total = _mixed(total + _mixed(_values(survey, item).view(np.uint64) + np.uint64(position)))
    return total


def _mixed(bits: np.ndarray) -> np.ndarray:
    """Bits spread over the whole number (the finaliser of splitmix64)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(bits ^ (bits >> np.uint64(31)))


def _log_chances(survey: Survey, items: Sequence[str], rows: np.ndarray) -> np.ndarray:
    """Logarithm of the probability of the patterns in some rows, by the likelier of two models; float (rows,)."""
    n = len(survey.codes)
    level = _levels(survey, items)
    sizes = np.bincount(level, minlength=LEVELS)
    alike = np.log(sizes[level[rows]] / n)
    chained = np.zeros(len(alike))
    before, answers_before = np.zeros(n, dtype=np.int64), 1
    for item in items:
        codes, known = pd.factorize(_values(survey, item))
        in_level = np.bincount(level * len(known) + codes, minlength=LEVELS * len(known)).reshape(-1, len(known))
        alike += np.log(in_level[level[rows], codes[rows]] / sizes[level[rows]])
        pairs = np.bincount(before * len(known) + codes, minlength=answers_before * len(known)).reshape(-1, len(known))
        chained += np.log(pairs[before[rows], codes[rows]] / pairs.sum(axis=1)[before[rows]])
        before, answers_before = codes, len(known)
    return np.maximum(alike, chained)


def _values(survey: Survey, item: str) -> np.ndarray:
    """An item's codes, and numbers for the kinds of missing answers; float (n,)."""
    codes = survey.codes[item].to_numpy()
    return np.where(np.isnan(codes), -1e6 - survey.missing[item].to_numpy(), codes) + 0.0


def _levels(survey: Survey, items: Sequence[str]) -> np.ndarray:
    """The tenth of the respondents to which each belongs by the mean of all ratings; int (n,)."""
    n = len(survey.codes)
    total, count = np.zeros(n), np.zeros(n)
    for item in items:
        meant = meant_answer(survey, item)
        answered = ~np.isnan(meant)
        total += np.where(answered, meant, 0.0)
        count += answered
    mean = np.where(count > 0, total / np.maximum(count, 1), 0.0)
    cuts = np.unique(np.quantile(mean, np.arange(1, LEVELS) / LEVELS))
    return np.searchsorted(cuts, mean, side="right")

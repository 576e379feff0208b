"""What speaks against single rows: one flag for each thing that a respondent may have done or be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from drivers.survey.answers.codes import MISSING_KINDS
from drivers.survey.data import Survey, check_survey
from drivers.survey.quality.backwards import contradicting
from drivers.survey.quality.duplicates import PERCENT_MATCH, percent_match, same_answers, same_identity
from drivers.survey.quality.items import NOT_CONCERNED
from drivers.survey.quality.same_answers import (
    FEWEST_ITEMS,
    asked_in_order,
    longest_runs,
    most_on_one_scale,
    own_deviation,
    straight_answers,
)

SPEEDING = 1 / 3
"""Part of the median time below which nobody has read the questions. Times of attentive people spread by about half
in logarithms: half the median would be undercut by 8 % of them, a third by 1 %."""

FEWEST_TIMES = 30
"""Respondents of one mode and wave whose median is their own; where there are fewer, that of all is taken."""

FEWEST_IN_ROW = 15
"""Questions on one scale that follow each other, below which half of them are soon answered alike, and meant so."""

HALF_ANSWERED = 0.5
"""Part of the questions that concern a respondent: with fewer answers, an interview is a break-off (AAPOR)."""

PROGRAM_FLAGS = ("preview", "test", "spam", "unfinished", "rejected")
"""Marks of survey programs."""


def row_flags(survey: Survey) -> pd.DataFrame:
    """What speaks against each row: one line per row of the survey, whatever is selected.

    Parameters
    ----------
    survey
        Answers with their codebook.

    Returns
    -------
    pandas.DataFrame
        Booleans: ``straight_lining`` (one answer to all questions on aspects, other than the best), ``straight_best``
        (the best to all), ``long_run`` (more than half of at least 15 questions of one scale in a row answered alike),
        ``speeding`` (less than a third of the median time), ``duplicate_respondent``, ``duplicate_answers`` (all
        answers of an earlier row, against all chance), ``near_duplicate`` (more than 85 % of the answers of another),
        ``few_answers`` (less than half of what concerns the respondent), ``contradiction`` (one end of the main
        outcome, the other end of another outcome or of the ratings), and the marks of the survey program, such as
        ``unfinished``. Numbers: ``longest_run`` (questions), ``own_deviation`` (points of 0–100, standard deviation of
        the respondent's own ratings), ``seconds``, ``percent_match`` (0–1); NaN where not known.

    Notes
    -----
    A flag is a reason to look, and no proof: whoever found everything perfect ticks the best throughout. Nothing is
    left out by a flag; `robustness` shows what an analysis is without straight-liners. ``own_deviation`` has no flag,
    as a fixed part of all respondents has the least of it in any survey; 0 is straight-lining. Times are compared
    within mode and wave where at least 30 are known. Questions are taken in the order of the file's columns.

    Weights: not used.
    Missing answers: left aside; straight-lining wants five answers on one scale, a contradiction both ends.

    References
    ----------
    Johnson (2005), Ascertaining the validity of individual protocols, doi:10.1016/j.jrp.2004.09.009.
    Dunn et al. (2018), Intra-individual response variability, doi:10.1007/s10869-016-9479-0.
    Greszki, Meyer and Schoen (2015), Exploring the effects of removing "too fast" responses and respondents from web
    surveys, doi:10.1093/poq/nfu058.
    Kuriakose and Robbins (2016), Don't get duped, doi:10.3233/SJI-160978.
    AAPOR (2023), Standard Definitions, 10th edition.

    Examples
    --------
    >>> import drivers as kda
    >>> flags = kda.row_flags(kda.example_survey("service_center"))
    >>> int(flags["straight_lining"].sum()), int(flags["contradiction"].sum())
    (253, 23)
    """
    check_survey(survey)
    book = survey.codebook
    everything = asked_in_order(survey, tuple(book.items))
    ratings = [item for name in book.default_drivers for item in book.drivers[name].items]
    straight, _ = straight_answers(survey, ratings, FEWEST_ITEMS)
    runs, deviation = longest_runs(survey, everything), own_deviation(survey, ratings)
    # One answer throughout makes no copy, however few the questions are, nor do answers that vary not at all.
    alike = (straight_answers(survey, ratings, 2)[0] > 0) | ~(own_deviation(survey, everything) > 0)
    matched = percent_match(survey, everything)
    seconds = _seconds(survey)
    columns: dict[str, object] = {
        "straight_lining": (straight == 1) | (straight == 2),
        "straight_best": straight == 3,
        "long_run": _long_runs(survey, everything, runs),
        "speeding": speeding(survey, seconds),
        "duplicate_respondent": same_identity(survey),
        "duplicate_answers": same_answers(survey, everything, alike),
        "near_duplicate": np.zeros(len(runs), dtype=bool) if matched is None else (matched > PERCENT_MATCH) & ~alike,
        "few_answers": _few_answers(survey),
        "contradiction": contradicting(survey),
        **{name: np.asarray(rows, dtype=bool) for name, rows in survey.flags.items()},
        "longest_run": runs,
        "own_deviation": deviation,
        "seconds": seconds,
        "percent_match": np.full(len(runs), np.nan) if matched is None else matched,
    }
    return pd.DataFrame(columns)


def judged_straight(survey: Survey) -> bool:
    """Whether there are enough questions on one scale to see straight-lining."""
    book = survey.codebook
    items = [item for name in book.default_drivers for item in book.drivers[name].items]
    return most_on_one_scale(survey, items) >= FEWEST_ITEMS


def speeding(survey: Survey, seconds: np.ndarray) -> np.ndarray:
    """Rows that took less than a third of the median time of their mode and wave; bool (n,)."""
    known = ~np.isnan(seconds)
    if not known.any():
        return known
    mode = None if survey.fieldwork is None else survey.fieldwork.mode
    parts = [part for part in (mode, survey.wave_index) if part is not None]
    medians = np.full(len(seconds), np.median(seconds[known]))
    if parts:
        group = pd.factorize(pd.MultiIndex.from_arrays(parts))[0]
        for code in range(int(group.max()) + 1):
            own = known & (group == code)
            if own.sum() >= FEWEST_TIMES:
                medians[group == code] = np.median(seconds[own])
    return known & (seconds < SPEEDING * medians)


def longest_block(survey: Survey, items: Sequence[str]) -> int:
    """Most questions of one scale that follow each other."""
    longest = block = 0
    scale = ""
    for item in items:
        own = survey.codebook.items[item].scale
        block, scale = (block + 1, scale) if own == scale else (1, own)
        longest = max(longest, block)
    return longest


def _long_runs(survey: Survey, items: Sequence[str], runs: np.ndarray) -> np.ndarray:
    block = longest_block(survey, items)
    return runs * 2 > block if block >= FEWEST_IN_ROW else np.zeros(len(runs), dtype=bool)


def _seconds(survey: Survey) -> np.ndarray:
    if survey.fieldwork is None or survey.fieldwork.seconds is None:
        return np.full(len(survey.codes), np.nan)
    return survey.fieldwork.seconds.copy()


def _few_answers(survey: Survey) -> np.ndarray:
    """Rows with an answer to less than half of the drivers' and outcomes' questions that concern them; bool (n,)."""
    book = survey.codebook
    names = (*book.default_drivers, *book.said_outcomes)
    items = dict.fromkeys(item for name in names for item in book.construct(name).items)
    aside = [1 + MISSING_KINDS.index(kind) for kind in NOT_CONCERNED]
    answered, concerned = np.zeros(len(survey.codes), dtype=np.int64), np.zeros(len(survey.codes), dtype=np.int64)
    for item in items:
        missing = survey.missing[item].to_numpy()
        answered += missing == 0
        concerned += ~np.isin(missing, aside)
    return answered < HALF_ANSWERED * concerned

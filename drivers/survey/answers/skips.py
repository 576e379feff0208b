"""Questions that some rows were not asked: which rows, and what their empty cells mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from drivers.errors import SurveyError
from drivers.results import read_only
from drivers.survey.answers.codes import MISSING_KINDS, Answers
from drivers.survey.answers.texts import to_number
from drivers.survey.codebook.model import Codebook
from drivers.survey.codebook.skips import Where
from drivers.survey.import_log import ImportLog
from drivers.survey.raw_table import RawTable, listed

USED_FOR = "who was asked"
"""What the columns of `skips` are used for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SkippedRows:
    """The rows of one skip.

    Parameters
    ----------
    kind
        What an empty cell means there.
    items
        The items that were skipped.
    rows
        bool (n,).
    place
        The skip's path in the codebook.
    condition
        The rows in words.
    """

    kind: str
    items: frozenset[str]
    rows: np.ndarray
    place: str
    condition: str


def rows_where(book: Codebook, table: RawTable, where: Where, place: str) -> np.ndarray:
    """The rows in which each column has one of its values; bool (n,).

    Values are compared as texts, and as numbers where both are: 0 is also ``0.0``.

    Raises
    ------
    SurveyError
        Where a value is nowhere in its column, which is most likely a slip. A wave may be absent from a file.
    """
    rows = np.ones(len(table.frame), dtype=bool)
    waves = book.wave.columns if book.wave else []
    for column, values in where.items():
        cells = table.column(column, place).str.strip()
        codes, texts = pd.factorize(cells)
        known = [str(text) for text in texts]
        fits = np.zeros(len(known), dtype=bool)
        for value in values:
            same = np.array([_alike(text, str(value)) for text in known], dtype=bool)
            if not same.any() and column not in waves:
                raise SurveyError(
                    f"{table.name}, column {column!r}: expected {str(value)!r} in some row ({place}), found "
                    f"{listed(known)}; correct the value in the codebook."
                )
            fits |= same
        rows &= fits[codes]
    return rows


def in_words(where: Where) -> str:
    """The rows of a condition, such as ``year is 2011 or 2012``."""
    return " and ".join(f"{column} is {' or '.join(map(str, values))}" for column, values in where.items())


def read_skips(book: Codebook, table: RawTable, log: ImportLog) -> tuple[SkippedRows, ...]:
    """The rows of every skip of the codebook; their columns are logged."""
    skipped = []
    for position, skip in enumerate(book.skips):
        place = f"skips[{position}]"
        skipped.append(
            SkippedRows(
                kind=skip.kind,
                items=frozenset(book.items if skip.items is None else skip.items),
                rows=read_only(rows_where(book, table, skip.where, f"{place}.where"), bool),
                place=place,
                condition=in_words(skip.where),
            )
        )
    for column in dict.fromkeys(column for skip in book.skips for column in skip.where):
        cells = table.column(column, "skips")
        empty = (cells == "").to_numpy(dtype=bool)
        log.add_filled(column, USED_FOR, empty, became=f"{cells[~empty].nunique()} values")
    return tuple(skipped)


def explain_empty_cells(
    book: Codebook, table: RawTable, skips: Sequence[SkippedRows], name: str, answers: Answers
) -> tuple[Answers, list[tuple[str, str, int]]]:
    """The answers to an item, with the empty cells of those who were not asked set to their kind.

    Where two skips hold in a row, the first one decides.

    Returns
    -------
    answers
        The same answers; the cells that were set are no longer among those recoded.
    explained
        For the log: the text of the cells, the kind they were set to, and their number.

    Raises
    ------
    SurveyError
        Where a row has an answer to a question that it was not asked.
    """
    own = [skip for skip in skips if name in skip.items]
    if not own:
        return answers, []
    column = book.items[name].column
    cells = table.column(column, f"item {name!r}")
    empty = (cells.str.strip() == "").to_numpy(dtype=bool)
    missing, recoded = answers.missing.copy(), dict(answers.recoded)
    explained = []
    for skip in own:
        if (answered := skip.rows & (answers.missing == 0)).any():
            raise SurveyError(
                f"{table.name}, column {column!r}: expected no answer where {skip.condition} ({skip.place}), found "
                f"{table.places(table.counted(cells, answered))}; correct the file, or the skip in the codebook."
            )
        rows = skip.rows & empty
        empty = empty & ~rows
        missing[rows] = 1 + MISSING_KINDS.index(skip.kind)
        for text, count, _ in table.counted(cells, rows):
            explained.append((text, skip.kind, count))
            became, before = recoded.pop(text)
            if before > count:
                recoded[text] = (became, before - count)
    return replace(answers, missing=read_only(missing, np.int8), recoded=recoded), explained


def _alike(text: str, value: str) -> bool:
    if text == value:
        return True
    number = to_number(text)
    return number is not None and number == to_number(value)

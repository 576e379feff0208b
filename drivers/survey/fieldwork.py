"""How the answers were gathered: seconds, modes, days since the contact, and what became of everybody asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from drivers.errors import SurveyError
from drivers.results import read_only
from drivers.survey.codebook.fieldwork import Disposition, Duration, Mode
from drivers.survey.codebook.model import Codebook
from drivers.survey.import_log import ImportLog
from drivers.survey.raw_table import Note, RawTable
from drivers.survey.respondents import days_in, numbers_in

SECONDS = {"seconds": 1.0, "minutes": 60.0, "milliseconds": 0.001}
DISPOSITIONS = tuple(Disposition.model_fields)[1:]
"""What may become of somebody who was asked: ``complete``, ``partial``, ``refused``, ``not_contacted``, ``other``,
``unknown_eligibility``, ``not_eligible``; the names of the codebook."""
ANSWERED = ("complete", "partial")
"""Those who count as respondents."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FieldworkRecord:
    """What the file says of how the answers were gathered; each part is None where it says nothing.

    Parameters
    ----------
    seconds
        Time taken, NaN where not known; float (n,).
    mode
        Position in `modes` of how the respondent was asked, −1 where not known; int (n,).
    modes
        The modes as they are written, in the order of the codebook's labels and then of the file.
    delay
        Days from the contact to the answer, NaN where one of the two is not known; float (n,).
    sampled
        Disposition → how many of those who were sampled, respondents among them.
    """

    seconds: np.ndarray | None = None
    mode: np.ndarray | None = None
    modes: tuple[str, ...] = ()
    delay: np.ndarray | None = None
    sampled: Mapping[str, int] | None = None


def respondents_among(book: Codebook, table: RawTable) -> tuple[RawTable, Mapping[str, int] | None]:
    """The rows of those who answered, and how many met each disposition; None where the codebook has no dispositions.

    Raises
    ------
    SurveyError
        Where a disposition is in no list of the codebook, or nobody answered.

    Notes
    -----
    Who did not answer leaves the table before anything else is read, as such rows have neither weights nor answers;
    the file's notes say how many and why.
    """
    if book.fieldwork is None or book.fieldwork.disposition is None:
        return table, None
    stated = book.fieldwork.disposition
    cells = table.column(stated.column, "fieldwork.disposition").str.strip()
    kind_of = {str(value).strip(): kind for kind in DISPOSITIONS for value in getattr(stated, kind)}
    codes, texts = pd.factorize(cells)
    kinds = np.array([DISPOSITIONS.index(kind_of[text]) if text in kind_of else -1 for text in texts])[codes]
    place = f"{table.name}, column {stated.column!r}"
    if (unknown := kinds < 0).any():
        raise SurveyError(
            f"{place}: expected dispositions listed under fieldwork.disposition in the codebook, found "
            f"{table.places(table.counted(cells, unknown))}; add each to the list that it belongs to."
        )
    answered = np.isin(kinds, [DISPOSITIONS.index(kind) for kind in ANSWERED])
    if not answered.any():
        raise SurveyError(
            f"{place}: expected respondents, listed under complete or partial, found none; correct "
            "fieldwork.disposition."
        )
    # Brands are stacked: each respondent has as many rows as there are brands.
    times = len(book.data.stack.values) if book.data.stack else 1
    counts = np.bincount(kinds, minlength=len(DISPOSITIONS)) // times
    gone = Counter(zip(cells[~answered], kinds[~answered].tolist(), strict=True))
    notes = [Note("left out", text, DISPOSITIONS[kind], count) for (text, kind), count in gone.items()]
    sampled = dict(zip(DISPOSITIONS, counts.tolist(), strict=True))
    return (table if answered.all() else table.rows(answered).noted(*notes)), sampled


def read_fieldwork(
    book: Codebook,
    table: RawTable,
    dates: np.ndarray | None,
    sampled: Mapping[str, int] | None,
    log: ImportLog,
) -> FieldworkRecord | None:
    """What the file says of how its answers were gathered; None where the codebook names nothing of it.

    Parameters
    ----------
    dates
        Day of each answer, or None; datetime64[D] (n,).
    sampled
        Of `respondents_among`.

    Raises
    ------
    SurveyError
        Where a duration is no number or a day of contact is no date.
    """
    work = book.fieldwork
    if work is None:
        return None
    if work.disposition is not None:
        column = work.disposition.column
        log.add(column, "fieldwork.disposition", "read", len(table.frame), became="complete or partial")
    mode, modes = (None, ()) if work.mode is None else _modes(table, work.mode, log)
    delay = None
    if work.contact is not None and dates is not None:
        contact = days_in(table, work.contact.column, work.contact.format, "fieldwork.contact", log)
        known = ~(np.isnat(dates) | np.isnat(contact))
        delay = read_only(np.where(known, (dates - contact).astype(float), np.nan))
    return FieldworkRecord(
        seconds=None if work.duration is None else _seconds(table, work.duration, log),
        mode=mode,
        modes=modes,
        delay=delay,
        sampled=sampled,
    )


def _seconds(table: RawTable, duration: Duration, log: ImportLog) -> np.ndarray:
    cells = table.column(duration.column, "fieldwork.duration").str.strip()
    empty = (cells == "").to_numpy(dtype=bool)
    numbers = numbers_in(cells)
    if (wrong := ~empty & ~(np.isfinite(numbers) & (numbers >= 0))).any():
        raise SurveyError(
            f"{table.name}, column {duration.column!r}: expected how many {duration.unit} a respondent took, 0 or "
            f"more, found {table.places(table.counted(cells, wrong))}; correct the cells, or empty them."
        )
    log.add_filled(duration.column, "fieldwork.duration", empty, became=f"{duration.unit} → seconds")
    return read_only(np.where(empty, np.nan, numbers * SECONDS[duration.unit]))


def _modes(table: RawTable, stated: Mode, log: ImportLog) -> tuple[np.ndarray, tuple[str, ...]]:
    cells = table.column(stated.column, "fieldwork.mode").str.strip()
    found = [text for text in cells.unique() if text]
    modes = (*(name for name in stated.values if name in found), *(name for name in found if name not in stated.values))
    place = {name: position for position, name in enumerate(modes)}
    codes, texts = pd.factorize(cells)
    mode = np.array([place.get(text, -1) for text in texts], dtype=np.int64)[codes]
    log.add_filled(stated.column, "fieldwork.mode", mode < 0, became=f"{len(modes)} modes")
    return read_only(mode, np.int64), modes

"""Google Forms: a time stamp, then question texts as header.

Rows of a grid are columns called "Question [Row]". Two questions with one text give two columns with one name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from drivers.survey.answers.texts import normalise
from drivers.survey.raw_table import Note, RawTable
from drivers.survey.vendors.header import Header, Row, Vendor
from drivers.survey.vendors.names import header_of_questions, tidy

_STAMPS = frozenset(map(normalise, ("Timestamp", "طابع زمني", "الطابع الزمني", "Horodateur", "Zeitstempel")))
_OWN = _STAMPS | frozenset(
    map(
        normalise,
        ("Email Address", "Email address", "Username", "Score", "عنوان البريد الإلكتروني", "اسم المستخدم", "النتيجة"),
    )
)
_MOMENT = re.compile(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}[T ,،]+\d{1,2}:\d{2}.*")
_MOMENT_OF_FORMS = re.compile(r"\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d{2}:\d{2} \S+ GMT[+\-\u2212]?\d*.*")
_FIRST_ROWS = 5


def _recognise(head: Sequence[Row]) -> str:
    names = [tidy(name) for name in head[0][1]]
    if normalise(names[0]) not in _STAMPS or len(names) < 2:
        return ""
    moments = _first_cells(head)
    if not all(_MOMENT.fullmatch(moment) for moment in moments):
        return ""
    if moments and _MOMENT_OF_FORMS.fullmatch(moments[0]):
        return f"times such as {moments[0]!r} under {names[0]!r}"
    # Logs of machines start with times, too; questions and grids are proof that people were asked.
    if any("?" in name or "؟" in name for name in names[1:]):
        return f"column {names[0]!r} first, and questions as names"
    return f"column {names[0]!r} first, and rows of a grid as names" if _has_grid(names[1:]) else ""


def _has_grid(names: Sequence[str]) -> bool:
    """Whether two columns are rows of one question: "Question [Row]"."""
    grids = [name.partition(" [")[0] for name in names if " [" in name and name.endswith("]")]
    return len(set(grids)) < len(grids)


def _first_cells(head: Sequence[Row]) -> list[str]:
    """What is written in the first column of the first rows of answers."""
    return [tidy(cells[0]) for _, cells in head[1 : 1 + _FIRST_ROWS] if cells[0].strip()]


def _accepts(head: Sequence[Row]) -> str:
    name = tidy(head[0][1][0])
    moments = _first_cells(head)
    if normalise(name) in _STAMPS or (moments and all(_MOMENT.fullmatch(moment) for moment in moments)):
        return _recognise(head) or f"times in the first column, {name!r}"
    return ""


def _header(place: str, head: Sequence[Row]) -> Header:
    announced = Note("vendor", _accepts(head), "google_forms", len(head[0][1]))
    return header_of_questions(place, head[0], announced, _OWN)


def _finish(table: RawTable) -> RawTable:
    return table


GOOGLE_FORMS = Vendor(
    key="google_forms",
    title="Google Forms",
    expects="a first column with the time of each answer, such as Timestamp",
    recognise=_recognise,
    accepts=_accepts,
    header=_header,
    finish=_finish,
)

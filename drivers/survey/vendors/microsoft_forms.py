"""Microsoft Forms: number, times, e-mail and name, then question texts as header, often with a hard space at the end.

Rows of a grid are columns of their own; a header that occurs again has a number at its end. Several answers to one
question stand in one cell, each closed by a semicolon.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from drivers.survey.answers.texts import normalise
from drivers.survey.raw_table import Note, RawTable, listed
from drivers.survey.vendors.header import Header, Row, Vendor
from drivers.survey.vendors.names import header_of_questions, tidy


def _words(*texts: str) -> frozenset[str]:
    return frozenset(map(normalise, texts))


_FIRST = (
    _words("ID", "المعرف", "معرف", "معرّف الاستجابة"),
    _words("Start time", "وقت البدء", "وقت البداية", "وقت بدء التشغيل"),
    _words("Completion time", "وقت الإكمال", "وقت الاكتمال", "وقت الانتهاء"),
)
_OWN = frozenset().union(*_FIRST) | _words(
    *("Email", "Name", "Last modified time", "Language", "Total points", "Quiz feedback", "Grade posted time"),
    *("البريد الإلكتروني", "الاسم", "وقت آخر تعديل", "اللغة", "إجمالي النقاط", "ملاحظات الاختبار"),
)
_PERSON = _words("Email", "البريد الإلكتروني")
_FIRST_ROWS = 5
_MOMENT = re.compile(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}[T ,،]+\d{1,2}:\d{2}.*")


def _recognise(head: Sequence[Row]) -> str:
    cells = head[0][1]
    names = [tidy(name) for name in cells[:3]]
    if len(names) < 3 or any(normalise(name) not in words for name, words in zip(names, _FIRST, strict=True)):
        return ""
    # A log of tasks may start so, too.
    proof = any(
        "?" in name or "؟" in name or name.endswith("\xa0") or normalise(tidy(name)) in _PERSON for name in cells[3:]
    )
    return f"columns {', '.join(names)} first" if proof else ""


def _accepts(head: Sequence[Row]) -> str:
    """In any language: a number, and two times after it."""
    rows = [[tidy(cell) for cell in cells[:3]] for _, cells in head[1 : 1 + _FIRST_ROWS]]
    times = rows and all(len(row) == 3 and row[0].isdecimal() and all(map(_MOMENT.fullmatch, row[1:])) for row in rows)
    return _recognise(head) or ("a number and two times in the first columns" if times else "")


def _header(place: str, head: Sequence[Row]) -> Header:
    announced = Note("vendor", _accepts(head), "microsoft_forms", len(head[0][1]))
    return header_of_questions(place, head[0], announced, _OWN)


def _finish(table: RawTable) -> RawTable:
    several = [name for name in table.frame.columns if _has_several(table, name)]
    if not several:
        return table
    return table.noted(Note("several answers", listed(several), "each closed by ';' in one cell", len(several)))


def _has_several(table: RawTable, name: str) -> bool:
    written = [text for text in table.frame[name].unique() if text.strip()]
    return bool(written) and all(text.rstrip().endswith(";") for text in written)


MICROSOFT_FORMS = Vendor(
    key="microsoft_forms",
    title="Microsoft Forms",
    expects="the columns ID, Start time and Completion time first",
    recognise=_recognise,
    accepts=_accepts,
    header=_header,
    finish=_finish,
)

"""Numbers with a decimal comma, which files with semicolons often have."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from drivers.survey.raw_table import Note, RawTable

_DIGIT = "[0-9\u0660-\u0669\u06f0-\u06f9]"
_NUMBER = re.compile(rf"\s*[+\-\u2212]?(?:{_DIGIT}{{1,3}}(?:\.{_DIGIT}{{3}})+|{_DIGIT}*),{_DIGIT}+\s*")
# Beside decimal commas a point can only stand between thousands, also where nothing follows.
_THOUSANDS = re.compile(rf"\s*[+\-\u2212]?[1-9\u0661-\u0669\u06f1-\u06f9]{_DIGIT}{{0,2}}(?:\.{_DIGIT}{{3}})+\s*")
_ONLY_WITH_COMMA = re.compile(rf"\s*[+\-\u2212]?{_DIGIT}+,(?:{_DIGIT}{{1,2}}|{_DIGIT}{{4,}})\s*")


def with_decimal_points(table: RawTable) -> RawTable:
    """The table with a point for the decimal comma, and nothing between thousands, in cells that are numbers.

    Other cells stay as they are, such as an answer in words that holds a comma.
    """
    columns, changed = {}, 0
    for name in table.frame.columns:
        codes, texts = pd.factorize(table.frame[name])
        commas = any(_NUMBER.fullmatch(text) for text in texts)
        new = [
            _with_point(text) if _NUMBER.fullmatch(text) or (commas and _THOUSANDS.fullmatch(text)) else text
            for text in texts.tolist()
        ]
        if new == texts.tolist():
            continue
        columns[name] = pd.Series(pd.array(new, dtype="str").take(codes))
        changed += int((columns[name] != table.frame[name]).sum())
    note = Note("decimal", "data.decimal: ','", "a point", changed)
    return replace(table, frame=table.frame.assign(**columns), notes=(*table.notes, note))


def looks_decimal(text: str) -> bool:
    """Whether a text is a number only if its comma is the decimal mark.

    >>> looks_decimal("4,5"), looks_decimal("1,234"), looks_decimal("yes, 5")
    (True, False, False)
    """
    return _ONLY_WITH_COMMA.fullmatch(text) is not None


def _with_point(text: str) -> str:
    return text.replace(".", "").replace(",", ".")

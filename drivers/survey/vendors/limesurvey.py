"""LimeSurvey: codes, full texts or "code. text" as header; answers as codes or texts; submitdate empty until the end.

Exports in VV format have a row of texts above the row of codes, and write {question_not_shown} where no question was
shown. Exports with full answers write N/A in yes/no columns without an answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from drivers.survey.raw_table import Note, RawTable
from drivers.survey.vendors.header import Header, Row, Vendor
from drivers.survey.vendors.marks import column_of, gaps, marked
from drivers.survey.vendors.names import numbered, same_width, simplified, tidied, tidy

_CODES = frozenset({"startlanguage", "submitdate", "lastpage", "datestamp"})
_TITLES = frozenset({"startlanguage", "datesubmitted", "lastpage", "datelastaction"})
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\[[^\[\]]*\])*")
_SEPARATOR = re.compile(r"(?:startlanguage|submitdate|lastpage)(\W+)\w")
_HEADERS = {
    "vv": "texts and codes",
    "codes": "codes",
    "code and text": "codes with texts",
    "texts": "texts",
    "": "texts",
}
_NOT_SHOWN = "{question_not_shown}"
_TWO_ANSWERS = ({"Yes", "No", "N/A", ""}, {"Female", "Male", "N/A", ""})


def _separator(names: Sequence[str]) -> str:
    """What stands between code and text; "" where the header is no "code. text"."""
    found = [match[1] for name in names if (match := _SEPARATOR.match(name))]
    return found[0] if len(found) >= 2 and len(set(found)) == 1 else ""


def _style(head: Sequence[Row]) -> str:
    """How the header is written: ``vv``, ``codes``, ``code and text``, ``texts``; "" for none of them."""
    names = head[0][1]
    if len(head) > 1 and _has_codes(head[1][1]) and not _has_codes(names):
        return "vv"
    if _has_codes(names):
        return "codes"
    if _separator(names):
        return "code and text"
    titles = _TITLES & {simplified(name) for name in names}
    # One that no other program writes, and another.
    return "texts" if "startlanguage" in titles and len(titles) >= 2 else ""


def _has_codes(names: Sequence[str]) -> bool:
    codes = _CODES & set(names)
    return "startlanguage" in codes and len(codes) >= 2


def _recognise(head: Sequence[Row]) -> str:
    return {
        "vv": "columns startlanguage and lastpage below a row of texts",
        "codes": "columns startlanguage and lastpage or submitdate",
        "code and text": "columns such as 'startlanguage. Start language'",
        "texts": "columns Start language and Last page or Date submitted",
        "": "",
    }[_style(head)]


def _accepts(head: Sequence[Row]) -> str:
    own = [name for name in head[0][1] if name in _CODES or simplified(name) in _TITLES]
    return _recognise(head) or (f"a column {own[0]}" if own else "")


def _header(place: str, head: Sequence[Row]) -> Header:
    style = _style(head)
    line, cells = head[0]
    texts: dict[str, str] = {}
    if style == "vv":
        same_width(place, head[0], head[1])
        written, cells, line = cells, head[1][1], head[1][0]
    elif style == "code and text":
        pairs = [_parts(cell, _separator(cells)) for cell in cells]
        written, cells = [text for _, text in pairs], [code for code, _ in pairs]
    else:
        written = [""] * len(cells)
    tidy_names, notes = tidied(f"{place} {line}", cells)
    names, more = numbered(tidy_names)
    if style in ("texts", ""):
        texts = {name: text for name, text in zip(names, tidy_names, strict=True) if simplified(name) not in _TITLES}
    else:
        texts = {name: tidy(text) for name, text in zip(names, written, strict=True) if tidy(text)}
    return Header(
        names=tuple(names),
        rows=2 if style == "vv" else 1,
        texts=texts,
        notes=(
            Note("vendor", _accepts(head), "limesurvey", len(names)),
            Note("header rows", _HEADERS[style], "names of columns", 2 if style == "vv" else 1),
            *notes,
            *more,
        ),
    )


def _parts(cell: str, separator: str) -> tuple[str, str]:
    """Code and text of "code. text"; all of it and "" where it does not start with a code."""
    code = _CODE.match(cell)
    if code is None:
        return cell, ""
    rest = cell[code.end() :]
    if rest.startswith(separator):
        return code[0], rest.removeprefix(separator)
    return (code[0], "") if rest.strip() == separator.strip() else (cell, "")


def _finish(table: RawTable) -> RawTable:
    if column := column_of(table, {"submitdate", "datesubmitted"}):
        cells = table.frame[column].str.strip()
        table = marked(table, column, {"unfinished": cells.isin(["", "N", "NA", _NOT_SHOWN]).to_numpy(dtype=bool)})
    table = gaps(table, _NOT_SHOWN, "not_asked", list(table.frame.columns))
    return gaps(table, "N/A", "blank", [name for name in table.frame.columns if _of_two_answers(table.frame[name])])


def _of_two_answers(cells: pd.Series) -> bool:
    answers = set(cells.unique())
    return "N/A" in answers and len(answers) > 1 and any(answers <= both for both in _TWO_ANSWERS)


LIMESURVEY = Vendor(
    key="limesurvey",
    title="LimeSurvey",
    expects="columns such as submitdate, lastpage and startlanguage, as codes or as their English texts",
    recognise=_recognise,
    accepts=_accepts,
    header=_header,
    finish=_finish,
)

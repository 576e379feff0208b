"""Qualtrics: ids, question texts and ImportIds in up to three header rows; rows marked by Status and Finished.

Status and Finished come as texts or as numbers. The numbers of Status add up: 1 preview, 2 test, 4 imported, 8 possible
spam, 16 offline, 32 employee survey. "Recode seen but unanswered questions as -99" writes -99 for blanks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from drivers.survey.answers.texts import to_number
from drivers.survey.raw_table import Note, RawTable
from drivers.survey.vendors.header import Header, Row, Vendor
from drivers.survey.vendors.marks import gaps, lowered, marked
from drivers.survey.vendors.names import numbered, same_width, simplified, tidied, tidy, without_markup

_IMPORT_ID = re.compile(r"""^\s*\{\s*["']+ImportId["']+\s*:""")
_RESPONSE = ("ResponseId", "ResponseID")
_OWN = frozenset(
    {
        *("StartDate", "EndDate", "RecordedDate", "Progress", "Finished", "Duration (in seconds)", "IPAddress"),
        *("Duration__in_seconds_", "DistributionChannel", "UserLanguage", "ResponseSet", "RecipientEmail"),
        *("ExternalReference", "ExternalDataReference", "LocationLatitude", "LocationLongitude"),
    }
)
_METADATA = frozenset(map(simplified, _OWN | {*_RESPONSE, "Status", "RecipientLastName", "RecipientFirstName"}))
_TITLES = _METADATA | {"responsetype", "durationinseconds", "name", "email"}
_OLD_NAME = re.compile(r"V\d+")
_STATUS_BITS = {"preview": 1, "test": 2, "spam": 8}
_ORDINARY = frozenset({"ip address", "imported", "offline", "offline response", "ex", "ex offline", ""})
_YES, _NO = ("true", "1", "yes"), ("false", "0", "no")
_NOT_SEEN = "-99"


def _recognise(head: Sequence[Row]) -> str:
    names = head[0][1]
    if row := _import_ids(head):
        return f"ImportIds in header row {row + 1}"
    if _is_old(head):
        return "columns V1, V2 … with ResponseID and Finished in the second header row"
    own = [name for name in names if name in _OWN]
    response = [name for name in names if name in _RESPONSE]
    return f"columns {', '.join([*response, *own[:4]])}" if response and len(own) >= 3 else ""


def _accepts(head: Sequence[Row]) -> str:
    own = [name for name in head[0][1] if name in _OWN or name in _RESPONSE]
    return _recognise(head) or (f"columns {', '.join(own[:4])}" if len(own) >= 2 else "")


def _import_ids(head: Sequence[Row]) -> int:
    """Which row holds the ImportIds, counted from 0; 0 where none does."""
    for position, (_, cells) in enumerate(head[1:3], start=1):
        written = [cell for cell in cells if cell.strip()]
        found = sum(bool(_IMPORT_ID.match(cell)) for cell in written)
        if found and 2 * found >= len(written):
            return position
    return 0


def _is_old(head: Sequence[Row]) -> bool:
    """Whether the program's own columns are called V1, V2 …, with their titles in the second row."""
    if len(head) < 2:
        return False
    titles = {
        simplified(title) for name, title in zip(head[0][1], head[1][1], strict=False) if _OLD_NAME.fullmatch(name)
    }
    return "responseid" in titles and len(titles & _TITLES) >= 4


def _header_rows(head: Sequence[Row]) -> int:
    if row := _import_ids(head):
        return row + 1
    if len(head) < 2:
        return 1
    pairs = zip(head[0][1], head[1][1], strict=False)
    titles = sum(
        simplified(title) in _TITLES and (simplified(name) in _METADATA or bool(_OLD_NAME.fullmatch(name)))
        for name, title in pairs
    )
    return 2 if titles >= 2 else 1


def _header(place: str, head: Sequence[Row]) -> Header:
    rows = _header_rows(head)
    for other in head[1:rows]:
        same_width(place, head[0], other)
    names, notes = tidied(f"{place} {head[0][0]}", head[0][1])
    names, more = numbered(names)
    texts: dict[str, str] = {}
    import_ids = _import_ids(head)
    if rows == 3 or (rows == 2 and not import_ids):
        written = head[1][1]
        texts = {name: tidy(text) for name, text in zip(names, written, strict=True) if tidy(text) not in ("", name)}
        markup = sum(without_markup(text) != text for text in written)
        more += [Note("markup dropped", "question texts", "", markup)] if markup else []
    parts = ["names", *(["question texts"] if texts else []), *(["ImportIds"] if import_ids else [])]
    return Header(
        names=tuple(names),
        rows=rows,
        texts=texts,
        notes=(
            Note("vendor", _accepts(head), "qualtrics", len(names)),
            Note("header rows", ", ".join(parts), "names and texts of columns", rows),
            *notes,
            *more,
        ),
    )


def _finish(table: RawTable) -> RawTable:
    own = _own_columns(table)
    if column := own.get("status") or own.get("responsetype"):
        table = _by_status(table, column)
    if column := own.get("distributionchannel"):
        previews = (lowered(table.frame[column]) == "preview").to_numpy(dtype=bool)
        if previews.any():
            table = marked(table, column, {"preview": previews})
    if column := own.get("finished"):
        cells = lowered(table.frame[column])
        table = marked(table, column, {"unfinished": cells.isin(_NO).to_numpy(dtype=bool)})
        table = _not_known(table, column, cells, set(cells.unique()) - {*_YES, *_NO})
    elif column := own.get("progress"):
        table = marked(table, column, {"unfinished": _below_100(table.frame[column])})
    questions = [name for name in table.frame.columns if name not in own.values()]
    return gaps(table, _NOT_SEEN, "blank", questions)


def _own_columns(table: RawTable) -> Mapping[str, str]:
    """Title of the program's own column, as `simplified` → the column."""
    titles: dict[str, str] = {}
    for column in table.frame.columns:
        title = simplified(table.texts.get(column, "") if _OLD_NAME.fullmatch(column) else column)
        if title in _TITLES:
            titles.setdefault(title, column)
    return titles


def _by_status(table: RawTable, column: str) -> RawTable:
    cells = lowered(table.frame[column])
    of_text: dict[str, frozenset[str]] = {}
    unknown = []
    for text in cells.unique():
        number = to_number(text)
        words = frozenset(re.findall(r"[a-z]+", text))
        if number is not None and number.is_integer():
            of_text[text] = frozenset(flag for flag, bit in _STATUS_BITS.items() if int(number) & bit)
        else:
            of_text[text] = frozenset(flag for flag in _STATUS_BITS if flag in words)
            if not of_text[text] and text not in _ORDINARY:
                unknown.append(text)
    table = marked(
        table,
        column,
        {
            flag: cells.isin([text for text, flags in of_text.items() if flag in flags]).to_numpy(dtype=bool)
            for flag in _STATUS_BITS
        },
    )
    return _not_known(table, column, cells, unknown)


def _not_known(table: RawTable, column: str, cells: pd.Series, texts: Collection[str]) -> RawTable:
    """Texts of the program's own column that mark nothing because they are not known, told."""
    return table.noted(
        *(Note("mark not known", f"{column}: {text}", "no mark", int((cells == text).sum())) for text in sorted(texts))
    )


def _below_100(cells: pd.Series) -> np.ndarray:
    below = {text: (number := to_number(text)) is not None and number < 100 for text in cells.unique()}
    return cells.map(below).to_numpy(dtype=bool)


QUALTRICS = Vendor(
    key="qualtrics",
    title="Qualtrics",
    expects="columns such as StartDate, Finished and ResponseId, and below them question texts and ImportIds",
    recognise=_recognise,
    accepts=_accepts,
    header=_header,
    finish=_finish,
)

"""Tables that researchers take away, written so that no spreadsheet runs what a respondent typed."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from drivers.errors import SurveyError

MOST_ROWS = 1_048_575
"""Rows below the header that a sheet holds."""
_MOST_TEXT = 32_767
_FORMULA = re.compile(r"[\s\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
_PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
# Signs that XML, and so a workbook, cannot hold.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_table(frame: pd.DataFrame, path: str | Path) -> Path:
    """Where a table was written, as CSV or as an Excel workbook by the ending of its name.

    Parameters
    ----------
    frame
        Any table; its index is not written.
    path
        ``.csv`` (UTF-8 with a mark, by which spreadsheets know it, and commas) or ``.xlsx``.

    Raises
    ------
    SurveyError
        Where the ending is another one, the table does not fit into a sheet, or the file cannot be written.

    Notes
    -----
    A text that a spreadsheet could take for a formula gets an apostrophe before it, which spreadsheets take as "this
    is text": one that starts with ``=``, ``+``, ``-`` or ``@``, also in their wide forms and behind spaces, or with a
    tab or a line's end. Numbers stay numbers, also negative ones. Names of columns are treated alike. In a workbook
    every text is stored as a text, so that none is run there whatever it starts with; the apostrophe is written all
    the same, since such workbooks are saved as CSV later on.

    Missing answers: empty cells.

    References
    ----------
    OWASP, "CSV Injection", https://owasp.org/www-community/attacks/CSV_Injection
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in (".csv", ".xlsx"):
        raise SurveyError(
            f"Expected a name that ends in .csv or .xlsx to write a table to, found {path.name!r}; choose one of the "
            "two endings."
        )
    names = [neutral(str(name)) for name in frame.columns]
    columns = [_cells(frame.iloc[:, position]) for position in range(frame.shape[1])]
    rows = list(zip(*columns, strict=True))
    try:
        if ending == ".csv":
            _write_csv(path, names, rows)
        else:
            _write_workbook(path, names, rows)
    except OSError as error:
        raise SurveyError(
            f"Expected to write a table to {str(path)!r}, found that it cannot be written "
            f"({error.strerror or error}); choose another place."
        ) from None
    return path


def neutral(text: str) -> str:
    """A text that no spreadsheet runs: with an apostrophe before it where one could take it for a formula.

    >>> neutral("=1+1"), neutral(" @SUM(A1)"), neutral("-5"), neutral("- no")
    ("'=1+1", "' @SUM(A1)", '-5', "'- no")
    """
    return f"'{text}" if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text) else text


def _cells(column: pd.Series) -> list[Any]:
    """Numbers and truth values as they are, all else as neutral text; None where there is nothing."""
    return [_cell(value) for value in column.tolist()]


def _cell(value: Any) -> Any:
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else None if np.isnan(value) else str(value)
    if isinstance(value, pd.Timestamp):
        return value.isoformat(sep=" ") if value.time() != value.time().min else value.date().isoformat()
    return neutral(str(value))


def _write_csv(path: Path, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(names)
        writer.writerows(rows)


def _write_workbook(path: Path, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    if len(rows) > MOST_ROWS:
        raise SurveyError(
            f"Expected at most {MOST_ROWS} rows for a sheet of {path.name}, found {len(rows)}; write a .csv file."
        )
    # Found before the sheet is begun: one that is given up halfway leaves an open file behind.
    longest = max((len(cell) for row in (names, *rows) for cell in row if isinstance(cell, str)), default=0)
    if longest > _MOST_TEXT:
        raise SurveyError(
            f"Expected texts of at most {_MOST_TEXT} characters for a sheet of {path.name}, found one of {longest}; "
            "write a .csv file."
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("table")
    for row in (names, *rows):
        cells = []
        for value in row:
            if isinstance(value, str):
                cell = WriteOnlyCell(sheet, value=_NO_XML.sub("\ufffd", value))
                cell.data_type = "s"  # a text that starts with = would become a formula otherwise
                cells.append(cell)
            else:
                cells.append(value)
        sheet.append(cells)
    content = io.BytesIO()
    book.save(content)
    path.write_bytes(content.getvalue())

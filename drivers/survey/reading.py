"""Raw columns from a file of answers: every cell as the text that was written, nothing interpreted."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from drivers.errors import SurveyError
from drivers.results import read_only

_NOT_TEXT = {
    b"PK\x03\x04": "an Excel workbook or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"$FL2": "an SPSS file",
    b"$FL3": "an SPSS file",
    b"<stata_dta>": "a Stata file",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\xff\xfe\x00\x00": "text in UTF-32",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
    b"\x1f\x8b": "a gzip file within a gzip file",
}
_LINE_END = re.compile(rb"\r\n|\r|\n")
_BLOCK = 10_000
"""Rows that are held as lists of cells before they are turned into columns."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RawTable:
    """A file as it was written.

    Parameters
    ----------
    name
        The file's name, without its folder.
    frame
        Text columns, one row per respondent; an empty cell is ``""``.
    lines
        The line of the file on which each row starts, counted from 1; int (n,).
    sha256
        Fingerprint of the uncompressed content.
    """

    name: str
    frame: pd.DataFrame
    lines: np.ndarray
    sha256: str

    def column(self, name: str, used_for: str) -> pd.Series:
        """A column by its name; refused with the nearest name where the file has none such."""
        if name in self.frame.columns:
            return self.frame[name]
        columns = list(self.frame.columns)
        plain = {column.strip().casefold(): column for column in columns}
        close = plain.get(name.strip().casefold()) or next(
            iter(get_close_matches(name, columns, n=1, cutoff=0.5)), None
        )
        remedy = f"did you mean {close!r}? Correct the codebook" if close else "correct the codebook or the file"
        raise SurveyError(
            f"{self.name}: expected the column {name!r} ({used_for}), found {_listed(columns)}; {remedy}."
        )

    def places(self, found: Iterable[tuple[str, int, int]], most: int = 5) -> str:
        """Texts with their number of rows and the line of the first, the most frequent first.

        Parameters
        ----------
        found
            Text, number of rows and position of the first row.
        """
        texts = sorted(found, key=lambda entry: -entry[1])
        shown = "; ".join(
            f"{_shown(text) if text else 'an empty cell'} in "
            + (f"{count} rows (first in line {self.lines[row]})" if count > 1 else f"line {self.lines[row]}")
            for text, count, row in texts[:most]
        )
        return f"{shown} and {len(texts) - most} more" if len(texts) > most else shown

    def counted(self, cells: pd.Series, rows: np.ndarray) -> list[tuple[str, int, int]]:
        """Each text in some rows of a column, with its number of rows and the position of the first."""
        chosen = np.flatnonzero(rows)
        codes, texts = pd.factorize(cells.iloc[chosen])
        _, first, counts = np.unique(codes, return_index=True, return_counts=True)
        return [
            (str(text), int(count), int(chosen[position]))
            for text, count, position in zip(texts, counts, first, strict=True)
        ]


def read_table(path: str | Path) -> RawTable:
    """The raw columns of a CSV file, plain or gzipped.

    Parameters
    ----------
    path
        A file in UTF-8 (a byte order mark is allowed) with a header row and commas. Empty lines are
        no rows.

    Raises
    ------
    SurveyError
        Where the file is missing, empty, no CSV, or has rows that do not fit its header.
    """
    path = Path(path)
    content = _content(path)
    header, columns, lines = _cells(path.name, _as_text(path.name, content))
    frame = pd.DataFrame({name: pd.Series(cells, dtype="str") for name, cells in zip(header, columns, strict=True)})
    return RawTable(
        name=path.name,
        frame=frame,
        lines=read_only(lines, np.int64),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def table_of(name: str, frame: pd.DataFrame) -> RawTable:
    """A table of text that never was a file, with the fingerprint of the file it would be.

    Parameters
    ----------
    name
        What messages call it.
    frame
        Text columns; an empty cell is ``""``.

    Notes
    -----
    Messages count one line a row, below one for the header.
    """
    return RawTable(
        name=name,
        frame=frame,
        lines=read_only(np.arange(2, len(frame) + 2), np.int64),
        sha256=hashlib.sha256(as_csv(frame)).hexdigest(),
    )


def as_csv(frame: pd.DataFrame) -> bytes:
    """A table of text as the bytes of a CSV file: UTF-8, commas, one header row."""
    return frame.to_csv(index=False, lineterminator="\n").encode()


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise SurveyError(f"Expected a CSV file with answers, found the folder {path}; name the file in it.")
        content = path.read_bytes()
    except FileNotFoundError:
        raise SurveyError(f"Expected answers at {path}, found no such file; check data.file in the codebook.") from None
    except (OSError, ValueError) as error:
        raise SurveyError(
            f"Expected answers at {str(path)!r}, found that the file cannot be read "
            f"({getattr(error, 'strerror', None) or error}); check the path and its permissions."
        ) from None
    if content.startswith(b"\x1f\x8b"):
        try:
            return gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            raise SurveyError(
                f"{path.name}: expected a whole gzip file, found a damaged one; copy or fetch it again."
            ) from None
    return content


def _as_text(name: str, content: bytes) -> str:
    if not content.removeprefix(b"\xef\xbb\xbf").strip():
        raise SurveyError(f"{name}: expected a header row and answers, found an empty file; export the survey again.")
    for start, what in _NOT_TEXT.items():
        if content.startswith(start):
            raise SurveyError(f"{name}: expected a CSV file in UTF-8, found {what}; save it as CSV (UTF-8).")
    if b"\x00" in content:
        raise SurveyError(f"{name}: expected a CSV file in UTF-8, found binary content; save it as CSV (UTF-8).")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(content, 0, error.start)) + 1
        raise SurveyError(
            f"{name}, line {line}: expected text in UTF-8, found byte {error.object[error.start]:#04x}; "
            "save the file as CSV (UTF-8)."
        ) from None
    if text[:200].lstrip().lower().startswith(("<!doctype", "<html", "<?xml")):
        raise SurveyError(f"{name}: expected a CSV file, found a web page or XML; download the file itself, as CSV.")
    return text


def _cells(name: str, text: str) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, columns of cells, and the line on which each row starts."""
    # One reader for all, and a strict one: others close open quotes and fill short rows without a word.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    columns: list[list[str]] = []
    known: list[dict[str, str]] = []  # equal cells of a column share one text
    block: list[list[str]] = []
    lines: list[int] = []
    line = 0

    def close_block() -> None:
        for column, same, cells in zip(columns, known, zip(*block, strict=True), strict=False):
            column.extend(map(same.setdefault, cells, cells))
        block.clear()

    try:
        for row in reader:
            start, line = line + 1, reader.line_num
            if len(row) == len(header) and header:
                block.append(row)
                lines.append(start)
                if len(block) == _BLOCK:
                    close_block()
            elif row and header:
                remedy = "a cell with a comma needs quotes" if len(row) > len(header) else "complete the row"
                raise SurveyError(
                    f"{name}, line {start}: expected {len(header)} cells as in the header, found {len(row)}; {remedy}."
                )
            elif row:
                header = _checked_header(f"{name}, line {start}", row)
                columns, known = [[] for _ in header], [{} for _ in header]
    except csv.Error as error:
        raise SurveyError(f"{name}, line {line + 1}: {_quoting(str(error))}.") from None
    close_block()
    if not lines:
        raise SurveyError(
            f"{name}: expected answers below the header, found no rows; export the survey with its answers."
        )
    return header, columns, lines


def _quoting(problem: str) -> str:
    if "expected after" in problem:
        return (
            "expected a comma after the quote that closes a cell, found other text; "
            'write a quote within a cell twice ("")'
        )
    return "expected the quote that opens a cell here to be closed, found no end; close it, or remove it"


def _checked_header(place: str, header: list[str]) -> list[str]:
    if len(header) == 1 and (mark := re.search(r"[;\t|]", header[0])):
        raise SurveyError(
            f"{place}: expected column names separated by commas, found {_shown(header[0])}, separated by "
            f"{mark[0]!r}; save the file with commas."
        )
    unnamed = [position for position, column in enumerate(header, start=1) if not column.strip()]
    if unnamed:
        raise SurveyError(
            f"{place}: expected a name for every column, found none for column {unnamed[0]} of "
            f"{len(header)}; name it in the file or remove it."
        )
    repeated = [column for column, count in Counter(header).items() if count > 1]
    if repeated:
        raise SurveyError(
            f"{place}: expected every column name once, found {_listed(repeated)} more than once; "
            "rename them in the file."
        )
    return header


def _listed(names: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(_shown(name) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _shown(text: str, most: int = 60) -> str:
    return repr(text if len(text) <= most else f"{text[:most]}…")

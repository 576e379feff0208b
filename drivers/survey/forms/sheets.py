"""The sheets of an XLSForm workbook as rows of texts under headings in one spelling."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.errors import CodebookError, SurveyError
from drivers.survey.formats.archive import DAMAGE, Archive
from drivers.survey.raw_table import listed, shown

_NEEDED = {"survey": ("type", "name"), "choices": ("list_name", "name")}
_OWN = ("survey", "choices", "settings")
_HEADINGS = {"list name": "list_name", "listname": "list_name", "value": "name", "caption": "label", "command": "type"}
_LANGUAGES = {
    **{"english": "en", "arabic": "ar", "french": "fr", "spanish": "es", "portuguese": "pt", "turkish": "tr"},
    **{"persian": "fa", "farsi": "fa", "dari": "fa", "urdu": "ur", "kurdish": "ku", "german": "de", "swahili": "sw"},
    **{"العربية": "ar", "عربي": "ar", "عربية": "ar", "français": "fr", "francais": "fr", "español": "es"},
    **{"espanol": "es", "português": "pt", "türkçe": "tr", "فارسی": "fa", "اردو": "ur", "deutsch": "de"},
}
_CODE = re.compile(r"\(\s*([A-Za-z]{2,3})(?:[-_][A-Za-z0-9-]+)?\s*\)\s*$")
_BARE = re.compile(r"[A-Za-z]{2}(?:[-_][A-Za-z0-9-]+)?")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: its line, counted from 1, and heading → text of the cells that are not empty."""

    line: int
    cells: Mapping[str, str]


def is_workbook(path: str | Path) -> bool:
    """Whether a path names a workbook, by its ending."""
    return Path(path).suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods")


def language_of(written: str) -> str:
    """The code of a language as forms write it, such as ``Arabic (ar)``, ``ar`` or ``العربية``.

    A language that is known by neither stays as it is written.

    >>> language_of("Arabic (ar)"), language_of("ar"), language_of("English"), language_of("Tok Pisin")
    ('ar', 'ar', 'en', 'Tok Pisin')
    """
    plain = " ".join(written.split())
    if code := _CODE.search(plain):
        return code[1].lower()
    if known := _LANGUAGES.get(plain.casefold()):
        return known
    return plain[:2].lower() if _BARE.fullmatch(plain) else plain


def read_sheets(path: Path) -> dict[str, list[Row]]:
    """The sheets of a form's workbook by their names in small letters.

    Raises
    ------
    CodebookError
        Where the file cannot be read, is no workbook, or lacks a sheet or a column that a form must have.
    """
    book = _workbook(path)
    try:
        sheets = {sheet.title.strip().lower(): sheet for sheet in book.worksheets}
        if "survey" not in sheets:
            raise CodebookError(
                f"{path.name}: expected an XLSForm with the sheet 'survey', found {listed(book.sheetnames)}; name the "
                "workbook of the form, not that of the answers."
            )
        return {name: _rows(path.name, name, sheet) for name, sheet in sheets.items()}
    finally:
        book.close()


def _workbook(path: Path) -> Any:
    import openpyxl

    try:
        if path.is_dir():
            raise CodebookError(f"Expected the workbook of a form, found the folder {path}; name the file in it.")
        content = path.read_bytes()
    except FileNotFoundError:
        raise CodebookError(f"Expected a form at {path}, found no such file; check the path.") from None
    except (OSError, ValueError) as error:
        raise CodebookError(
            f"Expected a form at {str(path)!r}, found that it cannot be read "
            f"({getattr(error, 'strerror', None) or error}); check the path and its permissions."
        ) from None
    if content.startswith(_OLD_EXCEL):
        raise CodebookError(
            f"{path.name}: expected a workbook of the kind .xlsx, found one of old Excel's, or one with a password; "
            "save it as .xlsx without a password."
        )
    if not content.startswith(b"PK"):
        raise CodebookError(f"{path.name}: expected a workbook (.xlsx), found another kind of file; save it as .xlsx.")
    _refuse_bomb(path.name, content)
    try:
        # Formulas as the values that Excel last saw: a form may work out its labels.
        return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever it stumbles over in a damaged file
        found = "a damaged one" if isinstance(error, zipfile.BadZipFile) else "one that is not as Excel writes it"
        raise CodebookError(f"{path.name}: expected a workbook (.xlsx), found {found}; save it again.") from None


def _refuse_bomb(name: str, content: bytes) -> None:
    """Refuse a workbook with a part that unpacks to a size no form has; damage is told by who reads it."""
    try:
        Archive(name, content).refuse_bombs()
    except SurveyError as error:
        raise CodebookError(str(error)) from None
    except DAMAGE:
        pass


def _rows(file: str, name: str, sheet: Any) -> list[Row]:
    try:
        sheet.reset_dimensions()
        lines = [[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    except Exception:  # damage inside a sheet shows only when it is read
        raise CodebookError(
            f"{file}, sheet {name!r}: expected rows of cells, found a damaged sheet; save the workbook again."
        ) from None
    first = next((position for position, cells in enumerate(lines) if any(cells)), None)
    if first is None:
        if name == "survey":
            raise CodebookError(f"{file}, sheet 'survey': expected questions, found an empty sheet; add them.")
        return []
    headings = list(_headings(file, name, first + 1, lines[first]))
    rows = []
    for line, cells in enumerate(lines[first + 1 :], start=first + 2):
        pairs = {heading: text for heading, text in zip(headings, cells, strict=False) if heading and text}
        if pairs:
            rows.append(Row(line, pairs))
    return rows


def _headings(file: str, name: str, line: int, cells: list[str]) -> Iterator[str]:
    """The headings in one spelling; refused where one that is needed is absent or one stands twice."""
    seen: dict[str, int] = {}
    found = []
    for position, cell in enumerate(cells):
        heading = _heading(cell)
        if heading and name in _OWN and seen.setdefault(heading, position) != position:
            raise CodebookError(
                f"{file}, sheet {name!r}, row {line}: expected each heading once, found {shown(cell)} again; "
                "remove or rename one of the columns."
            )
        found.append(heading)
    for needed in _NEEDED.get(name, ()):
        if needed not in seen:
            raise CodebookError(
                f"{file}, sheet {name!r}, row {line}: expected the heading {needed!r}, found "
                f"{listed([cell for cell in cells if cell])}; add the column."
            )
    yield from found


def _heading(cell: str) -> str:
    """A heading in small letters, the language behind ``::`` as it is written."""
    word, colons, language = (part.strip() for part in cell.partition("::" if "::" in cell else ":"))
    word = " ".join(word.lower().split())
    # A single colon once stood before the language, and still stands in "bind:relevant" and the like.
    return f"{_HEADINGS.get(word, word)}::{language}" if colons and language else _HEADINGS.get(word, word)


def _cell(value: object) -> str:
    """A cell as text: whole numbers without ".0", as they look in Excel."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()

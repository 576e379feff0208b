"""The rows of a sheet as texts, and what lies over its cells: merged ranges, hidden rows, a filter."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, iterparse

from drivers.errors import SurveyError
from drivers.survey.formats.workbook_parts import NumberFormat, SheetPart, Workbook, local, text_of
from drivers.survey.formats.written_numbers import moment_text, number_text

SHOWN_DIGITS = 15
"""Significant digits that a spreadsheet shows of a number: 0.1 + 0.2 is 0.3 there."""

_BLOCK = 1 << 20
_TAG = re.compile(
    rb"<(?:\w+:)?(?:mergeCell\s[^>]*?\bref=\"(?P<merged>[A-Z0-9:]+)\""
    rb"|autoFilter\s[^>]*?\bref=\"(?P<filter>[A-Z0-9:$]+)\""
    rb"|(?P<row>row)\s[^>]*?\bhidden=\"(?:1|true)\""
    rb"|col\s(?P<column>[^>]*?\bhidden=\"(?:1|true)\"[^>]*)"
    rb"|(?P<value>v>[^<]|is>))"
)
_COLUMN_ENDS = re.compile(rb"\b(min|max)=\"(\d+)\"")
_WHOLE = re.compile(r"0|-?[1-9][0-9]*")
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Range:
    """Cells from one corner to another, counted from 1, ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, written: str) -> Range:
        """The range that is written as ``A1:B2``."""
        first, _, last = written.replace("$", "").partition(":")
        (top, left), (bottom, right) = _place(first), _place(last or first)
        return cls(top, left, bottom, right)

    def __str__(self) -> str:
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overlay:
    """What lies over the cells of a sheet.

    Parameters
    ----------
    filled
        Whether any cell has content.
    merged
        The merged ranges.
    hidden_rows, hidden_columns
        How many a spreadsheet does not show.
    filter
        The range of a filter; "" where there is none.
    """

    filled: bool
    merged: tuple[Range, ...]
    hidden_rows: int
    hidden_columns: int
    filter: str


@dataclass(slots=True, eq=False)
class Seen:
    """What was met while the rows were read.

    Parameters
    ----------
    percents
        Column's letters → numbers that are shown as percent.
    errors
        Error text, such as ``#N/A`` → cells.
    formulas
        Rows in which a formula stands.
    repeated
        Merged range → rows below its first to which its value was given.
    """

    percents: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    formulas: set[int] = field(default_factory=set)
    repeated: Counter[str] = field(default_factory=Counter)


def overlay_of(book: Workbook, sheet: SheetPart) -> Overlay:
    """What lies over a sheet's cells, found without reading them."""
    merged, hidden_rows, hidden_columns, ruled, filled = [], 0, 0, "", False
    with book.archive.open(sheet.path) as stream:
        rest = b""
        while block := stream.read(_BLOCK):
            block = rest + block
            # A tag that is cut off is met again with the next block.
            cut = block.rfind(b"<", max(0, len(block) - 4096))
            done, rest = (block[:cut], block[cut:]) if cut > 0 else (block, b"")
            for tag in _TAG.finditer(done):
                kind = tag.lastgroup
                if kind == "value":
                    filled = True
                elif kind == "merged":
                    merged.append(Range.of(tag["merged"].decode()))
                elif kind == "filter":
                    ruled = tag["filter"].decode()
                elif kind == "row":
                    hidden_rows += 1
                else:
                    ends = {end: int(at) for end, at in _COLUMN_ENDS.findall(tag["column"])}
                    hidden_columns += ends[b"max"] - ends[b"min"] + 1
    return Overlay(
        filled=filled,
        merged=tuple(merged),
        hidden_rows=hidden_rows,
        hidden_columns=hidden_columns,
        filter=ruled,
    )


def rows_of(book: Workbook, sheet: SheetPart, seen: Seen) -> Iterator[tuple[int, list[str]]]:
    """Number and texts of every row with content, without the empty cells at its end.

    Parameters
    ----------
    seen
        Filled in while the rows are read.

    Raises
    ------
    SurveyError
        Where a formula has no stored value.
    """
    reader = _Cells(book, sheet, seen)
    with book.archive.open(sheet.path) as stream:
        row = 0
        for _, element in iterparse(stream):
            if local(element.tag) != "row":
                continue
            row = int(element.get("r", row + 1))
            cells = reader.row(row, element)
            element.clear()
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield row, cells


class _Cells:
    """The reader of a sheet's cells; equal numbers are written once."""

    def __init__(self, book: Workbook, sheet: SheetPart, seen: Seen) -> None:
        self._book, self._sheet, self._seen = book, sheet, seen
        self._numbers: dict[tuple[str, NumberFormat], str] = {}
        self._columns: dict[str, int] = {}

    def row(self, row: int, element: Element) -> list[str]:
        cells: list[str] = []
        for cell in element:
            if local(cell.tag) != "c":
                continue
            letters = cell.get("r", "").rstrip("0123456789")
            position = self._position(letters) if letters else len(cells)
            if position < len(cells):
                raise ValueError("cells of a row out of order")
            cells.extend([""] * (position - len(cells)))
            cells.append(self._text(row, position, cell))
        return cells

    def _position(self, letters: str) -> int:
        if letters not in self._columns:
            self._columns[letters] = _place(f"{letters}1")[1] - 1
        return self._columns[letters]

    def _text(self, row: int, position: int, cell: Element) -> str:
        kind = cell.get("t", "n")
        value: str | None = None
        formula = False
        for part in cell:
            tag = local(part.tag)
            if tag == "v":
                value = part.text or ""
            elif tag == "is":
                return text_of(part)
            elif tag == "f":
                formula = True
        if formula:
            self._seen.formulas.add(row)
            if value is None or (not value and kind != "str"):
                place = f"sheet {self._sheet.title!r}, cell {column_letters(position + 1)}{row}"
                raise SurveyError(
                    f"{self._book.archive.name}, {place}: expected the value of its formula, found none stored; open "
                    "the workbook in a spreadsheet and save it again."
                )
        if not value:
            return ""
        if kind == "s":
            return self._book.texts[_index(value)]
        if kind == "n":
            style = _index(cell.get("s", "0"))
            shown_as = self._book.formats[style] if self._book.formats else ""
            if shown_as == "percent":
                self._seen.percents[column_letters(position + 1)] += 1
            return self._number(value, shown_as)
        if kind == "b":
            return "TRUE" if value.strip() in ("1", "true") else "FALSE"
        if kind == "e":
            self._seen.errors[value] += 1
        if kind == "d":
            return moment_text(datetime.datetime.fromisoformat(value))
        return value

    def _number(self, value: str, shown_as: NumberFormat) -> str:
        key = value, shown_as
        if (text := self._numbers.get(key)) is None:
            text = self._numbers[key] = self._as_shown(value, shown_as)
            if len(self._numbers) > 1_000_000:
                self._numbers.clear()
        return text

    def _as_shown(self, value: str, shown_as: NumberFormat) -> str:
        from openpyxl.utils.datetime import from_excel

        if shown_as == "date" or shown_as == "duration":
            try:
                moment = from_excel(float(value), self._book.epoch, timedelta=shown_as == "duration")
            except (OverflowError, ValueError):  # a number that no calendar knows is written as one
                moment = None
            if isinstance(moment, datetime.datetime):
                return moment_text(moment)
            if isinstance(moment, datetime.timedelta):
                minutes, seconds = divmod(round(moment.total_seconds()), 60)
                return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
            if moment is not None:
                return moment.isoformat()
        # Other programs write whole numbers, such as keys, with more digits than a spreadsheet keeps.
        text = value if _WHOLE.fullmatch(value) else number_text(float(value), digits=SHOWN_DIGITS)
        return text.zfill(shown_as) if isinstance(shown_as, int) else text


def column_letters(column: int) -> str:
    """The letters of a column that is counted from 1."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def _index(written: str) -> int:
    index = int(written)
    if index < 0:
        raise ValueError("a number below zero where a position is due")
    return index


def _place(written: str) -> tuple[int, int]:
    """Row and column of a cell such as ``B7``, counted from 1."""
    place = _PLACE.fullmatch(written)
    if place is None:
        raise ValueError("no place of a cell")
    column = 0
    for letter in place[1]:
        column = 26 * column + ord(letter) - 64
    if column > 16_384:
        raise ValueError("a column beyond the last")
    return int(place[2]), column

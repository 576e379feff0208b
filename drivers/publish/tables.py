"""The tables of a page as files: an Excel workbook, and a zip of CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bs4 import BeautifulSoup, Tag

from drivers.labels import Labels
from drivers.present.isolation import clean
from drivers.present.numerals import MINUS
from drivers.present.words import wording
from drivers.publish.page import Piece
from drivers.survey.exporting import neutral
from drivers.survey.repeatable import without_times, zipped

_WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩٫٬٪", "0123456789.,%")
# As numerals.number_text writes it. A year, a code such as 007 and a number with a word or a star beside it are texts.
_NUMBER = re.compile(
    rf"(?P<sign>[+{MINUS}]?)(?P<whole>0|[1-9][0-9]{{0,2}}(?:,[0-9]{{3}})*)(?:\.(?P<part>[0-9]+))?(?P<percent>%?)"
)
# Most of a page's HTML, and no table is in one: reading takes less than half as long without them.
_FIGURE = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_LONGEST_NAME = 31  # characters; Excel takes no longer names of sheets
_NARROWEST, _WIDEST = 8, 60  # characters in a column
_HEADING = 18  # characters of a heading that may widen a column of short cells
# What XML cannot hold and clean() leaves.
_NO_XML = re.compile("[\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as a page shows it, of which a percentage is a fraction, and the Excel format that shows it so."""

    value: Decimal
    format: str


Cell = str | Number


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table of a page.

    Parameters
    ----------
    number
        Its place among the tables of the page, from 1 on.
    piece
        The ``id`` of the piece that it belongs to, as in the JSON of numbers.
    section
        The heading that it stands under.
    caption, headings
        As shown.
    rows
        Cells; the first of each row names it.
    """

    number: int
    piece: str
    section: str
    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def name(self) -> str:
        """What its sheet is called, and its CSV file but for the ending; no other table of the page has it."""
        words = re.sub(r"[^A-Za-z0-9_]+", "-", self.piece).strip("-")
        return f"{self.number:02d}-{words}"[:_LONGEST_NAME].rstrip("-")


def read_tables(pieces: Sequence[Piece]) -> list[ShownTable]:
    """The tables of shown pieces, in the order of the page.

    Notes
    -----
    A table in something hidden is left out: without a script, which alone fills it, no reader sees it.
    """
    found = [
        (piece, table)
        for piece in pieces
        if "<table" in piece.html
        for table in BeautifulSoup(_FIGURE.sub("", piece.html), "html.parser").find_all("table")
        if table.find_parent(hidden=True) is None
    ]
    return [_read(number, piece, table) for number, (piece, table) in enumerate(found, start=1)]


def read_cell(text: str) -> Cell:
    """The text without signs of direction; a number where it is nothing else.

    >>> read_cell("12.5%"), read_cell("2024")
    (Number(value=Decimal('0.125'), format='0.0%'), '2024')
    """
    bare = _text(text)
    found = _NUMBER.fullmatch(bare.translate(_WESTERN))
    if found is None:
        return bare
    sign, whole, part, percent = found["sign"], found["whole"], found["part"] or "", found["percent"]
    value = Decimal(f"{'-' if sign == MINUS else ''}{whole.replace(',', '')}.{part}")
    return Number(value.scaleb(-2) if percent else value, _format(sign, whole, part, percent))


def workbook_bytes(tables: Sequence[ShownTable], *, language: str, title: str = "") -> bytes:
    """The Excel workbook of some tables: a sheet of contents with links, then one sheet for each.

    Parameters
    ----------
    tables
        At least one.
    language
        Of the page; sheets of Arabic run from right to left.
    title
        Of the page.

    Notes
    -----
    Every text is stored as a text, whatever it begins with, and stays one when somebody edits it. The same tables give
    the same bytes.
    """
    import openpyxl

    words = wording(language, Labels())
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.creator = "drivers"
    book.properties.title = _text(title)
    contents = book.create_sheet(words.ui("contents"))
    for table in tables:
        _fill(book.create_sheet(table.name), table)
    heads = [words.ui(key) for key in ("contents_number", "contents_section", "contents_table")]
    _list(contents, tables, _text(title) or words.ui("contents"), heads)
    for sheet in book.worksheets:
        sheet.sheet_view.rightToLeft = words.direction == "rtl"
    content = io.BytesIO()
    book.save(content)
    return without_times(content.getvalue())


def csv_zip_bytes(tables: Sequence[ShownTable]) -> bytes:
    """A zip of one CSV file for each table, and ``00-contents.csv``, which says what each is.

    Notes
    -----
    UTF-8 with a mark, without which Excel garbles Arabic. Numbers are bare (a percentage is a fraction), so that any
    program reads them. A CSV cannot say that a cell is a text, so one that a spreadsheet might take for a formula gets
    an apostrophe before it, as in all tables that the project writes; see `drivers.survey.exporting.neutral`.
    """
    files = {"00-contents.csv": _csv([("file", "section", "caption"), *map(_entry, tables)])}
    files |= {_file(table): _csv([table.headings, *table.rows]) for table in tables}
    return zipped(files)


def _read(number: int, piece: Piece, table: Tag) -> ShownTable:
    rows = [row.find_all(["th", "td"]) for row in table.select("tbody > tr")]
    return ShownTable(
        number=number,
        piece=piece.numbers["id"],
        section=_text(piece.heading),
        caption=" ".join(_text(caption.get_text()) for caption in table.select("caption")),
        headings=tuple(_text(cell.get_text()) for cell in table.select("thead th")),
        rows=tuple(tuple(read_cell(cell.get_text()) for cell in row) for row in rows),
    )


def _text(text: str) -> str:
    return clean(_NO_XML.sub(" ", text))


def _format(sign: str, whole: str, part: str, percent: str) -> str:
    pattern = "#,##0" if "," in whole or not (part or percent) else "0"
    pattern += ("." + "0" * len(part) if part else "") + percent
    # A difference that is above zero shows so.
    return f"+{pattern};-{pattern};{pattern}" if sign == "+" else pattern


def _fill(sheet: Any, table: ShownTable) -> None:
    """The caption, the headings and the rows below them; the first two stay in sight."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    _put(sheet.cell(1, 1), table.caption).font = Font(bold=True, size=13)
    for column, heading in enumerate(table.headings, start=1):
        cell = _put(sheet.cell(2, column), heading)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for place, row in enumerate(table.rows, start=3):
        for column, content in enumerate(row, start=1):
            cell = _put(sheet.cell(place, column), content)
            cell.alignment = Alignment(wrap_text=isinstance(content, str), vertical="top")
    for column, width in enumerate(_widths(table), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A3"


def _list(sheet: Any, tables: Sequence[ShownTable], title: str, heads: Sequence[str]) -> None:
    """The sheet of contents: number, section and caption of each table, linked to its sheet, under their heads."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    _put(sheet.cell(1, 1), title).font = Font(bold=True, size=13)
    for column, head in enumerate(heads, start=1):
        _put(sheet.cell(2, column), _text(head)).font = Font(bold=True)
    for row, table in enumerate(tables, start=3):
        sheet.cell(row, 1, table.number)
        _put(sheet.cell(row, 2), table.section)
        cell = _put(sheet.cell(row, 3), table.caption or table.name)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{table.name}'!A1")
        cell.font = Font(underline="single", color="0563C1")
        for column in (1, 2, 3):
            sheet.cell(row, column).alignment = Alignment(wrap_text=column > 1, vertical="top")
    for letter, width in (("A", _NARROWEST), ("B", 40), ("C", _WIDEST)):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A3"


def _put(cell: Any, content: Cell) -> Any:
    """The cell, with a number and its format or with a text in it."""
    if isinstance(content, Number):
        cell.value, cell.number_format = float(content.value), content.format
    elif content:
        cell.value = content
        # Without this "=1+1" would be a formula and "#N/A" an error,
        cell.data_type = "s"
        # and without this the former would become one as soon as somebody edits it.
        cell.quotePrefix = True
    return cell


def _widths(table: ShownTable) -> list[int]:
    """The width of each column: that of its longest cell, within limits; longer texts are wrapped."""
    widths = []
    for column, heading in enumerate(table.headings):
        cells = [len(_shown(row[column])) for row in table.rows if column < len(row)]
        longest = max([*cells, min(len(heading), _HEADING), *map(len, heading.split())], default=0)
        widths.append(min(max(longest + 2, _NARROWEST), _WIDEST))
    return widths


def _shown(content: Cell) -> str:
    # As wide as the page shows it at least: a fraction has two digits more than its percentage.
    return f"{content.value:+,f}" if isinstance(content, Number) else content


def _file(table: ShownTable) -> str:
    return f"{table.name}.csv"


def _entry(table: ShownTable) -> tuple[str, str, str]:
    return _file(table), table.section, table.caption


def _csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerows([f"{cell.value:f}" if isinstance(cell, Number) else neutral(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")

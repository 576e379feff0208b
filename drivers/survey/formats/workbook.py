"""Excel workbooks: the sheet that holds the answers, its rows as a spreadsheet shows them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import chain, islice

from drivers.errors import SurveyError
from drivers.survey.formats.archive import damage_told
from drivers.survey.formats.options import ReadAs
from drivers.survey.formats.refusals import empty_file
from drivers.survey.formats.sheet import Overlay, Range, Seen, column_letters, overlay_of, rows_of
from drivers.survey.formats.sheet_header import SheetHeader, header_of
from drivers.survey.formats.totals import Totals
from drivers.survey.formats.workbook_parts import SheetPart, Workbook, workbook_of
from drivers.survey.grid import Grid, table_of_grid
from drivers.survey.raw_table import Note, RawTable, listed
from drivers.survey.vendors import Row, vendor_of

_HEAD = 40
"""Rows at the top of a sheet among which its header is looked for."""


def read_workbook(name: str, content: bytes, how: ReadAs) -> RawTable:
    """The raw columns of a sheet of a workbook.

    Raises
    ------
    SurveyError
        Where the workbook is damaged, the sheet or its header are not certain, or a cell has no value of its own.
    """
    with damage_told(name):
        book = workbook_of(name, content)
        sheet, overlay, chosen = _sheet(book, how.sheet)
    seen = Seen()
    rows = _told(name, rows_of(book, sheet, seen))
    head = list(islice(rows, _HEAD))
    if not head:
        raise empty_file(name)
    place = f"{name}, sheet {sheet.title!r}"
    first, head = _aligned(head)
    header = _header(place, head, overlay, how, first)
    body = chain(head[header.rows :], _same_columns(place, rows, first))
    totals = Totals(seen.formulas)
    kept = totals.without(body) if how.totals == "leave_out" else body
    unmerged = _unmerged(place, kept, overlay.merged, first, seen)
    grid = Grid(
        name=name,
        rows=chain([header.row], _filled_up(unmerged, len(header.row[1]))),
        sha256=hashlib.sha256(content).hexdigest(),
        place="row",
        too_many="write a name above every column",
        notes=(Note("format", f"Excel workbook, sheet {sheet.title}"), *chosen, *header.notes),
    )
    table = table_of_grid(grid, vendor=how.vendor)
    return table.noted(*totals.notes(), *_about(overlay, seen))


def _told(name: str, rows: Iterator[Row]) -> Iterator[Row]:
    with damage_told(name):
        yield from rows


def _sheet(book: Workbook, stated: str | None) -> tuple[SheetPart, Overlay, tuple[Note, ...]]:
    name = book.archive.name
    titles = [sheet.title for sheet in book.sheets]
    if stated is not None:
        for sheet in book.sheets:
            if sheet.title == stated:
                return sheet, overlay_of(book, sheet), (Note("sheet", "data.sheet", stated),)
        close = get_close_matches(stated, titles, n=1)
        raise SurveyError(
            f"{name}: expected the sheet {stated!r} (data.sheet), found {listed(titles)}; "
            + (f"did you mean {close[0]!r}?" if close else "name one of these.")
        )
    filled = [(sheet, overlay) for sheet in book.sheets if (overlay := overlay_of(book, sheet)).filled]
    if not filled:
        raise empty_file(name)
    if len(filled) > 1:
        raise SurveyError(
            f"{name}: expected one sheet with content, found "
            + ", ".join(f"{sheet.title!r}{' (hidden)' if sheet.hidden else ''}" for sheet, _ in filled)
            + "; name the one with the answers under data.sheet."
        )
    sheet, overlay = filled[0]
    notes = (Note("sheet", "the only one with content", sheet.title),) if len(titles) > 1 else ()
    return sheet, overlay, notes


def _aligned(head: Sequence[Row]) -> tuple[int, list[Row]]:
    """How many columns before the table are empty, and the first rows without them, all of one width."""
    first = min(next(at for at, cell in enumerate(cells) if cell) for _, cells in head)
    width = max(len(cells) for _, cells in head) - first
    return first, [(line, [*cells[first:], *[""] * (width - len(cells) + first)]) for line, cells in head]


def _same_columns(place: str, rows: Iterable[Row], first: int) -> Iterator[Row]:
    for line, cells in rows:
        if any(cells[:first]):
            column = next(at for at, cell in enumerate(cells) if cell)
            raise SurveyError(
                f"{place}, cell {column_letters(column + 1)}{line}: expected nothing before column "
                f"{column_letters(first + 1)}, where the table starts, found {cells[column]!r}; take it away."
            )
        yield line, cells[first:]


def _header(place: str, head: Sequence[Row], overlay: Overlay, how: ReadAs, first: int) -> SheetHeader:
    """The header; left to the conventions of a survey program where they are stated or recognised."""
    if (vendor_of(place, head, how.vendor)).key != "plain":
        return SheetHeader(row=head[0], rows=1)
    return header_of(place, head, overlay.merged, offset=first)


def _filled_up(rows: Iterable[Row], width: int) -> Iterator[Row]:
    for line, cells in rows:
        while len(cells) > width and not cells[-1]:
            cells.pop()
        yield line, [*cells, *[""] * (width - len(cells))]


def _unmerged(place: str, rows: Iterable[Row], merged: Sequence[Range], first: int, seen: Seen) -> Iterator[Row]:
    """The rows below the header, a cell that is merged over several rows repeated in each."""
    by_row: dict[int, list[Range]] = {}
    for area in merged:
        for row in range(area.top, area.bottom + 1) if area.left == area.right else (area.top,):
            by_row.setdefault(row, []).append(area)
    values: dict[Range, str] = {}
    for line, cells in rows:
        for area in by_row.get(line, ()):
            at = area.left - 1 - first
            value = cells[at] if 0 <= at < len(cells) else ""
            if area.left < area.right and value:
                raise SurveyError(
                    f"{place}, cells {area}: expected one answer in each cell, found {value!r} in a cell merged over "
                    "several columns; unmerge it and write the value where it belongs."
                )
            if area.top == line:
                values[area] = value
            elif values.get(area):
                cells.extend([""] * (at + 1 - len(cells)))
                cells[at] = values[area]
                seen.repeated[str(area)] += 1
        yield line, cells


def _about(overlay: Overlay, seen: Seen) -> Iterator[Note]:
    """What a reader of the import log should know of the sheet."""
    for area, count in seen.repeated.items():
        yield Note("merged cells", area, "repeated in each row", count)
    if overlay.hidden_rows:
        yield Note("hidden rows", "", "read as all others", overlay.hidden_rows)
    if overlay.hidden_columns:
        yield Note("hidden columns", "", "read as all others", overlay.hidden_columns)
    if overlay.filter:
        yield Note("filter", overlay.filter, "rows that it hides are read too")
    for column, count in seen.percents.items():
        yield Note("percent", f"column {column}", "read as stored: 45% is 0.45", count)
    for text, count in seen.errors.items():
        yield Note("error cells", text, "kept as text", count)

"""A grid of cells, row by row, and the columns that it becomes once its header is known."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import pandas as pd

from drivers.errors import SurveyError
from drivers.results import read_only
from drivers.survey.raw_table import Note, RawTable
from drivers.survey.vendors import Header, Row, vendor_of

HEAD_ROWS = 8
"""Rows at the top of a file among which its header is looked for."""
_BLOCK = 1_000
"""Rows that are held as lists of cells before they are turned into columns; with more of them, their texts leave the
processor's cache before they are looked up, and reading takes twice as long."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """The rows of a file that has no typed columns, such as CSV or a sheet of a workbook.

    Parameters
    ----------
    name
        The file's name, without its folder.
    rows
        Line and cells of every row that is not empty, in order; read once.
    sha256
        Fingerprint of the uncompressed content.
    place
        What the lines count: ``line`` or ``row``.
    too_many, too_few
        What to do about a row with more, or fewer, cells than the header.
    notes
        What was done to the file as a whole.
    """

    name: str
    rows: Iterable[Row]
    sha256: str
    place: str = "line"
    too_many: str = "a cell with a comma needs quotes"
    too_few: str = "complete the row"
    notes: tuple[Note, ...] = field(default=())


def table_of_grid(grid: Grid, *, vendor: str | None = None) -> RawTable:
    """The raw columns of a grid, its header read by the conventions of the program that wrote it.

    Parameters
    ----------
    vendor
        A key of `drivers.survey.vendors`; found from the header where None.

    Raises
    ------
    SurveyError
        Where the header is no header of that program, or rows do not fit it.
    """
    rows = iter(grid.rows)
    head = [row for _, row in zip(range(HEAD_ROWS), rows, strict=False)]
    if not head:
        raise SurveyError(
            f"{grid.name}: expected a header row and answers, found an empty file; export the survey again."
        )
    convention = vendor_of(grid.name, head, vendor)
    header = convention.header(f"{grid.name}, {grid.place}", head)
    columns, lines, empty = _columns(grid, header, chain(head[header.rows :], rows))
    left_out = [Note("left out", "empty rows at the end", "", empty)] if empty else []
    table = RawTable(
        name=grid.name,
        frame=pd.DataFrame(dict(zip(header.names, columns, strict=True))),
        lines=lines,
        sha256=grid.sha256,
        place=grid.place,
        vendor=convention.key,
        texts=dict(header.texts),
        notes=(*grid.notes, *header.notes, *left_out),
    )
    return convention.finish(table)


class _Codes(dict[str, int]):
    """Text → its number, in order of appearance."""

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number


def _columns(grid: Grid, header: Header, rows: Iterator[Row]) -> tuple[list[pd.Series], np.ndarray, int]:
    """Columns of text, the line of each row, and how many rows without any text stand at the end.

    These are no respondents: a spreadsheet saves as many of them as were once written in. Between others a row without
    any text is one who answered nothing.
    """
    width = len(header.names)
    known = [_Codes() for _ in range(width)]  # a text that occurs again is held once
    numbers: list[list[np.ndarray]] = [[] for _ in range(width)]
    lines = array("q")
    block: list[list[str]] = []

    def close_block() -> None:
        for codes, parts, cells in zip(known, numbers, zip(*block, strict=True), strict=True):
            part = np.fromiter(map(codes.__getitem__, cells), np.int32, len(cells))
            parts.append(part.astype(np.min_scalar_type(len(codes)), copy=False))
        block.clear()

    waiting: list[Row] = []  # rows without any text, of which it is not known yet whether others follow
    for line, cells in rows:
        if len(cells) != width:
            raise SurveyError(
                f"{grid.name}, {grid.place} {line}: expected {width} cells as in the header, found {len(cells)}; "
                f"{grid.too_many if len(cells) > width else grid.too_few}."
            )
        if not any(cells):
            waiting.append((line, cells))
            continue
        for earlier, texts in waiting:
            block.append(texts)
            lines.append(earlier)
        waiting.clear()
        block.append(cells)
        lines.append(line)
        if len(block) >= _BLOCK:
            close_block()
    if not lines:
        raise SurveyError(
            f"{grid.name}: expected answers below the header, found no rows; export the survey with its answers."
        )
    if block:
        close_block()
    columns = []
    for codes, parts in zip(known, numbers, strict=True):
        columns.append(_text_column(list(codes), np.concatenate(parts)))
        parts.clear()
    return columns, read_only(np.frombuffer(lines, np.int64), np.int64), len(waiting)


def _text_column(texts: Sequence[str], numbers: np.ndarray) -> pd.Series:
    import pyarrow as pa

    coded = pa.DictionaryArray.from_arrays(pa.array(numbers), pa.array(texts, pa.large_string()))
    return pd.Series(coded.cast(pa.large_string()), dtype="str")

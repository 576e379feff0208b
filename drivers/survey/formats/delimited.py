"""Delimited text: CSV and its kin."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator

from drivers.errors import SurveyError
from drivers.survey.formats.delimiters import Delimiter, delimiter_of
from drivers.survey.formats.encodings import Encoding, encoding_of
from drivers.survey.formats.options import ReadAs
from drivers.survey.grid import Grid, table_of_grid
from drivers.survey.raw_table import Note, RawTable
from drivers.survey.vendors import Row

_START = 1 << 16
"""Characters at the start of a file from which its delimiter is found."""


def read_delimited(name: str, content: bytes, how: ReadAs) -> RawTable:
    """The raw columns of delimited text.

    Raises
    ------
    SurveyError
        Where the encoding or the delimiter is not certain, or a row does not fit the header.
    """
    encoding = encoding_of(name, content, how.encoding)
    # The text streams from the bytes: a decoded copy of the whole would need up to four times their memory.
    start = _text(content, encoding).read(_START)
    delimiter = delimiter_of(name, start, how.delimiter, whole=len(start) < _START)
    grid = Grid(
        name=name,
        rows=_rows(name, content, encoding, delimiter),
        sha256=hashlib.sha256(content).hexdigest(),
        too_many=f"a cell with {delimiter.a_word} needs quotes",
        notes=_notes(encoding, delimiter, how),
    )
    return table_of_grid(grid, vendor=how.vendor)


def _notes(encoding: Encoding, delimiter: Delimiter, how: ReadAs) -> tuple[Note, ...]:
    kind = "TSV" if delimiter.sign == "\t" else "CSV"
    plural = delimiter.word if delimiter.word.startswith("'") else f"{delimiter.word}s"
    notes = [Note("format", f"{kind}, {encoding.title}, separated by {plural}")]
    if how.encoding is not None:
        notes.append(Note("encoding", "data.encoding", encoding.title))
    elif encoding.found_by:
        notes.append(Note("encoding", encoding.found_by, encoding.title))
    if delimiter.stated:
        notes.append(Note("delimiter", "data.delimiter", delimiter.word))
    elif delimiter.skip:
        notes.append(Note("delimiter", f"sep={delimiter.sign} in line 1", delimiter.word))
    elif delimiter.sign != ",":
        notes.append(Note("delimiter", "the first rows", delimiter.word))
    return tuple(notes)


def _text(content: bytes, encoding: Encoding) -> io.TextIOWrapper:
    stream = io.BytesIO(content)
    stream.seek(encoding.mark)
    return io.TextIOWrapper(stream, encoding=encoding.codec, newline="")


def _rows(name: str, content: bytes, encoding: Encoding, delimiter: Delimiter) -> Iterator[Row]:
    text = _text(content, encoding)
    before = 0
    if delimiter.skip:
        text.readline()
        before = 1
    # One reader for all, and a strict one: others close open quotes and fill short rows without a word.
    reader = csv.reader(text, delimiter=delimiter.sign, strict=True)
    line = before
    try:
        for cells in reader:
            start, line = line + 1, before + reader.line_num
            if cells:
                yield start, cells
    except csv.Error as error:
        raise SurveyError(f"{name}, line {line + 1}: {_quoting(str(error), delimiter)}.") from None


def _quoting(problem: str, delimiter: Delimiter) -> str:
    if "field limit" in problem:
        return (
            f"expected a cell of at most {csv.field_size_limit():,} characters, found a longer one; shorten it, or "
            "close the quote that opens it"
        )
    if "expected after" in problem:
        return (
            f"expected {delimiter.a_word} after the quote that closes a cell, found other text; "
            'write a quote within a cell twice ("")'
        )
    return "expected the quote that opens a cell here to be closed, found no end; close it, or remove it"

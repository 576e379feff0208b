"""Parquet and Feather: typed columns as the texts that people would write."""

from __future__ import annotations

import datetime
import decimal
import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from drivers.errors import SurveyError
from drivers.results import read_only
from drivers.survey.formats.refusals import no_answers
from drivers.survey.formats.written_numbers import moment_text, number_text
from drivers.survey.raw_table import Note, RawTable, listed
from drivers.survey.respondents import numbers_in

if TYPE_CHECKING:
    import pyarrow as pa

_TITLES = {"parquet": "Parquet", "arrow": "Feather (Arrow)"}


def read_columnar(name: str, content: bytes, kind: Literal["parquet", "arrow"]) -> RawTable:
    """The raw columns of a Parquet or Feather file, each value as text, in the order of the file.

    Raises
    ------
    SurveyError
        Where the file is damaged, or a column holds something else than one answer for each row.
    """
    table = _table(name, content, kind)
    names = list(table.column_names)
    if unnamed := [position for position, column in enumerate(names, start=1) if not column.strip()]:
        raise SurveyError(
            f"{name}: expected a name for every column, found none for column {unnamed[0]} of {len(names)}; name it "
            "and write the file again."
        )
    if repeated := [column for column, count in Counter(names).items() if count > 1]:
        raise SurveyError(
            f"{name}: expected every column name once, found {listed(repeated)} more than once; rename them and write "
            "the file again."
        )
    if not names or not table.num_rows:
        raise no_answers(name)
    columns, ordered = {}, {}
    for column in names:
        cells, order = _as_text(name, column, table.column(column))
        columns[column] = cells
        if order is not None:
            ordered[column] = order
    return RawTable(
        name=name,
        frame=pd.DataFrame(columns),
        lines=read_only(np.arange(1, table.num_rows + 1), np.int64),
        sha256=hashlib.sha256(content).hexdigest(),
        place="row",
        ordered=ordered,
        notes=(
            Note("format", _TITLES[kind]),
            *(Note("index of pandas", column, "read as a column", table.num_rows) for column in _index(table)),
            *(Note("ordered", column, " < ".join(texts), len(texts)) for column, texts in ordered.items()),
        ),
    )


def _table(name: str, content: bytes, kind: str) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        source = pa.BufferReader(content)
        # Threads would hold memory for every core.
        table = (
            pq.ParquetFile(source).read(use_threads=False) if kind == "parquet" else pa.ipc.open_file(source).read_all()
        )
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, KeyError, MemoryError):
        raise SurveyError(
            f"{name}: expected a whole {_TITLES[kind]} file, found a damaged one; copy or write it again."
        ) from None
    return table


def _index(table: pa.Table) -> list[str]:
    """The columns that were the index of a DataFrame."""
    metadata = (table.schema.metadata or {}).get(b"pandas")
    if metadata is None:
        return []
    try:
        entries = json.loads(metadata).get("index_columns", [])
    except (ValueError, AttributeError, RecursionError):
        return []
    # An index that only counts the rows is described and not stored.
    return [entry for entry in entries if isinstance(entry, str) and entry in table.column_names]


def coded(name: str, column: str, values: pa.ChunkedArray) -> tuple[list[str], np.ndarray]:
    """The different texts of a column, and the position of each row's text among them.

    Parameters
    ----------
    name, column
        What messages call the file and the column.
    values
        A column as Arrow holds it.

    Returns
    -------
    texts, positions
        As `read_columnar` writes values, an absent one as ``""``; int (n,).

    Raises
    ------
    SurveyError
        Where a cell holds something else than one answer.
    """
    encoded = _encoded(name, column, _stored(values))
    texts = _texts(name, column, encoded[0].dictionary)
    places = [chunk.indices.cast("int32").fill_null(len(texts)).to_numpy(zero_copy_only=False) for chunk in encoded]
    return [*texts, ""], np.concatenate(places)


def numbers(name: str, column: str, values: pa.ChunkedArray) -> np.ndarray:
    """The numbers in a column, NaN where a cell is none; float (n,).

    Notes
    -----
    Whole numbers and long floats are taken as they are: their text is read back as the same number. All others, such
    as short floats, go through their text.
    """
    import pyarrow.types as kinds

    values = _stored(values)
    if kinds.is_integer(values.type) or kinds.is_float64(values.type):
        found = values.cast("float64", safe=False).fill_null(np.nan).to_numpy()
        return np.where(np.isinf(found), np.nan, found)
    texts, positions = coded(name, column, values)
    return numbers_in(pd.Series(texts, dtype="str"))[positions]


def _as_text(name: str, column: str, values: pa.ChunkedArray) -> tuple[pd.Series, tuple[str, ...] | None]:
    """The texts of a column, and all its texts in order where it is an ordered category."""
    import pyarrow as pa
    import pyarrow.types as kinds

    values = _stored(values)
    if kinds.is_large_string(values.type):
        return _column(values.fill_null("")), None
    is_ordered = kinds.is_dictionary(values.type) and values.type.ordered
    chunks = _encoded(name, column, values)
    texts = _texts(name, column, chunks[0].dictionary)
    taken = pa.array(texts, pa.large_string())
    cells = pa.chunked_array([taken.take(chunk.indices) for chunk in chunks], pa.large_string()).fill_null("")
    return _column(cells), tuple(dict.fromkeys(filter(None, texts))) if is_ordered else None


def _stored(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """The values as they are stored, texts of every kind as one kind."""
    import pyarrow as pa
    import pyarrow.types as kinds

    if isinstance(values.type, pa.BaseExtensionType):
        values = pa.chunked_array([chunk.storage for chunk in values.chunks], values.type.storage_type)
    if kinds.is_run_end_encoded(values.type):
        values = pa.chunked_array([pa.compute.run_end_decode(chunk) for chunk in values.chunks], values.type.value_type)
    if kinds.is_string(values.type) or kinds.is_large_string(values.type) or kinds.is_string_view(values.type):
        return values.cast(pa.large_string())
    return values


def _encoded(name: str, column: str, values: pa.ChunkedArray) -> list[pa.DictionaryArray]:
    """The values as positions in one list of different ones, chunk by chunk."""
    import pyarrow as pa
    import pyarrow.types as kinds

    if kinds.is_nested(values.type):
        raise _no_single_answers(name, column, values.type)
    try:
        encoded = values.unify_dictionaries() if kinds.is_dictionary(values.type) else values.dictionary_encode()
    except pa.ArrowException:
        raise _no_single_answers(name, column, values.type) from None
    if not kinds.is_dictionary(encoded.type) or not encoded.chunks:
        raise _no_single_answers(name, column, values.type)
    return list(encoded.chunks)


def _column(cells: pa.ChunkedArray) -> pd.Series:
    return pd.Series(cells.combine_chunks(), dtype="str")


def _texts(name: str, column: str, values: pa.Array) -> list[str]:
    """Each different value of a column as text; "" for one that is none."""
    import pyarrow.types as kinds

    kind = values.type
    if kinds.is_float32(kind) or kinds.is_float16(kind):
        return [_float_text(number) for number in values.to_numpy(zero_copy_only=False)]
    if kinds.is_timestamp(kind) or kinds.is_time64(kind):
        values = _without_nanoseconds(values)
    try:
        return ["" if value is None else _text(value) for value in values.to_pylist()]
    except (TypeError, ValueError, OverflowError, LookupError):
        raise _no_single_answers(name, column, kind) from None


def _float_text(number: Any) -> str:
    # The shortest digits of a short float, not those of the long one that it is turned into.
    return number_text(float(str(number)))


def _without_nanoseconds(values: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.types as kinds

    kind = values.type
    if kind.unit != "ns":
        return values
    return values.cast(pa.timestamp("us", tz=kind.tz) if kinds.is_timestamp(kind) else pa.time64("us"), safe=False)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, decimal.Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime.datetime):
        return moment_text(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return f"{number_text(value.total_seconds())} s"
    if isinstance(value, bytes):
        return value.decode("utf-8")
    raise TypeError("no single value")


def _no_single_answers(name: str, column: str, kind: pa.DataType) -> SurveyError:
    return SurveyError(
        f"{name}, column {column!r}: expected one answer in each cell, found values of type {kind}; write a column of "
        "its own for each part of them."
    )

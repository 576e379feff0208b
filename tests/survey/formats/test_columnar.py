"""Parquet and Feather: every type as the text that people would write."""

import datetime as dt
import decimal
import io
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from drivers.survey.formats.columnar import coded, numbers
from drivers.survey.respondents import numbers_in
from tests.survey.formats.small_files import Files, cells, noted


def parquet(table: pa.Table | pd.DataFrame) -> bytes:
    content = io.BytesIO()
    if isinstance(table, pd.DataFrame):
        table.to_parquet(content)
    else:
        pq.write_table(table, content)
    return content.getvalue()


def feather(table: pa.Table | pd.DataFrame) -> bytes:
    if isinstance(table, pd.DataFrame):
        table = pa.Table.from_pandas(table)
    content = io.BytesIO()
    with pa.ipc.new_file(content, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return content.getvalue()


BOTH = pytest.mark.parametrize("write", [parquet, feather])

D = decimal.Decimal
TYPES = {
    "int8": (pa.array([1, -2, None], pa.int8()), ["1", "-2", ""]),
    "uint64": (pa.array([2**64 - 1, 0, None], pa.uint64()), ["18446744073709551615", "0", ""]),
    "double": (pa.array([1.0, 4.5, None]), ["1", "4.5", ""]),
    "doubles at their ends": (pa.array([0.1 + 0.2, 1e21, 1e-7]), ["0.30000000000000004", "1" + "0" * 21, "0.0000001"]),
    "no number": (pa.array([float("nan"), float("inf"), float("-inf")]), ["", "inf", "-inf"]),
    "float": (pa.array([0.1, 4.35, None], pa.float32()), ["0.1", "4.35", ""]),
    "half float": (pa.array(np.array([0.5, 2, 3], np.float16)), ["0.5", "2", "3"]),
    "bool": (pa.array([True, False, None]), ["TRUE", "FALSE", ""]),
    "text": (pa.array(["نعم", "", None]), ["نعم", "", ""]),
    "large text": (pa.array(["a", " b ", None], pa.large_string()), ["a", " b ", ""]),
    "text view": (pa.array(["a", "b", None], pa.string_view()), ["a", "b", ""]),
    "bytes that are text": (pa.array(["نعم".encode(), b"", None]), ["نعم", "", ""]),
    "date": (pa.array([dt.date(2024, 2, 29), None, dt.date(1, 1, 1)]), ["2024-02-29", "", "0001-01-01"]),
    "day in milliseconds": (pa.array([dt.date(2024, 2, 29), None, None], pa.date64()), ["2024-02-29", "", ""]),
    "moment": (
        pa.array([dt.datetime(2024, 2, 29, 13, 5), dt.datetime(2024, 2, 29), None]),
        ["2024-02-29 13:05:00", "2024-02-29", ""],
    ),
    "moment in nanoseconds": (
        pa.array([1_709_211_900_000_000_001, None, 0], pa.timestamp("ns")),
        ["2024-02-29 13:05:00", "", "1970-01-01"],
    ),
    "moment in a zone": (
        pa.array([dt.datetime(2024, 2, 29, 10, 5, tzinfo=dt.UTC), None, None], pa.timestamp("us", "Asia/Riyadh")),
        ["2024-02-29 13:05:00+03:00", "", ""],
    ),
    "time": (pa.array([dt.time(9, 30), None, dt.time(0, 0)]), ["09:30:00", "", "00:00:00"]),
    "duration": (pa.array([dt.timedelta(minutes=2), None, dt.timedelta(0)]), ["120 s", "", "0 s"]),
    "decimal": (pa.array([D("4.50"), D("100.00"), None]), ["4.5", "100", ""]),
    "codes of texts": (pa.array(["b", "a", None]).dictionary_encode(), ["b", "a", ""]),
    "codes of numbers": (pa.array([2.0, 1.5, None]).dictionary_encode(), ["2", "1.5", ""]),
    "nothing": (pa.nulls(3), ["", "", ""]),
}


@BOTH
@pytest.mark.parametrize(("values", "texts"), TYPES.values(), ids=TYPES)
def test_every_type_is_text(files: Files, write: Callable, values: pa.Array, texts: list[str]) -> None:
    table = files.read(write(pa.table({"x": values})))
    assert table.frame["x"].tolist() == texts
    assert table.frame["x"].dtype == "str"
    assert (table.place, table.lines.tolist()) == ("row", [1, 2, 3])
    assert noted(table, "format") == [("Parquet" if write is parquet else "Feather (Arrow)", "", 0)]


@BOTH
def test_ordered_categories_keep_their_order(files: Files, write: Callable) -> None:
    order = ["Poor", "Average", "Good"]
    frame = pd.DataFrame({
        "speed": pd.Categorical(["Good", None, "Poor", "Good"], order, ordered=True),
        "steps": pd.Categorical([3, 1, None, 2], [1, 2, 3], ordered=True),
        "branch": pd.Categorical(["b", "a", "b", "c"]),
    })  # fmt: skip
    table = files.read(write(frame))
    # Parquet keeps categories of texts only.
    steps = {} if write is parquet else {"steps": ("1", "2", "3")}
    assert table.ordered == {"speed": ("Poor", "Average", "Good"), **steps}
    assert cells(table) == [["Good", "3", "b"], ["", "1", "a"], ["Poor", "", "b"], ["Good", "2", "c"]]
    assert noted(table, "ordered")[0] == ("speed", "Poor < Average < Good", 3)


@BOTH
def test_an_index_of_pandas_is_a_column_and_told(files: Files, write: Callable) -> None:
    frame = pd.DataFrame({"x": [1, 2, 3]})
    assert list(files.read(write(frame)).frame.columns) == ["x"]
    table = files.read(write(frame.set_index(pd.Index(["r1", "r2", "r3"], name="respondent"))))
    assert table.frame.to_dict("list") == {"x": ["1", "2", "3"], "respondent": ["r1", "r2", "r3"]}
    assert noted(table, "index of pandas") == [("respondent", "read as a column", 3)]
    table = files.read(write(frame.set_index(pd.Index([7, 9, 8]))))
    assert table.frame["__index_level_0__"].tolist() == ["7", "9", "8"]
    assert noted(table, "index of pandas") == [("__index_level_0__", "read as a column", 3)]


def nested(kind: str) -> str:
    return (
        f"answers.csv, column 'x': expected one answer in each cell, found values of type {kind}; write a column of "
        "its own for each part of them."
    )


REFUSED = {
    "list": (pa.table({"x": [[1, 2], [3]]}), nested("list<element: int64>")),
    "struct": (pa.table({"x": [{"a": 1}]}), nested("struct<a: int64>")),
    "bytes": (pa.table({"x": [b"\xff\xfe"]}), nested("binary")),
    "no rows": (
        pa.table({"x": pa.array([], pa.int64())}),
        "answers.csv: expected answers below the header, found no rows; export the survey with its answers.",
    ),
    "no columns": (
        pa.table({}),
        "answers.csv: expected answers below the header, found no rows; export the survey with its answers.",
    ),
    "no name": (
        pa.table({"x": [1], " ": [2]}),
        "answers.csv: expected a name for every column, found none for column 2 of 2; name it and write the file "
        "again.",
    ),
    "a name twice": (
        pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["x", "x"]),
        "answers.csv: expected every column name once, found 'x' more than once; rename them and write the file again.",
    ),
}


@pytest.mark.parametrize(("table", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_table_gets_one_sentence(files: Files, table: pa.Table, sentence: str) -> None:
    assert files.refusal(parquet(table)) == sentence


@pytest.mark.parametrize(("write", "title"), [(parquet, "Parquet"), (feather, "Feather (Arrow)")])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.99])
def test_a_file_cut_short_gets_one_sentence(files: Files, write: Callable, title: str, part: float) -> None:
    content = write(pa.table({"x": list(range(500)), "y": ["نعم"] * 500}))
    assert files.refusal(content[: int(part * len(content))]) == (
        f"answers.csv: expected a whole {title} file, found a damaged one; copy or write it again."
    )


@pytest.mark.parametrize("chunks", [1, 2], ids=["one chunk", "two chunks"])
@pytest.mark.parametrize(("values", "texts"), TYPES.values(), ids=TYPES)
def test_a_column_as_its_different_texts_and_as_numbers_is_the_column(
    values: pa.Array, texts: list[str], chunks: int
) -> None:
    held = pa.chunked_array([values] * chunks)
    different, positions = coded("a", "x", held)
    assert [different[place] for place in positions] == texts * chunks
    np.testing.assert_array_equal(numbers("a", "x", held), numbers_in(pd.Series(texts * chunks, dtype="str")))

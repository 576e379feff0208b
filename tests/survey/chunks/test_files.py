"""Parquet files in parts and chunks: every row once, in order, and what is no such file."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from drivers.errors import SurveyError
from drivers.survey.chunks.files import chunks, parquet_parts, text_columns

COLUMNS = {"q1": "item 'one'", "w": "design.weight"}


def write(path: Path, values: list[int], group_rows: int = 4) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.table(
        {"other": pa.array(values), "q1": pa.array(values, pa.int16()), "w": pa.array(values, pa.float64())}
    )
    pq.write_table(table, path, row_group_size=group_rows)
    return path


@pytest.mark.parametrize("chunk_rows", [1, 3, 4, 9, 1000])
def test_every_row_comes_once_and_knows_its_place(tmp_path: Path, chunk_rows: int) -> None:
    paths = [write(tmp_path / "b.parquet", list(range(10))), write(tmp_path / "a.parquet", list(range(10, 17)))]
    parts = parquet_parts(paths, COLUMNS, chunk_rows=chunk_rows)
    found = [chunk for part in parts for chunk in chunks(part, list(COLUMNS), chunk_rows=chunk_rows)]
    assert np.concatenate([chunk.numbers("q1") for chunk in found]).tolist() == list(range(17))
    assert all(chunk.rows <= chunk_rows for chunk in found)
    assert [chunk.first for chunk in found] == np.cumsum([0, *(chunk.rows for chunk in found)])[:-1].tolist()
    assert all(chunk.numbers("q1")[0] == chunk.first for chunk in found)
    assert next(chunk for chunk in found if chunk.name == "a.parquet").first_in_file == 0
    assert not found[0].holds("other")


def test_row_groups_are_put_together_up_to_a_chunk(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", list(range(10)), group_rows=2)
    assert [part.groups for part in parquet_parts(path, COLUMNS, chunk_rows=4)] == [(0, 1), (2, 3), (4,)]
    assert [part.rows for part in parquet_parts(path, COLUMNS, chunk_rows=1)] == [2] * 5


def test_names_of_folders_are_columns(tmp_path: Path) -> None:
    write(tmp_path / "region=North%20East" / "x.parquet", [1, 2])
    write(tmp_path / "region=__HIVE_DEFAULT_PARTITION__" / "x.parquet", [3])
    parts = parquet_parts(tmp_path, {"region": "design.strata", "q1": "item 'one'"})
    first, second = (next(chunks(part, ["region", "q1"])) for part in parts)
    assert first.table("region").frame["region"].tolist() == ["North East"] * 2
    assert second.table("region", "q1").frame.to_numpy().tolist() == [["", "3"]]
    assert text_columns(parts, ["region", "q1"]) == ["region"]
    assert [chunk.rows for chunk in chunks(parts[0], ["region"])] == [2]


def refusal(data: object) -> str:
    with pytest.raises(SurveyError) as refused:
        parquet_parts(data, COLUMNS)
    return str(refused.value)


def test_what_is_no_parquet(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.parquet") == (
        f"Expected Parquet at {tmp_path}/none.parquet, found no such file or folder; check data=."
    )
    assert refusal(tmp_path) == f"Expected .parquet files in the folder {tmp_path}, found none; check data=."
    (tmp_path / "answers.csv").write_text("q1,w\n1,2\n")
    assert refusal(tmp_path / "answers.csv") == (
        "answers.csv: expected a whole Parquet file, found another kind of file or a damaged one; write the answers as "
        "Parquet, or read a file of another kind whole with read_survey()."
    )
    assert refusal([]) == "Expected at least one Parquet file, found an empty list; name some in data=."


def test_what_a_file_lacks(tmp_path: Path) -> None:
    path = tmp_path / "answers.parquet"
    pq.write_table(pa.table({"Q1": [1], "w": [1.0]}), path)
    assert refusal(path) == (
        "answers.parquet: expected the column 'q1' (item 'one'), found 'Q1', 'w'; did you mean 'Q1'? Correct the "
        "codebook."
    )
    pq.write_table(pa.table({"q1": pa.array([], pa.int8()), "w": pa.array([], pa.float64())}), path)
    assert refusal(path) == "'answers.parquet': expected rows of answers, found none; export them again."
    pq.write_table(pa.table([[1], [2], [1.0]], names=["q1", "q1", "w"]), path)
    assert refusal(path) == (
        "answers.parquet: expected every column name once, found 'q1' more than once; rename them and write the file "
        "again."
    )
    write(path, [1, 2])
    assert refusal([path, path]) == f"Expected every Parquet file once, found '{path}' more often; name it once."


def test_a_file_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "answers.parquet", list(range(5000)), group_rows=5000)
    (part,) = parquet_parts(path, COLUMNS)
    content = bytearray(path.read_bytes())
    content[4:-2000] = b"\xff" * (len(content) - 2004)
    path.write_bytes(content)
    with pytest.raises(SurveyError, match=r"^answers\.parquet: expected a whole Parquet file"):
        list(chunks(part, list(COLUMNS)))

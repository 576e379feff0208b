"""Parquet files as parts of some hundred thousand rows, and the chunks of a part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import numpy as np
import pandas as pd

from drivers.errors import SurveyError
from drivers.results import read_only
from drivers.survey.formats.columnar import coded, numbers
from drivers.survey.raw_table import RawTable, listed
from drivers.survey.respondents import numbers_in
from drivers.survey.vendors import vendor_of
from drivers.survey.vendors.plain import PLAIN

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

CHUNK_ROWS = 131_072
"""Rows that are held at a time: some tens of megabytes for a dozen drivers, whatever the number of rows in all."""

_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
"""How a folder's name says that its files have no value of the column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Row groups of a file that stand one after another; one piece of work.

    Parameters
    ----------
    path
        The file.
    groups
        Positions of the row groups.
    first, first_in_file, rows
        Position of the first row among all rows, and in the file, and the number of rows.
    fixed
        Column → its text in all rows, where the names of folders hold it (``region=North/``).
    """

    path: str
    groups: tuple[int, ...]
    first: int
    first_in_file: int
    rows: int
    fixed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chunk:
    """Some rows of a file, of the columns that are needed.

    Parameters
    ----------
    name
        What messages call the file.
    arrow
        Column → its values.
    fixed
        Column → its text in all rows.
    first, first_in_file, rows
        As of a `Part`.
    """

    name: str
    arrow: Mapping[str, pa.ChunkedArray]
    fixed: Mapping[str, str]
    first: int
    first_in_file: int
    rows: int

    def holds(self, column: str) -> bool:
        """Whether a column was read."""
        return column in self.arrow or column in self.fixed

    def is_text(self, column: str) -> bool:
        """Whether a column holds something else than numbers."""
        return column not in self.arrow or not _is_number(self.arrow[column].type)

    def coded(self, column: str) -> tuple[list[str], np.ndarray]:
        """The different texts of a column, and the position of each row's text among them; int (rows,)."""
        if column not in self.arrow:
            return [self.fixed[column]], np.zeros(self.rows, dtype=np.int64)
        return coded(self.name, column, self.arrow[column])

    def numbers(self, column: str) -> np.ndarray:
        """The numbers of a column, NaN where a cell is none; float (rows,)."""
        if column not in self.arrow:
            return np.full(self.rows, numbers_in(pd.Series([self.fixed[column]], dtype="str"))[0])
        return numbers(self.name, column, self.arrow[column])

    def table(self, *columns: str) -> RawTable:
        """Some columns as every reader of a survey sees them, to say what is wrong with them and where."""
        frame = {}
        for column in columns:
            texts, positions = self.coded(column)
            frame[column] = pd.Series(texts, dtype="str").take(positions).reset_index(drop=True)
        lines = np.arange(self.first_in_file + 1, self.first_in_file + self.rows + 1)
        return RawTable(
            name=self.name, frame=pd.DataFrame(frame), lines=read_only(lines, np.int64), sha256="", place="row"
        )


def parquet_parts(
    data: str | Path | Sequence[str | Path], columns: Mapping[str, str], *, chunk_rows: int = CHUNK_ROWS
) -> tuple[Part, ...]:
    """All rows of one or several Parquet files, in parts.

    Parameters
    ----------
    data
        A file, a folder whose ``.parquet`` files are taken in the order of their paths, or several of these.
    columns
        Needed column → what it is for.
    chunk_rows
        Row groups are put together up to at least so many rows.

    Raises
    ------
    SurveyError
        Where there is no such file, it is no Parquet, lacks a column, or follows the conventions of a program whose
        files are read whole.
    """
    given = [data] if isinstance(data, str | Path) else list(data)
    files = [found for source in given for found in _files(Path(source))]
    if not files:
        raise SurveyError("Expected at least one Parquet file, found an empty list; name some in data=.")
    if repeated := [str(path) for path, count in Counter(path for path, _ in files).items() if count > 1]:
        raise SurveyError(f"Expected every Parquet file once, found {repeated[0]!r} more often; name it once.")
    parts: list[Part] = []
    first = 0
    for path, fixed in files:
        with _opened(path) as file:
            _check_columns(path.name, file.schema_arrow.names, fixed, columns)
            held = {column: text for column, text in fixed.items() if column not in file.schema_arrow.names}
            sizes = [file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)]
        in_file, groups, rows = 0, [], 0
        for group, size in enumerate(sizes):
            groups.append(group)
            rows += size
            if rows and (rows >= chunk_rows or group == len(sizes) - 1):
                parts.append(
                    Part(
                        path=str(path),
                        groups=tuple(groups),
                        first=first,
                        first_in_file=in_file,
                        rows=rows,
                        fixed=held,
                    )
                )
                first, in_file, groups, rows = first + rows, in_file + rows, [], 0
    if not parts:
        raise SurveyError(
            f"{listed([path.name for path, _ in files], 3)}: expected rows of answers, found none; export them again."
        )
    return tuple(parts)


def text_columns(parts: Sequence[Part], columns: Sequence[str]) -> list[str]:
    """Those of some columns that hold something else than numbers in any file."""
    found: set[str] = set()
    for path in dict.fromkeys(part.path for part in parts):
        with _opened(Path(path)) as file:
            kinds = {field.name: field.type for field in file.schema_arrow}
        found |= {column for column in columns if column not in kinds or not _is_number(kinds[column])}
    return [column for column in columns if column in found]


def chunks(part: Part, columns: Sequence[str], *, chunk_rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
    """The rows of a part, so many at a time.

    Parameters
    ----------
    columns
        Those to read; no others leave the disk.
    """
    import pyarrow as pa

    path = Path(part.path)
    stored = [column for column in columns if column not in part.fixed]
    done = 0
    with _opened(path) as file:
        if not stored:
            yield _chunk(part, {}, part.rows, 0)
            return
        try:
            for batch in file.iter_batches(
                batch_size=chunk_rows, row_groups=list(part.groups), columns=stored, use_threads=False
            ):
                arrow = {column: pa.chunked_array([batch.column(column)]) for column in stored}
                yield _chunk(part, arrow, batch.num_rows, done)
                done += batch.num_rows
        except (pa.ArrowException, OSError):
            raise _damaged(path) from None


def _chunk(part: Part, arrow: Mapping[str, pa.ChunkedArray], rows: int, done: int) -> Chunk:
    return Chunk(
        name=Path(part.path).name,
        arrow=arrow,
        fixed=part.fixed,
        first=part.first + done,
        first_in_file=part.first_in_file + done,
        rows=rows,
    )


def _files(source: Path) -> list[tuple[Path, dict[str, str]]]:
    """Parquet files with the values that the names of their folders hold."""
    if source.is_file():
        return [(source.resolve(), {})]
    if not source.is_dir():
        raise SurveyError(f"Expected Parquet at {source}, found no such file or folder; check data=.")
    found = []
    for path in sorted(source.rglob("*.parquet")):
        within = path.relative_to(source).parts
        # What programs leave beside the data begins so, such as _temporary.
        if path.is_file() and not any(name.startswith(("_", ".")) for name in within):
            pairs = [name.partition("=") for name in within[:-1]]
            fixed = {unquote(column): unquote(value) for column, sign, value in pairs if sign}
            found.append((path.resolve(), {name: "" if text == _NO_VALUE else text for name, text in fixed.items()}))
    if not found:
        raise SurveyError(f"Expected .parquet files in the folder {source}, found none; check data=.")
    return found


def _opened(path: Path) -> pq.ParquetFile:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError, ValueError):
        raise _damaged(path) from None


def _damaged(path: Path) -> SurveyError:
    return SurveyError(
        f"{path.name}: expected a whole Parquet file, found another kind of file or a damaged one; write the answers "
        "as Parquet, or read a file of another kind whole with read_survey()."
    )


def _check_columns(name: str, names: Sequence[str], fixed: Mapping[str, str], columns: Mapping[str, str]) -> None:
    if repeated := [column for column, count in Counter(names).items() if count > 1 and column in columns]:
        raise SurveyError(
            f"{name}: expected every column name once, found {listed(repeated)} more than once; rename them and write "
            "the file again."
        )
    vendor = vendor_of(name, [(1, list(names))], None)
    if vendor is not PLAIN:
        raise SurveyError(
            f"{name}: expected plain columns of answers, found an export of {vendor.title}, whose own columns are read "
            "from the whole file; read it with read_survey()."
        )
    table = RawTable(
        name=name,
        frame=pd.DataFrame(columns=[*names, *(column for column in fixed if column not in names)]),
        lines=read_only([], np.int64),
        sha256="",
    )
    for column, used_for in columns.items():
        table.column(column, used_for)


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow.types as kinds

    return bool(kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_decimal(kind))

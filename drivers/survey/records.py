"""Files beside the answers: what units count in each wave, and what managers think."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from drivers.errors import SurveyError, remedy
from drivers.results import read_only
from drivers.survey.codebook.indicators import Management, RecordsFile
from drivers.survey.codebook.model import Codebook
from drivers.survey.codebook.reviews import Reviews
from drivers.survey.examples import data_path
from drivers.survey.formats.options import ReadAs
from drivers.survey.import_log import ImportLog
from drivers.survey.raw_table import RawTable
from drivers.survey.reading import read_table
from drivers.survey.respondents import numbers_in, wave_positions
from drivers.survey.reviews import REVIEWS

MANAGEMENT = ""
"""The place of the managers' file among the tables beside the answers; no records can have this name."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Records:
    """Numbers of units and waves that no answer tells, such as complaints that a branch counted.

    Parameters
    ----------
    unit
        Name of each row's unit, or None where they are not told apart; str (n,).
    wave_index
        Position of each row's wave in the codebook's order, or None; int (n,).
    numbers
        The columns that indicators use, NaN where a cell is empty; float (n, columns).
    """

    unit: np.ndarray | None
    wave_index: np.ndarray | None
    numbers: pd.DataFrame

    def of_unit(self, unit: str) -> np.ndarray:
        """Rows of a unit, of all waves; all rows where none is named; bool (n,)."""
        if not unit:
            return np.ones(len(self.numbers), dtype=bool)
        if self.unit is None:
            return np.zeros(len(self.numbers), dtype=bool)
        return np.asarray(self.unit == unit)


def tables_beside(book: Codebook, codebook_path: Path, *, outside: bool = False) -> dict[str, RawTable]:
    """The tables of the files beside the answers, by the name of the records, `MANAGEMENT` or `REVIEWS`.

    Raises
    ------
    CodebookError
        Where the codebook names a file outside its folder.
    SurveyError
        Where a file cannot be read.
    """
    files: dict[str, RecordsFile | Management | Reviews] = dict(book.records)
    if book.management is not None:
        files[MANAGEMENT] = book.management
    if book.reviews is not None:
        files[REVIEWS] = book.reviews
    tables = {}
    for name, part in files.items():
        key = f"records.{name}.file" if isinstance(part, RecordsFile) else f"{name.strip() or 'management'}.file"
        path = data_path(book, codebook_path, part.file, outside=outside, key=key)
        if not path.is_file():
            raise SurveyError(
                f"Expected a file at {path}, found no such file; check {key} in the codebook, or put the file there."
            )
        tables[name] = read_table(path, ReadAs(vendor="plain"))
    return tables


def read_records(book: Codebook, beside: Mapping[str, RawTable], log: ImportLog) -> dict[str, Records]:
    """The records of a codebook whose tables are at hand.

    Raises
    ------
    SurveyError
        Where a column is not there, a cell is no number, a unit or wave is unknown or in two rows, or more were counted
        than could be.
    """
    return {key: _records(book, key, part, beside[key], log) for key, part in book.records.items() if key in beside}


def _records(book: Codebook, key: str, part: RecordsFile, table: RawTable, log: ImportLog) -> Records:
    unit = None
    if part.unit is not None:
        unit = table.column(part.unit, f"records.{key}.unit").str.strip().to_numpy(dtype=object)
    wave = None
    if part.wave is not None:
        columns = [part.wave] if isinstance(part.wave, str) else part.wave
        wave = wave_positions(book, table, columns, f"records.{key}.wave")
    pairs = pd.DataFrame({"unit": "" if unit is None else unit, "wave": 0 if wave is None else wave})
    if (again := pairs.duplicated().to_numpy()).any():
        row = int(np.flatnonzero(again)[0])
        raise SurveyError(
            f"{table.name}: expected one row for each unit and wave, found another in {table.place_of(row)}; add them "
            "up or remove one."
        )
    numbers: dict[str, np.ndarray] = {}
    for name, indicator in book.indicators.items():
        if indicator.records != key:
            continue
        assert indicator.count is not None and indicator.per is not None  # the codebook is refused otherwise
        for column in (indicator.count, indicator.per):
            if column not in numbers:
                numbers[column] = _numbers(table, column, f"indicator {name!r}")
        if indicator.statistic == "share":
            _check_parts(table, indicator.count, indicator.per, numbers)
    log.add_beside(table.name, f"records {key!r}", len(table.frame), became=f"{len(numbers)} columns of numbers")
    return Records(
        unit=None if unit is None else read_only(unit, object),
        wave_index=None if wave is None else read_only(wave, np.int64),
        numbers=pd.DataFrame(numbers, index=range(len(table.frame))),
    )


def _check_parts(table: RawTable, count: str, per: str, numbers: Mapping[str, np.ndarray]) -> None:
    if (more := numbers[count] > numbers[per]).any():
        row = int(np.flatnonzero(more)[0])
        raise SurveyError(
            f"{table.name}, {table.place_of(row)}: expected {count!r} to be a part of {per!r}, found "
            f"{numbers[count][row]:g} of {numbers[per][row]:g}; correct the cells, or use statistic: rate."
        )


def read_guesses(book: Codebook, beside: Mapping[str, RawTable], log: ImportLog) -> pd.DataFrame | None:
    """What managers think: manager, driver, performance 0–100, importance; None where the codebook names no such file.

    Raises
    ------
    SurveyError
        Where a column is not there, a cell is no number or out of range, a driver is unknown, or a manager speaks
        twice of one.
    """
    part = book.management
    if part is None or MANAGEMENT not in beside:
        return None
    table = beside[MANAGEMENT]
    managers = table.column(part.manager, "management.manager").str.strip()
    spoken_of = table.column(part.driver, "management.driver").str.strip()
    known = list(book.drivers)
    unknown = ~spoken_of.isin(known).to_numpy(dtype=bool)
    if unknown.any():
        found = str(spoken_of[unknown].iloc[0])
        raise SurveyError(
            f"{table.name}, column {part.driver!r}: expected the names of drivers ({', '.join(known)}), found "
            f"{table.places(table.counted(spoken_of, unknown))}; {remedy(found, known)}"
        )
    frame = pd.DataFrame({"manager": managers.to_numpy(), "driver": spoken_of.to_numpy()})
    if (again := frame.duplicated().to_numpy()).any():
        row = int(np.flatnonzero(again)[0])
        raise SurveyError(
            f"{table.name}: expected one row for each manager and driver, found {frame['manager'][row]!r} and "
            f"{frame['driver'][row]!r} again in {table.place_of(row)}; remove one."
        )
    frame["performance"] = _numbers(table, part.performance, "management.performance", highest=100.0)
    if part.importance is not None:
        frame["importance"] = _numbers(table, part.importance, "management.importance")
    log.add_beside(
        table.name,
        "management",
        len(frame),
        became=f"{frame['manager'].nunique()} managers, {frame['driver'].nunique()} drivers",
    )
    return frame


def _numbers(table: RawTable, column: str, used_for: str, *, highest: float = np.inf) -> np.ndarray:
    """The numbers of 0 and more in a column, NaN where a cell is empty; float (n,)."""
    cells = table.column(column, used_for).str.strip()
    values = numbers_in(cells)
    empty = (cells == "").to_numpy(dtype=bool)
    if (wrong := ~empty & ~((values >= 0) & (values <= highest))).any():
        span = "0 to 100" if np.isfinite(highest) else "0 or more"
        raise SurveyError(
            f"{table.name}, column {column!r}: expected numbers of {span} ({used_for}), found "
            f"{table.places(table.counted(cells, wrong))}; correct the cells."
        )
    return values

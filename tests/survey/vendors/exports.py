"""Small exports as lists of rows, and what reading them gives."""

from collections.abc import Sequence

import pytest

from drivers.errors import SurveyError
from drivers.survey.grid import Grid, table_of_grid
from drivers.survey.raw_table import RawTable


def read(*rows: Sequence[str], vendor: str | None = None) -> RawTable:
    """The raw columns of rows that stand on lines 1, 2 and so on."""
    lines = [(line, list(cells)) for line, cells in enumerate(rows, start=1)]
    return table_of_grid(Grid(name="answers.csv", rows=lines, sha256=""), vendor=vendor)


def refusal(*rows: Sequence[str], vendor: str | None = None) -> str:
    """The sentence that refuses the rows."""
    with pytest.raises(SurveyError) as refused:
        read(*rows, vendor=vendor)
    return str(refused.value)


def noted(table: RawTable, action: str) -> list[tuple[str, str, int]]:
    """What was found, what became of it and how often, for the notes of one kind."""
    return [(note.found, note.became, note.count) for note in table.notes if note.action == action]


def column(table: RawTable, name: str) -> list[str]:
    """The cells of a column."""
    return table.frame[name].tolist()


def flagged(table: RawTable) -> dict[str, list[int]]:
    """Flag → positions of the rows that carry it."""
    return {flag: rows.nonzero()[0].tolist() for flag, rows in table.flags.items()}

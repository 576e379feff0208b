"""What a survey program's own columns say of rows and cells: no ordinary answers, no answer at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from drivers.results import read_only
from drivers.survey.raw_table import Note, RawTable, listed
from drivers.survey.vendors.names import simplified


def column_of(table: RawTable, names: Collection[str]) -> str | None:
    """The first column with one of the names, as `simplified`; None where there is none."""
    return next((column for column in table.frame.columns if simplified(column) in names), None)


def marked(table: RawTable, column: str, rows: Mapping[str, np.ndarray]) -> RawTable:
    """The table with flagged rows, and a note for each flag.

    Parameters
    ----------
    column
        The column that says so.
    rows
        Flag → rows that are marked so; bool (n,). Rows that carry the flag already keep it.
    """
    flags = dict(table.flags)
    for flag, chosen in rows.items():
        flags[flag] = read_only(chosen | flags.get(flag, np.zeros(len(chosen), dtype=bool)), bool)
    notes = [Note("marked", column, flag, int(chosen.sum())) for flag, chosen in rows.items()]
    return replace(table, flags=flags).noted(*notes)


def gaps(table: RawTable, text: str, kind: str, columns: Collection[str]) -> RawTable:
    """The table in which a text of some columns is declared a missing answer.

    Parameters
    ----------
    text
        What the program writes where there is no answer.
    kind
        A kind of missing answer.
    columns
        Those in which it is looked for.
    """
    counts = {column: int((table.frame[column] == text).sum()) for column in columns}
    found = {column: count for column, count in counts.items() if count}
    if not found:
        return table
    missing = {**table.missing, **{column: {**table.missing.get(column, {}), text: kind} for column in found}}
    note = Note("declared missing", f"{text} in {listed(list(found))}", kind, sum(found.values()))
    return replace(table, missing=missing).noted(note)


def lowered(cells: pd.Series) -> pd.Series:
    """Texts in small letters without spaces at their ends."""
    return cells.str.strip().str.casefold()

"""From the files to one table with a row for each respondent: waves, long and stacked layouts, rows left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from drivers.errors import SurveyError
from drivers.results import read_only
from drivers.survey.codebook.data import Long, Stack
from drivers.survey.codebook.model import Codebook
from drivers.survey.decimal_commas import with_decimal_points
from drivers.survey.declarations import Said, agreed_labels, agreed_missing
from drivers.survey.examples import data_path
from drivers.survey.raw_table import Note, RawTable, listed, shown
from drivers.survey.reading import ReadAs, read_table
from drivers.survey.wave_files import as_wave, under_one_another

_Entry = TypeVar("_Entry")


def read_tables(
    book: Codebook, codebook_path: Path, source: str | Path | None = None, *, outside: bool = False
) -> RawTable:
    """The table of a codebook's file, or of its files under one another.

    Parameters
    ----------
    source
        A file of answers in place of the one that the codebook names.
    outside
        Whether the codebook may name files outside its folder.

    Raises
    ------
    CodebookError
        Where the codebook names a file outside its folder.
    SurveyError
        Where a file cannot be read or lacks a column that it should have.
    """
    data = book.data
    if data.files is None:
        assert data.file is not None  # the codebook is refused otherwise
        path = data_path(book, codebook_path, data.file, outside=outside) if source is None else source
        return read_table(path, read_as(book))
    if source is not None:
        raise SurveyError(
            f"Expected a codebook with one 'data.file' to read {str(source)!r} by, found 'data.files' with "
            f"{len(data.files)} waves; list the file there, or write a codebook for it alone."
        )
    paths = [data_path(book, codebook_path, entry.file, outside=outside) for entry in data.files]
    tables = [read_table(path, read_as(book, entry.sheet)) for path, entry in zip(paths, data.files, strict=True)]
    return under_one_another(book, [as_wave(book, *pair) for pair in zip(data.files, tables, strict=True)])


def read_as(book: Codebook, sheet: str | None = None) -> ReadAs:
    """What the codebook says of how its file is to be read."""
    data = book.data
    return ReadAs(
        vendor=data.vendor,
        sheet=sheet or data.sheet,
        encoding=data.encoding,
        delimiter=data.delimiter,
        totals=data.totals,
    )


def respondents_of(book: Codebook, table: RawTable) -> RawTable:
    """The table with one row for each respondent (and brand, where brands are stacked), rows left out as stated.

    Raises
    ------
    SurveyError
        Where the file does not have the layout that the codebook states.
    """
    table = table.noted(Note("rows", table.name, "", len(table.frame)))
    table = _without_flagged(book, table)
    if book.data.decimal == ",":
        table = with_decimal_points(table)
    if book.data.long is not None:
        table = _widened(book.data.long, table)
    if book.data.stack is not None:
        table = _stacked(book, book.data.stack, table)
    return table


def _without_flagged(book: Codebook, table: RawTable) -> RawTable:
    kept = np.ones(len(table.frame), dtype=bool)
    notes = []
    for flag in book.data.leave_out:
        if flag not in table.flags:
            raise SurveyError(
                f"{table.name}: expected rows marked as {flag!r} or not (data.leave_out), found no such mark in a file "
                f"of vendor {table.vendor!r}; remove it from the list."
            )
        gone = table.flags[flag] & kept
        kept &= ~gone
        notes.append(Note("left out", flag, "", int(gone.sum())))
    if not kept.any():
        raise SurveyError(
            f"{table.name}: expected answers beside the rows that data.leave_out takes away, found none; shorten "
            "the list."
        )
    return table.noted(*notes) if kept.all() else table.rows(kept).noted(*notes)


def _widened(long: Long, table: RawTable) -> RawTable:
    """One row for each respondent, from one row for each respondent and question."""
    for column in long.respondent:
        table.column(column, "data.long.respondent")
    questions = table.column(long.question, "data.long.question").str.strip()
    answers = table.column(long.answer, "data.long.answer")
    if (unnamed := (questions == "").to_numpy(dtype=bool)).any():
        raise SurveyError(
            f"{table.name}, column {long.question!r}: expected the name of a question in every row, found "
            f"{table.places(table.counted(questions, unnamed))}; complete the column."
        )
    for column in long.respondent:
        if (nobody := (table.frame[column].str.strip() == "").to_numpy(dtype=bool)).any():
            raise SurveyError(
                f"{table.name}, column {column!r}: expected a name in every row (data.long.respondent), found "
                f"{table.places(table.counted(table.frame[column], nobody))}; complete the column."
            )
    others = [name for name in table.frame.columns if name not in (long.question, long.answer)]
    names = list(dict.fromkeys(questions))
    if both := [name for name in names if name in others]:
        raise SurveyError(
            f"{table.name}, column {long.question!r}: expected questions that are no columns of the file, found "
            f"{listed(both)}; rename the columns or the questions."
        )
    respondent = table.frame.groupby(long.respondent, sort=False).ngroup().to_numpy()
    n = int(respondent.max()) + 1
    question = pd.factorize(questions)[0]
    cell = respondent * len(names) + question
    if len(np.unique(cell)) < len(cell):
        again = int(np.flatnonzero(pd.Series(cell).duplicated())[0])
        raise SurveyError(
            f"{table.name}, {table.place_of(again)}: expected one answer for each respondent and question, found a "
            f"second one to {shown(questions.iloc[again])}; correct the file, or name more columns under "
            "data.long.respondent."
        )
    first = pd.Series(respondent).drop_duplicates().index.to_numpy()
    frame = table.frame[others].iloc[first].reset_index(drop=True)
    for name in others:
        differs = (frame[name].iloc[respondent].to_numpy() != table.frame[name].to_numpy()).nonzero()[0]
        if len(differs):
            row = int(differs[0])
            raise SurveyError(
                f"{table.name}, column {name!r}, {table.place_of(row)}: expected the same in all rows of one "
                f"respondent, found {shown(frame[name].iloc[respondent[row]])} and "
                f"{shown(table.frame[name].iloc[row])}; correct the file, or name the column under "
                "data.long.respondent."
            )
    texts = answers.to_numpy(dtype=object)
    wide = {}
    for position, name in enumerate(names):
        cells = np.full(n, "", dtype=object)
        rows = question == position
        cells[respondent[rows]] = texts[rows]
        wide[name] = pd.Series(cells, dtype="str")
    absent = n * len(names) - len(cell)
    return replace(
        table,
        frame=pd.concat([frame, pd.DataFrame(wide)], axis=1),
        lines=read_only(table.lines[first], np.int64),
        missing=_of_each(table.missing, long.answer, names),
        value_labels=_of_each(table.value_labels, long.answer, names),
        ordered=_of_each(table.ordered, long.answer, names),
        flags={name: read_only(rows[first], bool) for name, rows in table.flags.items()},
        sources=tuple((name, int(np.searchsorted(first, start))) for name, start in table.sources),
        notes=(
            *table.notes,
            Note("long to wide", f"{len(cell)} rows", f"{n} respondents, {len(names)} questions", len(cell)),
            *([Note("no row", "respondent and question", "an empty cell", absent)] if absent else []),
        ),
    )


def _of_each(by_column: Mapping[str, _Entry], answer: str, names: Sequence[str]) -> dict[str, _Entry]:
    """What the file says of the column of answers, said of each question's column."""
    kept = {column: said for column, said in by_column.items() if column != answer}
    return kept | (dict.fromkeys(names, by_column[answer]) if answer in by_column else {})


def _stacked(book: Codebook, stack: Stack, table: RawTable) -> RawTable:
    """One row for each respondent and value of the new column."""
    frame = table.frame
    for new in filter(None, (stack.into, stack.respondent)):
        if new in frame.columns:
            raise SurveyError(
                f"{table.name}: expected no column {new!r}, which data.stack makes, found it; name another one."
            )
    taken = []
    for value, columns in stack.values.items():
        for name, column in columns.items():
            table.column(column, f"data.stack, {value!r}, {name!r}")
            taken.append(column)
    rest = frame.drop(columns=taken)
    made = list(next(iter(stack.values.values())))
    if both := [name for name in made if name in rest.columns]:
        raise SurveyError(
            f"{table.name}: expected names under data.stack that no other column has, found {listed(both)}; rename "
            "them."
        )
    n = len(frame)
    parts = []
    for value, columns in stack.values.items():
        part = rest.assign(**{stack.into: pd.Series(value, index=frame.index, dtype="str")})
        if stack.respondent is not None:
            part[stack.respondent] = pd.Series(range(1, n + 1), index=frame.index).astype("str")
        parts.append(part.join(pd.DataFrame({name: frame[columns[name]] for name in made})))
    become = {
        name: [_said(table, columns[name], frame[columns[name]]) for columns in stack.values.values()] for name in made
    }
    remedy = "recode one of the columns in the file, so that a code means the same under data.stack"
    times = len(parts)
    # The rows of one respondent stand together.
    order = np.arange(n * times).reshape(times, n).T.ravel()
    of_row = np.repeat(np.arange(n), times)
    return replace(
        table,
        frame=pd.concat(parts, ignore_index=True).iloc[order].reset_index(drop=True),
        lines=read_only(table.lines[of_row], np.int64),
        missing={**table.missing, **{name: agreed_missing(book, name, said) for name, said in become.items()}},
        value_labels={**table.value_labels, **{name: agreed_labels(said, remedy) for name, said in become.items()}},
        flags={name: read_only(rows[of_row], bool) for name, rows in table.flags.items()},
        sources=tuple((name, first * times) for name, first in table.sources),
        notes=(*table.notes, Note("stacked", f"{n} rows", f"{n * times} rows by {stack.into}", n * times)),
    )


def _said(table: RawTable, column: str, cells: pd.Series) -> Said:
    """What the file says of one of the columns that become one."""
    return Said(
        place=f"{table.name}, column {column!r}",
        cells=cells,
        labels=table.value_labels.get(column, {}),
        missing=table.missing.get(column, {}),
    )

"""Several files as the waves of one survey: each under the codebook's names, all under one another."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd

from drivers.errors import SurveyError
from drivers.results import read_only
from drivers.survey.codebook.data import WaveFile
from drivers.survey.codebook.model import Codebook
from drivers.survey.declarations import Said, agreed_missing
from drivers.survey.raw_table import Note, RawTable, listed, shown

NOT_ASKED = "not asked"
"""Stands in the cells of a column that a file lacks because its question was not asked; `MISSING_TEXTS` has it."""


def as_wave(book: Codebook, entry: WaveFile, table: RawTable) -> RawTable:
    """One file under the codebook's names, with the columns of its wave.

    Raises
    ------
    SurveyError
        Where the file lacks a column, has one twice after renaming, or says itself that it is another wave.
    """
    assert book.wave is not None  # the codebook is refused otherwise
    for name, own in entry.columns.items():
        table.column(own, f"data.files, {name!r}")
    new_names = {own: name for name, own in entry.columns.items()}
    frame = table.frame.rename(columns=new_names)
    if twice := frame.columns[frame.columns.duplicated()].tolist():
        raise SurveyError(
            f"{table.name}: expected each name once after data.files renamed its columns, found {listed(twice)} twice; "
            "give the other column a name of its own too."
        )
    notes = [Note("renamed", own, name, len(frame)) for own, name in new_names.items()]
    for name in entry.not_asked:
        if name in frame.columns:
            raise SurveyError(
                f"{table.name}: expected no column {name!r}, which data.files says was not asked, found it; take it "
                "off the list under not_asked."
            )
        frame[name] = pd.Series(NOT_ASKED, index=frame.index, dtype="str")
        notes.append(Note("not asked", name, NOT_ASKED, len(frame)))
    for column, value in zip(book.wave.columns, map(str, entry.values), strict=True):
        if column in frame.columns and (other := [text for text in frame[column].unique() if text != value]):
            raise SurveyError(
                f"{table.name}, column {column!r}: expected {value!r} in every row as data.files says, found "
                f"{listed(other)}; correct the values there, or the file."
            )
        frame[column] = pd.Series(value, index=frame.index, dtype="str")

    def renamed(by_column: Mapping[str, Any]) -> dict[str, Any]:
        return {new_names.get(column, column): said for column, said in by_column.items()}

    return replace(
        table,
        frame=frame,
        texts=renamed(table.texts),
        value_labels=renamed(table.value_labels),
        missing=renamed(table.missing),
        ordered=renamed(table.ordered),
        notes=(*table.notes, *notes),
    )


def under_one_another(book: Codebook, tables: Sequence[RawTable]) -> RawTable:
    """One table of several waves; a column that the codebook uses must be in each.

    Raises
    ------
    SurveyError
        Where a file lacks a column that the codebook uses, or where files disagree on what a code means.
    """
    columns = list(dict.fromkeys(column for table in tables for column in table.frame.columns))
    notes = [replace(note, found=f"{table.name}: {note.found}") for table in tables for note in table.notes]
    frames = []
    for table in tables:
        absent = [column for column in columns if column not in table.frame.columns]
        if used := [column for column in absent if column in book.columns]:
            raise SurveyError(
                f"{table.name}: expected the columns of the other waves, found no {listed(used)}; list each under "
                "data.files, with its name in this file (columns) or as one that was not asked (not_asked)."
            )
        empty = {column: pd.Series("", index=table.frame.index, dtype="str") for column in absent}
        frames.append(table.frame.assign(**empty)[columns])
        notes += [Note("no column", f"{table.name}: {column}", "empty cells", len(table.frame)) for column in absent]
    flags = dict.fromkeys(flag for table in tables for flag in table.flags)
    first_rows = accumulate((len(table.frame) for table in tables[:-1]), initial=0)
    return RawTable(
        name=" + ".join(table.name for table in tables),
        frame=pd.concat(frames, ignore_index=True),
        lines=read_only(np.concatenate([table.lines for table in tables]), np.int64),
        sha256=hashlib.sha256("".join(table.sha256 for table in tables).encode()).hexdigest(),
        place=tables[0].place,
        vendor=tables[0].vendor,
        texts=_first([table.texts for table in tables]),
        value_labels=_agreed(tables),
        missing=_missing(book, tables),
        ordered=_first([table.ordered for table in tables]),
        flags={
            flag: np.concatenate([table.flags.get(flag, np.zeros(len(table.frame), dtype=bool)) for table in tables])
            for flag in flags
        },
        notes=tuple(notes),
        sources=tuple(zip((table.name for table in tables), first_rows, strict=True)),
    )


def _first(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the first file that says something of a column says of it."""
    return {column: said for part in reversed(parts) for column, said in part.items()}


def _missing(book: Codebook, tables: Sequence[RawTable]) -> dict[str, dict[str, str]]:
    """What any of the files declares missing; refused where another one has it as an answer."""
    return {
        column: agreed_missing(
            book,
            column,
            [
                Said(
                    place=f"{table.name}, column {column!r}",
                    cells=table.frame[column],
                    missing=table.missing.get(column, {}),
                )
                for table in tables
                if column in table.frame.columns
            ],
        )
        for column in dict.fromkeys(column for table in tables for column in table.missing)
    }


def _agreed(tables: Sequence[RawTable]) -> dict[str, dict[str, str]]:
    """The labels of codes in all files; refused where one code has two."""
    agreed: dict[str, dict[str, str]] = {}
    origin: dict[tuple[str, str], str] = {}
    for table in tables:
        for column, labels in table.value_labels.items():
            for code, label in labels.items():
                known = agreed.setdefault(column, {}).setdefault(code, label)
                first = origin.setdefault((column, code), table.name)
                if known.strip().casefold() != label.strip().casefold():
                    raise SurveyError(
                        f"{table.name}, column {column!r}: expected code {code} to mean {shown(known)} as in {first}, "
                        f"found {shown(label)}; give the column another name in one of the files (data.files, columns) "
                        "and an item of its own."
                    )
    return agreed

"""Answers as programs for forms export them: columns behind their groups' names, labels where values were chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

import pandas as pd

from drivers.survey.answers.texts import gender_forms, normalise
from drivers.survey.codebook.model import Codebook
from drivers.survey.forms.reading import Form
from drivers.survey.raw_table import Note, RawTable

_Entry = TypeVar("_Entry")
_PATH = re.compile(r"[\w.-]+(?:[/.:-][\w.-]+)+")


def as_in_codebook(book: Codebook, table: RawTable) -> RawTable:
    """The table with the names and the values that its codebook has for them.

    Notes
    -----
    KoBo and ODK may write the groups of a question before its name, such as ``part_aspects/respect``: a column that
    the codebook names and the file lacks is looked for behind such a path, and taken where there is only one. The
    values of groups (units, segments, mode) that are written as their whole labels, in any language, become the values
    again. Both are noted.
    """
    return _with_values(book, _without_paths(book, table))


def named_by_form(form: Form, table: RawTable) -> RawTable:
    """The table with the names of a form's questions where an export has their wordings as header.

    Notes
    -----
    A question whose name is no column is looked for by its whole wording in any language of the form, also behind the
    wordings of its groups, and taken where there is only one such column. Each is noted.
    """
    present = set(table.frame.columns)
    columns: dict[str, list[str]] = {}
    for column in table.frame.columns:
        columns.setdefault(normalise(column), []).append(column)
    names: dict[str, str] = {}
    questions = [question for question in form.questions if question.name not in present]
    wordings = [normalise(text) for question in form.questions for text in set(question.labels.values())]
    for question in questions:
        found = {
            column
            for written in {normalise(text) for text in question.labels.values()}
            if wordings.count(written) == 1
            for header, same in columns.items()
            if header == written or header.endswith(f"/{written}")
            for column in same
        }
        if len(found) == 1:
            names[found.pop()] = question.name
    return _with_names(table, names)


def _without_paths(book: Codebook, table: RawTable) -> RawTable:
    present = set(table.frame.columns)
    if table.vendor != "kobo" or book.columns <= present:
        return table
    names: dict[str, str] = {}
    for column in sorted(book.columns - present):
        behind = [
            name
            for name in table.frame.columns
            if _PATH.fullmatch(name) and re.fullmatch(rf".+[/.:-]{re.escape(column)}", name)
        ]
        if len(behind) == 1 and behind[0] not in book.columns:
            names[behind[0]] = column
    return _with_names(table, names)


def _with_names(table: RawTable, names: Mapping[str, str]) -> RawTable:
    if not names:
        return table
    table = replace(
        table,
        frame=table.frame.rename(columns=names),
        texts=_renamed(table.texts, names),
        value_labels=_renamed(table.value_labels, names),
        missing=_renamed(table.missing, names),
        ordered=_renamed(table.ordered, names),
    )
    return table.noted(*(Note("renamed", written, name, 1) for written, name in names.items()))


def _renamed(entries: Mapping[str, _Entry], names: Mapping[str, str]) -> dict[str, _Entry]:
    return {names.get(column, column): entry for column, entry in entries.items()}


def _with_values(book: Codebook, table: RawTable) -> RawTable:
    changed: dict[str, pd.Series] = {}
    notes = []
    for column, values in _groups(book):
        if column not in table.frame.columns or column in changed:
            continue
        cells = table.frame[column]
        labels = _values_by_label(values)
        found = {
            text: labels[form]
            for text in cells.unique()
            if text not in values and (form := next((f for f in gender_forms(text) if f in labels), None))
        }
        if found:
            changed[column] = cells.replace(found)
            counts = cells.value_counts()
            notes += [Note(f"values of {column}", text, value, int(counts[text])) for text, value in found.items()]
    if not changed:
        return table
    return replace(table, frame=table.frame.assign(**changed)).noted(*notes)


def _groups(book: Codebook) -> Iterator[tuple[str, Mapping[str, Mapping[str, str]]]]:
    mode = book.fieldwork.mode if book.fieldwork else None
    for group in (book.unit, *book.segments.values(), mode):
        if group is not None and group.values:
            yield group.column, group.values


def _values_by_label(values: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Label as it is compared → its value; a label that stands for two values is none."""
    found: dict[str, set[str]] = {}
    for value, label in values.items():
        for text in label.values():
            for form in gender_forms(text):
                found.setdefault(form, set()).add(value)
    return {form: next(iter(of)) for form, of in found.items() if len(of) == 1}

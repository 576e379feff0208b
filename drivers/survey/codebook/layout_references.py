"""Whether what a codebook says of its files, their layout and the fieldwork holds together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from drivers.survey.codebook.errors import Problem
from drivers.survey.codebook.errors import reference_problem as _problem

if TYPE_CHECKING:
    from drivers.survey.codebook.model import Codebook


def broken_layout(codebook: Codebook) -> Iterator[Problem]:
    """Every part of the layout that contradicts another."""
    yield from _encoding(codebook)
    yield from _wave_files(codebook)
    yield from _stack(codebook)
    yield from _fieldwork(codebook)


def _encoding(codebook: Codebook) -> Iterator[Problem]:
    import codecs

    encoding = codebook.data.encoding
    if encoding is None:
        return
    try:
        known = codecs.lookup(encoding)._is_text_encoding
    except (LookupError, ValueError):
        known = False
    if not known:
        yield _problem(
            ("data", "encoding"),
            f"expected a text encoding such as utf-8, utf-16 or windows-1256, found {encoding!r}; correct it",
        )


def _wave_files(codebook: Codebook) -> Iterator[Problem]:
    files = codebook.data.files
    if files is None:
        return
    if codebook.wave is None:
        yield _problem(
            ("data", "files"), "expected 'wave' beside several files, found none; name its columns and their order"
        )
        return
    waves = {entry.key for entry in codebook.wave.order}
    seen: set[str] = set()
    for position, entry in enumerate(files):
        path = ("data", "files", position)
        key = " ".join(map(str, entry.values))
        if len(entry.values) != len(codebook.wave.columns) or key not in waves:
            yield _problem(
                (*path, "values"),
                f"expected the values of a wave under wave.order, found {key!r}; correct them or add the wave",
            )
        if entry.file in seen:
            yield _problem((*path, "file"), f"expected each file once, found {entry.file!r} again; remove it")
        seen.add(entry.file)
        for name in entry.not_asked:
            if name in entry.columns:
                yield _problem(
                    (*path, "not_asked"),
                    f"expected a column either with its name in the file or as not asked, found {name!r} under both; "
                    "remove it from one",
                )
        own: dict[str, str] = {}
        for name, column in entry.columns.items():
            if own.setdefault(column, name) != name:
                yield _problem(
                    (*path, "columns", name),
                    f"expected each column of the file once, found {column!r} for {own[column]!r} and {name!r}; "
                    "correct one",
                )


def _stack(codebook: Codebook) -> Iterator[Problem]:
    stack = codebook.data.stack
    if stack is None:
        return
    path = ("data", "stack", "values")
    first = next(iter(stack.values))
    names = set(stack.values[first])
    taken: dict[str, str] = {}
    for value, columns in stack.values.items():
        if set(columns) != names:
            differing = ", ".join(sorted(names ^ set(columns)))
            yield _problem(
                (*path, value),
                f"expected the same names for {first!r} and {value!r}, found {differing} in one of them only; "
                "complete it",
            )
        for name, column in columns.items():
            place = f"{value}.{name}"
            if taken.setdefault(column, place) != place:
                yield _problem(
                    (*path, value, name),
                    f"expected each column of the file once, found {column!r} also in {taken[column]}; correct one",
                )
    design = codebook.design
    if design.cluster is None and (stack.respondent or design.respondent):
        yield _problem(
            ("data", "stack"),
            "expected 'design.cluster' beside it, found none; name the column of the respondent, whose rows are no "
            "independent answers",
        )
    elif design.cluster is None:
        yield _problem(
            ("data", "stack"),
            "expected 'design.cluster' beside it, found none; name the column of the respondent, or make one with "
            "'respondent' and name that",
        )


def _fieldwork(codebook: Codebook) -> Iterator[Problem]:
    work = codebook.fieldwork
    if work is None:
        return
    if work.contact is not None and (codebook.period is None or codebook.period.column is None):
        yield _problem(
            ("fieldwork", "contact"),
            "expected the day of the answer beside it (period.column), found none; name its column",
        )
    if work.most_days is not None and work.contact is None:
        yield _problem(
            ("fieldwork", "most_days"), "expected 'contact' beside it, found none; name its column or remove it"
        )
    if work.invited is not None and work.disposition is not None:
        yield _problem(
            ("fieldwork", "invited"),
            "expected either 'invited' or 'disposition', found both; remove one, for the response rate comes from one",
        )
    if work.disposition is None:
        return
    seen: dict[str, str] = {}
    for name in type(work.disposition).model_fields:
        if name == "column":
            continue
        for position, value in enumerate(getattr(work.disposition, name)):
            if seen.setdefault(str(value), name) != name:
                yield _problem(
                    ("fieldwork", "disposition", name, position),
                    f"expected each outcome once, found {value!r} also under {seen[str(value)]!r}; remove it from one",
                )

"""SurveyMonkey: questions in the first header row, over the first of their columns; rows and options in the second."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.errors import SurveyError
from drivers.survey.raw_table import Note, RawTable, shown
from drivers.survey.vendors.header import Header, Row, Vendor
from drivers.survey.vendors.marks import column_of, lowered, marked
from drivers.survey.vendors.names import numbered, same_width, simplified, tidied, tidy

_OWN = frozenset(
    {
        *("respondentid", "collectorid", "datecreated", "datemodified", "startdate", "enddate", "ipaddress"),
        *("emailaddress", "firstname", "lastname", "responsestatus", "customdata"),
        *(f"customdata{number}" for number in range(1, 21)),
    }
)
_ANSWER = frozenset({"response", "openendedresponse"})
"""What the second header row says where the column is the question itself."""


def _recognise(head: Sequence[Row]) -> str:
    names = {simplified(name) for name in head[0][1]}
    if not {"respondentid", "collectorid"} <= names:
        return ""
    if _header_rows(head) == 2:
        return "columns Respondent ID and Collector ID, and a second header row with rows and options"
    dates = {"startdate", "enddate", "datecreated", "datemodified", "ipaddress"} & names
    return "columns Respondent ID, Collector ID and dates" if dates else ""


def _accepts(head: Sequence[Row]) -> str:
    names = {simplified(name) for name in head[0][1]}
    return _recognise(head) or ("a column Respondent ID" if "respondentid" in names else "")


def _own_columns(names: Sequence[str]) -> int:
    """How many columns at the start are the program's own; a question may have the name of one."""
    return next((position for position, name in enumerate(names) if simplified(name) not in _OWN), len(names))


def _header_rows(head: Sequence[Row]) -> int:
    """Two, where the cells below the program's own columns are empty and others are not."""
    own = _own_columns(head[0][1])
    if len(head) < 2:
        return 1
    below = [bool(cell.strip()) for cell in head[1][1]]
    return 2 if not any(below[:own]) and any(below[own:]) else 1


def _header(place: str, head: Sequence[Row]) -> Header:
    rows = _header_rows(head)
    line, questions = head[0]
    if rows == 2:
        same_width(place, head[0], head[1])
        _refuse_unasked(f"{place} {line}", questions, head[1][1])
        written = _full_names(questions, head[1][1])
        names_of_rows = _full_names([tidy(cell) for cell in questions], [tidy(cell) for cell in head[1][1]])
        tidy_names, notes = tidied(f"{place} {line}", written, names_of_rows)
    else:
        tidy_names, notes = tidied(f"{place} {line}", questions)
    names, more = numbered(tidy_names)
    return Header(
        names=tuple(names),
        rows=rows,
        texts=dict(list(zip(names, tidy_names, strict=True))[_own_columns(questions) :]),
        notes=(
            Note("vendor", _accepts(head), "surveymonkey", len(names)),
            Note("header rows", "questions, rows and options" if rows == 2 else "names", "names of columns", rows),
            *notes,
            *more,
        ),
    )


def _full_names(questions: Sequence[str], rows: Sequence[str]) -> list[str]:
    """The name of each column: the program's own, or the question with its row or option."""
    own = _own_columns(questions)
    names = list(questions[:own])
    question = ""
    for cell, row in zip(questions[own:], rows[own:], strict=True):
        question = cell if tidy(cell) else question
        named = not tidy(row) or simplified(tidy(row)) in _ANSWER
        names.append(question if named else f"{question} [{row}]")
    return names


def _refuse_unasked(place: str, questions: Sequence[str], rows: Sequence[str]) -> None:
    own = _own_columns(questions)
    if len(questions) > own and not tidy(questions[own]):
        raise SurveyError(
            f"{place}: expected a question over column {own + 1} of {len(questions)} or over a column before it, found "
            f"none over {shown(rows[own])}; write the question there, or remove the column."
        )


def _finish(table: RawTable) -> RawTable:
    column = column_of(table, {"responsestatus"})
    if column is None:
        return table
    status = lowered(table.frame[column])
    return marked(table, column, {"unfinished": status.isin(["partial", "incomplete"]).to_numpy(dtype=bool)})


SURVEYMONKEY = Vendor(
    key="surveymonkey",
    title="SurveyMonkey",
    expects="columns such as Respondent ID and Collector ID, with rows and options in a second header row",
    recognise=_recognise,
    accepts=_accepts,
    header=_header,
    finish=_finish,
)

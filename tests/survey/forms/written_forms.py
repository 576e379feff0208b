"""Small forms, to be changed by one fault at a time, and answers as programs for forms export them."""

import csv
import io
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import openpyxl

from drivers.survey.forms.reading import Form, FormQuestion

Rows = Sequence[Sequence[object]]

SURVEY: Rows = (
    ("type", "name", "label::English (en)", "label::Arabic (ar)", "required"),
    ("start", "start"),
    ("begin_group", "service", "Service", "الخدمة"),
    ("select_one quality", "speed", "Speed", "السرعة", "yes"),
    ("select_one quality", "respect", "Respect", "الاحترام", "yes"),
    ("end_group", None),
    ("integer", "age", "Age", "العمر"),
)
CHOICES: Rows = (
    ("list_name", "name", "label::English (en)", "label::Arabic (ar)"),
    ("quality", 1, "Poor", "سيئ"),
    ("quality", 2, "Good", "جيد"),
)
SETTINGS: Rows = (("form_title", "form_id", "default_language"), ("A form", "a_form", "English (en)"))


def write_form(path: Path, survey: Rows | None = SURVEY, choices: Rows | None = CHOICES, **more: Rows) -> Path:
    """A workbook with these sheets; a sheet that is None is left out."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in {"survey": survey, "choices": choices, **more}.items():
        if rows is not None:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
    if not book.sheetnames:
        book.create_sheet("Sheet1")
    book.save(path)
    return path


def with_row(rows: Rows, position: int, row: Sequence[object]) -> Rows:
    """The rows with one of them replaced; positions count as the sheet does, from 1."""
    return (*rows[: position - 1], row, *rows[position:])


def cells_of(path: Path, name: str) -> list[dict[str, str]]:
    """The rows of a sheet as heading → text, without empty cells."""
    return _sheets(path.read_bytes())[name]


@cache
def _sheets(content: bytes) -> dict[str, list[dict[str, str]]]:
    found = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
        heading, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [
            {key: value for key, value in zip(heading, row, strict=True) if value is not None} for row in rows
        ]
    return found


def edited(source: Path, target: Path, name: str, edit: dict[tuple[int, str], str | None]) -> Path:
    """A copy of a form with some cells of a sheet changed: (row, heading) → text."""
    book = openpyxl.load_workbook(source)
    sheet = book[name]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for (row, heading), text in edit.items():
        sheet.cell(row, columns[heading]).value = text
    book.save(target)
    return target


def row_of(path: Path, name: str, heading: str, text: str) -> int:
    """The only row of a sheet that has this text under this heading."""
    found = [row for row, cells in enumerate(cells_of(path, name), start=2) if cells.get(heading) == text]
    assert len(found) == 1, f"{text!r} is there {len(found)} times"
    return found[0]


FILLED = {"today": "2024-05-09", "date": "2024-05-03", "start": "2024-05-09T10:01:00.000+03:00", "text": "شكرًا; جدًا"}


def exported(form: Form, rows: int, *, labels: str = "", groups: str = "", header: str = "") -> bytes:
    """Answers to a form as KoBo writes them: every choice of every question occurs.

    `labels` and `header` are languages, or "" for the names of choices and of questions; `groups` stands between a
    group and a question, or is "" where groups are left out.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
    own = ("_id", "_uuid", "_submission_time", "_index")
    writer.writerow([*(heading(form, question, header, groups) for question in form.questions), *own])
    for row in range(rows):
        cells = [answer(form, question, row + place, labels) for place, question in enumerate(form.questions)]
        writer.writerow([*cells, row, f"uuid-{row}", "2024-05-09T10:09:00", row + 1])
    return out.getvalue().encode("utf-8-sig")


def heading(form: Form, question: FormQuestion, language: str, groups: str) -> str:
    """The header of a question: its name or its wording, behind those of its groups where these are wanted."""
    parts = [*question.path, question.name]
    if language:
        paths = [question.path[: depth + 1] for depth in range(len(question.path))]
        parts = [*(form.groups[path][language] for path in paths), question.labels.get(language, question.name)]
    return groups.join(parts) if groups else parts[-1]


def answer(form: Form, question: FormQuestion, turn: int, labels: str) -> str:
    """The answer of a turn to a question: its choices one after the other."""
    if question.name == "consent":
        turn = 0  # everybody agrees
    if question.choices:
        choices = form.choices[question.choices]
        choice = choices[turn % len(choices)]
        return choice.labels[labels] if labels else choice.name
    return FILLED.get(question.type, "7")


def rewritten(path: Path, name: str, content: bytes) -> bytes:
    """The bytes of a workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return out.getvalue()

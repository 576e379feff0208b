"""A form for KoBo and ODK: what an XLSForm workbook asks, in which words and with which choices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from drivers.errors import CodebookError
from drivers.survey.forms.sheets import Row, language_of, read_sheets
from drivers.survey.forms.types import FILLED_IN, SELECTS, TYPES, question_type, shape_of
from drivers.survey.raw_table import listed, shown

_NAME = re.compile(r"[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FormQuestion:
    """One row of a form that has a column among the answers.

    Parameters
    ----------
    row
        On the sheet, counted from 1.
    type
        In its modern spelling, such as ``select_one``; without the name of the list.
    name
        The column of the answers.
    path
        The groups that it is in, from the outermost.
    labels
        Language → wording; a language that the form does not name by its code stands as the form has it.
    choices
        Name of its list of choices; "" where it has none, or has them in another file.
    or_other
        Whether another answer may be written.
    repeated
        Whether it is asked several times in one interview, so that its answers are in a table of their own.
    parameters
        Such as the ends of a range.
    cells
        The other cells of the row: heading in small letters → text.
    """

    row: int
    type: str
    name: str
    path: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: str = ""
    or_other: bool = False
    repeated: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FormChoice:
    """One choice of a list: its row, its name, its labels and its other cells."""

    row: int
    name: str
    labels: Mapping[str, str]
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Form:
    """A form; `read_xlsform` makes one.

    Parameters
    ----------
    file
        The workbook's name.
    questions
        Everything that has a column among the answers, in its order: what is asked, and what the program fills in.
    choices
        Name of a list → its choices.
    settings
        Heading in small letters → text.
    languages
        The languages of its labels, as in `FormQuestion.labels`.
    groups
        Path of a group → its labels.
    sheets
        Name → rows of the sheets that are none of XLSForm's own.
    """

    file: str
    questions: tuple[FormQuestion, ...]
    choices: Mapping[str, tuple[FormChoice, ...]]
    settings: Mapping[str, str]
    languages: tuple[str, ...]
    groups: Mapping[tuple[str, ...], Mapping[str, str]]
    sheets: Mapping[str, Sequence[Row]]

    @property
    def asked(self) -> tuple[FormQuestion, ...]:
        """The questions that somebody answers."""
        return tuple(question for question in self.questions if question.type not in FILLED_IN)


def read_xlsform(path: str | Path) -> Form:
    """What an XLSForm asks.

    Parameters
    ----------
    path
        A workbook with the sheets ``survey`` and, where there are choices, ``choices``.

    Raises
    ------
    CodebookError
        Where the file is no such workbook, or a row cannot be understood; the sentence names the sheet and the row.

    Notes
    -----
    Hints, media, appearances and conditions are kept in `FormQuestion.cells` and not interpreted.
    """
    path = Path(path)
    sheets = read_sheets(path)
    settings = {key: text for row in sheets.pop("settings", [])[:1] for key, text in row.cells.items()}
    spoken = _default_language(settings)
    choices = _lists(path.name, sheets.pop("choices", []), spoken)
    reader = _Survey(path.name, choices, spoken)
    reader.read(sheets.pop("survey"))
    labels = [question.labels for question in reader.questions]
    labels += [choice.labels for rows in choices.values() for choice in rows]
    languages = dict.fromkeys(language for found in labels for language in found)
    return Form(
        file=path.name,
        questions=tuple(reader.questions),
        choices=choices,
        settings=settings,
        languages=tuple(languages),
        groups=reader.groups,
        sheets=sheets,
    )


class _Survey:
    """The rows of the sheet ``survey``, one after the other, with the groups that are open."""

    def __init__(self, file: str, choices: Mapping[str, tuple[FormChoice, ...]], spoken: str) -> None:
        self._file = file
        self._choices = choices
        self._spoken = spoken
        self._open: list[tuple[str, str, int]] = []
        self._names: dict[tuple[tuple[str, ...], str], int] = {}
        self.questions: list[FormQuestion] = []
        self.groups: dict[tuple[str, ...], Mapping[str, str]] = {}

    def read(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._row(row)
        if self._open:
            kind, name, line = self._open[-1]
            raise self._fault(line, f"an end_{kind} for {shown(name)}", "none", f"add a row of type end_{kind}")
        if not any(question.type not in FILLED_IN for question in self.questions):
            raise CodebookError(
                f"{self._file}, sheet 'survey': expected questions, found none; name the workbook of a form."
            )

    def _row(self, row: Row) -> None:
        written = " ".join(row.cells.get("type", "").split())
        name = row.cells.get("name", "").strip()
        if not written:
            if name:
                raise self._fault(row.line, f"a type for {shown(name)}", "none", "write one, such as select_one")
            return  # an empty row, or one that holds only remarks
        if shape := shape_of(written):
            self._shape(row, *shape, name)
            return
        kind, choices, other = question_type(written)
        if kind not in TYPES:
            first = written.split()[0].lower()
            near = get_close_matches(first, TYPES, n=1)
            remedy = f"did you mean {near[0]!r}?" if near else "write one that XLSForm knows, such as text."
            raise CodebookError(
                f"{self._file}, sheet 'survey', row {row.line}: expected a type of question, found {shown(written)}; "
                f"{remedy}"
            )
        if kind == "note":
            return
        choices = self._choices_of(row.line, kind, choices)
        if not name:
            raise self._fault(row.line, f"a name for the question of type {shown(written)}", "none", "write one")
        self._named(row.line, name)
        path = tuple(group for _, group, _ in self._open)
        self.questions.append(
            FormQuestion(
                row=row.line,
                type=kind,
                name=name,
                path=path,
                labels=_labels(row, self._spoken),
                choices=choices,
                or_other=other,
                repeated=any(opened == "repeat" for opened, _, _ in self._open),
                parameters=dict(_parameters(row.cells.get("parameters", ""))),
                cells=row.cells,
            )
        )

    def _shape(self, row: Row, what: str, kind: str, name: str) -> None:
        if what == "begin":
            name = name or f"{kind}_{row.line}"
            self._named(row.line, name)
            self._open.append((kind, name, row.line))
            self.groups[tuple(group for _, group, _ in self._open)] = _labels(row, self._spoken)
        elif not self._open:
            raise self._fault(row.line, f"a begin_{kind} before end_{kind}", "none", "add it above, or remove this row")
        elif self._open[-1][0] != kind:
            opened, group, line = self._open[-1]
            raise self._fault(
                row.line,
                f"the end of the {opened} {shown(group)} from row {line}",
                f"end_{kind}",
                f"write end_{opened}, or close what is open in its order",
            )
        else:
            self._open.pop()

    def _choices_of(self, line: int, kind: str, written: str) -> str:
        """The list of choices of a question; "" where it needs none, or has its choices elsewhere."""
        if kind not in SELECTS:
            return ""
        if not written:
            raise self._fault(line, f"a list of choices after {kind}", "none", f"write {kind} and the list's name")
        if "." in written or written.startswith("${"):
            return ""  # its choices are in a file, or are answers given before
        if written not in self._choices:
            near = get_close_matches(written, list(self._choices), n=1)
            remedy = f"did you mean {near[0]!r}?" if near else f"{self._known_lists()}."
            raise CodebookError(
                f"{self._file}, sheet 'survey', row {line}: expected a list of the sheet 'choices', found "
                f"{shown(written)}; {remedy}"
            )
        return written

    def _known_lists(self) -> str:
        return f"there are {listed(list(self._choices))}" if self._choices else "there are none, so add its choices"

    def _named(self, line: int, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise self._fault(
                line,
                "a name of letters, digits, _ and - that starts with a letter",
                shown(name),
                "rename it, for a form cannot have it",
            )
        key = (tuple(group for _, group, _ in self._open), name.casefold())
        first = self._names.setdefault(key, line)
        if first != line:
            raise self._fault(line, "each name once", f"{shown(name)} also in row {first}", "rename one of them")

    def _fault(self, line: int, expected: str, found: str, remedy: str) -> CodebookError:
        return CodebookError(f"{self._file}, sheet 'survey', row {line}: expected {expected}, found {found}; {remedy}.")


def _lists(file: str, rows: Sequence[Row], spoken: str) -> dict[str, tuple[FormChoice, ...]]:
    found: dict[str, list[FormChoice]] = {}
    for row in rows:
        name = row.cells.get("list_name", "").strip()
        choice = row.cells.get("name", "").strip()
        place = f"{file}, sheet 'choices', row {row.line}"
        if not name and not choice:
            continue  # an empty row between two lists
        if not name:
            raise CodebookError(f"{place}: expected the list of the choice {shown(choice)}, found none; write it.")
        if not choice:
            raise CodebookError(f"{place}: expected a name for the choice of {shown(name)}, found none; write it.")
        entries = found.setdefault(name, [])
        twice = next((entry for entry in entries if entry.name == choice), None)
        if twice is not None:
            raise CodebookError(
                f"{place}: expected each choice of {shown(name)} once, found {shown(choice)} also in row {twice.row}; "
                "rename one of them."
            )
        entries.append(FormChoice(row=row.line, name=choice, labels=_labels(row, spoken), cells=row.cells))
    return {name: tuple(entries) for name, entries in found.items()}


def _labels(row: Row, spoken: str) -> dict[str, str]:
    """Language → label, without those that are empty."""
    labels: dict[str, str] = {}
    for heading, text in row.cells.items():
        word, _, language = heading.partition("::")
        if word == "label" and (plain := " ".join(text.split())):
            labels.setdefault(language_of(language) if language else spoken or _script(plain), plain)
    return labels


def _default_language(settings: Mapping[str, str]) -> str:
    """What a label without a language is in; "" where the form does not say."""
    return language_of(settings.get("default_language", ""))


def _script(text: str) -> str:
    """The language of a label that names none, by its letters: Arabic where it has any, else English."""
    return "ar" if re.search("[\u0621-\u064a]", text) else "en"


def _parameters(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"[;,\s]+", text.strip()):
        name, equals, value = part.partition("=")
        if equals:
            yield name.strip().lower(), value.strip()

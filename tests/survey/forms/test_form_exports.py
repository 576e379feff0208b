"""Exports of forms: columns behind groups and labels of values become what the codebook calls them, without a guess."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import drivers as kda
from drivers.survey.codebook.model import Codebook
from drivers.survey.forms.exports import as_in_codebook, named_by_form
from drivers.survey.forms.reading import Form, read_xlsform
from drivers.survey.raw_table import Note, RawTable, table_of
from tests.survey.forms.written_forms import write_form
from tests.survey.small_survey import CODEBOOK, changed, write_survey

VALUES = "{n1: {en: North branch, ar: الفرع الشمالي}, s1: {en: South branch, ar: الفرع الجنوبي}}"


def with_values(folder: Path, values: str) -> Codebook:
    """The small survey's codebook, whose unit has these values."""
    unit = "unit: {column: Branch, label: {en: Branch}"
    text = changed(CODEBOOK, f"{unit}}}", f"{unit}, values: {values}}}")
    return kda.read_codebook(write_survey(folder, codebook=text, answers=None))


@pytest.fixture
def book(tmp_path: Path) -> Codebook:
    return with_values(tmp_path, VALUES)


def table(vendor: str = "kobo", **columns: list[str]) -> RawTable:
    return replace(table_of("answers.csv", pd.DataFrame(columns, dtype="str")), vendor=vendor)


@pytest.mark.parametrize("path", ["part/Waiting", "outer/inner/Waiting", "part-Waiting", "part.Waiting", "a:Waiting"])
def test_a_column_behind_its_groups(book: Codebook, path: str) -> None:
    read = as_in_codebook(book, table(**{path: ["1"], "note": ["x"]}))
    assert list(read.frame.columns) == ["Waiting", "note"]
    assert read.notes == (Note("renamed", path, "Waiting", 1),)


@pytest.mark.parametrize(
    "columns",
    [
        ["Waiting", "part/Waiting"],  # the file has the column itself
        ["a/Waiting", "b/Waiting"],  # two that could be it
        ["a/NotWaiting"],
        ["Longer Waiting"],
    ],
)
def test_a_column_that_is_not_plainly_meant(book: Codebook, columns: list[str]) -> None:
    read = as_in_codebook(book, table(**{name: ["1"] for name in columns}))
    assert list(read.frame.columns) == columns
    assert read.notes == ()


def test_other_programs_have_no_groups_before_names(book: Codebook) -> None:
    read = as_in_codebook(book, table("plain", **{"part/Waiting": ["1"]}))
    assert list(read.frame.columns) == ["part/Waiting"]


def test_what_the_file_says_of_a_column_goes_with_it(book: Codebook) -> None:
    given = replace(table(**{"part/Waiting": ["1"]}), texts={"part/Waiting": "How long?"})
    assert as_in_codebook(book, given).texts == {"Waiting": "How long?"}


def test_labels_of_values_in_any_language(book: Codebook) -> None:
    read = as_in_codebook(book, table(Branch=["North branch", "الفرع الجنوبي", "n1", "East", "", "north branch "]))
    assert read.frame["Branch"].tolist() == ["n1", "s1", "n1", "East", "", "n1"]
    assert read.notes == (
        Note("values of Branch", "North branch", "n1", 1),
        Note("values of Branch", "الفرع الجنوبي", "s1", 1),
        Note("values of Branch", "north branch ", "n1", 1),
    )


def test_a_label_that_stands_for_two_values_is_left_alone(tmp_path: Path) -> None:
    same = with_values(tmp_path, "{a: {en: Branch}, b: {en: Branch}}")
    given = table(Branch=["Branch", "a"])
    assert as_in_codebook(same, given) is given


def test_values_come_before_labels(tmp_path: Path) -> None:
    crossed = with_values(tmp_path, "{low: {en: high}, high: {en: low}}")
    assert as_in_codebook(crossed, table(Branch=["low", "high"])).frame["Branch"].tolist() == ["low", "high"]


# Wordings as header


def form(folder: Path, *questions: tuple[str, str]) -> Form:
    """A form with open questions: name and wording."""
    rows = [("text", name, wording) for name, wording in questions]
    return read_xlsform(write_form(folder / "form.xlsx", [("type", "name", "label"), *rows], None))


@pytest.mark.parametrize(
    "header", ["How long did it take?", "how long  did it take", "The visit/How long did it take?"]
)
def test_a_wording_as_header(tmp_path: Path, header: str) -> None:
    read = named_by_form(form(tmp_path, ("wait", "How long did it take?")), table(**{header: ["1"], "_id": ["7"]}))
    assert list(read.frame.columns) == ["wait", "_id"]
    assert read.notes == (Note("renamed", header, "wait", 1),)


@pytest.mark.parametrize(
    "columns",
    [
        ["wait", "How long?"],  # the file has the name itself
        ["a/How long?", "b/How long?"],  # two that could be it
        ["And how long?"],
    ],
)
def test_a_wording_that_is_not_plainly_meant(tmp_path: Path, columns: list[str]) -> None:
    given = table(**{name: ["1"] for name in columns})
    assert named_by_form(form(tmp_path, ("wait", "How long?")), given) is given


def test_a_wording_of_two_questions_names_neither(tmp_path: Path) -> None:
    given = table(**{"How long?": ["1"]})
    assert named_by_form(form(tmp_path, ("first", "How long?"), ("second", "How long?")), given) is given

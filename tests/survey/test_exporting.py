"""Tables that leave the suite: nothing in them runs in a spreadsheet, and nothing is lost."""

import csv
import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from drivers.errors import SurveyError
from drivers.survey import exporting
from drivers.survey.exporting import neutral, write_table
from drivers.survey.reading import read_table

RUN = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1:A9)",
    "=cmd|' /C calc'!A0",
    " =1+1",
    "\u00a0=1+1",
    "\u200f=1+1",
    "\ufeff=1+1",
    "\t=1+1",
    "\t1",
    "\r=1+1",
    "\n1",
    "＝1+1",
    "＋1",
    "- no answer",
    "-5 degrees",
    "+5",
    '=HYPERLINK("http://a.example","b")',
    "-",
]
PLAIN = ["", "5", "-5", "-4.5", "-1e-05", "a=b", "نعم", "1+1", "'=1+1", " 5", "good - bad", "no @ all"]


@pytest.mark.parametrize("text", RUN)
def test_what_could_run_gets_an_apostrophe(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", PLAIN)
def test_what_cannot_run_is_left_as_it_is(text: str) -> None:
    assert neutral(text) == text


FRAME = pd.DataFrame({
    "=name": ["=1+1", "عمر", None],
    "score": [-5.5, 1.0, np.nan],
    "count": [-3, 2, 1],
    "used": [True, False, True],
    "day": [dt.date(2024, 2, 29), None, dt.date(2024, 3, 1)],
    "moment": pd.to_datetime(["2024-02-29 13:05:00", None, "2024-03-01 00:00:00"]),
    "text": pd.Series(["-5", "- 5", 'say "no", twice\nor more'], dtype="str"),
    "order": pd.Categorical(["@a", "b", None]),
})  # fmt: skip


def test_a_csv_file_has_a_mark_and_neutral_texts(tmp_path: Path) -> None:
    path = write_table(FRAME, tmp_path / "log.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf'=name,score,count,used,day,moment,text,order\r\n")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream))[1:] == [
            ["'=1+1", "-5.5", "-3", "True", "2024-02-29", "2024-02-29 13:05:00", "-5", "'@a"],
            ["عمر", "1.0", "2", "False", "", "", "'- 5", "b"],
            ["", "", "1", "True", "2024-03-01", "2024-03-01", 'say "no", twice\nor more', ""],
        ]


def test_a_workbook_has_numbers_texts_and_no_formula(tmp_path: Path) -> None:
    path = write_table(FRAME, str(tmp_path / "log.XLSX"))
    sheet = load_workbook(path)["table"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["'=name", "score", "count", "used", "day", "moment", "text", "order"],
        ["'=1+1", -5.5, -3, True, "2024-02-29", "2024-02-29 13:05:00", "-5", "'@a"],
        ["عمر", 1, 2, False, None, None, "'- 5", "b"],
        [None, None, 1, True, "2024-03-01", "2024-03-01", 'say "no", twice\nor more', None],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n", "b"}


def test_signs_that_a_workbook_cannot_hold_are_marked(tmp_path: Path) -> None:
    write_table(pd.DataFrame({"x": ["a\x00b\x1fc"]}), tmp_path / "log.xlsx")
    assert load_workbook(tmp_path / "log.xlsx")["table"]["A2"].value == "a\ufffdb\ufffdc"


def test_numbers_beyond_all_are_texts(tmp_path: Path) -> None:
    path = write_table(pd.DataFrame({"x": [np.inf, -np.inf, 1.5]}), tmp_path / "log.csv")
    assert path.read_text(encoding="utf-8-sig").split() == ["x", "inf", "-inf", "1.5"]


@settings(deadline=None, max_examples=60)
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
        | st.text("=+-@ \t\r\n1.", max_size=5),
        min_size=1,
    )
)
def test_whatever_is_written_as_csv_comes_back_without_its_apostrophes(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "log.csv"
    write_table(pd.DataFrame({"key": ["k"] * len(texts), "x": pd.Series(texts, dtype="str")}), path)
    found = read_table(path).frame["x"].tolist()
    assert found == [neutral(text) for text in texts]
    assert not any(cell[:1] in ("=", "+", "@", "\t", "\r") for cell in found)


# What is refused


@pytest.mark.parametrize("name", ["log.txt", "log", "log.xls"])
def test_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SurveyError) as refused:
        write_table(FRAME, tmp_path / name)
    assert str(refused.value) == (
        f"Expected a name that ends in .csv or .xlsx to write a table to, found {name!r}; choose one of the two "
        "endings."
    )


@pytest.mark.parametrize("name", ["log.csv", "log.xlsx"])
def test_a_place_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "absent" / name
    with pytest.raises(SurveyError) as refused:
        write_table(FRAME, path)
    assert str(refused.value) == (
        f"Expected to write a table to {str(path)!r}, found that it cannot be written (No such file or directory); "
        "choose another place."
    )


def test_what_a_sheet_cannot_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SurveyError) as refused:
        write_table(pd.DataFrame({"x": ["a" * 40_000]}), tmp_path / "log.xlsx")
    assert str(refused.value) == (
        "Expected texts of at most 32767 characters for a sheet of log.xlsx, found one of 40000; write a .csv file."
    )
    monkeypatch.setattr(exporting, "MOST_ROWS", 2)
    with pytest.raises(SurveyError) as refused:
        write_table(FRAME, tmp_path / "log.xlsx")
    assert str(refused.value) == "Expected at most 2 rows for a sheet of log.xlsx, found 3; write a .csv file."
    assert not list(tmp_path.iterdir())

"""SPSS and Stata: codes as text, with labels, declared missing answers, days and old encodings."""

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from drivers.survey.formats.options import ReadAs
from drivers.survey.raw_table import RawTable
from drivers.survey.reading import read_table
from tests.survey.formats.small_files import Files, cells, noted
from tests.survey.written import as_statistical

FRAME = pd.DataFrame({
    "q1": [1.0, 2.0, 98.0, 99.0, None],
    "q2": [1.5, 2.0, -8.0, -1.0, 5.0],
    "name": ["ab", "", "نعم", "none", "y "],
})  # fmt: skip
SPSS = {
    "column_labels": {"q1": "How fast?", "name": None},
    "variable_value_labels": {"q1": {1: "Slow", 2: "Fast", 98: "Don't know", 97: "Not asked"}},
    "missing_ranges": {"q1": [99, {"lo": 97, "hi": 98}], "q2": [{"lo": -9, "hi": -1}], "name": ["none"]},
}


def read(folder: Path, frame: pd.DataFrame, ending: str = "sav", **said: Any) -> RawTable:
    return read_table(as_statistical(folder, frame, ending, **said))


# SPSS


@pytest.mark.parametrize("ending", ["sav", "zsav"])
def test_spss_gives_codes_labels_and_declared_missing_answers(tmp_path: Path, ending: str) -> None:
    table = read(tmp_path, FRAME, ending, **SPSS)
    assert cells(table) == [
        ["1", "1.5", "ab"],
        ["2", "2", ""],
        ["98", "-8", "نعم"],
        ["99", "-1", "none"],
        ["", "5", "y"],
    ]
    assert table.texts == {"q1": "How fast?"}
    assert table.value_labels == {"q1": {"1": "Slow", "2": "Fast", "97": "Not asked", "98": "Don't know"}}
    assert table.missing == {
        "q1": {"98": "dont_know", "99": "", "97": "not_asked"},
        "q2": {"-8": "", "-1": ""},
        "name": {"none": ""},
    }
    assert (table.place, table.lines.tolist()) == ("row", [1, 2, 3, 4, 5])
    assert noted(table, "format") == [("SPSS, UTF-8", "", 0)]
    assert noted(table, "declared missing") == [("codes", "of 3 columns", 6)]


def test_spss_days_and_times_are_iso(tmp_path: Path) -> None:
    frame = pd.DataFrame({
        "day": [dt.date(2024, 2, 29), None],
        "moment": pd.to_datetime(["2024-02-29 13:05:09", None]),
        "time": [dt.time(9, 30), None],
    })  # fmt: skip
    assert cells(read(tmp_path, frame)) == [["2024-02-29", "2024-02-29 13:05:09", "9:30:00"], ["", "", ""]]


def test_numbers_that_no_calendar_knows_stay_numbers(tmp_path: Path) -> None:
    frame = pd.DataFrame({"day": [1e15, 0.0]})
    table = read(tmp_path, frame, variable_format={"day": "DATE11"})
    assert cells(table) == [["1000000000000000"], ["1582-10-14"]]


def test_a_portable_file_is_read_and_says_what_it_cannot_tell(tmp_path: Path) -> None:
    frame = FRAME[["q1", "q2"]].rename(columns=str.upper)
    table = read(tmp_path, frame, "por", column_labels={"Q1": "How fast?"})
    assert cells(table) == [["1", "1.5"], ["2", "2"], ["98", "-8"], ["99", "-1"], ["", "5"]]
    assert table.texts == {"Q1": "How fast?"}
    assert noted(table, "declared missing") == [("answers of portable files", "empty cells", 0)]


# Stata


@pytest.mark.parametrize("version", [8, 10, 12, 13, 14, 15])
def test_stata_of_every_version(tmp_path: Path, version: int) -> None:
    frame = FRAME.assign(name=["ab", "", "c", "none", "y"])
    table = read(tmp_path, frame, "dta", version=version, column_labels={"q1": "How fast?"})
    assert cells(table)[0] == ["1", "1.5", "ab"]
    assert table.frame["q1"].tolist() == ["1", "2", "98", "99", ""]
    assert table.texts == {"q1": "How fast?"}


@pytest.mark.parametrize("version", [114, 117, 118, 119])
def test_stata_as_pandas_writes_it(tmp_path: Path, version: int) -> None:
    frame = pd.DataFrame({
        "small": pd.Series([0.1, 4.35, None], dtype="float32"),
        "steps": pd.Series([1, 2, 3], dtype="int8"),
        "quality": pd.Categorical(["Good", "Poor", None], ["Poor", "Good"], ordered=True),
    })  # fmt: skip
    frame.to_stata(tmp_path / "answers.dta", version=version, write_index=False, variable_labels={"steps": "How fast?"})
    table = read_table(tmp_path / "answers.dta")
    assert cells(table) == [["0.1", "1", "1"], ["4.35", "2", "0"], ["", "3", ""]]
    assert table.texts == {"steps": "How fast?"}
    assert table.value_labels == {"quality": {"0": "Poor", "1": "Good"}}


def test_stata_keeps_its_extended_missing_values_apart(tmp_path: Path) -> None:
    frame = pd.DataFrame({"q1": pd.Series([1, 2, "a", "b", None], dtype=object), "letter": list("abcde")})
    table = read(
        tmp_path,
        frame,
        "dta",
        missing_user_values={"q1": ["a", "b"]},
        variable_value_labels={"q1": {1: "Slow", 2: "Fast", "a": "لا أعرف"}},
    )
    assert cells(table) == [["1", "a"], ["2", "b"], [".a", "c"], [".b", "d"], ["", "e"]]
    assert table.value_labels == {"q1": {"1": "Slow", "2": "Fast", ".a": "لا أعرف"}}
    assert table.missing == {"q1": {".a": "dont_know", ".b": ""}}


def test_stata_days_months_and_moments_are_iso(tmp_path: Path) -> None:
    frame = pd.DataFrame({
        "day": [dt.date(2024, 2, 29), None],
        "moment": pd.to_datetime(["2024-02-29 13:05:09", None]),
        "month": [769.0, None],
        "quarter": [256.0, None],
    })  # fmt: skip
    table = read(tmp_path, frame, "dta", variable_format={"month": "%tm", "quarter": "%tq"})
    assert cells(table) == [["2024-02-29", "2024-02-29 13:05:09", "2024-02", "2024-01"], ["", "", "", ""]]


# Old encodings


def old_stata(folder: Path, encoding: str, text: str) -> Path:
    """A file of a version that does not say its encoding, with texts in one."""
    stand_in = "Z" * len(text)
    frame = pd.DataFrame({"q1": [1.0, 2.0], "name": [stand_in, "x"]})
    path = as_statistical(folder, frame, "dta", version=12, column_labels={"q1": stand_in})
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), text.encode(encoding)))
    return path


def old_spss(folder: Path, encoding: str, text: str, stated: str) -> Path:
    """A file whose texts are in an encoding, which it states by name or, where "", not at all."""
    stand_in = "Z" * len(text)
    path = as_statistical(folder, pd.DataFrame({"q1": [1.0, 2.0]}), "sav", column_labels={"q1": stand_in})
    content = path.read_bytes()
    record, code_page = b"\x07\0\0\0\x14\0\0\0\x01\0\0\0", (65001).to_bytes(4, "little")
    assert content.count(record + b"\x05\0\0\0UTF-8") == content.count(code_page) == 1
    new = record + len(stated).to_bytes(4, "little") + stated.encode() if stated else b""
    content = content.replace(record + b"\x05\0\0\0UTF-8", new).replace(code_page, (1252).to_bytes(4, "little"))
    path.write_bytes(content.replace(stand_in.encode(), text.encode(encoding)))
    return path


def test_spss_in_the_encoding_that_it_states(tmp_path: Path) -> None:
    table = read_table(old_spss(tmp_path, "cp1256", "هل كانت الخدمة سريعة", "windows-1256"))
    assert table.texts == {"q1": "هل كانت الخدمة سريعة"}
    assert noted(table, "format") == [("SPSS, windows-1256", "", 0)]
    assert noted(table, "encoding") == []


def test_arabic_in_an_spss_file_of_another_code_page_is_found_and_told(tmp_path: Path) -> None:
    table = read_table(old_spss(tmp_path, "cp1256", "هل كانت الخدمة سريعة", ""))
    assert table.texts == {"q1": "هل كانت الخدمة سريعة"}
    assert noted(table, "encoding") == [("its letters", "Windows-1256", 0)]


def test_arabic_in_an_old_file_is_found_and_told(tmp_path: Path) -> None:
    table = read_table(old_stata(tmp_path, "cp1256", "هل كانت الخدمة سريعة"))
    assert table.texts == {"q1": "هل كانت الخدمة سريعة"}
    assert table.frame["name"].tolist() == ["هل كانت الخدمة سريعة", "x"]
    assert noted(table, "encoding") == [("its letters", "Windows-1256", 0)]


def test_western_letters_in_an_old_file_are_read(tmp_path: Path) -> None:
    table = read_table(old_stata(tmp_path, "cp1252", "Grüße aus Köln"))
    assert table.texts == {"q1": "Grüße aus Köln"}
    assert noted(table, "encoding") == []


def test_a_stated_encoding_of_an_old_file_is_used(tmp_path: Path) -> None:
    path = old_stata(tmp_path, "iso-8859-6", "هل كانت الخدمة سريعة")
    table = read_table(path, ReadAs(encoding="iso-8859-6"))
    assert table.texts == {"q1": "هل كانت الخدمة سريعة"}
    assert noted(table, "encoding") == [("data.encoding", "iso-8859-6", 0)]


# What is refused


def test_letters_of_an_open_encoding_are_asked_for(files: Files) -> None:
    content = old_stata(files.folder, "iso-8859-6", "هل كانت الخدمة سريعة").read_bytes()
    assert files.refusal(content) == (
        "answers.csv: expected texts whose encoding the file says, found letters that may be Windows-1256 (Arabic), "
        "Windows-1252 (Western) or older; write its encoding under data.encoding, such as windows-1256."
    )


def test_an_encoding_that_is_none_is_refused(files: Files) -> None:
    content = as_statistical(files.folder, FRAME, "sav").read_bytes()
    assert files.refusal(content, ReadAs(encoding="arabic-please")) == (
        "answers.csv: expected the name of a text encoding under data.encoding, found 'arabic-please'; write one such "
        "as utf-8, windows-1256 or iso-8859-6."
    )


@pytest.mark.parametrize(
    ("ending", "title"), [("sav", "SPSS"), ("zsav", "SPSS"), ("dta", "Stata"), ("por", "SPSS portable")]
)
@pytest.mark.parametrize("part", [0.5, 0.95])
def test_a_file_cut_short_gets_one_sentence(files: Files, ending: str, title: str, part: float) -> None:
    frame = pd.DataFrame({"Q1": [float(i) for i in range(100)], "Q2": [1.5] * 100})
    content = as_statistical(files.folder, frame, ending).read_bytes()
    assert files.refusal(content[: int(part * len(content))]) == (
        f"answers.csv: expected a whole {title} file, found a damaged one; copy it again, or save it anew from the "
        "program that wrote it."
    )


def test_no_rows_are_refused(files: Files) -> None:
    path = files.folder / "empty.sav"
    pyreadstat.write_sav(FRAME.iloc[:0], path)
    assert files.refusal(path.read_bytes()) == (
        "answers.csv: expected answers below the header, found no rows; export the survey with its answers."
    )

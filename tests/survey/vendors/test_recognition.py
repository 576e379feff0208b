"""Which program wrote a file: recognised by strong evidence only, overridden by the codebook, never a traceback."""

import csv
import gzip
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.errors import SurveyError
from drivers.survey.codebook.data import VendorName
from drivers.survey.raw_table import table_of
from drivers.survey.vendors import VENDORS, finished, vendor_of
from tests.survey.vendors.exports import flagged, noted, read, refusal

EXAMPLES = sorted(Path(__file__).parents[3].glob("drivers/survey/examples/*.csv*"))
QUALTRICS = ["StartDate", "EndDate", "Status", "Finished", "ResponseId", "Q1"]
NAMES = [
    *QUALTRICS,
    *("Respondent ID", "Collector ID", "submitdate", "lastpage", "startlanguage", "_uuid", "_id", "_submission_time"),
    *(
        "KEY",
        "SubmissionDate",
        "Timestamp",
        "How was it?",
        "ID",
        "Start time",
        "Completion time",
        "",
        " \xa0",
        "<b></b>",
    ),
    *('{"ImportId":"QID1"}', "Response", "Start Date", "2024-05-01 10:00:00", "1", "طابع زمني", "V1", "ResponseID"),
]


def head_of(path: Path) -> list[tuple[int, list[str]]]:
    with (
        gzip.open(path, "rt", encoding="utf-8-sig") if path.suffix == ".gz" else path.open(encoding="utf-8-sig") as file
    ):
        return [(line, cells) for line, cells in zip(range(1, 9), csv.reader(file), strict=False)]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_come_from_no_program(path: Path) -> None:
    assert vendor_of(path.name, head_of(path), None).key == "plain"


@pytest.mark.field
def test_surveys_of_the_field_come_from_no_program(field_data: Path) -> None:
    paths = sorted(field_data.glob("**/*.csv*"))
    assert paths
    assert {path.name: vendor_of(path.name, head_of(path), None).key for path in paths} == {
        path.name: "plain" for path in paths
    }


@pytest.mark.parametrize(
    "names",
    [
        ["respondent_id", "start_date", "end_date", "status", "finished", "progress"],
        ["id", "lastpage", "language"],
        ["ID", "Name", "Email", "Start time"],
        ["_id", "_rev", "name"],
        ["KEY", "value"],
        ["Status", "Finished", "Q1_1"],
        ["ID", "Start time", "Completion time", "Task"],
        ["Respondent ID", "Overall"],
    ],
)
def test_single_names_that_programs_use_prove_nothing(names: list[str]) -> None:
    assert vendor_of("answers.csv", [(1, names), (2, ["1"] * len(names))], None).key == "plain"


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (
            ["StartDate", "EndDate", "Status", "Progress", "Duration__in_seconds_", "Finished", "ResponseId"],
            "qualtrics",
        ),
        (["RespondentID", "CollectorID", "StartDate", "q0001"], "surveymonkey"),
        (["id", "submitdate", "lastpage", "startlanguage", "Q1_SQ001"], "limesurvey"),
        (["service/speed", "_id", "_uuid", "_submission_time"], "kobo"),
        (["Timestamp", "How was it?"], "google_forms"),
        (["ID", "Start time", "Completion time", "How was it?"], "microsoft_forms"),
        (["q1", "q2"], "plain"),
    ],
)
def test_one_row_of_names_is_enough_for_files_without_header_rows(names: list[str], key: str) -> None:
    assert vendor_of("answers.sav", [(1, names)], None).key == key


def test_a_table_without_header_rows_is_finished_by_its_program() -> None:
    frame = pd.DataFrame(
        [["2024", "2024", "0", "1", "R_1", "5"], ["2024", "2024", "1", "0", "R_2", "-99"]],
        columns=QUALTRICS,
        dtype="str",
    )
    table = finished(replace(table_of("answers.sav", frame), texts={"Q1": "How was it?"}), None)
    assert table.vendor == "qualtrics"
    assert flagged(table) == {"preview": [1], "test": [], "spam": [], "unfinished": [1]}
    assert table.missing["Q1"] == {"-99": "blank"}
    assert table.texts == {"Q1": "How was it?"}
    assert noted(table, "vendor") == [("columns ResponseId, StartDate, EndDate, Finished", "qualtrics", 6)]


def test_a_plain_table_without_header_rows_stays_as_it_is() -> None:
    table = table_of("answers.sav", pd.DataFrame({"q1": ["5"]}, dtype="str"))
    assert finished(table, None) is table
    assert finished(table, "plain") is table


def test_a_table_without_header_rows_that_is_not_what_the_codebook_says() -> None:
    with pytest.raises(SurveyError) as refused:
        finished(table_of("answers.sav", pd.DataFrame({"q1": ["5"]}, dtype="str")), "kobo")
    assert str(refused.value) == (
        "answers.sav: expected an export of KoBoToolbox or ODK as data.vendor says (columns such as _id, _uuid and "
        "_submission_time, or SubmissionDate and KEY), found the columns 'q1'; correct data.vendor, or remove it to "
        "have the program found from the file."
    )


def test_the_codebook_may_say_that_an_export_is_a_plain_table() -> None:
    answer = ["2024", "2024", "0", "1", "R_1", "5"]
    assert read(QUALTRICS, answer).vendor == "qualtrics"
    table = read(QUALTRICS, answer, vendor="plain")
    assert (table.vendor, table.flags, table.notes) == ("plain", {}, ())


def test_one_program_is_not_taken_for_another() -> None:
    assert refusal(["id", "submitdate", "lastpage", "startlanguage"], ["1", "", "1", "ar"], vendor="kobo") == (
        "answers.csv: expected an export of KoBoToolbox or ODK as data.vendor says (columns such as _id, _uuid and "
        "_submission_time, or SubmissionDate and KEY), found the columns 'id', 'submitdate', 'lastpage', "
        "'startlanguage'; correct data.vendor, or remove it to have the program found from the file."
    )


def test_a_codebook_may_name_every_program_and_no_other() -> None:
    assert set(get_args(VendorName)) == set(VENDORS)


@settings(max_examples=150)
@given(
    st.integers(1, 7).flatmap(
        lambda width: st.lists(st.lists(st.sampled_from(NAMES), min_size=width, max_size=width), min_size=1, max_size=4)
    ),
    st.sampled_from([None, *VENDORS]),
)
def test_any_header_gives_unique_names_or_one_sentence(rows: list[list[str]], vendor: str | None) -> None:
    try:
        table = read(*rows, vendor=vendor)
    except SurveyError as error:
        assert "\n" not in str(error)
        assert str(error).endswith(".")
        return
    names = list(table.frame.columns)
    assert len(set(names)) == len(names) == len(rows[0])
    assert all(name.strip() for name in names)
    head = len(rows) - len(table.frame)
    assert table.frame.to_numpy().tolist() == rows[head:]  # no cell is changed
    assert set(table.texts) | set(table.missing) <= set(names)
    assert (table.vendor == "plain") is not any(note.action == "vendor" for note in table.notes)


@settings(max_examples=100)
@given(
    st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5), min_size=1, max_size=4),
    st.sampled_from(list(VENDORS)),
)
def test_rows_of_any_width_never_end_in_a_traceback(rows: list[list[str]], vendor: str) -> None:
    try:
        read(*rows, vendor=vendor)
    except SurveyError as error:
        assert str(error).startswith("answers.csv")

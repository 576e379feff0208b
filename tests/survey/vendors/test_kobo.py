"""KoBoToolbox and ODK: paths and labels as names, options as columns, reviews, repeated groups."""

import pytest

from tests.survey.vendors.exports import column, flagged, noted, read, refusal

OWN = [
    "_id",
    "_uuid",
    "_submission_time",
    "_validation_status",
    "_notes",
    "_status",
    "_submitted_by",
    "_tags",
    "_index",
]
PATHS = ["start", "end", "service/speed", "service/used", "service/used/phone", "service/used/branch", "_gps_latitude"]
ANSWER = ["2024-05-01", "2024-05-01", "good", "phone branch", "1", "1", "24.7"]
ENDING = ["1", "u-1", "2024-05-01", "", "", "submitted_via_web", "", "", "1"]


def test_paths_stay_as_they_are() -> None:
    table = read([*PATHS, *OWN], [*ANSWER, *ENDING])
    assert table.vendor == "kobo"
    assert list(table.frame.columns) == [*PATHS, *OWN]
    assert noted(table, "vendor") == [("columns _id, _uuid, _submission_time, _validation_status", "kobo", 16)]
    assert noted(table, "several answers") == [("'service/used'", "one column for each option", 2)]


def test_labels_as_names_in_arabic() -> None:
    labels = ["ما مدى رضاك عن السرعة؟", "<b>الترحيب</b>\xa0", "ما مدى رضاك عن السرعة؟"]
    table = read([*labels, *OWN], ["جيد", "ممتاز", "سيئ", *ENDING])
    assert table.vendor == "kobo"
    assert list(table.frame.columns)[:3] == ["ما مدى رضاك عن السرعة؟", "الترحيب", "ما مدى رضاك عن السرعة؟ (2)"]
    assert table.texts["ما مدى رضاك عن السرعة؟ (2)"] == "ما مدى رضاك عن السرعة؟"
    assert "_id" not in table.texts


@pytest.mark.parametrize("separator", ["-", ".", "/", ":"])
def test_odk_central_and_its_separators(separator: str) -> None:
    names = ["SubmissionDate", f"service{separator}speed", f"meta{separator}instanceID", "KEY", "ReviewState"]
    table = read(names, ["2024", "5", "uuid:1", "uuid:1", "approved"], ["2024", "4", "uuid:2", "uuid:2", "rejected"])
    assert table.vendor == "kobo"
    assert list(table.frame.columns) == names
    assert flagged(table) == {"rejected": [1]}


@pytest.mark.parametrize("words", ["Not approved", "validation_status_not_approved"])
def test_rows_that_reviewers_did_not_approve_are_marked(words: str) -> None:
    endings = ([*ENDING[:3], status, *ENDING[4:]] for status in ("Approved", words, "On hold", ""))
    table = read([*PATHS, *OWN], *([*ANSWER, *ending] for ending in endings))
    assert flagged(table) == {"rejected": [1]}
    assert noted(table, "marked") == [("_validation_status", "rejected", 1)]


def test_a_sheet_of_a_repeated_group_is_announced() -> None:
    names = ["child_age", "_index", "_parent_table_name", "_parent_index", "_submission__id", "_submission__uuid"]
    table = read(names, ["4", "1", "main", "1", "1", "u-1"])
    assert table.vendor == "kobo"
    assert noted(table, "repeated group") == [("_parent_table_name of 1", "rows of a group, not of respondents", 1)]


def test_na_is_a_blank_where_the_program_writes_it_in_its_own_columns() -> None:
    ending = [*ENDING[:4], "n/a", *ENDING[5:]]
    table = read(["q1", "q2", *OWN], ["n/a", "n/a", *ending], ["good", "N/A", *ending])
    assert table.missing["q1"] == {"n/a": "blank"}
    assert "q2" not in table.missing  # here somebody chose N/A, too
    assert column(table, "q1") == ["n/a", "good"]


def test_na_is_left_alone_elsewhere() -> None:
    assert dict(read(["q1", *OWN], ["n/a", *ENDING]).missing) == {}


# What is refused


def test_another_file_is_no_kobo_export() -> None:
    assert refusal(["id", "Q1"], ["1", "5"], vendor="kobo") == (
        "answers.csv: expected an export of KoBoToolbox or ODK as data.vendor says (columns such as _id, _uuid and "
        "_submission_time, or SubmissionDate and KEY), found the columns 'id', 'Q1'; correct data.vendor, or remove it "
        "to have the program found from the file."
    )


def test_one_column_is_enough_where_the_codebook_says_so() -> None:
    assert noted(read(["q1", "_uuid"], ["5", "u"], vendor="kobo"), "vendor") == [("columns _uuid", "kobo", 2)]


def test_a_column_without_a_name() -> None:
    assert refusal(["", *OWN], ["5", *ENDING]) == (
        "answers.csv, line 1: expected a name for every column, found none for column 1 of 10; name it in the file or "
        "remove it."
    )


def test_an_export_without_answers() -> None:
    assert refusal([*PATHS, *OWN]) == (
        "answers.csv: expected answers below the header, found no rows; export the survey with its answers."
    )


def test_a_row_with_a_cell_too_few() -> None:
    assert refusal(["q1", *OWN], ["5", *ENDING], ENDING) == (
        "answers.csv, line 3: expected 10 cells as in the header, found 9; complete the row."
    )

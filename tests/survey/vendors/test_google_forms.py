"""Google Forms: a time stamp, questions as names, two questions with one text."""

import pytest

from tests.survey.vendors.exports import column, noted, read, refusal

NAMES = ["Timestamp", "Email Address", "How satisfied are you?", "Rate us [Welcome]", "Rate us [Speed]", "Why?", "Why?"]
ANSWER = ["2024/05/01 3:04:05 PM GMT+3", "a@b.org", "5", "Good", "Poor", "friendly", "fast"]


def test_questions_as_names_and_the_second_of_two_numbered() -> None:
    table = read(NAMES, ANSWER)
    assert table.vendor == "google_forms"
    assert list(table.frame.columns) == [*NAMES[:-1], "Why? (2)"]
    assert column(table, "Why? (2)") == ["fast"]
    assert table.texts["Why? (2)"] == "Why?"
    assert "Timestamp" not in table.texts
    assert "Email Address" not in table.texts
    assert noted(table, "vendor") == [
        ("times such as '2024/05/01 3:04:05 PM GMT+3' under 'Timestamp'", "google_forms", 7)
    ]
    assert noted(table, "numbered") == [("Why? (column 7)", "Why? (2)", 1)]


@pytest.mark.parametrize(
    "moment",
    [
        "5/1/2024 15:04:05",
        "01/05/2024 15:04:05",
        "2024-05-01 15:04:05",
        "١/٥/٢٠٢٤ ١٥:٠٤:٠٥",
        "2024/05/01 3:04:05 م GMT+3",
    ],
)
@pytest.mark.parametrize("stamp", ["Timestamp", "طابع زمني"])
def test_sheets_write_times_in_many_ways(stamp: str, moment: str) -> None:
    table = read([stamp, "كيف كانت الخدمة؟", "الاسم"], [moment, "جيدة", "سارة"])
    assert table.vendor == "google_forms"


def test_rows_of_a_grid_are_proof_too() -> None:
    table = read(["Timestamp", "Rate us [Welcome]", "Rate us [Speed]"], ["5/1/2024 15:04:05", "5", "4"])
    assert noted(table, "vendor") == [("column 'Timestamp' first, and rows of a grid as names", "google_forms", 3)]


def test_names_are_tidied() -> None:
    table = read(["Timestamp", " Was it\nclear? ", "Speed\xa0"], [ANSWER[0], "Yes", "5"])
    assert list(table.frame.columns) == ["Timestamp", "Was it clear?", "Speed"]
    assert noted(table, "spaces dropped") == [
        ("names of columns with spaces or marks to spare", "'Was it clear?', 'Speed'", 2)
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["Timestamp", "Sales", "Region"], ["2024-05-01 10:00:00", "5", "north"]],
        [["Timestamp", "Power [kW]", "Temperature of the room [C]"], ["2024-05-01 10:00:00", "5", "20"]],
        [["timestamp", "sensor", "net weight"], ["2024-05-01T10:00:00", "5", "1"]],
        [["Timestamp", "How was it?"], ["1714557600", "5"]],
        [["Day", "How was it?"], ["2024-05-01 10:00:00", "5"]],
        [["Timestamp"], ["2024-05-01 10:00:00"]],
    ],
    ids=["no questions", "units", "measurements", "no time", "another name", "nothing else"],
)
def test_a_first_column_with_times_alone_proves_nothing(rows: list[list[str]]) -> None:
    assert read(*rows).vendor == "plain"


# What is refused


def test_another_file_is_no_google_forms_export() -> None:
    assert refusal(["id", "Q1"], ["1", "5"], vendor="google_forms") == (
        "answers.csv: expected an export of Google Forms as data.vendor says (a first column with the time of each "
        "answer, such as Timestamp), found the columns 'id', 'Q1'; correct data.vendor, or remove it to have the "
        "program found from the file."
    )


def test_times_are_enough_where_the_codebook_says_so() -> None:
    table = read(["Horodatage", "Note", "Note"], ["2024-05-01 10:00:00", "5", "4"], vendor="google_forms")
    assert list(table.frame.columns) == ["Horodatage", "Note", "Note (2)"]
    assert noted(table, "vendor") == [("times in the first column, 'Horodatage'", "google_forms", 3)]


def test_a_column_without_a_name() -> None:
    assert refusal([*NAMES, ""], [*ANSWER, ""]) == (
        "answers.csv, line 1: expected a name for every column, found none for column 8 of 8; name it in the file or "
        "remove it."
    )


def test_a_form_without_answers() -> None:
    assert refusal(NAMES) == (
        "answers.csv: expected answers below the header, found no rows; export the survey with its answers."
    )


def test_a_row_with_a_cell_too_many() -> None:
    assert refusal(NAMES, ANSWER, [*ANSWER, "x"]) == (
        "answers.csv, line 3: expected 7 cells as in the header, found 8; a cell with a comma needs quotes."
    )

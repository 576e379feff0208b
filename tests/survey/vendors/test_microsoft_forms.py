"""Microsoft Forms: its own columns in English and Arabic, hard spaces, several answers in one cell."""

import pytest

from tests.survey.vendors.exports import column, noted, read, refusal

ENGLISH = ["ID", "Start time", "Completion time", "Email", "Name"]
ARABIC = ["المعرف", "وقت البدء", "وقت الإكمال", "البريد الإلكتروني", "الاسم"]
OWN = ["1", "5/1/24 10:00:00", "5/1/24 10:03:00", "anonymous", ""]


@pytest.mark.parametrize("own", [ENGLISH, ARABIC], ids=["English", "Arabic"])
def test_hard_spaces_go_and_grids_are_columns(own: list[str]) -> None:
    table = read([*own, "How was it?\xa0", "Welcome", "Speed\xa0", "Welcome2"], [*OWN, "5", "Good", "Poor", "Good"])
    assert table.vendor == "microsoft_forms"
    assert list(table.frame.columns) == [*own, "How was it?", "Welcome", "Speed", "Welcome2"]
    assert list(table.texts) == ["How was it?", "Welcome", "Speed", "Welcome2"]
    assert noted(table, "vendor") == [(f"columns {', '.join(own[:3])} first", "microsoft_forms", 9)]
    assert noted(table, "spaces dropped") == [
        ("names of columns with spaces or marks to spare", "'How was it?', 'Speed'", 2)
    ]


def test_two_names_that_differ_by_a_hard_space_stay_two() -> None:
    table = read([*ENGLISH, "Why?", "Why?\xa0"], [*OWN, "a", "b"])
    assert list(table.frame.columns)[5:] == ["Why?", "Why? (2)"]
    assert column(table, "Why? (2)") == ["b"]


def test_several_answers_in_one_cell_are_told_and_kept() -> None:
    rows = ([*OWN, several, one] for several, one in (("Branch;Phone;", "Good"), ("", "Poor"), ("App;", "Good")))
    table = read([*ENGLISH, "Which did you use?", "How was it?"], *rows)
    assert column(table, "Which did you use?") == ["Branch;Phone;", "", "App;"]
    assert noted(table, "several answers") == [("'Which did you use?'", "each closed by ';' in one cell", 1)]


def test_a_quiz_has_more_columns_of_its_own() -> None:
    table = read([*ENGLISH, "Total points", "Quiz feedback", "Q", "Points - Q"], [*OWN, "4", "", "a", "2"])
    assert list(table.texts) == ["Q", "Points - Q"]


# What is refused


def test_another_file_is_no_microsoft_forms_export() -> None:
    assert refusal(["ID", "Q1"], ["1", "5"], vendor="microsoft_forms") == (
        "answers.csv: expected an export of Microsoft Forms as data.vendor says (the columns ID, Start time and "
        "Completion time first), found the columns 'ID', 'Q1'; correct data.vendor, or remove it to have the program "
        "found from the file."
    )


def test_another_language_is_read_where_the_codebook_says_so() -> None:
    names = ["ID", "Startzeit", "Fertigstellungszeit", "Note\xa0"]
    assert read(names, [*OWN[:3], "5"]).vendor == "plain"
    table = read(names, [*OWN[:3], "5"], vendor="microsoft_forms")
    assert list(table.frame.columns)[3] == "Note"
    assert noted(table, "vendor") == [("a number and two times in the first columns", "microsoft_forms", 4)]


def test_a_column_without_a_name() -> None:
    assert refusal([*ENGLISH, "\xa0", "Q"], [*OWN, "", "5"]) == (
        "answers.csv, line 1: expected a name for every column, found none for column 6 of 7; name it in the file or "
        "remove it."
    )


def test_a_form_without_answers() -> None:
    assert refusal([*ENGLISH, "Q"]) == (
        "answers.csv: expected answers below the header, found no rows; export the survey with its answers."
    )


def test_a_row_with_a_cell_too_few() -> None:
    assert refusal([*ENGLISH, "Q"], [*OWN, "5"], OWN) == (
        "answers.csv, line 3: expected 6 cells as in the header, found 5; complete the row."
    )

"""LimeSurvey: headers as codes, as texts and as both; what is unfinished; N/A where nothing was answered."""

import pytest

from tests.survey.vendors.exports import column, flagged, noted, read, refusal

CODES = ["id", "submitdate", "lastpage", "startlanguage", "seed", "Q1[SQ001]", "Q1[SQ002]", "G01Q02", "G01Q02[other]"]
QUESTIONS = ["Please rate: [Welcome]", "Please rate: [Speed]", "ما مدى رضاك؟", "ما مدى رضاك؟ [Other]"]
TITLES = ["Response ID", "Date submitted", "Last page", "Start language", "Seed", *QUESTIONS]
DONE = ["1", "2024-05-01 10:00:00", "3", "ar", "77", "A5", "A4", "A1", ""]
OPEN = ["2", "", "1", "ar", "78", "A5", "", "", ""]


def test_codes_as_names() -> None:
    table = read(CODES, DONE, OPEN)
    assert table.vendor == "limesurvey"
    assert list(table.frame.columns) == CODES
    assert dict(table.texts) == {}
    assert noted(table, "vendor") == [("columns startlanguage and lastpage or submitdate", "limesurvey", 9)]
    assert flagged(table) == {"unfinished": [1]}


def test_codes_of_the_expression_manager() -> None:
    names = [*CODES[:5], "Q1_SQ001", "G01Q02_SQ001"]
    assert list(read(names, DONE[:7]).frame.columns) == names


@pytest.mark.parametrize("separator", [". ", ": ", " - "])
def test_code_and_text_become_name_and_text(separator: str) -> None:
    table = read([f"{code}{separator}{title}" for code, title in zip(CODES, TITLES, strict=True)], DONE, OPEN)
    assert table.vendor == "limesurvey"
    assert list(table.frame.columns) == CODES
    assert table.texts["Q1[SQ001]"] == "Please rate: [Welcome]"
    assert table.texts["G01Q02"] == "ما مدى رضاك؟"
    assert flagged(table) == {"unfinished": [1]}


def test_code_and_arabic_text() -> None:
    titles = ["معرف الرد", "تاريخ الإرسال", "آخر صفحة", "لغة البدء", "بذرة", *QUESTIONS]
    table = read([f"{code}. {title}" for code, title in zip(CODES, titles, strict=True)], DONE)
    assert list(table.frame.columns) == CODES
    assert table.texts["submitdate"] == "تاريخ الإرسال"


def test_a_code_without_a_text_and_a_text_without_a_code() -> None:
    head = [f"{code}. {title}" for code, title in zip(CODES[:5], TITLES[:5], strict=True)]
    table = read([*head, "G8Q00001. ", "G9Q1.", "Interview time", "عمر"], [*DONE[:5], "1", "2", "3", "4"])
    assert list(table.frame.columns)[5:] == ["G8Q00001", "G9Q1", "Interview time", "عمر"]


def test_texts_as_names_are_numbered_where_they_occur_again() -> None:
    table = read([*TITLES, "ما مدى رضاك؟"], [*DONE, "A2"], [*OPEN, ""])
    assert table.vendor == "limesurvey"
    assert list(table.frame.columns)[5:] == [*QUESTIONS, "ما مدى رضاك؟ (2)"]
    assert table.texts["ما مدى رضاك؟ (2)"] == "ما مدى رضاك؟"
    assert "Start language" not in table.texts
    assert flagged(table) == {"unfinished": [1]}
    assert noted(table, "numbered") == [("ما مدى رضاك؟ (column 10)", "ما مدى رضاك؟ (2)", 1)]


def test_spaces_as_underscores() -> None:
    assert read([title.replace(" ", "_") for title in TITLES], DONE).vendor == "limesurvey"


def test_a_vv_export_has_texts_above_codes() -> None:
    unseen = "{question_not_shown}"
    table = read(TITLES, CODES, DONE, ["2", unseen, "1", "ar", "78", "A5", unseen, "", ""])
    assert table.vendor == "limesurvey"
    assert list(table.frame.columns) == CODES
    assert table.texts["Q1[SQ002]"] == "Please rate: [Speed]"
    assert flagged(table) == {"unfinished": [1]}
    assert table.missing["Q1[SQ002]"] == {unseen: "not_asked"}
    assert table.lines.tolist() == [3, 4]


def test_na_in_a_yes_no_column_is_no_answer_and_elsewhere_an_answer() -> None:
    names = [*CODES[:4], "Q1", "Q2"]
    table = read(names, [*DONE[:4], "Yes", "Good"], [*DONE[:4], "N/A", "N/A"], [*DONE[:4], "No", "Poor"])
    assert dict(table.missing) == {"Q1": {"N/A": "blank"}}
    assert noted(table, "declared missing") == [("N/A in 'Q1'", "blank", 1)]
    assert column(table, "Q1") == ["Yes", "N/A", "No"]


def test_markup_in_texts_is_dropped_with_a_note() -> None:
    table = read([*TITLES[:5], '<p style="x">Wait</p> time', *TITLES[6:]], DONE)
    assert list(table.frame.columns)[5] == "Wait time"
    assert noted(table, "markup dropped") == [('<p style="x">Wait</p> time', "Wait time", 1)]


# What is refused


def test_another_file_is_no_limesurvey_export() -> None:
    assert refusal(["id", "Q1"], ["1", "5"], vendor="limesurvey") == (
        "answers.csv: expected an export of LimeSurvey as data.vendor says (columns such as submitdate, lastpage and "
        "startlanguage, as codes or as their English texts), found the columns 'id', 'Q1'; correct data.vendor, or "
        "remove it to have the program found from the file."
    )


def test_a_few_columns_are_enough_where_the_codebook_says_so() -> None:
    table = read(["submitdate", "Q1"], ["", "5"], vendor="limesurvey")
    assert noted(table, "vendor") == [("a column submitdate", "limesurvey", 2)]
    assert flagged(table) == {"unfinished": [0]}


def test_header_rows_of_different_width() -> None:
    assert refusal(TITLES[:-1], CODES, DONE) == (
        "answers.csv, line 2: expected 8 cells as in the header row above, found 9 (the first is 'id'); export the "
        "survey again and leave its header rows as they are."
    )


def test_a_column_without_a_name() -> None:
    assert refusal([*CODES[:8], ""], DONE) == (
        "answers.csv, line 1: expected a name for every column, found none for column 9 of 9; name it in the file or "
        "remove it."
    )


def test_a_name_of_nothing_but_markup() -> None:
    assert refusal([*TITLES[:8], "<p>&nbsp;</p>"], DONE) == (
        "answers.csv, line 1: expected a name for every column, found none for column 9 of 9; name it in the file or "
        "remove it."
    )


def test_an_export_without_answers() -> None:
    assert refusal(CODES) == (
        "answers.csv: expected answers below the header, found no rows; export the survey with its answers."
    )

"""SurveyMonkey: questions over the first of their columns, rows and options below."""

from tests.survey.vendors.exports import column, flagged, noted, read, refusal

OWN = ["Respondent ID", "Collector ID", "Date Created", "Date Modified", "IP Address", "Email Address", "First Name"]
QUESTIONS = [*OWN, "Please rate our <b>service</b>:", "", "", "How likely …?", "Why?", "Email Address"]
ROWS = [*[""] * 7, "Welcome", "Speed\xa0", "Other (please specify)", "Response", "Open-Ended Response", "Response"]
ANSWER = [
    "118",
    "42",
    "05/01/2024",
    "05/01/2024",
    "10.0.0.1",
    "",
    "",
    "Good",
    "جيد جدًا",
    "",
    "9",
    "friendly",
    "a@b.org",
]
NAMES = [
    *OWN,
    "Please rate our service: [Welcome]",
    "Please rate our service: [Speed]",
    "Please rate our service: [Other (please specify)]",
    "How likely …?",
    "Why?",
    "Email Address (2)",
]


def test_names_are_the_questions_with_their_rows() -> None:
    table = read(QUESTIONS, ROWS, ANSWER)
    assert table.vendor == "surveymonkey"
    assert list(table.frame.columns) == NAMES
    assert table.frame.iloc[0].tolist() == ANSWER
    assert table.lines.tolist() == [3]


def test_questions_have_texts_and_the_own_columns_have_none() -> None:
    texts = read(QUESTIONS, ROWS, ANSWER).texts
    assert list(texts) == NAMES[7:]
    assert texts["Email Address (2)"] == "Email Address"


def test_what_was_done_is_noted() -> None:
    table = read(QUESTIONS, ROWS, ANSWER)
    assert noted(table, "vendor") == [
        (
            "columns Respondent ID and Collector ID, and a second header row with rows and options",
            "surveymonkey",
            13,
        )
    ]
    assert noted(table, "header rows") == [("questions, rows and options", "names of columns", 2)]
    assert [became for _, became, _ in noted(table, "markup dropped")] == NAMES[7:10]
    assert noted(table, "spaces dropped") == []
    assert noted(table, "numbered") == [("Email Address (column 13)", "Email Address (2)", 1)]


def test_merged_cells_that_a_workbook_filled_give_the_same_names() -> None:
    filled = [*QUESTIONS[:8], QUESTIONS[7], QUESTIONS[7], *QUESTIONS[10:]]
    assert list(read(filled, ROWS, ANSWER).frame.columns) == NAMES


def test_older_exports_spell_their_columns_in_one_word() -> None:
    own = ["RespondentID", "CollectorID", "StartDate", "EndDate", "IP Address", "Email Address", "First Name"]
    table = read([*own, "كيف كانت الخدمة؟", ""], [*[""] * 7, "Response", "أخرى"], [*ANSWER[:8], ""])
    assert table.vendor == "surveymonkey"
    assert list(table.frame.columns)[7:] == ["كيف كانت الخدمة؟", "كيف كانت الخدمة؟ [أخرى]"]


def test_options_with_columns_of_their_own() -> None:
    table = read(
        [*OWN, "Which did you use?", "", ""], [*[""] * 7, "Branch", "Phone", "App"], [*ANSWER[:7], "Branch", "", "App"]
    )
    assert column(table, "Which did you use? [App]") == ["App"]


def test_an_export_from_which_the_second_row_was_removed() -> None:
    table = read([*OWN, "Overall", "Why?"], [*ANSWER[:7], "5", "so"])
    assert (table.vendor, table.lines.tolist()) == ("surveymonkey", [2])
    assert noted(table, "vendor")[0][0] == "columns Respondent ID, Collector ID and dates"


def test_responses_that_are_partial_are_marked_where_the_file_says_so() -> None:
    rows = ([*ANSWER[:7], status, "5"] for status in ("Completed", "Partial"))
    table = read([*OWN, "Response Status", "Overall"], [*[""] * 8, "Response"], *rows)
    assert flagged(table) == {"unfinished": [1]}


# What is refused


def test_a_column_without_a_question_before_it() -> None:
    assert refusal([*OWN, "", "Why?"], [*[""] * 7, "Welcome", "Open-Ended Response"], [*ANSWER[:7], "1", "2"]) == (
        "answers.csv, line 1: expected a question over column 8 of 9 or over a column before it, found none over "
        "'Welcome'; write the question there, or remove the column."
    )


def test_header_rows_of_different_width() -> None:
    assert refusal(QUESTIONS, ROWS[:-1], ANSWER) == (
        "answers.csv, line 2: expected 13 cells as in the header row above, found 12 (the first is ''); export the "
        "survey again and leave its header rows as they are."
    )


def test_an_empty_header_without_a_second_row() -> None:
    assert refusal([*OWN, "Overall", ""], [*ANSWER[:7], "5", "4"]) == (
        "answers.csv, line 1: expected a name for every column, found none for column 9 of 9; name it in the file or "
        "remove it."
    )


def test_an_export_without_answers() -> None:
    assert refusal(QUESTIONS, ROWS) == (
        "answers.csv: expected answers below the header, found no rows; export the survey with its answers."
    )


def test_a_row_with_a_cell_too_many() -> None:
    assert refusal(QUESTIONS, ROWS, ANSWER, [*ANSWER, "x"]) == (
        "answers.csv, line 4: expected 13 cells as in the header, found 14; a cell with a comma needs quotes."
    )


def test_another_file_is_no_surveymonkey_export() -> None:
    assert refusal(["StartDate", "Q1"], ["2024", "5"], vendor="surveymonkey") == (
        "answers.csv: expected an export of SurveyMonkey as data.vendor says (columns such as Respondent ID and "
        "Collector ID, with rows and options in a second header row), found the columns 'StartDate', 'Q1'; correct "
        "data.vendor, or remove it to have the program found from the file."
    )

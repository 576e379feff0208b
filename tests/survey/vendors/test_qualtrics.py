"""Qualtrics: three header rows, two in older exports, one where somebody removed the rest."""

import pytest

from tests.survey.vendors.exports import column, flagged, noted, read, refusal

NAMES = [
    "StartDate",
    "EndDate",
    "Status",
    "Progress",
    "Finished",
    "ResponseId",
    "Q1_1",
    "Q1_2",
    "Q2_NPS_GROUP",
    "branch",
]
TEXTS = [
    *("Start Date", "End Date", "Response Type", "Progress", "Finished", "Response ID"),
    *("Please rate: - The <strong>welcome</strong>", "Please rate:\n- Speed\xa0", "Recommend? - Group", "branch"),
]
IMPORT_IDS = [
    '{"ImportId":"startDate","timeZone":"Asia/Riyadh"}',
    *(f'{{"ImportId":"{name}"}}' for name in ("endDate", "status", "progress", "finished", "_recordId")),
    *(f'{{"ImportId":"{name}"}}' for name in ("QID1_1", "QID1_2", "QID2_NPS_GROUP", "branch")),
]


def answer(status: str = "IP Address", finished: str = "True", q1: str = "Good", q2: str = "Poor") -> list[str]:
    moment = "2024-05-01 10:00:00"
    return [
        moment,
        moment,
        status,
        "100" if finished in ("True", "1") else "40",
        finished,
        "R_1",
        q1,
        q2,
        "Promoter",
        "b1",
    ]


def test_names_come_from_the_first_row_and_texts_from_the_second() -> None:
    table = read(NAMES, TEXTS, IMPORT_IDS, answer(), answer(q1="ممتاز"))
    assert table.vendor == "qualtrics"
    assert list(table.frame.columns) == NAMES
    assert dict(table.texts) == {
        "StartDate": "Start Date",
        "EndDate": "End Date",
        "Status": "Response Type",
        "ResponseId": "Response ID",
        "Q1_1": "Please rate: - The welcome",
        "Q1_2": "Please rate: - Speed",
        "Q2_NPS_GROUP": "Recommend? - Group",
    }
    assert column(table, "Q1_1") == ["Good", "ممتاز"]
    assert table.lines.tolist() == [4, 5]


def test_the_program_is_announced_with_the_evidence() -> None:
    table = read(NAMES, TEXTS, IMPORT_IDS, answer())
    assert noted(table, "vendor") == [("ImportIds in header row 3", "qualtrics", 10)]
    assert noted(table, "header rows") == [("names, question texts, ImportIds", "names and texts of columns", 3)]
    assert noted(table, "markup dropped") == [("question texts", "", 1)]


def test_import_ids_may_stand_in_the_second_row() -> None:
    table = read(NAMES, IMPORT_IDS, answer())
    assert (table.vendor, dict(table.texts), table.lines.tolist()) == ("qualtrics", {}, [3])


@pytest.mark.parametrize("texts", [TEXTS, []], ids=["two header rows", "one header row"])
def test_rows_that_somebody_removed_are_not_missed(texts: list[str]) -> None:
    table = read(NAMES, *([texts] if texts else []), answer())
    assert table.vendor == "qualtrics"
    assert len(table.frame) == 1
    assert ("Q1_1" in table.texts) is bool(texts)
    assert noted(table, "vendor")[0][0] == "columns ResponseId, StartDate, EndDate, Progress, Finished"


def test_older_exports_have_their_own_columns_as_numbers() -> None:
    names = [*(f"V{number}" for number in range(1, 11)), "Q1", "LocationLatitude"]
    titles = [
        *("ResponseID", "ResponseSet", "Name", "ExternalDataReference", "EmailAddress", "IPAddress", "Status"),
        *("StartDate", "EndDate", "Finished", "How was it?", "LocationLatitude"),
    ]
    moment = "2012-05-01 10:00:00"
    table = read(
        names,
        titles,
        ["R_1", "Default Response Set", "", "", "", "10.0.0.1", "0", moment, moment, "1", "5", "24.7"],
        ["R_2", "Default Response Set", "", "", "", "10.0.0.2", "1", moment, moment, "0", "4", "24.7"],
    )
    assert table.vendor == "qualtrics"
    assert table.texts["V1"] == "ResponseID"
    assert table.texts["Q1"] == "How was it?"
    assert flagged(table) == {"preview": [1], "test": [], "spam": [], "unfinished": [1]}


@pytest.mark.parametrize(
    ("statuses", "flags"),
    [
        (
            [
                "IP Address",
                "Survey Preview",
                "Survey Test",
                "Spam",
                "Imported",
                "Offline Survey Preview",
                "Preview Spam",
            ],
            {"preview": [1, 5, 6], "test": [2], "spam": [3, 6]},
        ),
        (["0", "1", "2", "8", "4", "17", "9", "12", "40"], {"preview": [1, 5, 6], "test": [2], "spam": [3, 6, 7, 8]}),
    ],
    ids=["texts", "numbers"],
)
def test_status_marks_previews_tests_and_spam(statuses: list[str], flags: dict[str, list[int]]) -> None:
    table = read(NAMES, TEXTS, IMPORT_IDS, *(answer(status=status) for status in statuses))
    assert flagged(table) == {**flags, "unfinished": []}
    assert [(found, became) for found, became, _ in noted(table, "marked")] == [
        ("Status", "preview"),
        ("Status", "test"),
        ("Status", "spam"),
        ("Finished", "unfinished"),
    ]


def test_a_mark_that_is_not_known_is_noted() -> None:
    table = read(NAMES, TEXTS, IMPORT_IDS, answer(), answer(status="Kiosk"))
    assert noted(table, "mark not known") == [("Status: kiosk", "no mark", 1)]
    table = read(NAMES, TEXTS, IMPORT_IDS, answer(), answer(finished="falsch"))
    assert noted(table, "mark not known") == [("Finished: falsch", "no mark", 1)]


def test_the_channel_may_also_say_that_a_row_is_a_preview() -> None:
    rows = ([*cells, channel] for cells, channel in ((answer(), "anonymous"), (answer(), "preview")))
    table = read([*NAMES, "DistributionChannel"], [*TEXTS, "Distribution Channel"], *rows)
    assert flagged(table)["preview"] == [1]


@pytest.mark.parametrize(("yes", "no"), [("True", "False"), ("1", "0"), ("TRUE", "FALSE")])
def test_finished_as_text_or_number(yes: str, no: str) -> None:
    table = read(NAMES, TEXTS, IMPORT_IDS, answer(finished=yes), answer(finished=no))
    assert flagged(table)["unfinished"] == [1]


def test_progress_says_it_where_finished_is_not_exported() -> None:
    def without(cells: list[str]) -> list[str]:
        return cells[:4] + cells[5:]

    rows = (without(cells) for cells in (NAMES, TEXTS, IMPORT_IDS, answer(), answer(finished="False")))
    assert flagged(read(*rows))["unfinished"] == [1]


def test_seen_but_unanswered_is_a_blank_and_stays_in_the_cell() -> None:
    table = read(NAMES, TEXTS, IMPORT_IDS, answer(q1="-99", q2="4"), answer(q1="5", q2="-99"), answer(q1="-99", q2="1"))
    assert dict(table.missing) == {"Q1_1": {"-99": "blank"}, "Q1_2": {"-99": "blank"}}
    assert column(table, "Q1_1") == ["-99", "5", "-99"]
    assert noted(table, "declared missing") == [("-99 in 'Q1_1', 'Q1_2'", "blank", 3)]


# What is refused


def test_header_rows_of_different_width() -> None:
    assert refusal(NAMES, TEXTS[:-1], IMPORT_IDS, answer()) == (
        "answers.csv, line 2: expected 10 cells as in the header row above, found 9 (the first is 'Start Date'); "
        "export the survey again and leave its header rows as they are."
    )
    assert refusal(NAMES, TEXTS, [*IMPORT_IDS, ""], answer()) == (
        'answers.csv, line 3: expected 10 cells as in the header row above, found 11 (the first is \'{"ImportId":'
        '"startDate","timeZone":"Asia/Riyadh"}\'); export the survey again and leave its header rows as they are.'
    )


def test_a_column_without_a_name() -> None:
    assert refusal([*NAMES[:-1], "\xa0"], TEXTS, IMPORT_IDS, answer()) == (
        "answers.csv, line 1: expected a name for every column, found none for column 10 of 10; name it in the file or "
        "remove it."
    )


def test_an_export_without_answers() -> None:
    assert refusal(NAMES, TEXTS, IMPORT_IDS) == (
        "answers.csv: expected answers below the header, found no rows; export the survey with its answers."
    )


def test_a_short_row_is_named_by_its_own_line() -> None:
    assert refusal(NAMES, TEXTS, IMPORT_IDS, answer(), answer()[:-1]) == (
        "answers.csv, line 5: expected 10 cells as in the header, found 9; complete the row."
    )


def test_another_file_is_no_qualtrics_export() -> None:
    assert refusal(["id", "welcome"], ["1", "5"], vendor="qualtrics") == (
        "answers.csv: expected an export of Qualtrics as data.vendor says (columns such as StartDate, Finished and "
        "ResponseId, and below them question texts and ImportIds), found the columns 'id', 'welcome'; correct "
        "data.vendor, or remove it to have the program found from the file."
    )

"""Workbooks: cells as a spreadsheet shows them, and a header, a sheet and rows that are certain."""

import datetime
import zipfile
from io import BytesIO

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from drivers.survey.formats.options import ReadAs
from tests.survey.formats.small_files import Files, cells, noted
from tests.survey.formats.workbooks import Row, with_cell, with_part, workbook

HEADER = ("name", "speed")
BODY: tuple[Row, ...] = (("Nora", 5), ("عمر", 4), ("Zoë", 3))
PLAIN = workbook(HEADER, *BODY)
TEXTS = [["Nora", "5"], ["عمر", "4"], ["Zoë", "3"]]
SHEET = "xl/worksheets/sheet1.xml"


def column(files: Files, *values: object, formats: tuple[str, ...] = ()) -> list[str]:
    """The texts of one column of values, each with its number format."""

    def change(sheet: Worksheet) -> None:
        for row, code in enumerate(formats, start=2):
            sheet.cell(row, 2).number_format = code

    table = files.read(workbook(("key", "x"), *[("k", value) for value in values], change=change))
    return table.frame["x"].tolist()


# Cells


def test_cells_are_texts_and_rows_have_their_numbers(files: Files) -> None:
    table = files.read(PLAIN, name="answers.xlsx")
    assert cells(table) == TEXTS
    assert (table.place, table.lines.tolist(), table.vendor) == ("row", [2, 3, 4], "plain")
    assert [(note.action, note.found) for note in table.notes] == [("format", "Excel workbook, sheet Answers")]


def test_numbers_are_written_as_people_read_them(files: Files) -> None:
    values = [1, 2.0, 4.5, -3, 0, 0.1 + 0.2, 1e-7, 1234567890123, 1e16, 4.35, "007", "1.0", " x "]
    texts = ["1", "2", "4.5", "-3", "0", "0.3", "0.0000001", "1234567890123", "10000000000000000", "4.35"]
    assert column(files, *values) == [*texts, "007", "1.0", " x "]


def test_a_format_of_zeros_fills_numbers_up_and_a_percent_is_read_as_stored(files: Files) -> None:
    assert column(files, 7, 1234, 0.45, formats=("000", "000", "0%")) == ["007", "1234", "0.45"]
    table = files.read(workbook(("x",), (0.45,), change=lambda sheet: setattr(sheet["A2"], "number_format", "0.0%")))
    assert noted(table, "percent") == [("column A", "read as stored: 45% is 0.45", 1)]


def test_days_and_times_are_iso(files: Files) -> None:
    values = [
        datetime.date(2024, 2, 29),
        datetime.datetime(2024, 2, 29, 13, 5),
        datetime.datetime(2024, 2, 29),
        datetime.time(9, 30),
        datetime.timedelta(hours=30, minutes=1),
    ]
    assert column(files, *values) == ["2024-02-29", "2024-02-29 13:05:00", "2024-02-29", "09:30:00", "30:01:00"]


def test_days_of_old_macs_are_the_same_days(files: Files) -> None:
    content = workbook(("x",), (datetime.date(2024, 2, 29),))
    moved = with_part(
        content, "xl/workbook.xml", lambda text: text.replace("<workbookPr />", '<workbookPr date1904="1"/>')
    )
    assert cells(files.read(moved)) == [["2028-03-01"]]


def test_truth_values_and_errors_are_texts(files: Files) -> None:
    table = files.read(workbook(("x", "y"), (True, "#N/A"), (False, "#DIV/0!"), (None, "#N/A")))
    assert cells(table) == [["TRUE", "#N/A"], ["FALSE", "#DIV/0!"], ["", "#N/A"]]
    assert noted(table, "error cells") == [("#N/A", "kept as text", 2), ("#DIV/0!", "kept as text", 1)]


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ('<c r="B2" t="inlineStr"><is><r><rPr><b/></rPr><t>very </t></r><r><t>good</t></r></is></c>', "very good"),
        ('<c r="B2" t="inlineStr"><is><t>a</t><rPh sb="0" eb="1"><t>reading</t></rPh></is></c>', "a"),
        ('<c r="B2" t="inlineStr"><is><t>line_x000D_break</t></is></c>', "line\rbreak"),
        ('<c r="B2" t="str"><f>A2&amp;""</f><v>Nora</v></c>', "Nora"),
        ('<c r="B2" t="str"><f>""</f><v></v></c>', ""),
        ('<c r="B2"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="B2" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="B2" t="d"><v>2024-02-29T00:00:00</v></c>', "2024-02-29"),
        ('<c r="B2"/>', ""),
        ('<c r="B2"><v>12345678901234567</v></c>', "12345678901234567"),
        ('<c r="B2"><v>4.3499999999999996</v></c>', "4.35"),
        ('<c r="B2"><v>1.2E3</v></c>', "1200"),
        ('<c r="B2"><v>-0</v></c>', "0"),
    ],
)
def test_cells_as_other_programs_write_them(files: Files, xml: str, text: str) -> None:
    assert cells(files.read(with_cell(PLAIN, "B2", xml)))[0] == ["Nora", text]


def test_the_strict_form_of_the_standard_is_read(files: Files) -> None:
    main, strict = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    content = PLAIN
    for part in (SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        content = with_part(content, part, lambda text: text.replace(main, strict))
    assert cells(files.read(content)) == TEXTS


def test_rows_without_cells_are_no_rows_and_a_table_may_stand_apart(files: Files) -> None:
    table = files.read(workbook((), (None, *HEADER), (), (None, "Nora", 5), (None, None, None), (None, "عمر", None)))
    assert cells(table) == [["Nora", "5"], ["عمر", ""]]
    assert table.lines.tolist() == [4, 6]


# Sheets


def test_a_sheet_is_named_or_the_only_one_with_content(files: Files) -> None:
    content = workbook(HEADER, *BODY, others=[("Notes", [])])
    table = files.read(content)
    assert cells(table) == TEXTS
    assert noted(table, "sheet") == [("the only one with content", "Answers", 0)]
    content = workbook(HEADER, *BODY, others=[("More", [HEADER, ("x", 1)])])
    table = files.read(content, ReadAs(sheet="More"))
    assert cells(table) == [["x", "1"]]
    assert noted(table, "sheet") == [("data.sheet", "More", 0)]


def test_what_is_hidden_is_read_and_told(files: Files) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.auto_filter.ref = "A1:B4"

    table = files.read(workbook(HEADER, *BODY, change=change))
    assert cells(table) == TEXTS
    assert noted(table, "hidden rows") == [("", "read as all others", 1)]
    assert noted(table, "hidden columns") == [("", "read as all others", 1)]
    assert noted(table, "filter") == [("A1:B4", "rows that it hides are read too", 0)]


# Headers


def test_titles_above_the_header_are_no_answers(files: Files) -> None:
    table = files.read(workbook(("Survey of 2024",), ("Second line",), (), HEADER, *BODY, merged=["A1:B1"]))
    assert list(table.frame.columns) == list(HEADER)
    assert cells(table) == TEXTS
    assert table.lines.tolist() == [5, 6, 7]
    assert noted(table, "title rows") == [
        ("row 1: 'Survey of 2024'", "no answers", 1),
        ("row 2: 'Second line'", "no answers", 1),
    ]


GROUPED = [
    ("name", "Ratings", None, None, "Remark"),
    (None, "Speed", "Respect", "Price", None),
    ("Nora", 1, 2, 3, "x"),
    ("عمر", 4, 5, 1, None),
]


@pytest.mark.parametrize("merged", [["B1:D1"], ["B1:D1", "A1:A2", "E1:E2"]])
@pytest.mark.parametrize("titles", [0, 1])
def test_a_merged_header_cell_is_the_title_of_its_columns(files: Files, merged: list[str], titles: int) -> None:
    if titles:
        merged = [area.translate(str.maketrans("12", "23")) for area in merged]
    table = files.read(workbook(*[("Survey",)] * titles, *GROUPED, merged=merged))
    assert list(table.frame.columns) == ["name", "Ratings [Speed]", "Ratings [Respect]", "Ratings [Price]", "Remark"]
    assert cells(table) == [["Nora", "1", "2", "3", "x"], ["عمر", "4", "5", "1", ""]]
    assert table.lines.tolist() == [3 + titles, 4 + titles]
    rows = f"rows {1 + titles} and {2 + titles}"
    assert noted(table, "header rows") == [(rows, "Group [Column], such as Ratings [Speed]", 3)]


def test_a_single_column_has_no_titles(files: Files) -> None:
    assert cells(files.read(workbook(("speed",), (1,), (2,)))) == [["1"], ["2"]]


# Merged answers and totals


def test_a_cell_merged_over_rows_is_repeated_and_told(files: Files) -> None:
    table = files.read(workbook(HEADER, ("N1", 1), (None, 2), (None, 3), ("N2", 4), merged=["A2:A4"]))
    assert cells(table) == [["N1", "1"], ["N1", "2"], ["N1", "3"], ["N2", "4"]]
    assert noted(table, "merged cells") == [("A2:A4", "repeated in each row", 2)]


TOTALS: list[Row] = [("Total", 12, 30), ("المتوسط", 4, 10)]


def test_rows_of_totals_are_left_out_and_told(files: Files) -> None:
    rows: list[Row] = [("name", "speed", "wait"), ("Nora", 5, 10), ("Total", 4, "n/a"), ("Zoë", 3, 10)]
    table = files.read(workbook(*rows, (), ("الإجمالي", 12, 30), ("Average:", 4, 10)))
    assert cells(table) == [["Nora", "5", "10"], ["Total", "4", "n/a"], ["Zoë", "3", "10"]]
    assert noted(table, "totals") == [("row 6: الإجمالي", "left out", 1), ("row 7: Average:", "left out", 1)]
    kept = files.read(workbook(*rows, ("الإجمالي", 12, 30)), ReadAs(totals="keep"))
    assert cells(kept)[-1] == ["الإجمالي", "12", "30"]
    assert noted(kept, "totals") == []


@pytest.mark.parametrize(
    ("last", "left_out"),
    [
        (("Total", 12), True),
        (("TOTAL", "12"), True),
        (("Grand total", 3.5), True),
        (("المجموع الكلي:", 12), True),
        (("Average", 3.5), True),
        # May be an answer: the label of a step, a text beside it, nothing beside it, or a text met before.
        (("Average", 4), False),
        (("Total", "twelve"), False),
        (("Total", None), False),
        (("Nora Total", 12), False),
        (("Sum", 5), False),
    ],
)
def test_a_last_row_is_one_of_totals_only_where_that_is_certain(files: Files, last: Row, left_out: bool) -> None:
    table = files.read(workbook(HEADER, ("Sum", 1), *BODY, last))
    assert len(table.frame) == (4 if left_out else 5)
    assert len(noted(table, "totals")) == left_out


def test_a_formula_tells_an_average_from_an_answer(files: Files) -> None:
    content = workbook(HEADER, *BODY, ("Average", 4))
    assert len(files.read(content).frame) == 4
    summed = with_cell(content, "B5", '<c r="B5"><f>AVERAGE(B2:B4)</f><v>4</v></c>')
    assert len(files.read(summed).frame) == 3


# What is refused

S = "answers.csv, sheet 'Answers'"
ONE_ROW = "write the name of every column in one row, above the answers"
DAMAGED = "answers.csv: expected a whole workbook, found a damaged one; copy it again, or open it and save it as .xlsx."


def archive(**parts: str) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return content.getvalue()


KINDS = "answers.csv: expected a table of answers (CSV, Excel, Parquet, Feather, SPSS or Stata), found"
REFUSED = {
    "two sheets": (
        workbook(HEADER, *BODY, others=[("More", [HEADER])]),
        "answers.csv: expected one sheet with content, found 'Answers', 'More'; name the one with the answers under "
        "data.sheet.",
    ),
    "two sheets, one hidden": (
        workbook(
            HEADER,
            *BODY,
            others=[("More", [HEADER])],
            change=lambda s: setattr(s.parent["More"], "sheet_state", "hidden"),
        ),
        "answers.csv: expected one sheet with content, found 'Answers', 'More' (hidden); name the one with the answers "
        "under data.sheet.",
    ),
    "no content": (
        workbook(),
        "answers.csv: expected a header row and answers, found an empty file; export the survey again.",
    ),
    "header alone": (
        workbook(HEADER),
        "answers.csv: expected answers below the header, found no rows; export the survey with its answers.",
    ),
    "formula without value": (
        workbook(HEADER, ("Nora", "=1+1")),
        f"{S}, cell B2: expected the value of its formula, found none stored; open the workbook in a spreadsheet and "
        "save it again.",
    ),
    "answers merged over columns": (
        workbook(HEADER, ("Nora", None), *BODY, merged=["A2:B2"]),
        f"{S}, cells A2:B2: expected one answer in each cell, found 'Nora' in a cell merged over several columns; "
        "unmerge it and write the value where it belongs.",
    ),
    "groups without names": (
        workbook(("Before", None, "After", None), (1, 2, 3, 4), (2, 3, 4, 5), merged=["A1:B1", "C1:D1"]),
        f"{S}, row 1: expected the names of the columns below the merged cell 'Before' over the columns A to B, found "
        f"none that are certain; {ONE_ROW}.",
    ),
    "groups with answers for names": (
        workbook(("Before", None, "b"), ("Good", "Poor", None), ("Good", "Good", 1), merged=["A1:B1"]),
        f"{S}, row 1: expected the names of the columns below the merged cell 'Before' over the columns A to B, found "
        f"none that are certain; {ONE_ROW}.",
    ),
    "groups beside a column with both": (
        workbook(("Before", None, "b"), ("x", "y", "z"), (1, 2, 3), merged=["A1:B1"]),
        f"{S}, row 1: expected the names of the columns below the merged cell 'Before' over the columns A to B, found "
        f"none that are certain; {ONE_ROW}.",
    ),
    "title above answers": (
        workbook(("Survey",), ("Nora", 5), ("عمر", 4)),
        f"{S}: expected a header row with a name for every column below the title in row 1, found 'Nora', '5' in row "
        f"2; take the title away, and {ONE_ROW}.",
    ),
    "column without name": (
        workbook(HEADER, ("Nora", 5, 1)),
        "answers.csv, row 1: expected a name for every column, found none for column 3 of 3; name it in the file or "
        "remove it.",
    ),
    "cell beside the table": (
        workbook(HEADER, *BODY * 20, ("x", 1, "aside")),
        "answers.csv, row 62: expected 2 cells as in the header, found 3; write a name above every column.",
    ),
    "cell before the table": (
        workbook((None, *HEADER), *[(None, *row) for row in BODY * 20], ("aside", "x", 1)),
        f"{S}, cell A62: expected nothing before column B, where the table starts, found 'aside'; take it away.",
    ),
    "name twice": (
        workbook(("name", "name"), *BODY),
        "answers.csv, row 1: expected every column name once, found 'name' more than once; rename them in the file.",
    ),
    "cut short": (PLAIN[:-200], DAMAGED),
    "no XML": (with_part(PLAIN, SHEET, lambda text: text[:-40]), DAMAGED),
    "text that is not there": (with_cell(PLAIN, "A2", '<c r="A2" t="s"><v>99</v></c>'), DAMAGED),
    "style that is not there": (with_cell(PLAIN, "B2", '<c r="B2" s="77"><v>5</v></c>'), DAMAGED),
    "number that is none": (with_cell(PLAIN, "B2", '<c r="B2"><v>five</v></c>'), DAMAGED),
    "place that is none": (with_cell(PLAIN, "B2", '<c r="2B"><v>5</v></c>'), DAMAGED),
    "cells out of order": (with_cell(PLAIN, "B2", '<c r="A2"><v>5</v></c>'), DAMAGED),
    "document type": (
        with_part(PLAIN, SHEET, lambda text: '<!DOCTYPE x [<!ENTITY a "b">]>' + text),
        f"answers.csv: expected a workbook as spreadsheets write it, found a document type in {SHEET!r}; open it and "
        "save it as .xlsx.",
    ),
    "archive of files": (
        archive(**{"a.csv": "a", "b.csv": "b"}),
        f"{KINDS} a ZIP archive with 2 files; unpack it and name the file in it.",
    ),
    "binary workbook": (
        archive(**{"xl/workbook.bin": ""}),
        f"{KINDS} a binary Excel workbook (.xlsb); open it and save it as .xlsx.",
    ),
    "OpenDocument": (
        archive(**{"mimetype": "", "content.xml": ""}),
        f"{KINDS} an OpenDocument file such as .ods; open it and save it as .xlsx.",
    ),
    "Word": (
        archive(**{"[Content_Types].xml": "", "word/document.xml": ""}),
        f"{KINDS} a Word document; ask for the answers as CSV or .xlsx.",
    ),
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_workbook_gets_one_sentence(files: Files, content: bytes, sentence: str) -> None:
    assert files.refusal(content) == sentence


def test_a_sheet_that_is_not_there_is_refused_with_the_nearest(files: Files) -> None:
    assert files.refusal(PLAIN, ReadAs(sheet="Answer")) == (
        "answers.csv: expected the sheet 'Answer' (data.sheet), found 'Answers'; did you mean 'Answers'?"
    )


def test_a_bomb_is_refused_before_it_is_unpacked(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    content = with_part(PLAIN, SHEET, lambda text: text.replace("<sheetData>", "<sheetData>" + " " * 2_000_000))
    assert cells(files.read(content)) == TEXTS  # small enough to be unpacked whatever its packing
    monkeypatch.setattr("drivers.survey.formats.archive._SMALL", 1_000_000)
    with zipfile.ZipFile(BytesIO(content)) as packed:
        part = packed.getinfo(SHEET)
    assert files.refusal(content) == (
        f"answers.csv: expected a workbook of answers, found one whose part {SHEET!r} unpacks from "
        f"{part.compress_size} to {part.file_size} bytes; open it and save the table alone as CSV (UTF-8)."
    )

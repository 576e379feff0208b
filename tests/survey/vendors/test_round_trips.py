"""The service centre's survey in the layout of every program, in both languages and all digits, cell for cell."""

import datetime
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from drivers.errors import SurveyError
from drivers.survey.codebook.model import Codebook
from drivers.survey.data import survey_of
from drivers.survey.raw_table import RawTable, listed
from drivers.survey.reading import ReadAs, read_table
from tests.survey import written as w
from tests.survey.vendors.exports import flagged, read
from tests.survey.vendors.layouts import EVERY, LAYOUTS, Export, Written, adapted, given


@pytest.mark.parametrize(("language", "digits"), [("en", "latn"), ("ar", "arab")])
@pytest.mark.parametrize("write", LAYOUTS.values(), ids=LAYOUTS)
def test_every_cell_comes_back(write: Callable[[Written], Export], language: str, digits: str) -> None:
    export = write(given(language, digits))
    table = read(*export.rows)
    assert write.__name__.startswith(table.vendor)
    w.assert_same(table, codebook=adapted(export), every=EVERY)
    assert not any(rows.any() for rows in table.flags.values())


@pytest.mark.parametrize("layout", ["qualtrics_recodes", "limesurvey_codes", "google_forms_with_one_text"])
def test_every_cell_comes_back_from_persian_digits(layout: str) -> None:
    export = LAYOUTS[layout](given("ar", "arabext"))
    w.assert_same(read(*export.rows), codebook=adapted(export), every=EVERY)


def test_the_sample_has_every_kind_of_missing_answer() -> None:
    assert set(np.unique(w.expected(EVERY).missing)) == {0, 1, 2, 3, 4, 5}


# As files


def as_text(rows: list[list[str]], delimiter: str, encoding: str) -> bytes:
    return pd.DataFrame(rows).to_csv(sep=delimiter, header=False, index=False, lineterminator="\r\n").encode(encoding)


def as_workbook(rows: list[list[str]], merged: tuple[str, ...] = ()) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append([cell or None for cell in row])
    for cells in merged:
        sheet.merge_cells(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def from_file(folder: Path, content: bytes) -> RawTable:
    path = folder / "answers"
    path.write_bytes(content)
    return read_table(path)


@pytest.mark.parametrize(
    ("layout", "delimiter", "encoding"),
    [
        ("qualtrics_texts", "\t", "utf-16"),
        ("surveymonkey", ",", "utf-8"),
        ("limesurvey_codes", ";", "utf-8-sig"),
        ("kobo", ";", "utf-8-sig"),
        ("google_forms", ",", "utf-8"),
        ("microsoft_forms", ",", "utf-8-sig"),
    ],
)
def test_text_files_of_the_programs(tmp_path: Path, layout: str, delimiter: str, encoding: str) -> None:
    export = LAYOUTS[layout](given("ar", "arab"))
    table = from_file(tmp_path, as_text(export.rows, delimiter, encoding))
    assert layout.startswith(table.vendor)
    w.assert_same(table, codebook=adapted(export), every=EVERY)


@pytest.mark.parametrize(
    ("layout", "merged"),
    [
        ("qualtrics_texts", ()),
        ("surveymonkey", ("A1:A2", "B1:B2", "E1:N1")),
        ("google_forms_with_one_text", ()),
        ("microsoft_forms", ()),
        ("kobo_labels", ()),
    ],
)
def test_workbooks_of_the_programs(tmp_path: Path, layout: str, merged: tuple[str, ...]) -> None:
    export = LAYOUTS[layout](given("ar", "arabext"))
    table = from_file(tmp_path, as_workbook(export.rows, merged))
    assert layout.startswith(table.vendor)
    w.assert_same(table, codebook=adapted(export), every=EVERY)


def test_a_file_of_spss_from_qualtrics(tmp_path: Path) -> None:
    frame = w.typed(w.written("", every=EVERY).replace("", "-99"))
    own = {"StartDate": "2024-05-01", "EndDate": "2024-05-01", "Status": 0, "Progress": 100, "Finished": 1}
    frame = pd.DataFrame(own, index=frame.index).assign(ResponseId="R_1").join(frame)
    frame.loc[0, "Status"] = 1
    frame.loc[1, "Finished"] = 0
    table = read_table(w.as_statistical(tmp_path, frame, "sav"))
    assert table.vendor == "qualtrics"
    assert flagged(table) == {"preview": [0], "test": [], "spam": [], "unfinished": [1]}
    w.assert_same(table, every=EVERY)


# Rows that the program marked


def with_marks() -> Export:
    """A Qualtrics export whose first answer is a preview, whose second is unfinished, and whose third is both."""
    export = LAYOUTS["qualtrics_texts"](given("ar", "arab"))
    status, done = export.rows[0].index("Status"), export.rows[0].index("Finished")
    for row, (of_status, of_done) in zip(export.rows[3:6], [("1", "1"), ("0", "0"), ("1", "0")], strict=True):
        row[status], row[done] = of_status, of_done
    return export


def leaving_out(export: Export, *flags: str) -> Codebook:
    book = adapted(export)
    return book.model_copy(update={"data": book.data.model_copy(update={"leave_out": list(flags)})})


def test_marked_rows_are_left_out_where_the_codebook_says_so_and_counted() -> None:
    export = with_marks()
    survey = survey_of(leaving_out(export, "preview", "unfinished"), read(*export.rows))
    pd.testing.assert_frame_equal(survey.codes, w.expected(EVERY).codes.iloc[3:].reset_index(drop=True))
    log = survey.import_log
    left_out = log[log["action"] == "left out"]
    assert dict(zip(left_out["found"], left_out["count"], strict=True)) == {"preview": 2, "unfinished": 1}
    assert log[log["action"] == "rows"]["count"].tolist() == [60]
    vendor = log[log["action"] == "vendor"].iloc[0]
    assert (vendor["column"], vendor["used_for"], vendor["became"]) == ("", "file", "qualtrics")


def test_marked_rows_stay_and_are_marked_otherwise() -> None:
    export = with_marks()
    survey = survey_of(adapted(export), read(*export.rows))
    assert len(survey.weights) == 60
    assert {flag: rows.nonzero()[0].tolist() for flag, rows in survey.flags.items()} == {
        "preview": [0, 2],
        "test": [],
        "spam": [],
        "unfinished": [1, 2],
    }


def test_a_mark_that_the_program_does_not_have_is_refused() -> None:
    export = LAYOUTS["kobo"](given("ar", "arab"))
    with pytest.raises(SurveyError) as refused:
        survey_of(leaving_out(export, "unfinished"), read(*export.rows))
    assert str(refused.value) == (
        "answers.csv: expected rows marked as 'unfinished' or not (data.leave_out), found no such mark in a file of "
        "vendor 'kobo'; remove it from the list."
    )


def test_a_name_with_the_hard_space_of_the_file_is_answered_by_the_one_to_write() -> None:
    export = LAYOUTS["microsoft_forms"](given("en", "latn"))
    table = read(*export.rows)
    wrong = replace(export, columns={name: f"{text}\xa0" for name, text in export.columns.items()})
    with pytest.raises(SurveyError) as refused:
        survey_of(adapted(wrong), table)
    first = export.columns["presence"]
    assert str(refused.value) == (
        f"answers.csv: expected the column {first + chr(160)!r} (item 'presence_rating'), found "
        f"{listed(list(table.frame.columns))}; did you mean {first!r}? Correct the codebook."
    )


@pytest.mark.parametrize(
    ("head", "vendor"),
    [
        (["Timestamp", "How was it?", "Why?"], "google_forms"),
        (["ID", "Start time", "Completion time", "How was it?"], "microsoft_forms"),
    ],
)
def test_dates_of_a_workbook_are_the_times_of_a_form(tmp_path: Path, head: list[str], vendor: str) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(head)
    moment = datetime.datetime(2024, 5, 1, 15, 4, 5)
    for number in (1, 2):
        cells = {"ID": number, "Timestamp": moment, "Start time": moment, "Completion time": moment}
        sheet.append([cells.get(name, "جيد") for name in head])
    content = io.BytesIO()
    book.save(content)
    assert from_file(tmp_path, content.getvalue()).vendor == vendor
    # Where the codebook says so, the times are proof enough in any language.
    for position in range(1, len(head) + 1):
        sheet.cell(1, position, f"Frage {position}")
    other = io.BytesIO()
    book.save(other)
    (tmp_path / "other").write_bytes(other.getvalue())
    assert read_table(tmp_path / "other").vendor == "plain"
    assert read_table(tmp_path / "other", ReadAs(vendor=vendor)).vendor == vendor

"""Several files as waves, long and stacked layouts, and rows that are no respondents."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from drivers.errors import CodebookError, SurveyError
from drivers.survey.codebook.model import Codebook
from drivers.survey.data import Survey, read_survey, survey_of
from drivers.survey.import_log import COUNTED
from drivers.survey.raw_table import RawTable, table_of

BOOK: dict = {
    "survey": {"id": "kiosk", "title": {"en": "Kiosk"}},
    "data": {"file": "answers.csv"},
    "scales": {"ten": {"type": "numeric", "min": 0, "max": 10}},
    "items": {
        "waited": {"column": "Speed", "scale": "ten"},
        "treated": {"column": "Respect", "scale": "ten"},
        "all": {"column": "Overall", "scale": "ten"},
    },
    "drivers": {
        "speed": {"items": ["waited"], "label": {"en": "Speed"}},
        "respect": {"items": ["treated"], "label": {"en": "Respect"}},
    },
    "outcomes": {"satisfaction": {"items": ["all"], "label": {"en": "Satisfaction"}}},
}
WAVES = {
    "columns": ["Year"],
    "order": [{"values": [2023], "label": {"en": "2023"}}, {"values": [2024], "label": {"en": "2024"}}],
}


def book_of(**parts: object) -> Codebook:
    return Codebook.model_validate({**BOOK, **parts})


def table(text: str, **fields: object) -> RawTable:
    header, *rows = (line.split(",") for line in text.strip().splitlines())
    made = table_of("answers.csv", pd.DataFrame(rows, columns=header, dtype="str"))
    return RawTable(**{**{name: getattr(made, name) for name in RawTable.__slots__}, **fields})  # type: ignore[arg-type]


def refusal(book: Codebook, raw: RawTable) -> str:
    with pytest.raises(SurveyError) as refused:
        survey_of(book, raw)
    return str(refused.value)


def codes(survey: Survey) -> list[list[float]]:
    return survey.codes.to_numpy().tolist()


def file_notes(survey: Survey) -> list[list[object]]:
    log = survey.import_log
    return log.loc[log["used_for"] == "file", ["action", "found", "became", "count"]].to_numpy().tolist()


def assert_log_adds_up(survey: Survey) -> None:
    log = survey.import_log
    counted = log[log["action"].isin(COUNTED)].groupby(["column", "used_for"])["count"].sum()
    assert (counted == len(survey.raw)).all(), counted
    assert set(counted.index.get_level_values("column")) == set(survey.raw.columns)


# Rows that are no respondents

FOUR = "Speed,Respect,Overall\n1,2,3\n4,5,6\n7,8,9\n2,2,2\n"


def flagged(**flags: list[bool]) -> RawTable:
    return table(FOUR, vendor="qualtrics", flags={name: np.array(rows) for name, rows in flags.items()})


def test_flagged_rows_stay_unless_the_codebook_leaves_them_out() -> None:
    raw = flagged(preview=[False, True, False, False], unfinished=[False, True, True, False])
    survey = survey_of(book_of(), raw)
    assert len(survey.codes) == 4
    assert survey.flags["unfinished"].tolist() == [False, True, True, False]
    fewer = survey_of(book_of(data={"file": "answers.csv", "leave_out": ["preview"]}), raw)
    assert codes(fewer) == [[1, 2, 3], [7, 8, 9], [2, 2, 2]]
    assert fewer.flags["unfinished"].tolist() == [False, True, False]
    assert file_notes(fewer) == [["rows", "answers.csv", "", 4], ["left out", "preview", "", 1]]
    assert_log_adds_up(fewer)


def test_a_row_with_two_marks_is_left_out_once() -> None:
    raw = flagged(preview=[False, True, False, False], unfinished=[False, True, True, False])
    survey = survey_of(book_of(data={"file": "answers.csv", "leave_out": ["preview", "unfinished"]}), raw)
    assert file_notes(survey)[1:] == [["left out", "preview", "", 1], ["left out", "unfinished", "", 1]]
    assert codes(survey) == [[1, 2, 3], [2, 2, 2]]


def test_marks_that_the_file_does_not_have_are_asked_for_in_vain() -> None:
    book = book_of(data={"file": "answers.csv", "leave_out": ["spam"]})
    assert refusal(book, flagged(preview=[False] * 4)) == (
        "answers.csv: expected rows marked as 'spam' or not (data.leave_out), found no such mark in a file of vendor "
        "'qualtrics'; remove it from the list."
    )
    assert refusal(book, flagged(spam=[True] * 4)) == (
        "answers.csv: expected answers beside the rows that data.leave_out takes away, found none; shorten the list."
    )


# One row for each respondent and question

LONG = {"file": "answers.csv", "long": {"respondent": ["id"], "question": "q", "answer": "a"}}
LONG_ROWS = "id,branch,q,a\n7,N,Speed,1\n7,N,Overall,3\n7,N,Respect,2\n8,S,Overall,6\n8,S,Speed,4\n"


def test_a_long_file_is_read_as_a_wide_one() -> None:
    survey = survey_of(book_of(data=LONG), table(LONG_ROWS))
    assert codes(survey)[0] == [1, 2, 3]
    assert codes(survey)[1][0] == 4 and codes(survey)[1][2] == 6 and np.isnan(codes(survey)[1][1])
    assert survey.raw["branch"].tolist() == ["N", "S"]
    assert file_notes(survey)[1:] == [
        ["long to wide", "5 rows", "2 respondents, 3 questions", 5],
        ["no row", "respondent and question", "an empty cell", 1],
    ]
    assert_log_adds_up(survey)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    {
        "answer given twice": (
            LONG_ROWS + "7,N,Speed,1\n",
            "answers.csv, line 7: expected one answer for each respondent and question, found a second one to 'Speed'; "
            "correct the file, or name more columns under data.long.respondent.",
        ),
        "question without a name": (
            LONG_ROWS + "9,N,,1\n",
            "answers.csv, column 'q': expected the name of a question in every row, found an empty cell in line 7; "
            "complete the column.",
        ),
        "respondent in two branches": (
            LONG_ROWS + "8,N,Respect,1\n",
            "answers.csv, column 'branch', line 7: expected the same in all rows of one respondent, found 'S' and 'N'; "
            "correct the file, or name the column under data.long.respondent.",
        ),
        "question that is a column": (
            LONG_ROWS + "8,S,branch,1\n",
            "answers.csv, column 'q': expected questions that are no columns of the file, found 'branch'; rename the "
            "columns or the questions.",
        ),
        "no such column": (
            "id,branch,question,a\n7,N,Speed,1\n",
            "answers.csv: expected the column 'q' (data.long.question), found 'id', 'branch', 'question', 'a'; correct "
            "the codebook or the file.",
        ),
    }.values(),
)
def test_a_long_file_that_does_not_fit_is_refused(rows: str, sentence: str) -> None:
    assert refusal(book_of(data=LONG), table(rows)) == sentence


# Columns that repeat for several brands

STACK = {
    "file": "answers.csv",
    "stack": {
        "into": "brand",
        "respondent": "respondent",
        "values": {
            "ours": {"Speed": "Speed us", "Respect": "Respect us", "Overall": "Overall us"},
            "rival": {"Speed": "Speed rival", "Respect": "Respect rival", "Overall": "Overall rival"},
        },
    },
}
STACK_ROWS = """\
age,Speed us,Respect us,Overall us,Speed rival,Respect rival,Overall rival
30,1,2,3,4,5,6
40,7,8,9,,1,2
"""
BY_BRAND = {"brand": {"column": "brand", "label": {"en": "Brand"}}}


def test_brands_side_by_side_are_stacked() -> None:
    book = book_of(data=STACK, design={"cluster": "respondent"}, segments=BY_BRAND)
    survey = survey_of(book, table(STACK_ROWS))
    assert survey.raw[["respondent", "brand", "age"]].to_numpy().tolist() == [
        ["1", "ours", "30"],
        ["1", "rival", "30"],
        ["2", "ours", "40"],
        ["2", "rival", "40"],
    ]
    assert codes(survey)[:3] == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert survey.clusters is not None and survey.clusters.tolist() == [0, 0, 1, 1]
    assert file_notes(survey)[1:] == [["stacked", "2 rows", "4 rows by brand", 4]]
    assert survey.select(only={"brand": "rival"}).domain.tolist() == [False, True, False, True]
    assert_log_adds_up(survey)


def test_lines_of_stacked_rows_are_those_of_the_file() -> None:
    book = book_of(data=STACK, design={"cluster": "respondent"})
    assert refusal(book, table(STACK_ROWS.replace("7,8,9", "7,8,x"))) == (
        "answers.csv, column 'Overall': expected answers on scale 'ten' (whole numbers from 0 to 10), found 'x' in "
        "line 3; correct the scale, or map each text under items.all.answers in the codebook to a code or to one of "
        "not_applicable, dont_know, refused, not_asked, blank."
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    {
        "a column is not there": (
            STACK_ROWS.replace("Overall rival", "Overall theirs"),
            "answers.csv: expected the column 'Overall rival' (data.stack, 'rival', 'Overall'), found 'age', 'Speed "
            "us', 'Respect us', 'Overall us', 'Speed rival', 'Respect rival', 'Overall theirs'; did you mean "
            "'Overall us'? Correct the codebook.",
        ),
        "the new column is there": (
            STACK_ROWS.replace("age", "brand"),
            "answers.csv: expected no column 'brand', which data.stack makes, found it; name another one.",
        ),
        "a name is taken": (
            STACK_ROWS.replace("age", "Speed"),
            "answers.csv: expected names under data.stack that no other column has, found 'Speed'; rename them.",
        ),
    }.values(),
)
def test_a_stack_that_does_not_fit_is_refused(rows: str, sentence: str) -> None:
    assert refusal(book_of(data=STACK, design={"cluster": "respondent"}), table(rows)) == sentence


# Several files as waves

FILES = """\
survey: {id: kiosk, title: {en: Kiosk}}
data:
  files:
    - {file: first.csv, values: [2023], columns: {Speed: Q1, Overall: Q9}, not_asked: [Respect]}
    - {file: second.csv, values: [2024]}
scales:
  ten: {type: numeric, min: 0, max: 10}
items:
  waited: {column: Speed, scale: ten}
  treated: {column: Respect, scale: ten}
  all: {column: Overall, scale: ten}
drivers:
  speed: {items: [waited], label: {en: Speed}}
  respect: {items: [treated], label: {en: Respect}}
outcomes:
  satisfaction: {items: [all], label: {en: Satisfaction}}
wave:
  columns: [Year]
  order:
    - {values: [2023], label: {en: "2023"}}
    - {values: [2024], label: {en: "2024"}}
"""
FIRST, SECOND = "Q1,Q9,Remark\n1,3,good\n4,6,\n", "Overall,Respect,Speed,Age\n9,8,7,30\n"


def written(folder: Path, *, codebook: str = FILES, first: str = FIRST, second: str = SECOND) -> Path:
    for name, text in (("codebook.yml", codebook), ("first.csv", first), ("second.csv", second)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "codebook.yml"


def waves_refusal(folder: Path, error: type[Exception] = SurveyError, **files: str) -> str:
    with pytest.raises(error) as refused:
        read_survey(written(folder, **files))
    return str(refused.value)


def test_several_files_are_the_waves_of_one_survey(tmp_path: Path) -> None:
    survey = read_survey(written(tmp_path))
    assert survey.codes["waited"].tolist() == [1, 4, 7]
    assert survey.codes["all"].tolist() == [3, 6, 9]
    assert survey.missing["treated"].tolist() == [4, 4, 0]  # not asked in the first wave
    assert survey.wave_index is not None and survey.wave_index.tolist() == [0, 0, 1]
    assert survey.raw["Remark"].tolist() == ["good", "", ""]
    notes = file_notes(survey)
    assert ["renamed", "first.csv: Q1", "Speed", 2] in notes
    assert ["not asked", "first.csv: Respect", "not asked", 2] in notes
    assert ["no column", "second.csv: Remark", "empty cells", 1] in notes
    assert ["no column", "first.csv: Age", "empty cells", 2] in notes
    assert ["rows", "first.csv + second.csv", "", 3] in notes
    assert_log_adds_up(survey)


def test_a_wrong_answer_is_told_with_its_file_and_line(tmp_path: Path) -> None:
    assert waves_refusal(tmp_path, second=SECOND.replace("9,8", "eleven,8")) == (
        "first.csv + second.csv, column 'Overall': expected answers on scale 'ten' (whole numbers from 0 to 10), found "
        "'eleven' in second.csv, line 2; correct the scale, or map each text under items.all.answers in the codebook "
        "to a code or to one of not_applicable, dont_know, refused, not_asked, blank."
    )


@pytest.mark.parametrize(
    ("files", "sentence"),
    {
        "a column that no list tells of": (
            {"codebook": FILES.replace(", not_asked: [Respect]", "")},
            "first.csv: expected the columns of the other waves, found no 'Respect'; list each under data.files, with "
            "its name in this file (columns) or as one that was not asked (not_asked).",
        ),
        "a column not asked that is there": (
            {"first": "Q1,Q9,Respect\n1,3,2\n"},
            "first.csv: expected no column 'Respect', which data.files says was not asked, found it; take it off the "
            "list under not_asked.",
        ),
        "a name that is not in the file": (
            {"first": "Q1,Q8\n1,3\n"},
            "first.csv: expected the column 'Q9' (data.files, 'Overall'), found 'Q1', 'Q8'; did you mean 'Q8'? Correct "
            "the codebook.",
        ),
        "a name that the file has already": (
            {"first": "Q1,Q9,Speed\n1,3,2\n"},
            "first.csv: expected each name once after data.files renamed its columns, found 'Speed' twice; give the "
            "other column a name of its own too.",
        ),
        "another wave in the file": (
            {"second": "Overall,Respect,Speed,Year\n9,8,7,2025\n"},
            "second.csv, column 'Year': expected '2024' in every row as data.files says, found '2025'; correct the "
            "values there, or the file.",
        ),
    }.values(),
)
def test_files_that_do_not_fit_together_are_refused(tmp_path: Path, files: dict[str, str], sentence: str) -> None:
    assert waves_refusal(tmp_path, **files) == sentence


def test_a_code_means_the_same_in_all_files() -> None:
    from drivers.survey.wave_files import under_one_another

    one = table(FOUR, name="2023.sav", value_labels={"Speed": {"1": "Very slow", "5": "Very fast"}})
    same = table(FOUR, name="2024.sav", value_labels={"Speed": {"1": "very slow ", "2": "Slow"}})
    other = table(FOUR, name="2025.sav", value_labels={"Speed": {"1": "Very fast"}})
    assert under_one_another(book_of(), [one, same]).value_labels["Speed"] == {
        "1": "Very slow",
        "2": "Slow",
        "5": "Very fast",
    }
    with pytest.raises(SurveyError) as refused:
        under_one_another(book_of(), [one, same, other])
    assert str(refused.value) == (
        "2025.sav, column 'Speed': expected code 1 to mean 'Very slow' as in 2023.sav, found 'Very fast'; give the "
        "column another name in one of the files (data.files, columns) and an item of its own."
    )


def test_one_file_does_not_stand_for_several(tmp_path: Path) -> None:
    path = written(tmp_path)
    with pytest.raises(SurveyError) as refused:
        read_survey(tmp_path / "second.csv", codebook=path)
    assert str(refused.value) == (
        f"Expected a codebook with one 'data.file' to read {str(tmp_path / 'second.csv')!r} by, found 'data.files' "
        "with 2 waves; list the file there, or write a codebook for it alone."
    )


# What a codebook may not say


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    {
        "both": (
            "  files:",
            "  file: a.csv\n  files:",
            "codebook.yml, line 2, data: expected either 'file' or 'files', found both; write one of the two.",
        ),
        "no such wave": (
            "second.csv, values: [2024]",
            "second.csv, values: [2025]",
            "codebook.yml, line 5, data.files[1].values: expected the values of a wave under wave.order, found '2025'; "
            "correct them or add the wave.",
        ),
        "file twice": (
            "file: second.csv",
            "file: first.csv",
            "codebook.yml, line 5, data.files[1].file: expected each file once, found 'first.csv' again; remove it.",
        ),
        "named and not asked": (
            "not_asked: [Respect]",
            "not_asked: [Speed]",
            "codebook.yml, line 4, data.files[0].not_asked: expected a column either with its name in the file or as "
            "not asked, found 'Speed' under both; remove it from one.",
        ),
        "one column for two names": (
            "Overall: Q9",
            "Overall: Q1",
            "codebook.yml, line 4, data.files[0].columns.Overall: expected each column of the file once, found 'Q1' "
            "for 'Speed' and 'Overall'; correct one.",
        ),
        "encoding": (
            "data:\n",
            "data:\n  encoding: arab\n",
            "codebook.yml, line 3, data.encoding: expected a text encoding such as utf-8, utf-16 or windows-1256, "
            "found 'arab'; correct it.",
        ),
        "outside": (
            "file: second.csv",
            "file: ../second.csv",
            "codebook.yml, data.file: expected a file in the codebook's folder, found '../second.csv'; move the file "
            "there, "
            "pass the file itself together with codebook=, or allow it with outside=True (--outside) if you trust the "
            "codebook.",
        ),
    }.values(),
)
def test_a_codebook_of_several_files_that_contradicts_itself(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert waves_refusal(tmp_path, CodebookError, codebook=FILES.replace(old, new, 1)) == sentence


def broken(tmp_path: Path, more: str, *, data: str = "data: {file: first.csv}\n") -> str:
    start, end = FILES.index("data:"), FILES.index("scales:")
    return waves_refusal(tmp_path, CodebookError, codebook=FILES[:start] + data + FILES[end:] + more)


def test_stacked_rows_of_one_respondent_are_a_cluster(tmp_path: Path) -> None:
    stack = "{into: brand, values: {ours: {Speed: s1}, rival: {Speed: s2}}}"
    assert broken(tmp_path, "", data=f"data: {{file: first.csv, stack: {stack}}}\n") == (
        "codebook.yml, line 2, data.stack: expected 'design.cluster' beside it, found none; name the column of the "
        "respondent, or make one with 'respondent' and name that."
    )
    uneven = "{into: brand, respondent: id, values: {ours: {Speed: s1}, rival: {Speed: s1, Respect: r2}}}"
    assert broken(tmp_path, "", data=f"data: {{file: first.csv, stack: {uneven}}}\n") == (
        "codebook.yml, line 2, data.stack.values.rival: expected the same names for 'ours' and 'rival', found Respect "
        "in one of them only; complete it.\n"
        "codebook.yml, line 2, data.stack.values.rival.Speed: expected each column of the file once, found 's1' also "
        "in ours.Speed; correct one.\n"
        "codebook.yml, line 2, data.stack: expected 'design.cluster' beside it, found none; name the column of the "
        "respondent, whose rows are no independent answers."
    )


@pytest.mark.parametrize(
    ("fieldwork", "sentence"),
    {
        "contact without answer": (
            "fieldwork: {contact: {column: Day, format: '%Y-%m-%d'}}\n",
            "fieldwork.contact: expected the day of the answer beside it (period.column), found none; name its column.",
        ),
        "days without contact": (
            "fieldwork: {most_days: 14}\n",
            "fieldwork.most_days: expected 'contact' beside it, found none; name its column or remove it.",
        ),
        "two ways to a response rate": (
            "fieldwork: {invited: 900, disposition: {column: outcome, complete: [1]}}\n",
            "fieldwork.invited: expected either 'invited' or 'disposition', found both; remove one, for the response "
            "rate comes from one.",
        ),
        "outcome twice": (
            "fieldwork: {disposition: {column: outcome, complete: [1], refused: [2, 1]}}\n",
            "fieldwork.disposition.refused[1]: expected each outcome once, found 1 also under 'complete'; remove it "
            "from one.",
        ),
    }.values(),
)
def test_fieldwork_that_contradicts_itself(tmp_path: Path, fieldwork: str, sentence: str) -> None:
    assert broken(tmp_path, fieldwork) == f"codebook.yml, line 19, {sentence}"


# Links


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    inside, away = tmp_path / "book", tmp_path / "away"
    inside.mkdir()
    away.mkdir()
    (away / "second.csv").write_text(SECOND, encoding="utf-8")
    path = written(inside)
    (inside / "second.csv").unlink()
    (inside / "second.csv").symlink_to(away / "second.csv")
    with pytest.raises(CodebookError) as refused:
        read_survey(path)
    assert str(refused.value).startswith(
        "codebook.yml, data.file: expected a file in the codebook's folder, found 'second.csv';"
    )
    assert len(read_survey(path, outside=True).codes) == 3

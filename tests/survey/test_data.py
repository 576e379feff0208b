"""Surveys: answers read by their codebook, what is logged, what is refused, and how a part is selected."""

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.errors import CodebookError, SurveyError
from drivers.survey.answers.codes import MISSING_KINDS
from drivers.survey.data import Survey, read_survey
from drivers.survey.import_log import LOG_COLUMNS
from tests.survey.small_survey import ANSWERS, CODEBOOK, changed, line_of, write_survey

NOT_THERE = np.nan
KINDS = "not_applicable, dont_know, refused, not_asked, blank"


@pytest.fixture
def survey(tmp_path: Path) -> Survey:
    return read_survey(write_survey(tmp_path))


def refusal(folder: Path, **files: str | bytes | None) -> str:
    with pytest.raises(SurveyError) as refused:
        read_survey(write_survey(folder, **files))
    return str(refused.value)


def log_of(survey: Survey, column: str) -> list[list]:
    log = survey.import_log
    return log[log["column"] == column].drop(columns="column").to_numpy().tolist()


# What is read


def test_answers_become_codes_and_reversed_items_are_turned(survey: Survey) -> None:
    assert survey.codes["waiting"].tolist()[:2] == [3, 1]
    np.testing.assert_array_equal(survey.codes["waiting"], [3, 1, NOT_THERE, 2, NOT_THERE])
    np.testing.assert_array_equal(survey.codes["calls"], [9, 2, 4, NOT_THERE, NOT_THERE])
    np.testing.assert_array_equal(survey.codes["courtesy"], [9, 2, 5, NOT_THERE, 7])
    np.testing.assert_array_equal(survey.codes["overall"], [8, 3, 5, 6, 7])


def test_kinds_of_missing_answers_are_kept_apart(survey: Survey) -> None:
    def kinds(item: str) -> list[str]:
        return ["answered" if not kind else MISSING_KINDS[kind - 1] for kind in survey.missing[item]]

    assert kinds("waiting") == ["answered", "answered", "not_applicable", "answered", "dont_know"]
    assert kinds("calls") == ["answered", "answered", "answered", "blank", "blank"]
    assert kinds("courtesy") == ["answered", "answered", "answered", "not_applicable", "answered"]
    assert (survey.missing.to_numpy() == 0).tolist() == np.isfinite(survey.codes).to_numpy().tolist()


def test_raw_cells_stay_as_they_were_written(survey: Survey) -> None:
    assert survey.raw["Courtesy"].tolist() == ["1", "8", "5", "N/A", "3"]
    assert survey.raw["Remark"].tolist() == ["fine, thanks", "", "two\nlines", "", ""]


def test_weights_strata_clusters_and_waves_are_read(survey: Survey) -> None:
    assert survey.weights.tolist() == [1.5, 0.5, 1, 1, 2]
    assert survey.weighted and survey.has_design
    assert survey.strata.tolist() == [0, 0, 1, 1, 1]
    assert survey.clusters.tolist() == [0, 1, 2, 3, 3]
    assert survey.waves == ("2023 spring", "2024 spring")
    assert survey.wave_index.tolist() == [0, 0, 1, 1, 1]


def test_without_design_everybody_counts_once(tmp_path: Path) -> None:
    text = changed(CODEBOOK, "design: {weight: Weight, strata: Region, cluster: Branch}\n", "")
    survey = read_survey(write_survey(tmp_path, codebook=text))
    assert survey.weights.tolist() == [1, 1, 1, 1, 1]
    assert survey.strata is None and survey.clusters is None
    assert not survey.weighted and not survey.has_design


@pytest.mark.parametrize("name", ["weights", "strata", "clusters", "wave_index", "dates", "in_unit"])
def test_arrays_cannot_be_written_to(survey: Survey, name: str) -> None:
    with pytest.raises(ValueError, match="read-only"):
        getattr(survey, name)[0] = getattr(survey, name)[1]


def test_the_period_is_that_of_the_domain(survey: Survey) -> None:
    assert survey.period == (datetime.date(2023, 3, 1), datetime.date(2024, 3, 9))
    assert survey.select(wave="2024 spring").period == (datetime.date(2024, 3, 5), datetime.date(2024, 3, 9))
    assert survey.select(unit="N2").period == (datetime.date(2023, 3, 2), datetime.date(2023, 3, 2))


def test_a_stated_period_is_told_as_it_is(tmp_path: Path) -> None:
    text = changed(CODEBOOK, '{column: Day, format: "%Y-%m-%d"}', "{start: 1977, end: 1978}")
    assert read_survey(write_survey(tmp_path, codebook=text)).period == (1977, 1978)
    text = changed(CODEBOOK, 'period: {column: Day, format: "%Y-%m-%d"}\n', "")
    assert read_survey(write_survey(tmp_path, codebook=text)).period is None


def test_rows_without_a_day_are_logged_and_have_none(tmp_path: Path) -> None:
    answers = changed(changed(ANSWERS, "2023-03-01", ""), "2023-03-02", " ")
    survey = read_survey(write_survey(tmp_path, answers=answers))
    assert np.isnat(survey.dates).tolist() == [True, True, False, False, False]
    assert survey.period == (datetime.date(2024, 3, 5), datetime.date(2024, 3, 9))
    assert survey.select(unit="N1").period is None
    assert log_of(survey, "Day") == [["period", "read", "", "", 3], ["period", "no date", "", "", 2]]


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("%d.%m.%Y", "{d:%d.%m.%Y}"),
        ("%m/%d/%Y %I:%M:%S %p", "{d:%m/%d/%Y} 11:59:59 PM"),
        ("%Y-%m-%dT%H:%M%z", "{d:%Y-%m-%d}T23:30+0300"),
    ],
)
def test_days_are_read_in_any_form(tmp_path: Path, form: str, written: str) -> None:
    answers = ANSWERS
    for day in ("2023-03-01", "2023-03-02", "2024-03-05", "2024-03-09", "2024-03-07"):
        answers = changed(answers, day, written.format(d=datetime.date.fromisoformat(day)))
    text = changed(CODEBOOK, "%Y-%m-%d", form)
    survey = read_survey(write_survey(tmp_path, codebook=text, answers=answers))
    assert survey.period == (datetime.date(2023, 3, 1), datetime.date(2024, 3, 9))


def test_weights_in_scientific_notation_are_read(tmp_path: Path) -> None:
    answers = changed(changed(ANSWERS, ",1.5,", ",1e-05,"), ",0.5,", ",1.25E+3,")
    survey = read_survey(write_survey(tmp_path, answers=answers))
    assert survey.weights.tolist() == [0.00001, 1250, 1, 1, 2]


def test_weights_of_nought_stay_and_are_logged(tmp_path: Path) -> None:
    survey = read_survey(write_survey(tmp_path, answers=changed(ANSWERS, ",1.5,", ",0,")))
    assert survey.weights.tolist() == [0, 0.5, 1, 1, 2]
    assert log_of(survey, "Weight") == [
        ["design.weight", "read", "", "", 5],
        ["design.weight", "never counted", "0", "", 1],
    ]


def test_names_of_strata_do_not_differ_in_spaces_around_them(tmp_path: Path) -> None:
    answers = changed(ANSWERS, "North,N1", " North ,N1")
    assert read_survey(write_survey(tmp_path, answers=answers)).strata.tolist() == [0, 0, 1, 1, 1]


def test_the_representation_counts_rows_and_domain(survey: Survey) -> None:
    assert repr(survey.select(wave="2024 spring")) == (
        "Survey('clinic', 5 respondents, 3 in the domain, 2 drivers, outcomes satisfaction, recommend)"
    )


def test_answers_may_stand_in_another_file(tmp_path: Path) -> None:
    book = write_survey(tmp_path, answers=None)
    other = tmp_path / "elsewhere" / "other.csv"
    other.parent.mkdir()
    other.write_text(ANSWERS, encoding="utf-8")
    assert len(read_survey(other, codebook=book).weights) == 5
    assert len(read_survey(str(other), codebook=str(book)).weights) == 5


def test_fingerprints_follow_the_content(tmp_path: Path) -> None:
    first = read_survey(write_survey(tmp_path))
    again = read_survey(write_survey(tmp_path, codebook=CODEBOOK + "# a comment\n"))
    assert first.data_sha256 == again.data_sha256
    assert first.codebook_sha256 != again.codebook_sha256


# The import log


def test_the_log_has_its_columns_and_every_column_of_the_file(survey: Survey) -> None:
    assert tuple(survey.import_log.columns) == LOG_COLUMNS
    assert {"", *survey.raw.columns} == set(survey.import_log["column"])
    assert log_of(survey, "") == [
        ["file", "format", "CSV, UTF-8, separated by commas", "", 0],
        ["file", "rows", "answers.csv", "", 5],
    ]
    assert log_of(survey, "Remark") == [["", "not used", "", "", 5]]


def test_the_log_tells_what_every_text_became(survey: Survey) -> None:
    assert log_of(survey, "Waiting") == [
        ["item 'waiting'", "read", "", "", 3],
        ["item 'waiting'", "recoded", "Good", "3", 1],
        ["item 'waiting'", "recoded", "Poor", "1", 1],
        ["item 'waiting'", "set missing", "98", "not_applicable", 1],
        ["item 'waiting'", "recoded", "متوسط", "2", 1],
        ["item 'waiting'", "set missing", "99", "dont_know", 1],
    ]
    assert log_of(survey, "Courtesy") == [
        ["item 'courtesy'", "read", "", "", 4],
        ["item 'courtesy'", "set missing", "N/A", "not_applicable", 1],
        ["item 'courtesy'", "reversed", "", "", 4],
    ]


def test_the_log_tells_what_other_columns_are_for(survey: Survey) -> None:
    assert log_of(survey, "Year") == [["wave", "read", "", "2 waves", 5]]
    assert log_of(survey, "Round") == [["wave", "read", "", "2 waves", 5]]
    assert log_of(survey, "Region") == [["design.strata", "read", "", "2 names", 5]]
    assert log_of(survey, "Branch") == [
        ["design.cluster", "read", "", "4 names", 5],
        ["unit", "read", "", "4 values", 5],
    ]
    assert log_of(survey, "Language") == [["segment 'language'", "read", "", "2 values", 5]]


def assert_log_adds_up(survey: Survey) -> None:
    log = survey.import_log
    for name, item in survey.codebook.items.items():
        steps = log[(log["column"] == item.column) & (log["used_for"] == f"item {name!r}")]
        read = steps.loc[steps["action"] == "read", "count"].sum()
        missing = steps[steps["action"] == "set missing"]
        assert read == np.isfinite(survey.codes[name]).sum()
        assert read + missing["count"].sum() == len(survey.raw)
        for position, kind in enumerate(MISSING_KINDS, start=1):
            assert missing.loc[missing["became"] == kind, "count"].sum() == (survey.missing[name] == position).sum()


def test_for_each_item_the_log_adds_up_to_the_rows(survey: Survey) -> None:
    assert_log_adds_up(survey)


# Wrong answers: one place of the file is changed


def line(text: str) -> int:
    return line_of(ANSWERS, text)


WEIGHT = "answers.csv, column 'Weight': expected a design weight of 0 or more in every row, found "
WRONG = {
    "unknown label": (
        "Good,9",
        "Goood,9",
        "answers.csv, column 'Waiting': expected answers on scale 'quality' (codes from 1 to 3 or their "
        "labels), "
        "found 'Goood' in line 2; correct the scale, or map each text under items.waiting.answers in the "
        f"codebook to a code or to one of {KINDS}.",
    ),
    "code that the scale does not have": (
        "Good,9",
        "4,9",
        "answers.csv, column 'Waiting': expected answers on scale 'quality' (codes from 1 to 3 or their "
        "labels), "
        "found '4' in line 2; correct the scale, or map each text under items.waiting.answers in the "
        f"codebook to a code or to one of {KINDS}.",
    ),
    "number outside the scale": (
        "98,4,5,5",
        "98,11,5,5",
        "answers.csv, column 'Calls': expected answers on scale 'ten' (whole numbers from 0 to 10), "
        "found '11' in "
        "line 4; correct the scale, or map each text under items.calls.answers in the codebook to a code "
        "or to "
        f"one of {KINDS}.",
    ),
    "number between two steps, below a cell of two lines": (
        "N/A,٦,8",
        "N/A,6.5,8",
        "answers.csv, column 'Overall': expected answers on scale 'ten' (whole numbers from 0 to 10), "
        "found '6.5' "
        "in line 6; correct the scale, or map each text under items.overall.answers in the codebook to a "
        "code or "
        f"to one of {KINDS}.",
    ),
    "negative weight": (",1.5,", ",-1.5,", f"{WEIGHT}'-1.5' in line 2; correct the weights."),
    "empty weight": (",1.5,", ",,", f"{WEIGHT}an empty cell in line 2; correct the weights."),
    "weight in words": (",0.5,", ",half,", f"{WEIGHT}'half' in line 3; correct the weights."),
    "weight with a decimal comma": (",0.5,", ',"0,5",', f"{WEIGHT}'0,5' in line 3; correct the weights."),
    "weight that is no number": (",0.5,", ",nan,", f"{WEIGHT}'nan' in line 3; correct the weights."),
    "weight beyond all numbers": (",0.5,", ",1e999,", f"{WEIGHT}'1e999' in line 3; correct the weights."),
    "unknown wave": (
        "2023-03-02,2023,spring",
        "2023-03-02,2022,spring",
        "answers.csv, column 'Year × Round': expected waves listed under wave.order in the codebook, found "
        "'2022 spring' in line 3; add them in order of time.",
    ),
    "empty stratum": (
        "North,N2",
        " ,N2",
        "answers.csv, column 'Region': expected a name in every row (design.strata), found an empty cell in "
        "line 3; complete the column.",
    ),
    "empty cluster": (
        "North,N2",
        "North,",
        "answers.csv, column 'Branch': expected a name in every row (design.cluster), found an empty cell in "
        "line 3; complete the column.",
    ),
    "date of another form": (
        "2024-03-07",
        "7.3.2024",
        "answers.csv, column 'Day': expected dates of the form %Y-%m-%d, found '7.3.2024' in line 7; "
        "correct the "
        "cells or the codebook's period.format.",
    ),
    "day that does not exist": (
        "2024-03-07",
        "2023-02-29",
        "answers.csv, column 'Day': expected dates of the form %Y-%m-%d, found '2023-02-29' in line 7; "
        "correct the "
        "cells or the codebook's period.format.",
    ),
}


@pytest.mark.parametrize(("old", "new", "sentence"), WRONG.values(), ids=WRONG)
def test_a_wrong_answer_gets_one_sentence_with_its_line(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert refusal(tmp_path, answers=changed(ANSWERS, old, new)) == sentence


@pytest.mark.parametrize(
    ("column", "used_for"),
    [
        ("Waiting", "item 'waiting'"),
        ("Weight", "design.weight"),
        ("Region", "design.strata"),
        ("Day", "period"),
        ("Round", "wave"),
        ("Language", "segment 'language'"),
    ],
)
def test_a_missing_column_is_refused_with_its_use(tmp_path: Path, column: str, used_for: str) -> None:
    answers = ANSWERS.replace(column, f"{column}s", 1)
    listed = ", ".join(repr(name) for name in answers.split("\n", 1)[0].split(",")[:12])
    assert refusal(tmp_path, answers=answers) == (
        f"answers.csv: expected the column {column!r} ({used_for}), found {listed} and 2 more; "
        f"did you mean '{column}s'? Correct the codebook."
    )


@pytest.mark.parametrize(
    ("addition", "column", "used_for"),
    [
        (
            "indicators: {w: {column: Minutes, label: {en: Waiting}, statistic: mean, better: lower}}",
            "Minutes",
            "indicator 'w'",
        ),
        ("comments: {column: Praise}", "Praise", "comments"),
    ],
)
def test_columns_of_parts_that_are_read_later_must_be_there(
    tmp_path: Path, addition: str, column: str, used_for: str
) -> None:
    sentence = refusal(tmp_path, codebook=f"{CODEBOOK}{addition}\n")
    assert sentence.startswith(f"answers.csv: expected the column {column!r} ({used_for}), found 'Waiting', ")


def test_all_unknown_texts_of_all_items_are_told_at_once(tmp_path: Path) -> None:
    rows = "".join(f"text {i},{i % 3 + 20},5,5,7,9,1,South,S1,2024-03-05,2024,spring,English,\n" for i in range(7))
    assert refusal(tmp_path, answers=ANSWERS + rows).splitlines() == [
        "answers.csv, column 'Waiting': expected answers on scale 'quality' (codes from 1 to 3 or their "
        "labels), "
        "found 'text 0' in line 8; 'text 1' in line 9; 'text 2' in line 10; 'text 3' in line 11; 'text 4' in "
        "line 12 and 2 more; correct the scale, or map each text under items.waiting.answers in the "
        "codebook to "
        f"a code or to one of {KINDS}.",
        "answers.csv, column 'Calls': expected answers on scale 'ten' (whole numbers from 0 to 10), "
        "found '20' in "
        "3 rows (lines 8, 11, 14); '21' in 2 rows (lines 9, 12); '22' in 2 rows (lines 10, 13); "
        "correct "
        "the scale, or map each text under items.calls.answers in the codebook to a code or to one of "
        f"{KINDS}.",
    ]


def test_unknown_texts_can_be_mapped_by_hand(tmp_path: Path) -> None:
    text = changed(
        CODEBOOK,
        "column: Waiting, scale: quality",
        "column: Waiting, scale: quality, answers: {Goood: 3, so so: refused}",
    )
    answers = changed(changed(ANSWERS, "Good,9", "Goood,9"), "Poor,2", "so so,2")
    survey = read_survey(write_survey(tmp_path, codebook=text, answers=answers))
    np.testing.assert_array_equal(survey.codes["waiting"], [3, NOT_THERE, NOT_THERE, 2, NOT_THERE])
    assert survey.missing["waiting"].tolist() == [0, 3, 1, 0, 2]


def test_weights_of_nought_only_are_refused(tmp_path: Path) -> None:
    lines = ANSWERS.splitlines(keepends=True)
    answers = lines[0] + lines[1].replace(",1.5,", ",0,") + lines[2].replace(",0.5,", ",0,")
    assert refusal(tmp_path, answers=answers) == (
        "answers.csv, column 'Weight': expected design weights above 0, found only zeros; name another column."
    )


def test_dates_that_never_fit_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, codebook=changed(CODEBOOK, "%Y-%m-%d", "%d/%m/%Y")) == (
        "answers.csv, column 'Day': expected dates of the form %d/%m/%Y, found '2023-03-01' in line 2; "
        "'2023-03-02' in line 3; '2024-03-05' in line 4; '2024-03-09' in line 6; '2024-03-07' in line 7; "
        "correct "
        "the cells or the codebook's period.format."
    )


def test_dates_in_a_form_that_pandas_does_not_know_are_refused(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, codebook=changed(CODEBOOK, "%Y-%m-%d", "%c"))
    assert sentence.startswith("answers.csv, column 'Day': expected dates of the form %c, found '2023-03-01' in ")


def test_wrong_files_are_refused_as_such(tmp_path: Path) -> None:
    assert refusal(tmp_path, answers=b"") == (
        "answers.csv: expected a header row and answers, found an empty file; export the survey again."
    )
    (tmp_path / "answers.csv").unlink()
    assert refusal(tmp_path, answers=None) == (
        f"Expected answers at {tmp_path / 'answers.csv'}, found no such file; check data.file in the codebook."
    )


@pytest.mark.parametrize("file", ["../answers.csv", "/etc/passwd", "data/../../answers.csv"])
def test_data_outside_the_codebooks_folder_are_refused(tmp_path: Path, file: str) -> None:
    path = write_survey(tmp_path, codebook=changed(CODEBOOK, "answers.csv", file))
    with pytest.raises(CodebookError) as refused:
        read_survey(path)
    assert str(refused.value) == (
        f"codebook.yml, data.file: expected a file in the codebook's folder, found {file!r}; move the "
        "file there, pass the file itself together with codebook=, or allow it with outside=True (--outside) if you "
        "trust the codebook."
    )


# A part of the respondents


def test_a_selection_marks_rows_and_keeps_them_all(survey: Survey) -> None:
    part = survey.select(unit="S2", wave="2024 spring", only={"language": "Arabic", "Year": 2024})
    assert part.domain.tolist() == [False, False, False, True, True]
    assert len(part.weights) == len(part.codes) == 5
    assert (part.unit, part.wave, part.only) == ("S2", "2024 spring", {"language": "Arabic", "Year": "2024"})
    assert survey.domain.all() and survey.wave == survey.unit == "" and survey.only == {}


def test_a_wave_keeps_the_others_for_the_trend(survey: Survey) -> None:
    part = survey.select(wave="2024 spring")
    assert part.domain.tolist() == [False, False, True, True, True]
    assert part.in_unit.all()


def test_selections_add_up(survey: Survey) -> None:
    part = survey.select(unit="S2").select(wave="2024 spring").select(only={"Calls": ""})
    assert part.domain.tolist() == [False, False, False, True, True]
    assert (part.unit, part.wave, part.only) == ("S2", "2024 spring", {"Calls": ""})


def test_selecting_nothing_selects_all(survey: Survey) -> None:
    for part in (survey.select(), survey.select(unit="", wave="", only={}), survey.select(unit=None, wave=None)):
        assert part.domain.all()


SELECTIONS = {
    "unknown unit": (
        {"unit": "S22"},
        "Expected unit to be one of 'N1', 'N2', 'S1', 'S2', found 'S22'; did you mean 'S2'?",
    ),
    "unit that is a number": (
        {"unit": 7},
        "Expected unit to be one of 'N1', 'N2', 'S1', 'S2', found '7'; choose one of these.",
    ),
    "unknown wave": (
        {"wave": "2024 autumn"},
        "Expected wave to be one of '2023 spring', '2024 spring', found '2024 autumn'; choose one of these.",
    ),
    "wave that is a number": (
        {"wave": 2024},
        "Expected wave to be one of '2023 spring', '2024 spring', found '2024'; choose one of these.",
    ),
    "unknown column": (
        {"only": {"Langage": "Arabic"}},
        "Expected a segment or column to be one of 'language', 'Waiting', 'Calls', 'Courtesy', 'Overall', "
        "'Recommend', 'Hoped', 'Weight' and 7 more, found 'Langage'; did you mean 'Language'?",
    ),
    "unknown value": (
        {"only": {"language": "arabic"}},
        "Expected only['language'] to be one of 'Arabic', 'English', found 'arabic'; did you mean 'Arabic'?",
    ),
    "nobody left": (
        {"unit": "N1", "only": {"language": "English"}},
        "Expected respondents with unit='N1', wave='', only={'language': 'English'}, found none; widen the selection.",
    ),
    "nobody left in the wave": (
        {"unit": "N1", "wave": "2024 spring"},
        "Expected respondents with unit='N1', wave='2024 spring', only={}, found none; widen the selection.",
    ),
}


@pytest.mark.parametrize(("selection", "sentence"), SELECTIONS.values(), ids=SELECTIONS)
def test_a_wrong_selection_gets_one_sentence(survey: Survey, selection: dict, sentence: str) -> None:
    with pytest.raises(SurveyError) as refused:
        survey.select(**selection)
    assert str(refused.value) == sentence


def test_nobody_left_names_the_whole_selection(survey: Survey) -> None:
    with pytest.raises(SurveyError) as refused:
        survey.select(unit="N1").select(wave="2024 spring")
    assert str(refused.value) == (
        "Expected respondents with unit='N1', wave='2024 spring', only={}, found none; widen the selection."
    )


@pytest.mark.parametrize("what", ["unit", "wave"])
def test_units_and_waves_need_a_codebook_that_has_them(tmp_path: Path, what: str) -> None:
    text = CODEBOOK[: CODEBOOK.index("wave:")]
    survey = read_survey(write_survey(tmp_path, codebook=text))
    with pytest.raises(SurveyError) as refused:
        survey.select(**{what: "N1"})
    assert str(refused.value) == (
        f"Expected a codebook with '{what}:' to select {what} 'N1', found none; add it or drop {what}=."
    )


# Whatever is in the file

TWO_ITEMS = """\
survey: {id: two, title: {en: Two}}
data: {file: answers.csv}
scales:
  ten: {type: numeric, min: 0, max: 10}
  quality: {type: likert, codes: {1: {en: Poor, ar: سيئ}, 2: {en: Average}, 3: {en: Good, ar: جيد}}}
items:
  a: {column: A, scale: ten}
  b: {column: B, scale: quality, reversed: true}
drivers:
  a: {items: [a], label: {en: A}}
outcomes:
  b: {items: [b], label: {en: B}}
"""
ANSWERED = ["0", "7", " 10 ", "٩", "3 stars", "8 - good", "2"]
LABELLED = ["Poor", "average", "GOOD.", "2", "سيئ", "جيد"]
UNANSWERED = ["", " ", "N/A", "don't know", "لا أعرف", "-", "refused"]
ODD = ["11", "4.5", "Goood", "?", "=1+1", "'", "\u200f5", "5\n", "a,b", '"']


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("survey")
    write_survey(folder, codebook=TWO_ITEMS, answers=None)
    return folder


@settings(deadline=None)  # reading may wait for a busy machine
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from([*ANSWERED, *UNANSWERED, *ODD]) | st.text(max_size=5),
            st.sampled_from([*LABELLED, *UNANSWERED, *ODD]) | st.text(max_size=5),
        ),
        max_size=8,
    ),
    quoted=st.booleans(),
)
def test_rows_are_read_to_the_last_cell_or_refused(folder: Path, rows: list, quoted: bool) -> None:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if quoted else text

    content = "A,B\n" + "".join(f"{cell(a)},{cell(b)}\n" for a, b in rows)
    (folder / "answers.csv").write_bytes(content.encode("utf-8", "surrogatepass"))
    try:
        survey = read_survey(folder / "codebook.yml")
    except SurveyError as refused:
        assert str(refused).startswith("answers.csv")
    else:
        assert_log_adds_up(survey)
        if quoted:
            log = survey.import_log
            ended = int(log["count"][log["found"] == "empty rows at the end"].sum())
            assert len(survey.weights) + ended == len(rows)
            assert all(a.strip() == b.strip() == "" for a, b in rows[len(rows) - ended :])


@settings(deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(ANSWERED + UNANSWERED), st.sampled_from(LABELLED + UNANSWERED)).filter(any),
        min_size=1,
    )
)
def test_known_texts_are_never_refused(folder: Path, rows: list) -> None:
    frame = pd.DataFrame(rows, columns=["A", "B"])
    frame.to_csv(folder / "answers.csv", index=False)
    survey = read_survey(folder / "codebook.yml")
    assert_log_adds_up(survey)
    assert survey.codes["a"].notna().tolist() == frame["A"].isin(ANSWERED).tolist()
    assert survey.codes["b"].notna().tolist() == frame["B"].isin(LABELLED).tolist()


@settings(deadline=None)
@given(st.binary(max_size=120) | st.text('AB,"\n\r; 0123\t').map(lambda text: f"A,B\n{text}".encode()))
def test_no_content_raises_anything_but_a_survey_error(folder: Path, content: bytes) -> None:
    (folder / "answers.csv").write_bytes(content)
    try:
        survey = read_survey(folder / "codebook.yml")
    except SurveyError as refused:
        assert str(refused)
    else:
        assert_log_adds_up(survey)

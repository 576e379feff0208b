"""Questions that some rows were not asked, and rows that have no weight."""

import copy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.errors import CodebookError, SurveyError
from drivers.survey.answers.codes import MISSING_KINDS
from drivers.survey.codebook.model import Codebook, read_codebook
from drivers.survey.data import Survey, survey_of
from drivers.survey.import_log import COUNTED
from drivers.survey.raw_table import table_of
from tests.survey.small_survey import CODEBOOK, changed, line_of

BOOK: dict = {
    "survey": {"id": "airport", "title": {"en": "Airport"}},
    "data": {"file": "answers.csv"},
    "scales": {"five": {"type": "numeric", "min": 1, "max": 5, "missing": {"0": "blank", "6": "not_applicable"}}},
    "items": {name: {"column": name, "scale": "five"} for name in ("signs", "wifi", "all")},
    "drivers": {name: {"items": [name], "label": {"en": name}} for name in ("signs", "wifi")},
    "outcomes": {"satisfaction": {"items": ["all"], "label": {"en": "Satisfaction"}}},
    "wave": {"columns": ["year"], "order": [{"values": [year], "label": {"en": str(year)}} for year in (2011, 2012)]},
}
NO_WIFI = {"kind": "not_asked", "where": {"year": [2011]}, "items": ["wifi"]}
STAYED_AWAY = {"kind": "not_applicable", "where": {"visits": ["0"]}}
ROWS = """\
year,visits,signs,wifi,all,weight
2011,3,4,,5,
2011,0.0,,,,
2012,1,5,3,4,1.5
2012,2,,,0,0.5
2012,0,,,,4
"""


def book_of(**parts: object) -> Codebook:
    return Codebook.model_validate({**copy.deepcopy(BOOK), **parts})


def survey_with(rows: str = ROWS, **parts: object) -> Survey:
    header, *lines = (line.split(",") for line in rows.strip().splitlines())
    return survey_of(book_of(**parts), table_of("answers.csv", pd.DataFrame(lines, columns=header, dtype="str")))


def refusal(rows: str = ROWS, **parts: object) -> str:
    with pytest.raises(SurveyError) as refused:
        survey_with(rows, **parts)
    return str(refused.value)


def kinds(survey: Survey, item: str) -> list[str]:
    return ["" if code == 0 else MISSING_KINDS[code - 1] for code in survey.missing[item]]


# Which empty cells are what


def test_an_empty_cell_is_blank_unless_the_question_was_not_asked() -> None:
    survey = survey_with(skips=[NO_WIFI])
    assert kinds(survey, "wifi") == ["not_asked", "not_asked", "", "blank", "blank"]
    assert kinds(survey, "signs") == ["", "blank", "", "blank", "blank"]


def test_a_filter_without_items_is_about_all_of_them_and_compares_numbers_as_numbers() -> None:
    survey = survey_with(skips=[STAYED_AWAY])
    assert kinds(survey, "wifi") == ["blank", "not_applicable", "", "blank", "not_applicable"]
    assert kinds(survey, "all") == ["", "not_applicable", "", "blank", "not_applicable"]


def test_the_first_of_two_skips_decides() -> None:
    assert kinds(survey_with(skips=[NO_WIFI, STAYED_AWAY]), "wifi")[1] == "not_asked"
    assert kinds(survey_with(skips=[STAYED_AWAY, NO_WIFI]), "wifi")[1] == "not_applicable"


def test_all_columns_of_a_skip_must_hold() -> None:
    survey = survey_with(skips=[{"kind": "not_asked", "where": {"year": [2012], "visits": [0, 3]}}])
    assert kinds(survey, "wifi") == ["blank", "blank", "", "blank", "not_asked"]


def test_a_code_for_blank_stays_blank_where_the_question_was_skipped() -> None:
    rows = ROWS.replace("2011,3,4,,5,", "2011,3,4,0,5,")
    assert kinds(survey_with(rows, skips=[NO_WIFI]), "wifi")[:2] == ["blank", "not_asked"]


def test_the_log_tells_both_kinds_of_empty_cells_and_its_counts_add_up() -> None:
    log = survey_with(skips=[NO_WIFI, STAYED_AWAY]).import_log
    wifi = log.loc[log["column"] == "wifi", ["action", "found", "became", "count"]].to_numpy().tolist()
    assert wifi == [
        ["read", "", "", 1],
        ["set missing", "", "blank", 1],
        ["set missing", "", "not_asked", 2],
        ["set missing", "", "not_applicable", 1],
    ]
    assert log.loc[log["column"] == "visits", "used_for"].tolist() == ["who was asked"]
    counted = log[log["action"].isin(COUNTED) & (log["column"] != "")]
    assert (counted.groupby(["column", "used_for"])["count"].sum() == 5).all()


@settings(deadline=None)  # reading may wait for a busy machine
@given(
    st.lists(
        st.tuples(st.sampled_from(["2011", "2012"]), st.sampled_from(["0", "1"]), st.sampled_from(["", " ", "0", "3"])),
        min_size=1,
        max_size=12,
    )
)
def test_every_cell_is_counted_once_or_the_file_is_refused(cells: list[tuple[str, str, str]]) -> None:
    rows = [[year, visits, "4", wifi, "5"] for year, visits, wifi in [*cells, ("2012", "0", "")]]
    table = table_of("answers.csv", pd.DataFrame(rows, columns=["year", "visits", "signs", "wifi", "all"], dtype="str"))
    skips = [NO_WIFI, {**STAYED_AWAY, "items": ["wifi"]}]
    if any(wifi == "3" and (year == "2011" or visits == "0") for year, visits, wifi in cells):
        with pytest.raises(SurveyError, match="expected no answer where"):
            survey_of(book_of(skips=skips), table)
        return
    survey = survey_of(book_of(skips=skips), table)
    expected = [
        "" if wifi == "3" else
        "blank" if wifi == "0" else
        "not_asked" if year == "2011" else
        "not_applicable" if visits == "0" else "blank"
        for year, visits, _, wifi, _ in rows
    ]  # fmt: skip
    assert kinds(survey, "wifi") == expected
    log = survey.import_log.query("column == 'wifi'")
    assert log["count"].sum() == len(rows)
    assert log.query("action == 'set missing'").groupby("became")["count"].sum().to_dict() == {
        kind: expected.count(kind) for kind in set(expected) - {""}
    }


def test_an_answer_to_a_question_that_was_not_asked_is_refused() -> None:
    assert refusal(ROWS.replace("2011,3,4,,5,", "2011,3,4,2,5,"), skips=[NO_WIFI]) == (
        "answers.csv, column 'wifi': expected no answer where year is 2011 (skips[0]), found '2' in line 2; correct "
        "the file, or the skip in the codebook."
    )


def test_a_value_that_no_row_has_is_refused_unless_it_names_a_wave() -> None:
    assert refusal(skips=[{"kind": "not_asked", "where": {"visits": ["none"]}}]) == (
        "answers.csv, column 'visits': expected 'none' in some row (skips[0].where), found '3', '0.0', '1', '2', '0'; "
        "correct the value in the codebook."
    )
    later = "\n".join(line for line in ROWS.splitlines() if not line.startswith("2011"))
    assert kinds(survey_with(later, skips=[NO_WIFI]), "wifi") == ["", "blank", "blank"]


def test_a_column_that_the_file_lacks_is_refused() -> None:
    assert refusal(skips=[{"kind": "not_asked", "where": {"visit": ["0"]}}]) == (
        "answers.csv: expected the column 'visit' (skips[0].where), found 'year', 'visits', 'signs', 'wifi', 'all', "
        "'weight'; did you mean 'visits'? Correct the codebook."
    )


# Rows without a weight


def test_rows_without_a_weight_count_as_the_mean_of_all_weights() -> None:
    survey = survey_with(design={"weight": "weight", "unweighted": {"year": [2011]}})
    assert survey.weights.tolist() == [2, 2, 1.5, 0.5, 4]
    log = survey.import_log
    assert log.loc[log["column"] == "weight", ["action", "found", "became", "count"]].to_numpy().tolist() == [
        ["read", "", "", 5],
        ["recoded", "", "2, the mean of all weights", 2],
    ]


def test_the_scale_of_weights_does_not_matter() -> None:
    design = {"weight": "weight", "unweighted": {"year": [2011]}}
    once = survey_with(design=design).weights
    thousandfold = ROWS.replace("1.5", "1500").replace(",0.5", ",500").replace(",4\n", ",4000\n")
    np.testing.assert_allclose(survey_with(thousandfold, design=design).weights, 1000 * once, rtol=1e-12)


@pytest.mark.parametrize(
    ("rows", "unweighted", "sentence"),
    [
        (
            ROWS.replace("2011,3,4,,5,", "2011,3,4,,5,2"),
            {"year": [2011]},
            "answers.csv, column 'weight': expected no design weight where year is 2011 (design.unweighted), found '2' "
            "in line 2; correct the file, or design.unweighted.",
        ),
        (
            ROWS.replace("0,0.5", "0,"),
            {"year": [2011]},
            "answers.csv, column 'weight': expected a design weight of 0 or more in every row, found an empty cell in "
            "line 5; correct the weights.",
        ),
        (
            ROWS.replace("1.5", "").replace(",0.5", ",").replace(",4\n", ",\n"),
            {"year": [2011, 2012]},
            "answers.csv, column 'weight': expected design weights beside the rows where year is 2011 or 2012 "
            "(design.unweighted), found none; remove weight and unweighted from the codebook.",
        ),
    ],
)
def test_weights_that_contradict_the_codebook_are_refused(rows: str, unweighted: dict, sentence: str) -> None:
    assert refusal(rows, design={"weight": "weight", "unweighted": unweighted}) == sentence


# In the codebook


@pytest.mark.parametrize(
    ("old", "new", "fragment", "sentence"),
    [
        (
            "unit: {",
            "skips: [{kind: not_asked, where: {Year: [2023]}, items: [waitin]}]\nunit: {",
            "skips: [{",
            "skips[0].items[0]: expected the name of an item, found 'waitin'; did you mean 'waiting'?",
        ),
        (
            "unit: {",
            "skips: [{kind: not_asked, where: {Calls: [1]}}]\nunit: {",
            "skips: [{",
            "skips[0].where.Calls: expected a column that says who was asked, found that of the skipped item 'calls'; "
            "name another column, or take the item off the list.",
        ),
        (
            "unit: {",
            "skips: [{kind: not_asked, where: {Year: [2022]}}]\nunit: {",
            "skips: [{",
            "skips[0].where.Year[0]: expected the value of a wave under wave.order, found '2022'; did you mean '2024'?",
        ),
        (
            "unit: {",
            "skips: [{kind: refused, where: {Year: [2023]}}]\nunit: {",
            "skips: [{",
            "skips[0].kind: expected 'not_asked' or 'not_applicable', found 'refused'; write one of them.",
        ),
        (
            "unit: {",
            "skips: [{kind: not_asked, where: {}}]\nunit: {",
            "skips: [{",
            "skips[0].where: expected at least one entry, found none; add one.",
        ),
        (
            "{weight: Weight,",
            "{unweighted: {Year: [2023]},",
            "design: {",
            "design.unweighted: expected it beside 'weight', found none; name the column of weights or remove it.",
        ),
        (
            "{weight: Weight,",
            "{weight: Weight, unweighted: {Round: [summer]},",
            "design: {",
            "design.unweighted.Round[0]: expected the value of a wave under wave.order, found 'summer'; there is only "
            "spring.",
        ),
        (
            "{weight: Weight,",
            "{weight: Weight, unweighted: {Year: [2023]}, replicate_weights: 'rw*', replicate_method: jk1,",
            "design: {",
            "design.unweighted: expected it without replicate weights, which such rows lack too, found "
            "'replicate_weights'; remove one of them.",
        ),
        (
            "{desired: hoped}",
            "{desired: [hoped, hopped]}",
            "{desired: [hoped",
            "expectations.respect.desired[1]: expected the name of an item, found 'hopped'; did you mean 'hoped'?",
        ),
        (
            "{desired: hoped}",
            "{desired: [hoped, hoped]}",
            "{desired: [hoped",
            "expectations.respect.desired[1]: expected an item that asks for this expectation only, found 'hoped' also "
            "in expectations.respect.desired; correct one.",
        ),
        (
            "{desired: hoped}",
            "{desired: []}",
            "{desired: []",
            "expectations.respect.desired: expected at least one entry, found none; add one.",
        ),
        (
            "{desired: hoped}",
            "{desired: 5}",
            "{desired: 5",
            "expectations.respect.desired: expected text or a list, found 5; put it in quotes.",
        ),
    ],
)
def test_a_codebook_that_contradicts_itself_gets_one_sentence(
    tmp_path: Path, old: str, new: str, fragment: str, sentence: str
) -> None:
    text = changed(CODEBOOK, old, new)
    path = tmp_path / "codebook.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CodebookError) as refused:
        read_codebook(path)
    assert str(refused.value) == f"codebook.yml, line {line_of(text, fragment)}, {sentence}"


def test_columns_of_skips_and_weights_are_columns_that_the_codebook_uses() -> None:
    book = book_of(skips=[STAYED_AWAY], design={"weight": "weight", "unweighted": {"round": ["spring"]}})
    assert {"visits", "round", "weight"} <= book.columns


def test_an_expectation_may_be_asked_by_one_item_or_by_several() -> None:
    one = Codebook.model_validate({**BOOK, "expectations": {"signs": {"desired": "wifi"}}}).expectations["signs"]
    several = Codebook.model_validate(
        {**BOOK, "expectations": {"signs": {"desired": ["wifi", "all"], "adequate": "x"}}}
    )
    assert one.levels == {"desired": ("wifi",)}
    assert several.expectations["signs"].levels == {"desired": ("wifi", "all"), "adequate": ("x",)}

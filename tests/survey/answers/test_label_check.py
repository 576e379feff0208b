"""What a file says of its codes is compared with the codebook, and what it declares missing is not overlooked."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from drivers.errors import SurveyError
from drivers.survey.codebook.model import Codebook, read_codebook
from drivers.survey.data import Survey, survey_of
from drivers.survey.raw_table import table_of

CODEBOOK = """\
survey: {id: clinic, title: {en: A clinic}}
data: {file: answers.sav}
scales:
  quality:
    type: likert
    codes: {1: {en: Poor, ar: سيئ}, 2: {en: Average, ar: متوسط}, 3: {en: Good, ar: جيد}}
    missing: {7: not_asked}
  ten: {type: numeric, min: 0, max: 10}
items:
  speed: {column: q1, scale: quality}
  overall: {column: q2, scale: ten}
drivers: {speed: {items: [speed], label: {en: Speed}}}
outcomes: {satisfaction: {items: [overall], label: {en: Satisfaction}}}
design: {sample: probability}
"""


@pytest.fixture
def book(tmp_path: Path) -> Codebook:
    (tmp_path / "codebook.yml").write_text(CODEBOOK)
    return read_codebook(tmp_path / "codebook.yml")


def read(
    book: Codebook,
    *,
    labels: Mapping[str, Mapping[str, str]] | None = None,
    missing: Mapping[str, Mapping[str, str]] | None = None,
    answers: Mapping[str, str] | None = None,
) -> Survey:
    table = table_of("answers.sav", pd.DataFrame({"q1": list("1231"), "q2": ["0", "5", "9", "9"]}, dtype="str"))
    if answers:
        items = {**book.items, "speed": book.items["speed"].model_copy(update={"answers": dict(answers)})}
        book = book.model_copy(update={"items": items})
    return survey_of(book, replace(table, value_labels=labels or {}, missing=missing or {}))


def refusal(book: Codebook, **said: Mapping) -> str:
    with pytest.raises(SurveyError) as refused:
        read(book, **said)
    return str(refused.value)


@pytest.mark.parametrize(
    "labels",
    [
        {"1": "Poor", "2": "Average", "3": "Good"},
        {"1": "سئ جدا جدا", "2": "مُتوسّط", "3": " GOOD. "},
        {"1": "", "x": "Good"},
        {"8": "Don't know"},
    ],
)
def test_labels_that_do_not_contradict_are_let_be(book: Codebook, labels: Mapping[str, str]) -> None:
    assert read(book, labels={"q1": labels}).codes["speed"].tolist() == [1, 2, 3, 1]


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (
            {"1": "good", "2": "Average", "3": "Bad"},
            "answers.sav, column 'q1': expected code 1 to mean 'Poor' or 'سيئ', found that the file labels it 'good', "
            "a label that scale 'quality' gives to 3; correct scales.quality in the codebook, or map the code under "
            "items.speed.answers.",
        ),
        (
            {"3": "سَيِّئ"},
            "answers.sav, column 'q1': expected code 3 to mean 'Good' or 'جيد', found that the file labels it 'سَيِّئ', "
            "a label that scale 'quality' gives to 1; correct scales.quality in the codebook, or map the code under "
            "items.speed.answers.",
        ),
        (
            {"4": "Good"},
            "answers.sav, column 'q1': expected code 4 to be an answer on scale 'quality', found that the file labels "
            "it 'Good', a label that scale 'quality' gives to 3; correct scales.quality in the codebook, or map the "
            "code under items.speed.answers.",
        ),
        (
            {"2": "Don't know"},
            "answers.sav, column 'q1': expected code 2 to mean 'Average' or 'متوسط', found that the file labels it "
            '"Don\'t know", a text for a missing answer (dont_know); correct scales.quality in the codebook, or map '
            "the code under items.speed.answers.",
        ),
    ],
)
def test_labels_that_contradict_are_refused(book: Codebook, labels: Mapping[str, str], sentence: str) -> None:
    assert refusal(book, labels={"q1": labels}) == sentence


def test_a_number_that_the_file_calls_missing_is_no_answer(book: Codebook) -> None:
    assert refusal(book, labels={"q2": {"9": "Refused", "99": "Refused"}}) == (
        "answers.sav, column 'q2': expected code 9 to be an answer on scale 'ten', found that the file labels it "
        "'Refused', a text for a missing answer (refused); correct scales.ten in the codebook, or map the code under "
        "items.overall.answers."
    )


def test_a_code_that_the_codebook_maps_is_not_compared(book: Codebook) -> None:
    survey = read(book, labels={"q1": {"1": "Good", "3": "Poor"}}, answers={"1": 3.0, "3": 1.0})
    assert survey.codes["speed"].tolist() == [3, 2, 1, 3]


# Missing answers that the file declares


def test_declared_missing_answers_with_a_kind_are_read(book: Codebook) -> None:
    survey = read(book, missing={"q2": {"9": "refused"}})
    assert survey.missing["overall"].tolist() == [0, 0, 3, 3]
    assert survey.codes["overall"].tolist()[:2] == [0, 5]


REMEDY = "correct the scale, or map each text under items.overall.answers in the codebook to a code or to one of not_applicable, dont_know, refused, not_asked, blank."  # noqa: E501


@pytest.mark.parametrize("code", ["9", "0"])
def test_a_declared_missing_answer_without_a_kind_is_refused_even_on_the_scale(book: Codebook, code: str) -> None:
    found = {"9": "'9' in 2 rows (lines 4, 5)", "0": "'0' in line 2"}[code]
    assert refusal(book, labels={"q2": {code: "Other reason"}}, missing={"q2": {code: ""}}) == (
        "answers.sav, column 'q2': expected answers on scale 'ten' (whole numbers from 0 to 10), found "
        f"{found}; the file declares '{code}' ('Other reason') missing and does not say why, so map it under "
        f"scales.ten.missing; or {REMEDY}"
    )


def test_a_declared_missing_answer_without_a_kind_is_read_where_the_codebook_says_why(book: Codebook) -> None:
    scales = {**book.scales, "ten": book.scales["ten"].model_copy(update={"missing": {9.0: "refused"}})}
    survey = read(book.model_copy(update={"scales": scales}), missing={"q2": {"9": ""}})
    assert survey.missing["overall"].tolist() == [0, 0, 3, 3]

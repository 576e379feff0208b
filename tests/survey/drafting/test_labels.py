"""Drafts from what files know beside their cells: value labels, ordered answers, marked rows, an XLSForm."""

from pathlib import Path

import numpy as np
import pytest

from drivers.survey.answers.ladders import LADDERS
from drivers.survey.drafting.form_words import FormWords
from drivers.survey.drafting.ladder_labels import KEYS, LABELS, direction, ladder_of, points_of
from drivers.survey.drafting.names import row_of
from drivers.survey.drafting.profile import Wording
from tests.survey.drafting.tables import book_of, repeated, table

OFTEN = {"1": "Always", "2": "Usually", "3": "Sometimes", "4": "Never", "8": "Refused", "9": "Don't Know"}
GRADES = {"1": "Excellent", "2": "Very Good", "3": "Good", "4": "Fair", "5": "Poor"}


def test_every_ladder_has_its_labels() -> None:
    assert set(LABELS) == set(KEYS) == {ladder.name for ladder in LADDERS}
    for ladder in LADDERS:
        points = points_of(ladder.name)
        assert len(points) == len(ladder.points)
        for written, known in zip(points, ladder.points, strict=True):
            assert set(written) & known, (ladder.name, written)
        match = ladder_of([arabic for _, arabic in points])
        assert match is not None and match.name == ladder.name


def test_the_direction_of_labels() -> None:
    assert direction(["Never", "Sometimes", "Usually", "Always"]) == 1
    assert direction(["Excellent", "Very Good", "Good", "Fair", "Poor"]) == -1
    assert direction(["Very Interested", "Somewhat Interested", "Not at All Interested"]) == -1
    assert direction(["Less than High School", "Some College", "College Graduate"]) == 0
    assert direction(["ممتاز", "جيد جدًا", "جيد", "مقبول", "ضعيف"]) == -1


def test_labelled_codes_of_which_1_is_the_best_are_turned(tmp_path: Path) -> None:
    columns = {
        "HS07aAskQuestions": [*repeated([1, 2, 3, 4], 40), 8, 9],
        "HS08QualityCare": repeated([1, 2, 3, 4, 5], 42),
        "GenderN": repeated([1, 2], 42),
    }
    labels = {"HS07aAskQuestions": OFTEN, "HS08QualityCare": GRADES, "GenderN": {"1": "Male", "2": "Female"}}
    texts = {"HS08QualityCare": "Overall, how would you rate the quality of care?"}
    book = book_of(tmp_path, table(columns, value_labels=labels, texts=texts))
    scale = book.scales["often4"]
    assert scale.codes is not None
    assert scale.codes[2] == {"en": "Usually", "ar": "في معظم الأحيان"}
    assert scale.missing == {8: "refused", 9: "dont_know"}
    assert book.items["ask_questions"].reversed and book.items["quality_care"].reversed
    assert book.outcomes["satisfaction"].items == ["quality_care"]
    assert book.segments["gender_n"].values["1"] == {"en": "Male", "ar": "الرجال"}


def test_labels_of_the_ends_alone_make_a_range(tmp_path: Path) -> None:
    ends = {"0": "Not at all likely", "10": "Extremely likely"}
    columns = {"recommend": repeated(range(11), 44), "overall": repeated([1, 2, 3, 4, 5], 44)}
    book = book_of(tmp_path, table(columns, value_labels={"recommend": ends}))
    assert book.scales["recommend"].type == "nps"
    assert book.outcomes["recommend"].kind == "nps"


def test_labels_that_are_numbers_make_a_range(tmp_path: Path) -> None:
    labels = {str(code): str(code) for code in range(1, 8)} | {"1": "1 - bad", "7": "7 - good", "9": "Refused"}
    columns = {"overall": [*repeated(range(1, 8), 49), 9], "speed": repeated(range(1, 8), 50, 3)}
    book = book_of(tmp_path, table(columns, value_labels=dict.fromkeys(columns, labels)))
    assert book.scales["rating_1_7"].ends == (1, 7)
    assert book.scales["rating_1_7"].missing == {9: "refused"}


def test_ordered_answers_are_steps(tmp_path: Path) -> None:
    low, middle, high = "Zone A", "Zone B", "Zone C"
    columns = {"overall": repeated([low, middle, high], 30), "speed": repeated([high, middle, low, low], 30)}
    ordered = {name: (low, middle, high) for name in columns}
    book = book_of(tmp_path, table(columns, ordered=ordered))
    assert book.scales["steps3"].codes == {1: {"en": low}, 2: {"en": middle}, 3: {"en": high}}


def test_previews_are_left_out_and_unfinished_rows_kept(tmp_path: Path) -> None:
    columns = {name: repeated([1, 2, 3, 4, 5], 30, step) for name, step in (("overall", 1), ("speed", 2))}
    flags = {"preview": np.arange(30) < 2, "unfinished": np.arange(30) == 5}
    book = book_of(tmp_path, table(columns, flags=flags, vendor="qualtrics"))
    assert book.data.leave_out == ["preview"]
    assert book.data.vendor == "qualtrics"
    assert "# sure: 1 rows are unfinished and are kept; TO CONFIRM:" in (tmp_path / "answers.yml").read_text("utf-8")


def test_a_form_gives_wordings_in_both_languages(tmp_path: Path) -> None:
    columns = {"group/q1": repeated([1, 2, 3], 30), "group/q2": repeated([3, 1, 2, 2], 30)}
    labels = {str(code): {"en": en, "ar": ar} for code, (en, ar) in enumerate(points_of("agreement_3"), start=1)}
    wordings = {
        "q1": Wording(texts={"en": "Overall, I am satisfied", "ar": "أنا راضٍ عمومًا"}, labels=labels),
        "q2": Wording(texts={"en": "Waiting was short", "ar": "كان الانتظار قصيرًا"}, labels=labels),
    }
    book = book_of(tmp_path, table(columns), FormWords(wordings=wordings, title={"en": "Visitors"}))
    assert book.survey.title == {"en": "Visitors"}
    assert book.outcomes["satisfaction"].items == ["group_q1"]
    assert book.drivers["speed"].items == ["group_q2"]
    assert book.items["group_q2"].text == {"en": "Waiting was short", "ar": "كان الانتظار قصيرًا"}


@pytest.mark.parametrize(
    ("texts", "ladder", "other"),
    [
        (("ضعيف", "مقبول", "جيد", "جيد جدًا", "ممتاز"), "quality_grades_5", ()),
        (("سيئ جدًا", "سيئ", "متوسط", "جيد", "جيد جدًا"), "quality_balanced_5", ()),
        (("موافق", "محايد", "غير موافق"), "agreement_3", ()),
        (("نعم", "لا"), "yes_no", ()),
    ],
)
def test_the_ladder_with_the_fewest_absent_points(texts: tuple[str, ...], ladder: str, other: tuple[str, ...]) -> None:
    match = ladder_of(texts)
    assert match is not None
    assert (match.name, match.others) == (ladder, other)


def test_texts_of_no_ladder() -> None:
    assert ladder_of(["Agree", "Often"]) is None
    assert ladder_of(["Agree"]) is None


def test_labels_of_a_column_that_is_turned_do_not_make_it_run_against_the_others(tmp_path: Path) -> None:
    columns = {name: repeated([1, 2, 3, 4, 5], 60) for name in ("overall", "speed", "respect")}
    columns["quality"] = repeated([5, 4, 3, 2, 1], 60)
    raw = table(columns, value_labels={"quality": GRADES})
    book = book_of(tmp_path, raw)
    assert book.items["quality"].reversed
    assert "is it reversed?" not in (tmp_path / "answers.yml").read_text("utf-8")


def test_a_labelled_question_that_is_worded_the_other_way_round_is_asked_about(tmp_path: Path) -> None:
    agree = ["Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"]
    columns = {name: repeated(agree, 60) for name in ("overall", "speed", "respect")}
    columns["I waited too long"] = repeated(agree[::-1], 60)
    book = book_of(tmp_path, table(columns))
    text = (tmp_path / "answers.yml").read_text("utf-8")
    asked = "is it reversed? It runs against the other questions (correlation -1.00)"
    assert text.count("is it reversed?") == 1 and asked in " ".join(text.split())
    assert not any(item.reversed for item in book.items.values())


def test_columns_of_which_1_is_the_best_are_compared_as_they_are_turned(tmp_path: Path) -> None:
    columns = {name: repeated([1, 2, 3, 4, 5], 60) for name in ("overall", "speed", "respect")}
    book = book_of(tmp_path, table(columns, value_labels=dict.fromkeys(columns, GRADES)))
    assert all(item.reversed for item in book.items.values())
    assert "is it reversed?" not in (tmp_path / "answers.yml").read_text("utf-8")


def test_rows_of_a_matrix_get_keys_and_labels_of_their_own(tmp_path: Path) -> None:
    asked = "How much do you agree with the following statements about our service?"
    columns = {
        f"{asked} [Staff were polite]": repeated([1, 2, 3, 4, 5], 60),
        f"{asked} [The lobby was tidy]": repeated([1, 2, 3, 4, 5], 60, 2),
        "Overall, how satisfied are you?": repeated([1, 2, 3, 4, 5], 60, 3),
    }
    book = book_of(tmp_path, table(columns))
    labels = [driver.label["en"] for driver in book.drivers.values()]
    assert "The lobby was tidy" in labels and not any(asked[:20] in label for label in labels)
    assert [item.column for item in book.items.values()] == list(columns)
    assert "the_lobby_was_tidy" in book.items


def test_the_row_of_a_matrix() -> None:
    assert row_of("To what extent do you agree?? - Parking was easy") == "Parking was easy"
    assert row_of("ما مدى موافقتك على ما يلي؟ [كان الموظفون لطفاء]") == "كان الموظفون لطفاء"
    assert row_of("Q1[SQ001]") == "Q1[SQ001]"
    assert row_of("Rate 1 [1]") == "Rate 1 [1]"


def test_ladders_with_somewhat_are_satisfaction_with_the_overall_question_as_outcome(tmp_path: Path) -> None:
    answers = [english for english, _ in points_of("satisfaction_somewhat_5")]
    assert answers[1] == "Somewhat dissatisfied"
    columns = {
        "Q1": repeated(answers, 60, 2),
        "Q2": repeated(answers, 60, 3),
        "Overall, how satisfied are you with us?": repeated(answers, 60),
    }
    book = book_of(tmp_path, table(columns))
    assert {item.scale for item in book.items.values()} == {"satisfaction5"}
    (outcome,) = book.outcomes
    assert outcome == "satisfaction"
    assert [book.items[name].column for name in book.outcomes[outcome].items] == [list(columns)[2]]
    codes = book.scales["satisfaction5"].codes
    assert codes is not None and [label["en"] for label in codes.values()] == answers


def test_a_turned_question_that_runs_against_the_others_is_asked_about(tmp_path: Path) -> None:
    columns = {name: repeated([1, 2, 3, 4, 5], 60) for name in ("overall", "speed", "respect", "quality")}
    book_of(tmp_path, table(columns, value_labels={"quality": GRADES}))
    text = (tmp_path / "answers.yml").read_text("utf-8").replace("\n  # ", " ")
    assert "TO CONFIRM: is it worded the other way round, so that it is not reversed? It runs against" in text

"""What a draft makes of columns: scales, outcomes, drivers, designs, waves and groups."""

from pathlib import Path

import numpy as np
import pytest

from drivers.errors import CodebookError, SurveyError
from drivers.survey.data import read_survey
from drivers.survey.drafting.draft import draft_codebook
from tests.survey.drafting.tables import drafted, repeated, written

FIVE = [1, 2, 3, 4, 5]
AGREE = ["Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"]


def ratings(rows: int = 60, **more: list[object]) -> dict[str, list[object]]:
    return {
        "overall": repeated(FIVE, rows),
        "speed": repeated(FIVE, rows, 2),
        "respect": repeated(FIVE, rows, 3),
        **more,
    }


def test_names_of_aspects_get_their_labels_in_both_languages(tmp_path: Path) -> None:
    _, book = drafted(tmp_path, ratings())
    assert book.drivers["speed"].label == {"en": "Speed", "ar": "سرعة الاستجابة"}
    assert book.drivers["speed"].lever == "back_office"
    assert list(book.outcomes) == ["satisfaction"]
    assert book.outcomes["satisfaction"].items == ["overall"]
    assert book.scales["rating_1_5"].ends == (1, 5)


def test_arabic_questions_with_forms_of_both_genders(tmp_path: Path) -> None:
    answers = ["راضٍ جدًا", "راضية", "محايد", "غير راضٍ", "غير راضية إطلاقًا", "لا أعرف"]
    columns = {
        "ما مدى رضاك عن الخدمة بشكل عام؟": repeated(answers, 60),
        "احترام الموظفين": repeated(answers, 60, 5),
        "سرعة الخدمة": repeated(answers, 60, 7),
        "ما احتمال أن توصي بنا لصديق؟": repeated(list("٠١٢٣٤٥٦٧٨٩"), 60),
        "الفرع": repeated(["العليا", "الملز"], 60),
        "الجنس": repeated(["ذكر", "أنثى"], 60, 3),
    }
    draft, book = drafted(tmp_path, columns)
    assert book.outcomes["satisfaction"].label == {"en": "Overall satisfaction", "ar": "الرضا العام"}
    assert book.items["satisfaction"].text == {"ar": "ما مدى رضاك عن الخدمة بشكل عام؟"}
    assert book.scales["satisfaction5"].codes == {
        1: {"en": "Very dissatisfied", "ar": "غير راضٍ إطلاقًا"},
        2: {"en": "Dissatisfied", "ar": "غير راضٍ"},
        3: {"en": "Neither satisfied nor dissatisfied", "ar": "محايد"},
        4: {"en": "Satisfied", "ar": "راضٍ"},
        5: {"en": "Very satisfied", "ar": "راضٍ جدًا"},
    }
    assert set(book.drivers) == {"respect", "speed"}
    assert book.outcomes["recommend"].kind == "nps"
    asked = draft.tidy().set_index("part").loc["scales.recommend", "confirm"]
    assert asked == "is 9 an answer of a scale to 10, or a code for a missing one?"
    assert book.unit is not None and book.unit.label == {"en": "Branch", "ar": "فرع"}
    assert book.segments["sex"].values["أنثى"] == {"en": "Women", "ar": "النساء"}
    assert "ar: راضٍ جدًا}" in draft.text  # vowel marks need no quotes
    survey = read_survey(tmp_path / "answers.yml")
    assert survey.codes["satisfaction"].tolist()[:5] == [5, 4, 3, 2, 1]


def test_a_code_beyond_the_scale_is_missing_and_its_kind_is_asked(tmp_path: Path) -> None:
    draft, book = drafted(tmp_path, ratings(61, fairness=[*repeated(FIVE, 60), 98]))
    assert book.scales["rating_1_5"].missing == {98: "blank"}
    asked = draft.tidy().set_index("part").loc["scales.rating_1_5", "confirm"]
    assert asked == "98: which kind of missing answer?"


def test_a_zero_stays_an_answer_while_the_answers_do_not_say_otherwise(tmp_path: Path) -> None:
    draft, book = drafted(tmp_path, ratings(60, fairness=repeated([0, *FIVE], 60)))
    assert book.scales["rating_0_5"].ends == (0, 5)
    asked = draft.tidy().set_index("part").loc["scales.rating_0_5", "confirm"]
    assert asked == "is 0 an answer, or a code for a missing one?"


def test_a_six_that_goes_with_middling_answers_is_no_step_of_the_scale(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    mood = rng.normal(3.4, 0.8, 500)
    columns = {
        name: np.clip(np.round(mood + rng.normal(0, 0.4, 500)), 1, 5).astype(int)
        for name in ("overall", "speed", "respect", "parking")
    }
    columns["parking"][rng.random(500) < 0.4] = 6
    draft, book = drafted(tmp_path, {name: list(values) for name, values in columns.items()})
    assert book.scales["rating_1_5"].missing == {6: "not_applicable"}
    asked = draft.tidy().set_index("part").loc["scales.rating_1_5", "confirm"]
    assert asked.startswith("6 is taken for not_applicable: who wrote 6 answered the rest with 3.")


def test_a_six_that_goes_with_the_best_answers_is_a_step(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    mood = rng.normal(4, 1.2, 500)
    columns = {
        name: list(np.clip(np.round(mood + rng.normal(0, 0.4, 500)), 1, 6).astype(int))
        for name in ("overall", "speed", "respect")
    }
    draft, book = drafted(tmp_path, columns)
    assert book.scales["rating_1_6"].ends == (1, 6)
    assert not draft.tidy().set_index("part").loc["scales.rating_1_6", "confirm"]


def test_a_text_that_may_be_missing_or_not_is_asked_about(tmp_path: Path) -> None:
    _, book = drafted(tmp_path, ratings(61, fairness=[*repeated(FIVE, 60), "NA"]))
    assert book.scales["rating_1_5"].missing == {"NA": "blank"}


def test_a_stray_text_is_mapped_to_blank_and_shown(tmp_path: Path) -> None:
    columns = {name: repeated(AGREE, 100, step) for name, step in (("overall", 1), ("speed", 2), ("respect", 3))}
    columns["speed"][7] = "Agree+I1030"
    draft, book = drafted(tmp_path, columns)
    assert book.items["speed"].answers == {"Agree+I1030": "blank"}
    asked = draft.tidy().set_index("part").loc["items.speed", "confirm"]
    assert asked == "this text fits no code, in 1 rows"


def test_a_question_that_runs_against_the_others_is_asked_about_and_not_turned(tmp_path: Path) -> None:
    columns = ratings(100, wait=[6 - code for code in repeated(FIVE, 100)])
    columns["speed"] = columns["respect"] = columns["overall"]
    draft, book = drafted(tmp_path, columns)
    assert not book.items["wait"].reversed
    asked = draft.tidy().set_index("part").loc["items.wait", "confirm"]
    assert asked == "is it reversed? It runs against the other questions (correlation -1.00)"


def test_numbered_columns_are_items_of_one_driver(tmp_path: Path) -> None:
    names = ("imag1", "imag2", "imag3", "sat1", "sat2", "loy1", "loy2")
    columns = {name: repeated(list(range(11)), 66, step) for step, name in enumerate(names, start=1)}
    _, book = drafted(tmp_path, columns)
    assert {key: driver.items for key, driver in book.drivers.items()} == {"image": ["imag1", "imag2", "imag3"]}
    assert {key: one.items for key, one in book.outcomes.items()} == {
        "satisfaction": ["sat1", "sat2"],
        "loyalty": ["loy1", "loy2"],
    }


def test_numbered_questions_are_not(tmp_path: Path) -> None:
    columns = {f"q{number}": repeated(FIVE, 60, number) for number in (1, 2, 3, 4)}
    draft, book = drafted(tmp_path, columns)
    assert all(len(driver.items) == 1 for driver in book.drivers.values())
    outcome = draft.tidy().set_index("part").loc["outcomes.satisfaction"]
    assert outcome["sureness"] == "guess"
    assert outcome["confirm"] == "which column is the outcome? Take it here and make this one a driver"


def test_a_recommendation_among_numbered_questions_is_a_net_promoter_score(tmp_path: Path) -> None:
    columns = {
        "Q1": repeated(AGREE, 66),
        "Q2": repeated(AGREE, 66, 2),
        "Q3 likely to recommend": repeated(list(range(11)), 66),
    }
    _, book = drafted(tmp_path, columns)
    assert book.outcomes["recommend"].kind == "nps"


def test_what_a_program_says_of_the_interview_is_no_segment(tmp_path: Path) -> None:
    draft, book = drafted(tmp_path, ratings(60, Finished=repeated(["True", "False"], 60)))
    assert not book.segments
    assert "#   Finished  2 different texts in 60 rows" in draft.text


def test_expectations_are_paired_by_their_names(tmp_path: Path) -> None:
    aspects = ("speed", "respect", "fairness")
    columns = ratings(60, fairness=repeated(FIVE, 60, 4))
    for step, prefix in enumerate(("hoped", "least", "stated"), start=2):
        columns |= {f"{prefix}_{aspect}": repeated(FIVE, 60, step) for aspect in aspects}
    _, book = drafted(tmp_path, columns)
    assert set(book.drivers) == set(aspects)
    assert book.expectations["speed"].levels == {"desired": ("hoped_speed",), "adequate": ("least_speed",)}
    assert "stated_speed" in book.items


def test_weights_waves_dates_and_names(tmp_path: Path) -> None:
    columns = ratings(
        60,
        weight=repeated([0.5, 1.25, 1.5], 60),
        year=repeated([2022, 2023], 60),
        quarter=repeated(["Q1", "Q1", "Q2", "Q2"], 60),
        date=repeated(["2022-01-05", "2023-04-07"], 60),
        respondent=[f"r{row}" for row in range(60)],
        seconds=repeated([100, 200, 300], 60),
        email=[f"a{row}@example.org" for row in range(60)],
    )
    draft, book = drafted(tmp_path, columns)
    assert book.design.weight == "weight" and book.design.respondent == "respondent"
    assert book.period is not None and book.period.format == "%Y-%m-%d"
    assert book.wave is not None and book.wave.columns == ["year", "quarter"]
    assert [entry.key for entry in book.wave.order] == ["2022 Q1", "2022 Q2", "2023 Q1", "2023 Q2"]
    assert book.wave.order[0].label == {"en": "First quarter, 2022", "ar": "الربع الأول، 2022"}
    assert book.fieldwork is not None and book.fieldwork.duration is not None
    assert "email" not in book.columns
    assert "# Personal data, never used: email (e-mail)." in draft.text


def test_rows_without_a_weight_are_those_of_a_wave(tmp_path: Path) -> None:
    columns = ratings(60, year=repeated([2022, 2023], 60), weight=repeated(["", 1.25, "", 0.75], 60))
    _, book = drafted(tmp_path, columns)
    assert book.design.weight == "weight"
    assert book.design.unweighted == {"year": ["2022"]}
    assert read_survey(tmp_path / "answers.yml").weights.tolist()[:4] == [1.0, 1.25, 1.0, 0.75]


def test_a_weight_that_is_missing_here_and_there_is_not_used(tmp_path: Path) -> None:
    draft, book = drafted(tmp_path, ratings(60, weight=["", *repeated([0.75, 1.25], 59)]))
    assert book.design.weight is None
    asked = draft.tidy().set_index("part").loc["design.weight"]
    assert asked["reason"] == "its name; mean 0.9958, but 1 of 60 rows have none"
    assert asked["confirm"] == "give these rows a weight (1 where nothing is known), then add weight: to design"


def test_a_body_weight_is_no_design_weight(tmp_path: Path) -> None:
    draft, book = drafted(tmp_path, ratings(60, weight=repeated([60, 70, 80, 95], 60)))
    assert book.design.weight is None
    assert (
        draft.tidy().set_index("part").loc["design.weight", "reason"] == "its name says weight, but its mean is 76.25"
    )


def test_a_date_that_can_be_read_in_two_ways_is_asked_about(tmp_path: Path) -> None:
    draft, book = drafted(tmp_path, ratings(60, date=repeated(["05/06/2024", "07/08/2024"], 60)))
    assert book.period is None
    asked = draft.tidy().set_index("part").loc["period"]
    assert asked["reason"] == "its dates fit %d/%m/%Y and %m/%d/%Y"


def test_a_rarely_answered_driver_is_optional(tmp_path: Path) -> None:
    _, book = drafted(tmp_path, ratings(60, fairness=[*repeated(FIVE, 20), *[""] * 40]))
    assert {key for key, driver in book.drivers.items() if driver.optional} == {"fairness"}


def test_columns_without_a_use_are_listed_with_the_reason(tmp_path: Path) -> None:
    draft, _ = drafted(tmp_path, ratings(60, place=["here"] * 60, nothing=[""] * 60, minutes=list(range(60))))
    assert draft.text.endswith(
        "# Columns that are not used:\n"
        "#   place    the same in all rows that have it: here\n"
        "#   nothing  empty\n"
        "#   minutes  numbers from 0 to 59: an indicator?\n"
    )


def test_a_file_without_ratings_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, {"city": ["a", "b"], "text": ["long and free", "short"]})
    with pytest.raises(SurveyError) as refusal:
        draft_codebook(path)
    assert str(refusal.value) == (
        "answers.csv: expected at least two columns with ratings to draft a codebook from (labels of a known scale, or "
        "whole numbers such as 1 to 5 or 0 to 10), found 0 among 'city', 'text'; name the file of answers, or write "
        "the codebook by hand."
    )


def test_an_unknown_program_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SurveyError) as refusal:
        draft_codebook(written(tmp_path, ratings()), vendor="qualtrix")
    assert str(refusal.value) == (
        "Expected vendor to be one of 'qualtrics', 'surveymonkey', 'limesurvey', 'kobo', 'microsoft_forms', "
        "'google_forms', 'plain', found 'qualtrix'; did you mean 'qualtrics'?"
    )


def test_a_codebook_is_only_overwritten_by_force(tmp_path: Path) -> None:
    draft, _ = drafted(tmp_path, ratings())
    path = tmp_path / "answers.yml"
    with pytest.raises(CodebookError) as refusal:
        draft.save(path)
    assert str(refusal.value) == (
        f"Expected no file at {path}, found one; name another one with --output, or overwrite it with --force."
    )
    path.write_text("mine", encoding="utf-8")
    assert draft.save(path, force=True).read_text(encoding="utf-8") == draft.text


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    columns = ratings(60, branch=repeated(["b", "a"], 60), comment=repeated(["", "a long and free text here"], 60))
    forwards, _ = drafted(tmp_path, columns)
    backwards, _ = drafted(tmp_path, {name: list(cells)[::-1] for name, cells in columns.items()})
    assert forwards.text == backwards.text

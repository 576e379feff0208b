"""Questions that whole waves have no answer to."""

from pathlib import Path

from drivers.survey.answers.codes import MISSING_KINDS
from drivers.survey.data import read_survey
from tests.survey.drafting.tables import drafted, repeated

FIVE = [1, 2, 3, 4, 5]


def ratings(rows: int) -> dict[str, list[object]]:
    return {"overall": repeated(FIVE, rows), "speed": repeated(FIVE, rows, 2), "respect": repeated(FIVE, rows, 3)}


def test_questions_of_the_same_waves_are_skipped_together(tmp_path: Path) -> None:
    year = repeated([2021, 2022, 2023], 90)
    late = [row % 5 + 1 if row % 3 == 2 else "" for row in range(90)]
    later = [row % 5 + 1 if row % 3 else "" for row in range(90)]
    columns = {**ratings(90), "year": year, "fairness": late, "parking": later, "wifi": late}
    draft, book = drafted(tmp_path, columns)
    assert [(skip.where, skip.items) for skip in book.skips] == [
        ({"year": [2021, 2022]}, ["fairness", "wifi"]),
        ({"year": [2021]}, ["parking"]),
    ]
    assert all(skip.kind == "not_asked" for skip in book.skips)
    found = draft.tidy().set_index("part").loc["skips"]
    assert found["sureness"].tolist() == ["likely", "likely"]
    assert found["found"].tolist() == ["not asked where year is 2021 or 2022", "not asked where year is 2021"]
    assert found["confirm"].tolist() == [
        "were fairness, wifi left out of the questionnaire where year is 2021 or 2022?",
        "was parking left out of the questionnaire where year is 2021?",
    ]
    assert {name for name, driver in book.drivers.items() if driver.optional} == {"fairness", "parking", "wifi"}
    assert "not asked in every wave, so it enters only where it is named" in draft.text
    assert "  # likely: nobody has an answer there, though in other waves there are some; TO CONFIRM: " in draft.text
    kinds = read_survey(tmp_path / "answers.yml").missing["fairness"].tolist()
    assert kinds[:3] == [1 + MISSING_KINDS.index("not_asked")] * 2 + [0]


def test_a_wave_of_two_columns_is_told_by_both(tmp_path: Path) -> None:
    year, quarter = repeated([2022, 2022, 2023, 2023], 120), repeated(["Q1", "Q2", "Q1", "Q2"], 120)
    wifi = [row % 5 + 1 if row % 4 == 3 else "" for row in range(120)]
    _, book = drafted(tmp_path, {**ratings(120), "year": year, "quarter": quarter, "wifi": wifi})
    assert [(skip.where, skip.items) for skip in book.skips] == [
        ({"year": [2022]}, ["wifi"]),
        ({"year": [2023], "quarter": ["Q1"]}, ["wifi"]),
    ]


def test_a_rare_question_and_a_small_wave_are_not_skipped(tmp_path: Path) -> None:
    year = [2022] * 4 + [2023] * 56
    rare = ["" if row < 4 or row % 2 else 3 for row in range(60)]
    _, book = drafted(tmp_path, {**ratings(60), "year": year, "wifi": rare})
    assert book.wave is not None and book.skips == []


def test_without_waves_nothing_is_skipped(tmp_path: Path) -> None:
    _, book = drafted(tmp_path, {**ratings(60), "wifi": [*repeated(FIVE, 30), *[""] * 30]})
    assert book.skips == []

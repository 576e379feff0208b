"""Ages, units that are asked for, and columns whose letters are lost."""

from pathlib import Path

import pytest

from drivers.errors import SurveyError
from drivers.survey.drafting.draft import draft_codebook
from tests.survey.drafting.tables import drafted, repeated, written

FIVE = [1, 2, 3, 4, 5]


def ratings() -> dict[str, list[object]]:
    return {"overall": repeated(FIVE, 60), "speed": repeated(FIVE, 60, 2), "respect": repeated(FIVE, 60, 3)}


@pytest.mark.parametrize("name", ["العمر", "age", "How old are you?", "كم عمرك بالسنوات؟"])
def test_ages_in_years_are_a_segment_once_they_are_in_groups(name: str, tmp_path: Path) -> None:
    draft, book = drafted(tmp_path, {**ratings(), name: repeated(list(range(18, 60)), 60)})
    assert not book.segments
    assert draft.text.endswith(f"#   {name}  ages from 18 to 59: a segment, once they are in groups\n")
    found = draft.tidy().set_index("part").loc["segments.age"]
    assert (found["columns"], found["found"], found["sureness"]) == (name, "a segment, not used", "likely")
    assert found["confirm"] == (
        "write a column with the ages in groups (18–29, 30–44 …) to the file, and add it to segments"
    )


def test_few_ages_are_a_segment(tmp_path: Path) -> None:
    _, book = drafted(tmp_path, {**ratings(), "العمر": repeated([20, 30, 40, 50], 60)})
    assert book.segments["age"].label == {"en": "Age", "ar": "العمر"}


@pytest.mark.parametrize(
    "name", ["Which branch did you visit?", "أي فرع زرت؟", "In which branch were you served today?"]
)
def test_a_question_for_the_branch_tells_the_unit(name: str, tmp_path: Path) -> None:
    _, book = drafted(tmp_path, {**ratings(), name: repeated(["العليا", "الملز"], 60)})
    assert book.unit is not None
    assert (book.unit.column, book.unit.label) == (name, {"en": "Branch", "ar": "فرع"})


@pytest.mark.parametrize("name", ["Why did you visit this branch?", "Which services of the branch did you use?"])
def test_a_question_about_the_branch_does_not(name: str, tmp_path: Path) -> None:
    _, book = drafted(tmp_path, {**ratings(), name: repeated(["Cards", "Loans"], 60)})
    assert book.unit is None


@pytest.mark.parametrize("texts", [["????? ???", "???? ??"], ["\ufffd\ufffd\ufffd", "x\ufffdy"]])
def test_a_column_whose_letters_are_lost_is_told_and_not_used(texts: list[object], tmp_path: Path) -> None:
    draft, book = drafted(tmp_path, {**ratings(), "region": repeated(texts, 60)})
    assert not book.segments
    assert "# sure: letters were lost when the file was saved: region; export it again as UTF-8\n" in draft.text
    assert draft.text.endswith("#   region  letters were lost when the file was saved\n")
    assert draft.tidy().set_index("part").loc["data", "found"] == "not used"


def test_a_file_whose_ratings_are_lost_is_refused_with_the_reason(tmp_path: Path) -> None:
    columns = {name: repeated(["???? ???", "????", "?????"], 30) for name in ("speed", "overall")}
    with pytest.raises(SurveyError) as refusal:
        draft_codebook(written(tmp_path, columns))
    assert str(refusal.value) == (
        "answers.csv: expected letters in the columns 'speed', 'overall', found question marks, as letters were lost "
        "when the file was saved; export it again as UTF-8."
    )

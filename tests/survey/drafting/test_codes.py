"""Drafts from codes: those of missing answers alone, and those of answers that nothing explains."""

from pathlib import Path

from drivers.survey.data import read_survey
from drivers.survey.drafting.missing_labels import kinds_alone
from tests.survey.drafting.tables import book_of, drafted, repeated, table

FIVE = [1, 2, 3, 4, 5]


def test_labels_of_missing_answers_alone_leave_a_rating(tmp_path: Path) -> None:
    columns = {
        "overall": [*repeated(FIVE, 60), ".a", 99],
        "speed": repeated(FIVE, 62, 2),
        "respect": repeated(FIVE, 62, 3),
    }
    labels = {"overall": {".a": "Refused", "99": "Don't know", "98": "Not applicable"}}
    book = book_of(tmp_path, table(columns, value_labels=labels))
    assert book.outcomes["satisfaction"].items == ["overall"] and not book.segments
    assert book.scales["rating_1_5"].missing == {98: "not_applicable", 99: "dont_know", ".a": "refused"}
    text = (tmp_path / "answers.yml").read_text("utf-8")
    assert "  # likely: whole numbers from 1 to 5\n" in text  # the file says what the codes are, so nothing is asked


def test_a_label_of_an_answer_is_one_of_a_group(tmp_path: Path) -> None:
    columns = {"overall": repeated(FIVE, 60), "speed": repeated(FIVE, 60, 2), "plan": repeated([1, 2, 9], 60)}
    labels = {"plan": {"1": "Gold", "2": "Silver", "9": "Refused"}}
    book = book_of(tmp_path, table(columns, value_labels=labels))
    assert set(book.segments) == {"plan"}


def test_kinds_that_labels_name() -> None:
    assert kinds_alone({}, {}) is None
    assert kinds_alone({"9": {"en": "Refused"}, "1": {"en": "Good"}}, {}) is None
    assert kinds_alone({"9": {"en": "Interviewer's error"}, "8": {"ar": "لا أعرف"}}, {"9": ""}) == {"8": "dont_know"}


def test_answer_codes_make_a_scale_that_reads_and_whose_ends_are_asked(tmp_path: Path) -> None:
    codes = ["A1", "A2", "A3", "A4", "A5"]
    columns = {f"Q1[SQ00{number}]": repeated(codes, 60, number) for number in (1, 2, 3)}
    columns |= {"Q2": repeated(codes, 60), "G1": repeated(["A1", "A2"], 60)}
    draft, book = drafted(tmp_path, columns)
    assert book.scales["answers5"].codes == {number: {"en": f"A{number}"} for number in FIVE}
    assert book.items["q2"].answers == {code: number for number, code in enumerate(codes, start=1)}
    assert [item.column for item in book.items.values()] == [name for name in columns if name != "G1"]
    assert set(book.segments) == {"g1"}
    found = draft.tidy().set_index("part").loc["scales.answers5"]
    assert found["sureness"] == "guess"
    assert found["confirm"] == "which end is the best answer? Replace the labels by the answers' words"
    path = tmp_path / "answers.yml"
    path.write_text(draft.text.replace("1: {en: A1}", "1: {en: Very bad}"), encoding="utf-8")
    assert read_survey(path).codes["q2"].tolist()[:5] == FIVE


def test_answer_codes_with_zeros_and_an_answer_that_nobody_gave(tmp_path: Path) -> None:
    codes = ["AO01", "AO02", "AO03", "AO04", "AO05"]
    columns = {"Q1[SQ001]": repeated(codes, 60), "Q1[SQ002]": repeated(codes[:4], 60), "Q2": repeated(codes[:4], 60, 3)}
    _, book = drafted(tmp_path, columns)
    assert book.scales["answers5"].codes == {number: {"en": f"AO0{number}"} for number in FIVE}
    assert {item.scale for item in book.items.values()} == {"answers5"} and len(book.items) == 3


def test_codes_of_branches_quarters_and_regions_are_no_answers(tmp_path: Path) -> None:
    columns = {
        "overall": repeated(FIVE, 60),
        "speed": repeated(FIVE, 60, 2),
        "branch": repeated(["B1", "B2", "B3"], 60),
        "region": repeated(["B1", "B2", "B3"], 60, 2),
        "part one": repeated(["Q1", "Q2", "Q3", "Q4"], 60),
        "part two": repeated(["Q1", "Q2", "Q3", "Q4"], 60, 3),
    }
    _, book = drafted(tmp_path, columns)
    assert set(book.items) == {"overall", "speed"}
    assert book.unit is not None and book.unit.column == "branch"

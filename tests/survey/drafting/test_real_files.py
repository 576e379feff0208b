"""Drafts from whole surveys: satisfaction, net promoter score, weights and waves are those of the codebooks by hand."""

import shutil
from pathlib import Path

import pytest

from drivers.cli import main
from drivers.survey.codebook.model import Codebook, read_codebook
from drivers.survey.data import Survey, read_survey
from drivers.survey.drafting.draft import draft_codebook
from drivers.survey.examples import example_path


def drafted(source: Path, folder: Path) -> tuple[Survey, Codebook]:
    """What the draft of a file reads, and its codebook."""
    file = folder / source.name
    shutil.copyfile(source, file)
    path = draft_codebook(file).save(folder / "draft.yml")
    survey = read_survey(path)
    return survey, survey.codebook


def by_hand(name: str) -> Codebook:
    return read_codebook(example_path(name))


def columns(book: Codebook, part: str, name: str) -> list[str]:
    return [book.items[item].column for item in getattr(book, part)[name].items]


def waves(book: Codebook) -> list[str]:
    assert book.wave is not None
    return [entry.key for entry in book.wave.order]


def test_service_center(tmp_path: Path) -> None:
    survey, book = drafted(example_path("service_center").with_suffix(".csv.gz"), tmp_path)
    hand = by_hand("service_center")
    assert set(book.drivers) == set(hand.drivers)
    for name, driver in book.drivers.items():
        assert (driver.label, driver.optional) == (hand.drivers[name].label, hand.drivers[name].optional)
    for name in ("satisfaction", "loyalty", "recommend"):
        assert columns(book, "outcomes", name) == columns(hand, "outcomes", name)
    assert book.outcomes["recommend"].kind == "nps"
    assert set(book.expectations) == set(hand.expectations)
    assert (book.design.weight, book.design.respondent) == ("weight", "respondent")
    assert book.wave == hand.wave
    assert book.unit is not None and book.unit.column == "branch"
    assert book.comments is not None and book.comments.column == "comment"
    assert {segment.column for segment in book.segments.values()} == {"customer", "age", "sex", "language", "region"}
    assert survey.codes["speed"].equals(read_survey(example_path("service_center")).codes["speed_rating"])


@pytest.mark.parametrize(("name", "outcome"), [("customersat", "q1"), ("judges", "RTEN")])
def test_files_whose_names_do_not_say_what_the_outcome_is(name: str, outcome: str, tmp_path: Path) -> None:
    source = example_path(name).with_suffix(".csv")
    survey, book = drafted(source, tmp_path)
    assert columns(book, "outcomes", "satisfaction") == [outcome]
    told = draft_codebook(source).tidy().set_index("part").loc["outcomes.satisfaction"]
    assert told["sureness"] == "guess" and told["confirm"]
    assert book.scales[next(iter(book.items.values())).scale].ends == ((1, 10) if name == "customersat" else (0, 10))
    assert survey.codes.notna().all(axis=None)


def test_two_drafts_of_a_file_are_the_same_bytes() -> None:
    source = example_path("judges").with_suffix(".csv")
    assert draft_codebook(source).text == draft_codebook(source).text


@pytest.mark.field
def test_nyc311(field_data: Path, tmp_path: Path) -> None:
    survey, book = drafted(field_data / "nyc311.csv.gz", tmp_path)
    hand = by_hand("nyc311")
    assert columns(book, "outcomes", "satisfaction") == ["Overall Satisfaction"]
    assert columns(book, "outcomes", "recommend") == ["NPS"] and book.outcomes["recommend"].kind == "nps"
    assert waves(book) == waves(hand)
    assert book.period == hand.period
    assert set(book.drivers) == {"speed", "respect", "information", "answer_satisfaction"}
    assert survey.codes["overall_satisfaction"].notna().sum() == 22_791
    assert book.items["agent_customer_service"].answers == {"Agree+I1030": "blank"}
    assert set(book.segments["language"].values) >= set(hand.segments["language"].values)


@pytest.mark.field
def test_sfo(field_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, book = drafted(field_data / "sfo_2011_2017.csv.gz", tmp_path)
    hand = by_hand("sfo")
    assert columns(book, "outcomes", "satisfaction") == ["overall"]
    assert columns(book, "outcomes", "recommend") == ["nps"] and book.outcomes["recommend"].kind == "nps"
    assert book.scales["rating_1_5"].missing == hand.scales["rating"].missing
    assert book.scales["recommend"].missing == hand.scales["recommend"].missing
    assert (book.design.weight, book.design.strata) == ("weight", "stratum")
    assert hand.design.unweighted is not None
    assert book.design.unweighted == {"year": ["2011", "2012"]}
    assert book.wave == hand.wave
    assert book.drivers["clean_overall"].optional and book.drivers["ease_getting_here"].optional
    # Those of the codebook by hand, whose items have other names.
    by_hand_skips = {item: skip.where for skip in hand.skips for item in skip.items or ()}
    skipped = {book.items[item].column: skip.where for skip in book.skips for item in skip.items or ()}
    assert skipped == {hand.items[item].column: where for item, where in by_hand_skips.items()}
    assert main(["check", str(tmp_path / "draft.yml")]) in (0, 1)
    assert "many answers are missing" not in capsys.readouterr().out


@pytest.mark.field
def test_hints_pr(field_data: Path, tmp_path: Path) -> None:
    survey, book = drafted(field_data / "hints_pr_2007.sav", tmp_path)
    hand = by_hand("hints_pr")
    assert columns(book, "outcomes", "satisfaction") == ["HS08QualityCare"]
    by_column = {item.column: item for item in book.items.values()}
    for item in hand.items.values():
        assert by_column[item.column].reversed == item.reversed
        assert book.scales[by_column[item.column].scale].missing == hand.scales[item.scale].missing
        assert book.scales[by_column[item.column].scale].codes == hand.scales[item.scale].codes
    assert book.design.weight == hand.design.weight
    assert book.design.replicate_method == hand.design.replicate_method
    assert survey.replicates is not None and len(survey.replicates.columns) == 48


@pytest.mark.field
def test_kiosk(field_data: Path, tmp_path: Path) -> None:
    _, book = drafted(field_data / "kiosk_2019" / "kiosk.csv", tmp_path)
    assert columns(book, "outcomes", "satisfaction") == ["overall_satisfied"]
    assert columns(book, "outcomes", "quality") == ["overall_quality"]
    assert columns(book, "outcomes", "loyalty") == ["continue_use", "recommend"]
    assert set(book.drivers) == {f"per_{number:02}" for number in range(1, 25)}
    assert book.expectations["per_07"].levels == {"desired": ("exp_07",)}
    assert book.scales[book.items["per_01"].scale].ends == (1, 7)


@pytest.mark.field
@pytest.mark.parametrize("name", ["bank", "mobile"])
def test_customer_satisfaction_indices(name: str, field_data: Path, tmp_path: Path) -> None:
    _, book = drafted(field_data / f"{name}_ecsi.csv", tmp_path)
    hand = by_hand(name)
    assert set(book.drivers) == set(hand.drivers)
    for part in ("drivers", "outcomes"):
        for construct in getattr(hand, part):
            assert sorted(columns(book, part, construct)) == sorted(columns(hand, part, construct))
    assert {scale.ends for scale in book.scales.values()} == {(0, 10) if name == "bank" else (1, 10)}


@pytest.mark.field
@pytest.mark.parametrize("name", ["bank_ecsi.csv", "hints_pr_2007.sav"])
def test_check_accepts_the_draft(name: str, field_data: Path, tmp_path: Path) -> None:
    shutil.copyfile(field_data / name, tmp_path / name)
    assert main(["init", str(tmp_path / name)]) == 0
    assert main(["check", str((tmp_path / name).with_suffix(".yml"))]) in (0, 1)

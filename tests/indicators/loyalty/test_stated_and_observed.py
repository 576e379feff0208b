"""What people said against what they did: the planted loss of customers, and units with and without a link."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.errors import ModelError
from drivers.indicators.loyalty.observed_loyalty_result import StatedObserved
from drivers.survey.data import Survey
from tests.indicators.loyalty.test_loyalty_groups import survey_of
from tests.simulated import make_survey


@pytest.fixture(scope="module")
def service_center() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def found(service_center: Survey) -> StatedObserved:
    return kda.stated_and_observed(service_center)


def test_the_planted_loss_is_found(found: StatedObserved) -> None:
    truth = kda.example_truth("service_center")
    (one,) = found.people
    assert (one.event, one.better, one.conclusion) == ("churn", "lower", "kept")
    slope = one.link.slope
    assert slope.conf_low < truth["loyalty"]["churn"]["per_point_of_loyalty"] < slope.conf_high
    assert one.share.conf_low < truth["counted"]["left"] < one.share.conf_high
    for band in one.bands:
        expected = truth["loyalty"]["churn"]["at_0"] + truth["loyalty"]["churn"]["per_point_of_loyalty"] * band.position
        # Those who tick without reading are nearer to the mean; 3 points cover them at both ends.
        assert band.share.conf_low - 0.03 < expected < band.share.conf_high + 0.03
    # A slope of a fifth of a point per point tells groups apart, not people.
    assert one.telling == "little"
    assert one.discrimination[1] > 0.5


def test_units_that_differ_by_chance_are_not_compared(found: StatedObserved) -> None:
    # The branches lose customers at one rate, whatever is stated there.
    assert [one.indicator for one in found.units_linked] == ["churn", "referrals"]
    for one in found.units_linked:
        assert one.mostly_chance and one.conclusion == "open"
        assert len(one.names) == 24


def test_tidy_and_details(found: StatedObserved) -> None:
    table = found.tidy()
    assert set(table["term"]) == {"share", "band", "gap", "slope", "discrimination", "correlation", "corrected"}
    assert found.glance()["conclusion"].tolist() == ["kept"]
    assert found.details["people"] == [
        {"event": "churn", "conclusion": "kept", "straight": "not_decided", "telling": "little"}
    ]


def test_of_a_unit_there_is_nothing_to_compare(service_center: Survey) -> None:
    one = kda.stated_and_observed(service_center.select(unit="b13"))
    assert not one.units_linked and one.left_out["units"].code == "one_unit_alone"


def test_records_of_everybody_are_not_set_beside_some(service_center: Survey) -> None:
    some = kda.stated_and_observed(service_center.select(only={"language": "en"}))
    assert some.people and not some.units_linked
    assert some.left_out["units"].code == "records_of_all"


def test_records_that_are_not_at_hand_are_named(service_center: Survey) -> None:
    without = kda.stated_and_observed(replace(service_center, records={}))
    assert without.people and without.left_out["units"].code == "no_unit_records"


def test_without_anything_observed_there_is_a_reason() -> None:
    with pytest.raises(ModelError) as caught:
        kda.stated_and_observed(kda.example_survey("service_center_staff"))
    assert caught.value.code == "no_loyalty"


def test_nothing_observed_is_told(tmp_path: Path) -> None:
    x = np.tile([0.0, 50.0, 100.0], 20)
    survey = make_survey(tmp_path, drivers={"a": x}, outcomes={"satisfaction": x, "loyalty": x[::-1]})
    with pytest.raises(ModelError) as caught:
        kda.stated_and_observed(survey)
    assert str(caught.value) == (
        "Expected something that was observed, such as who left, found no outcome of kind 'event' and no records of "
        "units; add one to the codebook."
    )
    assert caught.value.code == "nothing_observed"


def returning(folder: Path, sign: float) -> StatedObserved:
    """An event that goes with loyalty one way or the other."""
    rng = np.random.default_rng(3)
    x = rng.integers(0, 101, 1500) * 1.0
    event = (rng.random(1500) < 0.5 + sign * 0.004 * (x - 50)).astype(float)
    return kda.stated_and_observed(survey_of(folder, x, x, event))


def test_an_event_that_is_not_wanted_turns_the_conclusion(tmp_path: Path) -> None:
    kept, contradicted = (returning(tmp_path / name, sign).people[0] for name, sign in (("k", -1), ("c", 1)))
    assert (kept.conclusion, contradicted.conclusion) == ("kept", "contradicted")
    assert kept.discrimination[1] > 0.5 > contradicted.discrimination[2]


def test_an_event_that_everybody_or_few_had_is_left_out(tmp_path: Path) -> None:
    x = np.tile([10.0, 40.0, 60.0, 90.0], 30)
    always = kda.stated_and_observed(survey_of(tmp_path / "a", x, x, np.ones(120)))
    assert not always.people and always.left_out["left"].code == "constant_outcome"
    hardly = np.where(np.arange(120) < 8, 1.0, np.nan)
    few = kda.stated_and_observed(survey_of(tmp_path / "f", x, x, hardly))
    assert few.left_out["left"].code == "suppressed"


def branches(folder: Path, count: int, link: float) -> StatedObserved:
    """Branches whose stated loyalty and recorded losses differ, linked or not."""
    rng = np.random.default_rng(11)
    level = rng.normal(0, 12, count)
    unit = np.repeat(np.arange(count), 60)
    score = np.clip(np.round(60 + level[unit] + rng.normal(0, 15, count * 60)), 0, 100)
    make_survey(
        folder,
        drivers={"a": score},
        outcomes={"satisfaction": score, "loyalty": score},
        unit=[f"u{k:02d}" for k in unit],
    )
    rate = np.clip(0.2 - link * level / 100 + (0 if link else 1) * rng.normal(0, 0.05, count), 0.01, 0.9)
    lost = rng.binomial(2000, rate)
    rows = [f"u{k:02d},{lost[k]},2000" for k in range(count)]
    (folder / "records.csv").write_text("\n".join(["unit,lost,customers", *rows]), encoding="utf-8")
    path = folder / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    book["records"] = {"branches": {"file": "records.csv", "unit": "unit"}}
    book["indicators"] = {
        "churn": {
            "records": "branches", "count": "lost", "per": "customers", "statistic": "share", "better": "lower",
            "label": {"en": "Lost"},
        }
    }  # fmt: skip
    path.write_text(json.dumps(book), encoding="utf-8")
    return kda.stated_and_observed(kda.read_survey(path))


def test_units_with_a_link_are_told_and_those_without_are_open(tmp_path: Path) -> None:
    (linked,) = branches(tmp_path / "l", 30, 0.5).units_linked
    assert linked.conclusion == "kept" and not linked.mostly_chance
    assert linked.correlation.estimate < -0.8
    assert linked.correlation.corrected <= linked.correlation.estimate
    (apart,) = branches(tmp_path / "a", 30, 0.0).units_linked
    assert apart.conclusion == "open" and not apart.mostly_chance


def test_a_few_units_are_no_comparison(tmp_path: Path) -> None:
    found = branches(tmp_path, 7, 0.5)
    assert not found.units_linked
    assert (found.left_out["churn"].code, dict(found.left_out["churn"].values)) == ("few_places", {"needed": 8})


def test_recommendation_has_the_bands_of_promoters(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    answers = rng.integers(0, 11, 900) * 1.0
    survey = make_survey(
        tmp_path,
        drivers={"a": answers},
        outcomes={"satisfaction": answers, "recommend": answers, "left": (answers < 5) * 1.0},
        nps=["recommend"],
        scale=(0, 10),
        step=1,
    )
    path = tmp_path / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    book["scales"]["yes_no"] = {"type": "binary"}
    book["items"]["left_1"]["scale"] = "yes_no"
    book["outcomes"]["left"] |= {"kind": "event", "better": "lower"}
    path.write_text(json.dumps(book), encoding="utf-8")
    assert survey.codebook.outcomes["recommend"].kind == "nps"
    (one,) = kda.stated_and_observed(kda.read_survey(path)).people
    assert [(band.low, band.high) for band in one.bands] == [(0, 60), (70, 80), (90, 100)]
    assert one.link.straight == "bent" and one.telling == "well"

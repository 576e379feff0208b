"""The scorecard: the planted truth, what has a card and what has none, and what each card rests on."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.indicators.card.indicator_history import indicator_history, level_of
from drivers.indicators.card.measures_taken import measures_of
from drivers.indicators.card.medians import median_level
from drivers.indicators.card.record_rates import rate_level
from drivers.indicators.card.scorecard_result import Card, ScorecardResult
from drivers.indicators.estimates import difference_level, mean_level, share_level
from drivers.results import Unanswered
from drivers.survey.data import Survey
from tests.simulated import make_survey


@pytest.fixture(scope="module")
def centre() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def result(centre: Survey) -> ScorecardResult:
    return kda.scorecard(centre)


def card_of(result: ScorecardResult, key: str) -> Card:
    card = result.card(key)
    assert card is not None
    return card


def amended(folder: Path, *, columns: dict[str, Any] | None = None, **parts: Any) -> Survey:
    """The survey of a folder with more in its codebook, and more columns in its answers."""
    path = folder / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    for name, part in parts.items():
        book[name] = {**book.get(name, {}), **part}
    path.write_text(json.dumps(book), encoding="utf-8")
    if columns:
        answers = pd.read_csv(folder / "answers.csv", dtype=str, keep_default_na=False)
        answers.assign(**columns).to_csv(folder / "answers.csv", index=False)
    return kda.read_survey(path)


def waves_of_forty(folder: Path, **options: Any) -> Survey:
    rng = np.random.default_rng(5)
    return make_survey(
        folder,
        drivers={"speed": rng.integers(1, 6, 120)},
        outcomes={"sat": rng.integers(1, 6, 120), "again": rng.integers(1, 6, 120)},
        scale=(1, 5),
        step=1,
        waves=np.repeat(["2021", "2022", "2023"], 40),
        unit=np.tile(np.repeat(["n", "s"], 20), 3),
        **options,
    )


# The planted truth


def test_the_indicator_that_drifts_is_outside_its_usual_range_and_the_others_are_not(result: ScorecardResult) -> None:
    truth = kda.example_truth("service_center")["indicators"]
    assert truth["out_of_control"] == "repeat_contacts per contact"
    assert card_of(result, "repeat_contact").outside
    assert card_of(result, "repeat_contact").moved == "worse"
    assert truth["in_control"] == ["complaints per contact", "lost per customer", "referred per customer"]
    for key in ("complaints", "churn", "referrals"):
        assert not card_of(result, key).outside
        assert card_of(result, key).direction == "not_shown"


def test_the_rate_of_every_wave_is_the_planted_one(centre: Survey) -> None:
    rates = kda.example_truth("service_center")["indicators"]["rate"]
    (measure,) = [measure for measure in measures_of(centre) if measure.key == "repeat_contact"]
    history = indicator_history(centre, measure, 0.999)
    assert history.waves == tuple(rates)
    inside = (history.conf_low <= list(rates.values())) & (history.conf_high >= list(rates.values()))
    assert inside.all()


def test_targets_that_the_interval_decides(result: ScorecardResult) -> None:
    assert {card.key: card.standing for card in result.cards} == {
        "satisfaction": "missed",
        "nps": "open",
        "waiting": "missed",
        "contact_time": "met",
        "complaints": "missed",
        "repeat_contact": "missed",
        "churn": "missed",
        "referrals": "none",
    }
    satisfaction = card_of(result, "satisfaction")
    truth = kda.example_truth("service_center")["waves"]["by_wave"]["2024Q4"]["satisfaction"]
    assert satisfaction.level.conf_low <= truth <= satisfaction.level.conf_high
    assert satisfaction.against_benchmark == "better"


# What a card rests on


def test_each_kind_of_number_has_its_own_estimate(centre: Survey, result: ScorecardResult) -> None:
    rows = centre.in_unit & (centre.wave_index == 7)
    satisfaction = mean_level(centre, centre.scores["satisfaction"].to_numpy(), rows, 0.95)
    waiting = median_level(centre, centre.measures["waiting"].to_numpy(), rows, 0.95)
    assert card_of(result, "satisfaction").level == satisfaction
    assert card_of(result, "waiting").level == waiting
    before = centre.in_unit & (centre.wave_index == 6)
    change = difference_level(centre, centre.measures["contact_time"].to_numpy(), rows, before, 0.95)
    assert card_of(result, "contact_time").change == change
    assert {card.key: card.intervals for card in result.cards} == {
        "satisfaction": "t",
        "nps": "t",
        "waiting": "woodruff",
        "contact_time": "t",
        "complaints": "over_units",
        "repeat_contact": "over_units",
        "churn": "over_units",
        "referrals": "over_units",
    }


def test_rates_of_records_are_told_for_so_many(centre: Survey, result: ScorecardResult) -> None:
    records = pd.read_csv(Path(kda.__file__).parent / "survey" / "examples" / "service_center_branches.csv")
    last = records[records["wave"] == "2024Q4"]
    complaints = card_of(result, "complaints")
    assert complaints.level.estimate == pytest.approx(1000 * last["complaints"].sum() / last["contacts"].sum())
    assert complaints.level.n == last["contacts"].sum()
    branch = kda.scorecard(centre.select(unit="b17"))
    one = last[last["branch"] == "b17"]
    card = card_of(branch, "complaints")
    assert card.intervals == "exact_counts"
    assert card_of(branch, "churn").intervals == "exact_parts"
    assert card.level.estimate == pytest.approx(1000 * float(one["complaints"].iloc[0] / one["contacts"].iloc[0]))


def test_the_covariance_of_waves_has_their_errors_on_its_diagonal(centre: Survey) -> None:
    for measure in measures_of(centre)[:4]:
        history = indicator_history(centre, measure)
        # Woodruff's ends are in the values, those of the covariance in a density: close, and the same elsewhere.
        assert np.sqrt(np.diag(history.covariance)) == pytest.approx(history.std_error, rel=0.03)


def test_the_wave_reported_on_is_the_selected_one(centre: Survey) -> None:
    earlier = kda.scorecard(centre.select(wave="2024Q2"))
    card = card_of(earlier, "repeat_contact")
    assert earlier.wave == card.wave == "2024Q2"
    assert card.wave_before == "2024Q1"
    assert not card.outside
    assert card.level.estimate == pytest.approx(0.11, abs=0.005)


# What has a card


def test_a_selection_that_records_do_not_know_leaves_them_out(centre: Survey) -> None:
    women = kda.scorecard(centre.select(only={"sex": "f"}))
    assert {key: reason.code for key, reason in women.left_out.items()} == dict.fromkeys(
        ("complaints", "repeat_contact", "churn", "referrals"), "records_of_all"
    )
    assert women.card("satisfaction") is not None


def test_an_indicator_with_few_answers_in_the_wave_is_named(centre: Survey) -> None:
    small = kda.scorecard(centre.select(unit="b09", wave="2024Q4"))
    assert [card.key for card in small.cards] == ["complaints", "repeat_contact", "churn", "referrals"]
    assert {reason.code for reason in small.left_out.values()} == {"suppressed"}
    assert "n" not in small.left_out["satisfaction"].values


def test_without_any_indicator_nothing_is_shown(tmp_path: Path) -> None:
    survey = waves_of_forty(tmp_path).select(unit="n", wave="2023")
    few = replace(survey, in_unit=survey.in_unit & (np.cumsum(survey.domain) < 10))
    with pytest.raises(kda.ModelError) as caught:
        kda.scorecard(few)
    assert str(caught.value) == (
        "Expected at least 10 answers to an indicator, found fewer for each of 4; widen the selection."
    )
    assert isinstance(kda.attempt(kda.scorecard, few), Unanswered)


def test_a_codebook_without_indicators_has_its_outcomes_and_the_targets_of_its_drivers(tmp_path: Path) -> None:
    waves_of_forty(tmp_path)
    book = json.loads((tmp_path / "codebook.yml").read_text(encoding="utf-8"))
    book["outcomes"]["sat"]["target"], book["drivers"]["speed"]["target"] = 20, 99
    survey = amended(tmp_path, outcomes=book["outcomes"], drivers=book["drivers"])
    result = kda.scorecard(survey)
    assert result.of == "outcomes"
    assert {card.key: card.standing for card in result.cards} == {
        "sat": "met",
        "sat.top2box": "none",
        "again": "none",
        "again.top2box": "none",
        "speed": "missed",
    }
    rows = survey.domain & (survey.wave_index == 2)
    good = np.where(survey.codes["sat_1"] >= 4, 1.0, 0.0)
    assert card_of(result, "sat.top2box").level == share_level(survey, good, rows, 0.95)


def test_a_survey_without_waves_is_told_whole(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    ratings = rng.uniform(0, 100, (2, 50))
    survey = make_survey(tmp_path, drivers={"a": ratings[0]}, outcomes={"y": ratings[1]})
    (card,) = kda.scorecard(survey).cards
    assert card.level == mean_level(survey, survey.scores["y"].to_numpy(), survey.domain, 0.95)
    assert (card.wave, card.change, card.limits, card.direction) == ("", None, None, None)


def test_columns_and_records_of_a_codebook(tmp_path: Path) -> None:
    """A share of a column, and records that do not tell units apart."""
    waves_of_forty(tmp_path)
    pd.DataFrame({"year": ["2021", "2022", "2023"], "calls": [400, 410, 390], "lost": [20, 31, 12]}).to_csv(
        tmp_path / "records.csv", index=False
    )
    told = {"label": {"en": "x"}, "better": "lower"}
    survey = amended(
        tmp_path,
        columns={"late": ["0", "1", "", "0"] * 30},
        records={"calls": {"file": "records.csv", "wave": "year"}},
        indicators={
            "late": {"column": "late", "statistic": "share", **told},
            "lost": {"records": "calls", "count": "lost", "per": "calls", "statistic": "rate", "times": 100, **told},
        },
    )
    result = kda.scorecard(survey)
    late, lost = card_of(result, "late"), card_of(result, "lost")
    assert (late.level.n, late.intervals, late.unit) == (30, "wilson", "percent")
    assert late.level.estimate == pytest.approx(1 / 3)
    assert (lost.level.n, lost.intervals, lost.unit) == (390, "exact_counts", "per")
    assert lost.level.estimate == pytest.approx(100 * 12 / 390)
    assert lost.change is not None
    assert lost.change.estimate == pytest.approx(100 * (12 / 390 - 31 / 410))
    (measure,) = [measure for measure in measures_of(survey) if measure.key == "lost"]
    whole = rate_level(measure.counted(survey, 2), 0.95)
    assert level_of(survey, measure, 2, 0.95).conf_high == pytest.approx(100 * whole.conf_high)
    branch = kda.scorecard(survey.select(unit="n"))
    assert {key: reason.code for key, reason in branch.left_out.items()} == {"lost": "records_of_all"}


def test_a_unit_that_was_closed_is_no_further_unit(tmp_path: Path) -> None:
    waves_of_forty(tmp_path)
    lost = {"records": "calls", "count": "lost", "per": "calls", "statistic": "rate", "better": "lower"}
    found = []
    for rows in ([("n", 390, 12)], [("n", 390, 12), ("closed", 0, 0)]):
        pd.DataFrame(rows, columns=["branch", "calls", "lost"]).assign(year="2023").to_csv(
            tmp_path / "records.csv", index=False
        )
        survey = amended(
            tmp_path,
            records={"calls": {"file": "records.csv", "unit": "branch", "wave": "year"}},
            indicators={"lost": {**lost, "label": {"en": "Lost"}}},
        )
        found.append(card_of(kda.scorecard(survey), "lost"))
    assert found[0].level == found[1].level
    assert found[1].intervals == "exact_counts"


def test_records_without_the_wave_reported_on_have_no_card(tmp_path: Path) -> None:
    waves_of_forty(tmp_path)
    pd.DataFrame({"year": ["2021", "2022"], "calls": [400, 410], "lost": [20, 31]}).to_csv(
        tmp_path / "records.csv", index=False
    )
    lost = {"records": "calls", "count": "lost", "per": "calls", "statistic": "share", "better": "lower"}
    survey = amended(
        tmp_path,
        records={"calls": {"file": "records.csv", "wave": "year"}},
        indicators={
            "sat": {"outcome": "sat", "statistic": "mean", "better": "higher"},
            "lost": {**lost, "label": {"en": "Lost"}},
        },
    )
    result = kda.scorecard(survey)
    assert {key: reason.code for key, reason in result.left_out.items()} == {"lost": "no_records"}
    earlier = kda.scorecard(survey.select(wave="2022"))
    assert card_of(earlier, "lost").level.estimate == pytest.approx(31 / 410)


# The result


def test_rows_are_in_the_closed_list_and_hold_what_is_concluded(result: ScorecardResult) -> None:
    rows = result.tidy()
    assert set(rows.columns) <= set(COLUMNS)
    told = rows.set_index(["indicator", "term"])
    assert told.loc[("waiting", "target"), "conclusion"] == "missed"
    assert told.loc[("waiting", "target"), "estimate"] == card_of(result, "waiting").level.estimate - 20
    assert told.loc[("repeat_contact", "change"), "wave_from"] == "2024Q3"
    assert ("referrals", "target") not in told.index
    assert result.details["targets"]["contact_time"] == [8.0, 15.0]  # type: ignore[index]
    assert set(result.units) == {card.key for card in result.cards}


def test_two_cards_of_one_name_are_refused(result: ScorecardResult) -> None:
    with pytest.raises(ValueError, match="one card for each indicator"):
        replace(result, cards=(result.cards[0], result.cards[0]))


@pytest.mark.parametrize("conf_level", [0.3, 1.0])
def test_a_level_that_is_none_is_refused(centre: Survey, conf_level: float) -> None:
    with pytest.raises(kda.ModelError) as caught:
        kda.scorecard(centre, conf_level=conf_level)
    assert str(caught.value) == (f"Expected conf_level from 0.5 to below 1, found {conf_level}; use 0.95 for 95 %.")

"""The codebooks of real surveys that are not part of the repository: what they make of the files, counted otherwise."""

import gzip
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import drivers as kda
from drivers.survey.answers.codes import MISSING_KINDS
from drivers.survey.data import Survey, example_survey
from drivers.survey.examples import DATA_VARIABLE
from drivers.survey.import_log import COUNTED

NAMES = ("bank", "hints_pr", "kiosk", "mobile", "sfo")
ROUNDING = 1e-12
"""What two ways of adding the same numbers up may differ by, relative to their sum."""

pytestmark = pytest.mark.field


@pytest.fixture(scope="module")
def surveys(field_data: Path) -> dict[str, Survey]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATA_VARIABLE, str(field_data))
        return {name: example_survey(name) for name in NAMES}


@pytest.fixture(scope="module")
def sfo_file(field_data: Path) -> pd.DataFrame:
    content = gzip.decompress((field_data / "sfo_2011_2017.csv.gz").read_bytes())
    return pd.read_csv(io.BytesIO(content))


@pytest.fixture(scope="module")
def hints_file(field_data: Path) -> pd.DataFrame:
    import pyreadstat

    return pyreadstat.read_sav(str(field_data / "hints_pr_2007.sav"), user_missing=True)[0]


def missing_counts(survey: Survey, item: str) -> dict[str, int]:
    counts = survey.missing[item].value_counts()
    return {MISSING_KINDS[kind - 1]: int(n) for kind, n in sorted(counts.items()) if kind != 0}


# All of them


@pytest.mark.parametrize(
    ("name", "rows", "drivers", "outcomes"),
    [
        ("bank", 250, 4, ["satisfaction", "loyalty"]),
        ("hints_pr", 639, 6, ["satisfaction"]),
        ("kiosk", 211, 8, ["satisfaction", "quality", "loyalty"]),
        ("mobile", 250, 4, ["satisfaction", "loyalty"]),
        ("sfo", 22_622, 10, ["satisfaction", "recommend"]),
    ],
)
def test_every_survey_is_read(
    surveys: dict[str, Survey], name: str, rows: int, drivers: int, outcomes: list[str]
) -> None:
    survey = surveys[name]
    assert len(survey.weights) == rows
    assert len(survey.codebook.default_drivers) == drivers
    assert list(survey.codebook.outcomes) == outcomes


@pytest.mark.parametrize("name", NAMES)
def test_the_log_accounts_for_every_cell(surveys: dict[str, Survey], name: str) -> None:
    survey = surveys[name]
    log = survey.import_log
    counted = log[log["action"].isin(COUNTED) & (log["column"] != "")]
    assert (counted.groupby(["column", "used_for"])["count"].sum() == len(survey.weights)).all()
    assert set(counted["column"]) == set(survey.raw.columns)


@pytest.mark.parametrize("name", NAMES)
def test_shares_add_up_to_what_is_explained(surveys: dict[str, Survey], name: str) -> None:
    survey = surveys[name]
    for outcome in survey.codebook.outcomes:
        result = kda.relative_importance(survey, outcome=outcome, n_boot=0)
        table = result.tidy()
        r2 = result.glance()["r2"].iloc[0]
        assert 0.1 < r2 < 0.9
        assert table["importance"].sum() == pytest.approx(r2, rel=1e-9)
        assert table["share"].sum() == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_every_item_of_a_driver_goes_with_the_main_outcome(surveys: dict[str, Survey], name: str) -> None:
    """So that no scale is read upside down."""
    survey = surveys[name]
    outcome = survey.scores[survey.codebook.main_outcome]
    for driver in survey.codebook.drivers.values():
        for item in driver.items:
            assert survey.codes[item].corr(outcome) > 0.05, item


@pytest.mark.parametrize("name", NAMES)
def test_every_value_of_a_segment_has_its_label(surveys: dict[str, Survey], name: str) -> None:
    survey = surveys[name]
    for segment in survey.codebook.segments.values():
        assert set(survey.raw[segment.column]) == set(segment.values)


# San Francisco International Airport


def test_sfo_has_seven_waves_in_their_order(surveys: dict[str, Survey]) -> None:
    survey = surveys["sfo"]
    assert survey.waves == ("2011", "2012", "2013", "2014", "2015", "2016", "2017")
    assert np.bincount(survey.wave_index).tolist() == [3872, 3521, 3535, 2818, 2958, 3087, 2831]
    assert np.bincount(survey.strata).sum() == 22_622 and len(set(survey.strata)) == 3


def test_sfo_tells_apart_why_an_answer_is_missing(surveys: dict[str, Survey]) -> None:
    survey = surveys["sfo"]
    assert missing_counts(survey, "overall") == {"not_applicable": 254, "blank": 898}
    assert missing_counts(survey, "shops") == {"not_applicable": 3556, "blank": 677}
    assert missing_counts(survey, "shuttle") == {"not_applicable": 15_304, "blank": 1577}
    assert missing_counts(survey, "wifi") == {"not_applicable": 3928, "not_asked": 7393, "blank": 541}
    assert missing_counts(survey, "clean_overall") == {"not_applicable": 121, "not_asked": 7393, "blank": 345}
    assert missing_counts(survey, "getting_here") == {"not_applicable": 985, "not_asked": 3872, "blank": 2053}
    assert missing_counts(survey, "recommend") == {"not_asked": 19_791, "blank": 85}


def test_sfo_has_the_answers_of_its_file(surveys: dict[str, Survey], sfo_file: pd.DataFrame) -> None:
    survey = surveys["sfo"]
    for name, item in survey.codebook.items.items():
        if name == "recommend":
            continue
        column = sfo_file[item.column].where(lambda codes: codes.between(1, 5))
        np.testing.assert_array_equal(survey.codes[name], column)
    nps = survey.codes["recommend"].value_counts().sort_index()
    assert nps.tolist() == [17, 6, 8, 19, 18, 144, 130, 291, 677, 564, 872]


def test_sfo_counts_passengers_of_unweighted_years_as_the_mean(
    surveys: dict[str, Survey], sfo_file: pd.DataFrame
) -> None:
    survey = surveys["sfo"]
    mean = sfo_file["weight"].mean()
    np.testing.assert_allclose(survey.weights, sfo_file["weight"].fillna(mean), rtol=ROUNDING)
    unweighted = (sfo_file["year"] <= 2012).to_numpy()
    assert unweighted.sum() == 7393 and not survey.weighted_in(unweighted)
    assert survey.weighted_in(~unweighted)
    note = survey.import_log.query("column == 'weight' and action == 'recoded'")
    assert note[["became", "count"]].to_numpy().tolist() == [["0.999994, the mean of all weights", 7393]]


def test_sfo_is_rated_as_the_weighted_mean_says(surveys: dict[str, Survey], sfo_file: pd.DataFrame) -> None:
    year = sfo_file[(sfo_file["year"] == 2016) & sfo_file["overall"].between(1, 5)]
    expected = np.average(25 * (year["overall"] - 1), weights=year["weight"])
    score = (
        kda.outcome_scores(surveys["sfo"].select(wave="2016"))
        .tidy()
        .query("outcome == 'satisfaction' and term == 'mean'")
    )
    assert score["estimate"].iloc[0] == pytest.approx(expected, rel=1e-9)


def test_sfo_has_loyalty_in_2017_only(surveys: dict[str, Survey], sfo_file: pd.DataFrame) -> None:
    asked = sfo_file[sfo_file["nps"].between(0, 10)]
    balance = (asked["nps"] >= 9).astype(float) - (asked["nps"] <= 6)
    scores = kda.outcome_scores(surveys["sfo"].select(wave="2017")).tidy()
    nps = scores.query("outcome == 'recommend' and term == 'nps'")
    assert nps["estimate"].iloc[0] == pytest.approx(100 * np.average(balance, weights=asked["weight"]), rel=1e-9)
    assert nps["n"].iloc[0] == len(asked) == 2746


# Health care in Puerto Rico


def test_hints_pr_turns_every_scale_round(surveys: dict[str, Survey], hints_file: pd.DataFrame) -> None:
    survey = surveys["hints_pr"]
    for name, item in survey.codebook.items.items():
        low, high = survey.codebook.scales[item.scale].ends
        answered = hints_file[item.column].where(lambda codes, most=high: codes <= most)
        np.testing.assert_array_equal(survey.codes[name], low + high - answered)
        assert item.reversed


def test_hints_pr_tells_apart_why_an_answer_is_missing(surveys: dict[str, Survey], hints_file: pd.DataFrame) -> None:
    survey = surveys["hints_pr"]
    no_visit = (hints_file["HS03FreqGoProvider"] == 0).to_numpy()
    assert no_visit.sum() == 61
    for name in survey.codebook.items:
        kinds = survey.missing[name].to_numpy()
        assert (kinds[no_visit] == 1 + MISSING_KINDS.index("not_applicable")).all()
        assert (kinds[~no_visit] != 1 + MISSING_KINDS.index("not_applicable")).all()
    assert missing_counts(survey, "overall") == {"not_applicable": 61, "blank": 7}
    assert missing_counts(survey, "feelings") == {"not_applicable": 61, "blank": 4}
    assert missing_counts(survey, "uncertainty") == {"not_applicable": 61, "refused": 1, "blank": 10}


def test_hints_pr_leaves_each_adult_out_of_one_replicate(surveys: dict[str, Survey]) -> None:
    replicates = surveys["hints_pr"].replicates
    assert replicates is not None and replicates.weights.shape == (639, 48)
    assert ((replicates.weights == 0).sum(axis=1) == 1).all()
    assert set(replicates.scales.tolist()) == {47 / 48}


def test_hints_pr_has_the_jackknifes_standard_error(surveys: dict[str, Survey], hints_file: pd.DataFrame) -> None:
    rated = hints_file[hints_file["HS08QualityCare"].notna()]
    score = 25 * (5 - rated["HS08QualityCare"])
    means = [np.average(score, weights=rated[f"R12WGT{number}"]) for number in range(49)]
    deviations = [mean - means[0] for mean in means[1:]]
    mean = kda.outcome_scores(surveys["hints_pr"]).tidy().query("term == 'mean'")
    assert mean["estimate"].iloc[0] == pytest.approx(means[0], rel=1e-9)
    assert mean["std_error"].iloc[0] == pytest.approx((47 / 48 * sum(d * d for d in deviations)) ** 0.5, rel=1e-9)
    assert mean["n"].iloc[0] == 571


# Kiosks, a bank, mobile phones


def test_kiosk_asks_twice_about_each_aspect(surveys: dict[str, Survey], field_data: Path) -> None:
    survey = surveys["kiosk"]
    book = survey.codebook
    file = pd.read_csv(field_data / "kiosk_2019" / "kiosk.csv")
    pairs = []
    for name, driver in book.drivers.items():
        (expected,) = book.expectations[name].levels.values()
        pairs += [
            (book.items[own].column, book.items[hoped].column)
            for own, hoped in zip(driver.items, expected, strict=True)
        ]
    assert pairs == [(f"per_{n:02}", f"exp_{n:02}") for n in range(1, 25)]
    never = (file["use_freq"] == "사용한 적 없음").to_numpy()
    for name, item in book.items.items():
        np.testing.assert_array_equal(survey.codes[name], file[item.column])
        assert missing_counts(survey, name) == {"not_applicable": 4}
        assert survey.missing[name].to_numpy()[never].all()


@pytest.mark.parametrize(("name", "columns", "ends"), [("bank", 27, (0, 10)), ("mobile", 24, (1, 10))])
def test_an_index_uses_every_question_and_leaves_nothing_out(
    surveys: dict[str, Survey], field_data: Path, name: str, columns: int, ends: tuple[int, int]
) -> None:
    survey = surveys[name]
    file = pd.read_csv(field_data / f"{name}_ecsi.csv").select_dtypes("number")
    assert list(file.columns) == [item.column for item in sorted_by_file(survey, file)]
    assert len(file.columns) == columns
    for key, item in survey.codebook.items.items():
        np.testing.assert_array_equal(survey.codes[key], file[item.column])
    low, high = ends
    blocks = {**survey.codebook.drivers, **survey.codebook.outcomes}
    for block, construct in blocks.items():
        mean = survey.codes[construct.items].mean(axis=1)
        np.testing.assert_allclose(survey.scores[block], 100 * (mean - low) / (high - low), rtol=ROUNDING, atol=1e-9)


def sorted_by_file(survey: Survey, file: pd.DataFrame) -> list:
    order = {column: position for position, column in enumerate(file.columns)}
    return sorted(survey.codebook.items.values(), key=lambda item: order[item.column])


def test_items_that_sound_reversed_are_coded_like_the_others(surveys: dict[str, Survey]) -> None:
    bank, mobile = surveys["bank"].codes, surveys["mobile"].codes
    assert bank["stay"].corr(bank["again"]) == pytest.approx(0.49, abs=0.005)
    assert mobile["expected_reliability"].corr(mobile["expected_quality"]) == pytest.approx(0.21, abs=0.005)
    # How much cheaper others must be goes with nothing, which no turning would change.
    assert mobile["price_lead"].corr(mobile["again"]) == pytest.approx(0.05, abs=0.005)
    assert mobile["price_lead"].corr(mobile["recommend"]) == pytest.approx(0.10, abs=0.005)

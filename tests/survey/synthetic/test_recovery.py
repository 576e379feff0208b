"""What is planted in service_center is found in the shipped survey, through the functions that everybody uses."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import drivers as kda
from drivers.errors import ModelError
from drivers.importance.result import ImportanceResult
from drivers.survey.data import Survey
from tests.survey.synthetic.samples import example

SURELY = stats.norm.ppf(0.9995)
"""Reach of a 99.9 % interval in standard errors: of some eighty estimates of one sample, none should leave it."""

TRUTH = kda.example_truth("service_center")
NINE = ("presence", "welcome", "respect", "empathy", "fairness", "information", "alternatives", "speed", "honesty")


@pytest.fixture(scope="module")
def survey() -> Survey:
    return example()


@pytest.fixture(scope="module")
def importance(survey: Survey) -> ImportanceResult:
    return kda.relative_importance(survey, n_boot=500)


@pytest.fixture(scope="module")
def effects(survey: Survey) -> pd.DataFrame:
    """Partial effects of the nine."""
    return kda.fit_regression(survey).tidy().set_index("term").loc[list(NINE)]


def level(survey: Survey, **part: object) -> dict[str, float]:
    """Mean satisfaction of a part of the survey with its error and interval."""
    table = kda.outcome_scores(survey.select(**part)).tidy()  # type: ignore[arg-type]
    return table.iloc[0][["estimate", "std_error", "conf_low", "conf_high"]].astype(float).to_dict()


# Shares and effects


def test_respect_leads(importance: ImportanceResult) -> None:
    assert (importance.verdict.status, importance.verdict.leader) == ("ranked", "respect")
    assert importance.verdict.leader == TRUTH["importance"]["leader"]
    assert importance.design


def test_information_and_speed_are_tied_and_ahead_of_the_others(importance: ImportanceResult) -> None:
    above = importance.verdict.pairs()
    assert not above.loc["information", "speed"] and not above.loc["speed", "information"]
    for name in ("information", "speed"):
        assert above.loc["respect", name]
        assert above.loc[name, ["presence", "welcome", "empathy", "fairness", "honesty"]].all()


def test_no_claim_contradicts_the_truth(importance: ImportanceResult) -> None:
    share = np.array([TRUTH["importance"]["shares"][name] for name in importance.drivers])
    assert not (importance.verdict.above & (share[:, None] <= share)).any()
    low, high = importance.verdict.possible_ranks()
    rank = np.argsort(np.argsort(-share)) + 1
    assert (low <= rank).all() and (rank <= high).all()


def test_every_share_lies_where_it_is_surely_found(importance: ImportanceResult) -> None:
    error = importance.replicate_share.std(axis=0, ddof=1)
    share = np.array([TRUTH["importance"]["shares"][name] for name in importance.drivers])
    assert (np.abs(importance.share - share) < SURELY * error).all()
    # Which says something: the error is far smaller than what tells shares apart.
    assert error.max() < np.ptp(share) / 15


def test_performance_lies_where_it_is_surely_found(importance: ImportanceResult) -> None:
    error = importance.replicate_performance.std(axis=0, ddof=1)
    mean = np.array([TRUTH["importance"]["performance"][name] for name in importance.drivers])
    assert (np.abs(importance.performance - mean) < SURELY * error).all()
    assert error.max() < 1


def test_what_has_no_effect_has_a_share_but_no_partial_effect(
    effects: pd.DataFrame, importance: ImportanceResult
) -> None:
    assert importance.share_low[importance.drivers.index("welcome")] > 0.05
    none = effects.loc["welcome"]
    assert none["conf_low"] < 0 < none["conf_high"]
    others = effects.drop(index="welcome")
    assert (others["conf_low"] > 0).all() and (others["p_adjusted"] < 0.05).all()


def test_every_effect_lies_where_it_is_surely_found(effects: pd.DataFrame) -> None:
    true = np.array([TRUTH["importance"]["effects"][name] for name in NINE])
    assert (np.abs(effects["estimate"] - true) < SURELY * effects["std_error"]).all()


def test_as_much_is_explained_as_is_true(importance: ImportanceResult) -> None:
    # R² has an error of about half a percent at ten thousand answers.
    assert importance.r2 == pytest.approx(TRUTH["counted"]["r2"], abs=0.02)


# Parts of the customers


@pytest.mark.parametrize("customer", ["returning", "new"])
def test_kinds_of_customers_have_their_own_first(survey: Survey, customer: str) -> None:
    part = kda.relative_importance(survey.select(only={"customer": customer}), n_boot=100)
    known = TRUTH["segments"]["customer"][customer]
    assert part.verdict.leader == known["first"]
    error = part.replicate_share.std(axis=0, ddof=1)
    share = np.array([known["shares"][name] for name in part.drivers])
    assert (np.abs(part.share - share) < SURELY * error).all()


def test_in_the_wave_of_other_slopes_speed_is_first(survey: Survey) -> None:
    for wave, first in (("2023Q3", "respect"), (TRUTH["waves"]["only_slopes"], "speed"), ("2024Q1", "respect")):
        share = kda.relative_importance(survey.select(wave=wave), n_boot=0).share
        assert NINE[int(np.argmax(share))] == first


@pytest.mark.parametrize("wave", ["2023Q1", "2023Q2", "2023Q4", "2024Q2", "2024Q4"])
def test_satisfaction_of_a_wave_lies_where_it_is_surely_found(survey: Survey, wave: str) -> None:
    found = level(survey, wave=wave)
    assert abs(found["estimate"] - TRUTH["waves"]["by_wave"][wave]["satisfaction"]) < SURELY * found["std_error"]
    assert found["std_error"] < 1


def test_one_branch_is_worse_beyond_chance(survey: Survey) -> None:
    everybody, worse = level(survey), level(survey, unit="b17")
    assert worse["conf_high"] < everybody["conf_low"]
    assert abs(worse["estimate"] - TRUTH["branches"]["satisfaction"]["b17"]) < SURELY * worse["std_error"]
    assert abs(everybody["estimate"] - TRUTH["importance"]["satisfaction"]) < SURELY * everybody["std_error"]


def test_the_small_branch_only_looks_worse(survey: Survey) -> None:
    means = survey.scores["satisfaction"].groupby(survey.raw["branch"]).mean()
    assert means.idxmin() == TRUTH["branches"]["only_looks_worse"] == "b09"
    small = level(survey, unit="b09")
    assert small["conf_low"] < TRUTH["branches"]["satisfaction"]["b09"] < small["conf_high"]
    # It is the one whose interval says least.
    assert small["conf_high"] - small["conf_low"] > 20


# Access, which was not asked in every wave


def test_a_driver_that_is_optional_is_left_out_unless_named(survey: Survey, importance: ImportanceResult) -> None:
    assert survey.codebook.drivers["access"].optional
    assert importance.drivers == NINE == survey.codebook.default_drivers
    assert kda.fit_regression(survey).drivers == NINE
    # It has scores all the same, where it was asked.
    asked = (survey.raw["wave"] >= "2024Q1").to_numpy()
    assert survey.scores["access"][~asked].isna().all()
    assert survey.scores["access"][asked].notna().mean() > 0.9


def test_an_optional_driver_is_analysed_where_it_is_named(survey: Survey) -> None:
    named = (*NINE, "access")
    both = kda.relative_importance(survey, drivers=named, n_boot=0)
    assert both.drivers == named
    asked = (survey.raw["wave"] >= "2024Q1").to_numpy()
    complete = survey.scores[[*named, "satisfaction"]].notna().all(axis=1).to_numpy()
    assert both.sample.n == complete.sum() and complete.sum() == (complete & asked).sum()
    assert both.performance[-1] == pytest.approx(
        np.average(survey.scores["access"][complete], weights=survey.weights[complete])
    )
    effects = kda.fit_regression(survey, drivers=named).tidy().set_index("term")
    # Nothing was planted beside the others: its interval holds 0, and its share is the smallest of all.
    assert effects.loc["access", "conf_low"] < 0 < effects.loc["access", "conf_high"]
    assert int(np.argmin(both.share)) == 9


def test_the_optional_driver_alone_is_analysed_too(survey: Survey) -> None:
    assert kda.relative_importance(survey, drivers=["access", "speed"], n_boot=0).drivers == ("access", "speed")


def test_an_optional_driver_may_be_held_constant(survey: Survey) -> None:
    held = kda.relative_importance(survey, always=["access"], n_boot=0)
    assert held.controls == ("access",) and held.drivers == NINE


def test_a_wave_in_which_it_was_not_asked_has_no_analysis_of_it(survey: Survey) -> None:
    asked = (survey.raw["wave"] == "2023Q1").sum()
    with pytest.raises(ModelError) as refused:
        kda.relative_importance(survey.select(wave="2023Q1"), drivers=["access", "speed"], n_boot=0)
    assert str(refused.value) == (
        f"Expected more than 3 complete answers for 2 predictors, found 0 of {asked} respondents; use fewer drivers "
        "or widen the selection."
    )


def test_the_questions_of_a_report_are_those_of_its_drivers(survey: Survey) -> None:
    questions = kda.describe(survey).questions
    assert "access_rating" not in questions and "access" not in questions.values()
    assert set(questions.values()) >= {*NINE, "satisfaction"}
    assert questions["speed_rating"] == "speed"


# The staff


def test_the_staffs_shares_are_found() -> None:
    staff = kda.example_survey("service_center_staff")
    found = kda.relative_importance(staff)
    true = np.array([TRUTH["staff"]["shares"][name] for name in found.drivers])
    assert (np.abs(found.share - true) < SURELY * found.replicate_share.std(axis=0, ddof=1)).all()
    assert found.verdict.leader == "incentives" == found.drivers[int(np.argmax(true))]
    # Obstacles are asked the other way round: whoever is held up is less satisfied.
    assert (kda.fit_regression(staff).tidy().set_index("term").loc["obstacles", "estimate"]) > 0

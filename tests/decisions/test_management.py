"""Management's guesses: by Welch's formulas, as planted, and what is refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.decisions.management_result import ManagementResult
from drivers.importance.result import ImportanceResult
from drivers.models.multiplicity import holm
from drivers.results import Unanswered
from drivers.survey.data import Survey
from tests.simulated import make_survey

STANDARD_ERRORS = 4.5
"""That the estimate of one sample may lie from the truth."""


def guessed(
    survey: Survey, guesses: dict[str, list[float]], importance: dict[str, list[float]] | None = None
) -> Survey:
    """The survey with guesses: driver → one number per manager, NaN for none."""
    rows = [
        {"manager": f"m{m}", "driver": name, "performance": value}
        | ({"importance": importance[name][m]} if importance else {})
        for name, values in guesses.items()
        for m, value in enumerate(values)
    ]
    return replace(survey, guesses=pd.DataFrame(rows))


@pytest.fixture
def survey(tmp_path: Path) -> Survey:
    rng = np.random.default_rng(3)
    drivers = {name: 25.0 * rng.integers(0, 5, 80) for name in ("a", "b", "c")}
    return make_survey(tmp_path, drivers=drivers, outcomes={"y": sum(drivers.values()) / 3})


@pytest.fixture(scope="module")
def service() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def importance(service: Survey) -> ImportanceResult:
    return kda.relative_importance(service, n_boot=100)


@pytest.fixture(scope="module")
def planted(service: Survey, importance: ImportanceResult) -> ManagementResult:
    return kda.management_gaps(service, importance=importance)


def test_gaps_are_welchs(survey: Survey) -> None:
    guesses = {"a": [60.0, 70.0, 65.0, 90.0], "b": [40.0, 45.0, np.nan, 35.0, 50.0]}
    found = kda.management_gaps(guessed(survey, guesses)).performance
    p_values = []
    for i, (name, values) in enumerate(guesses.items()):
        known = np.array(values)[~np.isnan(values)]
        answers = survey.scores[name].to_numpy()
        expected = stats.ttest_ind(known, answers, equal_var=False)
        low, high = expected.confidence_interval(0.95)
        assert found.gap[[0, 2, 3], i] == pytest.approx([known.mean() - answers.mean(), low, high], rel=1e-9)
        own = stats.t.interval(0.95, len(known) - 1, known.mean(), stats.sem(known))
        assert found.guess[[0, 2, 3], i] == pytest.approx([known.mean(), *own], rel=1e-9)
        assert found.managers[i] == len(known)
        p_values.append(expected.pvalue)
    assert found.drivers == ("a", "b")
    assert found.p_adjusted == pytest.approx(holm(np.array(p_values)), rel=1e-6)


def test_managers_who_all_say_the_same_leave_the_surveys_error(survey: Survey) -> None:
    found = kda.management_gaps(guessed(survey, {"a": [50.0] * 5})).performance
    assert found.guess[1, 0] == 0
    assert found.gap[1, 0] == pytest.approx(stats.sem(survey.scores["a"]))


def test_drivers_of_which_hardly_a_manager_guessed_are_left_out(survey: Survey) -> None:
    found = kda.management_gaps(guessed(survey, {"a": [60.0, 70.0, 65.0, 75.0], "b": [40.0, np.nan, 45.0, 50.0]}))
    assert found.performance.drivers == ("a",) and found.left_out == ("b",)
    with pytest.raises(kda.ModelError) as caught:
        kda.management_gaps(guessed(survey, {"b": [40.0, 45.0]}))
    assert str(caught.value) == (
        "Expected guesses of at least 4 managers of a driver that 10 respondents rated, found none; add to the file of "
        "guesses."
    )


def test_only_surveys_with_guesses_have_gaps(survey: Survey, service: Survey) -> None:
    with pytest.raises(kda.ModelError) as caught:
        kda.management_gaps(survey)
    assert str(caught.value) == (
        "Expected a file of what managers think, found none; name one under 'management:' in the codebook."
    )
    unit = kda.attempt(kda.management_gaps, service.select(unit="b01"))
    assert isinstance(unit, Unanswered) and [reason.code for reason in unit.reasons] == ["guesses_of_all"]


def test_importance_is_compared_at_one_level_and_only_where_there_is_an_order_to_speak_of(
    service: Survey, importance: ImportanceResult, planted: ManagementResult
) -> None:
    assert planted.importance is not None
    assert planted.importance.drivers == importance.drivers
    assert planted.importance.guess[0].sum() == pytest.approx(1)
    assert planted.importance.measured[[0, 2, 3]] == pytest.approx(
        np.array([importance.share, importance.share_low, importance.share_high])
    )
    assert kda.management_gaps(service).importance is None
    assert kda.management_gaps(service, importance=kda.relative_importance(service, n_boot=0)).importance is None
    unanswered = Unanswered(analysis="relative_importance", reasons=())
    assert kda.management_gaps(service, importance=unanswered).importance is None
    with pytest.raises(kda.ModelError, match=r"Expected importance at conf_level 0.9, found 0.95"):
        kda.management_gaps(service, importance=importance, conf_level=0.9)


def test_planted_guesses_come_out(planted: ManagementResult) -> None:
    true = kda.example_truth("service_center")["management"]
    for i, name in enumerate(planted.performance.drivers):
        guess = planted.performance.guess
        assert abs(guess[0, i] - true["performance"][name]) < STANDARD_ERRORS * guess[1, i]
    assert planted.importance is not None
    for i, name in enumerate(planted.importance.drivers):
        guess = planted.importance.guess
        assert abs(guess[0, i] - true["importance"][name]) < STANDARD_ERRORS * guess[1, i]
    assert planted.managers == 14


def test_planted_misjudgements_are_found(planted: ManagementResult) -> None:
    truth = kda.example_truth("service_center")
    performance, guesses = truth["importance"]["performance"], truth["management"]["performance"]
    opinions = dict(zip(planted.performance.drivers, planted.performance.opinions, strict=True))
    far = {name for name in guesses if guesses[name] - performance[name] > 8}
    assert far and {opinions[name] for name in far} == {"higher"}
    assert planted.importance is not None
    ranked = dict(zip(planted.importance.drivers, planted.importance.opinions, strict=True))
    # Management takes the greeting for twice what it is worth, and respect for half.
    assert (ranked["welcome"], ranked["respect"]) == ("higher", "lower")


def test_tables_have_known_columns(planted: ManagementResult) -> None:
    rows = planted.tidy()
    assert set(rows.columns) <= set(COLUMNS) and set(planted.glance().columns) <= set(COLUMNS)
    gaps = rows[rows["method"] == "gap"]
    assert gaps["p_adjusted"].notna().all() and rows.loc[rows["method"] != "gap", "p_adjusted"].isna().all()

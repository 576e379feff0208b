"""Business lost with customers, and the new business that would replace it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.indicators.card.business_value import ValueAtStake
from drivers.indicators.estimates import mean_level
from drivers.results import Unanswered
from drivers.survey.data import Survey
from tests.simulated import make_survey


@pytest.fixture(scope="module")
def centre() -> Survey:
    return kda.example_survey("service_center")


def survey_of(folder: Path, value: dict[str, Any] | None, *, target: float | None = 0.04, n: int = 60) -> Survey:
    rng = np.random.default_rng(4)
    ratings = rng.uniform(0, 100, (2, n))
    make_survey(folder, drivers={"a": ratings[0]}, outcomes={"y": ratings[1]}, unit=np.resize(["n", "s"], n))
    path = folder / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    pd.DataFrame({"lost": [50, 30], "customers": [600, 400], "branch": ["n", "s"]}).to_csv(
        folder / "records.csv", index=False
    )
    answers = pd.read_csv(folder / "answers.csv", dtype=str)
    answers["worth"] = [str(100 + k % 7) for k in range(n)]
    answers.to_csv(folder / "answers.csv", index=False)
    book["records"] = {"branches": {"file": "records.csv", "unit": "branch"}}
    churn = {"records": "branches", "count": "lost", "per": "customers", "statistic": "share", "better": "lower"}
    book["indicators"] = {"churn": {**churn, "label": {"en": "Lost"}}}
    if target is not None:
        book["indicators"]["churn"]["target"] = target
    if value is not None:
        book["value"] = value
    path.write_text(json.dumps(book), encoding="utf-8")
    return kda.read_survey(path)


def test_lost_customers_are_counted_and_their_value_is_estimated(centre: Survey) -> None:
    stake = kda.value_at_stake(centre)
    records = pd.read_csv(Path(kda.__file__).parent / "survey" / "examples" / "service_center_branches.csv")
    last = records[records["wave"] == "2024Q4"]
    worth = mean_level(centre, centre.measures["value"].to_numpy(), centre.wave_index == 7, 0.95)
    assert stake.lost == last["lost"].sum()
    assert stake.customers == last["customers"].sum()
    assert stake.per_customer == worth
    assert stake.business.estimate == pytest.approx(stake.lost * worth.estimate)
    assert stake.business.conf_low == pytest.approx(stake.lost * worth.conf_low)
    assert stake.beyond_target == pytest.approx(stake.lost - 0.04 * stake.customers)
    assert stake.business_beyond is not None
    assert stake.business_beyond.estimate == pytest.approx(stake.beyond_target * worth.estimate)


def test_lost_business_is_replaced_at_the_value_of_new_customers(centre: Survey) -> None:
    stake = kda.value_at_stake(centre)
    new = (centre.raw["customer"] == "new").to_numpy() & (centre.wave_index == 7)
    level = mean_level(centre, centre.measures["value"].to_numpy(), new, 0.95)
    assert stake.per_new == level
    assert stake.new_needed is not None
    assert stake.new_needed.estimate == pytest.approx(stake.business.estimate / level.estimate)
    # New customers are worth less than half of those who come back: it takes more than one to replace one.
    assert stake.new_needed.conf_low > 1.5 * stake.lost
    # Both means have errors, which go together as new customers are part of all.
    apart = np.hypot(stake.per_customer.std_error / stake.per_customer.estimate, level.std_error / level.estimate)
    error = np.log(stake.new_needed.conf_high / stake.new_needed.conf_low) / (2 * 1.96)
    assert 0.5 * apart < error < 1.1 * apart


def test_the_ratio_has_the_error_of_resamples(tmp_path: Path) -> None:
    survey_of(tmp_path, {"per_customer": "worth", "lost": "churn", "new": {"kind": ["new"]}}, n=400)
    rng = np.random.default_rng(5)
    new = np.arange(400) < 150
    worth = np.round(rng.gamma(4, 50, 400) / np.where(new, 2, 1))
    answers = pd.read_csv(tmp_path / "answers.csv", dtype=str)
    answers.assign(worth=worth.astype(int), kind=np.where(new, "new", "old")).to_csv(
        tmp_path / "answers.csv", index=False
    )
    stake = kda.value_at_stake(kda.read_survey(tmp_path / "codebook.yml"))
    assert stake.new_needed is not None
    assert stake.new_needed.estimate == pytest.approx(80 * worth.mean() / worth[new].mean())
    drawn = []
    for _ in range(1500):
        rows = rng.integers(0, 400, 400)
        drawn.append(np.log(worth[rows].mean() / worth[rows][new[rows]].mean()))
    error = np.log(stake.new_needed.conf_high / stake.new_needed.conf_low) / (2 * 1.966)
    assert error == pytest.approx(np.std(drawn), rel=0.1)


@pytest.mark.parametrize("others", [0, 100])
def test_new_customers_without_value_replace_nothing(tmp_path: Path, others: int) -> None:
    survey_of(tmp_path, {"per_customer": "worth", "lost": "churn", "new": {"kind": ["new"]}})
    new = np.arange(60) < 20
    answers = pd.read_csv(tmp_path / "answers.csv", dtype=str)
    worth = np.where(new, 0, others).astype(str)
    answers.assign(worth=worth, kind=np.where(new, "new", "old")).to_csv(tmp_path / "answers.csv", index=False)
    stake = kda.value_at_stake(kda.read_survey(tmp_path / "codebook.yml"))
    assert stake.per_new is not None and stake.per_new.estimate == 0
    assert stake.new_needed is None
    assert "new_needed" not in stake.tidy()["term"].tolist()


def test_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, {"per_customer": "worth", "lost": "churn", "new": {"kind": ["new"]}})
    with pytest.raises(kda.ModelError) as caught:
        kda.value_at_stake(survey)
    assert str(caught.value) == (
        "Expected a column of the survey under value.new, found 'kind'; correct it in the codebook."
    )


def test_a_branch_counts_its_own(centre: Survey) -> None:
    stake = kda.value_at_stake(centre.select(unit="b17", wave="2024Q3"))
    assert (stake.lost, stake.wave, stake.unit) == (158, "2024Q3", "b17")


def test_a_value_that_is_given_has_no_error(tmp_path: Path) -> None:
    stake = kda.value_at_stake(survey_of(tmp_path, {"per_customer": 250, "lost": "churn"}, target=0.09))
    assert stake.given
    assert (stake.business.estimate, stake.business.conf_low, stake.business.conf_high) == (20000, 20000, 20000)
    assert (stake.beyond_target, stake.new_needed) == (0.0, None)


def test_without_a_target_nothing_is_beyond_it(tmp_path: Path) -> None:
    stake = kda.value_at_stake(survey_of(tmp_path, {"per_customer": "worth", "lost": "churn"}, target=None))
    assert (stake.target, stake.beyond_target, stake.business_beyond) == (None, None, None)
    assert "beyond_target" not in stake.tidy()["term"].tolist()


def test_without_a_value_nothing_is_told(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, None)
    with pytest.raises(kda.ModelError) as caught:
        kda.value_at_stake(survey)
    assert str(caught.value) == (
        "Expected the value of a customer in the codebook, found none; write value: with per_customer and lost."
    )
    told = kda.attempt(kda.value_at_stake, survey)
    assert isinstance(told, Unanswered)
    assert told.reasons[0].code == "no_value"


def test_a_selection_that_records_do_not_know_is_refused(centre: Survey) -> None:
    with pytest.raises(kda.ModelError) as caught:
        kda.value_at_stake(centre.select(only={"sex": "f"}))
    assert caught.value.code == "records_of_all"
    assert str(caught.value) == "Expected records of 'churn' for the selection, found none; widen the selection."


def test_the_value_of_few_is_not_shown(centre: Survey) -> None:
    with pytest.raises(kda.ModelError) as caught:
        kda.value_at_stake(centre.select(unit="b09", wave="2024Q4"))
    assert caught.value.code == "few_in_wave"


def test_rows_are_in_the_closed_list(centre: Survey) -> None:
    stake: ValueAtStake = kda.value_at_stake(centre)
    rows = stake.tidy()
    assert set(rows.columns) <= set(COLUMNS)
    assert rows.set_index("term").loc["lost", "estimate"] == stake.lost
    assert rows.set_index("term").loc["per_customer", "n"] == stake.per_customer.n

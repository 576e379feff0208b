"""The file that a sample leaves: every kind of missing answer at its planted rate, days in their quarter, all text."""

import datetime

import numpy as np
import pandas as pd
import pytest

from drivers.survey.answers.codes import MISSING_KINDS
from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.ratings import PROBLEMS, STRAIGHT_RECOMMEND
from tests.survey.synthetic.samples import STANDARD_ERRORS, example, off_rate, shipped

QUESTIONS = (*model.ATTRIBUTES, model.OPTIONAL, "satisfaction", *model.LOYALTY)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return shipped().table()


@pytest.fixture(scope="module")
def kinds(table: pd.DataFrame) -> pd.DataFrame:
    """Kind of missing of every answer, 1 + its position and 0 where answered, by the codes that stand for it."""
    code = {model.MISSING_CODES[kind]: 1 + at for at, kind in enumerate(MISSING_KINDS)}
    asked_for = [*QUESTIONS, *(name for name in table if name.startswith(("hoped_", "least_", "stated_", "rival_")))]
    return table[asked_for].map(lambda cell: code.get(cell, 0))


def asked(name: str) -> np.ndarray:
    """The rows where a question was asked; bool (n,)."""
    wave = shipped().people.wave
    return wave >= model.ACCESS_FROM if name == model.OPTIONAL else wave > 0


# Missing answers


def test_all_kinds_of_missing_answers_occur(kinds: pd.DataFrame) -> None:
    assert set(np.unique(kinds.to_numpy())) == set(range(1 + len(MISSING_KINDS)))
    assert set(model.MISSING_CODES) == set(MISSING_KINDS)


def test_reading_tells_the_same_kinds_apart(kinds: pd.DataFrame) -> None:
    survey = example()
    recorded = {"had_problem", "was_solved", "days_to_solve", "had_left"}
    assert len(survey.missing.columns) == len(kinds.columns) + len(recorded)
    for item in survey.missing.columns.difference(recorded):
        np.testing.assert_array_equal(survey.missing[item], kinds[survey.codebook.items[item].column])


@pytest.mark.parametrize("name", QUESTIONS)
def test_answers_are_missing_at_the_planted_rates(kinds: pd.DataFrame, name: str) -> None:
    found = kinds.loc[asked(name), name].to_numpy()
    planted = model.MISSING[name]
    for kind in MISSING_KINDS:
        missing = found == 1 + MISSING_KINDS.index(kind)
        if kind in planted:
            assert off_rate(missing, planted[kind]) < STANDARD_ERRORS
            assert missing.any()
        else:
            assert not missing.any()


@pytest.mark.parametrize("name", ["fairness", "alternatives", "defend"])
def test_answers_are_missing_whatever_they_would_have_been(kinds: pd.DataFrame, name: str) -> None:
    missing = (kinds[name] != 0).to_numpy()
    satisfaction = shipped().ratings.satisfaction
    rate = sum(model.MISSING[name].values())
    for rows in [satisfaction <= 2, satisfaction >= 4, shipped().people.wave == 7, shipped().people.care == 1]:
        assert off_rate(missing[rows], rate) < STANDARD_ERRORS


def test_access_was_not_asked_before_its_wave(kinds: pd.DataFrame) -> None:
    not_asked = (kinds[model.OPTIONAL] == 1 + MISSING_KINDS.index("not_asked")).to_numpy()
    assert model.WAVES[model.ACCESS_FROM - 1] == "2024Q1"
    np.testing.assert_array_equal(not_asked, ~asked(model.OPTIONAL))
    assert not (kinds.drop(columns=model.OPTIONAL) == 1 + MISSING_KINDS.index("not_asked")).to_numpy().any()


def test_answers_that_are_there_are_those_that_were_given(table: pd.DataFrame, kinds: pd.DataFrame) -> None:
    ratings = shipped().ratings
    given = {name: ratings.of(name) for name in ratings.names} | {"satisfaction": ratings.satisfaction}
    given |= {face: ratings.loyalty[:, j] for j, face in enumerate(model.LOYALTY)}
    for name in QUESTIONS:
        there = (kinds[name] == 0).to_numpy()
        np.testing.assert_array_equal(table.loc[there, name].astype(int), given[name][there])


def test_who_does_not_know_the_other_provider_does_not_rate_it(table: pd.DataFrame) -> None:
    columns = [f"rival_{name}" for name in (*model.ATTRIBUTES, "satisfaction")]
    unknown = ~shipped().expectations.rival_known
    assert ((table[columns] == "97").to_numpy() == unknown[:, None]).all()
    assert off_rate(~unknown, model.RIVAL_KNOWN) < STANDARD_ERRORS


def test_who_left_is_known_of_the_waves_that_were_followed_up(table: pd.DataFrame) -> None:
    followed = shipped().people.wave <= 6
    assert (table.loc[~followed, "left"] == "96").all()
    np.testing.assert_array_equal(table.loc[followed, "left"] == "1", shipped().behaviour.left[followed])
    assert set(table.loc[followed, "left"]) == {"0", "1"}


def test_what_became_of_a_problem_is_told_where_there_was_one(table: pd.DataFrame) -> None:
    became = np.array(PROBLEMS)[shipped().ratings.problem]
    rows = {name: table[became == name] for name in PROBLEMS}
    assert set(rows["none"]["problem"]) == {"0"}
    assert all(set(rows[name]["problem"]) == {"1"} for name in ("fast", "slow", "unsolved"))
    solved = {name: set(part["solved"]) for name, part in rows.items()}
    assert solved == {"none": {"97"}, "fast": {"1"}, "slow": {"1"}, "unsolved": {"0"}}
    assert set(rows["fast"]["solved_days"]) == {"1", "2", "3"}
    assert (rows["slow"]["solved_days"].astype(int) > model.FAST_DAYS).all()
    assert set(rows["none"]["solved_days"]) == set(rows["unsolved"]["solved_days"]) == {"97"}
    # No number of days is taken for "not applicable".
    assert not (rows["slow"]["solved_days"] == "97").any()


# The careless


def test_straight_liners_give_the_same_answer_throughout(table: pd.DataFrame, kinds: pd.DataFrame) -> None:
    straight = shipped().people.care == 1
    same = shipped().ratings.satisfaction[straight]
    assert straight.sum() > 200
    rows, there = table[straight], kinds[straight] == 0
    labelled = [
        *(name for name in QUESTIONS if name != "recommend"),
        *(f"{prefix}_{name}" for prefix in ("hoped", "least", "rival") for name in model.ATTRIBUTES),
        "rival_satisfaction",
    ]
    for name in labelled:
        answered = there[name].to_numpy()
        assert answered.any()
        np.testing.assert_array_equal(rows[name][answered].astype(int), same[answered])
    for name in model.ATTRIBUTES:
        np.testing.assert_array_equal(rows[f"stated_{name}"].astype(int), 2 * same)
    answered = there["recommend"].to_numpy()
    np.testing.assert_array_equal(rows["recommend"][answered].astype(int), STRAIGHT_RECOMMEND[same - 1][answered])


def test_hardly_anybody_else_gives_the_same_answer_throughout(table: pd.DataFrame) -> None:
    names = [*model.ATTRIBUTES, "satisfaction", *(f"hoped_{name}" for name in model.ATTRIBUTES)]
    cells = table[names].to_numpy()
    same = (cells == cells[:, :1]).all(axis=1)
    straight = shipped().people.care == 1
    # One in eight straight-liners left an answer out.
    assert same[straight].mean() > 0.8 and same[~straight].mean() < 0.001


# Who, where and when


def test_every_cell_is_text_and_every_respondent_has_a_name(table: pd.DataFrame) -> None:
    assert len(table) == 12_000
    assert table["respondent"].is_unique
    assert table["respondent"].iloc[[0, -1]].tolist() == ["r000001", "r012000"]
    assert all(isinstance(cell, str) for cell in table.iloc[[0, 6000, -1]].to_numpy().ravel())
    # Nothing that reading would change.
    for name in table.columns.drop("comment"):
        assert (table[name] == table[name].str.strip()).all()


def test_dates_lie_in_the_quarter_of_their_wave(table: pd.DataFrame) -> None:
    dates = table["date"].map(datetime.date.fromisoformat)
    quarter = dates.map(lambda day: f"{day.year}Q{(day.month + 2) // 3}")
    assert (quarter == table["wave"]).all()


def test_a_day_of_fieldwork_has_one_date_in_one_branch_and_a_branch_one_day_on_a_date(table: pd.DataFrame) -> None:
    per_day = table.groupby("day")[["date", "branch", "wave", "region"]].nunique()
    assert (per_day == 1).to_numpy().all()
    assert (table.groupby(["branch", "date"])["day"].nunique() == 1).all()


def test_regions_hold_six_branches_each(table: pd.DataFrame) -> None:
    held = table.groupby("region")["branch"].agg(lambda branches: sorted(set(branches)))
    assert list(held["north"]) == [f"b{number:02}" for number in range(1, 7)]
    assert list(held["west"]) == [f"b{number:02}" for number in range(19, 25)]
    assert held.map(len).tolist() == [6] * 4


def test_what_is_known_of_a_customer_is_written_as_it_is(table: pd.DataFrame) -> None:
    people = shipped().people
    np.testing.assert_allclose(table["weight"].astype(float), people.weight, rtol=1e-5)  # six digits are written
    np.testing.assert_array_equal(table["wave"], np.array(model.WAVES)[people.wave - 1])
    np.testing.assert_array_equal(table["customer"] == "new", people.new)
    np.testing.assert_array_equal(table["sex"] == "f", people.woman)
    np.testing.assert_array_equal(table["language"] == "en", people.english)
    np.testing.assert_array_equal(table["age"], np.array(["18-29", "30-49", "50+"])[people.age])
    np.testing.assert_array_equal(table["comment"], shipped().comments.text)
    for column, name in {"waiting_minutes": "waiting", "contact_minutes": "contact", "worth": "worth"}.items():
        np.testing.assert_array_equal(table[column].astype(int), getattr(shipped().behaviour, name))

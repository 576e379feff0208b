"""Who is in the file twice: planted copies are found, chance and habit are not."""

import numpy as np
import pandas as pd
import pytest

from drivers.survey.codebook.model import Design
from drivers.survey.data import Survey, survey_of
from drivers.survey.quality.duplicates import FEWEST_MATCHED, MOST_PAIRED, percent_match, same_answers
from drivers.survey.quality.flags import row_flags
from drivers.survey.quality.same_answers import asked_in_order
from drivers.survey.raw_table import table_of
from drivers.survey.synthetic.service_center import ServiceCenter, simulate_service_center
from tests.survey.quality.made import made, rated
from tests.survey.synthetic.samples import example

EXACT = 1e-6
"""Shares of whole numbers in float32."""


@pytest.fixture(scope="module")
def drawn() -> ServiceCenter:
    return simulate_service_center(400, seed=5, sampling="simple")


def with_rows(drawn: ServiceCenter, rows: pd.DataFrame) -> Survey:
    book = drawn.survey().codebook.model_copy(update={"design": Design(respondent="respondent")})
    return survey_of(book, table_of("copied.csv", pd.concat([drawn.table(), rows], ignore_index=True)))


def test_copies_are_found_and_nothing_else(drawn: ServiceCenter) -> None:
    attentive = np.flatnonzero(drawn.people.care == 0)[:25]
    copies = drawn.table().iloc[attentive].assign(respondent=[f"new{k}" for k in range(25)])
    flags = row_flags(with_rows(drawn, copies))
    assert flags["duplicate_answers"].to_numpy().nonzero()[0].tolist() == list(range(400, 425))
    assert not flags["duplicate_respondent"].any()


def test_a_survey_without_copies_has_none() -> None:
    flags = row_flags(example())
    assert not flags[["duplicate_answers", "duplicate_respondent", "near_duplicate"]].to_numpy().any()


def test_the_same_respondent_again_is_found(drawn: ServiceCenter) -> None:
    again = drawn.table().iloc[[7, 7]].assign(presence="1", speed="5")
    flags = row_flags(with_rows(drawn, again))
    assert flags["duplicate_respondent"].to_numpy().nonzero()[0].tolist() == [400, 401]


def test_the_same_respondent_in_another_wave_is_none() -> None:
    survey = made(
        rated([(1, 2), (3, 4), (1, 2)]),
        overall=[1, 2, 3],
        more={"who": ["x", "x", "y"], "year": ["1", "2", "2"]},
        design={"respondent": "who"},
        wave={"columns": ["year"], "order": [{"values": [year], "label": {"en": year}} for year in ("1", "2")]},
    )
    assert not row_flags(survey)["duplicate_respondent"].any()


def test_few_questions_make_no_copies() -> None:
    # Hundreds agree on two questions.
    rng = np.random.default_rng(2)
    survey = made({name: rng.integers(1, 6, 500).tolist() for name in "ab"}, overall=rng.integers(1, 6, 500).tolist())
    assert not same_answers(survey, ("a", "b", "overall"), np.zeros(500, dtype=bool)).any()


def test_blocks_that_are_ticked_alike_make_no_copies() -> None:
    # Two blocks of six, each with one answer: 25 patterns among 300 people, however unlikely answers one by one are.
    rng = np.random.default_rng(3)
    first, second = rng.integers(1, 6, 300), rng.integers(1, 6, 300)
    ratings = {name: (first if name < "g" else second).tolist() for name in "abcdefghijkl"}
    survey = made(ratings, overall=rng.integers(1, 6, 300).tolist())
    assert not row_flags(survey)["duplicate_answers"].any()


def test_the_percentage_is_that_of_the_nearest_other(drawn: ServiceCenter) -> None:
    survey = drawn.survey()
    items = asked_in_order(survey, tuple(survey.codebook.items))
    found = percent_match(survey, items)
    assert found is not None
    codes = survey.codes[list(items)].to_numpy()
    for row in (0, 17, 399):
        both = ~np.isnan(codes) & ~np.isnan(codes[row])
        same = (codes == codes[row]) & both
        parts = np.where(both.sum(axis=1) >= FEWEST_MATCHED, same.sum(axis=1) / both.sum(axis=1), -1)
        parts[row] = -1
        assert found[row] == pytest.approx(parts.max() if parts.max() >= 0 else np.nan, abs=EXACT, nan_ok=True)


def test_a_copy_with_a_few_other_answers_is_near(drawn: ServiceCenter) -> None:
    attentive = np.flatnonzero(drawn.people.care == 0)[:4]
    changed = drawn.table().iloc[attentive].assign(speed="1", fairness="5", least_speed="1")
    flags = row_flags(with_rows(drawn, changed.assign(respondent=["p", "q", "r", "s"])))
    assert set(range(400, 404)) <= set(flags["near_duplicate"].to_numpy().nonzero()[0])
    assert flags["near_duplicate"].sum() <= 10


def test_many_respondents_or_few_questions_are_not_compared() -> None:
    assert percent_match(example(), tuple(example().codebook.items)) is None
    assert len(example().codes) > MOST_PAIRED
    survey = made(rated([(1, 2), (1, 2)]), overall=[1, 1])
    assert percent_match(survey, ("a", "b", "overall")) is None

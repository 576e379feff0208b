"""Segments of real surveys: languages of callers, and weighted passengers of an airport."""

from pathlib import Path

import pytest

import drivers as kda
from drivers.present.channel import bundle
from drivers.present.isolation import plain
from drivers.present.sentences.segments import effects_sentences, left_out_sentences, level_sentences
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey

pytestmark = pytest.mark.field


@pytest.fixture
def nyc311(field_data: Path) -> Survey:
    return kda.example_survey("nyc311")


@pytest.fixture
def sfo(field_data: Path) -> Survey:
    return kda.example_survey("sfo")


def test_twelve_languages_come_out_in_words_and_small_ones_are_not_counted(nyc311: Survey) -> None:
    found = kda.segment_effects(nyc311, n_boot=199)
    (test,) = found.tests
    words = kda.wording("en", nyc311.labels)
    counts = nyc311.raw["Survey Language"].value_counts()
    small = set(counts[counts < FEWEST_SHOWN].index)
    assert small and set(test.hidden) == small
    assert len(test.groups) + len(test.without) + len(test.hidden) == 12
    assert min(test.n) >= FEWEST_SHOWN and min(test.levels.n) >= FEWEST_SHOWN
    assert not small & set(found.tidy()["group"])
    said = [plain(one) for one in level_sentences(found, words)]
    assert "By “Survey language”, overall satisfaction is lower than among all others in: “English”." in said
    left = " ".join(plain(one) for one in left_out_sentences(found.tests, words, shares=False))
    assert "“Polish”, “Bengali”, “French” and “Urdu”" in left
    for as_ in ("finding", "effects", "levels"):
        assert bundle(found, kda.wording("ar", nyc311.labels), as_=as_)["text/html"]


def test_weighted_segments_of_an_airport_are_compared(sfo: Survey) -> None:
    found = kda.segment_effects(sfo, segment=["departure", "language"], n_boot=199)
    assert found.sample.weighted and [test.tested for test in found.tests] == [True, True]
    words = kda.wording("en", sfo.labels)
    assert [plain(one) for one in effects_sentences(found, words)]
    test = found.tests[0]
    one = kda.fit_regression(sfo.select(only={"departure": test.groups[0]}))
    assert test.effect[0] == pytest.approx(one.estimate[1:], rel=1e-8)


def test_shares_of_languages_are_compared_where_there_are_enough_answers(nyc311: Survey) -> None:
    (test,) = kda.segment_shares(nyc311, n_boot=199).tests
    assert test.tested and min(test.n) >= 5 * (len(test.drivers) + 1)
    assert set(test.without.values()) <= {"few", "weak"}

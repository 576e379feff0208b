"""The shipped files are what the model gives, to the byte; and a sample is read as its file would be."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import drivers as kda
from drivers.errors import SurveyError
from drivers.survey.data import read_survey, survey_of
from drivers.survey.examples import example_path
from drivers.survey.raw_table import table_of
from drivers.survey.synthetic import service_center as module
from drivers.survey.synthetic.service_center import (
    SHIPPED_RESPONDENTS,
    SHIPPED_SEED,
    as_csv,
    simulate_companions,
    simulate_service_center,
)
from tests.survey.synthetic.samples import example, shipped

EXAMPLES = example_path("service_center").parent


# The shipped files


def test_the_shipped_survey_is_written_again_to_the_byte() -> None:
    packed = (EXAMPLES / "service_center.csv.gz").read_bytes()
    written = gzip.decompress(packed)
    assert written.count(b"\n") == 1 + SHIPPED_RESPONDENTS
    assert shipped().csv() == written
    # A file's name or time in its packing would differ from one writing to the next.
    assert packed[3] == 0 and packed[4:8] == bytes(4)


def test_the_shipped_companions_are_written_again_to_the_byte() -> None:
    companions = simulate_companions()
    assert list(companions) == ["staff", "management", "branches", "reviews"]
    for name, table in companions.items():
        assert as_csv(table) == (EXAMPLES / f"service_center_{name}.csv").read_bytes()


def test_there_are_no_other_files_of_the_survey() -> None:
    found = sorted(path.name for path in EXAMPLES.rglob("service_center*"))
    assert found == [
        "service_center.csv.gz",
        "service_center.yml",
        "service_center.yml",
        "service_center_branches.csv",
        "service_center_management.csv",
        "service_center_reviews.csv",
        "service_center_staff.csv",
        "service_center_staff.yml",
    ]


# Seeds


@pytest.mark.parametrize(("n", "sampling"), [(6000, "field"), (700, "simple")])
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(n: int, sampling: str) -> None:
    first, again, other = (
        simulate_service_center(n, seed=seed, sampling=sampling).csv()  # type: ignore[arg-type]
        for seed in (5, 5, 6)
    )
    assert first == again
    assert first != other


def test_the_same_sample_is_written_twice_alike() -> None:
    drawn = simulate_service_center(300, seed=5, sampling="simple")
    assert drawn.csv() == drawn.csv()


def test_companions_of_the_same_seed_are_the_same_and_those_of_another_are_not() -> None:
    first, again, other = (simulate_companions(seed=seed) for seed in (5, 5, 6))
    for name in first:
        assert as_csv(first[name]) == as_csv(again[name]) != as_csv(other[name])


def test_a_part_may_draw_more_without_changing_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = simulate_service_center(400, seed=3, sampling="simple")
    usual = module.draw_expectations

    def thirsty(people: object, ratings: object, rng: np.random.Generator) -> object:
        rng.random(1000)
        return usual(people, ratings, rng)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "draw_expectations", thirsty)
    changed = simulate_service_center(400, seed=3, sampling="simple")
    assert (changed.expectations.desired != plain.expectations.desired).any()
    names = [name for name in plain.table() if not name.startswith(("hoped_", "least_", "stated_", "rival_"))]
    pd.testing.assert_frame_equal(changed.table()[names], plain.table()[names])


# As a survey


def test_a_sample_is_the_survey_that_its_file_would_be() -> None:
    survey, read = shipped().survey(), example()
    assert survey.data_sha256 == read.data_sha256
    pd.testing.assert_frame_equal(survey.codes, read.codes)
    pd.testing.assert_frame_equal(survey.missing, read.missing)
    pd.testing.assert_frame_equal(survey.scores, read.scores)
    pd.testing.assert_frame_equal(survey.raw, read.raw, check_dtype=False)
    for name in ("weights", "strata", "clusters", "wave_index", "dates"):
        np.testing.assert_array_equal(getattr(survey, name), getattr(read, name))


def test_the_field_sample_has_its_design() -> None:
    survey = example()
    assert repr(survey) == (
        "Survey('service_center', 12000 respondents, 12000 in the domain, 9 drivers, "
        "outcomes satisfaction, loyalty, recommend, churn)"
    )
    assert survey.weighted and survey.has_design
    assert len(np.unique(survey.strata)) == 24
    assert len(np.unique(survey.clusters)) == shipped().people.days
    assert survey.waves == ("2023Q1", "2023Q2", "2023Q3", "2023Q4", "2024Q1", "2024Q2", "2024Q3", "2024Q4")
    assert survey.codebook.design.sample == "probability"
    # Nothing was recoded, turned or guessed.
    assert set(survey.import_log["action"]) <= {"rows", "format", "read", "set missing", "not used", "read beside"}


def test_a_simple_sample_has_neither_weights_nor_design() -> None:
    survey = simulate_service_center(300, seed=8, sampling="simple").survey()
    assert not survey.weighted and not survey.has_design
    assert (survey.weights == 1).all() and survey.strata is None and survey.clusters is None
    assert survey.codebook.design.sample == "probability"
    assert len(survey.weights) == 300


def test_a_samples_file_is_read_with_the_codebook_of_the_example(tmp_path: Path) -> None:
    drawn = simulate_service_center(500, seed=4, sampling="simple")
    path = tmp_path / "mine.csv"
    path.write_bytes(drawn.csv())
    read, made = read_survey(path, codebook="service_center"), drawn.survey()
    assert read.data_sha256 == made.data_sha256
    pd.testing.assert_frame_equal(read.scores, made.scores)


def test_a_mistake_in_a_simulated_table_names_its_seed() -> None:
    drawn = simulate_service_center(100, seed=41, sampling="simple")
    table = drawn.table()
    table.loc[3, "speed"] = "7"
    book = kda.read_codebook(example_path("service_center"))
    with pytest.raises(SurveyError) as refused:
        survey_of(book, table_of("service_center (seed 41)", table))
    assert str(refused.value) == (
        "service_center (seed 41), column 'speed': expected answers on scale 'quality5' (codes from 1 to 5 or their "
        "labels), found '7' in line 5; correct the scale, or map each text under items.speed_rating.answers in the "
        "codebook to a code or to one of not_applicable, dont_know, refused, not_asked, blank."
    )


def test_too_small_a_sample_is_refused_through_the_public_function() -> None:
    with pytest.raises(SurveyError) as refused:
        kda.simulate_service_center(100)
    assert str(refused.value) == (
        "Expected at least 6000 respondents for sampling 'field', found 100; ask for more or use sampling 'simple'."
    )


# The shipped seed


def test_the_small_branch_looks_worst_in_the_shipped_survey() -> None:
    satisfaction, branch = shipped().ratings.satisfaction, shipped().people.branch
    means = [satisfaction[branch == number].mean() for number in range(24)]
    assert int(np.argmin(means)) == 8  # b09
    # A study that counts seeds from 1 should know which one was chosen.
    assert kda.example_truth("service_center")["sample"]["seed"] == SHIPPED_SEED

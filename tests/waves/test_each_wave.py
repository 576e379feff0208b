"""Any analysis over time: which waves, in which order, and what is left out by name."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import drivers as kda
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey
from drivers.waves.each_wave import by_wave
from tests.simulated import make_survey

SIZES = {"2019": 60, "2020": FEWEST_SHOWN - 1, "2021": 80, "2022": FEWEST_SHOWN, "2023": 70}


@pytest.fixture
def survey(tmp_path: Path) -> Survey:
    rng = np.random.default_rng(151)
    waves = np.repeat(list(SIZES), list(SIZES.values()))
    x = rng.uniform(10, 90, (len(waves), 2))
    y = 10 + x @ [0.5, 0.3] + rng.uniform(0, 10, len(waves))
    columns = {"a": x[:, 0], "b": x[:, 1]}
    weights = rng.uniform(0.5, 2, len(waves))
    unit = np.where(rng.random(len(waves)) < 0.7, "north", "south")
    return make_survey(tmp_path, drivers=columns, outcomes={"y": y}, waves=waves, weights=weights, unit=unit)


def test_a_wave_has_the_result_of_that_wave_selected(survey: Survey) -> None:
    found = by_wave(kda.outcome_scores, survey)
    assert found.waves == ("2019", "2021", "2023")
    assert found.analysis == found.results[0].kind == "outcome_scores"
    for wave, result in zip(found.waves, found.results, strict=True):
        pd.testing.assert_frame_equal(result.tidy(), kda.outcome_scores(survey.select(wave=wave)).tidy())


def test_arguments_are_passed_on(survey: Survey) -> None:
    found = by_wave(kda.relative_importance, survey, drivers=["b", "a"], n_boot=100, seed=4)
    expected = kda.relative_importance(survey.select(wave="2021"), drivers=["b", "a"], n_boot=100, seed=4)
    (again,) = [result for wave, result in zip(found.waves, found.results, strict=True) if wave == "2021"]
    pd.testing.assert_frame_equal(again.tidy(), expected.tidy(), check_exact=True)


def test_frames_name_the_wave_of_every_row(survey: Survey) -> None:
    found = by_wave(kda.relative_importance, survey, n_boot=0)
    assert found.tidy()["wave"].tolist() == [wave for wave in found.waves for _ in range(2)]
    assert found.glance()["wave"].tolist() == list(found.waves)
    assert found.glance()["n"].tolist() == [SIZES[wave] for wave in found.waves]
    frame = found.tidy()
    frame["wave"] = ""
    assert found.tidy()["wave"][0] == "2019"


def test_small_waves_are_left_out_by_name(survey: Survey) -> None:
    found = by_wave(kda.outcome_scores, survey)
    # The next smallest would tell of it, beside the others and the whole.
    assert set(found.left_out) == {"2020", "2022"} and found.waves == ("2019", "2021", "2023")
    assert all(said.startswith("fewer than 10 respondents") for said in found.left_out.values())


def test_the_wave_reported_on_is_the_last(survey: Survey) -> None:
    assert by_wave(kda.outcome_scores, survey.select(wave="2021")).waves == ("2019", "2021")


def test_waves_of_a_unit_are_those_of_its_respondents(survey: Survey) -> None:
    part = survey.select(unit="south")
    found = by_wave(kda.outcome_scores, part)
    counts = {wave: int((part.in_unit & (part.wave_index == i)).sum()) for i, wave in enumerate(SIZES)}
    told = [n for wave, n in counts.items() if n >= FEWEST_SHOWN and ("south", wave) not in survey.untold]
    assert 0 < len(told) < 5
    assert [result.n_asked for result in found.results] == told
    assert set(found.waves) | set(found.left_out) == set(SIZES)


def test_what_an_analysis_refuses_is_left_out_with_its_reason(survey: Survey) -> None:
    scores = survey.scores.copy()
    scores.loc[survey.wave_index == 2, "a"] = 50.0
    found = by_wave(kda.relative_importance, replace(survey, scores=scores), n_boot=0)
    assert found.waves == ("2019", "2023")
    assert found.left_out["2021"] == (
        "Driver 'a' is constant: all 80 scores are 50 of 100. Remove it from drivers= or check its missing codes."
    )


def test_without_waves_it_is_empty() -> None:
    found = by_wave(kda.outcome_scores, kda.example_survey("customersat"))
    assert (found.waves, found.results, dict(found.left_out), found.analysis) == ((), (), {}, "")
    assert list(found.tidy().columns) == list(found.glance().columns) == ["wave"]


@pytest.mark.parametrize("argument", [{"n_boot": 5}, {"drivers": ["speeed"]}, {"outcome": "z"}], ids=str)
def test_an_argument_that_is_wrong_in_every_wave_is_refused(argument: dict, survey: Survey) -> None:
    with pytest.raises(kda.ModelError):
        by_wave(kda.relative_importance, survey, **argument)

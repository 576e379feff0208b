"""Medians: their value, Woodruff's limits, and the change of two of them."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from drivers.indicators.card.medians import median_change, median_covariance, median_level
from drivers.survey.data import Survey
from tests.simulated import make_survey


def survey_of(folder: Path, n: int, **options: object) -> Survey:
    rng = np.random.default_rng(3)
    ratings = {"a": rng.uniform(0, 100, n)}
    return make_survey(folder, drivers=ratings, outcomes={"y": rng.uniform(0, 100, n)}, **options)  # type: ignore[arg-type]


def all_rows(survey: Survey) -> np.ndarray:
    return np.ones(len(survey.weights), dtype=bool)


def test_limits_are_the_values_at_the_ends_of_the_interval_of_one_half(tmp_path: Path) -> None:
    n = 201
    values = np.random.default_rng(8).gamma(2, 10, n)
    survey = survey_of(tmp_path, n)
    level = median_level(survey, values, all_rows(survey), 0.95)
    ordered = np.sort(values)
    part = (values <= np.median(values)).mean()
    reach = stats.t.ppf(0.975, n - 1) * np.sqrt(part * (1 - part) / (n - 1))
    assert level.estimate == np.median(values)
    assert level.conf_low == ordered[int(np.ceil(n * (0.5 - reach))) - 1]
    assert level.conf_high == ordered[int(np.ceil(n * (0.5 + reach))) - 1]
    assert level.n == n


def test_weights_are_repeated_rows(tmp_path: Path) -> None:
    rng = np.random.default_rng(9)
    values, weights = rng.integers(0, 40, 150).astype(float), rng.integers(1, 5, 150)
    one = survey_of(tmp_path / "one", 150, weights=weights.astype(float))
    many = survey_of(tmp_path / "many", int(weights.sum()))
    repeated = np.repeat(values, weights)
    assert (
        median_level(one, values, all_rows(one), 0.95).estimate
        == median_level(many, repeated, all_rows(many), 0.95).estimate
    )


def test_the_standard_error_is_that_of_resamples(tmp_path: Path) -> None:
    rng = np.random.default_rng(10)
    values = np.round(rng.gamma(2, 12, 900))  # minutes
    survey = survey_of(tmp_path, 900)
    drawn = np.median(rng.choice(np.add(values, rng.uniform(-0.5, 0.5, 900)), (2000, 900)), axis=1)
    assert median_level(survey, values, all_rows(survey), 0.95).std_error == pytest.approx(drawn.std(), rel=0.25)


def test_answers_that_go_together_within_sampling_units_widen_the_limits(tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    clusters = np.repeat(np.arange(30), 20)
    values = rng.normal(0, 5, 30)[clusters] + rng.normal(0, 2, 600)
    plain, clustered = survey_of(tmp_path / "a", 600), survey_of(tmp_path / "b", 600, clusters=clusters)
    narrow = median_level(plain, values, all_rows(plain), 0.95)
    wide = median_level(clustered, values, all_rows(clustered), 0.95)
    assert wide.estimate == narrow.estimate
    assert wide.std_error > 2 * narrow.std_error
    assert wide.n_effective < 100


def test_limits_cover_the_median_of_a_skewed_population(tmp_path: Path) -> None:
    survey, rng = survey_of(tmp_path, 80), np.random.default_rng(12)
    truth = stats.gamma.ppf(0.5, 2)
    held = 0
    for _ in range(500):
        level = median_level(survey, rng.gamma(2, 1, 80), all_rows(survey), 0.95)
        held += level.conf_low <= truth <= level.conf_high
    assert 0.925 <= held / 500 <= 0.985  # 500 draws are within 2 points of 95 %


def test_missing_numbers_are_left_out_and_of_none_nothing_is_told(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, 60)
    values = np.arange(60.0)
    values[::2] = np.nan
    level = median_level(survey, values, all_rows(survey), 0.95)
    assert (level.n, level.estimate) == (30, 29.0)
    nothing = median_level(survey, np.full(60, np.nan), all_rows(survey), 0.95)
    assert nothing.n == 0
    assert np.isnan([nothing.estimate, nothing.conf_low]).all()


def test_a_change_of_medians_has_the_errors_of_both(tmp_path: Path) -> None:
    rng = np.random.default_rng(13)
    values = rng.gamma(2, 10, 800) + np.repeat([0.0, 4.0], 400)
    survey = survey_of(tmp_path, 800)
    rows = np.arange(800) >= 400
    change = median_change(survey, values, rows, ~rows, 0.95)
    levels = [median_level(survey, values, domain, 0.95) for domain in (rows, ~rows)]
    assert change.estimate == pytest.approx(levels[0].estimate - levels[1].estimate)
    assert change.std_error == pytest.approx(np.hypot(levels[0].std_error, levels[1].std_error), rel=0.02)
    covariance = median_covariance(survey, values, rows, ~rows).covariance
    assert np.sqrt(np.diag(covariance)) == pytest.approx([level.std_error for level in levels], rel=0.02)


def test_sampling_units_in_both_waves_are_allowed_for(tmp_path: Path) -> None:
    """The same branches in both waves, high or low in each: their medians move together, so the change is surer."""
    rng = np.random.default_rng(14)
    clusters = np.tile(np.repeat(np.arange(20), 15), 2)
    values = rng.normal(0, 6, 20)[clusters] + rng.normal(0, 2, 600)
    survey = survey_of(tmp_path, 600, clusters=clusters)
    rows = np.arange(600) >= 300
    covariance = median_covariance(survey, values, rows, ~rows).covariance
    assert covariance[0, 1] > 0.5 * np.sqrt(covariance[0, 0] * covariance[1, 1])
    change = median_change(survey, values, rows, ~rows, 0.95)
    assert change.std_error < 0.7 * np.hypot(*np.sqrt(np.diag(covariance)))

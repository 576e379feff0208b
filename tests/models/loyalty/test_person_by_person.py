"""What people stated against what they did: discrimination by counting pairs, errors by leaving one out."""

from pathlib import Path

import numpy as np
import pytest

from drivers.models.loyalty.person_by_person import discrimination, link
from drivers.models.loyalty.steps import bands_of
from drivers.survey.data import Survey
from tests.simulated import make_survey

EDGES = ((0.0, 25.0), (25.0, 50.0), (50.0, 75.0), (75.0, 100.0))


def pairs(score: np.ndarray, happened: np.ndarray, weights: np.ndarray) -> float:
    """Every pair by itself."""
    total = won = 0.0
    for i in np.flatnonzero(happened):
        for j in np.flatnonzero(~happened):
            weight = weights[i] * weights[j]
            total += weight
            won += weight * (score[i] > score[j]) + weight * 0.5 * (score[i] == score[j])
    return won / total


def people(n: int, seed: int, slope: float = -0.004) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    score = rng.integers(0, 21, n) * 5.0
    return score, rng.random(n) < 0.5 + slope * score, rng.uniform(0.5, 2, n)


def test_discrimination_is_the_part_of_pairs() -> None:
    score, happened, weights = people(80, 1)
    value, _ = discrimination(score, happened, weights)
    assert value == pytest.approx(pairs(score, happened, weights), abs=1e-12)
    assert discrimination(score, score > 50, weights)[0] == 1.0


def test_influence_of_discrimination_is_what_a_person_more_moves() -> None:
    score, happened, weights = people(60, 2)
    value, influence = discrimination(score, happened, weights)
    assert influence.sum() == pytest.approx(0, abs=1e-12)
    step = 1e-6
    for i in (0, 7, 31):
        more = weights.copy()
        more[i] *= 1 + step
        moved = (discrimination(score, happened, more)[0] - value) / step
        assert moved == pytest.approx(influence[i], abs=1e-5)


def survey_of(folder: Path, score: np.ndarray, weights: np.ndarray | None = None, **how: object) -> Survey:
    return make_survey(
        folder,
        drivers={"a": score},
        outcomes={"satisfaction": score, "loyalty": score},
        weights=weights,
        **how,  # type: ignore[arg-type]
    )


def test_the_line_is_weighted_least_squares_and_its_error_linearised(tmp_path: Path) -> None:
    import statsmodels.api as sm

    score, happened, weights = people(600, 3)
    survey = survey_of(tmp_path, score, weights)
    rows = np.ones(600, dtype=bool)
    bands = bands_of(score, rows, survey.weights, EDGES)
    found = link(survey, score, happened.astype(float), rows, bands, conf_level=0.95, seed=1)
    fit = sm.WLS(happened.astype(float), sm.add_constant(score), weights=weights).fit(cov_type="HC1")
    assert (found.constant, found.slope.estimate) == pytest.approx(tuple(fit.params), rel=1e-9)
    # HC1 divides by n − 2 where the design divides by n − 1.
    assert found.slope.std_error == pytest.approx(fit.bse[1], rel=2e-3)
    assert found.slope.conf_low < -0.004 < found.slope.conf_high


def test_gaps_are_bands_less_the_line(tmp_path: Path) -> None:
    score, happened, _ = people(500, 4)
    survey = survey_of(tmp_path, score)
    rows = score != 20.0
    event = np.where(rows, happened.astype(float), np.nan)
    bands = bands_of(score, rows, survey.weights, EDGES)
    found = link(survey, score, event, rows, bands, conf_level=0.95, seed=1)
    for k in range(len(bands)):
        share = event[bands.rows(k)].mean()
        line = found.constant + found.slope.estimate * score[bands.rows(k)].mean()
        assert found.gaps[k] == pytest.approx(share - line, abs=1e-12)
    assert ((found.gaps_low < found.gaps) & (found.gaps < found.gaps_high)).all()


def test_a_step_is_no_straight_line_and_a_line_is_one(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    score = rng.integers(0, 101, 20_000) * 1.0
    survey = survey_of(tmp_path, score)
    rows = np.ones(len(score), dtype=bool)
    bands = bands_of(score, rows, survey.weights, EDGES)
    step = (rng.random(len(score)) < np.where(score < 25, 0.6, 0.1)).astype(float)
    line = (rng.random(len(score)) < 0.6 - 0.005 * score).astype(float)
    conclusions = [link(survey, score, event, rows, bands, conf_level=0.95, seed=1).straight for event in (step, line)]
    assert conclusions == ["bent", "straight"]


def test_clusters_widen_the_interval(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    day = np.repeat(np.arange(40), 25)
    score = np.clip(np.round(50 + 20 * rng.normal(size=40)[day] + 10 * rng.normal(size=1000)), 0, 100)
    # Days differ in what happened too, beyond what the score tells.
    event = (rng.random(1000) < np.clip(0.4 - 0.002 * score + 0.25 * rng.normal(size=40)[day], 0, 1)).astype(float)
    rows = np.ones(1000, dtype=bool)
    errors = []
    for name, how in (("plain", {}), ("days", {"clusters": day})):
        survey = survey_of(tmp_path / name, score, **how)
        bands = bands_of(score, rows, survey.weights, EDGES)
        found = link(survey, score, event, rows, bands, conf_level=0.95, seed=1)
        errors.append((found.slope.std_error, found.auc.std_error))
    assert errors[1][0] > 1.5 * errors[0][0]
    assert errors[1][1] > 1.5 * errors[0][1]


def test_too_few_cases_tell_nothing_of_people(tmp_path: Path) -> None:
    score, _, _ = people(200, 9)
    event = np.zeros(200)
    event[:9] = 1.0
    survey = survey_of(tmp_path, score)
    rows = np.ones(200, dtype=bool)
    found = link(survey, score, event, rows, bands_of(score, rows, survey.weights, EDGES), conf_level=0.95, seed=1)
    assert np.isnan([found.auc.estimate, found.auc.conf_low]).all()
    assert np.isfinite(found.slope.estimate)

"""Slopes of all outcomes at once: those of single regressions, with covariances that brute force finds as well."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import drivers as kda
from drivers.errors import ModelError
from drivers.models.moves.joint_lines import joint_lines
from drivers.models.moves.move_columns import HOPED, move_columns, with_hopes
from drivers.models.moves.outcome_slopes import OutcomeSlopes, outcome_slopes, slopes_of
from drivers.models.robust_errors import robust_fit
from drivers.survey.data import Survey
from tests.simulated import make_survey

N = 240
DESIGNS = ("plain", "weights", "clusters", "replicates")
SAME = 1e-9
"""Relative: two ways through the same least squares."""


def answers(seed: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Three drivers and two outcomes, some not answered."""
    rng = np.random.default_rng(seed)
    latent = 0.6 * rng.standard_normal((N, 1)) + rng.standard_normal((N, 3))
    steps = np.clip(np.round(2 + latent), 0, 4) * 25
    happy = np.clip(np.round(2 + latent @ [0.5, 0.3, 0.0] + 0.7 * rng.standard_normal(N)), 0, 4) * 25
    brings = np.clip(np.round(happy / 12.5 + rng.normal(0, 1.5, N)), 0, 10)
    brings[rng.random(N) < 0.1] = np.nan
    steps[rng.random((N, 3)) < 0.03] = np.nan
    return {f"d{k}": steps[:, k] for k in range(3)}, {"happy": happy, "brings": brings}


def designed(folder: Path, kind: str) -> Survey:
    drivers, outcomes = answers(3)
    rng = np.random.default_rng(8)
    strata = np.repeat(["n", "s"], N // 2)
    clusters = np.arange(N) // 12
    weights = rng.uniform(0.5, 2.0, N)
    how: dict = {
        "plain": {},
        "weights": {"weights": weights},
        "clusters": {"weights": weights, "strata": strata, "clusters": clusters},
        "replicates": {
            "weights": weights,
            "replicates": np.column_stack([np.where(clusters == c, 0, weights * 20 / 19) for c in range(20)]),
            "design": {"replicate_method": "jk1"},
        },
    }[kind]
    return make_survey(folder, drivers=drivers, outcomes=outcomes, step=25, nps=["brings"], **how)


@pytest.fixture(scope="module")
def surveys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Survey]:
    return {kind: designed(tmp_path_factory.mktemp(kind), kind) for kind in DESIGNS}


@pytest.fixture(scope="module")
def plain(surveys: dict[str, Survey]) -> OutcomeSlopes:
    return outcome_slopes(surveys["plain"])


def test_measures_are_those_of_the_scorecard(plain: OutcomeSlopes) -> None:
    found = [(one.outcome, one.statistic, one.better) for one in plain.measures]
    assert found == [("happy", "mean", "higher"), ("happy", "top2box", "higher"), ("brings", "nps", "higher")]
    assert plain.place("brings", "nps") == 2


@pytest.mark.parametrize("kind", DESIGNS)
def test_means_have_the_slopes_of_the_single_regression(surveys: dict[str, Survey], kind: str) -> None:
    found, single = outcome_slopes(surveys[kind]), kda.fit_regression(surveys[kind], outcome="happy")
    place = [single.terms.index(name) for name in found.drivers]
    np.testing.assert_allclose(found.slopes[0], single.estimate[place], rtol=SAME)
    np.testing.assert_allclose(found.block(0), single.covariance[np.ix_(place, place)], rtol=1e-6)
    np.testing.assert_allclose(np.sqrt(np.diag(found.block(0))), single.std_error[place], rtol=SAME)
    assert (found.df[0], found.errors[0]) == (single.df_resid, single.errors)
    assert found.samples[0].n == single.sample.n > found.samples[2].n


def by_hand(survey: Survey, kind: str) -> np.ndarray:
    """The covariance of all slopes, from each respondent's part in them; float (9, 9)."""
    scores = survey.scores[["d0", "d1", "d2"]].to_numpy()
    codes = survey.codes["brings_1"].to_numpy()
    happy = survey.scores["happy"].to_numpy()
    targets = [happy, np.where(happy >= 75, 100.0, 0.0), 100.0 * ((codes >= 9) * 1.0 - (codes <= 6) * 1.0)]
    targets[2] = np.where(np.isnan(codes), np.nan, targets[2])

    def slopes(weights: np.ndarray) -> np.ndarray:
        found = []
        for target in targets:
            rows = ~np.isnan(scores).any(axis=1) & ~np.isnan(target) & (weights > 0)
            design = np.column_stack([np.ones(N), scores])[rows] * np.sqrt(weights[rows])[:, None]
            found.append(np.linalg.lstsq(design, target[rows] * np.sqrt(weights[rows]), rcond=None)[0][1:])
        return np.concatenate(found)

    weights = survey.weights
    if kind == "replicates":
        assert survey.replicates is not None
        moved = np.array([slopes(column) for column in survey.replicates.weights.T]) - slopes(weights)
        return 19 / 20 * moved.T @ moved
    parts = np.zeros((N, 9))
    for place, target in enumerate(targets):
        rows = ~np.isnan(scores).any(axis=1) & ~np.isnan(target)
        design = np.column_stack([np.ones(N), scores])[rows]
        bread = np.linalg.inv((design * weights[rows, None]).T @ design)
        residual = target[rows] - design @ (bread @ design.T @ (weights[rows] * target[rows]))
        if kind == "plain":
            residual = residual / (1 - np.einsum("ij,jk,ik->i", design, bread, design))
        parts[rows, 3 * place : 3 * place + 3] = ((weights[rows] * residual)[:, None] * design @ bread)[:, 1:]
    if kind == "plain":
        return parts.T @ parts
    total = np.zeros((9, 9))
    for stratum in ("n", "s"):
        inside = (survey.raw["strata"] == stratum).to_numpy()
        sums = np.array(
            [
                parts[inside & (survey.raw["cluster"] == c).to_numpy()].sum(axis=0)
                for c in set(survey.raw["cluster"][inside])
            ]
        )
        centred = sums - sums.mean(axis=0)
        total += len(sums) / (len(sums) - 1) * centred.T @ centred
    return total


@pytest.mark.parametrize("kind", ["plain", "clusters", "replicates"])
def test_slopes_of_different_outcomes_vary_together_as_by_hand(surveys: dict[str, Survey], kind: str) -> None:
    found = outcome_slopes(surveys[kind]).covariance
    np.testing.assert_allclose(found, by_hand(surveys[kind], kind), rtol=1e-6, atol=1e-12)
    # Two outcomes of the same people are no strangers.
    assert abs(found[0, 6]) / np.sqrt(found[0, 0] * found[6, 6]) > 0.2


@pytest.mark.parametrize("kind", DESIGNS)
def test_lines_fitted_at_once_are_those_fitted_one_by_one(surveys: dict[str, Survey], kind: str) -> None:
    columns = move_columns(surveys[kind])
    found = columns.parallel(surveys[kind], ["d1", "d0"], ["d0"])
    for place, line in enumerate(columns.lines(["d1", "d0"])):
        single = robust_fit(surveys[kind], line.values, line.rows)
        assert found.slopes[place, 0] == pytest.approx(single.params[-1], rel=SAME)
        assert found.covariance[place, 0, 0] == pytest.approx(single.covariance[-1, -1], rel=SAME)
        assert found.df[place] == single.df


def test_one_line_alone_is_that_of_robust_fit(surveys: dict[str, Survey]) -> None:
    line = move_columns(surveys["clusters"]).lines()[0]
    single = robust_fit(surveys["clusters"], line.values, line.rows)
    np.testing.assert_array_equal(joint_lines(surveys["clusters"], [line]).covariance, single.covariance)


moves = st.lists(st.floats(-20, 20), min_size=3, max_size=3).map(np.array)


@given(first=moves, second=moves)
def test_effects_add_up_and_their_errors_belong_to_the_sum(
    plain: OutcomeSlopes, first: np.ndarray, second: np.ndarray
) -> None:
    both, error = plain.effect(first + second)
    np.testing.assert_allclose(both, plain.effect(first)[0] + plain.effect(second)[0], atol=1e-9)
    joint = plain.effect_covariance(first + second)
    np.testing.assert_allclose(np.sqrt(np.maximum(np.diag(joint), 0)), error, atol=1e-9)
    assert np.linalg.eigvalsh(joint).min() > -1e-9


def test_an_outcome_that_nobody_answered_is_left_out_with_its_reason(tmp_path: Path) -> None:
    drivers, outcomes = answers(3)
    silent = np.full(N, np.nan)
    silent[:4] = [0, 25, 50, 75]
    found = outcome_slopes(
        make_survey(tmp_path, drivers=drivers, outcomes={**outcomes, "silent": silent}, nps=["brings"])
    )
    assert {name: code.code for name, code in found.left_out.items()} == {"silent": "few_answers"}


def test_a_statistic_that_is_the_same_for_all_is_left_out(tmp_path: Path) -> None:
    drivers, outcomes = answers(3)
    low = np.minimum(outcomes["happy"], 50)
    found = outcome_slopes(make_survey(tmp_path, drivers=drivers, outcomes={"low": low}, step=25))
    assert [one.statistic for one in found.measures] == ["mean"]
    assert {name: code.code for name, code in found.left_out.items()} == {"low:top2box": "constant_outcome"}


def test_the_first_outcome_must_be_answered(tmp_path: Path) -> None:
    drivers, outcomes = answers(3)
    survey = make_survey(tmp_path, drivers=drivers, outcomes={"none": np.full(N, 50.0), **outcomes}, nps=["brings"])
    with pytest.raises(ModelError, match=r"^Outcome 'none' is constant: all"):
        outcome_slopes(survey)


def test_nobody_can_raise_a_segment(tmp_path: Path) -> None:
    drivers, outcomes = answers(3)
    survey = make_survey(
        tmp_path, drivers=drivers, outcomes=outcomes, nps=["brings"], segments={"sex": np.tile(["f", "m"], N // 2)}
    )
    with pytest.raises(ModelError) as caught:
        outcome_slopes(survey, drivers=["d0", "sex"])
    assert str(caught.value) == (
        "Expected drivers that are rated, found 'sex', a segment, which nobody can raise; leave it out."
    )


def test_hopes_stand_beside_the_ratings_of_those_who_told_them() -> None:
    survey = kda.example_survey("service_center")
    columns = move_columns(survey, outcomes=["satisfaction"])
    both = with_hopes(survey, columns, ["respect"])
    assert both.drivers[-1] == f"respect{HOPED}"
    told = survey.codes["hoped_respect"].notna().to_numpy()
    np.testing.assert_array_equal(both.rows["satisfaction"], columns.rows["satisfaction"] & told)
    found = slopes_of(survey, both)
    line = both.lines()[0]
    weights = np.sqrt(survey.weights[line.rows])[:, None]
    design = np.column_stack([np.ones(len(weights)), line.values[line.rows, :-1]])
    by_hand = np.linalg.lstsq(weights * design, weights[:, 0] * line.values[line.rows, -1], rcond=None)[0]
    np.testing.assert_allclose(found.slopes[0], by_hand[-10:], rtol=1e-7)
    with pytest.raises(ModelError) as caught:
        with_hopes(survey, columns, ["access"])
    assert str(caught.value).startswith("Expected a driver of which it was asked what was hoped for ('presence', ")

"""Effects corrected for errors of measurement: identities, brute force, and truths with known reliability."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.models.corrected_regression import CorrectedModel
from drivers.models.errors_in_variables import (
    corrected_effects,
    effects_left_out,
    effects_of_moments,
    least_eigenvalue,
)
from drivers.models.measurement_error import CONCLUSIONS, MeasurementSensitivity, measurement_sensitivity
from drivers.models.multiplicity import holm
from drivers.models.predictors import predictors
from drivers.models.regression import fit_regression
from drivers.moments import weighted_moments
from drivers.resampling import replicate_factors
from drivers.survey.data import Survey
from tests.reference_numbers import RATINGS, service_survey
from tests.simulated import make_survey

ROUNDING = 1e-9
"""Relative: the same equations solved in another way."""

DERIVATIVE = 2e-5
"""Relative to the largest: a central difference over weights."""

FOUR_STANDARD_ERRORS = 4.0
"""Of a rate or mean over simulated surveys: passed by chance in all but 6 of 100,000 runs, and seeds are fixed."""

NUMBERS = ("estimate", "std_error", "conf_low", "conf_high", "p_value", "p_adjusted")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Survey]:
    folder = tmp_path_factory.mktemp("service")
    return {
        "plain": service_survey(folder / "plain"),
        "weighted": service_survey(folder / "weighted", weighted=True),
        "design": service_survey(folder / "design", design=True),
    }


def survey_of(folder: Path, columns: Mapping[str, np.ndarray], **options: object) -> Survey:
    drivers = {name: column for name, column in columns.items() if name != "y"}
    return make_survey(folder, drivers=drivers, outcomes={"y": columns["y"]}, **options)  # type: ignore[arg-type]


def ratings(n: int, seed: int, *, rho: float = 0.8, k: int = 3) -> dict[str, np.ndarray]:
    """Ratings a, b, … of reliability rho, whose truths correlate at .5, and an outcome of all but the last of them."""
    rng = np.random.default_rng(seed)
    truth = np.sqrt(0.5) * (rng.normal(size=(n, 1)) + rng.normal(size=(n, k)))
    seen = truth + np.sqrt(1 / rho - 1) * rng.normal(size=(n, k))
    y = truth @ (np.arange(k)[::-1] / k) + rng.normal(size=n)
    return {**dict(zip("abcdef", 50 + 8 * seen.T, strict=False)), "y": 50 + 8 * y}


def arrays(columns: Mapping[str, np.ndarray], weights: np.ndarray | None = None) -> tuple[np.ndarray, ...]:
    """Columns, outcome and weights as the kernels want them."""
    x = np.column_stack([column for name, column in columns.items() if name != "y"])
    w = np.ones(len(x)) if weights is None else weights
    w = w / w.sum()
    return x - w @ x, columns["y"] - w @ columns["y"], w


def model_of(survey: Survey, **arguments: object) -> CorrectedModel:
    names = {"outcome": None, "drivers": None, "always": None, **arguments}
    return CorrectedModel.of(survey, predictors(survey, **names), fit_regression(survey, **names))  # type: ignore[arg-type]


# Without error


@pytest.mark.parametrize("name", ["plain", "weighted", "design"])
def test_reliability_1_is_the_regression_itself(name: str, service: dict[str, Survey]) -> None:
    found = measurement_sensitivity(service[name], always=["channel"], reliability=(0.9,), conf_level=0.9)
    base = fit_regression(service[name], always=["channel"], conf_level=0.9)
    for number in NUMBERS:
        np.testing.assert_allclose(getattr(found, number)[0], getattr(base, number)[3:], rtol=ROUNDING)
    assert found.df_resid == base.df_resid and found.drivers == base.drivers
    assert found.errors == {"plain": "jackknife"}.get(name, "linearised")


@pytest.mark.parametrize("name", ["plain", "weighted", "design"])
def test_the_correction_with_no_error_is_the_regression_too(name: str, service: dict[str, Survey]) -> None:
    model = model_of(service[name], always=["channel"])
    found = model.estimates(np.zeros(8))
    assert found is not None
    np.testing.assert_allclose(found[0], model.without_error.estimate[1:], rtol=ROUNDING)
    np.testing.assert_allclose(np.sqrt(found[1]), model.without_error.std_error[1:], rtol=ROUNDING)


# Written differently


def test_effects_solve_the_corrected_normal_equations(service: dict[str, Survey]) -> None:
    survey = service["design"]
    found = measurement_sensitivity(survey, reliability=(0.85, 0.95))
    columns = np.column_stack([survey.scores[name] for name in (*RATINGS, "sat")])
    covariance = np.cov(columns, rowvar=False, aweights=survey.weights)
    assert found.reliability[:, 0].tolist() == [1.0, 0.95, 0.85]
    for level, estimate in zip((1.0, 0.95, 0.85), found.estimate, strict=True):
        kept = covariance[:6, :6].copy()
        for j in range(6):
            kept[j, j] *= level
        np.testing.assert_allclose(estimate, np.linalg.inv(kept) @ covariance[:6, 6], rtol=ROUNDING)


def test_each_respondent_is_left_out_in_turn(tmp_path: Path) -> None:
    columns = ratings(70, seed=321)
    error = np.array([0.2, 0.1, 0.0])

    def effects(rows: np.ndarray) -> np.ndarray:
        covariance = np.cov(np.column_stack(list(columns.values()))[rows], rowvar=False)
        return np.linalg.solve(covariance[:3, :3] - np.diag(error * np.diag(covariance)[:3]), covariance[:3, 3])

    everybody = np.arange(70)
    moved = np.array([effects(everybody) - effects(np.delete(everybody, i)) for i in range(70)])
    x, y, _ = arrays(columns)
    found = effects_left_out(x, y, effects(everybody), error, everybody)
    np.testing.assert_allclose(found, moved, rtol=1e-7, atol=1e-12)
    some = np.array([3, 60])
    np.testing.assert_allclose(effects_left_out(x, y, effects(everybody), error, some), moved[some], rtol=1e-7)
    survey = survey_of(tmp_path, columns)
    sensitivity = measurement_sensitivity(survey, reliability={"a": 0.8, "b": 0.9, "c": 1.0})
    np.testing.assert_allclose(sensitivity.std_error[1], np.sqrt((moved**2).sum(axis=0)), rtol=1e-7)


def test_many_respondents_are_left_out_in_parts() -> None:
    # More than are solved for at once, and not a multiple of it.
    columns = ratings(5000, seed=322)
    x, y, w = arrays(columns)
    error = np.full(3, 0.1)
    effects, _ = corrected_effects(x, y, w, error)
    every = effects_left_out(x, y, effects, error, np.arange(5000))
    last = effects_left_out(x, y, effects, error, np.arange(4990, 5000))
    np.testing.assert_allclose(every[4990:], last, rtol=ROUNDING)


def test_influence_is_the_derivative_by_a_respondents_weight() -> None:
    columns = ratings(60, seed=323)
    weights = np.random.default_rng(324).uniform(0.5, 2, 60)
    error = np.array([0.25, 0.0, 0.15])
    x, y, w = arrays(columns, weights)
    effects, influence = corrected_effects(x, y, w, error)
    value, moved = least_eigenvalue(x, w, error)
    np.testing.assert_allclose(influence.sum(axis=0), 0, atol=1e-12)
    assert moved.sum() == pytest.approx(0, abs=1e-12)
    values = np.column_stack(list(columns.values()))

    def of(weights: np.ndarray) -> tuple[np.ndarray, float]:
        covariance = np.cov(values, rowvar=False, aweights=weights, ddof=0)
        correlation = covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
        kept = covariance[:3, :3] - np.diag(error * np.diag(covariance)[:3])
        return np.linalg.solve(kept, covariance[:3, 3]), np.linalg.eigvalsh(correlation[:3, :3] - np.diag(error))[0]

    np.testing.assert_allclose(effects, of(weights)[0], rtol=ROUNDING)
    assert value == pytest.approx(of(weights)[1], rel=ROUNDING)
    for i in (0, 17, 59):
        step = np.zeros(60)
        step[i] = 1e-5 * weights[i]
        up, down = of(weights + step), of(weights - step)
        np.testing.assert_allclose((up[0] - down[0]) / 2e-5, influence[i], atol=DERIVATIVE * np.abs(influence).max())
        assert (up[1] - down[1]) / 2e-5 == pytest.approx(moved[i], abs=DERIVATIVE * np.abs(moved).max())


def test_linearised_errors_are_near_those_of_the_bootstrap_of_units(tmp_path: Path) -> None:
    columns = ratings(600, seed=325)
    clusters = np.arange(600) // 10
    branch = np.random.default_rng(326).normal(size=(60, 4))[clusters]
    columns = {name: column + 4 * branch[:, j] for j, (name, column) in enumerate(columns.items())}
    weights = np.random.default_rng(327).uniform(0.5, 2, 600)
    survey = survey_of(tmp_path, columns, clusters=clusters, weights=weights)
    found = measurement_sensitivity(survey, reliability=(0.85,))
    values = np.column_stack(list(columns.values()))
    drawn = []
    for factors in replicate_factors(600, n_boot=640, seed=328, clusters=clusters):
        scatter = np.array([weighted_moments(values, weights * factor).scatter for factor in factors])
        drawn.append(effects_of_moments(scatter, np.full(3, 0.15)))
    # The error of a standard deviation from 640 draws is 3 %; 60 units add what linearising leaves out.
    np.testing.assert_allclose(found.std_error[1], np.concatenate(drawn).std(axis=0), rtol=0.15)


def test_effects_of_moments_are_the_corrected_effects_in_each_replicate() -> None:
    columns = ratings(80, seed=329)
    columns["a"] = columns["a"] * 1e-8  # units of measurement must not matter
    error = np.array([0.2, 0.1, 0.0])
    values = np.column_stack(list(columns.values()))
    weights = np.random.default_rng(330).uniform(0, 2, (80, 5))
    scatter = np.array([weighted_moments(values, column).scatter for column in weights.T])
    expected = [corrected_effects(*arrays(columns, column), error)[0] for column in weights.T]
    np.testing.assert_allclose(effects_of_moments(scatter, error), expected, rtol=1e-8)
    hopeless = np.concatenate([scatter, np.full((1, 4, 4), np.nan), scatter[:1] * 0])
    found = effects_of_moments(hopeless, error)
    np.testing.assert_allclose(found[:5], expected, rtol=1e-8)
    assert np.isnan(found[5:]).all()
    # As much error as there is variance leaves nothing to divide by.
    assert np.isnan(effects_of_moments(scatter, np.array([0.9, 0.9, 0.9]))).all()


def test_replicates_of_the_jackknife_give_the_errors_of_leaving_out(tmp_path: Path) -> None:
    columns = ratings(50, seed=331)
    plain = measurement_sensitivity(survey_of(tmp_path / "plain", columns), reliability=(0.9,))
    left_out = (1 - np.eye(50)) * 50 / 49
    survey = survey_of(
        tmp_path / "jk1", columns, weights=np.ones(50), replicates=left_out, design={"replicate_method": "jk1"}
    )
    found = measurement_sensitivity(survey, reliability=(0.9,))
    assert found.errors == "replicates"
    np.testing.assert_allclose(found.estimate, plain.estimate, rtol=1e-8)
    # jk1 counts each deviation (n − 1)/n times.
    np.testing.assert_allclose(found.std_error, plain.std_error * np.sqrt(49 / 50), rtol=1e-8)


def test_holm_steps_down() -> None:
    found = holm(np.array([0.04, 0.01, np.nan, 0.03, 0.9]))
    np.testing.assert_allclose(found, [0.09, 0.04, np.nan, 0.09, 0.9], rtol=ROUNDING)
    assert holm(np.array([0.7, 0.6])).tolist() == [1.0, 1.0]
    assert np.isnan(holm(np.array([np.nan]))).all()


# Identities


def test_one_driver_grows_by_its_reliability_and_its_test_stays(tmp_path: Path) -> None:
    columns = ratings(80, seed=332)
    found = measurement_sensitivity(survey_of(tmp_path, columns), drivers=["a"], reliability=(0.8, 0.5))
    np.testing.assert_allclose(found.estimate[:, 0] * found.reliability[:, 0], found.estimate[0, 0], rtol=ROUNDING)
    np.testing.assert_allclose(found.std_error[:, 0] * found.reliability[:, 0], found.std_error[0, 0], rtol=1e-8)
    np.testing.assert_allclose(found.p_value[:, 0], found.p_value[0, 0], rtol=1e-6)


def test_one_reliability_for_all_is_each_drivers_own(service: dict[str, Survey]) -> None:
    common = measurement_sensitivity(service["design"], reliability=(0.9,))
    own = measurement_sensitivity(service["design"], reliability=dict.fromkeys(RATINGS, 0.9))
    for name in (*NUMBERS, "changes_at", "conclusion", "reliability"):
        np.testing.assert_array_equal(getattr(own, name), getattr(common, name))


def test_whole_weights_are_repeated_rows_in_estimates(tmp_path: Path) -> None:
    columns, counts = ratings(80, seed=333), np.random.default_rng(334).integers(1, 4, 80)
    weighted = measurement_sensitivity(survey_of(tmp_path / "w", columns, weights=3.0 * counts), reliability=(0.9,))
    repeated = {name: np.repeat(column, counts) for name, column in columns.items()}
    other = measurement_sensitivity(survey_of(tmp_path / "r", repeated), reliability=(0.9,))
    np.testing.assert_allclose(weighted.estimate, other.estimate, rtol=1e-8)
    assert (weighted.std_error > other.std_error).all()


def test_order_of_drivers_only_orders_the_result(service: dict[str, Survey]) -> None:
    one = measurement_sensitivity(service["plain"], reliability=(0.9,))
    other = measurement_sensitivity(service["plain"], drivers=RATINGS[::-1], reliability=(0.9,))
    for name in (*NUMBERS, "changes_at"):
        np.testing.assert_allclose(getattr(other, name)[..., ::-1], getattr(one, name), rtol=1e-7)


def test_controls_and_indicators_hold_no_error(service: dict[str, Survey]) -> None:
    survey = service["weighted"]
    found = measurement_sensitivity(
        survey, drivers=["respect", "channel"], always=["speed"], reliability={"respect": 0.8}
    )
    assert found.drivers == ("respect", "channel=phone", "channel=web")
    assert found.reliability.tolist() == [[1.0, 1.0, 1.0], [0.8, 1.0, 1.0]]
    channel = survey.raw["channel"].to_numpy()
    columns = [survey.scores["speed"], survey.scores["respect"], channel == "phone", channel == "web"]
    covariance = np.cov(np.column_stack([*columns, survey.scores["sat"]]), rowvar=False, aweights=survey.weights)
    covariance[1, 1] *= 0.8
    expected = np.linalg.solve(covariance[:4, :4], covariance[:4, 4])[1:]
    np.testing.assert_allclose(found.estimate[1], expected, rtol=1e-8)
    common = measurement_sensitivity(survey, drivers=["respect", "channel"], always=["speed"], reliability=(0.8,))
    np.testing.assert_array_equal(common.reliability, found.reliability)


# A truth that is known


@pytest.mark.parametrize("rho", [0.8, 0.65])
def test_the_true_reliability_gives_the_true_effects_and_an_honest_test(rho: float) -> None:
    surveys, n, k = 250, 400, 4
    true = np.arange(k)[::-1] / k
    estimates, naive, flags, naive_flags, covered = [], [], [], [], []
    critical = stats.t.ppf(0.975, n - k - 1)
    for seed in range(surveys):
        columns = ratings(n, seed=[335, seed], rho=rho, k=k)  # type: ignore[arg-type]
        x, y, w = arrays(columns)
        for error, into, flagged in ((np.zeros(k), naive, naive_flags), (np.full(k, 1 - rho), estimates, flags)):
            effects, _ = corrected_effects(x, y, w, error)
            errors = np.sqrt((effects_left_out(x, y, effects, error, np.arange(n)) ** 2).sum(axis=0))
            into.append(effects)
            flagged.append(np.abs(effects[-1] / errors[-1]) > critical)
        covered.append(np.abs(effects - true) < critical * errors)
    allowed = FOUR_STANDARD_ERRORS * np.std(estimates, axis=0) / np.sqrt(surveys)
    # A ratio of moments is off by terms of 1 / n.
    assert (np.abs(np.mean(estimates, axis=0) - true) < allowed + 2 / n).all()
    assert (np.mean(naive, axis=0)[[0, -1]] - true[[0, -1]] < [-0.1, 1]).all()
    assert np.mean(naive, axis=0)[-1] > 0.05
    rate = FOUR_STANDARD_ERRORS * np.sqrt(0.05 * 0.95 / surveys)
    assert np.mean(naive_flags) > 0.05 + 2 * rate
    assert abs(np.mean(flags) - 0.05) < rate
    assert (np.abs(np.mean(covered, axis=0) - 0.95) < rate).all()


def test_a_driver_without_effect_loses_its_effect_where_the_error_is_said(tmp_path: Path) -> None:
    found = measurement_sensitivity(survey_of(tmp_path, ratings(2000, seed=336, rho=0.7, k=4)))
    assert [CONCLUSIONS[code] for code in found.conclusion[0]] == ["positive"] * 4
    assert CONCLUSIONS[found.conclusion[-1, 3]] == "undecided"
    table = found.changes().set_index("driver")
    assert 0.7 < table.loc["d", "changes_at"] < 0.95
    assert table.loc["d", ["conclusion", "changes_to"]].tolist() == ["positive", "undecided"]
    assert np.isnan(table.loc["a", "changes_at"]) and table.loc["a", "changes_to"] == ""


# Where conclusions change


def test_a_change_is_the_first_on_the_way_down(service: dict[str, Survey]) -> None:
    survey = service["design"]
    found = measurement_sensitivity(survey, reliability=(0.75,))
    levels = np.round(np.arange(1.0, 0.745, -0.01), 2)
    each = measurement_sensitivity(survey, reliability=tuple(levels))
    known = (each.conclusion != CONCLUSIONS.index("not_identified")).all(axis=1)
    assert found.identified_to == levels[known].min()
    changed = 0
    for j in range(6):
        path = each.conclusion[known, j]
        different = np.flatnonzero(path != path[0])
        if len(different):
            changed += 1
            assert found.changes_at[j] == pytest.approx(levels[different[0]])
            assert found.changes_to[j] == path[different[0]]
        else:
            assert np.isnan(found.changes_at[j]) and found.changes_to[j] == -1
    assert 0 < changed < 6


def test_drivers_change_at_their_own_reliability_where_each_has_one(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, ratings(2000, seed=336, rho=0.7, k=4))
    lowest = {"a": 1.0, "b": 0.6, "c": 0.8, "d": 0.7}
    found = measurement_sensitivity(survey, reliability=lowest)
    assert found.reliability.tolist() == [[1.0] * 4, list(lowest.values())]
    at = found.changes_at[3]
    # The steps are those of the driver that goes furthest down.
    step = round((1 - at) / 0.3 * 40)
    assert 1 <= step <= 40 and at == pytest.approx(1 - 0.3 * step / 40)

    def conclusion(part: int) -> str:
        levels = {name: 1 - (1 - level) * part / 40 for name, level in lowest.items()}
        return CONCLUSIONS[measurement_sensitivity(survey, reliability=levels).conclusion[1, 3]]

    assert conclusion(step) == "undecided"
    assert step == 1 or conclusion(step - 1) == "positive"
    assert found.identified_to == pytest.approx(np.mean([0.6, 0.8, 0.7]))


# Where there is no answer


def test_ratings_that_correlate_too_highly_for_their_reliability_have_no_effects(service: dict[str, Survey]) -> None:
    found = measurement_sensitivity(kda.example_survey("customersat"))
    assert found.conclusion[:2].max() < 3 and (found.conclusion[2:] == 3).all()
    for name in NUMBERS:
        assert np.isnan(getattr(found, name)[2:]).all()
        assert np.isfinite(getattr(found, name)[:2]).all()
    assert 0.8 < found.identified_to < 0.9
    assert found.tidy().query("reliability == 0.7")["conclusion"].unique().tolist() == ["not_identified"]


def test_the_margin_is_two_standard_errors_of_the_least_eigenvalue(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, ratings(200, seed=337, rho=0.9, k=3))
    values = np.column_stack([survey.scores[name] for name in "abc"])

    def least(rows: np.ndarray, error: float) -> float:
        return float(np.linalg.eigvalsh(np.corrcoef(values[rows], rowvar=False) - error * np.eye(3))[0])

    rng = np.random.default_rng(338)
    spread = np.std([least(rng.integers(0, 200, 200), 0.3) for _ in range(800)])
    everybody = np.arange(200)
    # The error at which the eigenvalue is twice its standard error, which hardly depends on it.
    limit = least(everybody, 0.0) - 2 * spread
    assert measurement_sensitivity(survey, reliability=(1 - limit + 0.03,)).conclusion[1].max() < 3
    assert measurement_sensitivity(survey, reliability=(1 - limit - 0.03,)).conclusion[1].min() == 3


def test_a_replicate_without_effects_leaves_the_question_open(tmp_path: Path) -> None:
    columns = ratings(60, seed=339, rho=0.95)
    half = np.where(np.arange(60) % 2, 2.0, 0.0)
    few = np.where(np.arange(60) < 4, 15.0, 0.0)
    replicates = np.column_stack([half, 2 - half, few, 2 - half / 2 * 2 + 0.0])[:, :3]
    survey = survey_of(
        tmp_path,
        columns,
        weights=np.ones(60),
        replicates=np.column_stack([replicates, np.roll(replicates, 7, axis=0), np.roll(replicates, 19, axis=0)]),
        design={"replicate_method": "bootstrap"},
    )
    model = model_of(survey)
    assert model.estimates(np.zeros(3)) is not None
    assert model.estimates(np.full(3, 0.3)) is None


def test_a_respondent_who_alone_decides_an_effect_leaves_it_without_error(tmp_path: Path) -> None:
    columns = ratings(60, seed=340)
    columns["c"] = np.where(np.arange(60) == 7, 80.0, 0.0)
    found = measurement_sensitivity(survey_of(tmp_path, columns), reliability={"a": 0.9, "b": 0.9, "c": 1.0})
    base = fit_regression(survey_of(tmp_path, columns))
    assert np.isnan(found.std_error[:, 2]).all() and np.isnan(base.std_error[3])
    assert np.isfinite(found.std_error[:, :2]).all()
    assert found.conclusion[:, 2].tolist() == [0, 0]


# The result


def test_frames_are_fresh_and_keep_to_the_closed_list(service: dict[str, Survey]) -> None:
    found = measurement_sensitivity(service["plain"], reliability=(0.9, 0.6), conf_level=0.9)
    assert {*found.tidy(), *found.changes(), *found.glance()} <= set(COLUMNS)
    frame = found.tidy()
    frame["estimate"] = 0.0
    assert found.tidy()["estimate"].tolist()[:12] == found.estimate[:2].ravel().tolist()
    assert found.tidy()["method"].tolist() == ["least_squares"] * 6 + ["errors_in_variables"] * 12
    assert found.tidy()["driver"].tolist() == [*RATINGS] * 3
    assert found.tidy()["reliability"].tolist() == [1.0] * 6 + [0.9] * 6 + [0.6] * 6
    np.testing.assert_allclose(found.tidy()["statistic"][:12], (found.estimate / found.std_error)[:2].ravel())
    assert found.glance()[["n", "df_resid", "conf_level"]].to_numpy().tolist() == [[600, 593, 0.9]]
    for name in (*NUMBERS, "reliability", "conclusion", "changes_at", "changes_to"):
        assert not getattr(found, name).flags.writeable, name
    assert found.n_used == 600 and found.notes == ()


def test_conclusions_are_those_of_the_intervals(service: dict[str, Survey]) -> None:
    found = measurement_sensitivity(service["plain"], reliability=(0.95,))
    code = np.select([found.conf_low > 0, found.conf_high < 0], [1, 2], 0)
    assert np.array_equal(found.conclusion, code) and len(set(code.ravel())) > 1
    reach = stats.t.ppf(0.975, found.df_resid) * found.std_error
    np.testing.assert_allclose(found.conf_high, found.estimate + reach, rtol=ROUNDING)
    np.testing.assert_allclose(found.conf_low, found.estimate - reach, rtol=ROUNDING)
    np.testing.assert_allclose(found.p_value, 2 * stats.t.sf(np.abs(found.estimate / found.std_error), 593), rtol=1e-7)
    np.testing.assert_allclose(found.p_adjusted[1], holm(found.p_value[1]), rtol=ROUNDING)
    turned = replace(service["plain"], scores=100 - service["plain"].scores[list(RATINGS)])
    turned = replace(turned, scores=pd.concat([turned.scores, service["plain"].scores[["sat"]]], axis=1))
    mirrored = measurement_sensitivity(turned, reliability=(0.95,))
    assert np.array_equal(mirrored.conclusion, np.array([0, 2, 1])[code])


def test_details_tell_what_changes(service: dict[str, Survey]) -> None:
    found = measurement_sensitivity(service["design"], reliability=(0.75,))
    changed = found.changes().dropna(subset="changes_at").set_index("driver")
    assert found.details["changes"] == {
        driver: {"from": row["conclusion"], "to": row["changes_to"], "reliability": row["changes_at"]}
        for driver, row in changed.iterrows()
    }
    assert found.details["identified_to"] == found.identified_to


def test_a_result_of_uneven_parts_cannot_exist(service: dict[str, Survey]) -> None:
    found = measurement_sensitivity(service["plain"], reliability=(0.9,))
    assert isinstance(found, MeasurementSensitivity)
    with pytest.raises(ValueError, match=r"^Effects need one row for each scenario and one column for each driver\.$"):
        replace(found, drivers=found.drivers[1:])
    with pytest.raises(ValueError, match=r"^A change has a reliability and a conclusion, or neither\.$"):
        replace(found, changes_to=np.zeros(6, dtype=np.int8), changes_at=np.full(6, np.nan))


def test_left_out_answers_are_noted(tmp_path: Path) -> None:
    columns = ratings(60, seed=341)
    columns["b"][:4] = np.nan
    (note,) = measurement_sensitivity(survey_of(tmp_path, columns)).notes
    assert (note.code, dict(note.values)) == ("missing_dropped", {"n_asked": 60, "n": 56})


# Errors


def refusal(survey: Survey, **arguments: object) -> str:
    with pytest.raises(kda.ModelError) as caught:
        measurement_sensitivity(survey, **arguments)  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.parametrize("given", [(), (1.0,), (0.9, 0.0), (1.1, 0.9), (0.8, -0.1), (0.8, float("nan"))])
def test_what_is_no_reliability_is_refused(given: tuple[float, ...], service: dict[str, Survey]) -> None:
    assert refusal(service["plain"], reliability=given) == (
        f"Expected reliabilities above 0 and up to 1, one of them below 1, found {given}; 0.7 to 0.9 are usual for "
        "ratings."
    )


def test_reliabilities_of_other_than_the_drivers_are_refused(service: dict[str, Survey]) -> None:
    chosen = {"drivers": ["respect", "speed"]}
    assert refusal(service["plain"], **chosen, reliability={"respect": 0.9, "sped": 0.8}) == (
        "Expected reliabilities of the drivers 'respect', 'speed', found one of 'sped'; did you mean 'speed'?"
    )
    assert refusal(service["plain"], **chosen, reliability={"respect": 0.9}) == (
        "Expected a reliability for each driver, found none of 'speed'; add it, 1 for no error."
    )
    assert refusal(service["plain"], **chosen, reliability={"respect": 1.0, "speed": 1.0}) == (
        "Expected reliabilities above 0 and up to 1, one of them below 1, found {'respect': 1.0, 'speed': 1.0}; "
        "0.7 to 0.9 are usual for ratings."
    )


def test_what_the_regression_refuses_is_refused(tmp_path: Path) -> None:
    columns = ratings(60, seed=342)
    columns["c"] = (columns["a"] + columns["b"]) / 2
    assert refusal(survey_of(tmp_path, columns)) == (
        "Expected predictors of which none is a sum of others, found some among a, b, c; remove one."
    )

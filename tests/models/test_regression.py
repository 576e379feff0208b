"""Partial effects: estimates, robust errors, intervals and corrected tests against other programs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.models.regression import RegressionResult, fit_regression
from drivers.survey.data import Survey
from tests.reference_numbers import AGREEMENT, RATINGS, service_survey, table
from tests.simulated import make_survey

ROUNDING = 1e-10
"""Relative: least squares by one decomposition or another."""

FOUR_STANDARD_ERRORS = 4.0
"""Of a rate from simulated surveys: passed by chance in all but 6 of 100,000 runs, and seeds are fixed."""

# From 1–5 on both sides to 0–100 on both sides: slopes stay, the constant is 25 (a + Σb − 1).
TO_POINTS = np.eye(7)
TO_POINTS[0] = 25.0


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Survey]:
    folder = tmp_path_factory.mktemp("service")
    return {
        "plain": service_survey(folder / "plain"),
        "weights_only": service_survey(folder / "weighted", weighted=True),
        "design": service_survey(folder / "design", design=True),
        "design_fpc": service_survey(folder / "fpc", fpc=True),
    }


def survey_of(folder: Path, columns: dict[str, np.ndarray], **options: object) -> Survey:
    drivers = {name: column for name, column in columns.items() if name != "y"}
    return make_survey(folder, drivers=drivers, outcomes={"y": columns["y"]}, **options)  # type: ignore[arg-type]


def answers(n: int, seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(10, 90, (n, 3))
    y = 20 + x @ [0.4, 0.2, 0.0] + rng.uniform(-1, 1, n) * x[:, 0] / 5
    return {"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": y}


# Numbers from another program


@pytest.mark.parametrize(
    ("model", "case", "survey"),
    [
        ("lm", "HC3", "plain"),
        ("svyglm_gaussian", "weights_only", "weights_only"),
        ("svyglm_gaussian", "design", "design"),
        ("svyglm_gaussian", "design_fpc", "design_fpc"),
    ],
)
def test_effects_errors_tests_and_intervals_of_sandwich_and_svyglm(
    model: str, case: str, survey: str, service: dict[str, Survey]
) -> None:
    expected = table("regression_se.csv").query("model == @model and case == @case").set_index("name")
    found = fit_regression(service[survey])
    assert found.terms == ("const", *RATINGS)
    slopes = expected.loc[list(RATINGS)]
    np.testing.assert_allclose(found.estimate[1:], slopes["est"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.std_error[1:], slopes["se"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.tidy()["statistic"][1:], slopes["t"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.p_value[1:], slopes["p"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.conf_low[1:], slopes["lower95_df_residual"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.conf_high[1:], slopes["upper95_df_residual"], rtol=AGREEMENT)
    assert found.df_resid == slopes["df"].iloc[0]
    assert found.errors == ("HC3" if case == "HC3" else "linearised")
    constant = TO_POINTS[0] @ expected["est"].to_numpy() - 25
    np.testing.assert_allclose(found.estimate[0], constant, rtol=AGREEMENT)


@pytest.mark.parametrize("case", ["weights_only", "design", "design_fpc"])
def test_covariance_of_svyglm(case: str, service: dict[str, Survey]) -> None:
    long = table("svyglm_vcov.csv").query("case == @case")
    order = ["(Intercept)", *RATINGS]
    expected = long.pivot(index="i", columns="j", values="value").loc[order, order].to_numpy()
    found = fit_regression(service[case]).covariance
    in_points = TO_POINTS @ expected @ TO_POINTS.T
    # Covariances may be near 0, so against the standard errors.
    scale = np.sqrt(np.outer(np.diag(in_points), np.diag(in_points)))
    np.testing.assert_allclose(found / scale, in_points / scale, rtol=0, atol=AGREEMENT)


@pytest.mark.parametrize(
    ("case", "survey", "outcome"),
    [("A_service", "plain", "sat"), ("A_service_loy", "plain", "loy"), ("C_service_w", "design", "sat")],
)
def test_r2_of_lm(case: str, survey: str, outcome: str, service: dict[str, Survey]) -> None:
    expected = table("relaimpo_models.csv").set_index("case").loc[case, "R2"]
    np.testing.assert_allclose(fit_regression(service[survey], outcome=outcome).r2, expected, rtol=AGREEMENT)


def test_linearised_errors_are_near_those_of_replicates(service: dict[str, Survey]) -> None:
    # The jackknife and the bootstrap of survey estimate the same thing another way, with 44 degrees of freedom.
    errors = table("survey_replicates_se.csv")
    found = fit_regression(service["design"]).std_error[1:]
    for kind, tolerance in (("JKn", 0.04), ("subbootstrap", 0.13)):
        expected = errors.query("type == @kind").set_index("name").loc[[f"coef_{name}" for name in RATINGS], "se"]
        assert (np.abs(np.log(found / expected)) < tolerance).all(), kind


@pytest.mark.parametrize("fpc", [False, True])
@pytest.mark.parametrize("kind", ["JKn", "bootstrap"])
def test_errors_of_replicates_are_those_of_withreplicates(kind: str, fpc: bool, tmp_path: Path) -> None:
    survey = service_survey(tmp_path, replicates=kind, fpc=fpc)
    found = fit_regression(survey, conf_level=0.9)
    file = "survey_replicates_fpc_se.csv" if fpc else "survey_replicates_se.csv"
    expected = table(file).query("type == @kind").set_index("name").loc[[f"coef_{name}" for name in RATINGS]]
    np.testing.assert_allclose(found.estimate[1:], expected["est"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.std_error[1:], expected["se"], rtol=AGREEMENT)
    # As svyglm has it for replicates: degf + 1 less the terms.
    assert (found.errors, found.df_resid) == ("replicates", 44 + 1 - 7)
    reach = stats.t.ppf(0.95, 38) * expected["se"]
    np.testing.assert_allclose(found.conf_low[1:], expected["est"] - reach, rtol=AGREEMENT)
    np.testing.assert_allclose(found.conf_high[1:], expected["est"] + reach, rtol=AGREEMENT)
    expected_p = 2 * stats.t.sf(np.abs(expected["est"] / expected["se"]), 38)
    np.testing.assert_allclose(found.p_value[1:], expected_p, rtol=1e-8)


# Written differently


def jackknife(weights: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Full weights of the jackknife that leaves out one cluster in each replicate; float (n, clusters)."""
    kept = clusters[:, None] != np.unique(clusters)
    count = kept.shape[1]
    return weights[:, None] * kept * count / (count - 1)


def test_replicates_are_fits_of_their_own(tmp_path: Path) -> None:
    columns, rng = answers(90, seed=124), np.random.default_rng(124)
    weights, clusters = rng.uniform(0.5, 3, 90), np.arange(90) // 6
    kind = np.where(rng.random(90) < 0.4, "shop", "web")
    survey = survey_of(
        tmp_path,
        columns,
        weights=weights,
        replicates=jackknife(weights, clusters),
        design={"replicate_method": "jk1"},
        segments={"kind": kind},
        unit=np.where(rng.random(90) < 0.7, "in", "out"),
    ).select(unit="in")
    found = fit_regression(survey, always=["kind"])
    rows = survey.domain
    x = np.column_stack([np.ones(90), kind == "web", columns["a"], columns["b"], columns["c"]])[rows]
    assert found.terms == ("const", "kind=web", "a", "b", "c")
    drawn = []
    for cluster in range(15):
        root = np.sqrt(np.where(clusters[rows] == cluster, 0.0, weights[rows]))
        drawn.append(np.linalg.lstsq(root[:, None] * x, root * columns["y"][rows], rcond=None)[0])
    moved = np.array(drawn) - found.estimate
    np.testing.assert_allclose(found.covariance, 14 / 15 * moved.T @ moved, rtol=1e-8)
    assert (found.errors, found.df_resid) == ("replicates", 15 - 1 - 4)


def test_a_domain_in_one_cluster_of_a_replicated_survey_is_a_sample_of_its_own(tmp_path: Path) -> None:
    columns, clusters = answers(200, seed=125), np.arange(200) // 40
    weights = np.random.default_rng(125).uniform(1, 2, 200)
    unit = np.where(clusters == 3, "one", "others")
    replicated = survey_of(
        tmp_path / "1",
        columns,
        weights=weights,
        replicates=jackknife(weights, clusters),
        design={"replicate_method": "jk1"},
        unit=unit,
    ).select(unit="one")
    alone = survey_of(
        tmp_path / "2", {name: column[120:160] for name, column in columns.items()}, weights=weights[120:160]
    )
    found, expected = fit_regression(replicated), fit_regression(alone)
    assert found.errors == expected.errors == "linearised"
    np.testing.assert_allclose(found.covariance, expected.covariance, rtol=1e-9)
    assert found.df_resid == expected.df_resid == 40 - 4


def test_a_simple_random_sample_of_a_finite_population(tmp_path: Path) -> None:
    columns = answers(60, seed=126)
    endless = fit_regression(survey_of(tmp_path / "1", columns, weights=np.where(np.arange(60), 1, 1 + 1e-13)))
    finite = fit_regression(survey_of(tmp_path / "2", columns, fpc=np.full(60, 80.0)))
    assert finite.errors == "linearised"
    np.testing.assert_allclose(finite.std_error, 0.5 * endless.std_error, rtol=1e-9)
    assert finite.df_resid == endless.df_resid == 56


def test_hc3_by_leaving_each_respondent_out(tmp_path: Path) -> None:
    columns = answers(60, seed=111)
    x = np.column_stack([np.ones(60), columns["a"], columns["b"], columns["c"]])
    estimate = np.linalg.lstsq(x, columns["y"])[0]
    # HC3 is Σ (b − b without i)(b − b without i)ᵀ.
    moved = np.array([estimate - np.linalg.lstsq(np.delete(x, i, 0), np.delete(columns["y"], i))[0] for i in range(60)])
    found = fit_regression(survey_of(tmp_path, columns))
    np.testing.assert_allclose(found.estimate, estimate, rtol=ROUNDING)
    np.testing.assert_allclose(found.std_error, np.sqrt(np.diag(moved.T @ moved)), rtol=1e-9)


def test_holm_corrects_over_the_drivers_only(service: dict[str, Survey]) -> None:
    found = fit_regression(service["plain"], always=["presence"])
    assert found.terms == ("const", "presence", *RATINGS[:-1])
    assert found.drivers == RATINGS[:-1]
    p = found.p_value[2:]
    expected = np.empty(5)
    largest = 0.0
    for place, i in enumerate(np.argsort(p)):
        largest = max(largest, min(1.0, (5 - place) * p[i]))
        expected[i] = largest
    np.testing.assert_allclose(found.p_adjusted[2:], expected, rtol=ROUNDING)
    assert np.isnan(found.p_adjusted[:2]).all()


def test_interval_and_test_agree_at_every_level(service: dict[str, Survey]) -> None:
    for level in (0.5, 0.9, 0.99):
        found = fit_regression(service["design"], conf_level=level)
        reach = (found.conf_high - found.conf_low) / 2
        np.testing.assert_allclose(reach / found.std_error, stats.t.ppf((1 + level) / 2, 38), rtol=ROUNDING)
        leaves_out_0 = (found.conf_low > 0) | (found.conf_high < 0)
        assert np.array_equal(leaves_out_0, found.p_value < 1 - level)


# Identities


def test_whole_weights_are_repeated_rows_in_estimates(tmp_path: Path) -> None:
    columns, counts = answers(80, seed=112), np.random.default_rng(113).integers(1, 5, 80)
    weighted = fit_regression(survey_of(tmp_path / "w", columns, weights=counts.astype(float)))
    repeated = fit_regression(
        survey_of(tmp_path / "r", {name: np.repeat(column, counts) for name, column in columns.items()})
    )
    np.testing.assert_allclose(weighted.estimate, repeated.estimate, rtol=ROUNDING, atol=ROUNDING)
    assert weighted.r2 == pytest.approx(repeated.r2, rel=ROUNDING)
    # The repeated rows pretend to be more respondents than there are.
    assert (weighted.std_error[1:] > repeated.std_error[1:]).all()


def test_scale_of_weights_and_order_of_rows_do_not_matter(tmp_path: Path) -> None:
    columns, weights = answers(80, seed=114), np.random.default_rng(115).uniform(0.3, 3, 80)
    order = np.random.default_rng(116).permutation(80)
    clusters = np.arange(80) // 4
    one = fit_regression(survey_of(tmp_path / "1", columns, weights=weights, clusters=clusters))
    mixed = {name: column[order] for name, column in columns.items()}
    other = fit_regression(survey_of(tmp_path / "2", mixed, weights=500 * weights[order], clusters=clusters[order]))
    for name in ("estimate", "std_error", "conf_low", "p_value"):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-8)


def test_order_of_drivers_only_orders_the_result(service: dict[str, Survey]) -> None:
    one, other = fit_regression(service["design"]), fit_regression(service["design"], drivers=RATINGS[::-1])
    assert other.terms == ("const", *RATINGS[::-1])
    for name in ("estimate", "std_error", "p_value", "p_adjusted"):
        np.testing.assert_allclose(getattr(other, name)[1:], getattr(one, name)[:0:-1], rtol=1e-8)


def test_drivers_and_importance_are_of_one_model(service: dict[str, Survey]) -> None:
    for survey in service.values():
        importance = kda.relative_importance(survey, always=["channel"], n_boot=0)
        assert fit_regression(survey, always=["channel"]).r2 == pytest.approx(importance.r2, rel=ROUNDING)


def test_a_domain_uses_the_sampling_units_of_all(tmp_path: Path) -> None:
    # Rows outside the domain stay as zeros, so a unit without a row of the domain still counts.
    columns = answers(120, seed=117)
    clusters, kind = np.arange(120) // 6, np.where(np.arange(120) % 6 < 3, "in", "out")
    survey = survey_of(tmp_path, columns, clusters=clusters, segments={"kind": kind}).select(only={"kind": "in"})
    found = fit_regression(survey)
    inside = kind == "in"
    x = np.column_stack([np.ones(120), columns["a"], columns["b"], columns["c"]])[inside]
    estimate = np.linalg.lstsq(x, columns["y"][inside])[0]
    scores = x * (columns["y"][inside] - x @ estimate)[:, None]
    by_cluster = np.array([scores[clusters[inside] == c].sum(axis=0) for c in range(20)])
    bread = np.linalg.inv(x.T @ x)
    expected = bread @ (20 / 19 * by_cluster.T @ by_cluster) @ bread
    np.testing.assert_allclose(found.covariance, expected, rtol=1e-8)
    assert found.sample.n == 60


# A truth that is known


def test_intervals_cover_the_truth_as_often_as_they_say(tmp_path: Path) -> None:
    # 40 branches of 5 with errors and answers of their own; the design's interval must know that.
    rng = np.random.default_rng(118)
    branches = np.repeat(np.arange(40), 5)
    survey = survey_of(tmp_path, answers(200, seed=118), clusters=branches)
    covered = []
    for _ in range(30):
        x = rng.normal(size=(40, 2)).repeat(5, axis=0) + rng.normal(size=(200, 2))
        y = x @ [0.5, 0.0] + rng.normal(size=40)[branches] + rng.normal(size=200)
        scores = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": y})
        found = fit_regression(replace(survey, scores=scores), drivers=["a", "b"], conf_level=0.9)
        covered += list((found.conf_low[1:] < [0.5, 0.0]) & (found.conf_high[1:] > [0.5, 0.0]))
    assert abs(np.mean(covered) - 0.9) < FOUR_STANDARD_ERRORS * np.sqrt(0.9 * 0.1 / len(covered))


# The result


def test_frames_are_fresh_and_keep_to_the_closed_list(service: dict[str, Survey]) -> None:
    found = fit_regression(service["weights_only"])
    assert set(found.tidy().columns) | set(found.glance().columns) <= set(COLUMNS)
    frame = found.tidy()
    frame["estimate"] = 0.0
    assert found.tidy()["estimate"].tolist() == found.estimate.tolist()
    assert found.glance()[["method", "n", "df_model", "df_resid"]].to_numpy().tolist() == [["wls", 600, 6, 593]]
    for name in ("estimate", "std_error", "covariance", "conf_low", "conf_high", "p_value", "p_adjusted"):
        assert not getattr(found, name).flags.writeable, name


def test_a_result_of_uneven_parts_cannot_exist(service: dict[str, Survey]) -> None:
    found = fit_regression(service["plain"])
    assert isinstance(found, RegressionResult)
    with pytest.raises(ValueError, match=r"^A regression needs one estimate, one row and one column for each term\.$"):
        replace(found, terms=found.terms[1:])


def test_left_out_answers_are_noted(tmp_path: Path) -> None:
    columns = answers(60, seed=119)
    columns["b"][:4] = np.nan
    (note,) = fit_regression(survey_of(tmp_path, columns)).notes
    assert (note.code, dict(note.values)) == ("missing_dropped", {"n_asked": 60, "n": 56})


# Errors


def refusal(survey: Survey, **arguments: object) -> str:
    with pytest.raises(kda.ModelError) as caught:
        fit_regression(survey, **arguments)  # type: ignore[arg-type]
    return str(caught.value)


def test_a_driver_that_is_a_sum_of_others_is_refused(tmp_path: Path) -> None:
    columns = answers(60, seed=120)
    columns["c"] = (columns["a"] + columns["b"]) / 2
    assert refusal(survey_of(tmp_path, columns)) == (
        "Expected predictors of which none is a sum of others, found some among a, b, c; remove one."
    )
    reason = kda.attempt(fit_regression, survey_of(tmp_path, columns)).reasons  # type: ignore[attr-defined]
    assert [code.code for code in reason] == ["not_separable"]


def test_fewer_sampling_units_than_predictors_are_refused(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, answers(60, seed=121), clusters=np.arange(60) // 15)
    assert refusal(survey) == (
        "Expected more sampling units less strata (3) than predictors (3); use fewer drivers or merge strata."
    )


def test_everybody_asked_is_no_sample(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, answers(60, seed=127), fpc=np.full(60, 60.0))
    assert refusal(survey) == (
        "Expected a sample, found that all sampling units of the population were taken (design.fpc), so that no effect "
        "varies by chance; remove fpc to ask what people like these would have answered."
    )
    # A report of a census says so in place of effects.
    assert [reason.code for reason in kda.attempt(kda.fit_regression, survey).reasons] == ["whole_population"]


def test_replicates_that_leave_an_effect_undecided_are_refused(tmp_path: Path) -> None:
    # The only two respondents of a kind are in one cluster: without it, nothing is known of their kind.
    columns, clusters = answers(90, seed=128), np.arange(90) // 6
    kind = np.where(np.isin(np.arange(90), [31, 34]), "rare", "common")
    survey = survey_of(
        tmp_path,
        columns,
        weights=np.ones(90),
        replicates=jackknife(np.ones(90), clusters),
        design={"replicate_method": "jk1"},
        segments={"kind": kind},
    )
    assert refusal(survey, always=["kind"]) == (
        "Expected an estimate from each of the 15 replicates, found none from 'rw_6'; widen the selection, or use "
        "fewer drivers and controls."
    )
    (reason,) = kda.attempt(kda.fit_regression, survey, always=["kind"]).reasons
    assert (reason.code, dict(reason.values)) == ("empty_replicates", {"replicates": 1})


def test_fewer_degrees_of_freedom_of_replicates_than_predictors_are_refused(tmp_path: Path) -> None:
    clusters = np.arange(60) // 15
    survey = survey_of(
        tmp_path,
        answers(60, seed=129),
        weights=np.ones(60),
        replicates=jackknife(np.ones(60), clusters),
        design={"replicate_method": "jk1"},
    )
    assert refusal(survey) == (
        "Expected more degrees of freedom of the replicate weights (3) than predictors (3); use fewer drivers."
    )


@pytest.mark.parametrize("conf_level", [2, 1.0, 95])
def test_a_level_that_is_none_is_refused(conf_level: float, service: dict[str, Survey]) -> None:
    expected = f"Expected conf_level from 0.5 to below 1, found {conf_level}; use 0.95 for 95 %."
    assert refusal(service["plain"], conf_level=conf_level) == expected


def test_degrees_of_freedom_are_those_of_the_units_in_the_domain(tmp_path: Path) -> None:
    # As svyglm on a subset does: a domain in 8 of 30 branches has 7 degrees of freedom, less 3 drivers.
    branches = np.arange(300) // 10
    survey = survey_of(
        tmp_path, answers(300, seed=122), clusters=branches, segments={"part": np.where(branches < 8, "in", "out")}
    )
    assert fit_regression(survey.select(only={"part": "in"})).df_resid == 8 - 1 - 3


def test_a_control_value_of_one_respondent_gives_no_error_of_rounding(tmp_path: Path) -> None:
    columns, kind = answers(120, seed=123), np.array(["rare", *["shop"] * 60, *["web"] * 59])
    found = []
    for number in range(3):
        order = np.random.default_rng(number).permutation(120)
        mixed = {name: column[order] for name, column in columns.items()}
        survey = survey_of(tmp_path / str(number), mixed, segments={"kind": kind[order]})
        found.append(fit_regression(survey, always=["kind"]).std_error)
    np.testing.assert_allclose(found[1:], [found[0]] * 2, rtol=1e-6)

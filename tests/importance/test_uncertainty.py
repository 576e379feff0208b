"""How sure importance is: bootstrap, linearised errors, replicate weights and imputations say the same."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import drivers as kda
from drivers.importance.engines import MomentEngine, Values, share_influence
from drivers.importance.estimation import Specification, engine_of
from drivers.importance.likelihood.families import COUNTS, PSEUDO_R2
from drivers.importance.orders.decomposition import AllOrders
from drivers.importance.orders.measures import MEASURES
from drivers.importance.relative import relative_importance
from drivers.importance.result import ImportanceResult
from drivers.importance.uncertainty import WAYS, Uncertainty
from drivers.imputation import Imputation
from drivers.models.predictors import predictors
from drivers.resampling import bca_interval, replicate_factors
from drivers.survey.data import Survey
from drivers.survey.design.replicate_weights import ReplicateWeights
from tests.reference_numbers import AGREEMENT, RATINGS, service_survey, table
from tests.simulated import make_survey

ROUNDING = 1e-12
"""Of shares between 0 and 1: sums of some hundred numbers in another order."""

UNITS_OF_MEASUREMENT = 1e-9
"""What a driver is measured in must not matter to shares, their limits and their draws."""

RESAMPLES = 4000
"""A standard error from so many is known to within 1.1 % (1/√(2B))."""

SAME_ERROR = 0.05
"""Relative: what is promised of two ways to one standard error, for shares of a tenth or more and 500 effective
respondents; 4 % is chance, the rest what is not linear."""

SAME_BY_JACKKNIFE = 0.02
"""Relative: leaving out one of 60 sampling units is linear but for squares of a sixtieth."""

QUICK_REPLICATES = 0.001
"""Relative: a replicate of a likelihood is one or two steps from the sample's, not iterated to its end."""

FOUR_STANDARD_ERRORS = 4.0
"""Passed by chance in 6 of 100,000 runs, and seeds are fixed."""

NOT_LINEAR = 0.04
"""Relative: of a standard error, in a sample of 48 units or 600 respondents."""

TENTH = 0.10

BY_DIFFERENCES = 1e-8
"""Of a respondent's influence, some hundredths: a central difference of step 1e-4 leaves out 1e-8 of the third
derivative, and likelihoods are maximised to 1e-12."""

NO_SUM = 1e-9
"""Influence over all respondents: numerical derivatives err by 1e-11 each."""

COPIES = 0.05
"""Relative: relaimpo had the variance within copies from 500 bootstraps each."""

STEP = 1e-4


def answers(n: int, seed: int, clusters: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Five drivers a to e that have shares of a tenth or more, and y; respondents of a cluster are alike."""
    rng = np.random.default_rng(seed)
    x = 0.8 * rng.normal(size=(n, 1)) + rng.normal(size=(n, 5))
    noise = rng.normal(size=n)
    if clusters is not None:
        units = int(clusters.max()) + 1
        x = x + 0.4 * rng.normal(size=(units, 5))[clusters]
        noise = noise + 0.4 * rng.normal(size=units)[clusters]
    y = (x @ [0.6, 0.5, 0.45, 0.4, 0.35] + 1.5 * noise) / 1.5
    columns = {name: np.clip(50 + 10 * x[:, j], 0, 100) for j, name in enumerate("abcde")}
    return columns | {"y": np.clip(50 + 10 * y, 0, 100)}


def survey_of(folder: Path, columns: Mapping[str, np.ndarray], **options: object) -> Survey:
    drivers = {name: column for name, column in columns.items() if name != "y"}
    return make_survey(folder, drivers=drivers, outcomes={"y": columns["y"]}, **options)  # type: ignore[arg-type]


def with_scores(survey: Survey, **columns: np.ndarray) -> Survey:
    return replace(survey, scores=survey.scores.assign(**columns))


def design(name: str) -> dict[str, np.ndarray]:
    """Weights, strata, clusters and finite populations; 60 sampling units or more."""
    rng = np.random.default_rng(401)
    if name == "srs":
        return {}
    if name == "weights":
        return {"weights": np.exp(0.5 * rng.normal(size=650))}
    if name == "strata":
        return {"weights": np.exp(0.3 * rng.normal(size=560)), "strata": np.arange(560) % 7}
    clusters = np.arange(1300) // 20
    found = {"weights": np.exp(0.3 * rng.normal(size=1300)), "strata": clusters // 13, "clusters": clusters}
    return found | ({"fpc": np.full(1300, 40.0)} if name == "fpc" else {})


ROWS = {"srs": 510, "weights": 650, "strata": 560, "clusters": 1300, "fpc": 1300}


@pytest.fixture(scope="module")
def surveys(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Survey]:
    folder = tmp_path_factory.mktemp("surveys")
    made = {name: (design(name), answers(n, 402, design(name).get("clusters"))) for name, n in ROWS.items()}
    return {name: survey_of(folder / name, columns, **options) for name, (options, columns) in made.items()}


def assert_same_errors(one: Uncertainty, other: Uncertainty, large: np.ndarray, allowed: float) -> None:
    for way in ("importance", "share"):
        ratio = getattr(one, way).std_error[large] / getattr(other, way).std_error[large]
        np.testing.assert_allclose(ratio, 1, rtol=0, atol=allowed, err_msg=way)


# Two ways to one standard error


@pytest.mark.parametrize("name", ROWS)
def test_bootstrap_and_linearised_errors_agree(name: str, surveys: Mapping[str, Survey]) -> None:
    linear = relative_importance(surveys[name], intervals="linearised", n_boot=100)
    resampled = relative_importance(surveys[name], n_boot=RESAMPLES)
    assert linear.sample.n_effective >= 490
    assert linear.uncertainty.df == {"srs": 509, "weights": 649, "strata": 553, "clusters": 60, "fpc": 60}[name]
    large = linear.share >= TENTH
    assert large.sum() >= 4
    assert_same_errors(resampled.uncertainty, linear.uncertainty, large, SAME_ERROR)


@pytest.mark.parametrize("method", [name for name in MEASURES if name not in ("lmg", "relative_weights")])
def test_bootstrap_and_linearised_errors_of_every_measure_agree(method: str, surveys: Mapping[str, Survey]) -> None:
    linear = relative_importance(surveys["weights"], method=method, intervals="linearised", n_boot=100)
    resampled = relative_importance(surveys["weights"], method=method, n_boot=RESAMPLES)
    large = linear.share >= TENTH
    assert large.any()
    assert_same_errors(resampled.uncertainty, linear.uncertainty, large, SAME_ERROR)


def in_family(survey: Survey, family: str) -> Survey:
    """The outcome in two or three answers, by chance not quite what it was."""
    y = survey.scores["y"].to_numpy() + 8 * np.random.default_rng(423).normal(size=len(survey.scores))
    return with_scores(survey, y=np.digitize(y, [50] if family == "logit" else [42, 55]) * 50.0)


@pytest.mark.parametrize("family", ["logit", "ordered_logit"])
def test_bootstrap_and_linearised_errors_of_families_agree(family: str, surveys: Mapping[str, Survey]) -> None:
    survey = in_family(surveys["weights"], family)
    linear = relative_importance(survey, family=family, intervals="linearised", n_boot=100)
    resampled = relative_importance(survey, family=family, n_boot=RESAMPLES // 2)
    assert_same_errors(resampled.uncertainty, linear.uncertainty, linear.share >= TENTH, SAME_ERROR)


@pytest.mark.parametrize("missing", ["pairwise", "multiple_imputation"])
def test_jackknife_and_linearised_errors_agree_where_answers_are_missing(
    missing: str, surveys: Mapping[str, Survey]
) -> None:
    survey = surveys["clusters"]
    rng = np.random.default_rng(424)
    some = {k: np.where(rng.random(1300) < 0.06, np.nan, survey.scores[k].to_numpy()) for k in "abcde"}
    survey = with_scores(survey, **some)
    linear, found = (
        relative_importance(each, missing=missing, n_imputations=3, n_boot=100)  # type: ignore[arg-type]
        if each.replicates is not None or missing != "pairwise"
        else relative_importance(each, missing="pairwise", intervals="linearised", n_boot=100)
        for each in (survey, replicated(survey, "jkn"))
    )
    np.testing.assert_array_equal(found.importance, linear.importance)
    assert_same_errors(found.uncertainty, linear.uncertainty, linear.share >= TENTH, SAME_BY_JACKKNIFE)


def test_imputation_inside_the_bootstrap_has_the_error_of_multiple_imputation(surveys: Mapping[str, Survey]) -> None:
    survey, rng = surveys["srs"], np.random.default_rng(425)
    some = {k: np.where(rng.random(510) < 0.08, np.nan, survey.scores[k].to_numpy()) for k in "abcde"}
    survey = with_scores(survey, **some)
    pooled, resampled = (
        relative_importance(survey, missing=missing, n_imputations=20, n_boot=300)  # type: ignore[arg-type]
        for missing in ("multiple_imputation", "bootstrap_imputation")
    )
    np.testing.assert_array_equal(resampled.importance, pooled.importance)
    # One imputation a resample adds its own noise; 300 resamples err by 4 %.
    for way in ("importance", "share"):
        ratio = getattr(resampled.uncertainty, way).std_error / getattr(pooled.uncertainty, way).std_error
        assert ((ratio > 0.88) & (ratio < 1.2)).all(), ratio


def test_replicate_weights_of_a_family_are_those_of_models_fitted_anew(surveys: Mapping[str, Survey]) -> None:
    family = "ordered_logit"
    survey = replicated(in_family(surveys["clusters"], family), "jkn")
    found = relative_importance(survey, family=family, n_boot=100)
    made = survey.replicates
    assert made is not None
    again = [
        relative_importance(
            replace(survey, weights=column, replicates=None, strata=None, clusters=None), family=family, n_boot=0
        ).share
        for column in made.weights.T
    ]
    expected = np.sqrt(made.scales @ (np.array(again) - found.share) ** 2)
    np.testing.assert_allclose(found.uncertainty.share.std_error, expected, rtol=QUICK_REPLICATES)


def test_a_finite_population_takes_its_part_of_the_error(surveys: Mapping[str, Survey]) -> None:
    endless, finite = (
        relative_importance(surveys[name], intervals="linearised", n_boot=100).uncertainty
        for name in ("clusters", "fpc")
    )
    # 13 of 40 sampling units of every stratum.
    for way in WAYS:
        expected = getattr(endless, way).std_error * np.sqrt(1 - 13 / 40)
        np.testing.assert_allclose(getattr(finite, way).std_error, expected, rtol=ROUNDING)


def replicated(survey: Survey, kind: str) -> Survey:
    """The survey of strata and clusters with the replicate weights that these make."""
    weights, strata, clusters = survey.weights, survey.strata, survey.clusters
    assert strata is not None and clusters is not None
    if kind == "jkn":
        units, first = np.unique(clusters, return_index=True)
        factors = np.where(strata[:, None] == strata[first], 13 / 12, 1.0) * (clusters[:, None] != units)
        scales = np.full(len(units), 12 / 13)
    else:
        drawn = replicate_factors(len(weights), n_boot=RESAMPLES, seed=403, strata=strata, clusters=clusters)
        factors = np.concatenate(list(drawn)).T
        scales = np.full(RESAMPLES, 1 / (RESAMPLES - 1))
    made = ReplicateWeights(
        columns=tuple(f"rw_{r}" for r in range(len(scales))),
        weights=weights[:, None] * factors,
        base=weights,
        scales=scales,
        center="estimate",
        method=kind,  # type: ignore[arg-type]
    )
    return replace(survey, replicates=made)


@pytest.mark.parametrize(("kind", "allowed"), [("jkn", SAME_BY_JACKKNIFE), ("bootstrap", SAME_ERROR)])
def test_replicate_weights_have_the_linearised_error(kind: str, allowed: float, surveys: Mapping[str, Survey]) -> None:
    linear = relative_importance(surveys["clusters"], intervals="linearised", n_boot=100)
    found = relative_importance(replicated(surveys["clusters"], kind), n_boot=100)
    assert found.uncertainty.how == "replicate_weights"
    assert found.uncertainty.df == linear.uncertainty.df == 60
    np.testing.assert_array_equal(found.importance, linear.importance)
    assert_same_errors(found.uncertainty, linear.uncertainty, linear.share >= TENTH, allowed)


# Influence


SHAPES: dict[str, dict] = {
    "plain": {},
    "groups": {"groups": {"g": ("a", "b")}},
    "controls": {"always": ("e", "kind")},
    "interactions": {"interactions": [("a", "b")]},
    "segment": {"drivers": ("a", "b", "kind")},
}


def cases() -> list[tuple[str, str, str, str]]:
    """Measure, family, what is divided and columns, where they go together."""
    found = [
        (method, "linear", "r2", shape)
        for method, measure in MEASURES.items()
        for shape in SHAPES
        if (shape not in ("groups", "segment") or measure.groups)
        and (shape != "interactions" or measure.interactions)
        and (shape != "controls" or (measure.controls and method != "betasq"))
    ]
    found.append(("betasq", "linear", "r2", "one control"))
    found += [("lmg", family, fit, "plain") for family, fits in PSEUDO_R2.items() if family != "linear" for fit in fits]
    found += [(method, "logit", "mcfadden", "plain") for method in ("first", "last")]
    return found + [("lmg", "ordered_logit", "nagelkerke", shape) for shape in SHAPES if shape != "plain"]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """90 respondents with weights, holes, a segment, and outcomes of all families."""
    rng = np.random.default_rng(404)
    columns = answers(90, 405)
    y = columns.pop("y")
    outcomes = {
        "linear": y,
        "logit": 100.0 * (y + 8 * rng.normal(size=90) > 50),
        "ordered_logit": 50.0 * np.digitize(y + 8 * rng.normal(size=90), [45, 55]),
        "poisson": rng.poisson(np.exp((y - 40) / 15)).astype(float),
        "negative_binomial": rng.poisson(np.exp((y - 40) / 15) * rng.gamma(2, 0.5, 90)).astype(float),
    }
    holes = {name: np.where(rng.random(90) < 0.05, np.nan, column) for name, column in columns.items()}
    return make_survey(
        tmp_path_factory.mktemp("mixed"),
        drivers=holes,
        outcomes=outcomes,
        weights=rng.uniform(0.5, 2, 90),
        segments={"kind": np.array(["p", "q", "r"])[rng.integers(0, 3, 90)]},
    )


def brute_force(survey: Survey, case: tuple[str, str, str, str], missing: str) -> tuple[np.ndarray, np.ndarray]:
    """Influence on importance, share, R² and performance, and the same by moving weights; float (rows, values)."""
    method, family, fit, shape = case
    asked = {"drivers": None, "always": None, **SHAPES.get(shape, {"always": ("e",)})}
    data = predictors(survey, outcome=family, missing=missing, as_given=family in COUNTS, **asked)  # type: ignore[arg-type]
    chosen = Specification(
        method=method,
        family=family,
        fit=fit,
        missing=missing,  # type: ignore[arg-type]
        intervals="linearised",
        n_imputations=2,
        n_boot=100,
        conf_level=0.95,
        seed=1,
    )
    values, weights = data.values[data.rows], data.weights[data.rows]
    engine = engine_of(data, chosen, values, weights)
    estimate, influence = engine.estimate(), engine.influence()
    shares = share_influence(estimate, influence)
    found = np.column_stack([influence.importance, shares, influence.r2, influence.performance])

    def at(row: int, step: float) -> np.ndarray:
        moved = weights * np.where(np.arange(len(weights)) == row, 1 + step, 1.0)
        there = engine_of(data, chosen, values, moved).estimate()
        return np.concatenate([there.importance[0], there.share[0], there.r2[0], there.performance[0]])

    rows = range(0, len(weights), 13)
    expected = np.array([(at(row, STEP) - at(row, -STEP)) / (2 * STEP) for row in rows])
    np.testing.assert_allclose(np.nansum(found, axis=0), 0, rtol=0, atol=NO_SUM)
    return found[list(rows)], expected


@pytest.mark.parametrize("case", cases(), ids="-".join)
def test_influence_is_the_derivative_by_each_weight_and_sums_to_nothing(
    case: tuple[str, str, str, str], mixed: Survey
) -> None:
    found, expected = brute_force(mixed, case, "complete_cases")
    np.testing.assert_allclose(found, expected, rtol=0, atol=BY_DIFFERENCES)


@pytest.mark.parametrize("method", [name for name in MEASURES if name != "relative_weights"])
def test_influence_on_pairwise_moments_is_the_derivative_too(method: str, mixed: Survey) -> None:
    found, expected = brute_force(mixed, (method, "linear", "r2", "plain"), "pairwise")
    np.testing.assert_allclose(found, expected, rtol=0, atol=BY_DIFFERENCES)


# Drivers that nearly, or wholly, tell one another


def near(surveys: Mapping[str, Survey], how: str) -> Survey:
    """The driver d is nearly a, or the sum of a and b."""
    survey = surveys["srs"]
    a, b, d = (survey.scores[name].to_numpy() for name in "abd")
    if how == "sum":
        return with_scores(survey, d=a + b)
    return with_scores(survey, d=a + float(how) * (d - d.mean()))


@pytest.mark.parametrize("method", MEASURES)
@pytest.mark.parametrize("how", ["1e-3", "1e-4", "sum"])
def test_drivers_that_tell_one_another_are_not_separable_and_have_errors_of_the_right_size(
    how: str, method: str, surveys: Mapping[str, Survey]
) -> None:
    survey = near(surveys, how)
    linear = relative_importance(survey, method=method, intervals="linearised", n_boot=100)
    resampled = relative_importance(survey, method=method, n_boot=400)
    for found in (linear, resampled):
        assert "not_separable" in [reason.code for reason in found.verdict.reasons]
        assert next(check.light for check in found.checks if check.code == "separability") == "red"
        for numbers in (found.importance, found.share_low, found.share_high, found.replicate_share):
            assert np.isfinite(numbers).all()
    one, other = linear.uncertainty.importance.std_error, resampled.uncertainty.importance.std_error
    # The two drivers' own coefficients are far from linear; what is told of the others is not.
    judged = [1, 2, 4] if method in ("last", "betasq", "pratt") and how != "sum" else range(5)
    for j in judged:
        assert one[j] == pytest.approx(other[j], rel=0.2, abs=NO_SUM), j


@pytest.mark.parametrize("method", MEASURES)
def test_bca_limits_of_a_driver_that_is_a_sum_are_near_the_percentiles(
    method: str, surveys: Mapping[str, Survey]
) -> None:
    survey = near(surveys, "sum")
    plain, corrected = (
        relative_importance(survey, method=method, n_boot=400, intervals=kind)  # type: ignore[arg-type]
        for kind in ("percentile", "bca")
    )
    told = plain.uncertainty.share.std_error > ROUNDING
    for side in ("share_low", "share_high"):
        moved = np.abs(getattr(corrected, side) - getattr(plain, side))[told]
        assert (moved < plain.uncertainty.share.std_error[told]).all()


# Units of measurement


SCALED = [
    *((method, "linear", "y", missing) for method in MEASURES for missing in ("complete_cases", "pairwise")),
    *((method, "linear", "y", "multiple_imputation") for method in ("lmg", "genizi")),
    ("lmg", "linear", "y", "bootstrap_imputation"),
]


@pytest.fixture(scope="module")
def holes(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    columns = answers(100, 406)
    rng = np.random.default_rng(407)
    some = {name: np.where(rng.random(100) < 0.04, np.nan, column) for name, column in columns.items()}
    return survey_of(tmp_path_factory.mktemp("holes"), some)


def assert_same_in_other_units(survey: Survey, **arguments: object) -> None:
    expected = relative_importance(survey, n_boot=100, n_imputations=2, **arguments)  # type: ignore[arg-type]
    for factor in (1e-8, 1e8):
        found = relative_importance(
            with_scores(survey, b=factor * survey.scores["b"].to_numpy()),
            n_boot=100,
            n_imputations=2,
            **arguments,  # type: ignore[arg-type]
        )
        for name in ("importance", "share", "share_low", "share_high", "replicate_share", "p_rank"):
            np.testing.assert_allclose(
                getattr(found, name), getattr(expected, name), rtol=0, atol=UNITS_OF_MEASUREMENT, err_msg=name
            )


@pytest.mark.parametrize(("method", "family", "outcome", "missing"), SCALED)
def test_what_a_driver_is_measured_in_does_not_matter(
    method: str, family: str, outcome: str, missing: str, holes: Survey
) -> None:
    kinds = (None, "linearised", "bca") if missing in ("complete_cases", "pairwise") else (None,)
    for kind in kinds:
        assert_same_in_other_units(
            holes, method=method, family=family, outcome=outcome, missing=missing, intervals=kind
        )


@pytest.mark.parametrize("family", [family for family in PSEUDO_R2 if family != "linear"])
@pytest.mark.parametrize(
    ("missing", "kind"),
    [("complete_cases", "linearised"), ("complete_cases", "percentile"), ("multiple_imputation", None)],
)
def test_what_a_driver_is_measured_in_does_not_matter_to_any_family(
    family: str, missing: str, kind: str | None, mixed: Survey
) -> None:
    assert_same_in_other_units(mixed, family=family, outcome=family, missing=missing, intervals=kind)


# Other programs


@pytest.mark.parametrize("fpc", [False, True], ids=["endless", "finite"])
@pytest.mark.parametrize("kind", ["JKn", "bootstrap"])
def test_replicate_weights_of_survey(kind: str, fpc: bool, tmp_path: Path) -> None:
    found = relative_importance(service_survey(tmp_path, replicates=kind, fpc=fpc), n_boot=100)
    file = "survey_replicates_fpc_se.csv" if fpc else "survey_replicates_se.csv"
    expected = table(file).query("type == @kind").set_index("name")
    np.testing.assert_allclose(found.importance, expected.loc[list(RATINGS), "est"], rtol=AGREEMENT)
    np.testing.assert_allclose(
        found.uncertainty.importance.std_error, expected.loc[list(RATINGS), "se"], rtol=AGREEMENT
    )
    assert found.r2 == pytest.approx(expected.loc["R2", "est"], rel=AGREEMENT)
    assert found.uncertainty.df == expected["degf"].iloc[0] == 44
    if fpc:
        return
    # Shares replicate by replicate, as R has them.
    saved = table(f"survey_replicates_{kind}.csv.gz")
    shares = saved[list(RATINGS)].to_numpy() / saved[["R2"]].to_numpy()
    scale = expected.loc["R2", "scale"] * saved["rscale"].to_numpy()
    variance = scale @ (shares - shares.mean(axis=0)) ** 2
    np.testing.assert_allclose(found.uncertainty.share.std_error, np.sqrt(variance), rtol=AGREEMENT)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Survey]:
    folder = tmp_path_factory.mktemp("service")
    return {
        "service_weights_only": service_survey(folder / "weights", weighted=True),
        "service_design": service_survey(folder / "design", design=True),
        "service_design_fpc": service_survey(folder / "fpc", fpc=True),
        "service_design_groups": service_survey(folder / "groups", design=True),
    }


DESIGNS = table("relaimpo_survey.csv").groupby("case")["metric"].unique()


@pytest.mark.parametrize("kind", ["linearised", "percentile"])
@pytest.mark.parametrize(("case", "method"), [(case, method) for case in DESIGNS.index for method in DESIGNS[case]])
def test_errors_of_relaimpo_under_a_design(case: str, method: str, kind: str, service: Mapping[str, Survey]) -> None:
    groups = {"people": ("respect", "empathy"), "access": ("speed", "presence")}
    found = relative_importance(
        service[case],
        method=method,
        groups=groups if case.endswith("groups") else None,
        intervals=kind,  # type: ignore[arg-type]
        n_boot=2000,
    )
    expected = table("relaimpo_survey.csv").query("case == @case and metric == @method").set_index("name")
    expected = expected.loc[list(found.drivers)]
    np.testing.assert_allclose(found.importance, expected["est"], rtol=AGREEMENT, atol=ROUNDING)
    ratio = found.uncertainty.importance.std_error / expected["se_design"].to_numpy()
    drawn = 500 if case.endswith("groups") else 1000
    chance = np.sqrt(1 / (2 * drawn) + (1 / 4000 if kind == "percentile" else 0))
    # Small parts of the variance are far from linear in 48 sampling units.
    large = found.importance > 0.02
    assert large.any()
    assert (np.abs(np.log(ratio[large])) < FOUR_STANDARD_ERRORS * chance + NOT_LINEAR).all()


def test_jackknife_of_survey_on_the_example_with_a_design(tmp_path: Path) -> None:
    drawn, codes = table("customersat_design.csv"), kda.example_survey("customersat").codes
    answered = {f"q{j}": codes.iloc[:, j - 1].to_numpy() for j in range(1, 11)}
    psu, stratum, weights = (drawn[name].to_numpy() for name in ("psu", "stratum", "w"))
    units, first = np.unique(psu, return_index=True)
    sizes = drawn.groupby("stratum")["psu"].nunique()[stratum[first]].to_numpy()
    factors = np.where(stratum[:, None] == stratum[first], sizes / (sizes - 1), 1.0) * (psu[:, None] != units)
    survey = make_survey(
        tmp_path,
        drivers={name: column for name, column in answered.items() if name != "q1"},
        outcomes={"q1": answered["q1"]},
        scale=(1, 10),
        weights=weights,
        strata=stratum.astype(int),
        clusters=psu.astype(int),
        replicates=weights[:, None] * factors,
        design={"replicate_method": "jkn", "replicate_center": "mean"},
    )
    found = relative_importance(survey, n_boot=100)
    expected = table("survey_JKn_customersat_se.csv").set_index("name").loc[list(found.drivers)]
    np.testing.assert_allclose(found.importance, expected["lmg"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.uncertainty.importance.std_error, expected["se"], rtol=AGREEMENT)
    assert found.uncertainty.df == 56


def give_replicates(monkeypatch: pytest.MonkeyPatch, drawn: np.ndarray) -> None:
    """Let the bootstrap find the importance (b, k) that another program found."""
    parts = iter(np.array_split(drawn, -(-len(drawn) // 64)))

    def given(engine: MomentEngine, factors: np.ndarray, progress: object = None) -> Values:
        part = next(parts)
        r2 = np.column_stack([np.zeros(len(part)), part.sum(axis=1)])
        return Values(importance=part, r2=r2, performance=np.zeros_like(part))

    monkeypatch.setattr(MomentEngine, "replicates", given)


def test_bca_limits_of_boot_but_for_the_acceleration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = table("boot_replicates_service.csv.gz")[[f"lmg_{name}" for name in RATINGS]].to_numpy()
    give_replicates(monkeypatch, drawn)
    found = relative_importance(service_survey(tmp_path), intervals="bca", n_boot=len(drawn))
    parts = table("boot_bca_ingredients.csv").set_index("name").loc[list(RATINGS)]
    limits = found.uncertainty.importance
    error = parts["bca95_jack_upper"] - parts["bca95_jack_lower"]
    # Influence by derivatives and by leaving one of 600 out differ by some 1/600 of the acceleration.
    np.testing.assert_allclose(limits.low, parts["bca95_jack_lower"], rtol=0, atol=0.01 * error.min())
    np.testing.assert_allclose(limits.high, parts["bca95_jack_upper"], rtol=0, atol=0.01 * error.min())


@pytest.mark.parametrize("whole", [False, True])
def test_bca_under_a_design_is_accelerated_by_what_varies_within_strata(
    whole: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clusters = np.arange(1200) // 20
    strata = clusters // 20
    columns, taken = answers(1200, 417, clusters), []
    columns["a"] = columns["a"] + np.array([0.0, 5.0, 30.0])[strata]

    def taking(*arguments: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        taken.append(arguments[2])
        return bca_interval(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("drivers.importance.uncertainty.bca_interval", taking)
    # A fifth of the first stratum was sampled, nearly nothing of the second, all or nearly nothing of the third.
    population = np.array([100.0, 1e9, 20.0 if whole else 1e9])
    survey = survey_of(tmp_path, columns, scale=(0, 200), clusters=clusters, strata=strata, fpc=population[strata])
    relative_importance(survey, intervals="bca", n_boot=100)
    # A mean is a sum over sampling units, whose skewness is that of the strata.
    totals = np.bincount(clusters, weights=columns["a"]).reshape(3, 20)
    varying = (totals - totals.mean(axis=1, keepdims=True)) * np.sqrt(1 - 20 / population)[:, None]
    expected = (varying**3).sum() / (6 * (varying**2).sum() ** 1.5)
    # Importance, share, performance.
    assert len(taken) == 3
    assert taken[2][0] == pytest.approx(expected, rel=1e-9)


@pytest.fixture(scope="module")
def completed() -> np.ndarray:
    """The ten copies that mice made; float (10, 600, 7)."""
    copies = table("missing_service_m10.csv.gz").sort_values(["imp", "row"])
    return copies[[*RATINGS, "sat"]].to_numpy(float).reshape(10, 600, 7)


def pooled_by_us(folder: Path, completed: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> ImportanceResult:
    """The analysis of the copies that another program made."""

    def given(values: np.ndarray, *, m: int, names: list[str], **options: object) -> Imputation:
        assert (m, len(values), names) == (10, 600, [*RATINGS, "sat"])
        # Ratings of 1 to 5 become 0 to 100.
        scores = 25 * (completed - 1)
        seen = ~np.isnan(values)
        np.testing.assert_allclose(scores[3][seen], values[seen], rtol=ROUNDING)
        return Imputation(
            values=scores,
            rows=np.arange(600),
            factors=np.ones(600),
            n_imputed=np.zeros(7, dtype=np.int64),
            n_empty=0,
            n_without_outcome=0,
            chain_means=np.zeros((10, 1, 7)),
        )

    monkeypatch.setattr("drivers.importance.estimation.impute", given)
    survey = service_survey(folder, file="service_holes.csv")
    return relative_importance(survey, missing="multiple_imputation", n_imputations=10, n_boot=100)


def test_importance_pooled_by_relaimpo(completed: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = pooled_by_us(tmp_path, completed, monkeypatch)
    expected = table("missing_mianalyze.csv").set_index("name")
    pooled = expected.loc[[f"{name}.lmg" for name in RATINGS]]
    np.testing.assert_allclose(found.importance, pooled["est"], rtol=AGREEMENT)
    assert found.r2 == pytest.approx(expected.loc["R2", "est"], rel=AGREEMENT)
    np.testing.assert_allclose(found.uncertainty.importance.std_error, pooled["se"], rtol=COPIES)


def test_pooled_errors_are_those_within_copies_and_between_them(
    completed: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = pooled_by_us(tmp_path / "ours", completed, monkeypatch)
    monkeypatch.undo()
    each = []
    for number, copy in enumerate(completed):
        columns = {name: 25 * (copy[:, j] - 1) for j, name in enumerate([*RATINGS, "sat"])}
        survey = make_survey(
            tmp_path / str(number),
            drivers={name: columns[name] for name in RATINGS},
            outcomes={"sat": columns["sat"]},
            scale=(-500, 500),
        )
        each.append(relative_importance(survey, intervals="linearised", n_boot=100))
    saved = table("missing_lmg_copies.csv").pivot(index="imp", columns="name", values="value")[list(RATINGS)]
    estimates = np.array([result.importance for result in each])
    np.testing.assert_allclose(estimates, saved, rtol=AGREEMENT)
    within = np.mean([result.uncertainty.importance.std_error**2 for result in each], axis=0)
    between = 1.1 * saved.var(ddof=1).to_numpy()
    np.testing.assert_allclose(found.uncertainty.importance.std_error, np.sqrt(within + between), rtol=1e-8)
    # Barnard and Rubin's degrees of freedom, and a t interval of the arcsine root.
    part = between / (within + between)
    seen = 599 * 600 / 602 * (1 - part)
    df = 1 / (part**2 / 9 + 1 / seen)
    angle = np.arcsin(np.sqrt(found.importance))
    reach = stats.t.ppf(0.975, df) * np.sqrt(within + between) / np.sin(2 * angle)
    np.testing.assert_allclose(found.uncertainty.importance.low, np.sin(angle - reach) ** 2, rtol=1e-8)
    np.testing.assert_allclose(found.uncertainty.importance.high, np.sin(angle + reach) ** 2, rtol=1e-8)


# Draws that stand for resamples


@pytest.mark.parametrize("name", ["srs", "clusters"])
def test_draws_have_the_covariance_of_their_t_distribution(name: str, surveys: Mapping[str, Survey]) -> None:
    found = relative_importance(surveys[name], intervals="linearised", n_boot=20_000)
    uncertainty = found.uncertainty
    np.testing.assert_allclose(np.sqrt(np.diag(uncertainty.share_covariance)), uncertainty.share.std_error, rtol=1e-8)
    np.testing.assert_allclose(found.replicate_share.sum(axis=1), 1, rtol=0, atol=UNITS_OF_MEASUREMENT)
    np.testing.assert_allclose(uncertainty.share_covariance.sum(axis=0), 0, rtol=0, atol=ROUNDING)
    df = uncertainty.df
    spread = found.replicate_share.std(axis=0, ddof=1)
    np.testing.assert_allclose(spread, uncertainty.share.std_error * np.sqrt(df / (df - 2)), rtol=0.03)
    # The t limits, up to chance: a limit of 20,000 draws errs by 2 % of a standard error.
    low, high = np.quantile(found.replicate_share, [0.025, 0.975], axis=0)
    reach = stats.t.ppf(0.975, df) * uncertainty.share.std_error
    np.testing.assert_allclose((low, high), (found.share - reach, found.share + reach), rtol=0, atol=0.1 * reach.max())


def test_differences_of_a_few_sampling_units_have_their_own_error_not_that_of_the_draws(tmp_path: Path) -> None:
    clusters = np.arange(240) // 30
    survey = survey_of(tmp_path, answers(240, 408, clusters), clusters=clusters)
    found = relative_importance(survey, intervals="linearised", n_boot=1000)
    assert found.uncertainty.df == 7
    covariance = found.uncertainty.share_covariance
    places = {name: j for j, name in enumerate(found.drivers)}
    for row in found.differences().itertuples():
        i, j = places[row.driver], places[row.versus]
        variance = covariance[i, i] + covariance[j, j] - 2 * covariance[i, j]
        assert row.std_error == pytest.approx(np.sqrt(variance), rel=ROUNDING * 1e3)


def test_a_measure_beyond_1_has_a_plain_interval(surveys: Mapping[str, Survey]) -> None:
    found = relative_importance(near(surveys, "1e-3"), method="betasq", intervals="linearised", n_boot=100)
    spread, beyond = found.uncertainty.importance, found.importance > 1
    assert beyond.any()
    reach = stats.t.ppf(0.975, found.uncertainty.df) * spread.std_error
    np.testing.assert_allclose(spread.high[beyond], (found.importance + reach)[beyond], rtol=ROUNDING)
    np.testing.assert_allclose(spread.low[beyond], (found.importance - reach)[beyond], rtol=ROUNDING)


# Monte-Carlo error


@pytest.mark.parametrize("kind", ["percentile", "bca"])
def test_limits_of_other_seeds_differ_by_the_monte_carlo_error(kind: str, surveys: Mapping[str, Survey]) -> None:
    found = [
        relative_importance(surveys["srs"], n_boot=400, seed=seed, intervals=kind)  # type: ignore[arg-type]
        for seed in range(20)
    ]
    limits = np.array([np.concatenate([each.share_low, each.share_high]) for each in found])
    worst = limits.std(axis=0, ddof=1).max()
    told = np.mean([each.uncertainty.monte_carlo_error for each in found])
    # The largest of ten errors, each known to within a sixth, lies above the largest true one; the corrected
    # limits also have the error of the bias, which is not counted.
    assert 0.6 < worst / told < 1.4
    assert all(np.isfinite(each.glance()["monte_carlo_error"][0]) for each in found)


def test_what_is_not_drawn_has_no_monte_carlo_error(surveys: Mapping[str, Survey]) -> None:
    one, other = (relative_importance(surveys["srs"], intervals="linearised", n_boot=200, seed=seed) for seed in (1, 2))
    assert one.uncertainty.monte_carlo_error == 0
    np.testing.assert_array_equal(one.share_low, other.share_low)


# Small and odd cases


@pytest.mark.parametrize("kind", ["percentile", "bca", "linearised"])
def test_one_driver_has_all_and_that_is_sure(kind: str, surveys: Mapping[str, Survey]) -> None:
    found = relative_importance(surveys["srs"], drivers=["a"], intervals=kind, n_boot=200)  # type: ignore[arg-type]
    assert (found.share.tolist(), found.share_low.tolist(), found.share_high.tolist()) == ([1.0], [1.0], [1.0])
    assert found.uncertainty.share.std_error.tolist() == [0.0]
    assert found.verdict.leader == "a"
    assert (found.letters, found.first_in.tolist(), found.p_first.tolist()) == (("a",), [1.0], [1.0])
    assert found.uncertainty.importance.low[0] < found.importance[0] < found.uncertainty.importance.high[0]
    assert found.importance[0] == pytest.approx(found.r2)
    assert len(found.differences()) == 0


@pytest.mark.parametrize("kind", ["percentile", "bca", "linearised"])
def test_of_two_drivers_one_is_as_sure_as_the_other(kind: str, surveys: Mapping[str, Survey]) -> None:
    found = relative_importance(surveys["clusters"], drivers=["a", "b"], intervals=kind, n_boot=200)  # type: ignore[arg-type]
    errors = found.uncertainty.share.std_error
    assert errors[0] == pytest.approx(errors[1], rel=1e-6)
    if kind != "bca":
        np.testing.assert_allclose(found.share_low + found.share_high[::-1], 1, atol=1e-9)
    assert found.p_first.sum() == pytest.approx(1)


@pytest.mark.parametrize("kind", [None, "bca", "linearised"])
def test_no_resamples_are_no_uncertainty_whatever_the_intervals(
    kind: str | None, surveys: Mapping[str, Survey]
) -> None:
    for name, more in (("clusters", {}), ("srs", {"missing": "pairwise"})):
        found = relative_importance(surveys[name], intervals=kind, n_boot=0, **more)  # type: ignore[arg-type]
        assert found.uncertainty.how == "none"
        for numbers in (found.share_low, found.uncertainty.share.std_error, found.p_rank, found.first_in):
            assert np.isnan(numbers).all()
        assert [reason.code for reason in found.verdict.reasons] == ["no_uncertainty"]
        assert np.isnan(found.differences()["conf_low"]).all()
        assert len(found.tidy()) == 5


@pytest.mark.parametrize("missing", ["multiple_imputation", "bootstrap_imputation"])
def test_no_resamples_of_imputations(missing: str, holes: Survey) -> None:
    found = relative_importance(holes, missing=missing, n_imputations=2, n_boot=0)  # type: ignore[arg-type]
    assert np.isfinite(found.importance).all()
    assert np.isnan(found.uncertainty.importance.std_error).all()


def test_no_resamples_of_replicate_weights(surveys: Mapping[str, Survey]) -> None:
    found = relative_importance(replicated(surveys["clusters"], "jkn"), n_boot=0)
    assert found.uncertainty.how == "none"


@pytest.mark.parametrize("kind", ["percentile", "bca", "linearised"])
def test_a_higher_level_has_wider_intervals(kind: str, surveys: Mapping[str, Survey]) -> None:
    levels = (0.5, 0.95, 0.999)
    found = [
        relative_importance(surveys["clusters"], intervals=kind, n_boot=2000, conf_level=level)  # type: ignore[arg-type]
        for level in levels
    ]
    for narrow, wide in pairwise(found):
        assert (wide.share_low < narrow.share_low).all()
        assert (narrow.share_high < wide.share_high).all()
    for each in found:
        assert ((each.share_low <= each.share) & (each.share <= each.share_high)).all()
        assert ((each.share_low >= 0) & (each.share_high <= 1)).all()


def test_weights_of_nothing_take_no_part(tmp_path: Path) -> None:
    columns = answers(300, 409)
    weights = np.where(np.arange(300) < 50, 0.0, 1.0)
    found = survey_of(tmp_path / "zeros", columns, weights=weights)
    fewer = survey_of(tmp_path / "fewer", {name: column[50:] for name, column in columns.items()})
    for kind in ("percentile", "linearised", "bca"):
        one, other = (relative_importance(survey, intervals=kind, n_boot=200) for survey in (found, fewer))  # type: ignore[arg-type]
        for name in ("share", "share_low", "share_high", "replicate_share"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-10)
        assert one.sample.n == 250


@pytest.mark.parametrize("kind", ["percentile", "bca", "linearised"])
def test_a_domain_within_one_cluster_is_a_sample_of_its_own(kind: str, tmp_path: Path) -> None:
    clusters = np.arange(400) // 100
    columns = answers(400, 410, clusters)
    whole = survey_of(tmp_path / "whole", columns, clusters=clusters, unit=clusters, strata=clusters // 2)
    own = {name: column[100:200] for name, column in columns.items()}
    alone = survey_of(tmp_path / "alone", own)
    one = relative_importance(whole.select(unit="1"), intervals=kind, n_boot=200)  # type: ignore[arg-type]
    other = relative_importance(alone, intervals=kind, n_boot=200)  # type: ignore[arg-type]
    for name in ("share", "share_low", "share_high", "replicate_share"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-10)


@pytest.mark.parametrize("missing", ["complete_cases", "pairwise", "multiple_imputation", "bootstrap_imputation"])
def test_resamples_without_anybody_of_a_small_domain_say_nothing_of_it(missing: str, tmp_path: Path) -> None:
    # Three of thirty clusters: none of them is drawn in 4 % of the resamples.
    clusters = np.arange(300) // 10
    rng = np.random.default_rng(418)
    columns = {
        name: np.where(rng.random(300) < 0.05 * (name != "y"), np.nan, column)
        for name, column in answers(300, 419, clusters).items()
    }
    survey = survey_of(tmp_path, columns, clusters=clusters, unit=clusters // 3).select(unit="3")
    found = relative_importance(survey, drivers=["a", "b"], missing=missing, n_imputations=2, n_boot=200)  # type: ignore[arg-type]
    drawn = replicate_factors(300, n_boot=200, seed=1, clusters=clusters)
    left = sum(int(chunk[:, survey.domain].any(axis=1).sum()) for chunk in drawn)
    assert left < 200
    assert found.n_boot == (200 if missing == "multiple_imputation" else left)
    assert np.isfinite(found.replicate_share).all()


@pytest.mark.parametrize("missing", ["complete_cases", "pairwise"])
@pytest.mark.parametrize("kind", ["percentile", "bca", "linearised"])
def test_a_population_that_was_taken_whole_leaves_nothing_to_chance(kind: str, missing: str, tmp_path: Path) -> None:
    clusters = np.arange(300) // 10
    surveys = [
        survey_of(tmp_path / "people", answers(300, 420), fpc=np.full(300, 300.0)),
        survey_of(
            tmp_path / "units", answers(300, 420), clusters=clusters, strata=clusters // 10, fpc=np.full(300, 10.0)
        ),
    ]
    for survey in surveys:
        found = relative_importance(survey, intervals=kind, missing=missing, n_boot=100)  # type: ignore[arg-type]
        for way in WAYS:
            spread, estimate = getattr(found.uncertainty, way), getattr(found, way)
            np.testing.assert_allclose(spread.std_error, 0, rtol=0, atol=ROUNDING)
            for limit in (spread.low, spread.high):
                np.testing.assert_allclose(limit, estimate, rtol=ROUNDING)
        assert found.p_first.max() == 1
        assert found.verdict.leader == found.drivers[int(found.share.argmax())]


def test_holes_of_a_population_that_was_taken_whole_leave_something_to_chance(tmp_path: Path) -> None:
    rng = np.random.default_rng(421)
    columns = {
        name: np.where(rng.random(300) < 0.05 * (name != "y"), np.nan, column)
        for name, column in answers(300, 420).items()
    }
    survey = survey_of(tmp_path, columns, fpc=np.full(300, 300.0))
    found = relative_importance(survey, missing="multiple_imputation", n_imputations=5, n_boot=100)
    # Nothing varies but between the copies: Rubin's m − 1.
    assert found.uncertainty.df == pytest.approx(4)
    assert (found.uncertainty.share.std_error > 0).all()


def test_replicate_weights_tell_nothing_of_one_sampling_unit(surveys: Mapping[str, Survey], tmp_path: Path) -> None:
    clusters = np.arange(300) // 100
    survey = survey_of(
        tmp_path,
        answers(300, 422),
        weights=np.ones(300),
        replicates=np.where(clusters[:, None] == np.arange(3), 0.0, 1.5),
        design={"replicate_method": "jk1"},
        unit=clusters,
    ).select(unit="1")
    assert refusal(survey, intervals="replicate_weights") == (
        "Expected respondents of several sampling units for intervals='replicate_weights', found one, in which all "
        "weights go up and down together; widen the selection, or leave intervals= out."
    )
    alone = relative_importance(survey, intervals="linearised", n_boot=100)
    assert (alone.uncertainty.how, alone.uncertainty.df) == ("linearised", 99)


@pytest.mark.parametrize("kind", ["percentile", "bca", "linearised"])
def test_a_stratum_of_one_unit_is_refused_by_every_way(kind: str, tmp_path: Path) -> None:
    clusters = np.arange(200) // 10
    survey = survey_of(tmp_path, answers(200, 411), clusters=clusters, strata=np.where(clusters == 7, 1, 0))
    with pytest.raises(kda.ModelError) as refused:
        relative_importance(survey, intervals=kind, n_boot=100)  # type: ignore[arg-type]
    assert str(refused.value) == (
        "Expected at least two sampling units in every stratum, found one in the stratum of row 71; merge that stratum "
        "with another under design.merge_strata in the codebook, or name it under design.certainty_strata if all of it "
        "was taken."
    )


def test_few_replicates_have_wide_intervals_and_no_order(tmp_path: Path) -> None:
    clusters = np.arange(200) // 50
    factors = np.where(clusters[:, None] == np.arange(4), 0.0, 4 / 3)
    survey = survey_of(
        tmp_path,
        answers(200, 412, clusters),
        weights=np.ones(200),
        replicates=factors,
        design={"replicate_method": "jk1"},
    )
    found = relative_importance(survey, n_boot=1000)
    assert found.uncertainty.df == 3
    reach = stats.t.ppf(0.975, 3) * found.uncertainty.performance.std_error
    np.testing.assert_allclose(found.performance_high - found.performance, reach, rtol=1e-9)
    assert "few_units" in [reason.code for reason in found.verdict.reasons]
    assert np.isfinite(found.p_rank).all()


def test_no_more_units_than_strata_are_refused(tmp_path: Path) -> None:
    # A domain that has one sampling unit of each of its two strata.
    clusters = np.arange(240) // 30
    survey = survey_of(
        tmp_path, answers(240, 413), clusters=clusters, strata=clusters // 4, unit=np.where(clusters % 4 == 1, "x", "z")
    )
    with pytest.raises(kda.ModelError) as refused:
        relative_importance(survey.select(unit="x"), intervals="linearised", n_boot=100)
    assert str(refused.value) == (
        "Expected at least one sampling unit more than strata, found none to spare; merge strata or widen the "
        "selection."
    )


# Drivers that are none


def refusal(survey: Survey, **arguments: object) -> str:
    with pytest.raises(kda.ModelError) as refused:
        relative_importance(survey, n_boot=100, **arguments)  # type: ignore[arg-type]
    return str(refused.value)


@pytest.mark.parametrize("missing", ["complete_cases", "pairwise", "multiple_imputation", "bootstrap_imputation"])
@pytest.mark.parametrize("factor", [1.0, 1e-8, 1e8])
def test_a_driver_twice_is_refused_whatever_it_is_measured_in(
    factor: float, missing: str, surveys: Mapping[str, Survey]
) -> None:
    a = surveys["srs"].scores["a"].to_numpy()
    how = "with the same answers" if factor == 1 else "of which one tells the other exactly, with answers"
    assert refusal(with_scores(surveys["srs"], c=factor * a), missing=missing) == (
        f"Expected predictors that differ, found 'a' and 'c' {how} from all 510 respondents; remove one from drivers=."
    )


def test_a_driver_that_differs_in_rounding_only_is_refused(surveys: Mapping[str, Survey]) -> None:
    a, b = (surveys["srs"].scores[name].to_numpy() for name in "ab")
    assert refusal(with_scores(surveys["srs"], c=a + 1e-6 * b)) == (
        "Expected predictors that differ, found 'a' and 'c' of which one tells the other exactly, with answers from "
        "all 510 respondents; remove one from drivers=."
    )


@pytest.mark.parametrize("missing", ["complete_cases", "pairwise", "multiple_imputation", "bootstrap_imputation"])
def test_a_driver_that_is_constant_in_the_domain_is_refused(missing: str, tmp_path: Path) -> None:
    columns = answers(200, 414)
    unit = np.repeat(["x", "z"], 100)
    columns["b"] = np.where(unit == "x", 40.0, columns["b"])
    survey = survey_of(tmp_path, columns, unit=unit)
    assert refusal(survey.select(unit="x"), missing=missing) == (
        "Driver 'b' is constant: all 100 scores are 40 of 100. Remove it from drivers= or check its missing codes."
    )
    assert relative_importance(survey.select(unit="z"), missing=missing, n_boot=0).drivers == tuple("abcde")  # type: ignore[arg-type]


@pytest.mark.parametrize("n", [3, 5, 6])
def test_no_more_respondents_than_predictors_are_refused(n: int, tmp_path: Path) -> None:
    columns = {name: column[:n] for name, column in answers(20, 415).items()}
    assert refusal(survey_of(tmp_path, columns)) == (
        f"Expected more than 6 complete answers for 5 predictors, found {n} of {n} respondents; use fewer drivers or "
        "widen the selection."
    )


def test_seven_respondents_of_five_drivers_have_numbers_but_no_order(tmp_path: Path) -> None:
    columns = {name: column[:7] for name, column in answers(20, 415).items()}
    for kind in ("percentile", "bca", "linearised"):
        found = relative_importance(survey_of(tmp_path / kind, columns), intervals=kind, n_boot=100)  # type: ignore[arg-type]
        assert np.isfinite(found.importance).all()
        assert found.verdict.status == "not_rankable"


def test_gradients_of_a_singular_matrix_follow_what_its_rows_can_do() -> None:
    rng = np.random.default_rng(416)
    x = rng.normal(size=(80, 2))
    rows = np.column_stack([x, x.sum(axis=1), x @ [1.0, 0.5] + rng.normal(size=80)])
    rows -= rows.mean(axis=0)
    starts = np.arange(4)
    for method in ("first", "last", "betasq", "pratt", "genizi", "car"):
        orders = AllOrders(method, starts)
        gradient = orders.gradient(rows.T @ rows)
        for row in (3, 40):
            step = 1e-4 * np.outer(rows[row], rows[row])
            ahead, behind = (np.column_stack(orders.at_sample(rows.T @ rows + sign * step))[0] for sign in (1.0, -1.0))
            found = np.einsum("jab,a,b->j", gradient, rows[row], rows[row])
            np.testing.assert_allclose(found, (ahead - behind) / 2e-4, rtol=0, atol=BY_DIFFERENCES, err_msg=method)

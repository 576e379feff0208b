"""Importance in families of outcomes, from a survey's rows to shares and intervals: R's fits, brute force, refusals."""

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.importance.combinations import FAMILY_METHODS
from drivers.importance.likelihood.engine import LikelihoodEngine
from drivers.importance.likelihood.families import PSEUDO_R2
from drivers.importance.likelihood.reweighted import replicate_fits
from drivers.importance.likelihood.subsets import fit_subsets
from drivers.models.predictors import predictors
from drivers.resampling import replicate_factors
from drivers.survey.data import Survey
from tests.reference_numbers import RATINGS, table
from tests.simulated import make_survey

BRUTE_FORCE = 1e-11
"""Of a pseudo-R² that R computed at a maximum known to the last digits."""

CONVERGENCE = 1e-6
"""Where the other program stops earlier."""

SETTLED = 1e-8
"""Of a pseudo-R² at two maxima of some hundreds, each within 5e-9."""

DIFFERENCES = 1e-5
"""Relative to the largest: derivatives by central differences of fits that settle at 5e-9."""

ROUNDING = 1e-12
"""Of shares between 0 and 1: sums of some hundred numbers in another order."""

HUNDREDTH = 0.01
"""Of a standard error of a share: what quick replicates may do to the spread of shares."""

TENTH = 0.10
"""Linear errors against 1,000 resamples (2 % by chance) of 400 respondents, whose shares are not linear."""

FEW_DRAWS = 0.20
"""Standard errors from 200 draws of 48 branches: 5 % by chance, and what 24 branches in a stratum bend."""

GROUPS = {"people": ("respect", "empathy"), "access": ("speed", "presence")}
NAMES = {"coxsnell": "cox_snell", "deviance_ratio": "deviance", "r2.m": "mcfadden", "r2.cs": "cox_snell"}
NAMES |= {"r2.n": "nagelkerke", "r2.e": "estrella"}
OUTCOMES = {"logit": "sat_top", "churn": "churn", "polr": "sat_ord", "poisson": "complaints"}
FAMILIES = {"logit": "logit", "churn": "logit", "polr": "ordered_logit", "poisson": "poisson"}
KINDS = {"logit": "yes", "ordered_logit": "grade", "poisson": "count", "negative_binomial": "count"}
"""Family → its outcome in `answers`."""


def service_survey(folder: Path, *, weighted: bool) -> Survey:
    data = table("service.csv")
    return make_survey(
        folder,
        drivers={name: data[name] for name in RATINGS},
        outcomes={name: data[name] for name in OUTCOMES.values()},
        weights=data["w"].to_numpy() if weighted else None,
    )


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Survey]:
    folder = tmp_path_factory.mktemp("service")
    return {weighted: service_survey(folder / str(weighted), weighted=weighted) for weighted in (False, True)}


def answers(n: int, k: int, seed: int, holes: float = 0.0) -> dict[str, np.ndarray]:
    """Ratings of 1 to 5 that correlate, and outcomes of every kind that depend on them unequally."""
    rng = np.random.default_rng(seed)
    x = np.clip(np.round(3 + 0.7 * rng.normal(size=(n, 1)) + rng.normal(size=(n, k))), 1, 5)
    eta = (x - 3) @ np.linspace(0.9, 0.1, k)
    noisy = eta + rng.logistic(size=n)
    columns = {
        "yes": (noisy > 0).astype(float),
        "grade": np.searchsorted([-1.5, 0.0, 1.5], noisy).astype(float),
        "count": rng.poisson(np.exp(0.3 * eta) * rng.gamma(2, 1 / 2, n)).astype(float),
    }
    x[rng.random((n, k)) < holes] = np.nan
    return {chr(97 + j): x[:, j] for j in range(k)} | columns


def survey_of(folder: Path, columns: dict[str, np.ndarray], **options: object) -> Survey:
    outcomes = {name: columns[name] for name in columns if len(name) > 1}
    drivers = {name: columns[name] for name in columns if len(name) == 1}
    return make_survey(folder, drivers=drivers, outcomes=outcomes, **options)  # type: ignore[arg-type]


def engine_for(survey: Survey, family: str, *, fit: str = "mcfadden", method: str = "lmg") -> LikelihoodEngine:
    data = predictors(survey, outcome=KINDS[family], drivers=None, always=(), as_given=family == "poisson")
    rows = data.rows
    return LikelihoodEngine.fitted(data, data.values[rows], data.weights[rows], method=method, family=family, fit=fit)


def refusal(survey: Survey, **arguments: object) -> str:
    with pytest.raises(kda.ModelError) as caught:
        kda.relative_importance(survey, **{"n_boot": 0, **arguments})  # type: ignore[arg-type]
    return str(caught.value)


# Numbers of other programs, from the survey's rows to the named result


CASES = sorted({case for case in table("families_general.csv")["case"] if case.startswith("service_")})


@pytest.mark.parametrize("case", CASES)
def test_general_dominance_of_other_programs(case: str, service: dict[bool, Survey]) -> None:
    kind, *rest = case.removeprefix("service_").split("_")
    always = ("presence",) if {"all", "const"} & set(rest) else ()
    groups = {name: tuple(m for m in members if m not in always) for name, members in GROUPS.items()}
    groups = {name: members for name, members in groups.items() if len(members) > 1} if "sets" in rest else {}
    for (tool, fit), rows in table("families_general.csv").query("case == @case").groupby(["tool", "fit"]):
        found = kda.relative_importance(
            service["w" in rest],
            outcome=OUTCOMES[kind],
            family=FAMILIES[kind],
            fit=NAMES.get(fit, fit),
            always=always,
            groups=groups,
            n_boot=0,
        )
        tolerance = BRUTE_FORCE if tool == "brute_force" else CONVERGENCE
        expected = rows.set_index("name")
        assert set(found.drivers) == set(expected.index)
        np.testing.assert_allclose(found.importance, expected.loc[list(found.drivers), "general"], atol=tolerance)
        np.testing.assert_allclose(found.r2 - found.r2_controls, expected["total"].iloc[0], atol=tolerance)
        assert found.fit == NAMES.get(fit, fit)
        assert np.isnan(found.r2_adjusted)
        assert np.isnan(found.glance()["r2_adjusted"].iloc[0])


@pytest.mark.parametrize("kind", list(OUTCOMES))
@pytest.mark.parametrize("method", ["first", "last"])
def test_first_and_last_are_differences_of_rs_fits(kind: str, method: str, service: dict[bool, Survey]) -> None:
    fits = table("families_fits.csv.gz").query(f"case == 'service_{kind}' and fit == 'mcfadden'")
    value = {frozenset(() if key == "1" else key.split("+")): fit for key, fit in zip(fits["submodel"], fits["value"])}  # noqa: B905
    found = kda.relative_importance(
        service[False], outcome=OUTCOMES[kind], family=FAMILIES[kind], method=method, n_boot=0
    )
    everybody = frozenset(RATINGS)
    expected = [
        value[frozenset([name])] - value[frozenset()]
        if method == "first"
        else value[everybody] - value[everybody - {name}]
        for name in RATINGS
    ]
    np.testing.assert_allclose(found.importance, expected, rtol=0, atol=BRUTE_FORCE)
    assert found.r2 == pytest.approx(value[everybody], abs=BRUTE_FORCE)
    assert not found.sums_to_r2
    assert found.share.sum() == pytest.approx(1)


def test_segments_are_drivers_of_several_indicators(tmp_path: Path) -> None:
    data = table("housing.csv.gz")
    factors = ("Infl", "Type", "Cont")
    survey = make_survey(
        tmp_path,
        drivers={"unused": np.arange(len(data)) % 5.0},
        outcomes={"sat": data["sat"]},
        segments={name: data[name].to_numpy() for name in factors},
    )
    found = kda.relative_importance(survey, drivers=factors, family="ordered_logit", n_boot=0)
    expected = table("families_general.csv").query("case == 'housing_polr' and fit == 'mcfadden'")
    for _, rows in expected.groupby("tool"):
        np.testing.assert_allclose(found.importance, rows.set_index("name").loc[list(factors), "general"], atol=1e-6)
    assert np.isnan(found.performance).all()


# Brute force by another library


def log_likelihood(family: str, x: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Of a model with an intercept, by statsmodels."""
    import statsmodels.api as sm

    design = sm.add_constant(x, has_constant="add") if x.shape[1] else np.ones((len(y), 1))
    if family == "negative_binomial":
        return float(sm.NegativeBinomial(y, design).fit(disp=0, maxiter=500, gtol=1e-8).llf)
    kind = sm.families.Binomial() if family == "logit" else sm.families.Poisson()
    model = sm.GLM(y, design, family=kind, freq_weights=weights).fit(tol=1e-14)
    return float(model.llf)


def by_permutations(gain: object, names: list[str], allowed: object = None) -> np.ndarray:
    """Mean gain over orders of entry, one by one."""
    orders = [order for order in permutations(range(len(names))) if allowed is None or allowed(order)]  # type: ignore[operator]
    total = np.zeros(len(names))
    for order in orders:
        for place, unit in enumerate(order):
            total[unit] += gain(frozenset(order[: place + 1])) - gain(frozenset(order[:place]))  # type: ignore[operator]
    return total / len(orders)


@pytest.mark.parametrize("family", ["logit", "poisson", "negative_binomial"])
@pytest.mark.parametrize("weighted", [False, True])
def test_all_orders_of_entry_by_statsmodels(family: str, weighted: bool, tmp_path: Path) -> None:
    if weighted and family == "negative_binomial":
        return  # statsmodels has no weights there: whole weights are repeated rows, below
    columns = answers(250, 3, seed=1)
    weights = np.random.default_rng(2).lognormal(0, 0.5, 250) if weighted else None
    x = np.column_stack([columns[name] for name in "abc"])
    y = columns[KINDS[family]]
    fits: dict[frozenset[int], float] = {}

    def fit(units: frozenset[int]) -> float:
        if units not in fits:
            fits[units] = log_likelihood(family, x[:, sorted(units)], y, weights)
        return 1 - fits[units] / fit.null  # type: ignore[attr-defined]

    fit.null = log_likelihood(family, x[:, []], y, weights)  # type: ignore[attr-defined]
    survey = survey_of(tmp_path, columns, weights=weights)
    found = kda.relative_importance(survey, outcome=KINDS[family], family=family, n_boot=0)
    np.testing.assert_allclose(found.importance, by_permutations(fit, list("abc")), rtol=0, atol=CONVERGENCE)


def test_an_interaction_enters_after_its_main_effects(tmp_path: Path) -> None:
    columns = answers(300, 3, seed=3)
    x = np.column_stack([columns[name] for name in "abc"])
    x = np.column_stack([x, (x[:, 0] - x[:, 0].mean()) * (x[:, 1] - x[:, 1].mean())])
    null = log_likelihood("logit", x[:, []], columns["yes"])

    def fit(units: frozenset[int]) -> float:
        return 1 - log_likelihood("logit", x[:, sorted(units)], columns["yes"]) / null

    expected = by_permutations(fit, list("abcd"), lambda order: order.index(3) > max(order.index(0), order.index(1)))
    survey = survey_of(tmp_path, columns)
    found = kda.relative_importance(survey, outcome="yes", family="logit", interactions=[("a", "b")], n_boot=0)
    assert found.drivers == ("a", "b", "c", "a:b")
    np.testing.assert_allclose(found.importance, expected, rtol=0, atol=CONVERGENCE)


@pytest.mark.parametrize("family", list(KINDS))
@pytest.mark.parametrize("fit", ["mcfadden", "cox_snell", "nagelkerke"])
def test_whole_weights_are_repeated_rows(family: str, fit: str, tmp_path: Path) -> None:
    columns, counts = answers(150, 3, seed=4), np.random.default_rng(5).integers(1, 5, 150)
    weighted = survey_of(tmp_path / "w", columns, weights=counts.astype(float))
    repeated = survey_of(tmp_path / "r", {name: np.repeat(column, counts) for name, column in columns.items()})
    one, other = (
        kda.relative_importance(survey, outcome=KINDS[family], family=family, fit=fit, n_boot=0)
        for survey in (weighted, repeated)
    )
    np.testing.assert_allclose(one.importance, other.importance, rtol=0, atol=SETTLED)
    np.testing.assert_allclose(one.performance, other.performance, rtol=ROUNDING)
    assert one.r2 == pytest.approx(other.r2, abs=SETTLED)


@pytest.mark.parametrize("family", list(KINDS))
def test_scale_of_weights_does_not_matter(family: str, tmp_path: Path) -> None:
    columns, weights = answers(150, 3, seed=6), np.random.default_rng(7).lognormal(0, 0.5, 150)
    found = [
        kda.relative_importance(
            survey_of(tmp_path / str(scale), columns, weights=scale * weights),
            outcome=KINDS[family],
            family=family,
            intervals="linearised",
            n_boot=100,
        )
        for scale in (1, 1000)
    ]
    np.testing.assert_allclose(found[1].importance, found[0].importance, rtol=0, atol=SETTLED)
    errors = [result.uncertainty.share.std_error for result in found]
    np.testing.assert_allclose(errors[1], errors[0], rtol=DIFFERENCES)


# Counts are taken as they were given


@pytest.mark.parametrize("family", ["poisson", "negative_binomial"])
def test_ends_of_the_scale_do_not_matter_to_counts(family: str, tmp_path: Path) -> None:
    columns = answers(200, 3, seed=8)
    one, other = (
        kda.relative_importance(
            survey_of(tmp_path / str(scale[1]), columns, scale=scale), outcome="count", family=family, n_boot=0
        )
        for scale in ((0, 100), (-3, 4000))
    )
    np.testing.assert_allclose(other.importance, one.importance, rtol=0, atol=SETTLED)
    assert other.r2 == pytest.approx(one.r2, abs=SETTLED)


def test_a_count_is_the_number_that_was_answered_reversed_or_not(tmp_path: Path) -> None:
    columns = answers(200, 3, seed=9)
    plain = survey_of(tmp_path / "plain", columns, scale=(0, 30))
    survey_of(tmp_path / "turned", columns, scale=(0, 30))
    path = tmp_path / "turned" / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    book["items"]["count_1"]["reversed"] = True
    path.write_text(json.dumps(book), encoding="utf-8")
    one, other = (
        kda.relative_importance(survey, outcome="count", family="poisson", n_boot=0)
        for survey in (plain, kda.read_survey(path))
    )
    np.testing.assert_array_equal(other.importance, one.importance)


def test_counts_of_several_items_are_refused(tmp_path: Path) -> None:
    columns = answers(100, 2, seed=10)
    columns["count"] = np.column_stack([columns["count"], columns["count"]])
    assert refusal(survey_of(tmp_path, columns), outcome="count", family="poisson") == (
        "Expected an outcome of one item to be counted, found 'count' with 2 items; name another outcome, or use "
        "family='linear'."
    )


# What is refused


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    columns = answers(300, 3, seed=11)
    rng = np.random.default_rng(12)
    columns["many"] = np.arange(300) % 25.0
    columns["part"] = columns["count"] + 0.5
    columns["told"] = (columns["b"] > 3).astype(float)
    columns["rare"] = np.where(rng.random(300) < 0.5, columns["grade"], 1.0)
    return survey_of(tmp_path_factory.mktemp("plain"), columns, segments={"kind": rng.integers(0, 3, 300)})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"outcome": "grade", "family": "logit"},
            "Expected two different answers to outcome 'grade' for family='logit', found 4 (0, 1, 2, 3); use "
            "top_box=True, which asks whether an answer is among the top two, or another family.",
        ),
        (
            {"outcome": "yes", "family": "ordered_logit"},
            "Expected 3 to 20 different answers to outcome 'yes' for family='ordered_logit', found 2 (0, 1); use "
            "family='logit'.",
        ),
        (
            {"outcome": "many", "family": "ordered_logit"},
            "Expected 3 to 20 different answers to outcome 'many' for family='ordered_logit', found 25; use "
            "family='linear'.",
        ),
        (
            {"outcome": "part", "family": "poisson"},
            "Expected whole numbers of 0 or more as outcome 'part' for family='poisson', found 2.5; use "
            "family='linear'.",
        ),
        (
            {"outcome": "told", "family": "logit"},
            "Expected no driver to tell an answer to outcome 'told' with certainty, found that 'b' does: no finite "
            "effect of family 'logit' fits; join rare answers, or leave it out, or use family='linear'.",
        ),
        (
            {"outcome": "count", "family": "poisson", "top_box": True},
            "top_box=True makes a yes or no of the outcome, which is nothing for family 'poisson'; use "
            "family='logit', or leave top_box= out.",
        ),
        (
            {"outcome": "yes", "family": "logit", "method": "pratt"},
            "Measure 'pratt' is defined through correlations and has no meaning for family 'logit'; use 'lmg' or "
            "'first' or 'last', which need only how well models fit.",
        ),
        (
            {"outcome": "yes", "family": "logit", "fit": "deviance"},
            "Expected fit= of family 'logit' to be one of 'mcfadden', 'cox_snell', 'nagelkerke', 'estrella', found "
            "'deviance'; choose one of these.",
        ),
        (
            {"outcome": "yes", "family": "logit", "missing": "pairwise"},
            "Pairwise moments hold no single respondent's answers, which family 'logit' needs; use "
            "missing='multiple_imputation'.",
        ),
    ],
)
def test_what_is_refused(arguments: dict, message: str, plain: Survey) -> None:
    assert refusal(plain, **arguments) == message


# Intervals


@pytest.mark.parametrize("family", list(KINDS))
@pytest.mark.parametrize("fit", ["mcfadden", "nagelkerke"])
def test_influence_is_the_derivative_by_each_weight(family: str, fit: str, tmp_path: Path) -> None:
    columns, weights = answers(120, 3, seed=13), np.random.default_rng(14).lognormal(0, 0.4, 120)
    engine = engine_for(survey_of(tmp_path, columns, weights=weights), family, fit=fit)
    influence = engine.influence()
    weights = engine.weights

    def refitted(factor: np.ndarray) -> np.ndarray:
        again = LikelihoodEngine.fitted(
            engine.data, engine.values, weights * factor, method="lmg", family=family, fit=fit
        ).estimate()
        return np.concatenate([again.importance[0], again.r2[0], again.performance[0]])

    stacked = np.concatenate([influence.importance, influence.r2, influence.performance], axis=1)
    step = 1e-3
    for row in (0, 17, 60, 119):
        ahead, behind = np.ones(120), np.ones(120)
        ahead[row] += step
        behind[row] -= step
        slope = (refitted(ahead) - refitted(behind)) / (2 * step)
        largest = np.abs(stacked).max(axis=0)
        assert (np.abs(stacked[row] - slope) < 10 * DIFFERENCES * largest + SETTLED).all()
    np.testing.assert_allclose(stacked.sum(axis=0), 0, atol=SETTLED)


@pytest.mark.parametrize("family", list(KINDS))
def test_linearised_errors_are_those_of_the_bootstrap(family: str, tmp_path: Path) -> None:
    survey = survey_of(tmp_path, answers(400, 3, seed=15))
    ask = {"outcome": KINDS[family], "family": family, "n_boot": 1000}
    linear = kda.relative_importance(survey, intervals="linearised", **ask)  # type: ignore[arg-type]
    drawn = kda.relative_importance(survey, intervals="percentile", **ask)  # type: ignore[arg-type]
    for way in ("importance", "share", "performance"):
        ratio = getattr(linear.uncertainty, way).std_error / getattr(drawn.uncertainty, way).std_error
        # A small share is bent towards 0, which no linear error sees.
        assert (np.abs(ratio - 1) < TENTH)[linear.share > 0.2].all(), (way, ratio)


@pytest.mark.parametrize("family", ["logit", "ordered_logit", "poisson"])
def test_quick_replicates_are_full_refits_in_shares(family: str, tmp_path: Path) -> None:
    engine = engine_for(survey_of(tmp_path, answers(400, 4, seed=16)), family)
    factors = np.concatenate(list(replicate_factors(400, n_boot=128, seed=1)))
    values, null = replicate_fits(
        engine.subsets, engine.values[:, :-1], engine.codes, engine.weights, factors, full=True
    )
    full = engine._values(1 - values / null[:, None], factors).share
    quick = engine.replicates(factors).share
    assert (quick != full).any()
    error = full.std(axis=0)
    assert (np.abs(quick - full).mean(axis=0) < HUNDREDTH * error).all()
    assert (np.abs(quick.std(axis=0) / error - 1) < HUNDREDTH).all()


@pytest.mark.parametrize("family", ["logit", "ordered_logit", "poisson"])
def test_few_rare_answers_are_fitted_exactly_in_every_resample(family: str) -> None:
    # Some of these resamples are separated, others nearly so: the sample's solutions lead nowhere there.
    rng = np.random.default_rng(1)
    allowed = 1e-3 if family != "poisson" else 0.25
    separated = 0
    for _ in range(3):
        n, k = 60, 3
        x = np.clip(np.round(3 + 0.7 * rng.normal(size=(n, 1)) + rng.normal(size=(n, k))), 1, 5)
        eta = (x - 3) @ np.array([1.2, 0.6, 0.3]) + rng.logistic(size=n)
        if family == "logit":
            y = (eta > np.quantile(eta, 0.85)).astype(float)
        elif family == "ordered_logit":
            y = np.searchsorted(np.quantile(eta, [0.06, 0.9]), eta).astype(float)
        else:
            y = rng.poisson(np.exp(np.clip(0.5 * eta - 2, -5, 1))).astype(float)
        ones, starts = np.ones(n), np.arange(k + 1)
        fits = fit_subsets(x, y, ones, starts, family=family)
        if not fits.converged:
            continue
        factors = rng.multinomial(n, np.full(n, 1 / n), 30).astype(float)
        values, _ = replicate_fits(fits, x, y, ones, factors)
        for factor, found in zip(factors, values, strict=True):
            drawn = factor > 0
            codes = np.unique(y[drawn], return_inverse=True)[1].astype(float) if "logit" in family else y[drawn]
            if not codes.any():
                continue
            for subset in range(2**k):
                columns = [c for c in range(k) if subset >> c & 1]
                alone = fit_subsets(
                    x[drawn][:, columns], codes, factor[drawn], np.array([0, len(columns)]), family=family
                )
                separated += int(alone.status[-1] == 1)
                assert found[subset] == pytest.approx(alone.log_likelihood[-1], abs=allowed)
    assert separated > 0 or family == "poisson"


@pytest.mark.parametrize("family", ["logit", "ordered_logit"])
def test_every_subset_settles_where_answers_are_nearly_told(family: str) -> None:
    rng = np.random.default_rng(5)
    for _ in range(15):
        n, k = int(rng.integers(30, 90)), 4
        x = np.clip(np.round(3 + 0.7 * rng.normal(size=(n, 1)) + rng.normal(size=(n, k))), 1, 5)
        eta = (x - 3) @ np.array([2.0, 1.0, 0.5, 0.2]) * rng.uniform(0.5, 2.5) + rng.logistic(size=n)
        cuts = [0.85] if family == "logit" else [0.1, 0.9]
        y = np.searchsorted(np.quantile(eta, cuts), eta).astype(float)
        fits = fit_subsets(x, y, np.ones(n), np.arange(k + 1), family=family, limits=True)
        for subset in range(2**k):
            columns = [c for c in range(k) if subset >> c & 1]
            alone = fit_subsets(x[:, columns], y, np.ones(n), np.array([0, len(columns)]), family=family)
            assert fits.log_likelihood[subset] == pytest.approx(alone.log_likelihood[-1], abs=CONVERGENCE)
        if fits.status[-1] == 0:
            assert fits.converged


def test_resamples_with_nothing_to_explain_are_dropped_and_counted(tmp_path: Path) -> None:
    columns = answers(120, 2, seed=17)
    yes = np.zeros(120)
    yes[[3, 60]] = 1.0
    survey = survey_of(tmp_path, {"a": columns["a"], "b": columns["b"], "yes": yes})
    ask = {"outcome": "yes", "family": "logit", "n_boot": 400}
    found = kda.relative_importance(survey, intervals="percentile", **ask)  # type: ignore[arg-type]
    # Neither respondent is drawn in e⁻² of the resamples.
    expected = sum(
        int((chunk[:, yes == 1].sum(axis=1) > 0).sum()) for chunk in replicate_factors(120, n_boot=400, seed=1)
    )
    assert found.n_boot == expected < 400
    assert np.isfinite(found.replicate_share).all()
    assert kda.dominance(survey, **ask).n_boot == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("family", list(KINDS))
def test_designs(family: str, tmp_path: Path) -> None:
    columns, rng = answers(480, 3, seed=18), np.random.default_rng(19)
    branches, weights = np.arange(480) // 10, rng.lognormal(0, 0.3, 480)
    ask = {"outcome": KINDS[family], "family": family, "n_boot": 200}
    clustered = survey_of(tmp_path / "c", columns, weights=weights, clusters=branches, strata=branches // 24)
    jackknife = np.ones((480, 48)) * weights[:, None]
    for r in range(48):
        jackknife[branches == r, r] = 0
        jackknife[(branches != r) & (branches // 24 == r // 24), r] *= 24 / 23
    scales = {"replicate_method": "jkn", "replicate_center": "estimate"}
    replicated = survey_of(
        tmp_path / "r",
        columns,
        weights=weights,
        clusters=branches,
        strata=branches // 24,
        replicates=jackknife,
        design=scales,
    )
    drawn = kda.relative_importance(clustered, intervals="percentile", **ask)  # type: ignore[arg-type]
    linear = kda.relative_importance(clustered, intervals="linearised", **ask)  # type: ignore[arg-type]
    moved = kda.relative_importance(replicated, **ask)  # type: ignore[arg-type]
    assert (drawn.design, linear.uncertainty.df, moved.uncertainty.how) == (True, 46, "replicate_weights")
    np.testing.assert_allclose(moved.share, drawn.share, rtol=ROUNDING)
    # The jackknife is linear errors' own, but for the curvature that each left-out branch sees.
    np.testing.assert_allclose(moved.uncertainty.share.std_error, linear.uncertainty.share.std_error, rtol=TENTH)
    ratio = drawn.uncertainty.share.std_error / linear.uncertainty.share.std_error
    assert (np.abs(ratio - 1) < FEW_DRAWS)[drawn.share > 0.1].all()


@pytest.mark.parametrize("family", ["logit", "ordered_logit", "poisson"])
def test_imputations(family: str, tmp_path: Path) -> None:
    survey = survey_of(tmp_path, answers(200, 3, seed=20, holes=0.08))
    ask = {"outcome": KINDS[family], "family": family, "n_boot": 100, "n_imputations": 3}
    complete = kda.relative_importance(survey, **ask)  # type: ignore[arg-type]
    for missing in ("multiple_imputation", "bootstrap_imputation"):
        found = kda.relative_importance(survey, missing=missing, **ask)  # type: ignore[arg-type]
        assert (found.uncertainty.how, found.sample.n, found.n_boot) == (missing, 200, 100)
        assert found.share.sum() == pytest.approx(1)
        assert (np.abs(found.share - complete.share) < 4 * complete.uncertainty.share.std_error).all()
        assert (found.uncertainty.share.std_error > 0).all()


def test_a_resample_of_its_own_rows_may_lack_answers_or_be_separated(tmp_path: Path) -> None:
    columns = answers(120, 3, seed=21)
    engine = engine_for(survey_of(tmp_path, columns), "ordered_logit")

    def again(rows: np.ndarray) -> LikelihoodEngine:
        ask = {"method": "lmg", "family": "ordered_logit", "fit": "mcfadden", "resample": True}
        return LikelihoodEngine.fitted(engine.data, engine.values[rows], engine.weights[rows], **ask)

    factors = np.ones((3, 120))
    factors[0, columns["grade"] == 1] = 0
    factors[1, (columns["grade"] >= 2) != (columns["a"] >= 4)] = 0
    factors[2, columns["grade"] != 2] = 0
    for factor in factors[:2]:
        values, null = replicate_fits(
            engine.subsets, engine.values[:, :-1], engine.codes, engine.weights, factor[None], full=True
        )
        expected = 1 - values / null[:, None]
        found = again(factor > 0)
        np.testing.assert_allclose(found.fits(np.ones((1, found.rows))), expected, rtol=0, atol=CONVERGENCE)
        importance = engine._values(expected, factor[None]).importance
        np.testing.assert_allclose(found.estimate().importance, importance, rtol=0, atol=CONVERGENCE)
    nothing = again(factors[2] > 0)
    assert nothing.estimate().importance.shape == (0, 3)
    assert nothing.fits(np.ones((1, nothing.rows))).shape == (0, 8)


def test_same_seed_same_result_on_any_engine(plain: Survey) -> None:
    ask = {"outcome": "yes", "family": "logit", "n_boot": 100, "intervals": "percentile"}
    one, same, other = (kda.relative_importance(plain, seed=seed, **ask) for seed in (5, 5, 6))  # type: ignore[arg-type]
    np.testing.assert_array_equal(one.replicate_share, same.replicate_share)
    assert (one.replicate_share != other.replicate_share).any()


def test_names_of_measures_and_fits() -> None:
    assert FAMILY_METHODS == ("lmg", "first", "last")
    assert PSEUDO_R2["linear"] == ("r2",)


# Progress


def test_progress_of_both_stages(plain: Survey) -> None:
    told: list[float] = []
    ask = {"outcome": "yes", "family": "logit", "intervals": "percentile", "n_boot": 200}
    kda.relative_importance(plain, progress=lambda done, left: told.append(done), **ask)  # type: ignore[arg-type]
    ends = [place for place, done in enumerate(told) if done == 1.0]
    assert len(ends) == 2 and ends[-1] == len(told) - 1
    for stage in (told[: ends[0] + 1], told[ends[0] + 1 :]):
        assert stage == sorted(stage) and stage[0] > 0


class StopError(Exception):
    """Raised by whoever has waited enough."""


@pytest.mark.parametrize("stage", [1, 2])
def test_progress_may_stop_it(stage: int, plain: Survey) -> None:
    ends = 0

    def stop(done: float, left: float) -> None:
        nonlocal ends
        if ends == stage - 1:
            raise StopError
        ends += done == 1.0

    ask = {"outcome": "yes", "family": "logit", "intervals": "percentile", "n_boot": 200}
    with pytest.raises(StopError):
        kda.relative_importance(plain, progress=stop, **ask)  # type: ignore[arg-type]

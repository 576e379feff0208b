"""Correlated factors: lavaan's estimates, errors and indices, and derivatives by differences."""

from collections.abc import Callable

import numpy as np
import pytest

from drivers.linearization import linearised_covariance
from drivers.models.chain.latent_effects import (
    chance_for_each,
    effect_numbers,
    effect_slopes,
    effects_of,
    factor_influence,
    fit_of,
    unrelated_items,
)
from drivers.models.chain.latent_factors import Factors, Pattern, factor_pattern, fit_factors
from tests.reference_numbers import ITEMS, RATINGS, table

OPTIMISED = 1e-6
"""Absolute: lavaan's optimiser stops about 3e-7 before the end."""

BY_DIFFERENCES = 1e-6
"""Absolute: what central differences of 1e-6 leave of a derivative."""

CHAIN = ([1] * 6 + [3, 3], (*RATINGS, *ITEMS))
"""Six ratings, and what three items each measure: satisfaction and loyalty."""

THREE = ([6, 3, 3], (*RATINGS, *ITEMS))
"""Three factors: the six ratings, satisfaction, loyalty."""


def answers(columns: tuple[str, ...], weighted: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centred answers, weights that sum to 1, and the covariance."""
    data = table("service.csv")
    values = data[list(columns)].to_numpy(dtype=float)
    weights = data["w"].to_numpy() if weighted else np.ones(len(data))
    weights = weights / weights.sum()
    centred = values - weights @ values
    return centred, weights, (centred * weights[:, None]).T @ centred


def fitted(model: tuple[list[int], tuple[str, ...]], weighted: bool = False) -> Factors:
    sizes, columns = model
    return fit_factors(factor_pattern(sizes, np.zeros(len(sizes))), answers(columns, weighted)[2])


def lavaan(case: str, column: str, keys: list[tuple[str, str, str]]) -> np.ndarray:
    found = table("lavaan_latent.csv").query("case == @case").set_index(["lhs", "op", "rhs"])[column]
    return np.array([float(found[key]) for key in keys])


def index_of(case: str) -> dict[str, float]:
    found = table("lavaan_latent_fit.csv").query("case == @case")
    return dict(zip(found["measure"], found["value"].astype(float), strict=True))


PATHS = [
    *(("SAT", "~", name) for name in RATINGS),
    *(("LOY", "~", name) for name in RATINGS),
    ("LOY", "~", "SAT"),
]
DEFINED = [(f"ind_{name}", ":=", f"a{k}*b") for k, name in enumerate(RATINGS, start=1)]


def chosen(numbers: np.ndarray) -> np.ndarray:
    """First and direct effects of the six, and the mediator's; as in `PATHS`."""
    effects = effects_of(numbers)
    return np.concatenate([effects.first, effects.direct, [effects.second]])


@pytest.mark.parametrize("weighted", [False, True])
def test_paths_are_lavaans(weighted: bool) -> None:
    case = "service_latent_full_weighted" if weighted else "service_latent_full"
    factors = fitted(CHAIN, weighted)
    standardised, _ = effect_numbers(factors.pattern, factors.parameters, 0)
    assert factors.converged and factors.proper
    assert chosen(standardised[:-2]) == pytest.approx(lavaan(case, "std_all", PATHS), abs=OPTIMISED)
    indirect = effects_of(standardised[:-2]).indirect
    assert indirect == pytest.approx(lavaan(case, "std_all", DEFINED), abs=OPTIMISED)
    indices = index_of(case)
    assert standardised[-2:] == pytest.approx([indices["r2.SAT"], indices["r2.LOY"]], abs=OPTIMISED)


def marked(pattern: Pattern, parameters: np.ndarray) -> np.ndarray:
    """The paths in units of the first item of each factor, as lavaan writes them, and the other loadings."""
    loading, _, correlation = pattern.parts(parameters)
    first = np.linalg.solve(correlation[:6, :6], correlation[:6, 6])
    both = np.linalg.solve(correlation[:7, :7], correlation[:7, 7])
    rating, satisfaction, loyalty = loading[:6], loading[6], loading[9]
    return np.concatenate(
        [
            first * satisfaction / rating,
            both[:6] * loyalty / rating,
            [both[6] * loyalty / satisfaction],
            loading[7:9] / satisfaction,
            loading[10:] / loyalty,
        ]
    )


LOADED = [("SAT", "=~", "sat2"), ("SAT", "=~", "sat3"), ("LOY", "=~", "loy2"), ("LOY", "=~", "loy3")]


def complex_slopes(factors: Factors, numbers: Callable[[Pattern, np.ndarray], np.ndarray]) -> np.ndarray:
    q = len(factors.parameters)
    return np.column_stack(
        [numbers(factors.pattern, factors.parameters + step).imag / 1e-30 for step in 1e-30j * np.eye(q)]
    )


@pytest.mark.parametrize("case", ["service_latent_full", "service_latent_full_mlr", "service_latent_full_weighted"])
def test_errors_are_lavaans(case: str) -> None:
    weighted = case.endswith("weighted")
    factors = fitted(CHAIN, weighted)
    slopes = complex_slopes(factors, marked)
    centred, weights, _ = answers(CHAIN[1], weighted)
    n = len(centred)
    if case == "service_latent_full":
        covariance = slopes @ np.linalg.solve(factors.hessian(observed=False) / 2, slopes.T) / n
    else:
        influence = weights[:, None] * factor_influence(factors, centred, slopes)
        # R's sandwich has no n / (n − 1).
        covariance = linearised_covariance(influence).covariance * (n - 1) / n
    keys = PATHS + LOADED
    assert marked(factors.pattern, factors.parameters) == pytest.approx(lavaan(case, "est", keys), abs=OPTIMISED)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(lavaan(case, "se", keys), rel=2 * OPTIMISED)


def test_errors_of_standardised_paths_let_ratings_vary() -> None:
    factors = fitted(CHAIN)
    slopes = effect_slopes(factors, 0)
    covariance = slopes @ np.linalg.solve(factors.hessian(observed=False) / 2, slopes.T) / 600
    found = chosen(np.sqrt(np.diag(covariance))[:19])
    assert found == pytest.approx(lavaan("service_latent_full_free_x_stdsol", "se", PATHS), rel=OPTIMISED)


@pytest.mark.parametrize("case", ["service_cfa3_stdsol", "service_cfa3_mlr_stdsol"])
def test_a_driver_of_several_items_is_a_factor(case: str) -> None:
    factors = fitted(THREE)
    centred, weights, _ = answers(THREE[1])

    def numbers(pattern: Pattern, parameters: np.ndarray) -> np.ndarray:
        loading, unique, correlation = pattern.parts(parameters)
        return np.concatenate([loading / np.sqrt(loading**2 + unique), correlation[[0, 0, 1], [1, 2, 2]]])

    slopes = complex_slopes(factors, numbers)
    if "mlr" in case:
        influence = weights[:, None] * factor_influence(factors, centred, slopes)
        covariance = linearised_covariance(influence).covariance * 599 / 600
    else:
        covariance = slopes @ np.linalg.solve(factors.hessian(observed=False) / 2, slopes.T) / 600
    keys = [
        *(("ATT", "=~", name) for name in RATINGS),
        *(("SAT", "=~", name) for name in ITEMS[:3]),
        *(("LOY", "=~", name) for name in ITEMS[3:]),
        *(("SAT", "~~", "ATT"), ("LOY", "~~", "ATT"), ("SAT", "~~", "LOY")),
    ]
    assert numbers(factors.pattern, factors.parameters) == pytest.approx(lavaan(case, "est", keys), abs=OPTIMISED)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(lavaan(case, "se", keys), rel=5 * OPTIMISED)


@pytest.mark.parametrize("case", ["service_latent_full", "service_latent_full_weighted", "service_cfa3"])
def test_indices_are_lavaans(case: str) -> None:
    factors, indices = fitted(THREE if "cfa3" in case else CHAIN, case.endswith("weighted")), index_of(case)
    unrelated = unrelated_items(factors)
    fit = fit_of(factors, unrelated, 600)
    names = ("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "srmr")
    found = [fit.statistic, fit.df, fit.p_value, fit.cfi, fit.tli, fit.rmsea, fit.srmr]
    assert found == pytest.approx([indices[name] for name in names], abs=OPTIMISED)
    assert unrelated.discrepancy * 600 == pytest.approx(indices["baseline.chisq"], abs=OPTIMISED)
    assert unrelated.pattern.df == indices["baseline.df"]


@pytest.mark.parametrize("case", ["service_latent_full_mlr", "service_latent_full_weighted", "service_cfa3_mlr"])
def test_robust_indices_are_lavaans(case: str) -> None:
    model, weighted, indices = THREE if "cfa3" in case else CHAIN, case.endswith("weighted"), index_of(case)
    factors = fitted(model, weighted)
    unrelated = unrelated_items(factors)
    centred, weights, covariance = answers(model[1], weighted)
    i, j = np.triu_indices(len(covariance))
    influence = weights[:, None] * (centred[:, i] * centred[:, j] - covariance[i, j])
    gamma = 600 * influence.T @ influence
    scalings = chance_for_each(factors, gamma), chance_for_each(unrelated, gamma)
    names = ("chisq.scaling.factor", "baseline.chisq.scaling.factor")
    assert scalings == pytest.approx([indices[name] for name in names], abs=OPTIMISED)
    fit = fit_of(factors, unrelated, 600, scalings=scalings)
    names = ("chisq.scaled", "pvalue.scaled", "cfi.robust", "tli.robust", "rmsea.robust")
    found = [fit.statistic, fit.p_value, fit.cfi, fit.tli, fit.rmsea]
    assert found == pytest.approx([indices[name] for name in names], abs=5 * OPTIMISED)


def gradient(factors: Factors, parameters: np.ndarray) -> np.ndarray:
    implied = factors.pattern.implied(parameters)
    inverse = np.linalg.inv(implied)
    pressed = inverse @ (implied - factors.covariance) @ inverse
    return np.array([(pressed * slope).sum() for slope in factors.pattern.slopes(parameters)])


def discrepancy(factors: Factors, parameters: np.ndarray) -> float:
    implied = factors.pattern.implied(parameters)
    return float(np.linalg.slogdet(implied)[1] + np.trace(np.linalg.solve(implied, factors.covariance)))


@pytest.mark.parametrize("error", [0.0, 0.3])
def test_derivatives_are_those_of_differences(error: float) -> None:
    rng = np.random.default_rng(11)
    pattern = factor_pattern([1, 2, 3, 1], np.array([error, 9.0, 9.0, 0.0]))
    root = rng.normal(size=(7, 7))
    start = fit_factors(pattern, root @ root.T / 7 + np.ones((7, 7)))
    away = start.parameters * (1 + 0.1 * rng.normal(size=pattern.parameters))
    factors = Factors(
        pattern=pattern, covariance=start.covariance, parameters=away, discrepancy=0.0, converged=False, proper=True
    )
    steps = 1e-6 * np.eye(pattern.parameters)
    by_value = [(discrepancy(factors, away + h) - discrepancy(factors, away - h)) / 2e-6 for h in steps]
    assert gradient(factors, away) == pytest.approx(by_value, abs=1e-5)
    by_gradient = np.array([(gradient(factors, away + h) - gradient(factors, away - h)) / 2e-6 for h in steps])
    assert factors.hessian() == pytest.approx(by_gradient, abs=1e-5)


def test_influence_is_what_one_more_of_a_row_does() -> None:
    factors = fitted(CHAIN)
    centred, weights, _ = answers(CHAIN[1])
    influence = factor_influence(factors, centred, effect_slopes(factors, 0))
    values, numbers = table("service.csv")[list(CHAIN[1])].to_numpy(dtype=float), []
    for sign in (1, -1):
        moved = weights.copy()
        moved[17] += sign * 1e-6
        moved /= moved.sum()
        apart = values - moved @ values
        again = fit_factors(factors.pattern, (apart * moved[:, None]).T @ apart)
        numbers.append(np.concatenate(effect_numbers(again.pattern, again.parameters, 0)))
    assert (numbers[0] - numbers[1]) / 2e-6 == pytest.approx(influence[17], abs=1e-3)


def test_a_given_reliability_is_an_attenuation_undone() -> None:
    rng = np.random.default_rng(5)
    values = rng.normal(size=(500, 3)) @ np.array([[1, 0.5, 0.4], [0, 1, 0.5], [0, 0, 1]])
    reliability = np.array([0.8, 0.7, 0.9])
    factors = fit_factors(factor_pattern([1, 1, 1], (1 - reliability) / reliability), np.cov(values.T))
    correlation = factors.pattern.parts(factors.parameters)[2]
    plain = np.corrcoef(values.T) / np.sqrt(np.outer(reliability, reliability))
    assert correlation[[0, 0, 1], [1, 2, 2]] == pytest.approx(plain[[0, 0, 1], [1, 2, 2]], abs=1e-9)
    assert factors.discrepancy == pytest.approx(0.0, abs=1e-12)


def blocks(within: float, between: float) -> np.ndarray:
    """Correlations of twice three items, alike within a score and across the two."""
    found = np.full((6, 6), between)
    found[:3, :3] = found[3:, 3:] = within
    np.fill_diagonal(found, 1.0)
    return found


def test_factors_that_go_together_more_than_wholly_are_impossible() -> None:
    pattern = factor_pattern([3, 3], np.zeros(2))
    assert fit_factors(pattern, blocks(0.5, 0.4)).proper
    beyond = fit_factors(pattern, blocks(0.49, 0.51))
    assert beyond.converged and not beyond.proper
    assert beyond.parameters[-1] == pytest.approx(0.51 / 0.49, abs=1e-6)


def test_an_error_below_nothing_is_impossible() -> None:
    correlation = blocks(0.5, 0.2)
    correlation[0, 1:3] = correlation[1:3, 0] = 0.85
    factors = fit_factors(factor_pattern([3, 3], np.zeros(2)), correlation)
    assert factors.converged and not factors.proper
    assert factors.parameters[6] == pytest.approx(0.0, abs=1e-5)

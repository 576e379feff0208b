"""One factor by maximum likelihood: other programs, another optimiser, planted loadings, matrices that have none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.multivariate.factor import Factor

import drivers as kda
from drivers.models.factor_fit import factor_fit, fit_scalings
from drivers.models.one_factor import LEAST_UNIQUE, one_factor, score_reliability, variance_extracted
from tests.reference_numbers import RATINGS, table
from tests.simulated import make_survey

OPTIMISED = 1e-6
"""Absolute: other programs stop when the likelihood hardly moves, which leaves the seventh digit of a loading open."""

FOUND = 1e-7
"""Absolute: where loadings are planted, and the discrepancy can be 0."""

BLOCKS = {
    "sat": ("sat1", "sat2", "sat3"),
    "loy": ("loy1", "loy2", "loy3"),
    "attributes": RATINGS,
    "sat_loy": ("sat1", "sat2", "sat3", "loy1", "loy2", "loy3"),
    "price": ("q2", "q3", "q4"),
    "reach": ("q6", "q7", "q8"),
    "all": tuple(f"q{i}" for i in range(2, 11)),
}


def block(name: str) -> np.ndarray:
    """The answers of a block of items; float (n, p)."""
    if BLOCKS[name][0].startswith("q"):
        survey = kda.example_survey("customersat")
        return survey.raw[list(BLOCKS[name])].to_numpy(dtype=float)
    return table("service.csv")[list(BLOCKS[name])].to_numpy()


@pytest.mark.parametrize("name", BLOCKS)
def test_omega_is_that_of_other_programs(name: str) -> None:
    answers = block(name)
    covariance, correlation = np.cov(answers.T)[None], np.corrcoef(answers.T)[None]
    loading, _ = one_factor(correlation)
    known = table("reliability_psych.csv").set_index("block").loc[name]
    assert score_reliability(loading, covariance)[0] == pytest.approx(known["omega_total_cfa_ml_raw"], abs=OPTIMISED)
    assert score_reliability(loading, correlation)[0] == pytest.approx(known["omega_total_fa_ml_std"], abs=OPTIMISED)
    if not np.isnan(known["ave_cfa_std"]):
        assert variance_extracted(loading)[0] == pytest.approx(known["ave_cfa_std"], abs=OPTIMISED)


def test_loadings_and_fit_are_those_of_lavaan() -> None:
    correlation = np.corrcoef(block("sat_loy").T)
    (loading,), (discrepancy,) = one_factor(correlation[None])
    known = table("lavaan_factors.csv").set_index(["case", "rhs"])["est"]["service_cfa_1factor_stdsol"]
    assert loading == pytest.approx(known[list(BLOCKS["sat_loy"])].to_numpy(), abs=OPTIMISED)
    fit = factor_fit(correlation, loading, float(discrepancy), 600)
    measures = table("lavaan_one_factor_fit.csv").set_index("measure")["value"]
    assert fit.df == measures["df"]
    assert fit.statistic == pytest.approx(measures["chisq"], rel=OPTIMISED)
    assert fit.p_value == pytest.approx(measures["pvalue"], abs=OPTIMISED)
    for name in ("rmsea", "cfi", "tli", "srmr"):
        assert getattr(fit, name) == pytest.approx(measures[name], abs=OPTIMISED), name


@pytest.mark.parametrize("name", ["attributes", "sat_loy", "all"])
def test_loadings_are_those_of_another_optimiser(name: str) -> None:
    correlation = np.corrcoef(block(name).T)
    other = Factor(corr=correlation, n_factor=1, method="ml").fit(rng=1).loadings[:, 0]
    assert one_factor(correlation[None])[0][0] == pytest.approx(np.abs(other), abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-0.95, 0.95).filter(lambda x: abs(x) > 0.15), min_size=3, max_size=9))
def test_planted_loadings_are_found(planted: list[float]) -> None:
    truth = np.array(planted)
    correlation = np.outer(truth, truth)
    np.fill_diagonal(correlation, 1.0)
    (loading,), (discrepancy,) = one_factor(correlation[None])
    assert discrepancy == pytest.approx(0, abs=FOUND)
    if abs(truth.sum()) > 0.01:
        assert loading == pytest.approx(truth * np.sign(truth.sum()), abs=1e-4)


def test_many_matrices_at_once_are_each_by_itself() -> None:
    rng = np.random.default_rng(4)
    answers = block("all")
    drawn = np.stack([np.corrcoef(answers[rng.integers(0, 1811, 200)].T) for _ in range(20)])
    together, discrepancy = one_factor(drawn)
    for k in range(20):
        alone, least = one_factor(drawn[[k]])
        assert together[k] == pytest.approx(alone[0], abs=FOUND)
        assert discrepancy[k] == pytest.approx(least[0], abs=FOUND)


def test_no_step_away_fits_better() -> None:
    correlation = np.corrcoef(block("sat_loy").T)
    (loading,), (discrepancy,) = one_factor(correlation[None])

    def misfit(loadings: np.ndarray) -> float:
        sigma = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
        return float(
            np.linalg.slogdet(sigma)[1]
            + np.trace(np.linalg.solve(sigma, correlation))
            - np.linalg.slogdet(correlation)[1]
            - len(loadings)
        )

    assert misfit(loading) == pytest.approx(discrepancy, abs=FOUND)
    rng = np.random.default_rng(1)
    for _ in range(50):
        assert misfit(loading + rng.normal(0, 0.01, 6)) > discrepancy


def test_an_item_that_would_have_less_than_no_variance_of_its_own_stays_at_the_bound() -> None:
    correlation = np.array([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]])
    (loading,), (discrepancy,) = one_factor(correlation[None])
    assert 1 - loading[0] ** 2 == pytest.approx(LEAST_UNIQUE, rel=0.1)
    assert 0 < discrepancy < 1
    assert (np.abs(loading) <= 1).all()


def test_two_items_share_one_loading() -> None:
    correlation = np.array([[[1, 0.49], [0.49, 1]], [[1, -0.2], [-0.2, 1]]])
    loading, discrepancy = one_factor(correlation)
    assert loading[0] == pytest.approx([0.7, 0.7])
    assert discrepancy[0] == 0
    assert np.isnan(loading[1]).all() and np.isnan(discrepancy[1])
    # Then omega is what Spearman and Brown say of a test of twice the length.
    assert score_reliability(loading[:1], correlation[:1])[0] == pytest.approx(2 * 0.49 / 1.49)


def test_what_has_no_correlations_has_no_factor() -> None:
    same = np.ones((3, 3))
    unknown = np.full((3, 3), np.nan)
    found, discrepancy = one_factor(np.stack([same, unknown, np.full((3, 3), 0.5) + np.eye(3) / 2]))
    assert np.isnan(found[:2]).all() and np.isnan(discrepancy[:2]).all()
    assert found[2] == pytest.approx(np.full(3, np.sqrt(0.5)), abs=FOUND)


def test_three_items_leave_nothing_to_test() -> None:
    correlation = np.corrcoef(block("sat").T)
    (loading,), (discrepancy,) = one_factor(correlation[None])
    fit = factor_fit(correlation, loading, float(discrepancy), 600)
    assert fit.df == 0
    assert np.isnan([fit.statistic, fit.p_value, fit.rmsea, fit.cfi, fit.tli]).all()
    assert fit.srmr == pytest.approx(0, abs=FOUND)


def test_a_statistic_is_scaled_by_what_chance_adds(tmp_path_factory: pytest.TempPathFactory) -> None:
    # Of normal answers chance adds 1 for each degree of freedom. Counting everybody twice, in one unit, doubles it.
    rng = np.random.default_rng(12)
    n, loadings = 6000, np.array([0.8, 0.7, 0.6, 0.75, 0.5])
    answers = rng.normal(size=(n, 1)) * loadings + rng.normal(size=(n, 5)) * np.sqrt(1 - loadings**2)
    scalings = []
    for times in (1, 2):
        values = np.repeat(50 + 3 * answers, times, axis=0)
        survey = make_survey(
            tmp_path_factory.mktemp("scaled"),
            drivers={"d": values[:, 0]},
            outcomes={"y": values[:, 1]},
            clusters=np.repeat(np.arange(n), times),
        )
        correlation = np.corrcoef(values.T)
        loading = one_factor(correlation[None])[0][0]
        scalings.append(fit_scalings(survey, values, survey.domain, correlation, loading))
    assert scalings[0][0] == pytest.approx(1, abs=0.05)
    assert scalings[1] == pytest.approx([2 * scaling for scaling in scalings[0]])

"""Pairwise moments: identities, brute force, another program, derivatives, and what does not fit together."""

import numpy as np
import pytest

import drivers as kda
from drivers import pairwise
from drivers.importance.orders.subsets import lmg_values
from drivers.moments import weighted_moments
from drivers.pairwise import (
    SMALLEST_EIGENVALUE,
    nearest_correlation,
    pairwise_correlations,
    pairwise_influence,
    pairwise_moments,
)
from tests.reference_numbers import AGREEMENT, RATINGS, table

ROUNDING = 1e-12
"""Of correlations: sums of some hundred numbers in another order."""

DERIVATIVE = 1e-6
"""A difference quotient with steps of 1e-5: its error is the square of the step, and 1e-11 of rounding over it."""


@pytest.fixture
def values() -> np.ndarray:
    """200 answers to five questions that correlate, about an eighth of them missing; the last has no hole."""
    rng = np.random.default_rng(401)
    answers = rng.normal(size=(200, 5)) @ np.triu(np.ones((5, 5))) + [1.0, -5.0, 0.0, 60.0, 3.0]
    answers[:, :4][rng.random((200, 4)) < 0.12] = np.nan
    return answers


@pytest.fixture
def weights() -> np.ndarray:
    return np.random.default_rng(402).lognormal(0, 0.6, 200)


def one_by_one(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Written differently: each pair's rows chosen, its weighted covariances by numpy."""
    p = values.shape[1]
    found = np.eye(p)
    for i in range(p):
        for j in range(i):
            rows = ~np.isnan(values[:, [i, j]]).any(axis=1)
            covariance = np.cov(values[rows][:, [i, j]], rowvar=False, aweights=weights[rows])
            found[i, j] = found[j, i] = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    return found


# Identities


def test_without_holes_they_are_weighted_moments(weights: np.ndarray) -> None:
    complete = np.random.default_rng(403).normal(size=(200, 4)) @ np.triu(np.ones((4, 4)))
    found, expected = pairwise_moments(complete, weights), weighted_moments(complete, weights)
    np.testing.assert_allclose(found.correlation, expected.correlation, rtol=ROUNDING)
    np.testing.assert_allclose(found.mean, expected.mean, rtol=ROUNDING, atol=ROUNDING)
    np.testing.assert_allclose(found.deviation**2, np.diag(expected.covariance), rtol=ROUNDING)
    assert found.n_smallest == 200
    assert found.n_effective_smallest == pytest.approx(expected.n_effective, rel=ROUNDING)


def test_scale_of_weights_does_not_matter(values: np.ndarray, weights: np.ndarray) -> None:
    one, other = pairwise_moments(values, weights), pairwise_moments(values, 1e6 * weights)
    np.testing.assert_allclose(other.correlation, one.correlation, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(other.mean, one.mean, rtol=ROUNDING)
    np.testing.assert_allclose(other.deviation, one.deviation, rtol=ROUNDING)
    assert other.n_effective_smallest == pytest.approx(one.n_effective_smallest, rel=ROUNDING)


def test_zero_point_and_scale_of_answers_do_not_matter(values: np.ndarray, weights: np.ndarray) -> None:
    scaled = 1e3 + values * [1e-4, 1.0, 1e4, 1.0, -1.0]
    found = pairwise_moments(scaled, weights).correlation
    expected = pairwise_moments(values, weights).correlation * np.outer([1, 1, 1, 1, -1], [1, 1, 1, 1, -1])
    # What is left of a spread of 1e-4 around 1e3.
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8)


def test_whole_weights_are_repeated_rows_but_not_in_n(values: np.ndarray) -> None:
    counts = np.random.default_rng(404).integers(0, 4, 200)
    weighted = pairwise_moments(values, counts.astype(float))
    repeated = pairwise_moments(np.repeat(values, counts, axis=0))
    np.testing.assert_allclose(weighted.correlation, repeated.correlation, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(weighted.mean, repeated.mean, rtol=ROUNDING)
    assert weighted.n_smallest < repeated.n_smallest


def test_rows_of_weight_zero_change_nothing(values: np.ndarray, weights: np.ndarray) -> None:
    more = np.vstack([values, np.full((3, 5), 1e6)])
    found, expected = pairwise_moments(more, np.append(weights, [0.0] * 3)), pairwise_moments(values, weights)
    np.testing.assert_allclose(found.correlation, expected.correlation, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(found.mean, expected.mean, rtol=ROUNDING)
    assert found.n_smallest == expected.n_smallest


def test_arrays_cannot_be_written_to(values: np.ndarray) -> None:
    found = pairwise_moments(values)
    assert not any(getattr(found, name).flags.writeable for name in ("mean", "deviation", "correlation"))


# Brute force


def test_each_pair_by_itself(values: np.ndarray, weights: np.ndarray) -> None:
    found = pairwise_moments(values, weights)
    np.testing.assert_allclose(found.correlation, one_by_one(values, weights), rtol=0, atol=ROUNDING)
    assert not found.repaired
    assert found.largest_change == 0
    assert found.smallest_eigenvalue == pytest.approx(np.linalg.eigvalsh(found.correlation)[0], rel=1e-9)


def test_means_deviations_and_counts(values: np.ndarray, weights: np.ndarray) -> None:
    found = pairwise_moments(values, weights)
    counts, effective = [], []
    for i in range(5):
        rows = ~np.isnan(values[:, i])
        assert found.mean[i] == pytest.approx(np.average(values[rows, i], weights=weights[rows]), rel=ROUNDING)
        assert found.deviation[i] ** 2 == pytest.approx(np.cov(values[rows, i], aweights=weights[rows]), rel=ROUNDING)
        for j in range(5):
            both = rows & ~np.isnan(values[:, j])
            counts.append(int(both.sum()))
            effective.append(weights[both].sum() ** 2 / (weights[both] ** 2).sum())
    assert found.n_smallest == min(counts)
    assert found.n_effective_smallest == pytest.approx(min(effective), rel=ROUNDING)


def test_resamples_one_by_one(values: np.ndarray, weights: np.ndarray) -> None:
    factors = np.random.default_rng(405).multinomial(200, np.full(200, 1 / 200), size=9).astype(float)
    found = pairwise_correlations(values, weights, factors)
    for correlation, factor in zip(found, factors, strict=True):
        drawn = factor > 0
        expected = one_by_one(values[drawn], (weights * factor)[drawn])
        np.testing.assert_allclose(correlation, expected, rtol=0, atol=ROUNDING)


# Another program


def test_as_pandas_has_them() -> None:
    data = table("service_holes.csv")[[*RATINGS, "sat"]]
    found = pairwise_moments(data.to_numpy())
    np.testing.assert_allclose(found.correlation, data.corr(), rtol=AGREEMENT)
    np.testing.assert_allclose(found.mean, data.mean(), rtol=AGREEMENT)
    np.testing.assert_allclose(found.deviation, data.std(), rtol=AGREEMENT)


def test_importance_of_the_complete_rows_as_relaimpo_has_it() -> None:
    complete = table("service_holes.csv")[[*RATINGS, "sat"]].dropna()
    (importance,), _ = lmg_values(pairwise_moments(complete.to_numpy()).correlation[None], np.arange(7))
    expected = table("relaimpo_lmg.csv").query("case == 'G_service_holes_listwise'").set_index("name")["value"]
    np.testing.assert_allclose(importance, expected[list(RATINGS)], rtol=AGREEMENT)


# Influence


def test_influence_is_the_derivative_by_each_rows_weight(values: np.ndarray, weights: np.ndarray) -> None:
    gradient = np.random.default_rng(406).normal(size=(3, 5, 5))
    found = pairwise_influence(values, weights, gradient)
    step = 1e-5
    rows = [0, 17, 101, 199, int(np.flatnonzero(np.isnan(values).sum(axis=1) == 2)[0])]
    factors = np.ones((2 * len(rows), 200))
    for position, row in enumerate(rows):
        factors[2 * position, row], factors[2 * position + 1, row] = 1 + step, 1 - step
    moved = pairwise_correlations(values, weights, factors)
    slope = (moved[0::2] - moved[1::2]) / (2 * step)
    expected = np.einsum("kab,rab->rk", gradient, slope)
    np.testing.assert_allclose(found[rows], expected, rtol=0, atol=DERIVATIVE)
    assert np.abs(expected).max() > 1000 * DERIVATIVE


def test_influence_sums_to_nothing(values: np.ndarray, weights: np.ndarray) -> None:
    gradient = np.random.default_rng(407).normal(size=(2, 5, 5))
    found = pairwise_influence(values, weights, gradient)
    np.testing.assert_allclose(found.sum(axis=0), 0, atol=ROUNDING)
    np.testing.assert_allclose(pairwise_influence(values, 50 * weights, gradient), found, rtol=0, atol=ROUNDING)
    # A row with one answer is in no pair.
    alone = np.vstack([values, [np.nan, 3.0, np.nan, np.nan, np.nan]])
    more = pairwise_influence(alone, np.append(weights, 1.0), gradient)
    np.testing.assert_allclose(more, np.vstack([found, np.zeros(2)]), rtol=0, atol=ROUNDING)


def test_linearised_errors_are_those_of_resamples(values: np.ndarray, weights: np.ndarray) -> None:
    gradient = np.zeros((3, 5, 5))
    gradient[0, 0, 1] = gradient[1, 2, 3] = gradient[2, 1, 4] = 1.0
    influence = pairwise_influence(values, weights, gradient)
    linearised = np.sqrt(200 / 199 * (influence**2).sum(axis=0))
    factors = np.random.default_rng(408).multinomial(200, np.full(200, 1 / 200), size=2000).astype(float)
    resampled = pairwise_correlations(values, weights, factors)[:, [0, 2, 1], [1, 3, 4]].std(axis=0)
    # The standard error of a standard deviation of 2,000 is 1.6 %; the rest is curvature.
    np.testing.assert_allclose(linearised, resampled, rtol=0.08)


# What does not fit together

APART = np.array([[1.0, 0.9, 0.2], [0.9, 1.0, 0.9], [0.2, 0.9, 1.0]])
"""a with b, b with c nearly the same, a with c hardly: no answers of the same people are like this."""


def not_fitting() -> np.ndarray:
    """Answers of three groups who were asked two of three questions each, with the correlations above."""
    rng = np.random.default_rng(409)
    parts = []
    for i, j in ((0, 1), (1, 2), (0, 2)):
        both = rng.normal(size=(80, 2))
        both = (both - both.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(both, rowvar=False))).T
        part = np.full((80, 3), np.nan)
        part[:, [i, j]] = both @ np.linalg.cholesky(APART[np.ix_([i, j], [i, j])]).T
        parts.append(part)
    return np.vstack(parts)


def test_correlations_that_do_not_fit_are_repaired_and_that_is_told() -> None:
    found = pairwise_moments(not_fitting())
    assert found.repaired
    assert found.smallest_eigenvalue == pytest.approx(np.linalg.eigvalsh(APART)[0], abs=ROUNDING)
    assert found.smallest_eigenvalue < -0.1
    assert found.largest_change == pytest.approx(np.abs(found.correlation - APART).max(), abs=ROUNDING)
    assert found.largest_change > 0.05
    assert np.linalg.eigvalsh(found.correlation)[0] >= SMALLEST_EIGENVALUE
    assert np.diag(found.correlation).tolist() == [1.0, 1.0, 1.0]
    np.testing.assert_array_equal(found.correlation, found.correlation.T)
    (values,), ((_, r2),) = lmg_values(found.correlation[None], np.arange(3))
    assert 0 < r2 < 1
    assert (values > 0).all()


def test_no_table_of_correlations_is_nearer() -> None:
    found, _ = nearest_correlation(APART)
    distance = np.linalg.norm(found - APART)
    rng = np.random.default_rng(410)
    # Written differently: any matrix of unit rows times its transpose is a table of correlations.
    for spread in (1e-4, 1e-3, 1e-2, 0.1, 1.0):
        for _ in range(200):
            rows = np.linalg.cholesky(found) + spread * rng.normal(size=(3, 3))
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
            assert np.linalg.norm(rows @ rows.T - APART) > distance - 10 * SMALLEST_EIGENVALUE


def test_correlations_that_fit_are_left_as_they_are() -> None:
    fitting = np.array([[1.0, 0.999], [0.999, 1.0]])
    found, smallest = nearest_correlation(fitting)
    assert found is fitting
    assert smallest == pytest.approx(0.001, rel=1e-9)


@pytest.mark.parametrize("p", [3, 8, 20])
def test_what_is_repaired_is_positive_definite(p: int) -> None:
    rng = np.random.default_rng(411)
    for _ in range(5):
        upper = np.triu(rng.uniform(-1, 1, (p, p)), 1)
        wild = upper + upper.T + np.eye(p)
        while np.linalg.eigvalsh(wild)[0] > 0:
            wild = wild * 1.1 - 0.1 * np.eye(p)
        found, smallest = nearest_correlation(wild)
        assert smallest < 0
        assert np.linalg.eigvalsh(found)[0] >= SMALLEST_EIGENVALUE
        np.testing.assert_allclose(np.diag(found), 1.0, rtol=ROUNDING)


@pytest.mark.parametrize("projections", [1, 2, 5, 10, 20, 26, 27, 28, 29, 30])
def test_projections_that_are_cut_short_still_end_above_the_bound(
    projections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairwise, "PROJECTIONS", projections)
    rng = np.random.default_rng(413)
    upper = np.triu(rng.uniform(-1, 1, (15, 15)), 1)
    for wild in (APART, upper + upper.T + np.eye(15)):
        found, _ = nearest_correlation(wild)
        assert np.linalg.eigvalsh(found)[0] >= SMALLEST_EIGENVALUE
        np.testing.assert_allclose(np.diag(found), 1.0, rtol=ROUNDING)


def test_resamples_are_repaired_too() -> None:
    values = not_fitting()
    factors = np.vstack([np.ones(240), np.random.default_rng(412).multinomial(240, np.full(240, 1 / 240), size=4)])
    found = pairwise_correlations(values, np.ones(240), factors)
    assert (np.linalg.eigvalsh(found)[:, 0] >= SMALLEST_EIGENVALUE).all()
    np.testing.assert_allclose(found[0], pairwise_moments(values).correlation, rtol=0, atol=ROUNDING)


# Errors


def refusal(values: np.ndarray, weights: np.ndarray | None = None) -> kda.ModelError:
    with pytest.raises(kda.ModelError) as caught:
        pairwise_moments(values, weights, names=["speed", "respect", "overall"])
    return caught.value


def test_a_pair_that_nobody_answered_both_is_refused() -> None:
    values = not_fitting()[:160]
    error = refusal(values)
    assert str(error) == (
        "Expected at least 2 respondents who answered both 'speed' and 'overall', found 0; "
        "leave one of the two out, or impute."
    )
    assert (error.code, error.values) == ("few_answers", {"n": 0, "needed": 2})
    values[0] = 1.0
    assert "found 1;" in str(refusal(values))
    values[1] = [2.0, np.nan, 5.0]
    assert pairwise_moments(values).n_smallest == 2


def test_an_answer_of_weight_zero_is_none() -> None:
    values = not_fitting()
    weights = np.where(np.arange(240) < 160, 1.0, 0.0)
    assert "both 'speed' and 'overall', found 0;" in str(refusal(values, weights))


@pytest.mark.parametrize("column", [0, 2])
def test_one_answer_of_all_who_answered_both_is_refused(column: int) -> None:
    values = not_fitting()
    values[160:, column] = 0.1
    assert str(refusal(values)) == (
        "Expected answers to 'speed' and 'overall' that differ, found only one answer to one of them among the 80 "
        "respondents who answered both; leave one of the two out, or impute."
    )


def test_columns_without_names_are_counted() -> None:
    with pytest.raises(kda.ModelError, match="both 'column 1' and 'column 3'"):
        pairwise_moments(not_fitting()[:160])


def test_a_resample_without_a_pair_says_nothing() -> None:
    values = not_fitting()
    factors = np.ones((3, 240))
    factors[1, 160:] = 0.0
    factors[2, 161:] = 0.0
    found = pairwise_correlations(values, np.ones(240), factors)
    assert np.isfinite(found[0]).all()
    assert np.isnan(found[1:]).all()

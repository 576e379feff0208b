"""Weighted means and covariances: in one piece, in many, and as another program has them."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

import drivers as kda
from drivers import moments
from drivers.moments import Moments, weighted_moments
from tests.reference_numbers import AGREEMENT, RATINGS, table

ROUNDING = 1e-12
"""Relative: sums of some hundred numbers in another order."""

ONE_ULP_PER_ROW = 1e-13
"""Relative error left of a variance when the mean is 1e8 standard deviations away from 0: the answers
themselves are then known to 1e-8 of their spread, and nothing more may be lost."""


@pytest.fixture
def values() -> np.ndarray:
    return np.random.default_rng(11).normal(size=(200, 4)) @ np.triu(np.ones((4, 4))) + [1.0, -5.0, 0.0, 60.0]


@pytest.fixture
def weights() -> np.ndarray:
    return np.random.default_rng(12).lognormal(0, 0.6, 200)


def assert_same(found: Moments, expected: Moments) -> None:
    assert found.n == expected.n
    for name in ("sum_weights", "sum_squared_weights", "mean", "scatter"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=ROUNDING, atol=ROUNDING)


# Identities


def test_without_weights_they_are_means_and_covariances(values: np.ndarray) -> None:
    found = weighted_moments(values)
    np.testing.assert_allclose(found.mean, values.mean(axis=0), rtol=ROUNDING, atol=ROUNDING)
    np.testing.assert_allclose(found.covariance, np.cov(values, rowvar=False), rtol=ROUNDING)
    np.testing.assert_allclose(found.correlation, np.corrcoef(values, rowvar=False), rtol=ROUNDING)
    assert (found.n, found.sum_weights, found.n_effective) == (200, 200.0, 200.0)


def test_weighted_covariance_is_that_of_numpy(values: np.ndarray, weights: np.ndarray) -> None:
    expected = np.cov(values, rowvar=False, aweights=weights)
    np.testing.assert_allclose(weighted_moments(values, weights).covariance, expected, rtol=ROUNDING)


def test_scale_of_weights_does_not_matter(values: np.ndarray, weights: np.ndarray) -> None:
    one, other = weighted_moments(values, weights), weighted_moments(values, 1e6 * weights)
    np.testing.assert_allclose(other.covariance, one.covariance, rtol=ROUNDING)
    np.testing.assert_allclose(other.mean, one.mean, rtol=ROUNDING)
    assert other.n_effective == pytest.approx(one.n_effective, rel=ROUNDING)


def test_whole_weights_are_repeated_rows_in_means_and_scatter_but_not_in_n(values: np.ndarray) -> None:
    counts = np.random.default_rng(13).integers(0, 4, len(values))
    weighted, repeated = (
        weighted_moments(values, counts.astype(float)),
        weighted_moments(np.repeat(values, counts, axis=0)),
    )
    np.testing.assert_allclose(weighted.mean, repeated.mean, rtol=ROUNDING, atol=ROUNDING)
    np.testing.assert_allclose(weighted.scatter, repeated.scatter, rtol=ROUNDING, atol=ROUNDING)
    assert weighted.n == np.count_nonzero(counts) < repeated.n == counts.sum()


def test_rows_of_weight_zero_change_nothing(values: np.ndarray, weights: np.ndarray) -> None:
    more = np.vstack([values, np.full((3, 4), 1e9)])
    assert_same(weighted_moments(more, np.append(weights, [0.0, 0.0, 0.0])), weighted_moments(values, weights))


@pytest.mark.parametrize("cuts", [[100], [1], [199], [3, 4, 90], list(range(5, 200, 5))], ids=len)
def test_parts_merge_to_the_whole(values: np.ndarray, weights: np.ndarray, cuts: list[int]) -> None:
    ends = [0, *cuts, len(values)]
    parts = [weighted_moments(values[a:b], weights[a:b]) for a, b in itertools.pairwise(ends)]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.merge(part)
    assert_same(whole, weighted_moments(values, weights))


@pytest.mark.parametrize("rows", [1, 7, 64, 199, 200])
def test_size_of_chunks_does_not_matter(
    values: np.ndarray, weights: np.ndarray, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = weighted_moments(values, weights)
    monkeypatch.setattr(moments, "CHUNK_ROWS", rows)
    assert_same(weighted_moments(values, weights), expected)


def test_a_chunk_without_weight_is_left_out(
    values: np.ndarray, weights: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights[:100] = 0.0
    expected = weighted_moments(values[100:], weights[100:])
    monkeypatch.setattr(moments, "CHUNK_ROWS", 50)
    assert_same(weighted_moments(values, weights), expected)


def test_correlation_with_a_constant_is_not_a_number() -> None:
    found = weighted_moments(np.array([[1.0, 2.0], [3.0, 2.0]])).correlation
    assert found[0, 0] == pytest.approx(1, rel=ROUNDING)
    assert np.isnan([found[0, 1], found[1, 0], found[1, 1]]).all()


def test_arrays_cannot_be_written_to(values: np.ndarray) -> None:
    for found in (weighted_moments(values), weighted_moments(values).merge(weighted_moments(values))):
        assert not found.mean.flags.writeable
        assert not found.scatter.flags.writeable


# Written differently: exact fractions


def test_far_from_zero_no_digit_is_lost() -> None:
    rng = np.random.default_rng(14)
    values, weights = 1e8 + rng.normal(size=(60, 2)), rng.uniform(0.5, 2, 60)
    rows = [[Fraction(x) for x in row] for row in values]
    w = [Fraction(x) for x in weights]
    mean = [sum(wi * row[j] for wi, row in zip(w, rows, strict=True)) / sum(w) for j in range(2)]
    exact = [
        [
            float(sum(wi * (row[a] - mean[a]) * (row[b] - mean[b]) for wi, row in zip(w, rows, strict=True)))
            for b in range(2)
        ]
        for a in range(2)
    ]
    np.testing.assert_allclose(weighted_moments(values, weights).scatter, exact, rtol=ONE_ULP_PER_ROW)


# Numbers from another program


@pytest.mark.parametrize(
    ("case", "outcome", "weighted"),
    [("A_service", "sat", False), ("C_service_w", "sat", True), ("C_service12_w", "nps", True)],
)
def test_variance_divides_as_cov_wt(case: str, outcome: str, weighted: bool) -> None:
    data = table("service.csv")
    found = weighted_moments(data[[*RATINGS, outcome]].to_numpy(), data["w"].to_numpy() if weighted else None)
    expected = table("relaimpo_models.csv").set_index("case").loc[case, "var_y"]
    np.testing.assert_allclose(found.covariance[-1, -1], expected, rtol=AGREEMENT)


def test_effective_size_is_that_of_kish() -> None:
    data = table("service.csv")
    expected = table("kish.csv").set_index("quantity")["value"]
    found = weighted_moments(data[["sat"]].to_numpy(), data["w"].to_numpy())
    np.testing.assert_allclose(found.sum_weights, expected["sum_w"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.sum_squared_weights, expected["sum_w2"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.n_effective, expected["kish_n_eff"], rtol=AGREEMENT)


# Errors


def refusal(*arguments: object) -> str:
    with pytest.raises(kda.ModelError) as caught:
        weighted_moments(*arguments)  # type: ignore[arg-type]
    return str(caught.value)


def test_no_rows_are_refused() -> None:
    expected = "Expected rows of answers, found an array of shape (0, 3); widen the selection."
    assert refusal(np.empty((0, 3))) == expected


def test_missing_answers_are_refused() -> None:
    expected = "Expected complete rows, found missing answers; choose the rows first."
    assert refusal(np.array([[1.0, np.nan]])) == expected


def test_weights_of_zero_only_are_refused() -> None:
    expected = "Expected rows with a design weight above 0, found none; check the weights."
    assert refusal(np.ones((3, 1)), np.zeros(3)) == expected


def test_parts_of_other_variables_are_not_merged() -> None:
    with pytest.raises(kda.ModelError) as caught:
        weighted_moments(np.eye(2)).merge(weighted_moments(np.eye(3)))
    assert str(caught.value) == "Expected moments of 2 variables, found 3; merge parts of one survey."

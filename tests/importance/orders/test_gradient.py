"""The gradient of LMG: identities, brute force, differences, the jackknife, and other programs' standard errors."""

from collections.abc import Sequence
from itertools import combinations
from math import factorial

import numpy as np
import pytest

from drivers.importance.orders import gradient as module
from drivers.importance.orders import parts
from drivers.importance.orders.gradient import CHUNK_ROWS, PARTS_FROM, lmg_gradient, lmg_influence
from drivers.importance.orders.subsets import lmg_values
from drivers.linearization import linearised_covariance
from drivers.moments import weighted_moments
from tests.reference_numbers import RATINGS, table

ROUNDING = 1e-11
"""Of gradients of about 1, with respect to correlations."""

BY_DIFFERENCES = 1e-7
"""Central differences with a step of 1e-5 err by its square times third derivatives of some tens, and by rounding
divided by the step."""

SAME_TO_FIRST_ORDER = 0.05
"""Relative difference of standard errors by linearisation and by resampling 600 respondents, whose second order is
about 1 / 600 of the variance for each parameter, with 2,000 resamples, whose own error is 1.6 %."""

SAME_WITH_FEW_UNITS = 0.06
"""The same for 48 sampling units, where the second order is larger."""

JACKKNIFE = 0.02
"""Relative difference from the delete-one jackknife at 400 respondents, of the second order."""

STARTS = [
    [0, 1],
    [0, 1, 2],
    [0, 1, 2, 3, 4, 5],
    [2, 3, 4, 5, 6],
    [3, 4],
    [0, 2, 3, 6],
    [1, 3, 4, 5, 6, 9],
    [0, 1, 2, 4],
    [2, 5, 6],
]


def simulated(n: int, m: int, seed: int) -> np.ndarray:
    """Columns that correlate by about a half, in different units."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, m)) + rng.normal(size=(n, 1))) * rng.uniform(0.1, 10, m)


def scatter_of(n: int, m: int, seed: int) -> np.ndarray:
    return weighted_moments(simulated(n, m, seed)).scatter


def in_correlations(gradient: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """A gradient with respect to correlations, whatever the columns are measured in."""
    deviation = np.sqrt(np.diag(matrix))
    return gradient * np.outer(deviation, deviation)


def by_differences(matrix: np.ndarray, starts: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Symmetric central differences of LMG and R², with respect to correlations; (k + 2, m, m)."""
    m = len(matrix)
    unit = np.outer(np.sqrt(np.diag(matrix)), np.sqrt(np.diag(matrix)))
    found = np.zeros((len(starts) + 1, m, m))
    for a, b in zip(*np.triu_indices(m), strict=True):
        change = np.zeros((m, m))
        change[a, b] = change[b, a] = step
        values, r2 = lmg_values(np.stack([matrix + change * unit, matrix - change * unit]), starts)
        ahead, behind = np.column_stack([values, r2])
        # Off the diagonal one step moves two entries.
        found[:, a, b] = found[:, b, a] = (ahead - behind) / step / (2 if a == b else 4)
    return found


def by_enumeration(matrix: np.ndarray, starts: Sequence[int]) -> np.ndarray:
    """Written differently: a a′ of each subset by solving its normal equations, weighted by orders; (k + 2, m, m)."""
    k, m = len(starts) - 1, len(matrix)
    outcome = np.zeros((m, m))
    outcome[-1, -1] = 1

    def of_r2(units: Sequence[int]) -> np.ndarray:
        columns = [*range(starts[0]), *(c for unit in units for c in range(starts[unit], starts[unit + 1]))]
        a = np.zeros(m)
        a[-1] = 1
        if columns:
            a[columns] = -np.linalg.solve(matrix[np.ix_(columns, columns)], matrix[columns, -1])
        return (a @ matrix @ a / matrix[-1, -1] * outcome - np.outer(a, a)) / matrix[-1, -1]

    found = np.zeros((k + 2, m, m))
    for unit in range(k):
        others = [i for i in range(k) if i != unit]
        for size in range(k):
            part = factorial(size) * factorial(k - 1 - size) / factorial(k)
            for units in combinations(others, size):
                found[unit] += part * (of_r2([*units, unit]) - of_r2(units))
    found[k], found[k + 1] = of_r2([]), of_r2(range(k))
    return found


# Identities


@pytest.mark.parametrize("starts", [*STARTS, list(range(15)), [2, *range(3, 15), 17]], ids=str)
def test_gradients_of_all_units_sum_to_that_of_the_gain(starts: list[int]) -> None:
    matrix = scatter_of(80, starts[-1] + 1, seed=1)
    found = in_correlations(lmg_gradient(matrix, np.array(starts)), matrix)
    np.testing.assert_allclose(found[:-2].sum(axis=0), found[-1] - found[-2], rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("starts", STARTS, ids=str)
def test_multiplying_the_matrix_changes_nothing(starts: list[int]) -> None:
    matrix = scatter_of(80, starts[-1] + 1, seed=2)
    found = lmg_gradient(matrix, np.array(starts))
    np.testing.assert_allclose(np.einsum("jab,ab->j", found, matrix), 0, atol=ROUNDING)
    larger = lmg_gradient(50 * matrix, np.array(starts))
    np.testing.assert_allclose(
        in_correlations(larger, 50 * matrix), in_correlations(found, matrix), rtol=0, atol=ROUNDING
    )


@pytest.mark.parametrize("starts", STARTS, ids=str)
def test_what_a_column_is_measured_in_does_not_matter(starts: list[int]) -> None:
    matrix = scatter_of(80, starts[-1] + 1, seed=3)
    deviation = np.sqrt(np.diag(matrix))
    found = in_correlations(lmg_gradient(matrix, np.array(starts)), matrix)
    expected = lmg_gradient(matrix / np.outer(deviation, deviation), np.array(starts))
    np.testing.assert_allclose(found, expected, rtol=0, atol=ROUNDING)


def test_matrices_are_symmetric() -> None:
    found = lmg_gradient(scatter_of(80, 8, seed=4), np.array([1, 2, 4, 5, 6, 7]))
    assert np.array_equal(found, found.transpose(0, 2, 1))


def test_order_of_units_does_not_matter() -> None:
    matrix = scatter_of(80, 9, seed=5)
    # Controls 0; units (1 2) (3) (4 5 6) (7), written as (7) (6 4 5) (2 1) (3).
    order = [0, 7, 6, 4, 5, 2, 1, 3, 8]
    found = lmg_gradient(matrix, np.array([1, 3, 4, 7, 8]))
    shuffled = lmg_gradient(matrix[np.ix_(order, order)], np.array([1, 2, 5, 7, 8]))
    there = in_correlations(found, matrix)[[3, 2, 0, 1, 4, 5]][:, order][:, :, order]
    np.testing.assert_allclose(in_correlations(shuffled, matrix[np.ix_(order, order)]), there, rtol=0, atol=ROUNDING)


def test_a_constant_column_has_no_part() -> None:
    values = simulated(80, 6, seed=6)
    without = weighted_moments(values).scatter
    scatter = weighted_moments(np.insert(values, 2, 7.0, axis=1)).scatter
    found = lmg_gradient(scatter, np.arange(7))
    assert np.array_equal(found[:, 2], np.zeros((8, 7)))
    rest = np.delete(np.delete(found, 2, 1), 2, 2)
    expected = np.insert(lmg_gradient(without, np.arange(6)), 2, 0.0, axis=0)
    np.testing.assert_allclose(
        in_correlations(rest, without), in_correlations(expected, without), rtol=0, atol=ROUNDING
    )


def test_a_column_twice_gives_finite_numbers() -> None:
    values = simulated(80, 5, seed=7)[:, [0, 1, 2, 1, 3, 4]]
    assert np.isfinite(lmg_gradient(weighted_moments(values).scatter, np.arange(6))).all()


# Written differently


@pytest.mark.parametrize("starts", [*STARTS, list(range(8))], ids=str)
def test_equals_enumeration(starts: list[int]) -> None:
    matrix = scatter_of(80, starts[-1] + 1, seed=8)
    found = lmg_gradient(matrix, np.array(starts))
    expected = by_enumeration(matrix, starts)
    np.testing.assert_allclose(in_correlations(found, matrix), in_correlations(expected, matrix), rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("starts", [*STARTS, list(range(PARTS_FROM + 1))], ids=str)
def test_equals_differences(starts: list[int]) -> None:
    matrix = scatter_of(80, starts[-1] + 1, seed=9)
    found = in_correlations(lmg_gradient(matrix, np.array(starts)), matrix)
    np.testing.assert_allclose(found, by_differences(matrix, np.array(starts)), rtol=0, atol=BY_DIFFERENCES)


@pytest.mark.parametrize(
    "starts",
    [range(PARTS_FROM + 1), [2, *range(3, PARTS_FROM + 3)], [1, 4, *range(5, PARTS_FROM + 3), PARTS_FROM + 5]],
    ids=["plain", "controls", "groups and controls"],
)
def test_parts_of_the_lattice_equal_one_walk(starts: Sequence[int], monkeypatch: pytest.MonkeyPatch) -> None:
    starts = np.array(starts)
    matrix = scatter_of(80, int(starts[-1]) + 1, seed=10)
    in_parts = lmg_gradient(matrix, starts)
    monkeypatch.setattr(module, "PARTS_FROM", 99)
    at_once = lmg_gradient(matrix, starts)
    np.testing.assert_allclose(
        in_correlations(in_parts, matrix), in_correlations(at_once, matrix), rtol=0, atol=ROUNDING
    )


def test_number_of_cores_does_not_change_a_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = scatter_of(80, PARTS_FROM + 1, seed=11)
    found = []
    for cores in (1, 2, 5):
        monkeypatch.setattr(parts, "workers", lambda cores=cores: cores)
        found.append(lmg_gradient(matrix, np.arange(PARTS_FROM + 1)))
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2])


def test_progress_is_told_to_the_end() -> None:
    told: list[float] = []
    lmg_gradient(scatter_of(80, 15, seed=12), np.arange(15), progress=lambda done, left: told.append(done))
    assert told[-1] == 1.0


def test_matrices_are_left_as_they_are_and_may_be_read_only() -> None:
    matrix = scatter_of(80, 6, seed=13)
    before = matrix.copy()
    matrix.setflags(write=False)
    lmg_gradient(matrix, np.arange(6))
    assert np.array_equal(matrix, before)


# Influence


def test_influence_is_the_slope_of_each_weight() -> None:
    values = simulated(60, 7, seed=14)
    weights = np.random.default_rng(15).uniform(0.5, 3, 60)
    starts = np.array([1, 2, 4, 5, 6])
    moments = weighted_moments(values, weights)
    found = lmg_influence(values - moments.mean, weights, lmg_gradient(moments.scatter, starts))
    step = 1e-4
    for row in range(0, 60, 7):
        factor = np.ones((2, 60))
        factor[:, row] += step, -step
        scatter = np.stack([weighted_moments(values, weights * each).scatter for each in factor])
        importance, r2 = lmg_values(scatter, starts)
        ahead, behind = np.column_stack([importance, r2])
        np.testing.assert_allclose(found[row], (ahead - behind) / (2 * step), rtol=0, atol=BY_DIFFERENCES)


def test_influence_sums_to_nothing_and_over_units_to_that_of_r2() -> None:
    rows = 2 * CHUNK_ROWS + 17
    values = simulated(rows, 6, seed=16)
    moments = weighted_moments(values)
    found = lmg_influence(values - moments.mean, np.ones(rows), lmg_gradient(moments.scatter, np.arange(6)))
    assert found.shape == (rows, 7)
    np.testing.assert_allclose(found.sum(axis=0), 0, atol=ROUNDING)
    np.testing.assert_allclose(found[:, :5].sum(axis=1), found[:, 6] - found[:, 5], rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(found[:, 5], 0, atol=ROUNDING)


def test_standard_errors_are_those_of_the_jackknife() -> None:
    n = 400
    values = simulated(n, 6, seed=17)
    weights = np.random.default_rng(18).uniform(0.5, 2, n)
    moments = weighted_moments(values, weights)
    influence = lmg_influence(values - moments.mean, weights, lmg_gradient(moments.scatter, np.arange(6)))
    linear = np.sqrt(np.diag(linearised_covariance(influence).covariance))[:5]
    without = np.ones((n, n)) - np.eye(n)
    scatter = np.stack([weighted_moments(values, weights * each).scatter for each in without])
    left_out = lmg_values(scatter, np.arange(6))[0]
    jackknife = np.sqrt((n - 1) / n * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose(linear, jackknife, rtol=JACKKNIFE)


# Other programs


def test_standard_errors_are_those_of_relaimpo_by_the_bootstrap() -> None:
    values = table("service.csv")[[*RATINGS, "sat"]].to_numpy()
    moments = weighted_moments(values)
    influence = lmg_influence(values - moments.mean, np.ones(len(values)), lmg_gradient(moments.scatter, np.arange(7)))
    linear = np.sqrt(np.diag(linearised_covariance(influence).covariance))
    replicates = table("boot_replicates_service.csv.gz")
    expected = replicates[[*(f"lmg_{name}" for name in RATINGS), "R2"]].std()
    np.testing.assert_allclose(linear[[0, 1, 2, 3, 4, 5, 7]], expected, rtol=SAME_TO_FIRST_ORDER)


def test_standard_errors_under_a_design_are_those_of_relaimpo_by_the_jackknife() -> None:
    data = table("service.csv")
    values, weights = data[[*RATINGS, "sat"]].to_numpy(), data["w"].to_numpy()
    moments = weighted_moments(values, weights)
    influence = lmg_influence(values - moments.mean, weights, lmg_gradient(moments.scatter, np.arange(7)))
    strata, clusters = data["stratum"].to_numpy(dtype=np.int64), data["branch"].to_numpy(dtype=np.int64)
    linear = np.sqrt(np.diag(linearised_covariance(influence, strata=strata, clusters=clusters).covariance))
    errors = table("survey_replicates_se.csv").query("type == 'JKn' and design == 'design'").set_index("name")["se"]
    np.testing.assert_allclose(linear[[0, 1, 2, 3, 4, 5, 7]], errors[[*RATINGS, "R2"]], rtol=SAME_WITH_FEW_UNITS)

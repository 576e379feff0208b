"""LMG from sampled orderings: identities, the exact walk, another program, and an error that is what it says."""

from collections.abc import Sequence

import numpy as np
import pytest

from drivers.errors import ModelError
from drivers.importance.orders import parts, sampled
from drivers.importance.orders.quasi_random import RANDOMISATIONS, orderings, place_counts
from drivers.importance.orders.sampled import error_norm, place_weights, rounded_count, sampled_lmg
from drivers.importance.orders.subsets import lmg_values
from drivers.moments import weighted_moments
from tests.reference_numbers import table

ROUNDING = 1e-12
"""Of an R² between 0 and 1."""

FIVE_ERRORS = 5.0
"""A t variate of 15 degrees of freedom is larger but for one in 6,000; seeds are fixed."""

FEW_PER_CENT = 0.03
"""Of a 95 % point from 50,000 normal vectors, and of Satterthwaite's approximation to it."""


def simulated(n: int, k: int, seed: int, between: float = 0.5) -> np.ndarray:
    """k drivers that correlate and, last, an outcome that depends on them unequally."""
    rng = np.random.default_rng(seed)
    x = np.sqrt(1 - between) * rng.normal(size=(n, k)) + np.sqrt(between) * rng.normal(size=(n, 1))
    return np.column_stack([x, x @ (1 / np.arange(1, k + 1)) + rng.normal(0, 1.5, n)])


def scatter_of(n: int, k: int, seed: int, between: float = 0.5) -> np.ndarray:
    return weighted_moments(simulated(n, k, seed, between)).scatter


def autoregressive(p: int) -> np.ndarray:
    """The scatter of 1,000 rows of p drivers, each correlated .5 with the one before; the recipe of the reference."""
    rng = np.random.default_rng(20250101)
    z = rng.standard_normal((1000, 50))
    x = np.empty_like(z)
    x[:, 0] = z[:, 0]
    for j in range(1, 50):
        x[:, j] = 0.5 * x[:, j - 1] + np.sqrt(1 - 0.5 * 0.5) * z[:, j]
    error = 2.0 * rng.standard_normal(1000)
    return weighted_moments(np.column_stack([x[:, :p], x[:, :p] @ (1.0 / np.arange(1, p + 1)) + error])).scatter


def two_factors(k: int, seed: int) -> np.ndarray:
    """Drivers of two strong factors, of which a tenth have an effect, as LS-SPA is tried on."""
    rng = np.random.default_rng(seed)
    loading = rng.normal(size=(k, 2))
    x = rng.normal(size=(2000, 2)) @ loading.T + rng.normal(size=(2000, k))
    y = x[:, : k // 10] @ np.full(k // 10, 2.0) + 3 * rng.normal(size=2000)
    return weighted_moments(np.column_stack([x, y])).scatter


# Identities


@pytest.mark.parametrize("starts", [range(11), [2, *range(3, 12)], [1, 4, 5, 6, 9, 10], [0, 3]], ids=str)
def test_values_sum_to_the_gain_and_r2_is_exact(starts: Sequence[int]) -> None:
    starts = np.array(starts)
    matrices = np.stack([scatter_of(80, starts[-1], seed) for seed in range(3)])
    found = sampled_lmg(matrices, starts, seed=1, count=32)
    np.testing.assert_allclose(found.values.sum(axis=1), found.r2[:, 1] - found.r2[:, 0], rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(found.r2, lmg_values(matrices, starts)[1], rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("k", [1, 2])
def test_two_units_are_exact(k: int) -> None:
    matrix = scatter_of(80, k, seed=2)[None]
    found = sampled_lmg(matrix, np.arange(k + 1), seed=1, count=32)
    np.testing.assert_allclose(found.values, lmg_values(matrix, np.arange(k + 1))[0], rtol=0, atol=ROUNDING)
    assert (found.mc_error < ROUNDING).all()
    assert found.mc_norm < ROUNDING


def test_uncorrelated_drivers_are_exact() -> None:
    rng = np.random.default_rng(3)
    x, _ = np.linalg.qr(np.column_stack([np.ones(80), rng.normal(size=(80, 9))]))
    matrix = weighted_moments(np.column_stack([x[:, 1:], x[:, 1:] @ rng.normal(size=9) + rng.normal(size=80)])).scatter
    correlation = matrix[-1, :-1] / np.sqrt(np.diag(matrix)[:-1] * matrix[-1, -1])
    found = sampled_lmg(matrix[None], np.arange(10), seed=1, count=128)
    np.testing.assert_allclose(found.values[0], correlation**2, rtol=0, atol=ROUNDING)
    assert found.mc_norm < ROUNDING


def test_first_and_last_places_have_no_error() -> None:
    # Three drivers alike, so that gains depend on the place only: averaged by place they are exact.
    matrix = np.full((13, 13), 0.5) + 0.5 * np.eye(13)
    matrix[-1, :-1] = matrix[:-1, -1] = 0.4
    found = sampled_lmg(matrix[None], np.arange(13), seed=1, count=128)
    np.testing.assert_allclose(found.values[0], found.values.mean(), rtol=0, atol=ROUNDING)
    assert found.mc_norm < ROUNDING


def test_what_a_driver_is_measured_in_does_not_matter() -> None:
    matrix = scatter_of(100, 12, seed=4)
    unit = np.ones(13)
    unit[[2, 7, 12]] = 1e-8, 1e8, 1e5
    plain = sampled_lmg(matrix[None], np.arange(13), seed=1, count=128)
    scaled = sampled_lmg(matrix[None] * np.outer(unit, unit), np.arange(13), seed=1, count=128)
    np.testing.assert_allclose(scaled.values, plain.values, rtol=1e-9)


def test_a_constant_column_has_no_part() -> None:
    values = np.insert(simulated(200, 9, seed=5), 4, 7.0, axis=1)
    matrix = weighted_moments(values).scatter[None]
    found = sampled_lmg(matrix, np.arange(11), seed=1, count=256)
    exact = lmg_values(matrix, np.arange(11))[0][0]
    assert found.values[0, 4] == pytest.approx(0, abs=ROUNDING)
    assert found.mc_error[4] == pytest.approx(0, abs=ROUNDING)
    assert np.linalg.norm(found.values[0] - exact) < 2 * found.mc_norm


def test_a_column_twice_gives_finite_equal_parts() -> None:
    values = simulated(200, 9, seed=6)[:, [0, 1, 2, 1, 3, 4, 5, 6, 7, 8, 9]]
    found = sampled_lmg(weighted_moments(values).scatter[None], np.arange(11), seed=1, count=4096)
    assert np.isfinite(found.values).all()
    assert found.values.sum() == pytest.approx(found.r2[0, 1], abs=1e-9)
    assert abs(found.values[0, 1] - found.values[0, 3]) < FIVE_ERRORS * found.mc_error[[1, 3]].sum()


def test_a_constant_outcome_has_nothing_to_share() -> None:
    values = simulated(200, 6, seed=7)
    values[:, -1] = 3.0
    found = sampled_lmg(weighted_moments(values).scatter[None], np.arange(7), seed=1, count=64)
    np.testing.assert_allclose(found.values, 0, atol=ROUNDING)
    assert np.isfinite(found.mc_error).all()


# The exact walk, and another program


@pytest.mark.parametrize("starts", [range(13), [2, *range(3, 14)], [0, 2, 3, 6, 7, 8, 9, 11], [1, 4, 5, 6, 9]], ids=str)
def test_is_near_the_exact_values(starts: Sequence[int]) -> None:
    starts = np.array(starts)
    matrices = np.stack([scatter_of(150, starts[-1], seed) for seed in (8, 9)])
    found = sampled_lmg(matrices, starts, seed=1, count=2048)
    exact = lmg_values(matrices, starts)[0]
    assert (np.abs(found.values[0] - exact[0]) < FIVE_ERRORS * found.mc_error + ROUNDING).all()
    assert (np.abs(found.values[1] - exact[1]) < 2 * FIVE_ERRORS * found.mc_error + ROUNDING).all()
    assert found.mc_norm < 0.003


def test_is_near_relaimpo_with_20_drivers() -> None:
    expected = table("ar1_lmg_reference.csv").query("p == 20")["lmg"].to_numpy()
    found = sampled_lmg(autoregressive(20)[None], np.arange(21), seed=1, count=8192)
    assert (np.abs(found.values[0] - expected) < FIVE_ERRORS * found.mc_error).all()
    assert np.linalg.norm(found.values[0] - expected) < 0.001


def test_more_orderings_are_nearer() -> None:
    matrix, starts = two_factors(20, seed=10)[None], np.arange(21)
    exact = lmg_values(matrix, starts)[0]
    errors = []
    for count in (256, 4096):
        found = [sampled_lmg(matrix, starts, seed=seed, count=count).values for seed in range(8)]
        errors.append(np.mean([np.linalg.norm(each - exact) for each in found]))
    # By chance alone sixteen times as many would err a quarter as much.
    assert errors[1] < errors[0] / 3.5


# The error


@pytest.mark.parametrize(
    ("name", "count"), [("alike", 128), ("alike", 1024), ("factors", 128), ("factors", 1024), ("autoregressive", 256)]
)
def test_the_error_is_what_it_says(name: str, count: int) -> None:
    matrix = {"alike": scatter_of(300, 12, 11), "factors": two_factors(12, 12), "autoregressive": autoregressive(12)}
    starts = np.arange(13)
    exact = lmg_values(matrix[name][None], starts)[0][0]
    found = [sampled_lmg(matrix[name][None], starts, seed=seed, count=count) for seed in range(200)]
    off = np.array([each.values[0] - exact for each in found])
    error = np.array([each.mc_error for each in found])
    norm = np.array([each.mc_norm for each in found])
    within = (np.linalg.norm(off, axis=1) < norm).mean()
    assert 0.88 < within < 0.99
    # The mean square of a t variate of 15 degrees of freedom is 15 / 13.
    assert 0.9 < np.mean((off / error) ** 2) < 1.45
    # No bias that 200 samples would show.
    assert (np.abs(off.mean(axis=0)) < FIVE_ERRORS * off.std(axis=0) / np.sqrt(len(off))).all()


def test_place_strata_take_away_what_places_differ_by() -> None:
    # Drivers with a halo: plain means over the same orderings, written differently, err many times as much.
    k, count = 12, 512
    matrix = scatter_of(1000, k, 13)
    deviation = np.sqrt(np.diag(matrix))
    correlation = matrix / np.outer(deviation, deviation)
    exact = lmg_values(matrix[None], np.arange(k + 1))[0][0]

    def plain(seed: int) -> np.ndarray:
        total = np.zeros(k)
        for order in orderings(k, count, seed=seed):
            columns = [*order, k]
            factor = np.linalg.cholesky(correlation[np.ix_(columns, columns)])
            total[order] += factor[-1, :-1] ** 2
        return total / count

    strata = [sampled_lmg(matrix[None], np.arange(k + 1), seed=seed, count=count).values[0] for seed in range(6)]
    error = np.mean([np.linalg.norm(each - exact) for each in strata])
    assert error < np.mean([np.linalg.norm(plain(seed) - exact) for seed in range(6)]) / 6


def test_gains_are_averaged_at_each_place_and_then_over_places() -> None:
    k, count = 7, 64
    matrix = scatter_of(60, k, 14)
    deviation = np.sqrt(np.diag(matrix))
    correlation = matrix / np.outer(deviation, deviation)
    gains: dict[tuple[int, int], list[float]] = {}
    for order in orderings(k, count, seed=5):
        columns = [*order, k]
        factor = np.linalg.cholesky(correlation[np.ix_(columns, columns)])
        for place, unit in enumerate(order):
            gains.setdefault((int(unit), place), []).append(factor[-1, place] ** 2)
    by_place = [[np.mean(gains[unit, place]) for place in range(k) if (unit, place) in gains] for unit in range(k)]
    raw = np.array([np.mean(each) for each in by_place])
    found = sampled_lmg(matrix[None], np.arange(k + 1), seed=5, count=count)
    np.testing.assert_allclose(found.values[0], raw * found.r2[0, 1] / raw.sum(), rtol=0, atol=ROUNDING)


def test_weights_of_places_that_were_not_seen() -> None:
    counts = np.array([[2, 0, 1], [1, 1, 1], [0, 2, 0]])
    expected = [[1 / 4, 0, 1 / 2], [1 / 3, 1 / 3, 1 / 3], [0, 1 / 2, 0]]
    np.testing.assert_allclose(place_weights(counts), expected, rtol=ROUNDING)
    assert (place_counts(orderings(40, 512, seed=1)) > 0).mean() > 0.99


@pytest.mark.parametrize("directions", [1, 3, 40])
def test_the_length_of_an_error_is_its_95_percent_point(directions: int) -> None:
    # By LS-SPA's own definition: normal vectors of the covariance, the 95 % point of their lengths.
    rng = np.random.default_rng(15)
    parts_of = rng.normal(size=(1000, 50)) * np.where(np.arange(50) < directions, 0.01, 1e-6)
    vectors = rng.normal(size=(50_000, 50)) @ np.linalg.cholesky(parts_of.T @ parts_of).T
    expected = np.quantile(np.linalg.norm(vectors, axis=1), 0.95)
    assert error_norm(parts_of) == pytest.approx(expected, rel=FEW_PER_CENT)


def test_few_randomisations_do_not_bias_the_length() -> None:
    rng = np.random.default_rng(16)
    spread = np.geomspace(1, 0.1, 50)
    vectors = rng.normal(size=(50_000, 50)) * spread
    expected = np.quantile(np.linalg.norm(vectors, axis=1), 0.95)
    found = []
    for _ in range(400):
        drawn = rng.normal(size=(RANDOMISATIONS, 50)) * spread
        found.append(error_norm((drawn - drawn.mean(axis=0)) / np.sqrt(RANDOMISATIONS - 1)))
    assert np.mean(found) == pytest.approx(expected, rel=FEW_PER_CENT)


# Several matrices


def test_errors_cancel_in_differences_between_replicates() -> None:
    n = 2000
    values = simulated(n, 14, seed=17, between=0.3)
    counts = np.random.default_rng(18).multinomial(n, np.full(n, 1 / n))
    matrices = np.stack([weighted_moments(values).scatter, weighted_moments(values, counts.astype(float)).scatter])
    found = np.array([sampled_lmg(matrices, np.arange(15), seed=seed, count=128).values for seed in range(40)])
    alone, difference = found[:, 0].var(axis=0).sum(), (found[:, 1] - found[:, 0]).var(axis=0).sum()
    assert difference < alone / 4


def test_a_matrix_has_the_same_values_alone_and_among_others() -> None:
    matrices = np.stack([scatter_of(100, 9, seed) for seed in range(4)])
    before = matrices.copy()
    together = sampled_lmg(matrices, np.arange(10), seed=3, count=1024)
    for number, matrix in enumerate(matrices):
        alone = sampled_lmg(matrix[None], np.arange(10), seed=3, count=1024)
        assert np.array_equal(together.values[number], alone.values[0])
        assert np.array_equal(together.r2[number], alone.r2[0])
    assert np.array_equal(matrices, before)


def test_number_of_cores_does_not_change_a_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    matrices = np.stack([scatter_of(100, 9, seed) for seed in range(4)])
    found = []
    for cores in (1, 2, 5):
        monkeypatch.setattr(parts, "workers", lambda cores=cores: cores)
        found.append(sampled_lmg(matrices, np.arange(10), seed=3, count=256))
    for other in found[1:]:
        assert np.array_equal(found[0].values, other.values)
        assert np.array_equal(found[0].mc_error, other.mc_error)
        assert found[0].mc_norm == other.mc_norm


def test_steps_do_not_change_the_orderings(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = scatter_of(100, 9, seed=19)[None]
    whole = sampled_lmg(matrix, np.arange(10), seed=3, count=1024)
    monkeypatch.setattr(sampled, "MOST_POINTS", 4)
    stepwise = sampled_lmg(matrix, np.arange(10), seed=3, count=1024)
    np.testing.assert_allclose(stepwise.values, whole.values, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(stepwise.mc_error, whole.mc_error, rtol=0, atol=ROUNDING)


# How many


def test_draws_until_the_error_is_reached() -> None:
    matrix = two_factors(20, seed=20)[None]
    found = [sampled_lmg(matrix, np.arange(21), seed=1, error=error) for error in (0.01, 0.003, 0.001)]
    for each, error in zip(found, (0.01, 0.003, 0.001), strict=True):
        assert each.mc_norm <= error
    assert found[0].count < found[1].count < found[2].count
    # The same orderings as if their number had been asked for.
    again = sampled_lmg(matrix, np.arange(21), seed=1, count=found[1].count)
    np.testing.assert_allclose(again.values, found[1].values, rtol=0, atol=ROUNDING)
    before = sampled_lmg(matrix, np.arange(21), seed=1, count=found[1].count // 2)
    assert before.mc_norm > 0.003


def test_gives_up_where_the_orderings_do_not_suffice() -> None:
    found = sampled_lmg(two_factors(12, seed=21)[None], np.arange(13), seed=1, error=1e-9, count=500)
    assert found.count == 512
    assert found.mc_norm > 1e-9


@pytest.mark.parametrize(("count", "k", "taken"), [(1, 3, 32), (33, 3, 64), (64, 3, 64), (1, 50, 512), (600, 50, 1024)])
def test_numbers_of_orderings_are_raised_to_powers_of_two(count: int, k: int, taken: int) -> None:
    assert rounded_count(count, k) == taken


def test_usual_number() -> None:
    assert sampled_lmg(scatter_of(50, 4, 22)[None], np.arange(5), seed=1).count == 8192


@pytest.mark.parametrize("error", [0.0, -1.0, float("nan")])
def test_an_error_of_nothing_is_refused(error: float) -> None:
    with pytest.raises(ModelError) as refused:
        sampled_lmg(scatter_of(50, 4, 23)[None], np.arange(5), seed=1, error=error)
    assert str(refused.value) == (
        f"Expected an error above 0, found {error}; ask for .001, say, of the outcome's variance."
    )


@pytest.mark.parametrize("how", [{"count": 4096}, {"error": 0.002}], ids=str)
def test_progress_is_told_to_the_end(how: dict[str, float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "BETWEEN_CALLS", 0.0)
    monkeypatch.setattr(sampled, "MOST_POINTS", 16)
    told: list[tuple[float, float]] = []
    matrix = two_factors(20, seed=24)[None]
    sampled_lmg(matrix, np.arange(21), seed=1, progress=lambda done, left: told.append((done, left)), **how)
    assert told[-1] == (1.0, 0.0)
    assert all(0 < done <= 1 and left >= 0 for done, left in told)
    if "count" in how:
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        assert len(told) == 8 * RANDOMISATIONS + 1


def test_sampling_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "BETWEEN_CALLS", 0.0)
    begun = 0
    add = sampled._add_gains

    def counting(*arguments: object) -> None:
        nonlocal begun
        begun += 1
        add(*arguments)

    def stop(done: float, left: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sampled, "_add_gains", counting)
    with pytest.raises(KeyboardInterrupt):
        sampled_lmg(scatter_of(100, 30, 25)[None], np.arange(31), seed=1, count=65536, progress=stop)
    assert begun < RANDOMISATIONS

"""The all-subsets kernel: identities, brute force, other programs, and a truth that is known."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations

import numpy as np
import pytest

from drivers.importance.orders import parts, subsets
from drivers.importance.orders.lanes import LANES
from drivers.importance.orders.subsets import THREADED_FROM, expected_seconds, lmg_values, part_units
from drivers.moments import weighted_moments
from tests.reference_numbers import AGREEMENT, ITEMS, RATINGS, matrix, table

ROUNDING = 1e-12
"""Of an R² between 0 and 1: sums over at most some thousand subsets in another order."""

UNITS_OF_MEASUREMENT = 1e-9
"""Relative: what a driver is measured in must not matter, up to rounding of the answers themselves."""

TEN_TIMES = 10.0
"""Longer or shorter than expected: a test machine may be busy at one time and not at another."""

FOUR_STANDARD_ERRORS = 4.0
"""Of a simulated estimate: passed by chance in all but 6 of 100,000 runs, and seeds are fixed."""


def equal_correlations(k: int, r: float) -> np.ndarray:
    return np.full((k, k), r) + (1 - r) * np.eye(k)


def simulated(n: int, k: int, seed: int) -> np.ndarray:
    """k drivers that correlate and, last, an outcome that depends on them unequally."""
    rng = np.random.default_rng(seed)
    x = rng.multivariate_normal(np.zeros(k), equal_correlations(k, 0.5), n)
    return np.column_stack([x, x @ (1 / np.arange(1, k + 1)) + rng.normal(0, 1.5, n)])


def lmg(
    values: np.ndarray, starts: Sequence[int] | None = None, weights: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """One data set through the kernel; every column before the last is a driver of its own unless said."""
    starts = np.arange(values.shape[1]) if starts is None else np.asarray(starts)
    importance, r2 = lmg_values(weighted_moments(values, weights).scatter[None], starts)
    return importance[0], r2[0]


def averaged_over_orders(
    values: np.ndarray, starts: Sequence[int], weights: np.ndarray | None = None
) -> tuple[np.ndarray, float, float]:
    """Written differently: R² by least squares on the rows, its gains averaged over all orders of entry."""
    n, k = len(values), len(starts) - 1
    root = np.ones(n) if weights is None else np.sqrt(weights)
    y = values[:, -1] * root
    constant = root[:, None]

    @cache
    def r2(units: frozenset[int]) -> float:
        columns = [*range(starts[0]), *(c for unit in units for c in range(starts[unit], starts[unit + 1]))]
        design = np.column_stack([constant, values[:, columns] * constant])
        left = y - design @ np.linalg.lstsq(design, y)[0]
        without = y - constant[:, 0] * (constant[:, 0] @ y) / (root @ root)
        return 1 - (left @ left) / (without @ without)

    gains = np.zeros(k)
    orders = list(permutations(range(k)))
    for order in orders:
        for place, unit in enumerate(order):
            gains[unit] += r2(frozenset(order[: place + 1])) - r2(frozenset(order[:place]))
    return gains / len(orders), r2(frozenset()), r2(frozenset(range(k)))


# Identities


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5, 8, 12, 16, 18])
def test_sums_to_r2(k: int) -> None:
    values = simulated(300, k, seed=k)
    importance, (controls, r2) = lmg(values)
    correlation = np.corrcoef(values, rowvar=False)
    expected = correlation[-1, :-1] @ np.linalg.solve(correlation[:-1, :-1], correlation[:-1, -1])
    assert importance.sum() == pytest.approx(r2, abs=ROUNDING)
    assert r2 == pytest.approx(expected, abs=ROUNDING)
    assert controls == pytest.approx(0, abs=ROUNDING)
    assert (importance > 0).all()


@pytest.mark.parametrize("k", [2, 5, 9])
def test_order_of_drivers_does_not_matter(k: int) -> None:
    values = simulated(200, k, seed=31)
    order = np.random.default_rng(32).permutation(k)
    straight, shuffled = lmg(values)[0], lmg(values[:, [*order, k]])[0]
    np.testing.assert_allclose(shuffled, straight[order], rtol=0, atol=ROUNDING)


def test_order_of_units_and_within_units_does_not_matter() -> None:
    values = simulated(200, 8, seed=33)
    straight, r2 = lmg(values, starts=[1, 3, 4, 7, 8])
    # Controls 0; units (1 2) (3) (4 5 6) (7), written as (7) (6 4 5) (2 1) (3).
    shuffled, r2_again = lmg(values[:, [0, 7, 6, 4, 5, 2, 1, 3, 8]], starts=[1, 2, 5, 7, 8])
    np.testing.assert_allclose(shuffled, straight[[3, 2, 0, 1]], rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(r2_again, r2, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("factor", [1e-8, 1e8])
def test_what_a_driver_is_measured_in_does_not_matter(factor: float) -> None:
    values = simulated(300, 6, seed=34)
    expected = lmg(values)[0]
    for column in (0, 3, 5, 6):
        scaled = values.copy()
        scaled[:, column] *= factor
        np.testing.assert_allclose(lmg(scaled)[0], expected, rtol=UNITS_OF_MEASUREMENT)


def test_zero_point_and_direction_do_not_matter() -> None:
    values = simulated(300, 5, seed=35)
    turned = 100 - values * [1, -1, 1, 1, -1, 1]
    np.testing.assert_allclose(lmg(turned)[0], lmg(values)[0], rtol=0, atol=ROUNDING)


def test_scale_of_weights_does_not_matter() -> None:
    values, weights = simulated(300, 5, seed=36), np.random.default_rng(37).lognormal(0, 0.7, 300)
    np.testing.assert_allclose(lmg(values, weights=1e-6 * weights)[0], lmg(values, weights=weights)[0], rtol=ROUNDING)


def test_whole_weights_are_repeated_rows() -> None:
    values, counts = simulated(200, 5, seed=38), np.random.default_rng(39).integers(0, 5, 200)
    found = lmg(values, weights=counts.astype(float))
    repeated = lmg(np.repeat(values, counts, axis=0))
    for one, other in zip(found, repeated, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=ROUNDING)


def test_covariances_scatter_and_correlations_give_the_same() -> None:
    moments = weighted_moments(simulated(100, 4, seed=40))
    matrices = np.stack([moments.scatter, moments.covariance, moments.correlation])
    found, r2 = lmg_values(matrices, np.arange(5))
    np.testing.assert_allclose(found, found[[0, 0, 0]], rtol=ROUNDING)
    np.testing.assert_allclose(r2, r2[[0, 0, 0]], rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("k", [1, 4, 9])
def test_uncorrelated_drivers_give_squared_correlations(k: int) -> None:
    rng = np.random.default_rng(41)
    x, _ = np.linalg.qr(np.column_stack([np.ones(80), rng.normal(size=(80, k))]))
    y = x[:, 1:] @ rng.normal(size=k) + rng.normal(0, 0.1, 80)
    values = np.column_stack([x[:, 1:], y])
    expected = np.corrcoef(values, rowvar=False)[-1, :-1] ** 2
    np.testing.assert_allclose(lmg(values)[0], expected, rtol=0, atol=ROUNDING)


def test_two_drivers_by_formula() -> None:
    values = simulated(150, 2, seed=42)
    correlation = np.corrcoef(values, rowvar=False)
    (_, r12, r1), (_, _, r2), _ = correlation
    whole = (r1**2 + r2**2 - 2 * r12 * r1 * r2) / (1 - r12**2)
    expected = [(r1**2 + whole - r2**2) / 2, (r2**2 + whole - r1**2) / 2]
    np.testing.assert_allclose(lmg(values)[0], expected, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("r", [0.0, 0.4, 0.95])
def test_drivers_that_are_alike_share_equally(r: float) -> None:
    covariance = equal_correlations(8, r)
    covariance[-1, :-1] = covariance[:-1, -1] = 0.3
    covariance[-1, -1] = 2.0
    importance, _ = lmg_values(covariance[None], np.arange(8))
    np.testing.assert_allclose(importance, importance.mean(), rtol=UNITS_OF_MEASUREMENT)


def test_a_group_of_all_drivers_has_all_of_r2() -> None:
    values = simulated(150, 6, seed=43)
    importance, (_, r2) = lmg(values, starts=[0, 6])
    np.testing.assert_allclose(importance, [r2], rtol=ROUNDING)
    np.testing.assert_allclose(r2, lmg(values)[1][1], rtol=ROUNDING)


# Columns that add nothing


def test_a_column_twice_gives_finite_equal_parts() -> None:
    values = simulated(200, 4, seed=44)
    importance, (_, r2) = lmg(values[:, [0, 1, 2, 1, 3, 4]])
    assert np.isfinite(importance).all()
    assert importance.sum() == pytest.approx(r2, abs=UNITS_OF_MEASUREMENT)
    assert r2 == pytest.approx(lmg(values)[1][1], abs=UNITS_OF_MEASUREMENT)
    np.testing.assert_allclose(importance[1], importance[3], rtol=UNITS_OF_MEASUREMENT)


@pytest.mark.parametrize("position", range(5))
def test_a_column_that_is_a_sum_of_others_is_shared_as_by_brute_force(position: int) -> None:
    values = simulated(200, 4, seed=45)
    values = np.insert(values, position, values[:, 0] + values[:, 2], axis=1)
    expected, _, r2 = averaged_over_orders(values, list(range(6)))
    importance, found = lmg(values)
    np.testing.assert_allclose(importance, expected, rtol=0, atol=UNITS_OF_MEASUREMENT)
    assert found[1] == pytest.approx(r2, abs=UNITS_OF_MEASUREMENT)


def test_a_constant_column_has_no_part() -> None:
    values = simulated(200, 4, seed=46)
    with_constant = np.insert(values, 2, 7.0, axis=1)
    importance, _ = lmg(with_constant)
    assert importance[2] == pytest.approx(0, abs=ROUNDING)
    np.testing.assert_allclose(np.delete(importance, 2), lmg(values)[0], rtol=0, atol=ROUNDING)


def test_a_constant_outcome_has_nothing_to_share() -> None:
    values = simulated(200, 4, seed=47)
    values[:, -1] = 3.0
    np.testing.assert_allclose(lmg(values)[0], 0, atol=ROUNDING)


# Written differently


@pytest.mark.parametrize("weighted", [False, True], ids=["unweighted", "weighted"])
@pytest.mark.parametrize(
    "starts",
    [
        [0, 1],
        [0, 1, 2],
        [0, 1, 2, 3],
        [0, 1, 2, 3, 4, 5],
        [0, 1, 2, 3, 4, 5, 6],
        [2, 3, 4, 5, 6],
        [3, 4],
        [0, 2, 3, 6],
        [0, 1, 2, 4, 5, 6, 7],
        [0, 3, 4, 5, 6],
        [1, 3, 4, 5, 6, 7],
        [2, 3, 4, 5, 7],
        [2, 5, 6],
    ],
    ids=str,
)
def test_equals_the_gains_averaged_over_all_orders(starts: list[int], weighted: bool) -> None:
    values = simulated(90, starts[-1], seed=48)
    weights = np.random.default_rng(49).uniform(0.2, 4, 90) if weighted else None
    expected, controls, r2 = averaged_over_orders(values, starts, weights)
    importance, found = lmg(values, starts, weights)
    np.testing.assert_allclose(importance, expected, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(found, [controls, r2], rtol=0, atol=ROUNDING)


@pytest.mark.parametrize(
    "starts",
    [
        range(THREADED_FROM + 1),
        range(THREADED_FROM + 2),
        [2, *range(3, THREADED_FROM + 3)],
        [0, *range(3, THREADED_FROM + 3)],
        [1, *range(2, THREADED_FROM + 1), THREADED_FROM + 3],
    ],
    ids=["17", "18", "controls", "group first", "controls and group last"],
)
def test_parts_of_the_lattice_equal_one_walk(starts: Sequence[int], monkeypatch: pytest.MonkeyPatch) -> None:
    starts = np.array(starts)
    scatter = weighted_moments(simulated(400, int(starts[-1]), seed=50)).scatter
    assert part_units(len(starts) - 1) == 4
    in_parts, r2 = lmg_values(scatter[None], starts)
    monkeypatch.setattr(subsets, "part_units", lambda k: 0)
    at_once, r2_at_once = lmg_values(scatter[None], starts)
    np.testing.assert_allclose(in_parts, at_once, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(r2, r2_at_once, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("k", [THREADED_FROM, 22, 26, 27, 30, 34])
def test_parts_of_many_units_stay_small(k: int) -> None:
    assert 2 ** (k - part_units(k)) <= 2**22


def test_many_parts_equal_few(monkeypatch: pytest.MonkeyPatch) -> None:
    scatter = weighted_moments(simulated(400, 18, seed=54)).scatter[None]
    few, _ = lmg_values(scatter, np.arange(19))
    monkeypatch.setattr(subsets, "PART_UNITS", 11)
    assert part_units(18) == 7
    np.testing.assert_allclose(lmg_values(scatter, np.arange(19))[0], few, rtol=0, atol=ROUNDING)


def test_units_that_explain_nothing_change_nothing() -> None:
    # Shapley's axiom of the null player, which here makes 12 drivers of 23.
    values = simulated(300, 12, seed=55)
    constant = [0, 2, 3, 7, 8, 11, 14, 15, 17, 20, 22]
    places = np.setdiff1d(np.arange(23), constant)
    wide = np.ones((300, 24))
    wide[:, [*places, 23]] = values
    expected, r2 = lmg(values)
    importance, found = lmg(wide)
    np.testing.assert_allclose(importance[places], expected, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(importance[constant], 0, atol=ROUNDING)
    np.testing.assert_allclose(found, r2, rtol=0, atol=ROUNDING)


def test_number_of_cores_does_not_change_a_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    scatter = weighted_moments(simulated(400, 20, seed=51)).scatter
    many = np.stack([weighted_moments(simulated(100, 14, seed=seed)).scatter for seed in range(50)])
    few_units = np.stack([weighted_moments(simulated(100, 6, seed=seed)).scatter for seed in range(5000)])
    found = []
    for cores in (1, 2, 5):
        monkeypatch.setattr(parts, "workers", lambda cores=cores: cores)
        found.append(
            [lmg_values(each, np.arange(each.shape[1]))[0] for each in (scatter[None], many, few_units)],
        )
    for other in found[1:]:
        for one, again in zip(found[0], other, strict=True):
            assert np.array_equal(one, again)


@pytest.mark.parametrize("k", [1, 3, 5, 6, 8, 9, 10, 12, THREADED_FROM])
def test_matrices_of_a_batch_do_not_touch_each_other(k: int) -> None:
    # More than fill the lanes, and not a multiple of them.
    number = LANES + 5 if k < 10 else 3
    batch = np.stack([weighted_moments(simulated(100, k, seed=seed)).scatter for seed in range(number)])
    before = batch.copy()
    together, r2 = lmg_values(batch, np.arange(k + 1))
    for i, one in enumerate(batch):
        alone, r2_alone = lmg_values(one[None], np.arange(k + 1))
        assert np.array_equal(together[i], alone[0])
        assert np.array_equal(r2[i], r2_alone[0])
    assert np.array_equal(batch, before)


def test_a_matrix_that_is_not_a_number_spoils_no_other() -> None:
    batch = np.stack([weighted_moments(simulated(100, 4, seed=seed)).scatter for seed in range(5)])
    expected, _ = lmg_values(batch, np.arange(5))
    batch[2] = np.nan
    found, _ = lmg_values(batch, np.arange(5))
    assert np.isnan(found[2]).all()
    assert np.array_equal(found[[0, 1, 3, 4]], expected[[0, 1, 3, 4]])


def test_no_matrices_give_no_values() -> None:
    values, r2 = lmg_values(np.empty((0, 5, 5)), np.arange(5))
    assert values.shape == (0, 4)
    assert r2.shape == (0, 2)


# Time


def test_progress_is_told_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "BETWEEN_CALLS", 0.0)
    told: list[tuple[float, float]] = []
    scatter = weighted_moments(simulated(400, 20, seed=56)).scatter[None]
    with_progress, _ = lmg_values(scatter, np.arange(21), progress=lambda done, left: told.append((done, left)))
    done = [part for part, _ in told]
    assert done == sorted(done)
    assert len(done) == 4
    assert told[-1] == (1.0, 0.0)
    assert all(left > 0 for _, left in told[:-1])
    assert np.array_equal(with_progress, lmg_values(scatter, np.arange(21))[0])


@pytest.mark.parametrize("cores", [1, 2])
def test_the_walk_can_be_stopped(cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "workers", lambda: cores)
    monkeypatch.setattr(parts, "BETWEEN_CALLS", 0.0)
    begun = 0
    walk = subsets.walk_parts

    def counting(*arguments: object) -> None:
        nonlocal begun
        begun += 1
        walk(*arguments)

    def stop(done: float, left: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(subsets, "walk_parts", counting)
    scatter = weighted_moments(simulated(400, 24, seed=57)).scatter[None]
    with pytest.raises(KeyboardInterrupt):
        lmg_values(scatter, np.arange(25), progress=stop)
    assert begun < 16


def test_expected_time_doubles_with_every_unit() -> None:
    assert expected_seconds(25) == pytest.approx(32 * expected_seconds(20))
    assert expected_seconds(20, 50) == pytest.approx(50 * expected_seconds(20))


def test_expected_time_is_near_the_time() -> None:
    scatter = weighted_moments(simulated(400, 21, seed=58)).scatter[None]
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        lmg_values(scatter, np.arange(22))
        taken.append(time.perf_counter() - started)
    assert expected_seconds(21) / TEN_TIMES < min(taken) < expected_seconds(21) * TEN_TIMES


def test_read_only_and_strided_matrices_are_taken() -> None:
    scatter = weighted_moments(simulated(100, 5, seed=52)).scatter
    expected = lmg_values(scatter[None], np.arange(6))[0]
    wide = np.zeros((12, 12))
    wide[::2, ::2] = scatter
    assert np.array_equal(lmg_values(wide[None, ::2, ::2], np.arange(6))[0], expected)
    assert np.array_equal(lmg_values(np.asfortranarray(scatter[None]), np.arange(6))[0], expected)


# Numbers from another program


@dataclass(frozen=True)
class Case:
    """A call of relaimpo: its columns in the kernel's order, its units, and their names."""

    controls: tuple[str, ...]
    units: dict[str, tuple[str, ...]]
    outcome: str
    weighted: bool = False
    file: str = "service.csv"

    def data(self) -> tuple[np.ndarray, list[int], np.ndarray | None]:
        frame = table(self.file)
        columns = [*self.controls, *(c for unit in self.units.values() for c in unit), self.outcome]
        starts = np.cumsum([len(self.controls), *map(len, self.units.values())])
        frame = frame[[*columns, "w"] if self.weighted else columns].dropna()
        return frame[columns].to_numpy(), list(starts), frame["w"].to_numpy() if self.weighted else None


def alone(*names: str) -> dict[str, tuple[str, ...]]:
    return {name: (name,) for name in names}


PEOPLE = {"people": ("respect", "empathy"), "access": ("speed", "presence")}
PEOPLE_AND_REST = {**PEOPLE, **alone("information", "fairness")}
CHANNEL = ("ch_phone", "ch_web")
NOT_PRESENCE = RATINGS[:-1]
SERVICE_CASES = {
    "A_service": Case((), alone(*RATINGS), "sat"),
    "A_service_loy": Case((), alone(*RATINGS), "loy"),
    "A_service12": Case((), alone(*RATINGS, *ITEMS), "nps"),
    "C_service_w": Case((), alone(*RATINGS), "sat", weighted=True),
    "C_service12_w": Case((), alone(*RATINGS, *ITEMS), "nps", weighted=True),
    "D_service_groups": Case((), PEOPLE_AND_REST, "sat"),
    "D_service_groups_w": Case((), PEOPLE_AND_REST, "sat", weighted=True),
    "E_service_always": Case(("presence",), alone(*NOT_PRESENCE), "sat"),
    "E_service_always_w": Case(("presence",), alone(*NOT_PRESENCE), "sat", weighted=True),
    "E_service_always_channel": Case(CHANNEL, alone(*RATINGS), "sat"),
    "E_service_always_channel_w": Case(CHANNEL, alone(*RATINGS), "sat", weighted=True),
    "E_service_always_groups": Case(CHANNEL, PEOPLE_AND_REST, "sat"),
    "E_service_always_groups_w": Case(CHANNEL, PEOPLE_AND_REST, "sat", weighted=True),
    # A factor is the group of its indicators.
    "F_service_factor": Case((), {**alone(*RATINGS), "channel": CHANNEL}, "sat"),
    "F_service_factor_w": Case((), {**alone(*RATINGS), "channel": CHANNEL}, "sat", weighted=True),
    "F_service_always_factor": Case(CHANNEL, alone(*RATINGS), "sat"),
    "G_service_holes_listwise": Case((), alone(*RATINGS), "sat", file="service_holes.csv"),
}
Q = tuple(f"q{j}" for j in range(2, 11))
PRICE = {"price": ("q2", "q3", "q4"), "reach": ("q6", "q7")}
CUSTOMERSAT_CASES = {
    "B_customersat": ((), alone(*Q), False),
    "C_customersat_w": ((), alone(*Q), True),
    "D_customersat_groups": ((), {**PRICE, "distribution": ("q9", "q10"), **alone("q5", "q8")}, False),
    "E_customersat_always": (("q9", "q10"), alone(*Q[:-2]), False),
    "E_customersat_always_groups": (("q9", "q10"), {**PRICE, **alone("q5", "q8")}, False),
    "E_customersat_always_groups_w": (("q9", "q10"), {**PRICE, **alone("q5", "q8")}, True),
}


def assert_agrees_with_relaimpo(case: str, units: Sequence[str], found: np.ndarray, r2: np.ndarray) -> None:
    expected = table("relaimpo_lmg.csv").query("case == @case").set_index("name")["value"]
    assert sorted(expected.index) == sorted(units)
    np.testing.assert_allclose(found, expected.loc[list(units)], rtol=AGREEMENT)
    models = table("relaimpo_models.csv").set_index("case")
    np.testing.assert_allclose(r2[1], models.loc[case, "R2"], rtol=AGREEMENT)
    np.testing.assert_allclose(r2[1] - r2[0], models.loc[case, "R2_decomp"], rtol=AGREEMENT)


@pytest.mark.parametrize("name", SERVICE_CASES)
def test_relaimpo_on_the_service_survey(name: str) -> None:
    case = SERVICE_CASES[name]
    importance, r2 = lmg(*case.data())
    assert_agrees_with_relaimpo(name, list(case.units), importance, r2)


@pytest.mark.parametrize("name", ["A_service", "A_service12", "C_service_w", "D_service_groups", "E_service_always"])
def test_relaimpo_shares(name: str) -> None:
    case = SERVICE_CASES[name]
    importance, _ = lmg(*case.data())
    expected = table("relaimpo_lmg.csv").query("case == @name + '_rela'").set_index("name")["value"]
    np.testing.assert_allclose(importance / importance.sum(), expected.loc[list(case.units)], rtol=AGREEMENT)


@pytest.mark.parametrize("name", CUSTOMERSAT_CASES)
def test_relaimpo_on_customersat(name: str, customersat: dict[str, np.ndarray]) -> None:
    controls, units, weighted = CUSTOMERSAT_CASES[name]
    columns = [*controls, *(c for unit in units.values() for c in unit), "q1"]
    starts = np.cumsum([len(controls), *map(len, units.values())])
    values = np.column_stack([customersat[c] for c in columns])
    importance, r2 = lmg(values, starts, customersat["w"] if weighted else None)
    assert_agrees_with_relaimpo(name, list(units), importance, r2)


def test_relaimpo_on_a_covariance_matrix(customersat: dict[str, np.ndarray]) -> None:
    covariance = np.cov(np.column_stack([customersat[c] for c in (*Q, "q1")]), rowvar=False)
    (importance,), (r2,) = lmg_values(covariance[None], np.arange(10))
    expected = table("relaimpo_lmg.csv").query("case == 'G_cov_input'").set_index("name")["value"]
    np.testing.assert_allclose(importance / r2[1], expected.loc[list(Q)], rtol=AGREEMENT)


def test_relaimpo_on_a_covariance_matrix_of_the_service_survey() -> None:
    covariance = np.cov(table("service.csv")[[*RATINGS, "sat"]].to_numpy(), rowvar=False)
    (importance,), (r2,) = lmg_values(covariance[None], np.arange(7))
    expected = table("relaimpo_lmg.csv").query("case == 'G_service_cov'").set_index("name")["value"]
    np.testing.assert_allclose(importance / r2[1], expected.loc[list(RATINGS)], rtol=AGREEMENT)


@pytest.fixture(scope="module")
def customersat() -> dict[str, np.ndarray]:
    """The columns as published, with the weights that were made up for them."""
    from importlib.resources import files

    rows = np.genfromtxt(str(files("drivers") / "survey/examples/customersat.csv"), delimiter=",", names=True)
    columns = {name: rows[name] for name in rows.dtype.names}
    return {**columns, "w": table("customersat_design.csv")["w"].to_numpy()}


@pytest.fixture(scope="module")
def ar1() -> tuple[np.ndarray, np.ndarray]:
    """1,000 rows of 50 drivers, each correlated .5 with the one before, and errors; the recipe of the reference."""
    rng = np.random.default_rng(20250101)
    z = rng.standard_normal((1000, 50))
    x = np.empty_like(z)
    x[:, 0] = z[:, 0]
    for j in range(1, 50):
        x[:, j] = 0.5 * x[:, j - 1] + np.sqrt(1 - 0.5 * 0.5) * z[:, j]
    return x, 2.0 * rng.standard_normal(1000)


@pytest.mark.parametrize("p", [8, 10, 12, 14, 16, 18, 20])
def test_relaimpo_with_up_to_20_drivers(p: int, ar1: tuple[np.ndarray, np.ndarray]) -> None:
    x, error = ar1[0][:, :p], ar1[1]
    y = x @ (1.0 / np.arange(1, p + 1)) + error
    expected = table("ar1_lmg_reference.csv").query("p == @p")["lmg"]
    np.testing.assert_allclose(lmg(np.column_stack([x, y]))[0], expected, rtol=AGREEMENT)


# Replicates of another program


@pytest.mark.parametrize(
    ("file", "case", "rows"),
    [
        ("boot_replicates_service.csv.gz", "A_service", 200),
        ("boot_replicates_service_w.csv.gz", "C_service_w", 200),
        ("boot_replicates_service_groups.csv.gz", "D_service_groups", 200),
    ],
    ids=["plain", "weighted", "groups"],
)
def test_bootstrap_replicates_of_the_same_rows(file: str, case: str, rows: int) -> None:
    values, starts, weights = SERVICE_CASES[case].data()
    weights = np.ones(len(values)) if weights is None else weights
    drawn = matrix("boot_indices_200x600.csv.gz") - 1
    counts = np.stack([np.bincount(row, minlength=len(values)) for row in drawn])
    scatter = np.stack([weighted_moments(values, weights * count).scatter for count in counts])
    importance, r2 = lmg_values(scatter, np.array(starts))
    expected = table(file).head(rows)
    np.testing.assert_allclose(r2[:, 1], expected["R2"], rtol=AGREEMENT)
    names = [f"lmg_{name}" for name in SERVICE_CASES[case].units]
    np.testing.assert_allclose(importance, expected[names], rtol=AGREEMENT)


@pytest.mark.parametrize("kind", ["JKn", "bootstrap"])
def test_replicate_weights_and_their_standard_errors(kind: str) -> None:
    values, starts, weights = SERVICE_CASES["C_service_w"].data()
    factors = table(f"survey_repweights_{kind}.csv.gz").set_index("branch").drop(columns="stratum")
    of_row = factors.loc[table("service.csv")["branch"]].to_numpy().T
    assert weights is not None
    scatter = np.stack([weighted_moments(values, weights * factor).scatter for factor in of_row])
    importance, r2 = lmg_values(scatter, np.array(starts))
    expected = table(f"survey_replicates_{kind}.csv.gz")
    np.testing.assert_allclose(r2[:, 1], expected["R2"], rtol=AGREEMENT)
    np.testing.assert_allclose(importance, expected[list(RATINGS)], rtol=AGREEMENT)

    errors = table("survey_replicates_se.csv").query("type == @kind").set_index("name")
    deviation = importance - importance.mean(axis=0)
    variance = errors["scale"].iloc[0] * (expected["rscale"].to_numpy() @ deviation**2)
    np.testing.assert_allclose(np.sqrt(variance), errors.loc[list(RATINGS), "se"], rtol=AGREEMENT)


# A truth that is known


def test_many_answers_recover_the_population() -> None:
    n, slopes = 200_000, np.array([0.6, 0.4, 0.3, 0.0, 0.2])
    between = equal_correlations(5, 0.5)
    population = np.empty((6, 6))
    population[:5, :5] = between
    population[5, :5] = population[:5, 5] = between @ slopes
    population[5, 5] = slopes @ between @ slopes + 1.0
    (truth,), _ = lmg_values(population[None], np.arange(6))
    values = np.random.default_rng(53).multivariate_normal(np.zeros(6), population, n)
    parts = np.array([lmg(part)[0] for part in np.split(values, 100)])
    error = parts.std(axis=0, ddof=1) / np.sqrt(len(parts))
    assert (np.abs(lmg(values)[0] - truth) < FOUR_STANDARD_ERRORS * error).all()
    # The driver without an effect of its own has a part all the same, because it correlates.
    assert 0.02 < truth[3] < truth[4]

"""The bootstrap: what is drawn, how often, and the intervals made of it."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

import drivers as kda
from drivers.linearization import linearised_covariance
from drivers.resampling import CHUNK_REPLICATES, percentile_interval, replicate_factors
from tests.reference_numbers import AGREEMENT, RATINGS, table

ROUNDING = 1e-12
"""Relative: the same order statistics, interpolated in another way."""

FOUR_STANDARD_ERRORS = 4.0
"""Of a simulated mean or variance: passed by chance in all but 6 of 100,000 runs, and seeds are fixed."""

STRATA = np.repeat([0, 1, 2], [40, 30, 50])
CLUSTERS = np.concatenate([np.arange(40) // 8, np.arange(30) // 10, np.arange(50) // 2])
"""5, 3 and 25 sampling units; their codes start again at 0 in every stratum."""


def drawn(n: int = 120, n_boot: int = 500, seed: int = 3, **design: np.ndarray) -> np.ndarray:
    return np.concatenate(list(replicate_factors(n, n_boot=n_boot, seed=seed, **design)))


# Identities


def test_without_a_design_n_rows_are_drawn() -> None:
    factors = drawn()
    assert factors.shape == (500, 120)
    assert np.array_equal(factors, factors.astype(int))
    assert (factors >= 0).all()
    assert (factors.sum(axis=1) == 120).all()


@pytest.mark.parametrize("design", [{}, {"strata": STRATA}, {"strata": STRATA, "clusters": CLUSTERS}], ids=len)
def test_same_seed_same_draws(design: dict[str, np.ndarray]) -> None:
    assert np.array_equal(drawn(**design), drawn(**design))
    assert not np.array_equal(drawn(**design), drawn(seed=4, **design))


def test_chunks_hold_all_replicates_and_the_first_ones_do_not_depend_on_how_many_follow() -> None:
    sizes = [len(chunk) for chunk in replicate_factors(10, n_boot=150, seed=1)]
    assert sizes == [CHUNK_REPLICATES, CHUNK_REPLICATES, 150 - 2 * CHUNK_REPLICATES]
    assert np.array_equal(drawn(10, 150)[:CHUNK_REPLICATES], drawn(10, 1000)[:CHUNK_REPLICATES])


def test_one_less_than_all_units_of_a_stratum_are_drawn_and_rescaled() -> None:
    factors = drawn(strata=STRATA, clusters=CLUSTERS)
    for stratum, units in ((0, 5), (1, 3), (2, 25)):
        inside = stratum == STRATA
        codes = CLUSTERS[inside]
        by_unit = [factors[:, inside][:, codes == code] for code in range(units)]
        for unit in by_unit:
            assert (np.ptp(unit, axis=1) == 0).all(), "rows of one sampling unit are drawn together"
        counts = np.stack([unit[:, 0] for unit in by_unit], axis=1) * (units - 1) / units
        np.testing.assert_allclose(counts, np.round(counts), rtol=0, atol=ROUNDING)
        np.testing.assert_allclose(counts.sum(axis=1), units - 1, rtol=ROUNDING)


def test_a_cluster_code_used_again_in_another_stratum_is_another_unit() -> None:
    factors = drawn(strata=STRATA, clusters=CLUSTERS)
    first, again = (
        np.flatnonzero((STRATA == 0) & (CLUSTERS == 0))[0],
        np.flatnonzero((STRATA == 1) & (CLUSTERS == 0))[0],
    )
    assert not np.array_equal(factors[:, first], factors[:, again])


def test_without_clusters_every_row_of_a_stratum_is_a_unit() -> None:
    factors = drawn(strata=STRATA)
    for stratum, size in ((0, 40), (1, 30), (2, 50)):
        np.testing.assert_allclose(factors[:, stratum == STRATA].sum(axis=1), size, rtol=ROUNDING)


@pytest.mark.parametrize("design", [{}, {"strata": STRATA}, {"strata": STRATA, "clusters": CLUSTERS}], ids=len)
def test_draws_carry_every_row_once_on_average(design: dict[str, np.ndarray]) -> None:
    factors = drawn(n_boot=4000, **design)
    error = factors.std(axis=0, ddof=1) / np.sqrt(len(factors))
    assert (np.abs(factors.mean(axis=0) - 1) < FOUR_STANDARD_ERRORS * error).all()


def test_variance_of_a_resampled_total_is_the_one_between_units() -> None:
    # Rao and Wu's rescaling is made so that the variance of a total is the unbiased one.
    values = np.random.default_rng(5).normal(10, 2, 120)
    totals = drawn(n_boot=4000, strata=STRATA, clusters=CLUSTERS) @ values
    expected = 0.0
    for stratum, units in ((0, 5), (1, 3), (2, 25)):
        inside = stratum == STRATA
        sums = np.bincount(CLUSTERS[inside], weights=values[inside])
        expected += units * sums.var(ddof=1)
    # The variance of a variance: 2σ⁴ / (B − 1) for the nearly normal totals.
    assert abs(totals.var(ddof=1) / expected - 1) < FOUR_STANDARD_ERRORS * np.sqrt(2 / 3999)


# Finite populations


def test_an_endless_population_is_one_of_which_nothing_was_sampled() -> None:
    same = drawn(strata=STRATA, clusters=CLUSTERS, fpc=np.zeros(120))
    assert np.array_equal(same, drawn(strata=STRATA, clusters=CLUSTERS))


def test_factors_come_nearer_to_one_by_the_root_of_what_is_left() -> None:
    fpc = np.select([STRATA == 0, STRATA == 1], [0.19, 0.64], 1.0)
    endless, finite = drawn(strata=STRATA, clusters=CLUSTERS), drawn(strata=STRATA, clusters=CLUSTERS, fpc=fpc)
    for stratum, left in ((0, 0.9), (1, 0.6)):
        inside = stratum == STRATA
        np.testing.assert_allclose(finite[:, inside] - 1, left * (endless[:, inside] - 1), atol=ROUNDING)
    assert (finite[:, STRATA == 2] == 1).all(), "a stratum that was taken whole does not vary"
    assert (finite >= 0).all()


@pytest.mark.parametrize("fraction", [0.0, 0.3, 0.75, 1.0])
def test_all_bootstraps_of_three_units_and_of_two(fraction: float) -> None:
    # Every outcome enumerated: 2 draws of 3 units and 1 of 2, each with its chance.
    strata, values = np.array([0, 0, 0, 1, 1]), np.array([3.0, 7.0, 11.0, 2.0, 9.0])
    fpc = np.where(strata == 0, fraction, 0.5)
    factors = drawn(5, 400, strata=strata, fpc=fpc)
    kept, other = np.sqrt(1 - fraction), np.sqrt(0.5)
    expected = {}
    for first, second, third in product(range(3), range(3), range(2)):
        counts = np.bincount([first, second], minlength=3)
        pair = np.bincount([third], minlength=2)
        row = np.concatenate([1 - kept + kept * 1.5 * counts, 1 - other + other * 2 * pair])
        key = tuple(np.round(row, 9))
        expected[key] = expected.get(key, 0.0) + 1 / 18
    outcomes, times = np.unique(np.round(factors, 9), axis=0, return_counts=True)
    assert {tuple(row) for row in outcomes} == set(expected)
    chances = np.array([expected[tuple(row)] for row in outcomes])
    assert (np.abs(times / 400 - chances) < FOUR_STANDARD_ERRORS * np.sqrt(chances * (1 - chances) / 400)).all()
    # The expected variance of a mean over all outcomes is the linearised one, (1 - f) s² n in each stratum.
    means = outcomes @ values / 5
    assert chances @ means == pytest.approx(values.mean(), abs=1e-8)
    linearised = ((1 - fraction) * 3 * values[:3].var(ddof=1) + 0.5 * 2 * values[3:].var(ddof=1)) / 25
    assert chances @ (means - values.mean()) ** 2 == pytest.approx(linearised, abs=1e-7)
    found = linearised_covariance((values / 5)[:, None], strata=strata, fpc=fpc)
    assert found.covariance[0, 0] == pytest.approx(linearised, rel=ROUNDING)


def test_variance_of_a_resampled_total_from_finite_populations() -> None:
    values = np.random.default_rng(5).normal(10, 2, 120)
    fpc = np.select([STRATA == 0, STRATA == 1], [0.5, 0.1], 0.8)
    totals = drawn(n_boot=4000, strata=STRATA, clusters=CLUSTERS, fpc=fpc) @ values
    expected = linearised_covariance(values[:, None], strata=STRATA, clusters=CLUSTERS, fpc=fpc).covariance[0, 0]
    assert abs(totals.var(ddof=1) / expected - 1) < FOUR_STANDARD_ERRORS * np.sqrt(2 / 3999)


def test_a_simple_random_sample_of_a_finite_population_has_respondents_as_units() -> None:
    factors = drawn(40, 300, fpc=np.full(40, 0.36))
    counts = (factors - 1) / 0.8 * 39 / 40 + 39 / 40
    np.testing.assert_allclose(counts, np.round(counts), rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(counts.sum(axis=1), 39, rtol=ROUNDING)


def test_a_single_unit_may_be_the_whole_of_its_stratum() -> None:
    strata, fpc = np.array([0, 0, 0, 7]), np.array([0.0, 0.0, 0.0, 1.0])
    factors = drawn(4, 100, strata=strata, fpc=fpc)
    assert (factors[:, 3] == 1).all()
    assert np.array_equal(factors[:, :3], drawn(3, 100, strata=strata[:3]))


# Intervals


def interpolated(replicates: np.ndarray, level: float) -> np.ndarray:
    """Written differently: a straight line between normal scores."""
    scores = stats.norm.ppf(np.arange(1, len(replicates) + 1) / (len(replicates) + 1))
    return np.array([np.interp(stats.norm.ppf(level), scores, np.sort(column)) for column in replicates.T])


@pytest.mark.parametrize("n_boot", [100, 199, 999, 1000, 2000])
@pytest.mark.parametrize("conf_level", [0.5, 0.9, 0.95, 0.99])
def test_limits_are_interpolated_on_normal_scores(n_boot: int, conf_level: float) -> None:
    replicates = np.random.default_rng(6).gamma(2, size=(n_boot, 3))
    low, high = percentile_interval(replicates, conf_level)
    np.testing.assert_allclose(low, interpolated(replicates, (1 - conf_level) / 2), rtol=ROUNDING)
    np.testing.assert_allclose(high, interpolated(replicates, (1 + conf_level) / 2), rtol=ROUNDING)


def test_limits_are_order_statistics_where_the_place_is_whole() -> None:
    replicates = np.random.default_rng(7).permutation(np.arange(1.0, 1000.0))[:, None]
    low, high = percentile_interval(replicates, 0.95)
    np.testing.assert_allclose([low[0], high[0]], [25, 975], rtol=ROUNDING)


def test_limits_beyond_the_replicates_are_their_ends() -> None:
    low, high = percentile_interval(np.arange(10.0)[:, None], 0.99)
    assert (low[0], high[0]) == (0.0, 9.0)


@pytest.mark.parametrize("case", ["service", "service_rela"])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_percentile_intervals_of_boot(case: str, level: float) -> None:
    saved = table("boot_replicates_service.csv.gz")
    replicates = saved[[f"lmg_{name}" for name in RATINGS]].to_numpy()
    if case == "service_rela":
        replicates = replicates / saved[["R2"]].to_numpy()
    expected = table("boot_percentile_intervals.csv").query("case == @case and abs(level - @level) < 1e-9")
    expected = expected.set_index("name").loc[list(RATINGS)]
    low, high = percentile_interval(replicates, level)
    np.testing.assert_allclose(low, expected["lower"], rtol=AGREEMENT)
    np.testing.assert_allclose(high, expected["upper"], rtol=AGREEMENT)


# Errors


def test_a_stratum_of_one_unit_is_refused() -> None:
    strata, clusters = np.array([0, 0, 0, 7, 7]), np.array([0, 1, 1, 4, 4])
    with pytest.raises(kda.ModelError) as caught:
        drawn(5, 100, strata=strata, clusters=clusters)
    assert str(caught.value) == (
        "Expected at least two sampling units in every stratum, found one in the stratum of row 4; merge that stratum "
        "with another under design.merge_strata in the codebook, or name it under design.certainty_strata if all of it "
        "was taken."
    )

"""The bootstrap: what is drawn, how often, and the intervals made of it."""

import numpy as np
import pytest
from scipy import stats

import drivers as kda
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
        "Expected at least two sampling units in every stratum, found one in the stratum of row 4; "
        "merge that stratum with a neighbour in the data."
    )

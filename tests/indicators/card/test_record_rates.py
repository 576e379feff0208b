"""Rates of what units count: exact intervals, more variance than counts have, and changes unit by unit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from drivers.indicators.card.record_rates import Counted, dispersion, exact_interval, rate_change, rate_level
from drivers.linearization import linearised_covariance

ROUNDING = 1e-9
"""Relative: inverse incomplete functions of two libraries."""

units = st.lists(st.tuples(st.integers(0, 60), st.integers(60, 500)), min_size=1, max_size=12)


def counted(pairs: list[tuple[int, int]], *, part: bool = True) -> Counted:
    count, exposure = np.array(pairs, dtype=float).T
    return Counted(unit=np.array([f"b{k:02d}" for k in range(len(pairs))]), count=count, exposure=exposure, part=part)


# One unit


@pytest.mark.parametrize(("count", "exposure"), [(10, 1000), (0, 300), (147, 3350)])
def test_one_unit_has_the_exact_interval_of_counts(count: int, exposure: int) -> None:
    level = rate_level(counted([(count, exposure)], part=False), 0.95)
    low = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    assert level.conf_low == pytest.approx(low / exposure, rel=ROUNDING)
    assert level.conf_high == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2 / exposure, rel=ROUNDING)
    assert level.std_error == pytest.approx(np.sqrt(count) / exposure)
    assert level.n_effective == level.n == exposure


@pytest.mark.parametrize(("count", "exposure"), [(5, 20), (0, 30), (30, 30)])
def test_one_unit_has_the_exact_interval_of_parts(count: int, exposure: int) -> None:
    level = rate_level(counted([(count, exposure)]), 0.95)
    known = stats.binomtest(count, exposure).proportion_ci(0.95, method="exact")
    assert (level.conf_low, level.conf_high) == pytest.approx((known.low, known.high), rel=1e-6)


def test_published_limits_of_ten_events() -> None:
    assert exact_interval(10, 1, part=False, conf_level=0.95) == pytest.approx((4.795, 18.39), abs=0.005)
    assert exact_interval(5, 20, part=True, conf_level=0.95) == pytest.approx((0.0866, 0.4910), abs=0.0001)


def test_a_unit_that_counted_nobody_tells_nothing() -> None:
    level = rate_level(counted([(0, 0)]), 0.95)
    assert level.n == 0
    assert np.isnan([level.estimate, level.conf_low, level.conf_high]).all()


# Several units


def test_the_variance_over_units_is_the_linearised_one_of_a_ratio() -> None:
    several = counted([(30, 200), (10, 150), (55, 300), (20, 90), (5, 110)])
    influence = (several.count - several.rate * several.exposure) / several.exposure.sum()
    known = linearised_covariance(influence[:, None]).covariance[0, 0]
    assert dispersion(several) > 1
    assert rate_level(several, 0.95).std_error == pytest.approx(np.sqrt(known))


@given(units, st.booleans())
def test_an_interval_holds_its_rate_and_never_promises_more_than_counts(
    pairs: list[tuple[int, int]], part: bool
) -> None:
    several = counted(pairs, part=part)
    level = rate_level(several, 0.95)
    together = counted([(sum(c for c, _ in pairs), sum(n for _, n in pairs))], part=part)
    least = rate_level(together, 0.95)
    assert dispersion(several) >= 1
    assert level.conf_low <= level.estimate <= level.conf_high
    assert level.conf_low <= least.conf_low + 1e-12
    assert level.conf_high >= least.conf_high - 1e-12


def test_few_units_leave_more_unknown() -> None:
    """Four times the same five units are the same rate, spread alike, of which more is known."""
    few = [(30, 200), (10, 150), (55, 300), (20, 90), (5, 110)]
    widths = []
    for pairs in (few, few * 4):
        level = rate_level(counted(pairs), 0.95)
        widths.append((level.conf_high - level.conf_low) / level.std_error)
    assert widths[0] > widths[1] > 2 * 1.96


def test_the_interval_covers_where_units_differ_beyond_chance() -> None:
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(600):
        exposure = rng.integers(200, 2000, 24)
        own = rng.beta(0.05 * 150, 0.95 * 150, 24)
        count = rng.binomial(exposure, own)
        level = rate_level(
            Counted(
                unit=np.arange(24).astype(str), count=count.astype(float), exposure=exposure.astype(float), part=True
            ),
            0.95,
        )
        covered += level.conf_low <= 0.05 <= level.conf_high
    # Binomial limits would hold the rate in some 60 % of such draws; 600 draws are within 2 points of 95 %.
    assert 0.925 <= covered / 600 <= 0.985


# Changes


def test_lasting_differences_between_units_cancel_in_a_change() -> None:
    """Units at 2 and at 20 % in both waves: how they differ says nothing of how they moved."""
    exposure = np.full(10, 10_000.0)
    own = np.repeat([0.02, 0.20], 5)
    names = np.array([f"b{k}" for k in range(10)])
    now = Counted(unit=names, count=own * exposure, exposure=exposure, part=True)
    change = rate_change(now, now, 0.95)
    assert dispersion(now) > 100
    assert change.estimate == 0
    assert change.std_error == pytest.approx(np.sqrt(2 * now.chance_variance))


def test_units_are_matched_by_name_whatever_their_order() -> None:
    now, before = counted([(30, 200), (10, 150), (55, 300)]), counted([(20, 210), (18, 140), (40, 280)])
    order = [2, 0, 1]
    mixed = Counted(unit=before.unit[order], count=before.count[order], exposure=before.exposure[order], part=True)
    assert rate_change(now, mixed, 0.9) == rate_change(now, before, 0.9)


def test_a_unit_of_one_wave_only_counts_in_that_wave() -> None:
    now = counted([(30, 200), (10, 150), (55, 300)])
    before = Counted(unit=now.unit[:2], count=np.array([20.0, 18.0]), exposure=np.array([210.0, 140.0]), part=True)
    moved = np.array([*(now.influence[:2] - before.influence), now.influence[2]])
    variance = max(moved.var(ddof=1) * 3, now.chance_variance + before.chance_variance)
    assert rate_change(now, before, 0.95).std_error == pytest.approx(np.sqrt(variance))


def test_the_change_of_one_unit_comes_from_both_exact_intervals() -> None:
    now, before = counted([(15, 300)], part=False), counted([(30, 310)], part=False)
    one, other = rate_level(now, 0.95), rate_level(before, 0.95)
    change = rate_change(now, before, 0.95)
    assert change.estimate == pytest.approx(15 / 300 - 30 / 310)
    low = change.estimate - np.sqrt((one.estimate - one.conf_low) ** 2 + (other.conf_high - other.estimate) ** 2)
    assert change.conf_low == pytest.approx(low)
    turned = rate_change(before, now, 0.95)
    assert (turned.conf_low, turned.conf_high) == pytest.approx((-change.conf_high, -change.conf_low))

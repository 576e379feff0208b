"""The test of a trend: ordinary and weighted least squares by statsmodels, covariances, calibration, Holm."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from drivers.indicators.card.indicator_history import History
from drivers.indicators.time.trend_test import TrendTest, slope_of, together, trend_of
from tests.indicators.time.series import counts, estimates

ROUNDING = 1e-9
"""Relative: least squares by another route."""

SOLVED = 1e-6
"""Relative: how near the variance between waves is solved."""


def trend(history: History, **how: float) -> TrendTest:
    found = trend_of(history, **how)
    assert found is not None
    return found


def test_without_sampling_errors_it_is_ordinary_least_squares() -> None:
    rng = np.random.default_rng(1)
    values, place = rng.normal(size=9), [0, 1, 2, 5, 6, 7, 9, 10, 12]
    found, line = trend(estimates(values, position=place)), stats.linregress(place, values)
    assert (found.slope, found.std_error, found.p_value) == pytest.approx(
        (line.slope, line.stderr, line.pvalue), rel=ROUNDING
    )
    reach = stats.t.ppf(0.975, 7) * line.stderr
    assert (found.conf_low, found.conf_high) == pytest.approx((line.slope - reach, line.slope + reach), rel=ROUNDING)
    ranks = stats.kendalltau(place, values)
    assert (found.kendall, found.p_kendall) == pytest.approx((ranks.statistic, ranks.pvalue), rel=ROUNDING)


def test_where_waves_scatter_no_more_than_sampling_it_is_weighted_least_squares() -> None:
    rng = np.random.default_rng(2)
    errors = rng.uniform(1, 3, 8)
    values = 0.3 * errors * rng.normal(size=8)
    fit = sm.WLS(values, sm.add_constant(np.arange(8.0)), weights=errors**-2).fit(cov_type="fixed scale")
    found = trend(estimates(values, errors))
    assert found.between == 0
    assert (found.slope, found.std_error) == pytest.approx((fit.params[1], fit.bse[1]), rel=ROUNDING)
    assert found.df == 6


def test_the_variance_between_waves_makes_the_scatter_what_it_should_be() -> None:
    rng = np.random.default_rng(3)
    errors = rng.uniform(0.3, 2, 12)
    values = errors * rng.normal(size=12) + 3 * rng.normal(size=12)
    found = trend(estimates(values, errors))
    assert found.between > 1
    weights = 1 / (errors**2 + found.between**2)
    fit = sm.WLS(values, sm.add_constant(np.arange(12.0)), weights=weights).fit(cov_type="fixed scale")
    assert weights @ fit.resid**2 == pytest.approx(12 - 2, rel=SOLVED)  # Paule and Mandel's equation
    assert (found.slope, found.std_error) == pytest.approx((fit.params[1], fit.bse[1]), rel=SOLVED)


@pytest.mark.parametrize("shared", [0.0, 0.5, 0.9])
def test_what_all_waves_share_moves_no_slope(shared: float) -> None:
    """Waves of the same sampling units go up and down together, and their differences are the surer for it."""
    place = np.arange(8.0)
    covariance = 4.0 * ((1 - shared) * np.eye(8) + shared)
    found = slope_of(place, np.zeros(8), covariance)
    spread = ((place - place.mean()) ** 2).sum()
    assert found.std_error == pytest.approx(np.sqrt(4 * (1 - shared) / spread), rel=ROUNDING)


def test_only_a_covariance_that_is_known_counts() -> None:
    rng = np.random.default_rng(4)
    values, errors = rng.normal(size=8), np.full(8, 3.0)
    shared = 9.0 * (0.2 * np.eye(8) + 0.8)
    assert trend(estimates(values, errors, covariance=shared)).std_error < trend(estimates(values, errors)).std_error
    unknown = np.full((8, 8), np.nan)
    assert trend(estimates(values, errors, covariance=unknown)).std_error == pytest.approx(
        trend(estimates(values, errors)).std_error, rel=ROUNDING
    )


def test_a_rise_and_a_fall_are_told_and_three_waves_tell_nothing() -> None:
    rng = np.random.default_rng(5)
    steps, noise = np.arange(10.0), rng.normal(0, 0.5, 10)
    assert trend(estimates(steps + noise, np.full(10, 0.5))).conclusion == "rising"
    assert trend(estimates(-steps + noise, np.full(10, 0.5))).conclusion == "falling"
    assert trend(estimates(noise, np.full(10, 0.5))).conclusion == "not_shown"
    assert trend_of(estimates(steps[:3], np.ones(3))) is None
    assert trend(estimates(np.full(6, 4.0))).p_value == 1
    assert trend(estimates(np.arange(6.0))).p_value < 1e-9


def test_gaps_are_kept() -> None:
    values = np.array([0.0, 1, 2, 6, 7])
    found = trend(estimates(values, np.ones(5), position=[0, 1, 2, 6, 7]))
    assert found.slope == pytest.approx(1, rel=ROUNDING)
    assert trend(estimates(values, np.ones(5))).slope > 1.5


def test_a_rate_is_told_in_its_unit() -> None:
    count = np.array([30.0, 33, 41, 40, 47, 52])
    one, thousand = trend(counts(count, 2000)), trend(counts(count, 2000, times=1000))
    assert (thousand.slope, thousand.std_error) == pytest.approx((1000 * one.slope, 1000 * one.std_error), rel=SOLVED)
    assert thousand.p_value == pytest.approx(one.p_value, rel=SOLVED)
    assert one.conclusion == "rising"


def test_none_counted_in_a_wave_leaves_a_variance() -> None:
    found = trend(counts([0.0, 3, 1, 4, 2, 5], 1000))
    assert np.isfinite([found.slope, found.std_error, found.p_value]).all()
    assert found.std_error > 0


@pytest.mark.parametrize(("waves", "between"), [(6, 1.7), (8, 0.0), (8, 1.7), (21, 1.7)])
def test_a_steady_indicator_is_rarely_said_to_rise_or_fall(waves: int, between: float) -> None:
    """At most 5 %, whatever else than sampling moves a wave; of 200 series with sizes that differ 25-fold."""
    rng = np.random.default_rng(waves)
    said = 0
    for _ in range(200):
        errors = rng.permutation(np.geomspace(0.45, 2.2, waves))
        values = errors * rng.normal(size=waves) + between * rng.normal(size=waves)
        said += trend(estimates(values, errors)).conclusion != "not_shown"
    assert said / 200 < 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / 200)


def test_several_indicators_are_looked_at_together() -> None:
    rng = np.random.default_rng(6)
    steps = np.arange(8.0)
    strong = trend(estimates(steps, np.full(8, 0.5)))
    weak = next(
        found
        for found in (trend(estimates(0.3 * steps + rng.normal(size=8), np.ones(8))) for _ in range(200))
        if 0.02 < found.p_value < 0.05
    )
    assert weak.conclusion == "rising"
    assert together([strong, None, weak]) == ("rising", None, "rising")  # 2 % to 5 % is the last of two
    assert together([weak, weak, weak, weak]) == ("not_shown",) * 4
    assert together([]) == ()

"""Correlations across units, and what chance takes from them."""

import numpy as np
import pytest

from drivers.models.loyalty.across_units import correlation_of_units


def units(reliable: float, seed: int, count: int = 4000) -> tuple[np.ndarray, ...]:
    """Units whose two true values correlate by −.6, each measured with a reliability."""
    rng = np.random.default_rng(seed)
    true = rng.multivariate_normal([0, 0], [[1, -0.6], [-0.6, 1]], count)
    noise = (1 - reliable) / reliable
    measured = true + rng.normal(0, np.sqrt(noise), (count, 2))
    variance = np.full(count, noise)
    return measured[:, 0], variance, measured[:, 1], variance, np.ones(count)


@pytest.mark.parametrize("reliable", [0.6, 0.9])
def test_what_chance_takes_is_given_back(reliable: float) -> None:
    found = correlation_of_units(*units(reliable, 1), conf_level=0.95)
    assert found.estimate == pytest.approx(-0.6 * reliable, abs=0.04)
    assert found.corrected == pytest.approx(-0.6, abs=0.05)
    assert (found.reliability_stated, found.reliability_observed) == pytest.approx((reliable, reliable), abs=0.05)
    assert found.corrected_low < found.corrected < found.corrected_high


def test_nothing_is_given_back_where_most_is_chance() -> None:
    found = correlation_of_units(*units(0.3, 2), conf_level=0.95)
    assert np.isnan(found.corrected)
    assert found.estimate == pytest.approx(-0.18, abs=0.05)


def test_the_interval_is_fisher_s_and_units_count_by_their_size() -> None:
    stated, variance, observed, _, _ = units(0.9, 3, count=20)
    equal = correlation_of_units(stated, variance, observed, variance, np.full(20, 7.0), conf_level=0.95)
    assert equal.estimate == pytest.approx(np.corrcoef(stated, observed)[0, 1])
    reach = 1.959964 / np.sqrt(17)
    expected = np.tanh(np.arctanh(equal.estimate) + np.array([-reach, reach]))
    assert (equal.conf_low, equal.conf_high) == pytest.approx(tuple(expected), rel=1e-5)
    # A unit of no size is as if it were not there, however far off it lies.
    far = [np.append(stated, 50.0), np.append(variance, 900.0), np.append(observed, 50.0), np.append(variance, 900.0)]
    with_it = correlation_of_units(*far, np.append(np.full(20, 7.0), 1e-9), conf_level=0.95)
    assert with_it.estimate == pytest.approx(equal.estimate, abs=1e-5)


def test_units_that_are_all_alike_have_no_correlation() -> None:
    found = correlation_of_units(np.ones(9), np.ones(9), np.arange(9.0), np.ones(9), np.ones(9), conf_level=0.95)
    assert np.isnan(found.estimate)
    assert found.reliability_stated == 0

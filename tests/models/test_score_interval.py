"""Wilson's interval: where the score test turns, its mirror image, and the numbers of another program."""

import numpy as np
import pytest
from scipy import stats

from drivers.models.score_interval import score_interval, wilson
from tests.reference_numbers import AGREEMENT, table

ROUNDING = 1e-12
"""Relative: sums of some numbers in another order."""


@pytest.mark.parametrize("n", [5.0, 41.3, 1000.0])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 1.0])
def test_limits_of_wilson_are_where_the_score_test_turns(share: float, n: float) -> None:
    low, high = wilson(share, n, 0.95)
    for limit in (low, high):
        if ROUNDING < limit < 1 - ROUNDING:
            score = abs(share - limit) / np.sqrt(limit * (1 - limit) / n)
            assert score == pytest.approx(stats.norm.ppf(0.975), rel=1e-9)
    assert 0 <= low <= share + ROUNDING
    assert share - ROUNDING <= high <= 1
    assert wilson(1 - share, n, 0.95) == pytest.approx((1 - high, 1 - low), abs=ROUNDING)


def test_numbers_of_another_program() -> None:
    expected = table("shares_wilson.csv")
    assert len(expected) > 10
    for row in expected.itertuples():
        limits = wilson(row.share, row.n, row.level)
        np.testing.assert_allclose(limits, [row.wilson_lower, row.wilson_upper], rtol=AGREEMENT)


def test_of_nobody_nothing_is_known() -> None:
    assert np.isnan(wilson(0.5, 0, 0.95)).all()


def test_a_larger_quantile_and_fewer_answers_widen_it() -> None:
    narrow, wide = score_interval(0.3, 50, 1.96), score_interval(0.3, 50, 2.5)
    assert wide[0] < narrow[0] < 0.3 < narrow[1] < wide[1]
    # The sign of the quantile has no meaning, and of endless answers the share is known.
    assert score_interval(0.3, 50, -1.96) == narrow
    assert score_interval(0.3, float("inf"), 1.96) == (0.3, 0.3)

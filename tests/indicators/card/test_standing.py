"""How a value stands against a target or a benchmark: what the whole interval says, and nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.indicators.card.standing import against_target, side, to_target
from drivers.indicators.estimates import Level

numbers = st.floats(-100, 100, allow_nan=False)


def level(low: float, estimate: float, high: float) -> Level:
    return Level(estimate=estimate, std_error=1.0, conf_low=low, conf_high=high, n=50, n_effective=50.0)


@pytest.mark.parametrize(
    ("interval", "better", "target", "standing"),
    [
        ((70, 72, 74), "higher", (70,), "met"),
        ((69.9, 72, 74), "higher", (70,), "open"),
        ((60, 65, 69.9), "higher", (70,), "missed"),
        ((60, 65, 70), "higher", (70,), "open"),
        ((18, 19, 20), "lower", (20,), "met"),
        ((18, 19, 20.1), "lower", (20,), "open"),
        ((20.1, 22, 24), "lower", (20,), "missed"),
        ((8, 11, 15), "range", (8, 15), "met"),
        ((7.9, 11, 14), "range", (8, 15), "open"),
        ((7, 11, 16), "range", (8, 15), "open"),
        ((5, 6, 7.9), "range", (8, 15), "missed"),
        ((15.1, 16, 17), "range", (8, 15), "missed"),
        ((1, 2, 3), "higher", (), "none"),
        ((np.nan, 80, np.nan), "higher", (70,), "open"),
    ],
)
def test_a_target_is_decided_by_the_whole_interval(
    interval: tuple[float, float, float], better: str, target: tuple[float, ...], standing: str
) -> None:
    assert against_target(level(*interval), target, better) == standing  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("interval", "better", "found"),
    [
        ((1, 2, 3), "higher", "better"),
        ((1, 2, 3), "lower", "worse"),
        ((-3, -2, -1), "higher", "worse"),
        ((-3, -2, -1), "lower", "better"),
        ((1, 2, 3), "range", "above"),
        ((-3, -2, -1), "range", "below"),
        ((-1, 0.5, 2), "higher", "open"),
        ((0, 1, 2), "lower", "open"),
        ((np.nan, 1, np.nan), "higher", "open"),
    ],
)
def test_a_difference_is_good_or_bad_only_where_a_direction_is(
    interval: tuple[float, float, float], better: str, found: str
) -> None:
    assert side(level(*interval), better) == found  # type: ignore[arg-type]
    assert side(None, better) == "none"  # type: ignore[arg-type]


@given(st.lists(numbers, min_size=3, max_size=3), st.lists(numbers, min_size=1, max_size=2))
def test_the_distance_keeps_the_order_of_its_limits(values: list[float], ends: list[float]) -> None:
    low, estimate, high = sorted(values)
    target = tuple(sorted(ends))
    distance = to_target(level(low, estimate, high), target)
    assert distance is not None
    assert distance.conf_low <= distance.estimate <= distance.conf_high
    inside = target[0] <= estimate <= target[-1]
    assert (distance.estimate == 0) == inside
    if len(target) == 1:
        assert distance.estimate == pytest.approx(estimate - target[0])


def test_what_has_no_target_has_no_distance() -> None:
    assert to_target(level(1, 2, 3), ()) is None

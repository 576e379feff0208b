"""Control limits: published examples, Laney's formula written differently, shifts, runs, false alarms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import ModelError
from drivers.indicators.card.indicator_history import History
from drivers.indicators.time.control_limits import (
    FEWEST_WAVES,
    RUN,
    ControlLimits,
    Signal,
    control_limits,
    standardising,
)
from tests.indicators.time.series import counts, estimates

ROUNDING = 1e-9
"""Relative: sums in another order."""

PRINTED = 5e-4
"""The handbook prints three or four digits."""

TABLED = 2e-3
"""It takes 1.128 for 2 / √π, which moves limits of 5 about a mean by so much."""

FLOW = (49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1)
"""Flow rates of ten batches: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2."""

WAFERS = (
    *(12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22),
    *(8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6),
)
"""Chips with defects among 50 of 30 wafers: the same, 6.3.3.2."""

DEFECTS = (16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16, 15, 13, 14, 16, 11, 20, 11, 19, 16, 31, 13)
"""Defects on 25 wafers: the same, 6.3.3.1."""


def limits_of(history: History, **how: object) -> ControlLimits:
    found = control_limits(history, **how)  # type: ignore[arg-type]
    assert found is not None
    return found


def everywhere(history: History) -> list[bool]:
    """All waves as the baseline: nothing is left out."""
    return [True] * len(history.waves)


def test_individuals_and_moving_ranges_of_the_handbook() -> None:
    history = estimates(FLOW)
    found = limits_of(history, baseline=everywhere(history))
    assert found.method == "individuals"
    assert found.center == pytest.approx(50.81, abs=PRINTED)
    assert (found.low[0], found.high[0]) == pytest.approx((45.8159, 55.8041), abs=TABLED)
    assert found.dispersion == pytest.approx(1.8778 / 1.128, abs=TABLED)
    assert found.signals == ()


@pytest.mark.parametrize(
    ("history", "center", "low", "high"),
    [
        (counts(WAFERS, 50, family="binomial"), 0.2313, 0.0524, 0.4102),
        (counts(DEFECTS, 1), 16, 4, 28),
    ],
    ids=["parts", "counts"],
)
def test_sampling_errors_make_the_plain_charts_of_the_handbook(
    history: History, center: float, low: float, high: float
) -> None:
    values, weights, errors_at, _ = standardising(history)
    assert errors_at is not None
    middle = float(np.average(values, weights=weights))
    reach = 3 * errors_at(middle)[0]
    assert (middle, middle - reach, middle + reach) == pytest.approx((center, low, high), abs=PRINTED)


@pytest.mark.parametrize("family", ["poisson", "binomial"])
def test_limits_are_laneys_formula(family: str) -> None:
    rng = np.random.default_rng(3)
    exposure = rng.integers(2000, 9000, 12).astype(float)
    count = rng.poisson(exposure * 0.1 * rng.gamma(100, 1 / 100, 12)).astype(float)
    history = counts(count, exposure, family=family, times=1000 if family == "poisson" else 1)
    found = limits_of(history, baseline=everywhere(history))

    average = sum(count) / sum(exposure)
    own = [(average * ((1 - average) if family == "binomial" else 1) / n) ** 0.5 for n in exposure]
    z = [(c / n - average) / s for c, n, s in zip(count, exposure, own, strict=True)]
    sigma_z = sum(abs(z[k] - z[k - 1]) for k in range(1, 12)) / 11 / (2 / np.pi**0.5)
    assert sigma_z > 1
    assert found.method == ("laney_p" if family == "binomial" else "laney_u")
    assert found.dispersion == pytest.approx(sigma_z, rel=ROUNDING)
    factor = history.times
    assert found.center == pytest.approx(factor * average, rel=ROUNDING)
    assert found.high == pytest.approx([factor * (average + 3 * s * sigma_z) for s in own], rel=ROUNDING)
    assert found.low == pytest.approx([factor * (average - 3 * s * sigma_z) for s in own], rel=ROUNDING)


def test_limits_are_never_inside_those_of_sampling() -> None:
    history = counts([100.0, 101.0, 99.0, 100.0, 101.0, 100.0, 99.0, 100.0], 1000)
    found = limits_of(history)
    assert found.dispersion < 0.2
    assert found.high - found.center == pytest.approx(3 * np.sqrt(0.1 / 1000), rel=0.01)
    assert found.signals == ()


def test_a_wave_of_lucky_agreement_has_no_narrow_limits() -> None:
    rng = np.random.default_rng(0)
    values = 80 + rng.normal(0, 1, 8)
    agreed = np.ones(8)
    agreed[3] = 1e-9  # everybody gave one answer
    history = estimates(values, np.ones(8))
    found = limits_of(
        History(**{name: getattr(history, name) for name in History.__dataclass_fields__} | {"std_error": agreed})
    )
    widths = found.high - found.low
    assert widths == pytest.approx(np.full(8, widths[0]), rel=ROUNDING)


def test_what_shifts_at_the_end_is_found_and_widens_nothing() -> None:
    rng = np.random.default_rng(1)
    exposure = np.full(8, 28_000.0)
    count = rng.binomial(28_000, [*[0.11] * 6, 0.155, 0.17])
    found = limits_of(counts(count, exposure, family="binomial"))
    assert found.in_baseline.tolist() == [True] * 6 + [False] * 2
    assert [signal.code for signal in found.signals] == ["outside_high", "outside_high"]
    assert found.outside.tolist() == [False] * 6 + [True] * 2
    assert found.settled
    history = counts(count, exposure, family="binomial")
    assert found.high == pytest.approx(
        limits_of(history, baseline=[True] * 6 + [False] * 2).high, rel=ROUNDING
    )  # as if somebody had told which waves to go by
    before = limits_of(counts(count[:6], exposure[:6], family="binomial"))
    assert found.center == pytest.approx(before.center, rel=ROUNDING)
    every = limits_of(history, baseline=everywhere(history))
    assert ((every.high - every.low) > 3 * (found.high - found.low)).all()


def test_a_lone_wave_far_out_does_not_hide_itself() -> None:
    """Of eight waves one in the middle eight standard deviations out: limits by all waves hold it."""
    values = np.array([0.3, -0.8, 0.5, 8.0, -0.2, 0.9, -0.6, 0.1])
    history = estimates(values, np.full(8, 0.5))
    assert [signal.first for signal in limits_of(history).signals] == [3]
    assert limits_of(history, baseline=everywhere(history)).signals == ()


def test_an_indicator_that_moved_half_way_has_no_usual_range() -> None:
    found = limits_of(estimates([0.0, 0.1, -0.1, 0.2, 10.0, 10.1, 9.9, 10.2], np.full(8, 0.3)))
    assert found.in_baseline.all()
    assert not found.settled
    assert {signal.code for signal in found.signals} == {"outside_low", "outside_high"}


@pytest.mark.parametrize(("waves", "there"), [(FEWEST_WAVES - 1, False), (FEWEST_WAVES, True)])
def test_fewer_than_six_waves_have_no_limits(waves: int, there: bool) -> None:
    found = control_limits(estimates(np.arange(waves) % 2, np.ones(waves)))
    assert (found is not None) == there


@pytest.mark.parametrize(
    ("history", "there"),
    [
        (counts([2.0, 3, 1, 2, 3, 1, 2, 2], 500), True),
        (counts([2.0, 3, 1, 2, 3, 1, 2, 1], 500), False),
        (counts([498.0, 497, 499, 498, 497, 499, 498, 499], 500, family="binomial"), False),
        (counts([498.0, 497, 499, 498, 497, 499, 498, 499], 500), True),
    ],
    ids=["two each", "less", "hardly any left", "counts have no upper end"],
)
def test_a_handful_of_events_has_no_limits(history: History, there: bool) -> None:
    assert (control_limits(history) is not None) == there


def test_nothing_counted_in_a_share_of_answers_has_no_limits() -> None:
    shares = estimates(np.full(8, 0.02), np.full(8, 0.02), family="share")
    assert (shares.estimate * shares.n_effective).sum() > 16  # enough answers
    assert control_limits(shares) is not None
    few = estimates(np.full(8, 0.02), np.full(8, 2.0), family="share")
    assert control_limits(few) is None


@pytest.mark.parametrize(("length", "found"), [(RUN - 1, False), (RUN, True)])
def test_nine_on_one_side_are_a_run(length: int, found: bool) -> None:
    signs = np.array([1.0] * length + [-1.0, 1.0] * 5 + [-1.0] * (length - 4))
    rng = np.random.default_rng(2)
    values = signs * rng.uniform(0.5, 0.6, len(signs))
    history = estimates(values - values.mean() + 0.0, np.ones(len(signs)))
    runs = [signal for signal in limits_of(history).signals if signal.code == "run_above"]
    assert runs == ([Signal("run_above", 0, length - 1)] if found else [])
    assert all(signal.waves == RUN for signal in runs)


def test_a_wave_on_the_line_is_on_neither_side() -> None:
    values = np.array([1.0, 1, 1, 1, 0, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1])
    history = estimates(values, np.ones(len(values)))
    assert limits_of(history).center == 0
    assert limits_of(history).signals == ()


def test_limits_end_where_the_scale_does() -> None:
    history = estimates([98.0, 99, 97, 99, 98, 100, 97], np.full(7, 2.0), bounds=(0.0, 100.0))
    found = limits_of(history)
    assert found.high.tolist() == [100.0] * 7
    assert found.low.min() > 90
    rare = limits_of(counts([3.0, 2, 4, 3, 2, 3, 4], 1000, times=1000))
    assert rare.low.tolist() == [0.0] * 7


def test_where_nothing_ever_changed_nothing_is_outside() -> None:
    for history in (estimates(np.full(7, 12.0)), estimates(np.full(7, 12.0), np.ones(7))):
        found = limits_of(history)
        assert found.signals == ()
        assert found.center == 12.0
    one = limits_of(estimates([12.0, 12, 12, 12, 12, 12, 13]))
    assert one.high.min() > 12


def test_a_baseline_of_three_waves_is_refused() -> None:
    with pytest.raises(ModelError) as found:
        control_limits(estimates(np.arange(8.0), np.ones(8)), baseline=[True] * 3 + [False] * 5)
    assert str(found.value) == ("Expected a baseline of at least 4 waves with a value, found 3; choose a longer one.")


numbers = st.lists(st.integers(5, 400), min_size=6, max_size=24)


@given(count=numbers)
def test_time_runs_both_ways(count: list[int]) -> None:
    """Limits know how far waves are from the next, and not which came first."""
    there, back = limits_of(counts(count, 500.0)), limits_of(counts(count[::-1], 500.0))
    assert back.high == pytest.approx(there.high[::-1], rel=ROUNDING, abs=ROUNDING)
    assert back.in_baseline.tolist() == there.in_baseline[::-1].tolist()
    assert sorted(signal.code for signal in back.signals) == sorted(signal.code for signal in there.signals)


@given(count=numbers)
def test_what_is_a_part_may_be_told_of_the_rest(count: list[int]) -> None:
    part = limits_of(counts(count, 500.0, family="binomial"))
    rest = limits_of(counts(500 - np.array(count), 500.0, family="binomial"))
    assert rest.low == pytest.approx(1 - part.high, abs=ROUNDING)
    assert rest.center == pytest.approx(1 - part.center, abs=ROUNDING)
    assert rest.outside.tolist() == part.outside.tolist()


@given(count=numbers, times=st.sampled_from([1.0, 10.0, 1000.0]))
def test_what_a_rate_is_told_for_changes_its_unit_only(count: list[int], times: float) -> None:
    plain, told = limits_of(counts(count, 700.0)), limits_of(counts(count, 700.0, times=times))
    assert told.high == pytest.approx(times * plain.high, rel=ROUNDING)
    assert told.signals == plain.signals
    assert told.dispersion == pytest.approx(plain.dispersion, rel=ROUNDING)


@pytest.mark.parametrize(("waves", "most"), [(8, 0.06), (21, 0.10)])
def test_false_alarms_are_as_rare_as_is_said(waves: int, most: float) -> None:
    """3.4 % and 6.3 % where waves vary twice as much as by sampling (benchmarks/false_alarms.py); of 400 here."""
    rng = np.random.default_rng(11)
    alarms = [bool(limits_of(estimates(2 * rng.normal(size=waves), np.ones(waves))).signals) for _ in range(400)]
    assert 0 < np.mean(alarms) < most


def test_plain_charts_of_such_indicators_cry_wolf() -> None:
    """Why Laney: sampling errors alone as limits would have most charts out of control."""
    rng = np.random.default_rng(12)
    outside = [np.abs(v - v.mean()).max() > 3 for v in 2 * rng.normal(size=(400, 21))]
    assert np.mean(outside) > 0.8

"""The verdict: what may be claimed, how often it is wrong, and when nothing is claimed."""

from collections.abc import Sequence
from itertools import combinations
from math import ceil

import numpy as np
import pytest
from scipy import stats

from drivers.importance.orders.subsets import lmg_values
from drivers.importance.verdict import (
    KIND_LEVEL,
    chance_of_gain,
    judge,
    preconditions,
    shown_respondents,
    simultaneous_order,
)
from drivers.moments import weighted_moments
from drivers.resampling import percentile_interval
from drivers.results import Code, Verdict

NAMES = ("a", "b", "c", "d", "e", "f")

SAMPLES = 300
FALSE_CLAIMS = 0.05 + 4 * np.sqrt(0.05 * 0.95 / SAMPLES)
"""Of all simulated surveys, at most 5 % may claim an order that is not there; the rest is chance (4 standard
errors of a rate from 300 surveys)."""


def replicates(estimates: Sequence[float], errors: Sequence[float], n_boot: int = 400, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.asarray(estimates) + rng.normal(size=(n_boot, len(estimates))) * errors


def verdict(estimates: Sequence[float], errors: Sequence[float], reasons: tuple[Code, ...] = ()) -> Verdict:
    shares = np.asarray(estimates, dtype=float)
    return judge(NAMES[: len(shares)], shares, replicates(estimates, errors), reasons)


# The simultaneous order, written differently


def stepped_down(estimates: np.ndarray, drawn: np.ndarray) -> set[tuple[int, int]]:
    """Romano and Wolf, pair by pair: reject what exceeds the largest error of the pairs still open, repeat."""
    open_pairs = set(combinations(range(len(estimates)), 2))
    claims: set[tuple[int, int]] = set()
    spread = {(i, j): np.std(drawn[:, i] - drawn[:, j], ddof=1) for i, j in open_pairs}
    while open_pairs:
        largest = sorted(
            max(abs((row[i] - row[j]) - (estimates[i] - estimates[j])) / spread[i, j] for i, j in open_pairs)
            for row in drawn
        )
        critical = largest[ceil(KIND_LEVEL * (len(drawn) + 1)) - 1]
        rejected = {(i, j) for i, j in open_pairs if abs(estimates[i] - estimates[j]) / spread[i, j] > critical}
        if not rejected:
            return claims
        open_pairs -= rejected
        claims |= {(i, j) if estimates[i] > estimates[j] else (j, i) for i, j in rejected}
    return claims


@pytest.mark.parametrize("seed", range(12))
def test_order_is_that_of_romano_and_wolf(seed: int) -> None:
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 7))
    estimates = rng.dirichlet(np.full(k, 2.0))
    drawn = replicates(estimates, rng.uniform(0.01, 0.08, k), n_boot=200, seed=seed)
    found = simultaneous_order(estimates, drawn)
    assert {(int(i), int(j)) for i, j in np.argwhere(found)} == stepped_down(estimates, drawn)


def test_stepping_down_finds_what_one_step_does_not() -> None:
    # Once the clear pairs are settled, fewer are left to guard against.
    estimates = np.array([0.55, 0.25, 0.15, 0.05])
    drawn = replicates(estimates, [0.02, 0.02, 0.02, 0.02], n_boot=1000, seed=3)
    difference = drawn[:, 1] - drawn[:, 2]
    pairs = list(combinations(range(4), 2))
    deviations = np.array(
        [
            np.abs(drawn[:, i] - drawn[:, j] - estimates[i] + estimates[j]) / (drawn[:, i] - drawn[:, j]).std()
            for i, j in pairs
        ]
    )
    one_step = np.quantile(deviations.max(axis=0), 0.95)
    target = estimates.copy()
    # Bring b and c as near as only the second step can separate.
    target[1] = target[2] + (one_step - 0.1) * difference.std()
    moved = drawn + (target - estimates)
    assert (target[1] - target[2]) / difference.std() < one_step
    assert simultaneous_order(target, moved)[1, 2]


def test_order_does_not_depend_on_scale_or_on_the_order_of_drivers() -> None:
    estimates, errors = np.array([0.4, 0.1, 0.3, 0.2]), [0.03, 0.02, 0.05, 0.02]
    drawn = replicates(estimates, errors)
    found = simultaneous_order(estimates, drawn)
    assert np.array_equal(simultaneous_order(1e6 * estimates, 1e6 * drawn), found)
    turned = [2, 0, 3, 1]
    assert np.array_equal(simultaneous_order(estimates[turned], drawn[:, turned]), found[np.ix_(turned, turned)])


def test_drivers_that_never_differ_are_not_told_apart() -> None:
    drawn = np.column_stack([np.linspace(0.2, 0.4, 200)] * 2 + [np.full(200, 0.2)])
    found = simultaneous_order(np.array([0.3, 0.3, 0.2]), drawn)
    assert not found[0, 1]
    assert not found[1, 0]


def test_what_does_not_vary_is_known() -> None:
    # A whole population: resamples are the estimate, up to rounding that must not make an order of equals.
    estimates = np.array([0.4, 0.3, 0.3 + 1e-14])
    drawn = estimates + 1e-16 * np.random.default_rng(5).standard_normal((200, 3))
    assert simultaneous_order(estimates, drawn).tolist() == [
        [False, True, True],
        [False, False, False],
        [False, False, False],
    ]


def test_one_driver_has_no_order() -> None:
    assert simultaneous_order(np.array([1.0]), np.ones((200, 1))).tolist() == [[False]]


# What follows from it


def test_clear_order_is_claimed_in_full() -> None:
    found = verdict([0.1, 0.6, 0.3], [0.01] * 3)
    assert (found.status, found.leader, found.top_group) == ("ranked", "b", ("b",))
    assert found.above.tolist() == [[False, False, False], [True, False, True], [True, False, False]]
    assert found.rank_low.tolist() == found.rank_high.tolist() == [3, 1, 2]
    assert found.tied_with("a") == ()


def test_a_group_is_first_where_no_one_leads() -> None:
    found = verdict([0.1, 0.41, 0.1, 0.39], [0.02] * 4)
    assert (found.status, found.leader, found.top_group) == ("ranked", None, ("b", "d"))
    assert found.rank_low.tolist() == [3, 1, 3, 1]
    assert found.rank_high.tolist() == [4, 2, 4, 2]
    assert found.tied_with("b") == ("d",)


def test_the_smallest_group_is_first() -> None:
    found = verdict([0.3, 0.3, 0.15, 0.15, 0.05, 0.05], [0.008] * 6)
    assert found.top_group == ("a", "b")
    assert found.rank_low.tolist() == [1, 1, 3, 3, 5, 5]
    assert found.rank_high.tolist() == [2, 2, 4, 4, 6, 6]


def test_ties_are_not_transitive() -> None:
    found = verdict([0.45, 0.33, 0.22], [0.045, 0.045, 0.03])
    assert found.above[0, 2]
    assert found.tied_with("a") == ("b",)
    assert found.tied_with("b") == ("a", "c")
    # b stands between: neither a nor a and b together are above all others.
    assert (found.status, found.top_group) == ("tied", ())
    assert found.rank_low.tolist() == [1, 1, 2]
    assert found.rank_high.tolist() == [2, 3, 3]


def test_a_leader_needs_every_pairwise_interval_to_leave_out_0() -> None:
    estimates, errors = np.array([0.31, 0.2, 0.2, 0.29]), [0.02] * 4
    drawn = replicates(estimates, errors)
    found = judge(NAMES[:4], estimates, drawn, ())
    lows, _ = percentile_interval(drawn[:, [0]] - drawn[:, 1:], 0.95)
    assert (lows[:2] > 0).all()
    assert lows[2] < 0
    assert found.leader is None
    assert found.top_group == ("a", "d")


def test_a_leader_may_be_named_where_the_order_is_not_settled() -> None:
    # Pairwise intervals are narrower than simultaneous ones: 2.24 against about 2.9 standard errors.
    estimates = np.array([0.36, 0.16, 0.16, 0.16, 0.16])
    error = 0.2 / 2.5 / np.sqrt(2)
    drawn = replicates(estimates, [error] * 5, n_boot=4000)
    found = judge(NAMES[:5], estimates, drawn, ())
    assert not found.above.any()
    assert (found.status, found.leader, found.top_group) == ("ranked", "a", ("a",))
    # Where a leader is named it has the first place, and nobody else may have it.
    low, high = found.possible_ranks()
    assert low.tolist() == [1, 2, 2, 2, 2]
    assert high.tolist() == [1, 5, 5, 5, 5]
    # The joint intervals themselves rest on the simultaneous order alone.
    assert found.rank_low.tolist() == [1] * 5
    assert found.rank_high.tolist() == [5] * 5


def test_nothing_is_claimed_of_drivers_too_close() -> None:
    found = verdict([0.34, 0.33, 0.33], [0.05] * 3)
    assert (found.status, found.leader, found.top_group) == ("tied", None, ())
    assert not found.above.any()
    assert found.rank_low.tolist() == [1, 1, 1]
    assert found.rank_high.tolist() == [3, 3, 3]


def test_one_driver_leads() -> None:
    found = judge(("a",), np.array([1.0]), np.ones((200, 1)), ())
    assert (found.status, found.leader) == ("ranked", "a")
    assert (found.rank_low.tolist(), found.rank_high.tolist()) == ([1], [1])


def test_with_a_reason_nothing_is_claimed() -> None:
    reason = Code("few_respondents", {"n_effective": 12, "needed": 50})
    found = verdict([0.8, 0.1, 0.1], [0.01] * 3, (reason,))
    assert (found.status, found.leader, found.top_group, found.reasons) == ("not_rankable", None, (), (reason,))
    assert not found.above.any()
    assert found.rank_low.tolist() == [1, 1, 1]
    assert found.rank_high.tolist() == [3, 3, 3]


@pytest.mark.parametrize("seed", range(10))
def test_rank_intervals_count_who_is_above_and_below(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    estimates = rng.dirichlet(np.full(6, 2.0))
    drawn = replicates(estimates, rng.uniform(0.005, 0.05, 6), seed=seed)
    found = judge(NAMES, estimates, drawn, ())
    by_estimate = stats.rankdata(-estimates)
    for i in range(6):
        low = 1 + sum(found.above[j, i] for j in range(6))
        high = 6 - sum(found.above[i, j] for j in range(6))
        assert (found.rank_low[i], found.rank_high[i]) == (low, high)
        if found.leader is not None:
            low, high = (1, 1) if NAMES[i] == found.leader else (max(low, 2), high)
        possible = found.possible_ranks()
        assert (possible[0][i], possible[1][i]) == (low, high)
        assert low <= by_estimate[i] <= high
    if found.top_group and found.leader is None:
        members = [NAMES.index(name) for name in found.top_group]
        others = [i for i in range(6) if i not in members]
        assert found.above[np.ix_(members, others)].all()


# How often it is wrong


def resampled(values: np.ndarray, rng: np.random.Generator, n_boot: int = 250) -> tuple[np.ndarray, np.ndarray]:
    """Shares, and bootstrap shares made from resampled moments."""
    n, m = values.shape
    starts = np.arange(m)
    importance, _ = lmg_values(weighted_moments(values).scatter[None], starts)
    i, j = np.triu_indices(m)
    counts = rng.multinomial(n, np.full(n, 1 / n), size=n_boot).astype(float)
    mean = counts @ values / n
    scatter = np.empty((n_boot, m, m))
    scatter[:, i, j] = counts @ (values[:, i] * values[:, j]) - n * mean[:, i] * mean[:, j]
    scatter[:, j, i] = scatter[:, i, j]
    drawn, _ = lmg_values(scatter, starts)
    return importance[0] / importance.sum(), drawn / drawn.sum(axis=1, keepdims=True)


def simulated_surveys(slopes: Sequence[float], seed: int, n: int = 200) -> list[tuple[np.ndarray, np.ndarray]]:
    k = len(slopes)
    rng = np.random.default_rng(seed)
    surveys = []
    for _ in range(SAMPLES):
        x = rng.normal(size=(n, 1)) + rng.normal(size=(n, k))
        y = x @ np.asarray(slopes) + rng.normal(0, 1.2, n)
        surveys.append(resampled(np.column_stack([x, y]), rng))
    return surveys


@pytest.fixture(scope="module")
def equal_truth() -> list[tuple[np.ndarray, np.ndarray]]:
    """300 surveys in which five drivers are equally important."""
    return simulated_surveys([0.3] * 5, seed=91)


def test_drivers_that_are_equal_are_seldom_put_in_an_order(equal_truth: list) -> None:
    wrong = [simultaneous_order(shares, drawn).any() for shares, drawn in equal_truth]
    assert np.mean(wrong) <= FALSE_CLAIMS


def test_one_of_equal_drivers_is_seldom_called_the_leader(equal_truth: list) -> None:
    wrong = [judge(NAMES[:5], shares, drawn, ()).leader is not None for shares, drawn in equal_truth]
    assert np.mean(wrong) <= FALSE_CLAIMS


def test_unadjusted_intervals_would_be_wrong_far_more_often(equal_truth: list) -> None:
    # That the two tests above can fail: without adjustment, the order is wrong in every fourth survey or more.
    pairs = np.triu_indices(5, 1)
    wrong = 0
    for _, drawn in equal_truth:
        low, high = percentile_interval(drawn[:, pairs[0]] - drawn[:, pairs[1]], 0.95)
        wrong += bool(((low > 0) | (high < 0)).any())
    assert wrong / SAMPLES > 0.25


def test_equal_followers_of_a_strong_leader_are_seldom_put_in_an_order() -> None:
    surveys = simulated_surveys([1.0, 0.2, 0.2, 0.2, 0.2], seed=92)
    orders = [simultaneous_order(shares, drawn) for shares, drawn in surveys]
    assert np.mean([order[1:, 1:].any() for order in orders]) <= FALSE_CLAIMS
    # While what is there is seen.
    assert np.mean([order[0, 1:].all() for order in orders]) > 0.9


def test_drivers_without_any_effect_are_seldom_put_in_an_order() -> None:
    # Where an importance is 0 the bootstrap is not exact; it must err on the side of silence.
    rng = np.random.default_rng(93)
    wrong = 0
    for _ in range(SAMPLES):
        x = rng.normal(size=(200, 5))
        shares, drawn = resampled(np.column_stack([x, x[:, 0] + rng.normal(0, 1.0, 200)]), rng)
        wrong += simultaneous_order(shares, drawn)[1:, 1:].any()
    assert wrong / SAMPLES <= FALSE_CLAIMS


# When nothing can be claimed


def reasons(**changed: object) -> list[Code]:
    sound: dict = {
        "n_effective": 400.0,
        "k": 4,
        "r2": 0.4,
        "correlation": 0.5 * np.eye(4) + 0.5,
        "modal_outcome": 0.4,
        "modal_drivers": np.full(4, 0.4),
        "n_boot": 1000,
    }
    sound |= changed
    r2, r2_controls, controls = sound.pop("r2"), sound.pop("r2_controls", 0.0), sound.pop("controls", 0)
    columns = len(sound["correlation"])
    chance = chance_of_gain(
        r2=r2, r2_controls=r2_controls, columns=columns, controls=controls, n_effective=sound["n_effective"]
    )
    return list(preconditions(gain=r2 - r2_controls, chance=chance, **sound))


def test_a_sound_survey_has_no_reason() -> None:
    assert reasons() == []


@pytest.mark.parametrize(("k", "needed"), [(1, 50), (5, 50), (6, 60), (20, 200)])
def test_ten_respondents_a_driver_and_at_least_fifty(k: int, needed: int) -> None:
    same = {"k": k, "correlation": np.eye(k), "modal_drivers": np.full(k, 0.4), "r2": 0.9}
    assert reasons(n_effective=float(needed), **same) == []
    (reason,) = reasons(n_effective=needed - 0.4, **same)
    assert (reason.code, dict(reason.values)) == ("few_respondents", {"n_effective": needed - 1, "needed": needed})


def test_fewer_respondents_than_drivers_are_a_reason_not_an_error() -> None:
    assert [reason.code for reason in reasons(n_effective=3.0)] == ["few_respondents", "weak_model"]


@pytest.mark.parametrize(("n_effective", "k"), [(60.0, 3), (200.0, 9), (454.2, 6)])
def test_r2_is_above_noise_where_its_f_test_says_so(n_effective: float, k: int) -> None:
    critical = stats.f.ppf(0.95, k, n_effective - k - 1)
    edge = k * critical / (k * critical + n_effective - k - 1)
    same = {"n_effective": n_effective, "k": k, "correlation": np.eye(k), "modal_drivers": np.full(k, 0.4)}
    assert "weak_model" not in [reason.code for reason in reasons(r2=edge * 1.001, **same)]
    weak = [reason for reason in reasons(r2=edge * 0.999, **same) if reason.code == "weak_model"]
    assert dict(weak[0].values) == {"r2": edge * 0.999}


def test_a_perfect_model_is_not_weak() -> None:
    assert reasons(r2=1.0) == []


def test_drivers_that_nearly_repeat_each_other_are_not_separable() -> None:
    # With k drivers that all correlate r, the variance inflation is (1 + (k−2) r) / ((1−r) (1 + (k−1) r)).
    def inflation(r: float) -> float:
        return (1 + 2 * r) / ((1 - r) * (1 + 3 * r))

    for r in (0.9, 0.95):
        correlation = (1 - r) * np.eye(4) + r
        found = reasons(correlation=correlation)
        if inflation(r) < 10:
            assert found == []
        else:
            (reason,) = found
            assert reason.code == "not_separable"
            assert reason.values["vif"] == pytest.approx(inflation(r), rel=1e-9)
            assert reason.values["limit"] == 10
    assert inflation(0.9) < 10 < inflation(0.95)


def test_half_of_the_drivers_must_be_inflated() -> None:
    correlation = np.eye(5)
    correlation[0, 1] = correlation[1, 0] = 0.99
    assert reasons(k=5, correlation=correlation, modal_drivers=np.full(5, 0.4)) == []


def test_a_driver_that_is_a_sum_of_two_others_is_not_separable() -> None:
    x = np.random.default_rng(94).normal(size=(200, 2))
    correlation = np.corrcoef(np.column_stack([x, x.sum(axis=1)]), rowvar=False)
    found = reasons(k=3, correlation=correlation, modal_drivers=np.full(3, 0.4))
    assert [reason.code for reason in found] == ["not_separable"]


def test_groups_of_noise_are_a_weak_model() -> None:
    rng = np.random.default_rng(95)
    passed = 0
    for _ in range(100):
        moments = weighted_moments(rng.normal(size=(120, 11)))
        _, r2 = lmg_values(moments.scatter[None], np.array([0, 5, 10]))
        found = reasons(
            n_effective=120.0,
            k=2,
            r2=float(r2[0, 1]),
            correlation=moments.correlation[:10, :10],
            modal_drivers=np.full(10, 0.1),
        )
        passed += "weak_model" not in [reason.code for reason in found]
    assert passed / 100 <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / 100)


@pytest.mark.parametrize(
    ("outcome", "drivers", "same"),
    [(0.95, [0.4] * 4, 0.95), (0.4, [0.96, 0.96, 0.97, 0.1], 0.96), (0.97, [0.99] * 4, 0.99)],
)
def test_one_and_the_same_answer_is_too_little_variation(outcome: float, drivers: list[float], same: float) -> None:
    (reason,) = reasons(modal_outcome=outcome, modal_drivers=np.array(drivers))
    assert (reason.code, dict(reason.values)) == ("little_variation", {"same": same, "limit": 0.95})


def test_a_single_driver_that_hardly_varies_is_no_reason() -> None:
    assert reasons(modal_outcome=0.94, modal_drivers=np.array([0.99, 0.3, 0.3, 0.3])) == []


def test_without_a_bootstrap_there_is_nothing_to_judge_by() -> None:
    assert reasons(n_boot=0) == [Code("no_uncertainty", {})]


def test_all_reasons_are_given_at_once() -> None:
    found = reasons(n_effective=30.0, r2=0.01, correlation=0.01 * np.eye(4) + 0.99, modal_outcome=0.99, n_boot=0)
    assert [reason.code for reason in found] == [
        "few_respondents",
        "weak_model",
        "not_separable",
        "little_variation",
        "no_uncertainty",
    ]


@pytest.mark.parametrize(("units", "strata", "enough"), [(24, 1, True), (23, 1, False), (48, 4, True), (26, 4, False)])
def test_few_sampling_units_allow_no_order(units: int, strata: int, enough: bool) -> None:
    found = reasons(sampling_units=(units, strata))
    if enough:
        assert found == []
    else:
        (reason,) = found
        assert (reason.code, dict(reason.values)) == (
            "few_units",
            {"units": units, "strata": strata, "needed": strata + 23},
        )


def test_controls_leave_fewer_degrees_of_freedom() -> None:
    # R² of .14 from 4 drivers and 80 respondents is more than chance alone, but not beside 30 controls.
    small = {"n_effective": 80.0, "r2": 0.14, "k": 4}
    assert reasons(**small) == []
    (reason,) = reasons(**small, r2_controls=0.0, controls=30)
    assert reason.code == "weak_model"


def test_who_is_above_everybody_at_once_is_the_leader() -> None:
    # However the pairwise percentile intervals fall: one in the top group is first.
    for seed in range(40):
        found = judge(NAMES[:3], np.array([0.5, 0.27, 0.23]), replicates([0.5, 0.27, 0.23], [0.09] * 3, seed=seed), ())
        assert len(found.top_group) != 1 or found.leader == found.top_group[0]


@pytest.mark.parametrize(("n_effective", "shown"), [(49.6, 49), (49.2, 49), (50.0, 50), (65.6, 66), (48.6, 49)])
def test_respondents_are_shown_on_the_right_side_of_what_is_needed(n_effective: float, shown: int) -> None:
    assert shown_respondents(n_effective, 50) == shown

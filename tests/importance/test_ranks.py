"""How drivers compare: letters, simultaneous differences, joint ranks, and how likely each is to come first."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from drivers.importance.ranks import (
    GRID,
    SHRUNK_DRAWS,
    letters,
    resampled_first,
    shrunk_rank_probabilities,
    simultaneous_differences,
)
from drivers.importance.relative import relative_importance
from drivers.importance.verdict import KIND_LEVEL, simultaneous_order
from tests.simulated import make_survey

ROUNDING = 1e-12
"""Of numbers between 0 and 1, some sums in another order."""

BY_CHANCE = 4 * np.sqrt(0.25 / SHRUNK_DRAWS)
"""Four standard errors of a probability that is drawn 4,000 times: 0.032."""

FOUR_STANDARD_ERRORS = 4.0
"""Passed by chance in 6 of 100,000 runs, and seeds are fixed."""

LEVEL = 0.95


def sample(k: int, seed: int, draws: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shares, resamples of them, and their covariance."""
    rng = np.random.default_rng(seed)
    estimate = rng.dirichlet(np.full(k, 8.0))
    drawn = estimate + 0.05 * rng.normal(size=(draws, k)) * rng.uniform(0.3, 2, k)
    drawn = drawn / drawn.sum(axis=1, keepdims=True)
    return estimate, drawn, np.cov(drawn, rowvar=False).reshape(k, k)


# Letters


def named(above: np.ndarray, order: np.ndarray | None = None) -> tuple[str, ...]:
    return letters(above, np.arange(len(above)) if order is None else order)


@st.composite
def relations(draw: st.DrawFn) -> np.ndarray:
    """Any relation of up to nine drivers by which some are above others."""
    k = draw(st.integers(1, 9))
    above = np.zeros((k, k), dtype=bool)
    for i, j in combinations(range(k), 2):
        above[i, j] = draw(st.booleans())
    return above


@given(relations())
def test_two_drivers_share_a_letter_exactly_where_they_are_not_told_apart(above: np.ndarray) -> None:
    found = named(above)
    for i, j in combinations(range(len(above)), 2):
        assert bool(set(found[i]) & set(found[j])) == (not above[i, j]), (i, j)
    assert all(found)


@given(relations())
def test_no_letter_says_what_another_says(above: np.ndarray) -> None:
    found = named(above)
    holders = [{i for i, each in enumerate(found) if letter in each} for letter in sorted(set("".join(found)))]
    assert not any(one <= other for one in holders for other in holders if one is not other)


def test_letters_are_the_largest_groups_that_hang_together() -> None:
    # Brute force: every set of drivers that are not told apart and to which none can be added.
    rng = np.random.default_rng(601)
    for _ in range(50):
        above = np.triu(rng.random((6, 6)) < 0.5, 1)
        apart = above | above.T
        together = [
            set(group)
            for size in range(1, 7)
            for group in combinations(range(6), size)
            if not apart[np.ix_(group, group)].any()
        ]
        largest = [group for group in together if not any(group < other for other in together)]
        found = named(above)
        holders = [{i for i, each in enumerate(found) if letter in each} for letter in sorted(set("".join(found)))]
        assert sorted(map(sorted, holders)) == sorted(map(sorted, largest))


def test_the_largest_driver_has_the_first_letter() -> None:
    above = np.zeros((4, 4), dtype=bool)
    above[2, [0, 1, 3]] = above[0, 3] = True
    assert named(above, np.array([2, 0, 1, 3])) == ("b", "bc", "a", "c")


def test_more_groups_than_letters_have_marks() -> None:
    # 28 drivers, each told apart from all others.
    found = named(np.triu(np.ones((28, 28), dtype=bool), 1))
    assert found[:2] == ("a", "b")
    assert found[25:] == ("z", "a′", "b′")


def test_nobody_told_apart_is_one_letter() -> None:
    assert named(np.zeros((5, 5), dtype=bool)) == ("a",) * 5


def test_letters_of_an_analysis_are_those_of_its_order(tmp_path: Path) -> None:
    found = analysis(tmp_path, [0.8, 0.45, 0.4, 0.1, 0.1])
    for i, j in combinations(range(5), 2):
        together = bool(set(found.letters[i]) & set(found.letters[j]))
        assert together == (not (found.verdict.above[i, j] or found.verdict.above[j, i]))
    assert "a" in found.letters[int(np.argmax(found.share))]


# Simultaneous differences


@pytest.mark.parametrize("k", [2, 3, 6])
def test_differences_of_all_pairs_one_by_one(k: int) -> None:
    estimate, drawn, covariance = sample(k, 602)
    difference, error, critical = simultaneous_differences(estimate, drawn, covariance, LEVEL)
    largest = np.zeros(len(drawn))
    for i, j in combinations(range(k), 2):
        own = drawn[:, i] - drawn[:, j]
        spread = own.std(ddof=1)
        assert error[i, j] == error[j, i] == pytest.approx(spread, rel=1e-9)
        assert difference[i, j] == -difference[j, i] == pytest.approx(estimate[i] - estimate[j], abs=ROUNDING)
        largest = np.maximum(largest, np.abs(own - (estimate[i] - estimate[j])) / spread)
    # The smallest value that at least 95 % of the largest |t| do not pass.
    assert float(critical) == pytest.approx(np.sort(largest)[int(np.ceil(LEVEL * (len(drawn) - 1)))], rel=1e-9)
    assert not np.diag(error).any()


def test_all_intervals_hold_together_as_often_as_is_said() -> None:
    # Normal estimates of six equal values with their true covariance: the truth is 0 for all 15 differences.
    rng = np.random.default_rng(603)
    covariance = 0.01 * (0.5 * np.eye(6) + 0.5)
    root = np.linalg.cholesky(covariance)
    drawn = rng.normal(size=(4000, 6)) @ root.T
    missed = 0
    for _ in range(1000):
        estimate = root @ rng.normal(size=6)
        difference, error, critical = simultaneous_differences(estimate, drawn + estimate, covariance, LEVEL)
        missed += bool((np.abs(difference) > critical * error).any())
    assert missed / 1000 == pytest.approx(0.05, abs=FOUR_STANDARD_ERRORS * np.sqrt(0.05 * 0.95 / 1000))


def test_drivers_that_never_differ_take_no_part() -> None:
    estimate, drawn, _ = sample(4, 604)
    drawn[:, 1] = drawn[:, 0] + 1e-16
    estimate[1] = estimate[0]
    difference, error, critical = simultaneous_differences(estimate, drawn, np.cov(drawn, rowvar=False), LEVEL)
    assert (difference[0, 1], error[0, 1]) == (0, 0)
    keep = [0, 2, 3]
    covariance = np.cov(drawn[:, keep], rowvar=False)
    alone = simultaneous_differences(estimate[keep], drawn[:, keep], covariance, LEVEL)[2]
    assert float(critical) == pytest.approx(float(alone), rel=1e-9)


def test_one_driver_and_no_resamples_have_no_differences() -> None:
    _, error, critical = simultaneous_differences(np.ones(1), np.ones((9, 1)), np.zeros((1, 1)), LEVEL)
    assert np.isnan(error).all() and np.isnan(critical)
    _, error, critical = simultaneous_differences(np.ones(3) / 3, np.empty((0, 3)), np.full((3, 3), np.nan), LEVEL)
    assert np.isnan(error).all() and np.isnan(critical)


def test_what_one_step_tells_apart_is_told_apart_by_stepping_down(tmp_path: Path) -> None:
    found = analysis(tmp_path, [0.8, 0.45, 0.4, 0.1, 0.1])
    pairs = found.differences(conf_level=KIND_LEVEL)
    place = {name: j for j, name in enumerate(found.drivers)}
    above = found.verdict.above
    for row in pairs.itertuples():
        if row.conf_low > 0:
            assert above[place[row.driver], place[row.versus]]
        assert not above[place[row.versus], place[row.driver]]
    assert (pairs["conf_low"] > 0).sum() <= above.sum()
    assert (pairs["estimate"] >= 0).all()
    np.testing.assert_array_equal(above, simultaneous_order(found.share, found.replicate_share))


# Joint rank intervals


def analysis(folder: Path, slopes: list[float], seed: int = 605, n_boot: int = 400):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(500, 1)) * 0.7 + rng.normal(size=(500, len(slopes)))
    y = np.clip(50 + 8 * (x @ slopes + rng.normal(size=500)), 0, 100)
    drivers = {f"d{j}": np.clip(50 + 8 * x[:, j], 0, 100) for j in range(len(slopes))}
    return relative_importance(make_survey(folder, drivers=drivers, outcomes={"y": y}), n_boot=n_boot)


@pytest.mark.parametrize(
    "slopes", [[0.8, 0.45, 0.4, 0.1, 0.1], [0.4] * 5, [0.9, 0.6, 0.3, 0.0, -0.2], [0.5, 0.5], [0.3]]
)
def test_ranks_that_are_possible(slopes: list[float], tmp_path: Path) -> None:
    found = analysis(tmp_path, slopes)
    k = len(slopes)
    low, high = found.verdict.rank_low, found.verdict.rank_high
    assert ((low >= 1) & (low <= found.rank) & (found.rank <= high) & (high <= k)).all()
    above = found.verdict.above
    assert not (above & above.T).any()
    for i, j in combinations(range(k), 2):
        # Who is above another can come neither after nor level with the other's best place.
        if above[i, j]:
            assert low[i] <= low[j] and high[i] <= high[j]
    # Any order that agrees with who is above whom is possible: each rank can be had by somebody.
    for rank in range(1, k + 1):
        assert ((low <= rank) & (rank <= high)).any()
    np.testing.assert_array_equal(low, 1 + above.sum(axis=0))
    np.testing.assert_array_equal(high, k - above.sum(axis=1))


# First


@given(st.integers(1, 6), st.integers(0, 1000))
def test_first_in_is_how_often_a_driver_is_the_largest(k: int, seed: int) -> None:
    _, drawn, _ = sample(k, seed, draws=50)
    found = resampled_first(drawn)
    expected = [np.mean([row[i] == max(row) for row in drawn]) for i in range(k)]
    np.testing.assert_allclose(found, expected, rtol=0, atol=ROUNDING)
    assert found.sum() == pytest.approx(1)


def test_first_in_of_an_analysis_and_of_none(tmp_path: Path) -> None:
    found = analysis(tmp_path, [0.5, 0.45, 0.1])
    np.testing.assert_array_equal(found.first_in, resampled_first(found.replicate_share))
    assert np.isnan(resampled_first(np.empty((0, 3)))).all()


# Shrunk ranks


def equal_errors(k: int, error: float) -> np.ndarray:
    """Errors of one size that sum to 0, as those of shares do."""
    return error**2 * (np.eye(k) - 1 / k)


@pytest.mark.parametrize("k", [2, 3, 5, 8])
def test_each_driver_has_some_rank_and_each_rank_some_driver(k: int) -> None:
    estimate, _, covariance = sample(k, 606)
    found = shrunk_rank_probabilities(estimate, covariance, seed=1)
    assert found.shape == (k, k)
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=0), 1, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("k", [2, 3, 5, 8])
def test_equal_drivers_are_as_likely_to_be_first(k: int) -> None:
    found = shrunk_rank_probabilities(np.full(k, 1 / k), equal_errors(k, 0.05), seed=2)
    np.testing.assert_allclose(found, 1 / k, rtol=0, atol=BY_CHANCE)


def test_the_larger_the_likelier_to_be_first_where_errors_are_equal() -> None:
    for seed in range(20):
        estimate = np.sort(np.random.default_rng(seed).dirichlet(np.full(5, 6.0)))[::-1]
        found = shrunk_rank_probabilities(estimate, equal_errors(5, 0.04), seed=seed)
        assert (np.diff(found[:, 0]) < BY_CHANCE).all()
        assert (np.diff(found[:, -1]) > -BY_CHANCE).all()
        # The mean place rises with the estimate, too.
        assert (np.diff(found @ np.arange(5)) > -5 * BY_CHANCE).all()


def first_of_two(difference: float, error: float) -> float:
    """P(the first of two is larger): integrated over the spread, flat from a hundredth of an error to ten widths."""
    seen, variance = difference / np.sqrt(2), error**2 / 2
    widest = 10 * max(abs(seen), np.sqrt(variance))
    lowest = np.sqrt(variance) / 100

    def likelihood(spread: float) -> float:
        total = variance + spread**2
        return float(np.exp(-(seen**2) / (2 * total)) / np.sqrt(total))

    def first(spread: float) -> float:
        kept = spread**2 / (variance + spread**2)
        return likelihood(spread) * float(stats.norm.cdf(np.sqrt(kept / variance) * seen))

    points = [np.sqrt(variance), abs(seen)]
    above, whole = (integrate.quad(each, lowest, widest, points=points, limit=200)[0] for each in (first, likelihood))
    return above / whole


@pytest.mark.parametrize("apart", [-2.0, 0.0, 0.5, 1.0, 2.0, 3.0, 6.0])
def test_of_two_drivers_by_integration(apart: float) -> None:
    error = 0.06
    covariance = error**2 / 4 * np.array([[1.0, -1.0], [-1.0, 1.0]])
    estimate = np.array([0.5 + apart * error / 2, 0.5 - apart * error / 2])
    found = shrunk_rank_probabilities(estimate, covariance, seed=3)
    assert found[0, 0] == pytest.approx(first_of_two(apart * error, error), abs=BY_CHANCE)


def test_of_five_drivers_by_drawing_spreads_evenly() -> None:
    # The same posterior drawn differently: spreads evenly over their range, each weighted by its likelihood.
    estimate, _, covariance = sample(5, 607)
    contrasts = stats.ortho_group(5, seed=1).rvs()
    contrasts[0] = 1 / np.sqrt(5)
    basis = np.linalg.qr(contrasts.T)[0][:, 1:]
    seen, error = basis.T @ estimate, basis.T @ covariance @ basis
    rng = np.random.default_rng(608)
    typical = np.sqrt(np.trace(error) / 4)
    spreads = rng.uniform(typical / 100, 10 * max(np.sqrt((seen**2).mean()), typical), 20_000)
    total = error + spreads[:, None, None] ** 2 * np.eye(4)
    fit = np.einsum("i,sij,j->s", seen, np.linalg.inv(total), seen)
    weights = np.exp(-fit / 2) / np.sqrt(np.linalg.det(total))
    posterior = np.linalg.inv(np.linalg.inv(error) + np.eye(4) / spreads[:, None, None] ** 2)
    mean = posterior @ np.linalg.solve(error, seen)
    noise = np.linalg.cholesky(posterior) @ rng.normal(size=(20_000, 4, 1))
    first = np.eye(5)[((mean + noise[:, :, 0]) @ basis.T).argmax(axis=1)]
    expected = weights @ first / weights.sum()
    found = shrunk_rank_probabilities(estimate, covariance, seed=4)
    # The weights leave some thousand of the draws.
    np.testing.assert_allclose(found[:, 0], expected, rtol=0, atol=2 * BY_CHANCE)


def test_shrunk_chances_are_more_modest_than_counts_of_resamples() -> None:
    estimate, covariance = np.array([0.24, 0.20, 0.19, 0.19, 0.18]), equal_errors(5, 0.02)
    drawn = np.random.default_rng(609).multivariate_normal(estimate, covariance, 4000, method="eigh")
    counted, shrunk = resampled_first(drawn), shrunk_rank_probabilities(estimate, covariance, seed=5)[:, 0]
    assert counted[0] - shrunk[0] > 0.05
    assert shrunk[0] > 1.5 / 5


def test_shrunk_chances_are_true_of_drivers_that_differ_by_chance() -> None:
    # Populations as the method takes them to be: who is said to be first with probability p is so in p of them.
    rng = np.random.default_rng(610)
    said, true = [], []
    for seed in range(600):
        truth = 0.2 + 0.03 * rng.normal(size=5)
        covariance = equal_errors(5, 0.03)
        estimate = truth + np.linalg.cholesky(covariance + 1e-12 * np.eye(5)) @ rng.normal(size=5)
        found = shrunk_rank_probabilities(estimate, covariance, seed=seed)[:, 0]
        said.append(found.max())
        true.append(found.argmax() == truth.argmax())
    error = np.sqrt(np.mean(true) * (1 - np.mean(true)) / 600)
    assert np.mean(said) == pytest.approx(np.mean(true), abs=FOUR_STANDARD_ERRORS * error)


def test_sure_estimates_have_their_own_ranks() -> None:
    estimate = np.array([0.2, 0.5, 0.3])
    expected = [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert shrunk_rank_probabilities(estimate, np.zeros((3, 3)), seed=1).tolist() == expected
    nearly = shrunk_rank_probabilities(estimate, equal_errors(3, 1e-4), seed=1)
    np.testing.assert_allclose(nearly, expected, rtol=0, atol=ROUNDING)


def test_equal_drivers_that_are_sure_have_their_ranks_in_turn() -> None:
    found = shrunk_rank_probabilities(np.array([0.3, 0.4, 0.3]), np.zeros((3, 3)), seed=1)
    assert found.tolist() == [[0, 0.5, 0.5], [1, 0, 0], [0, 0.5, 0.5]]


def test_one_driver_and_unknown_errors() -> None:
    assert shrunk_rank_probabilities(np.ones(1), np.zeros((1, 1)), seed=1).tolist() == [[1.0]]
    assert np.isnan(shrunk_rank_probabilities(np.full(2, 0.5), np.full((2, 2), np.nan), seed=1)).all()


def test_same_seed_same_chances_and_another_seed_others_within_chance() -> None:
    estimate, _, covariance = sample(5, 611)
    one, same, other = (shrunk_rank_probabilities(estimate, covariance, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
    np.testing.assert_allclose(one, other, rtol=0, atol=np.sqrt(2) * BY_CHANCE)


def test_a_common_part_of_errors_does_not_matter() -> None:
    # What moves all drivers alike moves no rank.
    estimate, _, covariance = sample(4, 612)
    one = shrunk_rank_probabilities(estimate, covariance, seed=1)
    other = shrunk_rank_probabilities(estimate + 3, covariance + 2.0, seed=1)
    np.testing.assert_allclose(one, other, rtol=0, atol=BY_CHANCE)


def test_a_finer_grid_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    estimate, _, covariance = sample(5, 613)
    one = shrunk_rank_probabilities(estimate, covariance, seed=1)
    monkeypatch.setattr("drivers.importance.ranks.GRID", 20 * GRID)
    other = shrunk_rank_probabilities(estimate, covariance, seed=1)
    np.testing.assert_allclose(one, other, rtol=0, atol=np.sqrt(2) * BY_CHANCE)

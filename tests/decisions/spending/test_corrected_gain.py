"""What a chosen plan truly brings: the correction is right on average where the raw gain is too high."""

import numpy as np
import pytest

from drivers.decisions.spending.best_points import Prices, best_points
from drivers.decisions.spending.corrected_gain import Choice, chance, corrected_gain

K, SAMPLES = 9, 120
CRITICAL = 1.96


def choice(error: np.ndarray, budget: float) -> Choice:
    cost = Prices(per_point=np.ones(K), ceiling=np.full(K, 5.0), room=np.full(K, 50.0), diminishing=np.zeros(K, bool))
    return lambda effects: best_points(np.where(effects > CRITICAL * error, effects, 0.0), cost, budget)


@pytest.mark.parametrize(
    ("effect", "error", "budget"), [(0.1, 0.04, 5.0), (0.15, 0.06, 15.0)], ids=["one of nine", "three of nine"]
)
def test_the_corrected_gain_is_right_on_average_where_the_raw_one_is_too_high(
    effect: float, error: float, budget: float
) -> None:
    """All drivers are truly alike, so that whichever is picked owes it to chance."""
    rng = np.random.default_rng(1)
    covariance = error**2 * (1.1 * np.eye(K) - 0.1)
    truth = np.full(K, effect)
    choose = choice(np.sqrt(np.diag(covariance)), budget)
    raw, corrected = [], []
    for effects in rng.multivariate_normal(truth, covariance, SAMPLES):
        true = float(choose(effects) @ truth)
        found = corrected_gain(choose, chance(effects, covariance, n_boot=0, seed=3), 0.95)
        raw.append(found.raw - true)
        corrected.append(found.corrected - true)
    whole = effect * budget
    assert np.mean(raw) > 0.25 * whole
    # What a plan from two thirds of the answers brings less, and what so few samples can tell.
    assert abs(np.mean(corrected)) < 0.05 * whole + 2 * np.std(corrected) / np.sqrt(SAMPLES)


def test_what_is_sure_is_not_corrected() -> None:
    effects = np.linspace(0.05, 0.45, K)
    covariance = np.diag(np.full(K, 1e-8))
    found = corrected_gain(choice(np.full(K, 1e-4), 7.0), chance(effects, covariance, n_boot=200, seed=1), 0.95)
    assert found.raw == pytest.approx(5 * 0.45 + 2 * 0.40)
    assert found.corrected == pytest.approx(found.raw, abs=1e-4)
    assert found.conf_low <= found.raw <= found.conf_high


def test_a_plan_of_nothing_brings_nothing() -> None:
    effects = np.zeros(K)
    found = corrected_gain(choice(np.ones(K), 5.0), chance(effects, np.eye(K), n_boot=100, seed=1), 0.95)
    assert (found.raw, found.corrected, found.conf_low, found.conf_high) == (0, 0, 0, 0)


def test_the_correction_is_that_of_dealing_the_answers_out() -> None:
    """Drawn errors divide effects as folds of independent answers do: the same mean over many divisions."""
    rng = np.random.default_rng(7)
    n, k = 900, 4
    x = rng.normal(size=(n, k))
    y = x @ np.full(k, 0.12) + rng.normal(size=n)
    cost = Prices(per_point=np.ones(k), ceiling=np.full(k, 5.0), room=np.full(k, 50.0), diminishing=np.zeros(k, bool))

    def slopes(rows: np.ndarray) -> np.ndarray:
        return np.linalg.lstsq(x[rows], y[rows])[0]

    crossed = []
    for _ in range(400):
        part = rng.permutation(n) < n // 3
        plan = best_points(slopes(~part), cost, 5.0)
        crossed.append(plan @ slopes(part))
    every = np.ones(n, dtype=bool)
    effects = slopes(every)
    residual = y - x @ effects
    covariance = np.linalg.inv(x.T @ x) * (residual @ residual / (n - k))
    found = corrected_gain(
        lambda effects: best_points(effects, cost, 5.0), chance(effects, covariance, n_boot=0, seed=1), 0.95
    )
    assert found.raw > np.mean(crossed)
    assert found.corrected == pytest.approx(np.mean(crossed), abs=4 * np.std(crossed) / np.sqrt(400))
    assert np.isnan(found.conf_low)

"""Effects in a chain from moments alone: brute force, identities, derivatives."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.models.chain.path_effects import Chain, decided, explained, gradient, influence, slopes, statistics

ROUNDING = 1e-10
"""Relative: the same sums in another order."""

FIRST_ORDER = 1e-5
"""Relative: what is left of a step of 1e-6 beside the derivative."""

CHAINS = [
    Chain(controls=controls, drivers=drivers, mediators=mediators)
    for controls in (0, 2)
    for drivers in (1, 3)
    for mediators in (1, 2, 3)
]


def rows_of(chain: Chain, n: int = 300, seed: int = 1) -> np.ndarray:
    """Rows in which everything goes with everything."""
    rng = np.random.default_rng(seed)
    p = chain.columns
    return 50 + 10 * rng.normal(size=(n, p)) @ (np.eye(p) + 0.3 * rng.normal(size=(p, p)))


def scatter(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    centred = values - weights @ values / weights.sum()
    return (weights[:, None] * centred).T @ centred / weights.sum()


def weights_of(n: int, seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.2, 2.0, n)


@pytest.mark.parametrize("chain", CHAINS, ids=str)
def test_slopes_and_effects_by_regressions_one_after_the_other(chain: Chain) -> None:
    values, weights = rows_of(chain), weights_of(300)
    covariance = scatter(values, weights)
    found = slopes(covariance[None], chain)
    first = chain.controls + chain.drivers
    fits = [
        sm.WLS(values[:, column], sm.add_constant(values[:, :column]), weights=weights).fit()
        for column in range(first, chain.columns)
    ]
    for slope, fit in zip(found, fits, strict=True):
        assert slope[0] == pytest.approx(fit.params[1:], rel=ROUNDING)
    assert explained(covariance, chain) == pytest.approx([fit.rsquared for fit in fits], rel=ROUNDING)
    points, standardised, mediated, flat = chain.split(statistics(covariance[None], chain)[0])
    assert flat == pytest.approx(np.concatenate([slope[0] for slope in found]))
    # The total effect is the slope without the mediators in the model.
    own = slice(1 + chain.controls, 1 + first)
    without = sm.WLS(values[:, -1], sm.add_constant(values[:, :first]), weights=weights).fit().params[own]
    assert points[-1] == pytest.approx(without, rel=1e-8, abs=1e-12)
    assert points[0] == pytest.approx(fits[-1].params[own], rel=ROUNDING)
    for place, route in enumerate(chain.routes):
        along = fits[route[0]].params[own]
        for start, end in zip(route, (*route[1:], chain.mediators), strict=True):
            along = along * fits[end].params[1 + first + start]
        assert points[1 + place] == pytest.approx(along, rel=ROUNDING)
    deviation = np.sqrt(np.diag(covariance))
    ratio = deviation[chain.controls : first] / deviation[-1]
    assert standardised == pytest.approx(points * ratio, rel=ROUNDING)
    assert mediated == pytest.approx(points[-2] / points[-1])


def test_ways_through_three_mediators_are_seven() -> None:
    assert CHAINS[2].routes == ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2))
    assert CHAINS[2].effects == 10


@given(seed=st.integers(0, 10_000), mediators=st.integers(1, 3), scale=st.floats(0.01, 100))
@settings(max_examples=30, deadline=None)
def test_identities(seed: int, mediators: int, scale: float) -> None:
    chain = Chain(controls=1, drivers=2, mediators=mediators)
    values, weights = rows_of(chain, n=60, seed=seed), weights_of(60, seed)
    points, standardised, _, _ = chain.split(statistics(scatter(values, weights)[None], chain)[0])
    assert points[-1] == pytest.approx(points[0] + points[1:-2].sum(axis=0), rel=1e-9, abs=1e-9)
    assert points[-2] == pytest.approx(points[1:-2].sum(axis=0), rel=1e-9, abs=1e-9)
    # Only proportions of weights matter; a driver in other units has other points and the same standardised effects.
    values[:, 1] *= scale
    other, same, _, _ = chain.split(statistics(scatter(values, 3 * weights)[None], chain)[0])
    assert other[:, 0] * scale == pytest.approx(points[:, 0], rel=1e-6, abs=1e-8)
    assert other[:, 1] == pytest.approx(points[:, 1], rel=1e-6, abs=1e-8)
    assert same == pytest.approx(standardised, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("chain", CHAINS[1:3] + CHAINS[-1:], ids=str)
def test_derivatives_are_what_a_little_more_weight_does(chain: Chain) -> None:
    values, weights = rows_of(chain, n=200), weights_of(200)
    covariance = scatter(values, weights)
    derivative = gradient(lambda moved: statistics(moved, chain), covariance)
    found = influence(values, weights, covariance, derivative)
    # Statistics do not depend on the size of all weights, so influence sums to nothing.
    assert np.abs(found.sum(axis=0)).max() < 1e-9 * np.abs(found).sum(axis=0).max()
    base = statistics(covariance[None], chain)[0]
    for i in (0, 17, 123):
        more = weights.copy()
        more[i] *= 1 + 1e-6
        moved = (statistics(scatter(values, more)[None], chain)[0] - base) / 1e-6
        assert moved == pytest.approx(found[i], rel=1e-3, abs=FIRST_ORDER * np.abs(found).max())


def test_many_matrices_are_each_by_itself() -> None:
    chain = CHAINS[4]
    stack = np.stack([scatter(rows_of(chain, seed=seed), weights_of(300)) for seed in range(4)])
    together = statistics(stack, chain)
    assert together == pytest.approx(np.concatenate([statistics(stack[[k]], chain) for k in range(4)]))


def test_what_leaves_a_slope_open_is_found() -> None:
    chain = Chain(controls=0, drivers=3, mediators=1)
    good = rows_of(chain)
    constant, summed, flat_outcome, empty = good.copy(), good.copy(), good.copy(), np.full((5, 5), np.nan)
    constant[:, 1] = 4
    summed[:, 3] = summed[:, 0] + summed[:, 1]
    flat_outcome[:, -1] = 7
    ones = np.ones(300)
    stack = np.stack([*(scatter(rows, ones) for rows in (good, constant, summed, flat_outcome)), empty])
    # Of an outcome that is constant the slopes are known: they are 0.
    assert decided(stack, good.std(axis=0)).tolist() == [True, False, False, True, False]

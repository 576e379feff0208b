"""The best points for a budget: by HiGHS, by a general solver, and beside every plan of a grid."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from drivers.decisions.spending.best_points import Prices, best_points, solved_points

EXACT = 1e-9
"""Relative: two ways to compute one optimum."""

GRID = 9
"""Points of each driver's grid, its ends among them."""


def prices(rng: np.random.Generator, k: int, kind: str) -> Prices:
    chosen = {"linear": np.zeros(k, bool), "diminishing": np.ones(k, bool), "mixed": rng.random(k) < 0.5}[kind]
    return Prices(
        per_point=rng.uniform(0.5, 10, k),
        ceiling=rng.uniform(1, 15, k),
        room=np.where(rng.random(k) < 0.2, 0.0, rng.uniform(1, 30, k)),
        diminishing=chosen,
    )


@pytest.mark.parametrize("kind", ["linear", "diminishing", "mixed"])
@pytest.mark.parametrize("budget", [0.5, 20.0, 90.0, 1e5])
def test_all_sets_at_once_are_solved_as_one_by_one_by_scipy(kind: str, budget: float) -> None:
    rng = np.random.default_rng(3)
    for _ in range(12):
        cost = prices(rng, 6, kind)
        effects = rng.normal(0.1, 0.1, (5, 6))
        found = best_points(effects, cost, budget)
        assert (cost.cost(found).sum(axis=1) <= budget * (1 + EXACT)).all()
        assert (found >= 0).all() and (found <= cost.most + EXACT).all()
        assert (found[effects <= 0] == 0).all()
        for effect, points in zip(effects, found, strict=True):
            single = solved_points(effect, cost, budget)
            assert cost.cost(single).sum() <= budget * (1 + EXACT)
            assert effect @ points == pytest.approx(effect @ single, rel=EXACT, abs=EXACT)


@pytest.mark.parametrize("kind", ["diminishing", "mixed"])
def test_a_general_solver_finds_nothing_better(kind: str) -> None:
    rng = np.random.default_rng(4)
    for _ in range(10):
        cost = prices(rng, 5, kind)
        effect = rng.uniform(0.01, 0.3, 5)
        found = minimize(
            lambda points, effect=effect: -points @ effect,
            np.zeros(5),
            jac=lambda _, effect=effect: -effect,
            bounds=list(zip(np.zeros(5), np.minimum(cost.most, 0.9999 * cost.ceiling), strict=True)),
            constraints={"type": "ineq", "fun": lambda points, cost=cost: 30 - cost.cost(points).sum()},
            method="SLSQP",
            options={"ftol": 1e-12, "maxiter": 500},
        )
        points = best_points(effect, cost, 30.0)
        assert effect @ points >= -found.fun - 1e-6
        assert effect @ points == pytest.approx(-found.fun, rel=1e-3)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    kind=st.sampled_from(["linear", "diminishing", "mixed"]),
    budget=st.floats(0.1, 120),
)
def test_no_plan_of_a_grid_is_better(seed: int, kind: str, budget: float) -> None:
    """Every combination of nine steps of four drivers: none of those that can be paid brings more."""
    rng = np.random.default_rng(seed)
    cost = prices(rng, 4, kind)
    effect = rng.normal(0.08, 0.08, 4)
    steps = [np.linspace(0, most, GRID) for most in cost.most]
    grid = np.array(list(product(*steps)))
    payable = grid[cost.cost(grid).sum(axis=1) <= budget]
    points = best_points(effect, cost, budget)
    assert effect @ points >= (payable @ effect).max() * (1 - EXACT) - EXACT


@pytest.mark.parametrize("kind", ["linear", "diminishing", "mixed"])
def test_the_last_unit_of_money_brings_the_same_everywhere(kind: str) -> None:
    """The conditions of Karush, Kuhn and Tucker, which a concave programme's optimum alone fulfils."""
    rng = np.random.default_rng(5)
    for _ in range(20):
        cost = prices(rng, 7, kind)
        effect = rng.uniform(0.01, 0.3, 7)
        points = best_points(effect, cost, 25.0)
        worth = effect / cost.next_cost(points)
        partly = (points > EXACT) & (points < cost.most - EXACT)
        if not partly.any():
            continue
        price = worth[partly].mean()
        assert worth[partly] == pytest.approx(np.full(partly.sum(), price), rel=1e-6)
        assert (worth[(points >= cost.most - EXACT) & (cost.most > 0)] >= price * (1 - 1e-6)).all()
        assert (worth[(points <= EXACT) & (cost.most > 0)] <= price * (1 + 1e-6)).all()


def test_halfway_to_the_ceiling_a_point_costs_twice_as_much() -> None:
    cost = Prices(
        per_point=np.array([3.0]), ceiling=np.array([10.0]), room=np.array([50.0]), diminishing=np.array([True])
    )
    assert cost.next_cost(np.array([0.0])) == pytest.approx([3])
    assert cost.next_cost(np.array([5.0])) == pytest.approx([6])
    steps = np.linspace(0, 5, 200_001)
    middle = (steps[1:] + steps[:-1]) / 2
    whole = (cost.next_cost(middle[:, None])[:, 0] * np.diff(steps)).sum()
    assert cost.cost(np.array([5.0])) == pytest.approx([whole], rel=1e-9)


def test_ties_share_what_is_left() -> None:
    cost = Prices(per_point=np.ones(3), ceiling=np.full(3, 4.0), room=np.full(3, 50.0), diminishing=np.zeros(3, bool))
    assert best_points(np.array([0.2, 0.2, 0.1]), cost, 6.0) == pytest.approx([3, 3, 0])

"""What a penalty and a reward make of a driver: the rule, its rate of error, and the index with its limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from drivers.models.asymmetry.bends import _sides
from drivers.models.asymmetry.shapes import SHAPES, asymmetry_interval, shapes
from drivers.models.multiplicity import holm

SAMPLES = 600
"""Samples of each study."""

CHANCE = 3.0
"""Standard errors by which a rate of the study may exceed what is promised; seeds are fixed."""

LARGE = 1e6
"""Degrees of freedom that make t normal."""

NUMBERS = st.floats(-30, 30)


def at(penalty: float, reward: float, error: float = 0.1, correlation: float = -0.3) -> tuple:
    """One driver with errors of its penalty and reward."""
    covariance = error**2 * np.array([[[1.0, correlation], [correlation, 1.0]]])
    return np.array([penalty]), np.array([reward]), covariance


# The rule


@pytest.mark.parametrize(
    ("penalty", "reward", "shape"),
    [
        (10, 0, "must_have"),
        (10, -3, "must_have"),
        (10, 4, "must_have"),
        (10, 6, "proportional"),
        (10, 10, "proportional"),
        (6, 10, "proportional"),
        (4, 10, "bonus"),
        (0, 10, "bonus"),
        (-3, 10, "bonus"),
        (10, 5, "undecided"),
        (5, 10, "undecided"),
        (0, 0, "undecided"),
        (-10, -10, "undecided"),
        (-10, 0, "undecided"),
        (0, -10, "undecided"),
    ],
)
def test_shapes_of_what_is_nearly_known(penalty: float, reward: float, shape: str) -> None:
    (found,), _ = shapes(*at(penalty, reward), 200, 0.95)
    assert found == shape and found in SHAPES


def test_a_shape_needs_its_inequalities_beyond_chance() -> None:
    # The must-have's two inequalities: penalty > 2 reward, with an error of √(1 + 4) without correlation, and > 0.
    error = np.sqrt(5.0)
    for statistic, claimed in ((1.95, False), (1.97, True)):
        (found,), (p,) = shapes(*at(statistic * error, 0.0, 1.0, 0.0), int(LARGE), 0.95)
        assert (found == "must_have") == claimed
        assert p == pytest.approx(2 * stats.norm.sf(statistic), rel=1e-4)


def test_claims_are_corrected_over_the_drivers() -> None:
    penalty, reward = np.array([5.0, 5.0, 9.0, np.nan]), np.array([0.0, 0.0, 0.0, 3.0])
    covariance = np.tile(np.diag([1.0, 1.0]), (4, 1, 1))
    found, adjusted = shapes(penalty, reward, covariance, 50, 0.95)
    alone = 2 * stats.t.sf(np.array([5.0, 5.0, 9.0]) / np.sqrt(5.0), 50)
    np.testing.assert_allclose(adjusted[:3], holm(alone))
    assert np.isnan(adjusted[3])
    # Each of the first two would be claimed alone at this level, and not together.
    assert alone[0] < 0.05 < adjusted[0]
    assert found == ("undecided", "undecided", "must_have", "undecided")
    assert shapes(*at(5.0, 0.0, 1.0, 0.0), 50, 0.95)[0] == ("must_have",)


@given(penalty=NUMBERS, reward=NUMBERS, correlation=st.floats(-0.9, 0.9))
def test_turning_a_driver_round_turns_its_shape_round(penalty: float, reward: float, correlation: float) -> None:
    one, (p,) = shapes(*at(penalty, reward, 1.0, correlation), 40, 0.95)
    other, (q,) = shapes(*at(reward, penalty, 1.0, correlation), 40, 0.95)
    turned = {"must_have": "bonus", "bonus": "must_have"}
    assert other == tuple(turned.get(shape, shape) for shape in one)
    assert p == pytest.approx(q)


# The index


@pytest.mark.parametrize(
    ("penalty", "reward", "index"), [(10, 0, -1), (0, 10, 1), (5, 5, 0), (10, 5, -1 / 3), (10, -1, -1), (-1, 10, 1)]
)
def test_index_from_only_penalty_to_only_reward(penalty: float, reward: float, index: float) -> None:
    estimate, low, high = asymmetry_interval(penalty, reward, 0.01 * np.eye(2), 1.96)
    assert estimate == pytest.approx(index)
    assert -1 <= low <= estimate <= high <= 1


@given(penalty=NUMBERS, reward=NUMBERS, correlation=st.floats(-0.9, 0.9))
def test_limits_are_where_the_index_is_just_plausible(penalty: float, reward: float, correlation: float) -> None:
    covariance = np.array([[1.5, correlation], [correlation, 1.0]])
    estimate, low, high = asymmetry_interval(penalty, reward, covariance, 2.0)
    total, spread = penalty + reward, covariance.sum()
    if total <= 2.0 * np.sqrt(spread):
        assert np.isnan([estimate, low, high]).all()
        return
    for limit in (low, high):
        # Where it is not cut at the ends, reward − penalty − θ (reward + penalty) is 2 errors from 0.
        weights = np.array([-1 - limit, 1 - limit])
        statistic = weights @ [penalty, reward] / np.sqrt(weights @ covariance @ weights)
        if -1 < limit < 1:
            assert abs(statistic) == pytest.approx(2.0, rel=1e-4, abs=1e-4)
    # What lies within is plausible.
    inside = np.array([-1 - estimate, 1 - estimate])
    if -1 < estimate < 1:
        assert abs(inside @ [penalty, reward]) < 1e-9 * (1 + abs(total))


# How often a driver is called what it is not

USUAL = (-1.8, -1.1, -0.3, 0.7)
PILED_UP = (-2.2, -1.5, -1.1, -0.3)
"""Where a latent rating passes from one of five answers to the next; by the latter most give the best one."""


def draw(effects: np.ndarray, cuts: tuple[float, ...], n: int, rng: np.random.Generator) -> tuple:
    """Scores of drivers that go together, float (n, k), and an outcome of their penalties and rewards, float (n,)."""
    k = len(effects)
    latent = 0.6 * rng.normal(size=(n, 1)) + 0.8 * rng.normal(size=(n, k))
    score = 25.0 * (latent[:, :, None] > cuts).sum(axis=2)
    low, high = np.minimum(score - 50, 0) / 50, np.maximum(score - 50, 0) / 50
    noise = rng.normal(0, 8, n) * (1 + low[:, 0] ** 2)
    return score, (low * effects[:, 0] + high * effects[:, 1]).sum(axis=1) + noise


def fitted(score: np.ndarray, y: np.ndarray, method: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Columns, parameters and inverse cross-products of a model of both sides of each driver."""
    sides = [side for column in score.T for side in _sides(column, method)]  # type: ignore[arg-type]
    x = np.column_stack([np.ones(len(y)), *sides])
    bread = np.linalg.inv(x.T @ x)
    return x, bread @ (x.T @ y), bread


def study(effects: np.ndarray, seed: int, n: int = 300) -> list[tuple[str, ...]]:
    """Shapes of drivers rated from 1 to 5 in many samples; HC3 written out."""
    rng = np.random.default_rng(seed)
    both = np.arange(1, 2 * len(effects) + 1).reshape(-1, 2)
    found = []
    for _ in range(SAMPLES):
        score, y = draw(effects, USUAL, n, rng)
        x, params, bread = fitted(score, y, "spline")
        half = x @ bread
        half *= ((y - x @ params) / (1 - (half * x).sum(axis=1)))[:, None]
        spread = (half.T @ half)[both[:, :, None], both[:, None, :]]
        found.append(shapes(params[both[:, 0]], params[both[:, 1]], spread, n - x.shape[1], 0.95)[0])
    return found


def most(rate: float) -> float:
    """A rate with what chance adds to it."""
    return float(rate + CHANCE * np.sqrt(rate * (1 - rate) / SAMPLES))


def test_straight_lines_are_hardly_ever_called_lopsided() -> None:
    found = study(np.repeat([[30.0], [15.0], [5.0], [0.0]], 2, axis=1), 1)
    assert np.mean([bool({"must_have", "bonus"} & set(one)) for one in found]) <= most(0.05)
    # Nor is the driver without effect called anything.
    assert np.mean([one[3] != "undecided" for one in found]) <= most(0.05)
    # What is strong is found to be proportional: the study can tell.
    assert np.mean([one[0] == "proportional" for one in found]) > 0.5


def test_drivers_at_the_border_are_hardly_ever_misjudged() -> None:
    # Nothing true can be said where one side is just twice the other, the hardest case of all.
    found = study(np.array([[40.0, 20.0], [20.0, 40.0], [16.0, 8.0], [0.0, 0.0]]), 2)
    wrong = np.mean([set(one) != {"undecided"} for one in found])
    assert wrong <= most(0.05)
    # And it is no rule that never claims: what is at the border is claimed now and then.
    assert wrong > 0.005


def test_lopsided_drivers_are_found() -> None:
    found = study(np.array([[40.0, 0.0], [0.0, 25.0], [10.0, 10.0]]), 3)
    assert np.mean([one[0] == "must_have" for one in found]) > 0.8
    assert np.mean([one[1] == "bonus" for one in found]) > 0.8
    assert (
        np.mean([one[0] in ("bonus", "proportional") or one[1] in ("must_have", "proportional") for one in found])
        < 0.02
    )


def test_groups_call_straight_lines_lopsided_where_answers_pile_up() -> None:
    # Why two lines are the default: the index of a straight line, in a sample in which chance is small.
    score, y = draw(np.repeat([[20.0], [20.0]], 2, axis=1), PILED_UP, 60_000, np.random.default_rng(4))
    index = {}
    for method in ("spline", "contrast"):
        _, params, _ = fitted(score, y, method)
        index[method] = (params[2] - params[1]) / (params[2] + params[1])
    assert abs(index["spline"]) < 0.02
    assert index["contrast"] > 0.1

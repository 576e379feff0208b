"""The planted numbers: they fit together, and no expectation ever leaves its scale."""

from itertools import product

import numpy as np
import pytest

from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.ratings import PROBLEMS
from tests.survey.synthetic.samples import planted_loyalty, planted_satisfaction

EXACT = 1e-12
"""Sums and products of a few numbers."""

WAVES = range(1, len(model.WAVES) + 1)


def worth(customer: str, wave: int, name: str) -> np.ndarray:
    """Points of satisfaction at each rating of an attribute; float (5,)."""
    _, slopes = model.effects(customer, wave)
    return slopes[model.ATTRIBUTES.index(name)] * np.array([0, 25, 50, 75, 100]) + model.curve(name)


@pytest.mark.parametrize("wave", WAVES)
@pytest.mark.parametrize("customer", list(model.EFFECT))
def test_expected_satisfaction_stays_on_its_scale(customer: str, wave: int) -> None:
    # Ratings add up, so the lowest and the highest of each are the lowest and the highest of all together.
    constant, _ = model.effects(customer, wave)
    costs = model.problem_costs().values()
    lowest = constant + sum(worth(customer, wave, name).min() for name in model.ATTRIBUTES) + min(costs)
    highest = constant + sum(worth(customer, wave, name).max() for name in model.ATTRIBUTES) + max(costs)
    assert 0 < lowest < highest < 100


@pytest.mark.parametrize("face", model.LOYALTY)
def test_expected_loyalty_stays_on_its_scale(face: str) -> None:
    # It is linear in the ratings and satisfaction: the corners are all there is to see.
    direct = list(model.LOYALTY_DIRECT[face])
    corners = np.array(list(product([1, 5], repeat=len(direct))))
    for satisfaction, problem in product((0.0, 100.0), range(len(PROBLEMS))):
        n = len(corners)
        value = planted_loyalty(
            face, np.full(n, satisfaction), np.full(n, problem), lambda name: corners[:, direct.index(name)]
        )
        assert (value > 0).all() and (value < 100).all()


def test_effects_are_those_that_turn_about_the_centre() -> None:
    rng = np.random.default_rng(1)
    ratings = rng.integers(1, 6, (200, len(model.ATTRIBUTES)))
    none = np.full(200, PROBLEMS.index("none"))
    for customer, wave in product(model.EFFECT, WAVES):
        constant, slopes = model.effects(customer, wave)
        value = constant + 25.0 * (ratings - 1) @ slopes
        for j, name in enumerate(model.ATTRIBUTES):
            value += model.curve(name)[ratings[:, j] - 1]
        expected = planted_satisfaction(
            np.full(200, customer == "new"),
            np.full(200, wave),
            none,
            lambda name: ratings[:, model.ATTRIBUTES.index(name)],
        )
        np.testing.assert_allclose(value, expected, rtol=EXACT)


def test_the_attribute_without_effect_has_none_anywhere() -> None:
    place = model.ATTRIBUTES.index(model.NO_EFFECT)
    assert all(model.effects(customer, wave)[1][place] == 0 for customer, wave in product(model.EFFECT, WAVES))
    assert not model.curve(model.NO_EFFECT).any()
    assert not any(model.NO_EFFECT in face for face in model.LOYALTY_DIRECT.values())
    assert model.NO_EFFECT not in model.EXPERIENCED


def test_the_optional_attribute_has_no_effect() -> None:
    assert model.OPTIONAL not in model.ATTRIBUTES
    assert not any(model.OPTIONAL in slopes for slopes in (*model.EFFECT.values(), *model.LOYALTY_DIRECT.values()))


def test_curves_bend_one_way_only() -> None:
    (penalised, costs), (rewarded, gains) = model.PENALTY, model.REWARD
    assert penalised == "presence" and (costs[:2] < 0).all() and (costs[2:] == 0).all()
    assert rewarded == "alternatives" and (gains[3:] > 0).all() and (gains[:3] == 0).all()
    # Beside the curve there is no slope.
    assert not any({penalised, rewarded} & set(slopes) for slopes in model.EFFECT.values())


def test_probabilities_add_up() -> None:
    assert sum(model.ECHO.values()) == pytest.approx(1, rel=EXACT)
    assert sum(model.problem_parts().values()) == pytest.approx(1, rel=EXACT)
    for wave in WAVES:
        assert model.age_mix(wave).sum() == pytest.approx(1, rel=EXACT)
    for kinds in model.MISSING.values():
        assert 0 < sum(kinds.values()) < 0.15
        assert set(kinds) < set(model.MISSING_CODES)
    assert sum(model.MANAGEMENT_IMPORTANCE.values()) == 100


def test_every_latent_rating_keeps_a_part_of_its_own() -> None:
    for name in model.EXPERIENCED:
        assert model.HALO[name] ** 2 + model.DAY[name] ** 2 < 0.75


def test_a_problem_solved_fast_costs_what_problems_cost_on_average() -> None:
    parts, costs = model.problem_parts(), model.problem_costs()
    average = sum(parts[name] * costs[name] for name in parts)
    assert costs["fast"] == pytest.approx(average, rel=EXACT)
    # So what recovery earns is unrelated to satisfaction: the covariance of "solved fast" and the cost is 0.
    assert parts["fast"] * (costs["fast"] - average) == pytest.approx(0, abs=EXACT)
    assert costs["none"] == 0 and costs["unsolved"] < costs["slow"] < costs["fast"] < 0


def test_the_small_branch_is_an_average_one_that_serves_few() -> None:
    sizes, shift = model.branch_sizes(), model.branch_shift()
    small = model.BRANCHES.index(model.BRANCH_SMALL)
    # Sizes are rounded to tens.
    assert sizes[small] == pytest.approx(model.SMALL_PART * sizes.sum(), abs=10)
    assert not shift[small].any()
    assert (sizes > 0).all() and sizes[small] == sizes.min()
    assert sizes.shape == (24,) and len(model.REGIONS) * model.BRANCHES_PER_REGION == 24


def test_branches_move_with_their_staff() -> None:
    staff, shift = model.branch_staff(), model.branch_shift()
    others = [b for b, name in enumerate(model.BRANCHES) if name not in (model.BRANCH_WORSE, model.BRANCH_SMALL)]
    assert len(others) == 22
    for levels in staff.values():
        assert abs(levels[others].mean()) < EXACT and levels[others].std() == pytest.approx(1, rel=EXACT)
        # The two that are planted by themselves have an average lot.
        assert np.delete(levels, others).tolist() == [0, 0]
    for name in model.EXPERIENCED:
        moved = sum(parts.get(name, 0.0) * staff[lever] for lever, parts in model.STAFF_TO_CUSTOMERS.items())
        expected = np.broadcast_to(moved, 24)[others]
        np.testing.assert_allclose(shift[others, model.EXPERIENCED.index(name)], expected, rtol=EXACT)


def test_the_worse_branch_is_lower_on_what_is_planted() -> None:
    worse = model.branch_shift()[model.BRANCHES.index(model.BRANCH_WORSE)]
    for name, moved in model.BRANCH_WORSE_SHIFT.items():
        assert worse[model.EXPERIENCED.index(name)] == moved

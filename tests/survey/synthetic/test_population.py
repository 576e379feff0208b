"""Exact moments of the population, beside bivariate normal probabilities, a large sample, and shares by all orders."""

from collections.abc import Mapping
from functools import cache
from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from drivers.importance.orders.subsets import lmg_values
from drivers.survey.synthetic import population as module
from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.population import (
    STRAIGHT_ANSWERS,
    Population,
    loyalty_paths,
    population,
    shapley_shares,
)
from tests.survey.synthetic.samples import CROWD, STANDARD_ERRORS, crowd, moments, points

QUADRATURE = 1e-8
"""Absolute, on raw moments of up to 10,000: what the module promises of its nodes, and what the bivariate normal
probabilities of scipy keep."""

EXACT = 1e-10
"""Linear algebra with nine variables."""

WAVES = range(1, len(model.WAVES) + 1)
RATED_APART = tuple(name for name in model.ATTRIBUTES if name != model.NO_EFFECT)


# One branch in one wave, from bivariate normal probabilities


@cache
def passing(first: float, second: float, correlation: float) -> np.ndarray:
    """Probability that one latent rating passes each cut and another each of its own; float (4, 4)."""
    at = np.array([[first - a, second - b] for a in model.CUTS for b in model.CUTS])
    return stats.multivariate_normal.cdf(at, cov=[[1, correlation], [correlation, 1]]).reshape(4, 4)


def by_probabilities(branch: str, wave: int, parts: Mapping[str, float]) -> Population:
    """The moments of a branch's customers of a wave, from the probability of every pair of ratings."""
    k = len(model.ATTRIBUTES)
    mean, products, satisfaction, crossed = np.zeros(k), np.zeros((k, k)), 0.0, np.zeros(k)
    moved = model.branch_shift()[model.BRANCHES.index(branch)]
    # Kinds of customers are rated alike: what a rating is worth is the mean over them.
    slopes = sum(part * model.effects(customer, wave)[1] for customer, part in parts.items())
    constant = sum(part * model.effects(customer, wave)[0] for customer, part in parts.items())
    constant += sum(part * model.problem_costs()[name] for name, part in model.problem_parts().items())
    place = {name: model.ATTRIBUTES.index(name) for name in model.ATTRIBUTES}
    for age, of_age in zip(model.AGE_SHIFT, model.age_mix(wave), strict=True):
        level = {
            name: model.OFFSET[name]
            + moved[model.EXPERIENCED.index(name)]
            + model.WAVE_SHIFT.get(wave, {}).get(name, 0.0)
            + age
            for name in RATED_APART
        }
        x, xx, x_worth = {}, {}, {}
        gain = constant
        for a in RATED_APART:
            alone = stats.norm.cdf(level[a] - model.CUTS)
            x[a] = 25 * alone.sum()
            steps = 25 * slopes[place[a]] + np.diff(model.curve(a))
            gain += model.curve(a)[0] + steps @ alone
            for b in RATED_APART:
                if a == b:
                    both = np.minimum.outer(alone, alone)
                else:
                    related = model.HALO[a] * model.HALO[b] + model.DAY[a] * model.DAY[b]
                    both = passing(level[a], level[b], related)
                xx[a, b] = 625 * both.sum()
                # What attribute a is worth, times the points of b, beyond the worth of the lowest rating.
                x_worth[a, b] = 25 * steps @ both.sum(axis=1)
        lowest = constant + sum(model.curve(a)[0] for a in RATED_APART)
        with_satisfaction = {b: lowest * x[b] + sum(x_worth[a, b] for a in RATED_APART) for b in RATED_APART}
        for name, of_name in model.ECHO.items():
            x[model.NO_EFFECT] = x.get(model.NO_EFFECT, 0.0) + of_name * x[name]
            with_satisfaction[model.NO_EFFECT] = (
                with_satisfaction.get(model.NO_EFFECT, 0.0) + of_name * with_satisfaction[name]
            )
            for b in RATED_APART:
                xx[model.NO_EFFECT, b] = xx.get((model.NO_EFFECT, b), 0.0) + of_name * xx[name, b]
                xx[b, model.NO_EFFECT] = xx[model.NO_EFFECT, b]
            own = (model.NO_EFFECT, model.NO_EFFECT)
            xx[own] = xx.get(own, 0.0) + of_name * xx[name, name]
        mean += of_age * np.array([x[name] for name in model.ATTRIBUTES])
        products += of_age * np.array([[xx[a, b] for b in model.ATTRIBUTES] for a in model.ATTRIBUTES])
        satisfaction += of_age * gain
        crossed += of_age * np.array([with_satisfaction[name] for name in model.ATTRIBUTES])
    return Population(
        mean=mean,
        scatter=products - np.outer(mean, mean),
        satisfaction=satisfaction,
        with_satisfaction=crossed - mean * satisfaction,
    )


@pytest.mark.parametrize(
    ("branch", "wave", "parts"),
    [
        ("b17", 8, {"returning": 0.7, "new": 0.3}),
        ("b09", 4, {"new": 1.0}),
        ("b13", 7, {"returning": 1.0}),
    ],
)
def test_moments_follow_from_bivariate_normal_probabilities(branch: str, wave: int, parts: dict) -> None:
    found = population(branches=[branch], waves=[wave], customers=parts, careless=False)
    expected = by_probabilities(branch, wave, parts)
    np.testing.assert_allclose(found.mean, expected.mean, atol=QUADRATURE, rtol=0)
    np.testing.assert_allclose(found.scatter, expected.scatter, atol=QUADRATURE, rtol=0)
    assert found.satisfaction == pytest.approx(expected.satisfaction, abs=QUADRATURE)
    np.testing.assert_allclose(found.with_satisfaction, expected.with_satisfaction, atol=QUADRATURE, rtol=0)


# A large sample


SLICES = {
    "everybody": {"careless": True},
    "attentive": {"careless": False},
    "the wave of other slopes": {"waves": [4]},
    "the last two waves": {"waves": [7, 8]},
    "the worse branch": {"branches": ["b17"]},
    "two regions": {"branches": model.BRANCHES[:12], "careless": False},
    "new customers": {"customers": {"new": 1.0}},
    "customers of long standing": {"customers": {"returning": 1.0}, "waves": [1, 2, 3], "careless": False},
}


def rows_of(
    waves: object = WAVES, branches: object = model.BRANCHES, customers: Mapping | None = None, careless: bool = True
) -> np.ndarray:
    """The rows of the crowd that a part of the population is about; bool (n,)."""
    people = crowd().people
    rows = np.isin(people.wave, list(waves))
    rows &= np.isin(np.array(model.BRANCHES)[people.branch], list(branches))
    if customers:
        rows &= people.new == ("new" in customers)
    return rows if careless else rows & (people.care == 0)


@pytest.mark.parametrize("part", SLICES.values(), ids=SLICES)
def test_a_large_sample_has_the_moments_of_the_population(part: dict) -> None:
    rows = rows_of(**part)
    ratings = crowd().ratings
    x = points(ratings.experienced[rows, : len(model.ATTRIBUTES)])
    y = points(ratings.satisfaction[rows])
    found = moments(**part)
    n = len(x)
    assert n > CROWD / 60
    # Deviations are from the true means, so every product is an unbiased estimate of its covariance.
    dx, dy = x - found.mean, y - found.satisfaction
    estimates = [(dx[:, j], 0.0) for j in range(9)] + [(dy, 0.0)]
    estimates += [(dx[:, i] * dx[:, j], found.scatter[i, j]) for i in range(9) for j in range(i, 9)]
    estimates += [(dx[:, j] * dy, found.with_satisfaction[j]) for j in range(9)]
    off = [abs(values.mean() - true) / (values.std() / np.sqrt(n)) for values, true in estimates]
    assert max(off) < STANDARD_ERRORS


def test_the_explained_part_and_the_effects_are_those_of_least_squares() -> None:
    ratings = crowd().ratings
    x = points(ratings.experienced[:, : len(model.ATTRIBUTES)])
    y = points(ratings.satisfaction)
    design = np.column_stack([np.ones(len(x)), x])
    slopes, *_ = np.linalg.lstsq(design, y, rcond=None)
    residual = y - design @ slopes
    bread = np.linalg.inv(design.T @ design)
    error = np.sqrt(np.diag(bread @ (design.T * residual**2) @ design @ bread))
    everybody = moments(careless=True)
    true = np.array(list(everybody.partial_effects.values()))
    assert (np.abs(slopes[1:] - true) / error[1:]).max() < STANDARD_ERRORS
    # The part explained is the mean square of the true line.
    line = (x - everybody.mean) @ true
    assert abs(np.mean(line**2) - everybody.explained) < STANDARD_ERRORS * np.std(line**2) / np.sqrt(len(line))


# Identities


def test_twice_as_many_nodes_change_no_share(monkeypatch: pytest.MonkeyPatch) -> None:
    part = {"waves": [1, 8], "branches": ("b09", "b13", "b17")}
    few = population(**part)
    # Caches of its own, so that no other test sees these nodes.
    monkeypatch.setattr(module, "NODES", 2 * module.NODES)
    monkeypatch.setattr(module, "_nodes", cache(module._nodes.__wrapped__))
    monkeypatch.setattr(module, "_cell", cache(module._cell.__wrapped__))
    many = population(**part)
    assert len(module._nodes()[0]) > 1.5 * 32**2 / 2
    assert max(abs(few.shares[name] - many.shares[name]) for name in few.shares) < 1e-9
    assert few.satisfaction == pytest.approx(many.satisfaction, abs=1e-9)


NO_EFFECT_IN: dict[str, dict] = {
    "everybody": {},
    **{f"wave {wave}": {"waves": [wave]} for wave in WAVES},
    "the worse branch": {"branches": ["b17"]},
    **{customer: {"customers": {customer: 1.0}, "waves": [1, 4, 8]} for customer in model.EFFECT},
}


@pytest.mark.parametrize("careless", [True, False], ids=["with the careless", "attentive"])
@pytest.mark.parametrize("part", NO_EFFECT_IN.values(), ids=NO_EFFECT_IN)
def test_the_attribute_without_effect_has_none_and_yet_a_share(part: dict, careless: bool) -> None:
    found = moments(**part, careless=careless)
    assert abs(found.partial_effects[model.NO_EFFECT]) < EXACT
    assert found.shares[model.NO_EFFECT] > 0.05
    # The test can fail: no other attribute comes near 0.
    assert min(abs(found.partial_effects[name]) for name in RATED_APART) > 0.01


def test_parts_of_the_population_mix_to_the_whole() -> None:
    sizes = model.branch_sizes()
    some = ("b02", "b09", "b17")
    weight = {name: sizes[model.BRANCHES.index(name)] for name in some}
    total = sum(weight.values())
    mean, products, satisfaction, crossed = np.zeros(9), np.zeros((9, 9)), 0.0, np.zeros(9)
    for branch in some:
        for wave in (3, 4, 7):
            for customer, of_customer in (("returning", 0.7), ("new", 0.3)):
                part = population(branches=[branch], waves=[wave], customers={customer: 1.0}, careless=False)
                w = weight[branch] / total / 3 * of_customer
                mean += w * part.mean
                satisfaction += w * part.satisfaction
                products += w * (part.scatter + np.outer(part.mean, part.mean))
                crossed += w * (part.with_satisfaction + part.mean * part.satisfaction)
    whole = population(branches=some, waves=[3, 4, 7], careless=False)
    np.testing.assert_allclose(whole.mean, mean, rtol=EXACT)
    np.testing.assert_allclose(whole.scatter, products - np.outer(mean, mean), rtol=1e-8)
    assert whole.satisfaction == pytest.approx(satisfaction, rel=EXACT)
    np.testing.assert_allclose(whole.with_satisfaction, crossed - mean * satisfaction, rtol=1e-8)


def test_the_careless_mix_in_as_three_groups_do() -> None:
    # By the law of total covariance, with satisfaction as a tenth variable.
    part = {"waves": [1, 8], "branches": ("b09", "b13", "b17")}
    attentive, everybody = population(**part, careless=False), population(**part, careless=True)

    def joint(found: Population, variance: float) -> np.ndarray:
        whole = np.zeros((10, 10))
        whole[:9, :9] = found.scatter
        whole[:9, 9] = whole[9, :9] = found.with_satisfaction
        whole[9, 9] = variance
        return whole

    within = joint(attentive, 0.0)
    mean = np.append(attentive.mean, attentive.satisfaction)
    answers = np.arange(0, 101, 25)
    middle = STRAIGHT_ANSWERS @ answers
    same = np.full((10, 10), STRAIGHT_ANSWERS @ (answers - middle) ** 2)
    groups = [
        (1 - model.STRAIGHT_LINERS - model.BACKWARD_READERS, mean, within),
        (model.STRAIGHT_LINERS, np.full(10, middle), same),
        # Turned answers go together as before, about the turned means.
        (model.BACKWARD_READERS, 100 - mean, within),
    ]
    whole = sum(weight * about for weight, about, _ in groups)
    covariance = sum(weight * (inside + np.outer(about - whole, about - whole)) for weight, about, inside in groups)
    np.testing.assert_allclose(everybody.mean, whole[:9], rtol=EXACT)
    assert everybody.satisfaction == pytest.approx(whole[9], rel=EXACT)
    np.testing.assert_allclose(everybody.scatter, covariance[:9, :9], rtol=EXACT)
    np.testing.assert_allclose(everybody.with_satisfaction, covariance[:9, 9], rtol=EXACT)


def test_shares_are_those_of_the_packages_own_engine() -> None:
    everybody = moments(careless=True)
    joint = np.zeros((10, 10))
    joint[:9, :9] = everybody.scatter
    joint[:9, 9] = joint[9, :9] = everybody.with_satisfaction
    joint[9, 9] = 440.0  # shares do not depend on it
    (values,), _ = lmg_values(joint[None], np.arange(10))
    assert list(everybody.shares) == list(model.ATTRIBUTES)
    np.testing.assert_allclose(list(everybody.shares.values()), values / values.sum(), rtol=1e-9)
    assert values.sum() == pytest.approx(everybody.explained / joint[9, 9], rel=1e-9)


# Shares by all orders


def correlated(k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(k, k)) + 0.8
    scatter = root @ root.T + 0.1 * np.eye(k)
    return scatter, scatter @ rng.normal(size=k)


def by_orders(scatter: np.ndarray, with_outcome: np.ndarray) -> np.ndarray:
    """Gains in explained variance, averaged over every order in which variables may enter."""
    k = len(with_outcome)

    def explained(chosen: list[int]) -> float:
        if not chosen:
            return 0.0
        inverse = np.linalg.inv(scatter[np.ix_(chosen, chosen)])
        return float(with_outcome[chosen] @ inverse @ with_outcome[chosen])

    gains = np.zeros(k)
    orders = list(permutations(range(k)))
    for order in orders:
        for position, j in enumerate(order):
            gains[j] += explained([*order[: position + 1]]) - explained([*order[:position]])
    return gains / len(orders) / explained(list(range(k)))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_shares_are_mean_gains_over_all_orders(k: int, seed: int) -> None:
    scatter, with_outcome = correlated(k, seed)
    shares = shapley_shares(scatter, with_outcome)
    np.testing.assert_allclose(shares, by_orders(scatter, with_outcome), rtol=1e-8)
    assert shares.sum() == pytest.approx(1, rel=EXACT)


@pytest.mark.parametrize("seed", range(4))
def test_two_shares_have_a_closed_form(seed: int) -> None:
    rng = np.random.default_rng(seed)
    r, (b1, b2) = rng.uniform(-0.9, 0.9), rng.normal(size=2)
    scatter = np.array([[1, r], [r, 1]])
    shares = shapley_shares(scatter, scatter @ [b1, b2])
    # Feldman (2005), for standardised variables: LMG₁ = b₁² + b₁ b₂ r + r² (b₂² − b₁²) / 2.
    first = b1**2 + b1 * b2 * r + r**2 * (b2**2 - b1**2) / 2
    second = b2**2 + b1 * b2 * r + r**2 * (b1**2 - b2**2) / 2
    np.testing.assert_allclose(shares, np.array([first, second]) / (first + second), rtol=EXACT)


def test_shares_of_unrelated_variables_are_their_squared_correlations() -> None:
    variance, slopes = np.array([1.0, 4.0, 9.0]), np.array([2.0, -1.0, 0.5])
    shares = shapley_shares(np.diag(variance), variance * slopes)
    np.testing.assert_allclose(shares, slopes**2 * variance / (slopes**2 * variance).sum(), rtol=EXACT)


def test_shares_do_not_depend_on_order_or_scale() -> None:
    scatter, with_outcome = correlated(5, 9)
    shares = shapley_shares(scatter, with_outcome)
    turned, scale = [3, 0, 4, 1, 2], np.array([1.0, 10.0, 0.1, 3.0, 7.0])
    np.testing.assert_allclose(shapley_shares(scatter[np.ix_(turned, turned)], with_outcome[turned]), shares[turned])
    np.testing.assert_allclose(shapley_shares(scatter * np.outer(scale, scale), 5 * with_outcome * scale), shares)


# Paths to loyalty


def test_paths_add_up_and_follow_from_what_is_planted() -> None:
    attentive = population(waves=[2, 4], careless=False)
    paths = loyalty_paths(attentive)
    for name, effect in attentive.partial_effects.items():
        direct = np.mean([model.LOYALTY_DIRECT[face].get(name, 0.0) for face in model.LOYALTY])
        indirect = np.mean([model.LOYALTY_SATISFACTION[face] * effect for face in model.LOYALTY])
        assert paths[name]["direct"] == pytest.approx(direct, rel=EXACT)
        assert paths[name]["indirect"] == pytest.approx(indirect, rel=EXACT, abs=EXACT)
        assert paths[name]["total"] == pytest.approx(direct + indirect, rel=EXACT, abs=EXACT)
        if name == model.NO_EFFECT:
            # Nothing is no part of nothing.
            assert "mediated" not in paths[name]
        else:
            assert paths[name]["mediated"] == pytest.approx(indirect / (direct + indirect), rel=EXACT)


def test_paths_are_those_of_two_regressions_in_a_large_sample() -> None:
    rows = crowd().people.care == 0
    ratings = crowd().ratings
    x = points(ratings.experienced[rows, : len(model.ATTRIBUTES)])
    y = points(ratings.satisfaction[rows])
    loyalty = ratings.loyalty_score[rows]
    paths = loyalty_paths(moments(careless=False))
    for design, kind in ((np.column_stack([x, y]), "direct"), (x, "total")):
        centred = design - design.mean(axis=0)
        bread = np.linalg.inv(centred.T @ centred)
        slopes = bread @ centred.T @ loyalty
        residual = loyalty - loyalty.mean() - centred @ slopes
        error = np.sqrt(np.diag(bread @ (centred.T * residual**2) @ centred @ bread))
        true = np.array([paths[name][kind] for name in model.ATTRIBUTES])
        assert (np.abs(slopes[:9] - true) / error[:9]).max() < STANDARD_ERRORS
        if kind == "direct":
            assert abs(slopes[9] - np.mean(list(model.LOYALTY_SATISFACTION.values()))) < STANDARD_ERRORS * error[9]

"""The population of `service_center`: moments and shares, computed and not drawn.

Given the halo and the day, ratings are independent, so every first and second moment is an integral
over two normal variables, which Gauss–Hermite quadrature gives to ten digits. Nothing here uses the
package's own importance engine: the truth must not rest on what it is to prove.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import comb

import numpy as np
from scipy import special

from drivers.survey.synthetic import service_model as model

NODES = 32
"""Nodes on each axis; twice as many change no share by 1e-9 (a test holds it)."""

RATED = 25.0 * np.arange(5)
"""Points (0–100) of the five ratings."""

STRAIGHT_ANSWERS = np.array([0.05, 0.10, 0.35, 0.30, 0.20])
"""Which answer a straight-liner gives throughout, 1 to 5."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Population:
    """Moments of the nine attributes and of satisfaction, in points (0–100).

    Parameters
    ----------
    mean
        Of the attributes; float (9,).
    scatter
        Covariances of the attributes; float (9, 9).
    satisfaction
        Mean of satisfaction.
    with_satisfaction
        Covariances of the attributes with satisfaction; float (9,).
    """

    mean: np.ndarray
    scatter: np.ndarray
    satisfaction: float
    with_satisfaction: np.ndarray

    @property
    def partial_effects(self) -> dict[str, float]:
        """Points of satisfaction per point of each attribute, the others held."""
        return _by_attribute(np.linalg.solve(self.scatter, self.with_satisfaction))

    @property
    def shares(self) -> dict[str, float]:
        """Share of each attribute in what all explain of satisfaction (LMG)."""
        return _by_attribute(shapley_shares(self.scatter, self.with_satisfaction))

    @property
    def explained(self) -> float:
        """Variance of satisfaction that a straight line in all attributes explains, in squared points."""
        return float(self.with_satisfaction @ np.linalg.solve(self.scatter, self.with_satisfaction))


def population(
    *,
    waves: Collection[int] = range(1, 9),
    branches: Collection[str] = model.BRANCHES,
    customers: Mapping[str, float] | None = None,
    careless: bool = True,
) -> Population:
    """The customers of some waves and branches, each branch by its size.

    Parameters
    ----------
    waves
        Numbers from 1 to 8, all of the same weight.
    branches
        Keys of branches.
    customers
        Parts of ``returning`` and ``new`` customers; the planted parts unless given.
    careless
        Whether straight-liners and backward readers are among them, as they are in the survey.
    """
    parts = customers or {"returning": 1 - model.NEW_CUSTOMERS, "new": model.NEW_CUSTOMERS}
    sizes = dict(zip(model.BRANCHES, model.branch_sizes(), strict=True))
    total = sum(sizes[branch] for branch in branches) * len(waves)
    k = len(model.ATTRIBUTES)
    # Sums of: attributes, their products, satisfaction, attributes × satisfaction.
    raw = (np.zeros(k), np.zeros((k, k)), 0.0, np.zeros(k))
    for wave in waves:
        for branch in branches:
            for age, part in enumerate(model.age_mix(wave)):
                cell = _cell(branch, tuple(model.wave_shift(wave)), age)
                for customer, of_customers in parts.items():
                    weight = sizes[branch] / total * part * of_customers
                    raw = _add(raw, weight, _moments(cell, *model.effects(customer, wave)))
    if careless:
        raw = _with_careless(raw)
    mean, products, satisfaction, crossed = raw
    return Population(
        mean=mean,
        scatter=products - np.outer(mean, mean),
        satisfaction=satisfaction,
        with_satisfaction=crossed - mean * satisfaction,
    )


def loyalty_paths(population: Population) -> dict[str, dict[str, float]]:
    """Each attribute's direct, indirect and total effect on loyalty, and the part that is mediated.

    Parameters
    ----------
    population
        Attentive customers (``careless=False``), whose best straight line of loyalty on attributes and
        satisfaction has exactly the planted slopes.
    """
    faces = len(model.LOYALTY)
    per_satisfaction = sum(model.LOYALTY_SATISFACTION.values()) / faces
    paths = {}
    for name, effect in population.partial_effects.items():
        direct = sum(face.get(name, 0.0) for face in model.LOYALTY_DIRECT.values()) / faces
        indirect = per_satisfaction * effect
        total = direct + indirect
        paths[name] = {"direct": direct, "indirect": indirect, "total": total}
        if name != model.NO_EFFECT:
            paths[name]["mediated"] = indirect / total
    return paths


def shapley_shares(scatter: np.ndarray, with_outcome: np.ndarray) -> np.ndarray:
    """Each variable's mean gain in explained variance over all orders, as parts of the whole; float (k,).

    Parameters
    ----------
    scatter
        Covariances of the variables; float (k, k).
    with_outcome
        Their covariances with the outcome; float (k,).

    References
    ----------
    Shapley (1953), A value for n-person games, doi:10.1515/9781400881970-018.
    """
    k = len(with_outcome)
    explained: dict[tuple[int, ...], float] = {(): 0.0}
    for size in range(1, k + 1):
        for subset in combinations(range(k), size):
            chosen = list(subset)
            slopes = np.linalg.solve(scatter[np.ix_(chosen, chosen)], with_outcome[chosen])
            explained[subset] = float(slopes @ with_outcome[chosen])
    values = np.zeros(k)
    for subset, without in explained.items():
        for j in set(range(k)) - set(subset):
            gain = explained[tuple(sorted((*subset, j)))] - without
            values[j] += gain / (k * comb(k - 1, len(subset)))
    return values / values.sum()


def _by_attribute(values: Sequence[float] | np.ndarray) -> dict[str, float]:
    return {name: float(value) for name, value in zip(model.ATTRIBUTES, values, strict=True)}


@cache
def _nodes() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Halo, day and weight of each node of a bivariate standard normal; float (NODES²,) each."""
    x, w = np.polynomial.hermite_e.hermegauss(NODES)
    weights = np.outer(w, w).ravel() / (2 * np.pi)
    halo, day = (axis.ravel() for axis in np.meshgrid(x, x, indexing="ij"))
    kept = weights > 1e-14
    return halo[kept], day[kept], weights[kept] / weights[kept].sum()


@cache
def _cell(branch: str, wave_shift: tuple[float, ...], age: int) -> np.ndarray:
    """Probability of each rating given halo and day, of one branch, wave and age; (nodes, attributes with a latent, 5).

    Attributes are in the order of the model's ``EXPERIENCED``.
    """
    halo, day, _ = _nodes()
    shift = model.branch_shift()[model.BRANCHES.index(branch)] + np.array(wave_shift) + model.AGE_SHIFT[age]
    level = np.array([model.OFFSET[name] for name in model.EXPERIENCED]) + shift
    on_halo = np.array([model.HALO[name] for name in model.EXPERIENCED])
    on_day = np.array([model.DAY[name] for name in model.EXPERIENCED])
    own = np.sqrt(1 - on_halo**2 - on_day**2)
    centre = level + halo[:, None] * on_halo + day[:, None] * on_day
    below = special.ndtr((model.CUTS - centre[:, :, None]) / own[:, None])
    return np.diff(below, axis=2, prepend=0.0, append=1.0)


def _moments(
    probabilities: np.ndarray, constant: float, slopes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
    """Raw moments of attributes and satisfaction in a cell of attentive customers."""
    _, _, weight = _nodes()
    k = len(model.ATTRIBUTES)
    echo = model.ATTRIBUTES.index(model.NO_EFFECT)
    known = [model.EXPERIENCED.index(name) for name in model.ATTRIBUTES if name != model.NO_EFFECT]
    place = [j for j in range(k) if j != echo]
    ratings = probabilities[:, known]
    mean = ratings @ RATED
    curves = np.array([model.curve(model.ATTRIBUTES[j]) for j in place])
    worth = RATED * slopes[place][:, None] + curves  # points of satisfaction at each rating
    gain = (ratings * worth).sum(axis=2)
    first, products, crossed = np.zeros(k), np.zeros((k, k)), np.zeros(k)
    first[place] = weight @ mean
    within = (mean * weight[:, None]).T @ mean
    np.fill_diagonal(within, weight @ (ratings @ RATED**2))
    products[np.ix_(place, place)] = within
    cost = sum(part * model.problem_costs()[name] for name, part in model.problem_parts().items())
    satisfaction = constant + float(weight @ gain.sum(axis=1)) + cost
    joint = (mean * weight[:, None]).T @ gain
    np.fill_diagonal(joint, weight @ (ratings * worth * RATED).sum(axis=2))
    crossed[place] = joint.sum(axis=1) + (constant + cost) * first[place]
    # The echo repeats another rating, drawn by the planted probabilities, and has no effect of its own.
    repeated = np.array([model.ECHO.get(model.ATTRIBUTES[j], 0.0) for j in place])
    first[echo] = repeated @ first[place]
    products[echo, place] = products[place, echo] = repeated @ within
    products[echo, echo] = repeated @ np.diag(within)
    crossed[echo] = repeated @ crossed[place]
    return first, products, satisfaction, crossed


Raw = tuple[np.ndarray, np.ndarray, float, np.ndarray]


def _add(sums: Raw, weight: float, moments: Raw) -> Raw:
    return (
        sums[0] + weight * moments[0],
        sums[1] + weight * moments[1],
        sums[2] + weight * moments[2],
        sums[3] + weight * moments[3],
    )


def _with_careless(attentive: Raw) -> Raw:
    """The moments with straight-liners, who answer all alike, and backward readers, who turn every answer round."""
    mean, products, satisfaction, crossed = attentive
    k = len(mean)
    straight_mean, straight_square = STRAIGHT_ANSWERS @ RATED, STRAIGHT_ANSWERS @ RATED**2
    straight = (
        np.full(k, straight_mean),
        np.full((k, k), straight_square),
        float(straight_mean),
        np.full(k, straight_square),
    )
    backward = (
        100 - mean,
        100**2 - 100 * (mean[:, None] + mean) + products,
        100 - satisfaction,
        100**2 - 100 * (mean + satisfaction) + crossed,
    )
    careful = 1 - model.STRAIGHT_LINERS - model.BACKWARD_READERS
    sums: Raw = (np.zeros(k), np.zeros((k, k)), 0.0, np.zeros(k))
    sums = _add(sums, careful, attentive)
    sums = _add(sums, model.STRAIGHT_LINERS, straight)
    return _add(sums, model.BACKWARD_READERS, backward)

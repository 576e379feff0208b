"""What the tests of the simulated survey share: a large simple sample, the shipped one, and what a row should be."""

from collections.abc import Callable
from functools import cache

import numpy as np

from drivers.survey.data import Survey, example_survey
from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.people import People
from drivers.survey.synthetic.population import Population, population
from drivers.survey.synthetic.ratings import PROBLEMS
from drivers.survey.synthetic.service_center import ServiceCenter, simulate_service_center

STANDARD_ERRORS = 5
"""How far a mean of simulated customers may lie from what is planted. Chance leads further in one of two million
comparisons; there are about two thousand, of fixed seeds."""

CROWD = 160_000
CROWD_SEED = 77
"""A seed that neither the shipped survey nor the counted part of the truth uses."""


@cache
def crowd() -> ServiceCenter:
    """Many customers, drawn one by one."""
    return simulate_service_center(CROWD, seed=CROWD_SEED, sampling="simple")


@cache
def example() -> Survey:
    """The survey that comes with the package, read from its file."""
    return example_survey("service_center")


_MOMENTS: dict[str, Population] = {}


def moments(**part: object) -> Population:
    """The moments of a part of the population, computed once for all tests."""
    key = repr(sorted(part.items()))
    if key not in _MOMENTS:
        _MOMENTS[key] = population(**part)  # type: ignore[arg-type]
    return _MOMENTS[key]


@cache
def shipped() -> ServiceCenter:
    """The survey that comes with the package, with what is behind it."""
    return simulate_service_center()


def people_of(n: int, **given: np.ndarray) -> People:
    """Attentive customers of the first branch, wave and age, each on a day of their own, but for what is given."""
    plain = {
        "wave": np.ones(n, dtype=int),
        "branch": np.zeros(n, dtype=int),
        "day": np.arange(n),
        "age": np.zeros(n, dtype=int),
        "new": np.zeros(n, dtype=bool),
        "woman": np.zeros(n, dtype=bool),
        "english": np.zeros(n, dtype=bool),
        "weight": np.ones(n),
        "care": np.zeros(n, dtype=int),
    }
    return People(**plain | given)


def off(values: np.ndarray, expected: float | np.ndarray) -> float:
    """How many standard errors the mean of the values lies from what is expected."""
    gap = values - expected
    return float(abs(gap.mean()) / (gap.std() / np.sqrt(len(gap))))


def off_rate(flags: np.ndarray, rate: float) -> float:
    """How many standard errors of a binomial part the part of the flags lies from its rate."""
    return float(abs(flags.mean() - rate) / np.sqrt(rate * (1 - rate) / len(flags)))


def points(rating: np.ndarray) -> np.ndarray:
    """Points (0–100) of answers from 1 to 5."""
    return (rating - 1) / 4 * 100


def planted_satisfaction(new: np.ndarray, wave: np.ndarray, problem: np.ndarray, of: Callable) -> np.ndarray:
    """Expected satisfaction of each row, written as the model's texts tell it: changes turn about a centre."""
    value = np.full(len(new), model.BASE)
    for name in model.ATTRIBUTES:
        x = points(of(name))
        returning, first_time = (model.EFFECT[customer].get(name, 0.0) for customer in ("returning", "new"))
        value += returning * x
        if first_time != returning:
            value += np.where(new, (first_time - returning) * (x - model.CENTRE[name]), 0.0)
        if name in model.SLOPES_CHANGE:
            value += np.where(wave == model.SLOPES_WAVE, model.SLOPES_CHANGE[name] * (x - model.CENTRE[name]), 0.0)
        for curved, added in (model.PENALTY, model.REWARD):
            if name == curved:
                value += added[of(name) - 1]
    costs = model.problem_costs()
    return value + np.array([costs[name] for name in PROBLEMS])[problem]


def planted_loyalty(face: str, satisfaction: np.ndarray, problem: np.ndarray, of: Callable) -> np.ndarray:
    """Expected points of a face of loyalty of each row, given satisfaction in points."""
    value = model.LOYALTY_BASE[face] + model.LOYALTY_SATISFACTION[face] * satisfaction
    for name, direct in model.LOYALTY_DIRECT[face].items():
        value = value + direct * points(of(name))
    return value + (12.0 * (problem == PROBLEMS.index("fast")) if face == "tolerance" else 0.0)

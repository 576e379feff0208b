"""What customers experience, how satisfied they are, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.people import People
from drivers.survey.synthetic.population import RATED, STRAIGHT_ANSWERS

PROBLEMS = ("none", "fast", "slow", "unsolved")

STRAIGHT_RECOMMEND = np.array([0, 3, 5, 8, 10])
"""What a straight-liner answers from 0 to 10 beside 1 to 5."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ratings:
    """Answers as they are given, before any is lost; ratings from 1 to 5.

    Parameters
    ----------
    halo
        What all of a customer's ratings share; float (n,).
    experienced
        int (n, 10), in the order of `names`.
    satisfaction
        1 to 5; int (n,).
    loyalty
        Four faces; 1 to 5, recommend 0 to 10; int (n, 4).
    problem
        Position in `PROBLEMS`; int (n,).
    felt
        The same before anybody was careless: what was lived through, whatever was ticked; None where it is this.
    """

    halo: np.ndarray
    experienced: np.ndarray
    satisfaction: np.ndarray
    loyalty: np.ndarray
    problem: np.ndarray
    felt: Ratings | None = None

    names: ClassVar[tuple[str, ...]] = (*model.ATTRIBUTES, model.OPTIONAL)

    @property
    def lived(self) -> Ratings:
        """What was lived through, whatever was ticked."""
        return self if self.felt is None else self.felt

    def of(self, name: str) -> np.ndarray:
        """The ratings of one attribute; int (n,)."""
        return self.experienced[:, self.names.index(name)]

    @property
    def loyalty_score(self) -> np.ndarray:
        """Mean of the four faces in points; float (n,)."""
        points = 25.0 * (self.loyalty - 1)
        recommend = model.LOYALTY.index("recommend")
        points[:, recommend] = 10.0 * self.loyalty[:, recommend]
        return points.mean(axis=1)


def draw_ratings(people: People, rng: np.random.Generator) -> Ratings:
    """The ratings of a sample's customers."""
    halo = rng.standard_normal(len(people))
    day = rng.standard_normal(people.days)[people.day]
    experienced = _experienced(people, halo, day, rng)
    parts = model.problem_parts()
    problem = rng.choice(len(PROBLEMS), size=len(people), p=[parts[name] for name in PROBLEMS])
    points = RATED[experienced - 1][:, : len(model.ATTRIBUTES)]
    satisfaction = _satisfaction(people, experienced, points, problem, rng)
    loyalty = _loyalty(points, RATED[satisfaction - 1], problem, rng)
    given = Ratings(halo=halo, experienced=experienced, satisfaction=satisfaction, loyalty=loyalty, problem=problem)
    return _careless(people, given, rng)


def latent(people: People, names: tuple[str, ...]) -> np.ndarray:
    """Where the latent ratings of a customer's branch, wave and age lie; float (n, names)."""
    chosen = [model.EXPERIENCED.index(name) for name in names]
    waves = np.array([model.wave_shift(number) for number in range(1, len(model.WAVES) + 1)])[:, chosen]
    level = np.array([model.OFFSET[name] for name in names])
    shift = model.branch_shift()[:, chosen][people.branch] + waves[people.wave - 1]
    return level + shift + model.AGE_SHIFT[people.age][:, None]


def with_echo(ratings: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The ratings with the attribute that repeats one of them in its place; int (n, attributes + 1).

    Parameters
    ----------
    ratings
        In the order of the model's ``EXPERIENCED``, with or without the optional attribute, which is the last.
    """
    echoed = rng.choice(len(model.ECHO), size=len(ratings), p=list(model.ECHO.values()))
    columns = np.array([model.EXPERIENCED.index(name) for name in model.ECHO])
    echo = ratings[np.arange(len(ratings)), columns[echoed]]
    return np.insert(ratings, Ratings.names.index(model.NO_EFFECT), echo, axis=1)


def of_curves(ratings: np.ndarray) -> np.ndarray:
    """Points of satisfaction from the attributes that only cost or only earn; float (n,)."""
    curved = [model.PENALTY[0], model.REWARD[0]]
    return np.sum([model.curve(name)[ratings[:, Ratings.names.index(name)] - 1] for name in curved], axis=0)


def satisfied(expected: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Answers from 1 to 5 whose expectation is the given one, with noise that stays on the scale; int (n,)."""
    room = np.minimum(model.NOISE, np.minimum(expected, 100 - expected))
    return 1 + unbiased(expected + room * rng.uniform(-1, 1, len(expected)), 25.0, rng)


def unbiased(values: np.ndarray, step: float, rng: np.random.Generator) -> np.ndarray:
    """One of the two answers next to each value, so that the value is what is expected; int, in steps from 0."""
    return np.floor(values / step + rng.random(values.shape)).astype(int)


def _experienced(people: People, halo: np.ndarray, day: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    on_halo = np.array([model.HALO[name] for name in model.EXPERIENCED])
    on_day = np.array([model.DAY[name] for name in model.EXPERIENCED])
    own = np.sqrt(1 - on_halo**2 - on_day**2)
    drawn = rng.standard_normal((len(people), len(model.EXPERIENCED)))
    values = latent(people, model.EXPERIENCED) + np.outer(halo, on_halo) + np.outer(day, on_day) + drawn * own
    return with_echo(1 + (values[:, :, None] > model.CUTS).sum(axis=2), rng)


def _satisfaction(
    people: People, ratings: np.ndarray, points: np.ndarray, problem: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    expected = np.empty(len(people))
    for new, customer in ((False, "returning"), (True, "new")):
        for wave in range(1, len(model.WAVES) + 1):
            rows = (people.new == new) & (people.wave == wave)
            constant, slopes = model.effects(customer, wave)
            expected[rows] = constant + points[rows] @ slopes
    expected += of_curves(ratings)
    costs = model.problem_costs()
    expected += np.array([costs[name] for name in PROBLEMS])[problem]
    return satisfied(expected, rng)


def _loyalty(points: np.ndarray, satisfaction: np.ndarray, problem: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n = len(points)
    trait = rng.uniform(-1, 1, n)
    faces = []
    for face in model.LOYALTY:
        expected = model.LOYALTY_BASE[face] + model.LOYALTY_SATISFACTION[face] * satisfaction
        for name, direct in model.LOYALTY_DIRECT[face].items():
            expected = expected + direct * points[:, model.ATTRIBUTES.index(name)]
        if face == "tolerance":
            expected = expected + model.TOLERANCE_EARNED * (problem == PROBLEMS.index("fast"))
        most = model.LOYALTY_TRAIT + model.LOYALTY_NOISE
        room = np.minimum(1.0, np.minimum(expected, 100 - expected) / most)
        noise = room * (model.LOYALTY_TRAIT * trait + model.LOYALTY_NOISE * rng.uniform(-1, 1, n))
        step, lowest = (10.0, 0) if face == "recommend" else (25.0, 1)
        faces.append(lowest + unbiased(expected + noise, step, rng))
    return np.column_stack(faces)


def _careless(people: People, ratings: Ratings, rng: np.random.Generator) -> Ratings:
    """The same answers with straight-liners and backward readers among them."""
    straight, backward = people.care == 1, people.care == 2
    answer = 1 + rng.choice(5, size=len(people), p=STRAIGHT_ANSWERS)
    recommend = model.LOYALTY.index("recommend")

    def as_read(answers: np.ndarray) -> np.ndarray:
        several = answers if answers.ndim == 2 else answers[:, None]
        read = np.where(backward[:, None], 6 - several, several)
        read = np.where(straight[:, None], answer[:, None], read)
        return read if answers.ndim == 2 else read[:, 0]

    loyalty = as_read(ratings.loyalty)
    # A scale from 0 to 10 has no words to be read backwards.
    loyalty[:, recommend] = np.where(straight, STRAIGHT_RECOMMEND[answer - 1], ratings.loyalty[:, recommend])
    return Ratings(
        halo=ratings.halo,
        experienced=as_read(ratings.experienced),
        satisfaction=as_read(ratings.satisfaction),
        loyalty=loyalty,
        problem=ratings.problem,
        felt=ratings,
    )

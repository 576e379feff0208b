"""What customers hoped for, what they would just accept, what they say matters, and how they rate another provider."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.people import People
from drivers.survey.synthetic.population import RATED
from drivers.survey.synthetic.ratings import Ratings, of_curves, satisfied, unbiased, with_echo


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expectations:
    """Answers beside the ratings, in the order of the model's ``ATTRIBUTES``.

    Parameters
    ----------
    desired, adequate
        Level hoped for and level just accepted, 1 to 5; int (n, 9). The first is never below the second, but for
        those who read the scale backwards.
    stated
        Importance as customers state it, 0 to 10; int (n, 9).
    rival_known
        Who also uses the private office; bool (n,).
    rival
        Ratings of the private office, 1 to 5; int (n, 9).
    rival_satisfaction
        1 to 5; int (n,).
    """

    desired: np.ndarray
    adequate: np.ndarray
    stated: np.ndarray
    rival_known: np.ndarray
    rival: np.ndarray
    rival_satisfaction: np.ndarray


def draw_expectations(people: People, ratings: Ratings, rng: np.random.Generator) -> Expectations:
    """The expectations, stated importance and ratings of another provider of a sample's customers."""
    n, k = len(people), len(model.ATTRIBUTES)
    demanding = rng.standard_normal(n)
    levels = {}
    for level in ("desired", "adequate"):
        on_halo = np.array([model.EXPECTED[name][f"{level}_halo"] for name in model.ATTRIBUTES])
        # A hope that follows the halo closely leaves little room for what else a person demands.
        on_person = np.minimum(model.EXPECTED_PERSON, 0.7 * np.sqrt(1 - on_halo**2))
        own = np.sqrt(1 - on_halo**2 - on_person**2)
        height = np.array([model.EXPECTED[name][level] for name in model.ATTRIBUTES])
        values = height + np.outer(ratings.halo, on_halo) + np.outer(demanding, on_person)
        values += own * rng.standard_normal((n, k))
        levels[level] = 1 + (values[:, :, None] > model.CUTS).sum(axis=2)
    adequate = np.minimum(levels["adequate"], levels["desired"])
    mean = np.array([model.STATED[name] for name in model.ATTRIBUTES])
    room = np.minimum(2.5, np.minimum(mean, 10 - mean))
    spread = 0.6 * rng.uniform(-1, 1, (n, 1)) + 0.4 * rng.uniform(-1, 1, (n, k))
    stated = unbiased(mean + room * spread, 1.0, rng)
    rival, rival_satisfaction = _rival(people, ratings.halo, rng)
    straight, backward = people.care == 1, people.care == 2
    same = ratings.satisfaction

    def as_read(answers: np.ndarray) -> np.ndarray:
        read = np.where(backward[:, None], 6 - answers, answers)
        return np.where(straight[:, None], same[:, None], read)

    return Expectations(
        desired=as_read(levels["desired"]),
        adequate=as_read(adequate),
        stated=np.where(straight[:, None], 2 * same[:, None], stated),
        rival_known=rng.random(n) < model.RIVAL_KNOWN,
        rival=as_read(rival),
        rival_satisfaction=as_read(rival_satisfaction[:, None])[:, 0],
    )


def _rival(people: People, halo: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Ratings of, and satisfaction with, a private office that serves the same customers."""
    n = len(people)
    names = tuple(name for name in model.EXPERIENCED if name != model.OPTIONAL)
    on_halo = np.array([model.HALO[name] for name in names])
    # Our branches and our waves are not theirs; who is easily pleased by us is so by them, to a degree.
    level = np.array([model.OFFSET[name] + model.RIVAL_SHIFT.get(name, 0.0) for name in names])
    pleased = 0.5 * halo + np.sqrt(0.75) * rng.standard_normal(n)
    values = level + model.AGE_SHIFT[people.age][:, None] + np.outer(pleased, on_halo)
    values += np.sqrt(1 - on_halo**2) * rng.standard_normal((n, len(names)))
    ratings = with_echo(1 + (values[:, :, None] > model.CUTS).sum(axis=2), rng)
    constant, slopes = model.effects("returning", 1)
    return ratings, satisfied(constant + RATED[ratings - 1] @ slopes + of_curves(ratings), rng)

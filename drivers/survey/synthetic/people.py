"""Who is asked: branch, wave, day, age and kind of each customer, with the weight that makes up for the design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from drivers.errors import SurveyError
from drivers.survey.synthetic import service_model as model

Sampling = Literal["field", "simple"]

DAYS = 4
"""Days of fieldwork at a branch in a wave."""

FEWEST_IN_FIELD = 6000
"""With fewer the smallest branch would have hardly a customer, and its stratum too few days."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """Customers in the order of the file: by wave, branch and day.

    Parameters
    ----------
    wave
        Number from 1 to 8; int (n,).
    branch, age
        Positions in the model's lists; int (n,).
    day
        Day of fieldwork, counted over all branches and waves; int (n,).
    new
        Whether the customer comes for the first time; bool (n,).
    woman, english
        Without any effect; bool (n,).
    weight
        Customers that the respondent stands for, their mean 1; float (n,).
    care
        0 attentive, 1 straight-liner, 2 backward reader; int (n,).
    """

    wave: np.ndarray
    branch: np.ndarray
    day: np.ndarray
    age: np.ndarray
    new: np.ndarray
    woman: np.ndarray
    english: np.ndarray
    weight: np.ndarray
    care: np.ndarray

    def __len__(self) -> int:
        return len(self.wave)

    @property
    def days(self) -> int:
        """Days of fieldwork in all."""
        return int(self.day.max()) + 1


def draw_people(n: int, sampling: Sampling, rng: np.random.Generator) -> People:
    """The customers of a sample.

    Parameters
    ----------
    n
        Respondents.
    sampling
        ``field``: in every wave each branch is visited on a few days, small branches more often than
        their size asks for, and weights make up for it; ``simple``: customers are drawn one by one.

    Raises
    ------
    SurveyError
        Where there are too few respondents for the sampling.
    """
    if sampling == "field":
        if n < FEWEST_IN_FIELD:
            raise SurveyError(
                f"Expected at least {FEWEST_IN_FIELD} respondents for sampling 'field', found {n}; "
                "ask for more or use sampling 'simple'."
            )
        wave, branch, day, weight = _in_field(n, rng)
    elif n < 1:
        raise SurveyError(f"Expected at least 1 respondent, found {n}; ask for more.")
    else:
        wave, branch, day, weight = _one_by_one(n, rng)
    mixes = np.array([np.cumsum(model.age_mix(number)) for number in range(1, len(model.WAVES) + 1)])
    age = (rng.random(n)[:, None] > mixes[wave - 1, :-1]).sum(axis=1)
    careless = [model.STRAIGHT_LINERS, model.BACKWARD_READERS]
    care = rng.choice(3, size=n, p=[1 - sum(careless), *careless])
    return People(
        wave=wave,
        branch=branch,
        day=day,
        age=age,
        new=rng.random(n) < model.NEW_CUSTOMERS,
        woman=rng.random(n) < 0.46,
        english=rng.random(n) < 0.16,
        weight=weight,
        care=care,
    )


def _in_field(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    sizes = model.branch_sizes()
    waves = len(model.WAVES)
    asked = np.sqrt(sizes)
    small = model.BRANCHES.index(model.BRANCH_SMALL)
    asked[small] = 0.0
    asked *= (1 - model.SMALL_PART) / asked.sum()
    asked[small] = model.SMALL_PART
    # Each branch's respondents are spread over waves and days as evenly as whole numbers allow.
    per_branch = _whole(asked * n)
    places = waves * DAYS
    counts = np.array([_whole(np.full(places, count / places), rng) for count in per_branch])
    cells = counts.reshape(len(sizes), waves, DAYS).transpose(1, 0, 2)
    filled = cells > 0
    names = np.cumsum(filled.ravel()).reshape(filled.shape) - 1
    wave, branch, _ = (
        np.repeat(axis.ravel(), cells.ravel()) for axis in np.meshgrid(*map(np.arange, cells.shape), indexing="ij")
    )
    day = np.repeat(names.ravel(), cells.ravel())
    in_wave = cells.sum(axis=2)
    # A branch's customers of a wave, divided among those asked there; where nobody was, others speak for them.
    share = sizes / sizes.sum() / waves
    represented = np.where(in_wave.sum(axis=0) > 0, share, 0.0) * waves / np.maximum((in_wave > 0).sum(axis=0), 1)
    weight = (represented[None, :] / np.maximum(in_wave, 1))[wave, branch] * n
    return wave + 1, branch, day, np.round(weight, 4)


def _one_by_one(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    sizes = model.branch_sizes()
    wave = np.sort(rng.integers(1, len(model.WAVES) + 1, n))
    branch = rng.choice(len(sizes), size=n, p=sizes / sizes.sum())
    return wave, branch, np.arange(n), np.ones(n)


def _whole(parts: np.ndarray, rng: np.random.Generator | None = None) -> np.ndarray:
    """Whole numbers with the rounded sum of the parts, each next to its part; ties broken by chance; int."""
    floor = np.floor(parts).astype(int)
    left = round(float(parts.sum())) - int(floor.sum())
    order = parts - floor + (0.0 if rng is None else 1e-9 * rng.random(len(parts)))
    whole = floor.copy()
    whole[np.argsort(-order, kind="stable")[:left]] += 1
    return whole

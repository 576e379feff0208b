"""What customers did: left, complained, waited, came again, brought others; and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.people import People
from drivers.survey.synthetic.ratings import PROBLEMS, Ratings

COMPLAINED = {"none": 0.002, "fast": 0.03, "slow": 0.06, "unsolved": 0.12}
"""Part that complained, by what became of a problem."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Behaviour:
    """What was recorded beside the questionnaire, one value per customer.

    Parameters
    ----------
    left
        Whether the customer had left six months later; bool (n,).
    solved_days
        Days until a problem was solved, 0 where none was; int (n,).
    complained, came_again
        Whether a complaint was filed, and whether the customer had to come back with the same matter; bool (n,).
    waiting, contact
        Minutes of waiting and with the customer; int (n,).
    referrals
        New customers who named this one; int (n,).
    worth
        Revenue of a year from the customer; int (n,).
    seconds
        Time taken to fill in the questionnaire; int (n,).
    """

    left: np.ndarray
    solved_days: np.ndarray
    complained: np.ndarray
    came_again: np.ndarray
    waiting: np.ndarray
    contact: np.ndarray
    referrals: np.ndarray
    worth: np.ndarray
    seconds: np.ndarray


def draw_behaviour(people: People, ratings: Ratings, rng: np.random.Generator) -> Behaviour:
    """The recorded behaviour of a sample's customers."""
    n = len(people)
    # What people do follows what they lived through, not what they ticked.
    ratings = ratings.lived
    solved = ratings.problem
    complain = np.array([COMPLAINED[name] for name in PROBLEMS])[solved]
    fast = 1 + rng.integers(0, model.FAST_DAYS, n)
    slow = model.FAST_DAYS + 1 + rng.geometric(0.18, n)
    days = np.select([solved == PROBLEMS.index("fast"), solved == PROBLEMS.index("slow")], [fast, slow], 0)
    speed = ratings.of("speed")
    recommend = ratings.loyalty[:, model.LOYALTY.index("recommend")]
    churn = model.CHURN_AT_0 + model.CHURN_PER_POINT * ratings.loyalty_score
    again = model.REPEAT_CONTACT[people.wave - 1] * np.where(solved == PROBLEMS.index("unsolved"), 2.0, 1.0)
    # Whoever skims takes a third of the time.
    minutes = np.exp(rng.normal(np.where(people.care == 1, 4.7, 5.9), 0.30, n))
    return Behaviour(
        left=rng.random(n) < churn,
        solved_days=days,
        complained=rng.random(n) < complain,
        came_again=rng.random(n) < again / (1 + model.PROBLEM * (1 - model.SOLVED)),
        waiting=np.round(np.exp(rng.normal(3.4 - 0.30 * (speed - 3), 0.45, n))).astype(int),
        contact=np.maximum(1, np.round(rng.gamma(5.0, 2.4, n))).astype(int),
        referrals=rng.poisson(0.01 + 0.08 * (recommend >= 9), n),
        worth=np.round(np.exp(rng.normal(np.where(people.new, 5.3, 6.1), 0.5, n)), -1).astype(int),
        seconds=np.round(minutes).astype(int),
    )

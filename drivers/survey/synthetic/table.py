"""A sample as the file that a survey would have left: text cells, with every kind of missing answer."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.behaviour import Behaviour
from drivers.survey.synthetic.comments import Comments
from drivers.survey.synthetic.expectations import Expectations
from drivers.survey.synthetic.people import DAYS, People, Sampling
from drivers.survey.synthetic.ratings import PROBLEMS, Ratings

DAYS_BETWEEN = 19
"""Days from one day of fieldwork at a branch to the next; four of them fit into a quarter."""


def as_table(
    people: People,
    ratings: Ratings,
    expectations: Expectations,
    behaviour: Behaviour,
    comments: Comments,
    sampling: Sampling,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One row per respondent, one column per question or record; text (n, columns)."""
    n = len(people)
    columns: dict[str, np.ndarray] = _about(people, sampling)

    def asked(name: str, answers: np.ndarray) -> np.ndarray:
        """The answers with those lost that the model loses."""
        cells = answers.astype("U4")
        drawn, passed = rng.random(n), 0.0
        for kind, part in model.MISSING.get(name, {}).items():
            cells[(drawn >= passed) & (drawn < passed + part)] = model.MISSING_CODES[kind]
            passed += part
        return cells

    for name in (*model.ATTRIBUTES, model.OPTIONAL):
        columns[name] = asked(name, ratings.of(name))
    columns[model.OPTIONAL][people.wave < model.ACCESS_FROM] = model.MISSING_CODES["not_asked"]
    columns["satisfaction"] = asked("satisfaction", ratings.satisfaction)
    for j, face in enumerate(model.LOYALTY):
        columns[face] = asked(face, ratings.loyalty[:, j])
    for prefix, answers in (("hoped", expectations.desired), ("least", expectations.adequate)):
        for j, name in enumerate(model.ATTRIBUTES):
            columns[f"{prefix}_{name}"] = answers[:, j].astype("U2")
    for j, name in enumerate(model.ATTRIBUTES):
        columns[f"stated_{name}"] = expectations.stated[:, j].astype("U2")
    unknown = ~expectations.rival_known
    for name, answers in (
        *((name, expectations.rival[:, j]) for j, name in enumerate(model.ATTRIBUTES)),
        ("satisfaction", expectations.rival_satisfaction),
    ):
        columns[f"rival_{name}"] = answers.astype("U2")
        columns[f"rival_{name}"][unknown] = model.MISSING_CODES["not_applicable"]
    columns |= _recorded(people, ratings, behaviour)
    columns["comment"] = comments.text
    return pd.DataFrame({name: pd.Series(cells, dtype="str") for name, cells in columns.items()})


def _about(people: People, sampling: Sampling) -> dict[str, np.ndarray]:
    n = len(people)
    branch = np.array(model.BRANCHES)[people.branch]
    wave = np.array(model.WAVES)[people.wave - 1]
    # Days are counted over all branches and waves; a date lies in its wave's quarter.
    if sampling == "field":
        _, visit = np.unique(people.wave * len(model.BRANCHES) + people.branch, return_inverse=True)
        first = np.full(int(visit.max()) + 1, people.days)
        np.minimum.at(first, visit, people.day)
        which = people.day - first[visit]
    else:
        which = np.arange(n) % DAYS
    starts = np.array([np.datetime64(datetime.date(int(name[:4]), 3 * int(name[-1]) - 2, 6)) for name in model.WAVES])
    dates = starts[people.wave - 1] + (which * DAYS_BETWEEN + people.branch % 5).astype("timedelta64[D]")
    return {
        "respondent": np.char.add("r", np.char.zfill(np.arange(1, n + 1).astype("U7"), 6)),
        "wave": wave,
        "date": dates.astype("U10"),
        "region": np.array(model.REGIONS)[people.branch // model.BRANCHES_PER_REGION],
        "branch": branch,
        "day": np.char.add("d", np.char.zfill((people.day + 1).astype("U7"), 4)),
        "weight": np.array([f"{weight:g}" for weight in people.weight]),
        "language": np.where(people.english, "en", "ar"),
        "sex": np.where(people.woman, "f", "m"),
        "age": np.array(model.AGES)[people.age],
        "customer": np.where(people.new, "new", "returning"),
    }


def _recorded(people: People, ratings: Ratings, behaviour: Behaviour) -> dict[str, np.ndarray]:
    none = ratings.problem == PROBLEMS.index("none")
    unsolved = ratings.problem == PROBLEMS.index("unsolved")
    not_applicable = model.MISSING_CODES["not_applicable"]

    def yes(values: np.ndarray) -> np.ndarray:
        return values.astype(int).astype("U3")

    solved = yes(~none & ~unsolved)
    solved[none] = not_applicable
    days = behaviour.solved_days.astype("U3")
    days[none | unsolved] = not_applicable
    left = yes(behaviour.left)
    left[people.wave > model.FOLLOWED_UP_TO] = model.MISSING_CODES["not_asked"]
    return {
        "problem": yes(~none),
        "solved": solved,
        "solved_days": days,
        "complained": yes(behaviour.complained),
        "came_again": yes(behaviour.came_again),
        "left": left,
        "waiting_minutes": behaviour.waiting.astype("U5"),
        "contact_minutes": behaviour.contact.astype("U5"),
        "referrals": behaviour.referrals.astype("U3"),
        "worth": behaviour.worth.astype("U7"),
        "seconds": behaviour.seconds.astype("U6"),
    }

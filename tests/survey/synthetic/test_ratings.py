"""Answers: their expectation is the planted one, they never leave their scales, and the careless answer as told."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy import stats

from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.population import STRAIGHT_ANSWERS
from drivers.survey.synthetic.ratings import (
    PROBLEMS,
    STRAIGHT_RECOMMEND,
    Ratings,
    _loyalty,
    _satisfaction,
    draw_ratings,
    unbiased,
)
from tests.survey.synthetic.samples import (
    STANDARD_ERRORS,
    crowd,
    off,
    off_rate,
    people_of,
    planted_loyalty,
    planted_satisfaction,
    points,
)

RECOMMEND = model.LOYALTY.index("recommend")
ATTENTIVE = 0


class Grid:
    """Chance without chance: the same so many evenly spaced numbers for every value."""

    def __init__(self, steps: int) -> None:
        self.drawn = (np.arange(steps) + 0.5) / steps

    def random(self, shape: tuple[int, int]) -> np.ndarray:
        return np.broadcast_to(self.drawn, shape)


class Extreme:
    """Chance at one of its ends."""

    def __init__(self, low: bool) -> None:
        self.low = low

    def uniform(self, low: float, high: float, size: int) -> np.ndarray:
        return np.full(size, low if self.low else high)

    def random(self, shape: object) -> np.ndarray:
        return np.full(shape, 0.0 if self.low else 1 - 1e-9)  # type: ignore[call-overload]


# What is expected


@pytest.mark.parametrize("step", [25.0, 10.0, 1.0])
def test_an_answer_next_to_a_value_has_it_as_expectation(step: float) -> None:
    steps = 1000
    values = np.random.default_rng(1).uniform(0, 100, 200)
    values[:2] = 0, 100
    answers = unbiased(np.repeat(values[:, None], steps, axis=1), step, Grid(steps))  # type: ignore[arg-type]
    # An even grid of chances misses a probability by half a step of the grid.
    np.testing.assert_allclose(answers.mean(axis=1), values / step, atol=0.5 / steps + 1e-9)
    assert (np.abs(answers * step - values[:, None]) < step).all()
    assert answers.min() == 0 and answers.max() == 100 / step


def test_satisfaction_is_expected_where_it_was_planted() -> None:
    people, ratings = crowd().people, crowd().ratings
    rows = people.care == ATTENTIVE
    expected = planted_satisfaction(
        people.new[rows], people.wave[rows], ratings.problem[rows], lambda name: ratings.of(name)[rows]
    )
    residual = points(ratings.satisfaction[rows]) - expected
    groups = [np.ones(rows.sum(), dtype=bool)]
    groups += [ratings.of(name)[rows] == rating for name in Ratings.names for rating in range(1, 6)]
    groups += [ratings.problem[rows] == problem for problem in range(4)]
    groups += [(people.new[rows] == new) & (people.wave[rows] == wave) for new in (True, False) for wave in range(1, 9)]
    groups += [people.age[rows] == age for age in range(3)]
    # The ends of what is expected are the first to suffer from a scale that cuts.
    groups += [expected < 35, expected > 90]
    assert min(group.sum() for group in groups) > 200
    assert max(off(residual[group], 0.0) for group in groups) < STANDARD_ERRORS


@pytest.mark.parametrize("face", model.LOYALTY)
def test_loyalty_is_expected_where_it_was_planted(face: str) -> None:
    people, ratings = crowd().people, crowd().ratings
    rows = people.care == ATTENTIVE
    satisfaction = points(ratings.satisfaction[rows])
    expected = planted_loyalty(face, satisfaction, ratings.problem[rows], lambda name: ratings.of(name)[rows])
    given = ratings.loyalty[rows, model.LOYALTY.index(face)]
    residual = (10.0 * given if face == "recommend" else points(given)) - expected
    groups = [ratings.of(name)[rows] == rating for name in Ratings.names for rating in range(1, 6)]
    groups += [ratings.satisfaction[rows] == answer for answer in range(1, 6)]
    groups += [ratings.problem[rows] == problem for problem in range(4)]
    assert max(off(residual[group], 0.0) for group in groups) < STANDARD_ERRORS


def test_the_loyalty_score_is_the_mean_of_its_four_faces() -> None:
    ratings = crowd().ratings
    some = slice(0, 500)
    repeat, recommend, defend, tolerance = ratings.loyalty[some].T
    expected = (points(repeat) + 10 * recommend + points(defend) + points(tolerance)) / 4
    np.testing.assert_allclose(ratings.loyalty_score[some], expected)


def test_problems_come_as_often_as_planted_whatever_the_ratings() -> None:
    ratings = crowd().ratings
    for name, part in model.problem_parts().items():
        met = ratings.problem == PROBLEMS.index(name)
        assert off_rate(met, part) < STANDARD_ERRORS
        assert max(off_rate(met[ratings.of("speed") == rating], part) for rating in range(1, 6)) < STANDARD_ERRORS


# The echo and the day


def test_the_attribute_without_effect_repeats_another_by_the_planted_probabilities() -> None:
    people, ratings = crowd().people, crowd().ratings
    rows = people.care == ATTENTIVE
    echo = ratings.of(model.NO_EFFECT)[rows]
    others = {name: ratings.of(name)[rows] for name in model.ECHO}
    # Where one attribute alone has a rating, that rating is repeated with its probability.
    for name, part in model.ECHO.items():
        alone = np.all([others[name] != given for other, given in others.items() if other != name], axis=0)
        assert alone.sum() > 5000
        assert off_rate(echo[alone] == others[name][alone], part) < STANDARD_ERRORS
    assert np.any([echo == given for given in others.values()], axis=0).all()


def test_customers_of_a_day_share_a_part_of_what_they_experience() -> None:
    days, each = 12_000, 8
    people = people_of(days * each, day=np.repeat(np.arange(days), each))
    ratings = draw_ratings(people, np.random.default_rng(5))
    for name in ("speed", "presence", "honesty"):
        level = model.OFFSET[name] + model.AGE_SHIFT[0] + model.branch_shift()[0][model.EXPERIENCED.index(name)]
        passed = (ratings.of(name) >= 4).reshape(days, each).astype(float)
        at = level - model.CUTS[2]
        related = model.DAY[name] ** 2
        expected = stats.multivariate_normal.cdf([at, at], cov=[[1, related], [related, 1]])
        # Pairs of different customers of one day, days being the independent units.
        total = passed.sum(axis=1)
        pairs = (total**2 - total) / (each * (each - 1))
        assert off(pairs, expected) < STANDARD_ERRORS
        if name == "speed":
            assert expected - stats.norm.cdf(at) ** 2 > STANDARD_ERRORS * pairs.std() / np.sqrt(days)


# The scales


@pytest.mark.parametrize("low", [True, False], ids=["lowest", "highest"])
def test_no_chance_leads_beyond_the_scale(low: bool) -> None:
    corners = np.array(list(product([1, 5], repeat=len(model.ATTRIBUTES))))
    extreme = Extreme(low)
    for new, wave, problem in product((False, True), range(1, 9), range(4)):
        n = len(corners)
        people = people_of(n, new=np.full(n, new), wave=np.full(n, wave))
        met = np.full(n, problem)
        ratings = np.column_stack([corners, np.full(n, 3)])
        given = _satisfaction(people, ratings, points(corners), met, extreme)  # type: ignore[arg-type]
        assert given.min() >= 1 and given.max() <= 5
        for satisfaction in (0.0, 100.0):
            faces = _loyalty(points(corners), np.full(n, satisfaction), met, extreme)  # type: ignore[arg-type]
            assert np.delete(faces, RECOMMEND, axis=1).min() >= 1 and np.delete(faces, RECOMMEND, axis=1).max() <= 5
            assert faces[:, RECOMMEND].min() >= 0 and faces[:, RECOMMEND].max() <= 10


def test_answers_use_their_whole_scales() -> None:
    ratings = crowd().ratings
    for name in Ratings.names:
        assert set(ratings.of(name)) == {1, 2, 3, 4, 5}
    assert set(ratings.satisfaction) == {1, 2, 3, 4, 5}
    for j, face in enumerate(model.LOYALTY):
        assert set(ratings.loyalty[:, j]) == set(range(11) if face == "recommend" else range(1, 6))


# The careless


def test_the_careless_differ_from_the_attentive_in_nothing_but_how_they_answer() -> None:
    n = 6000
    rng = np.random.default_rng(3)
    people = people_of(n, care=rng.integers(0, 3, n))
    given = draw_ratings(people, np.random.default_rng(8))
    meant = draw_ratings(replace(people, care=np.zeros(n, dtype=int)), np.random.default_rng(8))
    attentive, straight, backward = (people.care == kind for kind in range(3))
    np.testing.assert_array_equal(given.experienced[attentive], meant.experienced[attentive])
    np.testing.assert_array_equal(given.satisfaction[attentive], meant.satisfaction[attentive])
    np.testing.assert_array_equal(given.loyalty[attentive], meant.loyalty[attentive])
    # Labelled scales are read backwards, a scale from 0 to 10 has no words to be read so.
    np.testing.assert_array_equal(given.experienced[backward], 6 - meant.experienced[backward])
    np.testing.assert_array_equal(given.satisfaction[backward], 6 - meant.satisfaction[backward])
    for j, face in enumerate(model.LOYALTY):
        expected = meant.loyalty[backward, j] if face == "recommend" else 6 - meant.loyalty[backward, j]
        np.testing.assert_array_equal(given.loyalty[backward, j], expected)
    # One answer throughout.
    same = given.satisfaction[straight]
    assert (given.experienced[straight] == same[:, None]).all()
    assert (np.delete(given.loyalty[straight], RECOMMEND, axis=1) == same[:, None]).all()
    np.testing.assert_array_equal(given.loyalty[straight, RECOMMEND], STRAIGHT_RECOMMEND[same - 1])
    # What was lived through is kept, whatever was ticked.
    for name in ("experienced", "satisfaction", "loyalty"):
        np.testing.assert_array_equal(getattr(given.lived, name), getattr(meant.lived, name))
    assert given.lived.lived is given.lived
    # What became of a problem is a record and no answer.
    np.testing.assert_array_equal(given.problem, meant.problem)


def test_straight_liners_prefer_the_middle_as_planted() -> None:
    straight = crowd().people.care == 1
    given = crowd().ratings.satisfaction[straight]
    assert max(off_rate(given == 1 + j, part) for j, part in enumerate(STRAIGHT_ANSWERS)) < STANDARD_ERRORS

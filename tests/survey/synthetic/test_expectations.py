"""Expectations, stated importance and another provider: planted levels come out, and the careless answer as told."""

from dataclasses import replace

import numpy as np
from scipy import stats

from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.expectations import draw_expectations
from drivers.survey.synthetic.population import RATED
from drivers.survey.synthetic.ratings import draw_ratings
from tests.survey.synthetic.samples import STANDARD_ERRORS, crowd, off, off_rate, people_of, points

PLACE = {name: j for j, name in enumerate(model.ATTRIBUTES)}


def attentive() -> np.ndarray:
    return crowd().people.care == 0


# Levels


def test_nobody_who_reads_the_scale_would_just_accept_more_than_was_hoped_for() -> None:
    expectations = crowd().expectations
    rows = crowd().people.care != 2
    assert (expectations.adequate[rows] <= expectations.desired[rows]).all()
    for level in (expectations.desired, expectations.adequate):
        assert set(np.unique(level)) == {1, 2, 3, 4, 5}


def test_hopes_lie_as_high_as_planted() -> None:
    desired = crowd().expectations.desired[attentive()]
    for name, level in model.EXPECTED.items():
        # Halo, person and a part of its own make a standard normal variable about the planted level.
        above = stats.norm.sf(model.CUTS - level["desired"])
        given = desired[:, PLACE[name]]
        assert max(off_rate(given > 1 + cut, part) for cut, part in enumerate(above)) < STANDARD_ERRORS


def test_the_least_acceptable_is_the_lower_of_two_levels() -> None:
    # The lower of two normal variables, joined by the halo and the person, passes a cut where both do.
    adequate = crowd().expectations.adequate[attentive()]
    for name, level in model.EXPECTED.items():
        halo = np.array([level["desired_halo"], level["adequate_halo"]])
        person = np.minimum(model.EXPECTED_PERSON, 0.7 * np.sqrt(1 - halo**2))
        related = halo.prod() + person.prod()
        at = np.array([[level["desired"] - cut, level["adequate"] - cut] for cut in model.CUTS])
        above = stats.multivariate_normal.cdf(at, cov=[[1, related], [related, 1]])
        given = adequate[:, PLACE[name]]
        assert max(off_rate(given > 1 + cut, part) for cut, part in enumerate(above)) < STANDARD_ERRORS


def test_hopes_follow_the_halo_as_far_as_planted() -> None:
    rows = attentive()
    halo = crowd().ratings.halo[rows]
    for name, level in model.EXPECTED.items():
        passed = crowd().expectations.desired[rows, PLACE[name]] >= 4
        # E[z · 1(level + ρz + … > cut)] = ρ φ(cut − level) for standard normal z.
        expected = level["desired_halo"] * stats.norm.pdf(model.CUTS[2] - level["desired"])
        assert off(halo * passed, expected) < STANDARD_ERRORS


# What customers say matters


def test_stated_importance_is_the_planted_one_on_average() -> None:
    rows = crowd().people.care != 1
    stated = crowd().expectations.stated[rows]
    for name, mean in model.STATED.items():
        assert off(stated[:, PLACE[name]], mean) < STANDARD_ERRORS
    assert stated.min() >= 0 and stated.max() <= 10


def test_stated_importance_does_not_follow_from_what_matters() -> None:
    # What is planted: speed is said to matter most, and respect does.
    assert max(model.STATED, key=lambda name: model.STATED[name]) == "speed"
    rows = crowd().people.care == 0
    stated, satisfaction = crowd().expectations.stated[rows], points(crowd().ratings.satisfaction[rows])
    for column in stated.T:
        assert abs(np.corrcoef(column, satisfaction)[0, 1]) < STANDARD_ERRORS / np.sqrt(rows.sum())


# Another provider


def test_the_other_provider_is_rated_as_planted() -> None:
    people = crowd().people
    rows = attentive()
    means = {}
    for name in set(model.ATTRIBUTES) - {model.NO_EFFECT}:
        # The age of who rates matters; our branches and waves are not theirs.
        level = model.OFFSET[name] + model.RIVAL_SHIFT.get(name, 0.0) + model.AGE_SHIFT
        expected = (25 * stats.norm.sf(model.CUTS - level[:, None]).sum(axis=1))[people.age[rows]]
        means[name] = expected.mean()
        given = RATED[crowd().expectations.rival[rows, PLACE[name]] - 1]
        assert off(given - expected, 0.0) < STANDARD_ERRORS
        for part in [people.wave[rows] == 8, people.branch[rows] == 16]:
            assert off((given - expected)[part], 0.0) < STANDARD_ERRORS
    echo = sum(part * means[name] for name, part in model.ECHO.items())
    given = RATED[crowd().expectations.rival[rows, PLACE[model.NO_EFFECT]] - 1]
    assert off(given, echo) < STANDARD_ERRORS


def test_who_is_pleased_by_one_provider_is_half_as_much_so_by_the_other() -> None:
    rows = attentive()
    halo = crowd().ratings.halo[rows]
    for name in set(model.ATTRIBUTES) - {model.NO_EFFECT}:
        passed = crowd().expectations.rival[rows, PLACE[name]] >= 4
        level = model.OFFSET[name] + model.RIVAL_SHIFT.get(name, 0.0) + model.AGE_SHIFT[crowd().people.age[rows]]
        expected = 0.5 * model.HALO[name] * stats.norm.pdf(model.CUTS[2] - level)
        assert off(halo * passed - expected, 0.0) < STANDARD_ERRORS


def test_the_other_provider_is_better_and_worse_than_ours_where_planted() -> None:
    # Before our speed and information got better.
    rows = attentive() & (crowd().people.wave < model.PERFORMANCE_WAVE)
    theirs, ours = crowd().expectations.rival[rows], crowd().ratings.experienced[rows, :9]
    gap = dict(zip(model.ATTRIBUTES, (25.0 * (theirs - ours)).mean(axis=0), strict=True))
    for name, moved in model.RIVAL_SHIFT.items():
        # A fifth of a standard deviation is about four points of a hundred.
        assert np.sign(gap[name]) == np.sign(moved) and abs(gap[name]) > 3
    for name in set(model.ATTRIBUTES) - {*model.RIVAL_SHIFT, model.NO_EFFECT}:
        assert abs(gap[name]) < 1.5


def test_satisfaction_with_the_other_provider_follows_the_same_model() -> None:
    rows = attentive()
    rival = crowd().expectations.rival[rows]
    expected = np.full(rows.sum(), model.BASE)
    for name, slope in model.EFFECT["returning"].items():
        expected += slope * points(rival[:, PLACE[name]])
    for name, added in (model.PENALTY, model.REWARD):
        expected += added[rival[:, PLACE[name]] - 1]
    residual = points(crowd().expectations.rival_satisfaction[rows]) - expected
    groups = [rival[:, j] == rating for j in range(9) for rating in range(1, 6)]
    assert max(off(residual[group], 0.0) for group in groups) < STANDARD_ERRORS


def test_as_many_know_the_other_provider_as_planted() -> None:
    known = crowd().expectations.rival_known
    assert off_rate(known, model.RIVAL_KNOWN) < STANDARD_ERRORS
    assert off_rate(known[crowd().ratings.satisfaction == 5], model.RIVAL_KNOWN) < STANDARD_ERRORS


# The careless


def test_the_careless_answer_these_questions_as_all_others() -> None:
    n = 3000
    people = people_of(n, care=np.random.default_rng(2).integers(0, 3, n))
    nobody = replace(people, care=np.zeros(n, dtype=int))
    ratings = draw_ratings(people, np.random.default_rng(3))
    given = draw_expectations(people, ratings, np.random.default_rng(4))
    meant = draw_expectations(nobody, ratings, np.random.default_rng(4))
    straight, backward = people.care == 1, people.care == 2
    same = ratings.satisfaction[straight]
    for name in ("desired", "adequate", "rival"):
        np.testing.assert_array_equal(getattr(given, name)[backward], 6 - getattr(meant, name)[backward])
        assert (getattr(given, name)[straight] == same[:, None]).all()
        np.testing.assert_array_equal(getattr(given, name)[people.care == 0], getattr(meant, name)[people.care == 0])
    np.testing.assert_array_equal(given.rival_satisfaction[backward], 6 - meant.rival_satisfaction[backward])
    np.testing.assert_array_equal(given.rival_satisfaction[straight], same)
    # Importance from 0 to 10 has no words to be read backwards.
    np.testing.assert_array_equal(given.stated[backward], meant.stated[backward])
    assert (given.stated[straight] == 2 * same[:, None]).all()
    np.testing.assert_array_equal(given.rival_known, meant.rival_known)

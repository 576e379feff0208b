"""What customers did: at the planted rates, and only through what is planted."""

from dataclasses import replace

import numpy as np
import pytest

from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.behaviour import COMPLAINED, Behaviour, draw_behaviour
from drivers.survey.synthetic.ratings import PROBLEMS, Ratings, draw_ratings
from tests.survey.synthetic.samples import STANDARD_ERRORS, crowd, off, off_rate, people_of


def lived() -> Ratings:
    """What people do follows from what they lived through, not from what they ticked."""
    return crowd().ratings.lived


def test_what_people_do_does_not_follow_from_how_carefully_they_answer() -> None:
    n = 4000
    people = people_of(n, care=np.random.default_rng(2).integers(0, 3, n))
    ratings = draw_ratings(people, np.random.default_rng(3))
    assert (ratings.loyalty_score != ratings.lived.loyalty_score).any()
    done = draw_behaviour(people, ratings, np.random.default_rng(4))
    attentive = replace(people, care=np.zeros(n, dtype=int))
    expected = draw_behaviour(attentive, ratings.lived, np.random.default_rng(4))
    # But for the time that they take.
    for field in set(Behaviour.__slots__) - {"seconds"}:
        np.testing.assert_array_equal(getattr(done, field), getattr(expected, field))


def met(name: str) -> np.ndarray:
    return crowd().ratings.problem == PROBLEMS.index(name)


def test_who_is_less_loyal_leaves_more_often() -> None:
    left = crowd().behaviour.left.astype(float)
    churn = model.CHURN_AT_0 + model.CHURN_PER_POINT * lived().loyalty_score
    assert 0 < churn.min() < churn.max() < 1
    for low in range(0, 100, 20):
        rows = (lived().loyalty_score >= low) & (lived().loyalty_score <= low + 20)
        assert off(left[rows] - churn[rows], 0.0) < STANDARD_ERRORS
    # Beyond loyalty nothing matters: not satisfaction, not the wave, not how carefully one answers.
    care, satisfaction = crowd().people.care, lived().satisfaction
    for rows in [satisfaction == 1, satisfaction == 5, crowd().people.wave == 8, care == 1, care == 2]:
        assert off(left[rows] - churn[rows], 0.0) < STANDARD_ERRORS


@pytest.mark.parametrize("problem", PROBLEMS)
def test_complaints_follow_what_became_of_a_problem(problem: str) -> None:
    assert off_rate(crowd().behaviour.complained[met(problem)], COMPLAINED[problem]) < STANDARD_ERRORS


def test_problems_are_solved_within_their_days() -> None:
    days = crowd().behaviour.solved_days
    assert set(days[met("fast")]) == set(range(1, model.FAST_DAYS + 1))
    assert days[met("slow")].min() == model.FAST_DAYS + 2
    assert not days[met("none") | met("unsolved")].any()


@pytest.mark.parametrize("wave", range(1, 9))
def test_as_many_come_again_in_a_wave_as_planted(wave: int) -> None:
    rows = crowd().people.wave == wave
    again = crowd().behaviour.came_again
    assert off_rate(again[rows], model.REPEAT_CONTACT[wave - 1]) < STANDARD_ERRORS
    # Who was left with the problem comes again twice as often as others.
    unsolved = model.problem_parts()["unsolved"]
    usual = model.REPEAT_CONTACT[wave - 1] / (1 + unsolved)
    assert off_rate(again[rows & met("unsolved")], 2 * usual) < STANDARD_ERRORS


def test_waiting_is_longer_where_speed_is_rated_lower() -> None:
    waiting = crowd().behaviour.waiting
    medians = [np.median(waiting[lived().of("speed") == rating]) for rating in range(1, 6)]
    # The logarithm of a median is 3.4 − 0.3 (rating − 3); minutes are whole.
    np.testing.assert_allclose(medians, np.exp(3.4 - 0.3 * (np.arange(1, 6) - 3)), atol=1.0)


def test_contact_takes_time_of_planted_length_whatever_was_rated() -> None:
    contact = crowd().behaviour.contact
    # A gamma variable of shape 5 and scale 2.4, in whole minutes of at least one.
    assert contact.min() == 1
    assert off(contact.astype(float), 12.0) < STANDARD_ERRORS
    assert off(contact[lived().of("speed") == 1].astype(float), 12.0) < STANDARD_ERRORS


def test_promoters_bring_others() -> None:
    recommend = lived().loyalty[:, model.LOYALTY.index("recommend")]
    referrals = crowd().behaviour.referrals.astype(float)
    assert off(referrals[recommend >= 9], 0.09) < STANDARD_ERRORS
    assert off(referrals[recommend < 9], 0.01) < STANDARD_ERRORS


def test_straight_liners_take_a_third_of_the_time() -> None:
    seconds, straight = crowd().behaviour.seconds, crowd().people.care == 1
    assert np.median(seconds[straight]) / np.median(seconds[~straight]) == pytest.approx(np.exp(-1.2), rel=0.02)
    # So most of them, and hardly anybody else, are told by it.
    assert (seconds[straight] < 180).mean() > 0.9 and (seconds[~straight] < 180).mean() < 0.02


def test_customers_of_long_standing_are_worth_more() -> None:
    worth, new = crowd().behaviour.worth, crowd().people.new
    assert not (worth % 10).any()
    # Medians of lognormal variables, in tens.
    assert np.median(worth[new]) == pytest.approx(np.exp(5.3), abs=5)
    assert np.median(worth[~new]) == pytest.approx(np.exp(6.1), abs=10)

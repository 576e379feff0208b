"""Who is asked: exactly so many, in days of fieldwork, with weights that give every branch its customers back."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import SurveyError
from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.people import DAYS, FEWEST_IN_FIELD, People, _whole, draw_people
from tests.survey.synthetic.samples import STANDARD_ERRORS, crowd, off_rate

ROUNDED = 0.5e-4
"""Weights have four digits after the point."""

SIZES = model.branch_sizes()
SMALL = model.BRANCHES.index(model.BRANCH_SMALL)


def field(n: int, seed: int = 1) -> People:
    return draw_people(n, "field", np.random.default_rng(seed))


def refusal(n: int, sampling: str) -> str:
    with pytest.raises(SurveyError) as refused:
        draw_people(n, sampling, np.random.default_rng(1))  # type: ignore[arg-type]
    return str(refused.value)


# In the field


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("n", [FEWEST_IN_FIELD, FEWEST_IN_FIELD + 1, 12_000, 12_345])
def test_exactly_so_many_are_asked_in_every_branch_on_two_days_or_more(n: int, seed: int) -> None:
    people = field(n, seed)
    assert len(people) == n
    for column in (people.branch, people.day, people.age, people.new, people.woman, people.english, people.care):
        assert column.shape == (n,)
    assert set(people.wave) == set(range(1, 9))
    for branch in range(len(model.BRANCHES)):
        assert len(np.unique(people.day[people.branch == branch])) >= 2


@pytest.mark.parametrize(("n", "seed"), [(FEWEST_IN_FIELD, 3), (12_000, 22), (30_001, 5)])
def test_weights_give_every_branch_its_part_of_the_customers(n: int, seed: int) -> None:
    people = field(n, seed)
    part = SIZES / SIZES.sum()
    count = np.zeros((8, 24))
    weight = np.zeros((8, 24))
    np.add.at(count, (people.wave - 1, people.branch), 1)
    np.add.at(weight, (people.wave - 1, people.branch), people.weight)
    # Over all waves every branch has its part.
    assert (np.abs(weight.sum(axis=0) - part * n) <= ROUNDED * count.sum(axis=0) + 1e-9).all()
    # Within a wave so has each branch that was visited in all of them.
    always = (count > 0).all(axis=0)
    assert always.sum() >= 23
    assert (np.abs(weight - part * n / 8) <= ROUNDED * count + 1e-9)[:, always].all()
    assert people.weight.mean() == pytest.approx(1, abs=ROUNDED)


def test_a_branch_where_nobody_was_in_a_wave_speaks_in_the_others() -> None:
    gaps = 0
    for seed in range(40):
        people = field(FEWEST_IN_FIELD, seed)
        waves = people.wave[people.branch == SMALL]
        gaps += len(set(waves)) < 8
        total = people.weight[people.branch == SMALL].sum()
        assert total == pytest.approx(SIZES[SMALL] / SIZES.sum() * FEWEST_IN_FIELD, abs=ROUNDED * len(waves) + 1e-9)
    # The case did occur: nine customers seldom come to all of eight waves.
    assert gaps > 0


def test_within_a_branch_and_wave_all_weigh_the_same() -> None:
    people = field(12_000)
    for wave in (1, 8):
        for branch in range(24):
            assert len(set(people.weight[(people.wave == wave) & (people.branch == branch)])) <= 1


def test_branches_are_asked_by_the_root_of_their_size() -> None:
    n = 12_000
    count = np.bincount(field(n).branch, minlength=24)
    assert count[SMALL] == round(model.SMALL_PART * n)
    others = np.delete(np.arange(24), SMALL)
    expected = np.sqrt(SIZES[others]) / np.sqrt(SIZES[others]).sum() * (n - count[SMALL])
    # Whole customers.
    assert (np.abs(count[others] - expected) < 1).all()


def test_a_branchs_customers_are_spread_evenly_over_its_days() -> None:
    people = field(12_000, 7)
    for branch in range(24):
        days, count = np.unique(people.day[people.branch == branch], return_counts=True)
        assert len(days) <= 8 * DAYS
        assert np.ptp(count) <= 1
        assert len(days) == min(8 * DAYS, count.sum())


def test_a_day_belongs_to_one_branch_and_wave_and_rows_are_in_order() -> None:
    people = field(12_000, 4)
    of_day = {(int(day), int(w), int(b)) for day, w, b in zip(people.day, people.wave, people.branch, strict=True)}
    assert len(of_day) == people.days == len(np.unique(people.day))
    rows = list(zip(people.wave, people.branch, people.day, strict=True))
    assert rows == sorted(rows)
    most = max(len({d for d, w, b in of_day if (w, b) == place}) for place in {(w, b) for _, w, b in of_day})
    assert most == DAYS


# One by one


def test_customers_drawn_one_by_one_weigh_the_same_and_come_on_days_of_their_own() -> None:
    people = draw_people(5000, "simple", np.random.default_rng(2))
    assert len(people) == 5000
    assert (people.weight == 1).all()
    assert people.days == 5000 and len(set(people.day)) == 5000
    assert all(before <= after for before, after in pairwise(people.wave))


def test_one_customer_is_enough_one_by_one() -> None:
    assert len(draw_people(1, "simple", np.random.default_rng(3))) == 1


def test_branches_come_by_their_size_and_waves_evenly() -> None:
    people = crowd().people
    off = [off_rate(people.branch == b, size / SIZES.sum()) for b, size in enumerate(SIZES)]
    off += [off_rate(people.wave == wave, 1 / 8) for wave in range(1, 9)]
    assert max(off) < STANDARD_ERRORS


# Who they are


def test_ages_mix_as_planted_and_otherwise_in_one_wave() -> None:
    people = crowd().people
    for wave in range(1, 9):
        mix = [0.55, 0.33, 0.12] if model.WAVES[wave - 1] == "2023Q2" else [0.25, 0.45, 0.30]
        rows = people.wave == wave
        assert max(off_rate(people.age[rows] == age, part) for age, part in enumerate(mix)) < STANDARD_ERRORS


def test_kinds_of_customers_are_the_same_everywhere() -> None:
    people = crowd().people
    places = [people.wave == wave for wave in range(1, 9)]
    places += [people.age == age for age in range(3)]
    places += [people.branch == branch for branch in range(24)]
    places += [people.care == care for care in range(3)]
    for rows in places:
        assert off_rate(people.new[rows], model.NEW_CUSTOMERS) < STANDARD_ERRORS
        assert off_rate(people.woman[rows], 0.46) < STANDARD_ERRORS
        assert off_rate(people.english[rows], 0.16) < STANDARD_ERRORS


def test_the_careless_are_as_many_as_planted() -> None:
    care = crowd().people.care
    assert off_rate(care == 1, model.STRAIGHT_LINERS) < STANDARD_ERRORS
    assert off_rate(care == 2, model.BACKWARD_READERS) < STANDARD_ERRORS
    assert set(care) == {0, 1, 2}


# Whole numbers


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=40), st.none() | st.integers(0, 99))
def test_whole_numbers_keep_the_sum_and_stay_next_to_their_parts(parts: list, seed: int | None) -> None:
    rng = None if seed is None else np.random.default_rng(seed)
    whole = _whole(np.array(parts), rng)
    assert whole.sum() == round(float(np.sum(parts)))
    # 1e-6: a sum of parts may round to the next whole number where the parts themselves do not.
    assert (np.abs(whole - parts) < 1 + 1e-6).all()


# Too few


@pytest.mark.parametrize("n", [0, FEWEST_IN_FIELD - 1])
def test_too_few_for_the_field_are_refused(n: int) -> None:
    assert refusal(n, "field") == (
        f"Expected at least 6000 respondents for sampling 'field', found {n}; ask for more or use sampling 'simple'."
    )


@pytest.mark.parametrize("n", [0, -5])
def test_nobody_is_refused(n: int) -> None:
    assert refusal(n, "simple") == f"Expected at least 1 respondent, found {n}; ask for more."

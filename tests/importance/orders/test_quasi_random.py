"""Quasi-random orderings: each equally likely, evenly spread, and the same for the same seed."""

from itertools import permutations

import numpy as np
import pytest

from drivers.errors import ModelError
from drivers.importance.orders.quasi_random import LEAST, RANDOMISATIONS, ordered, orderings, place_counts, scrambles

FIVE_STANDARD_ERRORS = 5.0
"""Of a count of independent orderings: passed by chance but for one in a million, and seeds are fixed."""


@pytest.mark.parametrize("k", [1, 2, 3, 7, 50, 130])
@pytest.mark.parametrize("count", [32, 256])
def test_each_is_an_ordering_and_half_are_reverses(k: int, count: int) -> None:
    found = orderings(k, count, seed=1)
    assert found.shape == (count, k)
    assert np.array_equal(np.sort(found, axis=1), np.tile(np.arange(k), (count, 1)))
    halves = found.reshape(RANDOMISATIONS, 2, -1, k)
    assert np.array_equal(halves[:, 1], halves[:, 0, :, ::-1])


def test_a_seed_gives_the_same_orderings_and_another_gives_others() -> None:
    assert np.array_equal(orderings(9, 128, seed=5), orderings(9, 128, seed=5))
    assert not np.array_equal(orderings(9, 128, seed=5), orderings(9, 128, seed=6))


def test_more_orderings_go_on_where_fewer_stop() -> None:
    scrambled = scrambles(9, 5)
    whole = ordered(scrambled, 0, 64)
    parts = [ordered(scrambled, begin, points) for begin, points in ((0, 16), (16, 16), (32, 32))]
    assert np.array_equal(whole, np.concatenate(parts, axis=1))


def test_randomisations_differ() -> None:
    found = ordered(scrambles(6, 1), 0, 64)
    first = {tuple(map(tuple, each)) for each in found}
    assert len(first) == RANDOMISATIONS


@pytest.mark.parametrize("point", [0, 1, 5])
def test_every_ordering_is_equally_likely_at_every_point(point: int) -> None:
    seeds = 1500
    drawn = np.concatenate([ordered(scrambles(4, seed), 0, 8)[:, point] for seed in range(seeds)])
    counts = {order: 0 for order in permutations(range(4))}
    for order in drawn:
        counts[tuple(map(int, order))] += 1
    expected = len(drawn) / 24
    assert np.abs(np.array(list(counts.values())) - expected).max() < FIVE_STANDARD_ERRORS * np.sqrt(expected)


def test_a_unit_comes_before_another_more_evenly_than_by_chance() -> None:
    points = 512
    places = np.argsort(ordered(scrambles(8, 3), 0, points), axis=2)
    before = (places[:, :, :, None] < places[:, :, None, :]).sum(axis=1)[:, *np.triu_indices(8, 1)]
    assert ((before - points / 2) ** 2).mean() < points / 4 / 10


def test_few_units_come_in_all_their_orders_alike() -> None:
    # Three units in their six orders, 512 points: by chance the counts would spread by 9.
    for each in ordered(scrambles(3, 4), 0, 512):
        _, counts = np.unique(each, axis=0, return_counts=True)
        assert len(counts) == 6
        assert np.abs(counts - 512 / 6).max() <= 8


def test_counts_by_unit_and_place() -> None:
    orders = np.array([[2, 0, 1], [2, 1, 0], [0, 1, 2]])
    assert np.array_equal(place_counts(orders), [[1, 1, 1], [0, 2, 1], [2, 0, 1]])


@pytest.mark.parametrize(("count", "better"), [(0, 32), (31, 32), (48, 64), (1000, 1024)])
def test_other_numbers_are_refused(count: int, better: int) -> None:
    with pytest.raises(ModelError) as refused:
        orderings(5, count, seed=1)
    assert str(refused.value) == (
        f"Expected a power of two of at least {LEAST} orderings, found {count}; take {better} of them."
    )

"""What is withheld: small reports, and those from which small ones could be worked out."""

import numpy as np
import pytest

from drivers.publish.batch.disclosure import About, withheld

WHOLE = About()


def table(counts: dict[str, dict[str, int]]) -> dict[About, int]:
    return {About(unit, wave): n for unit, waves in counts.items() for wave, n in waves.items()}


def test_nothing_is_withheld_where_nothing_is_small() -> None:
    counts = table({"a": {"1": 10, "2": 40}, "b": {"1": 30, "2": 20}})
    assert withheld(counts, [WHOLE, About("a"), About("b"), *counts], 10) == {}


def test_a_small_unit_takes_the_next_smallest_with_it() -> None:
    counts = table({"a": {"": 4}, "b": {"": 60}, "c": {"": 25}})
    # All less b less c would be a.
    assert withheld(counts, [WHOLE, *counts], 10) == {About("a"): "few", About("c"): "difference"}


def test_without_the_whole_nothing_follows_from_the_others() -> None:
    counts = table({"a": {"": 4}, "b": {"": 60}, "c": {"": 25}})
    assert withheld(counts, list(counts), 10) == {About("a"): "few"}


def test_small_ones_that_hide_each_other_must_be_enough_people_together() -> None:
    counts = table({"a": {"": 4}, "b": {"": 5}, "c": {"": 25}, "d": {"": 60}})
    assert withheld(counts, [WHOLE, *counts], 10)[About("c")] == "difference"
    counts[About("b")] = 8  # twelve people cannot be told apart
    assert set(withheld(counts, [WHOLE, *counts], 10)) == {About("a"), About("b")}


def test_a_quarter_of_a_unit_is_no_difference_of_the_unit_and_its_other_quarters() -> None:
    counts = table({"a": {"1": 5, "2": 50, "3": 30}, "b": {"1": 40, "2": 40, "3": 40}})
    found = withheld(counts, [About("a"), About("b"), *counts], 10)
    assert found == {About("a", "1"): "few", About("a", "3"): "difference"}


def test_who_nobody_belongs_to_is_not_spoken_of() -> None:
    counts = table({"a": {"1": 0, "2": 50}, "b": {"1": 40, "2": 40}})
    assert withheld(counts, [WHOLE, About("a"), About("b"), *counts], 10) == {}


def test_units_by_waves_need_a_cell_in_each_line() -> None:
    counts = table({u: {w: 30 for w in "123"} for u in "abc"})
    counts[About("a", "1")] = 3
    wanted = [WHOLE, *(About(u) for u in "abc"), *(About("", w) for w in "123"), *counts]
    found = withheld(counts, wanted, 10)
    assert found[About("a", "1")] == "few"
    # One more in its row, one in its column, and one where those two cross.
    assert len(found) == 4 and not worked_out(counts, wanted, found)


def worked_out(counts: dict[About, int], wanted: list[About], found: dict[About, str]) -> list[About]:
    """Small reports that are sums and differences of published ones, by the rank of all cells at once."""
    cells = list(counts)
    published = [
        one for one in dict.fromkeys(wanted) if one not in found and sum(counts[c] for c in cells if one.holds(c))
    ]
    matrix = np.array([[one.holds(cell) for cell in cells] for one in published], dtype=float).reshape(-1, len(cells))
    rank = np.linalg.matrix_rank(matrix) if len(matrix) else 0
    told = []
    for one, reason in found.items():
        vector = np.array([one.holds(cell) for cell in cells], dtype=float)
        if reason == "few" and len(matrix) and np.linalg.matrix_rank(np.vstack([matrix, vector])) == rank:
            told.append(one)
    return told


@pytest.mark.parametrize("seed", range(60))
def test_no_small_report_follows_from_the_published_ones(seed: int) -> None:
    rng = np.random.default_rng(seed)
    units, waves = [f"u{i}" for i in range(rng.integers(1, 6))], [f"w{i}" for i in range(rng.integers(1, 5))]
    counts = {About(u, w): int(n) for u in units for w in waves if (n := rng.integers(0, 40))}
    every = [WHOLE, *(About(u) for u in units), *(About("", w) for w in waves), *counts]
    wanted = [one for one in every if rng.random() < 0.8]
    found = withheld(counts, wanted, 10)
    sizes = {one: sum(n for cell, n in counts.items() if one.holds(cell)) for one in wanted}
    assert all(found.get(one) == "few" for one, n in sizes.items() if 0 < n < 10)
    assert all(sizes[one] >= 10 for one, reason in found.items() if reason == "difference")
    assert not worked_out(counts, wanted, found)
    # No whole and its published parts differ by a few people.
    for whole in wanted:
        if whole in found:
            continue
        for parts in ([About(u, whole.wave) for u in units], [About(whole.unit, w) for w in waves], list(counts)):
            inside = [p for p in parts if p in sizes and p not in found and whole.holds(p) and p != whole]
            left = sizes[whole] - sum(sizes[p] for p in inside)
            assert left == 0 or left >= 10 or not inside


def test_more_withheld_than_needed_is_no_answer() -> None:
    rng = np.random.default_rng(1)
    counts = {About(f"u{i}", f"w{j}"): int(n) for i in range(24) for j in range(8) if (n := rng.integers(8, 90))}
    wanted = [WHOLE, *(About(f"u{i}") for i in range(24)), *counts]
    found = withheld(counts, wanted, 10)
    few = sum(reason == "few" for reason in found.values())
    assert 0 < few < 12 and len(found) <= 2 * few

"""Weights that give some respondents the composition of others, and what they add to errors."""

import numpy as np
import pytest

from drivers.waves.reweighting import reweighted

ROUNDING = 1e-8
"""Newton's steps end there."""

SMALL = 1e-5
"""By so much a weight is moved to see what a mean does."""


def people(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Weights, two columns of groups, and who is of the later wave."""
    rng = np.random.default_rng(seed)
    later = np.arange(300) >= 140
    age = rng.choice(3, 300, p=(0.5, 0.3, 0.2))
    age[later] = rng.choice(3, 160, p=(0.2, 0.3, 0.5))
    sex = (rng.random(300) < np.where(later, 0.6, 0.4)).astype(int)
    return rng.uniform(0.5, 2.0, 300), age, sex, later


def indicators(*columns: np.ndarray) -> np.ndarray:
    parts = [(column == value).astype(float) for column in columns for value in range(1, int(column.max()) + 1)]
    return np.column_stack([np.ones(len(columns[0])), *parts])


def test_cells_are_post_stratification() -> None:
    weights, age, sex, later = people()
    cell = 2 * age + sex
    found = reweighted(weights, indicators(cell), later, ~later)
    assert found is not None
    for value in np.unique(cell):
        inside = cell == value
        before = weights[inside & ~later].sum() / weights[~later].sum()
        after = weights[inside & later].sum() / weights[later].sum()
        assert found.weights[inside & later] == pytest.approx(weights[inside & later] * before / after, abs=ROUNDING)
    assert not found.weights[~later].any()


def test_margins_are_iterative_proportional_fitting() -> None:
    weights, age, sex, later = people()
    found = reweighted(weights, indicators(age, sex), later, ~later)
    assert found is not None
    raked = np.where(later, weights, 0.0)
    for _ in range(200):
        for column in (age, sex):
            for value in np.unique(column):
                inside = column == value
                goal = weights[inside & ~later].sum() / weights[~later].sum()
                raked[inside] *= goal / (raked[inside].sum() / raked.sum())
    raked *= weights[later].sum() / raked.sum()
    assert found.weights == pytest.approx(raked, abs=ROUNDING)


@pytest.mark.parametrize("cells", [True, False])
def test_influence_is_what_a_mean_moves_by_with_a_weight(cells: bool) -> None:
    weights, age, sex, later = people()
    values = np.random.default_rng(3).normal(size=(300, 1)) + age[:, None]
    basis = indicators(2 * age + sex) if cells else indicators(age, sex)

    def moved(row: int, total: bool) -> float:
        means = []
        for by in (SMALL, -SMALL):
            own = weights.copy()
            own[row] *= 1 + by
            found = reweighted(own, basis, later, ~later)
            assert found is not None
            means.append(float(found.mean(values)[0]) * (own[later].sum() if total else 1.0))
        return (means[0] - means[1]) / (2 * SMALL)

    found = reweighted(weights, basis, later, ~later)
    assert found is not None
    influence, of_totals = found.influence(values)[:, 0], found.influence_of_totals(values)[:, 0]
    for row in (0, 7, 139, 140, 200, 299):
        assert influence[row] == pytest.approx(moved(row, total=False), abs=1e-7)
        assert of_totals[row] == pytest.approx(moved(row, total=True), abs=1e-5)
    assert influence.sum() == pytest.approx(0, abs=ROUNDING)


def test_a_group_that_is_missing_is_out_of_reach() -> None:
    weights, age, _, later = people()
    age[later & (age == 2)] = 1
    assert reweighted(weights, indicators(age), later, ~later) is None

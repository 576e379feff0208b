"""Imputation: what it must never do, every draw written differently, and truths that are found again."""

import os
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import drivers as kda
from drivers.importance.orders.subsets import lmg_values
from drivers.imputation import Imputation, impute, matching
from drivers.imputation.equations import MOST_STRATA, ROWS_PER_STRATUM, equations
from drivers.imputation.matching import RIDGE, near
from drivers.linearization import linearised_covariance
from drivers.moments import weighted_moments
from drivers.pairwise import pairwise_influence
from drivers.pooling import pool
from tests.reference_numbers import RATINGS, table

ROUNDING = 1e-12
"""Relative: sums of some hundred numbers in another order."""

FOUR_STANDARD_ERRORS = 4.0
"""Of a simulated estimate: passed by chance in all but 6 of 100,000 runs, and seeds are fixed."""

CUTS = np.array([-1.6, -0.9, -0.2, 0.8])
"""Where a standard normal score is cut into answers of 1 to 5."""


def ratings(n: int, p: int, seed: int) -> np.ndarray:
    """p ratings of 1 to 5 that correlate, and an outcome that depends on them unequally; no hole."""
    rng = np.random.default_rng(seed)
    scores = 0.75 * rng.normal(size=(n, 1)) + np.sqrt(1 - 0.75**2) * rng.normal(size=(n, p))
    x = 1.0 + np.searchsorted(CUTS, scores)
    return np.column_stack([x, (x - 3) @ (0.5 / np.arange(1, p + 1)) + rng.normal(0, 0.8, n)])


def with_holes(answers: np.ndarray, part: float, seed: int) -> np.ndarray:
    return np.where(np.random.default_rng(seed).random(answers.shape) < part, np.nan, answers)


@pytest.fixture
def answers() -> np.ndarray:
    """120 respondents, four ratings and an outcome, a fifth missing everywhere; somebody left all of them out."""
    holes = with_holes(ratings(120, 4, 501), 0.2, 502)
    holes[7] = np.nan
    return holes


def same(one: Imputation, other: Imputation) -> bool:
    return bool(np.array_equal(one.values, other.values))


# What stands and what is drawn


def test_answers_stay_and_every_hole_gets_an_answer_that_was_given(answers: np.ndarray) -> None:
    found = impute(answers, m=4, seed=1)
    assert found.values.shape == (4, 119, 5)
    assert found.rows.tolist() == [row for row in range(120) if row != 7]
    assert found.n_empty == 1
    holes = np.isnan(answers[found.rows])
    for copy in found.values:
        assert np.array_equal(copy[~holes], answers[found.rows][~holes])
        for j in range(5):
            assert set(copy[holes[:, j], j]) <= set(answers[~np.isnan(answers[:, j]), j])
    assert found.n_imputed.tolist() == holes.sum(axis=0).tolist()
    assert not same(impute(answers, m=4, seed=2), found)
    assert len({copy.tobytes() for copy in found.values}) == 4
    assert not any(getattr(found, name).flags.writeable for name in ("values", "rows", "factors", "n_imputed"))


def test_the_given_answers_are_not_written_to(answers: np.ndarray) -> None:
    before, applicable = answers.copy(), np.ones(answers.shape, dtype=bool)
    applicable.setflags(write=False)
    answers.setflags(write=False)
    impute(answers, m=2, seed=1, outcome=4, applicable=applicable, products=[(3, 0, 1)])
    np.testing.assert_array_equal(answers, before)


def test_a_seed_gives_one_result_whoever_draws(answers: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    state = np.random.get_state()[1].copy()
    found = impute(answers, m=3, seed=5)
    assert same(impute(answers, m=3, seed=np.random.default_rng(5)), found)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert same(impute(answers, m=3, seed=5), found)
    # A copy does not depend on how many there are.
    np.testing.assert_array_equal(impute(answers, m=1, seed=5).values, found.values[:1])
    np.testing.assert_array_equal(np.random.get_state()[1], state)


def test_a_generator_goes_on(answers: np.ndarray) -> None:
    rng = np.random.default_rng(5)
    assert not same(impute(answers, m=1, seed=rng), impute(answers, m=1, seed=rng))


def test_without_holes_all_copies_are_the_answers() -> None:
    complete = ratings(50, 3, 503)
    found = impute(complete, m=3, seed=1)
    assert np.array_equal(found.values, np.stack([complete] * 3))
    assert np.isnan(found.chain_means).all()
    assert (found.n_empty, found.n_without_outcome) == (0, 0)


# Which rows


def test_rows_that_take_no_part_change_nothing(answers: np.ndarray) -> None:
    rng = np.random.default_rng(504)
    weights = rng.lognormal(0, 0.5, 120)
    expected = impute(answers[20:], m=2, seed=3, weights=weights[20:])
    domain = np.arange(120) >= 20
    wild = answers.copy()
    wild[:20] = 1e6 * rng.normal(size=(20, 5))
    for found in (
        impute(wild, m=2, seed=3, weights=weights, rows=domain),
        impute(wild, m=2, seed=3, weights=np.where(domain, weights, 0.0)),
        impute(wild, m=2, seed=3, weights=weights, factors=domain.astype(float)),
    ):
        assert same(found, expected)
        assert np.array_equal(found.rows, expected.rows + 20)
        assert found.n_empty == expected.n_empty
    assert impute(answers, m=1, seed=3, rows=domain).n_empty == 0


def test_rows_without_the_outcome_help_and_are_then_left_out(answers: np.ndarray) -> None:
    kept = impute(answers, m=2, seed=4, outcome=4, keep_imputed_outcome=True)
    found = impute(answers, m=2, seed=4, outcome=4)
    known = ~np.isnan(answers[kept.rows, 4])
    assert np.array_equal(found.values, kept.values[:, known])
    assert np.array_equal(found.rows, kept.rows[known])
    assert found.n_without_outcome == (~known).sum() > 0
    assert kept.n_without_outcome == 0
    assert found.n_imputed.tolist() == np.isnan(answers[found.rows]).sum(axis=0).tolist()
    assert found.n_imputed[4] == 0 < kept.n_imputed[4]
    # Left out before, they would not have helped.
    assert not np.array_equal(found.values, impute(answers[~np.isnan(answers[:, 4])], m=2, seed=4, outcome=4).values)


def test_a_row_that_is_drawn_twice_is_two_rows(answers: np.ndarray) -> None:
    factors = np.random.default_rng(505).multinomial(120, np.full(120, 1 / 120)).astype(float)
    strata, weights = np.arange(120) % 3, np.random.default_rng(506).lognormal(0, 0.5, 120)
    found = impute(answers, m=2, seed=6, outcome=4, factors=factors, strata=strata, weights=weights)
    drawn = np.repeat(np.arange(120), factors.astype(int))
    expected = impute(answers[drawn], m=2, seed=6, outcome=4, strata=strata[drawn], weights=weights[drawn])
    assert same(found, expected)
    assert np.array_equal(found.rows, drawn[expected.rows])
    assert (found.factors == 1).all()
    # Copies of one respondent have imputations of their own.
    apart = [
        not np.array_equal(one, other)
        for one, other, (a, b) in zip(found.values[0], found.values[0][1:], pairwise(found.rows), strict=False)
        if a == b
    ]
    assert 0.1 < np.mean(apart) < 0.9


def test_rescaled_factors_keep_their_sum(answers: np.ndarray) -> None:
    counts = np.random.default_rng(507).multinomial(110, np.full(120, 1 / 120))
    factors = counts * 12 / 11
    found = impute(answers, m=1, seed=6, factors=factors)
    np.testing.assert_array_equal(
        np.bincount(found.rows, minlength=120)[np.arange(120) != 7], counts[np.arange(120) != 7]
    )
    np.testing.assert_allclose(found.factors, 12 / 11, rtol=ROUNDING)
    # Half and threefold: never less than one row, and weights that add up.
    factors = np.where(np.arange(120) % 2 == 0, 0.4, 2.6)
    found = impute(answers, m=1, seed=6, factors=factors)
    summed = np.bincount(found.rows, weights=found.factors, minlength=120)
    np.testing.assert_allclose(np.delete(summed, 7), np.delete(factors, 7), rtol=ROUNDING)
    assert np.bincount(found.rows).tolist() == [0 if row == 7 else 1 + 2 * (row % 2) for row in range(120)]


# What is not applicable


def test_what_is_not_applicable_stays_and_is_nobodys_answer(answers: np.ndarray) -> None:
    applicable = np.ones(answers.shape, dtype=bool)
    applicable[:30, 1] = False
    filled = answers.copy()
    filled[:30, 1] = 2.75
    # A value that stands in for an answer is no answer: there is nothing by which to impute the others.
    assert np.isnan(filled[7, [0, 2, 3, 4]]).all()
    found = impute(filled, m=3, seed=8, outcome=4, keep_imputed_outcome=True, applicable=applicable)
    for copy in found.values:
        assert (copy[found.rows < 30, 1] == 2.75).all()
        assert (copy[found.rows >= 30, 1] != 2.75).all()
    assert (found.n_empty, 7 in found.rows) == (1, False)
    assert found.n_imputed[1] == np.isnan(answers[30:, 1]).sum()
    # Nor does it change the regression by which others are imputed.
    moved = filled.copy()
    moved[:30, 1] = 1e5
    others = np.delete(np.arange(5), 1)
    alone = [impute(v, m=1, seed=8, applicable=applicable, rows=np.arange(120) >= 30).values for v in (filled, moved)]
    assert np.array_equal(*alone)
    assert not np.isnan(impute(moved, m=1, seed=8, applicable=applicable).values[..., others]).any()


# Every draw, written differently


def one_chain(
    answers: np.ndarray,
    seed: int,
    *,
    iterations: int,
    donors: int,
    extra: np.ndarray,
    applicable: np.ndarray,
    model: dict[int, list[tuple[int, ...]]],
) -> tuple[np.ndarray, np.ndarray]:
    """One copy, by the papers: least squares by inverse, the distances of each hole sorted one by one.

    model: column → its predictors, each a product of columns of the answers and, behind them, of `extra`.
    """
    p = answers.shape[1]
    hole = np.isnan(answers)
    known = ~hole & applicable
    own = [answers[known[:, j], j] for j in range(p)]
    z = np.column_stack([*((answers[:, j] - own[j].mean()) / own[j].std() for j in range(p)), extra])
    filled, means = answers.copy(), np.full((iterations, p), np.nan)
    rng = np.random.default_rng(seed).spawn(1)[0]
    order = sorted(model, key=lambda j: hole[:, j].sum())
    for j in order:
        z[hole[:, j], j] = z[rng.choice(np.flatnonzero(known[:, j]), hole[:, j].sum()), j]
    for iteration in range(iterations):
        for j in order:
            x = np.column_stack([np.prod(z[:, list(term)], axis=1) for term in model[j]])
            rows, y = np.flatnonzero(known[:, j]), z[known[:, j], j]
            chi2, normals = rng.chisquare(len(rows) - len(model[j])), rng.standard_normal(len(model[j]))
            gram = x[rows].T @ x[rows]
            gram += RIDGE * np.diag(np.diag(gram))
            fit = x[rows] @ np.linalg.inv(gram) @ x[rows].T @ y
            sigma = np.sqrt(((y - fit) ** 2).sum() / chi2)
            noise = np.linalg.inv(np.linalg.cholesky(gram)).T @ normals
            drawn = np.linalg.inv(gram) @ x[rows].T @ y + sigma * noise
            uniforms = rng.random(hole[:, j].sum())
            for row, uniform in zip(np.flatnonzero(hole[:, j]), uniforms, strict=True):
                donor = rows[np.argsort(np.abs(fit - x[row] @ drawn))][int(uniform * donors)]
                filled[row, j] = answers[donor, j]
            z[hole[:, j], j] = (filled[hole[:, j], j] - own[j].mean()) / own[j].std()
            means[iteration, j] = filled[hole[:, j], j].mean()
    return filled, means


def test_every_draw_as_in_the_papers(answers: np.ndarray) -> None:
    holes = np.delete(answers, 7, axis=0)
    rng = np.random.default_rng(508)
    weights, strata = rng.lognormal(0, 0.5, 119), rng.choice([4, 5, 6], p=[0.2, 0.5, 0.3], size=119)
    assert [int((strata == code).sum()) for code in (4, 5, 6)] == [23, 65, 31]
    applicable = np.ones(holes.shape, dtype=bool)
    applicable[:15, 2] = False
    holes[:15, 2] = 3.3
    found = impute(
        holes, m=1, seed=9, outcome=4, keep_imputed_outcome=True, weights=weights, strata=strata,
        applicable=applicable, products=[(3, 0, 1)], iterations=3, donors=4,
    )  # fmt: skip
    log = np.log(weights)
    # Columns 5, 6 and 7: log weights (which rule out ties), and the strata behind the largest one.
    extra = np.column_stack([(log - log.mean()) / log.std(), strata == 6, strata == 4])
    held = [(), (5,), (6,), (7,)]
    model = {
        0: [(1,), (2,), (4,), *held, (4, 1), (1, 1), (4, 1, 1)],
        1: [(0,), (2,), (4,), *held, (4, 0), (0, 0), (4, 0, 0)],
        2: [(0,), (1,), (0, 1), (4,), *held],
        4: [(0,), (1,), (2,), (0, 1), *held],
    }
    expected, means = one_chain(holes, 9, iterations=3, donors=4, extra=extra, applicable=applicable, model=model)
    for j in model:
        np.testing.assert_array_equal(found.values[0, :, j], expected[:, j])
        np.testing.assert_allclose(found.chain_means[0, :, j], means[:, j], rtol=ROUNDING)
    first, second = (expected[:, j] - np.nanmean(holes[:, j]) for j in (0, 1))
    np.testing.assert_allclose(found.values[0, :, 3], first * second, rtol=ROUNDING, atol=ROUNDING)
    assert np.isnan(found.chain_means[:, :, 3]).all()
    assert found.n_imputed[3] == np.isnan(holes[:, 3]).sum()


def test_nearly_repeated_columns_as_in_the_papers() -> None:
    holes = with_holes(ratings(150, 3, 530), 0.15, 531)
    rng = np.random.default_rng(532)
    # A hundredth of a step apart: how much of their difference is believed is up to the ridge.
    twin = holes[:, 0] + 0.005 * rng.normal(size=150)
    columns = np.column_stack([holes[~np.isnan(holes).all(axis=1)], twin[~np.isnan(holes).all(axis=1)]])
    others = {j: [*((i,) for i in range(5) if i != j), ()] for j in range(5)}
    found = impute(columns, m=1, seed=20, iterations=2)
    expected, _ = one_chain(
        columns,
        20,
        iterations=2,
        donors=5,
        extra=np.empty((len(columns), 0)),
        applicable=np.ones(columns.shape, dtype=bool),
        model=others,
    )
    np.testing.assert_array_equal(found.values[0], expected)


def test_a_single_column_with_holes_needs_one_round(answers: np.ndarray) -> None:
    one = ratings(80, 3, 509)
    one[:20, 1] = np.nan
    found = impute(one, m=2, seed=10, iterations=10)
    assert same(found, impute(one, m=2, seed=10, iterations=1))
    assert np.isfinite(found.chain_means[:, 0, 1]).all()
    assert np.isnan(found.chain_means[:, 1:]).all()
    assert not same(impute(answers, m=2, seed=10, iterations=1), impute(answers, m=2, seed=10, iterations=2))


@pytest.mark.parametrize("target", [-9.0, -0.3, 0.0, 0.49, 0.5, 2.0, 9.0])
@pytest.mark.parametrize("donors", [1, 3, 5, 20])
def test_the_nearest_are_drawn_alike_and_ties_share(target: float, donors: int) -> None:
    expected = np.array([-2.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.9, 2.0, 2.0, 3.0])
    uniforms = (np.arange(12000) + 0.5) / 12000
    found = np.bincount([near(expected, target, donors, u) for u in uniforms], minlength=10) / 12000
    # Written differently: ranks by distance, the places of a tie shared by all who are in it.
    distance = np.round(np.abs(expected - target), 12)
    if target == 0.5:
        # 0 is .5 away on the lower side, .9 only .4 above.
        assert distance.min() == 0.4
    taken = min(donors, 10)
    share = np.zeros(10)
    for value in np.unique(distance):
        group = distance == value
        before = (distance < value).sum()
        share[group] = max(0, min(taken - before, group.sum())) / group.sum() / taken
    np.testing.assert_allclose(found, share, atol=2 / 12000)


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(510).normal(size=1000),
        np.random.default_rng(511).integers(0, 6, 1000) / 7,
        np.append(np.random.default_rng(512).integers(0, 6, 999) / 7, 1e9),
        np.full(50, 3.0),
        np.array([2.0]),
        np.array([1.0, -1.0]),
    ],
    ids=["normal", "ties", "one far away", "all the same", "one", "two"],
)
def test_places_in_increasing_order_ties_as_they_stand(values: np.ndarray) -> None:
    np.testing.assert_array_equal(matching._sorted_places(values), np.argsort(values, kind="stable"))


# What predicts


def predictors_of(values: np.ndarray, **options: object) -> tuple[np.ndarray, np.ndarray]:
    held = {"weights": None, "strata": None, "products": (), "outcome": None, **options}
    found = equations(values, ~np.isnan(values), **held)  # type: ignore[arg-type]
    return found.z, found.uses


def test_every_column_is_predicted_by_all_others() -> None:
    z, uses = predictors_of(ratings(60, 3, 513))
    assert z.shape == (60, 5)
    assert uses.tolist() == [
        [False, True, True, True, True],
        [True, False, True, True, True],
        [True, True, False, True, True],
        [True, True, True, False, True],
    ]
    assert (z[:, 4] == 1).all()


def test_equal_weights_say_nothing_and_their_scale_does_not_matter(answers: np.ndarray) -> None:
    weights = np.random.default_rng(514).lognormal(0, 0.5, 120)
    plain, weighted = impute(answers, m=2, seed=11), impute(answers, m=2, seed=11, weights=weights)
    assert same(impute(answers, m=2, seed=11, weights=np.full(120, 3.0)), plain)
    assert not same(weighted, plain)
    assert same(impute(answers, m=2, seed=11, weights=1024 * weights), weighted)


def test_small_strata_stay_with_the_largest() -> None:
    n = 1000
    strata = np.repeat([7, 3, 9, 1], [600, 20, 19, 361])
    z, _ = predictors_of(ratings(n, 2, 515), strata=strata)
    # Three columns, the constant, then strata 1 and 3 by size.
    assert z.shape[1] == 6
    assert np.array_equal(z[:, 4], strata == 1)
    assert np.array_equal(z[:, 5], strata == 3)


def test_the_largest_strata_are_told_apart_and_no_more() -> None:
    strata = np.repeat(np.arange(40), np.arange(40) + ROWS_PER_STRATUM)
    z, _ = predictors_of(ratings(len(strata), 2, 516), strata=strata)
    shown = z[:, 4:]
    assert shown.shape[1] == MOST_STRATA
    assert [int(strata[column > 0][0]) for column in shown.T] == list(range(38, 8, -1))


def test_an_indicator_adds_only_what_is_not_told_already(answers: np.ndarray) -> None:
    parts = ratings(60, 3, 517)
    parts[:, 1] = parts[:, 1] > 3
    z, uses = predictors_of(parts, products=[(2, 0, 1)], outcome=3)
    # Behind columns and constant: for 0 the outcome times 1; for 1 the outcome times 0, 0², the outcome times 0².
    assert uses[:, 5:].tolist() == [
        [True, False, False, False],
        [False, True, True, True],
        [False] * 4,
        [False] * 4,
    ]
    assert uses[2].tolist() == [False] * 9
    assert uses[:, 2].tolist() == [False, False, False, True]
    assert z.shape == (60, 9)


def test_a_product_with_the_outcome_adds_nothing_of_its_own() -> None:
    _, uses = predictors_of(ratings(60, 3, 518), products=[(2, 0, 3)], outcome=3)
    assert uses.shape == (4, 5)


def test_what_a_column_is_measured_in_does_not_matter(answers: np.ndarray) -> None:
    scale, shift = np.array([1e-8, 1.0, 1e8, 2.0, 1.0]), np.array([0.0, 5.0, 0.0, 3.0, 1e3])
    # Weights make every expected answer another: rounding has no tie to turn.
    weights = np.random.default_rng(529).lognormal(0, 0.5, 120)
    found = impute(answers * scale + shift, m=2, seed=12, weights=weights).values
    expected = impute(answers, m=2, seed=12, weights=weights).values
    np.testing.assert_allclose((found - shift) / scale, expected, rtol=0, atol=1e-9)


# Columns that say nothing


def test_constant_and_repeated_columns_do_no_harm(answers: np.ndarray) -> None:
    more = np.column_stack([answers, answers[:, 0], np.full(120, 4.0), 2 * answers[:, 1] - 3])
    more[::5, 6] = np.nan
    found = impute(more, m=2, seed=13)
    assert np.isfinite(found.values).all()
    assert (found.values[..., 6] == 4.0).all()
    # Whoever left out the one left out the other; their imputed values follow one another.
    correlation = np.corrcoef(found.values[0][:, [0, 5]], rowvar=False)[0, 1]
    assert correlation > 0.9


def test_a_stratum_without_an_answer_gets_no_coefficient() -> None:
    holes = with_holes(ratings(200, 3, 519), 0.1, 520)
    strata = np.repeat([0, 1], [150, 50])
    holes[150:, 2] = np.nan
    found = impute(holes, m=3, seed=14, strata=strata)
    assert np.isfinite(found.values).all()
    # Its answers are guessed from the other columns, not pushed to an end of the scale by noise.
    assert abs(found.values[:, found.rows >= 150, 2].mean() - np.nanmean(holes[:, 2])) < 0.5


def test_a_column_that_varies_only_beside_holes_gets_no_coefficient() -> None:
    answers = ratings(200, 2, 533)
    rng = np.random.default_rng(534)
    pushed = np.zeros((200, 6))
    half = rng.lognormal(0, 1, (30, 6))
    pushed[:30], pushed[30:60] = half, -half
    holes = np.column_stack([answers, pushed])
    holes[:60, 2] = np.nan
    found = impute(holes, m=20, seed=21).values[:, :60, 2]
    # What it would do is known of nobody who answered: guesses follow the other columns, not its noise.
    lost, low, high = answers[:60, 2], *np.quantile(answers[60:, 2], [0.03, 0.97])
    assert abs(found.mean() - lost.mean()) < 0.3
    assert ((found < low) | (found > high)).mean() < 0.12


# How the chains went


def test_distance_between_chains() -> None:
    found = impute(with_holes(ratings(200, 3, 521), 0.2, 522), m=6, seed=15, iterations=12)
    half = found.chain_means[:, 6:]
    for j in range(4):
        within = np.mean([np.var(chain, ddof=1) for chain in half[:, :, j]])
        between = np.var([chain.mean() for chain in half[:, :, j]], ddof=1)
        expected = np.sqrt((5 / 6 * within + between) / within)
        assert found.scale_reduction[j] == pytest.approx(expected, rel=ROUNDING)
    assert (found.scale_reduction < 1.5).all()
    # Chains that stay where they are, each in a place of its own.
    stuck = replace(found, chain_means=found.chain_means + 5.0 * np.arange(6)[:, None, None])
    assert (stuck.scale_reduction > 5).all()


def test_distance_between_chains_needs_several_of_several_rounds(answers: np.ndarray) -> None:
    assert np.isnan(impute(answers, m=1, seed=15).scale_reduction).all()
    assert np.isnan(impute(answers, m=5, seed=15, iterations=2).scale_reduction).all()
    answers[:, 2] = 3.0
    answers[::4, 2] = np.nan
    found = impute(answers, m=5, seed=15).scale_reduction
    assert np.isnan(found).tolist() == [False, False, True, False, False]


# Another program


def pooled_shares(copies: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimates, limits of 95 % intervals: LMG shares of completed copies with linearised errors, pooled."""
    k = copies.shape[2] - 1
    starts = np.arange(k + 1)
    i, j = np.triu_indices(k + 1, 1)
    shares, covariances = [], []
    for copy in copies:
        correlation = weighted_moments(copy).correlation
        moved = np.repeat(correlation[None], 1 + 2 * len(i), axis=0)
        place = 1 + 2 * np.arange(len(i))
        for sign, at in ((1e-5, place), (-1e-5, place + 1)):
            moved[at, i, j] += sign
            moved[at, j, i] += sign
        values, _ = lmg_values(moved, starts)
        values = values / values.sum(axis=1, keepdims=True)
        gradient = np.zeros((k, k + 1, k + 1))
        gradient[:, i, j] = ((values[1::2] - values[2::2]) / 2e-5).T
        shares.append(values[0])
        covariances.append(linearised_covariance(pairwise_influence(copy, np.ones(len(copy)), gradient)).covariance)
    found = pool(np.array(shares), np.array(covariances), df_complete=len(copies[0]) - 1.0)
    return found.estimate, *found.interval(0.95)


def test_importance_is_that_of_the_copies_of_mice() -> None:
    data = table("service_holes.csv")
    columns = data[[*RATINGS, "sat", "loy", "ch_phone", "ch_web"]].to_numpy()
    found = impute(columns, m=20, seed=16, outcome=6)
    values, _ = lmg_values(np.array([weighted_moments(copy[:, :7]).scatter for copy in found.values]), np.arange(7))
    expected = table("missing_mianalyze.csv").set_index("name")
    names = [f"{name}.lmg" for name in RATINGS]
    copies = table("missing_mianalyze_copies.csv.gz")
    between = np.array([copies["est"][copies["name"] == name].std() for name in names])
    # Means of 20 and of 10 copies that differ by chance alone, theirs drawn from normal distributions.
    error = np.sqrt(values.std(axis=0, ddof=1) ** 2 / 20 + between**2 / 10)
    assert (np.abs(values.mean(axis=0) - expected["est"][names]) < FOUR_STANDARD_ERRORS * error).all()
    # And how much they differ from one another is alike: a ratio of standard deviations from 19 and 9 degrees.
    ratio = values.std(axis=0, ddof=1) / between
    assert 0.7 < np.exp(np.log(ratio).mean()) < 1.4


# Truths that are known


def shares_of(answers: np.ndarray) -> np.ndarray:
    (values,), _ = lmg_values(np.corrcoef(answers, rowvar=False)[None], np.arange(answers.shape[1]))
    return values / values.sum()


@pytest.fixture(scope="module")
def truth() -> np.ndarray:
    return shares_of(ratings(400_000, 4, 523))


def by_the_outcome(answers: np.ndarray, seed: int) -> np.ndarray:
    """Two ratings left out by three quarters of the dissatisfied and few others."""
    rng = np.random.default_rng(seed)
    chance = 0.75 / (1 + np.exp(2 * (answers[:, -1] + 0.3)))
    holes = answers.copy()
    holes[:, :2][rng.random((len(answers), 2)) < chance[:, None]] = np.nan
    return holes


def test_holes_by_chance_and_by_the_outcome_leave_shares_unbiased_and_covered(truth: np.ndarray) -> None:
    samples = 40
    complete, estimates, covered = [], [], []
    for sample in range(samples):
        answers = ratings(400, 4, 600 + sample)
        holes = by_the_outcome(answers, 700 + sample) if sample % 2 else with_holes(answers, 0.12, 700 + sample)
        found = impute(holes, m=6, seed=sample, outcome=4)
        estimate, low, high = pooled_shares(found.values)
        estimates.append(estimate)
        covered.append((low <= truth) & (truth <= high))
        complete.append(shares_of(holes[~np.isnan(holes).any(axis=1)]))
    bias = np.mean(estimates, axis=0) - truth
    error = np.std(estimates, axis=0, ddof=1) / np.sqrt(samples)
    # A hundredth: shares of some hundred answers are a little too even, complete ones too.
    assert (np.abs(bias) < FOUR_STANDARD_ERRORS * error + 0.01).all()
    # 160 intervals, four to a sample and not independent: 95 % within four errors of so many.
    assert np.mean(covered) > 0.95 - FOUR_STANDARD_ERRORS * np.sqrt(0.95 * 0.05 / samples)
    # What holes by the outcome do to complete cases, and what is left of it.
    lost, left = (np.abs(np.mean(found[1::2], axis=0) - truth).max() for found in (complete, estimates))
    assert lost > 0.03
    assert left < 0.02


def test_a_mean_lost_by_the_outcome_is_found_again() -> None:
    answers = ratings(4000, 3, 524)
    holes = by_the_outcome(answers, 525)
    found = impute(holes, m=5, seed=17, outcome=3).values
    for j in (0, 1):
        spread = answers[:, j].std()
        assert np.nanmean(holes[:, j]) - answers[:, j].mean() > 0.15 * spread
        assert abs(found[:, :, j].mean() - answers[:, j].mean()) < 0.03 * spread


def test_an_interaction_is_not_imputed_away() -> None:
    def slope(first: np.ndarray, second: np.ndarray, outcome: np.ndarray) -> float:
        x = np.column_stack([np.ones(len(outcome)), first, second, (first - 3) * (second - 3)])
        return float(np.linalg.lstsq(x, outcome)[0][3])

    rng = np.random.default_rng(526)
    x = ratings(6000, 2, 527)[:, :2]
    y = 0.5 * x[:, 0] + 0.4 * x[:, 1] + 0.3 * (x[:, 0] - 3) * (x[:, 1] - 3) + rng.normal(size=6000)
    holes = np.column_stack([x, np.full(6000, np.nan), y])
    for j in (0, 1):
        holes[rng.random(6000) < 0.8 / (1 + np.exp(1.0 + 0.8 * (y - 3))), j] = np.nan
    both = ~np.isnan(holes[:, :2]).any(axis=1)
    holes[both, 2] = (holes[both, 0] - 3) * (holes[both, 1] - 3)
    kept = impute(holes, m=5, seed=18, outcome=3, products=[(2, 0, 1)]).values
    plain = impute(holes[:, [0, 1, 3]], m=5, seed=18, outcome=2).values
    whole = slope(x[:, 0], x[:, 1], y)
    with_terms = np.mean([slope(copy[:, 0], copy[:, 1], copy[:, 3]) for copy in kept])
    without = np.mean([slope(*copy.T) for copy in plain])
    assert whole == pytest.approx(0.3, abs=0.03)
    # Loses less than half of what is lost without the terms.
    assert without < 0.92 * whole
    assert with_terms > (without + whole) / 2


def test_strata_and_weights_carry_what_they_know() -> None:
    rng = np.random.default_rng(528)
    strata, weights = np.repeat([0, 1], [300, 300]), rng.lognormal(0, 0.7, 600)
    level = 20.0 * strata + 10 * np.log(weights)
    values = np.column_stack([level + rng.normal(size=600), rng.normal(size=600)])
    holes = values.copy()
    holes[rng.random(600) < 0.3, 0] = np.nan
    lost = np.isnan(holes[:, 0])

    def off(**known: np.ndarray) -> float:
        return float(np.abs(impute(holes, m=1, seed=19, **known).values[0, lost, 0] - level[lost]).mean())

    assert off(strata=strata, weights=weights) < 2
    assert off(strata=strata) > 3
    assert off(weights=weights) > 5


# Errors


def refusal(answers: np.ndarray, **options: object) -> kda.ModelError:
    with pytest.raises(kda.ModelError) as caught:
        impute(answers, **{"m": 2, "seed": 1, "names": ["a", "b", "c", "d", "y"], **options})  # type: ignore[arg-type]
    return caught.value


def test_too_few_answers_are_refused(answers: np.ndarray) -> None:
    answers[6:, 2] = np.nan
    known = int((~np.isnan(answers[:, 2])).sum())
    error = refusal(answers)
    assert str(error) == (
        f"Expected at least 6 answers to 'c' to impute from, found {known}; "
        "leave it out, use fewer columns or widen the selection."
    )
    assert (error.code, error.values) == ("few_answers", {"n": known, "needed": 6})
    assert "at least 30 answers" in str(refusal(answers, donors=30))
    answers[:8, 2] = 3.0
    assert impute(answers, m=1, seed=1).values.shape[2] == 5


def test_an_empty_value_that_is_not_applicable_is_refused(answers: np.ndarray) -> None:
    applicable = np.ones(answers.shape, dtype=bool)
    applicable[:20, 1] = False
    assert str(refusal(answers, applicable=applicable)) == (
        "Expected a value in 'b' wherever it is not applicable, found none; fill it first."
    )
    assert impute(answers, m=1, seed=1, applicable=applicable, rows=np.arange(120) >= 20).values.shape[0] == 1
    # A product needs none: it is made of its parts.
    assert np.isfinite(impute(answers, m=1, seed=1, applicable=applicable, products=[(1, 0, 2)]).values).all()
    with pytest.raises(kda.ModelError, match="in 'column 2' wherever"):
        impute(answers, m=1, seed=1, applicable=applicable)


@pytest.mark.parametrize("what", ["m", "iterations", "donors"])
def test_numbers_below_one_are_refused(answers: np.ndarray, what: str) -> None:
    assert str(refusal(answers, **{what: 0})) == (
        f"Expected {what} of 1 or more, found 0; leave it out or choose more."
    )

"""Dominance and commonality of surveys: what implies what, brute force, resamples, designs, families, refusals."""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.importance.dominance_analysis import LEVELS, DominanceResult, _relations
from drivers.importance.orders.lattice import commonality_values, complete_values, conditional_values
from drivers.resampling import replicate_factors
from drivers.survey.data import Survey
from tests.reference_numbers import RATINGS, service_survey, table
from tests.simulated import make_survey

ROUNDING = 1e-11
"""Of gains between 0 and 1: the same sums in another order."""

SETTLED = 1e-8
"""Of a pseudo-R² at a maximum that settles at 5e-9 of some hundreds."""

TENTH = 0.1
"""Of a mean relation: by chance 0.01 each in 2,000 draws and 0.03 in the covariance of 500 replicates; the rest is
what the normal distribution cannot follow."""


def answers(n: int, k: int, seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.clip(np.round(3 + 0.7 * rng.normal(size=(n, 1)) + rng.normal(size=(n, k))), 1, 5)
    eta = (x - 3) @ np.linspace(0.9, 0.1, k)
    columns = {chr(97 + j): x[:, j] for j in range(k)}
    columns["y"] = np.clip(50 + 10 * eta + 12 * rng.normal(size=n), 0, 100)
    columns["yes"] = (eta + rng.logistic(size=n) > 0).astype(float)
    columns["grade"] = np.searchsorted([-1.5, 0, 1.5], eta + rng.logistic(size=n)).astype(float)
    columns["count"] = rng.poisson(np.exp(0.3 * eta)).astype(float)
    return columns


def survey_of(folder: Path, columns: dict[str, np.ndarray], **options: object) -> Survey:
    drivers = {name: column for name, column in columns.items() if len(name) == 1 and name != "y"}
    outcomes = {name: column for name, column in columns.items() if name not in drivers}
    return make_survey(folder, drivers=drivers, outcomes=outcomes, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Survey]:
    folder = tmp_path_factory.mktemp("service")
    return {
        "plain": service_survey(folder / "plain"),
        "design": service_survey(folder / "design", design=True),
        "JKn": service_survey(folder / "JKn", replicates="JKn"),
        "bootstrap": service_survey(folder / "bootstrap", replicates="bootstrap"),
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return survey_of(tmp_path_factory.mktemp("small"), answers(300, 4, seed=1))


def check(found: DominanceResult) -> None:
    """What holds of every dominance analysis."""
    k = len(found.drivers)
    assert found.relation.shape == (3, k, k)
    for level in range(3):
        relation = found.relation[level]
        np.testing.assert_array_equal(relation + relation.T, np.ones((k, k)))
    # Each level implies the next.
    for strict, mild in ((0, 1), (1, 2)):
        assert (found.relation[mild][found.relation[strict] == 1] == 1).all()
    np.testing.assert_allclose(found.conditional.mean(axis=1), found.general, rtol=0, atol=1e-8)
    assert found.general.sum() == pytest.approx(found.r2 - found.r2_controls, abs=1e-8)
    off = ~np.eye(k, dtype=bool)
    np.testing.assert_array_equal((found.complete == 1)[off], (found.relation[0] == 1)[off])
    if found.n_boot:
        for part in (found.reproducibility, found.mean_relation, found.p_dominates):
            assert ((part >= 0) & (part <= 1)).all()
        np.testing.assert_allclose(found.mean_relation + found.mean_relation.transpose(0, 2, 1), 1, rtol=0, atol=1e-12)
        assert (found.p_dominates + found.p_dominates.transpose(0, 2, 1) <= 1 + 1e-12).all()
        held = np.select(
            [found.relation == 1, found.relation == 0],
            [found.p_dominates, found.p_dominates.transpose(0, 2, 1)],
            1 - found.p_dominates - found.p_dominates.transpose(0, 2, 1),
        )
        np.testing.assert_allclose(found.reproducibility, held, rtol=0, atol=1e-12)
        # In no fewer resamples does a driver dominate on average than completely.
        for strict, mild in ((0, 1), (1, 2)):
            assert (found.p_dominates[strict] <= found.p_dominates[mild]).all()
    assert set(found.tidy().columns) | set(found.glance().columns) <= set(COLUMNS)
    assert len(found.tidy()) == 3 * k * (k - 1) // 2


# What implies what


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 5), st.integers(0, 2**32 - 1), st.sampled_from(["any", "monotone", "coarse"]))
def test_complete_implies_conditional_implies_general(k: int, seed: int, kind: str) -> None:
    """Whatever the fits are, also where many gains are equal."""
    rng = np.random.default_rng(seed)
    fits = rng.integers(0, 4, 2**k).astype(float) if kind == "coarse" else rng.random(2**k)
    if kind == "monotone":
        order = np.argsort([bin(mask).count("1") for mask in range(2**k)], kind="stable")
        fits[order] = np.sort(fits)
    relation = _relations(complete_values(fits), conditional_values(fits))
    for strict, mild in ((0, 1), (1, 2)):
        # Whole numbers are added up without rounding only where they are.
        assert (relation[mild][relation[strict] == 1] == 1).all()
    np.testing.assert_array_equal(relation + relation.transpose(0, 2, 1), np.ones((3, k, k)))
    # Who dominates completely cannot be dominated by whoever it dominates through another.
    above = relation[0] == 1
    assert not (above & above.T).any()
    through = (above.astype(int) @ above.astype(int)) > 0
    assert not (through & above.T).any()


def fits_of(survey: Survey, outcome: str, names: tuple[str, ...]) -> dict[frozenset[str], float]:
    """R² of each subset by least squares."""
    y, weights = survey.scores[outcome].to_numpy(), np.sqrt(survey.weights)
    total = ((y - np.average(y, weights=survey.weights)) * weights) @ (
        (y - np.average(y, weights=survey.weights)) * weights
    )
    found = {}
    for size in range(len(names) + 1):
        for chosen in combinations(names, size):
            x = np.column_stack([np.ones(len(y)), *(survey.scores[name] for name in chosen)]) * weights[:, None]
            left = y * weights - x @ np.linalg.lstsq(x, y * weights, rcond=None)[0]
            found[frozenset(chosen)] = 1 - left @ left / total
    return found


def test_definitions_by_brute_force(service: dict[str, Survey]) -> None:
    survey, names = service["design"], RATINGS[:4]
    found = kda.dominance(survey, drivers=names, n_boot=0)
    check(found)
    fits = fits_of(survey, "sat", names)
    for i, a in enumerate(names):
        for size in range(4):
            rest = [set(s) for s in combinations([n for n in names if n != a], size)]
            gains = [fits[frozenset(s | {a})] - fits[frozenset(s)] for s in rest]
            assert found.conditional[i, size] == pytest.approx(np.mean(gains), abs=ROUNDING)
        for j, b in enumerate(names):
            if a != b:
                others = [n for n in names if n not in (a, b)]
                rest = [set(s) for size in range(3) for s in combinations(others, size)]
                ahead = [fits[frozenset(s | {a})] > fits[frozenset(s | {b})] for s in rest]
                assert found.complete[i, j] == np.mean(ahead)


def test_general_dominance_is_lmg(service: dict[str, Survey]) -> None:
    for arguments in ({}, {"always": ("channel",)}, {"groups": {"g": ("respect", "speed")}}, {"outcome": "loy"}):
        found = kda.dominance(service["design"], n_boot=0, **arguments)  # type: ignore[arg-type]
        check(found)
        lmg = kda.relative_importance(service["design"], n_boot=0, **arguments)  # type: ignore[arg-type]
        assert found.drivers == lmg.drivers
        np.testing.assert_allclose(found.general, lmg.importance, rtol=0, atol=ROUNDING)
        assert (found.r2, found.r2_controls) == pytest.approx((lmg.r2, lmg.r2_controls), abs=ROUNDING)


def test_equal_gains_dominate_nobody() -> None:
    fits = np.array([0, 0.2, 0.2, 0.35, 0.1, 0.3, 0.3, 0.4])
    relation = _relations(complete_values(fits), conditional_values(fits))
    assert (relation[:, 0, 1] == 0.5).all()
    assert (relation[:, 0, 2] == 1).all()


# Families


@pytest.mark.parametrize(
    ("family", "outcome", "fit"),
    [
        ("logit", "yes", "mcfadden"),
        ("logit", "yes", "estrella"),
        ("ordered_logit", "grade", "nagelkerke"),
        ("poisson", "count", "deviance"),
        ("negative_binomial", "count", "cox_snell"),
    ],
)
def test_families(family: str, outcome: str, fit: str, small: Survey) -> None:
    found = kda.dominance(small, outcome=outcome, family=family, fit=fit, n_boot=100)
    check(found)
    assert found.n_boot == 100
    lmg = kda.relative_importance(small, outcome=outcome, family=family, fit=fit, n_boot=0)
    np.testing.assert_allclose(found.general, lmg.importance, rtol=0, atol=SETTLED)
    parts = kda.commonality(small, outcome=outcome, family=family, fit=fit, n_boot=0)
    assert parts.coefficient.sum() == pytest.approx(lmg.r2, abs=SETTLED)
    last = kda.relative_importance(small, outcome=outcome, family=family, fit=fit, method="last", n_boot=0)
    first = kda.relative_importance(small, outcome=outcome, family=family, fit=fit, method="first", n_boot=0)
    np.testing.assert_allclose(parts.by_driver()["unique"], last.importance, rtol=0, atol=SETTLED)
    np.testing.assert_allclose(parts.by_driver()["estimate"], first.importance, rtol=0, atol=SETTLED)


@pytest.mark.parametrize("fit", ["mcfadden", "nagelkerke"])
def test_families_of_the_reference(fit: str, tmp_path: Path) -> None:
    data = table("service.csv")
    survey = make_survey(
        tmp_path,
        drivers={name: data[name] for name in RATINGS},
        outcomes={"top": data["sat_top"]},
        weights=data["w"].to_numpy(),
    )
    found = kda.dominance(survey, outcome="top", family="logit", fit=fit, n_boot=0)
    check(found)
    rows = table("families_general.csv").query(
        f"case == 'service_logit_w' and fit == {fit!r} and tool == 'brute_force'"
    )
    np.testing.assert_allclose(found.general, rows.set_index("name").loc[list(RATINGS), "general"], rtol=0, atol=1e-8)
    parts = kda.commonality(survey, outcome="top", family="logit", fit=fit, n_boot=0)
    assert parts.coefficient.sum() == pytest.approx(rows["total"].iloc[0], abs=1e-8)


# Resamples


def test_reproducibility_is_counted_over_resamples(small: Survey) -> None:
    found = kda.dominance(small, n_boot=100, seed=3)
    check(found)
    assert found.n_boot == 100
    answered = small.scores[["a", "b", "c", "d"]].to_numpy()
    relations = []
    for factor in np.concatenate(list(replicate_factors(300, n_boot=100, seed=3))):
        # The resampled rows themselves, written out.
        rows = np.repeat(np.arange(300), factor.astype(int))
        y, x = small.scores["y"].to_numpy()[rows], answered[rows]
        fits = np.zeros(16)
        for mask in range(16):
            chosen = np.column_stack([np.ones(300), x[:, [j for j in range(4) if mask >> j & 1]]])
            left = y - chosen @ np.linalg.lstsq(chosen, y, rcond=None)[0]
            fits[mask] = 1 - left.var() / y.var()
        relations.append(_relations(complete_values(fits), conditional_values(fits)))
    drawn = np.array(relations)
    np.testing.assert_allclose(found.mean_relation, drawn.mean(axis=0), rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(found.p_dominates, (drawn == 1).mean(axis=0), rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(found.reproducibility, (drawn == found.relation).mean(axis=0), rtol=0, atol=ROUNDING)
    same, other = (kda.dominance(small, n_boot=100, seed=seed) for seed in (3, 4))
    np.testing.assert_array_equal(found.mean_relation, same.mean_relation)
    assert (found.mean_relation != other.mean_relation).any()


@pytest.mark.parametrize("design", ["plain", "design", "JKn", "bootstrap"])
def test_designs(design: str, service: dict[str, Survey]) -> None:
    found = kda.dominance(service[design], n_boot=400)
    check(found)
    assert found.n_boot == 400
    # On average over draws, who is ahead at the sample is ahead in more than half of them.
    ahead = found.relation[2] == 1
    gap = found.general[:, None] - found.general
    assert (found.p_dominates[2][ahead & (gap > 0.05)] > 0.5).all()


def test_replicate_weights_spread_as_their_resamples(service: dict[str, Survey]) -> None:
    drawn, moved = (kda.dominance(service[design], n_boot=2000) for design in ("design", "bootstrap"))
    # Draws by branches against the normal distribution with the covariance of 500 such draws.
    assert (np.abs(drawn.mean_relation[2] - moved.mean_relation[2]) < TENTH).all()


def test_replicates_that_leave_a_selection_out_are_refused(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    branches = np.arange(300) // 15
    drawn = np.array([rng.multinomial(19, np.full(20, 1 / 20)) for _ in range(100)]) * 20 / 19
    survey = survey_of(
        tmp_path,
        answers(300, 3, seed=6),
        weights=np.ones(300),
        replicates=drawn[:, branches].T,
        design={"replicate_method": "bootstrap"},
        unit=branches // 2,
    )
    selected = survey.select(unit="3")
    expected = (
        "Expected respondents of the selection in every replicate, found replicate weights that leave all of them "
        "out; widen the selection."
    )
    for analysis in (kda.dominance, kda.commonality, kda.relative_importance):
        with pytest.raises(kda.ModelError) as caught:
            analysis(selected)
        assert str(caught.value) == expected
        # Without uncertainty no replicate is looked at.
        assert analysis(selected, n_boot=0).n_used == 30
    check(kda.dominance(survey, n_boot=100))


@pytest.mark.parametrize("family", ["linear", "logit"])
def test_resamples_that_all_miss_a_domain_are_left_out(family: str, tmp_path: Path) -> None:
    branches = np.arange(600) // 30
    survey = survey_of(tmp_path, answers(600, 3, seed=7), clusters=branches, unit=branches // 2).select(unit="3")
    outcome = "y" if family == "linear" else "yes"
    alone = 0
    for seed in range(12):
        chunks = list(replicate_factors(600, n_boot=129, seed=seed, clusters=branches))
        drawn = [int(chunk[:, branches // 2 == 3].any(axis=1).sum()) for chunk in chunks]
        alone += drawn[-1] == 0
        found = kda.dominance(survey, outcome=outcome, family=family, n_boot=129, seed=seed)
        parts = kda.commonality(survey, outcome=outcome, family=family, n_boot=129, seed=seed)
        assert found.n_boot == parts.n_boot == sum(drawn)
    # In some of these the last part, of one resample, holds nobody.
    assert alone > 0


@pytest.mark.parametrize("family", ["linear", "logit"])
def test_imputations(family: str, tmp_path: Path) -> None:
    columns = answers(200, 3, seed=8)
    columns["a"][::9] = np.nan
    survey = survey_of(tmp_path, columns)
    outcome = "y" if family == "linear" else "yes"
    ask = {"outcome": outcome, "family": family, "n_imputations": 3}
    found = kda.dominance(survey, missing="bootstrap_imputation", n_boot=100, **ask)  # type: ignore[arg-type]
    check(found)
    assert (found.n_boot, found.sample.n) == (100, 200)
    pooled = kda.dominance(survey, missing="multiple_imputation", n_boot=0, **ask)  # type: ignore[arg-type]
    lmg = kda.relative_importance(survey, missing="multiple_imputation", n_boot=0, **ask)  # type: ignore[arg-type]
    np.testing.assert_allclose(pooled.general, lmg.importance, rtol=0, atol=SETTLED)
    with pytest.raises(kda.ModelError) as caught:
        kda.dominance(survey, missing="multiple_imputation", n_boot=100, **ask)  # type: ignore[arg-type]
    assert str(caught.value) == (
        "Multiple imputation gives no resamples in which a relation could hold or fail; use "
        "missing='bootstrap_imputation', or n_boot=0."
    )


# Commonality


def test_commonality_by_brute_force(service: dict[str, Survey]) -> None:
    names = RATINGS[:4]
    found = kda.commonality(service["design"], drivers=names, n_boot=0)
    fits = fits_of(service["design"], "sat", names)
    for members, coefficient in zip(found.members, found.coefficient, strict=True):
        inside = [name for name, yes in zip(names, members, strict=True) if yes]
        rest = frozenset(names) - set(inside)
        expected = sum(
            (-1) ** (size + 1) * fits[rest | set(chosen)]
            for size in range(len(inside) + 1)
            for chosen in combinations(inside, size)
        )
        assert coefficient == pytest.approx(expected, abs=ROUNDING)
    assert found.tidy()["subset_size"].is_monotonic_increasing
    assert found.coefficient.sum() == pytest.approx(found.r2 - found.r2_controls, abs=ROUNDING)
    by_driver = found.by_driver()
    first = kda.relative_importance(service["design"], drivers=names, method="first", n_boot=0)
    np.testing.assert_allclose(by_driver["unique"] + by_driver["common"], first.importance, rtol=0, atol=ROUNDING)
    assert found.tidy()["share"].sum() == pytest.approx(1)


@pytest.mark.parametrize("design", ["plain", "design", "JKn"])
def test_intervals_of_commonality(design: str, service: dict[str, Survey]) -> None:
    found = kda.commonality(service[design], drivers=RATINGS[:3], n_boot=400)
    assert found.n_boot == 400
    assert ((found.low < found.coefficient) & (found.coefficient < found.high)).all()
    wider = kda.commonality(service[design], drivers=RATINGS[:3], n_boot=400, conf_level=0.99)
    assert (wider.low <= found.low).all() and (wider.high >= found.high).all()


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_commonality_coefficients_sum_to_what_drivers_add(k: int, seed: int) -> None:
    fits = np.random.default_rng(seed).random((3, 2**k))
    found = commonality_values(fits)
    np.testing.assert_allclose(found.sum(axis=1), fits[:, -1] - fits[:, 0], rtol=0, atol=1e-10)
    assert (found[:, 0] == 0).all()


# The result and refusals


def test_tables(small: Survey) -> None:
    found = kda.dominance(small, n_boot=100)
    assert found.general_table()["estimate"].is_monotonic_decreasing
    assert found.conditional_table().shape == found.complete_table().shape == (4, 4)
    tidy = found.tidy()
    assert list(dict.fromkeys(tidy["dominance"])) == list(LEVELS)
    # A relation is 1, ½ or 0: its spread over 100 resamples, from their parts.
    up, down = tidy["p_dominates"], tidy["p_dominated"]
    square = up + 0.25 * (1 - up - down)
    spread = np.sqrt(np.maximum(square - tidy["mean_relation"] ** 2, 0) * 100 / 99)
    np.testing.assert_allclose(tidy["std_error"], spread, rtol=0, atol=1e-12)
    assert not found.relation.flags.writeable
    empty = kda.dominance(small, n_boot=0)
    assert np.isnan(empty.reproducibility).all() and empty.n_boot == 0


def test_what_is_refused(small: Survey, tmp_path: Path) -> None:
    x = np.random.default_rng(9).uniform(0, 100, (60, 23))
    wide = make_survey(tmp_path, drivers={f"d{j}": x[:, j] for j in range(23)}, outcomes={"y": x.mean(axis=1)})
    for survey, analysis, arguments, message in (
        (
            wide,
            kda.dominance,
            {},
            "Expected at most 22 drivers, which have 4,194,304 subsets, found 23; choose fewer with drivers= or join "
            "some with groups=.",
        ),
        (
            wide,
            kda.commonality,
            {"drivers": [f"d{j}" for j in range(13)]},
            "Expected at most 12 drivers, which have 4,096 subsets, found 13; choose fewer with drivers= or join some "
            "with groups=.",
        ),
        (
            small,
            kda.dominance,
            {"n_boot": 50},
            "Expected n_boot of 0 or at least 100 replicates, found 50; use 1000 or more.",
        ),
        (
            small,
            kda.dominance,
            {"family": "logit", "outcome": "grade"},
            "Expected two different answers to outcome 'grade' for family='logit', found 4 (0, 1, 2, 3); use "
            "top_box=True, which asks whether an answer is among the top two, or another family.",
        ),
    ):
        with pytest.raises(kda.ModelError) as caught:
            analysis(survey, **arguments)  # type: ignore[operator]
        assert str(caught.value) == message


@pytest.mark.parametrize("analysis", [kda.dominance, kda.commonality])
def test_a_seed_that_is_none_is_refused(analysis: Callable[..., object]) -> None:
    with pytest.raises(kda.ModelError) as caught:
        analysis(kda.example_survey("judges"), seed=-1)
    assert str(caught.value) == "Expected a seed of 0 or more, found -1; any such number will do."

"""The studies under benchmarks/ count rightly: their truths, their surveys, and what they call wrong."""

import csv
import sys
from itertools import permutations
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import drivers as kda
from drivers.importance.subsets import lmg_values
from drivers.results import Verdict

FOLDER = Path(__file__).parents[1] / "benchmarks"
NAMES = ("a", "b", "c")

ROUNDING = 1e-12
"""The kernel and the plain sum over subsets differ by rounding only."""

DRAWN = 5.0
"""Standard errors that a moment of 200,000 drawn respondents may lie from the population's."""


@pytest.fixture(scope="module")
def simulation() -> ModuleType:
    sys.path.insert(0, str(FOLDER))
    try:
        import simulation
    finally:
        sys.path.remove(str(FOLDER))
    return simulation


@pytest.fixture(scope="module")
def claims(simulation: ModuleType) -> ModuleType:
    sys.path.insert(0, str(FOLDER))
    try:
        import claims
    finally:
        sys.path.remove(str(FOLDER))
    return claims


def test_shares_are_those_of_the_kernel(simulation: ModuleType) -> None:
    for name in simulation.SLOPES:
        covariance = simulation.normal_covariance(name)
        (importance,), _ = lmg_values(covariance[None], np.arange(len(covariance)))
        assert simulation.truth(name).share == pytest.approx(importance / importance.sum(), abs=ROUNDING)
        assert importance.sum() == pytest.approx(simulation.EXPLAINED, abs=ROUNDING)


def test_truths_are_what_they_are_called(simulation: ModuleType) -> None:
    share = {name: simulation.truth(name).share for name in simulation.TRUTHS}
    assert set(share["all_equal"]) == {share["all_equal"][0]}
    assert share["two_tied"][0] == share["two_tied"][1] > share["two_tied"][2:].max()
    assert len(set(share["close"])) == len(set(share["spread"])) == 6
    # Close drivers differ by hardly more than a percentage point from one to the next, spread ones by far more.
    assert -np.diff(share["close"]).max() > 0
    assert (share["close"][0] - share["close"][-1]) < 0.3 * (share["spread"][0] - share["spread"][-1])
    known = kda.example_truth("service_center")["importance"]
    assert dict(zip(simulation.truth("service_center").drivers, share["service_center"], strict=True)) == pytest.approx(
        known["shares"], abs=1e-5
    )


def test_surveys_come_from_their_truth(simulation: ModuleType) -> None:
    n = 200_000
    values = simulation.draw("two_tied", n, seed=1).scores.to_numpy() / 12
    found = np.cov(values, rowvar=False)
    true = simulation.normal_covariance("two_tied")
    error = np.sqrt((true**2 + np.outer(np.diag(true), np.diag(true))) / n)
    assert (np.abs(found - true) < DRAWN * error).all()


def test_every_seed_gives_another_survey(simulation: ModuleType) -> None:
    one, same, other = (simulation.draw("close", 300, seed=seed).scores for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


def verdict(above: np.ndarray, leader: str | None = None, top: tuple[str, ...] = ()) -> Verdict:
    k = len(above)
    return Verdict(
        status="ranked" if top else "tied",
        drivers=NAMES[:k],
        leader=leader,
        top_group=top,
        above=above,
        rank_low=1 + above.sum(axis=0),
        rank_high=k - above.sum(axis=1),
    )


@pytest.mark.parametrize("share", [(0.5, 0.3, 0.2), (0.4, 0.4, 0.2), (1 / 3, 1 / 3, 1 / 3), (0.2, 0.5, 0.3)])
def test_an_order_is_wrong_where_the_truth_has_it_otherwise_or_not_at_all(
    claims: ModuleType, share: tuple[float, ...]
) -> None:
    for order in permutations(range(3)):
        for pairs in (((0, 1),), ((0, 1), (0, 2)), ((0, 1), (0, 2), (1, 2)), ((0, 2), (1, 2))):
            above = np.zeros((3, 3), dtype=bool)
            for i, j in pairs:
                above[order[i], order[j]] = True
            wrong = any(share[order[i]] <= share[order[j]] for i, j in pairs)
            found = claims.judged(verdict(above), np.array(share))
            assert found.order_wrong == wrong
            assert found.any_wrong == wrong
            assert found.order


@pytest.mark.parametrize(
    ("share", "leader", "wrong"),
    [((0.5, 0.3, 0.2), "a", False), ((0.5, 0.3, 0.2), "b", True), ((0.4, 0.4, 0.2), "a", True)],
)
def test_a_leader_is_wrong_where_another_is_as_high(
    claims: ModuleType, share: tuple[float, ...], leader: str, wrong: bool
) -> None:
    found = claims.judged(verdict(np.zeros((3, 3), dtype=bool), leader, (leader,)), np.array(share))
    assert (found.leader, found.leader_wrong, found.any_wrong) == (True, wrong, wrong)
    assert not found.order


def test_nothing_claimed_is_nothing_wrong(claims: ModuleType) -> None:
    found = claims.judged(verdict(np.zeros((3, 3), dtype=bool)), np.array([0.2, 0.3, 0.5]))
    assert not (found.any_wrong or found.order or found.leader)
    assert found.pairs == 0


def test_errors_of_rates(simulation: ModuleType) -> None:
    assert simulation.error_of_rate(0.05, 1900) == pytest.approx(0.005)
    # None of a hundred does not mean never.
    assert simulation.error_of_rate(0.0, 100) == pytest.approx(simulation.error_of_rate(1.0, 100))
    assert simulation.error_of_rate(0.0, 100) > 0.005
    assert simulation.error_of_mean([0.0, 1.0] * 50) == pytest.approx(0.5 / np.sqrt(99))


def kept(name: str) -> list[dict[str, str]]:
    """The rows of a table that is kept."""
    lines = (FOLDER / "tables" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines[1:]))


def test_at_most_five_in_a_hundred_surveys_have_any_wrong_claim() -> None:
    rows = kept("claims")
    assert len(rows) == 10
    assert {row["truth"] for row in rows} == {"all_equal", "two_tied", "close", "spread", "service_center"}
    assert all(int(row["samples"]) >= 2000 and float(row["any_claim_wrong"]) <= 0.05 for row in rows)


def test_intervals_hold_the_true_share_as_often_as_they_promise() -> None:
    promised = [row for row in kept("intervals") if float(row["share"]) >= 0.05]
    assert len(promised) == 2 * (4 * 6 + 9)
    assert all(int(row["samples"]) >= 2000 and 0.92 <= float(row["coverage"]) <= 0.97 for row in promised)


def test_drivers_without_an_effect_are_seldom_said_to_have_one() -> None:
    for row in kept("partial_effects"):
        assert 0.03 <= float(row["flagged"]) <= 0.07
        assert float(row["flagged_after_holm"]) <= 0.05
        # The test that must not be made flags them all.
        assert float(row["share_interval_above_0"]) > 0.9


def test_what_is_planted_is_found() -> None:
    found = {row["fact"]: row for row in kept("service_center")}
    assert all(int(row["other_seeds"]) >= 200 for row in found.values())
    assert found.pop("any_claim_wrong")["shipped_seed"] == "False"
    assert float(found.pop("clear_pairs_claimed")["shipped_seed"]) > 0.9
    assert {row["shipped_seed"] for row in found.values()} == {"True"}


def test_tables_that_are_kept_have_their_date_machine_and_errors() -> None:
    tables = sorted((FOLDER / "tables").glob("*.csv"))
    assert [table.stem for table in tables] == ["claims", "intervals", "partial_effects", "service_center"]
    for table in tables:
        head, names = table.read_text(encoding="utf-8").splitlines()[:2]
        assert head.startswith("# 20"), table.name
        assert "cores" in head and "numpy" in head, table.name
        assert "error" in names.split(","), table.name

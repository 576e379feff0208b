"""The staff's survey, managers' guesses and the branches' records: what is planted in each comes out of many."""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import drivers as kda
from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.population import shapley_shares
from drivers.survey.synthetic.service_center import simulate_companions
from drivers.survey.synthetic.staff import draw_branch_figures, draw_management, draw_staff, staff_shares
from tests.survey.synthetic.samples import STANDARD_ERRORS, off, points

TOGETHER = 100
"""Draws of a small table that are looked at together."""

EACH = 2500
"""Employees of each branch where shares are looked at, of whom the survey has 20."""


def drawn(draw: object, seeds: Sequence[int] = range(TOGETHER)) -> pd.DataFrame:
    return pd.concat([draw(np.random.default_rng([4, seed])) for seed in seeds], keys=seeds)  # type: ignore[operator]


# The staff


@pytest.fixture(scope="module")
def staff() -> pd.DataFrame:
    """Answers of a large staff, as they were meant: obstacles turned, so that 5 is good throughout."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "STAFF_PER_BRANCH", EACH)
        table = draw_staff(np.random.default_rng(9))
    answers = table.drop(columns="branch").replace("", np.nan).astype(float)
    answers["obstacles"] = 6 - answers["obstacles"]
    return answers.assign(branch=table["branch"]).dropna()


def test_shares_of_the_staffs_drivers_are_those_of_a_large_staff(staff: pd.DataFrame) -> None:
    # Each of 25 parts has its own shares, and their spread is the error of the mean.
    part = np.arange(len(staff)) % 25
    shares = []
    for number in range(25):
        rows = staff[part == number]
        joint = np.cov(rows[[*model.STAFF_DRIVERS, "satisfaction"]].to_numpy(), rowvar=False)
        shares.append(shapley_shares(joint[:4, :4], joint[:4, 4]))
    true = np.array([staff_shares()[name] for name in model.STAFF_DRIVERS])
    gap = np.mean(shares, axis=0) - true
    assert (np.abs(gap) / (np.std(shares, axis=0, ddof=1) / 5)).max() < STANDARD_ERRORS
    assert true.sum() == pytest.approx(1, rel=1e-12)
    # The test can tell shares apart: the error is a tenth of the smallest distance.
    assert np.std(shares, axis=0, ddof=1).max() / 5 < np.diff(np.sort(true)).min() / 10


def test_shares_of_the_staffs_drivers_follow_from_bivariate_normal_probabilities() -> None:
    lots, k = model.branch_staff(), len(model.STAFF_DRIVERS)
    mean, products = np.zeros(k), np.zeros((k, k))
    for branch in range(24):
        level = [
            model.STAFF_OFFSET[name] + model.STAFF_BRANCH[name] * lots[name][branch] for name in model.STAFF_DRIVERS
        ]
        alone = [stats.norm.cdf(at - model.CUTS) for at in level]
        mean += [25 * passed.sum() / 24 for passed in alone]
        for i, j in product(range(k), repeat=2):
            related = model.STAFF_HALO[model.STAFF_DRIVERS[i]] * model.STAFF_HALO[model.STAFF_DRIVERS[j]]
            at = np.array(list(product(level[i] - model.CUTS, level[j] - model.CUTS)))
            both = stats.multivariate_normal.cdf(at, cov=[[1, related], [related, 1]])
            products[i, j] += 625 / 24 * (np.minimum.outer(alone[i], alone[i]) if i == j else both).sum()
    scatter = products - np.outer(mean, mean)
    slopes = np.array([model.STAFF_EFFECT[name] for name in model.STAFF_DRIVERS])
    expected = shapley_shares(scatter, scatter @ slopes)
    np.testing.assert_allclose(list(staff_shares().values()), expected, rtol=1e-9)


def test_the_staffs_satisfaction_is_expected_where_it_was_planted(staff: pd.DataFrame) -> None:
    expected = model.STAFF_BASE + sum(
        slope * points(staff[name].to_numpy()) for name, slope in model.STAFF_EFFECT.items()
    )
    residual = points(staff["satisfaction"].to_numpy()) - expected
    groups = [staff[name].to_numpy() == rating for name in model.STAFF_DRIVERS for rating in range(1, 6)]
    assert max(off(residual[group], 0.0) for group in groups) < STANDARD_ERRORS


def test_the_staffs_expected_satisfaction_stays_on_its_scale() -> None:
    assert 0 < model.STAFF_BASE < model.STAFF_BASE + 100 * sum(model.STAFF_EFFECT.values()) < 100


def test_branches_differ_in_training_and_environment(staff: pd.DataFrame) -> None:
    means = staff.groupby("branch")[list(model.STAFF_DRIVERS)].mean()
    lots = model.branch_staff()
    for name in ("training", "environment"):
        # 2,500 employees leave little chance in a branch's mean.
        assert np.corrcoef(means[name], lots[name])[0, 1] > 0.98


def test_the_shipped_staff_are_twenty_in_each_branch() -> None:
    table = simulate_companions()["staff"]
    assert table["branch"].value_counts().to_dict() == dict.fromkeys(model.BRANCHES, 20)
    assert list(table.columns) == ["branch", *model.STAFF_DRIVERS, "satisfaction"]
    for name in model.STAFF_DRIVERS:
        assert set(table[name]) == {"", "1", "2", "3", "4", "5"}
    assert {"2", "3", "4", "5"} <= set(table["satisfaction"]) <= {"1", "2", "3", "4", "5"}


# Management


def test_every_manager_shares_out_100_points() -> None:
    table = simulate_companions()["management"]
    assert len(table) == model.MANAGERS * 9
    given = table.astype({"importance": int, "performance": int})
    assert (given.groupby("manager")["importance"].sum() == 100).all()
    assert given["performance"].between(0, 100).all() and (given["importance"] >= 0).all()
    assert (given.groupby("manager")["attribute"].agg(list).map(tuple) == model.ATTRIBUTES).all()


def test_managers_guess_as_planted_on_average() -> None:
    table = drawn(draw_management).astype({"importance": float, "performance": float})
    for name, guesses in table.groupby("attribute"):
        assert off(guesses["importance"].to_numpy(), model.MANAGEMENT_IMPORTANCE[name]) < STANDARD_ERRORS
        assert off(guesses["performance"].to_numpy(), model.MANAGEMENT_PERFORMANCE[name]) < STANDARD_ERRORS


# The branches' records


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    table = drawn(draw_branch_figures)
    return table.astype(dict.fromkeys(table.columns.drop(["branch", "wave"]), int))


def test_records_are_whole_and_fit_each_other(figures: pd.DataFrame) -> None:
    assert len(figures) == TOGETHER * 24 * 8
    assert (figures.groupby("branch")["customers"].first() == model.branch_sizes()).all()
    assert (figures.groupby("branch")["customers"].nunique() == 1).all()
    for part in ("complaints", "repeat_contacts"):
        assert (figures[part] <= figures["contacts"]).all()
    assert (figures["lost"] <= figures["customers"]).all()


def test_rates_of_the_branches_are_the_planted_ones(figures: pd.DataFrame) -> None:
    # Each draw of all branches is a unit: branches of one draw have nothing in common.
    sums = figures.groupby([figures.index.get_level_values(0), "wave"]).sum(numeric_only=True).unstack()
    rates = {
        ("contacts", "customers"): np.full(8, model.CONTACTS_PER_CUSTOMER),
        ("complaints", "contacts"): np.full(8, model.COMPLAINTS_PER_1000 / 1000),
        ("repeat_contacts", "contacts"): model.REPEAT_CONTACT,
        ("lost", "customers"): np.full(8, model.LOST_PER_QUARTER),
        ("referred", "customers"): np.full(8, model.REFERRED_PER_1000 / 1000),
    }
    for (counted, among), planted in rates.items():
        for wave, rate in zip(model.WAVES, planted, strict=True):
            gap = (sums[counted, wave] - rate * sums[among, wave]).to_numpy(dtype=float)
            assert off(gap, 0.0) < STANDARD_ERRORS, (counted, wave)


def by_counting(rate: np.ndarray, among: np.ndarray, waves: int) -> np.ndarray:
    """Three standard errors of a part about the part of the first waves (p chart)."""
    before = rate[:waves] @ among[:waves] / among[:waves].sum()
    return np.abs(rate - before) > 3 * np.sqrt(before * (1 - before) / among)


def by_moving_ranges(rate: np.ndarray, among: np.ndarray, waves: int) -> np.ndarray:
    """Limits from the moving ranges of the first waves, which hold what differs beyond counting (XmR chart)."""
    before = rate[:waves]
    return np.abs(rate - before.mean()) > 2.66 * np.abs(np.diff(before)).mean()


@pytest.mark.parametrize("waves", [5, 6])
@pytest.mark.parametrize("chart", [by_counting, by_moving_ranges])
def test_repeat_contacts_leave_their_limits_and_the_others_do_not(chart: Callable, waves: int) -> None:
    known = kda.example_truth("service_center")["indicators"]
    table = simulate_companions()["branches"]
    table = table.astype(dict.fromkeys(table.columns.drop(["branch", "wave"]), int))
    # All branches together, by wave.
    sums = table.groupby("wave").sum(numeric_only=True)
    out = {}
    for indicator in (known["out_of_control"], *known["in_control"]):
        counted, among = indicator.split(" per ")
        counted, among = sums[counted], sums[f"{among}s"]
        out[indicator] = chart((counted / among).to_numpy(), among.to_numpy(), waves).tolist()
    from_wave = model.WAVES.index(known["from"])
    assert out.pop(known["out_of_control"]) == [False] * from_wave + [True] * (8 - from_wave)
    assert out == dict.fromkeys(known["in_control"], [False] * 8)

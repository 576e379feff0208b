"""Kernels of many groups: one pass against one by one, brute force, other programs, and how often they are wrong."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, optimize, special, stats

from drivers.errors import ModelError
from drivers.linearization import effective_size, mean_covariance
from drivers.models.groups.across_groups import across_groups, cut_scores, permutations
from drivers.models.groups.between_groups import between_groups, restricted_likelihood_variance, welch
from drivers.models.groups.group_means import group_means
from drivers.models.groups.group_slopes import group_slopes
from drivers.models.groups.outlying import CLIP, cut_center, funnel, funnel_limits, joint_ranks, usual_variance
from drivers.models.groups.shrinkage import shrunken
from drivers.models.groups.steadied import steadied
from tests.simulated import make_survey

ROUNDING = 1e-9
"""Sums in another order."""

SEARCHED = 1e-4
"""Two searches for one maximum."""


def some_groups(k: int = 8, n: int = 240, seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    codes = np.concatenate([np.repeat(np.arange(k), 12), rng.integers(0, k, n - 12 * k)])
    answers = np.clip(60 + 3.0 * (codes - k / 2) + rng.normal(0, 15, n), 0, 100)
    answers[::37] = np.nan
    return codes, answers, np.round(rng.uniform(0.5, 2, n), 3)


DESIGNS: Mapping[str, Mapping[str, str]] = {
    "nothing": {},
    "weights": {"weights": "weights"},
    "strata": {"weights": "weights", "strata": "region"},
    "days within units": {"weights": "weights", "strata": "unit", "clusters": "day"},
    "units drawn": {"clusters": "unit"},
    "days across units": {"clusters": "day_of_all"},
    "finite": {"strata": "unit", "fpc": "part"},
}


@pytest.mark.parametrize("design", DESIGNS)
def test_all_groups_at_once_are_each_group_by_itself(tmp_path: Path, design: str) -> None:
    codes, answers, weights = some_groups()
    rng = np.random.default_rng(4)
    columns = {
        "weights": weights,
        "region": codes // 3,
        "unit": codes,
        "day": np.arange(len(codes)) % 4,
        "day_of_all": rng.integers(0, 12, len(codes)),
        "part": np.where(codes < 4, 0.25, 0.5),
    }
    parts = {name: columns[column] for name, column in DESIGNS[design].items()}
    survey = make_survey(tmp_path, drivers={"a": answers}, outcomes={"satisfaction": answers}, **parts)
    inside = np.where(np.arange(len(codes)) % 5 == 0, -1, codes)  # some rows lie outside the domain
    values = survey.scores["satisfaction"].to_numpy()
    found = group_means(survey, values, inside, 8)
    for group in range(8):
        rows = (inside == group) & ~np.isnan(values)
        alone = mean_covariance(survey, values, rows)
        assert found.estimate[group] == pytest.approx(np.average(values[rows], weights=survey.weights[rows]))
        assert found.variance[group] == pytest.approx(alone.covariance[0, 0], rel=ROUNDING)
        assert found.df[group] == alone.df and found.n[group] == rows.sum()
        assert found.n_effective[group] == pytest.approx(effective_size(survey, rows, values), rel=ROUNDING)


def test_a_stratum_with_one_sampling_unit_is_refused(tmp_path: Path) -> None:
    codes, answers, _ = some_groups()
    strata = np.where(np.arange(len(codes)) == 5, 9, 0)
    survey = make_survey(tmp_path, drivers={"a": answers}, outcomes={"satisfaction": answers}, strata=strata)
    with pytest.raises(ModelError, match="at least two sampling units in every stratum"):
        group_means(survey, survey.scores["satisfaction"].to_numpy(), codes, 8)


def test_slopes_of_a_group_are_those_of_its_own_regression(tmp_path: Path) -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(5)
    codes = rng.integers(0, 3, 300)
    x = rng.uniform(20, 80, (300, 2))
    y = np.clip(10 + x @ [0.3, 0.4] + rng.normal(0, 5 + x[:, 0] / 10), 0, 100)
    survey = make_survey(tmp_path, drivers={"a": x[:, 0], "b": x[:, 1]}, outcomes={"satisfaction": y})
    values = survey.scores[["a", "b", "satisfaction"]].to_numpy()
    found = group_slopes(survey, values, codes, 4, fewest=20)
    assert found.fitted.tolist() == [True, True, True, False] and np.isnan(found.variance[3]).all()
    for group in range(3):
        rows = codes == group
        fit = sm.OLS(values[rows, 2], sm.add_constant(values[rows, :2])).fit(cov_type="HC2")
        assert found.estimate[group] == pytest.approx(fit.params[1:], rel=1e-6)
        n = rows.sum()
        # Sampling units' totals are spread about their mean, with n − 1.
        assert found.variance[group] == pytest.approx(fit.bse[1:] ** 2 * n / (n - 1), rel=1e-2)
        assert found.df[group] == n - 3


def test_a_group_whose_column_is_constant_has_no_slopes(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    codes = np.repeat([0, 1], 40)
    x = np.where(codes == 1, 50.0, rng.uniform(20, 80, 80))
    survey = make_survey(tmp_path, drivers={"a": x}, outcomes={"satisfaction": rng.uniform(0, 100, 80)})
    found = group_slopes(survey, survey.scores[["a", "satisfaction"]].to_numpy(), codes, 2, fewest=10)
    assert found.fitted.tolist() == [True, False]


def uneven(k: int = 12, tau: float = 3.0, seed: int = 7) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    n = rng.integers(15, 500, k)
    variance = 400 / n
    return 65 + tau * rng.normal(size=k) + np.sqrt(variance) * rng.normal(size=k), variance, n - 1.0


def test_variance_between_groups_is_the_likeliest() -> None:
    y, v, _ = uneven()

    def unlikely(t2: float) -> float:
        w = np.diag(1 / (v + t2))
        ones = np.ones((len(y), 1))
        p = w - w @ ones @ np.linalg.inv(ones.T @ w @ ones) @ ones.T @ w
        return float(np.log(v + t2).sum() + np.linalg.slogdet(ones.T @ w @ ones)[1] + y @ p @ y)

    brute = optimize.brute(lambda t: unlikely(float(t[0])), [(0, 60)], Ns=6001)[0]
    assert restricted_likelihood_variance(y, v) == pytest.approx(brute, rel=SEARCHED)
    assert restricted_likelihood_variance(np.full(5, 3.0), np.ones(5)) == 0
    assert restricted_likelihood_variance(y * 0.01, v) == 0


def test_equal_means_are_tested_as_welch_does() -> None:
    import pandas as pd
    import pingouin as pg

    rng = np.random.default_rng(8)
    groups = [rng.normal(60 + i, 5 + 3 * i, 12 + 9 * i) for i in range(5)]
    y, v = (np.array([f(g) for g in groups]) for f in (np.mean, lambda g: g.var(ddof=1) / len(g)))
    long = pd.DataFrame({"g": np.repeat(range(5), [len(g) for g in groups]), "y": np.concatenate(groups)})
    other = pg.welch_anova(long, dv="y", between="g").iloc[0]
    statistic, df, p = welch(y, v, np.array([len(g) - 1 for g in groups]))
    assert (statistic, df) == pytest.approx((other["F"], other["ddof2"]), rel=1e-6)
    assert p == pytest.approx(next(other[name] for name in ("p_unc", "p-unc") if name in other), rel=1e-6)


def test_interval_of_the_variance_is_the_profile_of_q() -> None:
    y, v, _ = uneven()
    known = np.full(len(y), 1e9)
    found = between_groups(y, v, known, conf_level=0.95)

    def q(t2: float) -> float:
        w = 1 / (v + t2)
        return float(w @ (y - w @ y / w.sum()) ** 2)

    limits = stats.chi2.ppf([0.975, 0.025], len(y) - 1)
    by_hand = [optimize.brentq(lambda t2, limit=limit: q(t2) - limit, 0, 1e4) for limit in limits]
    assert [found.sd_low**2, found.sd_high**2] == pytest.approx(by_hand, rel=1e-5)
    assert found.sd_low < found.sd < found.sd_high
    w = 1 / (v + found.sd**2)
    assert found.mean == pytest.approx(w @ y / w.sum())
    assert found.predicted_low < found.interval(0.95)[0] < found.interval(0.95)[1] < found.predicted_high


def test_groups_that_do_not_differ_have_an_interval_from_nothing() -> None:
    y, v, df = uneven(tau=0.0, seed=9)
    found = between_groups(65 + (y - 65) * 0.2, v, df, conf_level=0.95)
    assert found.sd == found.sd_low == found.sd_high == 0 and found.p_value > 0.99


def test_adjusted_estimates_are_the_posterior_s_mean() -> None:
    y, v, _ = uneven(k=6)
    found = shrunken(y, v, np.full(6, 1e12), conf_level=0.95)

    def weigh(tau: float) -> tuple[float, np.ndarray]:
        whole = v + tau**2
        w = 1 / whole
        mean = w @ y / w.sum()
        likely = np.exp(-0.5 * (np.log(whole).sum() + np.log(w.sum()) + w @ (y - mean) ** 2) + 8)
        return float(likely * 2 * tau), v / whole * mean + (1 - v / whole) * y

    top = 10 * np.std(y)
    total = integrate.quad(lambda t: weigh(t)[0], 0, top, limit=400)[0]
    means = [
        integrate.quad(lambda t, i=i: np.prod([weigh(t)[0], weigh(t)[1][i]]), 0, top, limit=400)[0] for i in range(6)
    ]
    assert found.estimate == pytest.approx(np.array(means) / total, rel=1e-3)
    assert np.all(np.abs(found.estimate - y.mean()) <= np.abs(y - y.mean()) + 1)
    order = np.argsort(v)
    assert np.all(np.diff(found.own[order]) <= 0)  # the surer, the more of its own
    assert np.all(found.conf_low < found.estimate) and np.all(found.estimate < found.conf_high)


def test_adjusted_intervals_hold_the_truth_and_lie_nearer_to_it() -> None:
    rng = np.random.default_rng(10)
    held, raw, adjusted = 0, 0.0, 0.0
    for _ in range(60):
        n = rng.integers(15, 200, 20)
        truth = 65 + 2 * rng.normal(size=20)
        v = 400 / n
        y = truth + np.sqrt(v) * rng.normal(size=20)
        found = shrunken(y, v, n - 1.0, conf_level=0.95)
        held += int(((found.conf_low <= truth) & (truth <= found.conf_high)).sum())
        raw, adjusted = raw + ((y - truth) ** 2).sum(), adjusted + ((found.estimate - truth) ** 2).sum()
    assert 0.93 < held / 1200 < 0.985
    assert adjusted < 0.75 * raw


def test_centre_and_usual_variance_are_huber_s_second_proposal() -> None:
    y, v, _ = uneven(k=20)
    t2 = usual_variance(y, v)
    center = cut_center(y, v + t2)
    z = (y - center) / np.sqrt(v + t2)
    assert (np.clip(z, -CLIP, CLIP) / np.sqrt(v + t2)).sum() == pytest.approx(0, abs=1e-6)
    normal = integrate.quad(lambda u: min(abs(u), CLIP) ** 2 * stats.norm.pdf(u), -9, 9)[0]
    assert (np.clip(z, -CLIP, CLIP) ** 2).mean() == pytest.approx(normal * 19 / 20, rel=1e-4)


def test_one_group_far_off_does_not_widen_the_funnel() -> None:
    y, v, df = uneven(k=20, tau=0.0, seed=11)
    moved = y.copy()
    moved[np.argmin(v)] -= 40
    found = funnel(moved, v, df)
    assert found.usual_sd < 2 and abs(found.center - 65) < 2
    worst = int(np.argmin(v))
    assert found.p_adjusted[worst] < 1e-6 and found.p_apart[worst] < 1e-6
    assert (np.delete(found.p_apart, worst) > 0.05).all()
    assert found.difference[worst] < -30


def test_limits_are_the_funnel_s() -> None:
    size = np.array([10.0, 100.0, 1e9])
    limits = funnel_limits(65.0, 2.0, 400.0, size, 0.95)
    reach = special.ndtri(0.975) * np.sqrt(400 / size + 4)
    assert limits == pytest.approx(np.column_stack([65 - reach, 65 + reach]))


@pytest.mark.parametrize("unequal", [False, True])
def test_false_alarms_stay_at_the_level(unequal: bool) -> None:
    rng = np.random.default_rng(12)
    told = apart = separated = 0
    runs = 150
    for _ in range(runs):
        n = np.exp(rng.uniform(np.log(15), np.log(500), 12)).round()
        sd = np.where(rng.random(12) < 0.5, 12.0, 30.0) if unequal else np.full(12, 20.0)
        y = 65 + sd / np.sqrt(n) * rng.normal(size=12)
        variance, df = steadied(sd**2 * rng.chisquare(n - 1) / (n - 1), n - 1)
        found = funnel(y, variance / n, df)
        told += bool((found.p_adjusted < 0.05).any())
        apart += bool((found.p_apart < 0.05).any())
        low, _ = joint_ranks(y, variance / n, df, conf_level=0.95, seed=1, draws=300)
        separated += bool((low > 1).any())
    # Of 150 surveys at 5 %, fewer than 17 in 998 of 1,000 studies.
    assert max(told, apart, separated) <= 16


def test_possible_ranks_are_all_where_nothing_is_known_and_one_where_all_is() -> None:
    y = np.array([1.0, 2.0, 3.0])
    low, high = joint_ranks(y, np.full(3, 100.0), np.full(3, 30.0), conf_level=0.95, seed=1)
    assert low.tolist() == [1, 1, 1] and high.tolist() == [3, 3, 3]
    low, high = joint_ranks(y, np.full(3, 1e-4), np.full(3, 30.0), conf_level=0.95, seed=1)
    assert low.tolist() == high.tolist() == [3, 2, 1]


def test_variances_are_steadied_by_as_much_as_they_are_unsure() -> None:
    rng = np.random.default_rng(13)
    equal = 400 * rng.chisquare(5, 40) / 5
    steady, df = steadied(equal, np.full(40, 5))
    assert np.ptp(steady) < 0.2 * np.ptp(equal) and (df > 5).all()
    truth = 400 * 10 / rng.chisquare(10, 4000)
    found, df = steadied(truth * rng.chisquare(6, 4000) / 6, np.full(4000, 6))
    assert df[0] - 6 == pytest.approx(10, abs=1.5)  # the degrees of freedom that were planted
    assert ((found - truth) ** 2).mean() < ((truth * 0 + 500 - truth) ** 2).mean()
    steady, _ = steadied(np.array([0.0, 400.0, 380.0, 500.0]), np.array([9, 9, 9, 9]))
    assert steady[0] > 0
    assert steadied(np.array([0.0, 4.0]), np.array([9, 9]))[0].tolist() == [2.0, 4.0]


def test_a_slope_over_groups_is_found_in_spite_of_one_that_stands_apart() -> None:
    rng = np.random.default_rng(14)
    k = 24
    true_x = 60 + 8 * rng.normal(size=k)
    xv, yv = np.full(k, 16.0), 400 / rng.integers(20, 500, k)
    x = true_x + 4 * rng.normal(size=k)
    y = 40 + 0.4 * true_x + np.sqrt(yv) * rng.normal(size=k)
    y[int(np.argmin(np.abs(x - x.mean())))] -= 20
    orders = permutations(k, draws=5000, seed=1)
    found = across_groups(x, xv, y, yv, cut_scores(y, yv), orders, conf_level=0.95)
    assert found.p_value < 0.005 and found.conf_low > 0
    assert found.reliability == pytest.approx(1 - 16 / np.var(x, ddof=1))
    assert found.corrected == pytest.approx(found.slope / found.reliability)
    assert found.corrected_low < 0.4 < found.corrected_high
    mostly_chance = across_groups(x, np.full(k, 80.0), y, yv, cut_scores(y, yv), orders, conf_level=0.95)
    assert np.isnan(mostly_chance.corrected) and np.isnan(mostly_chance.corrected_low)


def test_what_does_not_go_together_is_rarely_said_to() -> None:
    rng = np.random.default_rng(15)
    orders = permutations(12, draws=400, seed=1)
    wrong = 0
    for _ in range(100):
        x, yv = rng.normal(size=12), 400 / np.exp(rng.uniform(np.log(15), np.log(500), 12))
        y = np.sqrt(yv) * rng.standard_t(4, 12)
        wrong += across_groups(x, np.full(12, 0.1), y, yv, cut_scores(y, yv), orders, conf_level=0.95).p_value <= 0.05
    # Of 100 at 5 %, fewer than 14 in 999 of 1,000 studies.
    assert wrong <= 13

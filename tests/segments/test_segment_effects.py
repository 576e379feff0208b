"""Do effects differ? Slopes refitted by hand, one great regression, draws by deleting units, the planted truth."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

import drivers as kda
from drivers.errors import ModelError
from drivers.models.interactions.group_fits import group_fits, sampling_units_of
from drivers.models.interactions.wild_bootstrap import common_slopes, departures, observed, wild_draws
from drivers.models.predictors import predictors
from drivers.results import Unanswered
from drivers.segments.effects_result import SegmentEffects
from drivers.segments.partition import partition
from drivers.survey.data import Survey
from tests.simulated import make_survey

EXACT = 1e-9
"""What two ways of linear algebra may differ by."""

GROUPS = ("a", "b", "c")


def three_groups(folder: Path, *, shift: float = 0.0, n: int = 90, **how: Any) -> Survey:
    """Three groups, of which the first has another slope of the first driver by ``shift``."""
    rng = np.random.default_rng(12)
    place = np.array(GROUPS)[np.arange(n) % 3]
    x = 50 + 12 * rng.normal(size=(n, 2)) + 5 * rng.normal(size=(n, 1))
    y = (
        20
        + x @ [0.4, 0.2]
        + shift * np.where(place == "a", x[:, 0] - 50, 0)
        + 4 * rng.normal(size=n) * (1 + (place == "b"))
    )
    return make_survey(
        folder,
        drivers={"d1": x[:, 0], "d2": x[:, 1]},
        outcomes={"satisfaction": np.clip(y, 0, 100)},
        segments={"place": place},
        **how,
    )


@pytest.fixture(scope="module")
def simple(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return three_groups(tmp_path_factory.mktemp("simple"))


@pytest.fixture(scope="module")
def different(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return three_groups(tmp_path_factory.mktemp("different"), shift=0.8)


@pytest.fixture(scope="module")
def center() -> SegmentEffects:
    return kda.segment_effects(kda.example_survey("service_center"), n_boot=199)


def test_effects_and_errors_are_those_of_each_group_alone(simple: Survey) -> None:
    (test,) = kda.segment_effects(simple, n_boot=100).tests
    assert test.groups == GROUPS
    for position, group in enumerate(GROUPS):
        alone = kda.fit_regression(simple.select(only={"place": group}))
        assert test.effect[position] == pytest.approx(alone.estimate[1:], rel=EXACT)
        assert test.std_error[position] == pytest.approx(alone.std_error[1:], rel=EXACT)
        assert test.low[position] == pytest.approx(alone.conf_low[1:], rel=EXACT)


def test_the_statistic_is_that_of_one_regression_with_all_interactions(simple: Survey) -> None:
    (test,) = kda.segment_effects(simple, n_boot=100).tests
    x = simple.scores[["d1", "d2"]].to_numpy()
    place = simple.raw["place"].to_numpy()
    design = np.column_stack([(place == g)[:, None] * np.column_stack([np.ones(len(x)), x]) for g in GROUPS])
    fit = sm.OLS(simple.scores["satisfaction"].to_numpy(), design).fit(cov_type="HC3")
    contrasts = np.zeros((4, 9))
    for row, (group, slope) in enumerate([(1, 1), (1, 2), (2, 1), (2, 2)]):
        contrasts[row, slope], contrasts[row, 3 * group + slope] = -1, 1
    wald = fit.wald_test(contrasts, scalar=True, use_f=False)
    assert test.statistic == pytest.approx(float(wald.statistic), rel=1e-6)
    assert test.df == 4


def test_a_draw_with_all_signs_up_is_the_restricted_residual_and_units_are_deleted_one_by_one(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    survey = three_groups(
        tmp_path,
        n=180,
        weights=rng.uniform(0.5, 2, 180),
        strata=np.repeat(["n", "s"], 90),
        clusters=rng.integers(0, 20, 180).astype(str),
    )
    data = predictors(survey, outcome=None, drivers=None, always=None)
    parts, units = partition(survey, "place"), sampling_units_of(survey, data.rows)
    assert units is not None
    fits, without = group_fits(survey, data, parts.codes, parts.keys, units)
    assert not without
    slopes, spread = observed(list(fits.values()), units)
    common = common_slopes(list(fits.values()))
    for position, key in enumerate(GROUPS):
        rows = np.flatnonzero(parts.members(key))
        x = np.column_stack([np.ones(len(rows)), survey.scores[["d1", "d2"]].to_numpy()[rows]])
        y, w = survey.scores["satisfaction"].to_numpy()[rows], survey.weights[rows]

        def fitted(keep: np.ndarray, x: np.ndarray = x, y: np.ndarray = y, w: np.ndarray = w) -> np.ndarray:
            return np.asarray(sm.WLS(y[keep], x[keep], weights=w[keep]).fit().params[1:])

        whole = fitted(np.ones(len(rows), dtype=bool))
        assert slopes[0, position] == pytest.approx(whole - common, rel=1e-8)
        moved = np.zeros((len(units.stratum), 2))
        for unit in np.unique(units.of_row[rows]):
            moved[unit] = whole - fitted(units.of_row[rows] != unit)
        expected = np.zeros((2, 2))
        for stratum, count in enumerate(units.count):
            inside = moved[units.stratum == stratum]
            centred = inside - inside.sum(axis=0) / count
            expected += count / (count - 1) * centred.T @ centred
        assert spread[0, position] == pytest.approx(expected, rel=1e-6)


def test_draws_spread_as_slopes_do(tmp_path: Path) -> None:
    survey = three_groups(tmp_path, n=240, clusters=np.arange(240).astype(str))
    data = predictors(survey, outcome=None, drivers=None, always=None)
    parts, units = partition(survey, "place"), sampling_units_of(survey, data.rows)
    fits = [*group_fits(survey, data, parts.codes, parts.keys, units)[0].values()]
    drawn = [part for part, _ in wild_draws(fits, units, n_boot=2000, seed=1)]
    found = np.concatenate(drawn).std(axis=0)
    errors = np.sqrt(np.diagonal(observed(fits, units)[1][0], axis1=1, axis2=2))
    assert found == pytest.approx(errors, rel=0.12)


def test_draws_of_a_quiet_group_stay_quiet_beside_a_noisy_one(tmp_path: Path) -> None:
    """What a noisy group makes of the common slopes is not held against a quiet one."""
    rng = np.random.default_rng(3)
    n, k = 60, 8
    noisy = np.arange(n) % 2 == 1
    x = 50 + 10 * rng.normal(size=(n, k))
    y = 50 + (x - 50) @ np.full(k, 0.2) + np.where(noisy, 16, 2) * rng.normal(size=n)
    survey = make_survey(
        tmp_path,
        drivers={f"d{j + 1}": x[:, j] for j in range(k)},
        outcomes={"satisfaction": y},
        scale=(-50, 150),
        segments={"place": np.where(noisy, "noisy", "quiet")},
    )
    data = predictors(survey, outcome=None, drivers=None, always=None)
    parts = partition(survey, "place")
    fits = [*group_fits(survey, data, parts.codes, parts.keys, None)[0].values()]
    drawn = np.concatenate([spread for _, spread in wild_draws(fits, None, n_boot=400, seed=1)])
    usual = np.median(np.diagonal(drawn, axis1=2, axis2=3), axis=0).mean(axis=1)
    own = np.diagonal(observed(fits, None)[1][0], axis1=1, axis2=2).mean(axis=1)
    assert 0.5 < usual[parts.keys.index("quiet")] / own[parts.keys.index("quiet")] < 2


@pytest.mark.parametrize("clustered", [False, True])
def test_distances_without_a_difference_are_about_their_contrasts(tmp_path: Path, clustered: bool) -> None:
    survey = three_groups(tmp_path, n=600, clusters=(np.arange(600) // 4).astype(str) if clustered else None)
    data = predictors(survey, outcome=None, drivers=None, always=None)
    parts, units = partition(survey, "place"), sampling_units_of(survey, data.rows)
    fits = [*group_fits(survey, data, parts.codes, parts.keys, units)[0].values()]
    drawn = [departures(*part) for part in wild_draws(fits, units, n_boot=600, seed=1)]
    together, alone = (np.concatenate([part[i] for part in drawn]) for i in (0, 1))
    assert together.mean() == pytest.approx(4, abs=0.6)
    assert alone.mean(axis=0) == pytest.approx([2, 2], abs=0.4)


def test_a_difference_is_found_in_its_driver_and_marked(different: Survey) -> None:
    (test,) = kda.segment_effects(different, n_boot=400).tests
    assert test.differs and test.differing == ("d1",)
    assert test.marked.tolist()[0] == [True, False]
    assert not test.marked[:, 1].any()
    assert test.difference[0, 0] == pytest.approx(0.8, abs=0.3)
    (again,) = kda.segment_effects(different, n_boot=400).tests
    assert again.p_value == test.p_value


def test_the_same_effects_are_not_told_apart(simple: Survey) -> None:
    (test,) = kda.segment_effects(simple, n_boot=199).tests
    assert not test.differs and test.differing == () and not test.marked.any()


def test_a_rest_is_all_others_together(simple: Survey) -> None:
    (test,) = kda.segment_effects(simple, n_boot=100).tests
    place, y = simple.raw["place"].to_numpy(), simple.scores["satisfaction"].to_numpy()
    x = np.column_stack([simple.scores[["d1", "d2"]].to_numpy(), place == "b", place == "c", np.ones(len(y))])
    rest = sm.OLS(y[place != "a"], x[place != "a"][:, [0, 1, 2, 4]].astype(float)).fit().params[:2]
    assert test.difference[0] == pytest.approx(test.effect[0] - rest, rel=1e-8)
    mean = y[place == "a"].mean()
    assert test.levels.mean[0] == pytest.approx(mean)
    assert test.levels.difference[0] == pytest.approx(mean - y[place != "a"].mean())


def test_levels_have_the_intervals_of_welch(simple: Survey) -> None:
    from scipy import stats

    (test,) = kda.segment_effects(simple, n_boot=100).tests
    place, y = simple.raw["place"].to_numpy(), simple.scores["satisfaction"].to_numpy()
    welch = stats.ttest_ind(y[place == "a"], y[place != "a"], equal_var=False)
    limits = welch.confidence_interval(0.95)
    # Errors under a design count all respondents as one sample, which is n / (n - 1) more.
    assert test.levels.p_value[0] == pytest.approx(welch.pvalue, rel=0.05)
    assert (test.levels.difference_low[0], test.levels.difference_high[0]) == pytest.approx(tuple(limits), abs=0.1)


def test_replicate_weights_that_delete_respondents_give_errors_of_the_jackknife(tmp_path: Path) -> None:
    n = 90
    replicates = np.where(np.eye(n, dtype=bool), 0.0, n / (n - 1))
    survey = three_groups(tmp_path, weights=np.ones(n), replicates=replicates, design={"replicate_method": "jk1"})
    found = kda.segment_effects(survey, n_boot=100)
    assert found.method == "adjusted_wald"
    plain = three_groups(tmp_path / "plain" if (tmp_path / "plain").mkdir() is None else tmp_path)
    (by_replicates,), (by_rows,) = found.tests, kda.segment_effects(plain, n_boot=100).tests
    assert by_replicates.effect == pytest.approx(by_rows.effect, rel=EXACT)
    assert by_replicates.std_error == pytest.approx(by_rows.std_error * np.sqrt((n - 1) / n), rel=1e-6)
    assert by_replicates.difference == pytest.approx(by_rows.difference, rel=1e-8)
    assert by_replicates.p_value == pytest.approx(by_rows.p_value, abs=0.2)


def test_what_was_planted_is_found_and_nothing_else(center: SegmentEffects) -> None:
    truth = kda.example_truth("service_center")["segments"]
    tests = {test.segment: test for test in center.tests}
    assert set(tests) == {"customer", "age", "sex", "language", "region", "value"}
    assert tests[truth["different"]].differs
    assert set(tests["customer"].differing) == {"respect", "information"}
    for name in truth["same_slopes_and_curves"]:
        assert not tests[name].differs, name
    new = tests["customer"].groups.index("new")
    assert tests["customer"].strongest[new] == truth["customer"]["new"]["first"] == "information"
    assert tests["customer"].strongest[1 - new] == truth["customer"]["returning"]["first"] == "respect"


def test_frames_have_one_row_per_number_and_per_segment(center: SegmentEffects) -> None:
    tidy, glance = center.tidy(), center.glance()
    assert glance["segment"].tolist() == [test.segment for test in center.tests]
    one = tidy[(tidy["segment"] == "customer") & (tidy["term"] == "effect") & (tidy["group"] == "new")]
    assert one["driver"].tolist() == list(center.drivers)
    assert set(tidy["term"]) == {
        "effect", "effect_against_rest", "level", "level_against_rest", "common", "differs",
    }  # fmt: skip


def test_small_groups_are_named_and_not_counted(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    place = np.repeat(["a", "b", "c", "d", "e"], [60, 50, 12, 7, 6])
    x = rng.uniform(0, 100, (len(place), 4))
    survey = make_survey(
        tmp_path,
        drivers={f"d{j}": x[:, j] for j in range(4)},
        outcomes={"satisfaction": 20 + x.mean(axis=1) / 2 + rng.uniform(0, 20, len(place))},
        segments={"place": place},
    )
    found = kda.segment_effects(survey, n_boot=100)
    (test,) = found.tests
    assert test.groups == ("a", "b") and dict(test.without) == {"c": "few"} and test.hidden == ("d", "e")
    assert test.levels.groups == ("a", "b", "c")
    assert not {"d", "e"} & set(found.tidy()["group"])


def test_a_control_that_is_the_segment_is_held_by_its_own_levels(tmp_path: Path) -> None:
    survey = three_groups(tmp_path, controls=["place"])
    (test,) = kda.segment_effects(survey, n_boot=100).tests
    plain = kda.segment_effects(survey, always=(), n_boot=100).tests[0]
    assert test.statistic == pytest.approx(plain.statistic)


def test_what_cannot_be_asked_is_said(simple: Survey, tmp_path: Path) -> None:
    center = kda.example_survey("service_center")
    with pytest.raises(ModelError) as error:
        kda.segment_effects(center, segment="loyalty")
    assert str(error.value) == (
        "Expected a segment that is not made from the outcome, found 'loyalty', which is made from 'satisfaction' and "
        "'loyalty'; name another outcome or segment."
    )
    with pytest.raises(ModelError, match="Expected each segment once, found 'place', 'place'; remove one"):
        kda.segment_effects(simple, segment=["place", "place"])
    judges = kda.attempt(kda.segment_effects, kda.example_survey("judges"))
    assert isinstance(judges, Unanswered) and judges.reasons[0].code == "no_segments"
    few = kda.attempt(kda.segment_effects, simple.select(only={"place": "a"}))
    assert isinstance(few, Unanswered) and few.reasons[0].code == "few_groups"


def test_results_that_do_not_fit_together_are_refused(simple: Survey) -> None:
    (test,) = kda.segment_effects(simple, n_boot=100).tests
    with pytest.raises(ValueError, match="one row for each group"):
        replace(test, groups=("a",))


def test_without_draws_nothing_is_tested(simple: Survey) -> None:
    (test,) = kda.segment_effects(simple, n_boot=0).tests
    assert not test.tested and not test.differs and np.isfinite(test.effect).all()

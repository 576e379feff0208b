"""Straight lines against flexible models: folds and intervals by brute force, and truths straight and curved."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.regression.linear_model as linear
from scipy import stats
from threadpoolctl import threadpool_info, threadpool_limits

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.models.nonlinearity import (
    FLEXIBLE,
    corrected_interval,
    cross_validate,
    deal,
    flexible_models,
    joined,
    mixed_up,
)
from drivers.models.nonlinearity_check import MATTERS, NonlinearityResult, nonlinearity
from drivers.survey.data import Survey
from tests.simulated import make_survey

ROUNDING = 1e-9
"""Relative: the same least squares by another decomposition."""

ARRAYS = (
    "r2",
    "gain",
    "gain_error",
    "gain_low",
    "gain_high",
    "importance",
    "importance_error",
    "importance_low",
    "importance_high",
)


def survey_of(folder: Path, columns: Mapping[str, np.ndarray], **options: object) -> Survey:
    drivers = {name: column for name, column in columns.items() if name != "y"}
    return make_survey(folder, drivers=drivers, outcomes={"y": columns["y"]}, **options)  # type: ignore[arg-type]


def answers(n: int, seed: int, *, penalty: float = 0.0) -> dict[str, np.ndarray]:
    """Five-point ratings a to d that correlate, and an outcome on a straight line, less a penalty where a is poor."""
    rng = np.random.default_rng(seed)
    impression = rng.normal(size=(n, 1))
    x = 25.0 * np.digitize(0.6 * impression + 0.8 * rng.normal(size=(n, 4)), [-1.5, -0.7, 0.2, 1.0])
    y = 40 + x @ [0.2, 0.15, 0.1, 0.0] - penalty * (x[:, 0] < 50) + rng.uniform(-15, 15, n)
    return {**dict(zip("abcd", x.T, strict=True)), "y": np.clip(np.round(y, 3), 0, 100)}


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return survey_of(tmp_path_factory.mktemp("straight"), answers(500, seed=351))


@pytest.fixture(scope="module")
def found(straight: Survey) -> NonlinearityResult:
    return nonlinearity(straight, repeats=1)


# Folds


def test_units_are_dealt_whole_and_those_of_a_stratum_evenly() -> None:
    units = np.repeat(np.arange(33), 4)
    strata = units % 3
    for seed in range(5):
        fold = deal(strata, units, 5, np.random.default_rng(seed))
        of_unit = [set(fold[units == unit]) for unit in range(33)]
        assert all(len(folds) == 1 for folds in of_unit)
        counts = np.zeros((3, 5), dtype=int)
        for unit, folds in enumerate(of_unit):
            counts[unit % 3, folds.pop()] += 1
        assert set(counts.ravel()) == {2, 3} and sorted(counts.sum(axis=0)) == [6, 6, 7, 7, 7]


def test_who_is_in_which_fold_is_a_matter_of_chance() -> None:
    rng = np.random.default_rng(2)
    units = np.arange(40)
    together = np.mean([np.equal.outer(f, f) for f in (deal(None, units, 4, rng) for _ in range(400))], axis=0)
    # 9 of the 39 others are in one's fold; the error of each of 780 rates is .021.
    off = together[np.triu_indices(40, 1)]
    assert off.mean() == pytest.approx(9 / 39) and np.abs(off - 9 / 39).max() < 5 * 0.021
    same, again = (deal(None, units, 4, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(same, again)


# Mixing up


def test_a_unit_is_mixed_up_as_a_whole_and_alone() -> None:
    x = np.arange(40.0).reshape(10, 4)
    versions = mixed_up(x, np.ones(10), np.array([1, 3, 4]), np.random.default_rng(4))
    assert len(versions) == 2
    assert np.array_equal(versions[0][:, [0, 3]], x[:, [0, 3]]) and np.array_equal(versions[1][:, :3], x[:, :3])
    assert np.array_equal(versions[0][:, 2], versions[0][:, 1] + 1), "columns of a group stay together"
    for version, column in ((versions[0], 1), (versions[1], 3)):
        assert sorted(version[:, column]) == x[:, column].tolist()
        assert not np.array_equal(version[:, column], x[:, column])


def test_rows_are_taken_by_their_weight_and_put_anywhere() -> None:
    weights = np.array([0.2, 0.8, 1.0, 3.0] * 5)
    x = np.arange(20.0)[:, None]
    rng = np.random.default_rng(5)
    taken, moved = np.zeros(20), np.zeros(20)
    for _ in range(800):
        (version,) = mixed_up(x, weights, np.array([0, 1]), rng)
        count = np.bincount(version[:, 0].astype(int), minlength=20)
        assert (np.abs(count - 20 * weights / weights.sum()) < 1).all()
        taken += count / 800
        moved += version[:, 0] / 800
    np.testing.assert_allclose(taken, 20 * weights / weights.sum(), atol=0.08)
    # Every place gets the weighted mean: 800 draws of a standard deviation below 6.
    np.testing.assert_allclose(moved, weights @ x[:, 0] / weights.sum(), atol=5 * 6 / np.sqrt(800))


# Errors


def test_errors_of_the_line_are_those_of_weighted_regressions() -> None:
    columns = answers(150, seed=352)
    x, y = np.column_stack([columns[name] for name in "abcd"]), columns["y"]
    weights = np.random.default_rng(6).uniform(0.2, 2, 150)
    fold = np.arange(150) % 3
    found = cross_validate(x, y, weights, fold, np.arange(5), np.random.default_rng(7))
    for held in range(3):
        train, test = fold != held, fold == held
        design = np.column_stack([np.ones(150), x])
        fit = linear.WLS(y[train], design[train], weights=weights[train]).fit()
        error = np.average((y[test] - fit.predict(design[test])) ** 2, weights=weights[test])
        assert found.linear[held] == pytest.approx(error, rel=ROUNDING)
    assert found.flexible.shape == (3, 2) and found.permuted.shape == (3, 2, 4)


def test_flexible_models_are_fitted_to_what_the_line_leaves() -> None:
    columns = answers(200, seed=353, penalty=20)
    x, y = np.column_stack([columns[name] for name in "abcd"]), columns["y"]
    weights = np.random.default_rng(8).uniform(0.2, 2, 200)
    fold = np.arange(200) % 2
    found = cross_validate(x, y, weights, fold, np.array([0, 2, 4]), np.random.default_rng(9))
    rng = np.random.default_rng(9)
    for held in range(2):
        train, test = fold != held, fold == held
        design = np.column_stack([np.ones(200), x])
        fit = linear.WLS(y[train], design[train], weights=weights[train]).fit()
        versions = [x[test], *mixed_up(x[test], weights[test], np.array([0, 2, 4]), rng)]
        for j, model in enumerate(flexible_models(100, rng)):
            model.fit(x[train], fit.resid, sample_weight=weights[train])
            errors = []
            for version in versions:
                predicted = fit.predict(np.column_stack([np.ones(len(version)), version])) + model.predict(version)
                errors.append(np.average((y[test] - predicted) ** 2, weights=weights[test]))
            assert found.flexible[held, j] == pytest.approx(errors[0], rel=1e-7)
            np.testing.assert_allclose(found.permuted[held, j], errors[1:], rtol=1e-7)


def test_intervals_are_corrected_for_overlapping_folds() -> None:
    values = np.random.default_rng(10).normal(size=(20, 2))
    mean, error, low, high = corrected_interval(values, folds=4, conf_level=0.9)
    for j in range(2):
        variance = (1 / 20 + (1 / 4) / (3 / 4)) * sum((values[:, j] - values[:, j].mean()) ** 2) / 19
        assert mean[j] == pytest.approx(values[:, j].mean()) and error[j] == pytest.approx(np.sqrt(variance))
        assert high[j] - mean[j] == pytest.approx(stats.t.ppf(0.95, 19) * np.sqrt(variance))
        assert mean[j] - low[j] == pytest.approx(high[j] - mean[j])


def test_the_result_is_made_of_the_folds(straight: Survey) -> None:
    found = nonlinearity(straight, folds=3, repeats=2, seed=11, conf_level=0.8, groups={"g": ["b", "c"]})
    x, y = (straight.scores[list(names)].to_numpy() for names in ("abcd", "y"))
    # Units in the codebook's order: a, g (b, c), d.
    rng = np.random.default_rng(11)
    starts, units = np.array([0, 1, 3, 4]), np.arange(500)
    errors = joined(
        [cross_validate(x, y[:, 0], np.ones(500), deal(None, units, 3, rng), starts, rng) for _ in range(2)]
    )
    assert found.drivers == ("a", "g", "d") and errors.linear.shape == (6,)
    variance = y.var()
    gains = (errors.linear[:, None] - errors.flexible) / variance
    np.testing.assert_allclose(found.gain, gains.mean(axis=0), rtol=ROUNDING)
    np.testing.assert_allclose(found.r2[0], 1 - errors.linear.mean() / variance, rtol=ROUNDING)
    np.testing.assert_allclose(found.r2[1:], 1 - errors.flexible.mean(axis=0) / variance, rtol=ROUNDING)
    expected = corrected_interval(gains, folds=3, conf_level=0.8)
    for part, name in zip(expected[1:], ("gain_error", "gain_low", "gain_high"), strict=True):
        np.testing.assert_allclose(getattr(found, name), part, rtol=ROUNDING)
    best = int(np.argmax(found.gain))
    assert found.best == FLEXIBLE[best]
    lost = (errors.permuted[:, best] - errors.flexible[:, [best]]) / variance
    expected = corrected_interval(lost, folds=3, conf_level=0.8)
    names = ("importance", "importance_error", "importance_low", "importance_high")
    for part, name in zip(expected, names, strict=True):
        np.testing.assert_allclose(getattr(found, name), part, rtol=ROUNDING)


# Truths that are known


def test_a_straight_truth_is_not_called_curved(straight: Survey) -> None:
    for seed in range(3):
        columns = pd.DataFrame(answers(500, seed=360 + seed))
        found = nonlinearity(replace(straight, scores=columns), repeats=1)
        assert found.conclusion != "curved"
        assert (found.gain < 0.005).all()
    large = survey_like(straight, answers(2500, seed=364))
    assert nonlinearity(large, repeats=1).conclusion == "straight_line_suffices"


def test_a_penalty_below_a_threshold_is_called_curved(straight: Survey) -> None:
    for seed in range(3):
        columns = pd.DataFrame(answers(500, seed=370 + seed, penalty=25))
        found = nonlinearity(replace(straight, scores=columns), repeats=1)
        assert found.conclusion == "curved"
        # What a straight line can know of it is taken off: the gain is that of the step alone.
        x = columns["a"].to_numpy()
        step = 25.0 * (x < 50)
        design = np.column_stack([np.ones(500), columns[list("abcd")]])
        left = step - design @ np.linalg.lstsq(design, step)[0]
        true = left.var() / columns["y"].var()
        assert 0.5 * true < found.gain.max() < 1.4 * true


def survey_like(survey: Survey, columns: Mapping[str, np.ndarray]) -> Survey:
    """The same survey with more respondents, of whom nothing is known but their scores."""
    n = len(columns["y"])
    raw = pd.DataFrame(index=range(n))
    empty = pd.DataFrame({name: np.zeros(n, dtype=np.int8) for name in survey.missing})
    return replace(
        survey,
        raw=raw,
        codes=pd.DataFrame({name: np.zeros(n) for name in survey.codes}),
        missing=empty,
        scores=pd.DataFrame(columns),
        weights=np.ones(n),
        in_unit=np.ones(n, dtype=bool),
    )


def test_nothing_to_explain_is_nothing_explained(straight: Survey) -> None:
    columns = pd.DataFrame(answers(500, seed=380))
    columns["y"] = np.random.default_rng(381).uniform(0, 100, 500)
    found = nonlinearity(replace(straight, scores=columns), repeats=1)
    assert (found.r2 < 0.01).all() and (np.abs(found.importance) < 0.02).all()


def test_a_driver_that_stands_alone_loses_twice_its_variance(straight: Survey) -> None:
    # With unrelated drivers and a known line, mixing up x costs E (b x − b x')² = 2 b² var(x).
    rng = np.random.default_rng(382)
    x = 25.0 * rng.integers(0, 5, (500, 4))
    y = x @ [0.3, 0.2, 0.0, 0.0] + rng.normal(0, 5, 500)
    columns = pd.DataFrame({**dict(zip("abcd", x.T, strict=True)), "y": y})
    found = nonlinearity(replace(straight, scores=columns), repeats=1)
    expected = 2 * np.square([0.3, 0.2, 0.0, 0.0]) * x.var(axis=0) / y.var()
    np.testing.assert_allclose(found.importance, expected, atol=0.08)
    assert (found.importance_low[:2] > 0.1).all() and np.abs(found.importance[2:]).max() < 0.01


def test_nobody_is_tested_by_a_model_that_has_seen_their_unit(tmp_path: Path) -> None:
    # Branches with a level and a rating of their own: whoever has seen a branch knows its level.
    rng = np.random.default_rng(383)
    branch = np.repeat(np.arange(25), 12)
    columns = {
        "a": rng.uniform(0, 100, 25)[branch],
        "b": rng.uniform(0, 100, 300),
        "y": np.clip(50 + 25 * rng.standard_normal(25)[branch] + rng.uniform(-5, 5, 300), 0, 100),
    }
    dealt = nonlinearity(survey_of(tmp_path / "c", columns, clusters=branch), repeats=1)
    blind = nonlinearity(survey_of(tmp_path / "n", columns), repeats=1)
    assert dealt.gain.max() < 0.05
    assert blind.gain.min() > 0.1


# Weights


def test_scale_of_weights_does_not_matter_and_weights_do(tmp_path: Path) -> None:
    # Two kinds of respondents, straight and curved; whoever counts for nothing says nothing of the gain.
    one, other = answers(300, seed=384), answers(300, seed=385, penalty=40)
    columns = {name: np.concatenate([one[name], other[name]]) for name in one}
    weights = np.repeat([1.0, 0.01], 300)
    straight = nonlinearity(survey_of(tmp_path / "1", columns, weights=weights), repeats=1)
    scaled = nonlinearity(survey_of(tmp_path / "2", columns, weights=500 * weights), repeats=1)
    curved = nonlinearity(survey_of(tmp_path / "3", columns, weights=weights[::-1]), repeats=1)
    for name in ARRAYS:
        np.testing.assert_allclose(getattr(scaled, name), getattr(straight, name), rtol=1e-6, atol=1e-9)
    assert straight.gain.max() < 0.01 < 0.05 < curved.gain.max()


# The same result everywhere


def test_the_result_depends_on_the_seed_and_not_on_threads(straight: Survey, found: NonlinearityResult) -> None:
    before = [pool["num_threads"] for pool in threadpool_info()]
    with threadpool_limits(limits=2):
        again = nonlinearity(straight, repeats=1)
    other = nonlinearity(straight, repeats=1, seed=2)
    for name in ARRAYS:
        assert getattr(again, name).tolist() == getattr(found, name).tolist()
        assert getattr(other, name).tolist() != getattr(found, name).tolist()
    assert [pool["num_threads"] for pool in threadpool_info()][: len(before)] == before


# The conclusion


@pytest.mark.parametrize(
    ("gain", "low", "high", "conclusion"),
    [
        ((0.030, 0.010), (0.001, -0.02), (0.06, 0.04), "curved"),
        # The best decides, wherever it stands.
        ((0.010, 0.030), (-0.02, 0.001), (0.04, 0.06), "curved"),
        # Certain, and too small to matter.
        ((0.012, 0.010), (0.008, 0.006), (0.016, 0.014), "straight_line_suffices"),
        # Large, and uncertain.
        ((0.030, 0.010), (-0.001, -0.01), (0.06, 0.03), "undecided"),
        # One that may matter is enough to doubt.
        ((0.005, 0.004), (-0.005, -0.02), (0.015, 0.021), "undecided"),
        ((0.015, 0.010), (0.001, 0.0), (0.029, 0.02), "undecided"),
        ((-0.01, -0.02), (-0.02, -0.03), (0.0, -0.01), "straight_line_suffices"),
    ],
)
def test_what_is_concluded(
    gain: tuple[float, float],
    low: tuple[float, float],
    high: tuple[float, float],
    conclusion: str,
    found: NonlinearityResult,
) -> None:
    assert MATTERS == 0.02
    changed = replace(
        found,
        r2=np.array([0.4, 0.4 + gain[0], 0.4 + gain[1]]),
        gain=np.array(gain),
        gain_low=np.array(low),
        gain_high=np.array(high),
    )
    assert changed.conclusion == conclusion
    assert changed.best == FLEXIBLE[int(gain[1] > gain[0])]
    row = changed.glance().iloc[0]
    assert (row["conclusion"], row["gain"], row["method"]) == (conclusion, max(gain), changed.best)
    assert (row["conf_low"], row["conf_high"]) == (
        max(zip(gain, low, strict=True))[1],
        max(zip(gain, high, strict=True))[1],
    )


# The result


def test_frames_are_fresh_and_keep_to_the_closed_list(found: NonlinearityResult) -> None:
    assert {*found.tidy(), *found.importances(), *found.glance()} <= set(COLUMNS)
    frame = found.tidy()
    frame["r2"] = 0.0
    assert found.tidy()["r2"].tolist() == found.r2.tolist()
    assert found.tidy()["method"].tolist() == ["linear", "boosting", "forest"]
    assert found.tidy()["gain"].isna().tolist() == [True, False, False]
    for column, array in (("gain", "gain"), ("std_error", "gain_error"), ("conf_low", "gain_low")):
        assert found.tidy()[column].tolist()[1:] == getattr(found, array).tolist()
    table = found.importances()
    assert table["driver"].tolist() == list("abcd")
    assert table["conf_high"].tolist() == found.importance_high.tolist()
    assert table["method"].unique().tolist() == [found.best]
    assert found.glance()[["n", "r2"]].to_numpy().tolist() == [[500, found.r2[0]]]
    for name in ARRAYS:
        assert not getattr(found, name).flags.writeable, name
    assert found.n_used == 500 and found.notes == ()
    assert found.details["conclusion"] == found.conclusion and found.details["best"] == found.best


def test_a_result_whose_parts_do_not_agree_cannot_exist(found: NonlinearityResult) -> None:
    with pytest.raises(ValueError, match=r"^Gains must be what flexible models explain beyond the straight line\.$"):
        replace(found, gain=found.gain + 1e-6)


# Refusals


def refusal(survey: Survey, **arguments: object) -> str:
    with pytest.raises(kda.ModelError) as caught:
        nonlinearity(survey, **arguments)  # type: ignore[arg-type]
    return str(caught.value)


def test_numbers_that_make_no_sense_are_refused(straight: Survey) -> None:
    assert refusal(straight, folds=1) == "Expected folds of at least 2, found 1; use 5 or 10."
    assert refusal(straight, repeats=0) == "Expected repeats of at least 1, found 0; use 5 or more."
    assert refusal(straight, seed=-1) == "Expected a seed of 0 or more, found -1; any such number will do."
    assert refusal(straight, conf_level=95).startswith("Expected conf_level from 0.5 to below 1, found 95")


def test_too_few_answers_are_refused(straight: Survey) -> None:
    scores = straight.scores.copy()
    scores.loc[99:, "b"] = np.nan
    with pytest.raises(kda.ModelError) as caught:
        nonlinearity(replace(straight, scores=scores))
    assert str(caught.value) == (
        "Expected at least 100 complete answers to look for curves, found 99 of 500 respondents; widen the selection."
    )
    assert (caught.value.code, caught.value.values) == ("few_answers", {"n": 99, "needed": 100})


def test_replicate_weights_do_not_say_who_belongs_together(tmp_path: Path) -> None:
    units = np.arange(120) // 6
    left_out = np.where(units[:, None] == np.arange(20), 0.0, 20 / 19)
    parts = {"weights": np.ones(120), "replicates": left_out, "design": {"replicate_method": "jk1"}}
    columns = answers(120, seed=387)
    assert refusal(survey_of(tmp_path / "without", columns, **parts), repeats=1) == (
        "Expected sampling units that can be dealt to folds whole, found design.replicate_weights without "
        "design.cluster; name the column of the units, or of the respondents where these are the units."
    )
    found = nonlinearity(survey_of(tmp_path / "with", columns, **parts, clusters=units), folds=2, repeats=1)
    same = nonlinearity(survey_of(tmp_path / "plain", columns, clusters=units), folds=2, repeats=1)
    assert found.gain.tolist() == same.gain.tolist()


def test_too_few_sampling_units_are_refused(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, answers(120, seed=386), clusters=np.arange(120) % 9)
    assert refusal(survey, repeats=1) == ("Expected at least 10 sampling units for 5 folds, found 9; use fewer folds.")
    assert nonlinearity(survey, folds=4, repeats=1).folds == 4

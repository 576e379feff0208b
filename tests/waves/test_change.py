"""A change between two waves in three parts: by hand, by identities, and against what was planted."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.errors import ModelError
from drivers.survey.data import Survey
from drivers.waves.change_result import PARTS, WaveChangeResult
from tests.simulated import make_survey

ROUNDING = 1e-9
SURE = 4.0
"""Standard errors by which an estimate may miss the truth."""


@pytest.fixture(scope="module")
def center() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def result(center: Survey) -> WaveChangeResult:
    return kda.wave_change(center)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """Two waves of different people, with weights."""
    return drawn(tmp_path_factory.mktemp("small"))


def drawn(
    folder: Path, *, person: np.ndarray | None = None, clusters: np.ndarray | None = None, seed: int = 5
) -> Survey:
    rng = np.random.default_rng(seed)
    n = 240
    wave = np.repeat(["w1", "w2"], n // 2)
    later = wave == "w2"
    age = np.where(rng.random(n) < np.where(later, 0.3, 0.6), "young", "old")
    a = np.clip(60 + 12 * rng.normal(size=n) + 5 * later - 6 * (age == "young"), 0, 100)
    b = np.clip(0.4 * a + 30 + 10 * rng.normal(size=n), 0, 100)
    y = np.clip(20 + 0.5 * a + 0.1 * b + np.where(later, 8, 4) * rng.normal(size=n), 0, 100)
    segments = {"age": age} | ({} if person is None else {"person": person})
    return make_survey(
        folder,
        drivers={"a": a, "b": b},
        outcomes={"y": y},
        weights=rng.uniform(0.5, 2, n),
        waves=wave,
        clusters=clusters,
        segments=segments,
        design={} if person is None else {"respondent": "person"},
    )


def by_hand(survey: Survey) -> np.ndarray:
    """The change, who answered, each driver and the rest, of two waves told apart by age."""
    later = survey.wave_index == 1
    weights, age = survey.weights, survey.raw["age"].to_numpy()
    x, y = survey.scores[["a", "b"]].to_numpy(), survey.scores["y"].to_numpy()
    new = weights.copy()
    for value in ("young", "old"):
        group = age == value
        before = weights[group & ~later].sum() / weights[~later].sum()
        after = weights[group & later].sum() / weights[later].sum()
        new[group & later] *= before / after
    design = np.column_stack([np.ones(len(y)), later, x])
    root = np.sqrt(new)[:, None]
    fit = np.linalg.lstsq(root * design, root[:, 0] * y, rcond=None)[0]
    mean = np.average
    held = mean(y[later], weights=new[later])
    first, second = mean(y[~later], weights=weights[~later]), mean(y[later], weights=weights[later])
    moved = mean(x[later], axis=0, weights=new[later]) - mean(x[~later], axis=0, weights=weights[~later])
    # The indicator of the later wave takes up just what the drivers do not explain.
    return np.array([second - first, second - held, *(fit[2:] * moved), fit[1]])


def test_the_parts_are_those_of_a_regression_by_hand(small: Survey) -> None:
    change = kda.wave_change(small, mix=("age",)).reported
    assert change.method == "cells" and change.mix == ("age",)
    found = [change.estimate[0], change.estimate[1], *change.by_driver[0], change.estimate[3]]
    assert found == pytest.approx(by_hand(small), abs=ROUNDING)


def test_errors_are_those_of_weights_moved_one_by_one(small: Survey) -> None:
    change = kda.wave_change(small, mix=("age",)).reported
    n, step = len(small.weights), 1e-4
    influence = np.empty((n, 5))
    for row in range(n):
        sides = []
        for by in (step, -step):
            weights = small.weights.copy()
            weights[row] *= 1 + by
            sides.append(by_hand(replace(small, weights=weights)))
        influence[row] = (sides[0] - sides[1]) / (2 * step)
    errors = np.sqrt(n / (n - 1) * (influence**2).sum(axis=0))
    found = np.array([*change.std_error[:2], *change.by_driver[1], change.std_error[3]])
    # Effects' residuals are made larger for what was fitted to them, by less than 1 % of these errors.
    assert found == pytest.approx(errors, rel=0.01)
    assert found[:2] == pytest.approx(errors[:2], rel=1e-5)


def test_the_parts_add_up_in_every_pair(result: WaveChangeResult) -> None:
    for pair in result.pairs:
        assert pair.estimate[1:].sum() == pytest.approx(pair.estimate[0], abs=ROUNDING)
        assert pair.by_driver[0].sum() == pytest.approx(pair.estimate[2], abs=ROUNDING)
    with pytest.raises(ValueError, match="add up to it"):
        replace(result.reported, estimate=result.reported.estimate + np.array([1.0, 0, 0, 0]))
    with pytest.raises(ValueError, match="what performance adds"):
        replace(result.reported, by_driver=result.reported.by_driver + 1.0)


def test_what_was_planted_is_found(center: Survey, result: WaveChangeResult) -> None:
    truth = kda.example_truth("service_center")["waves"]
    clear = {part: {pair.wave for k, pair in enumerate(result.pairs) if result.shown(k, part)} for part in PARTS}
    mix_wave, performance_wave = truth["only_who_answered"], truth["only_performance"]
    back = center.waves[center.waves.index(mix_wave) + 1]
    assert clear["who_answered"] == {mix_wave, back}
    assert clear["performance"] == {performance_wave}
    assert not clear["unexplained"]
    by_wave = {pair.wave: pair for pair in result.pairs}
    level = {wave: told["satisfaction"] for wave, told in truth["by_wave"].items()}
    planted = level[mix_wave] - level[center.waves[0]]
    other = by_wave[mix_wave]
    assert abs(other.estimate[1] - planted) < SURE * other.std_error[1]
    assert not other.clear("performance") and not other.clear("unexplained")
    better = by_wave[performance_wave]
    moved = {name for name, p in zip(better.drivers, better.p_by_driver, strict=True) if p < 0.05}
    assert moved == {"information", "speed"}
    # Where only effects changed satisfaction did not, and no part of it says so.
    slopes = by_wave[truth["only_slopes"]]
    assert not any(slopes.clear(part) for part in PARTS)


def test_only_the_planted_column_tells_who_answered(center: Survey) -> None:
    survey = center.select(wave=kda.example_truth("service_center")["waves"]["only_who_answered"])
    by = {name: kda.wave_change(survey, mix=(name,)).reported for name in ("age", "sex", "language")}
    assert by["age"].clear("who_answered") and not by["sex"].clear("who_answered")
    assert not by["language"].clear("who_answered")


def test_since_and_the_wave_selected_decide_what_is_compared(center: Survey) -> None:
    survey = center.select(wave="2024Q2")
    told = kda.wave_change(survey, since="2023Q1", mix="age")
    assert (told.reported.wave_from, told.reported.wave) == ("2023Q1", "2024Q2")
    assert [pair.wave for pair in told.pairs] == ["2023Q2", "2023Q3", "2023Q4", "2024Q1", "2024Q2"]
    whole = kda.wave_change(survey, mix="age")
    assert (whole.reported.wave_from, whole.reported.wave) == ("2024Q1", "2024Q2")


def test_without_columns_nothing_is_said_of_who_answered(small: Survey) -> None:
    change = kda.wave_change(small, mix=()).reported
    assert change.method == "none" and change.estimate[1] == 0 and np.isnan(change.conf_low[1])
    assert not change.clear("who_answered")


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (["x"] * 120, [""] * 120, "mix_not_asked"),
        (["1", "2"] * 60, ["A", "B"] * 60, "mix_coded_differently"),
        (["1"] * 120, ["1"] * 120, "mix_one_group"),
        ([f"{k % 20}" for k in range(120)], [f"{k % 20}" for k in range(120)], "mix_too_few"),
    ],
)
def test_columns_that_tell_nothing_are_named(
    small: Survey, first: Sequence[str], second: Sequence[str], why: str
) -> None:
    raw = small.raw.copy()
    raw["age"] = [*first, *second]
    change = kda.wave_change(replace(small, raw=raw), mix=("age",)).reported
    assert dict(change.mix_untold) == {"age": why} and change.method == "none"


def test_people_who_answer_twice_are_kept_together(tmp_path: Path) -> None:
    person = np.array([f"p{k % 120}" for k in range(240)])
    survey = drawn(tmp_path, person=person)
    later = survey.wave_index == 1
    # The same answers in both waves, but for two points: the change is as sure as can be.
    scores = survey.scores.copy()
    scores[later] = scores[~later].to_numpy() + 2.0
    same = replace(survey, scores=scores, weights=np.tile(survey.weights[~later], 2))
    change = kda.wave_change(same, mix=()).reported
    assert change.paired and change.estimate[0] == pytest.approx(2.0)
    assert change.std_error[0] == pytest.approx(0, abs=1e-9)
    apart = replace(same, raw=same.raw.assign(person=[f"q{k}" for k in range(240)]))
    assert not kda.wave_change(apart, mix=()).reported.paired
    assert kda.wave_change(apart, mix=()).reported.std_error[0] > 0.5


def test_people_who_move_between_sampling_units_make_nothing_surer(tmp_path: Path) -> None:
    units = np.array([f"u{k % 24}" for k in range(120)] + [f"u{(k + 7) % 24}" for k in range(120)])
    person = np.array([f"p{k % 120}" for k in range(240)])
    survey = drawn(tmp_path, person=person, clusters=units)
    alone = replace(survey, raw=survey.raw.assign(person=[f"q{k}" for k in range(240)]))
    together, apart = (kda.wave_change(one, mix=("age",)).reported for one in (survey, alone))
    assert together.paired and not apart.paired
    assert (together.std_error >= apart.std_error - 1e-12).all()


def test_questions_at_fault_are_refused_in_words(center: Survey, small: Survey) -> None:
    with pytest.raises(ModelError) as refused:
        kda.wave_change(kda.example_survey("judges"))
    assert refused.value.code == "no_waves"
    assert str(refused.value) == "Expected a survey with waves, found none in its codebook; name them under wave."
    with pytest.raises(ModelError) as refused:
        kda.wave_change(center.select(wave="2023Q1"))
    assert refused.value.code == "few_waves"
    assert str(refused.value) == (
        "Expected a wave before '2023Q1' to compare it with, found none; select a later wave."
    )
    with pytest.raises(ModelError, match="Expected since= to be a wave before 'w2' \\('w1'\\), found 'w3'"):
        kda.wave_change(small, since="w3")
    with pytest.raises(ModelError, match="Expected segments or columns in mix=, found 'agee'"):
        kda.wave_change(small, mix=("agee",))
    with pytest.raises(ModelError, match="Expected each name once in mix=, found 'age' twice"):
        kda.wave_change(small, mix=("age", "age"))


def test_tidy_has_every_part(result: WaveChangeResult) -> None:
    table = result.tidy()
    pairs, k = len(result.pairs), len(result.reported.drivers)
    assert len(table) == 4 + 3 * k + 4 * pairs
    asked = table.iloc[:4]
    assert asked["term"].tolist() == list(PARTS)
    assert asked["estimate"].iloc[1:].sum() == pytest.approx(asked["estimate"].iloc[0])
    effect = table[table["term"] == "effect"]["estimate"].to_numpy()
    moved = table[table["term"] == "moved"]["estimate"].to_numpy()
    assert effect * moved == pytest.approx(result.reported.by_driver[0])
    assert result.glance()["n"].item() == result.n_used == result.reported.n + result.reported.n_from


def test_the_change_among_all_who_answered_is_that_of_the_scores(center: Survey) -> None:
    survey = center.select(wave="2023Q2")
    change = kda.wave_change(survey, mix=("age",)).reported
    score = kda.outcome_scores(survey).score("satisfaction", "mean")
    assert score is not None and score.change is not None
    told = (score.change.estimate, score.change.conf_low, score.change.conf_high)
    assert change.everyone == pytest.approx(told)
    assert change.sample.n < change.sample.n_asked

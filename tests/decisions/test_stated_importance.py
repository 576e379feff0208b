"""Stated beside derived importance: by hand, as planted, how often it errs, and what is refused."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.decisions.stated_result import StatedResult
from drivers.importance.result import ImportanceResult
from drivers.models.multiplicity import holm
from drivers.results import Unanswered
from drivers.survey.data import Survey
from tests.simulated import make_survey

NAMES = ("a", "b", "c", "d")
STANDARD_ERRORS = 4.5
"""That the estimate of one sample may lie from the truth."""


def made(
    folder: Path,
    *,
    slopes: Any = (0.5, 0.02, 0.5, 0.02),
    means: Any = (85, 85, 55, 55),
    n: int = 400,
    seed: int = 3,
    asked: Any = NAMES,
    blank: int = 0,
    **how: Any,
) -> Survey:
    """Two drivers that are said to matter and two that are not, one of each with an effect."""
    rng = np.random.default_rng(seed)
    x = np.clip(60 + 8 * (0.5 * rng.normal(size=(n, 1)) + rng.normal(size=(n, 4))), 0, 100)
    y = np.clip(60 + (x - 60) @ slopes + rng.normal(0, 4, n), 0, 100)
    stated = np.clip(np.asarray(means) + 6 * rng.normal(size=(n, 1)) + 8 * rng.normal(size=(n, 4)), 0, 100)
    make_survey(folder, drivers=dict(zip(NAMES, x.T, strict=True)), outcomes={"y": y}, **how)
    path, table = folder / "codebook.yml", folder / "answers.csv"
    book = json.loads(path.read_text(encoding="utf-8"))
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[0] += [f"stated_{name}" for name in NAMES]
    for i, (row, values) in enumerate(zip(rows[1:], stated.tolist(), strict=True)):
        row += ["" if i < blank else repr(value) for value in values]
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    for name in NAMES:
        book["items"][f"stated_{name}"] = {"column": f"stated_{name}", "scale": "rating"}
    book["stated_importance"] = {name: f"stated_{name}" for name in asked}
    path.write_text(json.dumps(book), encoding="utf-8")
    return kda.read_survey(path)


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return made(tmp_path_factory.mktemp("stated"))


@pytest.fixture(scope="module")
def importance(survey: Survey) -> ImportanceResult:
    return kda.relative_importance(survey, n_boot=200)


@pytest.fixture(scope="module")
def found(survey: Survey, importance: ImportanceResult) -> StatedResult:
    return kda.stated_and_derived(importance, survey)


def ratings(survey: Survey) -> np.ndarray:
    return survey.codes[[f"stated_{name}" for name in NAMES]].to_numpy()


def test_each_agreement_has_its_driver(found: StatedResult) -> None:
    assert found.agreements == ("both", "said_only", "hidden", "neither")
    assert (found.of("said_only"), found.of("hidden")) == (("b",), ("c",))


def test_means_are_those_of_the_answers(survey: Survey, found: StatedResult) -> None:
    answers = ratings(survey)
    assert found.stated[0] == pytest.approx(answers.mean(axis=0))
    assert found.stated[1] == pytest.approx(stats.sem(answers))
    within = answers - answers.mean(axis=1, keepdims=True)
    assert found.against_average[:2] == pytest.approx(np.array([within.mean(axis=0), stats.sem(within)]))
    parts = answers / answers.sum(axis=1, keepdims=True)
    assert found.stated_share[0] == pytest.approx(parts.mean(axis=0))
    # What a person has in common with all ratings widens means and not their differences.
    assert (found.against_average[1] < found.stated[1]).all()


@pytest.mark.parametrize("within", ["ranks", "shares"])
def test_other_ways_within_a_person(survey: Survey, importance: ImportanceResult, within: Any) -> None:
    found = kda.stated_and_derived(importance, survey, within=within)
    answers = ratings(survey)
    if within == "ranks":
        own = np.array([stats.rankdata(row) for row in answers]) - 2.5
    else:
        own = answers / answers.sum(axis=1, keepdims=True) - 0.25
    assert found.against_average[0] == pytest.approx(own.mean(axis=0))
    assert found.agreements == ("both", "said_only", "hidden", "neither")
    assert found.against_average[0].sum() == pytest.approx(0)


def test_a_claim_is_as_sure_as_the_less_sure_of_its_sides(importance: ImportanceResult, found: StatedResult) -> None:
    said = 2 * stats.t.sf(np.abs(found.against_average[0] / found.against_average[1]), 399)
    goes = 2 * stats.norm.sf(np.abs(importance.share - 0.25) / importance.uncertainty.share.std_error)
    assert found.p_adjusted == pytest.approx(holm(np.maximum(said, goes)), rel=1e-6)


def test_the_rank_correlation_is_spearmans(found: StatedResult) -> None:
    expected = stats.spearmanr(found.stated[0], found.share[0]).statistic
    assert found.correlation[0] == pytest.approx(expected)
    assert found.correlation[1] <= expected <= found.correlation[2]


def test_drivers_nobody_was_asked_about_are_left_out(tmp_path: Path) -> None:
    survey = made(tmp_path, asked=("a", "b", "c"))
    importance = kda.relative_importance(survey, n_boot=100)
    found = kda.stated_and_derived(importance, survey)
    assert found.drivers == ("a", "b", "c") and found.left_out == ("d",)
    assert found.share[0] == pytest.approx(importance.share[:3] / importance.share[:3].sum())
    drawn = importance.replicate_share[:, :3]
    assert found.share[1] == pytest.approx((drawn / drawn.sum(axis=1, keepdims=True)).std(axis=0, ddof=1))


def test_who_did_not_rate_all_does_not_count(tmp_path: Path) -> None:
    survey = made(tmp_path, blank=150)
    found = kda.stated_and_derived(kda.relative_importance(survey, n_boot=100), survey)
    assert found.n_used == 250
    assert found.stated[0] == pytest.approx(ratings(survey)[150:].mean(axis=0))
    few = made(tmp_path / "few", blank=395)
    nothing = kda.attempt(kda.stated_and_derived, kda.relative_importance(few, n_boot=100), survey=few)
    assert isinstance(nothing, Unanswered) and [reason.code for reason in nothing.reasons] == ["few_stated"]


def test_drivers_alike_are_seldom_said_to_differ(tmp_path: Path) -> None:
    wrong = 0
    for seed in range(12):
        survey = made(tmp_path / str(seed), slopes=(0.3,) * 4, means=(70,) * 4, n=200, seed=seed)
        found = kda.stated_and_derived(kda.relative_importance(survey, n_boot=100), survey)
        wrong += set(found.agreements) != {"undecided"}
    # An intersection of two tests errs far less often than 5 %.
    assert wrong <= 1


def test_where_nothing_may_be_ranked_nothing_is_said(tmp_path: Path) -> None:
    survey = made(tmp_path, n=45)
    importance = kda.relative_importance(survey, n_boot=100)
    assert importance.verdict.status == "not_rankable"
    found = kda.stated_and_derived(importance, survey)
    assert set(found.agreements) == {"undecided"} and found.underrated == ()
    without = kda.stated_and_derived(kda.relative_importance(survey, n_boot=0), survey)
    assert np.isnan(without.correlation[1:]).all() and set(without.agreements) == {"undecided"}


def test_weights_count(tmp_path: Path) -> None:
    weights = np.random.default_rng(1).uniform(0.5, 3, 400)
    survey = made(tmp_path, weights=weights)
    found = kda.stated_and_derived(kda.relative_importance(survey, n_boot=100), survey)
    answers = ratings(survey)
    assert found.stated[0] == pytest.approx(np.average(answers, axis=0, weights=weights))
    centred = weights[:, None] * (answers - found.stated[0]) / weights.sum()
    assert found.stated[1] == pytest.approx(np.sqrt((centred**2).sum(axis=0) * 400 / 399))


def test_what_was_planted_comes_out() -> None:
    survey = kda.example_survey("service_center")
    found = kda.stated_and_derived(kda.relative_importance(survey, n_boot=100), survey)
    truth = kda.example_truth("service_center")
    stated = np.array([truth["stated"][name] for name in found.drivers])
    # Answers are whole numbers from 0 to 10, which cuts the largest a little.
    assert found.stated[0] == pytest.approx(10 * stated, abs=1.0)
    assert found.firsts == ("speed", "respect")
    assert {"respect", "alternatives"} <= set(found.underrated) and "welcome" in found.overrated
    shares = truth["importance"]["shares"]
    average = stated.mean()
    for name, agreement in zip(found.drivers, found.agreements, strict=True):
        said, goes = truth["stated"][name] > average, shares[name] > 1 / 9
        expected = {
            (True, True): "both",
            (True, False): "said_only",
            (False, True): "hidden",
            (False, False): "neither",
        }
        assert agreement in (expected[said, goes], "undecided")
    assert "welcome" in found.of("said_only")


def test_frames_keep_to_the_closed_list(found: StatedResult) -> None:
    frame = found.tidy()
    assert set(frame.columns) | set(found.glance().columns) <= set(COLUMNS)
    assert len(frame) == 16 and frame["conclusion"].iloc[4] == "said_only"
    assert found.glance()["estimate"].iloc[0] == found.correlation[0]


def test_what_is_asked_wrongly_is_refused(survey: Survey, importance: ImportanceResult) -> None:
    with pytest.raises(kda.ModelError) as caught:
        kda.stated_and_derived(kda.fit_regression(survey), survey)  # type: ignore[arg-type]
    assert str(caught.value) == "Expected a result of relative_importance(), found RegressionResult; pass that result."
    with pytest.raises(kda.ModelError) as caught:
        kda.stated_and_derived(importance, survey, within="raw")  # type: ignore[arg-type]
    assert str(caught.value) == (
        "Expected within to be 'centred', 'ranks' or 'shares', found 'raw'; choose one of these."
    )
    customers = kda.example_survey("customersat")
    nothing = kda.attempt(kda.stated_and_derived, kda.relative_importance(customers, n_boot=100), survey=customers)
    assert isinstance(nothing, Unanswered) and [reason.code for reason in nothing.reasons] == ["no_stated_importance"]


def test_parts_must_be_parts(found: StatedResult) -> None:
    with pytest.raises(ValueError, match="Parts of share must sum to 1"):
        replace(found, share=2 * found.share)

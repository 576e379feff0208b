"""Gaps and zones: by hand, with ties and contradictions, under weights and designs, and as planted."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.indicators.estimates import mean_level
from drivers.models.expectations.gap_result import ExpectationResult
from drivers.results import Code, Unanswered
from drivers.survey.data import Survey
from tests.expected import expecting_survey, five

EXACT = 1e-9
STANDARD_ERRORS = 4.5
"""That the estimate of one sample may lie from the truth."""

HERE = ("below", "inside", "above")


def made(folder: Path, n: int = 300, **how: Any) -> Survey:
    """Two drivers with a zone, one of two items, and one with a hope alone; some missing, some read backwards."""
    rng = np.random.default_rng(12)
    pair = np.column_stack([five(rng, n, 60), five(rng, n, 55)])
    pair[:7, 1] = np.nan
    perceived = {"a": five(rng, n, 60), "b": pair, "c": five(rng, n, 50)}
    expected = {
        "a": {"desired": five(rng, n, 80), "adequate": five(rng, n, 30)},
        "b": {"desired": np.column_stack([five(rng, n, 75), five(rng, n, 75)]), "adequate": five(rng, n, 35)},
        "c": {"desired": five(rng, n, 60)},
    }
    outcomes = {"satisfaction": five(rng, n, 60), "loyalty": five(rng, n, 60)}
    return expecting_survey(folder, perceived=perceived, expected=expected, outcomes=outcomes, **how)


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return made(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def result(survey: Survey) -> ExpectationResult:
    return kda.expectation_gaps(survey)


@pytest.fixture(scope="module")
def planted() -> ExpectationResult:
    return kda.expectation_gaps(kda.example_survey("service_center"))


def by_hand(survey: Survey, name: str) -> pd.DataFrame:
    """Experience, levels and place of those who answered all of a driver without contradiction."""
    codes = survey.codes
    frame = pd.DataFrame({"perceived": codes.filter(regex=f"^{name}_[0-9]$").mean(axis=1, skipna=False)})
    for level in ("desired", "adequate"):
        items = codes.filter(regex=f"^{name}_{level}_")
        if items.shape[1]:
            frame[level] = items.mean(axis=1, skipna=False)
    frame = frame.dropna()
    if {"desired", "adequate"} <= set(frame.columns):
        frame = frame[frame.adequate <= frame.desired]
    low, high = (frame.get(level, frame.desired) for level in ("adequate", "desired"))
    place = np.select([frame.perceived < low, frame.perceived > high], [HERE[0], HERE[2]], HERE[1])
    return frame.assign(place=place)


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_gaps_and_places_are_those_by_hand(survey: Survey, result: ExpectationResult, name: str) -> None:
    found, frame = result.driver(name), by_hand(survey, name)
    assert found.perceived.n == len(frame)
    assert found.perceived.estimate == pytest.approx(frame.perceived.mean(), abs=EXACT)
    for level, gap in found.gaps.items():
        differences = frame.perceived - frame[level]
        assert gap.estimate == pytest.approx(differences.mean(), abs=EXACT)
        assert gap.std_error == pytest.approx(differences.std() / np.sqrt(len(frame)), rel=EXACT)
    for place, part in found.parts.items():
        assert part.estimate == pytest.approx((frame.place == place).mean(), abs=EXACT)
        assert part.conf_low < part.estimate < part.conf_high
    if found.width is not None:
        assert found.width.estimate == pytest.approx((frame.desired - frame.adequate).mean(), abs=EXACT)


def test_gaps_are_paired_and_not_compared_as_two_samples(result: ExpectationResult) -> None:
    # Within respondents, the error of a difference is not that of two independent means.
    one = result.driver("a")
    apart = np.hypot(one.perceived.std_error, one.levels["desired"].std_error)
    assert one.gaps["desired"].std_error != pytest.approx(apart, rel=0.001)


def test_who_gets_exactly_a_level_is_inside(tmp_path: Path) -> None:
    rows = np.repeat([[25, 75, 25], [75, 75, 25], [50, 75, 25], [0, 75, 25], [100, 75, 25]], 4, axis=0).astype(float)
    perceived, desired, adequate = rows.T
    survey = expecting_survey(
        tmp_path,
        perceived={"a": perceived, "b": perceived},
        expected={"a": {"desired": desired, "adequate": adequate}, "b": {"adequate": adequate}},
        outcomes={"y": perceived},
    )
    found = kda.expectation_gaps(survey)
    assert [part.estimate for part in found.driver("a").parts.values()] == pytest.approx([0.2, 0.6, 0.2])
    # With one level alone, inside is equal to it.
    assert [part.estimate for part in found.driver("b").parts.values()] == pytest.approx([0.2, 0.2, 0.6])
    assert found.driver("b").width is None and not found.driver("b").has_zone


def test_a_mean_of_thirds_is_equal_to_itself(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    answers = np.round(rng.uniform(1, 7, (40, 3)))
    survey = expecting_survey(
        tmp_path,
        perceived={"a": answers},
        expected={"a": {"desired": answers[:, [2, 0, 1]]}},
        outcomes={"y": answers[:, 0]},
        scale=(1, 7),
        step=1,
    )
    assert kda.expectation_gaps(survey).driver("a").parts["inside"].estimate == 1.0


def test_who_accepts_no_less_than_what_lies_above_the_hope_is_counted_and_left_out(
    survey: Survey, result: ExpectationResult
) -> None:
    codes = survey.codes
    against = (codes["a_adequate_1"] > codes["a_desired_1"]).sum()
    assert result.driver("a").contradictory == against > 0
    assert result.driver("a").perceived.n == len(codes) - against
    note = next(note for note in result.notes if note.code == "expectations_contradictory")
    left = sum(one.contradictory for one in result.drivers)
    assert note.values["part"] == pytest.approx(left / (left + sum(one.perceived.n for one in result.drivers)))


def test_weights_and_designs_are_those_of_any_mean(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    n = 300
    how = {
        "weights": rng.uniform(0.5, 3, n),
        "strata": np.repeat(["n", "s"], n // 2),
        "clusters": np.arange(n) // 10,
    }
    survey = made(tmp_path, n, **how)
    found = kda.expectation_gaps(survey).driver("a")
    frame = by_hand(survey, "a")
    rows = np.zeros(n, dtype=bool)
    rows[frame.index] = True
    gap = (survey.codes["a_1"] - survey.codes["a_desired_1"]).to_numpy()
    level = mean_level(survey, gap, rows, 0.95)
    one = found.gaps["desired"]
    assert (one.estimate, one.std_error, one.conf_low, one.conf_high) == pytest.approx(
        (level.estimate, level.std_error, level.conf_low, level.conf_high), rel=EXACT
    )


def test_a_part_of_the_survey_is_a_domain_of_it(tmp_path: Path) -> None:
    rng = np.random.default_rng(9)
    n = 300
    segment = np.where(rng.random(n) < 0.4, "x", "y")
    survey = made(tmp_path, n, clusters=np.arange(n) // 10, segments={"part": segment})
    part = survey.select(only={"part": "x"})
    found = kda.expectation_gaps(part)
    frame = by_hand(survey, "c")[segment[by_hand(survey, "c").index] == "x"]
    assert found.driver("c").perceived.estimate == pytest.approx(frame.perceived.mean(), abs=EXACT)
    assert found.sample.n_asked == (segment == "x").sum()


def test_different_scales_are_compared_on_their_ends_and_told(tmp_path: Path) -> None:
    import json

    survey = made(tmp_path)
    book = json.loads((tmp_path / "codebook.yml").read_text(encoding="utf-8"))
    book["scales"]["wide"] = {"type": "numeric", "min": 0, "max": 200, "step": "any"}
    book["items"]["c_desired_1"]["scale"] = "wide"
    (tmp_path / "codebook.yml").write_text(json.dumps(book), encoding="utf-8")
    found, before = kda.expectation_gaps(kda.read_survey(tmp_path / "codebook.yml")), kda.expectation_gaps(survey)
    assert found.details["rescaled"] == ["c"] and Code("expectations_rescaled").code in [n.code for n in found.notes]
    assert before.details["rescaled"] == []
    assert found.driver("c").levels["desired"].estimate == pytest.approx(
        before.driver("c").levels["desired"].estimate / 2, abs=EXACT
    )


@pytest.mark.parametrize(("asked", "told"), [("after", True), ("before", False)])
def test_when_expectations_were_asked_is_told(tmp_path: Path, asked: str, told: bool) -> None:
    found = kda.expectation_gaps(made(tmp_path, asked=asked))
    assert found.asked == asked
    assert ("expectations_after" in {note.code for note in found.notes}) == told


def test_nothing_is_told_of_fewer_than_ten(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    few = five(rng, 50, 50)
    few[9:] = np.nan
    survey = expecting_survey(
        tmp_path,
        perceived={"a": five(rng, 50, 50), "b": few},
        expected={name: {"desired": five(rng, 50, 60)} for name in "ab"},
        outcomes={"y": five(rng, 50, 50)},
    )
    found = kda.expectation_gaps(survey)
    assert [one.driver for one in found.drivers] == ["a"]
    assert dict(found.left_out) == {"b": found.left_out["b"]} and found.left_out["b"].code == "suppressed"
    with pytest.raises(kda.ModelError) as caught:
        kda.expectation_gaps(survey, drivers=["b"])
    assert str(caught.value) == (
        "Expected at least 10 respondents who rated a driver and said what they expected of it, found fewer for each; "
        "widen the selection."
    )


def test_a_survey_without_expectations_says_so() -> None:
    survey = kda.example_survey("judges")
    with pytest.raises(kda.ModelError) as caught:
        kda.expectation_gaps(survey)
    assert str(caught.value) == (
        "Expected questions on what was hoped for or would just be accepted, found none; name them under "
        "'expectations:' in the codebook."
    )
    found = kda.attempt(kda.expectation_gaps, survey)
    assert isinstance(found, Unanswered) and [reason.code for reason in found.reasons] == ["no_expectations"]


@pytest.mark.parametrize(
    ("drivers", "message"),
    [
        (["d"], "Expected a driver with expectations among 'a', 'b', 'c', found 'd'; choose one of these."),
        (["a", "b", "a"], "Expected each driver once, found 'a' twice; remove one."),
    ],
)
def test_wrong_drivers_are_refused(survey: Survey, drivers: list[str], message: str) -> None:
    with pytest.raises(kda.ModelError) as caught:
        kda.expectation_gaps(survey, drivers=drivers)
    assert str(caught.value) == message


def test_tables_have_known_columns(result: ExpectationResult) -> None:
    for frame in (result.tidy(), result.glance()):
        assert set(frame.columns) <= set(COLUMNS)
    assert set(result.tidy()["term"]) >= {"perceived", "desired", "adequate", "superiority", "adequacy", "width", *HERE}


# The weighted gap


def test_the_weighted_gap_is_that_of_each_respondents_own_weights(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    n = 120
    perceived = {name: five(rng, n, 50) for name in "ab"}
    hoped = {name: five(rng, n, 70) for name in "ab"}
    matters = {name: five(rng, n, 60) for name in "ab"}
    hoped["b"][:15] = np.nan
    survey = expecting_survey(
        tmp_path,
        perceived=perceived,
        expected={name: {"desired": hoped[name]} for name in "ab"},
        outcomes={"y": five(rng, n, 50)},
        stated=matters,
    )
    (whole,) = kda.expectation_gaps(survey).weighted
    gaps = np.column_stack([perceived[name] - hoped[name] for name in "ab"])
    weight = np.column_stack([matters[name] for name in "ab"])
    weight[np.isnan(gaps)] = 0
    total = weight.sum(axis=1)
    # Half of the gaps are enough, and to whom neither matters nothing can be weighted.
    rows = total > 0
    score = (np.nan_to_num(gaps) * weight).sum(axis=1)[rows] / total[rows]
    assert whole.weights == "stated" and whole.level == "desired" and whole.score.n == rows.sum() < n
    assert whole.score.estimate == pytest.approx(score.mean(), abs=EXACT)
    assert whole.score.std_error == pytest.approx(score.std(ddof=1) / np.sqrt(rows.sum()), rel=EXACT)
    assert sum(part.estimate for part in whole.contributions.values()) == pytest.approx(score.mean(), abs=EXACT)
    assert sum(part.estimate for part in whole.importance.values()) == pytest.approx(1, abs=EXACT)


def test_without_stated_importance_all_weigh_alike(result: ExpectationResult) -> None:
    (whole,) = result.weighted
    assert (whole.level, whole.weights) == ("desired", "equal")  # c has no least acceptable level
    assert result.details["weights"] == "equal"


# What was planted, and what was answered


def test_planted_places_come_out(planted: ExpectationResult) -> None:
    for name, true in kda.example_truth("service_center")["counted"]["expectations"].items():
        for place, part in planted.driver(name).parts.items():
            assert abs(part.estimate - true["parts"][place]) < STANDARD_ERRORS * part.std_error, (name, place)


def test_planted_expectations_fall_short_of_hopes_and_reach_what_is_acceptable(planted: ExpectationResult) -> None:
    assert set(planted.sides("desired").values()) == {"below"}
    assert set(planted.sides("adequate").values()) == {"above"}
    assert [whole.weights for whole in planted.weighted] == ["stated", "stated"]
    stated = kda.example_truth("service_center")["stated"]
    weights = planted.weighted[0].importance
    assert max(weights, key=lambda name: weights[name].estimate) == max(stated, key=lambda name: stated[name])


@pytest.mark.field
def test_the_table_of_kiosks_comes_from_the_answers(field_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIVERS_DATA", os.fspath(field_data))
    survey = kda.read_survey("kiosk")
    found = kda.expectation_gaps(survey)
    answers = pd.read_csv(field_data / "kiosk_2019" / "kiosk.csv")
    for position, one in enumerate(found.drivers):
        numbers = range(3 * position + 1, 3 * position + 4)
        got, hoped = (answers[[f"{kind}_{i:02d}" for i in numbers]].dropna() for kind in ("per", "exp"))
        gap = 100 / 6 * (got.mean(axis=1) - hoped.mean(axis=1)).dropna()
        assert one.gaps["desired"].estimate == pytest.approx(gap.mean(), abs=EXACT)
        assert one.parts["below"].estimate == pytest.approx((gap < -EXACT).mean(), abs=EXACT)
    assert [name for name, side in found.sides("desired").items() if side != "below"] == ["enjoyment"]

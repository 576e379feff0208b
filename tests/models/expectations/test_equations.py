"""The three equations: by hand, corrected, against a margin, and where they were planted true and false."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.models.expectations.equation_analysis import EquationResult
from drivers.models.expectations.equations import EQUATIONS, holm_levels
from drivers.models.multiplicity import holm
from drivers.survey.data import Survey
from tests.expected import expecting_survey, five

EXACT = 1e-9
STANDARD_ERRORS = 4.5
"""That the estimate of one sample may lie from the truth."""


def made(folder: Path, n: int = 400, loyalty: bool = True, **how: Any) -> Survey:
    """Two drivers of which one goes with satisfaction, and loyalty that goes with satisfaction."""
    rng = np.random.default_rng(21)
    a, b = five(rng, n, 50), five(rng, n, 50)
    satisfaction = np.clip(25 * np.round((a + 50 * rng.uniform(size=n)) / 37.5), 0, 100)
    outcomes = {"satisfaction": satisfaction}
    if loyalty:
        outcomes["loyalty"] = np.clip(25 * np.round((satisfaction + 60 * rng.uniform(size=n)) / 37.5), 0, 100)
    expected = {name: {"desired": five(rng, n, 70), "adequate": five(rng, n, 25)} for name in "ab"}
    return expecting_survey(folder, perceived={"a": a, "b": b}, expected=expected, outcomes=outcomes, **how)


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return made(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def result(survey: Survey) -> EquationResult:
    return kda.expectation_equations(survey)


@pytest.fixture(scope="module")
def planted() -> EquationResult:
    return kda.expectation_equations(kda.example_survey("service_center"))


def places(survey: Survey, name: str) -> np.ndarray:
    """Below, inside, above as 0, 1, 2, and −1 where the zone was read backwards; int (n,)."""
    got, hoped, least = (survey.codes[f"{name}{tail}_1"].to_numpy() for tail in ("", "_desired", "_adequate"))
    place = np.where(got < least, 0, np.where(got > hoped, 2, 1))
    return np.where(least > hoped, -1, place)


def moods(survey: Survey) -> dict[str, np.ndarray]:
    satisfaction, loyalty = (survey.scores[name].to_numpy() for name in ("satisfaction", "loyalty"))
    return {"dissatisfied": satisfaction <= 25, "satisfied": satisfaction >= 75, "loyal": loyalty >= 75}


SIDES = {
    "below": (("dissatisfied", 0), ("dissatisfied", 1)),
    "inside": (("satisfied", 1), ("dissatisfied", 1)),
    "above": (("loyal", 2), ("loyal", 1)),
}


@pytest.mark.parametrize("name", ["a", "b"])
def test_shares_are_those_by_hand(survey: Survey, result: EquationResult, name: str) -> None:
    place, mood = places(survey, name), moods(survey)
    for one in result.of(name):
        shares = [mood[has][place == where].mean() for has, where in SIDES[one.equation]]
        assert [one.chance, one.chance_versus] == pytest.approx(shares, abs=EXACT)
        assert one.estimate == pytest.approx(shares[0] - shares[1], abs=EXACT)
        assert (one.n, one.n_versus) == tuple((place == where).sum() for _, where in SIDES[one.equation])


def test_all_together_every_comparison_counts_and_the_respondent_is_the_unit(
    survey: Survey, result: EquationResult
) -> None:
    place, mood = np.column_stack([places(survey, name) for name in "ab"]), moods(survey)
    for one in result.of():
        counts = [(place == where).sum(axis=1) for _, where in SIDES[one.equation]]
        values = [mood[has].astype(float) for has, _ in SIDES[one.equation]]
        shares = [(count @ value) / count.sum() for count, value in zip(counts, values, strict=True)]
        assert [one.chance, one.chance_versus] == pytest.approx(shares, abs=EXACT)
        one_side, other = (
            count * (value - share) / count.sum() for count, value, share in zip(counts, values, shares, strict=True)
        )
        influence = one_side - other
        # The respondents who are neither do not count, of all equations together.
        used = (place >= 0).any(axis=1)
        n = used.sum()
        assert one.std_error == pytest.approx(np.sqrt(n / (n - 1) * (influence[used] ** 2).sum()), rel=1e-6)
        assert (one.n, one.n_versus) == tuple((count > 0).sum() for count in counts)


def test_findings_are_those_of_the_corrected_intervals(result: EquationResult) -> None:
    for family in (result.overall, result.by_driver):
        p_values = np.array([one.p_value for one in family])
        assert [one.p_adjusted for one in family] == pytest.approx(holm(p_values))
        for one in family:
            assert one.adjusted_low <= one.conf_low <= one.estimate <= one.conf_high <= one.adjusted_high
            expected = "supported" if one.adjusted_low > 0 else "contradicted" if one.adjusted_high < 0 else "open"
            assert one.finding == expected
            assert (one.p_adjusted <= 0.05) == (expected != "open")
    assert {one.finding for one in result.by_driver} >= {"supported", "open"}


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=12))
def test_levels_agree_with_holms_procedure(values: list[float]) -> None:
    p_values = np.array(values)
    levels, adjusted = holm_levels(p_values, 0.05), holm(p_values)
    clear = np.abs(adjusted - 0.05) > 1e-9
    assert ((p_values <= 1 - levels + 1e-15) == (adjusted <= 0.05))[clear].all()
    assert (levels >= 0.95 - EXACT).all() and (levels <= 1 - 0.05 / len(values) + EXACT).all()


def test_levels_leave_out_what_is_no_test() -> None:
    levels = holm_levels(np.array([0.001, np.nan, 0.5]), 0.05)
    assert np.isnan(levels[1])
    assert levels[[0, 2]] == pytest.approx([0.975, 0.95])


def test_a_margin_is_the_null_and_turns_what_is_small_into_a_contradiction(survey: Survey) -> None:
    plain, strict = (kda.expectation_equations(survey, margin=margin) for margin in (0.0, 0.6))
    for one, other in zip(plain.overall, strict.overall, strict=True):
        assert (one.estimate, one.conf_low, one.conf_high) == (other.estimate, other.conf_low, other.conf_high)
    assert "contradicted" not in {one.finding for one in plain.overall}
    assert "contradicted" in {one.finding for one in strict.overall}
    assert strict.details["margin"] == 0.6


def test_where_people_lie_says_who_is_dissatisfied_satisfied_and_loyal(survey: Survey) -> None:
    found = kda.expectation_equations(survey, dissatisfied_to=50, satisfied_from=100, loyal_from=50)
    place, scores = places(survey, "a"), survey.scores
    below, inside, above = found.of("a")
    assert below.chance == pytest.approx((scores["satisfaction"][place == 0] <= 50).mean())
    assert inside.chance == pytest.approx((scores["satisfaction"][place == 1] == 100).mean())
    assert above.chance == pytest.approx((scores["loyalty"][place == 2] >= 50).mean())


def test_without_loyalty_two_equations_are_tested_and_corrected_for_two(tmp_path: Path) -> None:
    found = kda.expectation_equations(made(tmp_path, loyalty=False))
    assert found.loyalty == "" and found.details["loyalty"] is None
    assert [one.finding == "untested" for one in found.overall] == [False, False, True]
    smallest = min(found.overall[:2], key=lambda one: one.p_value)
    assert smallest.p_adjusted == pytest.approx(2 * smallest.p_value)
    rows = found.tidy().set_index(["driver", "term"])
    assert rows["estimate"].xs("above", level="term").isna().all()


def test_nothing_is_tested_or_told_of_fewer_than_ten(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    n = 60
    got = np.full(n, 50.0)
    got[:9], got[20:40] = 0.0, 100.0
    survey = expecting_survey(
        tmp_path,
        perceived={"a": got},
        expected={"a": {"desired": np.full(n, 75.0), "adequate": np.full(n, 25.0)}},
        outcomes={"satisfaction": five(rng, n, 60), "loyalty": five(rng, n, 60)},
    )
    below, inside, above = kda.expectation_equations(survey).of("a")
    assert (below.finding, below.estimate) == ("untested", pytest.approx(np.nan, nan_ok=True))
    assert inside.finding != "untested" and above.finding != "untested"
    rows = kda.expectation_equations(survey).tidy()
    assert rows.loc[rows["term"] == "below", "n"].isna().all()


def test_the_outcome_on_loyalty_may_be_named(tmp_path: Path) -> None:
    survey = made(tmp_path)
    path = tmp_path / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    book["outcomes"]["other"] = {**book["outcomes"].pop("loyalty"), "label": {"en": "other"}}
    path.write_text(json.dumps(book), encoding="utf-8")
    assert kda.expectation_equations(kda.read_survey(path)).loyalty == "other"
    with pytest.raises(kda.ModelError) as caught:
        kda.expectation_equations(survey, loyalty="loyal")
    assert str(caught.value) == (
        "Expected an outcome of kind score or nps beside the main one for loyalty= ('loyalty'), found 'loyal'; did you "
        "mean 'loyalty'?"
    )


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"margin": 1.0}, "Expected margin from 0 to below 1, found 1.0; use 0.05 for five percentage points."),
        (
            {"dissatisfied_to": 80},
            "Expected 0 ≤ dissatisfied_to < satisfied_from ≤ 100, found 80 and 75.0; correct them.",
        ),
        ({"loyal_from": 0}, "Expected loyal_from above 0, up to 100, found 0; correct it."),
    ],
)
def test_numbers_that_make_no_sense_are_refused(survey: Survey, how: dict[str, float], message: str) -> None:
    with pytest.raises(kda.ModelError) as caught:
        kda.expectation_equations(survey, **how)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_weights_that_are_all_alike_change_nothing_and_their_scale_neither(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    weights = rng.uniform(0.5, 2, 400)
    plain, alike, one, other = (
        kda.expectation_equations(made(tmp_path / str(i), weights=w)).tidy()
        for i, w in enumerate([None, np.full(400, 3.0), weights, 7 * weights])
    )
    numbers = ["chance", "estimate", "std_error", "conf_low", "conf_high", "p_value"]
    assert alike[numbers].to_numpy() == pytest.approx(plain[numbers].to_numpy(), rel=1e-6)
    assert other[numbers].to_numpy() == pytest.approx(one[numbers].to_numpy(), rel=1e-6)
    assert one["estimate"].to_numpy() != pytest.approx(plain["estimate"].to_numpy(), rel=1e-3)


def test_tables_have_known_columns(result: EquationResult) -> None:
    for frame in (result.tidy(), result.glance()):
        assert set(frame.columns) <= set(COLUMNS)
    assert result.tidy()["term"].tolist() == list(EQUATIONS) * 3


# What was planted, and what was answered


def test_equations_are_found_true_and_false_where_they_were_planted_so(planted: EquationResult) -> None:
    counted = kda.example_truth("service_center")["counted"]["expectations"]
    for name, true in counted.items():
        for one in planted.of(name):
            assert one.finding == ("supported" if true["holds"][one.equation] else "contradicted"), (name, one.equation)
    assert sum(one.finding == "contradicted" for one in planted.by_driver) == 3


def test_planted_differences_come_out(planted: EquationResult) -> None:
    counted = kda.example_truth("service_center")["counted"]["expectations"]
    pairs = {
        "below": ("dissatisfied_below", "dissatisfied_inside"),
        "inside": ("satisfied_inside", "dissatisfied_inside"),
        "above": ("loyal_above", "loyal_inside"),
    }
    for one in planted.by_driver:
        more, less = (counted[one.driver]["chances"][key] for key in pairs[one.equation])
        assert abs(one.estimate - (more - less)) < STANDARD_ERRORS * one.std_error, (one.driver, one.equation)
    for one in planted.overall:
        # Each aspect counts by how many lie there.
        places_of = {"below": ("below", "inside"), "inside": ("inside", "inside"), "above": ("above", "inside")}
        shares = []
        for key, where in zip(pairs[one.equation], places_of[one.equation], strict=True):
            parts = np.array([true["parts"][where] for true in counted.values()])
            shares.append(parts @ np.array([true["chances"][key] for true in counted.values()]) / parts.sum())
        assert abs(one.estimate - (shares[0] - shares[1])) < STANDARD_ERRORS * one.std_error, one.equation
        assert one.finding == "supported"


@pytest.mark.field
def test_kiosks_have_one_level_and_decide_little(field_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIVERS_DATA", os.fspath(field_data))
    found = kda.expectation_equations(kda.read_survey("kiosk"))
    assert not found.zone
    assert [one.finding for one in found.overall] == ["open", "supported", "open"]
    # Hardly anybody got more than expected there.
    assert [one.finding for one in found.of("security")][2] == "untested"

"""Who was not concerned: whom an answer is about, which columns a rule makes, and what they explain."""

from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.importance.orders.subsets import lmg_values
from drivers.models.applicability import FEWEST_CONCERNED, RULES, Concerned, applicable, follow_rule
from drivers.moments import weighted_moments
from tests.survey.small_survey import ANSWERS, changed, write_survey

ROUNDING = 1e-12
"""Of an R² between 0 and 1, and relative of means: sums of some hundred numbers in another order."""


@pytest.fixture
def scores() -> np.ndarray:
    """Scores of four drivers; the last column is an outcome that depends on the first three."""
    rng = np.random.default_rng(801)
    x = 50 + 10 * (rng.normal(size=(300, 1)) + rng.normal(size=(300, 4)))
    return np.column_stack([x, x @ [0.5, 0.3, 0.2, 0.0] + 5 * rng.normal(size=300)])


@pytest.fixture
def concerned() -> np.ndarray:
    """The second driver concerns two thirds, the third a third, the others everybody."""
    rng = np.random.default_rng(802)
    part = np.array([1.0, 2 / 3, 1 / 3, 1.0])
    return rng.random((300, 4)) < part


UNITS = {"a": ("a",), "b": ("b",), "c": ("c",), "d": ("d",)}
ALL = np.ones(300, dtype=bool)


def followed(rule: str, scores: np.ndarray, concerned: np.ndarray, **options: object) -> Concerned:
    held = {"units": UNITS, "rows": ALL, "weights": np.ones(300), **options}
    answered = np.where(concerned, scores[:, :4], np.nan)
    return follow_rule(rule, answered, concerned, **held)  # type: ignore[arg-type]


def explained(columns: np.ndarray, starts: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    scatter = weighted_moments(np.column_stack([columns, outcome])).scatter
    (values,), _ = lmg_values(scatter[None], starts.copy())
    return values


# Who is concerned


def test_a_driver_does_not_concern_who_has_no_score_and_called_an_item_not_applicable(tmp_path: Path) -> None:
    # Waiting and calls make one score of at least one of them.
    answers = changed(ANSWERS, "99,,3,7,", "98,,3,7,") + "99,,3,7,,9,2,South,S2,2024-03-07,2024,spring,Arabic,\n"
    survey = kda.read_survey(write_survey(tmp_path, answers=answers))
    found = applicable(survey, ["speed", "respect", "satisfaction", "waiting", "calls", "courtesy"])
    # Row 3 called waiting not applicable and rated calls; row 5 did not; row 6 does not know.
    assert found[:, 0].tolist() == [True, True, True, True, False, True]
    assert np.isnan(survey.scores["speed"]).tolist() == [False, False, False, False, True, True]
    assert found[:, 1].tolist() == [True, True, True, False, True, True]
    assert found[:, 2].all()
    # Of items alone, each answer counts.
    assert found[:, 3].tolist() == [True, True, False, True, False, True]
    assert found[:, 4].all()
    assert found[:, 5].tolist() == found[:, 1].tolist()


def test_in_service_center_as_its_codes_say() -> None:
    survey = kda.example_survey("service_center")
    names = list(survey.codebook.default_drivers)
    found = applicable(survey, names)
    for column, name in zip(found.T, names, strict=True):
        (item,) = survey.codebook.drivers[name].items
        written = survey.raw[survey.codebook.items[item].column]
        np.testing.assert_array_equal(~column, written == "97")
    assert 0.04 < 1 - found[:, names.index("alternatives")].mean() < 0.06


# Leave out


def test_left_out_is_whom_a_driver_does_not_concern(scores: np.ndarray, concerned: np.ndarray) -> None:
    rows = np.arange(300) < 280
    found = followed("leave_out", scores, concerned, rows=rows)
    np.testing.assert_array_equal(found.rows, rows & concerned.all(axis=1))
    assert found.n_left_out == (rows & ~concerned.all(axis=1)).sum()
    assert found.n_not_concerned == {"b": (~concerned[:280, 1]).sum(), "c": (~concerned[:280, 2]).sum()}
    assert (found.dropped, found.rule) == ({}, "leave_out")
    np.testing.assert_array_equal(found.columns, np.where(concerned, scores[:, :4], np.nan))
    assert found.terms == ("a", "b", "c", "d")
    assert found.starts.tolist() == [0, 1, 2, 3, 4]
    assert found.units == UNITS
    assert found.rated.all()
    assert found.applicable.all()
    assert not any(getattr(found, name).flags.writeable for name in ("columns", "starts", "rows", "applicable"))


def test_where_all_concerns_everybody_the_rules_are_one(scores: np.ndarray) -> None:
    everybody = np.ones((300, 4), dtype=bool)
    for rule in RULES:
        found = followed(rule, scores, everybody)
        np.testing.assert_array_equal(found.columns, scores[:, :4])
        assert (found.n_left_out, found.n_not_concerned, found.dropped) == (0, {}, {})
        assert found.rows.all()
        assert found.applicable.all()
        assert found.terms == ("a", "b", "c", "d")


# Drop the rare


def test_dropped_is_what_concerns_too_few(scores: np.ndarray, concerned: np.ndarray) -> None:
    found = followed("drop_rare", scores, concerned)
    assert found.dropped == {"c": pytest.approx(concerned[:, 2].mean(), rel=ROUNDING)}
    assert found.terms == ("a", "b", "d")
    assert found.units == {name: (name,) for name in "abd"}
    np.testing.assert_array_equal(found.rows, concerned[:, 1])
    assert found.n_left_out == (~concerned[:, 1]).sum()
    np.testing.assert_array_equal(found.columns[:, 1], np.where(concerned[:, 1], scores[:, 1], np.nan))
    assert found.n_not_concerned.keys() == {"b", "c"}
    # The bound is the caller's, and a part just at it is enough.
    part = float(concerned[:, 1].mean())
    assert followed("drop_rare", scores, concerned, fewest_concerned=part).dropped.keys() == {"c"}
    assert followed("drop_rare", scores, concerned, fewest_concerned=part + 1e-9).dropped.keys() == {"b", "c"}
    assert not followed("drop_rare", scores, concerned, fewest_concerned=0.1).dropped
    assert FEWEST_CONCERNED == 0.5


def test_parts_are_weighted_and_of_the_rows(scores: np.ndarray, concerned: np.ndarray) -> None:
    weights = np.where(concerned[:, 2], 10.0, 1.0)
    found = followed("drop_rare", scores, concerned, weights=weights)
    assert found.dropped == {}
    rows = np.arange(300) >= 100
    found = followed("drop_rare", scores, concerned, rows=rows)
    assert found.dropped == {"c": pytest.approx(concerned[100:, 2].mean(), rel=ROUNDING)}


def test_a_group_keeps_the_drivers_that_are_left(scores: np.ndarray, concerned: np.ndarray) -> None:
    units = {"first": ("a",), "both": ("b", "c"), "last": ("d",)}
    found = followed("drop_rare", scores, concerned, units=units)
    assert found.units == {"first": ("a",), "both": ("b",), "last": ("d",)}
    assert found.starts.tolist() == [0, 1, 2, 3]
    units = {"first": ("a", "b"), "second": ("c",), "last": ("d",)}
    found = followed("drop_rare", scores, concerned, units=units)
    assert found.units == {"first": ("a", "b"), "last": ("d",)}
    assert found.starts.tolist() == [0, 2, 3]


# With an indicator


def test_an_indicator_joins_its_driver(scores: np.ndarray, concerned: np.ndarray) -> None:
    rows, weights = np.arange(300) < 290, np.random.default_rng(803).lognormal(0, 0.5, 300)
    found = followed("with_indicator", scores, concerned, rows=rows, weights=weights)
    assert found.terms == ("a", "b", "b=not_applicable", "c", "c=not_applicable", "d")
    assert found.starts.tolist() == [0, 1, 3, 5, 6]
    assert found.rated.tolist() == [True, True, False, True, False, True]
    assert found.units == UNITS
    np.testing.assert_array_equal(found.rows, rows)
    assert found.n_left_out == 0
    for position, driver in ((1, 1), (3, 2)):
        yes = concerned[:, driver]
        np.testing.assert_array_equal(found.columns[:, position + 1], ~yes)
        np.testing.assert_array_equal(found.columns[yes, position], scores[yes, driver])
        mean = np.average(scores[rows & yes, driver], weights=weights[rows & yes])
        np.testing.assert_allclose(found.columns[~yes, position], mean, rtol=ROUNDING)
        # So that the mean over all is that of those concerned.
        assert np.average(found.columns[rows, position], weights=weights[rows]) == pytest.approx(mean, rel=ROUNDING)
        np.testing.assert_array_equal(found.applicable[:, position], yes)
    assert found.applicable[:, [0, 2, 4, 5]].all()


def test_what_stands_in_makes_no_difference_to_what_a_unit_explains(scores: np.ndarray, concerned: np.ndarray) -> None:
    found = followed("with_indicator", scores, concerned)
    expected = explained(found.columns, found.starts, scores[:, 4])
    other = found.columns.copy()
    other[~concerned[:, 1], 1], other[~concerned[:, 2], 3] = -1000.0, 7.0
    np.testing.assert_allclose(explained(other, found.starts, scores[:, 4]), expected, rtol=0, atol=1e-9)
    # Written differently: a slope and a level of its own for those concerned.
    yes = concerned[:, [1]]
    apart = np.column_stack([found.columns[:, :1], yes * scores[:, [1]], yes, found.columns[:, 3:]])
    np.testing.assert_allclose(explained(apart, found.starts, scores[:, 4]), expected, rtol=0, atol=1e-9)


def test_scores_that_are_missing_otherwise_stay_missing(scores: np.ndarray, concerned: np.ndarray) -> None:
    answered = np.where(concerned, scores[:, :4], np.nan)
    answered[:20, :2] = np.nan
    for rule in RULES:
        found = follow_rule(rule, answered, concerned, units=UNITS, rows=ALL, weights=np.ones(300))
        assert np.isnan(found.columns[:20, 0]).all()
        assert np.isnan(found.columns[:20, 1][concerned[:20, 1]]).all()
    found = follow_rule("with_indicator", answered, concerned, units=UNITS, rows=ALL, weights=np.ones(300))
    known = concerned[:, 1] & (np.arange(300) >= 20)
    np.testing.assert_allclose(found.columns[~concerned[:, 1], 1], scores[known, 1].mean(), rtol=ROUNDING)


def test_a_driver_that_concerns_all_of_the_rows_needs_no_indicator(scores: np.ndarray, concerned: np.ndarray) -> None:
    rows = concerned[:, 2]
    found = followed("with_indicator", scores, concerned, rows=rows)
    assert found.terms == ("a", "b", "b=not_applicable", "c", "d")
    assert found.n_not_concerned.keys() == {"b"}
    assert np.isnan(found.columns[~rows, 3]).all()


def test_drivers_of_one_unit_that_concern_the_same_share_an_indicator(
    scores: np.ndarray, concerned: np.ndarray
) -> None:
    concerned[:, 2] = concerned[:, 1]
    units = {"a": ("a",), "web": ("b", "c"), "d": ("d",)}
    found = followed("with_indicator", scores, concerned, units=units)
    assert found.terms == ("a", "b", "c", "b=not_applicable", "d")
    assert found.starts.tolist() == [0, 1, 4, 5]
    assert found.rated.tolist() == [True, True, True, False, True]
    np.testing.assert_array_equal(found.applicable[:, 1:3], concerned[:, 1:3])
    # Where they differ, each has its own.
    concerned[0, 2] = ~concerned[0, 2]
    found = followed("with_indicator", scores, concerned, units=units)
    assert found.terms == ("a", "b", "c", "b=not_applicable", "c=not_applicable", "d")
    assert found.starts.tolist() == [0, 1, 5, 6]


# Errors


def refusal(rule: str, scores: np.ndarray, concerned: np.ndarray, **options: object) -> kda.ModelError:
    with pytest.raises(kda.ModelError) as caught:
        followed(rule, scores, concerned, **options)
    return caught.value


def test_an_unknown_rule_is_refused(scores: np.ndarray, concerned: np.ndarray) -> None:
    assert str(refusal("impute", scores, concerned)) == (
        "Expected not_applicable to be one of 'leave_out', 'with_indicator', 'drop_rare', found 'impute'; "
        "choose one of these."
    )


@pytest.mark.parametrize("turned", [False, True])
def test_indicators_that_tell_each_other_are_refused(scores: np.ndarray, concerned: np.ndarray, turned: bool) -> None:
    concerned[:, 3] = concerned[:, 1] ^ turned
    error = refusal("with_indicator", scores, concerned)
    assert str(error) == (
        "Expected drivers that concern different respondents, found that whether 'b' applies tells whether 'd' does; "
        "join them with groups=, or choose another rule in not_applicable=."
    )
    assert (error.code, error.values) == ("same_ratings", {"first": "b", "second": "d"})
    # Outside the rows they may be as they like.
    other = concerned.copy()
    other[:10, 3] = ~other[:10, 3]
    assert refusal("with_indicator", scores, other, rows=np.arange(300) >= 10).code == "same_ratings"
    assert followed("with_indicator", scores, other).starts[-1] == 7


def test_nobody_left_is_refused(scores: np.ndarray, concerned: np.ndarray) -> None:
    concerned[:, 3] = ~concerned[:, 2]
    error = refusal("leave_out", scores, concerned)
    assert str(error) == (
        "Expected respondents whom all 4 drivers concern, found none of 300; 'c' concerns the fewest: "
        "remove it from drivers= or choose not_applicable='with_indicator'."
    )
    assert (error.code, error.values) == ("few_answers", {"n": 0, "needed": 6})


def test_no_driver_left_is_refused(scores: np.ndarray, concerned: np.ndarray) -> None:
    concerned[:, [0, 3]] = concerned[:, [1]]
    error = refusal("drop_rare", scores, concerned, fewest_concerned=0.9)
    assert str(error) == (
        "Expected a driver that concerns at least 90% of the respondents, found none; "
        "choose not_applicable='with_indicator' or widen the selection."
    )
    assert (error.code, error.values) == ("few_answers", {"n": concerned[:, 1].sum(), "needed": 270})


def test_a_driver_that_concerns_nobody_is_refused(scores: np.ndarray, concerned: np.ndarray) -> None:
    concerned[:, 1] = False
    error = refusal("with_indicator", scores, concerned)
    assert str(error) == ("Expected respondents whom driver 'b' concerns, found none of 300; remove it from drivers=.")
    assert (error.code, error.values) == ("constant_driver", {"driver": "b"})
    assert followed("drop_rare", scores, concerned).dropped["b"] == 0

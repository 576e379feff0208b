"""Each question's answers: counts that add up, and numbers by another road."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import drivers as kda
from drivers.survey.answers.codes import MISSING_KINDS
from drivers.survey.quality.health import survey_quality
from drivers.survey.quality.items import item_health
from tests.survey.quality.made import made, rated
from tests.survey.synthetic.samples import STANDARD_ERRORS, example

ROUNDING = 1e-9


@settings(max_examples=30)
@given(st.lists(st.sampled_from([1, 2, 3, 4, 5, "", "96", "97", "99", "لا أعرف"]), min_size=12, max_size=40))
def test_counts_add_up_and_shares_sum_to_one(cells: list[object]) -> None:
    survey = made({"a": cells, "b": [3] * len(cells)}, overall=[4] * len(cells))
    found = survey_quality(survey).item("a")
    kinds = {"": "blank", "96": "not_asked", "97": "not_applicable", "99": "refused", "لا أعرف": "dont_know"}
    counted = dict.fromkeys(MISSING_KINDS, 0)
    for cell in cells:
        if str(cell) in kinds:
            counted[kinds[str(cell)]] += 1
    assert dict(found.counts) == counted
    assert found.answered_share + sum(found.shares.values()) == pytest.approx(1)
    assert found.concerned == len(cells) - counted["not_asked"] - counted["not_applicable"]
    assert found.distinct == len({cell for cell in cells if isinstance(cell, int)})


def test_integer_weights_are_repeated_rows() -> None:
    rng = np.random.default_rng(4)
    rows = rng.integers(1, 6, (60, 4)).tolist()
    weights = rng.integers(1, 4, 60)
    overall = rng.integers(1, 6, 60).tolist()
    weighted = made(rated(rows), overall=overall, more={"w": weights.tolist()}, design={"weight": "w"})
    times = np.repeat(np.arange(60), weights)
    repeated = made(rated([rows[i] for i in times]), overall=[overall[i] for i in times])
    for one, other in zip(item_health(weighted), item_health(repeated), strict=True):
        for name in ("ceiling", "floor", "performance", "skewness", "correlation", "answered_share"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), abs=ROUNDING), name
        assert (one.answered, one.distinct) == (60, other.distinct)


def test_moments_are_those_of_scipy_and_pandas() -> None:
    survey = kda.example_survey("customersat")
    found = survey_quality(survey).item("reach")
    codes = survey.codes["reach"].to_numpy()
    assert found.skewness == pytest.approx(stats.skew(codes), abs=ROUNDING)
    assert found.performance == pytest.approx((codes.mean() - 1) / 9 * 100)
    assert (found.ceiling, found.floor) == pytest.approx(((codes == 10).mean(), (codes == 1).mean()))
    points = survey.scores
    others = points.drop(columns="reach").mean(axis=1)
    assert found.correlation == pytest.approx(points["reach"].corr(others), abs=ROUNDING)


def test_missing_kinds_of_the_simulated_survey_are_the_planted_ones() -> None:
    truth = kda.example_truth("service_center")["missing"]
    survey = example()
    quality = survey_quality(survey)
    columns = {survey.codebook.items[one.item].column: one for one in quality.items}
    for column, kinds in truth.items():
        # Not everybody was asked everything.
        asked = 12_000 - columns[column].counts["not_asked"]
        for kind, part in kinds.items():
            error = np.sqrt(part * (1 - part) / asked)
            assert abs(columns[column].counts[kind] / asked - part) < STANDARD_ERRORS * error, (column, kind)


def test_a_question_worded_the_other_way_round_is_told() -> None:
    rng = np.random.default_rng(6)
    level = rng.integers(1, 6, 200)
    near = [np.clip(level + rng.integers(-1, 2, 200), 1, 5) for _ in range(4)]
    ratings = dict(zip("abcd", (column.tolist() for column in near), strict=True))
    ratings["d"] = (6 - near[3]).tolist()
    found = survey_quality(made(ratings, overall=level.tolist()))
    assert [one.item for one in found.against] == ["d"]
    assert found.item("d").correlation < -0.5
    mended = survey_quality(made(ratings, overall=level.tolist(), reversed_items=["d"]))
    assert mended.against == ()


def test_unrelated_questions_are_hardly_ever_called_contrary() -> None:
    told = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        rows = rng.integers(1, 6, (80, 6)).tolist()
        told += bool(survey_quality(made(rated(rows), overall=rng.integers(1, 6, 80).tolist())).against)
    # 5 % of surveys is the limit: more than 7 of 40 would be found in one of 1,000 runs.
    assert told <= 7


def test_a_constant_question_has_no_correlation() -> None:
    found = survey_quality(made(rated([(3, k % 5 + 1) for k in range(20)]), overall=[k % 4 + 1 for k in range(20)]))
    assert np.isnan(found.item("a").correlation)
    assert np.isnan(found.item("a").skewness)
    assert not found.item("a").against


def test_few_answers_tell_nothing_of_a_question() -> None:
    found = survey_quality(made({"a": [5] * 9 + ["97"] * 5, "b": [1] * 14}, overall=[2] * 14)).item("a")
    assert np.isnan([found.ceiling, found.floor, found.performance, found.withheld_share]).all()
    assert found.answered == 9

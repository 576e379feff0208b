"""The whole of a questionnaire's health: lights, sums, and what cannot be judged."""

import os

import numpy as np
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.errors import ModelError
from drivers.survey.quality.flags import row_flags, speeding
from drivers.survey.quality.health import QualityResult, survey_quality
from tests.survey.quality.made import made, rated
from tests.survey.synthetic.samples import example, shipped


def lights(result: QualityResult) -> dict[str, str]:
    return {check.code: check.light for check in result.checks}


def varied(n: int) -> dict[str, list[object]]:
    return rated([[1 + (k * step) % 5 for step in (1, 2, 3, 4, 1, 2)] for k in range(n)])


def test_a_table_is_no_survey() -> None:
    with pytest.raises(ModelError) as refused:
        survey_quality(example().codes)  # type: ignore[arg-type]
    assert str(refused.value) == (
        "Expected a survey from read_survey() or example_survey(), found DataFrame; read it first."
    )


def test_fewer_than_ten_respondents_are_not_judged() -> None:
    with pytest.raises(ModelError) as refused:
        survey_quality(made(varied(9), overall=[3] * 9))
    assert str(refused.value) == (
        "Expected at least 10 respondents to judge a survey by, found 9; widen the selection."
    )
    assert refused.value.code == "suppressed"


def test_columns_are_of_the_closed_list() -> None:
    found = survey_quality(example())
    for table in (found.tidy(), found.glance(), found.flagged()):
        assert set(table.columns) <= set(COLUMNS)
    assert len(found.tidy()) == len(example().codebook.items)


def test_the_simulated_survey_is_healthy() -> None:
    assert set(lights(survey_quality(example())).values()) == {"green"}


def test_flags_are_the_same_in_every_selection() -> None:
    survey = example()
    part = survey.select(unit="b13")
    assert row_flags(part).equals(row_flags(survey))
    found = survey_quality(part).flag("straight_lining")
    assert found is not None
    assert found.n == row_flags(survey)["straight_lining"].to_numpy()[part.domain].sum()


def test_shares_of_flags_are_weighted() -> None:
    survey = example()
    flagged = row_flags(survey)["straight_lining"].to_numpy()
    found = survey_quality(survey).flag("straight_lining")
    assert found is not None
    assert found.share == pytest.approx(survey.weights[flagged].sum() / survey.weights.sum())


def test_what_cannot_be_judged_has_no_flag() -> None:
    found = survey_quality(made(rated([(1, 2, 3)] * 12), overall=[3] * 12))
    names = {one.flag for one in found.flags}
    assert not names & {
        "straight_lining",
        "straight_best",
        "long_run",
        "speeding",
        "duplicate_respondent",
        "near_duplicate",
        "marked",
    }
    assert names >= {"duplicate_answers", "few_answers", "contradiction"}


def test_who_rushes_through_the_simulated_survey_is_found() -> None:
    care = shipped().people.care
    found = row_flags(example())["speeding"].to_numpy()
    # Straight-liners take a third of the time of others on average, so that six in ten are under a third of the median.
    assert 0.5 < found[care == 1].mean() < 0.7
    assert not found[care != 1].any()


def test_times_are_compared_within_modes() -> None:
    seconds = [100.0] * 40 + [20.0] * 40
    slow = made(
        varied(80),
        overall=[3] * 80,
        more={"time": seconds, "how": ["phone"] * 40 + ["web"] * 40},
        fieldwork={"duration": {"column": "time"}, "mode": {"column": "how"}},
    )
    assert not row_flags(slow)["speeding"].any()
    alone = made(varied(80), overall=[3] * 80, more={"time": seconds}, fieldwork={"duration": {"column": "time"}})
    # The median of all is 60.
    assert row_flags(alone)["speeding"].sum() == 0
    assert speeding(alone, np.array([100.0] * 70 + [20.0] * 10)).sum() == 10


def test_break_offs_are_those_with_less_than_half_of_what_concerns_them() -> None:
    rows = [[1, 2, 3, "", "", ""], [1, 2, "", "", "", ""], [1, "97", "97", "97", "96", "96"], ["", "97", 2, 2, 2, 2]]
    survey = made(rated(rows * 3), overall=[3, "", 3, 3] * 3)
    assert row_flags(survey)["few_answers"].tolist() == [False, True, False, False] * 3
    assert lights(survey_quality(survey))["few_answers"] == "red"


@pytest.mark.parametrize(
    ("cells", "code", "light"),
    [
        ([5] * 9 + [1] * 11, "piled_up", "green"),
        ([5] * 10 + [1] * 10, "piled_up", "amber"),
        ([5] * 16 + [1] * 4, "piled_up", "red"),
        ([5] * 2 + [1] * 15 + [""] * 3, "items_missing", "green"),
        ([5] * 2 + [1] * 14 + [""] * 4, "items_missing", "amber"),
        ([5] * 2 + [1] * 8 + ["99"] * 10, "items_missing", "red"),
    ],
)
def test_limits_of_the_lights(cells: list[object], code: str, light: str) -> None:
    others = {name: cells for name in "bcd"} | {"b": [1 + k % 4 for k in range(20)]}
    found = survey_quality(made({"a": cells, "b": others["b"]}, overall=[1 + k % 3 for k in range(20)]))
    assert lights(found)[code] == light


@pytest.mark.field
@pytest.mark.usefixtures("field_data")
def test_callers_of_311_who_read_the_scale_backwards(monkeypatch: pytest.MonkeyPatch, field_data: object) -> None:
    monkeypatch.setenv("DRIVERS_DATA", os.fspath(field_data))  # type: ignore[call-overload]
    found = survey_quality(kda.read_survey("nyc311"))
    told = {one.witness: one for one in found.misread}
    assert (told["recommend"].found, told["recommend"].n) == (648, 2097)
    assert round(told["recommend"].expected) == 251
    assert lights(found)["misread"] == "amber"

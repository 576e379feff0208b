"""Groups and waves that may be shown: none of a few people, and none that would tell of one."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import drivers as kda
from drivers.results import Unanswered
from drivers.survey.disclosure import hidden_entries, may_be_shown
from drivers.survey.untold import people
from tests.simulated import make_survey


@pytest.mark.parametrize(
    ("n", "shown"),
    [
        ([50, 40, 30], [True, True, True]),
        ([50, 40, 5, 30], [True, True, False, False]),  # one alone would be the rest of the total
        ([50, 40, 4, 4, 30], [True, True, False, False, False]),  # two that are together fewer than ten
        ([50, 40, 6, 6, 30], [True, True, False, False, True]),
        ([50, 0, 30], [True, False, True]),
        ([5], [False]),
    ],
)
def test_hidden_groups_cannot_be_worked_out(n: list[int], shown: list[bool]) -> None:
    assert may_be_shown(np.array(n)).tolist() == shown


def test_the_fewest_may_be_more_than_ten() -> None:
    assert may_be_shown(np.array([50, 25, 40, 60]), fewest=30).tolist() == [True, False, False, True]


@pytest.mark.parametrize(
    ("table", "hidden"),
    [
        ([[30, 40], [50, 20]], []),
        # One alone is its row's sum less the others: one more in its row, one in its column, and where those cross.
        ([[3, 30, 30], [30, 30, 30], [30, 30, 30]], [(0, 0), (0, 1), (2, 0), (2, 1)]),
        # Four that hide each other already; each line's hidden ones are ten together.
        ([[5, 5, 30], [5, 5, 30], [30, 30, 30]], [(0, 0), (0, 1), (1, 0), (1, 1)]),
        # Nine people in a row would be told by its sum.
        ([[4, 5, 30, 40]], [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]),
        ([[0, 50], [40, 40]], []),
    ],
)
def test_what_few_said_is_no_sum_of_what_is_told(table: list[list[int]], hidden: list[tuple[int, int]]) -> None:
    found = hidden_entries(np.array(table))
    assert [(int(i), int(j)) for i, j in np.argwhere(found)] == hidden


def with_sums(table: np.ndarray) -> np.ndarray:
    rows = np.vstack([table, table.sum(axis=0)])
    return np.column_stack([rows, rows.sum(axis=1)])


def worked_out(table: np.ndarray, hidden: np.ndarray) -> list[tuple[int, int]]:
    """Entries of few people that are sums and differences of those that are told, by the rank of all cells at once."""
    rows, columns = table.shape

    def cells(i: int, j: int) -> np.ndarray:
        inside = np.zeros(table.shape)
        inside[slice(None) if i == rows else i, slice(None) if j == columns else j] = 1
        return inside.ravel()

    sizes = with_sums(table)
    known = [cells(i, j) for i, j in np.argwhere(~hidden)]
    rank = np.linalg.matrix_rank(np.array(known)) if known else 0
    few = np.argwhere((sizes > 0) & (sizes < 10))
    return [(i, j) for i, j in few if known and np.linalg.matrix_rank(np.array([*known, cells(i, j)])) == rank]


@pytest.mark.parametrize("seed", range(80))
def test_no_small_entry_follows_from_what_is_told(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 60, (rng.integers(1, 7), rng.integers(1, 6)))
    table[rng.random(table.shape) < 0.2] = rng.integers(0, 10)
    hidden, sizes = hidden_entries(table), with_sums(table)
    assert hidden[(sizes > 0) & (sizes < 10)].all() and not hidden[sizes == 0].any()
    assert not worked_out(table, hidden)
    for n, gone in ((sizes, hidden), (sizes.T, hidden.T)):
        left = np.where(gone[:, :-1], n[:, :-1], 0).sum(axis=1)
        assert ((left == 0) | (left >= 10) | gone[:, -1]).all()


def test_little_more_is_hidden_than_must_be() -> None:
    rng = np.random.default_rng(1)
    table = rng.integers(8, 90, (24, 8))
    few = int((table < 10).sum())
    assert 0 < few < 12 and hidden_entries(table).sum() <= 5 * few


def quarters(folder: Path, sizes: dict[tuple[str, str], int], segment: np.ndarray | None = None) -> kda.Survey:
    """Units in waves of given sizes."""
    unit = np.repeat([unit for unit, _ in sizes], list(sizes.values()))
    wave = np.repeat([wave for _, wave in sizes], list(sizes.values()))
    answers = np.random.default_rng(1).integers(1, 6, len(wave)).astype(float)
    more = {} if segment is None else {"segments": {"sex": segment}}
    return make_survey(
        folder, drivers={"a": answers[::-1]}, outcomes={"satisfaction": answers}, waves=wave, unit=unit, **more
    )


SIZES = {(u, w): 40 + 5 * i + 3 * j for i, u in enumerate("abcdef") for j, w in enumerate(("w1", "w2", "w3", "w4"))}


def test_a_survey_knows_of_whom_nothing_may_be_told(tmp_path: Path) -> None:
    survey = quarters(tmp_path, SIZES | {("b", "w2"): 6})
    assert people(survey)["b", "w2"] == 6 and people(survey)["", ""] == len(survey.weights)
    assert len(survey.untold) == 4 and ("b", "w2") in survey.untold
    lines = [{place[axis] for place in survey.untold} for axis in (0, 1)]
    assert [len(line) for line in lines] == [2, 2]  # two units in two waves
    (other,) = lines[1] - {"w2"}
    # No page tells of them: not the trend, nor the last change, nor the comparison of units in that wave.
    of_unit = survey.select(unit="b")
    assert set(kda.by_wave(kda.outcome_scores, of_unit).left_out) == {"w2", other}
    assert kda.by_wave(kda.outcome_scores, survey).waves == ("w1", "w2", "w3", "w4")
    beside = kda.compare_units(survey.select(wave="w2"))
    assert {"b", *beside.names} < set("abcdef") | {"b"} and len(beside.names) == 4 and "b" not in beside.names
    for before, after in pairwise(survey.waves):
        if after not in (other, "w2"):
            change = kda.outcome_scores(survey.select(unit="b", wave=after)).scores[0].change
            assert (change is None) == (before in (other, "w2"))


def test_of_a_filter_only_whom_it_chooses_count(tmp_path: Path) -> None:
    sex = np.resize(["f", "m"], sum(SIZES.values()))
    first = np.flatnonzero(np.repeat([place == ("a", "w1") for place in SIZES], list(SIZES.values())))
    sex[first] = "f"
    sex[first[:4]] = "m"
    survey = quarters(tmp_path, SIZES, sex)
    # All women of a in the first wave, beside everybody there, would tell of four men: no matter of one page alone.
    assert not survey.select(only={"sex": "f"}).untold and not survey.untold
    assert ("a", "w1") in survey.select(only={"sex": "m"}).untold


def test_how_few_may_be_told_of_is_chosen(tmp_path: Path) -> None:
    survey = quarters(tmp_path, SIZES)
    assert not survey.untold and survey.select(fewest=42).untold > {("a", "w1")}
    assert survey.select(fewest=42).select(unit="a").untold == survey.select(fewest=42).untold
    assert isinstance(kda.attempt(kda.outcome_scores, survey.select(unit="a", wave="w1", fewest=42)), Unanswered)
    with pytest.raises(kda.SurveyError, match="Expected fewest= to be a whole number of 10 or more, found 3"):
        survey.select(fewest=3)


OVER_TIME = (
    kda.outcome_scores,
    kda.scorecard,
    kda.what_if_table,
    kda.plan_budget,
    kda.benchmark,
    kda.wave_change,
    kda.check_actions,
    kda.next_wave,
    kda.control_charts,
    kda.change_points,
    kda.wave_effects,
    kda.value_at_stake,
    kda.distance_in_drivers,
)


@pytest.mark.parametrize("analysis", OVER_TIME, ids=lambda one: one.__name__)
@pytest.mark.parametrize("unit", ["b09", "b15"])
def test_a_unit_of_which_waves_may_not_be_told_is_reported_on_all_the_same(analysis: Any, unit: str) -> None:
    survey = kda.example_survey("service_center").select(unit=unit)
    hidden = {wave for one, wave in survey.untold if one == unit}
    assert hidden == set(survey.waves) if unit == "b09" else 0 < len(hidden) < len(survey.waves)
    found = kda.attempt(analysis, survey)
    if isinstance(found, Unanswered):
        # Nothing says that the survey has no waves, or that what was answered was not.
        assert {reason.code for reason in found.reasons} <= {"few_in_wave", "few_waves"}
    else:
        assert getattr(found, "wave", "") not in hidden


def test_a_unit_as_a_segment_tells_no_more_than_the_unit() -> None:
    survey = kda.example_survey("service_center")
    by_unit = kda.by_segment(kda.outcome_scores, survey, segment="unit")
    scores = dict(zip(by_unit.groups, by_unit.results, strict=True))
    for unit in ("b15", "b23", "b01"):
        alone = kda.outcome_scores(survey.select(unit=unit))
        assert [score.change is None for score in scores[unit].scores] == [s.change is None for s in alone.scores]


def test_one_page_is_not_shown_what_another_hides_of_a_few(tmp_path: Path) -> None:
    survey = kda.example_survey("service_center").select(unit="b09", fewest=30)
    assert kda.describe(survey).suppressed and kda.describe(survey).details["rows_domain"] is None

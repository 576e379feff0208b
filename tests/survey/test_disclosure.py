"""Groups and waves that may be shown: none of a few people, and none that would tell of one."""

from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.survey.disclosure import may_be_shown, waves_shown
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
    ("n", "now", "shown"),
    [
        ([50, 40, 30], 2, [True, True, True]),
        ([50, 5, 30], 2, [False, False, True]),  # not the one reported on, though it is smaller
        ([50, 60, 5], 2, [False, True, False]),
        ([50, 60, 12, 5], 1, [True, True, False, False]),  # a wave after it takes another with it
        ([0, 60, 12], 2, [False, True, True]),
    ],
)
def test_a_small_wave_takes_another_with_it(n: list[int], now: int, shown: list[bool]) -> None:
    assert (waves_shown(np.array(n), now) & (np.array(n) > 0)).tolist() == shown


def test_over_time_a_small_wave_cannot_be_worked_out(tmp_path: Path) -> None:
    sizes = {"w1": 60, "w2": 6, "w3": 80, "w4": 70}
    wave = np.repeat(list(sizes), list(sizes.values()))
    answers = np.random.default_rng(1).integers(1, 6, len(wave)).astype(float)
    survey = make_survey(tmp_path, drivers={"a": answers[::-1]}, outcomes={"satisfaction": answers}, waves=wave)
    found = kda.by_wave(kda.outcome_scores, survey)
    assert found.waves == ("w3", "w4") and set(found.left_out) == {"w1", "w2"}
    assert not any("6 " in said for said in found.left_out.values())

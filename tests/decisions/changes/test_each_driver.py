"""Each driver moved by one step: the numbers of the what-if, and all that sliders need."""

import json
from typing import Any

import numpy as np
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.decisions.changes.each_driver_result import WhatIfTable
from drivers.errors import ModelError
from drivers.models.multiplicity import holm
from drivers.present.channel import plain_data
from drivers.survey.data import Survey


@pytest.fixture(scope="module")
def centre() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def table(centre: Survey) -> WhatIfTable:
    return kda.what_if_table(centre)


def test_each_step_has_the_numbers_of_the_what_if(centre: Survey, table: WhatIfTable) -> None:
    single = kda.what_if(centre, {"honesty": 5}, moving="together")
    place = table.drivers.index("honesty")
    np.testing.assert_allclose(table.effects["together"][:, :, place], single.effect, rtol=1e-8)
    assert table.moves["together"][place] == pytest.approx(single.moves[place])


def test_planted_effects_on_satisfaction_are_found(table: WhatIfTable) -> None:
    planted = kda.example_truth("service_center")["importance"]
    told = table.says("alone", 0)
    for j, name in enumerate(table.drivers):
        estimate, error = table.effects["alone"][:2, 0, j]
        # Once in 16,000 draws a planted effect lies farther away.
        assert abs(estimate - 5 * planted["effects"][name]) < 4 * error
        assert told[j] == ("unclear" if name == planted["no_effect"] else "higher")


def from_sliders(sliders: dict[str, Any], changes: dict[str, float]) -> dict[str, tuple[float, float, float]]:
    """What a page without a server makes of some changes: effect and limits by measure."""
    moves = [
        min(max(level + changes.get(name, 0.0), low), high) - level
        for name, level, low, high in zip(
            sliders["drivers"], sliders["level"], sliders["lowest"], sliders["highest"], strict=True
        )
    ]
    found = {}
    for one in sliders["measures"]:
        effect = sum(slope * move for slope, move in zip(one["slopes"], moves, strict=True))
        variance = sum(
            first * row[j] * second
            for row, first in zip(one["covariance"], moves, strict=True)
            for j, second in enumerate(moves)
        )
        reach = one["reach"] * variance**0.5
        found[f"{one['outcome']}:{one['statistic']}"] = (effect, effect - reach, effect + reach)
    return found


def test_sliders_give_the_what_if_of_any_combination(centre: Survey, table: WhatIfTable) -> None:
    sliders = json.loads(json.dumps(plain_data(dict(table.details))))["sliders"]
    rng = np.random.default_rng(12)
    for _ in range(2):
        names = rng.choice(table.drivers, int(rng.integers(1, 6)), replace=False)
        changes = {str(name): float(rng.uniform(-15, 15)) for name in names}
        single = kda.what_if(centre, changes)
        made = from_sliders(sliders, changes)
        for i, measure in enumerate(single.measures):
            found = made[f"{measure.outcome}:{measure.statistic}"]
            np.testing.assert_allclose(found, single.effect[[0, 2, 3], i], rtol=1e-7, atol=1e-10)


def test_many_effects_at_once_are_corrected_as_the_regressions(centre: Survey, table: WhatIfTable) -> None:
    single = kda.fit_regression(centre)
    place = [single.terms.index(name) for name in table.drivers]
    np.testing.assert_allclose(table.p_adjusted["alone"][0], single.p_adjusted[place], rtol=1e-6)
    told = dict(zip(table.drivers, table.says("alone", 0), strict=True))
    assert told.pop("welcome") == "unclear"
    assert set(told.values()) == {"higher"}


def test_an_effect_that_holm_leaves_open_is_not_sure_though_its_interval_leaves_out_0() -> None:
    table = kda.what_if_table(kda.example_survey("customersat"))
    place = table.drivers.index("increases")
    assert table.effects["alone"][2, 0, place] > 0
    assert table.p_adjusted["alone"][0, place] > 0.05
    assert table.says("alone", 0)[place] == "unclear"
    # No expected value of the p-values is written here: Holm of the single ones is what is claimed.
    error = np.sqrt(np.diag(table.slopes.block(0)))
    from scipy import stats

    p_values = 2 * stats.t.sf(np.abs(table.slopes.slopes[0]) / error, table.slopes.df[0])
    np.testing.assert_allclose(table.p_adjusted["alone"][0], holm(p_values), rtol=1e-8)


def test_together_is_more_than_alone_where_all_ratings_rise_together(table: WhatIfTable) -> None:
    assert (table.effects["together"][0, 0] > table.effects["alone"][0, 0] + 1).all()
    assert table.drivers[table.order()[0]] == "respect"


def test_a_step_downwards_and_one_that_is_cut() -> None:
    down = kda.what_if_table(kda.example_survey("customersat"), step=-5)
    assert down.drivers[down.lead] == down.drivers[down.order()[0]] == "customers"
    assert down.says("alone", 0)[down.lead] == "lower"
    far = kda.what_if_table(kda.example_survey("judges"), step=40)
    assert set(far.caps["alone"]) == {"seen"}
    np.testing.assert_allclose(far.moves["alone"], far.room.up)
    assert far.details["capped"] == dict.fromkeys(far.drivers, "seen")


@pytest.mark.parametrize("step", [0, 200, float("nan"), True])
def test_a_step_that_is_none(step: float) -> None:
    with pytest.raises(ModelError) as caught:
        kda.what_if_table(kda.example_survey("judges"), step=step)
    assert str(caught.value) == (
        f"Expected step in points from -100 to 100 and not 0, found {step!r}; use 5 for five points."
    )


def test_columns(table: WhatIfTable) -> None:
    tidy = table.tidy()
    assert set(tidy.columns) | set(table.glance().columns) <= set(COLUMNS)
    assert len(tidy) == 2 * len(table.measures) * len(table.drivers)
    assert sorted(set(tidy["method"])) == ["alone", "together"]

"""The what-if: equal to refitting by hand, capped at scale and sight, true to the planted effects."""

from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.decisions.changes.capped import capped_moves
from drivers.decisions.changes.changed_result import WhatIfResult
from drivers.errors import ModelError
from drivers.survey.data import Survey
from tests.simulated import make_survey

TWO = {"respect": 5.0, "speed": 4.0}
SURE = 4.0
"""Standard errors within which a planted effect must lie: once in 16,000 draws it does not."""


@pytest.fixture(scope="module")
def centre() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def alone(centre: Survey) -> WhatIfResult:
    return kda.what_if(centre, TWO)


@pytest.fixture(scope="module")
def together(centre: Survey) -> WhatIfResult:
    return kda.what_if(centre, TWO, moving="together")


@pytest.fixture(scope="module")
def small() -> Survey:
    return kda.example_survey("customersat")


def target(survey: Survey, outcome: str, statistic: str) -> np.ndarray:
    """A statistic's values, written down again; float (n,)."""
    codes = survey.codes
    values = {
        "satisfaction:mean": 25 * (codes["overall"] - 1),
        "satisfaction:top2box": np.where(codes["overall"].isna(), np.nan, 100.0 * (codes["overall"] >= 4)),
        "loyalty:mean": survey.scores["loyalty"],
        "recommend:nps": np.where(
            codes["recommends"].isna(), np.nan, 100.0 * (codes["recommends"] >= 9) - 100.0 * (codes["recommends"] <= 6)
        ),
        "churn:share": 100 * codes["had_left"],
    }
    return np.asarray(values[f"{outcome}:{statistic}"], dtype=float)


def nearer_to_the_end(column: np.ndarray, weights: np.ndarray, points: float) -> np.ndarray:
    """Answers changed so that their mean is so much higher: each closes the same part of his way to the best answer."""
    mean = np.average(column, weights=weights)
    return column + points / (100 - mean) * (100 - column)


MEASURES = ["satisfaction:mean", "satisfaction:top2box", "loyalty:mean", "recommend:nps", "churn:share"]


@pytest.mark.parametrize("measure", MEASURES)
def test_the_effect_is_that_of_refitting_by_hand(centre: Survey, alone: WhatIfResult, measure: str) -> None:
    outcome, _, statistic = measure.partition(":")
    y = target(centre, outcome, statistic)
    scores = centre.scores[list(alone.drivers)]
    rows = scores.notna().all(axis=1).to_numpy() & ~np.isnan(y)
    weights = centre.weights[rows]
    fit = sm.WLS(y[rows], sm.add_constant(scores[rows]), weights=weights).fit()
    changed = scores[rows].copy()
    for name, points in TWO.items():
        changed[name] = nearer_to_the_end(changed[name].to_numpy(), weights, points)
        assert changed[name].max() <= 100
    before, after = (np.average(fit.predict(sm.add_constant(x)), weights=weights) for x in (scores[rows], changed))
    place = alone.slopes.place(outcome, statistic)  # type: ignore[arg-type]
    assert alone.effect[0, place] == pytest.approx(after - before, rel=1e-8)


@pytest.mark.parametrize("measure", ["satisfaction:mean", "recommend:nps"])
def test_together_the_effect_is_that_of_two_steps_by_hand(centre: Survey, together: WhatIfResult, measure: str) -> None:
    outcome, _, statistic = measure.partition(":")
    y = target(centre, outcome, statistic)
    scores = centre.scores[list(together.drivers)]
    rows = scores.notna().all(axis=1).to_numpy() & ~np.isnan(y)
    weights = centre.weights[rows]
    fit = sm.WLS(y[rows], sm.add_constant(scores[rows]), weights=weights).fit()
    changed = scores[rows].copy()
    others = [name for name in together.drivers if name not in TWO]
    for name in others:
        along = sm.WLS(scores[rows][name], sm.add_constant(scores[rows][list(TWO)]), weights=weights).fit().params
        changed[name] += sum(points * along[moved] for moved, points in TWO.items())
    for name, points in TWO.items():
        changed[name] = nearer_to_the_end(changed[name].to_numpy(), weights, points)
    before, after = (np.average(fit.predict(sm.add_constant(x)), weights=weights) for x in (scores[rows], changed))
    place = together.slopes.place(outcome, statistic)  # type: ignore[arg-type]
    assert together.effect[0, place] == pytest.approx(after - before, rel=1e-8)


def test_how_far_others_go_along_is_their_regression_on_those_moved(centre: Survey, together: WhatIfResult) -> None:
    y = target(centre, "satisfaction", "mean")
    scores = centre.scores[list(together.drivers)]
    rows = scores.notna().all(axis=1).to_numpy() & ~np.isnan(y)
    weights = np.sqrt(centre.weights[rows])[:, None]
    design = weights * np.column_stack([np.ones(len(weights)), scores[rows][list(TWO)]])
    for j, name in enumerate(together.drivers):
        if name in TWO:
            assert np.isnan(together.along[:, j]).all()
            continue
        found = np.linalg.lstsq(design, weights[:, 0] * scores[rows][name].to_numpy(), rcond=None)[0]
        assert together.along[0, j] == pytest.approx(5 * found[1] + 4 * found[2], rel=1e-8)
        assert together.along[2, j] < together.along[0, j] < together.along[3, j]


def test_intervals_without_a_design_are_those_of_hc3(small: Survey) -> None:
    found = kda.what_if(small, {"customers": 5, "volume": -3})
    scores = small.scores[list(found.drivers)]
    rows = scores.notna().all(axis=1) & small.scores["satisfaction"].notna()
    fit = sm.OLS(small.scores["satisfaction"][rows], sm.add_constant(scores[rows])).fit(cov_type="HC3", use_t=True)
    contrast = np.zeros(len(fit.params))
    contrast[list(fit.params.index).index("customers")], contrast[list(fit.params.index).index("volume")] = 5, -3
    by_hand = fit.t_test(contrast)
    assert found.effect[0, 0] == pytest.approx(by_hand.effect[0], rel=1e-8)
    np.testing.assert_allclose(found.effect[2:, 0], by_hand.conf_int()[0], rtol=1e-8)


def test_together_the_interval_counts_the_chance_of_both_steps(small: Survey) -> None:
    found = kda.what_if(small, {"customers": 5}, moving="together")
    scores = small.scores[list(found.drivers)].to_numpy()
    y = small.scores["satisfaction"].to_numpy()
    rows = ~np.isnan(scores).any(axis=1) & ~np.isnan(y)
    scores, y = scores[rows], y[rows]
    place = found.drivers.index("customers")
    rng = np.random.default_rng(4)

    def effect(drawn: np.ndarray) -> float:
        x, z = scores[drawn], y[drawn]
        slopes = np.linalg.lstsq(np.column_stack([np.ones(len(z)), x]), z, rcond=None)[0][1:]
        step = np.column_stack([np.ones(len(z)), x[:, place]])
        along = np.linalg.lstsq(step, x, rcond=None)[0][1]
        return float(5 * slopes @ along)

    drawn = [effect(rng.integers(0, len(y), len(y))) for _ in range(200)]
    # The deviation of 200 draws is itself known to some 5 %.
    assert found.effect[1, 0] == pytest.approx(np.std(drawn, ddof=1), rel=0.2)


# The planted truth


def test_planted_paths_to_loyalty_are_found(alone: WhatIfResult) -> None:
    paths = kda.example_truth("service_center")["counted"]["loyalty_paths"]
    planted = sum(points * paths[name]["total"] for name, points in TWO.items())
    place = alone.slopes.place("loyalty")
    assert abs(alone.effect[0, place] - planted) < SURE * alone.effect[1, place]


def test_better_ratings_go_with_fewer_who_leave(alone: WhatIfResult) -> None:
    place = alone.slopes.place("churn", "share")
    assert (alone.measures[place].better, alone.says[place]) == ("lower", "lower")
    # Of the last wave it is not yet known who left.
    assert 5 < alone.base[place] < 15


# Caps


def test_a_change_is_cut_at_the_highest_mean_seen(centre: Survey) -> None:
    found = kda.what_if(centre, {"speed": 30}, outcomes=["satisfaction"])
    place = found.drivers.index("speed")
    assert found.caps[place] == "seen"
    assert found.moves[place] == pytest.approx(found.room.highest[place] - found.room.level[place])
    assert 5 < found.moves[place] < 8
    moves, caps = capped_moves(np.where(np.arange(9) == place, -90.0, 0.0), found.room)
    assert caps[place] == "seen"
    assert moves[place] == pytest.approx(found.room.lowest[place] - found.room.level[place])


def test_a_change_is_cut_at_the_end_of_the_scale(small: Survey) -> None:
    found = kda.what_if(small, {"areas": 60})
    place = found.drivers.index("areas")
    assert found.caps[place] == "scale"
    assert found.moves[place] == pytest.approx(100 - np.average(small.scores["areas"].dropna()))
    assert found.tidy().query("term == 'moved'")["conclusion"].tolist() == ["scale"]


def correlated(seed: int, n: int = 400) -> dict[str, np.ndarray]:
    """b follows a three times as fast, and stands near the end of its scale."""
    rng = np.random.default_rng(seed)
    a = np.clip(40 + 4 * rng.standard_normal(n), 0, 100)
    b = np.clip(94 + 3 * (a - 40) + rng.standard_normal(n), 0, 100)
    return {"a": a, "b": b}


def test_together_nobody_who_goes_along_passes_the_end_of_the_scale(tmp_path: Path) -> None:
    columns = correlated(1)
    y = np.clip(0.5 * columns["a"] + 0.2 * columns["b"] + np.random.default_rng(2).normal(0, 5, 400), 0, 100)
    survey = make_survey(tmp_path, drivers=columns, outcomes={"y": y})
    found = kda.what_if(survey, {"a": 5}, moving="together")
    assert found.caps[0] == "along"
    assert 0 < found.moves[0] < 5
    assert found.along[0, 1] == pytest.approx(100 - columns["b"].mean())
    assert kda.what_if(survey, {"a": 5}).caps[0] == ""


def test_where_nothing_can_be_moved_it_is_said(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    a = np.where(rng.random(200) < 0.5, 100.0, np.clip(rng.normal(99, 1, 200), 0, 100))
    # Ten branches, of which the last is the best.
    units = np.array([f"u{k // 20}" for k in range(200)])
    a[:180] = rng.normal(50, 5, 180)
    survey = make_survey(
        tmp_path,
        drivers={"a": a, "b": rng.uniform(0, 100, 200)},
        outcomes={"y": np.clip(a + rng.normal(0, 5, 200), 0, 100)},
        unit=units,
    ).select(unit="u9")
    found = kda.what_if(survey, {"a": 5})
    assert (found.moves[0], found.caps[0], found.says[0]) == (0.0, "seen", "no_room")


def test_an_effect_that_leads_out_of_what_can_be_is_not_told(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    a = np.clip(rng.normal(40, 15, 500), 0, 100)
    # Hardly anybody is at the two best answers, and only where the driver is high.
    y = np.where(a > 62, 100.0, np.clip(np.round(a / 25) * 25, 0, 50))
    survey = make_survey(tmp_path, drivers={"a": a, "b": rng.uniform(0, 100, 500)}, outcomes={"y": y}, step="any")
    found = kda.what_if(survey, {"a": -30})
    assert found.says == ("lower",)
    stepped = make_survey(tmp_path / "s", drivers={"a": np.round(a / 25) * 25}, outcomes={"y": y}, step=25)
    assert kda.what_if(stepped, {"a": -30}).says == ("lower", "beyond")


# Expectations


def test_rating_and_hope_enter_side_by_side(centre: Survey) -> None:
    found = kda.what_if(centre, {"respect": 5}, expectations={"respect": -5}, outcomes=["satisfaction"])
    assert found.drivers[-1] == "respect@desired"
    scores = centre.scores[list(found.drivers[:-1])].to_numpy()
    hoped = 25 * (centre.codes["hoped_respect"].to_numpy() - 1)
    y = target(centre, "satisfaction", "mean")
    x = np.column_stack([np.ones(len(y)), scores, hoped])
    rows = ~np.isnan(x).any(axis=1) & ~np.isnan(y)
    root = np.sqrt(centre.weights[rows])[:, None]
    slopes = np.linalg.lstsq(root * x[rows], root[:, 0] * y[rows], rcond=None)[0]
    place = 1 + found.drivers.index("respect")
    assert found.effect[0, 0] == pytest.approx(5 * slopes[place] - 5 * slopes[-1], rel=1e-7)
    assert found.expectations_asked == "after"
    assert "expectations_after" in [note.code for note in found.notes]


# What is asked wrongly


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"changes": {"respekt": 5}},
            "Expected driver to be one of 'presence', 'welcome', 'respect', 'empathy', 'fairness', 'information', "
            "'alternatives', 'speed', 'honesty', found 'respekt'; did you mean 'respect'?",
        ),
        (
            {"changes": {"respect": 500}},
            "Expected a change in points from -100 to 100, found 500 of 'respect'; correct it in changes=.",
        ),
        (
            {"changes": {"respect": float("nan")}},
            "Expected a change in points from -100 to 100, found nan of 'respect'; correct it in changes=.",
        ),
        (
            {"changes": {"respect": 0}},
            "Expected a change of at least one driver, found none; name some of 'presence', 'welcome', 'respect', "
            "'empathy', 'fairness', 'information', 'alternatives', 'speed', 'honesty' with their points, or see "
            "what_if_table().",
        ),
        (
            {"changes": {"respect": 5}, "moving": "along"},
            "Expected moving to be 'alone' or 'together', found 'along'; did you mean 'alone'?",
        ),
        (
            {"changes": {"respect": 5}, "expectations": {"respect": -5}, "moving": "together"},
            "Expected moving='alone' where expectations change, found 'together': what is hoped for is held beside the "
            "ratings; ask in two steps.",
        ),
    ],
)
def test_whole_sentences(centre: Survey, arguments: dict, message: str) -> None:
    with pytest.raises(ModelError) as caught:
        kda.what_if(centre, **arguments)
    assert str(caught.value) == message


def test_expectations_that_were_not_asked(small: Survey) -> None:
    with pytest.raises(ModelError) as caught:
        kda.what_if(small, expectations={"reach": -5})
    assert (caught.value.code, str(caught.value)) == (
        "no_expectations",
        "Expected questions on what was hoped for, found none; name them as 'desired:' under 'expectations:' in the "
        "codebook.",
    )


def test_tables_are_of_the_closed_list(together: WhatIfResult) -> None:
    tidy, glance = together.tidy(), together.glance()
    assert set(tidy.columns) | set(glance.columns) <= set(COLUMNS)
    assert tidy["term"].tolist()[:6] == ["mean", "top2box", "mean", "top2box", "nps", "share"]
    assert tidy.query("term == 'along'")["driver"].tolist() == [name for name in together.drivers if name not in TWO]
    assert together.changed == ("respect", "speed")
    assert together.details["base"]["satisfaction:mean"] == together.base[0]  # type: ignore[index]


def test_a_driver_that_one_respondent_decides_makes_no_change_of_another_certain(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    a, b = rng.uniform(20, 80, 200), np.zeros(200)
    b[7] = 10
    y = 20 + 0.5 * a + rng.normal(0, 5, 200)
    found = kda.what_if(make_survey(tmp_path, drivers={"a": a, "b": b}, outcomes={"y": y}), {"a": 5})
    regression = kda.fit_regression(make_survey(tmp_path / "again", drivers={"a": a, "b": b}, outcomes={"y": y}))
    assert np.isnan(regression.std_error[regression.terms.index("b")])
    expected = 5 * regression.std_error[regression.terms.index("a")]
    assert found.effect[1, 0] == pytest.approx(found.moves[0] / 5 * expected, rel=1e-9)
    assert found.effect[2, 0] < found.effect[0, 0] < found.effect[3, 0]

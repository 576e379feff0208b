"""The importance-performance map: where drivers lie, how surely, and when nothing is said."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.decisions.importance_performance import STABLE, UNDECIDED, importance_performance_map
from drivers.importance.result import ImportanceResult
from drivers.importance.uncertainty import Spread
from drivers.survey.data import Survey
from tests.simulated import make_survey

NAMES = ("first", "second", "third", "fourth")


def survey_of(folder: Path, *, slopes: list[float], levels: list[float], n: int = 600, seed: int = 161) -> Survey:
    rng = np.random.default_rng(seed)
    x = np.clip(np.asarray(levels) + 5 * (rng.normal(size=(n, 1)) + rng.normal(size=(n, 4))), 0, 100)
    y = np.clip(50 + (x - levels) @ slopes + rng.normal(0, 4, n), 0, 100)
    return make_survey(folder, drivers=dict(zip(NAMES, x.T, strict=True)), outcomes={"y": y})


@pytest.fixture(scope="module")
def clear(tmp_path_factory: pytest.TempPathFactory) -> ImportanceResult:
    """Two drivers that matter and two that hardly do, one of each rated high, one low."""
    survey = survey_of(tmp_path_factory.mktemp("clear"), slopes=[0.5, 0.5, 0.02, 0.02], levels=[40, 70, 40, 70])
    return kda.relative_importance(survey, n_boot=500)


def test_each_quadrant_has_its_driver(clear: ImportanceResult) -> None:
    found = importance_performance_map(clear)
    assert found.quadrant == ("improve_first", "keep_up", "can_wait", "enough")
    assert (found.stability > 0.95).all()


def test_lines_are_the_means_of_the_drivers(clear: ImportanceResult) -> None:
    found = importance_performance_map(clear)
    assert found.crosshair_share == pytest.approx(1 / 4)
    assert found.crosshair_performance == pytest.approx(clear.performance.mean())


def test_everything_else_is_that_of_the_importance(clear: ImportanceResult) -> None:
    found = importance_performance_map(clear)
    for name in ("share", "share_low", "share_high", "performance", "performance_low", "performance_high"):
        assert np.array_equal(getattr(found, name), getattr(clear, name))
    assert (found.drivers, found.outcome, found.conf_level) == (NAMES, "y", clear.conf_level)
    assert found.verdict is clear.verdict
    assert found.sample is clear.sample


def test_stability_is_the_part_of_resamples_in_the_same_quadrant(clear: ImportanceResult) -> None:
    def place(share: np.ndarray, performance: np.ndarray, i: int) -> tuple[bool, bool]:
        return bool(share[i] >= share.mean()), bool(performance[i] >= performance.mean())

    found = importance_performance_map(clear)
    for i in range(4):
        here = place(clear.share, clear.performance, i)
        same = [
            place(share, performance, i) == here
            for share, performance in zip(clear.replicate_share, clear.replicate_performance, strict=True)
        ]
        assert found.stability[i] == pytest.approx(np.mean(same))


def test_a_driver_near_a_line_is_undecided(tmp_path: Path) -> None:
    # The third stands on the line of performance, the fourth on that of importance.
    survey = survey_of(tmp_path, slopes=[0.6, 0.0, 0.0, 0.22], levels=[70, 40, 56.7, 60], n=250)
    found = importance_performance_map(kda.relative_importance(survey, n_boot=500))
    for quadrant, stability in zip(found.quadrant, found.stability, strict=True):
        assert (quadrant == UNDECIDED) == (stability < STABLE)
    assert UNDECIDED in found.quadrant
    assert found.quadrant[0] == "keep_up"


def test_where_drivers_cannot_be_ranked_all_are_undecided(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, slopes=[0.5, 0.5, 0.02, 0.02], levels=[40, 70, 40, 70], n=40)
    importance = kda.relative_importance(survey, n_boot=500)
    assert [reason.code for reason in importance.verdict.reasons] == ["few_respondents"]
    found = importance_performance_map(importance)
    assert found.quadrant == (UNDECIDED,) * 4
    assert (found.stability > STABLE).any()


def test_where_no_two_drivers_are_told_apart_none_is_put_before_another(tmp_path: Path) -> None:
    rng = np.random.default_rng(12)
    x = rng.normal(size=(120, 3))
    y = x.sum(axis=1) + rng.normal(0, 1.0, 120)
    drivers = {f"d{k}": 50 + 8 * x[:, k] + 10 * k for k in range(3)}
    importance = kda.relative_importance(make_survey(tmp_path, drivers=drivers, outcomes={"y": 50 + 8 * y}), n_boot=400)
    assert importance.verdict.status == "tied"
    assert not importance.verdict.above.any()
    place = kda.importance_performance_map(importance)
    assert (place.stability >= STABLE).any()
    assert set(place.quadrant) == {UNDECIDED}


def test_order_of_drivers_only_orders_the_result(clear: ImportanceResult) -> None:
    def back(spread: Spread) -> Spread:
        return Spread(**{name: getattr(spread, name)[..., ::-1] for name in ("std_error", "low", "high", "draws")})

    ways = {name: back(getattr(clear.uncertainty, name)) for name in ("importance", "share", "performance")}
    turned = replace(
        clear,
        drivers=clear.drivers[::-1],
        uncertainty=replace(clear.uncertainty, **ways),
        **{name: getattr(clear, name)[::-1] for name in ("importance", "share", "performance")},
    )
    one, other = importance_performance_map(clear), importance_performance_map(turned)
    assert other.quadrant == one.quadrant[::-1]
    assert np.array_equal(other.stability, one.stability[::-1])


def test_frames_are_fresh_and_keep_to_the_closed_list(clear: ImportanceResult) -> None:
    found = importance_performance_map(clear)
    frame = found.tidy()
    assert set(frame.columns) | set(found.glance().columns) <= set(COLUMNS)
    assert frame["quadrant"].tolist() == list(found.quadrant)
    frame["share"] = 0.0
    assert found.tidy()["share"].tolist() == clear.share.tolist()
    assert not found.stability.flags.writeable


def test_without_a_bootstrap_positions_cannot_be_judged(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, slopes=[0.5] * 4, levels=[50] * 4, n=100)
    with pytest.raises(kda.ModelError) as caught:
        importance_performance_map(kda.relative_importance(survey, n_boot=0))
    assert str(caught.value) == (
        "Expected an importance result with a bootstrap, found n_boot=0; use n_boot=1000 so that positions can be "
        "judged."
    )


def test_a_map_needs_two_drivers(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, slopes=[0.5] * 4, levels=[50] * 4, n=100)
    alone = importance_performance_map(kda.relative_importance(survey, drivers=["first"], n_boot=100))
    assert alone.quadrant == ("undecided",)


def test_what_is_no_importance_is_refused() -> None:
    with pytest.raises(kda.ModelError) as caught:
        importance_performance_map(kda.outcome_scores(kda.example_survey("judges")))  # type: ignore[arg-type]
    assert str(caught.value) == ("Expected a result of relative_importance(), found OutcomeScores; pass that result.")


def test_the_map_knows_what_its_shares_are_parts_of(clear: ImportanceResult) -> None:
    found = importance_performance_map(clear)
    assert (found.method, found.family, found.fit, found.sums_to_r2) == ("lmg", "linear", "r2", True)


def test_a_driver_without_a_rating_has_no_place(tmp_path: Path) -> None:
    rng = np.random.default_rng(162)
    columns = {name: rng.uniform(0, 100, 200) for name in ("a", "b", "y")}
    survey = make_survey(
        tmp_path,
        drivers={name: columns[name] for name in ("a", "b")},
        outcomes={"y": columns["y"]},
        segments={"kind": rng.choice(["x", "z"], 200)},
    )
    importance = kda.relative_importance(survey, drivers=["a", "b", "kind"], n_boot=100)
    expected = (
        "Expected drivers that are rated, found 'kind', a segment or an interaction, which has no place between bad "
        "and good; leave it out."
    )
    with pytest.raises(kda.ModelError) as caught:
        importance_performance_map(importance)
    assert str(caught.value) == expected

"""How far means can move: the end of the scale, and what has been seen with chance taken out."""

from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.errors import ModelError
from drivers.models.moves.room import driver_room, room_of
from tests.simulated import make_survey

N = 600


def ratings(shift: np.ndarray, seed: int = 2) -> dict[str, np.ndarray]:
    """Two drivers near 60, the first higher where the shift is."""
    rng = np.random.default_rng(seed)
    return {
        "a": np.clip(60 + shift + 10 * rng.standard_normal(N), 0, 100),
        "b": np.clip(60 + 10 * rng.standard_normal(N), 0, 100),
    }


def outcome(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(5)
    return {"y": np.clip(0.5 * columns["a"] + 0.2 * columns["b"] + 5 * rng.standard_normal(N), 0, 100)}


def test_the_best_unit_is_the_highest_mean_seen(tmp_path: Path) -> None:
    unit = np.repeat([f"u{k}" for k in range(12)], N // 12)
    columns = ratings(np.where(unit == "u3", 12.0, 0.0))
    survey = make_survey(tmp_path, drivers=columns, outcomes=outcome(columns), unit=unit)
    room = driver_room(survey, ["a", "b"])
    best = columns["a"][unit == "u3"].mean()
    assert room.level[0] == pytest.approx(columns["a"].mean())
    # Fifty answers tell a mean to a point and a half; little of so large a spread is chance.
    assert room.highest[0] == pytest.approx(best, abs=1.5)
    assert room.highest[0] < best
    assert room.highest_in[0] == "unit"
    np.testing.assert_allclose(room.up, room.highest - room.level)
    # A selected unit sees all others, and its own level.
    one = driver_room(survey.select(unit="u0"), ["a", "b"])
    assert one.level[0] == pytest.approx(columns["a"][unit == "u0"].mean())
    assert one.highest[0] == pytest.approx(room.highest[0])
    top = driver_room(survey.select(unit="u3"), ["a", "b"])
    assert (top.highest[0], top.up[0]) == (pytest.approx(best), 0.0)


def test_the_luckiest_of_equal_units_is_not_taken_for_the_best(tmp_path: Path) -> None:
    unit = np.array([f"u{k}" for k in np.random.default_rng(1).integers(0, 30, N)])
    columns = ratings(np.zeros(N))
    survey = make_survey(tmp_path, drivers=columns, outcomes=outcome(columns), unit=unit)
    raw = max(columns["a"][unit == name].mean() for name in set(unit))
    room = driver_room(survey, ["a", "b"])
    assert raw - room.level[0] > 2
    assert room.up[0] < 0.6 * (raw - room.level[0])


def test_small_units_say_nothing_and_without_groups_persons_do(tmp_path: Path) -> None:
    unit = np.array(["big"] * (N - 9) + ["few"] * 9)
    columns = ratings(np.where(unit == "few", 35.0, 0.0))
    survey = make_survey(tmp_path, drivers=columns, outcomes=outcome(columns), unit=unit)
    room = driver_room(survey, ["a", "b"])
    assert room.highest_in == room.lowest_in == ("answers", "answers")
    assert room.highest[1] == pytest.approx(np.sort(columns["b"])[-10])
    assert room.lowest[1] == pytest.approx(np.sort(columns["b"])[9])


def test_two_segments_that_hardly_differ_say_nothing_of_how_far_a_mean_could_go(tmp_path: Path) -> None:
    columns = ratings(np.zeros(N))
    segments = {"sex": np.tile(["f", "m"], N // 2), "age": np.repeat(["old", "middle", "young"], N // 3)}
    survey = make_survey(tmp_path, drivers=columns, outcomes=outcome(columns), segments=segments)
    room = driver_room(survey, ["a", "b"])
    assert room.highest_in == ("answers", "answers")
    assert (room.up > 15).all()


def test_waves_count_in_the_selection_and_the_level_is_of_the_last(tmp_path: Path) -> None:
    waves = np.repeat([f"w{k}" for k in range(1, 11)], N // 10)
    columns = ratings(np.where(waves == "w2", 15.0, 0.0))
    room = driver_room(make_survey(tmp_path, drivers=columns, outcomes=outcome(columns), waves=waves), ["a", "b"])
    assert room.wave == "w10"
    assert room.level[0] == pytest.approx(columns["a"][waves == "w10"].mean())
    assert (room.highest_in[0], room.up[0]) == ("wave", pytest.approx(15, abs=4))


def test_of_hopes_groups_say_nothing() -> None:
    survey = kda.example_survey("service_center")
    columns = survey.scores[["respect", "speed"]].to_numpy()
    room = room_of(survey, ["respect", "speed@desired"], columns, ["speed@desired"])
    assert room.highest_in == ("segment", "answers")
    assert (room.highest[1], room.lowest[1]) == (100.0, 0.0)
    assert room.highest[0] < 80


def test_too_few_answers_in_the_wave_reported_on(tmp_path: Path) -> None:
    waves = np.repeat(["w1", "w2"], [N - 9, 9])
    columns = ratings(np.zeros(N))
    survey = make_survey(tmp_path, drivers=columns, outcomes=outcome(columns), waves=waves)
    with pytest.raises(ModelError) as caught:
        driver_room(survey.select(wave="w2"), ["a", "b"])
    assert (caught.value.code, dict(caught.value.values)) == ("few_in_wave", {"needed": 10})
    assert str(caught.value) == (
        "Expected at least 10 answers on 'a' in the wave reported on, found fewer; widen the selection."
    )

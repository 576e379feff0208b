"""Whether importance changed from wave to wave: the planted wave is found, and no other."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.errors import ModelError
from drivers.survey.data import Survey
from drivers.waves.effects_result import WaveEffectsResult
from tests.simulated import make_survey

N_BOOT = 199


@pytest.fixture(scope="module")
def result() -> WaveEffectsResult:
    return kda.wave_effects(kda.example_survey("service_center"), n_boot=400)


def waves_of(folder: Path, effects: Mapping[str, tuple[float, float]], *, n: int = 150, person: bool = False) -> Survey:
    """Waves with their effects of a and b."""
    rng = np.random.default_rng(3)
    total = n * len(effects)
    a = np.clip(50 + 12 * rng.normal(size=total), 0, 100)
    b = np.clip(25 + 0.5 * a + 10 * rng.normal(size=total), 0, 100)
    slopes = np.repeat(np.array(list(effects.values())), n, axis=0)
    y = np.clip(20 + slopes[:, 0] * (a - 50) + slopes[:, 1] * (b - 50) + 30 + 5 * rng.normal(size=total), 0, 100)
    names = {"person": np.array([f"p{k % n}" for k in range(total)])} if person else {}
    return make_survey(
        folder,
        drivers={"a": a, "b": b},
        outcomes={"y": y},
        waves=np.repeat(list(effects), n),
        segments=names or None,
        design={"respondent": "person"} if person else {},
    )


def test_the_planted_wave_and_the_way_back_are_found(result: WaveEffectsResult) -> None:
    changed = [pair for pair in result.pairs if result.changed(pair)]
    planted = kda.example_truth("service_center")["waves"]["only_slopes"]
    assert changed[0].wave == planted and changed[1].wave_from == planted and len(changed) == 2
    respect, speed = (result.drivers.index(name) for name in ("respect", "speed"))
    assert [result.turn(pair, respect) for pair in changed] == ["less", "more"]
    assert [result.turn(pair, speed) for pair in changed] == ["more", "less"]
    others = [j for j in range(len(result.drivers)) if j not in (respect, speed)]
    assert all(result.turn(pair, j) == "open" for pair in changed for j in others)
    assert not result.drifted and result.p_all < 0.05


def test_effects_are_those_of_a_regression_in_each_wave(tmp_path: Path) -> None:
    survey = waves_of(tmp_path, {"w1": (0.5, 0.1), "w2": (0.5, 0.1), "w3": (0.1, 0.5)})
    result = kda.wave_effects(survey, n_boot=N_BOOT)
    for k, wave in enumerate(result.waves):
        alone = kda.fit_regression(survey.select(wave=wave))
        assert result.effect[k] == pytest.approx(alone.estimate[1:])
        assert result.std_error[k] == pytest.approx(alone.std_error[1:])
        assert result.conf_low[k] == pytest.approx(alone.conf_low[1:])
    assert [result.changed(pair) for pair in result.pairs] == [False, True]
    assert [result.turn(result.pairs[1], j) for j in range(2)] == ["less", "more"]
    table = result.tidy()
    change = table[table["term"] == "change"]["estimate"].to_numpy()
    assert change == pytest.approx(np.diff(result.effect, axis=0).ravel())


def test_equal_effects_are_not_flagged_whatever_else_changes(tmp_path: Path) -> None:
    survey = waves_of(tmp_path, {"w1": (0.4, 0.2), "w2": (0.4, 0.2)})
    later = survey.wave_index == 1
    scores = survey.scores.copy()
    # Another level of everything is no change of importance.
    scores.loc[later, "y"] += 9.0
    scores.loc[later, "a"] += 4.0
    plain = kda.wave_effects(survey, n_boot=N_BOOT)
    moved = kda.wave_effects(replace(survey, scores=scores), n_boot=N_BOOT)
    assert not any(map(plain.changed, plain.pairs))
    assert moved.pairs[0].p_value == pytest.approx(plain.pairs[0].p_value)
    assert np.isnan(plain.p_all)


def test_people_who_answer_twice_get_one_sign(tmp_path: Path) -> None:
    survey = waves_of(tmp_path, {"w1": (0.4, 0.2), "w2": (0.4, 0.2)}, n=60, person=True)
    apart = replace(survey, raw=survey.raw.assign(person=[f"q{k}" for k in range(120)]))
    twice, once = (kda.wave_effects(one, n_boot=N_BOOT) for one in (survey, apart))
    assert twice.effect == pytest.approx(once.effect)
    assert twice.pairs[0].p_value != once.pairs[0].p_value
    nobody = kda.wave_effects(replace(apart, codebook=without_respondent(apart)), n_boot=N_BOOT)
    assert nobody.pairs[0].p_value == once.pairs[0].p_value


def without_respondent(survey: Survey) -> object:
    design = survey.codebook.design.model_copy(update={"respondent": None})
    return survey.codebook.model_copy(update={"design": design})


def test_small_waves_have_no_effects_and_are_named(tmp_path: Path) -> None:
    survey = waves_of(tmp_path, {"w1": (0.4, 0.2), "w2": (0.4, 0.2), "w3": (0.4, 0.2)}, n=40)
    kept = (survey.wave_index != 1) | (np.arange(120) % 10 == 0)
    result = kda.wave_effects(replace(survey, in_unit=kept), n_boot=N_BOOT)
    assert result.waves == ("w1", "w3") and dict(result.left_out) == {"w2": "few"}
    assert (result.pairs[0].wave_from, result.pairs[0].wave) == ("w1", "w3")
    with pytest.raises(ModelError) as refused:
        kda.wave_effects(survey.select(wave="w1"), n_boot=N_BOOT)
    assert refused.value.code == "few_waves"
    with pytest.raises(ModelError) as refused:
        kda.wave_effects(kda.example_survey("judges"), n_boot=N_BOOT)
    assert refused.value.code == "no_waves"


def test_waves_with_few_sampling_units_are_not_compared(tmp_path: Path) -> None:
    survey = waves_of(tmp_path, {"w1": (0.4, 0.2), "w2": (0.4, 0.2), "w3": (0.4, 0.2)}, n=60)
    # Three terms need eighteen units.
    clusters = np.concatenate([np.arange(60) % 18, 100 + np.arange(60) % 17, 200 + np.arange(60) % 20])
    result = kda.wave_effects(replace(survey, clusters=clusters), n_boot=N_BOOT)
    assert result.waves == ("w1", "w3") and dict(result.left_out) == {"w2": "few_units"}

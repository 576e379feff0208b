"""Wholes that tell another tale than their parts: found where they are, and never on noise."""

from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.survey.data import Survey
from tests.simulated import make_survey


def simpson(folder: Path, *, between: float, n: int = 600) -> Survey:
    """Better ratings go with more satisfaction within each place, and places with better ratings are less satisfied."""
    rng = np.random.default_rng(21)
    place = rng.integers(0, 3, n)
    x = 40 + 10 * place + rng.normal(0, 4, n)
    y = 60 + 0.8 * (x - 40 - 10 * place) - between * place + rng.normal(0, 4, n)
    return make_survey(
        folder,
        drivers={"speed": x, "other": rng.uniform(0, 100, n)},
        outcomes={"satisfaction": y},
        segments={"place": np.array(["a", "b", "c"])[place]},
    )


def test_an_association_that_turns_round_is_pointed_out(tmp_path: Path) -> None:
    found = kda.reversals(simpson(tmp_path, between=15))
    (one,) = found.found
    assert (one.driver, one.within, one.levels) == ("speed", "place", ("a", "b", "c"))
    assert one.overall.conf_high < 0 < one.inside.conf_low
    assert one.inside.estimate == pytest.approx(0.8, abs=0.15)
    assert found.tidy()["term"].tolist() == ["overall", "within"]


def test_an_association_of_one_sign_is_none(tmp_path: Path) -> None:
    assert kda.reversals(simpson(tmp_path, between=0)).found == ()


def admissions(folder: Path) -> Survey:
    """Women rate higher in either office, and lower on the whole, since most of them come to the worse one."""
    rng = np.random.default_rng(4)
    sex = np.repeat(["f", "f", "m", "m"], [300, 60, 60, 300])
    office = np.repeat(["x", "y", "x", "y"], [300, 60, 60, 300])
    y = np.where(office == "x", 40, 70) + np.where(sex == "f", 6, 0) + rng.normal(0, 5, 720)
    return make_survey(
        folder,
        drivers={"d": rng.uniform(0, 100, 720)},
        outcomes={"satisfaction": y},
        segments={"sex": sex, "office": office},
    )


def test_a_difference_between_groups_that_turns_round_is_pointed_out(tmp_path: Path) -> None:
    found = kda.reversals(admissions(tmp_path))
    (one,) = found.found
    assert (one.segment, one.groups, one.within, one.levels) == ("sex", ("f", "m"), "office", ("x", "y"))
    assert one.overall.conf_high < 0 < one.inside.conf_low
    survey = admissions(tmp_path)
    y, sex = survey.scores["satisfaction"].to_numpy(), survey.raw["sex"].to_numpy()
    assert one.overall.estimate == pytest.approx(y[sex == "f"].mean() - y[sex == "m"].mean())


def test_noise_turns_nothing_round(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    n = 200
    for seed in range(12):
        (tmp_path / str(seed)).mkdir()
        survey = make_survey(
            tmp_path / str(seed),
            drivers={f"d{j}": rng.uniform(0, 100, n) for j in range(3)},
            outcomes={"satisfaction": rng.uniform(0, 100, n)},
            segments={"p": rng.choice(["a", "b", "c"], n), "q": rng.choice(["u", "v"], n)},
        )
        assert kda.reversals(survey).found == ()


def test_service_center_has_none() -> None:
    found = kda.reversals(kda.example_survey("service_center"), segment=["customer", "region"])
    assert found.found == () and found.n_compared == 9 * 2 + 1 + 6

"""Deliver more or promise less: lines that hold both, one driver at a time."""

import json
from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.decisions.changes.promises_result import PromisesResult
from drivers.errors import ModelError
from drivers.survey.data import Survey
from tests.simulated import make_survey


@pytest.fixture(scope="module")
def centre() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def promised(centre: Survey) -> PromisesResult:
    return kda.what_if_promises(centre, outcomes=["satisfaction", "loyalty"])


def test_each_is_the_what_if_with_that_hope_in_the_line(centre: Survey, promised: PromisesResult) -> None:
    place = promised.drivers.index("information")
    both = {"outcomes": ["satisfaction", "loyalty"]}
    difference = kda.what_if(centre, {"information": 5}, expectations={"information": 5}, **both)  # type: ignore[arg-type]
    first = [difference.slopes.place("satisfaction"), difference.slopes.place("loyalty")]
    np.testing.assert_allclose(promised.effects["difference"][:, :, place], difference.effect[:, first], rtol=1e-7)
    # Of a line the effect of the hope alone is its slope times the move.
    hope = difference.slopes.slopes[first, -1]
    np.testing.assert_allclose(promised.effects["promise"][0, :, place], -5 * hope, rtol=1e-7)


def test_delivering_goes_with_more_and_hopes_with_nothing_like_it(promised: PromisesResult) -> None:
    delivered = dict(zip(promised.drivers, promised.says("deliver", 0), strict=True))
    assert delivered.pop("welcome") == "unclear"
    assert set(delivered.values()) == {"higher"}
    # In this survey hopes are marks of persons who rate everything higher; nobody is happier for hoping less.
    assert "higher" not in promised.says("promise", 0)
    assert promised.says("difference", 0)[promised.drivers.index("respect")] == "higher"
    assert promised.asked == "after"


def with_hopes(folder: Path, slope: float) -> Survey:
    """Satisfaction that goes with a rating and, the other way, with what was hoped for."""
    rng = np.random.default_rng(9)
    a, b, hoped = (np.clip(50 + 15 * rng.standard_normal(800), 0, 100) for _ in range(3))
    y = np.clip(60 + 0.3 * (a - 50) + slope * (hoped - 50) + 5 * rng.standard_normal(800), 0, 100)
    make_survey(folder, drivers={"a": a, "b": b, "hoped": hoped}, outcomes={"satisfaction": y})
    path = folder / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    del book["drivers"]["hoped"]
    book["expectations"] = {"a": {"desired": "hoped_1"}}
    book["expectations_asked"] = "before"
    path.write_text(json.dumps(book), encoding="utf-8")
    return kda.read_survey(path)


def test_where_hopes_weigh_as_much_as_ratings_neither_is_worth_more(tmp_path: Path) -> None:
    found = kda.what_if_promises(with_hopes(tmp_path, -0.3))
    assert found.says("deliver", 0) == found.says("promise", 0) == ("higher",)
    assert found.effects["promise"][0, 0, 0] == pytest.approx(1.5, abs=4 * found.effects["promise"][1, 0, 0])
    assert found.says("difference", 0) == ("unclear",)
    assert found.notes == ()


def test_where_hopes_weigh_more_promising_less_is_worth_more(tmp_path: Path) -> None:
    found = kda.what_if_promises(with_hopes(tmp_path, -0.6))
    assert found.says("difference", 0) == ("lower",)


def test_a_hope_that_few_told_says_nothing(tmp_path: Path) -> None:
    with_hopes(tmp_path, -0.3)
    path = tmp_path / "answers.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    column = lines[0].split(",").index("hoped_1")
    cells = [line.split(",") for line in lines]
    for row in cells[10:]:
        row[column] = ""
    path.write_text("\n".join(",".join(row) for row in cells) + "\n", encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        kda.what_if_promises(kda.read_survey(tmp_path / "codebook.yml"))
    assert (caught.value.code, str(caught.value)) == (
        "few_in_wave",
        "Expected at least 10 ratings and hopes of a driver in the wave reported on, found fewer of each; widen the "
        "selection.",
    )


def test_without_hopes_it_is_said_why() -> None:
    found = kda.attempt(kda.what_if_promises, kda.example_survey("customersat"))
    assert [reason.code for reason in found.reasons] == ["no_expectations"]  # type: ignore[attr-defined]
    with pytest.raises(ModelError) as caught:
        kda.what_if_promises(kda.example_survey("customersat"), step=-5)
    assert str(caught.value) == "Expected step in points above 0 and up to 100, found -5; use 5 for five points."


def test_columns(promised: PromisesResult) -> None:
    assert set(promised.tidy().columns) | set(promised.glance().columns) <= set(COLUMNS)
    assert len(promised.tidy()) == 3 * 2 * 9
    assert (promised.moves == 5).all()

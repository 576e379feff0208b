"""Dimensions of items: planted ones, three items, unrelated items, and everything that is left out."""

from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.models.dimensionality_analysis import ALL_DRIVERS, DimensionalityResult, dimensionality
from drivers.results import Code
from drivers.survey.data import Survey
from tests.models.test_reliability import congeneric
from tests.reference_numbers import service_survey
from tests.simulated import make_survey


def planted(folder: Path, rng: np.random.Generator, n: int = 600) -> Survey:
    """Scores of one factor, of two, of one with a pair that has more in common, of nothing, and of three items."""
    pair = congeneric(rng, n, np.full(6, 0.7))
    shared = 6 * rng.normal(size=n)
    pair[:, 0] += shared
    pair[:, 1] += shared
    scores = {
        "one": congeneric(rng, n, np.array([0.8, 0.7, 0.6, 0.75, 0.65])),
        "two": np.hstack([congeneric(rng, n, np.full(3, 0.8)), congeneric(rng, n, np.full(3, 0.8))]),
        "pair": pair,
        "noise": 50 + 8 * rng.normal(size=(n, 5)),
        "three": congeneric(rng, n, np.full(3, 0.7)),
    }
    return make_survey(folder, drivers=scores, outcomes={"y": scores["one"][:, 0]})


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> DimensionalityResult:
    return dimensionality(planted(tmp_path_factory.mktemp("planted"), np.random.default_rng(10)))


def test_what_was_planted_is_found(result: DimensionalityResult) -> None:
    found = {one.construct: (one.dimensions, one.conclusion) for one in result.constructs}
    assert found["one"] == (1, "one_factor")
    assert found["two"] == (2, "several")
    assert found["pair"] == (1, "not_close")
    assert found["noise"] == (0, "none")
    assert found["three"] == (1, "one_dimension")
    assert found[ALL_DRIVERS][1] == "several"


def test_a_factor_that_holds_is_not_rejected_and_one_that_does_not_is(result: DimensionalityResult) -> None:
    fits = {one.construct: one.fit for one in result.constructs}
    assert fits["one"].p_value > 0.01
    assert fits["one"].cfi > 0.99
    assert fits["pair"].p_value < 1e-6
    assert fits["pair"].cfi < 0.95
    assert np.isnan(fits["three"].p_value)


def test_dimensions_are_those_of_the_halo(tmp_path: Path) -> None:
    survey = service_survey(tmp_path, design=True)
    together = next(one for one in dimensionality(survey).constructs if one.construct == ALL_DRIVERS)
    halo = kda.halo(survey)
    assert together.eigenvalues == pytest.approx(halo.eigenvalues)
    assert together.random_limit == pytest.approx(halo.random_limit)
    assert (together.dimensions, together.sample.n) == (halo.dimensions, halo.sample.n)


def test_two_items_and_single_ones_are_no_matter_of_dimensions(tmp_path: Path) -> None:
    items = congeneric(np.random.default_rng(1), 100, np.full(2, 0.7))
    survey = make_survey(tmp_path, drivers={"d": items}, outcomes={"y": items[:, 0]})
    with pytest.raises(kda.ModelError) as caught:
        dimensionality(survey)
    assert str(caught.value) == (
        "Expected a construct of at least 3 items to count dimensions, found at most 2; one correlation has no "
        "dimensions."
    )
    with pytest.raises(kda.ModelError, match="found one item in 'y'"):
        dimensionality(survey, constructs=["y"])


def test_one_score_is_not_shown_twice(tmp_path: Path) -> None:
    items = congeneric(np.random.default_rng(1), 100, np.full(4, 0.7))
    survey = make_survey(tmp_path, drivers={"d": items}, outcomes={"y": items[:, 0]})
    assert [one.construct for one in dimensionality(survey).constructs] == ["d"]


def test_what_too_few_answered_is_left_out(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    few, many = congeneric(rng, 60, np.full(4, 0.7)), congeneric(rng, 60, np.full(4, 0.7))
    few[5:, 1] = np.nan
    survey = make_survey(tmp_path, drivers={"few": few, "many": many}, outcomes={"y": many[:, 0]})
    result = dimensionality(survey)
    assert [one.construct for one in result.constructs] == ["many"]
    assert {name: code.code for name, code in result.left_out.items()} == {
        "few": "suppressed",
        ALL_DRIVERS: "suppressed",
    }
    answer = kda.attempt(dimensionality, survey, constructs=["few"])
    assert answer.reasons == (Code("suppressed", {"needed": 10}),)  # type: ignore[attr-defined]


def test_weights_that_leave_few_effective_respondents_are_refused(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    weights = np.ones(40)
    weights[:3] = 1000
    items = congeneric(rng, 40, np.full(4, 0.7))
    survey = make_survey(tmp_path, drivers={"d": items}, outcomes={"y": items[:, 0]}, weights=weights)
    with pytest.raises(kda.ModelError, match=r"^Expected more than 5 effective respondents for 4 items, found 3\.1"):
        dimensionality(survey)


def test_frames_have_columns_of_the_closed_list(result: DimensionalityResult) -> None:
    for frame in (result.tidy(), result.loadings(), result.scree(), result.glance()):
        assert set(frame.columns) <= set(COLUMNS)
    assert len(result.loadings()) == len(result.scree()) == sum(len(one.items) for one in result.constructs)
    assert len(result.tidy()) == len(result.glance()) == 6

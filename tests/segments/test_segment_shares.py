"""Do shares differ? Shares of each group alone, resamples without a difference, the truth."""

from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.models.interactions.group_fits import group_fits
from drivers.models.predictors import predictors
from drivers.segments import share_differences, share_draws
from drivers.segments.partition import partition
from drivers.segments.shares_result import SegmentShares
from drivers.survey.data import Survey
from tests.simulated import make_survey


def two_groups(folder: Path, *, swapped: bool, n: int = 400) -> Survey:
    """Two groups of unequal noise and scale; with ``swapped`` the first two drivers change places in the second."""
    rng = np.random.default_rng(11)
    place = np.array(["a", "b"])[np.arange(n) % 2]
    x = 50 + 10 * rng.normal(size=(n, 3)) + 6 * rng.normal(size=(n, 1))
    slopes = np.where((place == "b")[:, None] & swapped, [0.1, 0.6, 0.2], [0.6, 0.1, 0.2])
    y = 5 + (x * slopes).sum(axis=1) + np.where(place == "b", 9, 4) * rng.normal(size=n)
    drivers = {f"d{j + 1}": x[:, j] for j in range(3)}
    return make_survey(
        folder, drivers=drivers, outcomes={"satisfaction": y}, scale=(-50, 150), segments={"place": place}
    )


@pytest.fixture(scope="module")
def same(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return two_groups(tmp_path_factory.mktemp("same"), swapped=False)


@pytest.fixture(scope="module")
def center() -> SegmentShares:
    return kda.segment_shares(kda.example_survey("service_center"), segment=["customer", "sex", "language"], n_boot=300)


def test_shares_are_those_of_each_group_alone(same: Survey) -> None:
    (test,) = kda.segment_shares(same, n_boot=300).tests
    for position, group in enumerate(test.groups):
        alone = kda.relative_importance(same.select(only={"place": group}), n_boot=300)
        assert test.share[position] == pytest.approx(alone.share, rel=1e-9)
        # Other draws, of the same respondents.
        assert test.low[position] == pytest.approx(alone.share_low, abs=0.05)


def test_groups_without_a_difference_have_the_same_shares(same: Survey) -> None:
    data = predictors(same, outcome=None, drivers=None, always=None)
    parts = partition(same, "place")
    fits = [*group_fits(same, data, parts.codes, parts.keys, None)[0].values()]
    made = []
    for fit, part in zip(fits, share_draws._without_difference(fits), strict=True):
        columns = np.column_stack([fit.x, fit.residual]) @ part
        made.append(columns.T @ columns / fit.mass)
    for matrix in made:
        assert np.diag(matrix) == pytest.approx(np.ones(4))
    correlations = [matrix[:3, :3] for matrix in made]
    assert correlations[0] == pytest.approx(correlations[1])
    shares = [share_draws._shares(matrix[None])[0] for matrix in made]
    assert shares[0] == pytest.approx(shares[1])
    # Each keeps its own noise.
    assert made[0][0, 3] > 1.2 * made[1][0, 3]


def test_the_same_shares_are_not_told_apart_where_noise_is_unequal(same: Survey) -> None:
    (test,) = kda.segment_shares(same, n_boot=300).tests
    assert test.tested and not test.differs
    assert test.explained[0] > 1.5 * test.explained[1]


def test_drivers_that_change_places_are_found(tmp_path: Path) -> None:
    (test,) = kda.segment_shares(two_groups(tmp_path, swapped=True), n_boot=300).tests
    assert test.differs and test.differing == ("d1", "d2")
    assert dict(test.first) == {"a": "d1", "b": "d2"}


def test_what_was_planted_is_found(center: SegmentShares) -> None:
    truth = kda.example_truth("service_center")["segments"]
    tests = {test.segment: test for test in center.tests}
    assert tests["customer"].differs and not tests["sex"].differs and not tests["language"].differs
    assert {"respect", "information"} <= set(tests["customer"].differing)
    for group, planted in truth["customer"].items():
        assert tests["customer"].first[group] == planted["first"]
        place = tests["customer"].groups.index(group)
        for driver, share in planted["shares"].items():
            j = center.drivers.index(driver)
            assert tests["customer"].low[place, j] - 0.01 < share < tests["customer"].high[place, j] + 0.01


def test_frames_name_segment_group_and_driver(center: SegmentShares) -> None:
    tidy = center.tidy()
    shares = tidy[tidy["term"] == "share"].groupby(["segment", "group"])["share"].sum()
    assert shares.to_numpy() == pytest.approx(np.ones(6))
    assert center.glance()["p_adjusted"].tolist() == [test.p_adjusted for test in center.tests]


def test_groups_of_which_nothing_is_explained_have_no_shares(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    place = np.repeat(["a", "b", "c", "d"], [100, 100, 100, 14])
    x = rng.uniform(0, 100, (len(place), 2))
    y = np.where(place == "c", rng.uniform(0, 100, len(place)), x @ [0.5, 0.3] + rng.uniform(0, 20, len(place)))
    survey = make_survey(tmp_path, drivers={"d1": x[:, 0], "d2": x[:, 1]}, outcomes={"y": y}, segments={"place": place})
    (test,) = kda.segment_shares(survey, n_boot=100).tests
    assert test.groups == ("a", "b") and dict(test.without) == {"c": "weak", "d": "few"}


def test_a_share_of_the_same_kind_is_flagged_as_often_as_said() -> None:
    """Found and drawn are exchangeable, however few the draws: each is measured by the others."""
    rng = np.random.default_rng(8)
    b, g, k, times = 60, 12, 4, 1500
    flagged = 0
    for _ in range(times):
        shares = rng.standard_normal((b + 1, g, k))
        found = share_draws.ShareDraws(share=shares[0], explained=np.full(g, 0.5), own=shares[1:], alike=shares[1:])
        _, observed, drawn = share_differences._distances(found, None, b, 1)
        flagged += (1 + int((drawn >= observed.max()).sum())) / (b + 1) <= 0.05
    assert abs(flagged / times - 3 / 61) < 3 * np.sqrt(0.05 * 0.95 / times)

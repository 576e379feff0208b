"""Four groups by satisfaction and loyalty: counted by hand, hidden where small, and what was observed of them."""

import json
from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.errors import ModelError
from drivers.indicators.loyalty.loyalty_segments import LoyaltyGroups
from drivers.models.loyalty.satisfied_and_loyal import GROUPS
from drivers.survey.data import Survey
from tests.simulated import make_survey


def survey_of(folder: Path, x: np.ndarray, y: np.ndarray, left: np.ndarray | None = None, **how: object) -> Survey:
    """Satisfaction and loyalty as given, and who left."""
    make_survey(
        folder,
        drivers={"a": x},
        outcomes={"satisfaction": x, "loyalty": y, **({} if left is None else {"left": left})},
        **how,  # type: ignore[arg-type]
    )
    path = folder / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    if left is not None:
        book["scales"]["yes_no"] = {"type": "binary"}
        book["items"]["left_1"]["scale"] = "yes_no"
        book["outcomes"]["left"] |= {"kind": "event", "better": "lower"}
        path.write_text(json.dumps(book), encoding="utf-8")
    return kda.read_survey(path)


def corners(*counts: int) -> tuple[np.ndarray, np.ndarray]:
    """So many people in each group, in the groups' order."""
    return np.repeat([90.0, 80.0, 40.0, 30.0], counts), np.repeat([80.0, 50.0, 90.0, 20.0], counts)


def test_groups_are_counted(tmp_path: Path) -> None:
    found = kda.loyalty_groups(survey_of(tmp_path, *corners(40, 30, 10, 20)))
    assert [level.estimate for level in found.sizes.values() if level] == [0.4, 0.3, 0.1, 0.2]
    assert found.hidden == () and found.events == ()
    level = found.sizes["loyal"]
    assert level is not None
    # Wilson's interval of 40 in 100, as published tables have it.
    assert (level.conf_low, level.conf_high) == pytest.approx((0.3094, 0.4980), abs=1e-4)


def test_weights_make_the_sizes(tmp_path: Path) -> None:
    x, y = corners(40, 30, 10, 20)
    weights = np.repeat([1.0, 2.0, 3.0, 1.0], [40, 30, 10, 20])
    found = kda.loyalty_groups(survey_of(tmp_path, x, y, weights=weights))
    np.testing.assert_allclose(
        [level.estimate for level in found.sizes.values() if level], np.array([40, 60, 30, 20]) / 150
    )
    assert found.sizes["loyal"].n_effective < 100  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ((40, 30, 9, 20), ("loyal_though_dissatisfied", "leaving")),
        ((40, 30, 0, 20), ("loyal_though_dissatisfied", "leaving")),
        ((40, 9, 30, 20), ("loyal", "free_to_leave")),
        ((40, 5, 6, 20), ("free_to_leave", "loyal_though_dissatisfied")),
        ((40, 3, 4, 20), ("free_to_leave", "loyal_though_dissatisfied", "leaving")),
        ((40, 30, 10, 20), ()),
    ],
)
def test_a_small_group_is_hidden_and_cannot_be_worked_out(
    tmp_path: Path, counts: tuple[int, ...], hidden: tuple[str, ...]
) -> None:
    found = kda.loyalty_groups(survey_of(tmp_path, *corners(*counts)))
    assert found.hidden == hidden
    shown = found.tidy().query("term == 'size'").dropna(subset=["estimate"])
    assert set(shown["group"]) == set(GROUPS) - set(hidden)


def test_of_fifteen_of_whom_none_left_nothing_is_claimed(tmp_path: Path) -> None:
    x, y = corners(200, 15, 20, 20)
    left = np.zeros(255)
    left[:10] = 1
    (event,) = kda.loyalty_groups(survey_of(tmp_path, x, y, left)).events
    level = event.differences["free_to_leave"]
    assert level is not None and level.estimate == pytest.approx(-0.05)
    # By t it would end below 0: the fifteen alone show no variation.
    assert level.conf_low < -0.05 < 0 < level.conf_high


def test_cuts_are_stated_and_may_be_moved(tmp_path: Path) -> None:
    x, y = corners(40, 30, 15, 20)
    survey = survey_of(tmp_path, np.append(x, np.full(12, 90.0)), np.append(y, np.full(12, 20.0)))
    strict = kda.loyalty_groups(survey, satisfied_from=85)
    assert strict.sizes["free_to_leave"].estimate == pytest.approx(12 / 117)  # type: ignore[union-attr]
    moved = kda.loyalty_groups(survey, loyal_from=50)
    assert dict(moved.details)["loyal_from"] == 50
    assert moved.sizes["loyal"].estimate == pytest.approx(70 / 117)  # type: ignore[union-attr]
    with pytest.raises(ModelError) as caught:
        kda.loyalty_groups(survey, loyal_from=0)
    assert str(caught.value) == "Expected loyal_from above 0 and up to 100, found 0; such a score parts nobody."


def test_a_mean_of_items_at_the_cut_counts(tmp_path: Path) -> None:
    x, _ = corners(20, 20, 20, 20)
    # Three items whose mean is 75 but for rounding.
    y = np.column_stack([np.full(80, 70.3), np.full(80, 70.1), np.full(80, 84.6)])
    assert y[0].sum() / 3 != 75.0
    y[::2] = 10.0
    found = kda.loyalty_groups(survey_of(tmp_path, x, y))
    assert found.sizes["loyal"].estimate == 0.25  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("scale", "step", "expected"),
    [((1, 5), 1, 75.0), ((1, 7), 1, 500 / 6), ((0, 10), 1, 75.0), ((0, 100), "any", 75.0)],
)
def test_satisfied_are_the_two_best_of_at_most_seven_answers(
    tmp_path: Path, scale: tuple[int, int], step: float | str, expected: float
) -> None:
    rng = np.random.default_rng(1)
    x = rng.integers(scale[0], scale[1] + 1, 200).astype(float)
    survey = make_survey(
        tmp_path,
        drivers={"a": x},
        outcomes={"satisfaction": x, "recommend": rng.integers(0, 11, 200)},
        scale=scale,
        step=step,
        nps=["recommend"],
    )
    found = kda.loyalty_groups(survey)
    assert (found.satisfied_from, found.loyal_from) == (pytest.approx(expected), 90)


def test_what_was_observed_is_counted_and_compared(tmp_path: Path) -> None:
    x, y = corners(400, 300, 100, 200)
    left = np.concatenate([np.arange(n) < part * n for n, part in ((400, 0.05), (300, 0.2), (100, 0.05), (200, 0.4))])
    event = left.astype(float)
    event[695:700] = np.nan
    found = kda.loyalty_groups(survey_of(tmp_path, x, y, event))
    (one,) = found.events
    assert (one.event, one.better) == ("left", "lower")
    assert one.shares["loyal"].estimate == pytest.approx(0.05)  # type: ignore[union-attr]
    assert one.shares["free_to_leave"].n == 295  # type: ignore[union-attr]
    clear = {
        group
        for group, level in one.differences.items()
        if level is not None and (level.conf_low > 0 or level.conf_high < 0)
    }
    assert clear == {"free_to_leave", "leaving"}
    difference = one.differences["leaving"]
    assert difference is not None
    error = np.sqrt(0.05 * 0.95 / 400 + 0.4 * 0.6 / 200)
    # Three differences at 95 % together: 1 − .05 / 6 of the normal distribution is 2.394.
    assert difference.conf_high - difference.estimate == pytest.approx(2.394 * error, rel=0.01)


def test_an_event_of_a_group_with_few_known_is_not_shown(tmp_path: Path) -> None:
    x, y = corners(40, 30, 12, 20)
    event = np.tile([0.0, 1.0], 51)
    event[70:75] = np.nan
    (one,) = kda.loyalty_groups(survey_of(tmp_path, x, y, event)).events
    assert one.shares["loyal_though_dissatisfied"] is None
    assert one.differences["loyal_though_dissatisfied"] is None


@pytest.fixture(scope="module")
def groups() -> LoyaltyGroups:
    return kda.loyalty_groups(kda.example_survey("service_center"))


def test_service_center_has_its_planted_sizes_and_losses(groups: LoyaltyGroups) -> None:
    truth = kda.example_truth("service_center")["counted"]
    loyal = [groups.sizes[name] for name in ("loyal", "loyal_though_dissatisfied")]
    share = sum(level.estimate for level in loyal if level is not None)
    assert share == pytest.approx(truth["loyal"], abs=0.015)
    (one,) = groups.events
    assert one.differences["leaving"].conf_low > 0  # type: ignore[union-attr]
    assert one.differences["free_to_leave"].conf_low > 0  # type: ignore[union-attr]


def test_an_event_must_be_one() -> None:
    with pytest.raises(ModelError) as caught:
        kda.loyalty_groups(kda.example_survey("service_center"), events=["loyalty"])
    assert str(caught.value) == "Expected an event, found 'loyalty' (kind score); name an event."

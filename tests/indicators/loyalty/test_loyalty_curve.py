"""Loyalty over satisfaction: means, shares and claims on made and on real answers."""

from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.errors import ModelError
from drivers.indicators.loyalty.loyalty_curve_result import LoyaltyCurve
from drivers.survey.data import Survey
from tests.simulated import make_survey

ROUNDING = 1e-9
STEPS = np.array([0.0, 25.0, 50.0, 75.0, 100.0])


def answers(n: int, means: np.ndarray, seed: int = 1, spread: float = 12.0) -> tuple[np.ndarray, np.ndarray]:
    """Satisfaction in five steps, and loyalty with these means."""
    rng = np.random.default_rng(seed)
    step = rng.choice(5, n, p=[0.06, 0.1, 0.2, 0.34, 0.3])
    return STEPS[step], np.clip(np.round(means[step] + rng.normal(0, spread, n)), 0, 100)


def survey_of(folder: Path, x: np.ndarray, y: np.ndarray, **how: object) -> Survey:
    return make_survey(
        folder,
        drivers={"a": x},
        outcomes={"satisfaction": x, "loyalty": y},
        **how,  # type: ignore[arg-type]
    )


LATE = np.array([30.0, 30.0, 34.0, 62.0, 90.0])


def test_means_are_those_of_the_steps_and_the_curve_goes_through_them(tmp_path: Path) -> None:
    x, y = answers(1500, LATE)
    weights = np.random.default_rng(2).uniform(0.5, 2, 1500)
    survey = survey_of(tmp_path, x, y, weights=weights)
    found = kda.loyalty_curve(survey, n_boot=100)
    for step, place in zip(found.steps, STEPS, strict=True):
        own = x == place
        assert step.position == place
        assert step.loyalty.estimate == pytest.approx(np.average(y[own], weights=survey.weights[own]))
        assert step.loyalty.n == own.sum()
    means = np.array([step.loyalty.estimate for step in found.steps])
    if (np.diff(means) >= 0).all():
        np.testing.assert_allclose(found.curve.estimate, means, atol=ROUNDING)
    assert (found.curve.conf_low <= found.curve.estimate + ROUNDING).all()
    assert (found.curve.estimate <= found.curve.conf_high + ROUNDING).all()
    assert found.glance()["method"].tolist() == ["isotonic"]


def test_a_late_start_is_found_where_it_was_put(tmp_path: Path) -> None:
    found = kda.loyalty_curve(survey_of(tmp_path, *answers(4000, LATE)), n_boot=0)
    assert found.conclusion == "rises_from"
    # The largest difference of slopes above and below: 50, with (90 − 34) / 50 against 4 / 50.
    assert found.shape.steeper is not None and found.shape.steeper.at == 50
    assert found.details["rises_from"] == 50
    assert np.isnan(found.curve.conf_low).all() and found.curve.intervals == "none"


def test_a_straight_rise_is_even_and_small_samples_decide_nothing(tmp_path: Path) -> None:
    straight = 30 + 0.4 * STEPS
    many = kda.loyalty_curve(survey_of(tmp_path / "many", *answers(20_000, straight)), n_boot=0)
    few = kda.loyalty_curve(survey_of(tmp_path / "few", *answers(150, straight)), n_boot=0)
    assert (many.conclusion, few.conclusion) == ("even", "not_decided")
    assert many.shape.slope_low < 0.4 < many.shape.slope_high


def test_integer_weights_are_people(tmp_path: Path) -> None:
    x, y = answers(400, LATE, seed=5)
    times = np.random.default_rng(1).integers(1, 4, 400)
    weighted = kda.loyalty_curve(survey_of(tmp_path / "w", x, y, weights=times.astype(float)), n_boot=0)
    repeated = kda.loyalty_curve(survey_of(tmp_path / "r", np.repeat(x, times), np.repeat(y, times)), n_boot=0)
    np.testing.assert_allclose(weighted.curve.estimate, repeated.curve.estimate, atol=ROUNDING)
    np.testing.assert_allclose(weighted.shape.bends.estimate, repeated.shape.bends.estimate, atol=ROUNDING)


def test_clusters_widen_what_is_claimed(tmp_path: Path) -> None:
    x, y = answers(1200, LATE, seed=6)
    day = np.repeat(np.arange(60), 20)
    y = np.clip(np.round(y + 15 * np.random.default_rng(3).normal(size=60)[day]), 0, 100)
    plain = kda.loyalty_curve(survey_of(tmp_path / "p", x, y), n_boot=200)
    design = kda.loyalty_curve(survey_of(tmp_path / "d", x, y, clusters=day), n_boot=200)
    assert design.sample.n_effective < 0.7 * plain.sample.n_effective
    wide, narrow = ((r.curve.conf_high - r.curve.conf_low).mean() for r in (design, plain))
    assert wide > 1.2 * narrow
    assert design.design and not plain.design


def test_replicate_weights_give_t_intervals_of_the_curve(tmp_path: Path) -> None:
    x, y = answers(600, LATE, seed=7)
    group = np.arange(600) % 30
    replicates = np.where(group[:, None] == np.arange(30), 0.0, 30 / 29)
    how = {"weights": np.ones(600), "replicates": replicates, "design": {"replicate_method": "jk1"}}
    found = kda.loyalty_curve(survey_of(tmp_path / "r", x, y, **how), n_boot=100)
    plain = kda.loyalty_curve(survey_of(tmp_path / "p", x, y), n_boot=400)
    assert found.curve.intervals == "replicate_weights"
    ratio = (found.curve.conf_high - found.curve.conf_low) / (plain.curve.conf_high - plain.curve.conf_low)
    assert 0.6 < np.median(ratio) < 1.6


@pytest.mark.parametrize("steps", [True, False])
def test_resamples_without_anybody_of_the_domain_do_not_count(tmp_path: Path, steps: bool) -> None:
    x, y = answers(600, LATE)
    x = x if steps else np.clip(x + np.random.default_rng(3).uniform(0, 9, 600), 0, 100)
    clusters = np.repeat(np.arange(60), 10)
    for units, how in ((6, "none"), (12, "percentile")):
        # Of 60 sampling units few hold the domain: a resample in 400 would have nobody of six.
        part = np.where(clusters < units, "in", "out")
        survey = survey_of(
            tmp_path / str(units), x, y, clusters=clusters, segments={"part": part}, weights=1 + (clusters % 2)
        )
        found = kda.loyalty_curve(survey.select(only={"part": "in"}), n_boot=200)
        assert found.curve.intervals == how
        assert np.isfinite(found.curve.conf_low).all() == (how == "percentile")


def test_many_values_have_bands_and_a_spline(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    x = np.round(rng.uniform(0, 100, 900), 1)
    y = np.clip(np.round(20 + 60 * np.clip((x - 50) / 50, 0, 1) + rng.normal(0, 8, 900)), 0, 100)
    found = kda.loyalty_curve(survey_of(tmp_path, x, y), n_boot=100)
    assert (found.curve.method, found.own, len(found.steps)) == ("monotone_spline", False, 10)
    assert (np.diff(found.curve.estimate) >= -ROUNDING).all()
    truth = 20 + 60 * np.clip((found.curve.at - 50) / 50, 0, 1)
    assert np.abs(found.curve.estimate - truth).max() < 5
    assert found.conclusion == "rises_from" and 40 <= found.shape.steeper.at <= 65  # type: ignore[union-attr]
    ordered = np.sort(x)
    assert (found.curve.at[0], found.curve.at[-1]) == (ordered[9], ordered[-10]), "nothing about fewer than ten"


def test_steps_with_few_answers_are_joined_by_name(tmp_path: Path) -> None:
    x, y = answers(300, LATE, seed=9)
    x[np.flatnonzero(x == 0)[7:]] = 25
    found = kda.loyalty_curve(survey_of(tmp_path, x, y), n_boot=0)
    assert found.merged == (0,)
    assert found.details["joined"] == [[0.0, 25.0]]
    assert all(step.loyalty.n >= 10 for step in found.steps)


def test_what_was_not_asked_or_never_differs_has_a_reason(tmp_path: Path) -> None:
    lone = make_survey(tmp_path / "lone", drivers={"a": STEPS}, outcomes={"satisfaction": np.tile(STEPS, 1)})
    with pytest.raises(ModelError) as caught:
        kda.loyalty_curve(lone)
    assert str(caught.value) == (
        "Expected an outcome beside 'satisfaction' that states loyalty, found none; add one under outcomes:, such as "
        "whether people would recommend the service."
    )
    x, y = answers(200, LATE)
    same = survey_of(tmp_path / "same", x, np.full(200, 50.0))
    assert kda.attempt(kda.loyalty_curve, same).reasons[0].code == "constant_outcome"  # type: ignore[attr-defined]
    few = survey_of(tmp_path / "few", np.where(np.arange(200) < 9, np.nan, x)[:18], y[:18])
    assert kda.attempt(kda.loyalty_curve, few).reasons[0].code == "suppressed"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"outcome": "churn"},
            "Expected outcome to be what people said, found the event 'churn'; name a score or NPS.",
        ),
        (
            {"outcome": "satisfaction"},
            "Expected an outcome other than satisfaction, found 'satisfaction' for both; name another in outcome=.",
        ),
    ],
)
def test_wrong_names_are_told(service_center: Survey, arguments: dict[str, str], message: str) -> None:
    with pytest.raises(ModelError) as caught:
        kda.loyalty_curve(service_center, **arguments)  # type: ignore[arg-type]
    assert str(caught.value) == message


@pytest.fixture(scope="module")
def service_center() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def curve(service_center: Survey) -> LoyaltyCurve:
    return kda.loyalty_curve(service_center, n_boot=100)


def test_service_center_rises_as_planted(curve: LoyaltyCurve) -> None:
    # Beside what goes through satisfaction, respect and fairness go with loyalty directly, so that the whole slope is
    # above the slope given the aspects.
    assert curve.outcome == "loyalty" and curve.recommend == "recommend"
    planted = kda.example_truth("service_center")["loyalty"]["per_point_of_satisfaction"]
    assert planted < curve.shape.slope_high < 0.7
    assert curve.falls == ()


def test_backward_readers_are_seen_in_the_promoters(curve: LoyaltyCurve) -> None:
    # 1.5 % of the customers use scales backwards; among the few most dissatisfied they are many.
    assert curve.promoters_fall[0] == 0
    for step in curve.steps:
        assert sum(level.estimate for level in step.kinds.values()) == pytest.approx(1)


def test_tidy_has_every_number_once(curve: LoyaltyCurve) -> None:
    table = curve.tidy()
    counts = table["term"].value_counts().to_dict()
    k = len(curve.steps)
    assert counts == {
        "mean": k, "promoters": k, "passives": k, "detractors": k, "change": k - 1, "bend": k - 2, "slope": 1,
        "curve": len(curve.curve.at),
    }  # fmt: skip
    assert set(table["term"]) <= set(curve.units)


@pytest.mark.field
def test_nyc311_starts_to_rise_above_those_who_disagree(field_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIVERS_DATA", str(field_data))
    found = kda.loyalty_curve(kda.example_survey("nyc311"), n_boot=0)
    assert (found.outcome, found.conclusion) == ("recommend", "rises_from")
    assert found.shape.steeper is not None and found.shape.steeper.at == 25
    # 648 of those who disagree strongly would recommend with 9 or 10.
    lowest = found.steps[0].kinds["promoters"]
    assert round(lowest.estimate * lowest.n) in range(640, 650)
    assert found.promoters_fall == (0,)

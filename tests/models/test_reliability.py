"""Reliability: psych's numbers, pingouin, brute force, planted items, and what a design does to intervals."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pingouin import cronbach_alpha

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.models.reliability import alpha_dropped, cronbach, feldt_interval, item_rest
from drivers.models.reliability_analysis import reliability
from drivers.models.reliability_result import ReliabilityResult
from drivers.results import Code
from drivers.survey.data import Survey
from tests.reference_numbers import AGREEMENT, service_survey, table
from tests.simulated import make_survey

OPTIMISED = 1e-6
"""Absolute: R's optimisers stop when the likelihood hardly moves."""

ROUNDED = 0.0005 + 1e-9
"""Pingouin rounds limits to three digits."""

RESAMPLED = 0.25
"""Relative: standard errors of 200 resamples, and of designs that are not the same estimator of a variance."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Survey]:
    folder = tmp_path_factory.mktemp("service")
    return {
        "plain": service_survey(folder / "plain"),
        "weighted": service_survey(folder / "weighted", weighted=True),
        "design": service_survey(folder / "design", design=True),
        "JKn": service_survey(folder / "JKn", replicates="JKn"),
    }


@pytest.fixture(scope="module")
def plain(service: dict[str, Survey]) -> ReliabilityResult:
    return reliability(service["plain"], n_boot=200)


def congeneric(rng: np.random.Generator, n: int, loadings: np.ndarray, factor: np.ndarray | None = None) -> np.ndarray:
    """Items with these loadings on one factor, as answers around 50; float (n, p)."""
    common = rng.normal(size=n) if factor is None else factor
    own = rng.normal(size=(n, len(loadings))) * np.sqrt(1 - loadings**2)
    return 50 + 8 * (common[:, None] * loadings + own)


def survey_of_items(folder: Path, items: np.ndarray, **how: object) -> Survey:
    """A survey with one driver of these items and an outcome of one."""
    return make_survey(folder, drivers={"d": items}, outcomes={"y": items.mean(axis=1)}, **how)  # type: ignore[arg-type]


# Other programs


@pytest.mark.parametrize(("position", "name"), [(0, "sat"), (1, "loy")])
def test_numbers_are_those_of_psych(plain: ReliabilityResult, position: int, name: str) -> None:
    found = plain.constructs[position]
    known = table("reliability_psych.csv").set_index("block").loc[name]
    items = table("reliability_items_psych.csv").set_index("block").loc[name]
    assert found.construct == name
    assert found.alpha[0] == pytest.approx(known["alpha_raw"], rel=AGREEMENT)
    assert found.mean_correlation[0] == pytest.approx(known["avg_r"], rel=AGREEMENT)
    assert found.omega[0] == pytest.approx(known["omega_total_cfa_ml_raw"], abs=OPTIMISED)
    assert found.alpha_dropped == pytest.approx(items["alpha_if_dropped"].to_numpy(), rel=AGREEMENT)
    assert found.item_rest[0] == pytest.approx(items["r_item_rest"].to_numpy(), rel=AGREEMENT)
    assert found.loading == pytest.approx(items["loading_std"].to_numpy(), abs=OPTIMISED)


@pytest.mark.parametrize("name", ["sat_loy", "attributes"])
def test_items_of_longer_scores_are_those_of_psych(name: str) -> None:
    items = table("reliability_items_psych.csv").set_index("block").loc[name]
    covariance = np.cov(table("service.csv")[list(items["item"])].to_numpy().T)[None]
    assert item_rest(covariance)[0] == pytest.approx(items["r_item_rest"].to_numpy(), rel=AGREEMENT)
    assert alpha_dropped(covariance)[0] == pytest.approx(items["alpha_if_dropped"].to_numpy(), rel=AGREEMENT)


def test_the_interval_of_equals_is_pingouin_s_without_its_rounding(plain: ReliabilityResult) -> None:
    data = table("service.csv")
    for one, columns in zip(plain.constructs, (["sat1", "sat2", "sat3"], ["loy1", "loy2", "loy3"]), strict=True):
        alpha, limits = cronbach_alpha(data[columns], ci=0.95)
        assert one.alpha_intervals == "feldt"
        assert one.alpha[0] == pytest.approx(alpha, rel=AGREEMENT)
        assert one.alpha[2:] == pytest.approx(limits, abs=ROUNDED)
        assert 0 < one.alpha[1] < 0.1, "a standard error of resamples stands beside it"
    low, high = feldt_interval(0.8, 50, 4, 0.9)
    assert low < 0.8 < high < 1


# Brute force and identities


def test_kernels_are_their_definitions() -> None:
    rng = np.random.default_rng(3)
    items = congeneric(rng, 80, np.array([0.8, 0.6, 0.4, 0.7]))
    covariance = np.cov(items.T)[None]
    total = items.sum(axis=1)
    assert cronbach(covariance)[0] == pytest.approx(4 / 3 * (1 - items.var(axis=0).sum() / total.var()))
    for j in range(4):
        others = np.delete(items, j, axis=1)
        assert item_rest(covariance)[0, j] == pytest.approx(np.corrcoef(items[:, j], others.sum(axis=1))[0, 1])
        assert alpha_dropped(covariance)[0, j] == pytest.approx(cronbach(np.cov(others.T)[None])[0])
    assert np.isnan(alpha_dropped(np.eye(2)[None])).all()


def test_integer_weights_are_repeated_rows(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    items, weights = congeneric(rng, 150, np.array([0.8, 0.6, 0.7])), rng.integers(1, 4, 150)
    weighted = reliability(survey_of_items(tmp_path / "w", items, weights=weights), n_boot=0)
    repeated = reliability(survey_of_items(tmp_path / "r", np.repeat(items, weights, axis=0)), n_boot=0)
    assert weighted.tidy()["estimate"].to_numpy() == pytest.approx(repeated.tidy()["estimate"].to_numpy(), abs=1e-9)
    assert weighted.items()["item_rest"].to_numpy() == pytest.approx(repeated.items()["item_rest"].to_numpy())
    assert weighted.constructs[0].alpha_intervals == "none"
    assert repeated.constructs[0].alpha_intervals == "feldt"


def test_equally_good_items_have_one_reliability(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    result = reliability(survey_of_items(tmp_path, congeneric(rng, 3000, np.full(4, 0.7))), n_boot=0)
    (one,) = result.constructs
    truth = 4 * 0.49 / (1 + 3 * 0.49)
    assert one.alpha[0] == pytest.approx(truth, abs=0.02)
    assert one.omega[0] == pytest.approx(one.alpha[0], abs=0.005)


def test_omega_is_above_alpha_where_items_are_not_equally_good(tmp_path: Path) -> None:
    loadings = np.array([0.95, 0.9, 0.3, 0.25])
    rng = np.random.default_rng(9)
    (one,) = reliability(survey_of_items(tmp_path, congeneric(rng, 5000, loadings)), n_boot=0).constructs
    common = loadings.sum() ** 2
    assert one.omega[0] == pytest.approx(common / (common + (1 - loadings**2).sum()), abs=0.02)
    assert one.alpha[0] < one.omega[0] - 0.02


# What may be said


def test_an_item_worded_the_other_way_round_is_found(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    items = congeneric(rng, 400, np.array([0.8, 0.7, 0.8, 0.7]))
    items[:, 2] = 100 - items[:, 2]
    result = reliability(survey_of_items(tmp_path, items), n_boot=200)
    (one,) = result.constructs
    assert one.fits == ("belongs", "belongs", "against", "belongs")
    (check,) = result.checks
    assert (check.light, check.values["against"]) == ("red", 1)
    # Once the codebook says so, it belongs.
    path = tmp_path / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    book["items"]["d_3"]["reversed"] = True
    path.write_text(json.dumps(book), encoding="utf-8")
    (turned,) = reliability(kda.read_survey(path), n_boot=200).constructs
    assert turned.fits == ("belongs",) * 4
    assert turned.loading == pytest.approx(np.abs(one.loading), abs=1e-6)


def test_items_are_judged_by_their_interval(tmp_path: Path) -> None:
    rng = np.random.default_rng(21)
    items = congeneric(rng, 600, np.array([0.85, 0.85, 0.85, 0.85, 0.28, 0.0]))
    (one,) = reliability(survey_of_items(tmp_path, items), n_boot=200).constructs
    assert one.fits[:4] == ("belongs",) * 4
    assert one.fits[4:] == ("weak", "unrelated")
    low, high = one.item_rest[2:, 5]
    assert low < 0 < high


@pytest.mark.parametrize(
    ("loading", "n", "conclusion"), [(0.9, 300, "reliable"), (0.66, 60, "open"), (0.4, 300, "unreliable")]
)
def test_a_score_is_judged_by_its_interval(tmp_path: Path, loading: float, n: int, conclusion: str) -> None:
    items = congeneric(np.random.default_rng(7), n, np.full(3, loading))
    result = reliability(survey_of_items(tmp_path, items), n_boot=200)
    assert result.constructs[0].conclusion == conclusion
    assert result.checks[0].light == {"reliable": "green", "open": "amber", "unreliable": "red"}[conclusion]


def test_two_items_have_an_omega_and_no_alpha_without_one(tmp_path: Path) -> None:
    items = congeneric(np.random.default_rng(7), 200, np.array([0.8, 0.8]))
    (one,) = reliability(survey_of_items(tmp_path, items), n_boot=100).constructs
    assert one.omega[0] == pytest.approx(one.alpha[0], abs=0.01)
    assert np.isnan(one.alpha_dropped).all()
    apart = reliability(survey_of_items(tmp_path, np.column_stack([items[:, 0], 100 - items[:, 1]])), n_boot=100)
    assert np.isnan(apart.constructs[0].omega).all()
    assert apart.constructs[0].conclusion == "unreliable"
    assert apart.constructs[0].fits == ("against", "against")


# Chance


def test_intervals_follow_the_design(service: dict[str, Survey]) -> None:
    found = {name: reliability(survey, n_boot=200) for name, survey in service.items()}
    how = {name: (result.constructs[0].alpha_intervals, result.design) for name, result in found.items()}
    assert how == {
        "plain": ("feldt", False),
        "weighted": ("percentile", False),
        "design": ("percentile", True),
        "JKn": ("replicate_weights", True),
    }
    design, jackknife = (found[name].tidy() for name in ("design", "JKn"))
    assert design["estimate"].to_numpy() == pytest.approx(jackknife["estimate"].to_numpy())
    assert design["std_error"].to_numpy() == pytest.approx(jackknife["std_error"].to_numpy(), rel=RESAMPLED)
    for result in found.values():
        rows = result.tidy()
        assert (rows["conf_low"] < rows["estimate"]).all() and (rows["estimate"] < rows["conf_high"]).all()
        assert (rows["conf_high"] < 1).all()


def test_few_sampling_units_give_no_interval(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    items = congeneric(rng, 240, np.full(4, 0.8))
    for units, intervals in ((8, "none"), (12, "percentile")):
        survey = survey_of_items(tmp_path / str(units), items, clusters=np.arange(240) % units)
        (one,) = reliability(survey, n_boot=100).constructs
        assert (one.intervals, one.alpha_intervals) == (intervals, intervals)
        assert np.isfinite(one.omega[2:]).all() == (intervals == "percentile")
        assert one.conclusion == "reliable"


def test_resamples_and_feldt_agree_on_normal_answers(tmp_path: Path) -> None:
    items = congeneric(np.random.default_rng(17), 800, np.full(4, 0.7))
    survey = survey_of_items(tmp_path, items)
    (one,) = reliability(survey, n_boot=1000).constructs
    assert one.omega[2:] == pytest.approx(one.alpha[2:], abs=0.01)


def test_the_same_seed_gives_the_same_numbers(service: dict[str, Survey]) -> None:
    one, again, other = (reliability(service["weighted"], n_boot=100, seed=seed).tidy() for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, again)
    assert (one["conf_low"] != other["conf_low"]).all()


def test_without_resamples_only_alpha_of_equals_has_limits(service: dict[str, Survey]) -> None:
    rows = reliability(service["plain"], n_boot=0).tidy().set_index("method")
    assert rows.loc["alpha", "conf_low"].notna().all()
    assert rows.loc[["omega", "mean_correlation"], ["conf_low", "conf_high"]].isna().all(axis=None)


# Whom it is about


def test_missing_answers_are_left_out_score_by_score(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    one, two = congeneric(rng, 200, np.full(3, 0.7)), congeneric(rng, 200, np.full(3, 0.7))
    one[:50, 0] = np.nan
    survey = make_survey(tmp_path, drivers={"one": one, "two": two}, outcomes={"y": two[:, 0]}, min_items=1)
    result = reliability(survey, n_boot=0)
    assert [part.sample.n for part in result.constructs] == [150, 200]
    assert result.single == ("y",)
    assert result.n_used is None


def test_a_score_of_too_few_is_left_out_and_not_told_how_few(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    one, two = congeneric(rng, 200, np.full(3, 0.7)), congeneric(rng, 200, np.full(3, 0.7))
    one[9:, 0] = np.nan
    two_constant = two.copy()
    two_constant[:, 1] = 40
    survey = make_survey(
        tmp_path, drivers={"few": one, "flat": two_constant, "good": two}, outcomes={"y": two[:, 0]}, min_items=1
    )
    result = reliability(survey, n_boot=0)
    assert [part.construct for part in result.constructs] == ["good"]
    codes = {name: (code.code, dict(code.values)) for name, code in result.left_out.items()}
    assert codes == {"few": ("suppressed", {"needed": 10}), "flat": ("constant_driver", {"driver": "flat_2"})}
    assert kda.attempt(reliability, survey, constructs=["few"]).reasons == (Code("suppressed", {"needed": 10}),)  # type: ignore[attr-defined]


# Errors


def refused(survey: Survey, **how: object) -> str:
    with pytest.raises(kda.ModelError) as caught:
        reliability(survey, **how)  # type: ignore[arg-type]
    return str(caught.value)


def test_what_cannot_be_asked_is_refused_in_a_sentence(service: dict[str, Survey], tmp_path: Path) -> None:
    survey = service["plain"]
    assert refused(survey, constructs=["sat", "speed"]) == (
        "Expected constructs of at least two items, found one item in 'speed'; leave it out of constructs=."
    )
    assert refused(survey, constructs=["sat", "sat"]) == "Expected each construct once, found 'sat' twice; remove one."
    assert refused(survey, constructs=["stat"]) == (
        "Expected constructs to be one of 'respect', 'speed', 'information', 'fairness', 'empathy', 'presence', 'sat', "
        "'loy', 'nps', found 'stat'; did you mean 'sat'?"
    )
    assert refused(kda.example_survey("customersat")) == (
        "Expected a driver or an outcome of at least two items, found one item in each of 10; how far a single "
        "question can be relied on cannot be told from its answers."
    )
    items = congeneric(np.random.default_rng(1), 8, np.full(3, 0.7))
    assert refused(survey_of_items(tmp_path / "few", items)) == (
        "Expected at least 10 respondents who answered all 3 items of 'd', found 8 of 8; widen the selection."
    )
    items = np.column_stack([congeneric(np.random.default_rng(1), 50, np.full(2, 0.7)), np.full(50, 25.0)])
    assert refused(survey_of_items(tmp_path / "flat", items)) == (
        "Item 'd_3' is constant: all 50 answers are 25 of 100. Leave it out of 'd' or check its missing codes."
    )
    assert refused(survey, n_boot=20) == (
        "Expected n_boot of 0 or at least 100 replicates, found 20; use 1000 or more."
    )
    assert refused(survey, conf_level=95) == ("Expected conf_level from 0.5 to below 1, found 95; use 0.95 for 95 %.")
    with pytest.raises(kda.ModelError, match="Expected a survey from read_survey"):
        reliability(pd.DataFrame())  # type: ignore[arg-type]


def test_a_survey_of_single_questions_goes_unanswered() -> None:
    assert kda.attempt(reliability, kda.example_survey("customersat")).reasons == (Code("single_questions"),)  # type: ignore[attr-defined]


# Shape


def test_frames_have_columns_of_the_closed_list(plain: ReliabilityResult) -> None:
    for frame in (plain.tidy(), plain.items(), plain.glance()):
        assert set(frame.columns) <= set(COLUMNS)
    assert len(plain.tidy()) == 6 and len(plain.items()) == 6 and len(plain.glance()) == 2
    with pytest.raises(ValueError, match="read-only"):
        plain.constructs[0].alpha[0] = 1

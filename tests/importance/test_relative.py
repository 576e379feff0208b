"""Relative importance of a survey: the kernel's numbers under names, with intervals, sample and verdict."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.importance.relative import relative_importance
from drivers.resampling import percentile_interval, replicate_factors
from drivers.survey.data import Survey
from tests.reference_numbers import AGREEMENT, RATINGS, matrix, service_survey, table
from tests.simulated import make_survey

ROUNDING = 1e-12
"""Of shares between 0 and 1: sums of some hundred numbers in another order."""

UNITS_OF_MEASUREMENT = 1e-9
"""Relative: what a driver is measured in must not matter, up to rounding of the scores themselves."""

FOUR_STANDARD_ERRORS = 4.0
"""Of the ratio of two simulated standard deviations; over six drivers chance passes it in 1 of 2,600 runs, and
seeds are fixed."""

GROUPS = {"people": ("respect", "empathy"), "access": ("speed", "presence")}
ARRAYS = (
    "importance",
    "share",
    "share_low",
    "share_high",
    "performance",
    "performance_low",
    "performance_high",
    "replicate_share",
    "replicate_performance",
)


def answers(n: int, seed: int, slopes: tuple[float, ...] = (0.6, 0.3, 0.1)) -> dict[str, np.ndarray]:
    """Correlated drivers a, b, c … and their outcome y, all between 0 and 100."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=n)
    x = np.clip(50 + 8 * (common[:, None] + rng.normal(size=(n, len(slopes)))), 0, 100)
    y = np.clip(50 + (x - 50) @ slopes + rng.normal(0, 6, n), 0, 100)
    return {**{chr(97 + j): x[:, j] for j in range(len(slopes))}, "y": y}


def survey_of(folder: Path, columns: dict[str, np.ndarray], **options: object) -> Survey:
    drivers = {name: column for name, column in columns.items() if name != "y"}
    return make_survey(folder, drivers=drivers, outcomes={"y": columns["y"]}, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Survey]:
    folder = tmp_path_factory.mktemp("service")
    return {
        "plain": service_survey(folder / "plain"),
        "weighted": service_survey(folder / "weighted", weighted=True),
        "design": service_survey(folder / "design", design=True),
        "holes": service_survey(folder / "holes", file="service_holes.csv"),
    }


# Numbers from another program, from the survey's rows to the named result


@pytest.mark.parametrize(
    ("case", "survey", "arguments"),
    [
        ("A_service", "plain", {}),
        ("A_service_loy", "plain", {"outcome": "loy"}),
        ("C_service_w", "weighted", {}),
        ("C_service_w", "design", {}),
        ("D_service_groups", "plain", {"groups": GROUPS}),
        ("D_service_groups_w", "design", {"groups": GROUPS}),
        ("E_service_always", "plain", {"always": ("presence",)}),
        ("E_service_always_w", "weighted", {"always": ("presence",)}),
        ("E_service_always_channel", "plain", {"always": ("channel",)}),
        ("E_service_always_channel_w", "weighted", {"always": ("channel",)}),
        ("E_service_always_groups", "plain", {"groups": GROUPS, "always": ("channel",)}),
        ("E_service_always_groups_w", "weighted", {"groups": GROUPS, "always": ("channel",)}),
        ("G_service_holes_listwise", "holes", {}),
    ],
)
def test_relaimpo(case: str, survey: str, arguments: dict, service: dict[str, Survey]) -> None:
    found = relative_importance(service[survey], n_boot=0, **arguments)
    expected = table("relaimpo_lmg.csv").query("case == @case").set_index("name")["value"]
    assert sorted(found.drivers) == sorted(expected.index)
    np.testing.assert_allclose(found.importance, expected.loc[list(found.drivers)], rtol=AGREEMENT)
    models = table("relaimpo_models.csv").set_index("case").loc[case]
    np.testing.assert_allclose(found.r2, models["R2"], rtol=AGREEMENT)
    np.testing.assert_allclose(found.r2 - found.r2_controls, models["R2_decomp"], rtol=AGREEMENT)
    assert found.sample.n == models["nobs"]


def test_relaimpo_on_the_example_that_comes_with_the_package() -> None:
    found = relative_importance(kda.example_survey("customersat"), n_boot=0)
    expected = table("relaimpo_lmg.csv").query("case == 'B_customersat'").set_index("name")["value"]
    np.testing.assert_allclose(found.importance, expected.loc[[f"q{j}" for j in range(2, 11)]], rtol=AGREEMENT)


def test_twelve_drivers_of_two_kinds(tmp_path: Path) -> None:
    data = table("service.csv")
    names = [*RATINGS, "sat1", "sat2", "sat3", "loy1", "loy2", "loy3"]
    survey = make_survey(
        tmp_path,
        drivers={name: data[name] for name in names},
        outcomes={"nps": data["nps"]},
        nps=("nps",),
        scale=(1, 5),
        step=1,
        weights=data["w"].to_numpy(),
    )
    found = relative_importance(survey, n_boot=0)
    expected = table("relaimpo_lmg.csv").query("case == 'C_service12_w'").set_index("name")["value"]
    np.testing.assert_allclose(found.importance, expected.loc[names], rtol=AGREEMENT)


def give_factors(monkeypatch: pytest.MonkeyPatch, factors: np.ndarray) -> None:
    """Let the bootstrap draw what another program drew."""

    def given(n: int, *, n_boot: int, **design: object) -> Iterator[np.ndarray]:
        assert factors.shape == (n_boot, n)
        yield from np.array_split(factors, 4)

    monkeypatch.setattr("drivers.models.resamples.replicate_factors", given)


@pytest.mark.parametrize(
    ("file", "survey", "groups"),
    [
        ("boot_replicates_service.csv.gz", "plain", None),
        ("boot_replicates_service_w.csv.gz", "weighted", None),
        ("boot_replicates_service_groups.csv.gz", "plain", GROUPS),
    ],
    ids=["plain", "weighted", "groups"],
)
def test_replicates_and_limits_of_relaimpo_from_the_rows_it_drew(
    file: str, survey: str, groups: dict | None, service: dict[str, Survey], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = matrix("boot_indices_200x600.csv.gz") - 1
    give_factors(monkeypatch, np.stack([np.bincount(row, minlength=600) for row in drawn]).astype(float))
    found = relative_importance(service[survey], groups=groups, n_boot=200, conf_level=0.9)
    saved = table(file).head(200)
    expected = saved[[f"lmg_{name}" for name in found.drivers]].to_numpy() / saved[["R2"]].to_numpy()
    np.testing.assert_allclose(found.replicate_share, expected, rtol=AGREEMENT)
    low, high = percentile_interval(expected, 0.9)
    np.testing.assert_allclose(found.share_low, low, rtol=AGREEMENT)
    np.testing.assert_allclose(found.share_high, high, rtol=AGREEMENT)


def test_replicates_of_survey_from_the_branches_it_drew(
    service: dict[str, Survey], monkeypatch: pytest.MonkeyPatch
) -> None:
    factors = table("survey_repweights_bootstrap.csv.gz").set_index("branch").drop(columns="stratum")
    give_factors(monkeypatch, factors.loc[table("service.csv")["branch"]].to_numpy().T)
    found = relative_importance(service["design"], n_boot=500)
    saved = table("survey_replicates_bootstrap.csv.gz")
    expected = saved[list(RATINGS)].to_numpy() / saved[["R2"]].to_numpy()
    np.testing.assert_allclose(found.replicate_share, expected, rtol=AGREEMENT)


def test_rao_wu_errors_are_those_of_survey_up_to_chance(service: dict[str, Survey]) -> None:
    # Both draw branches, each with its own random numbers; standard deviations of B draws have a
    # relative error of about 1/√(2B).
    found = relative_importance(service["design"], n_boot=2000)
    error = found.replicate_share.std(axis=0, ddof=1)
    saved = table("survey_replicates_bootstrap.csv.gz")
    shares = saved[list(RATINGS)].to_numpy() / saved[["R2"]].to_numpy()
    # survey drew all 12 branches of a stratum; Rao and Wu's rescaling is √(12/11) of that.
    expected = shares.std(axis=0, ddof=1) * np.sqrt(12 / 11)
    allowed = FOUR_STANDARD_ERRORS * np.sqrt(1 / (2 * 2000) + 1 / (2 * 500))
    assert (np.abs(np.log(error / expected)) < allowed).all()


def test_resampled_performance_has_the_linearised_error(service: dict[str, Survey]) -> None:
    means = table("survey_means.csv").set_index(["design", "name"])
    for design, survey in (("design", "design"), ("weights_only", "weighted")):
        found = relative_importance(service[survey], n_boot=2000)
        expected = means.loc[design].loc[list(RATINGS)]
        # Ratings of 1 to 5 become 0 to 100: 25 points a step.
        np.testing.assert_allclose(found.performance, 25 * (expected["mean"] - 1), rtol=AGREEMENT)
        ratio = found.replicate_performance.std(axis=0, ddof=1) / (25 * expected["se"].to_numpy())
        # Besides chance, one part in 2n for rows drawn with replacement, and the ratio's curvature.
        assert (np.abs(ratio - 1) < FOUR_STANDARD_ERRORS / np.sqrt(2 * 2000) + 0.01).all()


# Identities


def test_whole_weights_are_repeated_rows_in_estimates_but_not_in_n(tmp_path: Path) -> None:
    columns = answers(150, seed=61)
    counts = np.random.default_rng(62).integers(1, 5, 150)
    weighted = relative_importance(survey_of(tmp_path / "w", columns, weights=counts.astype(float)), n_boot=0)
    repeated = relative_importance(
        survey_of(tmp_path / "r", {name: np.repeat(column, counts) for name, column in columns.items()}), n_boot=0
    )
    for name in ("importance", "share", "performance", "r2"):
        np.testing.assert_allclose(getattr(weighted, name), getattr(repeated, name), rtol=ROUNDING)
    assert weighted.sample.n == 150 < repeated.sample.n == counts.sum()
    assert weighted.sample.n_effective < 150


def test_scale_of_weights_does_not_matter(tmp_path: Path) -> None:
    columns, weights = answers(120, seed=63), np.random.default_rng(64).uniform(0.5, 3, 120)
    one = relative_importance(survey_of(tmp_path / "1", columns, weights=weights), n_boot=100)
    other = relative_importance(survey_of(tmp_path / "2", columns, weights=1000 * weights), n_boot=100)
    for name in ARRAYS:
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=ROUNDING * 100)
    assert other.sample.n_effective == pytest.approx(one.sample.n_effective, rel=ROUNDING)


def test_equal_weights_are_no_weights(tmp_path: Path) -> None:
    columns = answers(120, seed=65)
    one = relative_importance(survey_of(tmp_path / "1", columns), n_boot=100)
    other = relative_importance(survey_of(tmp_path / "2", columns, weights=np.full(120, 2.5)), n_boot=100)
    for name in ARRAYS:
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=ROUNDING * 100)
    assert not other.sample.weighted
    assert other.sample.n_effective == pytest.approx(120, rel=ROUNDING)


def test_order_of_rows_does_not_change_estimates(tmp_path: Path) -> None:
    columns, weights = answers(140, seed=66), np.random.default_rng(67).uniform(0.5, 3, 140)
    order = np.random.default_rng(68).permutation(140)
    one = relative_importance(survey_of(tmp_path / "1", columns, weights=weights), n_boot=0)
    mixed = {name: column[order] for name, column in columns.items()}
    other = relative_importance(survey_of(tmp_path / "2", mixed, weights=weights[order]), n_boot=0)
    for name in ("importance", "share", "performance", "r2"):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=ROUNDING)


def test_order_of_drivers_only_orders_the_result(service: dict[str, Survey]) -> None:
    straight = relative_importance(service["design"], n_boot=100)
    turned = relative_importance(service["design"], drivers=RATINGS[::-1], n_boot=100)
    assert turned.drivers == RATINGS[::-1]
    for name in ARRAYS:
        np.testing.assert_allclose(getattr(turned, name), getattr(straight, name)[..., ::-1], rtol=UNITS_OF_MEASUREMENT)


def test_ends_of_the_scale_do_not_change_shares(tmp_path: Path) -> None:
    columns = answers(120, seed=69)
    one = relative_importance(survey_of(tmp_path / "1", columns), n_boot=100)
    other = relative_importance(survey_of(tmp_path / "2", columns, scale=(-1000, 5000)), n_boot=100)
    np.testing.assert_allclose(other.share, one.share, rtol=UNITS_OF_MEASUREMENT)
    np.testing.assert_allclose(other.replicate_share, one.replicate_share, rtol=UNITS_OF_MEASUREMENT)


def test_a_group_of_one_is_the_driver_under_another_name(service: dict[str, Survey]) -> None:
    plain = relative_importance(service["plain"], n_boot=100)
    named = relative_importance(service["plain"], groups={"quick": ("speed",)}, n_boot=100)
    assert named.drivers == ("respect", "quick", *RATINGS[2:])
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(named, name), getattr(plain, name))


def test_performance_of_a_group_is_the_mean_of_its_drivers(service: dict[str, Survey]) -> None:
    plain = relative_importance(service["plain"], n_boot=0)
    grouped = relative_importance(service["plain"], groups=GROUPS, n_boot=0)
    assert grouped.drivers == ("people", "access", "information", "fairness")
    np.testing.assert_allclose(grouped.performance[:2], plain.performance[[[0, 4], [1, 5]]].mean(axis=1), rtol=ROUNDING)


def test_controls_of_the_codebook_are_always_in(tmp_path: Path) -> None:
    columns = answers(150, seed=70)
    kind = np.array(["shop", "phone", "web"])[np.random.default_rng(70).integers(0, 3, 150)]
    survey = survey_of(tmp_path, columns, segments={"kind": kind}, controls=["kind"])
    found = relative_importance(survey, n_boot=0)
    assert (found.drivers, found.controls) == (("a", "b", "c"), ("kind",))
    assert found.r2_controls > 0
    np.testing.assert_array_equal(found.share, relative_importance(survey, always=["kind"], n_boot=0).share)
    without = relative_importance(survey, always=(), n_boot=0)
    assert (without.controls, without.r2_controls) == ((), pytest.approx(0, abs=ROUNDING))


def test_a_driver_that_is_always_in_is_not_ranked(service: dict[str, Survey]) -> None:
    found = relative_importance(service["plain"], always=["speed"], n_boot=0)
    assert (found.drivers, found.controls) == (("respect", *RATINGS[2:]), ("speed",))
    assert found.r2 == pytest.approx(relative_importance(service["plain"], n_boot=0).r2, rel=ROUNDING)


# Resampling


def test_same_seed_same_result(service: dict[str, Survey]) -> None:
    for survey in (service["weighted"], service["design"]):
        one, same, other = (relative_importance(survey, n_boot=200, seed=seed) for seed in (5, 5, 6))
        for name in ARRAYS:
            assert np.array_equal(getattr(one, name), getattr(same, name))
        pd.testing.assert_frame_equal(one.tidy(), same.tidy(), check_exact=True)
        assert not np.array_equal(one.replicate_share, other.replicate_share)
        assert one.seed == 5


def test_every_replicate_adds_up_and_intervals_hold_their_estimate(service: dict[str, Survey]) -> None:
    found = relative_importance(service["plain"], n_boot=1000)
    np.testing.assert_allclose(found.replicate_share.sum(axis=1), 1, rtol=ROUNDING)
    assert found.n_boot == 1000
    for low, estimate, high in (
        (found.share_low, found.share, found.share_high),
        (found.performance_low, found.performance, found.performance_high),
    ):
        assert ((low < estimate) & (estimate < high)).all()
    wider = relative_importance(service["plain"], n_boot=1000, conf_level=0.99)
    assert (wider.share_low < found.share_low).all()
    assert (wider.share_high > found.share_high).all()


def test_the_verdict_does_not_depend_on_the_level_of_the_intervals(service: dict[str, Survey]) -> None:
    one, other = (relative_importance(service["plain"], n_boot=500, conf_level=level) for level in (0.5, 0.999))
    assert np.array_equal(one.verdict.above, other.verdict.above)
    assert one.verdict.leader == other.verdict.leader


def test_replicates_go_through_moments_exactly(tmp_path: Path) -> None:
    # The resampled rows themselves, written out, analysed again.
    columns, weights = answers(80, seed=71), np.random.default_rng(72).uniform(0.5, 3, 80)
    found = relative_importance(survey_of(tmp_path / "all", columns, weights=weights), n_boot=100, seed=9)
    counts = np.concatenate(list(replicate_factors(80, n_boot=100, seed=9)))[17].astype(int)
    repeated = {name: np.repeat(column, counts) for name, column in columns.items()}
    again = relative_importance(survey_of(tmp_path / "one", repeated, weights=np.repeat(weights, counts)), n_boot=0)
    np.testing.assert_allclose(found.replicate_share[17], again.share, rtol=UNITS_OF_MEASUREMENT)
    np.testing.assert_allclose(found.replicate_performance[17], again.performance, rtol=UNITS_OF_MEASUREMENT)


def test_without_a_bootstrap_there_is_no_interval_and_no_order(service: dict[str, Survey]) -> None:
    found = relative_importance(service["plain"], n_boot=0)
    assert found.n_boot == 0
    for limits in (found.share_low, found.share_high, found.performance_low, found.performance_high):
        assert np.isnan(limits).all()
    assert found.replicate_share.shape == (0, 6)
    assert found.verdict.status == "not_rankable"
    assert [reason.code for reason in found.verdict.reasons] == ["no_uncertainty"]
    assert found.verdict.leader is None
    assert not found.verdict.above.any()


# The result


def test_frames_are_fresh_and_keep_to_the_closed_list(service: dict[str, Survey]) -> None:
    found = relative_importance(service["weighted"], n_boot=100)
    assert set(found.tidy().columns) | set(found.glance().columns) <= set(COLUMNS)
    frame = found.tidy()
    frame["share"] = 0.0
    assert found.tidy()["share"].sum() == pytest.approx(1)
    assert found.tidy()["driver"].tolist() == list(RATINGS)
    assert found.glance()["n"].tolist() == [600]
    assert found.glance()["r2"].tolist() == [found.r2]
    for name in ARRAYS:
        assert not getattr(found, name).flags.writeable, name


def test_ranks_follow_estimates(service: dict[str, Survey]) -> None:
    found = relative_importance(service["plain"], n_boot=0)
    expected = table("relaimpo_lmg.csv").query("case == 'A_service'")["value"].rank(ascending=False)
    assert found.rank.tolist() == expected.tolist()


def test_adjusted_r2_takes_off_what_chance_explains(service: dict[str, Survey]) -> None:
    found = relative_importance(service["plain"], n_boot=0)
    assert found.r2_adjusted == pytest.approx(1 - (1 - found.r2) * 599 / 593, rel=ROUNDING)


@pytest.mark.parametrize("arguments", [{"groups": GROUPS}, {"always": ("channel",)}], ids=["groups", "control"])
def test_adjusted_r2_counts_every_column(arguments: dict, service: dict[str, Survey]) -> None:
    found = relative_importance(service["plain"], n_boot=0, **arguments)
    columns = 8 if "always" in arguments else 6
    assert found.r2_adjusted == pytest.approx(1 - (1 - found.r2) * 599 / (600 - columns - 1), rel=ROUNDING)


def test_sample_is_the_complete_answers_of_the_domain(tmp_path: Path) -> None:
    columns = answers(100, seed=73)
    columns["a"][:7], columns["y"][5:11] = np.nan, np.nan
    weights = np.ones(100)
    weights[50:53] = 0
    survey = survey_of(tmp_path, columns, weights=weights, unit=np.repeat(["x", "z"], [90, 10]))
    found = relative_importance(survey.select(unit="x"), n_boot=0)
    assert (found.sample.n_asked, found.sample.n) == (90, 90 - 11 - 3)
    assert found.sample.missing == "complete_cases"
    # Among those who are used no two weights differ.
    assert [note.code for note in found.notes] == ["missing_dropped"]
    assert found.sample.weighted is False
    assert dict(found.notes[0].values) == {"n_asked": 90, "n": 76}


@pytest.mark.parametrize(("sample", "codes"), [("opt_in", ["opt_in_sample"]), ("census", ["census"])])
def test_how_respondents_came_in_is_noted(sample: str, codes: list[str], tmp_path: Path) -> None:
    survey = survey_of(tmp_path, answers(60, seed=74), design={"sample": sample})
    assert [note.code for note in relative_importance(survey, n_boot=0).notes] == codes


def test_a_result_whose_parts_do_not_add_up_cannot_exist(service: dict[str, Survey]) -> None:
    found = relative_importance(service["plain"], n_boot=0)
    with pytest.raises(
        ValueError, match=r"^Values of lmg must sum to the R² that drivers add; they miss it by 0\.01\.$"
    ):
        replace(found, r2=found.r2 + 0.01)


# A truth that is known


def test_the_leader_is_found(tmp_path: Path) -> None:
    found = relative_importance(survey_of(tmp_path, answers(600, seed=75, slopes=(0.2, 0.8, 0.2, 0.2))), n_boot=500)
    assert (found.verdict.status, found.verdict.leader, found.verdict.top_group) == ("ranked", "b", ("b",))
    assert (found.verdict.rank_low[1], found.verdict.rank_high[1]) == (1, 1)
    assert found.rank.tolist()[1] == 1


def test_equal_drivers_are_not_told_apart(tmp_path: Path) -> None:
    found = relative_importance(survey_of(tmp_path, answers(600, seed=76, slopes=(0.3,) * 4)), n_boot=500)
    assert found.verdict.status == "tied"
    assert found.verdict.tied_with("a") == ("b", "c", "d")
    assert found.verdict.rank_low.tolist() == [1] * 4
    assert found.verdict.rank_high.tolist() == [4] * 4


def test_a_top_group_is_found(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, answers(800, seed=77, slopes=(0.0, 0.6, 0.0, 0.6, 0.0)))
    found = relative_importance(survey, n_boot=500)
    assert (found.verdict.status, found.verdict.leader, found.verdict.top_group) == ("ranked", None, ("b", "d"))
    assert found.verdict.rank_low.tolist() == [3, 1, 3, 1, 3]
    assert found.verdict.rank_high.tolist() == [5, 2, 5, 2, 5]


def test_the_share_of_a_truth_lies_in_its_interval(tmp_path: Path) -> None:
    # Uncorrelated drivers: the shares are those of the squared slopes.
    rng = np.random.default_rng(78)
    slopes = np.array([0.6, 0.4, 0.2])
    x = np.clip(50 + 10 * rng.normal(size=(3000, 3)), 0, 100)
    y = 50 + (x - 50) @ slopes + rng.normal(0, 5, 3000)
    columns = {"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": y}
    found = relative_importance(survey_of(tmp_path, columns), n_boot=500, conf_level=0.99)
    truth = slopes**2 / (slopes @ slopes)
    assert ((found.share_low < truth) & (truth < found.share_high)).all()


# Errors


def refusal(survey: Survey, **arguments: object) -> str:
    with pytest.raises(kda.ModelError) as caught:
        relative_importance(survey, **arguments)  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.parametrize("n_boot", [5, 99, -1])
def test_too_few_replicates_are_refused(n_boot: int, service: dict[str, Survey]) -> None:
    expected = f"Expected n_boot of 0 or at least 100 replicates, found {n_boot}; use 1000 or more."
    assert refusal(service["plain"], n_boot=n_boot) == expected


@pytest.mark.parametrize("conf_level", [2, 1.0, 0.05, 95, float("nan")])
def test_a_level_that_is_none_is_refused(conf_level: float, service: dict[str, Survey]) -> None:
    expected = f"Expected conf_level from 0.5 to below 1, found {conf_level}; use 0.95 for 95 %."
    assert refusal(service["plain"], conf_level=conf_level) == expected


def test_controls_that_leave_no_driver_are_refused(service: dict[str, Survey]) -> None:
    assert refusal(service["plain"], always=RATINGS, n_boot=0).startswith("Expected at least one driver")


def test_an_outcome_that_nothing_explains_is_refused_or_has_no_shares(tmp_path: Path) -> None:
    columns = {
        "a": np.tile([0.0, 0.0, 100.0, 100.0], 25),
        "b": np.tile([0.0, 100.0, 0.0, 100.0], 25),
        "y": np.tile([0.0, 100.0, 100.0, 0.0], 25),
    }
    assert relative_importance(survey_of(tmp_path, columns), n_boot=0).verdict.status == "not_rankable"


def test_a_driver_that_is_constant_in_some_resamples_has_no_part_there(tmp_path: Path) -> None:
    columns = answers(300, seed=80)
    columns["rare"] = np.where(np.arange(300) < 2, 0.0, 100.0)
    found = relative_importance(survey_of(tmp_path, columns), n_boot=1000)
    assert np.isfinite(found.replicate_share).all()
    # Both rows are left out in e⁻² of the resamples.
    assert (np.abs(found.replicate_share[:, 3]) < ROUNDING).sum() > 50


def test_resamples_without_a_row_of_the_domain_make_no_numbers(tmp_path: Path) -> None:
    branches = np.repeat(np.arange(30), 10)
    survey = survey_of(tmp_path, answers(300, seed=81), clusters=branches, unit=branches // 3)
    found = relative_importance(survey.select(unit="3"), n_boot=500)
    assert not (found.replicate_share == 1 / 3).all(axis=1).any()


@pytest.mark.parametrize("branches_in_unit", [1, 3])
def test_thirty_answers_never_count_as_more_than_thirty(branches_in_unit: int, tmp_path: Path) -> None:
    unit = np.arange(300) // 30
    branches = np.arange(300) // (30 // branches_in_unit)
    survey = survey_of(tmp_path, answers(300, seed=81), clusters=branches, unit=unit)
    for name in range(10):
        found = relative_importance(survey.select(unit=str(name)), n_boot=0)
        assert found.sample.n_effective <= 30
        assert "few_respondents" in [reason.code for reason in found.verdict.reasons]


def test_few_branches_do_not_make_an_order_of_equal_drivers(tmp_path: Path) -> None:
    # Equal drivers whose slopes differ from branch to branch: 6 branches of 50.
    rng = np.random.default_rng(86)
    branches = np.repeat(np.arange(6), 50)
    survey = survey_of(tmp_path, answers(300, seed=86, slopes=(0.3,) * 4), clusters=branches)
    wrong = 0
    for _ in range(100):
        x = rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))
        y = (x * (0.3 + 0.12 * rng.normal(size=(6, 4)))[branches]).sum(axis=1) + rng.normal(0, 1.2, 300)
        scores = pd.DataFrame({**dict(zip("abcd", x.T, strict=True)), "y": y})
        wrong += relative_importance(replace(survey, scores=scores), n_boot=200).verdict.above.any()
    assert wrong / 100 <= 0.05 + FOUR_STANDARD_ERRORS * np.sqrt(0.05 * 0.95 / 100)

"""An analysis in other ways: each way does what it says, and what it says of the drivers in front."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.importance import other_ways
from drivers.importance.other_ways import COPIES, DRAWS, RobustnessResult, _survival, robustness
from drivers.importance.result import ImportanceResult
from drivers.importance.ways import LEFT_OUT, VARIANTS
from drivers.results import Code, Verdict
from drivers.survey.data import Survey
from tests.reference_numbers import RATINGS, service_survey, table
from tests.simulated import make_survey

ROUNDING = 1e-12
"""Of shares between 0 and 1: sums of some hundred numbers in another order."""


def answers(n: int, seed: int, slopes: tuple[float, ...] = (0.9, 0.5, 0.2, 0.1)) -> dict[str, np.ndarray]:
    """Ratings of 1 to 5, correlated, and how satisfied somebody is on the same scale."""
    rng = np.random.default_rng(seed)
    x = np.clip(np.round(3.2 + 0.6 * rng.normal(size=(n, 1)) + rng.normal(size=(n, len(slopes)))), 1, 5)
    y = np.clip(np.round(3.2 + (x - 3.2) @ slopes + rng.normal(0, 0.7, n)), 1, 5)
    return {chr(97 + j): x[:, j] for j in range(len(slopes))} | {"y": y}


def survey_of(folder: Path, columns: dict[str, np.ndarray], **options: object) -> Survey:
    drivers = {name: column for name, column in columns.items() if len(name) == 1 and name != "y"}
    outcomes = {name: column for name, column in columns.items() if name not in drivers}
    options = {"scale": (1, 5), "step": 1} | options
    return make_survey(folder, drivers=drivers, outcomes=outcomes, **options)  # type: ignore[arg-type]


def gone(found: RobustnessResult) -> dict[str, str]:
    """Every way with what it says, or why it was not gone."""
    return dict(zip(found.variants, found.survival, strict=True)) | dict(found.left_out)


def shares(found: RobustnessResult, variant: str) -> np.ndarray:
    return found.share[1 + found.variants.index(variant)]


def respondents(found: RobustnessResult, variant: str) -> int:
    return int(found.n[1 + found.variants.index(variant)])


def check(found: RobustnessResult) -> None:
    """What holds of every result."""
    assert set(found.variants) | set(found.left_out) == set(VARIANTS)
    assert set(found.left_out.values()) <= set(LEFT_OUT)
    np.testing.assert_allclose(found.share.sum(axis=1), 1, atol=1e-8)
    assert found.tidy().shape[0] == (1 + len(found.variants)) * len(found.drivers)
    assert set(found.tidy().columns) | set(found.glance().columns) <= set(COLUMNS)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Survey, ImportanceResult]:
    survey = survey_of(tmp_path_factory.mktemp("plain"), answers(400, seed=1), segments={"kind": np.arange(400) % 3})
    return survey, kda.relative_importance(survey, n_boot=200)


# Each way does what it says


def test_the_ways_of_a_plain_analysis(plain: tuple[Survey, ImportanceResult]) -> None:
    survey, importance = plain
    found = robustness(importance, survey)
    check(found)
    assert (found.top, found.claimed) == (("a",), True)
    assert found.left_out["other_missing_rule"] == "nothing_missing"
    assert found.left_out["unweighted"] == "no_weights"
    np.testing.assert_array_equal(found.share[0], importance.share)
    other = kda.relative_importance(survey, method="relative_weights", n_boot=0)
    np.testing.assert_allclose(shares(found, "other_measure"), other.share, rtol=ROUNDING)
    for variant, arguments in (
        ("top_box", {"top_box": True, "family": "logit"}),
        ("ordered_model", {"family": "ordered_logit"}),
    ):
        other = kda.relative_importance(survey, n_boot=0, **arguments)  # type: ignore[arg-type]
        np.testing.assert_allclose(shares(found, variant), other.share, rtol=ROUNDING)
    assert found.held == found.survival.count("same") == len(found.variants)


def test_unweighted_is_really_unweighted(tmp_path: Path) -> None:
    columns, weights = answers(400, seed=2), np.random.default_rng(3).lognormal(0, 0.8, 400)
    weights[:20] = 0
    weighted = survey_of(tmp_path / "w", columns, weights=weights)
    without = survey_of(tmp_path / "n", {name: column[20:] for name, column in columns.items()})
    found = robustness(kda.relative_importance(weighted, n_boot=200), weighted)
    check(found)
    np.testing.assert_allclose(
        shares(found, "unweighted"), kda.relative_importance(without, n_boot=0).share, rtol=ROUNDING
    )
    assert respondents(found, "unweighted") == 380
    # The survey itself keeps its weights.
    np.testing.assert_array_equal(weighted.weights, weights)


def test_outliers_that_were_planted_are_removed(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    x = np.clip(np.round(50 + 10 * rng.normal(size=(500, 1)) + 10 * rng.normal(size=(500, 3))), 5, 95)
    y = np.clip(x @ np.array([0.6, 0.3, 0.1]) + np.clip(4 * rng.normal(size=500), -8, 8), 0, 100)
    x[[7, 8]] = [[0, 100, 0], [100, 0, 100]]
    y[[7, 8]] = x[[7, 8]] @ np.array([0.6, 0.3, 0.1])
    y[[30, 31, 32]] = np.where(y[[30, 31, 32]] > 50, 0, 100)
    columns = dict(zip("abc", x.T, strict=True)) | {"y": y}
    survey = survey_of(tmp_path / "all", columns, scale=(0, 100), step="any")
    found = robustness(kda.relative_importance(survey, n_boot=200), survey)
    check(found)
    planted = [7, 8, 30, 31, 32]
    removed = 500 - respondents(found, "without_outliers")
    # Of 495 others about one in two hundred lies that far out by chance.
    assert len(planted) <= removed <= len(planted) + 8
    inside = np.delete(np.arange(500), planted)
    if removed == len(planted):
        kept = survey_of(tmp_path / "kept", {n: c[inside] for n, c in columns.items()}, scale=(0, 100), step="any")
        expected = kda.relative_importance(kept, n_boot=0).share
        np.testing.assert_allclose(shares(found, "without_outliers"), expected, rtol=ROUNDING)


def test_members_of_a_small_segment_are_no_outliers(tmp_path: Path) -> None:
    # 8 of 400: so far from their indicator's mean that all of them would be one in a thousand.
    small = np.where(np.arange(400) < 8, "rare", np.where(np.arange(400) % 2, "one", "two"))
    survey = survey_of(tmp_path, answers(400, seed=5), segments={"kind": small}, controls=["kind"])
    plain = robustness(kda.relative_importance(survey, always=(), n_boot=200), survey)
    for arguments in ({}, {"always": (), "drivers": ["a", "b", "c", "d", "kind"]}):
        found = robustness(kda.relative_importance(survey, n_boot=200, **arguments), survey)
        check(found)
        kept = [respondents(r, "without_outliers") for r in (found, plain) if "without_outliers" in r.variants]
        assert all(n > 390 for n in kept)
        assert found.left_out.get("without_outliers") == plain.left_out.get("without_outliers")


def test_products_are_no_outliers(plain: tuple[Survey, ImportanceResult]) -> None:
    survey, importance = plain
    found = robustness(kda.relative_importance(survey, interactions=[("a", "b")], n_boot=200), survey)
    check(found)
    assert found.left_out["other_measure"] == "cannot"
    n = [respondents(result, "without_outliers") for result in (found, robustness(importance, survey))]
    assert abs(n[0] - n[1]) <= 2


@pytest.mark.parametrize("arguments", [{"top_box": True}, {"top_box": True, "family": "logit"}], ids=str)
def test_the_rarer_of_two_answers_is_no_outlier(arguments: dict, tmp_path: Path) -> None:
    columns = answers(400, seed=6)
    columns["y"] = np.where(np.random.default_rng(6).random(400) < 0.93, np.minimum(columns["y"], 3), columns["y"])
    survey = survey_of(tmp_path, columns)
    found = robustness(kda.relative_importance(survey, n_boot=200, **arguments), survey)
    check(found)
    if "without_outliers" in found.variants:
        assert respondents(found, "without_outliers") > 390
    assert found.left_out["top_box"] == "same_already"
    # What a yes or no leaves out is asked for too.
    assert "ordered_model" in found.variants


def test_straight_liners_are_removed(tmp_path: Path) -> None:
    columns = answers(300, seed=7, slopes=(0.9, 0.5, 0.2, 0.1, 0.1))
    for name in "abcde":
        columns[name][:25] = 4
    survey = survey_of(tmp_path, columns)
    straight = kda.straight_liners(survey)
    assert straight[:25].all()
    found = robustness(kda.relative_importance(survey, n_boot=200), survey)
    check(found)
    assert respondents(found, "without_straight_liners") == 300 - straight.sum()
    few = robustness(kda.relative_importance(survey, drivers=["a", "b"], n_boot=200), survey)
    assert "without_straight_liners" in few.variants


def test_without_five_items_nobody_ticks_straight_through(plain: tuple[Survey, ImportanceResult]) -> None:
    survey, importance = plain
    assert robustness(importance, survey).left_out["without_straight_liners"] == "cannot"


def test_holes_are_imputed_or_left_out(tmp_path: Path) -> None:
    columns = answers(300, seed=8)
    rng = np.random.default_rng(9)
    for name in "abcd":
        columns[name][rng.random(300) < 0.05] = np.nan
    survey = survey_of(tmp_path, columns)
    complete = kda.relative_importance(survey, n_boot=200)
    found = robustness(complete, survey, seed=4)
    check(found)
    assert found.n[0] < 300 == respondents(found, "other_missing_rule")
    ask = {"missing": "multiple_imputation", "n_imputations": COPIES, "seed": 4}
    other = kda.relative_importance(survey, n_boot=0, **ask)  # type: ignore[arg-type]
    np.testing.assert_allclose(shares(found, "other_missing_rule"), other.share, rtol=ROUNDING)
    # The other way round.
    for missing in ("pairwise", "multiple_imputation"):
        again = robustness(kda.relative_importance(survey, missing=missing, n_boot=200, n_imputations=2), survey)  # type: ignore[arg-type]
        check(again)
        assert respondents(again, "other_missing_rule") == complete.sample.n
        np.testing.assert_allclose(shares(again, "other_missing_rule"), complete.share, rtol=ROUNDING)
        assert again.left_out.get("ordered_model") == ("cannot" if missing == "pairwise" else None)


def test_who_lacks_only_the_outcome_is_left_out_by_every_rule(tmp_path: Path) -> None:
    columns = answers(300, seed=10)
    columns["y"][:30] = np.nan
    survey = survey_of(tmp_path, columns)
    assert robustness(kda.relative_importance(survey, n_boot=200), survey).left_out["other_missing_rule"] == (
        "nothing_missing"
    )


def test_seeds(tmp_path: Path) -> None:
    columns = answers(300, seed=11)
    columns["a"][::7] = np.nan
    survey = survey_of(tmp_path, columns)
    importance = kda.relative_importance(survey, n_boot=200)
    one, same, other = (robustness(importance, survey, seed=seed) for seed in (2, 2, 3))
    np.testing.assert_array_equal(one.share, same.share)
    assert (shares(one, "other_missing_rule") != shares(other, "other_missing_rule")).any()


# Why a way is not gone


def test_why_a_way_is_not_gone(tmp_path: Path) -> None:
    columns = answers(300, seed=12)
    columns["both"] = np.column_stack([columns["y"], columns["y"][::-1]])
    columns["many"] = 1 + 4 * np.arange(300) / 299
    survey = survey_of(tmp_path, columns, step="any")
    ways = {
        outcome: gone(robustness(kda.relative_importance(survey, outcome=outcome, n_boot=200), survey))
        for outcome in ("y", "both", "many")
    }
    assert {outcome: way["top_box"] for outcome, way in ways.items()} == dict.fromkeys(ways, "no_steps")
    assert ways["many"]["ordered_model"] == "not_ordered"
    assert ways["y"]["ordered_model"] in ("same", "moved")
    assert ways["both"]["ordered_model"] in ("same", "moved")


def test_a_way_that_has_no_maximum_cannot_be_gone_for_another_reason_than_steps(tmp_path: Path) -> None:
    columns = answers(300, seed=13)
    columns["y"] = np.where(columns["a"] > 3, np.maximum(columns["y"], 4), np.minimum(columns["y"], 3))
    survey = survey_of(tmp_path, columns)
    assert robustness(kda.relative_importance(survey, n_boot=200), survey).left_out["top_box"] == "cannot"


@pytest.mark.parametrize(
    "arguments",
    [{"orderings": 256}, {"precision": 0.01}, {"fit": "r2"}, {"method": "pratt"}, {"method": "first"}],
    ids=str,
)
def test_what_was_asked_for_bars_no_way(arguments: dict, plain: tuple[Survey, ImportanceResult]) -> None:
    survey, _ = plain
    found = robustness(kda.relative_importance(survey, n_boot=200, **arguments), survey)
    check(found)
    assert {"other_measure", "top_box", "ordered_model"} <= set(found.variants)
    if arguments.get("method") == "first":
        same = kda.relative_importance(survey, family="ordered_logit", method="first", n_boot=0)
        np.testing.assert_allclose(shares(found, "ordered_model"), same.share, rtol=ROUNDING)
    if "method" in arguments:
        lmg = kda.relative_importance(survey, n_boot=0)
        np.testing.assert_allclose(shares(found, "other_measure"), lmg.share, rtol=ROUNDING)


# Every kind of analysis


@pytest.mark.parametrize(
    ("arguments", "measure"),
    [
        ({"groups": {"g": ("a", "b")}}, "pratt"),
        ({"always": ("kind",)}, "pratt"),
        ({"drivers": ("a", "b", "kind")}, "pratt"),
        ({"drivers": ("a", "b", "c")}, "relative_weights"),
    ],
)
def test_groups_and_controls(arguments: dict, measure: str, plain: tuple[Survey, ImportanceResult]) -> None:
    survey, _ = plain
    found = robustness(kda.relative_importance(survey, n_boot=200, **arguments), survey)
    check(found)
    other = kda.relative_importance(survey, method=measure, n_boot=0, **arguments)
    np.testing.assert_allclose(shares(found, "other_measure"), other.share, rtol=ROUNDING)


@pytest.mark.parametrize(
    ("arguments", "fit"),
    [
        ({"family": "ordered_logit"}, "nagelkerke"),
        ({"family": "ordered_logit", "fit": "nagelkerke"}, "mcfadden"),
        ({"family": "poisson"}, "nagelkerke"),
        ({"family": "logit", "top_box": True, "fit": "estrella"}, "nagelkerke"),
    ],
)
def test_families(arguments: dict, fit: str, plain: tuple[Survey, ImportanceResult]) -> None:
    survey, _ = plain
    found = robustness(kda.relative_importance(survey, n_boot=200, **arguments), survey)
    check(found)
    other = kda.relative_importance(survey, n_boot=0, **{**arguments, "fit": fit})
    np.testing.assert_allclose(shares(found, "other_measure"), other.share, rtol=ROUNDING)
    ways = gone(found)
    counts = arguments["family"] == "poisson"
    assert (ways["top_box"] == "cannot") == (ways["ordered_model"] == "cannot") == counts
    if arguments["family"] == "ordered_logit":
        assert ways["ordered_model"] == "same_already"
        assert "top_box" in found.variants


@pytest.mark.parametrize("design", ["strata and clusters", "JKn", "bootstrap"])
def test_designs(design: str, tmp_path: Path) -> None:
    replicates = "" if design == "strata and clusters" else design
    survey = service_survey(tmp_path, design=not replicates, replicates=replicates)
    found = robustness(kda.relative_importance(survey, n_boot=200), survey)
    check(found)
    assert {"unweighted", "other_measure", "without_straight_liners"} <= set(found.variants)
    plain = service_survey(tmp_path / "plain")
    expected = kda.relative_importance(plain, n_boot=0).share
    np.testing.assert_allclose(shares(found, "unweighted"), expected, rtol=ROUNDING)
    assert list(found.drivers) == list(RATINGS)
    assert found.n[0] == len(table("service.csv"))


def test_each_way_is_judged_by_linearised_errors_or_by_replicates(
    tmp_path: Path, plain: tuple[Survey, ImportanceResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, object]] = []
    real = other_ways.relative_importance

    def noted(survey: Survey, **arguments: object) -> ImportanceResult:
        asked.append((arguments["intervals"], arguments["n_boot"]))
        return real(survey, **arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(other_ways, "relative_importance", noted)
    robustness(plain[1], plain[0])
    assert set(asked) == {("linearised", DRAWS)}
    asked.clear()
    replicated = service_survey(tmp_path, replicates="JKn")
    robustness(kda.relative_importance(replicated, n_boot=200), replicated)
    # Without weights no replicate is left either.
    assert set(asked) == {(None, DRAWS), ("linearised", DRAWS)}


def test_the_example() -> None:
    survey = kda.example_survey("customersat")
    found = robustness(kda.relative_importance(survey, n_boot=200), survey)
    check(found)
    assert (found.held, len(found.variants)) == (5, 5)
    assert dict(found.left_out) == {"other_missing_rule": "nothing_missing", "unweighted": "no_weights"}


def test_a_domain(plain: tuple[Survey, ImportanceResult]) -> None:
    survey = plain[0].select(only={"kind": "1"})
    found = robustness(kda.relative_importance(survey, n_boot=200), survey)
    check(found)
    assert found.n[0] == int(survey.domain.sum())


# What other ways say


def verdict(above: list[tuple[str, str]], *, leader: str | None = None, status: str = "tied") -> Verdict:
    names = "abcd"
    matrix = np.zeros((4, 4), dtype=bool)
    for first, second in above:
        matrix[names.index(first), names.index(second)] = True
    return Verdict(
        status="ranked" if leader else status,  # type: ignore[arg-type]
        drivers=tuple(names),
        leader=leader,
        top_group=(leader,) if leader else (),
        above=matrix,
        rank_low=1 + matrix.sum(axis=0),
        rank_high=4 - matrix.sum(axis=1),
        reasons=(Code("weak_model", {"r2": 0.01}),) if status == "not_rankable" else (),
    )


@pytest.mark.parametrize(
    ("top", "claimed", "share", "said", "expected"),
    [
        # A claimed leader.
        ("a", True, [4, 3, 2, 1], verdict([]), "same"),
        ("a", True, [4, 3, 2, 1], verdict([("a", "d")], leader="a"), "same"),
        ("a", True, [4, 3, 2, 1], verdict([], status="not_rankable"), "same"),
        ("a", True, [3, 4, 2, 1], verdict([]), "moved"),
        ("a", True, [3, 4, 2, 1], verdict([("b", "d")]), "moved"),
        ("a", True, [3, 4, 2, 1], verdict([("b", "a")]), "contradicted"),
        # A leader need be above no single driver by the simultaneous intervals.
        ("a", True, [3, 4, 2, 1], verdict([], leader="b"), "contradicted"),
        ("a", True, [3, 4, 2, 1], verdict([], status="not_rankable"), "moved"),
        # A claimed group: as a set, in any order.
        ("ab", True, [3, 4, 2, 1], verdict([], leader="b"), "same"),
        ("ab", True, [4, 2, 3, 1], verdict([]), "moved"),
        ("ab", True, [4, 2, 3, 1], verdict([("a", "b")], leader="a"), "moved"),
        ("ab", True, [4, 2, 3, 1], verdict([("c", "b")]), "contradicted"),
        # Nothing claimed: one of those that may come first does.
        ("ab", False, [3, 4, 2, 1], verdict([]), "same"),
        ("ab", False, [3, 4, 2, 1], verdict([], leader="b"), "same"),
        ("ab", False, [3, 2, 4, 1], verdict([]), "moved"),
        ("ab", False, [3, 2, 4, 1], verdict([("c", "b")]), "moved"),
        ("ab", False, [3, 2, 4, 1], verdict([("c", "a"), ("c", "b")]), "contradicted"),
        ("ab", False, [3, 2, 5, 4], verdict([("c", "b"), ("d", "a")]), "contradicted"),
        ("ab", False, [3, 2, 4, 1], verdict([], leader="c"), "contradicted"),
        # All may come first, or nothing may be ranked: nothing can be said against it.
        ("abcd", False, [1, 2, 4, 3], verdict([], leader="c"), "same"),
        ("", False, [1, 2, 4, 3], verdict([], leader="c"), "same"),
    ],
)
def test_survival(top: str, claimed: bool, share: list[float], said: Verdict, expected: str) -> None:
    assert _survival(tuple(top), claimed, np.array(share) / sum(share), said) == expected


def test_a_wrong_claim_is_contradicted_by_every_way(plain: tuple[Survey, ImportanceResult]) -> None:
    survey, importance = plain
    claim = verdict([("d", "a"), ("d", "b"), ("d", "c")], leader="d")
    found = robustness(replace(importance, verdict=claim), survey)
    check(found)
    assert (found.top, found.claimed, found.held) == (("d",), True, 0)
    assert set(found.survival) == {"contradicted"}
    # What claims nothing but the wrong candidates is contradicted by a leader.
    tied = verdict([("c", "a"), ("d", "a"), ("c", "b"), ("d", "b")])
    found = robustness(replace(importance, verdict=tied), survey)
    assert (found.top, found.claimed) == (("c", "d"), False)
    assert set(found.survival) == {"contradicted"}


def test_bases_that_claim_nothing(tmp_path: Path) -> None:
    equal = survey_of(tmp_path / "equal", answers(400, seed=21, slopes=(0.4, 0.4, 0.4, 0.4)))
    importance = kda.relative_importance(equal, n_boot=200)
    found = robustness(importance, equal)
    check(found)
    assert importance.verdict.status == "tied"
    assert not found.claimed
    assert found.top == tuple(n for n, low in zip("abcd", importance.verdict.rank_low, strict=True) if low == 1)
    assert "contradicted" not in found.survival
    few = survey_of(tmp_path / "few", answers(40, seed=22))
    nothing = robustness(kda.relative_importance(few, n_boot=200), few)
    assert (nothing.top, nothing.claimed) == ((), False)
    assert set(nothing.survival) == {"same"}


# The result


def test_the_result(plain: tuple[Survey, ImportanceResult]) -> None:
    survey, importance = plain
    found = robustness(importance, survey)
    tidy = found.tidy()
    assert tidy["variant"].tolist()[:4] == ["base"] * 4
    assert tidy["survival"].tolist()[:4] == [""] * 4
    for _, rows in tidy.groupby("variant"):
        assert sorted(rows["rank"]) == [1, 2, 3, 4]
        assert rows.sort_values("rank")["share"].is_monotonic_decreasing
    assert found.n_used == 400
    assert found.notes == importance.sample.notes
    assert dict(found.units) == {"share": "part of what is explained, 0–1"}
    assert found.details["survival"] == dict(zip(found.variants, found.survival, strict=True))
    assert not found.share.flags.writeable and not found.n.flags.writeable
    with pytest.raises(ValueError, match=r"^Shares need one row for the analysis and one for each other way\.$"):
        replace(found, share=found.share[1:])
    assert isinstance(found.left_out, MappingProxyType)


# Another survey


def mismatch(importance: ImportanceResult, survey: Survey) -> str:
    with pytest.raises(kda.ModelError) as caught:
        robustness(importance, survey)
    return str(caught.value)


def test_another_survey_is_refused(tmp_path: Path, plain: tuple[Survey, ImportanceResult]) -> None:
    survey, importance = plain
    selected = survey.select(only={"kind": "1"})
    assert mismatch(importance, selected) == (
        "Expected the survey that was analysed (400 of 400 respondents, 4 drivers), found one with 133 of 133 "
        "respondents, 4 drivers; select the same respondents."
    )
    weights = np.random.default_rng(1).lognormal(0, 0.5, 400)
    weighted = survey_of(tmp_path / "w", answers(400, seed=1), weights=weights)
    n = weights.sum() ** 2 / (weights @ weights)
    assert mismatch(importance, weighted).startswith(
        "Expected the survey that was analysed (400 of 400 respondents, 4 drivers), found one with 400 of 400 "
        "respondents, effective "
    )
    assert n < 400
    wider = survey_of(tmp_path / "d", answers(400, seed=1, slopes=(0.9, 0.5, 0.2, 0.1, 0.1)))
    assert mismatch(importance, wider) == (
        "Expected the survey that was analysed (400 of 400 respondents, 4 drivers), found one with 400 of 400 "
        "respondents, 5 drivers; select the same respondents."
    )

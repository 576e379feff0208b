"""The scores of outcomes: which statistic an outcome has, for whom, and what changed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.indicators.estimates import difference_level, mean_level
from drivers.indicators.scores import Score, outcome_scores
from drivers.models.score_interval import wilson
from drivers.results import Unanswered
from drivers.survey.data import Survey
from tests.reference_numbers import AGREEMENT, service_survey, table
from tests.simulated import make_survey

ROUNDING = 1e-12
"""Relative: sums of some hundred numbers in another order."""


@pytest.fixture
def trend() -> dict[str, np.ndarray]:
    """Three waves of 40: an overall rating of 1 to 5, and from the second wave on an answer of 0 to 10."""
    rng = np.random.default_rng(141)
    sat = rng.integers(1, 6, 120).astype(float)
    sat[80:] = np.clip(sat[80:] + 1, 1, 5)
    recommend = rng.integers(0, 11, 120).astype(float)
    recommend[:40] = np.nan
    return {"sat": sat, "recommend": recommend, "wave": np.repeat(["2021", "2022", "2023"], 40)}


def survey_of(folder: Path, trend: dict[str, np.ndarray], **options: object) -> Survey:
    return make_survey(
        folder,
        drivers={"speed": np.arange(120) % 5 + 1},
        outcomes={"sat": trend["sat"], "recommend": trend["recommend"]},
        nps=("recommend",),
        scale=(1, 5),
        step=1,
        waves=trend["wave"],
        **options,  # type: ignore[arg-type]
    )


def score_of(survey: Survey, outcome: str, statistic: str, **arguments: float) -> Score:
    found = outcome_scores(survey, **arguments).score(outcome, statistic)
    assert found is not None
    return found


# What is shown


def test_every_outcome_has_its_statistics_and_the_main_mean_is_first(tmp_path: Path) -> None:
    found = outcome_scores(service_survey(tmp_path))
    assert [(score.outcome, score.statistic) for score in found.scores] == [
        ("sat", "mean"),
        ("sat", "top2box"),
        ("loy", "mean"),
        ("loy", "top2box"),
        ("nps", "nps"),
    ]
    assert found.score("loy", "mean") is found.scores[2]
    assert found.score("nps", "mean") is None
    assert all(score.change is None for score in found.scores)


def test_a_scale_without_steps_has_no_two_best_answers(tmp_path: Path) -> None:
    y = np.random.default_rng(142).uniform(0, 100, 30)
    found = outcome_scores(make_survey(tmp_path, drivers={"a": y[::-1]}, outcomes={"y": y}))
    assert [score.statistic for score in found.scores] == ["mean"]


@pytest.mark.parametrize("design", ["design", "design_fpc"])
def test_levels_are_those_of_svymean(design: str, tmp_path: Path) -> None:
    survey = service_survey(tmp_path, design=True, fpc=design == "design_fpc")
    expected = table("survey_means.csv").query("design == @design").set_index("name")
    mean = score_of(survey, "sat", "mean").level
    np.testing.assert_allclose(mean.estimate, 25 * (expected.loc["sat", "mean"] - 1), rtol=AGREEMENT)
    np.testing.assert_allclose(mean.std_error, 25 * expected.loc["sat", "se"], rtol=AGREEMENT)
    nps = score_of(survey, "nps", "nps").level
    np.testing.assert_allclose(
        [nps.estimate, nps.std_error, nps.conf_low, nps.conf_high],
        expected.loc["nps_score", ["mean", "se", "lower95_t", "upper95_t"]].to_numpy(float),
        rtol=AGREEMENT,
    )


def test_two_best_answers_are_counted_item_by_item(tmp_path: Path) -> None:
    found = score_of(service_survey(tmp_path, weighted=True), "sat", "top2box").level
    data = table("service.csv")
    top = (data[["sat1", "sat2", "sat3"]] >= 4).mean(axis=1)
    assert found.estimate == pytest.approx(np.average(top, weights=data["w"]), rel=ROUNDING)
    n_effective = data["w"].sum() ** 2 / (data["w"] @ data["w"])
    assert (found.conf_low, found.conf_high) == pytest.approx(wilson(found.estimate, n_effective, 0.95), rel=ROUNDING)


@pytest.mark.parametrize(
    ("low", "high", "step", "best"), [(1, 5, 1, (4, 5)), (0, 10, 1, (9, 10)), (1, 7, 2, (5, 7)), (0, 4, 1, (3, 4))]
)
def test_the_two_best_answers_of_a_scale(low: int, high: int, step: int, best: tuple[int, int], tmp_path: Path) -> None:
    y = np.tile(np.arange(low, high + step, step, dtype=float), 6)
    survey = make_survey(tmp_path, drivers={"a": y[::-1]}, outcomes={"y": y}, scale=(low, high), step=step)
    assert score_of(survey, "y", "top2box").level.estimate == pytest.approx(np.isin(y, best).mean(), rel=ROUNDING)


def test_promoters_give_9_or_10_and_detractors_0_to_6(tmp_path: Path) -> None:
    y = np.array([10, 9, 9, 8, 7, 6, 0, 3, np.nan, 10, 9], dtype=float)
    survey = make_survey(tmp_path, drivers={"a": np.arange(11)}, outcomes={"y": y}, nps=("y",))
    level = score_of(survey, "y", "nps").level
    assert level.estimate == pytest.approx(100 * (5 - 3) / 10, rel=ROUNDING)
    assert level.n == 10


def test_an_outcome_that_nobody_answered_is_left_out(tmp_path: Path) -> None:
    y = np.tile([1.0, 2.0, 3.0, 4.0, 5.0], 6)
    outcomes = {"y": y, "never": np.full(30, np.nan)}
    found = outcome_scores(make_survey(tmp_path, drivers={"a": y[::-1]}, outcomes=outcomes, scale=(1, 5), step=1))
    assert [(score.outcome, score.statistic) for score in found.scores] == [("y", "mean"), ("y", "top2box")]
    assert found.left_out == {"never": 0}


def test_two_best_answers_are_of_the_items_that_were_answered(tmp_path: Path) -> None:
    items = np.column_stack([np.full(40, 5.0), np.where(np.arange(40) < 20, np.nan, 5.0)])
    survey = make_survey(
        tmp_path, drivers={"a": np.arange(40) % 5 + 1}, outcomes={"y": items}, scale=(1, 5), step=1, min_items=1
    )
    assert score_of(survey, "y", "top2box").level.estimate == 1.0


# For whom


def test_the_domain_and_all_answers_it_has(tmp_path: Path, trend: dict[str, np.ndarray]) -> None:
    trend["sat"][:5] = np.nan
    unit = np.where(np.arange(120) % 2, "odd", "even")
    whole = survey_of(tmp_path, trend, unit=unit)
    found = outcome_scores(whole.select(unit="odd", wave="2021"))
    assert (found.n_asked, found.unit, found.wave) == (20, "odd", "2021")
    rows = (unit == "odd") & (trend["wave"] == "2021")
    (mean, *_) = found.scores
    assert mean.level == mean_level(whole, whole.scores["sat"].to_numpy(), rows, 0.95)
    assert mean.level.n == 18


def test_same_numbers_whatever_the_order_of_rows(tmp_path: Path, trend: dict[str, np.ndarray]) -> None:
    # The first row of each wave keeps its place, so that waves appear in their order.
    firsts = np.array([0, 40, 80])
    rest = np.random.default_rng(143).permutation(np.delete(np.arange(120), firsts))
    order = np.concatenate([firsts, rest])
    one = outcome_scores(survey_of(tmp_path / "1", trend)).tidy()
    other = outcome_scores(survey_of(tmp_path / "2", {name: column[order] for name, column in trend.items()})).tidy()
    numbers = ["estimate", "std_error", "conf_low", "conf_high", "n_effective"]
    np.testing.assert_allclose(other[numbers], one[numbers], rtol=1e-10, equal_nan=True)


@pytest.mark.parametrize(
    ("sample", "codes"), [("probability", []), ("opt_in", ["opt_in_sample"]), ("census", ["census"])]
)
def test_how_respondents_came_in_is_noted(
    sample: str, codes: list[str], tmp_path: Path, trend: dict[str, np.ndarray]
) -> None:
    found = outcome_scores(survey_of(tmp_path, trend, design={"sample": sample}))
    assert [note.code for note in found.notes] == codes


# By the design that a survey has


def test_levels_and_changes_by_replicate_weights(tmp_path: Path, trend: dict[str, np.ndarray]) -> None:
    weights, person = np.random.default_rng(144).uniform(1, 3, 120), np.arange(120) % 40
    kept = person[:, None] != np.arange(40)
    survey = survey_of(
        tmp_path,
        trend,
        weights=weights,
        replicates=weights[:, None] * kept * 40 / 39,
        design={"replicate_method": "jk1"},
    ).select(wave="2023")
    score = score_of(survey, "sat", "mean")
    # The same 40 people in each wave: the jackknife leaves out a person, with all of their answers.
    changes = []
    for without in range(40):
        now, before = ((trend["wave"] == wave) & (person != without) for wave in ("2023", "2022"))
        y = 25 * (trend["sat"] - 1)
        changes.append(np.average(y[now], weights=weights[now]) - np.average(y[before], weights=weights[before]))
    assert score.change is not None
    error = np.sqrt(39 / 40 * np.sum((np.array(changes) - score.change.estimate) ** 2))
    assert score.change.std_error == pytest.approx(error, rel=1e-10)
    reach = (score.change.conf_high - score.change.estimate) / error
    assert reach == pytest.approx(stats.t.ppf(0.975, 39), rel=1e-10)
    assert score.level == replace(
        mean_level(survey, survey.scores["sat"].to_numpy(), survey.domain, 0.95),
        conf_low=score.level.conf_low,
        conf_high=score.level.conf_high,
    )


def test_strata_of_one_unit_are_merged_or_taken_whole_by_name(tmp_path: Path, trend: dict[str, np.ndarray]) -> None:
    strata = np.where(np.arange(120) < 119, np.where(np.arange(120) < 60, "a", "c"), "b")
    merged = survey_of(tmp_path / "1", trend, strata=strata, design={"merge_strata": {"bc": ["b", "c"]}})
    same = survey_of(tmp_path / "2", trend, strata=np.repeat(["a", "c"], 60))
    assert outcome_scores(merged).scores == outcome_scores(same).scores
    whole = score_of(survey_of(tmp_path / "3", trend, strata=strata, design={"certainty_strata": ["b"]}), "sat", "mean")
    y = 25 * (trend["sat"] - 1) - whole.level.estimate
    expected = sum((strata == h).sum() * y[strata == h].var(ddof=1) for h in "ac")
    assert whole.level.std_error == pytest.approx(np.sqrt(expected) / 120, rel=1e-10)


def test_every_wave_has_its_levels_by_replicate_weights(tmp_path: Path, trend: dict[str, np.ndarray]) -> None:
    kept = (np.arange(120) % 30)[:, None] != np.arange(30)
    survey = survey_of(
        tmp_path,
        trend,
        replicates=kept * 30 / 29,
        design={"replicate_method": "jk1", "combined_replicates": False},
        unit=np.where(np.arange(120) % 30 == 7, "one", "others"),
    )
    found = kda.by_wave(kda.outcome_scores, survey)
    assert found.waves == ("2021", "2022", "2023") and not found.left_out
    assert (found.tidy()["std_error"] > 0).all()
    # A unit of four people in all waves is too small to be shown, as ever.
    assert isinstance(kda.attempt(kda.outcome_scores, survey.select(unit="one")), Unanswered)


# What changed


def test_the_last_wave_is_compared_with_the_one_before(tmp_path: Path, trend: dict[str, np.ndarray]) -> None:
    survey = survey_of(tmp_path, trend)
    score = score_of(survey, "sat", "mean", conf_level=0.9)
    assert (score.wave, score.wave_before) == ("2023", "2022")
    now, before = trend["wave"] == "2023", trend["wave"] == "2022"
    assert score.change == difference_level(survey, survey.scores["sat"].to_numpy(), now, before, 0.9)
    # The level is of all waves until one is selected.
    assert score.level.n == 120
    assert score_of(survey.select(wave="2023"), "sat", "mean").level.n == 40


def test_a_selected_wave_is_compared_with_the_one_before_it(tmp_path: Path, trend: dict[str, np.ndarray]) -> None:
    survey = survey_of(tmp_path, trend)
    second = score_of(survey.select(wave="2022"), "sat", "mean")
    assert (second.wave, second.wave_before) == ("2022", "2021")
    first = score_of(survey.select(wave="2021"), "sat", "mean")
    assert (first.change, first.wave, first.wave_before) == (None, "2021", "")


def test_a_wave_without_respondents_of_the_unit_is_passed_over(tmp_path: Path, trend: dict[str, np.ndarray]) -> None:
    unit = np.where(trend["wave"] == "2022", "north", "south")
    score = score_of(survey_of(tmp_path, trend, unit=unit).select(unit="south"), "sat", "mean")
    assert (score.wave, score.wave_before) == ("2023", "2021")


def test_a_change_is_called_one_where_its_interval_leaves_out_0(tmp_path: Path, trend: dict[str, np.ndarray]) -> None:
    trend["sat"] = np.concatenate([np.full(40, 2.0), np.tile([2.0, 3.0], 20), np.tile([2.0, 3.0], 20)])
    survey = survey_of(tmp_path, trend)
    assert score_of(survey.select(wave="2022"), "sat", "mean").changed
    assert not score_of(survey.select(wave="2023"), "sat", "mean").changed


@pytest.mark.parametrize("clusters", [None, np.arange(120) // 4], ids=["rows", "clusters"])
def test_what_was_not_asked_before_has_no_change(
    clusters: np.ndarray | None, tmp_path: Path, trend: dict[str, np.ndarray]
) -> None:
    survey = survey_of(tmp_path, trend, clusters=clusters).select(wave="2022")
    score = score_of(survey, "recommend", "nps")
    assert (score.change, score.changed) == (None, False)


def test_without_waves_nothing_is_compared() -> None:
    found = outcome_scores(kda.example_survey("customersat"))
    assert all((score.change, score.wave, score.wave_before) == (None, "", "") for score in found.scores)


# The result


def test_frame_has_levels_first_then_changes(tmp_path: Path, trend: dict[str, np.ndarray]) -> None:
    found = outcome_scores(survey_of(tmp_path, trend))
    frame = found.tidy()
    assert set(frame.columns) | set(found.glance().columns) <= set(COLUMNS)
    assert frame["term"].tolist() == ["mean", "top2box", "nps"] * 2
    assert frame["wave_from"].isna().tolist() == [True] * 3 + [False] * 3
    (mean, *_) = found.scores
    assert mean.change is not None
    assert frame["estimate"].tolist()[::3] == [mean.level.estimate, mean.change.estimate]
    frame["estimate"] = 0.0
    assert found.tidy()["estimate"][0] == mean.level.estimate
    assert found.glance()["n_asked"].tolist() == [120]


# Errors


def test_what_is_no_survey_is_refused() -> None:
    with pytest.raises(kda.ModelError) as caught:
        outcome_scores({"sat": [1, 2]})  # type: ignore[arg-type]
    assert str(caught.value) == ("Expected a survey from read_survey() or example_survey(), found dict; read it first.")


def test_a_level_that_is_none_is_refused(tmp_path: Path, trend: dict[str, np.ndarray]) -> None:
    survey = survey_of(tmp_path, trend)
    with pytest.raises(kda.ModelError) as caught:
        outcome_scores(survey, conf_level=2)
    assert str(caught.value) == "Expected conf_level from 0.5 to below 1, found 2; use 0.95 for 95 %."


def test_a_stratum_of_one_unit_is_refused(tmp_path: Path, trend: dict[str, np.ndarray]) -> None:
    survey = survey_of(tmp_path, trend, strata=np.where(np.arange(120) < 119, "a", "b"))
    with pytest.raises(kda.ModelError) as caught:
        outcome_scores(survey)
    assert str(caught.value) == (
        "Expected at least two sampling units in every stratum, found one in the stratum of row 120; merge that "
        "stratum with another under design.merge_strata in the codebook, or name it under design.certainty_strata if "
        "all of it was taken."
    )

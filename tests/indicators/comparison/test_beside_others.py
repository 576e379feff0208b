"""Beside the past, other units, figures from outside and rivals: the planted truth, brute force, what is refused."""

import shutil
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML
from scipy import stats

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.indicators.comparison.benchmark_result import BenchmarkResult
from drivers.indicators.comparison.differences import from_best
from drivers.indicators.estimates import difference_level, mean_level
from drivers.models.multiplicity import holm
from drivers.models.rivals import rival_levels, rival_pairs
from drivers.results import Unanswered
from drivers.survey.data import Survey
from tests.indicators.comparison.rated_rivals import answers, rated

CHANCE = 3.5
"""Standard errors by which an estimate may miss the truth, of ten that are looked at."""


@pytest.fixture(scope="module")
def asked() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def centre(asked: Survey) -> BenchmarkResult:
    return kda.benchmark(asked)


# The planted truth


def test_the_planted_gaps_to_the_rival_are_found(centre: BenchmarkResult) -> None:
    truth = kda.example_truth("service_center")["counted"]["rival_minus_us_in_points"]
    for name, planted in truth.items():
        one = centre.measure(name)
        assert one is not None
        apart = one.rivals["private_office"].difference
        assert abs(apart.estimate + planted) < CHANCE * apart.std_error
        assert apart.std_error < 0.8
        if apart.conclusion != "open":
            assert (apart.conclusion == "above") == (planted < 0)
        if abs(planted) > 2:
            assert apart.conclusion != "open"


def test_the_aspect_that_fell_in_the_last_wave_is_found_and_no_other(centre: BenchmarkResult) -> None:
    says = {
        one.name: one.previous.difference.conclusion
        for one in centre.measures
        if one.about == "driver" and one.previous is not None
    }
    assert len(says) == 10
    assert {name for name, conclusion in says.items() if conclusion != "open"} == {"honesty"}
    assert says["honesty"] == "below"


def test_the_worse_branch_is_below_the_others_and_no_branch_is_named(asked: Survey) -> None:
    truth = kda.example_truth("service_center")["branches"]
    result = kda.benchmark(asked.select(unit=truth["worse"]))
    one = result.measure("satisfaction")
    assert one is not None and one.units is not None and one.units.own is not None
    assert one.units.own.conclusion == "below"
    others = [value for name, value in truth["satisfaction"].items() if name != truth["worse"]]
    planted = truth["satisfaction"][truth["worse"]] - np.mean(others)
    assert abs(one.units.own.estimate - planted) < CHANCE * one.units.own.std_error
    # Branches that differ by little more than chance have a range that is hardly wider than their true one.
    assert one.units.high - one.units.low < 2 * np.ptp(others)
    assert not set(truth["satisfaction"]) & {str(value) for value in result.tidy().to_numpy().ravel()}


# Stacked and wide


def stacked(folder: Path) -> Survey:
    """The service centre's file with a row for each person and brand."""
    examples = Path(str(resources.files("drivers.survey.examples")))
    yaml = YAML(typ="rt", pure=True)  # keeps the order of drivers and outcomes
    content = yaml.load((examples / "service_center.yml").read_text(encoding="utf-8"))
    shutil.copy(examples / "service_center.csv.gz", folder)
    pairs = {**content["rivals"]["private_office"]["items"]}
    ours = {
        content["items"][content["drivers"][name]["items"][0]]["column"] for name in pairs if name in content["drivers"]
    }
    columns = {"satisfaction": "rival_satisfaction", **{name: f"rival_{name}" for name in sorted(ours)}}
    kept = {"survey", "scales", "items", "drivers", "outcomes", "design", "wave", "unit", "segments"}
    content = {key: part for key, part in content.items() if key in kept}
    for item in pairs.values():
        del content["items"][item]
    content["data"] = {
        "file": "service_center.csv.gz",
        "stack": {"into": "brand", "values": {"ours": {name: name for name in columns}, "rival": columns}},
    }
    content["rivals"] = {"private_office": {"label": {"en": "Private office"}, "rows": {"brand": ["rival"]}}}
    path = folder / "codebook.yml"
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(content, file)
    return kda.read_survey(path)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return stacked(tmp_path_factory.mktemp("stacked"))


def test_rows_and_columns_give_the_same(centre: BenchmarkResult, rows: Survey) -> None:
    assert len(rows.weights) == 24_000
    result = kda.benchmark(rows)
    for name in ("satisfaction", "speed", "respect", "honesty"):
        wide, tall = centre.measure(name), result.measure(name)
        assert wide is not None and tall is not None
        # Rows about the rival are none of ours.
        assert (tall.level.n, tall.level.estimate) == (wide.level.n, pytest.approx(wide.level.estimate))
        assert tall.rivals["private_office"] == _near(wide.rivals["private_office"])
    selected = kda.benchmark(rows.select(only={"brand": "ours"})).measure("speed")
    assert selected is not None
    assert selected.rivals["private_office"] == _near(result.measure("speed").rivals["private_office"])  # type: ignore[union-attr]


def test_rows_about_the_rival_alone_are_refused(rows: Survey) -> None:
    with pytest.raises(kda.ModelError) as refused:
        kda.benchmark(rows.select(only={"brand": "rival"}))
    assert str(refused.value) == (
        "Expected rows about the service itself in the selection, found only those about rivals; widen the selection."
    )


def test_a_person_with_two_rows_about_the_rival_is_refused(rows: Survey) -> None:
    twice = rows.raw.copy()
    twice.loc[3, "respondent"] = twice.loc[1, "respondent"]
    twice.loc[3, "wave"] = twice.loc[1, "wave"]
    with pytest.raises(kda.ModelError) as refused:
        rival_pairs(replace(rows, raw=twice))
    assert str(refused.value) == (
        "Expected at most one row about rival 'private_office' for each person and wave, found several; name the "
        "column of the person under design.respondent, or correct the file."
    )


class _near:  # noqa: N801
    """Equal to a rating whose numbers are the same but for rounding."""

    def __init__(self, rating: Any) -> None:
        self.rating = rating

    def __eq__(self, other: object) -> bool:
        def numbers(told: Any) -> list[float]:
            parts = [told.ours, told.theirs, told.higher, told.same, told.lower, told.difference]
            limits = [(one.estimate, one.std_error, one.conf_low, one.conf_high) for one in parts]
            return [told.n, *told.ratio, *np.ravel(limits)]

        return bool(np.allclose(numbers(self.rating), numbers(other), rtol=1e-9)) and (
            self.rating.difference.conclusion == other.difference.conclusion  # type: ignore[attr-defined]
        )

    __hash__ = None  # type: ignore[assignment]


# Brute force


def test_a_rival_s_numbers_are_those_of_paired_tests(tmp_path: Path) -> None:
    columns = answers(500)
    result = kda.benchmark(rated(tmp_path, columns))
    p_values = {}
    for name in ("a", "b", "y"):
        one = result.measure(name)
        assert one is not None
        rating = one.rivals["office"]
        ours, theirs = columns[name], columns[f"their_{name}"]
        both = ~np.isnan(theirs)
        test = stats.ttest_rel(ours[both], theirs[both])
        low, high = test.confidence_interval(0.95)
        assert rating.n == both.sum()
        assert rating.difference.estimate == pytest.approx((ours - theirs)[both].mean())
        assert (rating.difference.conf_low, rating.difference.conf_high) == pytest.approx((low, high))
        assert rating.difference.p_value == pytest.approx(test.pvalue)
        assert rating.ratio is not None
        assert rating.ratio[0] == pytest.approx(ours[both].mean() / theirs[both].mean())
        assert rating.higher.estimate == pytest.approx((ours > theirs)[both].mean())
        assert rating.higher.estimate + rating.same.estimate + rating.lower.estimate == pytest.approx(1)
        p_values[name] = test.pvalue
        # The outcome stands alone, and drivers together.
        if name == "y":
            assert rating.difference.p_adjusted == rating.difference.p_value
    told = [result.measure(name).rivals["office"].difference.p_adjusted for name in ("a", "b")]  # type: ignore[union-attr]
    assert told == pytest.approx(holm(np.array([p_values["a"], p_values["b"]])))


def test_the_ratio_s_interval_is_that_of_resampled_ratios(tmp_path: Path) -> None:
    columns = answers(400)
    one = kda.benchmark(rated(tmp_path, columns)).measure("y")
    assert one is not None and one.rivals["office"].ratio is not None
    both = np.flatnonzero(~np.isnan(columns["their_y"]))
    drawn = np.random.default_rng(1).choice(both, (4000, len(both)))
    ratio = columns["y"][drawn].mean(axis=1) / columns["their_y"][drawn].mean(axis=1)
    width = np.diff(one.rivals["office"].ratio[1:])[0]
    assert width == pytest.approx(np.diff(np.quantile(ratio, [0.025, 0.975]))[0], rel=0.06)


def test_the_past_is_that_of_differences_of_means(centre: BenchmarkResult, asked: Survey) -> None:
    values = asked.scores["loyalty"].to_numpy()
    waves = [asked.wave_index == place for place in range(8)]
    one = centre.measure("loyalty")
    assert one is not None and one.previous is not None and one.earlier is not None and one.best is not None
    told = difference_level(asked, values, waves[7], waves[6], 0.95)
    found = one.previous.difference
    assert (found.estimate, found.std_error) == pytest.approx((told.estimate, told.std_error), rel=1e-6)
    means = [mean_level(asked, values, rows, 0.95) for rows in waves]
    assert one.earlier.value == pytest.approx(np.mean([level.estimate for level in means[:7]]))
    # Days are of one wave each, so that waves are independent.
    error = np.sqrt(means[7].std_error ** 2 + np.sum([level.std_error**2 for level in means[:7]]) / 49)
    assert one.earlier.difference.std_error == pytest.approx(error, rel=0.02)
    best = int(np.argmax([level.estimate for level in means[:7]]))
    assert (one.best.wave, one.best.value) == (asked.waves[best], pytest.approx(means[best].estimate))


def test_the_best_of_several_is_partly_the_luckiest() -> None:
    rng = np.random.default_rng(3)
    error = np.full(6, np.sqrt(2.0))
    drawn = rng.standard_normal((4000, 7))
    # All waves are alike: the difference from the best of the true ones is 0.
    told = [from_best(one[0] - one[1:], error, 10**6, 0.95) for one in drawn]
    assert np.mean([one.estimate for one in told]) < -1
    wrong = np.mean([not one.conf_low <= 0 <= one.conf_high for one in told])
    assert wrong < 0.05
    assert np.mean([one.conclusion == "below" for one in told]) < 0.03
    # Where we are far above each of them, the interval says so; where we are far below one, too.
    assert from_best(np.array([5.0, 6.0]), np.ones(2), 100, 0.95).conclusion == "above"
    assert from_best(np.array([-5.0, 6.0]), np.ones(2), 100, 0.95).conclusion == "below"


def test_a_figure_from_outside_has_no_error(centre: BenchmarkResult, asked: Survey) -> None:
    one = centre.measure("satisfaction")
    assert one is not None and one.outside is not None
    assert (one.outside.value, one.outside.year) == (62, None)  # of the indicator, which is not asked again
    assert one.outside.difference.std_error == one.level.std_error
    speed = centre.measure("speed")
    assert speed is not None and speed.outside is not None
    assert (speed.outside.value, speed.outside.year) == (66, 2024)
    assert speed.outside.difference.estimate == pytest.approx(speed.level.estimate - 66)


def test_units_that_differ_by_chance_alone_have_no_range(tmp_path: Path) -> None:
    columns = answers(800, seed=5)
    units = np.array([f"u{k}" for k in np.arange(800) % 8])
    one = kda.benchmark(rated(tmp_path / "a", columns, unit=units)).measure("a")
    assert one is not None and one.units is not None and one.units.own is None
    raw = [columns["a"][units == name].mean() for name in np.unique(units)]
    assert one.units.high - one.units.low < 0.75 * np.ptp(raw)
    assert one.units.mean == pytest.approx(np.mean(raw))
    columns["a"] = columns["a"] / 4 + 2 * (np.arange(800) % 8)
    apart = kda.benchmark(rated(tmp_path / "b", columns, unit=units)).measure("a")
    assert apart is not None and apart.units is not None
    raw = [columns["a"][units == name].mean() for name in np.unique(units)]
    assert apart.units.high - apart.units.low == pytest.approx(np.ptp(raw), rel=0.1)
    assert apart.units.n_units == 8


def test_few_units_have_no_range(tmp_path: Path) -> None:
    columns = answers(400)
    units = np.array([f"u{k}" for k in np.arange(400) % 5])
    survey = rated(tmp_path, columns, unit=units)
    one = kda.benchmark(survey).measure("a")
    assert one is not None and one.units is not None
    # Beside a selected one there are four, whose range would tell what each has.
    selected = kda.benchmark(survey.select(unit="u1")).measure("a")
    assert selected is not None and selected.units is None


def test_few_pairs_are_not_told(tmp_path: Path) -> None:
    columns = answers(200)
    columns["their_b"] = np.where(np.arange(200) < 9, 50.0, np.nan)
    columns["their_a"] = np.where(np.arange(200) < 10, 50.0 + np.arange(200) % 3, np.nan)
    survey = rated(tmp_path, columns)
    told = {one.name: one.rivals for one in kda.benchmark(survey).measures}
    assert "office" in told["a"] and "office" not in told["b"]
    found = rival_levels(survey, drivers=["a", "b"])
    assert found.n.tolist() == [10, 0] and np.isnan(found.theirs[1])
    assert found.theirs[0] == pytest.approx(columns["their_a"][:10].mean())


def test_weights_count(tmp_path: Path) -> None:
    columns = answers(300)
    weights = np.random.default_rng(2).integers(1, 4, 300).astype(float)
    one = kda.benchmark(rated(tmp_path, columns, weights=weights)).measure("a")
    assert one is not None
    both = ~np.isnan(columns["their_a"])
    apart = np.average((columns["a"] - columns["their_a"])[both], weights=weights[both])
    assert one.rivals["office"].difference.estimate == pytest.approx(apart)


def test_replicate_weights_and_designs_are_honoured(tmp_path: Path) -> None:
    columns = answers(120)
    groups = np.arange(120) % 12
    kept = np.array([np.where(groups == g, 0.0, 12 / 11) for g in range(12)]).T
    columns["a"] = np.clip(columns["a"] + 2.0 * (groups % 4), 0, 100)
    apart = columns["a"] - columns["their_a"]
    both = ~np.isnan(apart)
    drawn = np.array([np.average(apart[both], weights=kept[both, g]) for g in range(12)])
    whole = apart[both].mean()
    jackknifed = np.sqrt(11 / 12 * ((drawn - whole) ** 2).sum())
    design = {"replicate_method": "jk1"}
    weights = np.ones(120)
    by_replicates = rated(tmp_path / "r", columns, replicates=kept, weights=weights, design=design)
    by_clusters = rated(tmp_path / "c", columns, clusters=groups)
    sums = np.array([(apart[both & (groups == g)] - whole).sum() for g in range(12)]) / both.sum()
    linearised = np.sqrt(12 / 11 * (sums**2).sum())
    for survey, error in ((by_replicates, jackknifed), (by_clusters, linearised)):
        one = kda.benchmark(survey).measure("a")
        assert one is not None
        found = one.rivals["office"].difference
        assert (found.estimate, found.std_error) == pytest.approx((whole, error))
        assert (found.conf_high - found.estimate) / error == pytest.approx(stats.t.ppf(0.975, 11))
    plain = kda.benchmark(rated(tmp_path / "p", columns)).measure("a")
    assert plain is not None
    assert plain.rivals["office"].difference.std_error != pytest.approx(linearised, rel=0.05)


# What is refused, and what is told of it


def test_a_survey_with_nothing_beside_it(tmp_path: Path) -> None:
    columns = {name: values for name, values in answers(100).items() if not name.startswith("their_")}
    survey = rated(tmp_path, columns)
    with pytest.raises(kda.ModelError) as refused:
        kda.benchmark(survey)
    assert str(refused.value) == (
        "Expected something to set the service beside, found one wave, no five units, no figure from outside and no "
        "rival; add 'rivals:' or 'benchmarks:' to the codebook."
    )
    told = kda.attempt(kda.benchmark, survey)
    assert isinstance(told, Unanswered) and told.reasons[0].code == "no_comparison"


def test_the_result_has_only_known_columns(centre: BenchmarkResult) -> None:
    assert set(centre.tidy().columns) <= set(COLUMNS)
    assert centre.glance().loc[0, "n"] == centre.n_used
    assert centre.details == {"wave": "2024Q4", "unit": "", "rivals": ["private_office"]}
    terms = set(centre.tidy()["term"])
    assert {"level", "against_previous", "against_earlier_best", "units_median", "against_outside"} <= terms
    assert {"against_rival", "ratio", "higher", "same", "lower"} <= terms

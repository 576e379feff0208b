"""Units compared, effects that differ, small segments and staff: what was planted, and what must be refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.errors import ModelError
from drivers.segments.units.compared_units_result import UnitsResult
from drivers.segments.units.staff_links_result import StaffResult
from drivers.survey.data import Survey
from tests.simulated import make_survey


@pytest.fixture(scope="module")
def survey() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def units(survey: Survey) -> UnitsResult:
    return kda.compare_units(survey)


@pytest.fixture(scope="module")
def staff(survey: Survey) -> StaffResult:
    return kda.staff_and_customers(survey)


def test_the_worse_branch_is_told_and_the_one_that_only_looks_worse_is_not(units: UnitsResult) -> None:
    truth = kda.example_truth("service_center")["branches"]
    said = dict(zip(units.names, units.standing, strict=True))
    worse, looks = truth["worse"], truth["only_looks_worse"]
    assert [name for name, says in said.items() if says == "below"] == [worse]
    lowest = units.names[int(np.argmin(units.estimate))]
    assert lowest == looks and said[looks] == "open"  # a naked league table would blame the wrong one
    place = units.names.index(looks)
    assert units.adjusted[place] > units.adjusted[units.names.index(worse)]
    assert units.rank_low[place] == 1 and units.rank_high[place] == 24


def test_adjusted_ratings_are_nearer_to_the_truth(units: UnitsResult) -> None:
    truth = kda.example_truth("service_center")["branches"]["satisfaction"]
    true = np.array([truth[name] for name in units.names])
    raw, adjusted = ((column - true) ** 2 for column in (units.estimate, units.adjusted))
    assert adjusted.sum() < 0.5 * raw.sum()
    assert ((units.adjusted_low <= true) & (true <= units.adjusted_high)).sum() >= 22


@pytest.mark.parametrize("seed", [101, 102])
def test_other_samples_find_the_worse_branch_and_no_wrong_one(seed: int) -> None:
    found = kda.compare_units(kda.simulate_service_center(seed=seed).survey())
    truth = kda.example_truth("service_center")["branches"]
    below = [name for name, says in zip(found.names, found.standing, strict=True) if says == "below"]
    assert truth["worse"] in below and truth["only_looks_worse"] not in below


def test_units_of_one_wave_hide_what_would_tell_the_small_one(survey: Survey) -> None:
    found = kda.compare_units(survey.select(wave="2024Q4"))
    small = kda.example_truth("service_center")["branches"]["only_looks_worse"]
    assert small not in found.names and found.hidden == 2 and len(found.names) == 22
    assert found.n.min() >= 10


def test_a_selected_unit_stands_among_others_without_names(survey: Survey, units: UnitsResult) -> None:
    found = kda.compare_units(survey.select(unit="b17"))
    assert found.names.count("b17") == 1 and set(found.names) == {"b17", ""}
    assert found.selected is not None and found.names[found.selected] == "b17"
    assert np.all(np.diff(found.estimate) >= 0)  # by rating, not by the order of the codebook
    assert found.p_adjusted[found.selected] == units.p_adjusted[units.names.index("b17")]
    assert sorted(found.tidy()["unit"].unique()) == ["", "b17"]
    with pytest.raises(ModelError) as refused:
        kda.compare_units(survey.select(unit="b09", wave="2024Q4"))
    assert refused.value.code == "suppressed" and refused.value.values == {"needed": 10}


def test_the_limits_of_the_funnel_hold_each_dot_or_not_by_its_own_error(units: UnitsResult) -> None:
    limits = units.limits(units.n_equivalent, 0.95)
    reach = 1.959964 * np.sqrt(units.std_error**2 + units.usual_sd**2)
    assert limits[:, 1] == pytest.approx(units.center + reach, rel=1e-6)


def test_other_statistics(survey: Survey) -> None:
    shares = kda.compare_units(survey, statistic="top2box")
    assert (shares.estimate <= 1).all() and shares.better == "higher"
    points = kda.compare_units(survey, outcome="recommend")
    assert points.measure == "nps" and points.estimate.min() < 0
    with pytest.raises(ModelError) as refused:
        kda.compare_units(survey, outcome="recommend", statistic="mean")
    assert str(refused.value) == (
        "Expected a statistic of outcome 'recommend' (nps), found 'mean'; choose one of these."
    )


def test_what_lacks_units_is_refused(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    y = rng.uniform(0, 100, 90)
    plain = make_survey(tmp_path, drivers={"a": y}, outcomes={"satisfaction": y})
    with pytest.raises(ModelError) as refused:
        kda.compare_units(plain)
    assert refused.value.code == "no_units_named"
    assert str(refused.value) == "Expected 'unit:' in the codebook to compare units, found none; add it."
    three = make_survey(tmp_path, drivers={"a": y}, outcomes={"satisfaction": y}, unit=np.repeat(["x", "y", "z"], 30))
    with pytest.raises(ModelError) as refused:
        kda.compare_units(three)
    assert refused.value.code == "few_units_shown" and refused.value.values == {"needed": 4}
    flat = make_survey(tmp_path, drivers={"a": y}, outcomes={"satisfaction": np.full(90, 50.0)}, unit=np.arange(90) % 5)
    with pytest.raises(ModelError) as refused:
        kda.compare_units(flat)
    assert refused.value.code == "constant_outcome"


def test_ten_equal_answers_are_no_certainty(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    unit = np.repeat([f"u{i}" for i in range(6)], 12)
    y = np.where(unit == "u0", 70.0, rng.uniform(30, 100, 72).round())
    found = kda.compare_units(make_survey(tmp_path, drivers={"a": y}, outcomes={"satisfaction": y}, unit=unit))
    assert found.std_error[found.names.index("u0")] > 1


def slopes_survey(folder: Path, spread: float, *, k: int = 24, n: int = 120, seed: int = 5) -> Survey:
    """Units in which the effect of ``a`` differs by a standard deviation, and that of ``b`` does not."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(k), n)
    own = 0.4 + spread * rng.standard_normal(k)
    x = 50 + 12 * rng.standard_normal((k * n, 2))
    y = (
        50
        + 3 * rng.standard_normal(k)[unit]
        + own[unit] * (x[:, 0] - 50)
        + 0.3 * (x[:, 1] - 50)
        + 6 * rng.standard_normal(k * n)
    )
    return make_survey(
        folder,
        drivers={"a": np.clip(x[:, 0], 0, 100), "b": np.clip(x[:, 1], 0, 100)},
        outcomes={"satisfaction": np.clip(y, 0, 100)},
        unit=np.char.add("u", unit.astype(str)),
    )


def test_effects_that_differ_are_found_and_others_are_not(tmp_path: Path) -> None:
    found = kda.unit_effects(slopes_survey(tmp_path, 0.15))
    assert found.terms == ("a", "b") and found.differs.tolist() == [True, False]
    one = found.between[0]
    assert one.sd_low < 0.15 < one.sd_high and one.predicted_low < 0.25 < 0.55 < one.predicted_high
    by_unit = found.by_unit()
    assert len(by_unit) == 48
    assert ((by_unit["adjusted"] - one.mean).abs() <= (by_unit["estimate"] - one.mean).abs() + 0.02)[::2].all()


def test_two_stages_agree_with_a_mixed_model(tmp_path: Path) -> None:
    import statsmodels.formula.api as smf

    survey = slopes_survey(tmp_path, 0.15)
    found = kda.unit_effects(survey, drivers=["a"])
    table = survey.scores.assign(
        unit=survey.raw["unit"].to_numpy(), a=(survey.scores["a"] - survey.scores["a"].mean()) / 10
    )
    fit = smf.mixedlm("satisfaction ~ a", table, groups="unit", re_formula="~a").fit(reml=True)
    assert found.between[0].mean == pytest.approx(fit.fe_params["a"] / 10, abs=0.01)
    assert found.between[0].sd == pytest.approx(float(np.sqrt(fit.cov_re.loc["a", "a"])) / 10, rel=0.1)


def test_branches_do_not_differ_in_what_drives_their_customers(survey: Survey) -> None:
    found = kda.unit_effects(survey)
    assert not found.differs.any() and found.groups == 23 and found.left_out == 1
    effects = kda.example_truth("service_center")["importance"]["effects"]
    held = [
        one.interval(0.95)[0] - 0.02 <= effects[term] <= one.interval(0.95)[1] + 0.02
        for term, one in zip(found.terms, found.between, strict=True)
    ]
    assert all(held)
    assert found.persons_once and [note.code for note in found.notes][-1] == "persons_not_told"
    hidden = kda.unit_effects(survey.select(unit="b17"), drivers=["respect", "speed"])
    assert sorted(set(hidden.names)) == ["", "b17"]


def test_no_slope_is_said_to_differ_where_none_does(tmp_path: Path) -> None:
    wrong = sum(
        bool(kda.unit_effects(slopes_survey(tmp_path, 0.0, k=10, n=30, seed=seed)).differs.any()) for seed in range(8)
    )
    # Of 8 at 5 %, fewer than 4 in 999 of 1,000 studies.
    assert wrong <= 3


def test_persons_who_answer_once_tell_nothing_of_how_they_differ(survey: Survey) -> None:
    with pytest.raises(ModelError) as refused:
        kda.unit_effects(survey, over="persons")
    assert refused.value.code == "persons_answer_once"
    assert str(refused.value) == (
        "Expected people who answered repeatedly (design.respondent) to tell how they differ, found one answer each; "
        "use over='units'."
    )


def test_persons_who_answer_repeatedly_are_told_of_together_only(tmp_path: Path) -> None:
    survey = slopes_survey(tmp_path, 0.3, k=16, n=30)
    design = survey.codebook.design.model_copy(update={"respondent": "unit"})
    again = replace(survey, codebook=survey.codebook.model_copy(update={"design": design}))
    found = kda.unit_effects(again, over="persons")
    assert found.groups == 16 and found.names == () and len(found.by_unit()) == 0
    assert found.differs.tolist() == [True, False] and not found.persons_once


def test_small_groups_are_drawn_towards_the_mean(survey: Survey) -> None:
    found = kda.pooled_segments(survey.select(unit="b15"), segment=["age", "language"])
    mean = found.terms[0]
    assert found.unit == "b15" and found.n.min() >= 10 and len(found.groups) >= 4
    drawn = np.abs(mean.adjusted.estimate - mean.between.mean)
    assert (drawn <= np.abs(mean.estimate - mean.between.mean) + 0.5).all() and np.ptp(drawn) < np.ptp(mean.estimate)
    for effect in found.terms[1:]:  # told of groups with enough answers only
        assert np.isnan(effect.estimate).tolist() == np.isnan(effect.of_all("conf_low")).tolist()
    assert found.groups[0][0] == "18-29"


def test_segments_of_two_levels_are_not_pooled(survey: Survey) -> None:
    assert kda.pooled_segments(survey).segments == ("region",)
    with pytest.raises(ModelError) as refused:
        kda.pooled_segments(survey, segment="sex")
    assert refused.value.code == "few_groups_shown"
    with pytest.raises(ModelError, match=r"^Expected one segment or two different ones, found \['sex', 'sex'\]"):
        kda.pooled_segments(survey, segment=["sex", "sex"])


def test_planted_links_of_staff_and_customers_are_found_and_nothing_absurd(staff: StaffResult) -> None:
    planted = kda.example_truth("service_center")["staff"]["to_customers_in_latent_deviations"]
    real = {(mine, yours) for mine, moved in planted.items() for yours in moved}
    found = {(link.staff, link.customers) for link in staff.clear}
    assert {("training", "information"), ("environment", "speed")} <= found <= real
    assert all(staff.says(link) == "more" for link in staff.clear)
    assert "incentives" in staff.alike and staff.joined == 24 and staff.left_out == 0
    tidy = staff.tidy()
    assert len(tidy) == 10 * (5 - len(staff.alike)) and (tidy["corrected"].abs() >= tidy["estimate"].abs()).all()


def test_staff_of_other_units_are_not_joined(survey: Survey) -> None:
    assert survey.staff is not None
    raw = survey.staff.raw.assign(branch=np.char.add("x", survey.staff.raw["branch"].to_numpy(dtype=str)))
    with pytest.raises(ModelError) as refused:
        kda.staff_and_customers(replace(survey, staff=replace(survey.staff, raw=raw)), draws=100)
    assert refused.value.code == "few_units_joined" and refused.value.values == {"needed": 10, "answers": 10}
    with pytest.raises(ModelError) as refused:
        kda.staff_and_customers(replace(survey, staff=None))
    assert refused.value.code == "no_staff"


def test_groups_of_weight_0_cannot_be_pooled(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    y, unit = rng.uniform(0, 100, 240), np.repeat(["u", "v"], 120)
    survey = make_survey(
        tmp_path,
        drivers={"a": y},
        outcomes={"y": y},
        weights=np.where(unit == "u", 0.0, 1.0),
        unit=unit,
        segments={"part": np.tile(["a", "b", "c", "d"], 60)},
    )
    with pytest.raises(ModelError) as caught:
        kda.pooled_segments(survey.select(unit="u"))
    assert caught.value.code == "few_groups_shown"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"draws": 0}, "Expected draws from 100 to 1000000, found 0; use 50000."),
        ({"draws": 10**12}, "Expected draws from 100 to 1000000, found 1000000000000; use 50000."),
        ({"draws": "x"}, "Expected draws from 100 to 1000000, found 'x'; use 50000."),
        ({"drivers": ["speed", "speed"]}, "Expected each driver once, found 'speed' twice; remove one."),
        ({"drivers": "speed"}, "Expected a list of names in drivers=, found 'speed'; write ['speed']."),
    ],
)
def test_wrong_questions_on_staff_have_their_sentences(survey: Survey, given: dict[str, object], sentence: str) -> None:
    with pytest.raises(ModelError) as caught:
        kda.staff_and_customers(survey, **given)  # type: ignore[arg-type]
    assert str(caught.value) == sentence

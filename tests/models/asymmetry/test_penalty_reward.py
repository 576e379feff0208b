"""Penalty and reward: against other programs and by hand, what cannot be known, and what was planted."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import statsmodels.formula.api as formula
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.errors import ModelError
from drivers.models.asymmetry.penalty_reward import asymmetry
from drivers.models.asymmetry.penalty_reward_result import MEASURES, AsymmetryResult
from drivers.results import Code
from drivers.survey.data import Survey
from tests.simulated import make_survey
from tests.survey.synthetic.samples import example, shipped

ROUNDING = 1e-9
"""Relative: least squares by one decomposition or another."""

SURELY = stats.norm.ppf(0.9995)
"""Reach of a 99.9 % interval in standard errors."""

TRUTH = kda.example_truth("service_center")["asymmetry"]
STEPS = np.array([0.0, 25.0, 50.0, 75.0, 100.0])


def ratings(n: int, seed: int, k: int = 3) -> np.ndarray:
    """Ratings on five answers that go together; float (n, k)."""
    rng = np.random.default_rng(seed)
    latent = 0.6 * rng.normal(size=(n, 1)) + 0.8 * rng.normal(size=(n, k))
    return STEPS[(latent[:, :, None] > [-1.3, -0.6, 0.1, 0.9]).sum(axis=2)]


def satisfaction(x: np.ndarray, seed: int) -> np.ndarray:
    """A must-have, a bonus and a straight line, with noise that depends on the first; float (n,)."""
    rng = np.random.default_rng(seed)
    low, high = np.minimum(x - 50, 0) / 50, np.maximum(x - 50, 0) / 50
    y = 55 + 15 * low[:, 0] + 12 * high[:, 1] + 6 * (low[:, 2] + high[:, 2])
    return np.clip(y + rng.normal(0, 4, len(x)) * (1 + high[:, 0]), 0, 100)


def survey_of(folder: Path, x: np.ndarray, y: np.ndarray, **options: object) -> Survey:
    drivers = {name: column for name, column in zip("abcd", x.T, strict=False)}
    return make_survey(folder, drivers=drivers, outcomes={"y": y}, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    x = ratings(500, 1)
    return survey_of(tmp_path_factory.mktemp("plain"), x, satisfaction(x, 2))


@pytest.fixture(scope="module")
def service() -> AsymmetryResult:
    return asymmetry(example())


def frame_of(survey: Survey) -> object:
    """Scores with both sides of each driver, written another way."""
    frame = survey.scores.copy()
    for name in "abc":
        frame[f"{name}_low"] = frame[name].clip(upper=50) / 50 - 1
        frame[f"{name}_high"] = frame[name].clip(lower=50) / 50 - 1
        frame[f"{name}_group"] = np.select([frame[name] < 40, frame[name] > 60], ["low", "top"], "mid")
    return frame


# Against other programs


def test_two_lines_are_those_of_a_regression_on_both_sides(survey: Survey) -> None:
    found = asymmetry(survey)
    sides = [f"{name}_{side}" for name in "abc" for side in ("low", "high")]
    other = formula.ols(f"y ~ {' + '.join(sides)}", frame_of(survey)).fit(cov_type="HC3", use_t=True)
    for i, name in enumerate("abc"):
        for side, values in (("low", found.penalty), ("high", found.reward)):
            term = f"{name}_{side}"
            np.testing.assert_allclose(values[0, i], other.params[term], rtol=ROUNDING)
            np.testing.assert_allclose(values[1, i], other.bse[term], rtol=ROUNDING)
            np.testing.assert_allclose(values[2:, i], other.conf_int().loc[term], rtol=ROUNDING)
        both = other.t_test(f"{name}_low + {name}_high = 0")
        np.testing.assert_allclose(found.impact_range[0, i], both.effect[0], rtol=ROUNDING)
        np.testing.assert_allclose(found.impact_range[1, i], both.sd.item(), rtol=ROUNDING)
    assert (found.errors, found.df_resid) == ("HC3", other.df_resid)
    assert found.r2 == pytest.approx(other.rsquared)
    assert found.shapes == ("must_have", "bonus", "proportional")


def test_groups_are_those_of_a_regression_on_dummies(survey: Survey) -> None:
    found = asymmetry(survey, method="contrast")
    groups = [f"C({name}_group, Treatment('mid'))" for name in "abc"]
    other = formula.ols(f"y ~ {' + '.join(groups)}", frame_of(survey)).fit(cov_type="HC3", use_t=True)
    for i, group in enumerate(groups):
        np.testing.assert_allclose(found.penalty[0, i], -other.params[f"{group}[T.low]"], rtol=ROUNDING)
        np.testing.assert_allclose(found.reward[0, i], other.params[f"{group}[T.top]"], rtol=ROUNDING)
        np.testing.assert_allclose(found.reward[1, i], other.bse[f"{group}[T.top]"], rtol=ROUNDING)


def test_p_values_are_those_of_the_contrasts(survey: Survey) -> None:
    found = asymmetry(survey, drivers=["a"], always=[])
    other = formula.ols("y ~ a_low + a_high", frame_of(survey)).fit(cov_type="HC3", use_t=True)
    alone = [other.t_test(f"{contrast} = 0").pvalue for contrast in ("a_low - 2 * a_high", "a_low")]
    assert found.p_adjusted[0] == pytest.approx(float(max(alone)), rel=1e-6)


def test_the_index_is_fieller_s(survey: Survey) -> None:
    found = asymmetry(survey)
    penalty, reward = found.penalty[0], found.reward[0]
    np.testing.assert_allclose(found.index[0, 2], (reward[2] - penalty[2]) / (reward[2] + penalty[2]))
    assert found.index[0, 0] == pytest.approx(-1, abs=0.15) and found.index[0, 1] == pytest.approx(1, abs=0.15)
    assert (found.index[1] <= found.index[0]).all() and (found.index[0] <= found.index[2]).all()


# Identities


def test_a_straight_line_has_the_same_of_both_whatever_its_answers(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    x = STEPS[rng.choice(5, p=[0.05, 0.05, 0.1, 0.2, 0.6], size=(600, 2))]
    found = asymmetry(survey_of(tmp_path, x, 20 + 0.3 * x[:, 0] + 0.1 * x[:, 1]))
    np.testing.assert_allclose(found.penalty[0], [15, 5])
    np.testing.assert_allclose(found.reward[0], [15, 5])
    np.testing.assert_allclose(found.index[0], 0, atol=1e-9)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 1000))
def test_both_ways_are_one_on_three_answers(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = 50.0 * rng.integers(0, 3, (150, 2))
    survey = survey_of(tmp_path_factory.mktemp("three"), x, rng.uniform(0, 100, 150))
    one, other = asymmetry(survey), asymmetry(survey, method="contrast")
    for name in ("penalty", "reward", "impact_range", "index", "p_adjusted"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-7, atol=1e-9)
    assert one.shapes == other.shapes


def test_turning_everything_round_swaps_penalty_and_reward(tmp_path: Path, survey: Survey) -> None:
    x, y = survey.scores[list("abc")].to_numpy(), survey.scores["y"].to_numpy()
    one, other = asymmetry(survey), asymmetry(survey_of(tmp_path, 100 - x, 100 - y))
    np.testing.assert_allclose(one.penalty, other.reward, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(one.reward, other.penalty, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(one.index[0], -other.index[0])
    assert other.shapes == ("bonus", "must_have", "proportional")
    np.testing.assert_array_equal(one.n_low, other.n_high)


def test_the_order_of_the_drivers_does_not_matter(survey: Survey) -> None:
    one, other = asymmetry(survey), asymmetry(survey, drivers=["c", "a", "b"])
    for name in ("penalty", "reward", "index", "p_adjusted"):
        np.testing.assert_allclose(getattr(one, name)[..., [2, 0, 1]], getattr(other, name), rtol=1e-7, atol=1e-9)


def test_a_score_of_several_items_bends_in_its_own_middle(tmp_path: Path) -> None:
    rng = np.random.default_rng(9)
    items = np.clip(STEPS[rng.integers(0, 5, (800, 1))] + 25 * rng.integers(-1, 2, (800, 3)), 0, 100)
    score = items.mean(axis=1)
    y = 50 + 20 * np.minimum(score - 50, 0) / 50 + rng.normal(0, 3, 800)
    found = asymmetry(make_survey(tmp_path, drivers={"a": items}, outcomes={"y": y}))
    assert found.penalty[2, 0] < 20 < found.penalty[3, 0]
    assert found.reward[2, 0] < 0 < found.reward[3, 0]
    assert found.n_low[0] == (score < 50).sum() and found.shapes == ("must_have",)


@pytest.mark.parametrize(
    ("scale", "middle"),
    [((1, 5), [3]), ((1, 7), [4]), ((0, 10), [4, 5, 6]), ((1, 10), [5, 6]), ((1, 3), [2])],
)
def test_middle_answers_of_groups(tmp_path: Path, scale: tuple[int, int], middle: list[int]) -> None:
    rng = np.random.default_rng(3)
    x = rng.integers(scale[0], scale[1] + 1, 500).astype(float)
    y = np.clip(x + rng.integers(-1, 2, 500), *scale)
    found = asymmetry(
        make_survey(tmp_path, drivers={"a": x}, outcomes={"y": y}, scale=scale, step=1), method="contrast"
    )
    assert found.n_low[0] == (x < min(middle)).sum() and found.n_high[0] == (x > max(middle)).sum()
    score = 100 * (y - scale[0]) / (scale[1] - scale[0])
    means = [score[part].mean() for part in (x < min(middle), np.isin(x, middle), x > max(middle))]
    np.testing.assert_allclose([found.penalty[0, 0], found.reward[0, 0]], np.diff(means))


# Weights and design


def test_weights_weigh_and_their_scale_does_not_matter(tmp_path: Path, survey: Survey) -> None:
    x, y = survey.scores[list("abc")].to_numpy(), survey.scores["y"].to_numpy()
    weights = np.random.default_rng(4).integers(1, 4, len(y)).astype(float)
    found = asymmetry(survey_of(tmp_path / "w", x, y, weights=weights))
    scaled = asymmetry(survey_of(tmp_path / "s", x, y, weights=7 * weights))
    times = weights.astype(int)
    repeated = asymmetry(survey_of(tmp_path / "r", np.repeat(x, times, axis=0), np.repeat(y, times)))
    np.testing.assert_allclose(found.penalty, scaled.penalty)
    np.testing.assert_allclose(found.penalty[0], repeated.penalty[0])
    np.testing.assert_allclose(found.reward[0], repeated.reward[0])
    assert found.errors == "linearised" and found.sample.weighted
    assert (found.penalty[1] > repeated.penalty[1]).all()


def test_sampling_units_make_the_same_answers_count_less(tmp_path: Path, survey: Survey) -> None:
    x, y = survey.scores[list("abc")].to_numpy()[:200], survey.scores["y"].to_numpy()[:200]
    double = {"x": np.repeat(x, 2, axis=0), "y": np.repeat(y, 2)}
    clustered = asymmetry(survey_of(tmp_path / "c", double["x"], double["y"], clusters=np.repeat(np.arange(200), 2)))
    alone = asymmetry(survey_of(tmp_path / "a", double["x"], double["y"]))
    assert clustered.errors == "linearised" and clustered.df_resid == 200 - 1 - 6
    np.testing.assert_allclose(clustered.penalty[0], alone.penalty[0])
    np.testing.assert_allclose(clustered.penalty[1] / alone.penalty[1], np.sqrt(2), rtol=0.06)


def test_replicate_weights_fit_anew(tmp_path: Path, survey: Survey) -> None:
    x, y = survey.scores[list("abc")].to_numpy()[:120], survey.scores["y"].to_numpy()[:120]
    weights = np.ones(120)
    group = np.arange(120) % 40
    replicates = np.where(group[:, None] == np.arange(40), 0.0, 40 / 39)
    design = {"replicate_method": "jk1"}
    found = asymmetry(survey_of(tmp_path, x, y, weights=weights, replicates=replicates, design=design))
    assert (found.errors, found.df_resid) == ("replicates", 39 - 6)
    low, high = np.minimum(x - 50, 0) / 50, np.maximum(x - 50, 0) / 50
    columns = np.column_stack([np.ones(120), low, high])
    drawn = np.array([np.linalg.lstsq(columns[group != r], y[group != r], rcond=None)[0] for r in range(40)])
    whole = np.linalg.lstsq(columns, y, rcond=None)[0]
    error = np.sqrt(39 / 40 * ((drawn - whole) ** 2).sum(axis=0))
    np.testing.assert_allclose(found.penalty[:2], [whole[1:4], error[1:4]], rtol=1e-7)
    np.testing.assert_allclose(found.reward[:2], [whole[4:], error[4:]], rtol=1e-7)


# What cannot be known


def few_low(n_low: int, n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """A rating that so few give a low answer, beside one with answers on both sides."""
    rng = np.random.default_rng(12)
    x = np.column_stack([STEPS[rng.integers(2, 5, n)], STEPS[rng.integers(0, 5, n)]])
    x[:n_low, 0] = STEPS[np.arange(n_low) % 2]
    return x, 40 + 0.1 * x[:, 0] + 0.2 * x[:, 1] + rng.normal(0, 2, n)


@pytest.mark.parametrize(("n_low", "given"), [(0, False), (9, False), (10, False), (19, False), (20, True)])
def test_a_side_of_few_answers_is_not_known_and_not_zero(tmp_path: Path, n_low: int, given: bool) -> None:
    found = asymmetry(survey_of(tmp_path, *few_low(n_low)))
    assert found.bases[0] == ("estimated" if given else "few_low")
    assert np.isfinite(found.penalty[:, 0]).all() == given
    assert np.isfinite(found.impact_range[:, 0]).all() == given == bool(np.isfinite(found.p_adjusted[0]))
    # Who they are could be told from their number.
    assert np.isnan(found.n_low[0]) == (n_low < 10)
    assert found.shapes[0] == "undecided" or given
    # The other side and the other driver are known all the same.
    assert found.reward[2, 0] < 5 < found.reward[3, 0]
    assert found.bases[1] == "estimated" and found.shapes[1] == "proportional"


def test_weights_decide_how_many_answers_count(tmp_path: Path) -> None:
    x, y = few_low(30)
    weights = np.ones(len(y))
    weights[:3] = 10.0
    found = asymmetry(survey_of(tmp_path, x, y, weights=weights))
    assert found.bases[0] == "few_low" and found.n_low[0] == 30


def test_high_answers_and_both_sides_may_be_few(tmp_path: Path) -> None:
    x, y = few_low(0)
    x[:, 0] = 100 - x[:, 0]
    assert asymmetry(survey_of(tmp_path / "high", x, y)).bases == ("few_high", "estimated")
    x[:, 0] = 50.0
    x[:6, 0], x[6:12, 0] = 0.0, 100.0
    x[12:18, 0] = 75.0
    found = asymmetry(survey_of(tmp_path / "both", x, y))
    assert found.bases == ("few_both", "estimated")
    assert (
        np.isnan(found.penalty[:, 0]).all() and np.isnan(found.reward[:, 0]).all() and np.isnan(found.index[:, 0]).all()
    )


def test_two_answers_do_not_bend(tmp_path: Path) -> None:
    x, y = few_low(60)
    x[:, 0] = 100.0 * (x[:, 0] > 60)
    found = asymmetry(survey_of(tmp_path, x, y))
    assert (found.drivers, found.straight) == (("b",), ("a",))
    # It is held all the same.
    assert found.terms == 3


def test_controls_and_segments_are_held(tmp_path: Path) -> None:
    x, y = few_low(60)
    group = np.where(x[:, 1] > 40, "north", "south")
    survey = survey_of(tmp_path, x, y, segments={"region": group})
    held = asymmetry(survey, always=["region"])
    named = asymmetry(survey, drivers=["a", "b", "region"])
    assert held.drivers == named.drivers == ("a", "b") and named.straight == ("region",)
    np.testing.assert_allclose(held.penalty, named.penalty)


def test_nothing_to_bend_is_refused(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    x = 100.0 * rng.integers(0, 2, (100, 2))
    survey = survey_of(tmp_path, x, rng.uniform(0, 100, 100))
    with pytest.raises(ModelError) as refused:
        asymmetry(survey)
    assert str(refused.value) == (
        "Expected a driver with answers below, in and above the middle of its scale, found none among a, b; ask on a "
        "scale of at least three answers."
    )
    assert kda.attempt(kda.asymmetry, survey).reasons == (Code("no_middle"),)  # type: ignore[attr-defined]


def test_few_answers_on_every_side_are_refused(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    x = STEPS[rng.permutation(np.repeat(np.arange(5), 4))]
    survey = survey_of(tmp_path, x[:, None], rng.uniform(0, 100, 20))
    with pytest.raises(ModelError) as refused:
        asymmetry(survey)
    assert str(refused.value) == (
        "Expected a driver with at least 20 answers (effective number) below or above the middle of its scale, found "
        "fewer for each of 1; widen the selection."
    )
    assert kda.attempt(kda.asymmetry, survey).reasons == (Code("few_on_a_side", {"needed": 20}),)  # type: ignore[attr-defined]


def test_more_sides_than_answers_are_refused(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    x = STEPS[rng.integers(0, 5, (31, 20))]
    survey = make_survey(
        tmp_path, drivers={f"d{k}": x[:, k] for k in range(20)}, outcomes={"y": rng.uniform(0, 100, 31)}
    )
    found = kda.attempt(kda.asymmetry, survey)
    assert found.reasons[0].code == "few_answers"  # type: ignore[attr-defined]


def test_ratings_that_are_alike_on_one_side_are_a_reason(tmp_path: Path) -> None:
    """As may be in a small unit: whoever rates one below the middle rates the other so."""
    x = ratings(300, 7)
    x[:, 1] = np.where(x[:, 0] < 50, x[:, 0], np.maximum(x[:, 1], 50))
    survey = survey_of(tmp_path, x, satisfaction(x, 8))
    with pytest.raises(ModelError, match="none is a sum of others on one side of the middle"):
        asymmetry(survey)
    assert kda.attempt(asymmetry, survey).reasons == (Code("not_separable"),)


def test_another_way_is_refused(survey: Survey) -> None:
    with pytest.raises(ModelError) as refused:
        asymmetry(survey, method="dummies")  # type: ignore[arg-type]
    assert str(refused.value) == "Expected method to be 'spline' or 'contrast', found 'dummies'; choose one of these."


# The result


def test_tables_have_closed_columns_and_each_number_its_answers(survey: Survey) -> None:
    found = asymmetry(survey)
    table = found.tidy()
    assert set(table.columns) | set(found.glance().columns) <= set(COLUMNS)
    assert table["term"].tolist() == list(MEASURES) * 3
    by = table.set_index(["driver", "term"])
    assert by.loc[("a", "penalty"), "n"] == (survey.scores["a"] < 50).sum()
    assert by.loc[("b", "reward"), "n"] == (survey.scores["b"] > 50).sum()
    assert by.loc[("c", "range"), "estimate"] == pytest.approx(found.impact_range[0, 2])
    assert by.loc[("c", "asymmetry"), ["estimate", "conf_low", "conf_high"]].tolist() == found.index[:, 2].tolist()
    assert by["conclusion"].xs("penalty", level="term").tolist() == list(found.shapes)
    assert found.glance().loc[0, ["n", "df_model", "df_resid"]].tolist() == [500, 6, 493]


def test_parts_that_do_not_add_up_are_refused(survey: Survey) -> None:
    found = asymmetry(survey)
    with pytest.raises(ValueError, match=r"^A range is the sum of penalty and reward\.$"):
        replace(found, impact_range=found.impact_range + 1)
    with pytest.raises(ValueError, match=r"^A driver of which one side is not known has no shape\.$"):
        replace(found, bases=("few_low",) * 3)


# What was planted


def test_the_attribute_that_only_costs_and_the_one_that_only_earns_are_found(service: AsymmetryResult) -> None:
    assert service.of_shape("must_have") == (TRUTH["only_penalty"],)
    assert service.of_shape("bonus") == (TRUTH["only_reward"],)
    # Whose strong effects are straight lines.
    assert {"respect", "information", "speed"} <= set(service.of_shape("proportional"))
    assert "welcome" in service.of_shape("undecided")
    assert service.errors == "linearised"


def test_of_attentive_customers_both_curves_are_as_planted() -> None:
    attentive = shipped().people.care == 0
    survey = example()
    found = asymmetry(replace(survey, weights=np.where(attentive, survey.weights, 0.0)))
    for name, points in TRUTH["points_by_rating"].items():
        i = found.drivers.index(name)
        for values, true in ((found.penalty, points[2] - points[0]), (found.reward, points[4] - points[2])):
            assert abs(values[0, i] - true) < SURELY * values[1, i]
            assert values[1, i] < 1
    # All others are straight: penalty and reward differ by no more than chance.
    for i in (i for i, name in enumerate(found.drivers) if name not in TRUTH["points_by_rating"]):
        error = np.hypot(found.penalty[1, i], found.reward[1, i])
        assert abs(found.penalty[0, i] - found.reward[0, i]) < SURELY * error
    assert found.of_shape("must_have") == ("presence",) and found.of_shape("bonus") == ("alternatives",)


def test_who_does_not_concern_themselves_is_told(service: AsymmetryResult) -> None:
    assert [note.code for note in service.notes][-1] == "not_applicable_left_out"

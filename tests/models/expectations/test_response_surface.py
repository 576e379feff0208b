"""Response surfaces: other programs' fits, brute force, planted surfaces, invariances and refusals."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import optimize, stats

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.linearization import linearised_covariance
from drivers.models.expectations.surface_geometry import (
    CENTRE,
    DIFFERENCE,
    LINES,
    TERMS,
    UNIT,
    axis_angle,
    quadratic_columns,
    stationary_point,
)
from drivers.models.expectations.surface_region import Region, observed_region
from drivers.models.expectations.surface_result import ResponseSurfaceResult
from drivers.models.expectations.surface_shape import DIFFERENCE_REASONS, DIFFERENCE_VERDICTS, SLOPES, TESTS, TURNING
from drivers.models.robust_errors import wald_test
from drivers.survey.data import Survey
from tests.models.expectations.surfaces import FLAT, answers, expecting, heights, planted
from tests.survey.synthetic.samples import shipped

ROUNDING = 1e-8
LEVEL_MATTERS = (2.0, 1.0, 0.0, 0.0, 0.0)
BENT = (1.5, 0.5, -0.6, 0.3, -0.5)
"""A hill whose top lies inside the scale."""


def only(survey: Survey, **how: object) -> ResponseSurfaceResult:
    return kda.response_surface(survey, **{"n_boot": 0, **how})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def bent(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return planted(tmp_path_factory.mktemp("bent"), BENT)


@pytest.fixture(scope="module")
def center() -> Survey:
    return kda.example_survey("service_center")


def columns_of(survey: Survey, driver: str = "a") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Experience, expectation and outcome, by another way than the function's."""
    (item,) = survey.codebook.expectations[driver].levels["desired"]
    return survey.scores[driver].to_numpy(), survey.codes[item].to_numpy(), survey.scores["satisfaction"].to_numpy()


@pytest.fixture(scope="module")
def surfaces(center: Survey) -> ResponseSurfaceResult:
    return only(center)


# Another program, and brute force


def test_coefficients_lines_and_tests_are_those_of_statsmodels(bent: Survey) -> None:
    found = only(bent).main
    x, y, z = columns_of(bent)
    fit = sm.OLS(z, sm.add_constant(quadratic_columns(x, y))).fit().get_robustcov_results("HC3")
    np.testing.assert_allclose(found.coefficients[0], fit.params, rtol=ROUNDING)
    np.testing.assert_allclose(found.coefficients[1], fit.bse, rtol=ROUNDING)
    np.testing.assert_allclose(found.coefficients[2:4].T, fit.conf_int(), rtol=ROUNDING)
    np.testing.assert_allclose(found.coefficients[4], fit.pvalues, rtol=1e-6, atol=1e-14)
    lines = {
        "a1": "x1 + x2",
        "a2": "x3 + x4 + x5",
        "a3": "x1 - x2",
        "a4": "x3 - x4 + x5",
        "a5": "x3 - x5",
    }
    for name, column in zip(LINES, found.lines.T, strict=True):
        test = fit.t_test(lines[name])
        assert column[:2] == pytest.approx([float(test.effect[0]), float(test.sd[0, 0])], rel=1e-7, abs=1e-9)
        assert column[2:4] == pytest.approx(test.conf_int()[0], rel=1e-7, abs=1e-9)
    joint = {
        "all_terms": "x1 = x2 = x3 = x4 = x5 = 0",
        "second_order": "x3 = x4 = x5 = 0",
        "expectation": "x2 = x4 = x5 = 0",
        "difference": "x1 + x2 = 0, x3 - x5 = 0, x4 + 2*x3 = 0",
        "straight_difference": "x1 + x2 = 0, x3 = x4 = x5 = 0",
    }
    assert tuple(joint) == TESTS
    for name, hypothesis in joint.items():
        test = fit.f_test(hypothesis)
        q, left = int(test.df_num), 394 - int(test.df_num) + 1
        adjusted = float(np.squeeze(test.fvalue)) * left / 394
        assert found.tests[name].statistic == pytest.approx(adjusted, rel=1e-7), name
        assert found.tests[name].p_value == pytest.approx(stats.f.sf(adjusted, q, left), rel=1e-6), name
    assert found.r2 == pytest.approx(fit.rsquared, rel=ROUNDING)


def test_errors_of_slopes_are_those_of_a_numerical_derivative(bent: Survey) -> None:
    found = only(bent).main
    x, y, _ = columns_of(bent)

    def mean_slopes(params: np.ndarray) -> np.ndarray:
        def height(dx: float, dy: float) -> float:
            return float(np.mean(quadratic_columns(x + dx, y + dy) @ params[1:]))

        step = 1e-2
        across = (height(step, 0) - height(-step, 0)) / (2 * step)
        up = (height(0, step) - height(0, -step)) / (2 * step)
        return UNIT * np.array([across, up, across + up])

    params = found.coefficients[0]
    assert found.slopes[0] == pytest.approx(mean_slopes(params), rel=1e-6)
    for k in range(3):
        gradient = optimize.approx_fprime(params, lambda p, k=k: mean_slopes(p)[k], 1e-5)
        error = np.sqrt(gradient @ found.covariance @ gradient)
        assert found.slopes[1, k] == pytest.approx(error, rel=1e-5), SLOPES[k]


def test_heights_and_their_errors_are_the_fit_s_predictions(bent: Survey) -> None:
    found = only(bent).main
    x, y, z = columns_of(bent)
    fit = sm.OLS(z, sm.add_constant(quadratic_columns(x, y))).fit(cov_type="HC3")
    places = np.array([[20.0, 80.0], [50.0, 50.0], [90.0, 60.0]])
    design = np.column_stack([np.ones(3), quadratic_columns(*places.T)])
    predicted = fit.get_prediction(design)
    assert found.height(*places.T) == pytest.approx(predicted.predicted_mean, rel=ROUNDING)
    assert found.height_error(*places.T) == pytest.approx(predicted.se, rel=1e-7)


def test_what_the_difference_keeps_is_by_fits_of_its_own(bent: Survey) -> None:
    found = only(bent).main
    x, y, z = columns_of(bent)
    gap = (x - y) / UNIT
    square = sm.OLS(z, sm.add_constant(np.column_stack([gap, gap**2]))).fit().rsquared
    straight = sm.OLS(z, sm.add_constant(gap)).fit().rsquared
    assert found.kept[0] == pytest.approx(square / found.r2, rel=ROUNDING)
    assert found.straight_kept[0] == pytest.approx(straight / found.r2, rel=ROUNDING)
    assert found.lost == pytest.approx(found.r2 - square, rel=ROUNDING)


def test_weighted_fits_are_weighted_least_squares(tmp_path: Path) -> None:
    weights = np.random.default_rng(2).uniform(0.5, 3, 300)
    survey = planted(tmp_path, BENT, n=300, weights=weights)
    found = only(survey).main
    x, y, z = columns_of(survey)
    fit = sm.WLS(z, sm.add_constant(quadratic_columns(x, y)), weights=weights).fit()
    np.testing.assert_allclose(found.coefficients[0], fit.params, rtol=ROUNDING)
    assert (found.errors, found.df_resid) == ("linearised", 300 - 1 - 5)
    # The sandwich, written out.
    design = sm.add_constant(quadratic_columns(x, y))
    scores = weights[:, None] * design * fit.resid[:, None]
    bread = np.linalg.inv(design.T @ (weights[:, None] * design))
    sandwich = bread @ (300 / 299 * scores.T @ scores) @ bread
    np.testing.assert_allclose(found.covariance, sandwich, rtol=1e-7, atol=1e-12)


def test_replicate_weights_fit_anew_in_each_replicate(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    weights, clusters = rng.uniform(0.5, 2, 360), np.arange(360) // 12
    kept = clusters[:, None] != np.unique(clusters)
    replicates = weights[:, None] * kept * 30 / 29
    survey = planted(tmp_path, BENT, n=360, weights=weights, replicates=replicates, design={"replicate_method": "jk1"})
    result = only(survey)
    found = result.main
    x, y, z = columns_of(survey)
    design = sm.add_constant(quadratic_columns(x, y))

    def fit(column: np.ndarray) -> np.ndarray:
        return np.linalg.solve(design.T @ (column[:, None] * design), design.T @ (column * z))

    deviations = np.array([fit(column) for column in replicates.T]) - fit(weights)
    np.testing.assert_allclose(found.covariance, 29 / 30 * deviations.T @ deviations, rtol=1e-6, atol=1e-12)
    assert (found.errors, found.df_resid, result.intervals) == ("replicates", 29 - 5, "replicate_weights")
    # Intervals of what is no straight function of the answers are t intervals about the estimate.
    assert found.kept[1] < found.kept[0] < found.kept[2]
    point = stationary_point(np.array([fit(column)[1:] for column in replicates.T]))
    error = np.sqrt(29 / 30 * ((point - found.turning[0, 2:]) ** 2).sum(axis=0))
    assert found.turning[2, 2:] - found.turning[0, 2:] == pytest.approx(stats.t.ppf(0.975, 29) * error, rel=1e-6)


def test_bootstrap_intervals_are_percentiles_of_refitted_surfaces(tmp_path: Path) -> None:
    survey = planted(tmp_path, BENT, n=150)
    found = kda.response_surface(survey, n_boot=2000, seed=7).main
    x, y, z = columns_of(survey)
    rng = np.random.default_rng(99)
    design = sm.add_constant(quadratic_columns(x, y))
    drawn = []
    for _ in range(2000):
        rows = rng.integers(0, 150, 150)
        b = np.linalg.lstsq(design[rows], z[rows], rcond=None)[0][1:]
        drawn.append(stationary_point(b))
    expected = np.percentile(drawn, [2.5, 97.5], axis=0)
    spread = np.std(drawn, axis=0)
    # Two sets of 2,000 resamples: limits of a tail move by about 0.06 standard deviations each.
    assert np.abs(found.turning[1:, 2:] - expected).max() < 0.35 * spread.max()
    assert found.turning[0, 2:] == pytest.approx(stationary_point(found.coefficients[0, 1:]))
    assert found.turning[0, 0] == pytest.approx(np.tan(axis_angle(found.coefficients[0, 1:])))


# Planted surfaces


@pytest.mark.parametrize("b", [FLAT, LEVEL_MATTERS, BENT])
def test_without_noise_the_planted_surface_is_found(b: tuple[float, ...], tmp_path: Path) -> None:
    x, y = answers(np.random.default_rng(8), 200)
    z = heights(b, x, y)
    low, high = min(z.min(), 0.0), max(z.max(), 100.0)
    # On a scale that holds all of it, whose points are not those of the coefficients.
    survey = expecting(tmp_path, perceived={"a": x}, desired={"a": y}, outcome=100 * (z - low) / (high - low))
    found = only(survey).main
    assert found.coefficients[0, 1:] == pytest.approx(np.array(b) * 100 / (high - low), abs=1e-8)
    assert found.kept[0] == pytest.approx(1.0, abs=1e-9) if b == FLAT else found.kept[0] < 0.9


def test_a_difference_that_is_enough_is_called_so(tmp_path: Path) -> None:
    found = kda.response_surface(planted(tmp_path, (3.0, -3.0, -0.2, 0.4, -0.2), n=1500), n_boot=200).main
    assert (found.verdict, found.reasons) == ("difference_enough", ("keeps_enough",))
    assert found.kept[1] > 0.9


@pytest.mark.parametrize(
    ("b", "reasons"),
    [
        (LEVEL_MATTERS, {"level"}),
        ((1.5, -1.5, -0.4, -0.8, -0.4), {"level_bends"}),
        ((1.5, -1.5, 0.6, 0.0, -0.6), {"gap_by_level"}),
    ],
)
def test_what_a_difference_hides_is_named(b: tuple[float, ...], reasons: set[str], tmp_path: Path) -> None:
    # Answers around the middle, so that the slope there is that at 50.
    rng = np.random.default_rng(11)
    x, y = (np.clip(50 + 22 * rng.normal(size=1200), 0, 100) for _ in range(2))
    z = heights(b, x, y) + rng.normal(0, 6, 1200)
    survey = expecting(tmp_path, perceived={"a": x}, desired={"a": y}, outcome=np.clip(z, 0, 100))
    found = kda.response_surface(survey, n_boot=200).main
    assert found.verdict == "difference_hides"
    assert reasons <= set(found.reasons)


def test_of_noise_nothing_is_said(tmp_path: Path) -> None:
    found = kda.response_surface(planted(tmp_path, (0.0,) * 5, n=200, seed=5), n_boot=200).main
    assert (found.verdict, found.reasons, found.stationary) == ("not_decided", ("nothing_explained",), "plane")


def test_without_resamples_enough_is_never_said(tmp_path: Path) -> None:
    found = only(planted(tmp_path, (3.0, -3.0, 0.0, 0.0, 0.0), n=800)).main
    assert (found.verdict, found.reasons) == ("not_decided", ("loss_uncertain",))
    assert np.isnan(found.kept[1:]).all() and np.isnan(found.turning[1:]).all()


def test_a_hill_s_top_is_located_and_lies_inside(tmp_path: Path) -> None:
    b = (0.5, 0.5, -1.0, 0.6, -1.0)
    found = kda.response_surface(planted(tmp_path, b, n=800, noise=5), n_boot=300).main
    top = stationary_point(np.array(b))
    assert found.stationary == "inside"
    assert (found.turning[1, 2:] < top).all() and (top < found.turning[2, 2:]).all()


@pytest.mark.parametrize("designed", [False, True])
def test_the_test_of_the_difference_is_wrong_as_seldom_as_it_says(designed: bool) -> None:
    """By the kernel: 400 samples in which a difference is all there is, with noise that grows with the experience."""
    rng = np.random.default_rng(20)
    n, runs, wrong = 240, 400, 0
    clusters = np.arange(n) // 6
    for _ in range(runs):
        x, y = answers(rng, n, steps=5)
        shared = rng.normal(0, 4, 40)[clusters] if designed else 0.0
        z = heights(FLAT, x, y) + shared + rng.normal(size=n) * (4 + x / 10)
        design = np.column_stack([np.ones(n), quadratic_columns(x, y)])
        bread = np.linalg.inv(design.T @ design)
        b = bread @ design.T @ z
        residual = z - design @ b
        if designed:
            spread = linearised_covariance(residual[:, None] * design, clusters=clusters)
            meat, df = spread.covariance, spread.df - 5
        else:
            scaled = residual / (1 - np.einsum("ij,jk,ik->i", design, bread, design))
            meat, df = (scaled[:, None] * design).T @ (scaled[:, None] * design), n - 6
        covariance = bread @ meat @ bread
        wrong += wald_test(b[1:], covariance[1:, 1:], DIFFERENCE, df).p_value < 0.05
    # Four standard errors of a rate of 5 % in 400 runs are 4.4 points; with 40 clusters linearised errors are somewhat
    # small (7 % of 2,000 runs).
    assert 0.006 < wrong / runs < (0.12 if designed else 0.094)


# Invariances


def test_another_scale_of_the_answers_changes_nothing(bent: Survey, tmp_path: Path) -> None:
    x, y, z = columns_of(bent)
    scaled = expecting(
        tmp_path,
        perceived={"a": 1 + x / 25},
        desired={"a": 1 + y / 25},
        outcome=1 + z / 25,
        scale=(1, 5),
    )
    one, other = (kda.response_surface(survey, n_boot=100).main for survey in (bent, scaled))
    for part in ("coefficients", "lines", "slopes", "kept", "explained"):
        np.testing.assert_allclose(getattr(one, part), getattr(other, part), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(one.turning, other.turning, rtol=1e-5)


def test_where_the_centre_lies_changes_no_test_and_no_slope(bent: Survey) -> None:
    """The same surface from raw scores, in points."""
    found = only(bent).main
    x, y, z = columns_of(bent)
    design = sm.add_constant(np.column_stack([x, y, x**2, x * y, y**2]))
    fit = sm.OLS(z, design).fit().get_robustcov_results("HC3")
    # Flat along agreement wherever it passes is what is tested, and that does not depend on the centre.
    expected = fit.f_test("x1 + x2 = 0, x3 - x5 = 0, x4 + 2*x3 = 0")
    adjusted = float(np.squeeze(expected.fvalue)) * 392 / 394
    assert found.tests["difference"].statistic == pytest.approx(adjusted, rel=1e-5)
    b = fit.params
    assert found.slopes[0, 0] == pytest.approx(UNIT * (b[1] + 2 * b[3] * x.mean() + b[4] * y.mean()), rel=1e-6)
    assert found.height(np.array([70.0]), np.array([80.0]))[0] == pytest.approx(
        float(b @ [1, 70, 80, 4900, 5600, 6400]), rel=1e-6
    )
    assert found.coefficients[0, 0] == pytest.approx(float(b @ [1, 50, 50, 2500, 2500, 2500]), rel=1e-6)
    assert CENTRE == 50


def test_experience_and_expectation_changed_over_mirror_the_surface(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    x, y = answers(rng, 250)
    z = np.clip(heights(BENT, x, y) + rng.normal(0, 5, 250), 0, 100)
    one = only(expecting(tmp_path / "one", perceived={"a": x}, desired={"a": y}, outcome=z)).main
    other = only(expecting(tmp_path / "other", perceived={"a": y}, desired={"a": x}, outcome=z)).main
    np.testing.assert_allclose(one.coefficients[0, [0, 2, 1, 5, 4, 3]], other.coefficients[0], rtol=1e-7, atol=1e-9)
    assert one.lines[0] * [1, 1, -1, 1, -1] == pytest.approx(other.lines[0], rel=1e-7, abs=1e-9)
    assert one.tests["difference"].statistic == pytest.approx(other.tests["difference"].statistic, rel=1e-7)


def test_respondents_without_an_answer_or_a_weight_or_outside_the_domain_do_not_count(
    bent: Survey, tmp_path: Path
) -> None:
    x, y, z = columns_of(bent)
    n, rng = len(x), np.random.default_rng(13)
    extra = rng.uniform(0, 100, (3, 30))
    columns = [np.concatenate([part, more]) for part, more in zip((x, y, z), extra, strict=True)]
    columns[0][n : n + 5] = columns[1][n + 5 : n + 10] = columns[2][n + 10 : n + 15] = np.nan
    group = np.array(["in"] * (n + 20) + ["out"] * 10)
    weights = np.ones(n + 30)
    weights[n + 15 : n + 20] = 0
    survey = expecting(
        tmp_path,
        perceived={"a": columns[0]},
        desired={"a": columns[1]},
        outcome=columns[2],
        weights=weights,
        segments={"group": group},
    ).select(only={"group": "in"})
    one, other = only(bent).main, only(survey).main
    np.testing.assert_allclose(one.coefficients[0], other.coefficients[0], rtol=1e-9)
    assert (other.sample.n_asked, other.sample.n) == (n + 20, n)


# Several drivers


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    rng = np.random.default_rng(21)
    n = 300
    (x, y), (x2, y2) = answers(rng, n), answers(rng, n)
    z = np.clip(heights(BENT, x, y) + 0.2 * (x2 - 50) + rng.normal(0, 6, n), 0, 100)
    pair = np.column_stack([np.clip(y2 - 5, 0, 95), np.clip(y2 - 5, 0, 95) + 5])
    return expecting(
        tmp_path_factory.mktemp("several"),
        perceived={"a": x, "b": np.column_stack([x2, x2]), "ceiling": x},
        desired={"a": y, "b": pair, "ceiling": np.where(np.arange(n) < 4, 90.0, 100.0)},
        outcome=z,
    )


def test_each_driver_has_its_surface_and_all_together_come_first(several: Survey) -> None:
    result = only(several)
    assert [one.driver for one in result.surfaces] == ["all_drivers", "a", "b"]
    assert {name: code.code for name, code in result.left_out.items()} == {"ceiling": "constant_expectation"}
    x = several.scores[["a", "b", "ceiling"]].mean(axis=1).to_numpy()
    items = several.codes[[name for name in several.codes if name.startswith("desired")]]
    y = (items["desired_a_1"] + items[["desired_b_1", "desired_b_2"]].mean(axis=1) + items["desired_ceiling_1"]) / 3
    fit = sm.OLS(several.scores["satisfaction"], sm.add_constant(quadratic_columns(x, y.to_numpy()))).fit()
    np.testing.assert_allclose(result.main.coefficients[0], fit.params, rtol=1e-7)
    assert result.main.members == ("a", "b", "ceiling")


def test_tests_of_drivers_are_corrected_for_their_number(several: Survey) -> None:
    result = only(several)
    p = [one.tests["difference"].p_value for one in result.surfaces]
    small, large = sorted(p[1:])
    assert sorted(one.p_adjusted for one in result.surfaces[1:]) == pytest.approx([2 * small, max(2 * small, large)])
    assert result.main.p_adjusted == p[0]


def test_one_driver_alone_is_not_corrected_and_has_the_same_surface(several: Survey) -> None:
    alone, among = only(several, driver="a").main, only(several).surface("a")
    np.testing.assert_array_equal(alone.coefficients, among.coefficients)
    assert alone.p_adjusted == alone.tests["difference"].p_value


def test_what_is_held_enters_the_fit_at_its_mean(several: Survey) -> None:
    found = only(several, driver="a", always=["b", "a"]).main
    x, y, z = columns_of(several)
    held = several.scores["b"].to_numpy()
    fit = sm.OLS(z, sm.add_constant(np.column_stack([quadratic_columns(x, y), held - held.mean()]))).fit()
    np.testing.assert_allclose(found.coefficients[0], fit.params[:6], rtol=1e-7)
    without = sm.OLS(z, sm.add_constant(held)).fit().rsquared
    assert found.explained[0] == pytest.approx(fit.rsquared - without, rel=1e-7)


def test_numbers_travel_in_the_closed_columns(several: Survey) -> None:
    result = kda.response_surface(several, n_boot=100)
    tidy = result.tidy()
    terms = ["const", *TERMS, *LINES, *SLOPES, *TURNING]
    assert tidy["term"].tolist() == terms * 3
    assert tidy["driver"].tolist() == [name for name in ("all_drivers", "a", "b") for _ in terms]
    for table in (tidy, result.glance(), result.tests(), result.cells()):
        assert set(table.columns) <= set(COLUMNS)
    main = result.main
    assert tidy["estimate"][: len(terms)].tolist() == [
        *main.coefficients[0],
        *main.lines[0],
        *main.slopes[0],
        *main.turning[0],
    ]
    assert result.glance()["conclusion"].tolist() == [one.verdict for one in result.surfaces]
    assert {one.verdict for one in result.surfaces} <= set(DIFFERENCE_VERDICTS)
    assert {reason for one in result.surfaces for reason in one.reasons} <= set(DIFFERENCE_REASONS)
    with pytest.raises(ValueError, match="read-only"):
        main.coefficients[0, 0] = 1
    with pytest.raises(ValueError, match="explains no more"):
        replace(main, kept=np.array([1.2, np.nan, np.nan]))


def test_the_seed_decides_the_intervals(several: Survey) -> None:
    one, same, other = (kda.response_surface(several, driver="a", n_boot=100, seed=seed).main for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.kept, same.kept)
    assert (one.kept[1:] != other.kept[1:]).all()


def test_so_few_sampling_units_that_no_joint_test_is_left_are_refused(tmp_path: Path) -> None:
    survey = planted(tmp_path, BENT, n=400, clusters=np.arange(400) // 40)
    with pytest.raises(kda.ModelError) as error:
        only(survey)
    assert (error.value.code, error.value.values) == ("few_units_left", {"units": 9, "needed": 10})
    assert str(error.value) == (
        "Expected at least 10 sampling units beyond strata (or degrees of freedom of replicate weights) for the "
        "surface of 'a', found 9; widen the selection or merge strata."
    )


# The region of the map


def cells_of(region: Region) -> set[tuple[float, ...]]:
    return set(zip(region.left, region.right, region.low, region.high, region.count, strict=True))


def test_few_different_answers_have_cells_of_their_own() -> None:
    x = np.repeat([0.0, 25, 50, 75, 100], [9, 30, 40, 50, 60])
    y = np.repeat([0.0, 50, 100], [9, 100, 80])
    region = observed_region(x, y)
    assert cells_of(region) == {
        (12.5, 37.5, 25, 75, 30),
        (37.5, 62.5, 25, 75, 40),
        (62.5, 87.5, 25, 75, 30),
        (62.5, 87.5, 75, 100, 20),
        (87.5, 100, 75, 100, 60),
    }
    assert sorted(set(region.x)) == [25, 50, 75, 100] and sorted(set(region.y)) == [50, 100]
    assert not region.holds(3, 3) and region.holds(100, 100) and region.holds(50, 50)
    assert not region.holds(101, 50) and not region.holds(50, -1)


def test_cells_of_many_different_answers_stay_near_answers() -> None:
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.uniform(40, 49, 30), rng.uniform(13, 37, 12), rng.uniform(0, 100, 40)])
    y = np.concatenate([rng.uniform(51, 60, 30), rng.uniform(63, 87, 12), np.full(40, 3.0)])
    region = observed_region(x, y)
    kept = {cell[:4]: cell[4] for cell in cells_of(region)}
    # Thirty stand in one quarter of a cell, twelve all over another, of which no quarter has ten.
    assert kept[37.5, 50, 50, 62.5] == 30 and kept[12.5, 37.5, 62.5, 87.5] == 12
    assert not region.holds(55, 55) and region.holds(45, 55)


@pytest.mark.parametrize("n", [80, 400, 4000])
def test_no_cell_covers_another_and_each_has_its_respondents(n: int) -> None:
    x, y = answers(np.random.default_rng(n), n)
    region = observed_region(x, y)
    assert len(region.count) and region.count.min() >= 10
    for left, right, low, high, count in cells_of(region):
        inside = (left <= x) & (x < right + (right == 100)) & (low <= y) & (y < high + (high == 100))
        assert inside.sum() == count
        overlapping = (region.left < right) & (region.right > left) & (region.low < high) & (region.high > low)
        assert overlapping.sum() == 1


# Refusals


@pytest.mark.parametrize(
    ("change", "how", "message", "code"),
    [
        (
            lambda x, y, z: (x, np.full_like(y, 100.0), z),
            {},
            "Expected at least 10 respondents apart from the commonest answer on the expectation of 'a', found fewer: "
            "nearly all are 100 of 100. Use another driver or level.",
            "constant_expectation",
        ),
        (
            lambda x, y, z: (np.full_like(x, 75.0), y, z),
            {},
            "Expected at least 10 respondents apart from the commonest answer on the experience of 'a', found fewer: "
            "nearly all are 75 of 100. Use another driver or level.",
            "constant_driver",
        ),
        (
            lambda x, y, z: (x, np.where(y > 50, 100.0, 0.0), z),
            {},
            "Expected at least three different answers on the expectation of 'a' for a surface that bends, found 2; "
            "use another driver or level.",
            "few_levels",
        ),
        (
            lambda x, y, z: (x, x, z),
            {},
            "Expected experience and expectation of 'a' that go their own ways, found that one tells the other, or "
            "that they have too few combinations for a surface; use another driver or level.",
            "few_levels",
        ),
        (
            lambda x, y, z: (x, y, np.full_like(z, 50.0)),
            {},
            "Outcome 'satisfaction' is constant: all 400 scores are 50 of 100. Choose another outcome or check its "
            "missing codes.",
            "constant_outcome",
        ),
        (
            lambda x, y, z: (np.where(np.arange(400) < 40, x, np.nan), y, z),
            {},
            "Expected at least 50 respondents with experience, expectation and outcome for 'a', found 40 of 400; "
            "widen the selection.",
            "few_answers",
        ),
        (
            lambda x, y, z: (x, y, z),
            {"level": "adequate"},
            "Expected questions on the adequate level of a driver, found none; name them under 'expectations:' in the "
            "codebook.",
            "no_expectations",
        ),
        (
            lambda x, y, z: (x, y, z),
            {"driver": "a", "level": "adequate"},
            "Expected questions on the adequate level of 'a', found none; name them under 'expectations:' in the "
            "codebook.",
            "no_expectations",
        ),
        (
            lambda x, y, z: (x, y, z),
            {"level": "ideal"},
            "Expected level to be one of 'desired', 'adequate', found 'ideal'; choose one of these.",
            "",
        ),
        (
            lambda x, y, z: (x, y, z),
            {"driver": "aa"},
            "Expected driver to be one of 'a', found 'aa'; did you mean 'a'?",
            "",
        ),
        (
            lambda x, y, z: (x, y, z),
            {"n_boot": 10},
            "Expected n_boot of 0 or at least 100 replicates, found 10; use 1000 or more.",
            "",
        ),
    ],
)
def test_what_has_no_surface_is_refused_with_its_reason(
    change: Callable[..., tuple[np.ndarray, ...]],
    how: dict[str, object],
    message: str,
    code: str,
    bent: Survey,
    tmp_path: Path,
) -> None:
    x, y, z = change(*columns_of(bent))
    survey = expecting(tmp_path, perceived={"a": x}, desired={"a": y}, outcome=z)
    with pytest.raises(kda.ModelError) as error:
        only(survey, **how)
    assert (str(error.value), error.value.code) == (message, code)


def test_so_few_that_they_could_be_known_are_not_counted(bent: Survey, tmp_path: Path) -> None:
    x, y, z = columns_of(bent)
    survey = expecting(tmp_path, perceived={"a": np.where(np.arange(400) < 7, x, np.nan)}, desired={"a": y}, outcome=z)
    found = kda.attempt(only, survey)
    assert [code.code for code in found.reasons] == ["suppressed"]  # type: ignore[attr-defined]


def test_a_survey_without_expectations_is_told_so() -> None:
    found = kda.attempt(kda.response_surface, kda.example_survey("judges"))
    assert [code.code for code in found.reasons] == ["no_expectations"]  # type: ignore[attr-defined]


# The planted truth


def test_expectations_have_no_part_in_satisfaction_beside_all_ratings(center: Survey) -> None:
    """Satisfaction is drawn from the ratings alone: among attentive customers, the other ratings held, it is level
    along every expectation, and the expectation adds nothing."""
    attentive = replace(center, in_unit=center.in_unit & (shipped().people.care == 0))
    names = list(center.codebook.default_drivers)
    p = []
    for name in ("presence", "respect", "alternatives", "honesty"):
        for level in ("desired", "adequate"):
            found = only(attentive, driver=name, level=level, always=names).main
            p.append(found.tests["expectation"].p_value)
            assert found.slopes[2, 1] < 0.15 and found.slopes[3, 1] > -0.2, (name, level)
    # Eight tests of what is true: none stands out of their number, and they are spread as chance spreads them.
    assert min(p) * len(p) > 0.05
    assert 0.2 < float(np.mean(p)) < 0.8


def test_the_planted_hopes_that_go_with_the_halo_seem_to_matter(surfaces: ResponseSurfaceResult) -> None:
    """Where the hope moves with the halo, who hopes for more is more satisfied at the same rating: the other ratings do
    it, and a difference hides nearly all there is to see."""
    found = {name: surfaces.surface(name) for name in ("presence", "honesty", "speed")}
    assert found["presence"].slopes[2, 1] > 3 and found["honesty"].slopes[2, 1] > 3
    assert abs(found["speed"].slopes[0, 1]) < 1
    assert all(one.verdict == "difference_hides" and "level" in one.reasons for one in found.values())
    assert found["presence"].kept[0] < 0.2 < found["speed"].kept[0]


def test_all_together_experience_is_what_counts(surfaces: ResponseSurfaceResult) -> None:
    pooled = surfaces.main
    experience, expectation, both = pooled.slopes[0]
    assert 7 < experience < 9 and abs(expectation) < 0.6 and both == pytest.approx(experience + expectation)
    assert pooled.sample.n > 10_000 and pooled.errors == "linearised"

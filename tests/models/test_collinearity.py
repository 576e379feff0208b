"""How far drivers tell each other, against other programs, other formulas and truths that are known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import statsmodels.regression.linear_model as linear
from statsmodels.stats.outliers_influence import variance_inflation_factor

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.models.collinearity import (
    DEPENDENT_VIF,
    condition_indices,
    effective_number,
    generalised_inflation,
    variance_inflation,
)
from drivers.models.collinearity_diagnosis import Dependence, collinearity
from drivers.moments import weighted_moments
from drivers.survey.data import Survey
from tests.reference_numbers import RATINGS, service_survey
from tests.simulated import make_survey

ROUNDING = 1e-9
"""Relative: the same matrices, decomposed in another way."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Survey]:
    folder = tmp_path_factory.mktemp("service")
    return {"plain": service_survey(folder / "plain"), "weighted": service_survey(folder / "w", weighted=True)}


@pytest.fixture
def values() -> np.ndarray:
    rng = np.random.default_rng(301)
    return rng.normal(size=(300, 6)) @ rng.normal(size=(6, 6))


def survey_of(folder: Path, columns: np.ndarray, **options: object) -> Survey:
    """Columns a, b, … as drivers on 0–100, and an outcome that is nobody's business."""
    scaled = 10 + 80 * (columns - columns.min(axis=0)) / np.ptp(columns, axis=0)
    drivers = dict(zip("abcdefgh", scaled.T, strict=False))
    outcome = np.random.default_rng(302).uniform(0, 100, len(columns))
    return make_survey(folder, drivers=drivers, outcomes={"y": outcome}, **options)  # type: ignore[arg-type]


def exactly(correlation: np.ndarray, n: int = 60, weights: np.ndarray | None = None) -> np.ndarray:
    """Columns whose weighted correlations are exactly these; float (n, k)."""
    drawn = np.random.default_rng(303).normal(size=(n, len(correlation)))
    root = np.linalg.cholesky(weighted_moments(drawn, weights).covariance)
    return np.linalg.solve(root, drawn.T).T @ np.linalg.cholesky(correlation).T


# Numbers from another program


def test_inflation_is_that_of_statsmodels(service: dict[str, Survey]) -> None:
    found = collinearity(service["plain"], always=["channel"])
    columns = [service["plain"].scores[name].to_numpy() for name in RATINGS]
    channel = service["plain"].raw["channel"].to_numpy()
    held = [(channel == level).astype(float) for level in ("phone", "web")]
    design = np.column_stack([np.ones(600), *held, *columns])
    expected = [variance_inflation_factor(design, j) for j in range(3, 9)]
    np.testing.assert_allclose(found.vif, expected, rtol=ROUNDING)
    assert found.drivers == RATINGS


def test_weighted_inflation_is_that_of_weighted_regressions_on_the_others(service: dict[str, Survey]) -> None:
    survey = service["weighted"]
    columns = np.column_stack([survey.scores[name] for name in RATINGS])
    expected = []
    for j in range(6):
        others = np.column_stack([np.ones(600), np.delete(columns, j, axis=1)])
        r2 = linear.WLS(columns[:, j], others, weights=survey.weights).fit().rsquared
        expected.append(1 / (1 - r2))
    np.testing.assert_allclose(collinearity(survey).vif, expected, rtol=ROUNDING)


# Written differently


def test_variance_inflation_is_that_of_the_inverse_correlation(values: np.ndarray) -> None:
    correlation = np.corrcoef(values, rowvar=False)
    np.testing.assert_allclose(variance_inflation(correlation), np.diag(np.linalg.inv(correlation)), rtol=1e-8)
    assert variance_inflation(np.ones((1, 1))).tolist() == [1.0]


def test_generalised_inflation_is_a_ratio_of_determinants(values: np.ndarray) -> None:
    correlation = np.corrcoef(values, rowvar=False)
    found, df = generalised_inflation(correlation, np.array([1, 3, 4, 6]))
    expected = []
    for own in ([1, 2], [3], [4, 5]):
        others = [j for j in range(6) if j not in own]
        parts = np.linalg.det(correlation[np.ix_(own, own)]) * np.linalg.det(correlation[np.ix_(others, others)])
        expected.append(parts / np.linalg.det(correlation))
    np.testing.assert_allclose(found, expected, rtol=1e-8)
    assert df.tolist() == [2, 1, 2]


def test_a_unit_of_one_column_has_the_plain_inflation(values: np.ndarray) -> None:
    correlation = np.corrcoef(values, rowvar=False)
    found, df = generalised_inflation(correlation, np.arange(7))
    np.testing.assert_allclose(found, variance_inflation(correlation), rtol=ROUNDING)
    assert df.tolist() == [1] * 6
    alone, _ = generalised_inflation(np.ones((1, 1)), np.array([0, 1]))
    assert alone.tolist() == [1.0]


def test_a_group_counts_the_same_in_whatever_columns_it_is_written(tmp_path: Path, values: np.ndarray) -> None:
    turned = values.copy()
    turned[:, 1:3] = values[:, 1:3] @ [[1.0, -0.5], [2.0, 1.0]]
    groups = {"g": ["b", "c"]}
    one = collinearity(survey_of(tmp_path / "1", values), groups=groups)
    other = collinearity(survey_of(tmp_path / "2", turned), groups=groups)
    assert one.drivers == ("a", "g", "d", "e", "f")
    np.testing.assert_allclose(other.vif, one.vif, rtol=1e-7)
    np.testing.assert_allclose(one.vif_per_column, one.vif ** (1 / np.array([1, 2, 1, 1, 1])), rtol=ROUNDING)


def test_condition_indices_and_parts_by_singular_values(service: dict[str, Survey]) -> None:
    survey = service["weighted"]
    found = collinearity(survey)
    columns = np.column_stack([survey.scores[name] for name in RATINGS])
    weights = survey.weights / survey.weights.sum()
    centred = (columns - weights @ columns) * np.sqrt(weights)[:, None]
    scaled = centred / np.sqrt((centred**2).sum(axis=0))
    singular, directions = np.linalg.svd(scaled)[1:]
    phi = directions.T**2 / singular**2
    np.testing.assert_allclose(found.condition_index, singular[0] / singular, rtol=ROUNDING)
    np.testing.assert_allclose(found.parts, (phi / phi.sum(axis=1, keepdims=True)).T, rtol=1e-7)
    np.testing.assert_allclose(found.eigenvalues, singular**2, rtol=ROUNDING)
    assert found.condition_number == pytest.approx(np.linalg.cond(scaled), rel=ROUNDING)


# Identities


@pytest.mark.parametrize("r", [0.0, 0.4, 0.96])
def test_two_drivers_have_everything_from_their_correlation(r: float, tmp_path: Path) -> None:
    weights = np.random.default_rng(304).uniform(0.5, 3, 60)
    columns = exactly(np.array([[1, r], [r, 1]]), weights=weights)
    found = collinearity(survey_of(tmp_path, columns, weights=weights))
    np.testing.assert_allclose(found.vif, 1 / (1 - r**2), rtol=1e-7)
    np.testing.assert_allclose(found.tidy()["tolerance"], 1 - r**2, rtol=1e-7)
    assert found.condition_number == pytest.approx(np.sqrt((1 + r) / (1 - r)), rel=1e-7)
    assert found.first_eigenvalue_share == pytest.approx((1 + r) / 2, rel=1e-7)
    assert found.effective_drivers == pytest.approx(2 / (1 + r**2), rel=1e-7)


def test_drivers_without_correlation_are_as_many_as_they_are() -> None:
    assert effective_number(np.linalg.eigvalsh(np.eye(5))) == pytest.approx(5.0)
    assert effective_number(np.linalg.eigvalsh(np.ones((5, 5)))) == pytest.approx(1.0)


def test_parts_of_a_columns_variance_sum_to_1_and_shares_to_columns(service: dict[str, Survey]) -> None:
    found = collinearity(service["plain"], always=["channel"])
    np.testing.assert_allclose(found.parts.sum(axis=0), 1, rtol=ROUNDING)
    assert found.eigenvalues.sum() == pytest.approx(8.0)
    assert (np.diff(found.condition_index) >= 0).all() and found.condition_index[0] == 1.0


def test_whole_weights_are_repeated_rows(tmp_path: Path, values: np.ndarray) -> None:
    counts = np.random.default_rng(305).integers(1, 4, 300)
    counts[[values[:, j].argmin() for j in range(6)]] = counts[[values[:, j].argmax() for j in range(6)]] = 1
    weighted = collinearity(survey_of(tmp_path / "w", values, weights=7.0 * counts))
    repeated = collinearity(survey_of(tmp_path / "r", np.repeat(values, counts, axis=0)))
    for name in ("vif", "condition_index", "first_eigenvalue_share", "effective_drivers", "correlation"):
        np.testing.assert_allclose(getattr(weighted, name), getattr(repeated, name), rtol=1e-7, atol=1e-12)


def test_order_of_drivers_only_orders_the_result(service: dict[str, Survey]) -> None:
    one, other = collinearity(service["plain"]), collinearity(service["plain"], drivers=RATINGS[::-1])
    np.testing.assert_allclose(other.vif[::-1], one.vif, rtol=ROUNDING)
    np.testing.assert_allclose(other.condition_index, one.condition_index, rtol=ROUNDING)
    np.testing.assert_allclose(other.parts[:, ::-1], one.parts, rtol=1e-6)


def test_controls_inflate_drivers_but_are_none(service: dict[str, Survey]) -> None:
    alone = collinearity(service["plain"], drivers=["respect", "speed"])
    beside = collinearity(service["plain"], drivers=["respect", "speed"], always=["fairness", "empathy"])
    assert (beside.vif > alone.vif).all()
    assert beside.terms == ("fairness", "empathy", "respect", "speed")
    assert beside.first_eigenvalue_share == pytest.approx(alone.first_eigenvalue_share)
    assert beside.effective_drivers == pytest.approx(alone.effective_drivers)


# Exact and near dependence


def test_a_column_that_is_a_sum_of_others_has_the_greatest_inflation(tmp_path: Path, values: np.ndarray) -> None:
    columns = values[:, :4].copy()
    columns[:, 3] = columns[:, 0] - columns[:, 1]
    found = collinearity(survey_of(tmp_path, columns))
    assert found.vif[[0, 1, 3]].tolist() == [DEPENDENT_VIF] * 3
    assert found.vif[2] < 100
    assert found.dependences[0].terms == ("a", "b", "d")
    assert found.condition_number > 1e6
    assert found.checks[0].light == "red"


def test_an_exact_zero_has_no_finite_index() -> None:
    values, index, parts = condition_indices(np.ones((3, 3)))
    np.testing.assert_allclose(values, [3, 0, 0], atol=1e-12)
    assert index.tolist() == [1.0, np.inf, np.inf]
    np.testing.assert_allclose(parts.sum(axis=0), 1)


def test_a_dependence_within_a_group_is_the_groups_own_affair(tmp_path: Path, values: np.ndarray) -> None:
    columns = values[:, :5].copy()
    columns[:, 2] = columns[:, 0] + columns[:, 1]
    found = collinearity(survey_of(tmp_path / "1", columns), groups={"g": ["a", "b", "c"]})
    without = collinearity(
        survey_of(tmp_path / "2", np.delete(columns, 2, axis=1)), drivers=["a", "b", "c", "d"], groups={"g": ["a", "b"]}
    )
    assert found.df.tolist() == [2, 1, 1] and without.df.tolist() == [2, 1, 1]
    np.testing.assert_allclose(found.vif, without.vif, rtol=1e-6)


def test_a_planted_dependence_is_found_with_those_it_is_between(tmp_path: Path) -> None:
    rng = np.random.default_rng(306)
    columns = rng.normal(size=(500, 5))
    columns[:, 4] = columns[:, 0] + columns[:, 2] + 0.1 * rng.normal(size=500)
    (found,) = collinearity(survey_of(tmp_path, columns)).dependences
    assert found.terms == ("a", "c", "e")
    # The variance along (1, 1, −1) of the scaled columns, .1² / 5, against about 2.
    assert 15 < found.condition_index < 40


def test_a_high_index_of_one_column_alone_is_no_dependence(service: dict[str, Survey]) -> None:
    found = replace(
        collinearity(service["plain"], drivers=["respect", "speed"]),
        condition_index=np.array([1.0, 50.0]),
        parts=np.array([[0.9, 0.3], [0.1, 0.7]]),
    )
    assert found.dependences == ()
    assert replace(found, parts=np.array([[0.2, 0.51], [0.8, 0.49]])).dependences == ()
    shared = replace(found, parts=np.array([[0.2, 0.49], [0.8, 0.51]]))
    assert shared.dependences == (Dependence(condition_index=50.0, terms=("respect", "speed")),)
    assert replace(shared, condition_index=np.array([1.0, 4.99])).dependences == ()


@pytest.mark.parametrize(("r", "light"), [(0.9, "green"), (0.93, "amber"), (0.979, "amber"), (0.981, "red")])
def test_what_turns_the_light(r: float, light: str, tmp_path: Path) -> None:
    found = collinearity(survey_of(tmp_path, exactly(np.array([[1, r], [r, 1]]))))
    (check,) = found.checks
    assert (check.code, check.light) == ("conditioning", light)
    assert check.values["value"] == found.condition_number


# The result


def test_frames_are_fresh_and_keep_to_the_closed_list(service: dict[str, Survey]) -> None:
    found = collinearity(service["weighted"], groups={"staff": ["respect", "empathy"]})
    assert {*found.tidy(), *found.dimensions(), *found.glance()} <= set(COLUMNS)
    frame = found.tidy()
    frame["vif"] = 0.0
    assert found.tidy()["vif"].tolist() == found.vif.tolist()
    assert found.tidy()["driver"].tolist() == ["staff", "speed", "information", "fairness", "presence"]
    row = found.glance().iloc[0]
    assert (row["n"], row["df_model"], row["vif_max"]) == (600, 6, found.vif_per_column.max())
    assert row["vif_median"] == np.median(found.vif_per_column)
    for name in ("vif", "df", "eigenvalues", "condition_index", "parts", "correlation"):
        assert not getattr(found, name).flags.writeable, name
    assert found.n_used == 600


def test_dimensions_have_a_row_for_each_term(service: dict[str, Survey]) -> None:
    found = collinearity(service["plain"], drivers=["respect", "speed", "presence"])
    table = found.dimensions()
    assert table["dimension"].tolist() == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    cell = table.query("dimension == 3 and term == 'speed'").iloc[0]
    assert cell["share"] == found.parts[2, 1]
    assert cell["condition_index"] == found.condition_index[2] and cell["eigenvalue"] == found.eigenvalues[2]


def test_details_hold_the_dependences(tmp_path: Path, values: np.ndarray) -> None:
    columns = values[:, :3].copy()
    columns[:, 2] = columns[:, 0] + 0.01 * columns[:, 1]
    found = collinearity(survey_of(tmp_path, columns))
    assert found.details["dependences"] == [
        {"condition_index": one.condition_index, "terms": list(one.terms)} for one in found.dependences
    ]
    assert found.details["checks"] == {"conditioning": {"light": "red", "value": found.condition_number, "limit": 10.0}}


def test_eigenvalues_that_are_no_correlations_are_refused(service: dict[str, Survey]) -> None:
    found = collinearity(service["plain"])
    with pytest.raises(ValueError, match=r"^Eigenvalues of correlations must sum to the number of columns\.$"):
        replace(found, eigenvalues=found.eigenvalues * 1.001)


def test_left_out_answers_are_noted(tmp_path: Path, values: np.ndarray) -> None:
    found = collinearity(survey_of(tmp_path / "all", values))
    assert found.notes == ()
    holes = values.copy()
    survey = survey_of(tmp_path / "holes", holes)
    scores = survey.scores.copy()
    scores.loc[:3, "b"] = np.nan
    (note,) = collinearity(replace(survey, scores=scores)).notes
    assert (note.code, dict(note.values)) == ("missing_dropped", {"n_asked": 300, "n": 296})


def test_what_predictors_refuse_is_refused(service: dict[str, Survey]) -> None:
    with pytest.raises(kda.ModelError, match=r"^Expected driver to be one of .*did you mean 'respect'\?$"):
        collinearity(service["plain"], drivers=["respekt"])

"""All measures side by side, and average coefficients: each equals the analysis of its own, and what is left out."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.importance.comparison import compare_measures
from drivers.importance.orders.measures import MEASURES
from drivers.survey.data import Survey
from tests.reference_numbers import service_survey
from tests.simulated import make_survey

ROUNDING = 1e-12
"""Of importance between 0 and 1: the same kernel on the same moments."""

SOLVED = 1e-8
"""Relative, of coefficients by two ways of solving the same equations."""

GROUPS = {"people": ("respect", "empathy"), "access": ("speed", "presence")}
SMALL = [{}, {"always": ("presence",)}, {"always": ("channel",)}, {"groups": GROUPS}]
SMALL += [{"groups": GROUPS, "always": ("channel",)}, {"drivers": ("respect", "speed", "channel")}]


@pytest.fixture(scope="module")
def weighted(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return service_survey(tmp_path_factory.mktemp("weighted"), design=True)


@pytest.mark.parametrize("arguments", SMALL, ids=str)
def test_each_measure_is_the_analysis_of_its_own(arguments: dict, weighted: Survey) -> None:
    found = compare_measures(weighted, **arguments)
    assert set(found.methods) | set(found.left_out) == set(MEASURES)
    for place, method in enumerate(found.methods):
        alone = kda.relative_importance(weighted, method=method, n_boot=0, **arguments)
        np.testing.assert_allclose(found.importance[place], alone.importance, rtol=0, atol=ROUNDING)
        np.testing.assert_allclose(found.share[place], alone.share, rtol=0, atol=ROUNDING)
        assert (found.r2, found.r2_controls) == pytest.approx((alone.r2, alone.r2_controls), abs=ROUNDING)
        assert found.drivers == alone.drivers
        assert bool(found.sums_to_r2[place]) == alone.sums_to_r2
    for method in found.left_out:
        with pytest.raises(kda.ModelError, match=rf"^Measure '{method}' is not defined "):
            kda.relative_importance(weighted, method=method, n_boot=0, **arguments)


@pytest.mark.parametrize(
    ("arguments", "left_out"),
    list(
        zip(
            SMALL,
            [
                (),
                ("genizi", "car", "relative_weights"),
                ("genizi", "car", "relative_weights"),
                ("betasq", "genizi", "car", "relative_weights"),
                ("betasq", "genizi", "car", "relative_weights"),
                ("betasq", "genizi", "car", "relative_weights"),
            ],
            strict=True,
        )
    ),
    ids=str,
)
def test_controls_and_groups_leave_out_what_is_not_defined(arguments: dict, left_out: tuple, weighted: Survey) -> None:
    assert compare_measures(weighted, **arguments).left_out == left_out


def test_two_drivers(weighted: Survey) -> None:
    found = compare_measures(weighted, drivers=["respect", "speed"])
    value = dict(zip(found.methods, found.importance, strict=True))
    # With two drivers LMG is Genizi's decomposition; it is halfway between first and last for any number.
    np.testing.assert_allclose(value["lmg"], value["genizi"], rtol=0, atol=1e-10)
    np.testing.assert_allclose(value["lmg"], (value["first"] + value["last"]) / 2, rtol=0, atol=ROUNDING)


def test_uncorrelated_drivers_leave_nothing_to_argue_about(tmp_path: Path) -> None:
    a, b, c = (column.ravel().astype(float) for column in np.meshgrid(range(5), range(5), range(5)))
    noise = np.random.default_rng(1).normal(0, 3, 125)
    design = np.column_stack([np.ones(125), a, b, c])
    noise -= design @ np.linalg.lstsq(design, noise, rcond=None)[0]
    y = 50 + 4 * a + 2 * b + c + noise
    survey = make_survey(tmp_path, drivers={"a": a, "b": b, "c": c}, outcomes={"y": y})
    found = compare_measures(survey)
    expected = np.array([16, 4, 1]) * 2 / y.var()
    for value in found.importance:
        np.testing.assert_allclose(value, expected, rtol=0, atol=1e-9)


def test_the_result(weighted: Survey) -> None:
    found = compare_measures(weighted)
    tidy = found.tidy()
    assert len(tidy) == 8 * 6
    assert set(tidy.columns) | set(found.glance().columns) <= set(COLUMNS)
    for _, rows in tidy.groupby("method"):
        assert sorted(rows["rank"]) == [1, 2, 3, 4, 5, 6]
        assert rows.sort_values("rank")["importance"].is_monotonic_decreasing
    assert found.n_used == 600
    assert "weighted" in [note.code for note in found.notes]
    assert not found.importance.flags.writeable


def test_more_than_thirty_drivers_are_refused(tmp_path: Path) -> None:
    x = np.random.default_rng(2).uniform(0, 100, (60, 31))
    survey = make_survey(tmp_path, drivers={f"d{j}": x[:, j] for j in range(31)}, outcomes={"y": x.mean(axis=1)})
    with pytest.raises(kda.ModelError) as caught:
        compare_measures(survey)
    assert str(caught.value) == (
        "Expected at most 30 drivers, found 31; choose fewer with drivers= or join some with groups=."
    )


# Average coefficients


def solved(survey: Survey, columns: list[str]) -> np.ndarray:
    """Slopes of a weighted regression on some scores and indicators of the channel."""
    y = survey.scores["sat"].to_numpy()
    x = np.column_stack([np.ones(len(y)), *(column_of(survey, name) for name in columns)])
    root = np.sqrt(survey.weights)[:, None]
    return np.linalg.lstsq(x * root, y * root[:, 0], rcond=None)[0][1:]


def column_of(survey: Survey, name: str) -> np.ndarray:
    if "=" in name:
        return (survey.raw["channel"] == name.split("=")[1]).to_numpy(float)
    return survey.scores[name].to_numpy()


@pytest.mark.parametrize("arguments", [{}, {"always": ("channel",)}, {"groups": GROUPS}], ids=str)
def test_average_coefficients_by_brute_force(arguments: dict, weighted: Survey) -> None:
    found = kda.average_coefficients(weighted, **arguments)
    controls = ["channel=phone", "channel=web"] if "always" in arguments else []
    members = {name: list(arguments.get("groups", {}).get(name, [name])) for name in found.drivers}
    k = len(found.drivers)
    assert found.coefficient.shape == (k, 6)
    for size in range(1, k + 1):
        sums: dict[str, list[float]] = {term: [] for term in found.terms}
        for chosen in combinations(found.drivers, size):
            terms = [term for name in chosen for term in members[name]]
            for term, slope in zip(terms, solved(weighted, controls + terms)[len(controls) :], strict=True):
                sums[term].append(slope)
        expected = [np.mean(sums[term]) for term in found.terms]
        np.testing.assert_allclose(found.coefficient[size - 1], expected, rtol=SOLVED, atol=1e-10)


@pytest.mark.parametrize("arguments", [{}, {"always": ("channel",)}], ids=str)
def test_the_largest_model_has_the_effects_of_the_regression(arguments: dict, weighted: Survey) -> None:
    found = kda.average_coefficients(weighted, **arguments)
    effects = kda.fit_regression(weighted, **arguments).tidy().set_index("term")["estimate"]
    np.testing.assert_allclose(found.coefficient[-1], effects.loc[list(found.terms)], rtol=SOLVED)


def test_more_than_twenty_drivers_have_no_average_coefficients(tmp_path: Path) -> None:
    x = np.random.default_rng(3).uniform(0, 100, (60, 21))
    survey = make_survey(tmp_path, drivers={f"d{j}": x[:, j] for j in range(21)}, outcomes={"y": x.mean(axis=1)})
    with pytest.raises(kda.ModelError) as caught:
        kda.average_coefficients(survey)
    assert str(caught.value) == (
        "Expected at most 20 drivers, found 21; choose fewer with drivers= or join some with groups=."
    )

"""Every measure of relaimpo, and Johnson's relative weights of three programs, on real and simulated answers."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import drivers as kda
from drivers.importance.orders.measures import MEASURES, measured
from drivers.importance.relative import relative_importance
from drivers.survey.data import Survey
from tests.reference_numbers import AGREEMENT, RATINGS, service_survey, table
from tests.simulated import make_survey

SMALL = 1e-12
"""Absolute: values near 0 have lost their leading digits to subtraction in both programs."""

GROUPS = {"people": ("respect", "empathy"), "access": ("speed", "presence")}
CUSTOMERS = {"price": ("q2", "q3", "q4"), "reach": ("q6", "q7"), "distribution": ("q9", "q10")}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Survey]:
    folder = tmp_path_factory.mktemp("service")
    return {
        "plain": service_survey(folder / "plain"),
        "weighted": service_survey(folder / "weighted", weighted=True),
        "holes": service_survey(folder / "holes", file="service_holes.csv"),
    }


def reference(case: str, method: str) -> pd.Series:
    found = table("relaimpo_measures.csv").query("case == @case and metric == @method")
    assert len(found), (case, method)
    return found.set_index("name")["value"]


CASES: list[tuple[str, str, dict]] = [
    ("A_service", "plain", {}),
    ("A_service_loy", "plain", {"outcome": "loy"}),
    ("C_service_w", "weighted", {}),
    ("D_service_groups", "plain", {"groups": GROUPS}),
    ("D_service_groups_w", "weighted", {"groups": GROUPS}),
    ("E_service_always", "plain", {"always": ("presence",)}),
    ("E_service_always_w", "weighted", {"always": ("presence",)}),
    ("E_service_always_channel", "plain", {"always": ("channel",)}),
    ("E_service_always_channel_w", "weighted", {"always": ("channel",)}),
    ("E_service_always_groups", "plain", {"groups": GROUPS, "always": ("channel",)}),
    ("E_service_always_groups_w", "weighted", {"groups": GROUPS, "always": ("channel",)}),
    ("F_service_factor", "plain", {"drivers": (*RATINGS, "channel")}),
    ("F_service_factor_w", "weighted", {"drivers": (*RATINGS, "channel")}),
    ("F_service_always_factor", "plain", {"always": ("channel",)}),
    ("F_service_interaction", "plain", {"interactions": [("respect", "speed")]}),
    ("F_service_interaction_w", "weighted", {"interactions": [("respect", "speed")]}),
    (
        "F_service_factor_interaction",
        "plain",
        {"drivers": ("respect", "speed", "channel"), "interactions": [("respect", "channel")]},
    ),
    ("G_service_holes_listwise", "holes", {}),
]
METRICS = table("relaimpo_measures.csv").groupby("case")["metric"].unique()


@pytest.mark.parametrize(
    ("case", "survey", "arguments", "method"),
    [(case, survey, arguments, method) for case, survey, arguments in CASES for method in METRICS[case]],
)
def test_relaimpo(case: str, survey: str, arguments: dict, method: str, service: Mapping[str, Survey]) -> None:
    found = relative_importance(service[survey], method=method, n_boot=0, **arguments)
    expected = reference(case, method)
    assert sorted(found.drivers) == sorted(expected.index)
    np.testing.assert_allclose(found.importance, expected.loc[list(found.drivers)], rtol=AGREEMENT, atol=SMALL)


@pytest.mark.parametrize("method", sorted(set(METRICS["B_customersat"])))
def test_relaimpo_on_the_example_that_comes_with_the_package(method: str) -> None:
    found = relative_importance(kda.example_survey("customersat"), method=method, n_boot=0)
    expected = reference("B_customersat", method).loc[[f"q{j}" for j in range(2, 11)]]
    np.testing.assert_allclose(found.importance, expected, rtol=AGREEMENT, atol=SMALL)


@pytest.mark.parametrize("method", ["first", "last"])
def test_groups_of_the_example(method: str) -> None:
    survey = kda.example_survey("customersat")
    by_question = dict(zip((f"q{j}" for j in range(2, 11)), survey.codebook.drivers, strict=True))
    groups = {name: tuple(by_question[question] for question in members) for name, members in CUSTOMERS.items()}
    found = relative_importance(survey, method=method, n_boot=0, groups=groups)
    expected = reference("D_customersat_groups", method)
    names = [name if name in groups else next(q for q, d in by_question.items() if d == name) for name in found.drivers]
    np.testing.assert_allclose(found.importance, expected.loc[names], rtol=AGREEMENT, atol=SMALL)


@pytest.fixture(scope="module")
def housing(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """Tenants' satisfaction by three factors; R codes a factor's first level as its reference, whatever its name."""
    data = pd.read_csv(Path(__file__).parents[1] / "reference" / "housing.csv.gz")
    levels = {
        "Infl": ("Low", "Medium", "High"),
        "Type": ("Tower", "Apartment", "Atrium", "Terrace"),
        "Cont": ("Low", "High"),
    }
    columns = {
        name: data[name].map({level: f"{rank}{level}" for rank, level in enumerate(known)})
        for name, known in levels.items()
    }
    return make_survey(
        tmp_path_factory.mktemp("housing"),
        drivers={"unused": np.arange(len(data)) % 7},
        outcomes={"sat": data["sat"].to_numpy(float)},
        scale=(0, 10),
        segments={name: column.to_numpy() for name, column in columns.items()},
    )


@pytest.mark.parametrize("method", ["lmg", "first", "last"])
def test_factors_count_as_one_each(method: str, housing: Survey) -> None:
    found = relative_importance(housing, drivers=("Infl", "Type", "Cont"), method=method, n_boot=0)
    expected = reference("F_housing_factors", method).loc[["Infl", "Type", "Cont"]]
    np.testing.assert_allclose(found.importance, expected, rtol=AGREEMENT)
    assert np.isnan(found.performance).all()


def test_an_interaction_of_factors_enters_after_both(housing: Survey) -> None:
    names = ("Infl", "Type", "Cont")
    found = relative_importance(housing, drivers=names, interactions=[("Infl", "Cont")], n_boot=0)
    expected = reference("F_housing_interaction", "lmg").loc[[*names, "Infl:Cont"]]
    np.testing.assert_allclose(found.importance, expected, rtol=AGREEMENT)


JOHNSON = {"service": ("plain", {}), "service_loy": ("plain", {"outcome": "loy"}), "service_w": ("weighted", {})}


@pytest.mark.parametrize("case", JOHNSON)
def test_relative_weights_of_three_programs(case: str, service: Mapping[str, Survey]) -> None:
    survey, arguments = JOHNSON[case]
    rows = table("johnson_relative_weights.csv")
    rows = rows[rows["case"].str.split(" ").str[0] == case].set_index("name").loc[list(RATINGS)]
    found = relative_importance(service[survey], method="relative_weights", n_boot=0, **arguments)
    for program in ("iopsych", "yhat_rlw", "rwa"):
        if rows[program].notna().all():
            np.testing.assert_allclose(found.importance, rows[program].astype(float), rtol=AGREEMENT, err_msg=program)


def test_every_measure_on_the_resamples_of_relaimpo() -> None:
    data = table("service.csv")
    columns = data[[*RATINGS, "sat"]].to_numpy(float)
    drawn = (
        pd.read_csv(Path(__file__).parents[1] / "reference" / "boot_indices_200x600.csv.gz", header=None).to_numpy() - 1
    )
    matrices = np.stack([np.cov(columns[rows], rowvar=False) for rows in drawn])
    saved = table("boot_replicates_measures.csv.gz")
    for method in MEASURES:
        if method == "relative_weights":
            continue
        values, r2 = measured(method, matrices, np.arange(7))
        expected = saved[[f"{method}_{name}" for name in RATINGS]].to_numpy()
        np.testing.assert_allclose(values, expected, rtol=AGREEMENT, atol=SMALL, err_msg=method)
        np.testing.assert_allclose(r2[:, 1], saved["R2"], rtol=AGREEMENT)

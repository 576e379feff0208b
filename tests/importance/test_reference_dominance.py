"""Dominance, commonality, average coefficients and BCa limits of other programs."""

from collections.abc import Mapping

import numpy as np
import pytest

import drivers as kda
from drivers.importance.dominance_analysis import LEVELS
from drivers.resampling import bca_interval
from drivers.survey.data import Survey
from tests.reference_numbers import AGREEMENT, RATINGS, service_survey, table

SMALL = 1e-12
"""Absolute: values near 0 have lost their leading digits to subtraction in both programs."""

GROUPS = {"people": ("respect", "empathy"), "access": ("speed", "presence")}
CASES: dict[str, tuple[str, dict]] = {
    "service_lm": ("plain", {}),
    "service_lm_w": ("weighted", {}),
    "service_lm_sets": ("plain", {"groups": GROUPS}),
    "service_lm_sets_w": ("weighted", {"groups": GROUPS}),
    "service_lm_all_presence": ("plain", {"always": ("presence",)}),
    "service_lm_all_presence_w": ("weighted", {"always": ("presence",)}),
    "service_lm_all_channel": ("plain", {"always": ("channel",)}),
    "service_lm_all_channel_w": ("weighted", {"always": ("channel",)}),
    "service_lm_factor": ("plain", {"drivers": (*RATINGS, "channel")}),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Survey]:
    folder = tmp_path_factory.mktemp("service")
    return {
        "plain": service_survey(folder / "plain"),
        "weighted": service_survey(folder / "weighted", weighted=True),
    }


@pytest.mark.parametrize("case", CASES)
def test_general_conditional_and_complete_dominance(case: str, service: Mapping[str, Survey]) -> None:
    survey, arguments = CASES[case]
    found = kda.dominance(service[survey], n_boot=0, **arguments)
    general = table("dominance_general.csv").query("case == @case")
    conditional = table("dominance_conditional.csv.gz").query("case == @case")
    matrices = table("dominance_matrices.csv.gz").query("case == @case")
    assert len(general) and len(conditional) and len(matrices)
    for tool, rows in general.groupby("tool"):
        values = rows.set_index("name")["general"].loc[list(found.drivers)]
        np.testing.assert_allclose(found.general, values, rtol=AGREEMENT, atol=SMALL, err_msg=tool)
    for tool, rows in conditional.groupby("tool"):
        levels = rows.pivot(index="name", columns="level", values="value").loc[list(found.drivers)]
        np.testing.assert_allclose(found.conditional, levels, rtol=AGREEMENT, atol=SMALL, err_msg=tool)
    place = {name: position for position, name in enumerate(found.drivers)}
    for row in matrices.itertuples():
        i, j = place[row.i], place[row.j]
        if i == j:
            continue
        if row.tool == "domir" and row.type == "complete":
            assert found.complete[i, j] == pytest.approx(row.value, abs=SMALL), row
        else:
            assert found.relation[LEVELS.index(row.type), i, j] == row.value, row


def test_reproducibility_under_the_bootstrap(service: Mapping[str, Survey]) -> None:
    found = kda.dominance(service["plain"], n_boot=2000).tidy().set_index(["dominance", "driver", "versus"])
    # Two independent bootstraps of 500 and 2,000: four standard errors of their difference.
    for row in table("dominance_bootstrap.csv").itertuples():
        here = found.loc[(row.dominance, row.i, row.k)]
        assert here["relation"] == row.Dij
        for ours, theirs in (("p_dominates", row.Pij), ("p_dominated", row.Pji), ("reproducibility", row.Rep)):
            mean = (2000 * here[ours] + 500 * theirs) / 2500
            error = np.sqrt((mean * (1 - mean) + 0.002) * (1 / 500 + 1 / 2000))
            assert abs(here[ours] - theirs) < 4 * error, (row, ours, here[ours])


def test_commonality(service: Mapping[str, Survey]) -> None:
    rows = table("commonality_yhat.csv").query("case == 'service'")
    rows = rows[~rows["effect"].str.contains("Total")]
    found = kda.commonality(service["plain"], n_boot=0).tidy().set_index("term")["estimate"]
    assert len(rows) == len(found)
    for row in rows.itertuples():
        name = " + ".join(sorted(row.effect.split(","), key=list(RATINGS).index))
        assert found[name] == pytest.approx(row.coefficient, rel=AGREEMENT, abs=SMALL)


@pytest.mark.parametrize(
    ("case", "survey", "arguments"),
    [
        ("A_service", "plain", {}),
        ("C_service_w", "weighted", {}),
        ("D_service_groups", "plain", {"groups": GROUPS}),
        ("E_service_always", "plain", {"always": ("presence",)}),
        ("E_service_always_channel", "plain", {"always": ("channel",)}),
    ],
)
def test_average_coefficients(case: str, survey: str, arguments: dict, service: Mapping[str, Survey]) -> None:
    found = kda.average_coefficients(service[survey], **arguments).tidy().set_index(["term", "subset_size"])["estimate"]
    rows = table("relaimpo_avecoefs.csv").query("case == @case")
    for row in rows[rows["term"].isin(RATINGS)].itertuples():
        if (row.term, row.size) in found.index:
            assert found[(row.term, row.size)] == pytest.approx(row.ave_coef, rel=1e-9, abs=1e-10), row
    assert set(rows["term"]) >= set(found.index.get_level_values(0))


def test_bca_limits_of_boot() -> None:
    parts = table("boot_bca_ingredients.csv").set_index("name")
    drawn = table("boot_replicates_service.csv.gz")[[f"lmg_{name}" for name in parts.index]].to_numpy()
    expected = table("boot_bca_intervals.csv").query("case == 'service' and metric == 'lmg'")
    for level, rows in expected.groupby("level"):
        limits = rows.set_index("name").loc[parts.index]
        low, high = bca_interval(drawn, parts["t0"].to_numpy(), parts["accel_reg"].to_numpy(), float(level))
        np.testing.assert_allclose(low, limits["lower"], rtol=AGREEMENT)
        np.testing.assert_allclose(high, limits["upper"], rtol=AGREEMENT)
    low, high = bca_interval(drawn, parts["t0"].to_numpy(), parts["accel_jackknife"].to_numpy(), 0.95)
    np.testing.assert_allclose(low, parts["bca95_jack_lower"], rtol=AGREEMENT)
    np.testing.assert_allclose(high, parts["bca95_jack_upper"], rtol=AGREEMENT)

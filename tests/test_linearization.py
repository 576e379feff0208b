"""Variances between sampling units, written differently and as another program has them."""

import numpy as np
import pytest

import drivers as kda
from drivers.linearization import linearised_covariance
from tests.reference_numbers import AGREEMENT, table

ROUNDING = 1e-12
"""Relative: sums of some hundred numbers in another order."""

STRATA = np.repeat([3, 1, 8], [12, 20, 28])
CLUSTERS = np.concatenate([np.arange(12) // 3, np.arange(20) // 2, np.arange(28) // 14])


@pytest.fixture
def influence() -> np.ndarray:
    return np.random.default_rng(21).normal(size=(60, 3)) @ np.array([[1, 0.5, 0], [0, 1, 0.2], [0, 0, 2.0]])


def test_rows_without_a_design_are_units_of_one_stratum(influence: np.ndarray) -> None:
    found = linearised_covariance(influence)
    np.testing.assert_allclose(found.covariance, 60 * np.cov(influence, rowvar=False), rtol=ROUNDING)
    assert found.df == 59


def test_sum_over_strata_of_the_scatter_between_units(influence: np.ndarray) -> None:
    expected = np.zeros((3, 3))
    units_in_all = 0
    for stratum in np.unique(STRATA):
        inside = stratum == STRATA
        totals = np.array([influence[inside & (code == CLUSTERS)].sum(axis=0) for code in np.unique(CLUSTERS[inside])])
        expected += len(totals) * np.cov(totals, rowvar=False)
        units_in_all += len(totals)
    found = linearised_covariance(influence, strata=STRATA, clusters=CLUSTERS)
    np.testing.assert_allclose(found.covariance, expected, rtol=ROUNDING)
    assert found.df == units_in_all - 3


def test_equals_the_jackknife_for_a_total(influence: np.ndarray) -> None:
    # Leaving out one unit and raising the others of its stratum is exact for what is linear.
    variance = 0.0
    for stratum in np.unique(STRATA):
        codes = np.unique(CLUSTERS[stratum == STRATA])
        for code in codes:
            factor = np.where(stratum == STRATA, len(codes) / (len(codes) - 1), 1.0)
            factor[(stratum == STRATA) & (code == CLUSTERS)] = 0.0
            change = (factor - 1) @ influence[:, 0]
            variance += (len(codes) - 1) / len(codes) * change**2
    found = linearised_covariance(influence, strata=STRATA, clusters=CLUSTERS)
    assert found.covariance[0, 0] == pytest.approx(variance, rel=ROUNDING)


def test_strata_without_clusters_have_rows_as_units(influence: np.ndarray) -> None:
    found = linearised_covariance(influence, strata=STRATA)
    same = linearised_covariance(influence, strata=STRATA, clusters=np.arange(60))
    np.testing.assert_allclose(found.covariance, same.covariance, rtol=ROUNDING)
    assert found.df == same.df == 57


def test_order_of_rows_and_names_of_codes_do_not_matter(influence: np.ndarray) -> None:
    order = np.random.default_rng(22).permutation(60)
    one = linearised_covariance(influence, strata=STRATA, clusters=CLUSTERS)
    other = linearised_covariance(influence[order], strata=-STRATA[order], clusters=100 - CLUSTERS[order])
    np.testing.assert_allclose(other.covariance, one.covariance, rtol=ROUNDING, atol=ROUNDING)
    assert other.df == one.df


def test_units_outside_the_domain_count_as_zeros(influence: np.ndarray) -> None:
    domain = CLUSTERS != 0
    outside_zero = np.where(domain[:, None], influence, 0.0)
    found = linearised_covariance(outside_zero, strata=STRATA, clusters=CLUSTERS).covariance
    # Stratum 8 has two units: with totals 0 and t its part is 2 · t²/2.
    only = influence[(STRATA == 8) & (CLUSTERS == 1)].sum(axis=0)
    rest = STRATA != 8
    expected = (
        np.outer(only, only)
        + linearised_covariance(outside_zero[rest], strata=STRATA[rest], clusters=CLUSTERS[rest]).covariance
    )
    np.testing.assert_allclose(found, expected, rtol=ROUNDING)


@pytest.mark.parametrize("design", ["design", "weights_only"])
@pytest.mark.parametrize("name", ["sat", "loy", "nps", "respect", "presence"])
def test_standard_error_of_svymean(design: str, name: str) -> None:
    data = table("service.csv")
    weights, values = data["w"].to_numpy(), data[name].to_numpy(dtype=float)
    mean = np.average(values, weights=weights)
    units = {"strata": data["stratum"].to_numpy(), "clusters": data["branch"].to_numpy()}
    found = linearised_covariance(
        (weights * (values - mean) / weights.sum())[:, None], **(units if design == "design" else {})
    )
    expected = table("survey_means.csv").query("design == @design and name == @name").iloc[0]
    np.testing.assert_allclose(np.sqrt(found.covariance[0, 0]), expected["se"], rtol=AGREEMENT)
    assert found.df == expected["degf"]


def test_a_stratum_of_one_unit_is_refused(influence: np.ndarray) -> None:
    with pytest.raises(kda.ModelError) as caught:
        linearised_covariance(influence[:3], strata=np.array([0, 0, 1]))
    assert str(caught.value) == (
        "Expected at least two sampling units in every stratum, found one in the stratum of row 3; "
        "merge that stratum with a neighbour in the data."
    )

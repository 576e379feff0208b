"""Variances between sampling units, written differently and as another program has them."""

from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.linearization import (
    domain_design,
    domain_fpc,
    domain_replicates,
    effective_size,
    interval_size,
    linearised_covariance,
    mean_covariance,
    survey_covariance,
)
from drivers.survey.data import Survey
from tests.reference_numbers import AGREEMENT, service_survey, table
from tests.simulated import make_survey

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


@pytest.mark.parametrize("design", ["design", "design_fpc", "weights_only"])
@pytest.mark.parametrize("name", ["sat", "loy", "nps", "respect", "presence"])
def test_standard_error_of_svymean(design: str, name: str) -> None:
    data = table("service.csv")
    weights, values = data["w"].to_numpy(), data[name].to_numpy(dtype=float)
    mean = np.average(values, weights=weights)
    units = {"strata": data["stratum"].to_numpy(), "clusters": data["branch"].to_numpy()}
    finite = {"fpc": 12 / data["fpc"].to_numpy()}
    found = linearised_covariance(
        (weights * (values - mean) / weights.sum())[:, None],
        **{"design": units, "design_fpc": units | finite, "weights_only": {}}[design],
    )
    expected = table("survey_means.csv").query("design == @design and name == @name").iloc[0]
    np.testing.assert_allclose(np.sqrt(found.covariance[0, 0]), expected["se"], rtol=AGREEMENT)
    assert found.df == expected["degf"]


# Finite populations


def every_sample(sizes: dict[int, tuple[int, int]]) -> list[np.ndarray]:
    """All samples of units without replacement: stratum → units in the population and in the sample."""
    starts = np.cumsum([0, *(population for population, _ in sizes.values())])
    by_stratum = [
        [np.array(chosen) + start for chosen in combinations(range(population), sampled)]
        for start, (population, sampled) in zip(starts, sizes.values(), strict=False)
    ]
    return [np.concatenate(parts) for parts in product(*by_stratum)]


@pytest.mark.parametrize("clustered", [False, True], ids=["respondents", "clusters"])
def test_it_is_on_average_the_variance_over_all_samples_that_could_be_drawn(clustered: bool) -> None:
    # A population of 5, 6 and 2 units, of which 2, 3 and all are drawn: 200 samples, each as likely as another.
    sizes = {0: (5, 2), 1: (6, 3), 2: (2, 2)}
    stratum = np.repeat([0, 1, 2], [5, 6, 2])
    rng = np.random.default_rng(24)
    people = rng.integers(1, 4, 13) if clustered else np.ones(13, dtype=int)
    unit = np.repeat(np.arange(13), people)
    y = rng.normal(5, 2, (len(unit), 2)) + rng.normal(size=(13, 2))[unit]
    totals, variances = [], []
    for sample in every_sample(sizes):
        rows = np.flatnonzero(np.isin(unit, sample))
        h = stratum[unit[rows]]
        fraction = np.array([sampled / population for population, sampled in sizes.values()])[h]
        estimated = y[rows] / fraction[:, None]
        totals.append(estimated.sum(axis=0))
        clusters = unit[rows] if clustered else None
        found = linearised_covariance(estimated, strata=h, clusters=clusters, fpc=fraction)
        # Units of the stratum that was taken whole tell nothing of chance.
        assert found.df == 2 + 3 - 2
        variances.append(found.covariance)
    assert len(totals) == 200
    np.testing.assert_allclose(np.mean(totals, axis=0), y.sum(axis=0), rtol=ROUNDING)
    np.testing.assert_allclose(np.mean(variances, axis=0), np.cov(np.transpose(totals), ddof=0), rtol=ROUNDING)


def test_nothing_sampled_of_a_population_is_an_endless_one(influence: np.ndarray) -> None:
    endless = linearised_covariance(influence, strata=STRATA, clusters=CLUSTERS)
    found = linearised_covariance(influence, strata=STRATA, clusters=CLUSTERS, fpc=np.zeros(60))
    assert np.array_equal(found.covariance, endless.covariance) and found.df == endless.df


def test_respondents_of_a_simple_random_sample_are_units(influence: np.ndarray) -> None:
    found = linearised_covariance(influence, fpc=np.full(60, 0.2))
    np.testing.assert_allclose(found.covariance, 0.8 * 60 * np.cov(influence, rowvar=False), rtol=ROUNDING)
    assert found.df == 59


def test_a_single_unit_may_be_the_whole_of_its_stratum(influence: np.ndarray) -> None:
    strata, fpc = np.array([0, 0, 0, 1]), np.array([0.0, 0.0, 0.0, 1.0])
    found = linearised_covariance(influence[:4], strata=strata, fpc=fpc)
    np.testing.assert_allclose(found.covariance, 3 * np.cov(influence[:3], rowvar=False), rtol=ROUNDING)
    assert found.df == 2


def test_everybody_asked_leaves_no_variance(influence: np.ndarray) -> None:
    found = linearised_covariance(influence, strata=STRATA, clusters=CLUSTERS, fpc=np.ones(60))
    assert not found.covariance.any() and found.df == 0


# Surveys


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Survey]:
    folder = tmp_path_factory.mktemp("service")
    return {
        "weights_only": service_survey(folder / "weighted", weighted=True),
        "design": service_survey(folder / "design", design=True),
        "design_fpc": service_survey(folder / "fpc", fpc=True),
        "JKn": service_survey(folder / "JKn", replicates="JKn"),
        "JKn_fpc": service_survey(folder / "JKn_fpc", replicates="JKn", fpc=True),
        "bootstrap": service_survey(folder / "bootstrap", replicates="bootstrap"),
    }


def around_the_estimate(survey: Survey) -> Survey:
    assert survey.replicates is not None
    return replace(survey, replicates=replace(survey.replicates, center="estimate"))


def score(survey: Survey, name: str) -> np.ndarray:
    return survey.scores[name].to_numpy()


@pytest.mark.parametrize(("replicated", "sampled"), [("JKn", "design"), ("JKn_fpc", "design_fpc")])
def test_the_jackknife_of_what_is_linear_is_the_linearised_variance(
    replicated: str, sampled: str, service: dict[str, Survey]
) -> None:
    survey = service[sampled]
    influence = survey.weights[:, None] * np.column_stack([score(survey, "sat"), score(survey, "loy") - 50])
    rows = np.arange(600) % 3 > 0
    influence = np.where(rows[:, None], influence, 0.0)
    expected = survey_covariance(survey, influence, rows)
    found = survey_covariance(around_the_estimate(service[replicated]), influence, rows)
    np.testing.assert_allclose(found.covariance, expected.covariance, rtol=1e-10)
    assert found.df == expected.df == 44


@pytest.mark.parametrize("kind", ["JKn", "bootstrap"])
def test_means_are_computed_anew_in_each_replicate(kind: str, service: dict[str, Survey]) -> None:
    for survey in (service[kind], around_the_estimate(service[kind])):
        replicates, y = survey.replicates, score(survey, "sat")
        assert replicates is not None
        one, other = np.arange(600) % 2 == 0, np.arange(600) % 5 == 1
        drawn = np.array(
            [[np.average(y[rows], weights=w[rows]) for rows in (one, other)] for w in replicates.weights.T]
        )
        middle = drawn.mean(axis=0)
        if replicates.center == "estimate":
            middle = np.array([np.average(y[rows], weights=survey.weights[rows]) for rows in (one, other)])
        expected = sum(
            scale * np.outer(row - middle, row - middle) for scale, row in zip(replicates.scales, drawn, strict=True)
        )
        found = mean_covariance(survey, y, one, other)
        np.testing.assert_allclose(found.covariance, expected, rtol=1e-10)
        part = replicates.among(one | other)
        assert part is not None and found.df == part.df


@pytest.mark.parametrize("design", ["weights_only", "design", "design_fpc"])
def test_covariance_of_two_means_is_that_of_a_ratio_each(design: str, service: dict[str, Survey]) -> None:
    survey, rng = service[design], np.random.default_rng(25)
    y, domains = score(survey, "nps"), (rng.random(600) < 0.5, rng.random(600) < 0.2)
    influence = []
    for rows in domains:
        w = np.where(rows, survey.weights, 0.0)
        influence.append(w * (y - np.average(y, weights=w)) / w.sum())
    expected = survey_covariance(survey, np.column_stack(influence), domains[0] | domains[1])
    found = mean_covariance(survey, y, *domains)
    np.testing.assert_allclose(found.covariance, expected.covariance, rtol=1e-10)
    assert found.df == expected.df


def test_where_a_replicate_has_nobody_of_a_domain_means_move_to_first_order(service: dict[str, Survey]) -> None:
    survey = service["bootstrap"]
    replicates, y = survey.replicates, score(survey, "sat")
    assert replicates is not None and survey.clusters is None
    branch = table("service.csv")["branch"].to_numpy()
    rows = np.isin(branch, [3, 40])
    w, mean = survey.weights[rows], np.average(y[rows], weights=survey.weights[rows])
    drawn = replicates.weights[rows]
    assert (drawn.sum(axis=0) == 0).any(), "some bootstraps miss both branches"
    moved = drawn.T @ (y[rows] - mean) / w.sum()
    expected = replicates.scales @ (moved - moved.mean()) ** 2
    assert mean_covariance(survey, y, rows).covariance[0, 0] == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("kind", ["JKn", "bootstrap", "design_fpc"])
def test_a_domain_within_one_sampling_unit_has_its_respondents_as_the_sample(
    kind: str, service: dict[str, Survey]
) -> None:
    survey, rows = service[kind], table("service.csv")["branch"].to_numpy() == 7
    assert domain_design(survey, rows) == (None, None)
    assert domain_replicates(survey, rows) is None
    if survey.clusters is not None:
        assert domain_fpc(survey, rows) is None
    y, n = score(survey, "sat"), rows.sum()
    w = survey.weights[rows] / survey.weights[rows].sum()
    deviation = w * (y[rows] - w @ y[rows])
    found = mean_covariance(survey, y, rows)
    assert found.covariance[0, 0] == pytest.approx(n / (n - 1) * deviation @ deviation, rel=ROUNDING)
    assert found.df == n - 1
    assert effective_size(survey, rows, y) == pytest.approx(1 / (w @ w), rel=ROUNDING)


def test_a_cluster_is_one_unit_also_where_its_weights_were_adjusted_afterwards(service: dict[str, Survey]) -> None:
    # Publishers rake each replicate, so that respondents of a cluster go up and down nearly together.
    survey, rows = service["JKn"], table("service.csv")["branch"].to_numpy() == 7
    assert survey.replicates is not None
    raked = survey.replicates.weights * np.random.default_rng(28).uniform(0.99, 1.01, survey.replicates.weights.shape)
    adjusted = replace(survey, replicates=replace(survey.replicates, weights=raked))
    assert domain_replicates(replace(adjusted, clusters=None), rows) is not None
    assert domain_replicates(adjusted, rows) is None
    y = score(survey, "sat")
    found, expected = (mean_covariance(one, y, rows).covariance for one in (adjusted, survey))
    np.testing.assert_allclose(found, expected, rtol=ROUNDING)


def test_strata_of_a_survey_with_replicate_weights_are_not_its_variances(service: dict[str, Survey]) -> None:
    # Named clusters or not: variances come from the replicates alone.
    survey = service["JKn"]
    assert survey.strata is not None and survey.clusters is not None
    bare = replace(survey, strata=None, clusters=None)
    y, rows = score(survey, "loy"), np.arange(600) % 2 == 0
    found, again = mean_covariance(survey, y, rows), mean_covariance(bare, y, rows)
    np.testing.assert_allclose(found.covariance, again.covariance, rtol=ROUNDING)
    branch = table("service.csv")["branch"].to_numpy() == 7
    only_strata = replace(survey, clusters=None)
    alone = mean_covariance(only_strata, y, branch)
    np.testing.assert_allclose(alone.covariance, mean_covariance(survey, y, branch).covariance, rtol=ROUNDING)
    assert alone.df == branch.sum() - 1


# Effective size


@pytest.mark.parametrize("name", ["sat", "loy", "nps", "respect", "fairness"])
def test_effective_size_in_a_finite_population_is_n_over_the_design_effect_of_svymean(
    name: str, service: dict[str, Survey]
) -> None:
    survey = service["design_fpc"]
    values = table("service.csv")[name].to_numpy(dtype=float)
    # deff="replace": against a simple random sample with replacement.
    deff = table("survey_means.csv").query("design == 'design_fpc'").set_index("name").loc[name, "deff"]
    everybody = np.ones(600, dtype=bool)
    np.testing.assert_allclose(effective_size(survey, everybody, values), min(600, 600 / deff), rtol=AGREEMENT)
    left = 1 - np.average(12 / table("service.csv")["fpc"], weights=survey.weights)
    np.testing.assert_allclose(interval_size(survey, everybody, values), min(600 / left, 600 / deff), rtol=AGREEMENT)


@pytest.mark.parametrize("kind", ["JKn", "bootstrap"])
def test_effective_size_by_replicates_is_n_over_the_design_effect(kind: str, service: dict[str, Survey]) -> None:
    survey = service[kind]
    y, rows = score(survey, "sat"), np.arange(600) % 4 != 2
    w = np.where(rows, survey.weights, 0.0)
    mean = np.average(y, weights=w)
    # svyvar over n, as svymean has it for deff="replace".
    simple = np.average((y - mean) ** 2, weights=w) / (rows.sum() - 1)
    variance = mean_covariance(survey, y, rows).covariance[0, 0]
    expected = rows.sum() * simple / variance
    assert effective_size(survey, rows, y) == pytest.approx(expected, rel=1e-10)
    assert interval_size(survey, rows, y) == pytest.approx(expected, rel=1e-10)
    assert expected < 450, "weights and branches cost something"


def small_survey(folder: Path, y: np.ndarray, **options: object) -> Survey:
    return make_survey(folder, drivers={"a": np.arange(len(y)) % 7}, outcomes={"y": y}, **options)  # type: ignore[arg-type]


def test_a_simple_random_sample_of_a_finite_population_tells_as_much_as_more_of_an_endless_one(tmp_path: Path) -> None:
    y = np.random.default_rng(26).uniform(0, 100, 40)
    everybody = np.ones(40, dtype=bool)
    survey = small_survey(tmp_path / "1", y, fpc=np.full(40, 50.0))
    assert effective_size(survey, everybody, y) == 40
    assert interval_size(survey, everybody, y) == pytest.approx(200, rel=ROUNDING)
    alike = np.full(40, 50.0)
    assert interval_size(survey, everybody, alike) == pytest.approx(200, rel=ROUNDING)
    whole = small_survey(tmp_path / "2", y, fpc=np.full(40, 40.0))
    assert (effective_size(whole, everybody, y), interval_size(whole, everybody, y)) == (40, np.inf)
    assert interval_size(whole, np.zeros(40, dtype=bool), y) == 0


def test_what_strata_gain_is_cut_off_and_what_a_finite_population_gains_is_not(tmp_path: Path) -> None:
    y = np.repeat([10.0, 90.0], 20) + np.random.default_rng(27).uniform(-5, 5, 40)
    strata, everybody = np.repeat(["a", "b"], 20), np.ones(40, dtype=bool)
    survey = small_survey(
        tmp_path / "1", y, strata=strata, fpc=np.repeat([40.0, 200.0], 20), weights=np.repeat([2, 10], 20)
    )
    assert effective_size(survey, everybody, y) == 40
    # 40 of 240 people were asked.
    assert interval_size(survey, everybody, y) == pytest.approx(40 / (1 - 40 / 240), rel=ROUNDING)


# Faults


def test_a_stratum_of_one_unit_is_refused(influence: np.ndarray) -> None:
    with pytest.raises(kda.ModelError) as caught:
        linearised_covariance(influence[:3], strata=np.array([0, 0, 1]))
    assert str(caught.value) == (
        "Expected at least two sampling units in every stratum, found one in the stratum of row 3; merge that stratum "
        "with another under design.merge_strata in the codebook, or name it under design.certainty_strata if all of it "
        "was taken."
    )

"""Discriminant validity: brute force, planted correlations of factors, lavaan's, and pairs without a ratio."""

from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.models.distinctness import DiscriminantResult, discriminant_validity, htmt
from drivers.results import Code
from drivers.survey.data import Survey
from tests.models.test_reliability import congeneric
from tests.reference_numbers import service_survey, table
from tests.simulated import make_survey

OPTIMISED = 1e-6
"""Absolute: R's optimisers stop when the likelihood hardly moves."""

OTHER_ESTIMATOR = 0.01
"""HTMT and a factor model estimate one correlation in two ways."""


def correlated(folder: Path, rho: dict[str, float], n: int = 800, **how: object) -> Survey:
    """An outcome and drivers of three items, whose factors correlate with the outcome's by so much."""
    rng = np.random.default_rng(77)
    main = rng.normal(size=n)
    loadings = np.array([0.8, 0.75, 0.7])
    drivers = {
        name: congeneric(rng, n, loadings, value * main + np.sqrt(1 - value**2) * rng.normal(size=n))
        for name, value in rho.items()
    }
    return make_survey(folder, drivers=drivers, outcomes={"y": congeneric(rng, n, loadings, main)}, **how)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> dict[str, DiscriminantResult]:
    folder = tmp_path_factory.mktemp("service")
    return {
        "plain": discriminant_validity(service_survey(folder / "plain"), n_boot=200),
        "design": discriminant_validity(service_survey(folder / "design", design=True), n_boot=200),
        "JKn": discriminant_validity(service_survey(folder / "JKn", replicates="JKn")),
    }


def test_the_ratio_is_its_definition(tmp_path: Path) -> None:
    survey = correlated(tmp_path, {"a": 0.5, "b": 0.3})
    result = discriminant_validity(survey, n_boot=0)
    items = {name: survey.codes[survey.codebook.construct(name).items].to_numpy() for name in ("a", "b", "y")}

    def mean_between(one: str, other: str) -> float:
        values = [
            np.corrcoef(items[one][:, i], items[other][:, j])[0, 1]
            for i in range(3)
            for j in range(3)
            if one != other or i < j
        ]
        return float(np.mean(values))

    for row in result.tidy().itertuples():
        expected = mean_between(row.construct, row.versus) / np.sqrt(
            mean_between(row.construct, row.construct) * mean_between(row.versus, row.versus)
        )
        assert row.estimate == pytest.approx(expected)


def test_numbers_are_near_those_of_a_factor_model(service: dict[str, DiscriminantResult]) -> None:
    known = table("lavaan_factors.csv").set_index(["case", "op"])["est"]["service_cfa_stdsol", "~~"]
    result = service["plain"]
    assert result.htmt[0, 0] == pytest.approx(known, abs=OTHER_ESTIMATOR)
    assert np.sqrt(result.squared_correlation[0]) == pytest.approx(known, abs=OTHER_ESTIMATOR)
    extracted = table("reliability_psych.csv").set_index("block")["ave_cfa_std"]
    assert result.variance_extracted == pytest.approx(extracted[["sat", "loy"]].to_numpy(), abs=OPTIMISED)
    assert result.fornell_larcker == ("holds",)


def test_intervals_follow_the_design(service: dict[str, DiscriminantResult]) -> None:
    assert [service[name].intervals for name in service] == ["percentile", "percentile", "replicate_weights"]
    assert [service[name].design for name in service] == [False, True, True]
    assert service["design"].htmt[0] == pytest.approx(service["JKn"].htmt[0])
    assert service["design"].htmt[1] == pytest.approx(service["JKn"].htmt[1], rel=0.25)
    for result in service.values():
        assert result.htmt[2, 0] < result.htmt[0, 0] < result.htmt[3, 0]


def test_what_was_planted_is_found(tmp_path: Path) -> None:
    result = discriminant_validity(correlated(tmp_path, {"apart": 0.4, "near": 0.9, "same": 1.0}), n_boot=200)
    found = result.tidy().query("versus == 'y'").set_index("construct")
    assert found["conclusion"].to_dict() == {"apart": "distinct", "near": "open", "same": "not_distinct"}
    assert found["estimate"].to_numpy() == pytest.approx([0.4, 0.9, 1.0], abs=0.06)
    compared = dict(zip(result.tidy()["construct"] + result.tidy()["versus"], result.fornell_larcker, strict=True))
    assert (compared["aparty"], compared["samey"]) == ("holds", "fails")


def test_a_score_whose_items_do_not_go_together_has_no_ratio(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    good = congeneric(rng, 300, np.full(3, 0.8))
    torn = good.copy() + 4 * rng.normal(size=(300, 3))
    torn = np.column_stack([torn[:, 0], 100 - torn[:, 1]])
    survey = make_survey(tmp_path, drivers={"good": good, "torn": torn}, outcomes={"y": good[:, 0]})
    result = discriminant_validity(survey, n_boot=100)
    assert result.conclusions == ("undefined",)
    assert result.fornell_larcker == ("undefined",)
    assert np.isnan(result.htmt).all()


def test_a_score_that_shares_an_item_is_left_out(tmp_path: Path) -> None:
    survey = correlated(tmp_path, {"a": 0.5, "b": 0.3})
    book = survey.codebook.model_copy(deep=True)
    book.outcomes["y"].items[0] = "a_1"
    object.__setattr__(survey, "codebook", book)
    result = discriminant_validity(survey, n_boot=0)
    assert result.constructs == ("a", "b")
    assert result.left_out == ("y",)


def test_ratios_of_many_samples_are_each_by_itself() -> None:
    rng = np.random.default_rng(1)
    samples = np.stack([np.corrcoef(rng.normal(size=(5, 40)) + rng.normal(size=40)) for _ in range(3)])
    parts, pairs = [slice(0, 2), slice(2, 5)], np.array([[0, 1]])
    together = htmt(samples, parts, pairs)
    assert together == pytest.approx(np.concatenate([htmt(samples[[k]], parts, pairs) for k in range(3)]))


def test_one_score_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    survey = correlated(tmp_path, {"a": 0.5})
    with pytest.raises(kda.ModelError) as caught:
        discriminant_validity(survey, constructs=["a"])
    assert str(caught.value) == (
        "Expected at least two constructs of several items to compare, found 1; there is nothing that it could be "
        "mistaken for."
    )
    answer = kda.attempt(discriminant_validity, survey, constructs=["a"])
    assert answer.reasons == (Code("one_construct"),)  # type: ignore[attr-defined]


def test_too_few_whole_answers_are_refused_without_their_number(tmp_path: Path) -> None:
    survey = correlated(tmp_path, {"a": 0.5}, n=9)
    with pytest.raises(kda.ModelError) as caught:
        discriminant_validity(survey)
    assert str(caught.value) == (
        "Expected at least 10 respondents who answered all 6 items of the constructs, found 9 of 9; widen the "
        "selection."
    )
    assert (caught.value.code, caught.value.values) == ("suppressed", {"needed": 10})


def test_frames_have_columns_of_the_closed_list(service: dict[str, DiscriminantResult]) -> None:
    for result in service.values():
        assert set(result.tidy().columns) | set(result.glance().columns) <= set(COLUMNS)
        assert len(result.tidy()) == 1

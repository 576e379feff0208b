"""Replicate weights: what a file says, their scales by method, and the sentence that each fault gets."""

import re
from pathlib import Path

import numpy as np
import pytest

from drivers.errors import SurveyError
from drivers.survey.data import Survey, read_survey
from drivers.survey.design.replicate_weights import ReplicateWeights, degrees_of_freedom
from tests.simulated import make_survey

EXACT = 1e-14
"""Relative: a few operations on given numbers."""

STRATA = np.repeat([1, 2], [6, 9])
CLUSTERS = np.array([1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3, 4, 4, 4])
"""3 and 4 sampling units; the codes start again in the second stratum."""
WEIGHTS = np.arange(15) % 4 + 1.0
UNITS = [(h, c) for h in (1, 2) for c in (1, 2, 3, 4) if ((h == STRATA) & (c == CLUSTERS)).any()]


def jackknife() -> np.ndarray:
    """Full weights of the stratified jackknife, one replicate for each unit; float (15, 7)."""
    columns = []
    for stratum, cluster in UNITS:
        units = sum(h == stratum for h, _ in UNITS)
        factor = np.where(stratum == STRATA, units / (units - 1), 1.0)
        factor[(stratum == STRATA) & (cluster == CLUSTERS)] = 0.0
        columns.append(factor * WEIGHTS)
    return np.column_stack(columns)


def bootstrap(count: int = 12, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return WEIGHTS[:, None] * rng.multinomial(15, np.full(15, 1 / 15), count).T


def survey_of(folder: Path, replicates: np.ndarray, design: dict[str, object], **options: object) -> Survey:
    answers = {"drivers": {"speed": np.arange(15.0)}, "outcomes": {"sat": np.arange(15.0)[::-1]}}
    options = {"weights": WEIGHTS, **options}
    return make_survey(folder, replicates=replicates, design=design, **answers, **options)  # type: ignore[arg-type]


def read(folder: Path, replicates: np.ndarray, design: dict[str, object], **options: object) -> ReplicateWeights:
    found = survey_of(folder, replicates, design, **options).replicates
    assert found is not None
    return found


def refusal(folder: Path, replicates: np.ndarray, design: dict[str, object], **options: object) -> str:
    with pytest.raises(SurveyError) as refused:
        survey_of(folder, replicates, design, **options)
    return str(refused.value)


# What is read


def test_columns_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    # They are written from the last to the first.
    survey = survey_of(tmp_path, bootstrap(), {"replicate_method": "bootstrap"})
    found = survey.replicates
    assert found is not None and survey.has_design
    assert found.columns == tuple(f"rw_{r}" for r in range(1, 13))
    np.testing.assert_allclose(found.weights, bootstrap(), rtol=EXACT)
    assert (found.method, found.center) == ("bootstrap", "estimate")
    assert not found.weights.flags.writeable and not found.scales.flags.writeable
    log = survey.import_log.query("used_for == 'design.replicate_weights'")
    assert log["column"].tolist() == list(found.columns)
    assert set(log["action"]) == {"read"} and set(log["count"]) == {15}


def test_without_replicate_weights_there_are_none(tmp_path: Path) -> None:
    survey = make_survey(tmp_path, drivers={"a": np.arange(5.0)}, outcomes={"y": np.arange(5.0)})
    assert survey.replicates is None and not survey.has_design


def test_a_list_of_columns_keeps_its_order(tmp_path: Path) -> None:
    design = {"replicate_method": "bootstrap"}
    survey_of(tmp_path, bootstrap(), design)
    book = tmp_path / "codebook.yml"
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace('"rw_*"', '["rw_10", "rw_2", "rw_7"]'), encoding="utf-8")
    found = read_survey(book).replicates
    assert found is not None
    assert found.columns == ("rw_10", "rw_2", "rw_7")
    np.testing.assert_allclose(found.weights, bootstrap()[:, [9, 1, 6]], rtol=EXACT)


def test_a_pattern_does_not_mean_the_design_weight(tmp_path: Path) -> None:
    survey_of(tmp_path, bootstrap(), {"replicate_method": "bootstrap"})
    book = tmp_path / "codebook.yml"
    text = book.read_text(encoding="utf-8")
    named = read_survey(book).replicates
    book.write_text(text.replace('"rw_*"', '"*w*"'), encoding="utf-8")
    wider = read_survey(book).replicates
    assert named is not None and wider is not None
    assert "w" in read_survey(book).raw.columns and "w" not in wider.columns
    assert wider.columns == named.columns


def test_factors_are_multiplied_by_the_weight(tmp_path: Path) -> None:
    factors = bootstrap() / WEIGHTS[:, None]
    design = {"replicate_method": "bootstrap", "combined_replicates": False, "replicate_center": "mean"}
    found = read(tmp_path, factors, design)
    np.testing.assert_allclose(found.weights, bootstrap(), rtol=EXACT)
    assert found.center == "mean"
    alone = read(tmp_path / "2", factors, design, weights=None)
    np.testing.assert_allclose(alone.weights, factors, rtol=EXACT)


SCALES = {
    "jk1": ({}, 11 / 12),
    "brr": ({}, 1 / 12),
    "fay": ({"fay_rho": 0.3}, 1 / (12 * 0.7**2)),
    "bootstrap": ({}, 1 / 11),
}


@pytest.mark.parametrize("method", SCALES)
def test_scales_of_a_method(method: str, tmp_path: Path) -> None:
    # As R's survey has them; for the bootstrap that is 1 / (R - 1).
    design, expected = SCALES[method]
    found = read(tmp_path, bootstrap(), {"replicate_method": method, **design})
    np.testing.assert_allclose(found.scales, np.full(12, expected), rtol=EXACT)
    assert found.method == method


def test_a_stated_scale_takes_the_place_of_the_methods(tmp_path: Path) -> None:
    found = read(tmp_path, bootstrap(), {"replicate_method": "brr", "replicate_scale": 4 / 80})
    np.testing.assert_allclose(found.scales, np.full(12, 0.05), rtol=EXACT)


def test_stated_scales_of_replicates_are_multiplied_by_the_methods(tmp_path: Path) -> None:
    each = [0.5 * (r % 3) for r in range(12)]
    found = read(tmp_path / "1", bootstrap(), {"replicate_method": "jk1", "replicate_rscales": each})
    np.testing.assert_allclose(found.scales, 11 / 12 * np.array(each), rtol=EXACT)
    found = read(tmp_path / "2", bootstrap(), {"replicate_method": "jkn", "replicate_rscales": each})
    np.testing.assert_allclose(found.scales, each, rtol=EXACT)
    design = {"replicate_method": "jk1", "replicate_rscales": each, "replicate_scale": 2}
    np.testing.assert_allclose(read(tmp_path / "3", bootstrap(), design).scales, 2 * np.array(each), rtol=EXACT)


def test_scales_of_the_stratified_jackknife_are_worked_out(tmp_path: Path) -> None:
    order = [3, 6, 0, 5, 2, 1, 4]
    design = {"replicate_method": "jkn"}
    found = read(tmp_path / "1", jackknife()[:, order], design, strata=STRATA, clusters=CLUSTERS)
    expected = np.array([2 / 3, 2 / 3, 2 / 3, 3 / 4, 3 / 4, 3 / 4, 3 / 4])[order]
    np.testing.assert_allclose(found.scales, expected, rtol=EXACT)
    fpc = np.where(STRATA == 1, 6, 40)
    finite = read(tmp_path / "2", jackknife()[:, order], design, strata=STRATA, clusters=CLUSTERS, fpc=fpc)
    left = np.array([0.5, 0.5, 0.5, 0.9, 0.9, 0.9, 0.9])[order]
    np.testing.assert_allclose(finite.scales, expected * left, rtol=EXACT)


def test_respondents_of_no_weight_are_left_out_by_nobody(tmp_path: Path) -> None:
    weights = np.where(np.arange(15) % 3 == 0, 0.0, WEIGHTS)
    replicates = jackknife() * (weights > 0)[:, None]
    found = read(tmp_path, replicates, {"replicate_method": "jkn"}, weights=weights, strata=STRATA, clusters=CLUSTERS)
    np.testing.assert_allclose(found.scales, [2 / 3] * 3 + [3 / 4] * 4, rtol=EXACT)


def test_the_jackknife_of_a_finite_population(tmp_path: Path) -> None:
    replicates = 15 / 14 * WEIGHTS[:, None] * (1 - np.eye(15))
    found = read(tmp_path, replicates, {"replicate_method": "jk1"}, fpc=np.full(15, 60.0))
    np.testing.assert_allclose(found.scales, np.full(15, 14 / 15 * 0.75), rtol=EXACT)


# Degrees of freedom


def test_degrees_of_freedom_are_those_of_the_units_that_made_the_weights(tmp_path: Path) -> None:
    found = read(tmp_path, jackknife(), {"replicate_method": "jkn"}, strata=STRATA, clusters=CLUSTERS)
    assert found.df == 7 - 2
    # However many bootstraps of 7 units in 2 strata there are, they vary in 5 directions.
    rng = np.random.default_rng(1)
    unit = np.searchsorted(np.arange(7), [UNITS.index(pair) for pair in zip(STRATA, CLUSTERS, strict=True)])
    counts = np.hstack([rng.multinomial(3, [1 / 3] * 3, 400), rng.multinomial(4, [1 / 4] * 4, 400)])
    assert degrees_of_freedom(WEIGHTS[:, None] * counts.T[unit]) == 5
    assert degrees_of_freedom(np.ones((5, 3))) == 0
    assert degrees_of_freedom(1 - np.eye(30)) == 29
    assert degrees_of_freedom(np.hstack([bootstrap(4), np.zeros((15, 2))])) == 3
    # However small the numbers are.
    assert degrees_of_freedom(bootstrap(4) * [1, 1e-9, 1e-9, 1e9]) == 3


@pytest.mark.parametrize(("bend", "expected"), [(1e-3, 2), (1e-7, 1)])
def test_what_others_make_up_but_for_rounding_adds_no_degree_of_freedom(bend: float, expected: int) -> None:
    rng = np.random.default_rng(2)
    two = rng.uniform(1, 2, (40, 2))
    third = two.sum(axis=1) + bend * rng.normal(size=40)
    assert degrees_of_freedom(np.column_stack([two, third])) == expected


# A domain


def test_a_domain_has_its_own_rows_and_degrees_of_freedom(tmp_path: Path) -> None:
    found = read(tmp_path, jackknife(), {"replicate_method": "jkn"}, strata=STRATA, clusters=CLUSTERS)
    rows = (STRATA == 2) & (CLUSTERS != 4)
    part = found.among(rows)
    assert part is not None
    np.testing.assert_allclose(part.weights, jackknife()[rows], rtol=EXACT)
    np.testing.assert_allclose(part.base, WEIGHTS[rows], rtol=EXACT)
    assert np.array_equal(part.scales, found.scales) and part.columns == found.columns
    assert (part.center, part.method) == (found.center, found.method)
    # Three of four units of one stratum are raised and lowered as they like.
    assert part.df == 2


def test_a_domain_of_one_unit_has_no_replicates_of_its_own(tmp_path: Path) -> None:
    found = read(tmp_path, jackknife(), {"replicate_method": "jkn"}, strata=STRATA, clusters=CLUSTERS)
    for stratum, cluster in UNITS:
        assert found.among((stratum == STRATA) & (cluster == CLUSTERS)) is None
    assert found.among(np.zeros(15, dtype=bool)) is None
    assert found.among(np.arange(15) < 3) is not None


def test_means_by_replicate(tmp_path: Path) -> None:
    found = read(tmp_path, bootstrap(), {"replicate_method": "bootstrap"})
    values, rows = np.arange(15.0) ** 2, np.arange(15) % 5 == 0
    expected = []
    for weights in bootstrap().T:
        total = sum(w for w, yes in zip(weights, rows, strict=True) if yes)
        part = sum(w * v for w, v, yes in zip(weights, values, rows, strict=True) if yes)
        expected.append(part / total if total else np.nan)
    assert np.isnan(expected).any(), "one of the bootstraps misses all three respondents"
    np.testing.assert_allclose(found.means(values, rows), expected, rtol=EXACT)


# Faults


@pytest.mark.parametrize(
    ("value", "shown"),
    [(-1.0, "'-1.0'"), (np.nan, "an empty cell"), (np.inf, "'inf'")],
    ids=["negative", "empty", "inf"],
)
def test_a_wrong_weight_is_named(value: float, shown: str, tmp_path: Path) -> None:
    replicates = bootstrap()
    replicates[3, 1] = value
    assert refusal(tmp_path, replicates, {"replicate_method": "bootstrap"}) == (
        f"answers.csv, column 'rw_2': expected a replicate weight of 0 or more in every row, found {shown} in line 5; "
        "correct the weights."
    )


def test_wrong_columns_are_told_together_but_not_without_end(tmp_path: Path) -> None:
    replicates = bootstrap()
    replicates[0, :7] = -2.0
    replicates[:, 8] = 0.0
    sentences = refusal(tmp_path, replicates, {"replicate_method": "bootstrap"}).splitlines()
    assert [re.findall(r"'rw_\d+'", sentence) for sentence in sentences] == [[f"'rw_{r}'"] for r in range(1, 6)] + [[]]
    assert sentences[-1] == "And so in 3 more columns."
    replicates[0, :7] = 1.0
    assert refusal(tmp_path, replicates, {"replicate_method": "bootstrap"}) == (
        "answers.csv, column 'rw_9': expected replicate weights above 0, found only zeros; name other columns."
    )


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        (
            '"rep*"',
            "answers.csv: expected columns of replicate weights for 'rep*', found none; correct "
            "design.replicate_weights, in which * stands for any characters.",
        ),
        (
            '"rw_1*2"',
            "answers.csv: expected at least two columns of replicate weights for 'rw_1*2', found 'rw_12' only; correct "
            "design.replicate_weights, in which * stands for any characters.",
        ),
        (
            '["rw_1", "w"]',
            "answers.csv: expected replicate weights in the columns ['rw_1', 'w'], found 'w' among them, which is "
            "design.weight; correct the pattern, or list the columns of the replicates.",
        ),
        (
            '["rw_1", "sat_1"]',
            "answers.csv: expected replicate weights in the columns ['rw_1', 'sat_1'], found 'sat_1' among them, which "
            "is item 'sat_1'; correct the pattern, or list the columns of the replicates.",
        ),
        (
            '["rw_1", "rw_13"]',
            "answers.csv: expected the column 'rw_13' (design.replicate_weights), found 'speed_1', 'sat_1', 'w', "
            "'rw_12', 'rw_11', 'rw_10', 'rw_9', 'rw_8', 'rw_7', 'rw_6', 'rw_5', 'rw_4' and 3 more; did you mean "
            "'rw_3'? Correct the codebook.",
        ),
    ],
)
def test_columns_that_are_none_are_refused(pattern: str, sentence: str, tmp_path: Path) -> None:
    survey_of(tmp_path, bootstrap(), {"replicate_method": "bootstrap"})
    book = tmp_path / "codebook.yml"
    book.write_text(book.read_text(encoding="utf-8").replace('"rw_*"', pattern), encoding="utf-8")
    with pytest.raises(SurveyError) as refused:
        read_survey(book)
    assert str(refused.value) == sentence


def test_a_pattern_knows_no_other_signs(tmp_path: Path) -> None:
    survey_of(tmp_path, bootstrap(), {"replicate_method": "bootstrap"})
    book = tmp_path / "codebook.yml"
    book.write_text(book.read_text(encoding="utf-8").replace('"rw_*"', '"rw.*"'), encoding="utf-8")
    with pytest.raises(SurveyError, match="found none"):
        read_survey(book)


def test_factors_read_as_weights_and_weights_read_as_factors_are_refused(tmp_path: Path) -> None:
    place = "answers.csv, columns 'rw_1' to 'rw_7': expected replicate weights that are"
    factors = jackknife() / WEIGHTS[:, None]
    sampled = {"strata": STRATA, "clusters": CLUSTERS}
    for scale in (1.0, 1000.0):
        assert refusal(tmp_path, factors, {"replicate_method": "jkn"}, weights=scale * WEIGHTS, **sampled) == (
            f"{place} full weights, found what looks like factors of the design weights; write "
            "combined_replicates: false under design."
        )
    design = {"replicate_method": "jkn", "combined_replicates": False}
    for scale in (1.0, 1000.0):
        assert refusal(tmp_path, scale * jackknife(), design, **sampled) == (
            f"{place} factors, found what looks like full weights of the design weights; write "
            "combined_replicates: true under design."
        )


def test_replicates_may_be_on_another_scale_than_the_weight(tmp_path: Path) -> None:
    # Weights with a mean of 1 beside replicates that add up to a population.
    found = read(tmp_path / "1", 1000 * bootstrap(), {"replicate_method": "bootstrap"})
    np.testing.assert_allclose(found.weights, 1000 * bootstrap(), rtol=EXACT)
    kept = jackknife() / WEIGHTS[:, None] / 5
    design = {"replicate_method": "jk1", "combined_replicates": False}
    np.testing.assert_allclose(read(tmp_path / "2", kept, design).weights, jackknife() / 5, rtol=EXACT)


def test_too_few_scales_are_refused(tmp_path: Path) -> None:
    design = {"replicate_method": "jkn", "replicate_rscales": [0.5, 0.5, 0.5]}
    assert refusal(tmp_path, bootstrap(), design) == (
        "answers.csv: expected as many numbers under design.replicate_rscales as there are replicates (12), found 3; "
        "list one for each of 'rw_1' to 'rw_12'."
    )


def test_several_populations_of_a_jackknife_without_strata_are_refused(tmp_path: Path) -> None:
    replicates = 15 / 14 * WEIGHTS[:, None] * (1 - np.eye(15))
    fpc = np.where(STRATA == 1, 12, 90)
    assert refusal(tmp_path, replicates, {"replicate_method": "jk1"}, strata=STRATA, fpc=fpc) == (
        "answers.csv, column 'fpc': expected one sampled part for replicate_method: jk1, found parts from 0.1 to 0.5; "
        "use jkn, or state replicate_rscales and remove fpc."
    )


def jackknife_refusal(folder: Path, replicates: np.ndarray) -> str:
    return refusal(folder, replicates, {"replicate_method": "jkn"}, strata=STRATA, clusters=CLUSTERS)


def test_replicates_that_leave_out_no_single_unit_are_refused(tmp_path: Path) -> None:
    rest = "as the stratified jackknife does, found {}; state its scales under design.replicate_rscales."
    start = (
        "answers.csv, column 'rw_3': expected a replicate that leaves out one sampling unit of its own (weights of 0), "
    )
    replicates = jackknife()
    replicates[0, 2] = 0.0
    assert jackknife_refusal(tmp_path, replicates) == start + rest.format("some in all or part of 2 units")
    replicates = jackknife()
    replicates[4, 2] = 1.0
    assert jackknife_refusal(tmp_path, replicates) == start + rest.format("some in all or part of 1 units")
    replicates[5, 2] = 1.0
    assert jackknife_refusal(tmp_path, replicates) == start + rest.format("some in all or part of 0 units")
    replicates = jackknife()
    replicates[:, 2] = replicates[:, 0]
    assert jackknife_refusal(tmp_path, replicates) == start + rest.format("the same unit as in 'rw_1'")


def test_a_jackknife_that_misses_units_is_refused(tmp_path: Path) -> None:
    assert jackknife_refusal(tmp_path, jackknife()[:, :6]) == (
        "answers.csv: expected a replicate for each of the 7 sampling units, as the stratified jackknife has, found 6; "
        "state their scales under design.replicate_rscales."
    )

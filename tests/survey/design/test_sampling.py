"""Strata, sampling units and finite populations: what a file says of them, and the sentence that each fault gets."""

from pathlib import Path

import numpy as np
import pytest

from drivers.errors import SurveyError
from drivers.survey.data import Survey
from tests.simulated import make_survey

STRATA = np.array(["a", "a", "b", "a", "b", "b", "c", "c", "c"])
CLUSTERS = np.array([1, 2, 1, 2, 2, 1, 5, 5, 6])
"""Two sampling units in each stratum; a code that is used again in another stratum is another unit."""
POPULATION = {"a": 4.0, "b": 10.0, "c": 2.0}


def survey_of(folder: Path, **options: object) -> Survey:
    columns = {"drivers": {"speed": np.arange(9.0)}, "outcomes": {"sat": np.arange(9.0)[::-1]}}
    return make_survey(folder, **columns, **options)  # type: ignore[arg-type]


def column(values: dict[str, float]) -> np.ndarray:
    return np.array([values[name] for name in STRATA])


def refusal(folder: Path, **options: object) -> str:
    with pytest.raises(SurveyError) as refused:
        survey_of(folder, **options)
    return str(refused.value)


# What is read


def test_a_population_becomes_the_part_of_it_that_was_sampled(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, strata=STRATA, clusters=CLUSTERS, fpc=column(POPULATION))
    assert survey.fpc is not None
    assert survey.fpc.tolist() == column({"a": 2 / 4, "b": 2 / 10, "c": 2 / 2}).tolist()
    assert survey.has_design
    log = survey.import_log.query("column == 'fpc'")
    assert log[["used_for", "action", "became", "count"]].to_numpy().tolist() == [
        ["design.fpc", "read", "populations", 9]
    ]


def test_a_sampled_part_is_taken_as_it_is(tmp_path: Path) -> None:
    parts = column({"a": 0.5, "b": 0.2, "c": 1.0})
    survey = survey_of(tmp_path, strata=STRATA, clusters=CLUSTERS, fpc=parts)
    np.testing.assert_allclose(survey.fpc, parts, rtol=1e-15)
    assert survey.import_log.query("column == 'fpc'")["became"].tolist() == ["sampled parts"]


def test_without_clusters_respondents_are_counted(tmp_path: Path) -> None:
    survey = survey_of(tmp_path / "strata", strata=STRATA, fpc=column({"a": 3, "b": 6, "c": 30}))
    np.testing.assert_allclose(survey.fpc, column({"a": 1.0, "b": 0.5, "c": 0.1}), rtol=1e-15)
    alone = survey_of(tmp_path / "alone", fpc=np.full(9, 36.0))
    np.testing.assert_allclose(alone.fpc, np.full(9, 0.25), rtol=1e-15)
    assert alone.has_design and alone.strata is None and alone.clusters is None


def test_without_strata_clusters_are_counted_over_all(tmp_path: Path) -> None:
    # Without strata a code is one unit wherever it is: 1, 2, 5 and 6.
    survey = survey_of(tmp_path, clusters=CLUSTERS, fpc=np.full(9, 16.0))
    np.testing.assert_allclose(survey.fpc, np.full(9, 0.25), rtol=1e-15)


def test_a_population_of_one_that_was_taken_is_whole(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, strata=np.repeat(["a", "b"], [8, 1]), fpc=np.repeat([80.0, 1.0], [8, 1]))
    np.testing.assert_allclose(survey.fpc, np.repeat([0.1, 1.0], [8, 1]), rtol=1e-15)


def test_fractions_cannot_be_written_to(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, fpc=np.full(9, 36.0))
    assert survey.fpc is not None and not survey.fpc.flags.writeable


def test_without_a_finite_population_there_are_no_fractions(tmp_path: Path) -> None:
    assert survey_of(tmp_path, strata=STRATA, clusters=CLUSTERS).fpc is None


def test_merged_strata_count_as_one_and_keep_their_units_apart(tmp_path: Path) -> None:
    design = {"merge_strata": {"ab": ["a", "b"]}}
    survey = survey_of(tmp_path, strata=STRATA, clusters=CLUSTERS, fpc=column(POPULATION), design=design)
    assert survey.strata is not None and survey.clusters is not None
    assert survey.strata.tolist() == [0, 0, 0, 0, 0, 0, 1, 1, 1]
    # Units 1 and 2 of stratum a are not units 1 and 2 of stratum b.
    pairs = list(zip(STRATA.tolist(), CLUSTERS.tolist(), strict=True))
    for i, one in enumerate(pairs):
        for j, other in enumerate(pairs):
            assert (survey.clusters[i] == survey.clusters[j]) == (one == other)
    # 4 units of 4 + 10.
    np.testing.assert_allclose(survey.fpc, np.where(STRATA == "c", 1.0, 4 / 14), rtol=1e-15)
    log = survey.import_log.query("column == 'strata'")
    assert log[["action", "found", "became", "count"]].to_numpy().tolist() == [
        ["read", "", "3 names", 9],
        ["merged", "a, b", "ab", 6],
    ]


def test_merged_parts_of_populations_are_weighted_by_their_populations(tmp_path: Path) -> None:
    design = {"merge_strata": {"a": ["a", "b"]}}
    parts = column({"a": 0.5, "b": 0.2, "c": 1.0})
    survey = survey_of(tmp_path, strata=STRATA, clusters=CLUSTERS, fpc=parts, design=design)
    np.testing.assert_allclose(survey.fpc, np.where(STRATA == "c", 1.0, 4 / 14), rtol=1e-15)


def test_merged_strata_without_clusters_have_respondents_as_units(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, strata=STRATA, design={"merge_strata": {"all": ["a", "b", "c"]}})
    assert survey.strata is not None and survey.strata.tolist() == [0] * 9
    assert survey.clusters is None and survey.fpc is None


def test_numbers_may_name_strata(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, strata=CLUSTERS, design={"merge_strata": {"low": [1, "2"]}, "certainty_strata": [6]})
    assert survey.strata is not None
    assert survey.strata.tolist() == [0, 0, 0, 0, 0, 0, 1, 1, 2]
    np.testing.assert_allclose(survey.fpc, (CLUSTERS == 6).astype(float), rtol=0)


def test_strata_taken_whole_have_no_chance_variation(tmp_path: Path) -> None:
    survey = survey_of(tmp_path / "1", strata=STRATA, clusters=CLUSTERS, design={"certainty_strata": ["c"]})
    np.testing.assert_allclose(survey.fpc, column({"a": 0.0, "b": 0.0, "c": 1.0}), rtol=0)
    log = survey.import_log.query("column == 'strata' and action == 'taken whole'")
    assert log[["found", "count"]].to_numpy().tolist() == [["c", 3]]
    design = {"certainty_strata": ["ab"], "merge_strata": {"ab": ["a", "b"]}}
    merged = survey_of(tmp_path / "2", strata=STRATA, clusters=CLUSTERS, design=design)
    np.testing.assert_allclose(merged.fpc, (STRATA != "c").astype(float), rtol=0)
    both = survey_of(
        tmp_path / "3", strata=STRATA, clusters=CLUSTERS, fpc=column(POPULATION), design={"certainty_strata": ["c"]}
    )
    np.testing.assert_allclose(both.fpc, column({"a": 0.5, "b": 0.2, "c": 1.0}), rtol=1e-15)


# Faults

NUMBER = (
    "answers.csv, column 'fpc': expected in every row the number of sampling units in the population of its stratum, "
    "or the part of them that was sampled, found "
)


@pytest.mark.parametrize(("value", "shown"), [(0.0, "'0'"), (-3.0, "'-3'"), (np.nan, "an empty cell")])
def test_a_population_of_nothing_is_refused(value: float, shown: str, tmp_path: Path) -> None:
    fpc = column(POPULATION)
    fpc[4] = value
    assert refusal(tmp_path, strata=STRATA, fpc=fpc) == f"{NUMBER}{shown} in line 6; correct the cells."


def test_a_population_in_words_is_refused(tmp_path: Path) -> None:
    survey_of(tmp_path, strata=STRATA, fpc=column({"a": 30, "b": 60, "c": 90}))
    answers = tmp_path / "answers.csv"
    answers.write_text(answers.read_text(encoding="utf-8").replace(",60", ",sixty"), encoding="utf-8")
    from drivers.survey.data import read_survey

    with pytest.raises(SurveyError) as refused:
        read_survey(tmp_path / "codebook.yml")
    assert str(refused.value) == f"{NUMBER}'sixty' in 3 rows (lines 4, 6, 7); correct the cells."


def test_numbers_and_parts_in_one_column_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, strata=STRATA, fpc=column({"a": 0.5, "b": 10, "c": 0.25})) == (
        "answers.csv, column 'fpc': expected either numbers of sampling units, 1 or more in every row, or sampled "
        "parts, 1 or less in every row, found both, such as '0.5' in 3 rows (lines 2, 3, 5) and 1 more; write one "
        "kind."
    )


def test_two_populations_of_one_stratum_are_refused(tmp_path: Path) -> None:
    fpc = column(POPULATION)
    fpc[5] = 12
    assert refusal(tmp_path / "1", strata=STRATA, clusters=CLUSTERS, fpc=fpc) == (
        "answers.csv, column 'fpc': expected one number in all rows of a stratum, of which 'b' is one, found '10' in 2 "
        "rows (lines 4, 6); '12' in line 7; correct the cells, or name strata that tell them apart."
    )
    assert refusal(tmp_path / "2", fpc=column({"a": 30, "b": 30, "c": 40})) == (
        "answers.csv, column 'fpc': expected one number in all rows, as there are no strata, found '30' in 6 rows "
        "(first in lines 2, 3, 4, 5, 6); '40' in 3 rows (lines 8, 9, 10); correct the cells, or name strata that tell "
        "them apart."
    )


def test_a_population_smaller_than_its_sample_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "1", strata=STRATA, fpc=column({"a": 30, "b": 2, "c": 30})) == (
        "answers.csv, column 'fpc': expected at least the 3 sampling units of stratum 'b' that are in the file, found "
        "a population of '2' in 3 rows (lines 4, 6, 7); correct the cells, or name the column of sampling units "
        "under design.cluster."
    )
    waves = np.repeat(["1", "2", "3"], 3)
    assert refusal(tmp_path / "2", waves=waves, fpc=np.full(9, 5.0)) == (
        "answers.csv, column 'fpc': expected at least the 9 sampling units that are in the file, found a population of "
        "'5' in 9 rows (first in lines 2, 3, 4, 5, 6); correct the cells, or name the column of sampling units under "
        "design.cluster, and strata by wave where every wave was sampled anew."
    )


@pytest.mark.parametrize(
    ("design", "where"),
    [
        ({"merge_strata": {"ab": ["a", "bb"]}}, "design.merge_strata.ab names, found no 'bb'; did you mean 'b'?"),
        ({"certainty_strata": ["z"]}, "design.certainty_strata names, found no 'z'; correct the codebook."),
    ],
)
def test_strata_that_are_not_there_are_refused(design: dict, where: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, strata=STRATA, design=design) == (
        f"answers.csv, column 'strata': expected the strata that {where}"
    )


def test_merged_strata_with_the_name_of_another_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, strata=STRATA, design={"merge_strata": {"c": ["a", "b"]}}) == (
        "answers.csv, column 'strata': expected a name for merged strata that no other stratum has, found 'c'; choose "
        "another under design.merge_strata, or list 'c' among its parts."
    )


def test_a_whole_stratum_with_a_larger_population_is_refused(tmp_path: Path) -> None:
    design = {"certainty_strata": ["b"]}
    assert refusal(tmp_path, strata=STRATA, clusters=CLUSTERS, fpc=column(POPULATION), design=design) == (
        "answers.csv, column 'fpc': expected stratum 'b' to be taken whole, as design.certainty_strata says, found 0.2 "
        "of its sampling units; correct one of them."
    )

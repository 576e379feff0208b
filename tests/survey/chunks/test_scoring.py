"""Chunks become the scores, kinds, weights and design that the whole survey has."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import drivers as kda
from drivers.errors import ModelError, SurveyError
from drivers.survey.chunks.files import chunks, parquet_parts
from drivers.survey.chunks.scoring import ChunkScoring, Scored, check_streamable
from drivers.survey.codebook.model import Codebook, read_codebook
from drivers.survey.data import Survey
from tests.parquet_files import arrow_table, write_parquet
from tests.survey.small_survey import CODEBOOK, changed, write_survey
from tests.survey.written import answers, expected, item_columns, labels_of

NAMES = ("speed", "respect", "satisfaction")
"""One of two items of which one will do, one reversed."""


def scored(survey: Survey, path: Path, names: tuple[str, ...], chunk_rows: int = 2) -> list[Scored]:
    scoring = ChunkScoring.of(survey.codebook, names)
    parts = parquet_parts(path, scoring.columns, chunk_rows=chunk_rows)
    columns = list(scoring.columns)
    cut = [chunk for part in parts for chunk in chunks(part, columns, chunk_rows=chunk_rows)]
    scoring = scoring.with_texts(
        {name: found for name, found in scoring.texts(chunk).items() if chunk.is_text(scoring.book.items[name].column)}
        for chunk in cut
    )
    return [scoring.scored(chunk) for chunk in cut]


def assert_as_in(survey: Survey, found: list[Scored], names: tuple[str, ...]) -> None:
    from drivers.models.applicability import applicable

    values = np.concatenate([part.values for part in found])
    np.testing.assert_array_equal(values, survey.scores[list(names)].to_numpy())
    np.testing.assert_array_equal(np.concatenate([part.concerned for part in found]), applicable(survey, names))
    np.testing.assert_array_equal(np.concatenate([part.weights for part in found]), survey.weights)
    triples = [part.design[0][place] for part in found for place in part.design[1]]
    for codes, place in ((survey.strata, 0), (survey.clusters, 1)):
        assert codes is not None
        known: dict[str, int] = {}
        assert [known.setdefault(triple[place], len(known)) for triple in triples] == codes.tolist()


@pytest.mark.parametrize("chunk_rows", [1, 2, 5])
def test_texts_in_two_languages_reversed_items_and_missing_kinds(tmp_path: Path, chunk_rows: int) -> None:
    survey = kda.read_survey(write_survey(tmp_path))
    path = write_parquet(survey, tmp_path / "answers.parquet", texts=True, group_rows=chunk_rows)
    found = scored(survey, path, NAMES, chunk_rows)
    assert_as_in(survey, found, NAMES)
    assert not np.concatenate([part.concerned for part in found])[3, 1]  # N/A


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint16(), pa.int64(), pa.float32(), pa.float64(), pa.decimal128(5, 1)])
def test_numbers_of_any_type_are_read_as_their_texts(tmp_path: Path, kind: pa.DataType) -> None:
    book = read_codebook(write_survey(tmp_path))
    codes, weights = [0.0, 7.0, None, 10.0, 3.0], [0.1, 0.35, 1.0, 7.0, 2.0]
    columns = {
        "Overall": pa.array(codes, pa.float64()).cast(kind),
        "Courtesy": pa.array(codes, pa.float64()).cast(kind),
    }
    texts = {name: pa.array(["x", "y", "x", "y", "x"]) for name in ("Region", "Branch")}
    path = tmp_path / "answers.parquet"
    pq.write_table(pa.table({**columns, **texts, "Weight": pa.array(weights, pa.float32())}), path)
    scoring = ChunkScoring.of(book, ("respect", "satisfaction"))
    (part,) = parquet_parts(path, scoring.columns)
    (chunk,) = chunks(part, list(scoring.columns))
    found = scoring.scored(chunk)
    np.testing.assert_array_equal(found.values[:, 1], [0, 70, np.nan, 100, 30])
    np.testing.assert_array_equal(found.values[:, 0], [100, 30, np.nan, 0, 70])
    assert found.weights.tolist() == weights  # a short float is the number that it is written as


def test_answers_as_labels_of_a_language(tmp_path: Path) -> None:
    service, raw = expected(), answers()
    for column in item_columns():
        raw = raw.assign(**{column: raw[column].replace(labels_of(column, "ar"))})
    path = tmp_path / "answers.parquet"
    categories = pa.Table.from_pandas(raw.astype({"respect": "category"}), preserve_index=False)
    pq.write_table(categories, path, row_group_size=100)
    assert pa.types.is_dictionary(pq.read_schema(path).field("respect").type)
    names = (*service.codebook.default_drivers, "loyalty")
    found = scored(service, path, names, 100)
    np.testing.assert_array_equal(
        np.concatenate([part.values for part in found]), service.scores[list(names)].to_numpy()
    )


def test_a_text_is_read_beside_the_texts_of_all_chunks(tmp_path: Path) -> None:
    survey = kda.read_survey(write_survey(tmp_path))
    book = survey.codebook
    texts = arrow_table(survey, texts=True)
    unknown = ["Good", "Poor", "Good", "Good", "so-so"]
    path = tmp_path / "answers.parquet"
    pq.write_table(texts.set_column(0, "Waiting", pa.array(unknown)), path, row_group_size=2)
    with pytest.raises(SurveyError) as refused:
        scored(survey, path, NAMES)
    assert str(refused.value) == (
        "answers.parquet, column 'Waiting': expected answers on scale 'quality' (codes from 1 to 3 or their labels), "
        "found 'so-so' in row 5; correct the scale, or map each text under items.waiting.answers in the codebook to a "
        "code or to one of not_applicable, dont_know, refused, not_asked, blank."
    )
    doubtful = changed(
        CODEBOOK,
        "      1: {en: Poor, ar: سيئ}\n      2: {en: Average, ar: متوسط}\n      3: {en: Good, ar: جيد}\n",
        "      1: {en: Very dissatisfied}\n      2: {en: Dissatisfied}\n      3: {en: Neutral}\n"
        "      4: {en: Satisfied}\n      5: {en: Very satisfied}\n",
    )
    book = read_codebook(write_survey(tmp_path, codebook=doubtful))
    scoring = ChunkScoring.of(book, ("speed",))
    alone = [{"waiting": {"غير راضٍ جدًا": 3}}, {"waiting": {"غير راضٍ إطلاقًا": 2}}]
    for part in alone:
        assert list(scoring.with_texts([part]).readings["waiting"].values()) == [(1.0, 0)]
    with pytest.raises(SurveyError, match=r"^Column 'Waiting': expected texts that each stand for one code of scale"):
        scoring.with_texts(alone)


@pytest.mark.parametrize(
    ("column", "cells", "sentence"),
    [
        (
            "Weight",
            pa.array([1.0, -1.0, 2.0, None, 1.0]),
            "answers.parquet, column 'Weight': expected a design weight of 0 or more in every row, found '-1' in row 2",
        ),
        (
            "Region",
            pa.array(["N", "N", "S", " ", "S"]),
            "answers.parquet, column 'Region': expected a name in every row (design.strata), found an empty cell in "
            "row 4",
        ),
    ],
)
def test_weights_and_names_that_are_none(tmp_path: Path, column: str, cells: pa.Array, sentence: str) -> None:
    survey = kda.read_survey(write_survey(tmp_path))
    table = arrow_table(survey, texts=True)
    path = tmp_path / "answers.parquet"
    pq.write_table(table.set_column(table.column_names.index(column), column, cells), path)
    with pytest.raises(SurveyError) as refused:
        scored(survey, path, NAMES)
    assert str(refused.value).startswith(sentence)


def book_with(folder: Path, old: str, new: str) -> Codebook:
    return read_codebook(write_survey(folder, codebook=changed(CODEBOOK, old, new), answers=None))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            "data: {file: answers.csv}",
            "data: {file: answers.csv, decimal: ','}",
            "data.decimal ',', which is found out from the whole file",
        ),
        (
            "data: {file: answers.csv}",
            "data: {file: answers.csv, vendor: qualtrics}",
            "data.vendor 'qualtrics', whose own columns are read from the whole file",
        ),
        (
            "design: {weight: Weight, strata: Region, cluster: Branch}",
            "design: {weight: Weight, unweighted: {Year: [2023]}}",
            "design.unweighted, a weight that is the mean of all others",
        ),
        (
            "design: {weight: Weight, strata: Region, cluster: Branch}",
            "design: {weight: Weight, replicate_weights: 'rw_*', replicate_method: jk1}",
            "design.replicate_weights, whose variances take every model anew",
        ),
        (
            "expectations:\n",
            "skips: [{where: {Year: [2023]}, items: [overall], kind: not_asked}]\nexpectations:\n",
            "skips of the items that are needed",
        ),
    ],
)
def test_codebooks_that_need_the_whole_file(tmp_path: Path, old: str, new: str, found: str) -> None:
    with pytest.raises(ModelError) as refused:
        check_streamable(book_with(tmp_path, old, new), NAMES)
    assert str(refused.value) == (
        f"Expected a codebook by which every row is read by itself, found {found}; read the survey whole with "
        "read_survey(), or write a file and a codebook without it."
    )


def test_skips_of_other_items_are_no_matter(tmp_path: Path) -> None:
    skips = "skips: [{where: {Year: [2023]}, items: [nps], kind: not_asked}]\nexpectations:\n"
    check_streamable(book_with(tmp_path, "expectations:\n", skips), NAMES)


def test_names_that_differ_by_spaces_are_one_unit_and_numbers_have_one_spelling(tmp_path: Path) -> None:
    book = read_codebook(write_survey(tmp_path))
    book = book.model_copy(update={"design": book.design.model_copy(update={"fpc": "N", "weight": None})})
    table = pa.table(
        {
            "Overall": [1, 2, 3, 4],
            "Region": ["a", " a", "a ", "b"],
            "Branch": pa.array([1, 1, 2, 1], pa.int8()),
            "N": ["10", "10.0", "10", "4"],
        }
    )
    path = tmp_path / "answers.parquet"
    pq.write_table(table, path)
    scoring = ChunkScoring.of(book, ("satisfaction",))
    (part,) = parquet_parts(path, scoring.columns)
    (chunk,) = chunks(part, list(scoring.columns))
    triples, rows = replace(scoring, readings={}).scored(chunk).design
    assert [triples[row] for row in rows] == [("a", "1", "10"), ("a", "1", "10"), ("a", "2", "10"), ("b", "1", "4")]
    assert len(triples) == 3

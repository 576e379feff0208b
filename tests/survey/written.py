"""The answers of `service_center` as other programs would write them: labels in a language, digits of a system."""

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from drivers.survey.codebook.model import Codebook, read_codebook
from drivers.survey.data import Survey, survey_of
from drivers.survey.examples import data_path, example_path
from drivers.survey.raw_table import RawTable, table_of
from drivers.survey.reading import read_table
from drivers.survey.synthetic.service_model import MISSING_CODES

DIGITS = {"latn": "0123456789", "arab": "٠١٢٣٤٥٦٧٨٩", "arabext": "۰۱۲۳۴۵۶۷۸۹"}
"""Digit systems, by their CLDR names."""

MISSING_LABELS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "not_asked": "Not asked",
        "not_applicable": "Not applicable",
        "dont_know": "Don't know",
        "refused": "Prefer not to say",
    },
    "ar": {
        "not_asked": "لم يُسأل",
        "not_applicable": "لا ينطبق",
        "dont_know": "لا أعرف",
        "refused": "أفضل عدم الإجابة",
    },
}
"""How the kinds of missing answers are written where codes are written as labels."""

EVERY = 40
"""Of the example's rows, which come by waves and branches, each of so many is taken: 300 hold every kind of answer."""


@cache
def book() -> Codebook:
    return read_codebook(example_path("service_center"))


@cache
def _all_answers() -> pd.DataFrame:
    path = example_path("service_center")
    assert book().data.file is not None
    return read_table(data_path(book(), path, book().data.file, outside=False)).frame


@cache
def answers(every: int = EVERY) -> pd.DataFrame:
    """The example's answers as codes; text."""
    return _all_answers().iloc[::every].reset_index(drop=True)


@cache
def expected(every: int = EVERY) -> Survey:
    """The survey that every way of writing these answers must come back as."""
    return survey_of(book(), table_of("service_center", answers(every)))


def labels_of(column: str, language: str) -> dict[str, str]:
    """Written code → label of an item's column, kinds of missing answers included; numbers have none of their own."""
    item = next(item for item in book().items.values() if item.column == column)
    codes = book().scales[item.scale].codes or {}
    labels = {f"{code:g}": text[language] for code, text in codes.items()}
    return labels | {MISSING_CODES[kind]: label for kind, label in MISSING_LABELS[language].items()}


def item_columns() -> list[str]:
    return [item.column for item in book().items.values()]


SOME = ("respondent", "wave", "date", "branch", "weight", "speed", "access", "satisfaction", "recommend", "comment")
"""Columns of every kind: keys, days, numbers, labels, missing answers and free texts."""


@cache
def written(labels: str = "", digits: str = "latn", every: int = EVERY) -> pd.DataFrame:
    """The answers with labels in a language (codes where "") and numbers in a system of digits; text."""
    frame = answers(every).copy()
    numbers = str.maketrans(DIGITS["latn"], DIGITS[digits])
    for column in [*item_columns(), "weight"]:
        cells = frame[column]
        if labels and column != "weight":
            cells = cells.replace(labels_of(column, labels))
        frame[column] = cells.map(lambda cell: cell.translate(numbers)).astype("str")
    return frame


def assert_same(table: RawTable, *, codebook: Codebook | None = None, every: int = EVERY) -> None:
    """Every code and every kind of missing answer is what it was."""
    survey = survey_of(codebook or book(), table)
    wanted = expected(every)
    pd.testing.assert_frame_equal(survey.codes, wanted.codes, check_exact=True)
    pd.testing.assert_frame_equal(survey.missing, wanted.missing, check_exact=True)
    assert survey.weights.tolist() == wanted.weights.tolist()
    assert survey.wave_index is not None
    assert wanted.wave_index is not None
    assert survey.wave_index.tolist() == wanted.wave_index.tolist()


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table as a program with types would hold it: numbers where all cells of a column are numbers."""
    columns = {}
    for name, cells in frame.items():
        numbers = pd.to_numeric(cells.where(cells != ""), errors="coerce")
        columns[name] = numbers if (numbers.notna() | (cells == "")).all() else cells
    return pd.DataFrame(columns)


# Files


def as_delimited(frame: pd.DataFrame, *, encoding: str = "utf-8", delimiter: str = ",", line_end: str = "\n") -> bytes:
    return frame.to_csv(index=False, sep=delimiter, lineterminator=line_end).encode(encoding)


def encodable(frame: pd.DataFrame, encoding: str) -> pd.DataFrame:
    """The table without those signs of its comments that an encoding lacks."""
    comment = frame["comment"].map(lambda text: text.encode(encoding, "replace").decode(encoding))
    return frame.assign(comment=comment)


def as_workbook(frame: pd.DataFrame, *, sheet: str = "Sheet1") -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.append(list(frame.columns))
    for row in frame.itertuples(index=False):
        page.append([None if _is_nothing(cell) else cell for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def as_parquet(frame: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.to_parquet(content)
    return content.getvalue()


def as_feather(frame: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.to_feather(content)
    return content.getvalue()


def as_statistical(folder: Path, frame: pd.DataFrame, ending: str, **said: Any) -> Path:
    """A file of SPSS (``sav``, ``zsav``, ``por``) or Stata (``dta``)."""
    import pyreadstat

    path = folder / f"answers.{ending}"
    if ending == "dta":
        pyreadstat.write_dta(frame, path, **said)
    elif ending == "por":
        pyreadstat.write_por(frame, path, **said)
    else:
        pyreadstat.write_sav(frame, path, compress=ending == "zsav", **said)
    return path


def _is_nothing(cell: object) -> bool:
    return cell == "" or cell != cell

"""Reviews beside the answers: what customers wrote elsewhere, their stars and the day."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from drivers.errors import CodebookError, SurveyError, remedy
from drivers.survey.codebook.model import Codebook
from drivers.survey.examples import data_path
from drivers.survey.import_log import ImportLog
from drivers.survey.lexicon.reading import Lexicon, own_lexicon
from drivers.survey.raw_table import RawTable
from drivers.survey.respondents import days_in, numbers_in

REVIEWS = " reviews"
"""The place of the reviews among the tables beside the answers; no records can have this name."""

COLUMNS = ("text", "stars", "date", "language", "unit")
"""Columns of `Survey.reviews`; stars from 1 to the best, not-a-time and empty texts where the file has none."""


def lexicons_beside(book: Codebook, codebook_path: Path, *, outside: bool = False) -> dict[str, Lexicon]:
    """The lexicons that ``comments`` and ``reviews`` name.

    Raises
    ------
    CodebookError
        Where a file lies outside the codebook's folder, is not there, or breaks a rule.
    """
    found = {}
    for of, part in (("comments", book.comments), ("reviews", book.reviews)):
        if part is None or part.lexicon is None:
            continue
        path = data_path(book, codebook_path, part.lexicon, outside=outside, key=f"{of}.lexicon")
        if not path.is_file():
            raise CodebookError(
                f"Expected a lexicon at {path}, found no such file; check {of}.lexicon in the codebook, or put it "
                "there."
            )
        found[of] = own_lexicon(path, book)
    return found


def read_reviews(book: Codebook, beside: Mapping[str, RawTable], log: ImportLog) -> pd.DataFrame | None:
    """The reviews, one row each, columns as in `COLUMNS`; None where the codebook names no such file.

    Raises
    ------
    SurveyError
        Where a column is not there, stars are out of range, a day is not written as stated, or a unit is unknown.
    """
    part = book.reviews
    if part is None or REVIEWS not in beside:
        return None
    table = beside[REVIEWS]
    text = table.column(part.text, "reviews.text")
    stars = _stars(table, part.stars, part.best)
    n = len(table.frame)
    empty = pd.Series("", index=table.frame.index, dtype="str")
    days = np.full(n, "NaT", dtype="datetime64[D]")
    if part.date is not None:
        days = days_in(table, part.date, part.format, "reviews", ImportLog())
    language = table.column(part.language, "reviews.language").str.strip() if part.language else empty
    unit = table.column(part.unit, "reviews.unit").str.strip() if part.unit else empty
    if part.unit is not None:
        assert book.unit is not None  # the codebook is refused otherwise
        _check_units(table, part.unit, unit, book)
    log.add_beside(table.name, "reviews", n, became=f"{int((text.str.strip() != '').sum())} texts")
    return pd.DataFrame(
        {
            "text": text.to_numpy(dtype=object),
            "stars": stars,
            "date": days,
            "language": language.to_numpy(dtype=object),
            "unit": unit.to_numpy(dtype=object),
        }
    )


def _stars(table: RawTable, column: str, best: int) -> np.ndarray:
    """Stars, NaN where a cell is empty; float (n,)."""
    cells = table.column(column, "reviews.stars").str.strip()
    values = numbers_in(cells)
    empty = (cells == "").to_numpy(dtype=bool)
    if (wrong := ~empty & ~((values >= 1) & (values <= best))).any():
        raise SurveyError(
            f"{table.name}, column {column!r}: expected stars from 1 to {best} (reviews.stars), found "
            f"{table.places(table.counted(cells, wrong))}; correct the cells, or reviews.best in the codebook."
        )
    return values


def _check_units(table: RawTable, column: str, unit: pd.Series, book: Codebook) -> None:
    """Refuse a unit that has no label where the codebook lists them."""
    assert book.unit is not None
    known = list(book.unit.values)
    unknown = (~unit.isin([*known, ""])).to_numpy(dtype=bool)
    if known and unknown.any():
        found = str(unit[unknown].iloc[0])
        raise SurveyError(
            f"{table.name}, column {column!r}: expected units listed under unit.values in the codebook, found "
            f"{table.places(table.counted(unit, unknown))}; {remedy(found, known)}"
        )

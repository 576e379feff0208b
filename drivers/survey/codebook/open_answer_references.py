"""Whether what a codebook says of comments and reviews fits the rest of it."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from drivers.survey.codebook.errors import Problem
from drivers.survey.codebook.errors import reference_problem as _problem

if TYPE_CHECKING:
    from drivers.survey.codebook.model import Codebook


def broken_open_answers(codebook: Codebook) -> Iterator[Problem]:
    """Every key of reviews that lacks the one it goes with."""
    reviews = codebook.reviews
    if reviews is None:
        return
    if (reviews.date is None) != (reviews.format is None):
        absent, given = ("date", "format") if reviews.date is None else ("format", "date")
        yield _problem(("reviews", given), f"expected {absent!r} beside it, found none; write both or neither")
    if reviews.format is not None and not _tells_the_day(reviews.format):
        yield _problem(
            ("reviews", "format"),
            f"expected a 'format' that tells the day, such as %Y-%m-%d, found {reviews.format!r}; correct it",
        )
    if reviews.unit is not None and codebook.unit is None:
        yield _problem(
            ("reviews", "unit"),
            "expected 'unit:' in the codebook to tell units by, found none; add it or remove this",
        )


def _tells_the_day(date_format: str) -> bool:
    day = datetime.datetime(2023, 11, 29, 13, 5, 59, tzinfo=datetime.UTC)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.13 warns of formats without a year
        try:
            return datetime.datetime.strptime(day.strftime(date_format), date_format).date() == day.date()
        except ValueError:
            return False

"""The part of a codebook that names a file of reviews: text, stars and day, as customers left them elsewhere."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from drivers.survey.codebook.types import Column, Part


class Reviews(Part):
    """A file beside the answers with one row for each review; who wrote them is not known, and nobody was drawn."""

    file: Annotated[str, Field(min_length=1)]
    text: Column
    stars: Column
    date: Column | None = None
    format: str | None = None
    """How the day is written, such as %Y-%m-%d."""
    language: Column | None = None
    unit: Column | None = None
    """The column that names the unit, in the words of the survey's own."""
    best: Annotated[int, Field(ge=2, le=100)] = 5
    """The most stars that can be given; the fewest is 1."""
    lexicon: str | None = None
    """A file of words in the codebook's folder; that of the comments unless given."""
    quote: bool = False

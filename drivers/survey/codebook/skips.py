"""The part of a codebook that says who was not asked what, and whose rows have no weight."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from drivers.survey.codebook.types import Column, Key, Part

Where = Annotated[dict[Column, Annotated[list[str | int], Field(min_length=1)]], Field(min_length=1)]
"""Column → values, one of which stands in the row; of several columns all must hold."""


class Skip(Part):
    """Questions that some rows were not asked: their empty cells there are of this kind, and answers an error."""

    kind: Literal["not_asked", "not_applicable"]
    """`not_asked` where the survey left them out, as in a wave; `not_applicable` where they do not concern people."""
    where: Where
    items: Annotated[list[Key], Field(min_length=1)] | None = None
    """The items; all of them unless listed."""

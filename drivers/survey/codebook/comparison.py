"""The part of a codebook that says with whom the service is compared: rivals, and figures from outside."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from drivers.survey.codebook.skips import Where
from drivers.survey.codebook.types import Key, Number, Part, Text


class Rival(Part):
    """A competitor that the same people rate as they rate us.

    Its ratings stand in columns of their own (``items``), or in rows of their own (``rows``) where the file has a row
    for each person and brand.
    """

    label: Text
    items: dict[Key, Key | list[Key]] = Field(default_factory=dict)
    """Driver or outcome → the items that ask the same of the rival, in the same order."""
    rows: Where | None = None
    """The rows about the rival, as column → values; ``design.respondent`` says who answered them."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.items) == (self.rows is not None):
            found = "both" if self.items else "neither"
            raise ValueError(f"expected either 'items' or 'rows', found {found}; write one of the two")
        return self

    @property
    def asked(self) -> dict[str, tuple[str, ...]]:
        """The items about the rival, by driver or outcome."""
        return {name: (items,) if isinstance(items, str) else tuple(items) for name, items in self.items.items()}


class OutsideFigure(Part):
    """What others reach by a published figure, in the unit in which the driver or outcome is told."""

    value: Number
    of: Text
    """Whose figure it is, such as similar centres."""
    source: Text
    """Where it was published."""
    year: Annotated[int, Field(ge=1900, le=2200)] | None = None

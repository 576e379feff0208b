"""The part of a codebook that names the survey of those who serve: employees as internal customers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from drivers.survey.codebook.types import Part


class Staff(Part):
    """The staff's own survey, with a codebook of its own, whose units are the same."""

    codebook: Annotated[str, Field(min_length=1)]
    """A file in the codebook's folder."""

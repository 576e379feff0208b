"""The strict types that a codebook is made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

KEY_PATTERN = r"^[A-Za-z][A-Za-z0-9_]*$"
SURVEY_ID_PATTERN = r"^[a-z][a-z0-9_]*$"
LANGUAGE_PATTERN = r"^[a-z]{2}$"
FILE_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,59}$"

Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN)]
SurveyId = Annotated[str, StringConstraints(pattern=SURVEY_ID_PATTERN)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN)]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Text = Annotated[dict[Language, Words], Field(min_length=1)]
Column = Annotated[str, StringConstraints(min_length=1)]
"""The name of a column, exactly as the file's header has it."""
MissingKind = Literal["not_applicable", "dont_know", "refused", "not_asked", "blank"]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Part(BaseModel):
    """A part of the codebook: no unknown keys, no silent conversion, no change after reading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

"""The part of a codebook that says how the answers were gathered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from drivers.survey.codebook.types import Column, Number, Part, Text


class Duration(Part):
    """How long a respondent took."""

    column: Column
    unit: Literal["seconds", "minutes", "milliseconds"] = "seconds"


class ContactDay(Part):
    """The day of the contact that the answers are about."""

    column: Column
    format: Annotated[str, Field(min_length=1)]


class Mode(Part):
    """How a respondent was asked, such as by telephone or on a page."""

    column: Column
    label: Text | None = None
    values: dict[str, Text] = Field(default_factory=dict)


class Disposition(Part):
    """What became of everybody who was sampled, in the terms of AAPOR's standard definitions."""

    column: Column
    complete: Annotated[list[str | int], Field(min_length=1)]
    partial: list[str | int] = Field(default_factory=list)
    refused: list[str | int] = Field(default_factory=list)
    not_contacted: list[str | int] = Field(default_factory=list)
    other: list[str | int] = Field(default_factory=list)
    unknown_eligibility: list[str | int] = Field(default_factory=list)
    not_eligible: list[str | int] = Field(default_factory=list)


class Fieldwork(Part):
    """How the answers were gathered; `drivers check` looks at it."""

    duration: Duration | None = None
    mode: Mode | None = None
    contact: ContactDay | None = None
    """With the day of the answer (`period.column`) it gives the delay."""
    most_days: Annotated[Number, Field(ge=0)] | None = None
    """Days between contact and answer beyond which an answer rests on distant memory."""
    invited: Annotated[int, Field(ge=1)] | None = None
    """How many were asked to take part, where the file holds only those who did."""
    disposition: Disposition | None = None

    @property
    def parts(self) -> tuple[Duration | Mode | ContactDay | Disposition | None, ...]:
        """The parts that name a column."""
        return self.duration, self.mode, self.contact, self.disposition

"""The part of a codebook that says where the answers are and how they are laid out."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from drivers.survey.codebook.types import Column, Part, Text

FileName = Annotated[str, Field(min_length=1)]
VendorName = Literal["plain", "qualtrics", "surveymonkey", "limesurvey", "kobo", "google_forms", "microsoft_forms"]
RowFlag = Literal["preview", "test", "spam", "unfinished", "rejected"]
"""How a program may mark a row that is no ordinary answer."""


class WaveFile(Part):
    """One of several files that are the waves of one survey."""

    file: FileName
    values: Annotated[list[str | int], Field(min_length=1)]
    """The values of the wave's columns for all rows of this file."""
    sheet: str | None = None
    columns: dict[Column, Column] = Field(default_factory=dict)
    """Name in the codebook → name in this file, where the two differ."""
    not_asked: list[Column] = Field(default_factory=list)
    """Columns that this file lacks because the question was not asked."""


class Long(Part):
    """A file with one row for each respondent and question."""

    respondent: Annotated[list[Column], Field(min_length=1)]
    """The columns that name the respondent."""
    question: Column
    """The column that names the question; its values become columns."""
    answer: Column


class Stack(Part):
    """Columns that repeat, such as for several brands: laid under one another, one row for each."""

    into: Column
    """A new column: which of them a row is about."""
    values: Annotated[dict[str, dict[Column, Column]], Field(min_length=2)]
    """Value of the new column → name in the codebook → column of the file."""
    respondent: Column | None = None
    """A new column that numbers the rows of the file, where it has none that names the respondent."""


class Data(Part):
    """The file, or the files, with the answers."""

    file: FileName | None = None
    files: Annotated[list[WaveFile], Field(min_length=1)] | None = None
    """Several files as waves, in place of `file`."""
    sheet: str | None = None
    """The sheet of a workbook; its only one unless named."""
    vendor: VendorName | None = None
    """The program whose header conventions the file follows; found from the file unless named."""
    encoding: str | None = None
    """The text encoding, such as windows-1256; found from the file unless named."""
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    """What stands between two cells; found from the file unless named."""
    decimal: Literal[".", ","] = "."
    """The decimal mark of numbers; a comma stands for thousands unless it is the decimal mark."""
    totals: Literal["leave_out", "keep"] = "leave_out"
    """Whether rows of totals at the end of a sheet are left out."""
    leave_out: list[RowFlag] = Field(default_factory=list)
    """Rows that are no respondents: those that the program marked so."""
    long: Long | None = None
    stack: Stack | None = None
    url: str | None = None
    """Where `drivers fetch` gets the file from its publisher."""
    obtain: Text | None = None
    """How a user gets the file from its publisher, where no command can fetch it."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.file is None) == (self.files is None):
            found = "neither" if self.file is None else "both"
            raise ValueError(f"expected either 'file' or 'files', found {found}; write one of the two")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files."""
        return (self.file,) if self.file is not None else tuple(entry.file for entry in self.files or ())

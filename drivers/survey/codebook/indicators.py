"""The part of a codebook that says what is measured: indicators, records beside the answers, a customer's worth."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from drivers.survey.codebook.skips import Where
from drivers.survey.codebook.types import Column, Key, Number, Part, Text

OF_COLUMN = ("mean", "median", "share")
"""What may be told of a column of numbers; a share needs 0 and 1."""
OF_OUTCOME = ("mean", "top2box", "nps", "share")
OF_RECORDS = ("share", "rate")
"""Part of those who could be counted, or counts for each so many."""


class Indicator(Part):
    """A measured figure with its objective, source, target and benchmark.

    It is told of one of three things: a column of the survey, one of its outcomes, or records of units and waves.
    """

    column: Column | None = None
    outcome: Key | None = None
    records: Key | None = None
    count: Column | None = None
    """Of records: the column that counts, such as complaints."""
    per: Column | None = None
    """Of records: the column of what could have been counted, such as contacts."""
    times: Annotated[Number, Field(gt=0)] = 1
    """A rate is told for so many, such as complaints for 1,000 contacts."""
    label: Text | None = None
    statistic: Literal["mean", "median", "share", "rate", "nps", "top2box"]
    better: Literal["higher", "lower", "range"]
    target: Number | list[Number] | None = None
    """A number, or two where the best lies in a range."""
    benchmark: Number | None = None
    benchmark_of: Text | None = None
    """Whose the benchmark is, such as the mean of all branches."""
    objective: Text | None = None
    source: Text | None = None
    missing: list[str | Number] = Field(default_factory=list)
    """Cells of the column that are no value."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [name for name in ("column", "outcome", "records") if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(map(repr, given)) if given else "none"
            raise ValueError(f"expected one of 'column', 'outcome' and 'records', found {found}; keep one")
        of_records = self.records is not None
        for name in ("count", "per"):
            if of_records and getattr(self, name) is None:
                raise ValueError(f"expected {name!r} beside 'records', found none; name its column in the records")
            if not of_records and getattr(self, name) is not None:
                raise ValueError(f"expected {name!r} beside 'records' only, found it beside {given[0]!r}; remove it")
        if self.times != 1 and self.statistic != "rate":
            raise ValueError(f"expected 'times' for a rate, found it for a {self.statistic}; remove it")
        if self.missing and self.column is None:
            raise ValueError(f"expected 'missing' beside 'column' only, found it beside {given[0]!r}; remove it")
        known = {"column": OF_COLUMN, "outcome": OF_OUTCOME, "records": OF_RECORDS}[given[0]]
        if self.statistic not in known:
            raise ValueError(
                f"expected a statistic of {'an' if given[0] == 'outcome' else 'a' if given[0] == 'column' else 'some'} "
                f"{given[0]} ({', '.join(known)}), found {self.statistic!r}; choose one of these"
            )
        return self

    @model_validator(mode="after")
    def _right_target(self) -> Self:
        limits = isinstance(self.target, list)
        if self.better == "range" and self.target is not None and not limits:
            raise ValueError(
                f"expected two numbers as the target of 'better: range', found {self.target:g}; write [low, high]"
            )
        if self.better != "range" and limits:
            raise ValueError(f"expected one number as the target of 'better: {self.better}', found a list; write one")
        if isinstance(self.target, list) and not (len(self.target) == 2 and self.target[0] < self.target[1]):
            raise ValueError("expected a target of two numbers, the lower first; correct it")
        if self.benchmark_of is not None and self.benchmark is None:
            raise ValueError("expected 'benchmark' beside 'benchmark_of', found none; write it or remove the name")
        return self


class RecordsFile(Part):
    """A file beside the answers with one row for each unit and wave, such as what branches count."""

    file: Annotated[str, Field(min_length=1)]
    unit: Column | None = None
    """The column that names the unit, in the words of the survey's own."""
    wave: Column | list[Column] | None = None
    """The column, or the columns, that name the wave as the survey's do."""


class Management(Part):
    """A file of what managers think: one row for each manager and driver."""

    file: Annotated[str, Field(min_length=1)]
    manager: Column
    driver: Column
    performance: Column
    """How high they think customers rate the driver, 0 to 100."""
    importance: Column | None = None
    """How much of customers' satisfaction they think it makes: parts of 100, or of any other sum."""


class Value(Part):
    """What a customer is worth, and which indicator counts those who are lost."""

    per_customer: Column | Annotated[Number, Field(gt=0)]
    """A column of the survey, or one number."""
    currency: Text | None = None
    lost: Key
    """An indicator of records that counts customers lost among all."""
    new: Where | None = None
    """Rows of new customers, at whose mean value lost business is replaced."""

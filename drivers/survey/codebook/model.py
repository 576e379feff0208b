"""The codebook: what every used column of a survey means.

One YAML file is the contract between the survey and the suite. It is validated strictly; each
error names the file, the line, the path inside the file and the remedy.
"""

from __future__ import annotations

import datetime
import warnings
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from drivers.errors import CodebookError
from drivers.labels import Labels
from drivers.survey.codebook.comparison import OutsideFigure, Rival
from drivers.survey.codebook.data import Data
from drivers.survey.codebook.decisions import Action, Budget, Lever
from drivers.survey.codebook.errors import describe
from drivers.survey.codebook.fieldwork import Fieldwork
from drivers.survey.codebook.indicators import Indicator, Management, RecordsFile, Value
from drivers.survey.codebook.label_texts import codebook_labels
from drivers.survey.codebook.references import broken_references
from drivers.survey.codebook.reviews import Reviews
from drivers.survey.codebook.scales import Scale
from drivers.survey.codebook.service_model import Expectation, KanoPair, Recovery
from drivers.survey.codebook.skips import Skip, Where
from drivers.survey.codebook.staff import Staff
from drivers.survey.codebook.types import Column, Key, MissingKind, Number, Part, SurveyId, Text
from drivers.survey.codebook.yaml_source import read_yaml
from drivers.survey.forms.sheets import is_workbook

NPS_PROMOTER, NPS_DETRACTOR = 9, 6
"""Codes from 9 are promoters, codes up to 6 are detractors (Reichheld 2003)."""


class SurveyInfo(Part):
    """Where the survey comes from."""

    id: SurveyId
    title: Text
    source: Text | None = None
    license: str | None = None
    respondents: Text | None = None
    """What a row is, where it is not a participant: shown as "label: number"."""


class Item(Part):
    """One question: a column that is used, once."""

    column: Column
    scale: Key
    reversed: bool = False
    text: Text | None = None
    answers: dict[str, Number | MissingKind] = Field(default_factory=dict)
    """Written answers that fit no code, mapped by hand to a code or a kind of missing."""


class Construct(Part):
    """What drivers and outcomes share: items that make one score, and a label."""

    items: Annotated[list[Key], Field(min_length=1)]
    label: Text
    min_items: Annotated[int, Field(ge=1)] | None = None
    """How many items must be answered for a score; all of them unless stated."""
    target: Annotated[Number, Field(ge=0, le=100)] | None = None


class Driver(Construct):
    """A predictor: an aspect of the service."""

    lever: Lever | None = None
    group: Key | None = None
    optional: bool = False
    """Whether the driver enters an analysis only where it is named, such as one that was not asked in every wave."""


class Outcome(Construct):
    """What the drivers are to explain."""

    kind: Literal["score", "nps", "event"] = "score"
    """An event was recorded, such as that the customer left: a binary item, 1 where it happened."""
    better: Literal["higher", "lower"] = "higher"
    """Whether an event is wanted; scores and NPS are better the higher."""


class Design(Part):
    """How respondents came into the survey, and the columns that say so."""

    sample: Literal["probability", "opt_in", "census"] = "probability"
    weight: Column | None = None
    unweighted: Where | None = None
    """Rows without a weight, such as those of a wave, as column → values: each counts as the mean of all weights."""
    strata: Column | None = None
    cluster: Column | None = None
    merge_strata: dict[Column, list[str | int]] = Field(default_factory=dict)
    """New name → strata that count as one, such as one with a single sampling unit and its neighbour."""
    certainty_strata: list[str | int] = Field(default_factory=list)
    """Strata of which every sampling unit was taken, so that they add no chance variation."""
    fpc: Column | None = None
    """In each row the sampling units in the population of its stratum, or the part of them that was sampled."""
    replicate_weights: Column | list[Column] | None = None
    """The columns of replicate weights: their names, or one name in which * stands for any characters; the design
    weight is not among them, also where it fits."""
    replicate_method: Literal["jk1", "jkn", "brr", "fay", "bootstrap"] | None = None
    combined_replicates: bool = True
    """Whether they are full weights, as published files have them, or factors of the design weight."""
    replicate_scale: Number | None = None
    """What multiplies all squared deviations; the method's own unless given."""
    replicate_rscales: list[Number] | None = None
    """What multiplies each replicate's squared deviation; the method's own unless given."""
    fay_rho: Number | None = None
    """What Fay's method leaves of the weights of the half-sample that is turned down, 0 to below 1."""
    replicate_center: Literal["estimate", "mean"] = "estimate"
    """What deviations are taken from. Publishers' formulas take the estimate, which also counts how far the replicates
    lie from it on average; R takes their mean unless told otherwise."""
    respondent: Column | None = None


class WaveEntry(Part):
    """One wave: the values of its columns, and its label."""

    values: Annotated[list[str | int], Field(min_length=1)]
    label: Text

    @property
    def key(self) -> str:
        """The wave's machine name: its values joined by a space."""
        return " ".join(str(value) for value in self.values)


class Wave(Part):
    """The columns that name the wave, and the waves in their order in time."""

    columns: Annotated[list[Column], Field(min_length=1)]
    order: Annotated[list[WaveEntry], Field(min_length=1)]


class Grouping(Part):
    """A column that splits respondents: a unit or a segment."""

    column: Column
    label: Text
    values: dict[str, Text] = Field(default_factory=dict)
    """Labels of the column's values; a value without one is shown as it is written."""


class Period(Part):
    """When the answers were given: two dates, two years, or a column to read them from."""

    start: datetime.date | int | None = None
    end: datetime.date | int | None = None
    column: Column | None = None
    format: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        written = self.start is not None and self.end is not None
        read = self.column is not None and self.format is not None
        if written == read:
            raise ValueError("expected either 'start' and 'end', or 'column' and 'format'; write one pair of the two")
        if written and type(self.start) is not type(self.end):
            raise ValueError("expected 'start' and 'end' both as years or both as dates; write them alike")
        if written and self.start > self.end:  # type: ignore[operator]
            raise ValueError(f"expected 'start' before 'end', found {self.start} to {self.end}; swap them")
        if self.format is not None and not _tells_the_day(self.format):
            raise ValueError(
                f"expected a 'format' that tells the day, such as %Y-%m-%d, found {self.format!r}; correct it"
            )
        return self


class Comments(Part):
    """The column with open answers."""

    column: Column
    language: str | None = None
    lexicon: str | None = None
    """A file of words in the codebook's folder; those of the package unless given."""
    quote: bool = False


class Codebook(Part):
    """A whole codebook; `read_codebook` makes one from a file."""

    survey: SurveyInfo
    data: Data
    scales: Annotated[dict[Key, Scale], Field(min_length=1)]
    items: Annotated[dict[Key, Item], Field(min_length=1)]
    drivers: Annotated[dict[Key, Driver], Field(min_length=1)]
    outcomes: Annotated[dict[Key, Outcome], Field(min_length=1)]
    controls: list[Key] = Field(default_factory=list)
    skips: list[Skip] = Field(default_factory=list)
    expectations: dict[Key, Expectation] = Field(default_factory=dict)
    expectations_asked: Literal["before", "after"] = "after"
    """Whether people said what they expected before they were served, or afterwards."""
    stated_importance: dict[Key, Key | list[Key]] = Field(default_factory=dict)
    """Driver → the items that ask how much it matters."""
    rivals: dict[Key, Rival] = Field(default_factory=dict)
    benchmarks: dict[Key, OutsideFigure] = Field(default_factory=dict)
    """Driver or outcome → what others reach, where no indicator of the outcome says it."""
    recovery: Recovery | None = None
    kano: dict[Key, KanoPair] = Field(default_factory=dict)
    management: Management | None = None
    design: Design = Field(default_factory=Design)
    period: Period | None = None
    fieldwork: Fieldwork | None = None
    wave: Wave | None = None
    unit: Grouping | None = None
    staff: Staff | None = None
    segments: dict[Key, Grouping] = Field(default_factory=dict)
    records: dict[Key, RecordsFile] = Field(default_factory=dict)
    indicators: dict[Key, Indicator] = Field(default_factory=dict)
    value: Value | None = None
    budget: Budget | None = None
    actions: list[Action] = Field(default_factory=list)
    """What was begun, and since when; the order is that of the register."""
    comments: Comments | None = None
    reviews: Reviews | None = None

    @property
    def main_outcome(self) -> str:
        """The outcome that reports are about unless another is named: the first."""
        return next(iter(self.outcomes))

    @property
    def said_outcomes(self) -> dict[str, Outcome]:
        """The outcomes that people spoke of themselves: all but recorded events."""
        return {name: outcome for name, outcome in self.outcomes.items() if outcome.kind != "event"}

    @property
    def default_drivers(self) -> tuple[str, ...]:
        """The drivers of an analysis that names none: all but the optional ones."""
        return tuple(name for name, driver in self.drivers.items() if not driver.optional)

    @property
    def indicator_benchmarks(self) -> dict[str, str]:
        """Outcome → the indicator that has an outside figure for what is told of it."""
        told = {"score": "mean", "nps": "nps", "event": None}
        return {
            indicator.outcome: key
            for key, indicator in self.indicators.items()
            if indicator.outcome in self.outcomes
            and indicator.benchmark is not None
            and indicator.statistic == told[self.outcomes[indicator.outcome].kind]
        }

    @property
    def measured(self) -> dict[str, tuple[str, tuple[str | float, ...]]]:
        """The survey's columns of plain numbers, by what they are for, with the cells that are no value."""
        found: dict[str, tuple[str, tuple[str | float, ...]]] = {
            key: (indicator.column, tuple(indicator.missing))
            for key, indicator in self.indicators.items()
            if indicator.column is not None
        }
        if self.value is not None and isinstance(self.value.per_customer, str):
            found["value"] = (self.value.per_customer, ())
        return found

    @property
    def columns(self) -> frozenset[str]:
        """Every column that the codebook names, without those that a pattern stands for."""
        design, period, work = self.design, self.period, self.fieldwork
        replicates = design.replicate_weights if isinstance(design.replicate_weights, list) else []
        named = [
            *(item.column for item in self.items.values()),
            *(design.weight, design.strata, design.cluster, design.fpc, design.respondent, *replicates),
            *(self.wave.columns if self.wave else ()),
            *(part.column for part in (period, self.unit, self.comments) if part),
            *(segment.column for segment in self.segments.values()),
            *(column for column, _ in self.measured.values()),
            *(part.column for part in (work.parts if work else ()) if part),
            *(column for where in (*(skip.where for skip in self.skips), design.unweighted or {}) for column in where),
            *((self.value.new or {}) if self.value else ()),
            *(column for rival in self.rivals.values() for column in rival.rows or {}),
        ]
        return frozenset(name for name in named if name is not None)

    def construct(self, name: str) -> Construct:  # type: ignore[override]  # an old name of pydantic's
        """The driver or outcome of this name."""
        return self.drivers[name] if name in self.drivers else self.outcomes[name]

    def labels(self) -> Labels:
        """Every label of the survey, by kind and key."""
        return codebook_labels(self)


def read_codebook(path: str | Path) -> Codebook:
    """The codebook in a YAML file, validated.

    Parameters
    ----------
    path
        A YAML 1.2 file in UTF-8, or a form (.xlsx) that `drivers questionnaire` wrote.

    Raises
    ------
    CodebookError
        Where the file cannot be read, is no YAML, or breaks a rule; every broken rule is listed
        with its line, its path, what was expected, what was found and what to do.
    """
    if is_workbook(path):
        # That module stands on this one, and opening a workbook is slow to import.
        from drivers.survey.forms.codebook import codebook_of_form

        return codebook_of_form(path)
    source = read_yaml(Path(path))
    try:
        codebook = Codebook.model_validate(source.content)
    except ValidationError as error:
        raise CodebookError(describe(source, error.errors(), Codebook)) from None
    if broken := list(broken_references(codebook)):
        raise CodebookError(describe(source, broken, Codebook))
    return codebook


def _tells_the_day(date_format: str) -> bool:
    day = datetime.datetime(2023, 11, 29, 13, 5, 59, tzinfo=datetime.UTC)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.13 warns of formats without a year
        try:
            return datetime.datetime.strptime(day.strftime(date_format), date_format).date() == day.date()
        except ValueError:
            return False

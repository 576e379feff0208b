"""A publication: which notebooks are published for which units, waves and languages, in one YAML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationError

from drivers.errors import CodebookError, PublishError
from drivers.labels import LANGUAGES
from drivers.results import FEWEST_SHOWN
from drivers.survey.codebook.errors import describe
from drivers.survey.codebook.types import FILE_PATTERN, Language, Part
from drivers.survey.codebook.yaml_source import read_yaml

_EXPECTED = "a publication, a mapping with 'codebook:' and 'reports:'"
_START = "start from reports/service_center.yml"

Name = Annotated[str, StringConstraints(pattern=FILE_PATTERN)]
"""What a report is called in file names: nothing that could leave the folder or be another name elsewhere."""
Chosen = Literal["each"] | Annotated[list[Annotated[str, StringConstraints(min_length=1)]], Field(min_length=1)]
"""Units or waves: each of them, or those that are named."""


class Reports(Part):
    """One notebook, for each of some units in each of some waves.

    Parameters
    ----------
    notebook
        Name or path of the notebook; a path is taken from the folder of the publication.
    units, waves
        ``each`` or a list of names; without them the report is on all units, or on all waves, together.
    parameters
        Of the notebook, before those of the publication.
    name
        What the files are called; the notebook's name without one.
    """

    notebook: Annotated[str, StringConstraints(min_length=1)]
    units: Chosen | None = None
    waves: Chosen | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    name: Name | None = None


class Publication(Part):
    """What is published together, in one folder.

    Parameters
    ----------
    codebook
        A codebook file, from the folder of the publication, or the name of an example survey.
    output
        A folder, from the folder of the publication, or the URL of one, such as ``s3://bucket/reports``.
    languages
        Of every report.
    parameters
        Of every notebook that declares them.
    fewest
        Fewest people that a report, or the difference between reports, may be on, and fewest of a unit or a wave that
        other reports tell of. Groups of other kinds inside a report are of ten in any case.
    show_code
        Whether the code that made a piece stands under it, folded.
    reports
        Which reports.
    index
        The notebook that compares the units for the index page; None leaves the figure out.
    """

    codebook: Annotated[str, StringConstraints(min_length=1)]
    output: Annotated[str, StringConstraints(min_length=1)]
    languages: Annotated[list[Language], Field(min_length=1)] = Field(default_factory=lambda: list(LANGUAGES))
    parameters: dict[str, Any] = Field(default_factory=dict)
    fewest: Annotated[int, Field(ge=FEWEST_SHOWN)] = FEWEST_SHOWN
    show_code: bool = False
    reports: Annotated[list[Reports], Field(min_length=1)]
    index: str | None = "10_units"


def read_publication(path: Path) -> Publication:
    """The publication in a YAML file, its files and folders taken from the folder it lies in.

    Raises
    ------
    PublishError
        Where the file cannot be read, is no YAML or breaks a rule; each broken rule with its line.
    """
    try:
        source = read_yaml(path, expected=_EXPECTED, remedy=_START)
    except CodebookError as error:
        raise PublishError(str(error)) from None
    try:
        publication = Publication.model_validate(source.content)
    except ValidationError as error:
        raise PublishError(describe(source, error.errors(), Publication)) from None
    folder = path.resolve().parent
    return publication.model_copy(
        update={
            "codebook": _beside(folder, publication.codebook),
            "output": publication.output if "://" in publication.output else str(folder / publication.output),
            "index": None if publication.index is None else _beside(folder, publication.index),
            "reports": [
                one.model_copy(update={"notebook": _beside(folder, one.notebook)}) for one in publication.reports
            ],
        }
    )


def _beside(folder: Path, name: str) -> str:
    """A file beside the publication, by its path from there; any other name as it is."""
    return str(folder / name) if (folder / name).is_file() else name

"""The reports of a publication, one by one, and which of them may not be published."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Literal

from drivers.errors import PublishError, remedy
from drivers.publish.batch.publication import Publication, Reports
from drivers.publish.notebooks import declared_parameters, find_notebook
from drivers.publish.request import ReportRequest, report_request
from drivers.results import FEWEST_SHOWN
from drivers.survey.codebook.types import FILE_PATTERN
from drivers.survey.data import Survey
from drivers.survey.untold import people

Reason = Literal["few", "difference"]
"""few: on fewer people than may be told of; difference: with it, what few people said could be worked out."""

_ELSEWHERE = {
    "unit": "'units:' of the report",
    "wave": "'waves:' of the report",
    "codebook": "'codebook:' of the publication",
    "language": "'languages:' of the publication",
    "fewest": "'fewest:' of the publication",
}
"""What a notebook is told by the publication itself: as a parameter it would go round what is withheld."""
_TAKEN = ("index", "manifest")
"""What the publication itself is called in its folder."""


@dataclass(frozen=True, slots=True)
class About:
    """Whom a report is about: a unit, a wave, both, or neither; an empty text stands for all together.

    Parameters
    ----------
    only
        The filter, as JSON; empty without one.
    """

    unit: str = ""
    wave: str = ""
    only: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One report.

    Parameters
    ----------
    request, about, n
        What is run, what it is about, and how many people that is.
    withheld
        Why it may not be published; empty where it may.
    for_index
        Whether it has the figure of the index.
    """

    request: ReportRequest
    about: About
    n: int
    withheld: Reason | str = ""
    for_index: bool = False

    @property
    def stem(self) -> str:
        """What its files are called."""
        return self.request.stem


def plan(publication: Publication, survey: Survey) -> list[Job]:
    """The reports of a publication, in its order, units in the codebook's and waves in theirs.

    Raises
    ------
    PublishError
        Where it names a unit or a wave that the survey has not, a parameter that no notebook has or that has a place of
        its own, or two reports with one file name.

    Notes
    -----
    Reports on few people are withheld, and those that tell of few with others: of all units and waves together, as
    `untold` has it, which the pages keep to as well; and of a filter, or of some that have nobody in common, where few
    are left beside them. What reports of several filters tell inside is not looked at together: `beside_each_other`.
    """
    cells = [(unit, wave) for unit, wave in people(survey) if unit or wave]
    asked: list[tuple[ReportRequest, About]] = []
    for entry in publication.reports:
        _check_parameters(entry.parameters)
        asked += [_request(publication, entry, unit, wave) for unit, wave in _places(entry, survey, cells)]
    _check_parameters(publication.parameters)
    figure = ""
    if publication.index and survey.codebook.unit is not None:
        last = _request(publication, Reports(notebook=publication.index), "", "")
        figure = last[0].stem
        # Where the publication asks for it with parameters of its own, it is that one.
        if not any(request.stem == figure and request.source == last[0].source for request, _ in asked):
            asked.append(last)
    parts = {
        about.only: survey.select(only=json.loads(about.only or "{}"), fewest=publication.fewest) for _, about in asked
    }
    sizes = {only: people(part) for only, part in parts.items()}
    jobs = []
    for request, about in asked:
        place = about.unit, about.wave
        n = sizes[about.only].get(place, 0)
        if n:
            few = n < publication.fewest
            reason = "few" if few else "difference" if place in parts[about.only].untold else ""
            shows_index = request.stem == figure
            jobs.append(Job(request=request, about=about, n=n, withheld=reason, for_index=shows_index))
    _check_names(jobs)
    return _without_rests(jobs, people(survey), publication.fewest)


def _without_rests(jobs: Sequence[Job], everybody: Mapping[tuple[str, str], int], fewest: int) -> list[Job]:
    """Withhold reports of filters that leave few people beside them: one filter, or some that have nobody in common."""
    groups: dict[tuple[str, str, tuple[str, ...]], dict[str, int]] = {}
    for job in jobs:
        if job.about.only and not job.withheld:
            columns = tuple(sorted(json.loads(job.about.only)))
            groups.setdefault((job.about.unit, job.about.wave, columns), {})[job.about.only] = job.n
    gone: set[About] = set()
    for (unit, wave, _), found in groups.items():
        gone.update(About(unit, wave, only) for only, n in found.items() if 0 < everybody[unit, wave] - n < fewest)
        if 0 < everybody[unit, wave] - sum(found.values()) < fewest:
            gone.add(About(unit, wave, min(found, key=lambda only: (found[only], only))))
    return [replace(job, withheld="difference") if job.about in gone else job for job in jobs]


def _places(entry: Reports, survey: Survey, cells: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    units = [unit for unit in dict.fromkeys(unit for unit, _ in cells) if unit]
    return list(product(_chosen("unit", entry.units, units), _chosen("wave", entry.waves, list(survey.waves))))


def _chosen(what: str, asked: str | Sequence[str] | None, known: Sequence[str]) -> Sequence[str]:
    if asked is None:
        return [""]
    if not known:
        raise PublishError(
            f"Expected a survey with {what}s, found a codebook that names no column of them; remove '{what}s:' or add "
            f"'{what}:' to the codebook."
        )
    if isinstance(asked, str):
        return known
    for name in asked:
        if name not in known:
            advice = remedy(name, known, otherwise=f"the survey has {', '.join(known[:12])}.")
            raise PublishError(f"Expected a {what} of the survey, found {name!r}; {advice}")
    return list(dict.fromkeys(asked))


def _request(publication: Publication, entry: Reports, unit: str, wave: str) -> tuple[ReportRequest, About]:
    """A request with the parameters of the publication that its notebook declares, and all of its own."""
    declared = declared_parameters(find_notebook(entry.notebook))
    common = {name: value for name, value in publication.parameters.items() if name in declared}
    chosen: dict[str, Any] = {name: value for name, value in (("unit", unit), ("wave", wave)) if value}
    if publication.fewest > FEWEST_SHOWN and "fewest" in declared:
        # Whose report is withheld is not told of in other reports.
        chosen["fewest"] = publication.fewest
    given = {**common, **entry.parameters, **chosen}
    request = report_request(
        publication.codebook,
        notebook=entry.notebook,
        languages=publication.languages,
        parameters=given,
        name=entry.name or "",
        show_code=publication.show_code,
    )
    only = given.get("only") or {}
    return request, About(unit, wave, json.dumps(only, sort_keys=True, ensure_ascii=False) if only else "")


def _check_parameters(parameters: Mapping[str, Any]) -> None:
    for name, value in parameters.items():
        if name in _ELSEWHERE:
            raise PublishError(
                f"Expected {name!r} under {_ELSEWHERE[name]}, found it under 'parameters:'; move it there."
            )
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError):
            raise PublishError(
                f"Expected texts, numbers and lists as parameters, found {value!r} as {name!r}; put it in quotes."
            ) from None


def _check_names(jobs: Sequence[Job]) -> None:
    for job in jobs:
        base = job.stem.partition("--")[0]
        if not re.fullmatch(FILE_PATTERN, base):
            raise PublishError(
                f"Expected a file name of small Latin letters, digits, - and _, found {base!r}; give the entry of "
                "'reports:' a 'name:'."
            )
        if job.stem in _TAKEN:
            raise PublishError(
                f"Expected another file name than {job.stem!r}, which is the publication's own; give the entry of "
                "'reports:' another 'name:'."
            )
    twice = [stem for stem, n in Counter(job.stem for job in jobs).items() if n > 1]
    if twice:
        raise PublishError(
            f"Expected a file name of its own for each report, found {twice[0]!r} for two; give one entry of "
            "'reports:' another 'name:', or remove what is named twice."
        )


def beside_each_other(jobs: Sequence[Job]) -> bool:
    """Whether reports of several filters, or of one and of all people, are published together.

    Each of them keeps to what may be told of its own people; whether what two tell inside tells of few more is not
    looked at.
    """
    return len({job.about.only for job in jobs if not job.withheld}) > 1


def unknown_parameters(publication: Publication) -> list[str]:
    """Parameters that no notebook of the publication declares, which are mistakes."""
    notebooks = [entry.notebook for entry in publication.reports] + ([publication.index] if publication.index else [])
    declared = {name for notebook in notebooks for name in declared_parameters(find_notebook(notebook))}
    return [name for name in publication.parameters if name not in declared]

"""The reports of a publication, one by one, and which of them may not be published."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from drivers.errors import PublishError, remedy
from drivers.publish.batch.disclosure import About, Reason, withheld
from drivers.publish.batch.publication import Publication, Reports
from drivers.publish.notebooks import declared_parameters, find_notebook
from drivers.publish.request import ReportRequest, report_request
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey


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
        Where it names a unit or a wave that the survey has not, a parameter that no notebook has, or two reports with
        one file name.
    """
    asked = [
        (_request(publication, entry, about), about)
        for entry in publication.reports
        for about in _abouts(entry, survey, people(survey))
    ]
    if publication.index and survey.codebook.unit is not None:
        last = _request(publication, Reports(notebook=publication.index), About())
        asked = [(request, about) for request, about in asked if request.stem != last.stem]
        asked.append((last, About()))
        figure = last.stem
    else:
        figure = ""
    # Reports of a part of the people, by filter, are withheld among themselves and beside those of all people.
    filters = {_filter(request): request.given.get("only", {}) for request, _ in asked}
    everybody = people(survey)
    jobs = []
    found: dict[str, tuple[dict[About, int], dict[About, Reason]]] = {}
    for name, only in {"{}": {}, **filters}.items():
        counts = people(survey.select(only=only)) if only else everybody
        # A survey's whole is published somewhere sooner or later: a report of it counts as if it were.
        kept = {about for request, about in asked if _filter(request) == name}
        reasons = withheld(counts, [*sorted(kept), About()], publication.fewest)
        for about in kept if only else ():
            rest = _size(everybody, about) - _size(counts, about)
            if 0 < rest < publication.fewest:
                # Beside all people of the unit or wave it would tell of those few that the filter leaves out.
                reasons.setdefault(about, "difference")
        found[name] = counts, reasons
    for request, about in asked:
        counts, reasons = found[_filter(request)]
        if n := _size(counts, about):
            told = reasons.get(about, "")
            jobs.append(Job(request=request, about=about, n=n, withheld=told, for_index=request.stem == figure))
    _check_names(jobs)
    return jobs


def _filter(request: ReportRequest) -> str:
    return json.dumps(request.given.get("only", {}), sort_keys=True, default=str)


def _size(counts: Mapping[About, int], about: About) -> int:
    return sum(n for cell, n in counts.items() if about.holds(cell))


def people(survey: Survey) -> dict[About, int]:
    """People of a selection by unit and wave."""
    unit = survey.codebook.unit
    rows = survey.domain
    units = survey.raw[unit.column].astype(str)[rows].tolist() if unit is not None else [""] * int(rows.sum())
    waves = [""] * len(units)
    if survey.wave_index is not None:
        names = survey.waves
        waves = [names[i] if 0 <= i < len(names) else "" for i in survey.wave_index[rows].tolist()]
    return {About(one, wave): n for (one, wave), n in sorted(Counter(zip(units, waves, strict=True)).items())}


def _abouts(entry: Reports, survey: Survey, counts: Mapping[About, int]) -> list[About]:
    units = [one for one in dict.fromkeys(cell.unit for cell in counts) if one]
    waves = list(survey.waves)
    return [
        About(unit, wave)
        for unit, wave in product(_chosen("unit", entry.units, units), _chosen("wave", entry.waves, waves))
    ]


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


def _request(publication: Publication, entry: Reports, about: About) -> ReportRequest:
    """A request with the parameters of the publication that its notebook declares, and all of its own."""
    declared = declared_parameters(find_notebook(entry.notebook))
    common = {name: value for name, value in publication.parameters.items() if name in declared}
    if publication.fewest > FEWEST_SHOWN and "fewest" in declared:
        # A unit whose report is withheld is not to be told of in the comparisons of other reports.
        common.setdefault("fewest", publication.fewest)
    chosen = {name: value for name, value in (("unit", about.unit), ("wave", about.wave)) if value}
    return report_request(
        publication.codebook,
        notebook=entry.notebook,
        languages=publication.languages,
        parameters={**common, **entry.parameters, **chosen},
        name=entry.name or "",
        show_code=publication.show_code,
    )


def _check_names(jobs: Sequence[Job]) -> None:
    twice = [stem for stem, n in Counter(job.stem for job in jobs).items() if n > 1]
    if twice:
        raise PublishError(
            f"Expected a file name of its own for each report, found {twice[0]!r} for two; give one entry of "
            "'reports:' another 'name:', or remove what is named twice."
        )


def unknown_parameters(publication: Publication) -> list[str]:
    """Parameters that no notebook of the publication declares, which are mistakes."""
    declared = {name for entry in publication.reports for name in declared_parameters(find_notebook(entry.notebook))}
    return [name for name in publication.parameters if name not in declared]

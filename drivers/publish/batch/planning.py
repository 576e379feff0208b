"""The reports of a publication, one by one, and which of them may not be published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from drivers.errors import PublishError, remedy
from drivers.publish.batch.disclosure import About, Reason, withheld
from drivers.publish.batch.publication import Publication, Reports
from drivers.publish.notebooks import declared_parameters, find_notebook
from drivers.publish.request import ReportRequest, report_request
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
    counts = people(survey)
    asked = [(entry, about) for entry in publication.reports for about in _abouts(entry, survey, counts)]
    kept = {about for _, about in asked}
    # A survey's whole is published somewhere sooner or later: a report of it counts as if it were.
    reasons = withheld(counts, [*sorted(kept), About()], publication.fewest)
    jobs = []
    for entry, about in asked:
        n = sum(people_in for cell, people_in in counts.items() if about.holds(cell))
        if n:
            request = _request(publication, entry, about)
            jobs.append(Job(request=request, about=about, n=n, withheld=reasons.get(about, "")))
    if publication.index and survey.codebook.unit is not None:
        entry = Reports(notebook=publication.index)
        request = _request(publication, entry, About())
        jobs = [job for job in jobs if job.stem != request.stem]
        n = sum(counts.values())
        jobs.append(Job(request=request, about=About(), n=n, withheld=reasons.get(About(), ""), for_index=True))
    _check_names(jobs)
    return jobs


def people(survey: Survey) -> dict[About, int]:
    """People by unit and wave."""
    unit = survey.codebook.unit
    units = survey.raw[unit.column].astype(str).tolist() if unit is not None else [""] * len(survey.weights)
    waves = [""] * len(units)
    if survey.wave_index is not None:
        names = survey.waves
        waves = [names[i] if 0 <= i < len(names) else "" for i in survey.wave_index.tolist()]
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

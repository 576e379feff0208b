"""What a report says of its survey: title, source, questions, fingerprints."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers import __version__
from drivers.results import FEWEST_SHOWN, Result, frame
from drivers.survey.data import Survey


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurveyDescription(Result):
    """A survey as a report names it; `describe` makes one.

    Parameters
    ----------
    report
        Machine name of the report's kind, such as ``manager``.
    outcome
        The main outcome.
    rows_read, rows_domain, rows_used
        Rows of the file, of the selection, and of the main analysis.
    waves
        How many waves the selection holds.
    questions
        Item → the driver or outcome it belongs to, in the codebook's order.
    reversed_items
        Items whose answers were turned round.
    parameters
        What the report was run with.
    fewest
        Fewest people of whom anything is shown.
    """

    kind: ClassVar[str] = "survey"

    survey: str
    report: str
    outcome: str
    unit: str
    wave: str
    waves: int
    only: Mapping[str, str] = field(default_factory=dict)
    period: tuple[datetime.date | int, datetime.date | int] | None
    rows_read: int
    rows_domain: int
    rows_used: int | None
    questions: Mapping[str, str]
    reversed_items: frozenset[str]
    data_sha256: str
    codebook_sha256: str
    beside_sha256: Mapping[str, str]
    version: str
    parameters: Mapping[str, float | int | str]
    fewest: int = FEWEST_SHOWN

    @property
    def suppressed(self) -> bool:
        """Whether the selection has so few respondents that nothing about it is shown."""
        return self.rows_domain < self.fewest

    @property
    def details(self) -> Mapping[str, object]:
        """Selection, rows, fingerprints and parameters."""
        return MappingProxyType(
            {
                "survey": self.survey,
                "unit": self.unit,
                "wave": self.wave,
                "waves": self.waves,
                "only": dict(self.only),
                "period": [] if self.suppressed else [str(day) for day in self.period or ()],
                "rows_read": self.rows_read,
                # How many they are is part of what is not shown.
                "rows_domain": None if self.suppressed else self.rows_domain,
                "rows_used": self.rows_used,
                "data_sha256": self.data_sha256,
                "codebook_sha256": self.codebook_sha256,
                "beside_sha256": dict(self.beside_sha256),
                "version": self.version,
                "parameters": dict(self.parameters),
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per question: the item in ``term``, what it measures in ``driver``."""
        return frame({"term": list(self.questions), "driver": list(self.questions.values())})

    def glance(self) -> pd.DataFrame:
        """One row: the rows."""
        return frame({"n_asked": [None if self.suppressed else self.rows_domain], "n": [self.rows_used]})


def describe(
    survey: Survey, *, report: str = "drivers", used: int | None = None, **parameters: float | int | str
) -> SurveyDescription:
    """The survey as a report names it, with its fingerprints.

    Parameters
    ----------
    survey
        Answers, with the selection that the report is about.
    report
        ``manager``, ``drivers``, ``measurement``, ``scorecard``, ``loyalty``, ``expectations``, ``trends`` and others:
        the kind of report.
    used
        Rows that the main analysis used.
    **parameters
        What the report was run with: conf_level, n_boot, seed.

    Notes
    -----
    Weights, missing answers: nothing is estimated.

    Examples
    --------
    >>> import drivers as kda
    >>> kda.describe(kda.example_survey("judges"), seed=1).rows_read
    43
    """
    book = survey.codebook
    # What was recorded was not asked.
    constructs = (*book.default_drivers, *book.said_outcomes)
    questions = {item: name for name in constructs for item in book.construct(name).items}
    if report == "expectations":
        expected = ((name, book.expectations[name]) for name in book.default_drivers if name in book.expectations)
        questions |= {item: name for name, part in expected for items in part.levels.values() for item in items}
    return SurveyDescription(
        survey=book.survey.id,
        report=report,
        outcome=book.main_outcome,
        unit=survey.unit,
        wave=survey.wave,
        waves=0 if survey.wave_index is None else len(np.unique(survey.wave_index[survey.domain])),
        only=MappingProxyType(dict(survey.only)),
        period=survey.period,
        rows_read=len(survey.weights),
        rows_domain=int(survey.domain.sum()),
        rows_used=used,
        questions=MappingProxyType(questions),
        reversed_items=frozenset(name for name, item in book.items.items() if item.reversed),
        data_sha256=survey.data_sha256,
        codebook_sha256=survey.codebook_sha256,
        beside_sha256=MappingProxyType(dict(survey.beside_sha256)),
        version=__version__,
        parameters=MappingProxyType(dict(parameters)),
        fewest=survey.fewest,
    )

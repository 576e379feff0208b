"""Which outcomes are satisfaction, stated loyalty, and what was observed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from drivers.errors import ModelError
from drivers.linearization import effective_size
from drivers.models.units import known_name
from drivers.results import FEWEST_SHOWN, Sample
from drivers.survey.data import Survey, check_survey

LOYALTY = "loyalty"
"""The outcome that is taken for stated loyalty where a survey has one of this name."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stated:
    """Satisfaction and stated loyalty of the same respondents.

    Parameters
    ----------
    satisfaction, outcome
        Names of the two outcomes.
    x, y
        Their scores, 0–100; float (n,), NaN where missing.
    rows
        Respondents of the domain with a weight above 0 and both scores; bool (n,).
    """

    satisfaction: str
    outcome: str
    x: np.ndarray
    y: np.ndarray
    rows: np.ndarray
    sample: Sample


def stated(survey: Survey, *, outcome: str | None, satisfaction: str | None) -> Stated:
    """The checked scores of satisfaction and stated loyalty.

    Parameters
    ----------
    outcome
        An outcome that people stated; `loyalty`, or the first beside satisfaction, unless given.
    satisfaction
        The codebook's main outcome unless given.

    Raises
    ------
    ModelError
        Where a name is unknown or an event, the survey asks nothing of loyalty, or fewer than 10 answered both.

    Notes
    -----
    Weights: respondents with weight 0 are not used.
    Missing answers: complete cases on the two scores.
    """
    check_survey(survey)
    satisfaction = satisfaction_of(survey, satisfaction)
    outcome = loyalty_of(survey, outcome, satisfaction)
    x, y = (survey.scores[name].to_numpy() for name in (satisfaction, outcome))
    rows = answered(survey, x, y)
    return Stated(
        satisfaction=satisfaction, outcome=outcome, x=x, y=y, rows=rows, sample=complete_sample(survey, rows, y)
    )


def satisfaction_of(survey: Survey, name: str | None) -> str:
    """The outcome that is satisfaction."""
    book = survey.codebook
    return _said("satisfaction", survey, known_name("satisfaction", name or book.main_outcome, book.outcomes))


def loyalty_of(survey: Survey, name: str | None, satisfaction: str) -> str:
    """The outcome that is stated loyalty."""
    book = survey.codebook
    if name is not None:
        name = _said("outcome", survey, known_name("outcome", name, book.outcomes))
        if name == satisfaction:
            raise ModelError(
                f"Expected an outcome other than satisfaction, found {name!r} for both; name another in outcome=."
            )
        return name
    others = [key for key, spec in book.outcomes.items() if key != satisfaction and spec.kind != "event"]
    if not others:
        raise ModelError(
            f"Expected an outcome beside {satisfaction!r} that states loyalty, found none; add one under outcomes:, "
            "such as whether people would recommend the service.",
            code="no_loyalty",
        )
    return LOYALTY if LOYALTY in others else others[0]


def events_of(survey: Survey, names: Sequence[str] | None) -> tuple[str, ...]:
    """The outcomes that were observed and not asked; all of the codebook unless named."""
    book = survey.codebook
    if names is None:
        return tuple(key for key, spec in book.outcomes.items() if spec.kind == "event")
    for name in names:
        if book.outcomes[known_name("event", name, book.outcomes)].kind != "event":
            raise ModelError(f"Expected an event, found {name!r} (kind {book.outcomes[name].kind}); name an event.")
    return tuple(names)


def happened(survey: Survey, event: str) -> np.ndarray:
    """Whether an event happened, 1 or 0, NaN where that is not known; float (n,)."""
    return survey.scores[event].to_numpy() / 100.0


def answered(survey: Survey, *columns: np.ndarray) -> np.ndarray:
    """Respondents of the domain with a weight above 0 and all of some values; bool (n,).

    Raises
    ------
    ModelError
        Where there are fewer than 10.
    """
    rows = survey.domain & (survey.weights > 0) & ~np.isnan(np.column_stack(columns)).any(axis=1)
    if int(rows.sum()) < FEWEST_SHOWN:
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} respondents with all of these answers, found {int(rows.sum())}; widen "
            "the selection.",
            code="suppressed",
            values={"needed": FEWEST_SHOWN},
        )
    return rows


def complete_sample(survey: Survey, rows: np.ndarray, values: np.ndarray) -> Sample:
    """The sample of an estimate from complete cases; its effective size is that of a column's mean."""
    return Sample(
        n_asked=int(survey.domain.sum()),
        n=int(rows.sum()),
        n_effective=effective_size(survey, rows, np.where(rows, values, 0.0)),
        weighted=survey.weighted_in(rows),
        missing="complete_cases",
        sampling=survey.codebook.design.sample,
    )


def _said(what: str, survey: Survey, name: str) -> str:
    if survey.codebook.outcomes[name].kind == "event":
        raise ModelError(f"Expected {what} to be what people said, found the event {name!r}; name a score or NPS.")
    return name

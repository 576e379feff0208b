"""An analysis that may find too little to answer, as in a report of a small unit: then the reason in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drivers.errors import ModelError
from drivers.results import Code, Result, Unanswered
from drivers.survey.data import Survey


def attempt(analysis: Callable[..., Result], subject: Survey | Result, **arguments: Any) -> Result:
    """The result of an analysis, or why there is none.

    Parameters
    ----------
    analysis
        A function of this package, such as `relative_importance`.
    subject
        What it takes first: a survey, or an earlier result.
    **arguments
        Passed on to the analysis.

    Returns
    -------
    Result
        The analysis' own, or an `Unanswered` with its reasons: fewer than 10 respondents in the selection,
        which could be recognised in any figure; too few complete answers; a driver or outcome on which all
        answers are the same. What the analysis is asked wrongly is raised as ever.

    Raises
    ------
    ModelError
        Where the question is at fault and not the answers.

    Notes
    -----
    Weights, missing answers: as the analysis says.

    Examples
    --------
    >>> import drivers as kda
    >>> small = kda.example_survey("judges").select(only={"RTEN": "8.3"})
    >>> kda.attempt(kda.outcome_scores, small).reasons
    (Code(code='suppressed', values={'needed': 10}),)
    """
    name = analysis.__name__
    if isinstance(subject, Unanswered):
        return Unanswered(analysis=name, reasons=subject.reasons, unit=subject.unit)
    unit = subject.unit if isinstance(subject, Survey) else ""
    if isinstance(subject, Survey) and int(subject.domain.sum()) < subject.fewest:
        # How many there are is part of what is not shown.
        return Unanswered(analysis=name, reasons=(Code("suppressed", {"needed": subject.fewest}),), unit=unit)
    try:
        return analysis(subject, **arguments)
    except ModelError as error:
        if not error.code:
            raise
        return Unanswered(analysis=name, reasons=(Code(error.code, error.values),), unit=unit)

"""From which scores people count as satisfied and as loyal, and the four groups that this makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np

from drivers.errors import ModelError
from drivers.models.loyalty.stated import Stated
from drivers.survey.codebook.model import NPS_PROMOTER
from drivers.survey.data import Survey
from drivers.survey.scoring import performance

Group = Literal["loyal", "free_to_leave", "loyal_though_dissatisfied", "leaving"]
GROUPS: tuple[Group, ...] = get_args(Group)
"""Satisfied and loyal; satisfied but not loyal; loyal but not satisfied; neither."""

LOYAL_FROM = SATISFIED_FROM = 75.0
"""A score from which people count as loyal, unless the survey asks for recommendation alone (promoters); and as
satisfied where the two best answers would not do."""

MOST_ANSWERS = 7
"""On a scale with more, the two best answers begin so high (at 90 points of 0 to 10) that who gave an 8 would count
as dissatisfied."""


def loyalty_members(data: Stated, satisfied_from: float, loyal_from: float) -> Mapping[Group, np.ndarray]:
    """Who is in each group; bool (n,) by group.

    Parameters
    ----------
    data
        The two scores of the respondents used.
    satisfied_from, loyal_from
        Scores, 0–100.
    """
    # Means of items are not exact: 75 may be stored as the number just below it.
    satisfied, loyal = data.x >= satisfied_from - 1e-9, data.y >= loyal_from - 1e-9
    return {
        "loyal": data.rows & satisfied & loyal,
        "free_to_leave": data.rows & satisfied & ~loyal,
        "loyal_though_dissatisfied": data.rows & ~satisfied & loyal,
        "leaving": data.rows & ~satisfied & ~loyal,
    }


def cuts(
    survey: Survey, data: Stated, *, satisfied_from: float | None = None, loyal_from: float | None = None
) -> tuple[float, float]:
    """Scores from which people count as satisfied and as loyal: those given, else the survey's own.

    Raises
    ------
    ModelError
        Where a cut lies outside 0 to 100.
    """
    return (
        _cut("satisfied_from", satisfied_from, _top_two_from(survey, data.satisfaction)),
        _cut("loyal_from", loyal_from, _loyal_from(survey, data.outcome)),
    )


def _cut(name: str, given: float | None, usual: float) -> float:
    cut = usual if given is None else float(given)
    if not 0 < cut <= 100:
        raise ModelError(f"Expected {name} above 0 and up to 100, found {cut:g}; such a score parts nobody.")
    return cut


def _top_two_from(survey: Survey, outcome: str) -> float:
    """The score from which all of an outcome's answers lie among the two best, on average of its items."""
    book = survey.codebook
    lowest = []
    for item in book.outcomes[outcome].items:
        scale = book.scales[book.items[item].scale]
        low, high = scale.ends
        if scale.best_two is None or (high - low) / (scale.best_two[1] - scale.best_two[0]) >= MOST_ANSWERS:
            return SATISFIED_FROM
        lowest.append(float(performance(np.array([scale.best_two[0]]), scale)[0]))
    return float(np.mean(lowest))


def _loyal_from(survey: Survey, outcome: str) -> float:
    """The score from which people count as loyal."""
    return 10.0 * NPS_PROMOTER if survey.codebook.outcomes[outcome].kind == "nps" else LOYAL_FROM

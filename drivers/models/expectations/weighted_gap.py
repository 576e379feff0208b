"""The gap of all drivers together, weighted by what each respondent says matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from drivers.models.expectations.answers import Expected, item_scores
from drivers.models.expectations.ratios import Estimate, ratios
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey

NEEDED = 0.5
"""Part of the gaps that a respondent must have to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedGap:
    """The mean weighted gap to one level.

    Parameters
    ----------
    level
        ``desired`` or ``adequate``.
    weights
        ``stated``: each respondent's own importance; ``equal``.
    score
        In points of 0–100.
    contributions
        Driver → mean of weight times gap, in points; they sum to the score.
    importance
        Driver → mean weight, a part of 1.
    """

    level: str
    weights: Literal["stated", "equal"]
    score: Estimate
    contributions: Mapping[str, Estimate]
    importance: Mapping[str, Estimate]


def weighted_gaps(survey: Survey, drivers: Sequence[Expected], conf_level: float) -> tuple[WeightedGap, ...]:
    """The weighted gap to each level that was asked of every driver; none of what fewer than 10 respondents have."""
    stated = survey.codebook.stated_importance
    own = all(one.driver in stated for one in drivers)
    if own:
        asked = [stated[one.driver] for one in drivers]
        items = [[part] if isinstance(part, str) else part for part in asked]
        matters = np.column_stack([item_scores(survey, part, None) for part in items])
    else:
        matters = np.ones((len(survey.weights), len(drivers)))
    found = []
    for level in ("desired", "adequate"):
        if all(level in one.levels for one in drivers):
            gaps = np.column_stack([np.where(one.used, one.gap(level), np.nan) for one in drivers])
            whole = _whole(survey, level, "stated" if own else "equal", drivers, gaps, matters, conf_level)
            found += [] if whole is None else [whole]
    return tuple(found)


def _whole(
    survey: Survey,
    level: str,
    weights: Literal["stated", "equal"],
    drivers: Sequence[Expected],
    gaps: np.ndarray,
    matters: np.ndarray,
    conf_level: float,
) -> WeightedGap | None:
    known = ~np.isnan(gaps) & ~np.isnan(matters)
    weight = np.where(known, matters, 0.0)
    total = weight.sum(axis=1)
    # To whom nothing matters nothing can be weighted.
    rows = (known.sum(axis=1) >= NEEDED * len(drivers)) & (total > 0)
    if int(rows.sum()) < FEWEST_SHOWN:
        return None
    weight = np.where(rows[:, None], weight / np.where(total > 0, total, 1.0)[:, None], 0.0)
    parts = weight * np.where(known, gaps, 0.0)
    tops = np.column_stack([parts.sum(axis=1), parts, weight])
    found = ratios(survey, tops, np.repeat(rows[:, None].astype(float), tops.shape[1], axis=1))
    estimates = [found.mean(q, conf_level) for q in range(tops.shape[1])]
    names, k = [one.driver for one in drivers], len(drivers)
    return WeightedGap(
        level=level,
        weights=weights,
        score=estimates[0],
        contributions=MappingProxyType(dict(zip(names, estimates[1 : k + 1], strict=True))),
        importance=MappingProxyType(dict(zip(names, estimates[k + 1 :], strict=True))),
    )

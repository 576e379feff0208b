"""A value beside those of earlier waves: the one before, the mean of all, and the best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drivers.indicators.comparison.benchmark_result import Past
from drivers.indicators.comparison.differences import difference, from_best
from drivers.models.unit_means import levels
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey
from drivers.survey.outcome_statistics import in_wave


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What a measure is set beside of its own past; mean and best only of several waves."""

    previous: Past | None = None
    earlier: Past | None = None
    best: Past | None = None


def earlier_waves(survey: Survey, values: np.ndarray, now: int | None, conf_level: float) -> Earlier:
    """The wave reported on beside the waves before it that have at least ten answers.

    Parameters
    ----------
    values
        What each respondent adds to the measure; float (n,), NaN where missing.
    now
        Position of the wave reported on; None without waves.

    Notes
    -----
    All waves' means have one covariance under the design, so that sampling units which waves share are allowed for.
    The mean of earlier waves counts each of them alike.
    """
    if now is None:
        return Earlier()
    answered = survey.in_unit & (survey.weights > 0) & ~np.isnan(values)
    sizes = {place: int((answered & in_wave(survey, place)).sum()) for place in range(now + 1)}
    known = [place for place, size in sizes.items() if size >= FEWEST_SHOWN]
    if now not in known or len(known) == 1:
        return Earlier()
    columns = np.column_stack([np.where(in_wave(survey, place), values, np.nan) for place in known])
    found = levels(survey, columns, answered)
    before = len(known) - 1

    def beside(weights: np.ndarray) -> tuple[float, float]:
        contrast = np.array([*(-weights), 1.0])
        error = float(np.sqrt(max(0.0, float(contrast @ found.covariance @ contrast))))
        return float(contrast @ found.mean), error

    each = np.eye(before)
    # A wave that was left out for its few answers is not the one before.
    previous = None
    if sizes[now - 1] >= FEWEST_SHOWN or _empty_between(survey, known[-2], now):
        previous = Past(
            wave=survey.waves[known[-2]],
            value=float(found.mean[-2]),
            n_waves=1,
            difference=difference(*beside(each[-1]), found.df, conf_level),
        )
    if before == 1:
        return Earlier(previous=previous)
    apart = np.array([beside(one) for one in each])
    best = int(apart[:, 0].argmin())
    return Earlier(
        previous=previous,
        earlier=Past(
            wave="",
            value=float(found.mean[:-1].mean()),
            n_waves=before,
            difference=difference(*beside(np.full(before, 1 / before)), found.df, conf_level),
        ),
        best=Past(
            wave=survey.waves[known[best]],
            value=float(found.mean[best]),
            n_waves=before,
            difference=from_best(apart[:, 0], apart[:, 1], found.df, conf_level),
        ),
    )


def _empty_between(survey: Survey, before: int, now: int) -> bool:
    """Whether the selection has nobody in the waves between two."""
    assert survey.wave_index is not None
    between = (survey.wave_index > before) & (survey.wave_index < now)
    return not (survey.in_unit & between).any()

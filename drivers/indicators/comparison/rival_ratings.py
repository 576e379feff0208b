"""Our ratings beside a rival's, by those who rated both: differences, ratio, and who rates whom higher."""

from __future__ import annotations

import numpy as np
from scipy import special

from drivers.indicators.comparison.benchmark_result import RivalRating
from drivers.indicators.comparison.differences import difference
from drivers.models.expectations.ratios import Ratios, ratios
from drivers.models.rivals import rival_pairs
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey

SAME = 1e-9
"""Scores of several items that differ by less are alike, whatever binary makes of them."""


def rival_ratings(survey: Survey, rival: str, conf_level: float) -> dict[str, RivalRating]:
    """Each driver and outcome that at least ten people rated of both us and a rival.

    Notes
    -----
    Persons are their own controls: a difference has the error of the mean of their differences, not of two means.
    """
    pairs = rival_pairs(survey, rival)
    told: dict[str, RivalRating] = {}
    for name in pairs.measures:
        rows = pairs.both([name])
        if int(rows.sum()) < FEWEST_SHOWN:
            continue
        ours, theirs = (np.where(rows, side[name], 0.0) for side in (pairs.ours, pairs.theirs))
        apart = ours - theirs
        tops = np.column_stack([ours, theirs, apart, apart > SAME, abs(apart) <= SAME, apart < -SAME]) * rows[:, None]
        found = ratios(survey, tops, np.repeat(rows[:, None].astype(float), tops.shape[1], axis=1))
        mean = found.mean(2, conf_level)
        outcome = survey.codebook.outcomes.get(name)
        told[name] = RivalRating(
            n=int(rows.sum()),
            ours=found.mean(0, conf_level),
            theirs=found.mean(1, conf_level),
            difference=difference(mean.estimate, mean.std_error, found.df, conf_level),
            ratio=None if outcome is not None and outcome.kind == "nps" else _ratio(found, conf_level),
            higher=found.share(3, conf_level),
            same=found.share(4, conf_level),
            lower=found.share(5, conf_level),
        )
    return told


def _ratio(found: Ratios, conf_level: float) -> tuple[float, float, float] | None:
    """The first mean over the second, with limits by t on the log scale; None where a mean is 0."""
    ours, theirs = (float(value) for value in found.estimate[:2])
    if ours <= 0 or theirs <= 0:
        return None
    slopes = np.array([1 / ours, -1 / theirs])
    error = float(np.sqrt(max(0.0, float(slopes @ found.covariance[:2, :2] @ slopes))))
    reach = float(special.stdtrit(max(found.df, 1), (1 + conf_level) / 2)) * error
    ratio = ours / theirs
    return ratio, ratio * float(np.exp(-reach)), ratio * float(np.exp(reach))

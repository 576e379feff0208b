"""What a ranking rests on, each as a light: green to rely on, amber to read with care, red for no decision."""

from __future__ import annotations

import numpy as np

from drivers.importance.verdict import (
    COLLINEAR_VIF,
    FEWEST_RESPONDENTS,
    RESPONDENTS_PER_DRIVER,
    SAME_ANSWER,
    shown_respondents,
)
from drivers.models.collinearity import variance_inflation
from drivers.results import Check, Code, Light, Sample

AMPLE_RESPONDENTS = 2.0
"""Twice the respondents that a ranking needs leave room for doubtful answers."""

WEAK_R2 = 0.25
"""Below this part explained, most of what moves the outcome is not in the questionnaire (Cohen 1988: 0.26 is large)."""

CLOSE_VIF = 5.0
"""From this median variance inflation on, drivers are hard to tell apart."""

SOME_MISSING = 0.05
"""From this part of answers left out on, a result may speak for fewer people than it seems to."""

COSTLY_WEIGHTS = 0.30
"""From this part of the precision lost to weights and design on, intervals are much wider than n suggests."""


def importance_checks(
    *,
    sample: Sample,
    k: int,
    r2: float,
    correlation: np.ndarray,
    same: float,
    reasons: tuple[Code, ...],
    not_concerned: int = 0,
) -> tuple[Check, ...]:
    """The lights of a ranking: participants, explained differences, separability, variation, gaps, weighting.

    A light is red where its precondition fails, and then nothing is ranked.

    Parameters
    ----------
    sample, k, r2
        Of the analysis; r2 is what the drivers add.
    correlation
        Between drivers; float (k, k).
    same
        Part of the respondents that give the commonest answer, as the preconditions see it.
    reasons
        Preconditions that fail.
    not_concerned
        Respondents left out because some drivers do not concern them, which is no answer that is missing.
    """
    failed = {reason.code for reason in reasons}
    needed = max(FEWEST_RESPONDENTS, RESPONDENTS_PER_DRIVER * k)
    inflation = float(np.median(variance_inflation(correlation)))
    concerned = sample.n_asked - not_concerned
    left_out = concerned - sample.n
    lost = max(0.0, 1 - sample.n_effective / sample.n)
    return (
        Check(
            "participants",
            _light(bool(failed & {"few_respondents", "few_units"}), sample.n_effective < AMPLE_RESPONDENTS * needed),
            {"value": shown_respondents(sample.n_effective, needed), "needed": needed},
        ),
        Check("explained", _light("weak_model" in failed, r2 < WEAK_R2), {"value": r2}),
        Check(
            "separability",
            _light("not_separable" in failed, inflation >= CLOSE_VIF),
            {"value": inflation, "limit": COLLINEAR_VIF},
        ),
        Check(
            "variation",
            _light("little_variation" in failed, False),
            {"value": same, "limit": SAME_ANSWER},
        ),
        Check(
            "missing",
            _light(False, left_out > SOME_MISSING * concerned),
            {"value": left_out / concerned, "left_out": left_out, "n_asked": concerned, "not_concerned": not_concerned},
        ),
        Check("weighting", _light(False, lost > COSTLY_WEIGHTS), {"value": lost}),
    )


def _light(red: bool, amber: bool) -> Light:
    return "red" if red else "amber" if amber else "green"

"""From which number on a survey's health asks for care: the limits, with their reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from drivers.results import Check, Light

MUCH_MISSING, MOST_MISSING = 0.20, 0.50
"""Parts of those concerned who gave no answer to a question: from a fifth on, a model with a few such questions loses
most respondents; from half on, whoever answered is the exception."""

PILED_UP, ALL_ALIKE = 0.50, 0.80
"""Parts of the answers that are the best there is: from a half on, the middle respondent cannot rate higher, and
improvement can hardly show; from four fifths on, hardly any difference is left."""

SOME_CARELESS, MANY_CARELESS = 0.05, 0.10
"""Parts of respondents who tick the same throughout, other than the best, or rush: they ask for care, and for a second
look without them."""

SOME_BEST, MANY_BEST = 0.10, 0.25
"""Parts of respondents who rate everything best: they tell nothing of which aspect matters."""

MANY_COPIES = 0.05
"""Part of the rows that are copies from which on a file is not to be used before it is explained."""

SOME_BREAK_OFF, MANY_BREAK_OFF = 0.05, 0.20
"""Parts of respondents with less than half of the answers."""

MANY_MISREAD = 0.05
"""Part of respondents who read a scale backwards, beyond what is honest, that turns results."""

MANY_LATE = 0.20
"""Part of respondents who answered later than the codebook allows."""

_ANY = np.nextafter(0.0, 1.0)
"""Where a single one is too many."""

LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "items_missing": (MUCH_MISSING, MOST_MISSING),
        "piled_up": (PILED_UP, ALL_ALIKE),
        "straight_lining": (SOME_CARELESS, MANY_CARELESS),
        "all_best": (SOME_BEST, MANY_BEST),
        "speeding": (SOME_CARELESS, MANY_CARELESS),
        "copies": (_ANY, MANY_COPIES),
        "few_answers": (SOME_BREAK_OFF, MANY_BREAK_OFF),
        "misread": (_ANY, MANY_MISREAD),
        # One question that runs against the others turns a score.
        "contrary": (_ANY, 1.0),
        "marked": (_ANY, MANY_COPIES),
        "late": (MANY_LATE, 2 * MANY_LATE),
    }
)
"""Check → the values from which its light is amber, and red."""


def part(code: str, value: float) -> Check:
    """The light of one number."""
    return Check(code, _light(code, value), {"value": value})


def questions(code: str, values: Sequence[float]) -> Check:
    """The light of the highest of several numbers, one for each question, and how many questions are beyond the limit.

    Parameters
    ----------
    values
        NaN where a question cannot be judged.
    """
    known = [value for value in values if not np.isnan(value)]
    highest = max(known, default=float("nan"))
    beyond = sum(value >= LIMITS[code][0] for value in known)
    return Check(code, _light(code, highest), {"value": highest, "items": beyond})


def _light(code: str, value: float) -> Light:
    amber, red = LIMITS[code]
    return "red" if value >= red else "amber" if value >= amber else "green"

"""What a person's two answers on a feature make of it: Kano's evaluation table."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from drivers.survey.answers.ladders import LADDERS
from drivers.survey.answers.texts import normalise
from drivers.survey.codebook.model import Codebook

Category = Literal["bonus", "proportional", "must_have", "indifferent", "reverse", "questionable"]
CATEGORIES: tuple[Category, ...] = get_args(Category)
"""Kano's A (attractive), O (one-dimensional), M (must-be), I (indifferent), R (reverse) and Q (questionable)."""

_A, _O, _M, _I, _R, _Q = range(6)

EVALUATION = np.array(
    [
        [_Q, _A, _A, _A, _O],
        [_R, _I, _I, _I, _M],
        [_R, _I, _I, _I, _M],
        [_R, _I, _I, _I, _M],
        [_R, _R, _R, _R, _Q],
    ]
)
"""Position in `CATEGORIES` by the answer with the feature (row) and without it (column), each from "I like it that way"
over "it must be that way", "I do not mind" and "I can live with it" to "I dislike it that way" (Berger et al. 1993)."""
EVALUATION.setflags(write=False)


def categories_of(with_it: np.ndarray, without_it: np.ndarray) -> np.ndarray:
    """Position in `CATEGORIES` of each pair of answers, −1 where one is missing; int (n,).

    Parameters
    ----------
    with_it, without_it
        Position of the answer, 0 for "I like it that way" to 4 for "I dislike it that way", NaN where missing;
        float (n,).
    """
    known = ~(np.isnan(with_it) | np.isnan(without_it))
    found = np.full(len(with_it), -1, dtype=np.int64)
    found[known] = EVALUATION[with_it[known].astype(int), without_it[known].astype(int)]
    return found


def positions(codes: np.ndarray, scale_codes: np.ndarray) -> np.ndarray:
    """Codes as positions on their scale, NaN where missing; float (n,).

    Parameters
    ----------
    codes
        float (n,).
    scale_codes
        Of the scale, ascending; float (5,).
    """
    places = np.clip(np.searchsorted(scale_codes, codes), 0, len(scale_codes) - 1)
    return np.where(np.isnan(codes), np.nan, places)


def rated_scales(codebook: Codebook) -> tuple[str, ...]:
    """The scales of features whose answers are those of a rating, such as agreement, and not Kano's.

    Notes
    -----
    A rating has no answer for what is taken for granted. Its second answer, which the evaluation table reads as "it
    must be that way", is a weaker like or dislike.
    """
    names = {
        codebook.items[item].scale for pair in codebook.kano.values() for item in (pair.functional, pair.dysfunctional)
    }
    return tuple(name for name in codebook.scales if name in names and _is_rating(codebook, name))


def _is_rating(codebook: Codebook, name: str) -> bool:
    """Whether the labels of a scale, in one of its languages, are a known ladder from one end to the other."""
    labels = codebook.scales[name].codes or {}
    ordered = [labels[code] for code in sorted(labels)]
    ladders = [
        [{normalise(text) for text in point} for point in ladder.points]
        for ladder in LADDERS
        if len(ladder.points) == len(ordered)
    ]
    for language in {language for texts in ordered for language in texts}:
        written = [normalise(texts.get(language, "")) for texts in ordered]
        for points in ladders:
            for way in (points, points[::-1]):
                if all(text in point for text, point in zip(written, way, strict=True)):
                    return True
    return False

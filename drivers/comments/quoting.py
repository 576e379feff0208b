"""Comments that stand for a theme: masked, near the middle of what is said of it, of moderate length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from drivers.comments.assignment import Assigned
from drivers.comments.coverage import Quote
from drivers.comments.masking import MASK, masked
from drivers.results import FEWEST_SHOWN

SHORTEST, LONGEST = 25, 200
"""Letters of a comment that may be quoted."""

_MOODS = ("blame", "praise")
MOST_THEMES = 6
"""Themes that are quoted, from the most frequent on."""
_CANDIDATES = 120
"""Different comments that are compared for one quote; of more, so many at even distances."""


def chosen_quotes(
    texts: Sequence[str], assigned: Assigned, rows: np.ndarray, themes: Sequence[str]
) -> tuple[Quote, ...]:
    """For each theme one comment of blame and one of praise in each language, where 10 or more say so.

    Parameters
    ----------
    rows
        The domain; bool (n,).
    themes
        Whose comments may be quoted, in order.

    Notes
    -----
    Only comments that say one thing for certain are taken: of these the one whose words are nearest to the mean of all,
    by the cosine of TF-IDF weighted runs of characters, and of equally near ones the first by its letters. A comment
    that would be masked is taken only where there is no other.
    """
    found: list[Quote] = []
    used: set[str] = set()
    for theme in themes[:MOST_THEMES]:
        for mood in _MOODS:
            members = rows & assigned.meant(mood)[:, assigned.themes.index(theme)]
            for language in ("ar", "en"):
                spoken = members & (assigned.language == language)
                inside = np.flatnonzero(spoken & assigned.plain)
                if spoken.sum() < FEWEST_SHOWN or not len(inside):
                    continue
                text = _nearest([texts[int(row)] for row in inside], used)
                if text:
                    used.add(text)
                    found.append(Quote(theme=theme, mood=mood, language=language, text=text))
    return tuple(found)


def _nearest(texts: Sequence[str], used: set[str]) -> str:
    """The comment nearest to the middle of some, masked; empty where none is of moderate length."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    distinct = sorted(set(texts))
    distinct = [distinct[k] for k in np.unique(np.linspace(0, len(distinct) - 1, _CANDIDATES).astype(int))]
    shown = [masked(text) for text in distinct]
    fitting = [
        k
        for k, text in enumerate(shown)
        if SHORTEST <= len(text) <= LONGEST and text not in used and _has_letters(text)
    ]
    fitting = [k for k in fitting if MASK not in shown[k]] or fitting
    if not fitting:
        return ""
    weights = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3), sublinear_tf=True).fit_transform(distinct)
    nearness = np.round(np.asarray(weights @ np.asarray(weights.mean(axis=0)).ravel()), 9)
    return shown[max(fitting, key=lambda k: nearness[k])]


def _has_letters(text: str) -> bool:
    return any(char.isalpha() for char in text)

"""How comments were assigned, how well by hand-coded ones, and which may be quoted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from drivers.comments.assignment import PRECISION, Assigned
from drivers.comments.reading_moods import MOODS
from drivers.errors import ModelError, remedy
from drivers.results import FEWEST_SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """By which way comments were assigned to themes; parts of all comments, unweighted.

    Parameters
    ----------
    by_lexicon, by_likeness, no_theme
        Add up to 1.
    mood_by_likeness
        Part of the mentions whose praise or blame was told by likeness.
    unclear
        Part of the mentions of which neither was told.
    likeness_precision
        Part of the choices by likeness that were right in comments left out; NaN where none is made.
    likeness_wanted
        The part that must be right, with 95 % certainty, for a choice to be made.
    likeness_texts
        Different comments learned from; 0 where there was too little to learn from.
    languages
        Language → part of all comments, of those with 10 or more; empty for comments without letters.
    """

    by_lexicon: float
    by_likeness: float
    no_theme: float
    mood_by_likeness: float
    unclear: float
    likeness_precision: float
    likeness_wanted: float
    likeness_texts: int
    languages: Mapping[str, float]

    def as_mapping(self) -> dict[str, object]:
        """The same as plain numbers."""
        return {**asdict(self), "languages": dict(self.languages)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How well a theme is told, by comments coded by hand.

    Parameters
    ----------
    theme
        Empty for the mean of all themes.
    n
        Comments that were coded with it; all that were coded, for the mean.
    """

    theme: str
    precision: float
    recall: float
    f1: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A comment as it may be shown, without a word on who wrote it."""

    theme: str
    mood: str
    language: str
    text: str


def covered(assigned: Assigned, rows: np.ndarray) -> Coverage:
    """By which way the comments in some rows were assigned."""
    rows = rows & assigned.written
    mentioned, likeness = assigned.mentioned[rows], assigned.by_likeness[rows]
    n, mentions = max(int(rows.sum()), 1), max(int(mentioned.sum()), 1)
    lexicon = (mentioned & ~likeness).any(axis=1)
    only_likeness = mentioned.any(axis=1) & ~lexicon
    learned = assigned.theme_likeness
    spoken = pd.Series(assigned.language[rows]).value_counts()
    return Coverage(
        by_lexicon=float(lexicon.sum() / n),
        by_likeness=float(only_likeness.sum() / n),
        no_theme=float((~mentioned.any(axis=1)).sum() / n),
        mood_by_likeness=float(assigned.mood_by_likeness[rows].sum() / mentions),
        unclear=float((assigned.mood[rows] == MOODS.index("none")).sum() / mentions),
        likeness_precision=float("nan") if learned is None else learned.precision,
        likeness_wanted=PRECISION,
        likeness_texts=0 if learned is None else learned.n_texts,
        languages={
            str(language): float(count / n) for language, count in spoken.sort_index().items() if count >= FEWEST_SHOWN
        },
    )


def accuracy_of(assigned: Assigned, labels: pd.Series, rows: np.ndarray) -> tuple[Accuracy, ...]:
    """Precision and recall of each theme against hand-coded comments, and their means over themes.

    Parameters
    ----------
    labels
        Keys of themes with commas or semicolons between them; ``none`` for a comment about nothing; empty where a
        comment was not coded.

    Notes
    -----
    Comments count alike: this says how good the assignment is, not what customers say. Themes that fewer than 10 were
    coded with are not told; they count in the means.
    """
    coded = [tuple(part.strip() for part in cell.replace(";", ",").split(",") if part.strip()) for cell in labels]
    known = {*assigned.themes, "none"}
    for cell in coded:
        for name in cell:
            if name not in known:
                raise ModelError(
                    f"Expected labels= to name themes of the lexicon ({', '.join(assigned.themes)}) or none, found "
                    f"{name!r}; {remedy(name, sorted(known))}"
                )
    has_label = np.array([bool(cell) for cell in coded]) & rows & assigned.written
    n = int(has_label.sum())
    if n < FEWEST_SHOWN:
        raise ModelError(
            f"Expected labels= to have at least {FEWEST_SHOWN} coded comments, found fewer; code more of them."
        )
    found, told = [], assigned.mentioned & has_label[:, None]
    for j, theme in enumerate(assigned.themes):
        true = np.array([theme in cell for cell in coded]) & has_label
        if true.any():
            right = float((true & told[:, j]).sum())
            precision = right / told[:, j].sum() if told[:, j].any() else 0.0
            recall = right / true.sum()
            both = precision + recall
            f1 = 2 * precision * recall / both if both else 0.0
            found.append(Accuracy(theme=theme, precision=precision, recall=recall, f1=f1, n=int(true.sum())))
    means = {key: float(np.mean([getattr(one, key) for one in found])) if found else float("nan") for key in _RATES}
    shown = tuple(one for one in found if one.n >= FEWEST_SHOWN)
    return (*shown, Accuracy(theme="", n=n, **means))


_RATES = ("precision", "recall", "f1")

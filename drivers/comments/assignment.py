"""Comments assigned to themes, each with the way by which it was: the lexicon, or likeness to what that found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from drivers.comments.likeness import Likeness, learn
from drivers.comments.patterns import Patterns
from drivers.comments.reading_moods import MOODS, NONE, Said, said_in
from drivers.survey.lexicon.reading import Lexicon

PRECISION = 0.85
"""Part of the choices by likeness that must be right, with 95 % certainty, in texts left out."""

LANGUAGES = ("ar", "en", "")
_ARABIC, _LATIN = (
    re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]"),
    re.compile("[A-Za-z\u00c0-\u024f]"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assigned:
    """What each comment is about.

    Parameters
    ----------
    themes
        Keys, in the lexicon's order; those of nothing but likeness are among them.
    written
        Whether there is a comment at all; bool (n,).
    mood
        Position in `MOODS` where a comment is about a theme, else −1; int8 (n, themes).
    by_likeness
        Whether the theme was told by likeness and not by the lexicon; bool (n, themes).
    mood_by_likeness
        The same of how it is meant; bool (n, themes).
    plain
        Whether it says one thing for certain, so that it may be quoted for others; bool (n,).
    language
        ``ar``, ``en`` or empty, by the column or by the letters; object (n,).
    theme_likeness, mood_likeness
        What was learned, or None.
    """

    themes: tuple[str, ...]
    written: np.ndarray
    mood: np.ndarray
    by_likeness: np.ndarray
    mood_by_likeness: np.ndarray
    plain: np.ndarray
    language: np.ndarray
    theme_likeness: Likeness | None
    mood_likeness: Likeness | None

    @property
    def mentioned(self) -> np.ndarray:
        """Whether a comment is about a theme; bool (n, themes)."""
        return np.asarray(self.mood >= 0)

    def meant(self, *moods: str) -> np.ndarray:
        """Whether a comment speaks of a theme in one of these moods; bool (n, themes)."""
        return np.isin(self.mood, [MOODS.index(mood) for mood in moods])


def language_of(text: str) -> str:
    """The language of most letters: ``ar``, ``en``, or empty where there are none."""
    arabic, latin = len(_ARABIC.findall(text)), len(_LATIN.findall(text))
    return "" if not arabic and not latin else "ar" if arabic >= latin else "en"


def assign(
    texts: Sequence[str],
    languages: Sequence[str],
    lexicon: Lexicon,
    *,
    likeness: bool = True,
    precision: float = PRECISION,
    seed: int = 1,
) -> Assigned:
    """Each comment's themes and moods.

    Parameters
    ----------
    texts, languages
        As they were written; a language other than ``ar`` and ``en`` is told by the letters.
    likeness
        Whether to look for what the lexicon misses.
    """
    themes = tuple(lexicon.themes)
    alone = tuple(key for key, theme in lexicon.themes.items() if theme.alone)
    patterns = Patterns(lexicon)
    where: dict[str, int] = {}
    of = np.array([where.setdefault(text, len(where)) for text in texts], dtype=np.int64)
    found = [said_in(text, patterns, alone) for text in where]
    k = len(themes)
    mood = np.full((len(found), k), -1, dtype=np.int8)
    for row, said in enumerate(found):
        for theme, how in said.moods.items() if said else ():
            mood[row, themes.index(theme)] = MOODS.index(how)
    by_likeness, mood_by_likeness = np.zeros((len(found), k), dtype=bool), np.zeros((len(found), k), dtype=bool)
    counts = np.bincount(of, minlength=len(found))
    learned: list[Likeness | None] = [None, None]
    if likeness:
        learned[0] = _themes_by_likeness(found, counts, themes, mood, by_likeness, precision, seed)
        learned[1] = _moods_by_likeness(found, counts, mood, mood_by_likeness, precision, seed)
    written = np.array([said is not None for said in found], dtype=bool)
    spoken = np.array(
        [
            ("" if said is None else language if language in LANGUAGES[:2] else language_of(text))
            for text, language, said in zip(texts, languages, (found[j] for j in of), strict=True)
        ],
        dtype=object,
    )
    return Assigned(
        themes=themes,
        written=written[of] if len(of) else np.zeros(0, dtype=bool),
        mood=mood[of],
        by_likeness=by_likeness[of],
        mood_by_likeness=mood_by_likeness[of],
        plain=np.array([said is not None and said.plain for said in found], dtype=bool)[of],
        language=spoken,
        theme_likeness=learned[0],
        mood_likeness=learned[1],
    )


def _themes_by_likeness(
    found: Sequence[Said | None],
    counts: np.ndarray,
    themes: Sequence[str],
    mood: np.ndarray,
    by_likeness: np.ndarray,
    precision: float,
    seed: int,
) -> Likeness | None:
    """Themes for comments in which the lexicon knows no word of any; written into ``mood`` and ``by_likeness``."""
    sure = [(row, said) for row, said in enumerate(found) if said is not None and said.sure]
    missed = [(row, said) for row, said in enumerate(found) if said is not None and not said.moods]
    texts, labels, told_by = [], [], []
    for row, said in sure:
        texts += [_without(said, said.telling)] * int(counts[row])
        labels += list(said.moods) * int(counts[row])
        told_by += [_only(said, said.telling)] * int(counts[row])
    unknown = [_without(said, frozenset()) for _, said in missed]
    learned = learn(texts, labels, told_by, unknown, precision=precision, seed=seed)
    if learned is not None:
        for (row, _), choice in zip(missed, learned.chosen, strict=True):
            if choice >= 0:
                column = themes.index(learned.classes[choice])
                mood[row, column], by_likeness[row, column] = MOODS.index(NONE), True
    return learned


def _moods_by_likeness(
    found: Sequence[Said | None],
    counts: np.ndarray,
    mood: np.ndarray,
    mood_by_likeness: np.ndarray,
    precision: float,
    seed: int,
) -> Likeness | None:
    """Praise or blame where no word tells it; written into ``mood`` and ``mood_by_likeness``."""
    none = MOODS.index(NONE)
    texts, labels, told_by = [], [], []
    for row, said in enumerate(found):
        if said is not None and said.sure:
            (how,) = said.moods.values()
            texts += [_without(said, said.telling | said.feeling)] * int(counts[row])
            labels += [how] * int(counts[row])
            told_by += [_only(said, said.telling | said.feeling)] * int(counts[row])
    open_rows = [row for row, said in enumerate(found) if said is not None and (mood[row] == none).any()]
    unknown = [_without(said, said.feeling) for row in open_rows if (said := found[row]) is not None]
    learned = learn(texts, labels, told_by, unknown, precision=precision, seed=seed)
    if learned is not None:
        for row, choice in zip(open_rows, learned.chosen, strict=True):
            if choice >= 0:
                columns = mood[row] == none
                mood[row, columns] = MOODS.index(learned.classes[choice])
                mood_by_likeness[row, columns] = True
    return learned


def _without(said: Said, places: frozenset[int]) -> str:
    """A comment's words but for some of them."""
    return " ".join(token for place, token in enumerate(said.tokens) if place not in places and token.isalnum())


def _only(said: Said, places: frozenset[int]) -> str:
    """Some of a comment's words."""
    return " ".join(said.tokens[place] for place in sorted(places))

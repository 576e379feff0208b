"""Patterns of a lexicon in a form in which each word of a comment is looked up once, however many there are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise, product
from typing import NamedTuple

from drivers.survey.lexicon.model import ANY_WORDS, SKIPPED, plain_letters
from drivers.survey.lexicon.reading import GENERAL_PARTS, Lexicon

_ARABIC = re.compile("[\u0600-\u06ff]")
# In normalised letters. What is joined to the beginning of an Arabic word, and to its end.
_PARTICLES = ("ب", "ل", "ك", "س", "ال", "بال", "كال", "لل", "هال", "")
_BEFORE = tuple(dict.fromkeys("".join(pair) for pair in product(("", "و", "ف"), _PARTICLES)))
_AFTER = (
    *("", "ه", "ها", "هم", "هن", "نا", "ني", "ي", "ك", "كم", "ين", "ون", "ان", "ات", "وا", "ت", "ا"),
    *("تها", "تهم", "ته", "تنا", "تي"),
)
_WITH_TA = ("ات", "ت", "ته", "تها", "تهم", "تنا", "تي", "تكم")
"""Endings before which a final ta marbuta is a ta, or gives way to the plural."""
_SHORTEST = 2
_LONGEST = 40
"""Letters of a word that are looked at."""

_TOKENS = re.compile(r"[^\W_]+|[.!?…؟;؛,،:\n()]|[\U0001F300-\U0001FAFF\u2600-\u27bf\u2b50]")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_LINES = re.compile(r"[\r\n]+")


class Sense(NamedTuple):
    """What a pattern tells: a theme, or none of them, and the part of the lexicon that it stands in."""

    theme: str
    part: str


Phrase = tuple[tuple[int | None, ...], Sense]
"""The words of a pattern, None for up to so many of any, and what it tells."""


class Match(NamedTuple):
    """A pattern found in a comment: its sense, and the words from ``start`` to before ``end``."""

    sense: Sense
    start: int
    end: int


def tokens_of(text: str) -> list[str]:
    """The words, signs and pictures of a comment, in the letters in which they are compared.

    >>> tokens_of("Sooo slow!!")
    ['so', 'slow']
    """
    plain = plain_letters(_LINES.sub(" . ", text))
    return _TOKENS.findall(_REPEATED.sub(r"\1", plain))


class Patterns:
    """All patterns of a lexicon, ready to be looked up."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._whole: dict[str, list[int]] = {}
        self._begins: dict[str, list[int]] = {}
        self._ends: dict[str, list[int]] = {}
        self._within: dict[str, list[int]] = {}
        self._units: dict[str, int] = {}
        self._phrases: dict[int, list[Phrase]] = {}
        self._known: dict[str, frozenset[int]] = {}
        self._begun: dict[str, tuple[list[Sense], dict[int, list[Phrase]], list[Phrase]]] = {}
        for key, theme in lexicon.themes.items():
            for part, patterns in theme.words.items():
                self._add_all(patterns, Sense(key, part))
        for part in GENERAL_PARTS:
            if part != "nothing":
                self._add_all(lexicon.general[part], Sense("", part))
        self.nothing = frozenset(
            " ".join(tokens_of(text)) for texts in lexicon.general["nothing"].values() for text in texts
        )
        self._spans = [
            (table, sorted({len(stem) for stem in table})) for table in (self._begins, self._ends, self._within)
        ]

    def _add_all(self, patterns: Mapping[str, Sequence[str]], sense: Sense) -> None:
        for texts in patterns.values():
            for text in texts:
                units = tuple(None if word == ANY_WORDS else self._unit(word) for word in text.split())
                first = units[0]
                assert first is not None  # the lexicon is refused otherwise
                self._phrases.setdefault(first, []).append((units, sense))

    def _unit(self, word: str) -> int:
        if word in self._units:
            return self._units[word]
        unit = self._units[word] = len(self._units)
        before, after = word.startswith("*"), word.endswith("*")
        stem = word.strip("*")
        table = self._within if before and after else self._begins if after else self._ends if before else self._whole
        stem = _REPEATED.sub(r"\1", stem)
        for form in {stem, *_other_forms(stem, whole=table is self._whole)}:
            table.setdefault(form, []).append(unit)
        return unit

    def units_of(self, word: str) -> frozenset[int]:
        """The words of patterns that a word of a comment is."""
        found = self._known.get(word)
        if found is None:
            found = self._known[word] = self._look_up(word[:_LONGEST])
        return found

    def _look_up(self, word: str) -> frozenset[int]:
        arabic = bool(_ARABIC.search(word))
        found: set[int] = set()
        stems = _without_what_is_joined(word) if arabic else [(word, True)]
        (begins, begin_lengths), (ends, end_lengths), (within, within_lengths) = self._spans
        for stem, beginning_only in stems:
            found.update(self._whole.get(stem, ()))
            if beginning_only:
                for length in begin_lengths:
                    if length <= len(stem):
                        found.update(begins.get(stem[:length], ()))
        for length in end_lengths:
            if length <= len(word):
                found.update(ends.get(word[-length:], ()))
        for length in within_lengths:
            for start in range(len(word) - length + 1):
                found.update(within.get(word[start : start + length], ()))
        return frozenset(found)

    def matches(self, tokens: Sequence[str]) -> list[Match]:
        """Every pattern in a comment's words."""
        units = [self.units_of(token) for token in tokens]
        found = []
        for start, token in enumerate(tokens):
            singles, longer, open_ones = self._beginnings(token)
            found += [Match(sense, start, start + 1) for sense in singles]
            following = units[start + 1] if longer and start + 1 < len(units) else ()
            candidates = [pair for unit in following for pair in longer.get(unit, ())]
            for phrase, sense in (*candidates, *open_ones):
                end = _end_of(phrase, units, start)
                if end is not None:
                    found.append(Match(sense, start, end))
        return found

    def _beginnings(self, word: str) -> tuple[list[Sense], dict[int, list[Phrase]], list[Phrase]]:
        """What a word is by itself, the longer patterns that begin with it by their second word, and open ones."""
        found = self._begun.get(word)
        if found is None:
            phrases = [pair for unit in sorted(self.units_of(word)) for pair in self._phrases.get(unit, ())]
            singles = list(dict.fromkeys(sense for phrase, sense in phrases if len(phrase) == 1))
            longer: dict[int, list[Phrase]] = {}
            open_ones: list[Phrase] = []
            for pair in phrases:
                if len(pair[0]) == 1:
                    continue
                second = pair[0][1]
                if second is None:
                    open_ones.append(pair)
                else:
                    longer.setdefault(second, []).append(pair)
            found = self._begun[word] = (singles, longer, open_ones)
        return found


def _end_of(phrase: tuple[int | None, ...], units: Sequence[frozenset[int]], start: int) -> int | None:
    """The place behind a phrase that begins here, or None where it does not go on."""
    at = start + 1
    for previous, unit in pairwise(phrase):
        if unit is None:
            continue
        reach = SKIPPED + 1 if previous is None else 1
        at = next((place + 1 for place in range(at, min(at + reach, len(units))) if unit in units[place]), 0)
        if not at:
            return None
    return at


def _other_forms(stem: str, *, whole: bool) -> list[str]:
    """A word with a final ta marbuta as it stands before what is joined to it."""
    if not whole or not stem.endswith("ه") or len(stem) <= _SHORTEST:
        return []
    return [f"{stem[:-1]}ت"]


def _without_what_is_joined(word: str) -> list[tuple[str, bool]]:
    """An Arabic word without the particles before it and the endings after it, and whether the end is whole."""
    found: dict[str, bool] = {}
    for before in _BEFORE:
        if not word.startswith(before) or len(word) - len(before) < _SHORTEST:
            continue
        rest = word[len(before) :]
        for after in _AFTER:
            if not rest.endswith(after) or len(rest) - len(after) < _SHORTEST + bool(after):
                continue
            stem = rest[: len(rest) - len(after)] if after else rest
            found[stem] = found.get(stem, False) or not after
            if after in _WITH_TA:
                found.setdefault(f"{stem}ه", False)
    return list(found.items())

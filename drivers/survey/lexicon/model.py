"""What a lexicon file may hold: themes with their words, and the words that tell how something is meant."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from drivers.survey.answers.texts import normalise
from drivers.survey.codebook.types import Key, Language, Part, Text

LONGEST_PATTERN = 8
"""Words of the longest pattern."""

ANY_WORDS = ".."
"""Stands for up to `SKIPPED` words."""

SKIPPED = 3

_BETWEEN = re.compile(r"[,،;؛\n]")
_APOSTROPHES = re.compile("['’`´ʼ]")
_SHORTEST_STEM = 2
_WORD = re.compile(r"[^\W_]+")
_ONE_WORD = re.compile(r"[^\W_]+|[\U0001F300-\U0001FAFF\u2600-\u27bf\u2b50]")
"""What a comment is split into, less the signs between words."""


def _listed(value: object) -> object:
    """Words in a text with commas as a list."""
    return [part for part in _BETWEEN.split(value) if part.strip()] if isinstance(value, str) else value


def _pattern(text: str) -> str:
    """A pattern as it is compared with comments; refused where its signs stand in the wrong place."""
    words = text.split()
    if not words:
        raise ValueError("expected words, found an empty pattern; write them or remove it")
    if len(words) > LONGEST_PATTERN:
        raise ValueError(
            f"expected at most {LONGEST_PATTERN} words, found {len(words)} in {text!r}; shorten the pattern"
        )
    if ANY_WORDS in (words[0], words[-1]):
        raise ValueError(f"expected '..' between words, found it at an end of {text!r}; remove it there")
    return " ".join(word if word == ANY_WORDS else _word(word, text) for word in words)


def _word(word: str, pattern: str) -> str:
    stem = word.strip("*")
    if "*" in stem or len(word) - len(stem) > 2 or word.startswith("**") or word.endswith("**"):
        raise ValueError(f"expected * once at the beginning or the end of a word, found {word!r}; correct the pattern")
    bare = plain_letters(stem)
    if not bare or " " in bare:
        raise ValueError(
            f"expected words of letters with spaces between them, found {word!r} in {pattern!r}; correct it"
        )
    if bare != stem.casefold() and not bare.strip():
        raise ValueError(f"expected letters, found {word!r} in {pattern!r}; correct it")
    if len(bare) < _SHORTEST_STEM and "*" in word:
        raise ValueError(f"expected at least {_SHORTEST_STEM} letters beside *, found {word!r}; write more of the word")
    return f"{'*' if word.startswith('*') else ''}{bare}{'*' if word.endswith('*') else ''}"


def _words_only(pattern: str) -> str:
    """The pattern, refused where a word holds a sign: comments are split at signs, so that it would never be found."""
    for word in pattern.split():
        if word != ANY_WORDS and not _ONE_WORD.fullmatch(word.strip("*")):
            parts = " ".join(_WORD.findall(word))
            write = f"write {parts!r}" if parts else "remove it"
            raise ValueError(
                f"expected words of letters and digits, which comments are split into, found {word!r}; {write}"
            )
    return pattern


def plain_letters(text: str) -> str:
    """A text in the letters in which comments and patterns are compared.

    >>> plain_letters("Didn’t"), plain_letters("الخِدمة") == plain_letters("الخدمه")
    ('didnt', True)
    """
    return normalise(_APOSTROPHES.sub("", text))


Pattern = Annotated[str, AfterValidator(_pattern), AfterValidator(_words_only)]
Patterns = Annotated[list[Pattern], BeforeValidator(_listed)]
ByLanguage = dict[Language, Patterns]
WholeComment = Annotated[str, AfterValidator(_pattern)]
WholeComments = dict[Language, Annotated[list[WholeComment], BeforeValidator(_listed)]]
"""Comments as they are written, signs included, such as n/a."""


class ThemeWords(Part):
    """The words of one theme."""

    label: Text | None = None
    """Not needed where the theme is a driver of the codebook."""
    driver: Key | None = None
    """The driver that the theme belongs to, where its key is another."""
    alone: bool = False
    """Whether a comment is about it only where it is about nothing else, such as the service as a whole."""
    about: ByLanguage = Field(default_factory=dict)
    """What it is about, whichever way it is meant; with a negation it is missed."""
    praise: ByLanguage = Field(default_factory=dict)
    blame: ByLanguage = Field(default_factory=dict)


class LexiconFile(Part):
    """A lexicon file, as it is written."""

    extends: bool = False
    """Whether its words are added to those that come with the package, or stand in their place."""
    leave_out: list[Key] = Field(default_factory=list)
    """Themes of the package's lexicon that are not wanted."""
    themes: dict[Key, ThemeWords] = Field(default_factory=dict)
    praise: ByLanguage = Field(default_factory=dict)
    blame: ByLanguage = Field(default_factory=dict)
    negation: ByLanguage = Field(default_factory=dict)
    intensifiers: ByLanguage = Field(default_factory=dict)
    contrast: ByLanguage = Field(default_factory=dict)
    nothing: WholeComments = Field(default_factory=dict)
    """Comments that are none."""

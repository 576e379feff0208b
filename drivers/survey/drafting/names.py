"""Names of columns and texts of questions taken apart: words, the series they count, keys and labels made of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from drivers.survey.answers.texts import normalise

LONGEST_KEY = 32
LONGEST_LABEL = 60
"""Characters of a question's text that still serve as a label."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+")
_MARKS = re.compile(r"^[-–=>*#\s]+")
_QUESTION_CODE = re.compile(r"^[A-Z]{1,3}\d{1,3}[a-z]?(?=[A-Z][a-z])")
_SERIES = re.compile(r"^(.*?)[ _\-.]*\(?\[?(?:SQ)?0*(\d{1,3})\]?\)?$", re.DOTALL)
_ROW = re.compile(r"\S\s+\S.*?(?:\s*\[([^\[\]]*[^\W\d_]{2}[^\[\]]*)\]|[?؟:.…]\s+-\s+(\S.*[^\W\d_]{2}.*))$", re.DOTALL)
_SCRIPTS = (("ARABIC", "ar"), ("HANGUL", "ko"), ("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("CJK", "zh"))
_MORE_SCRIPTS = (("CYRILLIC", "ru"), ("HEBREW", "he"), ("GREEK", "el"), ("DEVANAGARI", "hi"), ("BENGALI", "bn"))
_ARTICLES = ("وال", "بال", "فال", "كال", "لل", "ال")


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name or a question, as they are compared: no case, no Arabic article, CamelCase taken apart.

    >>> words_of("HS07aAskQuestions"), words_of("الرضا العام")
    (('hs', '07', 'a', 'ask', 'questions'), ('رضا', 'عام'))
    """
    plain = normalise(_CAMEL.sub(" ", text))
    return tuple(_bare(word) for word in _WORD.findall(plain))


def _bare(word: str) -> str:
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= 3:
            return word[len(article) :]
    return word


def language_of(text: str) -> str:
    """The language that the letters of a text point to; ``en`` for Latin letters."""
    found: dict[str, int] = {}
    for char in text:
        if char.isalpha():
            name = unicodedata.name(char, "")
            code = next((code for script, code in (*_SCRIPTS, *_MORE_SCRIPTS) if name.startswith(script)), "en")
            found[code] = found.get(code, 0) + 1
    if "ja" in found:  # Japanese is written in Chinese characters too
        return "ja"
    return max(found, key=lambda code: (found[code], code), default="en")


@dataclass(frozen=True, slots=True)
class Series:
    """A name that counts: its stem, and its number as it stands."""

    stem: str
    number: int


def series_of(name: str) -> Series | None:
    """The stem and the number of a name such as ``imag1`` or ``exp_07``, or None."""
    match = _SERIES.match(name)
    return Series(match[1], int(match[2])) if match and match[1] else None


def row_of(text: str) -> str:
    """The row of a matrix that a question's text ends with, else the whole text.

    >>> row_of("How much do you agree? [Staff were polite]"), row_of("How far? - By bus"), row_of("Q1[SQ001]")
    ('Staff were polite', 'By bus', 'Q1[SQ001]')
    """
    match = _ROW.search(text.strip())
    return (match[1] or match[2]).strip() if match else text


def key_of(name: str, *, otherwise: str, taken: Collection[str]) -> str:
    """A key of the codebook made of a name, other than those taken."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub("_", _QUESTION_CODE.sub("", row_of(name))))
    plain = plain.encode("ascii", "ignore").decode().casefold()
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if len(key) > LONGEST_KEY:
        key = key[: LONGEST_KEY + 1].rpartition("_")[0] or key[:LONGEST_KEY]
    if not key:
        key = otherwise
    if not key[0].isalpha():
        key = f"{otherwise}_{key}"
    return free_key(key, taken)


def free_key(key: str, taken: Collection[str]) -> str:
    """The key, with a number behind it where it is taken."""
    number, free = 2, key
    while free in taken:
        free, number = f"{key}_{number}", number + 1
    return free


def readable(name: str) -> str:
    """A column's name as a label: ``ease_wayfinding`` becomes "Ease wayfinding"."""
    plain = " ".join(_CAMEL.sub(" ", _QUESTION_CODE.sub("", name)).replace("_", " ").split())
    if not plain:
        return name.strip() or "?"
    if plain.isupper() and len(plain) <= 8:
        return plain
    words = plain.split(" ")
    small = [word if word.isupper() and len(word) > 1 else word.casefold() for word in words[1:]]
    return " ".join([words[0][:1].upper() + words[0][1:], *small])


def has_words(name: str) -> bool:
    """Whether a name is made of words that a reader understands, and not of codes or numbers."""
    words = [word for word in words_of(_QUESTION_CODE.sub("", name)) if len(word) >= 3 and word.isalpha()]
    return len(words) >= 2 and not (name.isupper() and " " not in name)


def cleaned(text: str, name: str) -> str:
    """A question's text without the arrows, stars and the column's own name that programs put before it."""
    text = " ".join(_MARKS.sub("", text).split())
    rest = text[len(name) :] if text.casefold().startswith(name.casefold()) else ""
    bare = rest.lstrip(" .:-–—)").strip()
    return bare if rest[:1] in tuple(".:-–—)") and any(char.isalpha() for char in bare) else text


def short(text: str, most: int = LONGEST_LABEL) -> str:
    """A text that is cut between words where it is long."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(" ,;:،؛") + "…"


def distinct(labels: dict[str, str], seen: Iterable[tuple[str, str]], mark: str) -> dict[str, str]:
    """Labels by language, told apart from those seen by a mark in brackets."""
    known = set(seen)
    return {language: f"{text} ({mark})" if (language, text) in known else text for language, text in labels.items()}

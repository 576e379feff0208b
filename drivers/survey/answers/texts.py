"""Texts and numbers as people write them, brought to the form in which they are compared."""

from __future__ import annotations

import math
import re
import unicodedata

_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
_LETTERS = (
    dict.fromkeys([*range(0x064B, 0x0653), 0x0670, 0x0640]) | _INVISIBLE | str.maketrans("أإآٱىیکؤئ", "ااااييكوي", "ء")
)
_DIGITS = _INVISIBLE | str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫\u2212", "01234567890123456789.-")
_FINAL_TA_MARBUTA = re.compile(r"ة(?!\w)")
_FINAL_PUNCTUATION = " .,;:!?،؛؟۔"
_NUMBER = re.compile(r"[+-]?(?:(?:[1-9][0-9]{0,2}([,٬])[0-9]{3}(?:\1[0-9]{3})*|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)")
_AFTER_NUMBER = re.compile(r"[\s\-–—:=.|()]+(.+)", re.DOTALL)
_STARS = re.compile("([★⭐]+)☆*")
# The other gender as an ending, «(ة)» or «/ـة», or as a word; in normalised letters.
_GENDER_ENDING = re.compile(r"\b(\w++)\s*+(?:\(\s*(ه|يه)\s*\)|/\s*(ه|يه)(?!\w))")
_GENDER_WORDS = re.compile(r"\b(\w++)\s*+/\s*(\w++)")


def normalise(text: str) -> str:
    """The text as it is compared with other texts.

    Vowel marks, tatweel and invisible marks go; the forms of alef, ya, kaf, hamza and a final ta
    marbuta, the case of letters, spaces and final punctuation no longer differ.

    >>> normalise("أُوافِقُ بشدّة.") == normalise("اوافق  بشده")
    True
    """
    text = unicodedata.normalize("NFKC", text).translate(_LETTERS)
    text = " ".join(_FINAL_TA_MARBUTA.sub("ه", text).split()).casefold()
    # A text of nothing but punctuation is kept: «.» is a known way to leave a question blank, «?» is not.
    return text.rstrip(_FINAL_PUNCTUATION) or text


def western_digits(text: str) -> str:
    """The text with Western digits for Arabic-Indic and Persian ones, without invisible marks.

    >>> western_digits("٠٥/٠٣/٢٠٢٤")
    '05/03/2024'
    """
    return text.translate(_DIGITS).strip()


def to_number(text: str) -> float | None:
    """The number that the whole text is, or None.

    Digits may be Western, Arabic-Indic or Persian, the decimal mark ``.`` or ``٫``; ``,`` and ``٬``
    count only between groups of three digits.

    >>> to_number("٤٫٥"), to_number("1,234"), to_number("4,5"), to_number("nan")
    (4.5, 1234.0, None, None)
    """
    plain = western_digits(text)
    return _as_float(plain) if _NUMBER.fullmatch(plain) else None


def _as_float(digits: str) -> float | None:
    number = float(re.sub("[,٬]", "", digits)) + 0.0
    return number if math.isfinite(number) else None


def leading_number(text: str) -> tuple[float | None, str]:
    """The number before the words and the words, or the number of stars."""
    plain = western_digits(text)
    if stars := _STARS.fullmatch("".join(plain.replace("\ufe0f", "").split())):
        return float(len(stars[1])), ""
    number = _NUMBER.match(plain)
    after = _AFTER_NUMBER.fullmatch(plain, number.end()) if number else None
    if number is None or after is None:
        return None, ""
    words = after[1]
    # "2 - 3" and "4 out of 5" have no one number.
    if any(char.isnumeric() for char in words) or not any(char.isalpha() for char in words):
        return None, ""
    return _as_float(number[0]), words.rstrip(" -–—:=|)")


def gender_forms(text: str) -> tuple[str, ...]:
    """The normalised text and, where it writes both genders in one, the text of each."""
    text = normalise(text)
    if not text:
        return ()
    if "/" not in text and "(" not in text:
        return (text,)
    first, _, second = (part.strip() for part in text.partition("/"))
    if _differ_in_gender(first.split(), second.split()):
        return text, first, second
    one = _GENDER_WORDS.sub(lambda m: _of_pair(m, 0), _GENDER_ENDING.sub(r"\1", text))
    other = _GENDER_WORDS.sub(lambda m: _of_pair(m, 1), _GENDER_ENDING.sub(_with_ending, text))
    return text, one, other


def _with_ending(match: re.Match[str]) -> str:
    return match[1] + (match[2] or match[3])


def _of_pair(match: re.Match[str], which: int) -> str:
    pair = sorted(match.groups(), key=len)
    return pair[which] if _differ_in_gender(pair[:1], pair[1:]) else match[0]


def _differ_in_gender(one: list[str], other: list[str]) -> bool:
    if len(one) != len(other) or one == other:
        return False
    pairs = (sorted(pair, key=len) for pair in zip(one, other, strict=True))
    return all(longer in (shorter, shorter + "ه", shorter + "يه") for shorter, longer in pairs)

"""Comments as they may be shown: without addresses, numbers that tell who somebody is, and names after a title."""

from __future__ import annotations

import re
import unicodedata

MASK = "•••"
"""Stands for what is not shown."""

FEWEST_DIGITS = 6
"""Digits in a row, whatever signs stand between them, that could be a number of a telephone, a card or a person."""

_AT = re.compile(r"\S{0,99}\s{0,3}(?:[@＠﹫]|[(\[{]\s?(?:at|ات|آت)\s?[)\]}])\s{0,3}\S{0,99}", re.IGNORECASE)
_SPELLED = re.compile(r"\b\w[\w.-]{0,60}\s+at\s+\w{1,30}\s+dot\s+\w+", re.IGNORECASE)
_LINKS = re.compile(r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.)\S+", re.IGNORECASE)
_ENDINGS = (
    "com|net|org|edu|gov|info|biz|app|dev|io|co|me|ai|tv|ly|gl|link|site|online|store|shop|xyz|"
    "sa|ae|eg|jo|kw|qa|bh|om|iq|ma|dz|tn|lb|sy|ps|ye|sd|uk|us|de|fr|ca|au|in|tr|السعودية|امارات"
)
_HOSTS = re.compile(rf"\b[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,5}}\.(?:{_ENDINGS})\b(?:[/?#:]\S*)?", re.IGNORECASE)
_ACCOUNTS = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b")
_TITLES = (
    r"(?:Mr|Mrs|Ms|Miss|Dr|Eng|Prof|Sir)\.?|[Mm]y name is|السيد|السيدة|الأستاذ|الأستاذة|الاستاذ|الاستاذة|"
    "الدكتور|الدكتورة|المهندس|المهندسة|أستاذ|استاذ|أبو|ابو|اسمي|إسمي"
)
_FURTHER_NAMES = r"[A-Z][\w'’-]*|بن\s+\w+|بنت\s+\w+|ال\w+"
_NAMED = re.compile(rf"\b(?P<title>{_TITLES})\s+\w[\w'’-]*(?:\s+(?:{_FURTHER_NAMES}))*")


def masked(text: str) -> str:
    """A comment without e-mail addresses, links, account numbers, names after a title, and runs of digits.

    Parameters
    ----------
    text
        As it was written, in any script.

    Notes
    -----
    Digits of all scripts count, also those in circles, above or below the line, and signs, spaces and invisible
    marks between them do not part them; a date beside a time falls with the rest. No @ is left.

    >>> masked("Call 050-123 4567 or mail me@here.example!")
    'Call ••• or mail •••'
    >>> masked("اتصلوا على ٠٥٠١٢٣٤٥٦٧")
    'اتصلوا على •••'
    """
    for pattern in (_LINKS, _AT, _SPELLED, _HOSTS, _ACCOUNTS):
        text = pattern.sub(f" {MASK} ", text)
    text = _NAMED.sub(lambda found: f"{found['title']} {MASK}", text)
    text = _without_words_of_digits(_without_digits(text))
    for sign in "@＠﹫":
        text = text.replace(sign, MASK)
    text = " ".join(text.split())
    return re.sub(rf"{MASK}(?:\s*{MASK})+", MASK, text)


def hides(text: str) -> bool:
    """Whether something of a comment is masked."""
    return masked(text) != " ".join(text.split())


def digit_skeleton(text: str) -> str:
    """D for each digit of any script, L for each letter, and a blank for all else; as long as the text."""
    return "".join(_kind(char) for char in text)


def _kind(char: str) -> str:
    if "0" <= char <= "9" or (unicodedata.numeric(char, None) is not None and not char.isalpha()):
        return "D"
    # Marks that belong to the digit before them, as in pictures of keys, are no letters.
    return "L" if char.isalpha() else " "


def _without_digits(text: str) -> str:
    """The text with the mask for each run of digits that is too long."""
    skeleton = digit_skeleton(text)
    run = re.compile(rf"D(?: *D){{{FEWEST_DIGITS - 1},}}")
    parts, last = [], 0
    for found in run.finditer(skeleton):
        parts += [text[last : found.start()], MASK]
        last = found.end()
    return "".join([*parts, text[last:]])


def _without_words_of_digits(text: str) -> str:
    """The text without words in which letters stand among many digits, such as the number of a case."""
    return " ".join(MASK if digit_skeleton(word).count("D") >= FEWEST_DIGITS else word for word in text.split())

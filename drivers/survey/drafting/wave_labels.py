"""Waves by their values: their place in time, and their labels in both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from drivers.survey.answers.texts import to_number
from drivers.survey.drafting.names import language_of, words_of
from drivers.survey.drafting.vocabulary import says

_QUARTERS = (
    "First quarter | Second quarter | Third quarter | Fourth quarter",
    "الربع الأول | الربع الثاني | الربع الثالث | الربع الرابع",
)
_MONTHS = (
    "January | February | March | April | May | June | July | August | September | October | November | December",
    "يناير | فبراير | مارس | أبريل | مايو | يونيو | يوليو | أغسطس | سبتمبر | أكتوبر | نوفمبر | ديسمبر",
)
# Of Jordan, Lebanon, Syria, Iraq and Palestine.
_EASTERN_MONTHS = (
    "كانون الثاني | شباط | آذار | نيسان | أيار | حزيران | تموز | آب | أيلول | تشرين الأول | تشرين الثاني | كانون الأول"
)
_NOUNS = {
    "campaign": "الحملة",
    "wave": "دورة القياس",
    "round": "الجولة",
    "pilot": "المرحلة التجريبية",
    "quarter": "الربع",
    "month": "الشهر",
    "week": "الأسبوع",
}
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_QUARTER = re.compile(r"(?i)(?<![a-z])(?:q|quarter\s?|ق|الربع\s?)([1-4])(?!\d)|(?<!\d)([1-4])\s?q(?![a-z])")
_YEAR_MONTH = re.compile(r"((?:19|20)\d\d)[-/.](0?[1-9]|1[0-2])")


def place_in_time(values: Sequence[str], words: Sequence[Sequence[str]]) -> tuple[float, ...] | None:
    """What sorts a wave by time: year, quarter or month or number; None where its values do not tell.

    Parameters
    ----------
    words
        The words of the columns' names, in the order of the values.
    """
    place: list[float] = []
    for value, name in zip(values, words, strict=True):
        part = _place(value, name)
        if part is None:
            return None
        place.extend(part)
    return tuple(place)


def _both(names: tuple[str, str]) -> list[tuple[str, str]]:
    """English and Arabic names, one after the other."""
    english, arabic = (text.split(" | ") for text in names)
    return list(zip(english, arabic, strict=True))


def _place(value: str, name: Sequence[str]) -> tuple[float, ...] | None:
    number = to_number(value)
    if number is not None:
        return (number, 0.0)
    if match := _YEAR_MONTH.fullmatch(value):
        return float(match[1]), float(match[2])
    year, quarter, month = _YEAR.search(value), _quarter(value), _month(value)
    if year and (quarter or month):
        return float(year[1]), float(quarter or month or 0)
    if quarter and says(name, "part_of_year"):
        return (float(quarter), 0.0)
    if month is not None and says(name, "part_of_year"):
        return (float(month), 0.0)
    # "Wave 3" counts; "Pilot" beside it does not.
    if count := re.fullmatch(r"\D*?(\d{1,3})", value.strip()):
        return (float(count[1]), 0.0)
    return None


def _quarter(value: str) -> int | None:
    if match := _QUARTER.search(value):
        return int(match[1] or match[2])
    return _named(value, _both(_QUARTERS))


def _month(value: str) -> int | None:
    return _named(value, [(en, en[:3], ar) for en, ar in _both(_MONTHS)]) or _eastern_month(value)


def _eastern_month(value: str) -> int | None:
    return _named(value, [(name,) for name in _EASTERN_MONTHS.split(" | ")])


def _named(value: str, names: Sequence[Sequence[str]]) -> int | None:
    """The place, from 1, of the first of several names that occurs in a text as whole words."""
    words = words_of(value)
    for place, alternatives in enumerate(names, 1):
        for parts in map(words_of, alternatives):
            if any(words[start : start + len(parts)] == parts for start in range(len(words))):
                return place
    return None


def wave_label(values: Sequence[str], words: Sequence[Sequence[str]]) -> dict[str, str]:
    """The label of a wave in both languages where its values are known words; else as it is written."""
    labels = [_label(value, name) for value, name in zip(values, words, strict=True)]
    if len(labels) == 1:
        return labels[0]
    languages = [language for language in ("en", "ar") if all(language in label for label in labels)]
    if not languages:
        text = " ".join(values)
        return {language_of(text): text}
    # The part of the year comes before the year.
    marks = {"en": ", ", "ar": "، "}
    return {language: marks[language].join(label[language] for label in labels[::-1]) for language in languages}


def _label(value: str, name: Sequence[str]) -> dict[str, str]:
    number = to_number(value)
    year, quarter, month = _YEAR.search(value), _quarter(value), _month(value)
    if match := _YEAR_MONTH.fullmatch(value):
        en, ar = _both(_MONTHS)[int(match[2]) - 1]
        return {"en": f"{en} {match[1]}", "ar": f"{ar} {match[1]}"}
    if number is not None and number.is_integer():
        return _numbered(int(number), name)
    if quarter or month:
        en, ar = _both(_QUARTERS)[quarter - 1] if quarter else _both(_MONTHS)[(month or 1) - 1]
        if eastern := None if quarter else _eastern_month(value):
            ar = _EASTERN_MONTHS.split(" | ")[eastern - 1]
        return {"en": f"{en} {year[1]}", "ar": f"{ar} {year[1]}"} if year else {"en": en, "ar": ar}
    if known := re.fullmatch(r"(?i)([a-z]+)[ _-]?(\d*)", value.strip()):
        noun = _NOUNS.get(known[1].casefold())
        if noun is not None:
            return {"en": f"{known[1].capitalize()} {known[2]}".strip(), "ar": f"{noun} {known[2]}".strip()}
    return {language_of(value): value}


def _numbered(number: int, name: Sequence[str]) -> dict[str, str]:
    if 1900 <= number <= 2100:
        return {"en": str(number), "ar": str(number)}
    if any(word in ("quarter", "qtr", "ربع") for word in name) and 1 <= number <= 4:
        en, ar = _both(_QUARTERS)[number - 1]
        return {"en": en, "ar": ar}
    if any(word in ("month", "شهر") for word in name) and 1 <= number <= 12:
        en, ar = _both(_MONTHS)[number - 1]
        return {"en": en, "ar": ar}
    noun = next((word for word in name if word in _NOUNS), "wave")
    return {"en": f"{noun.capitalize()} {number}", "ar": f"{_NOUNS[noun]} {number}"}

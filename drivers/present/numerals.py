"""Numbers and dates as text, in Western or Arabic-Indic digits."""

from __future__ import annotations

import datetime
import math
import re

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from drivers.present.isolation import LEFT, RIGHT, isolate, plain

DIGITS = ("latn", "arab")
MINUS = "\u2212"
_ARABIC_INDIC = str.maketrans("0123456789.,%", "٠١٢٣٤٥٦٧٨٩٫٬٪")
_OWN_NUMBER = re.compile(r"(?<![A-Za-z0-9{_])(?<![A-Za-z]-)[0-9]+(?![A-Za-z0-9}_])")
_ARABIC_DIGITS_ONLY = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def number_text(value: float, *, decimals: int, digits: str, sign: bool = False, percent: bool = False) -> str:
    """A number as one isolated text; a minus is U+2212, a zero has no sign.

    Parameters
    ----------
    value
        Any finite number; with ``percent`` a fraction, shown times 100.
    decimals
        Digits behind the decimal mark.
    digits
        ``latn`` or ``arab``.
    sign
        Whether a positive number shows its plus.
    """
    shown = rounded(value * 100 if percent else value, decimals)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    # The separators of every locale are mapped in one place, so the formatting itself is Western.
    text = plain(format_decimal(abs(shown), format=pattern, locale="en"))
    if percent:
        text += "%"
    if shown < 0:
        text = MINUS + text
    elif sign and shown > 0:
        text = "+" + text
    return _in_digits(text, digits)


def year_text(year: int, *, digits: str) -> str:
    """A year: no thousands mark."""
    return _in_digits(str(year), digits)


def date_text(day: datetime.date, *, language: str, digits: str) -> str:
    """A date with its month in words, such as 5 January 2024."""
    text = plain(format_date(day, "d MMMM y", locale=Locale.parse(language)))
    return isolate(text.translate(_ARABIC_DIGITS_ONLY) if digits == "arab" else text)


def own_digits(text: str, *, digits: str) -> str:
    """A text of a catalogue or codebook with its own digits as the page writes them.

    Placeholders, and numbers that belong to a Latin word (R2, A-12), stay as they are.
    """
    if digits != "arab":
        return text
    return _OWN_NUMBER.sub(lambda match: match[0].translate(_ARABIC_DIGITS_ONLY), text)


def rounded(value: float, decimals: int) -> float:
    """The number that is shown: half away from zero, never a negative zero."""
    factor = 10**decimals
    # A tiny push keeps decimal halves that binary cannot hold (0.285 → 0.29) on the upper side.
    result = math.copysign(math.floor(abs(value) * factor * (1 + 1e-12) + 0.5) / factor, value)
    return result + 0.0 if result else 0.0


def plural_category(language: str, value: float, decimals: int) -> str:
    """The CLDR plural category of a number as it is shown."""
    if decimals:
        # A number shown with decimals takes the general form in both languages, 4.0 included.
        return "other"
    return str(Locale.parse(language).plural_form(abs(round(value))))


def _in_digits(text: str, digits: str) -> str:
    if digits == "arab":
        return isolate(text.translate(_ARABIC_INDIC), RIGHT)
    return isolate(text, LEFT)

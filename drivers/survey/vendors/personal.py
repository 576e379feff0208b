"""Columns that could tell who a respondent is: never used in an analysis, never shown on a page."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from drivers.survey.answers.texts import normalise
from drivers.survey.raw_table import RawTable
from drivers.survey.vendors.names import simplified

_MOST_TEXTS = 500
"""Texts of a column that are looked at; a column may have millions."""
_MOST_GROUPS = 12
_FEWEST_IN_GROUP = 3
_ALWAYS = ("e-mail", "ip address", "location")

_NAMES = {
    "e-mail": (
        *("email", "e-mail", "email address", "recipientemail", "mail", "your email", "البريد الإلكتروني"),
        *("البريد الالكتروني", "عنوان البريد الإلكتروني", "الايميل", "الإيميل", "بريدك الإلكتروني"),
    ),
    "ip address": ("ip address", "ipaddress", "ipaddr", "ip", "عنوان ip", "عنوان الآي بي"),
    "name": (
        *("name", "full name", "first name", "last name", "surname", "family name", "your name", "respondent name"),
        *("customer name", "patient name", "recipientfirstname", "recipientlastname", "submittername", "username"),
        *("_submitted_by", "الاسم", "الاسم الكامل", "الاسم الأول", "الاسم الثلاثي", "الاسم الرباعي", "اسم العائلة"),
        *("اسم العميل", "اسم المريض", "اسم المستفيد", "اسم المراجع", "اسم المستخدم", "اسم المشارك", "اسمك"),
    ),
    "telephone": (
        *("phone", "phone number", "telephone", "telephone number", "mobile", "mobile number", "mobile phone"),
        *("cell phone", "phonenumber", "whatsapp", "whatsapp number", "الهاتف", "رقم الهاتف", "رقم الجوال", "الجوال"),
        *("رقم الموبايل", "الموبايل", "رقم المحمول", "رقم التواصل", "رقم جوالك", "رقم هاتفك", "رقم الواتساب"),
    ),
    "identity number": (
        *("national id", "national id number", "id number", "identity number", "iqama", "iqama number", "passport"),
        *("passport number", "social security number", "ssn", "civil id", "رقم الهوية", "رقم الهوية الوطنية"),
        *("الرقم الوطني", "الرقم القومي", "رقم الإقامة", "رقم الجواز", "رقم جواز السفر", "السجل المدني"),
    ),
    "postal address": ("address", "street address", "home address", "postal address", "العنوان", "عنوان السكن"),
    "location": (
        *("locationlatitude", "locationlongitude", "latitude", "longitude", "gps", "gps coordinates", "geopoint"),
        *("الموقع الجغرافي", "الإحداثيات", "خط الطول", "خط العرض"),
    ),
    "device": ("deviceid", "device id", "imei", "subscriberid", "simserial", "simid", "mac address"),
    "contact list": ("externalreference", "externaldatareference", "external data reference", "token", "participantid"),
}
_PHRASES = {
    "name": ("your name", "your full name", "اسمك"),
    "e-mail": ("e-mail address", "email address", "your email", "your e-mail", "بريدك الإلكتروني"),
    "telephone": ("phone number", "mobile number", "رقم الجوال", "رقم الهاتف", "رقم جوالك", "رقم هاتفك"),
}
_PLACE_PART = re.compile(r".*[_\-/.](?:latitude|longitude|altitude|precision|accuracy)")
_VALUES = {
    "e-mail": re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,.]{2,}"),
    "ip address": re.compile(
        r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)|(?:[0-9a-fA-F]{0,4}:){5,7}[0-9a-fA-F]{0,4}"
    ),
    "telephone": re.compile(r"(?:[+＋]|00|٠٠)\s?\d(?:[\s\-().]?\d){7,14}|[0٠۰][1-9١-٩](?:[\s\-]?\d){7,9}"),
    "location": re.compile(r"-?\d{1,2}\.\d{4,} -?\d{1,3}\.\d{4,}(?: -?\d+(?:\.\d+)?){0,2}"),
}


def personal_columns(table: RawTable) -> dict[str, str]:
    """Column → what it tells of the respondent's person, in the order of the file.

    Parameters
    ----------
    table
        A file of answers, from any program.

    Returns
    -------
    dict
        ``e-mail``, ``ip address``, ``name``, ``telephone``, ``identity number``, ``postal address``, ``location``,
        ``device`` or ``contact list`` (a key to the list of those who were invited).

    Notes
    -----
    A column is known by its whole name, by its question's text, or by at least half of its answers. One with a few
    answers that many give, such as "Mobile" with yes and no, tells nobody's name or number and is left out.
    """
    by_name = {simplified(normalise(name)): kind for kind, names in _NAMES.items() for name in names}
    found = {}
    for column in table.frame.columns:
        kind = (
            by_name.get(simplified(normalise(column)))
            or by_name.get(simplified(normalise(column.rpartition("/")[2])))
            or _by_phrase((column, table.texts.get(column, "")))
            or ("location" if _PLACE_PART.fullmatch(column.casefold()) else "")
        )
        if kind and kind not in _ALWAYS and _is_of_groups(table.frame[column]):
            kind = ""
        if kind := kind or _by_values(table.frame[column]):
            found[column] = kind
    return found


def _by_phrase(texts: Iterable[str]) -> str:
    asked = " / ".join(normalise(text) for text in texts)
    return next(
        (kind for kind, phrases in _PHRASES.items() for phrase in phrases if _has_words(asked, normalise(phrase))), ""
    )


def _has_words(text: str, phrase: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text) is not None


def _is_of_groups(cells: pd.Series) -> bool:
    """Whether a few answers are each given by many, as to a question with options."""
    written = cells[cells.str.strip() != ""]
    groups = written.nunique()
    return 0 < groups <= _MOST_GROUPS and len(written) >= _FEWEST_IN_GROUP * groups


def _by_values(cells: pd.Series) -> str:
    texts = [text.strip() for text in cells.iloc[: 4 * _MOST_TEXTS].unique()[:_MOST_TEXTS] if text.strip()]
    if not texts:
        return ""
    for kind, pattern in _VALUES.items():
        if 2 * sum(pattern.fullmatch(text) is not None for text in texts) >= len(texts):
            return kind
    return ""

"""The types of an XLSForm's rows, in all the spellings that programs for forms take."""

from __future__ import annotations

import re

SELECTS = ("select_one", "select_multiple", "rank")
"""Types that need a list of choices."""
FILLED_IN = (
    *("start", "end", "today", "deviceid", "username", "phonenumber", "email", "simserial", "subscriberid", "audit"),
    *("calculate", "hidden", "start-geopoint"),
)
"""Types that the program fills in by itself."""
TYPES = (
    *SELECTS,
    *("integer", "decimal", "range", "text", "date", "time", "datetime", "acknowledge", "barcode", "note"),
    *("geopoint", "geotrace", "geoshape", "image", "audio", "video", "file", "background-audio"),
    *("xml-external", "csv-external"),
    *FILLED_IN,
)
"""Every type in its modern spelling; groups and repeats are `shape_of`'s."""
_ALIASES = {
    **{"int": "integer", "string": "text", "trigger": "acknowledge", "photo": "image", "calculation": "calculate"},
    **{"gps": "geopoint", "location": "geopoint", "device id": "deviceid", "start time": "start", "end time": "end"},
    **{"phone number": "phonenumber", "uri:phonenumber": "phonenumber", "uri:deviceid": "deviceid"},
    **{"subscriber id": "subscriberid", "sim id": "simserial", "date time": "datetime"},
}
_SELECT = re.compile(
    r"(?P<how>select[ _]?one|select1|select[ _](?:multiple|all[ _]that[ _]apply)|rank)"
    r"(?:[ _]from(?:[ _]file)?)?(?:\s+(?P<rest>.*))?",
    re.IGNORECASE,
)
_OTHER = re.compile(r"(?:^|\s+)or[ _](?:specify[ _])?other$", re.IGNORECASE)
_SHAPE = re.compile(r"(begin|end)[ _](?:looped[ _])?(group|repeat)", re.IGNORECASE)


def question_type(written: str) -> tuple[str, str, bool]:
    """The type in its modern spelling, the list of choices behind it, and whether another answer may be written.

    >>> question_type("select one from colours or specify other")
    ('select_one', 'colours', True)
    """
    if select := _SELECT.fullmatch(written):
        how = select["how"].lower()
        kind = "rank" if how == "rank" else "select_one" if how.endswith(("one", "1")) else "select_multiple"
        rest = select["rest"] or ""
        return kind, _OTHER.sub("", rest).strip(), _OTHER.search(rest) is not None
    return _ALIASES.get(written.lower(), written.lower()), "", False


def shape_of(written: str) -> tuple[str, str] | None:
    """Where a row opens or closes something: ``begin`` or ``end``, and ``group`` or ``repeat``."""
    shape = _SHAPE.fullmatch(written)
    return (shape[1].lower(), shape[2].lower()) if shape else None

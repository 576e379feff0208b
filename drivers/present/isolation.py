"""Keeping numbers, labels and Latin runs whole inside text that runs the other way.

Wording marks every such part with Unicode isolates (UAX #9). In HTML they become ``<bdi>``; in
figures they stay; in plain text they are dropped.
"""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

LEFT, RIGHT, AUTO, END = "\u2066", "\u2067", "\u2068", "\u2069"

_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TAGS = {LEFT: '<bdi dir="ltr">', RIGHT: '<bdi dir="rtl">', AUTO: "<bdi>", END: "</bdi>"}
_ADDRESS = re.compile(r"(?:https?://)?\b[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/[\w./?=&%#~+-]*[\w/]")
_LATIN = re.compile(r"\[\[(.+?)\]\]")


def isolate(text: str, mark: str = AUTO) -> str:
    """The text as one part that its surroundings cannot reorder."""
    return f"{mark}{text}{END}"


def isolate_latin(text: str) -> str:
    """The text with each ``[[…]]`` as a left-to-right part."""
    return _LATIN.sub(lambda match: isolate(match[1], LEFT), text)


def isolate_addresses(text: str) -> str:
    """The text with each address of a web page as a left-to-right part, whose hyphens stay where they are."""
    return _ADDRESS.sub(lambda match: isolate(match[0], LEFT), text)


def own_direction(text: str) -> str:
    """The mark of the direction that a text has by its first letter; left to right where it has none."""
    strong = next((kind for c in text if (kind := unicodedata.bidirectional(c)) in ("L", "R", "AL")), "L")
    return LEFT if strong == "L" else RIGHT


def clean(text: str) -> str:
    """Text from data without direction controls and other control characters, on one line."""
    bare = _CONTROLS.sub("", text)
    shown = "".join(c if unicodedata.category(c) not in ("Cc", "Cs", "Co") else " " for c in bare)
    return " ".join(shown.split())


def plain(text: str) -> str:
    """The text without isolates, for plain text and data files."""
    return _CONTROLS.sub("", text)


def html(text: str) -> Markup:
    """The text as HTML: everything escaped, isolates as ``<bdi>``."""
    escaped = str(escape(text))
    for mark, tag in _TAGS.items():
        escaped = escaped.replace(mark, tag)
    return Markup(escaped)

"""The names of columns from the cells of a header: readable, each once, and nothing changed without a note."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Sequence

from drivers.errors import SurveyError
from drivers.survey.answers.texts import normalise
from drivers.survey.raw_table import Note, listed, shown
from drivers.survey.vendors.header import Header, Row

_TAG = re.compile(
    r"</?(p|br|div|li|ul|ol|tr|td|th|table|tbody|h[1-6]|hr|b|i|u|s|a|em|strong|span|font|small|big|sup|sub|center|img)"
    r"(?:\s+[\w:-]+\s*=[^<>]*)?\s*/?>",
    re.IGNORECASE,
)
_INLINE = frozenset(
    {"b", "i", "u", "s", "a", "em", "strong", "span", "font", "small", "big", "sup", "sub", "center", "img"}
)
_ENTITY = re.compile(r"&(?:[A-Za-z]+|#\d+|#x[0-9A-Fa-f]+);")
# Joiners (U+200C, U+200D) are spelling in Persian and stay.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def without_markup(text: str) -> str:
    """The text without HTML tags and entities.

    >>> without_markup("<p>How was <b>the staff</b>?<br>Be frank&nbsp;&amp; brief</p> <5 words").split()
    ['How', 'was', 'the', 'staff?', 'Be', 'frank', '&', 'brief', '<5', 'words']
    """
    plain = _TAG.sub(lambda tag: "" if tag[1].lower() in _INLINE else " ", text)
    return html.unescape(plain) if _ENTITY.search(plain) else plain


def tidy(text: str) -> str:
    """The text on one line, without markup, invisible marks and spaces that are not needed.

    >>> tidy(" Overall &nbsp; satisfaction ")
    'Overall satisfaction'
    """
    return " ".join(_INVISIBLE.sub("", without_markup(text)).split())


def simplified(name: str) -> str:
    """Letters and digits alone, in small letters: what is compared where programs spell one name in several ways.

    >>> simplified("Start Date") == simplified("StartDate") == simplified("start_date")
    True
    """
    return "".join(char for char in name.casefold() if char.isalnum())


def tidied(place: str, cells: Sequence[str], names: Sequence[str] = ()) -> tuple[list[str], list[Note]]:
    """Names from the cells of a header, and notes of what was dropped from them.

    Parameters
    ----------
    place
        What messages call the header, such as ``answers.csv, line 1``.
    names
        The tidy names, where they are made of more than one cell each.

    Raises
    ------
    SurveyError
        Where a cell is empty, or has nothing but markup.
    """
    names = list(names) or [tidy(cell) for cell in cells]
    refuse_unnamed(place, names)
    notes = [
        Note("markup dropped", cell, name, 1)
        for cell, name in zip(cells, names, strict=True)
        if without_markup(cell) != cell
    ]
    spaced = [name for cell, name in zip(cells, names, strict=True) if without_markup(cell) == cell and cell != name]
    if spaced:
        notes.append(
            Note("spaces dropped", "names of columns with spaces or marks to spare", listed(spaced), len(spaced))
        )
    return names, notes


def refuse_unnamed(place: str, names: Sequence[str]) -> None:
    """Refuse a header with a column that has no name."""
    unnamed = [position for position, name in enumerate(names, start=1) if not name.strip()]
    if unnamed:
        raise SurveyError(
            f"{place}: expected a name for every column, found none for column {unnamed[0]} of "
            f"{len(names)}; name it in the file or remove it."
        )


def numbered(names: Sequence[str]) -> tuple[list[str], list[Note]]:
    """Each name once: those that occur again get a number, which a note tells.

    >>> numbered(["Why?", "Score", "Why?"])[0]
    ['Why?', 'Score', 'Why? (2)']
    """
    taken, seen = set(names), set[str]()
    unique, notes = [], []
    for position, name in enumerate(names, start=1):
        new, number = name, 1
        while new in seen or (number > 1 and new in taken):
            number += 1
            new = f"{name} ({number})"
        if new != name:
            notes.append(Note("numbered", f"{name} (column {position})", new, 1))
        seen.add(new)
        unique.append(new)
    return unique, notes


def same_width(place: str, first: tuple[int, list[str]], other: tuple[int, list[str]]) -> None:
    """Refuse header rows of different width.

    Parameters
    ----------
    place
        What messages name, such as ``answers.csv, line``, to which the line is added.
    """
    if len(first[1]) != len(other[1]):
        raise SurveyError(
            f"{place} {other[0]}: expected {len(first[1])} cells as in the header row above, found {len(other[1])} "
            f"(the first is {shown(other[1][0])}); export the survey again and leave its header rows as they are."
        )


def header_of_questions(place: str, row: Row, announced: Note, own: Collection[str]) -> Header:
    """The header of a program that writes questions as names, in one row.

    Parameters
    ----------
    place
        What messages name, such as ``answers.csv, line``; the row's line is added.
    row
        The line and the cells of the header.
    announced
        From which program the file comes, and how that was found.
    own
        Normalised names of the program's own columns, which are no questions.
    """
    line, cells = row
    questions, notes = tidied(f"{place} {line}", cells)
    names, more = numbered(questions)
    return Header(
        names=tuple(names),
        rows=1,
        texts={name: text for name, text in zip(names, questions, strict=True) if normalise(text) not in own},
        notes=(announced, *notes, *more),
    )

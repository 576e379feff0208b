"""Text for a terminal: tables that stand in line with Arabic in them, and nothing that moves a cursor."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Sequence

NARROWEST, WIDEST, USUAL = 60, 120, 110
"""Columns: a narrower terminal breaks lines by itself; longer lines are hard to read. A pipe has the usual width."""

_MARK = "\u200e"
"""Left-to-right mark: without it a terminal that orders Arabic would take the next cell for a part of it."""

_GAP = "  "
_LEAST = 11
"""Columns that a cell keeps however narrow the terminal is."""


def terminal_width() -> int:
    """Columns to write in."""
    return min(max(shutil.get_terminal_size((USUAL, 24)).columns, NARROWEST), WIDEST)


def visible(text: str) -> str:
    """The text with characters that are not drawn, such as line ends or those that move a cursor, as codes."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def columns_of(text: str) -> int:
    """How many columns a text takes: none for marks, two for wide characters."""
    return sum(_columns(char) for char in text)


def cut(text: str, most: int) -> str:
    """The text, with … for what does not fit."""
    if columns_of(text) <= most:
        return text
    kept, room = "", most - 1
    for char in text:
        room -= _columns(char)
        if room < 0:
            break
        kept += char
    return f"{kept}…"


def wrapped(text: str, width: int) -> list[str]:
    """Lines of whole words; a longer word is broken."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if columns_of(joined) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        while columns_of(word) > width:
            piece = _fitting(word, width)
            lines[-1], word = piece, word[len(piece) :]
            lines.append("")
        lines[-1] = word
    return [line for line in lines if line] or [""]


def table(rows: Sequence[Sequence[str]], widths: Sequence[int], *, right: Sequence[int] = ()) -> list[str]:
    """Lines of a table whose last column is wrapped and whose other columns are cut.

    Parameters
    ----------
    rows
        Cells; the first row is the heading.
    widths
        Of each column.
    right
        Positions of columns that stand at their right end.
    """
    lines = []
    for cells in rows:
        *heads, last = cells
        start = [
            _padded(cut(visible(cell), width), width, at_end=position in right)
            for position, (cell, width) in enumerate(zip(heads, widths, strict=False))
        ]
        for position, line in enumerate(wrapped(visible(last), widths[-1])):
            before = start if position == 0 else [" " * width for width in widths[:-1]]
            lines.append(_GAP.join([*before, _ordered(line)]).rstrip())
    return lines


def fitting_widths(rows: Sequence[Sequence[str]], most: Sequence[int], width: int) -> list[int]:
    """As wide as the widest cell of each column but the last, up to what each may take; the last gets the rest."""
    widths = [
        min(limit, max((columns_of(visible(row[position])) for row in rows), default=0))
        for position, limit in enumerate(most)
    ]
    room = width - len(_GAP) * len(widths)
    # In a narrow terminal the widest give way, so that the last column keeps two fifths of the line.
    while widths and room - sum(widths) < 2 * width // 5 and max(widths) > _LEAST:
        widths[widths.index(max(widths))] -= 1
    return [*widths, room - sum(widths)]


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _fitting(word: str, width: int) -> str:
    piece, room = "", width
    for char in word:
        room -= _columns(char)
        if room < 0:
            break
        piece += char
    return piece


def _padded(text: str, width: int, *, at_end: bool) -> str:
    room = " " * (width - columns_of(text))
    return f"{room}{_ordered(text)}" if at_end else f"{_ordered(text)}{room}"


def _ordered(text: str) -> str:
    return f"{text}{_MARK}" if re.search("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]", text) else text

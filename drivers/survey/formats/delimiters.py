"""The sign between two cells of a text file, found from its first rows."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from drivers.errors import SurveyError
from drivers.survey.raw_table import listed, shown

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", "،": "Arabic comma"}
"""The signs that are looked for, with what messages call them."""

_MOST_ROWS = 200
_SEPARATOR_LINE = re.compile(r'"?sep=([^\r\n"])"?[ \t,;]*(?:\r\n|\r|\n)', re.IGNORECASE)
_NO_DELIMITERS = '"\r\n'


@dataclass(frozen=True, slots=True)
class Delimiter:
    """The sign between two cells.

    Parameters
    ----------
    sign
        The character.
    skip
        Characters at the start that are an instruction to a spreadsheet (``sep=;`` and the line's end).
    stated
        Whether the codebook says so.
    """

    sign: str
    skip: int = 0
    stated: bool = False

    @property
    def word(self) -> str:
        """What messages call it."""
        return DELIMITERS.get(self.sign, repr(self.sign))

    @property
    def a_word(self) -> str:
        """What messages call one of them."""
        return f"an {self.word}" if self.word[0] in "Aa" else f"a {self.word}"


def delimiter_of(name: str, start: str, stated: str | None, *, whole: bool) -> Delimiter:
    """The sign between cells at the start of a text.

    Parameters
    ----------
    name
        What messages call the file.
    start
        The first characters of the text.
    stated
        What the codebook says; found where None.
    whole
        Whether `start` is the whole text.

    Raises
    ------
    SurveyError
        Where several signs would make a table of the first rows.
    """
    line = _SEPARATOR_LINE.match(start)
    skip = line.end() if line else 0
    if stated is not None:
        if stated in _NO_DELIMITERS:
            raise SurveyError(
                f"{name}: expected a sign that may stand between cells under data.delimiter, found {stated!r}; write "
                "one such as ';'."
            )
        return Delimiter(stated, skip, stated=True)
    if line:
        return Delimiter(line[1], skip)
    splits = {sign: _Split.of(start, sign, whole=whole) for sign in DELIMITERS}
    candidates = {sign: split for sign, split in splits.items() if split.header > 1}
    if not candidates:
        return Delimiter(_below_a_title(splits) or ",")
    agreeing = [sign for sign, split in candidates.items() if split.agreement == 1.0]
    if len(agreeing) > 1:
        # Within texts the Arabic comma is the ordinary comma of the language.
        agreeing = [sign for sign in agreeing if sign != "،"]
    if len(agreeing) == 1:
        return Delimiter(agreeing[0])
    if len(agreeing) > 1:
        raise SurveyError(
            f"{name}: expected one sign between the cells of a row, found that {listed(agreeing)} would all do; write "
            "the right one under data.delimiter."
        )
    # An Arabic comma in the name of a file's one column is no delimiter.
    likely = {sign: split for sign, split in candidates.items() if sign != "،"}
    if len(likely) < 2:
        return Delimiter(next(iter(likely), ","))
    best, second = sorted(likely, key=lambda sign: likely[sign].agreement, reverse=True)[:2]
    if likely[best].agreement > 0.5 and likely[second].agreement < likely[best].agreement / 2:
        return Delimiter(best)
    raise SurveyError(
        f"{name}: expected rows that one sign splits into as many cells as the header, found none among "
        f"{listed(list(likely))} that does; write the right one under data.delimiter, or correct the rows; the header "
        f"is {shown(start.splitlines()[0])}."
    )


@dataclass(frozen=True, slots=True)
class _Split:
    """What a sign makes of the first rows: cells in the header, and the part of the other rows with as many."""

    header: int
    agreement: float
    below: frozenset[int]

    @classmethod
    def of(cls, start: str, sign: str, *, whole: bool) -> _Split:
        widths: list[int] = []
        broken = False
        reader = csv.reader(_lines(start), delimiter=sign, strict=True)
        try:
            for cells in reader:
                if cells:
                    widths.append(len(cells))
                if len(widths) > _MOST_ROWS:
                    break
            else:
                if not whole and len(widths) > 1:
                    widths.pop()  # it may be cut off
        except csv.Error:
            # An open quote at the end of the start may be closed later on.
            broken = whole or len(widths) < 2
        if not widths:
            return cls(_width_of_broken_header(start, sign) if broken else 0, 0.0, frozenset())
        header, below = widths[0], widths[1:]
        agreement = Counter(below)[header] / len(below) if below else 1.0
        return cls(
            header, min(agreement, 0.99) if broken else agreement, frozenset(below) if len(below) > 1 else frozenset()
        )


def _width_of_broken_header(start: str, sign: str) -> int:
    """How many cells the first line has where its quotes are ignored."""
    return len(start.lstrip("\r\n").splitlines()[0].split(sign)) if start.strip() else 0


def _lines(start: str) -> Iterator[str]:
    return (line for line in re.split(r"(?<=\n)|(?<=\r)(?!\n)", start) if line)


def _below_a_title(splits: dict[str, _Split]) -> str:
    """The sign that splits all rows but the first into equally many cells, where there is one."""
    agreeing = [sign for sign, split in splits.items() if len(split.below) == 1 and max(split.below) > 1]
    return agreeing[0] if len(agreeing) == 1 else ""

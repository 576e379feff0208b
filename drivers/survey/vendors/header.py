"""What a header says: the columns' names and the questions' texts, by the conventions of the program that wrote it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.survey.raw_table import Note, RawTable

Row = tuple[int, list[str]]
"""The line that a row starts on, and its cells."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Header:
    """The names of a file's columns, and what else its header says.

    Parameters
    ----------
    names
        The columns in their order, each name once and none empty.
    rows
        How many rows at the top belong to the header.
    texts
        Column → the question's text, where the header has it beside the name.
    notes
        What was done, such as numbering names that occur twice.
    """

    names: tuple[str, ...]
    rows: int
    texts: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """The conventions of a survey program.

    Parameters
    ----------
    key
        What the codebook calls it.
    title
        What messages call it.
    expects
        What its header has, for the message that refuses another one.
    recognise
        The evidence, in a few words, that the rows at the top come from this program; "" where they do not. One
        row of names is enough where the program's own columns are there, for files without header rows.
    accepts
        The same where the codebook states the program, so that less evidence will do.
    header
        The header in the rows at the top. Its first argument is the place that messages name, such as
        ``answers.csv, line``, to which the line is added.
    finish
        The table with what only the program's own columns say: marks of missing answers, flagged rows.
    """

    key: str
    title: str
    expects: str
    recognise: Callable[[Sequence[Row]], str]
    accepts: Callable[[Sequence[Row]], str]
    header: Callable[[str, Sequence[Row]], Header]
    finish: Callable[[RawTable], RawTable]

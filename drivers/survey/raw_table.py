"""Raw columns of a file of answers: every cell as the text that was written, and what the file says of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

import numpy as np
import pandas as pd

from drivers.errors import SurveyError
from drivers.results import read_only

Found = tuple[str, int, Sequence[int]]
"""A text, its number of rows, and the positions of some of them, the first ones."""
ROWS_SHOWN = 5
"""Places that are told of a text that is in many rows."""


@dataclass(frozen=True, slots=True)
class Note:
    """A step of reading that concerns the whole file, such as its encoding or a row that is no answer.

    Parameters
    ----------
    action
        What was done, in a word or two of English: ``encoding``, ``header rows``, ``left out``.
    found, became
        What was found, and what was made of it; "" where there is nothing to say.
    count
        Rows, columns or cells that it concerns.
    """

    action: str
    found: str = ""
    became: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RawTable:
    """A file as it was written.

    Parameters
    ----------
    name
        The file's name, without its folder.
    frame
        Text columns, one row per respondent; an empty cell is ``""``.
    lines
        The line of the file (or row of the sheet) on which each row starts, counted from 1; int (n,).
    sha256
        Fingerprint of the uncompressed content.
    place
        What `lines` count: ``line`` or ``row``.
    vendor
        The program whose conventions the header follows, a key of `drivers.survey.vendors`.
    texts
        Column → the question's text, where the file has one beside the column's name.
    value_labels
        Column → written code → its label, where the file has labels for codes.
    missing
        Column → written text → the kind of missing answer that the file says it is; "" where the file declares
        it missing and does not say why.
    ordered
        Column → all its texts from the lowest to the highest, where the file orders them.
    flags
        Name → rows that are marked so, such as ``preview``, ``test``, ``spam`` or ``unfinished``; bool (n,).
    notes
        What was done to the file as a whole.
    sources
        Names of the files that rows come from, each with the position of its first row; empty for one file.
    """

    name: str
    frame: pd.DataFrame
    lines: np.ndarray
    sha256: str
    place: str = "line"
    vendor: str = "plain"
    texts: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ordered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    flags: Mapping[str, np.ndarray] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    sources: tuple[tuple[str, int], ...] = ()

    def column(self, name: str, used_for: str) -> pd.Series:
        """A column by its name; refused with the nearest name where the file has none such."""
        if name in self.frame.columns:
            return self.frame[name]
        columns = list(self.frame.columns)
        plain = {column.strip().casefold(): column for column in columns}
        close = plain.get(name.strip().casefold()) or next(
            iter(get_close_matches(name, columns, n=1, cutoff=0.5)), None
        )
        remedy = f"did you mean {close!r}? Correct the codebook" if close else "correct the codebook or the file"
        raise SurveyError(f"{self.name}: expected the column {name!r} ({used_for}), found {listed(columns)}; {remedy}.")

    def place_of(self, row: int) -> str:
        """Where a row stands, such as ``line 5``, with the file's name where there are several."""
        place = f"{self.place} {self.lines[row]}"
        names = [name for name, first in self.sources if first <= row]
        return f"{names[-1]}, {place}" if names else place

    def places(self, found: Iterable[Found], most: int = 5) -> str:
        """Texts with their number of rows and the places of the first, the most frequent first."""
        texts = sorted(found, key=lambda entry: -entry[1])
        shown_texts = "; ".join(
            f"{shown(text) if text else 'an empty cell'} in "
            + (f"{count} rows ({self._some_places(rows, count)})" if count > 1 else self.place_of(rows[0]))
            for text, count, rows in texts[:most]
        )
        return f"{shown_texts} and {len(texts) - most} more" if len(texts) > most else shown_texts

    def _some_places(self, rows: Sequence[int], count: int) -> str:
        if self.sources:
            return f"first in {self.place_of(rows[0])}"
        numbers = ", ".join(str(self.lines[row]) for row in rows[:ROWS_SHOWN])
        return f"{'first in ' if count > ROWS_SHOWN else ''}{self.place}s {numbers}"

    def counted(self, cells: pd.Series, rows: np.ndarray) -> list[Found]:
        """Each text in some rows of a column, with its number of rows and the positions of the first."""
        chosen = np.flatnonzero(rows)
        codes, texts = pd.factorize(cells.iloc[chosen])
        # A column may have a million wrong texts: sorted once, not looked through for each of them.
        by_text = np.argsort(codes, kind="stable")
        starts = np.searchsorted(codes[by_text], np.arange(len(texts) + 1))
        return [
            (str(text), int(end - start), tuple(chosen[by_text[start : min(end, start + ROWS_SHOWN)]].tolist()))
            for text, start, end in zip(texts, starts[:-1], starts[1:], strict=True)
        ]

    def noted(self, *notes: Note) -> RawTable:
        """The same table with further notes."""
        return replace(self, notes=(*self.notes, *notes))

    def rows(self, chosen: np.ndarray) -> RawTable:
        """Some of the rows, in their order.

        Parameters
        ----------
        chosen
            bool (n,).
        """
        positions = np.flatnonzero(chosen)
        return replace(
            self,
            frame=self.frame.iloc[positions].reset_index(drop=True),
            lines=read_only(self.lines[positions], np.int64),
            flags={name: read_only(rows[positions], bool) for name, rows in self.flags.items()},
            sources=tuple((name, int(np.searchsorted(positions, first))) for name, first in self.sources),
        )


def table_of(name: str, frame: pd.DataFrame) -> RawTable:
    """A table of text that never was a file, with the fingerprint of the file it would be.

    Parameters
    ----------
    name
        What messages call it.
    frame
        Text columns; an empty cell is ``""``.

    Notes
    -----
    Messages count one line a row, below one for the header.
    """
    return RawTable(
        name=name,
        frame=frame,
        lines=read_only(np.arange(2, len(frame) + 2), np.int64),
        sha256=hashlib.sha256(as_csv(frame)).hexdigest(),
    )


def as_csv(frame: pd.DataFrame) -> bytes:
    """A table of text as the bytes of a CSV file: UTF-8, commas, one header row."""
    return frame.to_csv(index=False, lineterminator="\n").encode()


def listed(names: Sequence[str], most: int = 12) -> str:
    """Names in quotes, the first of them where there are many."""
    quoted = ", ".join(shown(name) for name in names[:most])
    return f"{quoted} and {len(names) - most} more" if len(names) > most else quoted


def shown(text: str, most: int = 60) -> str:
    """A text in quotes, cut where it is long."""
    return repr(text if len(text) <= most else f"{text[:most]}…")

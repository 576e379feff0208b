"""SPSS and Stata: codes as text, with the labels and the missing answers that the file declares."""

from __future__ import annotations

import datetime
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from drivers.errors import SurveyError
from drivers.results import read_only
from drivers.survey.answers.codes import missing_kind
from drivers.survey.formats.encodings import arabic_or_western, codec_of
from drivers.survey.formats.options import ReadAs
from drivers.survey.formats.refusals import no_answers
from drivers.survey.formats.written_numbers import moment_text, number_text
from drivers.survey.raw_table import Note, RawTable, listed

_TITLES = {"sav": "SPSS", "por": "SPSS portable", "dta": "Stata"}
_DAMAGED = "a damaged one", "copy it again, or save it anew from the program that wrote it"
_LAYOUT_AT, _ROWS_AT = 64, 80
_MOST_PACKED = 1032
"""Times that zlib can pack a byte."""
_STATA_MISSING = re.compile(r"\.[a-z]")
_SPSS_DAYS = re.compile(r"(?:A|E|J|S)?DATE\d*|QYR\d*|MOYR\d*|WKYR\d*")
_SPSS_MOMENTS = re.compile(r"DATETIME[\d.]*|YMDHMS[\d.]*")
_SPSS_TIMES = re.compile(r"D?TIME[\d.]*|MTIME[\d.]*")
_SPSS_EPOCH = datetime.datetime(1582, 10, 14)
_STATA_EPOCH = datetime.datetime(1960, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _File:
    """What pyreadstat gives of a file: its columns as lists of values, and what it says of them."""

    columns: Mapping[str, Sequence[Any]]
    about: Any


def read_statistical(name: str, content: bytes, kind: Literal["sav", "por", "dta"], how: ReadAs) -> RawTable:
    """The raw columns of an SPSS or Stata file.

    Numbers are written as people write them (``1``), dates by ISO 8601, and Stata's extended missing values as ``.a``
    to ``.z``; a value that the system misses is an empty cell.

    Raises
    ------
    SurveyError
        Where the file is damaged, empty, or has texts whose encoding is not certain.
    """
    file, encoding, found_by = _decoded(name, content, kind, how.encoding)
    names = list(file.columns)
    if not all(isinstance(column, str) and column.strip() for column in names):
        raise _unreadable(name, kind, *_DAMAGED)
    if repeated := [column for column, count in Counter(names).items() if count > 1]:
        raise SurveyError(
            f"{name}: expected every column name once, found {listed(repeated)} more than once; rename them."
        )
    rows = len(next(iter(file.columns.values()), ()))
    if not rows:
        raise no_answers(name)
    columns, labels, missing = {}, {}, {}
    for column, values in file.columns.items():
        written = _Writer.of(file.about, column, kind)
        cells = pd.Series(written.texts(values), dtype="str")
        columns[column] = cells
        labels[column] = {
            written.code(code): label.strip()
            for code, label in file.about.variable_value_labels.get(column, {}).items()
            if label and label.strip()
        }
        declared = _declared(file.about, column, kind, written, cells.unique(), labels[column])
        missing[column] = {text: missing_kind(labels[column].get(text, "")) for text in declared}
    return RawTable(
        name=name,
        frame=pd.DataFrame(columns),
        lines=read_only(np.arange(1, rows + 1), np.int64),
        sha256=hashlib.sha256(content).hexdigest(),
        place="row",
        texts={
            column: text.strip() for column, text in file.about.column_names_to_labels.items() if text and text.strip()
        },
        value_labels={column: of_codes for column, of_codes in labels.items() if of_codes},
        missing={column: kinds for column, kinds in missing.items() if kinds},
        notes=tuple(_notes(file.about, kind, encoding, found_by, how, missing)),
    )


def _notes(
    about: Any, kind: str, encoding: str, found_by: str, how: ReadAs, missing: Mapping[str, Mapping[str, str]]
) -> Iterator[Note]:
    yield Note("format", f"{_TITLES[kind]}, {encoding or 'encoding not stated'}")
    if how.encoding is not None:
        yield Note("encoding", "data.encoding", how.encoding)
    elif found_by:
        yield Note("encoding", found_by, encoding)
    if count := sum(map(len, missing.values())):
        of = sum(1 for kinds in missing.values() if kinds)
        yield Note("declared missing", "codes", f"of {of} columns", count)
    if kind == "por":
        yield Note("declared missing", "answers of portable files", "empty cells")
    for sets in getattr(about, "mr_sets", None) or {}:
        yield Note("multiple responses", sets, "its columns are read one by one")


def _decoded(name: str, content: bytes, kind: str, stated: str | None) -> tuple[_File, str, str]:
    """The file, the name of its encoding, and by what that was found where the file does not say it."""
    if stated is not None:
        codec_of(name, stated)
    file = _read(name, content, kind, stated)
    if stated is not None:
        return file, stated, ""
    own = file.about.file_encoding or ""
    if own.upper().replace("-", "") not in ("", "WINDOWS1252", "CP1252"):
        return file, own, ""
    # Old files do not say their encoding, or say that of the machine that wrote them; Arabic then shows as «ÇáÎÏãÉ».
    texts = "\n".join(_all_texts(file))
    if texts.isascii():
        return file, own, ""
    try:
        codec = arabic_or_western(texts.encode("cp1252"))
    except UnicodeEncodeError:
        return file, own, ""
    if codec == "cp1252":
        return file, own or "Windows-1252", ""
    if codec == "cp1256":
        return _read(name, content, kind, "WINDOWS-1256"), "Windows-1256", "its letters"
    raise SurveyError(
        f"{name}: expected texts whose encoding the file says, found letters that may be Windows-1256 (Arabic), "
        "Windows-1252 (Western) or older; write its encoding under data.encoding, such as windows-1256."
    )


def _all_texts(file: _File) -> Iterator[str]:
    yield from filter(None, file.about.column_names_to_labels.values())
    for labels in file.about.variable_value_labels.values():
        yield from filter(None, labels.values())
    for values in file.columns.values():
        if isinstance(next(iter(values), None), str):
            yield from {value for value in values if isinstance(value, str)}


def _read(name: str, content: bytes, kind: str, encoding: str | None) -> _File:
    import pyreadstat

    options: dict[str, Any] = {"disable_datetime_conversion": True, "output_format": "dict"}
    if kind != "por":
        options |= {"user_missing": True, "encoding": encoding}
    if kind == "sav" and _says_too_many_rows(content):
        raise _unreadable(name, kind, *_DAMAGED)
    read: Any = {"sav": pyreadstat.read_sav, "por": pyreadstat.read_por, "dta": pyreadstat.read_dta}[kind]
    try:
        columns, about = read(io.BytesIO(content), **options)
    except UnicodeDecodeError:
        reason = "texts in another encoding", "write its encoding under data.encoding, such as windows-1256"
    except Exception as error:  # pyreadstat raises whatever its parts raise, down to plain Exception
        if encoding is not None and "encoding" in str(error).lower():
            reason = f"that its texts cannot be read as {encoding!r}", "correct data.encoding"
        elif "byte sequence" in str(error) or "convert string" in str(error):
            reason = "texts in another encoding", "write its encoding under data.encoding, such as windows-1256"
        else:
            reason = _DAMAGED
    else:
        return _File(columns=columns, about=about)
    raise _unreadable(name, kind, *reason)


def _unreadable(name: str, kind: str, found: str, remedy: str) -> SurveyError:
    return SurveyError(f"{name}: expected a whole {_TITLES[kind]} file, found {found}; {remedy}.")


def _says_too_many_rows(content: bytes) -> bool:
    """Whether an SPSS file says that it has more rows than its bytes can hold; memory would be taken for them."""
    if len(content) < _ROWS_AT + 4:
        return True
    order: Literal["little", "big"] = "little" if content[_LAYOUT_AT] in (2, 3) else "big"
    rows = int.from_bytes(content[_ROWS_AT : _ROWS_AT + 4], order, signed=True)
    return rows > _MOST_PACKED * len(content)


@dataclass(frozen=True, slots=True)
class _Writer:
    """How the values of one column are written.

    Parameters
    ----------
    type
        ``string``, ``float`` for a short number, ``other`` for any other number.
    shown_as
        ``day``, ``moment`` or ``time`` where numbers stand for points in time; "" for numbers and texts.
    epoch
        The point from which they count.
    unit
        Seconds that 1 stands for.
    months
        Months that 1 stands for, where the unit is one of months; 0 otherwise.
    """

    type: str
    shown_as: str = ""
    epoch: datetime.datetime = _SPSS_EPOCH
    unit: float = 1.0
    months: int = 0

    @classmethod
    def of(cls, about: Any, column: str, kind: str) -> _Writer:
        stored = about.readstat_variable_types.get(column)
        shown_as = about.original_variable_types.get(column) or ""
        if stored == "string" or (kind != "dta" and re.fullmatch(r"A\d*", shown_as)):
            return cls("string")
        if kind == "dta":
            return cls._of_stata("float" if stored == "float" else "other", shown_as.lstrip("%-"))
        if _SPSS_MOMENTS.fullmatch(shown_as):
            return cls("other", "moment")
        if _SPSS_DAYS.fullmatch(shown_as):
            return cls("other", "day")
        return cls("other", "time" if _SPSS_TIMES.fullmatch(shown_as) else "")

    @classmethod
    def _of_stata(cls, type_: str, shown_as: str) -> _Writer:
        kind = shown_as[:2]
        if kind in ("tc", "tC"):
            return cls(type_, "moment", _STATA_EPOCH, 0.001)
        if kind == "td" or shown_as.startswith("d"):
            return cls(type_, "day", _STATA_EPOCH, 86_400.0)
        if kind in ("tm", "tq", "th"):
            return cls(type_, "day", _STATA_EPOCH, months={"tm": 1, "tq": 3, "th": 6}[kind])
        return cls(type_)

    def texts(self, values: Iterable[Any]) -> list[str]:
        """Every value of the column as text."""
        known: dict[Any, str] = {}
        texts = []
        for value in values:
            text = known.get(value)
            if text is None:
                text = known[value] = self._text(value)
            texts.append(text)
        return texts

    def code(self, value: Any) -> str:
        """A code, as a label or a declaration of missing answers names it."""
        return self._text(value)

    def _text(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            # A letter among numbers is one of Stata's extended missing values.
            return value.rstrip(" ") if self.type == "string" else f".{value}"
        if self.type == "float":
            # The shortest digits of a short float, not those of the long one that it is turned into.
            value = float(str(np.float32(value)))
        if self.shown_as and np.isfinite(value):
            try:
                return self._in_time(float(value))
            except OverflowError:
                pass  # a number that no calendar knows is written as one
        return number_text(float(value))

    def _in_time(self, value: float) -> str:
        if self.shown_as == "time":
            minutes, seconds = divmod(round(value), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        if self.months:
            year, month = divmod(1960 * 12 + int(value) * self.months, 12)
            return f"{year:04}-{month + 1:02}"
        moment = self.epoch + datetime.timedelta(seconds=value * self.unit)
        return moment.date().isoformat() if self.shown_as == "day" else moment_text(moment)


def _declared(
    about: Any, column: str, kind: str, written: _Writer, cells: Iterable[str], labels: Mapping[str, str]
) -> list[str]:
    """The texts of a column that the file declares missing: those that occur or have a label."""
    occurring = list(dict.fromkeys([*cells, *labels]))
    if kind == "dta":
        return [text for text in occurring if written.type != "string" and _STATA_MISSING.fullmatch(text)]
    declared: dict[str, None] = {}
    for span in about.missing_ranges.get(column, ()):
        low, high = (span["lo"], span["hi"]) if isinstance(span, Mapping) else (span, span)
        if isinstance(low, str) or isinstance(high, str):
            declared |= dict.fromkeys(text for text in occurring if text == str(low).rstrip(" "))
            continue
        declared |= {text: None for text in occurring if _within(text, float(low), float(high))}
    return list(declared)


def _within(text: str, low: float, high: float) -> bool:
    try:
        return low <= float(text) <= high
    except ValueError:
        return False

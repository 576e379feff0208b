"""What is known of each respondent beside their answers: weight, stratum, cluster, wave, day and groups."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from drivers.errors import SurveyError
from drivers.results import read_only
from drivers.survey.answers.skips import in_words, rows_where
from drivers.survey.answers.texts import to_number, western_digits
from drivers.survey.codebook.model import Codebook
from drivers.survey.import_log import ImportLog
from drivers.survey.raw_table import RawTable

# As R writes large and small weights.
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d*)?[eE][+-]?\d{1,3}")
_PLAIN = frozenset("0123456789.")


def read_weights(book: Codebook, table: RawTable, log: ImportLog) -> np.ndarray:
    """Design weights, 1 where the codebook names none; read-only float (n,).

    Rows that the codebook states to have none count as the mean of all weights, whatever the scale of these.
    """
    column, stated = book.design.weight, book.design.unweighted
    if column is None:
        return read_only(np.ones(len(table.frame)))
    cells = table.column(column, "design.weight")
    numbers = numbers_in(cells)
    place = f"{table.name}, column {column!r}"
    without = np.zeros(len(numbers), dtype=bool)
    if stated is not None:
        without = rows_where(book, table, stated, "design.unweighted")
        if (weighted := without & (cells.str.strip() != "").to_numpy(dtype=bool)).any():
            raise SurveyError(
                f"{place}: expected no design weight where {in_words(stated)} (design.unweighted), found "
                f"{table.places(table.counted(cells, weighted))}; correct the file, or design.unweighted."
            )
        if without.all():
            raise SurveyError(
                f"{place}: expected design weights beside the rows where {in_words(stated)} (design.unweighted), "
                "found none; remove weight and unweighted from the codebook."
            )
    if (wrong := ~(without | (np.isfinite(numbers) & (numbers >= 0)))).any():
        raise SurveyError(
            f"{place}: expected a design weight of 0 or more in every row, found "
            f"{table.places(table.counted(cells, wrong))}; correct the weights."
        )
    if not numbers[~without].any():
        raise SurveyError(f"{place}: expected design weights above 0, found only zeros; name another column.")
    log.add(column, "design.weight", "read", len(numbers))
    if unweighted := int(without.sum()):
        numbers[without] = mean = numbers[~without].mean()
        log.add(column, "design.weight", "recoded", unweighted, became=f"{mean:g}, the mean of all weights")
    if zeros := int((numbers == 0).sum()):
        log.add(column, "design.weight", "never counted", zeros, found="0")
    return read_only(numbers)


def read_names(table: RawTable, column: str, used_for: str, log: ImportLog) -> tuple[np.ndarray, list[str]]:
    """Codes of the names in a column that must be complete, int (n,), and the names by their codes."""
    names = table.column(column, used_for).str.strip()
    if (empty := (names == "").to_numpy(dtype=bool)).any():
        raise SurveyError(
            f"{table.name}, column {column!r}: expected a name in every row ({used_for}), found "
            f"{table.places(table.counted(names, empty))}; complete the column."
        )
    codes, known = pd.factorize(names)
    log.add(column, used_for, "read", len(names), became=f"{len(known)} names")
    return codes.astype(np.int64), [str(name) for name in known]


def numbers_in(cells: pd.Series) -> np.ndarray:
    """The numbers in the cells of a column, NaN where a cell is none; float (n,)."""
    codes, distinct = pd.factorize(cells)
    texts = distinct.tolist()
    if set("".join(texts)) <= _PLAIN:
        # Nearly every weight differs from all others, and a survey may have hundreds of columns of them.
        with contextlib.suppress(ValueError):
            return np.array(list(map(float, texts)))[codes]
    return np.array([_number(text) for text in texts])[codes]


def unit_codes(strata: np.ndarray | None, clusters: np.ndarray | None, n: int) -> np.ndarray:
    """The sampling unit of each row, ordered by stratum; int (n,).

    Parameters
    ----------
    strata, clusters
        Codes of the stratum and the cluster of each row; int (n,). Without clusters every row is a unit.
    n
        Rows.

    Notes
    -----
    A cluster's code may be used again in another stratum: the pair is the unit.
    """
    cluster = np.arange(n) if clusters is None else clusters
    if strata is None or not n:
        return cluster
    return strata * (int(cluster.max()) + 1) + cluster


def read_waves(book: Codebook, table: RawTable, log: ImportLog) -> np.ndarray | None:
    """Position of each row's wave in the codebook's order, or None; read-only int (n,)."""
    if book.wave is None:
        return None
    positions = wave_positions(book, table, book.wave.columns, "wave")
    for column in book.wave.columns:
        log.add(column, "wave", "read", len(positions), became=f"{len(np.unique(positions))} waves")
    return read_only(positions, np.int64)


def wave_positions(book: Codebook, table: RawTable, columns: Sequence[str], used_for: str) -> np.ndarray:
    """Position in the codebook's order of the wave that some columns name; int (n,)."""
    assert book.wave is not None
    parts = [table.column(column, used_for).str.strip() for column in columns]
    keys = parts[0]
    for part in parts[1:]:
        keys = keys + " " + part
    order = {entry.key: position for position, entry in enumerate(book.wave.order)}
    codes, names = pd.factorize(keys)
    positions = np.array([order.get(name, -1) for name in names], dtype=np.int64)[codes]
    if (unknown := positions < 0).any():
        raise SurveyError(
            f"{table.name}, column {' × '.join(columns)!r}: expected waves listed under wave.order "
            f"in the codebook, found {table.places(table.counted(keys, unknown))}; add them in order of time."
        )
    return positions


def read_days(book: Codebook, table: RawTable, log: ImportLog) -> np.ndarray | None:
    """Day of each answer, not-a-time where the cell is empty, or None; read-only datetime64[D] (n,)."""
    if book.period is None or book.period.column is None:
        return None
    return days_in(table, book.period.column, book.period.format, "period", log)


def days_in(table: RawTable, column: str, date_format: str | None, used_for: str, log: ImportLog) -> np.ndarray:
    """The days in a column, not-a-time where the cell is empty; read-only datetime64[D] (n,)."""
    cells = table.column(column, used_for).str.strip()
    codes, texts = pd.factorize(cells)
    plain = pd.Series([western_digits(text) for text in texts], dtype="str")
    try:
        times = pd.to_datetime(plain, format=date_format, errors="coerce")
    except ValueError:  # a format that Python knows and pandas does not, or several time zones
        times = pd.Series(pd.NaT, index=range(len(texts)), dtype="datetime64[s]")
    # The day is the one where the answer was given, whatever the time zone.
    days = times.dt.tz_localize(None).to_numpy().astype("datetime64[D]")[codes]
    empty = (cells == "").to_numpy(dtype=bool)
    if (wrong := np.isnat(days) & ~empty).any():
        raise SurveyError(
            f"{table.name}, column {column!r}: expected dates of the form {date_format}, found "
            f"{table.places(table.counted(cells, wrong))}; correct the cells or the codebook's {used_for}.format."
        )
    log.add(column, used_for, "read", int((~empty).sum()))
    if empty.any():
        log.add(column, used_for, "no date", int(empty.sum()))
    return read_only(days, "datetime64[D]")


def note_groups(book: Codebook, table: RawTable, log: ImportLog) -> None:
    """Make sure that every other column which the codebook names is there, and log it."""
    columns = [(segment.column, f"segment {key!r}") for key, segment in book.segments.items()]
    if book.unit:
        columns.append((book.unit.column, "unit"))
    if book.design.respondent:
        columns.append((book.design.respondent, "design.respondent"))
    if book.comments:
        columns.append((book.comments.column, "comments"))
        if book.comments.language is not None:
            columns.append((book.comments.language, "comments.language"))
    for key, rival in book.rivals.items():
        columns += [(column, f"rivals.{key}.rows") for column in rival.rows or {}]
        if rival.rows is not None:
            rows_where(book, table, rival.rows, f"rivals.{key}.rows")
    for column, used_for in columns:
        cells = table.column(column, used_for)
        empty = (cells == "").to_numpy(dtype=bool)
        log.add_filled(column, used_for, empty, became=f"{cells[~empty].nunique()} values")


def read_measures(book: Codebook, table: RawTable, log: ImportLog) -> pd.DataFrame:
    """The columns of plain numbers, by indicator and ``value``, NaN where a cell is empty or no value; float (n, …).

    Raises
    ------
    SurveyError
        Where a cell is no number, or one other than 0 and 1 where a share is wanted of it.
    """
    found: dict[str, np.ndarray] = {}
    for key, (column, missing) in book.measured.items():
        used_for = "value.per_customer" if key == "value" else f"indicator {key!r}"
        cells = table.column(column, used_for).str.strip()
        none = (cells == "").to_numpy(dtype=bool)
        if missing:
            texts = [text for text in missing if isinstance(text, str)]
            numbers = [float(number) for number in missing if not isinstance(number, str)]
            none = none | cells.isin(texts).to_numpy(dtype=bool) | np.isin(numbers_in(cells), numbers)
        values = np.where(none, np.nan, numbers_in(cells))
        part = key in book.indicators and book.indicators[key].statistic == "share"
        wrong = ~none & (~np.isin(values, (0, 1)) if part else np.isnan(values))
        if wrong.any():
            raise SurveyError(
                f"{table.name}, column {column!r}: expected {'0 and 1' if part else 'numbers'} ({used_for}), found "
                f"{table.places(table.counted(cells, wrong))}; correct the cells, or list those that are no value "
                f"under indicators.{key}.missing in the codebook."
                if key != "value"
                else f"{table.name}, column {column!r}: expected numbers ({used_for}), found "
                f"{table.places(table.counted(cells, wrong))}; correct the cells."
            )
        found[key] = values
        log.add(column, used_for, "read", int((~none).sum()))
        if none.any():
            log.add(column, used_for, "set missing", int(none.sum()), became="blank")
    return pd.DataFrame(found, index=range(len(table.frame)))


def _number(text: str) -> float:
    number = to_number(text)
    if number is None and _SCIENTIFIC.fullmatch(text.strip()):
        number = float(text)
    return np.nan if number is None else number

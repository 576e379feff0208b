"""How respondents were drawn: strata, sampling units, and the part of the population that was taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from drivers.errors import ModelError, SurveyError, remedy
from drivers.results import read_only
from drivers.survey.codebook.model import Codebook
from drivers.survey.import_log import ImportLog
from drivers.survey.raw_table import RawTable
from drivers.survey.respondents import numbers_in, read_names, unit_codes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sampling:
    """The first stage of a sample.

    Parameters
    ----------
    strata, clusters
        Codes of the stratum and of the sampling unit of each row, or None; read-only int (n,).
    fractions
        Part of the sampling units of the row's stratum that were sampled, or None where populations count as
        endless; read-only float (n,).
    """

    strata: np.ndarray | None
    clusters: np.ndarray | None
    fractions: np.ndarray | None


def read_sampling(book: Codebook, table: RawTable, log: ImportLog, *, stands_for: np.ndarray | None = None) -> Sampling:
    """The strata, sampling units and sampling fractions in the columns that the codebook names.

    Parameters
    ----------
    stands_for
        Respondents whom each row of the table stands for, where it does not repeat what is alike; int (n,).

    Raises
    ------
    SurveyError
        Where a column is incomplete, a stratum has more than one size, a population is smaller than its sample,
        or a stratum that the codebook names is not there.

    Notes
    -----
    Merged strata have the units and the populations of their parts together. Units of different parts stay
    apart, also where they have one code.
    """
    design, n = book.design, len(table.frame)
    strata, names = None, [""]
    if design.strata is not None:
        strata, names = read_names(table, design.strata, "design.strata", log)
    clusters = None if design.cluster is None else read_names(table, design.cluster, "design.cluster", log)[0]
    stratum = np.zeros(n, dtype=np.int64) if strata is None else strata
    units = unit_codes(strata, clusters, n)
    sampled = _units_by_stratum(stratum, units, len(names), stands_for if clusters is None else None)
    population = None
    if design.fpc is not None:
        population = _population(book, table, stratum, names, sampled, log)
    if design.merge_strata:
        if clusters is not None:
            clusters = pd.factorize(unit_codes(strata, clusters, n))[0].astype(np.int64)
        part, names = _merged(book, table, names, log)
        sampled = np.bincount(part, weights=sampled)
        population = None if population is None else np.bincount(part, weights=population)
        stratum = strata = part[stratum]
    fraction = None if population is None else sampled / population
    if design.certainty_strata:
        fraction = _with_certainty(book, table, names, fraction)
        assert design.strata is not None  # the codebook is refused otherwise
        rows = np.isin(np.array(names)[stratum], [str(name) for name in design.certainty_strata])
        whole = ", ".join(map(str, design.certainty_strata))
        log.add(design.strata, "design.strata", "taken whole", int(rows.sum()), found=whole)
    return Sampling(
        strata=None if strata is None else read_only(strata, np.int64),
        clusters=None if clusters is None else read_only(clusters, np.int64),
        fractions=None if fraction is None else read_only(fraction[stratum]),
    )


def lone_unit(row: int) -> ModelError:
    """The refusal of a stratum with a single sampling unit, whose variance cannot be known.

    Parameters
    ----------
    row
        Position of the stratum's first row.
    """
    return ModelError(
        f"Expected at least two sampling units in every stratum, found one in the stratum of row {row + 1}; merge "
        "that stratum with another under design.merge_strata in the codebook, or name it under "
        "design.certainty_strata if all of it was taken."
    )


def _units_by_stratum(stratum: np.ndarray, unit: np.ndarray, strata: int, times: np.ndarray | None) -> np.ndarray:
    """Sampling units in each stratum, where a row is as many of them as `times` says; float (strata,)."""
    _, first = np.unique(unit, return_index=True)
    weights = None if times is None else times[first]
    return np.bincount(stratum[first], weights=weights, minlength=strata).astype(float)


def _population(
    book: Codebook,
    table: RawTable,
    stratum: np.ndarray,
    names: Sequence[str],
    sampled: np.ndarray,
    log: ImportLog,
) -> np.ndarray:
    """Sampling units in the population of each stratum; float (strata,)."""
    column = book.design.fpc
    assert column is not None
    cells = table.column(column, "design.fpc")
    numbers = numbers_in(cells)
    place = f"{table.name}, column {column!r}"
    if (wrong := ~(np.isfinite(numbers) & (numbers > 0))).any():
        raise SurveyError(
            f"{place}: expected in every row the number of sampling units in the population of its stratum, or the "
            f"part of them that was sampled, found {table.places(table.counted(cells, wrong))}; correct the cells."
        )
    as_counts = bool((numbers > 1).any())
    if as_counts and (wrong := numbers < 1).any():
        raise SurveyError(
            f"{place}: expected either numbers of sampling units, 1 or more in every row, or sampled parts, 1 or "
            f"less in every row, found both, such as {table.places(table.counted(cells, wrong), most=1)}; write one "
            "kind."
        )
    largest, smallest = np.zeros(len(names)), np.full(len(names), np.inf)
    np.maximum.at(largest, stratum, numbers)
    np.minimum.at(smallest, stratum, numbers)
    if (uneven := np.flatnonzero(largest > smallest)).size:
        found = table.places(table.counted(cells, stratum == uneven[0]))
        where = "in all rows, as there are no strata"
        if book.design.strata is not None:
            where = f"in all rows of a stratum, of which {names[uneven[0]]!r} is one"
        raise SurveyError(
            f"{place}: expected one number {where}, found {found}; correct the cells, or name strata that tell them "
            "apart."
        )
    if as_counts and (small := np.flatnonzero(largest < sampled)).size:
        rows = stratum == small[0]
        inside = f" of stratum {names[small[0]]!r}" if book.design.strata is not None else ""
        waves = ", and strata by wave where every wave was sampled anew" if book.wave is not None else ""
        raise SurveyError(
            f"{place}: expected at least the {sampled[small[0]]:g} sampling units{inside} that are in the file, found "
            f"a population of {table.places(table.counted(cells, rows))}; correct the cells, or name the column of "
            f"sampling units under design.cluster{waves}."
        )
    log.add(column, "design.fpc", "read", len(numbers), became="populations" if as_counts else "sampled parts")
    return largest if as_counts else sampled / largest


def _merged(book: Codebook, table: RawTable, names: list[str], log: ImportLog) -> tuple[np.ndarray, list[str]]:
    """The new code of each stratum, and the new names by their codes."""
    column = book.design.strata
    assert column is not None
    become = {name: name for name in names}
    for new, parts in book.design.merge_strata.items():
        for part in map(str, parts):
            _check_known(book, table, part, names, f"design.merge_strata.{new}")
            become[part] = new
    for new, parts in book.design.merge_strata.items():
        if become.get(new) == new and new not in map(str, parts):
            raise SurveyError(
                f"{table.name}, column {column!r}: expected a name for merged strata that no other stratum has, found "
                f"{new!r}; choose another under design.merge_strata, or list {new!r} among its parts."
            )
    codes, known = pd.factorize(pd.Series([become[name] for name in names], dtype="str"))
    for new, parts in book.design.merge_strata.items():
        rows = table.column(column, "design.strata").str.strip().isin([str(part) for part in parts])
        log.add(column, "design.strata", "merged", int(rows.sum()), found=", ".join(map(str, parts)), became=new)
    return codes.astype(np.int64), [str(name) for name in known]


def _with_certainty(book: Codebook, table: RawTable, names: Sequence[str], fraction: np.ndarray | None) -> np.ndarray:
    """The sampling fractions, 1 in the strata that the codebook says were taken whole; float (strata,)."""
    whole = np.zeros(len(names)) if fraction is None else fraction.copy()
    for name in map(str, book.design.certainty_strata):
        _check_known(book, table, name, names, "design.certainty_strata")
        code = list(names).index(name)
        if fraction is not None and fraction[code] < 1:
            raise SurveyError(
                f"{table.name}, column {book.design.fpc!r}: expected stratum {name!r} to be taken whole, as "
                f"design.certainty_strata says, found {fraction[code]:.3g} of its sampling units; correct one of them."
            )
        whole[code] = 1.0
    return whole


def _check_known(book: Codebook, table: RawTable, name: str, names: Sequence[str], where: str) -> None:
    if name not in names:
        raise SurveyError(
            f"{table.name}, column {book.design.strata!r}: expected the strata that {where} names, found no {name!r}; "
            f"{remedy(name, names, otherwise='correct the codebook.')}"
        )

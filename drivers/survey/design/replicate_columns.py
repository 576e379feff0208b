"""The columns of replicate weights: which they are, what stands in them, and how they are scaled."""

from __future__ import annotations

import re

import numpy as np

from drivers.errors import SurveyError
from drivers.results import read_only
from drivers.survey.codebook.model import Codebook
from drivers.survey.design.replicate_weights import ReplicateWeights
from drivers.survey.design.sampling import Sampling
from drivers.survey.import_log import ImportLog
from drivers.survey.raw_table import RawTable
from drivers.survey.respondents import numbers_in, unit_codes

MOST_COLUMNS_TOLD = 5
"""Columns whose wrong cells are listed; a survey may have hundreds."""

CLEARLY_WORSE, CLEARLY_WRONG = 4.0, 0.1
"""Replicates read as full weights (or as factors) are refused where they miss the design weights by 10 % or more
and would come four times as near read the other way."""


def read_replicate_weights(
    book: Codebook, table: RawTable, weights: np.ndarray, sampling: Sampling, log: ImportLog
) -> ReplicateWeights | None:
    """The replicate weights that the codebook names, or None.

    Parameters
    ----------
    weights
        Design weights; float (n,).
    sampling
        Strata and sampling units, by which the stratified jackknife is scaled.

    Raises
    ------
    SurveyError
        Where columns are missing or have cells that are no weights, where scales do not fit, or where factors are
        taken for full weights.

    Notes
    -----
    The scales unless stated, with R replicates: jk1 (R − 1)/R; brr 1/R; fay 1/(R (1 − ρ)²); bootstrap 1/(R − 1);
    jkn (n_h − 1)/n_h for the stratum whose unit a replicate leaves out. All are what R's survey takes.
    """
    design = book.design
    if design.replicate_weights is None:
        return None
    assert design.replicate_method is not None  # the codebook is refused otherwise
    columns = _columns(book, table)
    full = _read(table, columns, log)
    if not design.combined_replicates:
        full = full * weights[:, None]
    _check_kind(book, table, columns, full, weights)
    return ReplicateWeights(
        columns=tuple(columns),
        weights=read_only(full),
        base=weights,
        scales=read_only(_scales(book, table, columns, full, weights, sampling)),
        center=design.replicate_center,
        method=design.replicate_method,
    )


def _columns(book: Codebook, table: RawTable) -> list[str]:
    """The columns of the replicates, rw_2 before rw_10 where a pattern names them.

    A pattern does not mean the design weight, which public files often number 0 in the same series.
    """
    named = book.design.replicate_weights
    assert named is not None
    if isinstance(named, str):
        pattern = re.compile(".*".join(map(re.escape, named.split("*"))), re.DOTALL)
        matching = (name for name in table.frame.columns if pattern.fullmatch(name) and name != book.design.weight)
        columns = sorted(matching, key=_natural)
    else:
        columns = [str(table.column(name, "design.replicate_weights").name) for name in named]
    parts = ("weight", "strata", "cluster", "fpc", "respondent")
    uses = {getattr(book.design, part): f"design.{part}" for part in parts}
    uses |= {item.column: f"item {key!r}" for key, item in book.items.items()}
    if other := next((name for name in columns if name in uses), None):
        raise SurveyError(
            f"{table.name}: expected replicate weights in the columns {named!r}, found {other!r} among them, which is "
            f"{uses[other]}; correct the pattern, or list the columns of the replicates."
        )
    if len(columns) < 2:
        raise SurveyError(
            f"{table.name}: expected at least two columns of replicate weights for {named!r}, found "
            f"{columns[0]!r} only; correct design.replicate_weights, in which * stands for any characters."
            if columns
            else f"{table.name}: expected columns of replicate weights for {named!r}, found none; correct "
            "design.replicate_weights, in which * stands for any characters."
        )
    return columns


def _natural(name: str) -> list[tuple[int, int, str]]:
    """By numbers where names have numbers, such as rw_2 before rw_10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return [(0, int(part), part) if part.isascii() and part.isdigit() else (1, 0, part) for part in parts]


def _read(table: RawTable, columns: list[str], log: ImportLog) -> np.ndarray:
    numbers = np.empty((len(table.frame), len(columns)))
    sentences = []
    for position, column in enumerate(columns):
        cells = table.frame[column]
        numbers[:, position] = numbers_in(cells)
        values = numbers[:, position]
        place = f"{table.name}, column {column!r}"
        if (wrong := ~(np.isfinite(values) & (values >= 0))).any():
            sentences.append(
                f"{place}: expected a replicate weight of 0 or more in every row, found "
                f"{table.places(table.counted(cells, wrong))}; correct the weights."
            )
        elif not values.any():
            sentences.append(f"{place}: expected replicate weights above 0, found only zeros; name other columns.")
        log.add(column, "design.replicate_weights", "read", len(values))
    if sentences:
        more = len(sentences) - MOST_COLUMNS_TOLD
        told = sentences[:MOST_COLUMNS_TOLD] + ([f"And so in {more} more columns."] if more > 0 else [])
        raise SurveyError("\n".join(told))
    return numbers


def _check_kind(book: Codebook, table: RawTable, columns: list[str], full: np.ndarray, weights: np.ndarray) -> None:
    """Refuse factors read as full weights, and full weights read as factors; both would pass in silence."""
    combined = book.design.combined_replicates
    used = weights > 0
    base = weights[used]
    mean = full[used].mean(axis=1)
    read = mean if combined else mean / base

    def missed(expected: np.ndarray) -> float:
        """Weighted mean distance of the replicates from what they should be on average, whatever their scale."""
        scaled = read * (expected.sum() / read.sum())
        return float(np.abs(scaled - expected).sum() / expected.sum())

    as_weights, as_factors = missed(base), missed(np.ones(len(base)))
    stated, otherwise = (as_weights, as_factors) if combined else (as_factors, as_weights)
    if stated > CLEARLY_WRONG and stated > CLEARLY_WORSE * otherwise:
        expected, found = ("full weights", "factors") if combined else ("factors", "full weights")
        raise SurveyError(
            f"{table.name}, columns {columns[0]!r} to {columns[-1]!r}: expected replicate weights that are {expected}, "
            f"found what looks like {found} of the design weights; write combined_replicates: "
            f"{'false' if combined else 'true'} under design."
        )


def _scales(
    book: Codebook,
    table: RawTable,
    columns: list[str],
    full: np.ndarray,
    weights: np.ndarray,
    sampling: Sampling,
) -> np.ndarray:
    """What each replicate's squared deviation counts; float (R,)."""
    design, count = book.design, len(columns)
    left = np.ones(count)
    if design.replicate_rscales is not None:
        if len(design.replicate_rscales) != count:
            raise SurveyError(
                f"{table.name}: expected as many numbers under design.replicate_rscales as there are replicates "
                f"({count}), found {len(design.replicate_rscales)}; list one for each of {columns[0]!r} to "
                f"{columns[-1]!r}."
            )
        left = np.array(design.replicate_rscales)
    elif design.replicate_method == "jkn":
        left = _jackknife_scales(table, columns, full, weights, sampling)
    elif sampling.fractions is not None:
        left = np.full(count, _only_fraction(table, book, sampling.fractions))
    if design.replicate_scale is not None:
        return design.replicate_scale * left
    rho = design.fay_rho or 0.0
    scale = {
        "jk1": (count - 1) / count,
        "jkn": 1.0,
        "brr": 1 / count,
        "fay": 1 / (count * (1 - rho) ** 2),
        "bootstrap": 1 / (count - 1),
    }
    assert design.replicate_method is not None
    return scale[design.replicate_method] * left


def _only_fraction(table: RawTable, book: Codebook, fractions: np.ndarray) -> float:
    """What a finite population leaves of the variance, where there is one for all replicates."""
    if np.ptp(fractions) > 0:
        raise SurveyError(
            f"{table.name}, column {book.design.fpc!r}: expected one sampled part for replicate_method: jk1, found "
            f"parts from {fractions.min():.3g} to {fractions.max():.3g}; use jkn, or state replicate_rscales and "
            "remove fpc."
        )
    return 1.0 - float(fractions[0])


def _jackknife_scales(
    table: RawTable, columns: list[str], full: np.ndarray, weights: np.ndarray, sampling: Sampling
) -> np.ndarray:
    """(n_h − 1)/n_h, less the part that was sampled, for the stratum whose unit each replicate leaves out."""
    assert sampling.strata is not None  # the codebook is refused otherwise
    units = unit_codes(sampling.strata, sampling.clusters, len(weights))
    _, first, unit = np.unique(units, return_index=True, return_inverse=True)
    counted = weights > 0
    members = np.bincount(unit[counted], minlength=len(first))
    stratum = sampling.strata[first]
    in_stratum = np.bincount(stratum[members > 0], minlength=int(stratum.max()) + 1)[stratum]
    left_out: dict[int, str] = {}
    for position, column in enumerate(columns):
        zeros = np.bincount(unit[counted & (full[:, position] == 0)], minlength=len(first))
        gone = np.flatnonzero((zeros == members) & (members > 0))
        alone = len(gone) == 1 and zeros.sum() == members[gone[0]]
        if not alone or gone[0] in left_out:
            found = f"some in all or part of {np.count_nonzero(zeros)} units"
            if alone:
                found = f"the same unit as in {left_out[gone[0]]!r}"
            raise SurveyError(
                f"{table.name}, column {column!r}: expected a replicate that leaves out one sampling unit of its own "
                f"(weights of 0), as the stratified jackknife does, found {found}; state its scales under "
                "design.replicate_rscales."
            )
        left_out[int(gone[0])] = column
    if len(columns) != np.count_nonzero(members):
        raise SurveyError(
            f"{table.name}: expected a replicate for each of the {np.count_nonzero(members)} sampling units, as the "
            f"stratified jackknife has, found {len(columns)}; state their scales under design.replicate_rscales."
        )
    order = np.array(list(left_out))
    scales = (in_stratum[order] - 1) / in_stratum[order]
    return scales if sampling.fractions is None else scales * (1.0 - sampling.fractions[first][order])

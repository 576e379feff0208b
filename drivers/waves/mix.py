"""Who answered: the columns by which two waves are composed, as far as both have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from drivers.errors import ModelError, remedy
from drivers.models.given import listed_names
from drivers.survey.data import Survey
from drivers.waves.reweighting import Reweighted, reweighted

FEWEST_IN_CELL = 10
"""Respondents that a group needs in each wave: with fewer, a handful would stand for many."""

MOST_JOINED = 0.25
"""Part of a wave that may lie in groups which another wave hardly has; with more, the column means something else."""

Untold = Literal["mix_not_asked", "mix_coded_differently", "mix_too_few", "mix_one_group", "mix_out_of_reach"]
UNTOLD: tuple[Untold, ...] = get_args(Untold)
"""Why a column tells nothing of who answered: empty in a wave, other groups in each wave, too few in most groups,
hardly anybody outside one group, or waves so different that none can be weighted to the other."""

Method = Literal["cells", "raking", "none"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mix:
    """What waves are composed of; `mix_of` makes one.

    Parameters
    ----------
    columns
        Names of the segments and columns used.
    untold
        Those that could not be, and why.
    method
        ``cells`` where all groups by all columns are large enough in each wave, else ``raking`` on the columns one by
        one; ``none`` without columns.
    basis
        A constant and indicators of the cells, or of the groups of each column; float (n, q).
    """

    columns: tuple[str, ...]
    untold: Mapping[str, Untold]
    method: Method
    basis: np.ndarray


def mix_names(survey: Survey, mix: Sequence[str] | None) -> tuple[str, ...]:
    """The checked names of what respondents are told apart by: segments unless given.

    Raises
    ------
    ModelError
        Where a name is no segment and no column.
    """
    if mix is None:
        return tuple(survey.codebook.segments)
    names = (mix,) if isinstance(mix, str) else tuple(listed_names(mix, "mix"))
    known = dict.fromkeys([*survey.codebook.segments, *survey.raw.columns])
    for name in names:
        if name not in known:
            shown = ", ".join(map(repr, survey.codebook.segments)) or "none"
            what_to_do = remedy(name, known, otherwise="choose others.")
            raise ModelError(
                f"Expected segments or columns in mix=, found {name!r}; {what_to_do} The segments are: {shown}."
            )
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ModelError(f"Expected each name once in mix=, found {twice!r} twice; remove one.")
    return names


def mix_of(survey: Survey, names: Sequence[str], groups: Sequence[np.ndarray]) -> Mix:
    """How some groups of respondents, such as waves, are composed.

    Parameters
    ----------
    names
        Segments and columns.
    groups
        Respondents used, with weights above 0; bool (n,) each.

    Notes
    -----
    A value that fewer than 10 respondents of a wave have is joined with the others of that kind, and these with the
    commonest where they are still too few. A column of which a quarter of a wave would be so joined, or is empty, says
    nothing of who answered.
    """
    n = len(survey.weights)
    codes: dict[str, np.ndarray] = {}
    untold: dict[str, Untold] = {}
    for name in names:
        segment = survey.codebook.segments.get(name)
        found = _groups(survey, survey.raw[segment.column if segment else name].str.strip(), groups)
        if isinstance(found, str):
            untold[name] = found
        else:
            codes[name] = found
    if not codes:
        return Mix(columns=(), untold=untold, method="none", basis=np.ones((n, 1)))
    everybody = np.logical_or.reduce(groups)
    cell = np.zeros(n, dtype=np.int64)
    for column in codes.values():
        cell = cell * (int(column.max()) + 1) + column
    # Rows of other waves may have combinations that nobody here has.
    known, place = np.unique(cell[everybody], return_inverse=True)
    whole = np.full(n, -1, dtype=np.int64)
    whole[everybody] = place
    sizes = np.array([np.bincount(whole[group], minlength=len(known)) for group in groups])
    method: Method = "cells" if sizes.min() >= FEWEST_IN_CELL else "raking"
    parts = [whole] if method == "cells" else list(codes.values())
    indicators = [(part == value).astype(float) for part in parts for value in range(1, int(part.max()) + 1)]
    return Mix(
        columns=tuple(codes),
        untold=untold,
        method=method,
        basis=np.column_stack([np.ones(n), *indicators]),
    )


def held_constant(
    survey: Survey, names: Sequence[str], groups: Sequence[np.ndarray], pairs: Sequence[tuple[np.ndarray, np.ndarray]]
) -> tuple[Mix, tuple[Reweighted, ...]]:
    """Respondents weighted to the composition of others, by the columns with which that can be done.

    Parameters
    ----------
    names, groups
        As in `mix_of`.
    pairs
        Who is weighted, and to whom; bool (n,), bool (n,) each.
    """
    mix = mix_of(survey, names, groups)
    used = np.where(np.logical_or.reduce(groups), survey.weights, 0.0)
    found = [reweighted(used, mix.basis, source, target) for source, target in pairs]
    reached = tuple(one for one in found if one is not None)
    if len(reached) < len(found):
        untold: dict[str, Untold] = {**mix.untold, **dict.fromkeys(mix.columns, "mix_out_of_reach")}
        mix = Mix(columns=(), untold=untold, method="none", basis=np.ones((len(used), 1)))
        plain = [reweighted(used, mix.basis, source, target) for source, target in pairs]
        reached = tuple(one for one in plain if one is not None)
    return mix, reached


def _groups(survey: Survey, cells: pd.Series, groups: Sequence[np.ndarray]) -> np.ndarray | Untold:
    """The group of each row by one column, int (n,), or why there is none."""
    everybody = np.logical_or.reduce(groups)
    empty = (cells == "").to_numpy(dtype=bool)
    if max(_part(survey, group, empty) for group in groups) > MOST_JOINED:
        return "mix_not_asked"
    codes, names = pd.factorize(cells.where(everybody, ""))
    sizes = np.array([np.bincount(codes[group], minlength=len(names)) for group in groups])
    few = sizes.min(axis=0) < FEWEST_IN_CELL
    few &= sizes.max(axis=0) > 0
    if max(_part(survey, group, few[codes]) for group in groups) > MOST_JOINED:
        elsewhere = (sizes.min(axis=0) == 0) & (sizes.max(axis=0) >= FEWEST_IN_CELL)
        apart = max(_part(survey, group, elsewhere[codes]) for group in groups) > MOST_JOINED
        return "mix_coded_differently" if apart else "mix_too_few"
    kept = np.flatnonzero(sizes.min(axis=0) >= FEWEST_IN_CELL)
    commonest = kept[np.argmax(sizes[:, kept].sum(axis=0))]
    become = np.full(len(names), -1, dtype=np.int64)
    become[kept] = np.arange(len(kept))
    joined = sizes[:, few].sum(axis=1)
    become[become < 0] = len(kept) if joined.min() >= FEWEST_IN_CELL else become[commonest]
    codes = become[codes]
    found = np.unique(codes[everybody])
    if len(found) < 2:
        return "mix_one_group"
    return np.searchsorted(found, np.where(everybody, codes, found[0])).astype(np.int64)


def _part(survey: Survey, group: np.ndarray, rows: np.ndarray) -> float:
    weights = survey.weights[group]
    return float(weights @ rows[group] / weights.sum())

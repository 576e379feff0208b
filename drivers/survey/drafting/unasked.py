"""Questions without any answer in whole waves, which were most likely not asked in these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from drivers.survey.drafting.findings import Finding, Sureness, quoted
from drivers.survey.drafting.model import DraftModel
from drivers.survey.drafting.profile import Profile
from drivers.survey.drafting.time_columns import DraftWave

BY_CHANCE = 0.001
"""Probability below which nobody of a wave left a question out by chance."""

_Where = tuple[tuple[str, tuple[str, ...]], ...]
"""Columns of the waves, each with the values that stand in the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSkip:
    """Rated columns that nobody answered in some waves, as it would stand in the codebook."""

    where: Mapping[str, Sequence[str | int]]
    columns: tuple[str, ...]
    finding: Finding


def skips_of(rated: Sequence[str], profiles: Sequence[Profile], wave: DraftWave | None) -> tuple[DraftSkip, ...]:
    """The rated columns that were not asked in whole waves, those of the same waves together.

    Notes
    -----
    A wave counts only where a question that is left out as often as in the other waves would hardly be left out by
    everybody.
    """
    if wave is None:
        return ()
    cells = {profile.name: profile.cells for profile in profiles}
    rows = pd.MultiIndex.from_arrays([cells[name] for name in wave.columns])
    places = {values: place for place, (values, _) in enumerate(wave.order)}
    of_row = np.array([places[tuple(map(str, row))] for row in rows], dtype=np.intp)
    sizes = np.bincount(of_row, minlength=len(places))
    together: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for name in rated:
        filled = np.bincount(of_row, weights=(cells[name] != "").to_numpy(dtype=float), minlength=len(places))
        absent = filled == 0
        if not absent.any() or absent.all():
            continue
        left_out = 1 - filled.sum() / (sizes[~absent].sum() + 1)
        if gone := tuple(int(place) for place in np.flatnonzero(absent & (left_out**sizes < BY_CHANCE))):
            together[gone].append(name)
    order = [values for values, _ in wave.order]
    found = []
    for gone, names in together.items():
        for where in _conditions(wave.columns, order, [order[place] for place in gone]):
            found.append(_skip(where, tuple(names)))
    return tuple(found)


def optional_where_skipped(model: DraftModel, skips: Sequence[DraftSkip]) -> DraftModel:
    """The model with drivers optional that were not asked in every wave, as no row of such a wave would be left."""
    skipped = {name for skip in skips for name in skip.columns}
    drivers = []
    for driver in model.drivers:
        if skipped & set(driver.columns) and not driver.optional:
            reason = f"{driver.finding.reason}; not asked in every wave, so it enters only where it is named"
            driver = replace(driver, optional=True, finding=replace(driver.finding, reason=reason))
        drivers.append(driver)
    if all(driver.optional for driver in drivers):
        return model
    return replace(model, drivers=tuple(drivers))


def _conditions(
    columns: Sequence[str], order: Sequence[tuple[str, ...]], gone: Sequence[tuple[str, ...]]
) -> list[_Where]:
    """The waves as values of their columns, whole years together."""
    if len(columns) == 1:
        return [((columns[0], tuple(values[0] for values in gone)),)]
    year, part = columns
    whole: list[str] = []
    others: list[_Where] = []
    for first in dict.fromkeys(values[0] for values in gone):
        parts = tuple(values[1] for values in gone if values[0] == first)
        if len(parts) == sum(values[0] == first for values in order):
            whole.append(first)
        else:
            others.append(((year, (first,)), (part, parts)))
    return [*([((year, tuple(whole)),)] if whole else []), *others]


def _skip(where: _Where, columns: tuple[str, ...]) -> DraftSkip:
    told = " and ".join(f"{name} is {' or '.join(_shortened(values))}" for name, values in where)
    verb = "was" if len(columns) == 1 else "were"
    return DraftSkip(
        where={name: [int(value) if _is_plain(value) else value for value in values] for name, values in where},
        columns=columns,
        finding=Finding(
            part="skips",
            columns=columns,
            found=f"not asked where {told}",
            sureness=Sureness.LIKELY,
            reason="nobody has an answer there, though in other waves there are some",
            confirm=f"{verb} {quoted(columns)} left out of the questionnaire where {told}?",
        ),
    )


def _shortened(values: Sequence[str]) -> Sequence[str]:
    return values if len(values) <= 8 else (*values[:3], "…", values[-1])


def _is_plain(value: str) -> bool:
    return value.isascii() and value.isdecimal() and str(int(value)) == value and len(value) <= 6

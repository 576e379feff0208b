"""Of which units and waves of a survey nothing may be told, since few people answered or others would tell of few."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from drivers.survey.disclosure import hidden_entries, with_sums

if TYPE_CHECKING:
    from drivers.survey.data import Survey

Place = tuple[str, str]
"""A unit and a wave; an empty text stands for all together."""


def untold(survey: Survey) -> frozenset[Place]:
    """Units and waves, alone or together, that may not be told of, whichever of them is selected.

    Parameters
    ----------
    survey
        Only whom its filters choose count. Its ``fewest`` are the fewest people that are told of.

    Notes
    -----
    All units, waves, units in waves and the whole count as told, whatever is published: see `hidden_entries`. What is
    told of others than the filters choose is not looked at.
    """
    units, waves, chosen = _groups(survey)
    if not units and not waves:
        return frozenset()
    table = _table(survey, units, waves, chosen)
    hidden = hidden_entries(table, fewest=survey.fewest)
    return frozenset(_named(hidden, units, waves))


def people(survey: Survey) -> dict[Place, int]:
    """People of a survey and its filters by unit, by wave, by both and all together; whoever is of none is left out."""
    units, waves, chosen = _groups(survey)
    return _named(with_sums(_table(survey, units, waves, chosen)), units, waves)


def waves_told(survey: Survey) -> np.ndarray:
    """Which waves of the selected unit may be told of; bool (w,)."""
    return np.array([(survey.unit, wave) not in survey.untold for wave in survey.waves], dtype=bool)


def _groups(survey: Survey) -> tuple[list[str], list[str], np.ndarray]:
    """Units and waves by name, and the rows that the filters choose; bool (n,)."""
    chosen = np.ones(len(survey.weights), dtype=bool)
    for name, value in survey.only.items():
        segment = survey.codebook.segments.get(name)
        chosen &= (survey.raw[segment.column if segment else name] == value).to_numpy(dtype=bool)
    unit = survey.codebook.unit
    units = sorted(survey.raw[unit.column].astype(str).unique()) if unit is not None else []
    return [name for name in units if name], list(survey.waves), chosen


def _table(survey: Survey, units: list[str], waves: list[str], chosen: np.ndarray) -> np.ndarray:
    """People by unit and wave; whoever is of none is in a last row or column; int (units + 1, waves + 1)."""
    codes = np.full(len(chosen), len(units))
    if survey.codebook.unit is not None:
        found = pd.Index(units).get_indexer(pd.Index(survey.raw[survey.codebook.unit.column].astype(str)))
        codes = np.where(found >= 0, found, len(units))
    place = np.full(len(chosen), len(waves))
    if survey.wave_index is not None:
        place = np.where(survey.wave_index >= 0, survey.wave_index, len(waves))
    shape = len(units) + 1, len(waves) + 1
    flat = np.bincount((codes * shape[1] + place)[chosen], minlength=shape[0] * shape[1])
    return flat.reshape(shape)


def _named(entries: np.ndarray, units: list[str], waves: list[str]) -> dict[Place, int]:
    """What is not 0 in a table with its sums, by unit and wave; without those who are of none."""
    rows, columns = [*units, None, ""], [*waves, None, ""]
    return {
        (unit, wave): int(entries[i, j])
        for i, unit in enumerate(rows)
        for j, wave in enumerate(columns)
        if unit is not None and wave is not None and entries[i, j]
    }

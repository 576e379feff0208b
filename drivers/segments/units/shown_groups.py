"""The groups of a survey that are compared: its units, or what one or two of its columns make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.results import read_only
from drivers.survey.data import Survey


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Groups of respondents.

    Parameters
    ----------
    names
        As written in the survey's column.
    codes
        Group of each row of the domain, −1 elsewhere and where the column is empty; int (n,).
    """

    names: tuple[str, ...]
    codes: np.ndarray

    def keep(self, kept: np.ndarray) -> Groups:
        """Some of the groups; bool (k,)."""
        new = np.where(kept, np.cumsum(kept) - 1, -1)
        return Groups(
            names=tuple(name for name, stays in zip(self.names, kept, strict=True) if stays),
            codes=np.where(self.codes >= 0, new[self.codes], -1),
        )


def of_all_units(survey: Survey) -> Survey:
    """The survey about all units, its wave and filters as they were.

    Raises
    ------
    ModelError
        Where the codebook names no unit.
    """
    if survey.codebook.unit is None:
        raise ModelError(
            "Expected 'unit:' in the codebook to compare units, found none; add it.", code="no_units_named", values={}
        )
    everybody = replace(survey, in_unit=read_only(np.ones(len(survey.weights)), bool), unit="", only={})
    return everybody.select(only=survey.only)


def unit_groups(survey: Survey) -> Groups:
    """The units of a survey about all of them, in the order of the codebook, then of their names."""
    assert survey.codebook.unit is not None  # of_all_units refuses the survey otherwise
    return column_groups(survey, [survey.codebook.unit.column], [survey.codebook.unit.values])


def column_groups(survey: Survey, columns: Sequence[str], orders: Sequence[Mapping[str, object]]) -> Groups:
    """The groups that one or two columns make in the domain; names of two are joined by `` × ``.

    Parameters
    ----------
    columns
        Of the raw answers.
    orders
        For each column, its values in the codebook's order.
    """
    parts = [survey.raw[column].astype(str).str.strip().to_numpy(dtype=object) for column in columns]
    inside = survey.domain & (survey.weights > 0)
    for part in parts:
        inside = inside & (part != "")
    table = pd.DataFrame(dict(enumerate(parts)))
    keys = list(dict.fromkeys(map(tuple, table[inside].drop_duplicates().to_numpy())))
    places = [{value: place for place, value in enumerate(map(str, order))} for order in orders]
    keys.sort(
        key=lambda key: tuple((place.get(part, len(place)), part) for part, place in zip(key, places, strict=True))
    )
    position = {key: place for place, key in enumerate(keys)}
    codes = np.full(len(inside), -1)
    rows = np.flatnonzero(inside)
    codes[rows] = [position[key] for key in map(tuple, table.iloc[rows].to_numpy())]
    return Groups(names=tuple(" × ".join(key) for key in keys), codes=codes)

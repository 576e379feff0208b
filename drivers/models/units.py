"""The columns of what is ranked and of what is held constant: drivers, groups, segments, interactions, controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from drivers.errors import ModelError, remedy
from drivers.models.applicability import Concerned
from drivers.survey.data import Survey


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that is ranked: its columns with their names."""

    name: str
    terms: tuple[str, ...]
    columns: tuple[np.ndarray, ...]
    rated: tuple[bool, ...]
    applicable: tuple[np.ndarray, ...]
    needs: tuple[str, ...] = ()


def known_name(what: str, name: str, known: Mapping[str, object]) -> str:
    """The name, or an error that lists those that there are."""
    if not isinstance(name, str) or name not in known:
        shown = ", ".join(map(repr, known))
        raise ModelError(f"Expected {what} to be one of {shown}, found {name!r}; {remedy(name, known)}")
    return name


def units_of(names: Sequence[str], groups: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Driver or group → its drivers, in the codebook's order."""
    group_of: dict[str, str] = {}
    for group, members in groups.items():
        for member in members:
            if member not in names:
                raise ModelError(
                    f"Expected group {group!r} to hold drivers of this model, found {member!r}; correct groups=."
                )
            if member in group_of:
                raise ModelError(
                    f"Expected each driver in one group, found {member!r} in {group_of[member]!r} and {group!r}; "
                    "correct groups=."
                )
            group_of[member] = group
        if group in names and group not in members:
            raise ModelError(f"Expected a group's name to be no driver's, found {group!r}; rename the group.")
    units: dict[str, tuple[str, ...]] = {}
    for name in names:
        unit = group_of.get(name, name)
        units[unit] = (*units.get(unit, ()), name)
    return units


def unit_columns(survey: Survey, name: str, members: tuple[str, ...], concerned: Concerned, rows: np.ndarray) -> Unit:
    """The columns of a driver, a group of drivers, or a segment."""
    terms: list[str] = []
    columns: list[np.ndarray] = []
    rated: list[bool] = []
    masks: list[np.ndarray] = []
    if name in concerned.units:
        place = list(concerned.units).index(name)
        for position in range(concerned.starts[place], concerned.starts[place + 1]):
            terms.append(concerned.terms[position])
            columns.append(concerned.columns[:, position])
            rated.append(bool(concerned.rated[position]))
            masks.append(concerned.applicable[:, position])
    for member in members:
        if member not in survey.codebook.drivers:
            for term, column in _columns(survey, member, rows):
                terms.append(term)
                columns.append(column)
                rated.append(False)
                masks.append(np.ones(len(column), dtype=bool))
    return Unit(name, tuple(terms), tuple(columns), tuple(rated), tuple(masks))


def interaction_units(
    pairs: Sequence[Sequence[str]],
    members: Mapping[str, tuple[str, ...]],
    units: Sequence[Unit],
    rows: np.ndarray,
    weights: np.ndarray,
) -> list[Unit]:
    """One unit for each interaction, with the products of its two parts' columns."""
    found: list[Unit] = []
    unit_of = {member: unit for unit in units for member in members[unit.name]} | {unit.name: unit for unit in units}
    for pair in pairs:
        names = tuple(pair)
        if isinstance(pair, str) or len(names) != 2 or names[0] == names[1] or not set(names) <= set(unit_of):
            shown = ", ".join(map(repr, unit_of))
            raise ModelError(
                f"Expected an interaction of two different drivers among {shown}, found {pair!r}; correct it in "
                "interactions=."
            )
        name = ":".join(names)
        if any(set(names) == set(other.name.split(":")) for other in found):
            raise ModelError(f"Expected each interaction once, found {name!r} twice; remove one from interactions=.")
        first, second = (_parts_of(unit_of[part], part) for part in names)
        terms, columns = [], []
        for term, column in first:
            for other, factor in second:
                terms.append(f"{term}:{other}")
                columns.append(_centred(column, rows, weights) * _centred(factor, rows, weights))
        needs = tuple(dict.fromkeys(unit_of[part].name for part in names))
        everywhere = np.ones(len(rows), dtype=bool)
        count = len(columns)
        found.append(Unit(name, tuple(terms), tuple(columns), (False,) * count, (everywhere,) * count, needs))
    return found


def _parts_of(unit: Unit, name: str) -> list[tuple[str, np.ndarray]]:
    """A unit's columns, or those of the one member that is named."""
    parts = list(zip(unit.terms, unit.columns, strict=True))
    named = [(term, column) for term, column in parts if term == name or term.startswith(f"{name}=")]
    return parts if name == unit.name else named


def _centred(column: np.ndarray, rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """A column less its mean: with both parts in the model a product explains the same, and is told apart better."""
    known = rows & ~np.isnan(column)
    return column - np.average(column[known], weights=weights[known])


def product_columns(units: Sequence[Unit], controls: int) -> tuple[tuple[int, int, int], ...]:
    """Position of each column that is a product, and of the two columns it is made of."""
    terms = [term for unit in units for term in unit.terms]
    place = {term: controls + position for position, term in enumerate(terms)}
    products = []
    for unit in units:
        for term in unit.terms if unit.needs else ():
            first, second = next(
                (left, right)
                for cut in range(1, len(term))
                if term[cut] == ":" and (left := term[:cut]) in place and (right := term[cut + 1 :]) in place
            )
            products.append((place[term], place[first], place[second]))
    return tuple(products)


def control_columns(survey: Survey, name: str, rows: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """A control's columns: a score or item as it is, a segment as indicators of all its values in the rows but one."""
    book = survey.codebook
    if name in book.items and name not in survey.scores.columns:
        return [(name, survey.codes[name].to_numpy())]
    if name not in survey.scores.columns and name not in book.segments:
        known = [*book.items, *book.segments, *book.drivers]
        raise ModelError(
            f"Expected a control to be an item, a segment or a driver, found {name!r}; there are {', '.join(known)}."
        )
    return _columns(survey, name, rows)


def _columns(survey: Survey, name: str, rows: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """A driver's score, or a segment's indicators of all its values in the rows but the first."""
    if name in survey.scores.columns:
        return [(name, survey.scores[name].to_numpy())]
    cells = survey.raw[survey.codebook.segments[name].column]
    levels = sorted(set(cells[rows]))
    if len(levels) == 1:
        return [(name, np.zeros(len(cells)))]
    return [(f"{name}={level}", (cells == level).to_numpy(dtype=float)) for level in levels[1:]]

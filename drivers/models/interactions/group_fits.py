"""One regression for each group of respondents, in the form in which its slopes are drawn again cheaply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from scipy import linalg

from drivers.errors import ModelError
from drivers.linearization import domain_design, domain_fpc
from drivers.models.predictors import Predictors
from drivers.survey.data import Survey
from drivers.survey.design.sampling import lone_unit
from drivers.survey.respondents import unit_codes

EACH_TERM = 3
"""Respondents that a group needs for each term of its regression, and sampling units for each two."""

UNITS_EACH_TERM = 6
"""Sampling units that a group needs for each term to be tested: with four the test flags 7 % where it should 5."""

ALONE = 1 - 1e-9
"""A leverage above belongs to a respondent, or a sampling unit, who alone decides an effect."""

UNTOLD = 1e-8
"""Part of a column's spread that the others may leave of it, for its slope to be known."""

WithoutSlopes = Literal["few", "constant", "not_separable", "few_units"]
WITHOUT_SLOPES: tuple[WithoutSlopes, ...] = get_args(WithoutSlopes)
"""Why a group has no slopes: too few respondents, all gave one answer, aspects that cannot be told apart there, too
few sampling units."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Units:
    """The sampling units that chance moves, those without a respondent of the domain among them.

    Parameters
    ----------
    of_row
        Unit of each row; int (n,).
    stratum
        Stratum of each unit; int (units,).
    count
        Units of each stratum; int (strata,).
    left
        1 less the part of the stratum's units in the population that was sampled; float (strata,).
    """

    of_row: np.ndarray
    stratum: np.ndarray
    count: np.ndarray
    left: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupFit:
    """The regression of n respondents on p terms, k of which are drivers; all rows times the root of their weight.

    Parameters
    ----------
    rows
        Places of the respondents among all rows; int (n,).
    x, y
        What the constant and the controls leave of drivers and outcome; float (n, k), (n,).
    basis
        Orthonormal, of all terms; float (n, p).
    to_slopes
        From coordinates on the basis to slopes; float (k, p).
    leverage
        Of each respondent; float (n,).
    held_leverage
        The part of it that constant and controls have; float (n,).
    left
        1 less the part of the population that was sampled; float (n,).
    mass
        Sum of the weights.
    units, place, gram
        Where sampling units are not the respondents: the group's c units, the place of each respondent's among them,
        and the products of the basis within each; int (c,), int (n,), float (c, p, p).
    """

    rows: np.ndarray
    x: np.ndarray
    y: np.ndarray
    basis: np.ndarray
    to_slopes: np.ndarray
    leverage: np.ndarray
    held_leverage: np.ndarray
    left: np.ndarray
    mass: float
    units: np.ndarray | None = None
    place: np.ndarray | None = None
    gram: np.ndarray | None = None

    @property
    def terms(self) -> int:
        """Terms of the regression."""
        return self.basis.shape[1]

    @property
    def held(self) -> np.ndarray:
        """An orthonormal basis of constant and controls; float (n, p − k)."""
        return self.basis[:, : self.terms - len(self.to_slopes)]

    @property
    def reach(self) -> np.ndarray:
        """What one point of each respondent's outcome moves in each slope; float (k, n)."""
        return self.to_slopes @ self.basis.T

    @property
    def slopes(self) -> np.ndarray:
        """Effects of the drivers, given each other and the controls; float (k,)."""
        return self.reach @ self.y

    @property
    def residual(self) -> np.ndarray:
        """What the group's own slopes leave of the outcome; float (n,)."""
        return self.y - self.x @ self.slopes


def sampling_units_of(survey: Survey, rows: np.ndarray) -> Units | None:
    """The sampling units of a domain; None where its respondents are the units.

    Parameters
    ----------
    rows
        Respondents with weights above 0; bool (n,).

    Raises
    ------
    ModelError
        Where the whole population was asked, or a stratum has a single sampling unit.
    """
    strata, clusters = domain_design(survey, rows)
    fpc = domain_fpc(survey, rows)
    if fpc is not None and (fpc[rows] >= 1).all():
        raise ModelError(
            "Expected a sample, found that all sampling units of the population were taken (design.fpc), so that no "
            "effect varies by chance; remove fpc to ask what people like these would have answered.",
            code="whole_population",
        )
    if clusters is None:
        return None
    n = len(rows)
    _, first, of_row = np.unique(unit_codes(strata, clusters, n), return_index=True, return_inverse=True)
    stratum = np.zeros(len(first), dtype=np.int64)
    if strata is not None:
        stratum = np.unique(strata[first], return_inverse=True)[1]
    count = np.bincount(stratum)
    left = np.ones(len(count))
    if fpc is not None:
        left[stratum] = 1.0 - fpc[first]
    used = np.unique(stratum[of_row[rows]])
    lone = used[(count[used] < 2) & (left[used] > 0)]
    if len(lone):
        raise lone_unit(int(np.flatnonzero(stratum[of_row] == lone[0])[0]))
    return Units(of_row=of_row, stratum=stratum, count=count, left=left)


def group_fits(
    survey: Survey, data: Predictors, codes: np.ndarray, keys: Sequence[str], units: Units | None
) -> tuple[dict[str, GroupFit], Mapping[str, WithoutSlopes]]:
    """The regression of each group that has enough respondents for one, and why others have none.

    Parameters
    ----------
    data
        The model's columns.
    codes
        Position of each respondent's group, −1 for none; int (n,).
    keys
        Names of the groups.
    units
        The sampling units, where they are not the respondents.

    Notes
    -----
    Constant and controls have effects of their own in each group, so that only slopes of drivers are compared.
    Controls that are alike throughout a group fall away there.
    """
    fits: dict[str, GroupFit] = {}
    without: dict[str, WithoutSlopes] = {}
    fpc = domain_fpc(survey, data.rows)
    weights = data.weights / data.weights[data.rows].mean()
    for position, key in enumerate(keys):
        rows = np.flatnonzero(data.rows & (codes == position))
        left = np.ones(len(rows)) if fpc is None or units is not None else 1.0 - fpc[rows]
        found = _fit(data.values[rows], weights[rows], int(data.starts[0]), rows, left)
        if isinstance(found, GroupFit) and units is not None:
            found = _in_units(found, units.of_row[rows])
        if isinstance(found, GroupFit):
            fits[key] = found
        else:
            without[key] = found
    return fits, without


def comparable_fits(
    survey: Survey, data: Predictors, codes: np.ndarray, keys: Sequence[str], units: Units | None
) -> tuple[dict[str, GroupFit], Mapping[str, WithoutSlopes]]:
    """`group_fits` of the groups that also have sampling units enough to be compared, and why others are left out."""
    fits, without = group_fits(survey, data, codes, keys, units)
    few = [key for key, fit in fits.items() if fit.units is not None and len(fit.units) < UNITS_EACH_TERM * fit.terms]
    kept = {key: fit for key, fit in fits.items() if key not in few}
    return kept, {**without, **dict.fromkeys(few, "few_units")}


def _fit(
    values: np.ndarray, weights: np.ndarray, controls: int, rows: np.ndarray, left: np.ndarray
) -> GroupFit | WithoutSlopes:
    root = np.sqrt(weights)[:, None]
    held = _independent(np.column_stack([np.ones(len(values)), values[:, :controls]]), root)
    x, y = values[:, controls:-1], values[:, -1]
    terms = held.shape[1] + x.shape[1]
    if len(values) < EACH_TERM * terms:
        return "few"
    if np.ptp(y) == 0 or (np.ptp(x, axis=0) == 0).any():
        return "constant"
    own, triangle = linalg.qr(np.column_stack([held, root * x]), mode="economic")
    spread = np.linalg.norm(root * (x - np.average(x, axis=0, weights=weights)), axis=0)
    if (np.abs(np.diag(triangle))[held.shape[1] :] <= UNTOLD * spread).any():
        return "not_separable"
    to_slopes = linalg.solve_triangular(triangle, np.eye(terms))[held.shape[1] :]
    leverage, held_leverage = (own**2).sum(axis=1), (held**2).sum(axis=1)
    if (leverage > ALONE).any():
        return "not_separable"
    x_left, y_left = root * x - held @ (held.T @ (root * x)), root[:, 0] * y - held @ (held.T @ (root[:, 0] * y))
    if np.linalg.norm(y_left - own @ (own.T @ y_left)) <= UNTOLD * np.linalg.norm(y_left):
        return "constant"
    return GroupFit(
        rows=rows,
        x=x_left,
        y=y_left,
        basis=own,
        to_slopes=to_slopes,
        leverage=leverage,
        held_leverage=held_leverage,
        left=left,
        mass=float(weights.sum()),
    )


def _independent(columns: np.ndarray, root: np.ndarray) -> np.ndarray:
    """An orthonormal basis of columns, those that others tell left out; float (n, c)."""
    basis = np.empty((len(columns), 0))
    for column in (root * columns).T:
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)
        size = np.linalg.norm(rest)
        if size > UNTOLD * np.linalg.norm(column):
            basis = np.column_stack([basis, rest / size])
    return basis


def _in_units(fit: GroupFit, units: np.ndarray) -> GroupFit | WithoutSlopes:
    """The same with the sampling unit of each respondent, int (n,); nothing where one unit decides an effect."""
    names, place = np.unique(units, return_inverse=True)
    if 2 * len(names) < EACH_TERM * fit.terms:
        return "few_units"
    gram = sums_within((fit.basis[:, :, None] * fit.basis[:, None, :]).reshape(len(units), -1), place, len(names))
    gram = gram.reshape(len(names), fit.terms, fit.terms)
    if np.linalg.eigvalsh(gram)[:, -1].max() > ALONE:
        return "few_units"
    return replace(fit, units=names, place=place, gram=gram)


def sums_within(values: np.ndarray, place: np.ndarray, count: int) -> np.ndarray:
    """Sums of the rows of each place, all of which have one; float (count, q)."""
    order = np.argsort(place, kind="stable")
    begins = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=count))[:-1]])
    return np.asarray(np.add.reduceat(values[order], begins, axis=0))

"""Each group of a segment beside all others together: their effects, and their levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from drivers.models.expectations.ratios import ratios
from drivers.models.interactions.group_fits import GroupFit, Units
from drivers.models.multiplicity import benjamini_yekutieli
from drivers.segments.effects_result import EffectsTest, Levels
from drivers.segments.partition import Partition
from drivers.survey.data import Survey


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contrast:
    """Effects of each of g groups less those of the others, and the chance of as large ones; float (g, k)."""

    difference: np.ndarray
    p_value: np.ndarray


def effects_against_rest(fits: Sequence[GroupFit], spread: np.ndarray, units: Units | None) -> Contrast:
    """Each group's effects less those of all others together.

    Parameters
    ----------
    fits
        The groups.
    spread
        Robust covariance of each group's effects; float (g, k, k).
    units
        The sampling units, where they are not the respondents.

    Notes
    -----
    The others share their slopes, each of their groups with a level of its own. Variances of both sides are robust;
    sampling units that hold people of both make them go together. The t distribution has the degrees of freedom of
    Welch and Satterthwaite.
    """
    difference = np.empty((len(fits), fits[0].x.shape[1]))
    p_value = np.empty_like(difference)
    for position, fit in enumerate(fits):
        others = [other for other in fits if other is not fit]
        inverse = np.linalg.inv(sum(other.x.T @ other.x for other in others))
        slopes = inverse @ sum(other.x.T @ other.y for other in others)
        moved = [(other.x @ inverse) * (other.y - other.x @ slopes)[:, None] for other in others]
        if units is None:
            rest = _rows_variance(others, moved, inverse)
            together = np.zeros_like(rest)
            df_rest = float(sum(len(other.rows) for other in others) - sum(other.terms for other in others))
        else:
            theirs = _unit_totals(others, moved, units)
            own = _unit_totals([fit], [fit.reach.T * fit.residual[:, None]], units)
            rest, together = _shared(theirs, theirs, units), _shared(own, theirs, units)
            df_rest = float(np.count_nonzero(theirs.any(axis=1)) - sum(other.terms for other in others))
        variance = np.diag(spread[position])
        difference[position] = fit.slopes - slopes
        p_value[position] = _welch(difference[position], variance, rest, together, freedom(fit), max(df_rest, 1.0))
    return Contrast(difference=difference, p_value=p_value)


def freedom(fit: GroupFit) -> float:
    """Degrees of freedom of a group's effects: its respondents or sampling units less its terms, at least 1."""
    return float(max((len(fit.rows) if fit.units is None else len(fit.units)) - fit.terms, 1))


def levels_against_rest(survey: Survey, outcome: str, groups: Partition, conf_level: float) -> Levels:
    """The outcome's mean in each group, and less that of all others; p-values not yet corrected.

    Parameters
    ----------
    groups
        Of those who gave the outcome.
    """
    g = len(groups.keys)
    member = groups.codes[:, None] == np.arange(g)
    others = (groups.codes >= 0)[:, None] & ~member
    bottoms = np.column_stack([member, others]).astype(float)
    values = np.where(groups.codes >= 0, survey.scores[outcome].to_numpy(), 0.0)
    if g < 2:
        bottoms = bottoms[:, :g]
    found = ratios(survey, values[:, None] * bottoms, bottoms)
    # Each part's own mean was taken off it: of few people that leaves a variance too small by n − 1 to n.
    n = found.n.astype(float)
    few = np.sqrt(n / (n - 1))
    covariance = found.covariance * np.outer(few, few)
    freedoms = np.minimum(n - 1, max(found.df, 1))
    own = np.arange(g)
    error = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    reach = special.stdtrit(freedoms[own], (1 + conf_level) / 2) * error[own]
    difference = p_value = low = high = np.full(g, np.nan)
    if g > 1:
        rest = own + g
        difference = found.estimate[own] - found.estimate[rest]
        shared = covariance[own, rest]
        p_value = _welch(difference, error[own] ** 2, error[rest] ** 2, shared, freedoms[own], freedoms[rest])
        df, spread = _satterthwaite(error[own] ** 2, error[rest] ** 2, shared, freedoms[own], freedoms[rest])
        across = special.stdtrit(df, (1 + conf_level) / 2) * np.sqrt(spread)
        low, high = difference - across, difference + across
    return Levels(
        groups=groups.keys,
        mean=found.estimate[own],
        low=found.estimate[own] - reach,
        high=found.estimate[own] + reach,
        difference=difference,
        difference_low=low,
        difference_high=high,
        p_value=p_value,
        p_adjusted=np.full(g, np.nan),
        n=found.n[own],
    )


def corrected(tests: Sequence[EffectsTest]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """P-values of effects and of levels against the rest, corrected over all tests; one array per test and kind."""
    return (
        _together([test.difference_p_value for test in tests]),
        _together([test.levels.p_value for test in tests]),
    )


def _together(parts: list[np.ndarray]) -> list[np.ndarray]:
    flat = benjamini_yekutieli(np.concatenate([part.ravel() for part in parts]))
    ends = np.cumsum([part.size for part in parts])[:-1]
    return [part.reshape(shape.shape) for part, shape in zip(np.split(flat, ends), parts, strict=True)]


def _satterthwaite(
    first: np.ndarray,
    second: np.ndarray,
    shared: np.ndarray,
    df_first: np.ndarray | float,
    df_second: np.ndarray | float,
) -> tuple[np.ndarray, np.ndarray]:
    """Degrees of freedom and variance of a difference."""
    df = (first + second) ** 2 / (first**2 / df_first + second**2 / df_second)
    return df, np.maximum(first + second - 2 * shared, 0.0)


def _welch(
    difference: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    shared: np.ndarray,
    df_first: np.ndarray | float,
    df_second: np.ndarray | float,
) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        df, variance = _satterthwaite(first, second, shared, df_first, df_second)
        found = 2 * special.stdtr(df, -np.abs(difference) / np.sqrt(variance))
    return np.asarray(np.where(variance > 0, found, np.where(difference == 0, 1.0, np.nan)))


def _rows_variance(others: Sequence[GroupFit], moved: Sequence[np.ndarray], inverse: np.ndarray) -> np.ndarray:
    """HC3 of slopes that several groups share; float (k,)."""
    total = np.zeros(len(inverse))
    for other, part in zip(others, moved, strict=True):
        leverage = np.minimum(other.held_leverage + ((other.x @ inverse) * other.x).sum(axis=1), other.leverage)
        total += ((part / (1 - leverage)[:, None]) ** 2 * other.left[:, None]).sum(axis=0)
    return total


def _unit_totals(fits: Sequence[GroupFit], moved: Sequence[np.ndarray], units: Units) -> np.ndarray:
    """What each sampling unit moves; float (units, k)."""
    rows = np.concatenate([fit.rows for fit in fits])
    totals = np.zeros((len(units.stratum), moved[0].shape[1]))
    np.add.at(totals, units.of_row[rows], np.concatenate(moved))
    return totals


def _shared(first: np.ndarray, second: np.ndarray, units: Units) -> np.ndarray:
    """The covariance of two sums over sampling units, strata's means taken off; float (k,)."""
    strata = len(units.count)
    means = []
    for totals in (first, second):
        sums = np.zeros((strata, totals.shape[1]))
        np.add.at(sums, units.stratum, totals)
        means.append(sums / units.count[:, None])
    scale = (units.left * units.count / np.maximum(units.count - 1, 1))[units.stratum][:, None]
    return (scale * (first - means[0][units.stratum]) * (second - means[1][units.stratum])).sum(axis=0)

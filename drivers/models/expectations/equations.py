"""The three equations of expectation, as tests: below is dissatisfaction, inside is satisfaction, above is loyalty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from drivers.models.expectations.answers import PLACES, Expected
from drivers.models.expectations.ratios import Ratios, ratios
from drivers.models.multiplicity import holm
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey

EquationName = Literal["below", "inside", "above"]
EQUATIONS: tuple[EquationName, ...] = get_args(EquationName)

Finding = Literal["supported", "contradicted", "open", "untested"]
FINDINGS: tuple[Finding, ...] = get_args(Finding)
"""Whether the whole adjusted interval lies above the margin, below it, or holds it; and what cannot be tested."""

_COMPARED: dict[EquationName, tuple[tuple[str, int], tuple[str, int]]] = {
    "below": (("dissatisfied", 0), ("dissatisfied", 1)),
    "inside": (("satisfied", 1), ("dissatisfied", 1)),
    "above": (("loyal", 2), ("loyal", 1)),
}
"""Of which mood in which place the chance is to be larger than that of which mood in which place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """One equation, tested; NaN where it cannot be.

    Parameters
    ----------
    driver
        The driver whose experience and expectation are compared; None for all together.
    chance, chance_versus
        The two shares of respondents, 0 to 1, that are compared.
    estimate, std_error, conf_low, conf_high
        The first share less the second.
    p_value
        Two-sided, of a difference that is the margin.
    p_adjusted
        After Holm, over all equations of the same family.
    adjusted_low, adjusted_high
        The interval at the level at which Holm's procedure looked at this equation: it leaves out the margin exactly
        where the finding is not open.
    n, n_versus
        Respondents behind each share.
    finding
        One of `FINDINGS`.
    """

    equation: EquationName
    driver: str | None
    chance: float
    chance_versus: float
    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    p_value: float
    p_adjusted: float
    adjusted_low: float
    adjusted_high: float
    n: int
    n_versus: int
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moods:
    """Who is dissatisfied, satisfied and loyal: 0 or 1, NaN where not known; float (n,) each."""

    dissatisfied: np.ndarray
    satisfied: np.ndarray
    loyal: np.ndarray | None


def judged(
    survey: Survey,
    families: Sequence[tuple[str | None, Sequence[Expected]]],
    moods: Moods,
    margin: float,
    conf_level: float,
) -> tuple[Equation, ...]:
    """The three equations of each set of drivers, all corrected together for their number.

    Parameters
    ----------
    families
        Name and drivers of each set. With several drivers each comparison of a respondent counts, and the respondent
        is the unit.
    """
    found = [(name, _ratios(survey, members, moods)) for name, members in families]
    raw = [
        (_compared(part, position, equation, name, margin, conf_level), part, position)
        for name, part in found
        for position, equation in enumerate(EQUATIONS)
    ]
    p_values = np.array([one.p_value for one, _, _ in raw])
    adjusted, levels = holm(p_values), holm_levels(p_values, 1 - conf_level)
    equations = []
    for (one, part, position), p_adjusted, level in zip(raw, adjusted, levels, strict=True):
        if one.finding == "untested":
            equations.append(one)
            continue
        low, high = part.difference(2 * position, 2 * position + 1, level)
        clear = p_adjusted <= 1 - conf_level
        equations.append(
            replace(
                one,
                p_adjusted=float(p_adjusted),
                adjusted_low=low,
                adjusted_high=high,
                finding="open" if not clear else "supported" if one.estimate > margin else "contradicted",
            )
        )
    return tuple(equations)


def holm_levels(p_values: np.ndarray, alpha: float) -> np.ndarray:
    """The level of the interval that agrees with Holm's finding on each test; float (k,), NaN where there is no test.

    Notes
    -----
    Of m tests the j-th smallest p-value is compared with alpha / (m − j + 1), up to the first that is larger; that one
    and all after it are looked at with the same.
    """
    levels = np.full(len(p_values), np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    left = len(known)
    for i in known[np.argsort(p_values[known], kind="stable")]:
        levels[i] = 1 - alpha / left
        if p_values[i] <= alpha / left and left > 1:
            left -= 1
    return levels


def _ratios(survey: Survey, members: Sequence[Expected], moods: Moods) -> Ratios:
    """Both shares of each equation in turn, (below, below, inside, inside, above, above)."""
    counts = [np.sum([one.place == position for one in members], axis=0) for position in range(len(PLACES))]
    tops, bottoms = [], []
    for equation in EQUATIONS:
        for mood, position in _COMPARED[equation]:
            has = getattr(moods, mood)
            known = np.zeros(len(survey.weights), dtype=bool) if has is None else ~np.isnan(has)
            bottom = np.where(known, counts[position], 0).astype(float)
            bottoms.append(bottom)
            tops.append(np.where(known, bottom * (0.0 if has is None else has), 0.0))
    return ratios(survey, np.column_stack(tops), np.column_stack(bottoms))


def _compared(
    found: Ratios, position: int, equation: EquationName, driver: str | None, margin: float, conf_level: float
) -> Equation:
    first, second = 2 * position, 2 * position + 1
    n, n_versus = int(found.n[first]), int(found.n[second])
    nan = float("nan")
    empty = Equation(
        equation=equation,
        driver=driver,
        chance=nan,
        chance_versus=nan,
        estimate=nan,
        std_error=nan,
        conf_low=nan,
        conf_high=nan,
        p_value=nan,
        p_adjusted=nan,
        adjusted_low=nan,
        adjusted_high=nan,
        n=n,
        n_versus=n_versus,
        finding="untested",
    )
    if min(n, n_versus) < FEWEST_SHOWN:
        return empty
    covariance = found.covariance
    variance = covariance[first, first] + covariance[second, second] - 2 * covariance[first, second]
    low, high = found.difference(first, second, conf_level)
    return replace(
        empty,
        chance=float(found.estimate[first]),
        chance_versus=float(found.estimate[second]),
        estimate=float(found.estimate[first] - found.estimate[second]),
        std_error=float(np.sqrt(max(0.0, variance))),
        conf_low=low,
        conf_high=high,
        p_value=found.p_value(first, second, margin),
        finding="open",
    )

"""Where a whole tells another tale than its parts: associations and comparisons that turn round within segments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import special

from drivers.errors import ModelError
from drivers.linearization import survey_covariance
from drivers.models.expectations.ratios import Estimate
from drivers.models.predictors import Predictors, check_conf_level, predictors
from drivers.results import FEWEST_SHOWN, Code, Result, Sample, frame
from drivers.segments.partition import Partition, asked_segments, partition
from drivers.survey.data import Survey, check_survey

ROUNDING = 1e-12
"""Part of a variance below which there is none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reversal:
    """One association, or one difference between two groups, that is turned round within a segment.

    Parameters
    ----------
    driver
        Whose association with the outcome it is; "" for a difference between groups.
    segment, groups
        The two groups whose levels are compared; "" and () for an association.
    within, levels
        The segment within whose values the sign is another, and those values.
    overall
        Outcome points per driver point, or the first group's mean less the second's, of all together.
    inside
        The same with a level for each value of ``within``.
    """

    driver: str
    segment: str
    groups: tuple[str, ...]
    within: str
    levels: tuple[str, ...]
    overall: Estimate
    inside: Estimate

    def __post_init__(self) -> None:
        if (
            not self.overall.conf_low * self.overall.conf_high > 0
            or not self.inside.conf_low * self.inside.conf_high > 0
        ):
            raise ValueError("Both sides of a reversal need to be told from 0.")
        if self.overall.estimate * self.inside.estimate >= 0:
            raise ValueError("The sides of a reversal need to have opposite signs.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reversals(Result):
    """What is turned round within segments; `reversals` makes one.

    Parameters
    ----------
    found
        The reversals; mostly there are none.
    n_compared
        How many associations and differences were looked at: the intervals of all hold at once.
    label_kinds
        Segment → the kind of labels in which its values' labels stand.
    """

    kind: ClassVar[str] = "reversals"

    outcome: str
    found: tuple[Reversal, ...]
    n_compared: int
    label_kinds: Mapping[str, str]
    sample: Sample
    conf_level: float

    @property
    def n_used(self) -> int:
        """Respondents with complete answers."""
        return self.sample.n

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def details(self) -> Mapping[str, object]:
        """How many were looked at."""
        return MappingProxyType({"compared": self.n_compared, "found": len(self.found)})

    def tidy(self) -> pd.DataFrame:
        """Two rows per reversal: ``overall``, and ``within`` the values of ``segment``."""
        rows = [
            (one, term, side) for one in self.found for term, side in (("overall", one.overall), ("within", one.inside))
        ]
        return frame(
            {
                "outcome": [self.outcome] * len(rows),
                "segment": [one.within for one, _, _ in rows],
                "term": [term for _, term, _ in rows],
                "driver": [one.driver for one, _, _ in rows],
                "group": [one.groups[0] if one.groups else "" for one, _, _ in rows],
                "versus": [one.groups[1] if one.groups else "" for one, _, _ in rows],
                "estimate": [side.estimate for _, _, side in rows],
                "std_error": [side.std_error for _, _, side in rows],
                "conf_low": [side.conf_low for _, _, side in rows],
                "conf_high": [side.conf_high for _, _, side in rows],
                "n": [side.n for _, _, side in rows],
                "conf_level": [self.conf_level] * len(rows),
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the sample."""
        return frame(
            {
                "outcome": [self.outcome],
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "conf_level": self.conf_level,
            }
        )


def reversals(
    survey: Survey,
    *,
    segment: str | Sequence[str] | None = None,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    conf_level: float = 0.95,
) -> Reversals:
    """Associations and differences between groups whose sign within a segment is another than that of all together.

    Parameters
    ----------
    survey, segment, outcome, drivers
        As in `segment_effects`.
    conf_level
        Level of all intervals together, between 0 and 1.

    Returns
    -------
    Reversals
        `tidy()` has two rows per reversal, none where there is none.

    Raises
    ------
    ModelError
        As `segment_effects`.

    Notes
    -----
    Looked at are the plain association of each driver with the outcome, within each segment; and the outcome's
    difference between any two groups of a segment, within each other segment. A reversal needs an interval on either
    side of 0 for the whole and for what its parts have in common (each value with a level of its own), at a level that
    holds for everything looked at together (Bonferroni); of groups, also that their difference is turned round in each
    value in which both have at least 10 respondents, two values at least.

    Weights: weighted least squares, errors linearised under the design or by replicate weights.
    Missing answers: complete cases on outcome and drivers; who is in no group is left out.

    References
    ----------
    Simpson (1951), The interpretation of interaction in contingency tables, doi:10.1111/j.2517-6161.1951.tb00088.x.

    Examples
    --------
    >>> import drivers as kda
    >>> kda.reversals(kda.example_survey("service_center")).found
    ()
    """
    check_survey(survey)
    check_conf_level(conf_level)
    names = asked_segments(survey, segment)
    if not names:
        raise ModelError(
            "Expected a segment, found none in the codebook; add segments: to it, or name a column in segment=.",
            code="no_segments",
        )
    data = predictors(survey, outcome=outcome, drivers=drivers, always=())
    parts = [partition(survey, name).among(data.rows) for name in names]
    comparisons = [*_associations(data, parts), *_differences(data, parts)]
    each = 1 - (1 - conf_level) / max(2 * len(comparisons), 1)
    found = [
        reversal for comparison in comparisons if (reversal := _reversal(survey, data, comparison, each)) is not None
    ]
    return Reversals(
        outcome=data.outcome,
        found=tuple(found),
        n_compared=len(comparisons),
        label_kinds=MappingProxyType({part.segment: part.label_kind for part in parts}),
        sample=data.sample,
        conf_level=conf_level,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Comparison:
    """A column (n,), the rows in which it is looked at, and the segment within which it may turn round."""

    driver: str
    segment: str
    groups: tuple[str, ...]
    column: np.ndarray
    rows: np.ndarray
    within: Partition


def _associations(data: Predictors, parts: Sequence[Partition]) -> Iterator[_Comparison]:
    for within in parts:
        if len(within.keys) < 2:
            continue
        for position, driver in enumerate(data.terms):
            yield _Comparison(
                driver=driver,
                segment="",
                groups=(),
                column=data.values[:, position],
                rows=within.codes >= 0,
                within=within,
            )


def _differences(data: Predictors, parts: Sequence[Partition]) -> Iterator[_Comparison]:
    for part in parts:
        for within in parts:
            if within is part or len(within.keys) < 2:
                continue
            for first, second in combinations(range(len(part.keys)), 2):
                inside = np.isin(part.codes, (first, second)) & (within.codes >= 0)
                yield _Comparison(
                    driver="",
                    segment=part.segment,
                    groups=(part.keys[first], part.keys[second]),
                    column=(part.codes == first).astype(float),
                    rows=inside,
                    within=within,
                )


def _reversal(survey: Survey, data: Predictors, one: _Comparison, level: float) -> Reversal | None:
    y, rows = data.values[:, -1], one.rows
    whole = _slope(one.column, y, data.weights, rows, np.zeros(len(rows), dtype=np.int64))
    inside = _slope(one.column, y, data.weights, rows, one.within.codes)
    if whole is None or inside is None or whole[0] * inside[0] >= 0:
        return None
    levels = _levels(one, y, data.weights)
    if one.groups and (len(levels) < 2 or any(np.sign(slope) != np.sign(inside[0]) for slope in levels.values())):
        return None
    found = survey_covariance(survey, np.column_stack([whole[1], inside[1]]), rows)
    estimates = []
    for slope, variance in zip((whole[0], inside[0]), np.diag(found.covariance), strict=True):
        error = float(np.sqrt(max(variance, 0.0)))
        reach = float(special.stdtrit(max(found.df, 1), (1 + level) / 2)) * error
        if abs(slope) <= reach:
            return None
        estimates.append(
            Estimate(
                estimate=slope,
                std_error=error,
                conf_low=slope - reach,
                conf_high=slope + reach,
                n=int(rows.sum()),
            )
        )
    return Reversal(
        driver=one.driver,
        segment=one.segment,
        groups=one.groups,
        within=one.within.segment,
        levels=tuple(levels) if one.groups else one.within.keys,
        overall=estimates[0],
        inside=estimates[1],
    )


def _slope(
    x: np.ndarray, y: np.ndarray, weights: np.ndarray, rows: np.ndarray, codes: np.ndarray
) -> tuple[float, np.ndarray] | None:
    """The slope of y on x with a level for each code, and each row's part in it, float (n,); None where x is alike."""
    w, place = weights[rows], codes[rows]
    mass = np.bincount(place, weights=w)
    used = mass > 0
    columns = []
    for values in (x[rows], y[rows]):
        means = np.bincount(place, weights=w * values) / np.where(used, mass, 1.0)
        columns.append(values - means[place])
    own, other = columns
    size = float(w @ own**2)
    if size <= ROUNDING * float(w @ x[rows] ** 2):
        return None
    slope = float(w @ (own * other)) / size
    influence = np.zeros(len(rows))
    influence[rows] = w * own * (other - slope * own) / size
    return slope, influence


def _levels(one: _Comparison, y: np.ndarray, weights: np.ndarray) -> dict[str, float]:
    """The difference of two groups in each value in which both have enough respondents."""
    found = {}
    for key in one.within.keys if one.groups else ():
        inside = one.rows & one.within.members(key)
        sides = [inside & (one.column == side) for side in (1.0, 0.0)]
        if min(int(side.sum()) for side in sides) >= FEWEST_SHOWN:
            first, second = (float(np.average(y[side], weights=weights[side])) for side in sides)
            found[key] = first - second
    return found

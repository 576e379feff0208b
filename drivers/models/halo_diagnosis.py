"""Whether ratings of many aspects are one general impression, and who rated without looking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.linearization import effective_size
from drivers.models.halo import driver_items, independent_eigenvalues, within_person_variance
from drivers.moments import weighted_moments
from drivers.results import Check, Code, Light, Result, Sample, frame, read_only
from drivers.survey.data import Survey, check_survey
from drivers.survey.quality.lights import MANY_BEST, MANY_CARELESS, SOME_BEST, SOME_CARELESS
from drivers.survey.quality.same_answers import FEWEST_ITEMS, STRAIGHT, straight_answers
from drivers.survey.scoring import performance

ONE_IMPRESSION = 0.70
"""From this share of the first eigenvalue on, and with no second dimension, ratings are one impression: items then
correlate about as highly as one item with itself when it is asked again, and little else is left in them."""

STRONG_IMPRESSION = 0.50
"""From this share on, half of all differences between ratings are one impression."""

FEWEST_COLUMNS = 3
"""Two items have one correlation, and no dimensions to count."""

RANDOM_MATRICES = 1000
RANDOM_LEVEL = 0.95
"""A dimension is one where its eigenvalue is beyond this quantile of those from unrelated items."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HaloResult(Result):
    """How much of all ratings is one general impression; `halo` makes one.

    Parameters
    ----------
    drivers, items
        Driver and item of each column, (m,).
    loading
        Correlation of each item with the first component; float (m,).
    eigenvalues, random_mean, random_limit
        Of the items' correlations, and mean and 95 % quantile of those of unrelated items; float (m,).
    mean_correlation
        Of two items.
    within_person_sd, independent_sd
        Standard deviation of a respondent's ratings around their own mean, and with unrelated items.
    straight
        Position in `STRAIGHT` for every row of the survey; int8 (n,).
    straight_worst, straight_between, straight_best
        Weighted parts of the respondents, of those of whom it can be judged; NaN where no scale has enough items.
    """

    kind: ClassVar[str] = "halo"

    drivers: tuple[str, ...]
    items: tuple[str, ...]
    loading: np.ndarray
    eigenvalues: np.ndarray
    random_mean: np.ndarray
    random_limit: np.ndarray
    mean_correlation: float
    within_person_sd: float
    independent_sd: float
    straight: np.ndarray
    straight_worst: float
    straight_between: float
    straight_best: float
    sample: Sample
    seed: int

    def __post_init__(self) -> None:
        columns = len(self.items)
        if abs(float(self.eigenvalues.sum()) - columns) > 1e-6 * columns:
            raise ValueError("Eigenvalues of correlations must sum to the number of columns.")

    @property
    def first_eigenvalue_share(self) -> float:
        """Part of all differences between ratings that is one dimension."""
        return float(self.eigenvalues[0] / len(self.items))

    @property
    def dimensions(self) -> int:
        """Leading eigenvalues beyond those of unrelated items."""
        beyond = self.eigenvalues > self.random_limit
        return len(beyond) if beyond.all() else int(np.argmin(beyond))

    @property
    def straight_liners(self) -> float:
        """Weighted part of the respondents who tick the same throughout, whatever it is."""
        return self.straight_worst + self.straight_between + self.straight_best

    @property
    def checks(self) -> tuple[Check, ...]:
        """Lights: one impression, straight-lining, and everything rated best."""
        share = self.first_eigenvalue_share
        one = share >= ONE_IMPRESSION and self.dimensions == 1
        impression: Light = "red" if one else "amber" if share >= STRONG_IMPRESSION else "green"
        found = [
            Check(
                "one_impression",
                impression,
                {"value": share, "dimensions": self.dimensions, "limit": ONE_IMPRESSION},
            )
        ]
        if not np.isnan(self.straight_liners):
            careless = self.straight_worst + self.straight_between
            found += [
                Check("straight_lining", _light(careless, SOME_CARELESS, MANY_CARELESS), {"value": careless}),
                Check("all_best", _light(self.straight_best, SOME_BEST, MANY_BEST), {"value": self.straight_best}),
            ]
        return tuple(found)

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Standard deviations are points, the rest are parts."""
        return MappingProxyType(
            {
                "loading": "correlation with the first component",
                "share": "part of the item's variance that is the first component, 0–1",
                "first_eigenvalue_share": "part of the items' variance, 0–1",
                "within_person_sd": "points of 0–100",
                "independent_sd": "points of 0–100",
                "straight_liners": "part of the respondents, 0–1",
                "straight_best": "as straight_liners",
                "straight_between": "as straight_liners",
                "straight_worst": "as straight_liners",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def details(self) -> Mapping[str, object]:
        """Lights, eigenvalues and what the run was made with."""
        return MappingProxyType(
            {
                "checks": {check.code: {"light": check.light, **check.values} for check in self.checks},
                "eigenvalues": self.eigenvalues.tolist(),
                "eigenvalue_limit": self.random_limit.tolist(),
                "seed": self.seed,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per item."""
        return frame(
            {
                "driver": list(self.drivers),
                "term": list(self.items),
                "loading": self.loading,
                "share": self.loading**2,
            }
        )

    def scree(self) -> pd.DataFrame:
        """One row per dimension: its eigenvalue, and what unrelated items would have."""
        return frame(
            {
                "dimension": np.arange(1, len(self.eigenvalues) + 1),
                "eigenvalue": self.eigenvalues,
                "eigenvalue_random": self.random_mean,
                "eigenvalue_limit": self.random_limit,
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the ratings and their sample."""
        return frame(
            {
                "n_asked": [self.sample.n_asked],
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "first_eigenvalue_share": self.first_eigenvalue_share,
                "dimensions": self.dimensions,
                "mean_correlation": self.mean_correlation,
                "within_person_sd": self.within_person_sd,
                "independent_sd": self.independent_sd,
                "straight_liners": self.straight_liners,
                "straight_best": self.straight_best,
                "straight_between": self.straight_between,
                "straight_worst": self.straight_worst,
            }
        )


def halo(survey: Survey, *, drivers: Sequence[str] | None = None, seed: int = 1) -> HaloResult:
    """How much of the ratings is one general impression, and how many respondents ticked the same throughout.

    Parameters
    ----------
    survey
        Answers with weights and design.
    drivers
        Names of drivers, whose items are looked at; all of the codebook that are not optional unless given.
    seed
        Of the unrelated items that eigenvalues are compared with.

    Returns
    -------
    HaloResult
        `tidy()` has one row per item: loading, share; `scree()` one per dimension; `straight` says of every
        row of the survey whether and what it ticked throughout.

    Raises
    ------
    ModelError
        Where a driver does not exist, there are fewer than three items or too few complete answers, or an
        item is constant.

    Notes
    -----
    A high share of the first eigenvalue is a sign of halo and no proof: what is good in one respect may be
    good in others. It says how little the ratings can tell of one aspect apart from the rest. Dimensions
    are counted by parallel analysis: eigenvalues, from the first, beyond the 95 % quantile of those of 1,000
    correlation matrices of unrelated normal items. The standard deviation within persons is compared with
    that of unrelated items with the same means and variances. ``straight_best`` may be sincere, and is no
    part of the light on straight-lining.

    Weights: weighted moments and parts; the unrelated items have the effective number of respondents, by
    the design effect of the mean rating, so that strata and clusters count.
    Missing answers: complete cases on the items; straight-lining wants five answered items of one scale.

    References
    ----------
    Cooper (1981), Ubiquitous halo, doi:10.1037/0033-2909.90.2.218.
    Horn (1965), A rationale and test for the number of factors in factor analysis, doi:10.1007/BF02289447.

    Examples
    --------
    >>> import drivers as kda
    >>> result = kda.halo(kda.example_survey("customersat"))
    >>> result.dimensions, round(result.first_eigenvalue_share, 2)
    (2, 0.59)
    """
    check_survey(survey)
    pairs = driver_items(survey, drivers)
    items = tuple(item for _, item in pairs)
    values, rows = _complete(survey, pairs)
    weights = survey.weights[rows]
    n_effective = effective_size(survey, rows, values.mean(axis=1))
    if n_effective <= len(items) + 1:
        raise ModelError(
            f"Expected more than {len(items) + 1} effective respondents for {len(items)} items, found "
            f"{n_effective:.1f}; use fewer drivers or widen the selection.",
            code="few_answers",
            values={"n": int(rows.sum()), "needed": len(items) + 2},
        )
    correlation = weighted_moments(values[rows], weights).correlation
    eigenvalues, vectors = np.linalg.eigh(correlation)
    first = vectors[:, -1] * np.sqrt(eigenvalues[-1])
    rng = np.random.default_rng(seed)
    random = independent_eigenvalues(len(items), n_effective, RANDOM_MATRICES, rng)
    within, unrelated = within_person_variance(values[rows], weights)
    straight, judged = straight_answers(survey, items, FEWEST_ITEMS)
    part = _parts(straight, np.where(judged & survey.domain, survey.weights, 0.0))
    m = len(items)
    return HaloResult(
        drivers=tuple(driver for driver, _ in pairs),
        items=items,
        loading=read_only(first * np.sign(first.sum())),
        eigenvalues=read_only(eigenvalues[::-1]),
        random_mean=read_only(random.mean(axis=0)),
        random_limit=read_only(np.quantile(random, RANDOM_LEVEL, axis=0)),
        mean_correlation=float((correlation.sum() - m) / (m * (m - 1))),
        within_person_sd=float(np.sqrt(within)),
        independent_sd=float(np.sqrt(unrelated)),
        straight=read_only(straight, np.int8),
        straight_worst=float(part[1]),
        straight_between=float(part[2]),
        straight_best=float(part[3]),
        sample=Sample(
            n_asked=int(survey.domain.sum()),
            n=int(rows.sum()),
            n_effective=n_effective,
            weighted=survey.weighted_in(rows),
            missing="complete_cases",
            sampling=survey.codebook.design.sample,
        ),
        seed=seed,
    )


def _complete(survey: Survey, pairs: Sequence[tuple[str, str]]) -> tuple[np.ndarray, np.ndarray]:
    """The items as performance, and the respondents of the domain who answered all; float (n, m), bool (n,)."""
    items = [item for _, item in pairs]
    if len(items) < FEWEST_COLUMNS:
        raise ModelError(
            f"Expected at least {FEWEST_COLUMNS} items to look for one impression, found {len(items)}; "
            "name more drivers.",
            code="few_items",
            values={"n": len(items), "needed": FEWEST_COLUMNS},
        )
    book = survey.codebook
    values = np.column_stack(
        [performance(survey.codes[item].to_numpy(), book.scales[book.items[item].scale]) for item in items]
    )
    rows = survey.domain & (survey.weights > 0) & ~np.isnan(values).any(axis=1)
    n, needed = int(rows.sum()), len(items) + 2
    if n < needed:
        raise ModelError(
            f"Expected at least {needed} complete answers for {len(items)} items, found {n} of "
            f"{int(survey.domain.sum())} respondents; use fewer drivers or widen the selection.",
            code="few_answers",
            values={"n": n, "needed": needed},
        )
    for (driver, item), column in zip(pairs, values[rows].T, strict=True):
        if column.max() == column.min():
            raise ModelError(
                f"Item {item!r} of driver {driver!r} is constant: all {n} answers are {column[0]:g} of 100. "
                "Leave the driver out of drivers= or check its missing codes.",
                code="constant_driver",
                values={"driver": driver},
            )
    return values, rows


def _parts(straight: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted part of the respondents of each kind of `STRAIGHT`, NaN where nobody counts; float (4,)."""
    total = weights.sum()
    sums = np.bincount(straight, weights=weights, minlength=len(STRAIGHT))
    return sums / total if total > 0 else np.full(len(STRAIGHT), np.nan)


def _light(part: float, amber: float, red: float) -> Light:
    return "red" if part >= red else "amber" if part >= amber else "green"

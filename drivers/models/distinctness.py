"""Do the scores measure different things? Discriminant validity by HTMT, with Fornell and Larcker's comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.models.construct_items import (
    RATIO,
    chance_of,
    check_asked,
    complete_answers,
    constructs_of,
    rests_on_design,
    sample_of,
)
from drivers.models.one_factor import one_factor, score_reliability, variance_extracted
from drivers.models.reliability import correlations
from drivers.results import Code, Result, Sample, frame, read_only
from drivers.survey.data import Survey

DISTINCT = 0.90
"""A ratio below means that two scores measure different things, also where these are akin (Henseler et al. 2015)."""

Distinctness = Literal["distinct", "open", "not_distinct", "undefined"]
DISTINCTNESSES: tuple[Distinctness, ...] = get_args(Distinctness)
"""Whether the whole interval of the ratio lies below .90, holds it, or lies at .90 and above; and what has no ratio."""

Comparison = Literal["holds", "fails", "undefined"]
COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)
"""Whether the smaller variance extracted of two scores is above the squared correlation of their factors."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DiscriminantResult(Result):
    """Whether each two scores measure different things; `discriminant_validity` makes one.

    Parameters
    ----------
    constructs
        Drivers and outcomes of several items, (k,).
    pairs
        Positions of both scores of each pair; int (m, 2).
    htmt
        Estimate, standard error and limits of each pair's ratio, NaN where there is none; float (4, m).
    variance_extracted
        Mean part of an item's variance that is the factor of its score (AVE); float (k,), NaN where no factor fits.
    squared_correlation
        Of the factors of each pair; float (m,).
    intervals
        ``percentile``, ``replicate_weights`` or ``none``.
    design
        Whether intervals rest on strata, sampling units or a finite population.
    left_out
        Scores that share an item with one before, which no ratio can tell apart.
    """

    kind: ClassVar[str] = "discriminant"

    constructs: tuple[str, ...]
    pairs: np.ndarray
    htmt: np.ndarray
    variance_extracted: np.ndarray
    squared_correlation: np.ndarray
    intervals: str
    design: bool
    left_out: tuple[str, ...]
    sample: Sample
    conf_level: float
    n_boot: int
    seed: int

    def __post_init__(self) -> None:
        if self.htmt.shape != (4, len(self.pairs)) or len(self.variance_extracted) != len(self.constructs):
            raise ValueError("A ratio needs a pair, and a score its part of the variance.")

    @property
    def conclusions(self) -> tuple[Distinctness, ...]:
        """What may be said of each pair; by the estimate where there is no interval."""
        return tuple(_conclusion(*column) for column in self.htmt[[0, 2, 3]].T)

    @property
    def fornell_larcker(self) -> tuple[Comparison, ...]:
        """Whether each score of a pair has more in common with its own items than with the other score."""
        least = self.variance_extracted[self.pairs].min(axis=1)
        known = np.isfinite(least) & np.isfinite(self.squared_correlation)
        holds = least > self.squared_correlation
        return tuple(
            COMPARISONS[0 if yes else 1] if there else COMPARISONS[2] for yes, there in zip(holds, known, strict=True)
        )

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Everything is a ratio or a part."""
        return MappingProxyType(
            {
                "estimate": "HTMT: mean correlation between the scores' items over that within them",
                "variance_extracted": "part of the items' variance, 0–1",
                "squared_correlation": "of the two factors",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def details(self) -> Mapping[str, object]:
        """What holds by Fornell and Larcker, and what the run was made with."""
        return MappingProxyType(
            {
                "limit": DISTINCT,
                "fornell_larcker": list(self.fornell_larcker),
                "left_out": list(self.left_out),
                "n_boot": self.n_boot,
                "seed": self.seed,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per pair of scores."""
        one, other = self.pairs.T
        return frame(
            {
                "construct": [self.constructs[i] for i in one],
                "versus": [self.constructs[i] for i in other],
                "method": "htmt",
                "estimate": self.htmt[0],
                "std_error": self.htmt[1],
                "conf_low": self.htmt[2],
                "conf_high": self.htmt[3],
                "intervals": self.intervals,
                "variance_extracted": self.variance_extracted[one],
                "variance_extracted_versus": self.variance_extracted[other],
                "squared_correlation": self.squared_correlation,
                "conclusion": list(self.conclusions),
                "conf_level": self.conf_level,
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the sample."""
        return frame(
            {
                "n_asked": [self.sample.n_asked],
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "conf_level": self.conf_level,
            }
        )


def _conclusion(estimate: float, low: float, high: float) -> Distinctness:
    if np.isnan(estimate):
        return "undefined"
    low, high = (limit if np.isfinite(limit) else estimate for limit in (low, high))
    if high < DISTINCT:
        return "distinct"
    return "not_distinct" if low >= DISTINCT else "open"


def discriminant_validity(
    survey: Survey,
    *,
    constructs: Sequence[str] | None = None,
    n_boot: int = 1000,
    conf_level: float = 0.95,
    seed: int = 1,
) -> DiscriminantResult:
    """Whether each two scores of several items measure different things: HTMT with intervals, AVE beside it.

    Parameters
    ----------
    survey
        Answers with weights and design.
    constructs
        Names of drivers and outcomes of at least two items; all of the codebook that are not optional unless given.
    n_boot
        Bootstrap resamples, at least 100; 0 for none. Not used with replicate weights.
    conf_level
        Level of the intervals, between 0 and 1.
    seed
        The same seed gives the same numbers.

    Returns
    -------
    DiscriminantResult
        `tidy()` has one row per pair: construct, versus, estimate (HTMT) with its limits, variance_extracted of both,
        squared_correlation, conclusion.

    Raises
    ------
    ModelError
        Where a construct does not exist or has one item; where fewer than two have several; where too few answered
        all items of all scores, or all gave one answer.

    Notes
    -----
    HTMT is the mean correlation between items of different scores over the geometric mean of the mean correlations
    within each: what the scores would correlate without error if items measured equally well. It has no value where
    items of a score do not go together on average. ``conclusion`` goes by its whole interval against .90:
    ``distinct`` below, ``not_distinct`` from there on, ``open`` where the interval holds it.

    Fornell and Larcker ask that what a score's factor explains of its items (AVE, from a one-factor fit by maximum
    likelihood) be more than the squared correlation of the two factors, which is estimated by that of the scores
    over their omegas. It is given beside HTMT and decides nothing.

    Weights: weighted correlations. Intervals as in `reliability`.
    Missing answers: complete cases on the items of all scores.

    References
    ----------
    Henseler, Ringle and Sarstedt (2015), A new criterion for assessing discriminant validity in variance-based
    structural equation modeling, doi:10.1007/s11747-014-0403-8.
    Fornell and Larcker (1981), Evaluating structural equation models with unobservable variables and measurement
    error, doi:10.2307/3151312.

    Examples
    --------
    >>> import drivers as kda
    >>> survey = kda.example_survey("service_center")
    >>> kda.attempt(kda.discriminant_validity, survey).reasons
    (Code(code='one_construct', values={}),)
    """
    check_asked(survey, n_boot=n_boot, conf_level=conf_level, seed=seed)
    names, shared = _apart(survey, constructs)
    if len(names) < 2:
        raise ModelError(
            f"Expected at least two constructs of several items to compare, found {len(names)}; there is nothing that "
            "it could be mistaken for.",
            code="one_construct",
        )
    groups = [survey.codebook.construct(name).items for name in names]
    answers = complete_answers(survey, [item for group in groups for item in group], "the constructs")
    ends = np.cumsum([0, *map(len, groups)])
    parts = [slice(start, end) for start, end in pairwise(ends)]
    pairs = np.array(list(combinations(range(len(names)), 2)))

    def ratios(covariance: np.ndarray) -> np.ndarray:
        return htmt(correlations(covariance), parts, pairs)

    covariance = answers.covariance(survey)[None]
    estimate = ratios(covariance)[0]
    chance = chance_of(
        survey, answers, ratios, estimate, [RATIO] * len(pairs), n_boot=n_boot, conf_level=conf_level, seed=seed
    )
    extracted, squared = _factors(covariance, parts, pairs)
    return DiscriminantResult(
        constructs=names,
        pairs=read_only(pairs, np.int64),
        htmt=read_only([estimate, chance.std_error, chance.low, chance.high]),
        variance_extracted=read_only(extracted),
        squared_correlation=read_only(squared),
        intervals=chance.how,
        design=rests_on_design(survey, survey.domain),
        left_out=shared,
        sample=sample_of(survey, answers),
        conf_level=conf_level,
        n_boot=n_boot,
        seed=seed,
    )


def _apart(survey: Survey, constructs: Sequence[str] | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Scores of several items of which no two share one, and those that share one with a score before."""
    names, _ = constructs_of(survey, constructs)
    kept: list[str] = []
    taken: set[str] = set()
    for name in names:
        items = survey.codebook.construct(name).items
        if taken.isdisjoint(items):
            kept.append(name)
            taken.update(items)
    return tuple(kept), tuple(name for name in names if name not in kept)


def htmt(correlation: np.ndarray, parts: Sequence[slice], pairs: np.ndarray) -> np.ndarray:
    """Heterotrait-monotrait ratio of each pair; float (b, m), NaN where items of a score do not go together.

    Parameters
    ----------
    correlation
        Of all items; float (b, p, p).
    parts
        The items of each score, two at least.
    pairs
        Positions of both scores of each pair; int (m, 2).
    """
    within = np.stack([_mean_within(correlation[:, part, part]) for part in parts], axis=1)
    between = np.stack([correlation[:, parts[i], parts[j]].mean(axis=(1, 2)) for i, j in pairs], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return between / np.sqrt(np.where(within > 0, within, np.nan)[:, pairs].prod(axis=2))


def _mean_within(correlation: np.ndarray) -> np.ndarray:
    p = correlation.shape[1]
    return (correlation.sum(axis=(1, 2)) - p) / (p * (p - 1))


def _factors(covariance: np.ndarray, parts: Sequence[slice], pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variance extracted of each score, and squared correlation of the factors of each pair; float (k,), (m,)."""
    correlation = correlations(covariance)
    loadings = [one_factor(correlation[:, part, part])[0] for part in parts]
    extracted = np.array([variance_extracted(loading)[0] for loading in loadings])
    reliable = np.array(
        [
            score_reliability(loading, covariance[:, part, part])[0]
            for loading, part in zip(loadings, parts, strict=True)
        ]
    )
    total = np.array([[covariance[0, one, other].sum() for other in parts] for one in parts])
    own = np.diag(total)
    squared = [total[i, j] ** 2 / (own[i] * own[j] * reliable[i] * reliable[j]) for i, j in pairs]
    return extracted, np.array(squared)

"""The questions behind one score: whom they can be judged by, and how far what is found of them moves by chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from drivers.errors import ModelError
from drivers.linearization import domain_design, domain_fpc, domain_replicates, effective_size
from drivers.models.predictors import check_conf_level, sampling_units
from drivers.models.resamples import check_resamples, resampling_factors
from drivers.models.units import known_name
from drivers.moments import weighted_moments
from drivers.replication import replicate_covariance, replicate_moments
from drivers.resampling import percentile_interval
from drivers.results import FEWEST_SHOWN, Sample
from drivers.survey.data import Survey, check_survey
from drivers.survey.design.replicate_weights import ReplicateWeights
from drivers.survey.scoring import performance

FEWEST_UNITS = 10
"""Sampling units beyond strata that resamples need: with fewer the same ones are drawn again and again, and intervals
are too narrow."""

FEWEST_FOUND = 0.95
"""Part of the resamples that must have an estimate: an interval of fewer would be of those that happened to."""

Link = tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]

RELIABILITY: Link = (lambda value: np.log(1 - value), lambda value: 1 - np.exp(value))
CORRELATION: Link = (np.arctanh, np.tanh)
RATIO: Link = (np.log, np.exp)
"""Scales, and the ways back, on which t intervals by replicate weights keep to what is possible."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemAnswers:
    """Complete answers to some items.

    Parameters
    ----------
    items
        Their names, (p,).
    values
        As performance, 0 to 100, items worded the other way round turned; float (n, p) for all rows of the survey.
    rows
        Respondents of the selection with a weight who answered all of them; bool (n,).
    """

    items: tuple[str, ...]
    values: np.ndarray
    rows: np.ndarray

    def used(self, survey: Survey) -> tuple[np.ndarray, np.ndarray]:
        """Values and weights of the respondents used; float (m, p), (m,)."""
        return self.values[self.rows], survey.weights[self.rows]

    def covariance(self, survey: Survey) -> np.ndarray:
        """Weighted covariance of the items; float (p, p)."""
        return weighted_moments(*self.used(survey)).covariance


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chance:
    """How far estimates move by chance: standard errors and limits, NaN where not known; float (q,) each."""

    std_error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    how: str


def check_asked(survey: Survey, *, n_boot: int, conf_level: float, seed: int) -> None:
    """Refuse what is no survey, and numbers of resamples, levels and seeds that are none."""
    check_survey(survey)
    check_conf_level(conf_level)
    check_resamples(n_boot=n_boot, seed=seed)


def constructs_of(survey: Survey, constructs: Sequence[str] | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The scores with several items, and those with one; those of the codebook that are not optional unless named.

    Raises
    ------
    ModelError
        Where a score does not exist, is named twice, or has one item though it was named; and, with the code
        ``single_questions``, where the codebook has none of several.
    """
    book = survey.codebook
    known = {**book.drivers, **book.outcomes}
    if constructs is None:
        names = (*book.default_drivers, *book.said_outcomes)
    else:
        names = tuple(constructs)
        for name in names:
            known_name("constructs", name, known)
            if names.count(name) > 1:
                raise ModelError(f"Expected each construct once, found {name!r} twice; remove one.")
            if len(known[name].items) < 2:
                raise ModelError(
                    f"Expected constructs of at least two items, found one item in {name!r}; leave it out of "
                    "constructs=."
                )
    several = tuple(name for name in names if len(known[name].items) > 1)
    if not several:
        raise ModelError(
            f"Expected a driver or an outcome of at least two items, found one item in each of {len(names)}; how far "
            "a single question can be relied on cannot be told from its answers.",
            code="single_questions",
        )
    return several, tuple(name for name in names if name not in several)


def complete_answers(survey: Survey, items: Sequence[str], what: str) -> ItemAnswers:
    """The answers of those who answered all of the items.

    Parameters
    ----------
    what
        What the items are of, for the error.

    Raises
    ------
    ModelError
        With a code, where they are fewer than 10 or than the items and two, or all gave one answer to an item.
    """
    book = survey.codebook
    values = np.column_stack(
        [performance(survey.codes[item].to_numpy(), book.scales[book.items[item].scale]) for item in items]
    )
    rows = survey.domain & (survey.weights > 0) & ~np.isnan(values).any(axis=1)
    n, needed = int(rows.sum()), max(FEWEST_SHOWN, len(items) + 2)
    if n < needed:
        few = n < FEWEST_SHOWN
        raise ModelError(
            f"Expected at least {needed} respondents who answered all {len(items)} items of {what}, found {n} of "
            f"{int(survey.domain.sum())}; widen the selection.",
            # How many so few are is part of what is not shown.
            code="suppressed" if few else "few_answers",
            values={"needed": FEWEST_SHOWN} if few else {"n": n, "needed": needed},
        )
    for item, column in zip(items, values[rows].T, strict=True):
        if column.max() == column.min():
            raise ModelError(
                f"Item {item!r} is constant: all {n} answers are {column[0]:g} of 100. Leave it out of {what} or check "
                "its missing codes.",
                code="constant_driver",
                values={"driver": item},
            )
    return ItemAnswers(items=tuple(items), values=values, rows=rows)


def sample_of(survey: Survey, answers: ItemAnswers) -> Sample:
    """Whom the answers are from; the effective number is that of the items' mean."""
    return Sample(
        n_asked=int(survey.domain.sum()),
        n=int(answers.rows.sum()),
        n_effective=effective_size(survey, answers.rows, answers.values.mean(axis=1)),
        weighted=survey.weighted_in(answers.rows),
        missing="complete_cases",
        sampling=survey.codebook.design.sample,
    )


def equal_chances(survey: Survey, rows: np.ndarray) -> bool:
    """Whether respondents count alike and are their own sampling units, as textbook intervals suppose."""
    return (
        not survey.weighted_in(rows) and domain_replicates(survey, rows) is None and not rests_on_design(survey, rows)
    )


def rests_on_design(survey: Survey, rows: np.ndarray) -> bool:
    """Whether resamples draw anything but the respondents themselves, as an endless population would give them."""
    parts = (*domain_design(survey, rows), domain_fpc(survey, rows))
    return any(part is not None for part in parts)


def chance_of(
    survey: Survey,
    answers: ItemAnswers,
    statistic: Callable[[np.ndarray], np.ndarray],
    estimate: np.ndarray,
    links: Sequence[Link],
    *,
    n_boot: int,
    conf_level: float,
    seed: int,
) -> Chance:
    """How far estimates from a covariance move by chance.

    Parameters
    ----------
    statistic
        Covariances (b, p, p) → estimates (b, q), NaN where there is none.
    estimate
        At the sample; float (q,).
    links
        The scale on which each has a t interval, (q,).

    Notes
    -----
    With replicate weights: standard errors and t intervals from them alone, nothing for an estimate that a replicate
    does not have. Otherwise percentile intervals from ``n_boot`` resamples of respondents, or of sampling units
    within strata; nothing without resamples, with fewer than 10 sampling units beyond strata, or where fewer than 95 %
    of the resamples have the estimate.
    """
    unknown = np.full(len(estimate), np.nan)
    replicates = domain_replicates(survey, answers.rows)
    if replicates is not None:
        return _by_replicates(replicates, answers, statistic, estimate, links, conf_level)
    units = sampling_units(survey, answers.rows)
    if not n_boot or (units is not None and units[0] - units[1] < FEWEST_UNITS):
        return Chance(std_error=unknown, low=unknown, high=unknown, how="none")
    drawn = np.concatenate([statistic(chunk) for chunk in _resampled(survey, answers, n_boot=n_boot, seed=seed)])
    std_error, low, high = unknown.copy(), unknown.copy(), unknown.copy()
    for q in np.flatnonzero((np.isfinite(drawn).mean(axis=0) >= FEWEST_FOUND) & np.isfinite(estimate)):
        found = drawn[np.isfinite(drawn[:, q])][:, [q]]
        std_error[q] = found.std(ddof=1)
        (low[q],), (high[q],) = percentile_interval(found, conf_level)
    return Chance(std_error=std_error, low=low, high=high, how="percentile")


def _by_replicates(
    replicates: ReplicateWeights,
    answers: ItemAnswers,
    statistic: Callable[[np.ndarray], np.ndarray],
    estimate: np.ndarray,
    links: Sequence[Link],
    conf_level: float,
) -> Chance:
    moments = replicate_moments(replicates, answers.values[answers.rows])
    drawn = statistic(moments.scatter / moments.sum_weights[:, None, None])
    std_error, low, high = (np.full(len(estimate), np.nan) for _ in range(3))
    reach = special.stdtrit(replicates.df, (1 + conf_level) / 2)
    for q, (onto, back) in enumerate(links):
        if not np.isfinite([*drawn[:, q], estimate[q]]).all():
            continue
        std_error[q] = _deviation(replicates, drawn[:, q], estimate[q])
        with np.errstate(invalid="ignore", divide="ignore"):
            linked, centre = onto(drawn[:, q]), float(onto(estimate[q]))
        if np.isfinite([*linked, centre]).all():
            wide = reach * _deviation(replicates, linked, centre)
            low[q], high[q] = sorted((float(back(centre - wide)), float(back(centre + wide))))
    return Chance(std_error=std_error, low=low, high=high, how="replicate_weights")


def _deviation(replicates: ReplicateWeights, drawn: np.ndarray, estimate: float) -> float:
    found = replicate_covariance(drawn[:, None], np.array([estimate]), replicates)
    return float(np.sqrt(found.covariance[0, 0]))


def _resampled(survey: Survey, answers: ItemAnswers, *, n_boot: int, seed: int) -> Iterator[np.ndarray]:
    """Covariances in each resample, chunk by chunk; float (b, p, p)."""
    values, base = answers.used(survey)
    for factors in resampling_factors(survey, answers.rows, n_boot=n_boot, seed=seed):
        drawn = ReplicateWeights(
            columns=(),
            weights=(factors * base).T,
            base=base,
            scales=np.ones(len(factors)),
            center="mean",
            method="bootstrap",
        )
        moments = replicate_moments(drawn, values)
        yield moments.scatter / moments.sum_weights[:, None, None]

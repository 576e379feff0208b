"""What people say matters, beside what goes with their satisfaction."""

from __future__ import annotations

import numpy as np
from scipy import special, stats

from drivers.decisions.dividing_lines import check_same_selection
from drivers.decisions.stated_result import WITHINS, Agreement, StatedResult, Within
from drivers.errors import ModelError
from drivers.importance.result import ImportanceResult
from drivers.linearization import effective_size
from drivers.models.expectations.answers import item_scores
from drivers.models.expectations.ratios import Ratios, ratios
from drivers.models.multiplicity import holm
from drivers.models.order_of_estimates import estimates_above, possible_places
from drivers.replication import draws
from drivers.resampling import percentile_interval
from drivers.results import FEWEST_SHOWN, Sample, read_only
from drivers.survey.data import Survey, check_survey

CLAIM_LEVEL = 0.95
"""Level of all possible ranks by word together."""

FEWEST_RANKED = 3
"""Drivers that a rank correlation needs."""


def stated_and_derived(importance: ImportanceResult, survey: Survey, *, within: Within = "centred") -> StatedResult:
    """What people say matters beside what goes with the outcome, driver by driver, and where the two part.

    Parameters
    ----------
    importance
        Of `relative_importance`: the derived importance.
    survey
        The survey that it is of, whose codebook names ``stated_importance``.
    within
        What is compared of a person's ratings of importance: ``centred``, each less the person's own mean; ``ranks``,
        their places among themselves; ``shares``, their parts of the person's sum.

    Returns
    -------
    StatedResult
        `tidy()` has four rows per driver: stated (mean, 0–100), stated_share, stated_within, share (derived).

    Raises
    ------
    ModelError
        Where fewer than two of the drivers were asked about, or fewer than 10 respondents rated all of them.

    Notes
    -----
    People use a scale of importance differently: some give tens throughout. What all have in common says nothing of
    what matters more, so only differences within a person are compared. The mean of centred ratings is the mean rating
    less that of all drivers; ``ranks`` also leaves out how far a person spreads the answers, and ``shares`` weighs
    people who give low ratings more.

    Stated and derived importance have no common unit. Both are set against their own average driver: ``both`` where a
    driver is above it by word and by its share, ``said_only`` and ``hidden`` where it is above by one and below by the
    other, ``neither`` where it is below by both. Each claims two inequalities; its p-value is the larger of the two
    (an intersection-union test), corrected over the drivers by Holm, so that in at most 1 − ``conf_level`` of samples
    any driver is said to be what it is not. Where the importance may not be ranked, all are ``undecided``. Parts of a
    sum are given for both, but what people say is always flatter: few give a driver twice the points of another.

    Possible ranks hold for all drivers at once, on either side; where all that one side leaves open are worse than all
    of the other, people rate a driver lower or higher than it counts (``underrated``, ``overrated``).

    The rank correlation is Spearman's over the drivers; its interval has the percentiles of draws of both, taken as
    independent: means of one question and slopes of another hardly go together.

    Weights: means under the design; the derived importance as it is.
    Missing answers: stated importance by those who rated all the drivers.

    References
    ----------
    Berger (1982), Multiparameter hypothesis testing and acceptance sampling, doi:10.1080/00401706.1982.10487790.
    Gustafsson and Johnson (2004), Determining attribute importance in a service satisfaction model,
    doi:10.1177/1094670504268453.

    Examples
    --------
    >>> import drivers as kda
    >>> survey = kda.example_survey("service_center")
    >>> found = kda.stated_and_derived(kda.relative_importance(survey, n_boot=200), survey)
    >>> "speed" in found.of("both"), "welcome" in found.of("said_only")
    (True, True)
    """
    check_survey(survey)
    if not isinstance(importance, ImportanceResult):
        raise ModelError(
            f"Expected a result of relative_importance(), found {type(importance).__name__}; pass that result."
        )
    if within not in WITHINS:
        raise ModelError(
            f"Expected within to be 'centred', 'ranks' or 'shares', found {within!r}; choose one of these."
        )
    check_same_selection(importance, survey)
    asked = survey.codebook.stated_importance
    places = [i for i, name in enumerate(importance.drivers) if name in asked]
    if len(places) < 2:
        raise ModelError(
            "Expected questions on how much at least two of the drivers matter, found fewer; name them under "
            "'stated_importance:' in the codebook.",
            code="no_stated_importance",
        )
    names = tuple(importance.drivers[i] for i in places)
    ratings = np.column_stack([item_scores(survey, _items(asked[name]), None) for name in names])
    rows = survey.domain & (survey.weights > 0) & ~np.isnan(ratings).any(axis=1) & (np.nansum(ratings, axis=1) > 0)
    if int(rows.sum()) < FEWEST_SHOWN:
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} respondents who said how much every driver matters, found fewer; widen "
            "the selection.",
            code="few_stated",
            values={"needed": FEWEST_SHOWN},
        )
    level, k = importance.conf_level, len(names)
    ratings = np.where(rows[:, None], ratings, 0.0)
    parts = np.where(rows[:, None], ratings / np.where(rows, ratings.sum(axis=1), 1.0)[:, None], 0.0)
    compared = np.where(rows[:, None], _within(ratings, parts, within), 0.0)
    columns = np.column_stack([ratings, parts, compared])
    found = ratios(survey, columns, np.repeat(rows[:, None].astype(float), 3 * k, axis=1))
    stated, stated_share, against = (_means(found, first, k, level) for first in (0, k, 2 * k))
    spread = found.covariance[2 * k :, 2 * k :]
    derived, drawn = _derived(importance, places)
    p_value = np.maximum(_beyond(against[0], against[1], found.df), _beyond(derived[0] - 1 / k, derived[1], np.inf))
    adjusted = holm(p_value)
    by_word = possible_places(
        estimates_above(against[0], spread, max(found.df, 1), level=CLAIM_LEVEL, seed=importance.seed)
    )
    ranks = possible_places(_above(importance)[np.ix_(places, places)])
    return StatedResult(
        outcome=importance.outcome,
        drivers=names,
        within=within,
        stated=read_only(stated),
        stated_share=read_only(stated_share),
        against_average=read_only(against),
        share=read_only(derived),
        stated_low=read_only(by_word[0], np.int64),
        stated_high=read_only(by_word[1], np.int64),
        rank_low=read_only(ranks[0], np.int64),
        rank_high=read_only(ranks[1], np.int64),
        p_adjusted=read_only(adjusted),
        agreements=_agreements(importance, against[0], derived[0] - 1 / k, adjusted),
        correlation=read_only(_correlation(importance, against[0], spread, derived[0], drawn)),
        left_out=tuple(name for name in importance.drivers if name not in asked),
        method=importance.method,
        family=importance.family,
        fit=importance.fit,
        sums_to_r2=importance.sums_to_r2,
        stated_sample=_sample(survey, rows, compared),
        sample=importance.sample,
        verdict=importance.verdict,
        conf_level=level,
    )


def _items(asked: str | list[str]) -> list[str]:
    return [asked] if isinstance(asked, str) else asked


def _within(ratings: np.ndarray, parts: np.ndarray, within: Within) -> np.ndarray:
    """How far each rating is above the person's own average, in the unit that was chosen; float (n, k)."""
    k = ratings.shape[1]
    if within == "shares":
        return parts - 1 / k
    if within == "ranks":
        return np.asarray(stats.rankdata(ratings, axis=1)) - (k + 1) / 2
    return ratings - ratings.mean(axis=1, keepdims=True)


def _means(found: Ratios, first: int, k: int, level: float) -> np.ndarray:
    """Estimate, standard error and limits of some of the means; float (4, k)."""
    means = [found.mean(q, level) for q in range(first, first + k)]
    return np.array([[one.estimate, one.std_error, one.conf_low, one.conf_high] for one in means]).T


def _derived(importance: ImportanceResult, places: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Shares among the drivers compared: estimate, error and limits, float (4, k); and draws, float (n_boot, k)."""
    share, drawn = importance.share[places], importance.replicate_share[:, places]
    total = drawn.sum(axis=1, keepdims=True)
    if len(places) == len(importance.drivers) or not importance.n_boot:
        error, low, high = (
            getattr(importance.uncertainty.share, name)[places] for name in ("std_error", "low", "high")
        )
        return np.array([share / share.sum(), error, low, high]), drawn
    drawn = drawn / total
    limits = percentile_interval(drawn, importance.conf_level)
    return np.array([share / share.sum(), drawn.std(axis=0, ddof=1), *limits]), drawn


def _beyond(distance: np.ndarray, error: np.ndarray, df: float) -> np.ndarray:
    """Two-sided p-values of distances from 0; 1 where there is no distance or no error is known; float (k,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = np.abs(distance) / error
    p_value = 2 * special.stdtr(max(df, 1), -deviation) if np.isfinite(df) else 2 * special.ndtr(-deviation)
    return np.where(np.isnan(p_value), 1.0, p_value)


def _above(importance: ImportanceResult) -> np.ndarray:
    """Which driver the verdict puts before which; bool (k, k)."""
    above = np.array(importance.verdict.above)
    if importance.verdict.leader is not None:
        first = importance.drivers.index(importance.verdict.leader)
        above[first] = np.arange(len(above)) != first
        above[:, first] = False
    return above


def _agreements(
    importance: ImportanceResult, stated: np.ndarray, derived: np.ndarray, adjusted: np.ndarray
) -> tuple[Agreement, ...]:
    nothing: Agreement = "undecided"
    if importance.verdict.status == "not_rankable":
        return (nothing,) * len(stated)
    names: dict[tuple[bool, bool], Agreement] = {
        (True, True): "both",
        (True, False): "said_only",
        (False, True): "hidden",
        (False, False): "neither",
    }
    return tuple(
        names[bool(said > 0), bool(goes > 0)] if p <= (1 - importance.conf_level) + 1e-12 else nothing
        for said, goes, p in zip(stated, derived, adjusted, strict=True)
    )


def _correlation(
    importance: ImportanceResult, stated: np.ndarray, spread: np.ndarray, derived: np.ndarray, drawn: np.ndarray
) -> np.ndarray:
    """Spearman's rank correlation and its limits; float (3,)."""
    nothing = np.full(3, np.nan)
    if len(stated) < FEWEST_RANKED:
        return nothing
    estimate = _spearman(stated[None], derived[None])[0]
    if not len(drawn):
        return np.array([estimate, np.nan, np.nan])
    said = draws(stated, spread, count=len(drawn), seed=importance.seed + 3)
    low, high = percentile_interval(_spearman(said, drawn)[:, None], importance.conf_level)
    # Noise draws ranks together: the estimate may lie beyond the percentiles of draws.
    return np.array([estimate, min(float(low[0]), estimate), max(float(high[0]), estimate)])


def _spearman(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Rank correlations row by row, 0 where all of a row are equal; float (b,)."""
    first, second = (np.asarray(stats.rankdata(values, axis=1)) for values in (one, other))
    first, second = (ranks - ranks.mean(axis=1, keepdims=True) for ranks in (first, second))
    whole = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    return np.asarray((first * second).sum(axis=1) / np.where(whole > 0, whole, 1.0))


def _sample(survey: Survey, rows: np.ndarray, compared: np.ndarray) -> Sample:
    # The effective size is that of the typical driver's mean.
    sizes = [effective_size(survey, rows, column) for column in compared.T]
    return Sample(
        n_asked=int(survey.domain.sum()),
        n=int(rows.sum()),
        n_effective=float(np.median(sizes)),
        weighted=survey.weighted_in(rows),
        missing="complete_cases",
        sampling=survey.codebook.design.sample,
    )

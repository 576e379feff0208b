"""Do the questions behind one score go together? Alpha and omega with intervals, and each question against the rest."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.models.construct_items import (
    CORRELATION,
    RELIABILITY,
    ItemAnswers,
    chance_of,
    check_asked,
    complete_answers,
    constructs_of,
    equal_chances,
    rests_on_design,
    sample_of,
)
from drivers.models.one_factor import one_factor, score_reliability
from drivers.models.reliability import (
    alpha_dropped,
    correlations,
    cronbach,
    feldt_interval,
    item_rest,
    mean_correlation,
)
from drivers.models.reliability_result import ItemConsistency, ReliabilityResult
from drivers.results import Code, read_only
from drivers.survey.data import Survey

__all__ = ["ReliabilityResult", "reliability"]


def reliability(
    survey: Survey,
    *,
    constructs: Sequence[str] | None = None,
    n_boot: int = 1000,
    conf_level: float = 0.95,
    seed: int = 1,
) -> ReliabilityResult:
    """How well the items of each score go together: alpha and omega with intervals, and each item against the rest.

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
    ReliabilityResult
        `tidy()` has three rows per score: alpha, omega, mean_correlation, with their limits; `items()` one row per
        item: loading, item_rest with its limits, alpha_dropped, conclusion; `glance()` one per score.

    Raises
    ------
    ModelError
        Where a construct does not exist or has one item; where no score has several; where too few answered all
        items of any score, or all gave one answer; where a number of resamples, a level or a seed is none.

    Notes
    -----
    All of it is about the items as the score uses them: as performance, 0 to 100. Alpha is
    p/(p − 1) · (1 − Σ item variances / variance of the sum); it is the reliability of the sum where items measure one
    thing equally well, and otherwise less. Omega (total) is (Σλ)² / ((Σλ)² + Σψ) from a one-factor fit by maximum
    likelihood, and lets items measure it unequally well. With two items loadings are taken as equal.
    ``conclusion`` of a score goes by omega's whole interval against .70; that of an item by its correlation with the
    sum of the *other* items: ``belongs`` from .30 on, ``weak`` below, ``unrelated`` where the interval holds 0,
    ``against`` where it lies below 0: the item is probably worded the other way round and wants ``reversed: true``.

    Intervals: alpha of equally weighted, independent respondents after Feldt, through pingouin where that gives it;
    everything else, and alpha under weights or a design, by the percentile bootstrap of respondents, or of sampling
    units within strata; with replicate weights t intervals from these, on a scale that keeps to what is possible.

    Weights: weighted covariances.
    Missing answers: complete cases on the items of each score by itself. A score that fewer than 10 answered whole is
    left out.

    References
    ----------
    Cronbach (1951), Coefficient alpha and the internal structure of tests, doi:10.1007/BF02310555.
    McDonald (1999), Test Theory: A Unified Treatment, doi:10.4324/9781410601087.
    Feldt, Woodruff and Salih (1987), Statistical inference for coefficient alpha, doi:10.1177/014662168701100107.
    Kelley and Pornprasertmanit (2016), Confidence intervals for population reliability coefficients,
    doi:10.1037/a0040086.

    Examples
    --------
    >>> import drivers as kda
    >>> result = kda.reliability(kda.example_survey("service_center"), n_boot=0)
    >>> result.items()[["term", "item_rest", "alpha_dropped", "conclusion"]].round(2)
             term  item_rest  alpha_dropped conclusion
    0  comes_back       0.72           0.83    belongs
    1  recommends       0.79           0.80    belongs
    2     defends       0.74           0.82    belongs
    3    forgives       0.64           0.86    belongs
    """
    check_asked(survey, n_boot=n_boot, conf_level=conf_level, seed=seed)
    names, single = constructs_of(survey, constructs)
    found, left_out = [], {}
    for name in names:
        try:
            answers = complete_answers(survey, survey.codebook.construct(name).items, repr(name))
        except ModelError as error:
            if len(names) == 1 or not error.code:
                raise
            left_out[name], refused = Code(error.code, error.values), error
            continue
        found.append(_consistency(survey, name, answers, n_boot=n_boot, conf_level=conf_level, seed=seed))
    if not found:
        raise refused
    return ReliabilityResult(
        constructs=tuple(found),
        single=single,
        left_out=MappingProxyType(left_out),
        design=rests_on_design(survey, survey.domain),
        conf_level=conf_level,
        n_boot=n_boot,
        seed=seed,
    )


def _consistency(
    survey: Survey, name: str, answers: ItemAnswers, *, n_boot: int, conf_level: float, seed: int
) -> ItemConsistency:
    p = len(answers.items)
    covariance = answers.covariance(survey)[None]
    estimate = _statistics(covariance)[0]
    links = (RELIABILITY, RELIABILITY, CORRELATION, *[CORRELATION] * p)
    chance = chance_of(survey, answers, _statistics, estimate, links, n_boot=n_boot, conf_level=conf_level, seed=seed)
    known = np.vstack([estimate, chance.std_error, chance.low, chance.high])
    intervals = alpha_intervals = chance.how
    if equal_chances(survey, answers.rows):
        estimate[0] = _alpha_of_equals(answers.values[answers.rows])
        known[[0, 2, 3], 0] = estimate[0], *feldt_interval(estimate[0], int(answers.rows.sum()), p, conf_level)
        alpha_intervals = "feldt"
    return ItemConsistency(
        construct=name,
        items=answers.items,
        alpha=read_only(known[:, 0]),
        omega=read_only(known[:, 1]),
        mean_correlation=read_only(known[:, 2]),
        alpha_intervals=alpha_intervals,
        intervals=intervals,
        loading=read_only(one_factor(correlations(covariance))[0][0]),
        item_rest=read_only(known[:, 3:]),
        alpha_dropped=read_only(alpha_dropped(covariance)[0]),
        sample=sample_of(survey, answers),
    )


def _statistics(covariance: np.ndarray) -> np.ndarray:
    """Alpha, omega, mean correlation and item-rest correlations of b samples; float (b, 3 + p)."""
    loading, _ = one_factor(correlations(covariance))
    return np.column_stack(
        [
            cronbach(covariance),
            score_reliability(loading, covariance),
            mean_correlation(covariance),
            item_rest(covariance),
        ]
    )


def _alpha_of_equals(values: np.ndarray) -> float:
    """Alpha of equally weighted respondents, by pingouin; its limits are rounded, so these are computed here."""
    from pingouin import cronbach_alpha

    return float(cronbach_alpha(pd.DataFrame(values))[0])

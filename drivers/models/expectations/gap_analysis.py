"""What people got beside what they hoped for and would just accept: gaps, zones of tolerance, and who lies where."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from drivers.linearization import effective_size
from drivers.models.expectations.answers import PLACES, Asked, Expected, expected_drivers
from drivers.models.expectations.gap_result import LEVELS, DriverGap, ExpectationResult
from drivers.models.expectations.ratios import ratios
from drivers.models.expectations.weighted_gap import weighted_gaps
from drivers.models.predictors import check_conf_level
from drivers.results import Sample
from drivers.survey.data import Survey, check_survey


def expectation_gaps(
    survey: Survey, *, drivers: Sequence[str] | None = None, conf_level: float = 0.95
) -> ExpectationResult:
    """What people got beside what they expected: gaps, zones of tolerance, who lies below, inside and above.

    Parameters
    ----------
    survey
        Answers with weights and design.
    drivers
        Names of drivers with expectations in the codebook; all that are not optional unless given.
    conf_level
        Level of the intervals, between 0 and 1.

    Returns
    -------
    ExpectationResult
        `tidy()` has one row per driver and term: estimate, std_error, conf_low, conf_high, n.

    Raises
    ------
    ModelError
        Where the codebook names no expectations; where fewer than 10 respondents compared any driver.

    Notes
    -----
    Two levels may have been asked: what was hoped for (``desired``) and what would just be accepted (``adequate``);
    between them lies the zone of tolerance. Experience minus the hope is the measure of service superiority, minus the
    least acceptable that of service adequacy. All are scored on 0–100 of their own scales, the mean of several items as
    the driver's own; where experience and expectation have different scales they are compared on 0–100 all the same,
    and the notes say so.

    A respondent is *below* with an experience lower than the least acceptable, *above* with one higher than the hope,
    else *inside*: who got exactly the one or exactly the other is inside. Where one level alone was asked, below and
    above are lower and higher than it, and inside is exactly equal to it, which a mean of several items rarely is.
    Whoever would accept no less than what lies above the own hope has read the scale backwards: these answers are
    counted, left out of everything about the driver, and the notes say so.

    The weighted gap is SERVQUAL's: each respondent's gaps, weighted by what the same respondent says matters
    (``stated_importance`` in the codebook, as parts of its sum; on 0–100 of its scale), and averaged; with equal
    weights where importance was not asked of every driver. A respondent counts with at least half of the gaps, whose
    weights then sum to 1. A driver's contribution is the mean of weight times gap; contributions sum to the whole.

    Difference scores hide what a response surface shows: whether two who are equally far from their expectations are
    equally satisfied. Expectations that are asked after the service are coloured by it; the notes say that too.

    Weights: means with t intervals and shares with Wilson's intervals under the design, gaps within respondents.
    Missing answers: each driver uses all who answered its experience and all its levels.

    References
    ----------
    Zeithaml, Berry and Parasuraman (1993), The nature and determinants of customer expectations of service,
    doi:10.1177/0092070393211001.
    Parasuraman, Zeithaml and Berry (1994), Alternative scales for measuring service quality,
    doi:10.1016/0022-4359(94)90033-7.
    Zeithaml, Berry and Parasuraman (1996), The behavioral consequences of service quality,
    doi:10.1177/002224299606000203.
    Parasuraman, Zeithaml and Berry (1988), SERVQUAL: a multiple-item scale for measuring consumer perceptions of
    service quality.

    Examples
    --------
    >>> import drivers as kda
    >>> gaps = kda.expectation_gaps(kda.example_survey("service_center"))
    >>> [one.driver for one in gaps.drivers if one.gaps["desired"].conf_low > 0]
    []
    """
    check_survey(survey)
    check_conf_level(conf_level)
    asked = expected_drivers(survey, drivers)
    return ExpectationResult(
        drivers=tuple(_gap(survey, one, conf_level) for one in asked.drivers),
        weighted=weighted_gaps(survey, asked.drivers, conf_level),
        asked=survey.codebook.expectations_asked,
        left_out=asked.left_out,
        sample=sample_of(survey, asked),
        conf_level=conf_level,
    )


def sample_of(survey: Survey, asked: Asked) -> Sample:
    """Whom comparisons of experience and expectation are about."""
    rows = asked.used
    columns = np.column_stack([np.where(one.used, one.perceived, np.nan) for one in asked.drivers])
    known = ~np.isnan(columns)
    mean = np.where(known, columns, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return Sample(
        n_asked=int(survey.domain.sum()),
        n=int(rows.sum()),
        n_effective=effective_size(survey, rows, mean),
        weighted=survey.weighted_in(rows),
        missing="available_answers",
        sampling=survey.codebook.design.sample,
    )


def _gap(survey: Survey, one: Expected, conf_level: float) -> DriverGap:
    levels = [level for level in LEVELS if level in one.levels]
    columns = [one.perceived, *(one.levels[level] for level in levels), *(one.gap(level) for level in levels)]
    if one.has_zone:
        columns.append(one.levels["desired"] - one.levels["adequate"])
    means = len(columns)
    columns += [one.place == position for position in range(len(PLACES))]
    tops = np.where(one.used[:, None], np.column_stack(columns).astype(float), 0.0)
    bottoms = np.repeat(one.used[:, None].astype(float), tops.shape[1], axis=1)
    found = ratios(survey, tops, bottoms)
    mean = [found.mean(q, conf_level) for q in range(means)]
    share = [found.share(means + position, conf_level) for position in range(len(PLACES))]
    count = len(levels)
    return DriverGap(
        driver=one.driver,
        perceived=mean[0],
        levels=MappingProxyType(dict(zip(levels, mean[1:], strict=False))),
        gaps=MappingProxyType(dict(zip(levels, mean[1 + count :], strict=False))),
        width=mean[-1] if one.has_zone else None,
        parts=MappingProxyType(dict(zip(PLACES, share, strict=True))),
        contradictory=one.contradictory,
        rescaled=one.rescaled,
    )

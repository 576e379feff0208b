"""Stated loyalty against what was observed: person by person, and unit by unit."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from drivers.errors import ModelError
from drivers.indicators.estimates import share_level
from drivers.indicators.loyalty.observed_loyalty_result import Band, PersonLink, StatedObserved
from drivers.indicators.loyalty.unit_records import unit_links
from drivers.models.loyalty.person_by_person import link
from drivers.models.loyalty.stated import (
    answered,
    complete_sample,
    events_of,
    happened,
    loyalty_of,
    satisfaction_of,
)
from drivers.models.loyalty.steps import bands_of
from drivers.models.predictors import check_conf_level
from drivers.results import Code
from drivers.survey.codebook.model import NPS_DETRACTOR, NPS_PROMOTER
from drivers.survey.data import Survey, check_survey

QUARTERS = ((0.0, 25.0), (25.0, 50.0), (50.0, 75.0), (75.0, 100.0))
RECOMMENDED = (
    (0.0, 10.0 * NPS_DETRACTOR),
    (10.0 * NPS_DETRACTOR + 10.0, 10.0 * NPS_PROMOTER - 10.0),
    (10.0 * NPS_PROMOTER, 100.0),
)
"""Bands of a loyalty score, and of a recommendation: detractors, passives and promoters."""


def stated_and_observed(
    survey: Survey,
    *,
    outcome: str | None = None,
    events: Sequence[str] | None = None,
    indicators: Sequence[str] | None = None,
    conf_level: float = 0.95,
    seed: int = 1,
) -> StatedObserved:
    """What people said they would do, against what they did: by person where it was recorded, and by unit.

    Parameters
    ----------
    survey
        Answers with weights and design.
    outcome
        Stated loyalty; the outcome ``loyalty``, or else the first beside satisfaction that is no event, unless given.
    events
        Outcomes of kind ``event``; all of the codebook unless given.
    indicators
        Indicators that units recorded; those of the codebook called ``churn``, ``retention`` or ``referrals`` unless
        given.
    conf_level
        Level of the intervals, between 0 and 1.
    seed
        Of the draws behind simultaneous limits; the same seed gives the same numbers.

    Returns
    -------
    StatedObserved
        `tidy()` has one row per number, named in ``term``: of each event its ``share``, that of each ``band`` of stated
        loyalty and its ``gap`` from the line, ``slope`` and ``discrimination``; of each rate the ``correlation`` across
        units and the ``corrected`` one.

    Raises
    ------
    ModelError
        Where a name is unknown; where the survey asks nothing of loyalty, or nothing was observed.

    Notes
    -----
    **By person.** Bands begin at 25, 50 and 75 points, or are detractors, passives and promoters; one with fewer than
    10 people is joined with its neighbour. The slope is that of a straight line through people, in shares per point.
    ``discrimination`` is the area under the ROC curve: the chance that of two people, one who did what is wanted and
    one who did not, the first had stated more loyalty (.5: no better than chance). ``gap`` is a band's share less what
    the line has there, with limits that hold for all bands: ``bent`` where one excludes 0, ``straight`` where all lie
    within 5 percentage points.

    **By unit.** The correlation of units' mean stated loyalty with their recorded rate, over the same waves, in at
    least eight units of 10 answers. Both differ by chance too, which pulls a correlation towards 0: ``corrected`` is
    what it would be without. Across units other things differ as well: neither number is about people.

    Weights: linearised or replicated errors; Wilson's interval at the effective size for shares; units count by their
    answers.
    Missing answers: respondents of whom loyalty and event are known.

    References
    ----------
    DeLong, DeLong and Clarke-Pearson (1988), doi:10.2307/2531595; Spearman (1904), doi:10.2307/1412159.

    Examples
    --------
    >>> import drivers as kda
    >>> found = kda.stated_and_observed(kda.example_survey("service_center"))
    >>> [(one.event, one.conclusion) for one in found.people]
    [('churn', 'kept')]
    """
    check_survey(survey)
    check_conf_level(conf_level)
    outcome = loyalty_of(survey, outcome, satisfaction_of(survey, None))
    left_out: dict[str, Code] = {}
    people = []
    names = events_of(survey, events)
    for event in names:
        try:
            people.append(_person(survey, outcome, event, conf_level, seed))
        except ModelError as error:
            if not error.code:
                raise
            left_out[event] = Code(error.code, error.values)
    linked, without = unit_links(survey, outcome, indicators, conf_level)
    if not names and "units" in without and without["units"].code == "no_unit_records":
        raise ModelError(
            "Expected something that was observed, such as who left, found no outcome of kind 'event' and no records "
            "of units; add one to the codebook.",
            code="nothing_observed",
        )
    return StatedObserved(
        outcome=outcome,
        people=tuple(people),
        units_linked=linked,
        left_out=MappingProxyType({**left_out, **without}),
        n_asked=int(survey.domain.sum()),
        conf_level=conf_level,
        seed=seed,
    )


def _person(survey: Survey, outcome: str, event: str, conf_level: float, seed: int) -> PersonLink:
    score, values = survey.scores[outcome].to_numpy(), happened(survey, event)
    rows = answered(survey, score, values)
    for name, column in ((outcome, score), (event, values)):
        if np.ptp(column[rows]) == 0:
            raise ModelError(
                f"Expected {name!r} to differ between respondents, found one value from all {int(rows.sum())}; widen "
                "the selection.",
                code="constant_outcome",
                values={"outcome": name},
            )
    nps = survey.codebook.outcomes[outcome].kind == "nps"
    bands = bands_of(score, rows, survey.weights, RECOMMENDED if nps else QUARTERS)
    return PersonLink(
        event=event,
        better=survey.codebook.outcomes[event].better,
        share=share_level(survey, values, rows, conf_level),
        bands=tuple(
            Band(
                low=float(bands.low[k]),
                high=float(bands.high[k]),
                position=float(bands.position[k]),
                share=share_level(survey, values, bands.rows(k), conf_level),
            )
            for k in range(len(bands))
        ),
        link=link(survey, score, values, rows, bands, conf_level=conf_level, seed=seed),
        sample=complete_sample(survey, rows, values),
    )

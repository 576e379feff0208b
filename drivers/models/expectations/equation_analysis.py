"""Whether the three equations of expectation hold in these answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from drivers.errors import ModelError, remedy
from drivers.models.expectations.answers import expected_drivers
from drivers.models.expectations.equations import Equation, Moods, judged
from drivers.models.expectations.gap_analysis import sample_of
from drivers.models.predictors import check_conf_level
from drivers.results import FEWEST_SHOWN, Code, Result, Sample, frame
from drivers.survey.data import Survey, check_survey

BEST, WORST = 75.0, 25.0
"""Points of 0–100 from which a score is one of the two best of five answers, and up to which one of the two worst."""

LOYALTY = "loyalty"
"""The key that an outcome on loyalty usually has."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EquationResult(Result):
    """The three equations, of all drivers together and of each; `expectation_equations` makes one.

    Parameters
    ----------
    overall
        All drivers together: three equations, corrected for being three.
    by_driver
        Three for each driver, in the codebook's order, corrected for being so many.
    outcome, loyalty
        The outcomes that say who is dissatisfied or satisfied, and who is loyal; loyalty is "" where none was asked.
    zone
        Whether every driver has two levels, so that inside is a zone; else inside is equal to the one level asked.
    dissatisfied_to, satisfied_from, loyal_from
        Points of 0–100.
    """

    kind: ClassVar[str] = "equations"

    overall: tuple[Equation, ...]
    by_driver: tuple[Equation, ...]
    drivers: tuple[str, ...]
    outcome: str
    loyalty: str
    zone: bool
    margin: float
    dissatisfied_to: float
    satisfied_from: float
    loyal_from: float
    asked: Literal["before", "after"]
    sample: Sample
    conf_level: float

    def __post_init__(self) -> None:
        for one in (*self.overall, *self.by_driver):
            clear = not one.adjusted_low <= self.margin <= one.adjusted_high
            if one.finding != "untested" and clear != (one.finding != "open"):
                raise ValueError("An equation is decided exactly where its interval leaves out the margin.")

    def of(self, driver: str | None = None) -> tuple[Equation, ...]:
        """The three equations of a driver, or of all together."""
        return self.overall if driver is None else tuple(one for one in self.by_driver if one.driver == driver)

    @property
    def n_used(self) -> int:
        """Respondents who compared any driver and answered the outcome."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Shares of respondents and their differences."""
        return MappingProxyType(
            {"estimate": "difference of two shares, −1 to 1", "chance": "share 0–1", "chance_versus": "share 0–1"}
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know: the sample, and when expectations were asked."""
        codes = [note for note in self.sample.notes if note.code != "missing_dropped"]
        return (*codes, *([Code("expectations_after")] if self.asked == "after" else []))

    @property
    def details(self) -> Mapping[str, object]:
        """What counts as dissatisfied, satisfied and loyal, and the margin."""
        return MappingProxyType(
            {
                "outcome": self.outcome,
                "loyalty": self.loyalty or None,
                "margin": self.margin,
                "dissatisfied_to": self.dissatisfied_to,
                "satisfied_from": self.satisfied_from,
                "loyal_from": self.loyal_from,
                "zone": self.zone,
                "asked": self.asked,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per equation, those of all drivers together first, which have no driver.

        Numbers of respondents below 10 are not given.
        """
        rows = [*self.overall, *self.by_driver]
        return frame(
            {
                "driver": [one.driver for one in rows],
                "term": [one.equation for one in rows],
                "chance": [one.chance for one in rows],
                "chance_versus": [one.chance_versus for one in rows],
                "estimate": [one.estimate for one in rows],
                "std_error": [one.std_error for one in rows],
                "conf_low": [one.conf_low for one in rows],
                "conf_high": [one.conf_high for one in rows],
                "p_value": [one.p_value for one in rows],
                "p_adjusted": [one.p_adjusted for one in rows],
                "adjusted_low": [one.adjusted_low for one in rows],
                "adjusted_high": [one.adjusted_high for one in rows],
                "n": pd.array([_shown(one.n) for one in rows], dtype="Int64"),
                "n_versus": pd.array([_shown(one.n_versus) for one in rows], dtype="Int64"),
                "conclusion": [one.finding for one in rows],
                "conf_level": self.conf_level,
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


def _shown(n: int) -> int | None:
    return n if n >= FEWEST_SHOWN else None


def expectation_equations(
    survey: Survey,
    *,
    drivers: Sequence[str] | None = None,
    margin: float = 0.0,
    loyalty: str | None = None,
    dissatisfied_to: float = WORST,
    satisfied_from: float = BEST,
    loyal_from: float = BEST,
    conf_level: float = 0.95,
) -> EquationResult:
    """Whether less than expected goes with dissatisfaction, as expected with satisfaction, more with loyalty.

    Parameters
    ----------
    survey
        Answers with weights and design.
    drivers
        Names of drivers with expectations in the codebook; all that are not optional unless given.
    margin
        By how much the one share must be above the other, 0 to below 1.
    loyalty
        The outcome that tells who is loyal; unless given ``loyalty``, or the first outcome of kind score or nps after
        the main one.
    dissatisfied_to, satisfied_from, loyal_from
        Points of 0–100. On scales of five or seven answers the defaults are the two worst and the two best answers.
    conf_level
        Level of the intervals; one less it is the level of the tests.

    Returns
    -------
    EquationResult
        `tidy()` has one row per equation: chance, chance_versus, estimate, conf_low, conf_high, p_adjusted,
        adjusted_low, adjusted_high, conclusion.

    Raises
    ------
    ModelError
        Where the codebook names no expectations; where fewer than 10 respondents compared any driver; where the
        outcome for loyalty does not exist or is an event.

    Notes
    -----
    *Dissatisfied* is who scores the main outcome at 25 points or less, *satisfied* at 75 or more, *loyal* who scores
    the outcome on loyalty at 75 or more: with five answers the two worst and the two best. Where a respondent lies is
    said in `expectation_gaps`. Three contrasts, each with the null hypothesis that it is the margin:

    - *below*: P(dissatisfied | below) − P(dissatisfied | inside)
    - *inside*: P(satisfied | inside) − P(dissatisfied | inside)
    - *above*: P(loyal | above) − P(loyal | inside)

    An equation is ``supported`` where the whole interval lies above the margin, ``contradicted`` where it lies below,
    else ``open``; ``untested`` with fewer than 10 respondents on a side, or where loyalty was not asked. Intervals are
    two-sided, adjusted by Holm over the three of all drivers together, and over all equations in the table of single
    drivers: in each of these two families any wrong verdict is made in at most one of twenty surveys, supported and
    contradicted taken together.

    For all drivers together every comparison counts: a respondent who is below on three drivers and inside on six
    counts three times among the one and six times among the other, and stays one respondent for every error of chance.

    Nothing of this is causal: expectations, experience, satisfaction and loyalty are told by one person in one sitting.

    Weights: shares and their covariance under the design. Intervals join Wilson's of both shares, which keeps the level
    where a share is near 0 and few lie below or above.
    Missing answers: each share uses all who answered what it needs.

    References
    ----------
    Zeithaml, Berry and Parasuraman (1993), doi:10.1177/0092070393211001.
    Holm (1979), A simple sequentially rejective multiple test procedure.
    Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.

    Examples
    --------
    >>> import drivers as kda
    >>> equations = kda.expectation_equations(kda.example_survey("service_center"))
    >>> [one.finding for one in equations.of("alternatives")]
    ['contradicted', 'supported', 'supported']
    """
    check_survey(survey)
    check_conf_level(conf_level)
    _check_numbers(margin, dissatisfied_to, satisfied_from, loyal_from)
    asked = expected_drivers(survey, drivers)
    outcome, loyal = survey.codebook.main_outcome, _loyalty(survey, loyalty)
    moods = Moods(
        dissatisfied=_mood(survey, outcome, to=dissatisfied_to),
        satisfied=_mood(survey, outcome, start=satisfied_from),
        loyal=_mood(survey, loyal, start=loyal_from) if loyal else None,
    )
    families = [(one.driver, [one]) for one in asked.drivers]
    return EquationResult(
        overall=judged(survey, [(None, asked.drivers)], moods, margin, conf_level),
        by_driver=judged(survey, families, moods, margin, conf_level),
        drivers=tuple(one.driver for one in asked.drivers),
        outcome=outcome,
        loyalty=loyal,
        zone=all(one.has_zone for one in asked.drivers),
        margin=margin,
        dissatisfied_to=dissatisfied_to,
        satisfied_from=satisfied_from,
        loyal_from=loyal_from,
        asked=survey.codebook.expectations_asked,
        sample=sample_of(survey, asked),
        conf_level=conf_level,
    )


def _check_numbers(margin: float, dissatisfied_to: float, satisfied_from: float, loyal_from: float) -> None:
    if not 0 <= margin < 1:
        raise ModelError(f"Expected margin from 0 to below 1, found {margin}; use 0.05 for five percentage points.")
    if not 0 <= dissatisfied_to < satisfied_from <= 100:
        raise ModelError(
            f"Expected 0 ≤ dissatisfied_to < satisfied_from ≤ 100, found {dissatisfied_to} and {satisfied_from}; "
            "correct them."
        )
    if not 0 < loyal_from <= 100:
        raise ModelError(f"Expected loyal_from above 0, up to 100, found {loyal_from}; correct it.")


def _loyalty(survey: Survey, name: str | None) -> str:
    """The outcome on loyalty; "" where the survey has none."""
    book = survey.codebook
    stated = {key: outcome for key, outcome in book.outcomes.items() if outcome.kind in ("score", "nps")}
    stated.pop(book.main_outcome, None)
    if name is None:
        return LOYALTY if LOYALTY in stated else next(iter(stated), "")
    if name not in stated:
        shown = ", ".join(map(repr, stated)) or "none"
        raise ModelError(
            f"Expected an outcome of kind score or nps beside the main one for loyalty= ({shown}), found {name!r}; "
            f"{remedy(name, stated)}"
        )
    return name


def _mood(survey: Survey, outcome: str, *, start: float = -np.inf, to: float = np.inf) -> np.ndarray:
    """Whether each respondent's score lies within two ends, 1 or 0, NaN where missing; float (n,)."""
    # Means of several answers are not exact.
    scores = survey.scores[outcome].to_numpy()
    near = 1e-9
    return np.where(np.isnan(scores), np.nan, ((scores >= start - near) & (scores <= to + near)).astype(float))

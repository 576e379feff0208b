"""The scores of outcomes: how high each outcome is, and how it changed since the last wave."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.indicators.estimates import Level, difference_level, mean_level, share_difference, share_level
from drivers.models.predictors import check_conf_level
from drivers.results import FEWEST_SHOWN, Code, Result, frame
from drivers.survey.data import Survey, check_survey
from drivers.survey.outcome_statistics import Statistic, in_wave, row_values, statistics_of, waves_compared

RANGES: dict[Statistic, tuple[float, float]] = {
    "mean": (0.0, 100.0),
    "top2box": (0.0, 1.0),
    "nps": (-100.0, 100.0),
    "share": (0.0, 1.0),
}
"""What each statistic can be at all."""
_PARTS = ("top2box", "share")
"""Statistics that are parts of respondents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One statistic of one outcome, and its change since the wave before where there is one.

    Parameters
    ----------
    statistic
        ``mean`` (points of 0–100), ``top2box`` or, of events, ``share`` (0–1), or ``nps`` (points of −100 to 100).
    change
        Difference between the wave reported on and the one before, in the statistic's unit.
    wave, wave_before
        The waves compared; "" where there is nothing to compare.
    """

    outcome: str
    statistic: Statistic
    level: Level
    change: Level | None
    wave: str
    wave_before: str

    @property
    def changed(self) -> bool:
        """Whether the change's interval leaves out 0."""
        return self.change is not None and not self.change.conf_low <= 0 <= self.change.conf_high


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutcomeScores(Result):
    """The level of every outcome; `outcome_scores` makes one.

    Parameters
    ----------
    scores
        In the codebook's order; the first is the mean of the main outcome.
    left_out
        Outcomes with fewer than 10 answers in the domain, and how many they have.
    n_asked
        Respondents in the domain.
    period
        First and last day, or year, of the answers; None where not known.
    """

    kind: ClassVar[str] = "outcome_scores"

    scores: tuple[Score, ...]
    left_out: Mapping[str, int]
    n_asked: int
    period: tuple[datetime.date | int, datetime.date | int] | None
    unit: str
    wave: str
    sampling: str
    weighted: bool
    conf_level: float

    @property
    def units(self) -> Mapping[str, str]:
        """Means in points of 0–100, top-2-box as a share 0–1, NPS in points of −100 to 100."""
        return MappingProxyType(
            {"mean": "points of 0–100", "top2box": "share 0–1", "nps": "points of −100 to 100", "share": "share 0–1"}
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """How respondents came into the survey."""
        codes = {"opt_in": (Code("opt_in_sample"),), "census": (Code("census"),)}
        return codes.get(self.sampling, ())

    @property
    def details(self) -> Mapping[str, object]:
        """When the answers were given, and from which selection."""
        return MappingProxyType(
            {"period": [str(day) for day in self.period or ()], "unit": self.unit, "wave": self.wave}
        )

    def score(self, outcome: str, statistic: Statistic) -> Score | None:
        """One statistic of one outcome, or None where the survey does not have it."""
        return next((s for s in self.scores if s.outcome == outcome and s.statistic == statistic), None)

    def tidy(self) -> pd.DataFrame:
        """One row per statistic, then one per change (``wave_from`` is the wave before)."""
        rows = [(score.outcome, score.statistic, score.level, score.wave, None) for score in self.scores] + [
            (score.outcome, score.statistic, score.change, score.wave, score.wave_before)
            for score in self.scores
            if score.change is not None
        ]
        return frame(
            {
                "outcome": [row[0] for row in rows],
                "term": [row[1] for row in rows],
                "estimate": [row[2].estimate for row in rows],
                "std_error": [row[2].std_error for row in rows],
                "conf_low": [row[2].conf_low for row in rows],
                "conf_high": [row[2].conf_high for row in rows],
                "n": [row[2].n for row in rows],
                "n_effective": [row[2].n_effective for row in rows],
                "wave": [row[3] or None for row in rows],
                "wave_from": [row[4] for row in rows],
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the sample."""
        return frame({"n_asked": [self.n_asked], "conf_level": self.conf_level})


def outcome_scores(survey: Survey, *, conf_level: float = 0.95) -> OutcomeScores:
    """How high each outcome is: mean, top-2-box or Net Promoter Score, and its change.

    Parameters
    ----------
    survey
        Answers with weights and design.
    conf_level
        Level of the intervals, between 0 and 1.

    Returns
    -------
    OutcomeScores
        `tidy()` has one row per statistic: outcome, term, estimate, std_error, conf_low, conf_high, n,
        n_effective; changes have ``wave`` and ``wave_from``.

    Notes
    -----
    An outcome of kind ``score`` has a mean of 0–100 and, where its scale has steps, the share of the
    two best answers; one of kind ``nps`` has promoters (9–10) minus detractors (0–6), in points; an event has the
    part of respondents to whom it happened. The change compares the wave reported on (the last one, unless one is
    selected) with the one before.

    Weights: variances under the design (linearised, with the finite population, or from replicate weights);
    Wilson's interval at the effective sample size, of changes of shares joined from those of both waves.
    Missing answers: each statistic uses all answers it has. An outcome or a change with fewer than 10 of
    them is left out.

    Raises
    ------
    ModelError
        Where the main outcome has fewer than 10 answers.

    Examples
    --------
    >>> import drivers as kda
    >>> kda.outcome_scores(kda.example_survey("customersat")).tidy()["term"].tolist()
    ['mean', 'top2box']
    """
    check_survey(survey)
    check_conf_level(conf_level)
    now, before = waves_compared(survey)
    scores: list[Score] = []
    left_out: dict[str, int] = {}
    for outcome in survey.codebook.outcomes:
        for statistic in statistics_of(survey, outcome):
            values = row_values(survey, outcome, statistic)
            estimate = share_level if statistic in _PARTS else mean_level
            level = within(RANGES[statistic], estimate(survey, values, survey.domain, conf_level))
            if level.n < FEWEST_SHOWN:
                if not scores:
                    raise ModelError(
                        f"Expected at least {FEWEST_SHOWN} answers on {outcome!r}, found {level.n}; "
                        "widen the selection.",
                        code="suppressed",
                        values={"needed": FEWEST_SHOWN},
                    )
                left_out[outcome] = level.n
                continue
            change = None
            if before is not None and now is not None:
                difference = share_difference if statistic in _PARTS else difference_level
                change = _change(survey, values, now, before, partial(difference, conf_level=conf_level))
            scores.append(
                Score(
                    outcome=outcome,
                    statistic=statistic,
                    level=level,
                    change=change,
                    wave=survey.waves[now] if now is not None else "",
                    wave_before=survey.waves[before] if change is not None and before is not None else "",
                )
            )
    return OutcomeScores(
        scores=tuple(scores),
        left_out=MappingProxyType(left_out),
        n_asked=int(survey.domain.sum()),
        period=survey.period,
        unit=survey.unit,
        wave=survey.wave,
        sampling=survey.codebook.design.sample,
        weighted=survey.weighted_in(survey.domain),
        conf_level=conf_level,
    )


def _change(
    survey: Survey, values: np.ndarray, now: int, before: int, difference: Callable[..., Level]
) -> Level | None:
    """The change from one wave to another; None where one of them has hardly an answer to speak of."""
    waves = [in_wave(survey, position) for position in (now, before)]
    answered = ~np.isnan(values) & (survey.weights > 0)
    if min(int((wave & answered).sum()) for wave in waves) < FEWEST_SHOWN:
        return None
    return difference(survey, values, waves[0], waves[1])


def within(ends: tuple[float, float], level: Level) -> Level:
    """The level with its interval cut at what is possible: no value beyond the scale was ever plausible."""
    low, high = ends
    return replace(level, conf_low=max(low, level.conf_low), conf_high=min(high, level.conf_high))

"""Can these answers be trusted? The questionnaire's health in one result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.results import FEWEST_SHOWN, Check, Code, Result, Sample, frame
from drivers.survey.answers.codes import MISSING_KINDS
from drivers.survey.data import Survey, check_survey
from drivers.survey.quality import lights
from drivers.survey.quality.backwards import SURE, WORTH_TELLING, Contradiction, contradictions
from drivers.survey.quality.duplicates import PERCENT_MATCH
from drivers.survey.quality.flags import FEWEST_IN_ROW, PROGRAM_FLAGS, judged_straight, longest_block, row_flags
from drivers.survey.quality.gathering import Gathering, gathering
from drivers.survey.quality.items import ItemHealth, item_health
from drivers.survey.quality.same_answers import asked_in_order


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagCount:
    """How many rows have a flag: respondents of the domain, and their weighted part."""

    flag: str
    n: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QualityResult(Result):
    """The questionnaire's health; `survey_quality` makes one.

    Parameters
    ----------
    items
        Each question's answers.
    flags
        Each flag of `row_flags` that could be judged.
    contradictions
        Ends of the main outcome against ends of other outcomes and of the ratings.
    gathering
        How the answers were gathered, or None.
    sample
        The respondents of the domain.
    """

    kind: ClassVar[str] = "quality"

    items: tuple[ItemHealth, ...]
    flags: tuple[FlagCount, ...]
    contradictions: tuple[Contradiction, ...]
    gathering: Gathering | None
    sample: Sample

    def __post_init__(self) -> None:
        for one in self.items:
            if one.answered + sum(one.counts.values()) != one.n_asked:
                raise ValueError(f"Answers and missing answers to {one.item!r} must add up to the respondents.")

    def flag(self, name: str) -> FlagCount | None:
        """How many rows have a flag; None where it could not be judged."""
        return next((one for one in self.flags if one.flag == name), None)

    def item(self, name: str) -> ItemHealth:
        """The answers to one question."""
        return next(one for one in self.items if one.item == name)

    @property
    def misread(self) -> tuple[Contradiction, ...]:
        """Contradictions that are more than honest: beyond chance, for all pairs at once, and enough to matter."""
        limit = SURE / max(1, len(self.contradictions))
        fewest = WORTH_TELLING * self.sample.n
        return tuple(one for one in self.contradictions if one.p_value <= limit and one.excess >= fewest)

    @property
    def scored(self) -> tuple[ItemHealth, ...]:
        """The questions behind outcomes and drivers."""
        return tuple(one for one in self.items if one.scored)

    @property
    def against(self) -> tuple[ItemHealth, ...]:
        """Questions whose answers run against all others, as where one is worded the other way round."""
        return tuple(one for one in self.items if one.against)

    @property
    def checks(self) -> tuple[Check, ...]:
        """Lights, each with its value as a part of the respondents or answers; only those that can be judged."""
        missing = [one.withheld_share for one in self.scored]
        piled = [one.ceiling for one in self.scored if one.has_steps]
        misread = max((one.excess for one in self.misread), default=0.0) / self.sample.n
        late = np.nan if self.gathering is None else self.gathering.late_share
        found = [
            lights.questions("items_missing", missing),
            lights.questions("piled_up", piled),
            lights.part("straight_lining", self._share("straight_lining")),
            lights.part("all_best", self._share("straight_best")),
            lights.part("speeding", self._share("speeding")),
            lights.part("copies", self._share("copy")),
            lights.part("few_answers", self._share("few_answers")),
            lights.part("misread", misread),
            lights.part("contrary", float(len(self.against))),
            lights.part("marked", self._share("marked")),
            lights.part("late", late),
        ]
        return tuple(check for check in found if not np.isnan(check.values["value"]))

    def _share(self, name: str) -> float:
        found = self.flag(name)
        return np.nan if found is None else found.share

    @property
    def n_used(self) -> int:
        """Respondents looked at."""
        return self.sample.n

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def units(self) -> Mapping[str, str]:
        """Parts are weighted."""
        kinds = dict.fromkeys((*MISSING_KINDS, "withheld"), "weighted part of the respondents, 0–1")
        kinds["withheld"] = "weighted part of those concerned who gave no answer, 0–1"
        return MappingProxyType(
            kinds
            | {"ceiling": "weighted part of the answers that are the best there is, 0–1"}
            | {"floor": "weighted part of the answers that are the worst there is, 0–1"}
            | {"performance": "points of 0–100"}
            | {"correlation_others": "correlation with the mean of the other questions"}
        )

    @property
    def details(self) -> Mapping[str, object]:
        """Lights, flags, contradictions and fieldwork."""
        return MappingProxyType(
            {
                "checks": {check.code: {"light": check.light, **check.values} for check in self.checks},
                "flags": {one.flag: {"n": one.n, "share": one.share} for one in self.flags},
                "contradictions": [
                    {
                        "outcome": one.outcome,
                        "witness": one.witness,
                        "end": one.end,
                        "n": one.n,
                        "found": one.found,
                        "expected": one.expected,
                        "p_value": one.p_value,
                    }
                    for one in self.contradictions
                    if min(one.n, one.n_next) >= FEWEST_SHOWN
                ],
                "near_match": PERCENT_MATCH,
                "sure": SURE,
                "fieldwork": {} if self.gathering is None else dict(self.gathering.details),
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per question: the item in ``term``, what it measures in ``construct``."""
        columns: dict[str, object] = {
            "term": [one.item for one in self.items],
            "construct": [one.construct for one in self.items],
            "n_asked": [one.n_asked for one in self.items],
            "n": [one.answered for one in self.items],
        }
        columns |= {kind: [one.shares[kind] for one in self.items] for kind in MISSING_KINDS}
        columns |= {
            "withheld": [one.withheld_share for one in self.items],
            "ceiling": [one.ceiling for one in self.items],
            "floor": [one.floor for one in self.items],
            "answers": [one.distinct for one in self.items],
            "performance": [one.performance for one in self.items],
            "skewness": [one.skewness for one in self.items],
            "correlation_others": [one.correlation for one in self.items],
        }
        return frame(columns)

    def glance(self) -> pd.DataFrame:
        """One row: the respondents, and the parts of them that are flagged; NaN where it cannot be judged."""
        return frame(
            {
                "n_asked": [self.sample.n_asked],
                "n": self.sample.n,
                "straight_liners": self._share("straight_lining"),
                "straight_best": self._share("straight_best"),
                "speeding": self._share("speeding"),
                "copies": self._share("copy"),
                "few_answers": self._share("few_answers"),
                "contradictions": self._share("contradiction"),
            }
        )

    def flagged(self) -> pd.DataFrame:
        """One row per flag: how many respondents have it, and their weighted part."""
        return frame(
            {
                "term": [one.flag for one in self.flags],
                "n": [one.n for one in self.flags],
                "share": [one.share for one in self.flags],
            }
        )


def survey_quality(survey: Survey) -> QualityResult:
    """How far the answers of a survey can be trusted, before anything is estimated from them.

    Parameters
    ----------
    survey
        Answers with weights.

    Returns
    -------
    QualityResult
        `tidy()` has one row per question: missing answers by kind, ceiling and floor, mean, skewness, correlation with
        the others; `flagged()` one per kind of suspicious respondent; `checks` are lights; `misread` names the scale
        that was read backwards; `gathering` tells of modes, times, delays and the response rate.

    Raises
    ------
    ModelError
        Where the selection has fewer than ten respondents.

    Notes
    -----
    Nothing is left out or repaired. What is odd of a single row is in `row_flags`, which looks at all rows, so that a
    row has the same flags in every selection; this result counts those of the domain.

    Weights: parts of respondents and answers, means, skewness and correlations are weighted; counts, medians, tests of
    contradictions and response rates are not.
    Missing answers: counted by kind. Who was not asked or not concerned withheld nothing.

    References
    ----------
    Curran (2016), Methods for the detection of carelessly invalid responses in survey data,
    doi:10.1016/j.jesp.2015.07.006.
    AAPOR (2023), Standard Definitions: Final Dispositions of Case Codes and Outcome Rates for Surveys, 10th edition.

    Examples
    --------
    >>> import drivers as kda
    >>> health = kda.survey_quality(kda.example_survey("service_center"))
    >>> [check.code for check in health.checks if check.light != "green"]
    []
    >>> [(one.witness, one.found, one.n) for one in health.contradictions if one.found]
    [('recommend', 23, 77)]
    """
    check_survey(survey)
    n = int(survey.domain.sum())
    if n < FEWEST_SHOWN:
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} respondents to judge a survey by, found {n}; widen the selection.",
            code="suppressed",
            values={"needed": FEWEST_SHOWN},
        )
    weights = survey.weights[survey.domain]
    return QualityResult(
        items=item_health(survey),
        flags=tuple(_counted(survey, row_flags(survey))),
        contradictions=contradictions(survey),
        gathering=gathering(survey),
        sample=Sample(
            n_asked=n,
            n=n,
            # Kish's number, as no one estimate is at stake whose design effect could be taken.
            n_effective=float(weights.sum() ** 2 / (weights**2).sum()) if weights.any() else float(n),
            weighted=survey.weighted_in(survey.domain),
            missing="available_answers",
            sampling=survey.codebook.design.sample,
        ),
    )


def _counted(survey: Survey, flags: pd.DataFrame) -> Iterable[FlagCount]:
    """Each flag in the domain, but for those that the survey does not allow to be judged."""
    rows, weights = survey.domain, survey.weights[survey.domain]
    known = {name: flags[name].to_numpy()[rows] for name in flags.columns if flags[name].dtype == bool}
    if not judged_straight(survey):
        del known["straight_lining"], known["straight_best"]
    if longest_block(survey, asked_in_order(survey, tuple(survey.codebook.items))) < FEWEST_IN_ROW:
        del known["long_run"]
    if flags["seconds"].isna().all():
        del known["speeding"]
    if survey.codebook.design.respondent is None:
        del known["duplicate_respondent"]
    if flags["percent_match"].isna().all():
        del known["near_duplicate"]
    copies = [known[name] for name in ("duplicate_respondent", "duplicate_answers", "near_duplicate") if name in known]
    known["copy"] = np.logical_or.reduce(copies)
    marks = [known[name] for name in PROGRAM_FLAGS if name in known]
    if marks:
        known["marked"] = np.logical_or.reduce(marks)
    for name, flagged in known.items():
        share = float(weights[flagged].sum() / weights.sum()) if weights.any() else float(flagged.mean())
        yield FlagCount(flag=name, n=int(flagged.sum()), share=share)

"""How the answers were gathered: time taken, modes, days since the contact, and how many of those asked answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey
from drivers.survey.fieldwork import DISPOSITIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeAnswers:
    """Those who were asked in one way.

    Parameters
    ----------
    mode
        As it is written in the file.
    n
        Respondents with a main outcome.
    share
        Weighted part of the respondents whose mode is known.
    performance
        Weighted mean of the main outcome, 0–100.
    """

    mode: str
    n: int
    share: float
    performance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRates:
    """How many of those who were asked answered, in the whole survey, whatever is selected.

    Parameters
    ----------
    answers
        Complete and partial interviews.
    asked
        Everybody who was invited or sampled and may have been eligible.
    response_rate
        ``answers / asked``: AAPOR's RR2; with invitations, everybody invited counts as eligible.
    complete_rate, cooperation_rate, refusal_rate
        AAPOR's RR1, COOP2 and REF1; NaN where only the number of invitations is known.
    """

    answers: int
    asked: int
    response_rate: float
    complete_rate: float
    cooperation_rate: float
    refusal_rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """How the answers of the domain were gathered; NaN, None or empty where the file does not say.

    Parameters
    ----------
    n_timed, median_seconds
        Respondents whose time is known, and their median.
    modes
        Modes with at least ten respondents, in order.
    modes_left_out
        How many modes have fewer.
    n_dated, median_days, before_contact
        Respondents whose delay is known, its median, and how many are said to have answered before the contact.
    most_days, late_share
        Days that the codebook allows, and the weighted part of those who answered later.
    rates
        Response, cooperation and refusal.
    """

    n_timed: int = 0
    median_seconds: float = float("nan")
    modes: tuple[ModeAnswers, ...] = ()
    modes_left_out: int = 0
    n_dated: int = 0
    median_days: float = float("nan")
    before_contact: int = 0
    most_days: float = float("nan")
    late_share: float = float("nan")
    rates: ResponseRates | None = None

    @property
    def details(self) -> Mapping[str, object]:
        """All of it as plain numbers."""
        return MappingProxyType(
            {
                "n_timed": self.n_timed,
                "median_seconds": self.median_seconds,
                "modes": [
                    {"mode": one.mode, "n": one.n, "share": one.share, "performance": one.performance}
                    for one in self.modes
                ],
                "modes_left_out": self.modes_left_out,
                "n_dated": self.n_dated,
                "median_days": self.median_days,
                "before_contact": self.before_contact,
                "most_days": self.most_days,
                "late_share": self.late_share,
                **({} if self.rates is None else {name: getattr(self.rates, name) for name in _RATES}),
            }
        )


_RATES = ("answers", "asked", "response_rate", "complete_rate", "cooperation_rate", "refusal_rate")


def gathering(survey: Survey) -> Gathering | None:
    """How the answers of the domain were gathered; None where the codebook says nothing of the fieldwork.

    Notes
    -----
    Weights: shares of modes, their means and the part that answered late are weighted; medians and counts are not.
    Missing answers: left aside.
    """
    record, work = survey.fieldwork, survey.codebook.fieldwork
    if record is None or work is None:
        return None
    rows = survey.domain
    found: dict[str, object] = {"rates": _rates(survey)}
    if record.seconds is not None:
        seconds = record.seconds[rows]
        seconds = seconds[~np.isnan(seconds)]
        found |= {"n_timed": len(seconds), "median_seconds": _median(seconds)}
    if record.mode is not None:
        modes = _modes(survey, record.mode, record.modes)
        shown = tuple(mode for mode in modes if mode.n >= FEWEST_SHOWN)
        found |= {"modes": shown, "modes_left_out": len(modes) - len(shown)}
    if record.delay is not None:
        days, weights = record.delay[rows], survey.weights[rows]
        known = ~np.isnan(days)
        days, weights = days[known], weights[known]
        found |= {
            "n_dated": len(days),
            "median_days": _median(days[days >= 0]),
            "before_contact": int((days < 0).sum()),
        }
        if work.most_days is not None and weights.sum() > 0:
            found |= {
                "most_days": work.most_days,
                "late_share": float(np.average(days > work.most_days, weights=weights)),
            }
    return Gathering(**found)  # type: ignore[arg-type]


def _median(values: np.ndarray) -> float:
    return float(np.median(values)) if len(values) >= FEWEST_SHOWN else float("nan")


def _modes(survey: Survey, mode: np.ndarray, names: tuple[str, ...]) -> list[ModeAnswers]:
    outcome = survey.scores[survey.codebook.main_outcome].to_numpy()
    rows = survey.domain & (mode >= 0)
    total = survey.weights[rows].sum()
    found = []
    for code, name in enumerate(names):
        own = rows & (mode == code)
        answered = own & ~np.isnan(outcome) & (survey.weights > 0)
        if not own.any():
            continue
        mean = float(np.average(outcome[answered], weights=survey.weights[answered])) if answered.any() else np.nan
        share = float(survey.weights[own].sum() / total) if total > 0 else np.nan
        found.append(ModeAnswers(mode=name, n=int(answered.sum()), share=share, performance=mean))
    return found


def _rates(survey: Survey) -> ResponseRates | None:
    """By AAPOR's Standard Definitions (10th edition, 2023)."""
    record, work = survey.fieldwork, survey.codebook.fieldwork
    assert record is not None and work is not None  # the caller has looked
    nan = float("nan")
    if record.sampled is not None:
        complete, partial, refused, not_contacted, other, unknown = (record.sampled[kind] for kind in DISPOSITIONS[:6])
        answers = complete + partial
        asked = answers + refused + not_contacted + other + unknown
        return ResponseRates(
            answers=answers,
            asked=asked,
            response_rate=answers / asked,
            complete_rate=complete / asked,
            cooperation_rate=answers / (answers + refused + other),
            refusal_rate=refused / asked,
        )
    if work.invited is None:
        return None
    stack = survey.codebook.data.stack
    answers = len(survey.weights) // (len(stack.values) if stack else 1)
    return ResponseRates(
        answers=answers,
        asked=work.invited,
        response_rate=answers / work.invited,
        complete_rate=nan,
        cooperation_rate=nan,
        refusal_rate=nan,
    )

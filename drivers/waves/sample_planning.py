"""How large the next wave should be, and what it can show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Literal

import numpy as np
from scipy import special

from drivers.errors import ModelError
from drivers.linearization import effective_size, mean_covariance
from drivers.models.given import is_number, listed_names
from drivers.models.predictors import check_conf_level
from drivers.models.units import known_name
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey, check_survey
from drivers.survey.outcome_statistics import in_wave, waves_compared
from drivers.waves.plan_result import LevelPlan, NeededSize, NextWaveResult

CHANGES = (1.0, 2.0, 3.0, 5.0)
"""Points for which sizes are told unless others are asked for."""

FINEST = 0.01
"""Points; who looks for less looks for nothing that a scale of five answers can show."""


def next_wave(
    survey: Survey,
    *,
    outcome: str | None = None,
    target: float | None = None,
    drivers: Sequence[str] = (),
    changes: Sequence[float] = CHANGES,
    power: float = 0.8,
    conf_level: float = 0.95,
) -> NextWaveResult:
    """What the next wave can show: the smallest change it would see, and how many respondents others need.

    Parameters
    ----------
    survey
        Answers; the wave selected, else the last; without waves all of them.
    outcome
        Name; the main outcome unless given.
    target
        What the outcome's mean should reach, points of 0–100; the codebook's unless given.
    drivers
        Drivers of which the same is told, with the codebook's targets.
    changes
        Points for which the sizes needed are told, 0.01 to 100.
    power
        Chance with which a change is to be seen, from 0.5 to below 1.
    conf_level
        Level of the interval that is to leave out 0.

    Returns
    -------
    NextWaveResult
        `tidy()` has one row per level and term.

    Raises
    ------
    ModelError
        Where the outcome has fewer than 10 answers (code ``suppressed``), or all are the same, or a number is none.
        Drivers of which that holds are left out, by name.

    Notes
    -----
    The next wave is taken to be asked in the same way, of other people: its mean has the variance of this one's, V,
    times n / m for m respondents, by which the design effect stays as it is. A change Δ is seen with the power asked
    for where Δ = (t₁ + t₂) √(V (1 + n / m)), t₁ and t₂ the quantiles of the t distribution at the interval's upper end
    and at the power, with the degrees of freedom of both waves together: an approximation to the non-central t, good
    to a percentage point of power from 10 degrees of freedom on. Where even a large next wave would not do, because
    this one was too small, the size is infinite, and what both waves would need is told beside it.

    Weights: in V, linearised, or by replicate weights.
    Missing answers: all answers to each question.

    References
    ----------
    Cochran (1977), Sampling Techniques, chapter 4; Kish (1965), Survey Sampling, chapter 8.

    Examples
    --------
    >>> import drivers as kda
    >>> plan = kda.next_wave(kda.example_survey("judges")).plans[0]
    >>> round(plan.detectable, 1), round(plan.needed[-1].n_each)
    (6.7, 78)
    """
    check_survey(survey)
    check_conf_level(conf_level)
    if not is_number(power) or not 0.5 <= power < 1:
        raise ModelError(f"Expected power from 0.5 to below 1, found {power}; use 0.8 for 80 %.")
    if not _all_points(changes):
        raise ModelError(f"Expected changes from {FINEST:g} to 100 points, found {changes!r}; use (1, 2, 3, 5).")
    if target is not None and (not is_number(target) or not 0 <= target <= 100):
        shown = f"{target:g}" if is_number(target) else repr(target)
        raise ModelError(f"Expected a target from 0 to 100, found {shown}; give it in points of 100.")
    book = survey.codebook
    outcome = known_name("outcome", outcome or book.main_outcome, book.outcomes)
    named = [known_name("driver", name, book.drivers) for name in listed_names(drivers, "drivers")]
    now, _ = waves_compared(survey)
    rows = survey.domain if now is None else in_wave(survey, now)
    goal = target if target is not None else _target(survey, outcome)
    plans = [_plan(survey, rows, outcome, "outcome", goal, changes, power, conf_level)]
    left_out: dict[str, str] = {}
    for name in named:
        goal = book.drivers[name].target
        try:
            plans.append(_plan(survey, rows, name, "driver", goal, changes, power, conf_level))
        except ModelError as error:
            if not error.code:
                raise
            left_out[name] = error.code
    return NextWaveResult(
        outcome=outcome,
        plans=tuple(plans),
        left_out=MappingProxyType(left_out),
        wave="" if now is None else survey.waves[now],
        power=power,
        sampling=book.design.sample,
        conf_level=conf_level,
    )


def _all_points(changes: object) -> bool:
    if not isinstance(changes, Iterable) or isinstance(changes, str):
        return False
    listed = list(changes)
    return bool(listed) and all(is_number(change) and FINEST <= change <= 100 for change in listed)


def _target(survey: Survey, outcome: str) -> float | None:
    """The target of an outcome's mean that the codebook has, with an indicator or with the outcome itself."""
    for indicator in survey.codebook.indicators.values():
        if indicator.outcome == outcome and indicator.statistic == "mean" and isinstance(indicator.target, float):
            return indicator.target
    return survey.codebook.outcomes[outcome].target


def _plan(
    survey: Survey,
    rows: np.ndarray,
    name: str,
    of: Literal["outcome", "driver"],
    target: float | None,
    changes: Sequence[float],
    power: float,
    conf_level: float,
) -> LevelPlan:
    values = survey.scores[name].to_numpy()
    used = rows & ~np.isnan(values) & (survey.weights > 0)
    n = int(used.sum())
    if n < FEWEST_SHOWN:
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} answers on {name!r}, found fewer; widen the selection.",
            code="suppressed",
            values={"needed": FEWEST_SHOWN},
        )
    spread = mean_covariance(survey, values, used)
    variance = float(spread.covariance[0, 0])
    if not variance > 0:
        raise _without_chance(name, of, values[used])
    df = 2 * max(spread.df, 1)
    surely, often = (float(special.stdtrit(df, level)) for level in ((1 + conf_level) / 2, power))
    level = float(survey.weights[used] @ values[used] / survey.weights[used].sum())
    both = float(np.sqrt(2 * variance))

    def size(change: float) -> NeededSize:
        # What the variances of both waves together may be, in those of this one.
        room = (abs(change) / (surely + often)) ** 2 / variance
        return NeededSize(change=change, n=n / (room - 1) if room > 1 else np.inf, n_each=2 * n / room)

    way = None if target is None or target == level else size(target - level)
    return LevelPlan(
        name=name,
        of=of,
        level=level,
        std_error=float(np.sqrt(variance)),
        n=n,
        n_effective=effective_size(survey, used, values),
        detectable=(surely + often) * both,
        seen_from=level + surely * both,
        seen_to=level - surely * both,
        needed=tuple(size(float(change)) for change in changes),
        target=np.nan if target is None else float(target),
        to_target=way,
    )


def _without_chance(name: str, of: str, values: np.ndarray) -> ModelError:
    """Why a level does not vary by chance: all answers are the same, or everybody was asked."""
    if np.ptp(values) > 0:
        return ModelError(
            f"Expected answers on {name!r} from a sample, found that the whole population was asked (design.fpc), so "
            "that no level varies by chance; remove fpc to ask what people like these would have answered.",
            code="whole_population",
        )
    code, what = ("constant_outcome", "outcome") if of == "outcome" else ("constant_driver", "driver")
    return ModelError(
        f"Expected answers on {name!r} that differ, found all {len(values)} the same; what a next wave would show "
        "cannot be told from them.",
        code=code,
        values={what: name},
    )

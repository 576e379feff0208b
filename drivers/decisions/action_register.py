"""The register of actions, checked by the waves since: whether each driver moved, and more than the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from drivers.decisions.action_result import ActionResult, CheckedAction, GoalState, Movement, Tide
from drivers.errors import ModelError
from drivers.linearization import effective_size
from drivers.models.multiplicity import holm
from drivers.models.predictors import check_conf_level
from drivers.models.unit_means import Levels, levels
from drivers.results import FEWEST_SHOWN, Sample, read_only
from drivers.survey.codebook.decisions import Action
from drivers.survey.data import Survey, check_survey
from drivers.survey.outcome_statistics import in_wave, no_wave_told, waves_compared

Group = tuple[str, tuple[int, ...]]
"""A driver in some waves taken together."""


def check_actions(survey: Survey, *, conf_level: float = 0.95) -> ActionResult:
    """Whether each driver about which something was done has moved since, and more than drivers left alone.

    Parameters
    ----------
    survey
        Answers with weights and design, waves, and a register that the codebook holds under ``actions``.
    conf_level
        Level of the intervals, between 0 and 1.

    Returns
    -------
    ActionResult
        `tidy()` has four rows per action: ``change``, ``average``, ``tide``, ``apart``.

    Raises
    ------
    ModelError
        Where the codebook has no register, or the survey no waves.

    Notes
    -----
    ``change`` is the mean of the wave reported on less that of the last wave before the action, of those with ten
    answers; ``average`` takes all waves since together in place of the one reported on. ``tide`` is the
    mean change, between the same two waves, of the drivers about which nothing was done; ``apart`` is the difference of
    the two. A driver has moved where ``change`` is more than chance, after Holm over the actions; whether it has moved
    apart from the tide is a second family of tests. A driver that rose since was not for that reason raised by what
    was done: nobody was left without it to compare with.

    Weights: linearised, or moved to first order in each replicate; all means vary together as the design says, so
    that days or persons that are in both waves are allowed for. Limits are t, with the design's degrees of freedom.
    Without a design all respondents count as different persons, also where some answered in several waves: name the
    person as ``design.cluster`` then.
    Missing answers: each mean has all answers that there are.

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure.

    Examples
    --------
    >>> import drivers as kda
    >>> found = kda.check_actions(kda.example_survey("service_center"))
    >>> {action.driver: action.movement for action in found.actions}
    {'respect': 'not_shown', 'speed': 'moved_up', 'information': 'moved_up', 'honesty': 'moved_down'}
    """
    check_survey(survey)
    check_conf_level(conf_level)
    book = survey.codebook
    if not book.actions:
        raise ModelError(
            "Expected a register of what was done, found none; write it under 'actions:' in the codebook.",
            code="no_actions",
        )
    now, _ = waves_compared(survey)
    if now is None:
        raise no_wave_told(survey)
    acted = {action.driver for action in book.actions}
    names = list(dict.fromkeys([*(action.driver for action in book.actions), *book.default_drivers]))
    counts = _counts(survey, names, now)
    spans = [_span(survey, action, counts[action.driver], now) for action in book.actions]
    free = [name for name in book.default_drivers if name not in acted]
    # The tide is told of the same drivers for all actions, so that it is one tide.
    ends = {wave for span in spans if span.known for wave in (span.before, now)}
    untouched = tuple(name for name in free if all(counts[name][wave] >= FEWEST_SHOWN for wave in ends))
    groups = list(
        dict.fromkeys(
            group
            for action, span in zip(book.actions, spans, strict=True)
            if span.known
            for group in span.groups(action.driver, untouched, now)
        )
    )
    means = _means(survey, groups) if groups else None
    checked = [
        _checked(survey, place, action, span, untouched, groups, means, now, conf_level)
        for place, (action, span) in enumerate(zip(book.actions, spans, strict=True), start=1)
    ]
    return ActionResult(
        actions=_judged(checked, conf_level),
        untouched=untouched,
        wave=survey.waves[now],
        unit=survey.unit,
        sample=_sample(survey, names),
        conf_level=conf_level,
    )


@dataclass(frozen=True, slots=True)
class _Span:
    """Positions of the wave since which an action could show, of the last one before it with answers, and those since.

    ``before`` is −1 where there is none; ``after`` is empty where the wave reported on is none of them, or has not ten
    answers.
    """

    since: int
    before: int
    after: tuple[int, ...]

    @property
    def known(self) -> bool:
        """Whether there is something to compare."""
        return self.before >= 0 and bool(self.after)

    def groups(self, driver: str, untouched: Sequence[str], now: int) -> list[Group]:
        """The means that are needed."""
        own: list[Group] = [(driver, (self.before,)), (driver, (now,)), (driver, self.after)]
        return own + [(name, (wave,)) for name in untouched for wave in (self.before, now)]


def _counts(survey: Survey, names: Sequence[str], now: int) -> dict[str, list[int]]:
    """Answers on each driver in each wave up to the one reported on."""
    used = survey.weights > 0
    waves = [in_wave(survey, wave) & used for wave in range(now + 1)]
    known = {name: ~np.isnan(survey.scores[name].to_numpy()) for name in names}
    return {name: [int(np.count_nonzero(rows & known[name])) for rows in waves] for name in names}


def _span(survey: Survey, action: Action, counts: Sequence[int], now: int) -> _Span:
    since = survey.waves.index(action.since_wave)
    enough = [wave for wave in range(now + 1) if counts[wave] >= FEWEST_SHOWN]
    after = tuple(wave for wave in enough if wave >= since) if now in enough else ()
    return _Span(since=since, before=max((wave for wave in enough if wave < since), default=-1), after=after)


def _means(survey: Survey, groups: Sequence[Group]) -> Levels:
    """The mean of each driver in its waves, with their joint covariance under the design."""
    columns = []
    for name, waves in groups:
        rows = np.logical_or.reduce([in_wave(survey, wave) for wave in waves])
        columns.append(np.where(rows, survey.scores[name].to_numpy(), np.nan))
    table = np.column_stack(columns)
    return levels(survey, table, ~np.isnan(table).all(axis=1))


def _checked(
    survey: Survey,
    place: int,
    action: Action,
    span: _Span,
    untouched: Sequence[str],
    groups: Sequence[Group],
    means: Levels | None,
    now: int,
    conf_level: float,
) -> CheckedAction:
    nothing = read_only(np.full(4, np.nan))
    made = CheckedAction(
        number=str(place),
        driver=action.driver,
        lever=action.lever or survey.codebook.drivers[action.driver].lever or "",
        since=action.since_wave,
        wave_before=survey.waves[span.before] if span.known else "",
        wave=survey.waves[now] if span.known else "",
        before=float("nan"),
        now=float("nan"),
        change=nothing,
        average=nothing,
        tide=nothing,
        apart=nothing,
        p_change=float("nan"),
        p_apart=float("nan"),
        n_before=0,
        n_now=0,
        goal=action.goal,
        movement="too_early" if span.since > now else "few_now" if not span.after else "nothing_before",
        against_tide="unknown",
        goal_state="none" if action.goal is None else "open",
    )
    if means is None or not span.known:
        return made
    place_of = {group: position for position, group in enumerate(groups)}
    before, after, since = (place_of[group] for group in span.groups(action.driver, (), now))
    change, average, tide = (np.zeros(len(groups)) for _ in range(3))
    change[[after, before]] = 1.0, -1.0
    # One wave since is all of them.
    average[since] += 1.0
    average[before] -= 1.0
    for name in untouched:
        tide[place_of[name, (now,)]] += 1 / len(untouched)
        tide[place_of[name, (span.before,)]] -= 1 / len(untouched)
    told = _told(means, change, conf_level)
    apart = _told(means, change - tide, conf_level) if untouched else nothing
    return replace(
        made,
        before=float(means.mean[before]),
        now=float(means.mean[after]),
        change=told,
        average=_told(means, average, conf_level),
        tide=_told(means, tide, conf_level) if untouched else nothing,
        apart=apart,
        p_change=_p_value(told, means.df),
        p_apart=_p_value(apart, means.df),
        n_before=int(means.n[before]),
        n_now=int(means.n[after]),
    )


def _told(means: Levels, combination: np.ndarray, conf_level: float) -> np.ndarray:
    """Estimate, standard error and limits of a combination of means; float (4,)."""
    estimate = float(combination @ means.mean)
    error = float(np.sqrt(max(0.0, combination @ means.covariance @ combination)))
    reach = float(special.stdtrit(max(means.df, 1), (1 + conf_level) / 2)) * error
    return read_only([estimate, error, estimate - reach, estimate + reach])


def _p_value(told: np.ndarray, df: int) -> float:
    """Two-sided, of 0; NaN of what is not known."""
    estimate, error = told[:2]
    if not np.isfinite(estimate) or error == 0:
        return float("nan")
    return float(2 * special.stdtr(max(df, 1), -abs(estimate) / error))


def _judged(checked: Sequence[CheckedAction], conf_level: float) -> tuple[CheckedAction, ...]:
    """The same actions with what may be said of each, after Holm over all of them."""
    alpha = 1 - conf_level
    moved, apart = (holm(np.array([getattr(one, name) for one in checked])) for name in ("p_change", "p_apart"))
    found = []
    for one, p_change, p_apart in zip(checked, moved, apart, strict=True):
        if not np.isfinite(one.change[0]):
            found.append(one)
            continue
        movement: Movement = "not_shown"
        if p_change <= alpha:
            movement = "moved_up" if one.change[0] > 0 else "moved_down"
        tide: Tide = "unknown" if np.isnan(p_apart) else "alike"
        if p_apart <= alpha:
            tide = "more" if one.apart[0] > 0 else "less"
        found.append(
            replace(
                one,
                p_change=float(p_change),
                p_apart=float(p_apart),
                movement=movement,
                against_tide=tide,
                goal_state=_goal_state(one),
            )
        )
    return tuple(found)


def _goal_state(action: CheckedAction) -> GoalState:
    if action.goal is None:
        return "none"
    _, _, low, high = action.change
    return "reached" if low >= action.goal else "missed" if high < action.goal else "open"


def _sample(survey: Survey, names: Sequence[str]) -> Sample:
    """Whoever rated one of the drivers in the selection."""
    scores = survey.scores[list(names)].to_numpy()
    known = ~np.isnan(scores)
    rows = survey.domain & (survey.weights > 0) & known.any(axis=1)
    mean = np.where(known, scores, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return Sample(
        n_asked=int(survey.domain.sum()),
        n=int(rows.sum()),
        n_effective=effective_size(survey, rows, mean),
        weighted=survey.weighted_in(rows),
        missing="available_answers",
        sampling=survey.codebook.design.sample,
    )

"""How far an outcome is from its target, and what closing each driver's gap would be worth of it."""

from __future__ import annotations

import numpy as np
from scipy import special

from drivers.errors import ModelError
from drivers.indicators.card.distance_result import DistanceResult, Offer
from drivers.indicators.card.measures_taken import measures_of
from drivers.indicators.card.standing import Distance
from drivers.indicators.estimates import mean_level
from drivers.models.gap_parts import gap_errors
from drivers.models.goals import goals, levels
from drivers.models.regression import fit_regression
from drivers.models.units import known_name
from drivers.results import FEWEST_SHOWN, read_only
from drivers.survey.data import Survey, check_survey
from drivers.survey.outcome_statistics import in_wave, waves_compared


def distance_in_drivers(survey: Survey, *, outcome: str | None = None, conf_level: float = 0.95) -> DistanceResult:
    """What closing each driver's gap would be worth of an outcome's distance to its target.

    Parameters
    ----------
    survey
        Answers with weights and design.
    outcome
        An outcome that is a mean score or an event, and has a target; the codebook's first unless given.
    conf_level
        Level of the intervals, between 0 and 1.

    Returns
    -------
    DistanceResult
        `tidy()` has one row per driver and term: ``effect``, ``level``, ``goal``, ``worth``; then ``value``,
        ``needed``, ``together`` and ``left`` of the outcome.

    Raises
    ------
    ModelError
        As `fit_regression`; where the outcome has no target, or has reached it; where fewer than 10 rated it, or any
        driver, in the wave reported on.

    Notes
    -----
    The worth of a gap is the partial effect of the driver, all others held, times the points from its mean to its
    goal: an association, which is a forecast only if it is causal. The goal is the driver's own target in the
    codebook; else what one unit in ten reaches, by units' means whose spread is cut to what is more than chance
    (Louis); else, with fewer than ten units, the best answer. No worth is told of a driver whose effect's interval
    holds 0, or whose effect goes the other way.

    Values and goals are of the wave reported on, effects of all answers in the selection. A target and a goal are
    decisions and have no error; effects and means have, and go together to first order only where lines are not
    straight, so that the variance of a worth is gap² var(effect) + effect² var(mean). Limits are t, with the
    regression's degrees of freedom.

    Weights: in effects, means, and all variances, under the design.
    Missing answers: effects by complete cases, means by all answers there are.

    References
    ----------
    Louis (1984), Estimating a population of parameter values using Bayes and empirical Bayes methods, Journal of the
    American Statistical Association 79, 393–398.

    Examples
    --------
    >>> import drivers as kda
    >>> distance = kda.distance_in_drivers(kda.example_survey("service_center"))
    >>> round(distance.needed.estimate, 1), distance.drivers[distance.order[0]]
    (2.7, 'information')
    """
    check_survey(survey)
    outcome = known_name("outcome", outcome or survey.codebook.main_outcome, survey.codebook.outcomes)
    target, sign = _target(survey, outcome)
    regression = fit_regression(survey, outcome=outcome, conf_level=conf_level)
    now, _ = waves_compared(survey)
    rows = survey.domain if now is None else in_wave(survey, now)
    scores = survey.scores[outcome].to_numpy()
    value = mean_level(survey, scores, rows, conf_level)
    if value.n < FEWEST_SHOWN:
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} answers on {outcome!r} in the wave reported on, found fewer; widen the "
            "selection.",
            code="few_in_wave",
            values={"needed": FEWEST_SHOWN},
        )
    needed = sign * (target - value.estimate)
    if needed <= 0:
        raise ModelError(
            f"Expected {outcome!r} short of its target {target:g}, found it at {value.estimate:.1f}; there is no "
            "distance to tell.",
            code="target_reached",
            values={"outcome": outcome},
        )
    rated = ~survey.scores[rows & (survey.weights > 0)].isna()
    drivers = tuple(
        name
        for name in regression.drivers
        # Of what was not asked in the wave nothing is known to begin with.
        if name in survey.codebook.drivers and int(rated[name].sum()) >= FEWEST_SHOWN
    )
    if not drivers:
        raise ModelError(
            f"Expected a driver with at least {FEWEST_SHOWN} answers in the wave reported on, found none; widen the "
            "selection.",
            code="few_in_wave",
            values={"needed": FEWEST_SHOWN},
        )
    columns = np.column_stack([survey.scores[name].to_numpy() for name in drivers] + [scores])
    now_at = levels(survey, columns, rows)
    goal = goals(survey, drivers, columns[:, :-1], now)
    gap = np.maximum(0.0, goal.goal - now_at.mean[:-1])
    place = [regression.terms.index(name) for name in drivers]
    effect = sign * regression.estimate[place]
    reach = float(special.stdtrit(regression.df_resid, (1 + conf_level) / 2))
    limits = effect + np.outer([-1.0, 1.0], reach * regression.std_error[place])
    offers = tuple(_offer(float(low), float(room)) for low, room in zip(limits[0], gap, strict=True))
    offered = np.array([offer == "offered" for offer in offers])
    slope, room = np.where(offered, effect, 0.0), np.where(offered, gap, 0.0)
    errors = gap_errors(slope, regression.covariance[np.ix_(place, place)], room, now_at.covariance, sign=sign)
    each = np.where(offered, errors.each, np.nan)
    worth = np.where(offered, effect * gap, np.nan)
    total = float(np.nansum(worth))
    left = needed - total
    return DistanceResult(
        outcome=outcome,
        target=target,
        better="higher" if sign > 0 else "lower",
        value=value,
        needed=_limited(needed, float(np.sqrt(now_at.covariance[-1, -1])), reach),
        drivers=drivers,
        effect=read_only([effect, *limits]),
        performance=read_only(now_at.mean[:-1]),
        goal=read_only(goal.goal),
        goal_of=goal.goal_of,
        worth=read_only([worth, each, worth - reach * each, worth + reach * each]),
        offers=offers,
        together=_limited(total, errors.together, reach),
        left=_limited(left, errors.left, reach),
        n_units=goal.n_units,
        wave="" if now is None else survey.waves[now],
        unit=survey.unit,
        sample=regression.sample,
        conf_level=conf_level,
    )


def _target(survey: Survey, outcome: str) -> tuple[float, float]:
    """The outcome's target in points of 0–100, and 1 where higher is better, −1 where lower is."""
    spec = survey.codebook.outcomes[outcome]
    for key, indicator in survey.codebook.indicators.items():
        if indicator.outcome == outcome and indicator.statistic in ("mean", "share") and indicator.better != "range":
            target = next(measure.target for measure in measures_of(survey) if measure.key == key)
            if target:
                scale = 100.0 if indicator.statistic == "share" else 1.0
                return scale * target[0], 1.0 if indicator.better == "higher" else -1.0
    if spec.target is None or spec.kind == "nps":
        raise ModelError(
            f"Expected a target of {outcome!r}, found none; write one under outcomes.{outcome}.target, or under an "
            "indicator of its mean.",
            code="no_target",
            values={"outcome": outcome},
        )
    return float(spec.target), -1.0 if spec.better == "lower" else 1.0


def _offer(low: float, gap: float) -> Offer:
    if not low > 0:
        return "unclear"
    return "offered" if gap > 0 else "no_room"


def _limited(estimate: float, error: float, reach: float) -> Distance:
    return Distance(estimate=estimate, conf_low=estimate - reach * error, conf_high=estimate + reach * error)

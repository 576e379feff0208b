"""Which drivers to improve first: importance, room, effect and what they go with, joined in one list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from drivers.decisions.dividing_lines import check_same_selection
from drivers.decisions.importance_performance import MapResult, importance_performance_map
from drivers.decisions.improvement_goals import goals_for
from drivers.decisions.priority_result import ORDERS_BY, Candidacy, OrderBy, PriorityResult
from drivers.errors import ModelError
from drivers.importance.result import ImportanceResult
from drivers.models.asymmetry.penalty_reward_result import AsymmetryResult
from drivers.models.goals import GoalOf
from drivers.models.order_of_estimates import estimates_above, possible_places
from drivers.models.regression import RegressionResult, fit_regression
from drivers.models.unit_means import Levels, levels
from drivers.results import FEWEST_SHOWN, Unanswered, read_only
from drivers.survey.data import Survey, check_survey
from drivers.survey.outcome_statistics import in_wave, waves_compared

CLAIM_LEVEL = 0.95
"""Level of all claims of an order together, whatever level the intervals are drawn at."""


def priorities(
    importance: ImportanceResult,
    survey: Survey,
    *,
    order_by: OrderBy = "gap",
    goal: GoalOf | Mapping[str, float] | None = None,
    place: MapResult | Unanswered | None = None,
    asymmetry: AsymmetryResult | Unanswered | None = None,
    conf_level: float | None = None,
) -> PriorityResult:
    """Which drivers to improve first, why, who can move them, and how sure that is.

    Parameters
    ----------
    importance
        Of `relative_importance`, with a bootstrap: of single drivers, in linear models of complete answers.
    survey
        The survey that it is of.
    order_by
        ``gap``: by what goes with closing each driver's gap to its goal. ``point``: by what goes with one point of
        each, whatever the gap.
    goal
        Up to where there is room: ``target``, each driver's own in the codebook; ``best_units``, what one unit in ten
        reaches; ``scale_end``, the best answer; or driver → points. Targets where every driver has one, else the best
        answer, unless given: worths up to goals of different kinds cannot be compared.
    place
        Of `importance_performance_map`, to name quadrants; unless given that of the wave reported on, with the means
        as lines.
    asymmetry
        Of `asymmetry`, to tell must-haves and bonuses; without it they are not told.
    conf_level
        Level of the intervals; that of the importance unless given.

    Returns
    -------
    PriorityResult
        `tidy()` has six rows per driver (``term``): share, performance, goal, room, effect, worth.

    Raises
    ------
    ModelError
        As `fit_regression` and `importance_performance_map`; where the importance is of groups, interactions, another
        family, two best answers or imputed answers, of which no effect by complete answers can be told; where a goal
        is missing.

    Notes
    -----
    **Worth** is the partial effect, all others held, times the room from the mean now (in the wave reported on) to the
    goal: an association, which is a forecast only if it is causal, and up to the best answer a bound and no plan. Its
    variance is room² var(effect) + effect² var(mean), limits are t with the regression's degrees of freedom; targets
    and goals have no error.

    **Offered** is a driver whose effect is above 0 after Holm over the drivers and whose room's interval is above 0;
    for others no worth is told. Of two that are offered one is put *before* the other only where the difference of
    their worths is beyond chance, all pairs of drivers at once (max-|t|, stepped down), so that in at most 5 % of
    samples any such claim is wrong; all others share their places. Where the verdict of the importance is
    ``not_rankable`` there is no order.

    Weights: in effects, means and all variances, under the design.
    Missing answers: effects and shares by complete cases, means by all answers there are.

    Examples
    --------
    >>> import drivers as kda
    >>> survey = kda.example_survey("service_center")
    >>> found = kda.priorities(kda.relative_importance(survey, n_boot=200), survey)
    >>> found.first, found.of("no_effect")
    (('respect',), ('welcome',))
    """
    check_survey(survey)
    _check(importance, survey, order_by)
    _check_earlier("place", place, MapResult, "importance_performance_map")
    _check_earlier("asymmetry", asymmetry, AsymmetryResult, "asymmetry")
    level = importance.conf_level if conf_level is None else conf_level
    if place is None:
        place = importance_performance_map(importance, survey, ratings="now")
    names = importance.drivers
    regression = fit_regression(
        survey,
        outcome=importance.outcome,
        drivers=importance.asked["drivers"],
        always=importance.asked["always"],
        conf_level=level,
    )
    now, _ = waves_compared(survey)
    rows = survey.domain if now is None else in_wave(survey, now)
    columns = survey.scores[list(names)].to_numpy()
    rated = (~np.isnan(columns) & (rows & (survey.weights > 0))[:, None]).sum(axis=0) >= FEWEST_SHOWN
    at = _levels(survey, columns, rows, rated)
    aims = goals_for(survey, names, columns, now, goal)
    reach = float(special.stdtrit(regression.df_resid, (1 + level) / 2))
    places = [regression.terms.index(name) for name in names]
    effects = _effects(survey, regression, places, importance.outcome, reach)
    mean = _limited(at.mean, np.sqrt(np.diag(at.covariance)), reach)
    room = np.maximum(0.0, np.array([aims.goal - mean[0], aims.goal - mean[3], aims.goal - mean[2]]))
    shown = np.nan_to_num(regression.p_adjusted[places], nan=1.0) <= (1 - level) + 1e-12
    candidacies = _candidacies(shown & (effects.estimate[0] > 0), rated, room)
    offered = np.array([found == "offered" for found in candidacies], dtype=bool)
    value, covariance = _values(effects, at, room[0], order_by)
    worth = np.where(offered, _limited(value, np.sqrt(np.maximum(np.diag(covariance), 0.0)), reach), np.nan)
    above = np.zeros((len(names),) * 2, dtype=bool)
    if importance.verdict.status != "not_rankable":
        # All rated drivers are compared, not only those that the same answers offer: no claim profits from the choice.
        inside = np.flatnonzero(rated & np.isfinite(value))
        above[np.ix_(inside, inside)] = estimates_above(
            value[inside],
            covariance[np.ix_(inside, inside)],
            regression.df_resid,
            level=CLAIM_LEVEL,
            seed=importance.seed,
        )
        above &= np.outer(offered, offered)
    low, high = _places(above, offered)
    possible = importance.verdict.possible_ranks()
    return PriorityResult(
        outcome=importance.outcome,
        drivers=names,
        order_by=order_by,
        share=read_only([importance.share, importance.share_low, importance.share_high]),
        rank_low=read_only(possible[0], np.int64),
        rank_high=read_only(possible[1], np.int64),
        performance=read_only(mean[[0, 2, 3]]),
        goal=read_only(aims.goal),
        goal_of=aims.goal_of,
        room=read_only(room),
        effect=read_only(effects.estimate),
        p_adjusted=read_only(regression.p_adjusted[places]),
        worth=read_only(worth),
        candidacies=candidacies,
        above=read_only(above, np.bool_),
        place_low=low,
        place_high=high,
        shapes=_shapes(names, importance.outcome, asymmetry),
        levers=tuple(survey.codebook.drivers[name].lever or "" for name in names),
        quadrant=place.quadrant if isinstance(place, MapResult) else ("undecided",) * len(names),
        stability=place.stability if isinstance(place, MapResult) else read_only(np.full(len(names), np.nan)),
        method=importance.method,
        family=importance.family,
        sums_to_r2=importance.sums_to_r2,
        verdict=importance.verdict,
        n_units=aims.n_units,
        wave="" if now is None else survey.waves[now],
        unit=survey.unit,
        sample=regression.sample,
        conf_level=level,
        claim_level=CLAIM_LEVEL,
    )


def _check(importance: object, survey: Survey, order_by: str) -> None:
    if not isinstance(importance, ImportanceResult):
        raise ModelError(
            f"Expected a result of relative_importance(), found {type(importance).__name__}; pass that result."
        )
    if order_by not in ORDERS_BY:
        raise ModelError(f"Expected order_by to be 'gap' or 'point', found {order_by!r}; choose one of these.")
    asked = importance.asked
    alone = (
        not asked["groups"] and not asked["interactions"] and set(importance.drivers) <= set(survey.codebook.drivers)
    )
    plain = asked["missing"] == "complete_cases" and asked["not_applicable"] == "leave_out" and not asked["top_box"]
    if not (alone and plain and importance.family == "linear"):
        raise ModelError(
            "Expected importance of single rated drivers in linear models of complete answers, which is what "
            "relative_importance() has unless told otherwise, found another; compute it so, that effects are of the "
            "same model."
        )
    check_same_selection(importance, survey)


def _check_earlier(name: str, found: object, kind: type, made_by: str) -> None:
    if not (found is None or isinstance(found, kind | Unanswered)):
        raise ModelError(
            f"Expected a result of {made_by}() as {name}=, found {type(found).__name__}; pass that result or none."
        )


def _levels(survey: Survey, columns: np.ndarray, rows: np.ndarray, rated: np.ndarray) -> Levels:
    """Means now and their covariance, NaN where fewer than 10 rated."""
    k = columns.shape[1]
    mean, covariance, df = np.full(k, np.nan), np.full((k, k), np.nan), 0
    n = (~np.isnan(columns) & rows[:, None]).sum(axis=0)
    if rated.any():
        found = levels(survey, columns[:, rated], rows)
        mean[rated], df = found.mean, found.df
        covariance[np.ix_(rated, rated)] = found.covariance
    return Levels(mean=mean, covariance=covariance, df=df, n=n)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Effects:
    """Effects in the good direction: estimate, error and limits, float (4, k), and their covariance, float (k, k)."""

    estimate: np.ndarray
    covariance: np.ndarray


def _effects(survey: Survey, regression: RegressionResult, places: list[int], outcome: str, reach: float) -> _Effects:
    sign = -1.0 if survey.codebook.outcomes[outcome].better == "lower" else 1.0
    estimate = _limited(sign * regression.estimate[places], regression.std_error[places], reach)
    return _Effects(estimate=estimate, covariance=regression.covariance[np.ix_(places, places)])


def _limited(estimate: np.ndarray, error: np.ndarray, reach: float) -> np.ndarray:
    """Estimate, standard error and limits; float (4, k)."""
    return np.array([estimate, error, estimate - reach * error, estimate + reach * error])


def _values(effects: _Effects, at: Levels, room: np.ndarray, order_by: OrderBy) -> tuple[np.ndarray, np.ndarray]:
    """What the list goes by, float (k,), and its covariance, float (k, k)."""
    if order_by == "point":
        return effects.estimate[0], effects.covariance
    slope = effects.estimate[0]
    # Of a driver at its goal nothing is left to vary.
    moves = np.where(room > 0, slope, 0.0)
    means = np.where(np.isfinite(at.covariance), at.covariance, 0.0)
    gap = np.nan_to_num(room)
    return slope * room, np.outer(gap, gap) * effects.covariance + np.outer(moves, moves) * means


def _candidacies(effective: np.ndarray, rated: np.ndarray, room: np.ndarray) -> tuple[Candidacy, ...]:
    found: list[Candidacy] = []
    for i in range(len(effective)):
        if not rated[i]:
            found.append("few_ratings")
        elif not effective[i]:
            found.append("no_effect")
        elif not room[0, i] > 0:
            found.append("no_room")
        else:
            found.append("offered" if room[1, i] > 0 else "room_open")
    return tuple(found)


def _places(above: np.ndarray, offered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Possible places among the drivers that are offered, 0 for others; int (k,), (k,)."""
    low, high = np.zeros(len(offered), dtype=np.int64), np.zeros(len(offered), dtype=np.int64)
    low[offered], high[offered] = possible_places(above[np.ix_(offered, offered)])
    return read_only(low, np.int64), read_only(high, np.int64)


def _shapes(names: tuple[str, ...], outcome: str, found: AsymmetryResult | Unanswered | None) -> tuple[str, ...]:
    if not isinstance(found, AsymmetryResult) or found.outcome != outcome:
        return ("",) * len(names)
    shapes = dict(zip(found.drivers, found.shapes, strict=True))
    return tuple(shapes.get(name, "") for name in names)

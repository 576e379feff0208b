"""The best plan for a budget, by partial effects and what points of each driver cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from pydantic import ValidationError
from scipy import special

from drivers.decisions.spending.best_points import Prices, best_points, solved_points
from drivers.decisions.spending.clear_effects import clear_effects, limits_by_step
from drivers.decisions.spending.corrected_gain import Chance, Choice, chance, corrected_gain
from drivers.decisions.spending.other_budgets import frontier
from drivers.decisions.spending.plan_result import PENNY, Offer, PlanResult, Stop
from drivers.errors import ModelError, remedy
from drivers.models.given import is_number
from drivers.models.regression import fit_regression
from drivers.models.resamples import check_resamples
from drivers.models.unit_means import levels
from drivers.resampling import percentile_interval
from drivers.results import FEWEST_SHOWN, read_only
from drivers.survey.codebook.decisions import RETURNS, Cost, Returns
from drivers.survey.data import Survey, check_survey
from drivers.survey.outcome_statistics import in_wave, waves_compared

SCALE_END = 100.0


def plan_budget(
    survey: Survey,
    *,
    budget: float | None = None,
    costs: Mapping[str, Cost | Mapping[str, object]] | None = None,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    returns: Returns | None = None,
    n_boot: int = 1000,
    conf_level: float = 0.95,
    seed: int = 1,
) -> PlanResult:
    """Where a budget is best spent: points of each driver, how sure the plan is, and what it would bring.

    Parameters
    ----------
    survey, drivers, always
        As in `fit_regression`.
    budget
        Money to spend; the codebook's unless given.
    costs
        Driver → ``per_point`` (cost of the first point of 100), ``ceiling`` (points at most) and ``returns``; the
        codebook's unless given.
    outcome
        What is to be gained; the codebook's first unless given.
    returns
        ``linear`` or ``diminishing`` for all drivers; each one's own unless given.
    n_boot
        Resamples, 0 for none; then a gain has no interval and a plan no stability.
    conf_level
        Level of the intervals, between 0 and 1.
    seed
        The same seed gives the same numbers.

    Returns
    -------
    PlanResult
        `tidy()` has one row per driver with points, cost, gain and stability, then ``raw`` and ``corrected`` of the
        whole plan, then the frontier: the gain at other budgets.

    Raises
    ------
    ModelError
        As `fit_regression`; where no costs or no budget are known, or none of a driver in the model.

    Notes
    -----
    Maximises Σ effect × points where the costs of all points are within the budget, and no driver is raised beyond
    its ceiling or the end of its scale. The effect is the partial one, all others held: an association, which is a
    forecast only if it is causal. Linear costs make a linear programme (HiGHS); with ``diminishing`` returns the
    next point at x costs per_point / (1 − x / ceiling), which makes a concave one: see `Prices`.

    Nothing is offered for a driver whose effect is not above 0 by Holm's test over all drivers of the model, and so
    never where its interval holds 0. That choice is made on the same answers, as is the plan, so that the raw gain
    is too high; `corrected_gain` says how that is taken back: a plan chosen on two thirds of the answers, that test
    included, is valued on the last third, over all ways to deal them out. The effects of single drivers are told as
    estimated.

    Resamples are draws from the effects' covariance under the design, in each of which the plan is made anew, that
    choice included. ``regret`` is how much more the best plan of a resample brings there than this plan does.

    Effects rest on all answers in the selection, ratings on the wave reported on.

    Weights: in effects, ratings and all covariances, under the design.
    Missing answers: effects by complete cases, ratings by all answers there are.

    Examples
    --------
    >>> import drivers as kda
    >>> plan = kda.plan_budget(kda.example_survey("service_center"), n_boot=0)
    >>> {plan.drivers[i]: round(float(plan.points[i]), 1) for i in plan.order}
    {'information': 8.0, 'respect': 2.8, 'empathy': 8.0, 'honesty': 6.0}
    """
    check_survey(survey)
    check_resamples(n_boot=n_boot, seed=seed)
    asked, money = _costs(survey, costs), _budget(survey, budget)
    if returns is not None and returns not in RETURNS:
        raise ModelError(
            f"Expected returns to be 'linear' or 'diminishing', found {returns!r}; {remedy(returns, RETURNS)}"
        )
    regression = fit_regression(survey, outcome=outcome, drivers=drivers, always=always, conf_level=conf_level)
    now, _ = waves_compared(survey)
    rows = (survey.domain if now is None else in_wave(survey, now)) & (survey.weights > 0)
    priced = [name for name in regression.drivers if name in asked]
    if not priced:
        raise ModelError(
            f"Expected costs of a driver in the model ({', '.join(regression.drivers)}), found costs of "
            f"{', '.join(asked)}; name one of these in drivers=.",
            code="no_costs",
        )
    rated = [name for name in priced if _answers(survey, name, rows) >= FEWEST_SHOWN]
    if not rated:
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} answers on a driver with a cost in the wave reported on, found fewer; "
            "widen the selection.",
            code="few_in_wave",
            values={"needed": FEWEST_SHOWN},
        )
    # All drivers of the model are judged together, those without a cost are given nothing.
    names = [*rated, *(name for name in regression.drivers if name not in rated)]
    place = [regression.terms.index(name) for name in names]
    k = len(rated)
    spec = survey.codebook.outcomes[regression.outcome]
    sign = -1.0 if spec.better == "lower" else 1.0
    effect = sign * regression.estimate[place]
    # Of an effect that a single respondent decides no error is known: it is unclear, whatever the draws.
    covariance = np.nan_to_num(regression.covariance[np.ix_(place, place)])
    error = regression.std_error[place]
    reach = float(special.stdtrit(regression.df_resid, (1 + conf_level) / 2))
    mean = levels(survey, np.column_stack([survey.scores[name].to_numpy() for name in rated]), rows).mean
    prices = _prices([asked[name] for name in rated], SCALE_END - mean, returns)
    limits = limits_by_step(len(names) - int(np.isnan(error).sum()), len(names), regression.df_resid, 1 - conf_level)

    def offered(effects: np.ndarray) -> np.ndarray:
        return np.where(clear_effects(effects, error, limits), effects, 0.0)[..., :k]

    def choice(spend: float) -> Choice:
        def choose(effects: np.ndarray) -> np.ndarray:
            points = np.zeros(effects.shape)
            points[..., :k] = best_points(offered(effects), prices, spend)
            return points

        return choose

    points = solved_points(offered(effect), prices, money)
    points = np.where(points > PENNY, points, 0.0)
    drawn = chance(effect, covariance, n_boot=n_boot, seed=seed)
    told = corrected_gain(choice(money), drawn, conf_level)
    funded, spread, regret = _stability(points, offered, prices, money, drawn, conf_level)
    clear = offered(effect) > 0
    line = frontier(rated, choice, prices, offered(effect), money, told, drawn, conf_level)
    effect, error, covariance = effect[:k], error[:k], covariance[:k, :k]
    raw, raw_reach = float(points @ effect), reach * float(np.sqrt(points @ covariance @ points))
    around = np.array([effect, effect - reach * error, effect + reach * error])
    next_cost = np.where((points < prices.most - PENNY) & clear, prices.next_cost(points), np.inf)
    return PlanResult(
        outcome=regression.outcome,
        better="lower" if sign < 0 else "higher",
        budget=money,
        drivers=tuple(rated),
        levers=tuple(survey.codebook.drivers[name].lever or "" for name in rated),
        diminishing=read_only(prices.diminishing, bool),
        effect=read_only(around),
        performance=read_only(mean),
        per_point=read_only(prices.per_point),
        ceiling=read_only(prices.ceiling),
        most=read_only(prices.most),
        points=read_only(points),
        cost=read_only(prices.cost(points)),
        # A limit below 0 times no point is no gain, without a sign.
        gain=read_only(around * points + 0.0),
        offers=tuple(map(_offer, points, clear, prices.most)),
        stops=tuple(_stop(*each) for each in zip(points, prices.most, prices.ceiling, prices.room, strict=True)),
        funded=read_only(funded),
        spread=read_only(spread),
        raw=read_only([raw, raw - raw_reach, raw + raw_reach]),
        corrected=read_only([told.corrected, told.conf_low, told.conf_high]),
        regret=regret,
        next_gain=float((np.maximum(effect, 0.0) / next_cost).max()),
        frontier=line,
        left_out=tuple(name for name in asked if name not in rated),
        without_cost=tuple(name for name in regression.drivers if name not in asked),
        wave="" if now is None else survey.waves[now],
        unit=survey.unit,
        sample=regression.sample,
        n_boot=n_boot,
        conf_level=conf_level,
    )


def _answers(survey: Survey, name: str, rows: np.ndarray) -> int:
    return int(np.count_nonzero(~np.isnan(survey.scores[name].to_numpy()[rows])))


def _costs(survey: Survey, costs: Mapping[str, Cost | Mapping[str, object]] | None) -> dict[str, Cost]:
    """The costs by driver, in the codebook's order of drivers."""
    own = survey.codebook.budget
    if costs is None and own is None:
        raise ModelError(
            "Expected what points of the drivers cost, found nothing; write it under 'budget:' in the codebook, or "
            "give costs=.",
            code="no_costs",
        )
    given: Mapping[str, Cost | Mapping[str, object]] = costs if costs is not None else own.costs if own else {}
    if not hasattr(given, "items") or not given:
        raise ModelError(
            f"Expected costs by driver, found {given!r}; write them as {{driver: {{'per_point': 1, 'ceiling': 5}}}}."
        )
    known = survey.codebook.drivers
    if unknown := [name for name in given if name not in known]:
        raise ModelError(
            f"Expected costs of drivers ({', '.join(known)}), found {unknown[0]!r}; correct the name or leave it out."
        )
    found = {}
    for name in known:
        if name not in given:
            continue
        entry = given[name]
        try:
            found[name] = entry if isinstance(entry, Cost) else Cost.model_validate(entry)
        except ValidationError as error:
            wrong = error.errors()[0]
            raise ModelError(
                f"Expected per_point and ceiling above 0 and returns linear or diminishing as the costs of {name!r}, "
                f"found {entry!r} ({'.'.join(map(str, wrong['loc'])) or 'no mapping'}); correct it."
            ) from None
    return found


def _budget(survey: Survey, budget: float | None) -> float:
    own = survey.codebook.budget
    if budget is None and own is None:
        raise ModelError("Expected a budget, found none; write one under 'budget:' in the codebook, or give budget=.")
    money = budget if budget is not None else own.amount if own else 0.0
    if not is_number(money) or not 0 < money < np.inf:
        raise ModelError(f"Expected a budget above 0, found {money!r}; give what there is to spend.")
    return float(money)


def _prices(costs: Sequence[Cost], room: np.ndarray, returns: Returns | None) -> Prices:
    return Prices(
        per_point=np.array([cost.per_point for cost in costs]),
        ceiling=np.array([cost.ceiling for cost in costs]),
        room=np.maximum(room, 0.0),
        diminishing=np.array([(returns or cost.returns) == "diminishing" for cost in costs]),
    )


def _offer(points: float, clear: bool, most: float) -> Offer:
    if points > 0:
        return "funded"
    return "unclear" if not clear else "no_room" if most <= PENNY else "outbid"


def _stop(points: float, most: float, ceiling: float, room: float) -> Stop | Literal[""]:
    if not points > 0:
        return ""
    if points < most - PENNY:
        return "money"
    return "scale_end" if room < ceiling else "ceiling"


def _stability(
    points: np.ndarray, offered: Choice, prices: Prices, budget: float, drawn: Chance, conf_level: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """How often each driver gets money, float (k,); limits of its points, float (2, k); and the plan's mean regret."""
    if not len(drawn.resamples):
        nothing = np.full(len(points), np.nan)
        return nothing, np.array([nothing, nothing]), float("nan")
    again = best_points(offered(drawn.resamples), prices, budget)
    effects = drawn.resamples[:, : len(points)]
    best = (best_points(effects, prices, budget) * effects).sum(axis=1)
    low, high = percentile_interval(again, conf_level)
    return (again > PENNY).mean(axis=0), np.array([low, high]), float((best - effects @ points).mean())

"""What the best plan would bring at other budgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from drivers.decisions.spending.best_points import Prices
from drivers.decisions.spending.corrected_gain import Chance, Choice, Gain, corrected_gain
from drivers.decisions.spending.plan_result import PENNY, Frontier
from drivers.results import read_only

EVEN_STEPS = 10
"""Budgets at which a frontier without kinks is told."""

UP_TO = 2.5
"""Times the budget up to which it is."""

RESAMPLES = 200
"""Resamples behind the interval at each of its budgets."""


def frontier(
    names: Sequence[str],
    choice: Callable[[float], Choice],
    prices: Prices,
    effects: np.ndarray,
    budget: float,
    told: Gain,
    drawn: Chance,
    conf_level: float,
) -> Frontier:
    """The gain at the budgets where a driver is bought up to its limit; at even steps where there are no such."""
    full: dict[float, str | None] = {0.0: None, budget: None}
    if prices.diminishing.any():
        full |= dict.fromkeys(np.linspace(0, UP_TO * budget, EVEN_STEPS + 1).tolist())
    else:
        spent = 0.0
        for j in np.argsort(-effects / prices.per_point, kind="stable"):
            if effects[j] > 0 and prices.most[j] > PENNY:
                spent += float(prices.per_point[j] * prices.most[j])
                full[spent] = names[j]
    fewer = Chance(
        effects=drawn.effects,
        covariance=drawn.covariance,
        resamples=drawn.resamples[:RESAMPLES],
        whole=drawn.whole,
        within=drawn.within,
    )
    budgets = sorted(full)
    gains = [told if spend == budget else corrected_gain(choice(spend), fewer, conf_level) for spend in budgets]
    return Frontier(
        budget=read_only(budgets),
        raw=read_only([gain.raw for gain in gains]),
        corrected=read_only([gain.corrected for gain in gains]),
        conf_low=read_only([gain.conf_low for gain in gains]),
        conf_high=read_only([gain.conf_high for gain in gains]),
        full=tuple(full[spend] for spend in budgets),
    )

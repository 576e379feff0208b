"""The points of each driver that a budget buys best: a linear or a concave programme."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CHUNK = 4_096
"""Sets of effects that are looked at together."""

ROUNDING = 1e-12
"""Relative: a bill that is so much above the budget is paid by it."""

OUT_OF_REACH = 1e-6
"""The last part of a ceiling that is never reached, which nobody would pay for."""

NEAR = 1e-12
"""Distance of a logarithm from another that is the same but for rounding."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """What points cost, of k drivers.

    Parameters
    ----------
    per_point
        Cost of the first point, above 0; float (k,).
    ceiling
        Points that can be bought at all, above 0; float (k,).
    room
        Points up to the scale's end; float (k,).
    diminishing
        Whether each further point costs more; bool (k,).

    Notes
    -----
    Linear: x points cost c x. Diminishing: the next point at x costs c / (1 − x / u), u the ceiling, so that x points
    cost −c u log(1 − x / u): halfway up a point costs twice as much as the first, and the ceiling is never reached.
    Money s then buys u (1 − exp(−s / (c u))) points, which is concave.
    """

    per_point: np.ndarray
    ceiling: np.ndarray
    room: np.ndarray
    diminishing: np.ndarray

    @property
    def most(self) -> np.ndarray:
        """Points that can be bought, within the scale; float (k,)."""
        reached = np.where(self.diminishing, 1 - OUT_OF_REACH, 1.0) * self.ceiling
        return np.asarray(np.clip(self.room, 0.0, reached))

    def cost(self, points: np.ndarray) -> np.ndarray:
        """Cost of points of each driver; float (…, k)."""
        part = np.where(self.diminishing, points / self.ceiling, 0.0)
        return self.per_point * np.where(self.diminishing, -self.ceiling * np.log1p(-part), points)

    def next_cost(self, points: np.ndarray) -> np.ndarray:
        """Cost of one more point, when so many are bought; float (…, k)."""
        return np.asarray(self.per_point / (1 - np.where(self.diminishing, points / self.ceiling, 0.0)))


def best_points(effects: np.ndarray, prices: Prices, budget: float) -> np.ndarray:
    """The points of each driver that bring most for a budget, under each set of effects; float (…, k).

    Parameters
    ----------
    effects
        Outcome points per point of the driver; float (…, k). At 0 and below nothing is bought.
    budget
        Money, 0 or more.

    Notes
    -----
    Maximises Σ effect × points where Σ cost(points) ≤ budget and 0 ≤ points ≤ most. The programme is concave, so
    that one number solves it: the price of money, at which what is wanted costs what there is (the multiplier of the
    budget). The bill for what is wanted is a piecewise linear function of the price's logarithm, with a jump where a
    linear price is met, so that the price is known exactly from the bills at all kinks. In a jump money that is left
    goes to those at the margin, in equal parts of what each wants. With linear prices alone this buys the best gain
    per cost first (Dantzig 1957).

    References
    ----------
    Dantzig (1957), Discrete-variable extremum problems, doi:10.1287/opre.5.2.266.
    """
    shape = effects.shape
    gains = np.where(prices.most > 0, np.maximum(effects, 0.0), 0.0).reshape(-1, shape[-1])
    points = np.zeros(gains.shape)
    if budget > 0:
        some = np.flatnonzero(gains.any(axis=1))
        for start in range(0, len(some), CHUNK):
            rows = some[start : start + CHUNK]
            points[rows] = _at_the_price(gains[rows], prices, budget)
    return points.reshape(shape)


def _at_the_price(gains: np.ndarray, prices: Prices, budget: float) -> np.ndarray:
    """Points at the price that the budget makes; float (R, k).

    Parameters
    ----------
    gains
        Effects, 0 where nothing is to be bought; float (R, k).
    """
    most = prices.most
    with np.errstate(divide="ignore"):
        # Logarithms of what the first point and the last one bring per cost: the kinks of the bill.
        first = np.log(gains / prices.per_point)
    reach = np.where(prices.diminishing, -np.log1p(np.where(prices.diminishing, -most / prices.ceiling, 0.0)), 0.0)
    scale = np.where(prices.diminishing, prices.per_point * prices.ceiling, 0.0)
    whole = np.where(prices.diminishing, 0.0, prices.per_point * most)

    least = np.where(gains > 0, first - reach, np.inf).min(axis=1, keepdims=True)
    kinks = np.where(np.tile(gains > 0, 2), np.concatenate([first, first - reach], axis=1), least)
    kinks = -np.sort(-kinks, axis=1)
    # What is wanted at each kink costs so much, without and with what brings just its price; float (R, 2k).
    ahead = first[:, None, :] - kinks[..., None]
    rising = np.clip(ahead, 0.0, reach) @ scale
    without, along = rising + (ahead > 0) @ whole, rising + (ahead >= 0) @ whole
    over = along > budget * (1 + ROUNDING)
    rows, place = np.arange(len(gains)), over.argmax(axis=1)
    before = np.maximum(place - 1, 0)
    below, above, start = along[rows, before], without[rows, place], kinks[rows, before]
    with np.errstate(divide="ignore", invalid="ignore"):
        between = start + (budget - below) / (above - below) * (kinks[rows, place] - start)
    price = np.where(above > budget, between, kinks[rows, place])[:, None]
    growing = np.where(gains > 0, -prices.ceiling * np.expm1(np.clip(price - first, -reach, 0.0)), 0.0)
    dear = np.where(prices.diminishing, growing, np.where(first > price, most, 0.0))
    margin = np.where(prices.diminishing | (first != price), 0.0, most)
    left = np.maximum(0.0, budget - prices.cost(dear).sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.minimum(1.0, left / (prices.per_point * margin).sum(axis=1))
    bought = dear + np.where(margin > 0, part[:, None] * margin, 0.0)
    return np.where(over.any(axis=1)[:, None], bought, np.where(gains > 0, most, 0.0))


def solved_points(effects: np.ndarray, prices: Prices, budget: float) -> np.ndarray:
    """The same of one set of effects, by `scipy.optimize`; float (k,).

    Notes
    -----
    Linear prices make a linear programme, solved by HiGHS. With diminishing returns the price of money is the root of
    the bill less the budget, found by Brent's method, and what it leaves goes to those at the margin.
    """
    from scipy.optimize import brentq, linprog

    gains = np.where(prices.most > 0, np.maximum(effects, 0.0), 0.0)
    if not gains.any() or not budget > 0:
        return np.zeros(len(gains))
    if not prices.diminishing.any():
        limits = np.column_stack([np.zeros(len(gains)), np.where(gains > 0, prices.most, 0.0)])
        found = linprog(-gains, A_ub=prices.per_point[None], b_ub=[budget], bounds=limits, method="highs")
        return np.asarray(found.x)
    worth = np.where(gains > 0, gains, np.nan) / prices.per_point

    def wanted(price: float) -> np.ndarray:
        rising = np.clip(prices.ceiling * (1 - price / worth), 0.0, prices.most)
        return np.nan_to_num(np.where(prices.diminishing, rising, np.where(worth > price, prices.most, 0.0)))

    def over(log_price: float) -> float:
        return float(prices.cost(wanted(np.exp(log_price))).sum()) - budget

    least, highest = np.log(np.nanmin(worth) * OUT_OF_REACH) - 1, np.log(np.nanmax(worth)) + 1
    if over(least) <= 0:
        return wanted(float(np.exp(least)))
    root = brentq(over, least, highest, xtol=1e-14, rtol=4 * np.finfo(float).eps, maxiter=500)
    # The root lies within rounding of a price at which what is wanted may jump.
    dear, cheap = wanted(np.exp(root + NEAR)), wanted(np.exp(root - NEAR))
    spent, would = float(prices.cost(dear).sum()), float(prices.cost(cheap).sum())
    part = (budget - spent) / (would - spent) if would > spent else 0.0
    return np.asarray(dear + min(max(part, 0.0), 1.0) * (cheap - dear))

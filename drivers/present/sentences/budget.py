"""What may be said of a plan for a budget, in words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from drivers.present.words import Words

SURE = 0.95
"""Part of the resamples from which on it counts as settled that a driver gets money."""

_LEFT = {"outbid": "plan_outbid", "unclear": "plan_unclear", "no_room": "plan_no_room"}


def gain_decimals(result: Any) -> int:
    """Digits behind the mark of gains: two where the whole plan brings less than one point."""
    return 1 if result.raw[0] >= 1 else 2


def gain_text(value: float, result: Any, words: Words) -> str:
    """A gain in points."""
    return words.counted("point", value, case="gen", decimals=gain_decimals(result))


def points_text(value: float, words: Words) -> str:
    """Points of a driver: whole ones without a decimal."""
    return words.counted("point", value, case="gen", decimals=0 if abs(value - round(value)) < 0.05 else 1)


def bare_money(value: float, words: Words) -> str:
    """An amount without its unit."""
    return words.number(value, 0 if abs(value - round(value)) < 0.05 else 1)


def money(value: float, words: Words) -> str:
    """An amount with its unit, where the survey names one."""
    amount = bare_money(value, words)
    if not words.has_label("budget_currency", "currency"):
        return amount
    return words.ui("money", amount=amount, currency=words.label("budget_currency", "currency"))


def plan_sentences(result: Any, words: Words) -> list[str]:
    """What the plan would bring, what it buys, and that the raw gain was higher; or that nothing is offered."""
    if not result.order:
        outcome = words.outcome(result.outcome, "with")
        return [words.sentence("plan_none", budget=money(result.budget, words), outcome_with=outcome)]
    told = _gain(result, words) | {"outcome": words.outcome(result.outcome)}
    sentences = [words.sentence("plan_gain" if "low" in told else "plan_gain_alone", **told)]
    bought = [
        words.ui(
            "plan_part",
            driver=words.label("driver", result.drivers[i]),
            points=points_text(result.points[i], words),
            cost=bare_money(result.cost[i], words),
        )
        for i in result.order
    ]
    aspects = words.counted("aspect", len(bought), case="gen")
    sentences.append(words.sentence("plan_parts", aspects=aspects, list=words.listed(bought)))
    if result.better == "lower":
        sentences.append(words.sentence("plan_lower", outcome=words.outcome(result.outcome)))
    if gain_text(result.raw[0], result, words) != told["gain"]:
        sentences.append(words.sentence("plan_raw", raw=gain_text(result.raw[0], result, words)))
    return sentences


def plan_in_short(result: Any, words: Words) -> list[str]:
    """What a plan would bring and what it buys, after a sentence with the same condition and outcome."""
    told = _gain(result, words)
    if "low" not in told:
        return plan_sentences(result, words)[:2]
    bought = [words.name("driver", result.drivers[i]) for i in result.order]
    return [words.sentence("minute_plan", list=words.listed(bought), **told)]


def _gain(result: Any, words: Words) -> dict[str, str]:
    """The budget and the gain with its limits, where it has some."""
    corrected, low, high = result.corrected
    told = {"budget": money(result.budget, words), "gain": gain_text(corrected, result, words)}
    if math.isfinite(low):
        told |= {name: words.number(value, gain_decimals(result)) for name, value in (("low", low), ("high", high))}
        told["level"] = words.percent(result.conf_level)
    return told


def stability_sentences(result: Any, words: Words) -> list[str]:
    """Whether the choice would be the same in other resamples, and what it would cost if not."""
    if not result.order or not math.isfinite(result.regret):
        return []
    sentences = []
    unsure = sorted((i for i in result.order if result.funded[i] < SURE), key=lambda i: result.funded[i])
    if unsure:
        shares = [
            words.ui(
                "plan_share",
                driver=words.label("driver", result.drivers[i]),
                share=words.chance(float(result.funded[i])),
            )
            for i in unsure
        ]
        sentences.append(words.sentence("plan_unsure", list=words.listed(shares)))
    elif len(result.order) > 1:
        least = min(float(result.funded[i]) for i in result.order)
        # Rounding up would promise more than was counted.
        sentences.append(words.sentence("plan_sure", share=words.percent(math.floor(100 * least) / 100)))
    regret = words.counted("point", result.regret, case="gen", decimals=2)
    return [*sentences, words.sentence("plan_regret", regret=regret)]


def left_sentences(result: Any, words: Words) -> list[str]:
    """Which drivers get no money and why, of which no cost is known, and what is left of the budget."""
    sentences = []
    if result.order and result.budget - result.spent > 0.05:
        sentences.append(words.sentence("plan_left", left=money(result.budget - result.spent, words)))
    for offer, key in _LEFT.items():
        names = [name for name, found in zip(result.drivers, result.offers, strict=True) if found == offer]
        if names:
            sentences.append(words.sentence(key, list=_names(names, words)))
    for key, names in (("plan_without_cost", result.without_cost), ("plan_left_out", result.left_out)):
        if names:
            sentences.append(words.sentence(key, list=_names(names, words)))
    return sentences


def returns_sentence(result: Any, words: Words) -> str:
    """Whether all points are taken to cost the same."""
    rising = [name for name, yes in zip(result.drivers, result.diminishing, strict=True) if yes]
    if not rising:
        return words.sentence("plan_linear")
    if len(rising) == len(result.drivers):
        return words.sentence("plan_diminishing")
    return words.sentence("plan_mixed", list=_names(rising, words))


def frontier_sentences(result: Any, words: Words) -> list[str]:
    """To which drivers money goes as the budget grows, and what all of it would bring."""
    line = result.frontier
    last = len(line.budget) - 1
    if result.diminishing.any():
        return [
            words.sentence(
                "frontier_smooth",
                gain=gain_text(result.corrected[0], result, words),
                budget=money(result.budget, words),
                more=gain_text(line.corrected[last], result, words),
                larger=money(line.budget[last], words),
            )
        ]
    order = [name for name in line.full if name]
    whole = max(place for place, name in enumerate(line.full) if name)
    gain = gain_text(line.corrected[whole], result, words)
    sentences = [words.sentence("frontier_order", list=_names(order, words))] if len(order) > 1 else []
    return [*sentences, words.sentence("frontier_all", budget=money(line.budget[whole], words), gain=gain)]


def _names(names: Iterable[str], words: Words) -> str:
    return words.listed([words.name("driver", name) for name in names])

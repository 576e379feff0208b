"""Tables of indicators, of a distance in drivers, and of what is at stake."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.indicators import (
    as_given,
    indicator_name,
    indicator_target,
    indicator_value,
    trend_text,
)
from drivers.present.tables.table import Table, headings
from drivers.present.words import Words
from drivers.results import Result


def scorecard_table(result: Result, words: Words) -> Table:
    """Each indicator's value with its limits, its target, and whether that is met."""
    expect_kind(result, "scorecard")
    table: Any = result
    columns = ["indicator", "value", "conf_low", "conf_high", "target", "says"]
    rows = tuple(
        (
            indicator_name(card, words),
            *(
                indicator_value(card, value, words)
                for value in (card.level.estimate, card.level.conf_low, card.level.conf_high)
            ),
            indicator_target(card, words) if card.target else words.ui("none"),
            words.text("standing_range" if card.better == "range" else "standing", card.standing),
        )
        for card in table.cards
    )
    return Table(words.text("caption", "scorecard"), headings(columns, words), rows, frozenset({1, 2, 3}))


def movements_table(result: Result, words: Words) -> Table:
    """Each indicator's benchmark, its change since the wave before, and its trend."""
    expect_kind(result, "scorecard")
    table: Any = result
    columns = ["indicator", "benchmark", "against_benchmark", "change", "conf_low", "conf_high", "moved", "trend"]
    rows = tuple(
        (
            indicator_name(card, words),
            words.ui("none") if card.benchmark is None else as_given(card, card.benchmark, words),
            words.text("compared", card.against_benchmark),
            *_change(card, words),
            words.text("compared", card.moved),
            trend_text(card, words) or words.ui("none"),
        )
        for card in table.cards
    )
    return Table(words.text("caption", "movements"), headings(columns, words), rows, frozenset({1, 3, 4, 5}))


def _change(card: Any, words: Words) -> list[str]:
    if card.change is None:
        return [words.ui("none")] * 3
    factor = 100.0 if card.unit == "percent" else 1.0
    values = (card.change.estimate, card.change.conf_low, card.change.conf_high)
    return [words.number(factor * value, 1, sign=True) for value in values]


def distance_table(result: Result, words: Words) -> Table:
    """Each driver's rating, goal and effect, and what closing its gap would be worth; the largest part first."""
    expect_kind(result, "distance")
    table: Any = result
    columns = ["driver", "performance", "goal", "effect_per_point", "worth", "conf_low", "conf_high"]
    rest = [i for i in range(len(table.drivers)) if i not in table.order]
    rows = [
        (
            words.label("driver", table.drivers[i]),
            words.number(table.performance[i], 1),
            words.number(table.goal[i], 1),
            words.number(table.effect[0, i], 2),
            *_worth(table, i, words),
        )
        for i in [*table.order, *rest]
    ]
    if table.order:
        sums = (table.together.estimate, table.together.conf_low, table.together.conf_high)
        shown = [words.number(value, 2) for value in sums]
        rows.append((words.term("all_together"), *[words.ui("none")] * 3, *shown))
    return Table(words.text("caption", "distance"), headings(columns, words), tuple(rows), frozenset(range(1, 7)))


def _worth(table: Any, i: int, words: Words) -> list[str]:
    values = table.worth[[0, 2, 3], i]
    return [words.number(value, 2) if np.isfinite(value) else words.ui("none") for value in values]


def amount(value: float, words: Words) -> str:
    """An amount with the three digits that an estimate has at best."""
    return words.number(float(f"{value:.3g}"))


def stake_table(result: Result, words: Words) -> Table:
    """Customers lost, what they were worth, and who would replace them; each with its limits."""
    expect_kind(result, "value_at_stake")
    table: Any = result
    told: list[tuple[str, Any]] = [
        ("customers_lost", table.lost),
        ("per_customer", table.per_customer),
        ("business_lost", table.business),
        ("per_new_customer", table.per_new),
        ("new_needed", table.new_needed),
        ("beyond_target", table.beyond_target),
        ("business_beyond", table.business_beyond),
    ]
    rows = []
    for key, value in told:
        if value is None:
            continue
        numbers = (value,) if isinstance(value, float) else (value.estimate, value.conf_low, value.conf_high)
        known = len(numbers) == 3 and numbers[1] < numbers[2]
        limits = [amount(number, words) for number in numbers[1:]] if known else [words.ui("none")] * 2
        # What was counted is known to the last digit, what was estimated is not.
        rows.append((words.term(key), amount(numbers[0], words) if known else words.number(numbers[0]), *limits))
    columns = ["quantity", "value", "conf_low", "conf_high"]
    return Table(words.text("caption", "stake"), headings(columns, words), tuple(rows), frozenset({1, 2, 3}))

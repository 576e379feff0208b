"""Tables of a plan for a budget, of how sure it is, and of other budgets."""

from __future__ import annotations

from typing import Any

from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.budget import bare_money
from drivers.present.tables.table import Table, headings
from drivers.present.words import Words
from drivers.results import Result


def plan_table(result: Result, words: Words) -> Table:
    """Points, cost and expected gain of each driver, the largest gain first, and of all together."""
    expect_kind(result, "plan")
    table: Any = result
    columns = ["driver", "lever", "points_bought", "cost", "expected_gain", "conf_low", "conf_high", "says"]
    rows = [
        (
            words.label("driver", table.drivers[i]),
            words.term(f"lever_{table.levers[i]}") if table.levers[i] else words.ui("none"),
            words.number(table.points[i], 1),
            bare_money(table.cost[i], words),
            *_gain(table.gain[:, i] if table.offers[i] == "funded" else None, words),
            offer_text(table, i, words),
        )
        for i in _sorted(table)
    ]
    if table.order:
        nothing = words.ui("none")
        sums = (("all_together", table.raw), ("all_corrected", table.corrected))
        spent = bare_money(table.spent, words)
        rows += [(words.term(term), nothing, nothing, spent, *_gain(told, words), nothing) for term, told in sums]
    return Table(words.text("caption", "plan"), headings(columns, words), tuple(rows), frozenset(range(2, 7)))


def offer_text(result: Any, i: int, words: Words) -> str:
    """Whether a driver gets money and how far, or why it gets none."""
    if result.offers[i] == "funded":
        return words.text("plan_stop", result.stops[i])
    return words.text("plan_offer", result.offers[i])


def plan_stability_table(result: Result, words: Words) -> Table:
    """What points of each driver cost, and how often and how far it gets money in resamples."""
    expect_kind(result, "plan")
    table: Any = result
    columns = ["driver", "performance", "cost_per_point", "points_most", "effect_per_point"]
    columns += ["funded", "points_low", "points_high"]
    rows = tuple(
        (
            words.label("driver", table.drivers[i]),
            words.number(table.performance[i], 1),
            bare_money(table.per_point[i], words),
            words.number(table.most[i], 1),
            words.number(table.effect[0, i], 2),
            words.percent(table.funded[i]),
            *(words.number(value, 1) for value in table.spread[:, i]),
        )
        for i in _sorted(table)
    )
    return Table(words.text("caption", "plan_stability"), headings(columns, words), rows, frozenset(range(1, 8)))


def frontier_table(result: Result, words: Words) -> Table:
    """What the best plan would bring at other budgets."""
    expect_kind(result, "plan")
    table: Any = result
    line = table.frontier
    columns = ["budget", "gain_corrected", "conf_low", "conf_high", "gain_raw"]
    whole = not table.diminishing.any()
    rows = tuple(
        (
            bare_money(line.budget[place], words),
            *(words.number(values[place], 2) for values in (line.corrected, line.conf_low, line.conf_high, line.raw)),
            *([words.label("driver", line.full[place]) if line.full[place] else words.ui("none")] if whole else []),
        )
        for place in range(len(line.budget))
    )
    columns += ["bought_whole"] if whole else []
    return Table(words.text("caption", "frontier"), headings(columns, words), rows, frozenset(range(1, 5)))


def _sorted(table: Any) -> list[int]:
    """Positions of the drivers: those that get money by their gain, then the others."""
    return [*table.order, *(i for i in range(len(table.drivers)) if i not in table.order)]


def _gain(told: Any, words: Words) -> list[str]:
    if told is None:
        return [words.ui("none")] * 3
    return [words.number(value, 2) for value in told]

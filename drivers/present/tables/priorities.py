"""Tables of priorities, and of stated beside derived importance."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.claims import share_form
from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.findings import rank_span
from drivers.present.sentences.priorities import goal_decimals, place_text, worth_decimals
from drivers.present.tables.table import Table, headings, p_value
from drivers.present.words import Words
from drivers.results import Result


def priorities_table(result: Result, words: Words) -> Table:
    """Rating, room and effect of each driver; what the list goes by and the places, where there is an order."""
    expect_kind(result, "priorities")
    table: Any = result
    ranked = table.verdict.status != "not_rankable"
    columns = ["driver", "lever", "performance", "goal", "room", "effect_per_point"]
    columns += [f"worth_{table.order_by}", "conf_low", "conf_high", "possible_places"] if ranked else []
    rows = tuple(
        (
            words.label("driver", table.drivers[i]),
            words.term(f"lever_{table.levers[i]}") if table.levers[i] else words.ui("none"),
            _number(table.performance[0, i], 1, words),
            words.number(table.goal[i], goal_decimals(table)),
            _number(table.room[0, i], 1, words),
            words.number(table.effect[0, i], 2),
            *(_standing(table, i, words) if ranked else ()),
        )
        for i in _rows(table)
    )
    caption = words.text("caption", "priorities" if ranked else "priority_numbers")
    return Table(caption, headings(columns, words), rows, frozenset(range(2, min(9, len(columns)))))


def priority_reasons_table(result: Result, words: Words) -> Table:
    """Importance, place on the map, shape and the test of the effect of each driver."""
    expect_kind(result, "priorities")
    table: Any = result
    ranked = table.verdict.status != "not_rankable"
    shaped = any(table.shapes)
    columns = ["driver", f"share{share_form(result)}", "conf_low", "conf_high"]
    columns += ["rank_low", "rank_high", "quadrant", "stability"] if ranked else []
    columns += ["effect_low", "effect_high", "p_adjusted", *(["shape"] if shaped else []), "candidacy"]
    rows = []
    for i in _rows(table):
        row = [words.label("driver", table.drivers[i]), *(words.percent(value, 1) for value in table.share[:, i])]
        if ranked:
            row += [words.number(int(ranks[i])) for ranks in (table.rank_low, table.rank_high)]
            row += [words.text("quadrant", table.quadrant[i]), words.percent(table.stability[i])]
        row += [*(words.number(value, 2) for value in table.effect[2:, i]), p_value(float(table.p_adjusted[i]), words)]
        if shaped:
            row.append(words.text("shape", table.shapes[i]) if table.shapes[i] else words.ui("none"))
        rows.append((*row, words.text("candidacy", table.candidacies[i])))
    numeric = {"conf_low", "conf_high", "rank_low", "rank_high", "stability", "effect_low", "effect_high", "p_adjusted"}
    numbers = frozenset(k for k, name in enumerate(columns) if name in numeric or name.startswith("share"))
    return Table(words.text("caption", "priority_reasons"), headings(columns, words), tuple(rows), numbers)


def stated_table(result: Result, words: Words) -> Table:
    """Stated and derived importance of each driver with limits and possible ranks, and what may be said of it."""
    expect_kind(result, "stated_derived")
    table: Any = result
    ranked = table.verdict.status != "not_rankable"
    columns = ["driver", "stated", "conf_low", "conf_high", "stated_share", "stated_ranks"]
    columns += ["derived_share", "conf_low", "conf_high", *(["derived_ranks", "says"] if ranked else [])]
    rows = []
    for i in np.argsort(-table.against_average[0], kind="stable"):
        row = [
            words.label("driver", table.drivers[i]),
            *(words.number(value, 1) for value in table.stated[[0, 2, 3], i]),
            words.percent(table.stated_share[0, i], 1),
            _ranks(table.stated_low[i], table.stated_high[i], words),
            *(words.percent(value, 1) for value in table.share[[0, 2, 3], i]),
        ]
        if ranked:
            row += [
                _ranks(table.rank_low[i], table.rank_high[i], words),
                words.text("agreement", table.agreements[i]),
            ]
        rows.append(tuple(row))
    numeric = frozenset({1, 2, 3, 4, 6, 7, 8})
    return Table(words.text("caption", "stated"), headings(columns, words), tuple(rows), numeric)


def _rows(table: Any) -> list[int]:
    """Those in order first, then the others in the codebook's order."""
    return [*table.order, *(i for i in range(len(table.drivers)) if i not in table.order)]


def _standing(table: Any, i: int, words: Words) -> tuple[str, ...]:
    """What the list goes by with its limits, and the possible places of a driver."""
    worth = [_number(table.worth[row, i], worth_decimals(table), words) for row in (0, 2, 3)]
    return (*worth, place_text(table, i, words) if i in table.order else words.ui("none"))


def _number(value: float, decimals: int, words: Words) -> str:
    return words.number(value, decimals) if np.isfinite(value) else words.ui("none")


def _ranks(low: float, high: float, words: Words) -> str:
    if low == high:
        return words.number(int(low))
    return rank_span(int(low), int(high), words)

"""Tables of shares and of the order of drivers."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.claims import kind_of_draws, put_before, share_form
from drivers.present.figures.importance import display_order, expect_kind
from drivers.present.tables.table import Table, all_but_first, headings
from drivers.present.words import Words
from drivers.results import Result

SEVERAL_FIRST = 3
"""Places of which it is told how likely an aspect is to have one of them."""


def importance_table(result: Result, words: Words) -> Table:
    """Share, interval, possible ranks and rating of each driver, in the order of the bars."""
    expect_kind(result, "importance")
    table: Any = result
    ranked = table.verdict.status != "not_rankable"
    rows = []
    ranks = table.verdict.possible_ranks()
    for i in display_order(result):
        row = [
            words.label("driver", table.drivers[i]),
            words.percent(table.share[i], 1),
            words.percent(table.share_low[i], 1),
            words.percent(table.share_high[i], 1),
        ]
        if ranked:
            row += [
                words.number(int(ranks[0][i])),
                words.number(int(ranks[1][i])),
            ]
        rows.append((*row, words.number(table.performance[i], 1)))
    columns = [
        "driver",
        f"share{share_form(result)}",
        "conf_low",
        "conf_high",
        *(["rank_low", "rank_high"] if ranked else []),
        "performance",
    ]
    caption = words.text("caption", f"bars{share_form(result)}")
    return Table(caption, headings(columns, words), tuple(rows), all_but_first(columns))


def letters_table(result: Result, words: Words) -> Table:
    """Share and letters of each driver: two that share a letter may not be put before one another."""
    expect_kind(result, "importance")
    table: Any = result
    columns = ["driver", f"share{share_form(result)}", "letters"]
    rows = tuple(
        (
            words.label("driver", table.drivers[i]),
            words.percent(table.share[i], 1),
            words.letters(table.letters[i]) or words.ui("none"),
        )
        for i in display_order(result)
    )
    return Table(words.text("caption", "letters"), headings(columns, words), rows, frozenset({1}))


def differences_table(result: Result, words: Words) -> Table:
    """The difference of each pair of drivers, with intervals that hold for all at once, and whether it settles."""
    expect_kind(result, "importance")
    table: Any = result
    columns = ["driver", "versus", "difference", "conf_low", "conf_high", "order"]
    # At the level of the verdict, so that table and verdict say one thing.
    pairs = table.differences(conf_level=table.kind_level)
    before = put_before(result)
    rows = tuple(
        (
            words.label("driver", pair.driver),
            words.label("driver", pair.versus),
            *(words.number(100 * value, 1, sign=True) for value in (pair.estimate, pair.conf_low, pair.conf_high)),
            words.text("order", "clear" if (pair.driver, pair.versus) in before else "open"),
        )
        for pair in pairs.itertuples()
    )
    caption = words.text("caption", "differences", level=words.percent(table.kind_level, 1))
    return Table(caption, headings(columns, words), rows, frozenset({2, 3, 4}))


def first_table(result: Result, words: Words) -> Table:
    """In how many resamples each driver comes first, and how likely it is to be first, or among the first."""
    expect_kind(result, "importance")
    table: Any = result
    several = len(table.drivers) > SEVERAL_FIRST
    among = table.p_top(SEVERAL_FIRST if several else 1)
    names = [
        words.term("driver"),
        words.term(f"first_in_{kind_of_draws(result)}"),
        words.term("p_first"),
        *([words.term("p_top", m=words.number(SEVERAL_FIRST))] if several else []),
    ]
    rows = tuple(
        (
            words.label("driver", table.drivers[i]),
            words.chance(table.first_in[i]),
            words.chance(table.p_first[i]),
            *([words.chance(among[i])] if several else []),
        )
        for i in np.lexsort((-table.share, -table.p_first))
    )
    return Table(words.text("caption", "first"), tuple(names), rows, all_but_first(names))

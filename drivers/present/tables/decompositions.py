"""Tables of other ways to share out what drivers explain."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.figures.importance import expect_kind
from drivers.present.tables.table import Table, all_but_first, headings
from drivers.present.words import Words
from drivers.results import Result

LEVELS = ("complete", "conditional", "general")
"""Kinds of dominance, the strictest first: each implies the next."""


def measures_table(result: Result, words: Words) -> Table:
    """Each driver by every measure: its share, or, where values overlap, its part of the outcome's variance."""
    expect_kind(result, "measures")
    table: Any = result
    shown = [
        position
        for position, name in enumerate(table.methods)
        # Johnson's relative weights are the same numbers.
        if name != "genizi" or "relative_weights" not in table.methods
    ]
    names = (words.term("driver"), *(words.text("measure", table.methods[position]) for position in shown))
    rows = tuple(
        (
            words.label("driver", driver),
            *(
                words.percent((table.share if table.sums_to_r2[position] else table.importance)[position, i], 1)
                for position in shown
            ),
        )
        for i, driver in enumerate(table.drivers)
    )
    return Table(words.text("caption", "measures"), names, rows, all_but_first(names))


def gains_table(result: Result, words: Words) -> Table:
    """What each driver adds on average (general dominance), alone, and beside all others."""
    expect_kind(result, "dominance")
    table: Any = result
    columns = ["driver", "gain_mean", "gain_alone", "gain_last"]
    rows = tuple(
        (
            words.label("driver", table.drivers[i]),
            *(
                words.percent(value, 1)
                for value in (table.general[i], table.conditional[i, 0], table.conditional[i, -1])
            ),
        )
        for i in np.argsort(-table.general, kind="stable")
    )
    return Table(words.text("caption", "gains"), headings(columns, words), rows, all_but_first(columns))


def sizes_table(result: Result, words: Words) -> Table:
    """What each driver adds in models with so many others (conditional dominance)."""
    expect_kind(result, "dominance")
    table: Any = result
    names = (
        words.term("driver"),
        *(words.term("gain_with", others=words.number(size)) for size in range(len(table.drivers))),
    )
    rows = tuple(
        (
            words.label("driver", table.drivers[i]),
            *(words.percent(value, 1) for value in table.conditional[i]),
        )
        for i in np.argsort(-table.general, kind="stable")
    )
    return Table(words.text("caption", "sizes"), names, rows, all_but_first(names))


def pairs_table(result: Result, words: Words) -> Table:
    """The strictest dominance of each pair, the part of the models it holds in, and how often resamples repeat it."""
    expect_kind(result, "dominance")
    table: Any = result
    repeated = table.n_boot > 0
    columns = ["driver", "outdone", "dominance", "models", *(["reproducibility"] if repeated else [])]
    general = LEVELS.index("general")
    rows = []
    for i in np.argsort(-table.general, kind="stable"):
        for j in np.flatnonzero(table.relation[general, i] == 1):
            level = int(np.argmax(table.relation[:, i, j] == 1))
            rows.append(
                (
                    words.label("driver", table.drivers[i]),
                    words.label("driver", table.drivers[j]),
                    words.text("dominance", LEVELS[level]),
                    words.percent(table.complete[i, j]),
                    *([words.percent(table.reproducibility[level, i, j])] if repeated else []),
                )
            )
    return Table(words.text("caption", "pairs"), headings(columns, words), tuple(rows), frozenset({3, 4}))


def commonality_table(result: Result, words: Words) -> Table:
    """What each driver tells alone, together with others, and by itself."""
    expect_kind(result, "commonality")
    table: Any = result
    columns = ["driver", "unique", "common", "by_itself"]
    rows = tuple(
        (
            words.label("driver", row.driver),
            *(words.percent(value, 1) for value in (row.unique, row.common, row.estimate)),
        )
        for row in table.by_driver().itertuples()
    )
    return Table(words.text("caption", "commonality"), headings(columns, words), rows, all_but_first(columns))

"""Tables of an analysis made in other ways."""

from __future__ import annotations

from typing import Any

from drivers.present.figures.importance import expect_kind
from drivers.present.tables.table import Table, all_but_first, headings
from drivers.present.words import Words
from drivers.results import Result


def ways_table(result: Result, words: Words) -> Table:
    """What each other way says of the drivers in front; why the rest were not gone."""
    expect_kind(result, "robustness")
    table: Any = result
    columns = ["way", "says", "n"]
    gone = [
        # Where nothing stands in front, no way can say anything of it.
        (way, words.text("survival", table.survival[i]) if table.top else words.ui("none"), table.n[1 + i])
        for i, way in enumerate(table.variants)
    ]
    rows = (
        (words.text("way", "base"), words.ui("none"), words.number(table.n[0])),
        *((words.text("way", way), says, words.number(n)) for way, says, n in gone),
        *(
            (words.text("way", way), words.text("not_gone", why), words.ui("none"))
            for way, why in table.left_out.items()
        ),
    )
    return Table(words.text("caption", "ways"), headings(columns, words), rows, frozenset({2}))


def ways_shares_table(result: Result, words: Words) -> Table:
    """Each driver's share in each way."""
    expect_kind(result, "robustness")
    table: Any = result
    names = (words.term("driver"), *(words.text("way", way) for way in ("base", *table.variants)))
    rows = tuple(
        (words.label("driver", driver), *(words.percent(value, 1) for value in table.share[:, i]))
        for i, driver in enumerate(table.drivers)
    )
    return Table(words.text("caption", "ways_shares"), names, rows, all_but_first(names))

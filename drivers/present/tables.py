"""Tables: each takes a result and a wording.

- `importance_table`: share, interval, possible ranks and rating of each driver
- `map_table`: importance, rating, quadrant and its stability
- `trend_table`: one statistic by wave
- `effects_table`: partial effects with corrected p-values
- `correlation_table`: correlations between drivers
- `questions_table`: the questions behind each score
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from drivers.present.figures.importance import display_order, expect_kind
from drivers.present.findings import statistic_name, statistic_value, trend_points
from drivers.present.isolation import html, plain
from drivers.present.words import Words
from drivers.results import Result


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts; the first column names the row.

    Parameters
    ----------
    caption
        What the table shows.
    headings
        One per column.
    rows
        Cells, each as wide as the headings.
    numeric
        Positions of columns of numbers.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.headings) for row in self.rows):
            raise ValueError("Every row of a table needs one cell for each heading.")

    def html(self) -> Markup:
        """The table as HTML, with scopes and a caption; wide ones scroll by themselves."""
        head = Markup("").join(
            Markup('<th scope="col"{}>{}</th>').format(self._number(position), html(text))
            for position, text in enumerate(self.headings)
        )
        body = Markup("").join(
            Markup("<tr>{}</tr>").format(
                Markup("").join(
                    Markup('<th scope="row">{}</th>').format(html(cell))
                    if position == 0
                    else Markup("<td{}>{}</td>").format(self._number(position), html(cell))
                    for position, cell in enumerate(row)
                )
            )
            for row in self.rows
        )
        return Markup(
            '<div class="table" tabindex="0" role="region" aria-label="{}"><table><caption>{}</caption>'
            "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
        ).format(plain(self.caption), html(self.caption), head, body)

    def _number(self, position: int) -> Markup:
        return Markup(' class="number"') if position in self.numeric else Markup("")

    def _repr_html_(self) -> str:
        return str(self.html())


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
    headings = [
        "driver",
        "share",
        "conf_low",
        "conf_high",
        *(["rank_low", "rank_high"] if ranked else []),
        "performance",
    ]
    return Table(words.text("caption", "bars"), _headings(headings, words), tuple(rows), _all_but_first(headings))


def map_table(result: Result, words: Words) -> Table:
    """Importance, rating and quadrant of each driver, and how often resamples agree."""
    expect_kind(result, "map")
    table: Any = result
    ranked = table.verdict.status != "not_rankable"
    headings = ["driver", "share", "performance", *(["quadrant", "stability"] if ranked else [])]
    rows = []
    for i in range(len(table.drivers)) if not ranked else np.argsort(-table.share, kind="stable"):
        row = [
            words.label("driver", table.drivers[i]),
            words.percent(table.share[i], 1),
            words.number(table.performance[i], 1),
        ]
        if ranked:
            row += [words.text("quadrant", table.quadrant[i]), words.percent(table.stability[i])]
        rows.append(tuple(row))
    return Table(words.text("caption", "map"), _headings(headings, words), tuple(rows), frozenset({1, 2, 4}))


def trend_table(result: Result, words: Words, *, outcome: str, statistic: str) -> Table:
    """One statistic of one outcome by wave, with its interval and respondents."""
    expect_kind(result, "waves")
    rows = tuple(
        (
            words.label("wave", wave),
            statistic_value(statistic, level.estimate, words),
            statistic_value(statistic, level.conf_low, words),
            statistic_value(statistic, level.conf_high, words),
            words.number(level.n),
        )
        for wave, level in trend_points(result, outcome, statistic)
    )
    headings = (
        words.term("wave"),
        statistic_name(statistic, outcome, words),
        words.term("conf_low"),
        words.term("conf_high"),
        words.term("n"),
    )
    return Table(trend_caption(words, outcome, statistic), headings, rows, frozenset({1, 2, 3, 4}))


def trend_caption(words: Words, outcome: str, statistic: str) -> str:
    """What a trend shows."""
    name = statistic_name(statistic, outcome, words)
    if words.plain_satisfaction(outcome):
        return words.text("caption", "trend", statistic=name)
    return words.text("caption", "trend_other", statistic=name, outcome=words.label("outcome", outcome))


def effects_table(result: Result, words: Words) -> Table:
    """Partial effects of the drivers with intervals and corrected p-values."""
    expect_kind(result, "regression")
    table: Any = result
    headings = ["driver", "effect", "std_error", "conf_low", "conf_high", "p_value", "p_adjusted"]
    rows = tuple(
        (
            words.label("driver", term),
            words.number(table.estimate[i], 3),
            words.number(table.std_error[i], 3),
            words.number(table.conf_low[i], 3),
            words.number(table.conf_high[i], 3),
            _p_value(table.p_value[i], words),
            _p_value(table.p_adjusted[i], words),
        )
        for i, term in enumerate(table.terms)
        if term in table.drivers
    )
    caption = words.text("caption", "effects", outcome=words.outcome(table.outcome))
    return Table(caption, _headings(headings, words), rows, _all_but_first(headings))


def correlation_table(result: Result, words: Words) -> Table:
    """Correlations between drivers."""
    expect_kind(result, "importance")
    table: Any = result
    headings = (words.term("driver"), *(words.label("driver", name) for name in table.drivers))
    rows = tuple(
        (words.label("driver", name), *(words.number(value, 2) for value in table.correlation[i]))
        for i, name in enumerate(table.drivers)
    )
    return Table(words.text("caption", "correlations"), headings, rows, _all_but_first(headings))


def questions_table(result: Result, words: Words) -> Table:
    """The questions behind each driver and outcome."""
    expect_kind(result, "survey")
    table: Any = result
    rows = tuple(
        (
            words.label("item", item) + (f" ({words.term('reversed')})" if item in table.reversed_items else ""),
            words.label("outcome" if words.has_label("outcome", name) else "driver", name),
        )
        for item, name in table.questions.items()
        if words.has_label("item", item)
    )
    return Table(words.text("caption", "questions"), _headings(["question", "used_for"], words), rows)


def _p_value(value: float, words: Words) -> str:
    return words.ui("less_than", n=words.number(0.001, 3)) if value < 0.0005 else words.number(value, 3)


def _headings(keys: Sequence[str], words: Words) -> tuple[str, ...]:
    return tuple(words.term(key) for key in keys)


def _all_but_first(headings: Sequence[str]) -> frozenset[int]:
    return frozenset(range(1, len(headings)))

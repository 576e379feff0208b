"""Tables of levels, of the map and of the questionnaire."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.claims import share_form
from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.findings import statistic_name, statistic_value, trend_points
from drivers.present.tables.table import Table, headings
from drivers.present.words import Words
from drivers.results import Result


def map_table(result: Result, words: Words) -> Table:
    """Importance, rating and quadrant of each driver, and how often resamples agree."""
    expect_kind(result, "map")
    table: Any = result
    ranked = table.verdict.status != "not_rankable"
    # A mean of all is one number, which a sentence tells.
    lined = ["map_line"] if table.performance_line != "mean" else []
    columns = ["driver", f"share{share_form(result)}", "performance", *lined]
    columns += ["quadrant", "stability"] if ranked else []
    numeric = [position for position, name in enumerate(columns) if name not in ("driver", "quadrant")]
    rows = []
    for i in range(len(table.drivers)) if not ranked else np.argsort(-table.share, kind="stable"):
        row = [
            words.label("driver", table.drivers[i]),
            words.percent(table.share[i], 1),
            words.number(table.performance[i], 1),
            *(words.number(table.line[i], 1) for _ in lined),
        ]
        if ranked:
            row += [words.text("quadrant", table.quadrant[i]), words.percent(table.stability[i])]
        rows.append(tuple(row))
    return Table(words.text("caption", "map"), headings(columns, words), tuple(rows), frozenset(numeric))


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
    names = (
        words.term("wave"),
        statistic_name(statistic, outcome, words),
        words.term("conf_low"),
        words.term("conf_high"),
        words.term("n"),
    )
    return Table(trend_caption(words, outcome, statistic), names, rows, frozenset({1, 2, 3, 4}))


def trend_caption(words: Words, outcome: str, statistic: str) -> str:
    """What a trend shows."""
    name = statistic_name(statistic, outcome, words)
    if words.plain_satisfaction(outcome):
        return words.text("caption", "trend", statistic=name)
    return words.text("caption", "trend_other", statistic=name, outcome=words.label("outcome", outcome))


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
    return Table(words.text("caption", "questions"), headings(["question", "used_for"], words), rows)

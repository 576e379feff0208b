"""Tables of indicators over the waves."""

from __future__ import annotations

from typing import Any

from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.control import chart_value
from drivers.present.sentences.indicators import indicator_name
from drivers.present.tables.table import Table, headings
from drivers.present.words import Words
from drivers.results import Result


def control_table(result: Result, words: Words, *, indicator: str) -> Table:
    """One indicator wave by wave: its value, its usual range, what it says, and from how many."""
    expect_kind(result, "control_charts")
    charts: Any = result
    chart = charts.chart(indicator)
    answers = chart.history.family not in ("poisson", "binomial")
    columns = ["wave", "value", "usual_low", "usual_high", "says", "n" if answers else "counted_among"]
    rows = tuple(
        (
            words.label("wave", wave),
            chart_value(chart, chart.history.estimate[k], words),
            chart_value(chart, chart.limits.low[k], words),
            chart_value(chart, chart.limits.high[k], words),
            words.text("signal", chart.signals[k] or "none"),
            words.number(float(chart.history.n[k])),
        )
        for k, wave in enumerate(chart.history.waves)
    )
    caption = words.text("caption", "control", indicator=indicator_name(chart, words))
    return Table(caption, headings(columns, words), rows, frozenset({1, 2, 3, 5}))

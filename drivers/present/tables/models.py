"""Tables of models and of what they rest on."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.figures.importance import expect_kind
from drivers.present.tables.table import Table, all_but_first, headings, p_value
from drivers.present.words import Words
from drivers.results import Result


def effects_table(result: Result, words: Words) -> Table:
    """Partial effects of the drivers with intervals and corrected p-values."""
    expect_kind(result, "regression")
    table: Any = result
    columns = ["driver", "effect", "std_error", "conf_low", "conf_high", "p_value", "p_adjusted"]
    rows = tuple(
        (
            words.label("driver", term),
            words.number(table.estimate[i], 3),
            words.number(table.std_error[i], 3),
            words.number(table.conf_low[i], 3),
            words.number(table.conf_high[i], 3),
            p_value(table.p_value[i], words),
            p_value(table.p_adjusted[i], words),
        )
        for i, term in enumerate(table.terms)
        if term in table.drivers
    )
    caption = words.text("caption", "effects", outcome=words.outcome(table.outcome))
    return Table(caption, headings(columns, words), rows, all_but_first(columns))


def sensitivity_table(result: Result, words: Words) -> Table:
    """Partial effects as rated and at the least reliability that has an answer, and where the conclusion changes."""
    expect_kind(result, "measurement_sensitivity")
    table: Any = result
    details: Any = result.details
    answered = int(np.flatnonzero(np.isfinite(table.estimate).all(axis=1))[-1])
    columns = [
        "driver",
        "effect",
        "conclusion",
        *(["effect_corrected"] if answered else []),
        "changes_at",
        "changes_to",
    ]
    rows = []
    for i, name in enumerate(table.drivers):
        change = details["changes"].get(name)
        rows.append(
            (
                words.label("driver", name),
                words.number(table.estimate[0, i], 3),
                words.text("conclusion", table.changes()["conclusion"].iloc[i]),
                *([words.number(table.estimate[answered, i], 3)] if answered else []),
                words.ui("none") if change is None else words.number(change["reliability"], 2),
                words.ui("none") if change is None else words.text("conclusion", change["to"]),
            )
        )
    low = words.number(float(table.reliability[answered].min()), 2)
    names = [words.term(name, low=low) for name in columns]
    return Table(words.text("caption", "sensitivity"), tuple(names), tuple(rows), frozenset({1, len(names) - 2, 3}))


def correlation_table(result: Result, words: Words) -> Table:
    """Correlations between drivers."""
    expect_kind(result, "importance")
    table: Any = result
    columns = (words.term("driver"), *(words.label("driver", name) for name in table.drivers))
    rows = tuple(
        (words.label("driver", name), *(words.number(value, 2) for value in table.correlation[i]))
        for i, name in enumerate(table.drivers)
    )
    return Table(words.text("caption", "correlations"), columns, rows, all_but_first(columns))


def collinearity_table(result: Result, words: Words) -> Table:
    """Variance inflation of each driver, and what of it the others do not tell, the most inflated first."""
    expect_kind(result, "collinearity")
    table: Any = result
    columns = ["driver", "vif", "tolerance"]
    rows = tuple(
        (
            words.label("driver", table.drivers[i]),
            words.number(table.vif_per_column[i], 1),
            words.percent(1 / table.vif[i]),
        )
        for i in np.argsort(-table.vif_per_column, kind="stable")
    )
    return Table(words.text("caption", "collinearity"), headings(columns, words), rows, all_but_first(columns))


def impression_table(result: Result, words: Words) -> Table:
    """How closely each question goes with the general impression."""
    expect_kind(result, "halo")
    table: Any = result
    columns = ["question", "loading"]
    rows = tuple(
        (
            words.label("item", item) if words.has_label("item", item) else words.label("driver", driver),
            words.number(table.loading[i], 2),
        )
        for i, (driver, item) in enumerate(zip(table.drivers, table.items, strict=True))
    )
    return Table(words.text("caption", "impression"), headings(columns, words), rows, all_but_first(columns))


def curves_table(result: Result, words: Words) -> Table:
    """What each model explains of answers that it was not fitted to, and how much more than the straight line."""
    expect_kind(result, "nonlinearity")
    table: Any = result
    columns = ["model", "r2_held_out", "gain", "conf_low", "conf_high"]
    rows = [
        (words.text("model", table.methods[0]), words.percent(table.r2[0], 1), *[words.ui("none")] * 3),
        *(
            (
                words.text("model", name),
                words.percent(table.r2[1 + i], 1),
                *(
                    words.number(100 * value, 1, sign=True)
                    for value in (table.gain[i], table.gain_low[i], table.gain_high[i])
                ),
            )
            for i, name in enumerate(table.methods[1:])
        ),
    ]
    return Table(words.text("caption", "curves"), headings(columns, words), tuple(rows), all_but_first(columns))

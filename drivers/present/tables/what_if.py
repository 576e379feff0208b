"""Tables of changes: what would go with them, in every outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.what_if import measure_heading, says_text, subject
from drivers.present.tables.table import Table, headings
from drivers.present.words import Words
from drivers.results import Result


def what_if_table(result: Result, words: Words) -> Table:
    """What goes with a step of each driver in the first outcome: alone, and with the others going along."""
    expect_kind(result, "what_if_table")
    table: Any = result
    columns = ["driver", "step_points", "moving_alone", "conf_low", "conf_high", "says"]
    columns += ["moving_together", "conf_low", "conf_high", "says"]
    alone, together = table.says("alone", 0), table.says("together", 0)
    rows = tuple(
        (
            words.label("driver", table.drivers[j]),
            words.number(table.moves["alone"][j], 1, sign=True),
            *_effect(table.effects["alone"][:, 0, j], alone[j], words),
            *_effect(table.effects["together"][:, 0, j], together[j], words),
        )
        for j in table.order()
    )
    return Table(words.text("caption", "what_if"), headings(columns, words), rows, frozenset({1, 2, 3, 4, 6, 7, 8}))


def what_if_all_table(result: Result, words: Words) -> Table:
    """What goes with a step of each driver in every statistic of every outcome."""
    expect_kind(result, "what_if_table")
    table: Any = result
    columns = ["driver", "outcome_told", "moving_alone", "conf_low", "conf_high", "says"]
    columns += ["moving_together", "conf_low", "conf_high", "says"]
    said = {moving: [table.says(moving, i) for i in range(len(table.measures))] for moving in ("alone", "together")}
    rows = tuple(
        (
            words.label("driver", table.drivers[j]),
            measure_heading(measure, words),
            *_effect(table.effects["alone"][:, i, j], said["alone"][i][j], words),
            *_effect(table.effects["together"][:, i, j], said["together"][i][j], words),
        )
        for j in table.order()
        for i, measure in enumerate(table.measures)
    )
    return Table(words.text("caption", "what_if_all"), headings(columns, words), rows, frozenset({2, 3, 4, 6, 7, 8}))


def changes_table(result: Result, words: Words) -> Table:
    """What goes with some changes in every statistic of every outcome, and where these stand."""
    expect_kind(result, "what_if")
    table: Any = result
    columns = ["outcome_told", "stands_now", "would_change", "conf_low", "conf_high", "says"]
    rows = tuple(
        (
            measure_heading(measure, words),
            words.number(table.base[i], 1),
            *_effect(table.effect[:, i], table.says[i], words),
        )
        for i, measure in enumerate(table.measures)
    )
    return Table(words.text("caption", "what_if_changes"), headings(columns, words), rows, frozenset({1, 2, 3, 4}))


def company_table(result: Result, words: Words) -> Table:
    """How far each driver is moved, or goes along."""
    expect_kind(result, "what_if")
    table: Any = result
    columns = ["driver", "stands_now", "step_asked", "step_points", "conf_low", "conf_high"]
    rows = []
    for j, name in enumerate(table.drivers):
        own = [words.number(table.asked[j], 1, sign=True), words.number(table.moves[j], 1, sign=True)]
        if not table.asked[j] and np.isfinite(table.along[0, j]):
            own = [words.ui("none"), words.number(table.along[0, j], 1, sign=True)]
        elif not table.asked[j]:
            continue
        ends = [
            words.number(value, 1, sign=True) if np.isfinite(value) else words.ui("none") for value in _ends(table, j)
        ]
        rows.append((subject(name, words), words.number(table.room.level[j], 1), *own, *ends))
    return Table(words.text("caption", "what_moves"), headings(columns, words), tuple(rows), frozenset(range(1, 6)))


def promises_table(result: Result, words: Words) -> Table:
    """What goes with delivering more and with promising less, driver by driver, in the first outcome."""
    expect_kind(result, "promises")
    table: Any = result
    columns = ["driver", "deliver", "conf_low", "conf_high", "says", "promise", "conf_low", "conf_high", "says"]
    columns += ["deliver_less_promise", "conf_low", "conf_high"]
    rows = []
    for j, name in enumerate(table.drivers):
        cells: list[str] = []
        for doing in ("deliver", "promise"):
            cells += _effect(table.effects[doing][:, 0, j], table.says(doing, 0)[j], words)
        difference = table.effects["difference"][[0, 2, 3], 0, j]
        rows.append((words.label("driver", name), *cells, *(words.number(value, 2, sign=True) for value in difference)))
    numeric = frozenset({1, 2, 3, 5, 6, 7, 9, 10, 11})
    return Table(words.text("caption", "promises"), headings(columns, words), tuple(rows), numeric)


def _ends(table: Any, j: int) -> Sequence[float]:
    return [float(value) for value in table.along[2:, j]]


def _effect(effect: Any, says: str, words: Words) -> list[str]:
    """Estimate and limits with signs, and what they say."""
    return [*(words.number(value, 2, sign=True) for value in effect[[0, 2, 3]]), says_text(says, words)]

"""Tables of actions, and of what has moved since."""

from __future__ import annotations

import math
from typing import Any

from drivers.present.figures.importance import expect_kind
from drivers.present.tables.table import Table, headings
from drivers.present.words import Words
from drivers.results import Result


def actions_table(result: Result, words: Words) -> Table:
    """How the driver of each action has moved, and how it did beside the drivers left alone."""
    expect_kind(result, "actions")
    table: Any = result
    columns = ["driver", "since", "mean_before", "mean_now", "change", "conf_low", "conf_high", "says"]
    columns += ["others_moved", "beside_others"]
    rows = tuple(
        (
            words.label("driver", action.driver),
            words.label("wave", action.since),
            *(_number(value, words) for value in (action.before, action.now)),
            *(_number(action.change[place], words, sign=True) for place in (0, 2, 3)),
            words.text("movement", action.movement),
            _number(action.tide[0], words, sign=True),
            words.text("tide", action.against_tide),
        )
        for action in table.actions
    )
    return Table(words.text("caption", "actions"), headings(columns, words), rows, frozenset({2, 3, 4, 5, 6, 8}))


def register_table(result: Result, words: Words) -> Table:
    """The register: what was done about which driver, by whom, since when and what for."""
    expect_kind(result, "actions")
    table: Any = result
    columns = ["action", "driver", "lever", "owner", "since", "goal_rise"]
    none = words.ui("none")
    rows = tuple(
        (
            words.label("action", action.number),
            words.label("driver", action.driver),
            words.term(f"lever_{action.lever}") if action.lever else none,
            words.label("owner", action.number) if words.has_label("owner", action.number) else none,
            words.label("wave", action.since),
            none if action.goal is None else words.number(action.goal, 0 if float(action.goal).is_integer() else 1),
        )
        for action in table.actions
    )
    return Table(words.text("caption", "register"), headings(columns, words), rows, frozenset({5}))


def _number(value: float, words: Words, *, sign: bool = False) -> str:
    return words.number(value, 1, sign=sign) if math.isfinite(value) else words.ui("none")

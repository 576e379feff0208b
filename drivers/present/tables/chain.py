"""Tables of the paths to an outcome."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.chain import STEP, outcome_name, through_heading, through_phrase
from drivers.present.tables.table import Table, headings
from drivers.present.words import Words
from drivers.results import Result

_DECIMALS = 2


def paths_table(result: Result, words: Words, outcome: str) -> Table:
    """What of each driver goes through what lies between, what is direct, and the total with its limits."""
    expect_kind(result, "paths")
    paths: Any = result
    part = paths.paths_to(outcome)
    total = part.total.points
    rows = tuple(
        (
            words.label("driver", name),
            *(_known(value, words) for value in (part.indirect.points[0, i], part.direct.points[0, i])),
            *(_known(value, words) for value in total[[0, 2, 3], i]),
            _mediated(part, i, words),
        )
        for i, name in enumerate(paths.drivers)
    )
    columns = (
        words.term("driver"),
        through_heading(paths.through, words),
        *headings(["direct", "total", "conf_low", "conf_high", "mediated"], words),
    )
    caption = words.text(
        "caption",
        "paths",
        outcome_with=outcome_name(part, words, "with"),
        through=through_phrase(paths.through, words),
    )
    return Table(caption, columns, rows, frozenset({1, 2, 3, 4, 5, 6}))


def path_effects_table(result: Result, words: Words, outcome: str) -> Table:
    """Every path of each driver with its limits, standardised beside it."""
    expect_kind(result, "paths")
    paths: Any = result
    part = paths.paths_to(outcome)
    rows = tuple(
        (
            words.label("driver", name),
            _path(one, words),
            *(_known(value, words) for value in one.points[[0, 2, 3], i]),
            words.number(one.standardised[0, i], _DECIMALS),
        )
        for i, name in enumerate(paths.drivers)
        for one in part.effects
    )
    columns = headings(["driver", "path", "estimate", "conf_low", "conf_high", "standardised"], words)
    through = through_phrase(paths.through, words)
    caption = words.text("caption", "path_effects", outcome=outcome_name(part, words), through=through)
    return Table(caption, columns, rows, frozenset({2, 3, 4, 5}))


def _path(one: Any, words: Words) -> str:
    if one.effect != "indirect":
        return words.term("direct" if one.effect == "direct" else "total")
    return through_heading(one.through, words) if one.through else words.term("indirect_all")


def _mediated(part: Any, position: int, words: Words) -> str:
    if part.mediations[position] == "known":
        return words.percent(part.mediated[0, position])
    return words.text("mediation", part.mediations[position])


def _known(value: float, words: Words) -> str:
    """Points for ten points of rating, or a dash where there are none."""
    return words.number(STEP * value, _DECIMALS) if np.isfinite(value) else words.ui("none")

"""Tables of the service chain without the error of its answers."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.constructs import construct_label
from drivers.present.sentences.latent import effect_name
from drivers.present.tables.table import Table, headings
from drivers.present.words import Words
from drivers.results import Result

_FROM = {"items": "from_items", "given": "from_given", "exact": "from_exact"}


def latent_table(result: Result, words: Words) -> Table:
    """Every association in points, with its limits, beside that of the scores as they are."""
    expect_kind(result, "latent_paths")
    return _effects(result, words, words.text("caption", "latent"), "points", 0)


def latent_standardised_table(result: Result, words: Words) -> Table:
    """The same in standard deviations."""
    expect_kind(result, "latent_paths")
    return _effects(result, words, words.text("caption", "latent_standardised"), "standardised", 1)


def latent_loadings_table(result: Result, words: Words) -> Table:
    """How closely each item goes with what its score measures, and how reliable the score is."""
    expect_kind(result, "latent_paths")
    table: Any = result
    columns = ["construct", "item", "latent_loading", "latent_reliability", "reliability_from"]
    starts = np.cumsum([0, *(len(own) for own in table.items)])
    rows = tuple(
        (
            construct_label(name, words),
            words.label("item", item) if words.has_label("item", item) else construct_label(name, words),
            words.number(table.loading[start + place], 2),
            words.number(table.reliability[position], 2),
            words.term(_FROM[table.reliability_from[position]]),
        )
        for position, (name, own, start) in enumerate(zip(table.constructs, table.items, starts, strict=False))
        for place, item in enumerate(own)
    )
    return Table(words.text("caption", "latent_loadings"), headings(columns, words), rows, frozenset({2, 3}))


def _effects(result: Any, words: Words, caption: str, unit: str, place: int) -> Table:
    columns = ["driver", "latent_effect", "estimate", "conf_low", "conf_high", "as_scored"]
    rows = [
        (words.label("driver", name), effect_name(one.effect, result, words), one, position)
        for position, name in enumerate(result.drivers)
        for one in result.effects
    ]
    rows.append((construct_label(result.through, words), effect_name("direct", result, words), result.second, 0))
    cells = tuple(
        (
            name,
            effect,
            *(words.number(value, 2) for value in getattr(one, unit)[[0, 2, 3], position]),
            words.number(one.uncorrected[place, position], 2),
        )
        for name, effect, one, position in rows
    )
    return Table(caption, headings(columns, words), cells, frozenset(range(2, 6)))

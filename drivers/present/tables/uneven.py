"""Tables of penalties and rewards, and of what people say of features."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.uneven import CLASSES, SHAPES
from drivers.present.tables.table import Table, headings, p_value
from drivers.present.words import Words
from drivers.results import FEWEST_SHOWN, Result

CATEGORIES = CLASSES[:-1]
"""What a person's two answers make of a feature; no person is undecided."""


def drivers_by_shape(result: Any) -> list[int]:
    """Positions of the drivers as they are shown: by shape, in the codebook's order within each."""
    return [i for shape in SHAPES for i, found in enumerate(result.shapes) if found == shape]


def penalty_reward_table(result: Result, words: Words) -> Table:
    """Penalty and reward of each driver with their limits."""
    expect_kind(result, "asymmetry")
    table: Any = result
    columns = ["driver", "side", "points_between", "conf_low", "conf_high"]
    rows = tuple(
        (
            words.label("driver", table.drivers[i]),
            words.term(side),
            *(_known(value, words, 1) for value in getattr(table, side)[[0, 2, 3], i]),
        )
        for i in drivers_by_shape(table)
        for side in ("penalty", "reward")
    )
    return Table(words.text("caption", "penalty_reward"), headings(columns, words), rows, frozenset({2, 3, 4}))


def shapes_table(result: Result, words: Words) -> Table:
    """What each driver is, its range and index, and the answers on each side."""
    expect_kind(result, "asymmetry")
    table: Any = result
    columns = ["driver", "says", "uneven_index", "conf_low", "conf_high", "impact_range", "n_low", "n_high"]
    rows = tuple(
        (
            words.label("driver", table.drivers[i]),
            words.text("shape", table.shapes[i]),
            *(_known(value, words, 2) for value in table.index[:, i]),
            _known(table.impact_range[0, i], words, 1),
            _counted(table.n_low[i], words),
            _counted(table.n_high[i], words),
        )
        for i in drivers_by_shape(table)
    )
    return Table(words.text("caption", "shapes"), headings(columns, words), rows, frozenset(range(2, len(columns))))


def shape_tests_table(result: Result, words: Words) -> Table:
    """How sure the shape of each driver is."""
    expect_kind(result, "asymmetry")
    table: Any = result
    columns = ["driver", "says", "p_adjusted", "penalty", "std_error", "reward", "std_error"]
    rows = tuple(
        (
            words.label("driver", table.drivers[i]),
            words.text("shape", table.shapes[i]),
            p_value(table.p_adjusted[i], words) if np.isfinite(table.p_adjusted[i]) else words.ui("none"),
            *(_known(value, words, 2) for value in (*table.penalty[:2, i], *table.reward[:2, i])),
        )
        for i in drivers_by_shape(table)
    )
    return Table(
        words.text("caption", "shape_tests"), headings(columns, words), rows, frozenset(range(2, len(columns)))
    )


def features_by_class(result: Any) -> list[int]:
    """Positions of the features as they are shown: by class, in the codebook's order within each."""
    return [i for name in CLASSES for i, found in enumerate(result.classes) if found == name]


def coefficients_table(result: Result, words: Words) -> Table:
    """How many each feature would please, and how many its lack would displease, with limits."""
    expect_kind(result, "kano")
    table: Any = result
    columns = ["feature", "says", "better", "conf_low", "conf_high", "worse", "conf_low", "conf_high"]
    rows = tuple(
        (
            words.label("feature", table.features[i]),
            words.text("shape", table.classes[i]),
            *(_part(value, words) for value in (*table.better[:, i], *table.worse[:, i])),
        )
        for i in features_by_class(table)
    )
    return Table(
        words.text("caption", "coefficients"), headings(columns, words), rows, frozenset(range(2, len(columns)))
    )


def categories_table(result: Result, words: Words) -> Table:
    """Shares of the categories of each feature."""
    expect_kind(result, "kano")
    table: Any = result
    columns = ["feature", "says", *CATEGORIES, "n"]
    place = [table.categories.index(name) for name in CATEGORIES]
    rows = tuple(
        (
            words.label("feature", table.features[i]),
            words.text("shape", table.classes[i]),
            *(_part(value, words) for value in table.share[0, i, place]),
            words.number(table.n[i]),
        )
        for i in features_by_class(table)
    )
    heads = (words.term("feature"), words.term("says"), *(words.text("shape", name) for name in CATEGORIES))
    return Table(
        words.text("caption", "categories"), (*heads, words.term("n")), rows, frozenset(range(2, len(columns)))
    )


def strength_table(result: Result, words: Words) -> Table:
    """How far the largest category of each feature is ahead, and how many it matters to."""
    expect_kind(result, "kano")
    table: Any = result
    columns = ["feature", "strength", "conf_low", "conf_high", "total_strength", "conf_low", "conf_high"]
    rows = tuple(
        (
            words.label("feature", table.features[i]),
            *(_part(value, words) for value in (*table.strength[:, i], *table.total_strength[:, i])),
        )
        for i in features_by_class(table)
    )
    return Table(words.text("caption", "strength"), headings(columns, words), rows, frozenset(range(1, len(columns))))


def _known(value: float, words: Words, decimals: int) -> str:
    """A number, or a dash where there is none."""
    return words.number(value, decimals) if np.isfinite(value) else words.ui("none")


def _part(value: float, words: Words) -> str:
    return words.percent(value) if np.isfinite(value) else words.ui("none")


def _counted(value: float, words: Words) -> str:
    """How many answered so, or that they are fewer than may be told."""
    return words.number(value) if np.isfinite(value) else words.ui("less_than", n=words.number(FEWEST_SHOWN))

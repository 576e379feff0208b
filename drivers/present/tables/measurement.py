"""Tables of scores and the items behind them."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.constructs import construct_label
from drivers.present.tables.table import Table, all_but_first, headings, p_value
from drivers.present.words import Words
from drivers.results import Result


def reliability_table(result: Result, words: Words) -> Table:
    """Omega and alpha of each score with their limits."""
    expect_kind(result, "reliability")
    table: Any = result
    columns = ["construct", "coefficient", "estimate", "conf_low", "conf_high"]
    rows = tuple(
        (
            construct_label(one.construct, words),
            words.term(name),
            *(_known(value, words) for value in values[[0, 2, 3]]),
        )
        for one in table.constructs
        for name, values in (("omega", one.omega), ("alpha", one.alpha))
    )
    return Table(words.text("caption", "reliability"), headings(columns, words), rows, frozenset({2, 3, 4}))


def scores_table(result: Result, words: Words) -> Table:
    """Items and participants of each score, and what may be said of it."""
    expect_kind(result, "reliability")
    table: Any = result
    columns = ["construct", "says", "items_n", "n", "mean_correlation"]
    rows = tuple(
        (
            construct_label(one.construct, words),
            words.text("consistency", one.conclusion),
            words.number(len(one.items)),
            words.number(one.sample.n),
            _known(one.mean_correlation[0], words),
        )
        for one in table.constructs
    )
    return Table(words.text("caption", "scores"), headings(columns, words), rows, frozenset({2, 3, 4}))


def items_table(result: Result, words: Words) -> Table:
    """Each item's correlation with the rest of its score."""
    expect_kind(result, "reliability")
    table: Any = result
    columns = ["item", "construct", "says", "item_rest", "conf_low", "conf_high"]
    rows = tuple(
        (
            words.label("item", item),
            construct_label(one.construct, words),
            words.text("item_fit", one.fits[i]),
            *(_known(value, words) for value in one.item_rest[[0, 2, 3], i]),
        )
        for one in table.constructs
        for i, item in enumerate(one.items)
    )
    return Table(words.text("caption", "items"), headings(columns, words), rows, frozenset({3, 4, 5}))


def loadings_table(result: Result, words: Words) -> Table:
    """Each item's loading on the factor of its score, and alpha without it."""
    expect_kind(result, "reliability")
    table: Any = result
    columns = ["item", "construct", "item_loading", "alpha_dropped"]
    rows = tuple(
        (
            words.label("item", item),
            construct_label(one.construct, words),
            _known(one.loading[i], words),
            _known(one.alpha_dropped[i], words),
        )
        for one in table.constructs
        for i, item in enumerate(one.items)
    )
    return Table(words.text("caption", "loadings"), headings(columns, words), rows, frozenset({2, 3}))


def dimensions_table(result: Result, words: Words) -> Table:
    """How many dimensions the items of each score have."""
    expect_kind(result, "dimensionality")
    table: Any = result
    columns = ["construct", "says", "items_n", "n", "dimensions", "first_share"]
    rows = tuple(
        (
            construct_label(one.construct, words),
            words.text("dimensionality", one.conclusion),
            words.number(len(one.items)),
            words.number(one.sample.n),
            words.number(one.dimensions),
            words.percent(one.first_eigenvalue_share),
        )
        for one in table.constructs
    )
    return Table(words.text("caption", "dimensions"), headings(columns, words), rows, frozenset({2, 3, 4, 5}))


def fit_table(result: Result, words: Words) -> Table:
    """How closely one factor fits the items of each score."""
    expect_kind(result, "dimensionality")
    table: Any = result
    columns = ["construct", "chi_squared", "df", "p_value", "cfi", "tli", "rmsea", "srmr"]
    rows = tuple(
        (
            construct_label(one.construct, words),
            _known(one.fit.statistic, words, 1),
            words.number(one.fit.df),
            p_value(one.fit.p_value, words) if np.isfinite(one.fit.p_value) else words.ui("none"),
            *(_known(value, words, 3) for value in (one.fit.cfi, one.fit.tli, one.fit.rmsea, one.fit.srmr)),
        )
        for one in table.constructs
    )
    return Table(words.text("caption", "fit"), headings(columns, words), rows, all_but_first(columns))


def distinct_table(result: Result, words: Words) -> Table:
    """The HTMT ratio of each pair of scores with its limits, the closest first."""
    expect_kind(result, "discriminant")
    table: Any = result
    columns = ["construct", "construct_versus", "says", "htmt", "conf_low", "conf_high"]
    rows = tuple(
        (
            *(construct_label(table.constructs[i], words) for i in table.pairs[m]),
            words.text("distinctness", table.conclusions[m]),
            *(_known(value, words) for value in table.htmt[[0, 2, 3], m]),
        )
        for m in _closest_first(table)
    )
    return Table(words.text("caption", "distinct"), headings(columns, words), rows, frozenset({3, 4, 5}))


def extracted_table(result: Result, words: Words) -> Table:
    """What Fornell and Larcker compare, pair by pair, in the order of `distinct_table`."""
    expect_kind(result, "discriminant")
    table: Any = result
    columns = ["construct", "construct_versus", "says", "variance_extracted", "squared_correlation"]
    least = table.variance_extracted[table.pairs].min(axis=1)
    rows = tuple(
        (
            *(construct_label(table.constructs[i], words) for i in table.pairs[m]),
            words.text("fornell_larcker", table.fornell_larcker[m]),
            _known(least[m], words),
            _known(table.squared_correlation[m], words),
        )
        for m in _closest_first(table)
    )
    return Table(words.text("caption", "extracted"), headings(columns, words), rows, frozenset({3, 4}))


def _closest_first(table: Any) -> list[int]:
    """Pairs by their ratio, the largest first and those without one last."""
    return [int(m) for m in np.argsort(np.nan_to_num(-table.htmt[0], nan=np.inf), kind="stable")]


def _known(value: float, words: Words, decimals: int = 2) -> str:
    """A number, or a dash where there is none."""
    return words.number(value, decimals) if np.isfinite(value) else words.ui("none")

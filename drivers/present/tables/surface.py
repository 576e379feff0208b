"""Tables of surfaces over experience and expectation."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.surface import map_caption, surface_label
from drivers.present.tables.table import Table, all_but_first, headings, p_value
from drivers.present.words import Words
from drivers.results import Result


def surfaces_table(result: Result, words: Words) -> Table:
    """What the difference and both parts explain of each driver, and whether the difference is enough."""
    expect_kind(result, "response_surface")
    table: Any = result
    columns = ["driver", "says", "gap_explains", "both_explain", "gap_keeps", "conf_low", "conf_high", "n"]
    rows = tuple(
        (
            surface_label(one, words),
            words.text("difference_verdict", one.verdict),
            words.percent(one.explained[0] - one.lost),
            words.percent(one.explained[0]),
            *(words.percent(value) if np.isfinite(value) else words.ui("none") for value in one.kept),
            words.number(one.sample.n),
        )
        for one in table.surfaces
    )
    return Table(words.text("caption", "surfaces"), headings(columns, words), rows, frozenset(range(2, 8)))


def surface_values_table(result: Result, words: Words) -> Table:
    """Coefficients, lines, mean slopes, axis and stationary point of the main surface, with their limits."""
    expect_kind(result, "response_surface")
    table: Any = result
    columns = ["surface_value", "estimate", "conf_low", "conf_high", "p_value"]
    found = table.tidy()
    rows = tuple(
        (
            words.text("surface_term", row.term),
            *(_known(value, words) for value in (row.estimate, row.conf_low, row.conf_high)),
            p_value(row.p_value, words) if np.isfinite(row.p_value) else words.ui("none"),
        )
        for row in found[found["driver"] == table.main.driver].itertuples()
    )
    return Table(words.text("caption", "surface_values"), headings(columns, words), rows, all_but_first(columns))


def surface_tests_table(result: Result, words: Words) -> Table:
    """The joint tests on the main surface."""
    expect_kind(result, "response_surface")
    table: Any = result
    columns = ["surface_test", "f_statistic", "df", "df_resid", "p_value"]
    rows = tuple(
        (
            words.text("surface_test", name),
            _known(test.statistic, words),
            words.number(test.df),
            words.number(test.df_resid),
            p_value(test.p_value, words) if np.isfinite(test.p_value) else words.ui("none"),
        )
        for name, test in table.main.tests.items()
    )
    return Table(words.text("caption", "surface_tests"), headings(columns, words), rows, all_but_first(columns))


def surface_cells_table(result: Result, words: Words, *, driver: str) -> Table:
    """What the map of a surface shows: the outcome in each cell with answers enough."""
    expect_kind(result, "response_surface")
    table: Any = result
    columns = ["surface_x", f"{table.level}_level", "surface_height", "n"]
    surface = table.surface(driver)
    rows = tuple(
        (words.number(x), words.number(y), words.number(height), words.number(n))
        for x, y, n, height in zip(*surface.cells, strict=True)
    )
    return Table(map_caption(table, surface, words), headings(columns, words), rows, frozenset(range(4)))


def _known(value: float, words: Words, decimals: int = 2) -> str:
    """A number, or a dash where there is none."""
    return words.number(value, decimals) if np.isfinite(value) else words.ui("none")

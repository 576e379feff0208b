"""Tables of units and segments with allowance for their size, and of staff beside customers."""

from __future__ import annotations

from typing import Any

from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.staff import POINTS, customers_label, staff_label
from drivers.present.sentences.units import pooled_name, unit_kind, unit_name, unit_value
from drivers.present.tables.table import Table, headings, p_value
from drivers.present.words import Words
from drivers.results import Result

_SAYS = {"below": "contrast_below", "above": "contrast_above", "open": "contrast_open"}
_LINKS = {"more": "link_more", "less": "link_less", "open": "contrast_open"}


def units_table(result: Result, words: Words, *, adjusted: bool = False) -> Table:
    """What each unit was rated, how it differs from the others, and its possible places.

    Parameters
    ----------
    adjusted
        Whether it stands under the ratings adjusted for small numbers, and is called so.
    """
    expect_kind(result, "units")
    table: Any = result
    columns = ["estimate", "conf_low", "conf_high", "n", "against_others", "difference_low", "difference_high"]
    columns += ["says", "unit_adjusted", "unit_adjusted_low", "unit_adjusted_high", "rank_low", "rank_high"]
    rows = tuple(
        (
            unit_name(table, i, words),
            *(unit_value(table, column[i], words) for column in (table.estimate, table.conf_low, table.conf_high)),
            words.number(table.n[i]),
            *_differences(table, i, words),
            words.term(_SAYS[table.standing[i]]),
            *(
                unit_value(table, column[i], words)
                for column in (table.adjusted, table.adjusted_low, table.adjusted_high)
            ),
            words.number(table.rank_low[i]),
            words.number(table.rank_high[i]),
        )
        for i in range(len(table.names))
    )
    numeric = frozenset(range(1, 14)) - {8}
    caption = words.text("caption", "units_adjusted") if adjusted else words.text("caption", "units")
    return Table(caption, (unit_kind(words), *headings(columns, words)), rows, numeric)


def _differences(table: Any, i: int, words: Words) -> tuple[str, ...]:
    factor = 100.0 if table.measure in ("top2box", "share") else 1.0
    columns = (table.difference, table.difference_low, table.difference_high)
    return tuple(words.number(factor * column[i], 1, sign=True) for column in columns)


def pooled_table(result: Result, words: Words) -> Table:
    """Each group's rating by itself and adjusted."""
    expect_kind(result, "pooled")
    table: Any = result
    columns = ["segment_group", "estimate", "conf_low", "conf_high", "n", "unit_adjusted"]
    columns += ["unit_adjusted_low", "unit_adjusted_high"]
    mean = table.terms[0]
    adjusted = [mean.of_all(name) for name in ("estimate", "conf_low", "conf_high")]
    rows = tuple(
        (
            pooled_name(table, group, words),
            *(words.number(column[i], 1) for column in (mean.estimate, mean.conf_low, mean.conf_high)),
            words.number(table.n[i]),
            *(words.number(column[i], 1) for column in adjusted),
        )
        for i, group in enumerate(table.groups)
    )
    return Table(words.text("caption", "pooled"), headings(columns, words), rows, frozenset(range(1, 8)))


def pooled_effects_table(result: Result, words: Words) -> Table:
    """Each driver's effect in each group, by itself and adjusted."""
    expect_kind(result, "pooled")
    table: Any = result
    columns = ["driver", "segment_group", "effect", "conf_low", "conf_high", "unit_adjusted"]
    columns += ["unit_adjusted_low", "unit_adjusted_high"]
    rows = tuple(
        (
            words.label("driver", one.term),
            pooled_name(table, group, words),
            *(words.number(column[i], 2) for column in (one.estimate, one.conf_low, one.conf_high)),
            *(words.number(one.of_all(name)[i], 2) for name in ("estimate", "conf_low", "conf_high")),
        )
        for one in table.terms[1:]
        for i, group in enumerate(table.groups)
        if one.estimate[i] == one.estimate[i]
    )
    return Table(words.text("caption", "pooled_effects"), headings(columns, words), rows, frozenset(range(2, 8)))


def unit_effects_table(result: Result, words: Words) -> Table:
    """Each driver's mean effect, how much it differs between units, and where that of a new unit would lie."""
    expect_kind(result, "unit_effects")
    table: Any = result
    columns = ["driver", "effect", "conf_low", "conf_high", "between_sd", "between_low", "between_high"]
    columns += ["predicted_low", "predicted_high", "p_adjusted"]
    rows = tuple(
        (
            words.label("driver", term),
            *(words.number(value, 2) for value in (one.mean, *one.interval(table.conf_level))),
            *(words.number(value, 3) for value in (one.sd, one.sd_low, one.sd_high)),
            *(words.number(value, 2) for value in (one.predicted_low, one.predicted_high)),
            p_value(float(p), words),
        )
        for term, one, p in zip(table.terms, table.between, table.p_adjusted, strict=True)
    )
    return Table(words.text("caption", "unit_effects"), headings(columns, words), rows, frozenset(range(1, 10)))


def staff_table(result: Result, words: Words) -> Table:
    """Each measure of the staff beside each of the customers, over units."""
    expect_kind(result, "staff")
    table: Any = result
    columns = ["staff_measure", "customers_measure", "slope_raw", "slope_corrected", "conf_low", "conf_high"]
    columns += ["p_adjusted", "says"]
    rows = tuple(
        (
            staff_label(table, link.staff, words),
            customers_label(table, link.customers, words),
            *(
                words.number(POINTS * value, 1, sign=True)
                for value in (
                    link.across.slope,
                    link.across.corrected,
                    link.across.corrected_low,
                    link.across.corrected_high,
                )
            ),
            p_value(link.p_adjusted, words),
            words.term(_LINKS[table.says(link)]),
        )
        for link in table.links
    )
    return Table(words.text("caption", "staff"), headings(columns, words), rows, frozenset(range(2, 7)))


def staff_reliability_table(result: Result, words: Words) -> Table:
    """How much of what units' staff differ in is more than chance."""
    expect_kind(result, "staff")
    table: Any = result
    rows = tuple(
        (staff_label(table, name, words), words.percent(table.reliability[name])) for name in table.staff_measures
    )
    columns = headings(["staff_measure", "part_not_chance"], words)
    return Table(words.text("caption", "staff_reliability"), columns, rows, frozenset({1}))

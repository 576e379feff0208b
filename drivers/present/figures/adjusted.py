"""Adjusted estimates, effects that may differ between units, and staff beside customers: dots in rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.figures.canvas import Canvas, Drawing
from drivers.present.figures.dot_rows import DotRow, draw_rows
from drivers.present.figures.importance import expect_kind
from drivers.present.isolation import plain
from drivers.present.sentences.staff import POINTS, customers_label, staff_label, staff_sentences
from drivers.present.sentences.units import (
    effects_sentences,
    pooled_name,
    pooled_sentences,
    unit_name,
    unit_value,
    units_sentences,
)
from drivers.present.words import Words
from drivers.results import Result

MOST_ROWS = 30
"""Rows of units; of more, those with the lowest and those with the highest adjusted rating."""

_RANGES = {"mean": (0.0, 100.0), "nps": (-100.0, 100.0), "top2box": (0.0, 1.0), "share": (0.0, 1.0)}


def adjusted_units(result: Result, words: Words) -> Drawing:
    """Each unit's rating adjusted for small numbers, with its interval; a ring where it was before.

    Parameters
    ----------
    result
        Of `compare_units`.
    words
        Of `wording`.

    Notes
    -----
    Where a unit is selected it stands alone. The dashed line is the usual unit.
    """
    expect_kind(result, "units")
    alt = words.text("alt", "units_adjusted", finding=" ".join(units_sentences(result, words)))
    return Drawing(draw=lambda width: _units(result, words, width), alt=plain(alt))


def _units(result: Any, words: Words, width: float) -> Canvas:
    order = np.argsort(result.adjusted, kind="stable")
    if result.selected is not None:
        order = np.array([result.selected])
    elif len(order) > MOST_ROWS:
        order = np.concatenate([order[: MOST_ROWS // 2], order[-(MOST_ROWS // 2) :]])
    rows = [
        DotRow(
            name=unit_name(result, i, words),
            estimate=float(result.adjusted[i]),
            low=float(result.adjusted_low[i]),
            high=float(result.adjusted_high[i]),
            value=unit_value(result, float(result.adjusted[i]), words),
            strong=result.standing[i] != "open",
            other=float(result.estimate[i]),
        )
        for i in order
    ]
    bounds = _RANGES[result.measure]
    return draw_rows(
        [("", rows)],
        words,
        width,
        reference=result.center,
        bounds=bounds,
        finest=1.0 if bounds[1] > 1 else 0.01,
        tick=(lambda value: words.number(value)) if bounds[1] > 1 else (lambda value: words.percent(value)),
    )


def pooled_dots(result: Result, words: Words) -> Drawing:
    """Each group's rating adjusted for small numbers, with its interval; a ring where it was before.

    Parameters
    ----------
    result
        Of `pooled_segments`.
    words
        Of `wording`.
    """
    expect_kind(result, "pooled")
    alt = words.text("alt", "pooled", finding=" ".join(pooled_sentences(result, words)))
    return Drawing(draw=lambda width: _pooled(result, words, width), alt=plain(alt))


def _pooled(result: Any, words: Words, width: float) -> Canvas:
    mean = result.terms[0]
    adjusted, low, high = (mean.of_all(name) for name in ("estimate", "conf_low", "conf_high"))
    rows = [
        DotRow(
            name=pooled_name(result, group, words),
            estimate=float(adjusted[i]),
            low=float(low[i]),
            high=float(high[i]),
            value=words.number(adjusted[i], 1),
            other=float(mean.estimate[i]),
        )
        for i, group in enumerate(result.groups)
    ]
    return draw_rows(
        [("", rows)],
        words,
        width,
        reference=mean.between.mean,
        bounds=(0.0, 100.0),
        finest=1.0,
        tick=lambda value: words.number(value),
    )


def effect_spread(result: Result, words: Words) -> Drawing:
    """Each driver's mean effect with its interval, and in a broad band where that of a new unit would lie.

    Parameters
    ----------
    result
        Of `unit_effects`.
    words
        Of `wording`.
    """
    expect_kind(result, "unit_effects")
    alt = words.text("alt", "unit_effects", finding=" ".join(effects_sentences(result, words)))
    return Drawing(draw=lambda width: _spread(result, words, width), alt=plain(alt))


def _spread(result: Any, words: Words, width: float) -> Canvas:
    rows = []
    for term, one, differs in zip(result.terms, result.between, result.differs, strict=True):
        low, high = one.interval(result.conf_level)
        rows.append(
            DotRow(
                name=words.label("driver", term),
                estimate=one.mean,
                low=low,
                high=high,
                value=words.number(one.mean, 2),
                strong=bool(differs),
                outer=(one.predicted_low, one.predicted_high),
            )
        )
    return draw_rows(
        [("", rows)],
        words,
        width,
        reference=0.0,
        bounds=(-100.0, 100.0),
        finest=0.01,
        tick=lambda value: words.number(value, 2),
    )


def staff_dots(result: Result, words: Words) -> Drawing:
    """What goes with ten points more of each measure of the staff in what customers say, with intervals.

    Parameters
    ----------
    result
        Of `staff_and_customers`.
    words
        Of `wording`.
    """
    expect_kind(result, "staff")
    alt = words.text("alt", "staff", finding=" ".join(staff_sentences(result, words)))
    return Drawing(draw=lambda width: _staff(result, words, width), alt=plain(alt))


def _staff(result: Any, words: Words, width: float) -> Canvas:
    groups = []
    for name in result.staff_measures:
        rows = [
            DotRow(
                name=customers_label(result, link.customers, words),
                estimate=POINTS * link.across.corrected,
                low=POINTS * link.across.corrected_low,
                high=POINTS * link.across.corrected_high,
                value=words.number(POINTS * link.across.corrected, 1, sign=True),
                strong=result.says(link) != "open",
            )
            for link in result.links
            if link.staff == name
        ]
        if rows:
            groups.append((staff_label(result, name, words), rows))
    return draw_rows(
        groups,
        words,
        width,
        reference=0.0,
        bounds=(-100.0, 100.0),
        finest=0.5,
        tick=lambda value: words.number(value, 0 if float(value).is_integer() else 1),
    )

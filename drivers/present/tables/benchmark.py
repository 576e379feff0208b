"""Tables of what we stand beside: our past, other units, published figures, rivals, and gaps told in drivers."""

from __future__ import annotations

from typing import Any

from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.benchmark import figure_given, measure_name, source_of, whose
from drivers.present.sentences.rivals import gap_caption
from drivers.present.tables.table import Table, all_but_first, headings
from drivers.present.words import Words
from drivers.results import Result

_LIMITS = ["points_apart", "conf_low", "conf_high", "says"]


def past_table(result: Result, words: Words) -> Table:
    """Each measure in the wave reported on and in the one before."""
    expect_kind(result, "benchmark")
    found: Any = result
    columns = ["measured_of", "this_wave", "previous_wave", *_LIMITS]
    rows = tuple(
        (
            measure_name(one, words),
            words.number(one.level.estimate, 1),
            words.number(one.previous.value, 1),
            *_difference(one.previous.difference, words),
        )
        for one in found.measures
        if one.previous is not None
    )
    return Table(words.text("caption", "past"), headings(columns, words), rows, frozenset({1, 2, 3, 4, 5}))


def earlier_table(result: Result, words: Words) -> Table:
    """Each measure beside the mean of all earlier waves, and beside the best of them."""
    expect_kind(result, "benchmark")
    found: Any = result
    columns = ["measured_of", "earlier_mean", *_LIMITS, "best_wave", "value", *_LIMITS]
    rows = tuple(
        (
            measure_name(one, words),
            words.number(one.earlier.value, 1),
            *_difference(one.earlier.difference, words),
            words.label("wave", one.best.wave),
            words.number(one.best.value, 1),
            *_difference(one.best.difference, words),
        )
        for one in found.measures
        if one.earlier is not None and one.best is not None
    )
    numeric = frozenset({1, 2, 3, 4, 7, 8, 9, 10})
    return Table(words.text("caption", "earlier"), headings(columns, words), rows, numeric)


def unit_range_table(result: Result, words: Words) -> Table:
    """The range of units' means of each measure, and the selected unit beside the others."""
    expect_kind(result, "benchmark")
    found: Any = result
    measures = [one for one in found.measures if one.units is not None]
    own = any(one.units.own is not None for one in measures)
    columns = ["measured_of", "n_compared", "lowest", "first_quarter", "median_value", "third_quarter", "highest"]
    columns += ["own_value", *_LIMITS] if own else []
    rows = tuple(
        (
            measure_name(one, words),
            words.number(one.units.n_units),
            *(
                words.number(value, 1)
                for value in (
                    one.units.low,
                    one.units.quarter,
                    one.units.median,
                    one.units.three_quarters,
                    one.units.high,
                )
            ),
            *((words.number(one.units.ours.estimate, 1), *_difference(one.units.own, words)) if own else ()),
        )
        for one in measures
    )
    numeric = all_but_first(columns) - ({len(columns) - 1} if own else set())
    return Table(words.text("caption", "units_range"), headings(columns, words), rows, numeric)


def outside_table(result: Result, words: Words) -> Table:
    """Each measure beside a published figure, and where that comes from."""
    expect_kind(result, "benchmark")
    found: Any = result
    columns = ["measured_of", "our_value", "benchmark", *_LIMITS, "whose", "published_in"]
    rows = tuple(
        (
            measure_name(one, words),
            words.number(one.level.estimate, 1),
            figure_given(one.outside.value, words),
            *_difference(one.outside.difference, words),
            whose(one, words),
            source_of(one, words) or words.ui("none"),
        )
        for one in found.measures
        if one.outside is not None
    )
    return Table(words.text("caption", "outside"), headings(columns, words), rows, frozenset({1, 2, 3, 4, 5}))


def rivals_table(result: Result, words: Words, *, rival: str) -> Table:
    """Each measure among those who rated both: our mean, the competitor's, and the difference."""
    expect_kind(result, "benchmark")
    found: Any = result
    columns = ["measured_of", "n", "our_value", "rival_value", *_LIMITS]
    rows = tuple(
        (
            measure_name(one, words),
            words.number(rating.n),
            words.number(rating.ours.estimate, 1),
            words.number(rating.theirs.estimate, 1),
            *_difference(rating.difference, words),
        )
        for one, rating in _rated(found, rival)
    )
    caption = words.text("caption", "rivals", rival=words.label("rival", rival))
    return Table(caption, headings(columns, words), rows, frozenset(range(1, 7)))


def rival_parts_table(result: Result, words: Words, *, rival: str) -> Table:
    """How many rate us higher, alike, or lower, and the ratio of both means."""
    expect_kind(result, "benchmark")
    found: Any = result
    columns = ["measured_of"]
    for part in ("rated_higher", "rated_same", "rated_lower", "relative_value"):
        columns += [part, "conf_low", "conf_high"]
    rows = tuple(
        (
            measure_name(one, words),
            *(
                words.percent(value, 1)
                for part in (rating.higher, rating.same, rating.lower)
                for value in (part.estimate, part.conf_low, part.conf_high)
            ),
            *(
                (words.ui("none"),) * 3
                if rating.ratio is None
                else tuple(words.number(100 * value, 1) for value in rating.ratio)
            ),
        )
        for one, rating in _rated(found, rival)
    )
    caption = words.text("caption", "rival_parts", rival=words.label("rival", rival))
    return Table(caption, headings(columns, words), rows, all_but_first(columns))


def gap_table(result: Result, words: Words) -> Table:
    """Each driver's levels on both sides, its effect and its part of the gap; then all together and what is left."""
    expect_kind(result, "gap")
    gap: Any = result
    ours = "own_value" if gap.against == "other_units" else "our_value"
    columns = ["driver", ours, "their_value", "points_apart", "effect", "part_of_gap", "conf_low", "conf_high"]
    rows = [
        (
            words.label("driver", gap.drivers[i]),
            words.number(gap.ours[i], 1),
            words.number(gap.theirs[i], 1),
            words.number(gap.gap[0, i], 1, sign=True),
            words.number(gap.effect[0, i], 2),
            *(words.number(value, 2, sign=True) for value in gap.parts[[0, 2, 3], i]),
        )
        for i in gap.order
    ]
    none = words.ui("none")
    for key, told in (("all_together", gap.together), ("not_explained", gap.left), ("whole_gap", gap.total)):
        ends = (gap.ours[-1], gap.theirs[-1]) if key == "whole_gap" else ()
        rows.append(
            (
                words.term(key),
                *((*(words.number(value, 1) for value in ends), none, none) if ends else (none,) * 4),
                *(words.number(value, 2, sign=True) for value in (told.estimate, told.conf_low, told.conf_high)),
            )
        )
    return Table(gap_caption(gap, words), headings(columns, words), tuple(rows), all_but_first(columns))


def _rated(result: Any, rival: str) -> list[tuple[Any, Any]]:
    return [(one, one.rivals[rival]) for one in result.measures if rival in one.rivals]


def _difference(told: Any, words: Words) -> tuple[str, ...]:
    values = (told.estimate, told.conf_low, told.conf_high)
    return (*(words.number(value, 1, sign=True) for value in values), words.text("compared", told.conclusion))

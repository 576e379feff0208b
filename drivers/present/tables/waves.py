"""Tables of changes between waves, of importance and levels over the waves, and of the next wave."""

from __future__ import annotations

import math
from typing import Any

from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.waves import why_left
from drivers.present.tables.table import Table, all_but_first, headings, p_value
from drivers.present.words import Words
from drivers.results import Result

_PARTS = ("change", "who_answered", "performance", "unexplained")


def change_table(result: Result, words: Words) -> Table:
    """The change asked about in its parts, with their intervals."""
    expect_kind(result, "wave_change")
    table: Any = result
    change = table.reported
    columns = ["part_of_change", "points", "conf_low", "conf_high"]
    rows = tuple(
        (words.term(f"part_{part}"), *_signed(values, words))
        for part, *values in zip(_PARTS, change.estimate, change.conf_low, change.conf_high, strict=True)
        if part != "who_answered" or change.method != "none"
    )
    return Table(words.text("caption", "change_parts"), headings(columns, words), rows, all_but_first(columns))


def change_drivers_table(result: Result, words: Words) -> Table:
    """Each driver's part in what performance adds."""
    expect_kind(result, "wave_change")
    table: Any = result
    change = table.reported
    columns = ["driver", "rating_moved", "points", "conf_low", "conf_high", "p_adjusted"]
    estimate, _, low, high = change.by_driver
    rows = tuple(
        (
            words.label("driver", change.drivers[j]),
            words.number(change.moved[j], 1, sign=True),
            *_signed((estimate[j], low[j], high[j]), words),
            p_value(change.p_by_driver[j], words),
        )
        for j in change.order
    )
    return Table(words.text("caption", "change_drivers"), headings(columns, words), rows, all_but_first(columns))


def change_pairs_table(result: Result, words: Words) -> Table:
    """Every wave against the one before it, in the three parts; a star marks what is more than chance."""
    expect_kind(result, "wave_change")
    table: Any = result
    columns = ["wave", "wave_before", *(f"part_{part}" for part in _PARTS), "n"]
    rows = []
    for k, pair in enumerate(table.pairs):
        cells = []
        for i, part in enumerate(_PARTS):
            if part == "who_answered" and pair.method == "none":
                cells.append(words.ui("none"))
                continue
            text = words.number(pair.estimate[i], 1, sign=True)
            cells.append(words.ui("clear_mark", value=text) if table.shown(k, part) else text)
        rows.append((words.label("wave", pair.wave), words.label("wave", pair.wave_from), *cells, words.number(pair.n)))
    for (first, second), reason in table.left_out.items():
        rows.append(
            (
                words.label("wave", second),
                words.label("wave", first),
                why_left(reason, words),
                *(words.ui("none"),) * 4,
            )
        )
    return Table(words.text("caption", "change_pairs"), headings(columns, words), tuple(rows), frozenset(range(2, 7)))


def wave_effects_table(result: Result, words: Words) -> Table:
    """The effect of each driver in each wave."""
    expect_kind(result, "wave_effects")
    table: Any = result
    rows = tuple(
        (
            words.label("wave", wave),
            *(words.number(value, 2) for value in table.effect[i]),
            words.number(int(table.n[i])),
        )
        for i, wave in enumerate(table.waves)
    )
    head = (words.term("wave"), *(words.label("driver", name) for name in table.drivers), words.term("n"))
    return Table(words.text("caption", "wave_effects"), head, rows, frozenset(range(1, len(head))))


def wave_effects_tests_table(result: Result, words: Words) -> Table:
    """Whether the effects of each two waves differ."""
    expect_kind(result, "wave_effects")
    table: Any = result
    columns = ["wave", "wave_before", "p_value", "p_adjusted"]
    rows = [
        (
            words.label("wave", pair.wave),
            words.label("wave", pair.wave_from),
            p_value(pair.p_value, words),
            p_value(pair.p_adjusted, words),
        )
        for pair in table.pairs
    ]
    if math.isfinite(table.p_all):
        everything = (words.term("all_waves"), words.ui("none"))
        rows.append((*everything, p_value(table.p_all, words), p_value(table.p_all_adjusted, words)))
    return Table(words.text("caption", "wave_effects_tests"), headings(columns, words), tuple(rows), frozenset({2, 3}))


def wave_levels_table(result: Result, words: Words) -> Table:
    """The level of every series in every wave, who answered held constant."""
    expect_kind(result, "change_points")
    table: Any = result
    waves = list(dict.fromkeys(wave for one in table.series for wave in one.waves))
    named = [
        words.outcome(one.name, "start") if one.of == "outcome" else words.label("driver", one.name)
        for one in table.series
    ]
    rows = []
    for wave in waves:
        cells = []
        for one in table.series:
            if wave not in one.waves:
                cells.append(words.ui("none"))
                continue
            text = words.number(one.estimate[one.waves.index(wave)], 1)
            begins = any(step.wave == wave for step in one.steps)
            cells.append(words.ui("clear_mark", value=text) if begins else text)
        rows.append((words.label("wave", wave), *cells))
    head = (words.term("wave"), *named)
    return Table(words.text("caption", "levels"), head, tuple(rows), frozenset(range(1, len(head))))


def wave_sizes_table(result: Result, words: Words) -> Table:
    """How many participants some changes need."""
    expect_kind(result, "next_wave")
    table: Any = result
    columns = ["change_to_see", "next_needed", "each_needed"]
    first = table.plans[0]
    rows = tuple(
        (
            words.number(size.change, 0 if float(size.change).is_integer() else 1),
            words.number(math.ceil(size.n)) if math.isfinite(size.n) else words.ui("no_number_does"),
            words.number(math.ceil(size.n_each)),
        )
        for size in first.needed
    )
    return Table(words.text("caption", "next_sizes"), headings(columns, words), rows, frozenset(range(3)))


def wave_plans_table(result: Result, words: Words) -> Table:
    """What the next wave would see of each level."""
    expect_kind(result, "next_wave")
    table: Any = result
    columns = ["asked_about", "level_now", "detectable", "seen_from", "seen_to", "target", "n", "effective"]
    rows = tuple(
        (
            words.outcome(plan.name, "start") if plan.of == "outcome" else words.label("driver", plan.name),
            *(words.number(value, 1) for value in (plan.level, plan.detectable, plan.seen_from, plan.seen_to)),
            words.number(plan.target, 1) if math.isfinite(plan.target) else words.ui("none"),
            words.number(plan.n),
            words.number(plan.n_effective),
        )
        for plan in table.plans
    )
    return Table(words.text("caption", "next_plans"), headings(columns, words), rows, all_but_first(columns))


def _signed(values: Any, words: Words) -> tuple[str, ...]:
    return tuple(words.number(value, 1, sign=True) for value in values)

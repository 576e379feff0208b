"""Tables of segments: which were tested, and the effects, shares and levels of their groups."""

from __future__ import annotations

from typing import Any

from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.segments import member_name, segment_name
from drivers.present.tables.table import Table, headings, p_value
from drivers.present.words import Words
from drivers.results import Result

_KINDS = ("segment_effects", "segment_shares")


def segments_table(result: Result, words: Words) -> Table:
    """One row for each segment: whether effects, or shares, differ, and in which aspects."""
    if result.kind != _KINDS[1]:
        expect_kind(result, _KINDS[0])
    table: Any = result
    columns = ["segment", "n", "p_value", "p_adjusted", "segments_differ", "differing_aspects"]
    rows = tuple(
        (
            segment_name(test.segment, words),
            words.number(int(test.n.sum())) if test.tested else words.ui("none"),
            p_value(test.p_value, words) if test.tested else words.ui("none"),
            p_value(test.p_adjusted, words) if test.tested else words.ui("none"),
            words.ui("none") if not test.tested else words.term("told_apart" if test.differs else "not_told_apart"),
            words.listed([words.label("driver", name) for name in test.differing]) or words.ui("none"),
        )
        for test in table.tests
    )
    return Table(words.text("caption", f"{result.kind}_tests"), headings(columns, words), rows, frozenset(range(1, 4)))


def segment_effects_table(result: Result, words: Words, *, segment: str) -> Table:
    """One row for each aspect and group: the effect, and whether it is told apart from the rest."""
    expect_kind(result, "segment_effects")
    table: Any = result
    test = next(one for one in table.tests if one.segment == segment)
    columns = ["driver", "segment_group", "effect", "conf_low", "conf_high", "against_rest", "says", "n"]
    rows = tuple(
        (
            words.label("driver", driver),
            member_name(test.label_kind, group, words),
            *(words.number(values[i, j], 2) for values in (test.effect, test.low, test.high)),
            words.number(test.difference[i, j], 2, sign=True),
            words.term("told_apart" if test.marked[i, j] else "not_told_apart"),
            words.number(int(test.n[i])),
        )
        for j, driver in enumerate(test.drivers)
        for i, group in enumerate(test.groups)
    )
    caption = words.text("caption", "segment_effects", segment=segment_name(segment, words))
    return Table(caption, headings(columns, words), rows, frozenset((2, 3, 4, 5, 7)))


def segment_shares_table(result: Result, words: Words, *, segment: str) -> Table:
    """One row for each aspect and group: its share with the interval."""
    expect_kind(result, "segment_shares")
    table: Any = result
    test = next(one for one in table.tests if one.segment == segment)
    columns = ["driver", "segment_group", "share", "conf_low", "conf_high", "n"]
    rows = tuple(
        (
            words.label("driver", driver),
            member_name(test.label_kind, group, words),
            *(words.percent(values[i, j], 1) for values in (test.share, test.low, test.high)),
            words.number(int(test.n[i])),
        )
        for j, driver in enumerate(test.drivers)
        for i, group in enumerate(test.groups)
    )
    caption = words.text("caption", "segment_shares", segment=segment_name(segment, words))
    return Table(caption, headings(columns, words), rows, frozenset(range(2, 6)))


def segment_levels_table(result: Result, words: Words) -> Table:
    """One row for each segment and group: the outcome's mean, and how it differs from all others."""
    expect_kind(result, "segment_effects")
    table: Any = result
    columns = ["segment", "segment_group", "mean", "conf_low", "conf_high", "n"]
    columns += ["against_rest", "difference_low", "difference_high", "says"]
    rows = tuple(
        (
            segment_name(test.segment, words),
            member_name(test.label_kind, group, words),
            *(words.number(values[i], 1) for values in (test.levels.mean, test.levels.low, test.levels.high)),
            words.number(int(test.levels.n[i])),
            *(
                words.number(values[i], 1, sign=True)
                for values in (test.levels.difference, test.levels.difference_low, test.levels.difference_high)
            ),
            words.term("told_apart" if test.levels.p_adjusted[i] <= test.alpha else "not_told_apart"),
        )
        for test in table.tests
        if len(test.levels.groups) > 1
        for i, group in enumerate(test.levels.groups)
    )
    caption = words.text("caption", "segment_levels", outcome=words.outcome(table.outcome))
    return Table(caption, headings(columns, words), rows, frozenset(range(2, 9)))

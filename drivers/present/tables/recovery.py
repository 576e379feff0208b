"""Tables of problems and of what people say after them."""

from __future__ import annotations

from typing import Any

from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.recovery import answer_label, group_name
from drivers.present.tables.table import Table, headings
from drivers.present.words import Words
from drivers.results import Result

_CONTRASTS = {"above": "contrast_above", "below": "contrast_below", "open": "contrast_open"}


def recovery_table(result: Result, words: Words) -> Table:
    """The mean of each answer by what became of a problem, and how it differs from no problem."""
    expect_kind(result, "recovery")
    table: Any = result
    columns = ["answer_given", "problem_group", "mean", "conf_low", "conf_high", "n"]
    columns += ["against_none", "difference_low", "difference_high", "says"]
    contrasts = {(one.outcome, one.group): one for one in table.contrasts}
    rows = tuple(
        (
            answer_label(name, words),
            group_name(group, table, words),
            *(words.number(value, 1) for value in (level.estimate, level.conf_low, level.conf_high)),
            words.number(level.n),
            *_difference(contrasts.get((name, group)), words),
        )
        for name in table.outcomes
        for group, level in table.means[name].items()
        if level is not None
    )
    return Table(words.text("caption", "recovery"), headings(columns, words), rows, frozenset(range(2, 9)))


def recovery_sizes_table(result: Result, words: Words) -> Table:
    """How many met a problem, and what became of it."""
    expect_kind(result, "recovery")
    table: Any = result
    columns = ["problem_group", "part_of_all", "conf_low", "conf_high", "part_of_problems", "conf_low", "conf_high"]
    rows = tuple(
        (
            group_name(group, table, words),
            *_share(level, words),
            *_share(table.of_problems.get(group), words),
        )
        for group, level in table.sizes.items()
    )
    return Table(words.text("caption", "recovery_sizes"), headings(columns, words), rows, frozenset(range(1, 7)))


def _share(level: Any, words: Words) -> tuple[str, ...]:
    if level is None:
        return (words.ui("none"),) * 3
    return tuple(words.percent(value, 1) for value in (level.estimate, level.conf_low, level.conf_high))


def _difference(contrast: Any, words: Words) -> tuple[str, ...]:
    if contrast is None:
        return (words.ui("none"),) * 4
    values = (contrast.estimate, contrast.conf_low, contrast.conf_high)
    return (*(words.number(value, 1, sign=True) for value in values), words.term(_CONTRASTS[contrast.conclusion]))

"""Tables of a questionnaire's health."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.health import FLAGS, KINDS, question_label, scored_items, witness
from drivers.present.tables.table import Table, all_but_first, headings
from drivers.present.words import Words
from drivers.results import FEWEST_SHOWN, Result


def missing_table(result: Result, words: Words) -> Table:
    """Each question's missing answers by kind, in parts of all participants, and of those concerned."""
    expect_kind(result, "quality")
    table: Any = result
    names = [words.term("question"), *(words.text("missing_kind", kind) for kind in KINDS)]
    names += [words.term("withheld"), words.term("answered")]
    rows = tuple(
        (
            question_label(one, words),
            *(words.percent(one.shares[kind], 1) if one.counts[kind] else words.ui("none") for kind in KINDS),
            words.percent(one.withheld_share, 1) if np.isfinite(one.withheld_share) else words.ui("none"),
            words.number(one.answered),
        )
        for one in table.items
    )
    return Table(words.text("caption", "missing_answers"), tuple(names), rows, all_but_first(names))


def answers_table(result: Result, words: Words) -> Table:
    """Each scored question's ends, mean, skewness, different answers and correlation with the others."""
    expect_kind(result, "quality")
    columns = ["question", "floor", "ceiling", "mean", "skewness", "different", "correlation_others", "answered"]
    rows = tuple(
        (
            question_label(one, words),
            *(
                words.percent(part) if one.has_steps and np.isfinite(part) else words.ui("none")
                for part in (one.floor, one.ceiling)
            ),
            _known(one.performance, words, 1),
            _known(one.skewness, words, 2),
            words.number(one.distinct),
            _known(one.correlation, words, 2),
            words.number(one.answered),
        )
        for one in scored_items(result)
    )
    return Table(words.text("caption", "answers"), headings(columns, words), rows, all_but_first(columns))


def flags_table(result: Result, words: Words) -> Table:
    """How many participants have each flag."""
    expect_kind(result, "quality")
    table: Any = result
    columns = ["flag", "n", "share_of_all"]
    flags = {one.flag: one for one in table.flags}
    rows = tuple(
        (
            words.text("flag", name, limit=words.percent(table.details["near_match"])),
            words.number(flags[name].n),
            words.chance(flags[name].share) if flags[name].n else words.ui("none"),
        )
        for name in FLAGS
        if name in flags
    )
    return Table(words.text("caption", "flags"), headings(columns, words), rows, all_but_first(columns))


def contradictions_table(result: Result, words: Words) -> Table:
    """Ends of the main outcome against ends of what else was said; nothing about fewer than ten participants."""
    expect_kind(result, "quality")
    table: Any = result
    columns = ["at_end", "opposite_end", "n", "contradicting", "honest"]
    rows = tuple(
        (
            words.text("end", one.end, what=words.outcome(one.outcome)),
            words.text("end", "best" if one.end == "worst" else "worst", what=witness(one.witness, words)),
            words.number(one.n),
            words.number(one.found),
            words.number(one.expected, 1),
        )
        for one in table.contradictions
        if min(one.n, one.n_next) >= FEWEST_SHOWN
    )
    return Table(words.text("caption", "contradictions"), headings(columns, words), rows, frozenset({2, 3, 4}))


def modes_table(result: Result, words: Words) -> Table:
    """How participants were asked, and the mean of the main outcome in each mode."""
    expect_kind(result, "quality")
    table: Any = result
    columns = ["mode", "n", "share_of_all", "mean"]
    rows = tuple(
        (
            words.label("mode", one.mode),
            words.number(one.n),
            words.percent(one.share),
            words.number(one.performance, 1),
        )
        for one in table.gathering.modes
    )
    return Table(words.text("caption", "modes"), headings(columns, words), rows, all_but_first(columns))


def _known(value: float, words: Words, decimals: int) -> str:
    """A number, or a dash where there is none."""
    return words.number(value, decimals) if np.isfinite(value) else words.ui("none")

"""What may be said of scores and the items behind them, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from drivers.present.sentences.findings import reasons
from drivers.present.words import Words
from drivers.results import Code

ALL_DRIVERS = "all_drivers"
"""The name under which a result holds the items of all drivers together."""

MOST_NAMED = 5
"""Pairs that a sentence names; more are left to the table."""


def construct_label(name: str, words: Words) -> str:
    """What a score is called."""
    if name == ALL_DRIVERS:
        return words.term(ALL_DRIVERS)
    return words.label("outcome" if words.has_label("outcome", name) else "driver", name)


def construct_list(names: Sequence[str], words: Words) -> str:
    """Scores in running text, in quotation marks."""
    return words.listed([words.quoted(construct_label(name, words)) for name in names])


def consistency_sentences(result: Any, words: Words) -> list[str]:
    """Which scores are reliable enough, which are not, and of which it cannot be told."""
    level, limit = words.percent(result.conf_level), words.number(result.checks[0].values["limit"], 2)
    sentences = []
    for code in ("reliable", "open", "unreliable"):
        for sure in (True, False):
            names = [
                one.construct
                for one in result.constructs
                if one.conclusion == code and math.isfinite(one.reliability[2]) == sure
            ]
            if names:
                key = f"scores_{code}" if sure else f"scores_{code}_estimate"
                listed = construct_list(names, words)
                sentences.append(words.sentence(key, list=listed, level=level, limit=limit))
    return sentences


def item_sentences(result: Any, words: Words) -> list[str]:
    """Which items do not go with the rest of their score; that all do where none does not."""
    limit = words.number(result.details["belongs_from"], 2)
    sentences = []
    for code in ("against", "unrelated", "weak"):
        names = [
            words.name("item", item)
            for one in result.constructs
            for item, fit in zip(one.items, one.fits, strict=True)
            if fit == code
        ]
        if names:
            sentences.append(words.sentence(f"items_{code}", list=words.listed(names), limit=limit))
    return sentences or [words.sentence("items_belong", limit=limit)]


def dimension_sentences(result: Any, words: Words) -> list[str]:
    """Whether the items of each score measure one thing, and what those of all drivers together do."""
    sentences = []
    for key, codes in (
        ("one", ("one_factor", "one_dimension")),
        ("not_close", ("not_close",)),
        ("several", ("several",)),
        ("none", ("none",)),
    ):
        names = [one.construct for one in result.constructs if one.conclusion in codes and one.construct != ALL_DRIVERS]
        if names:
            sentences.append(words.sentence(f"dimensions_{key}", list=construct_list(names, words)))
    sentences += [
        words.sentence(
            f"together_{one.conclusion}",
            n=words.number(one.dimensions),
            share=words.percent(one.first_eigenvalue_share),
        )
        for one in result.constructs
        if one.construct == ALL_DRIVERS
    ]
    return sentences


def distinct_sentences(result: Any, words: Words) -> list[str]:
    """How many pairs of scores measure different things, and which may not."""
    conclusions = result.conclusions
    sure = any(math.isfinite(low) for low in result.htmt[2])
    sentences = [
        words.sentence(
            "pairs_distinct" if sure else "pairs_distinct_estimate",
            n=words.number(conclusions.count("distinct")),
            pairs=words.number(len(conclusions)),
            level=words.percent(result.conf_level),
            limit=words.number(result.details["limit"], 2),
        )
    ]
    for code in ("not_distinct", "open", "undefined"):
        names = [
            words.ui("pair", one=_quoted(result, i, words), other=_quoted(result, j, words))
            for (i, j), found in zip(result.pairs, conclusions, strict=True)
            if found == code
        ]
        if len(names) > MOST_NAMED:
            what = words.text("distinctness", code)
            sentences.append(words.sentence("pairs_many", what=what, n=words.number(len(names))))
        elif names:
            sentences.append(words.sentence(f"pairs_{code}", list=words.listed(names)))
    return sentences


def _quoted(result: Any, position: int, words: Words) -> str:
    return words.quoted(construct_label(result.constructs[position], words))


def left_out_sentences(left_out: dict[str, Code], words: Words) -> list[str]:
    """Which scores are left out, and why."""
    return [
        words.sentence("score_left_out", score=construct_label(name, words), reasons=reasons((code,), words))
        for name, code in left_out.items()
    ]

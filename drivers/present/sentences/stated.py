"""What may be said of stated beside derived importance, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drivers.present.sentences.findings import reasons
from drivers.present.words import Words

AGREEMENTS = ("said_only", "hidden", "both", "neither", "undecided")
"""In the order in which they are spoken of: first where word and deed part."""


def stated_sentences(result: Any, words: Words) -> list[str]:
    """Where what people say and what goes with the outcome part, and where they agree."""
    outcome = {"outcome_with": words.outcome(result.outcome, "with"), "outcome": words.outcome(result.outcome)}
    if result.verdict.status == "not_rankable":
        return [words.sentence("stated_blocked", reasons=reasons(result.verdict.reasons, words))]
    sentences = []
    said, goes = result.firsts
    if said and goes:
        names = {"said": words.label("driver", said), "goes": words.label("driver", goes)}
        sentences.append(words.sentence("stated_firsts" if said != goes else "stated_first", **names, **outcome))
    sentences += [
        words.sentence(f"stated_{agreement}", list=_names(names, words), **outcome)
        for agreement in AGREEMENTS
        if (names := result.of(agreement))
    ]
    # Of those that are hidden this has been said.
    under = [name for name in result.underrated if name not in result.of("hidden")]
    if under:
        sentences.append(words.sentence("stated_underrated", list=_names(under, words), **outcome))
    return sentences


def agreement_of_orders(result: Any, words: Words) -> str:
    """How far the two orders agree; nothing where it cannot be told."""
    estimate, low, high = (float(value) for value in result.correlation)
    if result.verdict.status == "not_rankable" or not low <= high:
        return ""
    return words.sentence(
        "stated_correlation",
        r=words.number(estimate, 2),
        low=words.number(low, 2),
        high=words.number(high, 2),
        level=words.percent(result.conf_level),
        one=words.number(1),
        zero=words.number(0),
    )


def stated_remarks(result: Any, words: Words) -> list[str]:
    """What was done about how people use a scale, and which drivers were not asked about."""
    remarks = [words.sentence(f"stated_within_{result.within}")]
    if result.left_out:
        remarks.append(words.sentence("stated_left_out", list=_names(result.left_out, words)))
    return remarks


def _names(names: Sequence[str], words: Words) -> str:
    return words.listed([words.name("driver", name) for name in names])

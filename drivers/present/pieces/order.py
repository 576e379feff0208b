"""Pieces on the order of drivers: which may be put before which, and how likely each comes first."""

from __future__ import annotations

from typing import Any

import numpy as np
from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import opened
from drivers.present.claims import kind_of_draws, put_before
from drivers.present.markup import paragraph
from drivers.present.words import Words


def differences(result: Any, words: Words, identity: str) -> Markup:
    """Which drivers may be put before which; nothing where no order may be spoken of."""
    if _unordered(result):
        return Markup("")
    k = len(result.drivers)
    sentences = [
        words.sentence(
            "ordered_pairs", ordered=words.number(len(put_before(result))), pairs=words.number(k * (k - 1) // 2)
        ),
        words.sentence("letters"),
    ]
    if _leads_by_itself(result):
        # Letters know of simultaneous intervals only.
        sentences.append(words.sentence("letters_leader", driver=words.label("driver", result.verdict.leader)))
    if _stepped_down(result):
        sentences.append(words.sentence("stepped_down"))
    return (
        paragraph(" ".join(sentences))
        + tables.letters_table(result, words).html()
        + opened(tables.differences_table(result, words), words.ui("show_differences"))
    )


def first(result: Any, words: Words, identity: str) -> Markup:
    """How likely each driver comes first; nothing where no order may be spoken of."""
    if _unordered(result):
        return Markup("")
    likeliest = int(np.argmax(result.p_first))
    sentence = words.sentence(
        f"first_{kind_of_draws(result)}",
        driver=words.label("driver", result.drivers[likeliest]),
        p=words.chance(result.p_first[likeliest]),
        raw=words.chance(result.first_in[likeliest]),
    )
    return paragraph(sentence) + tables.first_table(result, words).html()


def _unordered(result: Any) -> bool:
    return result.verdict.status == "not_rankable" or len(result.drivers) < 2


def _leads_by_itself(result: Any) -> bool:
    """Whether there is a leader who is not above every other driver by intervals for all pairs at once."""
    verdict = result.verdict
    if verdict.leader is None:
        return False
    return int(verdict.above[result.drivers.index(verdict.leader)].sum()) < len(result.drivers) - 1


def _stepped_down(result: Any) -> bool:
    """Whether a pair is in an order although its interval for all pairs at once holds zero."""
    pairs = result.differences(conf_level=result.kind_level)
    open_pairs = zip(pairs["driver"][pairs["conf_low"] <= 0], pairs["versus"][pairs["conf_low"] <= 0], strict=True)
    return any(pair in put_before(result) for pair in open_pairs)

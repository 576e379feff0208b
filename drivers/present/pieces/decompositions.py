"""Pieces on other ways to share out what drivers explain: measures, dominance, commonality."""

from __future__ import annotations

from typing import Any

import numpy as np
from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import opened
from drivers.present.markup import paragraph
from drivers.present.sentences.findings import weighting
from drivers.present.words import Words


def measures(result: Any, words: Words, identity: str) -> Markup:
    """How far measures of importance agree."""
    if len(result.drivers) < 2:
        return Markup("")
    shares = result.share[result.sums_to_r2]
    apart = shares.max(axis=0) - shares.min(axis=0)
    widest = int(np.argmax(apart))
    sentences = [
        words.sentence(
            "measures_apart",
            d=words.counted("pp", 100 * apart[widest], case="gen", decimals=1),
            driver=words.label("driver", result.drivers[widest]),
        ),
        words.sentence(
            "measures_others",
            list=words.listed(
                [
                    words.quoted(words.text("measure", name))
                    for name, sums in zip(result.methods, result.sums_to_r2, strict=True)
                    if not sums
                ]
            ),
        ),
    ]
    footnote = f"{words.respondents(result.sample.n)}. {weighting(result.sample, words)}."
    return (
        paragraph(" ".join(sentences)) + tables.measures_table(result, words).html() + paragraph(footnote, "footnote")
    )


def dominance(result: Any, words: Words, identity: str) -> Markup:
    """Whether a driver adds more than another in every model, at every size, or on average."""
    k = len(result.drivers)
    if k < 2:
        return Markup("")
    settled = (result.relation[0] == 1).sum(axis=1)
    throughout = np.flatnonzero(settled == k - 1)
    sentence = (
        words.sentence("dominates_all", driver=words.label("driver", result.drivers[throughout[0]]))
        if len(throughout)
        else words.sentence("dominates", settled=words.number(int(settled.sum())), pairs=words.number(k * (k - 1) // 2))
    )
    explained = words.sentence("dominance_repeated" if result.n_boot else "dominance_sample")
    return (
        paragraph(f"{sentence} {explained}")
        + tables.gains_table(result, words).html()
        + opened(tables.sizes_table(result, words), words.ui("show_sizes"))
        + opened(tables.pairs_table(result, words), words.ui("show_pairs"))
        + _footnote(result, words)
    )


def commonality(result: Any, words: Words, identity: str) -> Markup:
    """How much drivers tell alone, and how much together."""
    if len(result.drivers) < 2:
        return Markup("")
    total = result.r2 - result.r2_controls
    alone = float(result.by_driver()["unique"].sum())
    if alone > total:
        sentence = words.sentence("unique_suppressed")
    else:
        sentence = words.sentence(
            "unique", unique=words.percent(alone / total), common=words.percent(1 - alone / total)
        )
    return paragraph(sentence) + tables.commonality_table(result, words).html() + _footnote(result, words)


def _footnote(result: Any, words: Words) -> Markup:
    footnote = words.ui(
        "footnote_parts" if result.family == "linear" else "footnote_parts_fit",
        respondents=words.respondents(result.sample.n),
        weighting=weighting(result.sample, words),
        fit=words.text("fit", result.fit),
    )
    return paragraph(footnote, "footnote")

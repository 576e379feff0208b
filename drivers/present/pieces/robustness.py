"""The piece on whether a result survives other ways of making the analysis."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import opened
from drivers.present.markup import paragraph
from drivers.present.words import Words


def line(result: Any, words: Words, identity: str) -> Markup:
    """What other ways say of the drivers in front, in one line, and each of them in a table."""
    if len(result.drivers) < 2 or not result.variants:
        return Markup("")
    return (
        paragraph(sentence(result, words))
        + tables.ways_table(result, words).html()
        + opened(tables.ways_shares_table(result, words), words.ui("show_shares"))
    )


def sentence(result: Any, words: Words) -> str:
    """Whether the result survives, in one line."""
    if not result.top:
        return words.text("robust", "unranked")
    if len(result.top) == len(result.drivers):
        return words.text("robust", "open")
    of = "claimed" if result.claimed else "tied"
    against = [
        words.text("way", way)
        for way, said in zip(result.variants, result.survival, strict=True)
        if said == "contradicted"
    ]
    found = "contradicted" if against else "survives" if result.held == len(result.variants) else "moved"
    return words.text(
        "robust",
        f"{of}_{found}",
        held=words.number(result.held),
        ways=words.number(len(result.variants)),
        list=words.listed([words.quoted(way) for way in against]),
    )

"""What people say matters against what goes with their answers: each driver as a dot between two axes."""

from __future__ import annotations

from typing import Any

from drivers.present.figures.canvas import MUTED, PLAIN, SOFT, STRONG, Drawing
from drivers.present.figures.crossed import Corner, Crossed, draw_crossed
from drivers.present.figures.importance import expect_kind
from drivers.present.isolation import plain
from drivers.present.sentences.stated import stated_sentences
from drivers.present.words import Words
from drivers.results import Result

_CORNERS = (("hidden", False, True), ("both", True, True), ("neither", False, False), ("said_only", True, False))
"""Agreement, whether after the upright line in reading direction, whether above the level one."""


def stated_map(result: Result, words: Words) -> Drawing:
    """Drivers between stated importance (across) and derived importance (up), with intervals, lines and quadrants.

    Parameters
    ----------
    result
        Of `stated_and_derived`.
    words
        Of `wording`.

    Notes
    -----
    The lines stand at the average driver on each axis. Dots of drivers of which it cannot be told where they lie are
    hollow.
    """
    expect_kind(result, "stated_derived")
    table: Any = result
    alt = words.text("alt", "stated", finding=" ".join(stated_sentences(table, words)))
    crossed = _crossed(table, words)
    return Drawing(draw=lambda width: draw_crossed(crossed, words, width), alt=plain(alt))


def _crossed(result: Any, words: Words) -> Crossed:
    ranked = result.verdict.status != "not_rankable"
    # Parts of 1 are read as percentage points.
    scale = 100.0 if result.within == "shares" else 1.0
    colors = {"said_only": STRONG, "hidden": STRONG, "undecided": MUTED}
    return Crossed(
        names=tuple(words.label("driver", name) for name in result.drivers),
        across=scale * result.against_average[[0, 2, 3]],
        up=result.share[[0, 2, 3]],
        lines=(0.0, 1 / len(result.drivers)),
        corners=tuple(Corner(words.text("agreement", name), after, above) for name, after, above in _CORNERS)
        if ranked
        else (),
        colors=tuple(colors.get(name, SOFT) if ranked else PLAIN for name in result.agreements),
        hollow=tuple(ranked and name == "undecided" for name in result.agreements),
        across_title=words.ui(f"axis_stated_{result.within}"),
        up_title=words.ui("axis_derived"),
        legend=words.ui("stated_legend"),
        bounds=(-100.0, 100.0),
        finest=1.0 if result.within == "centred" else 0.5,
        signed=True,
    )

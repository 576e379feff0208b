"""What may be said of the surface over experience and expectation, and of their plain difference, in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.sentences.constructs import ALL_DRIVERS, construct_label
from drivers.present.words import Words

STEP = 10
"""Points by which experience and expectation are moved in sentences: one step of the surface's units."""

_NEAR = 5.0
"""Points within which experience counts as equal to the expectation in a sentence on a place."""

_MOVED = ("experience", "expectation", "both")


def about(surface: Any, words: Words) -> str:
    """What a surface is of, set before its sentences."""
    if surface.driver == ALL_DRIVERS:
        return words.ui("surface_of_all")
    return words.ui("surface_of_one", driver=words.name("driver", surface.driver))


def surface_label(surface: Any, words: Words) -> str:
    """What a surface is of, in a table."""
    return construct_label(surface.driver, words)


def map_caption(result: Any, surface: Any, words: Words) -> str:
    """What the map of a surface shows."""
    outcome = words.outcome(result.outcome, "start")
    return words.text("caption", "surface_map", outcome=outcome, name=surface_label(surface, words))


def slope_sentences(result: Any, surface: Any, words: Words) -> list[str]:
    """How the outcome goes with experience, with expectation, and with both at once."""
    level = result.level
    sentences = []
    for moved, (estimate, _, low, high, _) in zip(_MOVED, surface.slopes.T, strict=True):
        way = "open" if not (low > 0 or high < 0) else "up" if low > 0 else "down"
        # With down all three numbers are sizes, the smaller first.
        ends = sorted((abs(low), abs(high))) if way != "open" else (low, high)
        sentences.append(
            words.text(
                "surface_slope",
                f"{moved}_{way}",
                same=words.text("same_level", level),
                expected=words.text("expected_level", level),
                outcome=words.outcome(result.outcome),
                step=words.counted("point", STEP, case="gen"),
                points=words.counted("point", abs(estimate), case="gen", decimals=1),
                low=words.number(ends[0], 1),
                high=words.number(ends[1], 1),
                level=words.percent(surface.conf_level),
            )
        )
    return sentences


def difference_sentence(result: Any, surface: Any, words: Words) -> str:
    """Whether the plain difference would have been enough."""
    key = surface.reasons[0] if surface.verdict == "not_decided" else surface.verdict
    kept, low, high = surface.kept
    return words.text(
        "difference",
        key if np.isfinite(low) or key != "loss_uncertain" else "loss_unknown",
        outcome=words.outcome(result.outcome),
        gap=words.chance(surface.explained[0] - surface.lost),
        both=words.percent(surface.explained[0]),
        kept=words.percent(kept),
        low=words.percent(low),
        high=words.percent(high),
        level=words.percent(surface.conf_level),
    )


def hidden_sentences(surface: Any, words: Words) -> list[str]:
    """What the difference hides, one sentence each; nothing where it does not."""
    if surface.verdict != "difference_hides":
        return []
    return [words.text("difference_hidden", reason) for reason in surface.reasons]


def finding_sentences(result: Any, surface: Any, words: Words) -> list[str]:
    """What the surface says, and what the difference would have said."""
    told = difference_sentence(result, surface, words)
    if surface.reasons == ("nothing_explained",):
        return [told]
    return [*slope_sentences(result, surface, words), told]


def best_sentence(result: Any, surface: Any, words: Words) -> str:
    """Where the outcome is highest, among the places with answers enough."""
    x, y, _, height = surface.cells
    if not len(x):
        return words.sentence("surface_unseen")
    k = int(np.argmax(height))
    place = "equal" if abs(x[k] - y[k]) <= _NEAR else "above" if x[k] > y[k] else "below"
    return words.text(
        "surface_best",
        place,
        outcome=words.outcome(result.outcome),
        value=words.number(min(max(height[k], 0.0), 100.0)),
        x=words.number(x[k]),
        y=words.number(y[k]),
        expected=words.text("expected_level", result.level),
    )


def bend_sentence(surface: Any, words: Words) -> str:
    """Whether the surface bends, and where it turns."""
    x, y = surface.turning[0, 2:]
    located = surface.stationary in ("inside", "outside")
    return words.text(
        "surface_turns",
        surface.stationary,
        x=words.number(x) if located else "",
        y=words.number(y) if located else "",
    )

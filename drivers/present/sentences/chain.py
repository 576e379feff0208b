"""What may be said of the paths from aspects through satisfaction to an outcome, in words."""

from __future__ import annotations

import math
from typing import Any

from drivers.present.sentences.findings import reasons
from drivers.present.words import Words

STEP = 10.0
"""Points of rating for which associations are told: those for one point would be tenths of a point."""


def outcome_name(part: Any, words: Words, form: str = "bare") -> str:
    """An outcome at the end of the chain as part of a sentence: a measure, an item, or the share of an event.

    Parameters
    ----------
    part
        Paths to one outcome.
    form
        ``bare``, or ``with`` the preposition that association takes.
    """
    if part.kind == "event":
        return words.text("outcome", f"event.{form}", label=words.label("outcome", part.outcome))
    if part.kind == "item":
        return words.text("outcome", f"other.{form}", label=words.label("item", part.outcome))
    return words.outcome(part.outcome, form)


def outcome_title(part: Any, words: Words) -> str:
    """What an outcome is called by itself."""
    return words.label("item" if part.kind == "item" else "outcome", part.outcome)


def _between(through: tuple[str, ...], words: Words) -> str:
    return words.listed([words.name("outcome", name) for name in through])


def through_phrase(through: tuple[str, ...], words: Words) -> str:
    """By way of what, in running text."""
    if len(through) == 1 and words.plain_satisfaction(through[0]):
        return words.term("through_satisfaction")
    return words.term("through_other", list=_between(through, words))


def through_heading(through: tuple[str, ...], words: Words) -> str:
    """The same as a heading."""
    if len(through) == 1 and words.plain_satisfaction(through[0]):
        return words.term("indirect")
    return words.term("indirect_other", list=_between(through, words))


def counted_step(words: Words) -> str:
    """The points of rating for which associations are told, in the genitive."""
    return words.counted("point", STEP, case="gen")


def step_decimals(values: list[float]) -> int:
    """Digits behind the mark: two where everything is less than a point."""
    return 2 if max((abs(value) for value in values if math.isfinite(value)), default=0.0) < 1 else 1


def link_sentences(result: Any, part: Any, words: Words, *, last: bool = False) -> list[str]:
    """How each link of the chain goes with the next one.

    Parameters
    ----------
    part
        Paths to one outcome.
    last
        The last link alone.
    """
    targets = (*result.through[1:], part.outcome)
    links = list(zip(result.through, targets, strict=True))
    sentences = []
    for source, target in links[-1:] if last else links:
        step = next(step for step in part.steps if step.target == target)
        ends = target == part.outcome
        named = outcome_name(part, words) if ends else words.outcome(target)
        noun = "pp" if ends and part.kind == "event" else "point"
        sentences.append(_link(step.slope[:, step.terms.index(source)], source, named, noun, result, words))
    return sentences


def _link(slope: Any, source: str, target: str, noun: str, result: Any, words: Words) -> str:
    estimate, _, low, high = (STEP * float(value) for value in slope)
    decimals = step_decimals([estimate, low, high])
    values = {"source": words.outcome(source), "target": target, "ten": counted_step(words)}
    if not math.isfinite(low) or not math.isfinite(high):
        shown = words.counted(noun, estimate, decimals=decimals)
        return words.sentence("chain_estimate", estimate=shown, **values)
    level = words.percent(result.conf_level)
    if low <= 0 <= high:
        shown = words.counted(noun, estimate, decimals=decimals)
        return words.sentence(
            "chain_open",
            estimate=shown,
            level=level,
            low=words.number(low, decimals),
            high=words.number(high, decimals),
            **values,
        )
    if estimate < 0:
        # A fall is told in sizes without a sign, the smaller first.
        low, high = -high, -low
    return words.sentence(
        "chain_rise" if estimate > 0 else "chain_fall",
        d=words.counted(noun, abs(estimate), case="gen", decimals=decimals),
        level=level,
        low=words.number(low, decimals),
        high=words.number(high, decimals),
        **values,
    )


def pattern_sentences(result: Any, part: Any, words: Words) -> list[str]:
    """Which aspects go with an outcome through what lies between, which directly, and which not for certain."""
    patterns = part.patterns
    if "unknown" in patterns:
        return [words.sentence("path_unknown", outcome=outcome_name(part, words))]
    sentences = []
    for code in ("through", "both", "opposed", "direct", "none"):
        names = [name for name, found in zip(result.drivers, patterns, strict=True) if found == code]
        if names:
            sentences.append(
                words.sentence(
                    f"path_{code}",
                    outcome_with=outcome_name(part, words, "with"),
                    through=through_phrase(result.through, words),
                    list=words.listed([words.name("driver", name) for name in names]),
                )
            )
    return sentences


def share_sentences(result: Any, part: Any, words: Words) -> list[str]:
    """How much goes through what lies between, of aspects that go both ways."""
    told = [
        words.ui(
            "share_between",
            driver=words.name("driver", name),
            share=words.percent(part.mediated[0, i]),
            low=words.percent(part.mediated[2, i]),
            high=words.percent(part.mediated[3, i]),
        )
        for i, name in enumerate(result.drivers)
        if part.patterns[i] == "both" and part.mediations[i] == "known"
    ]
    if not told:
        return []
    return [
        words.sentence(
            "path_shares",
            outcome_with=outcome_name(part, words, "with"),
            through=through_phrase(result.through, words),
            level=words.percent(result.conf_level),
            list=words.listed(told),
        )
    ]


def left_out_paths(result: Any, words: Words) -> list[str]:
    """Which outcomes have no paths, and why."""
    sentences = []
    for name, code in result.left_out.items():
        kind = "outcome" if words.has_label("outcome", name) else "item"
        named = words.text("outcome", "other.bare", label=words.label(kind, name))
        sentences.append(words.sentence("path_left_out", outcome=named, reasons=reasons((code,), words)))
    return sentences

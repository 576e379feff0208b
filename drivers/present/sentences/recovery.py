"""What may be said of problems and of putting them right, in words."""

from __future__ import annotations

from typing import Any

from drivers.present.words import Words
from drivers.results import FEWEST_SHOWN

_NAMES = {
    "none": "group_none",
    "fast": "group_fast",
    "slow": "group_slow",
    "solved": "group_solved",
    "unsolved": "group_unsolved",
}


def group_name(group: str, result: Any, words: Words) -> str:
    """What became of a problem, as a row or a dot is called."""
    return words.term(_NAMES[group], days=fast_days(result, words))


def answer_label(name: str, words: Words) -> str:
    """What an outcome or an item is called."""
    return words.label("outcome" if words.has_label("outcome", name) else "item", name)


def fast_days(result: Any, words: Words) -> str:
    """The days that count as fast; nothing where days were not asked."""
    if result.fast_within is None:
        return ""
    whole = float(result.fast_within).is_integer()
    return words.counted("day", result.fast_within, case="gen", decimals=0 if whole else 1)


def recovery_sentences(result: Any, words: Words) -> list[str]:
    """How many met a problem, and what became of it."""
    none, level = result.sizes["none"], words.percent(result.conf_level)
    found = [
        words.sentence(
            "recovery_problem",
            share=words.percent(1 - none.estimate, 1),
            low=words.percent(1 - none.conf_high, 1),
            high=words.percent(1 - none.conf_low, 1),
            level=level,
        )
    ]
    if result.hidden:
        return [*found, words.sentence("recovery_hidden", needed=words.number(FEWEST_SHOWN))]
    parts = {group: words.percent(part.estimate) for group, part in result.of_problems.items()}
    if result.fast_within is None:
        return [*found, words.sentence("recovery_parts", **parts)]
    return [*found, words.sentence("recovery_parts_days", days=fast_days(result, words), **parts)]


def paradox_sentences(result: Any, words: Words) -> list[str]:
    """Whether a problem that was put right goes with better answers than none, outcome by outcome."""
    keys = {"supported": "paradox_supported", "contradicted": "paradox_contradicted"}
    undecided = "paradox_not_decided"
    if result.fast_within is None:
        keys = {"supported": "solved_supported", "contradicted": "solved_contradicted"}
        undecided = "solved_not_decided"
    found = [
        _contrast(keys[result.paradox[one.outcome]], one, result, words)
        for one in result.contrasts
        if one.group == result.best and one.conclusion != "open"
    ]
    left = [words.quoted(answer_label(name, words)) for name, says in result.paradox.items() if says == "not_decided"]
    if left:
        found.append(words.sentence(undecided, days=fast_days(result, words), list=words.listed(left)))
    return found


def unsolved_sentences(result: Any, words: Words) -> list[str]:
    """What goes with a problem that was not put right, where it is clear for the first outcome."""
    return [
        _contrast("unsolved_lower", one, result, words)
        for one in result.contrasts
        if one.group == "unsolved" and one.outcome == result.outcomes[0] and one.conclusion == "below"
    ]


def _contrast(key: str, contrast: Any, result: Any, words: Words) -> str:
    """A difference in size, without a sign."""
    limits = (
        (contrast.conf_low, contrast.conf_high)
        if contrast.estimate > 0
        else (
            -contrast.conf_high,
            -contrast.conf_low,
        )
    )
    return words.sentence(
        key,
        answer=answer_label(contrast.outcome, words),
        d=words.counted("point", abs(contrast.estimate), case="gen", decimals=1),
        low=words.number(limits[0], 1),
        high=words.number(limits[1], 1),
        days=fast_days(result, words),
        level=words.percent(result.conf_level),
    )

"""What may be said of units beside each other, in words."""

from __future__ import annotations

from typing import Any

from drivers.present.sentences.findings import statistic_value
from drivers.present.words import Words

_EACH = 3
"""Units that differ of which each has a sentence of its own; more are listed."""


_ONE = {"below": "units_one_below", "above": "units_one_above"}
_MANY = {"below": "units_many_below", "above": "units_many_above"}
_DIFFER = {"units": "effects_differ_units", "persons": "effects_differ_persons"}
_ALIKE = {"units": "effects_alike_units", "persons": "effects_alike_persons"}
_MEASURES = {"top2box": "top2box", "nps": "nps", "share": "event_share"}


def unit_name(result: Any, i: int, words: Words) -> str:
    """What a unit is called; one that may not be told is another unit."""
    return words.label("unit", result.names[i]) if result.names[i] else words.term("another_unit")


def unit_kind(words: Words) -> str:
    """What kind of units the survey has."""
    return words.label("unit_kind", "unit")


def difference_size(measure: str, value: float, words: Words) -> str:
    """The size of a difference with its noun."""
    if measure in ("top2box", "share"):
        return words.counted("pp", 100 * abs(value), case="gen", decimals=1)
    return words.counted("point", abs(value), case="gen", decimals=1)


def units_sentences(result: Any, words: Words) -> list[str]:
    """How many units are compared, and which truly differ."""
    compared = words.sentence("units_compared", unit_kind=unit_kind(words), n=words.number(len(result.names)))
    found = [compared]
    if result.selected is not None:
        found.append(_one(result, result.selected, words))
    else:
        for side in ("below", "above"):
            found += _on_side(result, side, words)
        if all(says == "open" for says in result.standing):
            found.append(words.sentence("units_none", outcome=measure_label(result, words)))
    if result.hidden:
        found.append(words.sentence("units_hidden", n=words.number(result.hidden)))
    return found


def below_sentences(result: Any, words: Words) -> list[str]:
    """Which units are below the others, and whether farther than units usually are; or that none is."""
    below = _members(result, "below")
    if not below:
        return [words.sentence("units_none_below")]
    said = _on_side(result, "below", words)
    usual = len(below) <= _EACH and not any(result.apart[i] for i in below)
    return [*said, words.sentence("units_not_apart")] if usual else said


def _members(result: Any, side: str) -> list[int]:
    """The units below or above the others, the surest first."""
    found = [i for i, says in enumerate(result.standing) if says == side]
    return sorted(found, key=lambda i: float(result.p_adjusted[i]))


def _on_side(result: Any, side: str, words: Words) -> list[str]:
    """The units below or above the others: a sentence each, or one that lists many."""
    members = _members(result, side)
    if len(members) <= _EACH:
        return [_one(result, i, words) for i in members]
    named = words.listed([words.quoted(unit_name(result, i, words)) for i in members])
    return [words.sentence(_MANY[side], list=named, outcome=measure_label(result, words))]


def apart_sentences(result: Any, words: Words) -> list[str]:
    """Whether units that differ lie farther out than units usually do."""
    if result.selected is not None:
        told = [result.selected] if result.standing[result.selected] != "open" else []
    else:
        told = [i for i, says in enumerate(result.standing) if says != "open"]
    if not told:
        return []
    apart = [i for i in told if result.apart[i]]
    if not apart:
        return [words.sentence("units_not_apart")]
    named = words.listed([words.quoted(unit_name(result, i, words)) for i in apart])
    return [words.sentence("units_apart", list=named)]


def _one(result: Any, i: int, words: Words) -> str:
    says, measure = result.standing[i], result.measure
    low, high = float(result.difference_low[i]), float(result.difference_high[i])
    values = {
        "unit_kind": unit_kind(words),
        "unit": unit_name(result, i, words),
        "outcome": measure_label(result, words),
        "level": words.percent(result.conf_level),
    }
    factor = 100.0 if measure in ("top2box", "share") else 1.0
    if says == "open":
        return words.sentence(
            "units_one_open",
            d=words.number(factor * float(result.difference[i]), 1),
            low=words.number(factor * low, 1),
            high=words.number(factor * high, 1),
            **values,
        )
    if says == "below":
        low, high = -high, -low
    return words.sentence(
        _ONE[says],
        d=difference_size(measure, float(result.difference[i]), words),
        low=words.number(factor * low, 1),
        high=words.number(factor * high, 1),
        **values,
    )


def measure_label(result: Any, words: Words) -> str:
    """The outcome, or what is told of it."""
    label = words.label("outcome", result.outcome)
    return label if result.measure == "mean" else f"{label} ({words.term(_MEASURES[result.measure])})"


def unit_value(result: Any, value: float, words: Words) -> str:
    """A unit's value as it is shown."""
    if result.measure in ("top2box", "share"):
        return words.percent(value, 1)
    return statistic_value(result.measure, value, words)


def pooled_name(result: Any, group: tuple[str, ...], words: Words) -> str:
    """What a group of one segment, or of two crossed, is called."""
    parts = [words.label(f"segment:{name}", value) for name, value in zip(result.segments, group, strict=True)]
    return " · ".join(parts)


def pooled_sentences(result: Any, words: Words) -> list[str]:
    """How much the groups differ, and how far adjusting moves them."""
    between = result.terms[0].between
    names = words.listed([words.quoted(words.label("segment", name)) for name in result.segments])
    key = "pooled_differ" if between.sd_low > 0 else "pooled_alike"
    found = [
        words.sentence(
            key,
            segment=names,
            outcome=words.label("outcome", result.outcome),
            n=words.number(len(result.groups)),
            sd=words.number(between.sd, 1),
            low=words.number(between.sd_low, 1),
            high=words.number(between.sd_high, 1),
            level=words.percent(result.conf_level),
        ),
        words.sentence("pooled_read"),
    ]
    if result.hidden:
        found.append(words.sentence("pooled_hidden", n=words.number(result.hidden)))
    return found


def effects_sentences(result: Any, words: Words) -> list[str]:
    """In which drivers units differ, and what is not known of persons."""
    differ = [term for term, yes in zip(result.terms, result.differs, strict=True) if yes]
    over = result.over
    values = {"unit_kind": unit_kind(words), "n": words.number(result.groups)}
    if differ:
        named = words.listed([words.name("driver", name) for name in differ])
        found = [words.sentence(_DIFFER[over], list=named, **values)]
    else:
        found = [words.sentence(_ALIKE[over], **values)]
    if result.persons_once:
        found.append(words.sentence("effects_persons_once"))
    if result.left_out and over == "units":
        found.append(
            words.sentence("effects_left_out", n=words.number(result.left_out), needed=words.number(result.needed))
        )
    return found

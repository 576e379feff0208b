"""What may be said of changes: what would go with them if the association were causal, and what cuts them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from drivers.present.words import Words

HOPED = "@desired"
"""What stands behind a driver's name where what was hoped for of it is meant."""

NARROW = 0.25
"""Points between the limits of an interval below which its limits are told in hundredths."""

PERCENT = ("top2box", "share")
"""Statistics that are counted in percent, and changes of them in percentage points."""


def measure_name(measure: Any, words: Words) -> str:
    """A statistic of an outcome as part of a sentence."""
    if measure.statistic == "mean":
        return words.outcome(measure.outcome)
    plain = measure.statistic == "top2box" and words.plain_satisfaction(measure.outcome)
    key = "satisfied" if plain else str(measure.statistic)
    return words.text("outcome_measure", key, label=words.label("outcome", measure.outcome))


def measure_heading(measure: Any, words: Words) -> str:
    """A statistic of an outcome as a row is called."""
    label = words.label("outcome", measure.outcome)
    plain = words.plain_satisfaction(measure.outcome)
    if measure.statistic in ("mean", "share") or (measure.statistic == "nps" and plain):
        return label
    name = "satisfied" if plain else str(measure.statistic)
    return words.text("measure_heading", name, label=label)


def amount(measure: Any, value: float, words: Words, decimals: int | None = None) -> str:
    """The size of a change with what it is counted in."""
    noun = "pp" if measure.statistic in PERCENT else "point"
    return words.counted(noun, abs(value), case="gen", decimals=decimals_of(value) if decimals is None else decimals)


def decimals_of(value: float, width: float = math.inf) -> int:
    """Digits behind the mark of an effect: two of less than one point, and where its interval is narrow."""
    return 1 if abs(value) >= 1 and width >= NARROW else 2


def effect_decimals(effect: Any) -> int:
    """Digits behind the mark of an effect and its limits; so that no limit is taken for 0 or for the effect."""
    return decimals_of(float(effect[0]), float(effect[3] - effect[2]))


def limits(effect: Any, says: str, words: Words) -> dict[str, str]:
    """The limits of an effect, with its digits: of a clear fall in sizes, the smaller first."""
    low, high = float(effect[2]), float(effect[3])
    if says == "lower":
        low, high = -high, -low
    decimals = effect_decimals(effect)
    return {"low": words.number(low, decimals), "high": words.number(high, decimals)}


def points(value: float, words: Words, case: str = "gen") -> str:
    """A change of a rating in points, without its sign."""
    whole = abs(value - round(value)) < 0.05
    return words.counted("point", abs(value), case=case, decimals=0 if whole else 1)


def table_sentences(result: Any, words: Words) -> list[str]:
    """What goes with one driver's step alone, in all measures, and with which steps nothing sure goes."""
    first, says = result.lead, result.says("alone", 0)
    outcome = measure_name(result.measures[0], words)
    told = [step_sentence(result, first, words)]
    if says[first] == "no_room":
        return told
    clauses = []
    for place, measure in enumerate(result.measures):
        found = result.says("alone", place)[first]
        if place and found in ("higher", "lower"):
            size = amount(measure, result.effects["alone"][0, place, first], words)
            clauses.append(words.text("what_if_clause", found, e=size, measure=measure_name(measure, words)))
    if clauses:
        told.append(words.sentence("what_if_also", list=words.listed(clauses)))
    unclear = [result.drivers[j] for j in result.order() if says[j] == "unclear" and j != first]
    if unclear:
        told.append(words.sentence("what_if_open", list=_names(unclear, words), outcome=outcome))
    return told


def step_sentence(result: Any, position: int, words: Words) -> str:
    """What goes with one driver's step alone in the first measure."""
    says, alone = result.says("alone", 0)[position], result.effects["alone"][:, 0, position]
    driver = words.label("driver", result.drivers[position])
    if says == "no_room":
        return words.sentence("what_if_no_step", driver=driver)
    key = f"what_if_{'up' if result.step > 0 else 'down'}_{says}"
    return words.sentence(
        key,
        driver=driver,
        d=points(result.moves["alone"][position], words),
        **_effect_values(result, alone, says, words),
    )


def further_step_sentence(result: Any, position: int, words: Words) -> str:
    """What goes with one more driver's step up, after that of another, in the same measure."""
    alone = result.effects["alone"][:, 0, position]
    return words.sentence(
        "minute_brings_too",
        driver=words.label("driver", result.drivers[position]),
        d=points(result.moves["alone"][position], words),
        **_effect_values(result, alone, "higher", words),
    )


def _effect_values(result: Any, effect: Any, says: str, words: Words) -> dict[str, str]:
    """An effect on the first measure with its limits, as sentences name them."""
    return {
        "e": amount(result.measures[0], effect[0], words, effect_decimals(effect)),
        "outcome": measure_name(result.measures[0], words),
        "level": words.percent(result.conf_level),
        **limits(effect, says, words),
    }


def together_sentences(result: Any, words: Words) -> list[str]:
    """What goes with the same driver's step where the others go along, and why that may be too much."""
    first = result.lead
    says = result.says("together", 0)[first]
    if len(result.drivers) < 2 or says not in ("higher", "lower"):
        return []
    alone, together = (result.effects[moving][:, 0, first] for moving in ("alone", "together"))
    told = [words.sentence(f"what_if_together_{says}", **_effect_values(result, together, says, words))]
    if abs(together[0]) > abs(alone[0]):
        told.append(words.sentence("what_if_halo"))
    return told


def cap_sentences(result: Any, words: Words) -> list[str]:
    """Which steps are smaller than was asked, and why."""
    told = []
    for cap in ("seen", "scale"):
        names = [
            words.text("what_if_cut", "step", driver=words.label("driver", name), d=points(move, words, "nom"))
            for name, found, move in zip(result.drivers, result.caps["alone"], result.moves["alone"], strict=True)
            if found == cap and move
        ]
        if names:
            told.append(words.sentence(f"what_if_cut_{cap}", list=words.listed(names)))
    still = [name for name, move in zip(result.drivers, result.moves["alone"], strict=True) if not move]
    if still:
        told.append(words.sentence("what_if_no_room", list=_names(still, words)))
    shorter = [
        name
        for name, found in zip(result.drivers, result.caps["together"], strict=True)
        if found == "along" and name not in still
    ]
    if shorter:
        told.append(words.sentence("what_if_cut_along", list=_names(shorter, words)))
    return told


def says_text(says: str, words: Words) -> str:
    """What may be said of an effect, in few words."""
    return words.text("what_if_says", says)


def change_sentences(result: Any, words: Words) -> list[str]:
    """What is changed, what goes with it in each measure, and what cut it."""
    changed = [
        _changed(name, move, words) for name, move in zip(result.drivers, result.moves, strict=True) if move != 0
    ]
    if not changed:
        return [words.sentence("what_if_nothing_moves")]
    key = "what_if_these_together" if result.moving == "together" else "what_if_these"
    told = [words.sentence(key, list=words.listed(changed))]
    told += _in_each_measure(result, words)
    for cap in ("seen", "scale", "along"):
        cut = [
            words.text(
                "what_if_cut",
                "of_asked",
                what=_subject(name, words),
                d=points(move, words, "nom"),
                asked=words.number(abs(asked), 0 if float(asked).is_integer() else 1),
            )
            for name, found, move, asked in zip(result.drivers, result.caps, result.moves, result.asked, strict=True)
            if found == cap
        ]
        if cut:
            told.append(words.sentence(f"what_if_changes_cut_{cap}", list=words.listed(cut)))
    return told


def _in_each_measure(result: Any, words: Words) -> list[str]:
    """What goes with some changes: in the first measure with its interval, in the others in one sentence each."""
    first, says = result.effect[:, 0], result.says[0]
    told = [
        words.sentence(
            f"what_if_change_{says}",
            measure=measure_name(result.measures[0], words),
            e=amount(result.measures[0], first[0], words, effect_decimals(first)),
            level=words.percent(result.conf_level),
            **limits(first, says, words),
        )
    ]
    others = list(zip(result.measures[1:], result.effect[0, 1:], result.says[1:], strict=True))
    clauses = [
        words.text("what_if_clause", found, e=amount(one, effect, words), measure=measure_name(one, words))
        for one, effect, found in others
        if found in ("higher", "lower")
    ]
    if clauses:
        told.append(words.sentence("what_if_changes_also", list=words.listed(clauses)))
    for key in ("unclear", "beyond"):
        if names := [measure_name(one, words) for one, _, found in others if found == key]:
            told.append(words.sentence(f"what_if_changes_{key}", list=words.listed(names)))
    return told


def subject(name: str, words: Words) -> str:
    """A rating, or what was hoped for of it, as a row is called."""
    driver = name.removesuffix(HOPED)
    if driver == name:
        return words.label("driver", name)
    return words.text("what_if_subject", "hope_heading", driver=words.label("driver", driver))


def _subject(name: str, words: Words) -> str:
    driver = name.removesuffix(HOPED)
    key = "rating" if driver == name else "hope"
    return words.text("what_if_subject", key, driver=words.label("driver", driver))


def _changed(name: str, move: float, words: Words) -> str:
    """A rating or a hope and by how much it is changed."""
    key = "higher" if move > 0 else "lower"
    return words.text("what_if_changed", key, what=_subject(name, words), d=points(move, words))


def promise_sentences(result: Any, words: Words) -> list[str]:
    """Whether delivering more or promising less would go with more, and of which drivers that cannot be told."""
    better = result.measures[0].sign
    found = {"deliver": [], "promise": [], "open": []}  # type: dict[str, list[str]]
    for name, says in zip(result.drivers, result.says("difference", 0), strict=True):
        sign = {"higher": 1.0, "lower": -1.0}.get(says, 0.0) * better
        found["deliver" if sign > 0 else "promise" if sign < 0 else "open"].append(name)
    values = {"outcome": measure_name(result.measures[0], words)}
    told = [
        words.sentence(f"promises_{key}", list=_names(names, words), **values) for key, names in found.items() if names
    ]
    less = result.says("promise", 0)
    for says in ("higher", "lower"):
        if names := [name for name, one in zip(result.drivers, less, strict=True) if one == says]:
            told.append(words.sentence(f"promises_less_{says}", list=_names(names, words), outcome=values["outcome"]))
    if not {"higher", "lower"} & set(less):
        told.append(words.sentence("promises_less_open", outcome=values["outcome"]))
    return told


def promise_caps(result: Any, words: Words) -> list[str]:
    """Which steps are smaller than was asked."""
    cut = [
        words.text("what_if_cut", "step", driver=words.label("driver", name), d=points(move, words, "nom"))
        for name, cap, move in zip(result.drivers, result.caps, result.moves, strict=True)
        if cap and move
    ]
    told = [words.sentence("promises_cut", list=words.listed(cut))] if cut else []
    if still := [name for name, move in zip(result.drivers, result.moves, strict=True) if not move]:
        told.append(words.sentence("what_if_no_room", list=_names(still, words)))
    return told


def _names(names: Sequence[str], words: Words) -> str:
    return words.listed([words.name("driver", name) for name in names])

"""What may be said of segments, in words: effects or shares that differ, levels, and what turns round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drivers.present.words import Words
from drivers.results import FEWEST_SHOWN

_DERIVED = ("value", "loyalty")
_THIRDS, _LOYALTY = "value_third", "loyalty_group"

FEW = ("few", "few_units")
"""Why a group is left out, where it is for want of answers."""


def segment_name(name: str, words: Words) -> str:
    """What a segment is called."""
    if words.has_label("segment", name):
        return words.label("segment", name)
    if name == "unit":
        return words.label("unit_kind", name)
    return words.text("derived_segment", name) if name in _DERIVED else words.label("segment", name)


def member_name(label_kind: str, key: str, words: Words) -> str:
    """What a group of a segment is called."""
    if label_kind in (_THIRDS, _LOYALTY):
        return words.text(label_kind, key)
    return words.label(label_kind, key)


def effects_sentences(result: Any, words: Words) -> list[str]:
    """By which segments effects differ, and in which aspects."""
    return _tested("effects", result, words)


def shares_sentences(result: Any, words: Words) -> list[str]:
    """By which segments shares differ, and in which aspects."""
    return _tested("shares", result, words)


def firsts_sentences(result: Any, words: Words) -> list[str]:
    """Which aspect comes first in each group of a segment whose shares differ, where one does."""
    return [
        words.sentence(
            "segment_first",
            group=member_name(test.label_kind, group, words),
            driver=words.label("driver", driver),
        )
        for test in result.differing
        for group, driver in test.first.items()
    ]


def marked_sentences(test: Any, outcome: str, words: Words) -> list[str]:
    """In which groups an aspect goes with the outcome more closely than in the others, or less."""
    found = []
    # Of two groups the one has less of what the other has more of.
    ways = (("effect_stronger", 1), ("effect_weaker", -1))[: 1 if len(test.groups) == 2 else 2]
    for row, group in enumerate(test.groups):
        for key, sign in ways:
            names = [
                words.name("driver", driver)
                for j, driver in enumerate(test.drivers)
                if test.marked[row, j] and sign * test.difference[row, j] > 0
            ]
            if names:
                found.append(
                    words.sentence(
                        key,
                        group=member_name(test.label_kind, group, words),
                        list=words.listed(names),
                        outcome_with=words.outcome(outcome, "with"),
                    )
                )
    return found


def level_sentences(result: Any, words: Words) -> list[str]:
    """In which groups the outcome is higher or lower than in the others."""
    found, same = [], []
    outcome = words.outcome(result.outcome)
    for test in result.tests:
        levels = test.levels
        told = levels.p_adjusted <= test.alpha
        if len(levels.groups) > 1 and not told.any():
            same.append(words.quoted(segment_name(test.segment, words)))
        for key, side in (("levels_higher", levels.difference > 0), ("levels_lower", levels.difference < 0)):
            names = [
                words.quoted(member_name(test.label_kind, group, words))
                for group, yes in zip(levels.groups, told & side, strict=True)
                if yes
            ]
            if names:
                found.append(
                    words.sentence(
                        key, segment=segment_name(test.segment, words), list=words.listed(names), outcome=outcome
                    )
                )
    if same:
        found.append(words.sentence("segment_levels_same", list=words.listed(same), outcome=outcome))
    return found


def left_out_sentences(tests: Sequence[Any], words: Words, *, shares: bool) -> list[str]:
    """Which groups are not shown, or not compared, and why."""
    found = []
    for test in tests:
        segment = segment_name(test.segment, words)
        reasons: dict[str, list[str]] = {}
        without: Mapping[str, str] = test.without
        for group, why in without.items():
            key = "few" if why in FEW else "weak" if why == "weak" else "alike"
            reasons.setdefault(key, []).append(words.quoted(member_name(test.label_kind, group, words)))
        for key, names in reasons.items():
            kind = f"groups_without_{'shares' if shares and key == 'few' else key}"
            found.append(words.sentence(kind, segment=segment, list=words.listed(names)))
        if test.hidden:
            names = [words.quoted(member_name(test.label_kind, group, words)) for group in test.hidden]
            found.append(
                words.sentence(
                    "segment_groups_hidden",
                    segment=segment,
                    list=words.listed(names),
                    needed=words.number(FEWEST_SHOWN),
                )
            )
    return found


def reversal_sentences(result: Any, words: Words) -> list[str]:
    """What turns round within a segment, or that nothing does."""
    if not result.found:
        return [words.sentence("reversals_none", n=words.number(result.n_compared))]
    return [_reversal(one, result, words) for one in result.found]


def _reversal(one: Any, result: Any, words: Words) -> str:
    kind = "driver" if one.driver else "groups"
    up = one.inside.estimate > 0
    decimals = 2 if one.driver else 1
    values: dict[str, str] = {}
    for name, side in (("whole", one.overall), ("inside", one.inside)):
        limits = sorted((abs(side.conf_low), abs(side.conf_high)))
        values[name] = words.counted("point", abs(side.estimate), case="gen", decimals=decimals)
        values[f"{name}_low"], values[f"{name}_high"] = (words.number(limit, decimals) for limit in limits)
    if one.driver:
        values["driver"] = words.label("driver", one.driver)
    else:
        kinds = result.label_kinds[one.segment]
        values["first"], values["second"] = (member_name(kinds, group, words) for group in one.groups)
    return words.sentence(
        f"reversal_{kind}_{'up' if up else 'down'}",
        segment=segment_name(one.within, words),
        outcome=words.outcome(result.outcome),
        level=words.percent(result.conf_level),
        **values,
    )


def _tested(what: str, result: Any, words: Words) -> list[str]:
    found, same, untested = [], [], []
    outcome_with = words.outcome(result.outcome, "with")
    for test in result.tests:
        segment = segment_name(test.segment, words)
        if not test.tested:
            untested.append(words.quoted(segment))
        elif not test.differs:
            same.append(words.quoted(segment))
        elif test.differing:
            names = words.listed([words.name("driver", driver) for driver in test.differing])
            found.append(words.sentence(f"{what}_differ", segment=segment, list=names, outcome_with=outcome_with))
        else:
            found.append(words.sentence(f"{what}_differ_somewhere", segment=segment, outcome_with=outcome_with))
    if same:
        found.append(words.sentence(f"{what}_same", list=words.listed(same), outcome_with=outcome_with))
    if untested:
        found.append(words.sentence("segments_untested", list=words.listed(untested)))
    return found

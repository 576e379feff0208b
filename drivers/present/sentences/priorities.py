"""What may be said of priorities, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drivers.present.sentences.findings import rank_span, reasons
from drivers.present.words import Words
from drivers.results import FEWEST_SHOWN

LEFT = ("no_effect", "no_room", "room_open", "few_ratings")
"""Why drivers are no priorities, in the order in which they are spoken of."""


def priority_sentences(result: Any, words: Words) -> list[str]:
    """Which drivers come first, and why that may differ from the map; or why there are no priorities."""
    if result.verdict.status == "not_rankable":
        return [words.sentence("priorities_blocked", reasons=reasons(result.verdict.reasons, words))]
    if not result.order:
        common = {"outcome_with": words.outcome(result.outcome, "with")}
        return [words.sentence("priorities_none", **common)]
    first = result.first
    if len(first) > 1:
        return [_together(result, words)]
    sentences = [_leading(result, words)]
    i = result.order[0]
    # Where a driver is rated well and yet comes first, the map and the list seem to disagree.
    if result.quadrant[i] == "keep_up" and result.effect[0, i] == max(result.effect[0, j] for j in result.order):
        sentences.append(words.sentence("priorities_beside_map", driver=words.label("driver", result.drivers[i])))
    return sentences


def _leading(result: Any, words: Words) -> str:
    """The one driver that comes first, with what would go with it."""
    i = result.order[0]
    estimate, _, low, high = result.worth[:, i]
    decimals = worth_decimals(result)
    key = "priorities_first" if len(result.order) > 1 else "priorities_only"
    return words.sentence(
        f"{key}_{result.order_by}",
        driver=words.label("driver", result.drivers[i]),
        outcome=words.outcome(result.outcome),
        performance=words.number(result.performance[0, i], 1),
        goal=words.number(result.goal[i], goal_decimals(result)),
        worth=words.counted("point", estimate, case="gen", decimals=decimals),
        low=words.number(low, decimals),
        high=words.number(high, decimals),
        level=words.percent(result.conf_level),
    )


def _together(result: Any, words: Words) -> str:
    """Several drivers of which none can be put before another."""
    first, offered = result.first, len(result.order)
    listed = _names(first, words)
    if len(first) == 2:
        return words.sentence("priorities_two" if offered > 2 else "priorities_two_alone", list=listed)
    if offered == len(first):
        return words.sentence("priorities_all", list=listed)
    return words.sentence("priorities_several", aspects=words.counted("aspect", len(first)), list=listed)


def goal_sentences(result: Any, words: Words) -> list[str]:
    """Up to where room is counted, and of which wave ratings are."""
    key = f"priorities_goal_{result.goal_of[0]}"
    unit_kind = words.label("unit_kind", "unit") if words.has_label("unit_kind", "unit") else ""
    sentences = [words.sentence(key, unit_kind=unit_kind, n=words.number(result.n_units))]
    if result.wave:
        sentences.append(words.sentence("ratings_of_wave", wave=words.label("wave", result.wave)))
    return sentences


def left_sentences(result: Any, words: Words) -> list[str]:
    """Which drivers are no priorities, and why."""
    needed = words.number(FEWEST_SHOWN)
    return [
        words.sentence(f"priorities_{candidacy}", list=_names(names, words), needed=needed)
        for candidacy in LEFT
        if (names := result.of(candidacy))
    ]


def reason_sentences(result: Any, i: int, words: Words) -> list[str]:
    """Why a driver stands where it does, who can move it, and what to beware of."""
    estimate, _, low, high = result.effect[:, i]
    outcome = {"outcome": words.outcome(result.outcome)}
    sentences = [
        words.sentence(
            "priority_why",
            performance=words.number(result.performance[0, i], 1),
            room=words.counted("point", result.room[0, i], decimals=1),
            goal=words.number(result.goal[i], goal_decimals(result)),
            effect=words.counted("point", estimate, case="gen", decimals=2),
            low=words.number(low, 2),
            high=words.number(high, 2),
            level=words.percent(result.conf_level),
            **outcome,
        )
    ]
    if result.levers[i]:
        sentences.append(words.sentence("priority_lever", lever=words.term(f"lever_{result.levers[i]}")))
    if result.quadrant[i] == "undecided":
        sentences.append(words.sentence("priority_quadrant_open"))
    else:
        sentences.append(words.sentence("priority_quadrant", quadrant=words.text("quadrant", result.quadrant[i])))
    if result.shapes[i] in ("must_have", "bonus"):
        sentences.append(words.sentence(f"priority_{result.shapes[i]}", **outcome))
    return sentences


def place_text(result: Any, i: int, words: Words) -> str:
    """The places that a driver may have among those offered."""
    return rank_span(int(result.place_low[i]), int(result.place_high[i]), words)


def yardstick_sentence(result: Any, words: Words) -> str:
    """Which drivers come first by this list's yardstick, in one sentence; nothing where nothing may be ranked."""
    if result.verdict.status == "not_rankable":
        return ""
    yardstick = words.text("yardstick", "point" if result.order_by == "point" else result.goal_of[0])
    if not result.order:
        return words.sentence("yardstick_none", yardstick=yardstick)
    if len(result.first) == 1:
        return words.sentence("yardstick_one", yardstick=yardstick, driver=words.label("driver", result.first[0]))
    return words.sentence("yardstick_several", yardstick=yardstick, list=_names(result.first, words))


def worth_decimals(result: Any) -> int:
    """Digits behind the mark of what the list goes by: two for a single point, or where most is below one."""
    largest = max((result.worth[0, i] for i in result.order), default=0.0)
    return 1 if result.order_by == "gap" and largest >= 1 else 2


def goal_decimals(result: Any) -> int:
    """Digits behind the mark of goals: none where all are whole."""
    return 0 if all(goal == round(goal) for goal in result.goal) else 1


def _names(names: Sequence[str], words: Words) -> str:
    return words.listed([words.name("driver", name) for name in names])

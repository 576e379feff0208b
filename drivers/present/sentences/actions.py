"""What may be said of actions and of what has moved since, in words."""

from __future__ import annotations

from typing import Any

from drivers.present.words import Words
from drivers.results import FEWEST_SHOWN

_MOVED = {"moved_up": "action_up", "moved_down": "action_down", "not_shown": "action_unclear"}
_TIDES = {"more": "action_more", "less": "action_less", "alike": "action_alike"}
_GOALS = {"reached": "action_goal_reached", "missed": "action_goal_missed", "open": "action_goal_open"}


def actions_sentences(result: Any, words: Words) -> list[str]:
    """How many actions there are, and how many of their drivers have moved which way."""
    count = [action.movement for action in result.actions].count
    found = [
        words.sentence(
            "actions_counted",
            n=words.number(len(result.actions)),
            up=words.number(count("moved_up")),
            down=words.number(count("moved_down")),
            unclear=words.number(count("not_shown")),
        )
    ]
    if waiting := count("too_early") + count("few_now") + count("nothing_before"):
        found.append(words.sentence("actions_waiting", n=words.number(waiting)))
    return found


def action_sentence(action: Any, result: Any, words: Words) -> str:
    """One action: how its driver moved, beside those left alone, and whether its goal is reached."""
    driver = {"driver": words.label("driver", action.driver)}
    since = words.label("wave", action.since)
    if action.movement == "too_early":
        said = [words.sentence("action_too_early", since=since, **driver)]
    elif action.movement == "few_now":
        said = [words.sentence("action_few_now", needed=words.number(FEWEST_SHOWN), **driver)]
    elif action.movement == "nothing_before":
        needed = words.number(FEWEST_SHOWN)
        said = [words.sentence("action_nothing_before", since=since, needed=needed, **driver)]
    else:
        waves = {"before": words.label("wave", action.wave_before), "now": words.label("wave", action.wave)}
        moved = _amounts(action.change, action.movement == "not_shown", result, words)
        said = [words.sentence(_MOVED[action.movement], **driver, **waves, **moved)]
        if action.against_tide == "alike":
            said.append(words.sentence("action_alike"))
        elif action.against_tide != "unknown":
            apart = _amounts(action.apart, False, result, words)
            said.append(words.sentence(_TIDES[action.against_tide], **apart))
        if action.goal_state != "none":
            whole = float(action.goal).is_integer()
            goal = words.counted("point", action.goal, case="gen", decimals=0 if whole else 1)
            said.append(words.sentence(_GOALS[action.goal_state], goal=goal))
    return words.sentence("action_line", what=words.label("action", action.number), said=" ".join(said))


def _amounts(told: Any, signed: bool, result: Any, words: Words) -> dict[str, str]:
    """A difference with its limits: their sizes where the verb has the sign, with their signs where it is open."""
    estimate, _, low, high = told
    level = {"level": words.percent(result.conf_level)}
    if signed:
        values = {"low": low, "high": high}
        shown = {name: words.number(value, 1) for name, value in values.items()}
        return {"d": words.number(estimate, 1), **shown, **level}
    low, high = sorted((abs(low), abs(high)))
    return {
        "d": words.counted("point", abs(estimate), case="gen", decimals=1),
        "low": words.number(low, 1),
        "high": words.number(high, 1),
        **level,
    }

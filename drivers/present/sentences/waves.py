"""What may be said of a change between waves, of importance and levels over the waves, and of the next wave."""

from __future__ import annotations

import math
from typing import Any

from drivers.present.sentences.findings import reasons
from drivers.present.words import Words
from drivers.results import Code

_DIRECTION = {True: "rise", False: "fall"}


def change_sentences(result: Any, words: Words) -> list[str]:
    """The change asked about, and what each of its parts says."""
    change = result.reported
    said = [
        _change(result, words),
        *_everyone(change, words),
        _who(result, words),
        *_performance(result, words),
        _rest(result, words),
    ]
    only_who = change.clear("who_answered") and not change.clear("performance") and not change.clear("unexplained")
    return [*said, words.sentence("change_only_who")] if only_who and change.method != "none" else said


def pairs_sentences(result: Any, words: Words) -> list[str]:
    """Between which waves each part is clear, with all pairs looked at together, and which pairs are not told."""
    said = []
    for part in ("who_answered", "performance", "unexplained"):
        found = [pair for k, pair in enumerate(result.pairs) if result.shown(k, part)]
        if found:
            said.append(words.sentence(f"pairs_{part}", list=words.listed([between(pair, words) for pair in found])))
    if result.pairs and not said:
        said.append(words.sentence("pairs_none"))
    if result.left_out:
        untold = [
            words.sentence("pair_between", wave_from=words.label("wave", first), wave=words.label("wave", second))
            for first, second in result.left_out
        ]
        said.append(words.sentence("pairs_left_out", list=words.listed(untold)))
    return said


def untold_sentences(mix_untold: Any, words: Words) -> list[str]:
    """Which columns could not tell who answered, and why."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in mix_untold.items():
        by_reason.setdefault(reason, []).append(words.quoted(column_label(name, words)))
    return [words.sentence(reason, list=words.listed(names)) for reason, names in by_reason.items()]


def column_label(name: str, words: Words) -> str:
    """What a segment or a column is called."""
    return words.label("segment" if words.has_label("segment", name) else "column", name)


def between(pair: Any, words: Words) -> str:
    """From which wave to which."""
    return words.sentence(
        "pair_between", wave_from=words.label("wave", pair.wave_from), wave=words.label("wave", pair.wave)
    )


def importance_sentences(result: Any, words: Words) -> list[str]:
    """Whether importance changed from one wave to the next, by the test alone, and which waves are not compared."""
    said = _importance(result, words)
    if result.left_out:
        left = [words.name("wave", wave) for wave in result.left_out]
        said.append(words.sentence("importance_left_out", list=words.listed(left)))
    return said


def _importance(result: Any, words: Words) -> list[str]:
    found = [pair for pair in result.pairs if result.changed(pair)]
    if not found:
        key = "importance_drifted" if result.drifted else "importance_same"
        return [words.sentence(key)]
    said = []
    for pair in found:
        said.append(
            words.sentence(
                "importance_changed",
                wave_from=words.label("wave", pair.wave_from),
                wave=words.label("wave", pair.wave),
            )
        )
        turns = [result.turn(pair, j) for j in range(len(result.drivers))]
        for turn in ("more", "less"):
            names = [words.name("driver", name) for name, own in zip(result.drivers, turns, strict=True) if own == turn]
            if names:
                values = {"outcome_with": words.outcome(result.outcome, "with"), "list": words.listed(names)}
                said.append(words.sentence(f"importance_{turn}", **values))
        if all(turn == "open" for turn in turns):
            said.append(words.sentence("importance_whose_open"))
    if len(found) < len(result.pairs):
        said.append(words.sentence("importance_rest"))
    return said


def level_sentences(result: Any, words: Words) -> list[str]:
    """Which levels changed for good, and where they may have begun."""
    said = []
    for one in result.series:
        for step in one.steps:
            kind = "outcome" if one.of == "outcome" else "driver"
            name = words.outcome(one.name) if kind == "outcome" else words.label("driver", one.name)
            said.append(
                words.sentence(
                    f"level_{_DIRECTION[step.step > 0]}_{kind}",
                    name=name,
                    wave=words.label("wave", step.wave),
                    before=words.number(step.before, 1),
                    after=words.number(step.after, 1),
                )
            )
            if len(step.possible) > 1:
                said.append(
                    words.sentence(
                        "level_possible",
                        first=words.label("wave", step.possible[0]),
                        last=words.label("wave", step.possible[-1]),
                    )
                )
    if not said:
        return [words.sentence("levels_same")]
    if any(step.wave == one.waves[-1] for one in result.series for step in one.steps):
        said.append(words.sentence("level_one_wave"))
    quiet = any(not one.steps for one in result.series)
    return [*said, words.sentence("levels_rest")] if quiet else said


def plan_sentences(result: Any, words: Words) -> list[str]:
    """What the next wave would see with as many participants, and what its target needs."""
    plan = result.plans[0]
    said = [
        words.sentence(
            "next_detectable",
            n=words.counted("participant", plan.n, case="gen"),
            d=words.counted("point", plan.detectable, decimals=1),
            power=words.percent(result.power),
        ),
        words.sentence(
            "next_seen",
            outcome_start=words.outcome(result.outcome, "start"),
            level=words.number(plan.level, 1),
            high=words.number(plan.seen_from, 1),
            low=words.number(plan.seen_to, 1),
        ),
    ]
    if plan.to_target is not None:
        said.append(_to_target(plan, result, words))
    if any(math.isinf(size.n) for size in plan.needed):
        said.append(words.sentence("next_never"))
    return said


def changes_unanswered(result: Any, words: Words, key: str) -> str:
    """Why a question about waves goes without an answer."""
    return words.sentence(key, reasons=reasons(result.reasons, words))


def why_left(reason: str, words: Words) -> str:
    """Why nothing is told of a pair of waves, or of a wave, in short."""
    return words.text("left_of_waves", reason)


def no_waves(result: Any) -> bool:
    """Whether the survey has no waves at all."""
    codes: tuple[Code, ...] = result.reasons
    return any(code.code == "no_waves" for code in codes)


def _change(result: Any, words: Words) -> str:
    change = result.reported
    estimate, low, high = change.estimate[0], change.conf_low[0], change.conf_high[0]
    names = {
        "outcome_start": words.outcome(result.outcome, "start"),
        "outcome": words.outcome(result.outcome),
        "wave_from": words.label("wave", change.wave_from),
        "wave": words.label("wave", change.wave),
        "level": words.percent(result.conf_level),
    }
    if not change.clear("change"):
        numbers = [words.number(value, 1, sign=True) for value in (estimate, low, high)]
        return words.sentence("change_open", d=numbers[0], low=numbers[1], high=numbers[2], **names)
    return words.sentence(f"change_{_DIRECTION[estimate > 0]}", **_sized(estimate, low, high, words), **names)


def _everyone(change: Any, words: Words) -> list[str]:
    """Of how many the change is told, and what it is among all who answered, where that is not the same."""
    if change.sample.n == change.sample.n_asked:
        return []
    d, low, high = (words.number(value, 1, sign=True) for value in change.everyone)
    n, n_asked = words.number(change.sample.n), words.number(change.sample.n_asked)
    return [words.sentence("change_everyone", n=n, n_asked=n_asked, d=d, low=low, high=high)]


def _who(result: Any, words: Words) -> str:
    change = result.reported
    if change.method == "none":
        return words.sentence("who_untold")
    columns = words.listed([words.quoted(column_label(name, words)) for name in change.mix])
    if not change.clear("who_answered"):
        return words.sentence("who_open", columns=columns)
    sizes = _sized(change.estimate[1], change.conf_low[1], change.conf_high[1], words)
    return words.sentence(f"who_{_DIRECTION[change.estimate[1] > 0]}", columns=columns, **sizes)


def _performance(result: Any, words: Words) -> list[str]:
    change = result.reported
    held = "" if change.method == "none" else "_held"
    if change.clear("performance"):
        sizes = _sized(change.estimate[2], change.conf_low[2], change.conf_high[2], words)
        said = [words.sentence(f"performance_{_DIRECTION[change.estimate[2] > 0]}{held}", **sizes)]
    else:
        said = [words.sentence(f"performance_open{held}")]
    clear = [j for j in change.order if change.p_by_driver[j] < 1 - result.conf_level]
    if clear:
        items = [
            words.sentence(
                "performance_item",
                driver=words.label("driver", change.drivers[j]),
                d=words.number(change.by_driver[0][j], 1, sign=True),
            )
            for j in clear
        ]
        said.append(words.sentence("performance_drivers", list=words.listed(items)))
    return said


def _rest(result: Any, words: Words) -> str:
    change = result.reported
    if not change.clear("unexplained"):
        return words.sentence("unexplained_open")
    sizes = _sized(change.estimate[3], change.conf_low[3], change.conf_high[3], words)
    return words.sentence(f"unexplained_{_DIRECTION[change.estimate[3] > 0]}", **sizes)


def _sized(estimate: float, low: float, high: float, words: Words) -> dict[str, str]:
    """A change in size, without a sign, the smaller limit first."""
    ends = (low, high) if estimate > 0 else (-high, -low)
    return {
        "d": words.counted("point", abs(estimate), case="gen", decimals=1),
        "low": words.number(ends[0], 1),
        "high": words.number(ends[1], 1),
    }


def _to_target(plan: Any, result: Any, words: Words) -> str:
    size = plan.to_target
    values = {
        "target": words.number(plan.target, 0 if float(plan.target).is_integer() else 1),
        "d": words.counted("point", abs(size.change), case="gen", decimals=1),
        "power": words.percent(result.power),
    }
    if math.isinf(size.n):
        return words.sentence(
            "next_target_never", each=words.counted("participant", math.ceil(size.n_each), case="gen"), **values
        )
    return words.sentence("next_target", n=words.counted("participant", math.ceil(size.n), case="gen"), **values)

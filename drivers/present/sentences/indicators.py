"""What may be said of indicators: their names, values, and how they stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drivers.present.sentences.findings import reasons, statistic_name
from drivers.present.words import Words

MARKS = {"met": "●", "open": "▲", "missed": "■", "none": "○"}
"""A shape beside each word and colour, so that a card reads in grey."""

WHOLE = 1e-9
"""A percentage so near to a whole one is one, whatever binary makes of it."""

ARROWS = {"rising": "↑", "falling": "↓", "not_shown": "–"}


def indicator_name(card: Any, words: Words) -> str:
    """What an indicator is called; an outcome's also by its statistic, a driver's as a rating."""
    if card.about == "indicator":
        return words.label("indicator", card.name)
    if card.about == "driver":
        return f"{words.term('performance')}: {words.label('driver', card.name)}"
    name = statistic_name(card.statistic, card.name, words)
    return name if words.plain_satisfaction(card.name) else f"{name}: {words.label('outcome', card.name)}"


def indicator_value(card: Any, value: float, words: Words) -> str:
    """A value as it is shown, without what it is counted in; those of one card with the same digits."""
    if card.unit == "percent":
        return words.percent(value, 1)
    level = getattr(card, "level", None)
    return words.number(value, _decimals(card, value) if level is None else level_decimals(card))


def level_decimals(card: Any) -> int:
    """Digits behind the mark of a card's value and limits: as its value asks for, none where all three are whole."""
    level = card.level
    if card.unit == "number" and all(value == round(value) for value in (level.conf_low, level.conf_high)):
        return _decimals(card, level.estimate)
    return _decimals(card, level.estimate) or 1


def indicator_unit(card: Any, words: Words) -> str:
    """What stands small behind a value; nothing where the label says it."""
    if card.unit == "points":
        return words.ui("out_of_100")
    if card.unit == "per" and card.times != 1:
        return words.ui("for_each", n=words.number(card.times))
    return ""


def _decimals(card: Any, value: float) -> int:
    """One digit behind the mark; none of whole minutes, two of small numbers."""
    if card.unit in ("points", "nps"):
        return 1
    if value == round(value):
        return 0
    return 1 if abs(value) >= 1 else 2


def as_given(card: Any, value: float, words: Words) -> str:
    """A target or a benchmark: a whole number without digits behind the mark, as it was decided on."""
    if card.unit == "percent":
        return words.percent(value, 0 if abs(100 * value - round(100 * value)) < WHOLE else 1)
    return words.number(value, 0 if value == round(value) else _decimals(card, value))


def indicator_target(card: Any, words: Words) -> str:
    """The target: at least, at most, or from one number to another."""
    shown = [as_given(card, end, words) for end in card.target]
    if card.better == "range":
        return words.ui("target_range", low=shown[0], high=shown[-1])
    return words.ui("target_higher" if card.better == "higher" else "target_lower", value=shown[0])


def signed(card: Any, distance: Any, words: Words) -> str:
    """A difference with its limits and signs, for cards."""
    factor = 100.0 if card.unit == "percent" else 1.0
    values = [factor * value for value in (distance.estimate, distance.conf_low, distance.conf_high)]
    # A difference of shares has the digits of its points.
    decimals = 1 if factor > 1 else level_decimals(card) or int(any(value != round(value) for value in values))
    shown = [words.number(value, decimals, sign=True) for value in values]
    key = "signed_pp" if card.unit == "percent" else "signed"
    return words.ui(key, value=shown[0], low=shown[1], high=shown[2])


def standing_text(card: Any, words: Words) -> str:
    """Whether the target is met, in a shape and a word."""
    context = "standing_range" if card.better == "range" else "standing"
    return f"{MARKS[card.standing]} {words.text(context, card.standing)}"


def trend_text(card: Any, words: Words) -> str:
    """The arrow of a trend and its word; nothing with too few waves."""
    if card.direction is None:
        return ""
    return f"{ARROWS[card.direction]} {words.text('direction', card.direction)}"


def change_text(card: Any, conf_level: float, words: Words) -> str:
    """How an indicator changed since the wave before, or nothing where there is none."""
    level = card.change
    if level is None:
        return ""
    noun = {"percent": "pp", "points": "point", "nps": "point"}.get(card.unit)
    factor = 100.0 if card.unit == "percent" else 1.0
    estimate, low, high = (factor * value for value in (level.estimate, level.conf_low, level.conf_high))
    decimals = 1 if noun else _decimals(card, estimate) or 1
    names = {"previous": words.label("wave", card.wave_before), "level": words.percent(conf_level)}
    clear = card.moved != "open"
    if clear and estimate < 0:
        # A fall is told in sizes without a sign, the smaller first.
        low, high = -high, -low
    size = abs(estimate) if clear else estimate
    case = "gen" if clear else "nom"
    told = words.counted(noun, size, case=case, decimals=1) if noun else words.number(size, decimals)
    limits = {"low": words.number(low, decimals), "high": words.number(high, decimals)}
    if not clear:
        return words.sentence("change_none", wave=words.label("wave", card.wave), d=told, **limits, **names)
    return words.sentence("change_rose" if estimate > 0 else "change_fell", d=told, **limits, **names)


def card_names(cards: Iterable[Any], words: Words) -> str:
    """Indicators in running text, in quotation marks."""
    return words.listed([words.quoted(indicator_name(card, words)) for card in cards])


def scorecard_sentences(result: Any, words: Words) -> list[str]:
    """How many targets are met, which, and what changed or left its usual range in the wave reported on."""
    aimed = [card for card in result.cards if card.standing != "none"]
    wave = {"wave": words.label("wave", result.wave)} if result.wave else {}
    sentences = []
    if not aimed:
        sentences = [words.sentence("targets_none"), value_sentence(result.cards[0], result.conf_level, words)]
    else:
        counts = {name: words.number(len(result.standing(name))) for name in ("met", "missed", "open")}
        key = "targets_in_wave" if wave else "targets"
        sentences.append(words.sentence(key, n=words.number(len(aimed)), **counts, **wave))
    for standing in ("missed", "met", "open"):
        if cards := result.standing(standing):
            sentences.append(words.sentence(f"targets_{standing}", list=card_names(cards, words)))
    for key, cards in (
        ("left_usual_range", [card for card in result.cards if card.outside]),
        ("clearly_worse", [card for card in result.cards if card.moved == "worse"]),
        ("clearly_better", [card for card in result.cards if card.moved == "better"]),
        ("trend_rising", [card for card in result.cards if card.direction == "rising"]),
        ("trend_falling", [card for card in result.cards if card.direction == "falling"]),
    ):
        if cards:
            sentences.append(words.sentence(key, list=card_names(cards, words)))
    return sentences


def value_sentence(card: Any, conf_level: float, words: Words) -> str:
    """An indicator's value with its interval."""
    low, high = (indicator_value(card, value, words) for value in (card.level.conf_low, card.level.conf_high))
    value = f"{indicator_value(card, card.level.estimate, words)} {indicator_unit(card, words)}".strip()
    return words.sentence(
        "indicator_is",
        indicator=indicator_name(card, words),
        value=value,
        level=words.percent(conf_level),
        low=low,
        high=high,
    )


def without_card(result: Any, words: Words) -> list[str]:
    """Which indicators have no card, and why."""
    sentences = []
    for key, reason in result.left_out.items():
        name = key.partition(".")[0]
        kinds = ("indicator", "outcome", "driver")
        kind = next((kind for kind in kinds if words.has_label(kind, name)), "indicator")
        sentences.append(
            words.sentence("no_card", indicator=words.label(kind, name), reasons=reasons((reason,), words))
        )
    return sentences


def worth_decimals(result: Any) -> int:
    """Digits behind the mark of points: two where less than one is needed."""
    return 1 if result.needed.estimate >= 1 else 2


def distance_sentence(result: Any, words: Words) -> str:
    """How far the outcome is from its target."""
    return words.sentence(
        "to_go",
        outcome=words.outcome(result.outcome),
        outcome_start=words.outcome(result.outcome, "start"),
        value=words.number(result.value.estimate, 1),
        target=words.number(result.target, 0 if result.target == round(result.target) else 1),
        level=words.percent(result.conf_level),
        points=words.counted("point", result.needed.estimate, decimals=worth_decimals(result)),
        low=words.number(result.needed.conf_low, worth_decimals(result)),
        high=words.number(result.needed.conf_high, worth_decimals(result)),
    )


def worth_sentence(result: Any, words: Words) -> str:
    """What the driver with the largest part would be worth of the distance; that none has one where none is offered."""
    if not result.order:
        return words.sentence("worth_none", outcome_with=words.outcome(result.outcome, "with"))
    i = result.order[0]
    estimate, _, low, high = result.worth[:, i]
    return words.sentence(
        "worth_first",
        driver=words.label("driver", result.drivers[i]),
        worth=words.counted("point", estimate, decimals=worth_decimals(result)),
        needed=words.number(result.needed.estimate, worth_decimals(result)),
        level=words.percent(result.conf_level),
        low=words.number(low, worth_decimals(result)),
        high=words.number(high, worth_decimals(result)),
    )


def together_sentence(result: Any, words: Words) -> str:
    """What all parts are worth together, and whether that is enough."""
    told = words.sentence(
        "worth_together",
        worth=words.counted("point", result.together.estimate, decimals=worth_decimals(result)),
        level=words.percent(result.conf_level),
        low=words.number(result.together.conf_low, worth_decimals(result)),
        high=words.number(result.together.conf_high, worth_decimals(result)),
    )
    return f"{told} {words.text('sufficiency', result.conclusion)}"


def goals_sentences(result: Any, words: Words) -> list[str]:
    """Where each driver might get, and who says so; which drivers have no part, and why."""
    sentences = []
    if "target" in result.goal_of:
        sentences.append(words.sentence("goal_target"))
    if "best_units" in result.goal_of:
        units = words.number(result.n_units)
        sentences.append(words.sentence("goal_best_units", unit_kind=words.label("unit_kind", "unit"), n=units))
    if "scale_end" in result.goal_of:
        sentences.append(words.sentence("goal_scale_end"))
    for offer in ("unclear", "no_room"):
        names = [
            words.name("driver", name)
            for name, found in zip(result.drivers, result.offers, strict=True)
            if found == offer
        ]
        if names:
            sentences.append(words.sentence(f"offer_{offer}", list=words.listed(names)))
    return sentences

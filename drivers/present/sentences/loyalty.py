"""What may be said of the way from satisfaction to loyalty, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drivers.present.sentences.findings import reasons
from drivers.present.words import Words
from drivers.results import FEWEST_SHOWN

STEP = 10.0
"""Points of a scale for which slopes are told."""

SMALL_PART = 0.01
"""A share below is shown with a decimal."""


def slope_sentence(result: Any, words: Words) -> str:
    """How far loyalty rises from the lowest step of satisfaction to the highest."""
    shape = result.shape
    rises = result.conclusion != "no_rise"
    d = words.counted("point", STEP * shape.slope, decimals=1)
    return words.sentence(
        "curve_slope" if rises else "curve_no_rise", d=d, **_named(result, words), **_slopes(result, words)
    )


def shape_sentences(result: Any, words: Words) -> list[str]:
    """Where the rise sets in or weakens; that no such place can be named where it cannot."""
    sentences = []
    if result.conclusion == "even":
        sentences.append(words.sentence("curve_even"))
    elif result.conclusion == "not_decided":
        sentences.append(words.sentence("curve_not_decided"))
    steeper, flatter = result.shape.steeper, result.shape.flatter
    if result.conclusion == "no_rise":
        return sentences
    for key, bend in (("curve_rises_from", steeper), ("curve_levels_off", flatter)):
        if bend is None:
            continue
        low, high = sorted((abs(bend.conf_low), abs(bend.conf_high)))
        sentences.append(
            words.sentence(
                key,
                at=_points(bend.at, words),
                d=words.counted("point", STEP * abs(bend.estimate), case="gen", decimals=1),
                low=words.number(STEP * low, 1),
                high=words.number(STEP * high, 1),
                level=words.percent(result.conf_level),
                satisfaction=words.outcome(result.satisfaction),
            )
        )
        if bend.low < bend.high:
            sentences.append(
                words.sentence("curve_place_open", first=_points(bend.low, words), last=_points(bend.high, words))
            )
    return sentences


def fall_sentences(result: Any, words: Words) -> list[str]:
    """Where loyalty, or the share of promoters, falls although satisfaction rises."""
    sentences = []
    for k in result.falls:
        changes = result.shape.changes
        sentences.append(
            words.sentence(
                "curve_falls",
                first=_points(result.steps[k].position, words),
                last=_points(result.steps[k + 1].position, words),
                d=words.counted("point", -changes.estimate[k], case="gen", decimals=1),
                low=words.number(-changes.conf_high[k], 1),
                high=words.number(-changes.conf_low[k], 1),
                level=words.percent(result.conf_level),
                **_named(result, words),
            )
        )
    for position, k in enumerate(result.promoters_fall):
        values = {
            "at": _points(result.steps[k].position, words),
            "next": _points(result.steps[k + 1].position, words),
            "share": words.percent(result.steps[k].kinds["promoters"].estimate, 1),
            "share_next": words.percent(result.steps[k + 1].kinds["promoters"].estimate, 1),
        }
        if position:
            sentences.append(words.sentence("promoters_fall_too", **values))
        else:
            named = words.outcome(result.satisfaction)
            sentences.append(words.sentence("promoters_fall", satisfaction=named, **values))
    return sentences


def step_sentences(result: Any, words: Words) -> list[str]:
    """How steps were made, where they are not the answers themselves."""
    sentences = []
    if not result.own:
        sentences.append(words.sentence("steps_bands", bands=words.number(len(result.steps))))
    if result.merged:
        joined = [span(result.steps[k].low, result.steps[k].high, words) for k in result.merged]
        sentences.append(words.sentence("steps_joined", needed=words.number(FEWEST_SHOWN), list=words.listed(joined)))
    return sentences


def kinds_sentence(result: Any, words: Words) -> str:
    """Promoters at the lowest step and at the highest."""
    first, last = result.steps[0], result.steps[-1]
    if not first.kinds or not last.kinds:
        return ""
    return words.sentence(
        "promoters_ends",
        at=_points(first.position, words),
        last=_points(last.position, words),
        share=words.percent(first.kinds["promoters"].estimate),
        share_last=words.percent(last.kinds["promoters"].estimate),
        satisfaction=words.outcome(result.satisfaction),
    )


def sizes_sentence(result: Any, words: Words) -> str:
    """How many are in each group that is shown."""
    parts = [
        words.ui("group_share", group=group_name(group, words), share=part(level.estimate, words))
        for group, level in result.sizes.items()
        if level is not None
    ]
    return words.sentence("groups_sizes", list=words.listed(parts)) if parts else ""


def cuts_sentence(result: Any, words: Words) -> str:
    """Who counts as satisfied and as loyal."""
    return words.sentence(
        "groups_cuts",
        satisfied=_points(result.satisfied_from, words),
        loyal=_points(result.loyal_from, words),
        satisfaction=words.outcome(result.satisfaction),
        loyalty=words.outcome(result.outcome),
    )


def hidden_sentence(result: Any, words: Words) -> str:
    """Which groups are not shown; nothing where all are."""
    names = [words.quoted(group_name(group, words)) for group in result.hidden]
    if not names:
        return ""
    return words.sentence("groups_hidden", needed=words.number(FEWEST_SHOWN), list=words.listed(names))


def group_event_sentences(event: Any, words: Words) -> list[str]:
    """In which groups an event is observed more or less often than among the loyal."""
    sentences = []
    for key, sign in (("group_event_more", 1), ("group_event_fewer", -1)):
        parts = []
        for group, level in event.differences.items():
            if level is None or not min(sign * level.conf_low, sign * level.conf_high) > 0:
                continue
            low, high = sorted((abs(level.conf_low), abs(level.conf_high)))
            parts.append(
                words.ui(
                    "group_difference",
                    group=group_name(group, words),
                    d=words.counted("pp", 100 * abs(level.estimate), decimals=1),
                    low=words.number(100 * low, 1),
                    high=words.number(100 * high, 1),
                )
            )
        if parts:
            sentences.append(words.sentence(key, event=words.name("outcome", event.event), list=words.listed(parts)))
    if sentences or not any(level is not None for level in event.differences.values()):
        return sentences
    return [words.sentence("group_event_alike", event=words.name("outcome", event.event))]


def observed_sentences(result: Any, one: Any, words: Words) -> list[str]:
    """How an event goes with stated loyalty: the slope, and both ends of the scale."""
    slope = one.link.slope
    low, high = slope.conf_low, slope.conf_high
    clear = low > 0 or high < 0
    if clear:
        low, high = sorted((abs(low), abs(high)))
    key = "observed_open" if not clear else "observed_oftener" if slope.estimate > 0 else "observed_rarer"
    size = 100 * STEP * (abs(slope.estimate) if clear else slope.estimate)
    sentences = [
        words.sentence(
            key,
            event=words.name("outcome", one.event),
            loyalty=words.outcome(result.outcome),
            d=words.counted("pp", size, case="gen", decimals=1),
            low=words.number(100 * STEP * low, 1),
            high=words.number(100 * STEP * high, 1),
            level=words.percent(result.conf_level),
        )
    ]
    if len(one.bands) > 1:
        first, last = one.bands[0], one.bands[-1]
        sentences.append(
            words.sentence(
                "observed_ends",
                band=band_name(first, words),
                last=band_name(last, words),
                share=words.percent(first.share.estimate),
                share_last=words.percent(last.share.estimate),
            )
        )
    return sentences


def line_sentences(result: Any, one: Any, words: Words) -> list[str]:
    """Whether a straight line describes it, and how well stated loyalty tells people apart."""
    line = {"straight": "line_straight", "bent": "line_bent", "not_decided": "line_open"}[one.link.straight]
    within = words.counted("pp", 5, case="gen")
    sentences = [words.sentence(line, within=within)] if len(one.bands) > 1 else []
    if one.telling == "unknown":
        return [*sentences, words.sentence("telling_unknown", needed=words.number(FEWEST_SHOWN))]
    estimate, low, high = one.discrimination
    telling = {"well": "telling_well", "somewhat": "telling_somewhat", "little": "telling_little"}[one.telling]
    return [
        *sentences,
        words.sentence(
            "discrimination",
            value=words.percent(estimate),
            low=words.percent(low),
            high=words.percent(high),
            level=words.percent(result.conf_level),
            half=words.percent(0.5),
        ),
        words.sentence(telling),
    ]


def unit_sentences(result: Any, words: Words) -> list[str]:
    """Whether units with more loyal answers have better figures."""
    sentences = []
    for one in result.units_linked:
        if one.mostly_chance:
            continue
        found = one.correlation
        key = {"kept": "units_kept", "contradicted": "units_contradicted", "open": "units_open"}[one.conclusion]
        sentences.append(
            words.sentence(
                key,
                indicator=words.name("indicator", one.indicator),
                units=words.number(len(one.names)),
                r=words.number(found.estimate, 2),
                low=words.number(found.conf_low, 2),
                high=words.number(found.conf_high, 2),
                corrected=words.number(found.corrected, 2),
                level=words.percent(result.conf_level),
            )
        )
    chance = [one for one in result.units_linked if one.mostly_chance]
    if chance:
        names = words.listed([words.name("indicator", one.indicator) for one in chance])
        most = words.number(max(len(one.names) for one in chance))
        sentences.append(words.sentence("units_chance", units=most, list=names))
    return [*sentences, words.sentence("units_caution")] if sentences else []


def left_out_sentences(result: Any, words: Words) -> list[str]:
    """What could not be set against stated loyalty, and why."""
    sentences = []
    for name, code in result.left_out.items():
        why = reasons((code,), words)
        if name == "units":
            sentences.append(words.sentence("units_left_out", reasons=why))
        else:
            kind = "outcome" if words.has_label("outcome", name) and code.code != "few_places" else "indicator"
            sentences.append(words.sentence("event_left_out", event=words.name(kind, name), reasons=why))
    return sentences


def group_name(group: str, words: Words) -> str:
    """What a group of people is called."""
    return words.text("loyalty_group", group)


def band_name(band: Any, words: Words) -> str:
    """From which stated loyalty to which a band reaches, in whole points."""
    return words.ui("span", low=words.number(band.low), high=words.number(band.high))


def part(value: float, words: Words) -> str:
    """A share, with a decimal where it would be shown as none or nearly so."""
    return words.percent(value, 1 if 0 < value < SMALL_PART else 0)


def span(low: float, high: float, words: Words) -> str:
    """From one number of points to another; one number where they are the same."""
    if low == high:
        return _points(low, words)
    return words.ui("span", low=_points(low, words), high=_points(high, words))


def _points(value: float, words: Words) -> str:
    """Points of a scale, with a decimal only where there is one."""
    return words.number(value, 0 if abs(value - round(value)) < 0.05 else 1)


def _named(result: Any, words: Words) -> dict[str, str]:
    return {"satisfaction": words.outcome(result.satisfaction), "loyalty": words.outcome(result.outcome)}


def _slopes(result: Any, words: Words) -> dict[str, str]:
    return {
        "low": words.number(STEP * result.shape.slope_low, 1),
        "high": words.number(STEP * result.shape.slope_high, 1),
        "level": words.percent(result.conf_level),
    }


def joined(sentences: Sequence[str]) -> str:
    """Sentences one after the other, empty ones left out."""
    return " ".join(sentence for sentence in sentences if sentence)

"""What may be said of a rival beside us, and of a gap that is told in drivers."""

from __future__ import annotations

from typing import Any

from drivers.present.sentences.benchmark import list_sentences, measure_name, sized
from drivers.present.words import Words
from drivers.results import FEWEST_SHOWN

_OUTCOME = {"above": "rival_above", "below": "rival_below", "open": "rival_open"}
_SPLIT = {
    "rival": "gap_rival",
    "outside": "gap_outside",
    "best_units": "gap_best_units",
    "other_units": "gap_other_units",
}
_LEFT = {"above": "gap_left_above", "below": "gap_left_below", "open": "gap_left_open"}


def rival_label(rival: str, words: Words) -> str:
    """What a competitor is called."""
    return words.label("rival", rival)


def rivals_asked(words: Words) -> bool:
    """Whether the survey asks about a competitor at all."""
    return bool(words.labels.texts.get("rival"))


def no_rival_sentence(words: Words) -> str:
    """That nothing can be said of a competitor, and why."""
    if rivals_asked(words):
        return words.sentence("rivals_few", needed=words.number(FEWEST_SHOWN))
    return words.sentence("rivals_none")


def rival_sentences(result: Any, rival: str, words: Words) -> list[str]:
    """How outcomes stand beside a competitor's, among those who rated both."""
    told = []
    name = {"rival": rival_label(rival, words)}
    for one in result.measures:
        if one.about != "outcome" or rival not in one.rivals:
            continue
        rating = one.rivals[rival]
        outcome = measure_name(one, words)
        told.append(
            words.sentence(
                _OUTCOME[rating.difference.conclusion],
                outcome=outcome,
                **name,
                **sized(rating.difference, words, result.conf_level),
            )
        )
        parts = {side: words.percent(getattr(rating, side).estimate) for side in ("higher", "same", "lower")}
        told.append(words.sentence("rival_parts", outcome=outcome, **name, **parts))
        if rating.ratio is not None:
            ratio, low, high = (words.number(100 * value, 1) for value in rating.ratio)
            level = words.percent(result.conf_level)
            told.append(words.sentence("rival_ratio", ratio=ratio, low=low, high=high, level=level))
    return told


def rival_driver_sentences(result: Any, rival: str, words: Words) -> list[str]:
    """On which drivers we are ahead of a competitor, on which behind, and where it cannot be told."""
    keys = {"above": "drivers_rival_above", "below": "drivers_rival_below", "open": "drivers_rival_open"}

    def read(one: Any) -> Any:
        return one.rivals[rival].difference if rival in one.rivals else None

    return list_sentences(result, words, keys, read, rival=rival_label(rival, words))


def gap_caption(result: Any, words: Words) -> str:
    """What a figure or a table of a gap shows."""
    name = {"rival": rival_label(result.rival, words)} if result.against == "rival" else {}
    return words.text("caption", _SPLIT[result.against], **name)


def gap_sentences(result: Any, words: Words) -> list[str]:
    """What is split, which drivers go with being ahead and which with being behind, and what they leave."""
    outcome = words.label("outcome", result.outcome)
    names = {"outcome": outcome}
    if result.against == "rival":
        names["rival"] = rival_label(result.rival, words)
    if result.against in ("best_units", "other_units"):
        names["unit_kind"] = words.label("unit_kind", "unit")
    told = [words.sentence(_SPLIT[result.against], **names)]
    for conclusion, key in {"above": "gap_ahead", "below": "gap_behind"}.items():
        found = [words.name("driver", result.drivers[i]) for i in result.order if result.conclusions[i] == conclusion]
        if found:
            told.append(words.sentence(key, outcome=outcome, list=words.listed(found)))
    if not any(conclusion != "open" for conclusion in result.conclusions):
        told.append(words.sentence("gap_no_part"))
    told.append(words.sentence(_LEFT[result.left.conclusion], **sized(result.left, words, result.conf_level)))
    return told

"""What may be said of a questionnaire's health, in words."""

from __future__ import annotations

import math
from typing import Any

from drivers.present.words import Words

RATINGS = "ratings"
KINDS = ("blank", "refused", "dont_know", "not_applicable", "not_asked")
"""Kinds of missing answers, from what was withheld to what nobody had to give."""

WITHHELD = ("blank", "refused", "dont_know")
FLAGS = (
    "straight_lining",
    "straight_best",
    "long_run",
    "speeding",
    "duplicate_respondent",
    "duplicate_answers",
    "near_duplicate",
    "few_answers",
    "contradiction",
    "preview",
    "test",
    "spam",
    "unfinished",
    "rejected",
)
"""Flags in the order in which they are shown."""

_WORST = ("red", "amber", "green")


def scored_items(result: Any) -> list[Any]:
    """The questions behind outcomes and drivers that concern anybody."""
    return [one for one in result.scored if one.concerned]


def missing_kinds(result: Any) -> list[str]:
    """The kinds of missing answers that the scored questions have."""
    return [kind for kind in KINDS if any(one.counts[kind] for one in scored_items(result))]


def question_label(one: Any, words: Words) -> str:
    """What a question asks; what it measures, or its key, where the survey does not say."""
    if words.has_label("item", one.item):
        return words.label("item", one.item)
    for kind in ("driver", "outcome"):
        if words.has_label(kind, one.construct):
            return words.label(kind, one.construct)
    return words.label("item", one.item)


def trust_sentence(result: Any, words: Words) -> str:
    """Whether the answers can be trusted, by the worst of the lights."""
    lights = {check.light for check in result.checks}
    return words.text("quality", next((light for light in _WORST if light in lights), "green"))


def missing_sentence(result: Any, words: Words) -> str:
    """Which question has the most missing answers."""
    found = [one for one in scored_items(result) if one.withheld_share > 0]
    if not found:
        return words.sentence("missing_nothing")
    worst = max(found, key=lambda one: one.withheld_share)
    item = words.quoted(question_label(worst, words))
    return words.sentence("missing_most", item=item, value=words.percent(worst.withheld_share, 1))


def ends_sentence(result: Any, words: Words) -> str:
    """Which question has most of the best answers."""
    top = max((one for one in scored_items(result) if has_ends(one)), key=lambda one: one.ceiling)
    return words.sentence("ends_most", item=words.quoted(question_label(top, words)), value=words.percent(top.ceiling))


def has_ends(one: Any) -> bool:
    """Whether answers to a question may pile up at an end, and are enough to see it."""
    return bool(one.has_steps and math.isfinite(one.ceiling))


def contrary_sentence(result: Any, words: Words) -> str:
    """Which questions run against all others; nothing where none does."""
    if not result.against:
        return ""
    names = [words.quoted(question_label(one, words)) for one in result.against]
    return words.sentence("contrary_items", list=words.listed(names))


def witness(name: str, words: Words) -> str:
    """What contradicts the main outcome, as part of a sentence."""
    return words.term("ratings_mean") if name == RATINGS else words.outcome(name)


def misread_sentences(result: Any, words: Words) -> list[str]:
    """Where a scale was read backwards; that it was not, or can hardly matter, where none was."""
    sentences = [
        words.sentence(
            f"misread_{one.end}",
            outcome=words.outcome(one.outcome),
            witness=witness(one.witness, words),
            n=words.number(one.n),
            found=words.number(one.found),
            expected=words.number(one.expected),
        )
        for one in result.misread
    ]
    if sentences:
        return [*sentences, words.sentence("misread_likely")]
    return [words.sentence("misread_none", outcome=words.outcome(result.contradictions[0].outcome))]


def gathering_sentences(found: Any, words: Words) -> list[str]:
    """Time taken, delay since the contact and response rate, each as "label: number"."""
    sentences = []
    if math.isfinite(found.median_seconds):
        sentences.append(words.sentence("time_taken", minutes=words.number(found.median_seconds / 60, 1)))
    if math.isfinite(found.median_days):
        sentences.append(words.sentence("delay_median", days=words.number(found.median_days)))
    if math.isfinite(found.late_share):
        days, value = words.number(found.most_days), words.chance(found.late_share)
        sentences.append(words.sentence("delay_late", days=days, value=value))
    if found.before_contact:
        sentences.append(words.sentence("before_contact", n=words.number(found.before_contact)))
    rates = found.rates
    if rates is not None:
        values = {"answers": words.number(rates.answers), "asked": words.number(rates.asked)}
        sentences.append(words.sentence("response_rate", value=words.percent(rates.response_rate, 1), **values))
        if math.isfinite(rates.complete_rate):
            sentences.append(
                words.sentence(
                    "other_rates",
                    complete=words.percent(rates.complete_rate, 1),
                    cooperation=words.percent(rates.cooperation_rate, 1),
                    refusal=words.percent(rates.refusal_rate, 1),
                )
            )
    return sentences

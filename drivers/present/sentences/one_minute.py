"""What may be said in one minute: a question, its answer in a sentence or two, and where more is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from drivers.present.sentences.budget import plan_in_short, plan_sentences
from drivers.present.sentences.findings import change, headline, notes, reasons, verdict_sentence
from drivers.present.sentences.indicators import card_names
from drivers.present.sentences.priorities import priority_sentences
from drivers.present.sentences.units import apart_sentences, below_sentences, units_sentences
from drivers.present.sentences.what_if import further_step_sentence, step_sentence
from drivers.present.words import Words
from drivers.results import Unanswered

_TIED = {"green": "green_tied", "amber": "amber_tied", "red": "red"}
"""What a light says where the data put no aspect before the others."""

_TOLD = 3
"""Aspects of which it is told what they would bring, where none may be put before another."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and its answer; the section that says more, and the light where the answer is one."""

    question: str
    sentences: tuple[str, ...]
    section: str
    light: str = ""


def answers(result: Any, words: Words) -> list[Answer]:
    """The answers that the survey allows, in the order in which managers ask."""
    found = [_stands(result, words), _better(result, words), _first(result, words), _brings(result, words)]
    found += [_helps(result, words), _sure(result, words)]
    return [answer for answer in found if answer is not None]


def _stands(result: Any, words: Words) -> Answer:
    said = [headline(result.scores, words)]
    waves: Sequence[str] = getattr(result.trend, "waves", ())
    score = result.scores.scores[0]
    if len(waves) > 1:
        latest = result.trend.results[-1].scores[0]
        # Of one wave alone the headline speaks already.
        if (latest.outcome, latest.statistic) == (score.outcome, score.statistic) and latest.level.n < score.level.n:
            values = {"score": latest.level.estimate, "low": latest.level.conf_low, "high": latest.level.conf_high}
            shown = {name: words.number(value, 1) for name, value in values.items()}
            shown |= {"wave": words.label("wave", waves[-1]), "level": words.percent(result.scores.conf_level)}
            said.append(words.sentence("minute_latest", **shown))
    question = "stands" if result.scores.period else "stands_undated"
    return Answer(words.text("question", question), tuple(said), "score-cards")


def _better(result: Any, words: Words) -> Answer | None:
    said = change(result.scores.scores[0], result.scores.conf_level, words)
    if not said:
        return None
    cards = [card for card in getattr(result.cards, "cards", ()) if card.about == "indicator"]
    moved = {way: [card for card in cards if card.moved == way] for way in ("worse", "better")}
    more = [words.sentence(f"clearly_{way}", list=card_names(found, words)) for way, found in moved.items() if found]
    return Answer(words.text("question", "better"), (said, *more), "trend-section")


def _first(result: Any, words: Words) -> Answer:
    question = words.text("question", "first")
    if result.verdict is None:
        why = words.sentence("unanswered", reasons=reasons(result.importance.reasons, words))
        return Answer(question, (why,), "how-sure")
    if result.verdict.status == "not_rankable":
        return Answer(question, (verdict_sentence(result.importance, words),), "how-sure")
    if result.priorities is None or isinstance(result.priorities, Unanswered):
        return Answer(question, (verdict_sentence(result.importance, words),), "what-drives")
    said = priority_sentences(result.priorities, words)
    if len(result.first) == 1 and result.priorities.goal_of[0] == "scale_end":
        # The best answer of all is a bound and no plan, so no gain up to it belongs into one minute.
        driver = words.label("driver", result.first[0])
        if len(result.priorities.order) == 1:
            said[0] = words.sentence("minute_only", driver=driver)
        else:
            said[0] = words.sentence("minute_first", driver=driver, outcome=words.outcome(result.importance.outcome))
            said[1:] = [words.sentence("minute_beside_map") for _ in said[1:]]
    return Answer(question, tuple(said), "priorities")


def _brings(result: Any, words: Words) -> Answer | None:
    table = result.what_if
    if table is None or isinstance(table, Unanswered):
        return None
    if result.verdict is None or result.verdict.status == "not_rankable":
        return None
    # In the order in which they are named as what comes first; a long list is no answer.
    named = [table.drivers.index(name) for name in result.first if name in table.drivers][:_TOLD]
    if not named and "higher" in table.says("alone", 0):
        # Why none of them is offered is told where it is asked what comes first.
        return None
    if not named:
        return Answer(words.text("question", "brings"), (words.sentence("minute_no_gain"),), "what-if")
    said = [step_sentence(table, j, words) for j in named]
    # A condition that holds for all of them is told once.
    conditional = table.step > 0 and all(table.says("alone", 0)[j] == "higher" for j in named)
    if conditional:
        said[1:] = [further_step_sentence(table, j, words) for j in named[1:]]
    if getattr(result.plan, "order", ()):
        # With costs the order may be another one.
        in_short = conditional and result.plan.better == "higher"
        in_short &= (table.measures[0].outcome, table.measures[0].statistic) == (result.plan.outcome, "mean")
        said += plan_in_short(result.plan, words) if in_short else plan_sentences(result.plan, words)[:2]
    return Answer(words.text("question", "brings"), tuple(said), "what-if")


def _helps(result: Any, words: Words) -> Answer | None:
    if result.compared is None or isinstance(result.compared, Unanswered):
        return None
    if result.compared.selected is None:
        return Answer(words.text("question", "helps"), tuple(below_sentences(result.compared, words)), "units")
    said = [*units_sentences(result.compared, words)[1:], *apart_sentences(result.compared, words)]
    return Answer(words.text("question", "beside"), tuple(said), "units")


def _sure(result: Any, words: Words) -> Answer:
    tied = result.verdict is not None and result.verdict.status == "tied"
    said = [words.text("how_sure", _TIED[result.light] if tied else result.light)]
    if result.weak:
        names = [words.quoted(words.text("check", code)) for code in result.weak]
        said.append(words.sentence("how_sure_weak", list=words.listed(names)))
    said += notes(tuple(note for note in result.importance.notes if note.code == "opt_in_sample"), words)
    return Answer(words.text("question", "sure"), tuple(said), "how-sure", result.light)

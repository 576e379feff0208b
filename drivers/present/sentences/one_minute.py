"""What may be said in one minute: a question, its answer in a sentence or two, and where more is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drivers.present.sentences.findings import change, headline, reasons, verdict_sentence
from drivers.present.sentences.priorities import priority_sentences
from drivers.present.sentences.units import units_sentences
from drivers.present.sentences.what_if import step_sentence
from drivers.present.words import Words
from drivers.results import Unanswered


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
    return Answer(words.text("question", "stands"), (headline(result.scores, words),), "score-cards")


def _better(result: Any, words: Words) -> Answer | None:
    score = result.scores.scores[0]
    said = change(score, result.scores.conf_level, words)
    return Answer(words.text("question", "better"), (said,), "trend-section") if said else None


def _first(result: Any, words: Words) -> Answer:
    question = words.text("question", "first")
    if result.verdict is None:
        why = words.sentence("unanswered", reasons=reasons(result.importance.reasons, words))
        return Answer(question, (why,), "how-sure")
    if result.verdict.status == "not_rankable":
        return Answer(question, (verdict_sentence(result.importance, words),), "how-sure")
    if result.priorities is None or isinstance(result.priorities, Unanswered):
        return Answer(question, (verdict_sentence(result.importance, words),), "what-drives")
    return Answer(question, tuple(priority_sentences(result.priorities, words)), "where-to-act")


def _brings(result: Any, words: Words) -> Answer | None:
    table = result.what_if
    if table is None or isinstance(table, Unanswered) or not result.first:
        return None
    # Of several that may come first, the one whose step goes with most.
    named = [j for j in table.order() if table.drivers[j] in result.first]
    if not named:
        return None
    return Answer(words.text("question", "brings"), (step_sentence(table, named[0], words),), "what-if")


def _helps(result: Any, words: Words) -> Answer | None:
    if result.compared is None or isinstance(result.compared, Unanswered):
        return None
    key = "helps" if result.compared.selected is None else "beside"
    return Answer(words.text("question", key), tuple(units_sentences(result.compared, words)[1:]), "units")


def _sure(result: Any, words: Words) -> Answer:
    said = [words.text("how_sure", result.light)]
    if result.weak:
        names = [words.quoted(words.text("check", code)) for code in result.weak]
        said.append(words.sentence("how_sure_weak", list=words.listed(names)))
    return Answer(words.text("question", "sure"), tuple(said), "how-sure", result.light)

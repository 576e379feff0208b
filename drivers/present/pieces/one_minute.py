"""The box for a reader with one minute."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present.blocks import LIGHT_MARKS
from drivers.present.isolation import html
from drivers.present.sentences.one_minute import Answer, answers
from drivers.present.words import Words


def read(result: Any, words: Words, identity: str) -> Markup:
    """Questions with their answers, each with a link to the section that says more."""
    return Markup('<dl class="minute">{}</dl>').format(
        Markup("").join(_entry(answer, words) for answer in answers(result, words))
    )


def _entry(answer: Answer, words: Words) -> Markup:
    light = Markup("")
    if answer.light:
        light = Markup('<strong class="light">{} {}</strong> ').format(
            LIGHT_MARKS[answer.light], html(words.ui(answer.light))
        )
    more = Markup('<a class="more" href="#{}">{}<span class="unseen">: {}</span></a>').format(
        answer.section, html(words.ui("more")), html(answer.question)
    )
    return Markup("<div{}><dt>{}</dt><dd>{}{} {}</dd></div>").format(
        Markup(' data-light="{}"').format(answer.light) if answer.light else "",
        html(answer.question),
        light,
        html(" ".join(answer.sentences)),
        more,
    )

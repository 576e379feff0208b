"""Pieces on indicators over the waves: which of their ups and downs are usual, and which are not."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure
from drivers.present.figures.control import control_chart
from drivers.present.isolation import html
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.control import (
    baseline_sentence,
    chart_sentences,
    left_out_sentences,
    summary_sentences,
    worth_a_search,
)
from drivers.present.sentences.findings import notes, reasons, suppressed
from drivers.present.sentences.indicators import indicator_name
from drivers.present.words import Words

MOST_OPEN = 4
"""Charts that a page shows one below the other; of more, those without a signal open on demand."""


def charts(result: Any, words: Words, identity: str) -> Markup:
    """Which indicators are worth a search for a cause, and a chart of each."""
    said = paragraph(" ".join(summary_sentences(result, words)), "lead") if len(result.charts) > 1 else Markup("")
    found = [chart for chart in result.charts if worth_a_search(chart) or len(result.charts) <= MOST_OPEN]
    quiet = [chart for chart in result.charts if chart not in found]
    parts = [_chart(result, chart, words, identity) for chart in found]
    if quiet:
        folded = Markup("").join(_chart(result, chart, words, identity) for chart in quiet)
        parts.append(Markup("<details><summary>{}</summary>{}</details>").format(html(words.ui("show_usual")), folded))
    left = [*left_out_sentences(result, words), *notes(result.notes, words)]
    return said + Markup("").join([*parts, *(paragraph(sentence, "footnote") for sentence in left)])


def _chart(result: Any, chart: Any, words: Words, identity: str) -> Markup:
    key = chart.key
    footnote = words.ui("footnote_control_records")
    if chart.history.family not in ("poisson", "binomial"):
        footnote = words.ui(
            "footnote_control",
            respondents=words.respondents(int(chart.history.n.sum())),
            weighting=words.ui("weighted_yes" if result.weighted else "unweighted"),
        )
    if told := baseline_sentence(chart, result, words):
        footnote = f"{footnote} {told}"
    place = [each.key for each in result.charts].index(key)
    return paragraph(" ".join(chart_sentences(result, chart, words))) + figure(
        control_chart(result, words, indicator=key),
        words.text("caption", "control", indicator=indicator_name(chart, words)),
        tables.control_table(result, words, indicator=key),
        footnote,
        words,
        f"{identity}-{place}",
    )


def unanswered_charts(result: Any, words: Words, identity: str) -> Markup:
    """Why nothing is followed over time; nothing where nothing at all is shown."""
    said = words.sentence("unanswered_control", reasons=reasons(result.reasons, words))
    return Markup("") if suppressed(result) else paragraph(said)


def method(result: Any, words: Words, identity: str) -> Markup:
    """How limits and trends were computed, and how often they mislead."""
    limits = [words.text("method", "control")]
    if not result.baseline:
        limits.append(words.text("method", "control_screened", far=words.number(result.details["far"])))
    if any(chart.limits.method == "individuals" for chart in result.charts):
        limits.append(words.text("method", "control_individuals"))
    signals = words.text("method", "control_signals", run=words.number(result.details["run"]))
    return paragraph(" ".join(limits)) + paragraph(signals) + paragraph(words.text("method", "control_trend"))


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words of this section, explained."""
    return explained_terms(["usual_range", "out_of_control"], words)

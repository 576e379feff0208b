"""Pieces on indicators: how they stand, what a distance is worth in drivers, and what is at stake."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.distance import distance_bars
from drivers.present.isolation import html
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.findings import notes, reasons, suppressed, unanswered, weighting
from drivers.present.sentences.indicators import (
    WHOLE,
    as_given,
    change_text,
    distance_sentence,
    goals_sentences,
    indicator_name,
    indicator_target,
    indicator_unit,
    indicator_value,
    scorecard_sentences,
    signed,
    standing_text,
    together_sentence,
    trend_text,
    without_card,
    worth_sentence,
)
from drivers.present.tables.indicators import amount
from drivers.present.words import Words


def finding(result: Any, words: Words, identity: str) -> Markup:
    """Which targets are met, and what changed."""
    first, *others = scorecard_sentences(result, words)
    return paragraph(first, "lead") + Markup("").join(paragraph(sentence) for sentence in others)


def unanswered_finding(result: Any, words: Words, identity: str) -> Markup:
    """Why the page has no indicator."""
    if suppressed(result):
        return paragraph(unanswered(result, words), "lead")
    return paragraph(words.sentence("unanswered_scorecard", reasons=reasons(result.reasons, words)), "lead")


def cards(result: Any, words: Words, identity: str) -> Markup:
    """One card for each indicator, and which indicators have none."""
    made = Markup("").join(_card(card, result.conf_level, words) for card in result.cards)
    said = [*without_card(result, words), *notes(result.notes, words)]
    more = Markup("").join(paragraph(sentence, "footnote") for sentence in said)
    covered = Markup("")
    if result.wave:
        covered = paragraph(words.sentence("figures_of_wave", wave=words.label("wave", result.wave)))
    return covered + Markup('<ul class="cards indicators">{}</ul>').format(made) + more


def own(result: Any, words: Words, identity: str) -> Markup:
    """The cards where the codebook has indicators; else they would say what the scores say."""
    return cards(result, words, identity) if any(card.about == "indicator" for card in result.cards) else Markup("")


def _card(card: Any, conf_level: float, words: Words) -> Markup:
    interval = words.sentence(
        "card_interval",
        level=words.percent(conf_level),
        low=indicator_value(card, card.level.conf_low, words),
        high=indicator_value(card, card.level.conf_high, words),
    )
    behind = (
        words.ui("out_of_count", n=words.number(card.level.n))
        if card.intervals in ("exact_counts", "exact_parts", "over_units")
        else words.respondents(card.level.n)
    )
    details = [interval, behind, change_text(card, conf_level, words)]
    facts = Markup("").join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(html(term), html(text)) for term, text in _facts(card, words) if text
    )
    if facts:
        facts = Markup('<dl class="facts">{}</dl>').format(facts)
    return Markup(
        '<li data-standing="{}"><p class="name">{}</p><p class="value">{} <small>{}</small></p>'
        '<p class="standing">{}</p>{}{}</li>'
    ).format(
        card.standing,
        html(indicator_name(card, words)),
        html(indicator_value(card, card.level.estimate, words)),
        html(indicator_unit(card, words)),
        html(standing_text(card, words)),
        Markup("").join(paragraph(text, "detail") for text in details if text),
        facts,
    )


def _facts(card: Any, words: Words) -> list[tuple[str, str]]:
    """What else a card tells: target, distance, benchmark, trend, objective and source."""
    facts = []
    if card.target:
        facts.append((words.term("target"), indicator_target(card, words)))
        if card.standing != "met" or card.better != "range":
            facts.append((words.term("to_target"), signed(card, card.to_target, words)))
    if card.benchmark is not None:
        whose = words.label("benchmark_of", card.name) if words.has_label("benchmark_of", card.name) else ""
        term = words.ui("benchmark_whose", whose=whose) if whose else words.term("benchmark")
        compared = words.text("compared", card.against_benchmark)
        facts.append((term, f"{as_given(card, card.benchmark, words)} · {compared}"))
    facts.append((words.term("trend"), trend_text(card, words)))
    if card.outside:
        facts.append((words.term("usual_range"), words.ui("outside_it")))
    facts += [
        (words.term(kind), words.label(kind, card.name))
        for kind in ("objective", "source")
        if card.about == "indicator" and words.has_label(kind, card.name)
    ]
    return facts


def table(result: Any, words: Words, identity: str) -> Markup:
    """All indicators in a table; benchmarks, changes and trends on demand."""
    more = opened(tables.movements_table(result, words), words.ui("show_movements"))
    return tables.scorecard_table(result, words).html() + more


def distance(result: Any, words: Words, identity: str) -> Markup:
    """How far the target is, and what closing each driver's gap would be worth of it."""
    said = paragraph(" ".join([distance_sentence(result, words), worth_sentence(result, words)]))
    goals = Markup("").join(paragraph(sentence, "footnote") for sentence in goals_sentences(result, words))
    if not result.order:
        return said + tables.distance_table(result, words).html() + goals
    footnote = words.ui(
        "footnote_distance",
        respondents=words.respondents(result.sample.n),
        weighting=weighting(result.sample, words),
        level=words.percent(result.conf_level),
    )
    picture = figure(
        distance_bars(result, words),
        words.text("caption", "distance"),
        tables.distance_table(result, words),
        footnote,
        words,
        identity,
    )
    return said + paragraph(together_sentence(result, words)) + picture + goals


def unanswered_distance(result: Any, words: Words, identity: str) -> Markup:
    """Why no distance is told in drivers; nothing where nothing at all is shown."""
    said = words.sentence("unanswered_distance", reasons=reasons(result.reasons, words))
    return Markup("") if suppressed(result) else paragraph(said)


def stake(result: Any, words: Words, identity: str) -> Markup:
    """What customers lost were worth, and what would make up for it."""
    wave = {"wave": words.label("wave", result.wave)} if result.wave else {}
    counts = {"lost": words.number(result.lost), "part": words.percent(result.lost / result.customers, 1)}
    level = {"level": words.percent(result.conf_level)}
    has_currency = words.has_label("currency", "currency")
    currency = words.label("currency", "currency") if has_currency else words.ui("own_currency")
    said = [words.sentence("lost_in_wave" if wave else "lost", **counts, **wave)]
    if result.lost:
        worth = amount(result.per_customer.estimate, words)
        key = "business_lost_given" if result.given else "business_lost"
        said.append(words.sentence(key, worth=worth, **_amounts(result.business, words), **level))
    if result.beyond_target:
        whole = abs(100 * result.target - round(100 * result.target)) < WHOLE
        beyond = {"target": words.percent(result.target, 0 if whole else 1), "n": words.number(result.beyond_target)}
        said.append(words.sentence("beyond_target", amount=amount(result.business_beyond.estimate, words), **beyond))
    if result.new_needed is not None:
        worth = amount(result.per_new.estimate, words)
        said.append(words.sentence("new_needed", worth=worth, **_amounts(result.new_needed, words), **level))
    footnote = words.ui("footnote_stake", currency=currency)
    shown = tables.stake_table(result, words).html() + paragraph(footnote, "footnote")
    return paragraph(" ".join(said)) + shown


def _amounts(distance: Any, words: Words) -> dict[str, str]:
    values = {"amount": distance.estimate, "low": distance.conf_low, "high": distance.conf_high}
    return {name: amount(value, words) for name, value in values.items()}


def unanswered_stake(result: Any, words: Words, identity: str) -> Markup:
    """Why it is not told what is at stake; nothing where nothing at all is shown."""
    said = words.sentence("unanswered_stake", reasons=reasons(result.reasons, words))
    return Markup("") if suppressed(result) else paragraph(said)


def method(result: Any, words: Words, identity: str) -> Markup:
    """How indicators were estimated and set against their targets."""
    kinds = dict.fromkeys(card.intervals for card in result.cards)
    now = words.text("method", "scorecard_wave" if result.wave else "scorecard_whole")
    sentences = [
        f"{now} {words.text('method', 'scorecard')}",
        *(words.text("indicator_intervals", kind) for kind in kinds),
    ]
    if any(card.trend is not None for card in result.cards):
        sentences.append(words.text("method", "scorecard_trends"))
    return Markup("").join(paragraph(sentence) for sentence in sentences)


def distance_method(result: Any, words: Words, identity: str) -> Markup:
    """How a distance was told in drivers."""
    return paragraph(words.text("method", "distance"))


def stake_method(result: Any, words: Words, identity: str) -> Markup:
    """How it was told what is at stake."""
    return paragraph(words.text("method", "stake"))


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words of the scorecard, explained."""
    keys = ["target", *(["benchmark"] if any(card.benchmark is not None for card in result.cards) else []), "interval"]
    keys += ["nps"] if any(card.unit == "nps" for card in result.cards) else []
    return explained_terms(keys, words)

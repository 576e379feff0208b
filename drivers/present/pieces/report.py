"""Pieces of a page about levels, importance and the map, as HTML."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, lights
from drivers.present.claims import share_form, shares_hidden, too_few
from drivers.present.figures.correlation import correlation_grid
from drivers.present.figures.importance import importance_bars
from drivers.present.figures.performance_map import importance_performance_map
from drivers.present.figures.trend import wave_trend
from drivers.present.isolation import html
from drivers.present.markup import paragraph
from drivers.present.sentences.findings import (
    change,
    effects_sentence,
    headline,
    map_sentence,
    notes,
    period,
    statistic_name,
    statistic_value,
    suppressed,
    trend_of_one_wave,
    trend_points,
    trend_sentence,
    unanswered,
    verdict_sentence,
    weighting,
)
from drivers.present.sentences.map_lines import lines_sentence
from drivers.present.words import Words

_SHOWN_DRIFTS = ("mean", "nps")
"""Statistics that get a figure over time; the share of the satisfied says the same as the mean."""


def masthead(result: Any, words: Words, identity: str) -> Markup:
    """The page's title, with what the report is about."""
    n = result.rows_domain
    parts = [
        # How many they are is part of what is not shown.
        words.ui("fewer_than", n=words.number(result.fewest)) if result.suppressed else words.respondents(n),
        # Nor is when they answered.
        "" if result.suppressed else period(result.period, words).lstrip(" ,"),
    ]
    if result.unit:
        parts.insert(0, f"{words.label('unit_kind', 'unit')}: {words.label('unit', result.unit)}")
    if result.wave:
        parts.insert(0, f"{words.term('wave')}: {words.label('wave', result.wave)}")
    elif result.waves > 1:
        parts.insert(0, words.counted("wave", result.waves))
    for name, value in result.only.items():
        parts.insert(0, f"{words.label('segment', name)}: {words.label(f'segment:{name}', value)}")
    return Markup('<p class="kicker">{}</p><h1>{}</h1><p class="about">{}</p>').format(
        html(words.ui(f"report_{result.report}")),
        html(words.label("survey", "title")),
        html(" · ".join(part for part in parts if part)),
    )


def scores_headline(result: Any, words: Words, identity: str) -> Markup:
    """The main finding in one sentence."""
    return paragraph(headline(result, words), "lead")


def scores_cards(result: Any, words: Words, identity: str) -> Markup:
    """One card per statistic."""
    cards = []
    for score in result.scores:
        level = score.level
        unit = {"mean": words.ui("out_of_100")}.get(score.statistic, "")
        interval = words.sentence(
            "card_interval",
            level=words.percent(result.conf_level),
            low=statistic_value(score.statistic, level.conf_low, words),
            high=statistic_value(score.statistic, level.conf_high, words),
        )
        details = [interval, words.respondents(level.n), change(score, result.conf_level, words)]
        name = statistic_name(score.statistic, score.outcome, words)
        if not words.plain_satisfaction(score.outcome):
            name = f"{name}: {words.label('outcome', score.outcome)}"
        cards.append(
            Markup('<li><p class="name">{}</p><p class="value">{} <small>{}</small></p>{}</li>').format(
                html(name),
                html(statistic_value(score.statistic, level.estimate, words)),
                html(unit),
                Markup("").join(paragraph(text, "detail") for text in details if text),
            )
        )
    several = not result.wave and any(score.wave_before for score in result.scores)
    covered = paragraph(words.sentence("figures_of_all")) if several else Markup("")
    return covered + Markup('<ul class="cards">{}</ul>').format(Markup("").join(cards))


def importance_summary(result: Any, words: Words, identity: str) -> Markup:
    """What may be said about the order of drivers, how much they explain, and what that does not mean."""
    verdict = result.verdict
    # Where nothing may be ranked, or nothing put before anything, nothing is to be looked at first.
    unranked = verdict.status == "not_rankable" or (verdict.status == "tied" and bool((verdict.rank_low == 1).all()))
    sentences = [
        explained(result, words),
        words.sentence("not_causal_unranked" if unranked else "not_causal"),
    ]
    lead = paragraph(verdict_sentence(result, words), "lead")
    return lead if shares_hidden(result) else lead + paragraph(" ".join(sentences))


def explained(result: Any, words: Words) -> str:
    """How much the drivers explain, or how well a model with them fits."""
    r2 = words.percent(result.r2 - result.r2_controls)
    if result.family != "linear":
        return words.sentence("explained_fit", r2=r2, fit=words.text("fit", result.fit))
    return words.sentence(
        "explained" if len(result.drivers) > 1 else "explained_one",
        driver=words.label("driver", result.drivers[0]),
        r2=r2,
        outcome=words.outcome(result.outcome),
    )


def unanswered_headline(result: Any, words: Words, identity: str) -> Markup:
    """Why the page has no score."""
    return paragraph(unanswered(result, words), "lead")


def unanswered_summary(result: Any, words: Words, identity: str) -> Markup:
    """Why the page has no ranking; nothing where the headline has said that it shows nothing."""
    return Markup("") if suppressed(result) else paragraph(unanswered(result, words), "lead")


def nothing(result: Any, words: Words, identity: str) -> Markup:
    """No piece: there is no result to show."""
    return Markup("")


def importance_figure(result: Any, words: Words, identity: str) -> Markup:
    """Bars with their data; nothing where they would be noise."""
    if shares_hidden(result):
        return Markup("")
    footnote = words.ui(
        "footnote_importance" if result.family == "linear" else "footnote_importance_fit",
        method=words.text("measure", result.method),
        fit=words.text("fit", result.fit),
        r2=words.percent(result.r2 - result.r2_controls),
        respondents=words.respondents(result.sample.n),
        weighting=weighting(result.sample, words),
        level=words.percent(result.conf_level),
    )
    return figure(
        importance_bars(result, words),
        words.text("caption", f"bars{share_form(result)}"),
        tables.importance_table(result, words),
        footnote,
        words,
        identity,
    )


def importance_table(result: Any, words: Words, identity: str) -> Markup:
    """The table of drivers; nothing where they would be noise."""
    if shares_hidden(result):
        return Markup("")
    return tables.importance_table(result, words).html()


def correlations(result: Any, words: Words, identity: str) -> Markup:
    """How the drivers go together; nothing where so few answers cannot tell."""
    if len(result.drivers) < 2 or too_few(result):
        return Markup("")
    footnote = f"{words.respondents(result.sample.n)}. {weighting(result.sample, words)}."
    return figure(
        correlation_grid(result, words),
        words.text("caption", "correlations"),
        tables.correlation_table(result, words),
        footnote,
        words,
        identity,
    )


def map_figure(result: Any, words: Words, identity: str) -> Markup:
    """The map, and an action for each driver in a quadrant; nothing for one driver, or where shares would be noise."""
    if len(result.drivers) < 2 or shares_hidden(result):
        return Markup("")
    footnote = words.ui(
        "footnote_map",
        respondents=words.respondents(result.sample.n),
        weighting=weighting(result.sample, words),
        level=words.percent(result.conf_level),
    )
    picture = figure(
        importance_performance_map(result, words),
        words.text("caption", "map"),
        tables.map_table(result, words),
        footnote,
        words,
        identity,
    )
    lines = paragraph(lines_sentence(result, words))
    return paragraph(map_sentence(result, words)) + lines + picture + _actions(result, words)


def _actions(result: Any, words: Words) -> Markup:
    if result.verdict.status == "not_rankable":
        return Markup("")
    outcome = {
        "outcome": words.outcome(result.outcome),
        "outcome_with": words.outcome(result.outcome, "with"),
    }

    def does(quadrant: str) -> str:
        # Where no two drivers can be told apart none has a quadrant, however far from the lines it lies.
        ordered = result.verdict.orders
        return words.text("action", quadrant, **outcome) if ordered else words.sentence("map_unordered")

    items = []
    for quadrant in ("improve_first", "keep_up", "can_wait", "enough", "undecided"):
        names = [
            words.name("driver", driver)
            for driver, place in zip(result.drivers, result.quadrant, strict=True)
            if place == quadrant
        ]
        if names:
            items.append(
                Markup('<li data-quadrant="{}"><span class="quadrant">{}: {}</span> {}</li>').format(
                    quadrant,
                    html(words.text("quadrant", quadrant)),
                    html(words.listed(names)),
                    html(does(quadrant)),
                )
            )
    return Markup('<ul class="actions">{}</ul>').format(Markup("").join(items))


def trends(result: Any, words: Words, identity: str) -> Markup:
    """One figure for each statistic that is followed over time; nothing with fewer than two waves."""
    if len(result.waves) < 2:
        return Markup("")
    parts = []
    for score in result.results[-1].scores:
        if score.statistic not in _SHOWN_DRIFTS:
            continue
        points = trend_points(result, score.outcome, score.statistic)
        if len(points) < 2:
            parts.append(paragraph(trend_of_one_wave(result, words, score.outcome, score.statistic)))
            continue
        drawing = wave_trend(result, words, outcome=score.outcome, statistic=score.statistic)
        footnote = words.ui(
            "footnote_trend",
            respondents=words.respondents(sum(level.n for _, level in points)),
            weighting=words.ui("weighted_yes" if any(part.weighted for part in result.results) else "unweighted"),
            level=words.percent(result.results[-1].conf_level),
        )
        # Whether the last step is sure stands beside the long way, which says nothing of chance.
        latest = change(score, result.results[-1].conf_level, words)
        parts.append(
            paragraph(trend_sentence(result, words, score.outcome, score.statistic))
            + (paragraph(latest) if latest else Markup(""))
            + figure(
                drawing,
                tables.trend_caption(words, score.outcome, score.statistic),
                tables.trend_table(result, words, outcome=score.outcome, statistic=score.statistic),
                footnote,
                words,
                f"{identity}-{score.outcome}-{score.statistic}",
            )
        )
    if result.left_out:
        names = words.listed([words.name("wave", wave) for wave in result.left_out])
        parts.append(paragraph(words.sentence("trend_left_out", list=names), "footnote"))
    return Markup("").join(parts)


def checks(result: Any, words: Words, identity: str) -> Markup:
    """How sure we are: lights with words, and what else a reader must know."""
    # What so few answers seem to explain is no ground to rely on.
    relied_on = [
        check
        for check in result.checks
        if check.code != "explained" or check.light == "red" or not shares_hidden(result)
    ]
    return lights(relied_on, words, result.fit) + Markup("").join(
        paragraph(sentence) for sentence in notes(result.notes, words)
    )


def effects(result: Any, words: Words, identity: str) -> Markup:
    """Which drivers matter at all, given the others, and the partial effects as a table."""
    footnote = words.ui(
        "footnote_effects",
        respondents=words.respondents(result.sample.n),
        weighting=weighting(result.sample, words),
    )
    said = paragraph(effects_sentence(result, words))
    return said + tables.effects_table(result, words).html() + paragraph(footnote, "footnote")

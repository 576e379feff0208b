"""Pieces on waves: what a change is made of, whether importance changed, lasting changes, and the next wave."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.wave_change import change_driver_bars, change_waterfall
from drivers.present.figures.wave_panels import effects_by_wave, levels_by_wave, turned_drivers
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.findings import notes, suppressed, unanswered, weighting
from drivers.present.sentences.waves import (
    change_sentences,
    changes_unanswered,
    column_label,
    importance_sentences,
    level_sentences,
    no_waves,
    pairs_sentences,
    plan_sentences,
    untold_sentences,
)
from drivers.present.words import Words


def finding(result: Any, words: Words, identity: str) -> Markup:
    """The change asked about, and what it is made of."""
    first, *parts = change_sentences(result, words)
    return paragraph(first, "lead") + paragraph(" ".join(parts))


def unanswered_finding(result: Any, words: Words, identity: str) -> Markup:
    """Why no change is told; a survey without waves shows what it can."""
    if suppressed(result):
        return paragraph(unanswered(result, words), "lead")
    said = paragraph(changes_unanswered(result, words, "unanswered_change"), "lead")
    return said + paragraph(words.sentence("waves_rest_shown")) if no_waves(result) else said


def parts(result: Any, words: Words, identity: str) -> Markup:
    """The three parts as bars, and what each driver adds to the part of performance."""
    change = result.reported
    footnote = words.ui(
        "footnote_change",
        level=words.percent(result.conf_level),
        n_from=words.number(change.n_from),
        n=words.number(change.n),
        held=_held(change, words),
        weighting=weighting(change.sample, words),
    )
    whole = figure(
        change_waterfall(result, words),
        words.text("caption", "change_parts"),
        tables.change_table(result, words),
        footnote,
        words,
        f"{identity}-whole",
    )
    drivers = figure(
        change_driver_bars(result, words),
        words.text("caption", "change_drivers"),
        tables.change_drivers_table(result, words),
        words.ui("footnote_change_drivers", level=words.percent(result.conf_level)),
        words,
        f"{identity}-drivers",
    )
    more = [*untold_sentences(change.mix_untold, words), *notes(result.notes, words)]
    if change.paired:
        more.insert(0, words.sentence("change_paired"))
    return whole + drivers + Markup("").join(paragraph(sentence, "footnote") for sentence in more)


def pairs(result: Any, words: Words, identity: str) -> Markup:
    """Every wave against the one before it; nothing where that is the change asked about and no other."""
    if len(result.pairs) + len(result.left_out) < 2:
        return Markup("")
    table = tables.change_pairs_table(result, words)
    said = paragraph(" ".join(pairs_sentences(result, words)))
    return said + table.html() + paragraph(words.ui("footnote_pairs"), "footnote")


def change_method(result: Any, words: Words, identity: str) -> Markup:
    """How a change was taken apart."""
    return paragraph(words.text("method", "wave_change"))


def change_glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on the parts of a change, explained."""
    return explained_terms(["mix_changed", "performance_changed", "importance_changed", "unexplained_part"], words)


def effects(result: Any, words: Words, identity: str) -> Markup:
    """Whether importance changed, and of which drivers."""
    said = paragraph(" ".join(importance_sentences(result, words)))
    more = opened(tables.wave_effects_tests_table(result, words), words.ui("show_tests"))
    aside = paragraph(words.ui("footnote_importance_apart"), "footnote")
    if not turned_drivers(result):
        return said + opened(tables.wave_effects_table(result, words), words.ui("show_table")) + more + aside
    picture = figure(
        effects_by_wave(result, words),
        words.text("caption", "effects_by_wave"),
        tables.wave_effects_table(result, words),
        words.ui(
            "footnote_effects_by_wave",
            level=words.percent(result.conf_level),
            sample=words.respondents(result.n_used),
            weighting=weighting(result.sample, words),
        ),
        words,
        identity,
    )
    return said + picture + more + aside


def unanswered_effects(result: Any, words: Words, identity: str) -> Markup:
    """Why importance is not compared; nothing where the page says so already."""
    if suppressed(result) or no_waves(result):
        return Markup("")
    return paragraph(changes_unanswered(result, words, "unanswered_importance"))


def effects_method(result: Any, words: Words, identity: str) -> Markup:
    """How importance was compared."""
    return paragraph(words.text("method", "wave_effects"))


def levels(result: Any, words: Words, identity: str) -> Markup:
    """Where levels changed for good."""
    picture = figure(
        levels_by_wave(result, words),
        words.text("caption", "levels_by_wave"),
        tables.wave_levels_table(result, words),
        words.ui("footnote_levels", level=words.percent(result.conf_level), held=_held(result.series[0], words)),
        words,
        identity,
    )
    more = untold_sentences(result.series[0].mix_untold, words)
    return (
        paragraph(" ".join(level_sentences(result, words)))
        + picture
        + Markup("").join(paragraph(sentence, "footnote") for sentence in more)
    )


def unanswered_levels(result: Any, words: Words, identity: str) -> Markup:
    """Why lasting changes are not told; nothing where the page says so already."""
    if suppressed(result) or no_waves(result):
        return Markup("")
    return paragraph(changes_unanswered(result, words, "unanswered_levels"))


def levels_method(result: Any, words: Words, identity: str) -> Markup:
    """How lasting changes were looked for."""
    return paragraph(words.text("method", "change_points"))


def plan(result: Any, words: Words, identity: str) -> Markup:
    """What the next wave can show, and how many participants changes need."""
    said = paragraph(" ".join(plan_sentences(result, words)))
    shown = said + tables.wave_sizes_table(result, words).html()
    if len(result.plans) > 1:
        shown += opened(tables.wave_plans_table(result, words), words.ui("show_plans"))
    return shown + paragraph(words.ui("footnote_next", power=words.percent(result.power)), "footnote")


def unanswered_plan(result: Any, words: Words, identity: str) -> Markup:
    """Why nothing is told of the next wave; nothing where nothing at all is shown."""
    if suppressed(result):
        return Markup("")
    return paragraph(changes_unanswered(result, words, "unanswered_next"))


def plan_method(result: Any, words: Words, identity: str) -> Markup:
    """How sizes were computed."""
    return paragraph(words.text("method", "next_wave"))


def _held(one: Any, words: Words) -> str:
    """By what who answered was held constant."""
    if not one.mix:
        return words.ui("held_by_none")
    columns = words.listed([words.quoted(column_label(name, words)) for name in one.mix])
    return words.ui(f"held_by_{one.method}", columns=columns)

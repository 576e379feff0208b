"""Pieces on experience and expectation together: what their surface says, its map, and what the difference hides."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.surface import response_surface_map
from drivers.present.isolation import LEFT, isolate
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.constructs import left_out_sentences
from drivers.present.sentences.findings import notes, reasons, suppressed, weighting
from drivers.present.sentences.surface import (
    about,
    bend_sentence,
    best_sentence,
    finding_sentences,
    hidden_sentences,
    map_caption,
)
from drivers.present.words import Words


def finding(result: Any, words: Words, identity: str) -> Markup:
    """What goes with experience, with expectation and with both, and whether their difference is enough."""
    *said, verdict = finding_sentences(result, result.main, words)
    if not said:
        return paragraph(" ".join([about(result.main, words), verdict]))
    return paragraph(" ".join([about(result.main, words), *said])) + paragraph(verdict)


def unanswered_finding(result: Any, words: Words, identity: str) -> Markup:
    """Why there is no surface; nothing where nothing at all is shown, or nothing was asked."""
    if suppressed(result) or any(reason.code == "no_expectations" for reason in result.reasons):
        return Markup("")
    return paragraph(words.sentence("unanswered_surface", reasons=reasons(result.reasons, words)))


def surface_map(result: Any, words: Words, identity: str) -> Markup:
    """The main surface as a map, and where it is highest."""
    main = result.main
    footnote = words.ui(
        "footnote_surface",
        respondents=words.respondents(main.sample.n),
        weighting=weighting(main.sample, words),
        r2=words.percent(main.explained[0]),
    )
    picture = figure(
        response_surface_map(result, words),
        map_caption(result, main, words),
        tables.surface_cells_table(result, words, driver=main.driver),
        footnote,
        words,
        identity,
    )
    said = [words.sentence("what_is_surface"), best_sentence(result, main, words)]
    return paragraph(" ".join(said)) + picture


def table(result: Any, words: Words, identity: str) -> Markup:
    """What a difference hides of each driver, and the numbers behind the main surface."""
    main = result.main
    said = [*hidden_sentences(main, words), bend_sentence(main, words)]
    more = left_out_sentences(dict(result.left_out), words)
    return (
        paragraph(" ".join([about(main, words), *said]))
        + tables.surfaces_table(result, words).html()
        + opened(tables.surface_values_table(result, words), words.ui("show_surface_values"))
        + opened(tables.surface_tests_table(result, words), words.ui("show_surface_tests"))
        + Markup("").join(paragraph(sentence) for sentence in [*more, *notes(result.notes, words)])
    )


def method(result: Any, words: Words, identity: str) -> Markup:
    """How the surface was fitted, and what was asked of the difference."""
    needed, level = result.details["kept_needed"], words.percent(result.conf_level)
    sentences = [
        words.text("method", "surface"),
        words.text("surface_errors", result.main.errors),
        words.text("method", "surface_difference", needed=words.percent(needed), level=level),
    ]
    if result.controls:
        names = [words.label("driver", name) for name in result.controls]
        sentences.append(words.text("method", "surface_controls", list=words.listed(names)))
    if result.intervals != "none":
        sentences.append(words.text("method", "surface_intervals"))
        sentences.append(
            words.text(
                "intervals",
                f"{result.intervals}_design"
                if result.intervals == "percentile" and result.design
                else result.intervals,
                n_boot=words.number(result.n_boot),
                seed=isolate(str(result.seed), LEFT),
            )
        )
    return Markup("").join(paragraph(sentence) for sentence in sentences)


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on the surface, explained."""
    return explained_terms(["response_surface", "line_of_agreement"], words)

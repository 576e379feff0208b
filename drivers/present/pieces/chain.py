"""Pieces on the service chain: how satisfaction goes with what comes after it, and what goes through it."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.paths import path_bars
from drivers.present.isolation import LEFT, isolate
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.chain import (
    counted_step,
    left_out_paths,
    link_sentences,
    outcome_name,
    outcome_title,
    pattern_sentences,
    share_sentences,
    through_phrase,
)
from drivers.present.sentences.findings import notes, reasons, suppressed, unanswered, weighting
from drivers.present.words import Words


def finding(result: Any, words: Words, identity: str) -> Markup:
    """How each link of the chain goes with the next; what goes through which link stands with its figure."""
    first, *others = result.outcomes
    said = Markup("").join(paragraph(sentence, "lead") for sentence in link_sentences(result, first, words))
    # What stands between is the same for all outcomes; the last link is each outcome's own.
    more = [sentence for part in others for sentence in link_sentences(result, part, words, last=True)]
    order = [note for note in result.notes if note.code.startswith("one_time")]
    return (
        said
        + (paragraph(" ".join(more)) if more else Markup(""))
        + Markup("").join(paragraph(sentence) for sentence in notes(tuple(order), words))
    )


def unanswered_finding(result: Any, words: Words, identity: str) -> Markup:
    """Why the page has no chain, or nothing at all."""
    if suppressed(result):
        return paragraph(unanswered(result, words), "lead")
    return paragraph(words.sentence("unanswered_paths", reasons=reasons(result.reasons, words)), "lead")


def bars(result: Any, words: Words, identity: str) -> Markup:
    """What goes with each outcome, and what of it goes through what lies between."""
    # A page may hold a chain of one mediator and one of two.
    own = f"{identity}-{len(result.through)}"
    pieces = [_outcome(result, part, words, f"{own}-{place}") for place, part in enumerate(result.outcomes)]
    more = [*left_out_paths(result, words), *notes(result.notes, words)]
    return Markup("").join(pieces) + Markup("").join(paragraph(sentence, "footnote") for sentence in more)


def _outcome(result: Any, part: Any, words: Words, identity: str) -> Markup:
    said = [*pattern_sentences(result, part, words), *share_sentences(result, part, words)]
    footnote = words.ui(
        "footnote_paths_none" if part.intervals == "none" else "footnote_paths",
        respondents=words.respondents(part.sample.n),
        weighting=weighting(part.sample, words),
        level=words.percent(result.conf_level),
    )
    caption = words.text(
        "caption",
        "paths",
        outcome_with=outcome_name(part, words, "with"),
        through=through_phrase(result.through, words),
    )
    table = tables.paths_table(result, words, part.outcome)
    drawing = path_bars(result, words, part.outcome)
    return paragraph(" ".join(said)) + figure(drawing, caption, table, footnote, words, identity)


def serial(result: Any, words: Words, identity: str) -> Markup:
    """A chain of several links on a page that shows the one of satisfaction alone beside it."""
    links = [sentence for part in result.outcomes[:1] for sentence in link_sentences(result, part, words)]
    return paragraph(" ".join(links)) + bars(result, words, identity) + table(result, words, identity)


def table(result: Any, words: Words, identity: str) -> Markup:
    """Every path to each outcome, shown on demand."""
    shown = [
        opened(
            tables.path_effects_table(result, words, part.outcome),
            words.ui("show_paths", outcome=outcome_title(part, words)),
        )
        for part in result.outcomes
    ]
    footnote = words.ui("footnote_path_effects", ten=counted_step(words))
    return Markup("").join(shown) + paragraph(footnote, "footnote")


def method(result: Any, words: Words, identity: str) -> Markup:
    """How the paths were computed."""
    sentences = [words.text("method", "paths")]
    if any(part.kind == "event" for part in result.outcomes):
        sentences.append(words.text("method", "paths_event"))
    sentences.append(words.text("method", "paths_mediated"))
    for kind in sorted({part.intervals for part in result.outcomes} - {"none"}):
        key = f"{kind}_design" if result.design and kind != "replicate_weights" else kind
        sentences.append(
            words.text(
                "intervals",
                key,
                n_boot=words.number(result.n_boot),
                seed=isolate(str(result.seed), LEFT),
            )
        )
    sentences.append(words.text("method", "paths_missing"))
    return Markup("").join(paragraph(sentence) for sentence in sentences)


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on the chain, explained."""
    return explained_terms(["chain", "direct", "indirect", "total", "interval"], words)

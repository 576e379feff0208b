"""Pieces on measurement: whether items go together and measure one thing, and whether scores measure different ones."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, lights, opened
from drivers.present.figures.reliability import reliability_dots
from drivers.present.isolation import LEFT, isolate
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.constructs import (
    consistency_sentences,
    construct_list,
    dimension_sentences,
    distinct_sentences,
    item_sentences,
    left_out_sentences,
)
from drivers.present.sentences.findings import notes, reasons, suppressed, unanswered, weighting
from drivers.present.words import Words


def finding(result: Any, words: Words, identity: str) -> Markup:
    """Which scores are reliable enough, and which items may be worded the other way round."""
    found = Markup("").join(paragraph(sentence, "lead") for sentence in consistency_sentences(result, words))
    against = any("against" in one.fits for one in result.constructs)
    return found + paragraph(item_sentences(result, words)[0]) if against else found


def unanswered_finding(result: Any, words: Words, identity: str) -> Markup:
    """Why the page has no reliability, or nothing at all."""
    if suppressed(result):
        return paragraph(unanswered(result, words), "lead")
    return paragraph(words.sentence("unanswered_reliability", reasons=reasons(result.reasons, words)), "lead")


def consistency(result: Any, words: Words, identity: str) -> Markup:
    """Omega and alpha of each score, and of which scores nothing can be told."""
    footnote = words.ui("footnote_reliability", level=words.percent(result.conf_level))
    picture = figure(
        reliability_dots(result, words),
        words.text("caption", "reliability"),
        tables.reliability_table(result, words),
        footnote,
        words,
        identity,
    )
    more = left_out_sentences(result.left_out, words)
    if result.single:
        more.insert(0, words.sentence("single_items", list=construct_list(result.single, words)))
    return (
        paragraph(words.sentence("what_is_reliability"))
        + picture
        + tables.scores_table(result, words).html()
        + lights(result.checks, words)
        + Markup("").join(paragraph(sentence) for sentence in [*more, *notes(result.notes, words)])
    )


def own_score(result: Any, words: Words, identity: str) -> Markup:
    """Whether each item goes with the rest of its score."""
    said = " ".join(item_sentences(result, words))
    more = opened(tables.loadings_table(result, words), words.ui("show_loadings"))
    return paragraph(said) + tables.items_table(result, words).html() + more


def dimensions(result: Any, words: Words, identity: str) -> Markup:
    """Whether the items of each score measure one thing."""
    said = " ".join(dimension_sentences(result, words))
    left = Markup("").join(paragraph(sentence, "footnote") for sentence in left_out_sentences(result.left_out, words))
    more = opened(tables.fit_table(result, words), words.ui("show_fit"))
    return paragraph(said) + tables.dimensions_table(result, words).html() + more + left


def distinct(result: Any, words: Words, identity: str) -> Markup:
    """Whether each two scores measure different things."""
    footnote = f"{words.respondents(result.sample.n)}. {weighting(result.sample, words)}."
    shared = Markup("")
    if result.left_out:
        shared = paragraph(words.sentence("shared_items", list=construct_list(result.left_out, words)), "footnote")
    return (
        paragraph(" ".join(distinct_sentences(result, words)))
        + tables.distinct_table(result, words).html()
        + opened(tables.extracted_table(result, words), words.ui("show_extracted"))
        + paragraph(footnote, "footnote")
        + shared
    )


def unanswered_dimensions(result: Any, words: Words, identity: str) -> Markup:
    """Why it cannot be told how many things items measure; nothing where nothing at all is shown."""
    said = words.sentence("unanswered_dimensions", reasons=reasons(result.reasons, words))
    return Markup("") if suppressed(result) else paragraph(said)


def unanswered_distinct(result: Any, words: Words, identity: str) -> Markup:
    """Why it cannot be told whether scores differ; nothing where nothing at all is shown, or there is no such score."""
    if suppressed(result) or any(reason.code == "single_questions" for reason in result.reasons):
        return Markup("")
    return paragraph(words.sentence("unanswered_distinct", reasons=reasons(result.reasons, words)))


def method(result: Any, words: Words, identity: str) -> Markup:
    """How reliability was computed."""
    sentences = [words.text("method", "reliability"), words.text("method", "items")]
    kinds = {one.intervals for one in result.constructs} - {"none"}
    if any(one.alpha_intervals == "feldt" for one in result.constructs):
        sentences.append(words.text("method", "feldt"))
    for kind in sorted(kinds):
        sentences.append(
            words.text(
                "intervals",
                f"{kind}_design" if kind == "percentile" and result.design else kind,
                n_boot=words.number(result.n_boot),
                seed=isolate(str(result.seed), LEFT),
            )
        )
    sentences.append(words.text("method", "complete_items"))
    return Markup("").join(paragraph(sentence) for sentence in sentences)


def dimensions_method(result: Any, words: Words, identity: str) -> Markup:
    """How dimensions were counted and one factor was fitted."""
    said = words.text(
        "method",
        "dimensions",
        level=words.percent(result.details["random_level"]),
        cfi=words.number(result.details["close_cfi"], 2),
        srmr=words.number(result.details["close_srmr"], 2),
        seed=isolate(str(result.seed), LEFT),
    )
    return paragraph(said)


def distinct_method(result: Any, words: Words, identity: str) -> Markup:
    """How scores were told apart."""
    return paragraph(words.text("method", "distinct"))


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words of this report, explained."""
    return explained_terms(["omega", "alpha", "item_rest", "interval"], words)


def dimensions_glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on dimensions, explained."""
    return explained_terms(["dimension", "fit_indices"], words)


def distinct_glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on telling scores apart, explained."""
    return explained_terms(["htmt", "variance_extracted"], words)

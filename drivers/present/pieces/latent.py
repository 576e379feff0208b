"""Pieces on the service chain without the error of its answers."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import opened
from drivers.present.isolation import LEFT, isolate
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.findings import notes, reasons, suppressed, weighting
from drivers.present.sentences.latent import fit_sentences, latent_sentences
from drivers.present.words import Words

_OWN_NOTES = ("drivers_as_scores",)
"""Notes of the sample and of the order in time stand with the chain itself, on the same page."""


def table(result: Any, words: Words, identity: str) -> Markup:
    """What the chain is like without the error of the answers, and how closely the model fits."""
    said = [
        words.sentence("what_is_latent" if result.corrected == "all" else "what_is_latent_outcomes"),
        " ".join(latent_sentences(result, words)),
        " ".join(fit_sentences(result, words)),
    ]
    codes = tuple(code for code in result.notes if code.code in _OWN_NOTES)
    footnote = f"{words.respondents(result.sample.n)}. {weighting(result.sample, words)}."
    return (
        Markup("").join(paragraph(sentence) for sentence in said if sentence)
        + Markup("").join(paragraph(sentence) for sentence in notes(codes, words))
        + paragraph(footnote, "footnote")
        + opened(tables.latent_table(result, words), words.ui("show_table"))
        + opened(tables.latent_standardised_table(result, words), words.ui("show_standardised"))
        + opened(tables.latent_loadings_table(result, words), words.ui("show_items_reliability"))
    )


def unanswered_table(result: Any, words: Words, identity: str) -> Markup:
    """Why nothing is told without the error; nothing where nothing at all is shown."""
    if suppressed(result):
        return Markup("")
    return paragraph(words.sentence("unanswered_latent", reasons=reasons(result.reasons, words)))


def method(result: Any, words: Words, identity: str) -> Markup:
    """How error was left out."""
    fit = {name: words.number(result.details[f"close_{name}"], 2) for name in ("cfi", "srmr")}
    kind = "replicate_weights" if result.errors == "replicates" else "linearised"
    said = [
        words.text("method", "latent", **fit),
        words.text("intervals", f"{kind}_design" if kind == "linearised" and result.design else kind),
        words.text("method", "latent_products", draws=words.number(result.draws), seed=isolate(str(result.seed), LEFT)),
        words.text("method", "latent_complete", n=words.number(result.sample.n)),
    ]
    return Markup("").join(paragraph(sentence) for sentence in said)


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on error, explained."""
    return explained_terms(["latent_score", "fit_indices"], words)

"""Pieces on expectations: gaps and zones, who lies where, the weighted gap, and the three equations."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.zones import place_bars, zone_bars
from drivers.present.markup import paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.expectations import (
    asked_sentences,
    equation_sentences,
    exception_sentences,
    gap_sentences,
    place_sentences,
    places_key,
    weighted_sentences,
)
from drivers.present.sentences.findings import notes, reasons, suppressed, unanswered, weighting
from drivers.present.words import Words


def finding(result: Any, words: Words, identity: str) -> Markup:
    """Where experience falls short of what was hoped for, and where most people got less than they would accept."""
    lead = [*gap_sentences(result, words), place_sentences(result, words)[0]]
    said = Markup("").join(paragraph(sentence, "lead") for sentence in lead)
    if result.asked == "after":
        said += paragraph(words.text("note", "expectations_after"))
    return said


def unanswered_finding(result: Any, words: Words, identity: str) -> Markup:
    """Why expectations and experience cannot be compared, or nothing at all."""
    if suppressed(result):
        return paragraph(unanswered(result, words), "lead")
    return paragraph(words.sentence("unanswered_expectations", reasons=reasons(result.reasons, words)), "lead")


def zones(result: Any, words: Words, identity: str) -> Markup:
    """The zone of tolerance of each driver with the experience in it, and the gaps."""
    footnote = words.ui(
        "footnote_zones",
        respondents=words.respondents(result.sample.n),
        weighting=weighting(result.sample, words),
        level=words.percent(result.conf_level),
    )
    picture = figure(
        zone_bars(result, words),
        words.text("caption", "zones"),
        tables.levels_table(result, words),
        footnote,
        words,
        identity,
    )
    # The two that a reader finds in the method of every page are not said twice.
    told = [note for note in result.notes if note.code in ("opt_in_sample", "census")]
    after = [*asked_sentences(result, words), *notes(tuple(told), words)]
    return (
        paragraph(words.sentence(f"what_is_{places_key(result)}"))
        + picture
        + Markup("").join(paragraph(sentence) for sentence in after)
        + tables.gaps_table(result, words).html()
    )


def places(result: Any, words: Words, identity: str) -> Markup:
    """What part of the people lies below, inside and above."""
    kind = places_key(result)
    picture = figure(
        place_bars(result, words),
        words.text("caption", "places"),
        tables.places_table(result, words),
        words.ui(f"footnote_places_{kind}"),
        words,
        identity,
    )
    return paragraph(" ".join(place_sentences(result, words))) + picture


def weighted(result: Any, words: Words, identity: str) -> Markup:
    """The gap of all drivers together; nothing where no level was asked of every driver."""
    if not result.weighted:
        return Markup("")
    said = " ".join(weighted_sentences(result, words))
    return paragraph(said) + tables.weighted_table(result, words).html()


def equations(result: Any, words: Words, identity: str) -> Markup:
    """The three equations with their verdicts, over all drivers and for each."""
    said = Markup("").join(
        Markup("<li>{}</li>").format(paragraph(sentence)) for sentence in equation_sentences(result, words)
    )
    return (
        paragraph(words.sentence("equations_intro"))
        + Markup("<ul>{}</ul>").format(said)
        + paragraph(" ".join(exception_sentences(result, words)))
        + tables.equations_table(result, words).html()
        + opened(tables.contrasts_table(result, words), words.ui("show_contrasts"))
        + paragraph(words.sentence("equations_not_causal"), "footnote")
    )


def method(result: Any, words: Words, identity: str) -> Markup:
    """How experience and expectations were compared."""
    kind = places_key(result)
    sentences = [words.text("method", "expectations"), words.text("method", f"places_{kind}")]
    if result.weighted:
        sentences.append(words.text("method", f"weighted_{result.weighted[0].weights}"))
    return Markup("").join(paragraph(sentence) for sentence in sentences)


def equations_method(result: Any, words: Words, identity: str) -> Markup:
    """What counts as dissatisfied, satisfied and loyal, and how verdicts were reached."""
    sentences = [
        words.text(
            "method",
            "moods",
            outcome=words.outcome(result.outcome),
            low=words.number(result.dissatisfied_to),
            high=words.number(result.satisfied_from),
        )
    ]
    if result.loyalty:
        sentences.append(
            words.text(
                "method",
                "loyal",
                outcome=words.label("outcome", result.loyalty),
                high=words.number(result.loyal_from),
            )
        )
    sentences.append(
        words.text(
            "method",
            "equations",
            margin=words.counted("pp", 100 * result.margin, case="gen", decimals=0 if result.margin == 0 else 1),
            alpha=words.percent(1 - result.conf_level),
        )
        if result.margin
        else words.text("method", "equations_no_margin", alpha=words.percent(1 - result.conf_level))
    )
    return Markup("").join(paragraph(sentence) for sentence in sentences)


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words of this report, explained."""
    zone = ["zone_of_tolerance"] if any(one.has_zone for one in result.drivers) else []
    asked = [level for level in ("desired", "adequate") if any(level in one.levels for one in result.drivers)]
    return explained_terms(["perceived", *asked, *zone, "gap", "interval"], words)

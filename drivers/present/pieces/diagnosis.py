"""Pieces on what a model rests on: separate drivers, more than one impression, reliable ratings, straight lines."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import lights
from drivers.present.markup import paragraph
from drivers.present.sentences.findings import reasons, suppressed
from drivers.present.words import Words


def separability(result: Any, words: Words, identity: str) -> Markup:
    """Whether the drivers can be told apart; nothing where there is one."""
    if len(result.drivers) < 2:
        return Markup("")
    (check,) = result.checks
    sentences = [words.text("separability", check.light)]
    if result.dependences:
        names = [words.name("driver", term) for term in result.dependences[0].terms]
        sentences.append(words.sentence("nearest_ratings", list=words.listed(names)))
    facts = words.ui(
        "facts_separability",
        share=words.percent(result.first_eigenvalue_share),
        effective=words.number(result.effective_drivers, 1),
        k=words.number(len(result.drivers)),
    )
    return (
        paragraph(" ".join(sentences))
        + lights(result.checks, words)
        + tables.collinearity_table(result, words).html()
        + paragraph(facts, "footnote")
    )


def impression(result: Any, words: Words, identity: str) -> Markup:
    """Whether the ratings are one general impression, and who ticked the same throughout."""
    share = result.first_eigenvalue_share
    sentence = words.text(
        "impression", result.checks[0].light, share=words.percent(share), rest=words.percent(1 - share)
    )
    facts = words.ui(
        "facts_impression",
        dimensions=words.number(result.dimensions),
        correlation=words.number(result.mean_correlation, 2),
        within=words.number(result.within_person_sd, 1),
        unrelated=words.number(result.independent_sd, 1),
    )
    return (
        paragraph(sentence)
        + lights(result.checks, words)
        + tables.impression_table(result, words).html()
        + paragraph(facts, "footnote")
    )


def sensitivity_line(result: Any, words: Words, identity: str) -> Markup:
    """Whether what is said of partial effects would hold if ratings were less reliable."""
    if result.identified_to == 1:
        return paragraph(words.sentence("nothing_identified"))
    lowest = float(result.reliability[-1].min())
    changes = sorted(
        ((at, name) for name, at in zip(result.drivers, result.changes_at, strict=True) if not math.isnan(at)),
        reverse=True,
    )
    if changes:
        names = [words.name("driver", name) for _, name in changes]
        said = words.sentence(
            "sensitive",
            aspects=words.counted("aspect", len(names), case="gen"),
            list=words.listed(names),
            at=words.number(changes[0][0], 2),
        )
    else:
        said = words.sentence("insensitive", low=words.number(max(lowest, result.identified_to), 2))
    if result.identified_to > lowest:
        said += " " + words.sentence("not_identified", at=words.number(result.identified_to, 2))
    table = tables.sensitivity_table(result, words)
    return paragraph(said) + table.html()


def straight_line(result: Any, words: Words, identity: str) -> Markup:
    """Whether a straight line suffices."""
    best = result.methods.index(result.best) - 1
    highest = float(result.gain_high.max())
    key = result.conclusion
    if key == "straight_line_suffices" and round(100 * highest, 1) <= 0:
        key = "nothing_beyond"
    sentence = words.text(
        "curves",
        key,
        outcome=words.outcome(result.outcome),
        highest=words.counted("pp", 100 * highest, case="gen", decimals=1),
        gain=words.counted("pp", 100 * result.gain[best], case="gen", decimals=1),
        low=words.number(100 * result.gain_low[best], 1),
        high=words.number(100 * result.gain_high[best], 1),
        level=words.percent(result.conf_level),
    )
    footnote = words.ui(
        "footnote_curves",
        respondents=words.respondents(result.sample.n),
        folds=words.number(result.folds),
        repeats=words.number(result.repeats),
    )
    return paragraph(sentence) + tables.curves_table(result, words).html() + paragraph(footnote, "footnote")


def unanswered_line(result: Any, words: Words, identity: str) -> Markup:
    """Why it cannot be told whether a straight line suffices; nothing where nothing at all is shown."""
    said = words.sentence("unanswered_curves", reasons=reasons(result.reasons, words))
    return Markup("") if suppressed(result) else paragraph(said)


def unanswered_effects(result: Any, words: Words, identity: str) -> Markup:
    """Why it cannot be told which drivers matter at all; nothing where nothing at all is shown."""
    said = words.sentence("unanswered_effects", reasons=reasons(result.reasons, words))
    return Markup("") if suppressed(result) else paragraph(said)

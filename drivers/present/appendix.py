"""The back of a page: method, glossary, questions asked, and where the numbers come from."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.findings import shares_hidden
from drivers.present.isolation import LEFT, html, isolate
from drivers.present.markup import left_to_right, paragraph
from drivers.present.words import Words


def method(result: Any, words: Words, identity: str) -> Markup:
    """What was run, in sentences written from the result; nothing where it is not shown."""
    if shares_hidden(result):
        return Markup("")
    sentences = [words.text("method", "measure", hundred=words.percent(1.0))]
    if result.controls:
        controls = [words.name(_control_kind(name, words), name) for name in result.controls]
        sentences.append(words.text("method", "controls", list=words.listed(controls)))
    sentences.append(
        words.text("method", "model", r2=words.number(result.r2, 3), r2_adjusted=words.number(result.r2_adjusted, 3))
    )
    if result.n_boot:
        sentences.append(
            words.text(
                "method",
                "bootstrap_design" if result.design else "bootstrap",
                n_boot=words.number(result.n_boot),
                seed=isolate(str(result.seed), LEFT),
            )
        )
        sentences.append(
            words.text(
                "method",
                "claims",
                level=words.percent(result.claim_level),
                each=words.percent(result.kind_level, 1),
            )
        )
    sentences.append(
        words.text(
            "method",
            "missing_complete",
            n=words.number(result.sample.n),
            n_asked=words.number(result.sample.n_asked),
        )
    )
    return Markup("").join(paragraph(sentence) for sentence in sentences)


def scorecard_method(result: Any, words: Words, identity: str) -> Markup:
    """How the scores were computed."""
    statistics = {score.statistic for score in result.scores}
    keys = ["scores", *(key for key in ("top2box", "nps") if key in statistics)]
    return Markup("").join(paragraph(words.text("method", key)) for key in keys)


def map_method(result: Any, words: Words, identity: str) -> Markup:
    """When a driver has a quadrant."""
    if len(result.drivers) < 2 or shares_hidden(result):
        return Markup("")
    return paragraph(words.text("method", "map", stable=words.percent(result.needed_stability)))


def _control_kind(name: str, words: Words) -> str:
    return next((kind for kind in ("item", "segment", "driver") if words.has_label(kind, name)), "item")


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words of this report, explained."""
    if shares_hidden(result):
        return _explained(["interval"], words)
    keys = ["share", "interval", "performance"]
    if result.verdict.status != "not_rankable":
        keys += ["possible_ranks", "tied"]
    if result.n_boot:
        keys.append("bootstrap")
    if result.sample.weighted or result.sample.n_effective < result.sample.n:
        keys.append("n_effective")
    return _explained(keys, words, outcome=words.outcome(result.outcome))


def scorecard_glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words of the score cards that need explaining."""
    return _explained(["nps"] if any(score.statistic == "nps" for score in result.scores) else [], words)


def _explained(keys: list[str], words: Words, **values: str) -> Markup:
    entries = [
        Markup("<dt>{}</dt><dd>{}</dd>").format(
            html(words.text("gloss_term", key)), html(words.text("gloss", key, **values))
        )
        for key in keys
    ]
    return Markup("<dl>{}</dl>").format(Markup("").join(entries)) if entries else Markup("")


def questions(result: Any, words: Words, identity: str) -> Markup:
    """The questions that were asked."""
    table = tables.questions_table(result, words)
    return table.html() if table.rows else Markup("")


def footer(result: Any, words: Words, identity: str) -> Markup:
    """Where the numbers come from, with fingerprints and parameters."""
    facts = []
    if words.has_label("survey", "source"):
        facts.append((words.ui("source_line"), html(words.label("survey", "source"))))
    facts.append((words.ui("rows_in"), html(words.number(result.rows_read))))
    if result.rows_domain != result.rows_read and not result.suppressed:
        facts.append((words.ui("rows_domain"), html(words.number(result.rows_domain))))
    if result.rows_used is not None:
        facts.append((words.ui("rows_used"), html(words.number(result.rows_used))))
    if "conf_level" in result.parameters:
        facts.append((words.ui("conf_level"), html(words.percent(float(result.parameters["conf_level"])))))
    if "n_boot" in result.parameters:
        facts.append((words.ui("n_boot"), html(words.number(float(result.parameters["n_boot"])))))
    if "seed" in result.parameters:
        facts.append((words.ui("seed"), left_to_right(str(result.parameters["seed"]))))
    facts.append((words.ui("data_fingerprint"), left_to_right(result.data_sha256[:16])))
    facts.append((words.ui("codebook_fingerprint"), left_to_right(result.codebook_sha256[:16])))
    facts.append((words.ui("version"), left_to_right(f"drivers {result.version}")))
    rows = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(html(name), value) for name, value in facts)
    return Markup('<dl class="facts">{}</dl>').format(rows)

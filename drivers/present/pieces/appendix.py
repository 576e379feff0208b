"""The back of a page: method, glossary, questions asked, and where the numbers come from."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.claims import kind_of_draws, share_form, shares_hidden
from drivers.present.isolation import LEFT, html, isolate, isolate_addresses
from drivers.present.markup import left_to_right, paragraph
from drivers.present.words import Words


def method(result: Any, words: Words, identity: str) -> Markup:
    """What was run, in sentences written from the result; nothing where it is not shown."""
    if shares_hidden(result):
        return Markup("")
    sentences = [*_measure(result, words), *_model(result, words), *_uncertainty(result, words)]
    if result.n_boot:
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
            "missing",
            result.sample.missing,
            n=words.number(result.sample.n),
            n_asked=words.number(result.sample.n_asked),
            copies=words.number(result.n_imputations),
        )
    )
    return Markup("").join(paragraph(sentence) for sentence in sentences)


def _measure(result: Any, words: Words) -> list[str]:
    """What importance is, and what its shares are parts of."""
    sampled = bool(result.ordering_error.max() > 0)
    fit, model = words.text("fit", result.fit), words.text("family", result.family)
    sentences = [
        words.text("importance", "lmg_sampled" if sampled else result.method, fit=fit, model=model),
        words.text("method", f"shares{share_form(result)}", hundred=words.percent(1.0)),
    ]
    if sampled:
        sentences.append(words.text("method", "ordering_error", error=words.number(result.ordering_error.max(), 4)))
    if any(":" in name for name in result.drivers):
        sentences.append(words.text("method", "interactions"))
    return sentences


def _model(result: Any, words: Words) -> list[str]:
    """The outcome where it is not the score, what was held constant, and how well the model fits."""
    sentences = []
    if result.asked["top_box"]:
        sentences.append(words.text("method", "yes_no", outcome=words.outcome(result.outcome)))
    if result.controls:
        controls = [words.name("driver", name) for name in result.controls]
        sentences.append(words.text("method", "controls", list=words.listed(controls)))
    r2 = words.number(result.r2, 3)
    if result.family == "linear":
        sentences.append(words.text("method", "model", r2=r2, r2_adjusted=words.number(result.r2_adjusted, 3)))
    else:
        sentences.append(words.text("method", "model_fit", r2=r2, fit=words.text("fit", result.fit)))
    return sentences


def _uncertainty(result: Any, words: Words) -> list[str]:
    """How intervals were made, under which design, and what drawing them leaves uncertain."""
    if not result.n_boot:
        return [words.text("method", "no_uncertainty")]
    found = result.uncertainty
    drawn = {"n_boot": words.number(result.n_boot), "seed": isolate(str(result.seed), LEFT)}
    ways = ("percentile", "bca", "bootstrap_imputation", "linearised")
    design = "_design" if result.design and found.how in ways else ""
    sentences = [words.text("intervals", f"{found.how}{design}", **drawn)]
    if math.isfinite(found.df):
        sentences.append(words.text("method", "freedom", df=words.number(found.df)))
    if kind_of_draws(result) == "draws":
        sentences.append(words.text("method", "draws", **drawn))
    if found.monte_carlo_error > 0:
        sentences.append(
            words.text(
                "method",
                "drawing_error",
                error=words.counted("pp", 100 * found.monte_carlo_error, case="gen", decimals=2),
            )
        )
    if result.finite_population:
        sentences.append(words.text("method", "finite_population"))
    return sentences


def scores_method(result: Any, words: Words, identity: str) -> Markup:
    """How the scores were computed."""
    statistics = {score.statistic for score in result.scores}
    keys = [
        "scores",
        *(["top2box"] if statistics & {"top2box", "share"} else []),
        *(["nps"] if "nps" in statistics else []),
    ]
    return Markup("").join(paragraph(words.text("method", key)) for key in keys)


def map_method(result: Any, words: Words, identity: str) -> Markup:
    """When a driver has a quadrant."""
    if len(result.drivers) < 2 or shares_hidden(result):
        return Markup("")
    return paragraph(words.text("method", "map", stable=words.percent(result.needed_stability)))


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words of this report, explained."""
    if shares_hidden(result):
        return explained_terms(["interval"], words)
    keys = [f"share{share_form(result)}", "interval", "performance"]
    if result.verdict.status != "not_rankable":
        keys += ["possible_ranks", "tied"]
    if result.n_boot and kind_of_draws(result) == "resamples":
        keys.append("bootstrap")
    if result.sample.weighted or result.sample.n_effective < result.sample.n:
        keys.append("n_effective")
    return explained_terms(keys, words, outcome=words.outcome(result.outcome))


def scores_glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words of the score cards that need explaining."""
    return explained_terms(["nps"] if any(score.statistic == "nps" for score in result.scores) else [], words)


def explained_terms(keys: list[str], words: Words, **values: str) -> Markup:
    """Terms with what they mean; nothing where there are none."""
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
        facts.append((words.ui("source_line"), html(isolate_addresses(words.label("survey", "source")))))
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
    if result.beside_sha256:
        # A file's name is as long as its author likes, and stands beside the number.
        beside = [left_to_right(f"{file}: {fingerprint[:16]}") for file, fingerprint in result.beside_sha256.items()]
        facts.append((words.ui("beside_fingerprint"), Markup("<br>").join(beside)))
    facts.append((words.ui("codebook_fingerprint"), left_to_right(result.codebook_sha256[:16])))
    facts.append((words.ui("version"), left_to_right(f"drivers {result.version}")))
    rows = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(html(name), value) for name, value in facts)
    return Markup('<dl class="facts">{}</dl>').format(rows)

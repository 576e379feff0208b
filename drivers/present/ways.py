"""How each kind of result can be shown, and in which section of a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from drivers.present.pieces import appendix, decompositions, diagnosis, measurement, order, quality, report, robustness
from drivers.present.words import Words

Piece = Callable[[Any, Words, str], Markup]

_SAID = {"headline": report.unanswered_headline, "summary": report.unanswered_summary}
"""What is shown in place of a result that there is none of; everything else stays away."""

_SAID_OF = {
    ("fit_regression", "effects"): diagnosis.unanswered_effects,
    ("nonlinearity", "line"): diagnosis.unanswered_line,
    ("survey_quality", "finding"): report.unanswered_headline,
    ("reliability", "finding"): measurement.unanswered_finding,
    ("dimensionality", "dimensions"): measurement.unanswered_dimensions,
    ("discriminant_validity", "pairs"): measurement.unanswered_distinct,
}
"""The same of questions that a page may leave open where it answers others."""

DIAGNOSES = {"collinearity", "halo", "regression", "measurement_sensitivity", "nonlinearity", "unanswered"}
"""What may tell why drivers explain so little, or why there is no answer, and so is shown where they do."""

ORDERS = {"dominance"}
"""What speaks of an order of drivers without a verdict of its own."""


def way(kind: str, as_: str, analysis: str = "") -> tuple[str, Piece] | None:
    """The section of a result's piece and what makes it; None where this kind is not shown so.

    Parameters
    ----------
    kind, as_
        Of the result, and how it is to be shown.
    analysis
        What went without an answer, where the kind is ``unanswered``.
    """
    if kind != "unanswered":
        return WAYS.get((kind, as_))
    own = WAYS.get((analysis, as_))
    section = own[0] if own else next((section for (_, known), (section, _) in WAYS.items() if known == as_), None)
    return None if section is None else (section, _SAID.get(as_) or _SAID_OF.get((analysis, as_), report.nothing))


def ways(kind: str) -> list[str]:
    """How a kind of result can be shown."""
    return list(dict.fromkeys(known for shown, known in WAYS if kind in (shown, "unanswered")))


WAYS: dict[tuple[str, str], tuple[str, Piece]] = {
    ("survey", "masthead"): ("masthead", report.masthead),
    ("quality", "finding"): ("headline", quality.finding),
    ("quality", "missing"): ("missing_answers", quality.missing),
    ("quality", "ends"): ("ends", quality.ends),
    ("quality", "careless"): ("careless", quality.careless),
    ("quality", "misread"): ("misread", quality.misread),
    ("quality", "gathering"): ("gathering", quality.gathering),
    ("quality", "method"): ("method", quality.method),
    ("outcome_scores", "headline"): ("headline", report.scores_headline),
    ("importance", "summary"): ("headline", report.importance_summary),
    ("outcome_scores", "cards"): ("score_cards", report.scores_cards),
    ("collinearity", "separability"): ("separability", diagnosis.separability),
    ("importance", "correlations"): ("separability", report.correlations),
    ("halo", "impression"): ("impression", diagnosis.impression),
    ("regression", "effects"): ("partial_effects", report.effects),
    ("measurement_sensitivity", "line"): ("partial_effects", diagnosis.sensitivity_line),
    ("importance", "bars"): ("what_drives", report.importance_figure),
    ("importance", "table"): ("what_drives", report.importance_table),
    ("importance", "differences"): ("differences", order.differences),
    ("importance", "first"): ("differences", order.first),
    ("measures", "table"): ("other_measures", decompositions.measures),
    ("dominance", "tables"): ("dominance", decompositions.dominance),
    ("commonality", "table"): ("commonality", decompositions.commonality),
    ("robustness", "line"): ("robustness", robustness.line),
    ("nonlinearity", "line"): ("straight_line", diagnosis.straight_line),
    ("reliability", "finding"): ("headline", measurement.finding),
    ("reliability", "dots"): ("consistency", measurement.consistency),
    ("reliability", "items"): ("own_score", measurement.own_score),
    ("dimensionality", "dimensions"): ("one_or_several", measurement.dimensions),
    ("discriminant", "pairs"): ("distinct", measurement.distinct),
    ("map", "map"): ("where_to_act", report.map_figure),
    ("waves", "trend"): ("trend_section", report.trends),
    ("importance", "checks"): ("how_sure", report.checks),
    ("survey", "questions"): ("wording_section", appendix.questions),
    ("outcome_scores", "method"): ("method", appendix.scores_method),
    ("importance", "method"): ("method", appendix.method),
    ("map", "method"): ("method", appendix.map_method),
    ("reliability", "method"): ("method", measurement.method),
    ("dimensionality", "method"): ("method", measurement.dimensions_method),
    ("discriminant", "method"): ("method", measurement.distinct_method),
    ("importance", "glossary"): ("glossary", appendix.glossary),
    ("outcome_scores", "glossary"): ("glossary", appendix.scores_glossary),
    ("reliability", "glossary"): ("glossary", measurement.glossary),
    ("dimensionality", "glossary"): ("glossary", measurement.dimensions_glossary),
    ("discriminant", "glossary"): ("glossary", measurement.distinct_glossary),
    ("survey", "footer"): ("footer", appendix.footer),
}
"""Kind of result and way of showing it → section of the page, and what makes the piece."""

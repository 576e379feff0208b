"""How each kind of result can be shown, and in which section of a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from drivers.present.pieces import (
    appendix,
    asymmetry,
    chain,
    control,
    decompositions,
    diagnosis,
    expectations,
    indicators,
    kano,
    latent,
    loyalty,
    management,
    measurement,
    order,
    quality,
    recovery,
    report,
    robustness,
    surface,
)
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
    ("control_charts", "chart"): control.unanswered_charts,
    ("loyalty_groups", "finding"): loyalty.unanswered_finding,
    ("loyalty_curve", "curve"): loyalty.unanswered_curve,
    ("stated_and_observed", "observed"): loyalty.unanswered_observed,
    ("expectation_gaps", "finding"): expectations.unanswered_finding,
    ("management_gaps", "gaps"): management.unanswered_gaps,
    ("scorecard", "finding"): indicators.unanswered_finding,
    ("distance_in_drivers", "drivers"): indicators.unanswered_distance,
    ("value_at_stake", "stake"): indicators.unanswered_stake,
    ("response_surface", "finding"): surface.unanswered_finding,
    ("asymmetry", "bars"): asymmetry.unanswered,
    ("kano", "map"): kano.unanswered,
    ("latent_paths", "table"): latent.unanswered_table,
    ("paths", "finding"): chain.unanswered_finding,
    ("recovery", "groups"): recovery.unanswered_groups,
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
    ("asymmetry", "bars"): ("must_bonus", asymmetry.bars),
    ("asymmetry", "table"): ("must_bonus", asymmetry.table),
    ("kano", "map"): ("kano", kano.features),
    ("kano", "table"): ("kano", kano.table),
    ("response_surface", "finding"): ("surface", surface.finding),
    ("response_surface", "map"): ("surface", surface.surface_map),
    ("response_surface", "table"): ("surface", surface.table),
    ("scorecard", "finding"): ("headline", indicators.finding),
    ("scorecard", "cards"): ("indicator_cards", indicators.cards),
    ("scorecard", "table"): ("indicator_cards", indicators.table),
    ("distance", "drivers"): ("in_drivers", indicators.distance),
    ("value_at_stake", "stake"): ("at_stake", indicators.stake),
    ("expectations", "finding"): ("headline", expectations.finding),
    ("expectations", "zones"): ("expectations", expectations.zones),
    ("expectations", "places"): ("places", expectations.places),
    ("expectations", "weighted"): ("weighted_gap", expectations.weighted),
    ("equations", "verdicts"): ("equations", expectations.equations),
    ("management", "gaps"): ("management", management.gaps),
    ("paths", "finding"): ("headline", chain.finding),
    ("paths", "bars"): ("chain", chain.bars),
    ("paths", "serial"): ("chain", chain.serial),
    ("paths", "table"): ("chain", chain.table),
    ("paths", "method"): ("method", chain.method),
    ("paths", "glossary"): ("glossary", chain.glossary),
    ("loyalty_curve", "finding"): ("headline", loyalty.curve_finding),
    ("loyalty_curve", "curve"): ("sat_loyalty", loyalty.curve),
    ("loyalty_curve", "recommending"): ("who_recommends", loyalty.recommending),
    ("loyalty_curve", "method"): ("method", loyalty.curve_method),
    ("loyalty_curve", "glossary"): ("glossary", loyalty.curve_glossary),
    ("loyalty_groups", "finding"): ("headline", loyalty.groups_finding),
    ("loyalty_groups", "groups"): ("loyalty_groups", loyalty.groups),
    ("loyalty_groups", "method"): ("method", loyalty.groups_method),
    ("stated_and_observed", "finding"): ("headline", loyalty.observed_finding),
    ("stated_and_observed", "observed"): ("stated_observed", loyalty.observed),
    ("stated_and_observed", "method"): ("method", loyalty.observed_method),
    ("stated_and_observed", "glossary"): ("glossary", loyalty.observed_glossary),
    ("map", "map"): ("where_to_act", report.map_figure),
    ("control_charts", "chart"): ("usual_range", control.charts),
    ("waves", "trend"): ("trend_section", report.trends),
    ("importance", "checks"): ("how_sure", report.checks),
    ("survey", "questions"): ("wording_section", appendix.questions),
    ("outcome_scores", "method"): ("method", appendix.scores_method),
    ("importance", "method"): ("method", appendix.method),
    ("map", "method"): ("method", appendix.map_method),
    ("control_charts", "method"): ("method", control.method),
    ("reliability", "method"): ("method", measurement.method),
    ("dimensionality", "method"): ("method", measurement.dimensions_method),
    ("discriminant", "method"): ("method", measurement.distinct_method),
    ("latent_paths", "table"): ("latent", latent.table),
    ("recovery", "groups"): ("recovery", recovery.groups),
    ("latent_paths", "method"): ("method", latent.method),
    ("recovery", "method"): ("method", recovery.method),
    ("asymmetry", "method"): ("method", asymmetry.method),
    ("kano", "method"): ("method", kano.method),
    ("response_surface", "method"): ("method", surface.method),
    ("scorecard", "method"): ("method", indicators.method),
    ("distance", "method"): ("method", indicators.distance_method),
    ("value_at_stake", "method"): ("method", indicators.stake_method),
    ("expectations", "method"): ("method", expectations.method),
    ("equations", "method"): ("method", expectations.equations_method),
    ("management", "method"): ("method", management.method),
    ("importance", "glossary"): ("glossary", appendix.glossary),
    ("outcome_scores", "glossary"): ("glossary", appendix.scores_glossary),
    ("control_charts", "glossary"): ("glossary", control.glossary),
    ("reliability", "glossary"): ("glossary", measurement.glossary),
    ("scorecard", "glossary"): ("glossary", indicators.glossary),
    ("dimensionality", "glossary"): ("glossary", measurement.dimensions_glossary),
    ("discriminant", "glossary"): ("glossary", measurement.distinct_glossary),
    ("latent_paths", "glossary"): ("glossary", latent.glossary),
    ("recovery", "glossary"): ("glossary", recovery.glossary),
    ("asymmetry", "glossary"): ("glossary", asymmetry.glossary),
    ("kano", "glossary"): ("glossary", kano.glossary),
    ("response_surface", "glossary"): ("glossary", surface.glossary),
    ("expectations", "glossary"): ("glossary", expectations.glossary),
    ("survey", "footer"): ("footer", appendix.footer),
}
"""Kind of result and way of showing it → section of the page, and what makes the piece."""

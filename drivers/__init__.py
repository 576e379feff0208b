"""drivers: which aspects of a service drive satisfaction, how sure are we, and what to improve first.

The public surface, by layer; every name is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_PUBLIC = {
    # errors
    "DriversError": "drivers.errors",
    "CodebookError": "drivers.errors",
    "SurveyError": "drivers.errors",
    "ModelError": "drivers.errors",
    "PublishError": "drivers.errors",
    # survey: what was asked and what was answered
    "read_codebook": "drivers.survey.codebook.model",
    "draft_codebook": "drivers.survey.drafting.draft",
    "read_survey": "drivers.survey.data",
    "read_lexicon": "drivers.survey.lexicon.reading",
    "example_survey": "drivers.survey.data",
    "example_truth": "drivers.survey.examples",
    "Survey": "drivers.survey.data",
    "describe": "drivers.survey.description",
    "survey_quality": "drivers.survey.quality.health",
    "row_flags": "drivers.survey.quality.flags",
    "fetch": "drivers.survey.fetching",
    "simulate_service_center": "drivers.survey.synthetic.service_center",
    # moments
    "weighted_moments": "drivers.moments",
    "Moments": "drivers.moments",
    # a reason in place of a result
    "attempt": "drivers.attempts",
    # models: does it matter at all?
    "fit_regression": "drivers.models.regression",
    # models: what they rest on, and what they cannot tell
    "collinearity": "drivers.models.collinearity_diagnosis",
    "halo": "drivers.models.halo_diagnosis",
    "straight_liners": "drivers.models.halo",
    "measurement_sensitivity": "drivers.models.measurement_error",
    "nonlinearity": "drivers.models.nonlinearity_check",
    "reliability": "drivers.models.reliability_analysis",
    "dimensionality": "drivers.models.dimensionality_analysis",
    "discriminant_validity": "drivers.models.distinctness",
    "asymmetry": "drivers.models.asymmetry.penalty_reward",
    "kano": "drivers.models.asymmetry.kano_features",
    "paths": "drivers.models.chain.path_analysis",
    "latent_paths": "drivers.models.chain.latent_analysis",
    "response_surface": "drivers.models.expectations.surface_regression",
    # expectations: what people got beside what they expected
    "expectation_gaps": "drivers.models.expectations.gap_analysis",
    "expectation_equations": "drivers.models.expectations.equation_analysis",
    # importance: how much of what we can explain is its part?
    "relative_importance": "drivers.importance.relative",
    "stream_moments": "drivers.importance.streaming.survey_moments",
    "StreamedMoments": "drivers.importance.streaming.survey_moments",
    "dominance": "drivers.importance.dominance_analysis",
    "commonality": "drivers.importance.commonality_analysis",
    "average_coefficients": "drivers.importance.coefficients",
    "compare_measures": "drivers.importance.comparison",
    "robustness": "drivers.importance.other_ways",
    # segments: do effects differ, do shares, and where does a whole tell another tale than its parts?
    "by_segment": "drivers.segments.each_segment",
    "segment_effects": "drivers.segments.effect_differences",
    "segment_shares": "drivers.segments.share_differences",
    "reversals": "drivers.segments.sign_reversals",
    # units: with allowance for their size
    "compare_units": "drivers.segments.units.compared_units",
    "unit_effects": "drivers.segments.units.effects_of_units",
    "pooled_segments": "drivers.segments.units.small_segments",
    "staff_and_customers": "drivers.segments.units.staff_links",
    # time
    "by_wave": "drivers.waves.each_wave",
    "wave_change": "drivers.waves.change_split",
    "wave_effects": "drivers.waves.slope_test",
    "change_points": "drivers.waves.break_search",
    "next_wave": "drivers.waves.sample_planning",
    # levels and decisions
    "outcome_scores": "drivers.indicators.scores",
    "recovery": "drivers.indicators.loyalty.service_recovery",
    "scorecard": "drivers.indicators.card.score_card",
    "distance_in_drivers": "drivers.indicators.card.target_distance",
    "value_at_stake": "drivers.indicators.card.business_value",
    "control_charts": "drivers.indicators.time.over_time",
    "benchmark": "drivers.indicators.comparison.beside_others",
    "rival_drivers": "drivers.indicators.comparison.rival_gap",
    "gap_in_drivers": "drivers.indicators.comparison.level_gap",
    "loyalty_curve": "drivers.indicators.loyalty.loyalty_by_satisfaction",
    "loyalty_groups": "drivers.indicators.loyalty.loyalty_segments",
    "stated_and_observed": "drivers.indicators.loyalty.observed_loyalty",
    "importance_performance_map": "drivers.decisions.importance_performance",
    "priorities": "drivers.decisions.priority_list",
    "stated_and_derived": "drivers.decisions.stated_importance",
    "what_if": "drivers.decisions.changes.changed_ratings",
    "what_if_table": "drivers.decisions.changes.each_driver",
    "what_if_promises": "drivers.decisions.changes.promised_or_delivered",
    "management_gaps": "drivers.decisions.management",
    "check_actions": "drivers.decisions.action_register",
    "plan_budget": "drivers.decisions.spending.budget_plan",
    "one_minute": "drivers.decisions.first_answers",
    # comments: what customers say in their own words
    "comment_themes": "drivers.comments.themes",
    "review_themes": "drivers.comments.review_analysis",
    # present
    "wording": "drivers.present.words",
    "show": "drivers.present.channel",
    "figures": "drivers.present.figures",
    "tables": "drivers.present.tables",
}
_MODULES = {"figures", "tables"}

__all__ = [*_PUBLIC, "__version__"]

if TYPE_CHECKING:
    from drivers.attempts import attempt
    from drivers.comments.review_analysis import review_themes
    from drivers.comments.themes import comment_themes
    from drivers.decisions.action_register import check_actions
    from drivers.decisions.changes.changed_ratings import what_if
    from drivers.decisions.changes.each_driver import what_if_table
    from drivers.decisions.changes.promised_or_delivered import what_if_promises
    from drivers.decisions.first_answers import one_minute
    from drivers.decisions.importance_performance import importance_performance_map
    from drivers.decisions.management import management_gaps
    from drivers.decisions.priority_list import priorities
    from drivers.decisions.spending.budget_plan import plan_budget
    from drivers.decisions.stated_importance import stated_and_derived
    from drivers.errors import CodebookError, DriversError, ModelError, PublishError, SurveyError
    from drivers.importance.coefficients import average_coefficients
    from drivers.importance.commonality_analysis import commonality
    from drivers.importance.comparison import compare_measures
    from drivers.importance.dominance_analysis import dominance
    from drivers.importance.other_ways import robustness
    from drivers.importance.relative import relative_importance
    from drivers.importance.streaming.survey_moments import StreamedMoments, stream_moments
    from drivers.indicators.card.business_value import value_at_stake
    from drivers.indicators.card.score_card import scorecard
    from drivers.indicators.card.target_distance import distance_in_drivers
    from drivers.indicators.comparison.beside_others import benchmark
    from drivers.indicators.comparison.level_gap import gap_in_drivers
    from drivers.indicators.comparison.rival_gap import rival_drivers
    from drivers.indicators.loyalty.loyalty_by_satisfaction import loyalty_curve
    from drivers.indicators.loyalty.loyalty_segments import loyalty_groups
    from drivers.indicators.loyalty.observed_loyalty import stated_and_observed
    from drivers.indicators.loyalty.service_recovery import recovery
    from drivers.indicators.scores import outcome_scores
    from drivers.indicators.time.over_time import control_charts
    from drivers.models.asymmetry.kano_features import kano
    from drivers.models.asymmetry.penalty_reward import asymmetry
    from drivers.models.chain.latent_analysis import latent_paths
    from drivers.models.chain.path_analysis import paths
    from drivers.models.collinearity_diagnosis import collinearity
    from drivers.models.dimensionality_analysis import dimensionality
    from drivers.models.distinctness import discriminant_validity
    from drivers.models.expectations.equation_analysis import expectation_equations
    from drivers.models.expectations.gap_analysis import expectation_gaps
    from drivers.models.expectations.surface_regression import response_surface
    from drivers.models.halo import straight_liners
    from drivers.models.halo_diagnosis import halo
    from drivers.models.measurement_error import measurement_sensitivity
    from drivers.models.nonlinearity_check import nonlinearity
    from drivers.models.regression import fit_regression
    from drivers.models.reliability_analysis import reliability
    from drivers.moments import Moments, weighted_moments
    from drivers.present import figures, tables
    from drivers.present.channel import show
    from drivers.present.words import wording
    from drivers.segments.each_segment import by_segment
    from drivers.segments.effect_differences import segment_effects
    from drivers.segments.share_differences import segment_shares
    from drivers.segments.sign_reversals import reversals
    from drivers.segments.units.compared_units import compare_units
    from drivers.segments.units.effects_of_units import unit_effects
    from drivers.segments.units.small_segments import pooled_segments
    from drivers.segments.units.staff_links import staff_and_customers
    from drivers.survey.codebook.model import read_codebook
    from drivers.survey.data import Survey, example_survey, read_survey
    from drivers.survey.description import describe
    from drivers.survey.drafting.draft import draft_codebook
    from drivers.survey.examples import example_truth
    from drivers.survey.fetching import fetch
    from drivers.survey.lexicon.reading import read_lexicon
    from drivers.survey.quality.flags import row_flags
    from drivers.survey.quality.health import survey_quality
    from drivers.survey.synthetic.service_center import simulate_service_center
    from drivers.waves.break_search import change_points
    from drivers.waves.change_split import wave_change
    from drivers.waves.each_wave import by_wave
    from drivers.waves.sample_planning import next_wave
    from drivers.waves.slope_test import wave_effects


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'drivers' has no attribute {name!r}")
    module = import_module(_PUBLIC[name])
    value = module if name in _MODULES else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

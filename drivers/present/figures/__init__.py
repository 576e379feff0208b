"""Figures: each takes a result and a wording, never data or a model.

- `importance_bars`: shares of the explained differences with intervals, ties and possible ranks
- `importance_performance_map`: importance against rating, with an action for each quadrant
- `wave_trend`: one statistic over the waves
- `control_chart`: an indicator over the waves with its usual range
- `change_waterfall`, `change_driver_bars`: a change between waves in its parts
- `effects_by_wave`, `levels_by_wave`: aspects whose importance changed, and lasting changes of levels
- `correlation_grid`: how the drivers go together
- `missing_bars`: missing answers to each question by kind
- `ends_bars`: the worst and the best answers to each question
- `reliability_dots`: omega and alpha of each score
- `loyalty_curve`, `recommending_bars`: loyalty and promoters over satisfaction
- `loyalty_squares`: four groups by satisfaction and loyalty
- `observed_bands`: what was observed, by stated loyalty
- `path_bars`: what goes with an outcome through satisfaction and directly
- `recovery_dots`: answers by what became of a problem
- `distance_bars`: what closing each driver's gap would be worth, beside the distance to a target
- `rival_dots`, `outside_dots`: our means beside a competitor's, or published figures
- `unit_range_bars`: how far units' means reach, and the selected one among them
- `gap_bars`: what each driver makes of a gap
- `penalty_reward_bars`: what each driver costs and what it brings
- `feature_map`: how many each feature would please, against how many its lack would displease
- `priority_bars`: what closing the gap of each driver would go with, the largest first
- `stated_map`: what people say matters against what goes with their answers
- `what_if_dots`: what would go with a step of each driver, alone and with the others
- `promise_dots`: what would go with better ratings and with lower hopes
- `zone_bars`: what was expected of each driver, and where experience lies
- `place_bars`: how many lie below, inside and above what they expected
- `guess_dots`: what management thinks beside what was measured
- `plan_bars`, `gain_frontier`: what each part of a plan for a budget would bring, and the gain at other budgets
- `action_dots`: what has moved since something was done
- `segment_effect_dots`, `segment_share_dots`, `segment_level_dots`: groups of a segment beside each other
- `response_surface_map`: an outcome over experience and expectation
- `theme_bars`: what comments or reviews are about, and how they are meant
- `theme_waves`: a theme of comments over the waves, beside its rating
- `units_funnel`, `adjusted_units`: units by size and rating, and adjusted for small numbers
- `pooled_dots`, `effect_spread`, `staff_dots`: segments adjusted, effects over units, staff beside customers

Every figure is a `Drawing`: shown in a notebook as it is, and available in two widths for a page.
"""

from drivers.present.figures.actions import action_dots
from drivers.present.figures.adjusted import adjusted_units, effect_spread, pooled_dots, staff_dots
from drivers.present.figures.beside import outside_dots, rival_dots
from drivers.present.figures.budget import gain_frontier, plan_bars
from drivers.present.figures.canvas import Drawing
from drivers.present.figures.comments import theme_bars, theme_waves
from drivers.present.figures.control import control_chart
from drivers.present.figures.correlation import correlation_grid
from drivers.present.figures.distance import distance_bars
from drivers.present.figures.feature_map import feature_map
from drivers.present.figures.funnel import units_funnel
from drivers.present.figures.gap import gap_bars
from drivers.present.figures.guesses import guess_dots
from drivers.present.figures.importance import importance_bars
from drivers.present.figures.loyalty import loyalty_curve, loyalty_squares, observed_bands, recommending_bars
from drivers.present.figures.paths import path_bars
from drivers.present.figures.penalty_reward import penalty_reward_bars
from drivers.present.figures.performance_map import importance_performance_map
from drivers.present.figures.priority_bars import priority_bars
from drivers.present.figures.quality import ends_bars, missing_bars
from drivers.present.figures.recovery import recovery_dots
from drivers.present.figures.reliability import reliability_dots
from drivers.present.figures.segments import segment_effect_dots, segment_level_dots, segment_share_dots
from drivers.present.figures.stated_map import stated_map
from drivers.present.figures.surface import response_surface_map
from drivers.present.figures.trend import wave_trend
from drivers.present.figures.unit_range import unit_range_bars
from drivers.present.figures.wave_change import change_driver_bars, change_waterfall
from drivers.present.figures.wave_panels import effects_by_wave, levels_by_wave
from drivers.present.figures.what_if import promise_dots, what_if_dots
from drivers.present.figures.zones import place_bars, zone_bars

__all__ = [
    "Drawing",
    "action_dots",
    "adjusted_units",
    "change_driver_bars",
    "change_waterfall",
    "control_chart",
    "correlation_grid",
    "distance_bars",
    "effect_spread",
    "effects_by_wave",
    "ends_bars",
    "feature_map",
    "gain_frontier",
    "gap_bars",
    "guess_dots",
    "importance_bars",
    "importance_performance_map",
    "levels_by_wave",
    "loyalty_curve",
    "loyalty_squares",
    "missing_bars",
    "observed_bands",
    "outside_dots",
    "path_bars",
    "penalty_reward_bars",
    "place_bars",
    "plan_bars",
    "pooled_dots",
    "priority_bars",
    "promise_dots",
    "recommending_bars",
    "recovery_dots",
    "reliability_dots",
    "response_surface_map",
    "rival_dots",
    "segment_effect_dots",
    "segment_level_dots",
    "segment_share_dots",
    "staff_dots",
    "stated_map",
    "theme_bars",
    "theme_waves",
    "unit_range_bars",
    "units_funnel",
    "wave_trend",
    "what_if_dots",
    "zone_bars",
]

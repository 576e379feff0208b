"""Figures: each takes a result and a wording, never data or a model.

- `importance_bars`: shares of the explained differences with intervals, ties and possible ranks
- `importance_performance_map`: importance against rating, with an action for each quadrant
- `wave_trend`: one statistic over the waves
- `control_chart`: an indicator over the waves with its usual range
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
- `penalty_reward_bars`: what each driver costs and what it brings
- `feature_map`: how many each feature would please, against how many its lack would displease
- `zone_bars`: what was expected of each driver, and where experience lies
- `place_bars`: how many lie below, inside and above what they expected
- `guess_dots`: what management thinks beside what was measured
- `response_surface_map`: an outcome over experience and expectation

Every figure is a `Drawing`: shown in a notebook as it is, and available in two widths for a page.
"""

from drivers.present.figures.canvas import Drawing
from drivers.present.figures.control import control_chart
from drivers.present.figures.correlation import correlation_grid
from drivers.present.figures.distance import distance_bars
from drivers.present.figures.feature_map import feature_map
from drivers.present.figures.guesses import guess_dots
from drivers.present.figures.importance import importance_bars
from drivers.present.figures.loyalty import loyalty_curve, loyalty_squares, observed_bands, recommending_bars
from drivers.present.figures.paths import path_bars
from drivers.present.figures.penalty_reward import penalty_reward_bars
from drivers.present.figures.performance_map import importance_performance_map
from drivers.present.figures.quality import ends_bars, missing_bars
from drivers.present.figures.recovery import recovery_dots
from drivers.present.figures.reliability import reliability_dots
from drivers.present.figures.surface import response_surface_map
from drivers.present.figures.trend import wave_trend
from drivers.present.figures.zones import place_bars, zone_bars

__all__ = [
    "Drawing",
    "control_chart",
    "correlation_grid",
    "distance_bars",
    "ends_bars",
    "feature_map",
    "guess_dots",
    "importance_bars",
    "importance_performance_map",
    "loyalty_curve",
    "loyalty_squares",
    "missing_bars",
    "observed_bands",
    "path_bars",
    "penalty_reward_bars",
    "place_bars",
    "recommending_bars",
    "recovery_dots",
    "reliability_dots",
    "response_surface_map",
    "wave_trend",
    "zone_bars",
]

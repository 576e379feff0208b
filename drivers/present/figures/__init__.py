"""Figures: each takes a result and a wording, never data or a model.

- `importance_bars`: shares of the explained differences with intervals, ties and possible ranks
- `importance_performance_map`: importance against rating, with an action for each quadrant
- `wave_trend`: one statistic over the waves
- `correlation_grid`: how the drivers go together
- `missing_bars`: missing answers to each question by kind
- `ends_bars`: the worst and the best answers to each question
- `reliability_dots`: omega and alpha of each score

Every figure is a `Drawing`: shown in a notebook as it is, and available in two widths for a page.
"""

from drivers.present.figures.canvas import Drawing
from drivers.present.figures.correlation import correlation_grid
from drivers.present.figures.importance import importance_bars
from drivers.present.figures.performance_map import importance_performance_map
from drivers.present.figures.quality import ends_bars, missing_bars
from drivers.present.figures.reliability import reliability_dots
from drivers.present.figures.trend import wave_trend

__all__ = [
    "Drawing",
    "correlation_grid",
    "ends_bars",
    "importance_bars",
    "importance_performance_map",
    "missing_bars",
    "reliability_dots",
    "wave_trend",
]

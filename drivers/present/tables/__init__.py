"""Tables: each takes a result and a wording.

What drivers have a part in:

- `importance_table`: share, interval, possible ranks and rating of each driver
- `letters_table`, `differences_table`: which drivers may be put before which
- `first_table`: how often each driver comes first, and how likely it does
- `measures_table`: each driver by every measure of importance
- `gains_table`, `sizes_table`, `pairs_table`: what each driver adds, by size of model; who outdoes whom in every model
- `commonality_table`: what each driver tells alone and together with others
- `ways_table`, `ways_shares_table`: whether the result survives other ways, and each driver's share in each

Models and what they rest on:

- `effects_table`: partial effects with corrected p-values
- `sensitivity_table`: the same if ratings were less reliable
- `correlation_table`, `collinearity_table`: how the drivers go together
- `impression_table`: how far each question repeats a general impression
- `curves_table`: what flexible models explain beyond the straight line

The questionnaire's health:

- `missing_table`: missing answers to each question by kind
- `answers_table`: ends, mean and correlation of each question
- `flags_table`: how many participants have each flag
- `contradictions_table`: answers at opposite ends
- `modes_table`: how participants were asked

Measurement:

- `reliability_table`, `scores_table`: how well the items of each score go together
- `items_table`, `loadings_table`: how well each item goes with the rest
- `dimensions_table`, `fit_table`: whether the items of each score measure one thing
- `distinct_table`, `extracted_table`: whether each two scores measure different things

The rest of a report:

- `map_table`: importance, rating, quadrant and its stability
- `trend_table`: one statistic by wave
- `questions_table`: the questions behind each score
"""

from drivers.present.tables.decompositions import (
    commonality_table,
    gains_table,
    measures_table,
    pairs_table,
    sizes_table,
)
from drivers.present.tables.importance import differences_table, first_table, importance_table, letters_table
from drivers.present.tables.measurement import (
    dimensions_table,
    distinct_table,
    extracted_table,
    fit_table,
    items_table,
    loadings_table,
    reliability_table,
    scores_table,
)
from drivers.present.tables.models import (
    collinearity_table,
    correlation_table,
    curves_table,
    effects_table,
    impression_table,
    sensitivity_table,
)
from drivers.present.tables.quality import (
    answers_table,
    contradictions_table,
    flags_table,
    missing_table,
    modes_table,
)
from drivers.present.tables.report import map_table, questions_table, trend_caption, trend_table
from drivers.present.tables.robustness import ways_shares_table, ways_table
from drivers.present.tables.table import Table

__all__ = [
    "Table",
    "answers_table",
    "collinearity_table",
    "commonality_table",
    "contradictions_table",
    "correlation_table",
    "curves_table",
    "differences_table",
    "dimensions_table",
    "distinct_table",
    "effects_table",
    "extracted_table",
    "first_table",
    "fit_table",
    "flags_table",
    "gains_table",
    "importance_table",
    "impression_table",
    "items_table",
    "letters_table",
    "loadings_table",
    "map_table",
    "measures_table",
    "missing_table",
    "modes_table",
    "pairs_table",
    "questions_table",
    "reliability_table",
    "scores_table",
    "sensitivity_table",
    "sizes_table",
    "trend_caption",
    "trend_table",
    "ways_shares_table",
    "ways_table",
]

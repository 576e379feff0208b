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

Must-haves and bonuses:

- `penalty_reward_table`, `shapes_table`, `shape_tests_table`: what each driver costs and brings, and what it is
- `coefficients_table`, `categories_table`, `strength_table`: what people say of each feature

Experience and expectation together:

- `levels_table`, `gaps_table`: experience beside what was expected, and the gaps
- `places_table`: how many lie below, inside and above what they expected
- `weighted_table`: the gap of all drivers together
- `equations_table`, `contrasts_table`: the equations of expectation, their verdicts and the shares behind them
- `surfaces_table`: what a difference hides of each driver
- `surface_values_table`, `surface_tests_table`, `surface_cells_table`: the numbers of a surface, and its heights

Indicators:

- `scorecard_table`, `movements_table`: each indicator's value and target; benchmark, change and trend
- `distance_table`: what closing each driver's gap would be worth of the distance to a target
- `stake_table`: customers lost, what they were worth, and who would replace them

The service chain:

- `paths_table`, `path_effects_table`: what goes with an outcome through satisfaction and directly
- `latent_table`, `latent_standardised_table`, `latent_loadings_table`: the chain without the error of the answers
- `recovery_table`, `recovery_sizes_table`: problems, what became of them, and the answers of each group

From satisfaction to loyalty:

- `steps_table`, `recommending_table`: loyalty, promoters and detractors at each step of satisfaction
- `groups_table`: groups by satisfaction and loyalty
- `observed_table`: what was observed, by stated loyalty

The rest of a report:

- `guesses_table`: what management thinks beside what was measured
- `map_table`: importance, rating, quadrant and its stability
- `control_table`: one indicator wave by wave, with its usual range
- `trend_table`: one statistic by wave
- `questions_table`: the questions behind each score
"""

from drivers.present.tables.chain import path_effects_table, paths_table
from drivers.present.tables.control import control_table
from drivers.present.tables.decompositions import (
    commonality_table,
    gains_table,
    measures_table,
    pairs_table,
    sizes_table,
)
from drivers.present.tables.expectations import (
    contrasts_table,
    equations_table,
    gaps_table,
    guesses_table,
    levels_table,
    places_table,
    weighted_table,
)
from drivers.present.tables.importance import differences_table, first_table, importance_table, letters_table
from drivers.present.tables.indicators import distance_table, movements_table, scorecard_table, stake_table
from drivers.present.tables.latent import latent_loadings_table, latent_standardised_table, latent_table
from drivers.present.tables.loyalty import groups_table, observed_table, recommending_table, steps_table
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
from drivers.present.tables.recovery import recovery_sizes_table, recovery_table
from drivers.present.tables.report import map_table, questions_table, trend_caption, trend_table
from drivers.present.tables.robustness import ways_shares_table, ways_table
from drivers.present.tables.surface import (
    surface_cells_table,
    surface_tests_table,
    surface_values_table,
    surfaces_table,
)
from drivers.present.tables.table import Table
from drivers.present.tables.uneven import (
    categories_table,
    coefficients_table,
    penalty_reward_table,
    shape_tests_table,
    shapes_table,
    strength_table,
)

__all__ = [
    "Table",
    "answers_table",
    "categories_table",
    "coefficients_table",
    "collinearity_table",
    "commonality_table",
    "contradictions_table",
    "contrasts_table",
    "control_table",
    "correlation_table",
    "curves_table",
    "differences_table",
    "dimensions_table",
    "distance_table",
    "distinct_table",
    "effects_table",
    "equations_table",
    "extracted_table",
    "first_table",
    "fit_table",
    "flags_table",
    "gains_table",
    "gaps_table",
    "groups_table",
    "guesses_table",
    "importance_table",
    "impression_table",
    "items_table",
    "latent_loadings_table",
    "latent_standardised_table",
    "latent_table",
    "letters_table",
    "levels_table",
    "loadings_table",
    "map_table",
    "measures_table",
    "missing_table",
    "modes_table",
    "movements_table",
    "observed_table",
    "pairs_table",
    "path_effects_table",
    "paths_table",
    "penalty_reward_table",
    "places_table",
    "questions_table",
    "recommending_table",
    "recovery_sizes_table",
    "recovery_table",
    "reliability_table",
    "scorecard_table",
    "scores_table",
    "sensitivity_table",
    "shape_tests_table",
    "shapes_table",
    "sizes_table",
    "stake_table",
    "steps_table",
    "strength_table",
    "surface_cells_table",
    "surface_tests_table",
    "surface_values_table",
    "surfaces_table",
    "trend_caption",
    "trend_table",
    "ways_shares_table",
    "ways_table",
    "weighted_table",
]

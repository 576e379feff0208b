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

Priorities:

- `priorities_table`, `priority_reasons_table`: what to improve first, and what that rests on
- `stated_table`: what people say matters beside what goes with their answers

Beside others:

- `past_table`, `earlier_table`: a wave beside the one before, beside all earlier ones and the best of them
- `unit_range_table`: how far units' means reach, and the selected one among them
- `outside_table`: measures beside published figures
- `rivals_table`, `rival_parts_table`: us and a competitor by those who rated both
- `gap_table`: what each driver makes of a gap

What customers say in their own words:

- `themes_table`: what comments or reviews are about, and how they are meant
- `comment_links_table`, `comment_waves_table`: what goes with criticism; themes wave by wave
- `review_stars_table`, `review_periods_table`: stars by theme; reviews over time

Segments:

- `segments_table`: which segments were compared, in their effects or in their shares
- `segment_effects_table`, `segment_shares_table`, `segment_levels_table`: effects, shares and means of their groups

Units, with allowance for their size:

- `units_table`, `pooled_table`, `pooled_effects_table`: units and segments, raw and adjusted
- `unit_effects_table`: how much units differ in what drives their customers
- `staff_table`, `staff_reliability_table`: staff beside customers

The rest of a report:

- `guesses_table`: what management thinks beside what was measured
- `plan_table`, `plan_stability_table`: where a budget is best spent, and how sure that is
- `frontier_table`: what other budgets would bring
- `what_if_table`, `what_if_all_table`: what would go with a step of each driver, in the first outcome and in all
- `changes_table`, `company_table`: what would go with some changes, and how far each driver moves
- `promises_table`: what would go with better ratings and with lower hopes
- `actions_table`, `register_table`: what has moved since something was done, and the register
- `map_table`: importance, rating, quadrant and its stability
- `control_table`: one indicator wave by wave, with its usual range
- `change_table`, `change_drivers_table`, `change_pairs_table`: a change between waves in its parts
- `wave_effects_table`, `wave_effects_tests_table`: effects wave by wave, and whether they differ
- `wave_levels_table`: levels wave by wave, and where lasting changes begin
- `wave_sizes_table`, `wave_plans_table`: what the next wave can show
- `trend_table`: one statistic by wave
- `questions_table`: the questions behind each score
"""

from drivers.present.tables.actions import actions_table, register_table
from drivers.present.tables.benchmark import (
    earlier_table,
    gap_table,
    outside_table,
    past_table,
    rival_parts_table,
    rivals_table,
    unit_range_table,
)
from drivers.present.tables.budget import frontier_table, plan_stability_table, plan_table
from drivers.present.tables.chain import path_effects_table, paths_table
from drivers.present.tables.comments import (
    comment_links_table,
    comment_waves_table,
    review_periods_table,
    review_stars_table,
    themes_table,
)
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
from drivers.present.tables.priorities import priorities_table, priority_reasons_table, stated_table
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
from drivers.present.tables.segments import (
    segment_effects_table,
    segment_levels_table,
    segment_shares_table,
    segments_table,
)
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
from drivers.present.tables.units import (
    pooled_effects_table,
    pooled_table,
    staff_reliability_table,
    staff_table,
    unit_effects_table,
    units_table,
)
from drivers.present.tables.waves import (
    change_drivers_table,
    change_pairs_table,
    change_table,
    wave_effects_table,
    wave_effects_tests_table,
    wave_levels_table,
    wave_plans_table,
    wave_sizes_table,
)
from drivers.present.tables.what_if import (
    changes_table,
    company_table,
    promises_table,
    what_if_all_table,
    what_if_table,
)

__all__ = [
    "Table",
    "actions_table",
    "answers_table",
    "categories_table",
    "change_drivers_table",
    "change_pairs_table",
    "change_table",
    "changes_table",
    "coefficients_table",
    "collinearity_table",
    "comment_links_table",
    "comment_waves_table",
    "commonality_table",
    "company_table",
    "contradictions_table",
    "contrasts_table",
    "control_table",
    "correlation_table",
    "curves_table",
    "differences_table",
    "dimensions_table",
    "distance_table",
    "distinct_table",
    "earlier_table",
    "effects_table",
    "equations_table",
    "extracted_table",
    "first_table",
    "fit_table",
    "flags_table",
    "frontier_table",
    "gains_table",
    "gap_table",
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
    "outside_table",
    "pairs_table",
    "past_table",
    "path_effects_table",
    "paths_table",
    "penalty_reward_table",
    "places_table",
    "plan_stability_table",
    "plan_table",
    "pooled_effects_table",
    "pooled_table",
    "priorities_table",
    "priority_reasons_table",
    "promises_table",
    "questions_table",
    "recommending_table",
    "recovery_sizes_table",
    "recovery_table",
    "register_table",
    "reliability_table",
    "review_periods_table",
    "review_stars_table",
    "rival_parts_table",
    "rivals_table",
    "scorecard_table",
    "scores_table",
    "segment_effects_table",
    "segment_levels_table",
    "segment_shares_table",
    "segments_table",
    "sensitivity_table",
    "shape_tests_table",
    "shapes_table",
    "sizes_table",
    "staff_reliability_table",
    "staff_table",
    "stake_table",
    "stated_table",
    "steps_table",
    "strength_table",
    "surface_cells_table",
    "surface_tests_table",
    "surface_values_table",
    "surfaces_table",
    "themes_table",
    "trend_caption",
    "trend_table",
    "unit_effects_table",
    "unit_range_table",
    "units_table",
    "wave_effects_table",
    "wave_effects_tests_table",
    "wave_levels_table",
    "wave_plans_table",
    "wave_sizes_table",
    "ways_shares_table",
    "ways_table",
    "weighted_table",
    "what_if_all_table",
    "what_if_table",
]

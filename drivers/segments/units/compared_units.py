"""Units compared by what they were rated, with allowance for their size and for what is usual between units."""

from __future__ import annotations

import numpy as np
from scipy import special

from drivers.errors import ModelError
from drivers.linearization import effective_size
from drivers.models.given import check_seed
from drivers.models.groups.between_groups import FEWEST_GROUPS, between_groups
from drivers.models.groups.group_means import group_means
from drivers.models.groups.outlying import funnel, joint_ranks
from drivers.models.groups.shrinkage import shrunken
from drivers.models.predictors import check_conf_level
from drivers.models.units import known_name
from drivers.results import Sample, read_only
from drivers.segments.units.compared_units_result import UnitsResult
from drivers.segments.units.shown_groups import of_all_units, unit_groups
from drivers.segments.units.sure_means import sure_means
from drivers.survey.data import Survey, check_survey
from drivers.survey.disclosure import may_be_shown
from drivers.survey.outcome_statistics import Statistic, row_values, statistics_of

_RANGES = {"mean": (0.0, 100.0), "nps": (-100.0, 100.0), "top2box": (0.0, 1.0), "share": (0.0, 1.0)}


def compare_units(
    survey: Survey,
    *,
    outcome: str | None = None,
    statistic: Statistic | None = None,
    conf_level: float = 0.95,
    seed: int = 1,
) -> UnitsResult:
    """Units beside each other: which truly differ, which stand apart, and each one's rating adjusted for small numbers.

    Parameters
    ----------
    survey
        Of `read_survey`, its codebook with ``unit:``. Where a unit is selected all units of the same wave and filters
        are compared, and all but that one stay without a name.
    outcome
        Name of an outcome; the first one unless given.
    statistic
        ``mean``, ``top2box``, ``nps`` or ``share``, as the outcome's kind allows; its first unless given.
    conf_level
        Level of the intervals, and of the claims about all units together, between 0 and 1.
    seed
        The same seed gives the same possible places.

    Returns
    -------
    UnitsResult
        `tidy()` has one row per unit: estimate with interval, difference to the mean of all others with p_adjusted and
        conclusion, statistic and p_apart of the funnel, adjusted with interval, rank_low, rank_high.

    Raises
    ------
    ModelError
        Where the codebook names no unit, fewer than four may be shown, or all answers are the same.

    Notes
    -----
    *Truly different*: the unit less the mean of all others, Holm over all units, so that at most 5 % of surveys without
    differences name any. *Apart*: beyond what is usual between units, the over-dispersion of `funnel`. *Adjusted*: the
    rating drawn towards the mean of units by as much as it is uncertain (`shrunken`). Places hold for all at once.
    Units of fewer answers than ``survey.fewest`` are not shown nor counted, nor those that would tell them.

    Weights: standard errors under the design, for each unit by its own strata and sampling units; units that are
    sampling units are populations of their own. Replicate weights to first order. Variances of single answers are
    steadied by those of all units (`sure_means`): of a few days of fieldwork alone hardly anything is known of them.
    Missing answers: each unit by all answers on the outcome.

    References
    ----------
    Spiegelhalter (2005), Funnel plots for comparing institutional performance, doi:10.1002/sim.1970.
    Goldstein and Spiegelhalter (1996), League tables and their limitations, doi:10.2307/2983325.
    Morris (1983), Parametric empirical Bayes inference, doi:10.1080/01621459.1983.10477920.

    Examples
    --------
    >>> import drivers as kda
    >>> units = kda.compare_units(kda.example_survey("service_center"))
    >>> [name for name, says in zip(units.names, units.standing) if says == "below"]
    ['b17']
    """
    check_survey(survey)
    check_conf_level(conf_level)
    check_seed(seed)
    book = survey.codebook
    outcome = known_name("outcome", outcome or book.main_outcome, book.outcomes)
    known = statistics_of(survey, outcome)
    measure = statistic or known[0]
    if measure not in known:
        raise ModelError(
            f"Expected a statistic of outcome {outcome!r} ({', '.join(known)}), found {statistic!r}; choose one of "
            "these."
        )
    whole = of_all_units(survey)
    groups = unit_groups(whole)
    values = row_values(whole, outcome, measure)
    asked = group_means(whole, values, groups.codes, len(groups.names))
    told = np.array([(name, survey.wave) not in survey.untold for name in groups.names])
    shown = may_be_shown(asked.n, fewest=survey.fewest, told=told)
    if shown.sum() < FEWEST_GROUPS:
        raise ModelError(
            f"Expected at least {FEWEST_GROUPS} units that may be shown, found fewer; widen the selection.",
            code="few_units_shown",
            values={"needed": FEWEST_GROUPS},
        )
    chosen = groups.names.index(survey.unit) if survey.unit in groups.names else None
    if survey.unit and (chosen is None or not shown[chosen]):
        raise ModelError(
            "Expected a selected unit that may be shown, found one that may not; widen the selection.",
            code="suppressed",
            values={"needed": survey.fewest},
        )
    groups = groups.keep(shown)
    k = len(groups.names)
    found = group_means(whole, values, groups.codes, k)
    if not (found.variance > 0).any():
        raise ModelError(
            f"Outcome {outcome!r} does not vary within units: nothing tells chance from difference. Choose another.",
            code="constant_outcome",
            values={"outcome": outcome},
        )
    variance, df = sure_means(whole, values, groups.codes, found)
    apart = funnel(found.estimate, variance, df)
    between = between_groups(found.estimate, variance, df, conf_level=conf_level)
    drawn = shrunken(found.estimate, variance, df, conf_level=conf_level)
    low, high = joint_ranks(found.estimate, variance, df, conf_level=conf_level, seed=seed)
    # An answer's variance in the usual unit: where the funnel's limits are those of a unit of so many such answers.
    spread = float((df * variance * found.n_effective).sum() / df.sum())
    error = np.sqrt(variance)
    reach = special.stdtrit(df, (1 + conf_level) / 2) * error
    wide = special.stdtrit(apart.df, (1 + conf_level) / 2) * apart.std_error
    bottom, top = _RANGES[measure]
    order = np.arange(k)
    names = groups.names
    if survey.unit:
        # Others may not be told by the order of the codebook.
        order = np.argsort(found.estimate, kind="stable")
        names = tuple(names[i] if names[i] == survey.unit else "" for i in order)

    def column(numbers: np.ndarray) -> np.ndarray:
        return read_only(numbers[order])

    used = groups.codes >= 0
    used = used & ~np.isnan(values)
    return UnitsResult(
        outcome=outcome,
        measure=measure,
        better=book.outcomes[outcome].better,
        names=names,
        estimate=column(found.estimate),
        std_error=column(error),
        conf_low=column(np.maximum(found.estimate - reach, bottom)),
        conf_high=column(np.minimum(found.estimate + reach, top)),
        n=read_only(found.n[order], np.int64),
        n_effective=column(found.n_effective),
        n_equivalent=column(spread / variance),
        difference=column(apart.difference),
        difference_low=column(apart.difference - wide),
        difference_high=column(apart.difference + wide),
        p_value=column(apart.p_value),
        p_adjusted=column(apart.p_adjusted),
        statistic=column(apart.statistic),
        p_apart=column(apart.p_apart),
        adjusted=column(drawn.estimate),
        adjusted_low=column(np.maximum(drawn.conf_low, bottom)),
        adjusted_high=column(np.minimum(drawn.conf_high, top)),
        own=column(drawn.own),
        rank_low=read_only(low[order], np.int64),
        rank_high=read_only(high[order], np.int64),
        center=apart.center,
        usual_sd=apart.usual_sd,
        between_sd=between.sd,
        between_low=between.sd_low,
        between_high=between.sd_high,
        spread=spread,
        hidden=int(np.count_nonzero((asked.n > 0) & ~shown)),
        selected=names.index(survey.unit) if survey.unit else None,
        wave=survey.wave,
        sample=Sample(
            n_asked=int((groups.codes >= 0).sum()),
            n=int(used.sum()),
            n_effective=effective_size(whole, used, values),
            weighted=whole.weighted_in(used),
            missing="available_answers",
            sampling=book.design.sample,
        ),
        conf_level=conf_level,
    )

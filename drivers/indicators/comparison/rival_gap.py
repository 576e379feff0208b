"""Whether being ahead of a rival on a driver goes with being ahead in satisfaction, and what each makes of the gap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from drivers.errors import ModelError
from drivers.indicators.comparison.gap_result import GapResult
from drivers.indicators.comparison.gap_split import Effects, Sides, split
from drivers.linearization import effective_size
from drivers.models.predictors import check_conf_level
from drivers.models.rivals import Pairs, rival_pairs
from drivers.models.robust_errors import robust_fit
from drivers.models.unit_means import levels
from drivers.models.units import known_name
from drivers.results import FEWEST_SHOWN, Sample
from drivers.survey.data import Survey

PAIRS_PER_DRIVER = 5
"""Fewer pairs for each driver say hardly anything of effects."""


def rival_drivers(
    survey: Survey,
    *,
    rival: str | None = None,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    conf_level: float = 0.95,
) -> GapResult:
    """How being ahead of a rival on each driver goes with being ahead in an outcome, and how the gap splits by them.

    Parameters
    ----------
    survey
        Answers with weights and design.
    rival
        Key of the codebook's ``rivals``; its first unless given.
    outcome
        An outcome that was asked of both; the first such unless given.
    drivers
        Drivers that were asked of both; all but the optional ones unless given.
    conf_level
        Level of the intervals, between 0 and 1.

    Returns
    -------
    GapResult
        `tidy()` has one row per driver and term: ``ours``, ``theirs``, ``gap``, ``effect``, ``part``; then ``total``,
        ``together`` and ``left`` of the outcome.

    Raises
    ------
    ModelError
        Where the codebook has no rival; where it asks no outcome, or no driver, of both; where fewer people rated both
        in everything than 10, or 5 for each driver; where a difference is the same for everybody.

    Notes
    -----
    Least squares of each person's difference (us less the rival) in the outcome on the differences in the drivers. What
    is peculiar to a person, such as a habit to rate everything high, is in both ratings and falls out: with two ratings
    of each person this is the within-person estimate with an effect of the brand, which is the constant. It is what
    drivers do not explain, so that the parts (effect times mean difference) and it add up to the mean difference in the
    outcome: a decomposition after Oaxaca and Blinder with effects pooled over both brands. Effects are associations.
    The variance of a part is gap² var(effect) + effect² var(gap).

    Weights: in effects, means and all variances, under the design, as in `fit_regression`.
    Missing answers: those who rated both in the outcome and in every driver.

    References
    ----------
    Oaxaca (1973), Male-female wage differentials in urban labor markets, doi:10.2307/2525981.
    Blinder (1973), Wage discrimination: reduced form and structural estimates, doi:10.2307/144855.

    Examples
    --------
    >>> import drivers as kda
    >>> gap = kda.rival_drivers(kda.example_survey("service_center"))
    >>> gap.drivers[gap.order[0]], gap.drivers[gap.order[1]], round(gap.left.estimate, 1)
    ('respect', 'speed', -1.0)
    """
    check_conf_level(conf_level)
    pairs = rival_pairs(survey, rival)
    outcome, names = _asked_of_both(survey, pairs, outcome, drivers)
    rows = pairs.both([*names, outcome])
    n, needed = int(rows.sum()), max(FEWEST_SHOWN, PAIRS_PER_DRIVER * len(names))
    if n < needed:
        raise ModelError(
            f"Expected at least {needed} people who rated both in the outcome and in {len(names)} drivers, found "
            "fewer; name fewer drivers or widen the selection.",
            code="few_pairs",
            values={"needed": needed},
        )
    ours, theirs = (side[[*names, outcome]].to_numpy() for side in (pairs.ours, pairs.theirs))
    apart = ours - theirs
    _check_differences(apart[rows], [*names, outcome])
    fit = robust_fit(survey, apart, rows)
    used = np.where(rows[:, None], apart, np.nan)
    found = levels(survey, used, rows)
    both = levels(survey, np.where(rows[:, None], np.hstack([ours, theirs]), np.nan), rows).mean
    told = split(
        Effects(estimate=fit.params[1:], covariance=fit.covariance[1:, 1:], df=fit.df),
        Sides(
            ours=both[: len(names) + 1],
            theirs=both[len(names) + 1 :],
            covariance=found.covariance,
            df=found.df,
        ),
        conf_level,
    )
    return GapResult(
        outcome=outcome,
        against="rival",
        rival=pairs.rival,
        drivers=tuple(names),
        n_units=0,
        wave=survey.wave,
        unit=survey.unit,
        sample=Sample(
            n_asked=int(survey.domain.sum()),
            n=n,
            n_effective=effective_size(survey, rows, np.where(rows, apart[:, -1], 0.0)),
            weighted=survey.weighted_in(rows),
            missing="complete_cases",
            sampling=survey.codebook.design.sample,
        ),
        conf_level=conf_level,
        **told,
    )


def _asked_of_both(
    survey: Survey, pairs: Pairs, outcome: str | None, drivers: Sequence[str] | None
) -> tuple[str, list[str]]:
    """The outcome and the drivers that have pairs of answers."""
    book = survey.codebook
    outcomes = {name: True for name in pairs.measures if name in book.outcomes}
    known = {name: True for name in pairs.measures if name in book.drivers}
    if not outcomes or not known:
        raise ModelError(
            f"Expected an outcome and drivers that were asked of rival {pairs.rival!r} too, found none; add them under "
            "rivals in the codebook.",
            code="no_rivals",
        )
    chosen = next(iter(outcomes)) if outcome is None else known_name("outcome", outcome, outcomes)
    default = [name for name in known if name in book.default_drivers] or list(known)
    return chosen, [known_name("driver", name, known) for name in (default if drivers is None else drivers)]


def _check_differences(values: np.ndarray, names: Sequence[str]) -> None:
    for place, name in enumerate(names):
        if np.ptp(values[:, place]) == 0:
            last = place == len(names) - 1
            raise ModelError(
                f"Expected people who differ in how they rate us and the rival, found the same difference in {name!r} "
                f"for all {len(values)}; leave it out.",
                code="constant_outcome" if last else "constant_driver",
                values={"outcome" if last else "driver": name},
            )
    design = np.column_stack([np.ones(len(values)), values[:, :-1]])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ModelError(
            f"Expected differences of which none is a sum of others, found some among {', '.join(names[:-1])}; remove "
            "one.",
            code="not_separable",
        )

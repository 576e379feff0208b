"""Where along the satisfaction scale loyalty starts to rise, and who would recommend at each step of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from drivers.errors import ModelError
from drivers.indicators.estimates import Level, mean_level, share_level
from drivers.indicators.loyalty.loyalty_curve_result import KINDS, LoyaltyCurve, Step
from drivers.linearization import mean_covariance
from drivers.models.construct_items import rests_on_design
from drivers.models.loyalty.bends import neighbours, shape_of
from drivers.models.loyalty.fitted import rising_curve
from drivers.models.loyalty.simultaneous import Simultaneous, simultaneous
from drivers.models.loyalty.stated import Stated, stated
from drivers.models.loyalty.steps import Steps, steps_of
from drivers.models.predictors import check_conf_level
from drivers.models.resamples import check_resamples
from drivers.results import FEWEST_SHOWN
from drivers.survey.codebook.model import NPS_DETRACTOR, NPS_PROMOTER
from drivers.survey.data import Survey


def loyalty_curve(
    survey: Survey,
    *,
    outcome: str | None = None,
    satisfaction: str | None = None,
    n_boot: int = 1000,
    conf_level: float = 0.95,
    seed: int = 1,
) -> LoyaltyCurve:
    """Where along the satisfaction scale loyalty starts to rise: means by step, a rising curve, and its bends.

    Parameters
    ----------
    survey
        Answers with weights and design.
    outcome
        Stated loyalty; the outcome ``loyalty``, or else the first beside satisfaction that is no event, unless given.
    satisfaction
        The codebook's main outcome unless given.
    n_boot
        Bootstrap resamples for the curve's band, at least 100; 0 for none. Not used with replicate weights.
    conf_level
        Level of the intervals, between 0 and 1.
    seed
        The same seed gives the same numbers.

    Returns
    -------
    LoyaltyCurve
        `tidy()` has one row per number, named in ``term``: ``mean`` (of loyalty), ``promoters``, ``passives`` and
        ``detractors`` of each step of ``satisfaction``; ``change`` to the next step; ``bend`` at each inner step;
        ``slope`` from the lowest to the highest; ``curve``. `conclusion` says what may be claimed.

    Raises
    ------
    ModelError
        Where a name is unknown; where the survey asks nothing of loyalty; where fewer than 10 answered both, or fewer
        than three steps have 10 answers; where all state the same loyalty.

    Notes
    -----
    Steps are the answers themselves where there are at most 13, and bands of equally many respondents otherwise. An
    answer that fewer than 10 gave is joined with its neighbour.

    **Where it starts to rise.** At each inner step c the mean slope from c to the highest step is set against that
    from the lowest step to c; the difference is the bend at c. ``rises_from``: a bend lies above 0 by simultaneous
    intervals over all steps; the step is the one with the largest, beside it stand the steps that cannot be told from
    it. ``levels_off``: one lies below 0, and none above. ``even``: all intervals lie within half the mean slope of 0.
    ``no_rise``: the mean slope is not above 0. ``not_decided``: none of these. All of it rests on the steps' own
    means and their covariance under the design.

    **The curve** is drawn beside them: isotonic means where steps are answers, else a quadratic spline with rising
    coefficients. It never falls by its making, so that the raw means tell whether it may be believed: where a mean, or
    the share of promoters, falls from a step to the next by more than chance, `falls` and `promoters_fall` name it.

    Weights: weighted means; linearised or replicated covariances; Wilson's interval at the effective size for shares;
    the band from resamples by the design, or t intervals from replicate weights.
    Missing answers: complete cases on both scores; shares of those who answered whether they would recommend.

    References
    ----------
    Robertson, Wright and Dykstra (1988), Order Restricted Statistical Inference.
    Ramsay (1988), Monotone regression splines in action, doi:10.1214/ss/1177012761.
    Hsu (1984), doi:10.1214/aos/1176346732, for the steps that cannot be told from the best.

    Examples
    --------
    >>> import drivers as kda
    >>> kda.attempt(kda.loyalty_curve, kda.example_survey("judges")).reasons
    (Code(code='no_loyalty', values={}),)
    """
    check_conf_level(conf_level)
    check_resamples(n_boot=n_boot, seed=seed)
    data = stated(survey, outcome=outcome, satisfaction=satisfaction)
    if np.ptp(data.y[data.rows]) == 0:
        raise ModelError(
            f"Expected stated loyalty that differs, found the same {data.outcome!r} from all {data.sample.n} "
            "respondents; widen the selection.",
            code="constant_outcome",
            values={"outcome": data.outcome},
        )
    steps = steps_of(data.x, data.rows, survey.weights)
    members = [steps.rows(k) for k in range(len(steps))]
    loyalty = [mean_level(survey, data.y, rows, conf_level) for rows in members]
    spread = mean_covariance(survey, data.y, *members)
    recommend, kinds = _kinds(survey, data, steps, conf_level)
    return LoyaltyCurve(
        outcome=data.outcome,
        satisfaction=data.satisfaction,
        recommend=recommend,
        steps=tuple(
            Step(
                low=float(steps.low[k]),
                high=float(steps.high[k]),
                position=float(steps.position[k]),
                loyalty=loyalty[k],
                kinds=kinds[k],
            )
            for k in range(len(steps))
        ),
        own=steps.own,
        merged=steps.merged,
        curve=rising_curve(survey, data.x, data.y, data.rows, steps, n_boot=n_boot, conf_level=conf_level, seed=seed),
        shape=shape_of(
            steps.position,
            np.array([level.estimate for level in loyalty]),
            spread.covariance,
            spread.df,
            conf_level=conf_level,
            seed=seed,
        ),
        promoters=_promoters(survey, recommend, members, kinds, conf_level, seed),
        design=rests_on_design(survey, data.rows),
        sample=data.sample,
        conf_level=conf_level,
        n_boot=n_boot,
        seed=seed,
    )


def _recommend(survey: Survey, data: Stated) -> str:
    """The outcome that tells promoters from detractors: stated loyalty itself, or the first of its kind."""
    outcomes = survey.codebook.outcomes
    names = [name for name, spec in outcomes.items() if spec.kind == "nps" and name != data.satisfaction]
    return data.outcome if data.outcome in names else next(iter(names), "")


def _indicator(survey: Survey, recommend: str, kind: str) -> np.ndarray:
    """Whether each respondent is a promoter, passive or detractor; float (n,), NaN where not answered."""
    codes = survey.codes[survey.codebook.outcomes[recommend].items[0]].to_numpy()
    promotes, detracts = codes >= NPS_PROMOTER, codes <= NPS_DETRACTOR
    is_it = {"promoters": promotes, "passives": ~promotes & ~detracts, "detractors": detracts}[kind]
    return np.where(np.isnan(codes), np.nan, is_it.astype(float))


def _kinds(survey: Survey, data: Stated, steps: Steps, conf_level: float) -> tuple[str, list[Mapping[str, Level]]]:
    """Who would recommend at each step; nothing for a step at which fewer than 10 answered."""
    recommend = _recommend(survey, data)
    found: list[Mapping[str, Level]] = []
    for k in range(len(steps)):
        if not recommend:
            found.append(MappingProxyType({}))
            continue
        columns = {kind: _indicator(survey, recommend, kind) for kind in KINDS}
        levels = {kind: share_level(survey, column, steps.rows(k), conf_level) for kind, column in columns.items()}
        enough = levels[KINDS[0]].n >= FEWEST_SHOWN
        found.append(MappingProxyType(levels if enough else {}))
    return recommend, found


def _promoters(
    survey: Survey,
    recommend: str,
    members: list[np.ndarray],
    kinds: list[Mapping[str, Level]],
    conf_level: float,
    seed: int,
) -> Simultaneous | None:
    """Changes of the promoters' share from step to step."""
    if not all(kinds):
        return None
    column = _indicator(survey, recommend, KINDS[0])
    known = ~np.isnan(column)
    spread = mean_covariance(survey, column, *(rows & known for rows in members))
    weights = neighbours(len(members))
    share = np.array([step[KINDS[0]].estimate for step in kinds])
    return simultaneous(
        weights @ share, weights @ spread.covariance @ weights.T, spread.df, conf_level=conf_level, seed=seed
    )

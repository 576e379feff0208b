"""How much of what goes with loyalty goes through satisfaction: direct, indirect and total effects along the chain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Literal

import numpy as np

from drivers.errors import ModelError
from drivers.models.chain.chain_columns import ChainAnswers, chain_answers
from drivers.models.chain.path_chance import PATH_INTERVALS, PathIntervals, Spread, spreads
from drivers.models.chain.path_effects import explained
from drivers.models.chain.path_result import Effects, Mediation, OutcomePaths, PathsResult, Step
from drivers.models.construct_items import check_asked, rests_on_design
from drivers.results import read_only
from drivers.survey.data import Survey


def paths(
    survey: Survey,
    *,
    outcomes: Sequence[str] | None = None,
    drivers: Sequence[str] | None = None,
    through: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    intervals: PathIntervals = "percentile",
    n_boot: int = 1000,
    conf_level: float = 0.95,
    seed: int = 1,
) -> PathsResult:
    """Effects of the drivers on what comes after satisfaction: direct, through satisfaction, and both together.

    Parameters
    ----------
    survey
        Answers with weights and design.
    outcomes
        What the chain ends in: names of outcomes, or of an outcome's items, such as one face of loyalty. Unless given
        all outcomes of the codebook, stated and observed, that share no item with ``through``.
    drivers
        Names of drivers or segments; those of the codebook that are not optional unless given.
    through
        The outcomes that lie between, in their order; ``("satisfaction", "loyalty")`` for a serial chain. The main
        outcome unless given.
    always
        What is held constant, never among the effects; the codebook's controls unless given.
    intervals
        ``percentile`` or ``bca``. With replicate weights t intervals stand in place of both.
    n_boot
        Bootstrap resamples, at least 100; 0 for none. Not used with replicate weights.
    conf_level
        Level of the intervals, between 0 and 1, for each effect by itself.
    seed
        The same seed gives the same numbers.

    Returns
    -------
    PathsResult
        `tidy()` has one row per outcome, effect and driver: estimate in outcome points per driver point (0–100 both;
        for events percentage points) with its limits, standardised with its limits, and with the total effect the part
        that is mediated where it may be told; `steps()` has the slopes that these are products of.

    Raises
    ------
    ModelError
        As `relative_importance`; with the code ``one_outcome`` where the codebook has no outcome behind the mediators.

    Notes
    -----
    Each mediator and the outcome are regressed on controls, drivers and all mediators before them. The specific effect
    along a way is the product of its slopes; total = direct + all ways. Answers given at one time cannot show what
    comes first, and nothing holds constant what was not asked: effects are parts of an association, in an order that
    is assumed (a note says so). Events that were recorded later do come later.

    Events are fitted by the same straight lines, as changes of a probability in percentage points. Slopes of a logit
    change whenever a predictor is added, also one that has nothing to do with the others, so that differences and
    products of them do not add up to its total effect; straight lines do, exactly, under any weights and for several
    mediators. Where a line would leave 0 to 100 it is the best straight summary of a curve, and the bootstrap makes no
    use of equal variances.

    The part mediated, indirect over total, is told only where the interval of the total effect leaves out 0, and where
    direct and indirect effects that are both clear do not go in two directions. ``conclusion`` names which of the two
    is clear. Where two slopes are near 0 their product has no normal distribution, and its interval holds 0 more often
    than its level says.

    Weights: weighted moments. Intervals come from resamples of respondents, or of sampling units within strata (Rao
    and Wu), the same for all outcomes; BCa takes its acceleration from the sampling units' influence. There is none
    with fewer than 10 sampling units beyond strata. With replicate weights effects are computed anew in each replicate.
    Missing answers: complete cases on drivers, controls, mediators and that outcome, outcome by outcome: who was not
    asked one of them is not lost for the others. An event needs 10 respondents to whom it happened and 10 others.

    References
    ----------
    Alwin and Hauser (1975), The decomposition of effects in path analysis, doi:10.2307/2094445.
    Preacher and Hayes (2008), Asymptotic and resampling strategies for assessing and comparing indirect effects in
    multiple mediator models, doi:10.3758/BRM.40.3.879.
    Zhao, Lynch and Chen (2010), Reconsidering Baron and Kenny, doi:10.1086/651257.
    MacKinnon, Warsi and Dwyer (1995), A simulation study of mediated effect measures, doi:10.1207/s15327906mbr3001_3.

    Examples
    --------
    >>> import drivers as kda
    >>> result = kda.paths(kda.example_survey("service_center"), outcomes=["loyalty"], n_boot=0)
    >>> respect = result.tidy().query("driver == 'respect'")
    >>> dict(zip(respect["effect"], respect["estimate"].round(2).tolist()))
    {'direct': 0.08, 'indirect': 0.12, 'total': 0.19}
    """
    check_asked(survey, n_boot=n_boot, conf_level=conf_level, seed=seed)
    if intervals not in PATH_INTERVALS:
        raise ModelError(
            f"Expected intervals to be one of {', '.join(PATH_INTERVALS)}, found {intervals!r}; choose one of these."
        )
    chains, left_out, data = chain_answers(survey, outcomes=outcomes, drivers=drivers, through=through, always=always)
    found = spreads(survey, chains, intervals=intervals, n_boot=n_boot, conf_level=conf_level, seed=seed)
    mediators = chains[0].terms[len(data.terms) :]
    return PathsResult(
        drivers=tuple(data.terms[data.starts[0] :]),
        through=mediators,
        controls=data.controls,
        outcomes=tuple(
            _labelled(survey, answers, spread, mediators) for answers, spread in zip(chains, found, strict=True)
        ),
        left_out=MappingProxyType(left_out),
        design=rests_on_design(survey, survey.domain),
        conf_level=conf_level,
        n_boot=n_boot,
        seed=seed,
    )


def _labelled(survey: Survey, answers: ChainAnswers, spread: Spread, mediators: tuple[str, ...]) -> OutcomePaths:
    """Names for the numbers of one chain."""
    chain = answers.chain
    points, standardised, mediated, slopes = chain.split(spread.values)
    ways = [("indirect", tuple(mediators[place] for place in route)) for route in chain.routes]
    names = [("direct", ()), *ways, ("indirect", ()), ("total", ())]
    if chain.mediators == 1:
        # One way and all ways are the same.
        names.pop(-2)
        keep = [0, 1, 3]
        points, standardised = points[:, keep], standardised[:, keep]
    effects = tuple(
        Effects(
            effect=name,
            through=through,
            points=read_only(points[:, place]),
            standardised=read_only(standardised[:, place]),
        )
        for place, (name, through) in enumerate(names)
    )
    mediations = tuple(_mediation(*(part.points[:, i] for part in effects[::-1])) for i in range(chain.drivers))
    told = np.array([found == "known" for found in mediations])
    return OutcomePaths(
        outcome=answers.outcome,
        kind=answers.kind,
        better=_better(survey, answers),
        effects=effects,
        mediated=read_only(np.where(told, mediated, np.nan)),
        mediations=mediations,
        steps=tuple(
            _steps(answers, slopes, (*mediators, answers.outcome), explained(answers.covariance(survey), chain))
        ),
        intervals=spread.how,
        sample=answers.sample(survey),
    )


def _mediation(total: np.ndarray, indirect: np.ndarray, *others: np.ndarray) -> Mediation:
    """Whether the part mediated may be told, by total, all indirect, and last the direct effect."""
    direct = others[-1]
    if not np.isfinite(total[2:]).all():
        return "no_interval"
    if total[2] <= 0 <= total[3]:
        return "total_open"
    clear = [bool(part[2] > 0 or part[3] < 0) for part in (indirect, direct)]
    return "opposed" if all(clear) and indirect[0] * direct[0] < 0 else "known"


def _better(survey: Survey, answers: ChainAnswers) -> Literal["higher", "lower"]:
    return survey.codebook.outcomes[answers.outcome].better if answers.kind == "event" else "higher"


def _steps(answers: ChainAnswers, slopes: np.ndarray, targets: tuple[str, ...], r2: np.ndarray) -> Iterator[Step]:
    """The regression behind each arrow head, in the order of the chain."""
    begin, first = 0, answers.chain.controls + answers.chain.drivers
    for place, target in enumerate(targets):
        end = begin + first + place
        yield Step(
            target=target,
            terms=answers.terms[: first + place],
            slope=read_only(slopes[:, begin:end]),
            r2=float(r2[place]),
        )
        begin = end

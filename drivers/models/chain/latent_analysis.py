"""The service chain without the error of its questions: paths between what several items of each score measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import numpy as np

from drivers.errors import ModelError
from drivers.linearization import Linearised, domain_replicates, effective_size, survey_covariance
from drivers.models.chain.latent_chance import DRAWS, with_limits
from drivers.models.chain.latent_columns import Measured, measured, with_scores
from drivers.models.chain.latent_effects import (
    closeness,
    effect_numbers,
    effect_slopes,
    effects_of,
    factor_influence,
)
from drivers.models.chain.latent_factors import Factors, factor_pattern, fit_factors
from drivers.models.chain.latent_result import Corrected, LatentEffects, LatentPathsResult, ReliabilityFrom
from drivers.models.construct_items import rests_on_design
from drivers.models.one_factor import LEAST_UNIQUE, score_reliability
from drivers.models.predictors import check_conf_level
from drivers.models.resamples import check_resamples
from drivers.moments import weighted_moments
from drivers.results import Sample, read_only
from drivers.survey.data import Survey, check_survey

__all__ = ["LatentPathsResult", "latent_paths"]

Correct = Literal["possible", "all", "outcomes"]
CORRECT: tuple[Correct, ...] = get_args(Correct)

_NOT_ALL = ("few_answers", "improper_solution", "not_converged")
"""Why drivers may have to enter by their scores."""


def latent_paths(
    survey: Survey,
    *,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    through: str | None = None,
    always: Sequence[str] | None = None,
    reliability: Mapping[str, float] | None = None,
    correct: Correct = "possible",
    conf_level: float = 0.95,
    seed: int = 1,
) -> LatentPathsResult:
    """Effects of the drivers on satisfaction and loyalty, each of them without the error of its questions.

    Parameters
    ----------
    survey
        Answers with weights and design.
    outcome
        What the chain ends in, a score of several items; unless given the first of the codebook behind ``through``
        that is no event and shares no item with it.
    drivers
        Names of drivers; those of the codebook that are not optional unless given.
    through
        The outcome that lies between, of several items; the main outcome unless given.
    always
        What is held constant, never among the effects; the codebook's controls unless given.
    reliability
        Construct of one item → the reliability its answers are taken to have, above 0 and up to 1.
    correct
        ``all``: every score of several items is freed of their error; ``outcomes``: mediator and outcome alone, drivers
        enter by their scores; ``possible``: all, or where their likeliest correlations are impossible ones, outcomes,
        which a note then says.
    conf_level
        Level of the intervals, between 0 and 1, for each effect by itself.
    seed
        The same seed gives the same numbers.

    Returns
    -------
    LatentPathsResult
        `tidy()` has one row per effect and driver: estimate in points per point (0–100 both) with its limits,
        standardised with its limits, uncorrected (in points, between the scores as they are), and with the total
        effect the part mediated where it may be told; `loadings()` one row per item; `glance()` how closely it fits.

    Raises
    ------
    ModelError
        With the code ``single_outcome`` where outcome or mediator has one item and no reliability is given for it;
        ``one_outcome`` where there is nothing behind the mediator; ``improper_solution`` where the likeliest errors
        or correlations are impossible ones; ``not_converged``; where too few answered everything, or all gave one
        answer; where a name, a reliability, a level or a seed is none.

    Notes
    -----
    Scores are sums of what they are to measure and of error; error in a driver or a mediator makes its own effect
    look smaller and those of others larger or smaller. Here each construct of several items is a factor with items of
    their own loadings and errors, all factors may go together, and mediator and outcome are regressed on what comes
    before them: with no path left out this is a recoding of the factors' correlations. The fit is by maximum
    likelihood on the weighted covariance matrix. What it corrects for is error that items do not share: an impression
    that colours all answers alike stays. Answers given at one time cannot show what comes first.

    A driver of one item counts as free of error unless a reliability is given; an outcome or a mediator of one item is
    refused then. Drivers that cannot be told apart from each other once their error is left out have no effects of
    their own: their likeliest correlations are impossible ones, or nearly so. A point of a factor is a point of the
    mean of its items without error.

    Intervals: t, from the parameters' covariance by linearisation (Huber and White's sandwich, with the observed
    information), so that answers need not be normal; of the product of two effects, and of the part mediated, by draws
    from a t distribution with that covariance. Fit indices are the robust ones under the design; CFI from .95 on with
    an SRMR of .08 at most is called close.

    Weights: weighted moments; strata, sampling units, finite populations and replicate weights (to first order) enter
    the covariance.
    Missing answers: complete cases on all items and controls.

    References
    ----------
    Bollen (1989), Structural Equations with Latent Variables, doi:10.1002/9781118619179.
    Muthén and Satorra (1995), Complex sample data in structural equation modeling, doi:10.2307/271070.
    Preacher and Selig (2012), Advantages of Monte Carlo confidence intervals for indirect effects,
    doi:10.1080/19312458.2012.679848.
    Hu and Bentler (1999), Cutoff criteria for fit indexes in covariance structure analysis,
    doi:10.1080/10705519909540118.

    Examples
    --------
    >>> import drivers as kda
    >>> survey = kda.example_survey("service_center")
    >>> result = kda.latent_paths(survey, reliability={"satisfaction": 0.85})
    >>> result.tidy().query("effect == 'direct' and driver == 'satisfaction'")[["estimate", "uncorrected"]].round(2)
        estimate  uncorrected
    36      0.74         0.47
    """
    check_survey(survey)
    check_conf_level(conf_level)
    check_resamples(n_boot=0, seed=seed)
    if correct not in CORRECT:
        raise ModelError(f"Expected correct to be one of {', '.join(CORRECT)}, found {correct!r}; choose one of these.")
    data = measured(
        survey, outcome=outcome, drivers=drivers, through=through, always=always, reliability=reliability or {}
    )
    data, factors, corrected = _corrected(survey, data, correct)
    numbers, spread = _numbers(survey, data, factors)
    plain = np.concatenate(_uncorrected(survey, data))
    standardised, points, mediated = with_limits(numbers, spread, data.drivers, conf_level, seed)
    explained = numbers[3 * data.drivers + 1 : 3 * data.drivers + 3]
    loading, unique, correlation = factors.pattern.parts(factors.parameters)
    told = slice(data.controls, None)
    reliable, how = _reliabilities(data, factors)
    return LatentPathsResult(
        outcome=data.names[-1],
        through=data.names[-2],
        drivers=data.names[data.controls : -2],
        controls=data.held,
        effects=_effects(points, standardised, plain, data.drivers),
        second=LatentEffects(
            effect="direct",
            points=read_only(points[-1]),
            standardised=read_only(standardised[-1]),
            uncorrected=read_only([[plain[-1]], [plain[3 * data.drivers]]]),
        ),
        mediated=read_only(mediated),
        explained=read_only(explained),
        constructs=data.names[told],
        items=data.items[told],
        loading=read_only((loading / np.sqrt(loading**2 + unique))[data.controls :]),
        reliability=read_only(reliable[told]),
        reliability_from=how[told],
        correlation=read_only(correlation[told, told]),
        fit=closeness(survey, factors, data.values, data.rows),
        corrected=corrected,
        errors="linearised" if domain_replicates(survey, data.rows) is None else "replicates",
        design=rests_on_design(survey, data.rows),
        df_resid=spread.df,
        draws=DRAWS,
        sample=Sample(
            n_asked=int(survey.domain.sum()),
            n=int(data.rows.sum()),
            n_effective=effective_size(survey, data.rows, data.scores[:, -1]),
            weighted=survey.weighted_in(data.rows),
            missing="complete_cases",
            sampling=survey.codebook.design.sample,
        ),
        conf_level=conf_level,
        seed=seed,
    )


def _corrected(survey: Survey, data: Measured, correct: Correct) -> tuple[Measured, Factors, Corrected]:
    """The columns that are used, the factors, and whose error is left out."""
    scored = with_scores(data)
    if correct == "outcomes" and scored.items != data.items:
        return scored, _fitted(survey, scored), "outcomes"
    try:
        return data, _fitted(survey, data), "all"
    except ModelError as error:
        if correct != "possible" or scored.items == data.items or error.code not in _NOT_ALL:
            raise
    return scored, _fitted(survey, scored), "outcomes"


def _fitted(survey: Survey, data: Measured) -> Factors:
    """The factors, or why there are none."""
    pattern = factor_pattern([len(own) for own in data.items], data.error)
    n = int(data.rows.sum())
    if n <= pattern.parameters:
        raise ModelError(
            f"Expected more than {pattern.parameters} complete answers for as many loadings, errors and correlations, "
            f"found {n} of {int(survey.domain.sum())}; use fewer drivers or widen the selection.",
            code="few_answers",
            values={"n": n, "needed": pattern.parameters + 1},
        )
    moments = weighted_moments(data.values[data.rows], survey.weights[data.rows])
    if np.linalg.eigvalsh(moments.correlation)[0] < LEAST_UNIQUE:
        raise ModelError(
            f"Expected items of which none is a sum of others, found some among {', '.join(data.names)}; leave one "
            "out of drivers=.",
            code="improper_solution",
        )
    factors = fit_factors(pattern, moments.scatter / moments.sum_weights)
    if not factors.proper:
        raise ModelError(
            f"Expected {', '.join(data.names)} to be told apart once the error of their items is left out, found "
            "errors below 0, or some of them to be a sum of others, likelier; use fewer drivers, or "
            "correct='outcomes'.",
            code="improper_solution",
        )
    if not factors.converged:
        raise ModelError(
            f"Expected the likeliest factors of {', '.join(data.names)} to be found, found no end of the search; use "
            "fewer drivers.",
            code="not_converged",
        )
    return factors


def _numbers(survey: Survey, data: Measured, factors: Factors) -> tuple[np.ndarray, Linearised]:
    """Effects, standardised before points, and their covariance."""
    weights = np.where(data.rows, survey.weights, 0.0)
    weights = weights / weights.sum()
    known = np.where(data.rows[:, None], data.values, 0.0)
    centred = known - weights @ known
    influence = weights[:, None] * factor_influence(factors, centred, effect_slopes(factors, data.controls))
    numbers = np.concatenate(effect_numbers(factors.pattern, factors.parameters, data.controls))
    return numbers, survey_covariance(survey, influence, data.rows)


def _uncorrected(survey: Survey, data: Measured) -> tuple[np.ndarray, np.ndarray]:
    """The same effects between the scores as they are."""
    moments = weighted_moments(data.scores[data.rows], survey.weights[data.rows])
    pattern = factor_pattern([1] * len(data.names), np.zeros(len(data.names)))
    scores = fit_factors(pattern, moments.scatter / moments.sum_weights)
    return effect_numbers(pattern, scores.parameters, data.controls)


def _effects(
    points: list[np.ndarray], standardised: list[np.ndarray], plain: np.ndarray, k: int
) -> tuple[LatentEffects, LatentEffects, LatentEffects, LatentEffects]:
    scores = [effects_of(plain[-(3 * k + 1) :]), effects_of(plain[: 3 * k + 1])]
    uncorrected = [[getattr(one, name) for one in scores] for name in ("first", "direct", "indirect", "total")]
    first, direct, indirect, total = (
        LatentEffects(
            effect=name,
            points=read_only(points[position]),
            standardised=read_only(standardised[position]),
            uncorrected=read_only(uncorrected[position]),
        )
        for position, name in enumerate(("first", "direct", "indirect", "total"))
    )
    return first, direct, indirect, total


def _reliabilities(data: Measured, factors: Factors) -> tuple[np.ndarray, tuple[ReliabilityFrom, ...]]:
    """The reliability of each construct's score, and where it is from."""
    loading, unique, _ = factors.pattern.parts(factors.parameters)
    found, how = [], []
    for k, own in enumerate(data.items):
        belongs = factors.pattern.construct == k
        variance = (loading**2 + unique)[belongs]
        value = score_reliability((loading[belongs] / np.sqrt(variance))[None], np.diag(variance)[None])[0]
        found.append(float(value))
        how.append("items" if len(own) > 1 else "given" if data.error[k] > 0 else "exact")
    return np.array(found), tuple(how)  # type: ignore[arg-type]

"""Relative importance: how much of what drivers explain of an outcome belongs to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from drivers.importance.checks import importance_checks
from drivers.importance.combinations import (
    MOST_RESAMPLED_UNITS,
    check_combination,
    check_names,
    check_numbers,
    check_orders,
    check_outcome,
    intervals_for,
)
from drivers.importance.estimation import Estimated, Specification, estimated
from drivers.importance.likelihood.families import COUNTS, PSEUDO_R2
from drivers.importance.orders.measures import MEASURES
from drivers.importance.orders.parts import Progress
from drivers.importance.orders.subsets import expected_seconds
from drivers.importance.ranks import shrunk_rank_probabilities
from drivers.importance.result import ImportanceResult
from drivers.importance.streaming.estimate import check_streamed, streamed_estimate
from drivers.importance.streaming.survey_moments import StreamedMoments
from drivers.importance.uncertainty import IntervalKind
from drivers.importance.verdict import judge, preconditions, same_answers
from drivers.importance.waiting import waiting
from drivers.linearization import domain_design, domain_fpc, domain_replicates
from drivers.models.applicability import ApplicabilityRule
from drivers.models.predictors import (
    MissingRule,
    ModelColumns,
    Predictors,
    check_conf_level,
    left_out_notes,
    predictors,
    sampling_units,
)
from drivers.results import Code, Sample, read_only
from drivers.survey.data import Survey

ADVICE = "Ctrl-C stops it; orderings=8192 takes a sample of the orders of entry, which is quicker."
"""What is told beside the time that all orders will take."""


def relative_importance(
    survey: Survey | StreamedMoments,
    *,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    method: str = "lmg",
    always: Sequence[str] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    interactions: Sequence[Sequence[str]] = (),
    family: str = "linear",
    fit: str | None = None,
    top_box: bool = False,
    missing: MissingRule = "complete_cases",
    not_applicable: ApplicabilityRule = "leave_out",
    n_imputations: int = 20,
    intervals: IntervalKind | None = None,
    n_boot: int = 1000,
    conf_level: float = 0.95,
    seed: int = 1,
    orderings: int | None = None,
    precision: float | None = None,
    progress: Progress | None = None,
) -> ImportanceResult:
    """The importance of each driver, with intervals and the verdict on their order.

    Parameters
    ----------
    survey
        Answers with weights and design; or what `stream_moments` took of more than fits into memory, whose intervals
        are linearised ones from a second pass.
    outcome
        Name of an outcome; the codebook's first unless given.
    drivers
        Names of drivers or segments; all drivers of the codebook unless given. A segment enters as indicators
        of its values, which count as one.
    method
        ``lmg`` (the default, on which DESIGN and verdict rest), ``first``, ``last``, ``betasq``, ``pratt``,
        ``genizi``, ``car`` or ``relative_weights``.
    always
        Controls that are in every model and never ranked: names of items, segments or drivers; the
        codebook's ``controls`` unless given. A segment enters as indicator columns.
    groups
        Name → drivers that count as one.
    interactions
        Pairs of drivers whose product is ranked too, as ``a:b``; it enters only after both of them.
    family
        ``linear``; ``logit`` for two different answers; ``ordered_logit`` for 3 to 20; ``poisson`` or
        ``negative_binomial`` for counts, which are taken as they were given.
    fit
        What is divided: ``r2`` (linear), or a pseudo-R²: ``mcfadden`` (the default), ``cox_snell``, ``nagelkerke``,
        ``estrella`` (logit alone), ``deviance`` (poisson alone).
    top_box
        Whether the outcome is "gave one of the two best answers" rather than the score.
    missing
        ``complete_cases``; ``pairwise`` moments; ``multiple_imputation``, pooled by Rubin's rules; or
        ``bootstrap_imputation``, which resamples first and imputes inside.
    not_applicable
        What is done about respondents whom a driver does not concern, who are never imputed: ``leave_out``,
        ``with_indicator`` or ``drop_rare``.
    n_imputations
        Completed copies for an imputation.
    intervals
        ``percentile`` (the default), ``bca``, ``linearised``, which take no resampling, or ``replicate_weights`` (the
        default where the codebook names some). Multiple imputation has linearised ones.
    n_boot
        Bootstrap replicates, or draws that stand for them; 0 means no uncertainty, and then no order is claimed.
    conf_level
        Level of the intervals, between 0 and 1.
    seed
        The same seed gives the same result.
    orderings
        Orders of entry that LMG is averaged over, a sample of all; all unless given, up to 30 drivers, and 8,192
        beyond. Each resample of more than 20 drivers has a sample of them.
    precision
        In place of a number of orders: as many as bring the error of all values together below this part of the
        outcome's variance, in 95 of 100 samples of orders.
    progress
        Called with the part done, 0 to 1, and the seconds left: of the estimate, then of its resamples. What it
        raises stops the calculation. Unless given, a bar is shown of what takes longer than ten seconds.

    Returns
    -------
    ImportanceResult
        `tidy()` has one row per driver: importance, share, std_error, conf_low, conf_high, rank, rank_low,
        rank_high, letters, first_in, p_first, performance. `differences()` has one row per pair.

    Raises
    ------
    ModelError
        Where a driver or the outcome is constant, drivers are duplicates, there are too few answers, or a
        combination of measure, family, missing answers and intervals has no meaning.

    Notes
    -----
    LMG is the gain in R² when a driver enters, averaged over all orders of entry: the Shapley value of
    R², equal to general dominance. With drivers that correlate, a driver without any effect of its own
    has an LMG above 0: whether it matters at all is `fit_regression`'s question.

    With an interaction, orders in which it enters before a main effect are left out of the average.

    In families other than the linear one every subset of drivers is fitted by maximum likelihood, and the gain is
    that of a pseudo-R²: the values of one pseudo-R² are not those of another, and none is a part of a variance.

    Linearised errors are quick, which tells where a family takes many models; of shares below a tenth they are
    somewhat too small, and percentiles hold the truth more often.

    Sampled orders (quasi-random, each with its reverse) have an error of their own, ``ordering_error``, apart from
    that of sampling respondents, which is in the intervals.

    Weights: weighted moments or likelihoods; resampled rows carry their weight.
    Design: resampled (Rao and Wu) or linearised by strata and clusters, with finite populations; replicate
    weights give variances, and t intervals with their degrees of freedom.
    Missing answers: by ``missing``; complete cases on outcome, drivers and controls unless another rule is chosen.

    References
    ----------
    Grömping (2007), Estimators of relative importance in linear regression based on variance
    decomposition, doi:10.1198/000313007X188252.
    Azen and Traxel (2009), Using dominance analysis to determine predictor importance in logistic regression,
    doi:10.3102/1076998609332754.

    Examples
    --------
    >>> import drivers as kda
    >>> result = kda.relative_importance(kda.example_survey("customersat"), n_boot=0)
    >>> result.tidy().sort_values("share", ascending=False)["driver"].iloc[0]
    'volume'
    """
    check_numbers(n_boot=n_boot, seed=seed, n_imputations=n_imputations)
    check_conf_level(conf_level)
    check_names(
        method=method, family=family, fit=fit, missing=missing, not_applicable=not_applicable, intervals=intervals
    )
    check_outcome(family=family, top_box=top_box)
    check_orders(method=method, family=family, orderings=orderings, precision=precision)
    asked = {
        "outcome": outcome,
        "drivers": drivers,
        "always": always,
        "groups": groups,
        "interactions": interactions,
        "missing": missing,
        "not_applicable": not_applicable,
        "top_box": top_box,
        "method": method,
        "family": family,
        "fit": fit,
        "orderings": orderings,
        "precision": precision,
    }
    chosen = Specification(
        method=method,
        family=family,
        fit=fit or PSEUDO_R2[family][0],
        missing=missing,
        intervals="linearised",
        n_imputations=n_imputations,
        n_boot=n_boot,
        conf_level=conf_level,
        seed=seed,
        orderings=orderings,
        precision=precision,
    )
    if isinstance(survey, StreamedMoments):
        check_streamed(survey, {**asked, "intervals": intervals})
        columns, order = survey.columns(groups)
        check_combination(
            columns, method=method, family=family, missing=missing, sampled=chosen.sampled(len(columns.drivers))
        )
        with waiting(progress, expected=_expected(columns, chosen), advice=ADVICE) as told:
            found = streamed_estimate(survey, columns, order, chosen, told)
        return _result(columns, found, chosen, asked, _about_streamed(survey, columns, order))
    data = predictors(
        survey,
        outcome=outcome,
        drivers=drivers,
        always=always,
        groups=groups,
        interactions=interactions,
        missing=missing,
        not_applicable=not_applicable,
        top_box=top_box,
        as_given=family in COUNTS,
    )
    chosen = replace(
        chosen,
        intervals=intervals_for(
            intervals,
            missing=missing,
            replicate_weights=domain_replicates(survey, data.rows) is not None,
            within_unit=survey.replicates is not None,
        ),
    )
    check_combination(data, method=method, family=family, missing=missing, sampled=chosen.sampled(len(data.drivers)))
    with waiting(progress, expected=_expected(data, chosen), advice=ADVICE) as told:
        found = estimated(survey, data, chosen, told)
    return _result(data, found, chosen, asked, _about(survey, data))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _About:
    """Whom an analysis is about, and what its verdict looks at beside the estimates."""

    sample: Sample
    notes: tuple[Code, ...]
    n_not_concerned: int
    modal_outcome: float
    modal_drivers: np.ndarray
    sampling_units: tuple[int, int] | None
    design: bool
    finite_population: bool


def _about(survey: Survey, data: Predictors) -> _About:
    replicates = domain_replicates(survey, data.rows)
    strata, clusters = domain_design(survey, data.rows)
    return _About(
        sample=data.sample,
        notes=data.notes,
        n_not_concerned=data.n_not_concerned,
        modal_outcome=data.modal_part(data.columns),
        modal_drivers=np.array([data.modal_part(column) for column in range(data.starts[0], data.columns)]),
        sampling_units=sampling_units(survey, data.rows) if replicates is None else (replicates.df + 1, 1),
        design=strata is not None or clusters is not None or replicates is not None,
        finite_population=replicates is None and domain_fpc(survey, data.rows) is not None,
    )


def _about_streamed(streamed: StreamedMoments, data: ModelColumns, order: np.ndarray) -> _About:
    design = streamed.codebook.design
    modal = streamed.modal_parts[order]
    return _About(
        sample=streamed.sample,
        notes=left_out_notes(streamed.n_not_concerned),
        n_not_concerned=streamed.n_not_concerned,
        modal_outcome=float(modal[-1]),
        modal_drivers=modal[data.starts[0] : -1],
        sampling_units=streamed.sampling_units,
        design=design.strata is not None or design.cluster is not None,
        finite_population=design.fpc is not None or bool(design.certainty_strata),
    )


def _result(
    data: ModelColumns, found: Estimated, chosen: Specification, asked: Mapping[str, object], about: _About
) -> ImportanceResult:
    """The result of an analysis, with its verdict."""
    values, uncertainty = found.values, found.uncertainty
    share, draws = values.share[0], uncertainty.share.draws
    r2_controls, r2 = (float(value) for value in values.r2[0])
    units = slice(int(data.starts[0]), int(data.starts[-1]))
    correlation = found.correlation[units, units]
    reasons = preconditions(
        n_effective=about.sample.n_effective,
        k=len(data.drivers),
        gain=r2 - r2_controls,
        chance=found.chance,
        sampling_units=about.sampling_units,
        correlation=correlation,
        modal_outcome=about.modal_outcome,
        modal_drivers=about.modal_drivers,
        n_boot=chosen.n_boot,
    )
    imputed = chosen.missing in ("multiple_imputation", "bootstrap_imputation")
    return ImportanceResult(
        outcome=data.outcome,
        drivers=data.drivers,
        controls=data.controls,
        method=chosen.method,
        family=chosen.family,
        fit=chosen.fit,
        importance=read_only(values.importance[0]),
        share=read_only(share),
        performance=read_only(values.performance[0]),
        r2=r2,
        r2_controls=r2_controls,
        sums_to_r2=MEASURES[chosen.method].sums_to_r2,
        columns=data.columns,
        uncertainty=uncertainty,
        p_rank=read_only(shrunk_rank_probabilities(share, uncertainty.share_covariance, seed=chosen.seed)),
        ordering_error=read_only(found.ordering_error),
        correlation=read_only(correlation),
        sample=about.sample,
        applicability=about.notes,
        verdict=judge(data.drivers, share, draws if chosen.n_boot else None, reasons),
        checks=importance_checks(
            sample=about.sample,
            k=len(data.drivers),
            r2=r2 - r2_controls,
            correlation=correlation,
            same=same_answers(about.modal_outcome, about.modal_drivers),
            reasons=reasons,
            not_concerned=about.n_not_concerned,
        ),
        design=about.design,
        finite_population=about.finite_population,
        n_imputations=chosen.n_imputations if imputed else 0,
        conf_level=chosen.conf_level,
        seed=chosen.seed,
        asked=MappingProxyType(dict(asked)),
    )


def _expected(data: ModelColumns, chosen: Specification) -> float:
    """Seconds that all orders of entry will take; 0 where they are no wait."""
    k = len(data.drivers)
    if (
        chosen.sampled(k)
        or chosen.method != "lmg"
        or chosen.family != "linear"
        or any(data.prerequisites)
        or k < MOST_RESAMPLED_UNITS
    ):
        return 0.0
    return expected_seconds(k, 1 if k > MOST_RESAMPLED_UNITS else 1 + chosen.n_boot)

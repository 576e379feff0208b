"""Partial pooling: what each segment was rated and what drives it, drawn towards the mean of all segments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special

from drivers.errors import ModelError
from drivers.linearization import effective_size
from drivers.models.given import listed_names
from drivers.models.groups.between_groups import FEWEST_GROUPS, between_groups
from drivers.models.groups.group_means import group_means
from drivers.models.groups.group_slopes import group_slopes
from drivers.models.groups.shrinkage import shrunken
from drivers.models.predictors import Predictors, check_conf_level, predictors
from drivers.models.units import known_name
from drivers.results import FEWEST_SHOWN, Sample, read_only
from drivers.segments.units.effects_of_units import ANSWERS_PER_TERM
from drivers.segments.units.pooled_result import PooledResult, PooledTerm
from drivers.segments.units.shown_groups import Groups, column_groups
from drivers.segments.units.sure_means import sure_means
from drivers.segments.units.sure_slopes import slope_freedom
from drivers.survey.data import Survey, check_survey
from drivers.survey.disclosure import may_be_shown


def pooled_segments(
    survey: Survey,
    *,
    segment: str | Sequence[str] | None = None,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    conf_level: float = 0.95,
) -> PooledResult:
    """Each segment's rating and effects by itself, and drawn towards the mean by as much as they are uncertain.

    Parameters
    ----------
    survey, outcome, drivers, always
        As in `relative_importance`.
    segment
        A segment of the codebook with at least four groups, or two segments that are crossed. Unless given: the one
        with most groups that may be shown; where none has four, the two with most, crossed.
    conf_level
        Between 0 and 1.

    Returns
    -------
    PooledResult
        `tidy()` has a row per number and group: term (``mean``, or the driver), estimate with interval, adjusted with
        interval.

    Raises
    ------
    ModelError
        Where a segment is unknown, or fewer than four groups may be shown.

    Notes
    -----
    Of a small segment the raw number is mostly chance: the highest and the lowest of many are small ones. The adjusted
    number is nearer to the truth on average; see `shrunken`. Effects are those of a regression in each group that has
    three answers for each of its numbers, and are told where four groups have.

    Weights: as in `compare_units` and `unit_effects`.
    Missing answers: means by all answers on the outcome; effects by complete cases.

    References
    ----------
    Efron and Morris (1975), Data analysis using Stein's estimator and its generalizations,
    doi:10.1080/01621459.1975.10479864.

    Examples
    --------
    >>> import drivers as kda
    >>> pooled = kda.pooled_segments(kda.example_survey("service_center"), segment=["age", "region"])
    >>> len(pooled.groups), pooled.terms[0].between.sd > 3
    (12, True)
    """
    check_survey(survey)
    check_conf_level(conf_level)
    book = survey.codebook
    outcome = known_name("outcome", outcome or book.main_outcome, book.outcomes)
    values = survey.scores[outcome].to_numpy()
    names = _named(survey, segment, values)
    groups = _crossed(survey, names)
    asked = group_means(survey, values, groups.codes, len(groups.names))
    shown = may_be_shown(asked.n)
    if shown.sum() < FEWEST_GROUPS:
        raise ModelError(
            f"Expected at least {FEWEST_GROUPS} groups of {' × '.join(names)} that may be shown, found fewer; name "
            "another segment, or two to be crossed.",
            code="few_groups_shown",
            values={"needed": FEWEST_GROUPS},
        )
    groups = groups.keep(shown)
    found = group_means(survey, values, groups.codes, len(groups.names))
    if not (found.variance > 0).any():
        raise ModelError(
            f"Outcome {outcome!r} does not vary within groups: nothing tells chance from difference. Choose another.",
            code="constant_outcome",
            values={"outcome": outcome},
        )
    data = predictors(survey, outcome=outcome, drivers=drivers, always=always)
    needed = max(FEWEST_SHOWN, ANSWERS_PER_TERM * (data.columns + 1))
    terms = (
        _term("", found.estimate, *sure_means(survey, values, groups.codes, found), conf_level),
        *_effects(survey, data, groups, needed, conf_level),
    )
    used = (groups.codes >= 0) & ~np.isnan(values)
    return PooledResult(
        outcome=outcome,
        segments=names,
        groups=tuple(tuple(name.split(" × ")) if len(names) > 1 else (name,) for name in groups.names),
        n=read_only(found.n, np.int64),
        terms=terms,
        hidden=int(np.count_nonzero((asked.n > 0) & ~shown)),
        needed=needed,
        unit=survey.unit,
        sample=Sample(
            n_asked=int((groups.codes >= 0).sum()),
            n=int(used.sum()),
            n_effective=effective_size(survey, used, values),
            weighted=survey.weighted_in(used),
            missing="available_answers",
            sampling=book.design.sample,
        ),
        conf_level=conf_level,
    )


def _term(name: str, estimate: np.ndarray, variance: np.ndarray, df: np.ndarray, conf_level: float) -> PooledTerm:
    """A number of all groups; NaN where a group has none."""
    known = ~np.isnan(estimate)
    freedom = df[known].astype(float)
    reach = special.stdtrit(df, (1 + conf_level) / 2) * np.sqrt(variance)
    inside = (0.0, 100.0) if not name else (-np.inf, np.inf)
    return PooledTerm(
        term=name,
        estimate=read_only(estimate),
        conf_low=read_only(np.maximum(estimate - reach, inside[0])),
        conf_high=read_only(np.minimum(estimate + reach, inside[1])),
        adjusted=shrunken(estimate[known], variance[known], freedom, conf_level=conf_level),
        between=between_groups(estimate[known], variance[known], freedom, conf_level=conf_level),
    )


def _effects(survey: Survey, data: Predictors, groups: Groups, needed: int, conf_level: float) -> list[PooledTerm]:
    codes = np.where(data.rows, groups.codes, -1)
    found = group_slopes(survey, data.values, codes, len(groups.names), fewest=needed)
    if found.fitted.sum() < FEWEST_GROUPS:
        return []
    first = int(data.starts[0])
    df = slope_freedom(survey, data.values, codes, found)
    return [
        _term(term, found.estimate[:, j], np.maximum(found.variance[:, j], 1e-12), df[:, j], conf_level)
        for j, term in enumerate(data.terms)
        if j >= first
    ]


def _named(survey: Survey, segment: str | Sequence[str] | None, values: np.ndarray) -> tuple[str, ...]:
    """The segments that are looked at."""
    known = survey.codebook.segments
    if segment is not None:
        names = (segment,) if isinstance(segment, str) else tuple(listed_names(segment, "segment"))
        if not 1 <= len(set(names)) == len(names) <= 2:
            raise ModelError(f"Expected one segment or two different ones, found {list(names)}; name them in segment=.")
        return tuple(known_name("segment", name, known) for name in names)
    if not known:
        raise ModelError(
            "Expected 'segments:' in the codebook to pool segments, found none; add some.",
            code="no_segments",
            values={},
        )
    sizes = {}
    for name in known:
        groups = _crossed(survey, (name,))
        inside = (groups.codes >= 0) & ~np.isnan(values)
        sizes[name] = int(may_be_shown(np.bincount(groups.codes[inside], minlength=len(groups.names))).sum())
    most = sorted(known, key=lambda name: -sizes[name])
    return (most[0],) if sizes[most[0]] >= FEWEST_GROUPS else tuple(most[:2])


def _crossed(survey: Survey, names: tuple[str, ...]) -> Groups:
    known = survey.codebook.segments
    return column_groups(survey, [known[name].column for name in names], [known[name].values for name in names])

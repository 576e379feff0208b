"""What a change of satisfaction between two waves is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from scipy import special

from drivers.errors import ModelError, remedy
from drivers.importance.orders.parts import one_blas_thread
from drivers.models.multiplicity import holm
from drivers.models.predictors import Predictors, check_conf_level, predictors
from drivers.results import FEWEST_SHOWN, read_only
from drivers.survey.data import Survey, check_survey
from drivers.survey.outcome_statistics import in_wave, no_wave_told, waves_compared
from drivers.waves.change_result import PARTS, UNTOLD, WaveChange, WaveChangeResult
from drivers.waves.mix import held_constant, mix_names
from drivers.waves.parts import parts_of
from drivers.waves.persons import repeat_across_waves, wave_covariance


def wave_change(
    survey: Survey,
    *,
    since: str | None = None,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    mix: Sequence[str] | None = None,
    conf_level: float = 0.95,
) -> WaveChangeResult:
    """A change of satisfaction in three parts: who answered, performance, and what the drivers do not explain.

    Parameters
    ----------
    survey
        Answers; the change is told up to the wave selected, else to the last.
    since
        Wave from which the change is told; the one before unless given.
    outcome, drivers, always
        As in `relative_importance`.
    mix
        Segments and columns that tell who answered, such as ``("age", "sex")``; all segments unless given.
    conf_level
        Level of the intervals, between 0 and 1.

    Returns
    -------
    WaveChangeResult
        `tidy()` has one row per part (change, who_answered, performance, unexplained), one per driver within
        performance, and the parts of every wave against the one before it.

    Raises
    ------
    ModelError
        Without waves or with one only (code ``no_waves``, ``few_waves``), where a wave has fewer than 10 respondents
        with complete answers, and as `relative_importance`.

    Notes
    -----
    *Who answered* is what is left of the change when the later wave is weighted to the earlier one's composition:
    post-stratified where all groups are large enough, else raked. *Performance* is Σ (change of the mean rating under
    these weights) × (effect of the driver, pooled within both waves), as Oaxaca and Blinder have it, with the pooled
    effects of Jann; the rest is one number, *not explained by the drivers*, which holds everything else: aspects that
    were not asked about, the way of asking, other importance. Whether importance changed is another question, which
    `wave_effects` tests. The three add up to the change.

    Weights: honoured; intervals by t from influence functions that hold the errors of means, effects and new weights
    together, summed over sampling units, or moved by replicate weights to first order. Where the codebook names the
    respondent, people who answered in both waves are kept together.
    Missing answers: complete cases.

    References
    ----------
    Oaxaca (1973), Male-female wage differentials in urban labor markets, doi:10.2307/2525981.
    Jann (2008), The Blinder–Oaxaca decomposition for linear regression models, doi:10.1177/1536867X0800800401.
    Deville and Särndal (1992), doi:10.1080/01621459.1992.10475217; Binder (1983), doi:10.2307/1402588.

    Examples
    --------
    >>> import drivers as kda
    >>> result = kda.wave_change(kda.example_survey("service_center"), since="2024Q1", mix=("age", "sex"))
    >>> result.reported.wave_from, result.reported.wave, result.reported.method
    ('2024Q1', '2024Q4', 'cells')
    """
    check_survey(survey)
    check_conf_level(conf_level)
    names = mix_names(survey, mix)
    now, before = waves_compared(survey)
    if now is None:
        raise no_wave_told(survey)
    assert survey.wave_index is not None
    start = before if since is None else _position(survey, str(since), now)
    if start is None:
        raise ModelError(
            f"Expected a wave before {survey.waves[now]!r} to compare it with, found none; select a later wave.",
            code="few_waves",
            values={"n": 1, "needed": 2},
        )

    def change(first: int, second: int) -> WaveChange:
        with one_blas_thread():
            return _change(survey, first, second, outcome, drivers, always, names, conf_level)

    reported = change(start, now)
    present = [int(w) for w in np.unique(survey.wave_index[survey.in_unit]) if w <= now]
    pairs: list[WaveChange] = []
    left_out: dict[tuple[str, str], str] = {}
    for first, second in pairwise(present):
        try:
            pairs.append(reported if (first, second) == (start, now) else change(first, second))
        except ModelError as error:
            left_out[survey.waves[first], survey.waves[second]] = error.code if error.code in UNTOLD else "few_answers"
    p_values = np.array([pair.p_value for pair in pairs]).reshape(len(pairs), len(PARTS))
    adjusted = np.column_stack([holm(column) for column in p_values.T]) if pairs else p_values
    return WaveChangeResult(
        outcome=outcome or survey.codebook.main_outcome,
        reported=reported,
        pairs=tuple(pairs),
        p_adjusted=read_only(adjusted),
        left_out=MappingProxyType(left_out),
        conf_level=conf_level,
    )


def _position(survey: Survey, since: str, now: int) -> int:
    earlier = survey.waves[:now]
    if since not in earlier:
        shown = ", ".join(map(repr, earlier)) or "none"
        raise ModelError(
            f"Expected since= to be a wave before {survey.waves[now]!r} ({shown}), found {since!r}; "
            f"{remedy(since, earlier, otherwise='choose one of these.')}"
        )
    return survey.waves.index(since)


def _change(
    survey: Survey,
    first: int,
    second: int,
    outcome: str | None,
    drivers: Sequence[str] | None,
    always: Sequence[str] | None,
    names: Sequence[str],
    conf_level: float,
) -> WaveChange:
    """The change between two waves, by their positions."""
    both = in_wave(survey, first) | in_wave(survey, second)
    data = predictors(
        replace(survey, in_unit=read_only(both, bool), wave=""), outcome=outcome, drivers=drivers, always=always
    )
    before, after = (data.rows & in_wave(survey, position) for position in (first, second))
    _check_sizes(survey, before, after, first, second)
    used = before | after
    values = np.where(used[:, None], data.values, 0.0)
    within = np.where(before[:, None], values - values[before].mean(axis=0), values - values[after].mean(axis=0))[used]
    if np.linalg.matrix_rank(within[:, :-1]) < within.shape[1] - 1:
        raise ModelError(
            f"Expected predictors of which none is a sum of others in {survey.waves[first]!r} and "
            f"{survey.waves[second]!r}, found some among {', '.join(data.terms)}; remove one.",
            code="not_separable",
        )
    mix, (weights,) = held_constant(survey, names, (before, after), [(after, before)])
    explained = np.arange(data.columns) >= data.starts[0]
    found = parts_of(values[used], explained, before[used], weights.among(used))
    sums = _sums(data)
    estimate = sums @ found.estimate
    influence = np.zeros((len(used), len(estimate)))
    influence[used] = found.influence @ sums.T
    spread = wave_covariance(survey, influence, used)
    error = np.sqrt(np.maximum(np.diag(spread.covariance), 0.0))
    if mix.method == "none":
        error[1] = np.nan
    df = max(spread.df, 1)
    reach = special.stdtrit(df, (1 + conf_level) / 2) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = 2 * special.stdtr(df, -np.abs(estimate / error))
    parts = slice(0, len(PARTS))
    own = slice(len(PARTS), None)
    new = weights.weights[after]
    return WaveChange(
        wave_from=survey.waves[first],
        wave=survey.waves[second],
        estimate=read_only(estimate[parts]),
        std_error=read_only(error[parts]),
        conf_low=read_only((estimate - reach)[parts]),
        conf_high=read_only((estimate + reach)[parts]),
        p_value=read_only(p_value[parts]),
        everyone=_everyone(survey, data.outcome, first, second, conf_level),
        drivers=data.drivers,
        by_driver=read_only(np.stack([estimate, error, estimate - reach, estimate + reach])[:, own]),
        p_by_driver=read_only(holm(p_value[own])),
        effect=read_only(_of_one_column(data, found.slopes)),
        moved=read_only(_of_one_column(data, found.moved)),
        mix=mix.columns,
        mix_untold=MappingProxyType(dict(mix.untold)),
        method=mix.method,
        n_from=int(before.sum()),
        n=int(after.sum()),
        n_reweighted=float(new.sum() ** 2 / (new @ new)),
        paired=repeat_across_waves(survey, used),
        sample=data.sample,
    )


def _check_sizes(survey: Survey, before: np.ndarray, after: np.ndarray, first: int, second: int) -> None:
    for rows, position in ((before, first), (after, second)):
        if int(rows.sum()) < FEWEST_SHOWN:
            raise ModelError(
                f"Expected at least {FEWEST_SHOWN} complete answers in wave {survey.waves[position]!r}, found fewer; "
                "widen the selection, or use fewer drivers.",
                code="few_in_wave",
                values={"needed": FEWEST_SHOWN},
            )


def _everyone(survey: Survey, outcome: str, first: int, second: int, conf_level: float) -> np.ndarray:
    """The change of the outcome's mean among all who answered it, with its limits; float (3,)."""
    values = survey.scores[outcome].to_numpy()
    answered = ~np.isnan(values) & (survey.weights > 0)
    means, influence = [], np.zeros(len(values))
    for sign, position in ((-1.0, first), (1.0, second)):
        rows = answered & in_wave(survey, position)
        weights = np.where(rows, survey.weights, 0.0) / survey.weights[rows].sum()
        filled = np.where(rows, values, 0.0)
        means.append(sign * float(weights @ filled))
        influence += sign * weights * (filled + sign * -means[-1])
    both = answered & (in_wave(survey, first) | in_wave(survey, second))
    spread = wave_covariance(survey, influence[:, None], both)
    reach = special.stdtrit(max(spread.df, 1), (1 + conf_level) / 2) * np.sqrt(max(spread.covariance[0, 0], 0.0))
    return read_only([sum(means), sum(means) - reach, sum(means) + reach])


def _sums(data: Predictors) -> np.ndarray:
    """What turns the parts of columns into those of drivers: the four parts, then one row per driver."""
    four, columns, starts = len(PARTS), data.columns, data.starts
    sums = np.zeros((four + len(data.drivers), four + columns))
    sums[:four, :four] = np.eye(four)
    for j in range(len(data.drivers)):
        sums[four + j, four + starts[j] : four + starts[j + 1]] = 1.0
    return sums


def _of_one_column(data: Predictors, values: np.ndarray) -> np.ndarray:
    """A number by driver where the driver is one column; NaN where it is several."""
    starts = data.starts
    single = np.diff(starts) == 1
    return np.where(single, values[starts[:-1]], np.nan)

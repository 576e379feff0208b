"""Whether a better rating or a lower hope would go with more, from lines that hold both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from scipy import special

from drivers.decisions.changes.capped import capped_moves
from drivers.decisions.changes.promises_result import DOING, Doing, PromisesResult
from drivers.errors import ModelError
from drivers.models.given import is_number, listed_names
from drivers.models.moves.move_columns import HOPED, MoveColumns, hopes, move_columns, with_hopes
from drivers.models.moves.room import room_of, too_few_now
from drivers.models.multiplicity import holm
from drivers.models.predictors import check_conf_level
from drivers.models.units import known_name
from drivers.results import FEWEST_SHOWN, Code, Sample, read_only
from drivers.survey.data import Survey, check_survey


def what_if_promises(
    survey: Survey,
    *,
    step: float = 5.0,
    outcomes: Sequence[str] | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    conf_level: float = 0.95,
) -> PromisesResult:
    """What would go with delivering more, and with promising less, driver by driver, if the association were causal.

    Parameters
    ----------
    survey, outcomes, always, conf_level
        As in `what_if`.
    step
        Points of 0–100 by which a rating is better, or a hope lower; above 0.
    drivers
        Names of drivers of which it was asked what was hoped for; all that are not optional unless given. All other
        drivers of the codebook are held.

    Returns
    -------
    PromisesResult
        `tidy()` has one row per what is done (``method``: ``deliver``, ``promise``, ``difference``), outcome and
        driver: estimate, std_error, conf_low, conf_high, p_adjusted, conclusion.

    Raises
    ------
    ModelError
        Where the codebook has no level hoped for, or too few answered; and as `fit_regression`.

    Notes
    -----
    For each driver a straight line of the first statistic of each outcome on the ratings of all drivers, on what was
    hoped for of this one, and on controls. Rating and hope enter side by side: a difference score would take for
    granted that promising less is worth as much as delivering more, which ``difference`` tests. Ratings are capped as
    in `what_if`, hopes at what ten persons answered, and the smaller step holds for both.

    A hope is not a promise: it also says who somebody is, and how he answers. Who hopes for more often rates everything
    higher, so that less hope may go with less satisfaction; nothing here is causal. Asked after the service, hopes may
    be coloured by it.
    Weights, missing answers: as `what_if`; each driver by the complete cases that also told their hope.

    References
    ----------
    Edwards and Parry (1993), On the use of polynomial regression equations as an alternative to difference scores in
    organizational research, doi:10.5465/256822.

    Examples
    --------
    >>> import drivers as kda
    >>> result = kda.what_if_promises(kda.example_survey("service_center"), drivers=["respect"])
    >>> result.says("deliver", 0), result.says("difference", 0)
    (('higher',), ('higher',))
    """
    check_survey(survey)
    check_conf_level(conf_level)
    if not is_number(step) or not 0 < step <= 100:
        raise ModelError(f"Expected step in points above 0 and up to 100, found {step!r}; use 5 for five points.")
    book = survey.codebook
    asked = [name for name, levels in book.expectations.items() if "desired" in levels.levels]
    if drivers is None:
        names = [name for name in book.default_drivers if name in asked]
    else:
        names = [
            known_name("driver", name, dict.fromkeys(asked or book.drivers))
            for name in listed_names(drivers, "drivers")
        ]
    if not asked or not names:
        raise ModelError(
            "Expected questions on what was hoped for, found none; name them as 'desired:' under 'expectations:' in "
            "the codebook.",
            code="no_expectations",
        )
    columns = _first_statistics(
        move_columns(
            survey, outcomes=outcomes, drivers=list(dict.fromkeys([*book.default_drivers, *names])), always=always
        )
    )
    answers = {name: np.column_stack([survey.scores[name], hopes(survey, name)]) for name in names}
    left_out: dict[str, Code] = {
        name: Code("few_in_wave", {"needed": FEWEST_SHOWN})
        for name, both in answers.items()
        if too_few_now(survey, [name, f"{name}{HOPED}"], both)
    }
    if len(left_out) == len(names):
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} ratings and hopes of a driver in the wave reported on, found fewer of "
            "each; widen the selection.",
            code="few_in_wave",
            values={"needed": FEWEST_SHOWN},
        )
    names = [name for name in names if name not in left_out]
    hoped = [f"{name}{HOPED}" for name in names]
    levels = np.column_stack([answers[name][:, side] for side in (0, 1) for name in names])
    room = room_of(survey, [*names, *hoped], levels, hoped)
    flat, flat_caps = capped_moves(np.repeat([float(step), -float(step)], len(names)), room)
    up, down = np.abs(flat.reshape(2, -1))
    moves, levels_now = np.minimum(up, down), room.level.reshape(2, -1)
    caps = [flat_caps[j if up[j] <= down[j] else len(names) + j] for j in range(len(names))]
    found: dict[str, _Pair] = {}
    last: ModelError | None = None
    for name in names:
        try:
            place = names.index(name)
            found[name] = _pair(survey, columns, name, float(moves[place]), conf_level)
        except ModelError as error:
            if not error.code:
                raise
            left_out[name], last = Code(error.code, error.values), error
    if not found:
        assert last is not None  # each driver is found or left out
        raise last
    pairs, kept = list(found.values()), [names.index(name) for name in found]
    stacked = {doing: np.stack([pair.effects[doing] for pair in pairs], axis=-1) for doing in DOING}
    p_values = {doing: np.stack([pair.p_values[doing] for pair in pairs], axis=-1) for doing in DOING}
    return PromisesResult(
        measures=columns.measures,
        drivers=tuple(found),
        step=float(step),
        effects=MappingProxyType({doing: read_only(stacked[doing]) for doing in DOING}),
        p_adjusted=MappingProxyType({doing: read_only([holm(row) for row in p_values[doing]]) for doing in DOING}),
        moves=read_only(moves[kept]),
        caps=tuple(caps[place] for place in kept),
        levels=read_only(levels_now[0, kept]),
        hoped=read_only(levels_now[1, kept]),
        base=read_only(columns.levels(survey)),
        samples=tuple(pair.sample for pair in pairs),
        asked=book.expectations_asked,
        left_out=MappingProxyType(left_out),
        wave=room.wave,
        unit=survey.unit,
        conf_level=conf_level,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pair:
    """One driver: effects, float (4, k), and p-values, float (k,), by what is done; whom they rest on."""

    effects: dict[Doing, np.ndarray]
    p_values: dict[Doing, np.ndarray]
    sample: Sample


def _pair(survey: Survey, columns: MoveColumns, name: str, move: float, conf_level: float) -> _Pair:
    """What goes with a driver's rating so much higher, and with a hope so much lower."""
    both = with_hopes(survey, columns, [name])
    found = both.parallel(survey, None, [name, f"{name}{HOPED}"])
    reach = special.stdtrit(found.df, (1 + conf_level) / 2)
    contrasts: dict[Doing, np.ndarray] = {
        "deliver": np.array([move, 0.0]),
        "promise": np.array([0.0, -move]),
        "difference": np.array([move, move]),
    }
    effects: dict[Doing, np.ndarray] = {}
    p_values: dict[Doing, np.ndarray] = {}
    for doing, contrast in contrasts.items():
        estimate = found.slopes @ contrast
        error = np.sqrt(np.maximum(0.0, np.einsum("i,kij,j->k", contrast, found.covariance, contrast)))
        effects[doing] = np.array([estimate, error, estimate - reach * error, estimate + reach * error])
        with np.errstate(divide="ignore", invalid="ignore"):
            p_values[doing] = 2 * special.stdtr(found.df, -np.abs(estimate / error))
    return _Pair(effects=effects, p_values=p_values, sample=both.sample(survey, both.measures[0].outcome))


def _first_statistics(columns: MoveColumns) -> MoveColumns:
    """The first statistic of each outcome alone."""
    first = {measure.outcome: place for place, measure in reversed(list(enumerate(columns.measures)))}
    kept = sorted(first.values())
    return replace(
        columns,
        measures=tuple(columns.measures[place] for place in kept),
        targets=tuple(columns.targets[place] for place in kept),
    )

"""What would go with better ratings of some drivers, or with other hopes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import special

from drivers.decisions.changes.capped import asked_points, capped_moves, part_possible
from drivers.decisions.changes.changed_result import MOVING, Moving, WhatIfResult, sayings
from drivers.errors import ModelError, remedy
from drivers.models.moves.company import company_limits, company_of
from drivers.models.moves.move_columns import HOPED, MoveColumns, move_columns, with_hopes
from drivers.models.moves.outcome_slopes import slopes_of
from drivers.models.moves.room import room_of
from drivers.models.predictors import check_conf_level
from drivers.results import read_only
from drivers.survey.data import Survey


def what_if(
    survey: Survey,
    changes: Mapping[str, float] | None = None,
    *,
    moving: Moving = "alone",
    expectations: Mapping[str, float] | None = None,
    outcomes: Sequence[str] | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    conf_level: float = 0.95,
) -> WhatIfResult:
    """What would go with other means of some drivers, in every outcome, if the association were causal.

    Parameters
    ----------
    survey
        Answers with weights and design.
    changes
        Driver → points of 0–100 by which its mean changes, such as ``{"respect": +5, "speed": +10}``.
    moving
        ``alone``: all other drivers stay. ``together``: they go along, as they are associated with those changed.
    expectations
        Driver → points by which the mean of what is hoped for changes, such as ``{"respect": -5}`` for promising less;
        needs ``desired`` under ``expectations:`` in the codebook, and ``moving="alone"``.
    outcomes
        Names; all of the codebook unless given.
    drivers, always
        As in `fit_regression`; what is changed must be among the drivers.
    conf_level
        Level of the intervals, between 0 and 1.

    Returns
    -------
    WhatIfResult
        `tidy()` has one row per outcome and statistic (``mean``, ``top2box``, ``nps``, ``share``): estimate, std_error,
        conf_low, conf_high, conclusion; then what was asked of each driver and what is possible of it.

    Raises
    ------
    ModelError
        Where a driver is not in the model, no change is asked for, a name or ``moving`` is unknown; and as
        `fit_regression` of the first outcome.

    Notes
    -----
    Each statistic has a straight line on all drivers and controls (top-2-box as 100 or 0, NPS as 100, 0 or −100), so
    that effects add up, and the effect is slope times the change of the mean: exactly the mean prediction with changed
    answers less that with the answers given, whoever it is that changes, as long as nobody passes the end of the scale.

    A change is capped at the room that the mean has to the end of its scale, and at the highest (lowest) mean of any
    unit, wave or segment, with what is chance in such means taken out (`driver_room`): nothing is offered beyond what
    was seen, because lines may bend there. ``caps`` says what bit. Caps are taken as given; they add nothing to the
    intervals.

    Together, the lines are on the changed drivers alone: the others then move by their regression on these, and the
    interval holds the chance of both steps. The change is smaller where another driver would pass the end of its scale.

    An effect whose interval holds 0 is ``unclear``. One that would lead out of what a statistic can be is ``beyond``.
    Effects are of all answers in the selection; where things stand is of the wave reported on.

    Hopes enter beside the ratings, not as a difference from them, which would take the answer for granted. Asked
    afterwards, they may be coloured by the service.

    Weights: in slopes, means and errors, under the design, as `fit_regression`.
    Missing answers: slopes by complete cases of each outcome; means by all answers there are.

    References
    ----------
    Binder (1983), doi:10.2307/1402588; Edwards and Parry (1993), doi:10.5465/256822, on differences.

    Examples
    --------
    >>> import drivers as kda
    >>> result = kda.what_if(kda.example_survey("service_center"), {"respect": +5})
    >>> result.effect[0, 0].round(1), result.says[0]
    (np.float64(1.2), 'higher')
    """
    check_conf_level(conf_level)
    if moving not in MOVING:
        raise ModelError(f"Expected moving to be 'alone' or 'together', found {moving!r}; {remedy(moving, MOVING)}")
    if expectations and moving == "together":
        raise ModelError(
            "Expected moving='alone' where expectations change, found 'together': what is hoped for is held beside the "
            "ratings; ask in two steps."
        )
    columns = move_columns(survey, outcomes=outcomes, drivers=drivers, always=always)
    rated = columns.drivers
    asked = asked_points({} if changes is None else changes, rated, "changes")
    hoped = asked_points({} if expectations is None else expectations, rated, "expectations")
    expected = [name for name, points in zip(rated, hoped, strict=True) if points]
    if not asked.any() and not expected:
        raise ModelError(
            f"Expected a change of at least one driver, found none; name some of {', '.join(map(repr, rated))} with "
            "their points, or see what_if_table()."
        )
    if expected:
        columns = with_hopes(survey, columns, expected)
        asked = np.concatenate([asked, hoped[hoped != 0]])
    return _changed(survey, columns, asked, moving, conf_level, bool(expected))


def _changed(
    survey: Survey, columns: MoveColumns, asked: np.ndarray, moving: Moving, conf_level: float, hopes: bool
) -> WhatIfResult:
    personal = [name for name in columns.drivers if name.endswith(HOPED)]
    room = room_of(survey, columns.drivers, columns.ratings, personal)
    moves, caps = capped_moves(asked, room)
    own = np.flatnonzero(asked)
    names = [columns.drivers[place] for place in own]
    along = np.full((4, len(columns.drivers)), np.nan)
    if moving == "together":
        rest = np.flatnonzero(asked == 0)
        part = part_possible(moves[own] @ company_of(survey, columns, names), room.level[rest])
        if part < 1:
            moves = part * moves
            caps = tuple("along" if points else cap for cap, points in zip(caps, asked, strict=True))
        along[:, rest] = _company(survey, columns, names, moves[own], conf_level)
        slopes = slopes_of(survey, columns, names)
        estimate, error = slopes.effect(moves[own])
    else:
        slopes = slopes_of(survey, columns)
        estimate, error = slopes.effect(moves)
    reach = special.stdtrit(np.array(slopes.df, dtype=float), (1 + conf_level) / 2) * error
    effect = np.array([estimate, error, estimate - reach, estimate + reach])
    base = columns.levels(survey)
    moved = bool(np.any(moves != 0))
    return WhatIfResult(
        measures=columns.measures,
        effect=read_only(effect),
        base=read_only(base),
        says=sayings(columns.measures, effect, base, moved),
        moving=moving,
        drivers=columns.drivers,
        asked=read_only(asked),
        moves=read_only(moves),
        caps=caps,
        along=read_only(along),
        room=room,
        slopes=slopes,
        expectations_asked=survey.codebook.expectations_asked if hopes else "",
        unit=survey.unit,
        sample=slopes.samples[0],
        conf_level=conf_level,
    )


def _company(
    survey: Survey, columns: MoveColumns, names: list[str], moves: np.ndarray, conf_level: float
) -> np.ndarray:
    """How the other drivers go along: estimate, standard error and limits; float (4, others)."""
    estimate, error, df = company_limits(survey, columns, names, moves)
    reach = special.stdtrit(df.astype(float), (1 + conf_level) / 2) * error
    return np.array([estimate, error, estimate - reach, estimate + reach])
